// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs inside gjs, in a process of its own, with the channel to the owner as
// `socket` and `input`. The frames and what is in them: at-script-frame-private.h.
// atValue.js comes before this.

(() => {
const {Gio, GLib} = imports.gi;
const System = imports.system;

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

//
// The channel
//

const writer = new Writer();
const READABLE = GLib.IOCondition.IN | GLib.IOCondition.HUP;

// In a promise job, gjs 1.74 notes that it shall exit and goes on with the main loop;
// in a callback from C it does exit. The module finds this one in `system`, too.
const exitInCallback = System.exit;

function exit(code = 0) {
    // While the collector is at work between two of its steps, gjs skips a callback.
    for (;;) {
        GLib.idle_add(GLib.PRIORITY_HIGH * 10, () => {
            exitInCallback(code);
            return GLib.SOURCE_REMOVE;
        });
        GLib.MainContext.default().iteration(true);
    }
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
    // The header is as long as the alignment, so that what follows it is aligned.
    writer.reset(8);
    if (value !== undefined)
        writer.variant(value);
    const frame = writer.bytes;
    const header = new DataView(frame.buffer, 0, 8);
    header.setUint32(0, frame.length - 8, LITTLE);
    header.setUint32(4, kind, LITTLE);
    write(frame);
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
        value: payload !== null ? new Reader(payload).read('v') : null,
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

const NOT_OF_THE_MODULE = /asynctask-glib-runner|@<command line>|@resource:\/\/\/org\/gnome\/gjs\/modules\/internal\//;

function stackOf(error) {
    let stack = '';
    try {
        stack = String(error.stack ?? '');
    } catch {
    }
    stack = stack.split('\n').filter(line => line !== '' && !NOT_OF_THE_MODULE.test(line)).join('\n');
    if (stack === '' && error.fileName)
        stack = `@${error.fileName}:${error.lineNumber}:${error.columnNumber ?? 0}`;
    return stack;
}

// Also of what it was thrown because of.
function stackWithCauses(error) {
    const stacks = [stackOf(error)];
    const seen = new Set([error]);
    let {cause} = error;

    while (cause !== undefined && cause !== null && !seen.has(cause)) {
        seen.add(cause);
        stacks.push(`Caused by: ${textOf(cause)}`);
        if (cause instanceof Error || cause instanceof GLib.Error)
            stacks.push(stackOf(cause));
        cause = cause.cause;
    }
    return stacks.filter(stack => stack !== '').join('\n');
}

// Of anything.
function textOf(thrown) {
    const text = String(thrown);

    return text === '[object Object]' ? JSON.stringify(thrown) ?? text : text;
}

function messageOf(error) {
    const message = String(error.message);

    if (!(error instanceof SyntaxError) || !error.fileName)
        return message;
    return `${message} (${error.fileName.split('/').at(-1)}, line ${error.lineNumber})`;
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
            error.stack = stackWithCauses(thrown);
        } else if (thrown instanceof Error) {
            error.name = String(thrown.name || 'Error');
            if (error.name === 'Error' && thrown.constructor?.name)
                error.name = thrown.constructor.name;
            error.message = messageOf(thrown);
            error.stack = stackWithCauses(thrown);
        } else {
            error.message = textOf(thrown);
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
