/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-lint-private.h"

#include "at-debug.h"
#include "at-marks-private.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LOOK_USEC (250 * G_TIME_SPAN_MILLISECOND)

int at_seeing;

static GMutex      lock;
static GCond       changed;
static GHashTable *records;    /* AtAsyncTask → AtLintRecord, under the lock; or NULL */
static gboolean    has_watcher; /* under the lock: and that has yet to look whether it goes */

static __thread AtLintCallback *callbacks;

static void
record_free (gpointer data)
{
  AtLintRecord *record = data;

  g_free (record->body);
  g_free (record);
}

void
at_lint_tell (const char *text)
{
  g_warning ("%s", text);
  if ((g_atomic_int_get (&at_seeing) & AT_DEBUG_FATAL) != 0)
    g_abort ();
}

static void
tell_all (GPtrArray *texts)
{
  for (guint i = 0; i < texts->len; i++)
    at_lint_tell (texts->pdata[i]);
}

/* The watcher, who is there as long as there is something to watch. */

/* Under the lock. */
static gboolean
is_watched (void)
{
  return (g_atomic_int_get (&at_seeing) & AT_DEBUG_STUCK) != 0 &&
         records != NULL && g_hash_table_size (records) > 0;
}

/* Under the lock, which is let go where there is something to tell. */
static void
look (void)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  at_lint_look_at (records, g_get_monotonic_time (), texts);
  if (texts->len == 0)
    return;

  g_mutex_unlock (&lock);
  tell_all (texts);
  g_mutex_lock (&lock);
}

void
at_lint_look (void)
{
  g_mutex_lock (&lock);
  if (records != NULL)
    look ();
  g_mutex_unlock (&lock);
}

static gpointer
watch (gpointer data)
{
  g_mutex_lock (&lock);
  while (is_watched ())
    {
      g_cond_wait_until (&changed, &lock, g_get_monotonic_time () + LOOK_USEC);
      if (is_watched ())
        look ();
    }
  has_watcher = FALSE;
  g_mutex_unlock (&lock);

  return NULL;
}

/* Where there is no thread to be had, the next task tries again. Under the lock. */
static void
ensure_watcher (void)
{
  GThread *thread;

  if (has_watcher || !is_watched ())
    return;

  thread = g_thread_try_new ("at-lint", watch, NULL, NULL);
  if (thread == NULL)
    return;

  has_watcher = TRUE;
  g_thread_unref (thread);
}

/* What it sees. */

void
at_lint_change_seeing (int set,
                       int clear)
{
  g_mutex_lock (&lock);
  g_atomic_int_set (&at_seeing, (g_atomic_int_get (&at_seeing) & ~clear) | set);

  /* Nobody tells of the end of a task any more. */
  if (g_atomic_int_get (&at_seeing) == 0 && records != NULL)
    g_hash_table_remove_all (records);
  g_mutex_unlock (&lock);
  g_cond_signal (&changed);
}

/* The lock is taken, for the caller to let go. Returns NULL if nothing is known of the task. */
static AtLintRecord *
lock_record (AtAsyncTask *task)
{
  g_mutex_lock (&lock);

  return records != NULL ? g_hash_table_lookup (records, task) : NULL;
}

void
at_lint_execute (AtAsyncTask *task)
{
  AtLintRecord *record = g_new0 (AtLintRecord, 1);

  record->task = task;
  record->body = at_lint_describe_body (task);
  record->queued_at = g_get_monotonic_time ();
  if ((g_atomic_int_get (&at_seeing) & ~AT_SEEING_MARKS) != 0)
    at_call_site_take (&record->call_site);

  g_mutex_lock (&lock);
  if (records == NULL)
    records = g_hash_table_new_full (NULL, NULL, NULL, record_free);

  /* It may have been turned off meanwhile. */
  if (g_atomic_int_get (&at_seeing) != 0)
    g_hash_table_replace (records, task, g_steal_pointer (&record));
  ensure_watcher ();
  g_mutex_unlock (&lock);

  if (record != NULL)
    record_free (record);
}

void
at_lint_queue (AtAsyncTask *task)
{
  AtLintRecord *record = lock_record (task);

  if (record != NULL)
    record->queued_at = g_get_monotonic_time ();
  g_mutex_unlock (&lock);
}

void
at_lint_begin_body (AtAsyncTask *task)
{
  AtLintRecord *record = lock_record (task);
  gint64 queued_at = 0, now = g_get_monotonic_time ();

  if (record != NULL)
    {
      queued_at = record->queued_at;
      record->began_at = now;
      record->ended_at = 0;
      at_thread_state_init (&record->thread);
    }
  g_mutex_unlock (&lock);

  if (queued_at != 0)
    at_marks_add (task, "queued", queued_at, now);
}

void
at_lint_stop (AtAsyncTask *task)
{
  AtLintRecord *record = lock_record (task);

  if (record != NULL && record->stopped_at == 0)
    record->stopped_at = g_get_monotonic_time ();
  g_mutex_unlock (&lock);
}

void
at_lint_end (AtAsyncTask *task,
             int          n_iterations)
{
  AtLintRecord *record = lock_record (task);
  gint64 began_at = 0, now = g_get_monotonic_time ();

  if (record != NULL)
    {
      began_at = record->began_at;
      record->ended_at = now;
      record->n_iterations = n_iterations;
    }
  g_mutex_unlock (&lock);

  if (began_at != 0)
    at_marks_add (task, "body", began_at, now);
}

gint64
at_lint_get_end (AtAsyncTask *task)
{
  AtLintRecord *record = lock_record (task);
  gint64 ended_at = record != NULL ? record->ended_at : 0;

  g_mutex_unlock (&lock);

  return ended_at;
}

char *
at_lint_dup_name (AtAsyncTask *task)
{
  AtLintRecord *record = lock_record (task);
  char *name = record != NULL ? at_lint_describe (record) : NULL;

  g_mutex_unlock (&lock);

  return name;
}

void
at_lint_forget (AtAsyncTask *task)
{
  g_mutex_lock (&lock);
  if (records != NULL)
    g_hash_table_remove (records, task);
  g_mutex_unlock (&lock);
}

void
at_lint_set_away (AtAsyncTask *task,
                  gboolean     is_away)
{
  AtLintRecord *record = lock_record (task);

  if (record != NULL)
    record->is_away = is_away;
  g_mutex_unlock (&lock);
}

void
at_lint_set_awaited (AtAsyncTask *task,
                     AtAsyncTask *awaited)
{
  AtLintRecord *record = lock_record (task);

  if (record != NULL)
    record->awaited = awaited;
  g_mutex_unlock (&lock);
}

/* What it hears of at once. */

/* Whether to tell, now, what the task is called, and where it was executed. */
static gboolean
may_tell (AtAsyncTask  *task,
          AtLint        lint,
          char        **name,
          char        **start)
{
  AtLintRecord *record = lock_record (task);
  gboolean may = record != NULL && (record->told & lint) == 0 &&
                 (g_atomic_int_get (&at_seeing) & AT_DEBUG_SLOW) != 0;

  if (may)
    {
      record->told |= lint;
      *name = at_lint_describe (record);
      *start = at_lint_describe_start (record);
    }
  g_mutex_unlock (&lock);

  return may;
}

void
at_lint_value_unheard (AtAsyncTask *task)
{
  g_autofree char *name = NULL, *start = NULL, *text = NULL;

  if (!may_tell (task, AT_LINT_VALUE, &name, &start))
    return;

  text = g_strdup_printf ("The task %s publishes values, and nobody hears of them%s", name, start);
  at_lint_tell (text);
}

/* For how long this thread has waited for a processor since it began, where the kernel says
 * so: no callback is to blame for that. */
static gint64
get_delayed_usec (void)
{
  char line[128], *end;
  gssize length;
  guint64 nsec;
  int fd = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    return 0;
  length = read (fd, line, sizeof line - 1);
  close (fd);
  if (length <= 0)
    return 0;
  line[length] = '\0';
  end = strchr (line, ' ');
  if (end == NULL)
    return 0;
  nsec = g_ascii_strtoull (end, NULL, 10);

  return (gint64) (nsec / 1000);
}

static gint64
get_held_usec (AtLintCallback *self)
{
  gint64 usec = g_get_monotonic_time () - self->began_at;

  if (usec > AT_LINT_HELD_USEC)
    usec -= MAX (get_delayed_usec () - self->delayed_usec, 0);

  return usec;
}

void
at_lint_begin_callback (AtLintCallback *self,
                        AtAsyncTask    *task,
                        gpointer        mailbox,
                        const char     *name)
{
  AtLintRecord *record = lock_record (task);

  if (record != NULL)
    record->callback = name;
  g_mutex_unlock (&lock);

  memset (self, 0, sizeof *self);
  self->task = task;
  self->mailbox = mailbox;
  self->name = name;
  self->outer = callbacks;
  callbacks = self;
  if ((g_atomic_int_get (&at_seeing) & AT_DEBUG_SLOW) != 0)
    self->delayed_usec = get_delayed_usec ();
  self->began_at = g_get_monotonic_time ();
}

/* What a callback iterates itself is not held; and from there on nobody knows what has been
 * the callback, and what another source that the context had meanwhile. */
void
at_lint_iterate (gpointer mailbox)
{
  for (AtLintCallback *callback = callbacks; callback != NULL; callback = callback->outer)
    if (callback->mailbox == mailbox && !callback->has_iterated)
      {
        callback->has_iterated = TRUE;
        callback->held_usec = get_held_usec (callback);
      }
}

void
at_lint_end_callback (AtLintCallback *self)
{
  g_autofree char *name = NULL, *start = NULL, *text = NULL;
  AtLintRecord *record;

  if (!self->has_iterated)
    self->held_usec = get_held_usec (self);
  callbacks = self->outer;

  record = lock_record (self->task);
  if (record != NULL)
    record->callback = NULL;
  g_mutex_unlock (&lock);

  if (self->held_usec <= AT_LINT_HELD_USEC || !may_tell (self->task, AT_LINT_HELD, &name, &start))
    return;

  text = g_strdup_printf ("A callback (%s) of the task %s held the main loop for %d ms%s", self->name, name,
                          (int) MIN (self->held_usec / 1000, G_MAXINT), start);
  at_lint_tell (text);
}
