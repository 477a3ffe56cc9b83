/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-lender-private.h"

#ifdef HAVE_PRCTL
# include <sys/prctl.h>
#endif

static gpointer
do_nothing (gpointer user_data)
{
  return NULL;
}

/* Some versions of GLib start a thread with their first shared pool, and end the program
 * if they cannot. */
GThreadPool *
at_lender_get (GFunc serve)
{
  static GMutex lock;
  static GThreadPool *lender; /* under the lock */
  GThreadPool *found;

  g_mutex_lock (&lock);
  if (lender == NULL)
    {
      GThread *probe = g_thread_try_new ("at-probe", do_nothing, NULL, NULL);

      if (probe != NULL)
        {
          g_thread_join (probe);
          lender = g_thread_pool_new (serve, NULL, -1, FALSE, NULL);
        }
    }
  found = lender;
  g_mutex_unlock (&lock);

  return found;
}

void
at_lender_swap_thread_name (char       *old_name,
                            const char *new_name)
{
#ifdef HAVE_PRCTL
  if (old_name != NULL)
    prctl (PR_GET_NAME, old_name, 0, 0, 0);
  if (new_name != NULL)
    prctl (PR_SET_NAME, new_name, 0, 0, 0);
#endif
}
