# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# Completion for bash. It works with and without the bash-completion package,
# whose functions are not needed here.

_asynctask_downloader () {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} prefix=''
  local options='-h --help -o --output-dir -O --output -i --input-file -c --skip-complete --checksum --max-active --retries --timeout --limit-rate --min-rate
    --ca-certificate --header --user-agent --referer --allow-insecure-redirect -R --remote-time --no-gui --json --list-parts --remove-parts --sample --version'

  COMPREPLY=()

  # “--option=value” comes in one word or in three.
  if [[ $word == '=' ]]; then
    word=''
  elif [[ $before == '=' && $COMP_CWORD -ge 2 ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $word == --*=* ]]; then
    before=${word%%=*}
    prefix=$before=
    word=${word#*=}
  fi

  case $before in
    -o | --output-dir)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -P "$prefix" -d -- "$word")
      ;;
    --ca-certificate | -i | --input-file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -P "$prefix" -f -- "$word")
      ;;
    --checksum)
      # A colon is a word of its own to bash: nothing is offered after one.
      compopt -o nospace 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -P "$prefix" -W 'sha256: sha512: sha1: md5:' -- "$word")
      ;;
    -O | --output | --max-active | --retries | --timeout | --limit-rate | --min-rate | --header | --user-agent | --referer)
      ;;
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
      fi
      ;;
  esac
}

complete -F _asynctask_downloader asynctask-downloader
