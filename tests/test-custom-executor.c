/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <string.h>

/* An executor as somebody else would write it: it does as @how says. */
typedef gboolean (* How) (AtAsyncTask  *task,
                          gpointer      user_data,
                          GError      **error);

#define CUSTOM_TYPE_EXECUTOR (custom_executor_get_type ())
G_DECLARE_FINAL_TYPE (CustomExecutor, custom_executor, CUSTOM, EXECUTOR, GObject)

struct _CustomExecutor
{
  GObject  parent_instance;

  How      how;
  gpointer user_data;
  guint    n_calls;
};

static void custom_executor_iface_init (AtExecutorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CustomExecutor, custom_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, custom_executor_iface_init))

static gboolean
custom_executor_execute (AtExecutor   *executor,
                         AtAsyncTask  *task,
                         GError      **error)
{
  CustomExecutor *self = CUSTOM_EXECUTOR (executor);

  self->n_calls++;

  return self->how (task, self->user_data, error);
}

static void
custom_executor_iface_init (AtExecutorInterface *iface)
{
  iface->execute = custom_executor_execute;
}

static void
custom_executor_class_init (CustomExecutorClass *klass)
{
}

static void
custom_executor_init (CustomExecutor *self)
{
}

static AtExecutor *
custom_executor_new (How      how,
                     gpointer user_data)
{
  CustomExecutor *self = g_object_new (CUSTOM_TYPE_EXECUTOR, NULL);

  self->how = how;
  self->user_data = user_data;

  return AT_EXECUTOR (self);
}

/* One that somebody began to write. */
#define UNFINISHED_TYPE_EXECUTOR (unfinished_executor_get_type ())
G_DECLARE_FINAL_TYPE (UnfinishedExecutor, unfinished_executor, UNFINISHED, EXECUTOR, GObject)

struct _UnfinishedExecutor
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (UnfinishedExecutor, unfinished_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, NULL))

static void
unfinished_executor_class_init (UnfinishedExecutorClass *klass)
{
}

static void
unfinished_executor_init (UnfinishedExecutor *self)
{
}

static gboolean
body_publish (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  at_async_task_publish (task, G_TYPE_INT, 1);
  at_async_task_set_fraction (task, 0.5);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

static gboolean
how_now (AtAsyncTask  *task,
         gpointer      user_data,
         GError      **error)
{
  at_async_task_run (task);

  return TRUE;
}

static void
test_now (void)
{
  g_autoptr (AtExecutor) executor = custom_executor_new (how_now, NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  at_async_task_set_executor (task, executor);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_record_assert_trace (&record, "pre body");
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress post");
  g_assert_true (record.body_thread == g_thread_self ());
  g_assert_cmpuint (CUSTOM_EXECUTOR (executor)->n_calls, ==, 1);

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&executor));
  at_test_record_clear (&record);
}

static gboolean
how_confused (AtAsyncTask  *task,
              gpointer      user_data,
              GError      **error)
{
  at_async_task_run (task);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "All is well");

  return TRUE;
}

/* What an executor returns counts, not what it leaves behind. */
static void
test_confused (void)
{
  g_autoptr (AtExecutor) executor = custom_executor_new (how_confused, NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, &error));
  g_assert_no_error (error);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static gpointer
run_thread (gpointer user_data)
{
  AtAsyncTask *task = user_data;

  at_async_task_run (task);
  g_object_unref (task);

  return NULL;
}

static gboolean
how_thread (AtAsyncTask  *task,
            gpointer      user_data,
            GError      **error)
{
  GPtrArray *threads = user_data;

  g_ptr_array_add (threads, g_thread_new ("Custom", run_thread, g_object_ref (task)));

  return TRUE;
}

static void
join_all (GPtrArray *threads)
{
  guint i;

  for (i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);
  g_ptr_array_set_size (threads, 0);
}

static void
test_own_thread (void)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  g_autoptr (AtExecutor) executor = custom_executor_new (how_thread, threads);
  guint i;

  for (i = 0; i < at_test_scale (1000); i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;
      AtTestRecord record;

      at_test_record_init (&record);
      task = at_test_task_new (&record, body_publish, NULL);
      g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
      if (i % 2 == 0)
        join_all (threads);
      at_test_finish (task);
      at_test_record_assert_trace (&record, "pre body progress post");
      at_test_record_assert_threads (&record);
      g_assert_true (record.body_thread != g_thread_self ());
      join_all (threads);
      g_assert_finalize_object (g_steal_pointer (&task));
      at_test_record_clear (&record);
    }
}

typedef struct
{
  AtTestGate gate;
  GThread   *thread;
  gint       has_run;
} LateDrop;

static gpointer
late_drop_thread (gpointer user_data)
{
  gpointer *data = user_data;
  AtAsyncTask *task = data[0];
  LateDrop *late = data[1];

  at_async_task_run (task);
  g_atomic_int_set (&late->has_run, TRUE);
  /* The owner has delivered, and dropped its own reference, long before. */
  at_test_gate_pass (&late->gate);
  g_object_unref (task);
  g_free (data);

  return NULL;
}

static gboolean
how_late_drop (AtAsyncTask  *task,
               gpointer      user_data,
               GError      **error)
{
  gpointer *data = g_new (gpointer, 2);
  LateDrop *late = user_data;

  data[0] = g_object_ref (task);
  data[1] = late;
  late->thread = g_thread_new ("Custom", late_drop_thread, data);

  return TRUE;
}

static gboolean
body_return_canary (AtAsyncTask   *task,
                    const GValue  *params,
                    GCancellable  *cancellable,
                    gpointer       user_data,
                    GError       **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, AT_TEST_TYPE_CANARY);
  g_value_take_object (&value, at_test_canary_new (user_data));
  at_async_task_set_result (task, &value);

  return TRUE;
}

static void
count_freed (gpointer user_data)
{
  at_test_count_freed (user_data);
}

static void
test_last_reference_on_a_worker (void)
{
  AtTestCount count = AT_TEST_COUNT_INIT;
  AtTestRecord record;
  LateDrop late = { 0 };
  g_autoptr (AtExecutor) executor = custom_executor_new (how_late_drop, &late);
  AtAsyncTask *task;

  at_test_gate_init (&late.gate);
  at_test_record_init (&record);
  at_test_count_made (&count);
  task = at_async_task_new (body_return_canary, &count, count_freed);
  at_test_record_connect (&record, task);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  at_test_finish (task);
  g_object_unref (task);
  at_test_record_assert_trace (&record, "pre post");
  at_test_gate_wait_arrived (&late.gate, 1);

  /* This is the last of all references, and the thread is none of the owner's. */
  at_test_gate_open (&late.gate);
  g_thread_join (late.thread);
  at_test_iterate_poll_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&count.n_freed) == 2);
  at_test_count_assert_all_freed (&count, 2);
  at_test_record_assert_finalized (&record);

  at_test_record_clear (&record);
  at_test_gate_clear (&late.gate);
}

/* A task whose dispose() returns on a thread when the owner has had its chance. */
G_DECLARE_FINAL_TYPE (LingeringTask, lingering_task, TEST, LINGERING_TASK, AtAsyncTask)

struct _LingeringTask
{
  AtAsyncTask  parent_instance;

  GThread     *owner;
  AtTestGate  *gate;
};

G_DEFINE_TYPE (LingeringTask, lingering_task, AT_TYPE_ASYNC_TASK)

static void
lingering_task_dispose (GObject *object)
{
  LingeringTask *self = TEST_LINGERING_TASK (object);

  G_OBJECT_CLASS (lingering_task_parent_class)->dispose (object);

  if (g_thread_self () != self->owner)
    at_test_gate_pass (self->gate);
}

static void
lingering_task_class_init (LingeringTaskClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lingering_task_dispose;
}

static void
lingering_task_init (LingeringTask *self)
{
}

static gpointer
unref_thread (gpointer task)
{
  g_object_unref (task);

  return NULL;
}

/* Only before a task of its class has been executed its dispose() is called there. */
static void
test_last_reference_lingers (void)
{
  AtTestRecord record;
  AtTestGate gate;
  LingeringTask *task;
  GThread *thread;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  task = g_object_new (lingering_task_get_type (), NULL);
  task->owner = g_thread_self ();
  task->gate = &gate;
  at_test_record_connect (&record, AT_ASYNC_TASK (task));

  /* The thread drops the last reference, and is still at it when the owner has done
   * with all that came from there. */
  thread = g_thread_new ("Lingering", unref_thread, task);
  at_test_gate_wait_arrived (&gate, 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  at_test_gate_open (&gate);
  g_thread_join (thread);
  at_test_iterate_poll_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_finalized (&record);

  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static gboolean
how_forget (AtAsyncTask  *task,
            gpointer      user_data,
            GError      **error)
{
  return TRUE;
}

/* Classes on top of each other, each of which has something to say when it goes: the first
 * and the third have a dispose() of their own, which comes once, at home, and in order. */

typedef struct
{
  AtAsyncTask  parent_instance;

  GString     *said;
  GThread     *owner;
} SayingTask;

static GType saying_first_get_type (void);
static GType saying_second_get_type (void);
static GType saying_third_get_type (void);
static GType saying_fourth_get_type (void);

typedef SayingTask SayingFirst, SayingSecond, SayingThird, SayingFourth;
typedef AtAsyncTaskClass SayingFirstClass, SayingSecondClass, SayingThirdClass, SayingFourthClass;

G_DEFINE_TYPE (SayingFirst, saying_first, AT_TYPE_ASYNC_TASK)
G_DEFINE_TYPE (SayingSecond, saying_second, saying_first_get_type ())
G_DEFINE_TYPE (SayingThird, saying_third, saying_second_get_type ())
G_DEFINE_TYPE (SayingFourth, saying_fourth, saying_third_get_type ())

static void
say (GObject    *object,
     const char *word)
{
  SayingTask *self = (SayingTask *) object;

  g_assert_true (self->owner == g_thread_self ());
  g_string_append (self->said, word);
}

static void
saying_first_dispose (GObject *object)
{
  say (object, "first ");

  G_OBJECT_CLASS (saying_first_parent_class)->dispose (object);
}

static void
saying_third_dispose (GObject *object)
{
  say (object, "third ");

  G_OBJECT_CLASS (saying_third_parent_class)->dispose (object);
}

static void
saying_first_failed (AtAsyncTask  *task,
                     const GError *error)
{
  say (G_OBJECT (task), "failed ");
}

static gboolean
saying_first_in_background (AtAsyncTask   *task,
                            const GValue  *params,
                            GCancellable  *cancellable,
                            GError       **error)
{
  return TRUE;
}

static void
saying_first_class_init (SayingFirstClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = saying_first_dispose;
  klass->in_background = saying_first_in_background;
  klass->failed = saying_first_failed;
}

static void
saying_second_class_init (SayingSecondClass *klass)
{
}

static void
saying_third_class_init (SayingThirdClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = saying_third_dispose;
}

static void
saying_fourth_class_init (SayingFourthClass *klass)
{
}

static void
saying_first_init (SayingFirst *self)
{
}

static void
saying_second_init (SayingSecond *self)
{
}

static void
saying_third_init (SayingThird *self)
{
}

static void
saying_fourth_init (SayingFourth *self)
{
}

static void
check_disposed_at_home (GType       type,
                        const char *expected)
{
  g_autoptr (GString) said = g_string_new (NULL);
  AtTestRecord record;
  LateDrop late = { 0 };
  g_autoptr (AtExecutor) executor = custom_executor_new (how_late_drop, &late);
  SayingTask *task = g_object_new (type, NULL);

  at_test_gate_init (&late.gate);
  at_test_record_init (&record);
  at_test_record_connect (&record, AT_ASYNC_TASK (task));
  task->said = said;
  task->owner = g_thread_self ();
  g_assert_true (at_async_task_execute_on_executor (AT_ASYNC_TASK (task), executor, NULL, NULL));
  at_test_finish (AT_ASYNC_TASK (task));
  g_object_unref (task);

  /* The last of all references. */
  at_test_gate_open (&late.gate);
  g_thread_join (late.thread);
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_finalized (&record);
  g_assert_cmpstr (said->str, ==, expected);
  at_test_record_clear (&record);
  at_test_gate_clear (&late.gate);
}

static void
test_disposed_at_home (void)
{
  /* The class of the third is made, and guarded, before those of what it inherits from
   * are; then those of the others, and the fourth's when all is there. */
  check_disposed_at_home (saying_third_get_type (), "third first ");
  check_disposed_at_home (saying_second_get_type (), "first ");
  check_disposed_at_home (saying_first_get_type (), "first ");
  check_disposed_at_home (saying_third_get_type (), "third first ");
  check_disposed_at_home (saying_fourth_get_type (), "third first ");
}

/* As PyGObject finds what comes after its own, which is the same for all classes. */
static void
walking_dispose (GObject *object)
{
  GObjectClass *klass = G_OBJECT_GET_CLASS (object);

  while (klass->dispose == walking_dispose)
    klass = g_type_class_peek_parent (klass);
  klass->dispose (object);
}

static void
walking_class_init (gpointer klass,
                    gpointer class_data)
{
  G_OBJECT_CLASS (klass)->dispose = walking_dispose;
}

static GType
register_walking (const char *name,
                  GType       parent_type)
{
  return g_type_register_static_simple (parent_type, name, sizeof (SayingFirstClass), walking_class_init,
                                        sizeof (SayingFirst), NULL, 0);
}

static void
test_walking_disposed_at_home (void)
{
  GType first = register_walking ("WalkingFirst", saying_first_get_type ());
  GType second = register_walking ("WalkingSecond", first);
  GType third = register_walking ("WalkingThird", second);

  /* None between is guarded; then the first is, when it comes to the second. */
  check_disposed_at_home (third, "first ");
  check_disposed_at_home (first, "first ");
  check_disposed_at_home (second, "first ");
  check_disposed_at_home (third, "first ");
}

static void
one_of_many_dispose (GObject *object)
{
  G_OBJECT_CLASS (g_type_class_peek_parent (G_OBJECT_GET_CLASS (object)))->dispose (object);
}

static void
one_of_many_class_init (gpointer klass,
                        gpointer class_data)
{
  G_OBJECT_CLASS (klass)->dispose = one_of_many_dispose;
}

/* More classes than there is room for: the last ones are finalized at home all the same. */
static void
test_many_classes_disposed_at_home (void)
{
  for (guint i = 0; i < 70; i++)
    {
      g_autofree char *name = g_strdup_printf ("OneOfMany%u", i);

      check_disposed_at_home (g_type_register_static_simple (saying_first_get_type (), name,
                                                             sizeof (SayingFirstClass), one_of_many_class_init,
                                                             sizeof (SayingFirst), NULL, 0),
                              "first ");
    }
}

/* What dispose() lets go is there for as long as anything is called back. */
static void
test_dropped_before_it_is_disposed_of (void)
{
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (AtExecutor) executor = NULL;
  SayingTask *task = g_object_new (saying_third_get_type (), NULL);
  AtTestRecord record;

  executor = custom_executor_new (how_forget, NULL);
  at_test_record_init (&record);
  at_test_record_connect (&record, AT_ASYNC_TASK (task));
  task->said = said;
  task->owner = g_thread_self ();
  g_assert_true (at_async_task_execute_on_executor (AT_ASYNC_TASK (task), executor, NULL, NULL));
  at_test_assert_critical (g_object_unref (task));
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  g_assert_cmpstr (said->str, ==, "failed third first ");
  at_test_record_clear (&record);
}

static gboolean
how_delegate (AtAsyncTask  *task,
              gpointer      user_data,
              GError      **error)
{
  return at_executor_execute (user_data, task, error);
}

static void
test_delegating (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Target", 1);
  g_autoptr (AtExecutor) inner = custom_executor_new (how_delegate, pool);
  g_autoptr (AtExecutor) executor = custom_executor_new (how_delegate, inner);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (AtAsyncTask) refused = NULL;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress post");

  at_thread_pool_executor_shutdown (pool, TRUE);
  refused = at_async_task_new (body_publish, NULL, NULL);
  g_assert_false (at_async_task_execute_on_executor (refused, executor, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_cmpint (at_async_task_get_status (refused), ==, AT_STATUS_PENDING);

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&refused));
  at_test_record_clear (&record);
}

static void
test_delegating_cancelled_in_queue (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Target", 1);
  g_autoptr (AtExecutor) executor = custom_executor_new (how_delegate, pool);
  g_autoptr (AtAsyncTask) blocker = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_true (at_async_task_execute_on_executor (blocker, executor, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 1);
  g_assert_true (at_async_task_cancel (task, FALSE));
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 0);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre cancelled");
  at_test_gate_open (&gate);
  at_test_finish (blocker);
  at_test_settle (NULL, AT_EXECUTOR (pool));

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&blocker));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static gboolean
how_cancel_and_delegate (AtAsyncTask  *task,
                         gpointer      user_data,
                         GError      **error)
{
  g_assert_true (at_async_task_cancel (task, FALSE));

  /* Past at_executor_execute(), which would see that it is cancelled: this is the
   * moment after it has looked. */
  return AT_EXECUTOR_GET_IFACE (user_data)->execute (user_data, task, error);
}

/* Cancelled by another thread after it was executed and before it is in any
 * queue, the task is on its way home already when the queue gets it. */
static void
test_cancelled_before_it_is_queued (gconstpointer user_data)
{
  gboolean serial = GPOINTER_TO_INT (user_data);
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Target", 1);
  g_autoptr (AtExecutor) target = serial ? AT_EXECUTOR (at_serial_executor_new (AT_EXECUTOR (pool)))
                                         : g_object_ref (AT_EXECUTOR (pool));
  g_autoptr (AtExecutor) executor = custom_executor_new (how_cancel_and_delegate, target);
  AtAsyncTask *before[3];
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record, before_record;
  AtTestGate gate;
  guint i;

  at_test_gate_init (&gate);
  at_test_gate_open (&gate);
  at_test_record_init (&record);
  at_test_record_init (&before_record);
  /* Others are on their way home, too. */
  for (i = 0; i < G_N_ELEMENTS (before); i++)
    {
      before[i] = at_test_task_new (&before_record, at_test_body_gate, &gate);
      g_assert_true (at_async_task_execute_on_executor (before[i], target, NULL, NULL));
      g_assert_true (at_async_task_wait (before[i], -1, NULL, NULL));
    }

  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 0);
  at_test_finish (task);
  at_test_settle (NULL, target);
  at_test_record_assert_trace (&record, "pre cancelled");
  for (i = 0; i < G_N_ELEMENTS (before); i++)
    {
      at_test_finish (before[i]);
      g_assert_cmpint (at_async_task_get_outcome (before[i]), ==, AT_OUTCOME_SUCCEEDED);
      g_assert_finalize_object (before[i]);
    }

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_record_clear (&before_record);
  at_test_gate_clear (&gate);
}

static gboolean
how_serial_over_custom (AtAsyncTask  *task,
                        gpointer      user_data,
                        GError      **error)
{
  return how_thread (task, user_data, error);
}

static void
test_under_a_serial_executor (void)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  g_autoptr (AtExecutor) custom = custom_executor_new (how_serial_over_custom, threads);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (custom));
  AtAsyncTask *tasks[50];
  AtTestRecord records[50];
  guint i;

  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_record_init (&records[i]);
      tasks[i] = at_test_task_new (&records[i], body_publish, NULL);
      /* One by one: the array of threads is this thread's alone. */
      g_assert_true (at_async_task_execute_on_executor (tasks[i], serial, NULL, NULL));
      at_test_finish (tasks[i]);
      at_test_record_assert_trace (&records[i], "pre body progress post");
    }
  join_all (threads);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_settle (NULL, at_serial_executor_get_default ());
      g_object_unref (tasks[i]);
      at_test_iterate_poll_until (NULL, at_test_record_get_n_finalized (&records[i]) == 1);
      at_test_record_clear (&records[i]);
    }
}

/* Refusing */

static gboolean
how_refuse (AtAsyncTask  *task,
            gpointer      user_data,
            GError      **error)
{
  g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED, "No more today");

  return FALSE;
}

static gboolean
how_refuse_foreign_error (AtAsyncTask  *task,
                          gpointer      user_data,
                          GError      **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "No more today");

  return FALSE;
}

static gboolean
how_refuse_silently (AtAsyncTask  *task,
                     gpointer      user_data,
                     GError      **error)
{
  return FALSE;
}

static void
await_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GError **error = user_data;

  g_assert_null (at_async_task_execute_finish (AT_ASYNC_TASK (source), result, error));
  g_assert_nonnull (*error);
}

static void
test_refusing (gconstpointer user_data)
{
  How hows[] = { how_refuse, how_refuse_foreign_error, how_refuse_silently };
  guint which = GPOINTER_TO_UINT (user_data);
  g_autoptr (AtExecutor) executor = custom_executor_new (hows[which], NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_false (at_async_task_execute_on_executor (task, executor, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  if (which < 2)
    g_assert_nonnull (strstr (error->message, "No more today"));
  g_clear_error (&error);
  g_assert_false (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_NONE);
  g_assert_null (at_async_task_get_error (task));

  at_async_task_set_executor (task, executor);
  at_async_task_execute_async (task, NULL, NULL, await_cb, &error);
  at_test_iterate_until (NULL, error != NULL);
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_clear_error (&error);
  g_assert_cmpuint (CUSTOM_EXECUTOR (executor)->n_calls, ==, 3);

  at_test_settle (NULL, at_serial_executor_get_default ());
  g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 0);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_BODY), ==, 0);

  /* PENDING, so everything can still be set, and it can be executed elsewhere. */
  at_async_task_set_executor (task, NULL);
  at_async_task_set_priority (task, 3);
  g_assert_cmpint (at_async_task_get_priority (task), ==, 3);
  g_assert_true (at_async_task_execute (task, NULL, &error));
  g_assert_no_error (error);
  at_test_finish (task);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_BODY), ==, 1);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_POST), ==, 1);
  g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 1);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
foreign_execute (gpointer user_data)
{
  AtAsyncTask *task = user_data;
  g_autoptr (GError) error = NULL;

  /* The executor's answer may be known later than this call returns. */
  if (!at_async_task_execute (task, NULL, &error))
    g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
}

static void
test_unfinished (void)
{
  g_autoptr (AtExecutor) executor = g_object_new (UNFINISHED_TYPE_EXECUTOR, NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_false (at_async_task_execute_on_executor (task, executor, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_nonnull (strstr (error->message, "UnfinishedExecutor"));
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_BODY), ==, 0);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_refusing_foreign (void)
{
  g_autoptr (AtExecutor) executor = custom_executor_new (how_refuse, NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  at_async_task_set_executor (task, executor);
  at_test_call_in_thread (foreign_execute, task);
  at_test_iterate_until (NULL, at_async_task_get_status (task) != AT_STATUS_RUNNING);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_BODY), ==, 0);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_POST), ==, 0);
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static gboolean
how_cancel_and_refuse (AtAsyncTask  *task,
                       gpointer      user_data,
                       GError      **error)
{
  at_async_task_cancel (task, TRUE);

  return FALSE;
}

static void
test_refusing_a_cancelled_one (void)
{
  g_autoptr (AtExecutor) executor = custom_executor_new (how_cancel_and_refuse, NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  /* Refused or cancelled: one of the two, never both. */
  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  if (at_async_task_execute_on_executor (task, executor, NULL, NULL))
    {
      at_test_finish (task);
      at_test_record_assert_trace (&record, "pre cancelled");
    }
  else
    {
      at_test_settle (NULL, at_serial_executor_get_default ());
      at_test_record_assert_trace (&record, "pre");
      g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
    }

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* Running */

static gboolean
how_twice (AtAsyncTask  *task,
           gpointer      user_data,
           GError      **error)
{
  at_async_task_run (task);
  at_async_task_run (task);

  return TRUE;
}

static void
test_running_twice (void)
{
  g_autoptr (AtExecutor) executor = custom_executor_new (how_twice, NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  at_test_finish (task);
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, "pre body progress post");
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static gboolean
how_two_threads (AtAsyncTask  *task,
                 gpointer      user_data,
                 GError      **error)
{
  how_thread (task, user_data, error);
  how_thread (task, user_data, error);

  return TRUE;
}

static void
test_running_in_two_threads (void)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  g_autoptr (AtExecutor) executor = custom_executor_new (how_two_threads, threads);
  guint i;

  for (i = 0; i < at_test_scale (2000); i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;
      AtTestRecord record;

      at_test_record_init (&record);
      task = at_test_task_new (&record, body_publish, NULL);
      g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
      at_test_finish (task);
      join_all (threads);
      at_test_record_assert_trace (&record, "pre body progress post");
      g_assert_finalize_object (g_steal_pointer (&task));
      at_test_record_clear (&record);
    }
}

static void
test_forgetting (void)
{
  g_autoptr (AtExecutor) executor = custom_executor_new (how_forget, NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  /* It never runs: a cancel still ends it. */
  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  g_assert_true (at_async_task_cancel (task, FALSE));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre cancelled");

  /* And a late run does nothing any more. */
  at_async_task_run (task);
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, "pre cancelled");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* Nobody has it any more once the owner has dropped it as well: so it fails. */
static void
test_dropping (void)
{
  g_autoptr (AtExecutor) executor = custom_executor_new (how_forget, NULL);
  AtAsyncTask *task;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  at_test_record_assert_trace (&record, "pre");
  at_test_assert_critical (g_object_unref (task));
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_trace (&record, "pre failed");
  at_test_record_assert_threads (&record);
  at_test_record_assert_finalized (&record);
  at_test_record_clear (&record);
}

static void
on_dropped (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GError **error = user_data;

  at_async_task_execute_finish (AT_ASYNC_TASK (source), result, error);
}

static gboolean
how_drop_there (AtAsyncTask  *task,
                gpointer      user_data,
                GError      **error)
{
  GPtrArray *threads = user_data;

  g_ptr_array_add (threads, g_thread_new ("Custom", unref_thread, g_object_ref (task)));

  return TRUE;
}

/* In a thread of its own, which may be before the owner does, and with somebody who is
 * told in the end. */
static void
test_dropping_there (void)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  g_autoptr (AtExecutor) executor = custom_executor_new (how_drop_there, threads);

  for (guint i = 0; i < at_test_scale (1000); i++)
    {
      g_autoptr (GError) error = NULL;
      AtAsyncTask *task;
      AtTestRecord record;

      at_test_record_init (&record);
      task = at_test_task_new (&record, body_publish, NULL);
      at_async_task_set_executor (task, executor);
      at_test_criticals_begin ();
      at_async_task_execute_async (task, NULL, NULL, on_dropped, &error);
      if (i % 2 == 0)
        join_all (threads);
      g_object_unref (task);
      join_all (threads);
      at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
      g_assert_cmpuint (at_test_criticals_end (), ==, 1);
      g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
      at_test_record_assert_trace (&record, "pre failed");
      at_test_record_assert_threads (&record);
      at_test_record_assert_finalized (&record);
      at_test_record_clear (&record);
    }
}

/* On top of it, a serial executor goes on with the next one. */
static void
test_dropping_under_a_serial (void)
{
  g_autoptr (AtExecutor) target = custom_executor_new (how_forget, NULL);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (target));
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) next = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_test_hear (task);
  g_assert_true (at_async_task_execute_on_executor (task, serial, NULL, NULL));
  g_assert_true (at_async_task_execute_on_executor (next, serial, NULL, NULL));
  g_assert_cmpuint (CUSTOM_EXECUTOR (target)->n_calls, ==, 1);
  CUSTOM_EXECUTOR (target)->how = how_now;
  at_test_assert_critical (g_object_unref (task));
  at_test_finish (next);
  g_assert_cmpint (at_async_task_get_outcome (next), ==, AT_OUTCOME_SUCCEEDED);
}

typedef struct
{
  AtExecutor  *next;
  AtAsyncTask *kept;
} Keeper;

static gboolean
how_keep (AtAsyncTask  *task,
          gpointer      user_data,
          GError      **error)
{
  Keeper *keeper = user_data;

  keeper->kept = g_object_ref (task);

  return TRUE;
}

/* The executor alone has it for a while, and then hands it on, or runs it. */
static void
test_keeping (gconstpointer user_data)
{
  gboolean hands_on = user_data != NULL;
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  Keeper keeper = { AT_EXECUTOR (pool) };
  g_autoptr (AtExecutor) executor = custom_executor_new (how_keep, &keeper);
  AtAsyncTask *task;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  g_object_unref (task);
  at_test_settle (NULL, AT_EXECUTOR (pool));
  at_test_record_assert_trace (&record, "pre");

  if (hands_on)
    g_assert_true (at_executor_execute (keeper.next, keeper.kept, NULL));
  else
    at_async_task_run (keeper.kept);
  g_object_unref (keeper.kept);
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_trace (&record, "pre body progress post");
  at_test_record_assert_finalized (&record);
  at_test_record_clear (&record);
}

static gboolean
idle_run_cb (gpointer user_data)
{
  at_async_task_run (user_data);

  return G_SOURCE_REMOVE;
}

static gboolean
how_idle (AtAsyncTask  *task,
          gpointer      user_data,
          GError      **error)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, idle_run_cb, g_object_ref (task), g_object_unref);

  return TRUE;
}

static void
test_in_the_owners_loop (void)
{
  g_autoptr (AtExecutor) executor = custom_executor_new (how_idle, NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  at_test_record_assert_trace (&record, "pre");
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_priority_visible (void)
{
  g_autoptr (AtExecutor) executor = custom_executor_new (how_now, NULL);
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_publish, NULL, NULL);

  at_async_task_set_priority (task, 12);
  at_async_task_set_executor (task, executor);
  g_assert_true (at_async_task_get_executor (task) == executor);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_get_executor (task) == executor);
  g_assert_cmpint (at_async_task_get_priority (task), ==, 12);
  at_test_finish (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&executor));
}

static gboolean
how_hand_on_and_refuse (AtAsyncTask  *task,
                        gpointer      user_data,
                        GError      **error)
{
  g_assert_true (at_executor_execute (user_data, task, NULL));

  return FALSE;
}

/* An executor that hands a task on and refuses it all the same: the task is back
 * with its owner, and in no queue. */
static void
test_refused_after_it_was_handed_on (gconstpointer user_data)
{
  const char *which = user_data;
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Target", 1);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (AT_EXECUTOR (pool)));
  AtExecutor *target = g_str_equal (which, "serial") ? serial : AT_EXECUTOR (pool);
  g_autoptr (AtExecutor) refusing = custom_executor_new (how_hand_on_and_refuse, target);
  g_autoptr (AtExecutor) above = AT_EXECUTOR (at_serial_executor_new (refusing));
  AtExecutor *executor = g_str_equal (which, "under-a-serial") ? above : refusing;
  AtAsyncTask *blocker, *task;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (blocker, target, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);

  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (at_async_task_execute_on_executor (task, executor, NULL, &error));
      g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
      g_clear_error (&error);
      g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
      g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 0);
    }
  g_assert_finalize_object (task);

  at_test_gate_open (&gate);
  at_test_finish (blocker);
  at_test_settle (NULL, target);
  g_assert_finalize_object (blocker);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_BODY), ==, 0);
  at_test_gate_clear (&gate);
  at_test_record_clear (&record);
}

/* Somebody runs a task that is in the queue of an executor. */
static void
test_run_out_of_a_queue (gconstpointer user_data)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Queue", 1);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (AT_EXECUTOR (pool)));
  AtExecutor *executor = GPOINTER_TO_INT (user_data) ? serial : AT_EXECUTOR (pool);
  AtAsyncTask *blocker, *task;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (blocker, executor, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);

  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  at_async_task_run (task);
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 0);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");
  g_assert_finalize_object (task);

  at_test_gate_open (&gate);
  at_test_finish (blocker);
  at_test_settle (NULL, executor);
  g_assert_finalize_object (blocker);
  at_test_gate_clear (&gate);
  at_test_record_clear (&record);
}

static gboolean
how_refuse_without_a_word (AtAsyncTask  *task,
                           gpointer      user_data,
                           GError      **error)
{
  return FALSE;
}

static void
test_refused_without_an_error_under_a_serial (void)
{
  g_autoptr (AtExecutor) refusing = custom_executor_new (how_refuse_without_a_word, NULL);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (refusing));
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (at_async_task_execute_on_executor (task, serial, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
  g_assert_finalize_object (task);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  /* Its bodies publish what nobody hears of. */
  at_set_debug_flags (at_get_debug_flags () & ~AT_DEBUG_SLOW);
  g_test_summary ("Executors that somebody else wrote.");

  g_test_add_func ("/custom-executor/runs-now", test_now);
  g_test_add_func ("/custom-executor/runs-in-its-own-thread-and-drops-its-reference-there", test_own_thread);
  g_test_add_func ("/custom-executor/drops-the-last-reference-on-a-worker", test_last_reference_on_a_worker);
  g_test_add_func ("/custom-executor/last-reference-dropped-slowly", test_last_reference_lingers);
  g_test_add_func ("/custom-executor/drops-the-last-reference-on-a-worker/disposed-of-at-home", test_disposed_at_home);
  g_test_add_func ("/custom-executor/one-dispose-for-all-classes/disposed-of-at-home", test_walking_disposed_at_home);
  g_test_add_func ("/custom-executor/drops-the-task/before-it-is-disposed-of", test_dropped_before_it_is_disposed_of);
  g_test_add_func ("/custom-executor/runs-in-the-owners-loop", test_in_the_owners_loop);
  g_test_add_func ("/custom-executor/delegates", test_delegating);
  g_test_add_func ("/custom-executor/delegates/cancelled-in-the-queue", test_delegating_cancelled_in_queue);
  g_test_add_data_func ("/custom-executor/delegates/cancelled-before-the-pool-has-it", GINT_TO_POINTER (FALSE),
                        test_cancelled_before_it_is_queued);
  g_test_add_data_func ("/custom-executor/delegates/cancelled-before-the-serial-executor-has-it", GINT_TO_POINTER (TRUE),
                        test_cancelled_before_it_is_queued);
  g_test_add_func ("/custom-executor/under-a-serial-executor", test_under_a_serial_executor);
  g_test_add_data_func ("/custom-executor/refuses", GUINT_TO_POINTER (0), test_refusing);
  g_test_add_data_func ("/custom-executor/refuses/with-an-error-of-its-own", GUINT_TO_POINTER (1), test_refusing);
  g_test_add_data_func ("/custom-executor/refuses/without-an-error", GUINT_TO_POINTER (2), test_refusing);
  g_test_add_func ("/custom-executor/takes-it-with-an-error", test_confused);
  g_test_add_func ("/custom-executor/implements-nothing", test_unfinished);
  g_test_add_func ("/custom-executor/refuses/foreign-execute", test_refusing_foreign);
  g_test_add_func ("/custom-executor/refuses/a-cancelled-one", test_refusing_a_cancelled_one);
  g_test_add_func ("/custom-executor/runs-twice", test_running_twice);
  g_test_add_func ("/custom-executor/runs-in-two-threads", test_running_in_two_threads);
  g_test_add_func ("/custom-executor/forgets-the-task", test_forgetting);
  g_test_add_func ("/custom-executor/drops-the-task", test_dropping);
  g_test_add_func ("/custom-executor/drops-the-task/in-another-thread", test_dropping_there);
  g_test_add_func ("/custom-executor/drops-the-task/under-a-serial-executor", test_dropping_under_a_serial);
  g_test_add_data_func ("/custom-executor/keeps-the-task/runs-it", GINT_TO_POINTER (FALSE), test_keeping);
  g_test_add_data_func ("/custom-executor/keeps-the-task/hands-it-on", GINT_TO_POINTER (TRUE), test_keeping);
  g_test_add_func ("/custom-executor/properties-visible", test_priority_visible);
  g_test_add_data_func ("/custom-executor/refuses/after-it-has-handed-on/pool", "pool",
                        test_refused_after_it_was_handed_on);
  g_test_add_data_func ("/custom-executor/refuses/after-it-has-handed-on/serial", "serial",
                        test_refused_after_it_was_handed_on);
  g_test_add_data_func ("/custom-executor/refuses/after-it-has-handed-on/under-a-serial", "under-a-serial",
                        test_refused_after_it_was_handed_on);
  g_test_add_func ("/custom-executor/refuses/without-an-error-under-a-serial",
                   test_refused_without_an_error_under_a_serial);
  g_test_add_data_func ("/custom-executor/runs-what-another-has-queued/pool", GINT_TO_POINTER (FALSE),
                        test_run_out_of_a_queue);
  g_test_add_data_func ("/custom-executor/runs-what-another-has-queued/serial", GINT_TO_POINTER (TRUE),
                        test_run_out_of_a_queue);
  /* Last of all: it leaves no room. */
  g_test_add_func ("/custom-executor/many-classes/disposed-of-at-home", test_many_classes_disposed_at_home);

  return g_test_run ();
}
