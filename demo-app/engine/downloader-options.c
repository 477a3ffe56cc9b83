/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-options.h"

#include <stdio.h>
#include <string.h>

#include <glib/gi18n.h>

#include "downloader-names.h"

#define RETRIES_MAX 1000
#define TIMEOUT_MAX 3600
#define RATE_MAX 1e15

/* The options as text; numbers are read strictly, which GOption does not. */
typedef struct
{
  char *folder;
  char *checksum;
  char *max_active;
  char *retries;
  char *timeout;
  char *limit_rate;
  char *min_rate;
  char *authorities;
  char *input;
  char *name;
  char *user_agent;
  char *referer;
  char **headers;
} RawOptions;

static void
raw_options_clear (RawOptions *self)
{
  g_free (self->folder);
  g_free (self->checksum);
  g_free (self->max_active);
  g_free (self->retries);
  g_free (self->timeout);
  g_free (self->limit_rate);
  g_free (self->min_rate);
  g_free (self->authorities);
  g_free (self->input);
  g_free (self->name);
  g_free (self->user_agent);
  g_free (self->referer);
  g_strfreev (self->headers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RawOptions, raw_options_clear)

static gboolean
parse_number (const char  *option,
              const char  *text,
              guint        least,
              guint        most,
              guint       *number,
              GError     **error)
{
  guint64 value;

  if (text == NULL)
    return TRUE;

  if (!g_ascii_string_to_unsigned (text, 10, least, most, &value, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   /* Translators: %s is an option, such as “--retries”, then what was typed. */
                   _("%s takes a number from %u to %u, not “%s”"), option, least, most, text);
      return FALSE;
    }

  *number = (guint) value;
  return TRUE;
}

/* As curl and wget read it: 500, 64k, 1.5M; a k is 1024. */
static gboolean
parse_rate (const char  *option,
            const char  *text,
            guint64     *rate,
            GError     **error)
{
  gboolean valid = g_regex_match_simple ("^[0-9]+(\\.[0-9]+)?[kKmMgG]?\\z", text, 0, 0);
  double value = valid ? g_ascii_strtod (text, NULL) : 0;

  switch (valid ? g_ascii_tolower (text[strlen (text) - 1]) : '\0')
    {
    case 'g':
      value *= 1024;
      /* fall through */
    case 'm':
      value *= 1024;
      /* fall through */
    case 'k':
      value *= 1024;
      break;
    default:
      break;
    }

  /* Something that is not nothing must not be read as “no limit”. */
  if (!valid || value > RATE_MAX || (value > 0 && value < 1))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   /* Translators: %s is an option, then what was typed; 500k and 1.5M stay as they are. */
                   _("%s takes bytes per second, such as 500k or 1.5M, not “%s”"), option, text);
      return FALSE;
    }

  *rate = (guint64) value;
  return TRUE;
}

static gboolean
take_limit (DownloaderOptions  *self,
            const char         *text,
            GError            **error)
{
  self->has_limit = text != NULL;

  return text == NULL || parse_rate ("--limit-rate", text, &self->limit, error);
}

static gboolean
take_folder (DownloaderOptions  *self,
             const char         *folder,
             const char         *directory,
             GError            **error)
{
  if (folder == NULL)
    return TRUE;

  if (*folder == '\0')
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _("--output-dir takes the name of a folder"));
      return FALSE;
    }

  g_free (self->settings->folder);
  self->settings->folder = g_canonicalize_filename (folder, directory);
  return TRUE;
}

static gboolean
take_authorities (DownloaderOptions  *self,
                  const char         *path,
                  const char         *directory,
                  GError            **error)
{
  g_autofree char *full = path != NULL ? g_canonicalize_filename (path, directory) : NULL;

  return full == NULL || downloader_settings_set_authorities (self->settings, full, error);
}

static gboolean
take_headers (DownloaderOptions  *self,
              const RawOptions   *raw,
              GError            **error)
{
  if ((raw->user_agent != NULL && !downloader_settings_set_user_agent (self->settings, raw->user_agent, error)) ||
      (raw->referer != NULL && !downloader_settings_set_referer (self->settings, raw->referer, error)))
    return FALSE;

  for (char **p = raw->headers; p != NULL && *p != NULL; p++)
    if (!downloader_settings_add_header (self->settings, *p, error))
      return FALSE;

  return TRUE;
}

static char *
read_input (const char  *path,
            const char  *directory,
            GError     **error)
{
  g_autofree char *full = NULL;
  char *text = NULL;
  GString *read;
  char buffer[4096];
  gsize got;

  if (!g_str_equal (path, "-"))
    {
      full = g_canonicalize_filename (path, directory);
      g_file_get_contents (full, &text, NULL, error);
      return text;
    }

  read = g_string_new (NULL);
  while ((got = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    g_string_append_len (read, buffer, got);

  return g_string_free (read, FALSE);
}

/* One link a line; nothing is meant by what is empty, or begins as a comment does. */
static gboolean
take_input (DownloaderOptions  *self,
            const char         *path,
            const char         *directory,
            GError            **error)
{
  g_autofree char *text = path != NULL ? read_input (path, directory, error) : NULL;
  g_auto(GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;
  g_autoptr(GStrvBuilder) links = g_strv_builder_new ();

  if (path == NULL)
    return TRUE;
  if (text == NULL)
    return FALSE;

  if (self->links != NULL)
    g_strv_builder_addv (links, (const char **) self->links);
  for (char **line = lines; *line != NULL; line++)
    if (*g_strstrip (*line) != '\0' && **line != '#')
      g_strv_builder_add (links, *line);

  g_strfreev (self->links);
  self->links = g_strv_builder_end (links);
  return TRUE;
}

static gboolean
take_name (DownloaderOptions  *self,
           const char         *name,
           GError            **error)
{
  g_autofree char *safe = name != NULL ? downloader_name_make_safe (name) : NULL;

  if (name == NULL)
    return TRUE;

  if (!g_str_equal (safe, name))
    {
      g_autofree char *shown = g_filename_display_name (name);

      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("--output takes the name of a file, without a folder, not “%s”"), shown);
      return FALSE;
    }
  if (self->links == NULL || g_strv_length (self->links) != 1)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _("--output gives a name to one file: give one link"));
      return FALSE;
    }

  self->name = g_steal_pointer (&safe);
  return TRUE;
}

static gboolean
take_raw (DownloaderOptions  *self,
          RawOptions         *raw,
          const char         *directory,
          GError            **error)
{
  return take_folder (self, raw->folder, directory, error) &&
         parse_number ("--max-active", raw->max_active, 1, DOWNLOADER_MAX_ACTIVE, &self->max_active, error) &&
         parse_number ("--retries", raw->retries, 0, RETRIES_MAX, &self->settings->retries, error) &&
         parse_number ("--timeout", raw->timeout, 1, TIMEOUT_MAX, &self->settings->timeout, error) &&
         take_limit (self, raw->limit_rate, error) &&
         take_authorities (self, raw->authorities, directory, error) &&
         take_headers (self, raw, error) &&
         take_input (self, raw->input, directory, error) &&
         take_name (self, raw->name, error) &&
         (raw->min_rate == NULL ||
          parse_rate ("--min-rate", raw->min_rate, &self->settings->min_rate, error)) &&
         (raw->checksum == NULL ||
          downloader_settings_parse_checksum (self->settings, raw->checksum, error));
}

static const GOptionEntry *
find_short (const GOptionEntry *entries,
            char                name)
{
  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    if (entry->short_name == name)
      return entry;

  return NULL;
}

static const GOptionEntry *
find_long (const GOptionEntry *entries,
           const char         *name)
{
  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    if (g_str_equal (entry->long_name, name))
      return entry;

  return NULL;
}

static gboolean
takes_value (const GOptionEntry *entry)
{
  return entry != NULL && entry->arg != G_OPTION_ARG_NONE;
}

/* Where the value begins that is glued to a short option, as in “-Ro/folder”. */
static gsize
find_glued_value (const GOptionEntry *entries,
                  const char         *argument)
{
  for (gsize i = 1; argument[i] != '\0'; i++)
    {
      const GOptionEntry *entry = find_short (entries, argument[i]);

      if (takes_value (entry))
        return argument[i + 1] != '\0' ? i + 1 : 0;
      if (entry == NULL)
        return 0;
    }

  return 0;
}

/* GOption does not know values that are glued to a short option, as every other
 * program does. */
static char **
split_glued (const GOptionEntry *entries,
             char              **arguments)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  gboolean is_value = TRUE;
  gboolean only_links = FALSE;

  for (char **p = arguments; *p != NULL; p++)
    {
      const char *argument = *p;
      gboolean is_short = argument[0] == '-' && argument[1] != '-' && argument[1] != '\0';
      gsize glued = is_value || only_links || !is_short ? 0 : find_glued_value (entries, argument);

      if (glued > 0)
        {
          g_autofree char *option = g_strndup (argument, glued);

          g_strv_builder_add_many (builder, option, argument + glued, NULL);
        }
      else
        g_strv_builder_add (builder, argument);

      only_links |= !is_value && g_str_equal (argument, "--");
      if (is_value || glued > 0)
        is_value = FALSE;
      else if (g_str_has_prefix (argument, "--"))
        is_value = takes_value (find_long (entries, argument + 2));
      else
        is_value = is_short && takes_value (find_short (entries, argument[strlen (argument) - 1]));
    }

  return g_strv_builder_end (builder);
}

/**
 * downloader_options_parse:
 * @arguments: The command line, the program's name first.
 * @directory: What paths in it are relative to.
 * @error: Return location for an error.
 *
 * Reads a command line. Asked for help, it prints that and exits.
 *
 * Returns: (transfer full): what it asks for, %NULL if it is wrong
 */
DownloaderOptions *
downloader_options_parse (char       **arguments,
                          const char  *directory,
                          GError     **error)
{
  g_autoptr(DownloaderOptions) self = g_new0 (DownloaderOptions, 1);
  g_autoptr(GOptionContext) context = NULL;
  g_auto(GStrv) copy = NULL;
  g_auto(RawOptions) raw = { 0 };
  DownloaderSettings *settings = self->settings = downloader_settings_new ();
  const GOptionEntry entries[] = {
    { "output-dir", 'o', 0, G_OPTION_ARG_FILENAME, &raw.folder,
      /* Translators: what stands for the value of an option is in capitals, where the language has any. */
      N_("Save files in this folder instead of the download folder"), N_("DIR") },
    { "output", 'O', 0, G_OPTION_ARG_FILENAME, &raw.name,
      N_("Give the file this name"), N_("NAME") },
    { "input-file", 'i', 0, G_OPTION_ARG_FILENAME, &raw.input,
      N_("Read links from this file, one a line; - is the standard input"), N_("FILE") },
    { "skip-complete", 'c', 0, G_OPTION_ARG_NONE, &settings->skip_complete,
      N_("Leave out files that are complete already"), NULL },
    { "checksum", 0, 0, G_OPTION_ARG_STRING, &raw.checksum,
      N_("Keep files only if they match (sha256, sha512, sha1 or md5)"), N_("ALGO:HEX") },
    { "max-active", 0, 0, G_OPTION_ARG_STRING, &raw.max_active,
      /* Translators: N stands for a number. */
      N_("Download this many at once (3)"), N_("N") },
    { "retries", 0, 0, G_OPTION_ARG_STRING, &raw.retries,
      N_("Try again this many times (5)"), N_("N") },
    { "timeout", 0, 0, G_OPTION_ARG_STRING, &raw.timeout,
      N_("Give up on a server after this much silence; headers have twice that in all (30)"), N_("SECONDS") },
    { "limit-rate", 0, 0, G_OPTION_ARG_STRING, &raw.limit_rate,
      N_("Download no faster than this in all, such as 500k or 1.5M a second"), N_("RATE") },
    { "min-rate", 0, 0, G_OPTION_ARG_STRING, &raw.min_rate,
      N_("Try again when it is slower than this for the time of --timeout"), N_("RATE") },
    { "ca-certificate", 0, 0, G_OPTION_ARG_FILENAME, &raw.authorities,
      N_("Trust the certificates in this file besides those of the system"), N_("FILE") },
    { "header", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw.headers,
      N_("Send this header, too, but to no other server; may be repeated"), N_("NAME:VALUE") },
    { "user-agent", 0, 0, G_OPTION_ARG_STRING, &raw.user_agent,
      N_("Tell servers that the program is this"), N_("NAME") },
    { "referer", 0, 0, G_OPTION_ARG_STRING, &raw.referer,
      N_("Tell the server that the link was found on this page"), N_("LINK") },
    { "allow-insecure-redirect", 0, 0, G_OPTION_ARG_NONE, &settings->insecure_redirect,
      N_("Follow from https to http, even with nothing to compare the file with"), NULL },
    { "remote-time", 'R', 0, G_OPTION_ARG_NONE, &settings->keep_time,
      N_("Give files the time at which the server’s were modified"), NULL },
    { "no-gui", 0, 0, G_OPTION_ARG_NONE, &self->no_gui,
      N_("Work in the terminal, without a window"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json,
      N_("Work in the terminal and report as one JSON object a line"), NULL },
    { "list-parts", 0, 0, G_OPTION_ARG_NONE, &self->list_parts,
      N_("List what has arrived of files that are not complete, and do nothing else"), NULL },
    { "remove-parts", 0, 0, G_OPTION_ARG_NONE, &self->remove_parts,
      N_("Remove what has arrived of files that are not complete, and do nothing else"), NULL },
    { "sample", 0, 0, G_OPTION_ARG_NONE, &self->sample,
      N_("Download a sample from a server inside the program"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->version,
      N_("Show the version"), NULL },
    { "gapplication-service", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &self->service,
      NULL, NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->links,
      NULL, N_("[LINK…]") },
    G_OPTION_ENTRY_NULL
  };

  context = g_option_context_new (NULL);
  g_option_context_set_summary (context, _("Downloads files, in a window or in the terminal."));
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);

  copy = split_glued (entries, arguments);
  if (!g_option_context_parse_strv (context, &copy, error) ||
      !take_raw (self, &raw, directory, error))
    return NULL;

  if (self->links == NULL)
    self->links = g_new0 (char *, 1);
  self->no_gui |= self->json || self->list_parts || self->remove_parts ||
                  raw.input != NULL || raw.name != NULL || settings->skip_complete;

  return g_steal_pointer (&self);
}

void
downloader_options_free (DownloaderOptions *self)
{
  g_clear_pointer (&self->settings, downloader_settings_free);
  g_strfreev (self->links);
  g_free (self->name);
  g_free (self);
}
