/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The config.h that a project's own files find is the project's. */

#include "config.h"

#include <asynctask-glib.h>

int
main (void)
{
  return g_strcmp0 (GETTEXT_PACKAGE, "outside") != 0 || g_strcmp0 (PACKAGE_VERSION, "0") != 0 || HAVE_EVENTFD;
}
