/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include <asynctask-glib.h>
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * AtGtkTaskState:
 * @AT_GTK_TASK_STATE_PENDING: It was not executed yet, or there is no task.
 * @AT_GTK_TASK_STATE_WAITING: It waits for another task, or for its time to come.
 * @AT_GTK_TASK_STATE_QUEUED: It waits for a thread of its executor.
 * @AT_GTK_TASK_STATE_RUNNING: It runs.
 * @AT_GTK_TASK_STATE_PAUSED: It is paused.
 * @AT_GTK_TASK_STATE_RETRYING: It failed, and will be tried again.
 * @AT_GTK_TASK_STATE_SUCCEEDED: It succeeded.
 * @AT_GTK_TASK_STATE_FAILED: It failed.
 * @AT_GTK_TASK_STATE_CANCELLED: It was cancelled.
 * @AT_GTK_TASK_STATE_GONE: It succeeded, and the file that it made is no longer there.
 *
 * What a user is shown of a task.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_GTK_TASK_STATE_PENDING,
  AT_GTK_TASK_STATE_WAITING,
  AT_GTK_TASK_STATE_QUEUED,
  AT_GTK_TASK_STATE_RUNNING,
  AT_GTK_TASK_STATE_PAUSED,
  AT_GTK_TASK_STATE_RETRYING,
  AT_GTK_TASK_STATE_SUCCEEDED,
  AT_GTK_TASK_STATE_FAILED,
  AT_GTK_TASK_STATE_CANCELLED,
  AT_GTK_TASK_STATE_GONE
} AtGtkTaskState;

/**
 * AtGtkTaskSort:
 * @AT_GTK_TASK_SORT_STATE: Active ones first, then waiting, failed and finished ones.
 * @AT_GTK_TASK_SORT_NEWEST: The newest first.
 * @AT_GTK_TASK_SORT_OLDEST: The oldest first.
 *
 * The order of items.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_GTK_TASK_SORT_STATE,
  AT_GTK_TASK_SORT_NEWEST,
  AT_GTK_TASK_SORT_OLDEST
} AtGtkTaskSort;

/**
 * AtGtkTaskDensity:
 * @AT_GTK_TASK_DENSITY_NORMAL: For a view of a window.
 * @AT_GTK_TASK_DENSITY_COMPACT: For a popover.
 *
 * How much room a row takes.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_GTK_TASK_DENSITY_NORMAL,
  AT_GTK_TASK_DENSITY_COMPACT
} AtGtkTaskDensity;

/**
 * AtGtkTaskActions:
 * @AT_GTK_TASK_ACTION_NONE: None.
 * @AT_GTK_TASK_ACTION_PAUSE: Pause it.
 * @AT_GTK_TASK_ACTION_RESUME: Let it go on.
 * @AT_GTK_TASK_ACTION_CANCEL: Cancel it.
 * @AT_GTK_TASK_ACTION_RETRY: Try it again.
 * @AT_GTK_TASK_ACTION_OPEN: Open what it made.
 * @AT_GTK_TASK_ACTION_SHOW_IN_FOLDER: Show what it made in its folder.
 * @AT_GTK_TASK_ACTION_COPY_DETAILS: Copy its name and its error.
 * @AT_GTK_TASK_ACTION_REMOVE: Remove it from the list.
 * @AT_GTK_TASK_ACTION_MENU: Show its menu.
 * @AT_GTK_TASK_ACTION_DETAILS: Show its details.
 * @AT_GTK_TASK_ACTION_ALL: All of them.
 *
 * What can be done with a task in a row.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_GTK_TASK_ACTION_NONE           = 0,
  AT_GTK_TASK_ACTION_PAUSE          = 1 << 0,
  AT_GTK_TASK_ACTION_RESUME         = 1 << 1,
  AT_GTK_TASK_ACTION_CANCEL         = 1 << 2,
  AT_GTK_TASK_ACTION_RETRY          = 1 << 3,
  AT_GTK_TASK_ACTION_OPEN           = 1 << 4,
  AT_GTK_TASK_ACTION_SHOW_IN_FOLDER = 1 << 5,
  AT_GTK_TASK_ACTION_COPY_DETAILS   = 1 << 6,
  AT_GTK_TASK_ACTION_REMOVE         = 1 << 7,
  AT_GTK_TASK_ACTION_MENU           = 1 << 8,
  AT_GTK_TASK_ACTION_DETAILS        = 1 << 9,
  AT_GTK_TASK_ACTION_ALL            = (1 << 10) - 1
} AtGtkTaskActions;

/**
 * AtGtkNotifications:
 * @AT_GTK_NOTIFICATIONS_NONE: Of nothing.
 * @AT_GTK_NOTIFICATIONS_FINISHED: Of those that succeeded.
 * @AT_GTK_NOTIFICATIONS_FAILED: Of those that failed.
 * @AT_GTK_NOTIFICATIONS_ALL: Of both.
 *
 * What the desktop is to notify its user of.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_GTK_NOTIFICATIONS_NONE     = 0,
  AT_GTK_NOTIFICATIONS_FINISHED = 1 << 0,
  AT_GTK_NOTIFICATIONS_FAILED   = 1 << 1,
  AT_GTK_NOTIFICATIONS_ALL      = AT_GTK_NOTIFICATIONS_FINISHED | AT_GTK_NOTIFICATIONS_FAILED
} AtGtkNotifications;

G_END_DECLS
