/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-format-private.h"
#include "at-task-private.h"

#include <glib/gi18n-lib.h>

/* What a person wants to read of a task, in one line. It is made when it is read; that it is
 * another one is told no more often than can be read, and only where somebody listens. */

#define SUMMARY_USEC (250 * G_TIME_SPAN_MILLISECOND)

/* What it is made from, until the end. */
#define MAKES_SUMMARY ((1u << PROP_MESSAGE) | (1u << PROP_COMPLETED) | (1u << PROP_TOTAL) | (1u << PROP_RATE) | \
                       (1u << PROP_REMAINING) | (1u << PROP_PAUSED) | (1u << PROP_STAGE) | (1u << PROP_RETRY_IN))

G_STATIC_ASSERT (N_PROPS <= 32);

struct _AtSummary
{
  AtTimedMail  mail; /* holds a reference on the task while it is under way */
  AtAsyncTask *task;
  gint64       told_at;
};

static AtSummary *
ensure_summary (AtAsyncTask *self)
{
  AtRare *rare = at_task_ensure_rare (at_task_get_priv (self));
  AtSummary *summary = g_atomic_pointer_get (&rare->summary);

  if (summary != NULL)
    return summary;

  summary = g_new0 (AtSummary, 1);
  summary->task = self;
  summary->told_at = g_get_monotonic_time () - SUMMARY_USEC;
  if (g_atomic_pointer_compare_and_exchange (&rare->summary, NULL, summary))
    return summary;

  g_free (summary);

  return g_atomic_pointer_get (&rare->summary);
}

/* For who listens when the task is started. */
void
at_task_prepare_summary (AtAsyncTask *self)
{
  if (!at_task_hears_change (self, PROP_SUMMARY))
    return;

  ensure_summary (self);
  at_task_want_stage (at_task_get_priv (self));
}

static void
tell (AtSummary *summary,
      gint64     now)
{
  summary->told_at = now;
  at_task_notify (summary->task, PROP_SUMMARY);
}

/* Nothing but the end is left to tell, if that. Owner. */
void
at_task_end_summary (AtAsyncTask *self)
{
  AtRare *rare = at_task_get_rare (at_task_get_priv (self));
  AtSummary *summary = rare != NULL ? g_atomic_pointer_get (&rare->summary) : NULL;

  if (summary != NULL)
    at_task_unschedule (self, &summary->mail);
}

static void
on_due (AtMail *mail)
{
  AtSummary *summary = AT_CONTAINER (mail, AtSummary, mail);
  g_autoptr (AtAsyncTask) self = summary->task;

  if (at_task_has_audience (at_task_get_priv (self)))
    tell (summary, g_get_monotonic_time ());
}

/* After a property has been told of that the summary may be made from. Owner. */
void
at_task_tell_summary (AtAsyncTask *self,
                      AtSummary   *summary,
                      guint        property)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gboolean is_end = property == PROP_OUTCOME;
  gboolean is_refused = at_state_get_phase (&priv->job.state) == AT_PHASE_PENDING;
  gint64 now;

  if (!is_end && ((1u << property & MAKES_SUMMARY) == 0 || !at_task_has_audience (priv)))
    return;
  if (!at_task_hears_change (self, PROP_SUMMARY))
    return;

  now = g_get_monotonic_time ();
  if (is_end || is_refused || now - summary->told_at >= SUMMARY_USEC)
    {
      at_task_unschedule (self, &summary->mail);
      tell (summary, now);
    }
  else if (!at_schedule_link_is_linked (&summary->mail.link))
    {
      at_task_schedule (self, &summary->mail, on_due, summary->told_at + SUMMARY_USEC);
    }
}

/* The first letter tells. */
static gboolean
is_right_to_left (const char *text)
{
  static const GUnicodeScript scripts[] = {
    G_UNICODE_SCRIPT_ARABIC, G_UNICODE_SCRIPT_HEBREW, G_UNICODE_SCRIPT_SYRIAC, G_UNICODE_SCRIPT_THAANA,
    G_UNICODE_SCRIPT_NKO, G_UNICODE_SCRIPT_ADLAM, G_UNICODE_SCRIPT_SAMARITAN, G_UNICODE_SCRIPT_MANDAIC,
    G_UNICODE_SCRIPT_HANIFI_ROHINGYA,
  };
  GUnicodeScript script;

  while (*text != '\0' && !g_unichar_isalpha (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);

  script = g_unichar_get_script (g_utf8_get_char (text));
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    if (script == scripts[i])
      return TRUE;

  return FALSE;
}

/* The words of somebody else, for a sentence of ours that may go the other way. */
static char *
isolate (const char *text)
{
  if (is_right_to_left (text) == is_right_to_left (_("Waiting")))
    return g_strdup (text);

  return g_strconcat ("\342\201\250", text, "\342\201\251", NULL);
}

static char *
make_amounts (AtAsyncTask *self)
{
  guint64 completed = at_async_task_get_completed (self);
  guint64 total = at_async_task_get_total (self);

  if (completed == 0 && total == 0)
    return NULL;

  return at_format_amounts (completed, total, at_async_task_get_unit (self));
}

static char *
make_running (AtAsyncTask *self)
{
  const char *message = at_async_task_get_message (self);
  double remaining = at_async_task_get_remaining (self);
  double rate = at_async_task_get_rate (self);
  g_autofree char *left = at_format_duration (remaining);
  g_autofree char *speed = rate > 0 ? at_format_rate (rate, at_async_task_get_unit (self)) : g_strdup ("");
  g_autofree char *amounts = message == NULL || *message == '\0' ? make_amounts (self) : NULL;
  g_autofree char *head = NULL;

  if (amounts != NULL)
    head = g_steal_pointer (&amounts);
  else if (message == NULL || *message == '\0')
    return *left != '\0' ? at_text_insert (_("%s left"), left, NULL) : g_strdup (_("Running"));
  else if (*left == '\0' && *speed == '\0')
    return g_strdup (message);
  else
    head = isolate (message);

  if (*left == '\0' && *speed == '\0')
    return g_steal_pointer (&head);
  if (*left == '\0')
    return at_text_insert (_("%s (%s)"), head, speed, NULL);
  if (*speed == '\0')
    /* Translators: what is done, or what is being done, and the time that is left, as in “2 minutes”. */
    return at_text_insert (_("%s — %s left"), head, left, NULL);

  /* Translators: what is done, or what is being done; the time that is left, as in “2 minutes”; a speed. */
  return at_text_insert (_("%s — %s left (%s)"), head, left, speed, NULL);
}

static char *
make_paused (AtAsyncTask *self)
{
  g_autofree char *amounts = make_amounts (self);

  if (amounts == NULL)
    return g_strdup (_("Paused"));

  /* Translators: %s is how much is done, as in “38 MB of 6 GB”. */
  return at_text_insert (_("Paused — %s"), amounts, NULL);
}

static char *
make_waiting (AtAsyncTask *self)
{
  g_autofree char *title = at_task_dup_awaited_title (self);
  g_autofree char *isolated = NULL;

  if (title == NULL)
    return g_strdup (_("Waiting"));

  isolated = isolate (title);

  /* Translators: %s is the title of another task. */
  return at_text_insert (_("Waiting for “%s”"), isolated, NULL);
}

static char *
make_retrying (AtAsyncTask *self)
{
  double seconds = at_async_task_get_retry_in (self);
  g_autofree char *duration = NULL;

  if (seconds <= 0)
    return g_strdup (_("Trying again"));

  duration = at_format_duration (seconds);

  /* Translators: %s is a duration, as in “5 seconds”. */
  return at_text_insert (_("Trying again in %s"), duration, NULL);
}

static char *
make_ended (AtAsyncTask *self)
{
  const GError *error = at_async_task_get_error (self);
  guint64 completed = at_async_task_get_completed (self);
  AtProgressUnit unit = at_async_task_get_unit (self);

  if (at_async_task_get_outcome (self) == AT_OUTCOME_CANCELLED)
    return g_strdup (_("Cancelled"));
  if (error != NULL)
    return g_strdup (error->message);

  return completed > 0 && unit != AT_PROGRESS_UNIT_NONE ? at_format_amounts (completed, 0, unit) : g_strdup (_("Done"));
}

/**
 * at_async_task_get_summary: (get-property summary)
 * @self: a task
 *
 * Gets what a person wants to read of the task, in one line.
 *
 * “Waiting”, “Waiting for “Photos””, “38 MB of 6 GB — 4 minutes left (1.2 MB/s)”, what the
 * body says with [method@AsyncTask.set_message], “Paused”, “Trying again in 5 seconds”,
 * the amount that was done, or “Done”, “Cancelled”, the message of the error. It is
 * translated. The property notifies at most four times a second, and only where somebody
 * listens when the task is executed or has read it before.
 *
 * Owner's thread.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
at_async_task_get_summary (AtAsyncTask *self)
{
  AtStage stage;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  ensure_summary (self);

  stage = at_async_task_get_stage (self);
  if (stage == AT_STAGE_ENDED)
    return make_ended (self);
  if (at_async_task_is_paused (self) && stage != AT_STAGE_PENDING)
    return make_paused (self);

  switch (stage)
    {
    case AT_STAGE_WAITING:
      return make_waiting (self);
    case AT_STAGE_RETRYING:
      return make_retrying (self);
    case AT_STAGE_RUNNING:
      return make_running (self);
    case AT_STAGE_PENDING:
    case AT_STAGE_QUEUED:
    case AT_STAGE_ENDED:
    default:
      return g_strdup (_("Waiting"));
    }
}
