// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs in a process of its own: it may take as long as it likes.
export function* primes({limit}, task) {
    const found = [];

    for (let n = 2; n <= limit; n++) {
        if (found.every(prime => n % prime !== 0)) {
            found.push(n);
            yield n;
        }
        task.setFraction(n / limit);
    }

    return {count: found.length, biggest: found.at(-1)};
}

export function divide([a, b]) {
    if (b === 0)
        throw new RangeError('nothing can be divided by 0');
    return a / b;
}
