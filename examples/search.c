/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Searches as you type: `search FILE TEXT`
 *
 * Each letter of TEXT is a search of its own, as in a search entry: only what the last one
 * has found is shown, and no more than one runs at a time.
 */

#include <asynctask-glib.h>

/* In a worker thread: the lines of the file that have the text. */
static gboolean
find (AtAsyncTask   *task,
      const GValue  *params,
      GCancellable  *cancellable,
      gpointer       path,
      GError       **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (!at_async_task_checkpoint (task, error))
        return FALSE;
      if (strstr (lines[i], g_value_get_string (params)) != NULL)
        g_ptr_array_add (found, g_strdup (lines[i]));
    }
  g_ptr_array_add (found, NULL);

  return at_async_task_return (task, G_TYPE_STRV, found->pdata);
}

/* What follows would be in a window, with "search-changed" of a GtkSearchEntry. */

static void
on_found (AtLatest     *search,
          const GValue *lines,
          const GValue *text,
          gpointer      window)
{
  g_autofree char *joined = g_strjoinv ("\n", g_value_get_boxed (lines));

  g_print ("%s:\n%s\n", g_value_get_string (text), joined);
}

static void
on_search_changed (AtLatest   *search,
                   const char *text)
{
  g_auto (GValue) params = G_VALUE_INIT;

  g_value_init (&params, G_TYPE_STRING);
  g_value_set_string (&params, text);
  at_latest_submit (search, &params);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AtLatest) search = at_latest_new (find, argv[1], NULL);
  gboolean busy = TRUE;

  g_object_set (search, "delay", 0.02, NULL);
  g_signal_connect (search, "result", G_CALLBACK (on_found), NULL);

  for (gsize i = 1; i <= strlen (argv[2]); i++)
    {
      g_autofree char *typed = g_strndup (argv[2], i);

      on_search_changed (search, typed);
    }

  while (busy)
    {
      g_main_context_iteration (NULL, TRUE);
      g_object_get (search, "busy", &busy, NULL);
    }

  return 0;
}
