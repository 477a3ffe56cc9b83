/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-reporter.h"

#include <math.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "downloader-text.h"

#define REDRAW_INTERVAL 125
#define DEFAULT_COLUMNS 80
#define BAR_MIN 6
#define BAR_MAX 24
#define NAME_MIN 8

/* “12.1 of 30 MB — 2 minutes left (1.1 MB/s)”, and the percentage before it. */
#define CAPTION_WIDTH 44
#define PERCENT_WIDTH 5
#define FIRST_IN_MINUTES 120

struct _DownloaderReporter
{
  gboolean   json;
  gboolean   bars;
  gboolean   utf8;
  GPtrArray *active;
  guint      drawn;
  guint      redraw_source;
};

static char *
dup_name (DownloaderTask *task)
{
  g_autofree char *path = downloader_task_dup_path (task);

  return path != NULL ? g_filename_display_basename (path) : g_strdup (downloader_task_get_shown (task));
}

static char *
ellipsize (const char *text,
           glong       width)
{
  glong length = g_utf8_strlen (text, -1);
  glong head = (width - 1) / 2;
  g_autofree char *start = NULL;
  g_autofree char *end = NULL;

  if (length <= width)
    return g_strdup (text);

  start = g_utf8_substring (text, 0, head);
  end = g_utf8_substring (text, length - (width - 1 - head), length);

  return g_strconcat (start, "…", end, NULL);
}

static glong
get_columns (void)
{
  struct winsize size;

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;

  return DEFAULT_COLUMNS;
}

static void
append_repeated (GString    *line,
                 const char *text,
                 int         times)
{
  for (int i = 0; i < times; i++)
    g_string_append (line, text);
}

static void
append_bar (DownloaderReporter *self,
            GString            *line,
            DownloaderTask     *task,
            int                 width)
{
  guint64 bytes = downloader_task_get_bytes (task);
  guint64 size = downloader_task_get_size (task);
  double fraction = size > 0 ? MIN ((double) bytes / (double) size, 1) : 0;
  int full = (int) floor (fraction * width);

  if (size > 0)
    g_string_append_printf (line, "%3d%% ", (int) floor (fraction * 100));
  else
    g_string_append (line, "     ");

  append_repeated (line, self->utf8 ? "█" : "#", full);
  append_repeated (line, self->utf8 ? "░" : "-", width - full);
}

static char *
format_line (DownloaderReporter *self,
             DownloaderTask     *task)
{
  glong columns = get_columns ();
  glong room = MAX (columns - CAPTION_WIDTH - PERCENT_WIDTH - 4, BAR_MIN + NAME_MIN);
  glong bar_width = CLAMP (room * 2 / 5, BAR_MIN, BAR_MAX);
  g_autofree char *name = dup_name (task);
  g_autofree char *short_name = ellipsize (name, room - bar_width);
  g_autofree char *caption = NULL;
  g_autoptr(GString) line = g_string_new (short_name);

  append_repeated (line, " ", (int) (room - bar_width + 1 - g_utf8_strlen (short_name, -1)));
  append_bar (self, line, task, (int) bar_width);

  caption = downloader_task_describe (task);
  g_string_append_printf (line, "  %s", caption);

  return ellipsize (line->str, columns - 1);
}

static char *
localize (const char *text)
{
  char *local = g_locale_from_utf8 (text, -1, NULL, NULL, NULL);

  return local != NULL ? local : g_str_to_ascii (text, NULL);
}

/* Links are given by anybody: nothing in them is for the terminal to obey. */
static char *
format_text (const char *text)
{
  g_autofree char *safe = downloader_text_replace_unsafe (text, "\357\277\275");

  return localize (safe);
}

/* Programs that read links and paths get them as they are, in every locale. */
static char *
format_link (FILE           *stream,
             DownloaderTask *task)
{
  const char *shown = downloader_task_get_shown (task);

  if (isatty (fileno (stream)))
    return format_text (shown);

  return downloader_text_replace_unsafe (shown, "\357\277\275");
}

static char *
format_path (FILE       *stream,
             const char *path)
{
  g_autofree char *shown = NULL;

  if (!isatty (fileno (stream)))
    return g_strdup (path);

  shown = g_filename_display_name (path);
  return format_text (shown);
}

/* Fills a translated “%s … %s”, which is no format string: a wrong one must not
 * crash. */
static char *
fill_pair (const char *pair,
           const char *first,
           const char *second)
{
  g_autofree char *local = localize (pair);
  g_auto(GStrv) parts = g_strsplit (local, "%s", 3);

  if (g_strv_length (parts) != 3)
    return g_strconcat (first, ": ", second, NULL);

  return g_strconcat (parts[0], first, parts[1], second, parts[2], NULL);
}

static void
erase_bars (DownloaderReporter *self)
{
  if (self->drawn > 0)
    printf ("\033[%uA\r\033[J", self->drawn);
  self->drawn = 0;
}

static void
draw_bars (DownloaderReporter *self)
{
  if (!self->bars)
    return;

  for (guint i = 0; i < self->active->len; i++)
    {
      g_autofree char *line = format_line (self, g_ptr_array_index (self->active, i));

      g_autofree char *shown = format_text (line);

      fputs (shown, stdout);
      fputc ('\n', stdout);
      self->drawn++;
    }
  fflush (stdout);
}

static gboolean
redraw (gpointer data)
{
  DownloaderReporter *self = data;

  erase_bars (self);
  draw_bars (self);

  return G_SOURCE_CONTINUE;
}

static void
say (DownloaderReporter *self,
     FILE               *stream,
     const char         *text)
{
  erase_bars (self);
  fflush (stdout);
  fputs (text, stream);
  fputc ('\n', stream);
  fflush (stream);
  draw_bars (self);
}

static void
add_nullable (JsonBuilder *builder,
              const char  *name,
              const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
say_json (DownloaderTask *task,
          const char     *event,
          const char     *path,
          guint64         bytes,
          guint64         total,
          const char     *error)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *shown = path != NULL ? g_filename_display_name (path) : NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  add_nullable (builder, "event", event);
  add_nullable (builder, "url", downloader_task_get_shown (task));
  add_nullable (builder, "path", shown);
  json_builder_set_member_name (builder, "bytes");
  json_builder_add_int_value (builder, (gint64) bytes);
  json_builder_set_member_name (builder, "total");
  if (total > 0)
    json_builder_add_int_value (builder, (gint64) total);
  else
    json_builder_add_null_value (builder);
  add_nullable (builder, "error", error);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);
  puts (line);
  fflush (stdout);
}

static void
say_json_end (DownloaderTask *task,
              const char     *event,
              const char     *error)
{
  g_autofree char *path = downloader_task_dup_path (task);

  say_json (task, event, path, downloader_task_get_bytes (task), downloader_task_get_size (task), error);
}

/**
 * downloader_reporter_new:
 * @json: Whether to report as JSON.
 *
 * Makes a reporter for standard output, with bars if that is a terminal.
 *
 * Returns: (transfer full): the reporter
 */
DownloaderReporter *
downloader_reporter_new (gboolean json)
{
  DownloaderReporter *self = g_new0 (DownloaderReporter, 1);
  const char *term = g_getenv ("TERM");

  self->json = json;
  self->bars = !json && isatty (STDOUT_FILENO) && g_strcmp0 (term, "dumb") != 0;
  self->utf8 = g_get_charset (NULL);
  self->active = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->bars)
    self->redraw_source = g_timeout_add (REDRAW_INTERVAL, redraw, self);

  return self;
}

void
downloader_reporter_free (DownloaderReporter *self)
{
  g_clear_handle_id (&self->redraw_source, g_source_remove);
  erase_bars (self);
  g_ptr_array_unref (self->active);
  fflush (stdout);
  g_free (self);
}

static void
say_retrying (DownloaderReporter    *self,
              DownloaderTask        *task,
              const DownloaderEvent *event)
{
  int seconds = MAX ((int) round (event->delay), 1);
  int minutes = (seconds + 59) / 60;
  g_autofree char *link = format_link (stderr, task);
  g_autofree char *trouble = format_text (event->message);
  g_autofree char *when = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *text = NULL;

  if (seconds < FIRST_IN_MINUTES)
    /* Translators: so many seconds, abbreviated. */
    when = g_strdup_printf (_("trying again in %d s"), seconds);
  else
    /* Translators: so many minutes, abbreviated. */
    when = g_strdup_printf (_("trying again in %d min"), minutes);

  shown = localize (when);
  text = g_strdup_printf ("%s: %s; %s", link, trouble, shown);
  say (self, stderr, text);
}

static void
say_renamed (DownloaderReporter    *self,
             DownloaderTask        *task,
             const DownloaderEvent *event)
{
  g_autofree char *link = format_link (stderr, task);
  g_autofree char *told = format_text (event->message);
  g_autofree char *text = g_strdup_printf ("%s: %s", link, told);

  say (self, stderr, text);
}

static void
say_event_json (DownloaderTask        *task,
                const DownloaderEvent *event)
{
  const char *name;

  switch (event->kind)
    {
    case DOWNLOADER_EVENT_STARTED:
      name = "started";
      break;
    case DOWNLOADER_EVENT_PROGRESS:
      name = "progress";
      break;
    case DOWNLOADER_EVENT_RETRYING:
      name = "retrying";
      break;
    case DOWNLOADER_EVENT_RENAMED:
    case DOWNLOADER_EVENT_VERIFYING:
    default:
      return;
    }

  say_json (task, name, event->path, event->bytes, event->total, event->message);
}

void
downloader_reporter_event (DownloaderReporter    *self,
                           DownloaderTask        *task,
                           const DownloaderEvent *event)
{
  if (event->kind == DOWNLOADER_EVENT_STARTED)
    g_ptr_array_add (self->active, g_object_ref (task));

  if (self->json)
    say_event_json (task, event);
  else if (event->kind == DOWNLOADER_EVENT_RETRYING)
    say_retrying (self, task, event);
  else if (event->kind == DOWNLOADER_EVENT_RENAMED)
    say_renamed (self, task, event);
}

void
downloader_reporter_finished (DownloaderReporter *self,
                              DownloaderTask     *task)
{
  g_autofree char *path = downloader_task_dup_path (task);
  g_autofree char *link = format_link (stdout, task);
  g_autofree char *shown = format_path (stdout, path);
  g_autofree char *text = NULL;

  g_ptr_array_remove (self->active, task);
  if (self->json)
    {
      say_json_end (task, "finished", NULL);
      return;
    }

  /* Translators: a link, and the path of the file that was saved, in this order. */
  text = fill_pair (_("%s: saved to %s"), link, shown);
  say (self, stdout, text);
}

void
downloader_reporter_failed (DownloaderReporter *self,
                            DownloaderTask     *task,
                            const GError       *error)
{
  g_autofree char *link = format_link (stderr, task);
  g_autofree char *trouble = format_text (error->message);
  g_autofree char *text = NULL;

  g_ptr_array_remove (self->active, task);
  if (self->json)
    {
      say_json_end (task, "failed", error->message);
      return;
    }

  text = g_strdup_printf ("%s: %s", link, trouble);
  say (self, stderr, text);
}

void
downloader_reporter_cancelled (DownloaderReporter *self,
                               DownloaderTask     *task)
{
  g_autofree char *link = format_link (stderr, task);
  g_autofree char *amounts = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *text = NULL;

  /* What never started has nothing to tell. */
  if (!g_ptr_array_remove (self->active, task))
    return;

  if (self->json)
    {
      say_json_end (task, "cancelled", NULL);
      return;
    }

  amounts = at_format_amounts (downloader_task_get_bytes (task), downloader_task_get_size (task), AT_PROGRESS_UNIT_BYTES);
  shown = localize (amounts);
  /* Translators: a link, and how much has arrived, in this order. */
  text = fill_pair (_("%s: interrupted at %s"), link, shown);
  say (self, stderr, text);
}
