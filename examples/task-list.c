/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several tasks at once, and one progress for all of them.
 *
 * The list is a GListModel, so a GtkListView would show it (see list-view.c). Here
 * the tasks that succeed leave it by themselves, and what is left in the end is what
 * went wrong.
 */

#include <asynctask-glib.h>

typedef struct
{
  const char *title;
  guint       limit;
} Range;

static const Range ranges[] = {
  { "up to 20,000", 20000 },
  { "up to 50,000", 50000 },
  { "up to nothing", 0 },
  { "up to 100,000", 100000 },
};

static gboolean
is_prime (guint n)
{
  for (guint i = 2; i * i <= n; i++)
    if (n % i == 0)
      return FALSE;

  return n > 1;
}

/* In a worker thread. */
static gboolean
count_primes (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  const Range *range = user_data;
  guint n_primes = 0;

  if (range->limit == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "There is nothing to count");
      return FALSE;
    }

  for (guint n = 1; n <= range->limit; n++)
    {
      if (!at_async_task_checkpoint (task, error))
        return FALSE;
      n_primes += is_prime (n);
      at_async_task_set_amounts (task, n, range->limit);
    }

  return at_async_task_return (task, G_TYPE_UINT, n_primes);
}

/* What follows runs in the main thread. */

static void
on_fraction_changed (AtTaskList *list)
{
  g_printerr ("\r%3.0f %%, %u active ", at_task_list_get_fraction (list) * 100,
              at_task_list_get_n_active (list));
}

static void
on_counted (AtAsyncTask  *task,
            const GValue *n_primes,
            guint        *n_all)
{
  *n_all += g_value_get_uint (n_primes);
}

static void
on_all_ended (GObject      *source,
              GAsyncResult *result,
              gpointer      loop)
{
  AtTaskList *list = AT_TASK_LIST (source);
  g_autoptr (GError) error = NULL;

  g_printerr ("\n");
  if (!at_task_list_wait_all_finish (list, result, &error))
    g_print ("not all went well: %s\n", error->message);
  g_print ("at %.0f %%, %u active, %u failed\n", at_task_list_get_fraction (list) * 100,
           at_task_list_get_n_active (list), at_task_list_get_n_failed (list));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (AtAsyncTask) task = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (at_async_task_get_outcome (task) == AT_OUTCOME_FAILED)
        g_print ("left: primes %s\n", at_async_task_get_title (task));
    }

  g_main_loop_quit (loop);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (GError) error = NULL;
  guint n_all = 0;

  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED);
  g_signal_connect (list, "notify::fraction", G_CALLBACK (on_fraction_changed), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (count_primes, (gpointer) &ranges[i], NULL);

      at_async_task_set_title (task, ranges[i].title);
      /* A total that is known beforehand is one that the list can weigh by. */
      at_async_task_set_unit (task, AT_PROGRESS_UNIT_ITEMS);
      at_async_task_set_amounts (task, 0, ranges[i].limit);
      g_signal_connect (task, "post-execute", G_CALLBACK (on_counted), &n_all);
      at_task_list_add (list, task);
    }
  g_print ("%u tasks\n", g_list_model_get_n_items (G_LIST_MODEL (list)));

  if (!at_task_list_execute_all (list, at_thread_pool_executor_get_default (), &error))
    g_error ("%s", error->message);
  g_print ("%u active\n", at_task_list_get_n_active (list));

  at_task_list_wait_all_async (list, FALSE, NULL, on_all_ended, loop);
  g_main_loop_run (loop);
  g_print ("%u primes in all\n", n_all);

  return 0;
}
