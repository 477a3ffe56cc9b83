/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#define AT_INSIDE
# include "at-types.h"
# include "at-enum-types.h"
# include "at-version.h"
# include "at-executor.h"
# include "at-format.h"
# include "at-async-task.h"
# include "at-debug.h"
# include "at-deferred-task.h"
# include "at-inline-executor.h"
# include "at-latest.h"
# include "at-limit-executor.h"
# include "at-script-task.h"
# include "at-serial-executor.h"
# include "at-subprocess-task.h"
# include "at-task-cache.h"
# include "at-task-group.h"
# include "at-task-list.h"
# include "at-thread-pool-executor.h"
# include "at-transfer-task.h"
#undef AT_INSIDE
