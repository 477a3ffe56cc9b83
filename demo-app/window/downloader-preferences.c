/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-preferences.h"

#include <asynctask-gtk.h>

#include "downloader-settings.h"

#define KILOBYTE 1000
#define SPEED_LIMIT_MAX 10000000

/* What the user chose. It is kept in GSettings; where the schema is not installed,
 * it holds until the program ends. */
struct _DownloaderPreferences
{
  GObject    parent_instance;

  GSettings *settings;
  char      *folder;
  guint      max_active;
  guint      speed_limit;
  gboolean   limit_speed;
  gboolean   notify;
  gboolean   keep_times;
  int        sort;
};

enum
{
  PROP_FOLDER = 1,
  PROP_KEEP_TIMES,
  PROP_LIMIT_SPEED,
  PROP_MAX_ACTIVE,
  PROP_NOTIFY,
  PROP_SORT,
  PROP_SPEED_LIMIT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* What is kept of the window, and what its properties are called. */
static const char *window_keys[][2] = {
  { "window-width", "default-width" },
  { "window-height", "default-height" },
  { "window-maximized", "maximized" },
};

G_DEFINE_FINAL_TYPE (DownloaderPreferences, downloader_preferences, G_TYPE_OBJECT)

static void
downloader_preferences_finalize (GObject *object)
{
  DownloaderPreferences *self = DOWNLOADER_PREFERENCES (object);

  g_clear_object (&self->settings);
  g_free (self->folder);

  G_OBJECT_CLASS (downloader_preferences_parent_class)->finalize (object);
}

static void
downloader_preferences_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  DownloaderPreferences *self = DOWNLOADER_PREFERENCES (object);

  switch (prop_id)
    {
    case PROP_FOLDER:
      g_value_set_string (value, self->folder);
      break;
    case PROP_KEEP_TIMES:
      g_value_set_boolean (value, self->keep_times);
      break;
    case PROP_LIMIT_SPEED:
      g_value_set_boolean (value, self->limit_speed);
      break;
    case PROP_MAX_ACTIVE:
      g_value_set_uint (value, self->max_active);
      break;
    case PROP_NOTIFY:
      g_value_set_boolean (value, self->notify);
      break;
    case PROP_SORT:
      g_value_set_enum (value, self->sort);
      break;
    case PROP_SPEED_LIMIT:
      g_value_set_uint (value, self->speed_limit);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_preferences_set_property (GObject      *object,
                                     guint         prop_id,
                                     const GValue *value,
                                     GParamSpec   *pspec)
{
  DownloaderPreferences *self = DOWNLOADER_PREFERENCES (object);

  switch (prop_id)
    {
    case PROP_FOLDER:
      g_free (self->folder);
      self->folder = g_value_dup_string (value);
      break;
    case PROP_KEEP_TIMES:
      self->keep_times = g_value_get_boolean (value);
      break;
    case PROP_LIMIT_SPEED:
      self->limit_speed = g_value_get_boolean (value);
      break;
    case PROP_MAX_ACTIVE:
      self->max_active = g_value_get_uint (value);
      break;
    case PROP_NOTIFY:
      self->notify = g_value_get_boolean (value);
      break;
    case PROP_SORT:
      self->sort = g_value_get_enum (value);
      break;
    case PROP_SPEED_LIMIT:
      self->speed_limit = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_preferences_class_init (DownloaderPreferencesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = downloader_preferences_finalize;
  object_class->get_property = downloader_preferences_get_property;
  object_class->set_property = downloader_preferences_set_property;

  props[PROP_FOLDER] = g_param_spec_string ("folder", NULL, NULL, "", flags);
  props[PROP_KEEP_TIMES] = g_param_spec_boolean ("keep-times", NULL, NULL, FALSE, flags);
  props[PROP_LIMIT_SPEED] = g_param_spec_boolean ("limit-speed", NULL, NULL, FALSE, flags);
  props[PROP_MAX_ACTIVE] = g_param_spec_uint ("max-active", NULL, NULL, 1, DOWNLOADER_MAX_ACTIVE,
                                              DOWNLOADER_DEFAULT_ACTIVE, flags);
  props[PROP_NOTIFY] = g_param_spec_boolean ("notify", NULL, NULL, TRUE, flags);
  props[PROP_SORT] = g_param_spec_enum ("sort", NULL, NULL, AT_GTK_TYPE_TASK_SORT, AT_GTK_TASK_SORT_STATE, flags);
  props[PROP_SPEED_LIMIT] = g_param_spec_uint ("speed-limit", NULL, NULL, 1, SPEED_LIMIT_MAX, 1000, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

/* g_settings_new() would end the program where the schema is missing, and an
 * older one that is installed may lack a key. */
static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr(GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, APPLICATION_ID, TRUE);
  if (schema == NULL)
    return NULL;

  for (guint i = 1; i < N_PROPS; i++)
    if (!g_settings_schema_has_key (schema, props[i]->name))
      return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (window_keys); i++)
    if (!g_settings_schema_has_key (schema, window_keys[i][0]))
      return NULL;

  return g_settings_new_full (schema, NULL, NULL);
}

static void
downloader_preferences_init (DownloaderPreferences *self)
{
  self->settings = open_settings ();

  for (guint i = 1; i < N_PROPS; i++)
    {
      if (self->settings != NULL)
        g_settings_bind (self->settings, props[i]->name, self, props[i]->name, G_SETTINGS_BIND_DEFAULT);
      else
        g_object_set_property (G_OBJECT (self), props[i]->name, g_param_spec_get_default_value (props[i]));
    }
}

DownloaderPreferences *
downloader_preferences_new (void)
{
  return g_object_new (DOWNLOADER_TYPE_PREFERENCES, NULL);
}

/**
 * downloader_preferences_follow_window:
 * @self: The preferences.
 * @window: A #GtkWindow.
 *
 * Gives a window the size that one had before, and keeps the size that it gets.
 */
void
downloader_preferences_follow_window (DownloaderPreferences *self,
                                      GObject               *window)
{
  for (guint i = 0; self->settings != NULL && i < G_N_ELEMENTS (window_keys); i++)
    g_settings_bind (self->settings, window_keys[i][0], window, window_keys[i][1], G_SETTINGS_BIND_DEFAULT);
}

/**
 * downloader_preferences_dup_folder:
 * @self: The preferences.
 *
 * Gets where files are saved.
 *
 * Returns: (transfer full): the path of the folder
 */
char *
downloader_preferences_dup_folder (DownloaderPreferences *self)
{
  if (self->folder != NULL && g_path_is_absolute (self->folder))
    return g_strdup (self->folder);

  return downloader_settings_default_folder ();
}

guint
downloader_preferences_get_max_active (DownloaderPreferences *self)
{
  return self->max_active;
}

/**
 * downloader_preferences_get_speed_limit:
 * @self: The preferences.
 *
 * Gets how fast all downloads are together, at most.
 *
 * Returns: bytes a second, 0 for no limit
 */
guint64
downloader_preferences_get_speed_limit (DownloaderPreferences *self)
{
  return self->limit_speed ? (guint64) self->speed_limit * KILOBYTE : 0;
}

gboolean
downloader_preferences_get_notify (DownloaderPreferences *self)
{
  return self->notify;
}

gboolean
downloader_preferences_get_keep_times (DownloaderPreferences *self)
{
  return self->keep_times;
}
