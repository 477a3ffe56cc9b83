/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-file-watch-private.h"

/* A folder in which much happens is looked into at this pace. */
#define LOOK_DELAY_MS 200

/* All files of a folder that are watched in one context. */
typedef struct
{
  GMainContext *context;
  GFile        *file;
  GFileMonitor *monitor; /* nullable: the folder cannot be watched */
  GQueue        watches;
  guint         n_users; /* the watches, and whoever tells them */
  GCancellable *looking; /* while a thread looks */
  GSource      *source;  /* until the next look */
} Folder;

struct _AtGtkFileWatch
{
  Folder             *folder;
  GFile              *file;
  AtGtkFileWatchFunc  func;
  gpointer            user_data;
  GList               link;
  gboolean            is_asked;  /* to be looked at */
  gboolean            is_looked; /* a thread looks at it */
};

static GMutex lock;
static GHashTable *folders;

static guint
folder_hash (gconstpointer data)
{
  const Folder *self = data;

  return g_file_hash (self->file) ^ g_direct_hash (self->context);
}

static gboolean
folder_equal (gconstpointer a,
              gconstpointer b)
{
  const Folder *one = a, *other = b;

  return one->context == other->context && g_file_equal (one->file, other->file);
}

static void
clear_source (Folder *self)
{
  if (self->source == NULL)
    return;

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static void
folder_unref (Folder *self)
{
  if (--self->n_users > 0)
    return;

  g_mutex_lock (&lock);
  g_hash_table_remove (folders, self);
  g_mutex_unlock (&lock);

  clear_source (self);
  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  if (self->monitor != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->monitor, self);
      g_file_monitor_cancel (self->monitor);
      g_object_unref (self->monitor);
    }
  g_object_unref (self->file);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Worker: the folder may be on the other side of a slow network. Returns those that are there. */
static void
look (GTask        *task,
      gpointer      source_object,
      gpointer      task_data,
      GCancellable *cancellable)
{
  GPtrArray *files = task_data;
  GHashTable *found = g_hash_table_new_full (g_file_hash, (GEqualFunc) g_file_equal, g_object_unref, NULL);

  for (guint i = 0; i < files->len && !g_cancellable_is_cancelled (cancellable); i++)
    if (g_file_query_exists (files->pdata[i], cancellable))
      g_hash_table_add (found, g_object_ref (files->pdata[i]));

  g_task_return_pointer (task, found, (GDestroyNotify) g_hash_table_unref);
}

static void look_in (Folder *self,
                     guint   delay_ms);

/* Whoever is told may free watches, and begin others. */
static void
on_looked (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GHashTable) found = g_task_propagate_pointer (G_TASK (result), NULL);
  Folder *self = user_data;

  /* Cancelled: there is no such folder any more. */
  if (found == NULL)
    return;

  g_clear_object (&self->looking);
  self->n_users++;

  for (guint n = self->watches.length; n > 0 && !g_queue_is_empty (&self->watches); n--)
    {
      GList *link = g_queue_pop_head_link (&self->watches);
      AtGtkFileWatch *watch = link->data;

      g_queue_push_tail_link (&self->watches, link);
      if (!watch->is_looked)
        continue;

      watch->is_looked = FALSE;
      watch->func (g_hash_table_contains (found, watch->file), watch->user_data);
    }

  for (GList *l = self->watches.head; l != NULL; l = l->next)
    if (((AtGtkFileWatch *) l->data)->is_asked)
      {
        look_in (self, LOOK_DELAY_MS);
        break;
      }

  folder_unref (self);
}

static gboolean
on_due (gpointer data)
{
  Folder *self = data;
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GTask) task = NULL;

  clear_source (self);
  for (GList *l = self->watches.head; l != NULL; l = l->next)
    {
      AtGtkFileWatch *watch = l->data;

      if (!watch->is_asked)
        continue;

      watch->is_asked = FALSE;
      watch->is_looked = TRUE;
      g_ptr_array_add (files, g_object_ref (watch->file));
    }

  self->looking = g_cancellable_new ();
  g_main_context_push_thread_default (self->context);
  task = g_task_new (NULL, self->looking, on_looked, self);
  g_main_context_pop_thread_default (self->context);
  g_task_set_name (task, "[asynctask-gtk] look for files");
  g_task_set_task_data (task, files, (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, look);

  return G_SOURCE_REMOVE;
}

static void
look_in (Folder *self,
         guint   delay_ms)
{
  if (self->source != NULL || self->looking != NULL)
    return;

  self->source = delay_ms > 0 ? g_timeout_source_new (delay_ms) : g_idle_source_new ();
  g_source_set_priority (self->source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (self->source, "[asynctask-gtk] look for files");
  g_source_set_callback (self->source, on_due, self, NULL);
  g_source_attach (self->source, self->context);
}

/* What happens to the folder itself happens to all that was in it. */
static void
on_changed (GFileMonitor      *monitor,
            GFile             *file,
            GFile             *other_file,
            GFileMonitorEvent  event,
            Folder            *self)
{
  gboolean is_all = event == G_FILE_MONITOR_EVENT_UNMOUNTED || g_file_equal (file, self->file);
  gboolean is_any = FALSE;

  if (event != G_FILE_MONITOR_EVENT_DELETED && event != G_FILE_MONITOR_EVENT_CREATED &&
      event != G_FILE_MONITOR_EVENT_MOVED_IN && event != G_FILE_MONITOR_EVENT_MOVED_OUT &&
      event != G_FILE_MONITOR_EVENT_RENAMED && event != G_FILE_MONITOR_EVENT_UNMOUNTED)
    return;

  for (GList *l = self->watches.head; l != NULL; l = l->next)
    {
      AtGtkFileWatch *watch = l->data;

      if (!is_all && !g_file_equal (watch->file, file) &&
          (other_file == NULL || !g_file_equal (watch->file, other_file)))
        continue;

      watch->is_asked = TRUE;
      is_any = TRUE;
    }

  if (is_any)
    look_in (self, LOOK_DELAY_MS);
}

static Folder *
get_folder (GFile        *file,
            GMainContext *context)
{
  Folder key = { .context = context, .file = file };
  Folder *self;

  g_mutex_lock (&lock);
  if (folders == NULL)
    folders = g_hash_table_new (folder_hash, folder_equal);
  self = g_hash_table_lookup (folders, &key);
  if (self == NULL)
    {
      self = g_new0 (Folder, 1);
      self->context = g_main_context_ref (context);
      self->file = g_object_ref (file);
      g_queue_init (&self->watches);
      g_hash_table_add (folders, self);
    }
  g_mutex_unlock (&lock);

  if (self->n_users++ == 0)
    {
      /* Of a folder, and not of the file: that could be polled. */
      g_main_context_push_thread_default (context);
      self->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
      g_main_context_pop_thread_default (context);
      if (self->monitor != NULL)
        g_signal_connect (self->monitor, "changed", G_CALLBACK (on_changed), self);
    }

  return self;
}

AtGtkFileWatch *
at_gtk_file_watch_new (GFile              *file,
                       GMainContext       *context,
                       AtGtkFileWatchFunc  func,
                       gpointer            user_data)
{
  AtGtkFileWatch *self = g_new0 (AtGtkFileWatch, 1);
  g_autoptr (GFile) parent = g_file_get_parent (file);

  self->folder = get_folder (parent != NULL ? parent : file, context);
  self->file = g_object_ref (file);
  self->func = func;
  self->user_data = user_data;
  self->link.data = self;
  g_queue_push_tail_link (&self->folder->watches, &self->link);
  at_gtk_file_watch_look (self);

  return self;
}

void
at_gtk_file_watch_free (AtGtkFileWatch *self)
{
  g_queue_unlink (&self->folder->watches, &self->link);
  folder_unref (self->folder);
  g_object_unref (self->file);
  g_free (self);
}

void
at_gtk_file_watch_look (AtGtkFileWatch *self)
{
  self->is_asked = TRUE;
  look_in (self->folder, 0);
}
