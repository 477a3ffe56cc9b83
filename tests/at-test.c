/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE
#include "at-test.h"

#include <dlfcn.h>
#include <string.h>
#include <time.h>

#ifdef HAVE_VALGRIND
# include <valgrind/valgrind.h>
#endif

static gboolean is_slow;
static gint         level_expected; /* or 0 */
static gint         n_expected;
static GAsyncQueue *expected;       /* what was said; made by the first who expects something */

/* Being in the program, this is called instead of GLib's. */

static GThread *time_keeper; /* atomic: has the time go on for itself alone, if it does */
static gint64   stopped_at;  /* atomic: a thread may come to look only when it is stopped again */
static gint64   skipped;     /* atomic */
static gboolean is_own;      /* from the start */

static gint64
get_system_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);

  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

__attribute__ ((visibility ("default"))) gint64
g_get_monotonic_time (void)
{
  GThread *keeper = g_atomic_pointer_get (&time_keeper);

  if (keeper != NULL && keeper != g_thread_self ())
    return __atomic_load_n (&stopped_at, __ATOMIC_SEQ_CST);

  return get_system_time () + __atomic_load_n (&skipped, __ATOMIC_SEQ_CST);
}

/* The same. GLib's waits by the system's clock, of which no more than a moment at a time
 * is wanted here: a caller may be woken for nothing, and looks again. */
__attribute__ ((visibility ("default"))) gboolean
g_cond_wait_until (GCond  *cond,
                   GMutex *mutex,
                   gint64  end_time)
{
  static gboolean (* wait_until) (GCond *, GMutex *, gint64); /* atomic */
  gboolean (* found) (GCond *, GMutex *, gint64) = g_atomic_pointer_get (&wait_until);
  gint64 left;

  if (found == NULL)
    {
      found = (gboolean (*) (GCond *, GMutex *, gint64)) dlsym (RTLD_NEXT, "g_cond_wait_until");
      g_atomic_pointer_set (&wait_until, found);
    }
  if (!is_own)
    return found (cond, mutex, end_time);

  left = end_time - g_get_monotonic_time ();
  if (left <= 0)
    return FALSE;

  return found (cond, mutex, get_system_time () + MIN (left, G_TIME_SPAN_MILLISECOND)) ||
         g_get_monotonic_time () < end_time;
}

/* What the library tells of has to do with times that are as they are made here. */
void
at_test_time_own (void)
{
  is_own = TRUE;
  at_set_debug_flags (AT_DEBUG_NONE);
}

void
at_test_time_skip (double seconds)
{
  g_assert_true (is_own);
  __atomic_add_fetch (&skipped, (gint64) (seconds * G_USEC_PER_SEC), __ATOMIC_SEQ_CST);
}

/* What is waited for by the system's own clock is an hour away. */
void
at_test_time_stop (void)
{
  __atomic_store_n (&stopped_at, g_get_monotonic_time () + 3600 * (gint64) G_USEC_PER_SEC,
                    __ATOMIC_SEQ_CST);
  g_atomic_pointer_set (&time_keeper, g_thread_self ());
}

void
at_test_time_go_on (void)
{
  g_atomic_pointer_set (&time_keeper, NULL);
}

/* That a callback took long is no fault of a test's that runs beside many others. */
static gboolean
is_of_machine (const char *domain,
               const char *message)
{
  return g_strcmp0 (domain, "AsyncTask") == 0 && strstr (message, " held the main loop for ") != NULL;
}

/* Messages come by two roads: g_return_if_fail() takes g_log(), g_critical() the
 * structured one, which g_test_expect_message() does not see. Both end here. */
static gboolean
note_expected (const char     *domain,
               GLogLevelFlags  level,
               const char     *message)
{
  if ((level & g_atomic_int_get (&level_expected)) == 0 ||
      (g_strcmp0 (domain, "AsyncTask") != 0 && g_strcmp0 (domain, "AsyncTaskGtk") != 0))
    return FALSE;

  g_atomic_int_inc (&n_expected);
  g_async_queue_push (expected, g_strdup (message));
  return TRUE;
}

static void
log_handler (const char     *domain,
             GLogLevelFlags  level,
             const char     *message,
             gpointer        user_data)
{
  if (note_expected (domain, level, message) || is_of_machine (domain, message))
    return;

  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING))
    {
      g_printerr ("%s: unexpected message: %s\n", domain != NULL ? domain : "(no domain)", message);
      g_abort ();
    }

  g_log_default_handler (domain, level, message, NULL);
}

static GLogWriterOutput
log_writer (GLogLevelFlags   level,
            const GLogField *fields,
            gsize            n_fields,
            gpointer         user_data)
{
  const char *domain = NULL, *message = NULL;
  gsize i;

  for (i = 0; i < n_fields; i++)
    {
      if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
        domain = fields[i].value;
      else if (strcmp (fields[i].key, "MESSAGE") == 0)
        message = fields[i].value;
    }

  if (note_expected (domain, level, message) || is_of_machine (domain, message))
    return G_LOG_WRITER_HANDLED;

  g_log_writer_default (level, fields, n_fields, user_data);

  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING))
    g_abort ();

  return G_LOG_WRITER_HANDLED;
}

void
at_test_init (int    *argc,
              char ***argv)
{
  g_test_init (argc, argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_WARNING);
  g_log_set_default_handler (log_handler, NULL);
  g_log_set_writer_func (log_writer, NULL, NULL);

  /* Which warning ends the program is for the test to say. */
  at_set_debug_flags (at_get_debug_flags () & ~AT_DEBUG_FATAL);

  is_slow = g_getenv ("AT_TEST_SLOW") != NULL;
#ifdef HAVE_VALGRIND
  is_slow = is_slow || RUNNING_ON_VALGRIND;
#endif
}

guint
at_test_scale (guint count)
{
  return is_slow ? MAX (count / 100, 10) : count;
}

static gint64
get_system_guard_usec (void)
{
  return (is_slow ? 600 : 60) * G_USEC_PER_SEC;
}

/* Where a test lets time pass, that is not what ends a wait. */
gint64
at_test_guard_usec (void)
{
  return is_own ? 365 * G_TIME_SPAN_DAY : get_system_guard_usec ();
}

static char *
take_last_expected (void)
{
  char *last = NULL;

  for (char *next = g_async_queue_try_pop (expected); next != NULL; next = g_async_queue_try_pop (expected))
    {
      g_free (last);
      last = next;
    }

  return last;
}

static void
expect (GLogLevelFlags level)
{
  if (expected == NULL)
    expected = g_async_queue_new ();

  g_free (take_last_expected ());
  g_atomic_int_set (&n_expected, 0);
  g_atomic_int_set (&level_expected, level);
}

static guint
expect_no_more (void)
{
  g_atomic_int_set (&level_expected, 0);

  return g_atomic_int_get (&n_expected);
}

void
at_test_criticals_begin (void)
{
  expect (G_LOG_LEVEL_CRITICAL);
}

guint
at_test_criticals_end (void)
{
  return expect_no_more ();
}

void
at_test_warnings_begin (void)
{
  expect (G_LOG_LEVEL_WARNING);
}

guint
at_test_warnings_end (char **last)
{
  guint n = expect_no_more ();
  g_autofree char *message = take_last_expected ();

  if (last != NULL)
    *last = n > 0 ? g_steal_pointer (&message) : NULL;

  return n;
}

guint
at_test_warnings_count (void)
{
  return (guint) g_atomic_int_get (&n_expected);
}

char *
at_test_warnings_wait (void)
{
  char *message = NULL;

  at_test_poll_until ((message = g_async_queue_try_pop (expected)) != NULL);

  return message;
}

void
at_test_hang (const char *what,
              const char *file,
              int         line)
{
  g_printerr ("Nothing moved at %s:%d, waiting for: %s\n", file, line, what);
  g_abort ();
}

static gboolean
guard_cb (gpointer user_data)
{
  AtTestGuard *guard = user_data;

  at_test_hang (guard->what, guard->file, guard->line);
  return G_SOURCE_REMOVE;
}

void
at_test_guard_begin (AtTestGuard  *guard,
                     GMainContext *context,
                     const char   *what,
                     const char   *file,
                     int           line)
{
  guard->context = context;
  guard->what = what;
  guard->file = file;
  guard->line = line;
  guard->source = g_timeout_source_new (get_system_guard_usec () / 1000);
  g_source_set_static_name (guard->source, "at-test guard");
  g_source_set_callback (guard->source, guard_cb, guard, NULL);
  g_source_attach (guard->source, context);
}

void
at_test_guard_end (AtTestGuard *guard)
{
  g_source_destroy (guard->source);
  g_source_unref (guard->source);
}

void
at_test_gate_init (AtTestGate *gate)
{
  memset (gate, 0, sizeof *gate);
  g_mutex_init (&gate->mutex);
  g_cond_init (&gate->cond);
}

void
at_test_gate_clear (AtTestGate *gate)
{
  /* Whoever opened the gate, or passed it, has let go of the mutex. */
  g_mutex_lock (&gate->mutex);
  g_mutex_unlock (&gate->mutex);
  g_mutex_clear (&gate->mutex);
  g_cond_clear (&gate->cond);
}

void
at_test_gate_pass (AtTestGate *gate)
{
  gint64 end = g_get_monotonic_time () + 2 * at_test_guard_usec ();

  g_mutex_lock (&gate->mutex);
  gate->n_arrived++;
  g_cond_broadcast (&gate->cond);
  while (!gate->open)
    {
      if (!g_cond_wait_until (&gate->cond, &gate->mutex, end))
        at_test_hang ("a gate to open", __FILE__, __LINE__);
    }
  g_mutex_unlock (&gate->mutex);
}

void
at_test_gate_wait_arrived (AtTestGate *gate,
                           guint       n_arrived)
{
  gint64 end = g_get_monotonic_time () + at_test_guard_usec ();

  g_mutex_lock (&gate->mutex);
  while (gate->n_arrived < n_arrived)
    {
      if (!g_cond_wait_until (&gate->cond, &gate->mutex, end))
        at_test_hang ("bodies to arrive at a gate", __FILE__, __LINE__);
    }
  g_mutex_unlock (&gate->mutex);
}

guint
at_test_gate_get_arrived (AtTestGate *gate)
{
  guint n_arrived;

  g_mutex_lock (&gate->mutex);
  n_arrived = gate->n_arrived;
  g_mutex_unlock (&gate->mutex);

  return n_arrived;
}

void
at_test_gate_open (AtTestGate *gate)
{
  g_mutex_lock (&gate->mutex);
  gate->open = TRUE;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->mutex);
}

void
at_test_record_init (AtTestRecord *record)
{
  memset (record, 0, sizeof *record);
  g_mutex_init (&record->mutex);
  record->owner = g_thread_self ();
  record->end = g_atomic_rc_box_new0 (AtTestEnd);
  g_mutex_init (&record->end->mutex);
  record->end->record = record;
  record->trace = g_string_new (NULL);
  record->notifies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
test_end_clear (gpointer data)
{
  AtTestEnd *end = data;

  g_mutex_clear (&end->mutex);
}

static void
test_end_unref (AtTestEnd *end)
{
  g_atomic_rc_box_release_full (end, test_end_clear);
}

void
at_test_record_clear (AtTestRecord *record)
{
  g_mutex_lock (&record->end->mutex);
  record->end->record = NULL;
  g_mutex_unlock (&record->end->mutex);
  test_end_unref (record->end);

  g_hash_table_unref (record->notifies);
  g_string_free (record->trace, TRUE);
  g_mutex_clear (&record->mutex);
}

static void
record_note_locked (AtTestRecord *record,
                    const char   *word)
{
  if (record->trace->len > 0)
    g_string_append_c (record->trace, ' ');
  g_string_append (record->trace, word);
}

void
at_test_record_note (AtTestRecord *record,
                     const char   *word)
{
  g_mutex_lock (&record->mutex);
  record_note_locked (record, word);
  g_mutex_unlock (&record->mutex);
}

gboolean
at_test_record_has (AtTestRecord *record,
                    const char   *word)
{
  gboolean has;

  g_mutex_lock (&record->mutex);
  has = strstr (record->trace->str, word) != NULL;
  g_mutex_unlock (&record->mutex);

  return has;
}

static void
record_event (AtTestRecord  *record,
              AtAsyncTask   *task,
              AtTestEvent    event,
              gconstpointer  payload)
{
  static const char * const words[AT_TEST_N_EVENTS] = {
    "pre", "body", "progress", "post", "cancelled", "failed"
  };

  g_mutex_lock (&record->mutex);
  record->counts[event]++;
  /* A flood of values would only make the trace unreadable. */
  if (event != AT_TEST_EVENT_PROGRESS || record->counts[event] <= 3)
    record_note_locked (record, words[event]);
  if (event == AT_TEST_EVENT_BODY)
    record->body_thread = g_thread_self ();
  else if (record->owner != g_thread_self ())
    record->n_elsewhere++;
  g_mutex_unlock (&record->mutex);

  if (record->hook != NULL)
    record->hook (task, event, payload, record->hook_data);
}

static void
record_notify_cb (AtAsyncTask  *task,
                  GParamSpec   *pspec,
                  AtTestRecord *record)
{
  guint n;

  g_mutex_lock (&record->mutex);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (record->notifies, pspec->name));
  g_hash_table_insert (record->notifies, g_strdup (pspec->name), GUINT_TO_POINTER (n + 1));
  if (record->owner != g_thread_self ())
    record->n_elsewhere++;
  g_mutex_unlock (&record->mutex);
}

/* Counts the notifies. */
void
at_test_record_watch (AtTestRecord *record,
                      AtAsyncTask  *task)
{
  g_signal_connect (task, "notify", G_CALLBACK (record_notify_cb), record);
}

static void
pre_execute_cb (AtAsyncTask  *task,
                AtTestRecord *record)
{
  record_event (record, task, AT_TEST_EVENT_PRE, NULL);
}

static void
progress_update_cb (AtAsyncTask  *task,
                    const GValue *value,
                    AtTestRecord *record)
{
  record_event (record, task, AT_TEST_EVENT_PROGRESS, value);
}

static void
post_execute_cb (AtAsyncTask  *task,
                 const GValue *result,
                 AtTestRecord *record)
{
  record_event (record, task, AT_TEST_EVENT_POST, result);
}

static void
cancelled_cb (AtAsyncTask  *task,
              const GValue *result,
              AtTestRecord *record)
{
  record_event (record, task, AT_TEST_EVENT_CANCELLED, result);
}

static void
failed_cb (AtAsyncTask  *task,
           const GError *error,
           AtTestRecord *record)
{
  record_event (record, task, AT_TEST_EVENT_FAILED, error);
}

static void
record_end_cb (gpointer  user_data,
               GObject  *where_the_object_was)
{
  AtTestEnd *end = user_data;
  AtTestRecord *record;

  g_mutex_lock (&end->mutex);
  record = end->record;
  if (record != NULL)
    {
      g_mutex_lock (&record->mutex);
      record->n_finalized++;
      if (record->owner != g_thread_self ())
        record->n_finalized_elsewhere++;
      g_mutex_unlock (&record->mutex);
    }
  g_mutex_unlock (&end->mutex);
  test_end_unref (end);
}

/* Records a task of any class by its signals. */
void
at_test_record_connect (AtTestRecord *record,
                        AtAsyncTask  *task)
{
  g_signal_connect (task, "pre-execute", G_CALLBACK (pre_execute_cb), record);
  g_signal_connect (task, "progress-update", G_CALLBACK (progress_update_cb), record);
  g_signal_connect (task, "post-execute", G_CALLBACK (post_execute_cb), record);
  g_signal_connect (task, "cancelled", G_CALLBACK (cancelled_cb), record);
  g_signal_connect (task, "failed", G_CALLBACK (failed_cb), record);
  at_test_record_watch (record, task);
  g_object_weak_ref (G_OBJECT (task), record_end_cb, g_atomic_rc_box_acquire (record->end));
}

guint
at_test_record_get_count (AtTestRecord *record,
                          AtTestEvent   event)
{
  guint n;

  g_mutex_lock (&record->mutex);
  n = record->counts[event];
  g_mutex_unlock (&record->mutex);

  return n;
}

guint
at_test_record_get_n_last (AtTestRecord *record)
{
  guint n;

  g_mutex_lock (&record->mutex);
  n = record->counts[AT_TEST_EVENT_POST] + record->counts[AT_TEST_EVENT_CANCELLED] +
      record->counts[AT_TEST_EVENT_FAILED];
  g_mutex_unlock (&record->mutex);

  return n;
}

guint
at_test_record_get_n_notifies (AtTestRecord *record,
                               const char   *property)
{
  guint n;

  g_mutex_lock (&record->mutex);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (record->notifies, property));
  g_mutex_unlock (&record->mutex);

  return n;
}

guint
at_test_record_get_n_all_notifies (AtTestRecord *record)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_mutex_lock (&record->mutex);
  g_hash_table_iter_init (&iter, record->notifies);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += GPOINTER_TO_UINT (value);
  g_mutex_unlock (&record->mutex);

  return n;
}

guint
at_test_record_get_n_finalized (AtTestRecord *record)
{
  guint n;

  g_mutex_lock (&record->mutex);
  n = record->n_finalized;
  g_mutex_unlock (&record->mutex);

  return n;
}

G_DEFINE_FINAL_TYPE (AtTestTask, at_test_task, AT_TYPE_ASYNC_TASK)

static gboolean
at_test_task_in_background (AtAsyncTask   *task,
                            const GValue  *params,
                            GCancellable  *cancellable,
                            GError       **error)
{
  AtTestTask *self = AT_TEST_TASK (task);

  record_event (self->record, task, AT_TEST_EVENT_BODY, params);

  return self->body (task, params, cancellable, self->body_data, error);
}

static void
at_test_task_pre_execute (AtAsyncTask *task)
{
  record_event (AT_TEST_TASK (task)->record, task, AT_TEST_EVENT_PRE, NULL);
}

static void
at_test_task_progress_update (AtAsyncTask  *task,
                              const GValue *value)
{
  record_event (AT_TEST_TASK (task)->record, task, AT_TEST_EVENT_PROGRESS, value);
}

static void
at_test_task_post_execute (AtAsyncTask  *task,
                           const GValue *result)
{
  record_event (AT_TEST_TASK (task)->record, task, AT_TEST_EVENT_POST, result);
}

static void
at_test_task_cancelled (AtAsyncTask  *task,
                        const GValue *result)
{
  record_event (AT_TEST_TASK (task)->record, task, AT_TEST_EVENT_CANCELLED, result);
}

static void
at_test_task_failed (AtAsyncTask  *task,
                     const GError *error)
{
  record_event (AT_TEST_TASK (task)->record, task, AT_TEST_EVENT_FAILED, error);
}

static void
at_test_task_finalize (GObject *object)
{
  AtTestTask *self = AT_TEST_TASK (object);

  record_end_cb (self->end, object);

  G_OBJECT_CLASS (at_test_task_parent_class)->finalize (object);
}

static void
at_test_task_class_init (AtTestTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);

  object_class->finalize = at_test_task_finalize;

  task_class->in_background = at_test_task_in_background;
  task_class->pre_execute = at_test_task_pre_execute;
  task_class->progress_update = at_test_task_progress_update;
  task_class->post_execute = at_test_task_post_execute;
  task_class->cancelled = at_test_task_cancelled;
  task_class->failed = at_test_task_failed;
}

static void
at_test_task_init (AtTestTask *self)
{
}

AtAsyncTask *
at_test_task_new (AtTestRecord *record,
                  AtTaskFunc    body,
                  gpointer      body_data)
{
  AtTestTask *self = g_object_new (AT_TEST_TYPE_TASK, NULL);

  self->record = record;
  self->end = g_atomic_rc_box_acquire (record->end);
  self->body = body;
  self->body_data = body_data;

  return AT_ASYNC_TASK (self);
}

void
at_test_finish (AtAsyncTask *task)
{
  at_test_iterate_until (at_async_task_get_main_context (task),
                         at_async_task_get_status (task) == AT_STATUS_FINISHED);

  /* Whatever the test makes of it, its failure was heard of. */
  g_assert_cmpint (at_async_task_get_outcome (task), !=, AT_OUTCOME_NONE);
}

static void
on_heard (AtAsyncTask  *task,
          const GError *error)
{
}

void
at_test_hear (AtAsyncTask *task)
{
  g_signal_connect (task, "failed", G_CALLBACK (on_heard), NULL);
}

AtExecutor *
at_test_pool_new (guint max_threads)
{
  return AT_EXECUTOR (at_thread_pool_executor_new (NULL, max_threads));
}

void
at_test_execute (AtAsyncTask *task,
                 AtExecutor  *executor)
{
  g_autoptr (GError) error = NULL;

  at_async_task_execute_on_executor (task, executor, NULL, &error);
  g_assert_no_error (error);
}

void
at_test_settle (GMainContext *context,
                AtExecutor   *executor)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;

  at_async_task_set_main_context (task, context);
  at_async_task_set_priority (task, G_MAXINT);
  at_async_task_execute_on_executor (task, executor, NULL, &error);
  g_assert_no_error (error);
  at_test_finish (task);
}

gboolean
at_test_body_succeed (AtAsyncTask   *task,
                      const GValue  *params,
                      GCancellable  *cancellable,
                      gpointer       user_data,
                      GError       **error)
{
  return TRUE;
}

gboolean
at_test_body_fail (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "No room");
  return FALSE;
}

gboolean
at_test_body_gate (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  at_test_gate_pass (user_data);
  return TRUE;
}

void
at_test_count_made (AtTestCount *count)
{
  g_atomic_int_inc (&count->n_made);
}

void
at_test_count_freed (gpointer user_data)
{
  AtTestCount *count = user_data;

  g_atomic_int_inc (&count->n_freed);
  if (count->owner != g_thread_self ())
    g_atomic_int_inc (&count->n_freed_elsewhere);
}

struct _AtTestCanary
{
  GObject      parent_instance;

  AtTestCount *count;
};

G_DEFINE_FINAL_TYPE (AtTestCanary, at_test_canary, G_TYPE_OBJECT)

static void
at_test_canary_finalize (GObject *object)
{
  at_test_count_freed (AT_TEST_CANARY (object)->count);

  G_OBJECT_CLASS (at_test_canary_parent_class)->finalize (object);
}

static void
at_test_canary_class_init (AtTestCanaryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = at_test_canary_finalize;
}

static void
at_test_canary_init (AtTestCanary *self)
{
}

GObject *
at_test_canary_new (AtTestCount *count)
{
  AtTestCanary *self = g_object_new (AT_TEST_TYPE_CANARY, NULL);

  self->count = count;
  at_test_count_made (count);

  return G_OBJECT (self);
}

typedef struct
{
  AtTestCount *count;
  gboolean     is_copy;
} AtTestToken;

static AtTestToken *
at_test_token_copy (AtTestToken *self)
{
  AtTestToken *copy = g_new (AtTestToken, 1);

  copy->count = self->count;
  copy->is_copy = TRUE;
  at_test_count_made (copy->count);

  return copy;
}

static void
at_test_token_free (AtTestToken *self)
{
  if (self->is_copy)
    at_test_count_freed (self->count);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (AtTestToken, at_test_token, at_test_token_copy, at_test_token_free)

void
at_test_token_init_value (GValue      *value,
                          AtTestCount *count)
{
  AtTestToken *self = g_new (AtTestToken, 1);

  self->count = count;
  self->is_copy = FALSE;
  g_value_init (value, AT_TEST_TYPE_TOKEN);
  g_value_take_boxed (value, self);
}

typedef struct
{
  AtTestCount *count;
} AtTestErrorPrivate;

static void at_test_error_private_init  (AtTestErrorPrivate       *priv);
static void at_test_error_private_copy  (const AtTestErrorPrivate *src,
                                         AtTestErrorPrivate       *dest);
static void at_test_error_private_clear (AtTestErrorPrivate       *priv);

/* What GLib's macro casts is aligned; clang cannot know. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-align"
G_DEFINE_EXTENDED_ERROR (AtTestError, at_test_error)
#pragma GCC diagnostic pop

static void
at_test_error_private_init (AtTestErrorPrivate *priv)
{
}

static void
at_test_error_private_copy (const AtTestErrorPrivate *src,
                            AtTestErrorPrivate       *dest)
{
  dest->count = src->count;
  at_test_count_made (dest->count);
}

static void
at_test_error_private_clear (AtTestErrorPrivate *priv)
{
  at_test_count_freed (priv->count);
}

GError *
at_test_error_new (AtTestCount *count,
                   int          code)
{
  GError *error = g_error_new_literal (AT_TEST_ERROR, code, "Counted");

  at_test_error_get_private (error)->count = count;
  at_test_count_made (count);

  return error;
}

static gpointer
loop_thread (gpointer user_data)
{
  AtTestLoop *self = user_data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

static void
loop_started (gpointer user_data)
{
}

AtTestLoop *
at_test_loop_new (void)
{
  AtTestLoop *self = g_new0 (AtTestLoop, 1);

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("at-test loop", loop_thread, self);
  /* Until it runs, nobody owns the context. */
  at_test_loop_call (self, loop_started, NULL);

  return self;
}

static void
loop_quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
}

void
at_test_loop_free (AtTestLoop *self)
{
  at_test_loop_call (self, loop_quit, self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self);
}

typedef struct
{
  AtTestCall func;
  gpointer   user_data;
  AtTestGate gate;
} LoopCall;

static gboolean
loop_call_cb (gpointer user_data)
{
  LoopCall *call = user_data;

  call->func (call->user_data);
  at_test_gate_open (&call->gate);

  return G_SOURCE_REMOVE;
}

void
at_test_loop_call (AtTestLoop *self,
                   AtTestCall  func,
                   gpointer    user_data)
{
  LoopCall call = { func, user_data, };
  g_autoptr (GSource) source = g_idle_source_new ();

  at_test_gate_init (&call.gate);
  g_source_set_callback (source, loop_call_cb, &call, NULL);
  g_source_attach (source, self->context);
  at_test_gate_pass (&call.gate);
  at_test_gate_clear (&call.gate);
}

static gpointer
call_thread (gpointer user_data)
{
  LoopCall *call = user_data;

  call->func (call->user_data);

  return NULL;
}

void
at_test_call_in_thread (AtTestCall func,
                        gpointer   user_data)
{
  LoopCall call = { func, user_data, };

  g_thread_join (g_thread_new ("at-test call", call_thread, &call));
}
