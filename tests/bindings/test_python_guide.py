# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What docs/python.md calls a method is one: test_python_guide.py GUIDE"""

import re
import sys
import unittest

import gi
gi.require_version("At", "1.0")
from gi.repository import At

GUIDE = sys.argv.pop(1)


class GuideTest(unittest.TestCase):
    def test_names(self):
        with open(GUIDE, encoding="utf-8") as file:
            names = re.findall(r"`task\.(\w+)\(|`(do_\w+)\(", file.read())
        self.assertGreater(len(names), 10)
        for name in {one or other for one, other in names}:
            tasks = At.AsyncTask, At.DeferredTask, At.TransferTask, At.SubprocessTask, At.ScriptTask
            self.assertTrue(any(hasattr(task, name) for task in tasks) or name == "do_execute", name)


if __name__ == "__main__":
    unittest.main()
