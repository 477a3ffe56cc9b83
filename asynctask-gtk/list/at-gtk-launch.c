/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-launch-private.h"

#include "../item/at-gtk-file-manager-private.h"
#include "../item/at-gtk-task-item-private.h"
#include "at-gtk-note-private.h"
#include "at-gtk-task-row-private.h"
#include "../item/at-gtk-words-private.h"

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

/* What several are shown together for. */
static Launch *
launch_copy (Launch *self)
{
  Launch *copy = g_new (Launch, 1);

  copy->widget = g_object_ref (self->widget);
  copy->item = g_object_ref (self->item);
  copy->file = g_object_ref (self->file);

  return copy;
}

/* Each folder once. */
static void
show_parents (GPtrArray *launches)
{
  g_autoptr (GHashTable) shown = g_hash_table_new_full (g_file_hash, (GEqualFunc) g_file_equal, g_object_unref, NULL);

  for (guint i = 0; i < launches->len; i++)
    {
      Launch *self = launches->pdata[i];
      GFile *folder = g_file_get_parent (self->file);

      if (folder == NULL)
        folder = g_object_ref (self->file);
      if (g_hash_table_add (shown, folder))
        show_uri (launch_copy (self), folder, on_folder_opened);
    }
}

static void
on_items_shown (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GPtrArray) launches = user_data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  /* Not every file manager knows how to select a file. */
  if (answer == NULL)
    show_parents (launches);
}

static void
on_bus (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GPtrArray) launches = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);
  GVariantBuilder uris;

  if (bus == NULL)
    {
      show_parents (launches);
      return;
    }

  g_variant_builder_init (&uris, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < launches->len; i++)
    {
      Launch *self = launches->pdata[i];
      g_autofree char *uri = g_file_get_uri (self->file);

      g_variant_builder_add (&uris, "s", uri);
    }
  at_gtk_file_manager_show (bus, g_variant_builder_end (&uris), on_items_shown, g_steal_pointer (&launches));
}

/* The files of all of @items that have one there: a file manager that is asked for each would have a
 * window for each. */
void
at_gtk_launch_folder (GtkWidget *widget,
                      GPtrArray *items)
{
  GPtrArray *launches = g_ptr_array_new_with_free_func ((GDestroyNotify) launch_free);

  for (guint i = 0; i < items->len; i++)
    if (at_gtk_task_item_can (items->pdata[i], AT_GTK_TASK_ACTION_SHOW_IN_FOLDER))
      g_ptr_array_add (launches, launch_new (widget, items->pdata[i]));

  if (launches->len > 0)
    g_bus_get (G_BUS_TYPE_SESSION, NULL, on_bus, launches);
  else
    g_ptr_array_unref (launches);
}
