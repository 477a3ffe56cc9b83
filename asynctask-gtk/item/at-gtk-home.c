/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-home-private.h"

void
at_gtk_home_init (AtGtkHome *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->maker = g_thread_self ();
}

void
at_gtk_home_clear (AtGtkHome *self)
{
  g_clear_pointer (&self->context, g_main_context_unref);
}

gboolean
at_gtk_home_is_here (AtGtkHome *self)
{
  if (g_main_context_is_owner (self->context))
    return TRUE;
  if (self->maker != g_thread_self () || !g_main_context_acquire (self->context))
    return FALSE;

  g_main_context_release (self->context);

  return TRUE;
}

/* The thread that drops the last reference has it still while dispose() runs: an ordinary
 * reference that is sent home could be dropped there before that one, which would finalize the
 * object here after all. A toggle reference tells when it is the only one that is left. */
typedef struct
{
  GMainContext *context;
  GObject      *object;
  int           is_sent; /* atomic */
} Homing;

static void
homing_free (gpointer data)
{
  Homing *self = data;

  g_main_context_unref (self->context);
  g_free (self);
}

/* What G_DEFINE_QUARK() makes keeps the number without a lock, and several threads may be the
 * first to drop the last reference of something. */
static GQuark
at_gtk_homing_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark, g_quark_from_static_string ("at-gtk-homing"));

  return (GQuark) quark;
}

static void
on_only_kept (gpointer  data,
              GObject  *object,
              gboolean  is_last);

static gboolean
on_home (gpointer data)
{
  Homing *self = data;

  g_object_steal_qdata (self->object, at_gtk_homing_quark ());
  g_object_remove_toggle_ref (self->object, on_only_kept, self);
  homing_free (self);

  return G_SOURCE_REMOVE;
}

static void
on_only_kept (gpointer  data,
              GObject  *object,
              gboolean  is_last)
{
  Homing *self = data;
  GSource *source;

  if (!is_last || !g_atomic_int_compare_and_exchange (&self->is_sent, FALSE, TRUE))
    return;

  /* Attached, and not invoked: that could run here. */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[asynctask-gtk] home");
  g_source_set_callback (source, on_home, self, NULL);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

void
at_gtk_home_send (AtGtkHome *self,
                  GObject   *object)
{
  Homing *homing = g_new0 (Homing, 1);

  homing->context = g_main_context_ref (self->context);
  homing->object = object;

  if (g_object_replace_qdata (object, at_gtk_homing_quark (), NULL, homing, homing_free, NULL))
    g_object_add_toggle_ref (object, on_only_kept, homing);
  else
    homing_free (homing);
}
