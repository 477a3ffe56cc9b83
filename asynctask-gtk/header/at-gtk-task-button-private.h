/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-progress-paintable.h"
#include "at-gtk-task-button.h"

#include "at-gtk-busy-private.h"

G_BEGIN_DECLS

struct _AtGtkTaskButton
{
  GtkWidget               parent_instance;

  GtkWidget              *revealer;
  GtkWidget              *toggle;
  GtkWidget              *image;
  AtGtkProgressPaintable *paintable;
  GtkPopover             *popover;
  gboolean                has_own_popover; /* nobody has set another */
  GWeakRef                focus_before;    /* what had the keyboard before it was opened */

  AtGtkBusy               busy;
  AtGtkTimer              attention;
  gboolean                always_visible;
  gboolean                is_wanted;  /* tasks.show */
  gboolean                is_focused; /* something inside */
  gboolean                has_news;   /* since it was last seen */
  gboolean                has_success; /* in this busy period */
};

G_END_DECLS
