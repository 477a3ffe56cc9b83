// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Has a function of another file run beside this one, follows its progress and awaits
// its result.

import At from 'gi://At?version=1.0';

const task = new At.ScriptTask('worker.js', 'primes');
const result = task.execute_async({from: 90, to: 110});

for await (const prime of task.progress())
    print(`${prime} is a prime number`);

const {from, to, count} = await result;
print(`${count} of them from ${from} to ${to}`);
