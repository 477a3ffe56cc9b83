/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A program that knows the library by a plugin alone, and unloads that. What the library
 * has under way then, in the worker's and in the owner's thread, still comes to its end.
 *
 * The program is not linked to the library, nor to what helps the other tests. */

#include "unload-module.h"

#include <dlfcn.h>

static const char *module_path;
static GMutex mutex;
static GCond cond;
static gboolean arrived;
static gboolean open_gate;
static guint n_ended;

static gboolean
body_at_once (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  return TRUE;
}

static gboolean
body_held (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  g_mutex_lock (&mutex);
  arrived = TRUE;
  g_cond_broadcast (&cond);
  while (!open_gate)
    g_cond_wait (&cond, &mutex);
  g_mutex_unlock (&mutex);

  return TRUE;
}

static void
on_ended (GObject      *task,
          const GValue *result,
          gpointer      user_data)
{
  n_ended++;
}

static void
test_unload (void)
{
  g_assert_nonnull (module_path);
  /* The second time, its types and threads are there already. */
  for (int i = 0; i < 2; i++)
    {
      void *module = dlopen (module_path, RTLD_NOW | RTLD_LOCAL);
      UnloadExecute execute;

      g_assert_nonnull (module);
      execute = (UnloadExecute) dlsym (module, "unload_module_execute");
      g_assert_nonnull (execute);

      /* One whose callback is pending, and one whose body the library is in the middle of. */
      n_ended = 0;
      arrived = open_gate = FALSE;
      execute (body_at_once, G_CALLBACK (on_ended), TRUE);
      execute (body_held, G_CALLBACK (on_ended), FALSE);
      g_mutex_lock (&mutex);
      while (!arrived)
        g_cond_wait (&cond, &mutex);
      g_mutex_unlock (&mutex);

      g_assert_cmpint (dlclose (module), ==, 0);
#ifdef LIBRARY_IS_SHARED
      /* The plugin has really gone. */
      g_assert_null (dlopen (module_path, RTLD_LAZY | RTLD_NOLOAD));
#endif

      g_assert_cmpuint (n_ended, ==, 0);
      g_mutex_lock (&mutex);
      open_gate = TRUE;
      g_cond_broadcast (&cond);
      g_mutex_unlock (&mutex);
      while (n_ended < 2)
        g_main_context_iteration (NULL, TRUE);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  module_path = argv[1];
  g_test_add_func ("/unload", test_unload);

  return g_test_run ();
}
