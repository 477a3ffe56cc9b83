/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-store.h"

#include <errno.h>

#include <glib/gstdio.h>

#define VERSION 1
#define WRITE_DELAY 1
#define SIZE_MAX_READ (64 * 1024 * 1024)

/* The file with the queue and the history. It is written a moment after a change,
 * by a worker, one write after the other, and replaced as a whole: whoever reads
 * it finds one version or the next. */
struct _DownloaderStore
{
  GObject                 parent_instance;

  char                   *path;
  DownloaderStoreCollect  collect;
  gpointer                user_data;
  AtSerialExecutor       *executor;
  AtAsyncTask            *last_write;
  guint                   source;
};

G_DEFINE_FINAL_TYPE (DownloaderStore, downloader_store, G_TYPE_OBJECT)

static void
downloader_store_finalize (GObject *object)
{
  DownloaderStore *self = DOWNLOADER_STORE (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->last_write);
  g_clear_object (&self->executor);
  g_free (self->path);

  G_OBJECT_CLASS (downloader_store_parent_class)->finalize (object);
}

static void
downloader_store_class_init (DownloaderStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = downloader_store_finalize;
}

static void
downloader_store_init (DownloaderStore *self)
{
  self->executor = at_serial_executor_new (NULL);
}

/**
 * downloader_store_path:
 *
 * Finds where the list of downloads is kept.
 *
 * Returns: (transfer full): the path of the file
 */
char *
downloader_store_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "asynctask-downloader", "downloads.json", NULL);
}

/**
 * downloader_store_new:
 * @path: The file.
 * @collect: What collects the records when it is time to write.
 * @user_data: Passed to @collect.
 *
 * Makes a store; nothing is read or written yet.
 *
 * Returns: (transfer full): the store
 */
DownloaderStore *
downloader_store_new (const char             *path,
                      DownloaderStoreCollect  collect,
                      gpointer                user_data)
{
  DownloaderStore *self = g_object_new (DOWNLOADER_TYPE_STORE, NULL);

  self->path = g_strdup (path);
  self->collect = collect;
  self->user_data = user_data;

  return self;
}

static GPtrArray *
read_records (const char  *path,
              GError     **error)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) downloader_record_free);
  g_autofree char *data = NULL;
  gsize length;
  GStatBuf info;
  JsonNode *root;
  JsonNode *list;

  if (g_stat (path, &info) == 0 && info.st_size > SIZE_MAX_READ)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "the file is too large");
      return NULL;
    }
  if (!g_file_get_contents (path, &data, &length, error) ||
      !json_parser_load_from_data (parser, data, length, error))
    return NULL;

  root = json_parser_get_root (parser);
  list = root != NULL && JSON_NODE_HOLDS_OBJECT (root)
         ? json_object_get_member (json_node_get_object (root), "downloads") : NULL;
  if (list == NULL || !JSON_NODE_HOLDS_ARRAY (list))
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "the file holds no list of downloads");
      return NULL;
    }

  for (guint i = 0; i < json_array_get_length (json_node_get_array (list)); i++)
    {
      JsonNode *node = json_array_get_element (json_node_get_array (list), i);
      DownloaderRecord *record = downloader_record_from_json (node);

      if (record != NULL)
        g_ptr_array_add (records, record);
    }

  return g_steal_pointer (&records);
}

/* Somebody may want to look what is in it. */
static char *
move_aside (const char *path)
{
  for (guint number = 1; number < 100; number++)
    {
      g_autofree char *other = g_strdup_printf ("%s.broken-%u", path, number);

      if (g_file_test (other, G_FILE_TEST_EXISTS))
        continue;

      return g_rename (path, other) == 0 ? g_steal_pointer (&other) : NULL;
    }

  g_unlink (path);
  return NULL;
}

/**
 * downloader_store_load:
 * @self: The store.
 * @kept_as: (out) (nullable): Where a file that cannot be read was moved.
 * @error: Return location for an error.
 *
 * Reads what was written last. Entries that make no sense are left out; a file
 * that makes none is moved aside. That there is no file is no error.
 *
 * Returns: (transfer full) (nullable) (element-type DownloaderRecord): the records
 */
GPtrArray *
downloader_store_load (DownloaderStore  *self,
                       char            **kept_as,
                       GError          **error)
{
  g_autoptr(GError) local_error = NULL;
  GPtrArray *records = read_records (self->path, &local_error);

  *kept_as = NULL;
  if (records != NULL)
    return records;
  if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_ptr_array_new_with_free_func ((GDestroyNotify) downloader_record_free);

  *kept_as = move_aside (self->path);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

typedef struct
{
  char      *path;
  GPtrArray *records;
} Writing;

static void
writing_free (gpointer data)
{
  Writing *self = data;

  g_free (self->path);
  g_ptr_array_unref (self->records);
  g_free (self);
}

static char *
format (GPtrArray *records,
        gsize     *length)
{
  g_autoptr(JsonGenerator) generator = json_generator_new ();
  g_autoptr(JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *list = json_array_sized_new (records->len);

  for (guint i = 0; i < records->len; i++)
    json_array_add_element (list, downloader_record_to_json (records->pdata[i]));
  json_object_set_int_member (object, "version", VERSION);
  json_object_set_array_member (object, "downloads", list);
  json_node_take_object (root, object);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);

  return json_generator_to_data (generator, length);
}

static gboolean
write_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  Writing *writing = user_data;
  g_autofree char *folder = g_path_get_dirname (writing->path);
  gsize length;
  g_autofree char *data = format (writing->records, &length);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int saved_errno = errno;

      g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno), g_strerror (saved_errno));
      return FALSE;
    }

  /* Links can be private: nobody else is to read them. */
  return g_file_set_contents_full (writing->path, data, length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

static void
write_failed (AtAsyncTask  *task,
              const GError *error,
              gpointer      user_data)
{
  g_message ("The list of downloads cannot be saved: %s", error->message);
}

static void
start_write (DownloaderStore *self)
{
  Writing *writing = g_new (Writing, 1);
  g_autoptr(AtAsyncTask) task = NULL;

  g_clear_handle_id (&self->source, g_source_remove);
  writing->path = g_strdup (self->path);
  writing->records = self->collect (self->user_data);
  task = at_async_task_new (write_body, writing, writing_free);
  at_async_task_set_title (task, "save the list of downloads");
  g_signal_connect (task, "failed", G_CALLBACK (write_failed), NULL);
  if (at_async_task_execute_on_executor (task, AT_EXECUTOR (self->executor), NULL, NULL))
    g_set_object (&self->last_write, task);
}

static gboolean
write_due (gpointer data)
{
  DownloaderStore *self = data;

  self->source = 0;
  start_write (self);

  return G_SOURCE_REMOVE;
}

/**
 * downloader_store_touch:
 * @self: The store.
 *
 * Says that something changed, so that it is written within a second.
 */
void
downloader_store_touch (DownloaderStore *self)
{
  if (self->source != 0)
    return;

  self->source = g_timeout_add_seconds (WRITE_DELAY, write_due, self);
  g_source_set_name_by_id (self->source, "[downloader] save the list");
}

/**
 * downloader_store_flush:
 * @self: The store.
 *
 * Writes what changed, if anything did, and returns when it is on disk.
 */
void
downloader_store_flush (DownloaderStore *self)
{
  if (self->source != 0)
    start_write (self);
  if (self->last_write != NULL)
    at_async_task_wait (self->last_write, -1, NULL, NULL);
}
