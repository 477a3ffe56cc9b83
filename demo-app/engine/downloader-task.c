/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-task.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-decoder.h"
#include "downloader-error.h"
#include "downloader-http.h"
#include "downloader-names.h"
#include "downloader-partial.h"
#include "downloader-request.h"
#include "downloader-text.h"

#define BUFFER_SIZE (256 * 1024)
#define EVENT_INTERVAL (G_USEC_PER_SEC / 9)
#define BACKOFF_MAX 60
#define STALLED_AFTER (3 * G_USEC_PER_SEC)

struct _DownloaderTask
{
  AtAsyncTask         parent_instance;

  /* Set before the task is executed. */
  char               *link;
  char               *shown;
  DownloaderSettings *settings;
  SoupSession        *session;

  /* Under the lock: written by the body, read by anybody. */
  GMutex              lock;
  char               *path;
  guint64             bytes;
  guint64             size;
  gint64              moved_at;
};

/* What the body works with, in the worker thread alone. */
typedef struct
{
  DownloaderTask    *task;
  GCancellable      *cancellable;
  DownloaderFolder  *folder;
  DownloaderPartial *partial;
  GUri              *given;
  char              *link;
  guint8            *buffer;
  gint64             last_event;
  guint64            total;
  guint              retry_after;
  gboolean           has_retry_after;
  gboolean           from_start;
} Transfer;

typedef enum
{
  ANSWER_WHOLE,
  ANSWER_REST,
  ANSWER_UNUSABLE,
  ANSWER_ERROR
} Answer;

enum
{
  EVENT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DownloaderTask, downloader_task, AT_TYPE_ASYNC_TASK)

G_DEFINE_BOXED_TYPE (DownloaderEvent, downloader_event, downloader_event_copy, downloader_event_free)

DownloaderEvent *
downloader_event_copy (const DownloaderEvent *self)
{
  DownloaderEvent *copy = g_new (DownloaderEvent, 1);

  *copy = *self;
  copy->path = g_strdup (self->path);
  copy->message = g_strdup (self->message);

  return copy;
}

void
downloader_event_free (DownloaderEvent *self)
{
  g_free (self->path);
  g_free (self->message);
  g_free (self);
}

static void
transfer_clear (Transfer *self)
{
  g_clear_pointer (&self->partial, downloader_partial_free);
  g_clear_pointer (&self->folder, downloader_folder_free);
  g_clear_pointer (&self->given, g_uri_unref);
  g_clear_pointer (&self->link, g_free);
  g_clear_pointer (&self->buffer, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Transfer, transfer_clear)

static void
transfer_publish (Transfer            *self,
                  DownloaderEventKind  kind,
                  const char          *message,
                  double               delay)
{
  DownloaderEvent event = {
    .kind = kind,
    .bytes = self->partial != NULL ? downloader_partial_get_size (self->partial) : 0,
    .total = self->total,
    .path = downloader_task_dup_path (self->task),
    .message = g_strdup (message),
    .delay = delay,
  };

  at_async_task_publish (AT_ASYNC_TASK (self->task), DOWNLOADER_TYPE_EVENT, &event);
  g_free (event.path);
  g_free (event.message);
}

static void
transfer_show_path (Transfer *self)
{
  g_mutex_lock (&self->task->lock);
  g_free (self->task->path);
  self->task->path = downloader_partial_dup_path (self->partial);
  g_mutex_unlock (&self->task->lock);
}

/* Properties keep the latest value for whoever binds to them; events tell the
 * story in order, at a pace a pipe can follow. */
static void
transfer_show_amounts (Transfer *self)
{
  guint64 bytes = downloader_partial_get_size (self->partial);
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&self->task->lock);
  self->task->bytes = bytes;
  self->task->size = self->total;
  self->task->moved_at = now;
  g_mutex_unlock (&self->task->lock);

  at_async_task_set_amounts (AT_ASYNC_TASK (self->task), bytes, self->total);

  if (now - self->last_event >= EVENT_INTERVAL)
    {
      self->last_event = now;
      transfer_publish (self, DOWNLOADER_EVENT_PROGRESS, NULL, 0);
    }
}

/* Where to resume. Of a file that seems complete the last byte is asked for
 * again: the server then says whether it is still the same file. */
static guint64
transfer_get_offset (Transfer *self)
{
  guint64 size;
  guint64 total;

  if (self->partial == NULL || self->from_start ||
      downloader_partial_get_validator (self->partial) == NULL)
    return 0;

  size = downloader_partial_get_size (self->partial);
  total = downloader_partial_get_total (self->partial);
  if (total == 0 || size < total)
    return size;

  return size == total ? size - 1 : 0;
}

static gboolean
is_encoded (SoupMessageHeaders *headers)
{
  const char *encoding = soup_message_headers_get_one (headers, "Content-Encoding");

  return encoding != NULL && *encoding != '\0' && g_ascii_strcasecmp (encoding, "identity") != 0;
}

static gboolean
is_same_file (Transfer           *self,
              SoupMessageHeaders *headers)
{
  const char *validator = downloader_partial_get_validator (self->partial);
  const char *etag = soup_message_headers_get_one (headers, "ETag");
  const char *modified = soup_message_headers_get_one (headers, "Last-Modified");

  if (*validator == '"')
    return etag == NULL || g_str_equal (etag, validator);

  return modified == NULL || g_str_equal (modified, validator);
}

/* Nothing of a range is kept before it is sure that it fits what is there. */
static gboolean
is_the_rest (Transfer           *self,
             SoupMessageHeaders *headers,
             guint64             offset)
{
  guint64 total = downloader_partial_get_total (self->partial);
  DownloaderContentRange range;

  if (!downloader_http_parse_content_range (soup_message_headers_get_one (headers, "Content-Range"), &range))
    return FALSE;
  if (range.first != offset || is_encoded (headers) || !is_same_file (self, headers))
    return FALSE;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      (guint64) soup_message_headers_get_content_length (headers) != range.last - range.first + 1)
    return FALSE;
  if (range.total_known && total != 0 && range.total != total)
    return FALSE;
  if (total != 0 && range.last >= total)
    return FALSE;

  self->total = range.total_known ? range.total : total;
  return TRUE;
}

static Answer
transfer_judge (Transfer            *self,
                DownloaderResponse  *response,
                guint64              offset,
                GError             **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  guint status = soup_message_get_status (response->message);

  if (status == SOUP_STATUS_OK || status == SOUP_STATUS_NON_AUTHORITATIVE)
    {
      if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH ||
          soup_message_headers_get_content_length (headers) >= 0)
        return ANSWER_WHOLE;

      g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_REFUSED,
                           _("The server gives a size for the file that cannot be right"));
      return ANSWER_ERROR;
    }
  if (status == SOUP_STATUS_PARTIAL_CONTENT && offset > 0)
    return is_the_rest (self, headers, offset) ? ANSWER_REST : ANSWER_UNUSABLE;
  if (status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE && offset > 0)
    return ANSWER_UNUSABLE;

  if (status == SOUP_STATUS_UNAUTHORIZED && g_uri_get_user (self->given) != NULL &&
      downloader_http_may_share_password (self->given, response->uri))
    {
      SoupMessageHeaders *sent = soup_message_get_request_headers (response->message);
      gboolean tried = soup_message_headers_get_one (sent, "Authorization") != NULL;

      g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_REFUSED,
                           tried ? _("The server does not accept the user name and password")
                                 : _("The server asks for a way to log in that is not known here"));
      return ANSWER_ERROR;
    }

  downloader_error_set_status (error, status, soup_message_get_reason_phrase (response->message));
  if (downloader_error_is_transient (*error))
    {
      g_autoptr(GDateTime) now = g_date_time_new_now_utc ();

      self->has_retry_after =
        downloader_http_parse_retry_after (soup_message_headers_get_one (headers, "Retry-After"),
                                           now, &self->retry_after);
    }

  return ANSWER_ERROR;
}

static char *
choose_name (Transfer           *self,
             DownloaderResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  g_autofree char *name = NULL;

  name = downloader_name_from_disposition (soup_message_headers_get_one (headers, "Content-Disposition"));
  if (name == NULL)
    name = downloader_name_from_uri (response->uri);
  if (name == NULL)
    name = downloader_name_from_uri (self->given);

  return downloader_name_make_safe (name);
}

static const char *
choose_validator (SoupMessageHeaders *headers)
{
  const char *etag = soup_message_headers_get_one (headers, "ETag");
  const char *modified = soup_message_headers_get_one (headers, "Last-Modified");
  const char *date = soup_message_headers_get_one (headers, "Date");

  if (is_encoded (headers))
    return NULL;
  if (downloader_http_is_strong_etag (etag))
    return etag;

  return downloader_http_is_old_enough (modified, date) ? modified : NULL;
}

/* Prepares for a file that comes from its first byte. */
static gboolean
transfer_start_whole (Transfer            *self,
                      DownloaderResponse  *response,
                      GError             **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);

  self->total = 0;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH && !is_encoded (headers))
    self->total = soup_message_headers_get_content_length (headers);

  if (self->partial == NULL)
    {
      g_autofree char *name = choose_name (self, response);

      self->partial = downloader_partial_create (self->folder, name, self->link, error);
      if (self->partial == NULL)
        return FALSE;
    }

  transfer_show_path (self);

  /* What the part held makes room for what comes. */
  return downloader_partial_truncate (self->partial, 0, error) &&
         downloader_folder_check_space (self->folder, self->total, error) &&
         downloader_partial_start (self->partial, choose_validator (headers), self->total, error);
}

static gboolean
transfer_start_rest (Transfer  *self,
                     guint64    offset,
                     GError   **error)
{
  guint64 missing = self->total > offset ? self->total - offset : 0;

  return downloader_partial_truncate (self->partial, offset, error) &&
         downloader_folder_check_space (self->folder, missing, error);
}

static gboolean
write_decoded (gpointer       user_data,
               const guint8  *data,
               gsize          length,
               GError       **error)
{
  return downloader_partial_write (user_data, data, length, error);
}

/* A file that is compressed itself is kept as it is: servers that say so of a
 * .gz mean the file. */
static gboolean
make_decoder (Transfer            *self,
              DownloaderResponse  *response,
              DownloaderDecoder  **decoder,
              GError             **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *encoding = soup_message_headers_get_one (headers, "Content-Encoding");
  g_autofree char *path = downloader_partial_dup_path (self->partial);

  if (!is_encoded (headers) || g_str_has_suffix (path, "gz"))
    return TRUE;

  *decoder = downloader_decoder_new (encoding);
  if (*decoder != NULL)
    return TRUE;

  g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_ENCODING,
               _("The server sends the file in an encoding that is not known here (%s)"), encoding);
  return FALSE;
}

static void
set_incomplete (GError             **error,
                DownloaderResponse  *response)
{
  g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_INCOMPLETE,
               _("The connection to “%s” broke off before the file was complete"),
               g_uri_get_host (response->uri));
}

/* libsoup takes a connection that ends early for the end of the body: what was
 * announced is compared with what arrived. */
static gboolean
check_complete (Transfer            *self,
                DownloaderResponse  *response,
                DownloaderDecoder   *decoder,
                guint64              received,
                GError             **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      (guint64) soup_message_headers_get_content_length (headers) != received)
    {
      set_incomplete (error, response);
      return FALSE;
    }
  if (self->total != 0 && downloader_partial_get_size (self->partial) != self->total)
    {
      set_incomplete (error, response);
      return FALSE;
    }

  return decoder == NULL || downloader_decoder_finish (decoder, error);
}

static gboolean
transfer_receive (Transfer            *self,
                  DownloaderResponse  *response,
                  GError             **error)
{
  g_autoptr(DownloaderDecoder) decoder = NULL;
  guint64 received = 0;

  if (!make_decoder (self, response, &decoder, error))
    return FALSE;

  transfer_show_amounts (self);

  while (at_async_task_checkpoint (AT_ASYNC_TASK (self->task), error))
    {
      gssize got = downloader_response_read (response, self->buffer, BUFFER_SIZE, error);
      gboolean written;

      if (got < 0)
        return FALSE;
      if (got == 0)
        return check_complete (self, response, decoder, received, error);

      received += got;
      if (decoder != NULL)
        written = downloader_decoder_feed (decoder, self->buffer, got, write_decoded, self->partial, error);
      else
        written = downloader_partial_write (self->partial, self->buffer, got, error);

      transfer_show_amounts (self);
      if (!written)
        return FALSE;
    }

  return FALSE;
}

/* One request and what follows from it; a second one without a range where the
 * answer to the first cannot be joined to what is there. */
static gboolean
transfer_attempt (Transfer  *self,
                  GError   **error)
{
  self->from_start = FALSE;
  self->has_retry_after = FALSE;

  for (;;)
    {
      g_auto(DownloaderResponse) response = { 0 };
      guint64 offset = transfer_get_offset (self);
      const char *validator = offset > 0 ? downloader_partial_get_validator (self->partial) : NULL;

      if (!downloader_request_send (self->task->session, self->given, offset, validator,
                                    self->cancellable, &response, error))
        return FALSE;

      switch (transfer_judge (self, &response, offset, error))
        {
        case ANSWER_WHOLE:
          return transfer_start_whole (self, &response, error) &&
                 transfer_receive (self, &response, error);

        case ANSWER_REST:
          return transfer_start_rest (self, offset, error) &&
                 transfer_receive (self, &response, error);

        case ANSWER_UNUSABLE:
          self->from_start = TRUE;
          break;

        case ANSWER_ERROR:
        default:
          return FALSE;
        }
    }
}

static gboolean
transfer_wait (Transfer  *self,
               double     seconds,
               GError   **error)
{
  gint64 end = g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC);
  GPollFD poll_fd;

  if (!g_cancellable_make_pollfd (self->cancellable, &poll_fd))
    return TRUE;

  while (!g_cancellable_is_cancelled (self->cancellable))
    {
      gint64 left = end - g_get_monotonic_time ();

      if (left <= 0)
        break;
      g_poll (&poll_fd, 1, (int) MIN (left / 1000 + 1, 60 * 1000));
    }

  g_cancellable_release_fd (self->cancellable);
  return at_async_task_checkpoint (AT_ASYNC_TASK (self->task), error);
}

static double
transfer_get_delay (Transfer *self,
                    guint     tried)
{
  double backoff = MIN (1u << MIN (tried, 6u), BACKOFF_MAX);

  if (self->has_retry_after)
    return self->retry_after;

  /* Many who failed together must not come back together. */
  return backoff * g_random_double_range (0.9, 1.1);
}

static gboolean
transfer_fetch (Transfer  *self,
                GError   **error)
{
  guint retries = self->task->settings->retries;

  for (guint tried = 0;; tried++)
    {
      g_autoptr(GError) local_error = NULL;
      double delay;

      if (transfer_attempt (self, &local_error))
        return TRUE;

      if (tried >= retries || !downloader_error_is_transient (local_error) ||
          at_async_task_is_cancelled (AT_ASYNC_TASK (self->task)))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }

      delay = transfer_get_delay (self, tried);
      transfer_publish (self, DOWNLOADER_EVENT_RETRYING, local_error->message, delay);
      if (!transfer_wait (self, delay, error))
        return FALSE;
    }
}

/* Reads back what was written, so that what is compared is what is kept. */
static gboolean
transfer_verify (Transfer  *self,
                 GError   **error)
{
  DownloaderSettings *settings = self->task->settings;
  g_autoptr(GChecksum) checksum = NULL;
  guint64 offset = 0;
  gssize got;

  if (settings->checksum == NULL)
    return TRUE;

  transfer_publish (self, DOWNLOADER_EVENT_VERIFYING, NULL, 0);
  checksum = g_checksum_new (settings->checksum_type);

  while ((got = downloader_partial_read (self->partial, offset, self->buffer, BUFFER_SIZE, error)) > 0)
    {
      g_checksum_update (checksum, self->buffer, got);
      offset += got;
      if (!at_async_task_checkpoint (AT_ASYNC_TASK (self->task), error))
        return FALSE;
    }

  if (got < 0)
    return FALSE;

  if (!g_str_equal (g_checksum_get_string (checksum), settings->checksum))
    {
      downloader_partial_discard (self->partial);
      g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_CHECKSUM,
                   _("The file is not the expected one: its checksum is %s"),
                   g_checksum_get_string (checksum));
      return FALSE;
    }

  return TRUE;
}

static gboolean
transfer_finish (Transfer  *self,
                 GError   **error)
{
  g_autofree char *path = NULL;

  if (!transfer_verify (self, error) ||
      !at_async_task_checkpoint (AT_ASYNC_TASK (self->task), error))
    return FALSE;

  path = downloader_partial_commit (self->partial, error);
  if (path == NULL)
    return FALSE;

  g_mutex_lock (&self->task->lock);
  g_free (self->task->path);
  self->task->path = g_strdup (path);
  g_mutex_unlock (&self->task->lock);

  return at_async_task_return (AT_ASYNC_TASK (self->task), G_TYPE_STRING, path);
}

static gboolean
downloader_task_in_background (AtAsyncTask   *task,
                               const GValue  *params,
                               GCancellable  *cancellable,
                               GError       **error)
{
  DownloaderTask *self = DOWNLOADER_TASK (task);
  g_auto(Transfer) transfer = { .task = self, .cancellable = cancellable };
  g_autoptr(GUri) bare = NULL;

  transfer_publish (&transfer, DOWNLOADER_EVENT_STARTED, NULL, 0);

  transfer.given = downloader_http_parse_link (self->link, error);
  if (transfer.given == NULL)
    return FALSE;

  transfer.folder = downloader_folder_open (self->settings->folder, error);
  if (transfer.folder == NULL)
    return FALSE;

  bare = downloader_http_without_credentials (transfer.given);
  transfer.link = g_uri_to_string (bare);
  transfer.buffer = g_malloc (BUFFER_SIZE);
  transfer.partial = downloader_partial_find (transfer.folder, transfer.link);
  if (transfer.partial != NULL)
    transfer_show_path (&transfer);

  return transfer_fetch (&transfer, error) && transfer_finish (&transfer, error);
}

static void
downloader_task_progress_update (AtAsyncTask  *task,
                                 const GValue *value)
{
  g_signal_emit (task, signals[EVENT], 0, g_value_get_boxed (value));
}

static void
downloader_task_finalize (GObject *object)
{
  DownloaderTask *self = DOWNLOADER_TASK (object);

  g_clear_pointer (&self->link, g_free);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->settings, downloader_settings_free);
  g_clear_object (&self->session);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (downloader_task_parent_class)->finalize (object);
}

static void
downloader_task_class_init (DownloaderTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);

  object_class->finalize = downloader_task_finalize;

  task_class->in_background = downloader_task_in_background;
  task_class->progress_update = downloader_task_progress_update;

  /**
   * DownloaderTask::event:
   * @self: The task.
   * @event: What happened.
   *
   * Something happened to the download; how it ends, the task's own signals and
   * properties tell.
   */
  signals[EVENT] = g_signal_new ("event",
                                 G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1,
                                 DOWNLOADER_TYPE_EVENT | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
downloader_task_init (DownloaderTask *self)
{
  g_mutex_init (&self->lock);
  at_async_task_set_unit (AT_ASYNC_TASK (self), AT_PROGRESS_UNIT_BYTES);
}

/**
 * downloader_task_new:
 * @link: The link as it was given.
 * @settings: How to download it.
 *
 * Makes a download, to be executed.
 *
 * Returns: (transfer full): the task; its result is the path of the file
 */
DownloaderTask *
downloader_task_new (const char               *link,
                     const DownloaderSettings *settings)
{
  DownloaderTask *self = g_object_new (DOWNLOADER_TYPE_TASK, NULL);

  self->link = g_utf8_make_valid (link, -1);
  self->shown = downloader_text_mask_link (link);
  self->settings = downloader_settings_copy (settings);
  self->session = g_object_ref (downloader_session_get (settings->timeout));

  return self;
}

/**
 * downloader_task_get_shown:
 * @self: A download.
 *
 * Gets the link as it may be shown.
 *
 * Returns: the link with its password masked
 */
const char *
downloader_task_get_shown (DownloaderTask *self)
{
  return self->shown;
}

/**
 * downloader_task_dup_path:
 * @self: A download.
 *
 * Gets where the file is, or will be. Any thread may ask.
 *
 * Returns: (transfer full) (nullable): the path, %NULL until it is known
 */
char *
downloader_task_dup_path (DownloaderTask *self)
{
  char *path;

  g_mutex_lock (&self->lock);
  path = g_strdup (self->path);
  g_mutex_unlock (&self->lock);

  return path;
}

guint64
downloader_task_get_bytes (DownloaderTask *self)
{
  guint64 bytes;

  g_mutex_lock (&self->lock);
  bytes = self->bytes;
  g_mutex_unlock (&self->lock);

  return bytes;
}

guint64
downloader_task_get_size (DownloaderTask *self)
{
  guint64 size;

  g_mutex_lock (&self->lock);
  size = self->size;
  g_mutex_unlock (&self->lock);

  return size;
}

/**
 * downloader_task_describe:
 * @self: A download.
 *
 * Says how far the download is, with its speed and the time left unless nothing
 * has arrived for a while. The owner's thread may ask.
 *
 * Returns: (transfer full): the text
 */
char *
downloader_task_describe (DownloaderTask *self)
{
  AtAsyncTask *task = AT_ASYNC_TASK (self);
  guint64 bytes;
  guint64 size;
  gint64 moved_at;

  g_mutex_lock (&self->lock);
  bytes = self->bytes;
  size = self->size;
  moved_at = self->moved_at;
  g_mutex_unlock (&self->lock);

  if (g_get_monotonic_time () - moved_at >= STALLED_AFTER)
    return downloader_text_progress (bytes, size, 0, -1);

  return downloader_text_progress (bytes, size,
                                   at_async_task_get_rate (task), at_async_task_get_remaining (task));
}
