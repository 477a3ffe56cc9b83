/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-task.h"

#define BENCH_TYPE_TASK (bench_task_get_type ())

G_DECLARE_FINAL_TYPE (BenchTask, bench_task, BENCH, TASK, AtAsyncTask)

struct _BenchTask
{
  AtAsyncTask        parent_instance;

  const BenchRecipe *recipe;
  guint              index;
};

G_DEFINE_FINAL_TYPE (BenchTask, bench_task, AT_TYPE_ASYNC_TASK)

/* Main thread only, which bench_task_finalize() checks. */
static guint n_alive;
static guint n_prepared;
static guint n_overrides;
static guint n_called_back;

static void
bench_task_called_back (const BenchRecipe *recipe,
                        guint              index,
                        gboolean           cancelled)
{
  bench_check_owner ();
  n_called_back++;
  recipe->called_back (index, cancelled, recipe->user_data);
}

static gboolean
bench_task_in_background (AtAsyncTask   *task,
                          const GValue  *params,
                          GCancellable  *cancellable,
                          GError       **error)
{
  BenchTask *self = BENCH_TASK (task);

  bench_check_worker ();
  if (self->recipe->body != NULL)
    self->recipe->body (self->recipe->body_data);

  return at_async_task_return (task, G_TYPE_UINT, self->index);
}

static void
bench_task_pre_execute (AtAsyncTask *task)
{
  bench_check_owner ();
  n_prepared++;
}

static void
bench_task_post_execute (AtAsyncTask  *task,
                         const GValue *result)
{
  BenchTask *self = BENCH_TASK (task);
  guint index = g_value_get_uint (result);

  if (G_UNLIKELY (index != self->index))
    bench_fail ("task %u returned %u", self->index, index);

  n_overrides++;
  if (!(self->recipe->flags & (BENCH_AWAITED | BENCH_CONNECTED)))
    bench_task_called_back (self->recipe, index, FALSE);
}

static void
bench_task_cancelled (AtAsyncTask  *task,
                      const GValue *result)
{
  BenchTask *self = BENCH_TASK (task);

  n_overrides++;
  if (!(self->recipe->flags & (BENCH_AWAITED | BENCH_CONNECTED)))
    bench_task_called_back (self->recipe, self->index, TRUE);
}

static void
bench_task_failed (AtAsyncTask  *task,
                   const GError *error)
{
  bench_fail ("a task failed: %s", error->message);
}

static void
bench_task_finalize (GObject *object)
{
  bench_check_owner ();
  n_alive--;

  G_OBJECT_CLASS (bench_task_parent_class)->finalize (object);
}

static void
bench_task_class_init (BenchTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);

  object_class->finalize = bench_task_finalize;

  task_class->in_background = bench_task_in_background;
  task_class->pre_execute = bench_task_pre_execute;
  task_class->post_execute = bench_task_post_execute;
  task_class->cancelled = bench_task_cancelled;
  task_class->failed = bench_task_failed;
}

static void
bench_task_init (BenchTask *self)
{
  n_alive++;
}

static void
on_post_execute (AtAsyncTask  *task,
                 const GValue *result,
                 gpointer      user_data)
{
  bench_task_called_back (user_data, g_value_get_uint (result), FALSE);
}

static void
on_executed (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  const GValue *value;

  value = at_async_task_execute_finish (AT_ASYNC_TASK (object), result, &error);
  if (value == NULL)
    bench_fail ("a task failed: %s", error->message);

  bench_task_called_back (user_data, g_value_get_uint (value), FALSE);
}

/* Without a class of one's own: functions, and a block that they share. */

typedef struct
{
  const BenchRecipe *recipe;
  guint              index;
} CallbackData;

static gboolean
callback_body (AtAsyncTask   *task,
               const GValue  *params,
               GCancellable  *cancellable,
               gpointer       user_data,
               GError       **error)
{
  CallbackData *data = user_data;

  bench_check_worker ();
  if (data->recipe->body != NULL)
    data->recipe->body (data->recipe->body_data);

  return at_async_task_return (task, G_TYPE_UINT, data->index);
}

static void
on_callback_done (AtAsyncTask  *task,
                  const GValue *result,
                  gpointer      user_data)
{
  CallbackData *data = user_data;
  guint index = g_value_get_uint (result);

  if (G_UNLIKELY (index != data->index))
    bench_fail ("task %u returned %u", data->index, index);

  bench_task_called_back (data->recipe, index, FALSE);
}

static void
on_callback_failed (AtAsyncTask  *task,
                    const GError *error,
                    gpointer      user_data)
{
  bench_fail ("a task failed: %s", error->message);
}

static void
free_callback_data (gpointer data)
{
  bench_check_owner ();
  n_alive--;
  g_slice_free (CallbackData, data);
}

static AtAsyncTask *
new_with_callbacks (const BenchRecipe *recipe,
                    guint              index)
{
  static const AtTaskCallbacks callbacks = {
    .post_execute = on_callback_done,
    .failed = on_callback_failed,
  };
  CallbackData *data = g_slice_new (CallbackData);
  AtAsyncTask *task = at_async_task_new (callback_body, data, NULL);

  data->recipe = recipe;
  data->index = index;
  n_alive++;
  n_prepared++;
  at_async_task_set_callbacks (task, &callbacks, data, free_callback_data);

  return task;
}

static AtAsyncTask *
new_of_class (const BenchRecipe *recipe,
              guint              index)
{
  BenchTask *self = g_object_new (BENCH_TYPE_TASK, NULL);

  self->recipe = recipe;
  self->index = index;

  return AT_ASYNC_TASK (self);
}

/**
 * bench_task_start_ours:
 * @recipe: What to run; must outlive the task.
 * @index: The number the task returns.
 *
 * Returns: (transfer full): the executed task
 */
AtAsyncTask *
bench_task_start_ours (const BenchRecipe *recipe,
                       guint              index)
{
  AtAsyncTask *task = (recipe->flags & BENCH_CALLBACKS) ? new_with_callbacks (recipe, index)
                                                        : new_of_class (recipe, index);
  g_autoptr(GError) error = NULL;
  gboolean executed = TRUE;

  if (recipe->flags & BENCH_CONNECTED)
    g_signal_connect (task, "post-execute", G_CALLBACK (on_post_execute), (gpointer) recipe);

  if (recipe->flags & BENCH_AWAITED)
    {
      if (recipe->flags & BENCH_ON_POOL)
        at_async_task_set_executor (task, at_thread_pool_executor_get_default ());
      at_async_task_execute_async (task, NULL, NULL, on_executed, (gpointer) recipe);
    }
  else if (recipe->flags & BENCH_ON_POOL)
    {
      executed = at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (),
                                                    NULL, &error);
    }
  else
    {
      executed = at_async_task_execute (task, NULL, &error);
    }

  if (!executed)
    bench_fail ("a task could not be executed: %s", error->message);

  return task;
}

typedef struct
{
  const BenchRecipe *recipe;
  guint              index;
} PeerData;

static void
peer_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  PeerData *data = task_data;

  bench_check_worker ();
  if (data->recipe->body != NULL)
    data->recipe->body (data->recipe->body_data);

  g_task_return_int (task, data->index);
}

static void
on_peer_done (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GError) error = NULL;
  PeerData *data = g_task_get_task_data (G_TASK (result));
  gssize index;

  index = g_task_propagate_int (G_TASK (result), &error);
  if (error == NULL && index != (gssize) data->index)
    bench_fail ("task %u returned %" G_GSSIZE_FORMAT, data->index, index);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    bench_fail ("a task failed: %s", error->message);

  bench_task_called_back (user_data, data->index, error != NULL);
}

static void
peer_data_free (gpointer data)
{
  g_slice_free (PeerData, data);
}

/**
 * bench_task_start_peer:
 * @recipe: What to run; must outlive the task.
 * @index: The number the task returns.
 * @cancellable: (nullable): What cancels it at once.
 *
 * The overridden pre_execute of our side is a statement before the call here.
 */
void
bench_task_start_peer (const BenchRecipe *recipe,
                       guint              index,
                       GCancellable      *cancellable)
{
  GTask *task;
  PeerData *data;

  n_prepared++;

  data = g_slice_new (PeerData);
  data->recipe = recipe;
  data->index = index;

  task = g_task_new (NULL, cancellable, on_peer_done, (gpointer) recipe);
  g_task_set_task_data (task, data, peer_data_free);
  if (cancellable != NULL)
    g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, peer_thread);
  g_object_unref (task);
}

void
bench_task_start (const BenchRecipe *recipe,
                  BenchSide          side,
                  guint              index)
{
  if (side == BENCH_OURS)
    g_object_unref (bench_task_start_ours (recipe, index));
  else
    bench_task_start_peer (recipe, index, NULL);
}

/* Every task started in this process was prepared, called back once and freed. */
void
bench_task_check_all_gone (void)
{
  /* A queue may keep a cancelled task until a worker comes by. */
  for (guint i = 0; n_alive > 0 && i < 500; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      g_usleep (10000);
    }

  if (n_alive != 0)
    bench_fail ("%u tasks were not freed", n_alive);
  if (n_called_back != n_prepared)
    bench_fail ("%u tasks prepared, %u called back", n_prepared, n_called_back);
  if (n_overrides != 0 && n_overrides != n_called_back)
    bench_fail ("%u overridden handlers ran for %u tasks", n_overrides, n_called_back);
}
