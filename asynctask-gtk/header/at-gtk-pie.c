/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-pie-private.h"

/* The strokes of a pie. All lengths are those of an icon of 16 pixels, and its center is at 0. */

#define TRACK_ALPHA   0.25f
#define OUTLINE_ALPHA 0.45f
#define RADIUS        AT_GTK_PIE_RADIUS
#define RING_WIDTH    2.0

static void
add_ring (cairo_t *cr,
          double   from,
          double   to)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, 0, 0, RADIUS - RING_WIDTH / 2 + 0.5, from * 2 * G_PI - G_PI / 2, to * 2 * G_PI - G_PI / 2);
}

static void
set_color (cairo_t       *cr,
           const GdkRGBA *color,
           float          alpha)
{
  GdkRGBA rgba = *color;

  rgba.alpha *= alpha;
  gdk_cairo_set_source_rgba (cr, &rgba);
}

static void
draw_track (cairo_t       *cr,
            const GdkRGBA *color)
{
  cairo_set_line_width (cr, RING_WIDTH);
  set_color (cr, color, TRACK_ALPHA);
  add_ring (cr, 0, 1);
  cairo_stroke (cr);
}

static void
draw_ring (cairo_t        *cr,
           const AtGtkPie *pie,
           const GdkRGBA  *color)
{
  draw_track (cr, color);
  set_color (cr, color, 1);
  add_ring (cr, pie->from, pie->to);
  cairo_stroke (cr);
}

static void
draw_disc (cairo_t        *cr,
           const AtGtkPie *pie,
           const GdkRGBA  *color)
{
  set_color (cr, color, TRACK_ALPHA);
  cairo_arc (cr, 0, 0, RADIUS, 0, 2 * G_PI);
  cairo_fill (cr);

  /* Where there is little contrast, the rim still tells how much is left. */
  set_color (cr, color, OUTLINE_ALPHA);
  cairo_set_line_width (cr, 1);
  cairo_arc (cr, 0, 0, RADIUS - 0.5, 0, 2 * G_PI);
  cairo_stroke (cr);

  if (pie->to <= 0)
    return;

  set_color (cr, color, 1);
  if (pie->to < 1)
    cairo_move_to (cr, 0, 0);
  cairo_arc (cr, 0, 0, RADIUS, -G_PI / 2, pie->to * 2 * G_PI - G_PI / 2);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
draw_bars (cairo_t       *cr,
           const GdkRGBA *color)
{
  set_color (cr, color, 1);
  cairo_rectangle (cr, -2.5, -3, 2, 6);
  cairo_rectangle (cr, 0.5, -3, 2, 6);
  cairo_fill (cr);
}

static void
draw_exclamation_mark (cairo_t       *cr,
                       const GdkRGBA *color)
{
  set_color (cr, color, 1);
  cairo_rectangle (cr, -1, -4, 2, 4.5);
  cairo_rectangle (cr, -1, 2, 2, 2);
  cairo_fill (cr);
}

/* An indeterminate one that stands still looks like no fraction. */
static void
draw_dots (cairo_t       *cr,
           const GdkRGBA *color)
{
  set_color (cr, color, 1);
  for (int i = -1; i <= 1; i++)
    {
      cairo_new_sub_path (cr);
      cairo_arc (cr, i * 3, 0, 1, 0, 2 * G_PI);
    }
  cairo_fill (cr);
}

static void
draw_check_mark (cairo_t       *cr,
                 const GdkRGBA *color)
{
  set_color (cr, color, 1);
  cairo_set_line_width (cr, 2);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_move_to (cr, -5, 0.5);
  cairo_line_to (cr, -1.5, 4);
  cairo_line_to (cr, 5, -3.5);
  cairo_stroke (cr);
}

void
at_gtk_pie_draw (cairo_t        *cr,
                 const AtGtkPie *pie,
                 const GdkRGBA  *color)
{
  switch (pie->shape)
    {
    case AT_GTK_PIE_SHAPE_NOTHING:
      break;
    case AT_GTK_PIE_SHAPE_DISC:
      draw_disc (cr, pie, color);
      break;
    case AT_GTK_PIE_SHAPE_RING:
      draw_ring (cr, pie, color);
      break;
    case AT_GTK_PIE_SHAPE_PAUSED:
      draw_ring (cr, pie, color);
      draw_bars (cr, color);
      break;
    case AT_GTK_PIE_SHAPE_ERROR:
      draw_ring (cr, pie, color);
      draw_exclamation_mark (cr, color);
      break;
    case AT_GTK_PIE_SHAPE_DOTS:
      draw_track (cr, color);
      draw_dots (cr, color);
      break;
    case AT_GTK_PIE_SHAPE_CHECK_MARK:
      draw_check_mark (cr, color);
      break;
    default:
      g_assert_not_reached ();
    }
}
