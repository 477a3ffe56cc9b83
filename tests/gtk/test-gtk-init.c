/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What every class does first. */

#include <asynctask-gtk.h>

/* It may be called before GTK is there, and again. */
static void
test_twice (void)
{
  at_gtk_init ();
  g_assert_nonnull (gdk_display_get_default ());
  at_gtk_init ();
}

int
main (int   argc,
      char *argv[])
{
  at_gtk_init ();
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gtk/init/twice", test_twice);

  return g_test_run ();
}
