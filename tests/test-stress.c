/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

/* A task that counts its own callbacks, and tells a tally when it goes. */
typedef struct
{
  GThread *owner;
  gint     n_made;
  gint     n_finalized;
  gint     n_finalized_elsewhere;
  gint     n_bodies;
  gint     n_post;
  gint     n_failed;
  gint     n_cancelled;
  gint     n_elsewhere;
} Tally;

#define STRESS_TYPE_TASK (stress_task_get_type ())
G_DECLARE_FINAL_TYPE (StressTask, stress_task, STRESS, TASK, AtAsyncTask)

struct _StressTask
{
  AtAsyncTask  parent_instance;

  Tally       *tally;
  guint        seed;
  gint         n_bodies;
  gint         n_pre;
  gint         n_last;
  gint        *owner_is_gone;
};

G_DEFINE_FINAL_TYPE (StressTask, stress_task, AT_TYPE_ASYNC_TASK)

static gboolean
stress_task_in_background (AtAsyncTask   *task,
                           const GValue  *params,
                           GCancellable  *cancellable,
                           GError       **error)
{
  StressTask *self = STRESS_TASK (task);

  g_assert_cmpint (g_atomic_int_add (&self->n_bodies, 1), ==, 0);
  g_atomic_int_inc (&self->tally->n_bodies);

  switch (self->seed % 8)
    {
    case 0:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No");
      return FALSE;
    case 1:
      return FALSE;
    case 2:
      at_async_task_publish (task, G_TYPE_UINT, self->seed);
      at_async_task_publish (task, G_TYPE_STRING, "words");
      return at_async_task_return (task, G_TYPE_UINT, self->seed);
    case 3:
      at_async_task_set_fraction (task, 0.5);
      at_async_task_set_message (task, "words");
      return at_async_task_return (task, G_TYPE_STRING, "words");
    case 4:
      return at_async_task_checkpoint (task, error);
    default:
      return TRUE;
    }
}

static void
check_owner (StressTask *self)
{
  if (self->tally->owner != NULL && self->tally->owner != g_thread_self ())
    g_atomic_int_inc (&self->tally->n_elsewhere);
  if (self->owner_is_gone != NULL)
    g_assert_false (*self->owner_is_gone);
}

static void
stress_task_pre_execute (AtAsyncTask *task)
{
  StressTask *self = STRESS_TASK (task);

  check_owner (self);
  g_assert_cmpint (self->n_pre++, ==, 0);
  g_assert_cmpint (self->n_last, ==, 0);
  g_assert_cmpint (self->n_bodies, ==, 0);
}

static void
stress_task_progress_update (AtAsyncTask  *task,
                             const GValue *value)
{
  StressTask *self = STRESS_TASK (task);

  check_owner (self);
  g_assert_cmpint (self->n_last, ==, 0);
}

static void
stress_task_post_execute (AtAsyncTask  *task,
                          const GValue *result)
{
  StressTask *self = STRESS_TASK (task);

  check_owner (self);
  g_assert_cmpint (self->n_last++, ==, 0);
  g_assert_cmpint (self->n_bodies, ==, 1);
  g_assert_false (at_async_task_is_cancelled (task));
  g_atomic_int_inc (&self->tally->n_post);
}

static void
stress_task_cancelled (AtAsyncTask  *task,
                       const GValue *result)
{
  StressTask *self = STRESS_TASK (task);

  check_owner (self);
  g_assert_cmpint (self->n_last++, ==, 0);
  g_assert_true (at_async_task_is_cancelled (task));
  g_atomic_int_inc (&self->tally->n_cancelled);
}

static void
stress_task_failed (AtAsyncTask  *task,
                    const GError *error)
{
  StressTask *self = STRESS_TASK (task);

  check_owner (self);
  g_assert_cmpint (self->n_last++, ==, 0);
  g_assert_nonnull (error);
  g_assert_false (at_async_task_is_cancelled (task));
  g_atomic_int_inc (&self->tally->n_failed);
}

static void
stress_task_finalize (GObject *object)
{
  StressTask *self = STRESS_TASK (object);

  g_atomic_int_inc (&self->tally->n_finalized);
  if (self->tally->owner != NULL && self->tally->owner != g_thread_self ())
    g_atomic_int_inc (&self->tally->n_finalized_elsewhere);

  G_OBJECT_CLASS (stress_task_parent_class)->finalize (object);
}

static void
stress_task_class_init (StressTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);

  object_class->finalize = stress_task_finalize;

  task_class->in_background = stress_task_in_background;
  task_class->pre_execute = stress_task_pre_execute;
  task_class->progress_update = stress_task_progress_update;
  task_class->post_execute = stress_task_post_execute;
  task_class->cancelled = stress_task_cancelled;
  task_class->failed = stress_task_failed;
}

static void
stress_task_init (StressTask *self)
{
}

static AtAsyncTask *
stress_task_new (Tally *tally,
                 guint  seed)
{
  StressTask *self = g_object_new (STRESS_TYPE_TASK, NULL);

  self->tally = tally;
  self->seed = seed;
  g_atomic_int_inc (&tally->n_made);

  return AT_ASYNC_TASK (self);
}

static gint
tally_get_n_last (Tally *tally)
{
  return g_atomic_int_get (&tally->n_post) + g_atomic_int_get (&tally->n_failed) +
         g_atomic_int_get (&tally->n_cancelled);
}

/* A few turns of nothing, to shift two threads against each other. */
static void
spin (guint n)
{
  volatile guint i;

  for (i = 0; i < n; i++)
    ;
}

/* A thread that does one thing to one task at a time, as soon as it is told. */
typedef void (* RivalFunc) (AtAsyncTask *task,
                            guint        round);

typedef struct
{
  RivalFunc    func;
  AtAsyncTask *task;
  guint        round;
  GMutex       mutex;
  GCond        cond;
  gboolean     stop;
  GThread     *thread;
} Rival;

static gpointer
rival_thread (gpointer user_data)
{
  Rival *rival = user_data;

  g_mutex_lock (&rival->mutex);
  while (!rival->stop)
    {
      if (rival->task != NULL)
        {
          AtAsyncTask *task = rival->task;

          g_mutex_unlock (&rival->mutex);
          rival->func (task, rival->round);
          g_mutex_lock (&rival->mutex);
          rival->task = NULL;
          g_cond_broadcast (&rival->cond);
        }
      else
        {
          g_cond_wait (&rival->cond, &rival->mutex);
        }
    }
  g_mutex_unlock (&rival->mutex);

  return NULL;
}

static void
rival_init (Rival     *rival,
            RivalFunc  func)
{
  rival->func = func;
  rival->task = NULL;
  rival->stop = FALSE;
  g_mutex_init (&rival->mutex);
  g_cond_init (&rival->cond);
  rival->thread = g_thread_new ("Rival", rival_thread, rival);
}

static void
rival_begin (Rival       *rival,
             AtAsyncTask *task,
             guint        round)
{
  g_mutex_lock (&rival->mutex);
  rival->task = task;
  rival->round = round;
  g_cond_broadcast (&rival->cond);
  g_mutex_unlock (&rival->mutex);
}

static void
rival_end (Rival *rival)
{
  g_mutex_lock (&rival->mutex);
  while (rival->task != NULL)
    g_cond_wait (&rival->cond, &rival->mutex);
  g_mutex_unlock (&rival->mutex);
}

static void
rival_clear (Rival *rival)
{
  g_mutex_lock (&rival->mutex);
  rival->stop = TRUE;
  g_cond_broadcast (&rival->cond);
  g_mutex_unlock (&rival->mutex);
  g_thread_join (rival->thread);
  g_mutex_clear (&rival->mutex);
  g_cond_clear (&rival->cond);
}

/* Cancel against finish */

static gint rival_cancelled;

static void
rival_cancel (AtAsyncTask *task,
              guint        round)
{
  spin ((round * 37) % 4096);
  g_atomic_int_set (&rival_cancelled, at_async_task_cancel (task, round % 2));
}

static void
test_cancel_against_finish (void)
{
  guint n = at_test_scale (10000), i;
  Tally tally = { g_thread_self (), 0 };
  Rival rival;

  rival_init (&rival, rival_cancel);
  for (i = 0; i < n; i++)
    {
      AtAsyncTask *task = stress_task_new (&tally, 5 + i);
      AtExecutor *executor = i % 3 == 0 ? at_serial_executor_get_default () : at_thread_pool_executor_get_default ();
      AtOutcome outcome;

      if (i % 16 == 0)
        rival_begin (&rival, task, i);
      g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
      if (i % 16 != 0)
        rival_begin (&rival, task, i);
      at_test_finish (task);
      rival_end (&rival);

      outcome = at_async_task_get_outcome (task);
      g_assert_cmpint (STRESS_TASK (task)->n_last, ==, 1);
      g_assert_cmpint (tally_get_n_last (&tally), ==, i + 1);
      g_assert_cmpint (at_async_task_is_cancelled (task), ==, outcome == AT_OUTCOME_CANCELLED);
      /* Whoever was told TRUE is the one who cancelled it. */
      if (g_atomic_int_get (&rival_cancelled))
        g_assert_cmpint (outcome, ==, AT_OUTCOME_CANCELLED);
      g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_FINISHED);
      if (i % 16 == 0)
        at_test_settle (NULL, executor);
      g_assert_finalize_object (task);
    }
  rival_clear (&rival);

  g_assert_cmpint (tally.n_finalized, ==, n);
  g_assert_cmpint (tally.n_elsewhere, ==, 0);
  g_test_message ("%d posted, %d failed, %d cancelled", tally.n_post, tally.n_failed, tally.n_cancelled);
}

/* Cancel against execute: between the moment from which a canceller may end the
 * task and the one at which the executor has it in its queue. */

static void
rival_cancel_at_once (AtAsyncTask *task,
                      guint        round)
{
  while (at_async_task_get_status (task) == AT_STATUS_PENDING)
    ;
  spin ((round * 7) % 512);
  g_atomic_int_set (&rival_cancelled, at_async_task_cancel (task, FALSE));
}

static void
test_cancel_against_execute (gconstpointer user_data)
{
  gboolean serial = GPOINTER_TO_INT (user_data);
  guint n = at_test_scale (20000), i;
  Tally tally = { g_thread_self (), 0 };
  Rival rival;

  rival_init (&rival, rival_cancel_at_once);
  for (i = 0; i < n; i++)
    {
      AtAsyncTask *task = stress_task_new (&tally, 5);

      rival_begin (&rival, task, i);
      spin ((i * 13) % 1024);
      g_assert_true (at_async_task_execute_on_executor (task, serial ? at_serial_executor_get_default ()
                                                                     : at_thread_pool_executor_get_default (),
                                                        NULL, NULL));
      at_test_finish (task);
      rival_end (&rival);
      g_assert_cmpint (tally_get_n_last (&tally), ==, i + 1);
      if (g_atomic_int_get (&rival_cancelled))
        g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_CANCELLED);
      g_assert_finalize_object (task);
    }
  rival_clear (&rival);
  g_assert_cmpint (tally.n_elsewhere, ==, 0);
  g_test_message ("%d posted, %d cancelled, %d bodies", tally.n_post, tally.n_cancelled, tally.n_bodies);
}

/* 100,000 tasks */

#define N_PRODUCERS 4
#define N_RECENT 64

typedef struct
{
  Tally      *tally;
  guint       n_tasks;
  guint       seed;
  AtExecutor *executors[4];
  gint       *n_awaited;
} Producer;

static void
crowd_await_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  gint *n_awaited = user_data;
  g_autoptr (GError) error = NULL;

  at_async_task_execute_finish (AT_ASYNC_TASK (source), result, &error);
  g_assert_cmpint (STRESS_TASK (source)->n_last, ==, 1);
  g_atomic_int_add (n_awaited, -1);
}

static gpointer
crowd_thread (gpointer user_data)
{
  Producer *producer = user_data;
  g_autoptr (GRand) random = g_rand_new_with_seed (producer->seed);
  AtAsyncTask *recent[N_RECENT] = { NULL };
  guint i;

  for (i = 0; i < producer->n_tasks; i++)
    {
      AtAsyncTask *task = stress_task_new (producer->tally, g_rand_int (random));
      AtExecutor *executor = producer->executors[g_rand_int_range (random, 0, 4)];
      AtAsyncTask **at = &recent[g_rand_int_range (random, 0, N_RECENT)];
      g_autoptr (GError) error = NULL;

      at_async_task_set_priority (task, g_rand_int_range (random, -2, 3));
      at_async_task_set_executor (task, executor);
      if (g_rand_int_range (random, 0, 8) == 0)
        {
          g_atomic_int_inc (producer->n_awaited);
          at_async_task_execute_async (task, NULL, NULL, crowd_await_cb, producer->n_awaited);
        }
      else
        {
          at_async_task_execute (task, NULL, &error);
          g_assert_no_error (error);
        }

      /* A third: some at once, some when they may be anywhere. */
      switch (g_rand_int_range (random, 0, 6))
        {
        case 0:
          at_async_task_cancel (task, g_rand_boolean (random));
          break;
        case 1:
          if (*at != NULL)
            at_async_task_cancel (*at, g_rand_boolean (random));
          g_clear_object (at);
          *at = g_object_ref (task);
          break;
        default:
          break;
        }
      g_object_unref (task);
    }

  for (i = 0; i < N_RECENT; i++)
    {
      if (recent[i] != NULL)
        at_async_task_cancel (recent[i], FALSE);
      g_clear_object (&recent[i]);
    }

  return NULL;
}

static void
test_crowd (void)
{
  gint n = (gint) at_test_scale (100000) / N_PRODUCERS * N_PRODUCERS;
  Tally tally = { g_thread_self (), 0 };
  GThread *threads[N_PRODUCERS];
  Producer producers[N_PRODUCERS];
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (NULL));
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new ("Crowd", 3));
  gint n_awaited = 0;
  guint i;

  /* The producers make the tasks: between two iterations, with nobody owning
   * the context, they would count as the owners. */
  g_assert_true (g_main_context_acquire (NULL));
  for (i = 0; i < N_PRODUCERS; i++)
    {
      producers[i].tally = &tally;
      producers[i].n_tasks = n / N_PRODUCERS;
      producers[i].seed = 1000 + i;
      producers[i].executors[0] = at_serial_executor_get_default ();
      producers[i].executors[1] = at_thread_pool_executor_get_default ();
      producers[i].executors[2] = serial;
      producers[i].executors[3] = pool;
      producers[i].n_awaited = &n_awaited;
      threads[i] = g_thread_new ("Producer", crowd_thread, &producers[i]);
    }

  at_test_iterate_until (NULL, tally_get_n_last (&tally) == n && g_atomic_int_get (&n_awaited) == 0);
  for (i = 0; i < N_PRODUCERS; i++)
    g_thread_join (threads[i]);
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&tally.n_finalized) == n);
  g_main_context_release (NULL);

  g_assert_cmpint (tally.n_made, ==, n);
  g_assert_cmpint (tally_get_n_last (&tally), ==, n);
  g_assert_cmpint (tally.n_elsewhere, ==, 0);
  g_assert_cmpint (tally.n_post + tally.n_failed, <=, tally.n_bodies);
  g_assert_cmpint (tally.n_cancelled, >, n / 10);
  g_test_message ("%d posted, %d failed, %d cancelled, %d bodies", tally.n_post, tally.n_failed, tally.n_cancelled,
                  tally.n_bodies);
}

/* Threads with contexts of their own, which add to two executors at once what others
 * take; meanwhile the number of slots goes up and down, bodies are paused, and tasks
 * are cancelled wherever they may be. */

#define N_LANES 3

typedef struct
{
  AtExecutor *executors[2];
  guint       n_tasks;
  guint       seed;
  gint       *n_lanes;
} Lane;

static gpointer
lane_thread (gpointer user_data)
{
  Lane *lane = user_data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (lane->seed);
  g_autoptr (AtAsyncTask) last = NULL;
  Tally tally = { g_thread_self (), 0 };
  gint n = (gint) lane->n_tasks;

  g_main_context_push_thread_default (context);
  for (gint i = 0; i < n; i++)
    {
      AtAsyncTask *task = stress_task_new (&tally, g_rand_int (random));
      gboolean pause = g_rand_int_range (random, 0, 16) == 0;

      at_async_task_set_main_context (task, context);
      if (g_rand_int_range (random, 0, 8) == 0)
        at_async_task_set_priority (task, g_rand_int_range (random, -1, 2));
      if (pause)
        at_async_task_pause (task);
      g_assert_true (at_async_task_execute_on_executor (task, lane->executors[g_rand_int_range (random, 0, 2)],
                                                        NULL, NULL));
      if (g_rand_int_range (random, 0, 8) == 0)
        at_async_task_cancel (task, g_rand_boolean (random));
      if (last != NULL && g_rand_int_range (random, 0, 8) == 0)
        at_async_task_cancel (last, g_rand_boolean (random));
      if (pause)
        at_async_task_resume (task);
      g_set_object (&last, task);
      g_object_unref (task);

      /* Bursts, and now and then nothing to do. */
      if (i % 64 == 0)
        while (g_main_context_iteration (context, FALSE))
          ;
      if (i % 1024 == 0)
        at_test_iterate_until (context, tally_get_n_last (&tally) == i + 1);
    }
  at_test_iterate_until (context, tally_get_n_last (&tally) == n);
  g_clear_object (&last);
  at_test_iterate_poll_until (context, g_atomic_int_get (&tally.n_finalized) == n);
  g_main_context_pop_thread_default (context);

  g_assert_cmpint (tally_get_n_last (&tally), ==, n);
  g_assert_cmpint (tally.n_elsewhere, ==, 0);
  g_assert_cmpint (tally.n_finalized_elsewhere, ==, 0);
  g_atomic_int_add (lane->n_lanes, -1);

  return NULL;
}

static void
test_lanes (gconstpointer user_data)
{
  gboolean grows = GPOINTER_TO_INT (user_data);
  g_autoptr (AtThreadPoolExecutor) own = at_thread_pool_executor_new ("Lanes", 2);
  AtThreadPoolExecutor *pool = grows ? AT_THREAD_POOL_EXECUTOR (at_thread_pool_executor_get_default ()) : own;
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (AT_EXECUTOR (pool)));
  GThread *threads[N_LANES];
  Lane lanes[N_LANES];
  gint n_lanes = N_LANES;

  for (guint i = 0; i < N_LANES; i++)
    {
      lanes[i].executors[0] = AT_EXECUTOR (pool);
      lanes[i].executors[1] = serial;
      lanes[i].n_tasks = at_test_scale (20000);
      lanes[i].seed = 2000 + i;
      lanes[i].n_lanes = &n_lanes;
      threads[i] = g_thread_new ("Lane", lane_thread, &lanes[i]);
    }

  for (guint i = 0; g_atomic_int_get (&n_lanes) > 0; i++)
    {
      at_thread_pool_executor_set_max_threads (pool, 1 + i % 3);
      g_usleep (500);
    }
  for (guint i = 0; i < N_LANES; i++)
    g_thread_join (threads[i]);
  at_thread_pool_executor_set_max_threads (pool, 0);
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 0);
}

/* The last reference */

static void
test_last_unref (void)
{
  gint n = (gint) at_test_scale (20000), i;
  Tally tally = { g_thread_self (), 0 };

  for (i = 0; i < n; i++)
    {
      AtAsyncTask *task = stress_task_new (&tally, i);

      g_assert_true (at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (), NULL, NULL));
      spin ((i * 31) % 2048);
      g_object_unref (task);
      g_main_context_iteration (NULL, FALSE);
    }
  at_test_iterate_until (NULL, g_atomic_int_get (&tally.n_finalized) == n);
  g_assert_cmpint (tally_get_n_last (&tally), ==, n);
  g_assert_cmpint (tally.n_elsewhere, ==, 0);
  g_assert_cmpint (tally.n_finalized_elsewhere, ==, 0);
}

static void
rival_unref (AtAsyncTask *task,
             guint        round)
{
  spin ((round * 37) % 4096);
  if (round % 3 == 0)
    at_async_task_cancel (task, TRUE);
  if (round % 5 == 0)
    at_async_task_wait (task, -1, NULL, NULL);
  g_object_unref (task);
}

static void
test_last_unref_elsewhere (void)
{
  gint n = (gint) at_test_scale (10000), i;
  Tally tally = { g_thread_self (), 0 };
  Rival rival;

  rival_init (&rival, rival_unref);
  for (i = 0; i < n; i++)
    {
      AtAsyncTask *task = stress_task_new (&tally, i);

      g_assert_true (at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (), NULL, NULL));
      rival_begin (&rival, task, i);
      at_test_iterate_until (NULL, tally_get_n_last (&tally) == i + 1);
      rival_end (&rival);
    }
  rival_clear (&rival);
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&tally.n_finalized) == n);
  g_assert_cmpint (tally.n_elsewhere, ==, 0);
}

/* Wake-ups: with nothing else in the loop, one that is lost is a hang. */

static void
test_wake_up_for_the_end (void)
{
  guint n = at_test_scale (20000), i;
  Tally tally = { g_thread_self (), 0 };

  for (i = 0; i < n; i++)
    {
      AtAsyncTask *task = stress_task_new (&tally, 5);

      g_assert_true (at_async_task_execute_on_executor (task,
                                                        i % 2 == 0 ? at_thread_pool_executor_get_default ()
                                                                   : at_serial_executor_get_default (),
                                                        NULL, NULL));
      spin ((i * 31) % 2048);
      at_test_finish (task);
      g_assert_finalize_object (task);
    }
  g_assert_cmpint (tally.n_post, ==, n);
}

typedef struct
{
  GMutex mutex;
  GCond  cond;
  guint  n_rounds;
  guint  n_seen;
  gboolean values;
} PingPong;

static gboolean
body_ping_pong (AtAsyncTask   *task,
                const GValue  *params,
                GCancellable  *cancellable,
                gpointer       user_data,
                GError       **error)
{
  PingPong *game = user_data;
  guint i;

  for (i = 1; i <= game->n_rounds; i++)
    {
      if (game->values)
        at_async_task_publish (task, G_TYPE_UINT, i);
      else
        at_async_task_set_amounts (task, i, game->n_rounds);

      g_mutex_lock (&game->mutex);
      while (game->n_seen < i)
        g_cond_wait (&game->cond, &game->mutex);
      g_mutex_unlock (&game->mutex);
    }

  return TRUE;
}

static void
ping_pong_value_cb (AtAsyncTask  *task,
                    const GValue *value,
                    PingPong     *game)
{
  g_mutex_lock (&game->mutex);
  g_assert_cmpuint (g_value_get_uint (value), ==, game->n_seen + 1);
  game->n_seen++;
  g_cond_signal (&game->cond);
  g_mutex_unlock (&game->mutex);
}

static void
ping_pong_completed_cb (AtAsyncTask *task,
                        GParamSpec  *pspec,
                        PingPong    *game)
{
  g_mutex_lock (&game->mutex);
  g_assert_cmpuint (at_async_task_get_completed (task), ==, game->n_seen + 1);
  game->n_seen++;
  g_cond_signal (&game->cond);
  g_mutex_unlock (&game->mutex);
}

static void
test_wake_up_for_progress (gconstpointer user_data)
{
  PingPong game = { .n_rounds = at_test_scale (GPOINTER_TO_UINT (user_data)) };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_ping_pong, &game, NULL);

  g_mutex_init (&game.mutex);
  g_cond_init (&game.cond);
  game.values = GPOINTER_TO_UINT (user_data) > 1000;
  if (game.values)
    g_signal_connect (task, "progress-update", G_CALLBACK (ping_pong_value_cb), &game);
  else
    g_signal_connect (task, "notify::completed", G_CALLBACK (ping_pong_completed_cb), &game);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpuint (game.n_seen, ==, game.n_rounds);
  g_assert_finalize_object (g_steal_pointer (&task));
  g_mutex_clear (&game.mutex);
  g_cond_clear (&game.cond);
}

static void
count_down_cb (AtAsyncTask  *task,
               const GValue *result,
               GMainLoop    *loop)
{
  g_main_loop_quit (loop);
}

static void
test_wake_up_of_a_running_loop (void)
{
  guint n = at_test_scale (10000), i;

  for (i = 0; i < n; i++)
    {
      g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
      g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

      g_signal_connect (task, "post-execute", G_CALLBACK (count_down_cb), loop);
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      g_main_loop_run (loop);
      at_test_finish (task);
      g_assert_finalize_object (g_steal_pointer (&task));
    }
}

static void
test_wake_up_of_a_worker (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Sleepy", 3);
  guint n = at_test_scale (20000), i;

  /* No loop at all: what is executed has to find a thread each time. */
  for (i = 0; i < n; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
      at_async_task_wait (task, at_test_guard_usec () / 1000, NULL, &error);
      g_assert_no_error (error);
      spin ((i * 31) % 8192);
      if (i % 64 == 0)
        at_test_finish (task);
    }
  at_test_settle (NULL, AT_EXECUTOR (pool));
  g_object_unref (pool);
}

/* Shutdown */

#define N_FEEDERS 2

typedef struct
{
  GMainContext *context;
  AtExecutor   *executor;
  Tally        *tally;
  gint          n_accepted;
  gint          n_refused;
  guint         n_tasks;
} Feeder;

static gpointer
feeder_thread (gpointer user_data)
{
  Feeder *feeder = user_data;
  guint i;

  for (i = 0; i < feeder->n_tasks; i++)
    {
      AtAsyncTask *task = stress_task_new (feeder->tally, i);
      GError *error = NULL;

      /* The context is this thread's alone for now: a foreign execute() would
       * be refused later than it returns. */
      at_async_task_set_main_context (task, feeder->context);
      if (at_async_task_execute_on_executor (task, feeder->executor, NULL, &error))
        {
          feeder->n_accepted++;
        }
      else
        {
          g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
          g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
          feeder->n_refused++;
          g_clear_error (&error);
        }
      g_object_unref (task);
    }

  return NULL;
}

static void
test_shutdown_races (gconstpointer user_data)
{
  gboolean serial = GPOINTER_TO_INT (user_data);
  guint n = at_test_scale (500), i, j;
  gint n_all_accepted = 0, n_all_refused = 0;

  for (i = 0; i < n; i++)
    {
      AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Closing", 1 + i % 3);
      AtExecutor *executor = serial ? AT_EXECUTOR (at_serial_executor_new (AT_EXECUTOR (pool)))
                                    : g_object_ref (AT_EXECUTOR (pool));
      Tally tally = { NULL, 0 };
      GThread *threads[N_FEEDERS];
      Feeder feeders[N_FEEDERS];
      gint n_accepted = 0, n_refused = 0;

      for (j = 0; j < N_FEEDERS; j++)
        {
          feeders[j] = (Feeder) { g_main_context_new (), executor, &tally, 0, 0, 50 };
          threads[j] = g_thread_new ("Feeder", feeder_thread, &feeders[j]);
        }
      spin ((i * 997) % 200000);
      at_thread_pool_executor_shutdown (pool, i % 2);
      for (j = 0; j < N_FEEDERS; j++)
        {
          g_thread_join (threads[j]);
          n_accepted += feeders[j].n_accepted;
          n_refused += feeders[j].n_refused;
        }

      g_assert_cmpint (n_accepted + n_refused, ==, N_FEEDERS * 50);
      at_test_iterate_poll_until (feeders[j++ % N_FEEDERS].context, tally.n_finalized == N_FEEDERS * 50);
      g_assert_cmpint (tally_get_n_last (&tally), ==, n_accepted);
      n_all_accepted += n_accepted;
      n_all_refused += n_refused;
      for (j = 0; j < N_FEEDERS; j++)
        g_main_context_unref (feeders[j].context);
      g_object_unref (executor);
      g_object_unref (pool);
    }
  g_test_message ("%d taken in, %d refused", n_all_accepted, n_all_refused);
}

static void
test_dropped_executors (void)
{
  /* The stacks of more threads than that, which have yet to end, fill the memory of a 32-bit machine. */
  guint n = sizeof (gpointer) > 4 ? at_test_scale (2000) : 100, i, j;
  Tally tally = { g_thread_self (), 0 };

  for (i = 0; i < n; i++)
    {
      AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Brief", 1 + i % 3);
      AtExecutor *serial = AT_EXECUTOR (at_serial_executor_new (AT_EXECUTOR (pool)));

      for (j = 0; j < 5; j++)
        {
          AtAsyncTask *task = stress_task_new (&tally, j);
          GError *error = NULL;

          at_async_task_execute_on_executor (task, j % 2 == 0 ? serial : AT_EXECUTOR (pool), NULL, &error);
          g_assert_no_error (error);
          g_object_unref (task);
        }
      g_object_unref (serial);
      g_object_unref (pool);
      g_main_context_iteration (NULL, FALSE);
    }
  at_test_iterate_until (NULL, g_atomic_int_get (&tally.n_finalized) == (gint) n * 5);
  g_assert_cmpint (tally_get_n_last (&tally), ==, n * 5);
  g_assert_cmpint (tally.n_elsewhere, ==, 0);
  g_assert_cmpint (tally.n_finalized_elsewhere, ==, 0);
}

/* Pause, resume and cancel */

typedef struct
{
  gint n_now;
  gint n_steps;
  gint limit;
} Steps;

static gboolean
body_steps (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  Steps *steps = user_data;
  guint i;

  for (i = 0; i < 200; i++)
    {
      /* Between two checkpoints a body holds a slot of the pool. */
      g_assert_cmpint (g_atomic_int_add (&steps->n_now, 1), <, steps->limit);
      spin (50);
      g_atomic_int_inc (&steps->n_steps);
      g_atomic_int_add (&steps->n_now, -1);
      if (!at_async_task_checkpoint (task, error))
        return FALSE;
    }

  return TRUE;
}

typedef struct
{
  AtAsyncTask *tasks[8];
  guint32      seed;
  guint        n_turns;
  gboolean     cancel;
} Meddler;

static gpointer
meddler_thread (gpointer user_data)
{
  Meddler *meddler = user_data;
  g_autoptr (GRand) random = g_rand_new_with_seed (meddler->seed);
  guint i;

  for (i = 0; i < meddler->n_turns; i++)
    {
      AtAsyncTask *task = meddler->tasks[g_rand_int_range (random, 0, G_N_ELEMENTS (meddler->tasks))];

      switch (g_rand_int_range (random, 0, meddler->cancel ? 40 : 39))
        {
        case 39:
          at_async_task_cancel (task, g_rand_boolean (random));
          break;
        default:
          if (i % 2 == 0)
            at_async_task_pause (task);
          else
            at_async_task_resume (task);
          break;
        }
      spin (g_rand_int_range (random, 0, 500));
    }

  for (i = 0; i < G_N_ELEMENTS (meddler->tasks); i++)
    at_async_task_resume (meddler->tasks[i]);

  return NULL;
}

static void
test_pause_races (gconstpointer user_data)
{
  gboolean cancel = GPOINTER_TO_INT (user_data);
  guint n = at_test_scale (100), i, j;

  for (i = 0; i < n; i++)
    {
      guint limit = 1 + i % 3;
      AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Pausing", limit);
      AtExecutor *serial = AT_EXECUTOR (at_serial_executor_new (AT_EXECUTOR (pool)));
      Steps steps = { 0, 0, (gint) limit };
      GThread *threads[2];
      Meddler meddlers[2];

      for (j = 0; j < G_N_ELEMENTS (meddlers[0].tasks); j++)
        {
          meddlers[0].tasks[j] = at_async_task_new (body_steps, &steps, NULL);
          g_assert_true (at_async_task_execute_on_executor (meddlers[0].tasks[j],
                                                            j % 4 == 0 ? serial : AT_EXECUTOR (pool), NULL, NULL));
        }
      meddlers[0].n_turns = 300;
      meddlers[0].cancel = cancel;
      meddlers[1] = meddlers[0];
      for (j = 0; j < G_N_ELEMENTS (threads); j++)
        {
          meddlers[j].seed = i * 2 + j;
          threads[j] = g_thread_new ("Meddler", meddler_thread, &meddlers[j]);
        }
      for (j = 0; j < G_N_ELEMENTS (threads); j++)
        g_thread_join (threads[j]);
      /* The one who ended last may have paused before the other resumed. */
      for (j = 0; j < G_N_ELEMENTS (meddlers[0].tasks); j++)
        at_async_task_resume (meddlers[0].tasks[j]);

      for (j = 0; j < G_N_ELEMENTS (meddlers[0].tasks); j++)
        {
          AtAsyncTask *task = meddlers[0].tasks[j];

          at_test_finish (task);
          g_assert_cmpint (at_async_task_get_outcome (task), ==,
                           at_async_task_is_cancelled (task) ? AT_OUTCOME_CANCELLED : AT_OUTCOME_SUCCEEDED);
        }
      /* A meddler that came when the body was done has sent word of it home behind the
       * end, and that may be left for the next dispatch. */
      at_test_settle (NULL, AT_EXECUTOR (pool));
      for (j = 0; j < G_N_ELEMENTS (meddlers[0].tasks); j++)
        g_assert_finalize_object (meddlers[0].tasks[j]);
      if (!cancel)
        g_assert_cmpint (steps.n_steps, ==, 8 * 200);
      at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
      g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 0);
      at_test_settle (NULL, AT_EXECUTOR (pool));
      g_object_unref (serial);
      g_object_unref (pool);
    }
}

/* The owner */

static void
test_owner_disposed (void)
{
  guint n = at_test_scale (10000), i;
  Tally tally = { g_thread_self (), 0 };
  gint *gone = g_new0 (gint, n);

  for (i = 0; i < n; i++)
    {
      AtAsyncTask *task = stress_task_new (&tally, i);
      GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);

      STRESS_TASK (task)->owner_is_gone = &gone[i];
      at_async_task_set_owner (task, owner);
      g_assert_true (at_async_task_execute_on_executor (task,
                                                        i % 2 == 0 ? at_thread_pool_executor_get_default ()
                                                                   : at_serial_executor_get_default (),
                                                        NULL, NULL));
      if (i % 4 == 0)
        g_object_unref (task);
      spin ((i * 37) % 4096);
      if (i % 3 == 0)
        g_main_context_iteration (NULL, FALSE);
      g_assert_finalize_object (owner);
      gone[i] = TRUE;
      if (i % 4 != 0)
        {
          g_assert_true (at_async_task_is_cancelled (task) ||
                         at_async_task_get_status (task) == AT_STATUS_FINISHED);
          g_assert_null (at_async_task_get_owner (task));
          g_object_unref (task);
        }
    }
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&tally.n_finalized) == (gint) n);
  g_assert_cmpint (tally.n_cancelled, ==, 0);
  g_assert_cmpint (tally.n_elsewhere, ==, 0);
  g_assert_cmpint (tally.n_finalized_elsewhere, ==, 0);
  g_free (gone);
}

static GObject *rival_owner;

static void
rival_drop_owner (AtAsyncTask *task,
                  guint        round)
{
  spin ((round * 37) % 4096);
  g_object_unref (rival_owner);
}

static void
test_owner_disposed_elsewhere (void)
{
  guint n = at_test_scale (10000), i;
  Tally tally = { g_thread_self (), 0 };
  Rival rival;

  rival_init (&rival, rival_drop_owner);
  for (i = 0; i < n; i++)
    {
      AtAsyncTask *task = stress_task_new (&tally, i);

      rival_owner = g_object_new (G_TYPE_OBJECT, NULL);
      at_async_task_set_owner (task, rival_owner);
      g_assert_true (at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (), NULL, NULL));
      rival_begin (&rival, task, i);
      g_main_context_iteration (NULL, FALSE);
      if (i % 2 == 0)
        {
          g_object_unref (task);
          g_main_context_iteration (NULL, FALSE);
          rival_end (&rival);
        }
      else
        {
          rival_end (&rival);
          g_object_unref (task);
        }
    }
  rival_clear (&rival);
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&tally.n_finalized) == (gint) n);
  g_assert_cmpint (tally.n_elsewhere, ==, 0);
  g_assert_cmpint (tally.n_finalized_elsewhere, ==, 0);
}

/* Two executes at once */

static gint rival_executed;

static void
rival_execute (AtAsyncTask *task,
               guint        round)
{
  g_autoptr (GError) error = NULL;

  spin ((round * 37) % 512);
  g_atomic_int_set (&rival_executed, at_async_task_execute (task, NULL, &error));
  if (error != NULL)
    g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED);
}

static void
test_execute_against_execute (void)
{
  guint n = at_test_scale (5000), i;
  Tally tally = { g_thread_self (), 0 };
  Rival rival;

  rival_init (&rival, rival_execute);
  for (i = 0; i < n; i++)
    {
      AtAsyncTask *task = stress_task_new (&tally, 5);
      g_autoptr (GError) error = NULL;
      gboolean executed;

      rival_begin (&rival, task, i);
      spin ((i * 31) % 512);
      executed = at_async_task_execute (task, NULL, &error);
      if (error != NULL)
        g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED);
      rival_end (&rival);
      g_assert_cmpint (executed + g_atomic_int_get (&rival_executed), ==, 1);
      at_test_finish (task);
      g_assert_cmpint (STRESS_TASK (task)->n_last, ==, 1);
      g_assert_cmpint (STRESS_TASK (task)->n_bodies, ==, 1);
      g_assert_finalize_object (task);
    }
  rival_clear (&rival);
  g_assert_cmpint (tally.n_elsewhere, ==, 0);
}

/* Contexts that go away while workers send to them */

static void
test_contexts_go (void)
{
  guint n = at_test_scale (2000), i, j;
  Tally tally = { NULL, 0 };

  for (i = 0; i < n; i++)
    {
      GMainContext *context = g_main_context_new ();

      for (j = 0; j < 3; j++)
        {
          AtAsyncTask *task = stress_task_new (&tally, i + j);

          at_async_task_set_main_context (task, context);
          g_assert_true (at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (), NULL, NULL));
          g_object_unref (task);
        }
      if (i % 3 == 0)
        g_main_context_iteration (context, FALSE);
      spin ((i * 37) % 4096);
      g_main_context_unref (context);
    }
  /* What ended after its context is released in the default one. */
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&tally.n_finalized) == (gint) n * 3);
  g_assert_cmpint (tally_get_n_last (&tally), <=, n * 3);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("Races, thousands of times each.");

  g_test_add_func ("/stress/cancel-against-finish/one-outcome-each", test_cancel_against_finish);
  g_test_add_data_func ("/stress/cancel-against-execute/pool", GINT_TO_POINTER (FALSE), test_cancel_against_execute);
  g_test_add_data_func ("/stress/cancel-against-execute/serial", GINT_TO_POINTER (TRUE), test_cancel_against_execute);
  g_test_add_func ("/stress/crowd/each-ends-once-on-the-owner-thread-and-nothing-leaks", test_crowd);
  g_test_add_data_func ("/stress/lanes/own-pool", GINT_TO_POINTER (FALSE), test_lanes);
  g_test_add_data_func ("/stress/lanes/default-pool", GINT_TO_POINTER (TRUE), test_lanes);
  g_test_add_func ("/stress/last-unref/on-the-owner-thread", test_last_unref);
  g_test_add_func ("/stress/last-unref/against-another-thread", test_last_unref_elsewhere);
  g_test_add_func ("/stress/wake-up/for-the-end", test_wake_up_for_the_end);
  g_test_add_data_func ("/stress/wake-up/for-values", GUINT_TO_POINTER (20000), test_wake_up_for_progress);
  g_test_add_data_func ("/stress/wake-up/for-amounts", GUINT_TO_POINTER (200), test_wake_up_for_progress);
  g_test_add_func ("/stress/wake-up/of-a-running-loop", test_wake_up_of_a_running_loop);
  g_test_add_func ("/stress/wake-up/of-a-worker", test_wake_up_of_a_worker);
  g_test_add_data_func ("/stress/shutdown/pool", GINT_TO_POINTER (FALSE), test_shutdown_races);
  g_test_add_data_func ("/stress/shutdown/serial", GINT_TO_POINTER (TRUE), test_shutdown_races);
  g_test_add_func ("/stress/shutdown/dropped-executors", test_dropped_executors);
  g_test_add_data_func ("/stress/pause/resume", GINT_TO_POINTER (FALSE), test_pause_races);
  g_test_add_data_func ("/stress/pause/resume-and-cancel", GINT_TO_POINTER (TRUE), test_pause_races);
  g_test_add_func ("/stress/owner-disposed/on-the-owner-thread", test_owner_disposed);
  g_test_add_func ("/stress/owner-disposed/on-another-thread", test_owner_disposed_elsewhere);
  g_test_add_func ("/stress/execute-against-execute/one-wins", test_execute_against_execute);
  g_test_add_func ("/stress/contexts/go-while-workers-send", test_contexts_go);

  return g_test_run ();
}
