// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Work that keeps the processor busy, shared among several processes, with progress. The executor that tasks run on unless
// they name another has one of them run at a time; the pool runs as many as there
// are processors.

import At from 'gi://At?version=1.0';
import GLib from 'gi://GLib';

const SIZE = 20000;

const tasks = [0, 1, 2, 3].map(part => {
    const task = new At.ScriptTask('worker.js', 'countPrimes', {
        executor: At.ThreadPoolExecutor.get_default(),
        title: `Part ${part + 1}`,
    });

    task.execute({from: part * SIZE, to: (part + 1) * SIZE});
    return task;
});

// Each tells how far it is; the fraction is there for a progress bar.
async function follow(task) {
    const stations = [];

    for await (const number of task.progress())
        stations.push(number);
    return stations;
}

async function main() {
    const stations = await Promise.all(tasks.map(follow));
    const counts = await Promise.all(tasks);

    counts.forEach((count, i) => print(`${tasks[i].title} went by ${stations[i].join(', ')}: ${count}`));
    print(`In all: ${counts.reduce((sum, count) => sum + count, 0)}`);
}

const loop = new GLib.MainLoop(null, false);
main().catch(logError).finally(() => loop.quit());
loop.run();
