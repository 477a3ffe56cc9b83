/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* All that there is. On a machine that has better things to do, a thread may be kept from
 * going on with a lock for longer than anybody waits. */
static GVariant *
take_snapshot (void)
{
  for (;;)
    {
      g_autoptr (GVariant) snapshot = at_dup_tasks_snapshot ();
      g_autofree char *text = g_variant_print (snapshot, FALSE);

      if (strstr (text, "'busy': <true>") == NULL && strstr (text, "'busy': <@as []>") != NULL)
        return g_steal_pointer (&snapshot);
    }
}

/* The task as it is now. */
static GVariant *
see (gconstpointer task)
{
  g_autoptr (GVariant) snapshot = take_snapshot ();

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

  snapshot = take_snapshot ();
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

  snapshot = take_snapshot ();
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
  g_autoptr (GVariant) snapshot = NULL, seen = NULL;
  AtExecutor *pool = at_test_pool_new (1);

  snapshot = take_snapshot ();
  seen = find_in (snapshot, "executors", "id", pool);
  g_assert_nonnull (seen);
  g_clear_pointer (&snapshot, g_variant_unref);
  g_object_unref (pool);
  snapshot = take_snapshot ();
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
  snapshot = take_snapshot ();
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

/* Who waits for whom. */

typedef struct
{
  AtAsyncTask *child;
  AtTestGate  *gate;
} Parent;

static gboolean
parent_body (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  Parent *self = user_data;

  at_test_gate_pass (self->gate);

  return at_async_task_wait (self->child, -1, NULL, error);
}

static gboolean
is_waited_for (AtAsyncTask   *task,
               gconstpointer  by)
{
  g_autoptr (GVariant) seen = see (task);
  g_autoptr (GVariant) waiters = g_variant_lookup_value (seen, "waited-for-by", G_VARIANT_TYPE ("a(tu)"));
  guint64 id = 0;
  guint tid = 0;

  for (gsize i = 0; waiters != NULL && i < g_variant_n_children (waiters); i++)
    {
      g_variant_get_child (waiters, i, "(tu)", &id, &tid);
      if (id == (gsize) by)
        {
          g_assert_cmpuint (tid, !=, 0);
          return TRUE;
        }
    }

  return FALSE;
}

/* Parents that have all the threads of a program's own executor, which is the one that
 * their children are to run on: nothing moves any more. */
typedef struct
{
  GObject parent_instance;
  GQueue  tasks;
} Keeper;

typedef GObjectClass KeeperClass;

static gboolean
keeper_execute (AtExecutor   *executor,
                AtAsyncTask  *task,
                GError      **error)
{
  g_queue_push_tail (&((Keeper *) executor)->tasks, g_object_ref (task));

  return TRUE;
}

static void
keeper_iface_init (AtExecutorInterface *iface)
{
  iface->execute = keeper_execute;
}

GType keeper_get_type (void);

G_DEFINE_TYPE_WITH_CODE (Keeper, keeper, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, keeper_iface_init))

static void
keeper_class_init (KeeperClass *klass)
{
}

static void
keeper_init (Keeper *self)
{
  g_queue_init (&self->tasks);
}

static gpointer
run_one (gpointer task)
{
  at_async_task_run (task);
  at_async_task_cancel (task, FALSE);
  g_object_unref (task);

  return NULL;
}

static void
test_deadlock (void)
{
  g_autoptr (GObject) keeper = g_object_new (keeper_get_type (), NULL);
  Keeper *self = (Keeper *) keeper;
  g_autoptr (AtAsyncTask) child = NULL, parent = NULL;
  g_autoptr (GVariant) seen = NULL, seen_child = NULL;
  g_autofree char *dump = NULL, *waits = NULL;
  AtTestGate gate;
  Parent parents = { NULL, &gate };
  GThread *thread;

  at_test_gate_init (&gate);
  at_test_gate_open (&gate);
  child = at_async_task_new (at_test_body_succeed, NULL, NULL);
  parents.child = child;
  parent = at_async_task_new (parent_body, &parents, NULL);
  at_async_task_set_title (child, "Child");
  at_test_execute (parent, AT_EXECUTOR (keeper));
  at_test_execute (child, AT_EXECUTOR (keeper));

  /* Its one thread. */
  thread = g_thread_new ("keeper", run_one, g_queue_pop_head (&self->tasks));
  at_test_poll_until (is_waited_for (child, parent));
  seen = see (parent);
  assert_string (seen, "place", "thread");
  assert_string (seen, "executor-type", "Keeper");
  seen_child = see (child);
  assert_string (seen_child, "place", "none");
  assert_string (seen_child, "stage", "queued");

  dump = at_dup_tasks_dump ();
  waits = g_strdup_printf (", waits for %p “Child”\n", child);
  g_assert_nonnull (strstr (dump, waits));
  g_assert_nonnull (strstr (dump, ": with Keeper for 0."));

  run_one (g_queue_pop_head (&self->tasks));
  g_thread_join (thread);
  at_test_finish (parent);
  at_test_finish (child);
  at_test_gate_clear (&gate);
}

/* A body that stands still, and what runs inside another. */

static gboolean
pausing_body (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  at_test_gate_pass (user_data);

  return at_async_task_checkpoint (task, error);
}

static void
test_paused (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GVariant) seen = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  task = at_async_task_new (pausing_body, &gate, NULL);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_async_task_pause (task);
  at_test_gate_open (&gate);
  at_test_poll_until (at_thread_pool_executor_get_n_running (AT_THREAD_POOL_EXECUTOR (pool)) == 0);
  seen = see (task);
  assert_string (seen, "stage", "running");
  assert_string (seen, "place", "thread");
  g_assert_cmpfloat (get_double (seen, "paused-for"), >=, 0);

  at_async_task_resume (task);
  at_test_finish (task);
  at_test_gate_clear (&gate);
}

static gboolean
inner_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       dump,
            GError       **error)
{
  *(char **) dump = at_dup_tasks_dump ();

  return TRUE;
}

static gboolean
outer_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       dump,
            GError       **error)
{
  g_autoptr (AtExecutor) inline_executor = AT_EXECUTOR (at_inline_executor_new ());
  AtAsyncTask *inner = at_async_task_new (inner_body, dump, NULL);

  at_test_execute (inner, inline_executor);
  at_async_task_wait (inner, -1, NULL, NULL);
  g_object_unref (inner);

  return TRUE;
}

/* A body looks, inside which another one runs. */
static void
test_inside (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autofree char *dump = NULL;
  g_autoptr (AtAsyncTask) task = at_async_task_new (outer_body, &dump, NULL);

  at_test_execute (task, pool);
  at_test_finish (task);
  g_assert_nonnull (strstr (dump, "\n  inner_body 0x"));
  g_assert_nonnull (strstr (dump, "\n  outer_body 0x"));
  g_assert_nonnull (strstr (dump, ": 2 running, "));
}

/* On the way home. */

static void
test_mailbox (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  AtAsyncTask *tasks[3];
  g_autoptr (GVariant) snapshot = NULL, mailbox = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = at_async_task_new (at_test_body_succeed, NULL, NULL);
      at_async_task_set_main_context (tasks[i], context);
      at_test_execute (tasks[i], pool);
      g_assert_true (at_async_task_wait (tasks[i], -1, NULL, NULL));
    }
  at_test_settle (NULL, pool);

  snapshot = take_snapshot ();
  mailbox = find_in (snapshot, "mailboxes", "context", context);
  g_assert_nonnull (mailbox);
  assert_addresses (mailbox, "tasks", (gconstpointer *) tasks, G_N_ELEMENTS (tasks));
  g_assert_cmpfloat (get_double (mailbox, "undelivered-for"), >=, 0);

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    at_test_finish (tasks[i]);
  g_clear_pointer (&mailbox, g_variant_unref);
  g_clear_pointer (&snapshot, g_variant_unref);
  snapshot = take_snapshot ();
  mailbox = find_in (snapshot, "mailboxes", "context", context);
  assert_addresses (mailbox, "tasks", NULL, 0);
  g_assert_cmpfloat (get_double (mailbox, "undelivered-for"), <, 0);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    g_clear_object (&tasks[i]);
}

static gboolean
is_in (AtAsyncTask *task,
       const char  *place)
{
  g_autoptr (GVariant) seen = see (task);
  const char *at = NULL;

  return seen != NULL && g_variant_lookup (seen, "place", "&s", &at) && g_str_equal (at, place);
}

/* The context goes while a body runs, which then delivers in the default one. */
static void
test_destroyed_context (void)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GVariant) seen = NULL, snapshot = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  task = new_gated (&gate, NULL);
  at_async_task_set_main_context (task, context);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  g_main_context_unref (context);
  snapshot = take_snapshot ();
  g_assert_null (find_in (snapshot, "mailboxes", "context", context));
  seen = see (task);
  assert_string (seen, "place", "thread");

  at_test_gate_open (&gate);
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  /* Waited for to its end, it may still be in the hand that is about to post it. */
  at_test_poll_until (is_in (task, "mailbox"));
  at_test_iterate_until (NULL, at_async_task_get_status (task) == AT_STATUS_FINISHED);
  at_test_gate_clear (&gate);
}

/* Executed by another thread, with something for the owner to do first. */

static void
execute_there (gpointer task)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);

  at_test_execute (task, pool);
}

static void
on_pre_execute (AtAsyncTask *task,
                gboolean    *is_seen)
{
  g_autoptr (GVariant) seen = see (task);

  *is_seen = seen != NULL;
}

static void
test_from_afar (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GVariant) seen = NULL;
  g_autofree char *dump = NULL;
  gboolean is_seen = FALSE;

  g_signal_connect (task, "pre-execute", G_CALLBACK (on_pre_execute), &is_seen);
  g_assert_true (g_main_context_acquire (NULL));
  at_test_call_in_thread (execute_there, task);
  seen = see (task);
  assert_string (seen, "place", "none");
  dump = at_dup_tasks_dump ();
  g_assert_nonnull (strstr (dump, ": waiting for its owner to start it"));
  g_main_context_release (NULL);
  at_test_finish (task);
  g_assert_true (is_seen);
}

/* A process that was forked has none of the threads, and whatever lock they had then stays
 * taken: here that of a thread that only looks, all the time. */

static gpointer
look_for_ever (gpointer data)
{
  while (!g_atomic_int_get ((int *) data))
    g_variant_unref (at_dup_tasks_snapshot ());

  return NULL;
}

static void
test_fork (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) running = NULL, queued = NULL;
  int is_over = FALSE;
  AtTestGate gate;
  GThread *looker;

  at_test_gate_init (&gate);
  running = new_gated (&gate, "Running");
  queued = new_gated (&gate, "Queued");
  at_test_execute (running, pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_execute (queued, pool);
  looker = g_thread_new ("looker", look_for_ever, &is_over);

  for (guint i = 0; i < 20; i++)
    {
      pid_t pid = fork ();
      int status = -1;

      if (pid == 0)
        {
          /* Nine locks at most, each for 100 ms. */
          alarm (20);
          g_free (at_dup_tasks_dump ());

          /* What the threads had that are not there would be lost memory to valgrind. */
          kill (getpid (), SIGKILL);
        }
      g_assert_cmpint (pid, >, 0);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_true (WIFSIGNALED (status));
      g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
    }

  g_atomic_int_set (&is_over, TRUE);
  g_thread_join (looker);
  at_test_gate_open (&gate);
  at_test_finish (running);
  at_test_finish (queued);
  at_test_gate_clear (&gate);
}

static void
test_stream (void)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) none = g_memory_output_stream_new (NULL, 0, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (at_dump_tasks (stream, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (stream)), >, 20);
  g_assert_false (at_dump_tasks (none, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  at_test_assert_critical (at_dump_tasks (NULL, NULL));
}

/* While tasks come and go in all places. */

static void
test_load (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (2);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (g_object_ref (pool)));
  int is_over = FALSE;
  GThread *looker = g_thread_new ("looker", look_for_ever, &is_over);

  for (guint round = 0; round < at_test_scale (50); round++)
    {
      g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_SETTLE);

      for (guint i = 0; i < 100; i++)
        {
          g_autoptr (AtAsyncTask) task = at_async_task_new (i % 10 == 0 ? at_test_body_fail : at_test_body_succeed, NULL, NULL);

          at_async_task_set_title (task, "Title");
          if (i % 2 == 0)
            at_async_task_set_executor (task, i % 4 == 0 ? pool : serial);
          if (i % 25 == 0)
            at_async_task_set_retry (task, 2, NULL, NULL, NULL);
          g_assert_true (at_task_group_add (group, task, NULL));
          at_async_task_set_title (task, "Another title");
        }
      g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
      at_test_finish (AT_ASYNC_TASK (group));
    }

  g_atomic_int_set (&is_over, TRUE);
  g_thread_join (looker);
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
  g_test_add_func ("/dump/deadlock", test_deadlock);
  g_test_add_func ("/dump/paused", test_paused);
  g_test_add_func ("/dump/inside", test_inside);
  g_test_add_func ("/dump/mailbox", test_mailbox);
  g_test_add_func ("/dump/destroyed-context", test_destroyed_context);
  g_test_add_func ("/dump/from-afar", test_from_afar);
  g_test_add_func ("/dump/fork", test_fork);
  g_test_add_func ("/dump/stream", test_stream);
  g_test_add_func ("/dump/load", test_load);

  return g_test_run ();
}
