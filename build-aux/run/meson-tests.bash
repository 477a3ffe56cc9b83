# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# Runs Meson's tests in one build after the other, and counts them all in the end.

# shellcheck source-path=SCRIPTDIR
. "${BASH_SOURCE[0]%/*}/build.bash"
. "${BASH_SOURCE[0]%/*}/isolate.bash"

logs=()
names=()
broken=0

# select_tests DIRECTORY KIND: the names of the tests of that kind, or of those
# asked for on the command line that are.
select_tests () {
  meson introspect --tests "$1" | python3 -c '
import json, sys

kind, *names = sys.argv[1:]
for test in json.load(sys.stdin):
    suites = [suite.split(":")[-1] for suite in test["suite"]]
    told = {"bindings", "docs", "examples", "gtk"} & set(suites)
    if ((kind == "rest" and "library" not in suites and not told and ("soak" not in suites or names) or kind in suites
            or kind == "told" and told
            # The symbols of the library are compared with its headers, and there
            # are those of the counters among them.
            or kind == "coverage" and not {"demo", "docs", "explore", "gtk", "habits", "readme", "soak"} & set(suites) and test["name"] != "gir"
         or kind == "native" and "gtk" not in suites and (test["protocol"] == "tap" or "examples" in suites)
         or kind == "widgets" and "gtk" in suites and test["protocol"] == "tap")
            and (not names or test["name"] in names)):
        print(test["name"])
' "$2" "${names[@]}"
}

# run_tests LABEL NAME KIND ARGUMENT…: runs the tests of _build/NAME. Services
# that the bus starts inherit its output, and may outlive the tests: it goes to a
# file.
run_tests () {
  local label=$1 dir=$build_root/$2 kind=$3 base=run-${1// /-} log='' status=0
  local -a selected
  shift 3

  mapfile -t selected < <(select_tests "$dir" "$kind")
  [[ ${#selected[@]} -gt 0 ]] || return 0

  rm -f -- "$dir/meson-logs/$base"*
  say "== Tests: $label"
  dbus-run-session -- bash -c 'exec "$@" >&6 2>&7 6>&- 7>&-' bash \
    meson test -C "$dir" --no-rebuild --print-errorlogs --logbase "$base" "$@" "${selected[@]}" \
    6>&1 7>&2 >"$work/bus.log" 2>&1 </dev/null || status=$?

  # Meson puts the name of a setup behind that of the log.
  for log in "$dir/meson-logs/$base"*.json; do
    [[ ! -e $log ]] || logs+=("$log")
  done
  # A run that broke off has failed, whatever the tests it came to did.
  if [[ $status -ne 0 ]] &&
     ! grep -qE '"result": "(FAIL|ERROR|TIMEOUT|INTERRUPT|UNEXPECTEDPASS)"' "$log" 2>/dev/null; then
    broken=$((broken + 1))
  fi
}

run_build () {
  local label=$1
  shift

  say "== Build: $label"
  if ! build "$@"; then
    say "The build failed: $label"
    broken=$((broken + 1))
    return 1
  fi
}

# hold_to_silence NAME: counts one more failure where the library told a program of the run of that
# name of tasks that do not go on. How long something takes is the machine's as well, and no fault
# of a test.
hold_to_silence () {
  local log=$build_root/plain/meson-logs/run-$1.json

  [[ -e $log ]] || return 0
  python3 - "$log" <<'END' || broken=$((broken + 1))
import json, re, sys

told = re.compile(r'AsyncTask(?:Gtk)?-WARNING \*\*: (?!.*(held the main loop|have waited for)).*')
# What a test is about.
meant = {'python-together': 'The task "AtTaskGroup" failed, and nobody heard of it'}
silent = True
with open(sys.argv[1], encoding='utf-8') as log:
    for test in map(json.loads, log):
        name = test['name'].rsplit(' / ', 1)[-1]
        for found in told.finditer(test.get('stdout', '') + test.get('stderr', '')):
            if name not in meant or meant[name] not in found[0]:
                print(f'{name} is not silent: {found[0]}', flush=True)
                silent = False
sys.exit(not silent)
END
}

conclude () {
  python3 - "$broken" "${logs[@]}" <<'END'
import json, sys

count = {'passed': 0, 'failed': int(sys.argv[1]), 'skipped': 0}
kinds = {'OK': 'passed', 'EXPECTEDFAIL': 'passed', 'SKIP': 'skipped'}
for path in sys.argv[2:]:
    with open(path, encoding='utf-8') as log:
        for line in log:
            count[kinds.get(json.loads(line)['result'], 'failed')] += 1

sentence = '{passed} passed, {failed} failed'
if count['skipped']:
    sentence += ', {skipped} skipped'
print(sentence.format(**count), flush=True)
sys.exit(1 if count['failed'] or not count['passed'] else 0)
END
}

# finish SENTENCE: ends with the count, and says the sentence where no test was run.
finish () {
  local status=0

  [[ ${#logs[@]} -gt 0 || $broken -gt 0 ]] || say "$1"
  clean_up
  conclude || status=1
  exit "$status"
}
