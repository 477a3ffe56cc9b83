/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <math.h>

#include "desktop/at-gtk-presence-inside-private.h"

/* In microseconds: the launcher and the portal are told no more often. */
#define PACE (G_USEC_PER_SEC / 4)

/**
 * AtGtkPresence:
 *
 * `AtGtkPresence` tells the desktop of the tasks of a program.
 *
 * It looks at an [class@TaskItems] and does what a user expects of a program that works:
 *
 * - a bar, and with several tasks their number, on its icon in the dock: [property@Presence:launcher];
 * - it goes on when its last window is closed: [property@Presence:hold], and says so to the
 *   portal of a sandbox: [property@Presence:background];
 * - the machine does not fall asleep meanwhile: [property@Presence:inhibit];
 * - what has ended while nobody looked is told in a notification:
 *   [property@Presence:notifications].
 *
 * Each of them does nothing where the desktop has no such service, and begins when it comes.
 * All but the first need a [class@Gtk.Application], with an ID for the notifications.
 *
 * A program makes one, and keeps it as long as it works, with a window or without one:
 *
 * ```c
 * AtGtkPresence *presence = at_gtk_presence_new (items);
 * g_object_set_data_full (G_OBJECT (application), "presence", presence, g_object_unref);
 * ```
 *
 * It may come from a `.ui` file, too; the program takes a reference on it, as that of a
 * [class@Gtk.Builder] goes with the builder.
 *
 * All of it belongs to the thread of GTK.
 *
 * Since: 1.0
 */

typedef struct
{
  AtGtkPresence  *self;
  AtGtkTaskItem  *item;
  AtGtkTaskState  state;
  gulong          handler;
} Watched;

GParamSpec *at_gtk_presence_properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AtGtkPresence, at_gtk_presence, G_TYPE_OBJECT)

static void update (AtGtkPresence *self);

/* How it stands */

static gboolean
is_over (AtGtkTaskState state)
{
  return state >= AT_GTK_TASK_STATE_SUCCEEDED;
}

static guint
count_active (AtGtkPresence *self)
{
  guint n = 0;

  for (guint state = AT_GTK_TASK_STATE_WAITING; state < AT_GTK_TASK_STATE_SUCCEEDED; state++)
    n += self->counts[state];

  return n;
}

/* Something goes on by itself. What waits for one that is paused does not. */
static gboolean
is_busy (AtGtkPresence *self)
{
  return self->counts[AT_GTK_TASK_STATE_QUEUED] + self->counts[AT_GTK_TASK_STATE_RUNNING] +
         self->counts[AT_GTK_TASK_STATE_RETRYING] > 0 ||
         (self->counts[AT_GTK_TASK_STATE_WAITING] > 0 && self->counts[AT_GTK_TASK_STATE_PAUSED] == 0);
}

static gboolean
is_held (AtGtkPresence *self)
{
  return is_busy (self) || (self->notifier != NULL && at_gtk_notifier_is_pending (self->notifier));
}

/* Telling */

static const char *
get_desktop_id (AtGtkPresence *self)
{
  const char *id = self->application != NULL
                   ? g_application_get_application_id (G_APPLICATION (self->application)) : NULL;

  return id != NULL ? id : g_get_prgname ();
}

void
at_gtk_presence_tell_launcher (AtGtkPresence *self)
{
  const char *desktop_id = get_desktop_id (self);
  AtGtkLauncherLook look = { 0 };

  if (self->entry != NULL &&
      (!self->launcher || g_strcmp0 (desktop_id, at_gtk_launcher_entry_get_desktop_id (self->entry)) != 0))
    g_clear_pointer (&self->entry, at_gtk_launcher_entry_free);
  if (!self->launcher || self->connection == NULL || desktop_id == NULL)
    return;

  /* Without items there are none that are active. */
  look.count = count_active (self);
  if (look.count > 0 && !at_gtk_task_items_get_indeterminate (self->items))
    {
      look.has_bar = TRUE;
      look.percent = lround (100 * CLAMP (at_gtk_task_items_get_fraction (self->items), 0, 1));
    }
  if (look.count == 1)
    look.count = 0;
  look.urgent = self->has_failed;

  if (self->entry == NULL)
    self->entry = at_gtk_launcher_entry_new (self->connection, desktop_id);
  at_gtk_launcher_entry_show (self->entry, &look);
}

void
at_gtk_presence_tell_portal (AtGtkPresence *self)
{
  gboolean is_wanted = self->background && self->application != NULL && self->connection != NULL &&
                       is_busy (self) && !at_gtk_windows_any_visible (self->windows);

  if (self->portal == NULL && is_wanted)
    self->portal = at_gtk_background_new (self->connection);
  if (self->portal != NULL)
    at_gtk_background_show (self->portal, is_wanted ? at_gtk_task_items_get_summary (self->items) : NULL);
}

static gboolean
tell_cb (gpointer user_data)
{
  AtGtkPresence *self = user_data;

  self->telling = 0;
  self->told_at = g_get_monotonic_time ();
  at_gtk_presence_tell_launcher (self);
  at_gtk_presence_tell_portal (self);

  return G_SOURCE_REMOVE;
}

/* Not at once: a window may come with the tasks. */
static void
tell_soon (AtGtkPresence *self)
{
  gint64 left = self->told_at + PACE - g_get_monotonic_time ();

  if (self->telling != 0 || self->connection == NULL || !(self->launcher || self->background))
    return;

  self->telling = g_timeout_add (MAX (0, (left + 999) / 1000), tell_cb, self);
  g_source_set_static_name (g_main_context_find_source_by_id (NULL, self->telling), "[asynctask-gtk] tell_cb");
}

/* It may have gone meanwhile. What is made here is shared by the whole program: to cancel
 * it would be to cancel it for all who wait. */
static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (AtGtkPresence) self = g_weak_ref_get (weak);
  g_autoptr (GDBusConnection) connection = g_bus_get_finish (result, NULL);

  g_weak_ref_clear (weak);
  g_free (weak);
  if (self == NULL || self->windows == NULL)
    return;

  self->is_connecting = FALSE;
  self->connection = g_steal_pointer (&connection);
  tell_soon (self);
}

/* Where there is no bus, the next that begins asks again. */
static void
connect_soon (AtGtkPresence *self)
{
  GWeakRef *weak;

  if (self->connection != NULL || self->is_connecting)
    return;

  weak = g_new (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  self->is_connecting = TRUE;
  g_bus_get (G_BUS_TYPE_SESSION, NULL, connected_cb, weak);
}

/* Keeping */

void
at_gtk_presence_update_keeper (AtGtkPresence *self)
{
  if (self->keeper == NULL)
    return;

  at_gtk_keeper_set (self->keeper, self->hold && is_held (self), is_busy (self) ? self->inhibit : 0);
}

static gboolean
settle_cb (gpointer user_data)
{
  AtGtkPresence *self = user_data;

  self->settling = 0;
  at_gtk_presence_update_keeper (self);

  return G_SOURCE_REMOVE;
}

/* One that ends may be followed by another that its end begins, and an item that only
 * changes its place leaves for a moment: what is kept is let go a moment later. */
static void
update (AtGtkPresence *self)
{
  gboolean was_busy = self->was_busy;

  self->was_busy = is_busy (self);
  if (self->was_busy && !was_busy)
    connect_soon (self);

  if (self->was_busy)
    at_gtk_presence_update_keeper (self);
  else if (self->settling == 0)
    self->settling = g_idle_add_full (G_PRIORITY_DEFAULT, settle_cb, self, NULL);

  tell_soon (self);
}

static void
windows_changed (gpointer data,
                 gpointer user_data)
{
  AtGtkPresence *self = user_data;

  if (at_gtk_windows_any_focused (self->windows))
    {
      self->has_failed = FALSE;
      if (self->notifier != NULL)
        at_gtk_notifier_clear (self->notifier);
    }
  update (self);
}

static void
notifier_done (gpointer data,
               gpointer user_data)
{
  update (user_data);
}

static void
shutdown_cb (GApplication *application,
             gpointer      user_data)
{
  at_gtk_notifier_flush (((AtGtkPresence *) user_data)->notifier);
}

/* The application */

static void
leave_application (AtGtkPresence *self)
{
  g_clear_pointer (&self->keeper, at_gtk_keeper_free);
  g_clear_pointer (&self->notifier, at_gtk_notifier_free);
  if (self->application != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->application, self);
      g_object_remove_weak_pointer (G_OBJECT (self->application), (gpointer *) &self->application);
    }
  self->application = NULL;
}

static void
take_application (AtGtkPresence  *self,
                  GtkApplication *application)
{
  leave_application (self);
  if (application == NULL)
    return;

  self->application = application;
  g_object_add_weak_pointer (G_OBJECT (application), (gpointer *) &self->application);
  self->keeper = at_gtk_keeper_new (application);
  self->notifier = at_gtk_notifier_new (application, notifier_done, self);
  g_signal_connect_swapped (application, "notify::is-registered", G_CALLBACK (update), self);
  g_signal_connect (application, "shutdown", G_CALLBACK (shutdown_cb), self);
}

static void
find_application (AtGtkPresence *self)
{
  GApplication *application = g_application_get_default ();

  if (!self->has_application && self->application == NULL && GTK_IS_APPLICATION (application))
    {
      take_application (self, GTK_APPLICATION (application));
      g_object_notify_by_pspec (G_OBJECT (self), at_gtk_presence_properties[PROP_APPLICATION]);
    }
}

/* Items */

static gboolean
is_told (AtGtkPresence  *self,
         AtGtkTaskState  state)
{
  if (state == AT_GTK_TASK_STATE_SUCCEEDED)
    return (self->notifications & AT_GTK_NOTIFICATIONS_FINISHED) != 0;

  return state == AT_GTK_TASK_STATE_FAILED && (self->notifications & AT_GTK_NOTIFICATIONS_FAILED) != 0;
}

static void
note_change (AtGtkPresence  *self,
             AtGtkTaskItem  *item,
             AtGtkTaskState  before,
             AtGtkTaskState  now)
{
  if (is_over (before) && !is_over (now))
    {
      if (self->notifier != NULL)
        at_gtk_notifier_remove (self->notifier, item);
    }
  else if (!is_over (before) && is_over (now) && !at_gtk_windows_any_focused (self->windows))
    {
      if (now == AT_GTK_TASK_STATE_FAILED)
        self->has_failed = TRUE;
      if (self->notifier != NULL && is_told (self, now))
        at_gtk_notifier_add (self->notifier, item);
    }
}

static void
read_state (Watched *watched)
{
  AtGtkPresence *self = watched->self;
  AtGtkTaskState before = watched->state;
  AtGtkTaskState now = at_gtk_task_item_get_state (watched->item);

  if (before == now)
    return;

  watched->state = now;
  self->counts[before]--;
  self->counts[now]++;
  note_change (self, watched->item, before, now);
}

static void
item_state_cb (AtGtkTaskItem *item,
               GParamSpec    *pspec,
               gpointer       user_data)
{
  Watched *watched = user_data;

  read_state (watched);
  update (watched->self);
}

static Watched *
watch_item (AtGtkPresence *self,
            guint          position)
{
  Watched *watched = g_new (Watched, 1);

  watched->self = self;
  watched->item = g_list_model_get_item (G_LIST_MODEL (self->items), position);
  watched->state = at_gtk_task_item_get_state (watched->item);
  watched->handler = g_signal_connect (watched->item, "notify::state", G_CALLBACK (item_state_cb), watched);
  self->counts[watched->state]++;

  return watched;
}

static void
unwatch_item (gpointer data)
{
  Watched *watched = data;

  watched->self->counts[watched->state]--;
  g_signal_handler_disconnect (watched->item, watched->handler);
  g_object_unref (watched->item);
  g_free (watched);
}

/* It may leave by its end, of which nothing was heard yet. */
static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  gpointer    user_data)
{
  AtGtkPresence *self = user_data;

  for (guint i = position; i < position + removed; i++)
    read_state (self->watched->pdata[i]);
  if (removed > 0)
    g_ptr_array_remove_range (self->watched, position, removed);
  for (guint i = position; i < position + added; i++)
    g_ptr_array_insert (self->watched, i, watch_item (self, i));

  find_application (self);
  update (self);
}

static void
leave_items (AtGtkPresence *self)
{
  if (self->items == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->items, self);
  g_ptr_array_set_size (self->watched, 0);
  g_clear_object (&self->items);
}

static void
take_items (AtGtkPresence  *self,
            AtGtkTaskItems *items)
{
  self->items = g_object_ref (items);
  g_signal_connect (items, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_swapped (items, "notify::fraction", G_CALLBACK (tell_soon), self);
  g_signal_connect_swapped (items, "notify::indeterminate", G_CALLBACK (tell_soon), self);
  g_signal_connect_swapped (items, "notify::summary", G_CALLBACK (tell_soon), self);
  items_changed_cb (G_LIST_MODEL (items), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (items)), self);
}

/* Class */

static void
at_gtk_presence_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  AtGtkPresence *self = AT_GTK_PRESENCE (object);

  switch (prop_id)
    {
    case PROP_ITEMS:
      g_value_set_object (value, at_gtk_presence_get_items (self));
      break;

    case PROP_APPLICATION:
      g_value_set_object (value, at_gtk_presence_get_application (self));
      break;

    case PROP_LAUNCHER:
      g_value_set_boolean (value, at_gtk_presence_get_launcher (self));
      break;

    case PROP_BACKGROUND:
      g_value_set_boolean (value, at_gtk_presence_get_background (self));
      break;

    case PROP_HOLD:
      g_value_set_boolean (value, at_gtk_presence_get_hold (self));
      break;

    case PROP_INHIBIT:
      g_value_set_flags (value, at_gtk_presence_get_inhibit (self));
      break;

    case PROP_NOTIFICATIONS:
      g_value_set_flags (value, at_gtk_presence_get_notifications (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
at_gtk_presence_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  AtGtkPresence *self = AT_GTK_PRESENCE (object);

  switch (prop_id)
    {
    case PROP_ITEMS:
      at_gtk_presence_set_items (self, g_value_get_object (value));
      break;

    case PROP_APPLICATION:
      at_gtk_presence_set_application (self, g_value_get_object (value));
      break;

    case PROP_LAUNCHER:
      at_gtk_presence_set_launcher (self, g_value_get_boolean (value));
      break;

    case PROP_BACKGROUND:
      at_gtk_presence_set_background (self, g_value_get_boolean (value));
      break;

    case PROP_HOLD:
      at_gtk_presence_set_hold (self, g_value_get_boolean (value));
      break;

    case PROP_INHIBIT:
      at_gtk_presence_set_inhibit (self, g_value_get_flags (value));
      break;

    case PROP_NOTIFICATIONS:
      at_gtk_presence_set_notifications (self, g_value_get_flags (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
    }
}

static void
at_gtk_presence_dispose (GObject *object)
{
  AtGtkPresence *self = AT_GTK_PRESENCE (object);

  leave_items (self);
  g_clear_handle_id (&self->settling, g_source_remove);
  g_clear_handle_id (&self->telling, g_source_remove);
  g_clear_pointer (&self->entry, at_gtk_launcher_entry_free);
  g_clear_pointer (&self->portal, at_gtk_background_free);
  leave_application (self);
  g_clear_pointer (&self->windows, at_gtk_windows_free);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (at_gtk_presence_parent_class)->dispose (object);
}

static void
at_gtk_presence_finalize (GObject *object)
{
  g_ptr_array_unref (AT_GTK_PRESENCE (object)->watched);

  G_OBJECT_CLASS (at_gtk_presence_parent_class)->finalize (object);
}

static void
at_gtk_presence_class_init (AtGtkPresenceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  at_gtk_init ();

  object_class->get_property = at_gtk_presence_get_property;
  object_class->set_property = at_gtk_presence_set_property;
  object_class->dispose = at_gtk_presence_dispose;
  object_class->finalize = at_gtk_presence_finalize;

  /**
   * AtGtkPresence:items: (getter get_items) (setter set_items)
   *
   * The items that the desktop is told of, or %NULL.
   *
   * Since: 1.0
   */
  at_gtk_presence_properties[PROP_ITEMS] = g_param_spec_object ("items", NULL, NULL, AT_GTK_TYPE_TASK_ITEMS, flags);

  /**
   * AtGtkPresence:application: (getter get_application) (setter set_application)
   *
   * The program, or %NULL.
   *
   * Unless it is set, it is the default one, see [func@Gio.Application.get_default], also if
   * that is made later. Without one, [property@Presence:background],
   * [property@Presence:hold], [property@Presence:inhibit] and
   * [property@Presence:notifications] do nothing. The presence does not keep it alive.
   *
   * Since: 1.0
   */
  at_gtk_presence_properties[PROP_APPLICATION] = g_param_spec_object ("application", NULL, NULL, GTK_TYPE_APPLICATION, flags);

  /**
   * AtGtkPresence:launcher: (getter get_launcher) (setter set_launcher)
   *
   * Whether the program's icon in a dock shows how far its tasks are.
   *
   * It has a bar while a task is active and says how far it is, and a number while several
   * are; it asks for attention after a failure, until a window of the program is focused.
   * A dock finds the icon by the ID of the application, or by [func@GLib.get_prgname]
   * without one, which is to be the name of its `.desktop` file. It is told at most four times a
   * second, and only what has changed.
   *
   * Since: 1.0
   */
  at_gtk_presence_properties[PROP_LAUNCHER] = g_param_spec_boolean ("launcher", NULL, NULL, TRUE, flags);

  /**
   * AtGtkPresence:background: (getter get_background) (setter set_background)
   *
   * Whether the portal is asked to let the program go on without a window.
   *
   * It is asked when a task is busy and no window is visible, and told the summary of
   * the items, which a desktop shows in its list of programs in the background.
   *
   * Since: 1.0
   */
  at_gtk_presence_properties[PROP_BACKGROUND] = g_param_spec_boolean ("background", NULL, NULL, TRUE, flags);

  /**
   * AtGtkPresence:hold: (getter get_hold) (setter set_hold)
   *
   * Whether the program goes on when its last window is closed.
   *
   * It does while a task runs, is queued or is to be tried again, and until the notification
   * of its end was sent; not for one that is paused, nor for those that wait for it.
   *
   * Since: 1.0
   */
  at_gtk_presence_properties[PROP_HOLD] = g_param_spec_boolean ("hold", NULL, NULL, TRUE, flags);

  /**
   * AtGtkPresence:inhibit: (getter get_inhibit) (setter set_inhibit)
   *
   * What the session is asked not to do while a task is busy, see
   * [method@Gtk.Application.inhibit]; 0 for nothing.
   *
   * Since: 1.0
   */
  at_gtk_presence_properties[PROP_INHIBIT] = g_param_spec_flags ("inhibit", NULL, NULL, GTK_TYPE_APPLICATION_INHIBIT_FLAGS,
                                                 GTK_APPLICATION_INHIBIT_SUSPEND, flags);

  /**
   * AtGtkPresence:notifications: (getter get_notifications) (setter set_notifications)
   *
   * What the user is notified of.
   *
   * There is one notification for all that ends until a window of the program is focused,
   * and none while one is; it is sent when for a second nothing has ended. It has buttons for what can be done:
   * Open, Show in Folder, Try Again. They are actions of the application, and work when
   * it has ended in the meantime, too, if the desktop can start it by D-Bus. The application
   * needs an ID.
   *
   * Since: 1.0
   */
  at_gtk_presence_properties[PROP_NOTIFICATIONS] = g_param_spec_flags ("notifications", NULL, NULL, AT_GTK_TYPE_NOTIFICATIONS,
                                                       AT_GTK_NOTIFICATIONS_ALL, flags);

  g_object_class_install_properties (object_class, N_PROPS, at_gtk_presence_properties);
}

static void
at_gtk_presence_init (AtGtkPresence *self)
{
  self->launcher = TRUE;
  self->background = TRUE;
  self->hold = TRUE;
  self->inhibit = GTK_APPLICATION_INHIBIT_SUSPEND;
  self->notifications = AT_GTK_NOTIFICATIONS_ALL;
  self->watched = g_ptr_array_new_with_free_func (unwatch_item);
  self->windows = at_gtk_windows_new (windows_changed, self);
  find_application (self);
}

/**
 * at_gtk_presence_new:
 * @items: (nullable): what the desktop is told of
 *
 * Makes a presence for the default application.
 *
 * Returns: (transfer full): the new presence
 *
 * Since: 1.0
 */
AtGtkPresence *
at_gtk_presence_new (AtGtkTaskItems *items)
{
  g_return_val_if_fail (items == NULL || AT_GTK_IS_TASK_ITEMS (items), NULL);

  return g_object_new (AT_GTK_TYPE_PRESENCE, "items", items, NULL);
}

/**
 * at_gtk_presence_get_items: (get-property items)
 * @self: a presence
 *
 * Returns the items that the desktop is told of.
 *
 * Returns: (transfer none) (nullable): the items, or %NULL
 *
 * Since: 1.0
 */
AtGtkTaskItems *
at_gtk_presence_get_items (AtGtkPresence *self)
{
  g_return_val_if_fail (AT_GTK_IS_PRESENCE (self), NULL);

  return self->items;
}

/**
 * at_gtk_presence_set_items: (set-property items)
 * @self: a presence
 * @items: (nullable): the items, or %NULL
 *
 * Sets the items that the desktop is told of.
 *
 * Of those that have already ended it is told nothing.
 *
 * Since: 1.0
 */
void
at_gtk_presence_set_items (AtGtkPresence  *self,
                           AtGtkTaskItems *items)
{
  g_return_if_fail (AT_GTK_IS_PRESENCE (self));
  g_return_if_fail (items == NULL || AT_GTK_IS_TASK_ITEMS (items));

  if (self->items == items)
    return;

  leave_items (self);
  if (items != NULL)
    take_items (self, items);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_presence_properties[PROP_ITEMS]);
}

/**
 * at_gtk_presence_get_application: (get-property application)
 * @self: a presence
 *
 * Returns the program.
 *
 * Returns: (transfer none) (nullable): the application, or %NULL
 *
 * Since: 1.0
 */
GtkApplication *
at_gtk_presence_get_application (AtGtkPresence *self)
{
  g_return_val_if_fail (AT_GTK_IS_PRESENCE (self), NULL);

  find_application (self);

  return self->application;
}

/**
 * at_gtk_presence_set_application: (set-property application)
 * @self: a presence
 * @application: (nullable): the application, or %NULL for none
 *
 * Sets the program, and that it is not the default application.
 *
 * Since: 1.0
 */
void
at_gtk_presence_set_application (AtGtkPresence  *self,
                                 GtkApplication *application)
{
  g_return_if_fail (AT_GTK_IS_PRESENCE (self));
  g_return_if_fail (application == NULL || GTK_IS_APPLICATION (application));

  self->has_application = TRUE;
  if (self->application == application)
    return;

  take_application (self, application);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_presence_properties[PROP_APPLICATION]);
}
