/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-owner-link-private.h"

/* One for each owner. GObject keeps its weak references in arrays and lists that it
 * walks through for each one that is taken out, so that a window with n tasks would
 * cost each of them n steps: the hub has one of each kind, until the owner goes. */
typedef struct
{
  gatomicrefcount  ref_count; /* one for each link, and one until the owner goes */
  GWeakRef         owner;
  gconstpointer    address; /* constant, and only to be shown, as the type is */
  GType            type;
  int              is_gone; /* atomic: disposed of, which does not mean that it is freed */

  /* Under @hubs_lock: AtOwnerLinks. */
  GQueue           links;
} AtOwnerHub;

struct _AtOwnerLink
{
  gatomicrefcount  ref_count; /* one for the follower, and one for the hub */
  AtOwnerGoneFunc  func;
  AtOwnerHub      *hub;

  /* Under @lock. */
  GMutex           lock;
  GObject         *follower;

  /* Under @hubs_lock. */
  GList            node;
  gboolean         is_in_hub;
};

/* Nothing is called, nor a reference taken, with this held: a toggle reference would
 * have a binding wait for the lock of its language. */
static GMutex      hubs_lock;
static GHashTable *hubs; /* GObject → AtOwnerHub, under the lock */

static void
at_owner_hub_unref (AtOwnerHub *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_weak_ref_clear (&self->owner);
  g_free (self);
}

static void
at_owner_link_unref (AtOwnerLink *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  at_owner_hub_unref (self->hub);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Returns whether that is all. */
static gboolean
tell_gone (AtOwnerLink *self,
           gboolean     is_again)
{
  GObject *follower;

  /* A follower that is being disposed of takes itself out first, under the lock:
   * what is there can be referenced. */
  g_mutex_lock (&self->lock);
  follower = self->follower != NULL ? g_object_ref (self->follower) : NULL;
  g_mutex_unlock (&self->lock);

  return follower == NULL || self->func (follower, is_again);
}

static void
on_owner_disposed (gpointer  data,
                   GObject  *where_the_owner_was)
{
  AtOwnerHub *hub = data;
  GQueue links;

  g_mutex_lock (&hubs_lock);
  g_hash_table_remove (hubs, where_the_owner_was);
  g_atomic_int_set (&hub->is_gone, TRUE);
  links = hub->links;
  g_queue_init (&hub->links);
  for (GList *node = links.head; node != NULL; node = node->next)
    ((AtOwnerLink *) node->data)->is_in_hub = FALSE;
  g_mutex_unlock (&hubs_lock);

  for (guint n_first = links.length; links.head != NULL; n_first -= n_first > 0)
    {
      AtOwnerLink *link = g_queue_pop_head_link (&links)->data;

      if (tell_gone (link, n_first == 0))
        at_owner_link_unref (link);
      else
        g_queue_push_tail_link (&links, &link->node);
    }
  at_owner_hub_unref (hub);
}

/* With the lock. */
static AtOwnerHub *
ensure_hub (GObject *owner)
{
  AtOwnerHub *hub;

  if (hubs == NULL)
    hubs = g_hash_table_new (NULL, NULL);
  hub = g_hash_table_lookup (hubs, owner);
  if (hub != NULL)
    return hub;

  hub = g_new0 (AtOwnerHub, 1);
  g_atomic_ref_count_init (&hub->ref_count);
  g_weak_ref_init (&hub->owner, owner);
  hub->address = owner;
  hub->type = G_OBJECT_TYPE (owner);
  g_queue_init (&hub->links);
  g_object_weak_ref (owner, on_owner_disposed, hub);
  g_hash_table_insert (hubs, owner, hub);

  return hub;
}

static AtOwnerLink *
new_link (GObject         *follower,
          AtOwnerGoneFunc  func)
{
  AtOwnerLink *self = g_new0 (AtOwnerLink, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->func = func;
  g_mutex_init (&self->lock);
  self->follower = follower;
  self->node.data = self;

  return self;
}

/* Unless the owner is gone. With the lock. */
static void
join_hub (AtOwnerLink *self,
          AtOwnerHub  *hub)
{
  self->hub = hub;
  g_atomic_ref_count_inc (&hub->ref_count);
  if (g_atomic_int_get (&hub->is_gone))
    return;

  g_atomic_ref_count_inc (&self->ref_count);
  self->is_in_hub = TRUE;
  g_queue_push_tail_link (&hub->links, &self->node);
}

AtOwnerLink *
at_owner_link_new (GObject         *owner,
                   GObject         *follower,
                   AtOwnerGoneFunc  func)
{
  AtOwnerLink *self = new_link (follower, func);

  g_mutex_lock (&hubs_lock);
  join_hub (self, ensure_hub (owner));
  g_mutex_unlock (&hubs_lock);

  return self;
}

/* Another link to the owner of that one, which may be gone by now: who follows it is not
 * told then. Any thread, with no reference on the owner, which is not to be let go there. */
AtOwnerLink *
at_owner_link_new_beside (AtOwnerLink     *other,
                          GObject         *follower,
                          AtOwnerGoneFunc  func)
{
  AtOwnerLink *self = new_link (follower, func);

  g_mutex_lock (&hubs_lock);
  join_hub (self, other->hub);
  g_mutex_unlock (&hubs_lock);

  return self;
}

gboolean
at_owner_link_is_gone (AtOwnerLink *self)
{
  return g_atomic_int_get (&self->hub->is_gone);
}

gconstpointer
at_owner_link_look (AtOwnerLink *self,
                    GType       *type)
{
  *type = self->hub->type;

  return self->hub->address;
}

/* NULL once the owner is being disposed of. */
GObject *
at_owner_link_dup_owner (AtOwnerLink *self)
{
  return at_owner_link_is_gone (self) ? NULL : g_weak_ref_get (&self->hub->owner);
}

void
at_owner_link_sever (AtOwnerLink *self)
{
  gboolean was_in_hub;

  g_mutex_lock (&self->lock);
  self->follower = NULL;
  g_mutex_unlock (&self->lock);

  /* An owner that is on its way out has taken it, and is about to look at it. */
  g_mutex_lock (&hubs_lock);
  was_in_hub = self->is_in_hub;
  if (was_in_hub)
    g_queue_unlink (&self->hub->links, &self->node);
  self->is_in_hub = FALSE;
  g_mutex_unlock (&hubs_lock);

  if (was_in_hub)
    at_owner_link_unref (self);
  at_owner_link_unref (self);
}
