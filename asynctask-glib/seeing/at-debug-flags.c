/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-debug.h"

#include "at-lint-private.h"
#include "at-marks-private.h"
#include "at-seeing-private.h"

#include <string.h>

/* What a program has asked to be told of its tasks. */

#define VARIABLE "ASYNCTASK_DEBUG"
#define ALL      (AT_DEBUG_SLOW | AT_DEBUG_STUCK)

static const struct
{
  const char   *word;
  AtDebugFlags  flags;
  const char   *meaning;
} words[] = {
  { "slow", AT_DEBUG_SLOW, "callbacks that hold the main loop, values that nobody hears of" },
  { "stuck", AT_DEBUG_STUCK, "tasks and callbacks that do not go on" },
  { "all", ALL, "both" },
  { "fatal", AT_DEBUG_FATAL, "what is told ends the program; alone, of both" },
};

static void
print_help (void)
{
  g_printerr (VARIABLE " is a list of these, separated by commas:\n");
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_printerr ("  %-6s %s\n", words[i].word, words[i].meaning);
  g_printerr ("  %-6s %s\n", "help", "this list");
}

static AtDebugFlags
parse_word (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (word, words[i].word) == 0)
      return words[i].flags;

  if (g_ascii_strcasecmp (word, "help") == 0)
    print_help ();
  else if (word[0] != '\0')
    g_printerr (VARIABLE ": there is no \"%s\"; \"help\" tells what there is\n", word);

  return AT_DEBUG_NONE;
}

static AtDebugFlags
read_variable (void)
{
  const char *text = g_getenv (VARIABLE);
  AtDebugFlags flags = AT_DEBUG_NONE;
  g_auto (GStrv) parts = NULL;

  if (text == NULL)
    return AT_DEBUG_NONE;

  parts = g_strsplit_set (text, ",;: \t", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    flags |= parse_word (parts[i]);

  return flags == AT_DEBUG_FATAL ? AT_DEBUG_FATAL | ALL : flags;
}

void
at_seeing_begin (void)
{
  static gsize has_begun;

  if (!g_once_init_enter (&has_begun))
    return;

  at_lint_change_seeing ((int) read_variable () | (at_marks_are_taken () ? AT_SEEING_MARKS : 0), 0);
  g_once_init_leave (&has_begun, TRUE);
}

/**
 * at_get_debug_flags:
 *
 * Gets what the library looks at to tell of it.
 *
 * It is what the environment variable `ASYNCTASK_DEBUG` says, unless
 * [func@set_debug_flags] has set something else.
 *
 * Any thread.
 *
 * Returns: what is looked at
 *
 * Since: 1.0
 */
AtDebugFlags
at_get_debug_flags (void)
{
  at_seeing_begin ();

  return (AtDebugFlags) (g_atomic_int_get (&at_seeing) & (int) (ALL | AT_DEBUG_FATAL));
}

/**
 * at_set_debug_flags:
 * @flags: what is to be looked at
 *
 * Sets what the library looks at to tell of it: tasks that do not go on, and callbacks that
 * have the program stutter.
 *
 * Each such thing is a warning in the log, once, with the title of the task, its body, and
 * where it was executed. A user of the program can have the same by the environment
 * variable `ASYNCTASK_DEBUG`, which is a list of `slow`, `stuck`, `all` and `fatal`; this
 * replaces what it says. What is known of a task begins when it is executed: one that was
 * executed before is not looked at. With nothing set, nothing is looked at, and it costs
 * nothing.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_set_debug_flags (AtDebugFlags flags)
{
  g_return_if_fail ((flags & ~(AtDebugFlags) (ALL | AT_DEBUG_FATAL)) == 0);

  at_seeing_begin ();
  at_lint_change_seeing ((int) flags, (int) (ALL | AT_DEBUG_FATAL));
}
