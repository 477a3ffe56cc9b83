/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "explore-jobs.h"

/* Scenarios of executors: work without tasks, tasks whose priority changes, and limits; and
 * of who makes tasks: the latest, and the cache. */

/* Work that is submitted, and what becomes of it. */

typedef struct
{
  const char   *name;
  AtExecutor   *executor;
  gboolean      is_accepted;
  guint         n_work;
  guint         n_done;
  guint         n_destroyed;
  ExploreStamp  submitting;
  ExploreStamp  work_end;
} Piece;

static Piece pieces[3];
static guint n_pieces;

static void
on_work (gpointer data)
{
  Piece *self = data;

  explore_note ("%s", self->name);
  explore_check (explore_get_thread () != OWNER, "%s in the thread of its owner", self->name);
  explore_check (++self->n_work == 1, "%s again", self->name);
  explore_check (self->n_destroyed == 0, "%s, whose data are gone", self->name);
  explore_check (explore_is_after (&self->submitting), "%s does not see what preceded it", self->name);
  explore_check (++n_active <= max_active, "%d bodies run, and %d may", n_active, max_active);
  n_active--;
  explore_stamp (&self->work_end);
}

static void
on_work_done (gpointer data)
{
  Piece *self = data;

  explore_note ("%s is done", self->name);
  explore_check (explore_get_thread () == OWNER, "%s is done in thread %d", self->name, explore_get_thread ());
  explore_check (++self->n_done == 1, "%s is done again", self->name);
  explore_check (self->n_work == 1, "%s is done, and has not run", self->name);
  explore_check (explore_is_after (&self->work_end), "who is told of %s does not see what it did", self->name);
}

static void
on_work_destroyed (gpointer data)
{
  Piece *self = data;

  explore_note ("the data of %s are freed", self->name);
  explore_check (explore_get_thread () == OWNER, "the data of %s in thread %d", self->name, explore_get_thread ());
  explore_check (++self->n_destroyed == 1, "the data of %s again", self->name);
}

static Piece *
piece_new (const char *name,
           AtExecutor *executor)
{
  Piece *self = &pieces[n_pieces++];

  *self = (Piece) { .name = name, .executor = executor };

  return self;
}

static void
submit (Piece *self)
{
  g_autoptr (GError) error = NULL;

  explore_note ("submit %s", self->name);
  explore_stamp (&self->submitting);
  self->is_accepted = at_executor_submit (self->executor, on_work, on_work_done, self, on_work_destroyed, &error);
  explore_check (self->is_accepted || g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED),
                 "%s was not taken in", self->name);
}

static void
iterate_pieces (void)
{
  for (guint i = 0; i < n_pieces; i++)
    while (pieces[i].n_destroyed == 0)
      g_main_context_iteration (NULL, TRUE);
}

static void
check_pieces (void)
{
  check_jobs ();
  for (guint i = 0; i < n_pieces; i++)
    {
      Piece *self = &pieces[i];

      explore_check (self->n_destroyed == 1, "the data of %s are still there", self->name);
      explore_check (self->n_done == self->n_work, "%s was run, and nobody told", self->name);
      explore_check (self->is_accepted || self->n_work == 0, "%s was refused, and run", self->name);
    }
}

static void
check_all_done (void)
{
  check_pieces ();
  for (guint i = 0; i < n_pieces; i++)
    explore_check (pieces[i].n_done == 1, "%s was not done", pieces[i].name);
}

static void
begin_pieces (int limit)
{
  begin (limit);
  n_pieces = 0;
}

static void
submit_there (gpointer data)
{
  Piece *piece = data;
  AtExecutor *executor = piece->executor;

  submit (piece);
  g_object_unref (executor);
}

/* Two threads submit, one of them the owner. */
static void
run_submit (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin_pieces (1);
  pool = pool_new (1);
  explore_spawn (submit_there, piece_new ("A", g_object_ref (pool)));
  submit (piece_new ("B", pool));
  iterate_pieces ();
}

static void
run_submit_serial (void)
{
  g_autoptr (AtExecutor) pool = NULL, serial = NULL;

  begin_pieces (1);
  pool = pool_new (2);
  serial = watched (at_serial_executor_new (pool));
  explore_spawn (submit_there, piece_new ("A", g_object_ref (serial)));
  submit (piece_new ("B", serial));
  iterate_pieces ();
}

static void
shut_down_there (gpointer pool)
{
  explore_note ("shut down");
  at_thread_pool_executor_shutdown (pool, TRUE);
  g_object_unref (pool);
}

/* The pool is shut down while the owner submits. */
static void
run_submit_shutdown (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin_pieces (1);
  pool = pool_new (1);
  explore_spawn (shut_down_there, g_object_ref (pool));
  submit (piece_new ("A", pool));
  submit (piece_new ("B", pool));
  iterate_pieces ();
}

/* The same below a serial executor, one of whose pieces has the turn, and the other is
 * next. */
static void
run_submit_shutdown_serial (void)
{
  g_autoptr (AtExecutor) pool = NULL, serial = NULL;

  begin_pieces (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  explore_spawn (shut_down_there, g_object_ref (pool));
  submit (piece_new ("A", serial));
  submit (piece_new ("B", serial));
  iterate_pieces ();
}

/* What an executor offers to another one of ours may have run, and be gone, before that
 * returns. */
static void
run_submit_nested (void)
{
  g_autoptr (AtExecutor) pool = NULL, inner = NULL, outer = NULL;

  begin_pieces (1);
  pool = pool_new (1);
  inner = watched (at_serial_executor_new (pool));
  outer = watched (at_serial_executor_new (inner));
  submit (piece_new ("A", outer));
  submit (piece_new ("B", outer));
  iterate_pieces ();
}

/* A task gets another priority while something becomes of it. */

static void
set_priority_there (gpointer data)
{
  Job *job = data;

  explore_note ("set the priority of %s", job->name);
  at_async_task_set_priority (job->task, G_PRIORITY_HIGH);
  g_object_unref (job->task);
}

/* ... while it is queued, claimed, run or cancelled, behind or in front of another. */
static void
run_priority_with (AtExecutor *executor,
                   gboolean    cancels)
{
  Job *first = job_new ("A", NULL, NULL);
  Job *second = job_new ("B", NULL, NULL);

  spawn_with (set_priority_there, second);
  execute (first, executor);
  execute (second, executor);
  if (cancels)
    cancel (second);
  drop (first);
  drop (second);
  iterate ();
}

static void
run_priority (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin (1);
  pool = pool_new (1);
  run_priority_with (pool, FALSE);
}

static void
run_priority_cancel (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin (1);
  pool = pool_new (1);
  run_priority_with (pool, TRUE);
}

static void
run_priority_serial (void)
{
  g_autoptr (AtExecutor) pool = NULL, serial = NULL;

  begin (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  run_priority_with (serial, FALSE);
}

static void
run_priority_serial_cancel (void)
{
  g_autoptr (AtExecutor) pool = NULL, serial = NULL;

  begin (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  run_priority_with (serial, TRUE);
}

/* A holds the executor until B, which is being executed, has got a priority in which it
 * goes before C. Whatever the order of the two, B has it. */

static gboolean is_held, may_go_on; /* under the lock */

static gboolean
hold (Job     *job,
      GError **error)
{
  g_mutex_lock (&control_lock);
  is_held = TRUE;
  g_cond_broadcast (&control_cond);
  while (!may_go_on)
    g_cond_wait (&control_cond, &control_lock);
  g_mutex_unlock (&control_lock);

  return TRUE;
}

static gboolean
come_second (Job     *job,
             GError **error)
{
  explore_check (jobs[2].n_bodies == 0, "C runs before B");

  return TRUE;
}

static int n_ready; /* under the lock */

static void
get_ready (void)
{
  g_mutex_lock (&control_lock);
  may_go_on = ++n_ready == 2;
  if (may_go_on)
    g_cond_broadcast (&control_cond);
  g_mutex_unlock (&control_lock);
}

static void
set_and_get_ready (gpointer data)
{
  set_priority_there (data);
  get_ready ();
}

static void
run_priority_added_on (AtExecutor *executor)
{
  Job *first, *second, *third;

  g_mutex_init (&control_lock);
  g_cond_init (&control_cond);
  is_held = may_go_on = FALSE;
  n_ready = 0;
  first = job_new ("A", NULL, hold);
  second = job_new ("B", NULL, come_second);
  third = job_new ("C", NULL, NULL);
  at_async_task_set_priority (third->task, G_PRIORITY_HIGH / 2);
  execute (first, executor);
  g_mutex_lock (&control_lock);
  while (!is_held)
    g_cond_wait (&control_cond, &control_lock);
  g_mutex_unlock (&control_lock);
  execute (third, executor);
  spawn_with (set_and_get_ready, second);
  execute (second, executor);
  get_ready ();
  drop (first);
  drop (second);
  drop (third);
  iterate ();
}

static void
run_priority_added (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin (1);
  pool = pool_new (1);
  run_priority_added_on (pool);
}

static void
run_priority_added_serial (void)
{
  g_autoptr (AtExecutor) pool = NULL, serial = NULL;

  begin (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  run_priority_added_on (serial);
}

/* A limit, on top of a pool that could do more. */

static AtExecutor *
limit_new (AtExecutor *target,
           guint       max_running)
{
  return watched (at_limit_executor_new (target, max_running));
}

/* A place that stays taken is a hang. */
static void
wait_for_places (AtExecutor *limit)
{
  while (at_limit_executor_get_n_running (AT_LIMIT_EXECUTOR (limit)) > 0)
    g_main_context_iteration (NULL, FALSE);
}

/* One body ends while another one is executed, or cancelled in the queue. */
static void
run_limiter_with (guint victim)
{
  g_autoptr (AtExecutor) pool = NULL, limit = NULL;

  begin (1);
  pool = pool_new (2);
  limit = limit_new (pool, 1);
  run_jobs (limit, 2, NULL, victim);
}

static void
run_limiter (void)
{
  run_limiter_with (NOBODY);
}

static void
run_limiter_cancel (void)
{
  run_limiter_with (1);
}

static void
run_limiter_two (void)
{
  g_autoptr (AtExecutor) pool = NULL, limit = NULL;

  begin (2);
  pool = pool_new (3);
  limit = limit_new (pool, 2);
  run_jobs (limit, 3, NULL, NOBODY);
}

/* It is dropped while it has something in the queue. */
static void
run_limiter_dropped (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  AtExecutor *limit;
  Job *first, *second;

  begin (1);
  pool = pool_new (2);
  limit = limit_new (pool, 1);
  first = job_new ("A", NULL, NULL);
  second = job_new ("B", NULL, NULL);
  execute (first, limit);
  execute (second, limit);
  g_object_unref (limit);
  drop (first);
  drop (second);
  iterate ();
}

/* The target refuses while the one that has the place ends: the other one fails, or is not
 * executed, and the place is free. */
static void
run_limiter_refused (void)
{
  g_autoptr (AtExecutor) pool = NULL, limit = NULL;

  begin (1);
  pool = pool_new (2);
  limit = limit_new (pool, 1);
  explore_spawn (shut_down_there, g_object_ref (pool));
  run_jobs (limit, 2, NULL, NOBODY);
  wait_for_places (limit);
}

/* A body waits while another one, executed before or after, has its place. */

static void
resume_there (gpointer data)
{
  Job *job = data;

  explore_note ("resume %s", job->name);
  at_async_task_resume (job->task);
  g_object_unref (job->task);
}

static void
run_limiter_pause_with (ExploreFunc func,
                        JobFunc     first_body,
                        JobFunc     second_body)
{
  g_autoptr (AtExecutor) pool = NULL, limit = NULL;
  Job *first, *second;

  begin (1);
  pool = pool_new (2);
  limit = limit_new (pool, 1);
  first = job_new ("A", NULL, first_body);
  second = job_new ("B", NULL, second_body);
  at_async_task_pause (first->task);
  execute (first, limit);
  spawn_with (func, first);
  execute (second, limit);
  drop (first);
  drop (second);
  iterate ();
  wait_for_places (limit);
}

static void
run_limiter_pause (void)
{
  run_limiter_pause_with (resume_there, look_twice, NULL);
}

static void
resume_and_cancel_there (gpointer data)
{
  Job *job = data;

  at_async_task_resume (job->task);
  cancel_there (data);
}

static void
run_limiter_pause_cancel (void)
{
  run_limiter_pause_with (resume_and_cancel_there, look_twice, NULL);
}

static void
begin_holding (void)
{
  g_mutex_init (&control_lock);
  g_cond_init (&control_cond);
  is_held = may_go_on = FALSE;
}

static void
let_go_on (void)
{
  g_mutex_lock (&control_lock);
  may_go_on = TRUE;
  g_cond_broadcast (&control_cond);
  g_mutex_unlock (&control_lock);
}

static gboolean
look_and_let_go_on (Job     *job,
                    GError **error)
{
  gboolean goes_on = look_twice (job, error);

  let_go_on ();

  return goes_on;
}

static gboolean
hold_aside (Job     *job,
            GError **error)
{
  leave_body (job);
  hold (job, error);
  n_active++;

  return TRUE;
}

static void
wait_until_held (void)
{
  g_mutex_lock (&control_lock);
  while (!is_held)
    g_cond_wait (&control_cond, &control_lock);
  g_mutex_unlock (&control_lock);
}

static void
resume_and_cancel_later (gpointer data)
{
  wait_until_held ();
  resume_and_cancel_there (data);
}

/* The other one has the place until this one has ended: it goes on without. */
static void
run_limiter_pause_cancel_blocked (void)
{
  begin_holding ();
  run_limiter_pause_with (resume_and_cancel_later, look_and_let_go_on, hold_aside);
}

/* There is room for one more at any moment, which the first one waits for. */

static void
allow_two (gpointer limit)
{
  explore_note ("allow two");
  at_limit_executor_set_max_running (limit, 2);
  g_object_unref (limit);
}

static void
run_limiter_grows (void)
{
  g_autoptr (AtExecutor) pool = NULL, limit = NULL;

  Job *first, *second;

  begin (2);
  begin_holding ();
  pool = pool_new (2);
  limit = limit_new (pool, 1);
  first = job_new ("A", NULL, hold);
  second = job_new ("B", NULL, look_and_let_go_on);
  explore_spawn (allow_two, g_object_ref (limit));
  execute (first, limit);
  execute (second, limit);
  drop (first);
  drop (second);
  iterate ();
}

/* The newest, and one for many: all in the owner's thread, but for the bodies, and for those
 * who cancel. */

static guint n_results, n_cancelled, n_newest;

static gboolean
return_number (Job     *job,
               GError **error)
{
  at_async_task_return (job->task, G_TYPE_UINT, GPOINTER_TO_UINT (job->other));

  return TRUE;
}

static AtAsyncTask *
create_task (gpointer      maker,
             const GValue *params)
{
  static const char * const names[] = { "A", "B", "C" };
  Job *job = job_new (names[n_jobs], NULL, return_number);

  if (G_VALUE_HOLDS_UINT (params))
    job->other = GUINT_TO_POINTER (g_value_get_uint (params));
  job->executed = TRUE;

  return job->task;
}

static void
on_result (AtLatest     *latest,
           const GValue *value,
           const GValue *params)
{
  explore_note ("result of %u", g_value_get_uint (params));
  explore_check (explore_get_thread () == OWNER, "a result in thread %d", explore_get_thread ());
  explore_check (g_value_get_uint (value) == g_value_get_uint (params), "the result is another one's");
  explore_check (g_value_get_uint (params) == n_newest, "a result of %u, and %u is newer",
                 g_value_get_uint (params), n_newest);
  explore_check (!at_latest_get_busy (latest), "a result of one that is busy");
  n_results++;
}

static void
submit_number (AtLatest *latest)
{
  g_auto (GValue) number = G_VALUE_INIT;

  g_value_init (&number, G_TYPE_UINT);
  g_value_set_uint (&number, ++n_newest);
  explore_note ("submit %u", n_newest);
  at_latest_submit (latest, &number);
}

/* A newer one comes at any moment of the older one's life. */
static void
run_latest (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtLatest) latest = NULL;

  begin (1);
  n_results = n_newest = 0;
  pool = pool_new (2);
  latest = at_latest_new (NULL, NULL, NULL);
  g_signal_connect (latest, "create-task", G_CALLBACK (create_task), NULL);
  at_latest_set_executor (latest, pool);
  g_signal_connect (latest, "result", G_CALLBACK (on_result), NULL);
  submit_number (latest);
  g_main_context_iteration (NULL, FALSE);
  submit_number (latest);
  while (at_latest_get_busy (latest))
    g_main_context_iteration (NULL, TRUE);
  iterate ();
}

static void
check_latest (void)
{
  check_jobs ();
  explore_check (n_results == 1 || n_results == 2, "%u results", n_results);
}

static void
on_got (GObject      *cache,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (GError) error = NULL;

  at_task_cache_get_finish (AT_TASK_CACHE (cache), result, &error);
  explore_note (error != NULL ? "cancelled" : "got");
  explore_check (explore_get_thread () == OWNER, "told in thread %d", explore_get_thread ());
  explore_check (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED), "another error");
  if (error != NULL)
    n_cancelled++;
  else
    n_results++;
}

static void
cancel_asker (gpointer cancellable)
{
  explore_note ("cancel");
  g_cancellable_cancel (cancellable);
  g_object_unref (cancellable);
}

/* The last one who waits cancels while the body ends, and somebody else asks then. */
static void
run_cache (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtTaskCache) cache = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  begin (1);
  n_results = n_cancelled = 0;
  pool = pool_new (2);
  cache = at_task_cache_new (NULL, NULL, NULL);
  g_signal_connect (cache, "create-task", G_CALLBACK (create_task), NULL);
  at_task_cache_set_executor (cache, pool);
  explore_spawn (cancel_asker, g_object_ref (cancellable));
  at_task_cache_get_async (cache, "key", 0, cancellable, on_got, NULL);
  while (n_results + n_cancelled == 0)
    g_main_context_iteration (NULL, TRUE);
  at_task_cache_get_async (cache, "key", 0, NULL, on_got, NULL);
  while (n_results + n_cancelled < 2)
    g_main_context_iteration (NULL, TRUE);
  iterate ();
}

static void
check_cache (void)
{
  check_jobs ();
  explore_check (n_results >= 1 && n_results + n_cancelled == 2, "%u got it, and %u were cancelled", n_results, n_cancelled);
}

static gboolean
do_nothing (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       data,
            GError       **error)
{
  return TRUE;
}

static void
note_got (GObject      *cache,
          GAsyncResult *result,
          gpointer      is_told)
{
  at_task_cache_get_finish (AT_TASK_CACHE (cache), result, NULL);
  *(gboolean *) is_told = TRUE;
}

/* Of tasks that are of no class of the explorer's, too, some is made once. */
void
prepare_executors (void)
{
  g_autoptr (AtInlineExecutor) executor = at_inline_executor_new ();
  g_autoptr (AtLatest) latest = at_latest_new (do_nothing, NULL, NULL);
  g_autoptr (AtTaskCache) cache = at_task_cache_new (do_nothing, NULL, NULL);
  gboolean is_told = FALSE;

  at_latest_set_executor (latest, AT_EXECUTOR (executor));
  at_task_cache_set_executor (cache, AT_EXECUTOR (executor));
  at_latest_submit (latest, NULL);
  while (at_latest_get_busy (latest))
    g_main_context_iteration (NULL, TRUE);
  at_task_cache_get_async (cache, "", 0, NULL, note_got, &is_told);
  while (!is_told)
    g_main_context_iteration (NULL, TRUE);
}

const ExploreScenario explore_executor_scenarios[] = {
  { "submit",                 run_submit,                 check_all_done, 1, 2 },
  { "submit-serial",          run_submit_serial,          check_all_done, 1, 2 },
  { "submit-shutdown",        run_submit_shutdown,        check_pieces,   1, 3 },
  { "submit-shutdown-serial", run_submit_shutdown_serial, check_pieces,   1, 2 },
  { "submit-nested",          run_submit_nested,          check_all_done, 1, 2 },
  { "priority",               run_priority,               check_succeeded, 1, 2 },
  { "priority-cancel",        run_priority_cancel,        check_jobs,     1, 2 },
  { "priority-serial",        run_priority_serial,        check_succeeded, 1, 2 },
  { "priority-serial-cancel", run_priority_serial_cancel, check_jobs,     1, 2 },
  { "priority-added",         run_priority_added,         check_succeeded, 1, 2 },
  { "priority-added-serial",  run_priority_added_serial,  check_succeeded, 1, 2 },
  { "limiter",                run_limiter,                check_succeeded, 1, 2 },
  { "limiter-cancel",         run_limiter_cancel,         check_jobs,     1, 2 },
  { "limiter-two",            run_limiter_two,            check_succeeded, 1, 2 },
  { "limiter-dropped",        run_limiter_dropped,        check_succeeded, 1, 2 },
  { "limiter-refused",        run_limiter_refused,        check_jobs,     1, 2 },
  { "limiter-pause",          run_limiter_pause,          check_succeeded, 1, 2 },
  { "limiter-pause-cancel",   run_limiter_pause_cancel,   check_jobs,     1, 2 },
  { "limiter-pause-cancel-blocked", run_limiter_pause_cancel_blocked, check_jobs, 1, 2 },
  { "latest",                 run_latest,                 check_latest,   1, 2 },
  { "cache",                  run_cache,                  check_cache,    1, 2 },
  { "limiter-grows",          run_limiter_grows,          check_succeeded, 1, 2 },
};

const guint explore_n_executor_scenarios = G_N_ELEMENTS (explore_executor_scenarios);
