// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Shares the work among several processes. The executor that tasks run on unless
// they name another has one of them run at a time; the pool runs as many as there
// are processors.

import At from 'gi://At?version=1.0';

const SIZE = 2500;

const tasks = [0, 1, 2, 3].map(part => {
    const task = new At.ScriptTask('worker.js', 'primes');

    task.executor = At.ThreadPoolExecutor.get_default();
    task.title = `Part ${part + 1}`;

    return task;
});
const results = await Promise.all(tasks.map((task, part) =>
    task.execute_async({from: part * SIZE, to: (part + 1) * SIZE})));

results.forEach(({count}, i) => print(`${tasks[i].title}: ${count}`));
print(`In all: ${results.reduce((sum, {count}) => sum + count, 0)}`);
