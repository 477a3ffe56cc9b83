/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include "at-script-value-private.h"
#include "at-types.h"

/* Input: a type in a line of its own, and the bytes of a value of it, of which many
 * will not be in normal form.
 *
 * - Any value is either turned into one of those that scripts understand, or refused
 *   with a reason.
 * - One that was turned stays as it is. */

static GVariant *
convert (GVariant *value)
{
  g_auto (GValue) box = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  GVariant *plain;

  g_value_init (&box, G_TYPE_VARIANT);
  g_value_set_variant (&box, value);
  plain = at_script_value_from_gvalue (&box, &error);
  if (plain == NULL)
    g_assert_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE);
  else
    g_assert_no_error (error);

  return plain;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  g_autofree char *type = fuzz_input_take_line (&input);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) plain = NULL;
  g_autoptr (GVariant) again = NULL;

  if (type == NULL || !g_variant_type_string_is_valid (type) ||
      !g_variant_type_is_definite ((const GVariantType *) type))
    return 0;

  bytes = g_bytes_new (input.data, input.left);
  value = g_variant_ref_sink (g_variant_new_from_bytes ((const GVariantType *) type, bytes, FALSE));
  plain = convert (value);
  if (plain == NULL)
    return 0;

  g_assert_true (g_variant_is_normal_form (plain));
  g_assert_true (at_script_value_is_plain (plain));

  again = convert (plain);
  g_assert_nonnull (again);
  g_assert_cmpstr (g_variant_get_type_string (again), ==, g_variant_get_type_string (plain));
  g_assert_cmpmem (g_variant_get_data (again), g_variant_get_size (again),
                   g_variant_get_data (plain), g_variant_get_size (plain));

  return 0;
}
