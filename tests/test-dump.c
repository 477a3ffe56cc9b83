/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <string.h>

/* What is seen of tasks, wherever they are. */

static GVariant *
find_in (GVariant      *snapshot,
         const char    *list,
         const char    *key,
         gconstpointer  address)
{
  g_autoptr (GVariant) all = g_variant_lookup_value (snapshot, list, G_VARIANT_TYPE ("aa{sv}"));
  GVariant *found = NULL;

  g_assert_nonnull (all);
  for (gsize i = 0; i < g_variant_n_children (all); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (all, i);
      guint64 id = 0;

      g_variant_lookup (one, key, "t", &id);
      if (id != (gsize) address)
        continue;

      g_assert_null (found);
      found = g_steal_pointer (&one);
    }

  return found;
}

/* The task as it is now; nobody else has it. */
static GVariant *
see (gconstpointer task)
{
  g_autoptr (GVariant) snapshot = at_dup_tasks_snapshot ();

  g_assert_cmpstr (g_variant_get_type_string (snapshot), ==, "a{sv}");
  g_assert_true (g_variant_is_normal_form (snapshot));

  return find_in (snapshot, "tasks", "id", task);
}

static void
assert_string (GVariant   *seen,
               const char *key,
               const char *expected)
{
  const char *value = NULL;

  g_assert_nonnull (seen);
  g_variant_lookup (seen, key, "&s", &value);
  g_assert_cmpstr (value, ==, expected);
}

static void
assert_uint (GVariant   *seen,
             const char *key,
             guint       expected)
{
  guint value = G_MAXUINT;

  g_assert_nonnull (seen);
  g_assert_true (g_variant_lookup (seen, key, "u", &value));
  g_assert_cmpuint (value, ==, expected);
}

static void
assert_address (GVariant      *seen,
                const char    *key,
                gconstpointer  expected)
{
  guint64 value = 0;

  g_assert_nonnull (seen);
  g_variant_lookup (seen, key, "t", &value);
  g_assert_cmphex (value, ==, (gsize) expected);
}

static double
get_double (GVariant   *seen,
            const char *key)
{
  double value = -1;

  g_assert_nonnull (seen);
  g_variant_lookup (seen, key, "d", &value);

  return value;
}

/* The only ones that are there under that key, an array of addresses. */
static void
assert_addresses (GVariant            *seen,
                  const char          *key,
                  const gconstpointer *expected,
                  gsize                n_expected)
{
  g_autoptr (GVariant) array = g_variant_lookup_value (seen, key, G_VARIANT_TYPE ("at"));
  const guint64 *values;
  gsize n;

  g_assert_nonnull (array);
  values = g_variant_get_fixed_array (array, &n, sizeof *values);
  g_assert_cmpuint (n, ==, n_expected);
  for (gsize i = 0; i < n; i++)
    g_assert_cmphex (values[i], ==, (gsize) expected[i]);
}

static AtAsyncTask *
new_gated (AtTestGate *gate,
           const char *title)
{
  AtAsyncTask *task = at_async_task_new (at_test_body_gate, gate, NULL);

  at_async_task_set_title (task, title);

  return task;
}

/* Running and queued. */

static void
test_pool (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) running = NULL, queued = NULL, urgent = NULL, pending = NULL;
  g_autoptr (GVariant) snapshot = NULL, seen = NULL, seen_queued = NULL, seen_pool = NULL;
  g_autofree char *text = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  running = new_gated (&gate, "The first\none");
  queued = new_gated (&gate, NULL);
  urgent = new_gated (&gate, "Urgent");
  pending = new_gated (&gate, "Pending");
  at_async_task_set_priority (urgent, G_PRIORITY_HIGH);
  at_async_task_set_executor (pending, pool);

  at_test_execute (running, pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_execute (queued, pool);
  at_test_execute (urgent, pool);
  at_async_task_set_amounts (running, 19, 50);
  at_async_task_set_message (running, "IMG_0042.jpg");

  snapshot = at_dup_tasks_snapshot ();
  seen = find_in (snapshot, "tasks", "id", running);
  assert_string (seen, "type", "AtAsyncTask");
  assert_string (seen, "title", "The first\none");
  assert_string (seen, "stage", "running");
  assert_string (seen, "place", "thread");
  assert_address (seen, "executor", pool);
  assert_string (seen, "executor-type", "AtThreadPoolExecutor");
  assert_string (seen, "message", "IMG_0042.jpg");
  g_assert_cmpfloat (get_double (seen, "fraction"), ==, 0.38);
  g_assert_cmpfloat (get_double (seen, "age"), >=, get_double (seen, "running-for"));
  g_assert_cmpfloat (get_double (seen, "running-for"), >=, 0);

  seen_queued = find_in (snapshot, "tasks", "id", queued);
  assert_string (seen_queued, "title", NULL);
  assert_string (seen_queued, "stage", "queued");
  assert_string (seen_queued, "place", "queue");
  assert_address (seen_queued, "queue", pool);
  g_assert_null (find_in (snapshot, "tasks", "id", pending));

  seen_pool = find_in (snapshot, "executors", "id", pool);
  assert_string (seen_pool, "type", "AtThreadPoolExecutor");
  assert_uint (seen_pool, "limit", 1);
  assert_uint (seen_pool, "n-running", 1);
  assert_addresses (seen_pool, "queued", (gconstpointer[]) { urgent, queued }, 2);
  assert_addresses (seen_pool, "running", (gconstpointer[]) { running }, 1);

  text = at_dup_tasks_dump ();
  g_assert_nonnull (strstr (text, "“The first one” "));
  g_assert_nonnull (strstr (text, "38 %, 19 of 50, “IMG_0042.jpg”\n"));
  g_assert_null (strstr (text, "Pending"));

  at_test_gate_open (&gate);
  at_test_finish (running);
  at_test_finish (queued);
  at_test_finish (urgent);
  g_assert_null (see (running));
  at_test_gate_clear (&gate);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/dump/pool", test_pool);

  return g_test_run ();
}
