/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-task.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-decoder.h"
#include "downloader-error.h"
#include "downloader-gate.h"
#include "downloader-http.h"
#include "downloader-names.h"
#include "downloader-partial.h"
#include "downloader-request.h"
#include "downloader-text.h"

#define BUFFER_SIZE (256 * 1024)
#define EVENT_INTERVAL (G_USEC_PER_SEC / 9)
#define BACKOFF_MAX 60
#define STALLED_AFTER (3 * G_USEC_PER_SEC)
#define REALM_MAX 128

struct _DownloaderTask
{
  AtAsyncTask         parent_instance;

  /* Set before the task is executed. */
  char               *link;
  char               *shown;
  DownloaderSettings *settings;
  SoupSession        *session;
  DownloaderQueue    *queue;
  char               *wanted_name;

  /* Under the lock: written by the body, read by anybody. */
  GMutex              lock;
  char               *path;
  char               *login_origin;
  char               *login_realm;
  char               *retry_reason;
  gint64              retry_at;
  guint64             bytes;
  guint64             size;
  gint64              moved_at;
  gboolean            saved;

  /* The body waits at it before it tries again. */
  DownloaderGate      retry_gate;
  gboolean            retry_now;

  /* The owner's thread alone. */
  DownloaderTaskState state;
  guint               retry_in;
  char               *trouble;
  GSource            *countdown;
};

/* What the body works with, in the worker thread alone. */
typedef struct
{
  DownloaderTask      *task;
  GCancellable        *cancellable;
  DownloaderFolder    *folder;
  DownloaderPartial   *partial;
  DownloaderTaskState  state;
  GUri                *given;
  char                *link;
  guint8              *buffer;
  gint64               last_event;
  guint64              total;
  guint                retry_after;
  gboolean             has_retry_after;
  gboolean             from_start;
  gboolean             has_place;
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
  PROP_STATE = 1,
  PROP_RETRY_IN,
  PROP_TROUBLE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

enum
{
  EVENT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_ENUM_TYPE (DownloaderTaskState, downloader_task_state,
                    G_DEFINE_ENUM_VALUE (DOWNLOADER_TASK_STATE_QUEUED, "queued"),
                    G_DEFINE_ENUM_VALUE (DOWNLOADER_TASK_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (DOWNLOADER_TASK_STATE_DOWNLOADING, "downloading"),
                    G_DEFINE_ENUM_VALUE (DOWNLOADER_TASK_STATE_RETRYING, "retrying"),
                    G_DEFINE_ENUM_VALUE (DOWNLOADER_TASK_STATE_VERIFYING, "verifying"),
                    G_DEFINE_ENUM_VALUE (DOWNLOADER_TASK_STATE_FINISHED, "finished"),
                    G_DEFINE_ENUM_VALUE (DOWNLOADER_TASK_STATE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (DOWNLOADER_TASK_STATE_CANCELLED, "cancelled"))

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
transfer_set_state (Transfer            *self,
                    DownloaderTaskState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  at_async_task_publish (AT_ASYNC_TASK (self->task), DOWNLOADER_TYPE_TASK_STATE, state);
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

static void
transfer_note_login (Transfer           *self,
                     DownloaderResponse *response,
                     SoupAuth           *auth)
{
  g_autoptr(GUri) origin = g_uri_build (G_URI_FLAGS_NONE, g_uri_get_scheme (response->uri), NULL,
                                        g_uri_get_host (response->uri), g_uri_get_port (response->uri),
                                        "", NULL, NULL);
  const char *realm = soup_auth_get_realm (auth);
  g_autofree char *valid = realm != NULL ? g_utf8_make_valid (realm, MIN (strlen (realm), REALM_MAX)) : NULL;

  g_mutex_lock (&self->task->lock);
  g_free (self->task->login_origin);
  g_free (self->task->login_realm);
  self->task->login_origin = g_uri_to_string (origin);
  self->task->login_realm = valid != NULL ? downloader_text_replace_unsafe (valid, " ") : NULL;
  g_mutex_unlock (&self->task->lock);
}

/* Somebody can be asked for a user name only where they can be used. */
static void
transfer_refuse_login (Transfer            *self,
                       DownloaderResponse  *response,
                       GError             **error)
{
  SoupMessageHeaders *sent = soup_message_get_request_headers (response->message);
  g_autoptr(SoupAuth) auth = downloader_http_choose_challenge (response->message, "WWW-Authenticate");
  DownloaderLogin login;

  if (auth != NULL)
    transfer_note_login (self, response, auth);

  if (soup_message_headers_get_one (sent, "Authorization") != NULL)
    g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_LOGIN,
                         _("The server does not accept the user name and password"));
  else if (auth == NULL &&
           downloader_login_find (&login, self->given, self->task->settings->login, response->uri))
    g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_REFUSED,
                         _("The server asks for a way to log in that is not known here"));
  else
    downloader_error_set_status (error, SOUP_STATUS_UNAUTHORIZED, auth != NULL,
                                 soup_message_get_reason_phrase (response->message));
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

  if (status == SOUP_STATUS_UNAUTHORIZED)
    {
      transfer_refuse_login (self, response, error);
      return ANSWER_ERROR;
    }

  downloader_error_set_status (error, status, FALSE, soup_message_get_reason_phrase (response->message));
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
  g_autofree char *name = g_strdup (self->task->wanted_name);

  if (name == NULL)
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

static gint64
get_modified (SoupMessageHeaders *headers)
{
  const char *header = soup_message_headers_get_one (headers, "Last-Modified");
  g_autoptr(GDateTime) modified = header != NULL ? soup_date_time_new_from_http_string (header) : NULL;

  return modified != NULL ? g_date_time_to_unix (modified) : 0;
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
  downloader_partial_set_modified (self->partial, get_modified (headers));

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

static gboolean
is_compressed_file (const char *path)
{
  static const char * const suffixes[] = { ".gz", ".tgz", ".svgz" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (path, suffixes[i]))
      return TRUE;

  return FALSE;
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

  if (!is_encoded (headers) || is_compressed_file (path))
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

/* How fast a connection is while it is waited for: what our own limit, or a slow
 * disk, takes is not its fault. */
typedef struct
{
  guint64 bytes;
  gint64  usec;
} Pace;

static gboolean
transfer_check_pace (Transfer            *self,
                     DownloaderResponse  *response,
                     Pace                *pace,
                     gsize                got,
                     gint64               begin,
                     GError             **error)
{
  const DownloaderSettings *settings = self->task->settings;
  gboolean fast_enough;

  pace->bytes += got;
  pace->usec += g_get_monotonic_time () - begin;
  if (settings->min_rate == 0 || got == 0 || pace->usec < (gint64) settings->timeout * G_USEC_PER_SEC)
    return TRUE;

  fast_enough = (double) pace->bytes / pace->usec * G_USEC_PER_SEC >= settings->min_rate;
  *pace = (Pace) { 0 };
  if (!fast_enough)
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_CONNECTION,
                 _("The server “%s” sends too slowly"), g_uri_get_host (response->uri));

  return fast_enough;
}

static gboolean
transfer_receive (Transfer            *self,
                  DownloaderResponse  *response,
                  GError             **error)
{
  DownloaderThrottle *throttle = self->task->settings->throttle;
  g_autoptr(DownloaderDecoder) decoder = NULL;
  Pace pace = { 0 };
  guint64 received = 0;

  if (!make_decoder (self, response, &decoder, error))
    return FALSE;

  transfer_set_state (self, DOWNLOADER_TASK_STATE_DOWNLOADING);
  transfer_show_amounts (self);

  while (at_async_task_checkpoint (AT_ASYNC_TASK (self->task), error))
    {
      gsize portion = downloader_throttle_get_portion (throttle, BUFFER_SIZE);
      gint64 begin = g_get_monotonic_time ();
      gssize got = downloader_response_read (response, self->buffer, portion, error);
      gboolean written;

      if (got < 0 || !transfer_check_pace (self, response, &pace, got, begin, error))
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

      /* Whether it was cancelled meanwhile, the checkpoint tells. */
      downloader_throttle_pay (throttle, got, self->cancellable);
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

      transfer_set_state (self, DOWNLOADER_TASK_STATE_CONNECTING);
      if (!downloader_request_send (self->task->session, self->given, self->task->settings->login,
                                    offset, validator, self->cancellable, &response, error))
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

static void
transfer_sleep (Transfer *self,
                gint64    end)
{
  DownloaderGate *gate = &self->task->retry_gate;
  gulong handler = downloader_gate_enter (gate, self->cancellable);

  while (!self->task->retry_now && g_get_monotonic_time () < end &&
         downloader_gate_wait (gate, self->cancellable, end))
    ;

  downloader_gate_leave (gate, self->cancellable, handler);
}

/* Waits before the next try; others have the place meanwhile. */
static gboolean
transfer_wait (Transfer      *self,
               const GError  *reason,
               double         seconds,
               GError       **error)
{
  DownloaderTask *task = self->task;
  gint64 end = g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC);
  gboolean aside;

  /* Before anybody can know that there is something to hurry up. */
  downloader_gate_lock (&task->retry_gate);
  task->retry_now = FALSE;
  downloader_gate_unlock (&task->retry_gate);

  g_mutex_lock (&task->lock);
  g_free (task->retry_reason);
  task->retry_reason = g_strdup (reason->message);
  task->retry_at = end;
  g_mutex_unlock (&task->lock);

  transfer_set_state (self, DOWNLOADER_TASK_STATE_RETRYING);
  transfer_publish (self, DOWNLOADER_EVENT_RETRYING, reason->message, seconds);

  aside = self->has_place && downloader_queue_step_aside (task->queue);
  transfer_sleep (self, end);
  if (aside)
    {
      if (downloader_queue_is_full (task->queue))
        transfer_set_state (self, DOWNLOADER_TASK_STATE_QUEUED);
      self->has_place = downloader_queue_come_back (task->queue, self->cancellable);
    }

  return at_async_task_checkpoint (AT_ASYNC_TASK (task), error);
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
      if (!transfer_wait (self, local_error, delay, error))
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

  transfer_set_state (self, DOWNLOADER_TASK_STATE_VERIFYING);
  if (!transfer_verify (self, error) ||
      !at_async_task_checkpoint (AT_ASYNC_TASK (self->task), error))
    return FALSE;

  path = downloader_partial_commit (self->partial, self->task->settings->keep_time, error);
  if (path == NULL)
    return FALSE;

  g_mutex_lock (&self->task->lock);
  g_free (self->task->path);
  self->task->path = g_strdup (path);
  self->task->saved = TRUE;
  g_mutex_unlock (&self->task->lock);

  return at_async_task_return (AT_ASYNC_TASK (self->task), G_TYPE_STRING, path);
}

/* What the records of partial files call a link. */
static char *
make_bare_link (GUri *given)
{
  g_autoptr(GUri) bare = downloader_http_without_credentials (given);

  return g_uri_to_string (bare);
}

static gboolean
transfer_run (Transfer  *self,
              GError   **error)
{
  DownloaderTask *task = self->task;

  transfer_set_state (self, DOWNLOADER_TASK_STATE_CONNECTING);
  transfer_publish (self, DOWNLOADER_EVENT_STARTED, NULL, 0);

  self->given = downloader_http_parse_link (task->link, error);
  if (self->given == NULL)
    return FALSE;

  self->folder = downloader_folder_open (task->settings->folder, error);
  if (self->folder == NULL)
    return FALSE;

  self->link = make_bare_link (self->given);
  self->buffer = g_malloc (BUFFER_SIZE);
  self->partial = downloader_partial_find (self->folder, self->link, task->wanted_name);
  if (self->partial != NULL)
    transfer_show_path (self);

  return transfer_fetch (self, error) && transfer_finish (self, error);
}

static gboolean
downloader_task_in_background (AtAsyncTask   *task,
                               const GValue  *params,
                               GCancellable  *cancellable,
                               GError       **error)
{
  DownloaderTask *self = DOWNLOADER_TASK (task);
  g_auto(Transfer) transfer = { .task = self, .cancellable = cancellable };
  gboolean done;

  if (self->queue != NULL)
    {
      transfer.has_place = downloader_queue_arrive (self->queue, cancellable);
      if (!transfer.has_place)
        return at_async_task_checkpoint (task, error);
    }

  done = transfer_run (&transfer, error);

  /* The connection goes before the place does. */
  transfer_clear (&transfer);
  if (transfer.has_place)
    downloader_queue_end (self->queue);

  return done;
}

static gboolean
count_down (gpointer data)
{
  DownloaderTask *self = data;
  gint64 left;
  guint seconds;

  g_mutex_lock (&self->lock);
  left = self->retry_at - g_get_monotonic_time ();
  g_mutex_unlock (&self->lock);

  /* There is never “in 0 seconds”: the state changes instead. */
  seconds = (guint) MAX ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC, 1);
  if (self->retry_in != seconds)
    {
      self->retry_in = seconds;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RETRY_IN]);
    }

  return G_SOURCE_CONTINUE;
}

static void
stop_counting (DownloaderTask *self)
{
  if (self->countdown == NULL)
    return;

  g_source_destroy (self->countdown);
  g_clear_pointer (&self->countdown, g_source_unref);
  self->retry_in = 0;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RETRY_IN]);
}

static void
start_counting (DownloaderTask *self)
{
  stop_counting (self);
  self->countdown = g_timeout_source_new (1000);
  g_source_set_static_name (self->countdown, "[downloader] countdown");
  g_source_set_callback (self->countdown, count_down, self, NULL);
  g_source_attach (self->countdown, at_async_task_get_main_context (AT_ASYNC_TASK (self)));
  count_down (self);
}

static void
take_trouble (DownloaderTask *self,
              char           *trouble)
{
  g_autofree char *old = self->trouble;

  self->trouble = trouble;
  if (g_strcmp0 (old, trouble) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TROUBLE]);
}

static char *
dup_locked (DownloaderTask  *self,
            char           **field)
{
  char *copy;

  g_mutex_lock (&self->lock);
  copy = g_strdup (*field);
  g_mutex_unlock (&self->lock);

  return copy;
}

static void
enter_state (DownloaderTask      *self,
             DownloaderTaskState  state)
{
  const GError *error = at_async_task_get_error (AT_ASYNC_TASK (self));

  if (self->state == state)
    return;

  /* Who is told of one of them may look at the others. */
  g_object_freeze_notify (G_OBJECT (self));
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  if (state == DOWNLOADER_TASK_STATE_RETRYING)
    start_counting (self);
  else
    stop_counting (self);

  if (state == DOWNLOADER_TASK_STATE_RETRYING)
    take_trouble (self, dup_locked (self, &self->retry_reason));
  else
    take_trouble (self, state == DOWNLOADER_TASK_STATE_FAILED && error != NULL ? g_strdup (error->message) : NULL);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
downloader_task_progress_update (AtAsyncTask  *task,
                                 const GValue *value)
{
  if (G_VALUE_HOLDS (value, DOWNLOADER_TYPE_TASK_STATE))
    enter_state (DOWNLOADER_TASK (task), g_value_get_enum (value));
  else
    g_signal_emit (task, signals[EVENT], 0, g_value_get_boxed (value));
}

static gboolean
is_saved (DownloaderTask *self)
{
  gboolean saved;

  g_mutex_lock (&self->lock);
  saved = self->saved;
  g_mutex_unlock (&self->lock);

  return saved;
}

static void
status_changed (DownloaderTask *self)
{
  AtAsyncTask *task = AT_ASYNC_TASK (self);

  if (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    return;

  switch (at_async_task_get_outcome (task))
    {
    case AT_OUTCOME_SUCCEEDED:
      enter_state (self, DOWNLOADER_TASK_STATE_FINISHED);
      break;
    case AT_OUTCOME_CANCELLED:
      /* Who cancels too late finds the file complete: it must not be downloaded again. */
      enter_state (self, is_saved (self) ? DOWNLOADER_TASK_STATE_FINISHED : DOWNLOADER_TASK_STATE_CANCELLED);
      break;
    case AT_OUTCOME_FAILED:
    case AT_OUTCOME_NONE:
    default:
      enter_state (self, DOWNLOADER_TASK_STATE_FAILED);
      break;
    }
}

static void
downloader_task_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  DownloaderTask *self = DOWNLOADER_TASK (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_RETRY_IN:
      g_value_set_uint (value, self->retry_in);
      break;
    case PROP_TROUBLE:
      g_value_set_string (value, self->trouble);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_task_finalize (GObject *object)
{
  DownloaderTask *self = DOWNLOADER_TASK (object);

  g_clear_pointer (&self->link, g_free);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->wanted_name, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->login_origin, g_free);
  g_clear_pointer (&self->login_realm, g_free);
  g_clear_pointer (&self->retry_reason, g_free);
  g_clear_pointer (&self->trouble, g_free);
  if (self->countdown != NULL)
    g_source_destroy (self->countdown);
  g_clear_pointer (&self->countdown, g_source_unref);
  g_clear_pointer (&self->settings, downloader_settings_free);
  g_clear_object (&self->session);
  g_clear_object (&self->queue);
  g_mutex_clear (&self->lock);
  downloader_gate_clear (&self->retry_gate);

  G_OBJECT_CLASS (downloader_task_parent_class)->finalize (object);
}

static void
downloader_task_class_init (DownloaderTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);

  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = downloader_task_finalize;
  object_class->get_property = downloader_task_get_property;

  task_class->in_background = downloader_task_in_background;
  task_class->progress_update = downloader_task_progress_update;

  /**
   * DownloaderTask:state:
   *
   * Where the download is. Notified in the owner's thread, before the event that
   * tells of the same and before the task's own status. A download that was
   * cancelled when its file was complete already is finished all the same.
   */
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, DOWNLOADER_TYPE_TASK_STATE,
                                         DOWNLOADER_TASK_STATE_QUEUED, flags);

  /**
   * DownloaderTask:retry-in:
   *
   * In how many seconds the server is asked again, counting down; 0 unless the
   * state is %DOWNLOADER_TASK_STATE_RETRYING.
   */
  props[PROP_RETRY_IN] = g_param_spec_uint ("retry-in", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * DownloaderTask:trouble:
   *
   * Why there is another try, or why there is none any more: a sentence without
   * a full stop, %NULL unless retrying or failed.
   */
  props[PROP_TROUBLE] = g_param_spec_string ("trouble", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, props);

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
  downloader_gate_init (&self->retry_gate);

  /* The first handler there is: others find the state as it is by then. */
  g_signal_connect (self, "notify::status", G_CALLBACK (status_changed), NULL);
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

static char *
take_name (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  return downloader_name_make_safe (name);
}

/**
 * downloader_task_new_resuming:
 * @link: The link as it was given.
 * @settings: How to download it; where @path lies counts instead of its folder.
 * @path: (nullable): Where the file was to be, downloader_task_dup_path() of the
 *   earlier task; %NULL if that did not come to be known.
 *
 * Makes a download that goes on with what an earlier one has left.
 *
 * Where a part is found it is resumed from; where there is none any more, the
 * file still gets the name it was to have, if that is free.
 *
 * Returns: (transfer full): the task; its result is the path of the file
 */
DownloaderTask *
downloader_task_new_resuming (const char               *link,
                              const DownloaderSettings *settings,
                              const char               *path)
{
  DownloaderTask *self = downloader_task_new (link, settings);

  if (path != NULL)
    {
      g_free (self->settings->folder);
      self->settings->folder = g_path_get_dirname (path);
      self->wanted_name = take_name (path);
      self->path = g_build_filename (self->settings->folder, self->wanted_name, NULL);
    }

  return self;
}

/**
 * downloader_task_execute:
 * @self: A download.
 * @queue: Where it waits for its turn.
 * @error: Return location for an error.
 *
 * Puts the download into a queue, whose place it leaves to others while it waits
 * between two tries.
 *
 * Returns: %FALSE if it was refused
 */
gboolean
downloader_task_execute (DownloaderTask   *self,
                         DownloaderQueue  *queue,
                         GError          **error)
{
  g_set_object (&self->queue, queue);

  return downloader_queue_execute (queue, AT_ASYNC_TASK (self), error);
}

/**
 * downloader_task_pause:
 * @self: A download.
 *
 * Stops the download so that it can go on later: its connection is closed, its
 * place is free, and what has arrived stays. Its state ends as cancelled, or as
 * finished if the file was complete already; to go on,
 * downloader_task_new_resuming() makes another task.
 */
void
downloader_task_pause (DownloaderTask *self)
{
  at_async_task_cancel (AT_ASYNC_TASK (self), TRUE);
}

/**
 * downloader_task_retry_now:
 * @self: A download.
 *
 * Tries again at once, if the download waits for that. Any thread may ask.
 */
void
downloader_task_retry_now (DownloaderTask *self)
{
  downloader_gate_lock (&self->retry_gate);
  self->retry_now = TRUE;
  downloader_gate_wake (&self->retry_gate);
  downloader_gate_unlock (&self->retry_gate);
}

DownloaderTaskState
downloader_task_get_state (DownloaderTask *self)
{
  return self->state;
}

guint
downloader_task_get_retry_in (DownloaderTask *self)
{
  return self->retry_in;
}

const char *
downloader_task_get_trouble (DownloaderTask *self)
{
  return self->trouble;
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
  return dup_locked (self, &self->path);
}

/**
 * downloader_task_dup_login_origin:
 * @self: A download.
 *
 * Gets the server that asked for a user name and a password, which need not be
 * that of the link: `https://host`, or `http://host:port`. It is what
 * downloader_settings_set_login() takes, after %DOWNLOADER_ERROR_LOGIN.
 *
 * Returns: (transfer full) (nullable): the server, %NULL if none has asked
 */
char *
downloader_task_dup_login_origin (DownloaderTask *self)
{
  return dup_locked (self, &self->login_origin);
}

/**
 * downloader_task_dup_login_realm:
 * @self: A download.
 *
 * Gets what the server calls that which is protected.
 *
 * Returns: (transfer full) (nullable): its words, safe to be shown
 */
char *
downloader_task_dup_login_realm (DownloaderTask *self)
{
  return dup_locked (self, &self->login_realm);
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

/**
 * downloader_task_discard_part:
 * @link: The link as it was given.
 * @path: Where the file was to be.
 *
 * Removes what a download that is not to go on has left. A file that is complete,
 * or that another download is at work on, stays. This touches the disk.
 *
 * Returns: %TRUE if there was something
 */
gboolean
downloader_task_discard_part (const char *link,
                              const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *name = take_name (path);
  g_autofree char *valid = g_utf8_make_valid (link, -1);
  g_autofree char *bare = NULL;
  g_autoptr(GUri) given = downloader_http_parse_link (valid, NULL);
  g_autoptr(DownloaderFolder) folder = NULL;
  g_autoptr(DownloaderPartial) partial = NULL;

  if (given == NULL || !g_file_test (directory, G_FILE_TEST_IS_DIR))
    return FALSE;

  bare = make_bare_link (given);
  folder = downloader_folder_open (directory, NULL);
  partial = folder != NULL ? downloader_partial_find (folder, bare, name) : NULL;
  if (partial == NULL)
    return FALSE;

  downloader_partial_discard (partial);
  return TRUE;
}
