/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Memory grows: one way out of a callback leaves a task as it is, and it is never freed. */

#include "situation.h"

#define N_LOOKUPS 6

static int n_replies;

/* Every other name has no address. */
static gboolean
on_reply (gpointer user_data)
{
  g_autoptr (AtDeferredTask) task = user_data;
  gboolean is_known = n_replies++ % 2 == 0;

  if (!is_known)
    return G_SOURCE_REMOVE;  /* and at_deferred_task_fail()? */

  at_deferred_task_complete (task, NULL);

  return G_SOURCE_REMOVE;
}

static void
look_up (AtDeferredTask *task)
{
  g_idle_add (on_reply, g_object_ref (task));  /* the question goes out, an answer comes */
}

int
main (void)
{
  situation_begin ();

  for (int i = 0; i < N_LOOKUPS; i++)
    {
      g_autoptr (AtDeferredTask) task = at_deferred_task_new ();
      g_autofree char *title = g_strdup_printf ("Looking up host %d", i);

      at_async_task_set_title (AT_ASYNC_TASK (task), title);
      g_signal_connect (task, "start", G_CALLBACK (look_up), NULL);
      at_async_task_execute (AT_ASYNC_TASK (task), NULL, NULL);
    }

  while (n_replies < N_LOOKUPS || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, TRUE);
  print_tasks ();
}
