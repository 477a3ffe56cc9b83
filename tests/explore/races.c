/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "races.h"

#include "points.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* The library is compiled with -fsanitize=thread, by which the compiler calls a
 * function at each access to memory that another thread might know of. These are ours,
 * in place of libtsan's: one thread runs at a time, so that nothing here is shared, and
 * nothing is missed that happened long ago, as it is in libtsan, which remembers four
 * accesses of each word. What the explorer's locks, conditions, atomic operations and
 * starts of threads bring about is in the clocks of the threads.
 *
 * For each word of 8 bytes that was accessed in this schedule there is a list of
 * accesses that a later one might race with. One leaves the list where another that
 * comes after it would race with whatever it would (Flanagan and Freund, FastTrack,
 * 2009). GLib's own accesses are not seen. */

#define WORD_SIZE   8
#define PAGE_SIZE   4096
#define PAGE_WORDS  (PAGE_SIZE / WORD_SIZE)
#define MAX_PAGES   4096      /* a power of two */
#define MAX_RECORDS (1 << 18)

typedef struct
{
  const void *where;
  guint32     next;
  guint32     clock;
  guint8      thread;
  guint8      kind;
  guint8      mask; /* of the bytes in the word */
} Record;

typedef struct
{
  gsize   number;
  guint32 first[PAGE_WORDS]; /* records, or 0 */
} Page;

gboolean races_are_wanted = TRUE;
__thread RacesThread *races_self;

static Page    pages[MAX_PAGES];
static guint   n_pages;
static guint16 slots[2 * MAX_PAGES]; /* pages by their number, and 1 */
static Page   *last_page;
static Record  records[MAX_RECORDS];
static guint32 n_records = 1;
static guint32 free_records;

/* Which kinds each races with. */
static const guint8 rivals[] = {
  [RACES_READ] = 1 << RACES_WRITE | 1 << RACES_ATOMIC_WRITE,
  [RACES_WRITE] = 1 << RACES_READ | 1 << RACES_WRITE | 1 << RACES_ATOMIC_READ | 1 << RACES_ATOMIC_WRITE,
  [RACES_ATOMIC_READ] = 1 << RACES_WRITE,
  [RACES_ATOMIC_WRITE] = 1 << RACES_READ | 1 << RACES_WRITE,
};

void
races_restart (void)
{
  memset (slots, 0, sizeof slots);
  n_pages = 0;
  last_page = NULL;
  n_records = 1;
  free_records = 0;
}

/* NULL where there is none and @make is not set. */
static Page *
get_page (gsize    number,
          gboolean make)
{
  guint at = (guint) (number * 2654435761u) % G_N_ELEMENTS (slots);

  if (last_page != NULL && last_page->number == number)
    return last_page;

  for (; slots[at] != 0; at = (at + 1) % G_N_ELEMENTS (slots))
    if (pages[slots[at] - 1].number == number)
      return last_page = &pages[slots[at] - 1];

  if (!make)
    return NULL;
  if (n_pages == MAX_PAGES)
    explore_fail ("The scenario has too much memory");

  last_page = &pages[n_pages++];
  last_page->number = number;
  memset (last_page->first, 0, sizeof last_page->first);
  slots[at] = (guint16) n_pages;

  return last_page;
}

static Record *
take_record (guint32 *index)
{
  if (free_records != 0)
    {
      *index = free_records;
      free_records = records[free_records].next;
    }
  else if (n_records < MAX_RECORDS)
    *index = n_records++;
  else
    explore_fail ("The scenario has too many accesses");

  return &records[*index];
}

static void
drop_record (guint32 *link)
{
  guint32 index = *link;

  *link = records[index].next;
  records[index].next = free_records;
  free_records = index;
}

static void
fail_race (const RacesThread *thread,
           RacesKind          kind,
           guint              mask,
           const void        *where,
           const Record      *record)
{
  RacesAccess later = { (guint8) thread->id, (guint8) kind, (guint8) __builtin_popcount (mask), where };
  RacesAccess earlier = { record->thread, record->kind, (guint8) __builtin_popcount (record->mask), record->where };

  explore_fail_race (&later, &earlier);
}

static gboolean
is_after (const RacesThread *thread,
          const Record      *record)
{
  return record->thread == thread->id || record->clock <= thread->clock[record->thread];
}

static void
access_word (const RacesThread *thread,
             guint32           *link,
             guint              mask,
             RacesKind          kind,
             const void        *where)
{
  guint clock = thread->clock[thread->id];
  guint32 index;
  Record *record;

  while (*link != 0)
    {
      record = &records[*link];

      if ((record->mask & mask) != 0 && (rivals[kind] & (1 << record->kind)) != 0 && !is_after (thread, record))
        fail_race (thread, kind, mask, where, record);

      /* Nothing new. */
      if (record->thread == thread->id && record->clock == clock &&
          (mask & ~record->mask) == 0 && (rivals[kind] & ~rivals[record->kind]) == 0)
        return;

      if ((record->mask & ~mask) == 0 && (rivals[record->kind] & ~rivals[kind]) == 0 && is_after (thread, record))
        drop_record (link);
      else
        link = &record->next;
    }

  record = take_record (&index);
  record->where = where;
  record->next = 0;
  record->clock = clock;
  record->thread = (guint8) thread->id;
  record->kind = (guint8) kind;
  record->mask = (guint8) mask;
  *link = index;
}

/* The bytes of the word at @from that are in front of @end. */
static guint
get_mask (gsize from,
          gsize end)
{
  gsize first = from % WORD_SIZE;
  gsize n = MIN (end - from, WORD_SIZE - first);

  return ((1u << n) - 1) << first;
}

void
races_access (const RacesThread *thread,
              const void        *address,
              gsize              size,
              RacesKind          kind,
              const void        *where)
{
  gsize end = (gsize) address + size;

  for (gsize at = (gsize) address; at < end; at = (at | (WORD_SIZE - 1)) + 1)
    access_word (thread, &get_page (at / PAGE_SIZE, TRUE)->first[at % PAGE_SIZE / WORD_SIZE],
                 get_mask (at, end), kind, where);
}

/* Memory that is given back is written to by whoever does; what comes to be there then
 * is something else. */
static void
forget (const void *address,
        gsize       size,
        gboolean    is_freed,
        const void *where)
{
  gsize end = (gsize) address + size;

  for (gsize at = (gsize) address; at < end; at = (at | (WORD_SIZE - 1)) + 1)
    {
      Page *page = get_page (at / PAGE_SIZE, FALSE);
      guint32 *link;

      if (page == NULL)
        {
          at |= PAGE_SIZE - 1;
          continue;
        }

      link = &page->first[at % PAGE_SIZE / WORD_SIZE];
      while (*link != 0)
        {
          if (is_freed && !is_after (races_self, &records[*link]))
            fail_race (races_self, RACES_WRITE, get_mask (at, end), where, &records[*link]);
          drop_record (link);
        }
    }
}

/* What the compiler calls. Threads that are not explored come here, too. */

#define HERE __builtin_return_address (0)

#define HOOK(Type, name, parameters)                                           \
  Type name parameters;                                                        \
  Type name parameters

#define SEE(address, size, kind)                                               \
  G_STMT_START {                                                               \
    if (races_self != NULL)                                                    \
      races_access (races_self, (address), (size), (kind), HERE);              \
  } G_STMT_END

HOOK (void, __tsan_init, (void))
{
}

HOOK (void, __tsan_func_entry, (void *caller))
{
}

HOOK (void, __tsan_func_exit, (void))
{
}

#define ACCESS(size)                                                           \
  HOOK (void, __tsan_read##size, (void *address))                              \
  {                                                                            \
    SEE (address, size, RACES_READ);                                           \
  }                                                                            \
  HOOK (void, __tsan_write##size, (void *address))                             \
  {                                                                            \
    SEE (address, size, RACES_WRITE);                                          \
  }                                                                            \
  HOOK (void, __tsan_read_write##size, (void *address))                        \
  {                                                                            \
    SEE (address, size, RACES_WRITE);                                          \
  }                                                                            \
  HOOK (void, __tsan_volatile_read##size, (void *address))                     \
  {                                                                            \
    SEE (address, size, RACES_READ);                                           \
  }                                                                            \
  HOOK (void, __tsan_volatile_write##size, (void *address))                    \
  {                                                                            \
    SEE (address, size, RACES_WRITE);                                          \
  }

#define UNALIGNED_ACCESS(size)                                                 \
  HOOK (void, __tsan_unaligned_read##size, (void *address))                    \
  {                                                                            \
    SEE (address, size, RACES_READ);                                           \
  }                                                                            \
  HOOK (void, __tsan_unaligned_write##size, (void *address))                   \
  {                                                                            \
    SEE (address, size, RACES_WRITE);                                          \
  }                                                                            \
  HOOK (void, __tsan_unaligned_read_write##size, (void *address))              \
  {                                                                            \
    SEE (address, size, RACES_WRITE);                                          \
  }                                                                            \
  HOOK (void, __tsan_unaligned_volatile_read##size, (void *address))           \
  {                                                                            \
    SEE (address, size, RACES_READ);                                           \
  }                                                                            \
  HOOK (void, __tsan_unaligned_volatile_write##size, (void *address))          \
  {                                                                            \
    SEE (address, size, RACES_WRITE);                                          \
  }

ACCESS (1)
ACCESS (2)
ACCESS (4)
ACCESS (8)
ACCESS (16)
UNALIGNED_ACCESS (2)
UNALIGNED_ACCESS (4)
UNALIGNED_ACCESS (8)
UNALIGNED_ACCESS (16)

HOOK (void, __tsan_read_range, (void *address, gsize size))
{
  SEE (address, size, RACES_READ);
}

HOOK (void, __tsan_write_range, (void *address, gsize size))
{
  SEE (address, size, RACES_WRITE);
}

HOOK (void, __tsan_vptr_read, (void **address))
{
  SEE (address, sizeof *address, RACES_READ);
}

HOOK (void, __tsan_vptr_update, (void **address, void *value))
{
  SEE (address, sizeof *address, RACES_WRITE);
}

/* Newer compilers call these themselves; for the others points.h does. */

void *
__tsan_memcpy (void *to, const void *from, gsize size)
{
  SEE (from, size, RACES_READ);
  SEE (to, size, RACES_WRITE);

  return memcpy (to, from, size);
}

void *
__tsan_memmove (void *to, const void *from, gsize size)
{
  SEE (from, size, RACES_READ);
  SEE (to, size, RACES_WRITE);

  return memmove (to, from, size);
}

void *
__tsan_memset (void *to, int byte, gsize size)
{
  SEE (to, size, RACES_WRITE);

  return memset (to, byte, size);
}

/* Atomic operations that are not GLib's. */

static void
reach_atomic (const void    *address,
              gsize          size,
              ExploreAccess  access,
              int            order,
              const void    *where)
{
  if (races_are_wanted && order != __ATOMIC_SEQ_CST)
    explore_fail_order (where);
  explore_touch_from (address, size, access, where);
}

#define FETCH(bits, Int, name, expression)                                     \
  HOOK (Int, __tsan_atomic##bits##_fetch_##name, (volatile Int *address, Int value, int order)) \
  {                                                                            \
    Int old;                                                                   \
                                                                               \
    reach_atomic ((const void *) address, sizeof (Int), EXPLORE_EXCHANGE, order, HERE); \
    old = *address;                                                            \
    *address = (Int) (expression);                                             \
                                                                               \
    return old;                                                                \
  }

#define COMPARE(bits, Int, kind)                                               \
  HOOK (int, __tsan_atomic##bits##_compare_exchange_##kind,                    \
        (volatile Int *address, Int *expected, Int value, int order, int failure)) \
  {                                                                            \
    gboolean is_done;                                                          \
                                                                               \
    reach_atomic ((const void *) address, sizeof (Int), EXPLORE_TRY, MIN (order, failure), HERE); \
    is_done = *address == *expected;                                           \
    if (is_done)                                                               \
      *address = value;                                                        \
    else                                                                       \
      *expected = *address;                                                    \
                                                                               \
    return explore_tried ((const void *) address, sizeof (Int), is_done);      \
  }

/* One thread runs at a time. */
#define ATOMIC(bits, Int)                                                      \
  HOOK (Int, __tsan_atomic##bits##_load, (const volatile Int *address, int order)) \
  {                                                                            \
    reach_atomic ((const void *) address, sizeof (Int), EXPLORE_READ, order, HERE); \
                                                                               \
    return *address;                                                           \
  }                                                                            \
  HOOK (void, __tsan_atomic##bits##_store, (volatile Int *address, Int value, int order)) \
  {                                                                            \
    reach_atomic ((const void *) address, sizeof (Int), EXPLORE_WRITE, order, HERE); \
    *address = value;                                                          \
  }                                                                            \
  HOOK (Int, __tsan_atomic##bits##_exchange, (volatile Int *address, Int value, int order)) \
  {                                                                            \
    Int old;                                                                   \
                                                                               \
    reach_atomic ((const void *) address, sizeof (Int), EXPLORE_EXCHANGE, order, HERE); \
    old = *address;                                                            \
    *address = value;                                                          \
                                                                               \
    return old;                                                                \
  }                                                                            \
  HOOK (Int, __tsan_atomic##bits##_compare_exchange_val,                       \
        (volatile Int *address, Int expected, Int value, int order, int failure)) \
  {                                                                            \
    Int old;                                                                   \
                                                                               \
    reach_atomic ((const void *) address, sizeof (Int), EXPLORE_TRY, MIN (order, failure), HERE); \
    old = *address;                                                            \
    if (old == expected)                                                       \
      *address = value;                                                        \
    explore_tried ((const void *) address, sizeof (Int), old == expected);     \
                                                                               \
    return old;                                                                \
  }                                                                            \
  COMPARE (bits, Int, strong)                                                  \
  COMPARE (bits, Int, weak)                                                    \
  FETCH (bits, Int, add, old + value)                                          \
  FETCH (bits, Int, sub, old - value)                                          \
  FETCH (bits, Int, and, old & value)                                          \
  FETCH (bits, Int, or, old | value)                                           \
  FETCH (bits, Int, xor, old ^ value)                                          \
  FETCH (bits, Int, nand, ~(old & value))

ATOMIC (8, guint8)
ATOMIC (16, guint16)
ATOMIC (32, guint32)
ATOMIC (64, guint64)
#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 guint128;
ATOMIC (128, guint128)
#endif

/* A fence alone orders what no clock here knows of. */
HOOK (void, __tsan_atomic_thread_fence, (int order))
{
  if (races_are_wanted)
    explore_fail_order (HERE);
}

HOOK (void, __tsan_atomic_signal_fence, (int order))
{
}

/* Memory, of the whole program. A thread that is not explored, one that is about to end
 * for example, runs beside those that are, and is left alone: what it gives back is
 * looked at when somebody gets it. */

extern void *__libc_malloc   (gsize size);
extern void *__libc_calloc   (gsize n, gsize size);
extern void *__libc_realloc  (void *memory, gsize size);
extern void *__libc_memalign (gsize alignment, gsize size);
extern void  __libc_free     (void *memory);

static void *
get_anew (void *memory)
{
  if (races_self != NULL && memory != NULL)
    forget (memory, malloc_usable_size (memory), FALSE, NULL);

  return memory;
}

void *
malloc (gsize size)
{
  return get_anew (__libc_malloc (size));
}

void *
calloc (gsize n, gsize size)
{
  return get_anew (__libc_calloc (n, size));
}

void *
memalign (gsize alignment, gsize size)
{
  return get_anew (__libc_memalign (alignment, size));
}

void *
aligned_alloc (gsize alignment, gsize size)
{
  return get_anew (__libc_memalign (alignment, size));
}

int
posix_memalign (void **memory, gsize alignment, gsize size)
{
  *memory = get_anew (__libc_memalign (alignment, size));

  return *memory != NULL ? 0 : ENOMEM;
}

void
free (void *memory)
{
  if (races_self != NULL && memory != NULL)
    forget (memory, malloc_usable_size (memory), TRUE, HERE);
  __libc_free (memory);
}

void *
realloc (void *memory, gsize size)
{
  if (races_self != NULL && memory != NULL)
    forget (memory, malloc_usable_size (memory), TRUE, HERE);

  return get_anew (__libc_realloc (memory, size));
}
