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

G_END_DECLS
