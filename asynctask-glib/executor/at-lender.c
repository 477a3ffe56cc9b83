/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-lender-private.h"

#include <pthread.h>
#include <string.h>
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

static void
swap_name (char       *old_name,
           const char *new_name)
{
#ifdef HAVE_PRCTL
  if (old_name != NULL)
    prctl (PR_GET_NAME, old_name, 0, 0, 0);
  if (new_name != NULL)
    prctl (PR_SET_NAME, new_name, 0, 0, 0);
#endif
}

/* Nobody has a reference on one that is left. */
static void
pop_cancellables (void)
{
  GCancellable *cancellable;

  while ((cancellable = g_cancellable_get_current ()) != NULL)
    g_cancellable_pop_current (cancellable);
}

void
at_borrowed_begin (AtBorrowed *self,
                   const char *name)
{
  GMainContext *context;

  memset (self, 0, sizeof *self);
  swap_name (self->lender_name, name);
  swap_name (self->name, NULL);
  pthread_sigmask (SIG_SETMASK, NULL, &self->signals);

  /* The lender has other borrowers, who may have left something. */
  while ((context = g_main_context_get_thread_default ()) != NULL)
    g_main_context_pop_thread_default (context);
  pop_cancellables ();
}

void
at_borrowed_restore (AtBorrowed *self)
{
  char name[sizeof self->name] = "";

  if (!self->has_run)
    return;

  self->has_run = FALSE;
  pop_cancellables ();
  pthread_sigmask (SIG_SETMASK, &self->signals, NULL);
  swap_name (name, NULL);
  if (strcmp (name, self->name) != 0)
    swap_name (NULL, self->name);
}

void
at_borrowed_end (AtBorrowed *self)
{
  at_borrowed_restore (self);
  if (strcmp (self->lender_name, self->name) != 0)
    swap_name (NULL, self->lender_name);
}
