/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "desktop/at-gtk-notification-actions-private.h"
#include "desktop/at-gtk-notifier-private.h"
#include "item/at-gtk-words-private.h"

/* What ends within this many milliseconds after another is of one burst. */
#define BURST 1000

/* More of them are only counted. */
#define MAX_ITEMS 16

/* More of them are not named. */
#define MAX_LINES 4

#define SERVICE "org.freedesktop.Notifications"
#define GTK_SERVICE "org.gtk.Notifications"

/* What has ended since somebody looked, in one notification, which is replaced by the
 * next burst's. */
struct _AtGtkNotifier
{
  GtkApplication  *application;
  GFunc            done;
  gpointer         user_data;
  char            *id;

  guint            source;        /* the burst goes on */
  GCancellable    *cancellable;   /* of the question whether anybody shows notifications */
  gboolean         is_sent;

  GPtrArray       *finished;
  GPtrArray       *failed;
  guint            n_finished;
  guint            n_failed;
};

AtGtkNotifier *
at_gtk_notifier_new (GtkApplication *application,
                     GFunc           done,
                     gpointer        user_data)
{
  static guint n_notifiers = 0;
  AtGtkNotifier *self = g_new0 (AtGtkNotifier, 1);

  self->application = application;
  g_object_add_weak_pointer (G_OBJECT (application), (gpointer *) &self->application);
  self->done = done;
  self->user_data = user_data;
  self->id = g_strdup_printf ("asynctask-%u", n_notifiers++);
  self->finished = g_ptr_array_new_with_free_func (g_object_unref);
  self->failed = g_ptr_array_new_with_free_func (g_object_unref);

  return self;
}

gboolean
at_gtk_notifier_is_pending (AtGtkNotifier *self)
{
  return self->source != 0 || self->cancellable != NULL;
}

static void
forget_pending (AtGtkNotifier *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

/* Text */

static char *
get_title (AtGtkTaskItem *item)
{
  const char *title = at_gtk_task_item_get_title (item);

  return g_strdup (title != NULL && title[0] != '\0' ? title : g_get_application_name ());
}

static char *
format_line (AtGtkTaskItem *item)
{
  g_autofree char *title = get_title (item);
  g_autofree char *format = NULL;
  const char *subtitle = at_gtk_task_item_get_subtitle (item);

  if (subtitle == NULL || subtitle[0] == '\0')
    return g_steal_pointer (&title);

  /* A name and what came of it. */
  format = g_strdup_printf (_("%s: %s"), "%s", subtitle);

  return at_gtk_words_with_name (format, title);
}

static char *
format_title (AtGtkNotifier *self)
{
  g_autofree char *finished = NULL;
  g_autofree char *failed = NULL;

  if (self->n_finished > 0)
    finished = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u finished", "%u finished", self->n_finished), self->n_finished);
  if (self->n_failed > 0)
    failed = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u failed", "%u failed", self->n_failed), self->n_failed);

  if (finished == NULL || failed == NULL)
    return finished != NULL ? g_steal_pointer (&finished) : g_steal_pointer (&failed);

  /* How many have finished, and how many have failed. */
  return g_strdup_printf (_("%s, %s"), finished, failed);
}

static char *
format_lines (AtGtkNotifier *self)
{
  GString *lines = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < self->failed->len + self->finished->len && n <= MAX_LINES; i++, n++)
    {
      g_autofree char *line = NULL;

      if (n == MAX_LINES)
        line = g_strdup ("…");
      else if (i < self->failed->len)
        line = format_line (self->failed->pdata[i]);
      else
        line = get_title (self->finished->pdata[i - self->failed->len]);

      if (lines->len > 0)
        g_string_append_c (lines, '\n');
      g_string_append (lines, line);
    }

  return g_string_free (lines, FALSE);
}

static GNotification *
make_notification (AtGtkNotifier *self)
{
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  if (self->n_finished + self->n_failed == 1)
    {
      AtGtkTaskItem *item = self->n_failed > 0 ? self->failed->pdata[0] : self->finished->pdata[0];

      title = get_title (item);
      body = g_strdup (at_gtk_task_item_get_subtitle (item));
    }
  else
    {
      title = format_title (self);
      body = format_lines (self);
    }

  notification = g_notification_new (title);
  if (body != NULL && body[0] != '\0')
    g_notification_set_body (notification, body);
  at_gtk_notification_add_buttons (notification, self->application, self->finished, self->failed);

  return g_steal_pointer (&notification);
}

/* Sending */

static void
send (AtGtkNotifier *self)
{
  g_autoptr (GNotification) notification = NULL;

  if (self->application == NULL || self->n_finished + self->n_failed == 0)
    return;

  notification = make_notification (self);
  g_application_send_notification (G_APPLICATION (self->application), self->id, notification);
  self->is_sent = TRUE;
}

static void
answered (AtGtkNotifier *self,
          gboolean       is_there)
{
  g_clear_object (&self->cancellable);
  if (is_there)
    send (self);
  self->done (self, self->user_data);
}

static void
ask_bus (AtGtkNotifier       *self,
         GDBusConnection     *connection,
         const char          *method,
         GVariant            *parameters,
         const GVariantType  *type,
         GAsyncReadyCallback  callback)
{
  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                          method, parameters, type, G_DBUS_CALL_FLAGS_NONE, -1,
                          self->cancellable, callback, self);
}

static void
service_started_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    answered (user_data, answer != NULL);
}

/* The bus does not start a service by whose name one is there already. */
static void
names_listed_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  AtGtkNotifier *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_auto (GStrv) names = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (answer != NULL)
    g_variant_get (answer, "(^as)", &names);
  if (names != NULL && (g_strv_contains ((const char * const *) names, SERVICE) ||
                        g_strv_contains ((const char * const *) names, GTK_SERVICE)))
    answered (self, TRUE);
  else
    ask_bus (self, G_DBUS_CONNECTION (source), "StartServiceByName", g_variant_new ("(su)", SERVICE, 0), NULL,
             service_started_cb);
}

static gboolean
is_in_sandbox (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) || g_getenv ("SNAP_NAME") != NULL;
}

static gboolean
can_send (AtGtkNotifier *self)
{
  GApplication *application = (GApplication *) self->application;

  return application != NULL && g_application_get_application_id (application) != NULL &&
         g_application_get_is_registered (application) && !g_application_get_is_remote (application) &&
         g_application_get_dbus_connection (application) != NULL;
}

/* GIO warns where nobody shows notifications; so it is asked first. In a sandbox
 * the portal is, whose names are the only ones that can be seen. */
static void
find_service (AtGtkNotifier *self)
{
  if (!can_send (self) || is_in_sandbox ())
    {
      answered (self, can_send (self));
      return;
    }

  self->cancellable = g_cancellable_new ();
  ask_bus (self, g_application_get_dbus_connection (G_APPLICATION (self->application)),
           "ListNames", NULL, G_VARIANT_TYPE ("(as)"), names_listed_cb);
}

static gboolean
burst_ended_cb (gpointer user_data)
{
  AtGtkNotifier *self = user_data;

  self->source = 0;
  find_service (self);

  return G_SOURCE_REMOVE;
}

/* Items */

void
at_gtk_notifier_add (AtGtkNotifier *self,
                     AtGtkTaskItem *item)
{
  gboolean has_failed = at_gtk_task_item_get_state (item) == AT_GTK_TASK_STATE_FAILED;
  GPtrArray *items = has_failed ? self->failed : self->finished;

  if (has_failed)
    self->n_failed++;
  else
    self->n_finished++;
  if (items->len < MAX_ITEMS)
    g_ptr_array_add (items, g_object_ref (item));

  forget_pending (self);
  self->source = g_timeout_add (BURST, burst_ended_cb, self);
  g_source_set_static_name (g_main_context_find_source_by_id (NULL, self->source), "[asynctask-gtk] burst_ended_cb");
}

/* It is tried again. */
void
at_gtk_notifier_remove (AtGtkNotifier *self,
                        AtGtkTaskItem *item)
{
  if (g_ptr_array_remove (self->failed, item))
    self->n_failed--;
  else if (g_ptr_array_remove (self->finished, item))
    self->n_finished--;
  else
    return;

  if (self->n_failed + self->n_finished == 0)
    at_gtk_notifier_clear (self);
}

/* Somebody has looked. */
void
at_gtk_notifier_clear (AtGtkNotifier *self)
{
  gboolean was_pending = at_gtk_notifier_is_pending (self);

  forget_pending (self);
  g_ptr_array_set_size (self->finished, 0);
  g_ptr_array_set_size (self->failed, 0);
  self->n_finished = 0;
  self->n_failed = 0;
  if (self->is_sent && can_send (self))
    g_application_withdraw_notification (G_APPLICATION (self->application), self->id);
  self->is_sent = FALSE;
  if (was_pending)
    self->done (self, self->user_data);
}

/* The program ends: there is no time left to ask. */
void
at_gtk_notifier_flush (AtGtkNotifier *self)
{
  if (!at_gtk_notifier_is_pending (self))
    return;

  forget_pending (self);
  if (can_send (self))
    send (self);
}

void
at_gtk_notifier_free (AtGtkNotifier *self)
{
  forget_pending (self);
  if (self->application != NULL)
    g_object_remove_weak_pointer (G_OBJECT (self->application), (gpointer *) &self->application);
  g_ptr_array_unref (self->finished);
  g_ptr_array_unref (self->failed);
  g_free (self->id);
  g_free (self);
}
