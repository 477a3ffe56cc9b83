/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

/* Executes a task whose end @ended is called for; with @wait, not before its body has ended
 * does it return. The task is nobody's afterwards. */
typedef void (* UnloadExecute) (AtTaskFunc body,
                                GCallback  ended,
                                gboolean   wait);

void unload_module_execute (AtTaskFunc body,
                            GCallback  ended,
                            gboolean   wait);
