/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-items.h"

G_BEGIN_DECLS

typedef struct _AtGtkTaskWatch AtGtkTaskWatch;

typedef struct
{
  /* An item has another state than it had when it was last looked at; a new one was pending.
   * Or NULL, as below. */
  void (* moved)   (AtGtkTaskItem  *item,
                    AtGtkTaskState  before,
                    gpointer        user_data);
  /* After that, and when items came or went. */
  void (* changed) (gpointer        user_data);
} AtGtkTaskWatchFuncs;

AtGtkTaskWatch *at_gtk_task_watch_new             (AtGtkTaskItems            *items,
                                                   const AtGtkTaskWatchFuncs *funcs,
                                                   gpointer                   user_data);
void            at_gtk_task_watch_free            (AtGtkTaskWatch            *self);

guint           at_gtk_task_watch_get_n_in_state  (AtGtkTaskWatch            *self,
                                                   AtGtkTaskState             state);
guint           at_gtk_task_watch_get_n_unseen    (AtGtkTaskWatch            *self);
void            at_gtk_task_watch_mark_seen       (AtGtkTaskWatch            *self);
gboolean        at_gtk_task_watch_has             (AtGtkTaskWatch            *self,
                                                   AtGtkTaskItem             *item);
gboolean        at_gtk_task_watch_is_unseen       (AtGtkTaskWatch            *self,
                                                   AtGtkTaskItem             *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtGtkTaskWatch, at_gtk_task_watch_free)

G_END_DECLS
