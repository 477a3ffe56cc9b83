# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs in docs/python.md do what they say.

test_python_guide.py GUIDE HELLO
"""

import re
import subprocess
import sys
import unittest

GUIDE, HELLO = sys.argv.pop(1), sys.argv.pop(1)

PRELUDE = """
import gi
gi.require_version("At", "1.0")
from gi.repository import At, Gio, GLib, GObject
"""


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class GuideTest(unittest.TestCase):
    def test_first(self):
        self.assertEqual(self.blocks()[0], read(HELLO))

    def blocks(self):
        return re.findall(r"^```python\n(.*?)^```$", read(GUIDE), re.MULTILINE | re.DOTALL)

    def test_blocks(self):
        checked = 0
        for block in self.blocks()[1:]:
            expected = []
            for printed in re.findall(r"# prints: (.*)$", block, re.MULTILINE):
                # Several lines, where it is no list.
                expected += [printed] if printed.startswith("[") else printed.split(", ")
            with self.subTest(block=block):
                result = subprocess.run([sys.executable, "-c", PRELUDE + block], timeout=60, encoding="utf-8",
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertEqual(result.stdout.splitlines(), expected)
                checked += 1
        self.assertGreater(checked, 5)

    def test_names(self):
        """What the guide calls a method is one."""
        import gi
        gi.require_version("At", "1.0")
        from gi.repository import At
        names = re.findall(r"`task\.(\w+)\(|`(do_\w+)\(", read(GUIDE))
        self.assertGreater(len(names), 10)
        for name in {one or other for one, other in names}:
            tasks = At.AsyncTask, At.TransferTask, At.SubprocessTask, At.ScriptTask
            self.assertTrue(any(hasattr(task, name) for task in tasks) or name == "do_execute", name)


if __name__ == "__main__":
    unittest.main()
