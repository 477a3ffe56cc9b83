/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-homing-private.h"

/* The thread that drops the last reference has it still while dispose() runs. An
 * ordinary reference that is sent home from there may be dropped at home before that,
 * and then the thread's own is the last once more, and the object is finalized on it. A
 * toggle reference tells when it is the only one that is left. */
typedef struct
{
  AtMail     mail;
  AtMailbox *mailbox;
  GObject   *object;
  int        is_sent; /* atomic */
} AtHoming;

/* What G_DEFINE_QUARK() makes keeps the number without a lock, and several threads may
 * be the first to ask. */
static GQuark
at_homing_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark, g_quark_from_static_string ("at-homing"));

  return (GQuark) quark;
}

static void
at_homing_free (gpointer data)
{
  AtHoming *self = data;

  at_mailbox_unref (self->mailbox);
  g_free (self);
}

/* Any thread. */
static void
on_only_kept (gpointer  data,
              GObject  *object,
              gboolean  is_last)
{
  AtHoming *self = data;

  if (is_last && g_atomic_int_compare_and_exchange (&self->is_sent, FALSE, TRUE))
    at_mailbox_post (self->mailbox, &self->mail);
}

static void
on_home (AtMail *mail)
{
  AtHoming *self = (AtHoming *) mail;

  g_object_steal_qdata (self->object, at_homing_quark ());
  g_object_remove_toggle_ref (self->object, on_only_kept, self);
  at_homing_free (self);
}

void
at_homing_begin (GObject   *object,
                 AtMailbox *mailbox)
{
  AtHoming *self = g_new0 (AtHoming, 1);

  self->mail.func = on_home;
  self->mailbox = at_mailbox_ref (mailbox);
  self->object = object;

  if (g_object_replace_qdata (object, at_homing_quark (), NULL, self, at_homing_free, NULL))
    g_object_add_toggle_ref (object, on_only_kept, self);
  else
    at_homing_free (self);
}
