# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# Builds in _build/, in one folder for each purpose.

# shellcheck source-path=SCRIPTDIR
. "${BASH_SOURCE[0]%/*}/common.bash"

# What a build directory depends on besides the sources. When any of it changes,
# the directory moved trees, or it was never finished, it is made anew.
fingerprint () {
  local module

  printf '%s\n' "$here" "$@" "CC=${CC:-} CFLAGS=${CFLAGS:-} LDFLAGS=${LDFLAGS:-}"
  meson --version
  "${CC:-cc}" -dumpfullversion -dumpmachine 2>/dev/null || true
  for module in glib-2.0 gobject-introspection-1.0 gtk4 libadwaita-1 libsoup-3.0 json-glib-1.0 libsecret-1 valgrind libdex-1 Qt6Concurrent libuv tbb; do
    pkg-config --modversion "$module" 2>/dev/null || echo none
  done
}

# build NAME OPTION…: leaves the build in _build/NAME.
build () {
  local name=$1 dir=$build_root/$1 now
  shift

  mkdir -p -- "$build_root"
  # One at a time; who comes second finds everything made.
  exec 9>"$build_root/.lock"
  ! command -v flock >/dev/null || flock 9

  now=$(fingerprint "$@")
  if [[ -f $dir/made-by-run && $(<"$dir/made-by-run") == "$now" ]] &&
     ninja -C "$dir" build.ninja >"$build_root/$name.log" 2>&1 9>&-; then
    :
  else
    rm -rf -- "$dir"
    if ! meson setup "$@" "$dir" "$here" >"$build_root/$name.log" 2>&1 9>&-; then
      cat -- "$build_root/$name.log" >&2
      exec 9>&-
      return 1
    fi
    printf '%s\n' "$now" >"$dir/made-by-run"
  fi

  # Warnings are worth seeing, that there was nothing to do is not.
  if ninja -C "$dir" --quiet >"$build_root/$name.log" 2>&1 9>&-; then
    sed -e '/^ninja: no work to do\.$/d' -- "$build_root/$name.log" >&2
    exec 9>&-
  else
    cat -- "$build_root/$name.log" >&2
    exec 9>&-
    return 1
  fi
}
