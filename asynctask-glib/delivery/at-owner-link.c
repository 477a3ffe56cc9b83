/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-owner-link-private.h"

/* Shared by the follower and the weak notify of the owner. */
struct _AtOwnerLink
{
  gatomicrefcount  ref_count;
  AtOwnerGoneFunc  func;
  GWeakRef         owner;

  /* Under @lock. */
  GMutex           lock;
  GObject         *follower;
  gboolean         is_gone; /* disposed of, which does not mean that it is freed */
};

static void
at_owner_link_unref (AtOwnerLink *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_weak_ref_clear (&self->owner);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
on_owner_disposed (gpointer  data,
                   GObject  *where_the_owner_was)
{
  AtOwnerLink *self = data;
  GObject *follower;

  /* A follower that is being disposed of takes itself out first, under the lock:
   * what is there can be referenced. */
  g_mutex_lock (&self->lock);
  self->is_gone = TRUE;
  follower = self->follower != NULL ? g_object_ref (self->follower) : NULL;
  g_mutex_unlock (&self->lock);

  if (follower != NULL)
    self->func (follower);

  at_owner_link_unref (self);
}

AtOwnerLink *
at_owner_link_new (GObject         *owner,
                   GObject         *follower,
                   AtOwnerGoneFunc  func)
{
  AtOwnerLink *self = g_new0 (AtOwnerLink, 1);

  /* One for the follower and one for the weak notify. */
  g_atomic_ref_count_init (&self->ref_count);
  g_atomic_ref_count_inc (&self->ref_count);
  self->func = func;
  g_mutex_init (&self->lock);
  self->follower = follower;
  g_weak_ref_init (&self->owner, owner);
  g_object_weak_ref (owner, on_owner_disposed, self);

  return self;
}

/* NULL once the owner is being disposed of. */
GObject *
at_owner_link_dup_owner (AtOwnerLink *self)
{
  gboolean is_gone;

  g_mutex_lock (&self->lock);
  is_gone = self->is_gone;
  g_mutex_unlock (&self->lock);

  return is_gone ? NULL : g_weak_ref_get (&self->owner);
}

void
at_owner_link_sever (AtOwnerLink *self)
{
  g_autoptr (GObject) owner = NULL;

  g_mutex_lock (&self->lock);
  self->follower = NULL;
  g_mutex_unlock (&self->lock);

  /* An owner that is on its way out calls on_owner_disposed(), or has done so. */
  owner = at_owner_link_dup_owner (self);
  if (owner != NULL)
    {
      g_object_weak_unref (owner, on_owner_disposed, self);
      at_owner_link_unref (self);
    }
  at_owner_link_unref (self);
}
