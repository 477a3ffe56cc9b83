/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-deadline.h"

/* A blocking call that is bounded in time: it is given the cancellable of the
 * deadline, which follows that of the task. */
struct _DownloaderDeadline
{
  GCancellable *parent;
  GCancellable *cancellable;
  gulong        parent_handler;
  GSource      *source;

  /* Set by the timer's thread, atomic. */
  int           passed;
};

static gpointer
run_timers (gpointer data)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (data, FALSE);

  g_main_loop_run (loop);

  return NULL;
}

/* One thread serves every deadline for as long as the program lives: neither the
 * workers, which block, nor the owner's context can be relied on to count time. */
static GMainContext *
get_timer_context (void)
{
  static gsize once;
  static GMainContext *context;

  if (g_once_init_enter (&once))
    {
      context = g_main_context_new ();
      g_thread_unref (g_thread_new ("deadlines", run_timers, context));
      g_once_init_leave (&once, 1);
    }

  return context;
}

static void
parent_cancelled (GCancellable *parent,
                  gpointer      data)
{
  g_cancellable_cancel (data);
}

/**
 * downloader_deadline_new:
 * @parent: The cancellable of a task.
 *
 * Makes a deadline that has not started.
 *
 * Returns: (transfer full): the deadline
 */
DownloaderDeadline *
downloader_deadline_new (GCancellable *parent)
{
  DownloaderDeadline *self = g_new0 (DownloaderDeadline, 1);

  self->parent = g_object_ref (parent);
  self->cancellable = g_cancellable_new ();
  self->parent_handler = g_cancellable_connect (parent, G_CALLBACK (parent_cancelled),
                                                g_object_ref (self->cancellable), g_object_unref);

  return self;
}

void
downloader_deadline_free (DownloaderDeadline *self)
{
  if (self == NULL)
    return;

  downloader_deadline_stop (self);
  g_cancellable_disconnect (self->parent, self->parent_handler);
  g_object_unref (self->parent);
  g_object_unref (self->cancellable);
  g_free (self);
}

GCancellable *
downloader_deadline_get_cancellable (DownloaderDeadline *self)
{
  return self->cancellable;
}

static GMutex expiry_lock;

static gboolean
deadline_expired (gpointer data)
{
  DownloaderDeadline *self = data;
  g_autoptr(GCancellable) cancellable = NULL;

  /* The owner may be stopping the deadline just now, and free it after that. */
  g_mutex_lock (&expiry_lock);
  if (!g_source_is_destroyed (g_main_current_source ()))
    {
      g_atomic_int_set (&self->passed, 1);
      cancellable = g_object_ref (self->cancellable);
    }
  g_mutex_unlock (&expiry_lock);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);

  return G_SOURCE_REMOVE;
}

/**
 * downloader_deadline_start:
 * @self: A deadline.
 * @seconds: From now.
 *
 * Bounds what follows.
 */
void
downloader_deadline_start (DownloaderDeadline *self,
                           guint               seconds)
{
  downloader_deadline_stop (self);

  self->source = g_timeout_source_new_seconds (seconds);
  g_source_set_static_name (self->source, "[downloader] deadline");
  g_source_set_callback (self->source, deadline_expired, self, NULL);
  g_source_attach (self->source, get_timer_context ());
}

/**
 * downloader_deadline_stop:
 * @self: A deadline.
 *
 * Lets what follows take its time.
 */
void
downloader_deadline_stop (DownloaderDeadline *self)
{
  if (self->source == NULL)
    return;

  g_mutex_lock (&expiry_lock);
  g_source_destroy (self->source);
  g_mutex_unlock (&expiry_lock);
  g_clear_pointer (&self->source, g_source_unref);
}

gboolean
downloader_deadline_has_passed (DownloaderDeadline *self)
{
  return g_atomic_int_get (&self->passed) != 0;
}
