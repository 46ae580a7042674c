#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""questions_page.py PROGRAM [--check]: writes the answers of two pages of docs/ anew

Every block of `sh` on these pages is run with PROGRAM as `leadtime`; the block of `text`
after it is what it prints. With --check nothing is written: exit 1 where an answer is
another one.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

docs = Path(__file__).resolve().parent.parent / "docs"
pages = [docs / "questions.md", docs / "nvidia_against_ascend.md"]
block = re.compile(r"```sh\n(.*?)\n```\n\n```text\n(.*?)```", re.S)


def answer(command, folder):
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=folder, text=True,
                         env={**os.environ, "PATH": path, "COLUMNS": "100"},
                         capture_output=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{command}\n{run.stdout}{run.stderr}")
    return run.stdout.strip("\n") + "\n"


def main():
    program = Path(sys.argv[1]).resolve()
    is_check = "--check" in sys.argv[2:]
    wrong = []
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "leadtime").symlink_to(program)

        def redo(found):
            now = answer(found[1], folder)
            if now != found[2]:
                wrong.append(f"{found[1]}\n--- on the page\n{found[2]}--- now\n{now}")
            return f"```sh\n{found[1]}\n```\n\n```text\n{now}```"

        for page in pages:
            text = page.read_text()
            count += len(block.findall(text))
            new = block.sub(redo, text)
            if not is_check:
                page.write_text(new)
    if is_check:
        print("\n".join(wrong) or f"{count} answers stand")
        sys.exit(1 if wrong else 0)


main()
