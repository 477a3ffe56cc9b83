/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-child-private.h"
#include "at-subprocess-task.h"
#include "at-wake-private.h"

G_BEGIN_DECLS

/* What the parts of AtSubprocessTask share: at-subprocess-task.c, its class and what came
 * of it; -options.c, what is set before; -run.c, the life of the command; -reader.c, what
 * it prints. */

#define AT_MIN_LINE_LENGTH 16

typedef struct
{
  /* Set before the task is executed, constant afterwards. */
  char                **argv;
  char                 *working_directory;
  char                **environment;
  GBytes               *input;
  AtSubprocessOutput    output_mode;
  guint                 max_line_length;
  guint64               max_output;
  char                 *progress_pattern;
  AtSubprocessStreams   progress_streams;
  guint                 grace_time;
  gboolean              merge_error_output;
  gboolean              collect_output;

  /* Whoever starts the task, then the body. */
  AtChildOrigin         origin;

  /* The body; its pid changes, and is signalled by others, under @lock. */
  AtChild               child;

  /* Any thread, under @lock. */
  GMutex                lock;
  AtWake                wake; /* closed: there is no body to wake */
  int                   exit_status;
  int                   term_signal;
  GBytes               *output;
  char                 *error_output;
} AtSubprocessTaskPrivate;

AtSubprocessTaskPrivate *at_subprocess_task_get_private (AtSubprocessTask *self);

enum
{
  PROP_ARGV = 1,
  PROP_WORKING_DIRECTORY,
  PROP_ENVIRONMENT,
  PROP_INPUT,
  PROP_OUTPUT_MODE,
  PROP_MERGE_ERROR_OUTPUT,
  PROP_MAX_LINE_LENGTH,
  PROP_MAX_PENDING,
  PROP_COLLECT_OUTPUT,
  PROP_MAX_OUTPUT,
  PROP_PROGRESS_PATTERN,
  PROP_PROGRESS_STREAMS,
  PROP_GRACE_TIME,
  PROP_OUTPUT,
  PROP_ERROR_OUTPUT,
  PROP_EXIT_STATUS,
  PROP_TERM_SIGNAL,
  N_PROPS
};

extern GParamSpec *at_subprocess_properties[N_PROPS];

/* The body. */
gboolean at_subprocess_task_run       (AtAsyncTask   *task,
                                       const GValue  *params,
                                       GCancellable  *cancellable,
                                       GError       **error);
/* Any thread: the body looks at what it is for before it waits again. */
void     at_subprocess_task_wake_body (AtAsyncTask   *task);

G_END_DECLS
