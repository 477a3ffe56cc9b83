/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-throttle.h"

/* What may be taken at once, as a part of a second: small enough for a progress
 * bar that moves steadily, large enough to cost nothing. */
#define PORTIONS_PER_SECOND 8

/* Several downloads share one limit. Each reads a portion, then pays for it, and
 * they pay in the order in which they came: who has paid goes to the end of the
 * line, which gives each the same share. What nobody uses for a portion's worth
 * of time is lost, so that a lull is not made up for by a burst. */
struct _DownloaderThrottle
{
  GObject        parent_instance;

  /* Guards what follows. */
  GMutex         lock;
  GCond          changed;
  guint64        limit;
  double         tokens;
  gint64         filled_at;
  GQueue         line;
};

enum
{
  PROP_LIMIT = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (DownloaderThrottle, downloader_throttle, G_TYPE_OBJECT)

static void
downloader_throttle_finalize (GObject *object)
{
  DownloaderThrottle *self = DOWNLOADER_THROTTLE (object);

  g_assert (g_queue_is_empty (&self->line));
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);

  G_OBJECT_CLASS (downloader_throttle_parent_class)->finalize (object);
}

static void
downloader_throttle_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  DownloaderThrottle *self = DOWNLOADER_THROTTLE (object);

  switch (prop_id)
    {
    case PROP_LIMIT:
      g_value_set_uint64 (value, downloader_throttle_get_limit (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_throttle_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  DownloaderThrottle *self = DOWNLOADER_THROTTLE (object);

  switch (prop_id)
    {
    case PROP_LIMIT:
      downloader_throttle_set_limit (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_throttle_class_init (DownloaderThrottleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = downloader_throttle_finalize;
  object_class->get_property = downloader_throttle_get_property;
  object_class->set_property = downloader_throttle_set_property;

  /**
   * DownloaderThrottle:limit:
   *
   * How many bytes per second all downloads together may take, 0 for as many as
   * there are.
   */
  props[PROP_LIMIT] = g_param_spec_uint64 ("limit", NULL, NULL, 0, G_MAXUINT64, 0,
                                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                           G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
downloader_throttle_init (DownloaderThrottle *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->line);
}

/**
 * downloader_throttle_new:
 *
 * Makes a throttle without a limit.
 *
 * Returns: (transfer full): the throttle
 */
DownloaderThrottle *
downloader_throttle_new (void)
{
  return g_object_new (DOWNLOADER_TYPE_THROTTLE, NULL);
}

/**
 * downloader_throttle_get_default:
 *
 * Gets the throttle that the downloads of this program share unless their
 * settings name another one.
 *
 * Returns: (transfer none): the throttle
 */
DownloaderThrottle *
downloader_throttle_get_default (void)
{
  static gsize once;
  static DownloaderThrottle *throttle;

  if (g_once_init_enter (&once))
    {
      throttle = downloader_throttle_new ();
      g_once_init_leave (&once, 1);
    }

  return throttle;
}

/**
 * downloader_throttle_get_limit:
 * @self: A throttle.
 *
 * Gets how many bytes per second all downloads together may take. Any thread may
 * ask.
 *
 * Returns: bytes per second, 0 for as many as there are
 */
guint64
downloader_throttle_get_limit (DownloaderThrottle *self)
{
  guint64 limit;

  g_mutex_lock (&self->lock);
  limit = self->limit;
  g_mutex_unlock (&self->lock);

  return limit;
}

/**
 * downloader_throttle_set_limit:
 * @self: A throttle.
 * @limit: Bytes per second, 0 for as many as there are.
 *
 * Sets how many bytes per second all downloads together may take. It holds at
 * once, also for those that run. Any thread may set it; the notification comes
 * in that thread.
 */
void
downloader_throttle_set_limit (DownloaderThrottle *self,
                               guint64             limit)
{
  gboolean changed;

  g_mutex_lock (&self->lock);
  changed = self->limit != limit;
  if (changed)
    {
      self->limit = limit;
      self->tokens = 0;
      self->filled_at = g_get_monotonic_time ();
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);

  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LIMIT]);
}

static gsize
get_portion (DownloaderThrottle *self,
             gsize               most)
{
  if (self->limit == 0)
    return most;

  return (gsize) CLAMP (self->limit / PORTIONS_PER_SECOND, 1, most);
}

/**
 * downloader_throttle_get_portion:
 * @self: A throttle.
 * @most: How much could be read at once.
 *
 * Gets how much should be read at once, before it is paid for.
 *
 * Returns: at least 1 and at most @most
 */
gsize
downloader_throttle_get_portion (DownloaderThrottle *self,
                                 gsize               most)
{
  gsize portion;

  g_mutex_lock (&self->lock);
  portion = get_portion (self, most);
  g_mutex_unlock (&self->lock);

  return portion;
}

static void
fill (DownloaderThrottle *self,
      gsize               most)
{
  gint64 now = g_get_monotonic_time ();
  double made = (double) (now - self->filled_at) / G_USEC_PER_SEC * (double) self->limit;

  self->tokens = MIN (self->tokens + made, (double) most);
  self->filled_at = now;
}

/* How long the first in line has to wait; nothing when there is no limit (any
 * more). What was read under a higher limit counts as one portion: a limit that
 * is lowered holds from then on, not for the past. */
static gint64
get_wait (DownloaderThrottle *self,
          gsize              *bytes)
{
  double missing;

  if (self->limit == 0)
    return 0;

  *bytes = MIN (*bytes, get_portion (self, *bytes));
  fill (self, MAX (*bytes, get_portion (self, G_MAXSSIZE)));
  missing = (double) *bytes - self->tokens;
  if (missing <= 0)
    return 0;

  return (gint64) (missing / (double) self->limit * G_USEC_PER_SEC) + 1;
}

/* Under the lock, so that it cannot fall between a look at the cancellable and the wait
 * that follows it. */
static void
cancelled (GCancellable       *cancellable,
           DownloaderThrottle *self)
{
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/**
 * downloader_throttle_pay:
 * @self: A throttle.
 * @bytes: How much was read.
 * @cancellable: (nullable): What ends waiting.
 *
 * Waits until what was read is within the limit.
 *
 * Returns: %FALSE if cancelled meanwhile
 */
gboolean
downloader_throttle_pay (DownloaderThrottle *self,
                         gsize               bytes,
                         GCancellable       *cancellable)
{
  gboolean paid = FALSE;
  gulong handler = 0;
  GList *place;

  /* Unlimited is the usual case, and must cost nothing. */
  g_mutex_lock (&self->lock);
  paid = self->limit == 0;
  g_mutex_unlock (&self->lock);
  if (paid)
    return TRUE;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled), self, NULL);
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->line, &bytes);
  place = self->line.tail;

  for (;;)
    {
      gint64 wait = -1;

      if (place == self->line.head)
        {
          wait = get_wait (self, &bytes);
          paid = wait == 0;
        }
      else
        paid = self->limit == 0;

      if (paid || g_cancellable_is_cancelled (cancellable))
        break;
      if (wait < 0)
        g_cond_wait (&self->changed, &self->lock);
      else
        g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + wait);
    }

  if (paid && self->limit > 0)
    self->tokens -= (double) bytes;
  g_queue_delete_link (&self->line, place);
  g_cond_broadcast (&self->changed);

  /* Disconnecting waits for a handler that runs, and that waits for the lock. */
  g_mutex_unlock (&self->lock);
  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, handler);

  return paid;
}
