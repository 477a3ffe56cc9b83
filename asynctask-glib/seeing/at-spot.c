/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE
#include "config.h"

#include "at-spot-private.h"

#ifdef HAVE_DLADDR
# include <dlfcn.h>
# include <link.h>
#endif

gboolean
at_spot_find (AtSpot        *self,
              gconstpointer  address)
{
#ifdef HAVE_DLADDR
  Dl_info info;
# ifdef HAVE_DLADDR1
  const ElfW (Sym) *symbol = NULL;
  gboolean is_known = dladdr1 (address, &info, (void **) &symbol, RTLD_DL_SYMENT) != 0;
# else
  gboolean is_known = dladdr (address, &info) != 0;
# endif

  if (!is_known || info.dli_fname == NULL || info.dli_fbase == NULL)
    return FALSE;

  self->module = info.dli_fname;
  self->symbol = NULL;

  /* What is linked to one address is not moved. */
  self->offset = (gsize) address;
  if (((const ElfW (Ehdr) *) info.dli_fbase)->e_type != ET_EXEC)
    self->offset -= (gsize) info.dli_fbase;

  /* A stripped program has few symbols, and one before it is not that of the function. */
# ifdef HAVE_DLADDR1
  if (symbol != NULL && (gsize) ((const char *) address - (const char *) info.dli_saddr) < symbol->st_size)
    self->symbol = info.dli_sname;
# endif

  return TRUE;
#else
  return FALSE;
#endif
}

char *
at_spot_dup_offset (const AtSpot *self)
{
  g_autofree char *name = g_path_get_basename (self->module);

  return g_strdup_printf ("%s+0x%" G_GSIZE_MODIFIER "x", name, self->offset);
}
