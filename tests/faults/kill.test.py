#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Folders of results stay whole when the program is killed or a call fails.

Usage: kill.test.py PROGRAM SCENARIO.toml [--kills N] [--seed S] [--every-step | --no-steps]

`run --out`, `report`, `compare --out` and `sweep` write into new and existing folders
with the user's own things in them. The program is killed (SIGKILL)

- at N random moments (40 without --kills): half anywhere, half while it writes;
- before every K-th call that changes a file or a folder (every one: --every-step), by a
  library that is compiled here and preloaded; also where folders cannot be exchanged;

and single calls fail. After each, a folder must be all old or all new, by the hashes of
its manifest; what is the user's must be there under its name; and after the next run
nothing else is left. Needs a C compiler (CC, or cc) for the second part.
"""
import argparse
import errno
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("scenario")
parser.add_argument("--kills", type=int, default=40)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--every-step", action="store_true")
parser.add_argument("--no-steps", action="store_true")
options = parser.parse_args()
program = os.path.abspath(options.program)
scenario = os.path.abspath(options.scenario)
chance = random.Random(options.seed)
environment = dict(os.environ, OMP_NUM_THREADS="1", OMP_WAIT_POLICY="passive", NO_COLOR="1")
failures = []
seen = Counter()


def check(condition, claim, detail=""):
    if not condition:
        failures.append(claim)
        print(f"FAILED {claim}\n{detail}", file=sys.stderr)


def start(arguments, cwd, **more):
    return subprocess.Popen([program, *map(str, arguments)], cwd=cwd,
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, env={**environment, **more})


def finish(arguments, cwd, **more):
    process = start(arguments, cwd, **more)
    error = process.communicate(timeout=300)[1].decode("utf-8", "replace")
    return process.returncode, error


# The user's own things in a folder.

def add_own(folder):
    (folder / "notes.txt").write_text("mine")
    (folder / ".hidden").write_text("mine")
    (folder / "sub" / "deep").mkdir(parents=True)
    (folder / "sub" / "deep" / "file").write_text("mine")
    (folder / "link").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")


own_names = [".hidden", "link", "notes.txt", "pipe", "sub", "sub/deep", "sub/deep/file"]


def check_own(folder, what):
    """Under their names, whatever the moment."""
    try:
        good = ((folder / "notes.txt").read_text() == "mine"
                and (folder / ".hidden").read_text() == "mine"
                and (folder / "sub" / "deep" / "file").read_text() == "mine"
                and (folder / "link").is_symlink() and (folder / "pipe").is_fifo())
        check(good, f"{what}: something of the user's has changed")
    except OSError as problem:
        check(False, f"{what}: something of the user's is missing", str(problem))


def names_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def seed_of(folder):
    """The seed of the whole result in a folder; None where none, 'mixed' where mixed."""
    if not folder.is_dir():
        return None
    names = {path.name for path in folder.iterdir()} - {".leadtime-files"}
    if not names & {"manifest.json", "summary.csv", "result.nc", "report.html"}:
        return None
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        for name, expected in manifest["sha256"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != expected:
                return "mixed"
        if not {"summary.csv", "result.nc"} <= set(manifest["sha256"]):
            return "mixed"
        if "report.html" in manifest["files"]:
            page = (folder / "report.html").read_text()
            if f'"seed":"{manifest["seed"]}"' not in page or not page.rstrip().endswith("</html>"):
                return "mixed"
        return manifest["seed"]
    except (OSError, ValueError, KeyError):
        return "mixed"


# Operations: each has a folder to be in, a command, what states are whole, and what is
# there after the next run.

root = Path(tempfile.mkdtemp(prefix="leadtime-kill-"))
# three months are enough, and files are small
text = Path(scenario).read_text(encoding="utf-8")
scenario = root / "tiny.toml"
scenario.write_text(re.sub(r'(?m)^end = ".*?"', 'end = "2024-03"', text), encoding="utf-8")
small = ["--samples", 20, "--threads", 1, "--quiet"]
code, error = finish(["run", scenario, *small, "--seed", 1, "--out", root / "old"], root)
assert code == 0, error
result_names = names_below(root / "old")
has_page = "report.html" in result_names
sweep_arguments = ["sweep", scenario, *small, "--seed", 1, "--vary",
                   "scenario.name=a,b,c,d", "--out"]
code, error = finish([*sweep_arguments, root / "sweep"], root)
assert code == 0, error
sweep_names = names_below(root / "sweep")
(root / "other.toml").write_text(scenario.read_text(encoding="utf-8"), encoding="utf-8")
compare_arguments = ["compare", scenario, root / "other.toml", "--samples", 20, "--threads", 1,
                     "--quiet", "--seed", 1, "--out"]
code, error = finish([*compare_arguments, root / "compare.csv"], root)
assert code == 0, error


class Run:
    def __init__(self, is_new):
        self.name = "run into a new folder" if is_new else "run into an old folder"
        self.is_new = is_new

    def prepare(self, place):
        if not self.is_new:
            shutil.copytree(root / "old", place / "out")
            add_own(place / "out")

    def command(self):
        return ["run", scenario, *small, "--seed", 2, "--out", "out"]

    def state(self, place):
        seed = seed_of(place / "out")
        if seed == 2:
            return "new"
        return "old" if seed == (None if self.is_new else 1) else f"mixed ({seed})"

    def expected(self):
        own = [] if self.is_new else own_names
        return sorted(["out", *("out/" + name for name in result_names + own)])


class RunBelow(Run):
    """The folder above is missing too."""

    def __init__(self):
        super().__init__(True)
        self.name = "run into a new folder of a new folder"

    def command(self):
        return ["run", scenario, *small, "--seed", 2, "--out", "above/out"]

    def state(self, place):
        return super().state(place / "above")

    def expected(self):
        return sorted(["above", *("above/" + name for name in super().expected())])


class Report:
    name = "report beside its result"
    is_new = False

    def prepare(self, place):
        shutil.copytree(root / "old", place / "out")
        (place / "out" / "report.html").write_text("old page")
        add_own(place / "out")

    def command(self):
        return ["report", "out"]

    def state(self, place):
        page = (place / "out" / "report.html").read_bytes()
        return ("old" if page == b"old page" else "new"
                if page == (root / "old" / "report.html").read_bytes() else "mixed")

    def expected(self):
        return sorted(["out", *("out/" + name for name in result_names + own_names)])


class Compare:
    def __init__(self, is_new):
        self.name = "compare into a new file" if is_new else "compare into an old file"
        self.is_new = is_new

    def prepare(self, place):
        if not self.is_new:
            (place / "out").mkdir()
            add_own(place / "out")
            (place / "out" / "c.csv").write_text("old")

    def command(self):
        return [*compare_arguments, "out/c.csv"]

    def state(self, place):
        file = place / "out" / "c.csv"
        text = file.read_bytes() if file.exists() else b"old" if self.is_new else b""
        return ("old" if text == b"old" else "new"
                if text == (root / "compare.csv").read_bytes() else "mixed")

    def expected(self):
        own = [] if self.is_new else own_names
        return sorted(["out", *("out/" + name for name in ["c.csv", *own])])


class Sweep:
    """Old is what was done so far: whole cells, and perhaps the start of one."""

    def __init__(self, is_new):
        self.name = "sweep into a new folder" if is_new else "sweep into an old folder"
        self.is_new = is_new

    def prepare(self, place):
        if not self.is_new:
            (place / "out").mkdir()
            add_own(place / "out")

    def command(self):
        return [*sweep_arguments, "out"]

    def state(self, place):
        state = "new"
        for name in sweep_names:
            path = place / "out" / name
            whole = (root / "sweep" / name).read_bytes()
            found = path.read_bytes() if path.exists() else None
            if found is None or (name == "sweep.csv" and whole.startswith(found)):
                state = "old" if found != whole else state
            elif found != whole:
                return f"mixed ({name})"
        return state

    def expected(self):
        own = [] if self.is_new else own_names
        return sorted(["out", *("out/" + name for name in sweep_names + own)])


operations = [Run(True), Run(False), RunBelow(), Compare(True), Compare(False),
              Sweep(True), Sweep(False)] + ([Report()] if has_page else [])


def attempt(operation, what, spoil, may_vanish=False, must_fail_whole=False):
    """Prepares, lets `spoil` run and spoil the command, and checks what is left."""
    place = Path(tempfile.mkdtemp(dir=root))
    operation.prepare(place)
    what = f"{operation.name}, {what}"
    shell = None
    if not operation.is_new:  # somebody works in there
        shell = subprocess.Popen(["sh", "-c", 'read line; cd "$PWD" && ls -a'],
                                 cwd=place / "out", stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE,
                                 env={**os.environ, "PWD": str(place / "out")})
    before = names_below(place)
    code, error = spoil(operation.command(), place)
    was_killed = code == -signal.SIGKILL
    vanished = may_vanish and was_killed and not operation.is_new and not (place / "out").exists()
    state = "between two renames" if vanished else operation.state(place)
    seen[f"{'killed' if was_killed else f'status {code}'}: {state}"] += 1
    check(not state.startswith("mixed"), f"{what}: the folder is mixed",
          f"{state}\n{names_below(place)}\n{error}")
    if not operation.is_new and not vanished:
        check_own(place / "out", what)
    if not was_killed and "standard output" not in error:
        check(code in (0, 2), f"{what}: status {code}", error)
        check((code == 0) == (state == "new") or isinstance(operation, Sweep),
              f"{what}: status {code} and the folder is {state}", error)
        if code == 2 and must_fail_whole and not isinstance(operation, Sweep):
            check(names_below(place) == before, f"{what}: something was left behind",
                  str(names_below(place)))
    code, error = finish(operation.command(), place)
    check(code == 0, f"{what}: the next run fails", error)
    check(operation.state(place) == "new", f"{what}: not new after the next run",
          operation.state(place))
    check(names_below(place) == operation.expected(), f"{what}: not just what belongs there",
          f"{names_below(place)}\n{operation.expected()}")
    if not operation.is_new:
        check_own(place / "out", what + ", after the next run")
        check((place / "out" / "sub").is_dir() and not (place / "out" / "sub").is_symlink(),
              f"{what}: a folder of the user's is a link after the next run")
    if shell is not None:
        listed = shell.communicate(b"go\n", timeout=60)[0].decode().split()
        check(set(listed) >= {name.split("/", 1)[1] for name in operation.expected()
                              if name.count("/") == 1},
              f"{what}: a shell in the folder does not find the set", str(listed))
    for path in [place]:
        shutil.rmtree(path)


def is_writing(place, is_last):
    """Whether there is a hidden name; of a folder, whether its last file is there."""
    for folder in (place, place / "out", place / "above"):
        try:
            hidden = [folder / name for name in os.listdir(folder) if ".leadtime-" in name]
        except OSError:
            continue
        if any(not is_last or not path.is_dir() or (path / "manifest.json").exists()
               for path in hidden):
            return True
    return False


def killed_at_random(command, place, mean_s):
    begin = time.monotonic()
    process = start(command, place)
    if chance.random() < 0.3:
        time.sleep(chance.uniform(0, 1.2 * mean_s))
    else:  # once it writes, often when it writes the last file, and a little later
        is_last = chance.random() < 0.7
        while process.poll() is None and time.monotonic() - begin < 60:
            if is_writing(place, is_last):
                break
        time.sleep(chance.choice([0, chance.uniform(0, 0.001), chance.uniform(0, 0.01)]))
    process.kill()
    return process.wait(), process.stderr.read().decode("utf-8", "replace")


def random_kills():
    mean_s = {}
    for operation in operations:
        place = Path(tempfile.mkdtemp(dir=root))
        operation.prepare(place)
        begin = time.monotonic()
        code, error = finish(operation.command(), place)
        mean_s[operation.name] = time.monotonic() - begin
        check(code == 0, f"{operation.name}: status {code}", error)
        check(names_below(place) == operation.expected(), f"{operation.name}: other names",
              f"{names_below(place)}\n{operation.expected()}")
    for number in range(options.kills):
        operation = operations[number % len(operations)]
        if number % 100 == 0:
            print(f"{number} of {options.kills} kills", flush=True)
        attempt(operation, f"random kill {number}",
                lambda command, place: killed_at_random(command, place,
                                                        mean_s[operation.name]))


def compiled_shim():
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        return None
    shim = root / "fault_shim.so"
    source = Path(__file__).parent / "fault_shim.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", shim, source, "-ldl"],
                   check=True)
    return str(shim)


def steps_and_faults(shim):
    def spoiled(fault):
        return lambda command, place: finish(command, place, LD_PRELOAD=shim,
                                             LEADTIME_FAULT=fault)

    stride = 1 if options.every_step else 5
    for operation in operations:
        for base, may_vanish in (("count", False), (f"swap:{errno.EINVAL}", True),
                                 (f"swap:{errno.EBUSY}", False),
                                 (f"fail:linkat:0:{errno.EPERM}", False)):
            is_swapped = isinstance(operation, Run) and not operation.is_new
            if base != "count" and not is_swapped:
                continue
            counter = root / "count"
            counter.unlink(missing_ok=True)
            attempt(operation, base, lambda command, place: finish(
                command, place, LD_PRELOAD=shim, LEADTIME_FAULT=base,
                LEADTIME_FAULT_COUNT=str(counter)))
            steps = int(counter.read_text())
            check(steps > 5, f"{operation.name}: the shim saw {steps} calls")
            if base == f"swap:{errno.EBUSY}":  # file by file: a kill may leave a mixture,
                continue                       # which readers refuse
            first = 1 if options.every_step else chance.randint(1, stride)
            for step in range(first, steps + 1, stride):
                attempt(operation, f"{base}, killed at step {step} of {steps}",
                        spoiled(f"{base},kill:{step}"), may_vanish)
        for name in ("renameat2", "renameat", "linkat", "symlinkat", "mkdirat", "write"):
            for number in range(1, 8 if options.every_step else 3):
                for error in (errno.EIO, errno.EACCES)[:2 if options.every_step else 1]:
                    attempt(operation, f"{name} {number} fails with {errno.errorcode[error]}",
                            spoiled(f"fail:{name}:{number}:{error}"), must_fail_whole=True)
        if isinstance(operation, Run) and not operation.is_new:
            for number in range(1, 9):  # one by one: those before go back
                attempt(operation, f"file by file, renameat2 {number} fails",
                        spoiled(f"swap:{errno.EBUSY},fail:renameat2:{number}:{errno.EIO}"),
                        must_fail_whole=True)


def refused_mixture(shim):
    """File by file, killed between two files: a reader refuses what is there."""
    mixtures = 0
    for step in range(20, 60):  # it writes its own files before, and cleans up after
        place = Path(tempfile.mkdtemp(dir=root))
        operation = Run(False)
        operation.prepare(place)
        code, _ = finish(operation.command(), place, LD_PRELOAD=shim,
                         LEADTIME_FAULT=f"swap:{errno.EBUSY},kill:{step}")
        check_own(place / "out", f"file by file, killed at step {step}")
        if operation.state(place).startswith("mixed"):
            mixtures += 1
            code, error = finish(["report", "out", "-o", "page.html"], place)
            check(code == 2 and "parts of two results" in error,
                  f"file by file, killed at step {step}: a mixture is read", error)
        shutil.rmtree(place)
    check(mixtures > 0, "file by file: no step leaves a mixture, so nothing was tested")


try:
    random_kills()
    shim = None if options.no_steps else compiled_shim()
    if options.no_steps:
        pass
    elif shim is None:
        print("no C compiler here: only random kills were tried")
    else:
        steps_and_faults(shim)
        if has_page:
            refused_mixture(shim)
finally:
    shutil.rmtree(root, ignore_errors=True)
for state, count in sorted(seen.items()):
    print(f"{count:6}  {state}")
print(f"{sum(seen.values())} attempts, {len(failures)} failures")
sys.exit(1 if failures else 0)
