/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The popover: its header, and its size. */

#include "header-test.h"

typedef struct
{
  AtTaskList       *list;
  AtGtkTaskItems   *items;
  GtkWidget        *window;
  GtkWidget        *button;
  AtGtkTaskPopover *popover;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  set_animations (FALSE);
  fixture->list = at_task_list_new ();
  fixture->items = at_gtk_task_items_new (G_LIST_MODEL (fixture->list));
  fixture->popover = AT_GTK_TASK_POPOVER (at_gtk_task_popover_new (fixture->items));
  fixture->button = gtk_menu_button_new ();
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (fixture->button), GTK_WIDGET (fixture->popover));
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 600);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->button);
  gtk_window_present (GTK_WINDOW (fixture->window));
  at_test_iterate_until (NULL, gtk_widget_get_mapped (fixture->window));
  let_windows_rest ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_popover_popdown (GTK_POPOVER (fixture->popover));
  /* GTK 4.8 may keep a popover for ever that was closed under the pointer: the focus of the pointer
   * holds it. What it shows it has to let go of all the same. */
  at_gtk_task_popover_set_items (fixture->popover, NULL);
  let_windows_rest ();
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  at_test_iterate_poll_until (NULL, G_OBJECT (fixture->items)->ref_count == 1);
  g_assert_finalize_object (fixture->items);
  g_assert_finalize_object (fixture->list);
}

static GtkWidget *
find (GtkWidget  *widget,
      const char *class_name)
{
  if (gtk_widget_has_css_class (widget, class_name))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, class_name);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static GtkWidget *
get (Fixture    *fixture,
     const char *class_name)
{
  GtkWidget *widget = find (GTK_WIDGET (fixture->popover), class_name);

  g_assert_nonnull (widget);

  return widget;
}

static void
click (Fixture    *fixture,
       const char *class_name)
{
  g_signal_emit_by_name (get (fixture, class_name), "clicked");
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static AtGtkTaskItem *
get_item (Fixture     *fixture,
          AtAsyncTask *task)
{
  AtGtkTaskItem *item = at_gtk_task_items_find (fixture->items, task);

  g_assert_nonnull (item);

  return item;
}

/* There where something can be paused, and for what. */
static void
test_pause (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AtAsyncTask) first = begin_task (fixture->list, "First");
  g_autoptr (AtAsyncTask) second = begin_task (fixture->list, "Second");

  gtk_popover_popup (GTK_POPOVER (fixture->popover));
  /* A body that has no checkpoints would go on. */
  g_assert_false (gtk_widget_get_visible (get (fixture, "pause")));
  gtk_popover_popdown (GTK_POPOVER (fixture->popover));

  at_gtk_task_item_set_can_pause (get_item (fixture, first), TRUE);
  gtk_popover_popup (GTK_POPOVER (fixture->popover));
  g_assert_true (gtk_widget_get_visible (get (fixture, "pause")));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (get (fixture, "pause")), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Pause All");
  click (fixture, "pause");
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (get_item (fixture, first)) == AT_GTK_TASK_STATE_PAUSED);
  g_assert_true (at_async_task_is_paused (first));
  g_assert_false (at_async_task_is_paused (second));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (get (fixture, "pause")), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Resume All");
  click (fixture, "pause");
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (get_item (fixture, first)) == AT_GTK_TASK_STATE_RUNNING);
  g_assert_false (at_async_task_is_paused (first));

  cancel_task (first);
  g_assert_false (gtk_widget_get_visible (get (fixture, "pause")));
  cancel_task (second);
}

static void
test_clear (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AtAsyncTask) running = begin_task (fixture->list, "Running");
  g_autoptr (AtAsyncTask) done = begin_task (fixture->list, "Done");
  g_autoptr (AtAsyncTask) failed = begin_task (fixture->list, "Failed");

  gtk_popover_popup (GTK_POPOVER (fixture->popover));
  g_assert_false (gtk_widget_get_sensitive (get (fixture, "clear")));
  end_task (done);
  fail_task (failed);
  g_assert_true (gtk_widget_get_sensitive (get (fixture, "clear")));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (get (fixture, "clear")), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Clear Finished");
  click (fixture, "clear");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->items)), ==, 1);
  g_assert_false (gtk_widget_get_sensitive (get (fixture, "clear")));
  g_assert_true (at_gtk_task_items_undo (fixture->items));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->items)), ==, 3);
  g_assert_true (gtk_widget_get_sensitive (get (fixture, "clear")));
  cancel_task (running);
}

/* Nobody looks after what nobody sees; when it is opened, it is right. */
static void
test_closed (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Any");
  guint n_notified = 0;

  g_signal_connect_swapped (get (fixture, "heading"), "notify::label", G_CALLBACK (count), &n_notified);
  at_async_task_set_fraction (task, 0.5);
  at_test_time_skip (1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  end_task (task);
  g_assert_cmpuint (n_notified, ==, 0);
  gtk_popover_popup (GTK_POPOVER (fixture->popover));
  g_assert_true (gtk_widget_get_sensitive (get (fixture, "clear")));
  g_signal_handlers_disconnect_by_data (get (fixture, "heading"), &n_notified);
}

/* Whether something inside is drawn only half. */
static gboolean
has_opacity (GskRenderNode *node)
{
  GskRenderNodeType type = gsk_render_node_get_node_type (node);

  if (type == GSK_TRANSFORM_NODE)
    return has_opacity (gsk_transform_node_get_child (node));
  if (type == GSK_CLIP_NODE)
    return has_opacity (gsk_clip_node_get_child (node));
  if (type == GSK_CONTAINER_NODE)
    for (guint i = 0; i < gsk_container_node_get_n_children (node); i++)
      if (has_opacity (gsk_container_node_get_child (node, i)))
        return TRUE;

  return type == GSK_OPACITY_NODE;
}

/* NULL before the first frame with it, which may come after it has got its size. */
static GskRenderNode *
get_picture (GtkWidget    *label,
             GdkPaintable *paintable)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gdk_paintable_snapshot (paintable, snapshot, MAX (gtk_widget_get_width (label), 1), MAX (gtk_widget_get_height (label), 1));

  return gtk_snapshot_free_to_node (snapshot);
}

static gboolean
is_faint (GtkWidget *label)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (label);
  GskRenderNode *node = NULL;
  gboolean is_faint;

  gtk_widget_queue_draw (label);
  at_test_iterate_until (NULL, (node = get_picture (label, paintable)) != NULL);
  is_faint = has_opacity (node);
  gsk_render_node_unref (node);

  return is_faint;
}

/* The bar has no class, and is between the words. */
static GtkWidget *
get_progress (GtkWidget *row)
{
  return gtk_widget_get_next_sibling (find (row, "title"));
}

static double
get_text_x (GtkWidget *row,
            GtkWidget *label)
{
  double x;
  int offset;

  gtk_label_get_layout_offsets (GTK_LABEL (label), &offset, NULL);
  g_assert_true (gtk_widget_translate_coordinates (label, row, offset, 0, &x, NULL));

  return x;
}

/* In a header bar, whose own titles are bold, faint and apart, rows look as they do elsewhere. */
static void
test_in_header_bar (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (AtAsyncTask) failing = begin_task (fixture->list, "Holidays by the Sea");
  g_autoptr (AtAsyncTask) running = begin_task (fixture->list, "debian-13.iso");
  GtkWidget *bar = gtk_header_bar_new ();
  GtkWidget *row, *title, *subtitle, *progress;
  double x;

  g_object_ref (fixture->button);
  gtk_window_set_child (GTK_WINDOW (fixture->window), NULL);
  gtk_header_bar_pack_end (GTK_HEADER_BAR (bar), fixture->button);
  gtk_window_set_child (GTK_WINDOW (fixture->window), bar);
  g_object_unref (fixture->button);
  gtk_popover_popup (GTK_POPOVER (fixture->popover));

  row = get (fixture, "running");
  title = find (row, "title");
  subtitle = find (row, "subtitle");
  progress = get_progress (row);
  at_test_iterate_until (NULL, gtk_widget_get_width (title) > 0);
  g_assert_true (gtk_widget_translate_coordinates (progress, row, 0, 0, &x, NULL));
  g_assert_cmpfloat (get_text_x (row, title), ==, x);
  g_assert_cmpfloat (get_text_x (row, subtitle), ==, x);
  g_assert_true (is_faint (subtitle));
  g_assert_false (is_faint (title));

  fail_task (failing);
  at_test_iterate_until (NULL, find (GTK_WIDGET (fixture->popover), "failed") != NULL);
  g_assert_false (is_faint (find (get (fixture, "failed"), "subtitle")));

  cancel_task (running);
}

/* As high as its rows, up to some; never wider than a phone. */
static void
test_size (Fixture       *fixture,
           gconstpointer  data)
{
  GPtrArray *tasks = g_ptr_array_new_with_free_func (g_object_unref);
  int heights[3];
  const guint numbers[3] = { 1, 3, 50 };

  for (int i = 0; i < 3; i++)
    {
      int width;

      while (tasks->len < numbers[i])
        g_ptr_array_add (tasks, begin_task (fixture->list, "A file of a name that is so long that it has no room.iso"));
      gtk_popover_popup (GTK_POPOVER (fixture->popover));
      while (g_main_context_iteration (NULL, FALSE))
        ;
      gtk_widget_measure (GTK_WIDGET (fixture->popover), GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
      g_assert_cmpint (width, <=, 360);
      gtk_widget_measure (GTK_WIDGET (fixture->popover), GTK_ORIENTATION_VERTICAL, width, NULL, &heights[i], NULL, NULL);
      gtk_popover_popdown (GTK_POPOVER (fixture->popover));
    }
  g_assert_cmpint (heights[0], >=, 80);
  g_assert_cmpint (heights[1], >=, heights[0] + 80);
  g_assert_cmpint (heights[2], >, heights[1]);
  g_assert_cmpint (heights[2], <=, 480);

  for (guint i = 0; i < tasks->len; i++)
    {
      at_async_task_cancel (g_ptr_array_index (tasks, i), TRUE);
      at_deferred_task_complete (g_ptr_array_index (tasks, i), NULL);
    }
  settle (g_ptr_array_index (tasks, tasks->len - 1));
  g_ptr_array_unref (tasks);
}

static void
test_items (Fixture       *fixture,
            gconstpointer  data)
{
  guint n_notified = 0;

  g_signal_connect_swapped (fixture->popover, "notify::items", G_CALLBACK (count), &n_notified);
  gtk_popover_popup (GTK_POPOVER (fixture->popover));
  at_gtk_task_popover_set_items (fixture->popover, NULL);
  at_gtk_task_popover_set_items (fixture->popover, NULL);
  g_assert_null (at_gtk_task_popover_get_items (fixture->popover));
  click (fixture, "pause");
  click (fixture, "clear");
  at_gtk_task_popover_set_items (fixture->popover, fixture->items);
  g_assert_true (at_gtk_task_popover_get_items (fixture->popover) == fixture->items);
  g_assert_cmpuint (n_notified, ==, 2);
  g_signal_handlers_disconnect_by_data (fixture->popover, &n_notified);
}

static void
test_builder (void)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  g_autoptr (GError) error = NULL;
  GObject *popover;

  gtk_builder_add_from_string (builder,
                               "<interface><object class='AtGtkTaskItems' id='items'/>"
                               "<object class='GtkMenuButton' id='button'><property name='popover'>"
                               "<object class='AtGtkTaskPopover' id='popover'>"
                               "<property name='items'>items</property>"
                               "</object></property></object></interface>", -1, &error);
  g_assert_no_error (error);
  popover = gtk_builder_get_object (builder, "popover");
  g_assert_true ((gpointer) at_gtk_task_popover_get_items (AT_GTK_TASK_POPOVER (popover)) ==
                 (gpointer) gtk_builder_get_object (builder, "items"));
}

#define add(path, func) g_test_add ("/gtk/task-popover/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  at_test_time_own ();
  at_test_init (&argc, &argv);
  gtk_init ();
  at_gtk_init ();
  g_type_ensure (AT_GTK_TYPE_TASK_ITEMS);

  add ("pause", test_pause);
  add ("clear", test_clear);
  add ("closed", test_closed);
  add ("in-header-bar", test_in_header_bar);
  add ("size", test_size);
  add ("items", test_items);
  g_test_add_func ("/gtk/task-popover/builder", test_builder);

  return g_test_run ();
}
