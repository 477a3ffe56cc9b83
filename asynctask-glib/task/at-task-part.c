/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include "at-task-hooks-private.h"
#include "at-thread-pool-executor.h"

#include <glib/gi18n-lib.h>

/* Tasks that are parts of another one: what they have of it. */

gboolean
at_async_task_can_deliver_with (AtAsyncTask *self,
                                AtAsyncTask *other)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  return at_task_get_mailbox (priv) == at_task_get_mailbox (at_task_get_priv (other)) ||
         (priv->mailbox == NULL && at_async_task_get_status (self) == AT_STATUS_PENDING);
}

gboolean
at_async_task_deliver_with (AtAsyncTask *self,
                            AtAsyncTask *other)
{
  return at_async_task_join (self, at_task_get_mailbox (at_task_get_priv (other)));
}

void
at_async_task_post (AtAsyncTask *self,
                    AtMail      *mail)
{
  at_mailbox_post (at_task_get_mailbox (at_task_get_priv (self)), mail);
}

gboolean
at_async_task_is_interrupted (AtAsyncTask *self)
{
  return (at_state_get (&at_task_get_priv (self)->job.state) & AT_STATE_INTERRUPTED) != 0;
}

void
at_async_task_change_unit (AtAsyncTask    *self,
                           AtProgressUnit  unit)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if (priv->unit == unit)
    return;

  priv->unit = unit;
  at_task_tell_followers (self);
  at_task_notify (self, PROP_UNIT);
}

/* With a reference, or NULL for none, or that of the part itself. */
static AtExecutor *
ref_executor_of (AtAsyncTaskPrivate *priv,
                 AtAsyncTaskPrivate *whole)
{
  AtExecutor *executor = g_atomic_pointer_get (&whole->executor);

  if (g_atomic_pointer_get (&priv->executor) != NULL)
    return NULL;
  if (executor == NULL && !at_task_is_deferred (priv))
    executor = at_thread_pool_executor_get_default ();

  return executor != NULL ? g_object_ref (executor) : NULL;
}

/* By whoever has claimed the part. */
static void
inherit_owner (AtAsyncTask        *self,
               AtAsyncTaskPrivate *whole)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRare *rare = at_task_get_rare (whole);
  AtOwnerLink *link = rare != NULL ? rare->owner : NULL;

  rare = at_task_ensure_rare (priv);
  if (link == NULL || rare->owner != NULL)
    return;

  rare->owner = at_owner_link_new_beside (link, G_OBJECT (self), at_task_on_owner_gone);
  at_task_notify_home (self, PROP_OWNER);

  /* Nobody tells it any more. */
  if (at_owner_link_is_gone (rare->owner))
    at_task_on_owner_gone (g_object_ref (G_OBJECT (self)), TRUE);
}

gboolean
at_async_task_execute_part (AtAsyncTask  *self,
                            AtAsyncTask  *whole,
                            GError      **error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtAsyncTaskPrivate *whole_priv = at_task_get_priv (whole);
  g_autoptr (AtExecutor) executor = NULL;
  g_autoptr (AtMailbox) mailbox = NULL;
  gboolean executed;
  AtHome home;

  if (!at_async_task_deliver_with (self, whole))
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED,
                           _("The task delivers in another main context than its group"));
      return FALSE;
    }

  if (at_async_task_get_priority (self) == G_PRIORITY_DEFAULT)
    at_async_task_set_priority (self, at_async_task_get_priority (whole));

  mailbox = at_mailbox_ref (at_task_get_mailbox (priv));
  home = at_task_enter_home (priv);
  executed = at_task_begin (self, whole_priv->params, error);
  if (executed)
    {
      inherit_owner (self, whole_priv);
      executor = ref_executor_of (priv, whole_priv);
      executed = at_task_launch (self, executor, home, error);
    }
  at_mailbox_leave (mailbox, home);

  return executed;
}
