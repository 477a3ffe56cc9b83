/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-links.h"

#include <glib/gi18n.h>

#include "downloader-http.h"
#include "downloader-modern.h"
#include "downloader-text.h"

/**
 * downloader_links_parse:
 * @text: What somebody typed, pasted or dropped.
 * @bad: (out) (optional) (nullable): What of it is no link, the first.
 *
 * Finds the links in a text, as they are to be downloaded.
 *
 * Returns: (transfer full): the links; none if there is none
 */
char **
downloader_links_parse (const char  *text,
                        char       **bad)
{
  g_auto(GStrv) pieces = downloader_text_split_links (text);
  g_autoptr(GStrvBuilder) links = g_strv_builder_new ();
  const char *first_bad = NULL;

  for (guint i = 0; pieces[i] != NULL; i++)
    {
      g_autofree char *link = downloader_text_complete_link (pieces[i], "https://");
      g_autoptr(GUri) uri = downloader_http_parse_link (link, NULL);

      if (uri != NULL)
        g_strv_builder_add (links, link);
      else if (first_bad == NULL)
        first_bad = pieces[i];
    }
  if (bad != NULL)
    *bad = g_strdup (first_bad);

  return g_strv_builder_end (links);
}

typedef struct
{
  DownloaderList     *list;
  DownloaderSettings *settings;
  char              **links;
  char               *name;
} Again;

static void
again_free (gpointer  data,
            GClosure *closure)
{
  Again *self = data;

  g_object_unref (self->list);
  downloader_settings_free (self->settings);
  g_strfreev (self->links);
  g_free (self->name);
  g_free (self);
}

static void
again_response (DownloaderAlert *dialog,
                const char      *response,
                gpointer         user_data)
{
  Again *self = user_data;

  if (g_str_equal (response, "again"))
    downloader_list_add (self->list, (const char * const *) self->links, self->name, self->settings);
}

/* Those that run already may have been meant, or been forgotten. */
static void
ask_again (GtkWindow                *parent,
           DownloaderList           *list,
           char                    **links,
           const char               *name,
           const DownloaderSettings *settings)
{
  guint n_links = g_strv_length (links);
  DownloaderAlert *dialog = downloader_modern_alert_new (parent, _("Download Again?"));
  Again *self = g_new (Again, 1);

  self->list = g_object_ref (list);
  self->settings = downloader_settings_copy (settings);
  self->links = links;
  self->name = g_strdup (name);

  if (n_links == 1)
    {
      g_autofree char *shown = downloader_text_mask_link (links[0]);

      downloader_alert (format_body) (dialog, _("%s is being downloaded already."), shown);
    }
  else
    {
      downloader_alert (format_body) (dialog, ngettext ("%u link is being downloaded already.",
                                                        "%u links are being downloaded already.", n_links), n_links);
    }
  downloader_alert (add_responses) (dialog,
                                    "skip", C_("again", "_Leave Out"),
                                    "again", C_("again", "_Download Again"),
                                    NULL);
  downloader_alert (set_default_response) (dialog, "skip");
  downloader_alert (set_close_response) (dialog, "skip");
  g_signal_connect_data (dialog, "response", G_CALLBACK (again_response), self, again_free, 0);
  downloader_modern_alert_present (dialog, parent, NULL);
}

/**
 * downloader_links_add_all:
 * @parent: The window to ask in.
 * @list: What to add to.
 * @links: (array zero-terminated=1): Links.
 * @name: (nullable): What the file is to be called, if there is one link.
 * @settings: How to download them.
 *
 * Adds links. It is asked whether to add those that are being downloaded already.
 */
void
downloader_links_add_all (GtkWindow                *parent,
                          DownloaderList           *list,
                          const char * const       *links,
                          const char               *name,
                          const DownloaderSettings *settings)
{
  g_autoptr(GStrvBuilder) fresh = g_strv_builder_new ();
  g_autoptr(GStrvBuilder) running = g_strv_builder_new ();
  g_auto(GStrv) first = NULL;
  g_auto(GStrv) others = NULL;

  for (guint i = 0; links[i] != NULL; i++)
    g_strv_builder_add (downloader_list_is_running (list, links[i]) ? running : fresh, links[i]);
  first = g_strv_builder_end (fresh);
  others = g_strv_builder_end (running);

  downloader_list_add (list, (const char * const *) first, name, settings);
  if (others[0] != NULL)
    ask_again (parent, list, g_steal_pointer (&others), name, settings);
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
