/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#include "at-line-splitter-private.h"

G_BEGIN_DECLS

/* Finds numbers that tell of progress in the text that a program prints. */

/* Either a fraction, which is at least 0, or else amounts; @total is 0 if it is
 * unknown. */
typedef void (* AtProgressFunc) (double   fraction,
                                 guint64  completed,
                                 guint64  total,
                                 gpointer user_data);

typedef struct
{
  GRegex         *regex;
  AtLineSplitter  splitter;
  AtProgressFunc  func;
  gpointer        user_data;
} AtProgressPattern;

GRegex *at_progress_pattern_compile (const char         *pattern,
                                     GError            **error);

void    at_progress_pattern_init    (AtProgressPattern  *self,
                                     GRegex             *regex,
                                     AtProgressFunc      func,
                                     gpointer            user_data);
void    at_progress_pattern_clear   (AtProgressPattern  *self);
void    at_progress_pattern_feed    (AtProgressPattern  *self,
                                     char               *data,
                                     gsize               length);
void    at_progress_pattern_finish  (AtProgressPattern  *self);

G_END_DECLS
