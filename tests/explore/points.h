/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* Included in front of each of the library's files, which are not changed: makes
 * every atomic operation a point at which another thread may go on. What is a
 * function in GLib is made one by the linker, see meson.build. */

#include <gio/gio.h>
#include <string.h>

typedef enum
{
  EXPLORE_READ,
  EXPLORE_WRITE,
  EXPLORE_EXCHANGE,
  EXPLORE_TRY, /* to exchange; explore_tried() tells whether it was done */
  EXPLORE_ADD  /* to a number of which all that matters is that it is nobody else's */
} ExploreAccess;

void explore_touch      (const void    *object,
                         gsize          size,
                         ExploreAccess  access);
void explore_touch_from (const void    *object,
                         gsize          size,
                         ExploreAccess  access,
                         const void    *where);
int  explore_tried      (const void    *object,
                         gsize          size,
                         int            is_done);

void *__tsan_memcpy     (void          *to,
                         const void    *from,
                         gsize          size);
void *__tsan_memmove    (void          *to,
                         const void    *from,
                         gsize          size);
void *__tsan_memset     (void          *to,
                         int            byte,
                         gsize          size);

#undef g_atomic_int_get
#undef g_atomic_int_set
#undef g_atomic_int_add
#undef g_atomic_int_compare_and_exchange
#undef g_atomic_pointer_add
#undef g_atomic_pointer_get
#undef g_atomic_pointer_set
#undef g_atomic_pointer_exchange
#undef g_atomic_pointer_compare_and_exchange
#undef g_once_init_enter
#undef g_once_init_leave
#undef g_once_init_enter_pointer
#undef g_once_init_leave_pointer

#define g_atomic_int_get(atomic)                                               \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_READ), (g_atomic_int_get) ((const int *) (atomic)))
#define g_atomic_int_set(atomic, value)                                        \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_WRITE), (g_atomic_int_set) ((atomic), (value)))
#define g_atomic_int_add(atomic, value)                                        \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_ADD), (g_atomic_int_add) ((atomic), (value)))
#define g_atomic_int_compare_and_exchange(atomic, old, replacement)            \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_TRY),                    \
   explore_tried ((atomic), sizeof *(atomic),                                  \
                  (g_atomic_int_compare_and_exchange) ((atomic), (old), (replacement))))
#define g_atomic_pointer_add(atomic, value)                                    \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_EXCHANGE), (g_atomic_pointer_add) ((atomic), (value)))
#define g_atomic_pointer_get(atomic)                                           \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_READ), (g_atomic_pointer_get) (atomic))
#define g_atomic_pointer_set(atomic, value)                                    \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_WRITE),                  \
   (g_atomic_pointer_set) ((atomic), (gpointer) (value)))
#define g_atomic_pointer_exchange(atomic, value)                               \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_EXCHANGE),               \
   (g_atomic_pointer_exchange) ((atomic), (gpointer) (value)))
#define g_atomic_pointer_compare_and_exchange(atomic, old, replacement)        \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_TRY),                    \
   explore_tried ((atomic), sizeof *(atomic),                                  \
                  (g_atomic_pointer_compare_and_exchange) ((atomic), (gpointer) (old), (gpointer) (replacement))))

/* All that is made once is made before the exploration begins. */
#if GLIB_CHECK_VERSION (2, 80, 0)
# define g_once_init_leave_pointer(location, result)                           \
  (g_once_init_leave_pointer) ((location), (gpointer) (guintptr) (result))
#endif

#if defined EXPLORE_PLAIN_ACCESSES && defined EXPLORED

/* The compiler makes points of all other atomic operations, and tells of what it does
 * itself, but not of what functions do. */
# undef memcpy
# undef memmove
# undef memset
# define memcpy(to, from, size)  __tsan_memcpy ((to), (from), (size))
# define memmove(to, from, size) __tsan_memmove ((to), (from), (size))
# define memset(to, byte, size)  __tsan_memset ((to), (byte), (size))

#elif defined EXPLORED

/* A macro is not expanded within itself. */
# define __atomic_load_n(atomic, order)                                        \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_READ), __atomic_load_n ((atomic), order))
# define __atomic_store_n(atomic, value, order)                                \
  (explore_touch ((atomic), sizeof *(atomic), EXPLORE_WRITE), __atomic_store_n ((atomic), (value), order))

#endif
