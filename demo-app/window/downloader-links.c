/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-links.h"

#include "downloader-text.h"

/**
 * downloader_links_add_all:
 * @list: What to add to.
 * @text: What somebody typed or pasted.
 * @settings: How to download it.
 *
 * Adds each link in a text. What is no link is added all the same, and says so.
 */
void
downloader_links_add_all (DownloaderList           *list,
                          const char               *text,
                          const DownloaderSettings *settings)
{
  g_auto(GStrv) pieces = downloader_text_split_links (text);
  guint n_pieces = g_strv_length (pieces);

  for (guint i = 0; i < n_pieces; i++)
    {
      g_autofree char *piece = g_steal_pointer (&pieces[i]);

      pieces[i] = downloader_text_complete_link (piece, "https://");
    }
  downloader_list_add (list, (const char * const *) pieces, settings);
}

/**
 * downloader_links_keep:
 * @text: What was in the clipboard, or dropped.
 *
 * Keeps what is plainly a link: anything may be in a clipboard.
 *
 * Returns: (transfer full) (nullable): the links, one a line, %NULL if there is none
 */
char *
downloader_links_keep (const char *text)
{
  g_auto(GStrv) pieces = downloader_text_split_links (text);
  g_autoptr(GString) links = g_string_new (NULL);

  for (guint i = 0; pieces[i] != NULL; i++)
    if (downloader_text_is_link (pieces[i]))
      g_string_append_printf (links, "%s%s", links->len > 0 ? "\n" : "", pieces[i]);

  return links->len > 0 ? g_string_free (g_steal_pointer (&links), FALSE) : NULL;
}
