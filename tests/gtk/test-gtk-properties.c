/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gtk-test.h"

#include <math.h>
#include <string.h>

/* What holds of the properties of all classes. Each is here with its type, whether it can be
 * written, its range and its default, as programs and .ui files rely on it. */

typedef struct
{
  const char *name;
  GType    (* get_type) (void);
  const char *properties;
} Class;

#define RANGE_OF_SECONDS "0…1.79769e+308"

static const Class classes[] = {
  { "presence", at_gtk_presence_get_type,
    "application: GtkApplication rw\n"
    "background: gboolean rw = TRUE\n"
    "hold: gboolean rw = TRUE\n"
    "inhibit: GtkApplicationInhibitFlags rw = GTK_APPLICATION_INHIBIT_SUSPEND\n"
    "items: AtGtkTaskItems rw\n"
    "launcher: gboolean rw = TRUE\n"
    "notifications: AtGtkNotifications rw = AT_GTK_NOTIFICATIONS_FINISHED | AT_GTK_NOTIFICATIONS_FAILED\n" },
  { "progress-paintable", at_gtk_progress_paintable_get_type,
    "done: gboolean r = FALSE\n"
    "error: gboolean rw = FALSE\n"
    "fraction: gdouble rw 0…1 = 0\n"
    "icon-name: gchararray rw = NULL\n"
    "indeterminate: gboolean rw = FALSE\n"
    "paused: gboolean rw = FALSE\n"
    "widget: GtkWidget rw\n" },
  { "task-banner", at_gtk_task_banner_get_type,
    "button-label: gchararray rw = NULL\n"
    "item: AtGtkTaskItem r\n"
    "items: AtGtkTaskItems rw\n"
    "revealed: gboolean rw = FALSE\n" },
  { "task-button", at_gtk_task_button_get_type,
    "always-visible: gboolean rw = FALSE\n"
    "finished-timeout: gdouble rw " RANGE_OF_SECONDS " = 3\n"
    "icon-name: gchararray rw = NULL\n"
    "items: AtGtkTaskItems rw\n"
    "minimum-duration: gdouble rw " RANGE_OF_SECONDS " = 2\n"
    "popover: GtkPopover rw\n"
    "start-delay: gdouble rw " RANGE_OF_SECONDS " = 0.5\n" },
  { "task-dialog", at_gtk_task_dialog_get_type,
    "item: AtGtkTaskItem r\n" },
  { "task-item", at_gtk_task_item_get_type,
    "can-cancel: gboolean rw = TRUE\n"
    "can-open: gboolean rw = TRUE\n"
    "can-pause: gboolean rw = FALSE\n"
    "can-retry: gboolean rw = TRUE\n"
    "detail: gchararray rw = NULL\n"
    "file: GFile rw\n"
    "fraction: gdouble r 0…1 = 0\n"
    "icon: GIcon rw\n"
    "indeterminate: gboolean r = FALSE\n"
    "menu-model: GMenuModel rw\n"
    "state: AtGtkTaskState r = AT_GTK_TASK_STATE_PENDING\n"
    "subtitle: gchararray r = NULL\n"
    "task: AtAsyncTask rw\n"
    "title: gchararray rw = NULL\n" },
  { "task-items", at_gtk_task_items_get_type,
    "can-undo: gboolean r = FALSE\n"
    "fraction: gdouble r 0…1 = 0\n"
    "indeterminate: gboolean r = FALSE\n"
    "item-type: GType r\n"
    "model: GListModel rw\n"
    "n-active: guint r 0…4294967295 = 0\n"
    "n-failed: guint r 0…4294967295 = 0\n"
    "n-items: guint r 0…4294967295 = 0\n"
    "n-waiting: guint r 0…4294967295 = 0\n"
    "rate: gdouble r 0…1.79769e+308 = 0\n"
    "remaining: gdouble r -1…1.79769e+308 = -1\n"
    "sort: AtGtkTaskSort rw = AT_GTK_TASK_SORT_STATE\n"
    "summary: gchararray r = NULL\n"
    "undo-timeout: gdouble rw 0…2.14748e+09 = 5\n"
    "unit: AtProgressUnit r = AT_PROGRESS_UNIT_NONE\n" },
  { "task-popover", at_gtk_task_popover_get_type,
    "items: AtGtkTaskItems rw\n" },
  { "task-row", at_gtk_task_row_get_type,
    "actions: AtGtkTaskActions rw = all\n"
    "density: AtGtkTaskDensity rw = AT_GTK_TASK_DENSITY_NORMAL\n"
    "item: AtGtkTaskItem rw\n"
    "show-icon: gboolean rw = TRUE\n"
    "show-menu: gboolean rw = TRUE\n" },
  { "task-view", at_gtk_task_view_get_type,
    "actions: AtGtkTaskActions rw = all\n"
    "density: AtGtkTaskDensity rw = AT_GTK_TASK_DENSITY_NORMAL\n"
    "empty-widget: GtkWidget rw\n"
    "filter: GtkFilter rw\n"
    "items: AtGtkTaskItems rw\n"
    "max-content-height: gint rw -1…2147483647 = -1\n"
    "selection: GtkSelectionModel r\n"
    "selection-mode: GtkSelectionMode rw = GTK_SELECTION_NONE\n"
    "show-icon: gboolean rw = TRUE\n"
    "show-menu: gboolean rw = TRUE\n"
    "show-sections: gboolean rw = FALSE\n"
    "single-click-activate: gboolean rw = FALSE\n"
    "undo-timeout: gdouble rw -1…1.79769e+308 = -1\n" },
};

static gboolean
is_own (GParamSpec *pspec,
        GType       type)
{
  return pspec->owner_type == type;
}

static GObject *
make (GType type)
{
  GObject *object = g_object_new (type, NULL);

  if (g_object_is_floating (object))
    g_object_ref_sink (object);
  else if (GTK_IS_WINDOW (object))
    g_object_ref (object);

  return object;
}

/* Whatever held on to it for longer, as an idle source of GTK does, lets go of it in time. */
static void
let_go (GObject *object)
{
  gpointer there = object;

  g_object_add_weak_pointer (object, &there);
  if (GTK_IS_WINDOW (object))
    gtk_window_destroy (GTK_WINDOW (object));
  g_object_unref (object);
  at_test_iterate_until (NULL, there == NULL);
}

/* How it is described. */

static void
describe_number (GString *text,
                 double   minimum,
                 double   maximum,
                 double   number)
{
  g_string_append_printf (text, " %g…%g = %g", minimum, maximum, number);
}

static void
describe (GString    *text,
          GParamSpec *pspec)
{
  const GValue *value = g_param_spec_get_default_value (pspec);

  g_string_append_printf (text, "%s: %s %s%s", pspec->name, g_type_name (pspec->value_type),
                          (pspec->flags & G_PARAM_READABLE) != 0 ? "r" : "",
                          (pspec->flags & G_PARAM_WRITABLE) != 0 ? "w" : "");

  if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    describe_number (text, G_PARAM_SPEC_DOUBLE (pspec)->minimum, G_PARAM_SPEC_DOUBLE (pspec)->maximum,
                     g_value_get_double (value));
  else if (G_IS_PARAM_SPEC_INT (pspec))
    g_string_append_printf (text, " %d…%d = %d", G_PARAM_SPEC_INT (pspec)->minimum, G_PARAM_SPEC_INT (pspec)->maximum,
                            g_value_get_int (value));
  else if (G_IS_PARAM_SPEC_UINT (pspec))
    g_string_append_printf (text, " %u…%u = %u", G_PARAM_SPEC_UINT (pspec)->minimum, G_PARAM_SPEC_UINT (pspec)->maximum,
                            g_value_get_uint (value));
  else if (pspec->value_type == AT_GTK_TYPE_TASK_ACTIONS && g_value_get_flags (value) == AT_GTK_TASK_ACTION_ALL)
    g_string_append (text, " = all");
  else if (G_IS_PARAM_SPEC_FLAGS (pspec))
    {
      GFlagsClass *flags = G_PARAM_SPEC_FLAGS (pspec)->flags_class;
      guint bits = g_value_get_flags (value);
      const char *separator = " = ";

      for (guint i = 0; i < flags->n_values; i++)
        if (flags->values[i].value != 0 && (bits & flags->values[i].value) == flags->values[i].value)
          {
            g_string_append_printf (text, "%s%s", separator, flags->values[i].value_name);
            bits &= ~flags->values[i].value;
            separator = " | ";
          }
    }
  else if (!G_IS_PARAM_SPEC_OBJECT (pspec) && !G_IS_PARAM_SPEC_GTYPE (pspec))
    {
      g_auto (GValue) written = G_VALUE_INIT;

      g_value_init (&written, G_TYPE_STRING);
      g_assert_true (g_value_transform (value, &written));
      g_string_append_printf (text, " = %s", g_value_get_string (&written) ? g_value_get_string (&written) : "NULL");
    }
  g_string_append_c (text, '\n');
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(GParamSpec *const *) a)->name, (*(GParamSpec *const *) b)->name);
}

static GParamSpec **
list_own (const Class *class,
          guint       *n_own)
{
  GType type = class->get_type ();
  g_autoptr (GTypeClass) object_class = g_type_class_ref (type);
  g_autofree GParamSpec **all = NULL;
  GParamSpec **own;
  guint n;

  all = g_object_class_list_properties (G_OBJECT_CLASS (object_class), &n);
  own = g_new0 (GParamSpec *, n + 1);
  *n_own = 0;
  for (guint i = 0; i < n; i++)
    if (is_own (all[i], type))
      own[(*n_own)++] = all[i];
  qsort (own, *n_own, sizeof *own, compare_names);

  return own;
}

static void
test_described (gconstpointer data)
{
  const Class *class = data;
  g_autoptr (GString) text = g_string_new (NULL);
  guint n;
  g_autofree GParamSpec **pspecs = list_own (class, &n);

  for (guint i = 0; i < n; i++)
    {
      describe (text, pspecs[i]);
      /* Texts about properties are in the reference, and not in the program. */
      g_assert_cmpstr (g_param_spec_get_nick (pspecs[i]), ==, pspecs[i]->name);
      g_assert_null (g_param_spec_get_blurb (pspecs[i]));
      g_assert_cmpuint (pspecs[i]->flags & G_PARAM_STATIC_STRINGS, ==, G_PARAM_STATIC_STRINGS);
      g_assert_false ((pspecs[i]->flags & G_PARAM_DEPRECATED) != 0);
      if ((pspecs[i]->flags & G_PARAM_WRITABLE) != 0)
        g_assert_true ((pspecs[i]->flags & G_PARAM_EXPLICIT_NOTIFY) != 0);
    }
  g_assert_cmpstr (text->str, ==, class->properties);
}

/* What a new object has is what its class says it has. */
static void
test_defaults (gconstpointer data)
{
  const Class *class = data;
  guint n;
  g_autofree GParamSpec **pspecs = list_own (class, &n);
  GObject *object = make (class->get_type ());

  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_value_init (&value, pspecs[i]->value_type);
      g_object_get_property (object, pspecs[i]->name, &value);
      g_assert_false (g_param_value_validate (pspecs[i], &value));

      /* Those that have one of their own from the beginning. */
      if (pspecs[i]->value_type == GTK_TYPE_POPOVER)
        g_assert_true (AT_GTK_IS_TASK_POPOVER (g_value_get_object (&value)));
      else if (pspecs[i]->value_type == GTK_TYPE_APPLICATION)
        g_assert_true (g_value_get_object (&value) == g_application_get_default ());
      else if (pspecs[i]->value_type == G_TYPE_GTYPE)
        g_assert_true (g_value_get_gtype (&value) == AT_GTK_TYPE_TASK_ITEM);
      else if (!g_param_value_defaults (pspecs[i], &value))
        g_error ("The default of %s is another one", pspecs[i]->name);
    }

  let_go (object);
}

/* Another value than the default. */

static GObject *
make_other_object (GType type)
{
  if (type == AT_TYPE_ASYNC_TASK)
    return G_OBJECT (gtk_test_task_new ("other"));
  if (type == AT_GTK_TYPE_TASK_ITEM)
    return G_OBJECT (at_gtk_task_item_new (NULL));
  if (type == AT_GTK_TYPE_TASK_ITEMS)
    return G_OBJECT (at_gtk_task_items_new (NULL));
  if (type == G_TYPE_FILE)
    return G_OBJECT (g_file_new_for_path ("/nowhere/other.png"));
  if (type == G_TYPE_ICON)
    return G_OBJECT (g_themed_icon_new ("other"));
  if (type == G_TYPE_LIST_MODEL)
    return G_OBJECT (at_task_list_new ());
  if (type == G_TYPE_MENU_MODEL)
    return G_OBJECT (g_menu_new ());
  if (type == GTK_TYPE_APPLICATION)
    return G_OBJECT (gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE));
  if (type == GTK_TYPE_FILTER)
    return G_OBJECT (gtk_every_filter_new ());
  if (type == GTK_TYPE_POPOVER)
    return g_object_ref_sink (G_OBJECT (gtk_popover_new ()));
  if (type == GTK_TYPE_WIDGET)
    return g_object_ref_sink (G_OBJECT (gtk_label_new ("other")));

  g_assert_not_reached ();
}

static void
set_other (GParamSpec *pspec,
           GValue     *value)
{
  const GValue *usual = g_param_spec_get_default_value (pspec);

  g_value_init (value, pspec->value_type);
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    g_value_set_boolean (value, !g_value_get_boolean (usual));
  else if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    g_value_set_double (value, g_value_get_double (usual) + 0.25 < 0 ? 0.25 : g_value_get_double (usual) + 0.25);
  else if (G_IS_PARAM_SPEC_INT (pspec))
    g_value_set_int (value, g_value_get_int (usual) + 1);
  else if (G_IS_PARAM_SPEC_ENUM (pspec))
    g_value_set_enum (value, g_value_get_enum (usual) + 1);
  else if (G_IS_PARAM_SPEC_FLAGS (pspec))
    g_value_set_flags (value, 0);
  else if (G_IS_PARAM_SPEC_STRING (pspec))
    g_value_set_string (value, "other");
  else
    g_value_take_object (value, make_other_object (pspec->value_type));
}

static gboolean
are_equal (GObject      *object,
           GParamSpec   *pspec,
           const GValue *expected)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, pspec->name, &value);

  return g_param_values_cmp (pspec, &value, expected) == 0;
}

/* Who is told what. */

static void
note_cb (GObject    *object,
         GParamSpec *pspec,
         GHashTable *told)
{
  g_hash_table_insert (told, pspec, GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (told, pspec)) + 1));
}

/* Of a change everybody is told once, and so of what it changes of other properties; and of
 * nothing that has not changed. */
static void
check_told (GObject      *object,
            GParamSpec  **pspecs,
            guint         n,
            guint         which,
            const GValue *value,
            gboolean      is_change)
{
  g_autoptr (GHashTable) told = g_hash_table_new (NULL, NULL);
  g_autofree GValue *before = g_new0 (GValue, n);
  gulong handler;

  for (guint i = 0; i < n; i++)
    {
      g_value_init (&before[i], pspecs[i]->value_type);
      g_object_get_property (object, pspecs[i]->name, &before[i]);
    }
  handler = g_signal_connect (object, "notify", G_CALLBACK (note_cb), told);
  g_object_set_property (object, pspecs[which]->name, value);
  g_signal_handler_disconnect (object, handler);

  if ((GPOINTER_TO_INT (g_hash_table_lookup (told, pspecs[which])) != 0) != is_change)
    g_error ("Setting %s %s", pspecs[which]->name, is_change ? "tells nobody" : "to what it is tells of it");
  for (guint i = 0; i < n; i++)
    {
      gboolean has_changed = !are_equal (object, pspecs[i], &before[i]);
      int count = GPOINTER_TO_INT (g_hash_table_lookup (told, pspecs[i]));

      if (count != (has_changed ? 1 : 0))
        g_error ("Setting %s tells %d times of %s, which has %schanged",
                 pspecs[which]->name, count, pspecs[i]->name, has_changed ? "" : "not ");
      g_value_unset (&before[i]);
    }
}

/* The banner alone says when it is to be seen: with nothing to show it stays as it is. */
static gboolean
is_a_wish (GParamSpec *pspec)
{
  return pspec->owner_type == AT_GTK_TYPE_TASK_BANNER && g_str_equal (pspec->name, "revealed");
}

static void
test_told (gconstpointer data)
{
  const Class *class = data;
  guint n;
  g_autofree GParamSpec **pspecs = list_own (class, &n);
  GObject *object = make (class->get_type ());

  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) usual = G_VALUE_INIT;
      g_auto (GValue) other = G_VALUE_INIT;

      if ((pspecs[i]->flags & G_PARAM_WRITABLE) == 0)
        continue;

      g_value_init (&usual, pspecs[i]->value_type);
      g_object_get_property (object, pspecs[i]->name, &usual);
      check_told (object, pspecs, n, i, &usual, FALSE);

      set_other (pspecs[i], &other);
      if (is_a_wish (pspecs[i]))
        {
          check_told (object, pspecs, n, i, &other, FALSE);
          continue;
        }
      check_told (object, pspecs, n, i, &other, TRUE);
      g_assert_true (are_equal (object, pspecs[i], &other));
      check_told (object, pspecs, n, i, &other, FALSE);

      /* A popover that is no longer there is not set again: without one, it makes its own. */
      if (pspecs[i]->value_type == GTK_TYPE_POPOVER)
        {
          g_value_set_object (&usual, NULL);
          check_told (object, pspecs, n, i, &usual, TRUE);
          check_told (object, pspecs, n, i, &usual, FALSE);
          continue;
        }
      check_told (object, pspecs, n, i, &usual, TRUE);
      g_assert_true (are_equal (object, pspecs[i], &usual));
    }

  let_go (object);
}

/* Each can be given when the object is made, and so all together; what was given is let go of
 * with it. */
static void
test_construct (gconstpointer data)
{
  const Class *class = data;
  guint n, n_given = 0;
  g_autofree GParamSpec **pspecs = list_own (class, &n);
  g_autofree GValue *values = g_new0 (GValue, n + 1);
  g_autofree const char **names = g_new0 (const char *, n + 1);
  g_autofree GParamSpec **given = g_new0 (GParamSpec *, n + 1);
  GObject *object;

  for (guint i = 0; i < n; i++)
    if ((pspecs[i]->flags & G_PARAM_WRITABLE) != 0)
      {
        given[n_given] = pspecs[i];
        names[n_given] = pspecs[i]->name;
        set_other (pspecs[i], &values[n_given]);
        n_given++;
      }

  object = g_object_new_with_properties (class->get_type (), n_given, names, values);
  if (g_object_is_floating (object))
    g_object_ref_sink (object);
  else if (GTK_IS_WINDOW (object))
    g_object_ref (object);
  for (guint i = 0; i < n_given; i++)
    if (!is_a_wish (given[i]) && !are_equal (object, given[i], &values[i]))
      g_error ("%s is not what was given", names[i]);
  let_go (object);

  for (guint i = 0; i < n_given; i++)
    {
      gpointer last = G_VALUE_HOLDS_OBJECT (&values[i]) ? g_value_dup_object (&values[i]) : NULL;

      g_value_unset (&values[i]);
      if (last != NULL)
        {
          gpointer there = last;

          g_object_add_weak_pointer (last, &there);
          g_object_unref (last);
          at_test_iterate_until (NULL, there == NULL);
        }
    }
}

/* What is no number, or out of the range of its property, is what no object ever has: it is
 * brought into it, or refused with one critical. */

typedef struct
{
  const char *name;
  const char *property;
  GType    (* get_type) (void);
  GCallback   set;
} Number;

static const Number numbers[] = {
  { "fraction", "fraction", at_gtk_progress_paintable_get_type, G_CALLBACK (at_gtk_progress_paintable_set_fraction) },
  { "start-delay", "start-delay", at_gtk_task_button_get_type, G_CALLBACK (at_gtk_task_button_set_start_delay) },
  { "minimum-duration", "minimum-duration", at_gtk_task_button_get_type, G_CALLBACK (at_gtk_task_button_set_minimum_duration) },
  { "finished-timeout", "finished-timeout", at_gtk_task_button_get_type, G_CALLBACK (at_gtk_task_button_set_finished_timeout) },
  { "undo-timeout-of-items", "undo-timeout", at_gtk_task_items_get_type, G_CALLBACK (at_gtk_task_items_set_undo_timeout) },
  { "undo-timeout-of-view", "undo-timeout", at_gtk_task_view_get_type, G_CALLBACK (at_gtk_task_view_set_undo_timeout) },
};

static void
test_range (gconstpointer data)
{
  static const double tried[] = { NAN, INFINITY, -INFINITY, -0.5, -2, 1e300, G_MAXDOUBLE, 0 };
  const Number *number = data;
  GObject *object = make (number->get_type ());
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), number->property);

  for (guint i = 0; i < G_N_ELEMENTS (tried); i++)
    {
      g_auto (GValue) before = G_VALUE_INIT;
      g_auto (GValue) value = G_VALUE_INIT;
      gboolean is_refused;

      g_value_init (&before, G_TYPE_DOUBLE);
      g_value_init (&value, G_TYPE_DOUBLE);
      g_object_get_property (object, number->property, &before);
      at_test_criticals_begin ();
      ((void (*) (gpointer, double)) number->set) (object, tried[i]);
      is_refused = at_test_criticals_end () == 1;

      g_object_get_property (object, number->property, &value);
      g_assert_false (isnan (g_value_get_double (&value)));
      g_assert_false (g_param_value_validate (pspec, &value));
      if (is_refused || isnan (tried[i]))
        g_assert_cmpfloat (g_value_get_double (&value), ==, g_value_get_double (&before));
      else if (tried[i] >= 0)
        g_assert_cmpfloat (g_value_get_double (&value), ==, MIN (tried[i], G_PARAM_SPEC_DOUBLE (pspec)->maximum));
    }

  let_go (object);
}

/* What the view wishes for is more than the items can count: it is as long as they can. */
static void
test_undo_for_long (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtGtkTaskItems) items = at_gtk_task_items_new (G_LIST_MODEL (list));
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("long");
  GtkWidget *view = g_object_ref_sink (at_gtk_task_view_new (items));

  at_gtk_task_view_set_undo_timeout (AT_GTK_TASK_VIEW (view), G_MAXDOUBLE);
  g_assert_cmpfloat (at_gtk_task_view_get_undo_timeout (AT_GTK_TASK_VIEW (view)), ==, G_MAXDOUBLE);
  g_assert_cmpfloat (at_gtk_task_items_get_undo_timeout (items), ==, G_MAXINT);

  at_task_list_add (list, task);
  gtk_test_run (task);
  gtk_test_succeed (task);
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (at_gtk_task_items_find (items, task)) ==
                               AT_GTK_TASK_STATE_SUCCEEDED);
  g_assert_cmpuint (at_gtk_task_items_clear_finished (items), ==, 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (at_gtk_task_items_undo (items));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (items)), ==, 1);

  let_go (G_OBJECT (view));
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          guint      *n)
{
  (*n)++;
}

/* What is set on the item is what it shows of the task already; and a state is no detail. */
static void
test_as_the_task_has_it (void)
{
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("Music");
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (task);
  guint n_titles = 0, n_details = 0;

  g_signal_connect (item, "notify::title", G_CALLBACK (count_cb), &n_titles);
  g_signal_connect (item, "notify::detail", G_CALLBACK (count_cb), &n_details);

  at_gtk_task_item_set_title (item, "Music");
  g_assert_cmpuint (n_titles, ==, 0);
  at_async_task_set_title (task, "Films");
  g_assert_cmpuint (n_titles, ==, 0);
  g_assert_cmpstr (at_gtk_task_item_get_title (item), ==, "Music");
  at_gtk_task_item_set_title (item, NULL);
  g_assert_cmpuint (n_titles, ==, 1);
  g_assert_cmpstr (at_gtk_task_item_get_title (item), ==, "Films");

  gtk_test_run (task);
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_RUNNING);
  at_async_task_pause (task);
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_PAUSED);
  at_async_task_resume (task);
  g_assert_cmpuint (n_details, ==, 0);
  gtk_test_fail (task, "no luck");
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_FAILED);
  g_assert_cmpuint (n_details, ==, 1);
  at_gtk_task_item_set_detail (item, "no luck");
  at_gtk_task_item_set_detail (item, NULL);
  g_assert_cmpuint (n_details, ==, 1);
  at_gtk_task_item_set_task (item, NULL);
  g_assert_cmpuint (n_details, ==, 2);
  g_assert_null (at_gtk_task_item_get_detail (item));
}

/* Who listens to all properties hears of those, too, that are made for listeners alone. */

static void
note_named_cb (GObject    *object,
               GParamSpec *pspec,
               guint      *n)
{
  if (g_str_equal (pspec->name, "subtitle") || g_str_equal (pspec->name, "summary"))
    (*n)++;
}

static void
test_heard_with_all (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtGtkTaskItems) items = at_gtk_task_items_new (G_LIST_MODEL (list));
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("Music");
  AtGtkTaskItem *item;
  guint n_subtitles = 0, n_summaries = 0;

  g_signal_connect (items, "notify", G_CALLBACK (note_named_cb), &n_summaries);
  at_task_list_add (list, task);
  item = at_gtk_task_items_find (items, task);
  g_signal_connect (item, "notify", G_CALLBACK (note_named_cb), &n_subtitles);
  gtk_test_run (task);
  at_test_iterate_until (NULL, n_subtitles > 0 && n_summaries > 0);
  n_subtitles = n_summaries = 0;
  at_async_task_set_amounts (task, 1, 3);
  at_test_iterate_until (NULL, n_subtitles > 0 && n_summaries > 0);
  gtk_test_fail (task, "no luck");
  at_test_iterate_until (NULL, at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_FAILED);
}

/* Only where it rules out what could be done does it matter that it is set. */
static void
test_cannot_pause (void)
{
  g_autoptr (AtAsyncTask) task = gtk_test_task_new ("Music");
  g_autoptr (AtGtkTaskItem) item = at_gtk_task_item_new (NULL);
  guint n = 0;

  g_signal_connect (item, "notify::can-pause", G_CALLBACK (count_cb), &n);
  at_gtk_task_item_set_can_pause (item, FALSE);
  g_assert_cmpuint (n, ==, 0);
  at_gtk_task_item_set_task (item, task);
  g_assert_false (at_gtk_task_item_get_can_pause (item));
  g_assert_cmpuint (n, ==, 0);
  at_gtk_task_item_set_can_pause (item, TRUE);
  at_gtk_task_item_set_can_pause (item, TRUE);
  g_assert_cmpuint (n, ==, 1);
}

static void
add (const char    *name,
     const char    *what,
     gconstpointer  data,
     GTestDataFunc  function)
{
  g_autofree char *path = g_strdup_printf ("/gtk/properties/%s/%s", name, what);

  g_test_add_data_func (path, data, function);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  gtk_init ();
  at_gtk_init ();
  g_test_summary ("The properties of all classes.");

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      add (classes[i].name, "described", &classes[i], test_described);
      add (classes[i].name, "defaults", &classes[i], test_defaults);
      add (classes[i].name, "told", &classes[i], test_told);
      add (classes[i].name, "construct", &classes[i], test_construct);
    }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    add ("range", numbers[i].name, &numbers[i], test_range);
  g_test_add_func ("/gtk/properties/as-the-task-has-it", test_as_the_task_has_it);
  g_test_add_func ("/gtk/properties/cannot-pause", test_cannot_pause);
  g_test_add_func ("/gtk/properties/heard-with-all", test_heard_with_all);
  g_test_add_func ("/gtk/properties/undo-for-long", test_undo_for_long);

  return g_test_run ();
}
