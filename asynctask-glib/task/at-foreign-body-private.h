/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What language bindings do behind a class or a function, as far as it matters
 * for where its code may run. */

typedef enum
{
  /* The body is JavaScript, which runs in no thread but its own. */
  AT_CLASS_HAS_SCRIPT_BODY = 1 << 0,
  /* Class handlers may be closures that are not in the class structure. */
  AT_CLASS_NEEDS_EMISSION  = 1 << 1
} AtClassTraits;

AtClassTraits at_foreign_class_get_traits   (GType    type,
                                             GType    base_type,
                                             goffset  body_offset);
gboolean      at_foreign_function_is_script (gpointer notify);

G_END_DECLS
