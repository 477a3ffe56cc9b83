// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What test-script-task runs; functions.py has the same functions.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import System from 'system';

let counter = 0;

const pid = () => Number(GLib.file_read_link('/proc/self'));

const sleep = (msec, cancellable = null) => new Promise((resolve, reject) => {
    const source = GLib.timeout_add(GLib.PRIORITY_DEFAULT, msec, () => {
        resolve();
        return GLib.SOURCE_REMOVE;
    });
    cancellable?.connect(() => {
        GLib.source_remove(source);
        reject(new Gio.IOErrorEnum({code: Gio.IOErrorEnum.CANCELLED, message: 'gone'}));
    });
});

const signalSelf = name => GLib.spawn_sync(null, ['kill', `-${name}`, `${pid()}`], null,
    GLib.SpawnFlags.SEARCH_PATH, null);

export const echo = params => params;
export const pidOf = () => pid();

// Whatever nobody holds goes.
export function collect() {
    System.gc();
    return pid();
}
export const count = () => ({counter: ++counter, pid: pid()});
export default () => 'the default';

export function describe(params) {
    const kind = value => {
        if (value === null)
            return 'null';
        if (Array.isArray(value))
            return `[${value.map(kind).join(' ')}]`;
        if (value instanceof Uint8Array)
            return `bytes(${value.length})`;
        if (typeof value === 'object')
            return `{${Object.entries(value).map(([k, v]) => `${k}:${kind(v)}`).join(' ')}}`;
        return `${typeof value === 'bigint' ? 'integer' : typeof value}(${value})`
            .replace(/^number/, Number.isInteger(value) ? 'integer' : 'number');
    };
    return kind(params);
}

export function values() {
    return {
        nothing: null, yes: true, no: false, zero: 0, negative: -5, half: 0.5, big: 9007199254740993n,
        smallest: -9223372036854775808n, text: 'tö\u{1f600}', empty: '', bytes: new Uint8Array([0, 255, 7]),
        list: [1, 'two', [3]], object: {a: {}}, inf: Infinity, nan: NaN,
    };
}

export function refused(which) {
    const itself = {};
    itself.itself = itself;
    let deep = [];
    for (let i = 0; i < 40; i++)
        deep = [deep];
    return {
        function: () => {}, cycle: itself, deep, nul: 'a\0b', surrogate: 'a\ud800', wide: 1n << 63n,
        instance: new Map(), object: new Gio.Cancellable(), symbol: Symbol('x'), date: new Date(),
    }[which];
}

export const refusedInside = which => ({list: [0, {'a key': refused(which)}]});

export function publishRefused(params, task) {
    try {
        task.publishProgress(refused(params));
    } catch (error) {
        task.publishProgress('still here');
        return error.name;
    }
    return 'nothing was thrown';
}

export function undefinedValues(params, task) {
    task.publishProgress();
    task.publishProgress({a: undefined, b: [undefined]});
}

export function publish(n, task) {
    for (let i = 0; i < n; i++)
        task.publishProgress(i);
    return n;
}

export function publishMuch({size, path, n}, task) {
    const text = 'x'.repeat(size);
    const counter = Gio.File.new_for_path(path).append_to(Gio.FileCreateFlags.NONE, null);
    for (let i = 0; i < n; i++) {
        task.publishProgress(text);
        counter.write_bytes(new GLib.Bytes([46]), null);
    }
    counter.close(null);
}

export function* generate(n) {
    for (let i = 0; i < n; i++)
        yield i;
    return 'generated';
}

export async function* generateAsync(n) {
    for (let i = 0; i < n; i++) {
        await sleep(1);
        yield i;
    }
}

export async function later(params) {
    await sleep(1);
    return params;
}

export function report(params, task) {
    task.setFraction(0.25);
    task.setMessage('half way');
    task.setAmounts(3, 12);
    task.setFraction('nonsense');
    task.setMessage('all the way');
    return null;
}

export function reportOften(n, task) {
    for (let i = 1; i <= n; i++)
        task.setFraction(i / n);
}

export function hugeResult(n) {
    return new Uint8Array(n).fill(7);
}

// What the runner gives the socket at a time, at most.
export function largestSend(n, task) {
    const {send} = Gio.Socket.prototype;
    let largest = 0;
    Gio.Socket.prototype.send = function (bytes, cancellable) {
        largest = Math.max(largest, bytes.length);
        return send.call(this, bytes, cancellable);
    };
    task.publishProgress(new Uint8Array(n));
    Gio.Socket.prototype.send = send;
    return largest;
}

class OddError extends Error {}

export function fail(params) {
    if (params === 'odd')
        throw new OddError('as it should');
    if (params === 'gio')
        throw new Gio.IOErrorEnum({code: Gio.IOErrorEnum.NOT_FOUND, message: 'not there'});
    if (params === 'empty')
        throw new RangeError();
    throw new TypeError(`no ${params}`);
}

export async function failLater() {
    await sleep(1);
    throw new TypeError('too late');
}

export function failBecause() {
    try {
        null.x;
    } catch (cause) {
        throw new OddError('because', {cause});
    }
}

export function failWith(params) {
    throw params;
}

export function* failAfterYield() {
    yield 1;
    throw new TypeError('after one');
}

export const notAFunction = 5;
export const exit = status => System.exit(status);

export function crash(name) {
    // The engine has a handler for one that it thinks it may have caused.
    for (;;)
        signalSelf(name);
}

export function garbage(which) {
    const socket = Gio.Socket.new_from_fd(3);
    const word = n => [n & 255, n >> 8 & 255, n >> 16 & 255, n >> 24 & 255];
    const frames = {
        text: [...'hello, is anybody there?'].map(c => c.charCodeAt(0)),
        endless: [...word(0x7fffffff), ...word(1)],
        unknown: [...word(0), ...word(77)],
        missing: [...word(0), ...word(6)],
        value: [...word(3), ...word(1), 1, 2, 3],
        type: [...word(6), ...word(1), 1, 0, 0, 0, 0, 117],
        abnormal: [...word(3), ...word(1), 2, 0, 98],
        stopped: [...word(0), ...word(8)],
        amounts: [...word(3), ...word(3), 1, 0, 98],
        fraction: [...word(3), ...word(2), 1, 0, 98],
        message: [...word(3), ...word(4), 1, 0, 98],
        error: [...word(3), ...word(7), 1, 0, 98],
    };
    socket.send(new Uint8Array(frames[which]), null);
    return new Promise(() => {});
}

export function silence() {
    Gio.Socket.new_from_fd(3).shutdown(false, true);
    return new Promise(() => {});
}

export function busyUntilCancelled(params, task) {
    task.publishProgress('busy');
    while (!task.isCancelled())
        ;
    return 'noticed';
}

export function busyForever(params, task) {
    task.publishProgress(pid());
    for (;;)
        ;
}

export function deaf(params, task) {
    const [, child] = GLib.spawn_async(null, ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'], null,
        GLib.SpawnFlags.SEARCH_PATH, null);
    // Until it does not hear the signal any more.
    for (;;) {
        const status = new TextDecoder().decode(GLib.file_get_contents(`/proc/${child}/status`)[1]);
        if (parseInt(status.match(/SigIgn:\s+([0-9a-f]+)/)[1].slice(-4), 16) & 0x4000)
            break;
    }
    task.publishProgress([pid(), child]);
    for (;;)
        ;
}

export async function sleepUntilCancelled(params, task) {
    task.publishProgress('asleep');
    await sleep(1000000, task.cancellable);
}

export async function sleepAndTidyUp(params, task) {
    try {
        await sleepUntilCancelled(params, task);
    } catch {
        return 'tidy';
    }
    return null;
}

export function* generateForever(path) {
    try {
        for (let i = 0; ; i++)
            yield i;
    } finally {
        GLib.file_set_contents(path, 'finally');
    }
}

export function checkpoints(params, task) {
    for (let i = 0; ; i++) {
        task.publishProgress(i);
        task.checkpoint();
    }
}

export function say(params) {
    print('printed by the script');
    printerr('complained by the script');
    return null;
}

export function where() {
    return {directory: GLib.get_current_dir(), variable: GLib.getenv('AT_TEST_VARIABLE'), pid: pid()};
}

export async function afterTheEnd(params, task) {
    if (globalThis.kept) {
        globalThis.kept.publishProgress('from the other one');
        globalThis.kept.setFraction(0.9);
        await sleep(1);
        return 'second';
    }
    globalThis.kept = task;
    return 'first';
}

export function signals() {
    const status = new TextDecoder().decode(GLib.file_get_contents('/proc/self/status')[1]);
    const has = field => (parseInt(status.match(new RegExp(`${field}:\\s+([0-9a-f]+)`))[1].slice(-4), 16) & 0x4000) !== 0;
    return {blocked: has('SigBlk'), ignored: has('SigIgn')};
}

export function quietCheckpoints(params, task) {
    task.publishProgress('here');
    for (;;)
        task.checkpoint();
}
