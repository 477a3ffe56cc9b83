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

/* Names of bodies. */

static gboolean
static_body (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  at_test_gate_pass (user_data);

  return TRUE;
}

static void
static_work (gpointer gate)
{
  at_test_gate_pass (gate);
}

/* Kept where it is: it has the same place as nothing else. */
static AtTaskFunc
choose_body (void)
{
  return static_body;
}

static void
check_body (AtAsyncTask *task,
            AtExecutor  *pool,
            const char  *expected)
{
  g_autoptr (GVariant) seen = NULL;

  at_test_execute (task, pool);
  seen = see (task);
  assert_string (seen, "body", expected);
}

static void
test_names (void)
{
  AtTaskFunc (* const choose) (void) = choose_body;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) holder = NULL, plain = NULL, cast = NULL, text = NULL, nameless = NULL, class = NULL,
                          renamed = NULL;
  g_autoptr (AtLatest) latest = at_latest_new (static_body, NULL, NULL);
  g_autoptr (GVariant) seen = NULL;
  g_autofree char *dump = NULL;
  const char *function = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  holder = new_gated (&gate, NULL);
  at_test_execute (holder, pool);
  at_test_gate_wait_arrived (&gate, 1);

  plain = at_async_task_new (static_body, &gate, NULL);
  check_body (plain, pool, "static_body");
  cast = at_async_task_new ((AtTaskFunc) &static_body, &gate, NULL);
  check_body (cast, pool, "static_body");
  text = at_async_task_new (choose () == NULL   ?   at_test_body_fail : at_test_body_gate != NULL ? static_body : NULL,
                            &gate, NULL);
  check_body (text, pool, "choose () == NULL ? at_test_body_fail : at_test_body_gate !=…");

  /* As other languages call it. */
  nameless = (at_async_task_new) (static_body, &gate, NULL);
  at_test_execute (nameless, pool);
  seen = see (nameless);
  g_assert_true (g_variant_lookup (seen, "body", "&s", &function));
  g_assert_true (g_regex_match_simple ("^test-dump\\+0x[0-9a-f]+$", function, 0, 0));
  assert_string (seen, "function", function);

  class = at_test_task_new (&record, static_body, &gate);
  check_body (class, pool, "AtTestTask");

  renamed = at_async_task_new (static_body, &gate, NULL);
  g_assert_cmpstr (at_async_task_get_body_name (renamed), ==, "static_body");
  at_async_task_set_body_name (renamed, "another \xff name");
  check_body (renamed, pool, "another � name");
  at_async_task_set_body_name (renamed, NULL);
  g_assert_null (at_async_task_get_body_name (renamed));

  g_assert_true (at_executor_submit (pool, static_work, NULL, &gate, NULL, NULL));
  at_latest_set_executor (latest, pool);
  at_latest_submit (latest, NULL);
  at_test_iterate_until (NULL, at_latest_get_task (latest) != NULL);
  g_clear_pointer (&seen, g_variant_unref);
  seen = see (at_latest_get_task (latest));
  assert_string (seen, "body", "static_body");
  dump = at_dup_tasks_dump ();
  g_assert_nonnull (strstr (dump, "static_work (without a task) 0x"));
  at_latest_cancel (latest);

  at_test_gate_open (&gate);
  at_test_settle (NULL, pool);
  at_test_finish (class);
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

/* Executors on top of others. */

static void
test_serial (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (2);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (g_object_ref (pool)));
  g_autoptr (AtExecutor) limit = AT_EXECUTOR (at_limit_executor_new (pool, 3));
  g_autoptr (AtAsyncTask) running = NULL, next = NULL, limited = NULL, in_pool = NULL;
  g_autoptr (GVariant) snapshot = NULL, seen_serial = NULL, seen_limit = NULL, seen_pool = NULL, seen = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  running = new_gated (&gate, "Running");
  next = new_gated (&gate, "Next");
  limited = new_gated (&gate, "Limited");
  in_pool = new_gated (&gate, "In the pool");
  at_test_execute (running, serial);
  at_test_execute (next, serial);
  at_test_execute (limited, limit);
  at_test_gate_wait_arrived (&gate, 2);
  at_test_execute (in_pool, limit);

  snapshot = at_dup_tasks_snapshot ();
  seen_serial = find_in (snapshot, "executors", "id", serial);
  assert_string (seen_serial, "type", "AtSerialExecutor");
  assert_address (seen_serial, "target", pool);
  assert_uint (seen_serial, "limit", 1);
  assert_uint (seen_serial, "n-running", 1);
  assert_addresses (seen_serial, "queued", (gconstpointer[]) { next }, 1);
  assert_addresses (seen_serial, "running", (gconstpointer[]) { running }, 1);
  seen_limit = find_in (snapshot, "executors", "id", limit);
  assert_uint (seen_limit, "limit", 3);
  assert_uint (seen_limit, "n-running", 2);
  assert_addresses (seen_limit, "queued", NULL, 0);
  seen_pool = find_in (snapshot, "executors", "id", pool);
  assert_addresses (seen_pool, "queued", (gconstpointer[]) { in_pool }, 1);
  seen = find_in (snapshot, "tasks", "id", in_pool);
  assert_address (seen, "queue", pool);
  assert_address (seen, "executor", limit);

  at_test_gate_open (&gate);
  at_test_finish (running);
  at_test_finish (next);
  at_test_finish (limited);
  at_test_finish (in_pool);
  g_clear_pointer (&snapshot, g_variant_unref);
  g_clear_object (&limit);
  at_test_gate_clear (&gate);
}

/* One that is finalized is seen no more. */
static void
test_gone (void)
{
  g_autoptr (GVariant) snapshot = NULL;
  AtExecutor *pool = at_test_pool_new (1);

  snapshot = at_dup_tasks_snapshot ();
  g_assert_nonnull (g_variant_ref_sink (find_in (snapshot, "executors", "id", pool)));
  g_clear_pointer (&snapshot, g_variant_unref);
  g_object_unref (pool);
  snapshot = at_dup_tasks_snapshot ();
  g_assert_null (find_in (snapshot, "executors", "id", pool));
}

/* In no queue. */

static void
test_deferred (void)
{
  g_autoptr (AtAsyncTask) task = AT_ASYNC_TASK (at_deferred_task_new ());
  g_autoptr (GVariant) before = NULL, after = NULL;
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autofree char *dump = NULL;

  at_async_task_set_owner (task, owner);
  at_async_task_set_timeout (task, 3600);
  g_assert_null (see (task));
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  before = see (task);
  assert_string (before, "stage", "queued");
  assert_string (before, "place", "none");
  assert_string (before, "body", "AtDeferredTask");
  assert_address (before, "owner", owner);
  assert_string (before, "owner-type", "GObject");
  g_assert_cmpfloat (get_double (before, "timeout-in"), >, 3000);
  g_assert_cmpfloat (get_double (before, "timeout-in"), <=, 3600);

  at_test_iterate_until (NULL, at_async_task_get_stage (task) == AT_STAGE_RUNNING);
  after = see (task);
  assert_string (after, "stage", "running");
  dump = at_dup_tasks_dump ();
  g_assert_nonnull (strstr (dump, ": started, to be completed for 0."));
  g_assert_true (at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL));
  g_clear_pointer (&before, g_variant_unref);
  before = see (task);
  assert_string (before, "stage", "ended");
  assert_string (before, "place", "mailbox");
  at_test_finish (task);
  g_assert_null (see (task));
}

static double
in_an_hour (AtAsyncTask  *task,
            const GError *error,
            guint         attempt,
            gpointer      user_data)
{
  return 3600;
}

static void
test_retrying (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_fail, NULL, NULL);
  g_autoptr (GVariant) seen = NULL, snapshot = NULL, timer = NULL;

  at_test_hear (task);
  at_async_task_set_retry (task, 3, in_an_hour, NULL, NULL);
  at_test_execute (task, pool);
  at_test_poll_until (at_async_task_get_stage (task) == AT_STAGE_RETRYING);
  seen = see (task);
  assert_string (seen, "stage", "retrying");
  assert_string (seen, "place", "none");
  assert_uint (seen, "attempt", 1);
  assert_uint (seen, "max-attempts", 3);
  g_assert_cmpfloat (get_double (seen, "retry-in"), >, 3000);
  g_assert_cmpfloat (get_double (seen, "retry-in"), <=, 3600);
  snapshot = at_dup_tasks_snapshot ();
  timer = find_in (snapshot, "timers", "task", task);
  assert_string (timer, "for", "retry");

  at_async_task_cancel (task, TRUE);
  at_test_finish (task);
  g_assert_null (see (task));
}

static void
test_prerequisite (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) first = NULL, second = NULL;
  g_autoptr (GVariant) seen = NULL;
  g_autofree char *dump = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  first = new_gated (&gate, "First");
  second = new_gated (&gate, "Second");
  g_assert_true (at_async_task_add_prerequisite (second, first, NULL));
  at_test_execute (second, pool);
  seen = see (second);
  assert_string (seen, "stage", "waiting");
  assert_addresses (seen, "prerequisites", (gconstpointer[]) { first }, 1);
  g_assert_null (see (first));
  at_test_execute (first, pool);
  dump = at_dup_tasks_dump ();
  g_assert_nonnull (strstr (dump, " “First”\n"));

  at_test_gate_open (&gate);
  at_test_finish (first);
  at_test_finish (second);
  at_test_gate_clear (&gate);
}

static void
test_group (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtTaskGroup) inner = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtAsyncTask) child = NULL, grandchild = NULL;
  g_autoptr (GVariant) seen = NULL, seen_inner = NULL;
  g_autofree char *dump = NULL;
  AtTestGate gate;
  const char *at;

  at_test_gate_init (&gate);
  child = new_gated (&gate, "Child");
  grandchild = new_gated (&gate, "Grandchild");
  at_async_task_set_title (AT_ASYNC_TASK (group), "Group");
  at_async_task_set_title (AT_ASYNC_TASK (inner), "Inner");
  at_async_task_set_executor (AT_ASYNC_TASK (group), pool);
  g_assert_true (at_task_group_add (group, child, NULL));
  g_assert_true (at_task_group_add (group, AT_ASYNC_TASK (inner), NULL));
  g_assert_true (at_task_group_add (inner, grandchild, NULL));
  g_assert_null (see (group));
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);

  seen = see (group);
  assert_string (seen, "stage", "running");
  assert_addresses (seen, "parts", (gconstpointer[]) { child, inner }, 2);
  seen_inner = see (inner);
  assert_addresses (seen_inner, "parts", (gconstpointer[]) { grandchild }, 1);

  /* Each one below what it is a part of. */
  dump = at_dup_tasks_dump ();
  at = strstr (dump, "\n  “Group” AtTaskGroup 0x");
  g_assert_nonnull (at);
  at = strstr (at, "\n      “Child” at_test_body_gate 0x");
  g_assert_nonnull (at);
  at = strstr (at, "\n      “Inner” AtTaskGroup 0x");
  g_assert_nonnull (at);
  g_assert_nonnull (strstr (at, "\n          “Grandchild” "));

  at_test_gate_open (&gate);
  at_test_finish (AT_ASYNC_TASK (group));
  g_assert_null (see (group));
  at_test_gate_clear (&gate);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/dump/pool", test_pool);
  g_test_add_func ("/dump/names", test_names);
  g_test_add_func ("/dump/serial", test_serial);
  g_test_add_func ("/dump/gone", test_gone);
  g_test_add_func ("/dump/deferred", test_deferred);
  g_test_add_func ("/dump/retrying", test_retrying);
  g_test_add_func ("/dump/prerequisite", test_prerequisite);
  g_test_add_func ("/dump/group", test_group);

  return g_test_run ();
}
