/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* Tasks that another thread has executed, and that their owner has to start, because
 * somebody listens to pre-execute. Mail asks it for that; an owner that is in wait()
 * takes no mail, and is asked here. */

typedef struct
{
  AtMail       mail;
  AtAsyncTask *task;
  GList        link;      /* under the lock */
  gboolean     is_listed;
} AtStart;

static GMutex       afar_lock;
static GQueue       asking = G_QUEUE_INIT; /* of AtStart */
static AtOwnerWait *waiting;

/* Under the lock. */
static void
unlist (AtStart *start)
{
  if (start->is_listed)
    g_queue_unlink (&asking, &start->link);
  start->is_listed = FALSE;
}

static void
on_asked (AtMail *mail)
{
  AtStart *start = (AtStart *) mail;

  g_mutex_lock (&afar_lock);
  unlist (start);
  g_mutex_unlock (&afar_lock);

  at_task_start_from_afar (start->task);
  g_object_unref (start->task);
  g_free (start);
}

void
at_task_ask_owner (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtMailbox *mailbox = at_task_get_mailbox (priv);
  AtStart *start = g_new0 (AtStart, 1);
  GSList *owners = NULL;

  start->mail.func = on_asked;
  start->task = g_object_ref (self);
  start->link.data = start;
  start->is_listed = TRUE;
  at_task_park (self);
  at_state_change_flags (&priv->job.state, AT_PHASE_MASK, AT_STATE_WILL_START, 0, NULL);

  /* An owner that comes to wait after this finds it listed. */
  g_mutex_lock (&afar_lock);
  g_queue_push_tail_link (&asking, &start->link);
  for (AtOwnerWait *owner = waiting; owner != NULL; owner = owner->next)
    if (owner->mailbox == mailbox)
      {
        g_atomic_int_set (&owner->is_asked, TRUE);
        owners = g_slist_prepend (owners, g_object_ref (owner->task));
      }
  g_mutex_unlock (&afar_lock);

  at_mailbox_post (mailbox, &start->mail);

  while (owners != NULL)
    {
      at_task_wake_waiters (at_task_get_priv (owners->data));
      at_async_task_unref_home (owners->data);
      owners = g_slist_delete_link (owners, owners);
    }

  /* Whoever waits for this one, and does not know yet whether it is the owner. */
  at_task_wake_waiters (priv);
}

/* In the owner's thread. */
void
at_owner_wait_enter (AtOwnerWait *self,
                     AtAsyncTask *task)
{
  self->task = task;
  self->mailbox = at_task_get_mailbox (at_task_get_priv (task));

  g_mutex_lock (&afar_lock);
  self->is_asked = asking.length > 0;
  self->next = waiting;
  waiting = self;
  g_mutex_unlock (&afar_lock);
}

void
at_owner_wait_leave (AtOwnerWait *self)
{
  AtOwnerWait **at = &waiting;

  g_mutex_lock (&afar_lock);
  while (*at != self)
    at = &(*at)->next;
  *at = self->next;
  g_mutex_unlock (&afar_lock);
}

/* A task of this context that asks to be started, with a reference, or NULL. */
static AtAsyncTask *
take_asking (AtOwnerWait *self)
{
  AtAsyncTask *task = NULL;

  g_mutex_lock (&afar_lock);
  g_atomic_int_set (&self->is_asked, FALSE);
  for (GList *l = asking.head; l != NULL && task == NULL; l = l->next)
    {
      AtStart *start = l->data;

      if (at_task_get_mailbox (at_task_get_priv (start->task)) == self->mailbox)
        {
          task = g_object_ref (start->task);
          unlist (start);
        }
    }
  g_mutex_unlock (&afar_lock);

  return task;
}

/* Starts what asks for it. */
void
at_owner_wait_start (AtOwnerWait *self)
{
  AtAsyncTask *task;

  while ((task = take_asking (self)) != NULL)
    {
      AtAsyncTaskPrivate *priv = at_task_get_priv (task);
      AtHome home = at_task_enter_home (priv);

      /* Otherwise the context has another owner by now, who takes the mail. */
      if (home != AT_HOME_FOREIGN)
        at_task_start_from_afar (task);
      at_task_leave_home (priv, home);
      at_async_task_unref_home (task);
    }
}
