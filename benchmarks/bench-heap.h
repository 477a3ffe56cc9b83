/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <stdint.h>

typedef void (* BenchHeapCount) (int64_t *bytes,
                                 int64_t *blocks,
                                 int64_t *allocations);

void bench_heap_count (int64_t *bytes,
                       int64_t *blocks,
                       int64_t *allocations);
