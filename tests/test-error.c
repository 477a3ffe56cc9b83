/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

/* What is worth another try, and among the other codes of the same domains nothing is. */
static void
test_transient (void)
{
  const struct
  {
    GQuark domain;
    int    n_codes;
    int    codes[9];
  } domains[] = {
    { G_IO_ERROR, 60,
      { G_IO_ERROR_TIMED_OUT, G_IO_ERROR_BUSY, G_IO_ERROR_WOULD_BLOCK, G_IO_ERROR_CONNECTION_REFUSED,
        G_IO_ERROR_CONNECTION_CLOSED, G_IO_ERROR_PARTIAL_INPUT, G_IO_ERROR_HOST_UNREACHABLE,
        G_IO_ERROR_NETWORK_UNREACHABLE, -1 } },
    { G_RESOLVER_ERROR, 10, { G_RESOLVER_ERROR_TEMPORARY_FAILURE, -1 } },
    { G_TLS_ERROR, 20, { G_TLS_ERROR_EOF, -1 } },
    { G_DBUS_ERROR, 60,
      { G_DBUS_ERROR_NO_REPLY, G_DBUS_ERROR_TIMEOUT, G_DBUS_ERROR_TIMED_OUT, G_DBUS_ERROR_DISCONNECTED, -1 } },
    { AT_TASK_ERROR, 10, { -1 } },
    { AT_SCRIPT_ERROR, 20, { -1 } },
    { G_FILE_ERROR, 30, { -1 } },
  };

  g_assert_false (at_error_is_transient (NULL));

  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    for (int code = 0; code < domains[i].n_codes; code++)
      {
        g_autoptr (GError) error = g_error_new_literal (domains[i].domain, code, "it failed");
        gboolean expected = FALSE;

        for (const int *listed = domains[i].codes; *listed >= 0; listed++)
          expected |= *listed == code;
        if (at_error_is_transient (error) != expected)
          g_error ("%s %d: %d", g_quark_to_string (domains[i].domain), code, !expected);
      }
}

int
main (int    argc,
      char **argv)
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/error/transient", test_transient);

  return g_test_run ();
}
