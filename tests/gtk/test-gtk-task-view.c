/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The view: its properties and signals, where the focus goes, what is announced, and long lists.
 * Keys and pointers are in test_task_window.py. */

#include "gtk-test.h"

#include <glib/gstdio.h>

static guint
count (guint *counter)
{
  return (*counter)++;
}

typedef struct
{
  GListStore     *tasks;
  AtGtkTaskItems *items;
  GtkWidget      *view;
  GtkWidget      *window;
} Fixture;

static void
fixture_begin (Fixture *fixture,
               guint    n_tasks)
{
  fixture->tasks = g_list_store_new (AT_TYPE_ASYNC_TASK);
  for (guint i = 0; i < n_tasks; i++)
    {
      g_autofree char *title = g_strdup_printf ("file-%u.bin", i);
      g_autoptr (AtAsyncTask) task = gtk_test_task_new (title);

      g_list_store_append (fixture->tasks, task);
    }
  fixture->items = at_gtk_task_items_new (G_LIST_MODEL (fixture->tasks));
  at_gtk_task_items_set_sort (fixture->items, AT_GTK_TASK_SORT_OLDEST);
  fixture->view = g_object_ref_sink (at_gtk_task_view_new (fixture->items));
}

static void
fixture_show (Fixture *fixture)
{
  fixture->window = gtk_test_show (fixture->view);
}

static void
fixture_end (Fixture *fixture)
{
  if (fixture->window != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->view);
  g_object_unref (fixture->items);
  g_object_unref (fixture->tasks);
}

static AtAsyncTask *
get_task (Fixture *fixture,
          guint    i)
{
  g_autoptr (AtAsyncTask) task = g_list_model_get_item (G_LIST_MODEL (fixture->tasks), i);

  return task;
}

static AtGtkTaskItem *
get_item (Fixture *fixture,
          guint    i)
{
  return at_gtk_task_items_find (fixture->items, get_task (fixture, i));
}

static GtkWidget *
find_row (GtkWidget     *widget,
          AtGtkTaskItem *item)
{
  if (AT_GTK_IS_TASK_ROW (widget))
    return at_gtk_task_row_get_item (AT_GTK_TASK_ROW (widget)) == item ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child, item);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
test_properties (void)
{
  Fixture fixture = { 0, };
  GtkWidget *empty = g_object_ref_sink (gtk_label_new ("Nothing"));
  AtGtkTaskView *view;
  guint n_notifies = 0;
  guint n_selections = 0;

  fixture_begin (&fixture, 3);
  view = AT_GTK_TASK_VIEW (fixture.view);
  g_signal_connect_swapped (view, "notify", G_CALLBACK (count), &n_notifies);
  g_signal_connect_swapped (view, "notify::selection", G_CALLBACK (count), &n_selections);
  g_assert_true (at_gtk_task_view_get_items (view) == fixture.items);
  g_assert_cmpint (at_gtk_task_view_get_selection_mode (view), ==, GTK_SELECTION_NONE);
  g_assert_true (GTK_IS_NO_SELECTION (at_gtk_task_view_get_selection (view)));
  g_assert_false (at_gtk_task_view_get_single_click_activate (view));
  g_assert_false (at_gtk_task_view_get_show_sections (view));
  g_assert_cmpint (at_gtk_task_view_get_density (view), ==, AT_GTK_TASK_DENSITY_NORMAL);
  g_assert_true (at_gtk_task_view_get_show_icon (view));
  g_assert_true (at_gtk_task_view_get_show_menu (view));
  g_assert_cmpuint (at_gtk_task_view_get_actions (view), ==, AT_GTK_TASK_ACTION_ALL);
  g_assert_null (at_gtk_task_view_get_empty_widget (view));
  g_assert_cmpint (at_gtk_task_view_get_max_content_height (view), ==, -1);
  g_assert_cmpfloat (at_gtk_task_view_get_undo_timeout (view), ==, -1);

  g_object_set (view,
                "selection-mode", GTK_SELECTION_MULTIPLE,
                "single-click-activate", TRUE,
                "show-sections", TRUE,
                "density", AT_GTK_TASK_DENSITY_COMPACT,
                "show-icon", FALSE,
                "show-menu", FALSE,
                "actions", AT_GTK_TASK_ACTION_REMOVE,
                "empty-widget", empty,
                "max-content-height", 300,
                "undo-timeout", 2.5,
                NULL);
  g_assert_cmpint (at_gtk_task_view_get_selection_mode (view), ==, GTK_SELECTION_MULTIPLE);
  g_assert_true (GTK_IS_MULTI_SELECTION (at_gtk_task_view_get_selection (view)));
  g_assert_cmpuint (n_selections, ==, 1);
  g_assert_true (at_gtk_task_view_get_single_click_activate (view));
  g_assert_true (at_gtk_task_view_get_show_sections (view));
  g_assert_cmpint (at_gtk_task_view_get_density (view), ==, AT_GTK_TASK_DENSITY_COMPACT);
  g_assert_true (gtk_widget_has_css_class (fixture.view, "compact"));
  g_assert_false (at_gtk_task_view_get_show_icon (view));
  g_assert_false (at_gtk_task_view_get_show_menu (view));
  g_assert_cmpuint (at_gtk_task_view_get_actions (view), ==, AT_GTK_TASK_ACTION_REMOVE);
  g_assert_true (at_gtk_task_view_get_empty_widget (view) == empty);
  g_assert_cmpint (at_gtk_task_view_get_max_content_height (view), ==, 300);
  g_assert_cmpfloat (at_gtk_task_view_get_undo_timeout (view), ==, 2.5);
  g_assert_cmpfloat (at_gtk_task_items_get_undo_timeout (fixture.items), ==, 2.5);

  n_notifies = 0;
  at_gtk_task_view_set_items (view, fixture.items);
  at_gtk_task_view_set_selection_mode (view, GTK_SELECTION_MULTIPLE);
  at_gtk_task_view_set_single_click_activate (view, TRUE);
  at_gtk_task_view_set_show_sections (view, TRUE);
  at_gtk_task_view_set_density (view, AT_GTK_TASK_DENSITY_COMPACT);
  at_gtk_task_view_set_show_icon (view, FALSE);
  at_gtk_task_view_set_show_menu (view, FALSE);
  at_gtk_task_view_set_actions (view, AT_GTK_TASK_ACTION_REMOVE);
  at_gtk_task_view_set_empty_widget (view, empty);
  at_gtk_task_view_set_max_content_height (view, 300);
  at_gtk_task_view_set_undo_timeout (view, 2.5);
  g_assert_cmpuint (n_notifies, ==, 0);

  at_gtk_task_view_set_selection_mode (view, GTK_SELECTION_BROWSE);
  g_assert_true (gtk_single_selection_get_autoselect (GTK_SINGLE_SELECTION (at_gtk_task_view_get_selection (view))));
  at_gtk_task_view_set_selection_mode (view, GTK_SELECTION_SINGLE);
  g_assert_true (gtk_single_selection_get_can_unselect (GTK_SINGLE_SELECTION (at_gtk_task_view_get_selection (view))));
  at_gtk_task_view_set_empty_widget (view, NULL);
  g_assert_null (gtk_widget_get_parent (empty));
  g_assert_finalize_object (empty);
  at_gtk_task_view_set_items (view, NULL);
  g_assert_null (at_gtk_task_view_get_selection (view));
  g_assert_false (at_gtk_task_view_undo (view));

  fixture_end (&fixture);
}

static void
test_builder (void)
{
  g_autoptr (GtkBuilder) builder =
    gtk_builder_new_from_string ("<interface><object class=\"AtGtkTaskView\" id=\"view\">"
                                 "<property name=\"items\"><object class=\"AtGtkTaskItems\"/></property>"
                                 "<property name=\"selection-mode\">multiple</property>"
                                 "<property name=\"undo-timeout\">5</property>"
                                 "<property name=\"empty-widget\"><object class=\"GtkLabel\" id=\"empty\"/></property>"
                                 "</object></interface>", -1);
  AtGtkTaskView *view = AT_GTK_TASK_VIEW (gtk_builder_get_object (builder, "view"));

  g_assert_nonnull (at_gtk_task_view_get_items (view));
  g_assert_cmpint (at_gtk_task_view_get_selection_mode (view), ==, GTK_SELECTION_MULTIPLE);
  g_assert_true (at_gtk_task_view_get_empty_widget (view) == GTK_WIDGET (gtk_builder_get_object (builder, "empty")));
}

static const char *
get_page (GtkWidget *view)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (gtk_test_find (view, GTK_TYPE_STACK, NULL)));
}

static void
test_empty (void)
{
  Fixture fixture = { 0, };
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("One");

  fixture_begin (&fixture, 0);
  g_assert_cmpstr (get_page (fixture.view), ==, "empty");
  g_list_store_append (fixture.tasks, task);
  g_assert_cmpstr (get_page (fixture.view), ==, "list");
  g_list_store_remove_all (fixture.tasks);
  g_assert_cmpstr (get_page (fixture.view), ==, "empty");
  fixture_end (&fixture);
}

typedef struct
{
  guint          n_activated;
  guint          n_opened;
  guint          n_removed;
  AtGtkTaskItem *item;
} Heard;

static void
activate_cb (AtGtkTaskView *view,
             AtGtkTaskItem *item,
             Heard         *heard)
{
  heard->n_activated++;
  heard->item = item;
}

static void
open_cb (AtGtkTaskItem *item,
         Heard         *heard)
{
  heard->n_opened++;
}

static void
removed_cb (AtGtkTaskView *view,
            GListModel    *items,
            Heard         *heard)
{
  heard->n_removed += g_list_model_get_n_items (items);
}

/* Without a handler, what can be opened is. */
static void
test_activate (void)
{
  Fixture fixture = { 0, };
  Heard heard = { 0, };
  GtkWidget *list_view;

  fixture_begin (&fixture, 2);
  fixture_show (&fixture);
  list_view = gtk_test_find (fixture.view, GTK_TYPE_LIST_VIEW, NULL);
  g_signal_connect (get_item (&fixture, 1), "open", G_CALLBACK (open_cb), &heard);
  gtk_test_run (get_task (&fixture, 1));
  gtk_test_succeed (get_task (&fixture, 1));
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (get_item (&fixture, 1)) == AT_GTK_TASK_STATE_SUCCEEDED);

  g_signal_emit_by_name (list_view, "activate", 0);
  g_assert_cmpuint (heard.n_opened, ==, 0);
  g_signal_emit_by_name (list_view, "activate", 1);
  g_assert_cmpuint (heard.n_opened, ==, 1);

  g_signal_connect (fixture.view, "activate", G_CALLBACK (activate_cb), &heard);
  g_signal_emit_by_name (list_view, "activate", 1);
  g_assert_cmpuint (heard.n_opened, ==, 1);
  g_assert_cmpuint (heard.n_activated, ==, 1);
  g_assert_true (heard.item == get_item (&fixture, 1));

  fixture_end (&fixture);
}

static AtGtkTaskItem *
get_focused (Fixture *fixture)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));
  GtkWidget *row;

  if (focus == NULL)
    return NULL;
  row = gtk_test_find (focus, AT_GTK_TYPE_TASK_ROW, NULL);
  if (row == NULL)
    row = gtk_widget_get_ancestor (focus, AT_GTK_TYPE_TASK_ROW);

  return row != NULL ? at_gtk_task_row_get_item (AT_GTK_TASK_ROW (row)) : NULL;
}

static void
focus_item (Fixture       *fixture,
            AtGtkTaskItem *item)
{
  GtkWidget *row;

  at_test_iterate_until (NULL, (row = find_row (fixture->view, item)) != NULL);
  g_assert_true (gtk_widget_grab_focus (gtk_widget_get_parent (row)));
  g_assert_true (get_focused (fixture) == item);
}

/* After a row is removed its neighbour has the focus; undo brings it back. */
static void
test_remove (void)
{
  Fixture fixture = { 0, };
  Heard heard = { 0, };
  AtGtkTaskItem *items[5];

  fixture_begin (&fixture, 5);
  fixture_show (&fixture);
  g_signal_connect (fixture.view, "removed", G_CALLBACK (removed_cb), &heard);
  for (guint i = 0; i < 5; i++)
    {
      items[i] = get_item (&fixture, i);
      gtk_test_run (get_task (&fixture, i));
      gtk_test_succeed (get_task (&fixture, i));
    }
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (items[4]) == AT_GTK_TASK_STATE_SUCCEEDED);

  focus_item (&fixture, items[2]);
  g_assert_true (gtk_widget_activate_action (find_row (fixture.view, items[2]), "task.remove", NULL));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture.items)), ==, 4);
  g_assert_cmpuint (heard.n_removed, ==, 1);
  g_assert_true (get_focused (&fixture) == items[3]);

  g_assert_true (at_gtk_task_view_undo (AT_GTK_TASK_VIEW (fixture.view)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture.items)), ==, 5);
  g_assert_true (get_focused (&fixture) == items[3]);

  /* At the end, to the one before. */
  focus_item (&fixture, items[4]);
  g_assert_true (gtk_widget_activate_action (find_row (fixture.view, items[4]), "task.remove", NULL));
  g_assert_true (get_focused (&fixture) == items[3]);

  /* By a button, which goes with its row. */
  gtk_widget_grab_focus (gtk_test_find_button (find_row (fixture.view, items[0]), "view-more-symbolic"));
  g_assert_true (get_focused (&fixture) == items[0]);
  g_assert_true (gtk_widget_activate_action (find_row (fixture.view, items[0]), "task.remove", NULL));
  g_assert_true (get_focused (&fixture) == items[1]);

  /* All. */
  for (guint i = 1; i < 4; i++)
    g_assert_true (gtk_widget_activate_action (find_row (fixture.view, items[i]), "task.remove", NULL));
  g_assert_cmpstr (get_page (fixture.view), ==, "empty");

  fixture_end (&fixture);
}

/* The focus stays with a task that goes to another place in the list. */
static void
test_focus_follows (void)
{
  Fixture fixture = { 0, };
  AtGtkTaskItem *items[4];

  fixture_begin (&fixture, 4);
  at_gtk_task_items_set_sort (fixture.items, AT_GTK_TASK_SORT_STATE);
  fixture_show (&fixture);
  for (guint i = 0; i < 4; i++)
    {
      items[i] = get_item (&fixture, i);
      gtk_test_run (get_task (&fixture, i));
    }
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (items[3]) == AT_GTK_TASK_STATE_RUNNING);

  focus_item (&fixture, items[0]);
  gtk_test_succeed (get_task (&fixture, 0));
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (items[0]) == AT_GTK_TASK_STATE_SUCCEEDED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (get_focused (&fixture) == items[0]);

  gtk_test_succeed (get_task (&fixture, 2));
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (items[2]) == AT_GTK_TASK_STATE_SUCCEEDED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (get_focused (&fixture) == items[0]);

  fixture_end (&fixture);
}

/* What is chosen in the menu of one of several rows that are selected is for all of them. */
static void
test_together (void)
{
  Fixture fixture = { 0, };
  Heard heard = { 0, };
  GtkSelectionModel *selection;

  fixture_begin (&fixture, 4);
  at_gtk_task_view_set_selection_mode (AT_GTK_TASK_VIEW (fixture.view), GTK_SELECTION_MULTIPLE);
  fixture_show (&fixture);
  g_signal_connect (fixture.view, "removed", G_CALLBACK (removed_cb), &heard);
  for (guint i = 0; i < 4; i++)
    {
      at_gtk_task_item_set_can_pause (get_item (&fixture, i), TRUE);
      gtk_test_run (get_task (&fixture, i));
    }
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (get_item (&fixture, 3)) == AT_GTK_TASK_STATE_RUNNING);

  selection = at_gtk_task_view_get_selection (AT_GTK_TASK_VIEW (fixture.view));
  gtk_selection_model_select_range (selection, 0, 3, TRUE);
  gtk_widget_activate_action (find_row (fixture.view, get_item (&fixture, 1)), "task.pause", NULL);
  g_assert_true (at_async_task_is_paused (get_task (&fixture, 0)));
  g_assert_true (at_async_task_is_paused (get_task (&fixture, 1)));
  g_assert_true (at_async_task_is_paused (get_task (&fixture, 2)));
  g_assert_false (at_async_task_is_paused (get_task (&fixture, 3)));

  /* One that is not selected is alone, and so is what has a button. */
  gtk_widget_activate_action (find_row (fixture.view, get_item (&fixture, 3)), "task.pause", NULL);
  g_assert_true (at_async_task_is_paused (get_task (&fixture, 3)));
  gtk_test_click (gtk_test_find_button (find_row (fixture.view, get_item (&fixture, 0)), "media-playback-start-symbolic"));
  g_assert_false (at_async_task_is_paused (get_task (&fixture, 0)));
  g_assert_true (at_async_task_is_paused (get_task (&fixture, 1)));

  fixture_end (&fixture);
}

/* A file manager on the bus, which is this program's own. */

static void
show_items_cb (GDBusConnection       *bus,
               const char            *sender,
               const char            *path,
               const char            *interface,
               const char            *method,
               GVariant              *parameters,
               GDBusMethodInvocation *invocation,
               gpointer               calls)
{
  g_ptr_array_add (calls, g_variant_get_child_value (parameters, 0));
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static guint
own_file_manager (GDBusConnection *bus,
                  GPtrArray       *calls)
{
  static const GDBusInterfaceVTable vtable = { .method_call = show_items_cb };
  g_autoptr (GDBusNodeInfo) info = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  guint id;

  info = g_dbus_node_info_new_for_xml ("<node><interface name='org.freedesktop.FileManager1'><method name='ShowItems'>"
                                       "<arg type='as' direction='in'/><arg type='s' direction='in'/>"
                                       "</method></interface></node>", &error);
  g_assert_no_error (error);
  id = g_dbus_connection_register_object (bus, "/org/freedesktop/FileManager1", info->interfaces[0], &vtable,
                                          calls, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "RequestName", g_variant_new ("(su)", "org.freedesktop.FileManager1", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);

  return id;
}

static void
disown_file_manager (GDBusConnection *bus,
                     guint            id)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  reply = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "ReleaseName", g_variant_new ("(s)", "org.freedesktop.FileManager1"), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_dbus_connection_unregister_object (bus, id));
}

/* The files of all that are selected are shown by one call: a file manager has one window for them.
 * Those that have none there are left out. */
static void
test_show_together (void)
{
  Fixture fixture = { 0, };
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autofree char *folder = g_dir_make_tmp ("task-view-XXXXXX", NULL);
  char *paths[4];
  g_autofree const char **uris = NULL;
  GtkWidget *row;
  guint id;

  bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  if (bus == NULL)
    {
      g_test_skip ("no message bus");
      return;
    }
  id = own_file_manager (bus, calls);
  fixture_begin (&fixture, 4);
  at_gtk_task_view_set_selection_mode (AT_GTK_TASK_VIEW (fixture.view), GTK_SELECTION_MULTIPLE);
  fixture_show (&fixture);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GFile) file = NULL;

      paths[i] = g_strdup_printf ("%s/file-%u.bin", folder, i);
      g_assert_true (g_file_set_contents (paths[i], "", 0, NULL));
      file = g_file_new_for_path (paths[i]);
      gtk_test_run (get_task (&fixture, i));
      if (i == 1)
        continue;
      at_gtk_task_item_set_file (get_item (&fixture, i), file);
      gtk_test_succeed (get_task (&fixture, i));
    }
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (get_item (&fixture, 3)) == AT_GTK_TASK_STATE_SUCCEEDED);

  gtk_selection_model_select_all (at_gtk_task_view_get_selection (AT_GTK_TASK_VIEW (fixture.view)));
  row = find_row (fixture.view, get_item (&fixture, 2));
  g_assert_true (gtk_widget_activate_action (row, "task.show-in-folder", NULL));
  at_test_iterate_until (NULL, calls->len > 0);
  uris = g_variant_get_strv (calls->pdata[0], NULL);
  g_assert_cmpuint (g_strv_length ((char **) uris), ==, 3);
  g_assert_true (g_str_has_suffix (uris[0], "/file-0.bin"));
  g_assert_true (g_str_has_suffix (uris[1], "/file-2.bin"));
  g_assert_true (g_str_has_suffix (uris[2], "/file-3.bin"));

  /* What comes next is the next that is asked for. */
  gtk_selection_model_unselect_all (at_gtk_task_view_get_selection (AT_GTK_TASK_VIEW (fixture.view)));
  g_assert_true (gtk_widget_activate_action (row, "task.show-in-folder", NULL));
  at_test_iterate_until (NULL, calls->len > 1);
  g_assert_cmpuint (g_variant_n_children (calls->pdata[1]), ==, 1);

  gtk_test_succeed (get_task (&fixture, 1));
  disown_file_manager (bus, id);
  /* The answers are those of the rows. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpint (g_remove (paths[i]), ==, 0);
      g_free (paths[i]);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  fixture_end (&fixture);
}

/* Those that end at about the same time are told of together. */
static void
test_announce (void)
{
  Fixture fixture = { 0, };
  GtkLabel *status;

  fixture_begin (&fixture, 4);
  at_gtk_task_items_set_sort (fixture.items, AT_GTK_TASK_SORT_STATE);
  fixture_show (&fixture);
  status = GTK_LABEL (gtk_widget_get_last_child (fixture.view));
  for (guint i = 0; i < 4; i++)
    gtk_test_run (get_task (&fixture, i));
  if (GTK_CHECK_VERSION (4, 14, 0))
    {
      g_test_skip ("GTK announces it itself");
    }
  else
    {
      gtk_test_fail (get_task (&fixture, 0), "No route");
      at_test_iterate_until (NULL, g_str_equal (gtk_label_get_label (status), "file-0.bin — No route"));
      for (guint i = 1; i < 4; i++)
        g_assert_true (at_deferred_task_complete (AT_DEFERRED_TASK (get_task (&fixture, i)), NULL));
      at_test_iterate_until (NULL, g_str_equal (gtk_label_get_label (status), "3 tasks succeeded"));
    }

  fixture_end (&fixture);
}

/* There are rows for what can be seen and some more, and the last is found when it is wanted. */
static void
test_long_list (void)
{
  Fixture fixture = { 0, };
  GtkWidget *list_view;
  guint n_rows = 0;

  fixture_begin (&fixture, 2000);
  fixture_show (&fixture);
  list_view = gtk_test_find (fixture.view, GTK_TYPE_LIST_VIEW, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (list_view);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n_rows++;
  g_assert_cmpuint (n_rows, >, 10);
  g_assert_cmpuint (n_rows, <, 500);

  gtk_widget_activate_action (list_view, "list.scroll-to-item", "u", 1999u);
  at_test_iterate_until (NULL, find_row (fixture.view, get_item (&fixture, 1999)) != NULL);
  fixture_end (&fixture);
}

/* A height is asked for where it is to be, and no more than that. */
static void
test_height (void)
{
  Fixture fixture = { 0, };
  int before;
  int natural;

  fixture_begin (&fixture, 3);
  fixture_show (&fixture);
  gtk_widget_measure (fixture.view, GTK_ORIENTATION_VERTICAL, -1, NULL, &before, NULL, NULL);
  at_gtk_task_view_set_max_content_height (AT_GTK_TASK_VIEW (fixture.view), 400);
  gtk_widget_measure (fixture.view, GTK_ORIENTATION_VERTICAL, -1, NULL, &natural, NULL, NULL);
  g_assert_cmpint (natural, >, before);
  g_assert_cmpint (natural, <, 400);
  at_gtk_task_view_set_max_content_height (AT_GTK_TASK_VIEW (fixture.view), 100);
  gtk_widget_measure (fixture.view, GTK_ORIENTATION_VERTICAL, -1, NULL, &natural, NULL, NULL);
  g_assert_cmpint (natural, ==, 100);
  fixture_end (&fixture);
}

static gboolean
is_wanted (gpointer item,
           gpointer user_data)
{
  return strstr (at_gtk_task_item_get_title (item), user_data) != NULL;
}

static guint
count_shown (AtGtkTaskView *view)
{
  return g_list_model_get_n_items (G_LIST_MODEL (at_gtk_task_view_get_selection (view)));
}

/* Those that are not shown are in the items all the same. */
static void
test_filter (void)
{
  Fixture fixture = { 0, };
  AtGtkTaskView *view;
  GtkFilter *seven = GTK_FILTER (gtk_custom_filter_new (is_wanted, (gpointer) "-7.", NULL));
  GtkFilter *nothing = GTK_FILTER (gtk_custom_filter_new (is_wanted, (gpointer) "nothing", NULL));

  fixture_begin (&fixture, 20);
  view = AT_GTK_TASK_VIEW (fixture.view);
  fixture_show (&fixture);
  g_assert_null (at_gtk_task_view_get_filter (view));
  g_assert_cmpuint (count_shown (view), ==, 20);

  at_gtk_task_view_set_filter (view, seven);
  g_assert_true (at_gtk_task_view_get_filter (view) == seven);
  g_assert_cmpuint (count_shown (view), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture.items)), ==, 20);
  at_test_iterate_until (NULL, find_row (fixture.view, get_item (&fixture, 7)) != NULL);
  g_assert_null (find_row (fixture.view, get_item (&fixture, 8)));

  g_object_set (view, "filter", nothing, NULL);
  g_assert_cmpstr (get_page (fixture.view), ==, "empty");
  at_gtk_task_view_set_selection_mode (view, GTK_SELECTION_MULTIPLE);
  g_assert_cmpuint (count_shown (view), ==, 0);
  at_gtk_task_view_set_filter (view, NULL);
  g_assert_cmpuint (count_shown (view), ==, 20);
  g_assert_cmpstr (get_page (fixture.view), ==, "list");

  fixture_end (&fixture);
  g_assert_finalize_object (seven);
  g_assert_finalize_object (nothing);
}

#if GTK_CHECK_VERSION (4, 12, 0)

static gboolean
has_heading (GtkWidget  *widget,
             const char *text)
{
  GtkWidget *child;

  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "heading"))
    return g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), text);

  for (child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (has_heading (child, text))
      return TRUE;

  return FALSE;
}

/* A section whose items are all in another state now, in the same places, is called otherwise. */
static void
test_headings (void)
{
  Fixture fixture = { 0, };

  fixture_begin (&fixture, 1);
  at_gtk_task_items_set_sort (fixture.items, AT_GTK_TASK_SORT_STATE);
  at_gtk_task_view_set_show_sections (AT_GTK_TASK_VIEW (fixture.view), TRUE);
  fixture_show (&fixture);
  at_test_iterate_until (NULL, has_heading (fixture.view, "Waiting"));

  gtk_test_run (get_task (&fixture, 0));
  at_test_iterate_until (NULL, has_heading (fixture.view, "Active"));
  gtk_test_succeed (get_task (&fixture, 0));
  at_test_iterate_until (NULL, has_heading (fixture.view, "Finished"));
  g_assert_false (has_heading (fixture.view, "Active"));

  fixture_end (&fixture);
}

#endif

static GtkAdjustment *
get_adjustment (GtkWidget *view)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (gtk_test_find (view, GTK_TYPE_SCROLLED_WINDOW, NULL)));
}

/* A list that is longer than its window begins with its first heading. */
static void
test_begins_at_top (void)
{
  Fixture fixture = { 0, };
  GtkAdjustment *adjustment;
  double before;

  fixture_begin (&fixture, 200);
  at_gtk_task_items_set_sort (fixture.items, AT_GTK_TASK_SORT_STATE);
  at_gtk_task_view_set_show_sections (AT_GTK_TASK_VIEW (fixture.view), TRUE);
  fixture_show (&fixture);
  adjustment = get_adjustment (fixture.view);
  at_test_iterate_until (NULL, find_row (fixture.view, get_item (&fixture, 0)) != NULL);
  at_test_iterate_until (NULL, gtk_adjustment_get_upper (adjustment) > 2 * gtk_adjustment_get_page_size (adjustment));
  /* The layout, and what follows it. */
  at_test_iterate_poll_until (NULL, gtk_adjustment_get_value (adjustment) <= 0);
  before = gtk_adjustment_get_value (adjustment);
  gtk_test_run (get_task (&fixture, 0));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  at_test_iterate_poll_until (NULL, gtk_adjustment_get_value (adjustment) <= 0);
  g_assert_cmpfloat (before, ==, 0);

  /* It stays where somebody scrolls to. */
  gtk_adjustment_set_value (adjustment, 20);
  g_signal_emit_by_name (adjustment, "changed");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 0);

  fixture_end (&fixture);
}

static gboolean
is_in_view (Fixture *fixture,
            guint    i)
{
  GtkWidget *row = find_row (fixture->view, get_item (fixture, i));
  graphene_rect_t bounds;

  return row != NULL && gtk_widget_compute_bounds (row, fixture->view, &bounds) && bounds.size.height > 0 &&
         bounds.origin.y + bounds.size.height > 0 && bounds.origin.y < (float) gtk_widget_get_height (fixture->view);
}

static void
test_scroll_to (void)
{
  Fixture fixture = { 0, };

  fixture_begin (&fixture, 200);
  fixture_show (&fixture);
  at_test_iterate_until (NULL, is_in_view (&fixture, 0));
  g_assert_false (is_in_view (&fixture, 150));

  at_gtk_task_view_scroll_to (AT_GTK_TASK_VIEW (fixture.view), get_item (&fixture, 150));
  at_test_iterate_until (NULL, is_in_view (&fixture, 150));

  fixture_end (&fixture);
}

/* From the top of a list with headings, too. */
static void
test_scroll_to_from_heading (void)
{
  Fixture fixture = { 0, };

  fixture_begin (&fixture, 200);
  at_gtk_task_view_set_show_sections (AT_GTK_TASK_VIEW (fixture.view), TRUE);
  fixture_show (&fixture);
  at_test_iterate_until (NULL, is_in_view (&fixture, 0));
  at_gtk_task_view_scroll_to (AT_GTK_TASK_VIEW (fixture.view), get_item (&fixture, 150));
  at_test_iterate_until (NULL, is_in_view (&fixture, 150));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (is_in_view (&fixture, 150));

  fixture_end (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("GTK_A11Y", "test", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  at_gtk_init ();
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gtk/task-view/properties", test_properties);
  g_test_add_func ("/gtk/task-view/builder", test_builder);
  g_test_add_func ("/gtk/task-view/empty", test_empty);
  g_test_add_func ("/gtk/task-view/activate", test_activate);
  g_test_add_func ("/gtk/task-view/remove", test_remove);
  g_test_add_func ("/gtk/task-view/focus-follows", test_focus_follows);
  g_test_add_func ("/gtk/task-view/together", test_together);
  g_test_add_func ("/gtk/task-view/show-together", test_show_together);
  g_test_add_func ("/gtk/task-view/announce", test_announce);
  g_test_add_func ("/gtk/task-view/long-list", test_long_list);
  g_test_add_func ("/gtk/task-view/height", test_height);
  g_test_add_func ("/gtk/task-view/filter", test_filter);
  g_test_add_func ("/gtk/task-view/begins-at-top", test_begins_at_top);
  g_test_add_func ("/gtk/task-view/scroll-to", test_scroll_to);
  g_test_add_func ("/gtk/task-view/scroll-to-from-heading", test_scroll_to_from_heading);
#if GTK_CHECK_VERSION (4, 12, 0)
  g_test_add_func ("/gtk/task-view/headings", test_headings);
#endif

  return g_test_run ();
}
