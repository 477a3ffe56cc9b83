/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-thread-state-private.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
# include <sys/syscall.h>
#endif

static int
get_tid (void)
{
#ifdef __linux__
  return (int) syscall (SYS_gettid);
#else
  return 0;
#endif
}

void
at_thread_state_init (AtThreadState *self)
{
  memset (self, 0, sizeof *self);
  self->tid = get_tid ();
#ifdef HAVE_PTHREAD_GETCPUCLOCKID
  self->has_clock = pthread_getcpuclockid (pthread_self (), &self->clock) == 0;
#endif
}

gboolean
at_thread_state_ask_kernel (AtThreadState *self,
                            gboolean      *blocked)
{
  char path[64], line[256];
  const char *end;
  gssize length;
  int fd;

  if (self->tid == 0)
    return FALSE;

  g_snprintf (path, sizeof path, "/proc/self/task/%d/stat", self->tid);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  length = read (fd, line, sizeof line - 1);
  close (fd);
  if (length <= 0)
    return FALSE;
  line[length] = '\0';

  /* The name of the thread, in parentheses, may be anything. After it comes a letter,
   * R also if another thread has the processor, or a limit of a container keeps it
   * from going on. */
  end = strrchr (line, ')');
  if (end == NULL || end[1] != ' ')
    return FALSE;
  *blocked = end[2] == 'S' || end[2] == 'D';

  return TRUE;
}

gboolean
at_thread_state_ask_clock (AtThreadState *self,
                           gint64         now)
{
  struct timespec time = { 0, };
  gint64 used;

  if (!self->has_clock || clock_gettime (self->clock, &time) != 0)
    return FALSE;

  used = (gint64) time.tv_sec * 1000000000 + time.tv_nsec;
  if (used != self->used || self->moved_at == 0)
    {
      self->used = used;
      self->moved_at = now;
    }

  return now - self->moved_at >= AT_THREAD_STATE_TURN_USEC;
}

gboolean
at_thread_state_is_blocked (AtThreadState *self)
{
  gboolean blocked;

  if (at_thread_state_ask_kernel (self, &blocked))
    return blocked;

  return at_thread_state_ask_clock (self, g_get_monotonic_time ());
}
