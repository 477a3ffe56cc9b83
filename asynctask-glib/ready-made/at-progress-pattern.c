/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-progress-pattern-private.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

/* A longer line is looked at in pieces: a program that prints nothing but dots
 * must not have all of them searched again for each one. */
#define MAX_LINE_LENGTH 4096

#define DIGITS "0123456789"

/* The bytes of what separates thousands in some locale: the last are a no-break space, a
 * narrow one, and an apostrophe. */
#define SEPARATORS ",.'_ " "\xc2\xa0" "\xe2\x80\xaf" "\xe2\x80\x99"

/* Bytes, because programs print invalid UTF-8, too. */
#define COMPILE_FLAGS (G_REGEX_RAW | G_REGEX_OPTIMIZE)

GRegex *
at_progress_pattern_compile (const char  *pattern,
                             GError     **error)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, COMPILE_FLAGS, 0, error);

  if (regex == NULL)
    return NULL;

  if (g_regex_get_string_number (regex, "percent") < 0 &&
      g_regex_get_string_number (regex, "fraction") < 0 &&
      g_regex_get_string_number (regex, "completed") < 0)
    {
      g_set_error (error, G_REGEX_ERROR, G_REGEX_ERROR_COMPILE,
                   _("The pattern “%s” has no group that is named “percent”, “fraction” or “completed”"),
                   pattern);
      return NULL;
    }

  return g_steal_pointer (&regex);
}

/* A number with a decimal point or, as some locales have it, a comma. */
static gboolean
parse_decimal (const char *text,
               double     *value)
{
  g_autofree char *number = g_strdelimit (g_strdup (text), ",", '.');
  double parsed;
  char *end;

  /* No infinity, no hexadecimal numbers. */
  if (number[0] == '\0' || strspn (number, DIGITS ".") != strlen (number))
    return FALSE;

  /* So many digits that it is infinite says nothing, and as part of a whole that is
   * so as well not even a number. */
  parsed = g_ascii_strtod (number, &end);
  if (end == number || *end != '\0' || !isfinite (parsed))
    return FALSE;

  *value = parsed;

  return TRUE;
}

/* A number that may have its thousands separated. What has three digits behind it
 * separates thousands; anything else is a decimal point or comma. */
static gboolean
parse_amount (const char *text,
              double     *value)
{
  g_autoptr (GString) number = g_string_new (NULL);
  gsize n_digits, n_between;

  while ((n_digits = strspn (text, DIGITS)) > 0)
    {
      g_string_append_len (number, text, n_digits);
      text += n_digits;

      n_between = strspn (text, SEPARATORS);
      if (n_between == 0 || strspn (text + n_between, DIGITS) != 3)
        break;
      text += n_between;
    }
  g_string_append (number, text);

  return parse_decimal (number->str, value);
}

static gboolean
fetch (GMatchInfo  *match,
       const char  *group,
       gboolean  (* parse) (const char *, double *),
       double      *value)
{
  g_autofree char *text = NULL;

  if (g_regex_get_string_number (g_match_info_get_regex (match), group) < 0)
    return FALSE;

  text = g_match_info_fetch_named (match, group);

  return text != NULL && parse (text, value);
}

static gboolean
is_whole (double value)
{
  return value < 9007199254740992.0 && value == (double) (guint64) value;
}

/* What a match says, if it says anything. */
static gboolean
read_match (GMatchInfo *match,
            double     *fraction,
            guint64    *completed,
            guint64    *total)
{
  double value, whole = 0;

  if (fetch (match, "percent", parse_decimal, &value))
    *fraction = value / 100;
  else if (fetch (match, "fraction", parse_decimal, &value))
    *fraction = value;
  else if (!fetch (match, "completed", parse_amount, &value))
    return FALSE;
  else if (fetch (match, "total", parse_amount, &whole) && !(is_whole (value) && is_whole (whole)))
    *fraction = whole > 0 ? MIN (value / whole, 1) : 0;
  else if (value < (double) G_MAXUINT64)
    {
      *fraction = -1;
      *completed = (guint64) value;
      *total = (guint64) whole;
    }
  else
    return FALSE;

  return TRUE;
}

/* The last match is what the program said last: some print all of their progress
 * in one line. */
static void
scan (AtProgressPattern *self,
      const char        *text,
      gsize              length,
      GRegexMatchFlags   flags)
{
  g_autoptr (GMatchInfo) match = NULL;
  gboolean found = FALSE;
  double fraction = -1;
  guint64 completed = 0, total = 0;

  g_regex_match_full (self->regex, text, length, 0, flags, &match, NULL);
  while (g_match_info_matches (match))
    {
      if (read_match (match, &fraction, &completed, &total))
        found = TRUE;
      if (!g_match_info_next (match, NULL))
        break;
    }

  if (found)
    self->func (fraction, completed, total, self->user_data);
}

static void
on_line (const char *line,
         gsize       length,
         gpointer    user_data)
{
  scan (user_data, line, length, 0);
}

/* @regex is taken over. */
void
at_progress_pattern_init (AtProgressPattern *self,
                          GRegex            *regex,
                          AtProgressFunc     func,
                          gpointer           user_data)
{
  self->regex = regex;
  self->func = func;
  self->user_data = user_data;
  at_line_splitter_init (&self->splitter, AT_LINE_END_NEWLINE, MAX_LINE_LENGTH, on_line, self);
}

void
at_progress_pattern_clear (AtProgressPattern *self)
{
  at_line_splitter_clear (&self->splitter);
  g_clear_pointer (&self->regex, g_regex_unref);
}

void
at_progress_pattern_feed (AtProgressPattern *self,
                          char              *data,
                          gsize              length)
{
  at_line_splitter_feed (&self->splitter, data, length);

  /* Programs that begin a line with a carriage return end it much later, if at
   * all. A match counts unless more text could still change it: “3/1” may be on
   * its way to “3/10”. */
  if (self->splitter.rest->len > 0)
    scan (self, self->splitter.rest->str, self->splitter.rest->len, G_REGEX_MATCH_PARTIAL_HARD);
}

void
at_progress_pattern_finish (AtProgressPattern *self)
{
  at_line_splitter_finish (&self->splitter);
}
