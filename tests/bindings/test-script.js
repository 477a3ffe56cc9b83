// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Script tasks from JavaScript, with introspection alone. TAP on standard output.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import At from 'gi://At?version=1.0';
import System from 'system';

Gio._promisify(At.AsyncTask.prototype, 'execute_async', 'execute_finish');

const here = GLib.path_get_dirname(GLib.filename_from_uri(import.meta.url)[0]);
const folder = GLib.build_filenamev([here, '..', 'script']);
let nTests = 0;
let nFailed = 0;

function check(name, condition) {
    nTests++;
    if (!condition)
        nFailed++;
    print(`${condition ? 'ok' : 'not ok'} ${nTests} ${name}`);
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

for (const language of ['js', 'py']) {
    const module = `${folder}/functions.${language}`;

    const echo = new At.ScriptTask({module, function: 'echo'});
    const object = new GLib.Variant('a{sv}', {a: GLib.Variant.new_string('b'), n: new GLib.Variant('ai', [1, 2])});
    const result = await echo.execute_async(object, null);
    check(`${language}: parameters and result`, same(result.recursiveUnpack(), {a: 'b', n: [1, 2]}));

    for (const plain of ['text', 5, 0.5, true]) {
        const task = At.ScriptTask.new(module, 'echo');
        check(`${language}: ${plain} as it is`, same((await task.execute_async(plain, null)).recursiveUnpack(), plain));
    }

    const generate = new At.ScriptTask({module, function: 'generate'});
    const values = [];
    generate.connect('progress-update', (_task, value) => values.push(value.recursiveUnpack()));
    check(`${language}: what a generator returns`,
        (await generate.execute_async(3, null)).recursiveUnpack() === 'generated');
    check(`${language}: what it yields`, same(values, [0, 1, 2]));

    const fail = At.ScriptTask.new(module, 'fail');
    let error = null;
    try {
        await fail.execute_async('x', null);
    } catch (e) {
        error = e;
    }
    check(`${language}: an error`, error?.matches(At.ScriptError, At.ScriptError.THROWN) &&
        error.message === 'TypeError: no x' && fail.error_name === 'TypeError' && fail.error_stack.includes('functions.'));

    // Two at once, which one process could not do.
    const tasks = [0, 1].map(() => new At.ScriptTask({
        module, function: 'busyUntilCancelled', executor: At.ThreadPoolExecutor.get_default(),
    }));
    const outcomes = await Promise.all(tasks.map(async task => {
        task.connect('progress-update', () => {
            task.busy = true;
            if (tasks.every(each => each.busy))
                tasks.forEach(each => each.cancel(false));
        });
        try {
            await task.execute_async(null, null);
            return 'succeeded';
        } catch (e) {
            return e.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED) ? 'cancelled' : `${e}`;
        }
    }));
    check(`${language}: in parallel`, same(outcomes, ['cancelled', 'cancelled']));
}

print(`1..${nTests}`);
System.exit(nFailed > 0 ? 1 : 0);
