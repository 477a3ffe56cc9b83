# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What primes.py has run in processes of their own."""


def count(bounds, task):
    """Each number that it yields is progress, and the place where it ends if it is cancelled."""
    first, last = bounds["from"], bounds["to"]
    found = 0
    for number in range(first, last):
        found += number > 1 and all(number % divisor for divisor in range(2, int(number ** 0.5) + 1))
        if (number + 1) % 5000 == 0:
            task.set_fraction((number + 1 - first) / (last - first))
            yield number + 1
    return found
