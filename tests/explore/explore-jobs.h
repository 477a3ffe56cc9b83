/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "explorer.h"

#include <asynctask-glib.h>

G_BEGIN_DECLS

/* What scenarios are made of, for all files that have some. */

#define OWNER 0

typedef struct _Job Job;

typedef gboolean (* JobFunc) (Job     *job,
                              GError **error);

struct _Job
{
  const char   *name;
  AtAsyncTask  *task;    /* not a reference */
  JobFunc       func;
  gpointer      other;   /* for the function */
  GMainContext *context;
  GCancellable *lent;    /* to the body, while that runs */

  gboolean      executed;  /* with success */
  gboolean      orphaned;
  gboolean      owner_may_go; /* at any moment */
  gboolean      polls;     /* looks by itself whether there is room */
  gboolean      inside;    /* execute() or cancel(), in the owner's thread */
  gboolean      cancelled_here; /* in the owner's thread: no progress any more */
  gboolean      must_be_cancelled;
  guint         n_claimed_cancels;

  guint         n_pre;
  guint         n_bodies;
  guint         n_published;
  gboolean      published_here; /* by the owner, which may be too late */
  guint         n_shown;
  guint         n_last;
  guint         n_finalized;
  guint         n_running_notifies;
  guint         n_finished_notifies;
  gboolean      body_has_ended;
  AtOutcome     outcome;
  ExploreStamp  made;
  ExploreStamp  executing;
  ExploreStamp  body_end;
};

extern Job    jobs[3];
extern guint  n_jobs;

/* How many bodies run that are not paused. */
extern int    n_active;
extern int    max_active;

extern int    executors_left;
extern int    lists_left;

extern GMutex   control_lock;
extern GCond    control_cond;
extern gboolean has_control_changed; /* under the lock */

G_DECLARE_FINAL_TYPE (ExploreTask, explore_task, EXPLORE, TASK, AtAsyncTask)

#define NOBODY G_MAXUINT

/* Of the body of a task. */
void        leave_body      (Job          *job);

/* Scenarios: their first, and the tasks, executors and threads in them. */
void        begin           (int           limit);
Job        *job_new         (const char   *name,
                             GMainContext *context,
                             JobFunc       func);
AtExecutor *watched         (gpointer      executor);
AtExecutor *pool_new        (guint         max_threads);
gboolean    execute         (Job          *job,
                             AtExecutor   *executor);
void        cancel          (Job          *job);
void        cancel_there    (gpointer      data);
void        spawn_with      (ExploreFunc   func,
                             Job          *job);
void        drop            (Job          *job);
void        iterate         (void);
void        run_jobs        (AtExecutor   *executor,
                             guint         n,
                             JobFunc       func,
                             guint         victim);

/* What is to be true in the end. */
void        check_jobs      (void);
void        check_succeeded (void);

/* What bodies do. */
void        publish         (Job          *job);
gboolean    publish_two     (Job          *job,
                             GError      **error);
gboolean    look_twice      (Job          *job,
                             GError      **error);

/* The scenarios of each file beside explore.c. */
extern const ExploreScenario explore_executor_scenarios[];
extern const guint           explore_n_executor_scenarios;
void                         prepare_executors (void);
extern const ExploreScenario explore_time_scenarios[];
extern const guint           explore_n_time_scenarios;
extern const ExploreScenario explore_lent_scenarios[];
extern const guint           explore_n_lent_scenarios;
extern const ExploreScenario explore_seeing_scenarios[];
extern const guint           explore_n_seeing_scenarios;
extern const ExploreScenario explore_task_scenarios[];
extern const guint           explore_n_task_scenarios;
void                         explore_prepare_tasks    (void);

G_END_DECLS
