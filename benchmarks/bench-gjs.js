// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What a task costs a program in JavaScript. The bodies are native and do nothing
// but what is said; benchmarks/run starts this.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import System from 'system';

import At from 'gi://At?version=1.0';
import Fixture from 'gi://AtFixture?version=1.0';

const N = 2000;
const N_VALUES = 50_000;

let rounds = 5;
for (let i = 0; i < ARGV.length; i++) {
    if (ARGV[i] === '--rounds')
        rounds = Math.max(1, Number.parseInt(ARGV[i + 1], 10) || rounds);
}

Gio._promisify(Gio.File.prototype, 'query_info_async');

// What publishes in a process of its own.
const folder = GLib.Dir.make_tmp('asynctask-bench-XXXXXX');
const module = GLib.build_filenamev([folder, 'module.js']);
GLib.file_set_contents(module, `export function publish(n, task) {
    for (let i = 0; i < n; i++)
        task.publishProgress(i);
}
`);

const file = Gio.File.new_for_path('/');
const pool = At.ThreadPoolExecutor.get_default();

function finished(task) {
    return new Promise(resolve => {
        const id = GObject.Object.prototype.connect.call(task, 'notify::status', () => {
            if (task.status === At.Status.FINISHED) {
                task.disconnect(id);
                resolve();
            }
        });
    });
}

async function publish(connect) {
    const task = new Fixture.Task();
    let n = 0;

    task.set_count(N_VALUES, 0);
    connect(task, () => n++);
    task.execute();
    await finished(task);
    if (n !== N_VALUES)
        throw new Error(`${n} values of ${N_VALUES}`);
}

function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
}

// Microseconds for each of @count that are done by one call.
const together = (count, run) => async () => {
    const before = GLib.get_monotonic_time();

    await run();
    return (GLib.get_monotonic_time() - before) / count;
};

// The same for one at a time; what else goes on on the machine spoils a few alone.
const oneByOne = run => async () => {
    const times = [];

    for (let i = 0; i < N; i++) {
        const before = GLib.get_monotonic_time();

        await run(i);
        times.push(GLib.get_monotonic_time() - before);
    }
    return median(times);
};

const queryInfo = () =>
    file.query_info_async('standard::type', Gio.FileQueryInfoFlags.NONE, GLib.PRIORITY_DEFAULT, null);

const rows = {
    'make a task': together(N, () => {
        for (let i = 0; i < N; i++)
            new Fixture.Task();
    }),
    'a progress value to a handler': together(N_VALUES, () =>
        publish((task, handler) => task.connect('progress-update', handler))),
    '… to one that GJS calls directly': together(N_VALUES, () =>
        publish((task, handler) => GObject.Object.prototype.connect.call(task, 'progress-update', handler))),
    'a progress value to for await': together(N_VALUES, async () => {
        const task = new Fixture.Task();
        let n = 0;

        task.set_count(N_VALUES, 0);
        task.execute();
        for await (const _value of task.progress())
            n++;
        if (n !== N_VALUES)
            throw new Error(`${n} values of ${N_VALUES}`);
    }),
    'a script\'s message to a handler, and its start': together(N_VALUES, async () => {
        const task = new At.ScriptTask(module, 'publish');
        let n = 0;

        task.connect('progress-update', () => n++);
        await task.execute_async(N_VALUES);
        if (n !== N_VALUES)
            throw new Error(`${n} messages of ${N_VALUES}`);
    }),
    'execute() to post-execute, one by one': oneByOne(i => new Promise(resolve => {
        const task = new Fixture.Task();

        task.connect('post-execute', resolve);
        task.execute(i);
    })),
    'await execute_async(), one by one': oneByOne(i => new Fixture.Task().execute_async(i)),
    '… with an object there and back': oneByOne(i =>
        new Fixture.Task().execute_async({number: i, text: 'some text', list: [1, 2]})),
    '… all at once on the pool': together(N, () => Promise.all(Array.from({length: N}, (_, i) => {
        const task = new Fixture.Task();

        task.executor = pool;
        return task.execute_async(i);
    }))),
    'await file.query_info_async(), one by one': oneByOne(queryInfo),
    '… all at once': together(N, () => Promise.all(Array.from({length: N}, queryInfo))),
};

const version = System.version;
print(`\nGJS ${Math.floor(version / 10000)}.${Math.floor(version / 100) % 100}.${version % 100}, ` +
    `${rounds} rounds; medians, and from the best to the worst`);

const times = Object.fromEntries(Object.keys(rows).map(name => [name, []]));
for (let round = -1; round < rounds; round++) {
    for (const [name, run] of Object.entries(rows)) {
        System.gc();
        const time = await run();
        // The first round only warms up.
        if (round >= 0)
            times[name].push(time);
    }
}
for (const [name, list] of Object.entries(times)) {
    print(`  ${name.padEnd(44)}${median(list).toFixed(2).padStart(9)} µs   ` +
        `${Math.min(...list).toFixed(2)}–${Math.max(...list).toFixed(2)}`);
}
GLib.unlink(module);
GLib.rmdir(folder);
