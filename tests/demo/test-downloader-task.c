/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <glib/gstdio.h>
#include <libsoup/soup.h>

#include "downloader-error.h"
#include "downloader-task.h"

#define SIZE 100000
#define HALF 50000

typedef struct
{
  SoupServer         *server;
  char               *base;
  char               *folder;
  DownloaderSettings *settings;
  AtLimitExecutor    *queue;
  guint8             *body;

  /* What the server has seen, and whether it gives all of it. */
  GPtrArray          *ranges;
  gboolean            hold;
  guint               n_busy;
} Fixture;

static void
serve_rest (Fixture           *fixture,
            SoupServerMessage *message,
            gsize              start)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  gboolean hold = fixture->hold && start == 0;
  gsize end = hold ? HALF : SIZE;

  soup_message_headers_replace (headers, "ETag", "\"one\"");
  soup_message_headers_set_content_length (headers, SIZE - start);
  if (start > 0)
    soup_message_headers_set_content_range (headers, start, SIZE - 1, SIZE);
  soup_server_message_set_status (message, start > 0 ? 206 : 200, NULL);
  soup_message_body_append (body, SOUP_MEMORY_COPY, fixture->body + start, end - start);
  if (!hold)
    soup_message_body_complete (body);
}

static void
serve_file (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  Fixture *fixture = data;
  const char *range = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Range");

  g_ptr_array_add (fixture->ranges, g_strdup (range != NULL ? range : ""));
  serve_rest (fixture, message, range != NULL ? strtoul (range + strlen ("bytes="), NULL, 10) : 0);
}

static void
serve_busy (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  Fixture *fixture = data;

  if (fixture->n_busy == 0)
    {
      serve_file (server, message, path, query, data);
      return;
    }

  fixture->n_busy--;
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "3000");
  soup_server_message_set_status (message, 503, NULL);
}

static void
serve_private (SoupServer        *server,
               SoupServerMessage *message,
               const char        *path,
               GHashTable        *query,
               gpointer           data)
{
  const char *given = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                    "Authorization");

  if (g_strcmp0 (given, "Basic am9lOnMzY3JldA==") == 0)
    {
      serve_file (server, message, path, query, data);
      return;
    }

  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "WWW-Authenticate", "Basic realm=\"The \x1b[2J cellar\"");
  soup_server_message_set_status (message, 401, NULL);
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  GSList *uris;

  fixture->body = g_malloc (SIZE);
  for (gsize i = 0; i < SIZE; i++)
    fixture->body[i] = (guint8) g_test_rand_int ();

  fixture->ranges = g_ptr_array_new_with_free_func (g_free);
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, "/file.bin", serve_file, fixture, NULL);
  soup_server_add_handler (fixture->server, "/busy.bin", serve_busy, fixture, NULL);
  soup_server_add_handler (fixture->server, "/private.bin", serve_private, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->base = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  fixture->folder = g_dir_make_tmp ("downloader-task-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->settings = downloader_settings_new ();
  g_free (fixture->settings->folder);
  fixture->settings->folder = g_strdup (fixture->folder);
  fixture->queue = downloader_task_make_executor (1);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);

  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  g_object_unref (fixture->queue);
  g_ptr_array_unref (fixture->ranges);
  downloader_settings_free (fixture->settings);
  g_free (fixture->folder);
  g_free (fixture->base);
  g_free (fixture->body);
}

static void
note_state (DownloaderTask *task,
            GParamSpec     *pspec,
            GString        *states)
{
  GEnumClass *klass = g_type_class_ref (DOWNLOADER_TYPE_TASK_STATE);
  GEnumValue *value = g_enum_get_value (klass, downloader_task_get_state (task));

  g_string_append_printf (states, "%s%s", states->len > 0 ? " " : "", value->value_nick);
  g_type_class_unref (klass);
}

static DownloaderTask *
make_task (Fixture    *fixture,
           const char *path,
           const char *resuming,
           GString    *states)
{
  g_autofree char *link = g_strconcat (fixture->base, path + 1, NULL);
  DownloaderTask *task = downloader_task_new_resuming (link, fixture->settings, resuming);
  g_autoptr(GError) error = NULL;

  if (states != NULL)
    g_signal_connect (task, "notify::state", G_CALLBACK (note_state), states);
  g_assert_cmpint (downloader_task_get_state (task), ==, DOWNLOADER_TASK_STATE_QUEUED);
  g_assert_true (at_async_task_execute_on_executor (AT_ASYNC_TASK (task), AT_EXECUTOR (fixture->queue), NULL, &error));
  g_assert_no_error (error);

  return task;
}

static void
wait_for_state (DownloaderTask      *task,
                DownloaderTaskState  state)
{
  while (downloader_task_get_state (task) != state)
    {
      g_assert_cmpint (downloader_task_get_state (task), <, DOWNLOADER_TASK_STATE_FINISHED);
      g_main_context_iteration (NULL, TRUE);
    }
}

/* The main context turns, because the server lives in it, and so does the reader
 * of the amounts. */
static void
wait_for_bytes (DownloaderTask *task,
                guint64         bytes)
{
  while (downloader_task_get_bytes (task) < bytes)
    {
      g_assert_cmpint (downloader_task_get_state (task), <, DOWNLOADER_TASK_STATE_FINISHED);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }
}

/* A place is given up when the body has ended, and that may be told before. */
static void
wait_for_n_running (Fixture *fixture,
                    guint    n_running)
{
  while (at_limit_executor_get_n_running (fixture->queue) != n_running)
    g_thread_yield ();
}

static void
assert_saved (Fixture        *fixture,
              DownloaderTask *task,
              const char     *name)
{
  g_autofree char *expected = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *path = downloader_task_dup_path (task);
  g_autofree char *contents = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;

  g_assert_cmpstr (path, ==, expected);
  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (contents, length, fixture->body, SIZE);
}

static void
test_states (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GString) states = g_string_new (NULL);
  g_autoptr(DownloaderTask) task = make_task (fixture, "/file.bin", NULL, states);

  wait_for_state (task, DOWNLOADER_TASK_STATE_FINISHED);
  g_assert_cmpstr (states->str, ==, "connecting downloading verifying finished");
  assert_saved (fixture, task, "file.bin");
}

/* The body needs nobody any more once it has all bytes: it saves the file while the
 * owner does not look, who cancels it then. */
static void
test_cancelled_too_late (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr(GString) states = g_string_new (NULL);
  g_autoptr(DownloaderTask) task = make_task (fixture, "/file.bin", NULL, states);
  g_autofree char *path = g_build_filename (fixture->folder, "file.bin", NULL);

  wait_for_bytes (task, SIZE);
  while (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_usleep (500);
  downloader_task_pause (task);

  wait_for_state (task, DOWNLOADER_TASK_STATE_FINISHED);
  g_assert_cmpint (at_async_task_get_status (AT_ASYNC_TASK (task)), ==, AT_STATUS_FINISHED);
  g_assert_true (g_str_has_suffix (states->str, " finished"));
  assert_saved (fixture, task, "file.bin");
}

static void
test_missing (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(GString) states = g_string_new (NULL);
  g_autoptr(DownloaderTask) task = make_task (fixture, "/other.bin", NULL, states);
  const GError *error;

  wait_for_state (task, DOWNLOADER_TASK_STATE_FAILED);
  error = at_async_task_get_error (AT_ASYNC_TASK (task));
  g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_MISSING);
  g_assert_cmpstr (downloader_task_get_trouble (task), ==, error->message);
  g_assert_cmpstr (states->str, ==, "connecting failed");
}

/* A server that moves: whoever looks for it the first time finds where nobody is. */
typedef struct
{
  GResolver  parent_instance;

  GResolver *system;
  gint       n_lookups; /* atomic */
} Mover;

typedef GResolverClass MoverClass;

static GType mover_get_type (void);

G_DEFINE_TYPE (Mover, mover, G_TYPE_RESOLVER)

static GList *
mover_lookup (GResolver                 *resolver,
              const char                *name,
              GResolverNameLookupFlags   flags,
              GCancellable              *cancellable,
              GError                   **error)
{
  Mover *self = (Mover *) resolver;
  gboolean is_first;

  if (!g_str_equal (name, "moving.example"))
    return g_resolver_lookup_by_name_with_flags (self->system, name, flags, cancellable, error);

  is_first = g_atomic_int_add (&self->n_lookups, 1) == 0;
  return g_list_append (NULL, g_inet_address_new_from_string (is_first ? "127.0.0.2" : "127.0.0.1"));
}

static GList *
mover_lookup_plain (GResolver     *resolver,
                    const char    *name,
                    GCancellable  *cancellable,
                    GError       **error)
{
  return mover_lookup (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, error);
}

static void
mover_class_init (MoverClass *klass)
{
  klass->lookup_by_name = mover_lookup_plain;
  klass->lookup_by_name_with_flags = mover_lookup;
}

static void
mover_init (Mover *self)
{
  self->system = g_resolver_get_default ();
}

/* What was found at the first try is not what is used at the next, though libsoup and
 * GIO would remember it. */
static void
test_server_moves (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(GString) states = g_string_new (NULL);
  g_autoptr(DownloaderTask) task = NULL;
  g_autofree char *base = g_steal_pointer (&fixture->base);
  g_autofree char *trouble = NULL;
  Mover *mover = g_object_new (mover_get_type (), NULL);

  g_resolver_set_default (G_RESOLVER (mover));
  fixture->base = g_strconcat ("http://moving.example", strrchr (base, ':'), NULL);
  fixture->settings->retries = 1;
  task = make_task (fixture, "/file.bin", NULL, states);
  wait_for_state (task, DOWNLOADER_TASK_STATE_RETRYING);
  g_object_get (task, "trouble", &trouble, NULL);
  g_assert_nonnull (strstr (trouble, "refused"));
  g_assert_cmpint (g_atomic_int_get (&mover->n_lookups), ==, 1);
  downloader_task_retry_now (task);

  wait_for_state (task, DOWNLOADER_TASK_STATE_FINISHED);
  g_assert_cmpint (g_atomic_int_get (&mover->n_lookups), ==, 2);
  assert_saved (fixture, task, "file.bin");

  g_resolver_set_default (mover->system);
  g_object_unref (mover->system);
  g_object_unref (mover);
}

static void
count_seconds (DownloaderTask *task,
               GParamSpec     *pspec,
               GArray         *seconds)
{
  guint now = downloader_task_get_retry_in (task);

  g_array_append_val (seconds, now);
}

static void
test_retrying (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(GString) states = g_string_new (NULL);
  g_autoptr(GArray) seconds = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr(DownloaderTask) task = NULL;
  g_autofree char *trouble = NULL;

  fixture->n_busy = 1;
  task = make_task (fixture, "/busy.bin", NULL, states);
  g_signal_connect (task, "notify::retry-in", G_CALLBACK (count_seconds), seconds);
  wait_for_state (task, DOWNLOADER_TASK_STATE_RETRYING);
  g_object_get (task, "trouble", &trouble, NULL);
  g_assert_nonnull (strstr (trouble, "503"));

  /* It counts down, and is told when the time is up early. */
  while (seconds->len < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_array_index (seconds, guint, 0), ==, 3000);
  g_assert_cmpuint (g_array_index (seconds, guint, 1), <, 3000);
  g_assert_cmpuint (g_array_index (seconds, guint, 2), <, g_array_index (seconds, guint, 1));

  downloader_task_retry_now (task);
  wait_for_state (task, DOWNLOADER_TASK_STATE_FINISHED);
  g_assert_cmpuint (downloader_task_get_retry_in (task), ==, 0);
  g_assert_cmpuint (g_array_index (seconds, guint, seconds->len - 1), ==, 0);
  g_assert_null (downloader_task_get_trouble (task));

  /* It may have been seen in the queue, where there was nobody before it. */
  g_assert_true (g_str_has_prefix (states->str, "connecting retrying "));
  g_assert_true (g_str_has_suffix (states->str, " connecting downloading verifying finished"));
  assert_saved (fixture, task, "busy.bin");
}

/* The place of the one that waits is the other's meanwhile, and it waits for one
 * when it comes back. */
static void
test_places (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GString) states = g_string_new (NULL);
  g_autoptr(DownloaderTask) busy = NULL;
  g_autoptr(DownloaderTask) other = NULL;

  fixture->n_busy = 1;
  fixture->hold = TRUE;
  busy = make_task (fixture, "/busy.bin", NULL, states);
  other = make_task (fixture, "/file.bin", NULL, NULL);
  wait_for_state (busy, DOWNLOADER_TASK_STATE_RETRYING);
  wait_for_bytes (other, HALF);

  fixture->hold = FALSE;
  downloader_task_retry_now (busy);
  wait_for_state (busy, DOWNLOADER_TASK_STATE_QUEUED);
  downloader_task_pause (other);
  wait_for_state (busy, DOWNLOADER_TASK_STATE_FINISHED);
  g_assert_cmpint (downloader_task_get_state (other), ==, DOWNLOADER_TASK_STATE_CANCELLED);
  g_assert_cmpstr (states->str, ==, "connecting retrying queued connecting downloading verifying finished");
}

/* However often one steps aside and comes back, what it gave up is given back. */
static void
test_places_again (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr(DownloaderTask) busy = NULL;
  g_autoptr(DownloaderTask) other = NULL;

  fixture->n_busy = 2 * DOWNLOADER_MAX_ACTIVE;
  fixture->settings->retries = 2 * DOWNLOADER_MAX_ACTIVE;
  busy = make_task (fixture, "/busy.bin", NULL, NULL);
  while (fixture->n_busy > 2)
    {
      wait_for_state (busy, DOWNLOADER_TASK_STATE_RETRYING);
      downloader_task_retry_now (busy);
      g_main_context_iteration (NULL, TRUE);
    }

  other = make_task (fixture, "/file.bin", NULL, NULL);
  wait_for_state (other, DOWNLOADER_TASK_STATE_FINISHED);
  fixture->n_busy = 0;
  while (downloader_task_get_state (busy) != DOWNLOADER_TASK_STATE_FINISHED)
    {
      downloader_task_retry_now (busy);
      g_main_context_iteration (NULL, FALSE);
    }
}

/* Whatever happens in whatever order, no place is lost and none is won. */
static void
test_places_in_disorder (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr(GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(DownloaderTask) last = NULL;

  fixture->n_busy = G_MAXUINT;
  fixture->settings->retries = 1000;
  for (guint i = 0; i < 30; i++)
    g_ptr_array_add (tasks, make_task (fixture, "/busy.bin", NULL, NULL));

  for (guint i = 0; i < 3000; i++)
    {
      DownloaderTask *task = tasks->pdata[g_test_rand_int_range (0, tasks->len)];

      switch (g_test_rand_int_range (0, 40))
        {
        case 0:
          downloader_task_pause (task);
          break;
        case 1:
          at_limit_executor_set_max_running (fixture->queue, g_test_rand_int_range (1, 5));
          break;
        case 2:
          g_ptr_array_add (tasks, make_task (fixture, "/busy.bin", NULL, NULL));
          break;
        default:
          downloader_task_retry_now (task);
          break;
        }
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }

  fixture->n_busy = 0;
  fixture->hold = TRUE;
  at_limit_executor_set_max_running (fixture->queue, 1);
  for (guint i = 0; i < tasks->len; i++)
    downloader_task_pause (tasks->pdata[i]);
  for (guint i = 0; i < tasks->len; i++)
    while (at_async_task_get_status (tasks->pdata[i]) != AT_STATUS_FINISHED)
      g_main_context_iteration (NULL, TRUE);
  wait_for_n_running (fixture, 0);

  /* There is one place, for one. */
  last = make_task (fixture, "/file.bin", NULL, NULL);
  wait_for_bytes (last, HALF);
  g_assert_cmpuint (at_limit_executor_get_n_running (fixture->queue), ==, 1);
  downloader_task_pause (last);
  wait_for_state (last, DOWNLOADER_TASK_STATE_CANCELLED);
  wait_for_n_running (fixture, 0);
}

static void
test_max_active (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(DownloaderTask) first = NULL;
  g_autoptr(DownloaderTask) second = NULL;
  g_autoptr(DownloaderTask) third = NULL;

  fixture->hold = TRUE;
  first = make_task (fixture, "/file.bin", NULL, NULL);
  wait_for_bytes (first, HALF);
  second = make_task (fixture, "/file.bin", NULL, NULL);
  third = make_task (fixture, "/file.bin", NULL, NULL);
  for (guint i = 0; i < 20; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpint (downloader_task_get_state (second), ==, DOWNLOADER_TASK_STATE_QUEUED);
  g_assert_cmpuint (fixture->ranges->len, ==, 1);

  at_limit_executor_set_max_running (fixture->queue, 2);
  g_assert_cmpuint (at_limit_executor_get_max_running (fixture->queue), ==, 2);
  wait_for_bytes (second, HALF);
  g_assert_cmpint (downloader_task_get_state (third), ==, DOWNLOADER_TASK_STATE_QUEUED);

  /* One that has not begun can be paused as well, and costs nobody a place. */
  downloader_task_pause (third);
  wait_for_state (third, DOWNLOADER_TASK_STATE_CANCELLED);
  downloader_task_pause (first);
  downloader_task_pause (second);
  wait_for_state (first, DOWNLOADER_TASK_STATE_CANCELLED);
  wait_for_state (second, DOWNLOADER_TASK_STATE_CANCELLED);

  fixture->hold = FALSE;
  g_clear_object (&third);
  third = make_task (fixture, "/busy.bin", NULL, NULL);
  wait_for_state (third, DOWNLOADER_TASK_STATE_FINISHED);
}

static char *
pause_at_half (Fixture        *fixture,
               DownloaderTask *task)
{
  wait_for_bytes (task, HALF);
  downloader_task_pause (task);
  wait_for_state (task, DOWNLOADER_TASK_STATE_CANCELLED);

  return downloader_task_dup_path (task);
}

/* Each goes on with its own part, although both come from the same link. */
static void
test_pause (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(DownloaderTask) first = NULL;
  g_autoptr(DownloaderTask) second = NULL;
  g_autofree char *first_path = NULL;
  g_autofree char *second_path = NULL;

  at_limit_executor_set_max_running (fixture->queue, 2);
  fixture->hold = TRUE;
  first = make_task (fixture, "/file.bin", NULL, NULL);
  wait_for_bytes (first, HALF);
  second = make_task (fixture, "/file.bin", NULL, NULL);
  second_path = pause_at_half (fixture, second);
  first_path = pause_at_half (fixture, first);
  g_assert_true (g_str_has_suffix (first_path, "/file.bin"));
  g_assert_true (g_str_has_suffix (second_path, "/file (1).bin"));

  /* The folder for new downloads has nothing to do with these. */
  g_free (fixture->settings->folder);
  fixture->settings->folder = g_strdup ("/nowhere");

  g_clear_object (&second);
  second = make_task (fixture, "/file.bin", second_path, NULL);
  wait_for_state (second, DOWNLOADER_TASK_STATE_FINISHED);
  g_clear_object (&first);
  first = make_task (fixture, "/file.bin", first_path, NULL);
  wait_for_state (first, DOWNLOADER_TASK_STATE_FINISHED);

  assert_saved (fixture, first, "file.bin");
  assert_saved (fixture, second, "file (1).bin");
  g_assert_cmpuint (fixture->ranges->len, ==, 4);
  g_assert_cmpstr (g_ptr_array_index (fixture->ranges, 2), ==, "bytes=50000-");
  g_assert_cmpstr (g_ptr_array_index (fixture->ranges, 3), ==, "bytes=50000-");
}

/* A part that somebody has cleared away takes the name along only if it is gone. */
static void
test_name_is_kept (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "my name.bin", NULL);
  g_autoptr(DownloaderTask) task = make_task (fixture, "/file.bin", path, NULL);
  g_autoptr(DownloaderTask) again = NULL;

  wait_for_state (task, DOWNLOADER_TASK_STATE_FINISHED);
  assert_saved (fixture, task, "my name.bin");
  again = make_task (fixture, "/file.bin", path, NULL);
  wait_for_state (again, DOWNLOADER_TASK_STATE_FINISHED);
  assert_saved (fixture, again, "my name (1).bin");
}

static guint
count_files (Fixture *fixture)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  guint number = 0;

  while (g_dir_read_name (dir) != NULL)
    number++;

  return number;
}

static void
test_discard (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *link = g_strconcat (fixture->base, "file.bin", NULL);
  g_autofree char *other = g_strconcat (fixture->base, "other.bin", NULL);
  g_autoptr(DownloaderTask) task = NULL;
  g_autofree char *path = NULL;

  fixture->hold = TRUE;
  task = make_task (fixture, "/file.bin", NULL, NULL);
  wait_for_bytes (task, HALF);
  path = downloader_task_dup_path (task);

  /* Not while it runs. */
  g_assert_false (downloader_task_discard_part (link, path));
  g_clear_pointer (&path, g_free);
  path = pause_at_half (fixture, task);
  g_assert_cmpuint (count_files (fixture), ==, 2);
  g_assert_false (downloader_task_discard_part (other, path));
  g_assert_false (downloader_task_discard_part (link, "/nowhere/file.bin"));
  g_assert_false (downloader_task_discard_part ("nonsense", path));
  g_assert_true (downloader_task_discard_part (link, path));
  g_assert_cmpuint (count_files (fixture), ==, 0);

  /* Nothing that is complete. */
  fixture->hold = FALSE;
  g_clear_object (&task);
  task = make_task (fixture, "/file.bin", NULL, NULL);
  wait_for_state (task, DOWNLOADER_TASK_STATE_FINISHED);
  g_assert_false (downloader_task_discard_part (link, path));
  assert_saved (fixture, task, "file.bin");
}

static void
test_login (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(DownloaderTask) task = make_task (fixture, "/private.bin", NULL, NULL);
  g_autofree char *origin = NULL;
  g_autofree char *realm = NULL;
  g_autofree char *with_slash = NULL;

  wait_for_state (task, DOWNLOADER_TASK_STATE_FAILED);
  g_assert_error (at_async_task_get_error (AT_ASYNC_TASK (task)), DOWNLOADER_ERROR, DOWNLOADER_ERROR_LOGIN);
  origin = downloader_task_dup_login_origin (task);
  realm = downloader_task_dup_login_realm (task);
  with_slash = g_strconcat (origin, "/", NULL);
  g_assert_cmpstr (with_slash, ==, fixture->base);
  g_assert_nonnull (strstr (realm, "cellar"));
  g_assert_null (strchr (realm, '\x1b'));

  g_assert_false (downloader_settings_set_login (fixture->settings, "nonsense", "joe", "s3cret"));
  g_assert_true (downloader_settings_set_login (fixture->settings, origin, "joe", "wrong"));
  g_clear_object (&task);
  task = make_task (fixture, "/private.bin", NULL, NULL);
  wait_for_state (task, DOWNLOADER_TASK_STATE_FAILED);
  g_assert_error (at_async_task_get_error (AT_ASYNC_TASK (task)), DOWNLOADER_ERROR, DOWNLOADER_ERROR_LOGIN);

  /* Only where it belongs. */
  g_assert_true (downloader_settings_set_login (fixture->settings, "http://127.0.0.1:1", "joe", "s3cret"));
  g_clear_object (&task);
  task = make_task (fixture, "/private.bin", NULL, NULL);
  wait_for_state (task, DOWNLOADER_TASK_STATE_FAILED);

  g_assert_true (downloader_settings_set_login (fixture->settings, origin, "joe", "s3cret"));
  g_clear_object (&task);
  task = make_task (fixture, "/private.bin", NULL, NULL);
  wait_for_state (task, DOWNLOADER_TASK_STATE_FINISHED);
  assert_saved (fixture, task, "private.bin");

  g_assert_true (downloader_settings_set_login (fixture->settings, origin, NULL, NULL));
  g_assert_null (fixture->settings->login);
}

#define add(name, func) \
  g_test_add ("/downloader/task/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("states", test_states);
  add ("cancelled-too-late", test_cancelled_too_late);
  add ("missing", test_missing);
  add ("retrying", test_retrying);
  add ("server-moves", test_server_moves);
  add ("places", test_places);
  add ("places-again", test_places_again);
  add ("places-in-disorder", test_places_in_disorder);
  add ("max-active", test_max_active);
  add ("pause", test_pause);
  add ("name-is-kept", test_name_is_kept);
  add ("discard", test_discard);
  add ("login", test_login);
  return g_test_run ();
}
