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

#define FIRST_IN_MINUTES 120

/* A link in the list. It outlives its task: a pause ends the task and keeps what
 * has arrived, and going on executes another one from there. So it is the item that
 * knows the state, and not the task, which in between is one that is not executed
 * yet, or has ended. */
struct _DownloaderItem
{
  AtGtkTaskItem       parent_instance;

  guint64             id;
  char               *link;
  char               *shown;
  DownloaderSettings *settings;
  AtExecutor         *queue;

  DownloaderTask     *task;
  gboolean            executing;
  AtAsyncTask        *discarding;
  gboolean            start_again;
  gboolean            discard;

  DownloaderPhase     phase;
  gboolean            cancelled;
  gboolean            was_paused;
  char               *path;
  char               *trouble;
  guint64             bytes;
  guint64             total;
  guint64             begun;
  guint64             ended;

  /* What the server asks for, and what it was given. */
  char               *login_origin;
  char               *login_realm;
  char               *login_user;
  gboolean            is_asking;
  gboolean            is_given;
};

enum
{
  PROP_BUSY = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

enum
{
  LOG_IN,
  LOGGED_IN,
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GQuark item_quark;

G_DEFINE_FINAL_TYPE (DownloaderItem, downloader_item, AT_GTK_TYPE_TASK_ITEM)

static AtGtkTaskState
downloader_item_find_state (AtGtkTaskItem *item)
{
  DownloaderItem *self = DOWNLOADER_ITEM (item);
  AtGtkTaskState state;

  if (self->phase == DOWNLOADER_PHASE_FINISHED)
    return AT_GTK_TASK_STATE_SUCCEEDED;
  if (self->cancelled)
    return AT_GTK_TASK_STATE_CANCELLED;
  if (self->phase == DOWNLOADER_PHASE_FAILED || downloader_item_is_stuck (self))
    return AT_GTK_TASK_STATE_FAILED;
  if (self->phase == DOWNLOADER_PHASE_PAUSED)
    return AT_GTK_TASK_STATE_PAUSED;
  if (self->start_again || self->is_asking)
    return AT_GTK_TASK_STATE_QUEUED;

  state = AT_GTK_TASK_ITEM_CLASS (downloader_item_parent_class)->find_state (item);

  return state == AT_GTK_TASK_STATE_PENDING ? AT_GTK_TASK_STATE_QUEUED : state;
}

static char *
format_time (guint64     seconds,
             const char *format)
{
  g_autoptr(GDateTime) time = seconds > 0 ? g_date_time_new_from_unix_local ((gint64) seconds) : NULL;

  return time != NULL ? g_date_time_format (time, format) : NULL;
}

static guint64
get_now (void)
{
  return (guint64) (g_get_real_time () / G_USEC_PER_SEC);
}

static char *
make_retrying_subtitle (DownloaderItem *self)
{
  const char *trouble = downloader_task_get_trouble (self->task);
  guint seconds = MAX (downloader_task_get_retry_in (self->task), 1u);
  guint minutes = (seconds + 59) / 60;

  /* The number comes first: in a narrow window the end of a sentence can be lost. */
  if (seconds >= FIRST_IN_MINUTES)
    /* Translators: %s is why a download failed, a sentence without a full stop. */
    return g_strdup_printf (ngettext ("Trying again in %d minute — %s",
                                      "Trying again in %d minutes — %s", minutes),
                            (int) minutes, trouble);

  /* Translators: %s is why a download failed, a sentence without a full stop. */
  return g_strdup_printf (ngettext ("Trying again in %d second — %s",
                                    "Trying again in %d seconds — %s", seconds),
                          (int) seconds, trouble);
}

static char *
make_paused_subtitle (DownloaderItem *self)
{
  g_autofree char *amounts = NULL;

  if (self->bytes == 0)
    return g_strdup (C_("download", "Paused"));

  /* Translators: %s is an amount such as “12.1 MB of 30 MB”. */
  amounts = at_format_amounts (self->bytes, self->total, AT_PROGRESS_UNIT_BYTES);
  return g_strdup_printf (_("Paused at %s"), amounts);
}

static char *
make_failed_subtitle (DownloaderItem *self)
{
  if (downloader_item_is_stuck (self))
    /* Translators: %s is why a download does not go on, a sentence without a full stop. */
    return g_strdup_printf (_("Paused — %s"), self->trouble);

  return g_strdup (self->trouble);
}

static char *
make_finished_subtitle (DownloaderItem *self)
{
  g_autofree char *size = at_format_amounts (self->bytes, 0, AT_PROGRESS_UNIT_BYTES);
  g_autoptr(GUri) uri = downloader_http_parse_link (self->link, NULL);
  g_autofree char *day = format_time (self->ended, "%F");
  g_autofree char *today = format_time (get_now (), "%F");
  g_autofree char *when = format_time (self->ended, g_strcmp0 (day, today) == 0 ? "%R" : "%x");

  if (uri == NULL)
    return g_steal_pointer (&size);
  if (when == NULL)
    return g_strdup_printf ("%s — %s", size, g_uri_get_host (uri));

  /* Translators: the size of a file, the server it is from, and when it came. */
  return g_strdup_printf (_("%s — %s — %s"), size, g_uri_get_host (uri), when);
}

static char *
make_running_subtitle (DownloaderItem *self)
{
  DownloaderTaskState state = downloader_task_get_state (self->task);

  if (state == DOWNLOADER_TASK_STATE_DOWNLOADING)
    return downloader_task_describe (self->task);
  if (state == DOWNLOADER_TASK_STATE_VERIFYING)
    return g_strdup (_("Checking the file…"));

  return g_strdup (_("Connecting…"));
}

static char *
downloader_item_format_subtitle (AtGtkTaskItem *item)
{
  DownloaderItem *self = DOWNLOADER_ITEM (item);

  switch (at_gtk_task_item_get_state (item))
    {
    case AT_GTK_TASK_STATE_QUEUED:
      return g_strdup (self->is_asking ? _("Looking for a saved password…") : _("Waiting for its turn"));
    case AT_GTK_TASK_STATE_RUNNING:
      return make_running_subtitle (self);
    case AT_GTK_TASK_STATE_RETRYING:
      return make_retrying_subtitle (self);
    case AT_GTK_TASK_STATE_PAUSED:
      return make_paused_subtitle (self);
    case AT_GTK_TASK_STATE_FAILED:
      return make_failed_subtitle (self);
    case AT_GTK_TASK_STATE_SUCCEEDED:
      return make_finished_subtitle (self);
    case AT_GTK_TASK_STATE_PENDING:
    case AT_GTK_TASK_STATE_WAITING:
    case AT_GTK_TASK_STATE_CANCELLED:
    case AT_GTK_TASK_STATE_GONE:
    default:
      return AT_GTK_TASK_ITEM_CLASS (downloader_item_parent_class)->format_subtitle (item);
    }
}

static void
add_line (GString    *text,
          const char *format,
          const char *value)
{
  g_auto(GStrv) pieces = NULL;
  g_autofree char *line = NULL;

  if (value == NULL)
    return;

  /* The words are the translators', and none but ours is filled in. */
  pieces = g_strsplit (format, "%s", 2);
  line = g_strjoinv (value, pieces);
  g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
}

/* What there is to know of it. */
static void
update_detail (DownloaderItem *self)
{
  g_autoptr(GString) text = g_string_new (self->trouble);
  g_autofree char *path = self->path != NULL ? g_filename_display_name (self->path) : NULL;
  g_autofree char *begun = format_time (self->begun, "%c");
  g_autofree char *ended = format_time (self->ended, "%c");

  add_line (text, _("Link: %s"), self->shown);
  add_line (text, _("File: %s"), path);
  add_line (text, _("Checksum: %s"), self->settings->checksum);
  add_line (text, _("Begun: %s"), begun);
  add_line (text, _("Ended: %s"), ended);
  at_gtk_task_item_set_detail (AT_GTK_TASK_ITEM (self), text->str);
}

static void
set_trouble (DownloaderItem *self,
             const char     *trouble)
{
  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
  update_detail (self);
}

/* What is in its menu besides what its class has. */
static void
update_menu (DownloaderItem *self)
{
  g_autoptr(GMenu) menu = g_menu_new ();
  g_autoptr(GMenuItem) copy = g_menu_item_new (C_("download", "_Copy Link"), NULL);

  g_menu_item_set_action_and_target (copy, "win.copy-link", "t", self->id);
  g_menu_append_item (menu, copy);
  if (self->phase == DOWNLOADER_PHASE_FAILED)
    {
      g_autoptr(GMenuItem) edit = g_menu_item_new (C_("download", "_Edit Link…"), NULL);

      g_menu_item_set_action_and_target (edit, "win.edit-link", "t", self->id);
      g_menu_append_item (menu, edit);
    }

  at_gtk_task_item_set_menu_model (AT_GTK_TASK_ITEM (self), G_MENU_MODEL (menu));
}

/* It is in another phase, or not. */
static void
enter_phase (DownloaderItem  *self,
             DownloaderPhase  phase)
{
  gboolean had_failed = self->phase == DOWNLOADER_PHASE_FAILED;

  self->phase = phase;
  if (had_failed != (phase == DOWNLOADER_PHASE_FAILED))
    update_menu (self);
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
           const char     *name)
{
  g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);
  g_autoptr(GIcon) icon = g_content_type_get_icon (type);

  at_gtk_task_item_set_title (AT_GTK_TASK_ITEM (self), name);
  at_gtk_task_item_set_icon (AT_GTK_TASK_ITEM (self), icon);
}

static void
thumbnail_found (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(DownloaderItem) self = user_data;
  g_autoptr(GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);
  g_autoptr(GFile) file = NULL;
  g_autoptr(GIcon) icon = NULL;

  /* It may be another file by now. */
  if (info == NULL || !g_file_info_get_attribute_boolean (info, G_FILE_ATTRIBUTE_THUMBNAIL_IS_VALID) ||
      at_gtk_task_item_get_file (AT_GTK_TASK_ITEM (self)) != G_FILE (source))
    return;

  file = g_file_new_for_path (g_file_info_get_attribute_byte_string (info, G_FILE_ATTRIBUTE_THUMBNAIL_PATH));
  icon = g_file_icon_new (file);
  at_gtk_task_item_set_icon (AT_GTK_TASK_ITEM (self), icon);
}

/* What the file manager has made, if it has: who knows what is in a file that comes from
 * somewhere does not open it here. */
static void
find_thumbnail (DownloaderItem *self)
{
  GFile *file = at_gtk_task_item_get_file (AT_GTK_TASK_ITEM (self));

  if (file != NULL)
    g_file_query_info_async (file, "thumbnail::*", G_FILE_QUERY_INFO_NONE, G_PRIORITY_LOW, NULL,
                             thumbnail_found, g_object_ref (self));
}

static void
take_path (DownloaderItem *self,
           const char     *path)
{
  g_autoptr(GFile) file = NULL;
  g_autofree char *name = NULL;

  if (path == NULL || g_strcmp0 (path, self->path) == 0)
    return;

  g_free (self->path);
  self->path = g_strdup (path);
  file = g_file_new_for_path (path);
  name = g_filename_display_basename (path);
  at_gtk_task_item_set_file (AT_GTK_TASK_ITEM (self), file);
  take_name (self, name);
  update_detail (self);
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

/* What the server was given is right, if it was given something. */
static void
tell_logged_in (DownloaderItem *self)
{
  DownloaderTaskState state = downloader_task_get_state (self->task);

  if (!self->is_given ||
      (state != DOWNLOADER_TASK_STATE_DOWNLOADING && state != DOWNLOADER_TASK_STATE_VERIFYING &&
       state != DOWNLOADER_TASK_STATE_FINISHED))
    return;

  self->is_given = FALSE;
  g_signal_emit (self, signals[LOGGED_IN], 0);
}

static void
task_event (DownloaderTask        *task,
            const DownloaderEvent *event,
            DownloaderItem        *self)
{
  g_autofree char *path = downloader_task_dup_path (task);

  take_path (self, path);
  tell_logged_in (self);

  /* What comes between a pause and the end of the task is not shown. */
  if (!downloader_item_is_active (self))
    return;

  at_gtk_task_item_invalidate_subtitle (AT_GTK_TASK_ITEM (self));
  if (event->kind == DOWNLOADER_EVENT_RENAMED)
    g_signal_emit (self, signals[TOLD], 0, event->message);
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
task_failed (DownloaderItem *self)
{
  const GError *error = at_async_task_get_error (AT_ASYNC_TASK (self->task));

  set_trouble (self, error->message);

  /* A full disk is the user's to empty, and then nothing has been lost. */
  if (g_error_matches (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_SPACE))
    {
      enter_phase (self, DOWNLOADER_PHASE_PAUSED);
      return;
    }

  enter_phase (self, DOWNLOADER_PHASE_FAILED);

  /* What is no link is none the next time. */
  at_gtk_task_item_set_can_retry (AT_GTK_TASK_ITEM (self),
                                  !g_error_matches (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_LINK));
  if (g_error_matches (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_LOGIN))
    {
      self->login_origin = downloader_task_dup_login_origin (self->task);
      self->login_realm = downloader_task_dup_login_realm (self->task);
    }
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
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

/* Before the item's class is told: what it asks for is as it is by then. */
static void
task_ended (DownloaderTask *task,
            GParamSpec     *pspec,
            DownloaderItem *self)
{
  /* The window may go, and the list with it, once nothing is active any more. */
  g_autoptr(DownloaderItem) kept G_GNUC_UNUSED = g_object_ref (self);
  AtAsyncTask *base = AT_ASYNC_TASK (task);
  g_autofree char *path = NULL;

  if (at_async_task_get_status (base) != AT_STATUS_FINISHED || !self->executing)
    return;

  self->executing = FALSE;
  path = downloader_task_dup_path (task);
  take_path (self, path);
  take_amounts (self);
  self->ended = get_now ();
  tell_logged_in (self);

  if (downloader_task_get_state (task) == DOWNLOADER_TASK_STATE_FINISHED)
    {
      /* The last byte may have come while it was being paused. */
      enter_phase (self, DOWNLOADER_PHASE_FINISHED);
      self->start_again = FALSE;
      set_trouble (self, NULL);
      find_thumbnail (self);
    }
  else if (self->start_again)
    {
      downloader_item_start (self);
    }
  else if (at_async_task_get_outcome (base) == AT_OUTCOME_FAILED && !self->cancelled)
    {
      task_failed (self);
    }
  else if (!self->cancelled)
    {
      enter_phase (self, DOWNLOADER_PHASE_PAUSED);
      set_trouble (self, NULL);
    }

  if (self->discard && !self->executing && self->phase != DOWNLOADER_PHASE_FINISHED)
    discard_part (self);
  /* It has not failed where somebody knows the answer. */
  if (self->login_origin != NULL)
    g_signal_emit (self, signals[LOG_IN], 0, FALSE);
  at_gtk_task_item_invalidate_state (AT_GTK_TASK_ITEM (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

static void
drop_question (DownloaderItem *self)
{
  g_clear_pointer (&self->login_origin, g_free);
  g_clear_pointer (&self->login_realm, g_free);
  self->is_asking = FALSE;
}

static void
drop_task (DownloaderItem *self)
{
  if (self->task == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->task, self);
  g_object_set_qdata (G_OBJECT (self->task), item_quark, NULL);
  g_clear_object (&self->task);
}

static void
make_task (DownloaderItem *self,
           const char     *path)
{
  drop_task (self);
  self->task = downloader_task_new_resuming (self->link, self->settings, path);
  g_object_set_qdata (G_OBJECT (self->task), item_quark, self);
  if (path != NULL && self->bytes > 0)
    at_async_task_set_amounts (AT_ASYNC_TASK (self->task), self->bytes, self->total);
  g_signal_connect (self->task, "event", G_CALLBACK (task_event), self);
  g_signal_connect (self->task, "notify::status", G_CALLBACK (task_ended), self);
  at_gtk_task_item_set_task (AT_GTK_TASK_ITEM (self), AT_ASYNC_TASK (self->task));
}

static void
downloader_item_retry (AtGtkTaskItem *item)
{
  DownloaderItem *self = DOWNLOADER_ITEM (item);

  if (self->login_origin != NULL)
    g_signal_emit (self, signals[LOG_IN], 0, TRUE);
  else
    downloader_item_start (self);
}

static void
downloader_item_pause_it (AtGtkTaskItem *item)
{
  downloader_item_pause (DOWNLOADER_ITEM (item));
}

static void
downloader_item_resume_it (AtGtkTaskItem *item)
{
  downloader_item_start (DOWNLOADER_ITEM (item));
}

/* It was removed from the list, and may come back. */
static void
downloader_item_cancel (AtGtkTaskItem *item)
{
  DownloaderItem *self = DOWNLOADER_ITEM (item);

  self->was_paused = self->phase == DOWNLOADER_PHASE_PAUSED;
  self->cancelled = TRUE;
  self->start_again = FALSE;
  if (self->is_asking)
    drop_question (self);
  if (self->executing)
    {
      take_amounts (self);
      downloader_task_pause (self->task);
    }
  at_gtk_task_item_invalidate_state (item);
}

/* What has arrived of it goes. A file that is finished stays. */
static void
downloader_item_removed (AtGtkTaskItem *item)
{
  DownloaderItem *self = DOWNLOADER_ITEM (item);

  self->discard = TRUE;
  if (!self->executing && self->phase != DOWNLOADER_PHASE_FINISHED)
    discard_part (self);
}

static void
downloader_item_dispose (GObject *object)
{
  DownloaderItem *self = DOWNLOADER_ITEM (object);

  if (self->executing)
    at_async_task_cancel (AT_ASYNC_TASK (self->task), TRUE);
  drop_task (self);
  drop_discarding (self);
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (downloader_item_parent_class)->dispose (object);
}

static void
downloader_item_finalize (GObject *object)
{
  DownloaderItem *self = DOWNLOADER_ITEM (object);

  g_free (self->link);
  g_free (self->shown);
  g_free (self->path);
  g_free (self->trouble);
  g_free (self->login_origin);
  g_free (self->login_realm);
  g_free (self->login_user);
  downloader_settings_free (self->settings);

  G_OBJECT_CLASS (downloader_item_parent_class)->finalize (object);
}

static void
downloader_item_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, downloader_item_is_busy (DOWNLOADER_ITEM (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_item_class_init (DownloaderItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtGtkTaskItemClass *item_class = AT_GTK_TASK_ITEM_CLASS (klass);

  item_quark = g_quark_from_static_string ("downloader-item");

  object_class->dispose = downloader_item_dispose;
  object_class->finalize = downloader_item_finalize;
  object_class->get_property = downloader_item_get_property;

  item_class->find_state = downloader_item_find_state;
  item_class->format_subtitle = downloader_item_format_subtitle;
  item_class->pause = downloader_item_pause_it;
  item_class->resume = downloader_item_resume_it;
  item_class->cancel = downloader_item_cancel;
  item_class->retry = downloader_item_retry;
  item_class->removed = downloader_item_removed;

  props[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE,
                                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * DownloaderItem::log-in:
   * @self: The download.
   * @wanted: Whether somebody wants to do so, and not the server alone.
   *
   * The server asks for a user name and a password.
   */
  signals[LOG_IN] = g_signal_new ("log-in",
                                  G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  /**
   * DownloaderItem::logged-in:
   * @self: The download.
   *
   * The server has accepted what downloader_item_log_in() was given.
   */
  signals[LOGGED_IN] = g_signal_new ("logged-in",
                                     G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                     0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);

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
  at_gtk_task_item_set_can_pause (AT_GTK_TASK_ITEM (self), TRUE);
}

static DownloaderItem *
make_item (const char               *link,
           const DownloaderSettings *settings,
           AtExecutor               *queue)
{
  DownloaderItem *self = g_object_new (DOWNLOADER_TYPE_ITEM, NULL);
  g_autofree char *name = guess_name (link);

  self->link = g_strdup (link);
  self->shown = downloader_text_mask_link (link);
  self->settings = downloader_settings_copy (settings);
  self->queue = g_object_ref (queue);
  self->phase = DOWNLOADER_PHASE_PAUSED;
  update_menu (self);
  take_name (self, name);
  set_trouble (self, NULL);

  return self;
}

/**
 * downloader_item_new:
 * @link: The link as it was given.
 * @name: (nullable): What the file is to be called, %NULL for what the server says.
 * @settings: How to download it.
 * @queue: What the downloads wait in.
 *
 * Makes a download, to be started.
 *
 * Returns: (transfer full): the download
 */
DownloaderItem *
downloader_item_new (const char               *link,
                     const char               *name,
                     const DownloaderSettings *settings,
                     AtExecutor               *queue)
{
  DownloaderItem *self = make_item (link, settings, queue);
  g_autofree char *path = name != NULL ? g_build_filename (settings->folder, name, NULL) : NULL;

  take_path (self, path);
  make_task (self, path);

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
  DownloaderItem *self = make_item (record->link, record->settings, queue);

  take_path (self, record->path);
  self->bytes = record->bytes;
  self->total = record->total;
  self->begun = record->begun;
  self->ended = record->ended;
  if (record->phase != DOWNLOADER_PHASE_WAITING)
    enter_phase (self, record->phase);
  if (record->phase == DOWNLOADER_PHASE_FAILED && record->trouble == NULL)
    set_trouble (self, _("It was not finished"));
  else
    set_trouble (self, record->phase != DOWNLOADER_PHASE_FINISHED ? record->trouble : NULL);
  make_task (self, self->path);
  if (record->phase == DOWNLOADER_PHASE_FINISHED)
    find_thumbnail (self);

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

  if (self->executing)
    take_amounts (self);

  record->phase = self->phase;
  record->path = g_strdup (self->path);
  record->bytes = self->bytes;
  record->total = self->total;
  record->begun = self->begun;
  record->ended = self->ended;
  if (!downloader_item_is_active (self))
    record->trouble = g_strdup (self->trouble);

  return record;
}

/**
 * downloader_item_from_task:
 * @task: A task of a download.
 *
 * Finds the download that a task works for.
 *
 * Returns: (transfer none) (nullable): the download
 */
DownloaderItem *
downloader_item_from_task (AtAsyncTask *task)
{
  return g_object_get_qdata (G_OBJECT (task), item_quark);
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
  AtGtkTaskItem *item = AT_GTK_TASK_ITEM (self);
  gboolean is_gone = at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_GONE;
  AtAsyncTask *task = AT_ASYNC_TASK (self->task);
  g_autoptr(GError) error = NULL;

  self->discard = FALSE;
  self->cancelled = FALSE;
  enter_phase (self, DOWNLOADER_PHASE_WAITING);
  self->ended = 0;
  if (self->begun == 0 || is_gone)
    self->begun = get_now ();
  drop_question (self);
  set_trouble (self, NULL);

  /* Who works with the file must let go of it first. */
  self->start_again = downloader_item_is_busy (self);
  if (self->start_again)
    {
      at_gtk_task_item_invalidate_state (item);
      return;
    }

  if (is_gone || at_async_task_get_status (task) != AT_STATUS_PENDING || at_async_task_is_cancelled (task))
    make_task (self, is_gone ? NULL : self->path);

  self->executing = TRUE;
  if (!at_async_task_execute_on_executor (AT_ASYNC_TASK (self->task), self->queue, NULL, &error))
    {
      self->executing = FALSE;
      enter_phase (self, DOWNLOADER_PHASE_FAILED);
      set_trouble (self, error->message);
    }
  at_gtk_task_item_invalidate_state (item);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
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
  drop_question (self);
  enter_phase (self, DOWNLOADER_PHASE_PAUSED);
  set_trouble (self, NULL);
  if (self->executing)
    {
      take_amounts (self);
      downloader_task_pause (self->task);
    }
  at_gtk_task_item_invalidate_state (AT_GTK_TASK_ITEM (self));
}

/**
 * downloader_item_come_back:
 * @self: A download.
 *
 * Has a download go on as it did before it was removed, if that was undone.
 */
void
downloader_item_come_back (DownloaderItem *self)
{
  if (!self->cancelled)
    return;

  self->cancelled = FALSE;
  if (self->phase == DOWNLOADER_PHASE_FINISHED)
    return;

  if (self->was_paused)
    at_gtk_task_item_invalidate_state (AT_GTK_TASK_ITEM (self));
  else
    downloader_item_start (self);
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

  g_free (self->login_user);
  self->login_user = g_strdup (user);
  self->is_given = TRUE;
  downloader_item_start (self);
}

/**
 * downloader_item_has_login:
 * @self: A download.
 * @origin: A server.
 * @user: A user name.
 * @password: A password.
 *
 * Tells whether the download has these for the server since
 * downloader_item_log_in().
 *
 * Returns: %TRUE if it has
 */
gboolean
downloader_item_has_login (DownloaderItem *self,
                           const char     *origin,
                           const char     *user,
                           const char     *password)
{
  GUri *login = self->settings->login;
  g_autoptr(GUri) asked = downloader_http_parse_link (origin, NULL);

  return login != NULL && asked != NULL && downloader_http_may_share_password (login, asked) &&
         g_strcmp0 (g_uri_get_user (login), user) == 0 &&
         g_strcmp0 (g_uri_get_password (login), password) == 0;
}

/**
 * downloader_item_set_asking:
 * @self: A download whose server asks for a user name and a password.
 * @asking: Whether they are looked for.
 *
 * Has the download wait for an answer, or fail because there is none.
 */
void
downloader_item_set_asking (DownloaderItem *self,
                            gboolean        asking)
{
  if (self->login_origin == NULL || self->is_asking == asking)
    return;

  self->is_asking = asking;
  enter_phase (self, asking ? DOWNLOADER_PHASE_WAITING : DOWNLOADER_PHASE_FAILED);
  at_gtk_task_item_invalidate_state (AT_GTK_TASK_ITEM (self));
  at_gtk_task_item_invalidate_subtitle (AT_GTK_TASK_ITEM (self));
}

gboolean
downloader_item_is_asking (DownloaderItem *self)
{
  return self->is_asking;
}

/**
 * downloader_item_get_id:
 * @self: A download.
 *
 * Gets a number that no other download has while the program runs; those that came
 * later have greater ones.
 *
 * Returns: the number
 */
guint64
downloader_item_get_id (DownloaderItem *self)
{
  return self->id;
}

gboolean
downloader_item_is_active (DownloaderItem *self)
{
  return self->phase == DOWNLOADER_PHASE_WAITING && !self->cancelled;
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
  return self->executing || self->discarding != NULL;
}

gboolean
downloader_item_is_finished (DownloaderItem *self)
{
  return self->phase == DOWNLOADER_PHASE_FINISHED;
}

/**
 * downloader_item_is_paused:
 * @self: A download.
 *
 * Tells whether the download waits until somebody resumes it, for whatever reason.
 *
 * Returns: %TRUE if it is paused
 */
gboolean
downloader_item_is_paused (DownloaderItem *self)
{
  return self->phase == DOWNLOADER_PHASE_PAUSED && !self->cancelled;
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
  return self->phase == DOWNLOADER_PHASE_PAUSED && self->trouble != NULL;
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
  return self->login_origin;
}

/**
 * downloader_item_get_realm:
 * @self: A download.
 *
 * Gets what the server that asks calls what the password is for.
 *
 * Returns: (nullable): the realm, %NULL if it has no name, or none asks
 */
const char *
downloader_item_get_realm (DownloaderItem *self)
{
  return self->login_realm;
}

/**
 * downloader_item_get_login_user:
 * @self: A download.
 *
 * Gets the user name that was given last time.
 *
 * Returns: (nullable): the name, %NULL if none was given
 */
const char *
downloader_item_get_login_user (DownloaderItem *self)
{
  return self->login_user;
}
