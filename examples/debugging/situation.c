/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "situation.h"

#include <locale.h>
#include <unistd.h>

#define HALF_A_MINUTE (30 * G_USEC_PER_SEC)

static GMutex mutex;
static GCond cond;
static gboolean is_over;

/* Where a debugger looks. */
G_GNUC_NO_INLINE void situation_is_told (void);

void
situation_is_told (void)
{
  g_mutex_lock (&mutex);
  is_over = TRUE;
  g_cond_broadcast (&cond);
  g_mutex_unlock (&mutex);
  g_main_context_wakeup (NULL);
}

static GLogWriterOutput
on_log (GLogLevelFlags   level,
        const GLogField *fields,
        gsize            n_fields,
        gpointer         user_data)
{
  g_log_writer_standard_streams (level, fields, n_fields, NULL);
  if ((level & G_LOG_LEVEL_WARNING) != 0)
    {
      print_tasks ();
      situation_is_told ();
    }

  return G_LOG_WRITER_HANDLED;
}

static gpointer
end_anyway (gpointer data)
{
  g_usleep (HALF_A_MINUTE);
  situation_is_told ();

  return NULL;
}

void
situation_begin (void)
{
  setlocale (LC_ALL, "");
  print_tasks_when_asked ();
  g_log_set_writer_func (on_log, NULL, NULL);
  if (at_get_debug_flags () == AT_DEBUG_NONE)
    g_thread_unref (g_thread_new ("end", end_anyway, NULL));
  g_print ("This is process %d\n", (int) getpid ());
}

void
situation_block (void)
{
  g_mutex_lock (&mutex);
  while (!is_over)
    g_cond_wait (&cond, &mutex);
  g_mutex_unlock (&mutex);
}

static gboolean
has_ended (void)
{
  gboolean ended;

  g_mutex_lock (&mutex);
  ended = is_over;
  g_mutex_unlock (&mutex);

  return ended;
}

void
situation_iterate (void)
{
  while (!has_ended ())
    g_main_context_iteration (NULL, TRUE);
}
