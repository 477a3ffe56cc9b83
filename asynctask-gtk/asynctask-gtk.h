/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>
#include <gtk/gtk.h>

#define AT_GTK_INSIDE
# include "at-gtk-types.h"
# include "at-gtk-enum-types.h"
# include "at-gtk-init.h"
# include "at-gtk-progress-paintable.h"
# include "at-gtk-task-banner.h"
# include "at-gtk-task-button.h"
# include "at-gtk-task-dialog.h"
# include "at-gtk-task-item.h"
# include "at-gtk-task-items.h"
# include "at-gtk-task-popover.h"
# include "at-gtk-task-row.h"
# include "at-gtk-task-view.h"
# include "at-gtk-presence.h"
#undef AT_GTK_INSIDE
