/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "explore-jobs.h"

#include "at-mailbox-private.h"
#include "at-task-hooks-private.h"

/* The scenarios, and what is to be true in whichever schedule.
 *
 * Each has one or two tasks, owned by thread 0; the other threads are workers, as
 * the pools borrow them, and those that the scenario spawns. A task checks by itself
 * what may be called when and where; check_jobs() the rest, when all has ended. */
/* One task on a pool. */

static void
run_plain (void)
{
  g_autoptr (GMainContext) context = explore_context_new ();
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", context, publish_two);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* The same in the default context. */
static void
run_default_context (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, publish_two);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* Any moment of a task's life against cancel(). */
static void
run_cancel (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  spawn_with (cancel_there, job);
  execute (job, pool);
  drop (job);
  iterate ();
}

static void
run_cancel_twice (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  spawn_with (cancel_there, job);
  execute (job, pool);
  cancel (job);
  drop (job);
  iterate ();
}

static void
run_cancel_serial (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) serial = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  job = job_new ("A", NULL, NULL);
  spawn_with (cancel_there, job);
  execute (job, serial);
  drop (job);
  iterate ();
}

/* Two tasks. */

static void
run_two (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin (1);
  pool = pool_new (1);
  run_jobs (pool, 2, NULL, NOBODY);
}

/* The second one is cancelled while the first has the one slot: in the inbox, in the
 * queue, or on its way from the one to the other. */
static void
run_two_cancel (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin (1);
  pool = pool_new (1);
  run_jobs (pool, 2, NULL, 1);
}

static void
check_two_cancel (void)
{
  check_jobs ();
  explore_check (jobs[0].outcome == AT_OUTCOME_SUCCEEDED, "A did not succeed");
}

static void
run_two_threads (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin (2);
  pool = pool_new (2);
  run_jobs (pool, 2, NULL, NOBODY);
}

/* Where all bodies must run at a time. */

static GMutex meeting_lock;
static GCond meeting;
static guint n_met, n_meeting;

static gboolean
meet (Job     *job,
      GError **error)
{
  g_mutex_lock (&meeting_lock);
  n_met++;
  g_cond_broadcast (&meeting);
  while (n_met < n_meeting)
    g_cond_wait (&meeting, &meeting_lock);
  g_mutex_unlock (&meeting_lock);

  return TRUE;
}

static void
run_meeting (AtExecutor *pool,
             guint       n)
{
  n_met = 0;
  n_meeting = n;
  run_jobs (pool, n, meet, NOBODY);
}

static void
run_two_meet (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin (2);
  pool = pool_new (2);
  run_meeting (pool, 2);
}

/* They come as the thread of another one goes. */
static void
run_spaced (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (2);
  pool = pool_new (2);
  job = job_new ("C", NULL, NULL);
  execute (job, pool);
  drop (job);
  iterate ();
  run_meeting (pool, 2);
}

/* The default pool has one slot, and a body that blocks in it. */
static void
run_grow (void)
{
  begin (2);
  run_meeting (AT_EXECUTOR (at_thread_pool_executor_get_default ()), 2);
}

/* The third may come when there is somebody who looks after the second. */
static void
run_grow_twice (void)
{
  begin (3);
  run_meeting (AT_EXECUTOR (at_thread_pool_executor_get_default ()), 3);
}

/* Nor can they meet before the limit is raised. */
static void
raise_limit_there (gpointer data)
{
  explore_note ("raise the limit");
  at_thread_pool_executor_set_max_threads (data, 2);
  g_object_unref (data);
}

static void
run_limit (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin (2);
  pool = pool_new (1);
  explore_spawn (raise_limit_there, g_object_ref (pool));
  run_meeting (pool, 2);
}

static void
run_serial (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) serial = NULL;

  begin (1);
  pool = pool_new (2);
  serial = watched (at_serial_executor_new (pool));
  run_jobs (serial, 2, NULL, NOBODY);
}

/* The second one is cancelled while the first ends. */
static void
run_serial_cancel (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) serial = NULL;

  begin (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  run_jobs (serial, 2, NULL, 1);
}

/* The second one goes to the queue, not to the inbox, while the first ends. */
static void
run_serial_priority_with (gboolean cancels)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) serial = NULL;
  Job *first, *second;

  begin (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  first = job_new ("A", NULL, NULL);
  second = job_new ("B", NULL, NULL);
  at_async_task_set_priority (second->task, G_PRIORITY_HIGH);
  if (cancels)
    spawn_with (cancel_there, second);
  execute (first, serial);
  execute (second, serial);
  drop (first);
  drop (second);
  iterate ();
}

static void
run_serial_priority (void)
{
  run_serial_priority_with (FALSE);
}

static void
run_serial_priority_cancel (void)
{
  run_serial_priority_with (TRUE);
}

/* The first one is cancelled. */
static void
run_serial_cancel_first (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) serial = NULL;

  begin (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  run_jobs (serial, 2, NULL, 0);
}

static void
check_serial_cancel_first (void)
{
  check_jobs ();
  explore_check (jobs[1].outcome == AT_OUTCOME_SUCCEEDED, "B did not succeed");
}

/* One on top of another. */
static void
run_serial_nested (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) inner = NULL;
  g_autoptr (AtExecutor) outer = NULL;
  Job *first, *second;

  begin (1);
  pool = pool_new (1);
  inner = watched (at_serial_executor_new (pool));
  outer = watched (at_serial_executor_new (inner));
  first = job_new ("A", NULL, NULL);
  second = job_new ("B", NULL, NULL);
  spawn_with (cancel_there, first);
  execute (first, outer);
  execute (second, inner);
  drop (first);
  drop (second);
  iterate ();
}

/* Waiting for the owner to take what was published. */

static gboolean
publish_many (Job     *job,
              GError **error)
{
  for (guint i = 0; i < 3; i++)
    {
      gint64 idle = explore_get_idle_usec ();

      publish (job);
      explore_check (explore_get_idle_usec () - idle < G_USEC_PER_SEC, "nobody woke %s", job->name);
    }

  return TRUE;
}

static Job *
start_backlog (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, publish_many);
  at_async_task_set_max_pending (job->task, 1);
  execute (job, pool);

  return job;
}

static void
run_backlog (void)
{
  drop (start_backlog ());
  iterate ();
}

/* The same by a body that has more to look after than to block. */
static gboolean
publish_with_room (Job     *job,
                   GError **error)
{
  gint64 idle = explore_get_idle_usec (), until;

  for (guint i = 0; i < 3; i++)
    {
      while (at_async_task_is_backed_up (job->task, &until))
        {
          g_mutex_lock (&control_lock);
          while (!has_control_changed && g_cond_wait_until (&control_cond, &control_lock, until))
            continue;
          has_control_changed = FALSE;
          g_mutex_unlock (&control_lock);
          explore_check (explore_get_idle_usec () - idle < G_USEC_PER_SEC, "nobody woke %s", job->name);
        }
      publish (job);
    }

  return TRUE;
}

static void
run_backlog_polled (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  g_mutex_init (&control_lock);
  g_cond_init (&control_cond);
  has_control_changed = FALSE;
  job = job_new ("A", NULL, publish_with_room);
  job->polls = TRUE;
  at_async_task_set_backlog_in_bytes (job->task, 1);
  execute (job, pool);
  drop (job);
  iterate ();
}

static void
run_backlog_cancel (void)
{
  Job *job = start_backlog ();

  spawn_with (cancel_there, job);
  drop (job);
  iterate ();
}

/* The owner takes nothing before the end. */
static void
run_backlog_wait (void)
{
  Job *job = start_backlog ();

  at_async_task_wait (job->task, -1, NULL, NULL);
  drop (job);
  iterate ();
}

/* Pausing. */

static void
pause_and_resume (gpointer data)
{
  Job *job = data;

  explore_note ("pause %s", job->name);
  at_async_task_pause (job->task);
  explore_note ("resume %s", job->name);
  at_async_task_resume (job->task);
  g_object_unref (job->task);
}

static void
run_pause (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, look_twice);
  spawn_with (pause_and_resume, job);
  execute (job, pool);
  drop (job);
  iterate ();
}

static void
pause_there (gpointer data)
{
  Job *job = data;

  explore_note ("pause %s", job->name);
  at_async_task_pause (job->task);
  g_object_unref (job->task);
}

static void
run_pause_cancel (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, look_twice);
  spawn_with (pause_there, job);
  spawn_with (cancel_there, job);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* While the first one is paused, the other has its slot; it is resumed when the other
 * has ended. */
static void
resume_after_other (gpointer data)
{
  Job *job = data;
  Job *other = job->other;

  at_async_task_wait (other->task, -1, NULL, NULL);
  g_object_unref (other->task);
  explore_note ("resume %s", job->name);
  at_async_task_resume (job->task);
  g_object_unref (job->task);
}

static void
run_pause_slot (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *first, *second;

  begin (1);
  pool = pool_new (1);
  first = job_new ("A", NULL, look_twice);
  second = job_new ("B", NULL, NULL);
  first->other = second;
  g_object_ref (second->task);
  at_async_task_pause (first->task);
  execute (first, pool);
  execute (second, pool);
  spawn_with (resume_after_other, first);
  drop (first);
  drop (second);
  iterate ();
}

/* Resumed, it waits for the slot of the other, and is cancelled, or paused again,
 * meanwhile. */
static void
run_resume_cancel (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *first, *second;

  begin (1);
  pool = pool_new (1);
  first = job_new ("A", NULL, look_twice);
  second = job_new ("B", NULL, NULL);
  at_async_task_pause (first->task);
  execute (first, pool);
  execute (second, pool);
  spawn_with (cancel_there, first);
  explore_note ("resume %s", first->name);
  at_async_task_resume (first->task);
  drop (first);
  drop (second);
  iterate ();
}

static GMutex gate_lock;
static GCond gate_moved;
static guint n_opened;

static void
pass_gate (guint number)
{
  g_mutex_lock (&gate_lock);
  while (n_opened < number)
    g_cond_wait (&gate_moved, &gate_lock);
  g_mutex_unlock (&gate_lock);
}

static void
open_gate (void)
{
  g_mutex_lock (&gate_lock);
  n_opened++;
  g_cond_signal (&gate_moved);
  g_mutex_unlock (&gate_lock);
}

/* Keeps its slot until A has ended, which a wait() would not. */
static gboolean
outlast (Job     *job,
         GError **error)
{
  pass_gate (1);

  return TRUE;
}

static gboolean
look_twice_and_open (Job     *job,
                     GError **error)
{
  gboolean succeeded = look_twice (job, error);

  open_gate ();

  return succeeded;
}

static void
run_resume_cancel_blocked (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *first, *second;

  begin (1);
  pool = pool_new (1);
  n_opened = 0;
  first = job_new ("A", NULL, look_twice_and_open);
  second = job_new ("B", NULL, outlast);
  at_async_task_pause (first->task);
  execute (first, pool);
  execute (second, pool);
  spawn_with (cancel_there, first);
  explore_note ("resume %s", first->name);
  at_async_task_resume (first->task);
  drop (second);
  while (second->n_finalized == 0)
    {
      g_main_context_iteration (NULL, TRUE);

      /* Its body has never begun. */
      if (first->n_last > 0 && first->n_bodies == 0 && n_opened == 0)
        open_gate ();
    }
  drop (first);
  iterate ();
}

static void
run_pause_again (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *first, *second;

  begin (1);
  pool = pool_new (1);
  first = job_new ("A", NULL, look_twice);
  second = job_new ("B", NULL, NULL);
  at_async_task_pause (first->task);
  execute (first, pool);
  execute (second, pool);
  spawn_with (pause_and_resume, first);
  explore_note ("resume %s", first->name);
  at_async_task_resume (first->task);
  drop (first);
  drop (second);
  iterate ();
}

/* The owner goes away. */

static void
run_owner_gone (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  GObject *owner;
  Job *job;

  begin (1);
  pool = pool_new (1);
  owner = g_object_new (G_TYPE_OBJECT, NULL);
  job = job_new ("A", NULL, publish_two);
  at_async_task_set_owner (job->task, owner);
  execute (job, pool);
  drop (job);

  /* Finished, if the body was quick and a callback came before. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (job->n_finalized == 0)
    {
      explore_note ("the owner goes");
      job->orphaned = job->n_last == 0;
      g_object_unref (owner);
    }
  else
    {
      g_object_unref (owner);
    }
  iterate ();
}

static void
unref_there (gpointer data)
{
  explore_note ("the last reference goes");
  g_object_unref (data);
}

/* In another thread; so that callbacks may run still. */
static void
run_owner_gone_there (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  GObject *owner;
  Job *job;

  begin (1);
  pool = pool_new (1);
  owner = g_object_new (G_TYPE_OBJECT, NULL);
  job = job_new ("A", NULL, NULL);
  at_async_task_set_owner (job->task, owner);
  job->owner_may_go = TRUE;
  explore_spawn (unref_there, owner);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* Lists. */

static void
on_list_gone (gpointer  data,
              GObject  *where_the_list_was)
{
  explore_note ("the list goes");
  explore_check (explore_get_thread () == OWNER, "the list goes in thread %d", explore_get_thread ());
  lists_left--;
}

/* The last reference goes in another thread, while the owner tells the list, among
 * others, how the task is. */
static void
run_list_dropped_there (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtTaskList) list = at_task_list_new ();
  AtTaskList *dropped = at_task_list_new ();
  Job *job;

  begin (1);
  pool = pool_new (1);
  lists_left = 1;
  g_object_weak_ref (G_OBJECT (dropped), on_list_gone, NULL);
  job = job_new ("A", NULL, NULL);
  at_task_list_add (list, job->task);
  at_task_list_add (dropped, job->task);
  explore_spawn (unref_there, dropped);
  execute (job, pool);
  drop (job);
  while (at_task_list_get_n_succeeded (list) == 0)
    g_main_context_iteration (NULL, TRUE);
  at_task_list_clear_finished (list);
  iterate ();
}

/* Waiting. */

static void
wait_there (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;
  gboolean succeeded = at_async_task_wait (job->task, -1, NULL, &error);

  explore_note ("%s was waited for", job->name);
  explore_check (!succeeded || job->n_bodies == 1, "%s is waited for, and its body has not run", job->name);
  explore_check (!succeeded || (job->body_has_ended && explore_is_after (&job->body_end)),
                 "%s is waited for, and its body has not ended", job->name);
  explore_check (succeeded || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
                 g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_NOT_EXECUTED), "The wait for %s failed", job->name);
  g_object_unref (job->task);
}

static void
run_wait (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  execute (job, pool);
  spawn_with (wait_there, job);
  spawn_with (cancel_there, job);
  drop (job);
  iterate ();
}

/* From before it is executed. */
static void
run_execute_wait (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  spawn_with (wait_there, job);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* Executed in another thread. */

static AtExecutor *executor_there;

static void
execute_there (gpointer data)
{
  Job *job = data;

  execute (job, executor_there);
  g_object_unref (job->task);
}

static void
run_execute_there (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  executor_there = pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  job->executed = TRUE;
  spawn_with (execute_there, job);
  spawn_with (cancel_there, job);
  drop (job);
  iterate ();
}

/* Nobody listens, and nothing is sent home, unless the owner adds it to a list meanwhile. */
static AtTaskList *list_there;

static gboolean
return_at_once (AtAsyncTask   *task,
                const GValue  *params,
                GCancellable  *cancellable,
                gpointer       user_data,
                GError       **error)
{
  return TRUE;
}

static void
on_listed_ended (AtAsyncTask  *task,
                 const GValue *result,
                 gpointer      user_data)
{
  /* It runs until this has returned. */
  explore_check (at_task_list_get_n_active (list_there) == 1, "the list has not heard that it runs");
}

static void
execute_listed_there (gpointer data)
{
  at_async_task_execute_on_executor (data, executor_there, NULL, NULL);
  g_object_unref (data);
}

static void
run_execute_there_listed (void)
{
  static const AtTaskCallbacks callbacks = { .post_execute = on_listed_ended };
  g_autoptr (AtInlineExecutor) at_once = at_inline_executor_new ();
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  Job *job;

  begin (1);
  executor_there = pool = pool_new (1);
  task = at_async_task_new (return_at_once, NULL, NULL);
  list_there = at_task_list_new ();
  at_async_task_set_callbacks (task, &callbacks, NULL, NULL);
  explore_spawn (execute_listed_there, g_object_ref (task));
  at_task_list_add (list_there, task);
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  explore_check (at_task_list_get_n_active (list_there) == 0, "the list has not heard of the end");
  g_clear_object (&list_there);
  g_clear_object (&task);

  /* The class that was executed last is remembered: each schedule begins with the same. */
  job = job_new ("A", NULL, NULL);
  execute (job, AT_EXECUTOR (at_once));
  drop (job);
  iterate ();
}

/* The owner waits: no mail reaches it. */
static void
run_execute_there_wait (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  executor_there = pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  job->executed = TRUE;
  spawn_with (execute_there, job);
  while (at_async_task_get_status (job->task) == AT_STATUS_PENDING)
    g_main_context_iteration (NULL, FALSE);
  at_async_task_wait (job->task, -1, NULL, NULL);
  explore_check (job->body_has_ended, "A was waited for, and its body has not ended");
  drop (job);
  iterate ();
}

/* Two threads execute it: one of them does. */
static guint n_executed;

static void
execute_once_there (gpointer data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  if (at_async_task_execute_on_executor (job->task, executor_there, NULL, &error))
    n_executed++;
  else
    explore_check (g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED), "Not executed otherwise");
  g_object_unref (job->task);
}

static void
run_execute_twice (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  n_executed = 0;
  executor_there = pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  job->executed = TRUE;
  spawn_with (execute_once_there, job);
  spawn_with (execute_once_there, job);
  drop (job);
  iterate ();
}

static void
check_execute_twice (void)
{
  check_succeeded ();
  explore_check (n_executed == 1, "A was executed %u times", n_executed);
}

/* Refusing. */

static void
shut_down_there (gpointer data)
{
  explore_note ("shut down");
  at_thread_pool_executor_shutdown (data, TRUE);
  g_object_unref (data);
}

static void
run_shutdown (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  explore_spawn (shut_down_there, g_object_ref (pool));
  spawn_with (cancel_there, job);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* The second may be in the inbox. */
static void
run_shutdown_two (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin (1);
  pool = pool_new (1);
  explore_spawn (shut_down_there, g_object_ref (pool));
  run_jobs (pool, 2, NULL, NOBODY);
}

/* On a serial executor, whose tasks are refused when nobody can be told but by
 * failed(). */
static void
run_shutdown_serial (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) serial = NULL;

  begin (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  explore_spawn (shut_down_there, g_object_ref (pool));
  run_jobs (serial, 2, NULL, NOBODY);
}

/* An executor that runs the task in a thread of its own, and then refuses it, or
 * does not. */
G_DECLARE_FINAL_TYPE (ExploreExecutor, explore_executor, EXPLORE, EXECUTOR, GObject)

struct _ExploreExecutor
{
  GObject     parent_instance;
  gboolean    refuses;
  AtExecutor *next;
  gboolean    twice; /* both threads hand the task on */
  gboolean    there; /* the other one does */
  gboolean    drops; /* has the only reference on @next, and drops it */
  gboolean    forgets; /* the task */
};

static void
run_there (gpointer data)
{
  at_async_task_run (data);
  g_object_unref (data);
}

typedef struct
{
  AtExecutor  *executor;
  AtAsyncTask *task;
} Offer;

static void
hand_on_there (gpointer data)
{
  Offer *offer = data;

  at_executor_execute (offer->executor, offer->task, NULL);
  g_object_unref (offer->task);
  g_object_unref (offer->executor);
  g_free (offer);
}

static gboolean
explore_executor_execute (AtExecutor   *executor,
                          AtAsyncTask  *task,
                          GError      **error)
{
  ExploreExecutor *self = EXPLORE_EXECUTOR (executor);

  if (self->twice || self->there)
    {
      Offer *offer = g_new0 (Offer, 1);

      offer->executor = g_object_ref (self->next);
      offer->task = g_object_ref (task);
      explore_spawn (hand_on_there, offer);
      if (self->twice)
        at_executor_execute (self->next, task, NULL);
      return TRUE;
    }
  if (self->drops)
    {
      gboolean accepted = at_executor_execute (self->next, task, error);

      g_clear_object (&self->next);
      return accepted;
    }

  if (self->forgets)
    {
      explore_spawn (g_object_unref, g_object_ref (task));
      return TRUE;
    }

  explore_spawn (run_there, g_object_ref (task));
  if (self->next != NULL)
    return at_executor_execute (self->next, task, error);
  if (!self->refuses)
    return TRUE;

  g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED, "Refused");

  return FALSE;
}

static void
executor_iface_init (AtExecutorInterface *iface)
{
  iface->execute = explore_executor_execute;
}

G_DEFINE_TYPE_WITH_CODE (ExploreExecutor, explore_executor, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, executor_iface_init))

static void
explore_executor_finalize (GObject *object)
{
  ExploreExecutor *self = EXPLORE_EXECUTOR (object);

  if (self->drops)
    g_clear_object (&self->next);

  G_OBJECT_CLASS (explore_executor_parent_class)->finalize (object);
}

static void
explore_executor_class_init (ExploreExecutorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = explore_executor_finalize;
}

static void
explore_executor_init (ExploreExecutor *self)
{
}

static AtExecutor *
custom_new (gboolean refuses)
{
  ExploreExecutor *executor = g_object_new (explore_executor_get_type (), NULL);

  executor->refuses = refuses;

  return watched (executor);
}

static void
run_custom (void)
{
  g_autoptr (AtExecutor) custom = NULL;
  Job *job;

  begin (1);
  custom = custom_new (FALSE);
  job = job_new ("A", NULL, publish_two);
  spawn_with (cancel_there, job);
  execute (job, custom);
  drop (job);
  iterate ();
}

static void
run_custom_refuses (void)
{
  g_autoptr (AtExecutor) custom = NULL;
  Job *job;

  begin (1);
  custom = custom_new (TRUE);
  job = job_new ("A", NULL, NULL);
  spawn_with (cancel_there, job);
  execute (job, custom);
  drop (job);
  iterate ();
}

/* It drops the task, in a thread of its own, and another one cancels it meanwhile, or not. */
static void
run_custom_forgets (void)
{
  g_autoptr (AtExecutor) custom = NULL;

  begin (1);
  custom = custom_new (FALSE);
  EXPLORE_EXECUTOR (custom)->forgets = TRUE;
  run_jobs (custom, 1, NULL, NOBODY);
}

static void
check_custom_forgets (void)
{
  check_jobs ();
  for (guint i = 0; i < n_jobs; i++)
    explore_check (jobs[i].outcome == AT_OUTCOME_FAILED, "%s has not failed", jobs[i].name);
}

static void
run_custom_forgets_cancel (void)
{
  g_autoptr (AtExecutor) custom = NULL;

  begin (1);
  custom = custom_new (FALSE);
  EXPLORE_EXECUTOR (custom)->forgets = TRUE;
  run_jobs (custom, 1, NULL, 0);
}

/* The second has its turn all the same. */
static void
run_serial_forgets (void)
{
  g_autoptr (AtExecutor) custom = NULL;
  g_autoptr (AtExecutor) serial = NULL;

  begin (1);
  custom = custom_new (FALSE);
  EXPLORE_EXECUTOR (custom)->forgets = TRUE;
  serial = watched (at_serial_executor_new (custom));
  run_jobs (serial, 2, NULL, NOBODY);
}

/* It hands the task on to a pool, in another thread and while it is still being asked. */
static void
run_handed_on_there (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) custom = NULL;

  begin (1);
  pool = pool_new (1);
  custom = custom_new (FALSE);
  EXPLORE_EXECUTOR (custom)->next = pool;
  EXPLORE_EXECUTOR (custom)->there = TRUE;
  run_jobs (custom, 1, NULL, NOBODY);
}

/* It hands the task on to a pool as well. */
static void
run_run_queued (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) custom = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  custom = custom_new (FALSE);
  EXPLORE_EXECUTOR (custom)->next = pool;
  job = job_new ("A", NULL, NULL);
  execute (job, custom);
  drop (job);
  iterate ();
}

static gboolean
wait_for_other (Job     *job,
                GError **error)
{
  pass_gate (1);
  leave_body (job);
  explore_check (at_async_task_wait (((Job *) job->other)->task, -1, NULL, NULL), "A wait failed");
  n_active++;

  return TRUE;
}

/* Two bodies, as many as the pool runs at a time, wait for what is queued behind them. */
static void
run_wait_slot (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *first, *second, *third;

  begin (2);
  n_opened = 0;
  pool = pool_new (2);
  first = job_new ("A", NULL, wait_for_other);
  second = job_new ("B", NULL, wait_for_other);
  third = job_new ("C", NULL, NULL);
  first->other = second->other = third;
  execute (first, pool);
  execute (second, pool);
  execute (third, pool);
  open_gate ();
  open_gate ();
  drop (first);
  drop (second);
  while (jobs[0].n_finalized == 0 || jobs[1].n_finalized == 0)
    g_main_context_iteration (NULL, TRUE);
  drop (third);
  iterate ();
}

/* The owner publishes, while another thread cancels the task in the queue. */
static void
run_publish_cancel (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  spawn_with (cancel_there, job);
  execute (job, pool);
  job->published_here = TRUE;
  publish (job);
  drop (job);
  iterate ();
}

/* Two threads hand the same task on: one pool gets it. */
static void
run_handed_on_twice (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) custom = NULL;

  begin (1);
  pool = pool_new (1);
  custom = custom_new (FALSE);
  EXPLORE_EXECUTOR (custom)->next = pool;
  EXPLORE_EXECUTOR (custom)->twice = TRUE;
  run_jobs (custom, 1, NULL, NOBODY);
}

/* Cancelled in the queue of a pool that goes when it has nothing left to do. */
static void
run_cancel_pool_dropped (void)
{
  g_autoptr (AtExecutor) custom = NULL;

  begin (1);
  custom = custom_new (FALSE);
  EXPLORE_EXECUTOR (custom)->next = pool_new (1);
  EXPLORE_EXECUTOR (custom)->drops = TRUE;
  run_jobs (custom, 1, NULL, 0);
}

static void
set_priority_there (gpointer data)
{
  Job *job = data;

  explore_note ("set the priority of %s", job->name);
  at_async_task_set_priority (job->task, G_PRIORITY_HIGH);
  g_object_unref (job->task);
}

/* The same where it gets another priority, and goes on. */
static void
run_priority_pool_dropped (void)
{
  g_autoptr (AtExecutor) custom = NULL;
  Job *job;

  begin (1);
  custom = custom_new (FALSE);
  EXPLORE_EXECUTOR (custom)->next = pool_new (1);
  EXPLORE_EXECUTOR (custom)->drops = TRUE;
  job = job_new ("A", NULL, NULL);
  spawn_with (set_priority_there, job);
  execute (job, custom);
  drop (job);
  iterate ();
}

/* A serial executor on top of it has lost its lock while it is asked. */
static void
run_custom_serial (void)
{
  g_autoptr (AtExecutor) custom = NULL;
  g_autoptr (AtExecutor) serial = NULL;

  begin (1);
  custom = custom_new (FALSE);
  serial = watched (at_serial_executor_new (custom));
  run_jobs (serial, 2, NULL, 1);
}

static void
run_custom_serial_refuses (void)
{
  g_autoptr (AtExecutor) custom = NULL;
  g_autoptr (AtExecutor) serial = NULL;

  begin (1);
  custom = custom_new (TRUE);
  serial = watched (at_serial_executor_new (custom));
  run_jobs (serial, 2, NULL, NOBODY);
}

/* Waited for while the executor refuses it. */
static void
run_refused_wait (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  at_thread_pool_executor_shutdown (AT_THREAD_POOL_EXECUTOR (pool), FALSE);
  job = job_new ("A", NULL, NULL);
  spawn_with (wait_there, job);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* The progress cell: the last value comes before the last callback. */

static gboolean
tell_fractions (Job     *job,
                GError **error)
{
  at_async_task_set_fraction (job->task, 0.25);
  at_async_task_set_fraction (job->task, 0.75);
  at_async_task_set_message (job->task, "Done");

  return TRUE;
}

static void
run_fraction (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, tell_fractions);
  execute (job, pool);
  while (job->n_last == 0)
    g_main_context_iteration (NULL, TRUE);
  explore_check (at_async_task_get_fraction (job->task) > 0.7 &&
                 g_strcmp0 (at_async_task_get_message (job->task), "Done") == 0, "The last progress of A was lost");
  drop (job);
  iterate ();
}

/* A value is shown though none follows, nor the end, whatever the owner is about when
 * it comes; and at once, not when the owner looks anyway, twice a second. */

static gint64 told_at;

static gboolean
tell_and_wait (Job     *job,
               GError **error)
{
  at_async_task_set_fraction (job->task, 0.25);
  pass_gate (1);
  at_async_task_set_fraction (job->task, 0.75);
  told_at = g_get_monotonic_time ();
  pass_gate (2);

  return TRUE;
}

static void
run_fraction_arrives (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  n_opened = 0;
  told_at = 0;
  pool = pool_new (1);
  job = job_new ("A", NULL, tell_and_wait);
  execute (job, pool);
  while (at_async_task_get_fraction (job->task) < 0.2)
    g_main_context_iteration (NULL, TRUE);
  open_gate ();
  while (at_async_task_get_fraction (job->task) < 0.7)
    g_main_context_iteration (NULL, TRUE);
  explore_check (told_at == 0 || g_get_monotonic_time () - told_at < 100 * G_TIME_SPAN_MILLISECOND,
                 "A value of A is shown late");
  open_gate ();
  drop (job);
  iterate ();
}

/* The owner looks whether it is unknown how much is done, just as the body begins: it
 * sees it at once, or hears of it. */

static gboolean
know_nothing (Job     *job,
              GError **error)
{
  pass_gate (1);

  return TRUE;
}

static void
run_indeterminate (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  n_opened = 0;
  pool = pool_new (1);
  job = job_new ("A", NULL, know_nothing);
  execute (job, pool);
  while (!at_async_task_get_indeterminate (job->task))
    g_main_context_iteration (NULL, TRUE);
  open_gate ();
  while (job->n_last == 0)
    g_main_context_iteration (NULL, TRUE);
  explore_check (!at_async_task_get_indeterminate (job->task), "A has ended, and knows nothing still");
  drop (job);
  iterate ();
}

/* Awaiting, and a cancellable of the caller's. */

static guint n_awaited;

static void
on_awaited (GObject      *object,
            GAsyncResult *result,
            gpointer      data)
{
  Job *job = data;
  g_autoptr (GError) error = NULL;

  at_async_task_execute_finish (job->task, result, &error);
  explore_check (explore_get_thread () == OWNER, "The awaiter is told in thread %d", explore_get_thread ());
  explore_check (job->n_last == 1, "The awaiter is told before the last callback");
  explore_check ((error == NULL) == (job->outcome == AT_OUTCOME_SUCCEEDED), "The awaiter is told otherwise");
  n_awaited++;
}

static void
trigger_there (gpointer data)
{
  explore_note ("cancel by cancellable");
  g_cancellable_cancel (data);
  g_object_unref (data);
}

static void
run_await (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Job *job;

  begin (1);
  n_awaited = 0;
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  at_async_task_set_executor (job->task, pool);
  explore_spawn (trigger_there, g_object_ref (cancellable));
  job->executed = TRUE;
  at_async_task_execute_async (job->task, NULL, cancellable, on_awaited, job);
  drop (job);
  while (n_awaited == 0)
    g_main_context_iteration (NULL, TRUE);
  iterate ();
}

static void
check_await (void)
{
  check_jobs ();
  explore_check (n_awaited == 1, "The awaiter was told %u times", n_awaited);
}

/* The mailbox alone. */

typedef struct
{
  AtMail    mail;
  AtMailbox *mailbox;
  int        sender;
  guint      number;
} Letter;

static Letter letters[4];
static guint n_letters;
static guint last_number[2];
static gboolean closed;

static void
on_letter (AtMail *mail)
{
  Letter *letter = (Letter *) mail;

  explore_check (letter->mailbox != NULL, "A letter came again");
  explore_check (explore_get_thread () == OWNER, "A letter came in thread %d", explore_get_thread ());
  explore_check (closed || letter->number == ++last_number[letter->sender], "The letters of %d are out of order", letter->sender);
  letter->mailbox = NULL;
  n_letters++;
}

static void
post_one (gpointer data)
{
  Letter *letter = data;
  g_autoptr (AtMailbox) mailbox = letter->mailbox;

  at_mailbox_post (mailbox, &letter->mail);
}

static void
post_two (gpointer data)
{
  Letter *letter = data;
  g_autoptr (AtMailbox) mailbox = letter->mailbox;

  at_mailbox_post (mailbox, &letter[0].mail);
  at_mailbox_post (mailbox, &letter[1].mail);
}

/* Two threads, with some letters each. */
static void
send_letters (AtMailbox   *mailbox,
              ExploreFunc  func)
{
  begin (0);
  n_letters = 0;
  closed = FALSE;
  last_number[0] = last_number[1] = 0;
  for (int i = 0; i < 4; i++)
    {
      letters[i].mail.func = on_letter;
      letters[i].mailbox = mailbox;
      letters[i].sender = i / 2;
      letters[i].number = (guint) i % 2 + 1;
    }

  for (guint i = 0; i < 2; i++)
    {
      at_mailbox_ref (mailbox);
      explore_spawn (func, &letters[2 * i]);
    }
}

/* In the default context, whose mailbox has no references to count. */
static void
run_mailbox_one (void)
{
  send_letters (at_mailbox_get (NULL), post_one);
  while (n_letters < 2)
    g_main_context_iteration (NULL, TRUE);
}

static void
check_mailbox_one (void)
{
  explore_check (n_letters == 2, "%u letters of 2 came", n_letters);
}

static void
run_mailbox (void)
{
  g_autoptr (GMainContext) context = explore_context_new ();
  g_autoptr (AtMailbox) mailbox = at_mailbox_get (context);

  send_letters (mailbox, post_two);
  while (n_letters < 4)
    g_main_context_iteration (context, TRUE);
}

/* The context goes while mail is on its way: what does not come there comes in the
 * default one. */
static void
run_mailbox_closed (void)
{
  g_autoptr (GMainContext) context = explore_context_new ();
  g_autoptr (AtMailbox) mailbox = at_mailbox_get (context);

  send_letters (mailbox, post_two);
  g_main_context_iteration (context, FALSE);
  closed = TRUE;
  explore_note ("the context goes");
  g_clear_pointer (&context, g_main_context_unref);
  while (n_letters < 4)
    g_main_context_iteration (NULL, TRUE);
}

static void
check_mailbox (void)
{
  explore_check (n_letters == 4, "%u letters of 4 came", n_letters);
}

static const ExploreScenario scenarios[] = {
  { "mailbox-one",           run_mailbox_one,           check_mailbox_one,         2, EXPLORE_ALL },
  { "mailbox",               run_mailbox,               check_mailbox,             2, 3 },
  { "mailbox-closed",        run_mailbox_closed,        check_mailbox,             2, 3 },
  { "plain",                 run_plain,                 check_succeeded,           2, 3 },
  { "default-context",       run_default_context,       check_succeeded,           2, EXPLORE_ALL },
  { "cancel",                run_cancel,                check_jobs,                2, 2 },
  { "cancel-twice",          run_cancel_twice,          check_jobs,                1, 2 },
  { "cancel-serial",         run_cancel_serial,         check_jobs,                1, 2 },
  { "two",                   run_two,                   check_succeeded,           2, EXPLORE_ALL },
  { "two-cancel",            run_two_cancel,            check_two_cancel,          1, 2 },
  { "two-threads",           run_two_threads,           check_succeeded,           1, 2 },
  { "two-meet",              run_two_meet,              check_succeeded,           1, 2 },
  { "spaced",                run_spaced,                check_succeeded,           1, 2 },
  { "grow",                  run_grow,                  check_succeeded,           1, 2 },
  { "grow-twice",            run_grow_twice,            check_succeeded,           0, 1 },
  { "limit",                 run_limit,                 check_succeeded,           1, 2 },
  { "serial",                run_serial,                check_succeeded,           1, 3 },
  { "serial-cancel",         run_serial_cancel,         check_two_cancel,       1, 2 },
  { "serial-priority",       run_serial_priority,       check_succeeded,           1, 3 },
  { "serial-priority-cancel", run_serial_priority_cancel, check_two_cancel,        1, 2 },
  { "serial-cancel-first",   run_serial_cancel_first,   check_serial_cancel_first, 1, 2 },
  { "serial-nested",         run_serial_nested,         check_serial_cancel_first, 1, 2 },
  { "backlog",               run_backlog,               check_succeeded,           2, 3 },
  { "backlog-cancel",        run_backlog_cancel,        check_jobs,                1, 2 },
  { "backlog-polled",        run_backlog_polled,        check_succeeded,           2, 3 },
  { "backlog-wait",          run_backlog_wait,          check_succeeded,           2, 3 },
  { "pause",                 run_pause,                 check_succeeded,           1, 2 },
  { "pause-cancel",          run_pause_cancel,          check_jobs,                1, 2 },
  { "pause-slot",            run_pause_slot,            check_succeeded,           1, 2 },
  { "pause-again",           run_pause_again,           check_succeeded,           1, 2 },
  { "resume-cancel",         run_resume_cancel,         check_jobs,                1, 2 },
  { "resume-cancel-blocked", run_resume_cancel_blocked, check_jobs,                1, 2 },
  { "owner-gone",            run_owner_gone,            check_jobs,                2, 3 },
  { "owner-gone-there",      run_owner_gone_there,      check_jobs,                1, 2 },
  { "list-dropped-there",    run_list_dropped_there,    check_succeeded,           1, 2 },
  { "wait",                  run_wait,                  check_jobs,                1, 2 },
  { "execute-wait",          run_execute_wait,          check_succeeded,           1, 2 },
  { "await",                 run_await,                 check_await,               1, 2 },
  { "execute-there",         run_execute_there,         check_jobs,                1, 2 },
  { "execute-there-listed",  run_execute_there_listed,  check_jobs,                1, 2 },
  { "execute-there-wait",    run_execute_there_wait,    check_succeeded,           1, 3 },
  { "execute-twice",         run_execute_twice,         check_execute_twice,       1, 2 },
  { "shutdown",              run_shutdown,              check_jobs,                1, 2 },
  { "shutdown-two",          run_shutdown_two,          check_jobs,                1, 2 },
  { "shutdown-serial",       run_shutdown_serial,       check_jobs,                1, 2 },
  { "refused-wait",          run_refused_wait,          check_jobs,                2, EXPLORE_ALL },
  { "custom",                run_custom,                check_jobs,                1, 2 },
  { "custom-refuses",        run_custom_refuses,        check_jobs,                2, 3 },
  { "custom-forgets",        run_custom_forgets,        check_custom_forgets,      2, 3 },
  { "custom-forgets-cancel", run_custom_forgets_cancel, check_jobs,                1, 2 },
  { "serial-forgets",        run_serial_forgets,        check_custom_forgets,      1, 2 },
  { "handed-on-there",       run_handed_on_there,       check_succeeded,           2, 3 },
  { "run-queued",            run_run_queued,            check_succeeded,           1, EXPLORE_ALL },
  { "wait-slot",             run_wait_slot,             check_succeeded,           0, 2 },
  { "publish-cancel",        run_publish_cancel,        check_jobs,                1, 3 },
  { "handed-on-twice",       run_handed_on_twice,       check_succeeded,           1, 2 },
  { "cancel-pool-dropped",   run_cancel_pool_dropped,   check_jobs,                1, 3 },
  { "priority-pool-dropped", run_priority_pool_dropped, check_succeeded,           1, 3 },
  { "custom-serial",         run_custom_serial,         check_jobs,                1, 2 },
  { "custom-serial-refuses", run_custom_serial_refuses, check_jobs,                1, 2 },
  { "fraction",              run_fraction,              check_succeeded,           1, 3 },
  { "fraction-arrives",      run_fraction_arrives,      check_succeeded,           2, 3 },
  { "indeterminate",         run_indeterminate,         check_succeeded,           2, 3 },
};

/* A task that its executor forgets is worth a critical, in each schedule. */
static GLogWriterOutput
write_log (GLogLevelFlags   level,
           const GLogField *fields,
           gsize            n_fields,
           gpointer         data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && g_str_has_prefix (fields[i].value, "An executor ("))
      return G_LOG_WRITER_HANDLED;

  return g_log_writer_default (level, fields, n_fields, data);
}

/* What is made once is made before: types, the executors and the mailbox that live
 * for ever. */
static void
prepare (void)
{
  AtAsyncTask *task = g_object_new (explore_task_get_type (), NULL);
  AtAsyncTask *plain = at_async_task_new (return_at_once, NULL, NULL);
  g_autoptr (AtExecutor) custom = g_object_new (explore_executor_get_type (), NULL);
  g_autoptr (AtInlineExecutor) executor = at_inline_executor_new ();
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (NULL, 1);

  g_assert_nonnull (custom);
  g_assert_nonnull (limit);
  prepare_executors ();
  g_log_set_writer_func (write_log, NULL, NULL);
  at_serial_executor_get_default ();
  at_thread_pool_executor_get_default ();
  at_async_task_execute_on_executor (plain, AT_EXECUTOR (executor), NULL, NULL);
  while (at_async_task_get_status (plain) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (plain);
  at_async_task_set_fraction (task, 0.5);
  at_async_task_execute_on_executor (task, AT_EXECUTOR (executor), NULL, NULL);
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (task);
  explore_prepare_tasks ();
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof *scenarios);

  g_array_append_vals (all, scenarios, G_N_ELEMENTS (scenarios));
  g_array_append_vals (all, explore_executor_scenarios, explore_n_executor_scenarios);
  g_array_append_vals (all, explore_time_scenarios, explore_n_time_scenarios);
  g_array_append_vals (all, explore_task_scenarios, explore_n_task_scenarios);
  g_array_append_vals (all, explore_lent_scenarios, explore_n_lent_scenarios);
  g_array_append_vals (all, explore_seeing_scenarios, explore_n_seeing_scenarios);

  return explore_main (argc, argv, (const ExploreScenario *) (gpointer) all->data, all->len, prepare);
}
