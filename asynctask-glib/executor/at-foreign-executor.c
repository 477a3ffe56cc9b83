/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-foreign-executor-private.h"

#include "at-executor.h"
#include "at-thread-number-private.h"
#include "at-type-names-private.h"

/* An executor in JavaScript. GJS makes its classes in its own thread, the only one
 * in which their functions can be called; it ends the process if they are called in
 * another. */

static int has_script_executors;

static GQuark
get_thread_quark (void)
{
  return g_quark_from_static_string ("at-script-thread");
}

/* Called for each interface of each class that is made. */
void
at_foreign_executor_made (gpointer data,
                          gpointer iface)
{
  GType type = ((GTypeInterface *) iface)->g_instance_type;
  GQuark gjs_type;

  if (G_TYPE_FROM_INTERFACE (iface) != AT_TYPE_EXECUTOR)
    return;

  at_type_note_name (type);
  gjs_type = g_quark_try_string ("gjs::custom-type");
  if (gjs_type == 0 || g_type_get_qdata (type, gjs_type) == NULL)
    return;

  g_type_set_qdata (type, get_thread_quark (), GUINT_TO_POINTER (at_thread_get_number ()));
  g_atomic_int_set (&has_script_executors, TRUE);
}

static gpointer
get_execute (GType type)
{
  gpointer klass = g_type_class_peek (type);
  AtExecutorInterface *iface = klass != NULL ? g_type_interface_peek (klass, AT_TYPE_EXECUTOR) : NULL;

  return iface != NULL ? (gpointer) iface->execute : NULL;
}

/* Whether the function of @executor is JavaScript that this thread cannot call. */
gboolean
at_foreign_executor_is_afar (gpointer executor)
{
  if (G_LIKELY (!g_atomic_int_get (&has_script_executors)))
    return FALSE;

  for (GType type = G_OBJECT_TYPE (executor); type != G_TYPE_OBJECT; type = g_type_parent (type))
    if (get_execute (type) != get_execute (g_type_parent (type)))
      {
        guint number = GPOINTER_TO_UINT (g_type_get_qdata (type, get_thread_quark ()));

        return number != 0 && number != at_thread_get_number ();
      }

  return FALSE;
}
