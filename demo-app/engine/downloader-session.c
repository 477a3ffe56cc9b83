/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-session.h"

#include "downloader-http.h"
#include "downloader-proxy.h"

/* What is kept for the next download; its connections are closed when nobody has used
 * them for that long. What it is kept for longer is of no use: libsoup remembers the
 * addresses of a server for minutes, and who asks anew is to have new ones. */
#define KEPT_MAX 64
#define IDLE_SECONDS 10

#define DEFAULT_USER_AGENT "asynctask-downloader/" PACKAGE_VERSION

/* One download's at a time. A session that all of them share has one lock for all, and
 * looks at each connection that is idle whenever it is asked for one. */
struct _DownloaderSession
{
  SoupSession *session;
  guint        timeout;
  char        *user_agent; /* or NULL */
  char        *origin; /* where it has been last, and may have a connection to */
  gint64       kept_since;
};

/* Guards those that nobody has, the last one that was given back first. */
static GMutex kept_lock;
static GQueue kept = G_QUEUE_INIT;

/* A message whose headers have to be there at some time. */
typedef struct
{
  GCancellable *cancellable;
  gint64        due;
  GList         link;
} Deadline;

/* Guards the deadlines that there are, and what tells of the first. It stays set when a
 * deadline goes: there is another one soon, and waking the main loop takes longer than
 * sending a message. */
static GMutex deadlines_lock;
static GQueue deadlines = G_QUEUE_INIT;
static GSource *clock_source;

static gboolean
free_here (gpointer data)
{
  DownloaderSession *self = data;

  g_object_unref (self->session);
  g_free (self->user_agent);
  g_free (self->origin);
  g_free (self);

  return G_SOURCE_REMOVE;
}

/* In the main thread, as what closes its idle connections is there as well. */
static void
downloader_session_free (DownloaderSession *self)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_static_name (source, "[downloader] session");
  g_source_set_callback (source, free_here, self, NULL);
  g_source_attach (source, NULL);
}

/* All that can be set is set here, in the thread that makes it: libsoup allows sending
 * from any. What the program calls itself is the session's for the sake of proxies that
 * are asked for a tunnel, in a message that is not ours. */
static DownloaderSession *
downloader_session_new (guint       timeout,
                        const char *user_agent)
{
  DownloaderSession *self = g_new0 (DownloaderSession, 1);

  self->timeout = timeout;
  self->user_agent = g_strdup (user_agent);
  self->session = soup_session_new_with_options ("timeout", timeout,
                                                 "idle-timeout", IDLE_SECONDS,
                                                 "proxy-resolver", downloader_proxy_resolver_get_default (),
                                                 "user-agent", user_agent != NULL ? user_agent : DEFAULT_USER_AGENT,
                                                 NULL);

  /* Files are saved as they are. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);

  return self;
}

/* Under the lock. */
static GList *
find_kept (guint       timeout,
           const char *user_agent,
           const char *origin)
{
  for (GList *l = kept.head; l != NULL; l = l->next)
    {
      const DownloaderSession *session = l->data;

      if (session->timeout == timeout && g_strcmp0 (session->user_agent, user_agent) == 0 &&
          g_str_equal (session->origin, origin))
        return l;
    }

  return NULL;
}

/* Under the lock. Takes from those that are kept what is too old, and what was last at
 * @origin, if that is given. */
static void
take_useless (const char *origin,
              GQueue     *useless)
{
  gint64 oldest = g_get_monotonic_time () - IDLE_SECONDS * G_USEC_PER_SEC;
  GList *next;

  for (GList *l = kept.head; l != NULL; l = next)
    {
      DownloaderSession *session = l->data;

      next = l->next;
      if (session->kept_since < oldest || g_strcmp0 (session->origin, origin) == 0)
        {
          g_queue_unlink (&kept, l);
          g_queue_push_tail_link (useless, l);
        }
    }
}

static void
free_all (GQueue *useless)
{
  g_queue_clear_full (useless, (GDestroyNotify) downloader_session_free);
}

/**
 * downloader_session_take:
 * @timeout: How many seconds of silence are borne.
 * @user_agent: (nullable): What the program calls itself, if not by its name.
 * @uri: Where it is to lead.
 *
 * Gets a session that is nobody else's until it is given back: one that was there
 * before, if there is one, and may still have a connection. Any thread may ask.
 *
 * Returns: (transfer full): the session
 */
DownloaderSession *
downloader_session_take (guint       timeout,
                         const char *user_agent,
                         GUri       *uri)
{
  g_autofree char *origin = downloader_http_make_origin (uri);
  DownloaderSession *self = NULL;
  GQueue useless = G_QUEUE_INIT;
  GList *link;

  g_mutex_lock (&kept_lock);
  take_useless (NULL, &useless);
  link = find_kept (timeout, user_agent, origin);
  if (link != NULL)
    {
      self = link->data;
      g_queue_delete_link (&kept, link);
    }
  g_mutex_unlock (&kept_lock);
  free_all (&useless);

  if (self == NULL)
    {
      self = downloader_session_new (timeout, user_agent);
      self->origin = g_steal_pointer (&origin);
    }

  return self;
}

/**
 * downloader_session_give:
 * @self: (transfer full): A session.
 *
 * Gives a session back. What was answered must have been let go of.
 */
void
downloader_session_give (DownloaderSession *self)
{
  DownloaderSession *oldest = NULL;

  g_mutex_lock (&kept_lock);
  self->kept_since = g_get_monotonic_time ();
  g_queue_push_head (&kept, self);
  if (kept.length > KEPT_MAX)
    oldest = g_queue_pop_tail (&kept);
  g_mutex_unlock (&kept_lock);

  g_clear_pointer (&oldest, downloader_session_free);
}

/**
 * downloader_session_drop:
 * @self: (transfer full): A session.
 *
 * Gives a session up, as its server could not be reached or broke off, and those that
 * are kept for the same server: whoever asks next looks up anew where that is.
 */
void
downloader_session_drop (DownloaderSession *self)
{
  GQueue useless = G_QUEUE_INIT;

  g_mutex_lock (&kept_lock);
  take_useless (self->origin, &useless);
  g_mutex_unlock (&kept_lock);

  free_all (&useless);
  downloader_session_free (self);
}

/* In the main thread. */
static gboolean
clock_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  g_autoptr(GPtrArray) late = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 now = g_get_monotonic_time ();
  gint64 next = -1;

  g_mutex_lock (&deadlines_lock);
  for (GList *l = deadlines.head; l != NULL; l = l->next)
    {
      const Deadline *deadline = l->data;

      if (deadline->due <= now)
        g_ptr_array_add (late, g_object_ref (deadline->cancellable));
      else if (next < 0 || deadline->due < next)
        next = deadline->due;
    }
  g_source_set_ready_time (source, next);
  g_mutex_unlock (&deadlines_lock);

  for (guint i = 0; i < late->len; i++)
    g_cancellable_cancel (late->pdata[i]);

  return G_SOURCE_CONTINUE;
}

/* Under the lock. */
static void
set_clock (gint64 due)
{
  static GSourceFuncs funcs = { NULL, NULL, clock_dispatch, NULL, NULL, NULL };
  gint64 set;

  if (clock_source == NULL)
    {
      clock_source = g_source_new (&funcs, sizeof (GSource));
      g_source_set_static_name (clock_source, "[downloader] headers");
      g_source_attach (clock_source, NULL);
    }

  set = g_source_get_ready_time (clock_source);
  if (set < 0 || due < set)
    g_source_set_ready_time (clock_source, due);
}

static void
deadline_begin (Deadline *self,
                guint     seconds)
{
  self->due = g_get_monotonic_time () + (gint64) seconds * G_USEC_PER_SEC;
  self->link.data = self;

  g_mutex_lock (&deadlines_lock);
  g_queue_push_tail_link (&deadlines, &self->link);
  set_clock (self->due);
  g_mutex_unlock (&deadlines_lock);
}

static void
deadline_end (Deadline *self)
{
  g_mutex_lock (&deadlines_lock);
  g_queue_unlink (&deadlines, &self->link);
  g_mutex_unlock (&deadlines_lock);
}

static void
cancel_too (GCancellable *cancellable,
            GCancellable *bound)
{
  g_cancellable_cancel (bound);
}

/**
 * downloader_session_send:
 * @self: A session.
 * @message: What is asked.
 * @header_seconds: How long the headers of the answer may take.
 * @cancellable: The task's cancellable.
 * @error: Return location for an error.
 *
 * Sends a message, and waits for the headers of the answer. Silence is the session's
 * business; who sends a header a minute is not silent.
 *
 * Returns: (transfer full): the body of the answer
 */
GInputStream *
downloader_session_send (DownloaderSession  *self,
                         SoupMessage        *message,
                         guint               header_seconds,
                         GCancellable       *cancellable,
                         GError            **error)
{
  g_autoptr(GCancellable) bound = g_cancellable_new ();
  gulong handler = g_cancellable_connect (cancellable, G_CALLBACK (cancel_too), g_object_ref (bound), g_object_unref);
  Deadline deadline = { .cancellable = bound };
  GInputStream *stream;

  deadline_begin (&deadline, header_seconds);
  stream = soup_session_send (self->session, message, bound, error);
  deadline_end (&deadline);
  g_cancellable_disconnect (cancellable, handler);

  if (stream == NULL && g_cancellable_is_cancelled (bound) && !g_cancellable_is_cancelled (cancellable))
    {
      g_clear_error (error);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "");
    }

  return stream;
}
