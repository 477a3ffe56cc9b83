/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <libintl.h>

#include "asynctask-gtk.h"

#include "inspector/at-gtk-inspector-page-private.h"

static void
add_style (GdkDisplay *display)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/org/asynctask/gtk/style.css");
  /* Above the theme, which is that of the settings or, with libadwaita, below them, and below what
   * the application says. */
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_SETTINGS + 1);
}

static void
display_opened_cb (GdkDisplayManager *manager,
                   GdkDisplay        *display,
                   gpointer           user_data)
{
  add_style (display);
}

/**
 * at_gtk_init:
 *
 * Makes the library's types known to [class@Gtk.Builder], and adds its style to all
 * displays, those that are opened later, too. GTK's inspector gets a page “Tasks”, which shows
 * the program's executors, tasks and mailboxes, live, as `at_dup_tasks_snapshot()` sees them.
 *
 * Each class does it when it is first used. A program whose `.ui` files name classes
 * of the library calls it before it loads the first, once GTK is initialized: in its
 * `startup` or `activate`. It may be called again; what is to be done with displays is
 * done by the first call after [func@Gtk.init]. From the thread of GTK.
 *
 * Since: 1.0
 */
void
at_gtk_init (void)
{
  static gboolean has_words = FALSE;
  static gboolean has_style = FALSE;
  GdkDisplayManager *manager;
  g_autoptr (GSList) displays = NULL;

  if (!has_words)
    {
      bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
      bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
      has_words = TRUE;

      g_type_ensure (AT_GTK_TYPE_PRESENCE);
      g_type_ensure (AT_GTK_TYPE_PROGRESS_PAINTABLE);
      g_type_ensure (AT_GTK_TYPE_TASK_BANNER);
      g_type_ensure (AT_GTK_TYPE_TASK_BUTTON);
      g_type_ensure (AT_GTK_TYPE_TASK_DIALOG);
      g_type_ensure (AT_GTK_TYPE_TASK_POPOVER);
      g_type_ensure (AT_GTK_TYPE_TASK_ROW);
      g_type_ensure (AT_GTK_TYPE_TASK_VIEW);
    }

  /* A scanner of types, say, looks at the classes of a program that has no display. */
  if (has_style || !gtk_is_initialized ())
    return;
  has_style = TRUE;

  manager = gdk_display_manager_get ();
  displays = gdk_display_manager_list_displays (manager);
  for (GSList *l = displays; l != NULL; l = l->next)
    add_style (l->data);
  g_signal_connect (manager, "display-opened", G_CALLBACK (display_opened_cb), NULL);

  at_gtk_inspector_page_register ();
}
