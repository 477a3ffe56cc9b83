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

#include "downloader-columns.h"
#include "downloader-text.h"

#define REDRAW_INTERVAL 125 /* ms */
#define REPORT_SECONDS 5
#define DEFAULT_COLUMNS 80
#define DEFAULT_ROWS 24
#define BAR_MIN 6
#define BAR_MAX 24
#define NAME_MIN 8
#define PERCENT_WIDTH 4
#define GAP 2

/* “12.1 MB of 30 MB — 2 minutes left (1.1 MB/s)” */
#define CAPTION_WIDTH 44

#define FIRST_IN_MINUTES 120

struct _DownloaderReporter
{
  gboolean    json;
  gboolean    bars;
  gboolean    utf8;
  gboolean    out_is_terminal;
  gboolean    err_is_terminal;
  char       *ellipsis;
  GPtrArray  *active;
  GArray     *drawn; /* how wide each line is */
  gint64      said_at; /* the last line that stays */
  guint       redraw_source;

  /* Of all files. */
  guint       n_files;
  guint       n_saved;
  guint       n_there;
  guint       n_failed;
  guint       n_cancelled;
  guint64     bytes;
};

static char *
dup_name (DownloaderTask *task)
{
  g_autofree char *path = downloader_task_dup_path (task);

  return path != NULL ? g_filename_display_basename (path) : g_strdup (downloader_task_get_shown (task));
}

static void
get_size (guint *columns,
          guint *rows)
{
  struct winsize size = { 0 };

  ioctl (STDOUT_FILENO, TIOCGWINSZ, &size);
  *columns = size.ws_col > 0 ? size.ws_col : DEFAULT_COLUMNS;
  *rows = size.ws_row > 0 ? size.ws_row : DEFAULT_ROWS;
}

static char *
localize (const char *text)
{
  char *local = g_locale_from_utf8 (text, -1, NULL, NULL, NULL);

  return local != NULL ? local : g_str_to_ascii (text, NULL);
}

/* What can be shown here, before anybody counts how wide it is. */
static char *
make_showable (const char *text)
{
  g_autofree char *safe = downloader_text_replace_unsafe (text, "\357\277\275");
  g_autofree char *local = g_locale_from_utf8 (safe, -1, NULL, NULL, NULL);

  return local != NULL ? g_steal_pointer (&safe) : g_str_to_ascii (safe, NULL);
}

static void
append_repeated (GString    *line,
                 const char *text,
                 guint       times)
{
  for (guint i = 0; i < times; i++)
    g_string_append (line, text);
}

static char *
format_when (guint seconds)
{
  if (seconds < FIRST_IN_MINUTES)
    /* Translators: so many seconds, abbreviated. */
    return g_strdup_printf (_("trying again in %d s"), (int) seconds);

  /* Translators: so many minutes, abbreviated. */
  return g_strdup_printf (_("trying again in %d min"), (int) (seconds + 59) / 60);
}

/* How a download stands: in full, or what matters most. */
static char *
make_caption (DownloaderTask *task,
              gboolean        full)
{
  switch (downloader_task_get_state (task))
    {
    case DOWNLOADER_TASK_STATE_QUEUED:
      return g_strdup (_("Waiting for its turn"));
    case DOWNLOADER_TASK_STATE_CONNECTING:
      return g_strdup (_("Connecting…"));
    case DOWNLOADER_TASK_STATE_RETRYING:
      return format_when (MAX (downloader_task_get_retry_in (task), 1));
    case DOWNLOADER_TASK_STATE_VERIFYING:
      return g_strdup (_("Checking the file…"));
    case DOWNLOADER_TASK_STATE_DOWNLOADING:
    case DOWNLOADER_TASK_STATE_FINISHED:
    case DOWNLOADER_TASK_STATE_FAILED:
    case DOWNLOADER_TASK_STATE_CANCELLED:
    default:
      break;
    }

  if (full)
    return downloader_task_describe (task);

  return at_format_amounts (downloader_task_get_bytes (task), downloader_task_get_size (task), AT_PROGRESS_UNIT_BYTES);
}

static void
append_bar (DownloaderReporter *self,
            GString            *line,
            double              fraction,
            guint               width)
{
  guint full = (guint) floor (fraction * width);

  append_repeated (line, self->utf8 ? "█" : "#", full);
  append_repeated (line, self->utf8 ? "░" : "-", width - full);
}

/* Parts are left out where there is no room for them, the last first; only a name is
 * shortened. */
static char *
format_line (DownloaderReporter *self,
             DownloaderTask     *task,
             guint               columns)
{
  guint64 size = downloader_task_get_size (task);
  double fraction = size > 0 ? MIN ((double) downloader_task_get_bytes (task) / (double) size, 1) : 0;
  g_autofree char *name = dup_name (task);
  g_autofree char *shown = make_showable (name);
  g_autofree char *full = make_caption (task, TRUE);
  g_autofree char *brief = make_caption (task, FALSE);
  g_autofree char *caption = make_showable (full);
  g_autofree char *short_caption = make_showable (brief);
  g_autofree char *cut = NULL;
  g_autofree char *isolated = NULL;
  g_autofree char *isolated_caption = NULL;
  g_autoptr(GString) line = NULL;
  guint caption_width, percent_width, bar_width, name_width;
  const guint least = NAME_MIN + GAP + PERCENT_WIDTH + GAP;
  guint room = columns - 1;

  if (downloader_columns_count (caption) + least > room)
    {
      g_free (caption);
      caption = g_steal_pointer (&short_caption);
    }
  if (downloader_columns_count (caption) + least > room)
    *caption = '\0';
  caption_width = *caption != '\0' ? downloader_columns_count (caption) + GAP : 0;

  /* Captions change their length, and what stands before them is to stay where it is. */
  if (room >= CAPTION_WIDTH + 2 * GAP + PERCENT_WIDTH + NAME_MIN + 1 + BAR_MIN)
    caption_width = MAX (caption_width, CAPTION_WIDTH + GAP);
  percent_width = caption_width + GAP + PERCENT_WIDTH + NAME_MIN <= room ? GAP + PERCENT_WIDTH : 0;
  name_width = room - caption_width - percent_width;
  bar_width = 0;
  if (percent_width > 0 && name_width >= NAME_MIN + 1 + BAR_MIN)
    bar_width = CLAMP (name_width * 2 / 5, BAR_MIN, BAR_MAX);
  name_width -= bar_width > 0 ? bar_width + 1 : 0;

  cut = downloader_columns_ellipsize (shown, name_width, self->ellipsis);
  isolated = self->utf8 ? downloader_columns_isolate (cut) : g_strdup (cut);
  line = g_string_new (isolated);
  if (percent_width + caption_width > 0)
    append_repeated (line, " ", name_width - downloader_columns_count (cut));
  if (percent_width > 0 && size > 0)
    g_string_append_printf (line, "  %3d%%", (int) floor (fraction * 100));
  else
    append_repeated (line, " ", percent_width);
  if (bar_width > 0)
    {
      g_string_append_c (line, ' ');
      append_bar (self, line, fraction, bar_width);
    }
  if (caption_width > 0)
    {
      isolated_caption = self->utf8 ? downloader_columns_isolate (caption) : g_strdup (caption);
      g_string_append_printf (line, "  %s", isolated_caption);
    }

  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* How all files stand that there are, and how many of those that run are not shown. */
static char *
format_total (DownloaderReporter *self,
              guint               n_hidden)
{
  guint n_ended = self->n_saved + self->n_there + self->n_failed + self->n_cancelled;
  guint64 bytes = self->bytes;
  double rate = 0;
  g_autofree char *amounts = NULL;
  g_autofree char *speed = NULL;
  g_autofree char *files = NULL;

  for (guint i = 0; i < self->active->len; i++)
    {
      bytes += downloader_task_get_bytes (self->active->pdata[i]);
      rate += MAX (at_async_task_get_rate (self->active->pdata[i]), 0);
    }

  amounts = at_format_amounts (bytes, 0, AT_PROGRESS_UNIT_BYTES);
  speed = at_format_rate (rate, AT_PROGRESS_UNIT_BYTES);
  /* Translators: how many files have ended, and of how many; an amount; a speed. */
  files = g_strdup_printf (_("%u of %u files, %s (%s)"), n_ended, self->n_files, amounts, speed);
  if (n_hidden == 0)
    return g_steal_pointer (&files);

  /* Translators: how many downloads there was no room for, then how all of them stand. */
  return g_strdup_printf (_("%u more; %s"), n_hidden, files);
}

/* Links are given by anybody: nothing in them is for the terminal to obey. */
static char *
format_text (const char *text)
{
  g_autofree char *safe = make_showable (text);

  return localize (safe);
}

/* Programs that read links and paths get them as they are, in every locale. */
static char *
format_link (gboolean        is_terminal,
             DownloaderTask *task)
{
  const char *shown = downloader_task_get_shown (task);

  if (is_terminal)
    return format_text (shown);

  return downloader_text_replace_unsafe (shown, "\357\277\275");
}

static char *
format_path (gboolean    is_terminal,
             const char *path)
{
  g_autofree char *shown = NULL;

  if (!is_terminal)
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

/* A terminal that has become narrower since has broken the lines. */
static void
erase_bars (DownloaderReporter *self)
{
  guint columns, rows, up = 0;

  if (self->drawn->len == 0)
    return;

  get_size (&columns, &rows);
  for (guint i = 0; i < self->drawn->len; i++)
    up += MAX ((g_array_index (self->drawn, guint, i) + columns - 1) / columns, 1);
  if (up > 0)
    printf ("\033[%uA\r\033[J", MIN (up, rows - 1));
  g_array_set_size (self->drawn, 0);
}

static void
draw_line (DownloaderReporter *self,
           const char         *line)
{
  guint width = downloader_columns_count (line);
  g_autofree char *local = localize (line);

  fputs (local, stdout);
  fputc ('\n', stdout);
  g_array_append_val (self->drawn, width);
}

/* Never more than there is room for: what has scrolled away could not be drawn again. */
static void
draw_bars (DownloaderReporter *self)
{
  guint columns, rows, n_shown;

  if (!self->bars || self->active->len == 0)
    return;

  get_size (&columns, &rows);
  n_shown = MIN (self->active->len, rows > 2 ? rows - 2 : 0);
  for (guint i = 0; i < n_shown; i++)
    {
      g_autofree char *line = format_line (self, g_ptr_array_index (self->active, i), columns);

      draw_line (self, line);
    }
  if (self->n_files > 1 && rows > 1)
    {
      g_autofree char *total = format_total (self, self->active->len - n_shown);
      g_autofree char *shown = make_showable (total);
      g_autofree char *cut = downloader_columns_ellipsize (shown, columns - 1, self->ellipsis);

      draw_line (self, cut);
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

/* Where nobody watches a bar, somebody may look into a file now and then. */
static gboolean
report (gpointer data)
{
  DownloaderReporter *self = data;
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;

  if (self->active->len == 0)
    return G_SOURCE_CONTINUE;

  if (self->n_files > 1)
    {
      text = format_total (self, 0);
    }
  else
    {
      g_autofree char *caption = make_caption (self->active->pdata[0], TRUE);

      text = g_strdup_printf ("%s: %s", downloader_task_get_shown (self->active->pdata[0]), caption);
    }
  shown = format_text (text);
  fprintf (stderr, "%s\n", shown);

  return G_SOURCE_CONTINUE;
}

/* The bars come back at once, so that they do not flicker; but where one line follows
 * another, with the clock: the program would wait for a terminal that is slower. */
static void
say (DownloaderReporter *self,
     FILE               *stream,
     const char         *text)
{
  gint64 now = g_get_monotonic_time ();
  gboolean follows = now - self->said_at < REDRAW_INTERVAL * 1000;

  self->said_at = now;
  erase_bars (self);
  fflush (stdout);
  fputs (text, stream);
  fputc ('\n', stream);
  fflush (stream);
  if (!follows)
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
          gint64          total,
          const char     *error,
          double          delay)
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
  if (total >= 0)
    json_builder_add_int_value (builder, total);
  else
    json_builder_add_null_value (builder);
  add_nullable (builder, "error", error);
  if (delay >= 0)
    {
      json_builder_set_member_name (builder, "delay");
      json_builder_add_double_value (builder, round (delay * 10) / 10);
    }
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
  guint64 bytes = downloader_task_get_bytes (task);
  guint64 size = downloader_task_get_size (task);
  gboolean is_complete = downloader_task_get_state (task) == DOWNLOADER_TASK_STATE_FINISHED;

  say_json (task, event, path, bytes, is_complete ? (gint64) bytes : size > 0 ? (gint64) size : -1, error, -1);
}

/**
 * downloader_reporter_new:
 * @json: Whether to report as JSON.
 * @n_files: How many there are in all.
 *
 * Makes a reporter for standard output, with bars if that is a terminal.
 *
 * Returns: (transfer full): the reporter
 */
DownloaderReporter *
downloader_reporter_new (gboolean json,
                         guint    n_files)
{
  DownloaderReporter *self = g_new0 (DownloaderReporter, 1);
  const char *term = g_getenv ("TERM");

  self->json = json;
  self->out_is_terminal = isatty (STDOUT_FILENO);
  self->err_is_terminal = isatty (STDERR_FILENO);
  self->bars = !json && self->out_is_terminal && g_strcmp0 (term, "dumb") != 0;
  self->utf8 = g_get_charset (NULL);
  self->ellipsis = make_showable ("…");
  self->active = g_ptr_array_new_with_free_func (g_object_unref);
  self->drawn = g_array_new (FALSE, FALSE, sizeof (guint));
  self->n_files = n_files;

  if (self->bars)
    self->redraw_source = g_timeout_add (REDRAW_INTERVAL, redraw, self);
  else if (!json)
    self->redraw_source = g_timeout_add_seconds (REPORT_SECONDS, report, self);

  return self;
}

void
downloader_reporter_free (DownloaderReporter *self)
{
  g_clear_handle_id (&self->redraw_source, g_source_remove);
  erase_bars (self);
  g_ptr_array_unref (self->active);
  g_array_unref (self->drawn);
  g_free (self->ellipsis);
  fflush (stdout);
  g_free (self);
}

static void
say_retrying (DownloaderReporter    *self,
              DownloaderTask        *task,
              const DownloaderEvent *event)
{
  g_autofree char *link = format_link (self->err_is_terminal, task);
  g_autofree char *trouble = format_text (event->message);
  g_autofree char *when = format_when ((guint) MAX (round (event->delay), 1));
  g_autofree char *shown = localize (when);
  g_autofree char *text = NULL;

  text = g_strdup_printf ("%s: %s; %s", link, trouble, shown);
  say (self, stderr, text);
}

static void
say_renamed (DownloaderReporter    *self,
             DownloaderTask        *task,
             const DownloaderEvent *event)
{
  g_autofree char *link = format_link (self->err_is_terminal, task);
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

  say_json (task, name, event->path, event->bytes, event->total > 0 ? (gint64) event->total : -1, event->message,
            event->kind == DOWNLOADER_EVENT_RETRYING ? event->delay : -1);
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
  g_autofree char *link = format_link (self->out_is_terminal, task);
  g_autofree char *shown = format_path (self->out_is_terminal, path);
  g_autofree char *text = NULL;

  g_ptr_array_remove (self->active, task);
  if (downloader_task_get_was_there (task))
    {
      self->n_there++;
    }
  else
    {
      self->n_saved++;
      self->bytes += downloader_task_get_bytes (task);
    }
  if (self->json)
    {
      say_json_end (task, "finished", NULL);
      return;
    }

  if (downloader_task_get_was_there (task))
    /* Translators: a link, and the path of the file it leads to, in this order. */
    text = fill_pair (_("%s: complete already as %s"), link, shown);
  else
    /* Translators: a link, and the path of the file that was saved, in this order. */
    text = fill_pair (_("%s: saved to %s"), link, shown);
  say (self, stdout, text);
}

void
downloader_reporter_failed (DownloaderReporter *self,
                            DownloaderTask     *task,
                            const GError       *error)
{
  g_autofree char *link = format_link (self->err_is_terminal, task);
  g_autofree char *trouble = format_text (error->message);
  g_autofree char *text = NULL;

  g_ptr_array_remove (self->active, task);
  self->n_failed++;
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
  g_autofree char *link = format_link (self->err_is_terminal, task);
  g_autofree char *amounts = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *text = NULL;

  self->n_cancelled++;

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

/* Takes @count over. */
static void
append_count (GString *text,
              guint    number,
              char    *count)
{
  if (number > 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", count);
  g_free (count);
}

/**
 * downloader_reporter_summarize:
 * @self: A reporter.
 *
 * Says how it went, where there were several files.
 */
void
downloader_reporter_summarize (DownloaderReporter *self)
{
  g_autofree char *amount = at_format_amounts (self->bytes, 0, AT_PROGRESS_UNIT_BYTES);
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *shown = NULL;

  if (self->json || self->n_files < 2)
    return;

  append_count (text, self->n_saved,
                g_strdup_printf (ngettext ("%u file saved", "%u files saved", self->n_saved), self->n_saved));
  if (self->n_saved > 0)
    g_string_append_printf (text, " (%s)", amount);
  append_count (text, self->n_there,
                g_strdup_printf (ngettext ("%u complete already", "%u complete already", self->n_there), self->n_there));
  append_count (text, self->n_failed,
                g_strdup_printf (ngettext ("%u failed", "%u failed", self->n_failed), self->n_failed));
  append_count (text, self->n_cancelled,
                g_strdup_printf (ngettext ("%u interrupted", "%u interrupted", self->n_cancelled), self->n_cancelled));
  shown = format_text (text->str);
  say (self, stderr, shown);
}
