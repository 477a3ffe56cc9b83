/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-watch.h"

#include <glib/gstdio.h>

/* A folder in which much happens is looked into at this pace, in milliseconds. */
#define CHECK_DELAY 200

typedef struct
{
  char         *path;
  GFileMonitor *monitor;
  GPtrArray    *items;
  AtAsyncTask  *check;
  GHashTable   *checking;
  gboolean      again;
  guint         source;
} Folder;

/* Looks whether the files of finished downloads are still where they were: when
 * they are added, and when something happens in their folder. */
struct _DownloaderWatch
{
  GObject     parent_instance;

  GHashTable *folders;
};

G_DEFINE_FINAL_TYPE (DownloaderWatch, downloader_watch, G_TYPE_OBJECT)

static void check_soon (Folder *folder);

static void
item_gone (gpointer  data,
           GObject  *where)
{
  Folder *folder = data;

  g_ptr_array_remove_fast (folder->items, where);
}

static void
folder_free (gpointer data)
{
  Folder *folder = data;

  g_clear_handle_id (&folder->source, g_source_remove);
  if (folder->check != NULL)
    {
      g_signal_handlers_disconnect_by_data (folder->check, folder);
      g_object_unref (folder->check);
    }
  g_hash_table_unref (folder->checking);
  if (folder->monitor != NULL)
    {
      g_signal_handlers_disconnect_by_data (folder->monitor, folder);
      g_file_monitor_cancel (folder->monitor);
      g_object_unref (folder->monitor);
    }
  for (guint i = 0; i < folder->items->len; i++)
    g_object_weak_unref (folder->items->pdata[i], item_gone, folder);
  g_ptr_array_unref (folder->items);
  g_free (folder->path);
  g_free (folder);
}

static gboolean
check_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  char **paths = user_data;
  g_autoptr(GPtrArray) found = g_ptr_array_new ();

  for (guint i = 0; paths[i] != NULL; i++)
    {
      GStatBuf info;

      if (g_stat (paths[i], &info) == 0)
        g_ptr_array_add (found, paths[i]);
    }
  g_ptr_array_add (found, NULL);

  return at_async_task_return (task, G_TYPE_STRV, found->pdata);
}

static void
checked (AtAsyncTask  *task,
         const GValue *result,
         Folder       *folder)
{
  g_autoptr(GHashTable) found = g_hash_table_new (g_str_hash, g_str_equal);
  char **paths = g_value_get_boxed (result);

  for (guint i = 0; paths[i] != NULL; i++)
    g_hash_table_add (found, paths[i]);

  for (guint i = 0; i < folder->items->len; i++)
    {
      DownloaderItem *item = folder->items->pdata[i];
      const char *path = downloader_item_get_path (item);

      /* Of a file that came after the look nothing is known yet. */
      if (path != NULL && g_hash_table_contains (folder->checking, path))
        downloader_item_set_missing (item, !g_hash_table_contains (found, path));
    }

  g_clear_object (&folder->check);
  if (folder->again)
    check_soon (folder);
}

/* In a worker: the folder may be on the other side of a slow network. */
static gboolean
check_now (gpointer data)
{
  Folder *folder = data;
  GPtrArray *paths = g_ptr_array_new ();

  folder->source = 0;
  folder->again = FALSE;
  g_hash_table_remove_all (folder->checking);

  for (guint i = 0; i < folder->items->len; i++)
    {
      DownloaderItem *item = folder->items->pdata[i];
      DownloaderState state = downloader_item_get_state (item);
      const char *path = downloader_item_get_path (item);

      if (path == NULL || (state != DOWNLOADER_STATE_FINISHED && state != DOWNLOADER_STATE_MISSING))
        continue;

      g_ptr_array_add (paths, g_strdup (path));
      g_hash_table_add (folder->checking, g_strdup (path));
    }
  g_ptr_array_add (paths, NULL);

  folder->check = at_async_task_new (check_body, g_ptr_array_free (paths, FALSE), (GDestroyNotify) g_strfreev);
  g_signal_connect (folder->check, "post-execute", G_CALLBACK (checked), folder);
  if (!at_async_task_execute (folder->check, NULL, NULL))
    g_clear_object (&folder->check);

  return G_SOURCE_REMOVE;
}

static void
check_soon (Folder *folder)
{
  if (folder->check != NULL)
    folder->again = TRUE;
  else if (folder->source == 0)
    folder->source = g_timeout_add (CHECK_DELAY, check_now, folder);
}

static void
folder_changed (Folder            *folder,
                GFile             *file,
                GFile             *other_file,
                GFileMonitorEvent  event)
{
  if (event == G_FILE_MONITOR_EVENT_DELETED || event == G_FILE_MONITOR_EVENT_CREATED ||
      event == G_FILE_MONITOR_EVENT_MOVED_IN || event == G_FILE_MONITOR_EVENT_MOVED_OUT ||
      event == G_FILE_MONITOR_EVENT_RENAMED || event == G_FILE_MONITOR_EVENT_UNMOUNTED)
    check_soon (folder);
}

static void
downloader_watch_finalize (GObject *object)
{
  g_hash_table_unref (DOWNLOADER_WATCH (object)->folders);

  G_OBJECT_CLASS (downloader_watch_parent_class)->finalize (object);
}

static void
downloader_watch_class_init (DownloaderWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = downloader_watch_finalize;
}

static void
downloader_watch_init (DownloaderWatch *self)
{
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, folder_free);
}

DownloaderWatch *
downloader_watch_new (void)
{
  return g_object_new (DOWNLOADER_TYPE_WATCH, NULL);
}

static Folder *
get_folder (DownloaderWatch *self,
            const char      *path)
{
  Folder *folder = g_hash_table_lookup (self->folders, path);
  g_autoptr(GFile) file = NULL;

  if (folder != NULL)
    return folder;

  folder = g_new0 (Folder, 1);
  folder->path = g_strdup (path);
  folder->items = g_ptr_array_new ();
  folder->checking = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  file = g_file_new_for_path (path);
  folder->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (folder->monitor != NULL)
    g_signal_connect_swapped (folder->monitor, "changed", G_CALLBACK (folder_changed), folder);
  g_hash_table_insert (self->folders, folder->path, folder);

  return folder;
}

/**
 * downloader_watch_add:
 * @self: The watch.
 * @item: A finished download.
 *
 * Looks after the file of a download from now on, and tells the download whether
 * it is there. The watch does not keep the download.
 */
void
downloader_watch_add (DownloaderWatch *self,
                      DownloaderItem  *item)
{
  const char *path = downloader_item_get_path (item);
  g_autofree char *parent = path != NULL ? g_path_get_dirname (path) : NULL;
  Folder *folder;

  if (parent == NULL)
    return;

  folder = get_folder (self, parent);
  if (!g_ptr_array_find (folder->items, item, NULL))
    {
      g_ptr_array_add (folder->items, item);
      g_object_weak_ref (G_OBJECT (item), item_gone, folder);
    }
  check_soon (folder);
}
