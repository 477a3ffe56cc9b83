/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-async-task.h"

G_BEGIN_DECLS

#define AT_TYPE_TRANSFER_TASK (at_transfer_task_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (AtTransferTask, at_transfer_task, AT, TRANSFER_TASK, AtAsyncTask)

/**
 * AtTransferTaskClass:
 * @parent_class: The parent class.
 *
 * The class structure of [class@TransferTask].
 *
 * A subclass overrides those of the handlers of [class@AsyncTask] that it needs.
 * It has the body that it inherits, or one that calls it; what else the parent class
 * overrides is to be called, too.
 *
 * Since: 1.0
 */
struct _AtTransferTaskClass
{
  AtAsyncTaskClass parent_class;

  /*< private >*/
  gpointer padding[4];
};

AT_AVAILABLE_IN_1_0
AtTransferTask  *at_transfer_task_new                   (GInputStream    *source,
                                                         GOutputStream   *sink,
                                                         guint64          total);

AT_AVAILABLE_IN_1_0
GInputStream    *at_transfer_task_get_source            (AtTransferTask  *self);
AT_AVAILABLE_IN_1_0
void             at_transfer_task_set_source            (AtTransferTask  *self,
                                                         GInputStream    *source);
AT_AVAILABLE_IN_1_0
GOutputStream   *at_transfer_task_get_sink              (AtTransferTask  *self);
AT_AVAILABLE_IN_1_0
void             at_transfer_task_set_sink              (AtTransferTask  *self,
                                                         GOutputStream   *sink);
AT_AVAILABLE_IN_1_0
guint64          at_transfer_task_get_size              (AtTransferTask  *self);
AT_AVAILABLE_IN_1_0
void             at_transfer_task_set_size              (AtTransferTask  *self,
                                                         guint64          size);
AT_AVAILABLE_IN_1_0
AtTransferFlags  at_transfer_task_get_flags             (AtTransferTask  *self);
AT_AVAILABLE_IN_1_0
void             at_transfer_task_set_flags             (AtTransferTask  *self,
                                                         AtTransferFlags  flags);
AT_AVAILABLE_IN_1_0
guint            at_transfer_task_get_buffer_size       (AtTransferTask  *self);
AT_AVAILABLE_IN_1_0
void             at_transfer_task_set_buffer_size       (AtTransferTask  *self,
                                                         guint            buffer_size);
AT_AVAILABLE_IN_1_0
const char      *at_transfer_task_get_checksum_type     (AtTransferTask  *self);
AT_AVAILABLE_IN_1_0
void             at_transfer_task_set_checksum_type     (AtTransferTask  *self,
                                                         const char      *checksum_type);
AT_AVAILABLE_IN_1_0
const char      *at_transfer_task_get_expected_checksum (AtTransferTask  *self);
AT_AVAILABLE_IN_1_0
void             at_transfer_task_set_expected_checksum (AtTransferTask  *self,
                                                         const char      *expected_checksum);
AT_AVAILABLE_IN_1_0
const char      *at_transfer_task_get_checksum          (AtTransferTask  *self);

G_END_DECLS
