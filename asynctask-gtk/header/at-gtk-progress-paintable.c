/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-progress-paintable.h"

#include <math.h>

#include "at-gtk-init.h"
#include "at-gtk-pie-private.h"

/**
 * AtGtkProgressPaintable:
 *
 * A pie that tells how far something is, for a [class@Gtk.Image] in a header bar.
 *
 * It is drawn in the colors of symbolic icons, in any size, and clockwise in all languages. With
 * [property@ProgressPaintable:icon-name] it is a ring with an icon in it; paused, and after an
 * error, a ring with two bars or an exclamation mark, so that no color is needed to tell them
 * apart. [method@ProgressPaintable.animate_done] makes a check mark of it.
 *
 * Whoever shows it is told to draw it again only when that makes a difference of a device pixel.
 * What moves by itself, which is an indeterminate one and the way to the check mark, needs
 * [property@ProgressPaintable:widget], and does so only while that is mapped and
 * [property@Gtk.Settings:gtk-enable-animations] is set; otherwise there is a picture that stands
 * still.
 *
 * ```xml
 * <object class="AtGtkProgressPaintable" id="pie">
 *   <property name="widget">image</property>
 *   <property name="fraction">0.25</property>
 * </object>
 * <object class="GtkImage" id="image">
 *   <property name="paintable">pie</property>
 * </object>
 * ```
 *
 * It belongs to the thread of GTK.
 *
 * Since: 1.0
 */

#define SIZE            AT_GTK_PIE_SIZE
#define RADIUS          AT_GTK_PIE_RADIUS
#define ICON_SIZE       8.0 /* in a ring */
#define TURN            (2 * G_TIME_SPAN_SECOND)
#define DONE_DURATION   (400 * G_TIME_SPAN_MILLISECOND)

struct _AtGtkProgressPaintable
{
  GObject      parent_instance;

  double       fraction;
  char        *icon_name; /* or NULL */
  gboolean     indeterminate;
  gboolean     paused;
  gboolean     error;
  gboolean     done;

  GtkWidget   *widget;   /* weak, or NULL */
  GtkSettings *settings; /* of @widget, or NULL */
  guint        tick;

  /* Of what moves, by the frame clock of @widget. */
  gint64       turn_start; /* 0: at the next frame */
  double       turn;
  gint64       done_start; /* 0: at the next frame */
  double       done_progress;

  /* What was last drawn, in device pixels along the rim. */
  double       rim;
  double       drawn;
};

enum
{
  PROP_WIDGET = 1,
  PROP_FRACTION,
  PROP_INDETERMINATE,
  PROP_ICON_NAME,
  PROP_PAUSED,
  PROP_ERROR,
  PROP_DONE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void paintable_iface_init (GdkPaintableInterface         *iface);
static void symbolic_iface_init  (GtkSymbolicPaintableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AtGtkProgressPaintable, at_gtk_progress_paintable, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, paintable_iface_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SYMBOLIC_PAINTABLE, symbolic_iface_init))

/* When to draw. */

static gboolean
turns (AtGtkProgressPaintable *self)
{
  return self->indeterminate && !self->paused && !self->error && !self->done;
}

static double
get_position (AtGtkProgressPaintable *self)
{
  return round ((turns (self) ? self->turn : self->fraction) * self->rim);
}

static void
invalidate (AtGtkProgressPaintable *self)
{
  self->drawn = get_position (self);
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
}

static void
invalidate_if_moved (AtGtkProgressPaintable *self)
{
  if (get_position (self) != self->drawn)
    invalidate (self);
}

/* What moves by itself. */

static gboolean
can_animate (AtGtkProgressPaintable *self)
{
  gboolean enabled = FALSE;

  if (self->widget == NULL || !gtk_widget_get_mapped (self->widget))
    return FALSE;

  g_object_get (gtk_widget_get_settings (self->widget), "gtk-enable-animations", &enabled, NULL);

  return enabled;
}

static double
ease (double t)
{
  return t < 0.5 ? 4 * t * t * t : 1 - pow (2 - 2 * t, 3) / 2;
}

static gboolean
on_tick (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  AtGtkProgressPaintable *self = user_data;
  gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (self->done)
    {
      if (self->done_start == 0)
        self->done_start = now;
      self->done_progress = MIN ((now - self->done_start) / (double) DONE_DURATION, 1);
      invalidate (self);
      if (self->done_progress < 1)
        return G_SOURCE_CONTINUE;

      self->tick = 0;
      return G_SOURCE_REMOVE;
    }

  if (self->turn_start == 0)
    self->turn_start = now;
  self->turn = fmod ((now - self->turn_start) / (double) TURN, 1);
  invalidate_if_moved (self);

  return G_SOURCE_CONTINUE;
}

static void
update_tick (AtGtkProgressPaintable *self)
{
  gboolean animates = can_animate (self);
  gboolean wanted = animates && (turns (self) || (self->done && self->done_progress < 1));

  if (wanted && self->tick == 0)
    {
      self->turn_start = 0;
      self->turn = 0;
      self->tick = gtk_widget_add_tick_callback (self->widget, on_tick, self, NULL);
    }
  else if (!wanted && self->tick != 0)
    {
      gtk_widget_remove_tick_callback (self->widget, self->tick);
      self->tick = 0;
    }

  /* Nobody would see the end of it. */
  if (self->done && !animates)
    self->done_progress = 1;
}

static void
changed (AtGtkProgressPaintable *self)
{
  update_tick (self);
  invalidate (self);
}

/* There is progress again. */
static void
clear_done (AtGtkProgressPaintable *self)
{
  if (!self->done)
    return;

  self->done = FALSE;
  self->done_progress = 0;
  changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DONE]);
}

static void
leave_settings (AtGtkProgressPaintable *self)
{
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->settings);
}

static void
on_widget_gone (gpointer  user_data,
                GObject  *widget)
{
  AtGtkProgressPaintable *self = user_data;

  self->widget = NULL;
  self->tick = 0;
  leave_settings (self);
  changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDGET]);
}

static void
leave_widget (AtGtkProgressPaintable *self)
{
  leave_settings (self);
  if (self->widget == NULL)
    return;

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (self->widget, self->tick);
  self->tick = 0;
  g_signal_handlers_disconnect_by_data (self->widget, self);
  g_object_weak_unref (G_OBJECT (self->widget), on_widget_gone, self);
  self->widget = NULL;
}

/* How it is drawn. */

static AtGtkPieShape
get_shape (AtGtkProgressPaintable *self)
{
  if (self->error)
    return AT_GTK_PIE_SHAPE_ERROR;
  if (self->paused)
    return AT_GTK_PIE_SHAPE_PAUSED;
  if (self->indeterminate && (self->icon_name != NULL || can_animate (self)))
    return AT_GTK_PIE_SHAPE_RING;
  /* One that stands still looks like no fraction. */
  if (self->indeterminate)
    return AT_GTK_PIE_SHAPE_DOTS;
  if (self->icon_name == NULL)
    return AT_GTK_PIE_SHAPE_DISC;

  return self->fraction > 0 ? AT_GTK_PIE_SHAPE_RING : AT_GTK_PIE_SHAPE_NOTHING;
}

static void
snapshot_icon (AtGtkProgressPaintable *self,
               GtkSnapshot            *snapshot,
               double                  size,
               const GdkRGBA          *colors,
               gsize                   n_colors)
{
  GdkDisplay *display = self->widget != NULL ? gtk_widget_get_display (self->widget) : gdk_display_get_default ();
  double icon_size = get_shape (self) == AT_GTK_PIE_SHAPE_NOTHING ? size : size * ICON_SIZE / SIZE;
  graphene_point_t corner = GRAPHENE_POINT_INIT (-icon_size / 2, -icon_size / 2);
  g_autoptr (GtkIconPaintable) icon = NULL;

  if (display == NULL)
    return;

  icon = gtk_icon_theme_lookup_icon (gtk_icon_theme_get_for_display (display), self->icon_name, NULL,
                                     MAX (1, ceil (icon_size)),
                                     self->widget != NULL ? gtk_widget_get_scale_factor (self->widget) : 1,
                                     self->widget != NULL ? gtk_widget_get_direction (self->widget)
                                                          : gtk_widget_get_default_direction (),
                                     0);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &corner);
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, icon_size, icon_size, colors,
                                            n_colors);
  gtk_snapshot_restore (snapshot);
}

static void
at_gtk_progress_paintable_snapshot_symbolic (GtkSymbolicPaintable *paintable,
                                             GdkSnapshot          *gdk_snapshot,
                                             double                width,
                                             double                height,
                                             const GdkRGBA        *colors,
                                             gsize                 n_colors)
{
  AtGtkProgressPaintable *self = AT_GTK_PROGRESS_PAINTABLE (paintable);
  GtkSnapshot *snapshot = GTK_SNAPSHOT (gdk_snapshot);
  GdkRGBA black = { 0, 0, 0, 1 };
  const GdkRGBA *color = n_colors > GTK_SYMBOLIC_COLOR_FOREGROUND ? &colors[GTK_SYMBOLIC_COLOR_FOREGROUND] : &black;
  const GdkRGBA *error_color = n_colors > GTK_SYMBOLIC_COLOR_ERROR ? &colors[GTK_SYMBOLIC_COLOR_ERROR] : color;
  AtGtkPie pie = { get_shape (self), turns (self) ? self->turn : 0, turns (self) ? self->turn + 0.25 : self->fraction };
  AtGtkPie check_mark = { AT_GTK_PIE_SHAPE_CHECK_MARK, 0, 0 };
  double size = MIN (width, height);
  double done = self->done ? ease (self->done_progress) : 0;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (-size / 2, -size / 2, size, size);
  graphene_point_t center = GRAPHENE_POINT_INIT (width / 2, height / 2);
  cairo_t *cr;

  self->rim = 2 * G_PI * size * RADIUS / SIZE * (self->widget != NULL ? gtk_widget_get_scale_factor (self->widget) : 1);
  self->drawn = get_position (self);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &center);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_scale (cr, size / SIZE, size / SIZE);
  if (done < 1)
    {
      cairo_save (cr);
      cairo_scale (cr, 1 - done, 1 - done);
      at_gtk_pie_draw (cr, &pie, self->error ? error_color : color);
      cairo_restore (cr);
    }
  if (done > 0)
    {
      cairo_scale (cr, done, done);
      at_gtk_pie_draw (cr, &check_mark, color);
    }
  cairo_destroy (cr);

  if (self->icon_name != NULL && !self->done && !self->paused && !self->error)
    snapshot_icon (self, snapshot, size, colors, n_colors);
  gtk_snapshot_restore (snapshot);
}

static void
symbolic_iface_init (GtkSymbolicPaintableInterface *iface)
{
  iface->snapshot_symbolic = at_gtk_progress_paintable_snapshot_symbolic;
}

/* For whoever knows nothing of symbolic colors. */
static void
at_gtk_progress_paintable_snapshot (GdkPaintable *paintable,
                                    GdkSnapshot  *snapshot,
                                    double        width,
                                    double        height)
{
  AtGtkProgressPaintable *self = AT_GTK_PROGRESS_PAINTABLE (paintable);
  GdkRGBA colors[4] = {
    [GTK_SYMBOLIC_COLOR_FOREGROUND] = { 0, 0, 0, 1 },
    [GTK_SYMBOLIC_COLOR_ERROR] = { 0.75f, 0.11f, 0.16f, 1 },
    [GTK_SYMBOLIC_COLOR_WARNING] = { 0.68f, 0.34f, 0, 1 },
    [GTK_SYMBOLIC_COLOR_SUCCESS] = { 0.11f, 0.52f, 0.33f, 1 },
  };

  if (self->widget != NULL)
    gtk_style_context_get_color (gtk_widget_get_style_context (self->widget), &colors[GTK_SYMBOLIC_COLOR_FOREGROUND]);
  at_gtk_progress_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (paintable), snapshot, width, height, colors,
                                               G_N_ELEMENTS (colors));
}

static GdkPaintable *
at_gtk_progress_paintable_get_current_image (GdkPaintable *paintable)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  graphene_size_t size = GRAPHENE_SIZE_INIT (SIZE, SIZE);

  gdk_paintable_snapshot (paintable, snapshot, SIZE, SIZE);

  return gtk_snapshot_free_to_paintable (snapshot, &size);
}

static GdkPaintableFlags
at_gtk_progress_paintable_get_flags (GdkPaintable *paintable)
{
  return GDK_PAINTABLE_STATIC_SIZE;
}

static int
at_gtk_progress_paintable_get_intrinsic_size (GdkPaintable *paintable)
{
  return SIZE;
}

static void
paintable_iface_init (GdkPaintableInterface *iface)
{
  iface->snapshot = at_gtk_progress_paintable_snapshot;
  iface->get_current_image = at_gtk_progress_paintable_get_current_image;
  iface->get_flags = at_gtk_progress_paintable_get_flags;
  iface->get_intrinsic_width = at_gtk_progress_paintable_get_intrinsic_size;
  iface->get_intrinsic_height = at_gtk_progress_paintable_get_intrinsic_size;
}

static void
at_gtk_progress_paintable_dispose (GObject *object)
{
  AtGtkProgressPaintable *self = AT_GTK_PROGRESS_PAINTABLE (object);

  leave_widget (self);

  G_OBJECT_CLASS (at_gtk_progress_paintable_parent_class)->dispose (object);
}

static void
at_gtk_progress_paintable_finalize (GObject *object)
{
  AtGtkProgressPaintable *self = AT_GTK_PROGRESS_PAINTABLE (object);

  g_free (self->icon_name);

  G_OBJECT_CLASS (at_gtk_progress_paintable_parent_class)->finalize (object);
}

static void
at_gtk_progress_paintable_get_property (GObject    *object,
                                        guint       prop_id,
                                        GValue     *value,
                                        GParamSpec *pspec)
{
  AtGtkProgressPaintable *self = AT_GTK_PROGRESS_PAINTABLE (object);

  switch (prop_id)
    {
    case PROP_WIDGET:
      g_value_set_object (value, self->widget);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_INDETERMINATE:
      g_value_set_boolean (value, self->indeterminate);
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, self->icon_name);
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, self->paused);
      break;
    case PROP_ERROR:
      g_value_set_boolean (value, self->error);
      break;
    case PROP_DONE:
      g_value_set_boolean (value, self->done);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_progress_paintable_set_property (GObject      *object,
                                        guint         prop_id,
                                        const GValue *value,
                                        GParamSpec   *pspec)
{
  AtGtkProgressPaintable *self = AT_GTK_PROGRESS_PAINTABLE (object);

  switch (prop_id)
    {
    case PROP_WIDGET:
      at_gtk_progress_paintable_set_widget (self, g_value_get_object (value));
      break;
    case PROP_FRACTION:
      at_gtk_progress_paintable_set_fraction (self, g_value_get_double (value));
      break;
    case PROP_INDETERMINATE:
      at_gtk_progress_paintable_set_indeterminate (self, g_value_get_boolean (value));
      break;
    case PROP_ICON_NAME:
      at_gtk_progress_paintable_set_icon_name (self, g_value_get_string (value));
      break;
    case PROP_PAUSED:
      at_gtk_progress_paintable_set_paused (self, g_value_get_boolean (value));
      break;
    case PROP_ERROR:
      at_gtk_progress_paintable_set_error (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_progress_paintable_class_init (AtGtkProgressPaintableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  at_gtk_init ();

  object_class->dispose = at_gtk_progress_paintable_dispose;
  object_class->finalize = at_gtk_progress_paintable_finalize;
  object_class->get_property = at_gtk_progress_paintable_get_property;
  object_class->set_property = at_gtk_progress_paintable_set_property;

  /**
   * AtGtkProgressPaintable:widget: (getter get_widget) (setter set_widget)
   *
   * The widget that shows it: it has the frame clock for what moves, the scale, and the direction
   * of text.
   *
   * It is held weakly.
   *
   * Since: 1.0
   */
  properties[PROP_WIDGET] =
    g_param_spec_object ("widget", NULL, NULL, GTK_TYPE_WIDGET,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkProgressPaintable:fraction: (getter get_fraction) (setter set_fraction)
   *
   * How much of it is done, from 0 to 1.
   *
   * Since: 1.0
   */
  properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkProgressPaintable:indeterminate: (getter get_indeterminate) (setter set_indeterminate)
   *
   * Whether nobody knows how much of it is done.
   *
   * Since: 1.0
   */
  properties[PROP_INDETERMINATE] =
    g_param_spec_boolean ("indeterminate", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkProgressPaintable:icon-name: (getter get_icon_name) (setter set_icon_name)
   *
   * The name of a symbolic icon that is drawn inside a ring, instead of a pie.
   *
   * The ring is drawn once there is progress.
   *
   * Since: 1.0
   */
  properties[PROP_ICON_NAME] =
    g_param_spec_string ("icon-name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkProgressPaintable:paused: (getter get_paused) (setter set_paused)
   *
   * Whether it is paused: it is drawn as a ring with two bars in it.
   *
   * Since: 1.0
   */
  properties[PROP_PAUSED] =
    g_param_spec_boolean ("paused", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkProgressPaintable:error: (getter get_error) (setter set_error)
   *
   * Whether something failed: it is drawn in the color of errors, as a ring with an exclamation
   * mark in it.
   *
   * Since: 1.0
   */
  properties[PROP_ERROR] =
    g_param_spec_boolean ("error", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtGtkProgressPaintable:done: (getter get_done)
   *
   * Whether it is a check mark, or about to be.
   *
   * See [method@ProgressPaintable.animate_done].
   *
   * Since: 1.0
   */
  properties[PROP_DONE] =
    g_param_spec_boolean ("done", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
at_gtk_progress_paintable_init (AtGtkProgressPaintable *self)
{
  self->rim = 2 * G_PI * RADIUS;
}

/**
 * at_gtk_progress_paintable_new:
 * @widget: (nullable): the widget that shows it
 *
 * Makes a pie.
 *
 * Returns: (transfer full): it
 *
 * Since: 1.0
 */
AtGtkProgressPaintable *
at_gtk_progress_paintable_new (GtkWidget *widget)
{
  g_return_val_if_fail (widget == NULL || GTK_IS_WIDGET (widget), NULL);

  return g_object_new (AT_GTK_TYPE_PROGRESS_PAINTABLE, "widget", widget, NULL);
}

/**
 * at_gtk_progress_paintable_animate_done:
 * @self: it
 *
 * Makes a check mark of it, within less than half a second.
 *
 * Where nothing moves by itself, it is there at once. It stays until there is progress again: until
 * one of [property@ProgressPaintable:fraction], [property@ProgressPaintable:indeterminate],
 * [property@ProgressPaintable:paused] and [property@ProgressPaintable:error] changes, except to a
 * fraction of 1.
 *
 * Since: 1.0
 */
void
at_gtk_progress_paintable_animate_done (AtGtkProgressPaintable *self)
{
  g_return_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self));

  if (self->done)
    return;

  self->done = TRUE;
  self->done_start = 0;
  self->done_progress = 0;
  changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DONE]);
}

/**
 * at_gtk_progress_paintable_get_widget:
 * @self: it
 *
 * Gets the widget that shows it: it has the frame clock for what moves, the scale, and the direction
 * of text.
 *
 * Returns: (transfer none) (nullable): the widget, or %NULL
 *
 * Since: 1.0
 */
GtkWidget *
at_gtk_progress_paintable_get_widget (AtGtkProgressPaintable *self)
{
  g_return_val_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self), NULL);

  return self->widget;
}

/**
 * at_gtk_progress_paintable_set_widget:
 * @self: it
 * @widget: (nullable): the widget
 *
 * Sets the widget that shows it: it has the frame clock for what moves, the scale, and the direction
 * of text.
 *
 * It is held weakly.
 *
 * Since: 1.0
 */
void
at_gtk_progress_paintable_set_widget (AtGtkProgressPaintable *self,
                                      GtkWidget              *widget)
{
  g_return_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self));
  g_return_if_fail (widget == NULL || GTK_IS_WIDGET (widget));

  if (widget == self->widget)
    return;

  leave_widget (self);
  self->widget = widget;
  if (widget != NULL)
    {
      g_object_weak_ref (G_OBJECT (widget), on_widget_gone, self);
      g_signal_connect_swapped (widget, "map", G_CALLBACK (changed), self);
      g_signal_connect_swapped (widget, "unmap", G_CALLBACK (changed), self);
      g_signal_connect_swapped (widget, "notify::scale-factor", G_CALLBACK (changed), self);
      g_signal_connect_swapped (widget, "direction-changed", G_CALLBACK (changed), self);
      self->settings = g_object_ref (gtk_widget_get_settings (widget));
      g_signal_connect_swapped (self->settings, "notify::gtk-enable-animations", G_CALLBACK (changed), self);
    }
  changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDGET]);
}

/**
 * at_gtk_progress_paintable_get_fraction:
 * @self: it
 *
 * Gets how much of it is done, from 0 to 1.
 *
 * Returns: the fraction
 *
 * Since: 1.0
 */
double
at_gtk_progress_paintable_get_fraction (AtGtkProgressPaintable *self)
{
  g_return_val_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self), 0);

  return self->fraction;
}

/**
 * at_gtk_progress_paintable_set_fraction:
 * @self: it
 * @fraction: the fraction
 *
 * Sets how much of it is done, from 0 to 1.
 *
 * What is below 0 or above 1 is taken for these; what is not a number is ignored.
 *
 * Since: 1.0
 */
void
at_gtk_progress_paintable_set_fraction (AtGtkProgressPaintable *self,
                                        double                  fraction)
{
  g_return_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self));

  if (isnan (fraction))
    return;

  fraction = CLAMP (fraction, 0, 1);
  if (fraction == self->fraction)
    return;

  self->fraction = fraction;
  if (fraction < 1)
    clear_done (self);
  invalidate_if_moved (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

/**
 * at_gtk_progress_paintable_get_indeterminate:
 * @self: it
 *
 * Gets whether nobody knows how much of it is done.
 *
 * Returns: whether it is so
 *
 * Since: 1.0
 */
gboolean
at_gtk_progress_paintable_get_indeterminate (AtGtkProgressPaintable *self)
{
  g_return_val_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self), FALSE);

  return self->indeterminate;
}

static void
set_flag (AtGtkProgressPaintable *self,
          gboolean               *flag,
          gboolean                value,
          guint                   prop_id)
{
  value = !!value;
  if (value == *flag)
    return;

  *flag = value;
  clear_done (self);
  changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

/**
 * at_gtk_progress_paintable_set_indeterminate:
 * @self: it
 * @indeterminate: whether it is so
 *
 * Sets whether nobody knows how much of it is done.
 *
 * Since: 1.0
 */
void
at_gtk_progress_paintable_set_indeterminate (AtGtkProgressPaintable *self,
                                             gboolean                indeterminate)
{
  g_return_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self));

  set_flag (self, &self->indeterminate, indeterminate, PROP_INDETERMINATE);
}

/**
 * at_gtk_progress_paintable_get_icon_name:
 * @self: it
 *
 * Gets the name of a symbolic icon that is drawn inside a ring, instead of a pie.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
const char *
at_gtk_progress_paintable_get_icon_name (AtGtkProgressPaintable *self)
{
  g_return_val_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self), NULL);

  return self->icon_name;
}

/**
 * at_gtk_progress_paintable_set_icon_name:
 * @self: it
 * @icon_name: (nullable): the name
 *
 * Sets the name of a symbolic icon that is drawn inside a ring, instead of a pie.
 *
 * Since: 1.0
 */
void
at_gtk_progress_paintable_set_icon_name (AtGtkProgressPaintable *self,
                                         const char             *icon_name)
{
  g_return_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self));

  if (g_strcmp0 (icon_name, self->icon_name) == 0)
    return;

  g_free (self->icon_name);
  self->icon_name = g_strdup (icon_name);
  changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ICON_NAME]);
}

/**
 * at_gtk_progress_paintable_get_paused:
 * @self: it
 *
 * Gets whether it is paused.
 *
 * Returns: whether it is
 *
 * Since: 1.0
 */
gboolean
at_gtk_progress_paintable_get_paused (AtGtkProgressPaintable *self)
{
  g_return_val_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self), FALSE);

  return self->paused;
}

/**
 * at_gtk_progress_paintable_set_paused:
 * @self: it
 * @paused: whether it is
 *
 * Sets whether it is paused: it is drawn as a ring with two bars in it.
 *
 * Since: 1.0
 */
void
at_gtk_progress_paintable_set_paused (AtGtkProgressPaintable *self,
                                      gboolean                paused)
{
  g_return_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self));

  set_flag (self, &self->paused, paused, PROP_PAUSED);
}

/**
 * at_gtk_progress_paintable_get_error:
 * @self: it
 *
 * Gets whether something failed.
 *
 * Returns: whether it did
 *
 * Since: 1.0
 */
gboolean
at_gtk_progress_paintable_get_error (AtGtkProgressPaintable *self)
{
  g_return_val_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self), FALSE);

  return self->error;
}

/**
 * at_gtk_progress_paintable_set_error:
 * @self: it
 * @error: whether it did
 *
 * Sets whether something failed: it is drawn in the color of errors, as a ring with an exclamation
 * mark in it.
 *
 * Since: 1.0
 */
void
at_gtk_progress_paintable_set_error (AtGtkProgressPaintable *self,
                                     gboolean                error)
{
  g_return_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self));

  set_flag (self, &self->error, error, PROP_ERROR);
}

/**
 * at_gtk_progress_paintable_get_done:
 * @self: it
 *
 * Gets whether it is a check mark, or about to be.
 *
 * Returns: whether it is
 *
 * Since: 1.0
 */
gboolean
at_gtk_progress_paintable_get_done (AtGtkProgressPaintable *self)
{
  g_return_val_if_fail (AT_GTK_IS_PROGRESS_PAINTABLE (self), FALSE);

  return self->done;
}
