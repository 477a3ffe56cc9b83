/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "situation.h"

#include <glib-unix.h>

void
print_tasks (void)
{
  g_autofree char *text = at_dup_tasks_dump ();

  g_print ("%s", text);
}

static gboolean
on_asked (gpointer user_data)
{
  print_tasks ();

  return G_SOURCE_CONTINUE;
}

/* In a thread of its own: it answers while the main loop hangs, too. */
static gpointer
wait_to_be_asked (gpointer source)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_source_attach (source, context);
  for (;;)
    g_main_context_iteration (context, TRUE);

  return NULL;
}

void
print_tasks_when_asked (void)
{
  GSource *source = g_unix_signal_source_new (SIGUSR1);

  g_source_set_callback (source, on_asked, NULL, NULL);
  g_thread_unref (g_thread_new ("asked", wait_to_be_asked, source));
}
