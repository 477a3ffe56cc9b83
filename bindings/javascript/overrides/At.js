// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

/* exported _init */

// What GJS adds to the namespace At: promises and asynchronous iteration, plain
// JavaScript values on the way to a body and back, and errors that always arrive.
//
// GJS loads this file, with its old module system, for imports.gi.At and for
// gi://At alike.

// In a function: gjs's old modules look each name of theirs up anew, ten times as slow.
var _init = (() => {
const Gi = imports._gi;
const {Gio, GLib, GObject} = imports.gi;
const {getOwnResult, getThrown, install, isAsync, makeDeferred} = imports.overrides.atTogether;
const {LITTLE, Reader, Writer, checkText} = imports.overrides.atValue;

// The signals and virtual functions that carry a value, or an error.
const VALUE_SIGNALS = ['progress-update', 'post-execute', 'cancelled', 'failed', 'start'];

const TYPE_FLAG_FINAL = 1 << 6;

const _nothing = new GObject.Value();

// Asked of each task that is executed: GObject's own idea of instanceof takes many times as long.
const _isScript = Symbol('is a script');

let At;

function _typeError(value) {
    const name = typeof value === 'object'
        ? `an object of the class ${value.constructor?.name ?? '(none)'}`
        : `a ${typeof value}`;

    return new TypeError(`A task cannot be given ${name}`);
}

function _isInt32(number) {
    return (number | 0) === number && !Object.is(number, -0);
}

function _isPlain(object) {
    const prototype = Object.getPrototypeOf(object);

    // An object that comes from another global object has another prototype.
    return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function _isBytes(object) {
    return object instanceof Uint8Array || object instanceof ArrayBuffer;
}

function _toBytes(object) {
    return new GLib.Bytes(object instanceof ArrayBuffer ? new Uint8Array(object) : object);
}

function _bigIntType(value) {
    if (BigInt.asIntN(64, value) === value)
        return 'x';
    if (BigInt.asUintN(64, value) === value)
        return 't';
    throw new RangeError('A task cannot be given an integer of more than 64 bits');
}

// What a native body is given: integers are as small as they can be, and what GVariant
// alone has may be among the rest.
class _NativeWriter extends Writer {
    constructor() {
        super();
        // What GVariant itself can nest.
        this._maxDepth = 60;
        this._maxSize = 0x7fffffff;
    }

    _number(value) {
        if (!_isInt32(value))
            return super._number(value);
        this._need(4);
        this._view.setInt32(this._at, value, LITTLE);
        this._at += 4;
        return 'i';
    }

    _bigInt(value) {
        if (_bigIntType(value) === 'x')
            return super._bigInt(value);
        this._need(8);
        this._view.setBigUint64(this._at, value, LITTLE);
        this._at += 8;
        return 't';
    }

    _instance(value) {
        if (!(value instanceof GLib.Variant))
            return super._instance(value);
        this._raw(value.get_normal_form().get_data_as_bytes().toArray());
        return value.get_type_string();
    }
}

const _nativeWriter = new _NativeWriter();
const _scriptWriter = new Writer();

// What JSON can say, and bytes, as a GLib.Variant.
function _toVariant(value, writer) {
    writer.reset(0);
    const type = writer.value(value);

    return At.script_value_from_bytes(type, new GLib.Bytes(writer.bytes));
}

// What a script is given.
function _toScript(value) {
    if (value === null || value === undefined)
        return _nothing;
    if (value instanceof GLib.Variant || value instanceof GObject.Value)
        return value;
    return _toVariant(value, _scriptWriter);
}

function _int64Value(number) {
    const value = new GObject.Value();

    value.init(GObject.TYPE_INT64);
    value.set_int64(number);

    return value;
}

// What GJS itself makes the right GObject.Value of. It would make a null pointer of
// null; an empty value stands for none.
function _toNative(value, task) {
    if (task?.[_isScript])
        return _toScript(value);

    switch (typeof value) {
    case 'undefined':
        return _nothing;
    case 'boolean':
        return value;
    case 'string':
        return checkText(value);
    case 'number':
        // GJS goes by how the engine happens to hold a number.
        if (_isInt32(value))
            return value | 0;
        return Number.isSafeInteger(value) && value !== 0 ? _int64Value(value) : value;
    case 'bigint':
        _bigIntType(value);
        return value;
    case 'object':
        break;
    default:
        throw _typeError(value);
    }

    if (value === null)
        return _nothing;
    if (value instanceof GObject.Object || value instanceof GObject.Value)
        return value;
    if (_isBytes(value))
        return _toBytes(value);
    if (Array.isArray(value) || _isPlain(value))
        return _toVariant(value, _nativeWriter);

    // Those of GLib, other boxed types and errors among them.
    const type = value.constructor?.$gtype;
    if (type && type !== GObject.TYPE_JSOBJECT)
        return value;
    throw _typeError(value);
}

// Of what has no parts, a call says it all; as a number, what one can hold exactly.
function _unpackInt64(variant) {
    const text = variant.print(false);
    const number = Number(text);

    return Number.isSafeInteger(number) ? number : BigInt(text);
}

// A view of the bytes, rather than a GLib.Variant for each part.
function _unpack(variant) {
    const type = variant.get_type_string();

    switch (type) {
    case 'x':
        return _unpackInt64(variant);
    case 'd':
        return variant.get_double();
    case 's':
        return variant.get_string()[0];
    }

    const bytes = variant.get_normal_form().get_data_as_bytes().toArray();

    return type === 'ay' ? bytes : new Reader(bytes).read(type);
}

// The way back, of errors, too.
function _fromNative(task, value) {
    // This comes first for speed: GObject has its own idea of instanceof.
    if (typeof value !== 'object' || value === null)
        return getOwnResult(task, value);
    return value instanceof GLib.Error ? _explain(task, value) : getOwnResult(task, _toPlain(value));
}

// What is plain already stays as it is, so that it may come by twice.
function _toPlain(value) {
    if (typeof value !== 'object' || value === null)
        return value;
    if (value instanceof GLib.Variant)
        return _unpack(value);
    if (value instanceof GLib.Bytes)
        return value.toArray();
    return value;
}

function _cancelledError(task) {
    try {
        task.wait(0, null);
    } catch (error) {
        return error;
    }
    return null;
}

function _withoutOurs(stack) {
    return stack.split('\n').filter(line => !line.includes('/overrides/At.js:')).join('\n');
}

// Where the error was made says little; where the task was awaited says more.
function _addStack(error, stack) {
    try {
        error.stack = `${_withoutOurs(error.stack ?? '')}### Promise created here: ###\n${_withoutOurs(stack)}`;
    } catch {
        // An error that cannot be written to is good enough as it is.
    }
    return error;
}

// What a promise is rejected with: of an asynchronous function, what that has thrown.
function _toThrown(task, error) {
    return error instanceof GLib.Error ? getThrown(task, error) ?? error : error;
}

// What was thrown in the process of a script says where it was there; what an asynchronous
// function has thrown is the cause.
function _explain(task, error) {
    const thrown = error instanceof GLib.Error ? getThrown(task, error) : null;

    if (thrown !== null && thrown !== error) {
        error.cause = thrown;
        return error;
    }

    const stack = task instanceof At.ScriptTask && error instanceof GLib.Error ? task.get_error_stack() : null;

    if (stack !== null && !error.stack?.startsWith(stack)) {
        const here = _withoutOurs(error.stack ?? '');

        try {
            error.stack = here.trim() === '' ? `${stack}\n` : `${stack}\n### Told to the program here: ###\n${here}`;
        } catch {
            // As above.
        }
    }
    return error;
}

// The iterations that go on, by their task, and the tasks whose error one has told.
const _iterations = new WeakMap();
const _toldByIteration = new WeakSet();

// What a task publishes, kept until somebody asks for it.
class Progress {
    #task;
    #handlers = [];
    #values = [];
    #waiting = [];
    #ended = false;
    #error = null;

    constructor(task) {
        this.#task = task;

        if (task.get_status() === At.Status.FINISHED) {
            this.#end();
            return;
        }
        this.#handlers = [
            task.connect('progress-update', (_task, value) => this.#add(value)),
            task.connect('notify::status', () => Progress.endAll(task)),
        ];
        if (!_iterations.has(task))
            _iterations.set(task, new Set());
        _iterations.get(task).add(this);
    }

    // For those of a task whose owner is gone, too, of which there is no notification.
    static endAll(task) {
        if (task.get_status() !== At.Status.FINISHED)
            return;
        for (const progress of _iterations.get(task) ?? [])
            progress.#end();
    }

    #add(value) {
        if (this.#waiting.length > 0)
            this.#waiting.shift().resolve({value, done: false});
        else
            this.#values.push(value);
    }

    #disconnect() {
        for (const id of this.#handlers.splice(0))
            this.#task.disconnect(id);
        _iterations.get(this.#task)?.delete(this);
    }

    #end() {
        this.#disconnect();
        this.#ended = true;
        if (this.#task.get_outcome() === At.Outcome.FAILED)
            this.#error = _toThrown(this.#task, this.#task.get_error());
        else if (this.#task.get_outcome() === At.Outcome.CANCELLED)
            this.#error = _cancelledError(this.#task);
        if (this.#error !== null)
            _toldByIteration.add(this.#task);

        // The first to wait is told of the error; for the others it is over.
        for (const {resolve, reject} of this.#waiting.splice(0))
            this.#settle(resolve, reject);
    }

    #settle(resolve, reject) {
        const error = this.#error;

        this.#error = null;
        if (error !== null)
            reject(error);
        else
            resolve({value: undefined, done: true});
    }

    next() {
        if (this.#values.length > 0)
            return Promise.resolve({value: this.#values.shift(), done: false});

        return new Promise((resolve, reject) => {
            if (this.#ended)
                this.#settle(resolve, reject);
            else
                this.#waiting.push({resolve, reject});
        });
    }

    // Called where the loop is left before the end.
    return(value) {
        this.#disconnect();
        this.#ended = true;
        this.#error = null;
        this.#values = [];
        for (const {resolve} of this.#waiting.splice(0))
            resolve({value: undefined, done: true});

        return Promise.resolve({value, done: true});
    }

    [Symbol.asyncIterator]() {
        return this;
    }
}

function _overrideValues() {
    const task = At.AsyncTask.prototype;

    task[_isScript] = false;
    At.ScriptTask.prototype[_isScript] = true;

    const native = {
        execute: task.execute,
        execute_on_executor: task.execute_on_executor,
        execute_finish: task.execute_finish,
        publish_progress: task.publish_progress,
        set_result: task.set_result,
        get_result: task.get_result,
        get_error: task.get_error,
        wait: task.wait,
    };

    task.execute = function (params) {
        _checkBody(this);
        _watchFailure(this);
        return native.execute.call(this, _toNative(params, this));
    };
    task.execute_on_executor = function (executor, params) {
        _checkBody(this);
        _watchFailure(this);
        return native.execute_on_executor.call(this, executor, _toNative(params, this));
    };
    task.execute_finish = function (result) {
        try {
            return getOwnResult(this, _toPlain(native.execute_finish.call(this, result)));
        } catch (error) {
            throw _explain(this, error);
        }
    };
    task.publish_progress = function (value) {
        native.publish_progress.call(this, _toNative(value, this));
    };
    task.set_result = function (value) {
        native.set_result.call(this, value === null || value === undefined ? null : _toNative(value, this));
    };
    task.get_result = function () {
        return getOwnResult(this, _toPlain(native.get_result.call(this)));
    };
    task.get_error = function () {
        return _explain(this, native.get_error.call(this));
    };
    Object.defineProperty(task, 'error', {configurable: true, get() {
        return this.get_error();
    }});
    task.wait = function (...args) {
        _heard.add(this);
        try {
            return native.wait.apply(this, args);
        } catch (error) {
            throw _explain(this, error);
        }
    };
}

// GJS cannot make a JavaScript object of an error whose domain has no description
// (that of processes' exit statuses, for one) unless some JavaScript is being
// called at that moment, and skips the handler. So that some is, the task's last
// callback is called from a handler of ours, which gets no error. It is also where a
// failure that nobody hears of is seen.
const _handlesFailure = Symbol('has a class handler of failed');
const _watched = new WeakSet();
const _heard = new WeakSet();

const HEARING_SIGNALS = ['failed', 'notify', 'notify::error', 'notify::outcome', 'notify::status'];

function _watchFailure(task) {
    if (_watched.has(task))
        return;
    _watched.add(task);
    GObject.Object.prototype.connect.call(task, 'notify::error', () => {
        if (_heard.has(task) || task[_handlesFailure])
            task.deliver_failure();
        else
            _reportFailure(task);
    });
}

function _reportFailure(task) {
    const name = task.get_title() ?? task.constructor.name;

    logError(_toThrown(task, task.get_error()), `The task “${name}” failed, and nobody was to be told`);
}

// Tasks that were made of a function.
const _withBody = new WeakSet();

function _checkBody(task) {
    if (_withBody.has(task)) {
        throw new At.TaskError({
            code: At.TaskError.UNSUPPORTED,
            message: 'A JavaScript function cannot run on a worker thread',
        });
    }
}

function _overrideConstructor() {
    const task = At.AsyncTask.prototype;
    const init = task._init;

    // A body in JavaScript is taken, as from other languages, and refused when it
    // would have to run; one that is asynchronous is run by the main loop.
    task._init = function (...args) {
        if (isAsync(args[0])) {
            if (this.constructor !== At.AsyncTask)
                throw new TypeError('A class whose body is an asynchronous function is one of At.DeferredTask');
            return makeDeferred(...args);
        }
        if (typeof args[0] === 'function') {
            init.call(this);
            _withBody.add(this);
            this.set_body_name(args[0].name || null);
        } else {
            init.apply(this, args);
        }
        if (this[_handlesFailure])
            _watchFailure(this);
        return undefined;
    };
}

// The promises of what comes of tasks.
const _promises = new WeakMap();

// Where a loop over the task's progress throws the error, the promise beside it need not.
function _takeAsHandled(task, promise) {
    if (_toldByIteration.has(task))
        promise.catch(() => {});
}

// A promise of what comes of a task that somebody else executes.
function _makePromise(task) {
    if (task.get_status() === At.Status.PENDING) {
        return Promise.reject(new At.TaskError({
            code: At.TaskError.NOT_EXECUTED,
            message: 'The task was not executed. Whatever awaits it, as an async function that returns it ' +
                'does, wants its result: pass it on inside of an array or object',
        }));
    }

    return new Promise((resolve, reject) => {
        function conclude() {
            if (task.get_status() !== At.Status.FINISHED)
                return;
            if (task.get_outcome() === At.Outcome.SUCCEEDED)
                resolve(task.get_result());
            else
                reject(task.get_outcome() === At.Outcome.FAILED ? _toThrown(task, task.get_error()) : _cancelledError(task));
        }

        if (task.get_status() === At.Status.FINISHED) {
            conclude();
            return;
        }
        const id = task.connect('notify::status', () => {
            if (task.get_status() === At.Status.FINISHED)
                task.disconnect(id);
            conclude();
        });
    });
}

function _overrideAwait() {
    const task = At.AsyncTask.prototype;
    const executeAsync = task.execute_async;

    // The callback is the last argument, wherever that is. Gio._promisify() goes by
    // how many there are to a function.
    task.execute_async = function (params, cancellable, callback) {
        const args = [...arguments];

        callback = typeof args.at(-1) === 'function' ? args.pop() : null;
        [params, cancellable] = args;
        if (callback !== null) {
            _checkBody(this);
            executeAsync.call(this, _toNative(params, this), cancellable ?? null, callback);
            return undefined;
        }

        // Its text is made if somebody asks for it.
        const here = new Error();
        const promise = new Promise((resolve, reject) => {
            _checkBody(this);
            executeAsync.call(this, _toNative(params, this), cancellable ?? null, (_task, result) => {
                Progress.endAll(this);
                try {
                    resolve(this.execute_finish(result));
                } catch (error) {
                    reject(_addStack(_toThrown(this, error), here.stack));
                    _takeAsHandled(this, promise);
                }
            });
        });

        // One that could not be started can be executed again.
        if (this.get_status() !== At.Status.PENDING)
            _promises.set(this, promise);
        return promise;
    };
    task.progress = function () {
        _heard.add(this);
        return new Progress(this);
    };

    // What makes "await task" give the result.
    task.then = function (onFulfilled, onRejected) {
        _heard.add(this);

        const promise = _promises.get(this) ?? _makePromise(this);

        // One that is not executed yet may still be.
        if (this.get_status() !== At.Status.PENDING)
            _promises.set(this, promise);
        return promise.then(onFulfilled, onRejected);
    };
}

// GObject.signal_handlers_disconnect_by_func() and its like look for what was given
// to connect(), by a function that GJS defines anew for each class.
const _matchable = new WeakSet();

function _makeMatchable(prototype, wrappers) {
    if (_matchable.has(prototype))
        return;
    _matchable.add(prototype);

    for (const symbol of [
        Gi.signal_find_symbol,
        Gi.signals_block_symbol,
        Gi.signals_unblock_symbol,
        Gi.signals_disconnect_symbol,
    ]) {
        const match = symbol && GObject.Object.prototype[symbol];

        if (!match)
            continue;
        prototype[symbol] = function (what) {
            let found = match.call(this, what);

            for (const each of wrappers) {
                if (!each.has(what?.func))
                    continue;

                // What is found is one handler's id, or else a number of handlers.
                const wrapped = match.call(this, {...what, func: each.get(what.func)});
                found = symbol === Gi.signal_find_symbol ? found || wrapped : found + wrapped;
            }
            return found;
        };
    }
}

function _noteHearing(task, signal) {
    if (HEARING_SIGNALS.includes(signal))
        _heard.add(task);
    if (signal === 'failed')
        _watchFailure(task);
}

function _overrideSignals() {
    const task = At.AsyncTask.prototype;
    const endWrappers = new WeakMap();
    const progressWrappers = new WeakMap();

    function wrap(object, name, handler) {
        // The name may be spelt in two ways.
        if (typeof handler !== 'function' || !VALUE_SIGNALS.includes(name.replace(/_/g, '-')))
            return handler;
        _makeMatchable(Object.getPrototypeOf(object), [endWrappers, progressWrappers]);

        const isProgress = name.startsWith('progress');
        const wrappers = isProgress ? progressWrappers : endWrappers;

        // Values of progress are many, and are no result.
        if (!wrappers.has(handler)) {
            wrappers.set(handler, isProgress ? function (emitter, value) {
                return handler.call(this, emitter, _toPlain(value));
            } : function (emitter, value, ...rest) {
                return handler.call(this, emitter, _fromNative(emitter, value), ...rest);
            });
        }
        return wrappers.get(handler);
    }

    for (const name of ['connect', 'connect_after']) {
        const connect = GObject.Object.prototype[name];

        task[name] = function (signal, handler) {
            _noteHearing(this, signal);
            return connect.call(this, signal, wrap(this, signal, handler));
        };
    }

    const connectObject = GObject.Object.prototype.connect_object;
    if (connectObject) {
        task.connect_object = function (signal, handler, ...rest) {
            _noteHearing(this, signal);
            return connectObject.call(this, signal, wrap(this, signal, handler), ...rest);
        };
    }
}

function _overrideClasses() {
    const classInit = GObject.Object._classInit;
    const names = VALUE_SIGNALS.map(name => name.replace(/-/g, '_'));

    At.AsyncTask._classInit = function (klass) {
        for (const name of names) {
            for (const key of [`vfunc_${name}`, `on_${name}`]) {
                const handler = Object.getOwnPropertyDescriptor(klass.prototype, key)?.value;

                if (typeof handler !== 'function')
                    continue;
                klass.prototype[key] = name === 'progress_update' ? function (value) {
                    return handler.call(this, _toPlain(value));
                } : function (value, ...rest) {
                    return handler.call(this, _fromNative(this, value), ...rest);
                };
            }
        }
        if (['vfunc_failed', 'on_failed'].some(key => Object.hasOwn(klass.prototype, key)))
            klass.prototype[_handlesFailure] = true;

        return classInit.call(this, klass);
    };

    // For those that call the handler of the class above them.
    for (const name of names.filter(each => each !== 'start')) {
        const key = `vfunc_${name}`;
        const handler = At.AsyncTask.prototype[key];

        At.AsyncTask.prototype[key] = function (value) {
            handler.call(this, name === 'failed' ? value : _toNative(value, this));
        };
    }
}

// GJS ends the program where a class is derived from one that is final.
function _refuseFinal() {
    for (const name of Object.keys(At)) {
        const type = At[name]?.$gtype;

        if (typeof At[name] === 'function' && type && GObject.type_is_a(type, GObject.Object.$gtype) &&
            GObject.type_test_flags(type, TYPE_FLAG_FINAL)) {
            At[name]._classInit = function () {
                throw new TypeError(`At.${name} is final: no class can be derived from it`);
            };
        }
    }
}

// The file that called into this one, as a URI or a path.
function _getCaller() {
    for (const line of new Error().stack.split('\n')) {
        const match = line.match(/@(.+?):\d+(?::\d+)?$/);

        if (match && !match[1].endsWith('/overrides/At.js') && !match[1].startsWith('resource:///org/gnome/gjs/'))
            return match[1];
    }
    return null;
}

function _resolve(module, base) {
    if (typeof module !== 'string' || module === '')
        throw new TypeError(`A script task needs the path or URI of a module, not ${module === '' ? "''" : String(module)}`);
    if (base === null || GLib.path_is_absolute(module) || GLib.uri_peek_scheme(module) !== null)
        return module;

    const file = GLib.uri_peek_scheme(base) !== null ? Gio.File.new_for_uri(base) : Gio.File.new_for_path(base);

    return file.get_parent().resolve_relative_path(module).get_uri();
}

// As with a Web Worker, a relative path is relative to the file that says it.
function _overrideScriptTask() {
    const task = At.ScriptTask.prototype;
    const init = task._init;
    const setModule = task.set_module;

    // (module, function, properties), or all of them as properties.
    task._init = function (first = {}, second = null, properties = {}) {
        const isObject = typeof first === 'object' && first !== null;
        const {module, function: func, ...rest} = isObject ? first : {...properties, module: first, function: second};

        init.call(this, rest);
        if (isObject && module === undefined) {
            if (func !== undefined)
                this.set_function(func);
            return;
        }
        this.set_module(_resolve(module, _getCaller()));
        this.set_function(func ?? 'default');
    };
    task.set_module = function (module) {
        setModule.call(this, module === null ? null : _resolve(module, _getCaller()));
    };
    Object.defineProperty(task, 'module', {
        configurable: true,
        get() {
            return this.get_module();
        },
        set(module) {
            this.set_module(module);
        },
    });
    At.ScriptTask.new = function (module, func = null) {
        return new At.ScriptTask(_resolve(module, _getCaller()), func);
    };
    At.ScriptTask.from = function (base, module, func = null, properties = {}) {
        return new At.ScriptTask(_resolve(module, base), func, properties);
    };
}

// What a command is given, as JavaScript would have it.
function _toArguments(argv) {
    if (!Array.isArray(argv) || !argv.every(argument => typeof argument === 'string')) {
        throw new TypeError("A command is an array of strings, as ['ls', '-l']; for a line of the shell, " +
            "['sh', '-c', line]");
    }
    return argv;
}

function _toEnvironment(environment) {
    if (environment === null || Array.isArray(environment))
        return environment;
    if (typeof environment !== 'object')
        throw new TypeError('The environment of a command is an object, or an array of strings NAME=value');

    return Object.entries(environment).map(([name, value]) => {
        if (name === '' || name.includes('=') || name.includes('\0'))
            throw new TypeError(`“${name}” is no name of a variable of the environment`);
        return `${name}=${checkText(String(value))}`;
    });
}

function _toInput(input) {
    if (typeof input === 'string')
        return new GLib.Bytes(new TextEncoder().encode(input));
    return _isBytes(input) ? _toBytes(input) : input;
}

// The parameters of the C constructors, and properties after them.
function _overrideSubprocessTask() {
    const task = At.SubprocessTask.prototype;
    const init = task._init;
    const setEnvironment = task.set_environment;
    const setInput = task.set_input;

    task._init = function (argv = {}, properties = {}) {
        const isObject = typeof argv === 'object' && argv !== null && !Array.isArray(argv);
        const {argv: own, cwd, environment, input, ...rest} = isObject ? argv : {...properties, argv};

        init.call(this, rest);
        if (own !== undefined)
            this.set_argv(_toArguments(own));
        if (cwd !== undefined)
            this.set_working_directory(cwd);
        if (environment !== undefined)
            this.set_environment(environment);
        if (input !== undefined)
            this.set_input(input);
    };
    At.SubprocessTask.new = function (argv) {
        return new At.SubprocessTask(argv);
    };
    task.set_environment = function (environment) {
        setEnvironment.call(this, _toEnvironment(environment));
    };
    task.set_input = function (input) {
        setInput.call(this, _toInput(input));
    };
}

function _overrideTransferTask() {
    const task = At.TransferTask.prototype;
    const init = task._init;

    task._init = function (source, sink, size = 0, properties = {}) {
        if (!(source instanceof Gio.InputStream)) {
            init.apply(this, arguments);
            return;
        }
        init.call(this, properties);
        this.set_source(source);
        this.set_sink(sink);
        this.set_size(size);
    };
}

function _overrideTaskList() {
    const list = At.TaskList.prototype;
    const {add, wait_all_async: waitAllAsync} = list;

    // Indexes are properties of the class, as many as there may be tasks in a list; a
    // proxy would be no GObject any more.
    let nIndexes = 0;

    function defineIndexes(n) {
        while (nIndexes < n) {
            const index = nIndexes++;

            Object.defineProperty(list, index, {configurable: true, get() {
                return this.get_item(index) ?? undefined;
            }});
        }
    }
    defineIndexes(64);

    if (!('length' in list)) {
        Object.defineProperty(list, 'length', {configurable: true, get() {
            const n = this.get_n_items();

            defineIndexes(n);
            return n;
        }});
    }
    if (!(Symbol.iterator in list)) {
        list[Symbol.iterator] = function* () {
            for (let i = 0; i < this.get_n_items(); i++)
                yield this.get_item(i);
        };
    }

    // Who looks at the list sees what fails.
    list.add = function (task) {
        _heard.add(task);
        if (this.get_n_items() >= nIndexes)
            defineIndexes(2 * nIndexes);
        return add.call(this, task);
    };

    // Without a callback, this is a promise.
    list.wait_all_async = function (cancelOnError = false, cancellable = null, callback = null) {
        if (callback !== null) {
            waitAllAsync.call(this, cancelOnError, cancellable, callback);
            return undefined;
        }

        const {stack} = new Error();

        return new Promise((resolve, reject) => {
            waitAllAsync.call(this, cancelOnError, cancellable, (_list, result) => {
                try {
                    resolve(this.wait_all_finish(result));
                } catch (error) {
                    const failed = [...this].find(task => task.get_error()?.message === error.message);

                    reject(_addStack(_explain(failed, error), stack));
                }
            });
        });
    };
    list.wait_all = function (cancelOnError = false, cancellable = null) {
        return this.wait_all_async(cancelOnError, cancellable);
    };
}

function _init() {
    At = this;

    _overrideConstructor();
    _overrideValues();
    _overrideAwait();
    _overrideSignals();
    _overrideClasses();
    _refuseFinal();
    _overrideScriptTask();
    _overrideSubprocessTask();
    _overrideTransferTask();
    _overrideTaskList();
    install(At, {
        checkBody: _checkBody,
        explain: _explain,
        hear: task => _heard.add(task),
        toNative: _toNative,
        toPlain: _toPlain,
    });
}

return _init;
})();
