/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-mailbox-private.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* For the dispose() of an object that was called on another thread than the one that
 * iterates the context of @mailbox: it is called there once more, and the object goes on
 * to be finalized there. Any thread.
 *
 * Until then nobody else may take a reference, not even at home: the thread whose
 * reference it was looks at the object after it has dropped it. A GWeakRef gives none. */
void at_homing_begin (GObject   *object,
                      AtMailbox *mailbox);

G_END_DECLS
