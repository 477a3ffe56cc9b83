/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-transfer-task.h"

G_BEGIN_DECLS

/* What the parts of AtTransferTask share: at-transfer-task.c, its class and what is set
 * before; at-transfer-run.c, the body; -wait.c, how that blocks and is interrupted;
 * -checksum.c. */

typedef struct
{
  /* Owner until the task is executed, constant afterwards. */
  GInputStream     *source;
  GOutputStream    *sink;
  guint64           size;
  AtTransferFlags   flags;
  guint             buffer_size;
  char             *checksum_type;
  char             *expected_checksum;

  /* The body, once; any thread, atomic. */
  char             *checksum;
  int               has_begun;

  /* The body, of which there may be several, one after the other. */
  goffset           source_start; /* where the first one has begun */
  goffset           sink_start;
  GSList           *former_checksums; /* that somebody may look at still */

  /* Any thread, under @lock. */
  GMutex            lock;
  GCancellable     *interrupt; /* of the read or write that the body is in */

  /* Owner. */
  gboolean          was_abandoned;
} AtTransferTaskPrivate;

AtTransferTaskPrivate *at_transfer_task_get_private (AtTransferTask *self);

/* What the body has. */
typedef struct
{
  AtAsyncTask           *task;
  AtTransferTaskPrivate *priv;
  GCancellable          *cancellable;
  GCancellable          *interrupt;
  GMainContext          *context; /* made when a stream has to be waited for */
  GChecksum             *checksum;
  const char            *checksum_name;
  int                    blocking_fd;
  guint                  n_blocked;
  guint64                n_read;
  guint64                n_written;
} AtTransfer;

/* at-transfer-run.c */
gboolean at_transfer_task_run       (AtAsyncTask            *task,
                                     const GValue           *params,
                                     GCancellable           *cancellable,
                                     GError                **error);
void     at_transfer_task_abandon   (AtTransferTaskPrivate  *priv);

/* at-transfer-wait.c */
void     at_transfer_task_interrupt (AtTransferTaskPrivate  *priv);
gboolean at_transfer_may_go_on      (AtTransfer             *transfer,
                                     GError                **error);
gboolean at_transfer_try_again      (AtTransfer             *transfer,
                                     gpointer                stream,
                                     GError                 *reason,
                                     GError                **error);
void     at_transfer_end_waiting    (AtTransfer             *transfer);

/* at-transfer-checksum.c */
gboolean at_transfer_begin_checksum (AtTransfer             *transfer,
                                     GError                **error);
gboolean at_transfer_end_checksum   (AtTransfer             *transfer,
                                     GError                **error);

G_END_DECLS
