/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a task looks: what an item makes of it, when it tells of it, and what may be done. */

#include "at-test.h"

#include <asynctask-gtk.h>
#include <glib/gstdio.h>
#include <string.h>

#include "item/at-gtk-task-item-private.h"

static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static AtAsyncTask *
new_task (void)
{
  AtAsyncTask *task = AT_ASYNC_TASK (at_deferred_task_new ());

  at_async_task_set_title (task, "A task");
  at_test_hear (task);

  return task;
}

static void
begin (AtAsyncTask *task)
{
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_async_task_get_stage (task) == AT_STAGE_RUNNING);
  iterate ();
}

static void
succeed (AtAsyncTask *task)
{
  g_assert_true (at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL));
  at_test_finish (task);
}

static void
fail (AtAsyncTask *task,
      const char  *message)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, message);

  g_assert_true (at_deferred_task_fail (AT_DEFERRED_TASK (task), error));
  at_test_finish (task);
}

#define end(item, task) \
  G_STMT_START { \
    g_assert_finalize_object (item); \
    at_test_assert_last_reference (task); \
    g_assert_finalize_object (task); \
  } G_STMT_END

/* What was told. */

typedef struct
{
  GString *states;
  guint    n_subtitles;
  guint    n_others;
} Told;

static void
on_state (AtGtkTaskItem *item,
          GParamSpec    *pspec,
          Told          *told)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (AT_GTK_TYPE_TASK_STATE);

  g_string_append_printf (told->states, "%s ",
                          g_enum_get_value (klass, (int) at_gtk_task_item_get_state (item))->value_nick);
}

static void
told_init (Told          *told,
           AtGtkTaskItem *item)
{
  memset (told, 0, sizeof *told);
  told->states = g_string_new (NULL);
  g_signal_connect (item, "notify::state", G_CALLBACK (on_state), told);
}

#define assert_told(told, expected) \
  G_STMT_START { \
    g_assert_cmpstr ((told)->states->str, ==, (expected)); \
    g_string_truncate ((told)->states, 0); \
  } G_STMT_END

static void
told_clear (Told *told)
{
  g_string_free (told->states, TRUE);
}

/* Properties. */

static void
test_properties (void)
{
  AtGtkTaskItem *item = at_gtk_task_item_new (NULL);
  g_autoptr (GIcon) icon = g_themed_icon_new ("folder");
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/picture.png");
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GHashTable) notified = g_hash_table_new (g_str_hash, g_str_equal);
  static const char * const booleans[] = { "can-cancel", "can-pause", "can-retry", "can-open" };
  g_autoptr (GIcon) found = NULL;
  guint n = 0;

  g_assert_null (at_gtk_task_item_get_task (item));
  g_assert_null (at_gtk_task_item_get_title (item));
  g_assert_null (at_gtk_task_item_get_subtitle (item));
  g_assert_null (at_gtk_task_item_get_detail (item));
  g_assert_null (at_gtk_task_item_get_icon (item));
  g_assert_null (at_gtk_task_item_get_file (item));
  g_assert_null (at_gtk_task_item_get_menu_model (item));
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_PENDING);
  g_assert_cmpfloat (at_gtk_task_item_get_fraction (item), ==, 0);
  g_assert_false (at_gtk_task_item_get_indeterminate (item));

  /* Each setter tells once, and of what is the same not at all. */
  for (guint i = 0; i < G_N_ELEMENTS (booleans); i++)
    {
      g_autofree char *signal = g_strconcat ("notify::", booleans[i], NULL);
      gboolean before, after;
      guint n_before = n;

      g_signal_connect_swapped (item, signal, G_CALLBACK (g_atomic_int_inc), &n);
      g_object_get (item, booleans[i], &before, NULL);
      g_assert_cmpint (before, ==, i != 1);
      for (guint j = 0; j < 2; j++)
        g_object_set (item, booleans[i], !before, NULL);
      g_object_get (item, booleans[i], &after, NULL);
      g_assert_cmpint (after, ==, !before);
      g_assert_cmpuint (n, ==, n_before + 1);
    }

  g_signal_connect_swapped (item, "notify::title", G_CALLBACK (g_atomic_int_inc), &n);
  g_signal_connect_swapped (item, "notify::detail", G_CALLBACK (g_atomic_int_inc), &n);
  g_signal_connect_swapped (item, "notify::icon", G_CALLBACK (g_atomic_int_inc), &n);
  g_signal_connect_swapped (item, "notify::file", G_CALLBACK (g_atomic_int_inc), &n);
  g_signal_connect_swapped (item, "notify::menu-model", G_CALLBACK (g_atomic_int_inc), &n);
  n = 0;
  for (guint i = 0; i < 2; i++)
    g_object_set (item, "title", "Copying", "detail", "All\nof it", "menu-model", menu, NULL);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpstr (at_gtk_task_item_get_title (item), ==, "Copying");
  g_assert_cmpstr (at_gtk_task_item_get_detail (item), ==, "All\nof it");
  g_assert_true (at_gtk_task_item_get_menu_model (item) == G_MENU_MODEL (menu));

  /* Without an icon of its own, that of the kind of file. */
  n = 0;
  for (guint i = 0; i < 2; i++)
    g_object_set (item, "file", file, NULL);
  g_assert_cmpuint (n, ==, 2);
  g_object_get (item, "icon", &found, NULL);
  g_assert_true (G_IS_THEMED_ICON (found));
  g_assert_true (g_strv_contains (g_themed_icon_get_names (G_THEMED_ICON (found)), "image-x-generic"));
  g_object_set (item, "icon", icon, NULL);
  g_assert_true (at_gtk_task_item_get_icon (item) == icon);
  g_assert_cmpuint (n, ==, 3);
  g_object_set (item, "icon", NULL, NULL);
  g_assert_true (at_gtk_task_item_get_icon (item) == found);

  at_gtk_task_item_set_title (item, at_gtk_task_item_get_title (item) + 4);
  g_assert_cmpstr (at_gtk_task_item_get_title (item), ==, "ing");

  g_assert_finalize_object (item);
}

static void
test_task (void)
{
  AtAsyncTask *task = new_task (), *other = new_task ();
  AtGtkTaskItem *item = at_gtk_task_item_new (task);
  guint n_titles = 0, n_tasks = 0;

  g_signal_connect_swapped (item, "notify::title", G_CALLBACK (g_atomic_int_inc), &n_titles);
  g_signal_connect_swapped (item, "notify::task", G_CALLBACK (g_atomic_int_inc), &n_tasks);
  g_assert_true (at_gtk_task_item_get_task (item) == task);
  g_assert_cmpstr (at_gtk_task_item_get_title (item), ==, "A task");

  at_async_task_set_title (task, "Another title");
  at_test_iterate_until (NULL, n_titles == 1);
  g_assert_cmpstr (at_gtk_task_item_get_title (item), ==, "Another title");

  /* One that was set stays. */
  at_gtk_task_item_set_title (item, "Mine");
  at_async_task_set_title (task, "Nobody's");
  iterate ();
  g_assert_cmpuint (n_titles, ==, 2);
  g_assert_cmpstr (at_gtk_task_item_get_title (item), ==, "Mine");

  at_gtk_task_item_set_task (item, other);
  at_gtk_task_item_set_task (item, other);
  g_assert_cmpuint (n_tasks, ==, 1);
  g_assert_cmpuint (n_titles, ==, 2);
  at_gtk_task_item_set_title (item, NULL);
  g_assert_cmpstr (at_gtk_task_item_get_title (item), ==, "A task");

  /* Nothing is heard of the one before. */
  at_test_assert_last_reference (task);
  g_assert_finalize_object (task);
  begin (other);
  at_async_task_set_fraction (other, 0.5);
  at_test_iterate_until (NULL, at_async_task_get_fraction (other) > 0);
  g_assert_cmpfloat (at_gtk_task_item_get_fraction (item), ==, 0.5);
  at_gtk_task_item_set_task (item, NULL);
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_PENDING);
  g_assert_cmpfloat (at_gtk_task_item_get_fraction (item), ==, 0);
  g_assert_null (at_gtk_task_item_get_title (item));
  succeed (other);

  end (item, other);
}

/* States. */

static void
test_states (void)
{
  AtAsyncTask *task = new_task (), *first = new_task (), *next = new_task ();
  AtGtkTaskItem *item = at_gtk_task_item_new (task);
  Told told;

  told_init (&told, item);
  g_assert_true (at_async_task_add_prerequisite (task, first, NULL));
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_WAITING);
  begin (first);
  succeed (first);
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_RUNNING);
  g_string_truncate (told.states, 0);

  at_async_task_pause (task);
  iterate ();
  assert_told (&told, "paused ");
  at_async_task_resume (task);
  iterate ();
  assert_told (&told, "running ");

  /* The end is shown when the last callback has returned. */
  at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL);
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_RUNNING);
  at_test_finish (task);
  assert_told (&told, "succeeded ");

  at_gtk_task_item_set_task (item, next);
  assert_told (&told, "pending ");
  g_assert_true (at_async_task_execute (next, NULL, NULL));
  assert_told (&told, "queued ");
  at_test_iterate_until (NULL, at_async_task_get_stage (next) == AT_STAGE_RUNNING);
  at_async_task_cancel (next, TRUE);
  at_deferred_task_complete (AT_DEFERRED_TASK (next), NULL);
  at_test_finish (next);
  g_assert_true (g_str_has_suffix (told.states->str, "cancelled "));

  /* One that has ended is what it was. */
  g_string_truncate (told.states, 0);
  at_gtk_task_item_set_task (item, task);
  assert_told (&told, "succeeded ");

  at_test_assert_last_reference (next);
  g_assert_finalize_object (next);
  at_test_assert_last_reference (first);
  g_assert_finalize_object (first);
  end (item, task);
  told_clear (&told);
}

/* A pool with one thread, which another has. */
static void
test_queued (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  AtTestGate gate;
  AtAsyncTask *first = at_async_task_new (at_test_body_gate, &gate, NULL);
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  AtGtkTaskItem *item = at_gtk_task_item_new (task);
  Told told;

  told_init (&told, item);
  at_test_gate_init (&gate);
  at_test_execute (first, pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_execute (task, pool);
  iterate ();
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_QUEUED);
  assert_told (&told, "queued ");
  g_assert_cmpstr (at_gtk_task_item_get_subtitle (item), ==, "Waiting");
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_true (g_str_has_suffix (told.states->str, "succeeded "));
  at_test_finish (first);

  end (item, task);
  at_test_assert_last_reference (first);
  g_assert_finalize_object (first);
  at_test_gate_clear (&gate);
  told_clear (&told);
}

static double
in_an_hour (AtAsyncTask  *task,
            const GError *error,
            guint         attempt,
            gpointer      user_data)
{
  return 3600;
}

static void
test_retrying (void)
{
  AtAsyncTask *task = new_task ();
  AtGtkTaskItem *item = at_gtk_task_item_new (task);
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "in use");

  at_async_task_set_retry (task, 2, in_an_hour, NULL, NULL);
  begin (task);
  g_assert_false (at_gtk_task_item_can (item, AT_GTK_TASK_ACTION_RETRY));
  g_assert_true (at_deferred_task_fail (AT_DEFERRED_TASK (task), error));
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_RETRYING);
  iterate ();
  g_assert_true (g_str_has_prefix (at_gtk_task_item_get_subtitle (item), "Trying again"));
  g_assert_cmpstr (at_gtk_task_item_get_detail (item), ==, "in use");

  /* Without a handler: that is the task's own. */
  g_assert_true (at_gtk_task_item_can (item, AT_GTK_TASK_ACTION_RETRY));
  at_gtk_task_item_set_can_retry (item, FALSE);
  g_assert_false (at_gtk_task_item_can (item, AT_GTK_TASK_ACTION_RETRY));
  at_gtk_task_item_set_can_retry (item, TRUE);
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_RETRY);
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_RUNNING);
  fail (task, "Broken.\nFor a reason.");

  /* A row has one line; all that is known is elsewhere. */
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_FAILED);
  g_assert_cmpstr (at_gtk_task_item_get_subtitle (item), ==, "Broken.");
  g_assert_cmpstr (at_gtk_task_item_get_detail (item), ==, "Broken.\nFor a reason.");

  end (item, task);
}

/* A task whose owner is gone tells nothing any more. */
static void
test_owner (void)
{
  AtAsyncTask *task = new_task ();
  AtGtkTaskItem *item = at_gtk_task_item_new (task);
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  Told told;

  at_async_task_set_owner (task, owner);
  begin (task);
  told_init (&told, item);
  g_assert_finalize_object (owner);
  assert_told (&told, "cancelled ");
  at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL);
  at_test_iterate_until (NULL, at_async_task_get_status (task) == AT_STATUS_FINISHED);
  assert_told (&told, "");
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_CANCELLED);

  /* Nor does the item keep an eye on the owner of a task that it has no more. */
  end (item, task);
  told_clear (&told);
}

static void
test_gone (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("at-gtk-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "made", NULL);
  g_autofree char *elsewhere = g_build_filename (folder, "moved", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) moved = g_file_new_for_path (elsewhere);
  AtAsyncTask *task = new_task (), *next = new_task ();
  AtGtkTaskItem *item = at_gtk_task_item_new (task);
  AtGtkTaskItem *late;

  g_assert_no_error (error);
  at_gtk_task_item_set_file (item, file);
  begin (task);
  iterate ();
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_RUNNING);
  g_assert_true (g_file_set_contents (path, "x", -1, NULL));
  succeed (task);
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_SUCCEEDED);

  /* As it is moved away, and is there again. */
  g_assert_cmpint (g_rename (path, elsewhere), ==, 0);
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_GONE);
  g_assert_cmpstr (at_gtk_task_item_get_subtitle (item), ==, "The file was moved or deleted");
  g_assert_cmpint (g_rename (elsewhere, path), ==, 0);
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_SUCCEEDED);

  /* What is not there when it is looked at first. */
  late = at_gtk_task_item_new (task);
  at_gtk_task_item_set_file (late, moved);
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (late) == AT_GTK_TASK_STATE_GONE);
  at_gtk_task_item_set_file (late, file);
  g_assert_cmpint (at_gtk_task_item_get_state (late), ==, AT_GTK_TASK_STATE_SUCCEEDED);

  /* With the folder, both go. */
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_GONE &&
                               at_gtk_task_item_get_state (late) == AT_GTK_TASK_STATE_GONE);

  /* The next task has made nothing yet. */
  at_gtk_task_item_set_task (item, next);
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_PENDING);
  g_assert_finalize_object (late);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (task);
  end (item, next);
}

/* What may be done. */

static guint
find_actions (AtGtkTaskItem *item)
{
  guint found = 0;

  for (guint one = 1; one < AT_GTK_TASK_ACTION_ALL; one <<= 1)
    if (at_gtk_task_item_can (item, one))
      found |= one;

  return found;
}

static void
note_call (AtGtkTaskItem *item,
           guint         *n_calls)
{
  (*n_calls)++;
}

static void
test_actions (void)
{
  AtAsyncTask *task = new_task (), *next = new_task ();
  AtGtkTaskItem *item = at_gtk_task_item_new (task);
  g_autoptr (GFile) file = g_file_new_for_path (g_get_tmp_dir ());
  guint n_retries = 0, n_opens = 0;
  gulong handler;

  g_assert_cmpuint (find_actions (item), ==, AT_GTK_TASK_ACTION_MENU);
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_CANCEL);
  g_assert_false (at_async_task_is_cancelled (task));

  begin (task);
  g_assert_cmpuint (find_actions (item), ==, AT_GTK_TASK_ACTION_MENU | AT_GTK_TASK_ACTION_CANCEL);
  at_gtk_task_item_set_can_cancel (item, FALSE);
  at_gtk_task_item_set_can_pause (item, TRUE);
  g_assert_cmpuint (find_actions (item), ==, AT_GTK_TASK_ACTION_MENU | AT_GTK_TASK_ACTION_PAUSE);
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_PAUSE);
  iterate ();
  g_assert_true (at_async_task_is_paused (task));
  g_assert_cmpuint (find_actions (item), ==, AT_GTK_TASK_ACTION_MENU | AT_GTK_TASK_ACTION_RESUME);
  at_gtk_task_item_set_can_pause (item, FALSE);
  g_assert_cmpuint (find_actions (item), ==, AT_GTK_TASK_ACTION_MENU);
  at_gtk_task_item_set_can_pause (item, TRUE);
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_RESUME);
  iterate ();
  g_assert_false (at_async_task_is_paused (task));
  at_gtk_task_item_set_can_cancel (item, TRUE);

  fail (task, "no luck");
  g_assert_cmpuint (find_actions (item), ==, AT_GTK_TASK_ACTION_MENU | AT_GTK_TASK_ACTION_COPY_DETAILS |
                                             AT_GTK_TASK_ACTION_DETAILS);
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_RETRY);
  handler = g_signal_connect (item, "retry", G_CALLBACK (note_call), &n_retries);
  g_assert_true (at_gtk_task_item_can (item, AT_GTK_TASK_ACTION_RETRY));
  at_gtk_task_item_set_can_retry (item, FALSE);
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_RETRY);
  g_assert_cmpuint (n_retries, ==, 0);
  at_gtk_task_item_set_can_retry (item, TRUE);

  /* The handler may do it later: until then nothing has changed. */
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_RETRY);
  g_assert_cmpuint (n_retries, ==, 1);
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_FAILED);
  at_gtk_task_item_set_task (item, next);
  g_assert_false (at_gtk_task_item_can (item, AT_GTK_TASK_ACTION_RETRY));
  g_signal_handler_disconnect (item, handler);

  begin (next);
  succeed (next);
  g_assert_cmpuint (find_actions (item), ==, AT_GTK_TASK_ACTION_MENU);
  at_gtk_task_item_set_file (item, file);
  g_assert_cmpuint (find_actions (item), ==, AT_GTK_TASK_ACTION_MENU | AT_GTK_TASK_ACTION_OPEN |
                                             AT_GTK_TASK_ACTION_SHOW_IN_FOLDER);
  g_assert_false (at_gtk_task_item_opens_itself (item));
  at_gtk_task_item_set_file (item, NULL);
  g_signal_connect (item, "open", G_CALLBACK (note_call), &n_opens);
  g_assert_cmpuint (find_actions (item), ==, AT_GTK_TASK_ACTION_MENU | AT_GTK_TASK_ACTION_OPEN);
  g_assert_true (at_gtk_task_item_opens_itself (item));
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_OPEN);
  g_assert_cmpuint (n_opens, ==, 1);
  at_gtk_task_item_set_can_open (item, FALSE);
  g_assert_cmpuint (find_actions (item), ==, AT_GTK_TASK_ACTION_MENU);

  at_test_assert_last_reference (task);
  g_assert_finalize_object (task);
  end (item, next);
}

/* Who may be paused without anybody saying so: what comes with the library, and stops. */
static void
test_can_pause (void)
{
  const char * const command[] = { "true", NULL };
  g_autoptr (GInputStream) source = g_memory_input_stream_new ();
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();
  gpointer tasks[] = {
    at_transfer_task_new (source, sink, 0), at_subprocess_task_new (command),
    at_script_task_new ("/nowhere.py", "run"), at_task_group_new (AT_TASK_GROUP_ALL),
    at_deferred_task_new (), at_async_task_new (at_test_body_succeed, NULL, NULL),
  };
  AtGtkTaskItem *item = at_gtk_task_item_new (NULL);
  guint n_notifies = 0;

  g_signal_connect_swapped (item, "notify::can-pause", G_CALLBACK (g_atomic_int_inc), &n_notifies);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_gtk_task_item_set_task (item, tasks[i]);
      g_assert_cmpint (at_gtk_task_item_get_can_pause (item), ==, i < 4);
    }
  g_assert_cmpuint (n_notifies, ==, 2);
  at_gtk_task_item_set_can_pause (item, TRUE);
  g_assert_true (at_gtk_task_item_get_can_pause (item));
  at_gtk_task_item_set_can_pause (item, FALSE);
  at_gtk_task_item_set_task (item, tasks[0]);
  g_assert_false (at_gtk_task_item_get_can_pause (item));

  g_assert_finalize_object (item);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    g_object_unref (tasks[i]);
}

/* A class of the application's. */

#define TEST_TYPE_ITEM (test_item_get_type ())
G_DECLARE_FINAL_TYPE (TestItem, test_item, TEST, ITEM, AtGtkTaskItem)

struct _TestItem
{
  AtGtkTaskItem parent_instance;

  guint         n_formats;
  guint         n_retries;
  guint         n_opens;
  const char   *word;
};

G_DEFINE_FINAL_TYPE (TestItem, test_item, AT_GTK_TYPE_TASK_ITEM)

static char *
test_item_format_subtitle (AtGtkTaskItem *item)
{
  g_autofree char *subtitle = AT_GTK_TASK_ITEM_CLASS (test_item_parent_class)->format_subtitle (item);

  TEST_ITEM (item)->n_formats++;

  return g_strdup_printf ("%s, %s", TEST_ITEM (item)->word, subtitle);
}

static void
test_item_retry (AtGtkTaskItem *item)
{
  TEST_ITEM (item)->n_retries++;
}

static void
test_item_open (AtGtkTaskItem *item)
{
  TEST_ITEM (item)->n_opens++;
}

static void
test_item_class_init (TestItemClass *klass)
{
  AT_GTK_TASK_ITEM_CLASS (klass)->format_subtitle = test_item_format_subtitle;
  AT_GTK_TASK_ITEM_CLASS (klass)->retry = test_item_retry;
  AT_GTK_TASK_ITEM_CLASS (klass)->open = test_item_open;
}

static void
test_item_init (TestItem *self)
{
  self->word = "first";
}

static void
test_derived (void)
{
  AtAsyncTask *task = new_task ();
  TestItem *item = g_object_new (TEST_TYPE_ITEM, "task", task, NULL);
  AtGtkTaskItem *base = AT_GTK_TASK_ITEM (item);
  guint n_subtitles = 0;
  gulong handler;

  /* Nobody listens: it is made when it is asked for, and then once. */
  g_assert_cmpuint (item->n_formats, ==, 0);
  g_assert_cmpstr (at_gtk_task_item_get_subtitle (base), ==, "first, Waiting");
  g_assert_cmpstr (at_gtk_task_item_get_subtitle (base), ==, "first, Waiting");
  g_assert_cmpuint (item->n_formats, ==, 1);
  item->word = "second";
  at_gtk_task_item_invalidate_subtitle (base);
  g_assert_cmpuint (item->n_formats, ==, 1);
  g_assert_cmpstr (at_gtk_task_item_get_subtitle (base), ==, "second, Waiting");

  /* Somebody does: it is told at a beat, and until then it is what it was. */
  handler = g_signal_connect_swapped (item, "notify::subtitle", G_CALLBACK (g_atomic_int_inc), &n_subtitles);
  item->word = "third";
  at_gtk_task_item_invalidate_subtitle (base);
  item->word = "fourth";
  at_gtk_task_item_invalidate_subtitle (base);
  g_assert_cmpstr (at_gtk_task_item_get_subtitle (base), ==, "second, Waiting");
  at_test_time_skip (0.25);
  iterate ();
  g_assert_cmpuint (n_subtitles, ==, 1);
  g_assert_cmpstr (at_gtk_task_item_get_subtitle (base), ==, "fourth, Waiting");
  g_signal_handler_disconnect (item, handler);

  begin (task);
  succeed (task);
  g_assert_true (at_gtk_task_item_can (base, AT_GTK_TASK_ACTION_OPEN));
  at_gtk_task_item_act (base, AT_GTK_TASK_ACTION_OPEN);
  g_assert_cmpuint (item->n_opens, ==, 1);
  g_assert_cmpuint (item->n_retries, ==, 0);

  end (item, task);
}

/* A class whose items know more of their state than their tasks do. */

#define TEST_TYPE_KEPT_ITEM (test_kept_item_get_type ())
G_DECLARE_FINAL_TYPE (TestKeptItem, test_kept_item, TEST, KEPT_ITEM, AtGtkTaskItem)

struct _TestKeptItem
{
  AtGtkTaskItem  parent_instance;

  int            state; /* or -1: that of the task */
};

G_DEFINE_FINAL_TYPE (TestKeptItem, test_kept_item, AT_GTK_TYPE_TASK_ITEM)

static AtGtkTaskState
test_kept_item_find_state (AtGtkTaskItem *item)
{
  if (TEST_KEPT_ITEM (item)->state >= 0)
    return (AtGtkTaskState) TEST_KEPT_ITEM (item)->state;

  return AT_GTK_TASK_ITEM_CLASS (test_kept_item_parent_class)->find_state (item);
}

static void
test_kept_item_enter (AtGtkTaskItem  *item,
                      AtGtkTaskState  state)
{
  TEST_KEPT_ITEM (item)->state = (int) state;
  at_gtk_task_item_invalidate_state (item);
}

static void
test_kept_item_pause (AtGtkTaskItem *item)
{
  test_kept_item_enter (item, AT_GTK_TASK_STATE_PAUSED);
}

static void
test_kept_item_resume (AtGtkTaskItem *item)
{
  test_kept_item_enter (item, AT_GTK_TASK_STATE_QUEUED);
}

static void
test_kept_item_cancel (AtGtkTaskItem *item)
{
  test_kept_item_enter (item, AT_GTK_TASK_STATE_CANCELLED);
}

static void
test_kept_item_class_init (TestKeptItemClass *klass)
{
  AT_GTK_TASK_ITEM_CLASS (klass)->find_state = test_kept_item_find_state;
  AT_GTK_TASK_ITEM_CLASS (klass)->pause = test_kept_item_pause;
  AT_GTK_TASK_ITEM_CLASS (klass)->resume = test_kept_item_resume;
  AT_GTK_TASK_ITEM_CLASS (klass)->cancel = test_kept_item_cancel;
}

static void
test_kept_item_init (TestKeptItem *self)
{
  self->state = -1;
  at_gtk_task_item_set_can_pause (AT_GTK_TASK_ITEM (self), TRUE);
}

/* The state is the class's, and so is what is done; the task is left alone. */
static void
test_state_of_its_own (void)
{
  AtAsyncTask *task = new_task ();
  TestKeptItem *item = g_object_new (TEST_TYPE_KEPT_ITEM, NULL);
  AtGtkTaskItem *base = AT_GTK_TASK_ITEM (item);
  g_autoptr (GListStore) tasks = g_list_store_new (AT_TYPE_ASYNC_TASK);
  g_autoptr (GListStore) removed = g_list_store_new (AT_GTK_TYPE_TASK_ITEM);
  AtGtkTaskItems *items;
  guint n_states = 0;

  item->state = AT_GTK_TASK_STATE_PAUSED;
  at_gtk_task_item_invalidate_state (base);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_PENDING);
  at_gtk_task_item_set_task (base, task);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_PAUSED);

  g_signal_connect_swapped (item, "notify::state", G_CALLBACK (g_atomic_int_inc), &n_states);
  at_gtk_task_item_invalidate_state (base);
  g_assert_cmpuint (n_states, ==, 0);
  at_gtk_task_item_act (base, AT_GTK_TASK_ACTION_RESUME);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_QUEUED);
  at_gtk_task_item_act (base, AT_GTK_TASK_ACTION_PAUSE);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_PAUSED);
  g_assert_cmpuint (n_states, ==, 2);
  g_assert_false (at_async_task_is_paused (task));

  /* One that is paused has no task that would ever end: it goes by what the class says. */
  items = at_gtk_task_items_new (NULL);
  g_signal_connect_swapped (items, "create-item", G_CALLBACK (g_object_ref), item);
  at_gtk_task_items_set_model (items, G_LIST_MODEL (tasks));
  at_gtk_task_items_set_undo_timeout (items, 0);
  g_list_store_append (tasks, task);
  g_list_store_append (removed, item);
  g_assert_cmpuint (at_gtk_task_items_remove (items, G_LIST_MODEL (removed)), ==, 1);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_CANCELLED);
  g_assert_false (at_async_task_is_cancelled (task));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (tasks)), ==, 0);
  g_list_store_remove_all (removed);
  g_assert_finalize_object (items);

  item->state = -1;
  at_gtk_task_item_invalidate_state (base);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_PENDING);
  begin (task);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_RUNNING);
  succeed (task);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_SUCCEEDED);

  g_assert_finalize_object (item);
  g_object_unref (task);
}

/* Beats. */

#define N_TASKS 8

typedef struct
{
  guint  n_changes;
  guint  n_dispatches; /* of the main context, in which something changed */
  guint  dispatch;
  guint  last_dispatch;
  gint64 last_beat;
} Beats;

static void
note_subtitle (AtGtkTaskItem *item,
               GParamSpec    *pspec,
               Beats         *beats)
{
  beats->n_changes++;
  if (beats->n_dispatches == 0 || beats->last_dispatch != beats->dispatch)
    beats->n_dispatches++;
  beats->last_dispatch = beats->dispatch;
}

/* Eight tasks that have something else to say a hundred times a second: their captions change four
 * times a second, all in the same iteration, which is one frame. */
static void
test_beat (void)
{
  AtAsyncTask *tasks[N_TASKS];
  TestItem *items[N_TASKS];
  Beats beats = { 0, };
  gint64 begin_time, end_time;

  for (guint i = 0; i < N_TASKS; i++)
    {
      tasks[i] = new_task ();
      items[i] = g_object_new (TEST_TYPE_ITEM, "task", tasks[i], NULL);
      begin (tasks[i]);
      g_signal_connect (items[i], "notify::subtitle", G_CALLBACK (note_subtitle), &beats);
      at_gtk_task_item_get_subtitle (AT_GTK_TASK_ITEM (items[i]));
    }
  at_test_time_skip (0.3);
  iterate ();
  beats = (Beats) { 0, };

  begin_time = g_get_monotonic_time ();
  for (guint step = 0; step < 200; step++)
    {
      g_autofree char *word = g_strdup_printf ("%u", step);

      for (guint i = 0; i < N_TASKS; i++)
        {
          items[i]->word = word;
          at_gtk_task_item_invalidate_subtitle (AT_GTK_TASK_ITEM (items[i]));
        }
      at_test_time_skip (0.01);
      while (g_main_context_pending (NULL))
        {
          beats.dispatch++;
          g_main_context_iteration (NULL, FALSE);
        }
    }
  end_time = g_get_monotonic_time ();

  /* Time goes on by itself, too. */
  g_assert_cmpuint (beats.n_dispatches, >=, 7);
  g_assert_cmpint (beats.n_dispatches, <=, (end_time - begin_time) / (250 * G_TIME_SPAN_MILLISECOND) + 1);
  g_assert_cmpuint (beats.n_changes, ==, beats.n_dispatches * N_TASKS);

  /* The end is not held back. */
  for (guint i = 0; i < N_TASKS; i++)
    {
      items[i]->word = "last";
      at_gtk_task_item_invalidate_subtitle (AT_GTK_TASK_ITEM (items[i]));
      succeed (tasks[i]);
      g_assert_cmpstr (at_gtk_task_item_get_subtitle (AT_GTK_TASK_ITEM (items[i])), ==, "last, Done");
      end (items[i], tasks[i]);
    }
}

static void
note_amounts (AtGtkTaskItem *item,
              GParamSpec    *pspec,
              Beats         *beats)
{
  gint64 now = g_get_monotonic_time () / (250 * G_TIME_SPAN_MILLISECOND);

  if (beats->n_changes == 0 || now != beats->last_beat)
    beats->n_dispatches++;
  beats->n_changes++;
  beats->last_beat = now;
}

/* The same of what a task tells of itself: no caption changes twice between two beats. */
static void
test_progress (void)
{
  AtAsyncTask *task = new_task ();
  AtGtkTaskItem *item = at_gtk_task_item_new (task);
  Beats beats = { 0, };
  guint n_fractions = 0;

  begin (task);
  g_signal_connect (item, "notify::subtitle", G_CALLBACK (note_amounts), &beats);
  g_signal_connect_swapped (item, "notify::fraction", G_CALLBACK (g_atomic_int_inc), &n_fractions);
  for (guint64 i = 1; i <= 20; i++)
    {
      at_test_time_skip (0.02);
      at_async_task_set_amounts (task, i, 100);
      iterate ();
    }
  at_test_iterate_until (NULL, at_async_task_get_completed (task) == 20);

  /* The fraction is told whenever it changes. */
  g_assert_cmpuint (n_fractions, >=, 2);
  at_test_time_skip (0.3);
  iterate ();
  g_assert_cmpuint (beats.n_changes, >=, 1);
  g_assert_cmpuint (beats.n_changes, ==, beats.n_dispatches);
  g_assert_cmpfloat (at_gtk_task_item_get_fraction (item), ==, 0.2);

  succeed (task);
  end (item, task);
}

/* The time after which a main loop would go on by itself, in milliseconds; -1 for never. */
static int
find_timeout (GMainContext *context)
{
  GPollFD fds[16];
  int priority, timeout = 0, n_fds;

  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  n_fds = g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_assert_cmpint (n_fds, <=, G_N_ELEMENTS (fds));
  g_main_context_release (context);

  return timeout;
}

/* A context of its own, in which nothing else is. */
static AtGtkTaskItem *
on_create_item (AtGtkTaskItems *items,
                AtAsyncTask    *task,
                gpointer        user_data)
{
  return g_object_new (TEST_TYPE_ITEM, NULL);
}

static void
test_idle (void)
{
  GMainContext *context = g_main_context_new ();
  AtAsyncTask *task;
  AtGtkTaskItem *item;
  AtGtkTaskItems *items;
  GListStore *store = g_list_store_new (AT_TYPE_ASYNC_TASK);
  guint n_subtitles = 0;

  g_main_context_push_thread_default (context);
  task = new_task ();
  at_async_task_set_main_context (task, context);
  g_list_store_append (store, task);
  items = at_gtk_task_items_new (NULL);
  g_signal_connect (items, "create-item", G_CALLBACK (on_create_item), NULL);
  at_gtk_task_items_set_model (items, G_LIST_MODEL (store));
  item = g_object_ref (at_gtk_task_items_find (items, task));
  g_signal_connect_swapped (items, "notify::summary", G_CALLBACK (g_atomic_int_inc), &n_subtitles);
  g_signal_connect_swapped (item, "notify::subtitle", G_CALLBACK (g_atomic_int_inc), &n_subtitles);

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (context, at_async_task_get_stage (task) == AT_STAGE_RUNNING);
  for (guint i = 0; i < 3; i++)
    {
      at_test_time_skip (0.3);
      while (g_main_context_iteration (context, FALSE))
        ;
    }

  /* It runs, and nothing changes. */
  g_assert_cmpint (find_timeout (context), ==, -1);

  /* Something does: for that, and once. */
  n_subtitles = 0;
  TEST_ITEM (item)->word = "something else";
  at_gtk_task_item_invalidate_subtitle (item);
  g_assert_cmpint (find_timeout (context), >=, 0);
  g_assert_cmpint (find_timeout (context), <=, 250);
  at_test_time_skip (0.3);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpuint (n_subtitles, ==, 2);
  g_assert_cmpint (find_timeout (context), ==, -1);

  at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL);
  at_test_iterate_until (context, at_async_task_get_status (task) == AT_STATUS_FINISHED);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpint (find_timeout (context), ==, -1);

  g_assert_finalize_object (items);
  g_assert_finalize_object (item);
  g_assert_finalize_object (store);
  at_test_iterate_poll_until (context, G_OBJECT (task)->ref_count == 1);
  g_assert_finalize_object (task);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

/* Threads. */

static void
set_elsewhere (gpointer data)
{
  at_test_assert_critical (at_gtk_task_item_set_task (data, NULL));
  at_test_assert_critical (at_gtk_task_item_set_file (data, NULL));
  at_test_assert_critical (at_gtk_task_item_invalidate_subtitle (data));
}

static void
drop_elsewhere (gpointer data)
{
  g_object_unref (data);
}

static void
test_threads (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  AtAsyncTask *task = new_task (), *other = new_task ();
  AtGtkTaskItem *item = at_gtk_task_item_new (task);

  at_async_task_set_main_context (other, context);
  at_test_assert_critical (at_gtk_task_item_set_task (item, other));
  g_assert_true (at_gtk_task_item_get_task (item) == task);
  at_test_call_in_thread (set_elsewhere, item);
  g_assert_true (at_gtk_task_item_get_task (item) == task);

  /* A collector of a language drops it on its own thread. */
  begin (task);
  g_object_add_weak_pointer (G_OBJECT (item), (gpointer *) &item);
  at_test_call_in_thread (drop_elsewhere, item);
  g_assert_nonnull (item);
  at_test_iterate_until (NULL, item == NULL);

  succeed (task);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (task);
  g_assert_finalize_object (other);
}

static void
on_last (AtGtkTaskItem  *item,
         GParamSpec     *pspec,
         AtGtkTaskItem **last)
{
  g_clear_object (last);
}

/* Whoever is told drops it. */
static void
test_drop_inside (void)
{
  AtAsyncTask *task = new_task ();
  AtGtkTaskItem *item = at_gtk_task_item_new (task), *weak = item;

  g_object_add_weak_pointer (G_OBJECT (item), (gpointer *) &weak);
  g_signal_connect (item, "notify::state", G_CALLBACK (on_last), &item);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_null (weak);
  at_test_iterate_until (NULL, at_async_task_get_stage (task) == AT_STAGE_RUNNING);
  succeed (task);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (task);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  at_test_time_own ();

  g_test_add_func ("/gtk/task-item/properties", test_properties);
  g_test_add_func ("/gtk/task-item/task", test_task);
  g_test_add_func ("/gtk/task-item/states", test_states);
  g_test_add_func ("/gtk/task-item/queued", test_queued);
  g_test_add_func ("/gtk/task-item/retrying", test_retrying);
  g_test_add_func ("/gtk/task-item/owner", test_owner);
  g_test_add_func ("/gtk/task-item/gone", test_gone);
  g_test_add_func ("/gtk/task-item/actions", test_actions);
  g_test_add_func ("/gtk/task-item/can-pause", test_can_pause);
  g_test_add_func ("/gtk/task-item/derived", test_derived);
  g_test_add_func ("/gtk/task-item/state-of-its-own", test_state_of_its_own);
  g_test_add_func ("/gtk/task-item/beat", test_beat);
  g_test_add_func ("/gtk/task-item/progress", test_progress);
  g_test_add_func ("/gtk/task-item/idle", test_idle);
  g_test_add_func ("/gtk/task-item/threads", test_threads);
  g_test_add_func ("/gtk/task-item/drop-inside", test_drop_inside);

  return g_test_run ();
}
