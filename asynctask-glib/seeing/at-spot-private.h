/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where an address is: in which file, and where in it, as addr2line takes it. */
typedef struct
{
  const char *module;
  gsize       offset;
  const char *symbol; /* that the address is inside of, or NULL; never the nearest one */
} AtSpot;

/* FALSE where that is not known. */
gboolean at_spot_find       (AtSpot        *self,
                             gconstpointer  address);

/* "program+0x1234" */
char    *at_spot_dup_offset (const AtSpot  *self);

G_END_DECLS
