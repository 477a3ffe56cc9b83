/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where in a program something was called: so many return addresses, the innermost first,
 * those of the library left out. */
#define AT_CALL_SITE_DEPTH 4

typedef struct
{
  gpointer addresses[AT_CALL_SITE_DEPTH]; /* NULL behind the last one */
} AtCallSite;

void  at_call_site_take   (AtCallSite       *self);

/* "start_copying (program+0x1234), from main (program+0x1300)", or NULL where it is not known. */
char *at_call_site_dup_text (const AtCallSite *self);

G_END_DECLS
