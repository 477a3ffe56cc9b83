/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include "at-line-splitter-private.h"

/* Input: the end of a line, the greatest length, the length of the pieces it arrives
 * in, and what arrives.
 *
 * - The lines do not depend on the pieces.
 * - No line is longer than it may be, and each is followed by a NUL byte.
 * - The lines together are what arrived without its ends.
 * - What is fed is left as it was. */

typedef struct
{
  gsize    max_length;
  GString *lines; /* each with its length in front */
  GString *text;
} Lines;

static void
take_line (const char *line,
           gsize       length,
           gpointer    user_data)
{
  Lines *self = user_data;

  g_assert_cmpuint (length, <=, self->max_length);
  g_assert_cmpint (line[length], ==, '\0');
  g_string_append_printf (self->lines, "%" G_GSIZE_FORMAT ":", length);
  g_string_append_len (self->lines, line, length);
  g_string_append_len (self->text, line, length);
}

static void
split (const FuzzInput *input,
       AtLineEnd        end,
       gsize            max_length,
       gsize            step,
       Lines           *lines)
{
  AtLineSplitter splitter;

  lines->max_length = max_length;
  lines->lines = g_string_new (NULL);
  lines->text = g_string_new (NULL);
  at_line_splitter_init (&splitter, end, max_length, take_line, lines);

  for (gsize at = 0; at < input->left; at += step)
    {
      gsize length = MIN (step, input->left - at);
      g_autofree char *piece = g_memdup2 (input->data + at, length);

      at_line_splitter_feed (&splitter, piece, length);
      g_assert_cmpmem (piece, length, input->data + at, length);
      g_assert_cmpuint (splitter.rest->len, <=, max_length);
    }
  at_line_splitter_finish (&splitter);
  g_assert_cmpuint (splitter.rest->len, ==, 0);
  at_line_splitter_clear (&splitter);
}

static void
clear_lines (Lines *lines)
{
  g_string_free (lines->lines, TRUE);
  g_string_free (lines->text, TRUE);
}

static GString *
leave_out_ends (const FuzzInput *input,
                AtLineEnd        end)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < input->left; i++)
    if (end == AT_LINE_END_NUL ? input->data[i] != '\0' : input->data[i] != '\r' && input->data[i] != '\n')
      g_string_append_c (text, (char) input->data[i]);

  return text;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  AtLineEnd end = fuzz_input_take_byte (&input) % 2 == 0 ? AT_LINE_END_NEWLINE : AT_LINE_END_NUL;
  gsize max_length = 1 + fuzz_input_take_byte (&input);
  gsize step = 1 + fuzz_input_take_byte (&input);
  g_autoptr (GString) text = leave_out_ends (&input, end);
  Lines whole, pieces, bytes;

  split (&input, end, max_length, MAX (input.left, 1), &whole);
  split (&input, end, max_length, step, &pieces);
  split (&input, end, max_length, 1, &bytes);

  g_assert_cmpmem (whole.lines->str, whole.lines->len, pieces.lines->str, pieces.lines->len);
  g_assert_cmpmem (whole.lines->str, whole.lines->len, bytes.lines->str, bytes.lines->len);
  g_assert_cmpmem (whole.text->str, whole.text->len, text->str, text->len);

  clear_lines (&whole);
  clear_lines (&pieces);
  clear_lines (&bytes);

  return 0;
}
