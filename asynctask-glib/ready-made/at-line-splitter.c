/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-line-splitter-private.h"

#include <string.h>

void
at_line_splitter_init (AtLineSplitter *self,
                       AtLineEnd       end,
                       gsize           max_length,
                       AtLineFunc      func,
                       gpointer        user_data)
{
  self->func = func;
  self->user_data = user_data;
  self->end = end;
  self->max_length = max_length;
  self->rest = g_string_new (NULL);
  self->after_cr = FALSE;
}

void
at_line_splitter_clear (AtLineSplitter *self)
{
  g_string_free (self->rest, TRUE);
  self->rest = NULL;
}

static void
emit_rest (AtLineSplitter *self)
{
  self->func (self->rest->str, self->rest->len, self->user_data);
  g_string_truncate (self->rest, 0);
}

/* Emits what there is of a line that is too long, up to the beginning of its last
 * character if that may be incomplete. */
static void
emit_piece (AtLineSplitter *self)
{
  const char *text = self->rest->str;
  gsize length = self->rest->len;
  gsize cut = length;
  char kept;

  for (guint i = 1; i <= 4 && i < length; i++)
    {
      guchar byte = text[length - i];

      if ((byte & 0xc0) == 0x80)
        continue;
      if (byte >= 0xc0 && i < (byte >= 0xf0 ? 4u : byte >= 0xe0 ? 3u : 2u))
        cut = length - i;
      break;
    }

  kept = self->rest->str[cut];
  self->rest->str[cut] = '\0';
  self->func (self->rest->str, cut, self->user_data);
  self->rest->str[cut] = kept;
  g_string_erase (self->rest, 0, cut);
}

static void
append (AtLineSplitter *self,
        const char     *data,
        gsize           length)
{
  while (length > 0)
    {
      gsize n;

      /* Only now: a line that is as long as it may be is whole. */
      if (self->rest->len >= self->max_length)
        emit_piece (self);

      n = MIN (length, self->max_length - self->rest->len);
      g_string_append_len (self->rest, data, n);
      data += n;
      length -= n;
    }
}

/* The first byte that ends a line, or NULL. @newline is where the next line feed
 * is, if it was looked for and not passed yet: looking for it again after each
 * of many carriage returns would take the square of the time. */
static char *
find_end (AtLineSplitter  *self,
          char            *data,
          char            *end,
          char           **newline)
{
  char *carriage_return;

  if (self->end == AT_LINE_END_NUL)
    return memchr (data, '\0', end - data);

  if (*newline == NULL || *newline < data)
    {
      *newline = memchr (data, '\n', end - data);
      if (*newline == NULL)
        *newline = end;
    }

  carriage_return = memchr (data, '\r', *newline - data);
  if (carriage_return != NULL)
    return carriage_return;

  return *newline < end ? *newline : NULL;
}

void
at_line_splitter_feed (AtLineSplitter *self,
                       char           *data,
                       gsize           length)
{
  char *end = data + length;
  char *newline = NULL;

  while (data < end)
    {
      char *stop;

      if (self->after_cr)
        {
          self->after_cr = FALSE;
          if (*data == '\n')
            {
              data++;
              continue;
            }
        }

      stop = find_end (self, data, end, &newline);
      if (stop == NULL)
        {
          append (self, data, end - data);
          break;
        }

      self->after_cr = *stop == '\r';
      if (self->rest->len == 0 && (gsize) (stop - data) <= self->max_length)
        {
          char terminator = *stop;

          *stop = '\0';
          self->func (data, stop - data, self->user_data);
          *stop = terminator;
        }
      else
        {
          append (self, data, stop - data);
          emit_rest (self);
        }
      data = stop + 1;
    }
}

/* The last line needs no end. */
void
at_line_splitter_finish (AtLineSplitter *self)
{
  if (self->rest->len > 0)
    emit_rest (self);
}
