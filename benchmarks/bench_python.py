#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What the library costs from Python, beside introspection alone and Python's own means.

Each side runs in a process of its own, and the sides take turns.
"""

import argparse
import asyncio
import concurrent.futures
import json
import os
import statistics
import subprocess
import sys
import threading
import time

# Workload, what it is, what Python's own means are.
WORKLOADS = {
    "publish": ("a number published by a body, and a handler called", "call_soon_threadsafe()"),
    "publish-object": ("the same with any object", "call_soon_threadsafe()"),
    "round-trip": ("a task made, executed and handled, one at a time", "run_in_executor()"),
    "await": ("the same, awaited under asyncio", "run_in_executor()"),
    "result": ("the same, waited for", "submit() and result()"),
    "burst": ("one of 10,000 tasks at once", "run_in_executor()"),
    "two-loops": ("two bodies that compute, beside one after the other", "two threads"),
    "late": ("the worst delay of a 5 ms timer while a body computes", "a thread"),
}
SIDES = "ours", "raw", "python"


def compute(seconds):
    """Keeps the interpreter busy; returns how much was done."""
    end = time.perf_counter() + seconds
    done = 0
    while time.perf_counter() < end:
        done += sum(range(100))
    return done


def work(amount):
    for _ in range(amount):
        sum(range(100))


class Gi:
    """Both sides that use the library."""

    def __init__(self, raw):
        import gi
        if raw:
            sys.modules["gi.overrides.At"] = None
        gi.require_version("At", "1.0")
        from gi.repository import At, GLib
        self.At, self.GLib, self.raw = At, GLib, raw
        self.context = GLib.MainContext.default()
        self.pool = At.ThreadPoolExecutor.new("bench", 2)

    def start(self, func, *params):
        if self.raw:
            def body(task, params, cancellable, *data):
                func(task, *([] if params is None else params))
                return True

            task = self.At.AsyncTask.new(body)
            task.execute_on_executor(self.pool, params or None)
            return task
        return self.At.AsyncTask(func).execute_on_executor(self.pool, *params)

    def finish(self, task):
        while task.get_status() != self.At.Status.FINISHED:
            self.context.iteration(True)

    def publish(self, size, value=5):
        seen = []

        def body(task):
            for _ in range(size):
                task.publish_progress(value)

        start = time.perf_counter()
        task = self.start(body)
        task.connect("progress-update", lambda task, value: seen.append(value))
        self.finish(task)
        assert len(seen) == size
        return (time.perf_counter() - start) / size

    def publish_object(self, size):
        return self.publish(size, ("any", "object"))

    def round_trip(self, size):
        seen = []
        start = time.perf_counter()
        for _ in range(size):
            task = self.start(lambda task: None)
            task.connect("post-execute", lambda task, result: seen.append(result))
            self.finish(task)
        assert len(seen) == size
        return (time.perf_counter() - start) / size

    def await_(self, size):
        if self.raw:
            return None

        async def main():
            for _ in range(size):
                await self.start(lambda task: None)

        start = time.perf_counter()
        asyncio.run(main())
        return (time.perf_counter() - start) / size

    def result(self, size):
        start = time.perf_counter()
        for _ in range(size):
            task = self.start(lambda task: None)
            if self.raw:
                task.wait(-1, None)
            else:
                task.result()
        seconds = (time.perf_counter() - start) / size
        while self.context.iteration(False):
            pass
        return seconds

    def burst(self, size):
        start = time.perf_counter()
        for task in [self.start(lambda task: None) for _ in range(size)]:
            self.finish(task)
        return (time.perf_counter() - start) / size

    def two_loops(self, size):
        start = time.perf_counter()
        for task in [self.start(lambda task: work(size)) for _ in range(2)]:
            self.finish(task)
        both = time.perf_counter() - start
        return both

    def late(self, size):
        ticks = [time.perf_counter()]
        source = self.GLib.timeout_add(5, lambda: ticks.append(time.perf_counter()) or True)
        self.finish(self.start(lambda task: compute(size / 1000)))
        self.GLib.source_remove(source)
        return max(later - earlier for earlier, later in zip(ticks, ticks[1:])) - 0.005


class Python:
    """What Python brings along."""

    def publish(self, size, value=5):
        seen = []

        async def main():
            loop = asyncio.get_running_loop()

            def body():
                for _ in range(size):
                    loop.call_soon_threadsafe(seen.append, value)

            await loop.run_in_executor(None, body)
            while len(seen) < size:
                await asyncio.sleep(0)

        start = time.perf_counter()
        asyncio.run(main())
        return (time.perf_counter() - start) / size

    def publish_object(self, size):
        return self.publish(size, ("any", "object"))

    def round_trip(self, size):
        async def main():
            loop = asyncio.get_running_loop()
            start = time.perf_counter()
            for _ in range(size):
                await loop.run_in_executor(None, lambda: None)
            return (time.perf_counter() - start) / size

        return asyncio.run(main())

    await_ = round_trip

    def result(self, size):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            start = time.perf_counter()
            for _ in range(size):
                pool.submit(lambda: None).result()
            return (time.perf_counter() - start) / size

    def burst(self, size):
        async def main():
            loop = asyncio.get_running_loop()
            loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(2))
            start = time.perf_counter()
            await asyncio.gather(*(loop.run_in_executor(None, lambda: None) for _ in range(size)))
            return (time.perf_counter() - start) / size

        return asyncio.run(main())

    def two_loops(self, size):
        threads = [threading.Thread(target=work, args=(size,)) for _ in range(2)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - start

    def late(self, size):
        async def main():
            loop = asyncio.get_running_loop()
            done = loop.run_in_executor(None, compute, size / 1000)
            worst = 0
            while not done.done():
                start = time.perf_counter()
                await asyncio.sleep(0.005)
                worst = max(worst, time.perf_counter() - start - 0.005)
            return worst

        return asyncio.run(main())


SIZES = {"publish": 20000, "publish-object": 20000, "round-trip": 2000, "await": 1000, "result": 2000,
         "burst": 10000, "two-loops": 40000, "late": 500}


def measure(side, workload):
    """In a process of its own."""
    bench = Python() if side == "python" else Gi(side == "raw")
    func = getattr(bench, {"await": "await_"}.get(workload, workload.replace("-", "_")))
    size = SIZES[workload]
    if workload == "two-loops":
        start = time.perf_counter()
        work(size)
        work(size)
        one_by_one = time.perf_counter() - start
        return one_by_one / func(size)
    func(max(size // 10, 1))
    return func(size)


def show(workload, value):
    if value is None:
        return "–"
    if workload == "two-loops":
        return f"{value:.2f}x"
    return f"{value * 1e3:.2f} ms" if value >= 1e-3 else f"{value * 1e6:.1f} µs"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=WORKLOADS, help="this workload; may be repeated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--list", action="store_true", help="print the workloads")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()

    if options.list:
        for name, (label, _peer) in WORKLOADS.items():
            print(f"{name:24} {label}")
        return
    if options.child:
        print(json.dumps(measure(*options.child)))
        return

    rows = []
    for workload in options.only or WORKLOADS:
        values = {side: [] for side in SIDES}
        for _ in range(options.rounds):
            for side in SIDES:
                output = subprocess.run([sys.executable, os.path.abspath(__file__), "--child", side, workload],
                                        check=True, stdout=subprocess.PIPE).stdout
                values[side].append(json.loads(output))
        rows.append((workload, {side: None if None in all_of else statistics.median(all_of)
                                for side, all_of in values.items()}))

    if options.json:
        print(json.dumps([{"workload": workload, **medians} for workload, medians in rows]))
        return
    print(f'{"Python":52} {"ours":>10} {"raw gi":>10} {"Python":>10}  with')
    for workload, medians in rows:
        label, peer = WORKLOADS[workload]
        print(f"{label:52}", *(f"{show(workload, medians[side]):>10}" for side in SIDES), f" {peer}")
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"\nPython {version}, {os.cpu_count()} CPUs; medians of {options.rounds} rounds.")


if __name__ == "__main__":
    main()
