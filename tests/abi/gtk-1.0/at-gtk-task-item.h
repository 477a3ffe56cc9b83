/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-types.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_TASK_ITEM (at_gtk_task_item_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (AtGtkTaskItem, at_gtk_task_item, AT_GTK, TASK_ITEM, GObject)

/**
 * AtGtkTaskItemClass:
 * @parent_class: The parent class.
 * @format_subtitle: Makes [property@TaskItem:subtitle].
 * @find_state: Finds [property@TaskItem:state].
 * @pause: Pauses it.
 * @resume: Has it go on.
 * @cancel: Cancels it.
 * @retry: Class handler of [signal@TaskItem::retry].
 * @open: Class handler of [signal@TaskItem::open].
 * @removed: Class handler of [signal@TaskItem::removed].
 *
 * The class structure of [class@TaskItem].
 *
 * A class that overrides @retry or @open counts as one that has a handler.
 *
 * Since: 1.0
 */
struct _AtGtkTaskItemClass
{
  GObjectClass parent_class;

  char * (* format_subtitle) (AtGtkTaskItem *self);
  void   (* retry)           (AtGtkTaskItem *self);
  void   (* open)            (AtGtkTaskItem *self);
  void   (* removed)         (AtGtkTaskItem *self);

  AtGtkTaskState (* find_state) (AtGtkTaskItem *self);
  void           (* pause)      (AtGtkTaskItem *self);
  void           (* resume)     (AtGtkTaskItem *self);
  void           (* cancel)     (AtGtkTaskItem *self);

  /*< private >*/
  gpointer padding[4];
};

AT_AVAILABLE_IN_1_0
AtGtkTaskItem  *at_gtk_task_item_new                 (AtAsyncTask   *task);

AT_AVAILABLE_IN_1_0
AtAsyncTask    *at_gtk_task_item_get_task            (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_set_task            (AtGtkTaskItem *self,
                                                      AtAsyncTask   *task);
AT_AVAILABLE_IN_1_0
const char     *at_gtk_task_item_get_title           (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_set_title           (AtGtkTaskItem *self,
                                                      const char    *title);
AT_AVAILABLE_IN_1_0
const char     *at_gtk_task_item_get_subtitle        (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_invalidate_subtitle (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_invalidate_state    (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
const char     *at_gtk_task_item_get_detail          (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_set_detail          (AtGtkTaskItem *self,
                                                      const char    *detail);
AT_AVAILABLE_IN_1_0
GIcon          *at_gtk_task_item_get_icon            (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_set_icon            (AtGtkTaskItem *self,
                                                      GIcon         *icon);
AT_AVAILABLE_IN_1_0
AtGtkTaskState  at_gtk_task_item_get_state           (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
double          at_gtk_task_item_get_fraction        (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
gboolean        at_gtk_task_item_get_indeterminate   (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
gboolean        at_gtk_task_item_get_can_cancel      (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_set_can_cancel      (AtGtkTaskItem *self,
                                                      gboolean       can_cancel);
AT_AVAILABLE_IN_1_0
gboolean        at_gtk_task_item_get_can_pause       (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_set_can_pause       (AtGtkTaskItem *self,
                                                      gboolean       can_pause);
AT_AVAILABLE_IN_1_0
gboolean        at_gtk_task_item_get_can_retry       (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_set_can_retry       (AtGtkTaskItem *self,
                                                      gboolean       can_retry);
AT_AVAILABLE_IN_1_0
gboolean        at_gtk_task_item_get_can_open        (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_set_can_open        (AtGtkTaskItem *self,
                                                      gboolean       can_open);
AT_AVAILABLE_IN_1_0
GFile          *at_gtk_task_item_get_file            (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_set_file            (AtGtkTaskItem *self,
                                                      GFile         *file);
AT_AVAILABLE_IN_1_0
GMenuModel     *at_gtk_task_item_get_menu_model      (AtGtkTaskItem *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_item_set_menu_model      (AtGtkTaskItem *self,
                                                      GMenuModel    *menu_model);

G_END_DECLS
