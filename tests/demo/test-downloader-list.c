/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <glib/gstdio.h>

#include "downloader-list.h"
#include "downloader-task.h"

#define SIZE 100000
#define HALF 50000

/* The server works in threads of its own: a test decides when the list, whose
 * thread is the test's, hears of anything. */
typedef struct
{
  GSocketService        *server;
  char                  *base;
  char                  *folder;
  DownloaderPreferences *preferences;
  DownloaderSettings    *settings;
  DownloaderList        *list;

  /* Under the lock: how much the server gives, and what it was asked. */
  GMutex                 lock;
  GCond                  changed;
  gboolean               silent;
  gboolean               whole;
  guint                  n_requests;
  guint                  n_serving;
} Fixture;

static void
wait_until (Fixture  *fixture,
            gboolean *flag)
{
  g_mutex_lock (&fixture->lock);
  while (!*flag)
    g_cond_wait (&fixture->changed, &fixture->lock);
  g_mutex_unlock (&fixture->lock);
}

static void
raise_flag (Fixture  *fixture,
            gboolean *flag)
{
  g_mutex_lock (&fixture->lock);
  *flag = TRUE;
  g_cond_broadcast (&fixture->changed);
  g_mutex_unlock (&fixture->lock);
}

static guint
get_n_requests (Fixture *fixture)
{
  guint n_requests;

  g_mutex_lock (&fixture->lock);
  n_requests = fixture->n_requests;
  g_mutex_unlock (&fixture->lock);

  return n_requests;
}

static gboolean
answer (GSocketConnection *connection,
        Fixture           *fixture)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr(GDataInputStream) lines = g_data_input_stream_new (input);
  g_autofree guint8 *body = g_malloc0 (SIZE);
  g_autofree char *head = NULL;
  gsize start = 0;
  gsize split;
  gboolean silent;

  g_data_input_stream_set_newline_type (lines, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);

      if (line == NULL || *line == '\0')
        break;
      if (g_str_has_prefix (line, "Range: bytes="))
        start = strtoul (line + strlen ("Range: bytes="), NULL, 10);
    }

  g_mutex_lock (&fixture->lock);
  fixture->n_requests++;
  silent = fixture->silent;
  g_mutex_unlock (&fixture->lock);
  if (silent)
    {
      wait_until (fixture, &fixture->whole);
      return TRUE;
    }

  head = start > 0 ? g_strdup_printf ("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %" G_GSIZE_FORMAT "-%d/%d\r\n"
                                      "ETag: \"one\"\r\nContent-Length: %" G_GSIZE_FORMAT "\r\nConnection: close\r\n\r\n",
                                      start, SIZE - 1, SIZE, SIZE - start)
                   : g_strdup_printf ("HTTP/1.1 200 OK\r\nETag: \"one\"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", SIZE);
  split = MAX (start, HALF);
  if (!g_output_stream_write_all (output, head, strlen (head), NULL, NULL, NULL) ||
      !g_output_stream_write_all (output, body + start, split - start, NULL, NULL, NULL))
    return TRUE;
  wait_until (fixture, &fixture->whole);
  g_output_stream_write_all (output, body + split, SIZE - split, NULL, NULL, NULL);

  return TRUE;
}

static gboolean
serve (GThreadedSocketService *service,
       GSocketConnection      *connection,
       GObject                *source,
       Fixture                *fixture)
{
  gboolean is_done;

  g_mutex_lock (&fixture->lock);
  fixture->n_serving++;
  g_mutex_unlock (&fixture->lock);

  is_done = answer (connection, fixture);

  g_mutex_lock (&fixture->lock);
  fixture->n_serving--;
  g_cond_broadcast (&fixture->changed);
  g_mutex_unlock (&fixture->lock);

  return is_done;
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr(GSocketAddress) actual = NULL;
  g_autoptr(GError) error = NULL;

  g_mutex_init (&fixture->lock);
  g_cond_init (&fixture->changed);
  fixture->server = g_threaded_socket_service_new (8);
  g_signal_connect (fixture->server, "run", G_CALLBACK (serve), fixture);
  g_socket_listener_add_address (G_SOCKET_LISTENER (fixture->server), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &actual, &error);
  g_assert_no_error (error);
  fixture->base = g_strdup_printf ("http://127.0.0.1:%u",
                                   g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (actual)));

  fixture->folder = g_dir_make_tmp ("downloader-list-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->settings = downloader_settings_new ();
  g_free (fixture->settings->folder);
  fixture->settings->folder = g_strdup (fixture->folder);
  fixture->preferences = downloader_preferences_new ();
  fixture->list = downloader_list_new (fixture->preferences);
}

static void
iterate_until_idle (Fixture *fixture)
{
  while (downloader_list_get_n_busy (fixture->list) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(GDir) dir = NULL;
  const char *name;

  raise_flag (fixture, &fixture->whole);
  at_gtk_task_items_pause_all (downloader_list_get_items (fixture->list));
  iterate_until_idle (fixture);
  g_object_unref (fixture->list);
  g_object_unref (fixture->preferences);
  downloader_settings_free (fixture->settings);
  g_socket_service_stop (fixture->server);
  g_socket_listener_close (G_SOCKET_LISTENER (fixture->server));
  g_object_unref (fixture->server);

  /* Who hears last that all is to be given looks here. */
  g_mutex_lock (&fixture->lock);
  while (fixture->n_serving > 0)
    g_cond_wait (&fixture->changed, &fixture->lock);
  g_mutex_unlock (&fixture->lock);

  dir = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->base);
  g_mutex_clear (&fixture->lock);
  g_cond_clear (&fixture->changed);
}

static DownloaderItem *
get_item (DownloaderList *list,
          guint           position)
{
  g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (downloader_list_get_items (list)), position);

  return item;
}

static DownloaderItem *
get_newest (DownloaderList *list)
{
  DownloaderItem *newest = get_item (list, 0);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (downloader_list_get_items (list))); i++)
    if (downloader_item_get_id (get_item (list, i)) > downloader_item_get_id (newest))
      newest = get_item (list, i);

  return newest;
}

static char *
dup_caption (DownloaderItem *item)
{
  char *caption;

  g_object_get (item, "subtitle", &caption, NULL);

  return caption;
}

static char *
make_path (Fixture    *fixture,
           const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static void
iterate_until_half (DownloaderItem *item)
{
  for (;;)
    {
      g_autoptr(DownloaderRecord) record = downloader_item_to_record (item);

      if (at_gtk_task_item_get_state (AT_GTK_TASK_ITEM (item)) == AT_GTK_TASK_STATE_RUNNING && record->bytes == HALF)
        return;
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }
}

static DownloaderItem *
add_half_done (Fixture    *fixture,
               const char *name)
{
  g_autofree char *link = g_strdup_printf ("%s/%s", fixture->base, name);
  DownloaderItem *item;

  downloader_list_add (fixture->list, (const char *[]) { link, NULL }, NULL, fixture->settings);
  item = get_newest (fixture->list);
  iterate_until_half (item);

  return item;
}

/* The file is saved, and the list has not heard of it yet. */
static void
let_it_end_unheard (Fixture    *fixture,
                    const char *name)
{
  g_autofree char *path = make_path (fixture, name);

  raise_flag (fixture, &fixture->whole);
  while (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_usleep (500);
}

static void
test_pause_at_the_end (Fixture       *fixture,
                       gconstpointer  data)
{
  DownloaderItem *item = add_half_done (fixture, "a.bin");

  let_it_end_unheard (fixture, "a.bin");
  downloader_item_pause (item);
  g_assert_cmpint (at_gtk_task_item_get_state (AT_GTK_TASK_ITEM (item)), ==, AT_GTK_TASK_STATE_PAUSED);
  iterate_until_idle (fixture);
  g_assert_cmpint (at_gtk_task_item_get_state (AT_GTK_TASK_ITEM (item)), ==, AT_GTK_TASK_STATE_SUCCEEDED);
}

static void
test_resume_at_the_end (Fixture       *fixture,
                        gconstpointer  data)
{
  DownloaderItem *item = add_half_done (fixture, "a.bin");

  let_it_end_unheard (fixture, "a.bin");
  downloader_item_pause (item);
  downloader_item_start (item);
  iterate_until_idle (fixture);
  g_assert_cmpint (at_gtk_task_item_get_state (AT_GTK_TASK_ITEM (item)), ==, AT_GTK_TASK_STATE_SUCCEEDED);
  g_assert_cmpuint (get_n_requests (fixture), ==, 1);
}

/* The old task is at work on the part until it has ended. */
static void
test_resume_while_pausing (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autofree char *path = make_path (fixture, "a.bin");
  g_autofree char *contents = NULL;
  g_autoptr(GError) error = NULL;
  DownloaderItem *item = add_half_done (fixture, "a.bin");
  gsize length;

  for (guint i = 0; i < 10; i++)
    {
      downloader_item_pause (item);
      downloader_item_start (item);
    }
  raise_flag (fixture, &fixture->whole);
  iterate_until_idle (fixture);

  g_assert_cmpint (at_gtk_task_item_get_state (AT_GTK_TASK_ITEM (item)), ==, AT_GTK_TASK_STATE_SUCCEEDED);
  g_assert_cmpstr (downloader_item_get_path (item), ==, path);
  g_assert_cmpuint (get_n_requests (fixture), ==, 2);
  g_assert_true (g_file_get_contents (path, &contents, &length, &error));
  g_assert_cmpuint (length, ==, SIZE);
}

static void
remove_item (Fixture        *fixture,
             DownloaderItem *item)
{
  g_autoptr(GListStore) store = g_list_store_new (AT_GTK_TYPE_TASK_ITEM);

  g_list_store_append (store, item);
  g_assert_cmpuint (at_gtk_task_items_remove (downloader_list_get_items (fixture->list), G_LIST_MODEL (store)), ==, 1);
}

static void
undo (Fixture *fixture)
{
  g_assert_true (at_gtk_task_items_undo (downloader_list_get_items (fixture->list)));
}

static void
test_undo_at_the_end (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(DownloaderItem) item = g_object_ref (add_half_done (fixture, "a.bin"));

  let_it_end_unheard (fixture, "a.bin");
  remove_item (fixture, item);
  iterate_until_idle (fixture);

  undo (fixture);
  g_assert_cmpint (at_gtk_task_item_get_state (AT_GTK_TASK_ITEM (item)), ==, AT_GTK_TASK_STATE_SUCCEEDED);
  g_assert_true (get_item (fixture->list, 0) == item);
  g_assert_false (downloader_item_is_busy (item));
}

/* What was removed comes back as it was: what ran goes on, while its task lets go or after
 * that, and what was paused stays paused. */
static void
test_undo_half_way (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr(DownloaderItem) item = g_object_ref (add_half_done (fixture, "a.bin"));
  AtGtkTaskItem *base = AT_GTK_TASK_ITEM (item);

  remove_item (fixture, item);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_CANCELLED);
  undo (fixture);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_QUEUED);
  iterate_until_half (item);

  remove_item (fixture, item);
  iterate_until_idle (fixture);
  undo (fixture);
  iterate_until_half (item);

  downloader_item_pause (item);
  iterate_until_idle (fixture);
  remove_item (fixture, item);
  undo (fixture);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_PAUSED);
  g_assert_false (downloader_item_is_busy (item));

  downloader_item_start (item);
  raise_flag (fixture, &fixture->whole);
  iterate_until_idle (fixture);
  g_assert_cmpint (at_gtk_task_item_get_state (base), ==, AT_GTK_TASK_STATE_SUCCEEDED);
}

/* What is removed for good leaves nothing behind, be it that it runs or that it is paused. */
static void
test_remove_for_good (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *running = make_path (fixture, ".a.bin.part");
  g_autofree char *paused = make_path (fixture, ".b.bin.part");
  g_autoptr(DownloaderItem) other = NULL;

  at_gtk_task_items_set_undo_timeout (downloader_list_get_items (fixture->list), 0);
  other = g_object_ref (add_half_done (fixture, "b.bin"));
  downloader_item_pause (other);
  iterate_until_idle (fixture);
  remove_item (fixture, add_half_done (fixture, "a.bin"));
  g_assert_true (g_file_test (paused, G_FILE_TEST_EXISTS));
  remove_item (fixture, other);

  while (g_file_test (running, G_FILE_TEST_EXISTS) || g_file_test (paused, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, TRUE);
  iterate_until_idle (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (downloader_list_get_items (fixture->list))), ==, 0);
}

/* Ends the program, as the application does. */
static void
stop (Fixture *fixture)
{
  downloader_list_stop (fixture->list);
  iterate_until_idle (fixture);
  downloader_list_save (fixture->list);
}

static DownloaderItem *
load_again (Fixture    *fixture,
            const char *history)
{
  g_clear_object (&fixture->list);
  fixture->list = downloader_list_new (fixture->preferences);
  g_assert_null (downloader_list_load (fixture->list, history));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (downloader_list_get_items (fixture->list))), ==, 1);

  return get_item (fixture->list, 0);
}

static void
test_stop_at_the_end (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *history = make_path (fixture, "history.json");
  DownloaderItem *item;

  g_assert_null (downloader_list_load (fixture->list, history));
  add_half_done (fixture, "a.bin");
  let_it_end_unheard (fixture, "a.bin");
  stop (fixture);

  item = load_again (fixture, history);
  g_assert_cmpint (at_gtk_task_item_get_state (AT_GTK_TASK_ITEM (item)), ==, AT_GTK_TASK_STATE_SUCCEEDED);
}

static void
test_stop_half_way (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *history = make_path (fixture, "history.json");
  DownloaderItem *item;

  g_assert_null (downloader_list_load (fixture->list, history));
  add_half_done (fixture, "a.bin");
  stop (fixture);

  item = load_again (fixture, history);
  g_assert_true (downloader_item_is_active (item));
  raise_flag (fixture, &fixture->whole);
  iterate_until_idle (fixture);
  g_assert_cmpint (at_gtk_task_item_get_state (AT_GTK_TASK_ITEM (item)), ==, AT_GTK_TASK_STATE_SUCCEEDED);
}

static void
test_stop_paused (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *history = make_path (fixture, "history.json");
  DownloaderItem *item;

  g_assert_null (downloader_list_load (fixture->list, history));
  downloader_item_pause (add_half_done (fixture, "a.bin"));
  stop (fixture);

  item = load_again (fixture, history);
  g_assert_cmpint (at_gtk_task_item_get_state (AT_GTK_TASK_ITEM (item)), ==, AT_GTK_TASK_STATE_PAUSED);
}

/* What has arrived is known, whether the server answers or not. */
static void
test_pause_before_the_answer (Fixture       *fixture,
                              gconstpointer  data)
{
  DownloaderItem *item = add_half_done (fixture, "a.bin");
  g_autoptr(DownloaderRecord) record = NULL;
  g_autofree char *paused = NULL;
  g_autofree char *again = NULL;

  downloader_item_pause (item);
  iterate_until_idle (fixture);
  paused = dup_caption (item);

  g_mutex_lock (&fixture->lock);
  fixture->silent = TRUE;
  g_mutex_unlock (&fixture->lock);
  downloader_item_start (item);
  while (get_n_requests (fixture) < 2)
    g_main_context_iteration (NULL, FALSE);
  record = downloader_item_to_record (item);
  g_assert_cmpuint (record->bytes, ==, HALF);
  g_assert_cmpuint (record->total, ==, SIZE);

  downloader_item_pause (item);
  iterate_until_idle (fixture);
  again = dup_caption (item);
  g_assert_cmpstr (again, ==, paused);
}

/* A picture that somebody else has made of the file is its icon; one of another version of the
 * file is not. */
static void
test_thumbnail (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *path = make_path (fixture, "picture.png");
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_MD5, uri, -1);
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "thumbnails", "normal", NULL);
  g_autofree char *thumbnail = g_strconcat (folder, G_DIR_SEPARATOR_S, sum, ".png", NULL);
  g_autoptr(GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 128, 128);
  g_autoptr(AtLimitExecutor) queue = downloader_task_make_executor (1);
  g_autoptr(DownloaderRecord) record = downloader_record_new ("http://127.0.0.1/picture.png", fixture->settings);
  g_autoptr(GError) error = NULL;
  GStatBuf info;

  g_assert_true (g_file_set_contents (path, "picture", -1, &error));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  gdk_pixbuf_fill (pixbuf, 0xff0000ff);
  record->phase = DOWNLOADER_PHASE_FINISHED;
  record->path = g_strdup (path);

  for (guint is_old = 0; is_old < 2; is_old++)
    {
      g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) info.st_mtime - is_old);
      g_autoptr(DownloaderItem) item = NULL;
      GIcon *icon;

      g_assert_true (gdk_pixbuf_save (pixbuf, thumbnail, "png", &error, "tEXt::Thumb::URI", uri,
                                      "tEXt::Thumb::MTime", time, NULL));
      item = downloader_item_new_from_record (record, AT_EXECUTOR (queue));

      /* It is asked for by a reference of its own. */
      while (G_OBJECT (item)->ref_count > 1)
        g_main_context_iteration (NULL, TRUE);
      icon = at_gtk_task_item_get_icon (AT_GTK_TASK_ITEM (item));
      g_assert_true (G_IS_FILE_ICON (icon) == !is_old);
    }

  g_unlink (thumbnail);
}

/* Whatever the link is, what is written of it is read again, and holds no password. */
static void
test_record_links (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char * const links[] = {
    "http://host/file", "http://user:secret@host/file", "user:secret@host", "user:secret@", "@", "@@", "x"
  };

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autoptr(DownloaderRecord) record = downloader_record_new (links[i], fixture->settings);
      g_autoptr(JsonNode) node = downloader_record_to_json (record);
      g_autoptr(DownloaderRecord) again = downloader_record_from_json (node);

      g_assert_null (strstr (record->link, "secret"));
      g_assert_nonnull (again);
      g_assert_cmpstr (again->link, ==, record->link);
    }
}

/* Anybody may have edited the file: what makes no sense counts as absent, and what is
 * out of range as the nearest that is not. */
static void
test_record_edited (Fixture       *fixture,
                    gconstpointer  data)
{
  static const struct
  {
    const char *value;
    guint64     total;
    guint       retries;
  } cases[] = {
    { "7", 7, 7 }, { "-7", 0, 0 }, { "7.9", 7, 7 }, { "-1e300", 0, 0 }, { "1e300", G_MAXINT64, 1000 },
    { "true", 0, G_MAXUINT }, { "\"7\"", 0, G_MAXUINT }, { "[]", 0, G_MAXUINT }, { "{}", 0, G_MAXUINT }, { "null", 0, G_MAXUINT }
  };
  g_autoptr(DownloaderSettings) settings = downloader_settings_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = NULL;
      g_autoptr(JsonNode) node = NULL;
      g_autoptr(DownloaderRecord) record = NULL;
      guint retries = cases[i].retries == G_MAXUINT ? settings->retries : cases[i].retries;

      text = g_strdup_printf ("{\"link\":\"l\",\"state\":\"waiting\",\"total\":%1$s,\"retries\":%1$s,"
                              "\"folder\":%1$s,\"checksum\":%1$s,\"trouble\":%1$s}", cases[i].value);
      g_test_message ("%s", text);
      node = json_from_string (text, NULL);
      record = downloader_record_from_json (node);
      g_assert_nonnull (record);
      g_assert_cmpuint (record->total, ==, cases[i].total);
      g_assert_cmpuint (record->settings->retries, ==, retries);
      g_assert_null (record->settings->checksum);
    }
}

#define add(name, func) \
  g_test_add ("/downloader/list/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autofree char *cache = g_dir_make_tmp ("downloader-cache-XXXXXX", NULL);
  g_autofree char *thumbnails = g_build_filename (cache, "thumbnails", NULL);
  g_autofree char *normal = g_build_filename (thumbnails, "normal", NULL);
  int status;

  /* What is made there is nobody else's. */
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  add ("pause-at-the-end", test_pause_at_the_end);
  add ("resume-at-the-end", test_resume_at_the_end);
  add ("resume-while-pausing", test_resume_while_pausing);
  add ("undo-at-the-end", test_undo_at_the_end);
  add ("undo-half-way", test_undo_half_way);
  add ("remove-for-good", test_remove_for_good);
  add ("thumbnail", test_thumbnail);
  add ("stop-at-the-end", test_stop_at_the_end);
  add ("stop-half-way", test_stop_half_way);
  add ("stop-paused", test_stop_paused);
  add ("pause-before-the-answer", test_pause_before_the_answer);
  add ("record-edited", test_record_edited);
  add ("record-links", test_record_links);
  status = g_test_run ();
  g_rmdir (normal);
  g_rmdir (thumbnails);
  g_rmdir (cache);

  return status;
}
