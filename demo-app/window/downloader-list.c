/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-list.h"

#include "downloader-store.h"
#include "downloader-task.h"
#include "downloader-watch.h"

/* All downloads, the newest first: what runs and waits, and what has been. It
 * knows nothing of how they are shown. */
struct _DownloaderList
{
  GObject                parent_instance;

  GListStore            *items;
  GPtrArray             *leaving;
  AtLimitExecutor       *queue;
  DownloaderPreferences *preferences;
  DownloaderStore       *store;
  DownloaderWatch       *watch;
  DownloaderSettings    *defaults;
  GHashTable            *interrupted;
  guint                  changed_source;
};

typedef struct
{
  DownloaderItem *item;
  guint           position;
  gboolean        was_active;
} Removed;

struct _DownloaderRemoval
{
  DownloaderList *list;
  GArray         *removed;
};

enum
{
  CHANGED,
  ENDED,
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GType
downloader_list_get_item_type (GListModel *model)
{
  return DOWNLOADER_TYPE_ITEM;
}

static guint
downloader_list_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (DOWNLOADER_LIST (model)->items));
}

static gpointer
downloader_list_get_item (GListModel *model,
                          guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (DOWNLOADER_LIST (model)->items), position);
}

static void
downloader_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = downloader_list_get_item_type;
  iface->get_n_items = downloader_list_get_n_items;
  iface->get_item = downloader_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DownloaderList, downloader_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, downloader_list_model_init))

static gboolean
tell_changed (gpointer data)
{
  DownloaderList *self = data;

  self->changed_source = 0;
  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

/* However many downloads change at once, whoever counts them does so once. */
static void
queue_changed (DownloaderList *self)
{
  if (self->changed_source != 0)
    return;

  self->changed_source = g_idle_add_full (G_PRIORITY_DEFAULT, tell_changed, self, NULL);
  g_source_set_name_by_id (self->changed_source, "[downloader] count");
}

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
  DownloaderState state = downloader_item_get_state (item);

  if (state == DOWNLOADER_STATE_FINISHED && self->watch != NULL)
    downloader_watch_add (self->watch, item);
  if (state == DOWNLOADER_STATE_QUEUED || !downloader_item_is_active (item))
    touch (self);
  queue_changed (self);
}

static void
item_activity_changed (DownloaderList *self,
                       GParamSpec     *pspec,
                       DownloaderItem *item)
{
  DownloaderState state = downloader_item_get_state (item);

  if (state == DOWNLOADER_STATE_FINISHED || state == DOWNLOADER_STATE_FAILED ||
      downloader_item_is_stuck (item))
    g_signal_emit (self, signals[ENDED], 0, item);
}

/* Whoever wants to go on after the program was killed needs the name. */
static void
item_named (DownloaderList *self,
            GParamSpec     *pspec,
            DownloaderItem *item)
{
  touch (self);
}

static void
item_told (DownloaderList *self,
           const char     *text,
           DownloaderItem *item)
{
  g_signal_emit (self, signals[TOLD], 0, text);
}

static void
leaver_changed (DownloaderItem *item,
                GParamSpec     *pspec,
                DownloaderList *self)
{
  if (downloader_item_is_busy (item))
    return;

  g_signal_handlers_disconnect_by_func (item, leaver_changed, self);
  g_ptr_array_remove_fast (self->leaving, item);
  queue_changed (self);
}

static void
follow (DownloaderList *self,
        DownloaderItem *item)
{
  g_signal_connect_object (item, "notify::state", G_CALLBACK (item_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::busy", G_CALLBACK (item_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::active", G_CALLBACK (item_activity_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::name", G_CALLBACK (item_named), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "told", G_CALLBACK (item_told), self, G_CONNECT_SWAPPED);
}

static void
items_changed (DownloaderList *self,
               guint           position,
               guint           removed,
               guint           added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  touch (self);
  queue_changed (self);
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
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  GPtrArray *records = g_ptr_array_new_full (n_items, (GDestroyNotify) downloader_record_free);

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      g_ptr_array_add (records, make_record (self, item));
    }

  return records;
}

static void
downloader_list_dispose (GObject *object)
{
  DownloaderList *self = DOWNLOADER_LIST (object);

  g_clear_handle_id (&self->changed_source, g_source_remove);
  g_clear_object (&self->store);
  g_clear_object (&self->watch);
  g_clear_object (&self->items);
  for (guint i = 0; self->leaving != NULL && i < self->leaving->len; i++)
    g_signal_handlers_disconnect_by_func (self->leaving->pdata[i], leaver_changed, self);
  g_clear_pointer (&self->leaving, g_ptr_array_unref);
  g_clear_pointer (&self->interrupted, g_hash_table_unref);
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
   * DownloaderList::changed:
   * @self: The list.
   *
   * There may be more or fewer downloads of some kind than a moment ago.
   */
  signals[CHANGED] = g_signal_new ("changed",
                                   G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  /**
   * DownloaderList::ended:
   * @self: The list.
   * @item: The download.
   *
   * A download that was active was finished, failed, or cannot go on.
   */
  signals[ENDED] = g_signal_new ("ended",
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
  self->items = g_list_store_new (DOWNLOADER_TYPE_ITEM);
  self->leaving = g_ptr_array_new_with_free_func (g_object_unref);
  self->watch = downloader_watch_new ();
  g_signal_connect_swapped (self->items, "items-changed", G_CALLBACK (items_changed), self);
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

  records = downloader_store_load (store, &kept_as, &error);
  if (records == NULL)
    g_message ("The list of downloads cannot be read: %s", error->message);

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      DownloaderItem *item = downloader_item_new_from_record (records->pdata[i], AT_EXECUTOR (self->queue));

      g_ptr_array_add (items, item);
      follow (self, item);
      if (downloader_item_get_state (item) == DOWNLOADER_STATE_FINISHED)
        downloader_watch_add (self->watch, item);
    }

  g_list_store_splice (self->items, 0, 0, items->pdata, items->len);

  /* The newest is first in the list, and was the last to come. */
  for (guint i = items->len; i > 0; i--)
    {
      const DownloaderRecord *record = records->pdata[i - 1];

      if (record->phase == DOWNLOADER_PHASE_WAITING)
        downloader_item_start (items->pdata[i - 1]);
    }

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
 * @settings: How to download them.
 *
 * Puts downloads at the top of the list and starts them, in the order of @links:
 * the last one is on top. Whoever shows the list is told once, however many there
 * are.
 */
void
downloader_list_add (DownloaderList           *self,
                     const char * const       *links,
                     const DownloaderSettings *settings)
{
  guint n_links = g_strv_length ((char **) links);
  g_autoptr(GPtrArray) items = g_ptr_array_new_full (n_links, g_object_unref);

  for (guint i = n_links; i > 0; i--)
    {
      DownloaderItem *item = downloader_item_new (links[i - 1], settings, AT_EXECUTOR (self->queue));

      g_ptr_array_add (items, item);
      follow (self, item);
    }

  g_list_store_splice (self->items, 0, 0, items->pdata, items->len);
  for (guint i = items->len; i > 0; i--)
    downloader_item_start (items->pdata[i - 1]);
}

/**
 * downloader_list_find:
 * @self: The list.
 * @id: The number of a download.
 *
 * Finds a download that is in the list.
 *
 * Returns: (transfer none) (nullable): the download
 */
DownloaderItem *
downloader_list_find (DownloaderList *self,
                      guint64         id)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (downloader_item_get_id (item) == id)
        return item;
    }

  return NULL;
}

/**
 * downloader_list_count:
 * @self: The list.
 *
 * Counts the downloads.
 *
 * Returns: how many there are of each kind
 */
DownloaderCounts
downloader_list_count (DownloaderList *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  DownloaderCounts counts = { .busy = self->leaving->len };

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      DownloaderState state = downloader_item_get_state (item);

      if (downloader_item_is_active (item))
        counts.active++;
      else if (state == DOWNLOADER_STATE_PAUSED)
        counts.paused++;
      else if (state == DOWNLOADER_STATE_FAILED)
        counts.failed++;
      else
        counts.finished++;
      if (downloader_item_is_busy (item))
        counts.busy++;
    }

  return counts;
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
 * Sets how links are downloaded where nothing else was said. The checksum of
 * @settings is left out: it is that of the links it came with.
 */
void
downloader_list_set_defaults (DownloaderList           *self,
                              const DownloaderSettings *settings)
{
  DownloaderSettings *copy = downloader_settings_copy (settings);

  g_clear_pointer (&copy->checksum, g_free);
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

void
downloader_list_pause_all (DownloaderList *self)
{
  /* From the end of the queue: pausing what runs would only start what waits. */
  for (guint pass = 0; pass < 2; pass++)
    {
      guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));

      for (guint i = 0; i < n_items; i++)
        {
          g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

          if (pass == 1 || downloader_item_get_state (item) == DOWNLOADER_STATE_QUEUED)
            downloader_item_pause (item);
        }
    }
}

void
downloader_list_resume_all (DownloaderList *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->items)); i > 0; i--)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i - 1);

      if (downloader_item_get_state (item) == DOWNLOADER_STATE_PAUSED)
        downloader_item_start (item);
    }
}

/**
 * downloader_list_stop:
 * @self: The list.
 *
 * Stops everything because the program ends, and saves the list as it was before.
 * Once downloader_list_count() says that nothing is busy, all files are closed, and
 * downloader_list_save() keeps what came of it.
 */
void
downloader_list_stop (DownloaderList *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  if (self->interrupted != NULL)
    return;

  touch (self);
  downloader_list_save (self);

  self->interrupted = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (downloader_item_is_active (item))
        g_hash_table_add (self->interrupted, g_steal_pointer (&item));
    }
  downloader_list_pause_all (self);
  queue_changed (self);
}

static void
removed_clear (gpointer data)
{
  Removed *removed = data;

  g_clear_object (&removed->item);
}

static DownloaderRemoval *
removal_new (DownloaderList *list)
{
  DownloaderRemoval *self = g_new (DownloaderRemoval, 1);

  self->list = g_object_ref (list);
  self->removed = g_array_new (FALSE, FALSE, sizeof (Removed));
  g_array_set_clear_func (self->removed, removed_clear);

  return self;
}

static void
take_out (DownloaderRemoval *self,
          DownloaderItem    *item,
          guint              position)
{
  Removed removed = { g_object_ref (item), position, downloader_item_is_active (item) };

  g_array_append_val (self->removed, removed);
  g_signal_handlers_disconnect_by_data (item, self->list);
}

/**
 * downloader_list_remove:
 * @self: The list.
 * @item: A download in it.
 *
 * Takes a download out of the list, for now. If it is not finished, it is paused;
 * what has arrived of it goes when the removal is freed without being undone.
 *
 * Returns: (transfer full) (nullable): what can undo it
 */
DownloaderRemoval *
downloader_list_remove (DownloaderList *self,
                        DownloaderItem *item)
{
  DownloaderRemoval *removal;
  guint position;

  if (!g_list_store_find (self->items, item, &position))
    return NULL;

  removal = removal_new (self);
  take_out (removal, item, position);
  downloader_item_pause (item);
  g_list_store_remove (self->items, position);

  return removal;
}

/**
 * downloader_list_clear:
 * @self: The list.
 *
 * Takes all finished downloads out of the list, for now. Their files stay.
 *
 * Returns: (transfer full): what can undo it
 */
DownloaderRemoval *
downloader_list_clear (DownloaderList *self)
{
  DownloaderRemoval *removal = removal_new (self);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      DownloaderState state = downloader_item_get_state (item);

      if (state == DOWNLOADER_STATE_FINISHED || state == DOWNLOADER_STATE_MISSING)
        take_out (removal, item, i);
      else
        g_ptr_array_add (kept, g_steal_pointer (&item));
    }

  if (kept->len < n_items)
    g_list_store_splice (self->items, 0, n_items, kept->pdata, kept->len);

  return removal;
}

guint
downloader_removal_get_size (DownloaderRemoval *self)
{
  return self->removed->len;
}

/**
 * downloader_removal_undo:
 * @self: What was removed.
 *
 * Puts everything back where it was, and starts what was active.
 */
void
downloader_removal_undo (DownloaderRemoval *self)
{
  GListStore *store = self->list->items;
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (store));
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_items; i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (store), i));

  for (guint i = 0; i < self->removed->len; i++)
    {
      Removed *removed = &g_array_index (self->removed, Removed, i);

      g_ptr_array_insert (items, (int) MIN (removed->position, items->len), g_object_ref (removed->item));
      follow (self->list, removed->item);
    }

  /* One that comes back leaves the others, and what has the focus, alone. */
  if (self->removed->len == 1)
    {
      Removed *removed = &g_array_index (self->removed, Removed, 0);

      g_list_store_insert (store, MIN (removed->position, n_items), removed->item);
    }
  else
    {
      g_list_store_splice (store, 0, n_items, items->pdata, items->len);
    }

  for (guint i = 0; i < self->removed->len; i++)
    {
      Removed *removed = &g_array_index (self->removed, Removed, i);

      /* The last byte may have come after it was removed. */
      if (removed->was_active && downloader_item_get_state (removed->item) < DOWNLOADER_STATE_FINISHED)
        downloader_item_start (removed->item);
    }

  g_array_set_size (self->removed, 0);
}

/**
 * downloader_removal_free:
 * @self: What was removed.
 *
 * Forgets it for good, unless it was undone.
 */
void
downloader_removal_free (DownloaderRemoval *self)
{
  DownloaderList *list = self->list;

  for (guint i = 0; i < self->removed->len; i++)
    {
      DownloaderItem *item = g_array_index (self->removed, Removed, i).item;

      downloader_item_discard (item);
      if (downloader_item_is_busy (item) && list->leaving != NULL)
        {
          g_ptr_array_add (list->leaving, g_object_ref (item));
          g_signal_connect (item, "notify::busy", G_CALLBACK (leaver_changed), list);
        }
    }

  g_array_unref (self->removed);
  g_object_unref (self->list);
  g_free (self);
}
