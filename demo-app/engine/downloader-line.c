/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-line.h"

#include "downloader-http.h"

/* Some servers give only so many files at once to each address. Whom such a one refuses
 * while others of ours are there waits in line: each that leaves calls the first, which
 * asks again.
 *
 * One that is called has either asked by the time it leaves its own place, where it calls
 * the next, or hands the call on when it ends. So no call is lost. */
typedef struct
{
  char   *server;
  GQueue  waiting;
  guint   n_places;
  guint   n_left;
} Line;

struct _DownloaderPlace
{
  Line  *line;   /* NULL when it was lost: its owner waits now */
  guint  n_left; /* when it was taken */
};

/* Guards all that is in this file. */
static GMutex lock;
static GHashTable *lines;

static void
line_free (gpointer data)
{
  Line *self = data;

  g_free (self->server);
  g_free (self);
}

static Line *
ensure_line (char *server)
{
  Line *self;

  if (lines == NULL)
    lines = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, line_free);

  self = g_hash_table_lookup (lines, server);
  if (self != NULL)
    {
      g_free (server);
      return self;
    }

  self = g_new0 (Line, 1);
  self->server = server;
  g_hash_table_insert (lines, server, self);

  return self;
}

static void
drop_if_empty (Line *self)
{
  if (self->n_places == 0 && self->waiting.length == 0)
    g_hash_table_remove (lines, self->server);
}

/* Under the lock; who is called is told without it. It cannot be gone: it leaves the line
 * before. */
static AtAsyncTask *
call_first (Line *self)
{
  GList *link = g_queue_pop_head_link (&self->waiting);
  DownloaderWaiter *waiter = link != NULL ? link->data : NULL;

  if (waiter == NULL)
    return NULL;

  waiter->is_in_line = FALSE;
  waiter->is_called = TRUE;

  return g_object_ref (waiter->task);
}

/* One that does not rest yet finds the call when it does. */
static void
tell (AtAsyncTask *called)
{
  if (called == NULL)
    return;

  at_async_task_try_now (called);
  g_object_unref (called);
}

static void
leave_line (DownloaderWaiter *self)
{
  Line *line;

  if (!self->is_in_line)
    return;

  line = g_hash_table_lookup (lines, self->server);
  g_queue_unlink (&line->waiting, &self->link);
  self->is_in_line = FALSE;
  drop_if_empty (line);
}

/**
 * downloader_place_take:
 * @uri: What is about to be asked for.
 *
 * Notes that there is a connection to a server. Any thread may do so.
 *
 * Returns: (transfer full): the place, to be left when that has ended
 */
DownloaderPlace *
downloader_place_take (GUri *uri)
{
  DownloaderPlace *self = g_new0 (DownloaderPlace, 1);

  g_mutex_lock (&lock);
  self->line = ensure_line (downloader_http_make_origin (uri));
  self->line->n_places++;
  self->n_left = self->line->n_left;
  g_mutex_unlock (&lock);

  return self;
}

/**
 * downloader_place_leave:
 * @self: (transfer full): A place.
 *
 * Notes that a connection has ended, and calls who is first in line; unless that is
 * where its owner went.
 */
void
downloader_place_leave (DownloaderPlace *self)
{
  Line *line = self->line;
  AtAsyncTask *called = NULL;

  g_mutex_lock (&lock);
  if (line != NULL)
    {
      line->n_places--;
      line->n_left++;
      called = call_first (line);
      drop_if_empty (line);
    }
  g_mutex_unlock (&lock);

  tell (called);
  g_free (self);
}

/**
 * downloader_place_wait:
 * @self: A place that the server refuses.
 * @waiter: (nullable): Whose it is, if it does not wait for anything else.
 * @in_front: Whether it was called, and is the next again.
 *
 * Goes in line, if there is another connection of ours to wait for, and gives the place
 * up, which is still to be left. Where one has ended
 * since @self was taken, the server may not have known when it refused: then @waiter is
 * called at once.
 *
 * Returns: %FALSE if the server has no such reason to refuse
 */
gboolean
downloader_place_wait (DownloaderPlace  *self,
                       DownloaderWaiter *waiter,
                       gboolean          in_front)
{
  Line *line = self->line;
  gboolean has_left;
  gboolean is_lost;

  g_mutex_lock (&lock);
  has_left = line->n_left != self->n_left;
  is_lost = has_left || line->n_places > 1;
  if (is_lost && waiter != NULL)
    {
      g_free (waiter->server);
      waiter->server = g_strdup (line->server);
      waiter->is_called = has_left;
      waiter->is_in_line = !has_left;
      waiter->link.data = waiter;
      if (waiter->is_in_line && in_front)
        g_queue_push_head_link (&line->waiting, &waiter->link);
      else if (waiter->is_in_line)
        g_queue_push_tail_link (&line->waiting, &waiter->link);
    }

  /* From now on: of two that are refused together, one must not wait for the other. */
  if (is_lost)
    {
      self->line = NULL;
      line->n_places--;
      drop_if_empty (line);
    }
  g_mutex_unlock (&lock);

  return is_lost;
}

/**
 * downloader_waiter_ask:
 * @self: Who waits, or does not.
 *
 * Leaves the line, to ask the server whether called or not.
 */
void
downloader_waiter_ask (DownloaderWaiter *self)
{
  g_mutex_lock (&lock);
  leave_line (self);
  g_mutex_unlock (&lock);
}

/* Under the lock. A call that was not answered is for the next. */
static AtAsyncTask *
hand_on (DownloaderWaiter *self)
{
  Line *line = self->is_called ? g_hash_table_lookup (lines, self->server) : NULL;
  AtAsyncTask *called = NULL;

  self->is_called = FALSE;
  if (line != NULL)
    {
      called = call_first (line);
      drop_if_empty (line);
    }

  return called;
}

/**
 * downloader_waiter_take_call:
 * @self: Who has asked.
 * @place: (nullable): The place that came of it.
 *
 * Answers a call: the next is called when the place is left, or now if it is not one at
 * the server that was waited for.
 *
 * Returns: %TRUE if there was a call to @place
 */
gboolean
downloader_waiter_take_call (DownloaderWaiter *self,
                             DownloaderPlace  *place)
{
  AtAsyncTask *called = NULL;
  gboolean was_called;

  g_mutex_lock (&lock);
  was_called = self->is_called && place != NULL && g_str_equal (self->server, place->line->server);
  if (was_called)
    self->is_called = FALSE;
  else
    called = hand_on (self);
  g_mutex_unlock (&lock);

  tell (called);
  return was_called;
}

/**
 * downloader_waiter_is_called:
 * @self: Who waits, or does not.
 *
 * Tells whether it is to ask again.
 *
 * Returns: %TRUE if so
 */
gboolean
downloader_waiter_is_called (DownloaderWaiter *self)
{
  gboolean is_called;

  g_mutex_lock (&lock);
  is_called = self->is_called;
  g_mutex_unlock (&lock);

  return is_called;
}

/**
 * downloader_waiter_clear:
 * @self: Who does not go on.
 *
 * Leaves the line for good. A call that was not answered is for the next.
 */
void
downloader_waiter_clear (DownloaderWaiter *self)
{
  AtAsyncTask *called;

  g_mutex_lock (&lock);
  leave_line (self);
  called = hand_on (self);
  g_clear_pointer (&self->server, g_free);
  g_mutex_unlock (&lock);

  tell (called);
}
