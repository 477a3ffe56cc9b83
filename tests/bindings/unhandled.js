// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// unhandled.js PATTERN: what GJS says of a promise that nobody handles is on standard error.

import GLib from 'gi://GLib';

import At from 'gi://At?version=1.0';
import Fixture from 'gi://AtFixture?version=1.0';

const loop = new GLib.MainLoop(null, false);
const task = new Fixture.Task();

// As the guide has it, and with its values asked for when all is over.
async function follow(wait) {
    const result = task.execute_async();
    const progress = task.progress();

    await wait();
    for await (const value of progress)
        print(value);
    print(await result);
}

// The task has ended, and the loop has turned once more.
function over() {
    return new Promise(resolve => {
        const check = () => {
            if (task.status === At.Status.FINISHED)
                GLib.idle_add(GLib.PRIORITY_LOW, () => resolve() ?? GLib.SOURCE_REMOVE);
        };

        task.connect('notify::status', check);
        check();
    });
}

const patterns = {
    documented: () => follow(() => {}),
    late: () => follow(over),
    // Nobody tells the error of these.
    nobody: async () => {
        task.execute_async();
        await over();
    },
    // Whoever leaves the loop before the end is not told there.
    left: async () => {
        task.hold();
        task.execute_async();
        for await (const value of task.progress()) {
            print(value);
            break;
        }
        task.let_go();
        await over();
    },
};

task.set_count(1, 0);
task.fail_with('g-io-error-quark', 1, 'on purpose');
patterns[ARGV[0]]().catch(error => print('caught:', error.message)).finally(() => loop.quit());
loop.run();
