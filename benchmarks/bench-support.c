/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What both sides of a comparison share: clock, checks, main loop, probes. */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "bench-heap.h"

#define TIMER_INTERVAL_USEC (G_USEC_PER_SEC / 60)
#define TIMER_START_USEC    1000
#define REDRAW_PRIORITY     120

static const char        *program;
static __thread gboolean  is_owner;

void
bench_init (const char *path)
{
  program = path;
  is_owner = TRUE;
}

const char *
bench_get_program (void)
{
  return program;
}

void
bench_fail (const char *format,
            ...)
{
  va_list args;

  va_start (args, format);
  fputs ("asynctask-bench: ", stderr);
  vfprintf (stderr, format, args);
  fputc ('\n', stderr);
  va_end (args);

  /* Not exit(): other threads may be in the middle of anything. */
  fflush (stderr);
  _exit (1);
}

double
bench_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);

  return now.tv_sec + now.tv_nsec * 1e-9;
}

/* Binds the process to the last CPU it may use; the first ones get the interrupts. */
void
bench_pin (void)
{
  cpu_set_t allowed;
  cpu_set_t one;

  CPU_ZERO (&one);
  if (sched_getaffinity (0, sizeof allowed, &allowed) != 0)
    bench_fail ("sched_getaffinity() failed");

  for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--)
    {
      if (CPU_ISSET (cpu, &allowed))
        {
          CPU_SET (cpu, &one);
          break;
        }
    }

  if (sched_setaffinity (0, sizeof one, &one) != 0)
    bench_fail ("sched_setaffinity() failed");
}

/* A short piece of work, about 100 µs. A fixed number of steps, not a fixed time: bodies
 * that share a CPU must not be able to wait for the same 100 µs together. */
void
bench_compute (void)
{
  volatile guint32 sink;
  guint32 value = 1;

  for (guint i = 0; i < 100000; i++)
    value = value * 1664525u + 1013904223u;

  sink = value;
  (void) sink;
}

void
bench_check_owner (void)
{
  if (G_UNLIKELY (!is_owner))
    bench_fail ("a callback ran outside the main thread");
}

void
bench_check_worker (void)
{
  if (G_UNLIKELY (is_owner))
    bench_fail ("a body ran on the main thread");
}

int
bench_compare (gconstpointer a,
               gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Main thread only. */
static struct
{
  GMainLoop *loop;
  guint8    *seen;
  guint      n_expected;
  guint      n_seen;
} tally;

void
bench_tally_begin (guint n_expected)
{
  g_assert (tally.seen == NULL);

  tally.loop = g_main_loop_new (NULL, FALSE);
  tally.seen = g_new0 (guint8, n_expected);
  tally.n_expected = n_expected;
  tally.n_seen = 0;
}

void
bench_tally_count (guint index)
{
  bench_check_owner ();

  if (G_UNLIKELY (index >= tally.n_expected))
    bench_fail ("a callback for task %u of %u", index, tally.n_expected);
  if (G_UNLIKELY (tally.seen[index]++ != 0))
    bench_fail ("task %u was called back twice", index);

  if (++tally.n_seen == tally.n_expected)
    g_main_loop_quit (tally.loop);
}

/* Returns once the last task was called back. */
void
bench_tally_run (void)
{
  if (tally.n_seen < tally.n_expected)
    g_main_loop_run (tally.loop);
}

/* Returns with nothing pending, so that what frees the last tasks is measured too. */
void
bench_tally_wait (void)
{
  bench_tally_run ();

  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

void
bench_tally_end (void)
{
  /* A late second callback would have to come from here. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  if (tally.n_seen != tally.n_expected)
    bench_fail ("%u of %u tasks were called back", tally.n_seen, tally.n_expected);

  g_clear_pointer (&tally.seen, g_free);
  g_clear_pointer (&tally.loop, g_main_loop_unref);
}

struct _BenchProbes
{
  GSource *timer;
  GSource *idle;
  gint64   timer_due;
  double   idle_last;
  double   worst_timer;
  double   worst_idle;
};

static void
bench_probes_note_timer (BenchProbes *self)
{
  gint64 delay = g_get_monotonic_time () - self->timer_due;

  self->worst_timer = MAX (self->worst_timer, delay / (double) G_USEC_PER_SEC);
}

static void
bench_probes_note_idle (BenchProbes *self)
{
  double now = bench_now ();

  self->worst_idle = MAX (self->worst_idle, now - self->idle_last);
  self->idle_last = now;
}

static void
bench_probes_rearm_timer (BenchProbes *self,
                          gint64       interval)
{
  self->timer_due = g_get_monotonic_time () + interval;
  g_source_set_ready_time (self->timer, self->timer_due);
}

static gboolean
on_timer (gpointer user_data)
{
  bench_probes_note_timer (user_data);
  bench_probes_rearm_timer (user_data, TIMER_INTERVAL_USEC);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_idle (gpointer user_data)
{
  bench_probes_note_idle (user_data);

  return G_SOURCE_CONTINUE;
}

static gboolean
timer_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  return callback (user_data);
}

BenchProbes *
bench_probes_start (void)
{
  /* GLib's own timeouts are whole milliseconds. */
  static GSourceFuncs timer_funcs = { .dispatch = timer_dispatch };
  BenchProbes *self = g_new0 (BenchProbes, 1);

  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "[bench] 60 Hz timer");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, NULL);
  bench_probes_rearm_timer (self, TIMER_START_USEC);

  self->idle = g_idle_source_new ();
  g_source_set_static_name (self->idle, "[bench] redraw");
  g_source_set_priority (self->idle, REDRAW_PRIORITY);
  g_source_set_callback (self->idle, on_idle, self, NULL);
  g_source_attach (self->idle, NULL);
  self->idle_last = bench_now ();

  return self;
}

void
bench_probes_stop (BenchProbes *self,
                   double      *timer_delay,
                   double      *idle_delay)
{
  /* A source that was not reached is late until now. */
  bench_probes_note_timer (self);
  bench_probes_note_idle (self);

  *timer_delay = self->worst_timer;
  *idle_delay = self->worst_idle;

  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_source_destroy (self->idle);
  g_source_unref (self->idle);
  g_free (self);
}

static struct
{
  GMutex   mutex;
  GCond    cond;
  gboolean closed;
} gate;

void
bench_gate_close (void)
{
  g_mutex_lock (&gate.mutex);
  gate.closed = TRUE;
  g_mutex_unlock (&gate.mutex);
}

void
bench_gate_open (void)
{
  g_mutex_lock (&gate.mutex);
  gate.closed = FALSE;
  g_cond_broadcast (&gate.cond);
  g_mutex_unlock (&gate.mutex);
}

void
bench_gate_pass (void)
{
  g_mutex_lock (&gate.mutex);
  while (gate.closed)
    g_cond_wait (&gate.cond, &gate.mutex);
  g_mutex_unlock (&gate.mutex);
}

BenchHeap
bench_heap_read (void)
{
  static BenchHeapCount count;
  BenchHeap heap;

  if (count == NULL)
    {
      /* There only when the counter was preloaded into this process. */
      count = (BenchHeapCount) dlsym (RTLD_DEFAULT, "bench_heap_count");
      if (count == NULL)
        bench_fail ("the heap counter is not loaded");
    }

  count (&heap.bytes, &heap.blocks, &heap.allocations);

  return heap;
}
