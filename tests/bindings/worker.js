// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

export function double(number) {
    return number * 2;
}

export function echo(value, task) {
    task.publishProgress(value);
    return value;
}

export function* count({limit}) {
    for (let i = 0; i < limit; i++)
        yield {i};
    return 'done';
}

export function fail() {
    throw new RangeError('on purpose');
}

export function failBecause() {
    try {
        null.x;
    } catch (cause) {
        throw new RangeError('because', {cause});
    }
}

export function failWith(what) {
    throw what;
}

export const numbers = n => Array.from({length: n}, (_, i) => i * (i % 2 === 0 ? 1 : -1));

export function* lists({n, length}) {
    for (let i = 0; i < n; i++)
        yield Array.from({length}, (_, j) => ({a: j, b: `text ${j}`, c: [i / 7]}));
    return 'done';
}

export const give = which => badValues()[which];

function badValues() {
    const loop = {};
    loop.self = [loop];
    return {
        date: {a: [new Date()]}, surrogate: {a: ['\ud800']}, loop, map: [new Map()], large: [2n ** 63n],
        function: {f: () => 1}, nul: {'a\0': 1},
    };
}

export default function () {
    return 'the default';
}
