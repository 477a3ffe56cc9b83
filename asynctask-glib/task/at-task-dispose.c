/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* The last reference to a task may go on any thread, and GObject disposes of it there. A
 * subclass may have widgets to let go: before anything of it runs, the task goes home.
 *
 * So what GObject calls is one of the functions below, in the class structure of each
 * class that has a dispose() of its own, from the first task on that is executed. Each is
 * for one class, whose own function it calls at home, so that classes that chain up to
 * each other, or inherit from each other later, find the right one. */

#define MOST_CLASSES 64

typedef void (* AtDisposeFunc) (GObject *object);

typedef struct
{
  GType         type;
  AtDisposeFunc dispose; /* what the class has had there */
} AtDisposer;

/* What this thread disposes of, one inside the other. */
typedef struct _AtDisposal AtDisposal;

struct _AtDisposal
{
  AtDisposal   *outer;
  GObject      *object;
  guint         number;
  GObjectClass *klass; /* whose function runs */
};

static __thread AtDisposal *current_disposal;

static GMutex     disposers_lock;
static AtDisposer disposers[MOST_CLASSES]; /* under the lock */
static guint      n_disposers;             /* under the lock */

/* Whether a task can be disposed of in this thread, which is at home then, until
 * at_task_leave_home(). Otherwise it will be, elsewhere or later. */
gboolean
at_task_begin_dispose (AtAsyncTask *self,
                       AtHome      *home)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  *home = at_task_enter_home (priv);
  if (*home == AT_HOME_FOREIGN)
    {
      /* The last reference of an executor written elsewhere may go on a worker. */
      at_homing_begin (G_OBJECT (self), at_task_get_mailbox (priv));
      return FALSE;
    }

  if (G_UNLIKELY (at_job_is_lent (&priv->job)) && at_task_fail_dropped (priv))
    {
      at_task_leave_home (priv, *home);
      return FALSE;
    }

  return TRUE;
}

/* PyGObject has one function for all of its classes, which chains up to the first class,
 * from the object's own on, that has another one: it finds ours again, and means what
 * comes after. */
static gboolean
chain_up (GObject       *object,
          guint          number,
          AtDisposeFunc  dispose)
{
  AtDisposal *disposal = current_disposal;

  while (disposal != NULL && (disposal->object != object || disposal->number != number))
    disposal = disposal->outer;
  if (disposal == NULL)
    return FALSE;

  do
    disposal->klass = g_type_class_peek_parent (disposal->klass);
  while (disposal->klass->dispose == dispose);
  disposal->klass->dispose (object);

  return TRUE;
}

static void
dispose_at_home (GObject *object,
                 guint    number)
{
  AtAsyncTask *self = AT_ASYNC_TASK (object);
  AtDisposal disposal = { current_disposal, object, number, NULL };
  AtDisposer disposer;
  AtHome home;

  g_mutex_lock (&disposers_lock);
  disposer = disposers[number];
  g_mutex_unlock (&disposers_lock);
  if (chain_up (object, number, disposer.dispose) || !at_task_begin_dispose (self, &home))
    return;

  disposal.klass = g_type_class_peek (disposer.type);
  current_disposal = &disposal;
  disposer.dispose (object);
  current_disposal = disposal.outer;
  at_task_leave_home (at_task_get_priv (self), home);
}

#define NUMBERS(X) EIGHT (X, 0) EIGHT (X, 1) EIGHT (X, 2) EIGHT (X, 3) EIGHT (X, 4) EIGHT (X, 5) EIGHT (X, 6) EIGHT (X, 7)
#define EIGHT(X, n) X (n, 0) X (n, 1) X (n, 2) X (n, 3) X (n, 4) X (n, 5) X (n, 6) X (n, 7)

#define DEFINE(n, m)                      \
  static void                             \
  dispose_##n##m (GObject *object)        \
  {                                       \
    dispose_at_home (object, 8 * n + m);  \
  }
#define NAME(n, m) dispose_##n##m,

NUMBERS (DEFINE)

static const AtDisposeFunc functions[MOST_CLASSES] = { NUMBERS (NAME) };

/* One that it has inherited calls that of the parent class. */
static gboolean
goes_home (GObjectClass *klass)
{
  for (guint i = 0; i < MOST_CLASSES; i++)
    if (klass->dispose == functions[i])
      return TRUE;

  return klass->dispose == at_async_task_dispose;
}

/* For the class of a task that is executed. Where there are too many, the last ones stay as
 * they are: at_async_task_dispose() is what sends their tasks home. */
void
at_task_guard_class (GObjectClass *klass)
{
  guint number;

  g_mutex_lock (&disposers_lock);
  if (!goes_home (klass))
    {
      /* The class of a plugin may have gone, and come again. */
      for (number = 0; number < n_disposers; number++)
        if (disposers[number].type == G_OBJECT_CLASS_TYPE (klass))
          break;
      if (number < MOST_CLASSES)
        {
          disposers[number].type = G_OBJECT_CLASS_TYPE (klass);
          disposers[number].dispose = klass->dispose;
          n_disposers = MAX (n_disposers, number + 1);
          g_atomic_pointer_set (&klass->dispose, functions[number]);
        }
    }
  g_mutex_unlock (&disposers_lock);
}
