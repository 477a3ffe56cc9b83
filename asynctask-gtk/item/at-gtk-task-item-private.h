/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-items.h"

G_BEGIN_DECLS

/* What of @one, a single action, may be done now: by permission, by state, and by whether
 * there is what it needs. That it may is another matter after each notify of the state, of
 * a permission, of `file` and of `detail`. */
gboolean at_gtk_task_item_can         (AtGtkTaskItem    *self,
                                       AtGtkTaskActions  one);

/* Does it, if it may be done. What needs a widget is not done here: of opening, the signal is
 * emitted alone. */
void     at_gtk_task_item_act         (AtGtkTaskItem    *self,
                                       AtGtkTaskActions  one);

/* Whether the application opens what was made itself: whoever has a widget does not. */
gboolean at_gtk_task_item_opens_itself (AtGtkTaskItem   *self);

/* Executed, and not finished. */
gboolean at_gtk_task_state_is_active  (AtGtkTaskState    state);
/* The task, that is: succeeded, failed or cancelled. */
gboolean at_gtk_task_state_is_ended   (AtGtkTaskState    state);

/* Who is told of all that changes of an item, before anybody else is: lists of items, of which
 * an item may be in several. It is told that something did, and looks at what; it has
 * a reference on the item. */
typedef struct _AtGtkTaskFollower AtGtkTaskFollower;

struct _AtGtkTaskFollower
{
  void              (* changed) (AtGtkTaskFollower *follower);
  AtGtkTaskItems     *list; /* has the follower */
  AtGtkTaskFollower  *next;
};

void     at_gtk_task_item_add_follower    (AtGtkTaskItem     *self,
                                           AtGtkTaskFollower *follower);
void     at_gtk_task_item_remove_follower (AtGtkTaskItem     *self,
                                           AtGtkTaskFollower *follower);

/* As it is now, and not as it was told. */
char    *at_gtk_task_item_dup_subtitle    (AtGtkTaskItem     *self);

/* As the class does it. */
void     at_gtk_task_item_cancel          (AtGtkTaskItem     *self);

/* It was removed for good. */
void     at_gtk_task_item_tell_removed    (AtGtkTaskItem     *self);

G_END_DECLS
