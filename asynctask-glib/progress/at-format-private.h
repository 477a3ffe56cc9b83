/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-format.h"

G_BEGIN_DECLS

/* Has the texts of the library translated, before the first of them is needed. */
void  at_text_init   (void);

/* @format is a translated text with a "%s" for each text that follows, up to NULL. One
 * that a translation has got wrong must not crash. */
char *at_text_insert (const char *format,
                      ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
