#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The notebooks run: each through nbconvert, in a kernel of this Python, and what they
assert holds. They are kept without outputs."""
import json
import subprocess
import sys
import tempfile
import unittest

import support

support.need("numpy", "pandas", "xarray", "matplotlib", "scipy", "openturns", "nbconvert",
             "ipykernel")

notebooks = sorted((support.source / "examples/notebooks").glob("*.ipynb"))


class Notebooks(unittest.TestCase):
    def test_there_are_three(self):
        self.assertEqual(len(notebooks), 3)

    def test_they_are_kept_without_outputs(self):
        for path in notebooks:
            for cell in json.loads(path.read_text())["cells"]:
                self.assertFalse(cell.get("outputs"), path)
                self.assertIsNone(cell.get("execution_count"), path)

    def test_they_run(self):
        for path in notebooks:
            with self.subTest(path.name), tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(
                    [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute",
                     "--output-dir", folder, str(path)], capture_output=True, text=True,
                    cwd=path.parent)
                self.assertEqual(done.returncode, 0, done.stderr[-3000:])


if __name__ == "__main__":
    support.main()
