/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The banner: which task it shows, when, and how calmly. No time passes but what the test lets
 * pass. */

#include "header-test.h"

typedef struct
{
  AtTaskList      *list;
  AtGtkTaskItems  *items;
  AtGtkTaskBanner *banner;
  guint            n_revealed; /* notifies */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  set_animations (FALSE);
  fixture->list = at_task_list_new ();
  fixture->items = at_gtk_task_items_new (G_LIST_MODEL (fixture->list));
  fixture->banner = AT_GTK_TASK_BANNER (g_object_ref_sink (at_gtk_task_banner_new (fixture->items)));
  g_signal_connect_swapped (fixture->banner, "notify::revealed", G_CALLBACK (count), &fixture->n_revealed);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->banner);
  g_assert_finalize_object (fixture->items);
  g_assert_finalize_object (fixture->list);
}

static const char *
get_title (Fixture *fixture)
{
  AtGtkTaskItem *item = at_gtk_task_banner_get_item (fixture->banner);

  return item != NULL ? at_gtk_task_item_get_title (item) : NULL;
}

static gboolean
is_shown (Fixture *fixture)
{
  return at_gtk_task_banner_get_revealed (fixture->banner);
}

/* The clock is the button's, whose test has all of it. */
static void
test_clock (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AtAsyncTask) fast = begin_task (fixture->list, "Fast");
  g_autoptr (AtAsyncTask) slow = NULL;

  at_gtk_clock_skip (0.49);
  end_task (fast);
  at_gtk_clock_skip (100);
  g_assert_cmpuint (fixture->n_revealed, ==, 0);

  slow = begin_task (fixture->list, "Slow");
  at_gtk_clock_skip (0.49);
  g_assert_false (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_true (is_shown (fixture));
  g_assert_cmpstr (get_title (fixture), ==, "Slow");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (fixture->banner), "running"));
  end_task (slow);
  /* It is shown to its end. */
  g_assert_cmpstr (get_title (fixture), ==, "Slow");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (fixture->banner), "succeeded"));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (fixture->banner), "running"));
  at_gtk_clock_skip (2.99);
  g_assert_true (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_false (is_shown (fixture));
  g_assert_null (get_title (fixture));
  g_assert_cmpuint (fixture->n_revealed, ==, 2);
}

/* A failure before all else, then what runs, then what is paused. */
static void
test_importance (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (AtAsyncTask) paused = begin_task (fixture->list, "Paused");
  g_autoptr (AtAsyncTask) running = NULL;
  g_autoptr (AtAsyncTask) other = NULL;
  g_autoptr (AtAsyncTask) failing = NULL;

  at_async_task_pause (paused);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  at_gtk_clock_skip (2);
  g_assert_cmpstr (get_title (fixture), ==, "Paused");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (fixture->banner), "paused"));

  running = begin_task (fixture->list, "Running");
  g_assert_cmpstr (get_title (fixture), ==, "Running");
  /* No more important than the one before. */
  other = begin_task (fixture->list, "Other");
  at_gtk_clock_skip (10);
  g_assert_cmpstr (get_title (fixture), ==, "Running");

  failing = begin_task (fixture->list, "Failing");
  fail_task (failing);
  g_assert_cmpstr (get_title (fixture), ==, "Failing");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (fixture->banner), "failed"));
  at_gtk_clock_skip (1000);
  g_assert_cmpstr (get_title (fixture), ==, "Failing");

  /* Dismissed; what goes on has been dismissed with it. */
  at_gtk_task_banner_set_revealed (fixture->banner, FALSE);
  g_assert_false (is_shown (fixture));
  at_gtk_clock_skip (1000);
  g_assert_false (is_shown (fixture));
  at_gtk_task_banner_set_revealed (fixture->banner, TRUE);
  g_assert_true (is_shown (fixture));
  g_assert_cmpstr (get_title (fixture), !=, "Failing");
  cancel_task (running);
  cancel_task (other);
  cancel_task (paused);
}

/* What begins after something was dismissed is new, and has a clock of its own. */
static void
test_dismissed (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (AtAsyncTask) first = begin_task (fixture->list, "First");
  g_autoptr (AtAsyncTask) second = NULL;

  at_gtk_clock_skip (1);
  at_gtk_task_banner_set_revealed (fixture->banner, FALSE);
  at_gtk_clock_skip (100);
  g_assert_false (is_shown (fixture));
  second = begin_task (fixture->list, "Second");
  at_gtk_clock_skip (0.49);
  g_assert_false (is_shown (fixture));
  at_gtk_clock_skip (0.02);
  g_assert_true (is_shown (fixture));
  cancel_task (first);
  cancel_task (second);
  at_gtk_clock_skip (3.01);
  g_assert_false (is_shown (fixture));

  /* There is nothing to show. */
  at_gtk_task_banner_set_revealed (fixture->banner, TRUE);
  g_assert_false (is_shown (fixture));
}

/* A failure that is removed is dismissed. */
static void
test_removed (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Failing");

  fail_task (task);
  at_gtk_clock_skip (100);
  g_assert_true (is_shown (fixture));
  at_task_list_remove (fixture->list, task);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  at_gtk_clock_skip (3.01);
  g_assert_false (is_shown (fixture));
  g_assert_null (get_title (fixture));
}

/* Many short ones do not flicker by. */
static void
test_calm (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "0");
  guint n_changes = 0;

  at_gtk_clock_skip (2);
  g_signal_connect_swapped (fixture->banner, "notify::item", G_CALLBACK (count), &n_changes);
  for (int i = 1; i <= 40; i++)
    {
      g_autofree char *title = g_strdup_printf ("%d", i);
      g_autoptr (AtAsyncTask) next = begin_task (fixture->list, title);

      end_task (task);
      g_set_object (&task, next);
      at_gtk_clock_skip (0.1);
    }
  /* In four seconds: the first at once, and the others a second apart. */
  g_assert_cmpuint (n_changes, >=, 4);
  g_assert_cmpuint (n_changes, <=, 5);
  at_gtk_clock_skip (1);
  g_assert_cmpstr (get_title (fixture), ==, "40");
  g_signal_handlers_disconnect_by_data (fixture->banner, &n_changes);
  cancel_task (task);
}

static GtkWidget *
find (GtkWidget *widget,
      GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
test_button (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *button = find (GTK_WIDGET (fixture->banner), GTK_TYPE_BUTTON);
  guint n_clicked = 0;

  g_signal_connect_swapped (fixture->banner, "button-clicked", G_CALLBACK (count), &n_clicked);
  g_assert_false (gtk_widget_get_visible (button));
  at_gtk_task_banner_set_button_label (fixture->banner, "_Details");
  g_assert_cmpstr (at_gtk_task_banner_get_button_label (fixture->banner), ==, "_Details");
  g_assert_true (gtk_widget_get_visible (button));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, "Details");
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (n_clicked, ==, 1);
  at_gtk_task_banner_set_button_label (fixture->banner, NULL);
  g_assert_false (gtk_widget_get_visible (button));
  g_signal_handlers_disconnect_by_data (fixture->banner, &n_clicked);
}

static void
test_items (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = begin_task (fixture->list, "Any");

  at_gtk_clock_skip (1);
  g_assert_true (is_shown (fixture));
  at_gtk_task_banner_set_items (fixture->banner, NULL);
  g_assert_false (is_shown (fixture));
  g_assert_null (get_title (fixture));
  at_gtk_task_banner_set_items (fixture->banner, fixture->items);
  at_gtk_clock_skip (1);
  g_assert_true (is_shown (fixture));
  g_assert_cmpstr (get_title (fixture), ==, "Any");
  cancel_task (task);
}

static void
test_builder (void)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  g_autoptr (GError) error = NULL;
  AtGtkTaskBanner *banner;

  gtk_builder_add_from_string (builder,
                               "<interface><object class='AtGtkTaskItems' id='items'/>"
                               "<object class='AtGtkTaskBanner' id='banner'>"
                               "<property name='items'>items</property>"
                               "<property name='button-label' translatable='yes'>_Show</property>"
                               "</object></interface>", -1, &error);
  g_assert_no_error (error);
  banner = AT_GTK_TASK_BANNER (gtk_builder_get_object (builder, "banner"));
  g_assert_true ((gpointer) at_gtk_task_banner_get_items (banner) == (gpointer) gtk_builder_get_object (builder, "items"));
  g_assert_cmpstr (at_gtk_task_banner_get_button_label (banner), ==, "_Show");
}

#define add(path, func) g_test_add ("/gtk/task-banner/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  at_test_time_own ();
  at_test_init (&argc, &argv);
  at_gtk_clock_hold ();
  gtk_init ();
  at_gtk_init ();
  g_type_ensure (AT_GTK_TYPE_TASK_ITEMS);

  add ("clock", test_clock);
  add ("importance", test_importance);
  add ("dismissed", test_dismissed);
  add ("removed", test_removed);
  add ("calm", test_calm);
  add ("button", test_button);
  add ("items", test_items);
  g_test_add_func ("/gtk/task-banner/builder", test_builder);

  return g_test_run ();
}
