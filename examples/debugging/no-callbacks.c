/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Callbacks never come: the task is given the context of a thread, and that iterates none. */

#include "situation.h"

static gboolean
load_contacts (AtAsyncTask   *task,
               const GValue  *params,
               GCancellable  *cancellable,
               gpointer       user_data,
               GError       **error)
{
  return at_async_task_return (task, G_TYPE_INT, 42);
}

static void
show_contacts (AtAsyncTask  *task,
               const GValue *n_contacts)
{
  g_print ("%d contacts\n", g_value_get_int (n_contacts));
}

int
main (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = NULL;

  situation_begin ();
  task = at_async_task_new (load_contacts, NULL, NULL);
  at_async_task_set_title (task, "Loading contacts");
  at_async_task_set_main_context (task, context);  /* and who iterates it? */
  g_signal_connect (task, "post-execute", G_CALLBACK (show_contacts), NULL);
  at_async_task_execute (task, NULL, NULL);
  situation_iterate ();  /* the main loop, which is that of the default context */

  /* What would have had them come. */
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (context, TRUE);
}
