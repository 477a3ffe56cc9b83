/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-cache.h"

#include "at-executor.h"
#include "at-homing-private.h"
#include "at-task-cache-private.h"

/**
 * AtTaskCache:
 *
 * Results of tasks, by a key: one task for many who want the same, and what it has made
 * is kept.
 *
 * [method@TaskCache.get_async] gives what is kept for a key, or has a task make it. One body
 * runs for a key, however many ask for it meanwhile. Each of them has a cancellable of its
 * own and is told of it at once; the last one who cancels cancels the body, too. While the
 * task is queued, it has the best priority of those who wait.
 *
 * ```c
 * static AtTaskCache *
 * new_thumbnails (void)
 * {
 *   AtTaskCache *thumbnails = at_task_cache_new (load_thumbnail, NULL, NULL);
 *
 *   at_task_cache_set_max_items (thumbnails, 500);
 *
 *   return thumbnails;
 * }
 * ```
 *
 * Results are kept, also those that are %NULL, and errors are not. The least recently used
 * goes when there are more than [property@TaskCache:max-items], and what is older than
 * [property@TaskCache:time-to-live] is not given any more.
 *
 * By default a task of the function, whose parameters are the key, a string, runs on
 * [property@TaskCache:executor]; a handler of [signal@TaskCache::create-task] can make any
 * other task.
 *
 * It belongs to the thread-default main context that it was made in, and is used on that
 * thread alone. It lives as long as somebody waits.
 *
 * Since: 1.0
 */

GParamSpec *at_task_cache_properties[N_PROPS];
static guint create_task;

G_DEFINE_FINAL_TYPE (AtTaskCache, at_task_cache, G_TYPE_OBJECT)

static AtResult *
at_result_new (const GValue *value)
{
  AtResult *self = g_new0 (AtResult, 1);

  self->ref_count = 1;
  if (value != NULL)
    {
      g_value_init (&self->value, G_VALUE_TYPE (value));
      g_value_copy (value, &self->value);
    }

  return self;
}

static AtResult *
at_result_ref (AtResult *self)
{
  self->ref_count++;

  return self;
}

/* All in one thread. */
static void
at_result_unref (gpointer data)
{
  AtResult *self = data;

  if (--self->ref_count > 0)
    return;

  if (self->value.g_type != 0)
    g_value_unset (&self->value);
  g_free (self);
}

static const GValue *
get_value (AtResult *result)
{
  return result != NULL && result->value.g_type != 0 ? &result->value : NULL;
}

/* What is kept. */

void
at_task_cache_show_n_items (AtTaskCache *self)
{
  if (self->shown == self->used.length)
    return;

  self->shown = self->used.length;
  g_object_notify_by_pspec (G_OBJECT (self), at_task_cache_properties[PROP_N_ITEMS]);
}

/* The entry goes where there is nothing left in it. */
static void
tidy (AtEntry *entry)
{
  if (entry->result == NULL && entry->task == NULL && entry->refusal == NULL && !entry->is_making)
    g_hash_table_remove (entry->cache->entries, entry->key);
}

static void
drop_result (AtEntry *entry)
{
  AtTaskCache *self = entry->cache;
  AtResult *result = g_steal_pointer (&entry->result);

  if (result == NULL)
    return;

  g_queue_unlink (&self->used, &entry->used);
  g_queue_unlink (&self->aged, &entry->aged);
  at_result_unref (result);
}

void
at_task_cache_drop_too_many (AtTaskCache *self)
{
  gint64 now = g_get_monotonic_time ();
  GList *link;

  while (self->time_to_live > 0 && (link = self->aged.head) != NULL &&
         now - ((AtEntry *) link->data)->kept_at >= self->time_to_live)
    {
      drop_result (link->data);
      tidy (link->data);
    }
  while (self->max_items > 0 && self->used.length > self->max_items)
    {
      link = self->used.head;
      drop_result (link->data);
      tidy (link->data);
    }
}

static void
keep (AtEntry  *entry,
      AtResult *result)
{
  AtTaskCache *self = entry->cache;

  drop_result (entry);
  entry->result = at_result_ref (result);
  entry->kept_at = g_get_monotonic_time ();
  g_queue_push_tail_link (&self->used, &entry->used);
  g_queue_push_tail_link (&self->aged, &entry->aged);
}

/* What is kept for the key, and was used now; or NULL. */
static AtEntry *
use (AtTaskCache *self,
     const char  *key)
{
  AtEntry *entry;

  at_task_cache_drop_too_many (self);
  entry = g_hash_table_lookup (self->entries, key);
  if (entry == NULL || entry->result == NULL)
    return NULL;

  g_queue_unlink (&self->used, &entry->used);
  g_queue_push_tail_link (&self->used, &entry->used);

  return entry;
}

/* Those who wait. */

static AtAsker *
at_asker_ref (AtAsker *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

static void
at_asker_unref (AtAsker *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  at_mailbox_unref (self->mailbox);
  g_free (self);
}

static void
release_asker (gpointer  data,
               GClosure *closure)
{
  at_asker_unref (data);
}

/* Has the asker, which is in no queue any more, told what it has been given, or the error,
 * which is taken over. Its handler may run at this moment, and is not waited for. */
static void
tell (AtAsker  *asker,
      AtResult *result,
      GError   *error)
{
  g_autoptr (GTask) gtask = g_steal_pointer (&asker->gtask);

  asker->entry = NULL;
  if (asker->handler != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (gtask), asker->handler);
  at_asker_unref (asker);

  if (result != NULL)
    g_task_set_task_data (gtask, at_result_ref (result), at_result_unref);
  if (error != NULL)
    g_task_return_error (gtask, error);
  else
    g_task_return_boolean (gtask, TRUE);
}

static void
tell_all (GQueue       *askers,
          AtResult     *result,
          const GError *error)
{
  GList *link;

  while ((link = g_queue_pop_head_link (askers)) != NULL)
    tell (link->data, result, error != NULL ? g_error_copy (error) : NULL);
}

/* The best of those who wait. */
static int
get_priority (AtEntry *entry)
{
  int best = G_MAXINT;

  for (GList *link = entry->askers.head; link != NULL; link = link->next)
    best = MIN (best, ((AtAsker *) link->data)->priority);

  return best;
}

/* Somebody has come, or gone. */
static void
note_askers (AtEntry *entry)
{
  if (entry->task == NULL)
    return;

  if (entry->askers.length > 0)
    {
      at_async_task_set_priority (entry->task, get_priority (entry));
    }
  else
    {
      entry->is_given_up = TRUE;
      at_async_task_cancel (entry->task, TRUE);
    }
}

static void
on_asker_cancelled_home (AtMail *mail)
{
  AtAsker *asker = AT_CONTAINER (mail, AtAsker, mail);
  AtEntry *entry = asker->entry;
  g_autoptr (AtTaskCache) self = NULL;
  GError *error = NULL;

  if (entry == NULL)
    {
      at_asker_unref (asker);
      return;
    }

  self = g_object_ref (entry->cache);
  if (g_queue_find (&entry->askers, asker) != NULL)
    g_queue_unlink (&entry->askers, &asker->link);
  else
    g_queue_unlink (&entry->later, &asker->link);
  note_askers (entry);

  /* It may have been reset since. */
  if (!g_cancellable_set_error_if_cancelled (g_task_get_cancellable (asker->gtask), &error))
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
  tell (asker, NULL, error);
  at_asker_unref (asker);
}

static void
on_asker_cancelled (GCancellable *cancellable,
                    gpointer      data)
{
  AtAsker *asker = data;

  if (g_atomic_int_compare_and_exchange (&asker->is_posted, FALSE, TRUE))
    at_mailbox_post (asker->mailbox, &at_asker_ref (asker)->mail);
}

/* Making. */

static void
on_refused (AtMail *mail)
{
  AtEntry *entry = AT_CONTAINER (mail, AtEntry, mail);
  g_autoptr (AtTaskCache) self = entry->cache;
  g_autoptr (GError) error = g_steal_pointer (&entry->refusal);
  GQueue askers = entry->askers;

  g_queue_init (&entry->askers);
  tidy (entry);
  tell_all (&askers, NULL, error);
}

/* Has the entry, which has no task, make what its askers wait for. */
static void
make (AtEntry *entry)
{
  AtTaskCache *self = entry->cache;
  g_auto (GValue) key = G_VALUE_INIT;
  GError *error = NULL;
  AtAsyncTask *task;

  entry->is_given_up = FALSE;
  g_value_init (&key, G_TYPE_STRING);
  g_value_set_string (&key, entry->key);
  entry->is_making = TRUE;
  task = at_task_maker_execute (&self->maker, &key, NULL, get_priority (entry), &entry->follower, &error);
  entry->is_making = FALSE;
  if (task == NULL)
    {
      g_object_ref (self);
      entry->refusal = error;
      at_mailbox_post (self->maker.mailbox, &entry->mail);
      return;
    }

  /* Handlers may have been called meanwhile. */
  entry->task = task;
  note_askers (entry);
}

static void
on_task_changed (AtFollower *follower)
{
  AtEntry *entry = AT_CONTAINER (follower, AtEntry, follower);
  g_autoptr (AtTaskCache) self = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  AtResult *result = NULL;
  GQueue askers;

  if (at_async_task_get_status (entry->task) != AT_STATUS_FINISHED ||
      (self = g_weak_ref_get (&entry->cache->self)) == NULL)
    return;

  task = g_steal_pointer (&entry->task);
  at_async_task_remove_follower (task, follower);
  askers = entry->askers;
  g_queue_init (&entry->askers);

  if (at_async_task_get_outcome (task) == AT_OUTCOME_SUCCEEDED)
    result = at_result_new (at_async_task_get_result (task));
  else if (at_async_task_get_error (task) != NULL)
    error = g_error_copy (at_async_task_get_error (task));
  else
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
  if (result != NULL && !entry->is_given_up)
    keep (entry, result);

  if (entry->later.length > 0)
    {
      entry->askers = entry->later;
      g_queue_init (&entry->later);
      make (entry);
    }
  tidy (entry);
  at_task_cache_drop_too_many (self);
  at_task_cache_show_n_items (self);

  tell_all (&askers, result, error);
  if (result != NULL)
    at_result_unref (result);
}

static AtEntry *
ensure_entry (AtTaskCache *self,
              const char  *key)
{
  AtEntry *entry = g_hash_table_lookup (self->entries, key);

  if (entry != NULL)
    return entry;

  entry = g_new0 (AtEntry, 1);
  entry->follower.func = on_task_changed;
  entry->mail.func = on_refused;
  entry->cache = self;
  entry->key = g_strdup (key);
  entry->used.data = entry->aged.data = entry;
  g_queue_init (&entry->askers);
  g_queue_init (&entry->later);
  g_hash_table_insert (self->entries, entry->key, entry);

  return entry;
}

/* Nobody waits for what is in there, unless somebody disposes of the cache by force. */
static void
free_entry (gpointer data)
{
  AtEntry *entry = data;
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");

  tell_all (&entry->askers, NULL, error);
  tell_all (&entry->later, NULL, error);
  drop_result (entry);
  if (entry->task != NULL)
    {
      g_autoptr (AtAsyncTask) task = g_steal_pointer (&entry->task);

      at_async_task_remove_follower (task, &entry->follower);
      at_async_task_cancel (task, TRUE);
    }
  g_free (entry->key);
  g_free (entry);
}

/* The class. */

static void
at_task_cache_dispose (GObject *object)
{
  AtTaskCache *self = AT_TASK_CACHE (object);
  AtHome home = at_mailbox_enter (self->maker.mailbox, self->maker.maker, 0);

  if (home == AT_HOME_FOREIGN)
    {
      at_homing_begin (object, self->maker.mailbox);
      return;
    }

  g_hash_table_remove_all (self->entries);
  at_mailbox_leave (self->maker.mailbox, home);

  G_OBJECT_CLASS (at_task_cache_parent_class)->dispose (object);
}

static void
at_task_cache_finalize (GObject *object)
{
  AtTaskCache *self = AT_TASK_CACHE (object);

  g_hash_table_unref (self->entries);
  g_weak_ref_clear (&self->self);
  at_task_maker_clear (&self->maker);

  G_OBJECT_CLASS (at_task_cache_parent_class)->finalize (object);
}

static void
at_task_cache_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  AtTaskCache *self = AT_TASK_CACHE (object);

  switch (prop_id)
    {
    case PROP_MAX_ITEMS:
      g_value_set_uint (value, at_task_cache_get_max_items (self));
      break;
    case PROP_TIME_TO_LIVE:
      g_value_set_double (value, at_task_cache_get_time_to_live (self));
      break;
    case PROP_EXECUTOR:
      g_value_set_object (value, at_task_cache_get_executor (self));
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, at_task_cache_get_n_items (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_task_cache_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  AtTaskCache *self = AT_TASK_CACHE (object);

  switch (prop_id)
    {
    case PROP_MAX_ITEMS:
      at_task_cache_set_max_items (self, g_value_get_uint (value));
      break;
    case PROP_TIME_TO_LIVE:
      at_task_cache_set_time_to_live (self, g_value_get_double (value));
      break;
    case PROP_EXECUTOR:
      at_task_cache_set_executor (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_task_cache_class_init (AtTaskCacheClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;

  object_class->dispose = at_task_cache_dispose;
  object_class->finalize = at_task_cache_finalize;
  object_class->get_property = at_task_cache_get_property;
  object_class->set_property = at_task_cache_set_property;

  /**
   * AtTaskCache:max-items: (getter get_max_items) (setter set_max_items)
   *
   * How many results are kept at most; 0 for no limit. The least recently used goes.
   *
   * Since: 1.0
   */
  at_task_cache_properties[PROP_MAX_ITEMS] =
    g_param_spec_uint ("max-items", NULL, NULL,
                       0, G_MAXUINT, 0,
                       writable);

  /**
   * AtTaskCache:time-to-live: (getter get_time_to_live) (setter set_time_to_live)
   *
   * For how long a result is given, in seconds; 0 for ever.
   *
   * Since: 1.0
   */
  at_task_cache_properties[PROP_TIME_TO_LIVE] =
    g_param_spec_double ("time-to-live", NULL, NULL,
                         0, G_MAXDOUBLE, 0,
                         writable);

  /**
   * AtTaskCache:executor: (getter get_executor) (setter set_executor)
   *
   * What tasks run on that name no executor; %NULL for the default thread pool.
   *
   * Since: 1.0
   */
  at_task_cache_properties[PROP_EXECUTOR] =
    g_param_spec_object ("executor", NULL, NULL,
                         AT_TYPE_EXECUTOR,
                         writable);

  /**
   * AtTaskCache:n-items: (getter get_n_items)
   *
   * How many results are kept. What has become too old is among them until the cache is
   * used.
   *
   * Since: 1.0
   */
  at_task_cache_properties[PROP_N_ITEMS] =
    g_param_spec_uint ("n-items", NULL, NULL,
                       0, G_MAXUINT, 0,
                       readable);

  g_object_class_install_properties (object_class, N_PROPS, at_task_cache_properties);

  /**
   * AtTaskCache::create-task:
   * @self: the cache
   * @params: (nullable): the key, a string
   *
   * Emitted when something is to be made. The task that is returned, which was not executed,
   * is executed with @params; if no handler returns one, the function is the body.
   *
   * Its thread.
   *
   * Returns: (transfer full) (nullable): a task, or %NULL to leave it to others
   *
   * Since: 1.0
   */
  create_task = at_task_maker_add_signal (G_TYPE_FROM_CLASS (klass));
}

static void
at_task_cache_init (AtTaskCache *self)
{
  g_weak_ref_init (&self->self, self);
  at_task_maker_init (&self->maker, self, create_task);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_entry);
}

/**
 * at_task_cache_new:
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): the body, whose
 *   parameters are the key, a string; or %NULL if [signal@TaskCache::create-task] makes the
 *   tasks
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the main context of the cache
 *
 * Creates a cache, with nothing in it.
 *
 * Any thread: it belongs to the thread-default main context.
 *
 * Returns: (transfer full): a new cache
 *
 * Since: 1.0
 */
AtTaskCache *
(at_task_cache_new) (AtTaskFunc     func,
                     gpointer       user_data,
                     GDestroyNotify destroy)
{
  return at_task_cache_new_named (NULL, func, user_data, destroy);
}

/**
 * at_task_cache_new_named: (skip)
 * @body_name: (nullable): what @func is called; it is not copied, and never freed
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): the body
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the main context of the cache
 *
 * The same as [ctor@TaskCache.new], which is a macro in C, with a name for the body.
 *
 * Any thread: it belongs to the thread-default main context.
 *
 * Returns: (transfer full): a new cache
 *
 * Since: 1.0
 */
AtTaskCache *
at_task_cache_new_named (const char     *body_name,
                         AtTaskFunc      func,
                         gpointer        user_data,
                         GDestroyNotify  destroy)
{
  AtTaskCache *self = g_object_new (AT_TYPE_TASK_CACHE, NULL);

  at_task_maker_set_func (&self->maker, body_name, func, user_data, destroy);

  return self;
}

/**
 * at_task_cache_get_async:
 * @self: a cache
 * @key: what is wanted
 * @priority: how soon, as the [property@AsyncTask:priority] of a task, such as
 *   %G_PRIORITY_DEFAULT; lower is sooner
 * @cancellable: (nullable): ends the wait
 * @callback: (nullable) (scope async) (closure user_data): called when it is there
 * @user_data: (nullable): data for @callback
 *
 * Gets what is kept for a key, or has it made.
 *
 * What is being made for somebody else is waited for. When the last one who waits has
 * cancelled, the body is interrupted; whoever asks then has another one run, after it has
 * returned.
 *
 * Fails with the error of the task, with %G_IO_ERROR_CANCELLED, and as
 * [method@AsyncTask.execute] does if the task cannot be executed.
 *
 * Its thread; the callback comes in the thread-default main context, and not inside this
 * function.
 *
 * Since: 1.0
 */
void
at_task_cache_get_async (AtTaskCache         *self,
                         const char          *key,
                         int                  priority,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) gtask = NULL;
  AtEntry *entry;
  AtAsker *asker;

  g_return_if_fail (AT_IS_TASK_CACHE (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (at_task_maker_is_home (&self->maker));

  gtask = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (gtask, at_task_cache_get_async);
  if (g_task_return_error_if_cancelled (gtask))
    return;

  entry = use (self, key);
  if (entry != NULL)
    {
      g_task_set_task_data (gtask, at_result_ref (entry->result), at_result_unref);
      g_task_return_boolean (gtask, TRUE);
      at_task_cache_show_n_items (self);
      return;
    }

  entry = ensure_entry (self, key);
  asker = g_new0 (AtAsker, 1);
  g_atomic_ref_count_init (&asker->ref_count);
  asker->mailbox = at_mailbox_ref (self->maker.mailbox);
  asker->mail.func = on_asker_cancelled_home;
  asker->entry = entry;
  asker->gtask = g_steal_pointer (&gtask);
  asker->priority = priority;
  asker->link.data = asker;
  if (cancellable != NULL)
    asker->handler = g_signal_connect_data (cancellable, "cancelled", G_CALLBACK (on_asker_cancelled),
                                            at_asker_ref (asker), release_asker, 0);
  if (cancellable != NULL && g_cancellable_is_cancelled (cancellable))
    on_asker_cancelled (cancellable, asker);

  /* The asker may be told, and gone, before this returns, if a handler iterates the
   * context. */
  if (entry->task != NULL && entry->is_given_up)
    {
      g_queue_push_tail_link (&entry->later, &asker->link);
    }
  else
    {
      g_queue_push_tail_link (&entry->askers, &asker->link);
      if (entry->task == NULL && entry->refusal == NULL && !entry->is_making)
        make (entry);
      else
        note_askers (entry);
    }
  at_task_cache_show_n_items (self);
}

/**
 * at_task_cache_get_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location for a [struct@GLib.Error]
 *
 * Gets what [method@TaskCache.get_async] has got.
 *
 * Its thread.
 *
 * Returns: (nullable) (transfer none): the result, which belongs to @result; %NULL if the
 *   task has made none, or with @error set
 *
 * Since: 1.0
 */
const GValue *
at_task_cache_get_finish (AtTaskCache   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (AT_IS_TASK_CACHE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == at_task_cache_get_async, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  return get_value (g_task_get_task_data (G_TASK (result)));
}

/**
 * at_task_cache_peek:
 * @self: a cache
 * @key: what is wanted
 *
 * Gets what is kept for a key, and makes nothing.
 *
 * Its thread.
 *
 * Returns: (nullable) (transfer none): the result, which is good until the cache is used
 *   again, or the context iterated; %NULL if nothing is kept, or that is %NULL
 *
 * Since: 1.0
 */
const GValue *
at_task_cache_peek (AtTaskCache *self,
                    const char  *key)
{
  AtEntry *entry;

  g_return_val_if_fail (AT_IS_TASK_CACHE (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);
  g_return_val_if_fail (at_task_maker_is_home (&self->maker), NULL);

  entry = use (self, key);
  at_task_cache_show_n_items (self);

  return entry != NULL ? get_value (entry->result) : NULL;
}

/* The entry may be gone after this. */
static void
evict (AtEntry *entry)
{
  drop_result (entry);
  entry->is_given_up = entry->task != NULL || entry->is_making;
  tidy (entry);
}

/**
 * at_task_cache_evict:
 * @self: a cache
 * @key: (nullable): whose result is not to be given any more; %NULL for all
 *
 * Forgets what is kept.
 *
 * What is being made is given to those who wait for it, and not kept; whoever asks from now
 * on has it made anew, after that.
 *
 * Its thread.
 *
 * Since: 1.0
 */
void
at_task_cache_evict (AtTaskCache *self,
                     const char  *key)
{
  g_return_if_fail (AT_IS_TASK_CACHE (self));
  g_return_if_fail (at_task_maker_is_home (&self->maker));

  if (key != NULL)
    {
      AtEntry *entry = g_hash_table_lookup (self->entries, key);

      if (entry != NULL)
        evict (entry);
    }
  else
    {
      g_autoptr (GList) entries = g_hash_table_get_values (self->entries);

      for (GList *link = entries; link != NULL; link = link->next)
        evict (link->data);
    }
  at_task_cache_show_n_items (self);
}
