// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Asynchronous functions as bodies, tries, and several tasks as one, in JavaScript.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import System from 'system';

import At from 'gi://At?version=1.0';

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

const sleep = milliseconds => new Promise(resolve => {
    GLib.timeout_add(GLib.PRIORITY_DEFAULT, milliseconds, () => {
        resolve();
        return GLib.SOURCE_REMOVE;
    });
});

async function until(condition) {
    while (!condition())
        await sleep(1);
}

const isError = (error, domain, code) => error instanceof GLib.Error && error.matches(domain, code);
const isCancelled = error => isError(error, Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
const isTimeout = error => isError(error, Gio.IOErrorEnum, Gio.IOErrorEnum.TIMED_OUT);
const isUnsupported = error => isError(error, At.TaskError, At.TaskError.UNSUPPORTED);

class OwnError extends Error {}

const add = async (_task, params) => {
    await sleep(1);
    return params[0] + params[1];
};

// Until it is cancelled.
const never = async (_task, _params, cancellable) => {
    while (!cancellable.is_cancelled())
        await sleep(1);
};

const fail = message => new At.AsyncTask(async () => {
    throw new OwnError(message);
});

async function testBody() {
    const task = new At.AsyncTask(add, {title: 'Sum', timeout: 60});
    check('body: is deferred', task instanceof At.DeferredTask && task instanceof At.AsyncTask);
    same('body: properties', [task.title, task.timeout], ['Sum', 60]);
    const calls = [];
    task.connect('pre-execute', () => calls.push('pre'));
    task.connect('post-execute', (_task, result) => calls.push(result));
    same('body: result', await task.execute_async([1, 2]), 3);
    same('body: callbacks', calls, ['pre', 3]);
    same('body: kept', [task.get_result(), await task], [3, 3]);

    const seen = [];
    const given = new At.AsyncTask(async (self, params, cancellable) => {
        seen.push(self === given, params, cancellable === given.get_cancellable());
        self.publish_progress('half');
    });
    const values = [];
    given.connect('progress-update', (_task, value) => values.push(value));
    await given.execute_async('params');
    same('body: parameters', seen, [true, 'params', true]);
    same('body: progress', values, ['half']);

    const map = new Map([[1, 2]]);
    const own = new At.AsyncTask(async (_task, params) => params);
    const handled = [];
    own.connect('post-execute', (_task, result) => handled.push(result));
    check('body: any object stays itself', await own.execute_async(map) === map && own.get_result() === map &&
        handled[0] === map);
    check('body: on an executor', await (async () => {
        const onPool = new At.AsyncTask(async (_task, params) => params);
        onPool.execute_on_executor(At.ThreadPoolExecutor.get_default(), map);
        return await onPool === map;
    })());

    const Class = GObject.registerClass(class extends At.AsyncTask {});
    check('body: none of a class with a thread', thrown(() => new Class(add)) instanceof TypeError);
    const plain = new At.AsyncTask(() => 1);
    check('body: a plain function is none', isUnsupported(thrown(() => plain.execute())));
    check('body: but of a deferred task', await new At.DeferredTask(() => Promise.resolve(5)).execute_async() === 5 &&
        await new At.DeferredTask(() => 6).execute_async() === 6);
}

async function testGenerator() {
    async function* count(_task, n) {
        for (let i = 0; i < n; i++) {
            yield i;
            await sleep(1);
        }
        return 'end';
    }
    const task = new At.AsyncTask(count);
    const result = task.execute_async(3);
    const values = [];
    for await (const value of task.progress())
        values.push(value);
    same('generator: publishes', [values, await result], [[0, 1, 2], 'end']);

    let closed = 0;
    async function* forever() {
        try {
            for (;;) {
                yield 1;
                await sleep(1);
            }
        } finally {
            closed++;
        }
    }
    function newEndless(onValue = () => {}) {
        const task = new At.AsyncTask(forever);
        task.connect('progress-update', onValue);
        return task;
    }

    for (const interrupt of [true, false]) {
        const endless = newEndless();
        endless.execute();
        await sleep(5);
        endless.cancel(interrupt);
        check('generator: cancelled', isCancelled(await rejection(endless)));
    }
    same('generator: closed', closed, 2);

    let n = 0;
    const paused = newEndless(() => n++);
    paused.execute();
    await until(() => n > 1);
    paused.pause();
    await sleep(30);
    const before = n;
    await sleep(30);
    check('generator: paused', n === before, n);
    paused.resume();
    await until(() => n > before);
    paused.pause();
    await sleep(10);
    paused.cancel(true);
    check('generator: cancelled while paused', isCancelled(await rejection(paused)));
    const timed = newEndless();
    timed.timeout = 0.02;
    check('generator: timed out', isTimeout(await rejection(timed.execute_async())));
    same('generator: all closed', closed, 4);
}

async function testErrors() {
    const task = fail('thrown');
    const failures = [];
    task.connect('failed', (_task, error) => failures.push(error));
    const error = await rejection(task.execute_async());
    check('errors: the very object', error instanceof OwnError && error.message === 'thrown');
    check('errors: for handlers', isError(failures[0], At.TaskError, At.TaskError.FAILED) &&
        failures[0].message === 'thrown' && failures[0].cause === error);
    check('errors: for others', await rejection(task) === error && task.get_error().cause === error &&
        task.error.cause === error);

    const busy = new Gio.IOErrorEnum({code: Gio.IOErrorEnum.BUSY, message: 'busy'});
    const gio = new At.AsyncTask(async () => {
        throw busy;
    });
    check('errors: those of GLib', isError(await rejection(gio.execute_async()), Gio.IOErrorEnum, Gio.IOErrorEnum.BUSY));
    check('errors: anything', await rejection(new At.AsyncTask(async () => {
        throw {toString: () => 'text'};
    }).execute_async()) !== null);

    const looped = fail('looped');
    const result = looped.execute_async();
    check('errors: in a loop', (await rejection((async () => {
        for await (const value of looped.progress())
            print(value);
    })())) instanceof OwnError);
    check('errors: beside it', await rejection(result) instanceof OwnError);
}

async function testCancel() {
    const task = new At.AsyncTask(never);
    task.execute();
    await sleep(5);
    task.cancel(true);
    check('cancel: interrupts', isCancelled(await rejection(task)) && task.outcome === At.Outcome.CANCELLED);
    const outer = new Gio.Cancellable();
    const given = new At.AsyncTask(never).execute_async(null, outer);
    outer.cancel();
    check('cancel: by the cancellable of the caller', isCancelled(await rejection(given)));
    const timed = new At.AsyncTask(never, {timeout: 0.01});
    check('cancel: time is up', isTimeout(await rejection(timed.execute_async())) &&
        timed.outcome === At.Outcome.FAILED);
}

async function testDeferred() {
    const task = new At.DeferredTask();
    const started = [];
    task.connect('start', (self, params, cancellable) => {
        started.push(params, cancellable instanceof Gio.Cancellable);
        self.complete({result: [params]});
    });
    same('deferred: result', await task.execute_async({a: 1}), {result: [{a: 1}]});
    same('deferred: start', started, [{a: 1}, true]);
    same('deferred: too late', [task.complete(1), task.fail(null)], [false, false]);

    const Later = GObject.registerClass(class extends At.DeferredTask {
        vfunc_start(params, _cancellable) {
            sleep(1).then(() => this.complete(params));
        }
    });
    same('deferred: a class', await new Later().execute_async(['x']), ['x']);
    const Own = GObject.registerClass(class OwnDeferred extends At.DeferredTask {});
    same('deferred: a class of a function', await new Own(add).execute_async([3, 4]), 7);
}

async function testRetry() {
    const attempts = [];
    const task = new At.AsyncTask(async self => {
        attempts.push(self.attempt);
        if (attempts.length < 3)
            throw new OwnError(`${attempts.length}`);
        return 'third';
    });
    const calls = [];
    task.set_retry(5, (_task, error, attempt) => {
        calls.push([error.message, attempt]);
        return 0.001;
    });
    same('retry: result', await task.execute_async(), 'third');
    same('retry: attempts', attempts, [1, 2, 3]);
    same('retry: function', calls, [['1', 1], ['2', 2]]);

    const once = fail('once');
    once.set_retry(5, () => -1);
    check('retry: gives up', (await rejection(once.execute_async())) instanceof OwnError && once.attempt === 1);
    const busy = new At.AsyncTask(async self => {
        if (self.attempt === 1)
            throw new Gio.IOErrorEnum({code: Gio.IOErrorEnum.BUSY, message: 'busy'});
        return self.attempt;
    });
    busy.set_retry(2, null);
    const result = busy.execute_async();
    await until(() => busy.stage === At.Stage.RETRYING);
    busy.try_now();
    same('retry: what may pass', await result, 2);

    const native = new At.SubprocessTask({argv: ['false']});
    native.set_retry(2, () => 0);
    check('retry: no function on a thread', isUnsupported(thrown(() => native.execute(null))));
    same('retry: that is still to be executed', native.stage, At.Stage.PENDING);
}

async function testGroup() {
    const group = new At.TaskGroup({policy: At.TaskGroupPolicy.ANY, title: 'Any'});
    const tasks = [fail('one'), new At.AsyncTask(never), new At.AsyncTask(async () => 5)];
    check('group: add() returns the group', group.add(...tasks) === group);
    same('group: any', await group.execute_async(null), 5);
    check('group: decisive', group.get_decisive() === tasks[2]);
    check('group: the others', tasks[1].outcome === At.Outcome.CANCELLED);
    same('group: iterable', [...group].map(task => tasks.indexOf(task)), [0, 1, 2]);

    const all = new At.TaskGroup().add(new At.AsyncTask(add), new At.AsyncTask(add));
    same('group: parameters', [await all.execute_async([1, 2]), ...[...all].map(task => task.get_result())],
        [null, 3, 3]);

    const failed = new At.TaskGroup().add(new At.AsyncTask(never), fail('all'));
    const error = await rejection(failed.execute_async(null));
    check('group: throws what decided it', error instanceof OwnError && error.message === 'all');
    check('group: awaited once more', await rejection(failed) === error && failed.get_error().cause === error);
    const map = new Map();
    const own = new At.TaskGroup({policy: At.TaskGroupPolicy.ANY}).add(new At.AsyncTask(async () => map));
    check('group: any object stays itself', await own.execute_async() === map);
    const outer = new At.TaskGroup().add(new At.TaskGroup().add(fail('inner')));
    check('group: nested', (await rejection(outer.execute_async()))?.message === 'inner');

    const settled = new At.TaskGroup({policy: At.TaskGroupPolicy.SETTLE}).add(fail('settled'), new At.AsyncTask(add));
    same('group: settle', await settled.execute_async([1, 1]), null);
    const timed = new At.TaskGroup({timeout: 0.02}).add(new At.AsyncTask(never));
    check('group: timed out', isTimeout(await rejection(timed.execute_async())));
    check('group: a plain function', isUnsupported(thrown(() => new At.TaskGroup().add(new At.AsyncTask(() => 1)))));
    check('group: too late', isError(thrown(() => group.add(new At.AsyncTask(add))), At.TaskError,
        At.TaskError.REJECTED));

    const first = new At.AsyncTask(async () => order.push(1));
    const second = new At.AsyncTask(async () => order.push(2));
    const order = [];
    second.add_prerequisite(first);
    await new At.TaskGroup().add(second, first).execute_async();
    same('group: prerequisites', order, [1, 2]);
}

async function testProgressIsNoResult() {
    const result = new Map();
    const values = [], results = [];
    const task = new At.AsyncTask(async self => {
        await null;
        self.publish_progress('half');
        return result;
    });

    // The value arrives after the body has returned.
    task.connect('progress-update', (_task, value) => values.push(value));
    task.connect('post-execute', (_task, value) => results.push(value));
    task.execute();
    await task;
    same('a value that arrives after the end is no result', values, ['half']);
    check('… which is the object that it was', results.length === 1 && results[0] === result);

    const both = [];
    const handler = (_task, value) => both.push(value);
    const other = new At.AsyncTask(async self => {
        self.publish_progress(1);
        await null;
        return 2;
    });
    other.connect('progress-update', handler);
    other.connect('post-execute', handler);
    const blocked = GObject.signal_handlers_block_by_func(other, handler);
    GObject.signal_handlers_unblock_by_func(other, handler);
    other.execute();
    await other;
    same('one handler of both signals gets both', both, [1, 2]);
    check('… and is found as one of both', blocked === 2, blocked);
}

async function testLatest() {
    const search = new At.Latest(async (_task, text) => {
        await sleep(1);
        return [text, text.length];
    }, {delay: 0.005});
    const results = [];
    search.connect('result', (_search, result, text) => results.push([result, text]));
    search.submit('a');
    search.submit('ab');
    check('latest: busy', search.busy);
    await until(() => !search.busy);
    same('latest: the newest', results, [[['ab', 2], 'ab']]);

    for (const [func, isRight] of [
        [async () => {
            throw new OwnError('thrown');
        }, error => error.message === 'thrown' && error.cause instanceof OwnError],
        [() => 1, isUnsupported],
    ]) {
        const failing = new At.Latest(func);
        const errors = [];
        failing.connect('failed', (_search, error, text) => errors.push([error, text]));
        failing.submit('x');
        await until(() => !failing.busy);
        check('latest: failed', errors.length === 1 && isRight(errors[0][0]) && errors[0][1] === 'x');
    }
    const own = new At.Latest();
    const titles = [];
    own.connect('create-task', (_latest, params) => new At.AsyncTask(async (task, each) => task.title + each.n,
        {title: `${params.n}`}));
    own.connect('result', (_latest, result) => titles.push(result));
    own.submit({n: 5});
    await until(() => !own.busy);
    same('latest: a task of its own', titles, ['55']);
}

async function testCache() {
    const made = [];
    const cache = new At.TaskCache(async (_task, key) => {
        made.push(key);
        await sleep(1);
        return {key};
    }, {max_items: 5});
    same('cache: get', await Promise.all([cache.get('a'), cache.get('a', GLib.PRIORITY_HIGH), cache.get('b')]),
        [{key: 'a'}, {key: 'a'}, {key: 'b'}]);
    same('cache: once for many', made, ['a', 'b']);
    same('cache: peek', [cache.peek('a'), cache.peek('z'), cache.n_items], [{key: 'a'}, null, 2]);
    cache.evict('a');
    same('cache: evict', [cache.peek('a'), cache.n_items], [null, 1]);

    const failing = new At.TaskCache(async () => {
        throw new OwnError('thrown');
    });
    const errors = await Promise.all([rejection(failing.get('a')), rejection(failing.get('a'))]);
    check('cache: errors', errors.every(error => error instanceof OwnError));
    check('cache: a plain function', isUnsupported(await rejection(new At.TaskCache(() => 1).get('a'))));

    let stopped = 0;
    const endless = new At.TaskCache(async (...args) => {
        await never(...args);
        stopped++;
    });
    const cancellables = [new Gio.Cancellable(), new Gio.Cancellable()];
    const gets = cancellables.map(cancellable => endless.get('a', 0, cancellable));
    await sleep(5);
    cancellables[0].cancel();
    check('cache: given up', isCancelled(await rejection(gets[0])));
    await sleep(10);
    same('cache: not by the last', stopped, 0);
    cancellables[1].cancel();
    check('cache: by the last', isCancelled(await rejection(gets[1])));
    await until(() => stopped === 1);
}

async function testLimit() {
    const executor = new At.LimitExecutor({max_running: 2});
    let running = 0;
    const most = [];
    const tasks = [1, 2, 3, 4, 5].map(() => new At.AsyncTask(async () => {
        most.push(++running);
        await sleep(2);
        running--;
    }));
    await new At.TaskGroup({executor}).add(...tasks).execute_async();
    same('limit: so many at a time', [most.length, Math.max(...most)], [5, 2]);
}

async function testFlat() {
    const getResident = () => Number(new TextDecoder().decode(
        GLib.file_get_contents('/proc/self/statm')[1]).split(' ')[1]) * 4096;
    async function run(n) {
        for (let i = 0; i < n; i++) {
            const group = new At.TaskGroup().add(new At.AsyncTask(async () => 'x'.repeat(10000)),
                new At.AsyncTask(async () => new Map([[i, 'x'.repeat(10000)]])));
            await group.execute_async();
            await rejection(fail('flat').execute_async());
            if (i % 100 === 0)
                System.gc();
        }
        System.gc();
    }
    await run(1000);
    const before = getResident();
    await run(5000);
    check('flat: 5,000 of each', getResident() - before < 16e6, getResident() - before);
}

await testBody();
await testGenerator();
await testErrors();
await testCancel();
await testDeferred();
await testRetry();
await testGroup();
await testProgressIsNoResult();
await testLatest();
await testCache();
await testLimit();
await testFlat();
print(`1..${nTests}`);
System.exit(nFailed === 0 ? 0 : 1);
