/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The list of what tasks look like: its rows, their order, what they amount to, and what is
 * removed. Tasks without a thread are where the test has them. */

#include "at-test.h"

#include <asynctask-gtk.h>
#include <string.h>

#include "item/at-gtk-task-item-private.h"

/* What a view knows: what it has been told, and nothing else. */
typedef struct
{
  AtGtkTaskItems *items;
  GPtrArray      *rows;
  guint           n_changes;
  guint           n_rows_changed;
  guint           n_items;
  guint           n_active;
  guint           n_waiting;
  guint           n_failed;
  gboolean        can_undo;
} Shadow;

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Shadow     *self)
{
  g_assert_cmpuint (position + removed, <=, self->rows->len);
  g_assert_cmpuint (removed + added, >, 0);

  if (removed > 0)
    g_ptr_array_remove_range (self->rows, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->rows, position + i, g_list_model_get_item (model, position + i));
  self->n_changes++;
  self->n_rows_changed += MAX (removed, added);

  /* What is asked inside the handler is what was told. */
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, self->rows->len);
}

static void
on_notify (AtGtkTaskItems *items,
           GParamSpec     *pspec,
           Shadow         *self)
{
  if (g_str_equal (pspec->name, "n-items"))
    self->n_items = g_list_model_get_n_items (G_LIST_MODEL (items));
  else if (g_str_equal (pspec->name, "n-active"))
    self->n_active = at_gtk_task_items_get_n_active (items);
  else if (g_str_equal (pspec->name, "n-waiting"))
    self->n_waiting = at_gtk_task_items_get_n_waiting (items);
  else if (g_str_equal (pspec->name, "n-failed"))
    self->n_failed = at_gtk_task_items_get_n_failed (items);
  else if (g_str_equal (pspec->name, "can-undo"))
    self->can_undo = at_gtk_task_items_get_can_undo (items);
}

static void
shadow_init (Shadow         *self,
             AtGtkTaskItems *items)
{
  memset (self, 0, sizeof *self);
  self->items = items;
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (items, "items-changed", G_CALLBACK (on_items_changed), self);
  g_signal_connect (items, "notify", G_CALLBACK (on_notify), self);
  self->n_items = g_list_model_get_n_items (G_LIST_MODEL (items));
  for (guint i = 0; i < self->n_items; i++)
    g_ptr_array_add (self->rows, g_list_model_get_item (G_LIST_MODEL (items), i));
  self->n_active = at_gtk_task_items_get_n_active (items);
  self->n_waiting = at_gtk_task_items_get_n_waiting (items);
  self->n_failed = at_gtk_task_items_get_n_failed (items);
}

static void
shadow_clear (Shadow *self)
{
  g_signal_handlers_disconnect_by_data (self->items, self);
  g_ptr_array_unref (self->rows);
}

/* All that was told is so, and the rows are in the order of their titles: @titles. */
static void
shadow_check (Shadow     *self,
              const char *titles)
{
  g_autoptr (GString) found = g_string_new (NULL);
  guint n_active = 0, n_waiting = 0, n_failed = 0;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->items)), ==, self->rows->len);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (self->items), self->rows->len));

  for (guint i = 0; i < self->rows->len; i++)
    {
      g_autoptr (AtGtkTaskItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      AtGtkTaskState state = at_gtk_task_item_get_state (item);

      g_assert_true (item == self->rows->pdata[i]);
      g_string_append (found, at_gtk_task_item_get_title (item));
      n_active += at_gtk_task_state_is_active (state);
      n_waiting += state == AT_GTK_TASK_STATE_QUEUED || state == AT_GTK_TASK_STATE_WAITING;
      n_failed += state == AT_GTK_TASK_STATE_FAILED;
    }

  g_assert_cmpstr (found->str, ==, titles);
  g_assert_cmpuint (self->n_items, ==, self->rows->len);
  g_assert_cmpuint (self->n_active, ==, n_active);
  g_assert_cmpuint (self->n_waiting, ==, n_waiting);
  g_assert_cmpuint (self->n_failed, ==, n_failed);
  g_assert_cmpint (self->can_undo, ==, at_gtk_task_items_get_can_undo (self->items));
}

/* Tasks, named by a letter. */

static AtAsyncTask *
new_task (char letter)
{
  AtAsyncTask *task = AT_ASYNC_TASK (at_deferred_task_new ());
  char title[] = { letter, '\0' };

  at_async_task_set_title (task, title);
  at_test_hear (task);

  return task;
}

static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
begin (AtAsyncTask *task)
{
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_async_task_get_stage (task) == AT_STAGE_RUNNING);
  iterate ();
}

static void
succeed (AtAsyncTask *task)
{
  g_assert_true (at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL));
  at_test_finish (task);
  iterate ();
}

static void
fail (AtAsyncTask *task)
{
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "no luck");

  g_assert_true (at_deferred_task_fail (AT_DEFERRED_TASK (task), error));
  at_test_finish (task);
  iterate ();
}

typedef struct
{
  AtTaskList     *list;
  AtGtkTaskItems *items;
  AtAsyncTask    *tasks[26];
  Shadow          shadow;
} Fixture;

/* Tasks A, B, … in a task list. */
static void
fixture_init (Fixture *self,
              guint    n_tasks)
{
  memset (self, 0, sizeof *self);
  self->list = at_task_list_new ();
  self->items = at_gtk_task_items_new (G_LIST_MODEL (self->list));
  for (guint i = 0; i < n_tasks; i++)
    {
      self->tasks[i] = new_task ((char) ('A' + i));
      at_task_list_add (self->list, self->tasks[i]);
    }
  shadow_init (&self->shadow, self->items);
  g_assert_cmpfloat (at_gtk_task_items_get_undo_timeout (self->items), ==, 5);

  /* Longer than any machine takes. */
  at_gtk_task_items_set_undo_timeout (self->items, 1000);
}

static void
end_task (AtAsyncTask *task)
{
  if (at_async_task_get_active (task))
    {
      at_async_task_cancel (task, TRUE);
      at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL);
      at_test_finish (task);
    }
  at_test_assert_last_reference (task);
  g_assert_finalize_object (task);
}

static void
fixture_clear (Fixture *self)
{
  shadow_clear (&self->shadow);
  g_assert_finalize_object (self->items);
  g_assert_finalize_object (self->list);
  for (guint i = 0; i < G_N_ELEMENTS (self->tasks); i++)
    if (self->tasks[i] != NULL)
      end_task (self->tasks[i]);
}

static AtGtkTaskItem *
get_item (Fixture *self,
          guint    task)
{
  return at_gtk_task_items_find (self->items, self->tasks[task]);
}

/* Rows. */

static void
test_rows (void)
{
  Fixture fixture;
  AtGtkTaskItem *item;

  fixture_init (&fixture, 3);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (fixture.items)) == AT_GTK_TYPE_TASK_ITEM);
  g_assert_true (at_gtk_task_items_get_model (fixture.items) == G_LIST_MODEL (fixture.list));
  shadow_check (&fixture.shadow, "ABC");
  item = get_item (&fixture, 1);
  g_assert_true (at_gtk_task_item_get_task (item) == fixture.tasks[1]);

  /* The one that is removed takes its item with it. */
  g_object_add_weak_pointer (G_OBJECT (item), (gpointer *) &item);
  at_task_list_remove (fixture.list, fixture.tasks[1]);
  shadow_check (&fixture.shadow, "AC");
  g_assert_null (item);
  g_assert_null (get_item (&fixture, 1));

  at_task_list_add (fixture.list, fixture.tasks[1]);
  shadow_check (&fixture.shadow, "ACB");
  g_assert_cmpuint (fixture.shadow.n_changes, ==, 2);

  fixture_clear (&fixture);
}

/* All at once, also those that were there before: each has the item that it had. */
static void
test_replace_everything (void)
{
  g_autoptr (GListStore) store = g_list_store_new (AT_TYPE_ASYNC_TASK);
  g_autoptr (AtGtkTaskItems) items = NULL;
  AtAsyncTask *tasks[3];
  AtGtkTaskItem *before[3];
  gpointer other[3];
  Shadow shadow;

  for (guint i = 0; i < 3; i++)
    tasks[i] = new_task ((char) ('A' + i));
  g_list_store_splice (store, 0, 0, (gpointer *) tasks, 2);
  items = at_gtk_task_items_new (G_LIST_MODEL (store));
  shadow_init (&shadow, items);
  before[0] = at_gtk_task_items_find (items, tasks[0]);
  before[1] = at_gtk_task_items_find (items, tasks[1]);

  /* The same again: nothing has changed. */
  g_list_store_splice (store, 0, 2, (gpointer *) tasks, 2);
  g_assert_cmpuint (shadow.n_changes, ==, 0);

  other[0] = tasks[2];
  other[1] = tasks[1];
  g_list_store_splice (store, 0, 2, other, 2);
  shadow_check (&shadow, "BC");
  g_assert_true (at_gtk_task_items_find (items, tasks[1]) == before[1]);
  g_assert_cmpuint (shadow.n_changes, ==, 1);

  /* A task that is there twice has one row, until both are gone. */
  g_list_store_append (store, tasks[1]);
  shadow_check (&shadow, "BC");
  g_list_store_remove (store, 2);
  shadow_check (&shadow, "BC");
  g_list_store_remove (store, 1);
  shadow_check (&shadow, "C");

  shadow_clear (&shadow);
  g_clear_object (&items);
  g_clear_object (&store);
  for (guint i = 0; i < 3; i++)
    end_task (tasks[i]);
}

static void
test_set_model (void)
{
  Fixture fixture;
  g_autoptr (GListStore) store = g_list_store_new (AT_TYPE_ASYNC_TASK);
  AtGtkTaskItem *item;
  guint n_notifies = 0;

  fixture_init (&fixture, 3);
  g_list_store_append (store, fixture.tasks[1]);
  item = get_item (&fixture, 1);
  g_signal_connect_swapped (fixture.items, "notify::model", G_CALLBACK (g_atomic_int_inc), &n_notifies);

  at_gtk_task_items_set_model (fixture.items, G_LIST_MODEL (store));
  shadow_check (&fixture.shadow, "B");
  g_assert_true (get_item (&fixture, 1) == item);
  at_gtk_task_items_set_model (fixture.items, G_LIST_MODEL (store));
  g_assert_cmpuint (n_notifies, ==, 1);

  /* The other one is not heard of any more. */
  at_task_list_remove (fixture.list, fixture.tasks[0]);
  shadow_check (&fixture.shadow, "B");

  at_gtk_task_items_set_model (fixture.items, NULL);
  shadow_check (&fixture.shadow, "");
  g_assert_null (at_gtk_task_items_get_model (fixture.items));
  at_gtk_task_items_set_model (fixture.items, G_LIST_MODEL (fixture.list));
  shadow_check (&fixture.shadow, "BC");

  g_list_store_remove_all (store);
  fixture_clear (&fixture);
}

/* The order. */

static void
test_sort (void)
{
  Fixture fixture;
  guint n_notifies = 0;

  fixture_init (&fixture, 5);
  g_assert_cmpint (at_gtk_task_items_get_sort (fixture.items), ==, AT_GTK_TASK_SORT_STATE);
  shadow_check (&fixture.shadow, "ABCDE");

  /* Active first, failed behind those that wait, finished last. */
  begin (fixture.tasks[3]);
  shadow_check (&fixture.shadow, "DABCE");
  begin (fixture.tasks[1]);
  shadow_check (&fixture.shadow, "BDACE");
  fail (fixture.tasks[3]);
  shadow_check (&fixture.shadow, "BACED");
  succeed (fixture.tasks[1]);
  shadow_check (&fixture.shadow, "ACEDB");
  begin (fixture.tasks[0]);
  at_async_task_cancel (fixture.tasks[0], TRUE);
  succeed (fixture.tasks[0]);
  shadow_check (&fixture.shadow, "CEDAB");

  g_signal_connect_swapped (fixture.items, "notify::sort", G_CALLBACK (g_atomic_int_inc), &n_notifies);
  at_gtk_task_items_set_sort (fixture.items, AT_GTK_TASK_SORT_NEWEST);
  shadow_check (&fixture.shadow, "EDCBA");
  at_gtk_task_items_set_sort (fixture.items, AT_GTK_TASK_SORT_NEWEST);
  g_assert_cmpuint (n_notifies, ==, 1);
  begin (fixture.tasks[2]);
  shadow_check (&fixture.shadow, "EDCBA");

  at_gtk_task_items_set_sort (fixture.items, AT_GTK_TASK_SORT_OLDEST);
  shadow_check (&fixture.shadow, "ABCDE");
  at_gtk_task_items_set_sort (fixture.items, AT_GTK_TASK_SORT_STATE);
  shadow_check (&fixture.shadow, "CEDAB");

  fixture_clear (&fixture);
}

/* Of a row that moves, those between its places are told of, and no others; several that move
 * before a frame are told of once. */
static void
test_moves_are_small (void)
{
  Fixture fixture;

  fixture_init (&fixture, 6);
  begin (fixture.tasks[0]);
  begin (fixture.tasks[1]);
  begin (fixture.tasks[2]);
  shadow_check (&fixture.shadow, "ABCDEF");

  /* What stays where it is, is in another section. */
  g_assert_cmpuint (fixture.shadow.n_changes, ==, 3);
  g_assert_cmpuint (fixture.shadow.n_rows_changed, ==, 3);

  fixture.shadow.n_changes = fixture.shadow.n_rows_changed = 0;
  at_async_task_pause (fixture.tasks[1]);
  iterate ();
  g_assert_cmpuint (fixture.shadow.n_changes, ==, 0);

  /* B over C, D, E and F. */
  fail (fixture.tasks[1]);
  shadow_check (&fixture.shadow, "ACDEFB");
  g_assert_cmpuint (fixture.shadow.n_changes, ==, 1);
  g_assert_cmpuint (fixture.shadow.n_rows_changed, ==, 5);

  /* A and C, at once, which show others that have ended. */
  for (guint i = 7; i < 9; i++)
    {
      fixture.tasks[i] = new_task ((char) ('A' + i));
      begin (fixture.tasks[i]);
      succeed (fixture.tasks[i]);
    }
  fixture.shadow.n_changes = fixture.shadow.n_rows_changed = 0;
  at_gtk_task_item_set_task (get_item (&fixture, 2), fixture.tasks[8]);
  at_gtk_task_item_set_task (get_item (&fixture, 0), fixture.tasks[7]);
  g_assert_cmpuint (fixture.shadow.n_changes, ==, 0);
  iterate ();
  shadow_check (&fixture.shadow, "DEFBHI");
  g_assert_cmpuint (fixture.shadow.n_changes, ==, 1);
  g_assert_cmpuint (fixture.shadow.n_rows_changed, ==, 6);

  /* A row that comes while others are to be moved is where it belongs. */
  g_assert_true (at_async_task_execute (fixture.tasks[5], NULL, NULL));
  fixture.tasks[6] = new_task ('G');
  at_task_list_add (fixture.list, fixture.tasks[6]);
  shadow_check (&fixture.shadow, "DEFGBHI");
  at_test_iterate_until (NULL, at_async_task_get_stage (fixture.tasks[5]) == AT_STAGE_RUNNING);
  iterate ();
  shadow_check (&fixture.shadow, "FDEGBHI");

  fixture_clear (&fixture);
}

static void
check_sorted (AtGtkTaskItems *items)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (items));
  guint before = 0;

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (AtGtkTaskItem) item = g_list_model_get_item (G_LIST_MODEL (items), i);
      AtGtkTaskState state = at_gtk_task_item_get_state (item);
      guint group = state == AT_GTK_TASK_STATE_RUNNING ? 0 : state == AT_GTK_TASK_STATE_FAILED ? 2
                    : at_gtk_task_state_is_ended (state) ? 3 : 1;

      g_assert_cmpuint (group, >=, before);
      before = group;
    }
}

/* By chance, and always the same: what a view was told is what there is. */
static void
test_many (void)
{
  const guint n_tasks = at_test_scale (2000);
  g_autoptr (GListStore) store = g_list_store_new (AT_TYPE_ASYNC_TASK);
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  AtGtkTaskItems *items = at_gtk_task_items_new (G_LIST_MODEL (store));
  Shadow shadow;

  shadow_init (&shadow, items);
  for (guint i = 0; i < n_tasks; i++)
    g_ptr_array_add (tasks, new_task ('x'));
  g_list_store_splice (store, 0, 0, tasks->pdata, n_tasks);
  g_assert_cmpuint (shadow.n_changes, ==, 1);
  g_assert_cmpuint (shadow.rows->len, ==, n_tasks);

  for (guint i = 0; i < n_tasks; i++)
    {
      AtAsyncTask *task = tasks->pdata[(guint) g_test_rand_int_range (0, (gint32) n_tasks)];

      if (at_async_task_get_status (task) == AT_STATUS_PENDING)
        g_assert_true (at_async_task_execute (task, NULL, NULL));
      else if (g_test_rand_bit ())
        at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL);
      else
        at_deferred_task_fail (AT_DEFERRED_TASK (task), NULL);

      if (i % 50 == 0)
        {
          guint position = (guint) g_test_rand_int_range (0, (gint32) n_tasks - 1);
          gpointer two[2] = { g_list_model_get_item (G_LIST_MODEL (store), position + 1),
                              g_list_model_get_item (G_LIST_MODEL (store), position) };

          g_list_store_splice (store, position, 2, two, 2);
          g_object_unref (two[0]);
          g_object_unref (two[1]);
        }
      if (i % 10 == 0)
        {
          iterate ();
          g_assert_cmpuint (shadow.rows->len, ==, n_tasks);
        }
    }
  iterate ();
  check_sorted (items);
  for (guint i = 0; i < n_tasks; i++)
    {
      g_autoptr (AtGtkTaskItem) item = g_list_model_get_item (G_LIST_MODEL (items), i);

      g_assert_true (item == shadow.rows->pdata[i]);
    }

  g_list_store_remove_all (store);
  g_assert_cmpuint (shadow.rows->len, ==, 0);
  shadow_clear (&shadow);
  g_assert_finalize_object (items);
  for (guint i = 0; i < n_tasks; i++)
    if (at_async_task_get_active (tasks->pdata[i]))
      {
        at_async_task_cancel (tasks->pdata[i], TRUE);
        at_deferred_task_complete (tasks->pdata[i], NULL);
      }
  iterate ();
}

/* Items of the application's own. */

static AtGtkTaskItem *
on_create_item (AtGtkTaskItems *items,
                AtAsyncTask    *task,
                AtGtkTaskItem **made)
{
  *made = at_gtk_task_item_new (NULL);
  at_gtk_task_item_set_title (*made, "Mine");

  return *made;
}

static AtGtkTaskItem *
on_create_none (AtGtkTaskItems *items,
                AtAsyncTask    *task,
                guint          *n_calls)
{
  (*n_calls)++;

  return NULL;
}

static void
test_create_item (void)
{
  Fixture fixture;
  AtGtkTaskItem *made = NULL;
  guint n_calls = 0;

  fixture_init (&fixture, 1);
  g_signal_connect (fixture.items, "create-item", G_CALLBACK (on_create_none), &n_calls);
  g_signal_connect (fixture.items, "create-item", G_CALLBACK (on_create_item), &made);

  fixture.tasks[1] = new_task ('B');
  at_task_list_add (fixture.list, fixture.tasks[1]);
  g_assert_cmpuint (n_calls, ==, 1);
  g_assert_true (get_item (&fixture, 1) == made);
  g_assert_true (at_gtk_task_item_get_task (made) == fixture.tasks[1]);
  shadow_check (&fixture.shadow, "AMine");

  /* None of it for what is there already. */
  g_assert_false (at_task_list_add (fixture.list, fixture.tasks[1]));
  g_assert_cmpuint (n_calls, ==, 1);

  fixture_clear (&fixture);
}

static AtGtkTaskItem *
on_create_same (AtGtkTaskItems *items,
                AtAsyncTask    *task,
                AtGtkTaskItem  *item)
{
  return g_object_ref (item);
}

/* The application has one item for all that it does with a thing, in two lists. */
static void
test_same_item (void)
{
  Fixture fixture;
  AtGtkTaskItem *item = at_gtk_task_item_new (NULL);
  AtGtkTaskItems *other;
  Shadow shadow;

  fixture_init (&fixture, 0);
  other = at_gtk_task_items_new (G_LIST_MODEL (fixture.list));
  shadow_init (&shadow, other);
  g_signal_connect (fixture.items, "create-item", G_CALLBACK (on_create_same), item);
  g_signal_connect (other, "create-item", G_CALLBACK (on_create_same), item);

  fixture.tasks[0] = new_task ('A');
  at_task_list_add (fixture.list, fixture.tasks[0]);
  shadow_check (&fixture.shadow, "A");
  shadow_check (&shadow, "A");
  begin (fixture.tasks[0]);
  fail (fixture.tasks[0]);

  /* The next task of the same item: the row stays, and the one before leaves the list. */
  fixture.tasks[1] = new_task ('B');
  at_task_list_add (fixture.list, fixture.tasks[1]);
  shadow_check (&fixture.shadow, "B");
  iterate ();
  shadow_check (&fixture.shadow, "B");
  shadow_check (&shadow, "B");
  g_assert_false (at_task_list_find (fixture.list, fixture.tasks[0], NULL));
  g_assert_true (get_item (&fixture, 1) == item);

  /* Removed here, it is removed there. */
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_REMOVE);
  shadow_check (&fixture.shadow, "");
  shadow_check (&shadow, "");

  shadow_clear (&shadow);
  g_assert_finalize_object (other);
  g_object_unref (item);
  fixture_clear (&fixture);
}

/* Tried again. */

typedef struct
{
  AtAsyncTask *next;
  guint        n_retries;
  guint        n_removed;
} Retry;

static void
on_retry (AtGtkTaskItem *item,
          Retry         *retry)
{
  retry->n_retries++;
  at_gtk_task_item_set_task (item, retry->next);
  g_assert_true (at_async_task_execute (retry->next, NULL, NULL));
}

static void
on_removed (AtGtkTaskItem *item,
            Retry         *retry)
{
  retry->n_removed++;
}

static void
test_retry_in_list (void)
{
  Fixture fixture;
  Retry retry = { NULL, };
  AtGtkTaskItem *item;
  guint position;

  fixture_init (&fixture, 3);
  item = get_item (&fixture, 1);
  g_signal_connect (item, "retry", G_CALLBACK (on_retry), &retry);
  begin (fixture.tasks[1]);
  fail (fixture.tasks[1]);
  shadow_check (&fixture.shadow, "ACB");

  retry.next = fixture.tasks[3] = new_task ('R');
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_RETRY);
  g_assert_cmpuint (retry.n_retries, ==, 1);

  /* The same row, and the list has the new task in the place of the old one. */
  at_test_iterate_until (NULL, at_async_task_get_stage (retry.next) == AT_STAGE_RUNNING);
  iterate ();
  shadow_check (&fixture.shadow, "RAC");
  g_assert_true (get_item (&fixture, 3) == item);
  g_assert_true (at_task_list_find (fixture.list, retry.next, &position));
  g_assert_false (at_task_list_find (fixture.list, fixture.tasks[1], NULL));
  g_assert_null (get_item (&fixture, 1));
  g_assert_cmpuint (at_task_list_get_n_active (fixture.list), ==, 1);

  /* It is the task of that row from now on. */
  at_task_list_remove (fixture.list, retry.next);
  shadow_check (&fixture.shadow, "AC");

  fixture_clear (&fixture);
}

/* The application puts the new task into the list itself, and first. */
static void
test_retry_added (void)
{
  Fixture fixture;
  AtGtkTaskItem *item;

  fixture_init (&fixture, 2);
  item = get_item (&fixture, 0);
  begin (fixture.tasks[0]);
  fail (fixture.tasks[0]);

  fixture.tasks[2] = new_task ('R');
  at_task_list_add (fixture.list, fixture.tasks[2]);
  shadow_check (&fixture.shadow, "BRA");
  at_gtk_task_item_set_task (item, fixture.tasks[2]);
  iterate ();
  shadow_check (&fixture.shadow, "RB");
  g_assert_true (get_item (&fixture, 2) == item);
  g_assert_false (at_task_list_find (fixture.list, fixture.tasks[0], NULL));

  fixture_clear (&fixture);
}

/* The old task leaves the list before anything could be done about it. */
static void
test_retry_and_clear (void)
{
  Fixture fixture;
  AtGtkTaskItem *item;

  fixture_init (&fixture, 1);
  item = get_item (&fixture, 0);
  begin (fixture.tasks[0]);
  fail (fixture.tasks[0]);

  fixture.tasks[1] = new_task ('R');
  at_gtk_task_item_set_task (item, fixture.tasks[1]);
  g_assert_true (at_async_task_execute (fixture.tasks[1], NULL, NULL));
  g_assert_cmpuint (at_task_list_clear_finished (fixture.list), ==, 1);
  shadow_check (&fixture.shadow, "R");
  iterate ();
  shadow_check (&fixture.shadow, "R");
  g_assert_true (get_item (&fixture, 1) == item);

  /* It is nobody's but the row's, until the application adds it. */
  at_task_list_add (fixture.list, fixture.tasks[1]);
  shadow_check (&fixture.shadow, "R");
  at_task_list_remove (fixture.list, fixture.tasks[1]);
  shadow_check (&fixture.shadow, "");

  fixture_clear (&fixture);
}

/* A model that nobody but the application can change. */
static void
test_retry_in_filter (void)
{
  Fixture fixture;
  g_autoptr (GtkFilterListModel) filter = NULL;
  AtGtkTaskItem *item;
  Retry retry = { NULL, };

  fixture_init (&fixture, 2);
  filter = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (fixture.list)), NULL);
  at_gtk_task_items_set_model (fixture.items, G_LIST_MODEL (filter));
  item = get_item (&fixture, 0);
  g_signal_connect (item, "removed", G_CALLBACK (on_removed), &retry);
  begin (fixture.tasks[0]);
  fail (fixture.tasks[0]);

  fixture.tasks[2] = new_task ('R');
  at_gtk_task_item_set_task (item, fixture.tasks[2]);
  begin (fixture.tasks[2]);
  shadow_check (&fixture.shadow, "RB");
  g_assert_true (get_item (&fixture, 0) == item);

  /* It goes on where it is, and stays when it has ended, until it is removed. */
  at_task_list_remove (fixture.list, fixture.tasks[0]);
  shadow_check (&fixture.shadow, "RB");
  fail (fixture.tasks[2]);
  shadow_check (&fixture.shadow, "BR");
  at_gtk_task_items_set_undo_timeout (fixture.items, 0);
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_REMOVE);
  shadow_check (&fixture.shadow, "B");
  g_assert_cmpuint (retry.n_removed, ==, 1);

  /* What can't be taken out of the model is not seen, and has its row if it comes again. */
  g_assert_true (at_gtk_task_items_remove (fixture.items, G_LIST_MODEL (fixture.items)) == 1);
  shadow_check (&fixture.shadow, "");
  g_assert_true (at_task_list_find (fixture.list, fixture.tasks[1], NULL));
  at_task_list_remove (fixture.list, fixture.tasks[1]);
  at_task_list_add (fixture.list, fixture.tasks[1]);
  shadow_check (&fixture.shadow, "B");

  at_gtk_task_items_set_model (fixture.items, NULL);
  g_clear_object (&filter);
  fixture_clear (&fixture);
}

static void
test_retry_in_store (void)
{
  g_autoptr (GListStore) store = g_list_store_new (AT_TYPE_ASYNC_TASK);
  AtGtkTaskItems *items;
  AtAsyncTask *tasks[4];
  g_autoptr (AtAsyncTask) first = NULL;
  Shadow shadow;

  for (guint i = 0; i < 4; i++)
    tasks[i] = new_task ((char) ('A' + i));
  g_list_store_splice (store, 0, 0, (gpointer *) tasks, 3);
  items = at_gtk_task_items_new (G_LIST_MODEL (store));
  shadow_init (&shadow, items);

  at_gtk_task_item_set_task (at_gtk_task_items_find (items, tasks[0]), tasks[3]);
  iterate ();
  shadow_check (&shadow, "DBC");
  first = g_list_model_get_item (G_LIST_MODEL (store), 0);
  g_assert_true (first == tasks[3]);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 3);
  g_clear_object (&first);

  /* Removed for good, they are taken out of it. */
  at_gtk_task_items_set_undo_timeout (items, 0);
  g_assert_cmpuint (at_gtk_task_items_remove (items, G_LIST_MODEL (items)), ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, 0);

  shadow_clear (&shadow);
  g_assert_finalize_object (items);
  for (guint i = 0; i < 4; i++)
    end_task (tasks[i]);
}

/* Removing. */

static guint
remove_one (Fixture *fixture,
            guint    task)
{
  g_autoptr (GListStore) some = g_list_store_new (AT_GTK_TYPE_TASK_ITEM);

  /* Twice is once. */
  g_list_store_append (some, get_item (fixture, task));
  g_list_store_append (some, get_item (fixture, task));

  return at_gtk_task_items_remove (fixture->items, G_LIST_MODEL (some));
}

static void
test_remove (void)
{
  Fixture fixture;
  Retry retry = { NULL, };

  fixture_init (&fixture, 3);
  for (guint i = 0; i < 3; i++)
    g_signal_connect (get_item (&fixture, i), "removed", G_CALLBACK (on_removed), &retry);
  begin (fixture.tasks[1]);
  succeed (fixture.tasks[1]);
  shadow_check (&fixture.shadow, "ACB");
  g_assert_false (at_gtk_task_items_undo (fixture.items));

  /* At once, and not for good. */
  g_assert_cmpuint (remove_one (&fixture, 1), ==, 1);
  shadow_check (&fixture.shadow, "AC");
  g_assert_true (fixture.shadow.can_undo);
  g_assert_null (get_item (&fixture, 1));
  at_test_time_skip (900);
  iterate ();
  g_assert_true (fixture.shadow.can_undo);
  g_assert_cmpuint (retry.n_removed, ==, 0);
  g_assert_true (at_task_list_find (fixture.list, fixture.tasks[1], NULL));

  g_assert_true (at_gtk_task_items_undo (fixture.items));
  shadow_check (&fixture.shadow, "ACB");
  g_assert_false (fixture.shadow.can_undo);

  /* The last one is undone, and the one before is for good in its time. */
  g_assert_cmpuint (remove_one (&fixture, 1), ==, 1);
  at_test_time_skip (600);
  g_assert_cmpuint (remove_one (&fixture, 0), ==, 1);
  shadow_check (&fixture.shadow, "C");
  at_test_time_skip (600);
  iterate ();
  g_assert_cmpuint (retry.n_removed, ==, 1);
  g_assert_false (at_task_list_find (fixture.list, fixture.tasks[1], NULL));
  g_assert_true (fixture.shadow.can_undo);
  g_assert_true (at_gtk_task_items_undo (fixture.items));
  shadow_check (&fixture.shadow, "AC");
  g_assert_false (at_gtk_task_items_undo (fixture.items));
  at_test_time_skip (2000);
  iterate ();
  g_assert_cmpuint (retry.n_removed, ==, 1);
  shadow_check (&fixture.shadow, "AC");

  fixture_clear (&fixture);
}

/* A task that runs is cancelled; what comes back is that, and can be tried again. */
static void
test_remove_running (void)
{
  Fixture fixture;
  Retry retry = { NULL, };
  AtGtkTaskItem *item;

  fixture_init (&fixture, 2);
  item = get_item (&fixture, 0);
  g_signal_connect (item, "retry", G_CALLBACK (on_retry), &retry);
  g_signal_connect (item, "removed", G_CALLBACK (on_removed), &retry);
  begin (fixture.tasks[0]);
  g_assert_cmpuint (fixture.shadow.n_active, ==, 1);

  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_REMOVE);
  shadow_check (&fixture.shadow, "B");
  g_assert_true (at_async_task_is_cancelled (fixture.tasks[0]));
  g_assert_cmpuint (at_gtk_task_items_get_n_active (fixture.items), ==, 0);
  succeed (fixture.tasks[0]);
  shadow_check (&fixture.shadow, "B");

  g_assert_true (at_gtk_task_items_undo (fixture.items));
  shadow_check (&fixture.shadow, "BA");
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_CANCELLED);
  g_assert_true (at_gtk_task_item_can (item, AT_GTK_TASK_ACTION_RETRY));
  retry.next = fixture.tasks[2] = new_task ('R');
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_RETRY);
  at_test_iterate_until (NULL, at_async_task_get_stage (retry.next) == AT_STAGE_RUNNING);
  iterate ();
  shadow_check (&fixture.shadow, "RB");

  /* It is removed for good when it has ended, however long that takes. */
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_REMOVE);
  at_test_time_skip (2000);
  iterate ();
  g_assert_false (fixture.shadow.can_undo);
  g_assert_cmpuint (retry.n_removed, ==, 0);
  g_assert_true (at_task_list_find (fixture.list, retry.next, NULL));
  succeed (retry.next);
  g_assert_cmpuint (retry.n_removed, ==, 1);
  g_assert_false (at_task_list_find (fixture.list, retry.next, NULL));
  shadow_check (&fixture.shadow, "B");

  fixture_clear (&fixture);
}

static void
test_may_not_remove (void)
{
  Fixture fixture;

  fixture_init (&fixture, 1);
  at_gtk_task_item_set_can_cancel (get_item (&fixture, 0), FALSE);
  begin (fixture.tasks[0]);
  g_assert_cmpuint (remove_one (&fixture, 0), ==, 0);
  shadow_check (&fixture.shadow, "A");
  at_gtk_task_items_cancel_all (fixture.items);
  g_assert_false (at_async_task_is_cancelled (fixture.tasks[0]));
  succeed (fixture.tasks[0]);
  g_assert_cmpuint (remove_one (&fixture, 0), ==, 1);
  shadow_check (&fixture.shadow, "");

  fixture_clear (&fixture);
}

/* A list from which tasks leave by themselves; what was removed from it can be brought back. */
static void
test_remove_and_leave (void)
{
  Fixture fixture;
  AtGtkTaskItem *item;

  fixture_init (&fixture, 1);
  at_task_list_set_removal (fixture.list, AT_TASK_LIST_REMOVAL_WHEN_FINISHED);
  item = get_item (&fixture, 0);
  begin (fixture.tasks[0]);
  at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_REMOVE);
  succeed (fixture.tasks[0]);
  at_test_iterate_until (NULL, !at_task_list_find (fixture.list, fixture.tasks[0], NULL));
  g_assert_true (at_gtk_task_items_undo (fixture.items));
  shadow_check (&fixture.shadow, "A");
  g_assert_true (get_item (&fixture, 0) == item);
  g_assert_cmpuint (remove_one (&fixture, 0), ==, 1);
  shadow_check (&fixture.shadow, "");

  fixture_clear (&fixture);
}

static void
test_clear_finished (void)
{
  Fixture fixture;
  guint n_removed = 0;
  Retry retry = { NULL, };

  fixture_init (&fixture, 4);
  begin (fixture.tasks[0]);
  succeed (fixture.tasks[0]);
  begin (fixture.tasks[1]);
  fail (fixture.tasks[1]);
  begin (fixture.tasks[2]);
  g_signal_connect (get_item (&fixture, 0), "removed", G_CALLBACK (on_removed), &retry);
  fixture.shadow.n_changes = 0;
  n_removed = at_gtk_task_items_clear_finished (fixture.items);
  g_assert_cmpuint (n_removed, ==, 2);
  g_assert_cmpuint (fixture.shadow.n_changes, ==, 1);
  shadow_check (&fixture.shadow, "CD");
  g_assert_cmpuint (at_gtk_task_items_clear_finished (fixture.items), ==, 0);

  /* What can't be undone any more is for good, also where nobody is there to see it. */
  at_gtk_task_items_set_model (fixture.items, NULL);
  g_assert_cmpuint (retry.n_removed, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture.list)), ==, 2);
  g_assert_false (at_gtk_task_items_get_can_undo (fixture.items));

  fixture_clear (&fixture);
}

static void
test_remove_at_the_end (void)
{
  Fixture fixture;
  Retry retry = { NULL, };

  fixture_init (&fixture, 2);
  g_signal_connect (get_item (&fixture, 0), "removed", G_CALLBACK (on_removed), &retry);
  g_assert_cmpuint (remove_one (&fixture, 0), ==, 1);
  shadow_clear (&fixture.shadow);
  g_assert_finalize_object (fixture.items);
  g_assert_cmpuint (retry.n_removed, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture.list)), ==, 1);

  g_assert_finalize_object (fixture.list);
  end_task (fixture.tasks[0]);
  end_task (fixture.tasks[1]);
}

/* All of them. */

static void
test_all (void)
{
  Fixture fixture;

  fixture_init (&fixture, 3);
  for (guint i = 0; i < 2; i++)
    at_gtk_task_item_set_can_pause (get_item (&fixture, i), TRUE);
  at_gtk_task_item_set_can_pause (get_item (&fixture, 2), FALSE);
  for (guint i = 0; i < 3; i++)
    begin (fixture.tasks[i]);

  at_gtk_task_items_pause_all (fixture.items);
  iterate ();
  g_assert_true (at_async_task_is_paused (fixture.tasks[0]));
  g_assert_true (at_async_task_is_paused (fixture.tasks[1]));
  g_assert_false (at_async_task_is_paused (fixture.tasks[2]));
  g_assert_cmpuint (at_gtk_task_items_get_n_active (fixture.items), ==, 3);
  at_gtk_task_items_resume_all (fixture.items);
  g_assert_false (at_async_task_is_paused (fixture.tasks[0]));
  at_gtk_task_items_cancel_all (fixture.items);
  for (guint i = 0; i < 3; i++)
    g_assert_true (at_async_task_is_cancelled (fixture.tasks[i]));

  fixture_clear (&fixture);
}

/* Sections. */

#if GTK_CHECK_VERSION (4, 12, 0)

G_GNUC_BEGIN_IGNORE_DEPRECATIONS

static void
on_sections_changed (GtkSectionModel *model,
                     guint            position,
                     guint            n_items,
                     guint           *last)
{
  g_assert_cmpuint (n_items, ==, 1);
  g_assert_cmpuint (position, <, g_list_model_get_n_items (G_LIST_MODEL (model)));
  *last = position;
}

static void
check_section (Fixture *fixture,
               guint    position,
               guint    begin_expected,
               guint    end_expected)
{
  guint first, last;

  gtk_section_model_get_section (GTK_SECTION_MODEL (fixture->items), position, &first, &last);
  g_assert_cmpuint (first, ==, begin_expected);
  g_assert_cmpuint (last, ==, end_expected);
}

static void
test_sections (void)
{
  Fixture fixture;
  guint last = G_MAXUINT;

  fixture_init (&fixture, 4);
  g_signal_connect (fixture.items, "sections-changed", G_CALLBACK (on_sections_changed), &last);
  for (guint i = 0; i < 4; i++)
    check_section (&fixture, i, 0, 4);
  check_section (&fixture, 4, 4, G_MAXUINT);

  /* The first that still waits begins a section now, though it has not moved. */
  begin (fixture.tasks[0]);
  shadow_check (&fixture.shadow, "ABCD");
  check_section (&fixture, 0, 0, 1);
  check_section (&fixture, 2, 1, 4);
  g_assert_cmpuint (last, ==, 1);
  succeed (fixture.tasks[0]);
  shadow_check (&fixture.shadow, "BCDA");
  check_section (&fixture, 0, 0, 3);
  check_section (&fixture, 3, 3, 4);

  at_gtk_task_items_set_sort (fixture.items, AT_GTK_TASK_SORT_NEWEST);
  check_section (&fixture, 1, 0, 4);

  fixture_clear (&fixture);
}

G_GNUC_END_IGNORE_DEPRECATIONS

#else

static void
test_sections (void)
{
  g_test_skip ("GTK has sections from 4.12 on");
}

#endif

/* What they amount to. */

static void
advance (AtAsyncTask *task,
         guint64      completed,
         guint64      total)
{
  at_async_task_set_amounts (task, completed, total);
  at_test_iterate_until (NULL, at_async_task_get_completed (task) == completed);
  at_test_time_skip (0.02);
  iterate ();
}

static void
test_fraction (void)
{
  Fixture fixture;
  guint n_notifies = 0;

  fixture_init (&fixture, 4);
  g_signal_connect_swapped (fixture.items, "notify::fraction", G_CALLBACK (g_atomic_int_inc), &n_notifies);
  g_assert_cmpfloat (at_gtk_task_items_get_fraction (fixture.items), ==, 0);
  g_assert_false (at_gtk_task_items_get_indeterminate (fixture.items));

  /* Each weighs the same, as long as one of them says nothing. */
  begin (fixture.tasks[0]);
  g_assert_true (at_gtk_task_items_get_indeterminate (fixture.items));
  advance (fixture.tasks[0], 50, 100);
  g_assert_false (at_gtk_task_items_get_indeterminate (fixture.items));
  g_assert_cmpfloat_with_epsilon (at_gtk_task_items_get_fraction (fixture.items), 0.125, 1e-9);
  g_assert_cmpuint (n_notifies, ==, 1);
  for (guint i = 1; i < 4; i++)
    {
      begin (fixture.tasks[i]);
      advance (fixture.tasks[i], 0, 300);
    }
  g_assert_cmpfloat_with_epsilon (at_gtk_task_items_get_fraction (fixture.items), 0.05, 1e-9);

  /* What has ended counts, after it has gone, too, and what failed as much as it did; what was
   * removed while it ran does not. */
  succeed (fixture.tasks[0]);
  g_assert_cmpfloat_with_epsilon (at_gtk_task_items_get_fraction (fixture.items), 0.1, 1e-9);
  at_task_list_remove (fixture.list, fixture.tasks[0]);
  g_assert_cmpfloat_with_epsilon (at_gtk_task_items_get_fraction (fixture.items), 0.1, 1e-9);
  at_task_list_remove (fixture.list, fixture.tasks[3]);
  g_assert_cmpfloat_with_epsilon (at_gtk_task_items_get_fraction (fixture.items), 1.0 / 7, 1e-9);
  fail (fixture.tasks[1]);
  g_assert_cmpfloat_with_epsilon (at_gtk_task_items_get_fraction (fixture.items), 0.25, 1e-9);
  succeed (fixture.tasks[2]);
  g_assert_cmpfloat (at_gtk_task_items_get_fraction (fixture.items), ==, 1);

  /* And then it begins anew. */
  fixture.tasks[4] = new_task ('E');
  at_task_list_add (fixture.list, fixture.tasks[4]);
  g_assert_cmpfloat (at_gtk_task_items_get_fraction (fixture.items), ==, 0);

  fixture_clear (&fixture);
}

/* What had ended before it came is no part of what is done now. */
static void
test_history (void)
{
  Fixture fixture;

  fixture_init (&fixture, 1);
  fixture.tasks[1] = new_task ('B');
  begin (fixture.tasks[1]);
  succeed (fixture.tasks[1]);
  begin (fixture.tasks[0]);
  at_task_list_add (fixture.list, fixture.tasks[1]);
  g_assert_cmpfloat (at_gtk_task_items_get_fraction (fixture.items), ==, 0);
  g_assert_true (at_gtk_task_items_get_indeterminate (fixture.items));

  fixture_clear (&fixture);
}

/* Somebody listens: it is told, and so read, four times a second at most. */
static void
assert_summary (AtGtkTaskItems *items,
                const char     *summary)
{
  at_test_time_skip (0.3);
  iterate ();
  g_assert_cmpstr (at_gtk_task_items_get_summary (items), ==, summary);
}

static void
test_words (void)
{
  Fixture fixture;

  fixture_init (&fixture, 3);
  assert_summary (fixture.items, "Waiting");
  at_task_list_remove (fixture.list, fixture.tasks[1]);
  at_task_list_remove (fixture.list, fixture.tasks[2]);

  /* Of a single one, what it says itself. */
  at_async_task_set_unit (fixture.tasks[0], AT_PROGRESS_UNIT_BYTES);
  begin (fixture.tasks[0]);
  at_async_task_set_message (fixture.tasks[0], "Counting");
  at_test_iterate_until (NULL, at_async_task_get_message (fixture.tasks[0]) != NULL);
  assert_summary (fixture.items, "Counting");
  g_assert_cmpint (at_gtk_task_items_get_unit (fixture.items), ==, AT_PROGRESS_UNIT_BYTES);

  at_task_list_add (fixture.list, fixture.tasks[1]);
  at_task_list_add (fixture.list, fixture.tasks[2]);
  iterate ();
  assert_summary (fixture.items, "0 of 3");
  begin (fixture.tasks[1]);
  g_assert_cmpint (at_gtk_task_items_get_unit (fixture.items), ==, AT_PROGRESS_UNIT_NONE);
  succeed (fixture.tasks[1]);
  assert_summary (fixture.items, "1 of 3");
  at_async_task_pause (fixture.tasks[0]);
  iterate ();
  assert_summary (fixture.items, "Paused — 1 of 3");
  at_async_task_resume (fixture.tasks[0]);
  iterate ();
  fail (fixture.tasks[0]);
  assert_summary (fixture.items, "1 failed");
  at_task_list_remove (fixture.list, fixture.tasks[0]);
  assert_summary (fixture.items, "Waiting");
  begin (fixture.tasks[2]);
  succeed (fixture.tasks[2]);
  assert_summary (fixture.items, "Done");

  fixture_clear (&fixture);
}

static void
note_summary (AtGtkTaskItems *items,
              GParamSpec     *pspec,
              GPtrArray      *seen)
{
  g_ptr_array_add (seen, g_strdup (at_gtk_task_items_get_summary (items)));
}

/* Two tasks of a hundred units, ten of them a second. */
static void
test_rate (void)
{
  Fixture fixture;
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_free);

  fixture_init (&fixture, 2);
  g_signal_connect (fixture.items, "notify::summary", G_CALLBACK (note_summary), seen);
  g_assert_cmpfloat (at_gtk_task_items_get_rate (fixture.items), ==, 0);
  g_assert_cmpfloat (at_gtk_task_items_get_remaining (fixture.items), ==, -1);
  for (guint i = 0; i < 2; i++)
    begin (fixture.tasks[i]);

  for (guint64 i = 1; i <= 50; i++)
    {
      at_test_time_skip (0.1);
      for (guint j = 0; j < 2; j++)
        advance (fixture.tasks[j], i, 100);
    }
  at_test_time_skip (0.3);
  iterate ();

  g_assert_cmpfloat_with_epsilon (at_gtk_task_items_get_rate (fixture.items),
                                  at_async_task_get_rate (fixture.tasks[0]) + at_async_task_get_rate (fixture.tasks[1]),
                                  0.5);
  g_assert_cmpfloat (at_gtk_task_items_get_rate (fixture.items), >, 5);
  g_assert_cmpfloat_with_epsilon (at_gtk_task_items_get_remaining (fixture.items),
                                  100 / at_gtk_task_items_get_rate (fixture.items), 0.5);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (seen, seen->len - 1), "0 of 2 — "));
  g_assert_true (g_str_has_suffix (g_ptr_array_index (seen, seen->len - 1), " left"));

  /* Paused, one is not waited for. */
  at_async_task_pause (fixture.tasks[0]);
  iterate ();
  g_assert_cmpfloat_with_epsilon (at_gtk_task_items_get_remaining (fixture.items),
                                  50 / at_gtk_task_items_get_rate (fixture.items), 0.5);

  fixture_clear (&fixture);
}

/* While it is not used any more. */

static void
test_lifetimes (void)
{
  Fixture fixture;
  AtGtkTaskItem *item;
  AtTaskList *list;

  /* An item outlives the list, and a task outlives the item. */
  fixture_init (&fixture, 2);
  item = g_object_ref (get_item (&fixture, 0));
  begin (fixture.tasks[0]);
  shadow_clear (&fixture.shadow);
  g_assert_finalize_object (fixture.items);
  g_assert_false (at_gtk_task_item_can (item, AT_GTK_TASK_ACTION_REMOVE));
  fail (fixture.tasks[0]);
  g_assert_cmpint (at_gtk_task_item_get_state (item), ==, AT_GTK_TASK_STATE_FAILED);
  g_assert_finalize_object (item);

  /* The model outlives the items, and goes with them. */
  list = fixture.list;
  fixture.items = at_gtk_task_items_new (G_LIST_MODEL (list));
  g_object_add_weak_pointer (G_OBJECT (list), (gpointer *) &list);
  g_object_unref (list);
  g_assert_nonnull (list);
  g_assert_finalize_object (fixture.items);
  g_assert_null (list);
  end_task (fixture.tasks[0]);
  end_task (fixture.tasks[1]);
}

static void
drop_elsewhere (gpointer data)
{
  g_object_unref (data);
}

static void
set_elsewhere (gpointer data)
{
  at_test_assert_critical (at_gtk_task_items_set_model (data, NULL));
}

/* A collector of a language drops it on its own thread. */
static void
test_threads (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  AtGtkTaskItems *items = at_gtk_task_items_new (G_LIST_MODEL (list));
  AtAsyncTask *task = new_task ('A');
  AtGtkTaskItem *item;

  at_task_list_add (list, task);
  at_test_call_in_thread (set_elsewhere, items);
  item = g_object_ref (at_gtk_task_items_find (items, task));
  g_object_add_weak_pointer (G_OBJECT (items), (gpointer *) &items);
  g_object_add_weak_pointer (G_OBJECT (item), (gpointer *) &item);

  at_test_call_in_thread (drop_elsewhere, items);
  g_assert_nonnull (items);
  at_test_iterate_until (NULL, items == NULL);
  at_test_call_in_thread (drop_elsewhere, item);
  g_assert_nonnull (item);
  at_test_iterate_until (NULL, item == NULL);

  at_task_list_remove (list, task);
  end_task (task);
}

static void
test_no_task (void)
{
  g_autoptr (GListStore) store = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  AtGtkTaskItems *items = at_gtk_task_items_new (G_LIST_MODEL (store));
  AtAsyncTask *task = new_task ('A');
  Shadow shadow;

  shadow_init (&shadow, items);
  at_test_assert_critical (g_list_store_append (store, object));
  g_list_store_append (store, task);
  shadow_check (&shadow, "A");
  g_list_store_remove (store, 0);
  shadow_check (&shadow, "A");
  g_list_store_remove (store, 0);
  shadow_check (&shadow, "");

  shadow_clear (&shadow);
  g_assert_finalize_object (items);
  end_task (task);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  at_test_time_own ();

  g_test_add_func ("/gtk/task-items/rows", test_rows);
  g_test_add_func ("/gtk/task-items/replace-everything", test_replace_everything);
  g_test_add_func ("/gtk/task-items/set-model", test_set_model);
  g_test_add_func ("/gtk/task-items/sort", test_sort);
  g_test_add_func ("/gtk/task-items/moves-are-small", test_moves_are_small);
  g_test_add_func ("/gtk/task-items/many", test_many);
  g_test_add_func ("/gtk/task-items/create-item", test_create_item);
  g_test_add_func ("/gtk/task-items/same-item", test_same_item);
  g_test_add_func ("/gtk/task-items/retry-in-list", test_retry_in_list);
  g_test_add_func ("/gtk/task-items/retry-added", test_retry_added);
  g_test_add_func ("/gtk/task-items/retry-and-clear", test_retry_and_clear);
  g_test_add_func ("/gtk/task-items/retry-in-filter", test_retry_in_filter);
  g_test_add_func ("/gtk/task-items/retry-in-store", test_retry_in_store);
  g_test_add_func ("/gtk/task-items/remove", test_remove);
  g_test_add_func ("/gtk/task-items/remove-running", test_remove_running);
  g_test_add_func ("/gtk/task-items/may-not-remove", test_may_not_remove);
  g_test_add_func ("/gtk/task-items/remove-and-leave", test_remove_and_leave);
  g_test_add_func ("/gtk/task-items/clear-finished", test_clear_finished);
  g_test_add_func ("/gtk/task-items/remove-at-the-end", test_remove_at_the_end);
  g_test_add_func ("/gtk/task-items/all", test_all);
  g_test_add_func ("/gtk/task-items/sections", test_sections);
  g_test_add_func ("/gtk/task-items/fraction", test_fraction);
  g_test_add_func ("/gtk/task-items/history", test_history);
  g_test_add_func ("/gtk/task-items/words", test_words);
  g_test_add_func ("/gtk/task-items/rate", test_rate);
  g_test_add_func ("/gtk/task-items/lifetimes", test_lifetimes);
  g_test_add_func ("/gtk/task-items/threads", test_threads);
  g_test_add_func ("/gtk/task-items/no-task", test_no_task);

  return g_test_run ();
}
