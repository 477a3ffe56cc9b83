// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What the other programs here have run in processes of their own.

// Each value that a generator yields is progress.
export function* primes({from, to}, task) {
    let count = 0;

    for (let number = from; number < to; number++) {
        task.setFraction((number - from) / (to - from));
        if (isPrime(number)) {
            count++;
            yield number;
        }
    }

    return {from, to, count};
}

export function wait(_params, task) {
    task.publishProgress('waiting');
    while (!task.isCancelled())
        imports.gi.GLib.usleep(1000);
}

export function parse(text) {
    return JSON.parse(text);
}

function isPrime(number) {
    for (let divisor = 2; divisor * divisor <= number; divisor++) {
        if (number % divisor === 0)
            return false;
    }
    return number > 1;
}
