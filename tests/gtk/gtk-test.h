/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-gtk.h>

#include "at-test.h"

G_BEGIN_DECLS

/* What tests of widgets have in common: tasks that do what they are told, and widgets that are
 * looked for. */

static inline AtAsyncTask *
gtk_test_task_new (const char *title)
{
  AtAsyncTask *task = AT_ASYNC_TASK (at_deferred_task_new ());

  at_async_task_set_title (task, title);

  return task;
}

static inline void
gtk_test_run (AtAsyncTask *task)
{
  g_autoptr (GError) error = NULL;

  at_async_task_execute (task, NULL, &error);
  g_assert_no_error (error);
  at_test_iterate_until (NULL, at_async_task_get_stage (task) == AT_STAGE_RUNNING);
}

static inline void
gtk_test_succeed (AtAsyncTask *task)
{
  g_assert_true (at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL));
  at_test_iterate_until (NULL, at_async_task_get_outcome (task) == AT_OUTCOME_SUCCEEDED);
}

static inline void
gtk_test_fail (AtAsyncTask *task,
               const char  *message)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, message);

  g_assert_true (at_deferred_task_fail (AT_DEFERRED_TASK (task), error));
  at_test_iterate_until (NULL, at_async_task_get_outcome (task) == AT_OUTCOME_FAILED);
}

/* It was cancelled, and hears it. */
static inline void
gtk_test_give_up (AtAsyncTask *task)
{
  g_assert_true (at_async_task_is_cancelled (task));
  at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL);
  at_test_iterate_until (NULL, at_async_task_get_outcome (task) == AT_OUTCOME_CANCELLED);
}

/* The first of @type inside @widget that has @css_class (nullable: any). */
static inline GtkWidget *
gtk_test_find (GtkWidget  *widget,
               GType       type,
               const char *css_class)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) &&
      (css_class == NULL || gtk_widget_has_css_class (widget, css_class)))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = gtk_test_find (child, type, css_class);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* A button of @row that is seen, by its icon. */
static inline GtkWidget *
gtk_test_find_button (GtkWidget  *row,
                      const char *icon_name)
{
  for (GtkWidget *child = gtk_widget_get_first_child (row);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_BUTTON (child) && gtk_widget_get_visible (child) &&
        g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (child)), icon_name) == 0)
      return child;

  return NULL;
}

static inline void
gtk_test_click (GtkWidget *button)
{
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

static inline GtkWidget *
gtk_test_show (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 480, 400);
  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  at_test_iterate_until (NULL, gtk_widget_get_mapped (child) && gtk_widget_get_width (child) > 0);

  return window;
}

G_END_DECLS
