/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-pool-private.h"
#include "at-thread-pool-executor.h"

G_BEGIN_DECLS

/* For an executor on top of a pool, that has a lock of its own. */
AtPool *at_thread_pool_executor_get_pool (AtThreadPoolExecutor *self);

G_END_DECLS
