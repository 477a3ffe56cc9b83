/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-async-task.h"
#include "at-async-task-private.h"
#include "at-executor-private.h"
#include "at-hand-private.h"
#include "at-homing-private.h"
#include "at-lint-private.h"
#include "at-mailbox-private.h"
#include "at-owner-link-private.h"
#include "at-pacer-private.h"
#include "at-progress-private.h"
#include "at-serial-executor.h"
#include "at-setter-private.h"
#include "at-slot-private.h"
#include "at-task-sight-private.h"
#include "at-timer-private.h"

G_BEGIN_DECLS

/* What the parts of AtAsyncTask share, and nobody else sees. Each part is about what
 * its file says; the state word tells who may do what, at-job-state-private.h. */

/* Somebody who awaits the task with a callback. */
typedef struct
{
  gboolean             is_there;
  GAsyncReadyCallback  callback;
  gpointer             user_data;
  GTask               *gtask; /* or NULL, to be made in the end */
  GCancellable        *cancellable;
  gulong               handler;
} AtAwait;

/* A thread that waits for the task, on its own stack. */
typedef struct _AtWaiter AtWaiter;
struct _AtWaiter
{
  AtWaiter   *next;
  GCond       cond;
  AtJobFrame *retaking; /* the places that a resumed body waits for */
  gboolean    is_body;  /* waits to go on, and not for the end */

  /* For being shown: what the thread runs that waits, or NULL; and the thread. */
  AtJob      *job;
  int         tid;
};

/* An owner that is in wait(), on its own stack. */
typedef struct _AtOwnerWait AtOwnerWait;
struct _AtOwnerWait
{
  AtOwnerWait *next;
  AtAsyncTask *task;
  AtMailbox   *mailbox;
  int          is_asked; /* atomic: to start something */
};

/* Something sent to the owner: a value, or one of the rarer things. */
typedef struct
{
  AtMail       mail;
  AtAsyncTask *task;
  gboolean     has_reference;
  guint        weight; /* in the backlog of the task */
  GValue       value;
} AtParcel;

/* Somebody who would have awaited it, had it not been executed before. */
typedef struct
{
  AtMail               mail;
  AtAsyncTask         *task;
  GError              *error;
  GAsyncReadyCallback  callback;
  gpointer             user_data;
} AtRefusal;

/* What was published and waits for the owner, where that has a limit. */
typedef struct
{
  /* Set before the task is executed, constant afterwards. */
  guint64  limit;
  gboolean is_in_bytes; /* and the body looks by itself whether there is room */

  /* Any thread, atomic. */
  gssize   pending;
  gssize   wake_below; /* what somebody waits for @pending to fall to ... */
  int      is_awaited; /* ... if somebody does */

  /* Any thread, under @lock of the task. */
  gboolean is_held;
  gssize   allowed;    /* more than the limit for an owner that has stalled */
  gssize   least;      /* what was pending, since it is held */
  gint64   stalled_at;
  guint    n_waiting_owners;
} AtBacklog;

/* What at_async_task_set_callbacks() was given; @callbacks is NULL where that was not called. */
typedef struct
{
  const AtTaskCallbacks *callbacks;
  gpointer               user_data;
  GDestroyNotify         destroy;
} AtCallbackSet;

/* What is there in the place of a subclass, and who follows the task, as lists and groups
 * do; made when the first part of it is given. */
typedef struct
{
  /* Any thread, atomic. */
  const char    *body_name; /* what @func is called, or NULL; never freed */

  /* Set before the task is executed, constant until its last callback has returned. */
  AtTaskFunc     func; /* or NULL */
  gpointer       func_data;
  GDestroyNotify func_destroy;
  AtCallbackSet  callbacks;

  /* Owner. */
  AtFollower    *followers;
  AtFollower    *next_follower; /* to be told */
} AtFunctions;

/* Under @lock of the task. It has a reference on that while the timer is started. */
typedef struct
{
  AtTimer  timer;
  double   seconds;    /* or -1 */
  gboolean is_started; /* in STARTING: whoever started the task has looked at it */

  /* Constant. */
  AtAsyncTask *task; /* not a reference */
} AtTimeout;

typedef struct _AtDeferral AtDeferral;
typedef struct _AtPrerequisite AtPrerequisite;
typedef struct _AtRetry AtRetry;

/* What tells that the summary is another one; see at-task-summary.c. */
typedef struct _AtSummary AtSummary;

typedef struct _AtRare AtRare;

/* What few tasks need, made when the first part of it is asked for: the others are
 * so much smaller. */
struct _AtRare
{
  /* Any thread, under @lock of the task. */
  char        *title; /* its owner replaces it, and reads it without the lock */
  AtWaiter    *waiters;
  AtEndWatch  *end_watches; /* the newest first */
  AtEndWatch  *finish_watches; /* the same */
  gint64       paused_at;
  AtTimeout   *timeout;
  gint64       sleeps_until; /* the body */
  GError      *new_last_error; /* for the owner to take */

  /* Under the lock of all ties. */
  GPtrArray   *prerequisites; /* constant once it is executed, or NULL */
  gboolean     is_waited_for; /* or was */
  AtPartsFunc  parts;
  AtRetry     *retry; /* set before the task is executed */

  /* Any thread, atomic. */
  int          n_prerequisites; /* that have yet to succeed */
  GSList      *former_executors;

  /* Set before the task is executed, constant afterwards. */
  AtOwnerLink *owner;
  AtBacklog   *backlog;
  void      (* starting) (AtAsyncTask *self);
  AtDeferral  *deferral; /* of a task without a body */

  /* The body's thread until DONE, constant afterwards. */
  GError      *body_error;

  /* Owner. */
  GError      *last_error;
  gboolean     has_new_last_error;
  AtAwait      await;

  /* Any thread, atomic; made when somebody wants to hear of it. */
  AtSummary   *summary;

  /* Under the lock of all ties: the parked tasks; see at-task-sight.c. */
  AtAsyncTask *parked; /* the task, while it is one of them */
  AtRare      *next_parked;
  AtRare      *prev_parked;
};

typedef struct
{
  /* What executors see of it. */
  AtJob            job;

  /* Any thread, atomic. */
  AtFunctions     *functions; /* or NULL */
  AtPacer         *pacer; /* made when the first progress is reported, or somebody wants to hear of it */
  AtRare          *rare;

  /* Whoever has made the task DONE, and then the mailbox. It shares no memory with
   * the link of the job: an executor that is being handed a task which is cancelled at the
   * same moment still queues it, and takes it out again. */
  AtMail           mail;

  /* Any thread, under @lock. */
  GMutex           lock;
  GCancellable    *cancellable;
  gint64           clock; /* when the body began, later by what its pauses took; once it has
                           * ended, how long it ran */
  gint64           executed_at; /* later by what its pauses took; for whoever sees it QUEUED */
  guint8           has_ended;
  guint8           cancellable_is_shared;
  guint8           cancellable_is_spent; /* kept until the last callback, and nobody's any more */

  /* Whoever starts the task, and then its owner. */
  guint8           has_new_executor;

  /* Owner. */
  guint8           shown_paused : 1;
  guint8           called_failed : 1;
  guint8           ran_real_failed : 1;
  guint8           shown_begin : 1;
  guint8           shown_stage;

  /* Set before the task is executed, constant afterwards. */
  guint8           unit;
  guint            maker; /* counts as owner of a context that nobody owns */

  /* Any thread, atomic: minus the number of the thread that is, or was, in pre_execute, and
   * from the last callback on, before which nobody asks for the latter nor after it for the
   * former, that of the one where it is called. What is below zero is no thread's number, so
   * that nobody takes one for the other. */
  int              visitor;

  /* Set before the task is executed, constant afterwards. */
  AtMailbox       *mailbox;
  AtExecutor      *executor;
  GValue          *params;

  /* Any thread, under @lock, until DONE; constant for whoever has had the lock
   * since then. */
  GValue           result;
} AtAsyncTaskPrivate;

typedef struct
{
  gsize traits; /* atomic: the GType that they are of, with AtClassTraits in its low bits */
} AtAsyncTaskClassPrivate;

enum
{
  PROP_STATUS = 1,
  PROP_ACTIVE,
  PROP_OUTCOME,
  PROP_ERROR,
  PROP_FRACTION,
  PROP_INDETERMINATE,
  PROP_COMPLETED,
  PROP_TOTAL,
  PROP_MESSAGE,
  PROP_RATE,
  PROP_REMAINING,
  PROP_ELAPSED,
  PROP_PAUSED,
  PROP_TITLE,
  PROP_UNIT,
  PROP_EXECUTOR,
  PROP_PRIORITY,
  PROP_OWNER,
  PROP_MAIN_CONTEXT,
  PROP_MAX_PENDING,
  PROP_TIMEOUT,
  PROP_STAGE,
  PROP_LAST_ERROR,
  PROP_SUMMARY,
  PROP_ATTEMPT,
  PROP_RETRY_IN,
  N_PROPS
};

enum
{
  PRE_EXECUTE,
  PROGRESS_UPDATE,
  POST_EXECUTE,
  CANCELLED,
  FAILED,
  N_SIGNALS
};

extern G_GNUC_INTERNAL GParamSpec *at_task_properties[N_PROPS];
extern G_GNUC_INTERNAL guint       at_task_signals[N_SIGNALS];
extern G_GNUC_INTERNAL guint       at_task_cancellable_cancelled; /* the signal of GCancellable */
extern G_GNUC_INTERNAL guint       at_task_notify_signal; /* of GObject */

static inline AtAsyncTaskPrivate *
at_task_get_priv (AtAsyncTask *self)
{
  return AT_CONTAINER (at_job_of (self), AtAsyncTaskPrivate, job);
}

static inline AtAsyncTask *
at_task_from_priv (AtAsyncTaskPrivate *priv)
{
  return at_job_get_object (&priv->job);
}

/* NULL while nobody has needed it. */
static inline AtRare *
at_task_get_rare (AtAsyncTaskPrivate *priv)
{
  return g_atomic_pointer_get (&priv->rare);
}

/* NULL where everything is in the class, and nobody follows. */
static inline AtFunctions *
at_task_get_functions (AtAsyncTaskPrivate *priv)
{
  return g_atomic_pointer_get (&priv->functions);
}

/* NULL for a task that has not failed. For the body's thread, and for whoever has seen DONE. */
static inline GError *
at_task_get_body_error (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);

  return rare != NULL ? rare->body_error : NULL;
}

/* NULL while no progress has been reported, which any thread may do at any time, and
 * nobody wants to hear of it. */
static inline AtPacer *
at_task_get_pacer (AtAsyncTaskPrivate *priv)
{
  return g_atomic_pointer_get (&priv->pacer);
}

/* A language that always passes a value, as GJS does, says NULL with an empty one. */
static inline gboolean
at_task_is_nothing (const GValue *value)
{
  return value == NULL || value->g_type == 0;
}

static inline AtMailbox *
at_task_get_mailbox (AtAsyncTaskPrivate *priv)
{
  if (priv->mailbox != NULL)
    return priv->mailbox;

  return at_mailbox_get_default ();
}

/* Whether this thread is in pre_execute, in STARTING. */
static inline gboolean
at_task_is_starter (AtAsyncTaskPrivate *priv)
{
  return g_atomic_int_get (&priv->visitor) == -(int) at_thread_get_number ();
}

/* The thread that has iterated the context, as the maker may not have, or what is no
 * thread's number. */
static inline guint
at_task_get_deliverer (AtAsyncTaskPrivate *priv)
{
  return (guint) g_atomic_int_get (&priv->visitor);
}

static inline AtHome
at_task_enter_home (AtAsyncTaskPrivate *priv)
{
  return at_mailbox_enter (at_task_get_mailbox (priv), priv->maker, at_task_get_deliverer (priv));
}

static inline void
at_task_leave_home (AtAsyncTaskPrivate *priv,
                    AtHome              home)
{
  at_mailbox_leave (at_task_get_mailbox (priv), home);
}

static inline gboolean
at_task_is_orphaned (AtAsyncTaskPrivate *priv)
{
  return (at_state_get (&priv->job.state) & AT_STATE_ORPHANED) != 0;
}

static inline gboolean
at_task_is_deferred (AtAsyncTaskPrivate *priv)
{
  return (at_state_get (&priv->job.state) & AT_STATE_DEFERRED) != 0;
}

static inline gboolean
at_task_is_paused (AtAsyncTaskPrivate *priv)
{
  guint state = at_state_get (&priv->job.state);

  return (state & AT_STATE_PAUSED) != 0 && (state & AT_PHASE_MASK) < AT_PHASE_DONE;
}

static inline gboolean
at_task_is_done (AtAsyncTask *self)
{
  return at_state_get_phase (&at_task_get_priv (self)->job.state) >= AT_PHASE_DONE;
}

/* The executor that the task was executed on; the serial one, which lives for
 * ever, is not remembered. */
static inline AtExecutor *
at_task_get_used_executor (AtAsyncTaskPrivate *priv)
{
  AtExecutor *executor = g_atomic_pointer_get (&priv->executor);

  return executor != NULL ? executor : at_serial_executor_get_default ();
}

static inline gboolean
at_task_is_held (AtAsyncTaskPrivate *priv)
{
  return (at_state_get (&priv->job.state) & (AT_STATE_PAUSED | AT_STATE_HAS_TO_STOP)) == AT_STATE_PAUSED;
}

/* NULL where there are none. Once the task is executed, or on the owner's thread. */
static inline const AtCallbackSet *
at_task_get_callbacks (AtAsyncTaskPrivate *priv)
{
  AtFunctions *functions = at_task_get_functions (priv);

  return functions != NULL && functions->callbacks.callbacks != NULL ? &functions->callbacks : NULL;
}

/* Whether the body must not go on, and until when it waits at most; -1: no limit. Under
 * the lock. */
typedef gboolean (* AtHeldFunc) (AtAsyncTaskPrivate *priv,
                                 gint64             *until);

/* at-task-home.c: the way to the owner's thread, and what is dropped there */
AtRare      *at_task_ensure_rare         (AtAsyncTaskPrivate  *priv);
AtFunctions *at_task_ensure_functions    (AtAsyncTaskPrivate  *priv);
gboolean     at_task_is_home             (AtAsyncTaskPrivate  *priv);
AtParcel    *at_parcel_new               (AtAsyncTask         *self,
                                          AtMailFunc           func);
AtParcel    *at_parcel_new_kept          (AtAsyncTask         *self,
                                          AtMailFunc           func);
void         at_parcel_free              (AtParcel            *parcel);
void         at_parcel_send              (AtParcel            *parcel);
void         at_task_schedule            (AtAsyncTask         *self,
                                          AtTimedMail         *mail,
                                          AtMailFunc           func,
                                          gint64               due);
void         at_task_unschedule          (AtAsyncTask         *self,
                                          AtTimedMail         *mail);
void         at_task_drop_value_home     (AtAsyncTask         *self,
                                          GValue              *value);

/* at-task-dispose.c: where it is disposed of */
gboolean     at_task_begin_dispose       (AtAsyncTask         *self,
                                          AtHome              *home);
void         at_task_guard_class         (GObjectClass        *klass);
void         at_async_task_dispose       (GObject             *object);

/* at-task-deliver.c: what the owner is told */
void         at_task_notify              (AtAsyncTask         *self,
                                          guint                property);
void         at_task_notify_home         (AtAsyncTask         *self,
                                          guint                property);
void         at_task_tell_followers      (AtAsyncTask         *self);
void         at_task_real_pre_execute    (AtAsyncTask         *self);
void         at_task_real_with_value     (AtAsyncTask         *self,
                                          const GValue        *value);
void         at_task_real_failed         (AtAsyncTask         *self,
                                          const GError        *error);
void         at_task_mark_heard          (AtAsyncTaskPrivate  *priv);
void         at_task_warn_if_unheard     (AtAsyncTaskPrivate  *priv);
gboolean     at_task_hears_pre_execute   (AtAsyncTask         *self);
void         at_task_call_pre_execute    (AtAsyncTask         *self);
gboolean     at_task_hears_notify        (AtAsyncTask         *self);
gboolean     at_task_hears_change        (AtAsyncTask         *self,
                                          guint                property);
void         at_task_show_status         (AtAsyncTask         *self);
void         at_task_show_paused         (AtAsyncTask         *self);
gboolean     at_task_has_audience        (AtAsyncTaskPrivate  *priv);
AtOutcome    at_task_get_outcome         (AtAsyncTaskPrivate  *priv);
void         at_task_clear_params        (AtAsyncTaskPrivate  *priv);
void         at_task_release_body        (AtAsyncTaskPrivate  *priv);
void         at_task_send_home           (AtAsyncTaskPrivate  *priv);
void         at_task_on_published        (AtMail              *mail);

/* at-task-callbacks.c: functions in the place of a subclass */
void         at_callback_set_clear       (AtCallbackSet       *self);
void         at_task_call_pre_execute_callback
                                         (AtAsyncTask         *self);
void         at_task_call_value_callback (AtAsyncTask         *self,
                                          gsize                offset,
                                          const GValue        *value);

/* at-task-summary.c: what people read of it */
void         at_task_prepare_summary     (AtAsyncTask         *self);
void         at_task_end_summary         (AtAsyncTask         *self);
void         at_task_tell_summary        (AtAsyncTask         *self,
                                          AtSummary           *summary,
                                          guint                property);

/* at-task-function.c: tasks that are made one after another */
gboolean     at_task_has_script_function (AtAsyncTaskPrivate  *priv);

/* at-task-control.c: cancelling and pausing */
gint64       at_task_get_active_usec     (AtAsyncTaskPrivate  *priv);
void         at_task_account_pause       (AtAsyncTaskPrivate  *priv,
                                          gint64               now);
void         at_task_end_pause           (AtAsyncTaskPrivate  *priv,
                                          gint64               now);
GCancellable *at_task_ensure_cancellable (AtAsyncTaskPrivate  *priv);
void         at_task_trigger_cancellable (AtAsyncTaskPrivate  *priv);
void         at_task_keep_cancellable    (GCancellable        *cancellable);
gboolean     at_task_would_dispose       (GCancellable        *cancellable);
void         at_task_drop_spent          (AtAsyncTaskPrivate  *priv);
void         at_task_call_control_changed
                                         (AtAsyncTask         *self);
void         at_task_sever_owner         (AtAsyncTaskPrivate  *priv);
gboolean     at_task_on_owner_gone       (GObject             *follower,
                                          gboolean             is_again);

/* at-task-timeout.c */
gboolean     at_task_has_timeout         (AtAsyncTaskPrivate  *priv);
void         at_task_start_timeout       (AtAsyncTaskPrivate  *priv);
gboolean     at_task_undo_timeout        (AtAsyncTaskPrivate  *priv);
void         at_task_follow_timeout      (AtAsyncTaskPrivate  *priv);
guint        at_task_reach_done          (AtAsyncTaskPrivate  *priv,
                                          AtPhase              from);

/* at-task-sight.c: what others see of it, who only look */
void         at_task_park                (AtAsyncTask         *self);
void         at_task_unpark              (AtAsyncTaskPrivate  *priv);
void         at_task_look_at_function    (AtAsyncTaskPrivate  *priv,
                                          AtTaskSight         *sight);
AtAsyncTask *at_task_of_mail             (AtMail              *mail);
AtAsyncTask *at_task_of_retry_timer      (AtTimer             *timer);
AtAsyncTask *at_task_of_timeout_timer    (AtTimer             *timer);
void         at_work_look                (AtJob               *job,
                                          AtTaskSight         *sight);
AtJob       *at_work_of_mail             (AtMail              *mail);

/* at-task-prerequisite.c: tasks that begin when others have succeeded */
gboolean     at_task_look_at_ties        (void);
void         at_prerequisites_look       (GPtrArray           *self,
                                          void              (* func) (AtAsyncTask *other,
                                                                      gpointer     data),
                                          gpointer             data);
GPtrArray   *at_task_get_ties            (AtAsyncTask         *self);
char        *at_task_dup_awaited_title   (AtAsyncTask         *self);
gboolean     at_task_begin_waiting       (AtAsyncTask         *self);
void         at_task_end_waiting         (AtAsyncTaskPrivate  *priv);

/* at-task-retry.c: bodies that run again */
gboolean     at_task_has_script_retry    (AtAsyncTaskPrivate  *priv);
void         at_task_release_retry       (AtAsyncTaskPrivate  *priv);
gboolean     at_task_count_attempt       (AtAsyncTaskPrivate  *priv);
guint        at_task_get_attempt         (AtAsyncTaskPrivate  *priv);
guint        at_task_get_max_attempts    (AtAsyncTaskPrivate  *priv);
gboolean     at_task_try_again           (AtAsyncTaskPrivate  *priv,
                                          AtJobFrame          *frame,
                                          gboolean            *goes_on);
void         at_task_go_on_retrying      (AtAsyncTaskPrivate  *priv);
gboolean     at_task_stop_retrying       (AtRare              *rare);
void         at_task_show_retry_in       (AtAsyncTask         *self);
void         at_task_show_attempt        (AtAsyncTask         *self);

/* at-task-stage.c: where it is, as its owner is told */
AtStage      at_task_read_stage          (guint                state);
void         at_task_show_stage          (AtAsyncTask         *self);
guint        at_task_want_stage          (AtAsyncTaskPrivate  *priv);
void         at_task_prepare_stage       (AtAsyncTask         *self);
void         at_task_tell_stage          (AtAsyncTask         *self);
void         at_task_set_last_error      (AtAsyncTaskPrivate  *priv,
                                          GError              *error);
void         at_task_show_last_error     (AtAsyncTask         *self);

/* at-task-properties.c */
void         at_task_install_properties  (GObjectClass        *klass);

/* at-task-progress.c */
void         at_task_prepare_progress    (AtAsyncTask         *self);
void         at_task_reset_progress      (AtAsyncTask         *self);
void         at_task_show_rest           (AtAsyncTask         *self);
void         at_task_show_begin          (AtAsyncTask         *self);
void         at_task_end_progress        (AtAsyncTask         *self);

/* at-task-wait.c */
void         at_task_add_waiter          (AtAsyncTaskPrivate  *priv,
                                          AtWaiter            *waiter);
void         at_task_remove_waiter       (AtAsyncTaskPrivate  *priv,
                                          AtWaiter            *waiter);
void         at_task_wake_waiters        (AtAsyncTaskPrivate  *priv);

/* at-task-watch.c: who is told of the end of the computation */
void         at_task_tell_end            (AtAsyncTaskPrivate  *priv);
void         at_task_tell_finish         (AtAsyncTaskPrivate  *priv);

/* at-task-body.c: what runs on a worker */
extern const AtJobClass at_task_job_class;
extern const AtJobClass at_task_deferred_job_class;
GCancellable *at_task_begin_attempt      (AtAsyncTaskPrivate  *priv);
gboolean     at_task_end_attempt         (AtAsyncTaskPrivate  *priv,
                                          AtJobFrame          *frame,
                                          gboolean             succeeded);
void         at_task_finish_attempt      (AtAsyncTaskPrivate  *priv,
                                          AtJobFrame          *frame);
void         at_task_stop_clock          (AtAsyncTaskPrivate  *priv,
                                          gint64               now,
                                          gboolean             is_over);
void         at_task_begin_anew          (AtAsyncTask         *self);
void         at_task_pop_contexts        (AtAsyncTask         *self);
void         at_task_retake_places       (void);
GError      *at_task_new_cancelled_error (void);
GError      *at_task_new_timed_out_error (void);
GError      *at_task_new_stopped_error   (AtAsyncTaskPrivate  *priv);
GError      *at_task_new_abandoned_error (void);
GError      *at_task_new_rejected_error  (GError              *reason);
void         at_task_end_unrun           (AtAsyncTaskPrivate  *priv);
void         at_task_set_body_error      (AtAsyncTaskPrivate  *priv,
                                          GError              *error);
gboolean     at_task_fail_dropped        (AtAsyncTaskPrivate  *priv);
void         at_task_sit_out             (AtAsyncTask         *self,
                                          AtHeldFunc           is_held);

/* at-task-deferred.c: tasks that have no body */
void         at_deferral_free            (AtDeferral          *deferral);
gboolean     at_task_begin_deferred      (AtAsyncTask         *self);
void         at_task_end_offer           (AtAsyncTaskPrivate  *priv);
void         at_task_run_deferred        (AtJob               *job,
                                          AtJobFrame          *frame);
void         at_task_abandon_deferred    (AtJob               *job,
                                          AtJobFrame          *frame);
void         at_task_send_turn           (AtAsyncTask         *self);
gboolean     at_task_is_begun_at_once    (AtAsyncTaskPrivate  *priv);
gboolean     at_task_take_held           (AtAsyncTaskPrivate  *priv);
gboolean     at_task_needs_owner_to_end  (AtAsyncTaskPrivate  *priv);

/* at-task-backlog.c: how much may wait for the owner; for tasks that are LIMITED */
guint        at_task_charge              (AtAsyncTaskPrivate  *priv,
                                          const GValue        *value);
void         at_task_discharge           (AtAsyncTask         *self,
                                          guint                weight);
void         at_task_wait_for_room       (AtAsyncTask         *self);
void         at_task_enter_owner_wait    (AtAsyncTask         *self);
void         at_task_leave_owner_wait    (AtAsyncTask         *self);

/* at-task-afar.c: tasks that their owner has to start, and owners that wait */
void         at_task_ask_owner           (AtAsyncTask         *self);
void         at_owner_wait_enter         (AtOwnerWait         *self,
                                          AtAsyncTask         *task);
void         at_owner_wait_leave         (AtOwnerWait         *self);
void         at_owner_wait_start         (AtOwnerWait         *self);

/* at-task-await.c */
void         at_task_return_to_awaiter   (AtAsyncTask         *self);

/* at-task-start.c */
gboolean     at_task_begin               (AtAsyncTask         *self,
                                          const GValue        *params,
                                          GError             **error);
void         at_task_use_executor        (AtAsyncTaskPrivate  *priv,
                                          AtExecutor          *executor);
AtExecutor  *at_task_ref_default_executor
                                         (void);
gboolean     at_task_launch              (AtAsyncTask         *self,
                                          AtExecutor          *executor,
                                          AtHome               home,
                                          GError             **error);
void         at_task_start_from_afar     (AtAsyncTask         *self);
void         at_task_start_released      (AtAsyncTask         *self);
void         at_task_offer_again         (AtAsyncTask         *self);

G_END_DECLS
