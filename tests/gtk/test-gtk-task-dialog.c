/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The dialog: when it is there, what its buttons do, and what is told in the end. No time passes
 * but what the test lets pass. */

#include "header-test.h"

typedef struct
{
  GtkWidget     *parent;
  AtAsyncTask   *task;
  AtGtkTaskItem *item;
  GCancellable  *cancellable;
  guint          n_ended;
  gboolean       succeeded;
  GError        *error;
} Fixture;

static void
on_ended (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Fixture *fixture = user_data;

  fixture->n_ended++;
  g_clear_error (&fixture->error);
  fixture->succeeded = at_gtk_task_dialog_run_finish (result, &fixture->error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  set_animations (FALSE);
  fixture->parent = gtk_window_new ();
  g_object_add_weak_pointer (G_OBJECT (fixture->parent), (gpointer *) &fixture->parent);
  gtk_window_present (GTK_WINDOW (fixture->parent));
  at_test_iterate_until (NULL, gtk_widget_get_mapped (fixture->parent));
  let_windows_rest ();
  fixture->task = AT_ASYNC_TASK (at_deferred_task_new ());
  fixture->item = at_gtk_task_item_new (fixture->task);
  at_gtk_task_item_set_title (fixture->item, "Exporting");
  fixture->cancellable = g_cancellable_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_cmpuint (fixture->n_ended, ==, 1);
  let_windows_rest ();
  if (fixture->parent != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->parent));
  g_clear_error (&fixture->error);
  g_clear_object (&fixture->cancellable);
  /* What is drawn may have them for a moment. */
  at_test_iterate_poll_until (NULL, fixture->parent == NULL);
  at_test_iterate_poll_until (NULL, G_OBJECT (fixture->item)->ref_count == 1);
  g_assert_finalize_object (fixture->item);
  g_clear_object (&fixture->task);
}

static void
run (Fixture *fixture)
{
  at_gtk_task_dialog_run_async (fixture->item, GTK_WINDOW (fixture->parent), fixture->cancellable, on_ended, fixture);
}

static void
wait_until_running (Fixture *fixture)
{
  at_test_iterate_until (NULL, at_async_task_get_stage (fixture->task) == AT_STAGE_RUNNING);
}

static void
wait_until_ended (Fixture *fixture)
{
  at_test_iterate_until (NULL, fixture->n_ended > 0);
}

static AtGtkTaskDialog *
find_dialog (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (AT_GTK_IS_TASK_DIALOG (l->data))
      return l->data;

  return NULL;
}

static gboolean
is_shown (void)
{
  AtGtkTaskDialog *dialog = find_dialog ();

  if (dialog == NULL || !gtk_widget_get_visible (GTK_WIDGET (dialog)))
    return FALSE;

  let_windows_rest ();

  return TRUE;
}

static GtkWidget *
find_button (GtkWidget  *widget,
             const char *label)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
has_button (const char *label)
{
  return gtk_widget_get_visible (find_button (GTK_WIDGET (find_dialog ()), label));
}

static void
click (const char *label)
{
  g_assert_true (has_button (label));
  g_signal_emit_by_name (find_button (GTK_WIDGET (find_dialog ()), label), "clicked");
}

static void
fail (Fixture *fixture)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The disk is full");

  g_assert_true (at_deferred_task_fail (AT_DEFERRED_TASK (fixture->task), error));
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (fixture->item) == AT_GTK_TASK_STATE_FAILED);
}

/* A pending task is executed; one that has ended before is never seen. */
static void
test_fast (Fixture       *fixture,
           gconstpointer  data)
{
  run (fixture);
  wait_until_running (fixture);
  at_gtk_clock_skip (0.49);
  g_assert_nonnull (find_dialog ());
  g_assert_false (is_shown ());
  at_deferred_task_complete (AT_DEFERRED_TASK (fixture->task), NULL);
  wait_until_ended (fixture);
  g_assert_true (fixture->succeeded);
  g_assert_no_error (fixture->error);
  g_assert_null (find_dialog ());
  at_gtk_clock_skip (100);
}

static void
test_slow (Fixture       *fixture,
           gconstpointer  data)
{
  /* One that runs already is only waited for. */
  g_assert_true (at_async_task_execute (fixture->task, NULL, NULL));
  run (fixture);
  wait_until_running (fixture);
  at_gtk_clock_skip (0.49);
  g_assert_false (is_shown ());
  at_gtk_clock_skip (0.02);
  g_assert_true (is_shown ());
  g_assert_true (at_gtk_task_dialog_get_item (find_dialog ()) == fixture->item);
  g_assert_true (gtk_window_get_modal (GTK_WINDOW (find_dialog ())));
  g_assert_true (gtk_window_get_transient_for (GTK_WINDOW (find_dialog ())) == GTK_WINDOW (fixture->parent));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (find_dialog ())), ==, "Exporting");
  g_assert_true (has_button ("_Cancel"));
  g_assert_false (has_button ("_Close"));
  g_assert_false (has_button ("_Try Again"));
  g_assert_false (has_button ("Copy _Details"));
  at_deferred_task_complete (AT_DEFERRED_TASK (fixture->task), NULL);
  wait_until_ended (fixture);
  g_assert_true (fixture->succeeded);
  g_assert_null (find_dialog ());
}

/* It is out of sight at once; what follows may rely on the end. */
static void
assert_leaves (Fixture *fixture)
{
  g_assert_false (is_shown ());
  g_assert_true (at_async_task_is_cancelled (fixture->task));
  g_assert_cmpuint (fixture->n_ended, ==, 0);
  at_gtk_clock_skip (100);
  g_assert_false (is_shown ());
  at_deferred_task_complete (AT_DEFERRED_TASK (fixture->task), NULL);
  wait_until_ended (fixture);
  g_assert_false (fixture->succeeded);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (find_dialog ());
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  run (fixture);
  wait_until_running (fixture);
  at_gtk_clock_skip (1);
  g_assert_true (is_shown ());
  click ("_Cancel");
  assert_leaves (fixture);
}

static void
test_escape (Fixture       *fixture,
             gconstpointer  data)
{
  run (fixture);
  wait_until_running (fixture);
  at_gtk_clock_skip (1);
  g_assert_true (is_shown ());
  gtk_window_close (GTK_WINDOW (find_dialog ()));
  assert_leaves (fixture);
}

static void
test_cancellable (Fixture       *fixture,
                  gconstpointer  data)
{
  run (fixture);
  wait_until_running (fixture);
  at_gtk_clock_skip (1);
  g_assert_true (is_shown ());
  g_cancellable_cancel (fixture->cancellable);
  at_test_iterate_until (NULL, at_async_task_is_cancelled (fixture->task));
  assert_leaves (fixture);
}

/* Before it has appeared. */
static void
test_cancellable_early (Fixture       *fixture,
                        gconstpointer  data)
{
  run (fixture);
  wait_until_running (fixture);
  g_cancellable_cancel (fixture->cancellable);
  at_test_iterate_until (NULL, at_async_task_is_cancelled (fixture->task));
  assert_leaves (fixture);
}

/* Before it has begun. */
static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_cancellable_cancel (fixture->cancellable);
  run (fixture);
  g_assert_null (find_dialog ());
  wait_until_ended (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (at_async_task_get_status (fixture->task), ==, AT_STATUS_PENDING);
}

/* What must not be cancelled has no button, and no key for it. */
static void
test_cannot_cancel (Fixture       *fixture,
                    gconstpointer  data)
{
  at_gtk_task_item_set_can_cancel (fixture->item, FALSE);
  run (fixture);
  wait_until_running (fixture);
  at_gtk_clock_skip (1);
  g_assert_false (has_button ("_Cancel"));
  gtk_window_close (GTK_WINDOW (find_dialog ()));
  g_assert_true (is_shown ());
  g_assert_false (at_async_task_is_cancelled (fixture->task));
  at_deferred_task_complete (AT_DEFERRED_TASK (fixture->task), NULL);
  wait_until_ended (fixture);
  g_assert_true (fixture->succeeded);
}

static void
assert_shows_error (void)
{
  AtGtkTaskDialog *dialog = find_dialog ();

  g_assert_true (is_shown ());
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (dialog), "error"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (dialog), GTK_ACCESSIBLE_PROPERTY_LABEL, "Exporting");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (dialog), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "The disk is full");
  g_assert_false (has_button ("_Cancel"));
  g_assert_true (has_button ("_Close"));
  g_assert_true (has_button ("Copy _Details"));
}

/* An error is shown also where nothing was before, so that who calls has none to show. */
static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  run (fixture);
  wait_until_running (fixture);
  fail (fixture);
  assert_shows_error ();
  g_assert_false (has_button ("_Try Again"));
  at_gtk_clock_skip (100);
  g_assert_cmpuint (fixture->n_ended, ==, 0);
  click ("_Close");
  wait_until_ended (fixture);
  g_assert_false (fixture->succeeded);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_null (find_dialog ());
}

static void
test_failure_escape (Fixture       *fixture,
                     gconstpointer  data)
{
  /* What has failed before is shown as well. */
  at_test_hear (fixture->task);
  g_assert_true (at_async_task_execute (fixture->task, NULL, NULL));
  wait_until_running (fixture);
  fail (fixture);
  run (fixture);
  assert_shows_error ();
  gtk_window_close (GTK_WINDOW (find_dialog ()));
  wait_until_ended (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

static void
on_text (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static void
test_copy (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *text = NULL;

  run (fixture);
  wait_until_running (fixture);
  fail (fixture);
  click ("Copy _Details");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (fixture->parent), NULL, on_text, &text);
  at_test_iterate_until (NULL, text != NULL);
  g_assert_nonnull (strstr (text, "Exporting"));
  g_assert_nonnull (strstr (text, "The disk is full"));
  g_assert_true (is_shown ());
  click ("_Close");
  wait_until_ended (fixture);
}

static void
on_retry (AtGtkTaskItem *item,
          gpointer       user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (AtAsyncTask) next = AT_ASYNC_TASK (at_deferred_task_new ());

  g_set_object (&fixture->task, next);
  at_gtk_task_item_set_task (item, next);
  g_assert_true (at_async_task_execute (next, NULL, NULL));
}

static void
test_retry (Fixture       *fixture,
            gconstpointer  data)
{
  g_signal_connect (fixture->item, "retry", G_CALLBACK (on_retry), fixture);
  run (fixture);
  wait_until_running (fixture);
  for (int i = 0; i < 3; i++)
    {
      fail (fixture);
      assert_shows_error ();
      click ("_Try Again");
      wait_until_running (fixture);
      g_assert_true (is_shown ());
      g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (find_dialog ()), "error"));
      g_assert_true (has_button ("_Cancel"));
    }
  at_deferred_task_complete (AT_DEFERRED_TASK (fixture->task), NULL);
  wait_until_ended (fixture);
  g_assert_true (fixture->succeeded);
}

/* It goes with its parent, and so does the task; a failure is still told. */
static void
test_parent (Fixture       *fixture,
             gconstpointer  data)
{
  run (fixture);
  wait_until_running (fixture);
  if (data != NULL)
    at_gtk_clock_skip (1);
  g_assert_cmpint (is_shown (), ==, data != NULL);
  gtk_window_destroy (GTK_WINDOW (fixture->parent));
  g_assert_true (at_async_task_is_cancelled (fixture->task));
  wait_until_ended (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (find_dialog ());
  at_deferred_task_complete (AT_DEFERRED_TASK (fixture->task), NULL);
  settle (fixture->task);
}

static void
test_parent_failed (Fixture       *fixture,
                    gconstpointer  data)
{
  run (fixture);
  wait_until_running (fixture);
  fail (fixture);
  gtk_window_destroy (GTK_WINDOW (fixture->parent));
  wait_until_ended (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

/* Executing it is refused. */
static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (AtThreadPoolExecutor) executor = at_thread_pool_executor_new ("shut down", 1);

  at_thread_pool_executor_shutdown (executor, TRUE);
  at_async_task_set_executor (fixture->task, AT_EXECUTOR (executor));
  run (fixture);
  wait_until_ended (fixture);
  g_assert_error (fixture->error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_null (find_dialog ());
}

/* As wide as a phone allows, with long words, too. */
static void
test_width (Fixture       *fixture,
            gconstpointer  data)
{
  int width;

  at_gtk_task_item_set_title (fixture->item, "Exporting a-very-long-name-of-a-file-that-nobody-can-read-to-its-end.tar.gz");
  run (fixture);
  wait_until_running (fixture);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 192 * 1024, NULL);
  fail (fixture);
  g_assert_true (is_shown ());
  gtk_widget_measure (gtk_window_get_child (GTK_WINDOW (find_dialog ())), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width,
                      NULL, NULL);
  g_assert_cmpint (width, <=, 430);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 96 * 1024, NULL);
  click ("_Close");
  wait_until_ended (fixture);
}

#define add(path, data, func) g_test_add ("/gtk/task-dialog/" path, Fixture, data, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  at_test_time_own ();
  at_test_init (&argc, &argv);
  at_gtk_clock_hold ();
  gtk_init ();

  add ("fast", NULL, test_fast);
  add ("slow", NULL, test_slow);
  add ("cancel", NULL, test_cancel);
  add ("escape", NULL, test_escape);
  add ("cancellable", NULL, test_cancellable);
  add ("cancellable-early", NULL, test_cancellable_early);
  add ("cancelled", NULL, test_cancelled);
  add ("cannot-cancel", NULL, test_cannot_cancel);
  add ("failure", NULL, test_failure);
  add ("failure-escape", NULL, test_failure_escape);
  add ("copy", NULL, test_copy);
  add ("retry", NULL, test_retry);
  add ("parent", NULL, test_parent);
  add ("parent-shown", "shown", test_parent);
  add ("parent-failed", NULL, test_parent_failed);
  add ("refused", NULL, test_refused);
  add ("width", NULL, test_width);

  return g_test_run ();
}
