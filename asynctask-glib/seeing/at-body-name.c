/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-survey-private.h"

#include "at-spot-private.h"

/* What people know the body of a task by. */

/* Where the text of an expression is a function and not its name. */
#define LONGEST_NAME 60

/* What a program writes in front of the name of a function to have it fit. */
static const char *
skip_casts (const char *text)
{
  const char *end;

  for (;;)
    {
      while (g_ascii_isspace (*text) || *text == '&')
        text++;
      end = *text == '(' ? strchr (text, ')') : NULL;
      if (end == NULL || end[1] == '\0' || text[1] == '{')
        return text;
      text = end + 1;
    }
}

/* In one line of a length that can be read. */
static char *
tidy (const char *text)
{
  GString *tidied = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (skip_casts (text), -1);
  glong length = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean is_space = g_unichar_isspace (c) || g_unichar_iscntrl (c);

      if (length >= LONGEST_NAME)
        {
          g_string_append (tidied, "…");
          break;
        }
      if (is_space && g_str_has_suffix (tidied->str, " "))
        continue;
      g_string_append_unichar (tidied, is_space ? ' ' : c);
      length++;
    }

  return g_string_free (tidied, FALSE);
}

/* The nearest symbol would be the name of something else, where the function is static. */
static char *
dup_place (gpointer func)
{
  AtSpot spot;

  if (at_spot_find (&spot, func))
    return at_spot_dup_offset (&spot);

  return g_strdup_printf ("0x%" G_GSIZE_MODIFIER "x", (gsize) func);
}

char *
at_survey_dup_function (const AtTaskSight *sight)
{
  g_autofree char *place = sight->func != NULL ? dup_place (sight->func) : NULL;

  return place != NULL ? g_utf8_make_valid (place, -1) : NULL;
}

char *
at_survey_dup_body_name (const AtTaskSight *sight)
{
  g_autofree char *name = sight->body_name != NULL ? tidy (sight->body_name) : NULL;

  if (name != NULL && *name != '\0')
    return g_steal_pointer (&name);
  if (sight->func != NULL)
    return at_survey_dup_function (sight);

  return g_strdup (g_type_name (sight->type));
}
