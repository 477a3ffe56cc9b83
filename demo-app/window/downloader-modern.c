/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-modern.h"

#include <glib/gi18n.h>

#define DIALOG_WIDTH 480
#define DIALOG_MIN_WIDTH 340
#define PREFERENCES_HEIGHT 640

/**
 * downloader_modern_alert_new:
 * @parent: The window it belongs to.
 * @heading: What it says in large letters.
 *
 * Makes a dialog that asks something.
 *
 * Returns: the dialog
 */
DownloaderAlert *
downloader_modern_alert_new (GtkWindow  *parent,
                             const char *heading)
{
#if ADW_CHECK_VERSION (1, 5, 0)
  return ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, NULL));
#else
  return ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, NULL));
#endif
}

#if ADW_CHECK_VERSION (1, 5, 0)
static gboolean
grab_focus (gpointer widget)
{
  if (gtk_widget_get_root (widget) != NULL)
    gtk_widget_grab_focus (widget);

  return G_SOURCE_REMOVE;
}

/* A menu that the dialog was asked for in gives the focus back when it closes, which is after
 * the dialog has come: the dialog then has it somewhere. */
static void
keep_focus (GtkWidget *widget)
{
  if (widget != NULL)
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, grab_focus, g_object_ref (widget), g_object_unref);
}

#else
/* A message dialog drops what was added to it before the window drops the focus, and an
 * entry, which the focus keeps, then tells a row that is gone of its loss. */
static void
let_go_of_focus (GtkWindow *dialog)
{
  gtk_window_set_focus (dialog, NULL);
}

/* Where the buttons stand one upon the other the first is the dangerous one, and Enter
 * means what has the focus. */
static void
focus_default (GtkWindow *dialog)
{
  GtkWidget *widget = gtk_window_get_default_widget (dialog);

  if (widget != NULL)
    gtk_widget_grab_focus (widget);
}
#endif

/**
 * downloader_modern_alert_focus_default:
 * @self: A dialog.
 *
 * Has Enter mean the default response, whatever button comes first.
 */
void
downloader_modern_alert_focus_default (DownloaderAlert *self)
{
#if !ADW_CHECK_VERSION (1, 5, 0)
  g_signal_connect_after (self, "notify::default-widget", G_CALLBACK (focus_default), NULL);
  g_signal_connect_after (self, "map", G_CALLBACK (focus_default), NULL);
#endif
}

/**
 * downloader_modern_alert_present:
 * @self: A dialog.
 * @parent: The window it belongs to.
 * @focus: (nullable): What has the focus first.
 *
 * Shows the dialog.
 */
void
downloader_modern_alert_present (DownloaderAlert *self,
                                 GtkWindow       *parent,
                                 GtkWidget       *focus)
{
#if ADW_CHECK_VERSION (1, 5, 0)
  if (focus != NULL)
    adw_dialog_set_focus (ADW_DIALOG (self), focus);
  adw_dialog_present (ADW_DIALOG (self), GTK_WIDGET (parent));
  keep_focus (focus);
#else
  g_signal_connect (self, "unrealize", G_CALLBACK (let_go_of_focus), NULL);
  if (focus != NULL)
    gtk_window_set_focus (GTK_WINDOW (self), focus);
  gtk_window_present (GTK_WINDOW (self));
#endif
}

/**
 * downloader_modern_make_content:
 * @header_bar: What is on top.
 * @bar: (nullable): What is below that.
 * @content: What is below.
 *
 * Puts a window together.
 *
 * Returns: what is in the window
 */
GtkWidget *
downloader_modern_make_content (GtkWidget *header_bar,
                                GtkWidget *bar,
                                GtkWidget *content)
{
#if ADW_CHECK_VERSION (1, 4, 0)
  AdwToolbarView *view = ADW_TOOLBAR_VIEW (adw_toolbar_view_new ());

  adw_toolbar_view_add_top_bar (view, header_bar);
  if (bar != NULL)
    adw_toolbar_view_add_top_bar (view, bar);
  adw_toolbar_view_set_content (view, content);

  return GTK_WIDGET (view);
#else
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));

  gtk_box_append (box, header_bar);
  if (bar != NULL)
    gtk_box_append (box, bar);
  gtk_box_append (box, content);
  gtk_widget_set_vexpand (content, TRUE);

  return GTK_WIDGET (box);
#endif
}

/**
 * downloader_modern_hide_icons:
 * @window: A window.
 * @view: A view of tasks in it.
 *
 * Leaves the icons out where the window is narrow, for the words to have their place,
 * if libadwaita has breakpoints.
 */
void
downloader_modern_hide_icons (GtkWindow *window,
                              GtkWidget *view)
{
#if ADW_CHECK_VERSION (1, 4, 0)
  AdwBreakpoint *breakpoint = adw_breakpoint_new (adw_breakpoint_condition_parse ("max-width: 400sp"));
  g_auto(GValue) no = G_VALUE_INIT;

  g_value_init (&no, G_TYPE_BOOLEAN);
  adw_breakpoint_add_setter (breakpoint, G_OBJECT (view), "show-icon", &no);
  adw_application_window_add_breakpoint (ADW_APPLICATION_WINDOW (window), breakpoint);
#endif
}

/**
 * downloader_modern_present_dialog:
 * @parent: The window it belongs to.
 * @title: Its title.
 * @content: What is in it, with a header bar.
 * @default_widget: (nullable): What Enter means.
 * @focus: (nullable): What has the focus first.
 *
 * Shows a dialog.
 */
void
downloader_modern_present_dialog (GtkWindow  *parent,
                                  const char *title,
                                  GtkWidget  *content,
                                  GtkWidget  *default_widget,
                                  GtkWidget  *focus)
{
#if ADW_CHECK_VERSION (1, 5, 0)
  AdwDialog *dialog = adw_dialog_new ();

  adw_dialog_set_title (dialog, title);
  adw_dialog_set_content_width (dialog, DIALOG_WIDTH);
  adw_dialog_set_child (dialog, content);
  adw_dialog_set_default_widget (dialog, default_widget);
  adw_dialog_set_focus (dialog, focus);
  adw_dialog_present (dialog, GTK_WIDGET (parent));
  keep_focus (focus);
#else
  GtkWidget *dialog = g_object_new (ADW_TYPE_WINDOW,
                                    "title", title,
                                    "modal", TRUE,
                                    "transient-for", parent,
                                    "default-width", DIALOG_WIDTH,
                                    "width-request", DIALOG_MIN_WIDTH,
                                    "content", content,
                                    "default-widget", default_widget,
                                    NULL);

  if (focus != NULL)
    gtk_window_set_focus (GTK_WINDOW (dialog), focus);
  gtk_window_present (GTK_WINDOW (dialog));
#endif
}

/**
 * downloader_modern_close:
 * @content: What is in a dialog.
 *
 * Closes the dialog.
 */
void
downloader_modern_close (GtkWidget *content)
{
#if ADW_CHECK_VERSION (1, 5, 0)
  adw_dialog_close (ADW_DIALOG (gtk_widget_get_ancestor (content, ADW_TYPE_DIALOG)));
#else
  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (content)));
#endif
}

/**
 * downloader_modern_present_preferences:
 * @parent: The window they belong to.
 * @page: The preferences.
 *
 * Shows preferences.
 */
void
downloader_modern_present_preferences (GtkWindow          *parent,
                                       AdwPreferencesPage *page)
{
#if ADW_CHECK_VERSION (1, 5, 0)
  AdwPreferencesDialog *dialog = ADW_PREFERENCES_DIALOG (adw_preferences_dialog_new ());

  adw_preferences_dialog_add (dialog, page);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (parent));
#else
  GtkWidget *window = g_object_new (ADW_TYPE_PREFERENCES_WINDOW,
                                    "modal", TRUE,
                                    "search-enabled", FALSE,
                                    "transient-for", parent,
                                    "default-width", DIALOG_WIDTH,
                                    "default-height", PREFERENCES_HEIGHT,
                                    "width-request", DIALOG_MIN_WIDTH,
                                    NULL);

  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
#endif
}

/**
 * downloader_modern_tell:
 * @page: A page of preferences.
 * @text: A sentence without a full stop.
 *
 * Says something in passing, if the preferences are still there.
 */
void
downloader_modern_tell (GtkWidget  *page,
                        const char *text)
{
#if ADW_CHECK_VERSION (1, 5, 0)
  GtkWidget *dialog = gtk_widget_get_ancestor (page, ADW_TYPE_PREFERENCES_DIALOG);

  if (dialog != NULL)
    adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (dialog), adw_toast_new (text));
#else
  GtkWidget *window = gtk_widget_get_ancestor (page, ADW_TYPE_PREFERENCES_WINDOW);

  if (window != NULL)
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window), adw_toast_new (text));
#endif
}

/**
 * downloader_modern_present_about:
 * @parent: The window it belongs to.
 *
 * Tells what the program is, and who made it.
 */
void
downloader_modern_present_about (GtkWindow *parent)
{
#if ADW_CHECK_VERSION (1, 5, 0)
  adw_show_about_dialog (GTK_WIDGET (parent),
#else
  adw_show_about_window (parent,
#endif
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
