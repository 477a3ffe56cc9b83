/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Follows the life of an object that may be disposed of in any thread, on behalf
 * of another one that may be disposed of meanwhile. */

typedef struct _AtOwnerLink AtOwnerLink;

/* The owner is gone. A reference on the follower comes with the call, which runs
 * in the thread that disposed of the owner. Who returns FALSE is told again when all
 * others have been. */
typedef gboolean (* AtOwnerGoneFunc) (GObject  *follower,
                                      gboolean  is_again);

AtOwnerLink *at_owner_link_new       (GObject         *owner,
                                      GObject         *follower,
                                      AtOwnerGoneFunc  func);
AtOwnerLink *at_owner_link_new_beside
                                     (AtOwnerLink     *other,
                                      GObject         *follower,
                                      AtOwnerGoneFunc  func);
gboolean     at_owner_link_is_gone   (AtOwnerLink     *self);
GObject     *at_owner_link_dup_owner (AtOwnerLink     *self);

/* Any thread: where the owner is, or was, for being shown, and its type. */
gconstpointer at_owner_link_look     (AtOwnerLink     *self,
                                      GType           *type);

/* By the follower, before it is finalized. */
void         at_owner_link_sever     (AtOwnerLink     *self);

G_END_DECLS
