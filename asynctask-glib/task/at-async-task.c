/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-async-task.h"

#include "at-async-task-private.h"
#include "at-enum-types.h"
#include "at-executor.h"
#include "at-foreign-body-private.h"
#include "at-mailbox-private.h"
#include "at-owner-link-private.h"
#include "at-pacer-private.h"
#include "at-progress-private.h"
#include "at-setter-private.h"
#include "at-task-state-private.h"

#include <glib/gi18n-lib.h>
#include <gobject/gvaluecollector.h>

/**
 * AtAsyncTask:
 *
 * A piece of work that runs on a worker thread and reports to its owner.
 *
 * The work is the body: the virtual function `in_background` of a subclass, or
 * the function given to [ctor@AsyncTask.new]. [method@AsyncTask.execute] hands
 * the task to an [iface@Executor], whose thread runs the body, once. Everything
 * else happens in the owner context, which is the default main context unless
 * [property@AsyncTask:main-context] names another one:
 *
 * 1. [signal@AsyncTask::pre-execute], inside `execute()` and before the body;
 * 2. [signal@AsyncTask::progress-update], for each value that the body publishes
 *    with [method@AsyncTask.publish_progress];
 * 3. exactly one of [signal@AsyncTask::post-execute], [signal@AsyncTask::failed]
 *    and [signal@AsyncTask::cancelled].
 *
 * A callback never runs on a worker thread, nor inside `execute()` or
 * [method@AsyncTask.cancel]. While nobody iterates the owner context, callbacks
 * wait for the next iteration.
 *
 * The task is kept alive from `execute()` until its last callback has returned.
 * The last references to the task, its values, its error and its user data are
 * dropped in the owner context, so that a body may hold widgets.
 *
 * ## Progress
 *
 * [method@AsyncTask.set_fraction], [method@AsyncTask.set_amounts] and
 * [method@AsyncTask.set_message] keep the latest value only, and cost about as
 * much as storing it. The properties follow at most once per 16 ms, in the owner
 * context, and can be bound to widgets: [property@AsyncTask:fraction] to
 * `GtkProgressBar:fraction`, for example.
 *
 * ## Threads
 *
 * [method@AsyncTask.cancel], [method@AsyncTask.pause], [method@AsyncTask.wait],
 * the functions for bodies and the getters of the task's state can be called
 * from any thread. Properties are set, and change, on the owner's thread alone.
 *
 * ## Processes
 *
 * A program may end at any time, by whatever thread: bodies end with it, wherever
 * they are, and no callback comes. What must not be left half done is waited for
 * before, with [method@AsyncTask.wait].
 *
 * A process that the program has forked has none of its threads: without `exec()`
 * it runs no body and hears of none. It can end, by `exit()` or `_exit()`, replace
 * itself, and ask for [property@AsyncTask:status]; all else, iterating the owner
 * context included, which would take what is on its way to the program, it leaves
 * alone.
 *
 * Since: 1.0
 */

/* Somebody who awaits the task with a callback. */
typedef struct
{
  GTask        *gtask;
  GCancellable *cancellable;
  gulong        handler;
} AtAwait;

/* A thread that waits for the task, on its own stack. */
typedef struct _AtWaiter AtWaiter;
struct _AtWaiter
{
  AtWaiter             *next;
  GCond                 cond;
  AtThreadPoolExecutor *retaking; /* the pool that a resumed body waits for */
};

/* Something sent to the owner: a value, or one of the rarer things. */
typedef struct
{
  AtMail       mail;
  AtAsyncTask *task;
  gboolean     has_reference;
  GValue       value;
} AtParcel;

/* execute_async() from afar. */
typedef struct
{
  AtMail               mail;
  AtAsyncTask         *task;
  GError              *error;
  GCancellable        *cancellable;
  GAsyncReadyCallback  callback;
  gpointer             user_data;
} AtAwaitParcel;

/* What a thread is at; one under another where executors run bodies inline. */
typedef struct _AtRunFrame AtRunFrame;
struct _AtRunFrame
{
  AtRunFrame           *outer;
  AtAsyncTask          *task;
  gpointer              turn;
  AtThreadPoolExecutor *slot;
};

/* What few tasks need, made when the first part of it is asked for: the others are
 * so much smaller. */
typedef struct
{
  /* Any thread, under @lock of the task. */
  AtWaiter    *waiters;
  gint64       paused_at;

  /* Set before the task is executed, constant afterwards. */
  AtOwnerLink *owner;

  /* Owner. */
  char        *title;
  AtAwait      await;
  AtFollower  *followers;
  AtFollower  *next_follower; /* to be told */
} AtRare;

typedef struct
{
  /* Any thread, atomic. */
  guint            state;
  int              busy_thread; /* the one that starts the task, then the body's */
  int              deliverer; /* has iterated the context, as the maker may not */
  guint            maker; /* constant: counts as owner of a context that nobody owns */
  AtPacer         *pacer; /* made when the first progress is reported */
  AtRare          *rare;
  gpointer         turn;
  AtExecutor      *queue;

  /* Under the lock of the executor in whose queue the task is. */
  AtTaskLink       link;

  /* Whoever has made the task DONE, and then the mailbox. It shares no memory with
   * the link: an executor that is being handed a task which is cancelled at the
   * same moment still queues it, and takes it out again. */
  AtMail           mail;

  /* Any thread, under @lock. */
  GMutex           lock;
  GCancellable    *cancellable;
  gint64           clock; /* when the body began, later by what its pauses took; once it has
                           * ended, how long it ran */
  guint8           has_ended;
  guint8           cancellable_is_shared;

  /* Owner. */
  guint8           shown_paused : 1;
  guint8           called_failed : 1;

  /* Set before the task is executed, constant afterwards. */
  guint8           unit;
  int              priority;
  AtMailbox       *mailbox;
  AtExecutor      *executor;
  AtTaskFunc       func;
  gpointer         func_data;
  GDestroyNotify   func_destroy;
  GValue          *params;

  /* The body's thread until DONE, constant afterwards. */
  GError          *body_error;

  /* Any thread, under @lock, until DONE; constant for whoever has had the lock
   * since then. */
  GValue           result;
} AtAsyncTaskPrivate;

typedef struct
{
  gsize traits; /* atomic: the GType that they are of, with AtClassTraits in its low bits */
} AtAsyncTaskClassPrivate;

G_DEFINE_TYPE_WITH_CODE (AtAsyncTask, at_async_task, G_TYPE_OBJECT,
                         G_ADD_PRIVATE (AtAsyncTask)
                         g_type_add_class_private (g_define_type_id, sizeof (AtAsyncTaskClassPrivate)))

/**
 * at_task_error_quark:
 *
 * Gets the domain of the library's own errors, [error@At.TaskError].
 *
 * Any thread.
 *
 * Returns: the domain
 *
 * Since: 1.0
 */
G_DEFINE_QUARK (at-task-error-quark, at_task_error)

enum
{
  PROP_STATUS = 1,
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

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];
static guint       cancellable_cancelled; /* the signal of GCancellable */

static GMutex      default_executor_lock;
static AtExecutor *default_executor; /* under the lock; NULL: the serial one, which any thread may see */

static __thread AtRunFrame *current_frame;

static inline AtAsyncTaskPrivate *
get_priv (AtAsyncTask *self)
{
  return at_async_task_get_instance_private (self);
}

static AtAsyncTask *
get_task (AtAsyncTaskPrivate *priv)
{
  return G_STRUCT_MEMBER_P (priv, -(glong) AtAsyncTask_private_offset);
}

/* NULL while nobody has needed it. */
static AtRare *
get_rare (AtAsyncTaskPrivate *priv)
{
  return g_atomic_pointer_get (&priv->rare);
}

static AtRare *
ensure_rare (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = get_rare (priv);

  if (rare != NULL)
    return rare;

  rare = g_new0 (AtRare, 1);
  if (g_atomic_pointer_compare_and_exchange (&priv->rare, NULL, rare))
    return rare;

  g_free (rare);

  return get_rare (priv);
}

/* A language that always passes a value, as GJS does, says NULL with an empty one. */
static inline gboolean
is_nothing (const GValue *value)
{
  return value == NULL || value->g_type == 0;
}

/* Where the owner is. */

static AtMailbox *
get_mailbox (AtAsyncTaskPrivate *priv)
{
  if (priv->mailbox != NULL)
    return priv->mailbox;

  return at_mailbox_get (NULL);
}

static AtHome
enter_home (AtAsyncTaskPrivate *priv)
{
  AtHome home = at_mailbox_enter (get_mailbox (priv), priv->maker);
  guint deliverer = (guint) g_atomic_int_get (&priv->deliverer);

  if (home == AT_HOME_FOREIGN && deliverer != 0)
    home = at_mailbox_enter (get_mailbox (priv), deliverer);

  return home;
}

static void
leave_home (AtAsyncTaskPrivate *priv,
            AtHome              home)
{
  at_mailbox_leave (get_mailbox (priv), home);
}

static AtParcel *
at_parcel_new (AtAsyncTask *self,
               AtMailFunc   func)
{
  AtParcel *parcel = g_new0 (AtParcel, 1);

  parcel->mail.func = func;
  parcel->task = self;

  return parcel;
}

/* The same with a reference on the task. */
static AtParcel *
at_parcel_new_kept (AtAsyncTask *self,
                    AtMailFunc   func)
{
  AtParcel *parcel = at_parcel_new (g_object_ref (self), func);

  parcel->has_reference = TRUE;

  return parcel;
}

static void
at_parcel_free (AtParcel *parcel)
{
  AtAsyncTask *task = parcel->has_reference ? parcel->task : NULL;

  if (!is_nothing (&parcel->value))
    g_value_unset (&parcel->value);
  g_free (parcel);
  g_clear_object (&task);
}

static void
send_parcel (AtParcel *parcel)
{
  at_mailbox_post (get_mailbox (get_priv (parcel->task)), &parcel->mail);
}

static void
on_dropped (AtMail *mail)
{
  at_parcel_free ((AtParcel *) mail);
}

/* Has the owner drop @value, which is taken over. */
static void
drop_value_home (AtAsyncTask *self,
                 GValue      *value)
{
  AtParcel *parcel = at_parcel_new_kept (self, on_dropped);

  parcel->value = *value;
  send_parcel (parcel);
}

static void
drop_reference_home (AtAsyncTask *self)
{
  AtParcel *parcel = at_parcel_new (self, on_dropped);

  parcel->has_reference = TRUE;
  send_parcel (parcel);
}

void
at_async_task_unref_home (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtHome home = enter_home (priv);

  if (home == AT_HOME_FOREIGN)
    {
      drop_reference_home (self);
    }
  else
    {
      g_autoptr (AtMailbox) mailbox = at_mailbox_ref (get_mailbox (priv));

      g_object_unref (self);
      at_mailbox_leave (mailbox, home);
    }
}

/* Telling the owner. */

static gboolean
is_orphaned (AtAsyncTaskPrivate *priv)
{
  return (at_state_get (&priv->state) & AT_STATE_ORPHANED) != 0;
}

static void
notify (AtAsyncTask *self,
        guint        property)
{
  if (!is_orphaned (get_priv (self)))
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

AtFollower *
at_async_task_get_followers (AtAsyncTask *self)
{
  AtRare *rare = get_rare (get_priv (self));

  return rare != NULL ? rare->followers : NULL;
}

void
at_async_task_add_follower (AtAsyncTask *self,
                            AtFollower  *follower)
{
  AtRare *rare = ensure_rare (get_priv (self));

  follower->next = rare->followers;
  rare->followers = follower;
}

void
at_async_task_remove_follower (AtAsyncTask *self,
                               AtFollower  *follower)
{
  AtRare *rare = get_rare (get_priv (self));
  AtFollower **at = &rare->followers;

  while (*at != follower)
    at = &(*at)->next;
  *at = follower->next;
  if (rare->next_follower == follower)
    rare->next_follower = follower->next;
}

/* Inside, they may all be told again: of what is the latest then, which leaves
 * nothing to tell. */
static void
tell_followers (AtAsyncTask *self)
{
  AtRare *rare = get_rare (get_priv (self));

  if (rare == NULL)
    return;

  rare->next_follower = rare->followers;
  while (rare->next_follower != NULL)
    {
      AtFollower *follower = rare->next_follower;

      rare->next_follower = follower->next;
      follower->func (follower);
    }
}

static void
show_property (AtAsyncTask *self,
               guint        property)
{
  tell_followers (self);
  notify (self, property);
}

static void
on_notify (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;

  if (!at_mailbox_is_closed (get_mailbox (get_priv (parcel->task))))
    show_property (parcel->task, g_value_get_uint (&parcel->value));
  at_parcel_free (parcel);
}

/* The same for what any thread may have set before the task was executed. */
static void
notify_home (AtAsyncTask *self,
             guint        property)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  g_autoptr (AtMailbox) mailbox = at_mailbox_ref (get_mailbox (priv));
  AtHome home = enter_home (priv);

  if (home == AT_HOME_FOREIGN)
    {
      AtParcel *parcel = at_parcel_new_kept (self, on_notify);

      g_value_init (&parcel->value, G_TYPE_UINT);
      g_value_set_uint (&parcel->value, property);
      send_parcel (parcel);
    }
  else
    {
      show_property (self, property);
    }

  at_mailbox_leave (mailbox, home);
}

static AtClassTraits
get_class_traits (AtAsyncTask *self)
{
  AtAsyncTaskClassPrivate *klass_priv =
    G_TYPE_CLASS_GET_PRIVATE (G_OBJECT_GET_CLASS (self), AT_TYPE_ASYNC_TASK, AtAsyncTaskClassPrivate);
  GType type = G_OBJECT_TYPE (self);
  gsize traits = (gsize) g_atomic_pointer_get (&klass_priv->traits);

  /* A subclass starts with a copy of what its parent class had. */
  if ((traits & ~(gsize) 3) != type)
    {
      traits = type | at_foreign_class_get_traits (type, AT_TYPE_ASYNC_TASK,
                                                   G_STRUCT_OFFSET (AtAsyncTaskClass, in_background));
      g_atomic_pointer_set (&klass_priv->traits, traits);
    }

  return traits & 3;
}

/* Whether anybody would notice if the class handler were called directly. */
static gboolean
must_emit (AtAsyncTask *self,
           guint        signal)
{
  return (at_state_get (&get_priv (self)->state) & AT_STATE_EMITS) != 0 ||
         g_signal_has_handler_pending (self, signals[signal], 0, FALSE);
}

static void
call_pre_execute (AtAsyncTask *self)
{
  if (must_emit (self, PRE_EXECUTE))
    g_signal_emit (self, signals[PRE_EXECUTE], 0);
  else
    AT_ASYNC_TASK_GET_CLASS (self)->pre_execute (self);
}

static void
call_with_value (AtAsyncTask  *self,
                 guint         signal,
                 void       (* handler) (AtAsyncTask *, const GValue *),
                 GValue       *value)
{
  const GValue *argument = !is_nothing (value) ? value : NULL;

  if (must_emit (self, signal))
    g_signal_emit (self, signals[signal], 0, argument);
  else
    handler (self, argument);
}

static void
call_failed (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  const GError *error = priv->body_error;

  if (priv->called_failed)
    return;

  priv->called_failed = TRUE;
  if (must_emit (self, FAILED))
    g_signal_emit (self, signals[FAILED], 0, error);
  else
    AT_ASYNC_TASK_GET_CLASS (self)->failed (self, error);
}

static void
show_status (AtAsyncTask *self)
{
  show_property (self, PROP_STATUS);
}

static gboolean
is_paused (AtAsyncTaskPrivate *priv)
{
  guint state = at_state_get (&priv->state);

  return (state & AT_STATE_PAUSED) != 0 && (state & AT_PHASE_MASK) < AT_PHASE_DONE;
}

static void
show_paused (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  gboolean paused = is_paused (priv);

  if (priv->shown_paused == paused)
    return;

  priv->shown_paused = paused;
  notify (self, PROP_PAUSED);
}

/* Time. */

/* Microseconds that the body has been running, pauses left out. */
static gint64
get_active_usec (AtAsyncTaskPrivate *priv)
{
  gint64 active = 0;

  g_mutex_lock (&priv->lock);
  if (priv->has_ended)
    {
      active = priv->clock;
    }
  else if (priv->clock != 0)
    {
      AtRare *rare = get_rare (priv);
      gint64 end = rare != NULL && rare->paused_at != 0 ? rare->paused_at : g_get_monotonic_time ();

      active = MAX (end - priv->clock, 0);
    }
  g_mutex_unlock (&priv->lock);

  return active;
}

/* Under the lock. */
static void
end_pause (AtAsyncTaskPrivate *priv,
           gint64              now)
{
  AtRare *rare = get_rare (priv);

  if (rare == NULL || rare->paused_at == 0)
    return;

  if (priv->clock != 0 && !priv->has_ended)
    priv->clock += now - MAX (rare->paused_at, priv->clock);
  rare->paused_at = 0;
}

/* Progress. */

static const guint progress_properties[AT_PROGRESS_N_VALUES] = {
  PROP_FRACTION,
  PROP_INDETERMINATE,
  PROP_COMPLETED,
  PROP_TOTAL,
  PROP_MESSAGE,
  PROP_RATE,
  PROP_REMAINING,
  PROP_ELAPSED,
};

static gboolean
is_moving (AtAsyncTaskPrivate *priv)
{
  guint state = at_state_get (&priv->state);

  return (state & AT_PHASE_MASK) == AT_PHASE_RUNNING && (state & AT_STATE_PAUSED) == 0;
}

/* Whether the owner has still an interest in what is not the end. */
static gboolean
has_audience (AtAsyncTaskPrivate *priv)
{
  return at_state_get_phase (&priv->state) < AT_PHASE_DELIVERING &&
         !is_orphaned (priv) && !at_mailbox_is_closed (get_mailbox (priv));
}

static gboolean
can_show_progress (GObject *object)
{
  return has_audience (get_priv (AT_ASYNC_TASK (object)));
}

static gboolean
is_progress_moving (GObject *object)
{
  return is_moving (get_priv (AT_ASYNC_TASK (object)));
}

static void
show_progress (GObject *object)
{
  AtAsyncTask *self = AT_ASYNC_TASK (object);
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtProgressChanges changes;

  changes = at_progress_update (&priv->pacer->progress, get_active_usec (priv), is_moving (priv));

  if (changes != 0)
    tell_followers (self);
  for (guint i = 0; i < AT_PROGRESS_N_VALUES; i++)
    if ((changes & (1 << i)) != 0)
      notify (self, progress_properties[i]);
}

static const AtPacerFuncs pacer_funcs = {
  .can_show = can_show_progress,
  .is_moving = is_progress_moving,
  .show = show_progress,
};

static AtPacer *
ensure_pacer (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtPacer *pacer = g_atomic_pointer_get (&priv->pacer);

  if (G_LIKELY (pacer != NULL))
    return pacer;

  pacer = at_pacer_new (G_OBJECT (self), get_mailbox (priv), &pacer_funcs);
  if (g_atomic_pointer_compare_and_exchange (&priv->pacer, NULL, pacer))
    return pacer;

  at_pacer_free (pacer);

  return g_atomic_pointer_get (&priv->pacer);
}

/* Shows the last values, before the last callback. */
static void
end_progress (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);

  if (priv->pacer == NULL)
    return;

  at_pacer_stop (priv->pacer);
  if (has_audience (priv))
    show_progress (G_OBJECT (self));
}

static inline gboolean
is_done (AtAsyncTask *self)
{
  return at_state_get_phase (&get_priv (self)->state) >= AT_PHASE_DONE;
}

/* Waiting. */

/* Under the lock. */
static void
add_waiter (AtAsyncTaskPrivate *priv,
            AtWaiter           *waiter)
{
  AtRare *rare = ensure_rare (priv);

  g_cond_init (&waiter->cond);
  waiter->retaking = NULL;
  waiter->next = rare->waiters;
  rare->waiters = waiter;
  at_state_change_flags (&priv->state, AT_PHASE_DONE, AT_STATE_AWAITED, 0, NULL);
}

/* Under the lock. */
static void
remove_waiter (AtAsyncTaskPrivate *priv,
               AtWaiter           *waiter)
{
  AtWaiter **at = &get_rare (priv)->waiters;

  while (*at != waiter)
    at = &(*at)->next;
  *at = waiter->next;
  g_cond_clear (&waiter->cond);
}

static void
wake_waiters (AtAsyncTaskPrivate *priv)
{
  AtRare *rare;

  g_mutex_lock (&priv->lock);
  rare = get_rare (priv);
  for (AtWaiter *waiter = rare != NULL ? rare->waiters : NULL; waiter != NULL; waiter = waiter->next)
    {
      g_cond_signal (&waiter->cond);
      if (waiter->retaking != NULL)
        at_thread_pool_executor_stir (waiter->retaking);
    }
  g_mutex_unlock (&priv->lock);
}

/* The cancellable of the body. Most bodies never look at theirs, so that a
 * worker lends one to each in turn, as long as it comes back as it went. */

static __thread GCancellable *spare_cancellable;

static void
drop_spare_cancellable (gpointer data)
{
  g_clear_object (&spare_cancellable);
}

static GPrivate spare_cancellable_guard = G_PRIVATE_INIT (drop_spare_cancellable);

/* Under the lock. */
static GCancellable *
ensure_cancellable (AtAsyncTaskPrivate *priv)
{
  if (priv->cancellable == NULL)
    priv->cancellable = spare_cancellable != NULL
      ? g_steal_pointer (&spare_cancellable)
      : g_cancellable_new ();

  return priv->cancellable;
}

static void
trigger_cancellable (AtAsyncTaskPrivate *priv)
{
  g_autoptr (GCancellable) cancellable = NULL;

  g_mutex_lock (&priv->lock);
  g_set_object (&cancellable, priv->cancellable);
  g_mutex_unlock (&priv->lock);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}

/* What was lent comes back. */
static void
keep_cancellable (GCancellable *cancellable)
{
  /* With one reference, ours, nobody else can have anything to do with it. */
  if (spare_cancellable == NULL &&
      g_atomic_int_get (&G_OBJECT (cancellable)->ref_count) == 1 &&
      !g_cancellable_is_cancelled (cancellable) &&
      !g_signal_has_handler_pending (cancellable, cancellable_cancelled, 0, TRUE))
    {
      if (g_private_get (&spare_cancellable_guard) == NULL)
        g_private_set (&spare_cancellable_guard, GINT_TO_POINTER (TRUE));
      spare_cancellable = cancellable;
      return;
    }

  g_object_unref (cancellable);
}

/* The end. */

static GError *
new_cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The task was cancelled"));
}

static GError *
new_rejected_error (GError *reason)
{
  GError *error;

  if (g_error_matches (reason, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED))
    return reason;

  if (reason != NULL)
    error = g_error_new (AT_TASK_ERROR, AT_TASK_ERROR_REJECTED,
                         _("The executor refused the task: %s"), reason->message);
  else
    error = g_error_new_literal (AT_TASK_ERROR, AT_TASK_ERROR_REJECTED,
                                 _("The executor refused the task"));
  g_clear_error (&reason);

  return error;
}

static void
at_await_clear (AtAwait *await)
{
  if (await->cancellable != NULL)
    {
      if (await->handler != 0)
        g_signal_handler_disconnect (await->cancellable, await->handler);
      g_object_unref (await->cancellable);
    }
  g_clear_object (&await->gtask);
}

/* Whoever awaits the task, for the caller to clear. Owner. */
static AtAwait
steal_awaiter (AtAsyncTaskPrivate *priv)
{
  static const AtAwait nobody;
  AtRare *rare = get_rare (priv);
  AtAwait await = nobody;

  if (rare != NULL)
    {
      await = rare->await;
      rare->await = nobody;
    }

  return await;
}

/* From DELIVERING on it is settled: nothing sets CANCELLED any more. */
static AtOutcome
get_outcome (AtAsyncTaskPrivate *priv)
{
  guint state = at_state_get (&priv->state);

  if ((state & AT_PHASE_MASK) < AT_PHASE_DELIVERING)
    return AT_OUTCOME_NONE;

  if ((state & AT_STATE_CANCELLED) != 0)
    return AT_OUTCOME_CANCELLED;

  return priv->body_error != NULL ? AT_OUTCOME_FAILED : AT_OUTCOME_SUCCEEDED;
}

/* Gives the outcome to whoever awaits it. */
static void
return_to_awaiter (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtAwait await = steal_awaiter (priv);
  AtOutcome outcome = get_outcome (priv);

  if (await.gtask == NULL)
    return;

  if (outcome == AT_OUTCOME_CANCELLED)
    g_task_return_error (await.gtask, new_cancelled_error ());
  else if (outcome == AT_OUTCOME_FAILED)
    g_task_return_error (await.gtask, g_error_copy (priv->body_error));
  else
    g_task_return_boolean (await.gtask, TRUE);

  at_await_clear (&await);
}

static void
clear_params (AtAsyncTaskPrivate *priv)
{
  GValue *params = g_steal_pointer (&priv->params);

  if (params == NULL)
    return;

  g_value_unset (params);
  g_free (params);
}

static void
release_body (AtAsyncTaskPrivate *priv)
{
  GDestroyNotify destroy = g_steal_pointer (&priv->func_destroy);

  if (destroy != NULL)
    destroy (g_steal_pointer (&priv->func_data));
  clear_params (priv);
}

static void
call_last (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtAsyncTaskClass *klass = AT_ASYNC_TASK_GET_CLASS (self);
  AtOutcome outcome = get_outcome (priv);

  if (outcome == AT_OUTCOME_CANCELLED)
    call_with_value (self, CANCELLED, klass->cancelled, &priv->result);
  else if (outcome == AT_OUTCOME_FAILED)
    call_failed (self);
  else
    call_with_value (self, POST_EXECUTE, klass->post_execute, &priv->result);
}

/* The last callback, in the owner context. Takes over the reference that the
 * task has on itself since it was executed. */
static void
on_done (AtMail *mail)
{
  AtAsyncTaskPrivate *priv = AT_CONTAINER (mail, AtAsyncTaskPrivate, mail);
  g_autoptr (AtAsyncTask) self = get_task (priv);
  gboolean is_closed = at_mailbox_is_closed (get_mailbox (priv));

  g_atomic_int_set (&priv->deliverer, (int) at_thread_get_number ());

  /* Handlers that this calls may still cancel, so that it comes before. */
  end_progress (self);

  at_state_move (&priv->state, AT_PHASE_DONE, AT_PHASE_DELIVERING, 0, NULL);

  /* A set_result() that came before DONE has ended after this. */
  g_mutex_lock (&priv->lock);
  g_mutex_unlock (&priv->lock);

  if (!is_closed)
    {
      show_paused (self);
      notify (self, PROP_OUTCOME);
      if (priv->pacer == NULL && priv->has_ended)
        notify (self, PROP_ELAPSED);

      /* Last of all: at_async_task_deliver_failure() may go on from in there. */
      if (get_outcome (priv) == AT_OUTCOME_FAILED)
        notify (self, PROP_ERROR);
      if (!is_orphaned (priv))
        call_last (self);
    }

  at_state_move (&priv->state, AT_PHASE_DELIVERING, AT_PHASE_DELIVERED, 0, NULL);
  if (!is_closed)
    show_status (self);

  return_to_awaiter (self);
  release_body (priv);
}

/* Sends a task that is DONE home. Its reference goes with it: the caller must
 * not touch the task any more unless it has another one. */
static void
send_home (AtAsyncTaskPrivate *priv)
{
  priv->mail.func = on_done;
  at_mailbox_post (get_mailbox (priv), &priv->mail);
}

/* The same for a task whose body never ran. */
static void
end_unrun (AtAsyncTaskPrivate *priv)
{
  AtSerialExecutor *turn = at_async_task_take_turn (get_task (priv));

  if ((at_state_get (&priv->state) & AT_STATE_AWAITED) != 0)
    wake_waiters (priv);
  send_home (priv);

  if (turn != NULL)
    at_serial_executor_advance (turn);
}

/* Takes the task out of the queue that it is in, after which no executor looks
 * at it any more. Its executor may be moving it from one queue to another, which
 * it does under the lock of the first. */
static void
leave_queue (AtAsyncTask *self)
{
  AtExecutor *queue;

  do
    queue = at_async_task_get_queue (self);
  while (queue != NULL && !at_executor_forget (queue, self));
}

/* Running. */

static gboolean
call_body (AtAsyncTask  *self,
           GCancellable *cancellable,
           GError      **error)
{
  const GValue *params = get_priv (self)->params;

  return AT_ASYNC_TASK_GET_CLASS (self)->in_background (self, params, cancellable, error);
}

static gboolean
is_busy_here (AtAsyncTaskPrivate *priv)
{
  return (guint) g_atomic_int_get (&priv->busy_thread) == at_thread_get_number ();
}

/* Returns the cancellable that is lent to the body. */
static GCancellable *
begin_body (AtAsyncTaskPrivate *priv)
{
  gint64 now = g_get_monotonic_time ();
  GCancellable *cancellable;

  g_atomic_int_set (&priv->busy_thread, (int) at_thread_get_number ());

  g_mutex_lock (&priv->lock);
  priv->clock = now;
  cancellable = ensure_cancellable (priv);
  g_mutex_unlock (&priv->lock);

  /* A canceller that came before there was a cancellable left only the flag. */
  if ((at_state_get (&priv->state) & AT_STATE_INTERRUPTED) != 0)
    g_cancellable_cancel (cancellable);

  return cancellable;
}

static void
end_body (AtAsyncTaskPrivate *priv,
          gboolean            succeeded)
{
  gint64 now = g_get_monotonic_time ();
  GCancellable *lent = NULL;
  guint state;

  if (!succeeded && priv->body_error == NULL)
    priv->body_error = g_error_new_literal (AT_TASK_ERROR, AT_TASK_ERROR_FAILED, _("The task failed"));

  g_mutex_lock (&priv->lock);
  end_pause (priv, now);
  priv->clock = now - priv->clock;
  priv->has_ended = TRUE;
  if (!priv->cancellable_is_shared)
    lent = g_steal_pointer (&priv->cancellable);
  g_mutex_unlock (&priv->lock);

  if (lent != NULL)
    keep_cancellable (lent);

  /* Publishes all that the body did: to waiters here, to the owner by the mail. */
  at_state_move (&priv->state, AT_PHASE_RUNNING, AT_PHASE_DONE, 0, &state);
  if ((state & AT_STATE_AWAITED) != 0)
    wake_waiters (priv);
}

/* Runs a task that was claimed, and sends it home: it is gone when this returns.
 * The serial executor whose turn the task had is for the caller to advance. */
AtSerialExecutor *
at_async_task_run_claimed (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtRunFrame frame = {
    .outer = current_frame,
    .task = self,
    .turn = at_async_task_take_turn (self),
    .slot = at_thread_pool_executor_get_current (),
  };
  gboolean succeeded;

  current_frame = &frame;
  succeeded = call_body (self, begin_body (priv), &priv->body_error);
  end_body (priv, succeeded);
  current_frame = frame.outer;

  send_home (priv);

  return frame.turn;
}

AtTaskLink *
at_async_task_get_link (AtAsyncTask *self)
{
  return &get_priv (self)->link;
}

AtAsyncTask *
at_async_task_from_link (AtTaskLink *link)
{
  return get_task (AT_CONTAINER (link, AtAsyncTaskPrivate, link));
}

AtExecutor *
at_async_task_get_queue (AtAsyncTask *self)
{
  return g_atomic_pointer_get (&get_priv (self)->queue);
}

void
at_async_task_set_queue (AtAsyncTask *self,
                         AtExecutor  *queue)
{
  g_atomic_pointer_set (&get_priv (self)->queue, queue);
}

void
at_async_task_set_turn (AtAsyncTask *self,
                        gpointer     turn)
{
  g_atomic_pointer_set (&get_priv (self)->turn, turn);
}

/* Whoever gets the turn has to advance its executor. */
AtSerialExecutor *
at_async_task_take_turn (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);

  if (g_atomic_pointer_get (&priv->turn) == NULL)
    return NULL;

  return g_atomic_pointer_exchange (&priv->turn, NULL);
}

/* Replaces the turn if it is @turn. */
gboolean
at_async_task_swap_turn (AtAsyncTask *self,
                         gpointer     turn,
                         gpointer     replacement)
{
  return g_atomic_pointer_compare_and_exchange (&get_priv (self)->turn, turn, replacement);
}

gboolean
at_async_task_is_queued (AtAsyncTask *self)
{
  return at_state_get_phase (&get_priv (self)->state) == AT_PHASE_QUEUED;
}

gboolean
at_async_task_claim (AtAsyncTask *self)
{
  return at_state_move (&get_priv (self)->state, AT_PHASE_QUEUED, AT_PHASE_RUNNING, 0, NULL);
}

gboolean
at_async_task_claim_cancel (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  guint state;

  do
    {
      state = at_state_get (&priv->state);
      if ((state & AT_PHASE_MASK) != AT_PHASE_QUEUED)
        return FALSE;
    }
  while (!at_state_replace (&priv->state, state,
                            (state & ~(guint) AT_PHASE_MASK) | AT_PHASE_DONE |
                            AT_STATE_CANCELLED | AT_STATE_INTERRUPTED));

  return TRUE;
}

/* After a claim to cancel, with no lock held. */
void
at_async_task_end_cancelled (AtAsyncTask *self)
{
  trigger_cancellable (get_priv (self));
  end_unrun (get_priv (self));
}

/* Fails a task that its executor has taken in and claimed, but cannot run. No
 * lock is held. */
void
at_async_task_end_rejected (AtAsyncTask *self,
                            GError      *reason)
{
  AtAsyncTaskPrivate *priv = get_priv (self);

  leave_queue (self);
  priv->body_error = new_rejected_error (reason);
  at_state_move (&priv->state, AT_PHASE_RUNNING, AT_PHASE_DONE, 0, NULL);
  end_unrun (priv);
}

/**
 * at_async_task_run:
 * @self: a task
 *
 * Runs the body of a task now, in the calling thread.
 *
 * This is for implementations of [iface@Executor], which call it once for each
 * task that they took in. It does nothing if the body ran before or the task was
 * cancelled meanwhile. The executor holds a reference on the task until this
 * returns.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_run (AtAsyncTask *self)
{
  AtSerialExecutor *turn;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  if (!at_async_task_claim (self))
    return;

  leave_queue (self);
  turn = at_async_task_run_claimed (self);
  if (turn != NULL)
    at_serial_executor_advance (turn);
}

/**
 * at_async_task_deliver_failure:
 * @self: a task
 *
 * Calls the last callback of a task that failed, ahead of its time.
 *
 * This is for language bindings that can make no object of their own of an error
 * unless a function in their language is being called at that moment: such a
 * function, connected to `notify` of [property@AsyncTask:error], calls this, and
 * [signal@AsyncTask::failed] is emitted within. It is not emitted again. At any
 * other time this does nothing.
 *
 * Owner's thread.
 *
 * Since: 1.0
 */
void
at_async_task_deliver_failure (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = get_priv (self);
  if (at_state_get_phase (&priv->state) != AT_PHASE_DELIVERING ||
      get_outcome (priv) != AT_OUTCOME_FAILED || is_orphaned (priv))
    return;

  g_object_ref (self);
  call_failed (self);
  g_object_unref (self);
}

/* Starting. */

static AtExecutor *
ref_default_executor (void)
{
  AtExecutor *executor;

  /* All that the lock is for is the reference. */
  if (g_atomic_pointer_get (&default_executor) == NULL)
    return NULL;

  g_mutex_lock (&default_executor_lock);
  executor = default_executor != NULL ? g_object_ref (default_executor) : NULL;
  g_mutex_unlock (&default_executor_lock);

  return executor;
}

/* The executor that the task was executed on; the serial one, which lives for
 * ever, is not remembered. */
static AtExecutor *
get_used_executor (AtAsyncTaskPrivate *priv)
{
  return priv->executor != NULL ? priv->executor : at_serial_executor_get_default ();
}

static gboolean
check_body (AtAsyncTask    *self,
            AtClassTraits   traits,
            GError        **error)
{
  AtAsyncTaskPrivate *priv = get_priv (self);

  if ((traits & AT_CLASS_HAS_SCRIPT_BODY) == 0 &&
      (priv->func == NULL || !at_foreign_function_is_script (priv->func_destroy)))
    return TRUE;

  g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_UNSUPPORTED,
                       _("A JavaScript function cannot run on a worker thread"));

  return FALSE;
}

/* Claims the task for the caller to start: from here on it runs. */
static gboolean
begin (AtAsyncTask   *self,
       const GValue  *params,
       GError       **error)
{
  AtAsyncTaskPrivate *priv = get_priv (self);

  AtClassTraits traits = get_class_traits (self);

  if (!check_body (self, traits, error))
    return FALSE;

  if (!at_state_move (&priv->state, AT_PHASE_PENDING, AT_PHASE_STARTING, 0, NULL))
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED,
                           _("The task was executed before"));
      return FALSE;
    }

  g_object_ref (self);
  if ((traits & AT_CLASS_NEEDS_EMISSION) != 0)
    at_state_change_flags (&priv->state, AT_PHASE_MASK, AT_STATE_EMITS, 0, NULL);
  if (!is_nothing (params))
    {
      priv->params = g_new0 (GValue, 1);
      g_value_init (priv->params, G_VALUE_TYPE (params));
      g_value_copy (params, priv->params);
    }

  return TRUE;
}

/* From STARTING back to PENDING. Owner; the caller has a reference. */
static void
undo_begin (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);

  clear_params (priv);
  at_state_move (&priv->state, AT_PHASE_STARTING, AT_PHASE_PENDING, 0, NULL);
  wake_waiters (priv);
  show_status (self);
  g_object_unref (self);
}

/* Ends a task in STARTING whose body will not run: @error is why (nullable). */
static void
end_unstarted (AtAsyncTaskPrivate *priv,
               GError             *error)
{
  priv->body_error = error;
  at_state_move (&priv->state, AT_PHASE_STARTING, AT_PHASE_DONE, 0, NULL);
  end_unrun (priv);
}

/* Calls pre_execute and hands the task over. Owner, in STARTING; the caller has
 * a reference. Returns FALSE, with the task still in STARTING, if the executor
 * refuses it. */
static gboolean
start (AtAsyncTask  *self,
       GError      **error)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtSerialExecutor *turn;
  AtExecutor *executor;
  GError *reason = NULL;

  g_atomic_int_set (&priv->busy_thread, (int) at_thread_get_number ());
  show_status (self);
  if ((at_state_get (&priv->state) & AT_STATE_CANCELLED) == 0)
    call_pre_execute (self);

  if (!at_state_move (&priv->state, AT_PHASE_STARTING, AT_PHASE_QUEUED, AT_STATE_CANCELLED, NULL))
    {
      end_unstarted (priv, NULL);
      return TRUE;
    }

  executor = get_used_executor (priv);
  if (at_executor_offer (executor, self, &reason))
    {
      if (G_UNLIKELY (reason != NULL))
        g_clear_error (&reason);
      return TRUE;
    }

  reason = new_rejected_error (reason);

  /* One that was cancelled, or that was run all the same, goes its way. */
  if (!at_state_move (&priv->state, AT_PHASE_QUEUED, AT_PHASE_STARTING, 0, NULL))
    {
      g_error_free (reason);
      return TRUE;
    }

  /* It may have handed the task on before it thought better of it. */
  leave_queue (self);
  turn = at_async_task_take_turn (self);
  if (turn != NULL)
    at_serial_executor_advance (turn);

  g_propagate_error (error, reason);

  return FALSE;
}

/* Starts a task that was executed by another thread. Owner. */
static void
start_from_afar (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  GError *error = NULL;
  guint state;

  /* Whoever takes the flag away starts it. */
  at_state_change_flags (&priv->state, AT_PHASE_MASK, 0, AT_STATE_WILL_START, &state);
  if ((state & AT_STATE_WILL_START) == 0)
    return;

  if (at_mailbox_is_closed (get_mailbox (priv)))
    {
      at_state_change_flags (&priv->state, AT_PHASE_DELIVERING, AT_STATE_CANCELLED, 0, NULL);
      end_unstarted (priv, NULL);
    }
  else if (!start (self, &error))
    {
      /* execute() has long returned: failed() is left to be told. */
      end_unstarted (priv, error);
    }
}

static void
on_started_from_afar (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;

  start_from_afar (parcel->task);
  at_parcel_free (parcel);
}

/* Has the owner start a task that is in STARTING. */
static void
send_start (AtAsyncTaskPrivate *priv,
            AtMail             *mail)
{
  at_state_change_flags (&priv->state, AT_PHASE_MASK, AT_STATE_WILL_START, 0, NULL);
  at_mailbox_post (get_mailbox (priv), mail);

  /* The owner may be in wait(), where no mail reaches it. */
  wake_waiters (priv);
}

/* The executor to use where the caller names none: the task's, or else the default
 * one. NULL is the serial one. The task must have been claimed: another thread that
 * executes it changes its executor. */
static AtExecutor *
ref_chosen_executor (AtAsyncTaskPrivate *priv)
{
  return priv->executor != NULL ? g_object_ref (priv->executor) : ref_default_executor ();
}

/* Puts @executor in the place of the task's own, which is returned. */
static AtExecutor *
swap_executor (AtAsyncTaskPrivate *priv,
               AtExecutor         *executor)
{
  AtExecutor *replaced = priv->executor;

  priv->executor = executor;

  return replaced;
}

/* The same after the executor has refused the task: by then it was queued, and a
 * thread that is about to wait for it may be looking at the executor. */
static AtExecutor *
restore_executor (AtAsyncTaskPrivate *priv,
                  AtExecutor         *executor)
{
  AtExecutor *replaced;

  g_mutex_lock (&priv->lock);
  replaced = swap_executor (priv, executor);
  g_mutex_unlock (&priv->lock);

  return replaced;
}

/* On @executor (nullable: the one that the task names, or else the default one). */
static gboolean
execute (AtAsyncTask   *self,
         AtExecutor    *executor,
         const GValue  *params,
         GError       **error)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  g_autoptr (AtMailbox) mailbox = at_mailbox_ref (get_mailbox (priv));
  g_autoptr (AtExecutor) replaced = NULL;
  AtHome home = enter_home (priv);
  gboolean executed = FALSE;

  if (begin (self, params, error))
    {
      replaced = swap_executor (priv, executor != NULL ? g_object_ref (executor) : ref_chosen_executor (priv));

      if (home == AT_HOME_FOREIGN)
        {
          AtParcel *parcel = at_parcel_new_kept (self, on_started_from_afar);

          send_start (priv, &parcel->mail);
          executed = TRUE;
        }
      else if (start (self, error))
        {
          executed = TRUE;
        }
      else
        {
          replaced = restore_executor (priv, replaced);
          undo_begin (self);
        }
    }

  at_mailbox_leave (mailbox, home);

  return executed;
}

/**
 * at_async_task_new:
 * @func: (scope notified) (closure user_data) (destroy destroy): the body
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the owner context
 *
 * Creates a task whose body is a function.
 *
 * The function runs once, on a worker thread. @user_data is freed after the last
 * callback, or with a task that was never executed.
 *
 * Any thread; the thread that makes a task counts as the owner's as long as
 * nobody iterates the owner context.
 *
 * Returns: (transfer full): a new task
 *
 * Since: 1.0
 */
AtAsyncTask *
at_async_task_new (AtTaskFunc     func,
                   gpointer       user_data,
                   GDestroyNotify destroy)
{
  AtAsyncTask *self;
  AtAsyncTaskPrivate *priv;

  g_return_val_if_fail (func != NULL, NULL);

  self = g_object_new (AT_TYPE_ASYNC_TASK, NULL);
  priv = get_priv (self);
  priv->func = func;
  priv->func_data = user_data;
  priv->func_destroy = destroy;

  return self;
}

/**
 * at_async_task_execute:
 * @self: a task
 * @params: (nullable): what the body gets; a copy is made. An empty value stands for
 *   %NULL
 * @error: return location for a [struct@GLib.Error]
 *
 * Runs the task on its [property@AsyncTask:executor], or on the default executor
 * if it has none.
 *
 * [signal@AsyncTask::pre-execute] runs inside this function, before the body can
 * start. Called from a thread that is not the owner's, it is sent to the owner
 * context instead, and the body follows it; an executor that refuses the task
 * then makes it fail.
 *
 * A task that was cancelled before is executed with success: neither pre-execute
 * nor the body run, and [signal@AsyncTask::cancelled] comes.
 *
 * Fails with [error@At.TaskError.ALREADY_EXECUTED] if the task was executed
 * before, with [error@At.TaskError.REJECTED] if the executor refuses it, which
 * leaves it pending, and with [error@At.TaskError.UNSUPPORTED] if the body is
 * JavaScript.
 *
 * Any thread.
 *
 * Returns: %TRUE if the task was executed
 *
 * Since: 1.0
 */
gboolean
at_async_task_execute (AtAsyncTask   *self,
                       const GValue  *params,
                       GError       **error)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);
  g_return_val_if_fail (is_nothing (params) || G_IS_VALUE (params), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return execute (self, NULL, params, error);
}

/**
 * at_async_task_execute_on_executor:
 * @self: a task
 * @executor: the executor to run it on
 * @params: (nullable): what the body gets; a copy is made. An empty value stands for
 *   %NULL
 * @error: return location for a [struct@GLib.Error]
 *
 * Runs the task on an executor.
 *
 * Like [method@AsyncTask.execute] with [property@AsyncTask:executor] set to
 * @executor.
 *
 * Any thread.
 *
 * Returns: %TRUE if the task was executed
 *
 * Since: 1.0
 */
gboolean
at_async_task_execute_on_executor (AtAsyncTask   *self,
                                   AtExecutor    *executor,
                                   const GValue  *params,
                                   GError       **error)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);
  g_return_val_if_fail (AT_IS_EXECUTOR (executor), FALSE);
  g_return_val_if_fail (is_nothing (params) || G_IS_VALUE (params), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return execute (self, executor, params, error);
}

/* A GTask that returns in the owner context. Owner. */
static GTask *
new_gtask (AtAsyncTask         *self,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GMainContext *context = at_mailbox_get_context (get_mailbox (get_priv (self)));
  g_autoptr (GMainContext) thread_default = g_main_context_ref_thread_default ();
  gboolean push = context != NULL && context != thread_default;
  GTask *gtask;

  if (push)
    g_main_context_push_thread_default (context);
  gtask = g_task_new (self, NULL, callback, user_data);
  if (push)
    g_main_context_pop_thread_default (context);

  /* The macro of this name would set a name, too. */
  (g_task_set_source_tag) (gtask, at_async_task_execute_async);
  g_task_set_name (gtask, "AtAsyncTask");

  return gtask;
}

static void
on_caller_cancelled (GCancellable *cancellable,
                     gpointer      user_data)
{
  at_async_task_cancel (user_data, TRUE);
}

static void
unref_home (gpointer data)
{
  at_async_task_unref_home (data);
}

/* Has the awaiter told, and @cancellable (nullable) cancel the task. Owner, in
 * STARTING. */
static void
add_awaiter (AtAsyncTask  *self,
             GTask        *gtask,
             GCancellable *cancellable)
{
  AtAwait *await = &ensure_rare (get_priv (self))->await;

  await->gtask = g_object_ref (gtask);
  if (cancellable != NULL)
    {
      await->cancellable = g_object_ref (cancellable);
      await->handler = g_cancellable_connect (cancellable, G_CALLBACK (on_caller_cancelled),
                                              g_object_ref (self), unref_home);
    }
}

static void
on_executed_from_afar (AtMail *mail)
{
  AtAwaitParcel *parcel = (AtAwaitParcel *) mail;
  g_autoptr (AtAsyncTask) self = parcel->task;
  g_autoptr (GTask) gtask = new_gtask (self, parcel->callback, parcel->user_data);

  if (parcel->error != NULL)
    {
      g_task_return_error (gtask, g_steal_pointer (&parcel->error));
    }
  else
    {
      add_awaiter (self, gtask, parcel->cancellable);
      start_from_afar (self);

      /* A wait() by the owner may have started it, and it may be all over. */
      if (at_state_get_phase (&get_priv (self)->state) == AT_PHASE_DELIVERED)
        return_to_awaiter (self);
    }

  g_clear_object (&parcel->cancellable);
  g_free (parcel);
}

/**
 * at_async_task_execute_async:
 * @self: a task
 * @params: (nullable): what the body gets; a copy is made. An empty value stands for
 *   %NULL
 * @cancellable: (nullable): cancels the task, interrupting it
 * @callback: (scope async) (closure user_data) (nullable): called after the last
 *   callback of the task
 * @user_data: data for @callback
 *
 * Runs the task, and calls back when it has ended.
 *
 * Like [method@AsyncTask.execute]; @callback comes in the owner context, after
 * the task's last callback, and also where the task could not be executed.
 * Cancelling @cancellable cancels the task as [method@AsyncTask.cancel] does with
 * interruption; cancelling the task leaves @cancellable alone.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_execute_async (AtAsyncTask         *self,
                             const GValue        *params,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  AtAsyncTaskPrivate *priv;
  g_autoptr (AtMailbox) mailbox = NULL;
  g_autoptr (AtExecutor) replaced = NULL;
  GError *error = NULL;
  AtHome home;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (is_nothing (params) || G_IS_VALUE (params));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  priv = get_priv (self);
  mailbox = at_mailbox_ref (get_mailbox (priv));
  home = enter_home (priv);

  if (begin (self, params, &error))
    replaced = swap_executor (priv, ref_chosen_executor (priv));

  if (home == AT_HOME_FOREIGN)
    {
      AtAwaitParcel *parcel = g_new0 (AtAwaitParcel, 1);

      parcel->mail.func = on_executed_from_afar;
      parcel->task = g_object_ref (self);
      parcel->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
      parcel->callback = callback;
      parcel->user_data = user_data;
      parcel->error = error;
      if (error == NULL)
        send_start (priv, &parcel->mail);
      else
        at_mailbox_post (mailbox, &parcel->mail);
    }
  else
    {
      g_autoptr (GTask) gtask = new_gtask (self, callback, user_data);

      if (error == NULL)
        {
          add_awaiter (self, gtask, cancellable);
          if (!start (self, &error))
            {
              AtAwait await = steal_awaiter (priv);

              at_await_clear (&await);
              replaced = restore_executor (priv, replaced);
              undo_begin (self);
            }
        }
      if (error != NULL)
        g_task_return_error (gtask, error);
    }

  at_mailbox_leave (mailbox, home);
}

/**
 * at_async_task_execute_finish:
 * @self: a task
 * @result: the result that the callback got
 * @error: return location for a [struct@GLib.Error]
 *
 * Ends [method@AsyncTask.execute_async].
 *
 * Gives the error of a task that failed, %G_IO_ERROR_CANCELLED for one that was
 * cancelled, and the errors of [method@AsyncTask.execute] for one that could not
 * be executed.
 *
 * Owner's thread.
 *
 * Returns: (nullable) (transfer none): the result of the task, or %NULL if it
 *   has none or @error is set
 *
 * Since: 1.0
 */
const GValue *
at_async_task_execute_finish (AtAsyncTask   *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  return at_async_task_get_result (self);
}

/**
 * at_async_task_execute_runnable:
 * @func: (scope notified) (closure user_data) (destroy destroy): the body
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the default main context
 * @error: return location for a [struct@GLib.Error]
 *
 * Runs a function on the default executor, and forgets about it.
 *
 * Any thread.
 *
 * Returns: %TRUE if the function was taken in
 *
 * Since: 1.0
 */
gboolean
at_async_task_execute_runnable (AtTaskFunc       func,
                                gpointer         user_data,
                                GDestroyNotify   destroy,
                                GError         **error)
{
  AtAsyncTask *task;
  gboolean executed;

  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  task = at_async_task_new (func, user_data, destroy);
  executed = at_async_task_execute (task, NULL, error);
  at_async_task_unref_home (task);

  return executed;
}

/* From the body. */

static void
on_published (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;
  AtAsyncTask *self = parcel->task;
  AtAsyncTaskPrivate *priv = get_priv (self);
  guint state = at_state_get (&priv->state);

  if ((state & AT_PHASE_MASK) < AT_PHASE_DELIVERING &&
      (state & (AT_STATE_CANCELLED | AT_STATE_ORPHANED)) == 0 &&
      !at_mailbox_is_closed (get_mailbox (priv)))
    {
      /* The handler may iterate the context, and meet the end of the task. */
      g_object_ref (self);
      call_with_value (self, PROGRESS_UPDATE, AT_ASYNC_TASK_GET_CLASS (self)->progress_update, &parcel->value);
      g_object_unref (self);
    }

  at_parcel_free (parcel);
}

/* @value is taken over (nullable). */
static void
publish (AtAsyncTask *self,
         GValue      *value)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  guint state = at_state_get (&priv->state);
  AtParcel *parcel;

  if ((state & AT_PHASE_MASK) >= AT_PHASE_DONE ||
      (state & (AT_STATE_CANCELLED | AT_STATE_ORPHANED)) != 0)
    {
      if (value != NULL)
        drop_value_home (self, value);
      return;
    }

  parcel = at_parcel_new (self, on_published);
  if (value != NULL)
    parcel->value = *value;

  /* What the body sends goes before the end of the task, in the same mailbox,
   * and the task lives until then. Only a mailbox that is closed may be emptied
   * by two threads. */
  if (!is_busy_here (priv) || priv->mailbox != NULL)
    {
      g_object_ref (self);
      parcel->has_reference = TRUE;
    }
  send_parcel (parcel);
}

/**
 * at_async_task_publish_progress:
 * @self: a task
 * @value: (nullable): a value; a copy is made. An empty value stands for %NULL
 *
 * Sends a value to [signal@AsyncTask::progress-update].
 *
 * All values arrive, in order, before the last callback; none arrives after the
 * task was cancelled. A value is kept until its callback has run: for progress
 * of which only the latest matters, [method@AsyncTask.set_fraction] and
 * [method@AsyncTask.set_amounts] cost much less.
 *
 * Any thread; meant for the body.
 *
 * Since: 1.0
 */
void
at_async_task_publish_progress (AtAsyncTask  *self,
                                const GValue *value)
{
  GValue copy = G_VALUE_INIT;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (is_nothing (value) || G_IS_VALUE (value));

  if (!is_nothing (value))
    {
      g_value_init (&copy, G_VALUE_TYPE (value));
      g_value_copy (value, &copy);
    }
  publish (self, !is_nothing (value) ? &copy : NULL);
}

/* @value is taken over. */
static void
set_result (AtAsyncTask *self,
            GValue      *value)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  GValue replaced = *value;

  g_mutex_lock (&priv->lock);
  if (!is_done (self))
    {
      replaced = priv->result;
      priv->result = *value;
    }
  g_mutex_unlock (&priv->lock);

  if (!is_nothing (&replaced))
    drop_value_home (self, &replaced);
}

/**
 * at_async_task_set_result:
 * @self: a task
 * @value: the result; a copy is made
 *
 * Sets the result of the task.
 *
 * It may be set more than once: the last one counts. It does nothing after the
 * body has ended.
 *
 * Any thread; meant for the body.
 *
 * Since: 1.0
 */
void
at_async_task_set_result (AtAsyncTask  *self,
                          const GValue *value)
{
  GValue copy = G_VALUE_INIT;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (G_IS_VALUE (value));

  g_value_init (&copy, G_VALUE_TYPE (value));
  g_value_copy (value, &copy);
  set_result (self, &copy);
}

/* Makes a value of what follows in a call; critical and FALSE if it cannot. */
#define COLLECT_VALUE(value, type, type_argument, success)                     \
  G_STMT_START {                                                               \
    g_autofree char *collect_error = NULL;                                     \
    va_list collect_args;                                                      \
                                                                               \
    va_start (collect_args, type_argument);                                    \
    G_VALUE_COLLECT_INIT (value, type, collect_args, 0, &collect_error);       \
    va_end (collect_args);                                                     \
    success = collect_error == NULL;                                           \
    if (!success)                                                              \
      g_critical ("%s: %s", G_STRFUNC, collect_error);                         \
  } G_STMT_END

/**
 * at_async_task_return: (skip)
 * @self: a task
 * @type: the type of the result
 * @...: the result, as for a property of that type in g_object_set()
 *
 * Sets the result of the task: a body's last line.
 *
 * ```c
 * return at_async_task_return (task, G_TYPE_INT, 42);
 * ```
 *
 * Any thread; meant for the body.
 *
 * Returns: %TRUE
 *
 * Since: 1.0
 */
gboolean
at_async_task_return (AtAsyncTask *self,
                      GType        type,
                      ...)
{
  GValue value = G_VALUE_INIT;
  gboolean collected;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), TRUE);
  g_return_val_if_fail (G_TYPE_IS_VALUE (type), TRUE);

  COLLECT_VALUE (&value, type, type, collected);
  if (collected)
    set_result (self, &value);

  return TRUE;
}

/**
 * at_async_task_publish: (skip)
 * @self: a task
 * @type: the type of the value
 * @...: the value, as for a property of that type in g_object_set()
 *
 * Sends a value to [signal@AsyncTask::progress-update].
 *
 * Like [method@AsyncTask.publish_progress] without a [struct@GObject.Value].
 *
 * Any thread; meant for the body.
 *
 * Since: 1.0
 */
void
at_async_task_publish (AtAsyncTask *self,
                       GType        type,
                       ...)
{
  GValue value = G_VALUE_INIT;
  gboolean collected;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (G_TYPE_IS_VALUE (type));

  COLLECT_VALUE (&value, type, type, collected);
  if (collected)
    publish (self, &value);
}

/**
 * at_async_task_set_fraction:
 * @self: a task
 * @fraction: how much is done, from 0 to 1
 *
 * Says how much of the work is done.
 *
 * Only the latest value is kept: [property@AsyncTask:fraction] follows at most
 * once per 16 ms, and has the last value before the last callback. Values
 * outside the range are clamped; not-a-number is ignored.
 *
 * Any thread; meant for the body. Costs a few nanoseconds.
 *
 * Since: 1.0
 */
void
at_async_task_set_fraction (AtAsyncTask *self,
                            double       fraction)
{
  AtPacer *pacer;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  if (is_done (self))
    return;

  pacer = ensure_pacer (self);
  if (at_progress_set_fraction (&pacer->progress, fraction))
    at_pacer_send (pacer);
}

/**
 * at_async_task_set_amounts:
 * @self: a task
 * @completed: how much is done, in units of [property@AsyncTask:unit]
 * @total: how much there is to do in all, or 0 if that is unknown
 *
 * Says how much of the work is done, and of how much.
 *
 * Sets [property@AsyncTask:completed] and [property@AsyncTask:total], and from
 * them [property@AsyncTask:fraction], [property@AsyncTask:rate] and
 * [property@AsyncTask:remaining]; with an unknown total,
 * [property@AsyncTask:indeterminate]. More than the total is kept as it is; the
 * fraction is then 1. The properties follow as they do in
 * [method@AsyncTask.set_fraction].
 *
 * Any thread; meant for the body.
 *
 * Since: 1.0
 */
void
at_async_task_set_amounts (AtAsyncTask *self,
                           guint64      completed,
                           guint64      total)
{
  AtPacer *pacer;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  if (is_done (self))
    return;

  pacer = ensure_pacer (self);
  if (at_progress_set_amounts (&pacer->progress, completed, total))
    at_pacer_send (pacer);
}

/**
 * at_async_task_set_message:
 * @self: a task
 * @message: (nullable): what the body is doing, for people to read
 *
 * Says what the body is doing.
 *
 * Only the latest message is kept: [property@AsyncTask:message] follows as
 * properties do in [method@AsyncTask.set_fraction].
 *
 * Any thread; meant for the body.
 *
 * Since: 1.0
 */
void
at_async_task_set_message (AtAsyncTask *self,
                           const char  *message)
{
  AtPacer *pacer;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  if (is_done (self))
    return;

  pacer = ensure_pacer (self);
  if (at_progress_set_message (&pacer->progress, message))
    at_pacer_send (pacer);
}

static gboolean
is_held (AtAsyncTaskPrivate *priv)
{
  return (at_state_get (&priv->state) & (AT_STATE_PAUSED | AT_STATE_CANCELLED)) == AT_STATE_PAUSED;
}

/* Blocks while the task is paused, with the thread's slot given to others. It may
 * be paused again before there is a slot for it. */
static void
sit_out_pause (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtThreadPoolExecutor *slot = at_thread_pool_executor_get_current ();
  AtWaiter waiter;

  do
    {
      if (slot != NULL)
        at_thread_pool_executor_leave_slot (slot);

      g_mutex_lock (&priv->lock);
      add_waiter (priv, &waiter);
      while (is_held (priv) && !is_done (self))
        g_cond_wait (&waiter.cond, &priv->lock);
      waiter.retaking = slot;
      g_mutex_unlock (&priv->lock);

      if (slot != NULL)
        at_thread_pool_executor_retake_slot (slot, self);

      g_mutex_lock (&priv->lock);
      remove_waiter (priv, &waiter);
      g_mutex_unlock (&priv->lock);
    }
  while (is_held (priv) && !is_done (self));
}

/**
 * at_async_task_checkpoint:
 * @self: a task
 * @error: return location for a [struct@GLib.Error]
 *
 * Lets the body be paused and cancelled here.
 *
 * Blocks while the task is paused; a thread pool runs another task meanwhile, and
 * the body waits for its turn when resumed. Costs a few nanoseconds otherwise.
 *
 * ```c
 * while (more_to_do ())
 *   {
 *     if (!at_async_task_checkpoint (task, error))
 *       return FALSE;
 *     do_a_little ();
 *   }
 * ```
 *
 * For the body's thread.
 *
 * Returns: %TRUE to go on; %FALSE with %G_IO_ERROR_CANCELLED once the task is
 *   cancelled
 *
 * Since: 1.0
 */
gboolean
at_async_task_checkpoint (AtAsyncTask  *self,
                          GError      **error)
{
  AtAsyncTaskPrivate *priv;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  priv = get_priv (self);
  if (is_held (priv))
    sit_out_pause (self);

  if (!at_async_task_is_cancelled (self))
    return TRUE;

  if (error != NULL)
    *error = new_cancelled_error ();

  return FALSE;
}

/**
 * at_async_task_get_cancellable:
 * @self: a task
 *
 * Gets what an interrupting [method@AsyncTask.cancel] triggers.
 *
 * The body passes it to calls that block, to have them end when the task is
 * cancelled. Cancelling it directly does not cancel the task.
 *
 * Any thread.
 *
 * Returns: (transfer none): the cancellable of the task
 *
 * Since: 1.0
 */
GCancellable *
at_async_task_get_cancellable (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  GCancellable *cancellable;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  priv = get_priv (self);
  g_mutex_lock (&priv->lock);
  priv->cancellable_is_shared = TRUE;
  cancellable = ensure_cancellable (priv);
  g_mutex_unlock (&priv->lock);

  if ((at_state_get (&priv->state) & AT_STATE_INTERRUPTED) != 0)
    g_cancellable_cancel (cancellable);

  return cancellable;
}

/* Control. */

/* Tells a body that blocks elsewhere than at a checkpoint: at once and in this
 * thread, since the owner may not iterate its context, and is not told of a pause
 * that has followed upon another. */
static void
call_control_changed (AtAsyncTask *self)
{
  AtAsyncTaskClass *klass = AT_ASYNC_TASK_GET_CLASS (self);

  if (klass->control_changed != NULL)
    klass->control_changed (self);
}

/* Cancels with @flags, which have AT_STATE_CANCELLED. */
static gboolean
cancel (AtAsyncTask *self,
        guint        flags)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  guint state, new_state;
  AtPhase phase;

  do
    {
      state = at_state_get (&priv->state);
      phase = state & AT_PHASE_MASK;
      new_state = state | (phase < AT_PHASE_DELIVERING ? flags : flags & AT_STATE_ORPHANED);
      if (phase == AT_PHASE_QUEUED)
        new_state = (new_state & ~(guint) AT_PHASE_MASK) | AT_PHASE_DONE;
    }
  while (!at_state_replace (&priv->state, state, new_state));

  if (phase >= AT_PHASE_DELIVERING)
    return FALSE;

  if ((flags & AT_STATE_INTERRUPTED) != 0)
    trigger_cancellable (priv);

  if (phase == AT_PHASE_QUEUED)
    {
      leave_queue (self);
      end_unrun (priv);
    }
  else
    {
      wake_waiters (priv);
      call_control_changed (self);
    }

  return (state & AT_STATE_CANCELLED) == 0 && phase < AT_PHASE_DONE;
}

/**
 * at_async_task_cancel:
 * @self: a task
 * @interrupt: whether to trigger the body's cancellable, too
 *
 * Cancels the task.
 *
 * If the body has not started, it never runs. Otherwise it goes on until it looks
 * at [method@AsyncTask.is_cancelled] or [method@AsyncTask.checkpoint], or, with
 * @interrupt, until a call ends to which it gave its cancellable. From now on no
 * progress value arrives, and the last callback is
 * [signal@AsyncTask::cancelled], whatever the body does.
 *
 * Inside the last callback, and after it, this does nothing.
 *
 * Any thread. No callback runs inside this function.
 *
 * Returns: %TRUE if this call is what cancels the task; %FALSE if it was
 *   cancelled before, or if the body is done
 *
 * Since: 1.0
 */
gboolean
at_async_task_cancel (AtAsyncTask *self,
                      gboolean     interrupt)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);

  return cancel (self, AT_STATE_CANCELLED | (interrupt ? AT_STATE_INTERRUPTED : 0));
}

static void
sever_owner (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = get_rare (priv);

  if (rare != NULL)
    g_clear_pointer (&rare->owner, at_owner_link_sever);
}

static void
on_owner_gone (GObject *follower)
{
  AtAsyncTask *self = AT_ASYNC_TASK (follower);

  cancel (self, AT_STATE_CANCELLED | AT_STATE_INTERRUPTED | AT_STATE_ORPHANED);
  at_async_task_unref_home (self);
}

/**
 * at_async_task_is_cancelled:
 * @self: a task
 *
 * Gets whether the task was cancelled.
 *
 * Any thread.
 *
 * Returns: %TRUE once the task was cancelled
 *
 * Since: 1.0
 */
gboolean
at_async_task_is_cancelled (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);

  return (at_state_get (&get_priv (self)->state) & AT_STATE_CANCELLED) != 0;
}

static void
on_pause_changed (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;
  AtAsyncTaskPrivate *priv = get_priv (parcel->task);

  if (has_audience (priv))
    {
      AtPacer *pacer = g_atomic_pointer_get (&priv->pacer);

      show_paused (parcel->task);
      if (pacer != NULL)
        at_pacer_refresh (pacer);
    }
  at_parcel_free (parcel);
}

/* Tells the owner: now, if this is its thread. */
static void
tell_pause_changed (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  g_autoptr (AtMailbox) mailbox = at_mailbox_ref (get_mailbox (priv));
  AtHome home = enter_home (priv);
  AtParcel *parcel = at_parcel_new_kept (self, on_pause_changed);

  if (home == AT_HOME_FOREIGN)
    send_parcel (parcel);
  else
    on_pause_changed (&parcel->mail);

  at_mailbox_leave (mailbox, home);
}

/**
 * at_async_task_pause:
 * @self: a task
 *
 * Has the body stop at its next [method@AsyncTask.checkpoint].
 *
 * A task that is paused before it is executed stops at its first checkpoint. Does
 * nothing once the body is done.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_pause (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  gboolean changed;
  guint state;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = get_priv (self);
  g_mutex_lock (&priv->lock);
  changed = at_state_change_flags (&priv->state, AT_PHASE_DONE, AT_STATE_PAUSED, 0, &state) &&
            (state & AT_STATE_PAUSED) == 0;
  if (changed)
    ensure_rare (priv)->paused_at = g_get_monotonic_time ();
  g_mutex_unlock (&priv->lock);

  if (changed)
    {
      call_control_changed (self);
      tell_pause_changed (self);
    }
}

/**
 * at_async_task_resume:
 * @self: a task
 *
 * Lets a paused body go on.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_resume (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  gboolean changed;
  guint state;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = get_priv (self);
  g_mutex_lock (&priv->lock);
  changed = at_state_change_flags (&priv->state, AT_PHASE_DONE, 0, AT_STATE_PAUSED, &state) &&
            (state & AT_STATE_PAUSED) != 0;
  if (changed)
    end_pause (priv, g_get_monotonic_time ());
  g_mutex_unlock (&priv->lock);

  if (changed)
    {
      wake_waiters (priv);
      call_control_changed (self);
      tell_pause_changed (self);
    }
}

/**
 * at_async_task_is_paused:
 * @self: a task
 *
 * Gets whether the task is paused.
 *
 * Any thread: tells at once what [method@AsyncTask.pause] and
 * [method@AsyncTask.resume] did, in whichever thread. The property notifies on
 * the owner's.
 *
 * Returns: %TRUE if the task is paused
 *
 * Since: 1.0
 */
gboolean
at_async_task_is_paused (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);

  return is_paused (get_priv (self));
}

/* Where the serial executor runs bodies in whose queue the task is, or NULL. It is
 * for comparing only. An executor that refuses the task is its executor no longer
 * than until it gets the lock, see restore_executor(). */
static AtExecutor *
get_serial_target (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtExecutor *target = NULL;

  g_mutex_lock (&priv->lock);
  if (at_async_task_is_queued (self) && AT_IS_SERIAL_EXECUTOR (get_used_executor (priv)))
    target = at_serial_executor_get_target (AT_SERIAL_EXECUTOR (get_used_executor (priv)));
  g_mutex_unlock (&priv->lock);

  return target;
}

/* Whether this thread would wait for what only it can bring about. */
static gboolean
would_deadlock (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  gboolean is_queued = at_async_task_is_queued (self);
  gpointer queue = at_async_task_get_queue (self);
  AtExecutor *target = NULL;

  /* In its own pre_execute. */
  if (at_state_get_phase (&priv->state) == AT_PHASE_STARTING && is_busy_here (priv))
    return TRUE;

  if (is_queued)
    target = get_serial_target (self);

  for (AtRunFrame *frame = current_frame; frame != NULL; frame = frame->outer)
    {
      gboolean holds_only_slot = frame->slot != NULL &&
        at_thread_pool_executor_is_exclusive (frame->slot);

      if (frame->task == self)
        return TRUE;
      if (is_queued &&
          ((queue != NULL && queue == frame->turn) ||
           (holds_only_slot && (queue == frame->slot || target == AT_EXECUTOR (frame->slot)))))
        return TRUE;
    }

  return FALSE;
}

static void
on_waiter_cancelled (GCancellable *cancellable,
                     gpointer      user_data)
{
  wake_waiters (user_data);
}

/* Whether a task in @state is where a waiter need not wait any longer. */
static gboolean
is_settled_state (guint state)
{
  AtPhase phase = state & AT_PHASE_MASK;

  return phase == AT_PHASE_PENDING || phase >= AT_PHASE_DONE;
}

static gboolean
is_settled (AtAsyncTaskPrivate *priv)
{
  return is_settled_state (at_state_get (&priv->state));
}

static gboolean
is_home (AtAsyncTaskPrivate *priv)
{
  AtHome home = enter_home (priv);

  leave_home (priv, home);

  return home != AT_HOME_FOREIGN;
}

/* Whether a thread that waits has to start the task itself, because the mail by
 * which another thread executed it reaches nobody else. */
static gboolean
must_start_here (AtAsyncTaskPrivate *priv,
                 gboolean            at_home)
{
  return at_home && (at_state_get (&priv->state) & AT_STATE_WILL_START) != 0;
}

/* Returns FALSE if the context has another owner by now. */
static gboolean
start_here (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtHome home = enter_home (priv);

  if (home != AT_HOME_FOREIGN)
    start_from_afar (self);
  leave_home (priv, home);

  return home != AT_HOME_FOREIGN;
}

/* A wait that takes more seconds than a 32-bit time_t can tell ends at once. */
#define LONGEST_WAIT_MS (G_GINT64_CONSTANT (1000) * G_MAXINT32 / 2)

/* Waits until the task is settled or has to be started here; FALSE when the time
 * is up. */
static gboolean
wait_for_news (AtAsyncTaskPrivate *priv,
               gint64              end_time,
               gboolean            at_home,
               GCancellable       *cancellable)
{
  gboolean in_time = TRUE;
  AtWaiter waiter;

  g_mutex_lock (&priv->lock);
  add_waiter (priv, &waiter);
  while (in_time && !is_settled (priv) && !must_start_here (priv, at_home) &&
         !g_cancellable_is_cancelled (cancellable))
    {
      if (end_time >= 0)
        in_time = g_cond_wait_until (&waiter.cond, &priv->lock, end_time);
      else
        g_cond_wait (&waiter.cond, &priv->lock);
    }
  in_time = in_time || is_settled (priv);
  remove_waiter (priv, &waiter);
  g_mutex_unlock (&priv->lock);

  return in_time;
}

/* The outcome of the computation of a task that was found settled in @state, as far
 * as it is known. One that was PENDING then may be on its way by now. */
static gboolean
get_computed (AtAsyncTaskPrivate  *priv,
              guint                state,
              GError             **error)
{
  if ((state & AT_STATE_CANCELLED) != 0)
    {
      g_propagate_error (error, new_cancelled_error ());
      return FALSE;
    }

  if ((state & AT_PHASE_MASK) == AT_PHASE_PENDING)
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_NOT_EXECUTED,
                           _("The task was not executed"));
      return FALSE;
    }

  if (priv->body_error != NULL)
    {
      g_propagate_error (error, g_error_copy (priv->body_error));
      return FALSE;
    }

  return TRUE;
}

/**
 * at_async_task_wait:
 * @self: a task
 * @timeout_ms: how long to wait at most, in milliseconds; 0 not to wait, -1 for no
 *   limit
 * @cancellable: (nullable): ends the wait, and leaves the task alone
 * @error: return location for a [struct@GLib.Error]
 *
 * Waits for the computation to be done.
 *
 * This needs no main loop. The callbacks come later, in the owner context. Once
 * this has returned, the result can be read with
 * [method@AsyncTask.get_result].
 *
 * Fails with the error of a task that failed; with %G_IO_ERROR_CANCELLED if the
 * task or the wait was cancelled; with %G_IO_ERROR_TIMED_OUT when the time is up;
 * with [error@At.TaskError.NOT_EXECUTED] if nobody executed the task; and with
 * [error@At.TaskError.WOULD_DEADLOCK] if the calling thread runs the task's own
 * body or pre-execute, or a body that the task is queued behind.
 *
 * Any thread. On the owner's thread it blocks the user interface.
 *
 * Returns: %TRUE if the task succeeded
 *
 * Since: 1.0
 */
gboolean
at_async_task_wait (AtAsyncTask   *self,
                    gint64         timeout_ms,
                    GCancellable  *cancellable,
                    GError       **error)
{
  AtAsyncTaskPrivate *priv;
  gint64 end_time = -1;
  gulong handler = 0;
  gboolean in_time = TRUE, at_home;
  guint state;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);
  g_return_val_if_fail (timeout_ms >= -1, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  priv = get_priv (self);
  state = at_state_get (&priv->state);
  if (is_settled_state (state))
    return get_computed (priv, state, error);

  if (would_deadlock (self))
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK,
                           _("The task cannot end before the one that waits for it"));
      return FALSE;
    }

  if (timeout_ms >= 0)
    end_time = g_get_monotonic_time () + MIN (timeout_ms, LONGEST_WAIT_MS) * 1000;
  at_home = is_home (priv);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_waiter_cancelled), priv, NULL);

  while (in_time && !is_settled (priv) && !g_cancellable_is_cancelled (cancellable))
    {
      if (must_start_here (priv, at_home))
        at_home = start_here (self);
      else
        in_time = wait_for_news (priv, end_time, at_home, cancellable);
    }

  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);

  state = at_state_get (&priv->state);
  if (is_settled_state (state))
    return get_computed (priv, state, error);

  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _("The task is not done yet"));

  return FALSE;
}

/* Properties. */

/**
 * at_async_task_get_result:
 * @self: a task
 *
 * Gets the result of the task.
 *
 * It can be read once [method@AsyncTask.wait] has returned, and from the last
 * callback on; a cancelled task may have one, too.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the result, or %NULL if there is none, or
 *   none yet
 *
 * Since: 1.0
 */
const GValue *
at_async_task_get_result (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  gboolean has_result;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  priv = get_priv (self);
  g_mutex_lock (&priv->lock);
  has_result = is_done (self) && !is_nothing (&priv->result);
  g_mutex_unlock (&priv->lock);

  return has_result ? &priv->result : NULL;
}

/**
 * at_async_task_get_error: (get-property error)
 * @self: a task
 *
 * Gets the error of a task that failed.
 *
 * It is set before [signal@AsyncTask::failed]. A cancelled task has none.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the error, or %NULL
 *
 * Since: 1.0
 */
const GError *
at_async_task_get_error (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  priv = get_priv (self);

  return get_outcome (priv) == AT_OUTCOME_FAILED ? priv->body_error : NULL;
}

/**
 * at_async_task_get_status: (get-property status)
 * @self: a task
 *
 * Gets where the task is in its life.
 *
 * Any thread: after [method@AsyncTask.execute] in another thread than the owner's
 * this says %AT_STATUS_RUNNING at once, while the property notifies later.
 *
 * Returns: the status
 *
 * Since: 1.0
 */
AtStatus
at_async_task_get_status (AtAsyncTask *self)
{
  AtPhase phase;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), AT_STATUS_PENDING);

  phase = at_state_get_phase (&get_priv (self)->state);
  if (phase == AT_PHASE_PENDING)
    return AT_STATUS_PENDING;

  return phase == AT_PHASE_DELIVERED ? AT_STATUS_FINISHED : AT_STATUS_RUNNING;
}

/**
 * at_async_task_get_outcome: (get-property outcome)
 * @self: a task
 *
 * Gets how the task ended.
 *
 * It is set before the last callback.
 *
 * Any thread.
 *
 * Returns: the outcome, %AT_OUTCOME_NONE before the end
 *
 * Since: 1.0
 */
AtOutcome
at_async_task_get_outcome (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), AT_OUTCOME_NONE);

  return get_outcome (get_priv (self));
}

/* What the owner is shown; a task without progress shows what a fresh cell has. */
static const AtProgressValues *
get_shown (AtAsyncTask *self)
{
  static const AtProgressValues nothing = { .indeterminate = TRUE, .remaining = -1 };
  AtPacer *pacer = g_atomic_pointer_get (&get_priv (self)->pacer);

  return pacer != NULL ? &pacer->progress.values : &nothing;
}

/**
 * at_async_task_get_fraction: (get-property fraction)
 * @self: a task
 *
 * Gets how much of the work is done.
 *
 * Owner's thread.
 *
 * Returns: a fraction, from 0 to 1
 *
 * Since: 1.0
 */
double
at_async_task_get_fraction (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  return get_shown (self)->fraction;
}

/**
 * at_async_task_get_indeterminate: (get-property indeterminate)
 * @self: a task
 *
 * Gets whether it is unknown how much of the work is done.
 *
 * Owner's thread.
 *
 * Returns: %TRUE as long as neither a fraction nor a total is known
 *
 * Since: 1.0
 */
gboolean
at_async_task_get_indeterminate (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), TRUE);

  return get_shown (self)->indeterminate;
}

/**
 * at_async_task_get_completed: (get-property completed)
 * @self: a task
 *
 * Gets how much is done, in units of [property@AsyncTask:unit].
 *
 * Owner's thread.
 *
 * Returns: an amount
 *
 * Since: 1.0
 */
guint64
at_async_task_get_completed (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  return get_shown (self)->completed;
}

/**
 * at_async_task_get_total: (get-property total)
 * @self: a task
 *
 * Gets how much there is to do in all, in units of [property@AsyncTask:unit].
 *
 * Owner's thread.
 *
 * Returns: an amount, or 0 if it is unknown
 *
 * Since: 1.0
 */
guint64
at_async_task_get_total (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  return get_shown (self)->total;
}

/**
 * at_async_task_get_message: (get-property message)
 * @self: a task
 *
 * Gets what the body says it is doing.
 *
 * Owner's thread.
 *
 * Returns: (nullable) (transfer none): a message for people to read, or %NULL
 *
 * Since: 1.0
 */
const char *
at_async_task_get_message (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  return get_shown (self)->message;
}

/**
 * at_async_task_get_rate: (get-property rate)
 * @self: a task
 *
 * Gets how fast the work goes, in units of [property@AsyncTask:unit] per second.
 *
 * It is smoothed over about a second and a half, falls to 0 when nothing has
 * moved for two, and is 0 while the task is paused and at the end.
 *
 * Owner's thread.
 *
 * Returns: a rate; 0 if no amounts were reported
 *
 * Since: 1.0
 */
double
at_async_task_get_rate (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  return get_shown (self)->rate;
}

/**
 * at_async_task_get_remaining: (get-property remaining)
 * @self: a task
 *
 * Gets how long the rest of the work will take, in seconds, at the speed so far.
 *
 * Owner's thread.
 *
 * Returns: seconds, or -1 if that is unknown
 *
 * Since: 1.0
 */
double
at_async_task_get_remaining (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), -1);

  return get_shown (self)->remaining;
}

/**
 * at_async_task_get_elapsed: (get-property elapsed)
 * @self: a task
 *
 * Gets for how long the body has been running, in seconds.
 *
 * Time spent in a queue, and paused, does not count. The value is current
 * whenever it is asked for. The property notifies with progress, at least twice a
 * second if the body has reported any, and at the end.
 *
 * Any thread.
 *
 * Returns: seconds
 *
 * Since: 1.0
 */
double
at_async_task_get_elapsed (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  return (double) get_active_usec (get_priv (self)) / G_USEC_PER_SEC;
}

/**
 * at_async_task_get_title: (get-property title)
 * @self: a task
 *
 * Gets what the task is called.
 *
 * Owner's thread.
 *
 * Returns: (nullable) (transfer none): a title for people to read, or %NULL
 *
 * Since: 1.0
 */
const char *
at_async_task_get_title (AtAsyncTask *self)
{
  AtRare *rare;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  rare = get_rare (get_priv (self));

  return rare != NULL ? rare->title : NULL;
}

static void
replace_title (AtAsyncTask *self,
               const char  *title)
{
  if (at_replace_string (&ensure_rare (get_priv (self))->title, title))
    notify (self, PROP_TITLE);
}

static void
on_title (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;

  if (!at_mailbox_is_closed (get_mailbox (get_priv (parcel->task))))
    replace_title (parcel->task, g_value_get_string (&parcel->value));
  at_parcel_free (parcel);
}

/**
 * at_async_task_set_title: (set-property title)
 * @self: a task
 * @title: (nullable): a title for people to read
 *
 * Sets what the task is called.
 *
 * Any thread, at any time; set in another thread than the owner's, it changes when
 * the owner context is iterated.
 *
 * Since: 1.0
 */
void
at_async_task_set_title (AtAsyncTask *self,
                         const char  *title)
{
  AtAsyncTaskPrivate *priv;
  g_autoptr (AtMailbox) mailbox = NULL;
  AtHome home;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = get_priv (self);
  mailbox = at_mailbox_ref (get_mailbox (priv));
  home = enter_home (priv);

  if (home != AT_HOME_FOREIGN)
    {
      replace_title (self, title);
    }
  else
    {
      AtParcel *parcel = at_parcel_new_kept (self, on_title);

      g_value_init (&parcel->value, G_TYPE_STRING);
      g_value_set_string (&parcel->value, title);
      send_parcel (parcel);
    }

  at_mailbox_leave (mailbox, home);
}

/**
 * at_async_task_get_unit: (get-property unit)
 * @self: a task
 *
 * Gets what the amounts of the task count.
 *
 * Any thread.
 *
 * Returns: the unit
 *
 * Since: 1.0
 */
AtProgressUnit
at_async_task_get_unit (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), AT_PROGRESS_UNIT_NONE);

  return get_priv (self)->unit;
}

/**
 * at_async_task_set_unit: (set-property unit)
 * @self: a task
 * @unit: the unit
 *
 * Sets what the amounts of the task count.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_async_task_set_unit (AtAsyncTask    *self,
                        AtProgressUnit  unit)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (unit <= AT_PROGRESS_UNIT_ITEMS);

  priv = get_priv (self);
  AT_RETURN_IF_TOO_LATE (self);

  if (priv->unit == unit)
    return;

  priv->unit = unit;
  notify_home (self, PROP_UNIT);
}

/**
 * at_async_task_get_executor: (get-property executor)
 * @self: a task
 *
 * Gets the executor that the task runs on.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): an executor, or %NULL for the default one
 *
 * Since: 1.0
 */
AtExecutor *
at_async_task_get_executor (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  return get_priv (self)->executor;
}

/**
 * at_async_task_set_executor: (set-property executor)
 * @self: a task
 * @executor: (nullable): an executor, or %NULL for the default one
 *
 * Sets the executor that the task runs on.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_async_task_set_executor (AtAsyncTask *self,
                            AtExecutor  *executor)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (executor == NULL || AT_IS_EXECUTOR (executor));

  priv = get_priv (self);
  AT_RETURN_IF_TOO_LATE (self);

  if (g_set_object (&priv->executor, executor))
    notify_home (self, PROP_EXECUTOR);
}

/**
 * at_async_task_get_priority: (get-property priority)
 * @self: a task
 *
 * Gets the priority of the task in the queue of a thread pool.
 *
 * Any thread.
 *
 * Returns: the priority; lower ones run first
 *
 * Since: 1.0
 */
int
at_async_task_get_priority (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), G_PRIORITY_DEFAULT);

  return get_priv (self)->priority;
}

/**
 * at_async_task_set_priority: (set-property priority)
 * @self: a task
 * @priority: the priority, such as %G_PRIORITY_LOW
 *
 * Sets the priority of the task in the queue of a thread pool.
 *
 * Tasks of a lower value run first, those of the same value in the order in which
 * they were executed. Serial executors keep to the order alone. Callbacks are not
 * affected.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_async_task_set_priority (AtAsyncTask *self,
                            int          priority)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = get_priv (self);
  AT_RETURN_IF_TOO_LATE (self);

  if (priv->priority == priority)
    return;

  priv->priority = priority;
  notify_home (self, PROP_PRIORITY);
}

/**
 * at_async_task_get_owner: (get-property owner)
 * @self: a task
 *
 * Gets the object that the task works for.
 *
 * Owner's thread.
 *
 * Returns: (nullable) (transfer none): the owner, or %NULL if it has none or it
 *   is gone
 *
 * Since: 1.0
 */
GObject *
at_async_task_get_owner (AtAsyncTask *self)
{
  g_autoptr (GObject) owner = NULL;
  AtRare *rare;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  rare = get_rare (get_priv (self));
  if (rare != NULL && rare->owner != NULL)
    owner = at_owner_link_dup_owner (rare->owner);

  /* Whoever else keeps it alive does so on this thread. */
  return owner;
}

/**
 * at_async_task_set_owner: (set-property owner)
 * @self: a task
 * @owner: (nullable): the object that the task works for, such as a window
 *
 * Sets the object that the task works for.
 *
 * The task does not keep it alive. When it is disposed the task is cancelled, its
 * body interrupted, and it calls nothing back any more: no callback, no signal,
 * no notification. Who awaits it with [method@AsyncTask.execute_async] or
 * [method@AsyncTask.wait] is still told, with %G_IO_ERROR_CANCELLED.
 *
 * A window that is closed is disposed once nothing else holds a reference on it. A
 * closure that refers to it, in Python or JavaScript for example, does.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_async_task_set_owner (AtAsyncTask *self,
                         GObject     *owner)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (owner == NULL || G_IS_OBJECT (owner));

  priv = get_priv (self);
  AT_RETURN_IF_TOO_LATE (self);

  if (at_async_task_get_owner (self) == owner)
    return;

  sever_owner (priv);
  if (owner != NULL)
    ensure_rare (priv)->owner = at_owner_link_new (owner, G_OBJECT (self), on_owner_gone);
  notify_home (self, PROP_OWNER);
}

/**
 * at_async_task_get_main_context: (get-property main-context)
 * @self: a task
 *
 * Gets the context that the callbacks run in.
 *
 * Any thread, as long as something else keeps the context alive.
 *
 * Returns: (nullable) (transfer none): the context, or %NULL for the default main
 *   context
 *
 * Since: 1.0
 */
GMainContext *
at_async_task_get_main_context (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  priv = get_priv (self);

  return priv->mailbox != NULL ? at_mailbox_get_context (priv->mailbox) : NULL;
}

/**
 * at_async_task_set_main_context: (set-property main-context)
 * @self: a task
 * @main_context: (nullable): a context, or %NULL for the default main context
 *
 * Sets the context that the callbacks run in.
 *
 * The task does not keep it alive: a context that is destroyed before the task
 * has ended takes the callbacks with it.
 *
 * Owner's thread, before the task is executed and before any progress is
 * reported.
 *
 * Since: 1.0
 */
void
at_async_task_set_main_context (AtAsyncTask  *self,
                                GMainContext *main_context)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = get_priv (self);
  AT_RETURN_IF_TOO_LATE (self);

  /* What was reported is on its way to the context that there was. */
  g_return_if_fail (g_atomic_pointer_get (&priv->pacer) == NULL);

  if (main_context == g_main_context_default ())
    main_context = NULL;
  if (at_async_task_get_main_context (self) == main_context)
    return;

  /* Those are where the task was. */
  g_return_if_fail (at_async_task_get_followers (self) == NULL);

  g_clear_pointer (&priv->mailbox, at_mailbox_unref);
  if (main_context != NULL)
    priv->mailbox = at_mailbox_get (main_context);
  notify_home (self, PROP_MAIN_CONTEXT);
}

/**
 * at_async_task_get_default_executor:
 *
 * Gets the executor that [method@AsyncTask.execute] uses where the task names
 * none.
 *
 * Any thread.
 *
 * Returns: (transfer none): the default executor, which is
 *   [func@SerialExecutor.get_default] unless another one was set
 *
 * Since: 1.0
 */
AtExecutor *
at_async_task_get_default_executor (void)
{
  AtExecutor *executor;

  g_mutex_lock (&default_executor_lock);
  executor = default_executor;
  g_mutex_unlock (&default_executor_lock);

  return executor != NULL ? executor : at_serial_executor_get_default ();
}

/**
 * at_async_task_set_default_executor:
 * @executor: (nullable): an executor, or %NULL for the serial one
 *
 * Sets the executor that [method@AsyncTask.execute] uses where the task names
 * none.
 *
 * For the program, at its start; a library names the executor of its tasks. Tasks
 * that were executed before are not affected.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_set_default_executor (AtExecutor *executor)
{
  g_autoptr (AtExecutor) replaced = NULL;

  g_return_if_fail (executor == NULL || AT_IS_EXECUTOR (executor));

  if (executor == at_serial_executor_get_default ())
    executor = NULL;

  g_mutex_lock (&default_executor_lock);
  replaced = default_executor;
  g_atomic_pointer_set (&default_executor, executor != NULL ? g_object_ref (executor) : NULL);
  g_mutex_unlock (&default_executor_lock);
}

/* The class. */

/**
 * AtAsyncTaskClass::progress_update:
 * @self: a task
 * @value: (nullable): the value
 *
 * Class handler of [signal@AsyncTask::progress-update].
 *
 * Since: 1.0
 */

/**
 * AtAsyncTaskClass::post_execute:
 * @self: a task
 * @result: (nullable): the result, or %NULL if the body set none
 *
 * Class handler of [signal@AsyncTask::post-execute].
 *
 * Since: 1.0
 */

/**
 * AtAsyncTaskClass::cancelled:
 * @self: a task
 * @result: (nullable): the result, or %NULL if the body set none
 *
 * Class handler of [signal@AsyncTask::cancelled].
 *
 * Since: 1.0
 */

/**
 * AtAsyncTaskClass::control_changed:
 * @self: a task
 *
 * The task was paused, resumed or cancelled, as [method@AsyncTask.is_paused] and
 * [method@AsyncTask.is_cancelled] tell.
 *
 * For a body that may block for long elsewhere than at a checkpoint: a subclass
 * ends what blocks the body here, so that the body comes to its checkpoint. The
 * task need not have been executed. It may be resumed, or paused again, in another
 * thread meanwhile. A task that is cancelled while it is queued has no body to
 * tell.
 *
 * Any thread: the one that called [method@AsyncTask.pause],
 * [method@AsyncTask.resume] or [method@AsyncTask.cancel]. It must not block.
 *
 * Since: 1.0
 */

/**
 * AtAsyncTaskClass::in_background:
 * @self: a task
 * @params: (nullable): what was given to [method@AsyncTask.execute]
 * @cancellable: (not nullable): triggered by an interrupting [method@AsyncTask.cancel]
 * @error: return location for a [struct@GLib.Error]
 *
 * The body. Runs once, on a worker thread.
 *
 * Returns: %TRUE if the body succeeded, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */

static gboolean
at_async_task_real_in_background (AtAsyncTask   *self,
                                  const GValue  *params,
                                  GCancellable  *cancellable,
                                  GError       **error)
{
  AtAsyncTaskPrivate *priv = get_priv (self);

  if (priv->func == NULL)
    {
      g_set_error (error, AT_TASK_ERROR, AT_TASK_ERROR_FAILED,
                   /* Translators: %s is the name of a class, the body what a task runs. */
                   _("%s has no body"), G_OBJECT_TYPE_NAME (self));
      return FALSE;
    }

  return priv->func (self, params, cancellable, priv->func_data, error);
}

/* What a subclass chains up to. */

static void
at_async_task_real_pre_execute (AtAsyncTask *self)
{
}

static void
at_async_task_real_with_value (AtAsyncTask  *self,
                               const GValue *value)
{
}

static void
at_async_task_real_failed (AtAsyncTask  *self,
                           const GError *error)
{
}

static void on_only_kept (gpointer  data,
                          GObject  *object,
                          gboolean  is_last);

static void
on_kept_dropped (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;
  AtAsyncTask *self = parcel->task;

  at_parcel_free (parcel);
  at_state_change_flags (&get_priv (self)->state, AT_PHASE_MASK, 0, AT_STATE_KEPT | AT_STATE_SENT_HOME, NULL);
  g_object_remove_toggle_ref (G_OBJECT (self), on_only_kept, NULL);
}

/* Any thread. */
static void
on_only_kept (gpointer  data,
              GObject  *object,
              gboolean  is_last)
{
  AtAsyncTask *self = AT_ASYNC_TASK (object);
  guint state;

  if (!is_last)
    return;

  at_state_change_flags (&get_priv (self)->state, AT_PHASE_MASK, AT_STATE_SENT_HOME, 0, &state);
  if ((state & AT_STATE_SENT_HOME) == 0)
    send_parcel (at_parcel_new (self, on_kept_dropped));
}

/* The last reference of an executor written elsewhere may go on a worker: what it
 * sets off goes on in the owner context instead. The thread that is dropping it has
 * a reference still, which it drops when dispose() has returned; an ordinary one that
 * is sent home from here may be dropped there before that, and then the thread's own
 * is the last once more, and the task is finalized on the worker. A toggle reference
 * tells when it is the only one that is left. */
static void
keep_for_home (AtAsyncTask *self)
{
  guint state;

  at_state_change_flags (&get_priv (self)->state, AT_PHASE_MASK, AT_STATE_KEPT, 0, &state);
  if ((state & AT_STATE_KEPT) == 0)
    g_object_add_toggle_ref (G_OBJECT (self), on_only_kept, NULL);
}

static void
at_async_task_dispose (GObject *object)
{
  AtAsyncTask *self = AT_ASYNC_TASK (object);
  AtAsyncTaskPrivate *priv = get_priv (self);
  AtHome home = enter_home (priv);

  if (home == AT_HOME_FOREIGN)
    {
      keep_for_home (self);
      return;
    }

  sever_owner (priv);
  leave_home (priv, home);

  G_OBJECT_CLASS (at_async_task_parent_class)->dispose (object);
}

static void
at_rare_free (AtRare *rare)
{
  if (rare == NULL)
    return;

  g_free (rare->title);
  g_free (rare);
}

static void
at_async_task_finalize (GObject *object)
{
  AtAsyncTaskPrivate *priv = get_priv (AT_ASYNC_TASK (object));

  release_body (priv);
  if (!is_nothing (&priv->result))
    g_value_unset (&priv->result);
  g_clear_error (&priv->body_error);
  g_clear_pointer (&priv->pacer, at_pacer_free);
  at_rare_free (get_rare (priv));
  g_clear_object (&priv->cancellable);
  g_clear_object (&priv->executor);
  g_clear_pointer (&priv->mailbox, at_mailbox_unref);
  g_mutex_clear (&priv->lock);

  G_OBJECT_CLASS (at_async_task_parent_class)->finalize (object);
}

static void
at_async_task_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  AtAsyncTask *self = AT_ASYNC_TASK (object);

  switch (prop_id)
    {
    case PROP_STATUS:
      g_value_set_enum (value, at_async_task_get_status (self));
      break;
    case PROP_OUTCOME:
      g_value_set_enum (value, at_async_task_get_outcome (self));
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, at_async_task_get_error (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, at_async_task_get_fraction (self));
      break;
    case PROP_INDETERMINATE:
      g_value_set_boolean (value, at_async_task_get_indeterminate (self));
      break;
    case PROP_COMPLETED:
      g_value_set_uint64 (value, at_async_task_get_completed (self));
      break;
    case PROP_TOTAL:
      g_value_set_uint64 (value, at_async_task_get_total (self));
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, at_async_task_get_message (self));
      break;
    case PROP_RATE:
      g_value_set_double (value, at_async_task_get_rate (self));
      break;
    case PROP_REMAINING:
      g_value_set_double (value, at_async_task_get_remaining (self));
      break;
    case PROP_ELAPSED:
      g_value_set_double (value, at_async_task_get_elapsed (self));
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, at_async_task_is_paused (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, at_async_task_get_title (self));
      break;
    case PROP_UNIT:
      g_value_set_enum (value, at_async_task_get_unit (self));
      break;
    case PROP_EXECUTOR:
      g_value_set_object (value, at_async_task_get_executor (self));
      break;
    case PROP_PRIORITY:
      g_value_set_int (value, at_async_task_get_priority (self));
      break;
    case PROP_OWNER:
      g_value_set_object (value, at_async_task_get_owner (self));
      break;
    case PROP_MAIN_CONTEXT:
      g_value_set_boxed (value, at_async_task_get_main_context (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_async_task_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  AtAsyncTask *self = AT_ASYNC_TASK (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      at_async_task_set_title (self, g_value_get_string (value));
      break;
    case PROP_UNIT:
      at_async_task_set_unit (self, g_value_get_enum (value));
      break;
    case PROP_EXECUTOR:
      at_async_task_set_executor (self, g_value_get_object (value));
      break;
    case PROP_PRIORITY:
      at_async_task_set_priority (self, g_value_get_int (value));
      break;
    case PROP_OWNER:
      at_async_task_set_owner (self, g_value_get_object (value));
      break;
    case PROP_MAIN_CONTEXT:
      at_async_task_set_main_context (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_async_task_class_init (AtAsyncTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;
  g_autoptr (GTypeClass) cancellable_class = g_type_class_ref (G_TYPE_CANCELLABLE);

  object_class->dispose = at_async_task_dispose;
  object_class->finalize = at_async_task_finalize;
  object_class->get_property = at_async_task_get_property;
  object_class->set_property = at_async_task_set_property;

  /* For all of the library: whatever else has something to say has to do with tasks. */
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");

  cancellable_cancelled = g_signal_lookup ("cancelled", G_TYPE_FROM_CLASS (cancellable_class));

  /* What G_DEFINE_QUARK() makes keeps the number without a lock: no two bodies that
   * fail shall be the first to ask for it. */
  at_task_error_quark ();
  g_io_error_quark ();

  klass->in_background = at_async_task_real_in_background;
  klass->pre_execute = at_async_task_real_pre_execute;
  klass->progress_update = at_async_task_real_with_value;
  klass->post_execute = at_async_task_real_with_value;
  klass->cancelled = at_async_task_real_with_value;
  klass->failed = at_async_task_real_failed;

  /**
   * AtAsyncTask:status: (getter get_status)
   *
   * Where the task is in its life.
   *
   * Since: 1.0
   */
  properties[PROP_STATUS] =
    g_param_spec_enum ("status", NULL, NULL,
                       AT_TYPE_STATUS, AT_STATUS_PENDING,
                       readable);

  /**
   * AtAsyncTask:outcome: (getter get_outcome)
   *
   * How the task ended; set before the last callback.
   *
   * Since: 1.0
   */
  properties[PROP_OUTCOME] =
    g_param_spec_enum ("outcome", NULL, NULL,
                       AT_TYPE_OUTCOME, AT_OUTCOME_NONE,
                       readable);

  /**
   * AtAsyncTask:error: (getter get_error)
   *
   * The error of a task that failed; set before [signal@AsyncTask::failed].
   *
   * Since: 1.0
   */
  properties[PROP_ERROR] =
    g_param_spec_boxed ("error", NULL, NULL,
                        G_TYPE_ERROR,
                        readable);

  /**
   * AtAsyncTask:fraction: (getter get_fraction)
   *
   * How much of the work is done, from 0 to 1.
   *
   * It can be bound to `GtkProgressBar:fraction`.
   *
   * Since: 1.0
   */
  properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL,
                         0, 1, 0,
                         readable);

  /**
   * AtAsyncTask:indeterminate: (getter get_indeterminate)
   *
   * Whether it is unknown how much of the work is done.
   *
   * Since: 1.0
   */
  properties[PROP_INDETERMINATE] =
    g_param_spec_boolean ("indeterminate", NULL, NULL,
                          TRUE,
                          readable);

  /**
   * AtAsyncTask:completed: (getter get_completed)
   *
   * How much is done, in units of [property@AsyncTask:unit].
   *
   * Since: 1.0
   */
  properties[PROP_COMPLETED] =
    g_param_spec_uint64 ("completed", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         readable);

  /**
   * AtAsyncTask:total: (getter get_total)
   *
   * How much there is to do in all, in units of [property@AsyncTask:unit]; 0 if it
   * is unknown.
   *
   * Since: 1.0
   */
  properties[PROP_TOTAL] =
    g_param_spec_uint64 ("total", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         readable);

  /**
   * AtAsyncTask:message: (getter get_message)
   *
   * What the body says it is doing.
   *
   * Since: 1.0
   */
  properties[PROP_MESSAGE] =
    g_param_spec_string ("message", NULL, NULL,
                         NULL,
                         readable);

  /**
   * AtAsyncTask:rate: (getter get_rate)
   *
   * How fast the work goes, in units of [property@AsyncTask:unit] per second,
   * smoothed.
   *
   * Since: 1.0
   */
  properties[PROP_RATE] =
    g_param_spec_double ("rate", NULL, NULL,
                         0, G_MAXDOUBLE, 0,
                         readable);

  /**
   * AtAsyncTask:remaining: (getter get_remaining)
   *
   * How long the rest of the work will take, in seconds; -1 if that is unknown.
   *
   * Since: 1.0
   */
  properties[PROP_REMAINING] =
    g_param_spec_double ("remaining", NULL, NULL,
                         -1, G_MAXDOUBLE, -1,
                         readable);

  /**
   * AtAsyncTask:elapsed: (getter get_elapsed)
   *
   * For how long the body has been running, in seconds, pauses left out.
   *
   * Since: 1.0
   */
  properties[PROP_ELAPSED] =
    g_param_spec_double ("elapsed", NULL, NULL,
                         0, G_MAXDOUBLE, 0,
                         readable);

  /**
   * AtAsyncTask:paused: (getter is_paused)
   *
   * Whether the task is paused.
   *
   * Since: 1.0
   */
  properties[PROP_PAUSED] =
    g_param_spec_boolean ("paused", NULL, NULL,
                          FALSE,
                          readable);

  /**
   * AtAsyncTask:title: (getter get_title) (setter set_title)
   *
   * What the task is called, for people to read.
   *
   * Since: 1.0
   */
  properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtAsyncTask:unit: (getter get_unit) (setter set_unit)
   *
   * What the amounts of the task count.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_UNIT] =
    g_param_spec_enum ("unit", NULL, NULL,
                       AT_TYPE_PROGRESS_UNIT, AT_PROGRESS_UNIT_NONE,
                       writable);

  /**
   * AtAsyncTask:executor: (getter get_executor) (setter set_executor)
   *
   * The executor that the task runs on; %NULL for the default one.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_EXECUTOR] =
    g_param_spec_object ("executor", NULL, NULL,
                         AT_TYPE_EXECUTOR,
                         writable);

  /**
   * AtAsyncTask:priority: (getter get_priority) (setter set_priority)
   *
   * The priority of the task in the queue of a thread pool; lower ones run first.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_PRIORITY] =
    g_param_spec_int ("priority", NULL, NULL,
                      G_MININT, G_MAXINT, G_PRIORITY_DEFAULT,
                      writable);

  /**
   * AtAsyncTask:owner: (getter get_owner) (setter set_owner)
   *
   * The object that the task works for, which is not kept alive. When it is
   * disposed the task is cancelled and calls nothing back any more.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_OWNER] =
    g_param_spec_object ("owner", NULL, NULL,
                         G_TYPE_OBJECT,
                         writable);

  /**
   * AtAsyncTask:main-context: (getter get_main_context) (setter set_main_context)
   *
   * The context that the callbacks run in; %NULL for the default main context.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_MAIN_CONTEXT] =
    g_param_spec_boxed ("main-context", NULL, NULL,
                        G_TYPE_MAIN_CONTEXT,
                        writable);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * AtAsyncTask::pre-execute:
   * @self: the task
   *
   * Emitted before the body starts, inside [method@AsyncTask.execute] unless that
   * was called in another thread.
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  signals[PRE_EXECUTE] =
    g_signal_new ("pre-execute",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtAsyncTaskClass, pre_execute),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 0);

  /**
   * AtAsyncTask::progress-update:
   * @self: the task
   * @value: (nullable): the value
   *
   * Emitted for each value that the body publishes with
   * [method@AsyncTask.publish_progress].
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  signals[PROGRESS_UPDATE] =
    g_signal_new ("progress-update",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtAsyncTaskClass, progress_update),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 1,
                  G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * AtAsyncTask::post-execute:
   * @self: the task
   * @result: (nullable): the result, or %NULL if the body set none
   *
   * The last callback of a task that succeeded.
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  signals[POST_EXECUTE] =
    g_signal_new ("post-execute",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtAsyncTaskClass, post_execute),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 1,
                  G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * AtAsyncTask::cancelled:
   * @self: the task
   * @result: (nullable): the result, or %NULL if the body set none
   *
   * The last callback of a task that was cancelled.
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  signals[CANCELLED] =
    g_signal_new ("cancelled",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtAsyncTaskClass, cancelled),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 1,
                  G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * AtAsyncTask::failed:
   * @self: the task
   * @error: the error
   *
   * The last callback of a task that failed.
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  signals[FAILED] =
    g_signal_new ("failed",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtAsyncTaskClass, failed),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 1,
                  G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
at_async_task_init (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = get_priv (self);

  priv->maker = at_thread_get_number ();
  g_mutex_init (&priv->lock);
}
