/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Cuts a stream of bytes into lines, in bounded memory. */

typedef enum
{
  AT_LINE_END_NEWLINE, /* LF, CR LF, or CR alone */
  AT_LINE_END_NUL
} AtLineEnd;

/* @line has no terminator, and is followed by a NUL byte. */
typedef void (* AtLineFunc) (const char *line,
                             gsize       length,
                             gpointer    user_data);

typedef struct
{
  AtLineFunc  func;
  gpointer    user_data;
  AtLineEnd   end;
  gsize       max_length;
  GString    *rest; /* of a line whose end is yet to come */
  gboolean    after_cr;
} AtLineSplitter;

void at_line_splitter_init   (AtLineSplitter *self,
                              AtLineEnd       end,
                              gsize           max_length,
                              AtLineFunc      func,
                              gpointer        user_data);
void at_line_splitter_clear  (AtLineSplitter *self);

/* Writes to @data, and has it as it was when this returns. */
void at_line_splitter_feed   (AtLineSplitter *self,
                              char           *data,
                              gsize           length);
void at_line_splitter_finish (AtLineSplitter *self);

G_END_DECLS
