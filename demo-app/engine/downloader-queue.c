/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-queue.h"

#include "downloader-gate.h"
#include "downloader-settings.h"

/* So many may wait for their next try without counting; a thread waits with each. */
#define MAX_ASIDE 64

/* A download that waits before it tries again steps aside: it keeps its thread,
 * and the executor gets one more, so that another download has its place. Coming
 * back it stands in line for a place with those that have just begun. */
struct _DownloaderQueue
{
  GObject               parent_instance;
  AtThreadPoolExecutor *executor;

  /* Guards what follows. */
  DownloaderGate        gate;
  guint                 max_active;
  guint                 n_active;
  guint                 n_aside;
  GQueue                line;
};

/* Somebody in line, on the stack of who waits. */
typedef struct
{
  gboolean was_aside;
  gboolean admitted;
} Place;

enum
{
  PROP_MAX_ACTIVE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (DownloaderQueue, downloader_queue, G_TYPE_OBJECT)

static void
downloader_queue_dispose (GObject *object)
{
  DownloaderQueue *self = DOWNLOADER_QUEUE (object);

  g_clear_object (&self->executor);

  G_OBJECT_CLASS (downloader_queue_parent_class)->dispose (object);
}

static void
downloader_queue_finalize (GObject *object)
{
  DownloaderQueue *self = DOWNLOADER_QUEUE (object);

  g_assert (g_queue_is_empty (&self->line));
  downloader_gate_clear (&self->gate);

  G_OBJECT_CLASS (downloader_queue_parent_class)->finalize (object);
}

static void
downloader_queue_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  DownloaderQueue *self = DOWNLOADER_QUEUE (object);

  switch (prop_id)
    {
    case PROP_MAX_ACTIVE:
      g_value_set_uint (value, downloader_queue_get_max_active (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_queue_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  DownloaderQueue *self = DOWNLOADER_QUEUE (object);

  switch (prop_id)
    {
    case PROP_MAX_ACTIVE:
      downloader_queue_set_max_active (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_queue_class_init (DownloaderQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = downloader_queue_dispose;
  object_class->finalize = downloader_queue_finalize;
  object_class->get_property = downloader_queue_get_property;
  object_class->set_property = downloader_queue_set_property;

  /**
   * DownloaderQueue:max-active:
   *
   * How many downloads run at once.
   */
  props[PROP_MAX_ACTIVE] = g_param_spec_uint ("max-active", NULL, NULL,
                                              1, DOWNLOADER_MAX_ACTIVE, DOWNLOADER_DEFAULT_ACTIVE,
                                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                              G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
downloader_queue_init (DownloaderQueue *self)
{
  downloader_gate_init (&self->gate);
  g_queue_init (&self->line);
  self->max_active = DOWNLOADER_DEFAULT_ACTIVE;
  self->executor = at_thread_pool_executor_new ("downloads", self->max_active);
}

/* Called with the gate locked. */
static void
update_threads (DownloaderQueue *self)
{
  at_thread_pool_executor_set_max_threads (self->executor, self->max_active + self->n_aside);
}

static void
admit (DownloaderQueue *self)
{
  while (self->n_active < self->max_active && !g_queue_is_empty (&self->line))
    {
      Place *place = g_queue_pop_head (&self->line);

      place->admitted = TRUE;
      self->n_active++;
      if (place->was_aside)
        self->n_aside--;
    }

  update_threads (self);
  downloader_gate_wake (&self->gate);
}

/**
 * downloader_queue_new:
 * @max_active: How many downloads run at once, from 1 to %DOWNLOADER_MAX_ACTIVE.
 *
 * Makes a queue for downloads.
 *
 * Returns: (transfer full): the queue
 */
DownloaderQueue *
downloader_queue_new (guint max_active)
{
  return g_object_new (DOWNLOADER_TYPE_QUEUE, "max-active", max_active, NULL);
}

/**
 * downloader_queue_get_max_active:
 * @self: A queue.
 *
 * Gets how many downloads run at once.
 *
 * Returns: a number of downloads
 */
guint
downloader_queue_get_max_active (DownloaderQueue *self)
{
  guint max_active;

  downloader_gate_lock (&self->gate);
  max_active = self->max_active;
  downloader_gate_unlock (&self->gate);

  return max_active;
}

/**
 * downloader_queue_set_max_active:
 * @self: A queue.
 * @max_active: How many downloads run at once, from 1 to %DOWNLOADER_MAX_ACTIVE.
 *
 * Sets how many downloads run at once. More start at once; when there are to be
 * fewer, those that run go on to their end.
 */
void
downloader_queue_set_max_active (DownloaderQueue *self,
                                 guint            max_active)
{
  gboolean changed;

  g_return_if_fail (max_active >= 1 && max_active <= DOWNLOADER_MAX_ACTIVE);

  downloader_gate_lock (&self->gate);
  changed = self->max_active != max_active;
  self->max_active = max_active;
  if (changed)
    admit (self);
  downloader_gate_unlock (&self->gate);

  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MAX_ACTIVE]);
}

/**
 * downloader_queue_execute:
 * @self: A queue.
 * @task: What is to be run.
 * @error: Return location for an error.
 *
 * Puts a task at the end of the queue, or where its priority belongs.
 *
 * Returns: %FALSE if it was refused
 */
gboolean
downloader_queue_execute (DownloaderQueue  *self,
                          AtAsyncTask      *task,
                          GError          **error)
{
  return at_async_task_execute_on_executor (task, AT_EXECUTOR (self->executor), NULL, error);
}

static gboolean
stand_in_line (DownloaderQueue *self,
               gboolean         was_aside,
               GCancellable    *cancellable)
{
  Place place = { .was_aside = was_aside };
  gulong handler = downloader_gate_enter (&self->gate, cancellable);
  gboolean go_on = TRUE;

  g_queue_push_tail (&self->line, &place);
  admit (self);
  while (!place.admitted && go_on)
    go_on = downloader_gate_wait (&self->gate, cancellable, -1);

  if (!place.admitted)
    {
      g_queue_remove (&self->line, &place);
      if (was_aside)
        self->n_aside--;
      update_threads (self);
    }
  downloader_gate_leave (&self->gate, cancellable, handler);

  return place.admitted;
}

/**
 * downloader_queue_arrive:
 * @self: A queue.
 * @cancellable: (nullable): What ends waiting.
 *
 * Waits for a place, in the body of a task that begins.
 *
 * Returns: %FALSE if cancelled; the body has no place then
 */
gboolean
downloader_queue_arrive (DownloaderQueue *self,
                         GCancellable    *cancellable)
{
  return stand_in_line (self, FALSE, cancellable);
}

/**
 * downloader_queue_end:
 * @self: A queue.
 *
 * Gives up the place of a body that ends.
 */
void
downloader_queue_end (DownloaderQueue *self)
{
  downloader_gate_lock (&self->gate);
  self->n_active--;
  admit (self);
  downloader_gate_unlock (&self->gate);
}

/**
 * downloader_queue_step_aside:
 * @self: A queue.
 *
 * Gives up the place of a body that has nothing to do for a while.
 *
 * Returns: %FALSE if too many have done so already; the body keeps its place then
 */
gboolean
downloader_queue_step_aside (DownloaderQueue *self)
{
  gboolean aside;

  downloader_gate_lock (&self->gate);
  aside = self->n_aside < MAX_ASIDE;
  if (aside)
    {
      self->n_active--;
      self->n_aside++;
      admit (self);
    }
  downloader_gate_unlock (&self->gate);

  return aside;
}

/**
 * downloader_queue_is_full:
 * @self: A queue.
 *
 * Tells whether who comes now would have to wait.
 *
 * Returns: %TRUE if no place is free
 */
gboolean
downloader_queue_is_full (DownloaderQueue *self)
{
  gboolean full;

  downloader_gate_lock (&self->gate);
  full = self->n_active >= self->max_active;
  downloader_gate_unlock (&self->gate);

  return full;
}

/**
 * downloader_queue_come_back:
 * @self: A queue.
 * @cancellable: (nullable): What ends waiting.
 *
 * Waits for a place after downloader_queue_step_aside().
 *
 * Returns: %FALSE if cancelled; the body has no place then
 */
gboolean
downloader_queue_come_back (DownloaderQueue *self,
                            GCancellable    *cancellable)
{
  return stand_in_line (self, TRUE, cancellable);
}
