/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A task that says how far it is, in both of the ways there are.
 *
 * What it publishes arrives item by item, none left out: here, a line for every
 * chapter. Amounts and the message are what a progress bar shows: only the
 * latest matters, and a notification comes no more than 60 times a second
 * however often the body sets them.
 */

#include <asynctask-glib.h>

typedef struct
{
  const char *title;
  guint       n_pages;
} Chapter;

static const Chapter chapters[] = {
  { "Down the Rabbit-Hole", 120000 },
  { "The Pool of Tears", 60000 },
  { "A Caucus-Race", 20000 },
};

/* In a worker thread. */
static gboolean
read_book (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  guint64 n_read = 0;

  for (guint i = 0; i < G_N_ELEMENTS (chapters); i++)
    {
      at_async_task_set_message (task, chapters[i].title);
      for (guint page = 0; page < chapters[i].n_pages; page++)
        at_async_task_set_amounts (task, ++n_read, 200000);
      at_async_task_publish (task, G_TYPE_STRING, chapters[i].title);
    }

  return at_async_task_return (task, G_TYPE_UINT64, n_read);
}

/* What follows runs in the main thread. */

static void
on_fraction_changed (AtAsyncTask *task,
                     GParamSpec  *pspec,
                     guint       *n_notifies)
{
  *n_notifies += 1;
  g_printerr ("\r%3.0f %% %-20s", at_async_task_get_fraction (task) * 100,
              at_async_task_get_message (task));
}

static void
on_chapter (AtAsyncTask  *task,
            const GValue *title)
{
  g_print ("read: %s\n", g_value_get_string (title));
}

static void
on_read (AtAsyncTask  *task,
         const GValue *n_read,
         GMainLoop    *loop)
{
  g_print ("%" G_GUINT64_FORMAT " pages, at %.0f %%\n",
           g_value_get_uint64 (n_read), at_async_task_get_fraction (task) * 100);
  g_main_loop_quit (loop);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (AtAsyncTask) task = at_async_task_new (read_book, NULL, NULL);
  g_autoptr (GError) error = NULL;
  guint n_notifies = 0;

  at_async_task_set_unit (task, AT_PROGRESS_UNIT_ITEMS);
  g_signal_connect (task, "notify::fraction", G_CALLBACK (on_fraction_changed), &n_notifies);
  g_signal_connect (task, "progress-update", G_CALLBACK (on_chapter), NULL);
  g_signal_connect (task, "post-execute", G_CALLBACK (on_read), loop);

  if (!at_async_task_execute (task, NULL, &error))
    g_error ("%s", error->message);
  g_main_loop_run (loop);

  g_printerr ("\n");
  g_print ("few notifications: %s\n", n_notifies >= 1 && n_notifies < 2000 ? "yes" : "no");

  return 0;
}
