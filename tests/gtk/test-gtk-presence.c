/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the desktop is told: the services are mocks on a bus of their own, there, missing,
 * dying and coming back. */

#include <asynctask-gtk.h>

#include <dlfcn.h>
#include <string.h>

#include "at-test.h"
#include "mock-desktop.h"

#define DOCK "com.canonical.Unity"
#define PORTAL "org.freedesktop.portal.Desktop"
#define SESSION "org.gnome.SessionManager"
#define NOTIFICATIONS "org.freedesktop.Notifications"
#define FILES "org.freedesktop.FileManager1"

/* How often the program is held, by whoever does. */
static int n_holds;

__attribute__ ((visibility ("default"))) void
g_application_hold (GApplication *application)
{
  static void (* hold) (GApplication *);

  if (hold == NULL)
    hold = (void (*) (GApplication *)) dlsym (RTLD_NEXT, "g_application_hold");
  n_holds++;
  hold (application);
}

__attribute__ ((visibility ("default"))) void
g_application_release (GApplication *application)
{
  static void (* release) (GApplication *);

  if (release == NULL)
    release = (void (*) (GApplication *)) dlsym (RTLD_NEXT, "g_application_release");
  n_holds--;
  release (application);
}

typedef struct
{
  GtkApplication *application;
  AtTaskList     *tasks;
  AtGtkTaskItems *items;
  AtGtkPresence  *presence;
} Fixture;

static void
execute (AtDeferredTask *task)
{
  g_autoptr (GError) error = NULL;

  at_async_task_execute (AT_ASYNC_TASK (task), NULL, &error);
  g_assert_no_error (error);
}

static GtkApplication *
make_application (void)
{
  static guint n = 0;
  g_autofree char *id = g_strdup_printf ("org.asynctask.Presence%u", n++);
  g_autoptr (GError) error = NULL;
  GtkApplication *application = gtk_application_new (id, G_APPLICATION_DEFAULT_FLAGS);

  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_application_set_default (G_APPLICATION (application));

  return application;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->application = make_application ();
  self->tasks = at_task_list_new ();
  self->items = at_gtk_task_items_new (G_LIST_MODEL (self->tasks));
  self->presence = at_gtk_presence_new (self->items);
  n_holds = 0;
}

static void
idle_once (gpointer done)
{
  *(gboolean *) done = TRUE;
}

/* What was put off to a moment later has come. */
static void
settle (void)
{
  gboolean done = FALSE;

  g_idle_add_once (idle_once, &done);
  at_test_iterate_until (NULL, done);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_clear_object (&self->presence);
  g_assert_cmpint (n_holds, ==, 0);
  g_clear_object (&self->items);
  g_clear_object (&self->tasks);
  g_application_set_default (NULL);
  g_clear_object (&self->application);
  settle ();
}

static AtDeferredTask *
add_task (Fixture    *self,
          const char *title)
{
  AtDeferredTask *task = at_deferred_task_new ();

  at_async_task_set_title (AT_ASYNC_TASK (task), title);
  at_test_hear (AT_ASYNC_TASK (task));
  at_task_list_add (self->tasks, AT_ASYNC_TASK (task));

  return task;
}

static AtDeferredTask *
start_task (Fixture    *self,
            const char *title)
{
  AtDeferredTask *task = add_task (self, title);

  execute (task);

  return task;
}

static AtGtkTaskItem *
get_item (Fixture        *self,
          AtDeferredTask *task)
{
  return at_gtk_task_items_find (self->items, AT_ASYNC_TASK (task));
}

static AtGtkTaskState
get_state (AtGtkTaskItem *item)
{
  return at_gtk_task_item_get_state (item);
}

static void
succeed (Fixture        *self,
         AtDeferredTask *task)
{
  AtGtkTaskItem *item = get_item (self, task);

  at_test_iterate_until (NULL, at_deferred_task_complete (task, NULL));
  at_test_iterate_until (NULL, get_state (item) == AT_GTK_TASK_STATE_SUCCEEDED);
}

static void
fail (Fixture        *self,
      AtDeferredTask *task,
      const char     *reason)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, reason);
  AtGtkTaskItem *item = get_item (self, task);

  at_test_iterate_until (NULL, at_deferred_task_fail (task, error));
  at_test_iterate_until (NULL, get_state (item) == AT_GTK_TASK_STATE_FAILED);
}

/* What it stands for is told, and ends it. */
static void
cancel (AtDeferredTask *task)
{
  at_async_task_cancel (AT_ASYNC_TASK (task), TRUE);
  at_test_iterate_until (NULL, at_async_task_get_status (AT_ASYNC_TASK (task)) == AT_STATUS_FINISHED ||
                               at_deferred_task_complete (task, NULL));
}

static void
wait_line (MockDesktop *desktop,
           const char  *pattern)
{
  g_free (mock_desktop_wait_for (desktop, pattern));
}

static gboolean
timeout_cb (gpointer done)
{
  *(gboolean *) done = TRUE;

  return G_SOURCE_REMOVE;
}

/* For what must not come: as long as it would take. */
static void
let_pass (guint milliseconds)
{
  gboolean done = FALSE;

  g_timeout_add (milliseconds, timeout_cb, &done);
  at_test_iterate_until (NULL, done);
}

static GtkWindow *
show_window (Fixture *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_application_window_new (self->application));

  gtk_window_present (window);
  at_test_iterate_until (NULL, gtk_widget_get_mapped (GTK_WIDGET (window)));

  return window;
}

/* There is no window manager to give a window the keyboard. */
static void
focus (GtkWindow *window)
{
  const char *title = "presence";
  const char *command[] = { "xdotool", "search", "--sync", "--onlyvisible", "--name", title, "windowfocus", NULL };
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  gtk_window_set_title (window, title);
  process = g_subprocess_newv (command, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  at_test_iterate_until (NULL, gtk_window_is_active (window));
}

/* Properties */

static void
test_application (void)
{
  g_autoptr (AtGtkPresence) early = NULL;
  g_autoptr (AtGtkPresence) presence = NULL;
  g_autoptr (AtTaskList) tasks = at_task_list_new ();
  g_autoptr (AtGtkTaskItems) items = at_gtk_task_items_new (G_LIST_MODEL (tasks));
  g_autoptr (AtDeferredTask) task = at_deferred_task_new ();
  GtkApplication *application;

  early = at_gtk_presence_new (items);
  g_assert_null (at_gtk_presence_get_application (early));
  /* GTK keeps one that was registered. */
  application = gtk_application_new (NULL, G_APPLICATION_DEFAULT_FLAGS);
  g_application_set_default (G_APPLICATION (application));

  /* The default one, also if it is made later. */
  presence = at_gtk_presence_new (NULL);
  g_assert_true (at_gtk_presence_get_application (presence) == application);
  at_task_list_add (tasks, AT_ASYNC_TASK (task));
  g_assert_true (at_gtk_presence_get_application (early) == application);

  /* None is none. */
  at_gtk_presence_set_application (presence, NULL);
  at_gtk_presence_set_items (presence, items);
  g_assert_null (at_gtk_presence_get_application (presence));

  /* It is not kept alive; what was held goes with it. */
  n_holds = 0;
  execute (task);
  g_assert_cmpint (n_holds, ==, 1);
  g_application_set_default (NULL);
  g_assert_finalize_object (application);
  g_assert_null (at_gtk_presence_get_application (early));
  at_test_iterate_until (NULL, at_deferred_task_complete (task, NULL));
  at_test_finish (AT_ASYNC_TASK (task));
  settle ();
}

/* Launcher */

static void
test_launcher (Fixture       *self,
               gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { DOCK, NULL });
  g_autoptr (AtDeferredTask) first = start_task (self, "one");
  g_autoptr (AtDeferredTask) second = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *line = NULL;

  at_async_task_set_fraction (AT_ASYNC_TASK (first), 0.25);
  line = mock_desktop_wait_for (desktop, "Update *'progress': <0.25>*'progress-visible': <true>*");
  uri = g_strdup_printf ("*'application://%s.desktop'*",
                         g_application_get_application_id (G_APPLICATION (self->application)));
  g_assert_true (g_pattern_match_simple (uri, line));
  g_assert_nonnull (strstr (line, "'count-visible': <false>"));

  /* Several have a number; of one whose progress is unknown there is no bar. */
  second = start_task (self, "two");
  wait_line (desktop, "Update *'count': <int64 2>, 'count-visible': <true>*");
  succeed (self, second);
  wait_line (desktop, "Update *'progress': <0.*'progress-visible': <true>*'count-visible': <false>*");

  /* At the end there is nothing. */
  succeed (self, first);
  wait_line (desktop, "Update *'progress-visible': <false>*'count-visible': <false>, 'urgent': <false>*");
  mock_desktop_sync (desktop);
  g_assert_cmpuint (mock_desktop_count (desktop, "*"), ==, 0);

  mock_desktop_free (desktop);
}

/* At most four a second, and only what changed. */
static void
test_launcher_pace (Fixture       *self,
                    gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { DOCK, NULL });
  g_autoptr (AtDeferredTask) task = start_task (self, "one");
  gint64 begin = g_get_monotonic_time ();
  guint n, n_most;

  for (guint i = 1; g_get_monotonic_time () < begin + G_USEC_PER_SEC; i++)
    {
      at_async_task_set_fraction (AT_ASYNC_TASK (task), MIN (i / 2000.0, 0.7));
      let_pass (1);
    }
  mock_desktop_sync (desktop);
  n = mock_desktop_count (desktop, "Update *");
  n_most = 1 + (g_get_monotonic_time () - begin) / (G_USEC_PER_SEC / 4);
  g_assert_cmpuint (n, >, 1);
  g_assert_cmpuint (n, <=, n_most);
  at_async_task_set_fraction (AT_ASYNC_TASK (task), 0.75);
  wait_line (desktop, "Update *'progress': <0.75>*");

  /* What a dock would show no other way is no news. */
  at_async_task_set_fraction (AT_ASYNC_TASK (task), 0.7501);
  let_pass (600);
  mock_desktop_sync (desktop);
  g_assert_cmpuint (mock_desktop_count (desktop, "*"), ==, 0);

  succeed (self, task);
  mock_desktop_free (desktop);
}

/* One that dies loses nothing for the others; one that has come is told all. Phosh listens
 * and has not the name: where it is missing, the signal is sent nevertheless. */
static void
test_launcher_service (Fixture       *self,
                       gconstpointer  data)
{
  MockDesktop *listener = mock_desktop_new ((const char *[]) { NULL });
  MockDesktop *dock;
  g_autoptr (AtDeferredTask) task = start_task (self, "one");

  at_async_task_set_fraction (AT_ASYNC_TASK (task), 0.5);
  wait_line (listener, "Update *'progress': <0.5>*");

  for (guint i = 0; i < 2; i++)
    {
      dock = mock_desktop_new ((const char *[]) { DOCK, NULL });
      wait_line (dock, "Update *'progress': <0.5>*'progress-visible': <true>*");
      mock_desktop_free (dock);
    }

  succeed (self, task);
  wait_line (listener, "Update *'progress-visible': <false>*");
  mock_desktop_free (listener);
}

/* Off is off, at once; it is hidden when the presence goes, too, and with its items. */
static void
test_launcher_off (Fixture       *self,
                   gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { DOCK, NULL });
  g_autoptr (AtDeferredTask) task = start_task (self, "one");
  const char *hidden = "Update *'progress-visible': <false>*'count-visible': <false>*";

  at_async_task_set_fraction (AT_ASYNC_TASK (task), 0.5);
  wait_line (desktop, "Update *'progress-visible': <true>*");
  at_gtk_presence_set_launcher (self->presence, FALSE);
  wait_line (desktop, hidden);
  at_gtk_presence_set_launcher (self->presence, TRUE);
  wait_line (desktop, "Update *'progress-visible': <true>*");
  at_gtk_presence_set_items (self->presence, NULL);
  wait_line (desktop, hidden);
  at_gtk_presence_set_items (self->presence, self->items);
  wait_line (desktop, "Update *'progress-visible': <true>*");
  g_assert_finalize_object (g_steal_pointer (&self->presence));
  wait_line (desktop, hidden);

  succeed (self, task);
  mock_desktop_free (desktop);
}

/* A failure asks for attention until somebody looks. */
static void
test_launcher_urgent (Fixture       *self,
                      gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { DOCK, NULL });
  g_autoptr (AtDeferredTask) task = start_task (self, "one");
  GtkWindow *window;

  fail (self, task, "Broken");
  wait_line (desktop, "Update *'urgent': <true>*");
  window = show_window (self);
  focus (window);
  wait_line (desktop, "Update *'urgent': <false>*");

  gtk_window_destroy (window);
  mock_desktop_free (desktop);
}

/* Background */

static void
test_background (Fixture       *self,
                 gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { PORTAL, NULL });
  GtkWindow *window = show_window (self);
  g_autoptr (AtDeferredTask) task = start_task (self, "one");

  /* With a window it is not in the background. */
  let_pass (400);
  mock_desktop_sync (desktop);
  g_assert_cmpuint (mock_desktop_count (desktop, "RequestBackground *"), ==, 0);

  gtk_widget_set_visible (GTK_WIDGET (window), FALSE);
  wait_line (desktop, "RequestBackground *'reason': <*'autostart': <false>*");
  wait_line (desktop, "SetStatus *'message': <*");

  /* Back, and away again. */
  gtk_window_present (window);
  wait_line (desktop, "SetStatus ({'message': <''>},)");
  gtk_widget_set_visible (GTK_WIDGET (window), FALSE);
  wait_line (desktop, "RequestBackground *");
  wait_line (desktop, "SetStatus *'message': <*");

  /* What ends is no reason to be there. */
  succeed (self, task);
  wait_line (desktop, "SetStatus ({'message': <''>},)");

  gtk_window_destroy (window);
  mock_desktop_free (desktop);
}

static void
test_background_service (Fixture       *self,
                         gconstpointer  data)
{
  g_autoptr (AtDeferredTask) task = start_task (self, "one");
  MockDesktop *desktop;

  /* None, then one, which dies, and another. */
  let_pass (300);
  for (guint i = 0; i < 2; i++)
    {
      desktop = mock_desktop_new ((const char *[]) { PORTAL, NULL });
      wait_line (desktop, "RequestBackground *");
      wait_line (desktop, "SetStatus *'message': <*");
      mock_desktop_free (desktop);
      let_pass (50);
    }

  succeed (self, task);
}

static void
test_background_refused (Fixture       *self,
                         gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { PORTAL, NULL });
  g_autoptr (AtDeferredTask) task = NULL;

  mock_desktop_set_refusing (desktop, TRUE);
  task = start_task (self, "one");
  wait_line (desktop, "RequestBackground *");
  let_pass (600);
  mock_desktop_sync (desktop);
  g_assert_cmpuint (mock_desktop_count (desktop, "*"), ==, 0);

  /* Off. */
  at_gtk_presence_set_background (self->presence, FALSE);
  mock_desktop_set_refusing (desktop, FALSE);
  let_pass (300);
  mock_desktop_sync (desktop);
  g_assert_cmpuint (mock_desktop_count (desktop, "*"), ==, 0);
  at_gtk_presence_set_background (self->presence, TRUE);
  wait_line (desktop, "SetStatus *'message': <*");
  g_assert_finalize_object (g_steal_pointer (&self->presence));
  wait_line (desktop, "SetStatus ({'message': <''>},)");

  succeed (self, task);
  mock_desktop_free (desktop);
}

/* The portal takes 96 bytes, and no line break. */
static void
test_background_message (Fixture       *self,
                         gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { PORTAL, NULL });
  g_autoptr (AtDeferredTask) task = start_task (self, "one");
  g_autofree char *line = mock_desktop_wait_for (desktop, "SetStatus *");
  g_autofree char *expected = g_strdup_printf ("SetStatus ({'message': <'%s'>},)",
                                               at_gtk_task_items_get_summary (self->items));

  g_assert_cmpstr (line, ==, expected);
  succeed (self, task);
  mock_desktop_free (desktop);
}

/* Hold */

static void
test_hold (Fixture       *self,
           gconstpointer  data)
{
  g_autoptr (AtDeferredTask) pending = add_task (self, "pending");
  g_autoptr (AtDeferredTask) task = NULL;
  g_autoptr (AtDeferredTask) next = NULL;

  g_assert_cmpint (n_holds, ==, 0);
  task = start_task (self, "one");
  g_assert_cmpint (n_holds, ==, 1);

  /* Not for a paused one. */
  at_async_task_pause (AT_ASYNC_TASK (task));
  at_test_iterate_until (NULL, n_holds == 0);
  at_async_task_resume (AT_ASYNC_TASK (task));
  at_test_iterate_until (NULL, n_holds == 1);

  /* One hold for any number. */
  next = start_task (self, "two");
  g_assert_cmpint (n_holds, ==, 1);
  at_gtk_presence_set_hold (self->presence, FALSE);
  g_assert_cmpint (n_holds, ==, 0);
  at_gtk_presence_set_hold (self->presence, TRUE);
  g_assert_cmpint (n_holds, ==, 1);

  /* Each way out. */
  at_gtk_presence_set_items (self->presence, NULL);
  at_test_iterate_until (NULL, n_holds == 0);
  at_gtk_presence_set_items (self->presence, self->items);
  g_assert_cmpint (n_holds, ==, 1);
  at_gtk_presence_set_application (self->presence, NULL);
  g_assert_cmpint (n_holds, ==, 0);
  at_gtk_presence_set_application (self->presence, self->application);
  g_assert_cmpint (n_holds, ==, 1);
  at_task_list_remove (self->tasks, AT_ASYNC_TASK (task));
  g_assert_cmpint (n_holds, ==, 1);
  at_task_list_remove (self->tasks, AT_ASYNC_TASK (next));
  at_test_iterate_until (NULL, n_holds == 0);
  at_task_list_add (self->tasks, AT_ASYNC_TASK (next));
  g_assert_cmpint (n_holds, ==, 1);
  g_assert_finalize_object (g_steal_pointer (&self->presence));
  g_assert_cmpint (n_holds, ==, 0);

  cancel (task);
  cancel (next);
  at_test_finish (AT_ASYNC_TASK (task));
  at_test_finish (AT_ASYNC_TASK (next));
}

/* One that waits for a paused one does not go on by itself. */
static void
test_hold_waiting (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (AtDeferredTask) first = add_task (self, "one");
  g_autoptr (AtDeferredTask) second = add_task (self, "two");
  g_autoptr (GError) error = NULL;

  g_assert_true (at_async_task_add_prerequisite (AT_ASYNC_TASK (second), AT_ASYNC_TASK (first), &error));
  execute (first);
  execute (second);
  g_assert_cmpint (n_holds, ==, 1);
  at_async_task_pause (AT_ASYNC_TASK (first));
  at_test_iterate_until (NULL, n_holds == 0);
  at_async_task_resume (AT_ASYNC_TASK (first));
  at_test_iterate_until (NULL, n_holds == 1);
  succeed (self, first);
  g_assert_cmpint (n_holds, ==, 1);
  succeed (self, second);
  at_test_iterate_until (NULL, n_holds == 0);
}

typedef struct
{
  AtGtkPresence  *presence;
  AtDeferredTask *task;
  gboolean        is_over;
} Program;

static gboolean
end_task_cb (gpointer data)
{
  Program *program = data;

  program->is_over = TRUE;
  at_deferred_task_complete (program->task, NULL);

  return G_SOURCE_REMOVE;
}

static void
activate_cb (GtkApplication *application,
             Program        *program)
{
  g_autoptr (AtTaskList) tasks = at_task_list_new ();
  g_autoptr (AtGtkTaskItems) items = at_gtk_task_items_new (G_LIST_MODEL (tasks));

  program->presence = at_gtk_presence_new (items);
  program->task = at_deferred_task_new ();
  at_task_list_add (tasks, AT_ASYNC_TASK (program->task));
  execute (program->task);
  g_timeout_add (100, end_task_cb, program);
}

/* A program without a window, which ends when its task does, and not before; and the
 * notification was sent. */
static void
test_hold_program (void)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { NOTIFICATIONS, NULL });
  /* GIO 2.74 does not bear that it goes while a notification is on its way, and the main loop is
   * run after that: it stays. */
  static GtkApplication *application = NULL;
  Program program = { 0 };

  application = gtk_application_new ("org.asynctask.Program", G_APPLICATION_DEFAULT_FLAGS);
  g_application_set_default (G_APPLICATION (application));
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &program);
  g_assert_cmpint (g_application_run (G_APPLICATION (application), 0, NULL), ==, 0);
  g_assert_true (program.is_over);
  wait_line (desktop, "Notify *");

  g_assert_finalize_object (program.presence);
  g_object_unref (program.task);
  g_application_set_default (NULL);
  mock_desktop_free (desktop);
}

/* Inhibit */

static void
test_inhibit (Fixture       *self,
              gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { SESSION, NULL });
  GtkApplication *application = make_application ();
  g_autoptr (AtDeferredTask) task = NULL;

  /* GTK looks for the session manager when a program begins. */
  at_gtk_presence_set_application (self->presence, application);
  task = start_task (self, "one");
  wait_line (desktop, "Inhibit ('org.asynctask.Presence*', 0, 'Tasks are running', 4)");

  at_async_task_pause (AT_ASYNC_TASK (task));
  wait_line (desktop, "Uninhibit (1,)");
  at_async_task_resume (AT_ASYNC_TASK (task));
  wait_line (desktop, "Inhibit * 4)");
  at_gtk_presence_set_inhibit (self->presence, GTK_APPLICATION_INHIBIT_SUSPEND | GTK_APPLICATION_INHIBIT_LOGOUT);
  wait_line (desktop, "Uninhibit (2,)");
  wait_line (desktop, "Inhibit * 5)");
  at_gtk_presence_set_inhibit (self->presence, 0);
  wait_line (desktop, "Uninhibit (3,)");
  at_gtk_presence_set_inhibit (self->presence, GTK_APPLICATION_INHIBIT_SUSPEND);
  wait_line (desktop, "Inhibit *");

  /* It dies, and comes back. */
  mock_desktop_free (desktop);
  let_pass (100);
  desktop = mock_desktop_new ((const char *[]) { SESSION, NULL });
  wait_line (desktop, "Inhibit * 4)");

  /* Each way out. */
  at_gtk_presence_set_items (self->presence, NULL);
  wait_line (desktop, "Uninhibit *");
  at_gtk_presence_set_items (self->presence, self->items);
  wait_line (desktop, "Inhibit *");
  at_gtk_presence_set_application (self->presence, NULL);
  wait_line (desktop, "Uninhibit *");
  at_gtk_presence_set_application (self->presence, application);
  wait_line (desktop, "Inhibit *");
  g_assert_finalize_object (g_steal_pointer (&self->presence));
  wait_line (desktop, "Uninhibit *");

  succeed (self, task);
  mock_desktop_sync (desktop);
  g_assert_cmpuint (mock_desktop_count (desktop, "*"), ==, 0);
  mock_desktop_free (desktop);
  g_object_unref (application);
}

/* Nobody is asked, and GTK warns of nothing, where the one it knows is away. */
static void
test_inhibit_away (Fixture       *self,
                   gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { SESSION, NULL });
  GtkApplication *application = make_application ();
  g_autoptr (AtDeferredTask) first = NULL;
  g_autoptr (AtDeferredTask) second = NULL;

  at_gtk_presence_set_application (self->presence, application);
  first = start_task (self, "one");
  wait_line (desktop, "Inhibit *");
  mock_desktop_free (desktop);
  succeed (self, first);
  let_pass (100);
  second = start_task (self, "two");
  let_pass (100);
  succeed (self, second);
  at_test_iterate_until (NULL, n_holds == 0);
  g_object_unref (application);
}

/* Notifications */

static void
test_notify_finished (Fixture       *self,
                      gconstpointer  button)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { NOTIFICATIONS, FILES, NULL });
  g_autoptr (AtDeferredTask) task = start_task (self, "debian.iso");
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("presence-XXXXXX", &stream, NULL);
  g_autofree char *line = NULL;
  AtGtkTaskItem *item = get_item (self, task);
  guint n_opened = 0;

  at_gtk_task_item_set_file (item, file);
  g_signal_connect_swapped (item, "open", G_CALLBACK (idle_once), &n_opened);
  succeed (self, task);
  g_assert_cmpint (n_holds, ==, 1);
  line = mock_desktop_wait_for (desktop, "Notify *");
  g_assert_nonnull (strstr (line, "'debian.iso', '"));
  g_assert_nonnull (strstr (line, "'Open'"));
  g_assert_nonnull (strstr (line, "'Show in Folder'"));
  g_assert_null (strstr (line, "'Try Again'"));
  at_test_iterate_until (NULL, n_holds == 0);

  /* The buttons work. Any of them takes the notification away. */
  mock_desktop_press (desktop, button);
  if (g_str_equal (button, "Open"))
    at_test_iterate_until (NULL, n_opened == 1);
  else
    wait_line (desktop, "ShowItems (*/presence-*");

  g_file_delete (file, NULL, NULL);
  mock_desktop_free (desktop);
}

static void
retry_cb (AtGtkTaskItem *item,
          gpointer       user_data)
{
  g_autoptr (AtDeferredTask) task = at_deferred_task_new ();

  execute (task);
  at_async_task_set_title (AT_ASYNC_TASK (task), "debian.iso");
  at_gtk_task_item_set_task (item, AT_ASYNC_TASK (task));
}

static void
test_notify_failed (Fixture       *self,
                    gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { NOTIFICATIONS, NULL });
  g_autoptr (AtDeferredTask) task = start_task (self, "debian.iso");
  AtGtkTaskItem *item = get_item (self, task);
  AtAsyncTask *again;
  g_autofree char *line = NULL;

  g_signal_connect (item, "retry", G_CALLBACK (retry_cb), NULL);
  fail (self, task, "The disk is full");
  line = mock_desktop_wait_for (desktop, "Notify *");
  g_assert_nonnull (strstr (line, "'debian.iso', '"));
  g_assert_nonnull (strstr (line, "The disk is full"));
  g_assert_nonnull (strstr (line, "'Try Again'"));
  g_assert_null (strstr (line, "'Open'"));
  g_assert_null (strstr (line, "'Show in Folder'"));

  /* Tried again, nothing is to be said of it. */
  mock_desktop_press (desktop, "Try Again");
  at_test_iterate_until (NULL, get_state (item) == AT_GTK_TASK_STATE_RUNNING);
  wait_line (desktop, "CloseNotification *");
  again = at_gtk_task_item_get_task (item);
  at_test_iterate_until (NULL, at_deferred_task_complete (AT_DEFERRED_TASK (again), NULL));
  wait_line (desktop, "Notify *'debian.iso'*");

  mock_desktop_free (desktop);
}

/* Of a burst there is one; it is replaced by the next, and withdrawn when somebody looks. */
static void
test_notify_burst (Fixture       *self,
                   gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { NOTIFICATIONS, NULL });
  AtDeferredTask *tasks[7];
  g_autofree char *line = NULL;
  GtkWindow *window;

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      g_autofree char *title = g_strdup_printf ("task %u", i);

      tasks[i] = start_task (self, title);
    }
  for (guint i = 0; i < 5; i++)
    succeed (self, tasks[i]);
  fail (self, tasks[5], "The disk is full");
  line = mock_desktop_wait_for (desktop, "Notify *");
  g_assert_nonnull (strstr (line, "'5 finished, 1 failed'"));
  g_assert_nonnull (strstr (line, "task 5: "));
  g_assert_nonnull (strstr (line, "The disk is full"));
  g_assert_nonnull (strstr (line, "task 2"));
  g_assert_null (strstr (line, "task 4"));
  g_assert_nonnull (strstr (line, "…"));

  succeed (self, tasks[6]);
  g_free (line);
  line = mock_desktop_wait_for (desktop, "Notify *");
  g_assert_nonnull (strstr (line, "'6 finished, 1 failed'"));
  /* In place of the first. */
  g_assert_nonnull (strstr (line, ", 1, "));
  g_assert_cmpuint (mock_desktop_count (desktop, "Notify *"), ==, 0);

  window = show_window (self);
  focus (window);
  wait_line (desktop, "CloseNotification *");

  gtk_window_destroy (window);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    g_object_unref (tasks[i]);
  mock_desktop_free (desktop);
}

/* A name that is written the other way does not tear its line apart. */
static void
test_notify_right_to_left (Fixture       *self,
                           gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { NOTIFICATIONS, NULL });
  g_autoptr (AtDeferredTask) arabic = start_task (self, "تقرير.pdf");
  g_autoptr (AtDeferredTask) latin = start_task (self, "report.pdf");
  g_autofree char *line = NULL;

  fail (self, arabic, "The disk is full");
  fail (self, latin, "The disk is full");
  line = mock_desktop_wait_for (desktop, "Notify *");
  g_assert_nonnull (strstr (line, "\\u2068تقرير.pdf\\u2069: "));
  g_assert_nonnull (strstr (line, "report.pdf: "));
  g_assert_null (strstr (line, "report.pdf\\u2069"));

  mock_desktop_free (desktop);
}

/* What a person sees, was told of already, or has done is not told. */
static void
test_notify_nothing (Fixture       *self,
                     gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { NOTIFICATIONS, NULL });
  g_autoptr (AtDeferredTask) seen = start_task (self, "seen");
  g_autoptr (AtDeferredTask) over = at_deferred_task_new ();
  g_autoptr (AtDeferredTask) cancelled = start_task (self, "cancelled");
  g_autoptr (AtDeferredTask) unwanted = start_task (self, "unwanted");
  g_autoptr (AtDeferredTask) wanted = start_task (self, "wanted");
  GtkWindow *window = show_window (self);

  focus (window);
  succeed (self, seen);
  gtk_window_destroy (window);

  execute (over);
  at_test_iterate_until (NULL, at_deferred_task_complete (over, NULL));
  at_test_finish (AT_ASYNC_TASK (over));
  at_task_list_add (self->tasks, AT_ASYNC_TASK (over));

  cancel (cancelled);
  at_test_finish (AT_ASYNC_TASK (cancelled));

  at_gtk_presence_set_notifications (self->presence, AT_GTK_NOTIFICATIONS_FAILED);
  succeed (self, unwanted);
  fail (self, wanted, "Broken");
  wait_line (desktop, "Notify *'wanted', '*");
  mock_desktop_sync (desktop);
  g_assert_cmpuint (mock_desktop_count (desktop, "*"), ==, 0);

  mock_desktop_free (desktop);
}

/* One that leaves the list by its end is told. */
static void
test_notify_removed (Fixture       *self,
                     gconstpointer  data)
{
  MockDesktop *desktop = mock_desktop_new ((const char *[]) { NOTIFICATIONS, NULL });
  g_autoptr (AtDeferredTask) task = NULL;

  at_task_list_set_removal (self->tasks, AT_TASK_LIST_REMOVAL_WHEN_FINISHED);
  task = start_task (self, "one");
  at_test_iterate_until (NULL, at_deferred_task_complete (task, NULL));
  at_test_finish (AT_ASYNC_TASK (task));
  wait_line (desktop, "Notify *'one', '*");
  at_test_iterate_until (NULL, n_holds == 0);

  mock_desktop_free (desktop);
}

/* Where nobody shows notifications, nothing is sent and GIO warns of nothing; when somebody
 * comes, what ends from then on is told. */
static void
test_notify_service (Fixture       *self,
                     gconstpointer  data)
{
  MockDesktop *desktop;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (AtDeferredTask) away = start_task (self, "away");
      g_autoptr (AtDeferredTask) there = NULL;

      succeed (self, away);
      at_test_iterate_until (NULL, n_holds == 0);

      desktop = mock_desktop_new ((const char *[]) { NOTIFICATIONS, NULL });
      there = start_task (self, "there");
      succeed (self, there);
      wait_line (desktop, "Notify *");
      at_test_iterate_until (NULL, n_holds == 0);
      mock_desktop_free (desktop);
    }
}

/* No bus at all: in a process of its own. */
static void
test_no_bus (void)
{
  if (g_test_subprocess ())
    {
      Fixture self = { 0 };
      g_autoptr (AtDeferredTask) task = NULL;

      g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere", TRUE);
      gtk_init ();
      set_up (&self, NULL);
      task = start_task (&self, "one");
      g_assert_cmpint (n_holds, ==, 1);
      let_pass (100);
      succeed (&self, task);
      at_test_iterate_until (NULL, n_holds == 0);
      tear_down (&self, NULL);
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  /* Not unreferenced: that would wait for the bus to be let go by all. */
  static GTestDBus *bus = NULL;
  int status;

  g_setenv ("GTK_A11Y", "none", TRUE);
  g_setenv ("GNOTIFICATION_BACKEND", "freedesktop", TRUE);
  at_test_init (&argc, &argv);

  if (!g_test_subprocess ())
    {
      /* Which a test bus is without, so that nothing of the outside is started. */
      g_autofree char *display = g_strdup (g_getenv ("DISPLAY"));

      bus = g_test_dbus_new (G_TEST_DBUS_NONE);
      g_test_dbus_up (bus);
      g_setenv ("DISPLAY", display, TRUE);
      gtk_init ();
    }

  g_test_add_func ("/gtk/presence/application", test_application);
  ADD ("/gtk/presence/launcher", test_launcher);
  ADD ("/gtk/presence/launcher/pace", test_launcher_pace);
  ADD ("/gtk/presence/launcher/service", test_launcher_service);
  ADD ("/gtk/presence/launcher/off", test_launcher_off);
  ADD ("/gtk/presence/launcher/urgent", test_launcher_urgent);
  ADD ("/gtk/presence/background", test_background);
  ADD ("/gtk/presence/background/service", test_background_service);
  ADD ("/gtk/presence/background/refused", test_background_refused);
  ADD ("/gtk/presence/background/message", test_background_message);
  ADD ("/gtk/presence/hold", test_hold);
  ADD ("/gtk/presence/hold/waiting", test_hold_waiting);
  g_test_add_func ("/gtk/presence/hold/program", test_hold_program);
  ADD ("/gtk/presence/inhibit", test_inhibit);
  ADD ("/gtk/presence/inhibit/away", test_inhibit_away);
  g_test_add ("/gtk/presence/notify/open", Fixture, "Open", set_up, test_notify_finished, tear_down);
  g_test_add ("/gtk/presence/notify/show", Fixture, "Show in Folder", set_up, test_notify_finished, tear_down);
  ADD ("/gtk/presence/notify/failed", test_notify_failed);
  ADD ("/gtk/presence/notify/burst", test_notify_burst);
  ADD ("/gtk/presence/notify/right-to-left", test_notify_right_to_left);
  ADD ("/gtk/presence/notify/nothing", test_notify_nothing);
  ADD ("/gtk/presence/notify/removed", test_notify_removed);
  ADD ("/gtk/presence/notify/service", test_notify_service);
  g_test_add_func ("/gtk/presence/no-bus", test_no_bus);

  status = g_test_run ();
  if (bus != NULL)
    g_test_dbus_stop (bus);

  return status;
}
