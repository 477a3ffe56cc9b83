/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <math.h>
#include <string.h>

/* What a view knows of a list: what it has been told, and nothing else. */
typedef struct
{
  AtTaskList *list;
  GThread    *owner;
  GPtrArray  *tasks;
  guint       n_changes;
  guint       n_fractions;
  guint       n_elsewhere;
  guint       n_items;
  guint       n_active;
  guint       n_failed;
  double      fraction;
  gboolean    indeterminate;
} Shadow;

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Shadow     *self)
{
  g_assert_cmpuint (position + removed, <=, self->tasks->len);
  g_assert_cmpuint (removed + added, >, 0);

  if (g_thread_self () != self->owner)
    self->n_elsewhere++;
  if (removed > 0)
    g_ptr_array_remove_range (self->tasks, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->tasks, position + i, g_list_model_get_item (model, position + i));
  self->n_changes++;

  /* What is asked inside the handler is what was told. */
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, self->tasks->len);
}

static void
on_notify (AtTaskList *list,
           GParamSpec *pspec,
           Shadow     *self)
{
  if (g_thread_self () != self->owner)
    self->n_elsewhere++;
  if (g_str_equal (pspec->name, "n-items"))
    self->n_items = g_list_model_get_n_items (G_LIST_MODEL (list));
  else if (g_str_equal (pspec->name, "n-active"))
    self->n_active = at_task_list_get_n_active (list);
  else if (g_str_equal (pspec->name, "n-failed"))
    self->n_failed = at_task_list_get_n_failed (list);

  /* Who is told of another one may ask for the fraction, which is no news then. */
  if (g_str_has_prefix (pspec->name, "n-") || g_str_equal (pspec->name, "indeterminate"))
    g_assert_cmpfloat_with_epsilon (self->fraction, at_task_list_get_fraction (list), 1e-12);

  if (g_str_equal (pspec->name, "indeterminate"))
    self->indeterminate = at_task_list_get_indeterminate (list);
  else if (g_str_equal (pspec->name, "fraction"))
    {
      self->fraction = at_task_list_get_fraction (list);
      self->n_fractions++;
      g_assert_false (isnan (self->fraction));
      g_assert_cmpfloat (self->fraction, >=, 0);
      g_assert_cmpfloat (self->fraction, <=, 1);
    }
}

static void
shadow_init (Shadow     *self,
             AtTaskList *list)
{
  memset (self, 0, sizeof *self);
  self->list = list;
  self->owner = g_thread_self ();
  self->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  self->n_items = g_list_model_get_n_items (G_LIST_MODEL (list));
  for (guint i = 0; i < self->n_items; i++)
    g_ptr_array_add (self->tasks, g_list_model_get_item (G_LIST_MODEL (list), i));
  self->n_active = at_task_list_get_n_active (list);
  self->n_failed = at_task_list_get_n_failed (list);
  self->fraction = at_task_list_get_fraction (list);
  self->indeterminate = at_task_list_get_indeterminate (list);
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), self);
  g_signal_connect (list, "notify", G_CALLBACK (on_notify), self);
}

static void
shadow_clear (Shadow *self)
{
  g_signal_handlers_disconnect_by_data (self->list, self);
  g_ptr_array_unref (self->tasks);
}

static void
shadow_check (Shadow *self)
{
  GListModel *model = G_LIST_MODEL (self->list);
  guint n_active = 0, n_failed = 0, n_pending = 0, n_ended = 0;

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, self->tasks->len);
  g_assert_cmpuint (self->n_items, ==, self->tasks->len);
  g_assert_null (g_list_model_get_item (model, self->tasks->len));

  for (guint i = 0; i < self->tasks->len; i++)
    {
      g_autoptr (AtAsyncTask) task = g_list_model_get_item (model, i);
      guint position = G_MAXUINT;

      g_assert_true (task == g_ptr_array_index (self->tasks, i));
      g_assert_true (at_task_list_find (self->list, task, &position));
      g_assert_cmpuint (position, ==, i);
      n_pending += at_async_task_get_status (task) == AT_STATUS_PENDING;
      n_active += at_async_task_get_status (task) == AT_STATUS_RUNNING;
      n_ended += at_async_task_get_status (task) == AT_STATUS_FINISHED;
      n_failed += at_async_task_get_status (task) == AT_STATUS_FINISHED &&
                  at_async_task_get_outcome (task) == AT_OUTCOME_FAILED;
    }

  g_assert_cmpuint (at_task_list_get_n_pending (self->list), ==, n_pending);
  g_assert_cmpuint (at_task_list_get_n_active (self->list), ==, n_active);
  g_assert_cmpuint (at_task_list_get_n_failed (self->list), ==, n_failed);
  g_assert_cmpuint (at_task_list_get_n_succeeded (self->list) + n_failed +
                    at_task_list_get_n_cancelled (self->list), ==, n_ended);
  g_assert_cmpuint (self->n_active, ==, n_active);
  g_assert_cmpuint (self->n_failed, ==, n_failed);
  g_assert_cmpint (self->indeterminate, ==, at_task_list_get_indeterminate (self->list));
  g_assert_cmpuint (self->n_elsewhere, ==, 0);
}

static AtExecutor *
get_inline (void)
{
  static AtInlineExecutor *executor;

  if (executor == NULL)
    executor = at_inline_executor_new ();

  return AT_EXECUTOR (executor);
}

static AtAsyncTask *
new_task (AtTaskFunc body,
          gpointer   user_data)
{
  AtAsyncTask *task = at_async_task_new (body, user_data, NULL);

  at_async_task_set_executor (task, get_inline ());

  return task;
}

/* On a thread, held by @gate. */
static AtAsyncTask *
new_gated_task (AtTestGate *gate)
{
  AtAsyncTask *task = at_async_task_new (at_test_body_gate, gate, NULL);

  at_async_task_set_executor (task, at_thread_pool_executor_get_default ());

  return task;
}

static AtAsyncTask *
add (AtTaskList *list,
     AtTaskFunc  body)
{
  AtAsyncTask *task = new_task (body, NULL);

  g_assert_true (at_task_list_add (list, task));

  return task;
}

static void
execute (AtAsyncTask *task)
{
  g_autoptr (GError) error = NULL;

  at_async_task_execute (task, NULL, &error);
  g_assert_no_error (error);
}

static void
set_fraction (AtAsyncTask *task,
              double       fraction)
{
  at_async_task_set_fraction (task, fraction);
  at_test_iterate_until (NULL, fabs (at_async_task_get_fraction (task) - fraction) < 1e-9);
}

static void
set_amounts (AtAsyncTask *task,
             guint64      completed,
             guint64      total)
{
  at_async_task_set_amounts (task, completed, total);
  at_test_iterate_until (NULL, at_async_task_get_completed (task) == completed &&
                               at_async_task_get_total (task) == total);
}

#define assert_fraction(list, expected) \
  g_assert_cmpfloat_with_epsilon (at_task_list_get_fraction (list), (expected), 1e-8)

static void
test_empty (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  AtTaskListRemoval removal = AT_TASK_LIST_REMOVAL_WHEN_FINISHED;
  GType type = 0;
  guint n = 1, delay = 1;

  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (list)) == AT_TYPE_ASYNC_TASK);
  g_object_get (list, "item-type", &type, "n-items", &n, "removal", &removal, "removal-delay", &delay, NULL);
  g_assert_true (type == AT_TYPE_ASYNC_TASK);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (delay, ==, 0);
  g_assert_cmpint (removal, ==, AT_TASK_LIST_REMOVAL_NEVER);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 0));
  g_assert_cmpfloat (at_task_list_get_fraction (list), <=, 0);
  g_assert_false (at_task_list_get_indeterminate (list));
  g_assert_cmpuint (at_task_list_clear_finished (list), ==, 0);
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  at_task_list_cancel_all (list, TRUE);
  at_task_list_pause_all (list);
  at_task_list_resume_all (list);

  g_object_set (list, "removal", AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED, "removal-delay", 7, NULL);
  g_assert_cmpint (at_task_list_get_removal (list), ==, AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED);
  g_assert_cmpuint (at_task_list_get_removal_delay (list), ==, 7);
}

static void
test_add_remove (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  AtAsyncTask *tasks[5];
  guint position = 1;
  Shadow shadow;

  shadow_init (&shadow, list);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = add (list, at_test_body_succeed);
      shadow_check (&shadow);
    }
  g_assert_cmpuint (shadow.n_changes, ==, 5);

  /* Twice is once. */
  g_assert_false (at_task_list_add (list, tasks[2]));
  g_assert_cmpuint (shadow.n_changes, ==, 5);

  /* Backwards, and from the middle. */
  for (guint i = 5; i-- > 0;)
    {
      g_autoptr (AtAsyncTask) task = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_assert_true (task == tasks[i]);
    }
  g_assert_true (at_task_list_remove (list, tasks[2]));
  g_assert_false (at_task_list_remove (list, tasks[2]));
  g_assert_false (at_task_list_find (list, tasks[2], &position));
  shadow_check (&shadow);
  g_assert_true (at_task_list_remove (list, tasks[0]));
  g_assert_true (at_task_list_remove (list, tasks[4]));
  shadow_check (&shadow);
  g_assert_true (at_task_list_add (list, tasks[2]));
  g_assert_true (at_task_list_find (list, tasks[2], &position));
  g_assert_cmpuint (position, ==, 2);
  shadow_check (&shadow);

  shadow_clear (&shadow);
  g_assert_finalize_object (g_steal_pointer (&list));
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    g_assert_finalize_object (tasks[i]);
}

static void
test_counts (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) good = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) bad = add (list, at_test_body_fail);
  g_autoptr (AtAsyncTask) cancelled = add (list, at_test_body_succeed);
  guint n_pending = 1, n_active = 1, n_succeeded = 0, n_failed = 0, n_cancelled = 0;
  gboolean indeterminate = TRUE;
  double fraction = 0;
  Shadow shadow;

  shadow_init (&shadow, list);
  shadow_check (&shadow);
  execute (good);
  g_assert_cmpuint (shadow.n_active, ==, 1);
  execute (bad);
  execute (cancelled);
  g_assert_cmpuint (shadow.n_active, ==, 3);
  shadow_check (&shadow);
  at_async_task_cancel (cancelled, FALSE);
  shadow_check (&shadow);
  at_test_finish (good);
  at_test_finish (bad);
  at_test_finish (cancelled);
  shadow_check (&shadow);
  g_object_get (list, "n-pending", &n_pending, "n-active", &n_active, "n-succeeded", &n_succeeded,
                "n-failed", &n_failed, "n-cancelled", &n_cancelled, "fraction", &fraction,
                "indeterminate", &indeterminate, NULL);
  g_assert_cmpuint (n_pending, ==, 0);
  g_assert_cmpuint (n_active, ==, 0);
  g_assert_cmpuint (n_succeeded, ==, 1);
  g_assert_cmpuint (n_failed, ==, 1);
  g_assert_cmpuint (n_cancelled, ==, 1);
  g_assert_cmpfloat_with_epsilon (fraction, 2 / 3.0, 1e-8);
  g_assert_false (indeterminate);
  g_assert_cmpuint (at_task_list_get_n_succeeded (list), ==, 1);
  g_assert_cmpuint (at_task_list_get_n_failed (list), ==, 1);
  g_assert_cmpuint (at_task_list_get_n_cancelled (list), ==, 1);
  g_assert_cmpuint (at_task_list_clear_finished (list), ==, 3);

  /* Three neighbours that go together are one change. */
  g_assert_cmpuint (shadow.n_changes, ==, 1);
  shadow_check (&shadow);
  shadow_clear (&shadow);
}

/* Before it was added: executed, finished. */
static void
test_added_late (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtTaskList) other = at_task_list_new ();
  g_autoptr (AtAsyncTask) finished = new_task (at_test_body_fail, NULL);
  g_autoptr (AtAsyncTask) running = NULL;
  Shadow shadow, other_shadow;
  AtTestGate gate;

  at_test_gate_init (&gate);
  running = new_gated_task (&gate);
  shadow_init (&shadow, list);
  shadow_init (&other_shadow, other);
  execute (finished);
  at_test_finish (finished);
  execute (running);
  at_test_gate_wait_arrived (&gate, 1);

  g_assert_true (at_task_list_add (list, finished));
  shadow_check (&shadow);
  assert_fraction (list, 1);
  g_assert_true (at_task_list_add (list, running));
  g_assert_true (at_task_list_add (other, running));
  shadow_check (&shadow);
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, 1);
  g_assert_true (at_task_list_get_indeterminate (other));

  at_test_gate_open (&gate);
  at_test_finish (running);
  shadow_check (&shadow);
  shadow_check (&other_shadow);
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, 0);
  g_assert_cmpuint (at_task_list_get_n_active (other), ==, 0);
  g_assert_false (at_task_list_get_indeterminate (other));

  shadow_clear (&shadow);
  shadow_clear (&other_shadow);
  at_test_gate_clear (&gate);
}

static void
test_fraction_even (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) a = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) b = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) c = add (list, at_test_body_fail);

  assert_fraction (list, 0);
  set_fraction (a, 0.5);
  assert_fraction (list, 0.5 / 3);
  set_fraction (b, 0.25);
  assert_fraction (list, 0.75 / 3);
  set_fraction (b, 0.125);
  assert_fraction (list, 0.625 / 3);

  /* One that knows its amount does not make the others weigh nothing. */
  set_amounts (c, 3, 4);
  assert_fraction (list, (0.5 + 0.125 + 0.75) / 3);
  g_assert_true (at_task_list_remove (list, b));
  assert_fraction (list, (0.5 + 0.75) / 2);

  /* However it ended, it is over. */
  execute (c);
  at_test_finish (c);
  assert_fraction (list, (0.5 + 1) / 2);
  execute (a);
  at_test_finish (a);
  g_assert_cmpfloat (at_task_list_get_fraction (list), >=, 1);
  g_assert_true (at_task_list_remove (list, a));
  g_assert_cmpfloat (at_task_list_get_fraction (list), >=, 1);
  g_assert_true (at_task_list_remove (list, c));
  g_assert_cmpfloat (at_task_list_get_fraction (list), <=, 0);
}

static void
test_fraction_weighted (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) small = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) large = add (list, at_test_body_fail);
  g_autoptr (AtAsyncTask) other = new_task (at_test_body_succeed, NULL);

  at_async_task_set_unit (small, AT_PROGRESS_UNIT_BYTES);
  set_amounts (small, 100, 100);
  set_amounts (large, 0, 900);

  /* Bytes, and nobody knows what: these do not add up. */
  assert_fraction (list, 0.5);
  at_async_task_set_unit (large, AT_PROGRESS_UNIT_BYTES);
  assert_fraction (list, 0.1);
  set_amounts (large, 450, 900);
  assert_fraction (list, 0.55);

  /* More than there was to do is all there was to do. */
  set_amounts (small, 1000, 100);
  assert_fraction (list, 0.55);
  set_amounts (small, 100, 100);

  g_assert_true (at_task_list_add (list, other));
  assert_fraction (list, (1 + 0.5 + 0) / 3);
  at_async_task_set_unit (other, AT_PROGRESS_UNIT_BYTES);
  set_amounts (other, 0, 1000);
  assert_fraction (list, 550 / 2000.0);

  /* Half of the large one will never be done. */
  execute (large);
  at_test_finish (large);
  assert_fraction (list, (100 + 450) / (100 + 450 + 1000.0));
  execute (small);
  at_test_finish (small);
  assert_fraction (list, (100 + 450) / (100 + 450 + 1000.0));

  /* The total changes on the way. */
  set_amounts (other, 0, 450);
  assert_fraction (list, 0.55);
}

/* One that never said how much it had does not make the others weigh the same. */
static void
test_fraction_ended_unweighted (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) a = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) b = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) mute = add (list, at_test_body_fail);
  g_autoptr (AtAsyncTask) unknown = add (list, at_test_body_succeed);

  set_amounts (a, 10, 10);
  set_amounts (b, 0, 90);
  set_amounts (unknown, 100, 0);
  assert_fraction (list, 1 / 4.0);
  execute (mute);
  at_test_finish (mute);
  assert_fraction (list, 2 / 4.0);

  /* In hindsight, it was 100. */
  execute (unknown);
  at_test_finish (unknown);
  assert_fraction (list, 110 / 200.0);
}

static void
test_fraction_extremes (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  AtAsyncTask *tasks[9];

  /* Their sum takes more than 64 bits. */
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = add (list, at_test_body_succeed);
      set_amounts (tasks[i], 0, G_MAXUINT64);
    }
  assert_fraction (list, 0);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      set_amounts (tasks[i], G_MAXUINT64, G_MAXUINT64);
      assert_fraction (list, (i + 1) / 9.0);
    }
  g_assert_cmpfloat (at_task_list_get_fraction (list), >=, 1);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      set_amounts (tasks[i], G_MAXUINT64 / 2, G_MAXUINT64);
      assert_fraction (list, (8.5 - i * 0.5) / 9);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      g_assert_true (at_task_list_remove (list, tasks[i]));
      g_object_unref (tasks[i]);
    }
  g_assert_cmpfloat (at_task_list_get_fraction (list), <=, 0);
}

/* A thousand changes back and forth leave nothing behind. */
static void
test_fraction_no_drift (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) a = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) b = add (list, at_test_body_succeed);
  double before;

  set_fraction (a, 0.1);
  set_fraction (b, 0.7);
  before = at_task_list_get_fraction (list);
  for (guint i = 0; i < at_test_scale (1000); i++)
    {
      g_autoptr (AtAsyncTask) task = new_task (at_test_body_succeed, NULL);

      at_async_task_set_fraction (task, (i % 97) / 97.0);
      at_task_list_add (list, task);
      g_main_context_iteration (NULL, FALSE);
      at_task_list_remove (list, task);
    }
  g_assert_true (memcmp (&before, &(double) { at_task_list_get_fraction (list) }, sizeof before) == 0);
}

/* What has left goes on to count until there is nothing to do; then all begins anew. */
static void
test_batch (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) kept = NULL, last = NULL;

  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_FINISHED);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (AtAsyncTask) task = add (list, at_test_body_succeed);

      if (i == 2)
        kept = g_object_ref (task);
      else
        execute (task);
    }
  at_test_iterate_until (NULL, g_list_model_get_n_items (G_LIST_MODEL (list)) == 1);
  assert_fraction (list, 2 / 3.0);
  set_fraction (kept, 0.5);
  assert_fraction (list, 2.5 / 3);
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_NEVER);
  execute (kept);
  at_test_finish (kept);
  g_assert_cmpfloat (at_task_list_get_fraction (list), >=, 1);

  /* It stays, and does not make the next one look half done. */
  last = add (list, at_test_body_succeed);
  assert_fraction (list, 0);
  g_assert_true (at_task_list_remove (list, last));
  g_assert_cmpfloat (at_task_list_get_fraction (list), >=, 1);
  g_assert_true (at_task_list_add (list, last));
  assert_fraction (list, 0);
  set_fraction (last, 0.25);
  assert_fraction (list, 0.25);
  g_assert_cmpuint (at_task_list_clear_finished (list), ==, 1);
  assert_fraction (list, 0.25);
  g_assert_true (at_task_list_remove (list, last));
  assert_fraction (list, 0);
}

typedef enum
{
  EVEN,     /* nobody knows how much it is */
  WEIGHTED, /* everybody does */
  MIXED     /* who has begun does */
} Weights;

/* After "cancel all", the bar stays where it is: 7 of 61 done are not 61 of 61. */
static void
test_fraction_cancelled (gconstpointer user_data)
{
  Weights weights = GPOINTER_TO_INT (user_data);
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  AtAsyncTask *late, *running;
  AtTestGate gate;
  Shadow shadow;
  double before;
  guint n_fractions;

  at_test_gate_init (&gate);
  for (guint i = 0; i < 61; i++)
    {
      AtAsyncTask *task = i == 7 ? new_gated_task (&gate) : new_task (at_test_body_succeed, NULL);

      if (weights == WEIGHTED || (weights == MIXED && i <= 7))
        set_amounts (task, i <= 7 ? 50 : 0, 100);
      g_ptr_array_add (tasks, task);
      at_task_list_add (list, task);
    }
  shadow_init (&shadow, list);

  for (guint i = 0; i < 7; i++)
    execute (g_ptr_array_index (tasks, i));
  at_test_iterate_until (NULL, at_task_list_get_n_succeeded (list) == 7);
  running = g_ptr_array_index (tasks, 7);
  execute (running);
  at_test_gate_wait_arrived (&gate, 1);
  if (weights == EVEN)
    set_fraction (running, 0.5);
  at_test_iterate_until (NULL, fabs (shadow.fraction - 7.5 / 61) < 1e-8);
  before = shadow.fraction;
  n_fractions = shadow.n_fractions;

  at_task_list_cancel_all (list, TRUE);
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  at_test_gate_open (&gate);
  at_test_iterate_until (NULL, at_task_list_get_n_active (list) == 0);
  g_assert_cmpuint (at_task_list_get_n_succeeded (list), ==, 7);
  g_assert_cmpuint (at_task_list_get_n_cancelled (list), ==, 54);
  g_assert_cmpuint (at_task_list_get_n_failed (list), ==, 0);
  g_assert_cmpuint (at_task_list_get_n_pending (list), ==, 0);
  g_assert_false (at_task_list_get_indeterminate (list));
  shadow_check (&shadow);
  assert_fraction (list, 7.5 / 61);
  g_assert_true (memcmp (&before, &shadow.fraction, sizeof before) == 0);
  g_assert_cmpuint (shadow.n_fractions, ==, n_fractions);

  /* It goes on to count when it has left, and no longer than until the next batch. */
  g_assert_true (at_task_list_remove (list, g_ptr_array_index (tasks, 60)));
  assert_fraction (list, 7.5 / 61);
  late = add (list, at_test_body_succeed);
  g_ptr_array_add (tasks, late);
  assert_fraction (list, 0);
  execute (late);
  at_test_finish (late);
  g_assert_cmpfloat (at_task_list_get_fraction (list), >=, 1);

  shadow_clear (&shadow);
  at_test_gate_clear (&gate);
}

/* One of two is cancelled, and the other still knows nothing. */
static void
test_indeterminate_cancelled (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) running = NULL, mute = NULL, begun = NULL;
  AtTestGate gate;
  Shadow shadow;

  at_test_gate_init (&gate);
  running = new_gated_task (&gate);
  at_task_list_add (list, running);
  shadow_init (&shadow, list);
  execute (running);
  mute = add (list, at_test_body_succeed);
  at_async_task_cancel (mute, FALSE);
  execute (mute);
  at_test_finish (mute);
  g_assert_true (shadow.indeterminate);

  /* How far it got is something, and stays so. */
  begun = add (list, at_test_body_succeed);
  set_fraction (begun, 0.5);
  at_async_task_cancel (begun, FALSE);
  execute (begun);
  g_assert_false (shadow.indeterminate);
  at_test_finish (begun);
  g_assert_false (shadow.indeterminate);
  assert_fraction (list, 0.5 / 3);
  shadow_check (&shadow);

  at_test_gate_open (&gate);
  at_test_finish (running);
  assert_fraction (list, 1.5 / 3);
  shadow_clear (&shadow);
  at_test_gate_clear (&gate);
}

static void
test_indeterminate (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) a = NULL, b = NULL, c = NULL;
  AtTestGate gate;
  Shadow shadow;

  at_test_gate_init (&gate);
  shadow_init (&shadow, list);
  a = new_gated_task (&gate);
  b = new_gated_task (&gate);
  at_task_list_add (list, a);
  at_task_list_add (list, b);
  g_assert_false (shadow.indeterminate);
  execute (a);
  g_assert_true (shadow.indeterminate);
  shadow_check (&shadow);
  execute (b);
  set_fraction (b, 0.5);
  g_assert_false (shadow.indeterminate);
  shadow_check (&shadow);
  g_assert_true (at_task_list_remove (list, b));
  g_assert_true (shadow.indeterminate);

  /* One of two has ended: that is something. */
  c = add (list, at_test_body_succeed);
  execute (c);
  at_test_finish (c);
  g_assert_false (shadow.indeterminate);
  shadow_check (&shadow);
  at_test_gate_open (&gate);
  at_test_finish (a);
  at_test_finish (b);
  g_assert_false (shadow.indeterminate);
  shadow_check (&shadow);

  shadow_clear (&shadow);
  at_test_gate_clear (&gate);
}

static void
test_removal (gconstpointer user_data)
{
  AtTaskListRemoval removal = GPOINTER_TO_INT (user_data);
  g_autoptr (AtTaskList) list = at_task_list_new ();
  Shadow shadow;
  guint n_left;

  shadow_init (&shadow, list);
  at_task_list_set_removal (list, removal);
  for (guint i = 0; i < 12; i++)
    {
      g_autoptr (AtAsyncTask) task = add (list, i < 6 ? at_test_body_succeed : at_test_body_fail);

      if (i >= 9)
        at_async_task_cancel (task, FALSE);
    }
  shadow.n_changes = 0;
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  at_test_iterate_until (NULL, at_task_list_get_n_active (list) == 0);
  g_main_context_iteration (NULL, FALSE);
  g_main_context_iteration (NULL, FALSE);

  n_left = removal == AT_TASK_LIST_REMOVAL_NEVER ? 12 : removal == AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED ? 6 : 0;
  at_test_iterate_until (NULL, g_list_model_get_n_items (G_LIST_MODEL (list)) == n_left);
  shadow_check (&shadow);
  if (removal != AT_TASK_LIST_REMOVAL_WHEN_FINISHED)
    g_assert_cmpuint (shadow.n_failed, ==, 3);

  /* It concerns what has ended before, too. */
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_FINISHED);
  at_test_iterate_until (NULL, g_list_model_get_n_items (G_LIST_MODEL (list)) == 0);
  shadow_check (&shadow);
  shadow_clear (&shadow);
}

static void
test_removal_delay (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) a = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) b = add (list, at_test_body_succeed);
  gint64 begin = g_get_monotonic_time ();
  Shadow shadow;

  at_task_list_set_removal_delay (list, 20);
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED);
  execute (a);
  at_test_iterate_until (NULL, g_list_model_get_n_items (G_LIST_MODEL (list)) == 1);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 20 * 1000);
  g_assert_true (at_task_list_find (list, b, NULL));

  /* Removed by hand while it waits to leave, and then added again. */
  at_task_list_set_removal_delay (list, G_MAXUINT);
  execute (b);
  at_test_finish (b);
  g_main_context_iteration (NULL, FALSE);
  g_assert_true (at_task_list_remove (list, b));
  g_assert_true (at_task_list_add (list, b));
  g_main_context_iteration (NULL, FALSE);
  g_assert_true (at_task_list_find (list, b, NULL));

  /* A shorter time holds for those that wait, when nothing else wakes the list. */
  shadow_init (&shadow, list);
  g_assert_true (at_task_list_remove (list, b));
  at_test_iterate_until (NULL, shadow.fraction <= 0);
  g_assert_true (at_task_list_add (list, b));
  at_test_iterate_until (NULL, shadow.fraction >= 1);
  at_test_iterate_poll_until (NULL, !g_main_context_pending (NULL));
  at_task_list_set_removal_delay (list, 0);
  at_test_iterate_until (NULL, g_list_model_get_n_items (G_LIST_MODEL (list)) == 0);
  shadow_clear (&shadow);

  /* The list is freed while one waits. */
  at_task_list_set_removal_delay (list, G_MAXUINT);
  at_task_list_add (list, a);
  g_main_context_iteration (NULL, FALSE);
  g_assert_finalize_object (g_steal_pointer (&list));
  g_assert_finalize_object (g_steal_pointer (&a));
}

/* Those that leave at the same time are few changes, whatever stays between. */
static void
test_removal_runs (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  guint n = at_test_scale (1000);
  Shadow shadow;

  for (guint i = 0; i < n; i++)
    g_object_unref (add (list, i == n / 2 ? at_test_body_fail : at_test_body_succeed));
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  at_test_iterate_until (NULL, at_task_list_get_n_active (list) == 0);

  shadow_init (&shadow, list);
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED);
  at_test_iterate_until (NULL, g_list_model_get_n_items (G_LIST_MODEL (list)) == 1);
  g_assert_cmpuint (shadow.n_changes, ==, 2);
  shadow_check (&shadow);
  shadow_clear (&shadow);
}

static void
take_long (void)
{
  g_usleep (1000);
}

static gboolean
count_frame (gpointer n_frames)
{
  *(guint *) n_frames += 1;

  return G_SOURCE_CONTINUE;
}

/* A view that takes a while for each change does not keep a window from being drawn
 * until the last one. */
static void
test_removal_lets_draw (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  guint n_frames = 0, source;

  for (guint i = 0; i < 100; i++)
    g_object_unref (add (list, i % 2 == 0 ? at_test_body_fail : at_test_body_succeed));
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  at_test_iterate_until (NULL, at_task_list_get_n_active (list) == 0);

  g_signal_connect (list, "items-changed", G_CALLBACK (take_long), NULL);
  source = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 20, count_frame, &n_frames, NULL);
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED);
  at_test_iterate_until (NULL, g_list_model_get_n_items (G_LIST_MODEL (list)) == 50);
  g_assert_cmpuint (n_frames, >=, 5);
  g_source_remove (source);
}

typedef struct
{
  gboolean  returned;
  gboolean  succeeded;
  GError   *error;
  double    shown_fraction;
  guint     n_items;
  Shadow   *shadow;
} Wait;

static void
on_waited (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Wait *wait = user_data;

  g_assert_false (wait->returned);
  wait->returned = TRUE;
  wait->n_items = g_list_model_get_n_items (G_LIST_MODEL (source));
  if (wait->shadow != NULL)
    wait->shown_fraction = wait->shadow->fraction;
  wait->succeeded = at_task_list_wait_all_finish (AT_TASK_LIST (source), result, &wait->error);
}

static void
wait_clear (Wait *wait)
{
  g_clear_error (&wait->error);
  memset (wait, 0, sizeof *wait);
}

static void
test_wait_idle (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) pending = NULL;
  Wait wait = { 0, };

  at_task_list_wait_all_async (list, FALSE, NULL, on_waited, &wait);
  g_assert_false (wait.returned);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_true (wait.succeeded);
  wait_clear (&wait);

  /* Nobody knows whether it will ever be executed. */
  pending = add (list, at_test_body_succeed);
  at_task_list_wait_all_async (list, TRUE, NULL, on_waited, &wait);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_true (wait.succeeded);
  wait_clear (&wait);

  at_task_list_wait_all_async (list, TRUE, NULL, NULL, NULL);
  g_main_context_iteration (NULL, FALSE);
  g_main_context_iteration (NULL, FALSE);
}

static void
test_wait_all (void)
{
  AtTaskList *list = at_task_list_new ();
  g_autoptr (AtAsyncTask) late = NULL;
  Wait wait = { 0, }, other = { 0, };
  AtTestGate gate;
  Shadow shadow;

  at_test_gate_init (&gate);
  shadow_init (&shadow, list);
  wait.shadow = &shadow;
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_FINISHED);
  for (guint i = 0; i < 20; i++)
    g_object_unref (add (list, at_test_body_succeed));
  late = new_gated_task (&gate);
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, 20);
  at_task_list_wait_all_async (list, FALSE, NULL, on_waited, &wait);
  at_task_list_wait_all_async (list, FALSE, NULL, on_waited, &other);

  /* Added during the wait, and waited for. */
  at_task_list_add (list, late);
  execute (late);
  at_test_iterate_until (NULL, at_task_list_get_n_active (list) == 1);
  g_main_context_iteration (NULL, FALSE);
  g_assert_false (wait.returned);

  /* The list is kept alive until then. */
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_NEVER);
  shadow_clear (&shadow);
  shadow_init (&shadow, list);
  g_object_unref (list);
  at_test_gate_open (&gate);
  g_object_add_weak_pointer (G_OBJECT (list), (gpointer *) &list);
  at_test_iterate_until (NULL, wait.returned && other.returned);
  g_assert_true (wait.succeeded);
  g_assert_true (other.succeeded);
  g_assert_cmpfloat (wait.shown_fraction, >=, 1);
  g_assert_null (list);

  g_ptr_array_unref (shadow.tasks);
  wait_clear (&wait);
  wait_clear (&other);
  at_test_gate_clear (&gate);
}

static void
test_wait_error (gconstpointer user_data)
{
  gboolean cancel = GPOINTER_TO_INT (user_data);
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) held = NULL, bad = NULL;
  Wait wait = { 0, };
  AtTestGate gate;

  at_test_gate_init (&gate);
  held = new_gated_task (&gate);
  at_task_list_add (list, held);
  bad = add (list, at_test_body_fail);
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  at_task_list_wait_all_async (list, cancel, NULL, on_waited, &wait);
  at_test_finish (bad);
  g_main_context_iteration (NULL, FALSE);
  g_assert_false (wait.returned);
  g_assert_cmpint (at_async_task_is_cancelled (held), ==, cancel);

  at_test_gate_open (&gate);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_false (wait.succeeded);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpuint (at_task_list_get_n_cancelled (list), ==, cancel ? 1 : 0);
  wait_clear (&wait);

  /* It has failed before this, and is still there. */
  at_task_list_wait_all_async (list, cancel, NULL, on_waited, &wait);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  wait_clear (&wait);
  at_task_list_clear_finished (list);
  at_task_list_wait_all_async (list, cancel, NULL, on_waited, &wait);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_true (wait.succeeded);
  at_test_gate_clear (&gate);
}

static gboolean
body_busy (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "Busy");
  return FALSE;
}

static void
test_wait_first_error (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) later = add (list, body_busy);
  g_autoptr (AtAsyncTask) first = add (list, at_test_body_fail);
  Wait wait = { 0, };

  execute (first);
  execute (later);
  at_task_list_wait_all_async (list, FALSE, NULL, on_waited, &wait);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  wait_clear (&wait);

  /* Both have failed before: it is still the first one's. */
  at_task_list_wait_all_async (list, FALSE, NULL, on_waited, &wait);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  wait_clear (&wait);
}

static void
test_wait_cancelled (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AtAsyncTask) held = NULL;
  Wait wait = { 0, }, other = { 0, };
  AtTestGate gate;

  at_test_gate_init (&gate);
  held = new_gated_task (&gate);
  at_task_list_add (list, held);
  execute (held);
  at_task_list_wait_all_async (list, TRUE, cancellable, on_waited, &wait);
  at_task_list_wait_all_async (list, TRUE, NULL, on_waited, &other);
  g_main_context_iteration (NULL, FALSE);
  g_assert_false (wait.returned);
  at_test_call_in_thread ((AtTestCall) g_cancellable_cancel, cancellable);
  g_assert_false (wait.returned);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (at_async_task_is_cancelled (held));
  wait_clear (&wait);

  /* Cancelled before. */
  at_task_list_wait_all_async (list, TRUE, cancellable, on_waited, &wait);
  g_assert_false (wait.returned);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  wait_clear (&wait);

  /* A task is, and that is no success. */
  g_assert_false (other.returned);
  at_task_list_cancel_all (list, FALSE);
  at_test_gate_open (&gate);
  at_test_iterate_until (NULL, other.returned);
  g_assert_error (other.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  wait_clear (&other);
  at_test_gate_clear (&gate);
}

/* A cancellable may outlive the list, and be cancelled then. */
static void
test_wait_cancelled_late (void)
{
  AtTaskList *list = at_task_list_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Wait wait = { 0, };

  at_task_list_wait_all_async (list, FALSE, cancellable, on_waited, &wait);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_true (wait.succeeded);
  g_object_unref (list);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, list));
  g_cancellable_cancel (cancellable);
  at_test_iterate_poll_until (NULL, !g_main_context_pending (NULL));
  wait_clear (&wait);
}

static void
on_waited_again (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  guint *n_left = user_data;

  g_assert_true (at_task_list_wait_all_finish (AT_TASK_LIST (source), result, NULL));
  if (--*n_left > 0)
    at_task_list_wait_all_async (AT_TASK_LIST (source), FALSE, NULL, on_waited_again, n_left);
}

static void
test_wait_again (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  guint n_left = 5;

  at_task_list_wait_all_async (list, FALSE, NULL, on_waited_again, &n_left);
  at_test_iterate_until (NULL, n_left == 0);
}

/* Contexts that go. */

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
on_never (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_assert_not_reached ();
}

typedef enum
{
  GONE_IDLE,    /* nothing is active: the callback is due */
  GONE_DONE,    /* the task has ended, and nobody knows it yet */
  GONE_RUNNING
} Gone;

static void
count_gone (gpointer  count,
            GObject  *where_it_was)
{
  at_test_count_freed (count);
}

/* A context with a list that somebody waits for, and nobody who iterates it. */
static void
make_and_drop (Gone          gone,
               AtTestGate   *gate,
               AtExecutor   *executor,
               GCancellable *cancellable,
               AtTestCount  *tasks,
               AtTestCount  *lists)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtTaskList) list = NULL;
  g_autoptr (AtAsyncTask) task = NULL;

  g_main_context_push_thread_default (context);
  list = at_task_list_new ();
  at_test_count_made (tasks);
  at_test_count_made (lists);
  g_object_weak_ref (G_OBJECT (list), count_gone, lists);
  task = at_async_task_new (gone == GONE_RUNNING ? at_test_body_gate : at_test_body_succeed, gate, NULL);
  g_object_weak_ref (G_OBJECT (task), count_gone, tasks);
  at_async_task_set_main_context (task, context);
  at_task_list_add (list, task);
  if (gone != GONE_IDLE)
    g_assert_true (at_task_list_execute_all (list, executor, NULL));
  at_task_list_wait_all_async (list, TRUE, cancellable, on_never, NULL);
  g_main_context_pop_thread_default (context);
}

static void
test_context_gone (gconstpointer user_data)
{
  Gone gone = GPOINTER_TO_INT (user_data);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  AtTestCount tasks = AT_TEST_COUNT_INIT, lists = AT_TEST_COUNT_INIT;
  guint n = gone == GONE_RUNNING ? 4 : at_test_scale (2000);
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", n);
  AtExecutor *executor = gone == GONE_RUNNING ? AT_EXECUTOR (pool) : get_inline ();
  guint n_descriptors;
  AtTestGate gate;

  at_test_gate_init (&gate);

  /* What is there once and for all. */
  at_test_settle (NULL, executor);
  n_descriptors = count_descriptors ();

  for (guint i = 0; i < n; i++)
    make_and_drop (gone, &gate, executor, i % 2 == 0 ? cancellable : NULL, &tasks, &lists);
  at_test_count_assert_all_freed (&lists, (int) n);

  /* A task that runs goes on, and ends where there is somebody left. */
  if (gone == GONE_RUNNING)
    {
      at_test_gate_wait_arrived (&gate, n);
      g_assert_cmpint (tasks.n_freed, ==, 0);
      at_test_gate_open (&gate);
      at_test_iterate_poll_until (NULL, g_atomic_int_get (&tasks.n_freed) == (int) n);
    }
  at_test_count_assert_all_freed (&tasks, (int) n);
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors);

  g_cancellable_cancel (cancellable);
  g_object_unref (pool);
  at_test_gate_clear (&gate);
}

/* A list that outlives its context does no harm, and hears of nothing any more. */
static void
test_context_gone_before (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AtAsyncTask) running = NULL, pending = NULL, late = NULL;
  g_autoptr (AtTaskList) list = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  g_main_context_push_thread_default (context);
  list = at_task_list_new ();
  running = new_gated_task (&gate);
  pending = new_task (at_test_body_succeed, NULL);
  late = new_task (at_test_body_succeed, NULL);
  at_async_task_set_main_context (running, context);
  at_async_task_set_main_context (pending, context);
  g_assert_true (at_task_list_add (list, running));
  g_assert_true (at_task_list_add (list, pending));
  execute (running);
  at_test_gate_wait_arrived (&gate, 1);
  at_task_list_wait_all_async (list, TRUE, cancellable, on_never, NULL);
  g_main_context_pop_thread_default (context);
  g_clear_pointer (&context, g_main_context_unref);

  at_task_list_wait_all_async (list, TRUE, cancellable, on_never, NULL);
  at_test_assert_critical (g_assert_false (at_task_list_add (list, late)));
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_FINISHED);
  g_cancellable_cancel (cancellable);
  g_assert_true (at_task_list_remove (list, pending));
  at_task_list_cancel_all (list, TRUE);
  at_test_gate_open (&gate);
  at_test_iterate_until (NULL, at_async_task_get_status (running) == AT_STATUS_FINISHED);
  at_test_iterate_poll_until (NULL, !g_main_context_pending (NULL));
  g_assert_finalize_object (g_steal_pointer (&list));
  at_test_gate_clear (&gate);
}

static void
test_execute_all_rejected (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) first = NULL, second = NULL, third = NULL;
  g_autoptr (GError) error = NULL;
  Shadow shadow;

  shadow_init (&shadow, list);
  at_thread_pool_executor_shutdown (pool, FALSE);
  first = add (list, at_test_body_succeed);
  second = add (list, at_test_body_succeed);
  third = add (list, at_test_body_succeed);
  at_async_task_set_executor (second, AT_EXECUTOR (pool));
  g_assert_false (at_task_list_execute_all (list, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  shadow_check (&shadow);
  g_assert_cmpuint (at_task_list_get_n_pending (list), ==, 1);
  g_assert_cmpuint (shadow.n_active, ==, 2);
  g_assert_cmpint (at_async_task_get_status (second), ==, AT_STATUS_PENDING);

  g_assert_true (at_task_list_execute_all (list, get_inline (), NULL));
  at_test_iterate_until (NULL, at_task_list_get_n_succeeded (list) == 3);
  shadow_check (&shadow);
  shadow_clear (&shadow);
  g_object_unref (pool);
}

static void
count_notify (GObject    *object,
              GParamSpec *pspec,
              guint      *n)
{
  *n += 1;
}

static gboolean
is_all_active (AtTaskList *list)
{
  return at_task_list_get_n_active (list) == g_list_model_get_n_items (G_LIST_MODEL (list));
}

static void
check_active_so_far (AtAsyncTask *task,
                     AtTaskList  *list)
{
  guint position;

  g_assert_true (at_task_list_find (list, task, &position));
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, position + 1);
}

/* A label that shows how many are active changes once, not a thousand times. */
static void
test_execute_all_together (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  guint n = at_test_scale (1000), n_active = 0, n_pending = 0;
  Shadow shadow;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AtAsyncTask) task = add (list, at_test_body_succeed);

      g_signal_connect (task, "pre-execute", G_CALLBACK (check_active_so_far), list);
    }
  shadow_init (&shadow, list);
  g_signal_connect (list, "notify::n-active", G_CALLBACK (count_notify), &n_active);
  g_signal_connect (list, "notify::n-pending", G_CALLBACK (count_notify), &n_pending);
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  g_assert_true (is_all_active (list));
  g_assert_cmpuint (n_active, ==, 1);
  g_assert_cmpuint (n_pending, ==, 1);
  shadow_check (&shadow);
  at_test_iterate_until (NULL, at_task_list_get_n_succeeded (list) == n);
  shadow_check (&shadow);
  shadow_clear (&shadow);
}

static void
test_pause_all (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) ended = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) pending = NULL;

  execute (ended);
  at_test_finish (ended);
  pending = add (list, at_test_body_succeed);
  at_task_list_pause_all (list);
  g_assert_true (at_async_task_is_paused (pending));
  g_assert_false (at_async_task_is_paused (ended));
  at_task_list_resume_all (list);
  g_assert_false (at_async_task_is_paused (pending));
}

static void
test_cancel_all (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) running = NULL, pending = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  running = new_gated_task (&gate);
  at_task_list_add (list, running);
  execute (running);
  at_test_gate_wait_arrived (&gate, 1);
  pending = add (list, at_test_body_succeed);

  at_task_list_cancel_all (list, FALSE);
  g_assert_true (at_async_task_is_cancelled (running));
  g_assert_true (at_async_task_is_cancelled (pending));
  g_assert_false (g_cancellable_is_cancelled (at_async_task_get_cancellable (running)));
  at_task_list_cancel_all (list, TRUE);
  g_assert_true (g_cancellable_is_cancelled (at_async_task_get_cancellable (running)));
  at_test_gate_open (&gate);
  at_test_finish (running);
  g_assert_cmpuint (at_task_list_get_n_cancelled (list), ==, 1);
  g_assert_cmpuint (at_task_list_get_n_pending (list), ==, 1);
  execute (pending);
  at_test_finish (pending);
  g_assert_cmpuint (at_task_list_get_n_cancelled (list), ==, 2);
  at_test_gate_clear (&gate);
}

/* Owners. */

static void
unref_object (gpointer object)
{
  g_object_unref (object);
}

/* A task whose owner is gone tells nobody else; the list hears of its end. */
static void
test_owner_gone (gconstpointer user_data)
{
  gboolean on_thread = GPOINTER_TO_INT (user_data);
  g_autoptr (AtTaskList) list = at_task_list_new ();
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (AtAsyncTask) running = NULL, pending = NULL, other = NULL, ended = NULL;
  Wait wait = { 0, };
  AtTestGate gate, other_gate;
  Shadow shadow;

  at_test_gate_init (&gate);
  at_test_gate_init (&other_gate);
  running = new_gated_task (&gate);
  other = new_gated_task (&other_gate);
  pending = new_task (at_test_body_succeed, NULL);
  ended = new_task (at_test_body_succeed, NULL);
  at_async_task_set_owner (running, owner);
  at_async_task_set_owner (ended, owner);
  at_task_list_add (list, running);
  at_task_list_add (list, pending);
  at_task_list_add (list, other);
  at_task_list_add (list, ended);
  at_async_task_set_owner (pending, owner);
  shadow_init (&shadow, list);
  execute (ended);
  at_test_finish (ended);
  execute (running);
  execute (other);
  at_test_gate_wait_arrived (&gate, 1);
  at_task_list_wait_all_async (list, FALSE, NULL, on_waited, &wait);

  if (on_thread)
    at_test_call_in_thread (unref_object, owner);
  else
    g_assert_finalize_object (owner);
  g_assert_true (at_async_task_is_cancelled (running));
  shadow_check (&shadow);
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, 2);

  at_test_gate_open (&gate);
  at_test_iterate_until (NULL, at_task_list_get_n_active (list) == 1);
  g_assert_false (wait.returned);
  g_assert_cmpuint (at_task_list_get_n_cancelled (list), ==, 1);
  g_assert_cmpuint (at_task_list_get_n_succeeded (list), ==, 1);
  shadow_check (&shadow);

  /* What is pending may still be executed, for what that is worth. */
  g_assert_cmpuint (at_task_list_get_n_pending (list), ==, 1);
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, 2);
  at_test_iterate_until (NULL, at_task_list_get_n_cancelled (list) == 2);
  shadow_check (&shadow);

  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_FINISHED);
  at_test_iterate_until (NULL, g_list_model_get_n_items (G_LIST_MODEL (list)) == 1);
  g_assert_true (at_task_list_find (list, other, NULL));

  at_test_gate_open (&other_gate);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  wait_clear (&wait);
  shadow_clear (&shadow);
  at_test_gate_clear (&gate);
  at_test_gate_clear (&other_gate);
}

/* Nothing says any more that these ever had an owner. */
static void
test_owner_gone_before (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (AtAsyncTask) running = NULL, pending = NULL;
  AtTestGate gate;
  Shadow shadow;

  at_test_gate_init (&gate);
  running = new_gated_task (&gate);
  pending = new_task (at_test_body_succeed, NULL);
  at_async_task_set_owner (running, owner);
  at_async_task_set_owner (pending, owner);
  execute (running);
  at_test_gate_wait_arrived (&gate, 1);
  g_assert_finalize_object (owner);
  at_task_list_add (list, running);
  at_task_list_add (list, pending);
  shadow_init (&shadow, list);
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, 1);
  at_test_gate_open (&gate);
  at_test_iterate_until (NULL, at_task_list_get_n_cancelled (list) == 1);
  shadow_check (&shadow);
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  at_test_iterate_until (NULL, at_task_list_get_n_cancelled (list) == 2);
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, 0);
  g_assert_cmpuint (at_task_list_get_n_pending (list), ==, 0);
  shadow_check (&shadow);
  shadow_clear (&shadow);
  at_test_gate_clear (&gate);
}

static void
drop_owner (AtAsyncTask  *task,
            const GValue *result,
            GObject     **owner)
{
  g_clear_object (owner);
}

static void
test_owner_gone_in_last_callback (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (AtAsyncTask) task = add (list, at_test_body_succeed);

  at_async_task_set_owner (task, owner);
  g_signal_connect (task, "post-execute", G_CALLBACK (drop_owner), &owner);
  execute (task);
  at_test_iterate_until (NULL, at_task_list_get_n_active (list) == 0);
  g_assert_null (owner);
  g_assert_cmpuint (at_task_list_get_n_succeeded (list), ==, 1);
}

static void
drop_lists (AtTaskList  *list,
            GParamSpec  *pspec,
            AtTaskList **lists)
{
  for (guint i = 0; i < 3; i++)
    g_clear_object (&lists[i]);
}

/* Three lists follow a task; the one that is told first frees all of them, and a
 * task has still to tell whoever comes after. */
static void
test_lists_freed_by_first (void)
{
  for (guint first = 0; first < 3; first++)
    {
      AtTaskList *lists[3];
      g_autoptr (AtTaskList) kept = at_task_list_new ();
      g_autoptr (AtAsyncTask) task = new_task (at_test_body_succeed, NULL);

      if (first == 1)
        at_task_list_add (kept, task);
      for (guint i = 0; i < 3; i++)
        {
          lists[i] = at_task_list_new ();
          at_task_list_add (lists[i], task);
        }
      if (first != 1)
        at_task_list_add (kept, task);
      g_signal_connect (lists[first], "notify::n-active", G_CALLBACK (drop_lists), lists);
      execute (task);
      g_assert_null (lists[0]);
      g_assert_cmpuint (at_task_list_get_n_active (kept), ==, 1);
      at_test_finish (task);
      g_assert_cmpuint (at_task_list_get_n_succeeded (kept), ==, 1);
    }
}

static void
stop_emission (gpointer instance)
{
  GSignalInvocationHint *hint = g_signal_get_invocation_hint (instance);

  g_signal_stop_emission (instance, hint->signal_id, hint->detail);
}

static void
connect_stop (gpointer    instance,
              const char *signal)
{
  g_signal_connect (instance, signal, G_CALLBACK (stop_emission), NULL);
}

/* A handler that keeps the others from being called keeps nothing from the list. */
static void
test_stopped_emissions (void)
{
  const char *signals[] = { "pre-execute", "progress-update", "post-execute", "failed", "cancelled", "notify" };
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) good = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) bad = add (list, at_test_body_fail);
  g_autoptr (AtAsyncTask) cancelled = add (list, at_test_body_succeed);
  AtAsyncTask *tasks[] = { good, bad, cancelled };
  Wait wait = { 0, };
  Shadow shadow;

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    for (guint j = 0; j < G_N_ELEMENTS (signals); j++)
      connect_stop (tasks[i], signals[j]);
  shadow_init (&shadow, list);
  connect_stop (list, "items-changed");
  connect_stop (list, "notify");
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED);
  at_async_task_cancel (cancelled, FALSE);
  set_fraction (good, 0.5);
  at_test_iterate_until (NULL, fabs (shadow.fraction - 0.5 / 3) < 1e-8);
  shadow_check (&shadow);
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  at_task_list_wait_all_async (list, FALSE, NULL, on_waited, &wait);
  shadow_check (&shadow);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  at_test_iterate_until (NULL, g_list_model_get_n_items (G_LIST_MODEL (list)) == 2);
  shadow_check (&shadow);
  g_assert_cmpuint (shadow.n_failed, ==, 1);
  g_assert_cmpuint (at_task_list_get_n_cancelled (list), ==, 1);
  assert_fraction (list, 2 / 3.0);
  wait_clear (&wait);
  shadow_clear (&shadow);
}

/* Handlers that change what they are told of. */

static void
on_change_change (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  guint      *n_left)
{
  AtTaskList *list = AT_TASK_LIST (model);
  g_autoptr (AtAsyncTask) task = NULL;

  if (*n_left == 0)
    return;

  *n_left -= 1;
  if (*n_left % 3 == 0)
    {
      task = new_task (at_test_body_succeed, NULL);
      at_task_list_add (list, task);
      if (*n_left % 2 == 0)
        execute (task);
    }
  else if (*n_left % 3 == 1)
    {
      task = g_list_model_get_item (model, g_list_model_get_n_items (model) / 2);
      if (task != NULL)
        at_task_list_remove (list, task);
    }
  else
    {
      at_task_list_cancel_all (list, TRUE);
      at_task_list_clear_finished (list);
    }
}

static void
on_count_clear (AtTaskList *list)
{
  at_task_list_clear_finished (list);
}

static void
test_reentrancy (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  guint n_left = 200;
  Shadow shadow;

  /* The shadow comes first, and so sees every change before the next. */
  shadow_init (&shadow, list);
  g_signal_connect (list, "items-changed", G_CALLBACK (on_change_change), &n_left);
  g_signal_connect (list, "notify::n-succeeded", G_CALLBACK (on_count_clear), NULL);
  g_signal_connect (list, "notify::n-cancelled", G_CALLBACK (on_count_clear), NULL);
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_FINISHED);
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (AtAsyncTask) task = add (list, i % 3 == 0 ? at_test_body_fail : at_test_body_succeed);

      at_test_hear (task);

      if (i % 2 == 0 && at_async_task_get_status (task) == AT_STATUS_PENDING)
        execute (task);
      g_main_context_iteration (NULL, FALSE);
      shadow_check (&shadow);
    }
  at_test_iterate_until (NULL, at_task_list_get_n_active (list) == 0);
  shadow_check (&shadow);
  g_assert_cmpuint (n_left, ==, 0);
  shadow_clear (&shadow);
}

static void
remove_itself (AtAsyncTask  *task,
               const GValue *result,
               AtTaskList   *list)
{
  at_task_list_remove (list, task);
}

static void
drop_list (AtAsyncTask *task,
           GParamSpec  *pspec,
           AtTaskList **list)
{
  g_clear_object (list);
}

static void
test_removed_in_callbacks (void)
{
  AtTaskList *list = at_task_list_new ();
  g_autoptr (AtAsyncTask) task = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) other = NULL;
  Shadow shadow;

  shadow_init (&shadow, list);
  g_signal_connect (task, "post-execute", G_CALLBACK (remove_itself), list);
  execute (task);
  at_test_finish (task);
  shadow_check (&shadow);
  shadow_clear (&shadow);

  /* The last reference on the list goes inside a notification that it waits for. */
  other = new_task (at_test_body_succeed, NULL);
  g_signal_connect (other, "notify::status", G_CALLBACK (drop_list), &list);
  at_task_list_add (list, other);
  execute (other);
  g_assert_null (list);
  at_test_finish (other);
}

static void
drop_list_on_notify (AtTaskList  *list,
                     GParamSpec  *pspec,
                     AtTaskList **reference)
{
  g_clear_object (reference);
}

static void
test_freed_in_own_notify (void)
{
  AtTaskList *list = at_task_list_new ();
  g_autoptr (AtAsyncTask) task = add (list, at_test_body_succeed);

  g_signal_connect (list, "notify::n-succeeded", G_CALLBACK (drop_list_on_notify), &list);
  execute (task);
  at_test_finish (task);
  g_assert_null (list);
  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
test_freed_while_running (void)
{
  AtTaskList *list = at_task_list_new ();
  AtAsyncTask *task;
  AtTestGate gate;

  at_test_gate_init (&gate);
  task = new_gated_task (&gate);
  at_task_list_add (list, task);
  execute (task);
  at_test_gate_wait_arrived (&gate, 1);
  g_assert_finalize_object (list);
  g_assert_false (at_async_task_is_cancelled (task));
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_finalize_object (task);
  at_test_gate_clear (&gate);
}

typedef struct
{
  AtTaskList *list;
  AtTestCount count;
} Dropped;

static void
on_dropped_gone (gpointer  user_data,
                 GObject  *where_the_list_was)
{
  Dropped *self = user_data;

  at_test_count_freed (&self->count);
}

static void
count_change (guint *n)
{
  *n += 1;
}

static void
drop_list_there (AtTaskList *list,
                 GParamSpec *pspec,
                 Dropped    *self)
{
  if (self->list != NULL)
    at_test_call_in_thread (unref_object, g_steal_pointer (&self->list));
}

/* As Python's collector does: on a worker, while the owner tells the task's followers,
 * of which the list is the next. */
static void
test_dropped_on_thread (void)
{
  for (guint i = 0; i < 2; i++)
    {
      Dropped dropped = { .count = AT_TEST_COUNT_INIT };
      g_autoptr (AtTaskList) list = NULL;
      g_autoptr (AtAsyncTask) task = new_task (at_test_body_succeed, NULL);
      AtTestCount tasks = AT_TEST_COUNT_INIT;
      AtTaskList *there;

      /* The last to be added is told first. */
      for (guint j = 0; j < 2; j++)
        {
          AtTaskList *new = at_task_list_new ();

          at_task_list_add (new, task);
          if (i == j)
            dropped.list = new;
          else
            list = new;
        }
      there = dropped.list;
      for (guint j = 0; j < 3; j++)
        {
          g_autoptr (AtAsyncTask) other = at_async_task_new (at_test_body_succeed, &tasks, at_test_count_freed);

          at_test_count_made (&tasks);
          at_task_list_add (there, other);
        }
      g_object_weak_ref (G_OBJECT (there), on_dropped_gone, &dropped);
      g_signal_connect (list, "notify::n-active", G_CALLBACK (drop_list_there), &dropped);
      at_test_count_made (&dropped.count);

      execute (task);
      g_assert_null (dropped.list);
      g_assert_cmpint (dropped.count.n_freed, ==, 0);
      g_assert_cmpint (tasks.n_freed, ==, 0);
      g_assert_cmpuint (at_task_list_get_n_active (there), ==, 1);

      at_test_iterate_until (NULL, g_atomic_int_get (&dropped.count.n_freed) > 0);
      at_test_count_assert_all_freed (&dropped.count, 1);
      at_test_count_assert_all_freed (&tasks, 3);
      at_test_iterate_until (NULL, at_task_list_get_n_succeeded (list) == 1);
    }
}

/* What was to leave when the last reference went stays, and goes with the list. */
static void
test_dropped_when_due (void)
{
  AtTaskList *list = at_task_list_new ();
  g_autoptr (AtAsyncTask) task = add (list, at_test_body_succeed);
  Dropped dropped = { .count = AT_TEST_COUNT_INIT };
  guint n_changes = 0;

  at_test_count_made (&dropped.count);
  execute (task);
  at_test_finish (task);
  at_task_list_set_removal (list, AT_TASK_LIST_REMOVAL_WHEN_FINISHED);
  g_object_weak_ref (G_OBJECT (list), on_dropped_gone, &dropped);
  g_signal_connect_swapped (list, "items-changed", G_CALLBACK (count_change), &n_changes);
  at_test_call_in_thread (unref_object, list);
  g_assert_cmpint (dropped.count.n_freed, ==, 0);
  at_test_iterate_until (NULL, dropped.count.n_freed > 0);
  at_test_count_assert_all_freed (&dropped.count, 1);
  g_assert_cmpuint (n_changes, ==, 0);
  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
run_dispose (gpointer object)
{
  g_object_run_dispose (object);
}

/* It is no use, and no harm. */
static void
test_disposed_of_on_thread (void)
{
  AtTaskList *list = at_task_list_new ();
  g_autoptr (AtAsyncTask) task = add (list, at_test_body_succeed);
  Dropped dropped = { .count = AT_TEST_COUNT_INIT };

  at_test_count_made (&dropped.count);
  g_object_weak_ref (G_OBJECT (list), on_dropped_gone, &dropped);
  at_test_call_in_thread (run_dispose, list);
  at_test_call_in_thread (run_dispose, list);
  g_assert_true (at_task_list_find (list, task, NULL));
  g_object_unref (list);
  at_test_iterate_until (NULL, dropped.count.n_freed > 0);
  at_test_count_assert_all_freed (&dropped.count, 1);

  /* At home, it lets go of all. */
  list = at_task_list_new ();
  at_task_list_add (list, task);
  run_dispose (list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_assert_cmpfloat (at_task_list_get_fraction (list), <=, 0);
  g_assert_finalize_object (list);
  g_assert_finalize_object (g_steal_pointer (&task));
}

static gpointer
drop_lists_there (gpointer user_data)
{
  GAsyncQueue *lists = user_data;
  AtTaskList *list;

  while ((list = g_async_queue_pop (lists)) != user_data)
    g_object_unref (list);

  return NULL;
}

/* The same with nobody who holds still: for the sanitizers. */
static void
test_dropped_on_thread_often (void)
{
  GAsyncQueue *lists = g_async_queue_new ();
  GThread *thread = g_thread_new ("drop", drop_lists_there, lists);
  AtTestCount count = AT_TEST_COUNT_INIT;
  guint n = at_test_scale (5000);

  for (guint i = 0; i < n; i++)
    {
      AtTaskList *list = at_task_list_new ();
      g_autoptr (AtTaskList) other = at_task_list_new ();
      g_autoptr (AtAsyncTask) task = new_task (at_test_body_succeed, NULL);

      at_test_count_made (&count);
      g_object_weak_ref (G_OBJECT (list), count_gone, &count);
      at_task_list_add (list, task);
      at_task_list_add (other, task);
      g_async_queue_push (lists, list);
      execute (task);
      at_test_finish (task);
    }
  g_async_queue_push (lists, lists);
  g_thread_join (thread);
  at_test_iterate_until (NULL, g_atomic_int_get (&count.n_freed) == (int) n);
  at_test_count_assert_all_freed (&count, (int) n);
  g_async_queue_unref (lists);
}

/* What a list is waited for by goes on a worker, too. */
static void
keep_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_result_dropped_on_thread (void)
{
  AtTaskList *list = at_task_list_new ();
  AtTestCount count = AT_TEST_COUNT_INIT;
  GAsyncResult *result = NULL;
  g_autoptr (GObject) source = NULL;

  at_test_count_made (&count);
  g_object_weak_ref (G_OBJECT (list), count_gone, &count);
  at_task_list_wait_all_async (list, FALSE, NULL, keep_result, &result);
  at_test_iterate_until (NULL, result != NULL);
  g_assert_true (g_async_result_get_user_data (result) == &result);
  source = g_async_result_get_source_object (result);
  g_assert_true (source == G_OBJECT (list));
  g_assert_true (at_task_list_wait_all_finish (list, result, NULL));
  g_clear_object (&source);

  g_object_unref (list);
  at_test_call_in_thread (unref_object, result);
  at_test_iterate_until (NULL, count.n_freed > 0);
  at_test_count_assert_all_freed (&count, 1);
}

/* The list has the only reference. */
static void
test_list_holds_tasks (void)
{
  AtTestCount count = AT_TEST_COUNT_INIT;
  g_autoptr (AtTaskList) list = at_task_list_new ();

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;

      at_test_count_made (&count);
      task = at_async_task_new (at_test_body_succeed, &count, at_test_count_freed);
      at_task_list_add (list, task);
    }
  g_assert_cmpint (count.n_freed, ==, 0);
  g_assert_finalize_object (g_steal_pointer (&list));
  at_test_count_assert_all_freed (&count, 3);
}

static void
test_programmer_errors (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) later = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_async_task_set_main_context (task, context);
  at_test_assert_critical (g_assert_false (at_task_list_add (list, task)));
  at_test_assert_critical (g_assert_false (at_task_list_add (list, NULL)));
  at_test_assert_critical (at_task_list_set_removal (list, 17));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);

  at_task_list_add (list, later);
  at_test_assert_critical (at_async_task_set_main_context (later, context));
  g_assert_null (at_async_task_get_main_context (later));
  at_async_task_set_main_context (later, g_main_context_default ());
  at_task_list_remove (list, later);
  at_async_task_set_main_context (later, context);
  g_assert_true (at_async_task_get_main_context (later) == context);
}

typedef struct
{
  AtTaskList   *list;
  GMainContext *context;
  Shadow        shadow;
  Wait          wait;
  GThread      *waited_on;
  gboolean      is_over; /* written for the test's thread, while that waits */
} Elsewhere;

static void
on_waited_elsewhere (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  Elsewhere *self = user_data;

  self->waited_on = g_thread_self ();
  on_waited (source, result, &self->wait);
  shadow_check (&self->shadow);
}

static void
begin_elsewhere (gpointer user_data)
{
  Elsewhere *self = user_data;

  self->list = at_task_list_new ();
  shadow_init (&self->shadow, self->list);
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

      at_async_task_set_main_context (task, self->context);
      at_task_list_add (self->list, task);
    }
  g_assert_true (at_task_list_execute_all (self->list, at_thread_pool_executor_get_default (), NULL));
  at_task_list_set_removal (self->list, AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED);
  at_task_list_wait_all_async (self->list, FALSE, NULL, on_waited_elsewhere, self);
}

static void
look_elsewhere (gpointer user_data)
{
  Elsewhere *self = user_data;

  self->is_over = self->wait.returned;
}

static void
end_elsewhere (gpointer user_data)
{
  Elsewhere *self = user_data;

  shadow_clear (&self->shadow);
  g_assert_finalize_object (self->list);
}

static void
test_other_context (void)
{
  AtTestLoop *loop = at_test_loop_new ();
  Elsewhere elsewhere = { .context = loop->context };

  at_test_loop_call (loop, begin_elsewhere, &elsewhere);
  while (!elsewhere.is_over)
    {
      at_test_loop_call (loop, look_elsewhere, &elsewhere);
      g_thread_yield ();
    }
  g_assert_true (elsewhere.wait.succeeded);
  g_assert_true (elsewhere.waited_on == loop->thread);
  g_assert_cmpuint (elsewhere.wait.n_items, ==, 0);
  at_test_loop_call (loop, end_elsewhere, &elsewhere);
  at_test_loop_free (loop);
}

typedef struct
{
  AtTestLoop  *loop;
  AtTaskList  *list;
  AtAsyncTask *task;
  gboolean     is_over;
} Joined;

static void
on_joined_ended (AtAsyncTask  *task,
                 const GValue *result,
                 Joined       *self)
{
  g_assert_true (g_thread_self () == self->loop->thread);
}

static void
on_joined_waited (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  Joined *self = user_data;

  g_assert_true (g_thread_self () == self->loop->thread);
  g_assert_true (at_task_list_wait_all_finish (self->list, result, NULL));
  g_atomic_int_set (&self->is_over, TRUE);
}

/* The list and the task are made in the same way, and belong to the same thread. */
static void
begin_joined (gpointer user_data)
{
  Joined *self = user_data;
  g_autoptr (AtAsyncTask) executed = new_task (at_test_body_succeed, NULL);
  g_autoptr (AtAsyncTask) reported = new_task (at_test_body_succeed, NULL);
  g_autoptr (AtAsyncTask) followed = new_task (at_test_body_succeed, NULL);
  g_autoptr (AtAsyncTask) elsewhere = new_task (at_test_body_succeed, NULL);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtTaskList) other = NULL;
  guint n_notifies = 0;
  gulong handler;

  self->list = at_task_list_new ();
  self->task = new_task (at_test_body_succeed, NULL);
  handler = g_signal_connect (self->task, "notify::main-context", G_CALLBACK (count_notify), &n_notifies);
  g_assert_true (at_task_list_add (self->list, self->task));
  g_assert_true (at_async_task_get_main_context (self->task) == self->loop->context);
  g_assert_cmpuint (n_notifies, ==, 1);
  g_signal_handler_disconnect (self->task, handler);

  /* Too late, or somewhere else. */
  execute (executed);
  at_test_assert_critical (g_assert_false (at_task_list_add (self->list, executed)));
  at_async_task_set_fraction (reported, 0.5);
  at_test_assert_critical (g_assert_false (at_task_list_add (self->list, reported)));
  g_main_context_push_thread_default (context);
  other = at_task_list_new ();
  g_main_context_pop_thread_default (context);
  g_assert_true (at_task_list_add (other, followed));
  at_test_assert_critical (g_assert_false (at_task_list_add (self->list, followed)));
  at_async_task_set_main_context (elsewhere, context);
  at_test_assert_critical (g_assert_false (at_task_list_add (self->list, elsewhere)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->list)), ==, 1);

  g_signal_connect (self->task, "post-execute", G_CALLBACK (on_joined_ended), self);
  g_assert_true (at_task_list_execute_all (self->list, NULL, NULL));
  at_task_list_wait_all_async (self->list, FALSE, NULL, on_joined_waited, self);
}

static void
end_joined (gpointer user_data)
{
  Joined *self = user_data;

  g_assert_finalize_object (self->list);
  g_assert_finalize_object (self->task);
}

static void
test_joined (void)
{
  Joined joined = { .loop = at_test_loop_new () };

  at_test_loop_call (joined.loop, begin_joined, &joined);
  at_test_poll_until (g_atomic_int_get (&joined.is_over));
  at_test_loop_call (joined.loop, end_joined, &joined);
  at_test_loop_free (joined.loop);
  at_test_iterate_poll_until (NULL, !g_main_context_pending (NULL));
}

/* Executed by another thread, which is heard of later. */
static void
execute_here (gpointer task)
{
  execute (task);
}

static void
test_executed_from_afar (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) early = add (list, at_test_body_succeed);
  g_autoptr (AtAsyncTask) late = new_task (at_test_body_succeed, NULL);
  Shadow shadow;

  g_main_context_acquire (NULL);
  at_test_call_in_thread (execute_here, early);
  at_test_call_in_thread (execute_here, late);
  g_main_context_release (NULL);
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, 0);
  at_task_list_add (list, late);
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, 1);
  at_test_iterate_until (NULL, at_task_list_get_n_succeeded (list) == 2);
  shadow_init (&shadow, list);
  shadow_check (&shadow);
  shadow_clear (&shadow);
}

/* Thousands come, end and go. */
static void
test_many (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  guint n = at_test_scale (10000);
  Wait wait = { 0, };
  Shadow shadow;

  shadow_init (&shadow, list);
  wait.shadow = &shadow;
  for (guint i = 0; i < n; i++)
    g_object_unref (add (list, at_test_body_succeed));
  g_assert_cmpuint (shadow.n_changes, ==, n);
  g_assert_true (at_task_list_execute_all (list, NULL, NULL));
  at_task_list_wait_all_async (list, FALSE, NULL, on_waited, &wait);
  at_test_iterate_until (NULL, wait.returned);
  g_assert_true (wait.succeeded);
  g_assert_cmpfloat (wait.shown_fraction, >=, 1);
  g_assert_cmpuint (at_task_list_get_n_succeeded (list), ==, n);
  /* All at once, and back to nothing. */
  shadow.n_changes = 0;
  g_assert_cmpuint (at_task_list_clear_finished (list), ==, n);
  g_assert_cmpuint (shadow.n_changes, ==, 1);
  g_assert_cmpfloat (shadow.fraction, <=, 0);
  shadow_clear (&shadow);
}

static gboolean
set_true (gpointer flag)
{
  *(gboolean *) flag = TRUE;

  return G_SOURCE_REMOVE;
}

/* Whether next to nothing wakes the context, for several times as long as it takes a
 * value to be late: just after one was shown, a list that never rests looks the same. */
static gboolean
is_at_rest (void)
{
  gboolean is_over = FALSE;
  guint n_iterations = 0;

  g_timeout_add (100, set_true, &is_over);
  while (!is_over)
    {
      g_main_context_iteration (NULL, TRUE);
      n_iterations++;
    }

  return n_iterations < 10;
}

/* Many tasks report at once: the bar is told at its pace, and told the last value. */
static void
test_paced_fraction (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  Shadow shadow;
  gint64 begin;

  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (tasks, add (list, at_test_body_succeed));
  at_test_iterate_poll_until (NULL, !g_main_context_pending (NULL));
  shadow_init (&shadow, list);
  begin = g_get_monotonic_time ();
  for (guint i = 0; i < tasks->len; i++)
    at_async_task_set_fraction (g_ptr_array_index (tasks, i), 0.75);
  at_test_iterate_until (NULL, fabs (shadow.fraction - 0.75) < 1e-8);
  g_assert_cmpuint (shadow.n_fractions, <=, (g_get_monotonic_time () - begin) / 16000 + 2);

  /* And then there is rest. */
  at_test_poll_until (is_at_rest ());
  shadow_clear (&shadow);
}

/* A model of the list, and everything that can be done to it. */

typedef struct
{
  AtAsyncTask *task;
  gboolean     is_counted; /* has not ended and is in the list */
} Known;

typedef struct
{
  GRand      *random;
  AtTaskList *list;
  Shadow      shadow;
  GArray     *known;
  guint       n_ended;     /* of the batch */
  double      ended;       /* what they count as */
} Fuzz;

static guint
fuzz_count_unended (Fuzz *self)
{
  guint n = 0;

  for (guint i = 0; i < self->known->len; i++)
    n += g_array_index (self->known, Known, i).is_counted;

  return n;
}

/* One that was cancelled counts as far as it got. */
static void
fuzz_count_ended (Fuzz        *self,
                  AtAsyncTask *task)
{
  self->n_ended++;
  self->ended += at_async_task_get_outcome (task) == AT_OUTCOME_CANCELLED ? at_async_task_get_fraction (task) : 1;
}

static void
fuzz_begin_batch (Fuzz *self)
{
  self->n_ended = 0;
  self->ended = 0;
}

static void
fuzz_check (Fuzz *self)
{
  double fraction = 0;
  guint n_unended;

  for (guint i = 0; i < self->known->len; i++)
    {
      Known *known = &g_array_index (self->known, Known, i);

      if (known->is_counted && at_async_task_get_status (known->task) == AT_STATUS_FINISHED)
        {
          known->is_counted = FALSE;
          fuzz_count_ended (self, known->task);
        }
      if (known->is_counted)
        fraction += at_async_task_get_fraction (known->task);
    }

  shadow_check (&self->shadow);
  n_unended = fuzz_count_unended (self);
  g_assert_cmpuint (n_unended, ==, at_task_list_get_n_pending (self->list) +
                                   at_task_list_get_n_active (self->list));
  if (self->shadow.tasks->len == 0 || n_unended + self->n_ended == 0)
    {
      fuzz_begin_batch (self);
      for (guint i = 0; i < self->shadow.tasks->len; i++)
        fuzz_count_ended (self, g_ptr_array_index (self->shadow.tasks, i));
    }

  if (self->shadow.tasks->len == 0)
    assert_fraction (self->list, 0);
  else
    assert_fraction (self->list, (fraction + self->ended) / (n_unended + self->n_ended));
}

static Known *
fuzz_pick (Fuzz *self)
{
  if (self->known->len == 0)
    return NULL;

  return &g_array_index (self->known, Known, g_rand_int_range (self->random, 0, self->known->len));
}

static void
fuzz_add (Fuzz *self,
          Known *known)
{
  gboolean was_there = at_task_list_find (self->list, known->task, NULL);

  if (!was_there && at_async_task_get_status (known->task) != AT_STATUS_FINISHED)
    {
      if (fuzz_count_unended (self) == 0)
        fuzz_begin_batch (self);
      known->is_counted = TRUE;
    }
  else if (!was_there)
    {
      fuzz_count_ended (self, known->task);
    }
  g_assert_cmpint (at_task_list_add (self->list, known->task), ==, !was_there);
}

static void
fuzz_step (Fuzz *self)
{
  guint what = g_rand_int_range (self->random, 0, 20);
  Known *known = fuzz_pick (self);

  if (what < 6 || known == NULL)
    {
      Known new = { .task = new_task (g_rand_boolean (self->random) ? at_test_body_succeed : at_test_body_fail, NULL) };

      at_test_hear (new.task);

      if (what % 2 == 0)
        at_async_task_set_executor (new.task, at_thread_pool_executor_get_default ());
      if (what == 1)
        execute (new.task);
      g_array_append_val (self->known, new);
      fuzz_add (self, &g_array_index (self->known, Known, self->known->len - 1));
    }
  else if (what == 6)
    {
      fuzz_add (self, known);
    }
  else if (what == 7)
    {
      gboolean was_there = at_task_list_find (self->list, known->task, NULL);

      g_assert_cmpint (at_task_list_remove (self->list, known->task), ==, was_there);
      known->is_counted = FALSE;
    }
  else if (what < 10)
    {
      at_async_task_cancel (known->task, TRUE);
    }
  else if (what < 12)
    {
      if (at_async_task_get_status (known->task) == AT_STATUS_PENDING)
        execute (known->task);
    }
  else if (what < 14)
    {
      at_async_task_set_fraction (known->task, g_rand_double (self->random));
    }
  else if (what == 14)
    {
      at_task_list_set_removal (self->list, g_rand_int_range (self->random, 0, 3));
    }
  else if (what == 15)
    {
      at_task_list_set_removal_delay (self->list, g_rand_int_range (self->random, 0, 3));
    }
  else if (what == 16)
    {
      guint n = at_task_list_get_n_succeeded (self->list) + at_task_list_get_n_failed (self->list) +
                at_task_list_get_n_cancelled (self->list);

      g_assert_cmpuint (at_task_list_clear_finished (self->list), ==, n);
    }
  else if (what == 17 && g_rand_int_range (self->random, 0, 10) == 0)
    {
      if (g_rand_boolean (self->random))
        at_task_list_cancel_all (self->list, FALSE);
      g_assert_true (at_task_list_execute_all (self->list, NULL, NULL));
    }
  else
    {
      g_main_context_iteration (NULL, FALSE);
    }
}

/* Of tasks that nobody else looks at any more. */
static void
fuzz_forget (Fuzz *self)
{
  for (guint i = self->known->len; i-- > 0;)
    {
      Known *known = &g_array_index (self->known, Known, i);

      if (!known->is_counted && !at_task_list_find (self->list, known->task, NULL))
        {
          g_object_unref (known->task);
          g_array_remove_index_fast (self->known, i);
        }
    }
}

static void
test_fuzz (void)
{
  guint n_steps = at_test_scale (20000);
  Fuzz fuzz = { 0, };

  fuzz.random = g_rand_new_with_seed (g_test_rand_int ());
  fuzz.list = at_task_list_new ();
  fuzz.known = g_array_new (FALSE, FALSE, sizeof (Known));
  shadow_init (&fuzz.shadow, fuzz.list);

  for (guint i = 0; i < n_steps; i++)
    {
      fuzz_step (&fuzz);
      fuzz_check (&fuzz);
      if (fuzz.known->len > 60)
        fuzz_forget (&fuzz);
      if (fuzz.known->len > 120)
        {
          at_task_list_cancel_all (fuzz.list, TRUE);
          g_assert_true (at_task_list_execute_all (fuzz.list, NULL, NULL));
          at_test_iterate_until (NULL, at_task_list_get_n_active (fuzz.list) == 0);
          fuzz_check (&fuzz);
          at_task_list_clear_finished (fuzz.list);
          fuzz_check (&fuzz);
        }
    }

  shadow_clear (&fuzz.shadow);
  g_assert_finalize_object (fuzz.list);
  for (guint i = 0; i < fuzz.known->len; i++)
    {
      AtAsyncTask *task = g_array_index (fuzz.known, Known, i).task;

      if (at_async_task_get_status (task) == AT_STATUS_RUNNING)
        at_test_finish (task);
      g_object_unref (task);
    }
  g_array_unref (fuzz.known);
  g_rand_free (fuzz.random);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/task-list/empty", test_empty);
  g_test_add_func ("/task-list/add-remove", test_add_remove);
  g_test_add_func ("/task-list/counts", test_counts);
  g_test_add_func ("/task-list/added-late", test_added_late);
  g_test_add_func ("/task-list/fraction/even", test_fraction_even);
  g_test_add_func ("/task-list/fraction/weighted", test_fraction_weighted);
  g_test_add_func ("/task-list/fraction/ended-unweighted", test_fraction_ended_unweighted);
  g_test_add_func ("/task-list/fraction/extremes", test_fraction_extremes);
  g_test_add_func ("/task-list/fraction/no-drift", test_fraction_no_drift);
  g_test_add_func ("/task-list/fraction/batch", test_batch);
  g_test_add_data_func ("/task-list/fraction/cancelled-even", GINT_TO_POINTER (EVEN), test_fraction_cancelled);
  g_test_add_data_func ("/task-list/fraction/cancelled-weighted", GINT_TO_POINTER (WEIGHTED),
                        test_fraction_cancelled);
  g_test_add_data_func ("/task-list/fraction/cancelled-mixed", GINT_TO_POINTER (MIXED), test_fraction_cancelled);
  g_test_add_func ("/task-list/fraction/indeterminate-cancelled", test_indeterminate_cancelled);
  g_test_add_func ("/task-list/fraction/indeterminate", test_indeterminate);
  g_test_add_func ("/task-list/fraction/paced", test_paced_fraction);
  g_test_add_data_func ("/task-list/removal/never", GINT_TO_POINTER (AT_TASK_LIST_REMOVAL_NEVER), test_removal);
  g_test_add_data_func ("/task-list/removal/when-succeeded",
                        GINT_TO_POINTER (AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED), test_removal);
  g_test_add_data_func ("/task-list/removal/when-finished",
                        GINT_TO_POINTER (AT_TASK_LIST_REMOVAL_WHEN_FINISHED), test_removal);
  g_test_add_func ("/task-list/removal/delay", test_removal_delay);
  g_test_add_func ("/task-list/removal/runs", test_removal_runs);
  g_test_add_func ("/task-list/removal/lets-draw", test_removal_lets_draw);
  g_test_add_func ("/task-list/wait/idle", test_wait_idle);
  g_test_add_func ("/task-list/wait/all", test_wait_all);
  g_test_add_data_func ("/task-list/wait/error", GINT_TO_POINTER (FALSE), test_wait_error);
  g_test_add_data_func ("/task-list/wait/error-cancels", GINT_TO_POINTER (TRUE), test_wait_error);
  g_test_add_func ("/task-list/wait/first-error", test_wait_first_error);
  g_test_add_func ("/task-list/wait/cancelled", test_wait_cancelled);
  g_test_add_func ("/task-list/wait/cancelled-late", test_wait_cancelled_late);
  g_test_add_func ("/task-list/wait/again", test_wait_again);
  g_test_add_func ("/task-list/execute-all/rejected", test_execute_all_rejected);
  g_test_add_data_func ("/task-list/context/gone-idle", GINT_TO_POINTER (GONE_IDLE), test_context_gone);
  g_test_add_data_func ("/task-list/context/gone-done", GINT_TO_POINTER (GONE_DONE), test_context_gone);
  g_test_add_data_func ("/task-list/context/gone-running", GINT_TO_POINTER (GONE_RUNNING), test_context_gone);
  g_test_add_func ("/task-list/context/gone-before", test_context_gone_before);
  g_test_add_func ("/task-list/context/joined", test_joined);
  g_test_add_func ("/task-list/execute-all/together", test_execute_all_together);
  g_test_add_func ("/task-list/pause-all", test_pause_all);
  g_test_add_func ("/task-list/cancel-all", test_cancel_all);
  g_test_add_data_func ("/task-list/owner/gone", GINT_TO_POINTER (FALSE), test_owner_gone);
  g_test_add_data_func ("/task-list/owner/gone-on-thread", GINT_TO_POINTER (TRUE), test_owner_gone);
  g_test_add_func ("/task-list/owner/gone-before", test_owner_gone_before);
  g_test_add_func ("/task-list/owner/gone-in-last-callback", test_owner_gone_in_last_callback);
  g_test_add_func ("/task-list/reentrancy/stopped-emissions", test_stopped_emissions);
  g_test_add_func ("/task-list/reentrancy/changes", test_reentrancy);
  g_test_add_func ("/task-list/reentrancy/callbacks", test_removed_in_callbacks);
  g_test_add_func ("/task-list/reentrancy/freed", test_freed_in_own_notify);
  g_test_add_func ("/task-list/reentrancy/freed-by-first", test_lists_freed_by_first);
  g_test_add_func ("/task-list/lifetime/freed-while-running", test_freed_while_running);
  g_test_add_func ("/task-list/lifetime/holds-tasks", test_list_holds_tasks);
  g_test_add_func ("/task-list/lifetime/dropped-on-thread", test_dropped_on_thread);
  g_test_add_func ("/task-list/lifetime/dropped-when-due", test_dropped_when_due);
  g_test_add_func ("/task-list/lifetime/disposed-of-on-thread", test_disposed_of_on_thread);
  g_test_add_func ("/task-list/lifetime/dropped-on-thread-often", test_dropped_on_thread_often);
  g_test_add_func ("/task-list/lifetime/result-dropped-on-thread", test_result_dropped_on_thread);
  g_test_add_func ("/task-list/programmer-errors", test_programmer_errors);
  g_test_add_func ("/task-list/other-context", test_other_context);
  g_test_add_func ("/task-list/executed-from-afar", test_executed_from_afar);
  g_test_add_func ("/task-list/many", test_many);
  g_test_add_func ("/task-list/fuzz", test_fuzz);

  return g_test_run ();
}
