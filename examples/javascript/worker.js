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

// Each value is progress, and a place where the task stops if it is cancelled.
export function* countPrimes({from, to}, task) {
    let count = 0;

    for (let number = from; number < to; number++) {
        count += isPrime(number);
        if ((number + 1) % 5000 === 0) {
            task.setFraction((number + 1 - from) / (to - from));
            yield number + 1;
        }
    }

    return count;
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
