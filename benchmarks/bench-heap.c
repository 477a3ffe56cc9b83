/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stands in front of the C library's allocator and counts. A module of its own, loaded
 * with LD_PRELOAD into the processes that measure memory: the others, which measure
 * time, must not pay for it.
 *
 * Every allocation is seen, so the numbers are exact where GLib's slices are plain
 * allocations: since GLib 2.76, or with G_SLICE=always-malloc, which the benchmark sets. */

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench-heap.h"

#define EXPORT __attribute__ ((visibility ("default")))

extern void *__libc_malloc   (size_t  size);
extern void *__libc_calloc   (size_t  n,
                              size_t  size);
extern void *__libc_realloc  (void   *block,
                              size_t  size);
extern void *__libc_memalign (size_t  alignment,
                              size_t  size);
extern void  __libc_free     (void   *block);

static int64_t n_bytes;
static int64_t n_blocks;
static int64_t n_allocations;

static void *
count_in (void *block)
{
  if (block != NULL)
    {
      __atomic_add_fetch (&n_bytes, (int64_t) malloc_usable_size (block), __ATOMIC_RELAXED);
      __atomic_add_fetch (&n_blocks, 1, __ATOMIC_RELAXED);
      __atomic_add_fetch (&n_allocations, 1, __ATOMIC_RELAXED);
    }

  return block;
}

static void
count_out (void *block)
{
  if (block != NULL)
    {
      __atomic_sub_fetch (&n_bytes, (int64_t) malloc_usable_size (block), __ATOMIC_RELAXED);
      __atomic_sub_fetch (&n_blocks, 1, __ATOMIC_RELAXED);
    }
}

EXPORT void
bench_heap_count (int64_t *bytes,
                  int64_t *blocks,
                  int64_t *allocations)
{
  *bytes = __atomic_load_n (&n_bytes, __ATOMIC_RELAXED);
  *blocks = __atomic_load_n (&n_blocks, __ATOMIC_RELAXED);
  *allocations = __atomic_load_n (&n_allocations, __ATOMIC_RELAXED);
}

EXPORT void *
malloc (size_t size)
{
  return count_in (__libc_malloc (size));
}

EXPORT void *
calloc (size_t n,
        size_t size)
{
  return count_in (__libc_calloc (n, size));
}

EXPORT void *
realloc (void   *block,
         size_t  size)
{
  void *moved;

  /* Counted out first: another thread may own the old address by the time it returns. */
  count_out (block);
  moved = __libc_realloc (block, size);
  if (moved == NULL && size != 0)
    count_in (block);

  return count_in (moved);
}

EXPORT void *
memalign (size_t alignment,
          size_t size)
{
  return count_in (__libc_memalign (alignment, size));
}

EXPORT void *
aligned_alloc (size_t alignment,
               size_t size)
{
  return count_in (__libc_memalign (alignment, size));
}

EXPORT int
posix_memalign (void   **block,
                size_t   alignment,
                size_t   size)
{
  void *aligned = __libc_memalign (alignment, size);

  if (aligned == NULL)
    return ENOMEM;

  *block = count_in (aligned);

  return 0;
}

EXPORT void
free (void *block)
{
  count_out (block);
  __libc_free (block);
}
