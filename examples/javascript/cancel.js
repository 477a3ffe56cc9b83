// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What can come of a task: a result, an error, or that it was cancelled.

import At from 'gi://At?version=1.0';
import Gio from 'gi://Gio';

async function tell(name, promise) {
    try {
        print(`${name}: ${JSON.stringify(await promise)}`);
    } catch (error) {
        if (error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED))
            print(`${name}: cancelled`);
        else
            print(`${name}: ${error.message.split(':')[0]}`);
    }
}

await tell('Good', new At.ScriptTask('worker.js', 'parse').execute_async('{"answer": 42}'));
await tell('Bad', new At.ScriptTask('worker.js', 'parse').execute_async('{"answer": '));

// Handlers of signals are called in this thread, like any other callback.
const task = new At.ScriptTask('worker.js', 'wait');
const cancellable = new Gio.Cancellable();
task.connect('progress-update', (_task, value) => {
    print(`The worker is ${value}`);
    cancellable.cancel();
});
task.connect('cancelled', () => print('The last callback comes before the promise'));
await tell('Waiting', task.execute_async(null, cancellable));
