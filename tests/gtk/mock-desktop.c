/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "mock-desktop.h"

#include <string.h>

#include "at-test.h"

static const char xml[] =
  "<node>"
  "  <interface name='org.freedesktop.portal.Background'>"
  "    <method name='RequestBackground'>"
  "      <arg type='s' direction='in'/><arg type='a{sv}' direction='in'/><arg type='o' direction='out'/>"
  "    </method>"
  "    <method name='SetStatus'><arg type='a{sv}' direction='in'/></method>"
  "  </interface>"
  "  <interface name='org.gnome.SessionManager'>"
  "    <method name='Inhibit'>"
  "      <arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "      <arg type='u' direction='in'/><arg type='u' direction='out'/>"
  "    </method>"
  "    <method name='Uninhibit'><arg type='u' direction='in'/></method>"
  "  </interface>"
  "  <interface name='org.freedesktop.Notifications'>"
  "    <method name='Notify'>"
  "      <arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "      <arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
  "      <arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/>"
  "    </method>"
  "    <method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "    <signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>"
  "  </interface>"
  "  <interface name='org.freedesktop.FileManager1'>"
  "    <method name='ShowItems'><arg type='as' direction='in'/><arg type='s' direction='in'/></method>"
  "  </interface>"
  "</node>";

struct _MockDesktop
{
  char            **names;
  GThread          *thread;

  /* The thread's. */
  GMainContext     *context;
  GMainLoop        *loop;
  GDBusConnection  *connection;
  guint             n_answers;

  GMutex            mutex;
  GCond             cond;
  gboolean          is_ready;
  gboolean          is_refusing;
  GPtrArray        *lines;
  GVariant         *actions;      /* of the last notification */
  guint             n_pings;
};

static void
write_down (MockDesktop *self,
            const char  *name,
            GVariant    *parameters)
{
  g_autofree char *arguments = g_variant_print (parameters, FALSE);

  g_test_message ("%s %s", name, arguments);
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->lines, g_strconcat (name, " ", arguments, NULL));
  g_mutex_unlock (&self->mutex);
  g_main_context_wakeup (NULL);
}

static void
respond (MockDesktop *self,
         const char  *sender,
         GVariant    *parameters,
         char       **path)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (parameters, 1);
  g_autofree char *unique = g_strdelimit (g_strdup (sender + 1), ".", '_');
  const char *token = "none";
  gboolean is_refusing;
  GVariantBuilder results;

  g_mutex_lock (&self->mutex);
  is_refusing = self->is_refusing;
  g_mutex_unlock (&self->mutex);

  g_variant_lookup (options, "handle_token", "&s", &token);
  *path = g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", unique, token);
  g_variant_builder_init (&results, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&results, "{sv}", "background", g_variant_new_boolean (!is_refusing));
  g_dbus_connection_emit_signal (self->connection, sender, *path, "org.freedesktop.portal.Request", "Response",
                                 g_variant_new ("(ua{sv})", 0, &results), NULL);
}

static void
call_cb (GDBusConnection       *connection,
         const char            *sender,
         const char            *object_path,
         const char            *interface,
         const char            *method,
         GVariant              *parameters,
         GDBusMethodInvocation *invocation,
         gpointer               user_data)
{
  MockDesktop *self = user_data;
  g_autofree char *path = NULL;

  if (g_str_equal (method, "RequestBackground"))
    {
      respond (self, sender, parameters, &path);
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", path));
    }
  else if (g_str_equal (method, "Inhibit"))
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", ++self->n_answers));
    }
  else if (g_str_equal (method, "Notify"))
    {
      g_mutex_lock (&self->mutex);
      g_clear_pointer (&self->actions, g_variant_unref);
      self->actions = g_variant_get_child_value (parameters, 5);
      g_mutex_unlock (&self->mutex);
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", ++self->n_answers));
    }
  else
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
  write_down (self, method, parameters);
}

static void
signal_cb (GDBusConnection *connection,
           const char      *sender,
           const char      *object_path,
           const char      *interface,
           const char      *signal,
           GVariant        *parameters,
           gpointer         user_data)
{
  MockDesktop *self = user_data;

  if (g_str_equal (signal, "Ping"))
    {
      g_mutex_lock (&self->mutex);
      self->n_pings++;
      g_mutex_unlock (&self->mutex);
      g_main_context_wakeup (NULL);
    }
  else
    {
      write_down (self, signal, parameters);
    }
}

static const char *
get_path (const char *interface)
{
  if (g_str_has_prefix (interface, "org.freedesktop.portal"))
    return "/org/freedesktop/portal/desktop";
  if (g_str_equal (interface, "org.gnome.SessionManager"))
    return "/org/gnome/SessionManager";
  if (g_str_equal (interface, "org.freedesktop.FileManager1"))
    return "/org/freedesktop/FileManager1";

  return "/org/freedesktop/Notifications";
}

static void
take_names (MockDesktop *self)
{
  static const GDBusInterfaceVTable table = { call_cb, NULL, NULL, { NULL } };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);

  g_assert_nonnull (node);
  for (guint i = 0; node->interfaces[i] != NULL; i++)
    g_assert_cmpuint (g_dbus_connection_register_object (self->connection, get_path (node->interfaces[i]->name),
                                                         node->interfaces[i], &table, self, NULL, NULL), !=, 0);
  g_dbus_connection_signal_subscribe (self->connection, NULL, "com.canonical.Unity.LauncherEntry", "Update", NULL,
                                      NULL, G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  g_dbus_connection_signal_subscribe (self->connection, NULL, "org.asynctask.Test", "Ping", NULL,
                                      NULL, G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);

  /* Last: it is there from then on. */
  for (guint i = 0; self->names[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer = NULL;

      answer = g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                            "org.freedesktop.DBus", "RequestName",
                                            g_variant_new ("(su)", self->names[i], 4), NULL,
                                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
      g_assert_no_error (error);
    }
}

static gpointer
thread_func (gpointer data)
{
  MockDesktop *self = data;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (self->context);
  self->connection = g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                                             G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                             G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                             NULL, NULL, &error);
  g_assert_no_error (error);
  take_names (self);

  g_mutex_lock (&self->mutex);
  self->is_ready = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);

  g_main_loop_run (self->loop);

  /* GIO warns of a notification that has no answer. */
  g_dbus_connection_flush_sync (self->connection, NULL, NULL);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

MockDesktop *
mock_desktop_new (const char * const *names)
{
  MockDesktop *self = g_new0 (MockDesktop, 1);

  self->names = g_strdupv ((char **) names);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("desktop", thread_func, self);

  g_mutex_lock (&self->mutex);
  while (!self->is_ready)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);

  return self;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);

  return G_SOURCE_REMOVE;
}

void
mock_desktop_free (MockDesktop *self)
{
  g_main_context_invoke (self->context, quit_cb, self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_ptr_array_unref (self->lines);
  g_clear_pointer (&self->actions, g_variant_unref);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_strfreev (self->names);
  g_free (self);
}

static gboolean
take_line (MockDesktop  *self,
           const char   *pattern,
           char        **line)
{
  gboolean is_found = FALSE;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->lines->len && !is_found; i++)
    if (g_pattern_match_simple (pattern, self->lines->pdata[i]))
      {
        is_found = TRUE;
        *line = g_strdup (self->lines->pdata[i]);
        g_ptr_array_remove_range (self->lines, 0, i + 1);
      }
  g_mutex_unlock (&self->mutex);

  return is_found;
}

char *
mock_desktop_wait_for (MockDesktop *self,
                       const char  *pattern)
{
  char *line = NULL;

  at_test_iterate_until (NULL, take_line (self, pattern, &line));

  return line;
}

guint
mock_desktop_count (MockDesktop *self,
                    const char  *pattern)
{
  guint n = 0;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->lines->len; i++)
    n += g_pattern_match_simple (pattern, self->lines->pdata[i]);
  g_mutex_unlock (&self->mutex);

  return n;
}

void
mock_desktop_forget (MockDesktop *self)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_set_size (self->lines, 0);
  g_mutex_unlock (&self->mutex);
}

static guint
get_n_pings (MockDesktop *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_pings;
  g_mutex_unlock (&self->mutex);

  return n;
}

/* A bus keeps the order of what one connection says. */
void
mock_desktop_sync (MockDesktop *self)
{
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  guint n = get_n_pings (self);

  g_dbus_connection_emit_signal (connection, NULL, "/org/asynctask/Test", "org.asynctask.Test", "Ping", NULL, NULL);
  at_test_iterate_until (NULL, get_n_pings (self) > n);
}

void
mock_desktop_set_refusing (MockDesktop *self,
                           gboolean     refusing)
{
  g_mutex_lock (&self->mutex);
  self->is_refusing = refusing;
  g_mutex_unlock (&self->mutex);
}

void
mock_desktop_press (MockDesktop *self,
                    const char  *button)
{
  g_autofree const char **actions = NULL;
  const char *action = NULL;
  guint id;

  g_mutex_lock (&self->mutex);
  g_assert_nonnull (self->actions);
  actions = g_variant_get_strv (self->actions, NULL);
  for (guint i = 0; actions[i] != NULL; i += 2)
    if (g_str_equal (actions[i + 1], button))
      action = actions[i];
  id = self->n_answers;
  g_mutex_unlock (&self->mutex);

  g_assert_nonnull (action);
  g_assert_true (g_dbus_connection_emit_signal (self->connection, NULL, "/org/freedesktop/Notifications",
                                                "org.freedesktop.Notifications", "ActionInvoked",
                                                g_variant_new ("(us)", id, action), NULL));
}
