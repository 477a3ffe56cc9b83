/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The page in GTK's inspector, made as the inspector makes it. */

#include "gtk-test.h"

typedef struct
{
  GtkWidget  *page;
  GtkWidget  *window;
  AtExecutor *pool;
  AtTestGate  gate;
} Fixture;

static GType
get_page_type (void)
{
  GIOExtensionPoint *point = g_io_extension_point_lookup ("gtk-inspector-page");
  GIOExtension *extension;

  g_assert_nonnull (point);
  extension = g_io_extension_point_get_extension_by_name (point, "asynctask-gtk");
  g_assert_nonnull (extension);
  g_assert_true (g_type_is_a (g_io_extension_get_type (extension), GTK_TYPE_WIDGET));

  return g_io_extension_get_type (extension);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  at_test_gate_init (&fixture->gate);
  fixture->pool = at_test_pool_new (1);
  fixture->page = g_object_new (get_page_type (), NULL);
  g_object_ref (fixture->page);
  fixture->window = gtk_test_show (fixture->page);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_null (g_main_context_find_source_by_user_data (NULL, fixture->page));
  g_assert_finalize_object (fixture->page);
  g_object_unref (fixture->pool);
  at_test_gate_clear (&fixture->gate);
}

static GtkSelectionModel *
get_rows (Fixture *fixture)
{
  return gtk_column_view_get_model (GTK_COLUMN_VIEW (gtk_test_find (fixture->page, GTK_TYPE_COLUMN_VIEW, NULL)));
}

/* (transfer none) (nullable): the first row whose @column begins with @text. */
static GtkTreeListRow *
find_row (Fixture    *fixture,
          const char *column,
          const char *text,
          guint      *position)
{
  GListModel *rows = G_LIST_MODEL (get_rows (fixture));

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (rows, i);
      g_autoptr (GObject) node = gtk_tree_list_row_get_item (row);
      g_autofree char *value = NULL;

      g_object_get (node, column, &value, NULL);
      if (!g_str_has_prefix (value, text))
        continue;

      if (position != NULL)
        *position = i;
      return row; /* the model has it */
    }

  return NULL;
}

static gboolean
has_row (Fixture    *fixture,
         const char *name)
{
  return find_row (fixture, "name", name, NULL) != NULL;
}

static char *
dup_text (Fixture    *fixture,
          const char *name,
          const char *column)
{
  GtkTreeListRow *row = find_row (fixture, "name", name, NULL);
  g_autoptr (GObject) node = NULL;
  char *value = NULL;

  g_assert_nonnull (row);
  node = gtk_tree_list_row_get_item (row);
  g_object_get (node, column, &value, NULL);

  return value;
}

static void
assert_text (Fixture    *fixture,
             const char *name,
             const char *column,
             const char *expected)
{
  g_autofree char *value = dup_text (fixture, name, column);

  g_assert_cmpstr (value, ==, expected);
}

/* What the row is below. */
static char *
dup_parent (Fixture    *fixture,
            const char *name)
{
  GtkTreeListRow *row = find_row (fixture, "name", name, NULL);
  g_autoptr (GtkTreeListRow) parent = NULL;
  g_autoptr (GObject) node = NULL;
  char *value = NULL;

  g_assert_nonnull (row);
  parent = gtk_tree_list_row_get_parent (row);
  g_assert_nonnull (parent);
  node = gtk_tree_list_row_get_item (parent);
  g_object_get (node, "name", &value, NULL);

  return value;
}

static gboolean
is_label (GtkWidget  *widget,
          const char *text)
{
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), text))
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (is_label (child, text))
      return TRUE;

  return FALSE;
}

static AtAsyncTask *
execute (Fixture    *fixture,
         const char *title,
         int         priority)
{
  AtAsyncTask *task = at_async_task_new (at_test_body_gate, &fixture->gate, NULL);

  at_async_task_set_title (task, title);
  at_async_task_set_priority (task, priority);
  at_test_execute (task, fixture->pool);

  return task;
}

static gboolean
has_ended (AtAsyncTask *task)
{
  return at_async_task_get_outcome (task) != AT_OUTCOME_NONE;
}

/* What the inspector asks of a page. */
static void
test_properties (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *title = NULL;

  g_object_get (fixture->page, "title", &title, NULL);
  g_assert_cmpstr (title, ==, "Tasks");
  g_object_set (fixture->page, "object", fixture->window, NULL);
  g_object_set (fixture->page, "object", NULL, NULL);
}

static void
test_live (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (AtAsyncTask) running = execute (fixture, "Runs", G_PRIORITY_DEFAULT);
  g_autoptr (AtAsyncTask) queued = NULL;
  g_autoptr (AtAsyncTask) urgent = NULL;
  g_autofree char *executor = NULL;
  g_autofree char *now = NULL;
  guint position, other;

  at_test_gate_wait_arrived (&fixture->gate, 1);
  queued = execute (fixture, "Queued", G_PRIORITY_DEFAULT);
  at_test_iterate_until (NULL, has_row (fixture, "Runs") && has_row (fixture, "Queued"));

  assert_text (fixture, "Runs", "body", "at_test_body_gate");
  assert_text (fixture, "Runs", "state", "running");
  assert_text (fixture, "Queued", "state", "queued");
  executor = dup_parent (fixture, "Runs");
  now = dup_parent (fixture, "Queued");
  g_assert_cmpstr (executor, ==, now);
  assert_text (fixture, executor, "state", "1 of 1 running, 1 queued");
  at_test_iterate_until (NULL, is_label (fixture->page, "Queued") && is_label (fixture->page, "at_test_body_gate") &&
                                 is_label (fixture->page, "1 of 1 running, 1 queued"));

  /* Selected, it stays so where one comes before it, and another row is not disturbed by it. */
  g_assert_nonnull (find_row (fixture, "name", "Queued", &position));
  gtk_selection_model_select_item (get_rows (fixture), position, TRUE);
  urgent = execute (fixture, "Urgent", G_PRIORITY_HIGH);
  at_test_iterate_until (NULL, has_row (fixture, "Urgent"));
  g_assert_nonnull (find_row (fixture, "name", "Urgent", &other));
  g_assert_cmpuint (other, ==, position);
  g_assert_nonnull (find_row (fixture, "name", "Queued", &position));
  g_assert_cmpuint (other + 1, ==, position);
  g_assert_true (gtk_selection_model_is_selected (get_rows (fixture), position));

  /* Moved to the front, it is the same. */
  at_async_task_set_priority (queued, G_PRIORITY_HIGH - 100);
  at_test_iterate_until (NULL, find_row (fixture, "name", "Queued", &position) != NULL && position == other);
  g_assert_true (gtk_selection_model_is_selected (get_rows (fixture), position));

  at_test_gate_open (&fixture->gate);
  at_test_iterate_until (NULL, has_ended (running) && has_ended (queued) && has_ended (urgent));
  at_test_iterate_until (NULL, !has_row (fixture, "Runs") && !has_row (fixture, "Queued") &&
                                 !has_row (fixture, "Urgent"));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (get_rows (fixture))); i++)
    g_assert_false (gtk_selection_model_is_selected (get_rows (fixture), i));
  assert_text (fixture, executor, "state", "0 of 1 running, 0 queued");
}

/* What is done, and whose owner does not listen, is with the mailbox. */
static void
test_mailbox (Fixture       *fixture,
              gconstpointer  data)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GObject) node = NULL;
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;
  g_autofree char *time = NULL;

  task = at_async_task_new (at_test_body_gate, &fixture->gate, NULL);
  at_async_task_set_title (task, "Undelivered");
  at_async_task_set_main_context (task, context);
  at_test_execute (task, fixture->pool);
  at_test_gate_open (&fixture->gate);

  at_test_iterate_until (NULL, find_row (fixture, "state", "to be delivered", NULL) != NULL);
  parent = dup_parent (fixture, "Undelivered");
  g_assert_cmpstr (parent, ==, "Mailbox");
  at_test_iterate_until (NULL, find_row (fixture, "state", "1 message", NULL) != NULL);
  node = gtk_tree_list_row_get_item (find_row (fixture, "state", "1 message", NULL));
  g_object_get (node, "name", &name, "time", &time, NULL);
  g_assert_cmpstr (name, ==, "Mailbox");
  g_assert_cmpstr (time, !=, "");
  g_clear_object (&node);

  at_test_finish (task);
  at_test_iterate_until (NULL, !has_row (fixture, "Undelivered"));
  at_test_assert_last_reference (task);
  g_clear_object (&task);
  g_main_context_unref (context);
}

/* Parts are below their group; one that waits for another is there, and says for which. */
static void
test_group (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
  g_autoptr (AtAsyncTask) first = at_async_task_new (at_test_body_gate, &fixture->gate, NULL);
  g_autoptr (AtAsyncTask) second = at_async_task_new (at_test_body_gate, &fixture->gate, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = NULL;

  at_async_task_set_title (AT_ASYNC_TASK (group), "Group");
  at_async_task_set_title (first, "Part");
  at_async_task_set_title (second, "After");
  g_assert_true (at_async_task_add_prerequisite (second, first, &error));
  g_assert_no_error (error);
  g_assert_true (at_task_group_add (group, first, &error));
  g_assert_no_error (error);
  at_test_execute (AT_ASYNC_TASK (group), fixture->pool);
  at_test_execute (second, fixture->pool);
  at_test_gate_wait_arrived (&fixture->gate, 1);

  at_test_iterate_until (NULL, has_row (fixture, "Part") && has_row (fixture, "After"));
  parent = dup_parent (fixture, "Part");
  g_assert_cmpstr (parent, ==, "Group");
  assert_text (fixture, "After", "state", "waiting");
  g_assert_nonnull (find_row (fixture, "details", "after “Part”", NULL));

  at_test_gate_open (&fixture->gate);
  at_test_iterate_until (NULL, has_ended (AT_ASYNC_TASK (group)) && has_ended (second));
  at_test_iterate_until (NULL, !has_row (fixture, "Group") && !has_row (fixture, "Part") &&
                                 !has_row (fixture, "After"));
}

/* Nothing runs where nobody looks. */
static void
test_unmapped (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = NULL;

  g_assert_nonnull (g_main_context_find_source_by_user_data (NULL, fixture->page));
  gtk_widget_set_visible (fixture->page, FALSE);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, fixture->page));

  task = execute (fixture, "Unseen", G_PRIORITY_DEFAULT);
  at_test_gate_wait_arrived (&fixture->gate, 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (has_row (fixture, "Unseen"));
  g_assert_null (g_main_context_find_source_by_user_data (NULL, fixture->page));

  /* At once, when somebody does. */
  gtk_widget_set_visible (fixture->page, TRUE);
  g_assert_true (gtk_widget_get_mapped (fixture->page));
  g_assert_true (has_row (fixture, "Unseen"));
  g_assert_nonnull (g_main_context_find_source_by_user_data (NULL, fixture->page));

  at_test_gate_open (&fixture->gate);
  at_test_iterate_until (NULL, has_ended (task));
}

static void
text_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, &error);
  g_assert_no_error (error);
}

static void
test_copy (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (AtAsyncTask) task = execute (fixture, "Copied", G_PRIORITY_DEFAULT);
  g_autofree char *text = NULL;

  at_test_gate_wait_arrived (&fixture->gate, 1);
  gtk_test_click (gtk_test_find (fixture->page, GTK_TYPE_BUTTON, "text-button"));
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (fixture->page), NULL, text_cb, &text);
  at_test_iterate_until (NULL, text != NULL);
  g_assert_nonnull (strstr (text, "“Copied” at_test_body_gate"));

  at_test_gate_open (&fixture->gate);
  at_test_iterate_until (NULL, has_ended (task));
}

/* Of a long queue, the first ones, and how many more there are. */
static void
test_long (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 300; i++)
    g_ptr_array_add (tasks, execute (fixture, "Many", G_PRIORITY_DEFAULT));
  at_test_gate_wait_arrived (&fixture->gate, 1);
  at_test_iterate_until (NULL, has_row (fixture, "and 100 more"));

  at_test_gate_open (&fixture->gate);
  for (guint i = 0; i < tasks->len; i++)
    at_test_iterate_until (NULL, has_ended (tasks->pdata[i]));
  at_test_iterate_until (NULL, !has_row (fixture, "Many"));
  g_assert_false (has_row (fixture, "and "));
}

/* First of all: no task was ever executed. */
static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *stack = gtk_test_find (fixture->page, GTK_TYPE_STACK, NULL);

  if (g_list_model_get_n_items (G_LIST_MODEL (get_rows (fixture))) == 0)
    g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "empty");
  else
    g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "rows");
}

#define add(path, func) g_test_add ("/gtk/inspector/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_MASK & ~(G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG));
  gtk_init ();
  at_gtk_init ();

  add ("empty", test_empty);
  add ("properties", test_properties);
  add ("live", test_live);
  add ("mailbox", test_mailbox);
  add ("group", test_group);
  add ("unmapped", test_unmapped);
  add ("copy", test_copy);
  add ("long", test_long);

  return g_test_run ();
}
