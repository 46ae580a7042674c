# SPDX-License-Identifier: Apache-2.0
"""What tests of the Python package share: SCRIPT PROGRAM SOURCE_DIR [unittest arguments].

Exit 77, with the reason, where Python lacks what they need.
"""
import importlib.util
import pathlib
import subprocess
import sys
import unittest

program = sys.argv[1]
source = pathlib.Path(sys.argv[2])
minimal = str(source / "scenarios/minimal.toml")


def need(*modules):
    """Skips the script where modules are missing."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        print(f"skipped: {sys.executable} lacks {', '.join(missing)} "
              "(tools/setup.sh python installs them)")
        sys.exit(77)


def run_program(*words):
    """Its output. Words as on the command line."""
    return subprocess.run([program, *map(str, words)], check=True, capture_output=True,
                          text=True, stdin=subprocess.DEVNULL).stdout


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
