#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-hosts.py SOURCE-ROOT BUILD-ROOT

Sees that no file names a host but those that are listed here. Where packages come from
above all is for the machine to say, and for no file: it is configured in many ways, and
may well be without a network.
"""

import os
import re
import sys

from sources import files

# What a reader may want to look at, and what names a format.
KNOWN = {
    'asynctask.org', 'docs.gtk.org', 'gitlab.gnome.org', 'www.debian.org', 'www.gnu.org', 'www.gtk.org', 'www.w3.org',
    # Made up by the tests of links.
    'a.b', 'c.org', 'h.org', 'host.org',
}
# Those that nobody has, and that no name is looked up for.
NOBODYS = re.compile(r'(.*\.)?(example(\.(com|net|org))?|invalid|localhost|test)|[\d.]+')

ADDRESS = re.compile(r'\b[a-z]+://(?:[^\s/@"\'<>]*@)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)')
NAME = re.compile(r'(?<![\w\\.-])((?:[a-z0-9-]+\.)+(?:com|dev|edu|info|io|net|org))(?![\w-]|\.\w)')

source_root, build_root = sys.argv[1:]

n_files = 0
problems = []
for path in files(source_root, build_root):
    try:
        with open(os.path.join(source_root, path), encoding='utf-8') as file:
            text = file.read()
    except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
        # Gone and not committed yet, or a picture.
        continue
    n_files += 1
    for line, content in enumerate(text.splitlines(), 1):
        hosts = set(ADDRESS.findall(content)) | set(NAME.findall(content))
        problems += [f'{path}:{line}: {host}' for host in sorted(hosts - KNOWN) if not NOBODYS.fullmatch(host)]

if problems:
    sys.exit('\n'.join(['Hosts that no file is to name, or that are to be listed in check-hosts.py:', *problems]))
print(f'{n_files} files')
if n_files < 100:
    sys.exit('That cannot be all.')
