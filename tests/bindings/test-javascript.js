// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What JavaScript can rely on: a body in it is refused before it can do harm, and
// everything that needs none works. TAP on standard output.

import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import At from 'gi://At?version=1.0';
import System from 'system';

let nTests = 0;
let nFailed = 0;

function check(name, condition) {
    nTests++;
    if (!condition)
        nFailed++;
    print(`${condition ? 'ok' : 'not ok'} ${nTests} ${name}`);
}

function refuses(name, task) {
    let error = null;

    try {
        task.execute(null);
    } catch (e) {
        error = e;
    }
    check(`${name} is refused`, error !== null &&
        error.matches(At.TaskError, At.TaskError.UNSUPPORTED));
    check(`${name} stays pending`, task.get_status() === At.Status.PENDING);
}

function iterateUntil(condition) {
    const context = GLib.MainContext.default();

    while (!condition())
        context.iteration(true);
}

let nCalls = 0;

const Body = GObject.registerClass(class Body extends At.AsyncTask {
    vfunc_in_background() {
        nCalls++;
        return true;
    }
});

const Inheriting = GObject.registerClass(class Inheriting extends Body {
});

// Has handlers in JavaScript, which run on the owner's thread, and no body.
const Handlers = GObject.registerClass(class Handlers extends At.AsyncTask {
    _init() {
        super._init();
        this.calls = [];
    }

    vfunc_pre_execute() {
        this.calls.push('pre');
    }

    vfunc_failed(error) {
        this.calls.push(error.matches(At.TaskError, At.TaskError.FAILED) ? 'failed' : `${error}`);
    }
});

// The other way that GJS has of overriding the handler of a signal.
const OnHandlers = GObject.registerClass(class OnHandlers extends At.AsyncTask {
    on_pre_execute() {
        this.calls = ['pre'];
    }

    on_failed() {
        this.calls.push('failed');
    }
});

refuses('a function', At.AsyncTask.new(() => {
    nCalls++;
    return true;
}));
refuses('a subclass with a body', new Body());
refuses('a subclass that inherits a body', new Inheriting());

let runnableError = null;
try {
    At.AsyncTask.execute_runnable(() => true);
} catch (e) {
    runnableError = e;
}
check('a runnable is refused', runnableError !== null &&
    runnableError.matches(At.TaskError, At.TaskError.UNSUPPORTED));

for (const Class of [Handlers, OnHandlers]) {
    const task = new Class();
    let fromSignal = null;

    task.connect('failed', (_task, error) => {
        fromSignal = error;
    });
    task.execute(null);
    iterateUntil(() => task.status === At.Status.FINISHED);
    check(`${Class.name}: handlers in JavaScript`, task.calls.join() === 'pre,failed');
    check(`${Class.name}: error in the signal`, fromSignal.matches(At.TaskError, At.TaskError.FAILED));
    check(`${Class.name}: outcome`, task.outcome === At.Outcome.FAILED);
}

{
    const task = new Handlers();
    let cancelled = 0;

    task.connect('cancelled', (_task, result) => {
        cancelled += result === null ? 1 : 100;
    });
    task.cancel(true);
    task.execute(null);
    iterateUntil(() => task.status === At.Status.FINISHED);
    check('cancelled before it is executed', cancelled === 1 && task.calls.length === 0);
}

{
    const task = new Handlers();

    task.title = 'a title';
    check('properties', task.title === 'a title' && !task.indeterminate && !task.active && task.remaining === -1);
    task.paused = true;
    check('paused by its property', task.is_paused() && task.paused);
    task.paused = false;
    check('resumed by its property', !task.is_paused());
}

System.gc();
check('no body ran', nCalls === 0);

print(`1..${nTests}`);
System.exit(nFailed === 0 ? 0 : 1);
