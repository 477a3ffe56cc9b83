/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-line-splitter-private.h"
#include "at-progress-pattern-private.h"
#include "at-subprocess-task-private.h"

G_BEGIN_DECLS

/* What a command prints: published, collected, searched for progress and kept for an
 * error, as the task says. On the stack of the body, and for it alone. */

typedef struct
{
  AtAsyncTask             *task;
  AtSubprocessTaskPrivate *priv;
  char                    *buffer;
  AtLineSplitter           lines;
  AtProgressPattern        output_progress;
  AtProgressPattern        error_progress;
  GByteArray              *collected;  /* or NULL */
  GByteArray              *error_tail;
  gboolean                 is_closed;  /* nobody hears of what comes from now on */
  GError                  *error;      /* too much has come */
} AtSubprocessReader;

gboolean at_subprocess_reader_init   (AtSubprocessReader       *self,
                                      AtAsyncTask              *task,
                                      AtSubprocessTaskPrivate  *priv,
                                      GError                  **error);
void     at_subprocess_reader_clear  (AtSubprocessReader  *self);

/* One of its outputs has something to read, or nothing any more. */
void     at_subprocess_reader_read   (AtSubprocessReader  *self,
                                      int                 *fd);
/* Takes what there is now: who else has the pipe may never have enough of it. */
void     at_subprocess_reader_drain  (AtSubprocessReader  *self,
                                      int                 *fd);

void     at_subprocess_reader_finish (AtSubprocessReader  *self);

G_END_DECLS
