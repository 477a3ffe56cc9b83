/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-script-helper-private.h"

#include "at-script-runners.h"
#include "at-wake-private.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#define READ_SIZE    65536
#define IDLE_USEC    (60 * G_USEC_PER_SEC)
#define LINGER_MSEC  1000

/* Where there are no pidfds, how often we look whether a process has ended. */
#define TICK_MSEC    50

/* The interpreters are told no more than to run what comes first on the channel:
 * its length in eight digits, and then itself. */
static const char python_bootstrap[] =
  "import os,sys\n"
  "if sys.path[:1]==['']:del sys.path[0]\n"
  "n=int(os.read(3,8) or b'0')\n"
  "s=b''\n"
  "while len(s)<n:\n"
  " c=os.read(3,n-len(s))\n"
  " if not c:raise SystemExit(1)\n"
  " s+=c\n"
  "exec(compile(s,'<asynctask-glib>','exec'),{'__name__':'asynctask_glib_runner'})\n";

/* A connection that is collected closes its streams, so that it has a name. */
static const char javascript_bootstrap[] =
  "const socket=imports.gi.Gio.Socket.new_from_fd(3);"
  "const connection=socket.connection_factory_create_connection(),input=connection.get_input_stream();"
  "const read=n=>{const b=new Uint8Array(n);for(let i=0;i<n;){const c=input.read_bytes(n-i,null).toArray();"
  "if(c.length===0)imports.system.exit(1);b.set(c,i);i+=c.length}return new TextDecoder().decode(b)};"
  "new Function('socket','input',read(Number(read(8))))(socket,input);";

struct _AtScriptHelper
{
  AtScriptLanguage  language;
  AtChild           child;
  int               channel;

  GByteArray       *output;
  gsize             n_sent;
  GByteArray       *input;
  gsize             n_taken;     /* of the input */
  gboolean          at_end;

  /* Under the keeper's lock. */
  char             *key;
  gint64            deadline;    /* idle: when it leaves; retired: when it is helped to */
  gint64            grace_usec;

  int               last_signal;
};

/* Under the lock. */
static GMutex     keeper_lock;
static gboolean   keeper_runs;
static AtWake     keeper_wake = AT_WAKE_INIT;
static GPtrArray *idle_helpers;
static GPtrArray *retired_helpers;

/* The process. */

static gboolean
make_channel (int      channel[2],
              GError **error)
{
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0)
    {
      int code = errno;

      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
      return FALSE;
    }

  g_unix_set_fd_nonblocking (channel[0], TRUE, NULL);

  return TRUE;
}

static void
describe_spawn_error (const char  *interpreter,
                      GError      *spawn_error,
                      GError     **error)
{
  if (g_error_matches (spawn_error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT) ||
      g_error_matches (spawn_error, G_SPAWN_ERROR, G_SPAWN_ERROR_ACCES) ||
      g_error_matches (spawn_error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOTDIR) ||
      g_error_matches (spawn_error, G_SPAWN_ERROR, G_SPAWN_ERROR_ISDIR))
    {
      g_set_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INTERPRETER_NOT_FOUND,
                   _("The interpreter “%s” could not be started: %s"),
                   interpreter, spawn_error->message);
      g_error_free (spawn_error);
    }
  else
    {
      g_propagate_error (error, spawn_error);
    }
}

static gboolean
has_output (AtScriptHelper *self)
{
  return self->n_sent < self->output->len;
}

static void
flush (AtScriptHelper *self)
{
  while (has_output (self))
    {
      gssize n = send (self->channel, self->output->data + self->n_sent,
                       self->output->len - self->n_sent, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        return;

      /* Nobody reads: how the process has ended says why. */
      if (n < 0)
        break;
      self->n_sent += n;
    }

  g_byte_array_set_size (self->output, 0);
  self->n_sent = 0;
}

static void
send_runner (AtScriptHelper   *self,
             AtScriptLanguage  language)
{
  const char *runner = language == AT_SCRIPT_LANGUAGE_PYTHON ? runner_py : runner_js;
  gsize length = language == AT_SCRIPT_LANGUAGE_PYTHON ? sizeof runner_py : sizeof runner_js;
  char digits[9];

  g_snprintf (digits, sizeof digits, "%08u", (guint) length);
  g_byte_array_append (self->output, (const guint8 *) digits, 8);
  g_byte_array_append (self->output, (const guint8 *) runner, length);
  flush (self);
}

AtScriptHelper *
at_script_helper_spawn (AtScriptLanguage     language,
                        const char          *interpreter,
                        const char          *working_directory,
                        const AtChildOrigin *origin,
                        GError             **error)
{
  const char *bootstrap = language == AT_SCRIPT_LANGUAGE_PYTHON ? python_bootstrap : javascript_bootstrap;
  const char *argv[] = { interpreter, "-c", bootstrap, NULL };
  g_autofree AtScriptHelper *self = g_new0 (AtScriptHelper, 1);
  GError *spawn_error = NULL;
  gboolean is_spawned;
  int channel[2];

  if (!make_channel (channel, error))
    return NULL;

  /* Standard input is /dev/null: the terminal's belongs to the owner. */
  self->child = (AtChild) AT_CHILD_INIT;
  is_spawned = at_child_spawn (&self->child, argv, origin, working_directory,
                               AT_CHILD_OWN_OUTPUT, channel[1], &spawn_error);
  at_child_close_fd (&channel[1]);
  if (!is_spawned)
    {
      describe_spawn_error (interpreter, spawn_error, error);
      at_child_close_fd (&channel[0]);
      return NULL;
    }

  self->language = language;
  self->channel = channel[0];
  self->output = g_byte_array_new ();
  self->input = g_byte_array_new ();
  send_runner (self, language);

  return g_steal_pointer (&self);
}

/* Whether the process has ended, and how, as waitid() has it; code 0: nobody knows.
 * It stays a zombie until it is retired. */
gboolean
at_script_helper_has_ended (AtScriptHelper *self,
                            int            *code,
                            int            *status)
{
  if (!at_child_has_ended (&self->child))
    return FALSE;

  *code = self->child.end_code;
  *status = self->child.end_status;

  return TRUE;
}

/* To the process and all that it has started and that is still in its group. */
void
at_script_helper_signal (AtScriptHelper *self,
                         int             signal_number)
{
  self->last_signal = signal_number;
  at_child_signal_group (&self->child, signal_number);
}

static void
at_script_helper_free (AtScriptHelper *self)
{
  int wait_status;

  at_child_reap (&self->child, &wait_status);
  at_child_close (&self->child);
  at_child_close_fd (&self->channel);
  g_byte_array_unref (self->output);
  g_byte_array_unref (self->input);
  g_free (self->key);
  g_free (self);
}

/* The channel. */

/* Queues a frame with @value (nullable, floating or not). */
void
at_script_helper_send (AtScriptHelper *self,
                       AtScriptFrame   kind,
                       GVariant       *value)
{
  at_script_frame_append (self->output, kind, value);
  flush (self);
}

/* Whether anything came, or the end. */
static gboolean
read_more (AtScriptHelper *self)
{
  gsize length;
  gssize n;

  if (self->n_taken > 0)
    {
      g_byte_array_remove_range (self->input, 0, self->n_taken);
      self->n_taken = 0;
    }

  length = self->input->len;
  g_byte_array_set_size (self->input, length + READ_SIZE);
  do
    n = recv (self->channel, self->input->data + length, READ_SIZE, 0);
  while (n < 0 && errno == EINTR);
  g_byte_array_set_size (self->input, length + MAX (n, 0));

  if (n < 0 && errno == EAGAIN)
    return FALSE;
  self->at_end = n <= 0;

  return TRUE;
}

/* The next frame. @value is set to NULL where it has none. */
AtScriptReceived
at_script_helper_receive (AtScriptHelper  *self,
                          AtScriptFrame   *kind,
                          GVariant       **value)
{
  for (;;)
    {
      gsize available = self->input->len - self->n_taken;
      const guint8 *data = available > 0 ? self->input->data + self->n_taken : NULL;
      gsize length;
      AtScriptReceived received = at_script_frame_parse (data, available, kind, value, &length);

      if (received == AT_SCRIPT_RECEIVED_FRAME)
        self->n_taken += length;
      if (received != AT_SCRIPT_RECEIVED_NOTHING)
        return received;

      if (self->at_end)
        return available > 0 ? AT_SCRIPT_RECEIVED_GARBAGE : AT_SCRIPT_RECEIVED_END;
      if (!read_more (self))
        return AT_SCRIPT_RECEIVED_NOTHING;
    }
}

/* In milliseconds; negative: none. */
static int
get_shorter_timeout (int    timeout,
                     gint64 deadline)
{
  gint64 rest = MAX (deadline - g_get_monotonic_time (), 0);
  int msec = (int) MIN ((rest + 999) / 1000, G_MAXINT);

  return timeout < 0 ? msec : MIN (timeout, msec);
}

/* Waits for the channel (if @listens, for what comes there), for @wake_fd (-1: none), for the end of the
 * process or for @deadline (0: none). Returns whether @wake_fd is ready. */
gboolean
at_script_helper_wait (AtScriptHelper *self,
                       gboolean        listens,
                       int             wake_fd,
                       gint64          deadline)
{
  GPollFD fds[3] = {
    { -1, 0, 0 },
    { wake_fd, G_IO_IN, 0 },
    { self->child.pidfd, G_IO_IN, 0 },
  };
  int timeout = self->child.pidfd < 0 ? TICK_MSEC : -1;

  fds[0].events = (listens ? G_IO_IN : 0) | (has_output (self) ? G_IO_OUT : 0);
  if (fds[0].events != 0 && !self->at_end)
    fds[0].fd = self->channel;
  if (deadline != 0)
    timeout = get_shorter_timeout (timeout, deadline);

  /* Poll takes a negative descriptor for none. */
  g_poll (fds, G_N_ELEMENTS (fds), timeout);
  if (fds[0].revents & G_IO_OUT)
    flush (self);

  return wake_fd >= 0 && fds[1].revents != 0;
}

/* The keeper: a thread that is there while processes wait for a job, or have been
 * told to leave and have not left. */

/* Whether the process has ended, and with it what had to. What it has started may
 * have been sent SIGTERM with it and has the same grace to end. */
static gboolean
is_done_with (AtScriptHelper *self,
              gint64          now)
{
  if (!at_child_has_ended (&self->child))
    return FALSE;
  if (self->last_signal != SIGTERM)
    return TRUE;
  if (now < self->deadline && at_child_group_is_alive (&self->child))
    return FALSE;

  at_script_helper_signal (self, SIGKILL);

  return TRUE;
}

/* Signals a process that outstays its grace. */
static void
hurry (AtScriptHelper *self,
       gint64          now)
{
  if (now < self->deadline)
    return;

  at_script_helper_signal (self, self->last_signal == 0 ? SIGTERM : SIGKILL);
  self->deadline = self->last_signal == SIGKILL ? G_MAXINT64 : now + self->grace_usec;
}

/* Under the lock. */
static void
retire_locked (AtScriptHelper *self,
               guint           grace_ms)
{
  /* A runner that waits for a job leaves when it finds the channel closed, which
   * close() alone is not if the program has forked meanwhile. */
  shutdown (self->channel, SHUT_RDWR);
  at_child_close_fd (&self->channel);
  self->grace_usec = (gint64) grace_ms * 1000;
  self->deadline = g_get_monotonic_time () + self->grace_usec;
  g_ptr_array_add (retired_helpers, self);
}

/* Under the lock. */
static gboolean
has_helpers (void)
{
  return idle_helpers->len > 0 || retired_helpers->len > 0;
}

/* Under the lock. */
static void
look_after_idle (gint64 now)
{
  for (guint i = idle_helpers->len; i > 0; i--)
    {
      AtScriptHelper *helper = g_ptr_array_index (idle_helpers, i - 1);

      if (now >= helper->deadline || at_child_has_ended (&helper->child))
        retire_locked (g_ptr_array_steal_index (idle_helpers, i - 1), 1000);
    }
}

/* Under the lock. */
static void
look_after_retired (gint64 now)
{
  for (guint i = retired_helpers->len; i > 0; i--)
    {
      AtScriptHelper *helper = g_ptr_array_index (retired_helpers, i - 1);

      if (is_done_with (helper, now))
        at_script_helper_free (g_ptr_array_steal_index_fast (retired_helpers, i - 1));
      else
        hurry (helper, now);
    }
}

/* Adds what there is to wait for. No descriptor tells of the end of what a process
 * has started. Under the lock. */
static int
watch (GPtrArray *helpers,
       GArray    *fds,
       int        timeout)
{
  for (guint i = 0; i < helpers->len; i++)
    {
      AtScriptHelper *helper = g_ptr_array_index (helpers, i);
      GPollFD fd = { helper->child.pidfd, G_IO_IN, 0 };

      timeout = get_shorter_timeout (timeout, helper->deadline);
      if (fd.fd < 0 || at_child_has_ended (&helper->child))
        timeout = MIN (timeout, TICK_MSEC);
      else
        g_array_append_val (fds, fd);
    }

  return timeout;
}

/* Leaves the lock meanwhile. That another thread may close one of the descriptors
 * then does no harm: at worst it wakes in vain. */
static void
wait_for_helpers (GArray *fds)
{
  GPollFD wake = { keeper_wake.fds[0], G_IO_IN, 0 };
  int timeout = LINGER_MSEC;

  g_array_set_size (fds, 0);
  g_array_append_val (fds, wake);
  if (has_helpers ())
    timeout = watch (retired_helpers, fds, watch (idle_helpers, fds, -1));
  if (wake.fd < 0)
    timeout = MIN (timeout, TICK_MSEC);

  g_mutex_unlock (&keeper_lock);
  g_poll ((GPollFD *) (gpointer) fds->data, fds->len, timeout);
  g_mutex_lock (&keeper_lock);

  if (g_array_index (fds, GPollFD, 0).revents != 0)
    at_wake_clear (&keeper_wake);
}

static gpointer
keeper_thread (gpointer user_data)
{
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (GPollFD));
  gboolean has_lingered = FALSE;

  g_mutex_lock (&keeper_lock);
  while (!has_lingered)
    {
      gint64 now = g_get_monotonic_time ();
      gboolean was_needed;

      look_after_idle (now);
      look_after_retired (now);
      was_needed = has_helpers ();
      wait_for_helpers (fds);

      /* The next one often comes at once. */
      has_lingered = !was_needed && !has_helpers ();
    }
  at_wake_close (&keeper_wake);
  keeper_runs = FALSE;
  g_mutex_unlock (&keeper_lock);

  return NULL;
}

/* Where no thread can be had to give them time, they have none. Under the lock. */
static void
end_helpers (void)
{
  while (idle_helpers->len > 0)
    retire_locked (g_ptr_array_steal_index_fast (idle_helpers, idle_helpers->len - 1), 0);

  while (retired_helpers->len > 0)
    {
      AtScriptHelper *helper = g_ptr_array_steal_index_fast (retired_helpers, retired_helpers->len - 1);

      at_script_helper_signal (helper, SIGKILL);
      at_script_helper_free (helper);
    }
}

/* Under the lock. */
static void
wake_keeper (void)
{
  GThread *keeper;

  if (keeper_runs)
    {
      at_wake_up (&keeper_wake);
      return;
    }

  /* Where there is no descriptor left for it, it looks every now and then. */
  at_wake_open (&keeper_wake, NULL);
  keeper = g_thread_try_new ("at-script-keeper", keeper_thread, NULL, NULL);
  keeper_runs = keeper != NULL;
  if (keeper_runs)
    {
      g_thread_unref (keeper);
    }
  else
    {
      at_wake_close (&keeper_wake);
      end_helpers ();
    }
}

static void
lock_keeper (void)
{
  g_mutex_lock (&keeper_lock);
  if (idle_helpers == NULL)
    {
      idle_helpers = g_ptr_array_new ();
      retired_helpers = g_ptr_array_new ();
    }
}

/* Has the process leave, and sees to it that it does; nobody waits for it. Takes
 * over @self. */
void
at_script_helper_retire (AtScriptHelper *self,
                         guint           grace_ms)
{
  lock_keeper ();
  if (self->last_signal != SIGTERM && at_child_has_ended (&self->child))
    {
      at_script_helper_free (self);
    }
  else
    {
      retire_locked (self, grace_ms);
      wake_keeper ();
    }
  g_mutex_unlock (&keeper_lock);
}

/* Has the process wait for a job. Takes over @self. */
void
at_script_helper_keep_idle (AtScriptHelper *self,
                            const char     *key)
{
  lock_keeper ();
  g_free (self->key);
  self->key = g_strdup (key);
  self->deadline = g_get_monotonic_time () + IDLE_USEC;
  g_ptr_array_add (idle_helpers, self);
  if (idle_helpers->len > AT_SCRIPT_MAX_IDLE)
    retire_locked (g_ptr_array_steal_index (idle_helpers, 0), 1000);
  wake_keeper ();
  g_mutex_unlock (&keeper_lock);
}

/* A process that says something unasked, or that is gone, is not for use. */
static gboolean
is_usable (AtScriptHelper *self)
{
  GPollFD fd = { self->channel, G_IO_IN, 0 };

  return !at_child_has_ended (&self->child) && self->input->len == self->n_taken &&
         g_poll (&fd, 1, 0) == 0;
}

/* The one that was used last, whose memory is the most likely to be in a cache. */
AtScriptHelper *
at_script_helper_take_idle (const char *key)
{
  AtScriptHelper *found = NULL;

  lock_keeper ();
  for (guint i = idle_helpers->len; i > 0 && found == NULL; i--)
    {
      AtScriptHelper *helper = g_ptr_array_index (idle_helpers, i - 1);

      if (!g_str_equal (helper->key, key))
        continue;

      g_ptr_array_remove_index (idle_helpers, i - 1);
      if (is_usable (helper))
        found = helper;
      else
        retire_locked (helper, 0);
    }
  if (retired_helpers->len > 0)
    wake_keeper ();
  g_mutex_unlock (&keeper_lock);

  return found;
}

/* How many of @key are waiting once those above @n_kept have been told to leave. The
 * others have their minute again. */
guint
at_script_helper_trim_idle (const char *key,
                            guint       n_kept)
{
  gint64 deadline = g_get_monotonic_time () + IDLE_USEC;
  guint n = 0;

  lock_keeper ();
  for (guint i = idle_helpers->len; i > 0; i--)
    {
      AtScriptHelper *helper = g_ptr_array_index (idle_helpers, i - 1);

      if (!g_str_equal (helper->key, key))
        continue;

      if (n < n_kept && is_usable (helper))
        {
          helper->deadline = deadline;
          n++;
        }
      else
        {
          g_ptr_array_remove_index (idle_helpers, i - 1);
          retire_locked (helper, 1000);
        }
    }
  wake_keeper ();
  g_mutex_unlock (&keeper_lock);

  return n;
}

/* Those that wait for a job in @language leave, whatever for. */
void
at_script_helper_drop_idle (AtScriptLanguage language)
{
  lock_keeper ();
  for (guint i = idle_helpers->len; i > 0; i--)
    {
      AtScriptHelper *helper = g_ptr_array_index (idle_helpers, i - 1);

      if (helper->language == language)
        {
          g_ptr_array_remove_index (idle_helpers, i - 1);
          retire_locked (helper, 1000);
        }
    }
  wake_keeper ();
  g_mutex_unlock (&keeper_lock);
}
