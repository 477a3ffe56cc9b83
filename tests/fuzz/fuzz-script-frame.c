/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include <math.h>

#include "at-script-frame-private.h"
#include "at-script-value-private.h"

/* Input: what the process of a script has sent.
 *
 * - A frame is no longer than what is there, and is not told before all of it is.
 * - A value is of the subset that scripts may send, and becomes itself when it is sent.
 * - A frame that is read is written as the same bytes.
 * - What a value says makes sense. */

static void
check_text (const char *text)
{
  if (text != NULL)
    g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
check_error (GVariant *value)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree char *stack = NULL;
  g_autoptr (GVariant) details = NULL;
  AtScriptError code;

  if (!at_script_frame_get_error (value, &code, &name, &text, &stack, &details))
    return;

  g_assert_nonnull (text);
  check_text (name);
  check_text (text);
  check_text (stack);
  g_assert_true (details == NULL || g_variant_is_of_type (details, G_VARIANT_TYPE_VARDICT));
  g_assert_true (code == AT_SCRIPT_ERROR_THROWN || code == AT_SCRIPT_ERROR_MODULE_FAILED ||
                 code == AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND || code == AT_SCRIPT_ERROR_INVALID_VALUE);
}

static void
check_value (GVariant *value)
{
  g_auto (GValue) box = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) again = NULL;
  guint64 completed, total;
  const char *message;
  double fraction;

  g_value_init (&box, G_TYPE_VARIANT);
  g_value_set_variant (&box, value);
  again = at_script_value_from_gvalue (&box, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_type_string (again), ==, g_variant_get_type_string (value));
  g_assert_cmpmem (g_variant_get_data (again), g_variant_get_size (again),
                   g_variant_get_data (value), g_variant_get_size (value));

  at_script_frame_get_fraction (value, &fraction);
  at_script_frame_get_amounts (value, &completed, &total);
  if (at_script_frame_get_message (value, &message))
    check_text (message);
  check_error (value);
}

static void
check_frame (const guint8  *data,
             gsize          length,
             AtScriptFrame  kind,
             GVariant      *value)
{
  g_autoptr (GByteArray) written = g_byte_array_new ();
  AtScriptFrame other_kind;
  GVariant *other_value;
  gsize other_length;

  g_assert_cmpint (kind, >=, AT_SCRIPT_FRAME_PROGRESS);
  g_assert_cmpint (kind, <=, AT_SCRIPT_FRAME_STARTED);

  at_script_frame_append (written, kind, value);
  g_assert_cmpmem (written->data, written->len, data, length);

  g_assert_cmpint (at_script_frame_parse (data, length - 1, &other_kind, &other_value, &other_length),
                   ==, AT_SCRIPT_RECEIVED_NOTHING);
  g_assert_null (other_value);

  if (value != NULL)
    check_value (value);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  for (;;)
    {
      g_autoptr (GVariant) value = NULL;
      AtScriptFrame kind;
      gsize length;

      if (at_script_frame_parse (data, size, &kind, &value, &length) != AT_SCRIPT_RECEIVED_FRAME)
        {
          g_assert_null (value);
          return 0;
        }

      g_assert_cmpuint (length, <=, size);
      check_frame (data, length, kind, value);
      data += length;
      size -= length;
    }
}
