/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The same from C++. */

#include <asynctask-gtk.h>

#include <iostream>

int
main ()
{
  for (GType type : { AT_GTK_TYPE_PRESENCE, AT_GTK_TYPE_PROGRESS_PAINTABLE,
                      AT_GTK_TYPE_TASK_BANNER, AT_GTK_TYPE_TASK_BUTTON, AT_GTK_TYPE_TASK_DIALOG,
                      AT_GTK_TYPE_TASK_ITEM, AT_GTK_TYPE_TASK_ITEMS, AT_GTK_TYPE_TASK_POPOVER,
                      AT_GTK_TYPE_TASK_ROW, AT_GTK_TYPE_TASK_VIEW, AT_GTK_TYPE_NOTIFICATIONS,
                      AT_GTK_TYPE_TASK_ACTIONS, AT_GTK_TYPE_TASK_DENSITY, AT_GTK_TYPE_TASK_SORT,
                      AT_GTK_TYPE_TASK_STATE })
    std::cout << g_type_name (type) << '\n';

  g_autoptr (AtDeferredTask) task = at_deferred_task_new ();
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (AT_ASYNC_TASK (task));

  at_async_task_set_title (AT_ASYNC_TASK (task), "A task");
  std::cout << at_gtk_task_item_get_title (item) << '\n';
}
