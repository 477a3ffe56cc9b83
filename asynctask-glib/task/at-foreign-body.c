/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE
#include "config.h"

#include "at-foreign-body-private.h"

#ifdef HAVE_DLADDR
# include <dlfcn.h>
#endif

static gpointer
get_body (GType   type,
          goffset body_offset)
{
  gpointer klass = g_type_class_peek (type);

  return klass != NULL ? G_STRUCT_MEMBER (gpointer, klass, body_offset) : NULL;
}

/* @body_offset is where in the class structure the body's function is. */
AtClassTraits
at_foreign_class_get_traits (GType   type,
                             GType   base_type,
                             goffset body_offset)
{
  GQuark gjs_type = g_quark_try_string ("gjs::custom-type");
  GQuark python_type = g_quark_try_string ("PyGObject::class");
  AtClassTraits traits = 0;
  GType t;

  for (t = type; t != base_type; t = g_type_parent (t))
    {
      gboolean is_gjs = gjs_type != 0 && g_type_get_qdata (t, gjs_type) != NULL;

      /* on_signal() in JavaScript and __gsignals__ in Python override the class
       * closure of the signal, not the virtual function. */
      if (is_gjs || (python_type != 0 && g_type_get_qdata (t, python_type) != NULL))
        traits |= AT_CLASS_NEEDS_EMISSION;

      /* The body in force is the one of the youngest class that has another
       * than its parent. */
      if (is_gjs &&
          get_body (t, body_offset) == get_body (type, body_offset) &&
          get_body (t, body_offset) != get_body (g_type_parent (t), body_offset))
        traits |= AT_CLASS_HAS_SCRIPT_BODY;
    }

  return traits;
}

#ifdef HAVE_DLADDR
/* Where the program or the library that @function is in begins, or NULL. */
static gpointer
get_base (gpointer function)
{
  Dl_info info;

  return dladdr (function, &info) != 0 ? info.dli_fbase : NULL;
}
#endif

/* GJS gives each function that it passes to C a destroy notify of its own
 * library; a call of such a function from another thread than GJS's ends the
 * process, so that it has to be known beforehand. The library is told by what is in
 * it, and not by its name: there is no function in JavaScript without a context. */
gboolean
at_foreign_function_is_script (gpointer notify)
{
#ifdef HAVE_DLADDR
  static gpointer last_native;
  GType context_type;
  GObjectClass *context_class;
  gpointer base;

  if (notify == NULL || notify == g_atomic_pointer_get (&last_native))
    return FALSE;

  context_type = g_type_from_name ("GjsContext");
  context_class = context_type != 0 ? g_type_class_peek (context_type) : NULL;
  base = context_class != NULL ? get_base ((gpointer) context_class->finalize) : NULL;
  if (base != NULL && get_base (notify) == base)
    return TRUE;

  g_atomic_pointer_set (&last_native, notify);
#endif

  return FALSE;
}
