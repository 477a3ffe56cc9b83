# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The task list from Python: a list model like any other."""

import gc
import threading
import unittest

import gi

gi.require_version('At', '1.0')
from gi.repository import At, GLib


class TaskListCase(unittest.TestCase):
    def test_model(self):
        tasks = At.TaskList()
        added = [At.AsyncTask.new(lambda *args: True) for _ in range(3)]
        for task in added:
            self.assertTrue(tasks.add(task))
        self.assertFalse(tasks.add(added[0]))
        self.assertEqual(len(tasks), 3)
        self.assertEqual(list(tasks), added)
        self.assertIs(tasks[1], added[1])
        self.assertEqual(tuple(tasks.find(added[2])), (True, 2))
        self.assertTrue(tasks.remove(added[0]))
        self.assertEqual(list(tasks), added[1:])
        self.assertEqual(tasks.props.n_items, 2)

    def wait(self, tasks, cancel_on_error=False):
        loop = GLib.MainLoop()
        results = []

        def on_ended(source, result):
            results.append(result)
            loop.quit()

        tasks.wait_all_async(cancel_on_error, None, on_ended)
        loop.run()
        return tasks.wait_all_finish(results[0])

    def test_wait_all(self):
        tasks = At.TaskList(removal=At.TaskListRemoval.WHEN_SUCCEEDED)
        for _ in range(3):
            tasks.add(At.AsyncTask.new(lambda *args: True))
        self.assertTrue(tasks.execute_all(At.ThreadPoolExecutor.get_default()))
        self.assertEqual(tasks.props.n_active, 3)
        self.assertTrue(self.wait(tasks))
        self.assertEqual(tasks.props.n_active, 0)

    def test_error(self):
        tasks = At.TaskList()
        tasks.add(At.AsyncTask.new(lambda *args: False))
        tasks.execute_all(None)
        with self.assertRaises(GLib.Error) as caught:
            self.wait(tasks, cancel_on_error=True)
        self.assertTrue(caught.exception.matches(At.task_error_quark(), At.TaskError.FAILED))
        self.assertEqual((tasks.props.n_failed, tasks.props.fraction), (1, 1.0))

    def test_collected_elsewhere(self):
        """A collection on another thread leaves the list to the thread that it belongs to."""
        task = At.AsyncTask.new(lambda *args: True)
        tasks = At.TaskList()
        tasks.add(task)
        threads = []
        tasks.weak_ref(lambda: threads.append(threading.current_thread()))
        cycle = [tasks]
        cycle.append(cycle)
        del tasks, cycle

        collector = threading.Thread(target=gc.collect)
        collector.start()
        collector.join()
        self.assertEqual(threads, [])
        while not threads:
            GLib.MainContext.default().iteration(True)
        self.assertEqual(threads, [threading.current_thread()])


if __name__ == '__main__':
    unittest.main(verbosity=2)
