# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later


# Runs in a process of its own: it may take as long as it likes.
def primes(params, task):
    found = []

    for n in range(2, params['limit'] + 1):
        if all(n % prime for prime in found):
            found.append(n)
            yield n
        task.set_fraction(n / params['limit'])

    return {'count': len(found), 'biggest': found[-1]}


def divide(params, task):
    a, b = params
    return a / b
