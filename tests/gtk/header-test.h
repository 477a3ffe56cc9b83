/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "asynctask-gtk.h"

#include "header/at-gtk-clock-private.h"

#include "at-test.h"

/* What the tests of button, popover, banner and dialog share: tasks that begin and end when the
 * test says so, in this thread, and a clock that is held. */

static inline AtAsyncTask *
begin_task (AtTaskList *list,
            const char *title)
{
  AtAsyncTask *task = AT_ASYNC_TASK (at_deferred_task_new ());

  at_async_task_set_title (task, title);
  at_test_hear (task);
  if (list != NULL)
    at_task_list_add (list, task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_async_task_get_stage (task) == AT_STAGE_RUNNING);

  return task;
}

static inline void
settle (AtAsyncTask *task)
{
  at_test_iterate_until (NULL, at_async_task_get_status (task) == AT_STATUS_FINISHED);
  /* What follows an end. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static inline void
end_task (AtAsyncTask *task)
{
  g_assert_true (at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL));
  settle (task);
}

static inline void
fail_task (AtAsyncTask *task)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The disk is full");

  g_assert_true (at_deferred_task_fail (AT_DEFERRED_TASK (task), error));
  settle (task);
}

static inline void
cancel_task (AtAsyncTask *task)
{
  at_async_task_cancel (task, TRUE);
  at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL);
  settle (task);
}

static inline void
count (guint *counter)
{
  ++*counter;
}

static inline void
set_animations (gboolean enable)
{
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", enable, NULL);
}

/* What the display has still to say of windows is said before they go. */
static inline void
let_windows_rest (void)
{
  for (int i = 0; i < 2; i++)
    {
      gdk_display_sync (gdk_display_get_default ());
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}
