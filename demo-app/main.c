/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <adwaita.h>
#include <glib/gi18n.h>

#include "downloader-application.h"
#include "downloader-terminal.h"

static void
set_up_translations (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

static gboolean
has_socket (const char *name)
{
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* The environment is asked first: GTK is not touched where it has no business. */
static gboolean
has_display (void)
{
  const char *x11 = g_getenv ("DISPLAY");
  const char *wayland = g_getenv ("WAYLAND_DISPLAY");

  if ((x11 == NULL || *x11 == '\0') && (wayland == NULL || *wayland == '\0') &&
      g_getenv ("WAYLAND_SOCKET") == NULL && !has_socket ("wayland-0"))
    return FALSE;

  return gtk_init_check ();
}

/* As head and less are after they have seen enough. */
static gboolean
has_reader_gone (int fd)
{
  struct pollfd output = { .fd = fd };

  return poll (&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

/* Whoever reads the output must be able to rely on it: what could not be written,
 * because a disk is full, is a failure, also where GLib prints the help. */
static void
close_output (void)
{
  gboolean is_written = fflush (stdout) == 0;

  if ((is_written && !ferror (stdout)) || has_reader_gone (STDOUT_FILENO))
    return;

  fprintf (stderr, "%s: %s\n", g_get_prgname (), _("The output could not be written."));
  _exit (DOWNLOADER_EXIT_FAILED);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(DownloaderOptions) options = NULL;
  g_autoptr(DownloaderApplication) application = NULL;
  g_autofree char *directory = g_get_current_dir ();
  g_autoptr(GError) error = NULL;

  set_up_translations ();
  g_set_prgname ("asynctask-downloader");
  atexit (close_output);

  /* A file that becomes too large is told of in a sentence. GIO ignores the other one
   * as soon as there is a socket; a download is not given up because nobody reads of
   * it, before that either. */
  signal (SIGXFSZ, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);

  /* Each download has a connection of its own; streams that share one would only
   * wait for each other. Read by libsoup, and set before there are threads. */
  g_setenv ("SOUP_FORCE_HTTP1", "1", FALSE);

  options = downloader_options_parse (argv, directory, &error);
  if (options == NULL)
    {
      fprintf (stderr, "%s: %s\n", g_get_prgname (), error->message);
      return DOWNLOADER_EXIT_USAGE;
    }
  if (options->version)
    {
      printf ("asynctask-downloader %s\n", PACKAGE_VERSION);
      return EXIT_SUCCESS;
    }

  if (options->no_gui || !has_display ())
    return downloader_terminal_run (options);

  g_set_application_name (_("Downloader"));
  application = downloader_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
