/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE

#include "config.h"

#include "at-child-private.h"

#include "at-broken-pipe-private.h"
#include "at-lifeline-private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* GSubprocess reaps its child in a thread of GLib's at any time, and signals the
 * child alone. What is done here needs to know that the child was not reaped:
 *
 * A signal goes to the process group, whose number is the child's. That number is
 * given to no other process or group as long as the child was not reaped, dead or
 * not; and the child is a session leader, so it cannot have left its group. Only
 * at_child_reap() reaps it, and it forgets the number in the same breath; whoever
 * signals from another thread shares a lock with it. To learn that the child has
 * ended it is not reaped but looked at, with WNOWAIT, or by way of a pidfd.
 *
 * Nobody else may reap it: a program that waits for all its children takes this
 * certainty away, as one that ignores SIGCHLD would, which is why at_child_spawn()
 * refuses to work in the latter. */

/* After fork() in a program with threads: only what is safe in a signal handler. */
static void
prepare_child (gpointer user_data)
{
  AtChildFlags flags = GPOINTER_TO_UINT (user_data);
  struct sigaction action;
  sigset_t none;

  /* A session, not only a group: a program that wants to ask something on the
   * terminal fails then, while one in a group in the background would be stopped,
   * for nobody to notice. */
  setsid ();

  /* What the program ignores, and handles, is its own affair. All is blocked until
   * here: its handlers must not run in another process. */
  for (int i = 1; i < NSIG; i++)
    if (sigaction (i, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
      signal (i, SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);

  if ((flags & AT_CHILD_MERGE_ERROR) != 0)
    dup2 (STDOUT_FILENO, STDERR_FILENO);
  if ((flags & AT_CHILD_HAS_LIFELINE) != 0)
    at_lifeline_take (AT_CHILD_LIFELINE_FD);
}

static gboolean
check_children_are_kept (GError **error)
{
  struct sigaction action;

  if (sigaction (SIGCHLD, NULL, &action) != 0 ||
      (action.sa_handler != SIG_IGN && (action.sa_flags & SA_NOCLDWAIT) == 0))
    return TRUE;

  g_set_error_literal (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
                       _("The program ignores SIGCHLD: it would not learn how a command ends"));

  return FALSE;
}

static int
open_pidfd (GPid pid)
{
#ifdef SYS_pidfd_open
  static int is_missing; /* atomic */
  int fd;

  if (g_atomic_int_get (&is_missing))
    return -1;

  /* Closed on exec without asking. */
  fd = syscall (SYS_pidfd_open, pid, 0);
  if (fd < 0 && errno == ENOSYS)
    g_atomic_int_set (&is_missing, TRUE);

  return fd;
#else
  return -1;
#endif
}

void
at_child_origin_clear (AtChildOrigin *self)
{
  g_clear_pointer (&self->environment, g_strfreev);
  g_clear_pointer (&self->search_path, g_free);
}

void
at_child_origin_take (AtChildOrigin      *self,
                      const char * const *environment)
{
  at_child_origin_clear (self);
  self->environment = environment != NULL ? g_strdupv ((char **) environment) : g_get_environ ();
  self->search_path = g_strdup (g_getenv ("PATH"));
}

/* What exec() would find in the child, which runs in @folder. GLib looks in the program's
 * environment for where to search: on a worker, that is. What is there but is not
 * executable is left to exec() to complain of, if there is nothing else. */
static char *
find_program (const char *name,
              const char *search_path,
              const char *folder)
{
  g_auto (GStrv) folders = NULL;
  g_autofree char *refused = NULL;

  if (strchr (name, '/') != NULL)
    return g_strdup (name);

  folders = g_strsplit (search_path != NULL ? search_path : "/bin:/usr/bin:.", ":", -1);
  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *file = g_build_filename (*folders[i] != '\0' ? folders[i] : ".", name, NULL);
      g_autofree char *path = g_path_is_absolute (file) || folder == NULL
        ? g_strdup (file) : g_build_filename (folder, file, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        {
          if (access (path, X_OK) == 0)
            return g_steal_pointer (&file);
          if (refused == NULL)
            refused = g_steal_pointer (&file);
        }
    }

  return g_steal_pointer (&refused);
}

static gboolean
spawn (AtChild             *self,
       const char * const  *argv,
       const AtChildOrigin *origin,
       const char          *working_directory,
       AtChildFlags         flags,
       const int           *source_fds,
       const int           *target_fds,
       gsize                n_fds,
       GError             **error)
{
  GSpawnFlags spawn_flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_FILE_AND_ARGV_ZERO | G_SPAWN_CLOEXEC_PIPES;
  gboolean pipe_input = (flags & AT_CHILD_PIPE_INPUT) != 0;
  gboolean pipe_output = (flags & AT_CHILD_PIPE_OUTPUT) != 0;
  gboolean own_output = (flags & AT_CHILD_OWN_OUTPUT) != 0;
  gboolean pipe_error = (flags & AT_CHILD_MERGE_ERROR) == 0 && !own_output;
  g_autofree char *program = NULL;
  g_autofree const char **file_and_argv = NULL;
  sigset_t all, mask;
  gboolean is_spawned;
  g_autoptr (GError) reason = NULL;
  gsize n_argv;

  if (argv == NULL || argv[0] == NULL || argv[0][0] == '\0')
    {
      g_set_error_literal (error, G_SPAWN_ERROR, G_SPAWN_ERROR_INVAL, _("There is no command to run"));
      return FALSE;
    }

  if (!check_children_are_kept (error))
    return FALSE;

  program = find_program (argv[0], origin->search_path, working_directory);
  if (program == NULL)
    {
      g_autofree char *name = g_filename_display_name (argv[0]);

      g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT, "%s: %s", name, g_strerror (ENOENT));
      return FALSE;
    }

  n_argv = g_strv_length ((char **) argv);
  file_and_argv = g_new0 (const char *, n_argv + 2);
  file_and_argv[0] = program;
  memcpy (file_and_argv + 1, argv, n_argv * sizeof *argv);

  if (!pipe_output && !own_output)
    spawn_flags |= G_SPAWN_STDOUT_TO_DEV_NULL;
  if (!pipe_error && !own_output)
    spawn_flags |= G_SPAWN_STDERR_TO_DEV_NULL;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &mask);
  is_spawned = g_spawn_async_with_pipes_and_fds (working_directory, file_and_argv,
                                                 (const char * const *) origin->environment, spawn_flags,
                                                 prepare_child, GUINT_TO_POINTER (flags),
                                                 -1, -1, -1, source_fds, target_fds, n_fds,
                                                 &self->pid,
                                                 pipe_input ? &self->input_fd : NULL,
                                                 pipe_output ? &self->output_fd : NULL,
                                                 pipe_error ? &self->error_fd : NULL,
                                                 &reason);
  pthread_sigmask (SIG_SETMASK, &mask, NULL);

  if (!is_spawned)
    {
      g_autofree char *message = g_utf8_make_valid (reason->message, -1);

      /* GLib has the names of commands and folders in its messages as they are. */
      g_set_error_literal (error, reason->domain, reason->code, message);
      return FALSE;
    }

  self->pidfd = open_pidfd (self->pid);
  if (self->input_fd >= 0)
    g_unix_set_fd_nonblocking (self->input_fd, TRUE, NULL);
  if (self->output_fd >= 0)
    g_unix_set_fd_nonblocking (self->output_fd, TRUE, NULL);
  if (self->error_fd >= 0)
    g_unix_set_fd_nonblocking (self->error_fd, TRUE, NULL);

  return TRUE;
}

/* A child that has @channel_fd (-1: none), too, ends with the program. */
gboolean
at_child_spawn (AtChild             *self,
                const char * const  *argv,
                const AtChildOrigin *origin,
                const char          *working_directory,
                AtChildFlags         flags,
                int                  channel_fd,
                GError             **error)
{
  const int target_fds[] = { AT_CHILD_CHANNEL_FD, AT_CHILD_LIFELINE_FD };
  int lifeline[2];
  gboolean is_spawned;

  if (channel_fd < 0)
    return spawn (self, argv, origin, working_directory, flags, NULL, NULL, 0, error);
  if (!at_lifeline_open (lifeline, error))
    return FALSE;

  is_spawned = spawn (self, argv, origin, working_directory, flags | AT_CHILD_HAS_LIFELINE,
                      (const int[]) { channel_fd, lifeline[0] }, target_fds, G_N_ELEMENTS (target_fds), error);
  at_child_close_fd (&lifeline[0]);
  if (is_spawned)
    self->lifeline_fd = lifeline[1];
  else
    at_lifeline_close (&lifeline[1]);

  return is_spawned;
}

/* Whether the child has ended; it is not reaped. */
gboolean
at_child_has_ended (AtChild *self)
{
  siginfo_t info;
  int result;

  /* Its number may be another child's by now. */
  if (self->is_lost)
    return TRUE;

  info.si_pid = 0;
  do
    result = waitid (P_PID, self->pid, &info, WEXITED | WNOHANG | WNOWAIT);
  while (result != 0 && errno == EINTR);

  if (result != 0)
    {
      self->is_lost = TRUE;
      return TRUE;
    }

  if (info.si_pid != self->pid)
    return FALSE;
  self->end_code = info.si_code;
  self->end_status = info.si_status;

  return TRUE;
}

/* Whether there is a process whose number is sure to be its own. Where somebody
 * else reaps it this leaves but a moment in which it may not be. */
static gboolean
may_signal (AtChild *self)
{
  if (self->pid <= 0)
    return FALSE;

  at_child_has_ended (self);

  return !self->is_lost;
}

/* Signals the child alone. */
gboolean
at_child_signal (AtChild *self,
                 int      signal_number)
{
  return may_signal (self) && kill (self->pid, signal_number) == 0;
}

/* Signals whatever is in the group. */
void
at_child_signal_group (AtChild *self,
                       int      signal_number)
{
  if (may_signal (self))
    kill (-self->pid, signal_number);
}

/* Whether @stat, of a process, is that of a live one in the group @group. */
static gboolean
is_in_group (const char *stat,
             GPid        group)
{
  /* The name of the program is in parentheses, and may have some itself. */
  const char *fields = strrchr (stat, ')');
  char state;
  int parent, its_group;

  return fields != NULL &&
         sscanf (fields + 1, " %c %d %d", &state, &parent, &its_group) == 3 &&
         its_group == group && state != 'Z' && state != 'X';
}

/* Whether somebody is left in the group of a child that has ended. kill() would
 * say so of the child itself, as long as it was not reaped; where there is no
 * /proc to ask, the answer is no. */
gboolean
at_child_group_is_alive (AtChild *self)
{
  g_autoptr (GDir) processes = NULL;
  const char *name;

  if (self->pid <= 0 || self->is_lost)
    return FALSE;

  processes = g_dir_open ("/proc", 0, NULL);
  while (processes != NULL && (name = g_dir_read_name (processes)) != NULL)
    {
      g_autofree char *path = NULL;
      g_autofree char *stat = NULL;

      if (!g_ascii_isdigit (name[0]))
        continue;

      path = g_build_filename ("/proc", name, "stat", NULL);
      if (g_file_get_contents (path, &stat, NULL, NULL) && is_in_group (stat, self->pid))
        return TRUE;
    }

  return FALSE;
}

/* Takes the exit status of a child that has ended. Returns FALSE if somebody else
 * has taken it. */
gboolean
at_child_reap (AtChild *self,
               int     *wait_status)
{
  pid_t pid;

  /* The number of one that is lost may be another child's by now. */
  while (!self->is_lost)
    {
      pid = waitpid (self->pid, wait_status, 0);
      if (pid > 0)
        break;
      self->is_lost = errno != EINTR;
    }
  self->pid = 0;

  return !self->is_lost;
}

/* Like write() to the child's standard input, of as much as it takes now. The child
 * need not read it. */
gssize
at_child_write (AtChild       *self,
                gconstpointer  data,
                gsize          length)
{
  AtBrokenPipe broken_pipe;
  gssize n;

  at_broken_pipe_begin (&broken_pipe);
  n = write (self->input_fd, data, length);
  at_broken_pipe_end (&broken_pipe);

  return n;
}

/* Closes what is still open of ours. */
void
at_child_close (AtChild *self)
{
  at_child_close_fd (&self->pidfd);
  at_child_close_fd (&self->input_fd);
  at_child_close_fd (&self->output_fd);
  at_child_close_fd (&self->error_fd);
  at_lifeline_close (&self->lifeline_fd);
}

void
at_child_close_fd (int *fd)
{
  if (*fd >= 0)
    g_close (*fd, NULL);
  *fd = -1;
}
