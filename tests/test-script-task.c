/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each test runs for both languages; its data is "js" or "py". */

static char *
get_module (const char *name,
            const char *language)
{
  g_autofree char *file = g_strdup_printf ("%s.%s", name, language);

  return g_test_build_filename (G_TEST_DIST, "script", file, NULL);
}

static gboolean
is_js (gconstpointer language)
{
  return g_str_equal (language, "js");
}

static AtAsyncTask *
make (gconstpointer  language,
      const char    *function)
{
  g_autofree char *module = get_module ("functions", language);

  return AT_ASYNC_TASK (at_script_task_new (module, function));
}

/* Takes @params, floating. */
static void
start (AtAsyncTask *task,
       GVariant    *params)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&value, G_TYPE_VARIANT);
  g_value_set_variant (&value, params != NULL ? params : g_variant_new ("mv", NULL));
  at_async_task_execute (task, &value, &error);
  g_assert_no_error (error);
}

static GVariant *
get_result (AtAsyncTask *task)
{
  const GValue *result = at_async_task_get_result (task);

  g_assert_nonnull (result);
  g_assert_true (G_VALUE_HOLDS_VARIANT (result));

  return g_value_get_variant (result);
}

/* Runs it to the end; nobody iterates anything. */
static GVariant *
run_task (AtAsyncTask *task,
          GVariant    *params)
{
  g_autoptr (GError) error = NULL;

  start (task, params);
  at_async_task_wait (task, -1, NULL, &error);
  g_assert_no_error (error);

  return get_result (task);
}

static void
assert_printed (GVariant   *value,
                const char *expected)
{
  /* Whole numbers are of this type all alike. */
  g_autofree char *long_text = g_variant_print (value, TRUE);
  g_auto (GStrv) parts = g_strsplit (long_text, "int64 ", -1);
  g_autofree char *text = g_strjoinv (NULL, parts);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_result (gconstpointer  language,
               const char    *function,
               const char    *params,
               const char    *expected)
{
  g_autoptr (AtAsyncTask) task = make (language, function);

  assert_printed (run_task (task, params != NULL ? g_variant_new_parsed (params) : NULL), expected);
  at_test_finish (task);
}

static GError *
run_to_error (AtAsyncTask *task,
              GVariant    *params)
{
  GError *error = NULL;

  start (task, params);
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_nonnull (error);
  at_test_finish (task);

  return error;
}

/* What came, in order. */
typedef struct
{
  GPtrArray   *values;
  const char  *property;
  GString     *notified;
} Heard;

static void
on_progress (AtAsyncTask  *task,
             const GValue *value,
             Heard        *heard)
{
  g_assert_true (G_VALUE_HOLDS_VARIANT (value));
  g_ptr_array_add (heard->values, g_value_dup_variant (value));
}

static void
listen_to (AtAsyncTask *task,
           Heard       *heard)
{
  heard->values = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_signal_connect (task, "progress-update", G_CALLBACK (on_progress), heard);
}

static GVariant *
get_heard (Heard *heard,
           guint  index)
{
  return g_ptr_array_index (heard->values, index);
}

/* Values. */

static void
test_values (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "values");
  GVariant *result = run_task (task, NULL);
  g_autoptr (GVariant) bytes = g_variant_lookup_value (result, "bytes", G_VARIANT_TYPE_BYTESTRING);
  g_autoptr (GVariant) list = g_variant_lookup_value (result, "list", G_VARIANT_TYPE ("av"));
  g_autoptr (GVariant) object = g_variant_lookup_value (result, "object", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) nothing = g_variant_lookup_value (result, "nothing", G_VARIANT_TYPE ("mv"));
  const char *text;
  double number;
  gboolean boolean;
  gint64 integer;

  g_assert_true (g_variant_is_of_type (result, G_VARIANT_TYPE_VARDICT));
  g_assert_cmpuint (g_variant_n_children (result), ==, 15);
  g_assert_nonnull (nothing);
  g_assert_cmpuint (g_variant_n_children (nothing), ==, 0);
  g_assert_true (g_variant_lookup (result, "yes", "b", &boolean) && boolean);
  g_assert_true (g_variant_lookup (result, "no", "b", &boolean) && !boolean);
  g_assert_true (g_variant_lookup (result, "zero", "x", &integer) && integer == 0);
  g_assert_true (g_variant_lookup (result, "negative", "x", &integer) && integer == -5);
  g_assert_true (g_variant_lookup (result, "big", "x", &integer) && integer == G_GINT64_CONSTANT (9007199254740993));
  g_assert_true (g_variant_lookup (result, "smallest", "x", &integer) && integer == G_MININT64);
  g_assert_true (g_variant_lookup (result, "half", "d", &number) && number == 0.5);
  g_assert_true (g_variant_lookup (result, "inf", "d", &number) && isinf (number));
  g_assert_true (g_variant_lookup (result, "nan", "d", &number) && isnan (number));
  g_assert_true (g_variant_lookup (result, "text", "&s", &text));
  g_assert_cmpstr (text, ==, "tö😀");
  g_assert_true (g_variant_lookup (result, "empty", "&s", &text));
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpmem (g_variant_get_data (bytes), g_variant_get_size (bytes), "\0\xff\7", 3);
  assert_printed (list, "[<1>, <'two'>, <[<3>]>]");
  assert_printed (object, "{'a': <@a{sv} {}>}");
  at_test_finish (task);
}

static void
test_params (gconstpointer language)
{
  static const struct
  {
    const char *params;
    const char *seen;
    const char *echoed;
  } cases[] = {
    { "@mv nothing", "null", "@mv nothing" },
    { "true", "boolean(true)", "true" },
    { "byte 0x07", "integer(7)", "7" },
    { "int16 -7", "integer(-7)", "-7" },
    { "uint16 65535", "integer(65535)", "65535" },
    { "uint32 4294967295", "integer(4294967295)", "4294967295" },
    { "int64 9007199254740993", "integer(9007199254740993)", "9007199254740993" },
    { "int64 -9223372036854775808", "integer(-9223372036854775808)", "-9223372036854775808" },
    { "uint64 12", "integer(12)", "12" },
    { "0.5", "number(0.5)", "0.5" },
    { "'tö😀'", "string(tö😀)", "'tö😀'" },
    { "objectpath '/a'", "string(/a)", "'/a'" },
    { "b'abc'", "bytes(4)", "b'abc'" },
    { "@ay []", "bytes(0)", "@ay []" },
    { "[1, 2]", "[integer(1) integer(2)]", "[<1>, <2>]" },
    { "@as []", "[]", "@av []" },
    { "@a{sv} {}", "{}", "@a{sv} {}" },
    { "(1, 'a', <true>)", "[integer(1) string(a) boolean(true)]", "[<1>, <'a'>, <true>]" },
    { "{'a': 1, 'b': 2}", "{a:integer(1) b:integer(2)}", "{'a': <1>, 'b': <2>}" },
    { "{'a': <{'b': <[<@mv nothing>]>}>}", "{a:{b:[null]}}", "{'a': <{'b': <[<@mv nothing>]>}>}" },
    { "<<3>>", "integer(3)", "3" },
    { "@ms 'just'", "string(just)", "'just'" },
    { "{'__proto__': 1}", "{__proto__:integer(1)}", "{'__proto__': <1>}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AtAsyncTask) describe = make (language, "describe");
      g_autoptr (AtAsyncTask) echo = make (language, "echo");

      at_script_task_set_isolated (AT_SCRIPT_TASK (describe), FALSE);
      at_script_task_set_isolated (AT_SCRIPT_TASK (echo), FALSE);
      g_assert_cmpstr (g_variant_get_string (run_task (describe, g_variant_new_parsed (cases[i].params)), NULL),
                       ==, cases[i].seen);
      assert_printed (run_task (echo, g_variant_new_parsed (cases[i].params)), cases[i].echoed);
      at_test_finish (describe);
      at_test_finish (echo);
    }
}

static void
run_value (gconstpointer  language,
           GValue        *value,
           const char    *expected)
{
  g_autoptr (AtAsyncTask) task = make (language, "echo");
  g_autoptr (GError) error = NULL;

  at_script_task_set_isolated (AT_SCRIPT_TASK (task), FALSE);
  at_async_task_execute (task, value, &error);
  g_assert_no_error (error);
  if (at_async_task_wait (task, -1, NULL, &error))
    assert_printed (get_result (task), expected);
  else
    g_assert_null (expected);
  if (expected == NULL)
    g_assert_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE);
  at_test_finish (task);
  if (value != NULL)
    g_value_unset (value);
}

#define run_plain(language, type, setter, content, expected) \
  G_STMT_START { \
    GValue value_ = G_VALUE_INIT; \
    g_value_init (&value_, type); \
    setter (&value_, content); \
    run_value (language, &value_, expected); \
  } G_STMT_END

static void
test_plain_types (gconstpointer language)
{
  const char * const texts[] = { "a", "b", NULL };
  const char * const bad_texts[] = { "a", "\xff", NULL };

  run_value (language, NULL, "@mv nothing");
  run_plain (language, G_TYPE_STRING, g_value_set_string, "text", "'text'");
  run_plain (language, G_TYPE_STRING, g_value_set_string, NULL, "@mv nothing");
  run_plain (language, G_TYPE_STRING, g_value_set_string, "\xff", NULL);
  run_plain (language, G_TYPE_BOOLEAN, g_value_set_boolean, TRUE, "true");
  run_plain (language, G_TYPE_CHAR, g_value_set_schar, -3, "-3");
  run_plain (language, G_TYPE_UCHAR, g_value_set_uchar, 200, "200");
  run_plain (language, G_TYPE_INT, g_value_set_int, G_MININT, "-2147483648");
  run_plain (language, G_TYPE_UINT, g_value_set_uint, G_MAXUINT, "4294967295");
  run_plain (language, G_TYPE_LONG, g_value_set_long, -1, "-1");
  run_plain (language, G_TYPE_ULONG, g_value_set_ulong, 1, "1");
  run_plain (language, G_TYPE_INT64, g_value_set_int64, G_MAXINT64, "9223372036854775807");
  run_plain (language, G_TYPE_UINT64, g_value_set_uint64, 5, "5");
  run_plain (language, G_TYPE_UINT64, g_value_set_uint64, G_MAXUINT64, NULL);
  run_plain (language, G_TYPE_FLOAT, g_value_set_float, 0.5f, "0.5");
  run_plain (language, G_TYPE_DOUBLE, g_value_set_double, -0.25, "-0.25");
  run_plain (language, AT_TYPE_OUTCOME, g_value_set_enum, AT_OUTCOME_FAILED, "2");
  run_plain (language, G_TYPE_BINDING_FLAGS, g_value_set_flags, G_BINDING_SYNC_CREATE, "2");
  run_plain (language, G_TYPE_STRV, g_value_set_boxed, texts, "[<'a'>, <'b'>]");
  run_plain (language, G_TYPE_STRV, g_value_set_boxed, bad_texts, NULL);
  run_plain (language, G_TYPE_STRV, g_value_set_boxed, NULL, "@mv nothing");
  run_plain (language, G_TYPE_DATE_TIME, g_value_take_boxed, g_date_time_new_now_utc (), NULL);
  run_plain (language, G_TYPE_PARAM, g_value_take_param, g_param_spec_int ("a", NULL, NULL, 0, 1, 0, 0), NULL);
  run_plain (language, G_TYPE_BYTES, g_value_take_boxed, g_bytes_new ("a", 2), "b'a'");
  run_plain (language, G_TYPE_BYTES, g_value_take_boxed, NULL, "@mv nothing");
  run_plain (language, G_TYPE_BYTE_ARRAY, g_value_take_boxed, g_byte_array_new (), "@ay []");
  run_plain (language, G_TYPE_VARIANT, g_value_set_variant, NULL, "@mv nothing");
  run_plain (language, G_TYPE_VARIANT, g_value_set_variant, g_variant_new_parsed ("{1: 2}"), NULL);
  run_plain (language, G_TYPE_VARIANT, g_value_set_variant, g_variant_new_parsed ("[handle 1]"), NULL);
  run_plain (language, G_TYPE_VARIANT, g_value_set_variant, g_variant_new_parsed ("{'a': handle 1}"), NULL);
  run_plain (language, G_TYPE_POINTER, g_value_set_pointer, NULL, "@mv nothing");
  run_plain (language, G_TYPE_POINTER, g_value_set_pointer, "x", NULL);
  run_plain (language, G_TYPE_CANCELLABLE, g_value_set_object, NULL, "@mv nothing");
  run_plain (language, G_TYPE_CANCELLABLE, g_value_take_object, g_cancellable_new (), NULL);
}

static GVariant *
nest (guint levels)
{
  GVariant *value = g_variant_new_int64 (1);

  for (guint i = 0; i < levels; i++)
    value = i % 2 == 0 ? g_variant_new_parsed ("[%v]", value) : g_variant_new_parsed ("{'k': %v}", value);

  return value;
}

static void
test_depth (gconstpointer language)
{
  g_autoptr (AtAsyncTask) deep = make (language, "echo");
  g_autoptr (AtAsyncTask) deeper = make (language, "echo");
  g_autoptr (GVariant) expected = g_variant_ref_sink (nest (32));
  g_autoptr (GError) error = NULL;

  g_assert_true (g_variant_equal (run_task (deep, nest (32)), expected));
  at_test_finish (deep);

  error = run_to_error (deeper, nest (33));
  g_assert_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE);
}

static void
test_refused (gconstpointer language)
{
  static const struct
  {
    const char *which;
    const char *words;
  } cases[] = {
    { "function", "function" }, { "cycle", "contains itself" }, { "deep", "32 levels" }, { "nul", "NUL" },
    { "surrogate", NULL }, { "wide", "64 bits" }, { "instance", NULL }, { "object", NULL }, { "symbol", NULL },
    { "date", NULL },
  };
  const char *place = is_js (language) ? " (at list[1][\"a key\"" : " (at ['list'][1]['a key']";

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AtAsyncTask) task = make (language, "refused");
      g_autoptr (AtAsyncTask) publish = make (language, "publishRefused");
      g_autoptr (AtAsyncTask) inside = make (language, "refusedInside");
      g_autoptr (GError) error = run_to_error (task, g_variant_new_string (cases[i].which));
      g_autoptr (GError) inside_error = run_to_error (inside, g_variant_new_string (cases[i].which));
      g_autofree char *name = NULL;
      Heard heard;

      g_assert_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE);
      g_assert_nonnull (strstr (error->message, cases[i].words != NULL ? cases[i].words : "cannot be sent"));
      g_assert_error (inside_error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE);
      g_assert_nonnull (strstr (inside_error->message, place));

      /* The function can handle it, and the channel is as good as before. */
      listen_to (publish, &heard);
      name = g_variant_dup_string (run_task (publish, g_variant_new_string (cases[i].which)), NULL);
      g_assert_true (g_str_has_suffix (name, "Error"));
      at_test_finish (publish);
      g_assert_cmpuint (heard.values->len, ==, 1);
      g_ptr_array_unref (heard.values);
    }
}

static void
test_undefined (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "undefinedValues");
  Heard heard;

  listen_to (task, &heard);
  assert_printed (run_task (task, NULL), "@mv nothing");
  at_test_finish (task);
  g_assert_cmpuint (heard.values->len, ==, 2);
  assert_printed (get_heard (&heard, 0), "@mv nothing");
  assert_printed (get_heard (&heard, 1), "{'b': <[<@mv nothing>]>}");
  g_ptr_array_unref (heard.values);
}

static char *
random_text (void)
{
  GString *text = g_string_new (NULL);
  guint length = g_test_rand_int_range (0, 10) == 0 ? g_test_rand_int_range (0, 400) : g_test_rand_int_range (0, 12);

  for (guint i = 0; i < length; i++)
    {
      static const gunichar ranges[] = { 0x80, 0x80, 0x800, 0xd7ff, 0x10ffff };
      gunichar c = g_test_rand_int_range (1, ranges[g_test_rand_int_range (0, G_N_ELEMENTS (ranges))]);

      g_string_append_unichar (text, c >= 0xd800 && c < 0xe000 ? 'x' : c);
    }

  return g_string_free (text, FALSE);
}

static GVariant *random_value (guint depth);

static GVariant *
random_container (guint depth)
{
  gboolean is_array = g_test_rand_bit ();
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (is_array ? G_VARIANT_TYPE ("av") : G_VARIANT_TYPE_VARDICT);
  guint n = depth > 5 ? 0 : g_test_rand_int_range (0, depth < 2 ? 9 : 4);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = random_text ();
      /* JavaScript has keys that look like numbers come first, and each once. */
      g_autofree char *key = g_strdup_printf ("%c%u%s", 'a' + i, i, text);

      if (is_array)
        g_variant_builder_add (&builder, "v", random_value (depth + 1));
      else
        g_variant_builder_add (&builder, "{sv}", key, random_value (depth + 1));
    }

  return g_variant_builder_end (&builder);
}

/* The runners have ways of their own for these. */
static GVariant *
random_numbers (void)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  gboolean is_integer = g_test_rand_bit ();
  guint n = g_test_rand_int_range (10, g_test_rand_int_range (0, 10) == 0 ? 5000 : 30);

  for (guint i = 0; i < n; i++)
    g_variant_builder_add (&builder, "v",
                           is_integer ? g_variant_new_int64 ((gint64) g_test_rand_int () * ((gint64) 1 << g_test_rand_int_range (0, 33)))
                                      : g_variant_new_double (g_test_rand_double () + 0.1));
  if (g_test_rand_bit ())
    g_variant_builder_add (&builder, "v", g_variant_new_boolean (TRUE));

  return g_variant_builder_end (&builder);
}

static GVariant *
random_value (guint depth)
{
  g_autofree char *text = NULL;
  gint64 integer = (gint64) (((guint64) g_test_rand_int () << 32) | (guint32) g_test_rand_int ());

  switch (g_test_rand_int_range (0, 10))
    {
    case 0:
      return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
    case 1:
      return g_variant_new_boolean (g_test_rand_bit ());
    case 2:
      return g_variant_new_int64 (integer >> g_test_rand_int_range (0, 64));
    case 3:
      /* To JavaScript a whole number is one. */
      return g_variant_new_double (g_test_rand_double () + 0.1);
    case 4:
      text = random_text ();
      return g_variant_new_string (text);
    case 5:
      text = random_text ();
      return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1);
    case 6:
      return random_numbers ();
    default:
      return random_container (depth);
    }
}

/* The runners have codecs of their own: what they make of GLib's bytes and what GLib
 * makes of theirs is what was there before. */
static void
test_codec (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "echo");
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  g_autoptr (GVariant) values = NULL;
  guint n = at_test_scale (2000);
  GVariant *echo;

  for (guint i = 0; i < n; i++)
    g_variant_builder_add (&builder, "v", random_value (0));
  values = g_variant_ref_sink (g_variant_builder_end (&builder));

  echo = run_task (task, values);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GVariant) value = g_variant_get_child_value (values, i);
      g_autoptr (GVariant) same = g_variant_get_child_value (echo, i);
      g_autoptr (GVariant) bytes = g_variant_get_normal_form (value);

      if (!g_variant_equal (bytes, same))
        {
          g_autofree char *given = g_variant_print (value, TRUE);
          g_autofree char *got = g_variant_print (same, TRUE);

          g_assert_cmpstr (got, ==, given);
        }
    }
  g_assert_cmpuint (g_variant_get_size (echo), ==, g_variant_get_size (values));
  at_test_finish (task);
}

/* More than any buffer on the way, both ways. */
static void
test_big (gconstpointer language)
{
  gsize size = 20 * 1000 * 1000;
  g_autoptr (AtAsyncTask) task = make (language, "echo");
  g_autofree char *data = g_malloc (size);
  GVariant *result;

  memset (data, 'x', size);
  result = run_task (task, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, size, 1));
  g_assert_cmpmem (g_variant_get_data (result), g_variant_get_size (result), data, size);
  at_test_finish (task);
}

/* What a call of gjs's is given is copied for it, all of it each time: a value that is sent
 * in calls that have all the rest of it takes quadratic time. */
static void
test_slices (gconstpointer language)
{
  gsize size = 4 * 1000 * 1000;
  g_autoptr (AtAsyncTask) task = make (language, "largestSend");
  Heard heard;

  listen_to (task, &heard);
  g_assert_cmpint (g_variant_get_int64 (run_task (task, g_variant_new_int64 (size))), <=, 256 * 1024);
  at_test_finish (task);
  g_assert_cmpuint (g_variant_get_size (get_heard (&heard, 0)), ==, size);
  g_ptr_array_unref (heard.values);
}

static void
test_too_big (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "hugeResult");
  g_autoptr (AtAsyncTask) params = make (language, "echo");
  gsize size = 256 * 1024 * 1024;
  g_autoptr (GError) error = run_to_error (task, g_variant_new_int64 (size));
  g_autoptr (GError) params_error = NULL;
  gpointer data;

  g_assert_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE);
  data = g_malloc0 (size);
  params_error = run_to_error (params, g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, data, size, TRUE, g_free, data));
  g_assert_error (params_error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE);
}

/* Progress. */

static void
assert_counts (gconstpointer  language,
               const char    *function,
               guint          n,
               const char    *expected)
{
  g_autoptr (AtAsyncTask) task = make (language, function);
  AtTestRecord record;
  Heard heard;

  at_test_record_init (&record);
  at_test_record_connect (&record, task);
  listen_to (task, &heard);
  start (task, g_variant_new_int64 (n));
  at_test_finish (task);

  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  assert_printed (get_result (task), expected);
  g_assert_cmpuint (heard.values->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (g_variant_get_int64 (get_heard (&heard, i)), ==, i);
  at_test_record_assert_trace (&record, "pre progress progress progress post");
  at_test_record_assert_threads (&record);

  g_ptr_array_unref (heard.values);
  g_clear_object (&task);
  at_test_record_assert_finalized (&record);
  at_test_record_clear (&record);
}

static void
test_progress (gconstpointer language)
{
  assert_counts (language, "publish", 1000, "1000");
}

/* A function that publishes much, and tells in a file how many of its values it has
 * published. */
typedef struct
{
  AtAsyncTask *task;
  char        *path;
  guint        n_received;
  guint        worst; /* how many values were between the two at most */
} Flood;

#define FLOOD_N    1000
#define FLOOD_SIZE 16384

static guint
flood_get_n_published (Flood *self)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (self->path, &info), ==, 0);

  return (guint) info.st_size;
}

static void
on_flood (AtAsyncTask  *task,
          const GValue *value,
          Flood        *self)
{
  guint n_published = flood_get_n_published (self);

  /* A slow owner. */
  if (at_async_task_get_max_pending (task) > 1)
    g_usleep (1000);
  self->n_received++;
  if (n_published > self->n_received)
    self->worst = MAX (self->worst, n_published - self->n_received);
}

static void
flood_init (Flood         *self,
            gconstpointer  language)
{
  int fd = g_file_open_tmp ("asynctask-XXXXXX", &self->path, NULL);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
  self->task = make (language, "publishMuch");
  self->n_received = self->worst = 0;
  g_signal_connect (self->task, "progress-update", G_CALLBACK (on_flood), self);
}

static void
flood_start (Flood *self)
{
  start (self->task, g_variant_new_parsed ("{'size': <%x>, 'n': <%x>, 'path': <%s>}",
                                           (gint64) FLOOD_SIZE, (gint64) FLOOD_N, self->path));
}

static void
flood_clear (Flood *self)
{
  g_object_unref (self->task);
  g_remove (self->path);
  g_free (self->path);
}

/* A function that is faster than its owner waits for it. */
static void
test_backpressure (gconstpointer language)
{
  Flood flood;

  flood_init (&flood, language);
  g_assert_cmpuint (at_async_task_get_max_pending (flood.task), ==, 16 << 20);
  g_object_set (flood.task, "max-pending", (guint64) 256 * 1024, NULL);
  g_assert_cmpuint (at_async_task_get_max_pending (flood.task), ==, 256 * 1024);
  at_test_time_stop ();
  flood_start (&flood);
  at_test_finish (flood.task);
  at_test_time_go_on ();
  g_assert_cmpint (at_async_task_get_outcome (flood.task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpuint (flood.n_received, ==, FLOOD_N);

  /* In the socket, buffers and the mailbox. */
  g_assert_cmpuint (flood.worst * FLOOD_SIZE, <, 4 << 20);
  flood_clear (&flood);
}

static void
test_backpressure_off (gconstpointer language)
{
  Flood flood;

  flood_init (&flood, language);
  at_async_task_set_max_pending (flood.task, 0);
  flood_start (&flood);
  at_test_poll_until (flood_get_n_published (&flood) == FLOOD_N);
  at_test_finish (flood.task);
  g_assert_cmpuint (flood.n_received, ==, FLOOD_N);
  g_assert_cmpuint (flood.worst, >, FLOOD_N / 2);
  flood_clear (&flood);
}

/* An owner that waits takes nothing, and has the function go on. */
static void
test_backpressure_and_wait (gconstpointer language)
{
  g_autoptr (GError) error = NULL;
  Flood flood;

  flood_init (&flood, language);
  at_async_task_set_max_pending (flood.task, 1);
  at_test_time_stop ();
  flood_start (&flood);
  at_async_task_wait (flood.task, -1, NULL, &error);
  at_test_time_go_on ();
  g_assert_no_error (error);
  at_test_finish (flood.task);
  g_assert_cmpuint (flood.n_received, ==, FLOOD_N);
  flood_clear (&flood);
}

/* Whoever is held up is let go on to its end. */
static void
check_backpressure_and_cancel (gconstpointer language,
                               gboolean      interrupt)
{
  Flood flood;

  flood_init (&flood, language);
  at_async_task_set_max_pending (flood.task, 1);
  at_test_time_stop ();
  flood_start (&flood);
  at_test_poll_until (flood_get_n_published (&flood) > 0);
  at_async_task_cancel (flood.task, interrupt);
  at_test_finish (flood.task);
  at_test_time_go_on ();
  g_assert_cmpint (at_async_task_get_outcome (flood.task), ==, AT_OUTCOME_CANCELLED);
  flood_clear (&flood);
}

static void
test_backpressure_and_cancel (gconstpointer language)
{
  check_backpressure_and_cancel (language, FALSE);
}

static void
test_backpressure_and_interrupt (gconstpointer language)
{
  check_backpressure_and_cancel (language, TRUE);
}

static void
test_generator (gconstpointer language)
{
  assert_counts (language, "generate", 1000, "'generated'");
}

static void
test_async_generator (gconstpointer language)
{
  assert_counts (language, "generateAsync", 20, "@mv nothing");
}

static void
test_async (gconstpointer language)
{
  assert_result (language, "later", "[1, 2]", "[<1>, <2>]");
}

static void
test_default_export (gconstpointer language)
{
  assert_result (language, "default", NULL, "'the default'");
}

static void
test_report (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "report");
  g_autoptr (AtAsyncTask) often = make (language, "reportOften");
  gint64 before;

  assert_printed (run_task (task, NULL), "@mv nothing");
  at_test_finish (task);
  g_assert_cmpfloat (at_async_task_get_fraction (task), ==, 0.25);
  g_assert_cmpuint (at_async_task_get_completed (task), ==, 3);
  g_assert_cmpuint (at_async_task_get_total (task), ==, 12);
  g_assert_cmpstr (at_async_task_get_message (task), ==, "all the way");

  /* A million messages would take longer than this test may. */
  before = g_get_monotonic_time ();
  run_task (often, g_variant_new_int64 (at_test_scale (300000)));
  at_test_finish (often);
  g_assert_cmpfloat (at_async_task_get_fraction (often), ==, 1.0);
  g_test_message ("%.3f s", (g_get_monotonic_time () - before) / 1e6);
}

/* Errors. */

static void
assert_error (gconstpointer  language,
              const char    *function,
              GVariant      *params,
              int            code,
              const char    *message,
              const char    *name,
              const char    *in_stack)
{
  g_autoptr (AtAsyncTask) task = make (language, function);
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  at_test_record_watch (&record, task);
  error = run_to_error (task, params);
  g_assert_error (error, AT_SCRIPT_ERROR, code);
  if (message != NULL)
    g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpstr (at_script_task_get_error_name (AT_SCRIPT_TASK (task)), ==, name);
  if (in_stack != NULL)
    g_assert_nonnull (strstr (at_script_task_get_error_stack (AT_SCRIPT_TASK (task)), in_stack));
  else
    g_assert_null (at_script_task_get_error_stack (AT_SCRIPT_TASK (task)));
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "error-name"), ==, name != NULL);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "error-stack"), ==, in_stack != NULL);
  g_assert_null (at_async_task_get_result (task));
  at_test_record_assert_threads (&record);
  g_clear_object (&task);
  at_test_record_clear (&record);
}

static void
test_thrown (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "fail");
  g_autoptr (GError) error = NULL;
  const char *stack;

  assert_error (language, "fail", g_variant_new_string ("odd"), AT_SCRIPT_ERROR_THROWN,
                "OddError: as it should", "OddError", "functions.");
  assert_error (language, "fail", g_variant_new_string ("x"), AT_SCRIPT_ERROR_THROWN,
                "TypeError: no x", "TypeError", "fail");
  assert_error (language, "failLater", NULL, AT_SCRIPT_ERROR_THROWN,
                "TypeError: too late", "TypeError", "failLater");
  assert_error (language, "failAfterYield", NULL, AT_SCRIPT_ERROR_THROWN,
                "TypeError: after one", "TypeError", "failAfterYield");
  assert_error (language, "fail", g_variant_new_string ("empty"), AT_SCRIPT_ERROR_THROWN,
                is_js (language) ? "RangeError" : "ValueError", is_js (language) ? "RangeError" : "ValueError", "fail");

  /* Of the module, not of what runs it. */
  error = run_to_error (task, g_variant_new_string ("y"));
  stack = at_script_task_get_error_stack (AT_SCRIPT_TASK (task));
  g_assert_nonnull (strstr (stack, "functions."));
  g_assert_null (strstr (stack, is_js (language) ? "asynctask-glib-runner" : "<asynctask-glib>"));
}

static void
test_thrown_oddly (gconstpointer language)
{
  assert_error (language, "failWith", g_variant_new_string ("just text"), AT_SCRIPT_ERROR_THROWN,
                "just text", NULL, NULL);
  assert_error (language, "failWith", NULL, AT_SCRIPT_ERROR_THROWN, "null", NULL, NULL);
  assert_error (language, "failWith", g_variant_new_int64 (5), AT_SCRIPT_ERROR_THROWN, "5", NULL, NULL);
  assert_error (language, "failWith", g_variant_new_parsed ("{'a': 1}"), AT_SCRIPT_ERROR_THROWN,
                "{\"a\":1}", NULL, NULL);
  assert_error (language, "fail", g_variant_new_string ("gio"), AT_SCRIPT_ERROR_THROWN,
                "Gio.IOErrorEnum: not there", "Gio.IOErrorEnum", "fail");
}

/* What it was thrown because of is told, too. */
static void
test_causes (gconstpointer language)
{
  assert_error (language, "failBecause", NULL, AT_SCRIPT_ERROR_THROWN, "OddError: because", "OddError",
                is_js (language) ? "Caused by: TypeError: " : "KeyError: 'x'");
}

/* Of an exception in Python the program learns what it is made of. */
static void
test_details (void)
{
  g_autoptr (AtAsyncTask) task = make ("py", "fail");
  g_autoptr (AtAsyncTask) plain = make ("js", "fail");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) plain_error = NULL;
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GVariant) args = NULL;
  g_autofree char *printed = NULL;
  const char *text;
  AtTestRecord record;

  at_test_record_init (&record);
  at_test_record_watch (&record, task);
  error = run_to_error (task, g_variant_new_string ("odd"));
  g_object_get (task, "error-details", &details, NULL);
  g_assert_true (at_script_task_get_error_details (AT_SCRIPT_TASK (task)) == details);
  g_assert_true (g_variant_lookup (details, "module", "&s", &text) && g_str_equal (text, "functions"));
  g_assert_true (g_variant_lookup (details, "class", "&s", &text) && g_str_equal (text, "OddError"));
  g_assert_true (g_variant_lookup (details, "file", "&s", &text) && g_str_has_suffix (text, "functions.py"));
  args = g_variant_lookup_value (details, "args", NULL);
  printed = g_variant_print (args, FALSE);
  g_assert_cmpstr (printed, ==, "[<'as it should'>]");
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "error-details"), ==, 1);
  g_clear_object (&task);
  at_test_record_clear (&record);

  plain_error = run_to_error (plain, g_variant_new_string ("odd"));
  g_assert_null (at_script_task_get_error_details (AT_SCRIPT_TASK (plain)));
}

static void
assert_taken (const char *function,
              const char *expected)
{
  g_autoptr (AtAsyncTask) task = make ("py", function);

  assert_printed (run_task (task, g_variant_new_string ("a")), expected);
  at_test_finish (task);
}

/* A function in Python is given as many of the two as it takes. */
static void
test_arguments (void)
{
  assert_taken ("takesNone", "0");
  assert_taken ("takesOne", "'a'");
  assert_taken ("takesAny", "2");
  assert_taken ("takesBound", "'bound to a'");
  assert_taken ("takesKeyword", "[<'a'>, <5>]");
  assert_taken ("Outer.inner", "[<'a'>, <true>]");
}

static void
test_no_function (gconstpointer language)
{
  assert_error (language, "nowhere", NULL, AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND, NULL, NULL, NULL);
  assert_error (language, "notAFunction", NULL, AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND, NULL, NULL, NULL);
  assert_error (language, "latin-\366", NULL, AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND, NULL, NULL, NULL);
}

static void
assert_module_error (const char *module,
                     int         code,
                     const char *name,
                     const char *words)
{
  g_autoptr (AtAsyncTask) task = AT_ASYNC_TASK (at_script_task_new (module, "f"));
  g_autoptr (GError) error = run_to_error (task, NULL);

  g_assert_error (error, AT_SCRIPT_ERROR, code);
  g_assert_cmpstr (at_script_task_get_error_name (AT_SCRIPT_TASK (task)), ==, name);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_modules (gconstpointer language)
{
  g_autofree char *broken = get_module ("broken", language);
  g_autofree char *throws = get_module ("throws", language);
  g_autofree char *nowhere = get_module ("nowhere", language);

  assert_module_error (broken, AT_SCRIPT_ERROR_MODULE_FAILED, "SyntaxError",
                       is_js (language) ? " (broken.js, line 5)" : " (broken.py, line 4)");
  assert_module_error (throws, AT_SCRIPT_ERROR_MODULE_FAILED, is_js (language) ? "RangeError" : "ValueError",
                       "while loading");
  assert_module_error (nowhere, AT_SCRIPT_ERROR_MODULE_NOT_FOUND, NULL, nowhere);
  assert_module_error ("functions.rb", AT_SCRIPT_ERROR_UNKNOWN_LANGUAGE, NULL, "functions.rb");
  assert_module_error ("https://example.com/functions.js", AT_SCRIPT_ERROR_MODULE_NOT_FOUND, NULL, "example");
  assert_module_error ("resource:///org/example/functions.js", AT_SCRIPT_ERROR_MODULE_NOT_FOUND, NULL, "another process");
}

static void
test_uri (gconstpointer language)
{
  g_autofree char *path = get_module ("functions", language);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autoptr (AtAsyncTask) task = AT_ASYNC_TASK (at_script_task_new (uri, "echo"));

  assert_printed (run_task (task, g_variant_new_parsed ("5")), "5");
  at_test_finish (task);
}

/* Writes a file, in the current directory if @path is relative. */
static void
write_file (const char *path,
            const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static const char *
get_increment (gconstpointer language)
{
  return is_js (language) ? "export const f = x => x + 1;\n" : "def f(x, task):\n    return x + 1\n";
}

static void
assert_increments (const char *module)
{
  g_autoptr (AtAsyncTask) task = AT_ASYNC_TASK (at_script_task_new (module, "f"));

  assert_printed (run_task (task, g_variant_new_parsed ("5")), "6");
  at_test_finish (task);
}

/* No version can import what has a name that is not UTF-8, 1.90 ends then, and 1.82
 * cannot if it is not ASCII. */
static gboolean
gjs_can_load (const char *path)
{
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  g_autofree char *program = g_strdup_printf ("import('%s').catch(() => imports.system.exit(1));", uri);
  const char *argv[] = { "gjs", "-c", program, NULL };
  int status = -1;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                NULL, NULL, NULL, NULL, &status, NULL);

  return status == 0;
}

/* Names with a space, with what is special in URIs and with what is not UTF-8, and
 * one that is no identifier. */
static void
test_odd_path (gconstpointer language)
{
  static const char * const names[] = {
    "my-module.v2", "a b", "100%20", "a#b?c", "gr\303\266\303\237e", "latin-\366", "a:b", "file",
  };
  g_autofree char *folder = g_dir_make_tmp ("at script % XXXXXX", NULL);
  g_autofree char *before = g_get_current_dir ();
  g_autofree char *link_name = g_strdup_printf ("link.%s", (const char *) language);

  g_assert_cmpint (g_chdir (folder), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%s", names[i], (const char *) language);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      write_file (path, get_increment (language));
      if (is_js (language) && !g_str_is_ascii (name) && !gjs_can_load (path))
        {
          g_test_message ("This gjs itself cannot load name %" G_GSIZE_FORMAT, i);
          g_remove (path);
          continue;
        }
      assert_increments (path);
      /* Relative to the program's directory. */
      assert_increments (name);
      g_assert_cmpint (symlink (name, link_name), ==, 0);
      assert_increments (link_name);
      g_remove (link_name);
      g_remove (path);
    }
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* What is beside a module, and what is in the package that it is part of. */
static void
test_package (gconstpointer language)
{
  static const char * const files[][2] = {
    { "package/__init__.py", "name = 'package'\n" },
    { "package/inner/__init__.py", "" },
    { "package/inner/sibling.py", "value = 1\n" },
    { "package/cousin.py", "value = 2\n" },
    { "package/inner/module.py",
      "import sys\n"
      "import sibling\n"
      "from . import sibling as same\n"
      "from .. import cousin, name\n"
      "import package.inner.module as itself\n"
      "if __name__ == '__main__':\n"
      "    sys.exit(3)\n"
      "def f(x, task):\n"
      "    return [__name__, __package__, sibling.value + same.value + cousin.value, name,"
      " itself is sys.modules[__name__], sys.stdin.read()]\n" },
  };
  g_autofree char *folder = g_dir_make_tmp ("at-script-XXXXXX", NULL);
  g_autofree char *inner = g_build_filename (folder, "package", "inner", NULL);
  g_autofree char *outer = g_build_filename (folder, "package", NULL);
  g_autofree char *path = g_build_filename (inner, "module.py", NULL);
  g_autoptr (AtAsyncTask) task = AT_ASYNC_TASK (at_script_task_new (path, "f"));

  g_mkdir_with_parents (inner, 0700);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (folder, files[i][0], NULL);

      write_file (file, files[i][1]);
    }
  assert_printed (run_task (task, NULL),
                  "[<'package.inner.module'>, <'package.inner'>, <4>, <'package'>, <true>, <''>]");
  at_test_finish (task);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (folder, files[i][0], NULL);

      g_remove (file);
    }
  g_rmdir (inner);
  g_rmdir (outer);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* It has a Python, and none of the system's modules. */
static void
test_venv (gconstpointer language)
{
  g_autofree char *folder = g_dir_make_tmp ("at-script-XXXXXX", NULL);
  g_autofree char *interpreter = g_build_filename (folder, "bin", "python3", NULL);
  const char *make_argv[] = { "python3", "-m", "venv", "--without-pip", folder, NULL };
  const char *remove_argv[] = { "rm", "-r", folder, NULL };
  g_autoptr (AtAsyncTask) task = make (language, "prefix");
  int status = -1;

  g_spawn_sync (NULL, (char **) make_argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                NULL, NULL, NULL, NULL, &status, NULL);
  if (status == 0)
    {
      at_script_task_set_interpreter (AT_SCRIPT_TASK (task), interpreter);
      g_assert_cmpstr (g_variant_get_string (run_task (task, NULL), NULL), ==, folder);
      at_test_finish (task);
    }
  else
    {
      g_test_skip ("python3 has no venv");
    }
  g_spawn_sync (NULL, (char **) remove_argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

/* As a program does that becomes a daemon: nothing goes to what took the place of
 * the channel. */
static void
test_closes_everything (gconstpointer language)
{
  g_autofree char *folder = g_dir_make_tmp ("at-script-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "precious", NULL);
  g_autofree char *text = NULL;
  g_autoptr (AtAsyncTask) task = make (language, "closesEverything");
  g_autoptr (GError) error = run_to_error (task, g_variant_new_string (path));

  g_assert_cmpint (error->domain, ==, AT_SCRIPT_ERROR);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "precious");
  g_remove (path);
  g_rmdir (folder);
}

static void
assert_interpreter_error (gconstpointer  language,
                          const char    *interpreter,
                          int            code)
{
  g_autoptr (AtAsyncTask) task = make (language, "echo");
  g_autoptr (GError) error = NULL;

  at_script_task_set_interpreter (AT_SCRIPT_TASK (task), interpreter);
  error = run_to_error (task, NULL);
  g_assert_error (error, AT_SCRIPT_ERROR, code);
}

static void
test_interpreters (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "echo");
  g_autofree char *path = g_find_program_in_path (is_js (language) ? "gjs" : "python3");

  assert_interpreter_error (language, "no-such-interpreter", AT_SCRIPT_ERROR_INTERPRETER_NOT_FOUND);
  assert_interpreter_error (language, "/", AT_SCRIPT_ERROR_INTERPRETER_NOT_FOUND);
  assert_interpreter_error (language, "true", AT_SCRIPT_ERROR_EXITED);

  at_script_task_set_interpreter (AT_SCRIPT_TASK (task), path);
  assert_printed (run_task (task, g_variant_new_parsed ("5")), "5");
  at_test_finish (task);
}

static void
test_working_directory_missing (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "where");
  g_autoptr (GError) error = NULL;

  at_script_task_set_working_directory (AT_SCRIPT_TASK (task), "/nowhere/at/all");
  error = run_to_error (task, NULL);
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_CHDIR);
}

static void
test_exit (gconstpointer language)
{
  assert_error (language, "exit", g_variant_new_int64 (3), AT_SCRIPT_ERROR_EXITED,
                "The process of the script exited with status 3 before the function had ended", NULL, NULL);
  assert_error (language, "exit", g_variant_new_int64 (0), AT_SCRIPT_ERROR_EXITED, NULL, NULL, NULL);
}

static void
test_crash (gconstpointer language)
{
  g_autofree char *expected = g_strdup_printf ("The process of the script was ended by signal %d (%s)",
                                               SIGSEGV, g_strsignal (SIGSEGV));

  assert_error (language, "crash", g_variant_new_string ("SEGV"), AT_SCRIPT_ERROR_CRASHED, expected, NULL, NULL);
  assert_error (language, "crash", g_variant_new_string ("KILL"), AT_SCRIPT_ERROR_CRASHED, NULL, NULL, NULL);
}

static void
test_garbage (gconstpointer language)
{
  static const char * const kinds[] = {
    "text", "endless", "unknown", "missing", "value", "type", "abnormal", "stopped", "amounts",
    "fraction", "message", "error",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    assert_error (language, "garbage", g_variant_new_string (kinds[i]), AT_SCRIPT_ERROR_PROTOCOL, NULL, NULL, NULL);
}

static void
test_silence (gconstpointer language)
{
  assert_error (language, "silence", NULL, AT_SCRIPT_ERROR_PROTOCOL, NULL, NULL, NULL);
}

/* Cancelling. */

static void
assert_cancelled (AtAsyncTask *task,
                  const char  *result)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_CANCELLED);
  if (result != NULL)
    assert_printed (get_result (task), result);
  else
    g_assert_null (at_async_task_get_result (task));
}

static void
start_and_listen (AtAsyncTask *task,
                  GVariant    *params,
                  Heard       *heard)
{
  listen_to (task, heard);
  start (task, params);
  at_test_iterate_until (NULL, heard->values->len > 0);
}

static void
test_cancel_busy (gconstpointer language)
{
  for (guint interrupt = 0; interrupt < 2; interrupt++)
    {
      g_autoptr (AtAsyncTask) task = make (language, "busyUntilCancelled");
      Heard heard;

      at_script_task_set_grace_time (AT_SCRIPT_TASK (task), 1000000);
      start_and_listen (task, NULL, &heard);
      g_assert_true (at_async_task_cancel (task, interrupt != 0));
      assert_cancelled (task, "'noticed'");
      g_ptr_array_unref (heard.values);
    }
}

/* The grace is longer than the test may take: that it ends is the function's doing. */
static void
test_cancel_async (gconstpointer language)
{
  static const char * const functions[] = { "sleepUntilCancelled", "sleepAndTidyUp" };

  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      g_autoptr (AtAsyncTask) task = make (language, functions[i]);
      Heard heard;

      at_script_task_set_grace_time (AT_SCRIPT_TASK (task), 1000000);
      start_and_listen (task, NULL, &heard);
      at_async_task_cancel (task, TRUE);
      assert_cancelled (task, i == 1 ? "'tidy'" : NULL);
      g_ptr_array_unref (heard.values);
    }
}

static gboolean
is_gone (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/stat", pid);
  g_autofree char *stat = NULL;

  /* One that is nobody's child any more may wait for an init that does not come. */
  return !g_file_get_contents (path, &stat, NULL, NULL) || strstr (stat, ") Z ") != NULL;
}

static void
test_cancel_deaf (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "deaf");
  g_autoptr (GVariant) first = NULL;
  g_autoptr (GVariant) second = NULL;
  gint64 pid, child;
  Heard heard;

  at_script_task_set_grace_time (AT_SCRIPT_TASK (task), 10);
  start_and_listen (task, NULL, &heard);
  g_variant_get_child (get_heard (&heard, 0), 0, "v", &first);
  g_variant_get_child (get_heard (&heard, 0), 1, "v", &second);
  pid = g_variant_get_int64 (first);
  child = g_variant_get_int64 (second);
  g_assert_false (is_gone (pid));
  g_assert_false (is_gone (child));
  at_async_task_cancel (task, TRUE);
  assert_cancelled (task, NULL);
  at_test_poll_until (is_gone (pid) && is_gone (child));
  g_ptr_array_unref (heard.values);
}

static void
test_cancel_generator (gconstpointer language)
{
  for (guint interrupt = 0; interrupt < 2; interrupt++)
    {
      g_autoptr (AtAsyncTask) task = make (language, "generateForever");
      g_autofree char *folder = g_dir_make_tmp ("at-script-XXXXXX", NULL);
      g_autofree char *path = g_build_filename (folder, "finally", NULL);
      Heard heard;

      at_script_task_set_grace_time (AT_SCRIPT_TASK (task), 1000000);
      start_and_listen (task, g_variant_new_string (path), &heard);
      at_async_task_cancel (task, interrupt != 0);
      assert_cancelled (task, NULL);
      g_assert_cmpint (g_remove (path), ==, 0);
      g_rmdir (folder);
      g_ptr_array_unref (heard.values);
    }
}

static void
test_cancel_at_start (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "busyForever");

  at_script_task_set_grace_time (AT_SCRIPT_TASK (task), 1000000);
  start (task, NULL);
  /* The body may or may not have begun; the function has not, as the interpreter
   * takes its time, or ends at once. */
  at_async_task_cancel (task, TRUE);
  assert_cancelled (task, NULL);
}

/* Pausing. */

static void
assert_stands_still (gconstpointer  language,
                     const char    *function)
{
  g_autoptr (AtAsyncTask) task = make (language, function);
  g_autoptr (AtAsyncTask) other = make (language, "echo");
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_thread_pool_executor_new ("one", 1));
  g_autofree char *folder = g_dir_make_tmp ("at-script-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "finally", NULL);
  Heard heard;

  at_async_task_set_executor (task, executor);
  at_async_task_set_executor (other, executor);
  at_async_task_pause (task);
  start_and_listen (task, g_variant_new_string (path), &heard);

  /* The slot is free, and the other one's whole life passes meanwhile. */
  run_task (other, NULL);
  at_test_finish (other);
  g_assert_cmpuint (heard.values->len, ==, 1);

  at_async_task_resume (task);
  at_test_iterate_until (NULL, heard.values->len > 10);

  /* While it is paused, a cancel wakes it. */
  at_async_task_pause (task);
  at_async_task_cancel (task, TRUE);
  assert_cancelled (task, NULL);
  g_remove (path);
  g_rmdir (folder);
  g_ptr_array_unref (heard.values);
}

static void
test_pause_generator (gconstpointer language)
{
  assert_stands_still (language, "generateForever");
}

static void
test_pause_checkpoint (gconstpointer language)
{
  assert_stands_still (language, "checkpoints");
}

/* One that says nothing hears of a pause all the same: its slot becomes free. */
static void
test_pause_quiet (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "quietCheckpoints");
  g_autoptr (AtAsyncTask) other = make (language, "echo");
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_thread_pool_executor_new ("one", 1));
  Heard heard;

  at_async_task_set_executor (task, executor);
  at_async_task_set_executor (other, executor);
  start_and_listen (task, NULL, &heard);
  at_async_task_pause (task);
  run_task (other, NULL);
  at_test_finish (other);

  at_async_task_resume (task);
  at_async_task_cancel (task, FALSE);
  assert_cancelled (task, NULL);
  g_ptr_array_unref (heard.values);
}

/* Processes. */

static void
test_where (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "where");
  g_auto (GStrv) environment = g_get_environ ();
  GVariant *result;
  const char *text;

  environment = g_environ_setenv (environment, "AT_TEST_VARIABLE", "value", TRUE);
  at_script_task_set_environment (AT_SCRIPT_TASK (task), (const char * const *) environment);
  at_script_task_set_working_directory (AT_SCRIPT_TASK (task), "/");
  result = run_task (task, NULL);
  g_assert_true (g_variant_lookup (result, "directory", "&s", &text));
  g_assert_cmpstr (text, ==, "/");
  g_assert_true (g_variant_lookup (result, "variable", "&s", &text));
  g_assert_cmpstr (text, ==, "value");
  /* Whoever can write to the directory would choose what is imported. */
  if (!is_js (language))
    {
      gboolean imports_from_here;

      g_assert_true (g_variant_lookup (result, "importsFromHere", "b", &imports_from_here));
      g_assert_false (imports_from_here);
    }
  at_test_finish (task);
}

/* The environment is that of the program where the task is executed, and not when a worker
 * gets to it. */
static void
test_where_executed (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "where");
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) first = NULL;
  g_autoptr (GError) error = NULL;
  const char *text;
  AtTestGate gate;

  at_test_gate_init (&gate);
  first = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (first, AT_EXECUTOR (pool), NULL, NULL));

  g_setenv ("AT_TEST_VARIABLE", "when executed", TRUE);
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  g_setenv ("AT_TEST_VARIABLE", "later", TRUE);
  at_test_gate_open (&gate);
  at_async_task_wait (task, -1, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (get_result (task), "variable", "&s", &text));
  g_assert_cmpstr (text, ==, "when executed");

  g_unsetenv ("AT_TEST_VARIABLE");
  at_test_finish (task);
  at_test_finish (first);
  at_test_gate_clear (&gate);
  g_object_unref (pool);
}

static void
test_prints (gconstpointer language)
{
  if (g_test_subprocess ())
    {
      g_autoptr (AtAsyncTask) task = make (language, "say");

      run_task (task, NULL);
      at_test_finish (task);
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*printed by the script*");
  g_test_trap_assert_stderr ("*complained by the script*");
}

static GArray *
get_children (void)
{
  GArray *children = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;

  while ((id = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", id, "children", NULL);
      g_autofree char *text = NULL;
      g_auto (GStrv) words = NULL;

      if (!g_file_get_contents (path, &text, NULL, NULL))
        continue;
      words = g_strsplit (g_strchomp (text), " ", -1);
      for (gsize i = 0; words[i] != NULL; i++)
        {
          gint64 pid = g_ascii_strtoll (words[i], NULL, 10);

          if (pid != 0)
            g_array_append_val (children, pid);
        }
    }

  return children;
}

static guint
count_children (void)
{
  g_autoptr (GArray) children = get_children ();

  return children->len;
}

static gboolean
is_child (gint64 pid)
{
  g_autoptr (GArray) children = get_children ();

  for (guint i = 0; i < children->len; i++)
    if (g_array_index (children, gint64, i) == pid)
      return TRUE;

  return FALSE;
}

static guint
count_threads (const char *name)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;
  guint n = 0;

  while ((id = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", id, "comm", NULL);
      g_autofree char *text = NULL;

      n += g_file_get_contents (path, &text, NULL, NULL) && g_str_equal (g_strchomp (text), name);
    }

  return n;
}

static guint
count_fds (void)
{
  g_autoptr (GDir) fds = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (fds) != NULL)
    n++;

  return n;
}

static AtScriptLanguage
get_language (gconstpointer language)
{
  return is_js (language) ? AT_SCRIPT_LANGUAGE_JAVASCRIPT : AT_SCRIPT_LANGUAGE_PYTHON;
}

static gint64
run_for_pid (gconstpointer language,
             gint64        expected_counter,
             gboolean      isolated)
{
  g_autoptr (AtAsyncTask) task = make (language, "count");
  GVariant *result;
  gint64 counter, pid;

  at_script_task_set_isolated (AT_SCRIPT_TASK (task), isolated);
  result = run_task (task, NULL);
  g_assert_true (g_variant_lookup (result, "counter", "x", &counter));
  g_assert_true (g_variant_lookup (result, "pid", "x", &pid));
  g_assert_cmpint (counter, ==, expected_counter);
  at_test_finish (task);

  return pid;
}

/* Whatever earlier tests have left goes. */
static void
settle_processes (void)
{
  at_script_task_prewarm (AT_SCRIPT_LANGUAGE_JAVASCRIPT, 0, NULL);
  at_script_task_prewarm (AT_SCRIPT_LANGUAGE_PYTHON, 0, NULL);
}

static void
test_isolated (gconstpointer language)
{
  gint64 first = run_for_pid (language, 1, TRUE);
  gint64 second = run_for_pid (language, 1, TRUE);
  gint64 shared, again;

  g_assert_cmpint (first, !=, second);
  at_test_poll_until (is_gone (first) && is_gone (second));

  shared = run_for_pid (language, 1, FALSE);
  again = run_for_pid (language, 2, FALSE);
  g_assert_cmpint (shared, ==, again);

  /* An error is no reason to begin anew. */
  {
    g_autoptr (AtAsyncTask) failing = make (language, "fail");
    g_autoptr (AtAsyncTask) missing = make (language, "nowhere");
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) missing_error = NULL;

    at_script_task_set_isolated (AT_SCRIPT_TASK (failing), FALSE);
    error = run_to_error (failing, g_variant_new_string ("odd"));
    g_assert_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_THROWN);
    at_script_task_set_isolated (AT_SCRIPT_TASK (missing), FALSE);
    missing_error = run_to_error (missing, NULL);
    g_assert_error (missing_error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND);
    g_assert_cmpint (run_for_pid (language, 3, FALSE), ==, shared);
  }

  /* One that is isolated gets none that was used. */
  g_assert_cmpint (run_for_pid (language, 1, TRUE), !=, shared);

  /* One that died while it waited is not used. */
  kill (shared, SIGKILL);
  at_test_poll_until (is_gone (shared));
  g_assert_cmpint (run_for_pid (language, 1, FALSE), !=, shared);
}

/* The runner can read on when the collector has been there. */
static void
test_collected (gconstpointer language)
{
  gint64 pids[3];

  for (gsize i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      g_autoptr (AtAsyncTask) task = make (language, "collect");

      at_script_task_set_isolated (AT_SCRIPT_TASK (task), FALSE);
      pids[i] = g_variant_get_int64 (run_task (task, NULL));
      at_test_finish (task);
      g_assert_cmpint (pids[i], ==, pids[0]);
    }
}

/* What outlives its task has nothing to say to the next one's owner. */
static void
test_stale_task (gconstpointer language)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (AtAsyncTask) task = make (language, "afterTheEnd");
      Heard heard;

      listen_to (task, &heard);
      at_script_task_set_isolated (AT_SCRIPT_TASK (task), FALSE);
      assert_printed (run_task (task, NULL), i == 0 ? "'first'" : "'second'");
      at_test_finish (task);
      g_assert_cmpuint (heard.values->len, ==, 0);
      g_assert_cmpfloat (at_async_task_get_fraction (task), ==, 0);
      g_ptr_array_unref (heard.values);
    }
}

static void
test_prewarm (gconstpointer language)
{
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) warm = NULL;
  g_autoptr (GError) error = NULL;
  gint64 pid;

  settle_processes ();
  at_test_poll_until (count_children () == 0);
  before = get_children ();
  g_assert_true (at_script_task_prewarm (get_language (language), 2, &error));
  g_assert_no_error (error);
  warm = get_children ();
  g_assert_cmpuint (warm->len, ==, before->len + 2);

  /* There are two already. */
  g_assert_true (at_script_task_prewarm (get_language (language), 2, &error));
  g_assert_cmpuint (count_children (), ==, warm->len);

  pid = 0;
  {
    g_autoptr (AtAsyncTask) task = make (language, "pidOf");
    gboolean was_there = FALSE;

    pid = g_variant_get_int64 (run_task (task, NULL));
    for (guint i = 0; i < warm->len; i++)
      was_there = was_there || g_array_index (warm, gint64, i) == pid;
    g_assert_true (was_there);
    at_test_finish (task);
  }

  /* One that has a directory of its own cannot use it. */
  {
    g_autoptr (AtAsyncTask) task = make (language, "pidOf");
    gint64 own;

    at_script_task_set_working_directory (AT_SCRIPT_TASK (task), "/");
    own = g_variant_get_int64 (run_task (task, NULL));
    for (guint i = 0; i < warm->len; i++)
      g_assert_cmpint (g_array_index (warm, gint64, i), !=, own);
    at_test_finish (task);
  }

  g_assert_true (at_script_task_prewarm (get_language (language), 0, &error));
  at_test_poll_until (count_children () == before->len);
}

static gboolean
is_warm (GArray *warm,
         gint64  pid)
{
  for (guint i = 0; i < warm->len; i++)
    if (g_array_index (warm, gint64, i) == pid)
      return TRUE;

  return FALSE;
}

static gint64
run_and_look (gconstpointer  language,
              const char    *directory,
              const char    *variable)
{
  g_autoptr (AtAsyncTask) task = make (language, "where");
  GVariant *result = run_task (task, NULL);
  const char *text;
  gint64 pid;

  g_assert_true (g_variant_lookup (result, "directory", "&s", &text));
  g_assert_cmpstr (text, ==, directory);
  if (variable != NULL)
    g_assert_true (g_variant_lookup (result, "variable", "&s", &text) && g_str_equal (text, variable));
  g_assert_true (g_variant_lookup (result, "pid", "x", &pid));
  at_test_finish (task);

  return pid;
}

/* What a process that waits has, it got at its start; the program may have something
 * else since. */
static void
test_prewarm_elsewhere (gconstpointer language)
{
  g_autofree char *module = get_module ("functions", language);
  g_autofree char *before = g_get_current_dir ();
  g_autoptr (GArray) warm = NULL;

  /* A relative path would be another one below. */
  if (!g_path_is_absolute (module))
    {
      g_test_skip ("the modules' path is relative");
      return;
    }

  settle_processes ();
  at_test_poll_until (count_children () == 0);
  g_assert_true (at_script_task_prewarm (get_language (language), 1, NULL));
  warm = get_children ();
  g_assert_cmpint (g_chdir ("/"), ==, 0);
  g_assert_false (is_warm (warm, run_and_look (language, "/", NULL)));
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_setenv ("AT_TEST_VARIABLE", "changed", TRUE);
  g_assert_false (is_warm (warm, run_and_look (language, before, "changed")));
  g_unsetenv ("AT_TEST_VARIABLE");
  g_assert_true (is_warm (warm, run_and_look (language, before, NULL)));
}

/* What a task that sets no interpreter is run by, and what is prewarmed. */
static void
test_default_interpreter (gconstpointer language)
{
  const AtScriptLanguage kind = get_language (language);
  g_autofree char *usual = g_strdup (at_script_task_get_default_interpreter (kind));
  g_autofree char *path = g_find_program_in_path (usual);
  g_autoptr (AtAsyncTask) failing = make (language, "echo");
  g_autoptr (AtAsyncTask) task = make (language, "pidOf");
  g_autoptr (GArray) warm = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) warm_error = NULL;

  g_assert_cmpstr (usual, ==, is_js (language) ? "gjs" : "python3");
  at_script_task_set_default_interpreter (kind, "no-such-interpreter");
  g_assert_cmpstr (at_script_task_get_default_interpreter (kind), ==, "no-such-interpreter");
  error = run_to_error (failing, NULL);
  g_assert_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INTERPRETER_NOT_FOUND);
  g_assert_false (at_script_task_prewarm (kind, 1, &warm_error));
  g_assert_error (warm_error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INTERPRETER_NOT_FOUND);

  settle_processes ();
  at_test_poll_until (count_children () == 0);
  at_script_task_set_default_interpreter (kind, path);
  g_assert_true (at_script_task_prewarm (kind, 1, NULL));
  warm = get_children ();
  g_assert_true (is_warm (warm, g_variant_get_int64 (run_task (task, NULL))));
  at_test_finish (task);

  at_script_task_set_default_interpreter (kind, NULL);
  g_assert_cmpstr (at_script_task_get_default_interpreter (kind), ==, usual);
  settle_processes ();
}

static void
test_prewarm_missing (gconstpointer language)
{
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  g_autoptr (GError) error = NULL;

  settle_processes ();
  g_setenv ("PATH", "/nowhere", TRUE);
  g_assert_false (at_script_task_prewarm (get_language (language), 2, &error));
  g_setenv ("PATH", path, TRUE);
  g_assert_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INTERPRETER_NOT_FOUND);
}

/* One that dies while it waits is no zombie for as long as it would have waited. */
static void
test_dies_waiting (gconstpointer language)
{
  gint64 pid = run_for_pid (language, 1, FALSE);

  kill ((pid_t) pid, SIGKILL);
  at_test_poll_until (!is_child (pid));
}

/* With every number of file descriptors from none to enough: an error or a result,
 * and nothing that stays open. */
static void
test_few_fds (gconstpointer language)
{
  struct rlimit before, few;
  gboolean has_succeeded = FALSE;
  int fillers[33];
  guint n_fillers = 0;
  guint n_fds;

  /* What GLib opens for good. */
  run_for_pid (language, 1, TRUE);
  settle_processes ();
  at_test_poll_until (count_children () == 0);
  at_test_poll_until (count_threads ("at-script-keepe") == 0);
  /* A limit below the number of what is polled is an error in itself. */
  while (n_fillers == 0 || fillers[n_fillers - 1] < 32)
    fillers[n_fillers++] = dup (0);
  n_fds = count_fds ();
  getrlimit (RLIMIT_NOFILE, &before);

  for (guint n = 33; !has_succeeded; n++)
    {
      g_autoptr (AtAsyncTask) task = make (language, "echo");

      g_assert_cmpuint (n, <, 100);
      few = before;
      few.rlim_cur = n;
      setrlimit (RLIMIT_NOFILE, &few);
      start (task, g_variant_new_int64 (5));
      at_test_finish (task);
      setrlimit (RLIMIT_NOFILE, &before);

      has_succeeded = at_async_task_get_outcome (task) == AT_OUTCOME_SUCCEEDED;
      if (has_succeeded)
        assert_printed (get_result (task), "5");
      else
        g_assert_nonnull (at_async_task_get_error (task));
      at_test_poll_until (count_children () == 0);
      at_test_poll_until (count_fds () <= n_fds + 1);
    }
  at_test_poll_until (count_fds () <= n_fds);
  while (n_fillers > 0)
    close (fillers[--n_fillers]);
}

/* Each has its slot, its process and its result. */
static void
test_many (gconstpointer language)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_thread_pool_executor_new ("many", 100));
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = MAX (at_test_scale (100), 8);

  for (guint i = 0; i < n; i++)
    {
      AtAsyncTask *task = make (language, "echo");

      g_ptr_array_add (tasks, task);
      at_async_task_set_executor (task, executor);
      start (task, g_variant_new_int64 (i));
    }
  for (guint i = 0; i < n; i++)
    {
      AtAsyncTask *task = g_ptr_array_index (tasks, i);

      at_test_finish (task);
      g_assert_cmpint (g_variant_get_int64 (get_result (task)), ==, i);
    }
  at_test_poll_until (count_children () == 0);
}

/* Ends of all kinds leave neither a zombie nor a file descriptor. */
static void
test_nothing_left (gconstpointer language)
{
  static const char * const functions[] = { "echo", "fail", "exit", "crash", "garbage", "nowhere" };
  guint n_fds;

  settle_processes ();
  at_test_poll_until (count_children () == 0);
  n_fds = count_fds ();

  for (guint round = 0; round < 3; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
      {
        g_autoptr (AtAsyncTask) task = make (language, functions[i]);

        start (task, i == 4 ? g_variant_new_string ("text") : i == 3 ? g_variant_new_string ("SEGV") : g_variant_new_int64 (1));
        at_test_finish (task);
      }
  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (AtAsyncTask) task = make (language, "busyForever");
      Heard heard;

      at_script_task_set_grace_time (AT_SCRIPT_TASK (task), 0);
      start_and_listen (task, NULL, &heard);
      at_async_task_cancel (task, TRUE);
      at_test_finish (task);
      g_ptr_array_unref (heard.values);
    }

  at_test_poll_until (count_children () == 0);
  at_test_poll_until (count_fds () <= n_fds);
}

/* A number on a line of its own. What GLib's tests begin with comes first. */
static gint64
read_number (GDataInputStream *stream)
{
  g_autoptr (GError) error = NULL;
  gint64 number;

  do
    {
      g_autofree char *line = g_data_input_stream_read_line (stream, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (line);
      number = g_ascii_strtoll (line, NULL, 10);
    }
  while (number == 0);
  g_assert_cmpint (number, >, 0);

  return number;
}

static void
test_owner_dies (gconstpointer language)
{
  g_autoptr (GSubprocess) owner = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  gint64 pid, copy;

  owner = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self, "--owner", language, NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (owner));
  pid = read_number (output);
  copy = read_number (output);
  g_assert_false (is_gone (pid));
  g_assert_false (is_gone (copy));

  /* The copy has all of its file descriptors, and lives on. */
  g_subprocess_force_exit (owner);
  g_subprocess_wait (owner, NULL, NULL);
  at_test_poll_until (is_gone (pid));
  g_assert_false (is_gone (copy));
  kill ((pid_t) copy, SIGKILL);
}

/* The program that dies: its script is in an endless loop. */
static int
run_owner (const char *language)
{
  g_autoptr (AtAsyncTask) task = make (language, "busyForever");
  Heard heard;
  pid_t copy;

  start_and_listen (task, NULL, &heard);
  copy = fork ();
  if (copy > 0)
    {
      /* Newer versions of GLib have g_print() in a test write comments. */
      printf ("%" G_GINT64_FORMAT "\n%d\n", g_variant_get_int64 (get_heard (&heard, 0)), (int) copy);
      fflush (stdout);
    }
  for (;;)
    pause ();

  return 0;
}

/* What the program's thread has blocked, and what it ignores, is not for a process
 * that is to end by a signal. */
static void
test_signals (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "signals");
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  struct sigaction ignore = { .sa_handler = SIG_IGN };
  struct sigaction before;
  sigset_t all, mask;

  sigfillset (&all);
  pthread_sigmask (SIG_BLOCK, &all, &mask);
  sigaction (SIGTERM, &ignore, &before);
  at_async_task_set_executor (task, executor);
  start (task, NULL);
  sigaction (SIGTERM, &before, NULL);
  pthread_sigmask (SIG_SETMASK, &mask, NULL);
  at_test_finish (task);
  assert_printed (get_result (task), "{'blocked': <false>, 'ignored': <false>}");
}

/* What lies in the directory that the user is in is no part of the program. */
static void
test_foreign_folder (gconstpointer language)
{
  g_autofree char *folder = g_dir_make_tmp ("at-script-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "asyncio.py", NULL);
  g_autoptr (AtAsyncTask) task = make (language, "later");

  g_assert_true (g_file_set_contents (path, "raise SystemExit(5)\n", -1, NULL));
  at_script_task_set_working_directory (AT_SCRIPT_TASK (task), folder);
  assert_printed (run_task (task, g_variant_new_parsed ("5")), "5");
  at_test_finish (task);
  g_remove (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Real parallelism: each waits, in its own process, for the other's file. */
static void
test_parallel (gconstpointer language)
{
  AtAsyncTask *tasks[4];

  for (gsize i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = make (language, "busyUntilCancelled");
      at_async_task_set_executor (tasks[i], at_thread_pool_executor_get_default ());
    }
  for (gsize i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      Heard *heard = g_new0 (Heard, 1);

      listen_to (tasks[i], heard);
      g_object_set_data (G_OBJECT (tasks[i]), "heard", heard);
      start (tasks[i], NULL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      Heard *heard = g_object_get_data (G_OBJECT (tasks[i]), "heard");

      at_test_iterate_until (NULL, heard->values->len > 0);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      Heard *heard = g_object_get_data (G_OBJECT (tasks[i]), "heard");

      at_async_task_cancel (tasks[i], FALSE);
      assert_cancelled (tasks[i], "'noticed'");
      g_ptr_array_unref (heard->values);
      g_free (heard);
      g_object_unref (tasks[i]);
    }
}

/* In execute() itself. */
static void
test_inline (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "echo");
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());

  at_async_task_set_executor (task, executor);
  assert_printed (run_task (task, g_variant_new_parsed ("1")), "1");
  at_test_finish (task);
}

static void
test_threads (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "fromThreads");
  Heard heard;

  listen_to (task, &heard);
  assert_printed (run_task (task, g_variant_new_int64 (100)), "'joined'");
  at_test_finish (task);
  g_assert_cmpuint (heard.values->len, ==, 400);
  g_ptr_array_unref (heard.values);
}

/* A process that does not leave does not keep the task. */
static void
test_lingers (gconstpointer language)
{
  g_autoptr (AtAsyncTask) task = make (language, "lingers");
  gint64 pid;

  at_script_task_set_grace_time (AT_SCRIPT_TASK (task), 10);
  pid = g_variant_get_int64 (run_task (task, NULL));
  at_test_finish (task);
  at_test_poll_until (is_gone (pid) && !is_child (pid));
}

static void
test_forks (gconstpointer language)
{
  assert_result (language, "forks", NULL, "'once'");
}

/* Any Python 3 will do, one without PyGObject included: nothing of it is imported. */
static void
test_lean (gconstpointer language)
{
  g_autofree char *folder = g_dir_make_tmp ("at-script-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "lean.py", NULL);
  g_autoptr (AtAsyncTask) task = AT_ASYNC_TASK (at_script_task_new (path, "f"));

  /* Some have modules at every start. */
  g_assert_true (g_file_set_contents (path, "import sys\ndef f(x, task):\n"
                                            "    task.set_fraction(0.5)\n"
                                            "    mine = {m for m in ('gi', 'asyncio', 'threading', 'traceback')"
                                            " if m in sys.modules}\n"
                                            "    import subprocess\n"
                                            "    own = subprocess.run([sys.executable, '-c', 'import sys; print(*sys.modules)'],"
                                            " stdout=subprocess.PIPE, text=True).stdout.split()\n"
                                            "    return list(mine - set(own))\n", -1, NULL));
  assert_printed (run_task (task, NULL), "@av []");
  at_test_finish (task);
  g_remove (path);
  g_rmdir (folder);
}

/* The object. */

static void
test_properties (void)
{
  const char * const variables[] = { "A=b", NULL };
  g_autoptr (AtScriptTask) task = at_script_task_new ("a.js", "f");
  g_autofree char *module = NULL;
  g_autofree char *function = NULL;
  g_autofree char *interpreter = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *name = NULL;
  g_autofree char *stack = NULL;
  g_autoptr (GVariant) details = NULL;
  g_auto (GStrv) environment = NULL;
  gboolean isolated;
  AtTestRecord record;
  guint grace_time;

  g_object_get (task, "module", &module, "function", &function, "interpreter", &interpreter,
                "working-directory", &directory, "environment", &environment, "grace-time", &grace_time,
                "isolated", &isolated, "error-name", &name, "error-stack", &stack,
                "error-details", &details, NULL);
  g_assert_cmpstr (module, ==, "a.js");
  g_assert_cmpstr (function, ==, "f");
  g_assert_null (interpreter);
  g_assert_null (directory);
  g_assert_null (environment);
  g_assert_null (name);
  g_assert_null (stack);
  g_assert_null (details);
  g_assert_cmpuint (grace_time, ==, 2000);
  g_assert_true (isolated);

  at_test_record_init (&record);
  at_test_record_watch (&record, AT_ASYNC_TASK (task));
  for (guint i = 0; i < 2; i++)
    g_object_set (task, "module", "b.py", "function", "g", "interpreter", "python3.9", "working-directory", "/",
                  "environment", variables, "grace-time", 5, "isolated", FALSE, NULL);
  g_assert_cmpuint (at_test_record_get_n_all_notifies (&record), ==, 7);
  g_assert_cmpstr (at_script_task_get_module (task), ==, "b.py");
  g_assert_cmpstr (at_script_task_get_function (task), ==, "g");
  g_assert_cmpstr (at_script_task_get_interpreter (task), ==, "python3.9");
  g_assert_cmpstr (at_script_task_get_working_directory (task), ==, "/");
  g_assert_cmpstr (at_script_task_get_environment (task)[0], ==, "A=b");
  g_assert_cmpuint (at_script_task_get_grace_time (task), ==, 5);
  g_assert_false (at_script_task_get_isolated (task));
  at_script_task_set_environment (task, NULL);
  g_assert_null (at_script_task_get_environment (task));

  start (AT_ASYNC_TASK (task), NULL);
  at_test_assert_critical (at_script_task_set_module (task, "c.js"));
  at_test_assert_critical (at_script_task_set_function (task, "h"));
  at_test_assert_critical (at_script_task_set_interpreter (task, NULL));
  at_test_assert_critical (at_script_task_set_working_directory (task, NULL));
  at_test_assert_critical (at_script_task_set_environment (task, variables));
  at_test_assert_critical (at_script_task_set_grace_time (task, 1));
  at_test_assert_critical (at_script_task_set_isolated (task, TRUE));
  g_assert_cmpstr (at_script_task_get_module (task), ==, "b.py");
  at_test_finish (AT_ASYNC_TASK (task));
  g_clear_object (&task);
  at_test_record_clear (&record);

  at_test_assert_critical (g_assert_null (at_script_task_new (NULL, "f")));
  at_test_assert_critical (g_assert_null (at_script_task_new ("a.js", NULL)));
}

static void
test_value_from_bytes (void)
{
  g_autoptr (GVariant) given = g_variant_ref_sink (g_variant_new_parsed ("{'a': <[<1>, <'b'>]>}"));
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (given);
  g_autoptr (GBytes) garbage = g_bytes_new ("\xff", 1);
  g_autoptr (GVariant) value = at_script_value_from_bytes ("a{sv}", bytes);
  g_autoptr (GVariant) odd = at_script_value_from_bytes ("a{sv}", garbage);

  g_assert_false (g_variant_is_floating (value));
  g_assert_true (g_variant_equal (value, given));
  g_assert_false (g_variant_is_normal_form (odd));

  at_test_assert_critical (g_assert_null (at_script_value_from_bytes (NULL, bytes)));
  at_test_assert_critical (g_assert_null (at_script_value_from_bytes ("nonsense", bytes)));
  at_test_assert_critical (g_assert_null (at_script_value_from_bytes ("a*", bytes)));
  at_test_assert_critical (g_assert_null (at_script_value_from_bytes ("s", NULL)));
}

static void
test_without_names (void)
{
  g_autoptr (AtAsyncTask) nothing = g_object_new (AT_TYPE_SCRIPT_TASK, NULL);
  g_autoptr (AtAsyncTask) no_function = g_object_new (AT_TYPE_SCRIPT_TASK, "module", "a.js", NULL);
  g_autoptr (GError) error = run_to_error (nothing, NULL);
  g_autoptr (GError) function_error = run_to_error (no_function, NULL);

  g_assert_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_MODULE_NOT_FOUND);
  g_assert_error (function_error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND);
}

static void
add (const char    *name,
     GTestDataFunc  func,
     const char    *language)
{
  g_autofree char *path = g_strdup_printf ("/script-task/%s/%s", language, name);

  g_test_add_data_func (path, language, func);
}

static void
skip_without_interpreter (gconstpointer language)
{
  g_test_skip ("gjs is not installed");
}

static void
add_for (const char *language)
{
  add ("values", test_values, language);
  add ("params", test_params, language);
  add ("plain-types", test_plain_types, language);
  add ("depth", test_depth, language);
  add ("refused", test_refused, language);
  add ("codec", test_codec, language);
  add ("big", test_big, language);
  add ("too-big", test_too_big, language);
  add ("progress", test_progress, language);
  add ("backpressure", test_backpressure, language);
  add ("backpressure/off", test_backpressure_off, language);
  add ("backpressure/owner-waits", test_backpressure_and_wait, language);
  add ("backpressure/cancelled", test_backpressure_and_cancel, language);
  add ("backpressure/interrupted", test_backpressure_and_interrupt, language);
  add ("generator", test_generator, language);
  add ("async-generator", test_async_generator, language);
  add ("async", test_async, language);
  add ("report", test_report, language);
  add ("thrown", test_thrown, language);
  add ("no-function", test_no_function, language);
  add ("modules", test_modules, language);
  add ("uri", test_uri, language);
  add ("odd-path", test_odd_path, language);
  add ("interpreters", test_interpreters, language);
  add ("interpreters/default", test_default_interpreter, language);
  add ("working-directory-missing", test_working_directory_missing, language);
  add ("exit", test_exit, language);
  add ("crash", test_crash, language);
  add ("garbage", test_garbage, language);
  add ("silence", test_silence, language);
  add ("cancel/busy", test_cancel_busy, language);
  add ("cancel/async", test_cancel_async, language);
  add ("cancel/deaf", test_cancel_deaf, language);
  add ("cancel/generator", test_cancel_generator, language);
  add ("cancel/at-start", test_cancel_at_start, language);
  add ("pause/generator", test_pause_generator, language);
  add ("pause/checkpoint", test_pause_checkpoint, language);
  add ("pause/quiet", test_pause_quiet, language);
  add ("where", test_where, language);
  add ("where-executed", test_where_executed, language);
  add ("prints", test_prints, language);
  add ("parallel", test_parallel, language);
  add ("inline", test_inline, language);
  add ("owner-dies", test_owner_dies, language);
  add ("signals", test_signals, language);
  add ("prewarm", test_prewarm, language);
  add ("prewarm/elsewhere", test_prewarm_elsewhere, language);
  add ("prewarm/missing", test_prewarm_missing, language);
  add ("dies-waiting", test_dies_waiting, language);
  add ("nothing-left", test_nothing_left, language);
  add ("few-fds", test_few_fds, language);
  add ("many", test_many, language);
  add ("isolated", test_isolated, language);
  add ("causes", test_causes, language);
  add ("stale-task", test_stale_task, language);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *gjs = g_find_program_in_path ("gjs");

  /* The folder of the modules is not for what Python keeps of them. */
  g_setenv ("PYTHONDONTWRITEBYTECODE", "1", TRUE);

  at_test_init (&argc, &argv);

  /* Its functions publish what nobody hears of. */
  at_set_debug_flags (at_get_debug_flags () & ~AT_DEBUG_SLOW);
  if (argc == 3 && g_str_equal (argv[1], "--owner"))
    return run_owner (argv[2]);

  g_test_add_func ("/script-task/properties", test_properties);
  g_test_add_func ("/script-task/without-names", test_without_names);
  g_test_add_func ("/script-task/value-from-bytes", test_value_from_bytes);

  add_for ("py");
  add ("threads", test_threads, "py");
  add ("lingers", test_lingers, "py");
  add ("forks", test_forks, "py");
  add ("lean", test_lean, "py");
  g_test_add_func ("/script-task/py/details", test_details);
  g_test_add_func ("/script-task/py/arguments", test_arguments);
  add ("package", test_package, "py");
  add ("venv", test_venv, "py");
  add ("closes-everything", test_closes_everything, "py");
  add ("foreign-folder", test_foreign_folder, "py");

  if (gjs != NULL)
    {
      add_for ("js");
      add ("undefined", test_undefined, "js");
      add ("slices", test_slices, "js");
      add ("collected", test_collected, "js");
      add ("default-export", test_default_export, "js");
      add ("thrown-oddly", test_thrown_oddly, "js");
    }
  else
    {
      add ("all", skip_without_interpreter, "js");
    }

  return g_test_run ();
}
