/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-script-task.h"

#include "at-script-helper-private.h"
#include "at-script-task-private.h"

#include <string.h>

/* Which processes are as good as each other, and having some ready. */

static const char * const usual_interpreters[] = {
  [AT_SCRIPT_LANGUAGE_JAVASCRIPT] = "gjs",
  [AT_SCRIPT_LANGUAGE_PYTHON] = "python3",
};

/* Any thread, atomic: interned, so that one that is replaced can still be read; NULL for
 * the usual one. */
static const char *default_interpreters[G_N_ELEMENTS (usual_interpreters)];

static gboolean
is_language (AtScriptLanguage language)
{
  return language == AT_SCRIPT_LANGUAGE_JAVASCRIPT || language == AT_SCRIPT_LANGUAGE_PYTHON;
}

const char *
at_script_get_interpreter (const char       *interpreter,
                           AtScriptLanguage  language)
{
  return interpreter != NULL ? interpreter : at_script_task_get_default_interpreter (language);
}

/**
 * at_script_task_get_default_interpreter:
 * @language: a language of modules
 *
 * Gets the program that runs the modules of tasks which set no
 * [property@ScriptTask:interpreter].
 *
 * Any thread.
 *
 * Returns: a path or name
 *
 * Since: 1.0
 */
const char *
at_script_task_get_default_interpreter (AtScriptLanguage language)
{
  const char *interpreter;

  g_return_val_if_fail (is_language (language), NULL);

  interpreter = g_atomic_pointer_get (&default_interpreters[language]);

  return interpreter != NULL ? interpreter : usual_interpreters[language];
}

/**
 * at_script_task_set_default_interpreter:
 * @language: a language of modules
 * @interpreter: (nullable): a path, or a name that is looked for in `PATH`; %NULL: `gjs`
 *   or `python3`
 *
 * Sets the program that runs the modules of tasks which set no
 * [property@ScriptTask:interpreter].
 *
 * It counts for tasks whose body begins after this. In a program in Python it is, unless
 * that sets another one, the Python that runs the program, and thus of the same virtual
 * environment.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_script_task_set_default_interpreter (AtScriptLanguage  language,
                                        const char       *interpreter)
{
  g_return_if_fail (is_language (language));

  g_atomic_pointer_set (&default_interpreters[language], g_intern_string (interpreter));
}

/* What a process is like that runs modules of @language: those of one key are as
 * good as each other. A process keeps the working directory and the environment
 * which the program had when it was started, so they are in the key, be they the
 * program's or the task's own. Any part may have any characters; so each comes with
 * its length. */
char *
at_script_get_warm_key (AtScriptLanguage     language,
                        const char          *interpreter,
                        const char          *working_directory,
                        const AtChildOrigin *origin)
{
  g_autofree char *directory = g_canonicalize_filename (working_directory != NULL ? working_directory : ".", NULL);
  char **environment = origin->environment;
  GString *key = g_string_new (NULL);

  g_string_append_printf (key, "%d %zu:%s %zu:%s", language, strlen (interpreter), interpreter,
                          strlen (directory), directory);
  for (gsize i = 0; environment[i] != NULL; i++)
    g_string_append_printf (key, " %zu:%s", strlen (environment[i]), environment[i]);

  return g_string_free (key, FALSE);
}

/* ... and that has loaded @module. */
char *
at_script_get_shared_key (const char *warm_key,
                          const char *module)
{
  return g_strdup_printf ("%s in %s", module, warm_key);
}

/**
 * at_script_task_prewarm:
 * @language: the language of the modules to come
 * @n_processes: how many processes are to wait for a task
 * @error: return location for a [struct@GLib.Error]
 *
 * Has processes ready in which the interpreter is running already.
 *
 * Each is used by one task of that language that sets no interpreter of its own. No
 * module is loaded in it before that. It has the working directory and the environment
 * that the program has now; a task that would have others, its own or those that the
 * program has changed to, has a process started for it as if there was none. Those
 * that no task has used within a minute end, and so do those above
 * @n_processes, at once; 0 ends all of this language that wait, also those that tasks
 * which are not [property@ScriptTask:isolated] have left.
 *
 * A good moment is when the user opens what tasks are started from.
 *
 * Any thread.
 *
 * Returns: %TRUE, or %FALSE with @error set if a process could not be started
 *
 * Since: 1.0
 */
gboolean
at_script_task_prewarm (AtScriptLanguage   language,
                        guint              n_processes,
                        GError           **error)
{
  const char *interpreter;
  g_auto (AtChildOrigin) origin = { NULL, NULL };
  g_autofree char *key = NULL;
  guint n;

  g_return_val_if_fail (is_language (language), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  interpreter = at_script_get_interpreter (NULL, language);
  at_child_origin_take (&origin, NULL);
  key = at_script_get_warm_key (language, interpreter, NULL, &origin);
  if (n_processes == 0)
    at_script_helper_drop_idle (language);

  n = at_script_helper_trim_idle (key, n_processes);
  for (; n < MIN (n_processes, AT_SCRIPT_MAX_IDLE); n++)
    {
      AtScriptHelper *helper = at_script_helper_spawn (language, interpreter, NULL, &origin, error);

      if (helper == NULL)
        return FALSE;
      at_script_helper_keep_idle (helper, key);
    }

  return TRUE;
}
