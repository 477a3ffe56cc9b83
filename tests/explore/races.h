/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "explorer.h"

G_BEGIN_DECLS

/* Plain accesses of the library, two of which are a race if one writes, one is not
 * atomic, and neither happens before the other. */

typedef enum
{
  RACES_READ,
  RACES_WRITE,
  RACES_ATOMIC_READ,
  RACES_ATOMIC_WRITE
} RacesKind;

/* What a thread has seen of each, itself included, by what happens before in the sense
 * of C11: releases and acquires, and nothing that is merely so in this schedule. */
typedef struct
{
  int   id;
  guint clock[EXPLORE_MAX_THREADS];
} RacesThread;

typedef struct
{
  guint8      thread;
  guint8      kind;
  guint8      size;
  const void *where;
} RacesAccess;

/* The library is compiled so that plain accesses are seen. */
#ifdef EXPLORE_PLAIN_ACCESSES

/* Constant while a scenario is explored. */
extern gboolean races_are_wanted;

/* The one that calls: NULL where it is not explored, or nothing is looked for. */
extern __thread RacesThread *races_self;

/* Forgets all accesses. */
void races_restart     (void);

void races_access      (const RacesThread *thread,
                        const void        *address,
                        gsize              size,
                        RacesKind          kind,
                        const void        *where);

/* For the explorer: two accesses, the later one first. Does not return. */
void explore_fail_race (const RacesAccess *later,
                        const RacesAccess *earlier) G_GNUC_NORETURN;
void explore_fail_order (const void       *where) G_GNUC_NORETURN;

#endif

G_END_DECLS
