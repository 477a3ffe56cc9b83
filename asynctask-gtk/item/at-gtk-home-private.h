/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The main context that an object was made in, and is used in. */
typedef struct
{
  GMainContext *context;
  GThread      *maker; /* is at home as long as nobody iterates the context */
} AtGtkHome;

void     at_gtk_home_init   (AtGtkHome *self);
void     at_gtk_home_clear  (AtGtkHome *self);

/* Whether the calling thread may use the object. */
gboolean at_gtk_home_is_here (AtGtkHome *self);

/* For a dispose() elsewhere, which a collector of a language can cause: it is called at home
 * once more, and the object is finalized there. */
void     at_gtk_home_send    (AtGtkHome *self,
                              GObject   *object);

G_END_DECLS
