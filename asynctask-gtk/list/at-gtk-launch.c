/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-launch-private.h"

#include "../item/at-gtk-file-manager-private.h"
#include "at-gtk-note-private.h"
#include "at-gtk-task-row-private.h"
#include "at-gtk-words-private.h"

#include <glib/gi18n-lib.h>

/* Opens what a task has made, and shows it in its folder. Where that does not work, a sentence
 * says so at the place where it was asked for. */

typedef struct
{
  GtkWidget     *widget;
  AtGtkTaskItem *item;
  GFile         *file;
} Launch;

static Launch *
launch_new (GtkWidget     *widget,
            AtGtkTaskItem *item)
{
  Launch *self = g_new (Launch, 1);

  self->widget = g_object_ref (widget);
  self->item = g_object_ref (item);
  self->file = g_object_ref (at_gtk_task_item_get_file (item));

  return self;
}

static void
launch_free (Launch *self)
{
  g_object_unref (self->widget);
  g_object_unref (self->item);
  g_object_unref (self->file);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Launch, launch_free)

/* The widget may have gone meanwhile, or be the row of another. */
static void
tell (Launch           *self,
      const char       *format,
      const GError     *error,
      AtGtkTaskActions  help)
{
  g_autofree char *name = g_file_get_basename (self->file);
  g_autofree char *sentence = at_gtk_words_with_name (format, name);
  g_autofree char *text = error != NULL ? g_strconcat (sentence, "\n", error->message, NULL) : NULL;

  if (!gtk_widget_get_mapped (self->widget))
    return;
  if (AT_GTK_IS_TASK_ROW (self->widget) && at_gtk_task_row_get_item (AT_GTK_TASK_ROW (self->widget)) != self->item)
    return;

  at_gtk_note_show (self->widget, self->item, text != NULL ? text : sentence, help);
}

static GtkWindow *
get_window (Launch *self)
{
  GtkRoot *root = gtk_widget_get_root (self->widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
show_uri (Launch              *self,
          GFile               *file,
          GAsyncReadyCallback  callback)
{
  g_autofree char *uri = g_file_get_uri (file);

  gtk_show_uri_full (get_window (self), uri, GDK_CURRENT_TIME, NULL, callback, self);
}

static gboolean
show_uri_finish (GObject       *source,
                 GAsyncResult  *result,
                 GError       **error)
{
  /* It is for a window, or for none. */
  return gtk_show_uri_full_finish ((GtkWindow *) source, result, error);
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Launch) self = user_data;
  g_autoptr (GError) error = NULL;

  if (show_uri_finish (source, result, &error))
    return;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    tell (self, _("There is no application that opens “%s”."), NULL, AT_GTK_TASK_ACTION_SHOW_IN_FOLDER);
  else
    tell (self, _("“%s” cannot be opened."), error, AT_GTK_TASK_ACTION_SHOW_IN_FOLDER);
}

void
at_gtk_launch_file (GtkWidget     *widget,
                    AtGtkTaskItem *item)
{
  Launch *self = launch_new (widget, item);

  show_uri (self, self->file, on_opened);
}

static void
on_folder_opened (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (Launch) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!show_uri_finish (source, result, &error))
    tell (self, _("The folder of “%s” cannot be shown."), error, AT_GTK_TASK_ACTION_NONE);
}

static void
show_parent (Launch *self)
{
  g_autoptr (GFile) folder = g_file_get_parent (self->file);

  show_uri (self, folder != NULL ? folder : self->file, on_folder_opened);
}

static void
on_items_shown (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (Launch) self = user_data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  /* Not every file manager knows how to select a file. */
  if (answer == NULL)
    show_parent (g_steal_pointer (&self));
}

static void
on_bus (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (Launch) self = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);
  g_autofree char *uri = g_file_get_uri (self->file);
  const char *uris[] = { uri, NULL };

  if (bus == NULL)
    {
      show_parent (g_steal_pointer (&self));
      return;
    }

  at_gtk_file_manager_show (bus, g_variant_new_strv (uris, -1), on_items_shown, g_steal_pointer (&self));
}

void
at_gtk_launch_folder (GtkWidget     *widget,
                      AtGtkTaskItem *item)
{
  g_bus_get (G_BUS_TYPE_SESSION, NULL, on_bus, launch_new (widget, item));
}
