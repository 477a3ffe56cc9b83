/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-item.h"

#include <glib/gi18n.h>

#include "downloader-error.h"
#include "downloader-http.h"
#include "downloader-names.h"
#include "downloader-task.h"
#include "downloader-text.h"

/* A caption that changes more often cannot be read. */
#define CAPTION_INTERVAL 250
#define FIRST_IN_MINUTES 120

/* A link in the list. It outlives its task: a pause ends the task and keeps what
 * has arrived, and going on starts another one from there. */
struct _DownloaderItem
{
  GObject             parent_instance;

  guint64             id;
  char               *link;
  char               *shown;
  DownloaderSettings *settings;
  AtExecutor         *queue;

  DownloaderTask     *task;
  GBinding           *fraction_binding;
  AtAsyncTask        *discarding;
  gboolean            start_again;
  gboolean            discard;

  DownloaderState     state;
  char               *name;
  char               *path;
  char               *caption;
  char               *trouble;
  GIcon              *icon;
  double              fraction;
  guint64             bytes;
  guint64             total;
  gboolean            needs_login;
  char               *login_origin;
  guint               caption_source;
};

enum
{
  PROP_ACTIVE = 1,
  PROP_BUSY,
  PROP_BUTTON_ICON,
  PROP_BUTTON_LABEL,
  PROP_CAPTION,
  PROP_FRACTION,
  PROP_HAS_BAR,
  PROP_ICON,
  PROP_LINK,
  PROP_NAME,
  PROP_PULSING,
  PROP_STATE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

enum
{
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DownloaderItem, downloader_item, G_TYPE_OBJECT)

static const char *
get_button_icon (DownloaderItem *self)
{
  if (downloader_item_is_active (self))
    return "media-playback-pause-symbolic";
  if (self->state == DOWNLOADER_STATE_PAUSED)
    return "media-playback-start-symbolic";
  if (self->state == DOWNLOADER_STATE_FINISHED)
    return "folder-symbolic";

  return self->needs_login ? "dialog-password-symbolic" : "view-refresh-symbolic";
}

static const char *
get_button_label (DownloaderItem *self)
{
  if (downloader_item_is_active (self))
    return C_("download", "Pause");
  if (self->state == DOWNLOADER_STATE_PAUSED)
    return C_("download", "Resume");
  if (self->state == DOWNLOADER_STATE_FINISHED)
    return _("Show in Folder");
  if (self->state == DOWNLOADER_STATE_MISSING)
    return _("Download Again");

  return self->needs_login ? _("Log In…") : _("Try Again");
}

static gboolean
is_pulsing (DownloaderItem *self)
{
  return self->state == DOWNLOADER_STATE_CONNECTING || self->state == DOWNLOADER_STATE_VERIFYING ||
         (self->state == DOWNLOADER_STATE_DOWNLOADING &&
          at_async_task_get_indeterminate (AT_ASYNC_TASK (self->task)));
}

static gboolean
has_bar (DownloaderItem *self)
{
  return downloader_item_is_active (self) || (self->state == DOWNLOADER_STATE_PAUSED && self->fraction > 0);
}

static char *
make_retrying_caption (DownloaderItem *self)
{
  guint seconds = MAX (downloader_task_get_retry_in (self->task), 1u);
  guint minutes = (seconds + 59) / 60;

  /* The number comes first: in a narrow window the end of a sentence can be lost. */
  if (seconds >= FIRST_IN_MINUTES)
    /* Translators: %s is why a download failed, a sentence without a full stop. */
    return g_strdup_printf (ngettext ("Trying again in %d minute — %s",
                                      "Trying again in %d minutes — %s", minutes),
                            (int) minutes, self->trouble);

  /* Translators: %s is why a download failed, a sentence without a full stop. */
  return g_strdup_printf (ngettext ("Trying again in %d second — %s",
                                    "Trying again in %d seconds — %s", seconds),
                          (int) seconds, self->trouble);
}

static char *
make_amounts (DownloaderItem *self)
{
  return self->bytes > 0 ? at_format_amounts (self->bytes, self->total, AT_PROGRESS_UNIT_BYTES) : NULL;
}

static char *
make_paused_caption (DownloaderItem *self)
{
  g_autofree char *amounts = make_amounts (self);

  if (self->trouble != NULL)
    /* Translators: %s is why a download does not go on, a sentence without a full stop. */
    return g_strdup_printf (_("Paused — %s"), self->trouble);
  if (amounts == NULL)
    return g_strdup (C_("download", "Paused"));

  /* Translators: %s is an amount such as “12.1 MB of 30 MB”. */
  return g_strdup_printf (_("Paused at %s"), amounts);
}

static char *
make_caption (DownloaderItem *self)
{
  switch (self->state)
    {
    case DOWNLOADER_STATE_QUEUED:
      return g_strdup (_("Waiting for its turn"));
    case DOWNLOADER_STATE_CONNECTING:
      return g_strdup (_("Connecting…"));
    case DOWNLOADER_STATE_DOWNLOADING:
      return downloader_task_describe (self->task);
    case DOWNLOADER_STATE_RETRYING:
      return make_retrying_caption (self);
    case DOWNLOADER_STATE_VERIFYING:
      return g_strdup (_("Checking the file…"));
    case DOWNLOADER_STATE_PAUSED:
      return make_paused_caption (self);
    case DOWNLOADER_STATE_FINISHED:
      return at_format_amounts (self->bytes, 0, AT_PROGRESS_UNIT_BYTES);
    case DOWNLOADER_STATE_MISSING:
      return g_strdup (_("The file was moved or deleted"));
    case DOWNLOADER_STATE_FAILED:
    default:
      return g_strdup (self->trouble);
    }
}

static void
update_caption (DownloaderItem *self)
{
  g_autofree char *caption = make_caption (self);

  if (is_pulsing (self))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PULSING]);

  if (g_strcmp0 (caption, self->caption) == 0)
    return;

  g_free (self->caption);
  self->caption = g_steal_pointer (&caption);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAPTION]);
}

static gboolean
caption_tick (gpointer data)
{
  update_caption (data);

  return G_SOURCE_CONTINUE;
}

static void
set_trouble (DownloaderItem *self,
             const char     *trouble)
{
  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
}

/* What the link promises, until the server says what it is. */
static char *
guess_name (const char *link)
{
  g_autoptr(GUri) uri = downloader_http_parse_link (link, NULL);
  g_autofree char *name = uri != NULL ? downloader_name_from_uri (uri) : NULL;

  return name != NULL ? downloader_name_make_safe (name) : downloader_text_mask_link (link);
}

static void
take_name (DownloaderItem *self,
           char           *name)
{
  g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);

  g_free (self->name);
  self->name = name;
  g_clear_object (&self->icon);
  self->icon = g_content_type_get_icon (type);

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ICON]);
}

static void
take_path (DownloaderItem *self,
           char           *path)
{
  if (path == NULL || g_strcmp0 (path, self->path) == 0)
    {
      g_free (path);
      return;
    }

  g_free (self->path);
  self->path = path;
  take_name (self, g_filename_display_basename (path));
}

/* The caption ticks while there is something to count, and at no other time:
 * thousands of downloads in the list cost nothing while they wait. */
static void
update_tick (DownloaderItem *self)
{
  gboolean ticking = self->state > DOWNLOADER_STATE_QUEUED && downloader_item_is_active (self);

  if (!ticking)
    g_clear_handle_id (&self->caption_source, g_source_remove);
  else if (self->caption_source == 0)
    {
      self->caption_source = g_timeout_add (CAPTION_INTERVAL, caption_tick, self);
      g_source_set_name_by_id (self->caption_source, "[downloader] caption");
    }
}

static void
set_state (DownloaderItem  *self,
           DownloaderState  state)
{
  GObject *object = G_OBJECT (self);
  gboolean was_active = downloader_item_is_active (self);

  g_object_freeze_notify (object);

  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (object, props[PROP_STATE]);
      g_object_notify_by_pspec (object, props[PROP_PULSING]);
      g_object_notify_by_pspec (object, props[PROP_HAS_BAR]);
      g_object_notify_by_pspec (object, props[PROP_BUTTON_ICON]);
      g_object_notify_by_pspec (object, props[PROP_BUTTON_LABEL]);
    }
  if (was_active != downloader_item_is_active (self))
    g_object_notify_by_pspec (object, props[PROP_ACTIVE]);

  update_tick (self);
  update_caption (self);

  g_object_thaw_notify (object);
}

/* A task that goes on with something knows how much there is once the server has
 * answered; until then what was known before holds. */
static void
take_amounts (DownloaderItem *self)
{
  guint64 bytes = downloader_task_get_bytes (self->task);
  guint64 total = downloader_task_get_size (self->task);

  if (bytes == 0 && total == 0 &&
      downloader_task_get_state (self->task) != DOWNLOADER_TASK_STATE_FINISHED)
    return;

  self->bytes = bytes;
  self->total = total;
}

static void
task_event (DownloaderTask        *task,
            const DownloaderEvent *event,
            DownloaderItem        *self)
{
  take_path (self, downloader_task_dup_path (task));

  /* What comes between a pause and the end of the task is not shown. */
  if (!downloader_item_is_active (self))
    return;

  switch (event->kind)
    {
    case DOWNLOADER_EVENT_STARTED:
      set_state (self, DOWNLOADER_STATE_CONNECTING);
      break;

    case DOWNLOADER_EVENT_RENAMED:
      g_signal_emit (self, signals[TOLD], 0, event->message);
      break;

    case DOWNLOADER_EVENT_PROGRESS:
      /* The tick brings the captions that follow, at a pace that can be read. */
      if (self->state != DOWNLOADER_STATE_DOWNLOADING)
        set_state (self, DOWNLOADER_STATE_DOWNLOADING);
      break;

    case DOWNLOADER_EVENT_RETRYING:
      set_trouble (self, event->message);
      set_state (self, DOWNLOADER_STATE_RETRYING);
      break;

    case DOWNLOADER_EVENT_VERIFYING:
    default:
      set_state (self, DOWNLOADER_STATE_VERIFYING);
      break;
    }
}

static void
drop_discarding (DownloaderItem *self)
{
  if (self->discarding == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->discarding, self);
  g_clear_object (&self->discarding);
}

static void
drop_task (DownloaderItem *self)
{
  if (self->task == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->task, self);
  g_clear_pointer (&self->fraction_binding, g_binding_unbind);
  g_clear_object (&self->task);
}

static void
task_failed (DownloaderItem *self,
             DownloaderTask *task)
{
  const GError *error = at_async_task_get_error (AT_ASYNC_TASK (task));

  set_trouble (self, error->message);

  /* A full disk is the user's to empty, and then nothing has been lost. */
  if (g_error_matches (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_SPACE))
    {
      set_state (self, DOWNLOADER_STATE_PAUSED);
      return;
    }

  g_free (self->login_origin);
  self->login_origin = downloader_task_dup_login_origin (task);
  self->needs_login = g_error_matches (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_LOGIN) &&
                      self->login_origin != NULL;
  set_state (self, DOWNLOADER_STATE_FAILED);
}

static gboolean
discard_body (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  char **strings = user_data;

  downloader_task_discard_part (strings[0], strings[1]);

  return TRUE;
}

static void
discard_ended (AtAsyncTask    *task,
               GParamSpec     *pspec,
               DownloaderItem *self)
{
  g_autoptr(DownloaderItem) kept G_GNUC_UNUSED = g_object_ref (self);

  if (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    return;

  drop_discarding (self);
  self->bytes = 0;
  self->fraction = 0;
  if (self->start_again)
    downloader_item_start (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

/* Large files take their time to go, and their folder may be far away. */
static void
discard_part (DownloaderItem *self)
{
  char *strings[] = { self->link, self->path, NULL };

  if (self->path == NULL || self->discarding != NULL)
    return;

  self->discarding = at_async_task_new (discard_body, g_strdupv (strings), (GDestroyNotify) g_strfreev);
  g_signal_connect (self->discarding, "notify::status", G_CALLBACK (discard_ended), self);
  if (!at_async_task_execute (self->discarding, NULL, NULL))
    drop_discarding (self);
}

static void
task_ended (DownloaderTask *task,
            GParamSpec     *pspec,
            DownloaderItem *self)
{
  /* The window may go, and the list with it, once nothing is active any more. */
  g_autoptr(DownloaderItem) kept G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr(DownloaderTask) ended = NULL;
  AtAsyncTask *base = AT_ASYNC_TASK (task);
  gboolean start_again = self->start_again;

  if (at_async_task_get_status (base) != AT_STATUS_FINISHED)
    return;

  take_path (self, downloader_task_dup_path (task));
  take_amounts (self);
  ended = g_object_ref (task);
  drop_task (self);
  self->start_again = FALSE;

  if (downloader_task_get_state (task) == DOWNLOADER_TASK_STATE_FINISHED)
    {
      /* The last byte may have come while it was being paused. */
      self->fraction = 1;
      set_trouble (self, NULL);
      set_state (self, DOWNLOADER_STATE_FINISHED);
    }
  else if (start_again)
    {
      downloader_item_start (self);
    }
  else if (at_async_task_get_outcome (base) == AT_OUTCOME_CANCELLED)
    {
      set_trouble (self, NULL);
      set_state (self, DOWNLOADER_STATE_PAUSED);
    }
  else
    {
      task_failed (self, task);
    }

  if (self->discard && self->task == NULL && self->state != DOWNLOADER_STATE_FINISHED)
    discard_part (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

static void
downloader_item_dispose (GObject *object)
{
  DownloaderItem *self = DOWNLOADER_ITEM (object);

  g_clear_handle_id (&self->caption_source, g_source_remove);
  if (self->task != NULL)
    at_async_task_cancel (AT_ASYNC_TASK (self->task), TRUE);
  drop_task (self);
  drop_discarding (self);
  g_clear_object (&self->queue);
  g_clear_object (&self->icon);

  G_OBJECT_CLASS (downloader_item_parent_class)->dispose (object);
}

static void
downloader_item_finalize (GObject *object)
{
  DownloaderItem *self = DOWNLOADER_ITEM (object);

  g_free (self->link);
  g_free (self->shown);
  g_free (self->name);
  g_free (self->path);
  g_free (self->caption);
  g_free (self->trouble);
  g_free (self->login_origin);
  downloader_settings_free (self->settings);

  G_OBJECT_CLASS (downloader_item_parent_class)->finalize (object);
}

static void
downloader_item_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  DownloaderItem *self = DOWNLOADER_ITEM (object);

  switch (prop_id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, downloader_item_is_active (self));
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, downloader_item_is_busy (self));
      break;
    case PROP_BUTTON_ICON:
      g_value_set_static_string (value, get_button_icon (self));
      break;
    case PROP_BUTTON_LABEL:
      g_value_set_static_string (value, get_button_label (self));
      break;
    case PROP_CAPTION:
      g_value_set_string (value, self->caption);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_HAS_BAR:
      g_value_set_boolean (value, has_bar (self));
      break;
    case PROP_ICON:
      g_value_set_object (value, self->icon);
      break;
    case PROP_LINK:
      g_value_set_string (value, self->shown);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_PULSING:
      g_value_set_boolean (value, is_pulsing (self));
      break;
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_item_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  DownloaderItem *self = DOWNLOADER_ITEM (object);

  switch (prop_id)
    {
    case PROP_FRACTION:
      self->fraction = g_value_get_double (value);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_item_class_init (DownloaderItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags write = read | G_PARAM_WRITABLE;

  object_class->dispose = downloader_item_dispose;
  object_class->finalize = downloader_item_finalize;
  object_class->get_property = downloader_item_get_property;
  object_class->set_property = downloader_item_set_property;

  props[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, TRUE, read);
  props[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, read);
  props[PROP_BUTTON_ICON] = g_param_spec_string ("button-icon", NULL, NULL, NULL, read);
  props[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, NULL, read);
  props[PROP_CAPTION] = g_param_spec_string ("caption", NULL, NULL, NULL, read);
  props[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, write);
  props[PROP_HAS_BAR] = g_param_spec_boolean ("has-bar", NULL, NULL, FALSE, read);
  props[PROP_ICON] = g_param_spec_object ("icon", NULL, NULL, G_TYPE_ICON, read);
  props[PROP_LINK] = g_param_spec_string ("link", NULL, NULL, NULL, read);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, read);
  props[PROP_PULSING] = g_param_spec_boolean ("pulsing", NULL, NULL, FALSE, read);
  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, DOWNLOADER_STATE_MISSING, 0, read);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * DownloaderItem::told:
   * @self: The download.
   * @text: A sentence without a full stop.
   *
   * There is something to be said in passing.
   */
  signals[TOLD] = g_signal_new ("told",
                                G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
downloader_item_init (DownloaderItem *self)
{
  static guint64 last_id;

  self->id = ++last_id;
}

/**
 * downloader_item_new:
 * @link: The link as it was given.
 * @settings: How to download it.
 * @queue: What the downloads wait in.
 *
 * Makes a download, to be started.
 *
 * Returns: (transfer full): the download
 */
DownloaderItem *
downloader_item_new (const char               *link,
                     const DownloaderSettings *settings,
                     AtExecutor               *queue)
{
  DownloaderItem *self = g_object_new (DOWNLOADER_TYPE_ITEM, NULL);

  self->link = g_strdup (link);
  self->shown = downloader_text_mask_link (link);
  take_name (self, guess_name (link));
  self->settings = downloader_settings_copy (settings);
  self->queue = g_object_ref (queue);
  self->state = DOWNLOADER_STATE_PAUSED;
  update_caption (self);

  return self;
}

/**
 * downloader_item_new_from_record:
 * @record: What was kept of a download.
 * @queue: What the downloads wait in.
 *
 * Makes a download that was there before. One that was waiting is paused, to be
 * started.
 *
 * Returns: (transfer full): the download
 */
DownloaderItem *
downloader_item_new_from_record (const DownloaderRecord *record,
                                 AtExecutor             *queue)
{
  DownloaderItem *self = downloader_item_new (record->link, record->settings, queue);

  take_path (self, g_strdup (record->path));
  self->bytes = record->bytes;
  self->total = record->total;
  if (record->total > 0)
    self->fraction = MIN ((double) record->bytes / record->total, 1);
  if (record->phase != DOWNLOADER_PHASE_FINISHED)
    set_trouble (self, record->trouble);

  if (record->phase == DOWNLOADER_PHASE_FINISHED)
    set_state (self, DOWNLOADER_STATE_FINISHED);
  else if (record->phase == DOWNLOADER_PHASE_FAILED)
    {
      set_trouble (self, record->trouble != NULL ? record->trouble : _("It was not finished"));
      set_state (self, DOWNLOADER_STATE_FAILED);
    }
  else
    update_caption (self);

  return self;
}

/**
 * downloader_item_to_record:
 * @self: A download.
 *
 * Makes what is to be kept of a download.
 *
 * Returns: (transfer full): the record
 */
DownloaderRecord *
downloader_item_to_record (DownloaderItem *self)
{
  DownloaderRecord *record = downloader_record_new (self->link, self->settings);

  if (self->task != NULL)
    take_amounts (self);

  if (downloader_item_is_active (self))
    record->phase = DOWNLOADER_PHASE_WAITING;
  else if (self->state == DOWNLOADER_STATE_PAUSED)
    record->phase = DOWNLOADER_PHASE_PAUSED;
  else if (self->state == DOWNLOADER_STATE_FAILED)
    record->phase = DOWNLOADER_PHASE_FAILED;
  else
    record->phase = DOWNLOADER_PHASE_FINISHED;

  record->path = g_strdup (self->path);
  record->bytes = self->bytes;
  record->total = self->total;
  if (!downloader_item_is_active (self))
    record->trouble = g_strdup (self->trouble);

  return record;
}

/**
 * downloader_item_start:
 * @self: A download that is not active.
 *
 * Starts the download, or starts it again: what has arrived is made use of. One
 * whose file is missing is downloaded anew.
 */
void
downloader_item_start (DownloaderItem *self)
{
  g_autoptr(GError) error = NULL;

  self->discard = FALSE;
  self->needs_login = FALSE;
  set_trouble (self, NULL);

  /* Who works with the file must let go of it first. */
  if (downloader_item_is_busy (self))
    {
      self->start_again = TRUE;
      set_state (self, DOWNLOADER_STATE_QUEUED);
      return;
    }

  self->start_again = FALSE;
  self->task = downloader_task_new_resuming (self->link, self->settings,
                                             self->state == DOWNLOADER_STATE_MISSING ? NULL : self->path);
  self->fraction_binding = g_object_bind_property (self->task, "fraction", self, "fraction",
                                                   G_BINDING_DEFAULT);
  g_signal_connect (self->task, "event", G_CALLBACK (task_event), self);
  g_signal_connect (self->task, "notify::status", G_CALLBACK (task_ended), self);
  g_signal_connect_swapped (self->task, "notify::retry-in", G_CALLBACK (update_caption), self);
  set_state (self, DOWNLOADER_STATE_QUEUED);

  if (!at_async_task_execute_on_executor (AT_ASYNC_TASK (self->task), self->queue, NULL, &error))
    {
      set_trouble (self, error->message);
      drop_task (self);
      set_state (self, DOWNLOADER_STATE_FAILED);
    }
}

/**
 * downloader_item_pause:
 * @self: A download.
 *
 * Pauses the download if it is active: its connection is closed, and what has
 * arrived is kept.
 */
void
downloader_item_pause (DownloaderItem *self)
{
  if (!downloader_item_is_active (self))
    return;

  self->start_again = FALSE;
  set_trouble (self, NULL);
  if (self->task != NULL)
    {
      take_amounts (self);
      downloader_task_pause (self->task);
    }
  set_state (self, DOWNLOADER_STATE_PAUSED);
}

/**
 * downloader_item_retry_now:
 * @self: A download.
 *
 * Asks the server again without waiting any longer, if it waits for that.
 */
void
downloader_item_retry_now (DownloaderItem *self)
{
  if (self->state == DOWNLOADER_STATE_RETRYING)
    downloader_task_retry_now (self->task);
}

/**
 * downloader_item_discard:
 * @self: A download.
 *
 * Pauses the download, and removes what has arrived of it. A file that is
 * finished stays.
 */
void
downloader_item_discard (DownloaderItem *self)
{
  downloader_item_pause (self);
  self->discard = TRUE;

  if (self->task == NULL &&
      (self->state == DOWNLOADER_STATE_PAUSED || self->state == DOWNLOADER_STATE_FAILED))
    discard_part (self);
}

/**
 * downloader_item_log_in:
 * @self: A download that needs it.
 * @user: The user name.
 * @password: The password.
 *
 * Starts the download again, with an answer to what the server asked for. The
 * answer is kept in memory alone.
 */
void
downloader_item_log_in (DownloaderItem *self,
                        const char     *user,
                        const char     *password)
{
  if (self->login_origin == NULL ||
      !downloader_settings_set_login (self->settings, self->login_origin, user, password))
    return;

  downloader_item_start (self);
}

/**
 * downloader_item_set_missing:
 * @self: A download.
 * @missing: Whether its file is not there.
 *
 * Says whether the file of a finished download was seen.
 */
void
downloader_item_set_missing (DownloaderItem *self,
                             gboolean        missing)
{
  if (missing && self->state == DOWNLOADER_STATE_FINISHED)
    set_state (self, DOWNLOADER_STATE_MISSING);
  else if (!missing && self->state == DOWNLOADER_STATE_MISSING)
    set_state (self, DOWNLOADER_STATE_FINISHED);
}

/**
 * downloader_item_get_id:
 * @self: A download.
 *
 * Gets a number that no other download has while the program runs.
 *
 * Returns: the number
 */
guint64
downloader_item_get_id (DownloaderItem *self)
{
  return self->id;
}

DownloaderState
downloader_item_get_state (DownloaderItem *self)
{
  return self->state;
}

gboolean
downloader_item_is_active (DownloaderItem *self)
{
  return self->state < DOWNLOADER_STATE_PAUSED;
}

/**
 * downloader_item_is_busy:
 * @self: A download.
 *
 * Tells whether a task works for the download, be it that it only lets go of its
 * file after a pause.
 *
 * Returns: %TRUE if there is a task
 */
gboolean
downloader_item_is_busy (DownloaderItem *self)
{
  return self->task != NULL || self->discarding != NULL;
}

/**
 * downloader_item_is_stuck:
 * @self: A download.
 *
 * Tells whether the download was not paused by the user, but by something the
 * user has to do something about: a full disk.
 *
 * Returns: %TRUE if it waits for the user
 */
gboolean
downloader_item_is_stuck (DownloaderItem *self)
{
  return self->state == DOWNLOADER_STATE_PAUSED && self->trouble != NULL;
}

gboolean
downloader_item_needs_login (DownloaderItem *self)
{
  return self->needs_login;
}

const char *
downloader_item_get_name (DownloaderItem *self)
{
  return self->name;
}

/**
 * downloader_item_get_link:
 * @self: A download.
 *
 * Gets the link as it was given. It may have a password in it: it is not for
 * showing.
 *
 * Returns: the link
 */
const char *
downloader_item_get_link (DownloaderItem *self)
{
  return self->link;
}

/**
 * downloader_item_get_path:
 * @self: A download.
 *
 * Gets where the file is, or will be.
 *
 * Returns: (nullable): the path, %NULL until it is known
 */
const char *
downloader_item_get_path (DownloaderItem *self)
{
  return self->path;
}

/**
 * downloader_item_get_origin:
 * @self: A download.
 *
 * Gets the server that asks for a user name and password.
 *
 * Returns: (nullable): the start of a link, %NULL if none asks
 */
const char *
downloader_item_get_origin (DownloaderItem *self)
{
  return self->needs_login ? self->login_origin : NULL;
}
