# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# Installs what is missing on the machine, with apt, dnf or pacman: need SECTION….
# What that is, the file needs beside this one says.

# shellcheck source-path=SCRIPTDIR
. "${BASH_SOURCE[0]%/*}/common.bash"

trim () {
  local text=$1
  text=${text#"${text%%[![:space:]]*}"}
  printf '%s' "${text%"${text##*[![:space:]]}"}"
}

any_file () {
  local pattern file

  # The braces and stars of a pattern are the table's own.
  for pattern in $(eval "printf '%s\n' ${1//\*/\\*}"); do
    for file in $pattern; do
      [[ ! -e $file ]] || return 0
    done
  done
  return 1
}

is_there () {
  local what=${1#*:}

  case $1 in
    tool:*)    command -v -- "$what" >/dev/null ;;
    file:*)    any_file "$what" ;;
    pc:*'>='*) pkg-config --exists "${what%%>=*} >= ${what##*>=}" 2>/dev/null ;;
    pc:*)      pkg-config --exists "$what" 2>/dev/null ;;
    python:*)  python3 -c "import $what" 2>/dev/null ;;
    typelib:*) any_file "/usr/lib*{,/*}/girepository-1.0/$what.typelib" ;;
    *)         die "do not know how to look for $1" ;;
  esac
}

distribution () {
  if command -v apt-get >/dev/null; then
    echo debian
  elif command -v dnf >/dev/null; then
    echo fedora
  elif command -v pacman >/dev/null; then
    echo arch
  else
    echo unknown
  fi
}

# A package may have moved the file that is looked for here; then having the
# package has to do, or every start would try to install it again.
is_installed () {
  local name
  local -a names

  IFS=, read -ra names <<<"$2"
  for name in "${names[@]}"; do
    case $1 in
      debian)
        # shellcheck disable=SC2016 # dpkg-query expands it
        [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null) != ii* ]] || return 0
        ;;
      fedora) ! rpm -q --whatprovides "$name" >/dev/null 2>&1 || return 0 ;;
      arch)   ! pacman -Q "$name" >/dev/null 2>&1 || return 0 ;;
    esac
  done
  return 1
}

as_root () {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif [[ -t 0 ]]; then
    sudo -- "$@"
  else
    sudo -n -- "$@"
  fi
}

apt_get () {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 "$@" </dev/null
}

install_packages () {
  local distro=$1 name candidate
  local -a names chosen=()
  shift

  case $distro in
    debian)
      # A third-party archive that cannot be reached is no reason to stop.
      apt_get update || true
      for name in "$@"; do
        IFS=, read -ra names <<<"$name"
        for candidate in "${names[@]}"; do
          if [[ -n $(apt-cache madison -- "$candidate" 2>/dev/null) ]]; then
            name=$candidate
            break
          fi
        done
        chosen+=("${name%%,*}")
      done
      apt_get -y --no-install-recommends -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 \
        install "${chosen[@]}"
      ;;
    fedora)
      as_root dnf -y --setopt=install_weak_deps=False install "$@" </dev/null
      ;;
    arch)
      # Without databases (a fresh container) everything has to come from the
      # same day; otherwise what is there is left as it is.
      if compgen -G '/var/lib/pacman/sync/*.db' >/dev/null; then
        as_root pacman -S --needed --noconfirm "$@" </dev/null
      else
        as_root pacman -Syu --needed --noconfirm "$@" </dev/null
      fi
      ;;
  esac
}

# rows_of SECTION…: what the table has in these.
rows_of () {
  local line section=''

  for section in "$@"; do
    grep -qxF -- "[$section]" "$parts/needs" || die "the table of what is needed has no [$section]"
  done
  while IFS= read -r line; do
    case $line in
      ''|'#'*) ;;
      '['*']') section=${line:1:-1} ;;
      *)       [[ " $* " != *" $section "* ]] || printf '%s\n' "$line" ;;
    esac
  done <"$parts/needs"
}

# Installs what the rows name and the machine lacks.
need_rows () {
  local distro='' line what optional debian fedora arch package required='' log problem=''
  local -a packages=() lacking=()

  while IFS='|' read -r debian fedora arch what; do
    what=$(trim "$what")
    optional=
    if [[ $what == '~'* ]]; then
      optional=1
      what=${what#'~'}
    fi
    if [[ -z $what ]] || is_there "$what"; then
      continue
    fi
    [[ -n $distro ]] || distro=$(distribution)
    debian=$(trim "$debian")
    case $distro in
      fedora) package=$(trim "$fedora") ;;
      arch)   package=$(trim "$arch") ;;
      *)      package=$debian ;;
    esac
    if is_installed "$distro" "$package"; then
      continue
    fi
    lacking+=("${what#*:} (in Debian: ${debian%%,*})")
    [[ " ${packages[*]} " == *" $package "* ]] || packages+=("$package")
    [[ -n $optional ]] || required=1
  done <<<"$1"

  [[ ${#packages[@]} -gt 0 ]] || return 0

  if [[ $distro == unknown ]]; then
    problem="This is none of the distributions whose packages can be installed here (Debian, Fedora, Arch). What is missing:"
  elif [[ $(id -u) -ne 0 ]] && ! command -v sudo >/dev/null; then
    problem="Packages are missing, and installing them takes root or sudo:"
    lacking=("${packages[*]%%,*}")
  else
    mkdir -p -- "$build_root"
    log=$build_root/packages.log
    say "Installing packages: ${packages[*]%%,*}"
    if ! install_packages "$distro" "${packages[@]}" >"$log" 2>&1; then
      tail -n 30 -- "$log" >&2
      problem="These packages could not be installed:"
      lacking=("${packages[*]%%,*}")
    fi
    hash -r
  fi

  if [[ -n $problem ]]; then
    say "run: $problem"
    for line in "${lacking[@]}"; do
      say "  $line"
    done
    [[ -z $required ]] || die "Please install them by hand, and start again."
    say "run: Going on without."
  fi
}

# need SECTION…: installs what these name and the machine lacks.
need () {
  local rows

  rows=$(rows_of "$@")
  need_rows "$rows"
}

offers () {
  case $1 in
    debian) [[ -n $(apt-cache madison -- "$2" 2>/dev/null) ]] ;;
    fedora) [[ -n $(dnf -q repoquery --whatprovides "$2" </dev/null 2>/dev/null) ]] ;;
    arch)   pacman -Si -- "$2" >/dev/null 2>&1 ;;
    *)      false ;;
  esac
}

# need_each SECTION…: the same one by one: what the distribution does not have is no
# reason to do without the rest.
need_each () {
  local distro='' line what debian fedora arch package

  while IFS='|' read -r debian fedora arch what; do
    what=$(trim "$what")
    if [[ -z $what ]] || is_there "$what"; then
      continue
    fi
    if [[ -z $distro ]]; then
      distro=$(distribution)
      [[ $distro != debian ]] || apt_get update >/dev/null 2>&1 || true
    fi
    case $distro in
      fedora) package=$(trim "$fedora") ;;
      arch)   package=$(trim "$arch") ;;
      *)      package=$(trim "$debian") ;;
    esac
    if offers "$distro" "$package"; then
      need_rows "$debian|$fedora|$arch|~$what"
    else
      say "run: This distribution does not have $package: going on without."
    fi
  done <<<"$(rows_of "$@")"
}
