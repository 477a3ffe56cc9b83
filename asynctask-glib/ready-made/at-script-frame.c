/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-script-frame-private.h"

#include "at-script-value-private.h"

#include <string.h>

#define HEADER_SIZE 8

/* @value is nullable, and may be floating. */
void
at_script_frame_append (GByteArray    *output,
                        AtScriptFrame  kind,
                        GVariant      *value)
{
  g_autoptr (GVariant) boxed = value != NULL ? g_variant_ref_sink (g_variant_new_variant (value)) : NULL;
  guint32 header[2] = { boxed != NULL ? (guint32) g_variant_get_size (boxed) : 0, kind };

  g_byte_array_append (output, (const guint8 *) header, sizeof header);
  if (boxed != NULL)
    g_byte_array_append (output, g_variant_get_data (boxed), header[0]);
}

static gboolean
needs_value (AtScriptFrame kind)
{
  return kind != AT_SCRIPT_FRAME_CHECKPOINT && kind != AT_SCRIPT_FRAME_STOPPED &&
         kind != AT_SCRIPT_FRAME_STARTED;
}

static GVariant *
parse_payload (const guint8 *data,
               gsize         length)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) boxed = NULL;

  if (!at_script_value_check (data, length))
    return NULL;

  /* A copy, which is aligned as GVariant needs it. */
  bytes = g_bytes_new (data, length);
  boxed = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARIANT, bytes, TRUE));

  return g_variant_get_variant (boxed);
}

/* Reads the frame that @data begins with, if all of it is there. What makes no sense
 * is told as early as it can be: nobody waits for 256 MiB that are never coming.
 * @value is set to NULL where the frame has none, and in every other case. */
AtScriptReceived
at_script_frame_parse (const guint8   *data,
                       gsize           available,
                       AtScriptFrame  *kind,
                       GVariant      **value,
                       gsize          *length)
{
  guint32 header[2];

  *value = NULL;
  if (available < HEADER_SIZE)
    return AT_SCRIPT_RECEIVED_NOTHING;

  memcpy (header, data, HEADER_SIZE);
  if (header[1] < AT_SCRIPT_FRAME_PROGRESS || header[1] > AT_SCRIPT_FRAME_STARTED ||
      header[0] > AT_SCRIPT_MAX_PAYLOAD || needs_value (header[1]) != (header[0] > 0))
    return AT_SCRIPT_RECEIVED_GARBAGE;
  if (available - HEADER_SIZE < header[0])
    return AT_SCRIPT_RECEIVED_NOTHING;

  if (header[0] > 0)
    {
      *value = parse_payload (data + HEADER_SIZE, header[0]);
      if (*value == NULL)
        return AT_SCRIPT_RECEIVED_GARBAGE;
    }
  *kind = header[1];
  *length = HEADER_SIZE + header[0];

  return AT_SCRIPT_RECEIVED_FRAME;
}

gboolean
at_script_frame_get_fraction (GVariant *value,
                              double   *fraction)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    *fraction = g_variant_get_double (value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    *fraction = (double) g_variant_get_int64 (value);
  else
    return FALSE;

  return TRUE;
}

static gboolean
get_amount (GVariant *value,
            gsize     index,
            guint64  *amount)
{
  g_autoptr (GVariant) child = NULL;
  double number;

  g_variant_get_child (value, index, "v", &child);
  if (g_variant_is_of_type (child, G_VARIANT_TYPE_INT64))
    {
      *amount = (guint64) MAX (g_variant_get_int64 (child), 0);
      return TRUE;
    }
  if (!g_variant_is_of_type (child, G_VARIANT_TYPE_DOUBLE))
    return FALSE;

  number = g_variant_get_double (child);
  *amount = number >= (double) G_MAXUINT64 ? G_MAXUINT64 : number > 0 ? (guint64) number : 0;

  return TRUE;
}

gboolean
at_script_frame_get_amounts (GVariant *value,
                             guint64  *completed,
                             guint64  *total)
{
  return g_variant_is_of_type (value, G_VARIANT_TYPE ("av")) && g_variant_n_children (value) == 2 &&
         get_amount (value, 0, completed) && get_amount (value, 1, total);
}

/* @message is set to NULL for none, and belongs to @value. */
gboolean
at_script_frame_get_message (GVariant    *value,
                             const char **message)
{
  gboolean is_string = g_variant_is_of_type (value, G_VARIANT_TYPE_STRING);

  *message = is_string ? g_variant_get_string (value, NULL) : NULL;

  return is_string || g_variant_is_of_type (value, G_VARIANT_TYPE_MAYBE);
}

static AtScriptError
get_error_code (const char *name)
{
  if (g_str_equal (name, "module-failed"))
    return AT_SCRIPT_ERROR_MODULE_FAILED;
  if (g_str_equal (name, "function-not-found"))
    return AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND;
  if (g_str_equal (name, "invalid-value"))
    return AT_SCRIPT_ERROR_INVALID_VALUE;

  return AT_SCRIPT_ERROR_THROWN;
}

/* @name, @stack and @details are set to NULL where they are not told. */
gboolean
at_script_frame_get_error (GVariant       *value,
                           AtScriptError  *code,
                           char          **name,
                           char          **text,
                           char          **stack,
                           GVariant      **details)
{
  g_autofree char *code_name = NULL;
  g_autofree char *message = NULL;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT) ||
      !g_variant_lookup (value, "code", "s", &code_name) || !g_variant_lookup (value, "message", "s", &message))
    return FALSE;

  *code = get_error_code (code_name);
  *name = NULL;
  g_variant_lookup (value, "name", "s", name);
  *stack = NULL;
  g_variant_lookup (value, "stack", "s", stack);
  *details = g_variant_lookup_value (value, "details", G_VARIANT_TYPE_VARDICT);

  if (*name == NULL)
    *text = g_steal_pointer (&message);
  else if (*message == '\0')
    *text = g_strdup (*name);
  else
    *text = g_strdup_printf ("%s: %s", *name, message);

  return TRUE;
}
