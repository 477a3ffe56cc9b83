/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The button: when it is there, and what it says. No time passes but what the test lets pass. */

#include "header-test.h"

typedef struct
{
  AtTaskList     *list;
  AtGtkTaskItems *items;
  GtkWidget      *window;
  GtkWidget      *entry;
  GtkWidget      *button;
  guint           n_finished;
  AtGtkTaskItem  *finished; /* the last one */
} Fixture;

static void
on_finished (AtGtkTaskButton *button,
             AtGtkTaskItem   *item,
             gpointer         user_data)
{
  Fixture *fixture = user_data;

  fixture->n_finished++;
  g_set_object (&fixture->finished, item);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *bar = gtk_header_bar_new ();

  set_animations (FALSE);
  fixture->list = at_task_list_new ();
  fixture->items = at_gtk_task_items_new (G_LIST_MODEL (fixture->list));
  fixture->button = at_gtk_task_button_new (fixture->items);
  g_signal_connect (fixture->button, "finished", G_CALLBACK (on_finished), fixture);
  fixture->window = gtk_window_new ();
  fixture->entry = gtk_entry_new ();
  gtk_header_bar_pack_end (GTK_HEADER_BAR (bar), fixture->button);
  gtk_window_set_titlebar (GTK_WINDOW (fixture->window), bar);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->entry);
  gtk_window_set_focus (GTK_WINDOW (fixture->window), fixture->entry);
  gtk_window_present (GTK_WINDOW (fixture->window));
  at_test_iterate_until (NULL, gtk_widget_get_mapped (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->button != NULL)
    g_object_add_weak_pointer (G_OBJECT (fixture->button), (gpointer *) &fixture->button);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  at_test_iterate_poll_until (NULL, fixture->button == NULL);
  g_clear_object (&fixture->finished);
  at_test_iterate_poll_until (NULL, G_OBJECT (fixture->items)->ref_count == 1);
  g_assert_finalize_object (fixture->items);
  g_assert_finalize_object (fixture->list);
}

static gboolean
is_shown (Fixture *fixture)
{
  return gtk_widget_get_visible (fixture->button);
}

static gboolean
has_class (Fixture    *fixture,
           const char *name)
{
  return gtk_widget_has_css_class (fixture->button, name);
}

static gboolean
is_open (Fixture *fixture)
{
  return gtk_widget_get_visible (GTK_WIDGET (at_gtk_task_button_get_popover (AT_GTK_TASK_BUTTON (fixture->button))));
}

static void
open_popover (Fixture *fixture)
{
  at_gtk_task_button_popup (AT_GTK_TASK_BUTTON (fixture->button));
  g_assert_true (is_open (fixture));
}

static void
close_popover (Fixture *fixture)
{
  at_gtk_task_button_popdown (AT_GTK_TASK_BUTTON (fixture->button));
  g_assert_false (is_open (fixture));
}

/* What is over soon is never seen. */
static void
test_fast (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Fast");

  g_assert_false (is_shown (fixture));
  at_gtk_clock_skip (0.49);
  g_assert_false (is_shown (fixture));
  end_task (task);
  at_gtk_clock_skip (100);
  g_assert_false (is_shown (fixture));
  /* Somebody may want to know all the same. */
  g_assert_cmpuint (fixture->n_finished, ==, 1);
}

/* Of what nobody knows how long it takes. */
static void
test_slow (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Slow");

  at_gtk_clock_skip (0.49);
  g_assert_false (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_true (is_shown (fixture));
  at_gtk_clock_skip (100);
  g_assert_true (is_shown (fixture));
  g_assert_false (has_class (fixture, "done"));

  end_task (task);
  g_assert_true (has_class (fixture, "done"));
  at_gtk_clock_skip (2.99);
  g_assert_true (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_false (is_shown (fixture));
}

/* One that has begun before the button was there counts from when it is. */
static void
test_begun (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Begun");

  at_gtk_task_button_set_items (AT_GTK_TASK_BUTTON (fixture->button), NULL);
  at_gtk_clock_skip (100);
  g_assert_false (is_shown (fixture));
  at_gtk_task_button_set_items (AT_GTK_TASK_BUTTON (fixture->button), fixture->items);
  at_gtk_clock_skip (0.49);
  g_assert_false (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_true (is_shown (fixture));

  /* With its items, what is shown of them goes. */
  at_gtk_task_button_set_items (AT_GTK_TASK_BUTTON (fixture->button), NULL);
  g_assert_false (is_shown (fixture));
  cancel_task (task);
}

/* Halfway after @seconds. */
static void
go_halfway (Fixture     *fixture,
            AtAsyncTask *task,
            double       seconds)
{
  at_async_task_set_amounts (task, 1, 1000000);
  at_test_iterate_until (NULL, at_async_task_get_completed (task) == 1);
  at_test_time_skip (seconds);
  at_async_task_set_amounts (task, 500000, 1000000);
  at_test_iterate_until (NULL, at_gtk_task_items_get_remaining (fixture->items) >= 0);
}

/* What has two seconds left or less is given two seconds. */
static void
test_short (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Short");

  go_halfway (fixture, task, 1);
  g_assert_cmpfloat (at_gtk_task_items_get_remaining (fixture->items), <, 2);
  at_gtk_clock_skip (0.51);
  g_assert_false (is_shown (fixture));
  at_gtk_clock_skip (1.48);
  g_assert_false (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_true (is_shown (fixture));
  cancel_task (task);
}

static void
test_long (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Long");

  go_halfway (fixture, task, 60);
  g_assert_cmpfloat (at_gtk_task_items_get_remaining (fixture->items), >, 2);
  at_gtk_clock_skip (0.49);
  g_assert_false (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_true (is_shown (fixture));
  cancel_task (task);
}

/* A hundred in succession: each has a clock of its own where there is nothing between them, and
 * all have one where they overlap. */
static void
test_hundred (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (AtAsyncTask) last = NULL;

  for (int i = 0; i < 100; i++)
    {
      g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Short");

      at_gtk_clock_skip (0.4);
      g_assert_false (is_shown (fixture));
      end_task (task);
      at_gtk_clock_skip (0.05);
      g_assert_false (is_shown (fixture));
    }
  g_assert_cmpuint (fixture->n_finished, ==, 100);

  for (int i = 0; i < 100; i++)
    {
      g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Short");

      if (last != NULL)
        end_task (last);
      g_set_object (&last, task);
      g_assert_cmpint (is_shown (fixture), ==, i >= 5);
      at_gtk_clock_skip (0.11);
      g_assert_cmpint (is_shown (fixture), ==, i >= 4);
    }
  end_task (last);
  at_gtk_clock_skip (3.1);
  g_assert_false (is_shown (fixture));
}

/* What begins while the last one's end is shown is shown, and has the whole time after its own. */
static void
test_again (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AtAsyncTask) first = begin_task (fixture->list, "First");
  g_autoptr (AtAsyncTask) second = NULL;

  at_gtk_clock_skip (1);
  end_task (first);
  at_gtk_clock_skip (2);
  second = begin_task (fixture->list, "Second");
  g_assert_false (has_class (fixture, "done"));
  at_gtk_clock_skip (0.1);
  g_assert_true (is_shown (fixture));
  end_task (second);
  at_gtk_clock_skip (2.99);
  g_assert_true (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_false (is_shown (fixture));
}

/* At once, and until somebody has seen it. */
static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Failing");

  at_gtk_clock_skip (0.1);
  fail_task (task);
  g_assert_true (is_shown (fixture));
  g_assert_true (has_class (fixture, "error"));
  g_assert_false (has_class (fixture, "done"));
  at_gtk_clock_skip (1000);
  g_assert_true (is_shown (fixture));

  open_popover (fixture);
  g_assert_false (has_class (fixture, "error"));
  close_popover (fixture);
  at_gtk_clock_skip (2.99);
  g_assert_true (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_false (is_shown (fixture));
}

/* Removed, it needs not be seen. One that fails while the popover is open, is. */
static void
test_failure_gone (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Failing");
  g_autoptr (AtAsyncTask) other = begin_task (fixture->list, "Failing, too");

  fail_task (task);
  cancel_task (other);
  at_gtk_clock_skip (10);
  g_assert_true (is_shown (fixture));
  at_task_list_remove (fixture->list, task);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (has_class (fixture, "error"));
  at_gtk_clock_skip (2.99);
  g_assert_true (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_false (is_shown (fixture));

  g_clear_object (&task);
  task = begin_task (fixture->list, "Failing again");
  open_popover (fixture);
  fail_task (task);
  g_assert_false (has_class (fixture, "error"));
  close_popover (fixture);
  at_gtk_clock_skip (3.01);
  g_assert_false (is_shown (fixture));
}

static void
test_popover_open (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Watched");
  guint n_finished;

  at_gtk_clock_skip (1);
  open_popover (fixture);
  g_assert_false (has_class (fixture, "needs-attention"));
  n_finished = fixture->n_finished;
  end_task (task);
  /* Who sees it needs no toast. */
  g_assert_cmpuint (fixture->n_finished, ==, n_finished);
  at_gtk_clock_skip (1000);
  g_assert_true (is_shown (fixture));
  g_assert_true (is_open (fixture));
  close_popover (fixture);
  at_gtk_clock_skip (2.99);
  g_assert_true (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_false (is_shown (fixture));
}

static void
test_focus_inside (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Focused");

  at_gtk_clock_skip (1);
  g_assert_true (gtk_widget_grab_focus (fixture->button));
  end_task (task);
  at_gtk_clock_skip (1000);
  g_assert_true (is_shown (fixture));
  gtk_widget_grab_focus (fixture->entry);
  at_gtk_clock_skip (2.99);
  g_assert_true (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_false (is_shown (fixture));
}

static void
test_settings (Fixture       *fixture,
               gconstpointer  data)
{
  AtGtkTaskButton *button = AT_GTK_TASK_BUTTON (fixture->button);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (AtAsyncTask) second = NULL;
  guint n_notified = 0;

  g_signal_connect_swapped (button, "notify", G_CALLBACK (count), &n_notified);
  at_gtk_task_button_set_start_delay (button, 5);
  at_gtk_task_button_set_minimum_duration (button, 1);
  at_gtk_task_button_set_finished_timeout (button, 7);
  at_gtk_task_button_set_finished_timeout (button, 7);
  g_assert_cmpuint (n_notified, ==, 3);
  g_signal_handlers_disconnect_by_data (button, &n_notified);
  g_assert_cmpfloat (at_gtk_task_button_get_start_delay (button), ==, 5);
  g_assert_cmpfloat (at_gtk_task_button_get_minimum_duration (button), ==, 1);
  g_assert_cmpfloat (at_gtk_task_button_get_finished_timeout (button), ==, 7);

  task = begin_task (fixture->list, "Later");
  at_gtk_clock_skip (4.99);
  g_assert_false (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_true (is_shown (fixture));
  end_task (task);
  at_gtk_clock_skip (6.99);
  g_assert_true (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_false (is_shown (fixture));

  at_gtk_task_button_set_start_delay (button, 0);
  at_gtk_task_button_set_minimum_duration (button, 0);
  at_gtk_task_button_set_finished_timeout (button, 0);
  second = begin_task (fixture->list, "At once");
  at_gtk_clock_skip (0);
  g_assert_true (is_shown (fixture));
  end_task (second);
  at_gtk_clock_skip (0);
  g_assert_false (is_shown (fixture));
}

static void
test_always_visible (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = NULL;

  at_gtk_task_button_set_always_visible (AT_GTK_TASK_BUTTON (fixture->button), TRUE);
  g_assert_true (is_shown (fixture));
  task = begin_task (fixture->list, "Any");
  at_gtk_clock_skip (1);
  end_task (task);
  g_assert_true (has_class (fixture, "done"));
  at_gtk_clock_skip (100);
  g_assert_true (is_shown (fixture));
  g_assert_false (has_class (fixture, "done"));
  at_gtk_task_button_set_always_visible (AT_GTK_TASK_BUTTON (fixture->button), FALSE);
  g_assert_false (is_shown (fixture));
}

static void
test_attention (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (AtAsyncTask) first = begin_task (fixture->list, "First");
  g_autoptr (AtAsyncTask) second = NULL;
  g_autoptr (AtAsyncTask) third = NULL;

  g_assert_false (has_class (fixture, "needs-attention"));
  at_gtk_clock_skip (0.51);
  g_assert_true (has_class (fixture, "needs-attention"));
  at_gtk_clock_skip (1.98);
  g_assert_true (has_class (fixture, "needs-attention"));
  at_gtk_clock_skip (0.02);
  g_assert_false (has_class (fixture, "needs-attention"));

  second = begin_task (fixture->list, "Second");
  g_assert_true (has_class (fixture, "needs-attention"));
  at_gtk_clock_skip (1);
  /* What is seen needs none. */
  open_popover (fixture);
  g_assert_false (has_class (fixture, "needs-attention"));
  third = begin_task (fixture->list, "Third");
  g_assert_false (has_class (fixture, "needs-attention"));
  close_popover (fixture);
  g_assert_false (has_class (fixture, "needs-attention"));
  cancel_task (first);
  cancel_task (second);
  cancel_task (third);
}

static void
test_finished (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (AtAsyncTask) first = begin_task (fixture->list, "First");
  g_autoptr (AtAsyncTask) second = begin_task (fixture->list, "Second");
  g_autoptr (AtAsyncTask) third = begin_task (fixture->list, "Third");
  g_autoptr (AtTaskList) others = at_task_list_new ();
  g_autoptr (AtGtkTaskItems) items = NULL;

  end_task (first);
  g_assert_cmpuint (fixture->n_finished, ==, 1);
  g_assert_cmpstr (at_gtk_task_item_get_title (fixture->finished), ==, "First");
  fail_task (second);
  g_assert_cmpuint (fixture->n_finished, ==, 2);
  g_assert_cmpint (at_gtk_task_item_get_state (fixture->finished), ==, AT_GTK_TASK_STATE_FAILED);
  /* Who has cancelled it knows. */
  cancel_task (third);
  g_assert_cmpuint (fixture->n_finished, ==, 2);

  /* What had ended before is no news, but a failure is to be seen. */
  at_task_list_add (others, first);
  at_task_list_add (others, second);
  items = at_gtk_task_items_new (G_LIST_MODEL (others));
  at_gtk_task_button_set_items (AT_GTK_TASK_BUTTON (fixture->button), items);
  g_assert_cmpuint (fixture->n_finished, ==, 2);
  g_assert_true (has_class (fixture, "error"));
  at_gtk_task_button_set_items (AT_GTK_TASK_BUTTON (fixture->button), NULL);
}

/* Whoever is told of an end may take the items away, and the button, too. */
static void
on_finished_take_away (AtGtkTaskButton *button,
                       AtGtkTaskItem   *item,
                       Fixture         *fixture)
{
  at_gtk_task_button_set_items (button, NULL);
}

static void
on_finished_remove (AtGtkTaskButton *button,
                    AtGtkTaskItem   *item,
                    Fixture         *fixture)
{
  gtk_header_bar_remove (GTK_HEADER_BAR (gtk_window_get_titlebar (GTK_WINDOW (fixture->window))), GTK_WIDGET (button));
}

static void
test_taken_away (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (AtAsyncTask) first = begin_task (fixture->list, "First");
  g_autoptr (AtAsyncTask) second = begin_task (fixture->list, "Second");
  gulong handler = g_signal_connect (fixture->button, "finished", G_CALLBACK (on_finished_take_away), fixture);

  fail_task (first);
  g_assert_false (is_shown (fixture));
  g_signal_handler_disconnect (fixture->button, handler);

  at_gtk_task_button_set_items (AT_GTK_TASK_BUTTON (fixture->button), fixture->items);
  g_signal_connect (fixture->button, "finished", G_CALLBACK (on_finished_remove), fixture);
  g_object_add_weak_pointer (G_OBJECT (fixture->button), (gpointer *) &fixture->button);
  fail_task (second);
  at_test_iterate_poll_until (NULL, fixture->button == NULL);
  at_gtk_clock_skip (100);
}

static void
on_retry (AtGtkTaskItem *item,
          gpointer       user_data)
{
  AtAsyncTask **next = user_data;

  at_gtk_task_item_set_task (item, *next);
}

/* A list that is sorted by state takes an item out and puts it in again: it is the same one. */
static void
test_moved (Fixture       *fixture,
            gconstpointer  data)
{
  AtAsyncTask *tasks[5];

  at_gtk_task_items_set_sort (fixture->items, AT_GTK_TASK_SORT_STATE);
  for (int i = 0; i < 5; i++)
    tasks[i] = begin_task (fixture->list, "One of five");
  for (int i = 0; i < 5; i++)
    {
      end_task (tasks[i]);
      g_assert_cmpuint (fixture->n_finished, ==, i + 1);
    }
  for (int i = 0; i < 5; i++)
    g_object_unref (tasks[i]);
}

/* Another try is something new. */
static void
test_retry (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Once");
  g_autoptr (AtAsyncTask) next = NULL;
  g_autoptr (AtGtkTaskItem) item = g_list_model_get_item (G_LIST_MODEL (fixture->items), 0);

  g_signal_connect (item, "retry", G_CALLBACK (on_retry), &next);
  fail_task (task);
  g_assert_true (has_class (fixture, "error"));
  at_gtk_clock_skip (10);
  g_assert_false (has_class (fixture, "needs-attention"));
  next = begin_task (NULL, "Twice");
  at_gtk_task_item_set_task (item, next);
  g_assert_true (has_class (fixture, "needs-attention"));
  g_assert_false (has_class (fixture, "error"));
  end_task (next);
  g_assert_cmpuint (fixture->n_finished, ==, 2);
  at_gtk_clock_skip (3.01);
  g_assert_false (is_shown (fixture));
}

/* From everywhere in the window, and where nothing is shown, too. */
static void
test_show_action (Fixture       *fixture,
                  gconstpointer  data)
{
  GtkWidget *second;

  g_assert_true (gtk_widget_activate_action (fixture->entry, "tasks.show", NULL));
  g_assert_true (is_shown (fixture));
  g_assert_true (is_open (fixture));
  close_popover (fixture);
  g_assert_false (is_shown (fixture));
  g_assert_true (gtk_widget_activate_action (fixture->button, "tasks.show", NULL));
  g_assert_true (is_open (fixture));
  close_popover (fixture);

  /* The last one, and then the first again. */
  second = at_gtk_task_button_new (fixture->items);
  gtk_header_bar_pack_start (GTK_HEADER_BAR (gtk_window_get_titlebar (GTK_WINDOW (fixture->window))), second);
  g_assert_true (gtk_widget_activate_action (fixture->entry, "tasks.show", NULL));
  g_assert_false (is_open (fixture));
  g_assert_true (gtk_widget_get_visible (second));
  /* GTK 4.8 never frees a popover that is taken away while it is open. */
  at_gtk_task_button_popdown (AT_GTK_TASK_BUTTON (second));
  gtk_header_bar_remove (GTK_HEADER_BAR (gtk_window_get_titlebar (GTK_WINDOW (fixture->window))), second);
  g_assert_true (gtk_widget_activate_action (fixture->entry, "tasks.show", NULL));
  g_assert_true (is_open (fixture));
  close_popover (fixture);
  gtk_header_bar_remove (GTK_HEADER_BAR (gtk_window_get_titlebar (GTK_WINDOW (fixture->window))), fixture->button);
  g_assert_false (gtk_widget_activate_action (fixture->entry, "tasks.show", NULL));
  fixture->button = g_object_ref_sink (at_gtk_task_button_new (NULL));
  /* In no window there is nowhere to open it. */
  at_gtk_task_button_popup (AT_GTK_TASK_BUTTON (fixture->button));
  g_assert_false (is_open (fixture));
  g_object_add_weak_pointer (G_OBJECT (fixture->button), (gpointer *) &fixture->button);
  g_object_unref (fixture->button);
  g_assert_null (fixture->button);
}

static void
test_popover_of_own (Fixture       *fixture,
                     gconstpointer  data)
{
  AtGtkTaskButton *button = AT_GTK_TASK_BUTTON (fixture->button);
  GtkPopover *first = at_gtk_task_button_get_popover (button);
  GtkPopover *own = GTK_POPOVER (gtk_popover_new ());
  guint n_notified = 0;

  g_assert_true (AT_GTK_IS_TASK_POPOVER (first));
  g_assert_true (at_gtk_task_popover_get_items (AT_GTK_TASK_POPOVER (first)) == fixture->items);

  g_signal_connect_swapped (button, "notify::popover", G_CALLBACK (count), &n_notified);
  open_popover (fixture);
  at_gtk_task_button_set_popover (button, own);
  g_assert_true (at_gtk_task_button_get_popover (button) == own);
  g_assert_false (is_open (fixture));
  open_popover (fixture);
  close_popover (fixture);
  at_gtk_task_button_set_popover (button, NULL);
  at_gtk_task_button_set_popover (button, NULL);
  g_assert_true (AT_GTK_IS_TASK_POPOVER (at_gtk_task_button_get_popover (button)));
  g_assert_true (at_gtk_task_popover_get_items (AT_GTK_TASK_POPOVER (at_gtk_task_button_get_popover (button))) ==
                 fixture->items);
  g_assert_cmpuint (n_notified, ==, 2);
  g_signal_handlers_disconnect_by_data (button, &n_notified);
}

static GtkWidget *
find (GtkWidget *widget,
      GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = GTK_IS_NATIVE (child) ? NULL : find (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
test_pie (Fixture       *fixture,
          gconstpointer  data)
{
  GtkWidget *image = find (fixture->button, GTK_TYPE_IMAGE);
  AtGtkProgressPaintable *pie = AT_GTK_PROGRESS_PAINTABLE (gtk_image_get_paintable (GTK_IMAGE (image)));
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Any");

  at_gtk_clock_skip (1);
  g_assert_true (at_gtk_progress_paintable_get_indeterminate (pie));
  at_async_task_set_fraction (task, 0.25);
  at_test_iterate_until (NULL, at_gtk_progress_paintable_get_fraction (pie) == 0.25);
  g_assert_false (at_gtk_progress_paintable_get_indeterminate (pie));
  at_async_task_pause (task);
  at_test_iterate_until (NULL, at_gtk_progress_paintable_get_paused (pie));
  at_async_task_resume (task);
  at_test_iterate_until (NULL, !at_gtk_progress_paintable_get_paused (pie));
  end_task (task);
  g_assert_true (at_gtk_progress_paintable_get_done (pie));
  g_assert_cmpfloat (at_gtk_progress_paintable_get_fraction (pie), ==, 1);

  g_clear_object (&task);
  task = begin_task (fixture->list, "Another");
  g_assert_false (at_gtk_progress_paintable_get_done (pie));
  fail_task (task);
  g_assert_true (at_gtk_progress_paintable_get_error (pie));
  g_assert_false (at_gtk_progress_paintable_get_done (pie));

  at_gtk_task_button_set_icon_name (AT_GTK_TASK_BUTTON (fixture->button), "folder-download-symbolic");
  g_assert_cmpstr (at_gtk_progress_paintable_get_icon_name (pie), ==, "folder-download-symbolic");
}

static void
test_accessible (Fixture       *fixture,
                 gconstpointer  data)
{
  GtkWidget *toggle = find (fixture->button, GTK_TYPE_TOGGLE_BUTTON);
  GtkWidget *image = find (fixture->button, GTK_TYPE_IMAGE);
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Any");

  at_gtk_clock_skip (1);
  at_async_task_set_fraction (task, 0.25);
  at_test_time_skip (1);
  /* Shown before there is a summary, it has the name of what it shows. */
  at_test_iterate_until (NULL, g_strcmp0 (gtk_widget_get_tooltip_text (toggle),
                                          at_gtk_task_items_get_summary (fixture->items)) == 0);
  g_assert_cmpstr (at_gtk_task_items_get_summary (fixture->items), !=, "");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, "Tasks");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       at_gtk_task_items_get_summary (fixture->items));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_HAS_POPUP, TRUE);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_ROLE_PROGRESS_BAR);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       at_gtk_task_items_get_summary (fixture->items));
  open_popover (fixture);
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_STATE_EXPANDED, TRUE);
  close_popover (fixture);
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE);
  cancel_task (task);
}

static void
test_builder (void)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  g_autoptr (GError) error = NULL;
  AtGtkTaskButton *button;

  gtk_builder_add_from_string (builder,
                               "<interface><object class='AtTaskList' id='list'/>"
                               "<object class='AtGtkTaskItems' id='items'><property name='model'>list</property></object>"
                               "<object class='AtGtkTaskButton' id='button'>"
                               "<property name='items'>items</property>"
                               "<property name='start-delay'>1</property>"
                               "<property name='minimum-duration'>2.5</property>"
                               "<property name='finished-timeout'>4</property>"
                               "<property name='icon-name'>folder-symbolic</property>"
                               "<property name='always-visible'>1</property>"
                               "<property name='popover'><object class='GtkPopover' id='popover'/></property>"
                               "</object></interface>", -1, &error);
  g_assert_no_error (error);
  button = AT_GTK_TASK_BUTTON (gtk_builder_get_object (builder, "button"));
  g_assert_true ((gpointer) at_gtk_task_button_get_items (button) ==
                 (gpointer) gtk_builder_get_object (builder, "items"));
  g_assert_true ((gpointer) at_gtk_task_button_get_popover (button) ==
                 (gpointer) gtk_builder_get_object (builder, "popover"));
  g_assert_cmpfloat (at_gtk_task_button_get_minimum_duration (button), ==, 2.5);
  g_assert_true (at_gtk_task_button_get_always_visible (button));
}

#define add(path, func) g_test_add ("/gtk/task-button/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  at_test_time_own ();
  at_test_init (&argc, &argv);
  at_gtk_clock_hold ();
  gtk_init ();
  at_gtk_init ();
  g_type_ensure (AT_TYPE_TASK_LIST);

  add ("fast", test_fast);
  add ("slow", test_slow);
  add ("begun", test_begun);
  add ("short", test_short);
  add ("long", test_long);
  add ("hundred", test_hundred);
  add ("again", test_again);
  add ("failure", test_failure);
  add ("failure-gone", test_failure_gone);
  add ("popover-open", test_popover_open);
  add ("focus-inside", test_focus_inside);
  add ("settings", test_settings);
  add ("always-visible", test_always_visible);
  add ("attention", test_attention);
  add ("finished", test_finished);
  add ("taken-away", test_taken_away);
  add ("moved", test_moved);
  add ("retry", test_retry);
  add ("show-action", test_show_action);
  add ("popover-of-own", test_popover_of_own);
  add ("pie", test_pie);
  add ("accessible", test_accessible);
  g_test_add_func ("/gtk/task-button/builder", test_builder);

  return g_test_run ();
}
