# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Script tasks in Python: modules, functions, exceptions, what is derived from ready-made tasks."""

import asyncio
import concurrent.futures
import faulthandler
import gc
import importlib
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap
import threading
import traceback
import unittest
from contextlib import redirect_stderr

import gi

gi.require_version("At", "1.0")
from gi.repository import At, Gio, GLib  # noqa: E402

from test_python_override import Silent, finish, iterate_until  # noqa: E402

# Nothing here takes long; what hangs is to fail, and to say where.
faulthandler.dump_traceback_later(250, exit=True)

HERE = pathlib.Path(__file__).resolve().parent
FUNCTIONS = HERE.parent / "script" / "functions.py"


# What the process of a script finds in this file.

class Wrong(Exception):
    def __init__(self, code, *, note=None):
        super().__init__(code)
        self.code = code
        self.note = note


class Picky(Exception):
    """Cannot be made of its arguments."""

    def __init__(self, one, two):
        super().__init__(one + two)


def add(values):
    return sum(values)


def get_executable():
    return sys.executable


def fail(kind, task):
    if kind == "own":
        raise Wrong(7, note=[1, {"a": None}])
    if kind == "picky":
        raise Picky("a", "b")
    if kind == "local":
        raise type("Local", (Exception,), {"__qualname__": "fail.<locals>.Local"})("here")
    if kind == "os":
        open("/nowhere/at/all")
    if kind == "key":
        {}["x"]
    if kind == "unicode":
        b"\xff".decode()
    if kind == "cause":
        try:
            {}["x"]
        except KeyError as error:
            raise ValueError("because") from error
    if kind == "interrupt":
        raise KeyboardInterrupt
    if kind == "unsendable":
        raise ValueError({1, 2})
    if kind == "result":
        return {1, 2}
    return None


class Outer:
    @staticmethod
    def inner():
        return "inner"


class Modules(Silent):
    """With a folder of modules of its own."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def import_from_folder(self, name):
        sys.path.insert(0, str(self.folder))
        self.addCleanup(sys.path.remove, str(self.folder))
        self.addCleanup(sys.modules.pop, name, None)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    def run_program(self, text, *arguments, executable=sys.executable, before="", **environment):
        program = self.write("program.py", before + "import gi\ngi.require_version('At', '1.0')\n"
                             "from gi.repository import At\n" + textwrap.dedent(text))
        ended = subprocess.run([executable, program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, timeout=60, cwd="/", env={**os.environ, **environment})
        self.assertEqual(ended.stderr, "")
        return ended.stdout.splitlines()


class ModuleTest(Modules):
    def test_relative(self):
        for task in (At.ScriptTask("../script/functions.py", "echo"),
                     At.ScriptTask(pathlib.Path("../script/functions.py"), "echo"),
                     At.ScriptTask.new("../script/functions.py", "echo"),
                     At.ScriptTask(module="../script/functions.py", function="echo"),
                     At.ScriptTask(FUNCTIONS, "echo"), At.ScriptTask(FUNCTIONS.as_uri(), "echo"),
                     At.ScriptTask(os.fsencode(FUNCTIONS), "echo")):
            self.assertEqual(task.execute("x").result(), "x")
        task = At.ScriptTask(function="echo")
        task.set_module("../script/functions.py")
        self.assertEqual(task.execute("x").result(), "x")
        task = At.ScriptTask()
        task.set_module(None)
        self.assertIsNone(task.get_module())
        with self.assertRaises(TypeError):
            At.ScriptTask(5)

    def test_caller(self):
        """Each file has its own folder; who derives is a caller, too."""
        self.write("beside.py", "def where():\n    return __file__\n")
        self.write("library.py", """
            from gi.repository import At
            def make():
                return At.ScriptTask("beside.py", "where")
            class Where(At.ScriptTask):
                def __init__(self):
                    super().__init__("beside.py", "where")
        """)
        library = self.import_from_folder("library")
        for task in library.make(), library.Where():
            self.assertEqual(task.execute().result(), str(self.folder / "beside.py"))
        # Of no file: the working directory.
        task = eval("At.ScriptTask('functions.py', 'echo')", {"At": At})
        self.assertEqual(task.get_module(), "functions.py")

    def test_names(self):
        self.write("package/__init__.py", "")
        self.write("package/part.py", "from . import other\ndef f(x):\n    return other.f(x)\n")
        self.write("package/other.py", "def f(x):\n    return x + 1\n")
        package = self.import_from_folder("package")
        self.addCleanup(lambda: [sys.modules.pop(name) for name in list(sys.modules) if name.startswith("package.")])
        self.assertEqual(At.ScriptTask("package.part", "f").execute(1).result(), 2)
        part = importlib.import_module("package.part")
        self.assertEqual(At.ScriptTask(part, "f").execute(2).result(), 3)
        self.assertEqual(At.ScriptTask(part.f).execute(3).result(), 4)
        self.assertEqual(At.ScriptTask(part.f, title="f").props.title, "f")
        for wrong in "package.none", "no_such_module", "none.at.all":
            with self.assertRaisesRegex(ModuleNotFoundError, wrong):
                At.ScriptTask(wrong, "f")
        for wrong in "sys", "math", sys:
            with self.assertRaisesRegex(ValueError, "not a file of Python"):
                At.ScriptTask(wrong, "f")
        self.assertIsNotNone(package)

    def test_functions(self):
        self.assertEqual(At.ScriptTask(add).execute([1, 2]).result(), 3)
        self.assertRegex(repr(At.ScriptTask(add, title="Sum")),
                         r"^<At.ScriptTask 'Sum' of add\(\) of .*test_python_scripts.py pending at 0x\w+>$")
        self.assertEqual(At.ScriptTask(Outer.inner).execute().result(), "inner")
        for wrong in lambda x: x, os.path.join.__call__, abs, self.test_functions.__class__:
            with self.assertRaises(ValueError):
                At.ScriptTask(wrong)
        with self.assertRaises(TypeError):
            At.ScriptTask(add, "add")

    def test_arguments(self):
        for name, expected in ("takesNone", 0), ("takesOne", "a"), ("takesAny", 2), ("Outer.inner", ["a", True]):
            self.assertEqual(At.ScriptTask(FUNCTIONS, name).execute("a").result(), expected)

    def test_main(self):
        """A function of the program itself, which another process imports as a module."""
        self.assertEqual(self.run_program("""
            class Odd(Exception):
                pass
            def work(n):
                if n == 0:
                    raise Odd("none")
                return n * 2
            if __name__ == "__main__":
                print(At.ScriptTask(work).execute(21).result())
                try:
                    At.ScriptTask("program.py", "work").execute(0).result()
                except Odd as error:
                    print("odd:", error)
        """), ["42", "odd: none"])

    def test_javascript(self):
        if shutil.which("gjs") is None:
            self.skipTest("gjs is not installed")
        self.assertEqual(At.ScriptTask("worker.js").execute().result(), "the default")
        self.assertEqual(At.ScriptTask("worker.js", "double").execute(4).result(), 8)
        error = At.ScriptTask("worker.js", "failBecause").execute().exception()
        self.assertTrue(error.matches(At.script_error_quark(), At.ScriptError.THROWN))
        self.assertIn("Caused by: TypeError", str(error.__cause__))


class InterpreterTest(Modules):
    def test_executable(self):
        self.assertEqual(At.ScriptTask(get_executable).execute().result(), sys.executable)
        self.assertEqual(At.ScriptTask.get_default_interpreter(At.ScriptLanguage.PYTHON), sys.executable)
        # What is made ready is of it, too.
        self.assertTrue(At.ScriptTask.prewarm(At.ScriptLanguage.PYTHON, 1))
        self.assertEqual(At.ScriptTask(get_executable).execute().result(), sys.executable)

    def test_venv(self):
        """A program in a virtual environment has what is installed there in its scripts."""
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", self.folder / "venv"],
                       check=True, timeout=120)
        executable = self.folder / "venv" / "bin" / "python"
        packages = subprocess.run([executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
                                  stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout.strip()
        (pathlib.Path(packages) / "only_in_the_venv.py").write_text("answer = 42\n")
        self.write("beside.py", "def f():\n    import only_in_the_venv\n    return only_in_the_venv.answer\n")
        self.assertEqual(self.run_program("print(At.ScriptTask('beside.py', 'f').execute().result())",
                                          executable=str(executable)), ["42"])

    def test_no_python(self):
        """Where a program that is not Python runs this, its scripts have python3."""
        for what in "executable = '/usr/bin/editor'", "executable = ''", "frozen = True":
            self.assertEqual(self.run_program(f"""
                print(At.ScriptTask.get_default_interpreter(At.ScriptLanguage.PYTHON))
            """, before=f"import sys\nsys.{what}\n"), ["python3"])

    def test_isolated(self):
        pids = set()
        path = self.write("counted.py", """
            import os
            counter = 0
            def count(fails):
                global counter
                counter += 1
                if fails:
                    raise ValueError(str(counter))
                return [counter, os.getpid()]
        """)
        for i in range(1, 8):
            task = At.ScriptTask(path, "count", isolated=False).execute(i % 2 == 0)
            if i % 2 == 0:
                self.assertEqual(str(task.exception()), str(i))
            else:
                counter, pid = task.result()
                self.assertEqual(counter, i)
                pids.add(pid)
        self.assertEqual(len(pids), 1)


class ExceptionTest(Modules):
    def start(self, kind, **properties):
        return At.ScriptTask(fail, **properties).execute(kind)

    def test_itself(self):
        error = self.start("own").exception()
        self.assertIs(type(error), Wrong)
        self.assertEqual((error.args, error.code, error.note), ((7,), 7, [1, {"a": None}]))
        for kind, cls in ("key", KeyError), ("os", FileNotFoundError), ("unicode", UnicodeDecodeError), ("cause", ValueError):
            with self.assertRaises(cls) as raised:
                self.start(kind).result()
            self.assertEqual(str(raised.exception), str(self.raised_here(kind)))
        self.assertEqual(self.start("os").exception().filename, "/nowhere/at/all")

    def raised_here(self, kind):
        try:
            fail(kind, None)
        except Exception as error:
            return error

    def test_remote_traceback(self):
        """As ProcessPoolExecutor has it."""
        text = "".join(traceback.format_exception(self.start("cause").exception()))
        self.assertIn("test_python_scripts.py", text)
        self.assertIn("in fail\n", text)
        self.assertIn("KeyError: 'x'", text)
        self.assertIn("The above exception was the direct cause", text)
        self.assertTrue(text.endswith("ValueError: because\n"), text)
        self.assertNotIn("overrides", text)
        self.assertIsInstance(self.start("key").exception().__cause__, At.RemoteTraceback)
        self.assertNotIn("<asynctask-glib>", text)

    def test_awaited(self):
        async def main():
            with self.assertRaises(Wrong):
                await self.start("own")
            task = At.ScriptTask(fail)
            progress = task.progress()
            task.execute("own")
            with self.assertRaises(Wrong):
                async for value in progress:
                    raise AssertionError(value)
            tasks = At.TaskList([self.start("own")])
            with self.assertRaises(Wrong):
                await tasks.wait_all()
        asyncio.run(main())

    def test_for_c(self):
        """Handlers, and what is as in C, have the error of C."""
        errors = []
        task = At.ScriptTask(fail)
        task.connect("failed", lambda task, error: errors.append(error))
        task.execute("own")
        finish(task)
        errors.append(task.get_error())
        with self.assertRaises(GLib.Error) as raised:
            task.wait()
        errors.append(raised.exception)
        for error in errors:
            self.assertTrue(error.matches(At.script_error_quark(), At.ScriptError.THROWN), error)
            self.assertEqual(error.message, "Wrong: 7")
        for error in errors[1:]:
            self.assertIs(type(error.__cause__), Wrong)
        got = []
        task = At.ScriptTask(fail)
        task.execute_async("own", None, lambda task, result: got.append(self.catch(task.execute_finish, result)))
        iterate_until(lambda: got)
        self.assertIs(type(got[0]), Wrong)

    def catch(self, func, *args):
        try:
            func(*args)
        except Exception as error:
            return error

    def test_cannot_be_made(self):
        """Where its class is not to be found, or would be another one, it is C's error, with the traceback."""
        self.write("away.py", "class Away(Exception):\n    pass\ndef f():\n    raise Away('gone')\n")
        # Another module of that name comes first.
        self.write("ambiguous.py", "class Odd(Exception):\n    pass\n")
        other = self.write("deeper/ambiguous.py", "class Odd(Exception):\n    pass\ndef f():\n    raise Odd('not this')\n")
        self.import_from_folder("ambiguous")
        sys.path.remove(str(self.folder))
        tasks = [At.ScriptTask(self.folder / "away.py", "f").execute(), At.ScriptTask(other, "f").execute()]
        tasks += map(self.start, ("picky", "local", "interrupt", "unsendable"))
        for task, words in zip(tasks, ("Away: gone", "Odd: not this", "Picky: ab", "Local: here", "KeyboardInterrupt",
                                       "ValueError: {1, 2}"), strict=True):
            error = task.exception()
            self.assertIsInstance(error, GLib.Error)
            self.assertTrue(error.message.endswith(words), error)
            self.assertIn(words.split(":")[0], str(error.__cause__))
        sys.path.insert(0, str(self.folder))

    def test_modules(self):
        broken = At.ScriptTask("../script/broken.py", "f").execute().exception()
        self.assertIsInstance(broken, SyntaxError)
        self.assertEqual((pathlib.Path(broken.filename).name, broken.lineno), ("broken.py", 4))
        self.assertIsInstance(At.ScriptTask("../script/throws.py", "f").execute().exception(), ValueError)
        path = self.write("needs.py", "import no_such_module\n")
        self.assertIsInstance(At.ScriptTask(path, "f").execute().exception(), ModuleNotFoundError)
        for module, function, code in (("nowhere.py", "f", At.ScriptError.MODULE_NOT_FOUND),
                                       (FUNCTIONS, "nowhere", At.ScriptError.FUNCTION_NOT_FOUND)):
            error = At.ScriptTask(module, function).execute().exception()
            self.assertTrue(error.matches(At.script_error_quark(), code), error)
            self.assertIsNone(error.__cause__)

    def test_results(self):
        """What cannot be sent is refused there by what would refuse it here."""
        error = self.start("result").exception()
        self.assertIsInstance(error, TypeError)
        self.assertEqual(str(error), str(self.catch(At.ScriptTask(fail).execute, {1, 2})))

    def test_unseen(self):
        output = io.StringIO()
        with redirect_stderr(output):
            sys.excepthook = sys.__excepthook__
            task = self.start("own", title="mine")
            finish(task)
            del task
            gc.collect()
        self.assertIn("fail() of ", output.getvalue())
        self.assertIn("in fail\n", output.getvalue())

    def test_cancelled(self):
        task = At.ScriptTask(FUNCTIONS, "generate").execute(1 << 40)
        iterate_until(lambda: task.get_status() == At.Status.RUNNING)
        task.cancel()
        with self.assertRaises(concurrent.futures.CancelledError):
            task.result()
        finish(task)


class DecodingTest(Modules):
    def test_elsewhere(self):
        """A result is made in the thread of the body, and once; C's stays what it is."""
        from gi.overrides import _at_value
        threads = []
        load_as = _at_value.load_as

        def noted(kind, data):
            threads.append(threading.current_thread() is threading.main_thread())
            return load_as(kind, data)

        _at_value.load_as = noted
        try:
            task = At.ScriptTask(FUNCTIONS, "echo").execute([{"a": 1}] * 1000)
            results = []
            task.connect("post-execute", lambda task, result: results.append(result))
            finish(task)
            results += [task.result(), task.get_result(), asyncio.run(self.wait(task))]
        finally:
            _at_value.load_as = load_as
        self.assertEqual(threads, [False])
        self.assertEqual(results[0], [{"a": 1}] * 1000)
        self.assertTrue(all(result is results[0] for result in results))

    async def wait(self, task):
        return await task

    def test_made_elsewhere(self):
        """One that Python has not made has values all the same."""
        from gi.repository import GObject
        task = GObject.new(At.ScriptTask.__gtype__, module=str(FUNCTIONS), function="echo")
        self.assertIsInstance(task, At.ScriptTask)
        task.execute({"a": [1]})
        self.assertEqual(task.result(), {"a": [1]})


class DerivedTest(Modules):
    def check(self, cls, arguments, params, expected):
        calls = []

        class Derived(cls):
            def do_pre_execute(self):
                calls.append("pre")
                super().do_pre_execute()

            def do_progress_update(self, value):
                calls.append(value)
                super().do_progress_update(value)

            def do_post_execute(self, result):
                calls.append(result)
                super().do_post_execute(result)

            def do_cancelled(self, result):
                calls.append("cancelled")
                super().do_cancelled(result)

            def do_failed(self, error):
                calls.append(error)
                super().do_failed(error)

        task = Derived(*arguments, title="derived")
        self.assertEqual(task.props.title, "derived")
        task.execute(*params)
        finish(task)
        self.assertEqual(calls, expected)
        return Derived, calls

    def test_script(self):
        Derived, calls = self.check(At.ScriptTask, ("../script/functions.py", "generate"), (2,),
                                    ["pre", 0, 1, "generated"])
        calls.clear()
        task = Derived(fail).execute("own")
        finish(task)
        self.assertEqual(calls[0], "pre")
        self.assertTrue(calls[1].matches(At.script_error_quark(), At.ScriptError.THROWN))
        self.assertIs(type(calls[1].__cause__), Wrong)
        calls.clear()
        task = Derived("../script/functions.py", "generate")
        task.cancel()
        task.execute(1)
        finish(task)
        self.assertEqual(calls, ["cancelled"])

    def test_command(self):
        Derived, calls = self.check(At.SubprocessTask, (["echo", "hello"],), (), ["pre", "hello", 0])
        calls.clear()
        task = Derived(["false"]).execute()
        finish(task)
        self.assertEqual(calls[1].code, 1)

    def test_transfer(self):
        source = Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(b"x" * 5000))
        sink = Gio.MemoryOutputStream.new_resizable()
        self.check(At.TransferTask, (source, sink, 5000), (), ["pre", 5000])

    def test_final(self):
        for final in At.TaskList, At.InlineExecutor, At.SerialExecutor, At.ThreadPoolExecutor:
            with self.assertRaisesRegex(TypeError, f"At.{final.__name__} is final"):
                type("Derived", (final,), {})

    def test_parameters(self):
        """A subclass is made as it likes."""
        class Summed(At.ScriptTask):
            def __init__(self, one, two, three, *, four):
                super().__init__(add)
                self.values = [one, two, three, four]

        task = Summed(1, 2, 3, four=4)
        self.assertEqual(task.execute(task.values).result(), 10)

    def test_body(self):
        """A body around the inherited one, in a thread of the program."""
        class Doubled(At.ScriptTask):
            def do_in_background(self, params):
                self.thread = threading.current_thread()
                return [super().do_in_background(params)] * 2

        class Counted(At.SubprocessTask):
            def do_in_background(self):
                super().do_in_background()
                return self.get_result() + 5

        task = Doubled("../script/functions.py", "echo").execute({"a": 1})
        self.assertEqual(task.result(), [{"a": 1}, {"a": 1}])
        self.assertIsNot(task.thread, threading.main_thread())
        self.assertEqual(Counted(["true"]).execute().result(), 5)

        class Guarded(At.ScriptTask):
            def do_in_background(self, params):
                try:
                    return super().do_in_background(params)
                except Wrong as error:
                    return error.code

        self.assertEqual(Guarded(fail).execute("own").result(), 7)


class ExitTest(Modules):
    def test_running(self):
        """A program ends although its scripts go on, and they end with it."""
        self.write("endless.py", "import time\ndef f(path, task):\n    open(path, 'w').close()\n"
                   "    while True:\n        time.sleep(1)\n")
        self.assertEqual(self.run_program("""
            import os, sys, time
            tasks = [At.ScriptTask("endless.py", "f").execute_on_executor(
                At.ThreadPoolExecutor.get_default(), f"{sys.argv[1]}/{i}") for i in range(2)]
            while len(os.listdir(sys.argv[1])) < 2:
                time.sleep(0.01)
            print("over")
        """, tempfile.mkdtemp(dir=self.folder)), ["over"])


if __name__ == "__main__":
    unittest.main(warnings="ignore")
