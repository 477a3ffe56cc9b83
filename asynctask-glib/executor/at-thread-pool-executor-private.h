/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-job-private.h"
#include "at-thread-pool-executor.h"

G_BEGIN_DECLS

/* What an executor on top of a pool needs of it, that it has a lock of its own for. */

/* Takes in a job that is QUEUED, and is in @giver (nullable), under the lock of that:
 * one that is refused stays there. The caller has to call wake(), with no lock held. */
gboolean at_thread_pool_executor_push     (AtThreadPoolExecutor  *self,
                                           AtJob                 *job,
                                           AtJobQueue            *giver,
                                           GError               **error);
void     at_thread_pool_executor_wake     (AtThreadPoolExecutor  *self);

/* Whether a thread may keep its slot for another job, because nobody else wants it. */
gboolean at_thread_pool_executor_has_time (AtThreadPoolExecutor  *self);

G_END_DECLS
