/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* For F_SETSIG. */
#ifndef _GNU_SOURCE
# define _GNU_SOURCE
#endif

#include "config.h"

#include "at-script-helper-private.h"

#include "at-script-runners.h"
#include "at-script-value-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* GSubprocess has its process reaped by a thread of GLib's as soon as it ends. The
 * id of a process group is safe to signal only while its leader is not reaped, so
 * we spawn with the function below GSubprocess, and reap for ourselves. */

#define CHANNEL_FD   3
#define LIFELINE_FD  4
#define HEADER_SIZE  8
#define READ_SIZE    65536
#define IDLE_USEC    (60 * G_USEC_PER_SEC)
#define LINGER_USEC  G_USEC_PER_SEC

/* Where there are no pidfds, how often we look whether a process has ended. */
#define TICK_MSEC    50

/* The interpreters are told no more than to run what comes first on the channel:
 * its length in eight digits, and then itself. */
static const char python_bootstrap[] =
  "import os\n"
  "n=int(os.read(3,8) or b'0')\n"
  "s=b''\n"
  "while len(s)<n:\n"
  " c=os.read(3,n-len(s))\n"
  " if not c:raise SystemExit(1)\n"
  " s+=c\n"
  "exec(compile(s,'<asynctask-glib>','exec'),{'__name__':'asynctask_glib_runner'})\n";

static const char javascript_bootstrap[] =
  "const socket=imports.gi.Gio.Socket.new_from_fd(3);"
  "const input=socket.connection_factory_create_connection().get_input_stream();"
  "const read=n=>{let s='';while(n>0){const c=input.read_bytes(n,null).toArray();"
  "if(c.length===0)imports.system.exit(1);s+=String.fromCharCode(...c);n-=c.length}return s};"
  "eval(new TextDecoder().decode(Uint8Array.from(read(Number(read(8))),c=>c.charCodeAt(0))));";

struct _AtScriptHelper
{
  AtScriptLanguage  language;
  GPid              pid;
  int               pid_fd;      /* -1: there are no pidfds */
  int               channel;
  int               lifeline;
  gboolean          is_reaped;   /* by somebody else */

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
static GCond      keeper_cond;
static gboolean   keeper_runs;
static GPtrArray *idle_helpers;
static GPtrArray *retired_helpers;

/* The process. */

/* Between fork() and exec(): nothing but system calls. */
static void
set_up_child (gpointer user_data)
{
  setpgid (0, 0);
#ifdef F_SETSIG
  fcntl (LIFELINE_FD, F_SETSIG, SIGTERM);
#endif
  fcntl (LIFELINE_FD, F_SETOWN, -getpid ());
  fcntl (LIFELINE_FD, F_SETFL, fcntl (LIFELINE_FD, F_GETFL) | O_ASYNC);
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static gboolean
make_channel (int      channel[2],
              int      lifeline[2],
              GError **error)
{
  if (!g_unix_open_pipe (lifeline, FD_CLOEXEC, error))
    return FALSE;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0)
    {
      int code = errno;

      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
      close_fd (&lifeline[0]);
      close_fd (&lifeline[1]);
      return FALSE;
    }

  return g_unix_set_fd_nonblocking (channel[0], TRUE, error);
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

static int
open_pid_fd (GPid pid)
{
#ifdef SYS_pidfd_open
  return (int) syscall (SYS_pidfd_open, pid, 0);
#else
  return -1;
#endif
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
  at_script_helper_flush (self);
}

AtScriptHelper *
at_script_helper_spawn (AtScriptLanguage     language,
                        const char          *interpreter,
                        const char          *working_directory,
                        const char * const  *environment,
                        GError             **error)
{
  const char *bootstrap = language == AT_SCRIPT_LANGUAGE_PYTHON ? python_bootstrap : javascript_bootstrap;
  const char *argv[] = { interpreter, "-c", bootstrap, NULL };
  int channel[2], lifeline[2];
  int target_fds[] = { CHANNEL_FD, LIFELINE_FD };
  int source_fds[2];
  GError *spawn_error = NULL;
  AtScriptHelper *self;
  GPid pid;

  if (!make_channel (channel, lifeline, error))
    return NULL;

  source_fds[0] = channel[1];
  source_fds[1] = lifeline[0];
  /* Standard input is /dev/null: the terminal's belongs to the owner. */
  g_spawn_async_with_pipes_and_fds (working_directory, argv, environment,
                                    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                                    set_up_child, NULL, -1, -1, -1,
                                    source_fds, target_fds, G_N_ELEMENTS (source_fds),
                                    &pid, NULL, NULL, NULL, &spawn_error);
  close_fd (&channel[1]);
  close_fd (&lifeline[0]);
  if (spawn_error != NULL)
    {
      describe_spawn_error (interpreter, spawn_error, error);
      close_fd (&channel[0]);
      close_fd (&lifeline[1]);
      return NULL;
    }

  self = g_new0 (AtScriptHelper, 1);
  self->pid = pid;
  self->pid_fd = open_pid_fd (pid);
  self->channel = channel[0];
  self->lifeline = lifeline[1];
  self->language = language;
  self->output = g_byte_array_new ();
  self->input = g_byte_array_new ();
  send_runner (self, language);

  return self;
}

/* Whether the process has ended, and how, as waitid() has it. It stays a zombie:
 * its id, and that of its group, are nobody else's as long as it is one. */
gboolean
at_script_helper_has_ended (AtScriptHelper *self,
                            int            *code,
                            int            *status)
{
  siginfo_t info;
  int outcome;

  memset (&info, 0, sizeof info);
  do
    outcome = self->is_reaped ? -1 : waitid (P_PID, self->pid, &info, WEXITED | WNOHANG | WNOWAIT);
  while (outcome < 0 && !self->is_reaped && errno == EINTR);

  /* The program ignores SIGCHLD, or waits for children that are not its own. */
  if (outcome < 0)
    self->is_reaped = TRUE;
  if (outcome == 0 && info.si_pid == 0)
    return FALSE;

  if (code != NULL)
    *code = outcome == 0 ? info.si_code : 0;
  if (status != NULL)
    *status = outcome == 0 ? info.si_status : 0;

  return TRUE;
}

/* To the process and all that it has started and that is still in its group. */
void
at_script_helper_signal (AtScriptHelper *self,
                         int             signal_number)
{
  self->last_signal = signal_number;
  if (!self->is_reaped)
    kill (-self->pid, signal_number);
}

static void
at_script_helper_free (AtScriptHelper *self)
{
  if (!self->is_reaped)
    while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
      ;

  /* The lifeline goes last: cut before the process has ended, it kills. */
  close_fd (&self->channel);
  close_fd (&self->pid_fd);
  close_fd (&self->lifeline);
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
  g_autoptr (GVariant) boxed = value != NULL ? g_variant_ref_sink (g_variant_new_variant (value)) : NULL;
  guint32 header[2] = { boxed != NULL ? (guint32) g_variant_get_size (boxed) : 0, kind };

  g_byte_array_append (self->output, (const guint8 *) header, sizeof header);
  if (boxed != NULL)
    g_byte_array_append (self->output, g_variant_get_data (boxed), header[0]);
  at_script_helper_flush (self);
}

static gboolean
has_output (AtScriptHelper *self)
{
  return self->n_sent < self->output->len;
}

void
at_script_helper_flush (AtScriptHelper *self)
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

static gboolean
take_payload (const guint8  *data,
              gsize          length,
              GVariant     **value)
{
  /* A copy, which is aligned as GVariant needs it. */
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GVariant) boxed = NULL;

  boxed = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARIANT, bytes, FALSE));
  if (!g_variant_is_normal_form (boxed))
    return FALSE;
  *value = g_variant_get_variant (boxed);
  if (at_script_value_is_plain (*value))
    return TRUE;
  g_clear_pointer (value, g_variant_unref);

  return FALSE;
}

/* The next frame. @value is set to NULL where it has none. */
AtScriptReceived
at_script_helper_receive (AtScriptHelper  *self,
                          guint           *kind,
                          GVariant       **value)
{
  guint32 header[2];

  *value = NULL;
  for (;;)
    {
      gsize available = self->input->len - self->n_taken;

      if (available >= HEADER_SIZE)
        {
          memcpy (header, self->input->data + self->n_taken, HEADER_SIZE);
          if (header[0] > AT_SCRIPT_MAX_PAYLOAD || header[1] < AT_SCRIPT_FRAME_PROGRESS ||
              header[1] > AT_SCRIPT_FRAME_STARTED)
            return AT_SCRIPT_RECEIVED_GARBAGE;
          if (available - HEADER_SIZE >= header[0])
            break;
        }

      if (self->at_end)
        return available > 0 ? AT_SCRIPT_RECEIVED_GARBAGE : AT_SCRIPT_RECEIVED_END;
      if (!read_more (self))
        return AT_SCRIPT_RECEIVED_NOTHING;
    }

  *kind = header[1];
  if (header[0] > 0 &&
      !take_payload (self->input->data + self->n_taken + HEADER_SIZE, header[0], value))
    return AT_SCRIPT_RECEIVED_GARBAGE;
  self->n_taken += HEADER_SIZE + header[0];

  return AT_SCRIPT_RECEIVED_FRAME;
}

/* Waits for the channel (if @listens), for @wake_fd (-1: none), for the end of the
 * process or for @deadline (0: none). Returns whether @wake_fd is ready. */
gboolean
at_script_helper_wait (AtScriptHelper *self,
                       gboolean        listens,
                       int             wake_fd,
                       gint64          deadline)
{
  GPollFD fds[3] = {
    { -1, G_IO_IN, 0 },
    { wake_fd, G_IO_IN, 0 },
    { self->pid_fd, G_IO_IN, 0 },
  };
  int timeout = self->pid_fd < 0 ? TICK_MSEC : -1;

  if (listens && !self->at_end)
    {
      fds[0].fd = self->channel;
      fds[0].events |= has_output (self) ? G_IO_OUT : 0;
    }
  if (deadline != 0)
    {
      gint64 rest = MAX (deadline - g_get_monotonic_time (), 0);
      int msec = (int) MIN ((rest + 999) / 1000, G_MAXINT);

      timeout = timeout < 0 ? msec : MIN (timeout, msec);
    }

  /* Poll takes a negative descriptor for none. */
  g_poll (fds, G_N_ELEMENTS (fds), timeout);
  if (fds[0].revents & G_IO_OUT)
    at_script_helper_flush (self);

  return wake_fd >= 0 && fds[1].revents != 0;
}

/* The keeper: a thread that is there while processes wait for a job, or have been
 * told to leave and have not left. */

/* Whether the process has ended, and with it what had to. What it has started may
 * have been sent SIGTERM with it and has the same grace to end; meanwhile the zombie
 * is what keeps the group's id. */
static gboolean
is_done_with (AtScriptHelper *self,
              gint64          now)
{
  if (!at_script_helper_has_ended (self, NULL, NULL))
    return FALSE;
  if (self->last_signal == SIGTERM && now < self->deadline && !self->is_reaped)
    return FALSE;

  if (self->last_signal == SIGTERM)
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
  /* A runner that waits for a job leaves when it finds the channel closed. */
  close_fd (&self->channel);
  self->grace_usec = (gint64) grace_ms * 1000;
  self->deadline = g_get_monotonic_time () + self->grace_usec;
  g_ptr_array_add (retired_helpers, self);
}

/* Returns when to look again. Under the lock. */
static gint64
look_after_helpers (gint64 *pause)
{
  gint64 now = g_get_monotonic_time ();
  gint64 next = G_MAXINT64;

  for (guint i = idle_helpers->len; i > 0; i--)
    {
      AtScriptHelper *helper = g_ptr_array_index (idle_helpers, i - 1);

      if (now >= helper->deadline)
        {
          g_ptr_array_remove_index (idle_helpers, i - 1);
          retire_locked (helper, 1000);
        }
      else
        {
          next = MIN (next, helper->deadline);
        }
    }

  for (guint i = retired_helpers->len; i > 0; i--)
    {
      AtScriptHelper *helper = g_ptr_array_index (retired_helpers, i - 1);

      if (is_done_with (helper, now))
        {
          g_ptr_array_remove_index_fast (retired_helpers, i - 1);
          at_script_helper_free (helper);
          *pause = 1000;
        }
      else
        {
          hurry (helper, now);
        }
    }

  /* Leaving takes some milliseconds, or somebody's atexit handler forever. */
  if (retired_helpers->len > 0)
    {
      next = MIN (next, now + *pause);
      *pause = MIN (*pause * 2, 100 * 1000);
    }

  return next;
}

static gpointer
keeper_thread (gpointer user_data)
{
  gint64 pause = 1000;

  g_mutex_lock (&keeper_lock);
  for (;;)
    {
      gint64 next = look_after_helpers (&pause);

      /* The next one often comes at once. */
      if (idle_helpers->len == 0 && retired_helpers->len == 0)
        {
          if (!g_cond_wait_until (&keeper_cond, &keeper_lock, g_get_monotonic_time () + LINGER_USEC) &&
              idle_helpers->len == 0 && retired_helpers->len == 0)
            break;
          pause = 1000;
          continue;
        }
      if (g_cond_wait_until (&keeper_cond, &keeper_lock, next))
        pause = 1000;
    }
  keeper_runs = FALSE;
  g_mutex_unlock (&keeper_lock);

  return NULL;
}

/* Under the lock. */
static void
wake_keeper (void)
{
  g_cond_signal (&keeper_cond);
  if (keeper_runs)
    return;

  keeper_runs = TRUE;
  g_thread_unref (g_thread_new ("at-script-keeper", keeper_thread, NULL));
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
  if (self->last_signal != SIGTERM && at_script_helper_has_ended (self, NULL, NULL))
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

  return !at_script_helper_has_ended (self, NULL, NULL) && self->input->len == self->n_taken &&
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
        {
          retire_locked (helper, 0);
          wake_keeper ();
        }
    }
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
