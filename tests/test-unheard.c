/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Failures that nobody hears of are told to the log, and no others. */

#include "at-test.h"

#include <string.h>

/* A class that says what it wants of a failure. */

typedef struct
{
  AtAsyncTask parent_instance;
} Hearing;

typedef struct
{
  AtAsyncTaskClass parent_class;
} HearingClass;

static GType hearing_get_type (void);

G_DEFINE_TYPE (Hearing, hearing, AT_TYPE_ASYNC_TASK)

static gboolean
hearing_in_background (AtAsyncTask   *task,
                       const GValue  *params,
                       GCancellable  *cancellable,
                       GError       **error)
{
  return at_test_body_fail (task, params, cancellable, NULL, error);
}

static void
hearing_failed (AtAsyncTask  *task,
                const GError *error)
{
  AT_ASYNC_TASK_CLASS (hearing_parent_class)->failed (task, error);
}

static void
hearing_class_init (HearingClass *klass)
{
  AT_ASYNC_TASK_CLASS (klass)->in_background = hearing_in_background;
  AT_ASYNC_TASK_CLASS (klass)->failed = hearing_failed;
}

static void
hearing_init (Hearing *self)
{
}

/* What is done before the task is executed, and how it is looked at when it has ended. */

static void
ignore (void)
{
}

static void
on_awaited (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
}

static void
do_nothing (AtAsyncTask *task)
{
}

static void
get_error (AtAsyncTask *task)
{
  g_assert_nonnull (at_async_task_get_error (task));
}

static void
get_outcome (AtAsyncTask *task)
{
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_FAILED);
}

static void
get_status (AtAsyncTask *task)
{
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_FINISHED);
}

static void
wait_for_it (AtAsyncTask *task)
{
  g_assert_false (at_async_task_wait (task, -1, NULL, NULL));
}

/* Executes @task, lets @look see how it ended, and frees it: how many warnings that
 * gives, and the last of them. */
static guint
fail_and_free (AtAsyncTask  *task,
               void       (* look) (AtAsyncTask *task),
               char        **warning)
{
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_async_task_get_status (task) == AT_STATUS_FINISHED);
  look (task);
  at_test_warnings_begin ();
  g_assert_finalize_object (task);

  return at_test_warnings_end (warning);
}

typedef struct
{
  const char *name;
  const char *signal; /* that somebody handles; nullable */
  gboolean    is_cancelled;
  void     (* look) (AtAsyncTask *task);
  guint       n_warnings;
} Case;

static const Case cases[] = {
  { "nobody", NULL, FALSE, do_nothing, 1 },
  { "handler-of-another-end", "post-execute", FALSE, do_nothing, 1 },
  { "notify-of-progress", "notify::fraction", FALSE, do_nothing, 1 },
  { "status-alone", NULL, FALSE, get_status, 1 },
  { "handler", "failed", FALSE, do_nothing, 0 },
  { "notify-of-error", "notify::error", FALSE, do_nothing, 0 },
  { "notify-of-outcome", "notify::outcome", FALSE, do_nothing, 0 },
  { "notify-of-status", "notify::status", FALSE, do_nothing, 0 },
  { "notify-of-stage", "notify::stage", FALSE, do_nothing, 0 },
  { "notify-of-all", "notify", FALSE, do_nothing, 0 },
  { "error", NULL, FALSE, get_error, 0 },
  { "outcome", NULL, FALSE, get_outcome, 0 },
  { "wait", NULL, FALSE, wait_for_it, 0 },
  { "cancelled", NULL, TRUE, do_nothing, 0 },
};

static void
test_case (gconstpointer user_data)
{
  const Case *which = user_data;
  AtAsyncTask *task = at_async_task_new (at_test_body_fail, NULL, NULL);
  g_autofree char *warning = NULL;

  at_async_task_set_title (task, "Copying");
  if (which->signal != NULL)
    g_signal_connect (task, which->signal, G_CALLBACK (ignore), NULL);
  if (which->is_cancelled)
    at_async_task_cancel (task, FALSE);
  g_assert_cmpuint (fail_and_free (task, which->look, &warning), ==, which->n_warnings);
  if (warning != NULL)
    g_assert_true (strstr (warning, "\"Copying\"") != NULL && strstr (warning, "No room") != NULL);
}

/* One without a title is told by its type. */
static void
test_no_title (void)
{
  g_autofree char *warning = NULL;

  g_assert_cmpuint (fail_and_free (at_async_task_new (at_test_body_fail, NULL, NULL), do_nothing, &warning), ==, 1);
  g_assert_nonnull (strstr (warning, "AtAsyncTask"));
}

/* The library's own classes hear no more than others. */
static void
test_ready_made (gconstpointer user_data)
{
  GType (* get_type) (void) = (GType (*) (void)) user_data;
  g_autofree char *warning = NULL;

  g_assert_cmpuint (fail_and_free (g_object_new (get_type (), NULL), do_nothing, &warning), ==, 1);
  g_assert_nonnull (strstr (warning, g_type_name (get_type ())));
}

static void
on_freed (gpointer  is_freed,
          GObject  *former)
{
  g_atomic_int_set ((gboolean *) is_freed, TRUE);
}

static void
test_awaited (void)
{
  AtAsyncTask *task = at_async_task_new (at_test_body_fail, NULL, NULL);

  at_async_task_execute_async (task, NULL, NULL, on_awaited, NULL);
  at_test_iterate_until (NULL, at_async_task_get_status (task) == AT_STATUS_FINISHED);
  at_test_iterate_poll_until (NULL, !g_main_context_pending (NULL));
  g_assert_finalize_object (task);
}

static void
test_class (void)
{
  AtAsyncTask *task = g_object_new (hearing_get_type (), NULL);

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_async_task_get_status (task) == AT_STATUS_FINISHED);
  g_assert_finalize_object (task);
}

static void
test_list (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  AtAsyncTask *task = at_async_task_new (at_test_body_fail, NULL, NULL);

  at_task_list_add (list, task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_task_list_get_n_failed (list) == 1);
  at_task_list_clear_finished (list);
  g_assert_finalize_object (task);
}

/* Who has gone is told nothing, and wanted it so. */
static void
test_orphan (void)
{
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  AtAsyncTask *task = at_async_task_new (at_test_body_fail, NULL, NULL);

  at_async_task_set_owner (task, owner);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_object_unref (owner);
  at_test_iterate_until (NULL, at_async_task_get_status (task) == AT_STATUS_FINISHED);
  g_assert_finalize_object (task);
}

/* Nor is anybody told in a context that is gone. */
static void
test_context_gone (void)
{
  GMainContext *context = g_main_context_new ();
  AtAsyncTask *task = at_async_task_new (at_test_body_fail, NULL, NULL);
  gboolean is_freed = FALSE;

  at_async_task_set_main_context (task, context);
  g_object_weak_ref (G_OBJECT (task), (GWeakNotify) on_freed, &is_freed);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_object_unref (task);
  g_main_context_unref (context);
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&is_freed));
}

/* Who got the error from execute() knows. */
static void
test_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Closed", 1);
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_thread_pool_executor_shutdown (pool, FALSE);
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  g_assert_finalize_object (task);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("A failure that nobody hears of is not lost without a word.");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/unheard/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/unheard/no-title", test_no_title);
  g_test_add_data_func ("/unheard/ready-made/script", at_script_task_get_type, test_ready_made);
  g_test_add_data_func ("/unheard/ready-made/command", at_subprocess_task_get_type, test_ready_made);
  g_test_add_data_func ("/unheard/ready-made/transfer", at_transfer_task_get_type, test_ready_made);
  g_test_add_func ("/unheard/awaited", test_awaited);
  g_test_add_func ("/unheard/class", test_class);
  g_test_add_func ("/unheard/list", test_list);
  g_test_add_func ("/unheard/owner-gone", test_orphan);
  g_test_add_func ("/unheard/context-gone", test_context_gone);
  g_test_add_func ("/unheard/refused", test_refused);

  return g_test_run ();
}
