/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-task.h"

#include "downloader-task-private.h"

#include <math.h>

#include "downloader-http.h"
#include "downloader-names.h"
#include "downloader-partial.h"
#include "downloader-text.h"
#include "downloader-transfer.h"

#define STALLED_AFTER (3 * G_USEC_PER_SEC)
#define EVENT_INTERVAL (G_USEC_PER_SEC / 9)

enum
{
  PROP_STATE = 1,
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

static gboolean
downloader_task_in_background (AtAsyncTask   *task,
                               const GValue  *params,
                               GCancellable  *cancellable,
                               GError       **error)
{
  return downloader_transfer_run (DOWNLOADER_TASK (task), cancellable, error);
}

static void
take_trouble (DownloaderTask *self,
              const char     *trouble)
{
  if (g_strcmp0 (self->trouble, trouble) == 0)
    return;

  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
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
             DownloaderTaskState  state,
             const char          *trouble)
{
  if (self->state == state)
    return;

  /* Who is told of one of them may look at the others. */
  g_object_freeze_notify (G_OBJECT (self));
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  take_trouble (self, trouble);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
drop_news (DownloaderTask *self)
{
  if (self->news != NULL)
    g_source_destroy (self->news);
  g_clear_pointer (&self->news, g_source_unref);
}

/* Tells how much has come by now. What a try that follows has is not told before it is
 * told that there is one. */
static gboolean
tell_news (gpointer data)
{
  DownloaderTask *self = data;
  DownloaderEvent event = { .kind = DOWNLOADER_EVENT_PROGRESS };

  drop_news (self);
  g_mutex_lock (&self->lock);
  self->has_news = FALSE;
  event.bytes = self->bytes;
  event.total = self->size;
  event.path = g_strdup (self->path);
  g_mutex_unlock (&self->lock);

  if (event.bytes >= self->told)
    {
      self->told = event.bytes;
      self->told_at = g_get_monotonic_time ();
      g_signal_emit (self, signals[EVENT], 0, &event);
    }
  g_free (event.path);

  return G_SOURCE_REMOVE;
}

/* There is something new, for the first time since it was told: now, or as soon as the
 * pace allows, whether there is more by then or not. */
static void
take_news (DownloaderTask *self)
{
  gint64 left = self->told_at + EVENT_INTERVAL - g_get_monotonic_time ();

  if (self->told_at == 0 || left <= 0)
    {
      tell_news (self);
      return;
    }

  drop_news (self);
  self->news = g_timeout_source_new ((guint) (left / 1000 + 1));
  g_source_set_static_name (self->news, "[downloader] news");
  g_source_set_callback (self->news, tell_news, self, NULL);
  g_source_attach (self->news, at_async_task_get_main_context (AT_ASYNC_TASK (self)));
}

static void
begin_anew (DownloaderTask *self)
{
  drop_news (self);
  g_mutex_lock (&self->lock);
  self->has_news = FALSE;
  g_mutex_unlock (&self->lock);
  self->told = 0;
}

static void
downloader_task_progress_update (AtAsyncTask  *task,
                                 const GValue *value)
{
  DownloaderTask *self = DOWNLOADER_TASK (task);
  const DownloaderEvent *event;

  if (G_VALUE_HOLDS (value, DOWNLOADER_TYPE_TASK_STATE))
    {
      enter_state (self, g_value_get_enum (value), NULL);
      return;
    }

  event = g_value_get_boxed (value);
  if (event->kind == DOWNLOADER_EVENT_PROGRESS)
    {
      take_news (self);
      return;
    }

  if (event->kind == DOWNLOADER_EVENT_VERIFYING)
    drop_news (self);
  else if (event->kind == DOWNLOADER_EVENT_RETRYING)
    {
      begin_anew (self);
      enter_state (self, DOWNLOADER_TASK_STATE_RETRYING, event->message);
    }
  g_signal_emit (task, signals[EVENT], 0, event);
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

/* Who was to try again may have to wait for a place first. */
static void
stage_changed (DownloaderTask *self)
{
  if (self->state == DOWNLOADER_TASK_STATE_RETRYING &&
      at_async_task_get_stage (AT_ASYNC_TASK (self)) == AT_STAGE_QUEUED)
    enter_state (self, DOWNLOADER_TASK_STATE_QUEUED, NULL);
}

/* Who is called before it rests is told so in vain, and hears of it here. */
static void
retry_in_changed (DownloaderTask *self)
{
  if (downloader_waiter_is_called (&self->waiter))
    downloader_task_retry_now (self);
}

static void
status_changed (DownloaderTask *self)
{
  AtAsyncTask *task = AT_ASYNC_TASK (self);
  const GError *error;

  if (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    return;

  drop_news (self);

  downloader_waiter_clear (&self->waiter);

  /* Who was cancelled between two tries has kept hold of the part. */
  g_clear_pointer (&self->transfer, downloader_transfer_free);
  error = at_async_task_get_error (task);

  switch (at_async_task_get_outcome (task))
    {
    case AT_OUTCOME_SUCCEEDED:
      enter_state (self, DOWNLOADER_TASK_STATE_FINISHED, NULL);
      break;
    case AT_OUTCOME_CANCELLED:
      /* Who cancels too late finds the file complete: it must not be downloaded again. */
      enter_state (self, is_saved (self) ? DOWNLOADER_TASK_STATE_FINISHED : DOWNLOADER_TASK_STATE_CANCELLED, NULL);
      break;
    case AT_OUTCOME_FAILED:
    case AT_OUTCOME_NONE:
    default:
      enter_state (self, DOWNLOADER_TASK_STATE_FAILED, error != NULL ? error->message : NULL);
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
  g_clear_pointer (&self->trouble, g_free);
  drop_news (self);
  g_clear_pointer (&self->transfer, downloader_transfer_free);
  downloader_waiter_clear (&self->waiter);
  g_clear_pointer (&self->settings, downloader_settings_free);
  g_mutex_clear (&self->lock);

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

  /* The first handler there is: others find the state as it is by then. */
  g_signal_connect (self, "notify::status", G_CALLBACK (status_changed), NULL);
  g_signal_connect (self, "notify::stage", G_CALLBACK (stage_changed), NULL);
  g_signal_connect (self, "notify::retry-in", G_CALLBACK (retry_in_changed), NULL);
  self->waiter.task = AT_ASYNC_TASK (self);
  at_async_task_set_unit (AT_ASYNC_TASK (self), AT_PROGRESS_UNIT_BYTES);

  /* How many there are depends on whether anything comes meanwhile. */
  at_async_task_set_retry (AT_ASYNC_TASK (self), G_MAXUINT, downloader_transfer_try_again, NULL, NULL);
}

/**
 * downloader_task_make_executor:
 * @max_active: How many downloads run at once, from 1 to %DOWNLOADER_MAX_ACTIVE.
 *
 * Makes what downloads are executed on. Who waits between two tries leaves its place
 * to others.
 *
 * Returns: (transfer full): the executor
 */
AtLimitExecutor *
downloader_task_make_executor (guint max_active)
{
  g_autoptr(AtThreadPoolExecutor) threads = at_thread_pool_executor_new ("downloads", DOWNLOADER_MAX_ACTIVE);

  return at_limit_executor_new (AT_EXECUTOR (threads), max_active);
}

/* Who leaves out how a server is spoken to means what was there first. */
static char *
make_link (const char *link)
{
  g_autofree char *valid = g_utf8_make_valid (link, -1);

  return downloader_text_complete_link (valid, "http://");
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

  self->link = make_link (link);
  self->shown = downloader_text_mask_link (link);
  self->settings = downloader_settings_copy (settings);

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
  at_async_task_try_now (AT_ASYNC_TASK (self));
}

DownloaderTaskState
downloader_task_get_state (DownloaderTask *self)
{
  return self->state;
}

/**
 * downloader_task_get_retry_in:
 * @self: A download.
 *
 * Gets in how many seconds the server is asked again.
 *
 * Returns: whole seconds, 0 if it is not
 */
guint
downloader_task_get_retry_in (DownloaderTask *self)
{
  return (guint) ceil (MAX (at_async_task_get_retry_in (AT_ASYNC_TASK (self)), 0));
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

/**
 * downloader_task_get_was_there:
 * @self: A download that has finished.
 *
 * Tells whether there was nothing to do, because the file was complete already.
 *
 * Returns: %TRUE if nothing was saved
 */
gboolean
downloader_task_get_was_there (DownloaderTask *self)
{
  gboolean was_there;

  g_mutex_lock (&self->lock);
  was_there = self->was_there;
  g_mutex_unlock (&self->lock);

  return was_there;
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
  g_autofree char *complete = make_link (link);
  g_autofree char *bare = NULL;
  g_autoptr(GUri) given = downloader_http_parse_link (complete, NULL);
  g_autoptr(DownloaderFolder) folder = NULL;
  g_autoptr(DownloaderPartial) partial = NULL;

  if (given == NULL || !g_file_test (directory, G_FILE_TEST_IS_DIR))
    return FALSE;

  bare = downloader_http_make_bare_link (given);
  folder = downloader_folder_open (directory, NULL);
  partial = folder != NULL ? downloader_partial_find (folder, bare, name) : NULL;
  if (partial == NULL)
    return FALSE;

  downloader_partial_discard_all (partial);
  return TRUE;
}
