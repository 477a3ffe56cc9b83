/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-lint-private.h"

#include "at-survey-private.h"
#include "at-task-private.h"
#include "at-thread-pool-executor.h"

/* What does not go on, from what is known of each task. All under the lock of the records:
 * no reference is taken, and what is said is a text by the time that lock is let go. */

/* So many are named. */
#define MAX_NAMED 3

/* A queue that tasks are waiting in, for what is an executor or leads to one. */
typedef struct
{
  gpointer      executor; /* not a reference */
  AtLintRecord *oldest;
} AtWait;

static int
get_seconds (gint64 usec)
{
  return (int) MIN (usec / G_TIME_SPAN_SECOND, G_MAXINT);
}

char *
at_lint_describe_body (AtAsyncTask *task)
{
  AtTaskSight sight = { .type = G_OBJECT_TYPE (task) };

  at_task_look_at_function (at_task_get_priv (task), &sight);

  return at_survey_dup_body_name (&sight);
}

char *
at_lint_describe (const AtLintRecord *record)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (record->task);
  g_autofree char *title = NULL;
  AtRare *rare;

  g_mutex_lock (&priv->lock);
  rare = at_task_get_rare (priv);
  title = g_strdup (rare != NULL ? rare->title : NULL);
  g_mutex_unlock (&priv->lock);

  return title != NULL ? g_strdup_printf ("\"%s\" (%s)", title, record->body) : g_strdup (record->body);
}

char *
at_lint_describe_start (const AtLintRecord *record)
{
  g_autofree char *text = at_call_site_dup_text (&record->call_site);

  return text != NULL ? g_strdup_printf ("; it was executed at %s", text) : g_strdup ("");
}

static void
add_text (GPtrArray          *texts,
          const AtLintRecord *record,
          char               *text)
{
  g_autofree char *taken = text, *end = at_lint_describe_start (record);

  g_ptr_array_add (texts, g_strconcat (taken, end, NULL));
}

static guint
get_state (const AtLintRecord *record)
{
  return at_state_get (&at_task_get_priv (record->task)->job.state);
}

/* Whether its body runs, or what stands for that. */
static gboolean
is_running (const AtLintRecord *record)
{
  return (get_state (record) & AT_PHASE_MASK) == AT_PHASE_RUNNING;
}

/* It was told to stop. */

static void
look_whether_ignored (AtLintRecord *record,
                      gint64        now,
                      GPtrArray    *texts)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (record->task);
  guint state = get_state (record);
  g_autofree char *name = NULL;
  int seconds;

  if ((state & AT_PHASE_MASK) != AT_PHASE_RUNNING || (state & AT_STATE_HAS_TO_STOP) == 0 ||
      (record->told & AT_LINT_IGNORED) != 0)
    return;

  /* As it may have been before anything was known of it. */
  if (record->stopped_at == 0)
    record->stopped_at = now;
  if (now - record->stopped_at < AT_LINT_IGNORED_USEC)
    return;

  /* A group ends with its tasks, which have records of their own. */
  if (at_task_is_deferred (priv) && at_task_is_begun_at_once (priv))
    return;

  record->told |= AT_LINT_IGNORED;
  name = at_lint_describe (record);
  seconds = get_seconds (now - record->stopped_at);
  if (at_task_is_deferred (priv))
    add_text (texts, record,
              g_strdup_printf ("The deferred task %s %s %d seconds ago, and has not completed", name,
                               (state & AT_STATE_CANCELLED) != 0 ? "was cancelled" : "timed out", seconds));
  else
    add_text (texts, record,
              g_strdup_printf ("The body of the task %s has ignored for %d seconds that %s", name, seconds,
                               (state & AT_STATE_CANCELLED) != 0 ? "it was cancelled" : "its time is up"));
}

/* Its callbacks wait. */

/* What the owner of the same context is at, or NULL. */
static AtLintRecord *
find_callback (GHashTable *records,
               AtMailbox  *mailbox)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AtLintRecord *record = value;

      if (record->callback != NULL && at_task_get_mailbox (at_task_get_priv (record->task)) == mailbox)
        return record;
    }

  return NULL;
}

static char *
dup_context_name (AtMailbox *mailbox)
{
  if (mailbox == at_mailbox_get_default ())
    return g_strdup ("the default main context");

  return g_strdup_printf ("the main context %p", (gpointer) at_mailbox_get_context (mailbox));
}

/* Whether it is known to wait for its last callback; what else waits in its context may be
 * of any other. */
static gboolean
waits_itself (const AtLintRecord *record)
{
  return record->ended_at != 0 && record->callback == NULL;
}

static void
look_whether_waiting (GHashTable   *records,
                      AtLintRecord *record,
                      gint64        now,
                      GPtrArray    *texts)
{
  AtMailbox *mailbox = at_task_get_mailbox (at_task_get_priv (record->task));
  g_autofree char *name = NULL, *context = NULL, *busy = NULL;
  AtLintRecord *other;
  gint64 since, ended_at = waits_itself (record) ? record->ended_at : 0;

  /* When it ended says nothing any more once its own end was taken: what is there came later. */
  if (!at_mailbox_is_waiting (mailbox, now, ended_at, record->n_iterations, &since) ||
      now - since < AT_LINT_WAITING_USEC || !at_mailbox_may_tell (mailbox))
    return;

  other = find_callback (records, mailbox);
  if (other != NULL)
    {
      g_autofree char *other_name = at_lint_describe (other);

      busy = g_strdup_printf (", which is in a callback (%s) of the task %s", other->callback, other_name);
    }
  name = at_lint_describe (record);
  context = dup_context_name (mailbox);
  add_text (texts, record,
            g_strdup_printf ("Callbacks of the task %s%s have waited for %d seconds: nobody iterates %s%s", name,
                             !waits_itself (record) ? ", or of another," : "", get_seconds (now - since), context,
                             busy != NULL ? busy : ""));
}

/* It is queued. */

static gpointer
get_target (gpointer executor)
{
  AtJobQueue *queue = at_job_queue_of (executor);

  return queue != NULL && queue->klass->target != NULL ? queue->klass->target (queue) : NULL;
}

/* The task keeps those that it was given to, and they their targets. */
static gpointer
get_executor (const AtLintRecord *record)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (record->task);
  gpointer executor;

  g_mutex_lock (&priv->lock);
  executor = at_task_get_used_executor (priv);
  g_mutex_unlock (&priv->lock);

  return executor;
}

/* Where it waits: the executor whose queue it is in, or that of somebody else's which has it. */
static gpointer
get_waiting_at (const AtLintRecord *record)
{
  AtJobQueue *queue = at_job_get_queue (at_job_of (record->task));
  gpointer executor = get_executor (record);

  if (queue == NULL)
    return executor;

  for (; executor != NULL; executor = get_target (executor))
    if (at_job_queue_of (executor) == queue)
      return executor;

  return NULL;
}

static gboolean
is_queued (const AtLintRecord *record,
           gint64              now)
{
  return record->queued_at != 0 && now - record->queued_at >= AT_LINT_WAITING_USEC &&
         at_job_is_queued (at_job_of (record->task));
}

static gboolean
is_on (const AtLintRecord *record,
       gpointer            executor)
{
  for (gpointer at = get_executor (record); at != NULL; at = get_target (at))
    if (at == executor)
      return TRUE;

  return FALSE;
}

/* The bodies that run on @executor, but for those that are paused or asleep. */
static GPtrArray *
find_holders (GHashTable *records,
              gpointer    executor)
{
  GPtrArray *holders = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AtLintRecord *record = value;

      if (is_running (record) && !at_task_is_deferred (at_task_get_priv (record->task)) && !record->is_away &&
          record->began_at != 0 && is_on (record, executor))
        g_ptr_array_add (holders, record);
    }

  return holders;
}

/* Whether none of them goes on, and nobody has been told. */
static gboolean
are_stuck (GPtrArray *holders,
           gint64     now)
{
  gboolean is_news = FALSE;

  for (guint i = 0; i < holders->len; i++)
    {
      AtLintRecord *holder = holders->pdata[i];

      if (now - holder->began_at < AT_LINT_WAITING_USEC ||
          (holder->awaited == NULL && !at_thread_state_is_blocked (&holder->thread)))
        return FALSE;

      is_news = is_news || (holder->told & AT_LINT_STARVED) == 0;
    }

  return is_news;
}

/* Whether each of them waits for a task, one of which is queued. */
static gboolean
are_parents (GHashTable *records,
             GPtrArray  *holders)
{
  gboolean any_queued = FALSE;

  for (guint i = 0; i < holders->len; i++)
    {
      AtAsyncTask *awaited = ((AtLintRecord *) holders->pdata[i])->awaited;

      if (awaited == NULL)
        return FALSE;

      any_queued = any_queued || (g_hash_table_contains (records, awaited) && at_job_is_queued (at_job_of (awaited)));
    }

  return any_queued;
}

static void
append_holders (GString    *text,
                GHashTable *records,
                GPtrArray  *holders)
{
  for (guint i = 0; i < MIN (holders->len, MAX_NAMED); i++)
    {
      AtLintRecord *holder = holders->pdata[i], *awaited;
      g_autofree char *name = at_lint_describe (holder);

      g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", name);
      awaited = holder->awaited != NULL ? g_hash_table_lookup (records, holder->awaited) : NULL;
      if (awaited != NULL)
        {
          g_autofree char *awaited_name = at_lint_describe (awaited);

          g_string_append_printf (text, " waits for %s", awaited_name);
        }
    }
  if (holders->len > MAX_NAMED)
    g_string_append_printf (text, "; and %u more", holders->len - MAX_NAMED);
}

static void
append_executor (GString  *text,
                 gpointer  executor)
{
  const char *name = NULL;

  if (AT_IS_THREAD_POOL_EXECUTOR (executor))
    name = at_thread_pool_executor_get_name (executor);

  g_string_append (text, G_OBJECT_TYPE_NAME (executor));
  if (name != NULL)
    g_string_append_printf (text, " \"%s\"", name);
  g_string_append_printf (text, " %p", executor);
}

static void
look_at_wait (GHashTable *records,
              AtWait     *wait,
              gint64      now,
              GPtrArray  *texts)
{
  g_autoptr (GPtrArray) holders = find_holders (records, wait->executor);
  g_autofree char *name = NULL;
  GString *text;

  if (!are_stuck (holders, now))
    return;

  for (guint i = 0; i < holders->len; i++)
    ((AtLintRecord *) holders->pdata[i])->told |= AT_LINT_STARVED;

  name = at_lint_describe (wait->oldest);
  text = g_string_new (NULL);
  g_string_append_printf (text, "The task %s has been queued for %d seconds on ", name,
                          get_seconds (now - wait->oldest->queued_at));
  append_executor (text, wait->executor);
  if (are_parents (records, holders))
    g_string_append_printf (text, ", where each body that runs (%u) waits for a task that has no slot: ", holders->len);
  else
    g_string_append_printf (text, ", where each body that runs (%u) blocks: ", holders->len);
  append_holders (text, records, holders);
  add_text (texts, wait->oldest, g_string_free (text, FALSE));
}

/* The oldest of each queue. */
static void
note_wait (GArray       *waits,
           AtLintRecord *record)
{
  AtWait wait = { get_waiting_at (record), record };

  if (wait.executor == NULL)
    return;

  for (guint i = 0; i < waits->len; i++)
    {
      AtWait *other = &g_array_index (waits, AtWait, i);

      if (other->executor == wait.executor)
        {
          if (record->queued_at < other->oldest->queued_at)
            other->oldest = record;
          return;
        }
    }

  g_array_append_val (waits, wait);
}

void
at_lint_look_at (GHashTable *records,
                 gint64      now,
                 GPtrArray  *texts)
{
  g_autoptr (GArray) waits = g_array_new (FALSE, FALSE, sizeof (AtWait));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AtLintRecord *record = value;

      look_whether_ignored (record, now, texts);
      if (waits_itself (record))
        look_whether_waiting (records, record, now, texts);
      if (is_queued (record, now))
        note_wait (waits, record);
    }

  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!waits_itself (value))
      look_whether_waiting (records, value, now, texts);

  for (guint i = 0; i < waits->len; i++)
    look_at_wait (records, &g_array_index (waits, AtWait, i), now, texts);
}
