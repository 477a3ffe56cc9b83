/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-sample.h"

#include <string.h>

#include <libsoup/soup.h>

#define SAMPLE_PATH "/sample-picture.bmp"
#define SAMPLE_ETAG "\"sample-picture-1\""
#define WIDTH 1600
#define HEIGHT 1200
#define HEADER_SIZE 54
#define CHUNK_SIZE (64 * 1024)

/* A chunk every 22 ms: the whole takes two seconds, long enough to watch. */
#define CHUNK_INTERVAL 22

G_STATIC_ASSERT (HEADER_SIZE + 3 * WIDTH * HEIGHT == DOWNLOADER_SAMPLE_SIZE);

/* A web server in a thread of its own, which serves one picture to this machine. */
struct _DownloaderSample
{
  GThread      *thread;
  GMainContext *context;
  GMainLoop    *loop;
  char         *link;

  /* Under the lock: the thread says that it serves, or why it cannot. */
  GMutex        lock;
  GCond         ready_cond;
  gboolean      ready;
  GError       *error;
};

/* One answer on its way, in the server's thread. */
typedef struct
{
  SoupServerMessage *message;
  GSource           *timer;
  guint64            offset;
  guint64            end;
} Serving;

static guint8
header_byte (guint64 offset)
{
  static const guint32 fields[] = {
    DOWNLOADER_SAMPLE_SIZE, 0, HEADER_SIZE, 40, WIDTH, HEIGHT, 0x180001,
    0, DOWNLOADER_SAMPLE_SIZE - HEADER_SIZE, 2835, 2835, 0, 0,
  };

  if (offset < 2)
    return "BM"[offset];

  return (fields[(offset - 2) / 4] >> (8 * ((offset - 2) % 4))) & 0xff;
}

/* Dusk over three ranges of hills, a triangle wave each. */
static guint8
pixel_byte (guint64 offset)
{
  int x = (int) (offset / 3 % WIDTH);
  int y = (int) (offset / 3 / WIDTH);
  int channel = (int) (offset % 3);
  static const int sky_low[] = { 120, 150, 245 };
  static const int sky_high[] = { 132, 72, 38 };
  static const guint8 hills[][3] = { { 62, 38, 44 }, { 86, 56, 64 }, { 120, 84, 96 } };
  static const int heights[] = { 240, 380, 520 };
  static const int lengths[] = { 900, 640, 420 };

  for (guint i = 0; i < G_N_ELEMENTS (heights); i++)
    {
      int phase = (x + 170 * (int) i) % lengths[i];
      int slope = ABS (phase - lengths[i] / 2);

      if (y < heights[i] - slope / (3 - (int) i))
        return hills[i][channel];
    }

  if ((x - 1140) * (x - 1140) + (y - 760) * (y - 760) < 110 * 110)
    return (guint8) (200 + 20 * channel);

  return (guint8) (sky_low[channel] + (sky_high[channel] - sky_low[channel]) * y / HEIGHT);
}

/**
 * downloader_sample_fill:
 * @offset: Where in the sample.
 * @data: Where to put the bytes.
 * @length: How many.
 *
 * Makes a part of the sample, which is the same every time: a picture.
 */
void
downloader_sample_fill (guint64  offset,
                        guint8  *data,
                        gsize    length)
{
  for (gsize i = 0; i < length; i++)
    {
      guint64 at = offset + i;

      data[i] = at < HEADER_SIZE ? header_byte (at) : pixel_byte (at - HEADER_SIZE);
    }
}

static void
serving_stop_timer (Serving *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
serving_send_chunk (Serving *self)
{
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);
  gsize length = MIN (CHUNK_SIZE, self->end - self->offset);
  guint8 *data = g_malloc (length);

  downloader_sample_fill (self->offset, data, length);
  self->offset += length;
  soup_message_body_append_take (body, data, length);
  if (self->offset == self->end)
    soup_message_body_complete (body);
}

static gboolean
serving_tick (gpointer data)
{
  Serving *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  serving_send_chunk (self);
  soup_server_message_unpause (self->message);

  return G_SOURCE_REMOVE;
}

static void
chunk_was_written (SoupServerMessage *message,
                   gpointer           data)
{
  Serving *self = data;

  if (self->offset == self->end || self->timer != NULL)
    return;

  self->timer = g_timeout_source_new (CHUNK_INTERVAL);
  g_source_set_static_name (self->timer, "[downloader] sample chunk");
  g_source_set_callback (self->timer, serving_tick, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

static void
serving_finished (SoupServerMessage *message,
                  gpointer           data)
{
  Serving *self = data;

  serving_stop_timer (self);
  g_free (self);
}

/* Whether the range a request asks for may be answered as such. */
static gboolean
range_applies (SoupMessageHeaders *headers)
{
  const char *condition = soup_message_headers_get_one (headers, "If-Range");

  return condition == NULL || g_str_equal (condition, SAMPLE_ETAG);
}

static void
set_range (SoupServerMessage *message,
           guint64           *first,
           guint64           *end)
{
  SoupMessageHeaders *request = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *response = soup_server_message_get_response_headers (message);
  SoupRange *ranges;
  int n_ranges;

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (!range_applies (request) ||
      !soup_message_headers_get_ranges (request, DOWNLOADER_SAMPLE_SIZE, &ranges, &n_ranges))
    return;

  if (n_ranges == 1)
    {
      *first = ranges[0].start;
      *end = ranges[0].end + 1;
      soup_server_message_set_status (message, SOUP_STATUS_PARTIAL_CONTENT, NULL);
      soup_message_headers_set_content_range (response, ranges[0].start, ranges[0].end,
                                              DOWNLOADER_SAMPLE_SIZE);
    }
  soup_message_headers_free_ranges (request, ranges);
}

static void
serve_sample (SoupServer        *server,
              SoupServerMessage *message,
              const char        *path,
              GHashTable        *query,
              gpointer           data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  guint64 first = 0;
  guint64 end = DOWNLOADER_SAMPLE_SIZE;
  Serving *serving;

  if (!g_str_equal (path, SAMPLE_PATH))
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  if (soup_server_message_get_method (message) != SOUP_METHOD_GET)
    {
      soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL);
      return;
    }

  set_range (message, &first, &end);
  soup_message_headers_set_content_type (headers, "image/bmp", NULL);
  soup_message_headers_replace (headers, "ETag", SAMPLE_ETAG);
  soup_message_headers_replace (headers, "Accept-Ranges", "bytes");
  soup_message_headers_set_content_length (headers, (goffset) (end - first));
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);

  serving = g_new0 (Serving, 1);
  serving->message = message;
  serving->offset = first;
  serving->end = end;
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (chunk_was_written), serving);
  g_signal_connect (message, "finished", G_CALLBACK (serving_finished), serving);
  serving_send_chunk (serving);
}

static char *
dup_link (SoupServer *server)
{
  GSList *uris = soup_server_get_uris (server);
  g_autoptr(GUri) uri = g_uri_parse_relative (uris->data, SAMPLE_PATH, SOUP_HTTP_URI_FLAGS, NULL);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return g_uri_to_string (uri);
}

static gpointer
run_server (gpointer data)
{
  DownloaderSample *self = data;
  g_autoptr(SoupServer) server = NULL;

  g_main_context_push_thread_default (self->context);
  server = soup_server_new ("server-header", "asynctask-sample", NULL);
  soup_server_add_handler (server, NULL, serve_sample, NULL, NULL);

  g_mutex_lock (&self->lock);
  if (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &self->error))
    self->link = dup_link (server);
  self->ready = TRUE;
  g_cond_signal (&self->ready_cond);
  g_mutex_unlock (&self->lock);

  g_main_loop_run (self->loop);

  soup_server_disconnect (server);
  g_clear_object (&server);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

/**
 * downloader_sample_start:
 * @error: Return location for an error.
 *
 * Starts a server on the loopback interface that has a sample to download.
 *
 * Returns: (transfer full): the server, which serves until it is stopped
 */
DownloaderSample *
downloader_sample_start (GError **error)
{
  g_autoptr(DownloaderSample) self = g_new0 (DownloaderSample, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->ready_cond);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("sample-server", run_server, self);

  g_mutex_lock (&self->lock);
  while (!self->ready)
    g_cond_wait (&self->ready_cond, &self->lock);
  g_mutex_unlock (&self->lock);

  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return NULL;
    }

  return g_steal_pointer (&self);
}

static gboolean
quit_loop (gpointer data)
{
  g_main_loop_quit (data);

  return G_SOURCE_REMOVE;
}

/**
 * downloader_sample_stop:
 * @self: The server.
 *
 * Stops serving.
 */
void
downloader_sample_stop (DownloaderSample *self)
{
  g_autoptr(GSource) source = NULL;

  if (self == NULL)
    return;

  /* Through the context: the loop may not have been entered yet. */
  source = g_idle_source_new ();
  g_source_set_static_name (source, "[downloader] stop sample");
  g_source_set_callback (source, quit_loop, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);

  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->ready_cond);
  g_clear_error (&self->error);
  g_free (self->link);
  g_free (self);
}

const char *
downloader_sample_get_link (DownloaderSample *self)
{
  return self->link;
}
