/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-subprocess-reader-private.h"


#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#define BUFFER_SIZE     (64 * 1024)
#define ERROR_TAIL_SIZE (64 * 1024)

/* Takes over what is in @value. */
static void
publish (AtSubprocessReader *self,
         GValue             *value)
{
  at_async_task_publish_progress (self->task, value);
  g_value_unset (value);
}

static void
on_line (const char *line,
         gsize       length,
         gpointer    user_data)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  if (g_utf8_validate_len (line, length, NULL))
    g_value_set_static_string (&value, line);
  else
    g_value_take_string (&value, g_utf8_make_valid (line, length));
  publish (user_data, &value);
}

static void
on_progress (double   fraction,
             guint64  completed,
             guint64  total,
             gpointer user_data)
{
  AtSubprocessReader *self = user_data;

  if (fraction >= 0)
    at_async_task_set_fraction (self->task, fraction);
  else
    at_async_task_set_amounts (self->task, completed, total);
}

static void
collect (AtSubprocessReader *self,
         gsize               length)
{
  guint64 room = G_MAXUINT - self->collected->len;

  if (self->priv->max_output != 0)
    room = MIN (room, self->priv->max_output - self->collected->len);

  g_byte_array_append (self->collected, (const guint8 *) self->buffer, MIN (length, room));
  if (length <= room)
    return;

  self->is_closed = TRUE;
  self->error = g_error_new (G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                             _("The command prints more than %u bytes"), self->collected->len);
}

/* Keeps the end of it, and moves that no more often than it doubles. */
static void
keep_tail (AtSubprocessReader *self,
           gsize               length)
{
  g_byte_array_append (self->error_tail, (const guint8 *) self->buffer, length);
  if (self->error_tail->len >= 2 * ERROR_TAIL_SIZE)
    g_byte_array_remove_range (self->error_tail, 0, self->error_tail->len - ERROR_TAIL_SIZE);
}

static void
take_output (AtSubprocessReader *self,
             gsize               length)
{
  if (self->priv->merge_error_output)
    keep_tail (self, length);
  if (self->is_closed)
    return;

  if (self->output_progress.regex != NULL)
    at_progress_pattern_feed (&self->output_progress, self->buffer, length);

  if (self->priv->output_mode == AT_SUBPROCESS_OUTPUT_CHUNKS)
    {
      GValue value = G_VALUE_INIT;

      g_value_init (&value, G_TYPE_BYTES);
      g_value_take_boxed (&value, g_bytes_new (self->buffer, length));
      publish (self, &value);
    }
  else if (self->lines.func != NULL)
    {
      at_line_splitter_feed (&self->lines, self->buffer, length);
    }

  if (self->collected != NULL)
    collect (self, length);
}

static void
take_error (AtSubprocessReader *self,
            gsize               length)
{
  keep_tail (self, length);
  if (!self->is_closed && self->error_progress.regex != NULL)
    at_progress_pattern_feed (&self->error_progress, self->buffer, length);
}

/* Reads at most @size bytes; returns how many. Closes @fd at its end. */
static gsize
read_some (AtSubprocessReader *self,
           int                *fd,
           gsize               size)
{
  gssize n = read (*fd, self->buffer, MIN (size, BUFFER_SIZE));

  if (n > 0 && fd == &self->priv->child.error_fd)
    take_error (self, n);
  else if (n > 0)
    take_output (self, n);
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    at_child_close_fd (fd);

  return MAX (n, 0);
}

void
at_subprocess_reader_read (AtSubprocessReader *self,
                           int                *fd)
{
  read_some (self, fd, BUFFER_SIZE);
}

void
at_subprocess_reader_drain (AtSubprocessReader *self,
                            int                *fd)
{
  int left = 0;

  if (*fd >= 0 && ioctl (*fd, FIONREAD, &left) != 0)
    left = 0;

  while (left > 0 && *fd >= 0)
    {
      gsize n = read_some (self, fd, left);

      if (n == 0)
        break;
      left -= n;
    }
}

/* Hands on what had no end yet. */
static void
finish_lines (AtSubprocessReader *self)
{
  if (self->lines.func != NULL)
    at_line_splitter_finish (&self->lines);
  if (self->output_progress.regex != NULL)
    at_progress_pattern_finish (&self->output_progress);
  if (self->error_progress.regex != NULL)
    at_progress_pattern_finish (&self->error_progress);
}

/* Nothing comes any more. What was said is the owner's to read from now on, its end as
 * valid UTF-8. */
void
at_subprocess_reader_finish (AtSubprocessReader *self)
{
  AtSubprocessTaskPrivate *priv = self->priv;
  const char *start = (const char *) self->error_tail->data;
  gsize length = self->error_tail->len;

  if (!self->is_closed)
    finish_lines (self);

  if (length > ERROR_TAIL_SIZE)
    {
      start += length - ERROR_TAIL_SIZE;
      length = ERROR_TAIL_SIZE;

      /* Not in the middle of a character. */
      while (length > 0 && (*start & 0xc0) == 0x80)
        {
          start++;
          length--;
        }
    }

  g_mutex_lock (&priv->lock);
  if (length > 0)
    priv->error_output = g_utf8_make_valid (start, length);
  if (self->collected != NULL)
    priv->output = g_byte_array_free_to_bytes (g_steal_pointer (&self->collected));
  g_mutex_unlock (&priv->lock);
}

/* @self is zero, and to be cleared also where this fails. */
gboolean
at_subprocess_reader_init (AtSubprocessReader       *self,
                           AtAsyncTask              *task,
                           AtSubprocessTaskPrivate  *priv,
                           GError                  **error)
{
  g_autoptr (GRegex) regex = NULL;

  self->task = task;
  self->priv = priv;
  self->buffer = g_malloc (BUFFER_SIZE);
  self->error_tail = g_byte_array_new ();
  if (priv->collect_output)
    self->collected = g_byte_array_new ();
  if (priv->output_mode <= AT_SUBPROCESS_OUTPUT_NUL)
    at_line_splitter_init (&self->lines,
                           priv->output_mode == AT_SUBPROCESS_OUTPUT_NUL ? AT_LINE_END_NUL : AT_LINE_END_NEWLINE,
                           priv->max_line_length, on_line, self);

  if (priv->progress_pattern == NULL)
    return TRUE;

  regex = at_progress_pattern_compile (priv->progress_pattern, error);
  if (regex == NULL)
    return FALSE;
  if ((priv->progress_streams & AT_SUBPROCESS_STREAM_OUTPUT) != 0)
    at_progress_pattern_init (&self->output_progress, g_regex_ref (regex), on_progress, self);
  if ((priv->progress_streams & AT_SUBPROCESS_STREAM_ERROR) != 0)
    at_progress_pattern_init (&self->error_progress, g_regex_ref (regex), on_progress, self);

  return TRUE;
}

void
at_subprocess_reader_clear (AtSubprocessReader *self)
{
  if (self->lines.func != NULL)
    at_line_splitter_clear (&self->lines);
  if (self->output_progress.regex != NULL)
    at_progress_pattern_clear (&self->output_progress);
  if (self->error_progress.regex != NULL)
    at_progress_pattern_clear (&self->error_progress);
  g_clear_pointer (&self->collected, g_byte_array_unref);
  g_byte_array_unref (self->error_tail);
  g_clear_error (&self->error);
  g_free (self->buffer);
}
