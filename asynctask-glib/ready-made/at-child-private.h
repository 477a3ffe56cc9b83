/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A child process that leads a process group of its own. */

typedef enum
{
  AT_CHILD_FLAGS_NONE   = 0,
  AT_CHILD_PIPE_INPUT   = 1 << 0, /* /dev/null otherwise */
  AT_CHILD_PIPE_OUTPUT  = 1 << 1, /* /dev/null otherwise */
  AT_CHILD_MERGE_ERROR  = 1 << 2, /* standard error goes where standard output goes */
  AT_CHILD_OWN_OUTPUT   = 1 << 3, /* both outputs are the program's own */
  AT_CHILD_HAS_LIFELINE = 1 << 4  /* set by at_child_spawn() */
} AtChildFlags;

typedef struct
{
  GPid     pid;       /* 0: there is none, or it was reaped */
  int      pidfd;     /* readable once it has ended; -1: the system has no such thing */
  int      input_fd;  /* our ends of the pipes; -1: none, or closed */
  int      output_fd;
  int      error_fd;
  gboolean is_lost;   /* somebody else has reaped it */

  int      lifeline_fd; /* cut, it ends the group; -1: none */
  int      end_code;    /* how it has ended, as waitid() has it; 0: nobody knows */
  int      end_status;
} AtChild;

#define AT_CHILD_INIT { 0, -1, -1, -1, -1, FALSE, -1, 0, 0 }

/* What a child has of the program itself. It is taken where nobody changes it at that
 * moment: where the task is executed, and not on a worker while the program is at
 * setenv(), which may free what it reads. */
typedef struct
{
  char **environment;
  char  *search_path; /* NULL: the system's */
} AtChildOrigin;

/* @environment (nullable) is in the place of the program's. Replaces what was taken before. */
void     at_child_origin_take    (AtChildOrigin       *self,
                                  const char * const  *environment);
void     at_child_origin_clear   (AtChildOrigin       *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AtChildOrigin, at_child_origin_clear)

/* What a child with a channel finds it as, and its end of the lifeline. */
#define AT_CHILD_CHANNEL_FD  3
#define AT_CHILD_LIFELINE_FD 4

gboolean at_child_spawn          (AtChild             *self,
                                  const char * const  *argv,
                                  const AtChildOrigin *origin,
                                  const char          *working_directory,
                                  AtChildFlags         flags,
                                  int                  channel_fd,
                                  GError             **error);
gboolean at_child_signal         (AtChild             *self,
                                  int                  signal_number);
void     at_child_signal_group   (AtChild             *self,
                                  int                  signal_number);
gboolean at_child_has_ended      (AtChild             *self);
gboolean at_child_group_is_alive (AtChild             *self);
gboolean at_child_reap           (AtChild             *self,
                                  int                 *wait_status);
gssize   at_child_write          (AtChild             *self,
                                  gconstpointer        data,
                                  gsize                length);
void     at_child_close          (AtChild             *self);

void     at_child_close_fd       (int                 *fd);

G_END_DECLS
