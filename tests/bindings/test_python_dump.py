# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Python sees of tasks, and what is seen of tasks in Python."""

import asyncio
import faulthandler
import functools
import re
import threading
import unittest

import gi

gi.require_version("At", "1.0")
from gi.repository import At, Gio, GLib, GObject  # noqa: E402

faulthandler.dump_traceback_later(250, exit=True)


def iterate_until(condition):
    context = GLib.MainContext.default()
    while not condition():
        context.iteration(True)


def finish(*tasks):
    for task in tasks:
        iterate_until(lambda: task.get_status() == At.Status.FINISHED)


def see(task):
    """The task in a snapshot, which Python has as dictionaries."""
    found = [each for each in At.dup_tasks_snapshot().unpack()["tasks"] if each["id"] == hash(task)]
    return found[0] if found else None


def body(task, gate):
    gate.wait()


class Holder:
    def method(self, task, gate):
        gate.wait()


class Keeper(GObject.Object, At.Executor):
    """Has tasks, until it is told to run them."""

    def __init__(self):
        super().__init__()
        self.tasks = []

    def do_execute(self, task):
        self.tasks.append(task)
        return True


class Load(At.AsyncTask):
    def do_in_background(self, gate):
        gate.wait()


class Dump(unittest.TestCase):
    def setUp(self):
        self.gate = threading.Event()
        self.addCleanup(self.gate.set)
        self.pool = At.ThreadPoolExecutor(max_threads=1)

    def execute(self, task):
        task.set_executor(self.pool)
        task.execute(self.gate)
        return task

    def test_names(self):
        bodies = [(body, "body"), (Holder().method, "Holder.method"), (functools.partial(body), "body"),
                  (lambda task, gate: gate.wait(), "Dump.test_names.<locals>.<lambda>")]
        tasks = [self.execute(At.AsyncTask(func)) for func, _ in bodies]
        for task, (_, name) in zip(tasks, bodies):
            self.assertEqual(see(task)["body"], name)
            self.assertEqual(task.get_body_name(), name)
        own = self.execute(Load(title="Load it"))
        self.assertRegex(see(own)["body"], "Load")
        self.assertIn("“Load it” ", At.dup_tasks_dump())
        self.gate.set()
        finish(own, *tasks)
        self.assertIsNone(see(own))

    def test_submit(self):
        def work():
            self.gate.wait()

        future = self.pool.submit(work)
        self.assertIn("Dump.test_submit.<locals>.work", At.dup_tasks_dump())
        self.gate.set()
        iterate_until(future.done)

    def test_coroutine(self):
        async def fetch(task):
            self.assertIn("Dump.test_coroutine.<locals>.fetch", At.dup_tasks_dump())

        async def main():
            task = At.AsyncTask(fetch)
            task.execute()
            await task

        asyncio.run(main())

    def test_executor(self):
        """One in Python has the task: it is in no queue, and is seen all the same."""
        executor = Keeper()
        task = At.AsyncTask(body)
        task.execute_on_executor(executor, self.gate)
        seen = see(task)
        self.assertEqual(seen["place"], "none")
        self.assertEqual(seen["stage"], "queued")
        self.assertEqual(seen["executor"], hash(executor))
        self.assertRegex(seen["executor-type"], "Keeper")
        self.assertRegex(At.dup_tasks_dump(), re.escape("body ") + "0x[0-9a-f]+: with .*Keeper")
        self.gate.set()
        executor.tasks.pop().run()
        self.assertEqual(see(task)["place"], "mailbox")
        finish(task)
        self.assertIsNone(see(task))

    def test_body(self):
        """In a body, and in a callback."""
        seen = []

        def look(task):
            seen.append(At.dup_tasks_dump())

        task = self.execute_looking(look)
        task.connect("post-execute", lambda *args: seen.append(At.dup_tasks_dump()))
        finish(task)
        self.assertIn("look 0x", seen[0])
        self.assertEqual(len(seen), 2)

    def execute_looking(self, look):
        task = At.AsyncTask(look, executor=self.pool)
        task.execute()
        return task

    def test_stream(self):
        stream = Gio.MemoryOutputStream.new_resizable()
        self.assertTrue(At.dump_tasks(stream))
        stream.close()
        self.assertTrue(stream.steal_as_bytes().get_data().startswith(b"Tasks of process "))


if __name__ == "__main__":
    unittest.main()
