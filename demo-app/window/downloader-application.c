/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-application.h"

#include <signal.h>
#include <stdlib.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "downloader-list.h"
#include "downloader-logins.h"
#include "downloader-modern.h"
#include "downloader-options.h"
#include "downloader-preferences.h"
#include "downloader-sample.h"
#include "downloader-store.h"
#include "downloader-window.h"

#define NOTIFICATION_RUNNING "running"

/* How long the end of the program waits for files to be closed, in milliseconds. */
#define STOP_PATIENCE 3000

struct _DownloaderApplication
{
  AdwApplication         parent_instance;

  DownloaderPreferences *preferences;
  DownloaderList        *list;
  DownloaderLogins      *logins;
  AtGtkPresence         *presence;
  DownloaderSample      *sample;
  char                  *news;
  gboolean               asking;
  gboolean               stopping;
};

G_DEFINE_FINAL_TYPE (DownloaderApplication, downloader_application, ADW_TYPE_APPLICATION)

static DownloaderWindow *
find_window (DownloaderApplication *self)
{
  GtkApplication *application = GTK_APPLICATION (self);

  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (DOWNLOADER_IS_WINDOW (l->data))
      return l->data;

  return NULL;
}

static DownloaderWindow *
present_window (DownloaderApplication *self)
{
  DownloaderWindow *window = find_window (self);

  if (window == NULL)
    window = downloader_window_new (GTK_APPLICATION (self), self->list, self->logins, self->preferences);

  g_application_withdraw_notification (G_APPLICATION (self), NOTIFICATION_RUNNING);
  gtk_window_present (GTK_WINDOW (window));
  if (self->news != NULL)
    {
      g_autofree char *news = g_steal_pointer (&self->news);

      downloader_window_tell (window, news);
    }

  return window;
}

static guint
count_active (DownloaderApplication *self)
{
  GListModel *items = G_LIST_MODEL (downloader_list_get_items (self->list));
  guint n_active = 0;

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (items, i);

      n_active += downloader_item_is_active (item);
    }

  return n_active;
}

/* Nothing else shows that the program is still there. */
static void
window_removed (DownloaderApplication *self,
                GtkWindow             *window)
{
  guint n_active = DOWNLOADER_IS_WINDOW (window) && !self->stopping ? count_active (self) : 0;
  g_autoptr(GNotification) notification = NULL;
  g_autofree char *title = NULL;

  if (n_active == 0 || !downloader_preferences_get_notify (self->preferences))
    return;

  title = g_strdup_printf (ngettext ("%u download goes on in the background",
                                     "%u downloads go on in the background", n_active), n_active);
  notification = g_notification_new (title);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_LOW);
  g_notification_set_default_action (notification, "app.show");
  g_application_send_notification (G_APPLICATION (self), NOTIFICATION_RUNNING, notification);
}

static void
n_active_changed (DownloaderApplication *self)
{
  if (at_gtk_task_items_get_n_active (downloader_list_get_items (self->list)) == 0)
    g_application_withdraw_notification (G_APPLICATION (self), NOTIFICATION_RUNNING);
}

static void
add_sample (DownloaderApplication    *self,
            const DownloaderSettings *settings)
{
  g_autoptr(GError) error = NULL;

  if (self->sample == NULL)
    self->sample = downloader_sample_start (&error);

  if (self->sample != NULL)
    downloader_list_add (self->list, (const char *[]) { downloader_sample_get_link (self->sample), NULL }, NULL, settings);
  else
    g_warning ("The sample cannot be served: %s", error->message);
}

static void
downloader_application_activate (GApplication *application)
{
  present_window (DOWNLOADER_APPLICATION (application));
}

static void
downloader_application_open (GApplication  *application,
                             GFile        **files,
                             int            n_files,
                             const char    *hint)
{
  DownloaderApplication *self = DOWNLOADER_APPLICATION (application);
  g_autoptr(DownloaderSettings) settings = downloader_list_make_settings (self->list);
  g_auto(GStrv) links = g_new0 (char *, n_files + 1);

  for (int i = 0; i < n_files; i++)
    links[i] = g_file_get_uri (files[i]);
  downloader_list_add (self->list, (const char * const *) links, NULL, settings);

  present_window (self);
}

/* In the first instance, for its own command line and those of later ones; the
 * program that was started has looked at it already. */
static int
downloader_application_command_line (GApplication            *application,
                                     GApplicationCommandLine *command_line)
{
  DownloaderApplication *self = DOWNLOADER_APPLICATION (application);
  g_auto(GStrv) arguments = g_application_command_line_get_arguments (command_line, NULL);
  const char *directory = g_application_command_line_get_cwd (command_line);
  g_autoptr(DownloaderOptions) options = NULL;
  g_autoptr(DownloaderSettings) settings = NULL;
  g_autoptr(GError) error = NULL;

  options = downloader_options_parse (arguments, directory != NULL ? directory : g_get_home_dir (), &error);
  if (options == NULL)
    {
      g_application_command_line_printerr (command_line, "%s\n", error->message);
      return EXIT_FAILURE;
    }

  /* What a later command line asks for is for its own links. */
  if (find_window (self) == NULL)
    downloader_list_set_defaults (self->list, options->settings);
  settings = downloader_list_complete_settings (self->list, options->settings);
  if (options->max_active > 0)
    downloader_list_set_limit (self->list, options->max_active);
  if (options->has_limit)
    downloader_throttle_set_limit (downloader_throttle_get_default (), options->limit);

  downloader_list_add (self->list, (const char * const *) options->links, NULL, settings);
  if (options->sample)
    add_sample (self, settings);
  present_window (self);

  return EXIT_SUCCESS;
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  downloader_modern_present_about (gtk_application_get_active_window (GTK_APPLICATION (user_data)));
}

static void
quit_response (DownloaderApplication *self,
               const char            *response)
{
  self->asking = FALSE;

  if (g_str_equal (response, "quit"))
    g_application_quit (G_APPLICATION (self));
}

static void
ask_to_quit (DownloaderApplication *self,
             guint                  n_active)
{
  GtkWindow *parent = GTK_WINDOW (present_window (self));
  DownloaderAlert *dialog;

  if (self->asking)
    return;

  self->asking = TRUE;
  dialog = downloader_modern_alert_new (parent, _("Stop Downloads?"));
  downloader_alert (format_body) (dialog,
                                  ngettext ("%u download is not finished. It goes on when Downloader "
                                            "is opened again.",
                                            "%u downloads are not finished. They go on when Downloader "
                                            "is opened again.", n_active),
                                  n_active);
  downloader_alert (add_responses) (dialog,
                                    "keep", C_("quit", "_Keep Downloading"),
                                    "quit", C_("quit", "_Stop and Quit"),
                                    NULL);
  downloader_alert (set_response_appearance) (dialog, "quit", ADW_RESPONSE_DESTRUCTIVE);
  downloader_alert (set_default_response) (dialog, "keep");
  downloader_alert (set_close_response) (dialog, "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (quit_response), self, G_CONNECT_SWAPPED);
  downloader_modern_alert_focus_default (dialog);
  downloader_modern_alert_present (dialog, parent, NULL);
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  DownloaderApplication *self = user_data;
  guint n_active = count_active (self);

  if (n_active > 0)
    ask_to_quit (self, n_active);
  else
    g_application_quit (G_APPLICATION (self));
}

static void
show_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  present_window (user_data);
}

#if !ADW_CHECK_VERSION (1, 8, 0)
/* Newer ones have an action of this name themselves, for a dialog. */
static void
shortcuts_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (present_window (user_data)), "win.show-help-overlay", NULL);
}
#endif

static gboolean
terminated (gpointer user_data)
{
  g_application_quit (user_data);

  return G_SOURCE_CONTINUE;
}

static const GActionEntry actions[] = {
  { "about", about_action, NULL, NULL, NULL, { 0 } },
  { "quit", quit_action, NULL, NULL, NULL, { 0 } },
  { "show", show_action, NULL, NULL, NULL, { 0 } },
#if !ADW_CHECK_VERSION (1, 8, 0)
  { "shortcuts", shortcuts_action, NULL, NULL, NULL, { 0 } },
#endif
};

typedef struct
{
  const char *action;
  const char *keys[3];
} Accelerator;

static const Accelerator accelerators[] = {
  { "win.new", { "<Control>n", "<Control>l", NULL } },
  { "win.search", { "<Control>f", NULL } },
  { "win.preferences", { "<Control>comma", NULL } },
  { "win.clear", { "<Control><Shift>Delete", NULL } },
  { "window.close", { "<Control>w", NULL } },
  { "app.quit", { "<Control>q", NULL } },
};

/* The answer is wanted by somebody, who may have closed the window meanwhile, or there
 * is a window to ask in. */
static void
log_in (DownloaderApplication *self,
        DownloaderItem        *item,
        gboolean               wanted,
        DownloaderSaving       saving)
{
  DownloaderWindow *window = wanted ? present_window (self) : find_window (self);

  if (window != NULL)
    downloader_window_ask_to_log_in (window, item, saving);
}

static void
notify_changed (DownloaderApplication *self)
{
  at_gtk_presence_set_notifications (self->presence,
                                     downloader_preferences_get_notify (self->preferences) ? AT_GTK_NOTIFICATIONS_ALL
                                                                                           : AT_GTK_NOTIFICATIONS_NONE);
}

static void
load_list (DownloaderApplication *self)
{
  g_autofree char *path = downloader_store_path ();
  g_autofree char *kept_as = downloader_list_load (self->list, path);

  if (kept_as != NULL)
    {
      g_autofree char *name = g_filename_display_basename (kept_as);

      /* Translators: %s is the name of a file. */
      self->news = g_strdup_printf (_("The list of downloads was damaged; it is kept as “%s”"), name);
    }
}

static void
downloader_application_startup (GApplication *application)
{
  DownloaderApplication *self = DOWNLOADER_APPLICATION (application);

  G_APPLICATION_CLASS (downloader_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accelerators[i].action,
                                           (const char **) accelerators[i].keys);

  g_unix_signal_add (SIGINT, terminated, application);
  g_unix_signal_add (SIGTERM, terminated, application);

  self->preferences = downloader_preferences_new ();
  self->list = downloader_list_new (self->preferences);
  g_signal_connect (application, "window-removed", G_CALLBACK (window_removed), NULL);
  g_signal_connect_object (downloader_list_get_items (self->list), "notify::n-active",
                           G_CALLBACK (n_active_changed), self, G_CONNECT_SWAPPED);
  self->logins = downloader_logins_new (self->list);
  g_signal_connect_object (self->logins, "ask", G_CALLBACK (log_in), self, G_CONNECT_SWAPPED);
  self->presence = at_gtk_presence_new (downloader_list_get_items (self->list));
  at_gtk_presence_set_application (self->presence, GTK_APPLICATION (application));
  g_signal_connect_object (self->preferences, "notify::notify", G_CALLBACK (notify_changed), self, G_CONNECT_SWAPPED);
  notify_changed (self);
  load_list (self);
}

static gboolean
time_up (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

/* What runs lets go of its files, what was removed goes for good, and what is to be
 * remembered is. */
static void
stop_list (DownloaderApplication *self)
{
  gboolean is_time_up = FALSE;
  guint source = g_timeout_add (STOP_PATIENCE, time_up, &is_time_up);

  downloader_list_stop (self->list);
  while (!is_time_up && (downloader_list_get_n_busy (self->list) > 0 || downloader_logins_is_busy (self->logins)))
    g_main_context_iteration (NULL, TRUE);

  if (!is_time_up)
    g_source_remove (source);

  downloader_list_save (self->list);
}

static void
downloader_application_shutdown (GApplication *application)
{
  DownloaderApplication *self = DOWNLOADER_APPLICATION (application);
  DownloaderWindow *window = find_window (self);

  self->stopping = TRUE;
  if (window != NULL)
    gtk_window_destroy (GTK_WINDOW (window));
  stop_list (self);
  g_clear_object (&self->presence);
  g_clear_object (&self->logins);
  g_clear_object (&self->list);
  g_clear_object (&self->preferences);
  g_clear_pointer (&self->sample, downloader_sample_stop);

  G_APPLICATION_CLASS (downloader_application_parent_class)->shutdown (application);
}

static void
downloader_application_finalize (GObject *object)
{
  g_free (DOWNLOADER_APPLICATION (object)->news);

  G_OBJECT_CLASS (downloader_application_parent_class)->finalize (object);
}

static void
downloader_application_class_init (DownloaderApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->finalize = downloader_application_finalize;

  application_class->startup = downloader_application_startup;
  application_class->shutdown = downloader_application_shutdown;
  application_class->activate = downloader_application_activate;
  application_class->open = downloader_application_open;
  application_class->command_line = downloader_application_command_line;
}

static void
downloader_application_init (DownloaderApplication *self)
{
}

DownloaderApplication *
downloader_application_new (void)
{
  return g_object_new (DOWNLOADER_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "resource-base-path", "/org/asynctask/Downloader",
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN,
                       NULL);
}
