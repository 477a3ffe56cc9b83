/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-executor.h"
#include "at-task-cache-private.h"

/* What a cache is told about itself. */

/**
 * at_task_cache_get_max_items:
 * @self: a cache
 *
 * Gets how many results are kept at most.
 *
 * Its thread.
 *
 * Returns: a number of results; 0 for no limit
 *
 * Since: 1.0
 */
guint
at_task_cache_get_max_items (AtTaskCache *self)
{
  g_return_val_if_fail (AT_IS_TASK_CACHE (self), 0);

  return self->max_items;
}

/**
 * at_task_cache_set_max_items:
 * @self: a cache
 * @max_items: a number of results; 0 for no limit
 *
 * Sets how many results are kept at most.
 *
 * Its thread.
 *
 * Since: 1.0
 */
void
at_task_cache_set_max_items (AtTaskCache *self,
                             guint        max_items)
{
  g_return_if_fail (AT_IS_TASK_CACHE (self));
  g_return_if_fail (at_task_maker_is_home (&self->maker));

  if (self->max_items == max_items)
    return;

  self->max_items = max_items;
  at_task_cache_drop_too_many (self);
  g_object_notify_by_pspec (G_OBJECT (self), at_task_cache_properties[PROP_MAX_ITEMS]);
  at_task_cache_show_n_items (self);
}

/**
 * at_task_cache_get_time_to_live:
 * @self: a cache
 *
 * Gets for how long a result is given.
 *
 * Its thread.
 *
 * Returns: seconds; 0 for ever
 *
 * Since: 1.0
 */
double
at_task_cache_get_time_to_live (AtTaskCache *self)
{
  g_return_val_if_fail (AT_IS_TASK_CACHE (self), 0);

  return (double) self->time_to_live / G_USEC_PER_SEC;
}

/**
 * at_task_cache_set_time_to_live:
 * @self: a cache
 * @time_to_live: seconds; 0 for ever
 *
 * Sets for how long a result is given, those that are kept now among them.
 *
 * Its thread.
 *
 * Since: 1.0
 */
void
at_task_cache_set_time_to_live (AtTaskCache *self,
                                double       time_to_live)
{
  gint64 usec;

  g_return_if_fail (AT_IS_TASK_CACHE (self));
  g_return_if_fail (time_to_live >= 0);
  g_return_if_fail (at_task_maker_is_home (&self->maker));

  /* Longer than anybody lives; and what is not for ever is for some time. */
  usec = (gint64) (MIN (time_to_live, 1e10) * G_USEC_PER_SEC + 0.5);
  if (usec == 0 && time_to_live > 0)
    usec = 1;
  if (self->time_to_live == usec)
    return;

  self->time_to_live = usec;
  at_task_cache_drop_too_many (self);
  g_object_notify_by_pspec (G_OBJECT (self), at_task_cache_properties[PROP_TIME_TO_LIVE]);
  at_task_cache_show_n_items (self);
}

/**
 * at_task_cache_get_executor:
 * @self: a cache
 *
 * Gets what tasks run on that name no executor.
 *
 * Its thread.
 *
 * Returns: (nullable) (transfer none): an executor, or %NULL for the default thread pool
 *
 * Since: 1.0
 */
AtExecutor *
at_task_cache_get_executor (AtTaskCache *self)
{
  g_return_val_if_fail (AT_IS_TASK_CACHE (self), NULL);

  return self->maker.executor;
}

/**
 * at_task_cache_set_executor:
 * @self: a cache
 * @executor: (nullable): an executor, or %NULL for the default thread pool
 *
 * Sets what tasks run on that name no executor.
 *
 * Its thread.
 *
 * Since: 1.0
 */
void
at_task_cache_set_executor (AtTaskCache *self,
                            AtExecutor  *executor)
{
  g_return_if_fail (AT_IS_TASK_CACHE (self));
  g_return_if_fail (executor == NULL || AT_IS_EXECUTOR (executor));
  g_return_if_fail (at_task_maker_is_home (&self->maker));

  if (g_set_object (&self->maker.executor, executor))
    g_object_notify_by_pspec (G_OBJECT (self), at_task_cache_properties[PROP_EXECUTOR]);
}

/**
 * at_task_cache_get_n_items:
 * @self: a cache
 *
 * Gets how many results are kept. What has become too old is among them until the cache is
 * used.
 *
 * Its thread.
 *
 * Returns: a number of results
 *
 * Since: 1.0
 */
guint
at_task_cache_get_n_items (AtTaskCache *self)
{
  g_return_val_if_fail (AT_IS_TASK_CACHE (self), 0);

  return self->used.length;
}
