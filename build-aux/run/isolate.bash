# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# Tests see a home, a display and a message bus of their own, never the user's.

# shellcheck source-path=SCRIPTDIR
. "${BASH_SOURCE[0]%/*}/common.bash"

work=
x_server=

clean_up () {
  if [[ -n $x_server ]]; then
    { kill "$x_server" && wait "$x_server"; } 2>/dev/null || true
    x_server=
  fi
  [[ -z $work ]] || rm -rf -- "$work"
}

isolate () {
  work=$(mktemp -d /tmp/asynctask-XXXXXX)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  mkdir -m 700 "$work/home" "$work/run"
  unset "${!XDG_@}" WAYLAND_DISPLAY DISPLAY DBUS_SESSION_BUS_ADDRESS DBUS_STARTER_ADDRESS \
    AT_SPI_BUS_ADDRESS XAUTHORITY GTK_MODULES GTK_THEME GTK_IM_MODULE LANGUAGE
  export HOME=$work/home XDG_RUNTIME_DIR=$work/run LC_ALL=C.UTF-8
  export ASYNCTASK_RUN=1
  export GSETTINGS_BACKEND=memory GIO_USE_VFS=local GDK_BACKEND=x11 GSK_RENDERER=cairo

  Xvfb -displayfd 3 -screen 0 1280x1024x24 -nolisten tcp 3>"$work/display" >"$work/x.log" 2>&1 &
  x_server=$!
  for _ in {1..100}; do
    [[ ! -s $work/display ]] || break
    sleep 0.1
  done
  if [[ ! -s $work/display ]]; then
    cat -- "$work/x.log" >&2
    die "The virtual display could not be started."
  fi
  DISPLAY=:$(<"$work/display")
  export DISPLAY
}
