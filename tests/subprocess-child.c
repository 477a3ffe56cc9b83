/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The commands that test-subprocess-task.c runs. */

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
write_all (int         fd,
           const char *data,
           size_t      length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        _exit (111);
      data += n;
      length -= n;
    }
}

static void
say (int         fd,
     const char *text)
{
  write_all (fd, text, strlen (text));
}

static void
say_pid (pid_t pid)
{
  dprintf (STDOUT_FILENO, "%d\n", (int) pid);
}

/* Until a signal ends it, or whoever runs the tests is long gone. */
static void
rest (void)
{
  alarm (300);
  for (;;)
    pause ();
}

static void
flood (int    fd,
       char   byte,
       size_t length)
{
  static char block[65536];

  memset (block, byte, sizeof block);
  while (length > 0)
    {
      size_t n = length < sizeof block ? length : sizeof block;

      write_all (fd, block, n);
      length -= n;
    }
}

/* Lines that take longer to read than to write. */
static void
flood_lines (int fd)
{
  char block[65536];

  for (size_t i = 0; i < sizeof block; i++)
    block[i] = i % 64 == 63 ? '\n' : 'f';
  write_all (fd, block, sizeof block);
}

static const char *marker;

static void
on_term (int signal_number)
{
  usleep (100000);
  close (open (marker, O_WRONLY | O_CREAT, 0600));
  _exit (0);
}

static void
leave_pipes (void)
{
  int fd = open ("/dev/null", O_RDWR);

  dup2 (fd, STDOUT_FILENO);
  dup2 (fd, STDERR_FILENO);
}

/* A child of one's own, which tells its number once it is as it should be. */
static void
start_family (const char *what)
{
  int ready[2], told[2];
  char byte;
  pid_t pid;

  if (pipe (ready) != 0 || pipe (told) != 0)
    _exit (110);

  pid = fork ();
  if (pid == 0)
    {
      if (strcmp (what, "stubborn") == 0)
        {
          signal (SIGTERM, SIG_IGN);
          leave_pipes ();
        }
      else if (strcmp (what, "tidy") == 0)
        {
          signal (SIGTERM, on_term);
          leave_pipes ();
        }
      write_all (ready[1], "r", 1);
      while (read (told[0], &byte, 1) < 0 && errno == EINTR)
        continue;
      while (strcmp (what, "flood") == 0)
        flood_lines (STDOUT_FILENO);
      rest ();
    }

  while (read (ready[0], &byte, 1) < 0 && errno == EINTR)
    continue;
  say_pid (pid);
  write_all (told[1], "t", 1);
}

static int
list_fds (void)
{
  for (int fd = 0; fd < 1024; fd++)
    if (fcntl (fd, F_GETFD) >= 0)
      dprintf (STDOUT_FILENO, "%d\n", fd);

  return 0;
}

static int
list_signals (void)
{
  sigset_t blocked;

  sigprocmask (SIG_SETMASK, NULL, &blocked);
  for (int i = 1; i < NSIG; i++)
    {
      struct sigaction action;

      if (sigismember (&blocked, i))
        dprintf (STDOUT_FILENO, "blocked %d\n", i);
      if (sigaction (i, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
        dprintf (STDOUT_FILENO, "ignored %d\n", i);
    }

  return 0;
}

static int
copy_input (void)
{
  char block[65536];
  ssize_t n;

  while ((n = read (STDIN_FILENO, block, sizeof block)) > 0)
    write_all (STDOUT_FILENO, block, n);

  return n < 0;
}

/* The number of bytes that were written is in a file that is shared. */
static int
count_output (const char *path,
              int         n_lines,
              size_t      length)
{
  int fd = open (path, O_RDWR);
  size_t *count = mmap (NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

  for (int i = 0; i < n_lines; i++)
    {
      flood (STDOUT_FILENO, 'x', length - 1);
      say (STDOUT_FILENO, "\n");
      __atomic_add_fetch (count, length, __ATOMIC_SEQ_CST);
    }

  return 0;
}

/* Writes each of its arguments when it gets a SIGUSR1 for it. */
static int
print_by_steps (char **texts)
{
  sigset_t step;
  int received;

  sigemptyset (&step);
  sigaddset (&step, SIGUSR1);
  sigprocmask (SIG_BLOCK, &step, NULL);
  for (int i = 0; texts[i] != NULL; i++)
    {
      if (i > 0)
        sigwait (&step, &received);
      say (STDOUT_FILENO, texts[i]);
    }

  return 0;
}

int
main (int   argc,
      char *argv[])
{
  const char *mode = argc > 1 ? argv[1] : "";
  const char *arg = argc > 2 ? argv[2] : "";

  if (strcmp (mode, "exit") == 0)
    return atoi (arg);
  if (strcmp (mode, "print") == 0)
    say (STDOUT_FILENO, arg);
  else if (strcmp (mode, "print-error") == 0)
    say (STDERR_FILENO, arg);
  else if (strcmp (mode, "print-records") == 0)
    for (int i = 2; i < argc; i++)
      write_all (STDOUT_FILENO, argv[i], strlen (argv[i]) + 1);
  else if (strcmp (mode, "fail") == 0)
    {
      say (STDERR_FILENO, argv[3]);
      return atoi (arg);
    }
  else if (strcmp (mode, "both") == 0)
    {
      say (STDOUT_FILENO, "one\n");
      say (STDERR_FILENO, "two\n");
      say (STDOUT_FILENO, "three\n");
      return atoi (arg);
    }
  else if (strcmp (mode, "raise") == 0)
    raise (atoi (arg));
  else if (strcmp (mode, "lines") == 0)
    for (int i = 0; i < atoi (arg); i++)
      printf ("%d\n", i);
  else if (strcmp (mode, "when-read") == 0)
    {
      int left = 0;

      say (STDOUT_FILENO, "first\n");
      while (ioctl (STDOUT_FILENO, FIONREAD, &left) == 0 && left > 0)
        usleep (500);
      flood (STDOUT_FILENO, 'x', strtoul (arg, NULL, 10));
    }
  else if (strcmp (mode, "flood") == 0)
    flood (STDOUT_FILENO, 'x', strtoul (arg, NULL, 10));
  else if (strcmp (mode, "flood-error") == 0)
    {
      flood (STDERR_FILENO, 'e', strtoul (arg, NULL, 10));
      say (STDERR_FILENO, "\nThe end\n");
      say (STDOUT_FILENO, "done\n");
      return 3;
    }
  else if (strcmp (mode, "rest") == 0)
    {
      say (STDOUT_FILENO, *arg != '\0' ? arg : "ready\n");
      rest ();
    }
  else if (strcmp (mode, "stubborn") == 0)
    {
      signal (SIGTERM, SIG_IGN);
      say (STDOUT_FILENO, "ready\n");
      rest ();
    }
  else if (strcmp (mode, "unmoved") == 0)
    {
      /* Makes a file of that name when it is told to end, and goes on. */
      sigset_t term;
      int received;

      sigemptyset (&term);
      sigaddset (&term, SIGTERM);
      sigprocmask (SIG_BLOCK, &term, NULL);
      say (STDOUT_FILENO, "ready\n");
      sigwait (&term, &received);
      close (open (arg, O_WRONLY | O_CREAT, 0600));
      rest ();
    }
  else if (strcmp (mode, "silent") == 0)
    {
      say (STDOUT_FILENO, "ready\n");
      close (STDOUT_FILENO);
      close (STDERR_FILENO);
      close (STDIN_FILENO);
      rest ();
    }
  else if (strcmp (mode, "polite") == 0)
    {
      /* Has more to say when it ends than a pipe holds. */
      sigset_t term;
      int received;

      sigemptyset (&term);
      sigaddset (&term, SIGTERM);
      sigprocmask (SIG_BLOCK, &term, NULL);
      say (STDOUT_FILENO, "ready\n");
      flood (STDOUT_FILENO, 'x', strtoul (arg, NULL, 10));
      sigwait (&term, &received);
      flood (STDOUT_FILENO, 'x', 1 << 20);
      flood (STDERR_FILENO, 'x', 1 << 20);
      return 7;
    }
  else if (strcmp (mode, "family") == 0)
    {
      marker = argc > 3 ? argv[3] : "";
      start_family (arg);
      rest ();
    }
  else if (strcmp (mode, "orphan") == 0)
    start_family (arg);
  else if (strcmp (mode, "cat") == 0)
    return copy_input ();
  else if (strcmp (mode, "read-some") == 0)
    {
      char byte;

      return read (STDIN_FILENO, &byte, 1) != 1;
    }
  else if (strcmp (mode, "fds") == 0)
    return list_fds ();
  else if (strcmp (mode, "signals") == 0)
    return list_signals ();
  else if (strcmp (mode, "group") == 0)
    dprintf (STDOUT_FILENO, "%d\n", getpgrp () == getpid () && getsid (0) == getpid ());
  else if (strcmp (mode, "folder") == 0)
    {
      char path[4096];

      say (STDOUT_FILENO, getcwd (path, sizeof path) != NULL ? path : "?");
    }
  else if (strcmp (mode, "environment") == 0)
    say (STDOUT_FILENO, getenv (arg) != NULL ? getenv (arg) : "unset");
  else if (strcmp (mode, "arguments") == 0)
    for (int i = 2; i < argc; i++)
      printf ("<%s>\n", argv[i]);
  else if (strcmp (mode, "count") == 0)
    return count_output (arg, atoi (argv[3]), strtoul (argv[4], NULL, 10));
  else if (strcmp (mode, "steps") == 0)
    return print_by_steps (argv + 2);
  else
    return 112;

  return 0;
}
