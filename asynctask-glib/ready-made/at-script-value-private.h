/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What scripts are given and give back is a small subset of GVariant, the same
 * one in all the languages:
 *
 *   mv (nothing)   null, None, undefined
 *   b              a boolean
 *   x              a whole number
 *   d              any other number
 *   s              a string
 *   ay             bytes
 *   av             an array, of any of these
 *   a{sv}          an object or dictionary, of any of these
 */

/* How many arrays and dictionaries may be inside each other. GVariant itself takes
 * 128 levels, of which a dictionary needs three. The runners know the number, too. */
#define AT_SCRIPT_VALUE_MAX_DEPTH 32

GVariant *at_script_value_from_gvalue (const GValue  *value,
                                       GError       **error);
gboolean  at_script_value_check       (const guint8  *data,
                                       gsize          size);

G_END_DECLS
