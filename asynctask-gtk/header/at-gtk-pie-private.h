/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AT_GTK_PIE_SIZE   16
#define AT_GTK_PIE_RADIUS 7.0

typedef enum
{
  AT_GTK_PIE_SHAPE_NOTHING,
  AT_GTK_PIE_SHAPE_DISC,
  AT_GTK_PIE_SHAPE_RING,
  AT_GTK_PIE_SHAPE_PAUSED,
  AT_GTK_PIE_SHAPE_ERROR,
  AT_GTK_PIE_SHAPE_DOTS,
  AT_GTK_PIE_SHAPE_CHECK_MARK
} AtGtkPieShape;

/* What is filled of it begins at @from turns clockwise from the top, and ends at @to. */
typedef struct
{
  AtGtkPieShape shape;
  double        from;
  double        to;
} AtGtkPie;

void at_gtk_pie_draw (cairo_t        *cr,
                      const AtGtkPie *pie,
                      const GdkRGBA  *color);

G_END_DECLS
