/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

/* What the programs of this folder share, so that each comes to an end by itself: something
 * that does not go on until the library has told of it, or for half a minute where it was not
 * asked to (ASYNCTASK_DEBUG). A program of yours has no use for it. */

void situation_begin         (void);

/* Has the calling thread blocked, or the default main context iterated, for as long. */
void situation_block         (void);
void situation_iterate       (void);

/* In asked.c, and of use for any program. */
void print_tasks             (void);
void print_tasks_when_asked  (void);
