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

export default function () {
    return 'the default';
}
