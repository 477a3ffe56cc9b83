/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-script-value-private.h"

#include "at-types.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static GVariant *normalize (GVariant  *value,
                            guint      depth,
                            GError   **error);

static gboolean
is_bytes (GVariant *value)
{
  return g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING);
}

static GVariant *
normalize_bytes (GVariant *value)
{
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (value);

  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

static gboolean
check_depth (guint    depth,
             GError **error)
{
  if (depth < AT_SCRIPT_VALUE_MAX_DEPTH)
    return TRUE;

  g_set_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE,
               _("A value nested more than %d levels deep cannot be sent to a script"),
               AT_SCRIPT_VALUE_MAX_DEPTH);

  return FALSE;
}

/* What bindings send is as it has to be already. Boxed, a number of the wrong size would
 * become one of the right size. */
static gboolean
is_plain (GVariant *value)
{
  g_autoptr (GVariant) boxed = g_variant_ref_sink (g_variant_new_variant (value));

  return g_variant_is_container (value) &&
         at_script_value_check (g_variant_get_data (boxed), g_variant_get_size (boxed));
}

static GVariant *
normalize_array (GVariant  *value,
                 guint      depth,
                 GError   **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  gsize n = g_variant_n_children (value);

  if (!check_depth (depth, error))
    return NULL;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      GVariant *plain = normalize (child, depth + 1, error);

      if (plain == NULL)
        return NULL;
      g_variant_builder_add (&builder, "v", plain);
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
normalize_dictionary (GVariant  *value,
                      guint      depth,
                      GError   **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gsize n = g_variant_n_children (value);

  if (!check_depth (depth, error))
    return NULL;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (value, i);
      g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);
      g_autoptr (GVariant) child = g_variant_get_child_value (entry, 1);
      GVariant *plain;

      plain = normalize (child, depth + 1, error);
      if (plain == NULL)
        return NULL;
      g_variant_builder_add (&builder, "{sv}", g_variant_get_string (key, NULL), plain);
    }

  return g_variant_builder_end (&builder);
}

static gboolean
has_text_keys (GVariant *value)
{
  const GVariantType *key = g_variant_type_key (g_variant_type_element (g_variant_get_type (value)));

  return g_variant_type_equal (key, G_VARIANT_TYPE_STRING) ||
         g_variant_type_equal (key, G_VARIANT_TYPE_OBJECT_PATH) ||
         g_variant_type_equal (key, G_VARIANT_TYPE_SIGNATURE);
}

static GVariant *
refuse (const char  *type,
        GError     **error)
{
  g_set_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE,
               _("A value of type “%s” cannot be sent to a script"), type);

  return NULL;
}

static GVariant *
normalize_maybe (GVariant  *value,
                 guint      depth,
                 GError   **error)
{
  g_autoptr (GVariant) child = g_variant_get_maybe (value);

  if (child == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);

  return normalize (child, depth, error);
}

static GVariant *
normalize_boxed (GVariant  *value,
                 guint      depth,
                 GError   **error)
{
  g_autoptr (GVariant) child = g_variant_get_variant (value);

  return normalize (child, depth, error);
}

/* A floating reference, or NULL with @error set. */
static GVariant *
normalize (GVariant  *value,
           guint      depth,
           GError   **error)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      return g_variant_new_boolean (g_variant_get_boolean (value));
    case G_VARIANT_CLASS_BYTE:
      return g_variant_new_int64 (g_variant_get_byte (value));
    case G_VARIANT_CLASS_INT16:
      return g_variant_new_int64 (g_variant_get_int16 (value));
    case G_VARIANT_CLASS_UINT16:
      return g_variant_new_int64 (g_variant_get_uint16 (value));
    case G_VARIANT_CLASS_INT32:
      return g_variant_new_int64 (g_variant_get_int32 (value));
    case G_VARIANT_CLASS_UINT32:
      return g_variant_new_int64 (g_variant_get_uint32 (value));
    case G_VARIANT_CLASS_INT64:
      return g_variant_new_int64 (g_variant_get_int64 (value));
    case G_VARIANT_CLASS_UINT64:
      if (g_variant_get_uint64 (value) > G_MAXINT64)
        {
          /* xgettext cannot read a format that a macro is in the middle of. */
          g_autofree char *number = g_variant_print (value, FALSE);

          g_set_error (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE,
                       /* Translators: %s is a number. */
                       _("%s is too big a number for a script"), number);
          return NULL;
        }
      return g_variant_new_int64 ((gint64) g_variant_get_uint64 (value));
    case G_VARIANT_CLASS_DOUBLE:
      return g_variant_new_double (g_variant_get_double (value));
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
      return g_variant_new_string (g_variant_get_string (value, NULL));
    case G_VARIANT_CLASS_VARIANT:
      return normalize_boxed (value, depth, error);
    case G_VARIANT_CLASS_MAYBE:
      return normalize_maybe (value, depth, error);
    case G_VARIANT_CLASS_ARRAY:
      if (is_bytes (value))
        return normalize_bytes (value);
      if (!g_variant_is_of_type (value, G_VARIANT_TYPE_DICTIONARY))
        return normalize_array (value, depth, error);
      if (has_text_keys (value))
        return normalize_dictionary (value, depth, error);
      return refuse (g_variant_get_type_string (value), error);
    case G_VARIANT_CLASS_TUPLE:
      return normalize_array (value, depth, error);
    case G_VARIANT_CLASS_HANDLE:
    case G_VARIANT_CLASS_DICT_ENTRY:
    default:
      return refuse (g_variant_get_type_string (value), error);
    }
}

static GVariant *
text_to_variant (const char  *text,
                 GError     **error)
{
  if (text == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, AT_SCRIPT_ERROR, AT_SCRIPT_ERROR_INVALID_VALUE,
                           _("A string that is not valid UTF-8 cannot be sent to a script"));
      return NULL;
    }

  return g_variant_new_string (text);
}

static GVariant *
texts_to_variant (const char * const  *texts,
                  GError             **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  if (texts == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);

  for (gsize i = 0; texts[i] != NULL; i++)
    {
      GVariant *text = text_to_variant (texts[i], error);

      if (text == NULL)
        return NULL;
      g_variant_builder_add (&builder, "v", text);
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
boxed_to_variant (const GValue  *value,
                  GError       **error)
{
  gpointer boxed = g_value_get_boxed (value);

  if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    return texts_to_variant (boxed, error);
  if (boxed == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
  if (G_VALUE_HOLDS (value, G_TYPE_BYTES))
    return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, boxed, TRUE);
  if (G_VALUE_HOLDS (value, G_TYPE_BYTE_ARRAY))
    return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, ((GByteArray *) boxed)->data,
                                      ((GByteArray *) boxed)->len, 1);

  return refuse (G_VALUE_TYPE_NAME (value), error);
}

static GVariant *
convert (const GValue  *value,
         GError       **error)
{
  g_auto (GValue) number = G_VALUE_INIT;

  if (value == NULL || !G_IS_VALUE (value))
    return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);

  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value)))
    {
    case G_TYPE_BOOLEAN:
      return g_variant_new_boolean (g_value_get_boolean (value));
    case G_TYPE_CHAR:
      return g_variant_new_int64 (g_value_get_schar (value));
    case G_TYPE_UCHAR:
      return g_variant_new_int64 (g_value_get_uchar (value));
    case G_TYPE_INT:
      return g_variant_new_int64 (g_value_get_int (value));
    case G_TYPE_UINT:
      return g_variant_new_int64 (g_value_get_uint (value));
    case G_TYPE_LONG:
      return g_variant_new_int64 (g_value_get_long (value));
    case G_TYPE_INT64:
      return g_variant_new_int64 (g_value_get_int64 (value));
    case G_TYPE_ENUM:
      return g_variant_new_int64 (g_value_get_enum (value));
    case G_TYPE_FLAGS:
      return g_variant_new_int64 (g_value_get_flags (value));
    case G_TYPE_ULONG:
    case G_TYPE_UINT64:
      {
        g_autoptr (GVariant) wide = NULL;

        g_value_init (&number, G_TYPE_UINT64);
        g_value_transform (value, &number);
        wide = g_variant_ref_sink (g_variant_new_uint64 (g_value_get_uint64 (&number)));

        return normalize (wide, 0, error);
      }
    case G_TYPE_FLOAT:
      return g_variant_new_double (g_value_get_float (value));
    case G_TYPE_DOUBLE:
      return g_variant_new_double (g_value_get_double (value));
    case G_TYPE_POINTER:
    case G_TYPE_OBJECT:
    case G_TYPE_INTERFACE:
      /* How bindings write their null. */
      if (g_value_peek_pointer (value) != NULL)
        return refuse (G_VALUE_TYPE_NAME (value), error);
      return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
    case G_TYPE_STRING:
      return text_to_variant (g_value_get_string (value), error);
    case G_TYPE_BOXED:
      return boxed_to_variant (value, error);
    case G_TYPE_VARIANT:
      if (g_value_get_variant (value) == NULL)
        return g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL);
      if (is_plain (g_value_get_variant (value)))
        return g_value_dup_variant (value);
      return normalize (g_value_get_variant (value), 0, error);
    default:
      return refuse (G_VALUE_TYPE_NAME (value), error);
    }
}

/* A full reference, or NULL with @error set. */
GVariant *
at_script_value_from_gvalue (const GValue  *value,
                             GError       **error)
{
  GVariant *plain = convert (value, error);

  return plain != NULL ? g_variant_take_ref (plain) : NULL;
}

/* What comes from a process. GLib's own check of a normal form takes 20 ns for each byte
 * of bytes, and one of the types would make a GVariant of each element. */

static gboolean check_boxed (const guint8 *data,
                             gsize         size,
                             guint         depth);

/* How many bytes an offset has in a container of @size bytes; none is as big as to
 * need eight. */
static gsize
get_offset_size (gsize size)
{
  return size > G_MAXUINT16 ? 4 : size > G_MAXUINT8 ? 2 : 1;
}

/* Whether smaller offsets would not have done. */
static gboolean
is_tight (gsize body_size,
          gsize n_offsets,
          gsize offset_size)
{
  return offset_size == 1 || get_offset_size (body_size + n_offsets * (offset_size / 2)) == offset_size;
}

static gsize
read_offset (const guint8 *data,
             gsize         offset_size)
{
  gsize offset = 0;

  for (gsize i = offset_size; i > 0; i--)
    offset = offset << 8 | data[i - 1];

  return offset;
}

/* Skips to the next element, which is aligned as GVariants are. */
static gboolean
skip_padding (const guint8 *data,
              gsize        *at,
              gsize         end)
{
  for (; (*at & 7) != 0; (*at)++)
    if (*at >= end || data[*at] != 0)
      return FALSE;

  return TRUE;
}

static gboolean
check_text (const guint8 *data,
            gsize         size)
{
  return size > 0 && data[size - 1] == '\0' && g_utf8_validate_len ((const char *) data, size - 1, NULL);
}

static gboolean
check_entry (const guint8 *data,
             gsize         size,
             guint         depth)
{
  gsize offset_size = get_offset_size (size);
  gsize key_size, at;

  if (size < offset_size)
    return FALSE;

  size -= offset_size;
  key_size = at = read_offset (data + size, offset_size);

  return key_size <= size && is_tight (size, 1, offset_size) &&
         check_text (data, key_size) && skip_padding (data, &at, size) &&
         check_boxed (data + at, size - at, depth);
}

/* Of GVariants, or of entries of a dictionary: each is followed by where it ends, behind
 * all of them. */
static gboolean
check_elements (const guint8 *data,
                gsize         size,
                gboolean      are_entries,
                guint         depth)
{
  gsize offset_size = get_offset_size (size);
  gsize body_size, n, at = 0;

  if (depth >= AT_SCRIPT_VALUE_MAX_DEPTH)
    return FALSE;
  if (size == 0)
    return TRUE;

  body_size = read_offset (data + size - offset_size, offset_size);
  n = (size - body_size) / offset_size;
  if (body_size >= size || (size - body_size) % offset_size != 0 || !is_tight (body_size, n, offset_size))
    return FALSE;

  for (gsize i = 0; i < n; i++)
    {
      gsize end = read_offset (data + body_size + i * offset_size, offset_size);

      if (end > body_size || !skip_padding (data, &at, end) || end < at ||
          !(are_entries ? check_entry : check_boxed) (data + at, end - at, depth + 1))
        return FALSE;
      at = end;
    }

  return TRUE;
}

/* A value, and behind it a NUL and its type. */
static gboolean
check_boxed (const guint8 *data,
             gsize         size,
             guint         depth)
{
  const char *type;
  gsize type_size;

  for (gsize i = size; i > 0 && size - i <= 5; i--)
    {
      if (data[i - 1] != '\0')
        continue;

      type = (const char *) data + i;
      type_size = size - i;
      size = i - 1;

      if (type_size == 1)
        return (type[0] == 'x' && size == 8) || (type[0] == 'd' && size == 8) ||
               (type[0] == 's' && check_text (data, size)) ||
               (type[0] == 'b' && size == 1 && data[0] <= 1);
      if (type_size == 2)
        return (type[0] == 'm' && type[1] == 'v' && size == 0) ||
               (type[0] == 'a' && type[1] == 'y') ||
               (type[0] == 'a' && type[1] == 'v' && check_elements (data, size, FALSE, depth));

      return type_size == 5 && memcmp (type, "a{sv}", 5) == 0 && check_elements (data, size, TRUE, depth);
    }

  return FALSE;
}

/* Whether @data is a value of the subset, boxed, in normal form. */
gboolean
at_script_value_check (const guint8 *data,
                       gsize         size)
{
  return check_boxed (data, size, 0);
}
