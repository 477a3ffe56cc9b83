/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-item.h"

#include <math.h>

#include <glib/gi18n.h>

#include "downloader-http.h"
#include "downloader-names.h"
#include "downloader-task.h"
#include "downloader-text.h"

/* A caption that changes more often cannot be read. */
#define CAPTION_INTERVAL 250
#define FIRST_IN_MINUTES 120

/* A link in the window: it outlives its task, since it can be tried again. */
struct _DownloaderItem
{
  GObject             parent_instance;

  char               *link;
  char               *shown;
  DownloaderSettings *settings;
  AtExecutor         *executor;

  DownloaderTask     *task;
  GBinding           *fraction_binding;
  DownloaderState     state;
  char               *name;
  char               *path;
  char               *caption;
  char               *trouble;
  GIcon              *icon;
  double              fraction;
  gint64              retry_time;
  guint               caption_source;
};

enum
{
  PROP_ACTIVE = 1,
  PROP_BUTTON_ICON,
  PROP_BUTTON_LABEL,
  PROP_CAPTION,
  PROP_FAILED,
  PROP_FRACTION,
  PROP_ICON,
  PROP_LINK,
  PROP_NAME,
  PROP_PULSING,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (DownloaderItem, downloader_item, G_TYPE_OBJECT)

static const char *
get_button_icon (DownloaderItem *self)
{
  if (downloader_item_is_active (self))
    return "process-stop-symbolic";

  return self->state == DOWNLOADER_STATE_FINISHED ? "folder-open-symbolic" : "view-refresh-symbolic";
}

static const char *
get_button_label (DownloaderItem *self)
{
  if (downloader_item_is_active (self))
    return _("Cancel");

  return self->state == DOWNLOADER_STATE_FINISHED ? _("Show in Folder") : _("Try Again");
}

static gboolean
is_pulsing (DownloaderItem *self)
{
  return self->state == DOWNLOADER_STATE_CONNECTING || self->state == DOWNLOADER_STATE_VERIFYING ||
         (self->state == DOWNLOADER_STATE_DOWNLOADING &&
          at_async_task_get_indeterminate (AT_ASYNC_TASK (self->task)));
}

static char *
make_retrying_caption (DownloaderItem *self)
{
  gint64 left = self->retry_time - g_get_monotonic_time ();
  int seconds = MAX ((int) ceil ((double) left / G_USEC_PER_SEC), 1);
  int minutes = (seconds + 59) / 60;

  /* Translators: %s is why a download failed, a sentence without a full stop. */
  if (seconds >= FIRST_IN_MINUTES)
    return g_strdup_printf (ngettext ("%s — trying again in %d minute",
                                      "%s — trying again in %d minutes", minutes),
                            self->trouble, minutes);

  /* Translators: %s is why a download failed, a sentence without a full stop. */
  return g_strdup_printf (ngettext ("%s — trying again in %d second",
                                    "%s — trying again in %d seconds", seconds),
                          self->trouble, seconds);
}

static char *
make_ended_caption (DownloaderItem *self)
{
  g_autofree char *amounts = NULL;

  if (self->state == DOWNLOADER_STATE_FINISHED)
    return g_format_size (downloader_task_get_bytes (self->task));
  if (self->state == DOWNLOADER_STATE_FAILED)
    return g_strdup (self->trouble);
  if (downloader_task_get_bytes (self->task) == 0)
    return g_strdup (_("Cancelled"));

  amounts = downloader_text_amounts (downloader_task_get_bytes (self->task),
                                     downloader_task_get_size (self->task));

  /* Translators: %s is an amount such as “12.1 of 30 MB”. */
  return g_strdup_printf (_("Cancelled at %s"), amounts);
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
    case DOWNLOADER_STATE_FINISHED:
    case DOWNLOADER_STATE_FAILED:
    case DOWNLOADER_STATE_CANCELLED:
    default:
      return make_ended_caption (self);
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
}

static void
update_name (DownloaderItem *self)
{
  g_autofree char *path = downloader_task_dup_path (self->task);

  if (path == NULL || g_strcmp0 (path, self->path) == 0)
    return;

  g_free (self->path);
  self->path = g_steal_pointer (&path);
  take_name (self, g_filename_display_basename (self->path));

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ICON]);
}

static void
set_state (DownloaderItem  *self,
           DownloaderState  state)
{
  gboolean was_active = downloader_item_is_active (self);

  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PULSING]);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FAILED]);
    }

  if (was_active != downloader_item_is_active (self))
    {
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTIVE]);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUTTON_ICON]);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUTTON_LABEL]);
    }

  update_caption (self);
}

static void
task_event (DownloaderTask        *task,
            const DownloaderEvent *event,
            DownloaderItem        *self)
{
  update_name (self);

  switch (event->kind)
    {
    case DOWNLOADER_EVENT_STARTED:
      self->caption_source = g_timeout_add (CAPTION_INTERVAL, caption_tick, self);
      set_state (self, DOWNLOADER_STATE_CONNECTING);
      break;

    case DOWNLOADER_EVENT_PROGRESS:
      /* The tick brings the captions that follow, at a pace that can be read. */
      if (self->state != DOWNLOADER_STATE_DOWNLOADING)
        set_state (self, DOWNLOADER_STATE_DOWNLOADING);
      break;

    case DOWNLOADER_EVENT_RETRYING:
      g_free (self->trouble);
      self->trouble = g_strdup (event->message);
      self->retry_time = g_get_monotonic_time () + (gint64) (event->delay * G_USEC_PER_SEC);
      set_state (self, DOWNLOADER_STATE_RETRYING);
      break;

    case DOWNLOADER_EVENT_VERIFYING:
    default:
      set_state (self, DOWNLOADER_STATE_VERIFYING);
      break;
    }
}

static void
task_ended (DownloaderTask *task,
            GParamSpec     *pspec,
            DownloaderItem *self)
{
  /* The window may go, and the list with it, once nothing is active any more. */
  g_autoptr(DownloaderItem) kept G_GNUC_UNUSED = g_object_ref (self);
  AtAsyncTask *base = AT_ASYNC_TASK (task);
  AtOutcome outcome = at_async_task_get_outcome (base);

  if (at_async_task_get_status (base) != AT_STATUS_FINISHED)
    return;

  g_clear_handle_id (&self->caption_source, g_source_remove);
  update_name (self);

  if (outcome == AT_OUTCOME_SUCCEEDED)
    {
      set_state (self, DOWNLOADER_STATE_FINISHED);
    }
  else if (outcome == AT_OUTCOME_CANCELLED)
    {
      set_state (self, DOWNLOADER_STATE_CANCELLED);
    }
  else
    {
      g_free (self->trouble);
      self->trouble = g_strdup (at_async_task_get_error (base)->message);
      set_state (self, DOWNLOADER_STATE_FAILED);
    }
}

static void
drop_task (DownloaderItem *self)
{
  g_clear_handle_id (&self->caption_source, g_source_remove);
  if (self->task == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->task, self);
  g_clear_pointer (&self->fraction_binding, g_binding_unbind);
  g_clear_object (&self->task);
}

static void
downloader_item_dispose (GObject *object)
{
  DownloaderItem *self = DOWNLOADER_ITEM (object);

  if (self->task != NULL)
    at_async_task_cancel (AT_ASYNC_TASK (self->task), TRUE);
  drop_task (self);
  g_clear_object (&self->executor);
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
    case PROP_BUTTON_ICON:
      g_value_set_static_string (value, get_button_icon (self));
      break;
    case PROP_BUTTON_LABEL:
      g_value_set_static_string (value, get_button_label (self));
      break;
    case PROP_CAPTION:
      g_value_set_string (value, self->caption);
      break;
    case PROP_FAILED:
      g_value_set_boolean (value, self->state == DOWNLOADER_STATE_FAILED);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
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
  props[PROP_BUTTON_ICON] = g_param_spec_string ("button-icon", NULL, NULL, NULL, read);
  props[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, NULL, read);
  props[PROP_CAPTION] = g_param_spec_string ("caption", NULL, NULL, NULL, read);
  props[PROP_FAILED] = g_param_spec_boolean ("failed", NULL, NULL, FALSE, read);
  props[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, write);
  props[PROP_ICON] = g_param_spec_object ("icon", NULL, NULL, G_TYPE_ICON, read);
  props[PROP_LINK] = g_param_spec_string ("link", NULL, NULL, NULL, read);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, read);
  props[PROP_PULSING] = g_param_spec_boolean ("pulsing", NULL, NULL, FALSE, read);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
downloader_item_init (DownloaderItem *self)
{
}

/**
 * downloader_item_new:
 * @link: The link as it was given.
 * @settings: How to download it.
 * @executor: What runs the downloads of the window.
 *
 * Makes a download, to be started.
 *
 * Returns: (transfer full): the download
 */
DownloaderItem *
downloader_item_new (const char               *link,
                     const DownloaderSettings *settings,
                     AtExecutor               *executor)
{
  DownloaderItem *self = g_object_new (DOWNLOADER_TYPE_ITEM, NULL);

  self->link = g_strdup (link);
  self->shown = downloader_text_mask_link (link);
  take_name (self, guess_name (link));
  self->settings = downloader_settings_copy (settings);
  self->executor = g_object_ref (executor);

  return self;
}

/**
 * downloader_item_start:
 * @self: A download that does not run.
 *
 * Starts the download, or starts it again: what has arrived is made use of.
 */
void
downloader_item_start (DownloaderItem *self)
{
  g_autoptr(GError) error = NULL;

  drop_task (self);
  self->task = downloader_task_new (self->link, self->settings);
  self->fraction_binding = g_object_bind_property (self->task, "fraction", self, "fraction",
                                                   G_BINDING_DEFAULT);
  g_signal_connect (self->task, "event", G_CALLBACK (task_event), self);
  g_signal_connect (self->task, "notify::status", G_CALLBACK (task_ended), self);
  set_state (self, DOWNLOADER_STATE_QUEUED);

  if (!at_async_task_execute_on_executor (AT_ASYNC_TASK (self->task), self->executor, NULL, &error))
    {
      g_free (self->trouble);
      self->trouble = g_strdup (error->message);
      set_state (self, DOWNLOADER_STATE_FAILED);
    }
}

/**
 * downloader_item_cancel:
 * @self: A download.
 *
 * Cancels the download if it runs; what has arrived is kept.
 */
void
downloader_item_cancel (DownloaderItem *self)
{
  if (downloader_item_is_active (self) && self->task != NULL)
    at_async_task_cancel (AT_ASYNC_TASK (self->task), TRUE);
}

DownloaderState
downloader_item_get_state (DownloaderItem *self)
{
  return self->state;
}

gboolean
downloader_item_is_active (DownloaderItem *self)
{
  return self->state < DOWNLOADER_STATE_FINISHED;
}

/**
 * downloader_item_dup_file:
 * @self: A download.
 *
 * Gets the file a finished download has saved.
 *
 * Returns: (transfer full) (nullable): the file
 */
GFile *
downloader_item_dup_file (DownloaderItem *self)
{
  if (self->state != DOWNLOADER_STATE_FINISHED)
    return NULL;

  return g_file_new_for_path (self->path);
}
