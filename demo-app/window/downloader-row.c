/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-row.h"

struct _DownloaderRow
{
  GtkListBoxRow   parent_instance;

  DownloaderItem *item;

  GtkProgressBar *progress_bar;
  GtkLabel       *caption_label;
  GtkButton      *button;
};

enum
{
  PROP_ITEM = 1,
  N_PROPS
};

enum
{
  BUTTON_CLICKED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DownloaderRow, downloader_row, GTK_TYPE_LIST_BOX_ROW)

static void
button_clicked (DownloaderRow *self)
{
  g_signal_emit (self, signals[BUTTON_CLICKED], 0);
}

static void
pulse (DownloaderItem *item,
       GParamSpec     *pspec,
       DownloaderRow  *self)
{
  gboolean pulsing;
  double fraction;

  g_object_get (item, "pulsing", &pulsing, "fraction", &fraction, NULL);
  if (pulsing)
    gtk_progress_bar_pulse (self->progress_bar);
  else
    gtk_progress_bar_set_fraction (self->progress_bar, fraction);
}

static void
show_failure (DownloaderItem *item,
              GParamSpec     *pspec,
              DownloaderRow  *self)
{
  gboolean failed;

  g_object_get (item, "failed", &failed, NULL);
  if (failed)
    gtk_widget_add_css_class (GTK_WIDGET (self->caption_label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->caption_label), "error");
}

static void
name_button (DownloaderItem *item,
             GParamSpec     *pspec,
             DownloaderRow  *self)
{
  g_autofree char *label = NULL;

  g_object_get (item, "button-label", &label, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
downloader_row_set_item (DownloaderRow  *self,
                         DownloaderItem *item)
{
  self->item = g_object_ref (item);
  g_signal_connect_object (item, "notify::pulsing", G_CALLBACK (pulse), self, 0);
  g_signal_connect_object (item, "notify::failed", G_CALLBACK (show_failure), self, 0);
  g_signal_connect_object (item, "notify::button-label", G_CALLBACK (name_button), self, 0);
  show_failure (item, NULL, self);
  name_button (item, NULL, self);
}

static void
downloader_row_dispose (GObject *object)
{
  DownloaderRow *self = DOWNLOADER_ROW (object);

  g_clear_object (&self->item);

  G_OBJECT_CLASS (downloader_row_parent_class)->dispose (object);
}

static void
downloader_row_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  DownloaderRow *self = DOWNLOADER_ROW (object);

  switch (prop_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_row_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  DownloaderRow *self = DOWNLOADER_ROW (object);

  switch (prop_id)
    {
    case PROP_ITEM:
      downloader_row_set_item (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_row_class_init (DownloaderRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = downloader_row_dispose;
  object_class->get_property = downloader_row_get_property;
  object_class->set_property = downloader_row_set_property;

  props[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, DOWNLOADER_TYPE_ITEM,
                                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * DownloaderRow::button-clicked:
   * @self: The row.
   *
   * The button that offers what the download's state allows was clicked.
   */
  signals[BUTTON_CLICKED] = g_signal_new ("button-clicked",
                                          G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/asynctask/Downloader/downloader-row.ui");
  gtk_widget_class_bind_template_child (widget_class, DownloaderRow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, DownloaderRow, caption_label);
  gtk_widget_class_bind_template_child (widget_class, DownloaderRow, button);
  gtk_widget_class_bind_template_callback (widget_class, button_clicked);
}

static void
downloader_row_init (DownloaderRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

DownloaderRow *
downloader_row_new (DownloaderItem *item)
{
  return g_object_new (DOWNLOADER_TYPE_ROW, "item", item, NULL);
}

DownloaderItem *
downloader_row_get_item (DownloaderRow *self)
{
  return self->item;
}
