/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a frame costs while a list of 2,000 tasks is scrolled: the time of the processor from the
 * beginning of the frame to the end of its painting, whatever else the machine does. Needs a
 * display: xvfb-run bench-task-view [ITEMS]. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <asynctask-gtk.h>

#define N_FRAMES 400
#ifndef STEP
#define STEP     40
#endif

typedef struct
{
  GtkAdjustment *adjustment;
  GArray        *costs;
  double         begun;
  gboolean       is_over;
} Bench;

/* In milliseconds, of this thread. */
static double
get_work (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

static void
before_paint (Bench *bench)
{
  bench->begun = get_work ();
}

static void
after_paint (Bench *bench)
{
  double cost = get_work () - bench->begun;

  g_array_append_val (bench->costs, cost);
  bench->is_over = bench->costs->len >= N_FRAMES;
}

static gboolean
scroll (GtkWidget     *widget,
        GdkFrameClock *clock,
        gpointer       user_data)
{
  Bench *bench = user_data;
  double value = gtk_adjustment_get_value (bench->adjustment);
  double last = gtk_adjustment_get_upper (bench->adjustment) - gtk_adjustment_get_page_size (bench->adjustment);

  gtk_adjustment_set_value (bench->adjustment, value + STEP > last ? 0 : value + STEP);

  return G_SOURCE_CONTINUE;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double one = *(const double *) a;
  double other = *(const double *) b;

  return (one > other) - (one < other);
}

static GtkWidget *
find (GtkWidget *widget,
      GType      type)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);

  return found;
}

int
main (int   argc,
      char *argv[])
{
  int n_items = argc > 1 ? atoi (argv[1]) : 2000;
  g_autoptr (GListStore) tasks = g_list_store_new (AT_TYPE_ASYNC_TASK);
  g_autoptr (AtGtkTaskItems) items = NULL;
  g_autoptr (GIcon) icon = g_themed_icon_new ("package-x-generic");
  Bench bench = { .costs = g_array_new (FALSE, FALSE, sizeof (double)) };
  GtkWidget *window;
  GtkWidget *view;
  GdkFrameClock *clock;

  gtk_init ();
  for (int i = 0; i < n_items; i++)
    {
      g_autofree char *title = g_strdup_printf ("file-%d.tar.gz", i);
      g_autoptr (AtAsyncTask) task = AT_ASYNC_TASK (at_deferred_task_new ());

      at_async_task_set_title (task, title);
      at_async_task_execute (task, NULL, NULL);
      at_async_task_set_amounts (task, (guint64) i, (guint64) n_items);
      g_list_store_append (tasks, task);
    }
  items = at_gtk_task_items_new (G_LIST_MODEL (tasks));
  for (int i = 0; i < n_items; i++)
    {
      g_autoptr (AtGtkTaskItem) item = g_list_model_get_item (G_LIST_MODEL (items), (guint) i);

      at_gtk_task_item_set_icon (item, icon);
      at_gtk_task_item_set_can_pause (item, TRUE);
    }

  view = at_gtk_task_view_new (items);
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 480, 640);
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_present (GTK_WINDOW (window));
  while (!gtk_widget_get_mapped (view) || gtk_widget_get_height (view) == 0)
    g_main_context_iteration (NULL, TRUE);

  bench.adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (find (view, GTK_TYPE_SCROLLED_WINDOW)));
  clock = gtk_widget_get_frame_clock (window);
  g_signal_connect_swapped (clock, "before-paint", G_CALLBACK (before_paint), &bench);
  g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (after_paint), &bench);
  gtk_widget_add_tick_callback (view, scroll, &bench, NULL);
  while (!bench.is_over)
    g_main_context_iteration (NULL, TRUE);

  g_array_sort (bench.costs, compare);
  printf ("%d items, %u frames: median %.1f ms, 95th percentile %.1f ms, longest %.1f ms\n",
          n_items, bench.costs->len,
          g_array_index (bench.costs, double, bench.costs->len / 2),
          g_array_index (bench.costs, double, bench.costs->len * 95 / 100),
          g_array_index (bench.costs, double, bench.costs->len - 1));
  g_array_unref (bench.costs);
  gtk_window_destroy (GTK_WINDOW (window));

  return 0;
}
