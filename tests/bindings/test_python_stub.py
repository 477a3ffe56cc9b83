# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The stub of At, beside what there is, and with a type checker.

test_python_stub.py STUB
"""

import ast
import importlib.util
import inspect
import os
import re
import subprocess
import sys
import tempfile
import unittest

import gi

gi.require_version("At", "1.0")
from gi.repository import At  # noqa: E402

STUB = sys.argv.pop(1)

# What At builds upon, as far as it does; the real stubs may not be installed.
OTHER_STUBS = {
    "gi/__init__.pyi": "def require_version(namespace: str, version: str) -> None: ...\n",
    "gi/repository/__init__.pyi": "",
    "gi/repository/GLib.pyi": """
class Error(RuntimeError):
    message: str
class MainContext: ...
class Bytes: ...
class Variant: ...
""",
    "gi/repository/GObject.pyi": """
class Object: ...
class GInterface: ...
class GEnum(int): ...
class GFlags(int): ...
""",
    "gi/repository/Gio.pyi": """
from gi.repository import GObject
class AsyncResult(GObject.GInterface): ...
class Cancellable(GObject.Object): ...
class ListModel(GObject.GInterface): ...
class InputStream(GObject.Object): ...
class OutputStream(GObject.Object): ...
class File(GObject.GInterface): ...
""",
}

# A line with "error: …" is to be told off, with these words, and no other line is.
PROGRAM = '''
import gi
gi.require_version("At", "1.0")
from collections.abc import Generator
from gi.repository import At, GLib, GObject

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
At.Status.FINISHD  # error: has no attribute "FINISHD"

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
Window().load(5)  # error: incompatible type "int"

async def main() -> None:
    awaited: int = await triple(4)
    wrong: str = await triple(4)  # error: variable has type "str"
    async for value in task.progress():
        print(value)
'''

with open(STUB, encoding="utf-8") as file:
    TREE = ast.parse(file.read())


def functions_of(node):
    return [child for child in node.body if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))]


def public_names(node):
    names = {child.name for child in node.body if hasattr(child, "name")}
    names |= {child.target.id for child in node.body if isinstance(child, ast.AnnAssign)}
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
                names = [arg.arg for arg in arguments.args + arguments.kwonlyargs]
                names += [arg.arg for arg in (arguments.vararg, arguments.kwarg) if arg is not None]
                with self.subTest(name=f"{node.name}.{function.name}"):
                    self.assertEqual(names, list(inspect.signature(real).parameters))
                    checked += 1
        self.assertGreater(checked, 15)

    @unittest.skipUnless(importlib.util.find_spec("mypy"), "There is no mypy")
    def test_checked(self):
        with tempfile.TemporaryDirectory(prefix="asynctask-stub-") as folder:
            with open(STUB, encoding="utf-8") as file:
                files = {**OTHER_STUBS, "gi/repository/At.pyi": file.read(), "program.py": PROGRAM}
            for name, text in files.items():
                path = os.path.join(folder, "stubs" if name.endswith(".pyi") else "", name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
            result = subprocess.run(
                [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--no-incremental",
                 "--cache-dir", os.devnull, "--hide-error-context", "program.py", "stubs/gi/repository/At.pyi"],
                cwd=folder, stdout=subprocess.PIPE, encoding="utf-8",
                env={**environment, "MYPYPATH": os.path.join(folder, "stubs")})

        expected = {number: line.partition("# error: ")[2]
                    for number, line in enumerate(PROGRAM.splitlines(), 1) if "# error: " in line}
        for line in result.stdout.splitlines():
            match = re.match(r"program.py:(\d+): (error|note): (.*)", line)
            self.assertIsNotNone(match, line)
            if match[2] == "error":
                self.assertIn(expected.pop(int(match[1]), "no error here"), match[3], line)
        self.assertEqual(expected, {})


if __name__ == "__main__":
    unittest.main()
