/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define DOWNLOADER_NAME_MAX 255

gboolean  downloader_name_is_unsafe        (gunichar    c);
gboolean  downloader_name_is_packed        (const char *name);
char     *downloader_name_make_safe        (const char *name);
char     *downloader_name_cut              (const char *name,
                                            gsize       most);
char     *downloader_name_make_plain       (const char *name,
                                            gboolean    ascii);
char     *downloader_name_from_disposition (const char *header);
char     *downloader_name_from_uri         (GUri       *uri);
char     *downloader_name_of_host          (GUri       *uri,
                                            gboolean    is_page);
char     *downloader_name_numbered         (const char *name,
                                            guint       number);
char     *downloader_name_partial          (const char *name);
char     *downloader_name_record           (const char *partial);
char     *downloader_name_of_record        (const char *record);

G_END_DECLS
