/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-types.h"

/* Errors: the library's own, and what is known of everybody's. */

/**
 * at_task_error_quark:
 *
 * Gets the domain of the library's own errors, [error@At.TaskError].
 *
 * Any thread.
 *
 * Returns: the domain
 *
 * Since: 1.0
 */
G_DEFINE_QUARK (at-task-error-quark, at_task_error)

/**
 * at_error_is_transient:
 * @error: (nullable): an error
 *
 * Tells whether what failed may well succeed when it is tried again a little later.
 *
 * That is so for what networks and busy services say: %G_IO_ERROR_TIMED_OUT,
 * %G_IO_ERROR_BUSY, %G_IO_ERROR_WOULD_BLOCK, %G_IO_ERROR_CONNECTION_REFUSED,
 * %G_IO_ERROR_CONNECTION_CLOSED, %G_IO_ERROR_PARTIAL_INPUT, %G_IO_ERROR_HOST_UNREACHABLE,
 * %G_IO_ERROR_NETWORK_UNREACHABLE, %G_RESOLVER_ERROR_TEMPORARY_FAILURE, %G_TLS_ERROR_EOF,
 * %G_DBUS_ERROR_NO_REPLY, %G_DBUS_ERROR_TIMEOUT, %G_DBUS_ERROR_TIMED_OUT and
 * %G_DBUS_ERROR_DISCONNECTED. It is not so for any other error, nor for %NULL.
 *
 * Any thread.
 *
 * Returns: %TRUE if it is worth another try
 *
 * Since: 1.0
 */
gboolean
at_error_is_transient (const GError *error)
{
  if (error == NULL)
    return FALSE;

  if (error->domain == G_IO_ERROR)
    return error->code == G_IO_ERROR_TIMED_OUT || error->code == G_IO_ERROR_BUSY ||
           error->code == G_IO_ERROR_WOULD_BLOCK || error->code == G_IO_ERROR_CONNECTION_REFUSED ||
           error->code == G_IO_ERROR_CONNECTION_CLOSED || error->code == G_IO_ERROR_PARTIAL_INPUT ||
           error->code == G_IO_ERROR_HOST_UNREACHABLE || error->code == G_IO_ERROR_NETWORK_UNREACHABLE;
  if (error->domain == G_RESOLVER_ERROR)
    return error->code == G_RESOLVER_ERROR_TEMPORARY_FAILURE;
  if (error->domain == G_TLS_ERROR)
    return error->code == G_TLS_ERROR_EOF;
  if (error->domain == G_DBUS_ERROR)
    return error->code == G_DBUS_ERROR_NO_REPLY || error->code == G_DBUS_ERROR_TIMEOUT ||
           error->code == G_DBUS_ERROR_TIMED_OUT || error->code == G_DBUS_ERROR_DISCONNECTED;

  return FALSE;
}
