/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* at_async_task_set_callbacks(): a subclass as functions. */

#include "at-test.h"

static GString *said;  /* what happened on the owner's thread, in order */
static GThread *owner;

static void
say (const char *word)
{
  g_assert_true (g_thread_self () == owner);
  if (said->len > 0)
    g_string_append_c (said, ' ');
  g_string_append (said, word);
}

static void
begin (void)
{
  owner = g_thread_self ();
  said = g_string_new (NULL);
}

static void
end (const char *expected)
{
  g_assert_cmpstr (said->str, ==, expected);
  g_string_free (said, TRUE);
}

/* A class that overrides all. */

typedef struct
{
  AtAsyncTask parent_instance;
} Overriding;

typedef struct
{
  AtAsyncTaskClass parent_class;
} OverridingClass;

static GType overriding_get_type (void);

G_DEFINE_TYPE (Overriding, overriding, AT_TYPE_ASYNC_TASK)

static void
overriding_pre_execute (AtAsyncTask *task)
{
  say ("override-pre");
}

static void
overriding_progress_update (AtAsyncTask  *task,
                            const GValue *value)
{
  say ("override-progress");
}

static void
overriding_post_execute (AtAsyncTask  *task,
                         const GValue *result)
{
  say ("override-post");
}

static void
overriding_cancelled (AtAsyncTask  *task,
                      const GValue *result)
{
  say ("override-cancelled");
}

static void
overriding_failed (AtAsyncTask  *task,
                   const GError *error)
{
  say ("override-failed");
}

static gboolean
overriding_in_background (AtAsyncTask   *task,
                          const GValue  *params,
                          GCancellable  *cancellable,
                          GError       **error)
{
  at_async_task_publish (task, G_TYPE_INT, 1);
  if (params != NULL && g_value_get_boolean (params))
    return at_test_body_fail (task, NULL, cancellable, NULL, error);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

static void
overriding_class_init (OverridingClass *klass)
{
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);

  task_class->in_background = overriding_in_background;
  task_class->pre_execute = overriding_pre_execute;
  task_class->progress_update = overriding_progress_update;
  task_class->post_execute = overriding_post_execute;
  task_class->cancelled = overriding_cancelled;
  task_class->failed = overriding_failed;
}

static void
overriding_init (Overriding *self)
{
}

/* The functions. */

static int data;

static void
on_pre_execute (AtAsyncTask *task,
                gpointer     user_data)
{
  g_assert_true (user_data == &data);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  say ("pre");
}

static void
on_progress_update (AtAsyncTask  *task,
                    const GValue *value,
                    gpointer      user_data)
{
  g_assert_true (user_data == &data);
  say (value == NULL ? "progress-null" : "progress");
}

static void
on_post_execute (AtAsyncTask  *task,
                 const GValue *result,
                 gpointer      user_data)
{
  g_assert_true (user_data == &data);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  say (result == NULL ? "post-null" : "post");
}

static void
on_cancelled (AtAsyncTask  *task,
              const GValue *result,
              gpointer      user_data)
{
  g_assert_true (user_data == &data);
  say (result == NULL ? "cancelled-null" : "cancelled");
}

static void
on_failed (AtAsyncTask  *task,
           const GError *error,
           gpointer      user_data)
{
  g_assert_true (user_data == &data);
  g_assert_nonnull (error);
  say ("failed");
}

static const AtTaskCallbacks all_callbacks = {
  .pre_execute = on_pre_execute,
  .progress_update = on_progress_update,
  .post_execute = on_post_execute,
  .cancelled = on_cancelled,
  .failed = on_failed,
};

static const AtTaskCallbacks no_callbacks;

static void
on_destroy (gpointer user_data)
{
  g_assert_true (user_data == &data);
  say ("destroy");
}

static void
on_former_destroy (gpointer user_data)
{
  say ("former-destroy");
}

static void
on_signal (gpointer word)
{
  say (word);
}

static void
connect_all (AtAsyncTask *task)
{
  g_signal_connect_swapped (task, "pre-execute", G_CALLBACK (on_signal), (gpointer) "handler-pre");
  g_signal_connect_swapped (task, "progress-update", G_CALLBACK (on_signal), (gpointer) "handler-progress");
  g_signal_connect_swapped (task, "post-execute", G_CALLBACK (on_signal), (gpointer) "handler-post");
  g_signal_connect_swapped (task, "cancelled", G_CALLBACK (on_signal), (gpointer) "handler-cancelled");
  g_signal_connect_swapped (task, "failed", G_CALLBACK (on_signal), (gpointer) "handler-failed");
}

static void
finish (AtAsyncTask *task)
{
  at_test_finish (task);
  g_assert_finalize_object (task);
}

/* Where there are neither handlers nor an override. */
static gboolean
publish_and_return (AtAsyncTask   *task,
                    const GValue  *params,
                    GCancellable  *cancellable,
                    gpointer       user_data,
                    GError       **error)
{
  at_async_task_publish_progress (task, NULL);
  at_async_task_publish (task, G_TYPE_INT, 1);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

static void
test_called_directly (void)
{
  AtAsyncTask *task = at_async_task_new (publish_and_return, NULL, NULL);

  begin ();
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_cmpstr (said->str, ==, "pre");
  finish (task);
  end ("pre progress-null progress post destroy");
}

static void
test_null_values (void)
{
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  begin ();
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("pre post-null destroy");
}

static void
test_after_the_override (void)
{
  AtAsyncTask *task = g_object_new (overriding_get_type (), NULL);

  begin ();
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("override-pre pre override-progress progress override-post post destroy");
}

/* Also after handlers that are connected later, or to come after the override. */
static void
test_after_the_handlers (void)
{
  AtAsyncTask *task = g_object_new (overriding_get_type (), NULL);
  g_auto (GValue) fails = G_VALUE_INIT;

  begin ();
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  connect_all (task);
  g_signal_connect_data (task, "post-execute", G_CALLBACK (on_signal), (gpointer) "after-post", NULL,
                         G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("handler-pre override-pre pre handler-progress override-progress progress "
       "handler-post override-post after-post post destroy");

  begin ();
  task = g_object_new (overriding_get_type (), NULL);
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  connect_all (task);
  g_value_init (&fails, G_TYPE_BOOLEAN);
  g_value_set_boolean (&fails, TRUE);
  g_assert_true (at_async_task_execute (task, &fails, NULL));
  finish (task);
  end ("handler-pre override-pre pre handler-progress override-progress progress "
       "handler-failed override-failed failed destroy");

  begin ();
  task = g_object_new (overriding_get_type (), NULL);
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  connect_all (task);
  at_async_task_cancel (task, FALSE);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("handler-cancelled override-cancelled cancelled-null destroy");
}

static void
test_null_members (void)
{
  AtAsyncTask *task = at_async_task_new (publish_and_return, NULL, NULL);

  begin ();
  at_async_task_set_callbacks (task, &no_callbacks, &data, on_destroy);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("destroy");
}

/* A cancelled task that has a result. */
static gboolean
return_and_cancel (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  at_async_task_cancel (task, FALSE);
  at_async_task_publish (task, G_TYPE_INT, 1);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

static void
test_cancelled (void)
{
  AtAsyncTask *task = at_async_task_new (return_and_cancel, NULL, NULL);

  begin ();
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("pre cancelled destroy");
}

/* What has heard of a failure is not told to the log; what has not, is. */
static void
test_failed_counts_as_listening (void)
{
  AtAsyncTask *task = at_async_task_new (at_test_body_fail, NULL, NULL);

  begin ();
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("pre failed destroy");

  begin ();
  task = at_async_task_new (at_test_body_fail, NULL, NULL);
  at_async_task_set_callbacks (task, &no_callbacks, &data, on_destroy);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_async_task_get_status (task) == AT_STATUS_FINISHED);
  at_test_warnings_begin ();
  g_assert_finalize_object (task);
  g_assert_cmpuint (at_test_warnings_end (NULL), ==, 1);
  end ("destroy");
}

static void
execute_elsewhere (gpointer task)
{
  g_assert_true (at_async_task_execute (task, NULL, NULL));
}

/* The owner would start the other one meanwhile. */
static void
wait_elsewhere (gpointer task)
{
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
}

static gboolean
note_body (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  g_atomic_int_set ((int *) user_data, TRUE);

  return TRUE;
}

/* A body that is executed by another thread waits for whoever listens, and for nobody
 * else. */
static void
test_pre_execute_counts_as_listening (void)
{
  static const AtTaskCallbacks post_only = { .post_execute = on_post_execute };
  int has_run = FALSE;
  AtAsyncTask *task = at_async_task_new (note_body, &has_run, NULL);

  begin ();
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  at_test_call_in_thread (execute_elsewhere, task);

  /* Whatever is executed on the serial executor has run once what came later has. */
  {
    g_autoptr (AtAsyncTask) later = at_async_task_new (at_test_body_succeed, NULL, NULL);

    g_assert_true (at_async_task_execute (later, NULL, NULL));
    at_test_call_in_thread (wait_elsewhere, later);
  }
  g_assert_false (g_atomic_int_get (&has_run));
  g_assert_cmpstr (said->str, ==, "");
  finish (task);
  g_assert_true (g_atomic_int_get (&has_run));
  end ("pre post-null destroy");

  begin ();
  has_run = FALSE;
  task = at_async_task_new (note_body, &has_run, NULL);
  at_async_task_set_callbacks (task, &post_only, &data, on_destroy);
  at_test_call_in_thread (execute_elsewhere, task);
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  g_assert_true (g_atomic_int_get (&has_run));
  g_assert_cmpstr (said->str, ==, "");
  finish (task);
  end ("post-null destroy");
}

static void
test_replaced (void)
{
  AtAsyncTask *task = at_async_task_new (publish_and_return, NULL, NULL);

  begin ();
  at_async_task_set_callbacks (task, &no_callbacks, NULL, on_former_destroy);
  g_assert_cmpstr (said->str, ==, "");
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_assert_cmpstr (said->str, ==, "former-destroy");
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("former-destroy pre progress-null progress post destroy");
}

static void
replace_elsewhere (gpointer task)
{
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
}

/* What is replaced by another thread is freed by the owner all the same. */
static void
test_replaced_elsewhere (void)
{
  AtAsyncTask *task = at_async_task_new (publish_and_return, NULL, NULL);

  begin ();
  at_async_task_set_callbacks (task, &no_callbacks, NULL, on_former_destroy);
  at_test_call_in_thread (replace_elsewhere, task);
  g_assert_cmpstr (said->str, ==, "");
  at_test_iterate_until (NULL, said->len > 0);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("former-destroy pre progress-null progress post destroy");
}

static void
set_too_late (AtAsyncTask *task,
              gpointer     user_data)
{
  at_test_assert_critical (at_async_task_set_callbacks (task, &no_callbacks, NULL, NULL));
  say ("pre");
}

static void
test_too_late (void)
{
  static const AtTaskCallbacks late = { .pre_execute = set_too_late, .post_execute = on_post_execute };
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  begin ();
  at_async_task_set_callbacks (task, &late, &data, on_destroy);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_assert_critical (at_async_task_set_callbacks (task, &no_callbacks, NULL, NULL));
  at_test_finish (task);
  at_test_assert_critical (at_async_task_set_callbacks (task, &no_callbacks, NULL, NULL));
  at_test_assert_critical (at_async_task_set_callbacks (task, NULL, NULL, NULL));
  g_assert_finalize_object (task);
  end ("pre post-null destroy");
}

static void
test_never_executed (void)
{
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  begin ();
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_assert_finalize_object (task);
  end ("destroy");
}

/* A task that was refused keeps its functions. */
static void
test_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) shut = at_thread_pool_executor_new (NULL, 1);
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;

  begin ();
  at_thread_pool_executor_shutdown (shut, FALSE);
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (shut), NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_cmpstr (said->str, ==, "pre");
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("pre pre post-null destroy");
}

static void
test_owner_gone (void)
{
  GObject *window = g_object_new (G_TYPE_OBJECT, NULL);
  AtAsyncTask *task = at_async_task_new (publish_and_return, NULL, NULL);

  begin ();
  at_async_task_set_owner (task, window);
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_object_unref (window);
  finish (task);
  end ("pre destroy");
}

/* The errors that a language calls ahead of their time are told once. */
static void
deliver_failure (AtAsyncTask *task)
{
  at_async_task_deliver_failure (task);
  say ("delivered");
}

static void
test_delivered_ahead (void)
{
  AtAsyncTask *task = at_async_task_new (at_test_body_fail, NULL, NULL);

  begin ();
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_signal_connect (task, "notify::error", G_CALLBACK (deliver_failure), NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("pre failed delivered destroy");
}

static void
on_body_destroy (gpointer user_data)
{
  say ("body-destroy");
}

/* Both data are there until the last callback has returned. */
static void
test_data_of_the_body (void)
{
  AtAsyncTask *task = at_async_task_new (publish_and_return, &data, on_body_destroy);

  begin ();
  at_async_task_set_callbacks (task, &all_callbacks, &data, on_destroy);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  finish (task);
  end ("pre progress-null progress post body-destroy destroy");
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  /* Its bodies publish what nobody hears of. */
  at_set_debug_flags (at_get_debug_flags () & ~AT_DEBUG_SLOW);

  g_test_add_func ("/callbacks/called-directly", test_called_directly);
  g_test_add_func ("/callbacks/null-values", test_null_values);
  g_test_add_func ("/callbacks/after-the-override", test_after_the_override);
  g_test_add_func ("/callbacks/after-the-handlers", test_after_the_handlers);
  g_test_add_func ("/callbacks/null-members", test_null_members);
  g_test_add_func ("/callbacks/cancelled", test_cancelled);
  g_test_add_func ("/callbacks/failed-counts-as-listening", test_failed_counts_as_listening);
  g_test_add_func ("/callbacks/pre-execute-counts-as-listening", test_pre_execute_counts_as_listening);
  g_test_add_func ("/callbacks/replaced", test_replaced);
  g_test_add_func ("/callbacks/replaced-elsewhere", test_replaced_elsewhere);
  g_test_add_func ("/callbacks/too-late", test_too_late);
  g_test_add_func ("/callbacks/never-executed", test_never_executed);
  g_test_add_func ("/callbacks/refused", test_refused);
  g_test_add_func ("/callbacks/owner-gone", test_owner_gone);
  g_test_add_func ("/callbacks/delivered-ahead", test_delivered_ahead);
  g_test_add_func ("/callbacks/data-of-the-body", test_data_of_the_body);

  return g_test_run ();
}
