/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/* Included in front of each of the library's files, which are not changed: makes
 * every atomic operation a point at which another thread may go on. What is a
 * function in GLib is made one by the linker, see meson.build. */

#include <gio/gio.h>

typedef enum
{
  EXPLORE_READ,
  EXPLORE_WRITE,
  EXPLORE_ADD /* to a number of which all that matters is that it is nobody else's */
} ExploreAccess;

void explore_touch (const void    *object,
                    ExploreAccess  access);

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
  (explore_touch ((atomic), EXPLORE_READ), (g_atomic_int_get) ((const int *) (atomic)))
#define g_atomic_int_set(atomic, value)                                        \
  (explore_touch ((atomic), EXPLORE_WRITE), (g_atomic_int_set) ((atomic), (value)))
#define g_atomic_int_add(atomic, value)                                        \
  (explore_touch ((atomic), EXPLORE_ADD), (g_atomic_int_add) ((atomic), (value)))
#define g_atomic_int_compare_and_exchange(atomic, old, replacement)            \
  (explore_touch ((atomic), EXPLORE_WRITE),                                    \
   (g_atomic_int_compare_and_exchange) ((atomic), (old), (replacement)))
#define g_atomic_pointer_add(atomic, value)                                    \
  (explore_touch ((atomic), EXPLORE_WRITE), (g_atomic_pointer_add) ((atomic), (value)))
#define g_atomic_pointer_get(atomic)                                           \
  (explore_touch ((atomic), EXPLORE_READ), (g_atomic_pointer_get) (atomic))
#define g_atomic_pointer_set(atomic, value)                                    \
  (explore_touch ((atomic), EXPLORE_WRITE),                                    \
   (g_atomic_pointer_set) ((atomic), (gpointer) (value)))
#define g_atomic_pointer_exchange(atomic, value)                               \
  (explore_touch ((atomic), EXPLORE_WRITE),                                    \
   (g_atomic_pointer_exchange) ((atomic), (gpointer) (value)))
#define g_atomic_pointer_compare_and_exchange(atomic, old, replacement)        \
  (explore_touch ((atomic), EXPLORE_WRITE),                                    \
   (g_atomic_pointer_compare_and_exchange) ((atomic), (gpointer) (old), (gpointer) (replacement)))

/* All that is made once is made before the exploration begins. */
#if GLIB_CHECK_VERSION (2, 80, 0)
# define g_once_init_leave_pointer(location, result)                           \
  (g_once_init_leave_pointer) ((location), (gpointer) (guintptr) (result))
#endif

/* A macro is not expanded within itself. */
#define __atomic_load_n(atomic, order)                                         \
  (explore_touch ((atomic), EXPLORE_READ), __atomic_load_n ((atomic), order))
#define __atomic_store_n(atomic, value, order)                                 \
  (explore_touch ((atomic), EXPLORE_WRITE), __atomic_store_n ((atomic), (value), order))
