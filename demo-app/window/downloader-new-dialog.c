/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-new-dialog.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-folder-row.h"
#include "downloader-http.h"
#include "downloader-links.h"
#include "downloader-modern.h"
#include "downloader-names.h"
#include "downloader-probe.h"

/* Asks what is to be downloaded, and where to. */
struct _DownloaderNewDialog
{
  AdwBin               parent_instance;

  GtkWidget           *header_bar;
  GtkWidget           *content;
  GtkTextView         *links_view;
  AdwEntryRow         *name_row;
  DownloaderFolderRow *folder_row;
  AdwEntryRow         *checksum_row;
  GtkLabel            *hint_label;
  GtkButton           *download_button;

  GtkWindow           *parent;
  DownloaderList      *list;
  DownloaderItem      *edited;
  DownloaderSettings  *settings;

  AtLatest            *probe;
  char                *link;
  char                *suggested;
  guint64              size;
  gboolean             updating;
};

G_DEFINE_FINAL_TYPE (DownloaderNewDialog, downloader_new_dialog, ADW_TYPE_BIN)

static char *
dup_text (DownloaderNewDialog *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->links_view);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/* A checksum belongs to one file. */
static gboolean
take_checksum (DownloaderNewDialog *self,
               guint                n_links)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->checksum_row))));
  g_autofree char *full = NULL;

  g_clear_pointer (&self->settings->checksum, g_free);
  if (*text == '\0' || n_links > 1)
    return TRUE;

  /* Its length tells which kind it is, where nobody says. */
  if (strchr (text, ':') == NULL)
    {
      const char *name = strlen (text) == 128 ? "sha512" : strlen (text) == 40 ? "sha1"
                         : strlen (text) == 32 ? "md5" : "sha256";

      full = g_strconcat (name, ":", text, NULL);
    }

  return downloader_settings_parse_checksum (self->settings, full != NULL ? full : text, NULL);
}

/* A name that somebody has typed stays. */
static void
suggest (DownloaderNewDialog *self,
         const char          *name)
{
  GtkEditable *editable = GTK_EDITABLE (self->name_row);

  if (self->suggested == NULL || g_str_equal (gtk_editable_get_text (editable), self->suggested))
    gtk_editable_set_text (editable, name);
  g_free (self->suggested);
  self->suggested = g_strdup (name);
}

/* The server says what the file is called, and how large it is, before it is downloaded. */
static void
take_link (DownloaderNewDialog *self,
           const char          *link)
{
  g_autoptr(GUri) uri = NULL;
  g_autofree char *name = NULL;
  g_autofree char *safe = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->name_row), link != NULL);
  if (g_strcmp0 (link, self->link) == 0)
    return;

  g_free (self->link);
  self->link = g_strdup (link);
  self->size = 0;
  if (link == NULL)
    {
      at_latest_cancel (self->probe);
      return;
    }

  uri = downloader_http_parse_link (link, NULL);
  name = downloader_name_from_uri (uri);
  safe = name != NULL ? downloader_name_make_safe (name) : g_strdup ("");
  suggest (self, safe);
  downloader_probe_ask (self->probe, link);
}

static void update (DownloaderNewDialog *self);

static void
probed (DownloaderNewDialog *self,
        const GValue        *result)
{
  const char *link;
  const char *name;
  guint64 size;

  downloader_probe_read (result, &link, &name, &size);
  if (g_strcmp0 (link, self->link) != 0)
    return;

  self->size = size;
  if (*name != '\0')
    suggest (self, name);
  update (self);
}

/* What somebody has typed, and the server has not said. */
static char *
dup_chosen_name (DownloaderNewDialog *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));

  if (self->link == NULL || *name == '\0' || g_strcmp0 (name, self->suggested) == 0)
    return NULL;

  return downloader_name_make_safe (name);
}

static gboolean
is_name_taken (DownloaderNewDialog *self)
{
  g_autofree char *folder = downloader_folder_row_dup_folder (self->folder_row);
  g_autofree char *path = g_build_filename (folder != NULL ? folder : self->settings->folder,
                                            gtk_editable_get_text (GTK_EDITABLE (self->name_row)), NULL);

  return *gtk_editable_get_text (GTK_EDITABLE (self->name_row)) != '\0' && g_file_test (path, G_FILE_TEST_EXISTS);
}

static char *
make_hint (DownloaderNewDialog *self)
{
  g_autofree char *size = self->size > 0 ? at_format_amounts (self->size, 0, AT_PROGRESS_UNIT_BYTES) : NULL;

  if (self->link != NULL && is_name_taken (self))
    /* Translators: %s is the name of a file. */
    return g_strdup_printf (_("“%s” is there already; the new one gets another name"),
                            gtk_editable_get_text (GTK_EDITABLE (self->name_row)));
  if (size != NULL)
    /* Translators: %s is an amount such as “12.1 MB”. */
    return g_strdup_printf (_("The file has %s"), size);

  return g_strdup (_("One link a line; Shift+Enter starts a new line"));
}

static void
update (DownloaderNewDialog *self)
{
  g_autofree char *text = dup_text (self);
  g_autofree char *bad = NULL;
  g_auto(GStrv) links = downloader_links_parse (text, &bad);
  guint n_links = g_strv_length (links);
  gboolean checksum_good = take_checksum (self, n_links);
  g_autofree char *label = NULL;

  /* What is suggested changes the entry. */
  if (self->updating)
    return;

  self->updating = TRUE;
  take_link (self, n_links == 1 && bad == NULL ? links[0] : NULL);
  self->updating = FALSE;

  gtk_widget_set_sensitive (GTK_WIDGET (self->checksum_row), n_links <= 1);
  if (checksum_good)
    gtk_widget_remove_css_class (GTK_WIDGET (self->checksum_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->checksum_row), "error");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.download", n_links > 0 && bad == NULL && checksum_good);

  if (!checksum_good)
    label = g_strdup (_("This is no MD5, SHA-1, SHA-256 or SHA-512 checksum"));
  else if (bad != NULL)
    /* Translators: %s is what somebody typed. */
    label = g_strdup_printf (_("“%s” is not a link that can be downloaded"), bad);
  else if (n_links > 1)
    /* Translators: how many links the text holds; it stands below that text. */
    label = g_strdup_printf (ngettext ("%u download", "%u downloads", n_links), n_links);
  else
    label = make_hint (self);
  gtk_label_set_label (self->hint_label, label);
}

static void
download_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  DownloaderNewDialog *self = DOWNLOADER_NEW_DIALOG (widget);
  g_autofree char *text = dup_text (self);
  g_autofree char *folder = downloader_folder_row_dup_folder (self->folder_row);
  g_autofree char *name = dup_chosen_name (self);
  g_auto(GStrv) links = NULL;

  if (folder != NULL)
    {
      g_free (self->settings->folder);
      self->settings->folder = g_steal_pointer (&folder);
    }
  links = downloader_links_parse (text, NULL);
  g_object_ref (self);
  downloader_modern_close (widget);
  if (self->edited != NULL)
    downloader_list_remove (self->list, self->edited);
  downloader_links_add_all (self->parent, self->list, (const char * const *) links, name, self->settings);
  g_object_unref (self);
}

static void
close_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  downloader_modern_close (widget);
}

/* Most often there is one link, and Enter means that this was it. */
static gboolean
key_pressed (DownloaderNewDialog   *self,
             guint                  keyval,
             guint                  keycode,
             GdkModifierType        state,
             GtkEventControllerKey *controller)
{
  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter)
    return GDK_EVENT_PROPAGATE;

  if ((state & GDK_SHIFT_MASK) != 0)
    {
      gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (self->links_view), "\n", 1);
      return GDK_EVENT_STOP;
    }

  gtk_widget_activate_action (GTK_WIDGET (self), "dialog.download", NULL);
  return GDK_EVENT_STOP;
}

static void
clipboard_read (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(DownloaderNewDialog) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autofree char *links = text != NULL ? downloader_links_keep (text) : NULL;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->links_view);
  GtkTextIter start;
  GtkTextIter end;

  /* Somebody may have typed meanwhile. */
  if (links == NULL || gtk_text_buffer_get_char_count (buffer) > 0)
    return;

  gtk_text_buffer_set_text (buffer, links, -1);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_select_range (buffer, &end, &start);
}

static void
downloader_new_dialog_dispose (GObject *object)
{
  DownloaderNewDialog *self = DOWNLOADER_NEW_DIALOG (object);

  g_clear_weak_pointer (&self->parent);
  g_clear_object (&self->list);
  g_clear_object (&self->edited);
  g_clear_object (&self->probe);
  g_clear_pointer (&self->settings, downloader_settings_free);

  G_OBJECT_CLASS (downloader_new_dialog_parent_class)->dispose (object);
}

static void
downloader_new_dialog_finalize (GObject *object)
{
  DownloaderNewDialog *self = DOWNLOADER_NEW_DIALOG (object);

  g_free (self->link);
  g_free (self->suggested);

  G_OBJECT_CLASS (downloader_new_dialog_parent_class)->finalize (object);
}

static void
downloader_new_dialog_class_init (DownloaderNewDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = downloader_new_dialog_dispose;
  object_class->finalize = downloader_new_dialog_finalize;

  g_type_ensure (DOWNLOADER_TYPE_FOLDER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/asynctask/Downloader/downloader-new-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, DownloaderNewDialog, header_bar);
  gtk_widget_class_bind_template_child (widget_class, DownloaderNewDialog, content);
  gtk_widget_class_bind_template_child (widget_class, DownloaderNewDialog, links_view);
  gtk_widget_class_bind_template_child (widget_class, DownloaderNewDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, DownloaderNewDialog, folder_row);
  gtk_widget_class_bind_template_child (widget_class, DownloaderNewDialog, checksum_row);
  gtk_widget_class_bind_template_child (widget_class, DownloaderNewDialog, hint_label);
  gtk_widget_class_bind_template_child (widget_class, DownloaderNewDialog, download_button);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
  gtk_widget_class_install_action (widget_class, "dialog.download", NULL, download_action);
  gtk_widget_class_install_action (widget_class, "dialog.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "dialog.close", NULL);
}

static void
downloader_new_dialog_init (DownloaderNewDialog *self)
{
  self->probe = downloader_probe_new ();
  g_signal_connect_object (self->probe, "result", G_CALLBACK (probed), self, G_CONNECT_SWAPPED);
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_bin_set_child (ADW_BIN (self), downloader_modern_make_content (self->header_bar, NULL, self->content));
}

/**
 * downloader_new_dialog_present:
 * @parent: The window it belongs to.
 * @list: What downloads are added to.
 * @edited: (nullable): A download that is to have another link.
 *
 * Asks for links. What is in the clipboard is suggested, if it has links in it, or the
 * link of the download that another takes the place of.
 */
void
downloader_new_dialog_present (GtkWindow      *parent,
                               DownloaderList *list,
                               DownloaderItem *edited)
{
  DownloaderNewDialog *self = g_object_new (DOWNLOADER_TYPE_NEW_DIALOG, NULL);

  g_set_weak_pointer (&self->parent, parent);
  self->list = g_object_ref (list);
  self->settings = downloader_list_make_settings (list);
  downloader_folder_row_set_folder (self->folder_row, self->settings->folder);
  if (edited != NULL)
    {
      self->edited = g_object_ref (edited);
      gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->links_view), downloader_item_get_link (edited), -1);
    }
  update (self);
  downloader_modern_present_dialog (parent, edited != NULL ? _("Edit Link") : _("New Download"), GTK_WIDGET (self),
                                    GTK_WIDGET (self->download_button), GTK_WIDGET (self->links_view));
  if (edited == NULL)
    gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (parent)), NULL,
                                   clipboard_read, g_object_ref (self));
}
