/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-application.h"

#include <signal.h>
#include <stdlib.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "downloader-options.h"
#include "downloader-sample.h"
#include "downloader-window.h"

struct _DownloaderApplication
{
  AdwApplication    parent_instance;

  DownloaderSample *sample;
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
get_window (DownloaderApplication *self)
{
  DownloaderWindow *window = find_window (self);

  return window != NULL ? window : downloader_window_new (GTK_APPLICATION (self));
}

static void
add_sample (DownloaderApplication    *self,
            DownloaderWindow         *window,
            const DownloaderSettings *settings)
{
  g_autoptr(GError) error = NULL;

  if (self->sample == NULL)
    self->sample = downloader_sample_start (&error);

  if (self->sample != NULL)
    downloader_window_add (window, downloader_sample_get_link (self->sample), settings);
  else
    g_warning ("The sample cannot be served: %s", error->message);
}

static void
downloader_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (DOWNLOADER_APPLICATION (application))));
}

static void
downloader_application_open (GApplication  *application,
                             GFile        **files,
                             int            n_files,
                             const char    *hint)
{
  DownloaderWindow *window = get_window (DOWNLOADER_APPLICATION (application));
  g_autoptr(DownloaderSettings) settings = downloader_settings_new ();

  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *link = g_file_get_uri (files[i]);

      downloader_window_add (window, link, settings);
    }

  gtk_window_present (GTK_WINDOW (window));
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
  g_autoptr(GError) error = NULL;
  DownloaderWindow *window;

  options = downloader_options_parse (arguments, directory != NULL ? directory : g_get_home_dir (), &error);
  if (options == NULL)
    {
      g_application_command_line_printerr (command_line, "%s\n", error->message);
      return EXIT_FAILURE;
    }

  /* What a later command line asks for is for its own links. */
  window = find_window (self);
  if (window == NULL)
    {
      window = get_window (self);
      downloader_window_set_settings (window, options->settings);
    }
  if (options->max_active > 0)
    downloader_window_set_limit (window, options->max_active);
  for (guint i = 0; options->links[i] != NULL; i++)
    downloader_window_add (window, options->links[i], options->settings);
  if (options->sample)
    add_sample (self, window, options->settings);
  gtk_window_present (GTK_WINDOW (window));

  return EXIT_SUCCESS;
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  adw_show_about_window (parent,
                         "application-name", _("Downloader"),
                         "application-icon", APPLICATION_ID,
                         "version", PACKAGE_VERSION,
                         "developer-name", _("The asynctask-glib contributors"),
                         "copyright", "© 2026 The asynctask-glib contributors",
                         "license-type", GTK_LICENSE_LGPL_2_1,
                         "comments", _("Downloads files, each in a task of its own."),
                         /* Translators: put your names here, one a line. */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  gtk_window_close (GTK_WINDOW (get_window (user_data)));
}

static gboolean
terminated (gpointer user_data)
{
  downloader_window_stop (get_window (user_data));

  return G_SOURCE_CONTINUE;
}

static const GActionEntry actions[] = {
  { "about", about_action, NULL, NULL, NULL, { 0 } },
  { "quit", quit_action, NULL, NULL, NULL, { 0 } },
};

static void
downloader_application_startup (GApplication *application)
{
  GtkApplication *gtk_application = GTK_APPLICATION (application);

  G_APPLICATION_CLASS (downloader_application_parent_class)->startup (application);

  gtk_window_set_default_icon_name (APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);

  gtk_application_set_accels_for_action (gtk_application, "win.focus-entry",
                                         (const char *[]) { "<Control>n", "<Control>l", NULL });
  gtk_application_set_accels_for_action (gtk_application, "win.clear",
                                         (const char *[]) { "<Control><Shift>Delete", NULL });
  gtk_application_set_accels_for_action (gtk_application, "window.close",
                                         (const char *[]) { "<Control>w", NULL });
  gtk_application_set_accels_for_action (gtk_application, "app.quit",
                                         (const char *[]) { "<Control>q", NULL });

  g_unix_signal_add (SIGINT, terminated, application);
  g_unix_signal_add (SIGTERM, terminated, application);
}

static void
downloader_application_finalize (GObject *object)
{
  DownloaderApplication *self = DOWNLOADER_APPLICATION (object);

  g_clear_pointer (&self->sample, downloader_sample_stop);

  G_OBJECT_CLASS (downloader_application_parent_class)->finalize (object);
}

static void
downloader_application_class_init (DownloaderApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->finalize = downloader_application_finalize;

  application_class->startup = downloader_application_startup;
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
