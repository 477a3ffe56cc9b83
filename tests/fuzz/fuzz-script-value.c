/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include <string.h>

#include "at-script-value-private.h"
#include "at-types.h"

/* Input: a type in a line of its own, and the bytes of a value of it, of which many
 * will not be in normal form.
 *
 * - Any value is either turned into one of those that scripts understand, or refused
 *   with a reason.
 * - One that was turned stays as it is.
 * - What the check of bytes says of these is what GLib says of their normal form, and a
 *   look at each part of their types. */

static GVariant *rebuild (GVariant *value,
                          guint     depth);

static GVariant *
rebuild_container (GVariant *value,
                   guint     depth)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (g_variant_get_type (value));
  gboolean is_dictionary = g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT);

  if (depth >= AT_SCRIPT_VALUE_MAX_DEPTH)
    return NULL;

  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      g_autoptr (GVariant) key = is_dictionary ? g_variant_get_child_value (child, 0) : NULL;
      g_autoptr (GVariant) boxed = is_dictionary ? g_variant_get_child_value (child, 1) : g_variant_ref (child);
      g_autoptr (GVariant) element = g_variant_get_variant (boxed);
      GVariant *copy = rebuild (element, depth + 1);

      if (copy == NULL)
        return NULL;
      if (is_dictionary)
        g_variant_builder_add (&builder, "{sv}", g_variant_get_string (key, NULL), copy);
      else
        g_variant_builder_add (&builder, "v", copy);
    }

  return g_variant_builder_end (&builder);
}

/* What GLib would write, floating; or NULL if it is not of the subset. */
static GVariant *
rebuild (GVariant *value,
         guint     depth)
{
  const char *type = g_variant_get_type_string (value);
  g_autoptr (GBytes) bytes = NULL;

  if (g_str_equal (type, "mv"))
    return g_variant_n_children (value) == 0 ? g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL) : NULL;
  if (g_str_equal (type, "av") || g_str_equal (type, "a{sv}"))
    return rebuild_container (value, depth);
  if (!g_str_equal (type, "b") && !g_str_equal (type, "x") && !g_str_equal (type, "d") &&
      !g_str_equal (type, "s") && !g_str_equal (type, "ay"))
    return NULL;

  bytes = g_variant_get_data_as_bytes (value);

  return g_variant_new_from_bytes (g_variant_get_type (value), bytes, TRUE);
}

static GVariant *
rebuild_boxed (GVariant *boxed)
{
  g_autoptr (GVariant) value = g_variant_get_variant (boxed);
  GVariant *copy = rebuild (value, 0);

  return copy != NULL ? g_variant_ref_sink (g_variant_new_variant (copy)) : NULL;
}

/* Older versions of GLib take offsets that are wider than they have to be, too. */
static gboolean
is_expected (GVariant *boxed)
{
  g_autoptr (GVariant) copy = g_variant_is_normal_form (boxed) ? rebuild_boxed (boxed) : NULL;

  return copy != NULL && g_variant_get_size (copy) == g_variant_get_size (boxed) &&
         memcmp (g_variant_get_data (copy), g_variant_get_data (boxed), g_variant_get_size (boxed)) == 0;
}

static void
compare_checks (const guint8 *data,
                gsize         size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) boxed = NULL;

  boxed = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARIANT, bytes, FALSE));
  g_assert_true (at_script_value_check (data, size) == is_expected (boxed));
}

static void
check_plain (GVariant *value)
{
  g_autoptr (GVariant) boxed = g_variant_ref_sink (g_variant_new_variant (value));

  g_assert_true (is_expected (boxed));
  g_assert_true (at_script_value_check (g_variant_get_data (boxed), g_variant_get_size (boxed)));
}

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

  compare_checks (data, size);
  if (type == NULL || !g_variant_type_string_is_valid (type) ||
      !g_variant_type_is_definite ((const GVariantType *) type))
    return 0;

  bytes = g_bytes_new (input.data, input.left);
  value = g_variant_ref_sink (g_variant_new_from_bytes ((const GVariantType *) type, bytes, FALSE));
  plain = convert (value);
  if (plain == NULL)
    return 0;

  check_plain (plain);

  again = convert (plain);
  g_assert_nonnull (again);
  g_assert_cmpstr (g_variant_get_type_string (again), ==, g_variant_get_type_string (plain));
  g_assert_cmpmem (g_variant_get_data (again), g_variant_get_size (again),
                   g_variant_get_data (plain), g_variant_get_size (plain));

  return 0;
}
