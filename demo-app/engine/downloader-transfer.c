/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-transfer.h"

#include "downloader-task-private.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-answer.h"
#include "downloader-decoder.h"
#include "downloader-error.h"
#include "downloader-http.h"
#include "downloader-partial.h"
#include "downloader-request.h"
#include "downloader-text.h"

#define BUFFER_SIZE (256 * 1024)
#define BACKOFF_MAX 60

/* How long one that waits for another is patient the first time; each time is twice that. */
#define WAIT_MIN 60
#define WAIT_MAX 3600

/* What has come of less is not worth a record, which takes longer than the file. */
#define SMALL_FILE (64 * 1024)

#define REALM_MAX 128

/* What the body works with, from one try to the next. */
struct _DownloaderTransfer
{
  DownloaderTask      *task;
  GCancellable        *cancellable;
  DownloaderFolder    *folder;
  DownloaderPartial   *partial;
  DownloaderTaskState  state;
  DownloaderSession   *session;
  GUri                *given;
  char                *link;
  guint64              total;
  guint64              skip;
  guint                retry_after;
  gboolean             has_retry_after;
  gboolean             has_asked_for_whole;
  gboolean             refuses_ranges;

  /* How many tries have failed since anything came. */
  guint                n_failed;
  guint64              most;

  /* Whether another download of ours is waited for, and how often that was so. */
  gboolean             has_to_wait;
  guint                n_waits;
};

typedef DownloaderTransfer Transfer;

/* What is there for the next time, where there is no file. */
static void
transfer_show_kept (Transfer *self)
{
  g_mutex_lock (&self->task->lock);
  if (!self->task->saved)
    self->task->bytes = self->partial != NULL ? downloader_partial_get_kept (self->partial) : 0;
  if (!self->task->saved && self->task->size == 0 && self->task->bytes > 0)
    self->task->size = downloader_partial_get_version (self->partial)->total;
  g_mutex_unlock (&self->task->lock);
}

void
downloader_transfer_free (DownloaderTransfer *self)
{
  if (self == NULL)
    return;

  transfer_show_kept (self);
  g_clear_pointer (&self->partial, downloader_partial_free);
  g_clear_pointer (&self->folder, downloader_folder_free);
  g_clear_pointer (&self->given, g_uri_unref);
  g_clear_pointer (&self->link, g_free);
  g_free (self);
}

/* What a thread reads into: of small files there are many, and of threads few. */
static guint8 *
get_buffer (void)
{
  static GPrivate buffer = G_PRIVATE_INIT (g_free);

  if (g_private_get (&buffer) == NULL)
    g_private_set (&buffer, g_malloc (BUFFER_SIZE));

  return g_private_get (&buffer);
}

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

/* Properties keep the latest value for whoever binds to them; events tell the story in
 * order, at a pace that the owner sets, who is there when nothing comes any more. */
static void
transfer_show_amounts (Transfer *self)
{
  DownloaderTask *task = self->task;
  guint64 bytes = downloader_partial_get_size (self->partial);
  gboolean is_known;

  g_mutex_lock (&task->lock);
  task->bytes = bytes;
  task->size = self->total;
  task->moved_at = g_get_monotonic_time ();
  is_known = task->has_news;
  task->has_news = TRUE;
  g_mutex_unlock (&task->lock);

  at_async_task_set_amounts (AT_ASYNC_TASK (task), bytes, self->total);
  if (!is_known)
    transfer_publish (self, DOWNLOADER_EVENT_PROGRESS, NULL, 0);
}

static void
transfer_note_login (Transfer           *self,
                     DownloaderResponse *response,
                     SoupAuth           *auth)
{
  const char *realm = soup_auth_get_realm (auth);
  g_autofree char *valid = realm != NULL ? g_utf8_make_valid (realm, MIN (strlen (realm), REALM_MAX)) : NULL;

  g_mutex_lock (&self->task->lock);
  g_free (self->task->login_origin);
  g_free (self->task->login_realm);
  self->task->login_origin = downloader_http_make_origin (response->uri);
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

static void
transfer_note_retry_after (Transfer           *self,
                           DownloaderResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  const char *date = soup_message_headers_get_one (headers, "Date");
  g_autoptr(GDateTime) now = date != NULL ? soup_date_time_new_from_http_string (date) : NULL;

  /* A date is one of the server's clock, which need not be right. */
  if (now == NULL)
    now = g_date_time_new_now_utc ();
  self->has_retry_after =
    downloader_http_parse_retry_after (soup_message_headers_get_one (headers, "Retry-After"),
                                       now, &self->retry_after);
}

static DownloaderAnswer
transfer_judge (Transfer            *self,
                DownloaderResponse  *response,
                guint64              offset,
                GError             **error)
{
  g_autoptr(GError) local_error = NULL;
  DownloaderAnswer answer;

  if (response->of_proxy)
    {
      downloader_error_set_proxy_status (error, soup_message_get_status (response->message),
                                         soup_message_get_reason_phrase (response->message));
      return DOWNLOADER_ANSWER_ERROR;
    }
  if (soup_message_get_status (response->message) == SOUP_STATUS_UNAUTHORIZED)
    {
      transfer_refuse_login (self, response, error);
      return DOWNLOADER_ANSWER_ERROR;
    }

  answer = downloader_answer_judge (response, self->partial, offset, &self->total, &local_error);
  if (answer != DOWNLOADER_ANSWER_ERROR)
    return answer;

  if (downloader_error_is_transient (local_error))
    transfer_note_retry_after (self, response);
  g_propagate_error (error, g_steal_pointer (&local_error));

  return DOWNLOADER_ANSWER_ERROR;
}

static void
transfer_tell_name (Transfer *self)
{
  g_autofree char *told = g_strdup_printf (_("The folder takes no file of the name “%s”: it becomes “%s”"),
                                           downloader_partial_get_wish (self->partial),
                                           downloader_partial_get_name (self->partial));

  transfer_publish (self, DOWNLOADER_EVENT_RENAMED, told, 0);
}

static char *
transfer_choose_name (Transfer           *self,
                      DownloaderResponse *response)
{
  if (self->task->wanted_name != NULL)
    return g_strdup (self->task->wanted_name);

  return downloader_answer_choose_name (response, self->given);
}

static gboolean
transfer_is_expected (Transfer   *self,
                      const char *path)
{
  const DownloaderSettings *settings = self->task->settings;
  g_autoptr(GChecksum) checksum = g_checksum_new (settings->checksum_type);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GFileInputStream) stream = g_file_read (file, self->cancellable, NULL);
  guint8 *buffer = get_buffer ();
  gssize got = -1;

  while (stream != NULL &&
         (got = g_input_stream_read (G_INPUT_STREAM (stream), buffer, BUFFER_SIZE, self->cancellable, NULL)) > 0)
    g_checksum_update (checksum, buffer, got);

  return got == 0 && g_str_equal (g_checksum_get_string (checksum), settings->checksum);
}

/* Whether there is nothing to do: what has the name and the length, and the checksum if
 * there is one, is the file. */
static gboolean
transfer_find_complete (Transfer           *self,
                        DownloaderResponse *response,
                        DownloaderAnswer    answer)
{
  const DownloaderSettings *settings = self->task->settings;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  guint number = 0;
  gint64 length;

  if (!settings->skip_complete || answer != DOWNLOADER_ANSWER_WHOLE || self->partial != NULL)
    return FALSE;

  name = transfer_choose_name (self, response);
  length = downloader_answer_get_length (response, name);
  if (length < 0)
    return FALSE;

  do
    {
      g_free (path);
      path = downloader_partial_find_complete (self->folder, name, length, &number);
      if (path == NULL)
        return FALSE;
    }
  while (settings->checksum != NULL && !transfer_is_expected (self, path));

  g_mutex_lock (&self->task->lock);
  g_free (self->task->path);
  self->task->path = g_strdup (path);
  self->task->bytes = self->task->size = length;
  self->task->saved = self->task->was_there = TRUE;
  g_mutex_unlock (&self->task->lock);

  return at_async_task_return (AT_ASYNC_TASK (self->task), G_TYPE_STRING, path);
}

/* Finds a place for a file that comes from its first byte. */
static gboolean
transfer_make_partial (Transfer            *self,
                       DownloaderResponse  *response,
                       GError             **error)
{
  g_autofree char *name = transfer_choose_name (self, response);

  self->partial = downloader_partial_create (self->folder, name, self->link, error);
  if (self->partial == NULL)
    return FALSE;

  if (downloader_partial_get_wish (self->partial) != NULL)
    transfer_tell_name (self);
  return TRUE;
}

static gboolean
transfer_make_partial_beside (Transfer  *self,
                              GError   **error)
{
  DownloaderPartial *beside = downloader_partial_create_beside (self->partial, error);

  if (beside != NULL)
    self->partial = beside;

  return beside != NULL;
}

static gboolean
transfer_start_whole (Transfer            *self,
                      DownloaderResponse  *response,
                      GError             **error)
{
  g_auto(DownloaderVersion) version = { 0 };

  if (self->partial == NULL && !transfer_make_partial (self, response, error))
    return FALSE;

  transfer_show_path (self);
  downloader_answer_describe (response, downloader_partial_get_name (self->partial), &version);
  self->total = version.total;

  /* What the part held makes room for what comes. */
  if (downloader_partial_get_size (self->partial) > 0 && !downloader_partial_truncate (self->partial, 0, error))
    return FALSE;
  return downloader_partial_reserve (self->partial, self->total, error) &&
         downloader_partial_start (self->partial, &version, self->total == 0 || self->total > SMALL_FILE, error);
}

static gboolean
transfer_start_rest (Transfer  *self,
                     GError   **error)
{
  guint64 offset = downloader_partial_get_offset (self->partial);
  guint64 missing = self->total > offset ? self->total - offset : 0;

  return downloader_partial_truncate (self->partial, offset, error) &&
         downloader_partial_reserve (self->partial, missing, error);
}

/* Some servers do not know parts: what is there of the same file is not taken again. */
static gboolean
transfer_start_same (Transfer            *self,
                     DownloaderResponse  *response,
                     GError             **error)
{
  g_auto(DownloaderVersion) version = { 0 };

  downloader_answer_describe (response, downloader_partial_get_name (self->partial), &version);
  self->total = MAX (version.total, downloader_partial_get_version (self->partial)->total);
  self->skip = downloader_partial_get_offset (self->partial);

  return transfer_start_rest (self, error);
}

/* Who gives only so many files at once says that there are too many, or that it is too
 * busy: that is no failure while others of ours are there. Who says when to come back is
 * taken at its word. */
static gboolean
transfer_wait (Transfer            *self,
               DownloaderResponse  *response,
               gboolean             was_called,
               GError             **error)
{
  guint status = soup_message_get_status (response->message);

  if (response->of_proxy || (status != 503 && status != 429))
    return FALSE;

  self->has_to_wait = downloader_place_wait (response->place, self->has_retry_after ? NULL : &self->task->waiter,
                                             was_called);
  if (self->has_to_wait && !self->has_retry_after)
    {
      g_clear_error (error);
      downloader_error_set_others (error, status, soup_message_get_reason_phrase (response->message));
    }

  return self->has_to_wait;
}

/* Prepares for what follows. */
static gboolean
transfer_start (Transfer            *self,
                DownloaderResponse  *response,
                DownloaderAnswer     answer,
                GError             **error)
{
  self->skip = 0;

  switch (answer)
    {
    case DOWNLOADER_ANSWER_REST:
      return transfer_start_rest (self, error);

    case DOWNLOADER_ANSWER_SAME:
      return transfer_start_same (self, response, error);

    case DOWNLOADER_ANSWER_OTHER:
      return transfer_make_partial_beside (self, error) && transfer_start_whole (self, response, error);

    case DOWNLOADER_ANSWER_WHOLE:
    case DOWNLOADER_ANSWER_UNUSABLE:
    case DOWNLOADER_ANSWER_ERROR:
    default:
      return transfer_start_whole (self, response, error);
    }
}

static gboolean
write_decoded (gpointer       user_data,
               const guint8  *data,
               gsize          length,
               GError       **error)
{
  return downloader_partial_write (user_data, data, length, error);
}

static DownloaderDecoder *
make_decoder (Transfer           *self,
              DownloaderResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  g_autofree char *packing = downloader_answer_dup_packing (headers, downloader_partial_get_name (self->partial));

  return packing != NULL ? downloader_decoder_new (packing) : NULL;
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
  g_autoptr(DownloaderDecoder) decoder = make_decoder (self, response);
  guint8 *buffer = get_buffer ();
  Pace pace = { 0 };
  guint64 received = 0;

  transfer_set_state (self, DOWNLOADER_TASK_STATE_DOWNLOADING);
  transfer_show_amounts (self);

  while (at_async_task_checkpoint (AT_ASYNC_TASK (self->task), error))
    {
      gsize portion = downloader_throttle_get_portion (throttle, BUFFER_SIZE);
      gint64 begin = g_get_monotonic_time ();
      gssize got = downloader_response_read (response, buffer, portion, error);
      gsize skipped;
      gboolean written;

      if (got < 0 || !transfer_check_pace (self, response, &pace, got, begin, error))
        return FALSE;
      if (got == 0)
        return check_complete (self, response, decoder, received, error);

      received += got;
      skipped = MIN (self->skip, (guint64) got);
      self->skip -= skipped;
      if (decoder != NULL)
        written = downloader_decoder_feed (decoder, buffer, got, write_decoded, self->partial, error);
      else
        written = downloader_partial_write (self->partial, buffer + skipped, got - skipped, error);

      transfer_show_amounts (self);
      if (!written)
        return FALSE;

      /* Whether it was cancelled meanwhile, the checkpoint tells. */
      downloader_throttle_pay (throttle, got, self->cancellable);
    }

  return FALSE;
}

/* Reads back what was written, so that what is compared is what is kept. */
static gboolean
transfer_verify (Transfer  *self,
                 GError   **error)
{
  DownloaderSettings *settings = self->task->settings;
  g_autoptr(GChecksum) checksum = NULL;
  guint8 *buffer = get_buffer ();
  guint64 offset = 0;
  gssize got;

  if (settings->checksum == NULL)
    return TRUE;

  /* Who changed it is to blame, and not who sent it. */
  if (!downloader_partial_check (self->partial, error))
    return FALSE;

  transfer_publish (self, DOWNLOADER_EVENT_VERIFYING, NULL, 0);
  checksum = g_checksum_new (settings->checksum_type);

  while ((got = downloader_partial_read (self->partial, offset, buffer, BUFFER_SIZE, error)) > 0)
    {
      g_checksum_update (checksum, buffer, got);
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
  if (!transfer_verify (self, error) || !at_async_task_checkpoint (AT_ASYNC_TASK (self->task), error))
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

/* Others may have the connection while the file is looked at. */
static void
transfer_let_go (Transfer           *self,
                 DownloaderResponse *response)
{
  DownloaderPlace *place = g_steal_pointer (&response->place);

  downloader_response_clear (response);
  g_clear_pointer (&self->session, downloader_session_give);
  downloader_place_leave (place);
}

/* Whether the whole file is asked for after an error that a part of it may have
 * brought about; once, so that who has other reasons is not asked twice each time. */
static gboolean
transfer_may_ask_for_whole (Transfer           *self,
                            DownloaderResponse *response,
                            guint64             offset)
{
  if (offset == 0 || self->has_asked_for_whole || !downloader_answer_may_be_for_range (response))
    return FALSE;

  self->has_asked_for_whole = TRUE;
  return TRUE;
}

/* One request and what follows from it; a second one without a range where the
 * answer to the first cannot be joined to what is there. */
static gboolean
transfer_attempt (Transfer  *self,
                  GError   **error)
{
  gboolean whole = self->refuses_ranges;
  gboolean asked_again = FALSE;

  self->has_retry_after = FALSE;
  self->has_to_wait = FALSE;
  downloader_waiter_ask (&self->task->waiter);
  if (self->partial != NULL && !downloader_partial_check (self->partial, error))
    return FALSE;

  for (;;)
    {
      g_auto(DownloaderResponse) response = { 0 };
      g_autoptr(GError) local_error = NULL;
      guint64 offset = self->partial != NULL && !whole ? downloader_partial_get_offset (self->partial) : 0;
      const char *validator = offset > 0 ? downloader_partial_get_version (self->partial)->validator : NULL;
      DownloaderAnswer answer;
      gboolean was_called;
      gboolean is_sent;

      transfer_set_state (self, DOWNLOADER_TASK_STATE_CONNECTING);
      is_sent = downloader_request_send (self->session, self->task->settings, self->given,
                                         offset, validator, self->cancellable, &response, error);
      was_called = downloader_waiter_take_call (&self->task->waiter, response.place);
      if (!is_sent)
        return FALSE;

      answer = transfer_judge (self, &response, offset, &local_error);
      if (answer == DOWNLOADER_ANSWER_UNUSABLE)
        whole = TRUE;
      else if (answer != DOWNLOADER_ANSWER_ERROR)
        {
          /* The error was for the range: there is no use in another one. */
          self->refuses_ranges |= asked_again;
          self->n_waits = 0;
          if (transfer_find_complete (self, &response, answer))
            return TRUE;
          if (!transfer_start (self, &response, answer, error) || !transfer_receive (self, &response, error))
            return FALSE;
          transfer_let_go (self, &response);
          return transfer_finish (self, error);
        }
      else if (!transfer_wait (self, &response, was_called, &local_error) &&
               transfer_may_ask_for_whole (self, &response, offset))
        whole = asked_again = TRUE;
      else
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
}

static gboolean
transfer_begin (Transfer  *self,
                GError   **error)
{
  DownloaderTask *task = self->task;

  self->given = downloader_http_parse_link (task->link, error);
  if (self->given == NULL)
    return FALSE;

  self->folder = downloader_folder_open (task->settings->folder, error);
  if (self->folder == NULL)
    return FALSE;

  self->link = downloader_http_make_bare_link (self->given);
  self->partial = downloader_partial_find (self->folder, self->link, task->wanted_name);
  if (self->partial != NULL)
    transfer_show_path (self);

  return TRUE;
}

/**
 * downloader_transfer_run:
 * @task: A download.
 * @cancellable: Its cancellable.
 * @error: Return location for an error.
 *
 * Downloads the file, with one try: the body of the task.
 *
 * Returns: %FALSE if there is no file
 */
gboolean
downloader_transfer_run (DownloaderTask  *task,
                         GCancellable    *cancellable,
                         GError         **error)
{
  DownloaderTransfer *self = task->transfer;
  g_autoptr(GError) local_error = NULL;
  gboolean finished;

  if (self == NULL)
    {
      self = task->transfer = g_new0 (DownloaderTransfer, 1);
      self->task = task;
      transfer_set_state (self, DOWNLOADER_TASK_STATE_CONNECTING);
      transfer_publish (self, DOWNLOADER_EVENT_STARTED, NULL, 0);
      if (!transfer_begin (self, error))
        return FALSE;
    }

  /* Each try has one of its own. */
  self->cancellable = cancellable;
  self->session = downloader_session_take (task->settings->timeout, task->settings->user_agent, self->given);
  finished = transfer_attempt (self, &local_error);
  if (finished || !downloader_error_is_transient (local_error))
    g_clear_pointer (&self->session, downloader_session_give);
  else
    g_clear_pointer (&self->session, downloader_session_drop);

  if (!finished)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  g_clear_pointer (&task->transfer, downloader_transfer_free);
  return TRUE;
}

/* Many who failed together must not come back together. */
static double
transfer_choose_delay (Transfer *self)
{
  if (self->has_retry_after)
    return MAX (self->retry_after, self->has_to_wait ? 1u : 0u);
  if (self->has_to_wait)
    return MIN (WAIT_MIN << MIN (self->n_waits, 6u), WAIT_MAX) * g_random_double_range (0.9, 1.1);

  return MIN (1u << MIN (self->n_failed, 6u), BACKOFF_MAX) * g_random_double_range (0.9, 1.1);
}

/* Whether there may be another try. Who gets on, however often it breaks off, is not one
 * who gets nowhere. */
static gboolean
transfer_may_try (Transfer *self)
{
  guint64 size = self->partial != NULL ? downloader_partial_get_size (self->partial) : 0;

  if (size > self->most)
    self->n_failed = 0;
  self->most = MAX (self->most, size);

  return self->n_failed < self->task->settings->retries;
}

/**
 * downloader_transfer_try_again:
 * @task: A download.
 * @error: Why a try has failed.
 * @attempt: Which one.
 * @user_data: Nothing.
 *
 * Decides when there is another try; an #AtRetryFunc.
 *
 * Returns: in how many seconds, or -1 for none
 */
double
downloader_transfer_try_again (AtAsyncTask  *task,
                               const GError *error,
                               guint         attempt,
                               gpointer      user_data)
{
  DownloaderTask *download = DOWNLOADER_TASK (task);
  DownloaderTransfer *self = download->transfer;
  double delay;

  if (!downloader_error_is_transient (error) || !(transfer_may_try (self) || self->has_to_wait))
    {
      g_clear_pointer (&download->transfer, downloader_transfer_free);
      return -1;
    }

  delay = transfer_choose_delay (self);
  if (self->has_to_wait)
    self->n_waits++;
  else
    self->n_failed++;
  self->state = DOWNLOADER_TASK_STATE_RETRYING;
  transfer_publish (self, DOWNLOADER_EVENT_RETRYING, error->message, delay);

  return delay;
}
