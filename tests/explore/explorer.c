/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE

#include "explorer.h"

#include "at-hand-private.h"
#include "at-thread-state-private.h"
#include "points.h"
#include "races.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Threads are real, and one of them runs at a time. Before each operation on what
 * threads share, an atomic word, a lock, a reference count, a pipe, a thread says
 * what it is about to do and asks choose() who goes on. Locks, conditions and time
 * are the explorer's own, so that it knows who can.
 *
 * A schedule is a list of such choices. The next one differs from the last in the
 * latest choice that has an alternative left, and repeats those before it: a search
 * depth first, without a memory of states. Alternatives are, where there is a bound,
 * all threads that can go on, as long as no more than so many choices take the
 * processor from a thread that could have gone on; and without a bound, those that
 * dynamic partial-order reduction (Flanagan and Godefroid, 2005) and sleep sets
 * (Godefroid, 1996) do not show to come to the same.
 *
 * Each scenario is explored in a process of its own; what it has done so far is in
 * memory shared with the parent, which tells of it whatever the end. */

#define MAX_STEPS        4000
#define MAX_OBJECTS      4096 /* a power of two */
#define MAX_TIMEOUTS     2    /* that come while a thread could have gone on */
#define STUCK_SECONDS    60
#define FULL_SECONDS     60 /* for each scenario */

typedef guint8 Threads; /* a set of them */

typedef enum
{
  OP_START,
  OP_READ,
  OP_WRITE,
  OP_EXCHANGE,
  OP_ADD,
  OP_LOCK,
  OP_UNLOCK,
  OP_WAIT,     /* lets the lock go, and begins to wait */
  OP_BLOCKED,  /* waits; done by a timeout alone */
  OP_SIGNAL,
  OP_BROADCAST,
  OP_REF,
  OP_UNREF,
  OP_FD,
  OP_POLL,
  OP_NOTE
} OpKind;

static const char * const op_names[] = {
  "starts",
  "reads",
  "writes",
  "exchanges",
  "adds to",
  "locks",
  "unlocks",
  "waits for",
  "times out on",
  "signals",
  "broadcasts",
  "refs",
  "unrefs",
  "uses",
  "polls",
  "",
};

typedef struct
{
  OpKind      kind;
  gboolean    is_tried; /* OP_EXCHANGE may come to be no more than OP_READ */
  guint8      size;     /* of what the library might have accessed without it, or 0 */
  const void *object;
  const void *mutex;    /* of OP_WAIT and OP_BLOCKED */
  const void *where;
} Op;

typedef struct
{
  int        id;
  pthread_t  pthread;
  sem_t      turn;
  ExploreFunc func;
  gpointer    data;

  gboolean    finished;
  Op          op;        /* that it is about to do */
  gint64      deadline;  /* of OP_BLOCKED and OP_POLL, or -1 */
  gboolean    timed_out;
  guint       queued_at; /* as a waiter */
  GPollFD    *fds;
  guint       n_fds;
  guint       clock[EXPLORE_MAX_THREADS]; /* by which operations depend on each other */
  RacesThread seen;
} Thread;

/* What threads share. */
typedef struct
{
  const void *address;
  guint       generation;
  int         holder; /* of a lock, or -1 */
  guint       written[EXPLORE_MAX_THREADS]; /* clocks */
  guint       read[EXPLORE_MAX_THREADS];
  guint       released[EXPLORE_MAX_THREADS]; /* what whoever acquires it has seen */
} Object;

typedef struct
{
  Threads enabled;
  Threads untimed;   /* of them, those that need no timeout */
  Threads backtrack; /* to be tried */
  Threads done;      /* tried */
  Threads sleeping;  /* need not be tried */
  guint8  chosen;
  gint8   previous;
} Node;

typedef struct
{
  guint8  thread;
  Op      op;
  guint   seq; /* in its thread */
} Event;

typedef struct
{
  guint8      thread;
  OpKind      kind;
  guint       object; /* a number for people */
  const void *where;
  char        note[64];
} Trace;

typedef struct
{
  guint64 n_schedules;
  guint64 n_redundant; /* of them, those that came to the same as others */
  guint64 n_steps;
  guint   max_depth;
  guint   n_threads;
  gboolean complete;
  guint   n_trace;
  char    message[512];
  gboolean is_race;
  RacesAccess accesses[2];
  Trace   trace[2 * MAX_STEPS];
} Shared;

static Shared *shared;

/* Constant while a scenario is explored. */
static guint         bound;
static const guint8 *replayed;
static guint         n_replayed;

/* The search. */
static Node   nodes[MAX_STEPS];
static guint  n_nodes;
static guint  n_fixed; /* of them, how many are repeated */

/* One schedule. */
static Thread  threads[EXPLORE_MAX_THREADS];
static int     n_threads;
static int     running;
static Event   events[MAX_STEPS];
static guint   n_events;
static guint   n_preemptions;
static guint   n_timeouts;
static Threads sleeping;
static gboolean draining; /* the rest comes to the same as another schedule */
static Object  objects[MAX_OBJECTS];
static guint   generation;
static guint   n_objects;
static gint64  now;
static gint64  idle;
static guint   n_queued;
static sem_t   ended;

static __thread Thread *self;

/* What all descriptors are taken for. */
static const char descriptors;

void
explore_fail (const char *format,
              ...)
{
  va_list args;

  va_start (args, format);
  g_vsnprintf (shared->message, sizeof shared->message, format, args);
  va_end (args);

  _exit (1);
}

#ifdef EXPLORE_PLAIN_ACCESSES
void
explore_fail_race (const RacesAccess *later,
                   const RacesAccess *earlier)
{
  shared->is_race = TRUE;
  shared->accesses[0] = *later;
  shared->accesses[1] = *earlier;
  explore_fail ("A race");
}

void
explore_fail_order (const void *where)
{
  shared->accesses[0].where = where;
  explore_fail ("An atomic operation is not sequentially consistent");
}
#endif

static Object *
get_object (const void *address)
{
  guint at = (guint) (((gsize) address >> 2) * 2654435761u) & (MAX_OBJECTS - 1);

  while (objects[at].generation == generation && objects[at].address != address)
    at = (at + 1) & (MAX_OBJECTS - 1);

  if (objects[at].generation != generation)
    {
      if (++n_objects > MAX_OBJECTS / 2)
        explore_fail ("The scenario has too many objects");
      memset (&objects[at], 0, sizeof (Object));
      objects[at].generation = generation;
      objects[at].address = address;
      objects[at].holder = -1;
    }

  return &objects[at];
}

/* Something new is where something else may have been. */
static void
renew_object (const void *address)
{
  Object *object;

  if (self == NULL)
    return;

  object = get_object (address);
  object->holder = -1;
  memset (object->written, 0, sizeof object->written);
  memset (object->read, 0, sizeof object->read);
  memset (object->released, 0, sizeof object->released);
}

/* Which operations have to do with each other. */

/* Those of one kind that come to the same in either order. */
static gboolean
commutes (OpKind kind)
{
  return kind == OP_READ || kind == OP_REF || kind == OP_ADD;
}

static gboolean
depend (const Op *a,
        const Op *b)
{
  if (a->object == NULL || b->object == NULL)
    return FALSE;

  if (a->object == b->object)
    return !(commutes (a->kind) && commutes (b->kind));

  return (a->mutex != NULL && (a->mutex == b->object || a->mutex == b->mutex)) ||
         (b->mutex != NULL && b->mutex == a->object);
}

static gboolean
needs_lock (const Op *op)
{
  return op->kind == OP_UNLOCK || op->kind == OP_WAIT;
}

/* Of two that depend: whether there is a state in which either could come next. Who
 * lets a lock go has it, so that nobody else can lock it, or let it go. */
static gboolean
may_race (const Op *a,
          const Op *b)
{
  if (needs_lock (a) && needs_lock (b))
    return FALSE;
  if (needs_lock (a) && b->kind == OP_LOCK)
    return FALSE;
  if (needs_lock (b) && a->kind == OP_LOCK)
    return FALSE;

  return TRUE;
}

static void
join_clock (guint       *clock,
            const guint *other)
{
  for (int i = 0; i < EXPLORE_MAX_THREADS; i++)
    clock[i] = MAX (clock[i], other[i]);
}

/* What @op comes after, and what comes after it. */
static void
pass_clock (Thread     *thread,
            const void *address,
            gboolean    reads)
{
  Object *object = get_object (address);

  join_clock (thread->clock, object->written);
  if (!reads)
    join_clock (thread->clock, object->read);
  if (reads)
    join_clock (object->read, thread->clock);
  else
    memcpy (object->written, thread->clock, sizeof thread->clock);
}

/* What is ordered for the thread that has to do with @op on the same object later, by
 * the rules of C11 for sequentially consistent atomics, and for locks. That a condition
 * was signalled, or a descriptor written to, orders nothing that one may rely on; nor
 * does it that one more reference was taken. */

static void
acquire (Thread     *thread,
         const void *address)
{
  join_clock (thread->seen.clock, get_object (address)->released);
}

/* A store is not ordered after those that it replaces, nor what was before them. */
static void
release (Thread     *thread,
         const void *address,
         gboolean    replaces)
{
  Object *object = get_object (address);

  if (replaces)
    memcpy (object->released, thread->seen.clock, sizeof object->released);
  else
    join_clock (object->released, thread->seen.clock);

  /* What it does from now on. */
  thread->seen.clock[thread->id]++;
}

static void
see_access (Thread     *thread,
            const void *address,
            gsize       size,
            gboolean    writes,
            const void *where)
{
#ifdef EXPLORE_PLAIN_ACCESSES
  if (races_are_wanted && size > 0)
    races_access (&thread->seen, address, size, writes ? RACES_ATOMIC_WRITE : RACES_ATOMIC_READ, where);
#endif
}

static void
synchronize (Thread   *thread,
             const Op *op)
{
  gboolean writes = op->kind != OP_READ && !op->is_tried;

  if (op->kind == OP_READ || op->kind == OP_EXCHANGE || op->kind == OP_ADD || op->kind == OP_UNREF ||
      op->kind == OP_LOCK)
    acquire (thread, op->object);

  see_access (thread, op->object, op->size, writes, op->where);

  if (op->kind == OP_WRITE || op->kind == OP_UNLOCK)
    release (thread, op->object, TRUE);
  else if (writes && (op->kind == OP_EXCHANGE || op->kind == OP_ADD || op->kind == OP_UNREF))
    release (thread, op->object, FALSE);
  else if (op->kind == OP_WAIT)
    release (thread, op->mutex, TRUE);
}

int
explore_tried (const void *object,
               gsize       size,
               int         is_done)
{
  if (self != NULL && is_done)
    {
      see_access (self, object, size, TRUE, self->op.where);
      release (self, object, FALSE);
    }

  return is_done;
}

/* Has the thread tried before the latest operation that its own may come before as
 * well as after. */
static void
find_race (Thread *thread)
{
  for (int i = (int) MIN (n_events, n_nodes) - 1; i >= 0; i--)
    {
      const Event *event = &events[i];

      if (event->thread == thread->id ||
          thread->clock[event->thread] >= event->seq ||
          !depend (&event->op, &thread->op) || !may_race (&event->op, &thread->op))
        continue;

      if ((nodes[i].enabled & (1 << thread->id)) != 0)
        nodes[i].backtrack |= (Threads) (1 << thread->id);
      else
        nodes[i].backtrack |= nodes[i].enabled;
      break;
    }
}

static void
add_trace (int         thread,
           OpKind      kind,
           const void *object,
           const void *where)
{
  Trace *trace;

  if (shared->n_trace >= G_N_ELEMENTS (shared->trace))
    return;

  trace = &shared->trace[shared->n_trace++];
  trace->thread = (guint8) thread;
  trace->kind = kind;
  trace->object = object != NULL ? (guint) (get_object (object) - objects) : 0;
  trace->where = where;
  trace->note[0] = '\0';
}

/* Who can go on. */

static gboolean
is_ready (Thread *thread)
{
  if (thread->finished)
    return FALSE;

  switch ((int) thread->op.kind)
    {
    case OP_LOCK:
      return get_object (thread->op.object)->holder < 0;
    case OP_BLOCKED:
      return FALSE;
    case OP_POLL:
      return poll ((struct pollfd *) thread->fds, thread->n_fds, 0) != 0;
    default:
      return TRUE;
    }
}

static gboolean
is_timed (Thread *thread)
{
  return !thread->finished && thread->deadline >= 0 &&
         (thread->op.kind == OP_BLOCKED || thread->op.kind == OP_POLL);
}

static Threads
get_ready (void)
{
  Threads ready = 0;

  for (int i = 0; i < n_threads; i++)
    if (is_ready (&threads[i]))
      ready |= (Threads) (1 << i);

  return ready;
}

/* Those whose time is up first, or, if @all, whose time might be up. */
static Threads
get_timed (Threads  ready,
           gboolean all)
{
  Threads timed = 0;
  gint64 first = G_MAXINT64;

  for (int i = 0; i < n_threads; i++)
    if (is_timed (&threads[i]) && (ready & (1 << i)) == 0)
      first = MIN (first, threads[i].deadline);

  for (int i = 0; i < n_threads; i++)
    if (is_timed (&threads[i]) && (ready & (1 << i)) == 0 &&
        (all || threads[i].deadline == first))
      timed |= (Threads) (1 << i);

  return timed;
}

static void
fail_deadlock (void)
{
  GString *text = g_string_new ("Deadlock:");

  for (int i = 0; i < n_threads; i++)
    if (!threads[i].finished)
      {
        g_string_append_printf (text, " thread %d %s", i,
                                threads[i].op.kind == OP_LOCK ? "waits for a lock" :
                                threads[i].op.kind == OP_POLL ? "polls" : "waits for a condition");
        add_trace (i, threads[i].op.kind == OP_BLOCKED ? OP_WAIT : threads[i].op.kind,
                   threads[i].op.object, threads[i].op.where);
        g_strlcpy (shared->trace[shared->n_trace - 1].note, "for ever", 64);
      }
  explore_fail ("%s", text->str);
}

static int
lowest (Threads set)
{
  return g_bit_nth_lsf (set, -1);
}

/* A choice that was never made before. */
static Node *
add_node (Threads enabled,
          Threads untimed)
{
  Node *node = &nodes[n_nodes];
  Threads previous = running >= 0 ? (Threads) (1 << running) : 0;
  Threads awake = enabled & (Threads) ~sleeping;
  Threads first = awake & untimed;

  if (bound != EXPLORE_ALL)
    first = enabled & untimed;
  if (first == 0)
    first = bound == EXPLORE_ALL ? awake : enabled;
  if (first == 0)
    {
      draining = TRUE;
      return NULL;
    }

  n_nodes++;
  node->enabled = enabled;
  node->untimed = untimed;
  node->done = 0;
  node->sleeping = bound == EXPLORE_ALL ? sleeping : 0;
  node->previous = (gint8) running;
  node->chosen = (guint8) ((first & previous) != 0 ? running : lowest (first));
  node->backtrack = (Threads) (1 << node->chosen);

  /* What comes between the last operation under a lock and unlocking it can as well
   * come after. */
  if (bound != EXPLORE_ALL)
    {
      gboolean may_preempt = n_preemptions < bound;

      if ((enabled & untimed & previous) == 0)
        node->backtrack |= may_preempt || untimed == 0 ? enabled : untimed;
      else if (may_preempt && !needs_lock (&threads[running].op))
        node->backtrack |= enabled;
    }

  return node;
}

/* Who does its operation next, or -1 when all have ended. */
static int
choose (void)
{
  Threads untimed = get_ready ();
  Threads enabled = untimed;
  guint step = n_events;
  int chosen;

  if (untimed == 0)
    enabled = get_timed (untimed, FALSE);
  else if (n_timeouts < MAX_TIMEOUTS)
    enabled |= get_timed (untimed, TRUE);

  if (enabled == 0)
    {
      for (int i = 0; i < n_threads; i++)
        if (!threads[i].finished)
          fail_deadlock ();
      return -1;
    }

  if (step >= MAX_STEPS)
    explore_fail ("No end after %d steps", MAX_STEPS);

  if (replayed != NULL && step < n_replayed)
    {
      chosen = replayed[step];
      if (chosen >= n_threads || (enabled & (1 << chosen)) == 0)
        explore_fail ("The schedule does not fit: thread %d cannot go on in step %u", chosen, step);
      draining = TRUE;
    }
  else if (step < n_fixed)
    {
      if (nodes[step].enabled != enabled || nodes[step].untimed != untimed)
        explore_fail ("The scenario is not deterministic: step %u has 0x%x/0x%x, not 0x%x/0x%x",
                      step, enabled, untimed, nodes[step].enabled, nodes[step].untimed);
      chosen = nodes[step].chosen;
    }
  else
    {
      Node *node = draining ? NULL : add_node (enabled, untimed);

      if (node != NULL)
        chosen = node->chosen;
      else if (running >= 0 && (untimed & (1 << running)) != 0)
        chosen = running;
      else
        chosen = lowest (untimed != 0 ? untimed : enabled);
    }

  if (running >= 0 && chosen != running && (untimed & (1 << running)) != 0)
    n_preemptions++;
  if (untimed != 0 && (untimed & (1 << chosen)) == 0)
    {
      n_timeouts++;
      if (running < 0 || (untimed & (1 << running)) == 0)
        n_preemptions++;
    }

  if (bound == EXPLORE_ALL && !draining)
    {
      const Node *node = &nodes[step];
      Threads rest = (node->sleeping | node->done) & (Threads) ~(1 << chosen);

      sleeping = 0;
      for (int i = 0; i < n_threads; i++)
        if ((rest & (1 << i)) != 0 && !depend (&threads[i].op, &threads[chosen].op))
          sleeping |= (Threads) (1 << i);
    }

  if ((untimed & (1 << chosen)) == 0)
    {
      if (untimed == 0)
        idle += MAX (threads[chosen].deadline - now, 0);
      now = MAX (now, threads[chosen].deadline);
      threads[chosen].timed_out = TRUE;
    }

  return chosen;
}

/* Who waits for a condition longest. */
static Thread *
find_waiter (const void *cond)
{
  Thread *found = NULL;

  for (int i = 0; i < n_threads; i++)
    {
      Thread *thread = &threads[i];

      if (!thread->finished && thread->op.kind == OP_BLOCKED && thread->op.object == cond &&
          (found == NULL || thread->queued_at < found->queued_at))
        found = thread;
    }

  return found;
}

static void
want_lock (Thread *thread)
{
  thread->op.kind = OP_LOCK;
  thread->op.object = thread->op.mutex;
  thread->op.mutex = NULL;
}

static void
wake (Thread *waker,
      Thread *waiter)
{
  /* Its time might have been up before. */
  if (bound == EXPLORE_ALL && waiter->deadline >= 0 && !draining &&
      (nodes[n_events - 1].enabled & (1 << waiter->id)) != 0)
    nodes[n_events - 1].backtrack |= (Threads) (1 << waiter->id);

  join_clock (waiter->clock, waker->clock);
  want_lock (waiter);
}

/* Does what the chosen thread is about to do, as far as it is the explorer's.
 * Returns whether the thread goes on, or else has something else to wait for. */
static gboolean
perform (Thread *thread)
{
  Op op = thread->op;
  Event *event;
  Thread *waiter;

  if (bound == EXPLORE_ALL && !draining && op.object != NULL)
    find_race (thread);

  event = &events[n_events++];
  event->thread = (guint8) thread->id;
  event->op = op;
  event->seq = ++thread->clock[thread->id];
  if (op.object != NULL)
    pass_clock (thread, op.object, commutes (op.kind));
  if (op.mutex != NULL && op.kind == OP_WAIT)
    pass_clock (thread, op.mutex, FALSE);
  synchronize (thread, &op);
  add_trace (thread->id, op.kind, op.object, op.where);
  shared->n_steps++;
  running = thread->id;

  switch ((int) op.kind)
    {
    case OP_LOCK:
      get_object (op.object)->holder = thread->id;
      return TRUE;

    case OP_UNLOCK:
      if (get_object (op.object)->holder != thread->id)
        explore_fail ("Thread %d unlocks what it has not locked", thread->id);
      get_object (op.object)->holder = -1;
      return TRUE;

    case OP_WAIT:
      if (get_object (op.mutex)->holder != thread->id)
        explore_fail ("Thread %d waits without the lock", thread->id);
      get_object (op.mutex)->holder = -1;
      thread->op.kind = OP_BLOCKED;
      thread->queued_at = n_queued++;
      return FALSE;

    case OP_BLOCKED:
      want_lock (thread);
      return FALSE;

    case OP_SIGNAL:
      waiter = find_waiter (op.object);
      if (waiter != NULL)
        wake (thread, waiter);
      return TRUE;

    case OP_BROADCAST:
      while ((waiter = find_waiter (op.object)) != NULL)
        wake (thread, waiter);
      return TRUE;

    default:
      return TRUE;
    }
}

/* Called by the thread that runs, or is about to end. */
static void
hand_over (Thread *me)
{
  int next;

  do
    next = choose ();
  while (next >= 0 && !perform (&threads[next]));

  if (next < 0)
    sem_post (&ended);
  else if (me == NULL || next != me->id)
    sem_post (&threads[next].turn);

  if (me == NULL || me->finished || next == me->id)
    return;

  while (sem_wait (&me->turn) < 0 && errno == EINTR)
    ;
}

/* The calling thread comes to an operation, and goes on when it is its turn. */
static void
reach_sized (OpKind      kind,
             gsize       size,
             gboolean    is_tried,
             const void *object,
             const void *mutex,
             gint64      deadline,
             const void *where)
{
  self->op.kind = kind;
  self->op.size = (guint8) size;
  self->op.is_tried = is_tried;
  self->op.object = object;
  self->op.mutex = mutex;
  self->op.where = where;
  self->deadline = deadline;
  self->timed_out = FALSE;
  hand_over (self);

  /* The operation itself may be where no sanitizer looks: in GLib. */
  if (object != NULL)
    (void) *(const volatile char *) object;
}

static void
reach (OpKind      kind,
       const void *object,
       const void *mutex,
       gint64      deadline,
       const void *where)
{
  gsize size = kind == OP_REF || kind == OP_UNREF ? sizeof (guint) : 0;

  reach_sized (kind, size, FALSE, object, mutex, deadline, where);
}

#define HERE __builtin_return_address (0)

static const OpKind kinds_of_access[] = {
  [EXPLORE_READ] = OP_READ,
  [EXPLORE_WRITE] = OP_WRITE,
  [EXPLORE_EXCHANGE] = OP_EXCHANGE,
  [EXPLORE_TRY] = OP_EXCHANGE,
  [EXPLORE_ADD] = OP_ADD,
};

void
explore_touch_from (const void    *object,
                    gsize          size,
                    ExploreAccess  access,
                    const void    *where)
{
  if (self != NULL)
    reach_sized (kinds_of_access[access], size, access == EXPLORE_TRY, object, NULL, -1, where);
}

void
explore_touch (const void    *object,
               gsize          size,
               ExploreAccess  access)
{
  explore_touch_from (object, size, access, HERE);
}

static void
set_self (Thread *thread)
{
  self = thread;
#ifdef EXPLORE_PLAIN_ACCESSES
  races_self = thread != NULL && races_are_wanted ? &thread->seen : NULL;
#endif
}

static void *
run_thread (void *data)
{
  Thread *me = data;

  while (sem_wait (&me->turn) < 0 && errno == EINTR)
    ;

  set_self (me);
  me->func (me->data);

  /* What is left are destructors of what is the thread's alone: its hand is not. */
  at_hand_leave ();
  set_self (NULL);
  me->finished = TRUE;
  hand_over (me);

  return NULL;
}

void
explore_spawn (ExploreFunc func,
               gpointer    data)
{
  Thread *thread = &threads[n_threads];

  if (n_threads == EXPLORE_MAX_THREADS)
    explore_fail ("The scenario has too many threads");

  memset (thread, 0, sizeof *thread);
  thread->id = n_threads++;
  thread->func = func;
  thread->data = data;
  thread->deadline = -1;
  thread->op.kind = OP_START;
  thread->op.where = HERE;
  if (self != NULL)
    {
      memcpy (thread->clock, self->clock, sizeof thread->clock);
      thread->seen = self->seen;
      self->seen.clock[self->id]++;
    }
  thread->seen.id = thread->id;
  thread->seen.clock[thread->id] = 1;
  sem_init (&thread->turn, 0, 0);
  if (pthread_create (&thread->pthread, NULL, run_thread, thread) != 0)
    explore_fail ("No thread could be made");
  shared->n_threads = MAX (shared->n_threads, (guint) n_threads);
}

int
explore_get_thread (void)
{
  return self != NULL ? self->id : -1;
}

gint64
explore_get_idle_usec (void)
{
  return idle;
}

void
explore_note (const char *format,
              ...)
{
  va_list args;

  if (self == NULL || shared->n_trace >= G_N_ELEMENTS (shared->trace))
    return;

  add_trace (self->id, OP_NOTE, NULL, NULL);
  va_start (args, format);
  g_vsnprintf (shared->trace[shared->n_trace - 1].note, sizeof shared->trace[0].note, format, args);
  va_end (args);
}

void
explore_stamp (ExploreStamp *stamp)
{
  memcpy (stamp->clock, self->seen.clock, sizeof stamp->clock);

  /* What comes next is not in it. */
  self->seen.clock[self->id]++;
}

gboolean
explore_is_after (const ExploreStamp *stamp)
{
  for (int i = 0; i < EXPLORE_MAX_THREADS; i++)
    if (self->seen.clock[i] < stamp->clock[i])
      return FALSE;

  return TRUE;
}

/* What GLib has as functions, in place of which the linker takes these. Threads
 * that are not explored get the real ones. */

#define WRAP(Type, name, parameters)                                           \
  Type __real_##name parameters;                                               \
  Type __wrap_##name parameters;                                               \
  Type __wrap_##name parameters

WRAP (void, g_mutex_init, (GMutex *mutex))
{
  renew_object (mutex);
  __real_g_mutex_init (mutex);
}

WRAP (void, g_mutex_lock, (GMutex *mutex))
{
  if (self != NULL)
    reach (OP_LOCK, mutex, NULL, -1, HERE);
  else
    __real_g_mutex_lock (mutex);
}

/* The library tries again until it has the lock. */
WRAP (gboolean, g_mutex_trylock, (GMutex *mutex))
{
  if (self == NULL)
    return __real_g_mutex_trylock (mutex);

  reach (OP_LOCK, mutex, NULL, -1, HERE);

  return TRUE;
}

WRAP (void, g_mutex_unlock, (GMutex *mutex))
{
  if (self != NULL)
    reach (OP_UNLOCK, mutex, NULL, -1, HERE);
  else
    __real_g_mutex_unlock (mutex);
}

WRAP (void, g_cond_init, (GCond *cond))
{
  renew_object (cond);
  __real_g_cond_init (cond);
}

WRAP (void, g_cond_wait, (GCond *cond, GMutex *mutex))
{
  if (self != NULL)
    reach (OP_WAIT, cond, mutex, -1, HERE);
  else
    __real_g_cond_wait (cond, mutex);
}

WRAP (gboolean, g_cond_wait_until, (GCond *cond, GMutex *mutex, gint64 end_time))
{
  if (self == NULL)
    return __real_g_cond_wait_until (cond, mutex, end_time);

  reach (OP_WAIT, cond, mutex, end_time, HERE);

  return !self->timed_out;
}

WRAP (void, g_cond_signal, (GCond *cond))
{
  if (self != NULL)
    reach (OP_SIGNAL, cond, NULL, -1, HERE);
  else
    __real_g_cond_signal (cond);
}

WRAP (void, g_cond_broadcast, (GCond *cond))
{
  if (self != NULL)
    reach (OP_BROADCAST, cond, NULL, -1, HERE);
  else
    __real_g_cond_broadcast (cond);
}

WRAP (gpointer, g_object_ref, (gpointer object))
{
  if (self != NULL)
    reach (OP_REF, &((GObject *) object)->ref_count, NULL, -1, HERE);

  return __real_g_object_ref (object);
}

WRAP (void, g_object_unref, (gpointer object))
{
  if (self != NULL)
    reach (OP_UNREF, &((GObject *) object)->ref_count, NULL, -1, HERE);
  __real_g_object_unref (object);
}

WRAP (void, g_atomic_ref_count_inc, (gatomicrefcount *count))
{
  if (self != NULL)
    reach (OP_REF, count, NULL, -1, HERE);
  __real_g_atomic_ref_count_inc (count);
}

WRAP (gboolean, g_atomic_ref_count_dec, (gatomicrefcount *count))
{
  if (self != NULL)
    reach (OP_UNREF, count, NULL, -1, HERE);

  return __real_g_atomic_ref_count_dec (count);
}

/* Takes a reference unless there is none left. */
WRAP (gpointer, g_weak_ref_get, (GWeakRef *weak_ref))
{
  if (self != NULL)
    reach (OP_EXCHANGE, weak_ref, NULL, -1, HERE);

  return __real_g_weak_ref_get (weak_ref);
}

WRAP (void, g_cancellable_cancel, (GCancellable *cancellable))
{
  if (self != NULL)
    reach (OP_EXCHANGE, cancellable, NULL, -1, HERE);
  __real_g_cancellable_cancel (cancellable);
}

WRAP (gboolean, g_cancellable_is_cancelled, (GCancellable *cancellable))
{
  if (self != NULL && cancellable != NULL)
    reach (OP_READ, cancellable, NULL, -1, HERE);

  return __real_g_cancellable_is_cancelled (cancellable);
}

/* A handler sees what there was when it was connected. */

WRAP (gulong, g_cancellable_connect, (GCancellable *cancellable, GCallback callback, gpointer data, GDestroyNotify destroy))
{
  if (self != NULL)
    release (self, cancellable, FALSE);

  return __real_g_cancellable_connect (cancellable, callback, data, destroy);
}

WRAP (gulong, g_signal_connect_data, (gpointer instance, const char *signal, GCallback callback, gpointer data, GClosureNotify destroy, GConnectFlags flags))
{
  if (self != NULL)
    release (self, instance, FALSE);

  return __real_g_signal_connect_data (instance, signal, callback, data, destroy, flags);
}

WRAP (gboolean, g_main_context_acquire, (GMainContext *context))
{
  if (self != NULL)
    reach (OP_EXCHANGE, context, NULL, -1, HERE);

  return __real_g_main_context_acquire (context);
}

WRAP (void, g_main_context_release, (GMainContext *context))
{
  if (self != NULL)
    reach (OP_EXCHANGE, context, NULL, -1, HERE);
  __real_g_main_context_release (context);
}

WRAP (void, g_main_context_wakeup, (GMainContext *context))
{
  if (self != NULL)
    reach (OP_FD, &descriptors, NULL, -1, HERE);
  __real_g_main_context_wakeup (context);
}

WRAP (ssize_t, write, (int fd, const void *buffer, size_t size))
{
  if (self != NULL)
    reach (OP_FD, &descriptors, NULL, -1, HERE);

  return __real_write (fd, buffer, size);
}

WRAP (ssize_t, read, (int fd, void *buffer, size_t size))
{
  if (self != NULL)
    reach (OP_FD, &descriptors, NULL, -1, HERE);

  return __real_read (fd, buffer, size);
}

/* Time passes when nobody can do anything, or as if a thread had been kept from
 * going on. */
WRAP (gint64, g_get_monotonic_time, (void))
{
  return self != NULL ? now : __real_g_get_monotonic_time ();
}

WRAP (gint64, g_source_get_time, (GSource *source))
{
  return self != NULL ? now : __real_g_source_get_time (source);
}

/* All bodies are taken to block: what of them could go on is not the kernel's to know. */
void
at_thread_state_init (AtThreadState *state)
{
}

gboolean
at_thread_state_is_blocked (AtThreadState *state)
{
  return TRUE;
}

/* So that a schedule fits on any machine. */
WRAP (guint, g_get_num_processors, (void))
{
  return 1;
}

/* A pool of threads without a limit, and without a memory. */
WRAP (GThreadPool *, g_thread_pool_new, (GFunc func, gpointer data, int max_threads, gboolean exclusive, GError **error))
{
  GThreadPool *pool = g_new0 (GThreadPool, 1);

  pool->func = func;

  return pool;
}

typedef struct
{
  GFunc    func;
  gpointer data;
} Lent;

static void
run_lent (gpointer data)
{
  Lent lent = *(Lent *) data;

  g_free (data);
  lent.func (lent.data, NULL);
}

WRAP (gboolean, g_thread_pool_push, (GThreadPool *pool, gpointer data, GError **error))
{
  Lent *lent = g_new (Lent, 1);

  lent->func = pool->func;
  lent->data = data;
  explore_spawn (run_lent, lent);

  return TRUE;
}

/* That of the timers. */
static int timer_thread;

typedef struct
{
  GThreadFunc func;
  gpointer    data;
} Started;

static void
run_started (gpointer data)
{
  Started started = *(Started *) data;

  g_free (data);
  started.func (started.data);
}

WRAP (GThread *, g_thread_try_new, (const char *name, GThreadFunc func, gpointer data, GError **error))
{
  Started *started;

  if (self == NULL || strcmp (name, "at-timer") != 0)
    return __real_g_thread_try_new (name, func, data, error);

  started = g_new (Started, 1);
  started->func = func;
  started->data = data;
  explore_spawn (run_started, started);

  return (GThread *) &timer_thread;
}

WRAP (void, g_thread_unref, (GThread *thread))
{
  if (thread != (GThread *) &timer_thread)
    __real_g_thread_unref (thread);
}

static int
poll_descriptors (GPollFD *fds,
                  guint    n_fds,
                  int      timeout)
{
  if (self == NULL)
    return poll ((struct pollfd *) fds, n_fds, timeout);

  self->fds = fds;
  self->n_fds = n_fds;
  reach (OP_POLL, &descriptors, NULL, timeout < 0 ? -1 : now + (gint64) timeout * 1000, HERE);

  return poll ((struct pollfd *) fds, n_fds, 0);
}

GMainContext *
explore_context_new (void)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_set_poll_func (context, poll_descriptors);

  return context;
}

/* The search. */

/* The default context is the same in all schedules, and is to be so at the start of
 * each. Its mailbox may have to sit out iterations. */
static void
settle (void)
{
  for (guint i = 0; i < 4; i++)
    if (g_main_context_iteration (NULL, FALSE))
      i = 0;
}

static void
run_schedule (const ExploreScenario *scenario)
{
  n_threads = 0;
  running = -1;
  n_events = n_preemptions = n_timeouts = 0;
  sleeping = 0;
  draining = FALSE;
  n_objects = 0;
  n_queued = 0;
  generation++;
  now = G_USEC_PER_SEC;
  idle = 0;
  shared->n_trace = 0;
#ifdef EXPLORE_PLAIN_ACCESSES
  races_restart ();
#endif

  explore_spawn ((ExploreFunc) (GCallback) scenario->run, NULL);
  hand_over (NULL);
  while (sem_wait (&ended) < 0 && errno == EINTR)
    ;

  for (int i = 0; i < n_threads; i++)
    {
      pthread_join (threads[i].pthread, NULL);
      sem_destroy (&threads[i].turn);
    }

  scenario->check ();

  settle ();

  shared->n_schedules++;
  if (draining)
    shared->n_redundant++;
  shared->max_depth = MAX (shared->max_depth, n_events);
}

/* Makes the latest choice that has an alternative another one. */
static gboolean
backtrack (void)
{
  while (n_nodes > 0)
    {
      Node *node = &nodes[n_nodes - 1];
      Threads left;

      node->done |= (Threads) (1 << node->chosen);
      left = node->backtrack & (Threads) ~(node->done | node->sleeping);
      if (left != 0)
        {
          node->chosen = (guint8) lowest (left);
          n_fixed = n_nodes;
          return TRUE;
        }
      n_nodes--;
    }

  return FALSE;
}

/* In a process of its own. */
static void
explore (const ExploreScenario *scenario,
         guint                  preemptions,
         gint64                 end_time,
         void                (* prepare) (void))
{
  cpu_set_t cpus;
  int cpu = sched_getcpu ();

  /* One thread runs at a time: another processor would only be further away. */
  CPU_ZERO (&cpus);
  if (cpu >= 0)
    {
      CPU_SET (cpu, &cpus);
      sched_setaffinity (0, sizeof cpus, &cpus);
    }

  g_main_context_set_poll_func (NULL, poll_descriptors);
  prepare ();
  settle ();

  sem_init (&ended, 0, 0);
  bound = preemptions;
  n_nodes = n_fixed = 0;

  do
    run_schedule (scenario);
  while (replayed == NULL && backtrack () &&
         (end_time < 0 || __real_g_get_monotonic_time () < end_time));

  shared->complete = replayed == NULL && n_nodes == 0;
  exit (0);
}

/* Telling. */

/* "0*12.2.1*3": how often each thread in turn. */
static char *
format_schedule (void)
{
  GString *text = g_string_new (NULL);
  guint i, times;

  for (i = 0; i < shared->n_trace; i += times)
    {
      guint8 thread = shared->trace[i].thread;
      guint n = 0;

      for (times = 0; i + times < shared->n_trace && shared->trace[i + times].thread == thread; times++)
        if (shared->trace[i + times].kind != OP_NOTE &&
            strcmp (shared->trace[i + times].note, "for ever") != 0)
          n++;
      if (n > 1)
        g_string_append_printf (text, "%s%d*%u", text->len > 0 ? "." : "", thread, n);
      else if (n == 1)
        g_string_append_printf (text, "%s%d", text->len > 0 ? "." : "", thread);
    }

  return g_string_free (text, FALSE);
}

static gboolean
parse_schedule (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", -1);
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint64 thread, times = 1;
      char *star = strchr (parts[i], '*');

      if (star != NULL)
        {
          *star = '\0';
          if (!g_ascii_string_to_unsigned (star + 1, 10, 1, MAX_STEPS, &times, NULL))
            return FALSE;
        }
      if (!g_ascii_string_to_unsigned (parts[i], 10, 0, EXPLORE_MAX_THREADS - 1, &thread, NULL))
        return FALSE;
      while (times-- > 0)
        {
          guint8 byte = (guint8) thread;

          g_byte_array_append (bytes, &byte, 1);
        }
    }

  n_replayed = bytes->len;
  replayed = g_byte_array_free (bytes, FALSE);

  return TRUE;
}

/* Where an address is in the sources, the way in first. */
static char *
describe_place (const void *where)
{
  g_autofree char *command = NULL;
  g_autofree char *output = NULL;
  g_auto (GStrv) lines = NULL;
  Dl_info info, own;

  dladdr (&shared, &own);
  if (where == NULL || dladdr (where, &info) == 0 || info.dli_fname == NULL)
    return g_strdup ("");
  if (info.dli_fbase != own.dli_fbase)
    return g_strdup (info.dli_sname != NULL ? info.dli_sname : info.dli_fname);

  command = g_strdup_printf ("addr2line -f -i -s -e /proc/%d/exe %#" G_GSIZE_MODIFIER "x", (int) getpid (),
                             (gsize) where - (gsize) info.dli_fbase - 1);
  if (!g_spawn_command_line_sync (command, &output, NULL, NULL, NULL))
    return g_strdup ("");

  lines = g_strsplit (output, "\n", -1);

  /* What is worth naming is the function in a .c file that all was put into. */
  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i += 2)
    if (strstr (lines[i + 1], ".c:") != NULL)
      return g_strdup_printf ("%s (%s)", lines[i], strtok (lines[i + 1], " "));

  return g_strdup ("");
}

/* Where a message is about places, names them. */
static void
name_places (void)
{
  static const char * const did[] = { "reads", "writes", "reads atomically", "writes atomically" };
  g_autofree char *first = describe_place (shared->accesses[0].where);
  g_autofree char *second = describe_place (shared->accesses[1].where);
  gsize length = strlen (shared->message);

  if (shared->is_race)
    g_snprintf (shared->message, sizeof shared->message,
                "A race: thread %d %s %d bytes in %s, and nothing orders that after thread %d, which %s %d bytes of them in %s",
                shared->accesses[0].thread, did[shared->accesses[0].kind], shared->accesses[0].size, first,
                shared->accesses[1].thread, did[shared->accesses[1].kind], shared->accesses[1].size, second);
  else if (first[0] != '\0')
    g_snprintf (shared->message + length, sizeof shared->message - length, ": %s", first);
}

static void
print_trace (void)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);
  guint step = 0;

  for (guint i = 0; i < shared->n_trace; i++)
    {
      const Trace *trace = &shared->trace[i];
      char *place = g_hash_table_lookup (places, trace->where);
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, GUINT_TO_POINTER (trace->object)));

      if (trace->kind == OP_NOTE)
        {
          printf ("#            %d: -- %s\n", trace->thread, trace->note);
          continue;
        }

      if (place == NULL)
        g_hash_table_insert (places, (gpointer) trace->where, place = describe_place (trace->where));
      if (number == 0 && trace->kind != OP_START)
        {
          number = g_hash_table_size (numbers) + 1;
          g_hash_table_insert (numbers, GUINT_TO_POINTER (trace->object), GUINT_TO_POINTER (number));
        }

      if (trace->kind == OP_START)
        printf ("#    %5u   %d: starts\n", step++, trace->thread);
      else
        printf ("#    %5u   %d: %s #%u %s %s\n", step++, trace->thread, op_names[trace->kind],
                number, trace->note, place);
    }
}

static void
print_number (GString *text,
              guint64  number)
{
  g_string_append_printf (text, "%" G_GUINT64_FORMAT, number);
}

/* Whether all went well. */
static gboolean
explore_in_child (const ExploreScenario *scenario,
                  guint                  preemptions,
                  gint64                 seconds,
                  void                (* prepare) (void),
                  gboolean               verbose)
{
  gint64 started = __real_g_get_monotonic_time ();
  gint64 moved = started;
  guint64 last_steps = 0;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *schedule = NULL;
  int status = 0;
  pid_t pid, ended_pid;

  memset (shared, 0, sizeof *shared);
  fflush (NULL);
  pid = fork ();
  if (pid < 0)
    g_error ("fork: %s", g_strerror (errno));
  if (pid == 0)
    explore (scenario, preemptions, seconds > 0 ? started + seconds * G_USEC_PER_SEC : -1, prepare);

  while ((ended_pid = waitpid (pid, &status, WNOHANG)) == 0 || (ended_pid < 0 && errno == EINTR))
    {
      gint64 time = __real_g_get_monotonic_time ();

      g_usleep (time - started < G_USEC_PER_SEC ? 1000 : 20000);
      if (shared->n_steps != last_steps)
        moved = time;
      else if (time - moved > STUCK_SECONDS * G_USEC_PER_SEC && shared->message[0] == '\0')
        {
          g_strlcpy (shared->message, "A thread blocks, or goes round, where the explorer has no say",
                     sizeof shared->message);
          kill (pid, SIGKILL);
        }
      last_steps = shared->n_steps;
    }

  print_number (text, shared->n_schedules);
  if (preemptions == EXPLORE_ALL)
    g_string_append (text, shared->complete ? " schedules, which stand for all" : " schedules");
  else
    g_string_append_printf (text, " schedules, %s with up to %u preemptions",
                            shared->complete ? "all" : "of those", preemptions);
  if (shared->n_redundant > 0 && replayed == NULL)
    {
      g_string_append (text, ", ");
      print_number (text, shared->n_redundant);
      g_string_append (text, " cut short");
    }
  g_string_append_printf (text, "; %u threads, up to %u steps; %.1f s", shared->n_threads, shared->max_depth,
                          (double) (__real_g_get_monotonic_time () - started) / G_USEC_PER_SEC);

  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    {
      printf ("# %s\n", text->str);
      if (verbose)
        print_trace ();
      return TRUE;
    }

  if (shared->message[0] == '\0' && WIFSIGNALED (status))
    g_snprintf (shared->message, sizeof shared->message, "Signal %d (%s)", WTERMSIG (status),
                strsignal (WTERMSIG (status)));
  else if (shared->message[0] == '\0')
    g_snprintf (shared->message, sizeof shared->message, "Exit status %d", WEXITSTATUS (status));

  schedule = format_schedule ();
  name_places ();
  print_trace ();
  printf ("# %s: %s\n# after %s\n# again: explore --replay=%s %s\n",
          scenario->name, shared->message, text->str, schedule, scenario->name);

  return FALSE;
}

static gboolean
is_wanted (const ExploreScenario *scenario,
           char                 **names)
{
  return names == NULL || names[0] == NULL || g_strv_contains ((const char * const *) names, scenario->name);
}

int
explore_main (int                    argc,
              char                 **argv,
              const ExploreScenario *scenarios,
              guint                  n_scenarios,
              void                (* prepare) (void))
{
  gboolean full = FALSE, every = FALSE, list = FALSE, failed = FALSE;
  int preemptions = -1, seconds = -1;
  g_autofree char *replay = NULL;
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) error = NULL;
  guint n_wanted = 0, number = 0;
  const GOptionEntry entries[] = {
    { "full", 0, 0, G_OPTION_ARG_NONE, &full, "Explore as far as is worth minutes, not seconds", NULL },
    { "all", 0, 0, G_OPTION_ARG_NONE, &every, "Set no bound", NULL },
    { "preemptions", 0, 0, G_OPTION_ARG_INT, &preemptions, "Set a bound", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "Go on to the next scenario after N seconds (--full: 60; 0: never)", "N" },
#ifdef EXPLORE_PLAIN_ACCESSES
    { "no-races", 0, G_OPTION_FLAG_REVERSE, G_OPTION_ARG_NONE, &races_are_wanted, "Look at no plain accesses", NULL },
#endif
    { "replay", 0, 0, G_OPTION_ARG_STRING, &replay, "Run one schedule, and print it", "SCHEDULE" },
    { "list", 0, 0, G_OPTION_ARG_NONE, &list, "Print the names of the scenarios", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, "[SCENARIO…]" },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

#ifdef EXPLORE_PLAIN_ACCESSES
  /* Until GLib 2.76, memory of its own is given anew without a word to anybody. */
  if (g_getenv ("G_SLICE") == NULL)
    {
      g_setenv ("G_SLICE", "always-malloc", TRUE);
      execv ("/proc/self/exe", argv);
    }
#endif

  g_option_context_set_summary (context, "Runs the library's code under all schedules of its threads.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) ||
      (replay != NULL && (!parse_schedule (replay) || names == NULL || names[1] != NULL)))
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "--replay takes a schedule and a scenario");
      return 2;
    }

  for (guint i = 0; i < n_scenarios; i++)
    if (is_wanted (&scenarios[i], names))
      n_wanted++;
  if (n_wanted == 0 || (names != NULL && g_strv_length (names) != n_wanted))
    {
      fprintf (stderr, "There is no such scenario\n");
      return 2;
    }

  shared = mmap (NULL, sizeof (Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED)
    g_error ("mmap: %s", g_strerror (errno));

  if (seconds < 0)
    seconds = full ? FULL_SECONDS : 0;

  if (!list)
    printf ("TAP version 13\n1..%u\n", n_wanted);
  for (guint i = 0; i < n_scenarios; i++)
    {
      const ExploreScenario *scenario = &scenarios[i];
      guint limit = full ? scenario->full : scenario->quick;
      gboolean passed;

      if (!is_wanted (scenario, names))
        continue;
      if (list)
        {
          printf ("%s\n", scenario->name);
          continue;
        }

      if (every)
        limit = EXPLORE_ALL;
      else if (preemptions >= 0)
        limit = (guint) preemptions;
      passed = explore_in_child (scenario, limit, seconds, prepare, replay != NULL);
      printf ("%s %u - %s\n", passed ? "ok" : "not ok", ++number, scenario->name);
      fflush (stdout);
      failed = failed || !passed;
    }

  return failed ? 1 : 0;
}
