# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes at-version.h: usage: generate-version.py INPUT OUTPUT VERSION SERIES…"""

import sys

SERIES = """
/**
 * AT_VERSION_{name}:
 *
 * The {series} series, to compare %AT_VERSION_MIN_REQUIRED and
 * %AT_VERSION_MAX_ALLOWED with.
 *
 * Since: {series}
 */
#define AT_VERSION_{name} (G_ENCODE_VERSION ({major}, {minor}))
"""

MACROS = """
#if AT_VERSION_MAX_ALLOWED < AT_VERSION_{name}
# define AT_AVAILABLE_IN_{name} _AT_EXTERN G_UNAVAILABLE ({major}, {minor})
#else
# define AT_AVAILABLE_IN_{name} _AT_EXTERN
#endif
#if AT_VERSION_MIN_REQUIRED >= AT_VERSION_{name}
# define AT_DEPRECATED_IN_{name} _AT_EXTERN G_DEPRECATED
# define AT_DEPRECATED_IN_{name}_FOR(f) _AT_EXTERN G_DEPRECATED_FOR (f)
#else
# define AT_DEPRECATED_IN_{name} _AT_EXTERN
# define AT_DEPRECATED_IN_{name}_FOR(f) _AT_EXTERN
#endif
"""


def main():
    source, target, version, *all_series = sys.argv[1:]
    major, minor, micro = version.split('.')
    described = [
        {'series': series, 'name': series.replace('.', '_'),
         'major': series.split('.')[0], 'minor': series.split('.')[1]}
        for series in all_series
    ]
    with open(source, encoding='utf-8') as file:
        text = file.read()
    for key, value in {
        '@MAJOR@': major,
        '@MINOR@': minor,
        '@MICRO@': micro,
        '@SERIES@': ''.join(SERIES.format(**d) for d in described),
        '@MACROS@': ''.join(MACROS.format(**d) for d in described).rstrip('\n'),
        '@NEWEST@': 'AT_VERSION_' + described[-1]['name'],
    }.items():
        text = text.replace(key, value)
    with open(target, 'w', encoding='utf-8') as file:
        file.write(text)


main()
