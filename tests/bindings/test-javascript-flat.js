// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// 5,000 tasks of each pattern take no more memory than 500. TAP on standard output.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import System from 'system';

import At from 'gi://At?version=1.0';
import Fixture from 'gi://AtFixture?version=1.0';

// What of each would be seen if it stayed, and what the allocators may keep.
const TEXT = 'x'.repeat(4000);
const LIMIT = 6 * 1024 * 1024;
const SIZE = 100;

const pool = At.ThreadPoolExecutor.new('flat', 2);
let nTests = 0;

function getResident() {
    const [, statm] = GLib.file_get_contents('/proc/self/statm');

    return Number(new TextDecoder().decode(statm).split(' ')[1]) * 4096;
}

// One turn of the loop: what goes while the collector is at work goes in the next one.
function turn() {
    return new Promise(resolve => {
        GLib.idle_add(GLib.PRIORITY_LOW, () => {
            resolve();
            return GLib.SOURCE_REMOVE;
        });
    });
}

async function run(batch, n) {
    for (let i = 0; i < n; i += SIZE) {
        await batch(SIZE);
        System.gc();
        await turn();
    }
}

const each = (n, make) => Promise.all(Array.from({length: n}, (_, i) => make(i)));


const Script = GObject.registerClass(class Script extends At.ScriptTask {
    vfunc_post_execute(result) {
        this.kept = [this, result];
    }
});

function newTask() {
    const task = new Fixture.Task();

    task.executor = pool;
    return task;
}

function newScript(name) {
    return new Script('worker.js', name, {isolated: false, executor: pool});
}

const patterns = {
    'awaited': n => each(n, i => newTask().execute_async({i, TEXT})),
    'awaited later': n => each(n, async i => {
        const task = newTask();

        task.execute(TEXT + i);
        await task;
    }),
    'handlers': n => each(n, i => new Promise(resolve => {
        const task = newTask();

        task.publish_parameter();
        task.connect('progress-update', (_task, value) => {
            task.value = value;
        });
        task.connect('post-execute', () => resolve([task, i]));
        task.execute([TEXT]);
    })),
    'progress': n => each(n, async i => {
        const task = newTask();

        task.publish_parameter();
        const result = task.execute_async({i, TEXT});
        for await (const value of task.progress())
            task.value = value;
        await result;
    }),
    'failed': n => each(n, async () => {
        const task = newTask();

        task.fail_with('g-io-error-quark', 1, TEXT);
        task.connect('failed', (_task, error) => {
            task.failure = error;
        });
        await task.execute_async().catch(() => {});
    }),
    'cancelled': n => each(n, async () => {
        const task = newTask();
        const promise = task.execute_async(TEXT);

        task.cancel(true);
        await promise.catch(() => {});
    }),
    'listed': async n => {
        const list = new At.TaskList();

        for (let i = 0; i < n; i++) {
            const task = newTask();

            list.add(task);
            task.execute(TEXT);
        }
        await list.wait_all();
    },
    'transferred': n => each(n, () => new At.TransferTask(
        Gio.MemoryInputStream.new_from_bytes(new GLib.Bytes(new TextEncoder().encode(TEXT))),
        Gio.MemoryOutputStream.new_resizable(), 0, {executor: pool}).execute_async()),
    'script': n => each(n, i => newScript('echo').execute_async({TEXT, list: [{i}]})),
    'script that fails': n => each(n, () => newScript('failBecause').execute_async(TEXT).catch(() => {})),
};

async function main() {
    for (const [name, batch] of Object.entries(patterns)) {
        await run(batch, 500);
        const alive = Fixture.get_n_alive();
        const before = getResident();

        await run(batch, 5000);
        const growth = getResident() - before;
        const isFlat = growth < LIMIT && Fixture.get_n_alive() <= alive + SIZE;

        nTests++;
        print(`${isFlat ? 'ok' : 'not ok'} ${nTests} - ${name} # ${growth / 1024} KiB, ${Fixture.get_n_alive() - alive} tasks`);
    }

    print(`1..${nTests}`);
}

const loop = new GLib.MainLoop(null, false);
main().catch(error => {
    logError(error);
    print('Bail out!');
}).finally(() => loop.quit());
loop.run();
