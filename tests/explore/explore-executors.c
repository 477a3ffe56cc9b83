/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "explore-jobs.h"

/* Scenarios of executors: work without tasks. */

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
  submit (data);
}

/* Two threads submit, one of them the owner. */
static void
run_submit (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin_pieces (1);
  pool = pool_new (1);
  explore_spawn (submit_there, piece_new ("A", pool));
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
  explore_spawn (submit_there, piece_new ("A", serial));
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

const ExploreScenario explore_executor_scenarios[] = {
  { "submit",                 run_submit,                 check_all_done, 1, 2 },
  { "submit-serial",          run_submit_serial,          check_all_done, 1, 2 },
  { "submit-shutdown",        run_submit_shutdown,        check_pieces,   1, 3 },
  { "submit-shutdown-serial", run_submit_shutdown_serial, check_pieces,   1, 2 },
  { "submit-nested",          run_submit_nested,          check_all_done, 1, 2 },
};

const guint explore_n_executor_scenarios = G_N_ELEMENTS (explore_executor_scenarios);
