/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-option-private.h"

#include <gobject/gvaluecollector.h>

/* A field has what a variable has in g_object_get() and g_object_set(): which it is, and
 * how it is copied, is what the table of a type is for. */
static const GTypeValueTable *
get_table (const GValue *value)
{
  return g_type_value_table_peek (G_VALUE_TYPE (value));
}

static gboolean
is_pointer (const GValue *value)
{
  return get_table (value)->collect_format[0] == 'p';
}

void
at_option_get (gconstpointer  field,
               GValue        *value)
{
  GTypeCValue content = { 0 };

  if (is_pointer (value))
    content.v_pointer = *(const gpointer *) field;
  else if (get_table (value)->collect_format[0] == 'q')
    content.v_int64 = *(const gint64 *) field;
  else
    content.v_int = *(const int *) field;

  get_table (value)->collect_value (value, 1, &content, 0);
}

/* What is in the field is freed last: a part of it may be what it is replaced by. */
static void
replace (gpointer      field,
         const GValue *value)
{
  g_auto (GValue) old = G_VALUE_INIT;
  GTypeCValue content = { .v_pointer = field };

  if (is_pointer (value))
    {
      g_value_init (&old, G_VALUE_TYPE (value));
      old.data[0].v_pointer = *(gpointer *) field;
    }
  get_table (value)->lcopy_value (value, 1, &content, 0);
}

static gboolean
is_same (GParamSpec   *pspec,
         gpointer      field,
         const GValue *value)
{
  g_auto (GValue) old = G_VALUE_INIT;
  const char * const *old_strv, * const *strv;

  g_value_init (&old, pspec->value_type);
  at_option_get (field, &old);
  if (pspec->value_type != G_TYPE_STRV)
    return g_param_values_cmp (pspec, &old, value) == 0;

  old_strv = g_value_get_boxed (&old);
  strv = g_value_get_boxed (value);

  return old_strv == strv || (old_strv != NULL && strv != NULL && g_strv_equal (old_strv, strv));
}

void
at_option_set (AtAsyncTask  *task,
               const char   *caller,
               GParamSpec   *pspec,
               gpointer      field,
               const GValue *value)
{
  if (at_async_task_get_status (task) != AT_STATUS_PENDING)
    {
      g_critical ("%s: too late: the task was executed", caller);
    }
  else if (!is_same (pspec, field, value))
    {
      replace (field, value);
      g_object_notify_by_pspec (G_OBJECT (task), pspec);
    }
}

void
at_option_set_raw (AtAsyncTask   *task,
                   const char    *caller,
                   GParamSpec    *pspec,
                   gpointer       field,
                   gconstpointer  raw)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  at_option_get (raw, &value);

  /* It makes a valid one of it. */
  if (g_param_value_validate (pspec, &value))
    g_critical ("%s: no valid value", caller);
  else
    at_option_set (task, caller, pspec, field, &value);
}
