/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

G_BEGIN_DECLS

/* A case is measured in a process of its own, once per side and round. It leaves
 * one value per row; the parent process makes ratios and medians of them. */

#define BENCH_MAX_ROWS 4

typedef enum
{
  BENCH_OURS,
  BENCH_PEER
} BenchSide;

typedef enum
{
  BENCH_FLAGS_NONE  = 0,
  BENCH_ON_POOL     = 1 << 0, /* the default pool, not the default (serial) executor */
  BENCH_CONNECTED   = 1 << 1, /* a post-execute handler connected to each task */
  BENCH_AWAITED     = 1 << 2, /* execute_async() with a callback */
  BENCH_BACKLOG     = 1 << 3, /* deliver only once everything is pending */
  BENCH_NO_PEER     = 1 << 4, /* there is nothing to compare with */
  BENCH_COUNT_HEAP  = 1 << 5, /* every heap allocation is counted */
  BENCH_HIDDEN      = 1 << 6, /* run by another case only */
  BENCH_BUSY_ONLY   = 1 << 7, /* the body computes and publishes nothing */
  BENCH_TRIVIAL     = 1 << 8, /* bodies that return at once */
  BENCH_CANCELLABLE = 1 << 9, /* the peer can be cancelled, too: a GCancellable each */
  BENCH_IN_CALLBACK = 1 << 10, /* started while the main context has an owner, as in a callback */
  BENCH_ALL_PEERS   = 1 << 11, /* beside everything that is installed, not just GTask */
  BENCH_SLOW        = 1 << 12, /* cannot be made short */
  BENCH_CALLBACKS   = 1 << 13  /* no subclass: functions in C */
} BenchFlags;

typedef enum
{
  BENCH_UNIT_SECONDS,
  BENCH_UNIT_BYTES,
  BENCH_UNIT_COUNT,
  BENCH_UNIT_PER_SECOND
} BenchUnit;

typedef enum
{
  BENCH_GOAL_NONE,
  BENCH_GOAL_TIMES_AS_FAST, /* peer / ours, at least */
  BENCH_GOAL_SHARE,         /* ours / peer, at most */
  BENCH_GOAL_VALUE          /* ours, at most */
} BenchGoal;

typedef struct
{
  const char *label;
  BenchUnit   unit;
  BenchGoal   kind;
  double      goal;
  double      first_goal;   /* of the first release; 0: none */
  double      goal_2_87;    /* since GLib 2.87; 0: the same */
} BenchRow;

typedef struct
{
  BenchSide   side;
  BenchFlags  flags;
  guint       size;
  gboolean    warm_up;
  double      values[BENCH_MAX_ROWS];
} BenchRun;

typedef struct
{
  const char *name;
  void     (* run) (BenchRun *run);
  BenchFlags  flags;
  guint       size;
  guint       max_rounds;   /* 0: as many as asked for */
  BenchRow    rows[BENCH_MAX_ROWS];
} BenchCase;

extern const BenchCase bench_throughput_cases[];
extern const BenchCase bench_progress_cases[];
extern const BenchCase bench_queue_cases[];
extern const BenchCase bench_scaling_cases[];
extern const BenchCase bench_idle_cases[];
extern const BenchCase bench_submit_cases[];
extern const BenchCase bench_unused_cases[];
extern const BenchCase bench_transfer_cases[];
extern const BenchCase bench_list_cases[];
extern const BenchCase bench_together_cases[];
extern const BenchCase bench_subprocess_cases[];
extern const BenchCase bench_script_cases[];

void         bench_init          (const char *program);
const char  *bench_get_program   (void);
void         bench_fail          (const char *format,
                                  ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;
double       bench_now           (void);
void         bench_pin           (void);
void         bench_compute       (void);
void         bench_check_owner   (void);
void         bench_check_worker  (void);
int          bench_compare       (gconstpointer  a,
                                  gconstpointer  b);

/* Who was called back, how often, and on which thread. */
void         bench_tally_begin   (guint          n_expected);
void         bench_tally_count   (guint          index);
void         bench_tally_run     (void);
void         bench_tally_wait    (void);
void         bench_tally_end     (void);

/* A 60 Hz timer, and an idle source at the priority of redraws that is always
 * ready: how late each one came at worst. */
typedef struct _BenchProbes BenchProbes;

BenchProbes *bench_probes_start  (void);
void         bench_probes_stop   (BenchProbes   *self,
                                  double        *timer_delay,
                                  double        *idle_delay);

/* A door that bodies wait at. */
void         bench_gate_close    (void);
void         bench_gate_open     (void);
void         bench_gate_pass     (void);

/* Heap use of the whole process; only where %BENCH_COUNT_HEAP is set. */
typedef struct
{
  gint64 bytes;             /* in use, as malloc_usable_size() has it */
  gint64 blocks;            /* in use */
  gint64 allocations;       /* made since the start */
} BenchHeap;

BenchHeap    bench_heap_read     (void);

G_END_DECLS
