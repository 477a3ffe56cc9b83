/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Shows the pictures of a folder: `thumbnailer [FOLDER [--quit]]`
 *
 * The folder is looked through in the background, and each picture is made small there. The
 * window is in thumbnailer.ui: a grid, and a button that shows how far all of it is, with a
 * list of what is under way. With --quit, for tests, it ends when all is done.
 */

#include <asynctask-gtk.h>

typedef struct
{
  const char *folder;
  gboolean    quit;
  GtkWindow  *window;
  AtTaskList *tasks;
  GListStore *thumbnails;
} Thumbnailer;

/* In a worker thread: the pictures in the folder. */
static gboolean
scan (AtAsyncTask   *task,
      const GValue  *params,
      GCancellable  *cancellable,
      gpointer       folder,
      GError       **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);

      if (!at_async_task_checkpoint (task, error))
        return FALSE;
      if (g_content_type_is_a (type, "image/*"))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_add (names, NULL);

  return dir != NULL && at_async_task_return (task, G_TYPE_STRV, names->pdata);
}

/* In another: a small picture. */
static gboolean
make_thumbnail (AtAsyncTask   *task,
                const GValue  *params,
                GCancellable  *cancellable,
                gpointer       path,
                GError       **error)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_file_at_scale (path, 128, 128, TRUE, error);
  g_autoptr (GdkTexture) texture = NULL;

  if (pixbuf == NULL)
    return FALSE;
  texture = gdk_texture_new_for_pixbuf (pixbuf);

  return at_async_task_return (task, GDK_TYPE_TEXTURE, texture);
}

/* What follows runs in the main thread. */

static void
start (Thumbnailer *self,
       AtAsyncTask *task,
       const char  *path,
       GCallback    on_success)
{
  g_autofree char *title = g_filename_display_basename (path);

  at_async_task_set_title (task, title);
  /* When the window is closed, it is cancelled and calls nothing back. */
  at_async_task_set_owner (task, G_OBJECT (self->window));
  g_signal_connect (task, "post-execute", on_success, self);
  at_task_list_add (self->tasks, task);
  at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (), NULL, NULL);
  g_object_unref (task);
}

static void
on_thumbnail (AtAsyncTask  *task,
              const GValue *result,
              Thumbnailer  *self)
{
  GdkTexture *texture = g_value_get_object (result);

  g_list_store_append (self->thumbnails, texture);
  g_print ("%s: %d × %d\n", at_async_task_get_title (task),
           gdk_texture_get_width (texture), gdk_texture_get_height (texture));
}

static void
on_scanned (AtAsyncTask  *task,
            const GValue *names,
            Thumbnailer  *self)
{
  for (char **name = g_value_get_boxed (names); *name != NULL; name++)
    {
      g_autofree char *path = g_build_filename (self->folder, *name, NULL);

      start (self, at_async_task_new (make_thumbnail, g_strdup (path), g_free), path, G_CALLBACK (on_thumbnail));
    }
  at_task_list_remove (self->tasks, task);
}

static void
on_all_done (GObject      *tasks,
             GAsyncResult *result,
             gpointer      application)
{
  g_print ("%u of %u\n", at_task_list_get_n_succeeded (AT_TASK_LIST (tasks)), g_list_model_get_n_items (G_LIST_MODEL (tasks)));
  g_application_quit (application);
}

static void
on_activate (GtkApplication *application,
             Thumbnailer    *self)
{
  g_autoptr (GtkBuilder) builder = NULL;

  /* The builder knows the widgets by their names now. */
  at_gtk_init ();
  builder = gtk_builder_new_from_resource ("/org/asynctask/Thumbnailer/thumbnailer.ui");
  self->window = GTK_WINDOW (gtk_builder_get_object (builder, "window"));
  self->tasks = AT_TASK_LIST (gtk_builder_get_object (builder, "tasks"));
  self->thumbnails = G_LIST_STORE (gtk_builder_get_object (builder, "thumbnails"));
  gtk_application_add_window (application, self->window);
  gtk_window_present (self->window);

  start (self, at_async_task_new (scan, g_strdup (self->folder), g_free), self->folder, G_CALLBACK (on_scanned));
  if (self->quit)
    at_task_list_wait_all_async (self->tasks, FALSE, NULL, on_all_done, application);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GtkApplication) application = gtk_application_new ("org.asynctask.Thumbnailer", G_APPLICATION_NON_UNIQUE);
  Thumbnailer self = { argc > 1 ? argv[1] : ".", argc > 2 };

  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &self);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
