/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-latest.h"

#include "at-executor.h"
#include "at-homing-private.h"
#include "at-owner-link-private.h"
#include "at-task-maker-private.h"

/**
 * AtLatest:
 *
 * Work of which only the newest counts, such as a search while somebody types.
 *
 * Each [method@Latest.submit] is a wish to have the body run, with other parameters. At
 * most one body runs, and one submission waits: a newer one takes its place. The body of an
 * older one is interrupted, and the next one starts when it has returned. Nothing of an
 * older submission is delivered, even if its body has succeeded.
 *
 * ```c
 * static void
 * on_typed (GObject *entry, AtLatest *search)
 * {
 *   g_auto (GValue) words = G_VALUE_INIT;
 *
 *   g_object_get_property (entry, "text", &words);
 *   at_latest_submit (search, &words);
 * }
 *
 * static AtLatest *
 * set_up (GObject *entry)
 * {
 *   AtLatest *search = at_latest_new (find, NULL, NULL);
 *
 *   g_object_set (search, "delay", 0.15, "owner", window, NULL);
 *   g_signal_connect (search, "result", G_CALLBACK (on_found), label);
 *   g_signal_connect (search, "failed", G_CALLBACK (on_find_failed), label);
 *   g_signal_connect (entry, "notify::text", G_CALLBACK (on_typed), search);
 *
 *   return search;
 * }
 * ```
 *
 * By default a task of the function runs on [property@Latest:executor]; a handler of
 * [signal@Latest::create-task] can make any other task.
 *
 * It belongs to the thread-default main context that it was made in, is used on that thread
 * alone, and emits its signals there. One that is dropped cancels what it has, and emits
 * nothing.
 *
 * Since: 1.0
 */

/* A submission. */
typedef struct
{
  GValue params; /* empty: NULL */
} AtSubmission;

struct _AtLatest
{
  GObject       parent_instance;

  /* What is not called by somebody who has a reference takes one here. */
  GWeakRef      self;

  AtTaskMaker   maker;
  AtTimedMail   clock;   /* for the delay, and what was refused */
  AtOwnerLink  *owner;   /* or NULL */
  gint64        delay;   /* in microseconds */

  /* Of the context's thread. */
  guint64       serial;  /* of the newest submission, or cancel() */
  AtSubmission *waiting; /* or NULL */
  AtSubmission *running; /* that of @task, or NULL */
  AtAsyncTask  *task;    /* whose body may run, or NULL */
  AtFollower    follower;
  gboolean      is_superseded; /* @task is that of an older one */
  gboolean      is_starting;   /* one that is not there yet */
  gboolean      busy;
  GError       *refusal; /* of the newest one, which is @running without a task */
};

enum
{
  PROP_DELAY = 1,
  PROP_BUSY,
  PROP_TASK,
  PROP_OWNER,
  PROP_EXECUTOR,
  N_PROPS
};

enum
{
  CREATE_TASK,
  RESULT,
  FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AtLatest, at_latest, G_TYPE_OBJECT)

static AtSubmission *
at_submission_new (const GValue *params)
{
  AtSubmission *self = g_new0 (AtSubmission, 1);

  if (params != NULL && params->g_type != 0)
    {
      g_value_init (&self->params, G_VALUE_TYPE (params));
      g_value_copy (params, &self->params);
    }

  return self;
}

static void
at_submission_free (AtSubmission *self)
{
  if (self->params.g_type != 0)
    g_value_unset (&self->params);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtSubmission, at_submission_free)

static const GValue *
get_params (AtSubmission *submission)
{
  return submission->params.g_type != 0 ? &submission->params : NULL;
}

static gboolean
is_owner_gone (AtLatest *self)
{
  g_autoptr (GObject) owner = self->owner != NULL ? at_owner_link_dup_owner (self->owner) : NULL;

  return self->owner != NULL && owner == NULL;
}

/* The task of the newest submission, or NULL. */
static AtAsyncTask *
get_newest_task (AtLatest *self)
{
  return self->is_superseded ? NULL : self->task;
}

/* The end of a submission. */

static void
emit_failed (AtLatest     *self,
             const GError *error,
             AtSubmission *submission)
{
  if (g_signal_has_handler_pending (self, signals[FAILED], 0, TRUE))
    g_signal_emit (self, signals[FAILED], 0, error, get_params (submission));
  else
    g_warning ("The newest submission failed, and nobody heard of it: %s", error->message);
}

/* Whoever is told of the properties may submit, or drop, what is then the newest. */
static gboolean
show_end (AtLatest *self,
          gboolean  had_task)
{
  guint64 serial = self->serial;

  self->busy = FALSE;
  if (had_task)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TASK]);
  if (!self->busy)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);

  return serial == self->serial && !is_owner_gone (self);
}

static void
deliver (AtLatest     *self,
         AtAsyncTask  *task,
         AtSubmission *submission)
{
  AtOutcome outcome = at_async_task_get_outcome (task);
  const GError *error = at_async_task_get_error (task);

  if (!show_end (self, TRUE))
    return;

  if (outcome == AT_OUTCOME_SUCCEEDED)
    g_signal_emit (self, signals[RESULT], 0, at_async_task_get_result (task), get_params (submission));
  else if (outcome == AT_OUTCOME_FAILED)
    emit_failed (self, error, submission);
}

static void start_next (AtLatest *self);

static void
on_task_changed (AtFollower *follower)
{
  AtLatest *at = AT_CONTAINER (follower, AtLatest, follower);
  g_autoptr (AtLatest) self = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (AtSubmission) submission = NULL;

  if (at_async_task_get_status (at->task) != AT_STATUS_FINISHED || (self = g_weak_ref_get (&at->self)) == NULL)
    return;

  task = g_steal_pointer (&self->task);
  submission = g_steal_pointer (&self->running);
  at_async_task_remove_follower (task, follower);
  if (is_owner_gone (self))
    self->is_superseded = TRUE;
  if (self->is_superseded)
    start_next (self);
  else
    deliver (self, task, submission);
}

/* Starting. */

static void
on_clock (AtMail *mail)
{
  g_autoptr (AtLatest) self = g_weak_ref_get (&AT_CONTAINER ((AtTimedMail *) mail, AtLatest, clock)->self);
  g_autoptr (AtSubmission) submission = NULL;
  g_autoptr (GError) error = NULL;

  if (self == NULL || at_mailbox_is_closed (self->maker.mailbox))
    return;

  if (self->refusal == NULL)
    {
      start_next (self);
      return;
    }

  submission = g_steal_pointer (&self->running);
  error = g_steal_pointer (&self->refusal);
  if (show_end (self, FALSE))
    emit_failed (self, error, submission);
}

static void
set_clock (AtLatest *self,
           gint64    due)
{
  at_mailbox_unschedule (self->maker.mailbox, &self->clock);
  if (!at_mailbox_is_closed (self->maker.mailbox))
    at_mailbox_schedule (self->maker.mailbox, &self->clock, on_clock, due);
}

/* Starts what waits, unless there is something to wait for. */
static void
start_next (AtLatest *self)
{
  g_autoptr (GObject) owner = self->owner != NULL ? at_owner_link_dup_owner (self->owner) : NULL;
  g_autoptr (AtSubmission) submission = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  guint64 serial = self->serial;

  if (self->waiting == NULL || self->task != NULL || self->is_starting || at_schedule_link_is_linked (&self->clock.link) ||
      (self->owner != NULL && owner == NULL))
    return;

  /* Handlers of create-task, and of pre-execute, may submit. */
  submission = g_steal_pointer (&self->waiting);
  self->is_starting = TRUE;
  task = at_task_maker_execute (&self->maker, get_params (submission), owner, G_PRIORITY_DEFAULT,
                                &self->follower, &error);
  self->is_starting = FALSE;
  if (task != NULL)
    {
      self->task = g_steal_pointer (&task);
      self->running = g_steal_pointer (&submission);
      self->is_superseded = serial != self->serial;
      if (self->is_superseded)
        at_async_task_cancel (self->task, TRUE);
      else
        g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TASK]);
    }
  else if (serial == self->serial)
    {
      /* Not inside submit(). */
      self->refusal = g_steal_pointer (&error);
      self->running = g_steal_pointer (&submission);
      set_clock (self, 0);
    }
  else
    {
      start_next (self);
    }
}

/* Nothing of what was submitted is delivered any more. */
static void
supersede (AtLatest *self)
{
  gboolean had_task = get_newest_task (self) != NULL;

  self->serial++;
  at_mailbox_unschedule (self->maker.mailbox, &self->clock);
  g_clear_pointer (&self->waiting, at_submission_free);
  if (self->refusal != NULL)
    {
      g_clear_error (&self->refusal);
      g_clear_pointer (&self->running, at_submission_free);
    }
  if (self->task != NULL)
    {
      self->is_superseded = TRUE;
      at_async_task_cancel (self->task, TRUE);
    }
  if (had_task && !is_owner_gone (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TASK]);
}

static void
drop_all (AtLatest *self)
{
  supersede (self);
  if (!self->busy)
    return;

  self->busy = FALSE;
  if (!is_owner_gone (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

typedef struct
{
  AtMail    mail;
  AtLatest *latest;
} AtOwnerGone;

static void
on_owner_gone_home (AtMail *mail)
{
  AtOwnerGone *gone = (AtOwnerGone *) mail;

  /* Another one may have come in its place. */
  if (is_owner_gone (gone->latest))
    drop_all (gone->latest);
  g_object_unref (gone->latest);
  g_free (gone);
}

static gboolean
on_owner_gone (GObject  *follower,
               gboolean  is_again)
{
  AtLatest *self = AT_LATEST (follower);
  AtOwnerGone *gone = g_new0 (AtOwnerGone, 1);
  AtHome home = at_mailbox_enter (self->maker.mailbox, self->maker.maker, 0);

  gone->mail.func = on_owner_gone_home;
  gone->latest = self;
  if (home == AT_HOME_FOREIGN)
    {
      at_mailbox_post (self->maker.mailbox, &gone->mail);
    }
  else
    {
      g_autoptr (AtMailbox) mailbox = at_mailbox_ref (self->maker.mailbox);

      on_owner_gone_home (&gone->mail);
      at_mailbox_leave (mailbox, home);
    }

  return TRUE;
}

/* The class. */

static void
at_latest_dispose (GObject *object)
{
  AtLatest *self = AT_LATEST (object);
  AtHome home = at_mailbox_enter (self->maker.mailbox, self->maker.maker, 0);

  if (home == AT_HOME_FOREIGN)
    {
      at_homing_begin (object, self->maker.mailbox);
      return;
    }

  g_clear_pointer (&self->owner, at_owner_link_sever);
  at_mailbox_unschedule (self->maker.mailbox, &self->clock);
  g_clear_pointer (&self->waiting, at_submission_free);
  g_clear_pointer (&self->running, at_submission_free);
  g_clear_error (&self->refusal);
  if (self->task != NULL)
    {
      g_autoptr (AtAsyncTask) task = g_steal_pointer (&self->task);

      at_async_task_remove_follower (task, &self->follower);
      at_async_task_cancel (task, TRUE);
    }
  at_mailbox_leave (self->maker.mailbox, home);

  G_OBJECT_CLASS (at_latest_parent_class)->dispose (object);
}

static void
at_latest_finalize (GObject *object)
{
  AtLatest *self = AT_LATEST (object);

  g_weak_ref_clear (&self->self);
  at_task_maker_clear (&self->maker);

  G_OBJECT_CLASS (at_latest_parent_class)->finalize (object);
}

static void
at_latest_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  AtLatest *self = AT_LATEST (object);

  switch (prop_id)
    {
    case PROP_DELAY:
      g_value_set_double (value, at_latest_get_delay (self));
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, at_latest_get_busy (self));
      break;
    case PROP_TASK:
      g_value_set_object (value, at_latest_get_task (self));
      break;
    case PROP_OWNER:
      g_value_set_object (value, at_latest_get_owner (self));
      break;
    case PROP_EXECUTOR:
      g_value_set_object (value, at_latest_get_executor (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_latest_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  AtLatest *self = AT_LATEST (object);

  switch (prop_id)
    {
    case PROP_DELAY:
      at_latest_set_delay (self, g_value_get_double (value));
      break;
    case PROP_OWNER:
      at_latest_set_owner (self, g_value_get_object (value));
      break;
    case PROP_EXECUTOR:
      at_latest_set_executor (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_latest_class_init (AtLatestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;

  object_class->dispose = at_latest_dispose;
  object_class->finalize = at_latest_finalize;
  object_class->get_property = at_latest_get_property;
  object_class->set_property = at_latest_set_property;

  /**
   * AtLatest:delay: (getter get_delay) (setter set_delay)
   *
   * For how long there has to be no submission before the newest one starts, in seconds; 0
   * to start at once.
   *
   * Since: 1.0
   */
  properties[PROP_DELAY] =
    g_param_spec_double ("delay", NULL, NULL,
                         0, G_MAXDOUBLE, 0,
                         writable);

  /**
   * AtLatest:busy: (getter get_busy)
   *
   * Whether something was submitted whose end has yet to come. It can be bound to
   * `GtkSpinner:spinning`.
   *
   * Since: 1.0
   */
  properties[PROP_BUSY] =
    g_param_spec_boolean ("busy", NULL, NULL,
                          FALSE,
                          readable);

  /**
   * AtLatest:task: (getter get_task)
   *
   * The task of the newest submission, once there is one, until it has ended.
   *
   * Since: 1.0
   */
  properties[PROP_TASK] =
    g_param_spec_object ("task", NULL, NULL,
                         AT_TYPE_ASYNC_TASK,
                         readable);

  /**
   * AtLatest:owner: (getter get_owner) (setter set_owner)
   *
   * The object that all this is for, such as a window, which is not kept alive. When it is
   * disposed all is cancelled, and nothing is emitted any more.
   *
   * Since: 1.0
   */
  properties[PROP_OWNER] =
    g_param_spec_object ("owner", NULL, NULL,
                         G_TYPE_OBJECT,
                         writable);

  /**
   * AtLatest:executor: (getter get_executor) (setter set_executor)
   *
   * What tasks run on that name no executor; %NULL for the default thread pool.
   *
   * Since: 1.0
   */
  properties[PROP_EXECUTOR] =
    g_param_spec_object ("executor", NULL, NULL,
                         AT_TYPE_EXECUTOR,
                         writable);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * AtLatest::create-task:
   * @self: the latest
   * @params: (nullable): what was submitted
   *
   * Emitted when a submission starts. The task that is returned, which was not executed, is
   * executed with @params; if no handler returns one, the function is the body.
   *
   * Its thread.
   *
   * Returns: (transfer full) (nullable): a task, or %NULL to leave it to others
   *
   * Since: 1.0
   */
  signals[CREATE_TASK] = at_task_maker_add_signal (G_TYPE_FROM_CLASS (klass));

  /**
   * AtLatest::result:
   * @self: the latest
   * @value: (nullable): the result, or %NULL if the body set none
   * @params: (nullable): what was submitted
   *
   * The newest submission has succeeded.
   *
   * Its thread; [property@Latest:task] and [property@Latest:busy] have changed before.
   *
   * Since: 1.0
   */
  signals[RESULT] =
    g_signal_new ("result",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 2,
                  G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE,
                  G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * AtLatest::failed:
   * @self: the latest
   * @error: the error
   * @params: (nullable): what was submitted
   *
   * The newest submission has failed. If nobody handles this, it is a warning in the log.
   *
   * Its thread; [property@Latest:task] and [property@Latest:busy] have changed before.
   *
   * Since: 1.0
   */
  signals[FAILED] =
    g_signal_new ("failed",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 2,
                  G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE,
                  G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
at_latest_init (AtLatest *self)
{
  g_weak_ref_init (&self->self, self);
  at_task_maker_init (&self->maker, self, signals[CREATE_TASK]);
  self->follower.func = on_task_changed;
}

/**
 * at_latest_new:
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): the body, or
 *   %NULL if [signal@Latest::create-task] makes the tasks
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the main context of the latest
 *
 * Creates something of which only the newest submission counts.
 *
 * Any thread: it belongs to the thread-default main context.
 *
 * Returns: (transfer full): a new latest
 *
 * Since: 1.0
 */
AtLatest *
(at_latest_new) (AtTaskFunc     func,
                 gpointer       user_data,
                 GDestroyNotify destroy)
{
  return at_latest_new_named (NULL, func, user_data, destroy);
}

/**
 * at_latest_new_named: (skip)
 * @body_name: (nullable): what @func is called; it is not copied, and never freed
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): the body
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the main context of the latest
 *
 * The same as [ctor@Latest.new], which is a macro in C, with a name for the body.
 *
 * Any thread: it belongs to the thread-default main context.
 *
 * Returns: (transfer full): a new latest
 *
 * Since: 1.0
 */
AtLatest *
at_latest_new_named (const char     *body_name,
                     AtTaskFunc      func,
                     gpointer        user_data,
                     GDestroyNotify  destroy)
{
  AtLatest *self = g_object_new (AT_TYPE_LATEST, NULL);

  at_task_maker_set_func (&self->maker, body_name, func, user_data, destroy);

  return self;
}

/**
 * at_latest_submit:
 * @self: a latest
 * @params: (nullable): what the body gets; a copy is made. An empty value stands for
 *   %NULL
 *
 * Has the body run with other parameters.
 *
 * What was submitted before, and has not ended, is dropped: its body is interrupted, if it
 * runs, and nothing of it is delivered. No signal but [signal@Latest::create-task] is
 * emitted inside this function.
 *
 * Its thread.
 *
 * Since: 1.0
 */
void
at_latest_submit (AtLatest     *self,
                  const GValue *params)
{
  g_autoptr (AtSubmission) submission = NULL;
  g_autoptr (AtLatest) kept = NULL;
  guint64 serial;

  g_return_if_fail (AT_IS_LATEST (self));
  g_return_if_fail (params == NULL || params->g_type == 0 || G_IS_VALUE (params));
  g_return_if_fail (at_task_maker_is_home (&self->maker));

  if (is_owner_gone (self))
    return;

  kept = g_object_ref (self);
  submission = at_submission_new (params);
  supersede (self);
  serial = self->serial;
  self->waiting = g_steal_pointer (&submission);
  if (!self->busy)
    {
      self->busy = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
      if (serial != self->serial)
        return;
    }
  if (self->delay > 0)
    set_clock (self, g_get_monotonic_time () + self->delay);
  start_next (self);
}

/**
 * at_latest_cancel:
 * @self: a latest
 *
 * Drops all that was submitted.
 *
 * A body that runs is interrupted. Neither [signal@Latest::result] nor
 * [signal@Latest::failed] comes.
 *
 * Its thread.
 *
 * Since: 1.0
 */
void
at_latest_cancel (AtLatest *self)
{
  g_autoptr (AtLatest) kept = NULL;

  g_return_if_fail (AT_IS_LATEST (self));
  g_return_if_fail (at_task_maker_is_home (&self->maker));

  kept = g_object_ref (self);
  drop_all (self);
}

/**
 * at_latest_get_delay:
 * @self: a latest
 *
 * Gets for how long there has to be no submission before the newest one starts.
 *
 * Its thread.
 *
 * Returns: seconds; 0 to start at once
 *
 * Since: 1.0
 */
double
at_latest_get_delay (AtLatest *self)
{
  g_return_val_if_fail (AT_IS_LATEST (self), 0);

  return (double) self->delay / G_USEC_PER_SEC;
}

/**
 * at_latest_set_delay:
 * @self: a latest
 * @delay: seconds; 0 to start at once
 *
 * Sets for how long there has to be no submission before the newest one starts.
 *
 * It is for the next submission.
 *
 * Its thread.
 *
 * Since: 1.0
 */
void
at_latest_set_delay (AtLatest *self,
                     double    delay)
{
  gint64 usec;

  g_return_if_fail (AT_IS_LATEST (self));
  g_return_if_fail (delay >= 0);
  g_return_if_fail (at_task_maker_is_home (&self->maker));

  /* Longer than anybody lives. */
  usec = (gint64) (MIN (delay, 1e10) * G_USEC_PER_SEC + 0.5);
  if (self->delay == usec)
    return;

  self->delay = usec;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DELAY]);
}

/**
 * at_latest_get_busy:
 * @self: a latest
 *
 * Gets whether something was submitted whose end has yet to come.
 *
 * Its thread.
 *
 * Returns: %TRUE from [method@Latest.submit] to the end of the newest
 *
 * Since: 1.0
 */
gboolean
at_latest_get_busy (AtLatest *self)
{
  g_return_val_if_fail (AT_IS_LATEST (self), FALSE);

  return self->busy;
}

/**
 * at_latest_get_task:
 * @self: a latest
 *
 * Gets the task of the newest submission.
 *
 * Its thread.
 *
 * Returns: (nullable) (transfer none): a task, or %NULL if it has none yet, or it has ended
 *
 * Since: 1.0
 */
AtAsyncTask *
at_latest_get_task (AtLatest *self)
{
  g_return_val_if_fail (AT_IS_LATEST (self), NULL);

  return get_newest_task (self);
}

/**
 * at_latest_get_owner:
 * @self: a latest
 *
 * Gets the object that all this is for.
 *
 * Its thread.
 *
 * Returns: (nullable) (transfer none): the owner, or %NULL if it has none or it is gone
 *
 * Since: 1.0
 */
GObject *
at_latest_get_owner (AtLatest *self)
{
  g_autoptr (GObject) owner = NULL;

  g_return_val_if_fail (AT_IS_LATEST (self), NULL);

  if (self->owner != NULL)
    owner = at_owner_link_dup_owner (self->owner);

  /* Whoever else keeps it alive does so on this thread. */
  return owner;
}

/**
 * at_latest_set_owner:
 * @self: a latest
 * @owner: (nullable): the object that all this is for, such as a window
 *
 * Sets the object that all this is for.
 *
 * It is not kept alive. When it is disposed all is cancelled, and nothing is emitted any
 * more. Tasks that have no owner have this one.
 *
 * Its thread.
 *
 * Since: 1.0
 */
void
at_latest_set_owner (AtLatest *self,
                     GObject  *owner)
{
  g_return_if_fail (AT_IS_LATEST (self));
  g_return_if_fail (owner == NULL || G_IS_OBJECT (owner));
  g_return_if_fail (at_task_maker_is_home (&self->maker));

  if (at_latest_get_owner (self) == owner && (owner != NULL || self->owner == NULL))
    return;

  g_clear_pointer (&self->owner, at_owner_link_sever);
  if (owner != NULL)
    self->owner = at_owner_link_new (owner, G_OBJECT (self), on_owner_gone);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OWNER]);
}

/**
 * at_latest_get_executor:
 * @self: a latest
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
at_latest_get_executor (AtLatest *self)
{
  g_return_val_if_fail (AT_IS_LATEST (self), NULL);

  return self->maker.executor;
}

/**
 * at_latest_set_executor:
 * @self: a latest
 * @executor: (nullable): an executor, or %NULL for the default thread pool
 *
 * Sets what tasks run on that name no executor.
 *
 * Its thread.
 *
 * Since: 1.0
 */
void
at_latest_set_executor (AtLatest   *self,
                        AtExecutor *executor)
{
  g_return_if_fail (AT_IS_LATEST (self));
  g_return_if_fail (executor == NULL || AT_IS_EXECUTOR (executor));
  g_return_if_fail (at_task_maker_is_home (&self->maker));

  if (g_set_object (&self->maker.executor, executor))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXECUTOR]);
}
