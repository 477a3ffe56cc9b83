/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

G_BEGIN_DECLS

/* What a target defines: it reads the input as its part of the program would, and
 * aborts where something does not hold. */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* Takes an input apart, from its beginning. */
typedef struct
{
  const guint8 *data;
  gsize         left;
} FuzzInput;

/* 0 at the end. */
static inline guint8
fuzz_input_take_byte (FuzzInput *self)
{
  if (self->left == 0)
    return 0;

  self->left--;
  return *self->data++;
}

/* What is left, as a string: it ends at the first NUL character. The block is no
 * longer than that, so that AddressSanitizer sees who reads on. */
static inline char *
fuzz_input_take_text (FuzzInput *self)
{
  const guint8 *stop = self->left > 0 ? memchr (self->data, '\0', self->left) : NULL;
  gsize length = stop != NULL ? (gsize) (stop - self->data) : self->left;

  self->left = 0;

  return length > 0 ? g_strndup ((const char *) self->data, length) : g_strdup ("");
}

/* What is left up to a line feed, as a string; NULL at the end. */
static inline char *
fuzz_input_take_line (FuzzInput *self)
{
  const guint8 *stop;
  FuzzInput line;

  if (self->left == 0)
    return NULL;

  stop = memchr (self->data, '\n', self->left);
  line.data = self->data;
  line.left = stop != NULL ? (gsize) (stop - self->data) : self->left;
  self->left -= line.left + (stop != NULL ? 1 : 0);
  self->data = stop != NULL ? stop + 1 : self->data + line.left;

  return fuzz_input_take_text (&line);
}

G_END_DECLS
