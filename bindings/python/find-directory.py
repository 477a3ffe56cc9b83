# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""find-directory.py PREFIX

Prints the folder under PREFIX, and relative to it, in which this Python looks for
pure modules; nothing if it looks nowhere there.
"""

import os
import site
import sys

for path in sys.path + site.getsitepackages():
    relative = os.path.relpath(path, sys.argv[1])
    # Of /usr, /usr/local is no part.
    if relative.startswith('lib' + os.sep) and relative.endswith('-packages'):
        print(relative)
        break
