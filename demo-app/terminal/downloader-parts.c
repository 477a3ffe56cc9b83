/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-parts.h"

#include <stdio.h>
#include <stdlib.h>

#include <asynctask-glib.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "downloader-http.h"
#include "downloader-partial.h"
#include "downloader-terminal.h"
#include "downloader-text.h"

static void
say_json (const DownloaderPart *part,
          DownloaderFolder     *folder,
          const char           *event)
{
  g_autofree char *path = g_build_filename (downloader_folder_get_path (folder), part->name, NULL);
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, event);
  json_builder_set_member_name (builder, "url");
  json_builder_add_string_value (builder, part->link);
  json_builder_set_member_name (builder, "path");
  json_builder_add_string_value (builder, shown);
  json_builder_set_member_name (builder, "bytes");
  json_builder_add_int_value (builder, (gint64) part->bytes);
  json_builder_set_member_name (builder, "total");
  if (part->total > 0)
    json_builder_add_int_value (builder, (gint64) part->total);
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);
  puts (line);
}

static void
say (const DownloaderPart *part,
     gboolean              removed)
{
  g_autofree char *amounts = at_format_amounts (part->bytes, part->total, AT_PROGRESS_UNIT_BYTES);
  g_autofree char *text = NULL;
  g_autofree char *safe = NULL;
  g_autofree char *local = NULL;

  if (removed && part->busy)
    /* Translators: the name of a file, how much of it has arrived, and its link. */
    text = g_strdup_printf (_("%s: %s from %s stay, because it is being downloaded"), part->name, amounts, part->link);
  else if (removed)
    /* Translators: the name of a file, how much of it has arrived, and its link. */
    text = g_strdup_printf (_("%s: %s from %s removed"), part->name, amounts, part->link);
  else
    /* Translators: the name of a file, how much of it has arrived, and its link. */
    text = g_strdup_printf (_("%s: %s from %s"), part->name, amounts, part->link);

  safe = downloader_text_replace_unsafe (text, "\357\277\275");
  local = g_locale_from_utf8 (safe, -1, NULL, NULL, NULL);
  if (local == NULL)
    local = g_str_to_ascii (safe, NULL);
  fprintf (removed && part->busy ? stderr : stdout, "%s\n", local);
}

static gboolean
treat (DownloaderOptions *options,
       DownloaderFolder  *folder,
       const char        *link)
{
  g_autoptr(GPtrArray) parts = downloader_partial_list (folder, link, options->remove_parts);
  gboolean done = TRUE;

  for (guint i = 0; i < parts->len; i++)
    {
      const DownloaderPart *part = parts->pdata[i];
      gboolean removed = options->remove_parts && !part->busy;

      done &= !options->remove_parts || removed;
      if (options->json)
        say_json (part, folder, removed ? "removed" : "part");
      else
        say (part, options->remove_parts);
    }

  return done;
}

/**
 * downloader_parts_run:
 * @options: What the command line asks for.
 *
 * Lists or removes what has arrived of files that are not complete: of the links that
 * are given, or of all.
 *
 * Returns: the exit status of the program
 */
int
downloader_parts_run (DownloaderOptions *options)
{
  g_autoptr(DownloaderFolder) folder = NULL;
  g_autoptr(GError) error = NULL;
  gboolean done = TRUE;

  /* A folder is made for what is downloaded to it. */
  if (!g_file_test (options->settings->folder, G_FILE_TEST_EXISTS))
    return EXIT_SUCCESS;

  folder = downloader_folder_open (options->settings->folder, &error);
  if (folder == NULL)
    {
      fprintf (stderr, "%s: %s\n", g_get_prgname (), error->message);
      return DOWNLOADER_EXIT_FAILED;
    }

  if (options->links[0] == NULL)
    done = treat (options, folder, NULL);
  for (char **link = options->links; *link != NULL; link++)
    {
      g_autofree char *valid = g_utf8_make_valid (*link, -1);
      g_autofree char *complete = downloader_text_complete_link (valid, "http://");
      g_autoptr(GUri) given = downloader_http_parse_link (complete, &error);
      g_autofree char *bare = given != NULL ? downloader_http_make_bare_link (given) : NULL;

      if (given == NULL)
        {
          g_autofree char *shown = downloader_text_mask_link (*link);

          fprintf (stderr, "%s: %s\n", shown, error->message);
          g_clear_error (&error);
        }
      done &= given != NULL && treat (options, folder, bare);
    }

  return done ? EXIT_SUCCESS : DOWNLOADER_EXIT_FAILED;
}
