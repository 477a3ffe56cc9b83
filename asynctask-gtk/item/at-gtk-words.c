/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-words-private.h"

#include <string.h>

/* @format is a sentence with one %s in it, for @name, which is in any language: a name that is
 * written the other way is isolated, or else it would tear the words around it apart. */
char *
at_gtk_words_with_name (const char *format,
                        const char *name)
{
  const char *at = strstr (format, "%s");
  g_autofree char *before = NULL;
  g_autofree char *words = NULL;
  PangoDirection direction;
  gboolean isolate;

  if (at == NULL)
    return g_strdup (format);

  before = g_strndup (format, (gsize) (at - format));
  at += strlen ("%s");
  words = g_strconcat (before, at, NULL);
  /* There is nothing newer that needs no layout. */
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  direction = pango_find_base_dir (name, -1);
  isolate = direction != PANGO_DIRECTION_NEUTRAL && direction != pango_find_base_dir (words, -1);
  G_GNUC_END_IGNORE_DEPRECATIONS

  return g_strconcat (before, isolate ? "\342\201\250" : "", name, isolate ? "\342\201\251" : "", at, NULL);
}
