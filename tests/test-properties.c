/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <string.h>

/* What holds of the properties of all classes. */

/* Whether the default is the same for all objects and on all machines. */
static gboolean
has_known_default (GObject    *object,
                   GParamSpec *pspec)
{
  GType type = G_TYPE_FUNDAMENTAL (pspec->value_type);

  /* A class may begin with another value than the one above it: the unit of a
   * transfer is bytes. */
  if (pspec->owner_type != G_OBJECT_TYPE (object))
    return FALSE;
  if (pspec->owner_type == AT_TYPE_THREAD_POOL_EXECUTOR && g_str_equal (pspec->name, "max-threads"))
    return FALSE;

  return type != G_TYPE_OBJECT && type != G_TYPE_BOXED && type != G_TYPE_POINTER && type != G_TYPE_INTERFACE;
}

/* What a new object has is what its class says it has, and language bindings print. */
static void
check_default (GObject    *object,
               GParamSpec *pspec)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, pspec->name, &value);
  g_assert_false (g_param_value_validate (pspec, &value));
  if (has_known_default (object, pspec) && !g_param_value_defaults (pspec, &value))
    g_error ("The default of %s:%s is another one", G_OBJECT_TYPE_NAME (object), pspec->name);
}

static void
count_notify (GObject    *object,
              GParamSpec *pspec,
              guint      *n)
{
  (*n)++;
}

/* Setting what is there already is no change, and nobody is told of one. */
static void
check_set_again (GObject    *object,
                 GParamSpec *pspec)
{
  g_auto (GValue) value = G_VALUE_INIT;
  gulong handler;
  guint n = 0;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, pspec->name, &value);
  handler = g_signal_connect (object, "notify", G_CALLBACK (count_notify), &n);
  g_object_set_property (object, pspec->name, &value);
  g_signal_handler_disconnect (object, handler);
  if (n != 0)
    g_error ("%s:%s says that it changed", G_OBJECT_TYPE_NAME (object), pspec->name);
}

static void
test_class (gconstpointer get_type)
{
  GType type = ((GType (*) (void)) get_type) ();
  g_autoptr (GObject) object = g_object_new (type, NULL);
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++)
    {
      GParamSpec *pspec = pspecs[i];

      if ((pspec->flags & G_PARAM_READABLE) == 0)
        continue;
      check_default (object, pspec);
      if ((pspec->flags & G_PARAM_WRITABLE) != 0 && (pspec->flags & G_PARAM_CONSTRUCT_ONLY) == 0)
        check_set_again (object, pspec);
    }

  g_assert_finalize_object (g_steal_pointer (&object));
}

/* Whether a task is active: what a button's sensitivity is bound to. */

static void
note_active_cb (AtAsyncTask *task,
                GParamSpec  *pspec,
                GString     *trace)
{
  g_string_append_printf (trace, "%s%s ", pspec->name, at_async_task_get_active (task) ? "+" : "-");
}

static void
note_pre_cb (AtAsyncTask *task,
             GString     *trace)
{
  g_string_append (trace, "pre ");
}

static void
note_last_cb (AtAsyncTask   *task,
              gconstpointer  payload,
              GString       *trace)
{
  g_assert_true (at_async_task_get_active (task));
  g_string_append (trace, "last ");
}

static AtAsyncTask *
new_noted_task (GString *trace)
{
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  g_signal_connect (task, "notify::status", G_CALLBACK (note_active_cb), trace);
  g_signal_connect (task, "notify::active", G_CALLBACK (note_active_cb), trace);
  g_signal_connect (task, "pre-execute", G_CALLBACK (note_pre_cb), trace);
  g_signal_connect (task, "post-execute", G_CALLBACK (note_last_cb), trace);
  g_signal_connect (task, "cancelled", G_CALLBACK (note_last_cb), trace);

  return task;
}

static void
test_active (gconstpointer user_data)
{
  gboolean cancelled = GPOINTER_TO_INT (user_data);
  g_autoptr (GString) trace = g_string_new (NULL);
  g_autoptr (AtAsyncTask) task = new_noted_task (trace);
  gboolean active;

  g_assert_false (at_async_task_get_active (task));
  if (cancelled)
    at_async_task_cancel (task, FALSE);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_object_get (task, "active", &active, NULL);
  g_assert_true (active);
  at_test_finish (task);
  g_object_get (task, "active", &active, NULL);
  g_assert_false (active);
  g_assert_cmpstr (trace->str, ==, cancelled
                   ? "status+ active+ last status- active- "
                   : "status+ active+ pre last status- active- ");

  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
execute_cb (gpointer task)
{
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_get_active (task));
}

/* Executed elsewhere: so at once, and told at home. */
static void
test_active_from_afar (void)
{
  g_autoptr (GString) trace = g_string_new (NULL);
  g_autoptr (AtAsyncTask) task = new_noted_task (trace);

  g_assert_true (g_main_context_acquire (NULL));
  at_test_call_in_thread (execute_cb, task);
  g_main_context_release (NULL);
  g_assert_true (at_async_task_get_active (task));
  g_assert_cmpstr (trace->str, ==, "");
  at_test_finish (task);
  g_assert_cmpstr (trace->str, ==, "status+ active+ pre last status- active- ");

  g_assert_finalize_object (g_steal_pointer (&task));
}

/* A toggle button that is bound both ways to whether the task is paused; another task
 * stands in for it. */
static void
test_paused_both_ways (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (AtAsyncTask) button = at_async_task_new (at_test_body_succeed, NULL, NULL);
  AtTestGate gate;
  guint n = 0;

  at_test_gate_init (&gate);
  task = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_signal_connect (task, "notify::paused", G_CALLBACK (count_notify), &n);
  g_object_bind_property (task, "paused", button, "paused", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);

  g_object_set (button, "paused", TRUE, NULL);
  g_assert_true (at_async_task_is_paused (task));
  at_async_task_resume (task);
  g_assert_false (at_async_task_is_paused (button));
  at_async_task_set_paused (task, TRUE);
  at_async_task_set_paused (task, TRUE);
  g_assert_true (at_async_task_is_paused (button));
  g_object_set (button, "paused", FALSE, NULL);
  g_assert_false (at_async_task_is_paused (task));
  g_assert_cmpuint (n, ==, 4);

  /* It comes up by itself at the end. */
  at_async_task_set_paused (button, TRUE);
  g_assert_true (at_async_task_is_paused (task));
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_false (at_async_task_is_paused (button));
  g_assert_cmpuint (n, ==, 6);
  at_async_task_set_paused (task, TRUE);
  g_assert_false (at_async_task_is_paused (task));
  g_assert_cmpuint (n, ==, 6);

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&button));
  at_test_gate_clear (&gate);
}

/* Texts that are not valid, as from a file in another encoding. */

#define NOT_VALID  "caf\xe9"
#define MADE_VALID "caf\xef\xbf\xbd"

static gboolean
fail_in_latin_1 (AtAsyncTask   *task,
                 const GValue  *params,
                 GCancellable  *cancellable,
                 gpointer       user_data,
                 GError       **error)
{
  at_async_task_set_message (task, NOT_VALID);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, NOT_VALID);

  return FALSE;
}

static void
set_title_cb (gpointer task)
{
  at_async_task_set_title (task, NOT_VALID " there");
}

static void
test_valid_text (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (fail_in_latin_1, NULL, NULL);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_signal_connect (task, "notify::title", G_CALLBACK (count_notify), &n);
  at_async_task_set_title (task, NOT_VALID);
  g_assert_cmpstr (at_async_task_get_title (task), ==, MADE_VALID);
  g_object_set (task, "title", NOT_VALID, NULL);
  g_assert_cmpuint (n, ==, 1);

  /* Who waits in another thread sees the error before the owner does. */
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_cmpstr (error->message, ==, MADE_VALID);
  at_test_finish (task);
  g_assert_cmpstr (at_async_task_get_error (task)->message, ==, MADE_VALID);
  g_assert_cmpstr (at_async_task_get_message (task), ==, MADE_VALID);

  g_assert_true (g_main_context_acquire (NULL));
  at_test_call_in_thread (set_title_cb, task);
  g_main_context_release (NULL);
  at_test_iterate_until (NULL, n == 2);
  g_assert_cmpstr (at_async_task_get_title (task), ==, MADE_VALID " there");

  g_assert_finalize_object (g_steal_pointer (&task));
}

/* A reason that is not valid, either. */
static gboolean
refuse_in_latin_1 (AtExecutor   *executor,
                   AtAsyncTask  *task,
                   GError      **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, NOT_VALID);

  return FALSE;
}

typedef GObject      RefusingExecutor;
typedef GObjectClass RefusingExecutorClass;

static void
refusing_executor_iface_init (AtExecutorInterface *iface)
{
  iface->execute = refuse_in_latin_1;
}

static GType refusing_executor_get_type (void);
G_DEFINE_TYPE_WITH_CODE (RefusingExecutor, refusing_executor, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, refusing_executor_iface_init))

static void
refusing_executor_class_init (RefusingExecutorClass *klass)
{
}

static void
refusing_executor_init (RefusingExecutor *self)
{
}

static void
test_valid_reason (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (fail_in_latin_1, NULL, NULL);
  g_autoptr (GObject) executor = g_object_new (refusing_executor_get_type (), NULL);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_signal_connect (task, "notify::active", G_CALLBACK (count_notify), &n);
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (executor), NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_false (at_async_task_get_active (task));
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_nonnull (strstr (error->message, MADE_VALID));
}

/* GTest leaves out what is called subprocess… without anything in front. */
#define add(name) \
  g_test_add_data_func ("/properties/at_" #name, (gconstpointer) at_##name##_get_type, test_class)

int
main (int    argc,
      char **argv)
{
  at_test_init (&argc, &argv);
  g_test_summary ("The properties of all classes.");

  add (async_task);
  add (inline_executor);
  add (script_task);
  add (serial_executor);
  add (subprocess_task);
  add (task_list);
  add (thread_pool_executor);
  add (transfer_task);
  g_test_add_data_func ("/properties/active/to-the-end", GINT_TO_POINTER (FALSE), test_active);
  g_test_add_data_func ("/properties/active/cancelled-before", GINT_TO_POINTER (TRUE), test_active);
  g_test_add_func ("/properties/active/from-afar", test_active_from_afar);
  g_test_add_func ("/properties/paused/both-ways", test_paused_both_ways);
  g_test_add_func ("/properties/text/made-valid", test_valid_text);
  g_test_add_func ("/properties/text/made-valid-of-an-executor", test_valid_reason);

  return g_test_run ();
}
