/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-list.h"

#include "downloader-store.h"
#include "downloader-task.h"

/* All downloads: what runs and waits, and what has been. It knows nothing of how they
 * are shown. */
struct _DownloaderList
{
  GObject                parent_instance;

  GListStore            *tasks;
  AtGtkTaskItems        *items;
  GHashTable            *busy;
  AtLimitExecutor       *queue;
  DownloaderPreferences *preferences;
  DownloaderStore       *store;
  DownloaderSettings    *defaults;

  /* At the end of the program: all that was in the list, and what of it ran. */
  GPtrArray             *stopped;
  GHashTable            *interrupted;
};

enum
{
  ADDED,
  LOG_IN,
  LOGGED_IN,
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DownloaderList, downloader_list, G_TYPE_OBJECT)

static void
touch (DownloaderList *self)
{
  if (self->store != NULL)
    downloader_store_touch (self->store);
}

static void
item_changed (DownloaderList *self,
              GParamSpec     *pspec,
              DownloaderItem *item)
{
  if (at_gtk_task_item_get_state (AT_GTK_TASK_ITEM (item)) == AT_GTK_TASK_STATE_QUEUED ||
      !downloader_item_is_active (item))
    touch (self);
}

/* Whoever wants to go on after the program was killed needs the name. */
static void
item_named (DownloaderList *self,
            GParamSpec     *pspec,
            DownloaderItem *item)
{
  touch (self);
}

/* Also when it is no longer in the list. */
static void
item_busy_changed (DownloaderList *self,
                   GParamSpec     *pspec,
                   DownloaderItem *item)
{
  if (downloader_item_is_busy (item))
    g_hash_table_add (self->busy, g_object_ref (item));
  else
    g_hash_table_remove (self->busy, item);
}

static void
item_log_in (DownloaderList *self,
             gboolean        wanted,
             DownloaderItem *item)
{
  g_signal_emit (self, signals[LOG_IN], 0, item, wanted);
}

static void
item_logged_in (DownloaderList *self,
                DownloaderItem *item)
{
  g_signal_emit (self, signals[LOGGED_IN], 0, item);
}

static void
item_told (DownloaderList *self,
           const char     *text,
           DownloaderItem *item)
{
  g_signal_emit (self, signals[TOLD], 0, text);
}

static void
follow (DownloaderList *self,
        DownloaderItem *item)
{
  g_signal_connect_object (item, "notify::state", G_CALLBACK (item_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::title", G_CALLBACK (item_named), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::busy", G_CALLBACK (item_busy_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "log-in", G_CALLBACK (item_log_in), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "logged-in", G_CALLBACK (item_logged_in), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "told", G_CALLBACK (item_told), self, G_CONNECT_SWAPPED);
}

static AtGtkTaskItem *
create_item (AtGtkTaskItems *items,
             AtAsyncTask    *task)
{
  DownloaderItem *item = downloader_item_from_task (task);

  return item != NULL ? g_object_ref (AT_GTK_TASK_ITEM (item)) : NULL;
}

/* What was cancelled is in the list only because it was removed and has come back. */
static void
items_changed (DownloaderList *self,
               guint           position,
               guint           removed,
               guint           added)
{
  g_autoptr(GPtrArray) back = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = position; i < position + added; i++)
    g_ptr_array_add (back, g_list_model_get_item (G_LIST_MODEL (self->items), i));
  for (guint i = 0; i < back->len; i++)
    downloader_item_come_back (back->pdata[i]);
  touch (self);
}

static void
limit_changed (DownloaderList *self)
{
  at_limit_executor_set_max_running (self->queue, downloader_preferences_get_max_active (self->preferences));
}

static void
speed_changed (DownloaderList *self)
{
  downloader_throttle_set_limit (downloader_throttle_get_default (),
                                 downloader_preferences_get_speed_limit (self->preferences));
}

static int
compare_age (gconstpointer a,
             gconstpointer b)
{
  guint64 one = downloader_item_get_id (*(DownloaderItem **) a);
  guint64 other = downloader_item_get_id (*(DownloaderItem **) b);

  return one > other ? -1 : one < other;
}

/* The newest first, as they are kept. */
static GPtrArray *
collect_items (DownloaderList *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  GPtrArray *items = g_ptr_array_new_full (n_items, g_object_unref);

  for (guint i = 0; i < n_items; i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (self->items), i));
  g_ptr_array_sort (items, compare_age);

  return items;
}

/* What only the end of the program has paused goes on next time; what was finished
 * meanwhile does not. */
static DownloaderRecord *
make_record (DownloaderList *self,
             DownloaderItem *item)
{
  DownloaderRecord *record = downloader_item_to_record (item);

  if (record->phase == DOWNLOADER_PHASE_PAUSED && record->trouble == NULL &&
      self->interrupted != NULL && g_hash_table_contains (self->interrupted, item))
    record->phase = DOWNLOADER_PHASE_WAITING;

  return record;
}

static GPtrArray *
collect_records (gpointer user_data)
{
  DownloaderList *self = user_data;
  g_autoptr(GPtrArray) items = self->stopped != NULL ? g_ptr_array_ref (self->stopped) : collect_items (self);
  GPtrArray *records = g_ptr_array_new_full (items->len, (GDestroyNotify) downloader_record_free);

  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (records, make_record (self, items->pdata[i]));

  return records;
}

static void
downloader_list_dispose (GObject *object)
{
  DownloaderList *self = DOWNLOADER_LIST (object);

  g_clear_object (&self->store);
  if (self->items != NULL)
    g_signal_handlers_disconnect_by_data (self->items, self);
  g_clear_object (&self->items);
  g_clear_object (&self->tasks);
  g_clear_pointer (&self->stopped, g_ptr_array_unref);
  g_clear_pointer (&self->interrupted, g_hash_table_unref);
  g_clear_pointer (&self->busy, g_hash_table_unref);
  g_clear_object (&self->queue);
  g_clear_object (&self->preferences);

  G_OBJECT_CLASS (downloader_list_parent_class)->dispose (object);
}

static void
downloader_list_finalize (GObject *object)
{
  DownloaderList *self = DOWNLOADER_LIST (object);

  g_clear_pointer (&self->defaults, downloader_settings_free);

  G_OBJECT_CLASS (downloader_list_parent_class)->finalize (object);
}

static void
downloader_list_class_init (DownloaderListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = downloader_list_dispose;
  object_class->finalize = downloader_list_finalize;

  /**
   * DownloaderList::added:
   * @self: The list.
   * @item: The first of them.
   *
   * Downloads were added, by somebody who wants to see them.
   */
  signals[ADDED] = g_signal_new ("added",
                                 G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, DOWNLOADER_TYPE_ITEM);

  /**
   * DownloaderList::log-in:
   * @self: The list.
   * @item: The download.
   * @wanted: Whether somebody wants to do so, and not the server alone.
   *
   * The server of a download asks for a user name and a password.
   */
  signals[LOG_IN] = g_signal_new ("log-in",
                                  G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, DOWNLOADER_TYPE_ITEM, G_TYPE_BOOLEAN);

  /**
   * DownloaderList::logged-in:
   * @self: The list.
   * @item: The download.
   *
   * The server of a download has accepted what it was given.
   */
  signals[LOGGED_IN] = g_signal_new ("logged-in",
                                     G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                     0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, DOWNLOADER_TYPE_ITEM);

  /**
   * DownloaderList::told:
   * @self: The list.
   * @text: A sentence without a full stop.
   *
   * A download has something to say in passing.
   */
  signals[TOLD] = g_signal_new ("told",
                                G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
downloader_list_init (DownloaderList *self)
{
  self->busy = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->tasks = g_list_store_new (AT_TYPE_ASYNC_TASK);
  self->items = at_gtk_task_items_new (NULL);
  g_signal_connect (self->items, "create-item", G_CALLBACK (create_item), NULL);
  g_signal_connect_object (self->items, "items-changed", G_CALLBACK (items_changed), self, G_CONNECT_SWAPPED);
  at_gtk_task_items_set_model (self->items, G_LIST_MODEL (self->tasks));
}

/**
 * downloader_list_new:
 * @preferences: What the user chose.
 *
 * Makes an empty list. It follows the preferences.
 *
 * Returns: (transfer full): the list
 */
DownloaderList *
downloader_list_new (DownloaderPreferences *preferences)
{
  DownloaderList *self = g_object_new (DOWNLOADER_TYPE_LIST, NULL);

  self->preferences = g_object_ref (preferences);
  self->queue = downloader_task_make_executor (downloader_preferences_get_max_active (preferences));
  g_signal_connect_object (preferences, "notify::max-active", G_CALLBACK (limit_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (preferences, "notify::limit-speed", G_CALLBACK (speed_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (preferences, "notify::speed-limit", G_CALLBACK (speed_changed), self, G_CONNECT_SWAPPED);
  speed_changed (self);

  return self;
}

/* Into the list at once, however many there are. */
static void
append (DownloaderList *self,
        GPtrArray      *items)
{
  g_autoptr(GPtrArray) tasks = g_ptr_array_new_full (items->len, NULL);

  for (guint i = 0; i < items->len; i++)
    {
      follow (self, items->pdata[i]);
      g_ptr_array_add (tasks, at_gtk_task_item_get_task (items->pdata[i]));
    }
  g_list_store_splice (self->tasks, g_list_model_get_n_items (G_LIST_MODEL (self->tasks)), 0,
                       tasks->pdata, tasks->len);
}

/**
 * downloader_list_load:
 * @self: An empty list.
 * @path: The file the list is kept in.
 *
 * Brings back what was there when the program ended, and keeps what is there from
 * now on. What ran or waited then goes on; what was paused stays paused.
 *
 * Returns: (transfer full) (nullable): where a file that could not be read was
 *   moved, %NULL if all is well
 */
char *
downloader_list_load (DownloaderList *self,
                      const char     *path)
{
  g_autoptr(DownloaderStore) store = downloader_store_new (path, collect_records, self);
  g_autoptr(GPtrArray) records = NULL;
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GError) error = NULL;
  g_autofree char *kept_as = NULL;
  guint n_records;

  records = downloader_store_load (store, &kept_as, &error);
  if (records == NULL)
    g_message ("The list of downloads cannot be read: %s", error->message);

  /* The newest is first in the file, and was the last to come. */
  n_records = records != NULL ? records->len : 0;
  for (guint i = n_records; i > 0; i--)
    g_ptr_array_add (items, downloader_item_new_from_record (records->pdata[i - 1], AT_EXECUTOR (self->queue)));
  append (self, items);
  for (guint i = 0; i < n_records; i++)
    if (((DownloaderRecord *) records->pdata[n_records - 1 - i])->phase == DOWNLOADER_PHASE_WAITING)
      downloader_item_start (items->pdata[i]);

  self->store = g_steal_pointer (&store);

  return g_steal_pointer (&kept_as);
}

/**
 * downloader_list_save:
 * @self: The list.
 *
 * Returns when everything that changed is on disk.
 */
void
downloader_list_save (DownloaderList *self)
{
  if (self->store != NULL)
    downloader_store_flush (self->store);
}

/**
 * downloader_list_add:
 * @self: The list.
 * @links: (array zero-terminated=1): Links.
 * @name: (nullable): What the file is to be called, if there is one link; %NULL for what
 *   the server says.
 * @settings: How to download them.
 *
 * Puts downloads into the list and starts them, in the order of @links. Whoever shows
 * the list is told once, however many there are.
 */
void
downloader_list_add (DownloaderList           *self,
                     const char * const       *links,
                     const char               *name,
                     const DownloaderSettings *settings)
{
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; links[i] != NULL; i++)
    g_ptr_array_add (items, downloader_item_new (links[i], links[1] == NULL ? name : NULL, settings,
                                                AT_EXECUTOR (self->queue)));

  append (self, items);
  for (guint i = 0; i < items->len; i++)
    downloader_item_start (items->pdata[i]);
  if (items->len > 0)
    g_signal_emit (self, signals[ADDED], 0, items->pdata[0]);
}

/**
 * downloader_list_is_running:
 * @self: The list.
 * @link: A link.
 *
 * Tells whether a link is being downloaded, or waits for its turn.
 *
 * Returns: %TRUE if it is
 */
gboolean
downloader_list_is_running (DownloaderList *self,
                            const char     *link)
{
  g_autoptr(GPtrArray) items = collect_items (self);

  for (guint i = 0; i < items->len; i++)
    if (downloader_item_is_active (items->pdata[i]) &&
        g_str_equal (downloader_item_get_link (items->pdata[i]), link))
      return TRUE;

  return FALSE;
}

/**
 * downloader_list_get_items:
 * @self: The list.
 *
 * Gets what is in the list. Each is a #DownloaderItem.
 *
 * Returns: (transfer none): the downloads
 */
AtGtkTaskItems *
downloader_list_get_items (DownloaderList *self)
{
  return self->items;
}

/**
 * downloader_list_get_n_busy:
 * @self: The list.
 *
 * Counts those that hold on to their files, also such as were removed.
 *
 * Returns: how many there are
 */
guint
downloader_list_get_n_busy (DownloaderList *self)
{
  return g_hash_table_size (self->busy);
}

/**
 * downloader_list_complete_settings:
 * @self: The list.
 * @settings: What the command line says.
 *
 * Adds to settings what the user prefers, where they say nothing of it.
 *
 * Returns: (transfer full): the settings for a new download
 */
DownloaderSettings *
downloader_list_complete_settings (DownloaderList           *self,
                                   const DownloaderSettings *settings)
{
  DownloaderSettings *complete = downloader_settings_copy (settings);
  g_autofree char *standard = downloader_settings_default_folder ();

  if (g_str_equal (complete->folder, standard))
    {
      g_free (complete->folder);
      complete->folder = downloader_preferences_dup_folder (self->preferences);
    }
  if (downloader_preferences_get_keep_times (self->preferences))
    complete->keep_time = TRUE;

  return complete;
}

/**
 * downloader_list_make_settings:
 * @self: The list.
 *
 * Makes the settings for a link of which nothing else is known: from what the user
 * prefers, and what the program's first command line said.
 *
 * Returns: (transfer full): the settings for a new download
 */
DownloaderSettings *
downloader_list_make_settings (DownloaderList *self)
{
  g_autoptr(DownloaderSettings) settings = NULL;

  settings = self->defaults != NULL ? downloader_settings_copy (self->defaults) : downloader_settings_new ();

  return downloader_list_complete_settings (self, settings);
}

/**
 * downloader_list_set_defaults:
 * @self: The list.
 * @settings: How to download.
 *
 * Sets how links are downloaded where nothing else was said. What @settings have for
 * the links they came with is left out.
 */
void
downloader_list_set_defaults (DownloaderList           *self,
                              const DownloaderSettings *settings)
{
  DownloaderSettings *copy = downloader_settings_copy (settings);

  downloader_settings_forget_links (copy);
  g_clear_pointer (&self->defaults, downloader_settings_free);
  self->defaults = copy;
}

/**
 * downloader_list_set_limit:
 * @self: The list.
 * @max_active: How many downloads run at once.
 *
 * Changes how many downloads run at once, until the preferences change.
 */
void
downloader_list_set_limit (DownloaderList *self,
                           guint           max_active)
{
  at_limit_executor_set_max_running (self->queue, max_active);
}

/**
 * downloader_list_resume_all:
 * @self: The list.
 *
 * Has all go on that are paused, also those that wait for somebody to make room.
 */
void
downloader_list_resume_all (DownloaderList *self)
{
  g_autoptr(GPtrArray) items = collect_items (self);

  for (guint i = items->len; i > 0; i--)
    if (downloader_item_is_paused (items->pdata[i - 1]))
      downloader_item_start (items->pdata[i - 1]);
}

/**
 * downloader_list_clear:
 * @self: The list.
 *
 * Takes all finished downloads out of the list, which at_gtk_task_items_undo() can
 * bring back. Their files stay.
 *
 * Returns: how many there were
 */
guint
downloader_list_clear (DownloaderList *self)
{
  g_autoptr(GPtrArray) items = collect_items (self);
  g_autoptr(GListStore) finished = g_list_store_new (AT_GTK_TYPE_TASK_ITEM);

  for (guint i = items->len; i > 0; i--)
    if (downloader_item_is_finished (items->pdata[i - 1]))
      g_list_store_append (finished, items->pdata[i - 1]);

  return at_gtk_task_items_remove (self->items, G_LIST_MODEL (finished));
}

/**
 * downloader_list_remove:
 * @self: The list.
 * @item: A download in it.
 *
 * Takes a download out of the list, which at_gtk_task_items_undo() can bring back.
 */
void
downloader_list_remove (DownloaderList *self,
                        DownloaderItem *item)
{
  g_autoptr(GListStore) removed = g_list_store_new (AT_GTK_TYPE_TASK_ITEM);

  g_list_store_append (removed, item);
  at_gtk_task_items_remove (self->items, G_LIST_MODEL (removed));
}

/**
 * downloader_list_log_in:
 * @self: The list.
 * @origin: A server that asks for it.
 * @realm: (nullable): What it calls what the password is for.
 * @user: The user name.
 * @password: The password.
 *
 * Starts all downloads again that wait for the same.
 */
void
downloader_list_log_in (DownloaderList *self,
                        const char     *origin,
                        const char     *realm,
                        const char     *user,
                        const char     *password)
{
  g_autoptr(GPtrArray) items = collect_items (self);

  for (guint i = items->len; i > 0; i--)
    if (g_strcmp0 (downloader_item_get_origin (items->pdata[i - 1]), origin) == 0 &&
        g_strcmp0 (downloader_item_get_realm (items->pdata[i - 1]), realm) == 0)
      downloader_item_log_in (items->pdata[i - 1], user, password);
}

/**
 * downloader_list_stop:
 * @self: The list.
 *
 * Stops everything because the program ends, and saves the list as it was before.
 * What was removed goes for good. Once downloader_list_get_n_busy() says that nothing
 * is busy, all files are closed, and downloader_list_save() keeps what came of it.
 */
void
downloader_list_stop (DownloaderList *self)
{
  if (self->stopped != NULL)
    return;

  touch (self);
  downloader_list_save (self);

  self->stopped = collect_items (self);
  self->interrupted = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < self->stopped->len; i++)
    if (downloader_item_is_active (self->stopped->pdata[i]))
      g_hash_table_add (self->interrupted, self->stopped->pdata[i]);
  at_gtk_task_items_pause_all (self->items);
  at_gtk_task_items_set_model (self->items, NULL);
  touch (self);
}
