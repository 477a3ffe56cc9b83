/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A window with tasks in every state, for tests with real keys and for pictures. It tells on
 * standard output what its view tells. */

#include <signal.h>
#include <stdio.h>

#include <asynctask-gtk.h>
#include <glib-unix.h>

static char    *selection = "none";
static char    *only = "";
static char    *title = "Tasks";
static char    *folder = NULL;
static int      n_more = 0;
static int      width = 480;
static int      height = 640;
static double   text_scale = 1;
static gboolean is_boxed = FALSE;
static gboolean is_compact = FALSE;
static gboolean is_list_box = FALSE;
static gboolean is_right_to_left = FALSE;
static gboolean is_still = FALSE;
static gboolean has_sections = FALSE;
static gboolean takes_drops = FALSE;
static gboolean tells_activation = FALSE;

static const GOptionEntry entries[] = {
  { "selection", 0, 0, G_OPTION_ARG_STRING, &selection, "none, single or multiple", "MODE" },
  { "only", 0, 0, G_OPTION_ARG_STRING, &only, "Which states, as first letters", "STATES" },
  { "title", 0, 0, G_OPTION_ARG_STRING, &title, "Of the window", "TITLE" },
  { "folder", 0, 0, G_OPTION_ARG_STRING, &folder, "Where files are made", "FOLDER" },
  { "more", 0, 0, G_OPTION_ARG_INT, &n_more, "How many more there are", "N" },
  { "width", 0, 0, G_OPTION_ARG_INT, &width, "Of the window", "PIXELS" },
  { "height", 0, 0, G_OPTION_ARG_INT, &height, "Of the window", "PIXELS" },
  { "text-scale", 0, 0, G_OPTION_ARG_DOUBLE, &text_scale, "How large texts are", "FACTOR" },
  { "boxed", 0, 0, G_OPTION_ARG_NONE, &is_boxed, "A boxed list", NULL },
  { "compact", 0, 0, G_OPTION_ARG_NONE, &is_compact, "Compact rows", NULL },
  { "list-box", 0, 0, G_OPTION_ARG_NONE, &is_list_box, "Rows in a list box, without a view", NULL },
  { "rtl", 0, 0, G_OPTION_ARG_NONE, &is_right_to_left, "From right to left", NULL },
  { "still", 0, 0, G_OPTION_ARG_NONE, &is_still, "No animations", NULL },
  { "sections", 0, 0, G_OPTION_ARG_NONE, &has_sections, "Headings, where GTK has them", NULL },
  { "take-drops", 0, 0, G_OPTION_ARG_NONE, &takes_drops, "Take what is dropped", NULL },
  { "tell-activation", 0, 0, G_OPTION_ARG_NONE, &tells_activation, "Handle activation", NULL },
  { NULL }
};

static GListStore *tasks;
static GListStore *loose;
static AtGtkTaskItems *items;
static AtExecutor *one_at_a_time;
static AtAsyncTask *retried;

static void
tell (const char *format,
      ...) G_GNUC_PRINTF (1, 2);

static void
tell (const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  putchar ('\n');
  fflush (stdout);
}

static AtAsyncTask *
make_task (const char *name)
{
  AtAsyncTask *task = AT_ASYNC_TASK (at_deferred_task_new ());

  at_async_task_set_title (task, name);
  at_async_task_set_unit (task, AT_PROGRESS_UNIT_BYTES);

  return task;
}

static AtGtkTaskItem *
add (AtAsyncTask *task,
     const char  *icon)
{
  AtGtkTaskItem *item;

  g_list_store_append (tasks, task);
  if (is_list_box)
    {
      g_autoptr (AtGtkTaskItem) loose_item = at_gtk_task_item_new (task);

      g_list_store_append (loose, loose_item);
      item = loose_item;
    }
  else
    {
      item = at_gtk_task_items_find (items, task);
    }
  if (icon != NULL)
    {
      g_autoptr (GIcon) themed = g_themed_icon_new (icon);

      at_gtk_task_item_set_icon (item, themed);
    }

  return item;
}

static void
execute (AtAsyncTask *task)
{
  g_autoptr (GError) error = NULL;

  if (!at_async_task_execute (task, NULL, &error))
    g_error ("%s", error->message);
}

static void
retry_cb (AtGtkTaskItem *item)
{
  g_autoptr (AtAsyncTask) task = make_task (at_gtk_task_item_get_title (item));

  tell ("retry %s", at_gtk_task_item_get_title (item));
  at_gtk_task_item_set_task (item, task);
  execute (task);
  g_set_object (&retried, task);
}

static double
later (AtAsyncTask  *task,
       const GError *error,
       guint         attempt,
       gpointer      user_data)
{
  return 3600;
}

static void
fail (AtAsyncTask *task,
      const char  *message)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, message);

  /* It has begun when it can end. */
  while (!at_deferred_task_fail (AT_DEFERRED_TASK (task), error))
    g_main_context_iteration (NULL, TRUE);
}

static void
complete (AtAsyncTask *task)
{
  while (!at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
signal_cb (gpointer user_data)
{
  fail (retried, "It is too late");

  return G_SOURCE_CONTINUE;
}

static void
text_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text != NULL)
    tell ("copied %s", g_strdelimit (text, "\n", '|'));
}

static void
clipboard_cb (GdkClipboard *clipboard)
{
  gdk_clipboard_read_text_async (clipboard, NULL, text_cb, NULL);
}

static gboolean
wants (char letter)
{
  return *only == '\0' || strchr (only, letter) != NULL;
}

static GFile *
make_file (const char *name)
{
  g_autofree char *path = g_build_filename (folder != NULL ? folder : g_get_tmp_dir (), name, NULL);

  g_file_set_contents (path, "It is there.\n", -1, NULL);

  return g_file_new_for_path (path);
}

static void
add_finished (const char *name,
              const char *icon,
              gboolean    is_gone)
{
  g_autoptr (AtAsyncTask) task = make_task (name);
  g_autoptr (GFile) file = make_file (name);
  AtGtkTaskItem *item = add (task, icon);

  at_gtk_task_item_set_file (item, file);
  execute (task);
  complete (task);
  if (is_gone)
    {
      while (at_gtk_task_item_get_state (item) != AT_GTK_TASK_STATE_SUCCEEDED)
        g_main_context_iteration (NULL, TRUE);
      g_file_delete (file, NULL, NULL);
    }
}

static void
add_all (void)
{
  if (wants ('r'))
    {
      g_autoptr (AtAsyncTask) task = make_task ("debian-13.iso");
      AtGtkTaskItem *item = add (task, "media-optical");

      at_gtk_task_item_set_can_pause (item, TRUE);
      execute (task);
      at_async_task_set_amounts (task, 271000000, 1000000000);
    }
  if (wants ('i'))
    {
      g_autoptr (AtAsyncTask) task = make_task ("Holidays by the Sea");

      add (task, "folder-pictures");
      execute (task);
      at_async_task_set_message (task, "Looking for pictures");
    }
  if (wants ('p'))
    {
      g_autoptr (AtAsyncTask) task = make_task ("gnome-45-release-video.webm");
      AtGtkTaskItem *item = add (task, "video-x-generic");

      at_gtk_task_item_set_can_pause (item, TRUE);
      execute (task);
      at_async_task_set_amounts (task, 61000000, 152000000);
      at_async_task_pause (task);
    }
  if (wants ('y'))
    {
      g_autoptr (AtAsyncTask) task = make_task ("field-recordings.zip");

      add (task, "package-x-generic");
      at_async_task_set_retry (task, 5, later, NULL, NULL);
      execute (task);
      fail (task, "The server is busy");
    }
  if (wants ('q'))
    {
      g_autoptr (AtAsyncTask) first = make_task ("First");
      g_autoptr (AtAsyncTask) task = make_task ("old-map-of-the-harbour.jpg");

      add (task, "image-x-generic");
      at_async_task_set_executor (first, one_at_a_time);
      at_async_task_set_executor (task, one_at_a_time);
      execute (first);
      execute (task);
    }
  if (wants ('w'))
    {
      g_autoptr (AtAsyncTask) first = make_task ("First");
      g_autoptr (AtAsyncTask) task = make_task ("Make a slide show");

      add (task, "x-office-presentation");
      at_async_task_add_prerequisite (task, first, NULL);
      execute (first);
      execute (task);
    }
  if (wants ('f'))
    {
      g_autoptr (AtAsyncTask) task = make_task ("closed-archive.tar.gz");
      AtGtkTaskItem *item = add (task, "package-x-generic");

      g_signal_connect (item, "retry", G_CALLBACK (retry_cb), NULL);
      at_gtk_task_item_set_detail (item, "GET https://archive.example.org/closed-archive.tar.gz\n"
                                         "503 Service Unavailable\nRetry-After: 120\n"
                                         "The archive is closed for repairs until tomorrow morning.");
      execute (task);
      fail (task, "The server of archive.example.org said that it is closed for repairs");
    }
  if (wants ('s'))
    add_finished ("letters-and-drawings.pdf", "x-office-document", FALSE);
  if (wants ('c'))
    {
      g_autoptr (AtAsyncTask) task = make_task ("a-very-long-name-of-a-file-that-nobody-can-read-to-its-end-in-a-row.tar.gz");
      AtGtkTaskItem *item = add (task, "package-x-generic");

      g_signal_connect (item, "retry", G_CALLBACK (retry_cb), NULL);
      execute (task);
      at_async_task_cancel (task, TRUE);
    }
  if (wants ('g'))
    add_finished ("shopping-list.txt", "text-x-generic", TRUE);
  if (wants ('a'))
    {
      g_autoptr (AtAsyncTask) task = make_task ("صور العطلة.zip");

      add (task, "package-x-generic");
      execute (task);
      at_async_task_set_amounts (task, 700000, 1000000);
    }

  for (int i = 1; i <= n_more; i++)
    {
      g_autofree char *name = g_strdup_printf ("file-%d.bin", i);
      g_autoptr (AtAsyncTask) task = make_task (name);

      add (task, "application-x-executable");
      execute (task);
      complete (task);
    }
}

static char *
dup_names (GListModel *model)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (AtGtkTaskItem) item = g_list_model_get_item (model, i);

      g_string_append_printf (names, " %s", at_gtk_task_item_get_title (item));
    }

  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
activate_cb (AtGtkTaskView *view,
             AtGtkTaskItem *item)
{
  tell ("activate %s", at_gtk_task_item_get_title (item));
}

static void
removed_cb (AtGtkTaskView *view,
            GListModel    *removed)
{
  g_autofree char *names = dup_names (removed);

  tell ("removed%s", names);
}

static gboolean
drop_cb (AtGtkTaskView *view,
         const GValue  *value)
{
  tell ("drop %s", G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : G_VALUE_TYPE_NAME (value));

  return TRUE;
}

static void
flags_cb (GtkWidget     *view,
          GtkStateFlags  before)
{
  GtkStateFlags now = gtk_widget_get_state_flags (view);

  if (((before ^ now) & GTK_STATE_FLAG_DROP_ACTIVE) != 0)
    tell ("highlight %s", (now & GTK_STATE_FLAG_DROP_ACTIVE) != 0 ? "on" : "off");
}

static void
paused_cb (AtAsyncTask *task)
{
  tell ("%s %s", at_async_task_is_paused (task) ? "paused" : "resumed", at_async_task_get_title (task));
}

static GtkSelectionMode
get_mode (void)
{
  if (g_str_equal (selection, "multiple"))
    return GTK_SELECTION_MULTIPLE;

  return g_str_equal (selection, "single") ? GTK_SELECTION_SINGLE : GTK_SELECTION_NONE;
}

static GtkWidget *
make_view (void)
{
  GtkWidget *view;

  view = at_gtk_task_view_new (items);
  at_gtk_task_view_set_selection_mode (AT_GTK_TASK_VIEW (view), get_mode ());
  at_gtk_task_view_set_show_sections (AT_GTK_TASK_VIEW (view), has_sections);
  if (is_boxed)
    gtk_widget_add_css_class (view, "boxed");
  if (is_compact)
    {
      at_gtk_task_view_set_density (AT_GTK_TASK_VIEW (view), AT_GTK_TASK_DENSITY_COMPACT);
      at_gtk_task_view_set_show_menu (AT_GTK_TASK_VIEW (view), FALSE);
    }
  g_signal_connect (view, "removed", G_CALLBACK (removed_cb), NULL);
  g_signal_connect (view, "state-flags-changed", G_CALLBACK (flags_cb), NULL);
  if (tells_activation)
    g_signal_connect (view, "activate", G_CALLBACK (activate_cb), NULL);
  if (takes_drops)
    g_signal_connect (view, "drop", G_CALLBACK (drop_cb), NULL);

  return view;
}

static GtkWidget *
make_row (gpointer item,
          gpointer user_data)
{
  GtkWidget *row = at_gtk_task_row_new (item);

  if (is_compact)
    {
      at_gtk_task_row_set_density (AT_GTK_TASK_ROW (row), AT_GTK_TASK_DENSITY_COMPACT);
      at_gtk_task_row_set_show_menu (AT_GTK_TASK_ROW (row), FALSE);
    }

  return row;
}

static GtkWidget *
make_list_box (void)
{
  GtkWidget *list_box = gtk_list_box_new ();

  gtk_list_box_bind_model (GTK_LIST_BOX (list_box), G_LIST_MODEL (loose), make_row, NULL, NULL);

  return list_box;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  GtkWidget *window;
  GtkWidget *child;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  gtk_init ();
  if (is_right_to_left)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", !is_still, NULL);
  if (text_scale != 1)
    g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (int) (96 * 1024 * text_scale), NULL);

  one_at_a_time = AT_EXECUTOR (at_limit_executor_new (at_async_task_get_default_executor (), 1));
  tasks = g_list_store_new (AT_TYPE_ASYNC_TASK);
  loose = g_list_store_new (AT_GTK_TYPE_TASK_ITEM);
  items = at_gtk_task_items_new (G_LIST_MODEL (tasks));
  at_gtk_task_items_set_sort (items, has_sections ? AT_GTK_TASK_SORT_STATE : AT_GTK_TASK_SORT_OLDEST);
  add_all ();
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (tasks)); i++)
    {
      g_autoptr (AtAsyncTask) task = g_list_model_get_item (G_LIST_MODEL (tasks), i);

      g_signal_connect (task, "notify::paused", G_CALLBACK (paused_cb), NULL);
    }

  child = is_list_box ? make_list_box () : make_view ();
  window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), child);
  g_signal_connect (gtk_widget_get_clipboard (window), "changed", G_CALLBACK (clipboard_cb), NULL);
  g_unix_signal_add (SIGUSR1, signal_cb, NULL);
  gtk_window_present (GTK_WINDOW (window));
  while (g_list_model_get_n_items (gtk_window_get_toplevels ()) > 0)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}
