/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-marks-private.h"

#ifdef HAVE_SYSPROF

#include "at-lint-private.h"

#include <sysprof-capture.h>

gboolean
at_marks_are_taken (void)
{
  return sysprof_collector_is_active ();
}

void
at_marks_add (AtAsyncTask *task,
              const char  *name,
              gint64       began_at,
              gint64       ended_at)
{
  g_autofree char *message = NULL;

  if ((g_atomic_int_get (&at_seeing) & AT_SEEING_MARKS) == 0)
    return;

  message = at_lint_dup_name (task);
  if (message == NULL)
    return;

  sysprof_collector_mark (began_at * 1000, (ended_at - began_at) * 1000, "asynctask-glib", name, message);
}

#else

gboolean
at_marks_are_taken (void)
{
  return FALSE;
}

void
at_marks_add (AtAsyncTask *task,
              const char  *name,
              gint64       began_at,
              gint64       ended_at)
{
}

#endif
