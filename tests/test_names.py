# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests there are."""

import os
import re
import subprocess


def names_in(program, environment=()):
    """The tests in a program made with GLib's test framework."""
    listing = subprocess.run([program, '-l'], check=True, stdout=subprocess.PIPE, encoding='utf-8',
                             stdin=subprocess.DEVNULL, env={**os.environ, **dict(environment)}).stdout
    # Since GLib 2.84 or so they are comments of TAP.
    return set(re.findall(r'^(?:# )?(/\S+)$', listing, re.MULTILINE))
