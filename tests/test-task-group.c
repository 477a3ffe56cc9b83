/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <string.h>

#define N_PARTS 3
#define DEPTH   3

/* Tasks that have no body end when the test says so, and in which order. */
typedef struct
{
  AtTaskGroup   *groups[DEPTH]; /* the outermost first, each in the one before */
  guint          depth;
  AtAsyncTask   *parts[N_PARTS]; /* of the innermost */
  GCancellable  *cancellables[N_PARTS];
  guint          n_started;
  AtTestRecord   record; /* of the outermost */
} Fixture;

static AtAsyncTask *
outer (Fixture *fixture)
{
  return AT_ASYNC_TASK (fixture->groups[0]);
}

static AtTaskGroup *
inner (Fixture *fixture)
{
  return fixture->groups[fixture->depth - 1];
}

static void
add (AtTaskGroup *group,
     gpointer     task)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (at_task_group_add (group, task, &error));
  g_assert_no_error (error);
}

static void
assert_refused (AtTaskGroup *group,
                gpointer     task)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (at_task_group_add (group, task, &error));
  g_assert_true (g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED));
}

static void
on_start (AtDeferredTask *task,
          const GValue   *params,
          GCancellable   *cancellable,
          Fixture        *fixture)
{
  for (guint i = 0; i < N_PARTS; i++)
    if (fixture->parts[i] == AT_ASYNC_TASK (task))
      g_set_object (&fixture->cancellables[i], cancellable);
  fixture->n_started++;
}

static void
set_up (Fixture           *fixture,
        AtTaskGroupPolicy  policy,
        guint              depth)
{
  memset (fixture, 0, sizeof *fixture);
  at_test_record_init (&fixture->record);
  fixture->depth = depth;
  for (guint i = 0; i < depth; i++)
    {
      fixture->groups[i] = at_task_group_new (policy);
      if (i > 0)
        add (fixture->groups[i - 1], fixture->groups[i]);
    }
  at_test_record_connect (&fixture->record, outer (fixture));
  for (guint i = 0; i < N_PARTS; i++)
    {
      fixture->parts[i] = AT_ASYNC_TASK (at_deferred_task_new ());
      g_signal_connect (fixture->parts[i], "start", G_CALLBACK (on_start), fixture);
      add (inner (fixture), fixture->parts[i]);
    }
}

static void
execute (Fixture *fixture)
{
  g_assert_true (at_async_task_execute (outer (fixture), NULL, NULL));
}

static void
start (Fixture *fixture)
{
  execute (fixture);
  at_test_iterate_until (NULL, fixture->n_started == N_PARTS);
}

static void
settle (void)
{
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());

  at_test_settle (NULL, here);
}

static void
complete (Fixture *fixture,
          guint    i)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_UINT);
  g_value_set_uint (&value, 100 + i);
  g_assert_true (at_deferred_task_complete (AT_DEFERRED_TASK (fixture->parts[i]), &value));
  g_value_unset (&value);
}

static void
fail (Fixture *fixture,
      guint    i)
{
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_BUSY, "%u", i);

  g_assert_true (at_deferred_task_fail (AT_DEFERRED_TASK (fixture->parts[i]), error));
}

static void
tear_down (Fixture *fixture)
{
  at_test_record_assert_threads (&fixture->record);
  for (guint i = 0; i < N_PARTS; i++)
    {
      g_clear_object (&fixture->parts[i]);
      g_clear_object (&fixture->cancellables[i]);
    }
  for (guint i = 0; i < fixture->depth; i++)
    g_clear_object (&fixture->groups[i]);
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&fixture->record) == 1);
  at_test_record_assert_finalized (&fixture->record);
  at_test_record_clear (&fixture->record);
}

/* What becomes of one task, and of the group by that. */

typedef enum
{
  SUCCEEDS,
  FAILS,
  IS_CANCELLED, /* by somebody else */
  TIMES_OUT,
  LOSES_OWNER,
  IS_PAUSED,    /* and succeeds */
  N_FATES
} Fate;

static const char * const fate_names[] = { "succeeds", "fails", "is-cancelled", "times-out", "loses-owner", "is-paused" };
static const char * const policy_names[] = { "all", "settle", "any" };

static void
meet (Fixture *fixture,
      guint    i,
      Fate     fate,
      GObject *owner)
{
  switch (fate)
    {
    case FAILS:
      fail (fixture, i);
      return;
    case IS_CANCELLED:
      at_async_task_cancel (fixture->parts[i], FALSE);
      break;
    case TIMES_OUT:
      at_async_task_set_timeout (fixture->parts[i], 0);
      break;
    case LOSES_OWNER:
      g_assert_finalize_object (owner);
      break;
    case IS_PAUSED:
      at_async_task_pause (fixture->parts[i]);
      g_assert_false (at_async_task_is_paused (outer (fixture)));
      break;
    case SUCCEEDS:
    case N_FATES:
    default:
      break;
    }
  complete (fixture, i);
}

static gboolean
is_success (Fate fate)
{
  return fate == SUCCEEDS || fate == IS_PAUSED;
}

static void
assert_error_of (Fixture *fixture,
                 guint    i,
                 Fate     fate)
{
  const GError *error = at_async_task_get_error (outer (fixture));
  char name[2] = { '0' + i, '\0' };

  g_assert_cmpint (at_async_task_get_outcome (outer (fixture)), ==, AT_OUTCOME_FAILED);
  if (fate == FAILS)
    {
      g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY));
      g_assert_cmpstr (error->message, ==, name);
    }
  else if (fate == TIMES_OUT)
    {
      g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
    }
  else
    {
      g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    }
}

typedef struct
{
  AtTaskGroupPolicy policy;
  guint             depth;
  Fate              fate;
} Case;

/* The second of three, while the others work; who end after that as they may. */
static void
test_fate (gconstpointer user_data)
{
  const Case *this = user_data;
  GObject *owner = this->fate == LOSES_OWNER ? g_object_new (G_TYPE_OBJECT, NULL) : NULL;
  gboolean decides = (this->policy == AT_TASK_GROUP_ALL && !is_success (this->fate)) ||
                     (this->policy == AT_TASK_GROUP_ANY && is_success (this->fate));
  Fixture fixture;

  set_up (&fixture, this->policy, this->depth);
  at_async_task_set_owner (fixture.parts[1], owner);
  start (&fixture);
  at_test_record_assert_trace (&fixture.record, "pre");
  meet (&fixture, 1, this->fate, owner);

  /* There and then. */
  for (guint i = 0; i < N_PARTS; i += 2)
    {
      g_assert_cmpint (at_async_task_is_cancelled (fixture.parts[i]), ==, decides);
      g_assert_cmpint (g_cancellable_is_cancelled (fixture.cancellables[i]), ==, decides);
    }
  g_assert_true (at_task_group_get_decisive (inner (&fixture)) == (decides ? fixture.parts[1] : NULL));
  if (decides)
    {
      g_autoptr (AtAsyncTask) late = AT_ASYNC_TASK (at_deferred_task_new ());

      assert_refused (inner (&fixture), late);
      add (inner (&fixture), fixture.parts[0]);
    }
  settle ();
  at_test_record_assert_trace (&fixture.record, "pre");

  if (this->policy == AT_TASK_GROUP_ANY && !decides)
    {
      fail (&fixture, 0);
      settle ();
      at_test_record_assert_trace (&fixture.record, "pre");
      fail (&fixture, 2);
    }
  else
    {
      complete (&fixture, 0);
      settle ();
      at_test_record_assert_trace (&fixture.record, "pre");
      complete (&fixture, 2);
    }
  at_test_finish (outer (&fixture));

  for (guint i = 0; i < this->depth; i++)
    g_assert_cmpint (at_async_task_get_status (AT_ASYNC_TASK (fixture.groups[i])), ==, AT_STATUS_FINISHED);
  if (this->policy == AT_TASK_GROUP_ANY && !decides)
    {
      at_test_record_assert_trace (&fixture.record, "pre failed");
      assert_error_of (&fixture, 2, FAILS);
      g_assert_true (at_task_group_get_decisive (inner (&fixture)) == fixture.parts[2]);
    }
  else if (this->policy == AT_TASK_GROUP_ALL && decides)
    {
      at_test_record_assert_trace (&fixture.record, "pre failed");
      assert_error_of (&fixture, 1, this->fate);
      g_assert_null (at_async_task_get_result (outer (&fixture)));
    }
  else
    {
      const GValue *result = at_async_task_get_result (outer (&fixture));

      at_test_record_assert_trace (&fixture.record, "pre post");
      if (this->policy == AT_TASK_GROUP_ANY)
        g_assert_cmpuint (g_value_get_uint (result), ==, 101);
      else
        g_assert_null (result);
    }
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "decisive"), ==,
                    at_task_group_get_decisive (fixture.groups[0]) != NULL);
  if (this->depth > 1)
    g_assert_true (at_task_group_get_decisive (fixture.groups[0]) ==
                   (decides || this->policy == AT_TASK_GROUP_ANY ? AT_ASYNC_TASK (fixture.groups[1]) : NULL));
  tear_down (&fixture);
}

/* What becomes of all. */

typedef enum
{
  GROUP_IS_CANCELLED,
  GROUP_IS_INTERRUPTED,
  GROUP_TIMES_OUT,
  GROUP_LOSES_OWNER,
  N_GROUP_FATES
} GroupFate;

static const char * const group_fate_names[] = { "is-cancelled", "is-interrupted", "times-out", "loses-owner" };

static void
meet_as_group (Fixture   *fixture,
               GroupFate  fate,
               GObject   *owner)
{
  AtAsyncTask *task = outer (fixture);

  if (fate == GROUP_TIMES_OUT)
    at_async_task_set_timeout (task, 0);
  else if (fate == GROUP_LOSES_OWNER)
    g_assert_finalize_object (owner);
  else
    g_assert_true (at_async_task_cancel (task, fate == GROUP_IS_INTERRUPTED));
}

static void
test_group_fate (gconstpointer user_data)
{
  const Case *this = user_data;
  GroupFate fate = (GroupFate) this->fate;
  GObject *owner = fate == GROUP_LOSES_OWNER ? g_object_new (G_TYPE_OBJECT, NULL) : NULL;
  g_autoptr (AtAsyncTask) late = AT_ASYNC_TASK (at_deferred_task_new ());
  Fixture fixture;

  set_up (&fixture, this->policy, this->depth);
  at_async_task_set_owner (outer (&fixture), owner);
  start (&fixture);
  meet_as_group (&fixture, fate, owner);
  for (guint i = 0; i < N_PARTS; i++)
    {
      g_assert_true (at_async_task_is_cancelled (fixture.parts[i]));
      g_assert_cmpint (g_cancellable_is_cancelled (fixture.cancellables[i]), ==, fate != GROUP_IS_CANCELLED);
    }
  assert_refused (inner (&fixture), late);
  settle ();
  at_test_record_assert_trace (&fixture.record, "pre");

  /* They decide nothing any more. */
  complete (&fixture, 0);
  fail (&fixture, 1);
  settle ();
  at_test_record_assert_trace (&fixture.record, "pre");
  complete (&fixture, 2);
  at_test_finish (outer (&fixture));
  g_assert_null (at_task_group_get_decisive (inner (&fixture)));
  for (guint i = 0; i < N_PARTS; i++)
    g_assert_cmpint (at_async_task_get_outcome (fixture.parts[i]), ==, AT_OUTCOME_CANCELLED);
  at_test_record_assert_trace (&fixture.record,
                               fate == GROUP_LOSES_OWNER ? "pre" : fate == GROUP_TIMES_OUT ? "pre failed" : "pre cancelled");
  if (fate == GROUP_TIMES_OUT)
    g_assert_true (g_error_matches (at_async_task_get_error (outer (&fixture)), G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  tear_down (&fixture);
}

/* Before anything of it has begun: what it has yet to execute is cancelled as well. */
static void
test_group_fate_before (gconstpointer user_data)
{
  const Case *this = user_data;
  GroupFate fate = (GroupFate) this->fate;
  GObject *owner = fate == GROUP_LOSES_OWNER ? g_object_new (G_TYPE_OBJECT, NULL) : NULL;
  Fixture fixture;

  set_up (&fixture, this->policy, this->depth);
  at_async_task_set_owner (outer (&fixture), owner);
  meet_as_group (&fixture, fate, owner);
  execute (&fixture);
  at_test_finish (outer (&fixture));
  settle ();
  g_assert_cmpuint (fixture.n_started, ==, 0);
  for (guint i = 0; i < N_PARTS; i++)
    {
      g_assert_true (at_async_task_is_cancelled (fixture.parts[i]));
      g_assert_cmpint (at_async_task_get_status (fixture.parts[i]), ==, AT_STATUS_PENDING);
    }
  at_test_record_assert_trace (&fixture.record,
                               fate == GROUP_LOSES_OWNER ? "" : fate == GROUP_TIMES_OUT ? "failed" : "cancelled");
  tear_down (&fixture);
}

static void
assert_paused (Fixture  *fixture,
               gboolean  paused)
{
  for (guint i = 0; i < N_PARTS; i++)
    g_assert_cmpint (at_async_task_is_paused (fixture->parts[i]), ==, paused);
}

static void
test_paused (gconstpointer user_data)
{
  const Case *this = user_data;
  AtAsyncTask *late = AT_ASYNC_TASK (at_deferred_task_new ());
  Fixture fixture;

  set_up (&fixture, this->policy, this->depth);
  at_async_task_pause (outer (&fixture));
  assert_paused (&fixture, TRUE);
  execute (&fixture);
  settle ();
  g_assert_cmpuint (fixture.n_started, ==, 0);
  add (inner (&fixture), late);
  g_assert_true (at_async_task_is_paused (late));

  at_async_task_resume (outer (&fixture));
  assert_paused (&fixture, FALSE);
  g_assert_false (at_async_task_is_paused (late));
  at_test_iterate_until (NULL, fixture.n_started == N_PARTS);
  at_async_task_pause (outer (&fixture));
  assert_paused (&fixture, TRUE);
  at_async_task_resume (outer (&fixture));
  assert_paused (&fixture, FALSE);

  for (guint i = 0; i < N_PARTS; i++)
    complete (&fixture, i);
  at_deferred_task_complete (AT_DEFERRED_TASK (late), NULL);
  at_test_finish (outer (&fixture));
  at_test_record_assert_trace (&fixture.record, "pre post");
  g_object_unref (late);
  tear_down (&fixture);
}

/* Of those that did not succeed the last that failed is what is told, if there is one. */
static void
test_any_in_vain (gconstpointer user_data)
{
  gboolean one_fails = GPOINTER_TO_INT (user_data);
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ANY, 1);
  start (&fixture);
  meet (&fixture, 0, IS_CANCELLED, NULL);
  meet (&fixture, 1, one_fails ? FAILS : IS_CANCELLED, NULL);
  meet (&fixture, 2, IS_CANCELLED, NULL);
  g_assert_null (at_task_group_get_decisive (inner (&fixture)));
  at_test_finish (outer (&fixture));
  assert_error_of (&fixture, 1, one_fails ? FAILS : IS_CANCELLED);
  g_assert_true (at_task_group_get_decisive (inner (&fixture)) == fixture.parts[one_fails ? 1 : 2]);
  tear_down (&fixture);
}

/* Until its last callback, somebody may cancel what had succeeded. */
static void
test_turned (gconstpointer user_data)
{
  AtTaskGroupPolicy policy = GPOINTER_TO_INT (user_data);
  Fixture fixture;

  set_up (&fixture, policy, 1);
  start (&fixture);
  complete (&fixture, 0);
  at_async_task_cancel (fixture.parts[0], TRUE);
  complete (&fixture, 1);
  complete (&fixture, 2);
  at_test_finish (outer (&fixture));
  if (policy == AT_TASK_GROUP_SETTLE)
    {
      at_test_record_assert_trace (&fixture.record, "pre post");
    }
  else
    {
      assert_error_of (&fixture, 0, IS_CANCELLED);
      g_assert_true (at_task_group_get_decisive (inner (&fixture)) == fixture.parts[0]);
    }
  tear_down (&fixture);
}

/* What the group cancels because it is decided are those whose bodies have not ended. */
static void
test_decided_keeps_what_is_done (void)
{
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ALL, 1);
  start (&fixture);
  complete (&fixture, 0);
  fail (&fixture, 1);
  g_assert_false (at_async_task_is_cancelled (fixture.parts[0]));
  complete (&fixture, 2);
  at_test_finish (outer (&fixture));
  g_assert_cmpint (at_async_task_get_outcome (fixture.parts[0]), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpint (at_async_task_get_outcome (fixture.parts[2]), ==, AT_OUTCOME_CANCELLED);
  assert_error_of (&fixture, 1, FAILS);
  tear_down (&fixture);
}

/* Cancelling the group itself wins until its last callback. */
static void
test_cancelled_though_decided (void)
{
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ALL, 1);
  start (&fixture);
  fail (&fixture, 1);
  at_async_task_cancel (outer (&fixture), TRUE);
  complete (&fixture, 0);
  complete (&fixture, 2);
  at_test_finish (outer (&fixture));
  at_test_record_assert_trace (&fixture.record, "pre cancelled");
  tear_down (&fixture);
}

static double
at_once (AtAsyncTask  *task,
         const GError *error,
         guint         attempt,
         gpointer      user_data)
{
  return 0;
}

/* Of a task that is tried again, a group hears of the last attempt only; and it is not
 * tried again itself. */
static void
test_retried (gconstpointer user_data)
{
  AtTaskGroupPolicy policy = GPOINTER_TO_INT (user_data);
  Fixture fixture;

  set_up (&fixture, policy, 1);
  at_test_assert_critical (at_async_task_set_retry (outer (&fixture), 2, at_once, NULL, NULL));
  at_async_task_set_retry (fixture.parts[0], 2, at_once, NULL, NULL);
  start (&fixture);
  fail (&fixture, 0);
  at_test_iterate_until (NULL, fixture.n_started == N_PARTS + 1);
  g_assert_null (at_task_group_get_decisive (inner (&fixture)));
  g_assert_false (at_async_task_is_cancelled (fixture.parts[1]));
  fail (&fixture, 0);
  g_assert_cmpint (at_async_task_is_cancelled (fixture.parts[1]), ==, policy == AT_TASK_GROUP_ALL);
  for (guint i = 1; i < N_PARTS; i++)
    complete (&fixture, i);
  at_test_finish (outer (&fixture));
  if (policy == AT_TASK_GROUP_ALL)
    assert_error_of (&fixture, 0, FAILS);
  else
    at_test_record_assert_trace (&fixture.record, "pre post");
  tear_down (&fixture);
}

/* The end. */

static void
test_empty (gconstpointer user_data)
{
  AtTaskGroupPolicy policy = GPOINTER_TO_INT (user_data);
  g_autoptr (AtTaskGroup) group = at_task_group_new (policy);
  g_autoptr (AtAsyncTask) late = AT_ASYNC_TASK (at_deferred_task_new ());

  g_assert_cmpint (at_task_group_get_policy (group), ==, policy);
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
  g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (group)), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpint (at_async_task_get_status (AT_ASYNC_TASK (group)), ==, AT_STATUS_RUNNING);
  assert_refused (group, late);
  at_test_finish (AT_ASYNC_TASK (group));
  assert_refused (group, late);
  g_assert_null (at_task_group_get_decisive (group));
  g_assert_null (at_async_task_get_result (AT_ASYNC_TASK (group)));
}

typedef struct
{
  AtAsyncTask *group;
  AtTaskGroup *to_add_to;
  AtAsyncTask *to_add;
  gboolean     was_called;
  gboolean     was_awaited;
} Last;

static void
on_last (AtAsyncTask  *task,
         gconstpointer value,
         Last         *last)
{
  /* Others may come to their ends in here, and the group waits for this one. */
  settle ();
  g_assert_cmpint (at_async_task_get_outcome (last->group), ==, AT_OUTCOME_NONE);
  last->was_called = TRUE;
}

static void
on_group_end (AtAsyncTask  *group,
              const GValue *value,
              Last         *last)
{
  g_assert_true (last->was_called);
}

static void
test_ends_after_the_last_callback (void)
{
  Last last = { NULL, };
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ALL, 1);
  last.group = outer (&fixture);
  g_signal_connect (fixture.parts[0], "post-execute", G_CALLBACK (on_last), &last);
  g_signal_connect (last.group, "post-execute", G_CALLBACK (on_group_end), &last);
  start (&fixture);
  for (guint i = 0; i < N_PARTS; i++)
    complete (&fixture, i);
  at_test_finish (last.group);
  g_assert_true (last.was_called);
  at_test_record_assert_trace (&fixture.record, "pre post");
  tear_down (&fixture);
}

static void
add_in_callback (AtAsyncTask  *task,
                 gconstpointer value,
                 Last         *last)
{
  add (last->to_add_to, last->to_add);
  last->was_called = TRUE;
}

/* Also the last of the last task: in none of these is the group decided then. */
static void
test_a_last_callback_adds (gconstpointer user_data)
{
  AtTaskGroupPolicy policy = GPOINTER_TO_INT (user_data);
  AtAsyncTask *late = AT_ASYNC_TASK (at_deferred_task_new ());
  Last last = { NULL, };
  Fixture fixture;

  set_up (&fixture, policy, 1);
  last.to_add_to = inner (&fixture);
  last.to_add = late;
  g_signal_connect (fixture.parts[2], policy == AT_TASK_GROUP_ANY ? "failed" : "post-execute",
                    G_CALLBACK (add_in_callback), &last);
  start (&fixture);
  for (guint i = 0; i < N_PARTS; i++)
    {
      if (policy == AT_TASK_GROUP_ANY)
        fail (&fixture, i);
      else
        complete (&fixture, i);
    }
  at_test_iterate_until (NULL, last.was_called);
  settle ();
  at_test_record_assert_trace (&fixture.record, "pre");
  g_assert_cmpint (at_async_task_get_stage (late), ==, AT_STAGE_RUNNING);
  at_deferred_task_complete (AT_DEFERRED_TASK (late), NULL);
  at_test_finish (outer (&fixture));
  at_test_record_assert_trace (&fixture.record, "pre post");
  g_assert_true (at_task_group_get_decisive (inner (&fixture)) == (policy == AT_TASK_GROUP_ANY ? late : NULL));
  g_object_unref (late);
  tear_down (&fixture);
}

static gboolean
body_adds (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  g_autoptr (AtAsyncTask) more = at_async_task_new (at_test_body_succeed, NULL, NULL);

  return at_task_group_add (user_data, more, error);
}

static void
test_a_body_adds (void)
{
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (body_adds, group, NULL);

      add (group, task);
    }
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
  at_test_finish (AT_ASYNC_TASK (group));
  g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (group)), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (at_task_group_get_tasks (group))), ==, 40);
}

/* Adding. */

static void
test_circle (void)
{
  g_autoptr (AtTaskGroup) a = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtTaskGroup) b = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtTaskGroup) c = at_task_group_new (AT_TASK_GROUP_ALL);

  assert_refused (a, a);
  add (a, b);
  add (b, c);
  assert_refused (c, a);
  assert_refused (c, b);
  assert_refused (b, a);

  /* There are two ways to it, and no circle. */
  add (a, c);
}

static void
test_circle_by_prerequisite (void)
{
  g_autoptr (AtTaskGroup) outside = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtTaskGroup) inside = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtAsyncTask) before = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) after = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;

  add (outside, inside);
  add (inside, before);

  /* It would end after it, and that after it has begun. */
  g_assert_true (at_async_task_add_prerequisite (after, AT_ASYNC_TASK (outside), NULL));
  assert_refused (inside, after);
  assert_refused (outside, after);
  g_assert_false (at_async_task_add_prerequisite (before, AT_ASYNC_TASK (outside), &error));
  g_assert_true (g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK));

  g_assert_true (at_async_task_execute (after, NULL, NULL));
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (outside), NULL, NULL));
  at_test_finish (after);
  g_assert_cmpint (at_async_task_get_outcome (after), ==, AT_OUTCOME_SUCCEEDED);
  at_test_finish (AT_ASYNC_TASK (outside));
}

/* One after the other within a group, and a group after a task. */
static void
test_prerequisites (gconstpointer user_data)
{
  gboolean succeeds = GPOINTER_TO_INT (user_data);
  g_autoptr (AtAsyncTask) first = AT_ASYNC_TASK (at_deferred_task_new ());
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ALL, 2);
  g_assert_true (at_async_task_add_prerequisite (outer (&fixture), first, NULL));
  g_assert_true (at_async_task_add_prerequisite (fixture.parts[1], fixture.parts[0], NULL));
  execute (&fixture);
  g_assert_cmpint (at_async_task_get_stage (outer (&fixture)), ==, AT_STAGE_WAITING);
  settle ();
  g_assert_cmpuint (fixture.n_started, ==, 0);
  g_assert_true (at_async_task_execute (first, NULL, NULL));
  settle ();
  if (succeeds)
    {
      at_deferred_task_complete (AT_DEFERRED_TASK (first), NULL);
      at_test_iterate_until (NULL, fixture.n_started == 2);
      complete (&fixture, 2);
      complete (&fixture, 0);
      at_test_iterate_until (NULL, fixture.n_started == 3);
      complete (&fixture, 1);
      at_test_finish (outer (&fixture));
      at_test_record_assert_trace (&fixture.record, "pre post");
    }
  else
    {
      at_async_task_cancel (first, TRUE);
      at_deferred_task_complete (AT_DEFERRED_TASK (first), NULL);
      at_test_finish (outer (&fixture));
      for (guint i = 0; i < N_PARTS; i++)
        g_assert_true (at_async_task_is_cancelled (fixture.parts[i]));
      at_test_record_assert_trace (&fixture.record, "cancelled");
    }
  at_test_finish (first);
  tear_down (&fixture);
}

static void
test_other_context (void)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_SETTLE);
  g_autoptr (AtAsyncTask) elsewhere = AT_ASYNC_TASK (at_deferred_task_new ());
  g_autoptr (AtAsyncTask) unset = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) executed = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_async_task_set_main_context (elsewhere, context);
  assert_refused (group, elsewhere);
  at_async_task_set_main_context (AT_ASYNC_TASK (group), context);
  add (group, elsewhere);
  add (group, unset);
  g_assert_true (at_async_task_execute (executed, NULL, NULL));
  assert_refused (group, executed);
  at_test_finish (executed);

  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
  g_assert_true (at_async_task_get_main_context (unset) == context);
  at_async_task_cancel (AT_ASYNC_TASK (group), TRUE);
  at_test_finish (AT_ASYNC_TASK (group));
  g_main_context_unref (context);
}

/* The group is given another context when it has tasks: one of the default one cannot be
 * executed any more. */
static void
test_other_context_later (void)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) listed = AT_ASYNC_TASK (at_deferred_task_new ());

  at_task_list_add (list, listed);
  add (group, listed);
  at_async_task_set_main_context (AT_ASYNC_TASK (group), context);
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
  at_test_finish (AT_ASYNC_TASK (group));
  g_assert_true (g_error_matches (at_async_task_get_error (AT_ASYNC_TASK (group)), AT_TASK_ERROR, AT_TASK_ERROR_REJECTED));
  g_assert_true (at_task_group_get_decisive (group) == listed);
  g_main_context_unref (context);
}

/* Executed before, or by somebody else since: counted as what they are. */
static void
test_executed_elsewhere (void)
{
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) finished = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) done = at_async_task_new (at_test_body_succeed, NULL, NULL);
  Fixture fixture;

  g_assert_true (at_async_task_execute_on_executor (finished, here, NULL, NULL));
  at_test_finish (finished);
  g_assert_true (at_async_task_execute_on_executor (done, here, NULL, NULL));
  set_up (&fixture, AT_TASK_GROUP_ALL, 1);
  add (inner (&fixture), finished);
  add (inner (&fixture), done);
  g_assert_true (at_async_task_execute (fixture.parts[0], NULL, NULL));
  start (&fixture);
  at_async_task_cancel (outer (&fixture), TRUE);
  g_assert_true (at_async_task_is_cancelled (fixture.parts[0]));
  g_assert_false (at_async_task_is_cancelled (finished));
  for (guint i = 0; i < N_PARTS; i++)
    complete (&fixture, i);
  at_test_finish (outer (&fixture));
  at_test_record_assert_trace (&fixture.record, "pre cancelled");
  tear_down (&fixture);
}

static void
test_failed_before (void)
{
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) failed = at_async_task_new (at_test_body_fail, NULL, NULL);
  g_autoptr (AtAsyncTask) late = AT_ASYNC_TASK (at_deferred_task_new ());
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ALL, 1);
  add (inner (&fixture), failed);
  g_assert_true (at_async_task_execute_on_executor (failed, here, NULL, NULL));

  /* That decides it, before it is executed. */
  g_assert_true (at_task_group_get_decisive (inner (&fixture)) == failed);
  assert_refused (inner (&fixture), late);
  execute (&fixture);
  at_test_finish (outer (&fixture));
  g_assert_cmpuint (fixture.n_started, ==, 0);
  for (guint i = 0; i < N_PARTS; i++)
    g_assert_cmpint (at_async_task_get_outcome (fixture.parts[i]), ==, AT_OUTCOME_CANCELLED);
  at_test_record_assert_trace (&fixture.record, "pre failed");
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "decisive"), ==, 1);
  tear_down (&fixture);
}

static void
test_added_twice (void)
{
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ALL, 1);
  add (inner (&fixture), fixture.parts[0]);
  start (&fixture);
  add (inner (&fixture), fixture.parts[0]);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (at_task_group_get_tasks (inner (&fixture)))), ==, N_PARTS);
  for (guint i = 0; i < N_PARTS; i++)
    complete (&fixture, i);
  at_test_finish (outer (&fixture));
  add (inner (&fixture), fixture.parts[0]);
  at_test_record_assert_trace (&fixture.record, "pre post");
  tear_down (&fixture);
}

/* By its executor: that is a failure where the group executes it, and told where it is
 * added. */
static void
test_refused_by_executor (gconstpointer user_data)
{
  AtTaskGroupPolicy policy = GPOINTER_TO_INT (user_data);
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtAsyncTask) before = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) after = at_async_task_new (at_test_body_succeed, NULL, NULL);
  Fixture fixture;

  at_thread_pool_executor_shutdown (pool, FALSE);
  at_async_task_set_executor (before, AT_EXECUTOR (pool));
  at_async_task_set_executor (after, AT_EXECUTOR (pool));
  set_up (&fixture, policy, 1);
  if (policy == AT_TASK_GROUP_ALL)
    {
      add (inner (&fixture), before);
      execute (&fixture);
      g_assert_true (at_task_group_get_decisive (inner (&fixture)) == before);
    }
  else
    {
      start (&fixture);
      assert_refused (inner (&fixture), after);
      settle ();
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (at_task_group_get_tasks (inner (&fixture)))), ==, N_PARTS);
      for (guint i = 0; i < N_PARTS; i++)
        complete (&fixture, i);
    }
  at_test_finish (outer (&fixture));
  if (policy == AT_TASK_GROUP_ALL)
    {
      g_assert_true (g_error_matches (at_async_task_get_error (outer (&fixture)), AT_TASK_ERROR, AT_TASK_ERROR_REJECTED));
      g_assert_cmpint (at_async_task_get_status (before), ==, AT_STATUS_PENDING);
      for (guint i = 0; i < N_PARTS; i++)
        g_assert_cmpint (at_async_task_get_outcome (fixture.parts[i]), ==, AT_OUTCOME_CANCELLED);
    }
  else
    {
      at_test_record_assert_trace (&fixture.record, "pre post");
    }
  tear_down (&fixture);
  g_object_unref (pool);
}

/* What the tasks have of the group. */

static gboolean
body_check_params (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  g_assert_cmpint (g_value_get_int (params), ==, 17);

  return TRUE;
}

static void
test_inherited (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 1));
  g_autoptr (AtExecutor) other = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 1));
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtTaskGroup) below = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtAsyncTask) plain = at_async_task_new (body_check_params, NULL, NULL);
  g_autoptr (AtAsyncTask) own = at_async_task_new (body_check_params, NULL, NULL);
  g_autoptr (AtAsyncTask) deep = at_async_task_new (body_check_params, NULL, NULL);
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GObject) other_owner = g_object_new (G_TYPE_OBJECT, NULL);
  AtAsyncTask *tasks[] = { plain, deep, AT_ASYNC_TASK (below) };
  GValue params = G_VALUE_INIT;

  at_async_task_set_executor (AT_ASYNC_TASK (group), executor);
  at_async_task_set_owner (AT_ASYNC_TASK (group), owner);
  at_async_task_set_priority (AT_ASYNC_TASK (group), 20);
  at_async_task_set_executor (own, other);
  at_async_task_set_owner (own, other_owner);
  at_async_task_set_priority (own, 30);
  add (group, plain);
  add (group, own);
  add (group, below);
  add (below, deep);
  g_value_init (&params, G_TYPE_INT);
  g_value_set_int (&params, 17);
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), &params, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      g_assert_true (at_async_task_get_executor (tasks[i]) == executor);
      g_assert_true (at_async_task_get_owner (tasks[i]) == owner);
      g_assert_cmpint (at_async_task_get_priority (tasks[i]), ==, 20);
    }
  g_assert_true (at_async_task_get_executor (own) == other);
  g_assert_true (at_async_task_get_owner (own) == other_owner);
  g_assert_cmpint (at_async_task_get_priority (own), ==, 30);
  at_test_finish (AT_ASYNC_TASK (group));
  g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (group)), ==, AT_OUTCOME_SUCCEEDED);
}

/* Not the serial one, which is the default of tasks that are no part of anything. */
static void
test_default_pool (void)
{
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtAsyncTask) body = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) none = AT_ASYNC_TASK (at_deferred_task_new ());

  add (group, body);
  add (group, none);
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
  g_assert_true (at_async_task_get_executor (body) == at_thread_pool_executor_get_default ());
  g_assert_null (at_async_task_get_executor (none));
  g_assert_null (at_async_task_get_executor (AT_ASYNC_TASK (group)));
  settle ();
  at_deferred_task_complete (AT_DEFERRED_TASK (none), NULL);
  at_test_finish (AT_ASYNC_TASK (group));
}

/* What the group has inherited to it calls nothing back either. */
static void
test_owner_of_all (void)
{
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  AtTestRecord record;
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ALL, 1);
  at_test_record_init (&record);
  at_test_record_connect (&record, fixture.parts[0]);
  at_async_task_set_owner (outer (&fixture), owner);
  start (&fixture);
  g_assert_finalize_object (owner);
  for (guint i = 0; i < N_PARTS; i++)
    complete (&fixture, i);
  at_test_finish (outer (&fixture));
  at_test_record_assert_trace (&record, "pre");
  tear_down (&fixture);
  at_test_record_clear (&record);
}

/* Waiting. */

static gpointer
wait_in_thread (gpointer task)
{
  return GINT_TO_POINTER (at_async_task_wait (task, -1, NULL, NULL));
}

static gboolean
body_waits (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  return at_async_task_wait (user_data, -1, NULL, error);
}

static void
test_wait (void)
{
  g_autoptr (GError) error = NULL;
  GThread *thread;
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ALL, 2);
  g_assert_false (at_async_task_wait (outer (&fixture), -1, NULL, &error));
  g_assert_true (g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_NOT_EXECUTED));
  g_clear_error (&error);
  g_assert_true (g_main_context_acquire (NULL));
  start (&fixture);
  g_assert_false (at_async_task_wait (outer (&fixture), -1, NULL, &error));
  g_assert_true (g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK));
  thread = g_thread_new ("wait", wait_in_thread, outer (&fixture));
  for (guint i = 0; i < N_PARTS; i++)
    complete (&fixture, i);
  at_test_finish (outer (&fixture));
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  g_assert_true (at_async_task_wait (outer (&fixture), -1, NULL, NULL));
  g_main_context_release (NULL);
  tear_down (&fixture);
}

/* The body of a task of it waits for it. */
static void
test_wait_inside (void)
{
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtTaskGroup) below = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_waits, group, NULL);

  add (group, below);
  add (below, task);
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
  at_test_finish (AT_ASYNC_TASK (group));
  g_assert_true (g_error_matches (at_async_task_get_error (AT_ASYNC_TASK (group)),
                                  AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK));
}

/* Amounts. */

static void
assert_amounts (Fixture        *fixture,
                AtProgressUnit  unit,
                guint64         completed,
                guint64         total)
{
  AtAsyncTask *group = outer (fixture);

  at_test_iterate_until (NULL, at_async_task_get_completed (group) == completed &&
                               at_async_task_get_total (group) == total);
  g_assert_cmpint (at_async_task_get_unit (group), ==, unit);
}

static void
test_amounts_in_one_unit (gconstpointer user_data)
{
  guint depth = GPOINTER_TO_UINT (user_data);
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_SETTLE, depth);
  for (guint i = 0; i < N_PARTS; i++)
    at_async_task_set_unit (fixture.parts[i], AT_PROGRESS_UNIT_BYTES);
  start (&fixture);
  at_async_task_set_amounts (fixture.parts[0], 1, 10);
  at_async_task_set_amounts (fixture.parts[1], 2, 20);
  at_async_task_set_amounts (fixture.parts[2], 3, 0);
  assert_amounts (&fixture, AT_PROGRESS_UNIT_BYTES, 6, 0);
  at_async_task_set_amounts (fixture.parts[2], 4, 70);
  assert_amounts (&fixture, AT_PROGRESS_UNIT_BYTES, 7, 100);

  /* One that ends early did as much as there was, and one that is cancelled stays. */
  at_async_task_cancel (fixture.parts[1], TRUE);
  for (guint i = 0; i < N_PARTS; i++)
    complete (&fixture, i);
  at_test_finish (outer (&fixture));
  assert_amounts (&fixture, AT_PROGRESS_UNIT_BYTES, 7, 100);
  tear_down (&fixture);
}

static void
test_amounts_in_items (void)
{
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_SETTLE, 1);
  at_async_task_set_unit (fixture.parts[0], AT_PROGRESS_UNIT_BYTES);
  start (&fixture);
  at_async_task_set_amounts (fixture.parts[0], 1, 10);
  assert_amounts (&fixture, AT_PROGRESS_UNIT_ITEMS, 0, 3);
  complete (&fixture, 0);
  assert_amounts (&fixture, AT_PROGRESS_UNIT_ITEMS, 1, 3);
  fail (&fixture, 1);
  assert_amounts (&fixture, AT_PROGRESS_UNIT_ITEMS, 2, 3);
  at_async_task_cancel (fixture.parts[2], TRUE);
  complete (&fixture, 2);
  at_test_finish (outer (&fixture));
  assert_amounts (&fixture, AT_PROGRESS_UNIT_ITEMS, 2, 3);
  tear_down (&fixture);
}

/* Larger than what one number holds. */
static void
test_amounts_are_large (void)
{
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_SETTLE, 1);
  for (guint i = 0; i < N_PARTS; i++)
    at_async_task_set_unit (fixture.parts[i], AT_PROGRESS_UNIT_BYTES);
  start (&fixture);
  for (guint i = 0; i < N_PARTS; i++)
    at_async_task_set_amounts (fixture.parts[i], G_MAXUINT64 / 2, G_MAXUINT64 - 1);
  assert_amounts (&fixture, AT_PROGRESS_UNIT_BYTES, G_MAXUINT64, G_MAXUINT64);
  for (guint i = 1; i < N_PARTS; i++)
    at_async_task_set_amounts (fixture.parts[i], 1, 2);
  assert_amounts (&fixture, AT_PROGRESS_UNIT_BYTES, G_MAXUINT64 / 2 + 2, G_MAXUINT64);
  for (guint i = 0; i < N_PARTS; i++)
    complete (&fixture, i);
  at_test_finish (outer (&fixture));
  tear_down (&fixture);
}

/* The view. */

static void
count_added (GListModel *model,
             guint       position,
             guint       removed,
             guint       added,
             guint      *n)
{
  *n += added - removed;
}

static void
test_view (void)
{
  AtAsyncTask *late = AT_ASYNC_TASK (at_deferred_task_new ());
  guint n_added = 0;
  GListModel *model;
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_SETTLE, 1);
  model = G_LIST_MODEL (at_task_group_get_tasks (inner (&fixture)));
  g_assert_true (G_LIST_MODEL (at_task_group_get_tasks (inner (&fixture))) == model);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, N_PARTS);
  g_signal_connect (model, "items-changed", G_CALLBACK (count_added), &n_added);
  add (inner (&fixture), late);
  g_assert_cmpuint (n_added, ==, 0);
  at_test_iterate_until (NULL, n_added == 1);
  for (guint i = 0; i < N_PARTS; i++)
    {
      g_autoptr (AtAsyncTask) item = g_list_model_get_item (model, i);

      g_assert_true (item == fixture.parts[i]);
    }
  start (&fixture);
  for (guint i = 0; i < N_PARTS; i++)
    complete (&fixture, i);
  at_async_task_cancel (late, TRUE);
  if (at_async_task_get_outcome (late) == AT_OUTCOME_NONE)
    at_deferred_task_complete (AT_DEFERRED_TASK (late), NULL);
  at_test_finish (outer (&fixture));
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, N_PARTS + 1);
  g_object_unref (late);
  tear_down (&fixture);
}

static void
test_view_in_other_context (void)
{
  GMainContext *context = g_main_context_new ();
  AtTaskGroup *group = at_task_group_new (AT_TASK_GROUP_ALL);
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_async_task_set_main_context (AT_ASYNC_TASK (group), context);
  add (group, task);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (at_task_group_get_tasks (group))), ==, 1);
  g_assert_true (at_async_task_get_main_context (task) == context);
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
  at_test_finish (AT_ASYNC_TASK (group));
  g_assert_cmpuint (at_task_list_get_n_succeeded (at_task_group_get_tasks (group)), ==, 1);
  g_object_unref (task);
  g_assert_finalize_object (group);
  g_main_context_unref (context);
}

static void
test_properties (void)
{
  g_autoptr (AtTaskGroup) group = g_object_new (AT_TYPE_TASK_GROUP, "policy", AT_TASK_GROUP_ANY, NULL);
  g_autoptr (AtTaskList) tasks = NULL;
  AtAsyncTask *decisive;
  AtTaskGroupPolicy policy;

  g_object_get (group, "policy", &policy, "tasks", &tasks, "decisive", &decisive, NULL);
  g_assert_cmpint (policy, ==, AT_TASK_GROUP_ANY);
  g_assert_true (tasks == at_task_group_get_tasks (group));
  g_assert_null (decisive);
}

static void
test_bad_input (void)
{
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);

  at_test_assert_critical (g_assert_null (at_task_group_new (3)));
  at_test_assert_critical (g_assert_false (at_task_group_add (NULL, AT_ASYNC_TASK (group), NULL)));
  at_test_assert_critical (g_assert_false (at_task_group_add (group, NULL, NULL)));
  at_test_assert_critical (g_assert_null (at_task_group_get_tasks (NULL)));
  at_test_assert_critical (g_assert_null (at_task_group_get_decisive (NULL)));
  at_test_assert_critical (at_task_group_get_policy (NULL));
}

/* Failures that are heard, and lives. */

static void
test_heard (gconstpointer user_data)
{
  AtTaskGroupPolicy policy = GPOINTER_TO_INT (user_data);
  AtTaskGroup *group = at_task_group_new (policy);
  AtAsyncTask *task = at_async_task_new (at_test_body_fail, NULL, NULL);
  g_autofree char *text = NULL;

  at_test_warnings_begin ();
  add (group, task);
  g_object_unref (task);
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
  at_test_iterate_until (NULL, at_async_task_get_status (AT_ASYNC_TASK (group)) == AT_STATUS_FINISHED);
  g_assert_finalize_object (group);

  /* Of the group's own, if that fails, nobody has heard. */
  g_assert_cmpuint (at_test_warnings_end (&text), ==, policy != AT_TASK_GROUP_SETTLE);
  if (policy != AT_TASK_GROUP_SETTLE)
    g_assert_nonnull (strstr (text, "AtTaskGroup"));
}

/* Nobody has executed it, while others have executed its tasks. */
static void
test_dropped (void)
{
  AtTestGate gate;
  g_autoptr (AtAsyncTask) running = NULL;
  g_autoptr (AtAsyncTask) pending = at_async_task_new (at_test_body_succeed, NULL, NULL);
  AtTaskGroup *group = at_task_group_new (AT_TASK_GROUP_ALL);

  at_test_gate_init (&gate);
  running = at_async_task_new (at_test_body_gate, &gate, NULL);
  add (group, running);
  add (group, pending);
  g_assert_true (at_async_task_execute (running, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  g_assert_finalize_object (group);
  at_test_gate_open (&gate);
  at_test_finish (running);
  g_assert_cmpint (at_async_task_get_outcome (running), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_false (at_async_task_is_cancelled (pending));
  at_test_gate_clear (&gate);
}

static void
test_is_kept_alive (void)
{
  AtAsyncTask *parts[N_PARTS];
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ALL, DEPTH);
  start (&fixture);
  for (guint i = 0; i < DEPTH; i++)
    g_clear_object (&fixture.groups[i]);
  for (guint i = 0; i < N_PARTS; i++)
    {
      parts[i] = fixture.parts[i];
      g_clear_object (&fixture.parts[i]);
    }
  settle ();
  g_assert_cmpuint (at_test_record_get_n_finalized (&fixture.record), ==, 0);
  for (guint i = 0; i < N_PARTS; i++)
    g_assert_true (at_deferred_task_complete (AT_DEFERRED_TASK (parts[i]), NULL));
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&fixture.record) == 1);
  at_test_record_assert_trace (&fixture.record, "pre post");
  tear_down (&fixture);
}

static void
test_context_goes (void)
{
  GMainContext *context = g_main_context_new ();
  Fixture fixture;

  set_up (&fixture, AT_TASK_GROUP_ALL, 2);
  at_async_task_set_main_context (outer (&fixture), context);
  execute (&fixture);
  at_test_iterate_until (context, fixture.n_started == N_PARTS);
  complete (&fixture, 0);
  g_main_context_unref (context);
  complete (&fixture, 1);
  fail (&fixture, 2);
  at_test_iterate_until (NULL, at_async_task_get_status (outer (&fixture)) == AT_STATUS_FINISHED);
  at_test_record_assert_trace (&fixture.record, "pre");
  tear_down (&fixture);
}

static gpointer
execute_in_thread (gpointer task)
{
  return GINT_TO_POINTER (at_async_task_execute (task, NULL, NULL));
}

static void
test_executed_in_thread (gconstpointer user_data)
{
  gboolean is_empty = GPOINTER_TO_INT (user_data);
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
  GThread *thread;

  for (guint i = 0; !is_empty && i < 50; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

      add (group, task);
    }
  g_assert_true (g_main_context_acquire (NULL));
  thread = g_thread_new ("execute", execute_in_thread, group);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  at_test_finish (AT_ASYNC_TASK (group));
  g_main_context_release (NULL);
  g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (group)), ==, AT_OUTCOME_SUCCEEDED);
}

/* Many. */

static void
test_many_cancelled (gconstpointer user_data)
{
  guint variant = GPOINTER_TO_UINT (user_data);
  const guint count = at_test_scale (100000);
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtAsyncTask) first = AT_ASYNC_TASK (at_deferred_task_new ());
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (NULL));
  g_autoptr (AtAsyncTask) blocking = NULL;
  AtTaskList *tasks;
  AtTestGate gate;

  at_test_gate_init (&gate);
  blocking = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (blocking, serial, NULL, NULL));
  at_async_task_set_executor (AT_ASYNC_TASK (group), variant == 2 ? NULL : serial);
  if (variant == 1)
    at_async_task_set_executor (first, at_thread_pool_executor_get_default ());
  add (group, first);
  for (guint i = 1; i < count; i++)
    {
      g_autoptr (AtAsyncTask) task = variant == 2 ? AT_ASYNC_TASK (at_deferred_task_new ())
                                                  : at_async_task_new (at_test_body_succeed, NULL, NULL);

      add (group, task);
    }
  tasks = at_task_group_get_tasks (group);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (tasks)), ==, count);
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));

  /* In one call: of the group, or of what decides it. */
  if (variant == 1)
    {
      at_test_iterate_until (NULL, at_async_task_get_stage (first) == AT_STAGE_RUNNING);
      g_assert_true (at_deferred_task_fail (AT_DEFERRED_TASK (first), NULL));
    }
  else
    {
      g_assert_true (at_async_task_cancel (AT_ASYNC_TASK (group), TRUE));
    }
  at_test_finish (AT_ASYNC_TASK (group));
  g_assert_cmpuint (at_task_list_get_n_cancelled (tasks), ==, variant == 1 ? count - 1 : count);
  g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (group)), ==,
                   variant == 1 ? AT_OUTCOME_FAILED : AT_OUTCOME_CANCELLED);
  at_test_gate_open (&gate);
  at_test_finish (blocking);
  at_test_gate_clear (&gate);
}

static gpointer
cancel_in_thread (gpointer task)
{
  at_async_task_cancel (task, TRUE);

  return NULL;
}

static gpointer
add_in_thread (gpointer group)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

      if (!at_task_group_add (group, task, NULL))
        break;
    }

  return NULL;
}

/* Whatever comes first, it ends once, and everything of it before. */
static void
test_rivals (void)
{
  g_assert_true (g_main_context_acquire (NULL));
  for (guint i = 0; i < at_test_scale (1000); i++)
    {
      g_autoptr (AtTaskGroup) group = at_task_group_new (i % 3);
      AtTaskList *tasks;
      GThread *adder, *canceller = NULL;
      AtTestRecord record;

      at_test_record_init (&record);
      at_test_record_connect (&record, AT_ASYNC_TASK (group));
      at_test_hear (AT_ASYNC_TASK (group));
      for (guint j = 0; j < 5; j++)
        {
          g_autoptr (AtAsyncTask) task = at_async_task_new (i % 7 == 0 ? at_test_body_fail : at_test_body_succeed, NULL, NULL);

          add (group, task);
        }
      adder = g_thread_new ("add", add_in_thread, group);
      g_assert_true (at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL));
      if (i % 2 == 0)
        canceller = g_thread_new ("cancel", cancel_in_thread, group);
      at_test_finish (AT_ASYNC_TASK (group));
      g_thread_join (adder);
      if (canceller != NULL)
        g_thread_join (canceller);
      g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 1);
      tasks = at_task_group_get_tasks (group);
      g_assert_cmpuint (at_task_list_get_n_active (tasks), ==, 0);
      g_assert_cmpuint (at_task_list_get_n_pending (tasks), ==, 0);
      g_clear_object (&group);
      at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
      at_test_record_clear (&record);
    }
  g_main_context_release (NULL);
}

static void
add_cases (const char     *what,
           guint           n_fates,
           const char * const *names,
           GTestDataFunc   func)
{
  for (guint policy = 0; policy < 3; policy++)
    for (guint fate = 0; fate < n_fates; fate++)
      for (guint depth = 1; depth <= DEPTH; depth += DEPTH - 1)
        {
          g_autofree char *name = g_strdup_printf ("/task-group/%s/%s/%s/%u", what, policy_names[policy],
                                                   names != NULL ? names[fate] : "all", depth);
          Case *this = g_new (Case, 1);

          *this = (Case) { policy, depth, fate };
          g_test_add_data_func_full (name, this, func, g_free);
        }
}

static void
add_policies (const char    *what,
              GTestDataFunc  func)
{
  for (guint policy = 0; policy < 3; policy++)
    {
      g_autofree char *name = g_strdup_printf ("/task-group/%s/%s", what, policy_names[policy]);

      g_test_add_data_func (name, GINT_TO_POINTER (policy), func);
    }
}

int
main (int    argc,
      char **argv)
{
  at_test_init (&argc, &argv);

  /* What it does before it iterates may take long. */
  at_set_debug_flags (at_get_debug_flags () & ~AT_DEBUG_STUCK);

  add_cases ("one", N_FATES, fate_names, test_fate);
  add_cases ("all", N_GROUP_FATES, group_fate_names, test_group_fate);
  add_cases ("before", N_GROUP_FATES, group_fate_names, test_group_fate_before);
  add_cases ("paused", 1, NULL, test_paused);
  g_test_add_data_func ("/task-group/any-in-vain/one-fails", GINT_TO_POINTER (TRUE), test_any_in_vain);
  g_test_add_data_func ("/task-group/any-in-vain/cancelled", GINT_TO_POINTER (FALSE), test_any_in_vain);
  add_policies ("turned", test_turned);
  g_test_add_func ("/task-group/decided/keeps-what-is-done", test_decided_keeps_what_is_done);
  g_test_add_func ("/task-group/decided/and-cancelled", test_cancelled_though_decided);
  add_policies ("retried", test_retried);
  add_policies ("empty", test_empty);
  g_test_add_func ("/task-group/ends-after-the-last-callback", test_ends_after_the_last_callback);
  add_policies ("a-last-callback-adds", test_a_last_callback_adds);
  g_test_add_func ("/task-group/a-body-adds", test_a_body_adds);
  g_test_add_func ("/task-group/add/circle", test_circle);
  g_test_add_func ("/task-group/add/circle-by-prerequisite", test_circle_by_prerequisite);
  g_test_add_data_func ("/task-group/prerequisites/succeed", GINT_TO_POINTER (TRUE), test_prerequisites);
  g_test_add_data_func ("/task-group/prerequisites/do-not", GINT_TO_POINTER (FALSE), test_prerequisites);
  g_test_add_func ("/task-group/add/other-context", test_other_context);
  g_test_add_func ("/task-group/add/other-context-later", test_other_context_later);
  g_test_add_func ("/task-group/add/executed-elsewhere", test_executed_elsewhere);
  g_test_add_func ("/task-group/add/failed-before", test_failed_before);
  g_test_add_func ("/task-group/add/twice", test_added_twice);
  g_test_add_data_func ("/task-group/add/refused/before", GINT_TO_POINTER (AT_TASK_GROUP_ALL),
                        test_refused_by_executor);
  g_test_add_data_func ("/task-group/add/refused/after", GINT_TO_POINTER (AT_TASK_GROUP_SETTLE),
                        test_refused_by_executor);
  g_test_add_func ("/task-group/inherited", test_inherited);
  g_test_add_func ("/task-group/inherited/default-pool", test_default_pool);
  g_test_add_func ("/task-group/inherited/owner-goes", test_owner_of_all);
  g_test_add_func ("/task-group/wait", test_wait);
  g_test_add_func ("/task-group/wait/inside", test_wait_inside);
  g_test_add_data_func ("/task-group/amounts/one-unit/1", GUINT_TO_POINTER (1), test_amounts_in_one_unit);
  g_test_add_data_func ("/task-group/amounts/one-unit/3", GUINT_TO_POINTER (DEPTH), test_amounts_in_one_unit);
  g_test_add_func ("/task-group/amounts/items", test_amounts_in_items);
  g_test_add_func ("/task-group/amounts/large", test_amounts_are_large);
  g_test_add_func ("/task-group/view", test_view);
  g_test_add_func ("/task-group/view/other-context", test_view_in_other_context);
  g_test_add_func ("/task-group/properties", test_properties);
  g_test_add_func ("/task-group/bad-input", test_bad_input);
  add_policies ("heard", test_heard);
  g_test_add_func ("/task-group/dropped", test_dropped);
  g_test_add_func ("/task-group/is-kept-alive", test_is_kept_alive);
  g_test_add_func ("/task-group/context-goes", test_context_goes);
  g_test_add_data_func ("/task-group/executed-in-thread/empty", GINT_TO_POINTER (TRUE), test_executed_in_thread);
  g_test_add_data_func ("/task-group/executed-in-thread/bodies", GINT_TO_POINTER (FALSE), test_executed_in_thread);
  g_test_add_data_func ("/task-group/many/cancelled", GUINT_TO_POINTER (0), test_many_cancelled);
  g_test_add_data_func ("/task-group/many/decided", GUINT_TO_POINTER (1), test_many_cancelled);
  g_test_add_data_func ("/task-group/many/without-threads", GUINT_TO_POINTER (2), test_many_cancelled);
  g_test_add_func ("/task-group/rivals", test_rivals);

  return g_test_run ();
}
