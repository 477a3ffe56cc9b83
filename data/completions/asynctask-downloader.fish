# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# Completion for fish.

complete -c asynctask-downloader -f
complete -c asynctask-downloader -s h -l help -d 'Show the options'
complete -c asynctask-downloader -s o -l output-dir -x -a '(__fish_complete_directories)' -d 'Save files in this folder'
complete -c asynctask-downloader -s O -l output -x -d 'Give the file this name'
complete -c asynctask-downloader -s i -l input-file -r -F -d 'Read links from this file'
complete -c asynctask-downloader -s c -l skip-complete -d 'Leave out files that are complete already'
complete -c asynctask-downloader -l checksum -x -a 'sha256: sha512: sha1: md5:' -d 'Keep files only if they match'
complete -c asynctask-downloader -l max-active -x -d 'Download this many at once'
complete -c asynctask-downloader -l retries -x -d 'Try again this many times'
complete -c asynctask-downloader -l timeout -x -d 'Give up on a server after this much silence'
complete -c asynctask-downloader -l limit-rate -x -d 'Download no faster than this in all'
complete -c asynctask-downloader -l min-rate -x -d 'Try again when it is slower than this'
complete -c asynctask-downloader -l ca-certificate -r -F -d 'Trust the certificates in this file, too'
complete -c asynctask-downloader -l header -x -d 'Send this header, too'
complete -c asynctask-downloader -l user-agent -x -d 'Tell servers that the program is this'
complete -c asynctask-downloader -l referer -x -d 'Tell the server where the link was found'
complete -c asynctask-downloader -l allow-insecure-redirect -d 'Follow from https to http'
complete -c asynctask-downloader -s R -l remote-time -d 'Give files the time of those of the server'
complete -c asynctask-downloader -l no-gui -d 'Work in the terminal'
complete -c asynctask-downloader -l json -d 'Report as one JSON object a line'
complete -c asynctask-downloader -l list-parts -d 'List what has arrived of files that are not complete'
complete -c asynctask-downloader -l remove-parts -d 'Remove what has arrived of files that are not complete'
complete -c asynctask-downloader -l sample -d 'Download a sample from a server inside the program'
complete -c asynctask-downloader -l version -d 'Show the version'
