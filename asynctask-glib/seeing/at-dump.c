/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-debug.h"

#include "at-survey-private.h"

#include <unistd.h>

/* A survey as text, for people. Not translated: it goes into bug reports. */

/* Of those that only wait for their turn, or for their owner. */
#define MOST_SHOWN 50

typedef struct
{
  GString    *text;
  AtSurvey   *survey;
  GHashTable *waits_for; /* AtSurveyTask that waits → GArray of ids */
  GHashTable *shown;     /* AtSurveyTask */
} AtDump;

typedef enum
{
  AT_SECTION_RUNNING,
  AT_SECTION_WAITING,
  AT_SECTION_QUEUED,
  AT_SECTION_UNDELIVERED,
  N_SECTIONS
} AtSection;

static AtSection
get_section (const AtSurveyTask *task)
{
  AtPhase phase = task->sight.state & AT_PHASE_MASK;

  if (task->place == AT_PLACE_MAILBOX || (!task->sight.is_work && phase >= AT_PHASE_DONE))
    return AT_SECTION_UNDELIVERED;
  if (task->place == AT_PLACE_THREAD || phase == AT_PHASE_RUNNING)
    return AT_SECTION_RUNNING;

  return task->place == AT_PLACE_QUEUE ? AT_SECTION_QUEUED : AT_SECTION_WAITING;
}

static void
append_seconds (GString *text,
                gint64   usec)
{
  double seconds = (double) usec / G_USEC_PER_SEC;

  if (seconds < 60)
    g_string_append_printf (text, "%.1f s", seconds);
  else if (seconds < 3600)
    g_string_append_printf (text, "%d min %d s", (int) seconds / 60, (int) seconds % 60);
  else
    g_string_append_printf (text, "%" G_GINT64_FORMAT " h %d min", (gint64) seconds / 3600,
                            (int) ((gint64) seconds / 60 % 60));
}

/* What a program says of itself, in one line. */
static void
append_line (GString    *text,
             const char *value)
{
  for (const char *p = value; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (text, g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029 ? ' ' : c);
    }
}

static void
append_address (GString       *text,
                gconstpointer  address)
{
  g_string_append_printf (text, "0x%" G_GSIZE_MODIFIER "x", (gsize) address);
}

static void
append_object (GString       *text,
               GType          type,
               gconstpointer  address)
{
  g_string_append_printf (text, "%s ", g_type_name (type));
  append_address (text, address);
}

/* A task in the line of another one. */
static void
append_reference (AtDump        *self,
                  gconstpointer  id)
{
  AtSurveyTask *task = g_hash_table_lookup (self->survey->by_id, id);

  append_address (self->text, id);
  if (task != NULL && task->sight.title != NULL)
    {
      g_string_append (self->text, " “");
      append_line (self->text, task->sight.title);
      g_string_append (self->text, "”");
    }
}

static void
append_references (AtDump     *self,
                   const char *before,
                   GArray     *ids)
{
  if (ids == NULL || ids->len == 0)
    return;

  g_string_append (self->text, before);
  for (guint i = 0; i < MIN (ids->len, MOST_SHOWN); i++)
    {
      g_string_append (self->text, i == 0 ? " " : ", ");
      append_reference (self, g_array_index (ids, gconstpointer, i));
    }
  if (ids->len > MOST_SHOWN)
    g_string_append_printf (self->text, " and %u more", ids->len - MOST_SHOWN);
}

/* Where the task is, and since when. */
static void
append_state (AtDump             *self,
              const AtSurveyTask *task)
{
  const AtTaskSight *sight = &task->sight;
  guint state = sight->state;
  AtSection section = get_section (task);
  GString *text = self->text;

  if (section == AT_SECTION_UNDELIVERED)
    g_string_append (text, (state & AT_STATE_CANCELLED) != 0 ? "cancelled, and its owner has yet to be told"
                                                             : "done, and its owner has yet to be told");
  else if (sight->has_parts && section == AT_SECTION_RUNNING)
    g_string_append (text, "group");
  else if (task->place == AT_PLACE_THREAD)
    g_string_append_printf (text, "running in thread %d", task->tid);
  else if (section == AT_SECTION_RUNNING)
    g_string_append (text, (state & AT_STATE_DEFERRED) != 0 ? "started, to be completed" : "running");
  else if (section == AT_SECTION_QUEUED)
    g_string_append (text, "queued");
  else if ((state & AT_STATE_WAITING) != 0 && (state & AT_STATE_RESTING) != 0)
    g_string_append (text, "waiting for prerequisites");
  else if ((state & AT_STATE_RETRYING) != 0 && (state & AT_STATE_RESTING) != 0)
    g_string_append (text, "between two attempts");
  else if ((state & AT_STATE_WILL_START) != 0 || (state & AT_STATE_DEFERRED) != 0)
    g_string_append (text, "waiting for its owner to start it");
  else
    g_string_append_printf (text, "with %s", sight->executor != NULL ? g_type_name (sight->executor_type)
                                                                     : "its executor");

  if (sight->running >= 0 || sight->age >= 0)
    {
      g_string_append (text, section == AT_SECTION_UNDELIVERED ? ", executed " : " for ");
      append_seconds (text, sight->running >= 0 ? sight->running : sight->age);
      if (section == AT_SECTION_UNDELIVERED)
        g_string_append (text, " ago");
    }
  if (sight->paused >= 0)
    {
      g_string_append (text, ", paused for ");
      append_seconds (text, sight->paused);
    }
  if (sight->sleeps >= 0)
    {
      g_string_append (text, ", sleeps for another ");
      append_seconds (text, sight->sleeps);
    }
  if (sight->is_resuming)
    g_string_append (text, ", waits for a place again");
  if (section != AT_SECTION_UNDELIVERED && (state & AT_STATE_HAS_TO_STOP) != 0)
    g_string_append (text, (state & AT_STATE_CANCELLED) != 0 ? ", was cancelled" : ", is out of time");
  if (sight->is_busy)
    g_string_append (text, ", busy");
}

static void
append_progress (GString           *text,
                 const AtTaskSight *sight)
{
  const char *comma = "";

  if (sight->fraction >= 0)
    {
      g_string_append_printf (text, "%.0f %%", sight->fraction * 100);
      comma = ", ";
    }
  if (sight->total > 0 || sight->completed > 0)
    {
      g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, comma, sight->completed);
      if (sight->total > 0)
        g_string_append_printf (text, " of %" G_GUINT64_FORMAT, sight->total);
      comma = ", ";
    }
  if (sight->pending > 0)
    {
      g_string_append_printf (text, "%s%" G_GSSIZE_FORMAT " values wait for the owner", comma, sight->pending);
      comma = ", ";
    }
  if (sight->message != NULL)
    {
      g_string_append_printf (text, "%s“", comma);
      append_line (text, sight->message);
      g_string_append (text, "”");
    }
}

/* What it belongs to. */
static void
append_details (GString            *text,
                const AtSurveyTask *task)
{
  const AtTaskSight *sight = &task->sight;
  const char *comma = "";

  if (sight->executor != NULL)
    {
      g_string_append (text, "on ");
      append_object (text, sight->executor_type, sight->executor);
      comma = ", ";
    }
  if (sight->owner != NULL)
    {
      g_string_append_printf (text, "%sof ", comma);
      append_object (text, sight->owner_type, sight->owner);
      comma = ", ";
    }
  if (sight->priority != G_PRIORITY_DEFAULT)
    {
      g_string_append_printf (text, "%spriority %d", comma, sight->priority);
      comma = ", ";
    }
  if (sight->max_attempts > 0)
    {
      g_string_append_printf (text, "%sattempt %u of %u", comma, sight->attempt, sight->max_attempts);
      comma = ", ";
    }
  if (sight->retry_in >= 0)
    {
      g_string_append_printf (text, "%sthe next one in ", comma);
      append_seconds (text, sight->retry_in);
      comma = ", ";
    }
  if (sight->timeout_in >= 0)
    {
      g_string_append_printf (text, "%stime is up in ", comma);
      append_seconds (text, sight->timeout_in);
    }
}

static void
append_threads (GString *text,
                GArray  *waiters)
{
  const char *before = "waited for by thread ";

  for (guint i = 0; waiters != NULL && i < waiters->len; i++)
    {
      AtWaiterSight *waiter = &g_array_index (waiters, AtWaiterSight, i);

      if (waiter->job_id != NULL)
        continue;

      g_string_append_printf (text, "%s%d", before, waiter->tid);
      before = ", ";
    }
}

/* A line of its own, unless there is nothing to say. */
static void
begin_detail (AtDump *self,
              guint   indent,
              gsize  *at)
{
  g_string_append_printf (self->text, "%*s", (int) indent + 6, "");
  *at = self->text->len;
}

static void
end_detail (AtDump *self,
            guint   indent,
            gsize   at)
{
  if (self->text->len == at)
    g_string_truncate (self->text, at - indent - 6);
  else
    g_string_append_c (self->text, '\n');
}

static void append_task (AtDump       *self,
                         AtSurveyTask *task,
                         guint         indent);

/* The tasks of a group, below it. Those that are over are not there. */
static void
append_parts (AtDump *self,
              GArray *parts,
              guint   indent)
{
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      AtSurveyTask *part = g_hash_table_lookup (self->survey->by_id, g_array_index (parts, gconstpointer, i));

      if (part != NULL && !g_hash_table_contains (self->shown, part))
        append_task (self, part, indent);
    }
}

static void
append_task (AtDump       *self,
             AtSurveyTask *task,
             guint         indent)
{
  const AtTaskSight *sight = &task->sight;
  g_autofree char *body = at_survey_dup_body_name (sight);
  GString *text = self->text;
  gsize at;

  g_hash_table_add (self->shown, task);
  g_string_append_printf (text, "%*s", (int) indent + 2, "");
  if (sight->title != NULL)
    {
      g_string_append (text, "“");
      append_line (text, sight->title);
      g_string_append (text, "” ");
    }
  append_line (text, body);
  g_string_append (text, sight->is_work ? " (without a task) " : " ");
  append_address (text, sight->id);
  g_string_append (text, ": ");
  append_state (self, task);
  append_references (self, ", waits for", g_hash_table_lookup (self->waits_for, task));
  g_string_append_c (text, '\n');

  begin_detail (self, indent, &at);
  append_references (self, "after", sight->prerequisites);
  end_detail (self, indent, at);
  begin_detail (self, indent, &at);
  append_progress (text, sight);
  end_detail (self, indent, at);
  begin_detail (self, indent, &at);
  append_details (text, task);
  end_detail (self, indent, at);
  begin_detail (self, indent, &at);
  append_threads (text, sight->waiters);
  end_detail (self, indent, at);
  append_parts (self, sight->parts, indent + 4);
}

/* Whoever is waited for knows who waits. */
static void
turn_waiters_round (AtDump *self)
{
  for (guint i = 0; i < self->survey->tasks->len; i++)
    {
      AtSurveyTask *task = self->survey->tasks->pdata[i];
      GArray *waiters = task->sight.waiters;

      for (guint j = 0; waiters != NULL && j < waiters->len; j++)
        {
          AtSurveyTask *waiting = NULL;
          GArray *ids;

          if (g_array_index (waiters, AtWaiterSight, j).job_id != NULL)
            waiting = g_hash_table_lookup (self->survey->by_id, g_array_index (waiters, AtWaiterSight, j).job_id);
          if (waiting == NULL)
            continue;

          ids = g_hash_table_lookup (self->waits_for, waiting);
          if (ids == NULL)
            g_hash_table_insert (self->waits_for, waiting,
                                 ids = g_array_new (FALSE, FALSE, sizeof (gconstpointer)));
          g_array_append_val (ids, task->sight.id);
        }
    }
}

static void
append_executors (AtDump *self)
{
  GString *text = self->text;

  if (self->survey->executors->len > 0)
    g_string_append (text, "\nExecutors\n");
  for (guint i = 0; i < self->survey->executors->len; i++)
    {
      const AtSurveyExecutor *executor = self->survey->executors->pdata[i];
      const AtQueueSight *sight = &executor->sight;

      g_string_append (text, "  ");
      append_object (text, executor->type, executor->id);
      if (executor->name != NULL)
        {
          g_string_append (text, " “");
          append_line (text, executor->name);
          g_string_append (text, "”");
        }
      if (sight->target != NULL)
        {
          g_string_append (text, " on ");
          append_address (text, sight->target);
        }
      if (executor->is_busy)
        {
          g_string_append (text, ": busy\n");
          continue;
        }

      g_string_append_printf (text, ": %u of %u running, ", sight->n_running, sight->limit);
      if (sight->n_extra > 0)
        g_string_append_printf (text, "%u more allowed, ", sight->n_extra);
      g_string_append_printf (text, "%u queued", executor->queued->len);
      if (sight->n_resuming > 0)
        g_string_append_printf (text, ", %u waiting for a place again", sight->n_resuming);
      g_string_append (text, sight->is_shut_down ? ", shut down\n" : "\n");
    }
}

static void
append_mailboxes (AtDump *self)
{
  GString *text = self->text;

  if (self->survey->mailboxes->len > 0)
    g_string_append (text, "\nMain contexts\n");
  for (guint i = 0; i < self->survey->mailboxes->len; i++)
    {
      const AtSurveyMailbox *mailbox = self->survey->mailboxes->pdata[i];
      const AtMailboxSight *sight = &mailbox->sight;

      g_string_append (text, "  ");
      if (sight->context != NULL)
        append_address (text, sight->context);
      g_string_append (text, sight->is_default ? " (default): " : sight->context != NULL ? ": " : "gone: ");
      if (sight->is_busy)
        g_string_append (text, "busy\n");
      else if (sight->n_mails == 0)
        g_string_append (text, "nothing waits\n");
      else
        {
          g_string_append_printf (text, "%u messages wait, %u of them the end of a task; nothing was taken for ",
                                  sight->n_mails, mailbox->tasks->len);
          append_seconds (text, sight->undelivered_usec);
          g_string_append_c (text, '\n');
        }
    }
}

/* The tasks of a group come with it, wherever they are. */
static void
hide_parts (AtDump *self)
{
  for (guint i = 0; i < self->survey->tasks->len; i++)
    {
      AtSurveyTask *task = self->survey->tasks->pdata[i];
      GArray *parts = task->sight.parts;

      for (guint j = 0; parts != NULL && j < parts->len; j++)
        {
          AtSurveyTask *part = g_hash_table_lookup (self->survey->by_id, g_array_index (parts, gconstpointer, j));

          if (part != NULL)
            g_hash_table_add (self->shown, part);
        }
    }
}

static void
append_section (AtDump     *self,
                AtSection   section,
                const char *heading,
                GHashTable *hidden)
{
  guint n = 0;

  for (guint i = 0; i < self->survey->tasks->len; i++)
    {
      AtSurveyTask *task = self->survey->tasks->pdata[i];

      if (get_section (task) != section || g_hash_table_contains (hidden, task) ||
          g_hash_table_contains (self->shown, task))
        continue;

      if (n++ == 0)
        g_string_append_printf (self->text, "\n%s\n", heading);
      if (n <= MOST_SHOWN || section < AT_SECTION_QUEUED)
        append_task (self, task, 0);
    }

  if (n > MOST_SHOWN && section >= AT_SECTION_QUEUED)
    g_string_append_printf (self->text, "  and %u more\n", n - MOST_SHOWN);
}

static void
append_counts (AtDump *self)
{
  guint n[N_SECTIONS] = { 0 };

  for (guint i = 0; i < self->survey->tasks->len; i++)
    n[get_section (self->survey->tasks->pdata[i])]++;

  g_string_append_printf (self->text, "Tasks of process %d: %u running, %u waiting, %u queued, %u undelivered\n",
                          (int) getpid (), n[AT_SECTION_RUNNING], n[AT_SECTION_WAITING], n[AT_SECTION_QUEUED],
                          n[AT_SECTION_UNDELIVERED]);
  for (guint i = 0; i < self->survey->busy->len; i++)
    g_string_append_printf (self->text, "Incomplete: the list of %s is busy.\n",
                            (const char *) self->survey->busy->pdata[i]);
}

static char *
make_text (AtSurvey *survey)
{
  g_autoptr (GHashTable) waits_for = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
  g_autoptr (GHashTable) hidden = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) shown = g_hash_table_new (NULL, NULL);
  AtDump self = { g_string_new (NULL), survey, waits_for, hidden };

  append_counts (&self);
  append_executors (&self);
  append_mailboxes (&self);

  turn_waiters_round (&self);
  hide_parts (&self);
  self.shown = shown;
  append_section (&self, AT_SECTION_RUNNING, "Running", hidden);
  append_section (&self, AT_SECTION_WAITING, "Waiting", hidden);
  append_section (&self, AT_SECTION_QUEUED, "Queued", hidden);
  append_section (&self, AT_SECTION_UNDELIVERED, "Undelivered", hidden);

  return g_string_free (self.text, FALSE);
}

/**
 * at_dup_tasks_dump:
 *
 * Tells of all tasks of the program that are on their way, and all that they wait for, in
 * words.
 *
 * This is for people who want to know why a program hangs, and for the bug reports that they
 * write; [func@dup_tasks_snapshot] says the same to programs, when it may be called, and
 * what is in there. The words are not translated, and not for programs to read: they may
 * change.
 *
 * ```
 * Tasks of process 4711: 2 running, 0 waiting, 2 queued, 0 undelivered
 *
 * Executors
 *   AtThreadPoolExecutor 0x5604a1c3f0: 1 of 4 running, 0 queued
 *   AtSerialExecutor 0x5604a1c4a0 on 0x5604a1c3f0: 1 of 1 running, 2 queued
 *
 * Main contexts
 *   0x5604a1b010 (default): nothing waits
 *
 * Running
 *   “Import photos” import_photos 0x5604a1d200: running in thread 4713 for 12.4 s
 *       38 %, 19 of 50, “IMG_0042.jpg”
 *       on AtSerialExecutor 0x5604a1c4a0, of PhotosWindow 0x5604a00f60
 *   AtTaskGroup 0x5604a1d300: group for 12.4 s
 *       load_thumbnail 0x5604a1d400: queued for 12.4 s
 *             on AtSerialExecutor 0x5604a1c4a0
 *       load_thumbnail 0x5604a1d500: queued for 12.4 s
 *             on AtSerialExecutor 0x5604a1c4a0
 * ```
 *
 * Each task has its title, its body, its address, and where it is for how long. Of those that
 * are queued, and of those whose owners have yet to be told, the first 50 are there. Tasks of
 * a group are below it.
 *
 * Any thread.
 *
 * Returns: (transfer full): the text, which ends with a newline
 *
 * Since: 1.0
 */
char *
at_dup_tasks_dump (void)
{
  g_autoptr (AtSurvey) survey = at_survey_new ();

  return make_text (survey);
}

/**
 * at_dump_tasks:
 * @stream: where to write
 * @error: return location for a [struct@GLib.Error]
 *
 * Writes what [func@dup_tasks_dump] tells to a stream.
 *
 * No lock is held while it is written, so that a stream may block, or run tasks itself.
 *
 * Fails with the error of the stream.
 *
 * Any thread.
 *
 * Returns: %TRUE if all was written
 *
 * Since: 1.0
 */
gboolean
at_dump_tasks (GOutputStream  *stream,
               GError        **error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  text = at_dup_tasks_dump ();

  return g_output_stream_write_all (stream, text, strlen (text), NULL, NULL, error);
}
