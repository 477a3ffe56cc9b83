/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One row: what it shows in each state, what can be done with it, what it is called, and how
 * often it is drawn. */

#include "gtk-test.h"

#include <glib/gstdio.h>
#include <unistd.h>

static char *folder;

static guint
count (guint *counter)
{
  return (*counter)++;
}

static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_properties (void)
{
  g_autoptr (GtkWidget) row = g_object_ref_sink (at_gtk_task_row_new (NULL));
  AtGtkTaskRow *self = AT_GTK_TASK_ROW (row);
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (NULL);
  guint n_notifies = 0;

  g_signal_connect_swapped (row, "notify::item", G_CALLBACK (count), &n_notifies);
  g_signal_connect_swapped (row, "notify::density", G_CALLBACK (count), &n_notifies);
  g_signal_connect_swapped (row, "notify::show-icon", G_CALLBACK (count), &n_notifies);
  g_signal_connect_swapped (row, "notify::show-menu", G_CALLBACK (count), &n_notifies);
  g_signal_connect_swapped (row, "notify::actions", G_CALLBACK (count), &n_notifies);
  g_assert_null (at_gtk_task_row_get_item (self));
  g_assert_cmpint (at_gtk_task_row_get_density (self), ==, AT_GTK_TASK_DENSITY_NORMAL);
  g_assert_true (at_gtk_task_row_get_show_icon (self));
  g_assert_true (at_gtk_task_row_get_show_menu (self));
  g_assert_cmpuint (at_gtk_task_row_get_actions (self), ==, AT_GTK_TASK_ACTION_ALL);

  g_object_set (row,
                "item", item,
                "density", AT_GTK_TASK_DENSITY_COMPACT,
                "show-icon", FALSE,
                "show-menu", FALSE,
                "actions", AT_GTK_TASK_ACTION_CANCEL,
                NULL);
  g_assert_true (at_gtk_task_row_get_item (self) == item);
  g_assert_cmpint (at_gtk_task_row_get_density (self), ==, AT_GTK_TASK_DENSITY_COMPACT);
  g_assert_true (gtk_widget_has_css_class (row, "compact"));
  g_assert_false (at_gtk_task_row_get_show_icon (self));
  g_assert_false (at_gtk_task_row_get_show_menu (self));
  g_assert_cmpuint (at_gtk_task_row_get_actions (self), ==, AT_GTK_TASK_ACTION_CANCEL);

  g_assert_cmpuint (n_notifies, ==, 5);
  n_notifies = 0;
  at_gtk_task_row_set_item (self, item);
  at_gtk_task_row_set_density (self, AT_GTK_TASK_DENSITY_COMPACT);
  at_gtk_task_row_set_show_icon (self, FALSE);
  at_gtk_task_row_set_show_menu (self, FALSE);
  at_gtk_task_row_set_actions (self, AT_GTK_TASK_ACTION_CANCEL);
  g_assert_cmpuint (n_notifies, ==, 0);

  at_gtk_task_row_set_item (self, NULL);
  at_gtk_task_row_set_density (self, AT_GTK_TASK_DENSITY_NORMAL);
  g_assert_cmpuint (n_notifies, ==, 2);
  g_assert_false (gtk_widget_has_css_class (row, "compact"));
}

static void
test_builder (void)
{
  g_autoptr (GtkBuilder) builder =
    gtk_builder_new_from_string ("<interface><object class=\"AtGtkTaskRow\" id=\"row\">"
                                 "<property name=\"density\">compact</property>"
                                 "<property name=\"actions\">pause|resume</property>"
                                 "</object></interface>", -1);
  AtGtkTaskRow *row = AT_GTK_TASK_ROW (gtk_builder_get_object (builder, "row"));

  g_assert_cmpint (at_gtk_task_row_get_density (row), ==, AT_GTK_TASK_DENSITY_COMPACT);
  g_assert_cmpuint (at_gtk_task_row_get_actions (row), ==, AT_GTK_TASK_ACTION_PAUSE | AT_GTK_TASK_ACTION_RESUME);
}

#define assert_state(row, state) \
  at_test_iterate_until (NULL, gtk_widget_has_css_class ((row), (state)))

static const char *
get_caption (GtkWidget *row)
{
  return gtk_label_get_label (GTK_LABEL (gtk_test_find (row, GTK_TYPE_LABEL, "subtitle")));
}

/* Each state has its class, and one at a time. */
static void
test_states (void)
{
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("debian-13.iso");
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (task);
  g_autoptr (GtkWidget) row = g_object_ref_sink (at_gtk_task_row_new (item));
  GtkWidget *details = gtk_test_find (row, GTK_TYPE_BUTTON, "details");
  GtkWidget *bar = gtk_test_find (row, GTK_TYPE_PROGRESS_BAR, NULL);

  at_gtk_task_item_set_can_pause (item, TRUE);
  assert_state (row, "pending");
  g_assert_false (gtk_widget_get_visible (gtk_widget_get_parent (bar)));

  gtk_test_run (task);
  assert_state (row, "running");
  g_assert_false (gtk_widget_has_css_class (row, "pending"));
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_parent (bar)));
  at_async_task_set_fraction (task, 0.25);
  at_test_iterate_until (NULL, gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)) == 0.25);

  at_async_task_pause (task);
  assert_state (row, "paused");
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_parent (bar)));
  at_async_task_resume (task);
  assert_state (row, "running");

  gtk_test_fail (task, "The host did not answer\nIt is said to be away");
  assert_state (row, "failed");
  g_assert_false (gtk_widget_get_visible (gtk_widget_get_parent (bar)));
  at_test_iterate_until (NULL, g_str_equal (get_caption (row), "The host did not answer"));
  g_assert_true (gtk_widget_has_css_class (gtk_test_find (row, GTK_TYPE_LABEL, "subtitle"), "error"));
  g_assert_false (gtk_widget_has_css_class (gtk_test_find (row, GTK_TYPE_LABEL, "subtitle"), "dim-label"));

  /* There is a button where there is more to be read. */
  g_assert_true (gtk_widget_get_visible (details));
  at_gtk_task_item_set_detail (item, "The host did not answer");
  g_assert_false (gtk_widget_get_visible (details));
  at_gtk_task_item_set_detail (item, "All of it");
  g_assert_true (gtk_widget_get_visible (details));
}

typedef struct
{
  guint n_opened;
  guint n_retried;
} Heard;

static void
open_cb (AtGtkTaskItem *item,
         Heard         *heard)
{
  heard->n_opened++;
}

static void
retry_cb (AtGtkTaskItem *item,
          Heard         *heard)
{
  heard->n_retried++;
}

/* The button does what a person most likely wants, in each state. */
static void
test_buttons (void)
{
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("debian-13.iso");
  g_autoptr (AtAsyncTask) second = gtk_test_task_new ("debian-13.iso");
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (task);
  g_autoptr (GtkWidget) row = g_object_ref_sink (at_gtk_task_row_new (item));
  Heard heard = { 0, };

  g_signal_connect (item, "retry", G_CALLBACK (retry_cb), &heard);
  g_signal_connect (item, "open", G_CALLBACK (open_cb), &heard);
  gtk_test_run (task);
  assert_state (row, "running");
  g_assert_null (gtk_test_find_button (row, "media-playback-pause-symbolic"));
  g_assert_nonnull (gtk_test_find_button (row, "process-stop-symbolic"));
  g_assert_nonnull (gtk_test_find_button (row, "view-more-symbolic"));

  at_gtk_task_item_set_can_pause (item, TRUE);
  g_assert_null (gtk_test_find_button (row, "process-stop-symbolic"));
  at_gtk_task_row_set_show_menu (AT_GTK_TASK_ROW (row), FALSE);
  g_assert_nonnull (gtk_test_find_button (row, "process-stop-symbolic"));
  g_assert_null (gtk_test_find_button (row, "view-more-symbolic"));

  gtk_test_click (gtk_test_find_button (row, "media-playback-pause-symbolic"));
  g_assert_true (at_async_task_is_paused (task));
  assert_state (row, "paused");
  gtk_test_click (gtk_test_find_button (row, "media-playback-start-symbolic"));
  g_assert_false (at_async_task_is_paused (task));
  assert_state (row, "running");

  gtk_test_click (gtk_test_find_button (row, "process-stop-symbolic"));
  gtk_test_give_up (task);
  assert_state (row, "cancelled");
  gtk_test_click (gtk_test_find_button (row, "view-refresh-symbolic"));
  g_assert_cmpuint (heard.n_retried, ==, 1);

  at_gtk_task_item_set_task (item, second);
  gtk_test_run (second);
  gtk_test_succeed (second);
  assert_state (row, "succeeded");
  gtk_test_click (gtk_test_find_button (row, "document-open-symbolic"));
  g_assert_cmpuint (heard.n_opened, ==, 1);
}

static gboolean
has_action (GtkWidget  *row,
            const char *name)
{
  GtkWidgetClass *klass = GTK_WIDGET_GET_CLASS (row);
  const GVariantType *parameter;
  const char *property;
  const char *found;
  GType owner;

  for (guint i = 0; gtk_widget_class_query_action (klass, i, &owner, &found, &parameter, &property); i++)
    if (g_str_equal (found, name))
      return TRUE;

  return FALSE;
}

/* What is not among the actions of the row can be done neither by a button nor by an action. */
static void
test_actions (void)
{
  static const char *const names[] = {
    "task.pause", "task.resume", "task.cancel", "task.retry", "task.open", "task.show-in-folder",
    "task.copy-details", "task.remove", "task.menu", "task.details",
  };
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("debian-13.iso");
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (task);
  g_autoptr (GtkWidget) row = g_object_ref_sink (at_gtk_task_row_new (item));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (has_action (row, names[i]));

  at_gtk_task_item_set_can_pause (item, TRUE);
  gtk_test_run (task);
  assert_state (row, "running");

  at_gtk_task_row_set_actions (AT_GTK_TASK_ROW (row), AT_GTK_TASK_ACTION_ALL & ~AT_GTK_TASK_ACTION_PAUSE);
  gtk_widget_activate_action (row, "task.pause", NULL);
  g_assert_false (at_async_task_is_paused (task));
  g_assert_null (gtk_test_find_button (row, "media-playback-pause-symbolic"));

  at_gtk_task_row_set_actions (AT_GTK_TASK_ROW (row), AT_GTK_TASK_ACTION_ALL);
  g_assert_true (gtk_widget_activate_action (row, "task.pause", NULL));
  g_assert_true (at_async_task_is_paused (task));
  g_assert_true (gtk_widget_activate_action (row, "task.resume", NULL));
  g_assert_false (at_async_task_is_paused (task));
  g_assert_true (gtk_widget_activate_action (row, "task.cancel", NULL));
  gtk_test_give_up (task);
  assert_state (row, "cancelled");

  /* Without an item there is nothing to do. */
  at_gtk_task_row_set_item (AT_GTK_TASK_ROW (row), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    gtk_widget_activate_action (row, names[i], NULL);
}

#define assert_label(widget, label) \
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, (label))

/* In a list box the row of it is what has a name; elsewhere the row itself is. */
static void
test_names (void)
{
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("debian-13.iso");
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (task);
  g_autoptr (GtkWidget) alone = g_object_ref_sink (at_gtk_task_row_new (item));
  GtkWidget *row = at_gtk_task_row_new (item);
  g_autoptr (GtkWidget) list_box = g_object_ref_sink (gtk_list_box_new ());
  GtkWidget *bar = gtk_test_find (row, GTK_TYPE_PROGRESS_BAR, NULL);
  const char *value = "27 %";

  at_gtk_task_item_set_can_pause (item, TRUE);
  gtk_list_box_append (GTK_LIST_BOX (list_box), row);
  gtk_test_run (task);
  assert_state (row, "running");
  at_async_task_set_amounts (task, 271, 1000);
  at_test_iterate_until (NULL, strstr (get_caption (row), "271") != NULL &&
                               gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)) == 0.271);

  assert_label (gtk_widget_get_parent (row), "debian-13.iso");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (gtk_widget_get_parent (row)),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, get_caption (row));
  assert_label (alone, "debian-13.iso");
  assert_label (bar, "debian-13.iso");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, value);
  assert_label (gtk_test_find_button (row, "media-playback-pause-symbolic"), "Pause debian-13.iso");
  assert_label (gtk_test_find_button (row, "view-more-symbolic"), "Menu of debian-13.iso");

  at_gtk_task_item_set_title (item, "Another");
  assert_label (gtk_widget_get_parent (row), "Another");
  assert_label (bar, "Another");
  assert_label (gtk_test_find_button (row, "media-playback-pause-symbolic"), "Pause Another");

  /* A name that is written the other way does not tear the words around it apart. */
  at_gtk_task_item_set_title (item, "ملف");
  assert_label (gtk_test_find_button (row, "media-playback-pause-symbolic"), "Pause \342\201\250ملف\342\201\251");
}

static void
got_text (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static void
test_copy (void)
{
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("debian-13.iso");
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (task);
  GtkWidget *row = at_gtk_task_row_new (item);
  GtkWidget *window = gtk_test_show (row);
  g_autofree char *text = NULL;

  gtk_test_run (task);
  gtk_test_fail (task, "No route");
  assert_state (row, "failed");
  at_gtk_task_item_set_detail (item, "GET /debian-13.iso\n404");
  gtk_widget_activate_action (row, "task.copy-details", NULL);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (row), NULL, got_text, &text);
  at_test_iterate_until (NULL, text != NULL);
  g_assert_cmpstr (text, ==, "debian-13.iso\nNo route\nGET /debian-13.iso\n404\n");

  gtk_window_destroy (GTK_WINDOW (window));
}

static void
add_labels (GMenuModel *model,
            GString    *labels)
{
  for (int i = 0; i < g_menu_model_get_n_items (model); i++)
    {
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (model, i, G_MENU_LINK_SECTION);
      g_autofree char *label = NULL;

      if (section != NULL)
        {
          add_labels (section, labels);
          g_string_append (labels, "|");
        }
      else if (g_menu_model_get_item_attribute (model, i, G_MENU_ATTRIBUTE_LABEL, "s", &label))
        {
          g_string_append_printf (labels, "%s,", label);
        }
    }
}

static void
assert_menu (GtkWidget  *row,
             const char *expected)
{
  g_autoptr (GString) labels = g_string_new (NULL);
  GtkWidget *popover;

  gtk_widget_activate_action (row, "task.menu", NULL);
  popover = gtk_test_find (row, GTK_TYPE_POPOVER_MENU, NULL);
  g_assert_nonnull (popover);
  add_labels (gtk_popover_menu_get_menu_model (GTK_POPOVER_MENU (popover)), labels);
  g_assert_cmpstr (labels->str, ==, expected);

  /* It is there while it is open. */
  gtk_popover_popdown (GTK_POPOVER (popover));
  at_test_iterate_until (NULL, gtk_test_find (row, GTK_TYPE_POPOVER, NULL) == NULL);
}

/* It says what can be done at the moment, and what the program adds. */
static void
test_menu (void)
{
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("debian-13.iso");
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (task);
  g_autoptr (GMenu) more = g_menu_new ();
  GtkWidget *row = at_gtk_task_row_new (item);
  GtkWidget *window = gtk_test_show (row);

  at_gtk_task_item_set_can_pause (item, TRUE);
  gtk_test_run (task);
  assert_state (row, "running");
  assert_menu (row, "_Pause,|Copy _Details,|_Cancel,|");

  g_menu_append (more, "Copy _Link", "win.copy-link");
  at_gtk_task_item_set_menu_model (item, G_MENU_MODEL (more));
  assert_menu (row, "_Pause,|Copy _Link,|Copy _Details,|_Cancel,|");

  at_gtk_task_row_set_actions (AT_GTK_TASK_ROW (row), AT_GTK_TASK_ACTION_MENU | AT_GTK_TASK_ACTION_CANCEL);
  assert_menu (row, "Copy _Link,|_Cancel,|");

  /* One that is open goes with what it is of. */
  gtk_widget_activate_action (row, "task.menu", NULL);
  g_assert_nonnull (gtk_test_find (row, GTK_TYPE_POPOVER, NULL));
  at_gtk_task_row_set_item (AT_GTK_TASK_ROW (row), NULL);
  g_assert_null (gtk_test_find (row, GTK_TYPE_POPOVER, NULL));

  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_details (void)
{
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("debian-13.iso");
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (task);
  GtkWidget *row = at_gtk_task_row_new (item);
  GtkWidget *window = gtk_test_show (row);
  GtkWidget *popover;

  gtk_test_run (task);
  gtk_test_fail (task, "No route");
  assert_state (row, "failed");
  at_gtk_task_item_set_detail (item, "A long story");
  gtk_test_click (gtk_test_find (row, GTK_TYPE_BUTTON, "details"));
  popover = gtk_test_find (row, GTK_TYPE_POPOVER, "tasknote");
  g_assert_nonnull (popover);
  g_assert_nonnull (gtk_test_find (popover, GTK_TYPE_LABEL, "heading"));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (gtk_test_find (popover, GTK_TYPE_LABEL, "heading"))), ==,
                   "debian-13.iso");

  /* The window goes with it open. */
  gtk_window_destroy (GTK_WINDOW (window));
}

/* No program opens it: a sentence says so, and offers the folder. */
static void
test_open_nothing (void)
{
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("debian-13.iso");
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (task);
  g_autofree char *path = g_build_filename (folder, "debian-13.iso", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget *row = at_gtk_task_row_new (item);
  GtkWidget *window = gtk_test_show (row);
  GtkWidget *popover;
  GtkWidget *label;

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  at_gtk_task_item_set_file (item, file);
  gtk_test_run (task);
  gtk_test_succeed (task);
  assert_state (row, "succeeded");
  gtk_widget_activate_action (row, "task.open", NULL);
  at_test_iterate_until (NULL, (popover = gtk_test_find (row, GTK_TYPE_POPOVER, "tasknote")) != NULL);
  label = gtk_test_find (popover, GTK_TYPE_LABEL, NULL);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (label)), ==, "There is no application that opens “debian-13.iso”.");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (gtk_test_find (popover, GTK_TYPE_BUTTON, NULL))), ==,
                   "Show in Folder");

  gtk_window_destroy (GTK_WINDOW (window));
}

/* A row and what it shows let go of each other. */
static void
test_finalized (void)
{
  AtAsyncTask *task = gtk_test_task_new ("debian-13.iso");
  AtGtkTaskItem *item = at_gtk_task_item_new (task);
  GtkWidget *row = g_object_ref_sink (at_gtk_task_row_new (item));

  gtk_test_run (task);
  assert_state (row, "running");
  at_async_task_set_fraction (task, 0.5);
  iterate ();
  g_object_unref (item);
  g_assert_finalize_object (row);
  gtk_test_succeed (task);
  iterate ();
  g_object_unref (task);
}

/* How often */

#define N_ROWS 8

typedef struct
{
  GtkWidget     *window;
  GdkFrameClock *clock;
  AtAsyncTask   *tasks[N_ROWS];
  GtkWidget     *rows[N_ROWS];
  guint          n_frames;
} Frames;

static void
frames_begin (Frames *frames)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (guint i = 0; i < N_ROWS; i++)
    {
      g_autoptr (AtGtkTaskItem) item = NULL;

      frames->tasks[i] = gtk_test_task_new ("debian-13.iso");
      gtk_test_run (frames->tasks[i]);
      at_async_task_set_amounts (frames->tasks[i], 1000, 1000000);
      item = at_gtk_task_item_new (frames->tasks[i]);
      frames->rows[i] = at_gtk_task_row_new (item);
      gtk_box_append (GTK_BOX (box), frames->rows[i]);
    }
  frames->window = gtk_test_show (box);
  frames->clock = gtk_widget_get_frame_clock (frames->window);
  for (guint i = 0; i < N_ROWS; i++)
    assert_state (frames->rows[i], "running");
  g_signal_connect_swapped (frames->clock, "after-paint", G_CALLBACK (count), &frames->n_frames);
}

static void
frames_end (Frames *frames)
{
  g_signal_handlers_disconnect_by_data (frames->clock, &frames->n_frames);
  gtk_window_destroy (GTK_WINDOW (frames->window));
  for (guint i = 0; i < N_ROWS; i++)
    {
      gtk_test_succeed (frames->tasks[i]);
      g_object_unref (frames->tasks[i]);
    }
}

static gboolean
set_flag (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
wait_for (guint milliseconds)
{
  gboolean is_over = FALSE;

  g_timeout_add (milliseconds, set_flag, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

/* What was begun before it is counted is drawn before. */
static void
settle (Frames *frames)
{
  guint n_frames;

  do
    {
      n_frames = frames->n_frames;
      wait_for (600);
    }
  while (frames->n_frames != n_frames);
}

static void
test_nothing_changes (void)
{
  Frames frames = { 0, };

  frames_begin (&frames);
  settle (&frames);
  frames.n_frames = 0;
  wait_for (1500);
  g_assert_cmpuint (frames.n_frames, ==, 0);

  frames_end (&frames);
}

/* What is told of this one reads always the same. */
#define TEST_TYPE_QUIET_ITEM (test_quiet_item_get_type ())
G_DECLARE_FINAL_TYPE (TestQuietItem, test_quiet_item, TEST, QUIET_ITEM, AtGtkTaskItem)

struct _TestQuietItem
{
  AtGtkTaskItem parent_instance;
};

G_DEFINE_FINAL_TYPE (TestQuietItem, test_quiet_item, AT_GTK_TYPE_TASK_ITEM)

static char *
test_quiet_item_format_subtitle (AtGtkTaskItem *item)
{
  return g_strdup ("It goes on");
}

static void
test_quiet_item_class_init (TestQuietItemClass *klass)
{
  AT_GTK_TASK_ITEM_CLASS (klass)->format_subtitle = test_quiet_item_format_subtitle;
}

static void
test_quiet_item_init (TestQuietItem *self)
{
}

/* Nothing is drawn for less than a pixel; what is more is, once, however many there are of it. */
static void
test_less_than_a_pixel (void)
{
  Frames frames = { 0, };

  frames_begin (&frames);
  for (guint i = 0; i < N_ROWS; i++)
    {
      g_autoptr (AtGtkTaskItem) item = g_object_new (TEST_TYPE_QUIET_ITEM, "task", frames.tasks[i], NULL);

      at_gtk_task_row_set_item (AT_GTK_TASK_ROW (frames.rows[i]), item);
    }
  settle (&frames);
  g_assert_cmpstr (get_caption (frames.rows[0]), ==, "It goes on");

  frames.n_frames = 0;
  for (guint i = 0; i < N_ROWS; i++)
    at_async_task_set_amounts (frames.tasks[i], 1500, 1000000);
  wait_for (1000);
  g_assert_cmpuint (frames.n_frames, ==, 0);

  for (guint i = 0; i < N_ROWS; i++)
    at_async_task_set_amounts (frames.tasks[i], 1000 + 6000, 1000000);
  wait_for (1000);
  g_assert_cmpuint (frames.n_frames, >=, 1);
  g_assert_cmpuint (frames.n_frames, <=, 2);
  frames_end (&frames);
}

typedef struct
{
  Frames  *frames;
  guint64  step;
} Slow;

static gboolean
go_on (gpointer data)
{
  Slow *slow = data;

  slow->step++;
  at_async_task_set_amounts (slow->frames->tasks[slow->step % N_ROWS], 1000 + slow->step * 400, 1000000);

  return G_SOURCE_CONTINUE;
}

/* Each of eight tasks moves its bar by about a pixel every 0.1 seconds: all share four frames a
 * second. */
static void
test_slow_tasks (void)
{
  Frames frames = { 0, };
  Slow slow = { &frames, 0 };
  gint64 begun;
  guint source;
  double seconds;

  frames_begin (&frames);
  settle (&frames);
  source = g_timeout_add (12, go_on, &slow);
  wait_for (500);
  frames.n_frames = 0;
  begun = g_get_monotonic_time ();
  wait_for (3000);
  seconds = (double) (g_get_monotonic_time () - begun) / G_USEC_PER_SEC;
  g_assert_cmpuint (frames.n_frames, >, 0);
  g_assert_cmpfloat (frames.n_frames, <=, seconds * 4 + 1);
  g_source_remove (source);
  frames_end (&frames);
}

/* One that nobody knows the end of moves; it does not while nobody sees it, or wants to. */
static void
test_indeterminate (void)
{
  Frames frames = { 0, };
  GtkSettings *settings = gtk_settings_get_default ();
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("Unknown");
  g_autoptr (AtGtkTaskItem) item = NULL;

  frames_begin (&frames);
  gtk_test_run (task);
  item = at_gtk_task_item_new (task);
  at_gtk_task_row_set_item (AT_GTK_TASK_ROW (frames.rows[0]), item);
  frames.n_frames = 0;
  at_test_iterate_until (NULL, frames.n_frames > 10);

  gtk_widget_set_visible (frames.rows[0], FALSE);
  settle (&frames);
  frames.n_frames = 0;
  wait_for (500);
  g_assert_cmpuint (frames.n_frames, ==, 0);

  gtk_widget_set_visible (frames.rows[0], TRUE);
  at_test_iterate_until (NULL, frames.n_frames > 10);

  g_object_set (settings, "gtk-enable-animations", FALSE, NULL);
  g_assert_true (gtk_widget_has_css_class (gtk_widget_get_parent (gtk_test_find (frames.rows[0], GTK_TYPE_PROGRESS_BAR, NULL)),
                                           "still"));
  settle (&frames);
  frames.n_frames = 0;
  wait_for (500);
  g_assert_cmpuint (frames.n_frames, ==, 0);
  g_object_set (settings, "gtk-enable-animations", TRUE, NULL);

  gtk_test_succeed (task);
  frames_end (&frames);
}

/* Those of the machine open nothing here; its icons are seen. */
static char *
hide_applications (void)
{
  static const char *const kept[] = { "icons", "mime" };
  char *made = g_dir_make_tmp ("task-row-XXXXXX", NULL);

  g_assert_nonnull (made);
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *target = g_build_filename ("/usr/share", kept[i], NULL);
      g_autofree char *link = g_build_filename (made, kept[i], NULL);

      g_assert_cmpint (symlink (target, link), ==, 0);
    }
  g_setenv ("XDG_DATA_DIRS", made, TRUE);
  g_setenv ("XDG_DATA_HOME", made, TRUE);
  g_setenv ("XDG_CONFIG_HOME", made, TRUE);

  return made;
}

static void
remove_folder (void)
{
  static const char *const made[] = { "icons", "mime", "debian-13.iso" };

  for (guint i = 0; i < G_N_ELEMENTS (made); i++)
    {
      g_autofree char *path = g_build_filename (folder, made[i], NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_free (folder);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_setenv ("GTK_A11Y", "test", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_test_init (&argc, &argv, NULL);
  folder = hide_applications ();
  g_log_set_always_fatal (G_LOG_LEVEL_MASK & ~(G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG));
  at_gtk_init ();
  gtk_init ();

  g_test_add_func ("/gtk/task-row/properties", test_properties);
  g_test_add_func ("/gtk/task-row/builder", test_builder);
  g_test_add_func ("/gtk/task-row/states", test_states);
  g_test_add_func ("/gtk/task-row/buttons", test_buttons);
  g_test_add_func ("/gtk/task-row/actions", test_actions);
  g_test_add_func ("/gtk/task-row/names", test_names);
  g_test_add_func ("/gtk/task-row/copy", test_copy);
  g_test_add_func ("/gtk/task-row/menu", test_menu);
  g_test_add_func ("/gtk/task-row/details", test_details);
  g_test_add_func ("/gtk/task-row/open-nothing", test_open_nothing);
  g_test_add_func ("/gtk/task-row/finalized", test_finalized);
  g_test_add_func ("/gtk/task-row/nothing-changes", test_nothing_changes);
  g_test_add_func ("/gtk/task-row/less-than-a-pixel", test_less_than_a_pixel);
  g_test_add_func ("/gtk/task-row/slow-tasks", test_slow_tasks);
  g_test_add_func ("/gtk/task-row/indeterminate", test_indeterminate);

  status = g_test_run ();
  remove_folder ();

  return status;
}
