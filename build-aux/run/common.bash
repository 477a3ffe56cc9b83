# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# What every part of ./run begins with.

# Once is enough.
! declare -F say >/dev/null || return 0

set -euo pipefail

# shellcheck disable=SC2034 # they are for the other parts
{
  parts=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
  here=${parts%/build-aux/run}
  build_root=$here/_build
}

# The distribution's tools come first: its Python is the one that has PyGObject,
# and a tool from elsewhere may see other libraries.
PATH=/usr/bin:/bin:/usr/sbin:/sbin${PATH:+:$PATH}
export PATH
unset PYTHONHOME PYTHONPATH DESTDIR

say () {
  printf '%s\n' "$*" >&2
}

die () {
  say "run: $*"
  exit 1
}

usage () {
  "$here/run" help
}

use_utf8 () {
  if [[ $(locale charmap 2>/dev/null) != UTF-8 ]]; then
    export LC_ALL=C.UTF-8
  fi
}
