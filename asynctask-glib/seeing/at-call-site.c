/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE
#include "config.h"

#include "at-call-site-private.h"

#include "at-spot-private.h"

#if defined (HAVE_DLADDR) && defined (HAVE_BACKTRACE)

# include <execinfo.h>
# include <link.h>

/* What is looked through for those that count: signals and bindings have many of theirs. */
# define MAX_FRAMES 32

/* The code that the library is in: of a program that has it inside, all is. */
static struct
{
  gsize    start;
  gsize    end;
  gboolean is_program;
} own;

static int
find_own (struct dl_phdr_info *info,
          gsize                size,
          gpointer             n_modules)
{
  gsize here = (gsize) &own;

  for (guint i = 0; i < info->dlpi_phnum; i++)
    {
      gsize start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
      gsize end = start + info->dlpi_phdr[i].p_memsz;

      if (info->dlpi_phdr[i].p_type != PT_LOAD)
        continue;

      own.start = own.start != 0 ? MIN (own.start, start) : start;
      own.end = MAX (own.end, end);
    }

  /* The program is the first. */
  own.is_program = *(int *) n_modules == 0;
  *(int *) n_modules += 1;
  if (here >= own.start && here < own.end)
    return 1;

  own.start = own.end = 0;

  return 0;
}

static gboolean
is_own (gpointer address)
{
  static gsize is_known;

  if (g_once_init_enter (&is_known))
    {
      int n_modules = 0;

      dl_iterate_phdr (find_own, &n_modules);
      g_once_init_leave (&is_known, TRUE);
    }

  return !own.is_program && (gsize) address >= own.start && (gsize) address < own.end;
}

void
at_call_site_take (AtCallSite *self)
{
  gpointer frames[MAX_FRAMES];
  int n_frames = backtrace (frames, MAX_FRAMES), first = 1;

  *self = (AtCallSite) { { NULL, } };
  while (first < n_frames && is_own (frames[first]))
    first++;
  for (int i = 0; i < AT_CALL_SITE_DEPTH && first + i < n_frames && !is_own (frames[first + i]); i++)
    self->addresses[i] = frames[first + i];
}

/* A return address is that of what comes after the call, which may be another line, or even
 * another function. */
static void
append_frame (GString  *text,
              gpointer  address)
{
  g_autofree char *offset = NULL;
  AtSpot spot;

  if (!at_spot_find (&spot, (const char *) address - 1))
    {
      g_string_append_printf (text, "%p", address);
      return;
    }

  offset = at_spot_dup_offset (&spot);
  if (spot.symbol != NULL)
    g_string_append_printf (text, "%s (%s)", spot.symbol, offset);
  else
    g_string_append (text, offset);
}

static gboolean
is_in_ffi (gpointer address)
{
  g_autofree char *name = NULL;
  AtSpot spot;

  if (!at_spot_find (&spot, address))
    return FALSE;

  name = g_path_get_basename (spot.module);

  return g_str_has_prefix (name, "libffi.");
}

char *
at_call_site_dup_text (const AtCallSite *self)
{
  GString *text;

  /* Of a program in a language that calls by way of libffi, these are addresses in its interpreter. */
  if (self->addresses[0] == NULL || is_in_ffi (self->addresses[0]))
    return NULL;

  text = g_string_new (NULL);
  for (guint i = 0; i < AT_CALL_SITE_DEPTH && self->addresses[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (text, ", from ");
      append_frame (text, self->addresses[i]);
    }

  return g_string_free (text, FALSE);
}

#else

void
at_call_site_take (AtCallSite *self)
{
  *self = (AtCallSite) { { NULL, } };
}

char *
at_call_site_dup_text (const AtCallSite *self)
{
  return NULL;
}

#endif
