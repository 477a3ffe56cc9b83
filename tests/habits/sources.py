# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The files of the project, without what is built."""

import os
import subprocess


def files(source_root, build_root):
    listed = subprocess.run(['git', '-C', source_root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
                            check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding='utf-8')
    if os.path.exists(os.path.join(source_root, '.git')) and listed.returncode == 0:
        # What is gone and not committed yet is listed, too.
        return sorted(path for path in listed.stdout.split('\0')
                      if path and os.path.isfile(os.path.join(source_root, path)))

    # The archive of a release, or a copy.
    found = []
    for folder, folders, names in os.walk(source_root):
        folders[:] = [name for name in folders if name not in ('.git', '__pycache__')
                      and not name.startswith(('_build', 'obj-'))
                      and os.path.realpath(os.path.join(folder, name)) != os.path.realpath(build_root)]
        found += [os.path.relpath(os.path.join(folder, name), source_root) for name in names]
    return sorted(found)
