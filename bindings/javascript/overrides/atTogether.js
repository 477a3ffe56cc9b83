// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

/* exported install, getThrown, getOwnResult, isAsync, makeDeferred */

// Of At: asynchronous functions as bodies, and several tasks as one.

// In a function, as in At.js.
var {getOwnResult, getThrown, install, isAsync, makeDeferred} = (() => {
const {GLib, GObject} = imports.gi;

let At, ours;

// What a task has of its asynchronous function. A property of the task, so that it is
// there as long as the task is.
const _body = Symbol('asynchronous function');

// Asked of each task: GObject's own idea of instanceof takes many times as long.
const _isGroup = Symbol('is a group');

const ASYNC = ['[object AsyncFunction]', '[object AsyncGeneratorFunction]'];

function isAsync(func) {
    return ASYNC.includes(Object.prototype.toString.call(func));
}

function _decide(task) {
    while (task?.[_isGroup] && task.get_decisive() !== null)
        task = task.get_decisive();
    return task;
}

// What a body has thrown, for which its task has an error; null if there is another reason.
function getThrown(task, error) {
    const thrown = _decide(task)?.[_body]?.thrown ?? null;

    return thrown !== null && thrown.error.matches(error.domain, error.code) &&
        thrown.error.message === error.message ? thrown.value : null;
}

// Any object of JavaScript stays what it is; C has nothing in its place.
function getOwnResult(task, value) {
    const body = _decide(task)?.[_body];

    return body && 'result' in body && task.get_outcome() === At.Outcome.SUCCEEDED ? body.result : value;
}

function _toError(value) {
    if (value instanceof GLib.Error)
        return value;

    let message;
    try {
        message = value instanceof Error && value.message !== '' ? value.message : String(value);
    } catch {
        message = 'The body threw something that has no text';
    }
    return new At.TaskError({code: At.TaskError.FAILED, message: message.replace(/\0/g, '\ufffd')});
}

// Until a paused task is resumed, or has to stop.
function _whileHeld(task, cancellable) {
    if (!task.paused || task.is_cancelled())
        return Promise.resolve();

    return new Promise(resolve => {
        const id = task.connect('notify::paused', goOn);
        const cancelled = cancellable.connect(() => GLib.idle_add(GLib.PRIORITY_DEFAULT, goOn));

        let isOver = false;
        function goOn() {
            if (!isOver && (!task.paused || task.is_cancelled())) {
                isOver = true;
                task.disconnect(id);
                cancellable.disconnect(cancelled);
                resolve();
            }
            return GLib.SOURCE_REMOVE;
        }
    });
}

// Publishes what a generator yields, to its end or until the task has to stop.
async function _publishAll(task, generator, cancellable) {
    for (;;) {
        const {value, done} = await generator.next();

        if (done)
            return value;
        task.publish_progress(value);
        await _whileHeld(task, cancellable);
        if (task.is_cancelled()) {
            await generator.return();
            return undefined;
        }
    }
}

async function _run(task, params, cancellable) {
    const body = task[_body];

    body.thrown = null;
    delete body.result;
    try {
        if ('params' in body)
            params = body.params;

        let result = body.func(task, params, cancellable);
        if (typeof result?.next === 'function' && Symbol.asyncIterator in result)
            result = await _publishAll(task, result, cancellable);
        else
            result = await result;
        _complete(task, body, result);
    } catch (error) {
        const shown = _toError(error);

        body.thrown = {value: error, error: shown};
        task.fail(shown);
    }
}

function _complete(task, body, result) {
    let native = null;

    if (result !== undefined && result !== null) {
        try {
            native = ours.toNative(result, task);
        } catch (error) {
            if (!body.keepsOwn)
                throw error;
            body.result = result;
        }
    }
    task.complete(native);
}

function makeDeferred(func, properties = {}, keepsOwn = true) {
    const task = new At.DeferredTask(properties);

    task[_body] = {func, keepsOwn, thrown: null};
    task.set_body_name(func.name || null);
    task.connect('start', _run);
    return task;
}

// Parameters as well are what they are.
function _keepParams(task, params) {
    const body = task[_body];

    if (!body?.keepsOwn)
        return params;
    try {
        ours.toNative(params, task);
        return params;
    } catch {
        body.params = params;
        return null;
    }
}

function _overrideDeferredTask() {
    const task = At.DeferredTask.prototype;
    const {_init: init, complete} = task;

    // (function, properties), or properties.
    task._init = function (first = {}, properties = {}) {
        if (typeof first !== 'function') {
            init.call(this, first);
            return;
        }
        init.call(this, properties);
        this[_body] = {func: first, keepsOwn: true, thrown: null};
        this.set_body_name(first.name || null);
        this.connect('start', _run);
    };
    task.complete = function (result = null) {
        return complete.call(this, result === null ? null : ours.toNative(result, this));
    };
    for (const name of ['execute', 'execute_async']) {
        const execute = At.AsyncTask.prototype[name];

        task[name] = function (params, ...rest) {
            return execute.call(this, _keepParams(this, params), ...rest);
        };
    }
    const executeOnExecutor = At.AsyncTask.prototype.execute_on_executor;
    task.execute_on_executor = function (executor, params) {
        return executeOnExecutor.call(this, executor, _keepParams(this, params));
    };
}

function _overrideTaskGroup() {
    const group = At.TaskGroup.prototype;

    At.AsyncTask.prototype[_isGroup] = false;
    group[_isGroup] = true;
    const {add} = group;

    group.add = function (...tasks) {
        for (const task of tasks) {
            if (task.get_status() === At.Status.PENDING)
                ours.checkBody(task);
            add.call(this, task);
            ours.hear(task);
        }
        return this;
    };
    group[Symbol.iterator] = function () {
        return this.get_tasks()[Symbol.iterator]();
    };
}

// Of what makes tasks: the newest one, and for each key that somebody waits for how many
// do and the task.
const _newest = Symbol('newest task');
const _awaited = Symbol('awaited keys');

function _noteTask(maker, task, params) {
    maker[_newest] = task;
    if (maker[_awaited]?.has(params))
        maker[_awaited].get(params).task = task;
    return task;
}

const MAKER_SIGNALS = {
    'create-task': (maker, handler, params) => {
        const value = ours.toPlain(params);
        return _noteTask(maker, handler(maker, value), value);
    },
    'result': (maker, handler, value, params) => handler(maker, ours.toPlain(value), ours.toPlain(params)),
    'failed': (maker, handler, error, params) =>
        handler(maker, ours.explain(maker[_newest] ?? null, error), ours.toPlain(params)),
};

function _makeTask(func) {
    if (isAsync(func))
        return makeDeferred(func, {}, false);

    return makeDeferred(() => {
        throw new At.TaskError({
            code: At.TaskError.UNSUPPORTED,
            message: 'A JavaScript function that is not asynchronous cannot run on a worker thread',
        });
    }, {}, false);
}

function _overrideMaker(klass) {
    const maker = klass.prototype;
    const init = maker._init;

    // (function, properties), or properties.
    maker._init = function (first = {}, properties = {}) {
        if (typeof first !== 'function') {
            init.call(this, first);
            return;
        }
        init.call(this, properties);
        this.connect('create-task', () => _makeTask(first));
    };
    klass.new = func => new klass(func);

    for (const name of ['connect', 'connect_after']) {
        const connect = GObject.Object.prototype[name];

        maker[name] = function (signal, handler) {
            const call = MAKER_SIGNALS[signal.replace(/_/g, '-')];

            return connect.call(this, signal, call && typeof handler === 'function'
                ? (emitter, ...args) => call(emitter, handler, ...args)
                : handler);
        };
    }
}

function _overrideLatest() {
    const {submit} = At.Latest.prototype;

    _overrideMaker(At.Latest);
    At.Latest.prototype.submit = function (params = null) {
        submit.call(this, ours.toNative(params));
    };
}

function _overrideTaskCache() {
    const cache = At.TaskCache.prototype;
    const {get_finish: getFinish, peek} = cache;

    _overrideMaker(At.TaskCache);
    cache.get_finish = function (result) {
        return ours.toPlain(getFinish.call(this, result));
    };
    cache.peek = function (key) {
        return ours.toPlain(peek.call(this, key));
    };
    cache.get = function (key, priority = GLib.PRIORITY_DEFAULT, cancellable = null) {
        const awaited = this[_awaited] ??= new Map();
        const entry = awaited.get(key) ?? {n: 0, task: null};

        entry.n++;
        awaited.set(key, entry);
        return new Promise((resolve, reject) => {
            this.get_async(key, priority, cancellable, (_cache, result) => {
                try {
                    resolve(this.get_finish(result));
                } catch (error) {
                    reject(getThrown(entry.task, error) ?? error);
                }
                if (--entry.n === 0)
                    awaited.delete(key);
            });
        });
    };
}

function _overrideStart() {
    const handler = At.DeferredTask.prototype.vfunc_start;

    At.DeferredTask.prototype.vfunc_start = function (params, cancellable) {
        handler.call(this, ours.toNative(params, this), cancellable);
    };
}

function install(at, helpers) {
    At = at;
    ours = helpers;
    _overrideDeferredTask();
    _overrideStart();
    _overrideTaskGroup();
    _overrideLatest();
    _overrideTaskCache();
}

return {getOwnResult, getThrown, install, isAsync, makeDeferred};
})();
