/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-async-task.h"

G_BEGIN_DECLS

/* For setters of what cannot change any more once the task was executed. */
#define AT_RETURN_IF_TOO_LATE(task)                                            \
  G_STMT_START {                                                               \
    if (at_async_task_get_status (task) != AT_STATUS_PENDING)                  \
      {                                                                        \
        g_critical ("%s: too late: the task was executed", G_STRFUNC);         \
        return;                                                                \
      }                                                                        \
  } G_STMT_END

/* Puts a copy of a string (nullable), which may be a part of the old one, in the place of
 * it, and returns FALSE if the two are the same. */
static inline gboolean
at_replace_string (char       **field,
                   const char  *string)
{
  char *copy;

  if (g_strcmp0 (*field, string) == 0)
    return FALSE;

  copy = g_strdup (string);
  g_free (*field);
  *field = copy;

  return TRUE;
}

G_END_DECLS
