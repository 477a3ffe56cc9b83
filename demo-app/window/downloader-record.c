/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-record.h"

#include <string.h>

#include "downloader-http.h"

static const char *phase_names[] = {
  [DOWNLOADER_PHASE_WAITING] = "waiting",
  [DOWNLOADER_PHASE_PAUSED] = "paused",
  [DOWNLOADER_PHASE_FINISHED] = "finished",
  [DOWNLOADER_PHASE_FAILED] = "failed",
};

static const char *checksum_names[] = {
  [G_CHECKSUM_MD5] = "md5",
  [G_CHECKSUM_SHA1] = "sha1",
  [G_CHECKSUM_SHA256] = "sha256",
  [G_CHECKSUM_SHA512] = "sha512",
};

/* Whoever reads the file must not be able to log in with it. What is no link can
 * hold a password as well: then everything up to the last @ goes. */
static char *
strip_credentials (const char *link)
{
  g_autoptr(GUri) uri = downloader_http_parse_link (link, NULL);
  const char *at = strrchr (link, '@');

  if (uri != NULL)
    {
      g_autoptr(GUri) bare = downloader_http_without_credentials (uri);

      return g_uri_get_user (uri) != NULL ? g_uri_to_string (bare) : g_strdup (link);
    }

  /* One without anything would not be read again. */
  return g_strdup (at == NULL ? link : at[1] != '\0' ? at + 1 : at);
}

/**
 * downloader_record_new:
 * @link: A link.
 * @settings: How to download it.
 *
 * Makes what is kept of a download that has not been started. The record does
 * not take over a user name and password from @link.
 *
 * Returns: (transfer full): the record
 */
DownloaderRecord *
downloader_record_new (const char               *link,
                       const DownloaderSettings *settings)
{
  DownloaderRecord *self = g_new0 (DownloaderRecord, 1);

  self->link = strip_credentials (link);
  self->settings = downloader_settings_copy (settings);

  return self;
}

void
downloader_record_free (DownloaderRecord *self)
{
  g_free (self->link);
  g_free (self->path);
  g_free (self->trouble);
  downloader_settings_free (self->settings);
  g_free (self);
}

/* A member of another type than expected counts as absent, an array or an object
 * as well, for which json-glib has a critical. */
static JsonNode *
get_value (JsonObject *object,
           const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

static const char *
get_text (JsonObject *object,
          const char *member)
{
  JsonNode *value = get_value (object, member);

  return value != NULL ? json_node_get_string (value) : NULL;
}

/* JSON is UTF-8, the name of a file need not be: it is written as a URI. */
static void
add_path (JsonBuilder *builder,
          const char  *member,
          const char  *path)
{
  g_autofree char *uri = path != NULL ? g_filename_to_uri (path, NULL, NULL) : NULL;

  if (uri == NULL)
    return;

  json_builder_set_member_name (builder, member);
  json_builder_add_string_value (builder, uri);
}

static char *
get_path (JsonObject *object,
          const char *member)
{
  const char *uri = get_text (object, member);

  return uri != NULL ? g_filename_from_uri (uri, NULL, NULL) : NULL;
}

static void
add_amount (JsonBuilder *builder,
            const char  *member,
            guint64      amount)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_int_value (builder, (gint64) MIN (amount, (guint64) G_MAXINT64));
}

/* A number that is out of range is the nearest one, and whole: json-glib itself
 * would leave what becomes of a large fraction to the processor. */
static gboolean
find_amount (JsonObject *object,
             const char *member,
             guint64    *amount)
{
  JsonNode *value = get_value (object, member);
  GType type = value != NULL ? json_node_get_value_type (value) : G_TYPE_INVALID;

  if (type == G_TYPE_INT64)
    {
      *amount = (guint64) MAX (json_node_get_int (value), 0);
    }
  else if (type == G_TYPE_DOUBLE)
    {
      double number = json_node_get_double (value);

      *amount = number >= (double) G_MAXINT64 ? G_MAXINT64 : number > 0 ? (guint64) number : 0;
    }

  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

static guint64
get_amount (JsonObject *object,
            const char *member)
{
  guint64 amount = 0;

  find_amount (object, member, &amount);

  return amount;
}

/**
 * downloader_record_to_json:
 * @self: A record.
 *
 * Writes a record down.
 *
 * Returns: (transfer full): an object
 */
JsonNode *
downloader_record_to_json (const DownloaderRecord *self)
{
  g_autoptr(JsonBuilder) builder = json_builder_new_immutable ();
  const DownloaderSettings *settings = self->settings;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "link");
  json_builder_add_string_value (builder, self->link);
  json_builder_set_member_name (builder, "state");
  json_builder_add_string_value (builder, phase_names[self->phase]);
  add_path (builder, "folder", settings->folder);
  add_path (builder, "file", self->path);
  add_amount (builder, "bytes", self->bytes);
  add_amount (builder, "total", self->total);
  if (self->begun > 0)
    add_amount (builder, "begun", self->begun);
  if (self->ended > 0)
    add_amount (builder, "ended", self->ended);
  add_amount (builder, "retries", settings->retries);
  add_amount (builder, "timeout", settings->timeout);
  if (settings->checksum != NULL)
    {
      g_autofree char *checksum = g_strconcat (checksum_names[settings->checksum_type], ":",
                                               settings->checksum, NULL);

      json_builder_set_member_name (builder, "checksum");
      json_builder_add_string_value (builder, checksum);
    }
  if (self->trouble != NULL)
    {
      json_builder_set_member_name (builder, "trouble");
      json_builder_add_string_value (builder, self->trouble);
    }
  json_builder_end_object (builder);

  return json_builder_get_root (builder);
}

static gboolean
find_phase (const char      *name,
            DownloaderPhase *phase)
{
  for (guint i = 0; i < G_N_ELEMENTS (phase_names); i++)
    if (g_strcmp0 (name, phase_names[i]) == 0)
      {
        *phase = i;
        return TRUE;
      }

  return FALSE;
}

/* Anybody may have edited the file. */
static void
read_settings (DownloaderSettings *settings,
               JsonObject         *object)
{
  const char *checksum = get_text (object, "checksum");
  char *folder = get_path (object, "folder");
  guint64 amount;

  if (folder != NULL)
    {
      g_free (settings->folder);
      settings->folder = folder;
    }
  if (find_amount (object, "retries", &amount))
    settings->retries = (guint) MIN (amount, 1000u);
  if (find_amount (object, "timeout", &amount) && amount > 0)
    settings->timeout = (guint) MIN (amount, 86400u);
  if (checksum != NULL)
    downloader_settings_parse_checksum (settings, checksum, NULL);
}

/**
 * downloader_record_from_json:
 * @node: Anything.
 *
 * Reads what downloader_record_to_json() has written.
 *
 * Returns: (transfer full) (nullable): the record, %NULL if @node is none
 */
DownloaderRecord *
downloader_record_from_json (JsonNode *node)
{
  g_autoptr(DownloaderRecord) self = NULL;
  g_autoptr(DownloaderSettings) settings = NULL;
  DownloaderPhase phase;
  JsonObject *object;
  const char *link;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  object = json_node_get_object (node);
  link = get_text (object, "link");
  if (link == NULL || *link == '\0' ||
      !find_phase (get_text (object, "state"), &phase))
    return NULL;

  settings = downloader_settings_new ();
  read_settings (settings, object);
  self = downloader_record_new (link, settings);
  self->phase = phase;
  self->path = get_path (object, "file");
  self->trouble = g_strdup (get_text (object, "trouble"));
  self->bytes = get_amount (object, "bytes");
  self->total = get_amount (object, "total");
  self->begun = get_amount (object, "begun");
  self->ended = get_amount (object, "ended");

  /* Nothing can be done with a finished download whose file is not known. */
  if (phase == DOWNLOADER_PHASE_FINISHED && self->path == NULL)
    return NULL;

  return g_steal_pointer (&self);
}
