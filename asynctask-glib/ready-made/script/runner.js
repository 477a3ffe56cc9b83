// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs inside gjs, in a process of its own, with the channel to the owner as
// `socket` and `input`. The frames and what is in them: at-script-helper-private.h.
//
// Values are written and read here rather than with GLib.Variant: in a loop that
// publishes, several calls into C per value would be most of the cost, and 64-bit
// integers would lose their last bits.

(() => {
const {Gio, GLib} = imports.gi;
const System = imports.system;

const MAX_DEPTH = 32;
const MAX_PAYLOAD = 256 * 1024 * 1024;
const SMALL_STEP_USEC = 16000;
const SMALL_STEP = 0.001;
const MAX_SEND = 256 * 1024;

const Kind = {
    // to the owner
    PROGRESS: 1, FRACTION: 2, AMOUNTS: 3, MESSAGE: 4, CHECKPOINT: 5, RESULT: 6, ERROR: 7,
    STOPPED: 8, STARTED: 9,
    // from the owner
    JOB: 101, GO: 102, CANCELLED: 103, INTERRUPT: 104, PAUSED: 105,
};

const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', {fatal: true});

//
// Values
//

class Writer {
    constructor() {
        this._grow(1024);
        this.reset();
    }

    reset() {
        if (this._bytes.length > 1024 * 1024)
            this._grow(1024);
        this._at = 8;
        this._parents = [];
    }

    _grow(size) {
        const bytes = new Uint8Array(size);
        if (this._bytes && this._at <= size)
            bytes.set(this._bytes.subarray(0, this._at));
        this._bytes = bytes;
        this._view = new DataView(bytes.buffer);
    }

    _need(n) {
        if (this._at + n <= this._bytes.length)
            return;
        if (this._at + n > MAX_PAYLOAD)
            throw new RangeError('The value is too big to be sent');
        this._grow(Math.max(this._at + n, this._bytes.length * 2));
    }

    _align() {
        this._need(8);
        while (this._at & 7)
            this._bytes[this._at++] = 0;
    }

    _text(text) {
        if (text.length <= 64) {
            this._need(text.length + 1);
            const start = this._at;
            let i = 0;
            for (; i < text.length; i++) {
                const code = text.charCodeAt(i);
                if (code === 0 || code > 127)
                    break;
                this._bytes[this._at++] = code;
            }
            if (i === text.length) {
                this._bytes[this._at++] = 0;
                return;
            }
            this._at = start;
        }

        if (text.includes('\0'))
            throw new TypeError('A string with a NUL character cannot be sent');
        if (/\p{Surrogate}/u.test(text))
            throw new TypeError('A string with half of a surrogate pair cannot be sent');
        this._raw(encoder.encode(text));
        this._need(1);
        this._bytes[this._at++] = 0;
    }

    _raw(bytes) {
        this._need(bytes.length);
        this._bytes.set(bytes, this._at);
        this._at += bytes.length;
    }

    _offsets(start, ends) {
        const body = this._at - start;
        let size = 4;
        if (body + ends.length <= 0xff)
            size = 1;
        else if (body + 2 * ends.length <= 0xffff)
            size = 2;
        this._need(size * ends.length);
        for (const end of ends) {
            let rest = end;
            for (let i = 0; i < size; i++) {
                this._bytes[this._at++] = rest & 0xff;
                rest >>>= 8;
            }
        }
    }

    _integer(value) {
        this._need(8);
        this._view.setBigInt64(this._at, value, LITTLE);
        this._at += 8;
        return 'x';
    }

    _number(value) {
        if (Number.isSafeInteger(value) && !Object.is(value, -0))
            return this._integer(BigInt(value));
        this._need(8);
        this._view.setFloat64(this._at, value, LITTLE);
        this._at += 8;
        return 'd';
    }

    _array(value) {
        const start = this._at;
        const ends = [];
        for (let i = 0; i < value.length; i++) {
            this._align();
            this.variant(value[i]);
            ends.push(this._at - start);
        }
        this._offsets(start, ends);
        return 'av';
    }

    _dictionary(value) {
        const start = this._at;
        const ends = [];
        for (const key of Object.keys(value)) {
            if (value[key] === undefined)
                continue;
            this._align();
            const entry = this._at;
            this._text(key);
            const keyEnd = this._at - entry;
            this._align();
            this.variant(value[key]);
            this._offsets(entry, [keyEnd]);
            ends.push(this._at - start);
        }
        this._offsets(start, ends);
        return 'a{sv}';
    }

    _nested(value, write) {
        if (this._parents.includes(value))
            throw new TypeError('A value that contains itself cannot be sent');
        if (this._parents.length >= MAX_DEPTH)
            throw new TypeError(`A value nested more than ${MAX_DEPTH} levels deep cannot be sent`);
        this._parents.push(value);
        const type = write();
        this._parents.pop();
        return type;
    }

    _object(value) {
        if (value instanceof Uint8Array || value instanceof Uint8ClampedArray) {
            this._raw(value);
            return 'ay';
        }
        if (value instanceof ArrayBuffer) {
            this._raw(new Uint8Array(value));
            return 'ay';
        }
        if (value instanceof GLib.Bytes) {
            this._raw(value.toArray());
            return 'ay';
        }
        if (Array.isArray(value))
            return this._nested(value, () => this._array(value));
        if (typeof value.toJSON === 'function')
            return this._nested(value, () => this._value(value.toJSON()));

        const prototype = Object.getPrototypeOf(value);
        if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
            const name = value.constructor?.name ?? 'a class';
            throw new TypeError(`An instance of ${name} cannot be sent; send a plain object`);
        }
        return this._nested(value, () => this._dictionary(value));
    }

    _value(value) {
        switch (typeof value) {
        case 'undefined':
            return 'mv';
        case 'boolean':
            this._need(1);
            this._bytes[this._at++] = value ? 1 : 0;
            return 'b';
        case 'number':
            return this._number(value);
        case 'bigint':
            if (BigInt.asIntN(64, value) !== value)
                throw new RangeError('An integer of more than 64 bits cannot be sent');
            return this._integer(value);
        case 'string':
            this._text(value);
            return 's';
        case 'object':
            return value === null ? 'mv' : this._object(value);
        default:
            throw new TypeError(`A ${typeof value} cannot be sent`);
        }
    }

    variant(value) {
        const type = this._value(value);
        this._need(type.length + 1);
        this._bytes[this._at++] = 0;
        for (let i = 0; i < type.length; i++)
            this._bytes[this._at++] = type.charCodeAt(i);
    }

    // The header is as long as the alignment, so that what follows it is aligned.
    frame(kind) {
        this._view.setUint32(0, this._at - 8, LITTLE);
        this._view.setUint32(4, kind, LITTLE);
        return this._bytes.subarray(0, this._at);
    }
}

class Reader {
    constructor(bytes) {
        this._bytes = bytes;
        this._view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }

    read() {
        return this._variant(0, this._bytes.length);
    }

    _ends(start, end) {
        const length = end - start;
        if (length === 0)
            return [];
        const size = length <= 0xff ? 1 : length <= 0xffff ? 2 : 4;
        const first = start + this._offset(end - size, size);
        const ends = [];
        for (let at = first; at < end; at += size)
            ends.push(start + this._offset(at, size));
        return ends;
    }

    _offset(at, size) {
        let offset = 0;
        for (let i = size - 1; i >= 0; i--)
            offset = offset * 256 + this._bytes[at + i];
        return offset;
    }

    _text(start, end) {
        return decoder.decode(this._bytes.subarray(start, end - 1));
    }

    _variant(start, end) {
        let zero = end - 1;
        while (this._bytes[zero] !== 0)
            zero--;
        const type = String.fromCharCode(...this._bytes.subarray(zero + 1, end));

        switch (type) {
        case 'mv':
            return null;
        case 'b':
            return this._bytes[start] !== 0;
        case 'x': {
            const value = this._view.getBigInt64(start, LITTLE);
            const number = Number(value);
            return Number.isSafeInteger(number) ? number : value;
        }
        case 'd':
            return this._view.getFloat64(start, LITTLE);
        case 's':
            return this._text(start, zero);
        case 'ay':
            return this._bytes.slice(start, zero);
        case 'av': {
            const value = [];
            let at = start;
            for (const next of this._ends(start, zero)) {
                value.push(this._variant(at, next));
                at = start + (next - start + 7 & ~7);
            }
            return value;
        }
        case 'a{sv}': {
            const value = {};
            let at = start;
            for (const next of this._ends(start, zero)) {
                const length = next - at;
                const size = length <= 0xff ? 1 : length <= 0xffff ? 2 : 4;
                const keyLength = this._offset(next - size, size);
                const key = this._text(at, at + keyLength);
                // Plain assignment would set the prototype.
                Object.defineProperty(value, key, {
                    value: this._variant(at + (keyLength + 7 & ~7), next - size),
                    configurable: true, enumerable: true, writable: true,
                });
                at = start + (next - start + 7 & ~7);
            }
            return value;
        }
        default:
            throw new Error(`Unexpected type ${type}`);
        }
    }
}

//
// The channel
//

const writer = new Writer();
const READABLE = GLib.IOCondition.IN | GLib.IOCondition.HUP;

// In a promise job, gjs 1.74 notes that it shall exit and goes on with the main loop;
// in a callback from C it does exit. The module finds this one in `system`, too.
const exitInCallback = System.exit;

function exit(code = 0) {
    GLib.idle_add(GLib.PRIORITY_HIGH * 10, () => {
        exitInCallback(code);
        return GLib.SOURCE_REMOVE;
    });
    for (;;)
        GLib.MainContext.default().iteration(true);
}

System.exit = exit;

// Nobody is there to be told anything any more.
function leave() {
    exit(1);
}

// gjs copies all that a call is given, however little of it the socket takes.
function write(frame) {
    try {
        for (let sent = 0; sent < frame.length;)
            sent += socket.send(frame.subarray(sent, sent + MAX_SEND), null);
    } catch {
        leave();
    }
}

function send(kind, value) {
    writer.reset();
    if (value !== undefined)
        writer.variant(value);
    write(writer.frame(kind));
}

function readExactly(n) {
    const bytes = new Uint8Array(n);
    for (let got = 0; got < n;) {
        let part;
        try {
            part = input.read_bytes(Math.min(n - got, 1024 * 1024), null).toArray();
        } catch {
            leave();
        }
        if (part.length === 0)
            return null;
        if (part.length === n)
            return part;
        bytes.set(part, got);
        got += part.length;
    }
    return bytes;
}

// null when the owner has closed the channel.
function receive() {
    const header = readExactly(8);
    if (header === null)
        return null;
    const view = new DataView(header.buffer, header.byteOffset);
    const length = view.getUint32(0, LITTLE);
    const payload = length > 0 ? readExactly(length) : null;
    return {
        kind: view.getUint32(4, LITTLE),
        value: payload !== null ? new Reader(payload).read() : null,
    };
}

//
// The task, as the module sees it
//

class ScriptTask {
    #ended = false;
    #cancelled = false;
    #held = false;
    #shown = {fraction: NaN, completed: NaN, total: NaN, at: 0};
    #kept = null;
    #cancellable = new Gio.Cancellable();

    get cancellable() {
        return this.#cancellable;
    }

    publishProgress(value = null) {
        this.#tell(Kind.PROGRESS, value);
    }

    setFraction(fraction) {
        fraction = Number(fraction);
        if (Number.isNaN(fraction) || this.#ended)
            return;
        fraction = Math.min(Math.max(fraction, 0), 1);
        this.#show({kind: Kind.FRACTION, value: fraction, fraction, completed: NaN, total: NaN});
    }

    setAmounts(completed, total = 0) {
        completed = Math.max(Math.trunc(Number(completed)), 0) || 0;
        total = Math.max(Math.trunc(Number(total)), 0) || 0;
        if (this.#ended)
            return;
        this.#show({
            kind: Kind.AMOUNTS, value: [completed, total],
            fraction: completed / (total || completed || 1), completed, total,
        });
    }

    setMessage(message) {
        this.#tell(Kind.MESSAGE, message === null || message === undefined ? null : String(message));
    }

    isCancelled() {
        if (!this.#cancelled && !this.#ended)
            this.#listen();
        return this.#cancelled;
    }

    checkpoint() {
        if (!this.#ended)
            this.#pass();
        if (this.#cancelled) {
            throw new Gio.IOErrorEnum({
                code: Gio.IOErrorEnum.CANCELLED,
                message: 'The task was cancelled',
            });
        }
    }

    // A step that cannot be seen in a progress bar waits for the next one that can,
    // or for anything else that is said: a message takes microseconds, and a loop
    // may report millions of times.
    #show(step) {
        const now = GLib.get_monotonic_time();
        const shown = this.#shown;
        const same = step.kind === shown.kind && step.total.toString() === shown.total.toString();
        const reference = step.kind === Kind.AMOUNTS && step.total === 0
            ? Math.abs(step.completed - shown.completed) / Math.max(step.completed, shown.completed, 1)
            : Math.abs(step.fraction - shown.fraction);

        if (same && reference < SMALL_STEP && now - shown.at < SMALL_STEP_USEC) {
            this.#kept = step;
            return;
        }
        this.#shown = {...step, at: now};
        this.#kept = null;
        send(step.kind, step.value);
    }

    #flush() {
        if (this.#kept === null)
            return;
        const step = this.#kept;
        this.#kept = null;
        this.#shown = {...step, at: GLib.get_monotonic_time()};
        send(step.kind, step.value);
    }

    #tell(kind, value) {
        if (this.#ended)
            return;
        this.#flush();
        send(kind, value);
    }

    // What the owner has said meanwhile; it says so unasked.
    #listen() {
        while (socket.condition_check(READABLE) !== 0)
            this.#take();
    }

    // Stands still while the task is paused. One that is paused again says so before
    // it lets go.
    #pass() {
        this.#listen();
        while (this.#held && !this.#cancelled) {
            this.#held = false;
            this.#tell(Kind.CHECKPOINT);
            while (this.#take() !== Kind.GO)
                ;
        }
    }

    #take() {
        const frame = receive();
        if (frame === null)
            leave();
        if (frame.kind === Kind.CANCELLED || frame.kind === Kind.INTERRUPT)
            this.#cancelled = true;
        if (frame.kind === Kind.PAUSED)
            this.#held = true;
        if (frame.kind === Kind.INTERRUPT)
            this.#cancellable.cancel();
        return frame.kind;
    }

    // What follows is for the runner alone.
    static control(task) {
        return {
            get cancelled() {
                return task.#cancelled;
            },
            hold(held) {
                task.#held = held;
            },
            poll() {
                task.#listen();
            },
            yielded(value) {
                task.#tell(Kind.PROGRESS, value === undefined ? null : value);
                task.#pass();
                return !task.#cancelled;
            },
            end(kind, value) {
                task.#flush();
                // A value that cannot be sent is an error before it is an end.
                send(kind, value);
                task.#ended = true;
            },
        };
    }
}

const control = ScriptTask.control;
delete ScriptTask.control;

//
// Jobs
//

function stackOf(error) {
    let stack = '';
    try {
        stack = String(error.stack ?? '');
    } catch {
    }
    stack = stack.split('\n').filter(line => line !== '' && !/asynctask-glib-runner|@<command line>/.test(line)).join('\n');
    if (stack === '' && error.fileName)
        stack = `@${error.fileName}:${error.lineNumber}:${error.columnNumber ?? 0}`;
    return stack;
}

function wellFormed(text) {
    return text.replace(/\p{Surrogate}/gu, '\ufffd').replaceAll('\0', '\ufffd');
}

function describe(code, thrown) {
    const error = {code, name: null, message: '', stack: null};

    try {
        if (thrown instanceof GLib.Error) {
            const text = thrown.toString();
            error.name = text.slice(0, Math.max(text.indexOf(':'), 0)) || 'GLib.Error';
            error.message = thrown.message;
            error.stack = stackOf(thrown);
        } else if (thrown instanceof Error) {
            error.name = String(thrown.name || 'Error');
            if (error.name === 'Error' && thrown.constructor?.name)
                error.name = thrown.constructor.name;
            error.message = String(thrown.message);
            error.stack = stackOf(thrown);
        } else {
            error.message = String(thrown);
        }
    } catch {
        error.message = 'An object that cannot be described was thrown';
    }

    for (const key of ['name', 'message', 'stack'])
        error[key] = error[key] === null ? null : wellFormed(error[key]);
    return error;
}

function isCancelledError(thrown) {
    return thrown instanceof GLib.Error && thrown.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
}

const STOPPED = Symbol('stopped');

async function drive(outcome, task) {
    const isObject = typeof outcome === 'object' && outcome !== null;

    if (isObject && typeof outcome.next === 'function' && typeof outcome[Symbol.asyncIterator] === 'function') {
        for (;;) {
            const {done, value} = await outcome.next();
            if (done)
                return value;
            if (!task.yielded(value)) {
                await outcome.return?.();
                return STOPPED;
            }
        }
    }
    if (isObject && typeof outcome.next === 'function' && typeof outcome[Symbol.iterator] === 'function') {
        for (;;) {
            const {done, value} = outcome.next();
            if (done)
                return value;
            if (!task.yielded(value)) {
                outcome.return?.();
                return STOPPED;
            }
        }
    }
    return outcome;
}

async function run(job) {
    const face = new ScriptTask();
    const task = control(face);
    task.hold(job.paused);
    let module, value;

    // What an async function awaits is to see that the task is cancelled, or the
    // owner gone, while nothing here runs.
    const watched = GLib.IOChannel.unix_new(3);
    const watch = GLib.io_add_watch(watched, GLib.PRIORITY_DEFAULT,
        GLib.IOCondition.IN | GLib.IOCondition.HUP, () => {
            task.poll();
            return GLib.SOURCE_CONTINUE;
        });

    const finish = (kind, result) => {
        GLib.source_remove(watch);
        task.end(kind, result);
    };

    try {
        module = await import(job.module);
    } catch (error) {
        finish(Kind.ERROR, describe('module-failed', error));
        return;
    }
    if (typeof module[job.function] !== 'function') {
        finish(Kind.ERROR, {
            code: 'function-not-found', name: null, stack: null,
            message: `The module exports no function “${job.function}”`,
        });
        return;
    }

    task.poll();
    if (task.cancelled) {
        finish(Kind.STOPPED);
        return;
    }

    try {
        value = await drive(await module[job.function](job.params, face), task);
    } catch (error) {
        if (task.cancelled && isCancelledError(error))
            finish(Kind.STOPPED);
        else
            finish(Kind.ERROR, describe('thrown', error));
        return;
    }
    if (value === STOPPED) {
        finish(Kind.STOPPED);
        return;
    }

    GLib.source_remove(watch);
    try {
        task.end(Kind.RESULT, value === undefined ? null : value);
    } catch (error) {
        task.end(Kind.ERROR, describe('invalid-value', error));
    }
}

async function serve() {
    for (;;) {
        const frame = receive();
        if (frame === null)
            return;
        if (frame.kind === Kind.JOB) {
            send(Kind.STARTED);
            await run(frame.value);
        }
    }
}

const loop = new GLib.MainLoop(null, false);
serve().catch(error => {
    logError(error);
    exit(1);
}).finally(() => loop.quit());
loop.run();
})();
//# sourceURL=asynctask-glib-runner
