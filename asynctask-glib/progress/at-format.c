/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-format-private.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

/* Amounts, speeds and durations in words, in one language: number and unit are
 * from the same catalogue. */

typedef struct
{
  double      size;
  const char *format;
} SizeUnit;

static const SizeUnit size_units[] = {
  { 1e18, N_("%s EB") },
  { 1e15, N_("%s PB") },
  { 1e12, N_("%s TB") },
  { 1e9, N_("%s GB") },
  { 1e6, N_("%s MB") },
  { 1e3, N_("%s kB") },
};

typedef enum
{
  DAYS,
  HOURS,
  MINUTES,
  SECONDS
} TimeUnit;

static const guint unit_seconds[] = { 24 * 3600, 3600, 60, 1 };

void
at_text_init (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once))
    {
      bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
      bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
      g_once_init_leave (&once, 1);
    }
}

char *
at_text_insert (const char *format,
                ...)
{
  GString *text = g_string_new (NULL);
  const char *argument;
  const char *at;
  va_list args;

  va_start (args, format);
  while ((argument = va_arg (args, const char *)) != NULL && (at = strstr (format, "%s")) != NULL)
    {
      g_string_append_len (text, format, at - format);
      g_string_append (text, argument);
      format = at + strlen ("%s");
    }
  va_end (args);
  g_string_append (text, format);

  return g_string_free (text, FALSE);
}

/* What a plural form is chosen by: all that matters of large numbers is how they end. */
static gulong
get_plural (guint64 n)
{
  return n < 1000000 ? (gulong) n : (gulong) (1000000 + n % 1000000);
}

/* A number and its unit, which do not part at the end of a line. */
static char *
add_unit (const char *format,
          const char *number)
{
  g_autofree char *text = at_text_insert (format, number, NULL);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  return g_strjoinv ("\302\240", words);
}

static char *
format_count (guint64 n)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, n);
}

/* With one decimal below 100, where that is not 0. */
static char *
format_decimal (double value)
{
  double tenths = round (value * 10);

  if (tenths >= 1000 || fmod (tenths, 10) == 0)
    return g_strdup_printf ("%.0f", value);

  return g_strdup_printf ("%.1f", value);
}

static char *
format_size (guint64 bytes)
{
  g_autofree char *number = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (size_units); i++)
    {
      double value = (double) bytes / size_units[i].size;

      /* What is rounded to 1000 kB is 1 MB; but less than that are bytes, as they are. */
      if (value >= (i < G_N_ELEMENTS (size_units) - 1 ? 0.9995 : 1))
        {
          number = format_decimal (value);
          return add_unit (_(size_units[i].format), number);
        }
    }

  number = format_count (bytes);

  return add_unit (g_dngettext (GETTEXT_PACKAGE, "%s byte", "%s bytes", get_plural (bytes)), number);
}

/* @number of what is counted, which is @n or as many as decide its form. */
static char *
format_things (const char     *number,
               guint64         n,
               AtProgressUnit  unit)
{
  if (unit == AT_PROGRESS_UNIT_FILES)
    return add_unit (g_dngettext (GETTEXT_PACKAGE, "%s file", "%s files", get_plural (n)), number);
  if (unit == AT_PROGRESS_UNIT_ITEMS)
    return add_unit (g_dngettext (GETTEXT_PACKAGE, "%s item", "%s items", get_plural (n)), number);

  return g_strdup (number);
}

static char *
format_amount (guint64        amount,
               AtProgressUnit unit)
{
  g_autofree char *number = NULL;

  if (unit == AT_PROGRESS_UNIT_BYTES)
    return format_size (amount);

  number = format_count (amount);

  return format_things (number, amount, unit);
}

/**
 * at_format_amounts:
 * @completed: how much is done, in units of @unit
 * @total: how much there is in all, or 0 if that is not known
 * @unit: what is counted
 *
 * Says how much is done, for people to read: “38 MB of 6 GB”, “3 of 5 files”, “12 items”.
 *
 * Bytes are in powers of 1000, each amount in a unit of its own. The text is translated,
 * and its numbers are written as the locale does; a number and its unit are kept on one
 * line by a no-break space.
 *
 * Any thread.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
at_format_amounts (guint64        completed,
                   guint64        total,
                   AtProgressUnit unit)
{
  g_autofree char *done = NULL;
  g_autofree char *all = NULL;

  at_text_init ();

  if (total == 0)
    return format_amount (completed, unit);

  all = format_amount (total, unit);
  done = unit == AT_PROGRESS_UNIT_BYTES ? format_size (completed) : format_count (completed);

  /* Translators: how much is done, and of how much: “38 MB of 6 GB”, “3 of 5 files”. */
  return at_text_insert (_("%s of %s"), done, all, NULL);
}

/**
 * at_format_rate:
 * @rate: units of @unit a second
 * @unit: what is counted
 *
 * Says how fast something goes, for people to read: “1.2 MB/s”, “24 files/min”.
 *
 * What is slower than one a second, and no byte, is counted by the minute or by the hour.
 * The text is empty for what is no speed: less than 0, as [property@AsyncTask:rate] is not
 * known, or no number.
 *
 * Any thread.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
at_format_rate (double         rate,
                AtProgressUnit unit)
{
  static const char * const units[] = {
    /* Translators: a speed, as in “1.2 MB/s” or “3 files/s”. */
    N_("%s/s"),
    /* Translators: a speed, as in “24 files/min”. */
    N_("%s/min"),
    /* Translators: a speed, as in “2 files/h”. */
    N_("%s/h"),
  };
  g_autofree char *number = NULL;
  g_autofree char *amount = NULL;
  double rounded;
  guint i = 0;

  if (!(rate >= 0) || rate > 1e18)
    return g_strdup ("");

  at_text_init ();

  if (unit == AT_PROGRESS_UNIT_BYTES)
    {
      amount = format_size ((guint64) round (rate));
      return at_text_insert (_(units[0]), amount, NULL);
    }

  for (; rate > 0 && rate < 0.95 && i < G_N_ELEMENTS (units) - 1; i++)
    rate *= 60;

  /* A fraction takes the form of many. */
  number = format_decimal (rate);
  rounded = round (rate * 10) / 10;
  amount = format_things (number, rounded == floor (rounded) ? (guint64) rounded : 100, unit);

  return at_text_insert (_(units[i]), amount, NULL);
}

static char *
format_time (guint64  n,
             TimeUnit unit)
{
  g_autofree char *number = format_count (n);
  gulong plural = get_plural (n);

  switch (unit)
    {
    case DAYS:
      return add_unit (g_dngettext (GETTEXT_PACKAGE, "%s day", "%s days", plural), number);
    case HOURS:
      return add_unit (g_dngettext (GETTEXT_PACKAGE, "%s hour", "%s hours", plural), number);
    case MINUTES:
      return add_unit (g_dngettext (GETTEXT_PACKAGE, "%s minute", "%s minutes", plural), number);
    case SECONDS:
    default:
      return add_unit (g_dngettext (GETTEXT_PACKAGE, "%s second", "%s seconds", plural), number);
    }
}

/**
 * at_format_duration:
 * @seconds: how long, in seconds
 *
 * Says how long something takes, for people to read: “2 minutes”, “1 hour 20 minutes”.
 *
 * Seconds are rounded up, so that a count-down ends with “1 second”; longer times to the
 * nearest of what is said. The text is empty for what is no duration: less than 0, as
 * [property@AsyncTask:remaining] is where it is not known, or no number.
 *
 * Any thread.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
at_format_duration (double seconds)
{
  TimeUnit unit;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  guint64 per_unit;
  guint64 n;

  if (!(seconds >= 0) || seconds > 1e15)
    return g_strdup ("");

  at_text_init ();

  if (seconds <= 59)
    return format_time ((guint64) ceil (seconds), SECONDS);

  n = (guint64) MAX (round (seconds / 60), 1);
  if (n < 60)
    return format_time (n, MINUTES);

  /* Two units, where the larger one alone is not much of a measure. */
  unit = n < 24 * 60 ? HOURS : DAYS;
  if (seconds >= 9.5 * unit_seconds[unit])
    return format_time ((guint64) round (seconds / unit_seconds[unit]), unit);

  per_unit = unit_seconds[unit] / unit_seconds[unit + 1];
  n = (guint64) round (seconds / unit_seconds[unit + 1]);
  first = format_time (n / per_unit, unit);
  if (n % per_unit == 0)
    return g_steal_pointer (&first);
  second = format_time (n % per_unit, unit + 1);

  /* Translators: a duration in two units: “1 hour 20 minutes”. */
  return at_text_insert (_("%s %s"), first, second, NULL);
}
