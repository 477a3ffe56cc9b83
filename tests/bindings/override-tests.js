// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

/* exported run */

// What JavaScript can rely on with the override. It is run with the namespaces that
// its caller has imported: by ES modules at the top level, where no JavaScript is
// being called while a callback comes, and by the old ones.

function run({At, Fixture, Gio, GLib, GObject, System, base}) {
    let nTests = 0;
    let nFailed = 0;

    function check(name, condition, got = '') {
        nTests++;
        if (!condition)
            nFailed++;
        print(`${condition ? 'ok' : 'not ok'} ${nTests} - ${name}${condition ? '' : ` # ${got}`}`);
    }

    function same(name, got, expected) {
        check(name, JSON.stringify(got) === JSON.stringify(expected), JSON.stringify(got));
    }

    async function rejection(promise) {
        try {
            await promise;
        } catch (error) {
            return error;
        }
        return null;
    }

    function thrown(func) {
        try {
            func();
        } catch (error) {
            return error;
        }
        return null;
    }

    function finished(task) {
        if (task.status === At.Status.FINISHED)
            return Promise.resolve();
        return new Promise(resolve => {
            task.connect('notify::status', () => {
                if (task.status === At.Status.FINISHED)
                    resolve();
            });
        });
    }

    // One turn of the loop, and whatever is pending.
    function iterate() {
        return new Promise(resolve => {
            GLib.idle_add(GLib.PRIORITY_LOW, () => {
                resolve();
                return GLib.SOURCE_REMOVE;
            });
        });
    }

    async function until(condition) {
        while (!condition())
            await iterate();
    }

    // Notes all that happens to a task.
    function record(task) {
        const calls = [];

        task.connect('pre-execute', () => calls.push('pre'));
        task.connect('progress-update', (_task, value) => calls.push(['progress', value]));
        task.connect('post-execute', (_task, value) => calls.push(['post', value]));
        task.connect('cancelled', (_task, value) => calls.push(['cancelled', value]));
        task.connect('failed', (_task, error) => calls.push(['failed', error]));

        return calls;
    }

    const isError = (error, domain, code) => error !== null && error.matches(domain, code);

    async function testOrder() {
        const task = new Fixture.Task();
        const calls = record(task);
        const statuses = [];

        task.set_count(2, 1);
        task.connect('notify::status', () => statuses.push(task.status));
        check('order: nothing before execute()', task.status === At.Status.PENDING && calls.length === 0);
        check('order: execute()', task.execute(7) === true);
        same('order: only pre inside execute()', calls, ['pre']);
        check('order: running', task.status === At.Status.RUNNING);
        await finished(task);
        same('order: all, one after another', calls,
            ['pre', ['progress', 0], ['progress', 1], ['progress', 2], ['post', 7]]);
        same('order: each status once', statuses, [At.Status.RUNNING, At.Status.FINISHED]);
        check('order: body elsewhere', task.ran_elsewhere());
        check('order: outcome', task.outcome === At.Outcome.SUCCEEDED && task.error === null);
        check('order: result kept', task.get_result() === 7);

        const error = thrown(() => task.execute(1));
        check('order: a second execute() throws', isError(error, At.TaskError, At.TaskError.ALREADY_EXECUTED));
        check('order: and rejects', isError(await rejection(task.execute_async()),
            At.TaskError, At.TaskError.ALREADY_EXECUTED));
    }

    async function testValues() {
        const widget = new Gio.SimpleAction({name: 'an-action'});
        const date = GLib.DateTime.new_from_unix_utc(1e9);
        const typed = new GObject.Value();

        typed.init(GObject.TYPE_UINT);
        typed.set_uint(3);

        const cases = [
            [undefined, null, null],
            [null, null, null],
            [true, true, 'gboolean'],
            ['text', 'text', 'gchararray'],
            ['', '', 'gchararray'],
            ['grüße 🙂', 'grüße 🙂', 'gchararray'],
            [5, 5, 'gint'],
            [2.5 * 2, 5, 'gint'],
            [Math.sqrt(16), 4, 'gint'],
            [-0x80000000, -0x80000000, 'gint'],
            [0x80000000, 0x80000000, 'gint64'],
            [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'gint64'],
            [2 ** 60, 2 ** 60, 'gdouble'],
            [0.5, 0.5, 'gdouble'],
            [12n, 12, 'gint64'],
            [-12n, -12, 'gint64'],
            [typed, 3, 'guint'],
            [[], [], 'GVariant'],
            [['a', 1, null, true, [2.5]], ['a', 1, null, true, [2.5]], 'GVariant'],
            [{}, {}, 'GVariant'],
            [{a: {b: [1, {c: null}]}, d: 0x80000000}, {a: {b: [1, {c: null}]}, d: 0x80000000}, 'GVariant'],
            [{gone: undefined, here: 1}, {here: 1}, 'GVariant'],
            [Object.assign(Object.create(null), {bare: 1}), {bare: 1}, 'GVariant'],
            [new GLib.Variant('(si)', ['x', 1]), ['x', 1], 'GVariant'],
            [{own: new GLib.Variant('as', ['x'])}, {own: ['x']}, 'GVariant'],
            [new GLib.Variant('(a{us}mim(ii)vyd)', [{1: 'one'}, null, [1, 2], new GLib.Variant('i', 7), 3, 0.5]),
                [{1: 'one'}, null, [1, 2], 7, 3, 0.5], 'GVariant'],
        ];

        for (const [value, expected, type] of cases) {
            const name = `values: ${type} ${JSON.stringify(expected)}`;
            const task = new Fixture.Task();
            const calls = record(task);

            task.publish_parameter();

            const result = await task.execute_async(value);
            check(`${name}: what the body gets`, task.get_parameter_type() === type, task.get_parameter_type());
            same(`${name}: everywhere the same`, [calls, result, task.get_result()],
                [['pre', ['progress', expected], ['post', expected]], expected, expected]);
        }

        for (const bytes of [new Uint8Array([0, 1, 255]), new Uint8Array([0, 1, 255]).buffer,
            new GLib.Bytes(new Uint8Array([0, 1, 255]))]) {
            const task = new Fixture.Task();
            const result = await task.execute_async(bytes);

            check('values: bytes', result instanceof Uint8Array && Array.from(result).join() === '0,1,255' &&
                task.get_parameter_type() === 'GBytes');
        }
        const inside = await new Fixture.Task().execute_async({bytes: new Uint8Array([4, 5])});
        check('values: bytes inside', inside.bytes instanceof Uint8Array && inside.bytes[1] === 5);

        const large = await new Fixture.Task().execute_async([2n ** 60n, 2n ** 63n, -(2n ** 63n), 2n ** 53n - 1n]);
        check('values: large integers stay exact', large[0] === 2n ** 60n && large[1] === 2n ** 63n &&
            large[2] === -(2n ** 63n) && large[3] === Number.MAX_SAFE_INTEGER, large);
        const odd = await new Fixture.Task().execute_async(JSON.parse('{"__proto__": {"a": 1}, "toString": 2}'));
        check('values: keys like any other', Object.hasOwn(odd, '__proto__') && odd.toString === 2 &&
            Object.getPrototypeOf(odd) === Object.prototype);

        check('values: objects keep their identity', await new Fixture.Task().execute_async(widget) === widget);
        check('values: boxed ones stay', (await new Fixture.Task().execute_async(date)).to_unix() === 1e9);

        const set = new Fixture.Task();
        set.set_result({a: [1]});
        await set.execute_async();
        same('values: set_result()', set.get_result(), {a: [1]});
        const published = new Fixture.Task();
        const calls = record(published);
        published.connect('pre-execute', () => {
            published.publish_progress({a: [1]});
            published.publish_progress(null);
        });
        await published.execute_async();
        same('values: publish_progress()', calls.slice(0, 4),
            ['pre', ['progress', {a: [1]}], ['progress', null], ['post', null]]);
    }

    function testBadValues() {
        class Own {}
        const loop = {};
        loop.self = loop;

        for (const [name, value, type] of [
            ['a function', () => 1, TypeError],
            ['a symbol', Symbol('s'), TypeError],
            ['an object of a class', new Own(), TypeError],
            ['a map', new Map(), TypeError],
            ['a date', new Date(), TypeError],
            ['one of these inside', {deep: [new Map()]}, TypeError],
            ['a function inside', [() => 1], TypeError],
            ['an object in itself', loop, TypeError],
            ['half a surrogate pair', 'a\ud800b', TypeError],
            ['half a surrogate pair inside', ['a\ud800b'], TypeError],
            ['an integer too large', 2n ** 64n, RangeError],
            ['an integer too small', -(2n ** 63n) - 1n, RangeError],
            ['a null character', 'a\0b', TypeError],
            ['a null character inside', {a: 'a\0b'}, TypeError],
            ['a null character in a key', {'a\0b': 1}, TypeError],
        ]) {
            const task = new Fixture.Task();
            const error = thrown(() => task.execute(value));

            check(`bad values: ${name}`, error instanceof type, error);
            check(`bad values: ${name}: still pending`, task.status === At.Status.PENDING);
            check(`bad values: ${name}: set_result()`, thrown(() => task.set_result(value)) instanceof type);
        }
    }

    async function testErrors() {
        // The first two are of domains that introspection knows nothing of.
        for (const [domain, code] of [
            ['g-spawn-exit-error-quark', 3],
            ['no-such-domain', 1],
            ['g-io-error-quark', Gio.IOErrorEnum.NOT_FOUND],
            ['at-task-error-quark', At.TaskError.REJECTED],
        ]) {
            const quark = GLib.quark_from_string(domain);
            const task = new Fixture.Task();
            const calls = record(task);
            const after = [];

            task.fail_with(domain, code, 'on purpose');
            task.connect_after('failed', (_task, error) => after.push(error.code, calls.length));
            task.execute();
            await finished(task);
            check(`errors: ${domain}: failed, once`, calls.length === 2 && calls[1][0] === 'failed', calls.length);
            const error = calls[1]?.[1] ?? null;
            check(`errors: ${domain}: the error`, isError(error, quark, code) &&
                error.message === 'on purpose' && error instanceof GLib.Error);
            check(`errors: ${domain}: kept`, isError(task.error, quark, code) &&
                isError(task.get_error(), quark, code));
            same(`errors: ${domain}: handlers that come after`, after, [code, 2]);
            check(`errors: ${domain}: outcome`, task.outcome === At.Outcome.FAILED);
            check(`errors: ${domain}: wait() throws`, isError(thrown(() => task.wait(-1, null)), quark, code));

            const awaited = new Fixture.Task();
            awaited.fail_with(domain, code, 'on purpose');
            const caught = await rejection(awaited.execute_async());
            check(`errors: ${domain}: await throws`, isError(caught, quark, code));
            check(`errors: ${domain}: says where it was awaited`, caught.stack.includes('testErrors'));
        }

        const silent = new Fixture.Task();
        silent.fail_silently();
        const error = await rejection(silent.execute_async());
        check('errors: none set', error instanceof At.TaskError && isError(error, At.TaskError, At.TaskError.FAILED));
        check('errors: not executed', isError(thrown(() => new Fixture.Task().wait(-1, null)),
            At.TaskError, At.TaskError.NOT_EXECUTED));

        const once = new Fixture.Task();
        let n = 0;
        once.fail_with('no-such-domain', 1, 'on purpose');
        once.connect('notify::error', () => once.deliver_failure());
        once.connect('failed', () => n++);
        once.deliver_failure();
        check('errors: delivered not before its time', n === 0);
        await rejection(once.execute_async());
        once.deliver_failure();
        check('errors: delivered once', n === 1, n);
    }

    async function testClasses() {
        const Counting = GObject.registerClass(class extends Fixture.Task {
            _init(...args) {
                super._init(...args);
                this.calls = [];
            }

            vfunc_pre_execute() {
                this.calls.push('pre');
            }

            vfunc_progress_update(value) {
                this.calls.push(['progress', value]);
                super.vfunc_progress_update(value);
            }

            vfunc_post_execute(result) {
                this.calls.push(['post', result]);
                super.vfunc_post_execute(result);
            }

            vfunc_cancelled(result) {
                this.calls.push(['cancelled', result]);
            }

            vfunc_failed(error) {
                this.calls.push(['failed', error.code, this.status]);
                super.vfunc_failed(error);
            }
        });
        const Younger = GObject.registerClass(class extends Counting {
            vfunc_post_execute(result) {
                this.calls.push('younger');
                super.vfunc_post_execute(result);
            }
        });
        const Handlers = GObject.registerClass(class extends Fixture.Task {
            on_progress_update(value) {
                this.calls = [value];
            }

            on_failed(error) {
                this.calls.push(error.code);
            }
        });

        const task = new Counting();
        task.publish_parameter();
        await task.execute_async({a: 1});
        same('classes: virtual functions', task.calls, ['pre', ['progress', {a: 1}], ['post', {a: 1}]]);

        const younger = new Younger();
        younger.publish_parameter();
        await younger.execute_async([1]);
        same('classes: of a class below', younger.calls, ['pre', ['progress', [1]], 'younger', ['post', [1]]]);

        for (const domain of ['no-such-domain', 'g-io-error-quark']) {
            const failing = new Younger();
            failing.connect('failed', (_task, error) => failing.calls.push(['signal', error.code]));
            failing.fail_with(domain, 1, 'on purpose');
            failing.execute();
            await finished(failing);
            same(`classes: ${domain}`, failing.calls,
                ['pre', ['signal', 1], ['failed', 1, At.Status.RUNNING]]);

            const handlers = new Handlers();
            handlers.publish_parameter();
            handlers.fail_with(domain, 1, 'on purpose');
            handlers.execute([2]);
            await finished(handlers);
            same(`classes: ${domain}: on_…()`, handlers.calls, [[2], 1]);
        }
    }

    async function testHandlers() {
        const task = new Fixture.Task();
        const got = [];
        const handler = (_task, value) => got.push(value);
        const other = (_task, value) => got.push(['other', value]);

        task.set_count(1, 0);
        task.connect('progress-update', handler);
        task.connect('progress_update', other);
        check('handlers: found', GObject.signal_handler_find(task, {func: handler}) !== 0);
        check('handlers: blocked', GObject.signal_handlers_block_by_func(task, other) === 1);
        check('handlers: disconnected', GObject.signal_handlers_disconnect_by_func(task, handler) === 1);
        check('handlers: not found', !GObject.signal_handler_find(task, {func: handler}));
        check('handlers: unblocked', GObject.signal_handlers_unblock_by_func(task, other) === 1);
        const id = task.connect('post-execute', handler);
        task.disconnect(id);
        await task.execute_async();
        same('handlers: called', got, [['other', 0]]);
    }

    async function testCancel() {
        let task = new Fixture.Task();
        let calls = record(task);
        task.cancel(true);
        check('cancel: before it is executed', isError(await rejection(task.execute_async()),
            Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));
        same('cancel: before it is executed: nothing else', calls, [['cancelled', null]]);

        task = new Fixture.Task();
        calls = record(task);
        task.hold();
        const cancellable = new Gio.Cancellable();
        const promise = task.execute_async([1], cancellable);
        cancellable.cancel();
        check('cancel: by a cancellable', isError(await rejection(promise),
            Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));
        same('cancel: the last callback, alone', calls.map(call => call[0]), ['p', 'cancelled']);
        check('cancel: outcome', task.outcome === At.Outcome.CANCELLED && task.error === null);

        task = new Fixture.Task();
        calls = record(task);
        task.hold();
        task.execute({a: 1});
        Fixture.cancel_in_thread(task);
        check('cancel: never inside cancel()', calls.length === 1);
        await finished(task);
        check('cancel: from another thread', calls.length === 2 && calls[1][0] === 'cancelled');

        task = new Fixture.Task();
        calls = record(task);
        task.set_count(1, 0);
        task.hold();
        task.execute({a: 1});
        await until(() => calls.length === 2);
        check('cancel: gently', task.cancel(false) === true && task.cancel(false) === false);
        task.let_go();
        await finished(task);
        same('cancel: gently: with its result', calls, ['pre', ['progress', 0], ['cancelled', {a: 1}]]);

        task = new Fixture.Task();
        let owner = new GObject.Object();
        task.hold();
        task.owner = owner;
        calls = record(task);
        const awaited = task.execute_async();
        const iterated = task.progress().next();
        owner = null;
        System.gc();
        await until(() => task.is_cancelled());
        check('cancel: the owner goes', isError(await rejection(awaited), Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));
        same('cancel: the owner goes: nothing is called', calls, ['pre']);
        check('cancel: the owner goes: the progress ends', isError(await rejection(iterated),
            Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));
    }

    async function testProgress() {
        let task = new Fixture.Task();
        const values = [];
        task.set_count(3, 0);
        task.publish_parameter();
        task.execute({first: true});
        for await (const value of task.progress())
            values.push(value);
        same('progress: all, in order', values, [{first: true}, 0, 1, 2]);
        check('progress: ends with the task', task.status === At.Status.FINISHED);

        // From now: what came before is not told.
        task = new Fixture.Task();
        task.set_count(2, 2);
        task.hold();
        const seen = record(task);
        task.execute();
        await until(() => seen.length === 3);
        const late = task.progress();
        task.let_go();
        await finished(task);
        const rest = [];
        for await (const value of late)
            rest.push(value);
        same('progress: from now, kept until asked for', rest, [2, 3]);

        // Leaving the loop leaves the task alone.
        task = new Fixture.Task();
        task.set_count(2, 1);
        task.hold();
        let n = 0;
        const result = task.execute_async('x');
        for await (const value of task.progress()) {
            n++;
            if (value === 1)
                break;
        }
        check('progress: left early', n === 2 && task.status === At.Status.RUNNING);
        check('progress: left early: no handler stays',
            !GObject.signal_handler_find(task, {signalId: 'progress-update'}));
        task.connect('progress-update', () => {});
        task.let_go();
        check('progress: left early: the task goes on', await result === 'x');

        task = new Fixture.Task();
        task.set_count(1, 0);
        task.fail_with('g-spawn-exit-error-quark', 2, 'on purpose');
        task.execute();
        n = 0;
        const iterate = async () => {
            for await (const value of task.progress())
                n++;
        };
        const error = await rejection(iterate());
        check('progress: throws what the task failed with', n === 1 &&
            isError(error, GLib.quark_from_string('g-spawn-exit-error-quark'), 2));
        check('progress: also after the end', isError(await rejection(iterate()),
            GLib.quark_from_string('g-spawn-exit-error-quark'), 2));

        task = new Fixture.Task();
        task.hold();
        task.execute();
        const pending = task.progress();
        const first = pending.next();
        const second = pending.next();
        task.cancel(true);
        check('progress: throws that it was cancelled', isError(await rejection(first),
            Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));
        check('progress: once', (await second).done && (await pending.next()).done);

        task = new Fixture.Task();
        await task.execute_async(1);
        const nothing = [];
        for await (const value of task.progress())
            nothing.push(value);
        same('progress: of a task that is over', nothing, []);

        task = new Fixture.Task();
        task.set_count(2, 0);
        const early = task.progress();
        task.execute();
        const all = [];
        for await (const value of early)
            all.push(value);
        same('progress: asked for before it is executed', all, [0, 1]);
    }

    async function testAwait() {
        const task = new Fixture.Task();
        const got = await new Promise(resolve => {
            task.execute_async([1], null, (source, result) => resolve([source === task, task.execute_finish(result)]));
        });
        same('await: with a callback', got, [true, [1]]);
        same('await: with a callback alone', await new Promise(resolve => {
            const other = new Fixture.Task();

            other.execute_async((_source, result) => resolve(other.execute_finish(result)));
        }), null);

        Gio._promisify(At.AsyncTask.prototype, 'execute_async');
        same('await: promisified as well', await new Fixture.Task().execute_async([2], null), [2]);

        const tasks = Array.from({length: 50}, () => new Fixture.Task());
        const results = await Promise.all(tasks.map((each, i) => each.execute_async(i)));
        check('await: many at once', results.every((result, i) => result === i));

        const calls = [];
        const last = new Fixture.Task();
        last.connect('post-execute', () => calls.push('post'));
        await last.execute_async();
        calls.push('await');
        same('await: after the last callback', calls, ['post', 'await']);
    }

    // A task is what comes of it, to whoever awaits it.
    async function testAwaitTask() {
        const task = new Fixture.Task();
        task.execute([1]);
        same('await task: the result', [await task, await task], [[1], [1]]);
        same('await task: of one that ended unheeded', await (async () => {
            const over = new Fixture.Task();
            over.execute(2);
            await until(() => over.status === At.Status.FINISHED);
            return over;
        })(), 2);

        const awaited = new Fixture.Task();
        const promise = awaited.execute_async([3]);
        same('await task: beside execute_async()', [await awaited, await promise], [[3], [3]]);

        for (const domain of ['no-such-domain', 'g-io-error-quark']) {
            const failing = new Fixture.Task();
            failing.fail_with(domain, 1, 'on purpose');
            failing.execute();
            const errors = await Promise.all([rejection(failing), rejection(failing)]);
            check(`await task: ${domain}`, errors.every(error => isError(error, GLib.quark_from_string(domain), 1)));
            check(`await task: ${domain}: later`, isError(await rejection(failing), GLib.quark_from_string(domain), 1));
        }

        const cancelled = new Fixture.Task();
        cancelled.hold();
        cancelled.execute();
        cancelled.cancel(true);
        check('await task: cancelled', isError(await rejection(cancelled), Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));

        const pending = new Fixture.Task();
        check('await task: not executed', isError(await rejection(pending),
            At.TaskError, At.TaskError.NOT_EXECUTED));
        check('await task: then executed', (pending.execute(4), await pending) === 4);
        const [inside] = await (async () => [new Fixture.Task()])();
        check('await task: one inside of an array stays', inside instanceof At.AsyncTask);

        const calls = [];
        const last = new Fixture.Task();
        last.connect('post-execute', () => calls.push('post'));
        last.execute();
        await last;
        calls.push('await');
        same('await task: after the last callback', calls, ['post', 'await']);
    }

    function runProgram(...args) {
        const process = Gio.Subprocess.new(['gjs', '-m', ...args],
            Gio.SubprocessFlags.STDOUT_PIPE | Gio.SubprocessFlags.STDERR_PIPE);

        return new Promise((resolve, reject) => {
            process.communicate_utf8_async(null, null, (_process, result) => {
                try {
                    resolve(process.communicate_utf8_finish(result).slice(1));
                } catch (error) {
                    reject(error);
                }
            });
        });
    }

    // GJS complains of a promise that fails and that nobody handles.
    async function testUnhandled() {
        const program = GLib.filename_from_uri(`${base}/unhandled.js`)[0];

        for (const [pattern, output, complains] of [
            ['documented', '0\ncaught: on purpose\n', false],
            ['late', '0\ncaught: on purpose\n', false],
            ['nobody', '', true],
            ['left', '0\n', true],
        ]) {
            const [out, err] = await runProgram(program, pattern);
            check(`unhandled: ${pattern}`, out === output, out);
            check(`unhandled: ${pattern}: ${complains ? 'told' : 'quiet'}`,
                /unhandled/i.test(err) === complains, err);
        }
    }

    // A failure that nobody is told of is logged.
    async function testUnheard() {
        const logged = [];
        const {logError} = globalThis;
        globalThis.logError = (error, message) => logged.push([error.message, message]);

        async function fail(listen, execute = each => each.execute()) {
            const task = new Fixture.Task({title: 'a title'});

            task.fail_with('g-io-error-quark', 1, 'on purpose');
            listen(task);
            execute(task);
            await until(() => task.status === At.Status.FINISHED);
        }

        const ignore = () => {};
        const list = new At.TaskList();
        const Handling = GObject.registerClass(class extends Fixture.Task {
            vfunc_failed() {}
        });

        await fail(task => task.connect('failed', ignore));
        await fail(task => task.connect('notify::outcome', ignore));
        await fail(task => list.add(task));
        await fail(ignore, task => rejection(task.execute_async()));
        await fail(ignore, task => {
            task.execute();
            rejection(task);
        });
        await fail(ignore, task => {
            task.execute();
            thrown(() => task.wait(-1, null));
        });
        await fail(ignore, task => {
            task.execute();
            rejection((async () => {
                for await (const value of task.progress())
                    check('unheard: no value', false, value);
            })());
        });
        const handling = new Handling();
        handling.fail_with('g-io-error-quark', 1, 'on purpose');
        handling.execute();
        await until(() => handling.status === At.Status.FINISHED);
        const cancelled = new Fixture.Task();
        cancelled.hold();
        cancelled.execute();
        cancelled.cancel(true);
        await until(() => cancelled.status === At.Status.FINISHED);
        same('unheard: none where somebody hears', logged, []);

        await fail(ignore);
        await fail(ignore, task => task.execute_on_executor(At.ThreadPoolExecutor.get_default(), 1));
        await fail(task => task.connect('progress-update', ignore));
        same('unheard: told', logged, Array(3).fill(['on purpose', 'The task “a title” failed, and nobody was to be told']));
        globalThis.logError = logError;
    }

    async function testBodies() {
        let nCalls = 0;
        const body = () => {
            nCalls++;
            return true;
        };
        const Body = GObject.registerClass(class extends At.AsyncTask {
            vfunc_in_background() {
                return body();
            }
        });
        const Inheriting = GObject.registerClass(class extends Body {
        });
        const Overriding = GObject.registerClass(class extends Fixture.Task {
            vfunc_in_background() {
                return body();
            }
        });
        const mixin = Base => class extends Base {
            vfunc_in_background() {
                return body();
            }
        };
        const Mixed = GObject.registerClass(mixin(At.AsyncTask));
        const BelowMixed = GObject.registerClass(class extends Mixed {
        });
        const Copied = class extends At.AsyncTask {
        };
        Object.assign(Copied.prototype, {vfunc_in_background: body});
        GObject.registerClass(Copied);

        const cases = {
            'a function': () => new At.AsyncTask(body),
            'a function, the C way': () => At.AsyncTask.new(body),
            'a bound function': () => At.AsyncTask.new(body.bind(null)),
            'a subclass': () => new Body(),
            'a subclass of a subclass': () => new Inheriting(),
            'a subclass of one with a native body': () => new Overriding(),
            'a mixin': () => new Mixed(),
            'a subclass of a mixin': () => new BelowMixed(),
            'a function put into a class': () => new Copied(),
        };

        for (const [name, make] of Object.entries(cases)) {
            const isUnsupported = error => isError(error, At.TaskError, At.TaskError.UNSUPPORTED);
            const task = make();

            check(`bodies: ${name}`, isUnsupported(thrown(() => task.execute())));
            check(`bodies: ${name}: on an executor`,
                isUnsupported(thrown(() => task.execute_on_executor(At.InlineExecutor.new()))));
            check(`bodies: ${name}: awaited`,
                isUnsupported(await rejection(make().execute_async())));
            check(`bodies: ${name}: pending`, task.status === At.Status.PENDING);
        }
        check('bodies: a runnable', isError(thrown(() => At.AsyncTask.execute_runnable(body)),
            At.TaskError, At.TaskError.UNSUPPORTED));

        // Nothing but its class is in JavaScript: what it runs is native.
        const Plain = GObject.registerClass(class extends Fixture.Task {
        });
        check('bodies: native ones run', await new Plain().execute_async(1) === 1);
        check('bodies: none ran', nCalls === 0);
    }

    async function testExecutors() {
        const Threads = GObject.registerClass({
            Implements: [At.Executor],
        }, class extends GObject.Object {
            vfunc_execute(task) {
                this.calls = (this.calls ?? 0) + 1;
                Fixture.run_in_thread(task);
                return true;
            }
        });
        const Refusing = GObject.registerClass({
            Implements: [At.Executor],
        }, class extends GObject.Object {
            vfunc_execute() {
                throw new Gio.IOErrorEnum({code: Gio.IOErrorEnum.NO_SPACE, message: 'no room'});
            }
        });
        const Younger = GObject.registerClass(class extends Threads {
        });

        for (const Class of [Threads, Younger]) {
            const executor = new Class();
            let task = new Fixture.Task();
            task.executor = executor;
            check('executors: runs', await task.execute_async(1) === 1 && executor.calls === 1 && task.ran_elsewhere());

            task = new Fixture.Task();
            task.execute_on_executor(executor, 2);
            await finished(task);
            check('executors: execute_on_executor()', task.get_result() === 2 && executor.calls === 2);

            task = new Fixture.Task();
            check('executors: handed a task', executor.execute(task) === true);
            await finished(task);
            check('executors: handed a task: runs it', executor.calls === 3);

            // The task goes home first.
            task = new Fixture.Task();
            check('executors: called from another thread', Fixture.offer_in_thread(executor, task));
            await finished(task);
            check('executors: called from another thread: runs in ours', executor.calls === 4 &&
                task.outcome === At.Outcome.SUCCEEDED);
            task = new Fixture.Task();
            task.executor = executor;
            check('executors: executed in another thread', Fixture.execute_in_thread(task));
            await finished(task);
            check('executors: executed in another thread: runs', executor.calls === 5);

            // A serial executor hands tasks on in whatever thread the one before ended.
            const serial = At.SerialExecutor.new(executor);
            const first = new Fixture.Task();
            const second = new Fixture.Task();
            first.hold();
            first.execute_on_executor(serial, 1);
            second.execute_on_executor(serial, 2);
            first.let_go();
            await finished(second);
            await finished(first);
            check('executors: under a serial one', first.outcome === At.Outcome.SUCCEEDED);
            check('executors: under a serial one: refused in another thread',
                isError(second.error, At.TaskError, At.TaskError.REJECTED) && executor.calls === 6, second.error);
            // The worker may still be at it, and be offered this one, too.
            let third;
            do {
                third = new Fixture.Task();
                third.execute_on_executor(serial, 3);
                await finished(third);
            } while (isError(third.error, At.TaskError, At.TaskError.REJECTED));
            check('executors: under a serial one: goes on', third.get_result() === 3);
        }

        const task = new Fixture.Task();
        const error = thrown(() => task.execute_on_executor(new Refusing(), 1));
        check('executors: refuses', isError(error, At.TaskError, At.TaskError.REJECTED) && error.message.includes('no room'));
        check('executors: refused: can be executed elsewhere', task.status === At.Status.PENDING &&
            await task.execute_async(2) === 2);

        const inline = new Fixture.Task();
        inline.execute_on_executor(new At.InlineExecutor(), 3);
        check('executors: inline', !inline.ran_elsewhere());
        await finished(inline);
    }

    async function testOtherProperties() {
        const task = new Fixture.Task({title: 'a title', priority: 3, unit: At.ProgressUnit.BYTES});
        check('properties: at construction', task.title === 'a title' && task.priority === 3 &&
            task.unit === At.ProgressUnit.BYTES);
        const notified = [];
        task.hold();
        task.connect('notify::fraction', () => notified.push(task.fraction));
        task.execute();
        task.set_fraction(0.5);
        await until(() => notified.length === 1);
        same('properties: progress', notified, [0.5]);
        task.let_go();
        await finished(task);
    }

    // Tasks that only the library keeps, with collections in between.
    async function testCollected() {
        const N = 3000;
        let done = 0;
        let wrong = 0;
        const promises = [];

        await iterate();
        const before = Fixture.get_n_alive();

        for (let i = 0; i < N; i++) {
            const task = new Fixture.Task();

            task.publish_parameter();
            task.connect('progress-update', (_task, value) => {
                if (value.i !== i)
                    wrong++;
            });
            task.connect('post-execute', (_task, value) => {
                if (value.i !== i)
                    wrong++;
                done++;
            });
            if (i % 3 === 0)
                promises.push(task.execute_async({i}));
            else
                task.execute_on_executor(At.ThreadPoolExecutor.get_default(), {i});
            if (i % 30 === 0)
                System.gc();
            if (i % 100 === 0)
                await iterate();
        }
        await Promise.all(promises);
        await until(() => done === N);
        check('collected: every handler was called', done === N && wrong === 0, `${done} ${wrong}`);
        promises.length = 0;
        for (let i = 0; i < 10 && Fixture.get_n_alive() > before; i++) {
            System.gc();
            await iterate();
        }
        check('collected: tasks are freed', Fixture.get_n_alive() <= before + 2,
            `${Fixture.get_n_alive()} ${before}`);

        // Given up while they run.
        for (let i = 0; i < 300; i++) {
            new Fixture.Task().execute_on_executor(At.ThreadPoolExecutor.get_default(), i);
            if (i % 30 === 0)
                System.gc();
        }
        System.gc();
        for (let i = 0; i < 100 && Fixture.get_n_alive() > before + 2; i++) {
            System.gc();
            await iterate();
        }
        check('collected: also those without handlers', Fixture.get_n_alive() <= before + 2,
            `${Fixture.get_n_alive()} ${before}`);
        check('collected: never on a worker', Fixture.get_n_finalized_elsewhere() === 0);
    }

    async function testScriptTask() {
        check('scripts: relative to this file', await new At.ScriptTask('worker.js', 'double').execute_async(21) === 42);
        check('scripts: made the C way', await At.ScriptTask.new('./worker.js', 'double').execute_async(2) === 4);
        check('scripts: the default', await new At.ScriptTask('worker.js').execute_async() === 'the default');
        check('scripts: relative to another', await At.ScriptTask.from(
            `${base}/nowhere/file.js`, '../worker.js', 'double').execute_async(3) === 6);
        check('scripts: a path', await new At.ScriptTask(
            GLib.filename_from_uri(`${base}/worker.js`)[0], 'double').execute_async(4) === 8);
        check('scripts: a URI', await new At.ScriptTask(`${base}/worker.js`, 'double').execute_async(5) === 10);
        const properties = new At.ScriptTask({title: 'a title', module: `${base}/worker.js`, function: 'double'});
        check('scripts: properties', properties.title === 'a title' && await properties.execute_async(6) === 12);
        for (const wrong of ['', null, 5]) {
            check(`scripts: ${wrong} is no module`, thrown(() => At.ScriptTask.new(wrong)) instanceof TypeError &&
                thrown(() => new At.ScriptTask(wrong)) instanceof TypeError);
        }
        check('scripts: the default, as C says it', await new At.ScriptTask('worker.js', null).execute_async() === 'the default' &&
            await At.ScriptTask.new('worker.js', null).execute_async() === 'the default' &&
            await At.ScriptTask.from(`${base}/x.js`, 'worker.js', null).execute_async() === 'the default');
        check('scripts: properties alone', await new At.ScriptTask({module: 'worker.js', function: 'double'}).execute_async(7) === 14);
        const later = new At.ScriptTask({function: 'double', title: 'later'});
        later.module = 'worker.js';
        check('scripts: a property', later.module === `${base}/worker.js` && later.title === 'later' &&
            await later.execute_async(8) === 16, later.module);
        const setters = new At.ScriptTask();
        setters.set_module(null);
        check('scripts: no module yet', setters.module === null);
        setters.set_module('./worker.js');
        setters.set_function('double');
        check('scripts: setters', await setters.execute_async(9) === 18);

        const value = {text: 'grüße', list: [1, -0.5, null, true], large: 2n ** 60n, __proto__: null};
        const echo = new At.ScriptTask('worker.js', 'echo');
        const calls = record(echo);
        const result = await echo.execute_async(value);
        check('scripts: values', result.text === 'grüße' && result.large === 2n ** 60n &&
            JSON.stringify(result.list) === '[1,-0.5,null,true]' && calls[1][1].text === 'grüße');

        const count = new At.ScriptTask('worker.js', 'count');
        const numbers = [];
        const counted = count.execute_async({limit: 3});
        for await (const {i} of count.progress())
            numbers.push(i);
        same('scripts: progress', [numbers, await counted], [[0, 1, 2], 'done']);

        // Many small objects, and then one that is large: there is no GLib.Variant of each part,
        // which gjs would have to finalize.
        const {get_child_value: getChild} = GLib.Variant.prototype;
        let nParts = 0;
        GLib.Variant.prototype.get_child_value = function (i) {
            nParts++;
            return getChild.call(this, i);
        };
        const lists = new At.ScriptTask('worker.js', 'lists');
        const lengths = [];
        lists.connect('progress-update', (_task, list) => lengths.push(list.length, list.at(-1).b));
        check('scripts: lists: result', await lists.execute_async({n: 300, length: 500}) === 'done');
        check('scripts: lists: all came', lengths.length === 600 && lengths.every(
            (item, i) => item === (i % 2 === 0 ? 500 : 'text 499')));
        const many = await new At.ScriptTask('worker.js', 'numbers').execute_async(200000);
        check('scripts: many numbers', many.length === 200000 && many.every(
            (number, i) => number === i * (i % 2 === 0 ? 1 : -1)));
        GLib.Variant.prototype.get_child_value = getChild;
        check('scripts: no part by itself', nParts === 0, nParts);

        // The same rule in both directions, and where in the value it was.
        const bad = new Map([
            ['date', [{a: [new Date()]}, 'a[0]', TypeError, 'Date']],
            ['surrogate', [{a: ['\ud800']}, 'a[0]', TypeError, 'surrogate']],
            ['map', [[new Map()], '[0]', TypeError, 'Map']],
            ['large', [[2n ** 63n], '[0]', RangeError, '64 bits']],
            ['function', [{f: () => 1}, 'f', TypeError, 'function']],
            ['nul', [{'a\0': 1}, '["a\\u0000"]', TypeError, 'NUL']],
        ]);
        const loop = {};
        loop.self = [loop];
        bad.set('loop', [loop, 'self[0]', TypeError, 'contains itself']);
        for (const [which, [bad_value, path, type, words]] of bad) {
            const refused = thrown(() => new At.ScriptTask('worker.js', 'echo').execute(bad_value));
            check(`scripts: ${which}: there`, refused instanceof type &&
                refused.message.includes(words) && refused.message.endsWith(`(at ${path})`), refused);
            const returned = await rejection(new At.ScriptTask('worker.js', 'give').execute_async(which));
            check(`scripts: ${which}: and back`, isError(returned, At.ScriptError, At.ScriptError.INVALID_VALUE) &&
                returned.message === `${type.name}: ${refused?.message}`, returned);
        }

        const failing = new At.ScriptTask('worker.js', 'fail');
        const failures = record(failing);
        const error = await rejection(failing.execute_async());
        check('scripts: errors', error instanceof GLib.Error && error.message.includes('RangeError: on purpose') &&
            failures[1][1].message === error.message);
    }

    // Where and why, as the process of the script says it, whoever is told.
    async function testScriptErrors() {
        const tells = error => error.stack.startsWith('failBecause@') && error.stack.includes('worker.js:') &&
            error.stack.includes('Caused by: TypeError: ') && !error.stack.includes('/overrides/At.js');
        const failing = new At.ScriptTask('worker.js', 'failBecause');
        const stacks = [];

        failing.connect('failed', (_task, error) => stacks.push(error));
        const iterated = rejection((async () => {
            for await (const value of failing.progress())
                check('script errors: no value', false, value);
        })());
        const awaited = await rejection(failing.execute_async());
        stacks.push(awaited, await iterated, await rejection(failing), failing.get_error(), failing.error,
            thrown(() => failing.wait(-1, null)));
        check('script errors: told everywhere', stacks.length === 7 && stacks.every(tells),
            JSON.stringify(stacks.map(error => error.stack)));
        check('script errors: and where it was awaited', awaited.stack.includes('testScriptErrors'), awaited.stack);

        const list = new At.TaskList();
        const other = new At.ScriptTask('worker.js', 'failBecause');
        list.add(new At.ScriptTask('worker.js', 'double'));
        list.add(other);
        other.execute();
        check('script errors: told by a list', tells(await rejection(list.wait_all())));

        const broken = await rejection(new At.ScriptTask('../script/broken.js').execute_async());
        check('script errors: where the syntax is wrong', broken.message.endsWith('(broken.js, line 5)') &&
            broken.stack.includes('/broken.js:5'), broken.stack);
        for (const [what, message] of [[{code: 5}, '{"code":5}'], ['text', 'text'], [[1, 2], '1,2'], [null, 'null']]) {
            const odd = await rejection(new At.ScriptTask('worker.js', 'failWith').execute_async(what));
            check(`script errors: ${message} was thrown`, odd.message === message, odd.message);
        }
    }

    // A subclass has handlers, and the body that it inherits.
    async function testDerived() {
        const calls = [];
        const handlers = {
            vfunc_pre_execute() {
                calls.push('pre');
            },
            vfunc_progress_update(value) {
                calls.push(value);
            },
            vfunc_post_execute(result) {
                calls.push(result);
            },
            vfunc_failed(error) {
                calls.push(error);
            },
        };
        const derive = (name, parent) => {
            const derived = class extends parent {};

            Object.assign(derived.prototype, handlers);
            return GObject.registerClass({GTypeName: `${name}${GLib.uuid_string_random().replace(/-/g, '')}`}, derived);
        };

        const Script = derive('Script', At.ScriptTask);
        const Command = derive('Command', At.SubprocessTask);
        const Transfer = derive('Transfer', At.TransferTask);
        const script = new Script('worker.js', 'count', {title: 'derived'});
        const sink = Gio.MemoryOutputStream.new_resizable();

        check('derived: script', await script.execute_async({limit: 2}) === 'done' && script instanceof At.ScriptTask &&
            script.title === 'derived');
        same('derived: script: handlers', calls.splice(0), ['pre', {i: 0}, {i: 1}, 'done']);
        check('derived: command', await new Command(['echo', 'hello']).execute_async() === 0);
        same('derived: command: handlers', calls.splice(0), ['pre', 'hello', 0]);
        check('derived: transfer', await new Transfer(
            Gio.MemoryInputStream.new_from_bytes(new GLib.Bytes([1, 2])), sink, 2).execute_async() === 2);
        same('derived: transfer: handlers', calls.splice(0), ['pre', 2]);

        const failing = new Script('worker.js', 'fail');
        failing.execute();
        await finished(failing);
        check('derived: failed', calls[1].message === 'RangeError: on purpose' && calls[1].stack.startsWith('fail@'),
            calls[1].stack);

        const Own = GObject.registerClass({GTypeName: `Own${GLib.uuid_string_random().replace(/-/g, '')}`},
            class extends At.ScriptTask {
                constructor(n) {
                    super('worker.js', 'double');
                    this.n = n;
                }

                async run() {
                    return [await this.execute_async(this.n), this.n];
                }
            });
        same('derived: a constructor', await new Own(4).run(), [8, 4]);

        const refusals = ['TaskList', 'InlineExecutor', 'SerialExecutor', 'ThreadPoolExecutor'].map(name => thrown(
            () => GObject.registerClass({GTypeName: `Derived${name}`}, class extends At[name] {})));
        check('derived: what is final says so', refusals.every(refusal => refusal instanceof TypeError &&
            refusal.message.includes('is final')), refusals);

        // A body in JavaScript would run on a worker.
        const Body = GObject.registerClass({GTypeName: `Body${GLib.uuid_string_random().replace(/-/g, '')}`},
            class extends At.ScriptTask {
                vfunc_in_background() {
                    return true;
                }
            });
        check('derived: no body', isError(thrown(() => new Body('worker.js', 'double').execute()),
            At.TaskError, At.TaskError.UNSUPPORTED));
    }

    // gjs 1.74 never frees a GLib.Variant that a constructor of it has made.
    async function testParametersAreFreed() {
        const getResident = () => Number(new TextDecoder().decode(
            GLib.file_get_contents('/proc/self/statm')[1]).split(' ')[1]) * 4096;
        const size = 1000000;
        const run = async n => {
            for (let i = 0; i < n; i++) {
                const task = new At.ScriptTask('worker.js', 'double', {isolated: false});
                await task.execute_async({text: 'x'.repeat(size)}).catch(() => {});
                await new Fixture.Task().execute_async({text: 'x'.repeat(size)});
                System.gc();
            }
        };

        await run(10);
        const before = getResident();
        await run(50);
        check('freed: parameters that are objects', getResident() - before < 40 * size, getResident() - before);
    }

    // What no script sends, but a native body may: the bytes of any type are read as GLib reads them.
    async function testVariants() {
        const long = 'x'.repeat(300);
        const texts = [
            'byte 7', 'int16 -7', 'uint16 65535', '-7', 'uint32 4294967295', 'int64 -9007199254740991',
            'uint64 9007199254740991', 'handle 3', '0.5', "'text'", `'${long}'`, "objectpath '/a'", "signature 'as'",
            '@mi 5', '@mi nothing', "@ms ''", '@ms nothing', '@mmi just nothing', '@mv <5>', '()', '@a() [(), ()]',
            '[1, 2, 3]', '[false, true]', '@ai []', "['a', '', 'cde']", `['${long}', 'b', '${long}']`, '[[1], [], [2, 3]]',
            "(1, 'a')", "('a', 1, 'b', byte 2, 'c')", "(byte 1, int64 2, byte 3)", "[('a', 1), ('b', 2)]",
            '[(byte 1, 2), (byte 3, 4)]', "{'a': 1, 'b': 2}", "{'a': ['x'], 'b': []}", "[{'a': <1>}, {}]",
            "(<'a'>, <(<'b'>, 1)>)", "[<@as ['a']>, <@a{ss} {'b': 'c'}>]",
        ];
        for (const text of texts) {
            const variant = GLib.Variant.parse(null, text, null, null);
            const task = new Fixture.Task();
            same(`variants: ${text.slice(0, 40)}`, await task.execute_async(variant), variant.recursiveUnpack());
        }
        for (const n of [255, 256, 65535, 65536]) {
            const list = Array.from({length: n}, (_, i) => `${i}`);
            const variant = new GLib.Variant('as', list);
            same(`variants: ${n} strings`, await new Fixture.Task().execute_async(variant), list);
        }
        const odd = At.script_value_from_bytes('as', new GLib.Bytes(new Uint8Array([1, 2, 3])));
        same('variants: not in normal form', await new Fixture.Task().execute_async(odd), odd.recursiveUnpack());
        const large = GLib.Variant.parse(null, 'int64 -1152921504606846977', null, null);
        check('variants: a large integer stays exact', await new Fixture.Task().execute_async(large) === -(2n ** 60n) - 1n);
        for (const type of ['x', 'd', 's']) {
            const short = At.script_value_from_bytes(type, new GLib.Bytes(new Uint8Array([1, 2, 3])));
            same(`variants: ${type} not in normal form`, await new Fixture.Task().execute_async(short), type === 's' ? '' : 0);
        }
    }

    async function testReadyMade() {
        const lines = [];
        const command = new At.SubprocessTask(['echo', 'hello'], {title: 'a title'});
        command.connect('progress-update', (_, line) => lines.push(line));
        check('commands: result', await command.execute_async() === 0);
        check('commands: lines', lines.join() === 'hello');
        check('commands: properties', command.title === 'a title');
        check('commands: all properties', await new At.SubprocessTask({argv: ['true']}).execute_async() === 0);

        for (const wrong of ['ls -l', 5, ['ls', 5]]) {
            check(`commands: ${JSON.stringify(wrong)} is none`,
                thrown(() => new At.SubprocessTask(wrong)) instanceof TypeError &&
                thrown(() => At.SubprocessTask.new(wrong)) instanceof TypeError &&
                thrown(() => new At.SubprocessTask({argv: wrong})) instanceof TypeError);
        }
        const script = 'pwd; echo $NAME; echo ${HOME-unset}; cat';
        const options = {cwd: '/', environment: {NAME: 'wert', PATH: GLib.getenv('PATH')}};
        for (const [input, expected] of [['grüße', 'grüße'], [new Uint8Array([65, 66]), 'AB'],
            [new Uint8Array([67]).buffer, 'C'], [new GLib.Bytes(new Uint8Array([68])), 'D']]) {
            for (const object of [new At.SubprocessTask(['sh', '-c', script], {...options, input}),
                new At.SubprocessTask({argv: ['sh', '-c', script], ...options, input, title: 'a title'})]) {
                const got = [];
                object.connect('progress-update', (_, line) => got.push(line));
                await object.execute_async();
                same('commands: folder, environment and input', got, ['/', 'wert', 'unset', expected]);
            }
        }
        const setters = new At.SubprocessTask();
        setters.set_environment({A: 1, B: '2=3'});
        same('commands: environment', setters.get_environment(), ['A=1', 'B=2=3']);
        setters.set_environment(['C=3']);
        same('commands: environment as in C', setters.get_environment(), ['C=3']);
        for (const wrong of [{'': 1}, {'A=': 1}, {A: 'a\0'}, 'A=1'])
            check('commands: bad environment', thrown(() => setters.set_environment(wrong)) instanceof TypeError);

        const source = Gio.MemoryInputStream.new_from_bytes(new GLib.Bytes([1, 2, 3]));
        const sink = Gio.MemoryOutputStream.new_resizable();
        const transfer = new At.TransferTask(source, sink, 3, {flags: At.TransferFlags.CLOSE_SINK});
        check('transfers: result', await transfer.execute_async() === 3);
        check('transfers: parameters', transfer.size === 3 && transfer.flags === At.TransferFlags.CLOSE_SINK);
        check('transfers: data', sink.steal_as_bytes().toArray().join() === '1,2,3');
    }

    async function testTaskList() {
        const list = new At.TaskList();
        const tasks = [new Fixture.Task(), new Fixture.Task()];
        for (const task of tasks)
            list.add(task);
        check('list: length', list.length === 2);
        check('list: iterable', [...list].every((task, i) => task === tasks[i]));
        check('list: indexes', list[0] === tasks[0] && list[1] === tasks[1] && list['1'] === tasks[1]);
        check('list: no index', list[2] === undefined && list[-1] === undefined && list['01'] === undefined &&
            list.nothing === undefined);
        // What is above the class is found as before.
        check('list: still an object', list instanceof At.TaskList && list instanceof GObject.Object &&
            list instanceof Gio.ListModel && typeof list.connect === 'function');
        const long = new At.TaskList();
        const many = Array.from({length: 200}, () => new Fixture.Task());
        for (const task of many)
            long.add(task);
        check('list: indexes of a long list', many.every((task, i) => long[i] === task) && long[200] === undefined);

        same('list: nobody to wait for', await list.wait_all(), true);
        for (const task of tasks)
            task.hold();
        tasks[0].execute();
        tasks[1].execute_on_executor(At.ThreadPoolExecutor.get_default(), 1);
        const waits = [list.wait_all(), list.wait_all_async(false, null)];
        const called = new Promise(resolve => {
            list.wait_all_async(false, null, (_list, result) => resolve(list.wait_all_finish(result)));
        });
        for (const task of tasks)
            task.let_go();
        same('list: waits', await Promise.all([...waits, called]), [true, true, true]);
        check('list: until they have ended', tasks.every(task => task.status === At.Status.FINISHED));

        const failing = new Fixture.Task();
        const held = new Fixture.Task();
        failing.fail_with('g-io-error-quark', Gio.IOErrorEnum.BUSY, 'on purpose');
        held.hold();
        list.add(failing);
        list.add(held);
        held.execute_on_executor(At.ThreadPoolExecutor.get_default(), 1);
        failing.execute_on_executor(At.ThreadPoolExecutor.get_default(), 1);
        const error = await rejection(list.wait_all(true));
        check('list: the first that fails cancels the others', isError(error, Gio.IOErrorEnum, Gio.IOErrorEnum.BUSY) &&
            error.stack.includes('testTaskList') && held.outcome === At.Outcome.CANCELLED);

        const never = new Fixture.Task();
        never.hold();
        list.add(never);
        never.execute();
        const cancellable = new Gio.Cancellable();
        const wait = list.wait_all(false, cancellable);
        cancellable.cancel();
        check('list: a wait is given up', isError(await rejection(wait), Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED) &&
            never.status === At.Status.RUNNING);
        never.let_go();
        await finished(never);
    }

    async function testDump() {
        let seen = null;
        const task = new At.AsyncTask(async function fetchPage() {
            seen = At.dup_tasks_dump();
        });

        await task.execute_async(null);
        check('dump: the function of a task has its name', /^ {2}fetchPage 0x[0-9a-f]+: started/m.test(seen), seen);
        check('dump: a snapshot', 'tasks' in At.dup_tasks_snapshot().deepUnpack());
    }

    return (async () => {
        await testOrder();
        await testValues();
        testBadValues();
        await testErrors();
        await testClasses();
        await testHandlers();
        await testCancel();
        await testProgress();
        await testAwait();
        await testAwaitTask();
        await testUnhandled();
        await testUnheard();
        await testBodies();
        await testExecutors();
        await testOtherProperties();
        await testCollected();
        await testScriptTask();
        await testScriptErrors();
        await testDerived();
        await testParametersAreFreed();
        await testVariants();
        await testReadyMade();
        await testTaskList();
        await testDump();
        print(`1..${nTests}`);

        return nFailed === 0 ? 0 : 1;
    })();
}
