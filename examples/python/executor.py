# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""An executor of one's own: a thread with a name, and the shortest task first."""

import queue
import threading

import gi

gi.require_version("At", "1.0")
from gi.repository import At, GObject


class ShortestFirst(GObject.Object, At.Executor):
    """Orders what waits by the amount of work that a task says it has."""

    def __init__(self):
        super().__init__()
        self.queue = queue.PriorityQueue()
        self.number = 0

    def do_execute(self, task):
        self.number += 1
        # Two tasks cannot be compared, two numbers can.
        self.queue.put((task.work, self.number, task))

    def start(self):
        threading.Thread(target=self.serve, name="shortest-first", daemon=True).start()

    def serve(self):
        while True:
            task = self.queue.get()[-1]
            task.run()
            # Or this thread would keep it until the next one comes.
            del task


class Job(At.AsyncTask):
    def __init__(self, work):
        super().__init__()
        self.work = work

    def do_in_background(self):
        print(f"{threading.current_thread().name}: {self.work}")
        return self.work


executor = ShortestFirst()
jobs = [Job(work).execute_on_executor(executor) for work in (30, 10, 20)]
executor.start()
print("together:", sum(job.result() for job in jobs))

try:
    jobs[0].execute()
except Exception as error:
    print(error.message)
