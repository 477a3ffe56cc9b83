/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-executor.h"
#include "at-job-private.h"

G_BEGIN_DECLS

/* What calls the virtual function of an executor: it may be in another language. The
 * job is a part of a task, and QUEUED; the caller has a reference on it. */
gboolean at_executor_offer         (AtExecutor  *self,
                                    AtJob       *job,
                                    GError     **error);

/* The same for at_serial_executor_get_default(), which is known, as most tasks use it. */
gboolean at_executor_offer_default (AtJob       *job,
                                    GError     **error);

/* For the executor that finds a job in the queue of another one. Returns FALSE. */
gboolean at_executor_refuse_queued (GError     **error);

G_END_DECLS
