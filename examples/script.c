/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs functions of modules in JavaScript and Python: `script MODULE…`
 *
 * Each runs in a process of its own, whatever it does there; values, progress and
 * errors come back here.
 */

#include <asynctask-glib.h>

static void
on_prime (AtAsyncTask  *task,
          const GValue *value)
{
  g_print (" %" G_GINT64_FORMAT, g_variant_get_int64 (g_value_get_variant (value)));
}

static void
on_done (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  AtAsyncTask *task = AT_ASYNC_TASK (object);
  gboolean *done = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = at_async_task_execute_finish (task, result, &error);

  if (value != NULL)
    {
      gint64 count, biggest;

      g_variant_lookup (g_value_get_variant (value), "count", "x", &count);
      g_variant_lookup (g_value_get_variant (value), "biggest", "x", &biggest);
      g_print ("\n%" G_GINT64_FORMAT " primes, the biggest is %" G_GINT64_FORMAT "\n", count, biggest);
    }
  else
    {
      g_print ("%s\n", at_script_task_get_error_name (AT_SCRIPT_TASK (task)));
    }

  *done = TRUE;
}

/* Takes @params, floating. */
static void
run (const char *module,
     const char *function,
     GVariant   *params)
{
  g_autoptr (AtScriptTask) task = at_script_task_new (module, function);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean done = FALSE;

  g_value_init (&value, G_TYPE_VARIANT);
  g_value_set_variant (&value, params);
  g_signal_connect (task, "progress-update", G_CALLBACK (on_prime), NULL);
  at_async_task_execute_async (AT_ASYNC_TASK (task), &value, NULL, on_done, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  for (int i = 1; i < argc; i++)
    {
      g_autofree char *name = g_path_get_basename (argv[i]);

      g_print ("%s:", name);
      run (argv[i], "primes", g_variant_new_parsed ("{'limit': 30}"));
      run (argv[i], "divide", g_variant_new_parsed ("[1, 0]"));
    }

  return 0;
}
