/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-background.h"

#include <glib/gi18n.h>

#define NOTIFICATION_ENDED "ended"
#define NOTIFICATION_RUNNING "running"

/* What the program does while nobody looks: it keeps the machine awake while
 * something runs, says when downloads have ended, and ends itself when nothing is
 * left to do and its window was closed. */
struct _DownloaderBackground
{
  GObject                parent_instance;

  GtkApplication        *application;
  DownloaderList        *list;
  DownloaderPreferences *preferences;
  GtkWindow             *window;

  gboolean               held;
  guint                  inhibit_cookie;
  guint                  n_finished;
  guint                  n_failed;
  guint64                last_finished;
};

G_DEFINE_FINAL_TYPE (DownloaderBackground, downloader_background, G_TYPE_OBJECT)

static gboolean
is_looked_at (DownloaderBackground *self)
{
  return self->window != NULL && gtk_widget_get_visible (GTK_WIDGET (self->window)) &&
         gtk_window_is_active (self->window);
}

/* Where nothing can be inhibited there is no cookie. */
static void
update_hold (DownloaderBackground *self,
             guint                 n_active)
{
  if (n_active > 0 && !self->held)
    {
      g_application_hold (G_APPLICATION (self->application));
      self->held = TRUE;
      self->inhibit_cookie = gtk_application_inhibit (self->application, self->window,
                                                      GTK_APPLICATION_INHIBIT_SUSPEND,
                                                      _("Files are being downloaded"));
    }
  else if (n_active == 0 && self->held)
    {
      if (self->inhibit_cookie != 0)
        gtk_application_uninhibit (self->application, self->inhibit_cookie);
      self->inhibit_cookie = 0;
      self->held = FALSE;
      g_application_release (G_APPLICATION (self->application));
    }
}

static void
list_changed (DownloaderBackground *self)
{
  DownloaderCounts counts = downloader_list_count (self->list);

  update_hold (self, counts.active);

  if (counts.active == 0)
    g_application_withdraw_notification (G_APPLICATION (self->application), NOTIFICATION_RUNNING);
  if (counts.active == 0 && counts.busy == 0 &&
      self->window != NULL && !gtk_widget_get_visible (GTK_WIDGET (self->window)))
    gtk_window_destroy (self->window);
}

/* One notification for all that ended since the window was last looked at. */
static void
notify_ended (DownloaderBackground *self)
{
  g_autoptr(GNotification) notification = NULL;
  DownloaderItem *item = downloader_list_find (self->list, self->last_finished);
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  if (self->n_finished == 1 && item != NULL)
    {
      title = g_strdup (_("Download finished"));
      body = g_strdup (downloader_item_get_name (item));
    }
  else if (self->n_finished > 0)
    {
      title = g_strdup_printf (ngettext ("%u download finished", "%u downloads finished", self->n_finished),
                               self->n_finished);
    }
  if (self->n_failed > 0)
    {
      g_autofree char *failed = g_strdup_printf (ngettext ("%u download failed", "%u downloads failed",
                                                           self->n_failed), self->n_failed);

      if (title == NULL)
        title = g_steal_pointer (&failed);
      else if (body == NULL)
        body = g_steal_pointer (&failed);
      else
        {
          g_autofree char *name = g_steal_pointer (&body);

          body = g_strdup_printf ("%s\n%s", name, failed);
        }
    }

  notification = g_notification_new (title);
  if (body != NULL)
    g_notification_set_body (notification, body);
  g_notification_set_default_action (notification, "app.show");
  if (self->n_finished == 1 && item != NULL)
    {
      /* The notification may outlive the program, and with it what the numbers mean. */
      g_autofree char *uri = g_filename_to_uri (downloader_item_get_path (item), NULL, NULL);

      g_notification_add_button_with_target (notification, _("Show in Folder"), "app.show-in-folder", "s", uri);
    }
  g_application_send_notification (G_APPLICATION (self->application), NOTIFICATION_ENDED, notification);
}

static void
download_ended (DownloaderBackground *self,
                DownloaderItem       *item)
{
  if (is_looked_at (self) || !downloader_preferences_get_notify (self->preferences))
    return;

  if (downloader_item_get_state (item) == DOWNLOADER_STATE_FINISHED)
    {
      self->n_finished++;
      self->last_finished = downloader_item_get_id (item);
    }
  else
    {
      self->n_failed++;
    }

  notify_ended (self);
}

static void
window_looked_at (DownloaderBackground *self)
{
  if (!is_looked_at (self))
    return;

  self->n_finished = 0;
  self->n_failed = 0;
  g_application_withdraw_notification (G_APPLICATION (self->application), NOTIFICATION_ENDED);
}

static void
window_visible_changed (DownloaderBackground *self)
{
  DownloaderCounts counts = downloader_list_count (self->list);
  g_autoptr(GNotification) notification = NULL;
  g_autofree char *title = NULL;

  if (gtk_widget_get_visible (GTK_WIDGET (self->window)))
    {
      g_application_withdraw_notification (G_APPLICATION (self->application), NOTIFICATION_RUNNING);
      return;
    }
  if (counts.active == 0 || !downloader_preferences_get_notify (self->preferences))
    return;

  /* Nothing else shows that the program is still there. */
  title = g_strdup_printf (ngettext ("%u download goes on in the background",
                                     "%u downloads go on in the background", counts.active),
                           counts.active);
  notification = g_notification_new (title);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_LOW);
  g_notification_set_default_action (notification, "app.show");
  g_application_send_notification (G_APPLICATION (self->application), NOTIFICATION_RUNNING, notification);
}

static void
window_destroyed (DownloaderBackground *self)
{
  self->window = NULL;
}

static void
downloader_background_dispose (GObject *object)
{
  DownloaderBackground *self = DOWNLOADER_BACKGROUND (object);

  downloader_background_set_window (self, NULL);
  if (self->application != NULL)
    update_hold (self, 0);
  g_clear_object (&self->list);
  g_clear_object (&self->preferences);
  self->application = NULL;

  G_OBJECT_CLASS (downloader_background_parent_class)->dispose (object);
}

static void
downloader_background_class_init (DownloaderBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = downloader_background_dispose;
}

static void
downloader_background_init (DownloaderBackground *self)
{
}

/**
 * downloader_background_new:
 * @application: (transfer none): The program; it outlives the background.
 * @list: The downloads.
 * @preferences: What the user chose.
 *
 * Starts to look after the downloads.
 *
 * Returns: (transfer full): the background
 */
DownloaderBackground *
downloader_background_new (GtkApplication        *application,
                           DownloaderList        *list,
                           DownloaderPreferences *preferences)
{
  DownloaderBackground *self = g_object_new (DOWNLOADER_TYPE_BACKGROUND, NULL);

  self->application = application;
  self->list = g_object_ref (list);
  self->preferences = g_object_ref (preferences);
  g_signal_connect_object (list, "changed", G_CALLBACK (list_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "ended", G_CALLBACK (download_ended), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * downloader_background_set_window:
 * @self: The background.
 * @window: (nullable): The window that shows the downloads.
 *
 * Sets what counts as somebody looking.
 */
void
downloader_background_set_window (DownloaderBackground *self,
                                  GtkWindow            *window)
{
  if (self->window == window)
    return;

  if (self->window != NULL)
    g_signal_handlers_disconnect_by_data (self->window, self);
  self->window = window;
  if (window != NULL)
    {
      g_signal_connect_swapped (window, "notify::is-active", G_CALLBACK (window_looked_at), self);
      g_signal_connect_swapped (window, "notify::visible", G_CALLBACK (window_visible_changed), self);
      g_signal_connect_swapped (window, "destroy", G_CALLBACK (window_destroyed), self);
    }
}
