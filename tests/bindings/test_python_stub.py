# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The stub of At, beside what there is, and with type checkers.

test_python_stub.py STUB FOLDER

FOLDER is the gi-stubs of the sources. Those checkers are asked that there are.
"""

import ast
import importlib.util
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import venv

import gi

gi.require_version("At", "1.0")
from gi.repository import At  # noqa: E402

STUB = sys.argv.pop(1)
FOLDER = sys.argv.pop(1)

# What At builds upon, as far as it does, as the stubs of PyGObject have it.
OTHER_STUBS = {
    "gi-stubs/__init__.pyi": "def require_version(namespace: str, version: str) -> None: ...\n",
    "gi-stubs/repository/__init__.pyi": "",
    "gi-stubs/repository/GLib.pyi": """
class Error(RuntimeError):
    message: str
class MainContext: ...
class Bytes: ...
class Variant: ...
""",
    "gi-stubs/repository/GObject.pyi": """
from enum import IntEnum, IntFlag
class Object: ...
class GInterface: ...
class GEnum(IntEnum): ...
class GFlags(IntFlag): ...
""",
    "gi-stubs/repository/Gtk.pyi": """
class Button: ...
""",
    "gi-stubs/repository/Gio.pyi": """
from gi.repository import GObject
class AsyncResult(GObject.GInterface): ...
class Cancellable(GObject.Object): ...
class ListModel(GObject.GInterface): ...
class InputStream(GObject.Object): ...
class OutputStream(GObject.Object): ...
class File(GObject.GInterface): ...
""",
}

# A line with "error: …" is to be told off, with these words by mypy, and no other line is;
# one with "error with stubs: …" is where there are stubs of what At builds upon.
PROGRAM = '''
import gi
gi.require_version("At", "1.0")
from collections.abc import Generator
from gi.repository import At, GLib, GObject, Gtk
import asyncio
import concurrent.futures
import os

button = Gtk.Button()

class Lines(At.AsyncTask[int]):
    def do_in_background(self, path: str, *, limit: int = 0) -> int:
        self.publish_progress(path)
        self.set_fraction(0.5)
        self.set_fraction("half")  # error: "str"; expected "float"
        return limit

    def do_failed(self, error: GLib.Error) -> None:
        print(error.message)

    def do_post_execute(self) -> None:  # error: incompatible with supertype
        pass

class Threads(GObject.Object, At.Executor):
    def do_execute(self, task: At.AsyncTask[object]) -> None:
        task.run()

def double(task: At.AsyncTask[int], n: int) -> int:
    return 2 * n

def count(task: At.AsyncTask[str], n: int) -> Generator[int, None, str]:
    yield n
    return "end"

task = At.AsyncTask(double, title="Double").execute(4)
number: int = task.result(timeout=0.5)
text: str = task.result()  # error: variable has type "str"
end: str = At.AsyncTask(count).execute(3).result()
lines: int = Lines().execute_on_executor(Threads(), "path", limit=5).result()
exception: ValueError = task.exception()  # error: Incompatible types
task.execute_on_executor(5)  # error: incompatible type "int"
status: At.Status = task.get_status()
fraction: float = task.props.fraction
task.props.fraction = 0.5  # error: read-only
task.props.title = "Double"
At.ThreadPoolExecutor.new("pool", "two")  # error: incompatible type "str"
At.Status.FINISHD  # error with stubs: has no attribute "FINISHD"

@At.background
def triple(task: At.AsyncTask[int], n: int) -> int:
    return 3 * n

@At.background(title="Four times")
def quadruple(task: At.AsyncTask[int], n: int) -> int:
    return 4 * n

class Window:
    @At.background
    def load(self, task: At.AsyncTask[bytes], path: str) -> bytes:
        return path.encode()

tripled: int = triple(5).result()
triple("five")  # error: incompatible type "str"
quadrupled: int = quadruple(5).result()
loaded: bytes = Window().load("path").result()
Window().load(5)  # error with stubs: incompatible type "int"
flags: At.TransferFlags = At.TransferFlags.CLOSE_SINK | At.TransferFlags.EXACT
later: bool = At.Status.RUNNING > At.Status.PENDING

with At.ThreadPoolExecutor("pool", 4) as pool:
    size: int = pool.submit(os.path.getsize, "path").result()
    pool.submit(os.path.getsize)  # error:
    for length in pool.map(len, ["a", "b"]):
        number = length
At.ThreadPoolExecutor("pool", "four")  # error: incompatible type "str"
done, _ = concurrent.futures.wait([task, triple(5)])
for ended in concurrent.futures.as_completed(done):
    number = ended.result()
command = At.SubprocessTask(["ls", "-l"], cwd="/", environment={"LANG": "C"}, input=b"")
At.SubprocessTask("ls -l")  # error: incompatible type "str"
tasks = At.TaskList([command])
tasks.append(task)
tasks.append(5)  # error: incompatible type "int"
At.set_exit_timeout(2.5)

def stopping(task: At.AsyncTask[None]) -> None:
    try:
        task.checkpoint()
    except At.CancelledError:
        raise
    print(task.cancelled())

async def fetch(task: At.AsyncTask[bytes], address: str) -> bytes:
    await asyncio.sleep(1)
    return address.encode()

async def main() -> None:
    fetched: bytes = await At.AsyncTask(fetch, timeout=5, retries=2).execute("address")
    text_of_it: str = await At.AsyncTask(fetch).execute("address")  # error: variable has type "str"
    async with At.TaskGroup(timeout=5) as group:
        fetching = group.add(At.AsyncTask(fetch))
        group.add(5)  # error: "int"
    fetched = fetching.result()
    print(len(group), [each.get_title() for each in group])
    At.AsyncTask(double, retry=lambda task, error, attempt: 0.5 * attempt)
    At.AsyncTask(double, retries="two")  # error:
    search = At.Latest(double, delay=0.2)
    search.connect("result", lambda search, result, params: print(result))
    search.submit("text")
    cached: bytes = await At.TaskCache(fetch, max_items=100).get("key", priority=5)
    with At.LimitExecutor(At.ThreadPoolExecutor("pool"), 2) as limit:
        number_of: int = limit.submit(len, "text").result()
    At.LimitExecutor(5)  # error: incompatible type "int"
    awaited: int = await triple(4)
    wrong: str = await triple(4)  # error: variable has type "str"
    async for value in task.progress():
        print(value)
    await tasks.wait_all()
    threaded: int = await At.to_thread(os.path.getsize, "path")
    await At.to_thread(os.path.getsize, 5.5)  # error: incompatible type "float"
    wrapped: int = await asyncio.wrap_future(task)
    in_pool: str = await asyncio.get_running_loop().run_in_executor(None, str, 5)
'''

with open(STUB, encoding="utf-8") as file:
    TREE = ast.parse(file.read())


def functions_of(node):
    return [child for child in node.body if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))]


def public_names(node):
    names = {child.name for child in node.body if hasattr(child, "name")}
    names |= {child.target.id for child in node.body if isinstance(child, ast.AnnAssign)}
    names |= {target.id for child in node.body if isinstance(child, ast.Assign) for target in child.targets}
    return {name for name in names if not name.startswith("_")}


class StubTest(unittest.TestCase):
    def test_namespace(self):
        """All that there is, and nothing else."""
        real = {name for name in dir(At) if not name.startswith("_")}
        real |= {name for name in dir(At._introspection_module) if not name.startswith("_")}
        # The class structures are no use in Python.
        real = {name for name in real if not (hasattr(getattr(At, name), "__info__") and
                                              re.search("(Class|Interface)$", name))}
        self.assertEqual(public_names(TREE), real)

    def test_members(self):
        classes = [node for node in TREE.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        self.assertGreater(len(classes), 5)
        for node in classes:
            real = getattr(At, node.name)
            with self.subTest(name=node.name):
                for name in public_names(node) - {"Props"}:
                    if not (name == "do_execute" and node.name == "Executor"):
                        self.assertTrue(hasattr(real, name), name)
                # What C has, and what Python adds.
                expected = {name for cls in real.__mro__ if cls.__name__ == node.name
                            for name in vars(cls) if not name.startswith(("_", "do_"))}
                if issubclass(real, int):
                    # What each enumeration has.
                    self.assertLess(expected - public_names(node) - {"quark"},
                                    set(dir(At.Status)) | {"__"})
                    continue
                expected -= {"props", "g_type_instance", "parent_instance"}
                self.assertLessEqual(expected, public_names(node))

    def test_parameters(self):
        """The overrides' methods are called what the stub calls them."""
        checked = 0
        for node in TREE.body:
            if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
                continue
            for function in functions_of(node):
                real = inspect.getattr_static(getattr(At, node.name), function.name, None)
                real = getattr(real, "__func__", real)
                if function.decorator_list and "overload" in ast.dump(function.decorator_list[0]) or \
                   not inspect.isfunction(real) or function.name == "__init__":
                    continue
                arguments = function.args
                ordered = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs,
                           arguments.kwarg]
                names = [arg.arg for arg in ordered if arg is not None]
                with self.subTest(name=f"{node.name}.{function.name}"):
                    self.assertEqual(names, list(inspect.signature(real).parameters))
                    checked += 1
        self.assertGreater(checked, 15)

    def test_type_of_stub(self):
        """Nothing in the stub itself is wrong."""
        if not importlib.util.find_spec("mypy"):
            self.skipTest("There is no mypy")
        with Environment(True) as environment:
            lines = environment.run_mypy("--strict", "-m", "gi.repository.At")
            self.assertEqual(lines, [], "\n".join(lines))


class Environment:
    """A folder as an environment of Python, with what is installed there and a program."""

    def __init__(self, has_stubs):
        self.has_stubs = has_stubs

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="asynctask-stub-")
        self.path = self.folder.name
        venv.create(os.path.join(self.path, "environment"), system_site_packages=True)
        self.python = os.path.join(self.path, "environment", "bin", "python")
        self.packages = subprocess.run([self.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
                                       stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.strip()
        shutil.copytree(FOLDER, os.path.join(self.packages, "gi-stubs"))
        shutil.copy(STUB, os.path.join(self.packages, "gi-stubs", "repository"))
        # The overrides are there, too.
        os.makedirs(os.path.join(self.packages, "gi", "overrides"))
        if self.has_stubs:
            for name, text in OTHER_STUBS.items():
                with open(os.path.join(self.packages, name), "w", encoding="utf-8") as file:
                    file.write(text)
        with open(os.path.join(self.path, "program.py"), "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        # What Python itself is given is none of this.
        self.variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return self

    def __exit__(self, *_exception):
        self.folder.cleanup()

    def run(self, *command):
        return subprocess.run(command, cwd=self.path, env=self.variables, stdout=subprocess.PIPE,
                              encoding="utf-8").stdout

    def run_mypy(self, *arguments):
        output = self.run(sys.executable, "-m", "mypy", "--no-error-summary", "--no-incremental", "--cache-dir",
                          os.devnull, "--hide-error-context", "--python-executable", self.python, *arguments)
        return output.splitlines()

    def run_pyright(self):
        with open(os.path.join(self.path, "pyrightconfig.json"), "w", encoding="utf-8") as file:
            json.dump({"reportMissingModuleSource": "none", "include": ["program.py"]}, file)
        return json.loads(self.run("pyright", "--outputjson", "--pythonpath", self.python))["generalDiagnostics"]


class CheckTest(unittest.TestCase):
    def expect(self, has_stubs):
        pattern = "# error(?: with stubs)?: ?(.*)" if has_stubs else "# error: ?(.*)"
        matches = ((number, re.search(pattern, line)) for number, line in enumerate(PROGRAM.splitlines(), 1))
        return {number: match[1] for number, match in matches if match}

    def test_mypy(self):
        if not importlib.util.find_spec("mypy"):
            self.skipTest("There is no mypy")
        for has_stubs in True, False:
            with self.subTest(has_stubs=has_stubs), Environment(has_stubs) as environment:
                expected = self.expect(has_stubs)
                # Without stubs a class below GObject.Object has a base that mypy knows nothing of.
                for line in environment.run_mypy(*["--strict"][:has_stubs], "program.py"):
                    match = re.match(r"program.py:(\d+): (error|note): (.*)", line)
                    self.assertIsNotNone(match, line)
                    if match[2] == "error":
                        self.assertIn(expected.pop(int(match[1]), "no error here"), match[3], line)
                self.assertEqual(expected, {})

    def test_pyright(self):
        if not shutil.which("pyright"):
            self.skipTest("There is no pyright")
        for has_stubs in True, False:
            with self.subTest(has_stubs=has_stubs), Environment(has_stubs) as environment:
                wrong = {problem["range"]["start"]["line"] + 1: problem["message"]
                         for problem in environment.run_pyright() if problem["severity"] == "error"}
                expected = set(self.expect(has_stubs))
                if not has_stubs:
                    # What comes of a base that pyright knows nothing of may be anything.
                    self.assertGreater(len(expected & set(wrong)), 10)
                    expected &= set(wrong)
                self.assertEqual(set(wrong), expected, wrong)


if __name__ == "__main__":
    unittest.main()
