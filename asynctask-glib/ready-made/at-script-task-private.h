/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-child-private.h"
#include "at-script-task.h"
#include "at-wake-private.h"

G_BEGIN_DECLS

/* What the parts of AtScriptTask share: at-script-task.c, its class and what came of it;
 * -options.c, what is set before; -run.c, the body; -warm.c, processes that are ready. */

typedef struct
{
  /* Set before the task is executed, constant afterwards. */
  char             *module;
  char             *function;
  char             *interpreter;
  char             *working_directory;
  char            **environment;
  guint             grace_time;
  gboolean          isolated;

  /* Whoever starts the task, then the body. */
  AtChildOrigin     origin;

  /* The body's thread, once and before it ends; atomic. */
  char             *error_name;
  char             *error_stack;
  GVariant         *error_details;

  /* Of the body that waits for its process; closed when there is none. */
  GMutex            wake_lock;
  AtWake            wake;
} AtScriptTaskPrivate;

AtScriptTaskPrivate *at_script_task_get_private (AtScriptTask *self);

enum
{
  PROP_MODULE = 1,
  PROP_FUNCTION,
  PROP_INTERPRETER,
  PROP_WORKING_DIRECTORY,
  PROP_ENVIRONMENT,
  PROP_GRACE_TIME,
  PROP_ISOLATED,
  PROP_MAX_PENDING,
  PROP_ERROR_NAME,
  PROP_ERROR_STACK,
  PROP_ERROR_DETAILS,
  N_PROPS
};

extern GParamSpec *at_script_properties[N_PROPS];

/* The body. */
gboolean    at_script_task_run        (AtAsyncTask          *task,
                                       const GValue         *value,
                                       GCancellable         *cancellable,
                                       GError              **error);
/* Any thread: the body looks at what it is for before it waits again. */
void        at_script_task_wake_body  (AtAsyncTask          *task);

const char *at_script_get_interpreter (const char           *interpreter,
                                       AtScriptLanguage      language);
/* Processes of one key are as good as each other; and those that have loaded a module. */
char       *at_script_get_warm_key    (AtScriptLanguage      language,
                                       const char           *interpreter,
                                       const char           *working_directory,
                                       const AtChildOrigin  *origin);
char       *at_script_get_shared_key  (const char           *warm_key,
                                       const char           *module);

G_END_DECLS
