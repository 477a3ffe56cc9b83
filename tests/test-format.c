/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <locale.h>
#include <math.h>

#define NBSP "\302\240"
#define BYTES AT_PROGRESS_UNIT_BYTES
#define FILES AT_PROGRESS_UNIT_FILES
#define ITEMS AT_PROGRESS_UNIT_ITEMS
#define NONE AT_PROGRESS_UNIT_NONE

static void
check (const char *text,
       const char *expected)
{
  g_autofree const char *taken = text;

  g_assert_cmpstr (taken, ==, expected);
}

static void
test_amounts (void)
{
  const guint64 k = 1000;

  /* Each in its own unit. */
  check (at_format_amounts (38 * k * k, 6 * k * k * k, BYTES), "38" NBSP "MB of 6" NBSP "GB");
  check (at_format_amounts (12 * k, 6 * k * k * k, BYTES), "12" NBSP "kB of 6" NBSP "GB");
  check (at_format_amounts (0, 1500, BYTES), "0" NBSP "bytes of 1.5" NBSP "kB");
  check (at_format_amounts (12100 * k, 30 * k * k, BYTES), "12.1" NBSP "MB of 30" NBSP "MB");
  check (at_format_amounts (3, 5, FILES), "3 of 5" NBSP "files");
  check (at_format_amounts (0, 1, FILES), "0 of 1" NBSP "file");
  check (at_format_amounts (3, 5, ITEMS), "3 of 5" NBSP "items");
  check (at_format_amounts (3, 5, NONE), "3 of 5");

  /* Without a total. */
  check (at_format_amounts (38 * k * k, 0, BYTES), "38" NBSP "MB");
  check (at_format_amounts (1, 0, FILES), "1" NBSP "file");
  check (at_format_amounts (0, 0, ITEMS), "0" NBSP "items");
  check (at_format_amounts (12, 0, NONE), "12");

  /* Rounded where the next unit begins. */
  check (at_format_amounts (0, 0, BYTES), "0" NBSP "bytes");
  check (at_format_amounts (1, 0, BYTES), "1" NBSP "byte");
  check (at_format_amounts (999, 0, BYTES), "999" NBSP "bytes");
  check (at_format_amounts (1000, 0, BYTES), "1" NBSP "kB");
  check (at_format_amounts (1049, 0, BYTES), "1" NBSP "kB");
  check (at_format_amounts (99949, 0, BYTES), "99.9" NBSP "kB");
  check (at_format_amounts (99951, 0, BYTES), "100" NBSP "kB");
  check (at_format_amounts (100449, 0, BYTES), "100" NBSP "kB");
  check (at_format_amounts (999499, 0, BYTES), "999" NBSP "kB");
  check (at_format_amounts (999500, 0, BYTES), "1" NBSP "MB");
  check (at_format_amounts (999 * k * k * k * k, 0, BYTES), "999" NBSP "TB");
  check (at_format_amounts (2 * k * k * k * k * k, 0, BYTES), "2" NBSP "PB");
  check (at_format_amounts (G_MAXUINT64, G_MAXUINT64, BYTES), "18.4" NBSP "EB of 18.4" NBSP "EB");
  check (at_format_amounts (G_MAXUINT64, 0, NONE), "18446744073709551615");
}

static void
test_rate (void)
{
  check (at_format_rate (1.2e6, BYTES), "1.2" NBSP "MB/s");
  check (at_format_rate (0, BYTES), "0" NBSP "bytes/s");
  check (at_format_rate (0.4, BYTES), "0" NBSP "bytes/s");
  check (at_format_rate (1, FILES), "1" NBSP "file/s");
  check (at_format_rate (2.54, FILES), "2.5" NBSP "files/s");
  check (at_format_rate (1.5, ITEMS), "1.5" NBSP "items/s");
  check (at_format_rate (123.4, ITEMS), "123" NBSP "items/s");
  check (at_format_rate (0.96, FILES), "1" NBSP "file/s");
  check (at_format_rate (0.4, FILES), "24" NBSP "files/min");
  check (at_format_rate (1.0 / 60, FILES), "1" NBSP "file/min");
  check (at_format_rate (2.0 / 3600, FILES), "2" NBSP "files/h");
  check (at_format_rate (1e-7, ITEMS), "0" NBSP "items/h");
  check (at_format_rate (0, ITEMS), "0" NBSP "items/s");
  check (at_format_rate (7, NONE), "7/s");

  check (at_format_rate (-1, BYTES), "");
  check (at_format_rate (NAN, BYTES), "");
  check (at_format_rate (INFINITY, ITEMS), "");
}

static void
test_duration (void)
{
  const struct
  {
    double      seconds;
    const char *expected;
  } durations[] = {
    { 0, "0" NBSP "seconds" },
    { 0.01, "1" NBSP "second" },
    { 1, "1" NBSP "second" },
    { 1.01, "2" NBSP "seconds" },
    { 59, "59" NBSP "seconds" },
    { 59.01, "1" NBSP "minute" },
    { 60, "1" NBSP "minute" },
    { 89, "1" NBSP "minute" },
    { 120, "2" NBSP "minutes" },
    { 59 * 60 + 29, "59" NBSP "minutes" },
    { 59 * 60 + 31, "1" NBSP "hour" },
    { 3600, "1" NBSP "hour" },
    { 3600 + 61, "1" NBSP "hour 1" NBSP "minute" },
    { 4800, "1" NBSP "hour 20" NBSP "minutes" },
    { 2 * 3600 - 29, "2" NBSP "hours" },
    { 9.4 * 3600, "9" NBSP "hours 24" NBSP "minutes" },
    { 9.6 * 3600, "10" NBSP "hours" },
    { 23.4 * 3600, "23" NBSP "hours" },
    { 24 * 3600 - 1, "1" NBSP "day" },
    { 29 * 3600, "1" NBSP "day 5" NBSP "hours" },
    { 48 * 3600, "2" NBSP "days" },
    { 12.3 * 24 * 3600, "12" NBSP "days" },
    { -1, "" },
    { NAN, "" },
    { INFINITY, "" },
    { 1e300, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
    check (at_format_duration (durations[i].seconds), durations[i].expected);
}

/* Whatever comes in, what comes out is UTF-8, has no break in a unit, and grows. */
static void
test_any (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      guint64 amount = ((guint64) g_random_int () << 32 | g_random_int ()) >> g_random_int_range (0, 64);
      g_autofree char *bytes = at_format_amounts (amount, 0, BYTES);
      g_autofree char *time = at_format_duration ((double) (amount >> 15));
      char *end;

      g_assert_true (g_utf8_validate (bytes, -1, NULL));
      g_assert_null (strchr (bytes, ' '));
      g_assert_cmpfloat (g_ascii_strtod (bytes, &end), <, 1000);
      g_assert_true (g_str_has_prefix (end, NBSP));
      g_assert_true (g_utf8_validate (time, -1, NULL));
      g_assert_cmpstr (time, !=, "");
    }
}

int
main (int    argc,
      char **argv)
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/format/amounts", test_amounts);
  g_test_add_func ("/format/rate", test_rate);
  g_test_add_func ("/format/duration", test_duration);
  g_test_add_func ("/format/any", test_any);

  return g_test_run ();
}
