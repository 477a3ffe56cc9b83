/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* The way to the owner's thread, and all that is dropped there. */

/* A block that whoever needs it first makes, in whichever thread. */
static gpointer
ensure_block (gpointer *at,
              gsize     size)
{
  gpointer block = g_atomic_pointer_get (at);

  if (block != NULL)
    return block;

  block = g_malloc0 (size);
  if (g_atomic_pointer_compare_and_exchange (at, NULL, block))
    return block;

  g_free (block);

  return g_atomic_pointer_get (at);
}

AtRare *
at_task_ensure_rare (AtAsyncTaskPrivate *priv)
{
  return ensure_block ((gpointer *) &priv->rare, sizeof (AtRare));
}

AtFunctions *
at_task_ensure_functions (AtAsyncTaskPrivate *priv)
{
  return ensure_block ((gpointer *) &priv->functions, sizeof (AtFunctions));
}

gboolean
at_task_is_home (AtAsyncTaskPrivate *priv)
{
  AtHome home = at_task_enter_home (priv);

  at_task_leave_home (priv, home);

  return home != AT_HOME_FOREIGN;
}

/* A mail that is due at some time has a reference on the task until then. Owner. */
void
at_task_schedule (AtAsyncTask *self,
                  AtTimedMail *mail,
                  AtMailFunc   func,
                  gint64       due)
{
  g_object_ref (self);
  at_mailbox_schedule (at_task_get_mailbox (at_task_get_priv (self)), mail, func, due);
}

/* The caller has another one. */
void
at_task_unschedule (AtAsyncTask *self,
                    AtTimedMail *mail)
{
  AtMailbox *mailbox = at_task_get_mailbox (at_task_get_priv (self));

  if (!at_mailbox_is_closed (mailbox) && at_mailbox_unschedule (mailbox, mail))
    g_object_unref (self);
}

AtParcel *
at_parcel_new (AtAsyncTask *self,
               AtMailFunc   func)
{
  AtParcel *parcel = g_new0 (AtParcel, 1);

  parcel->mail.func = func;
  parcel->task = self;

  return parcel;
}

/* The same with a reference on the task. */
AtParcel *
at_parcel_new_kept (AtAsyncTask *self,
                    AtMailFunc   func)
{
  AtParcel *parcel = at_parcel_new (g_object_ref (self), func);

  parcel->has_reference = TRUE;

  return parcel;
}

void
at_parcel_free (AtParcel *parcel)
{
  AtAsyncTask *task = parcel->has_reference ? parcel->task : NULL;

  if (!at_task_is_nothing (&parcel->value))
    g_value_unset (&parcel->value);
  g_free (parcel);
  g_clear_object (&task);
}

void
at_parcel_send (AtParcel *parcel)
{
  at_mailbox_post (at_task_get_mailbox (at_task_get_priv (parcel->task)), &parcel->mail);
}

static void
on_dropped (AtMail *mail)
{
  at_parcel_free ((AtParcel *) mail);
}

/* Has the owner drop @value, which is taken over. */
void
at_task_drop_value_home (AtAsyncTask *self,
                         GValue      *value)
{
  AtParcel *parcel = at_parcel_new_kept (self, on_dropped);

  parcel->value = *value;
  at_parcel_send (parcel);
}

static void
drop_reference_home (AtAsyncTask *self)
{
  AtParcel *parcel = at_parcel_new (self, on_dropped);

  parcel->has_reference = TRUE;
  at_parcel_send (parcel);
}

void
at_async_task_unref_home (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtHome home = at_task_enter_home (priv);

  if (home == AT_HOME_FOREIGN)
    {
      drop_reference_home (self);
    }
  else
    {
      g_autoptr (AtMailbox) mailbox = at_mailbox_ref (at_task_get_mailbox (priv));

      g_object_unref (self);
      at_mailbox_leave (mailbox, home);
    }
}
