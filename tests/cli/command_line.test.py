#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program as its users meet it: bad input, full disks, Ctrl-C, pipes.

Usage: command_line.test.py PROGRAM SCENARIO.toml [NAME...]

SCENARIO is a good small one; each case changes one thing in it. With NAMEs only those
cases are run. Needs nothing but the standard library.
"""
import csv
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

program = os.path.abspath(sys.argv[1])
good = Path(sys.argv[2]).read_text(encoding="utf-8")
wanted = sys.argv[3:]
failures = []


def run(*arguments, cwd=None, **options):
    environment = dict(os.environ, OMP_NUM_THREADS="2", NO_COLOR="1")
    return subprocess.run(
        [program, *map(str, arguments)], cwd=cwd, env=environment, timeout=300,
        stdin=subprocess.DEVNULL, **{"stdout": subprocess.PIPE,
                                     "stderr": subprocess.PIPE, **options})


def check(condition, claim, detail=""):
    if not condition:
        failures.append(f"{case}: {claim}\n{detail}")
        print(f"FAILED {case}: {claim}\n{detail}", file=sys.stderr)


def refused(result, *patterns, names=()):
    """Exit status 2, nothing on stdout, the error once, no other noise."""
    error = result.stderr.decode("utf-8", "replace")
    check(result.returncode == 2, f"status {result.returncode}, not 2", error)
    check(not (result.stdout or b""), "something on stdout", str(result.stdout)[:300])
    check(len(re.findall(r"\berror: ", error)) >= 1, "no error", error)
    for pattern in patterns:
        check(re.search(pattern, error), f"no {pattern!r} in the error", error)
    for noise in ("terminate called", "what():", "Backtrace", "Sanitizer", "Kokkos"):
        check(noise not in error, f"{noise!r} in the error", error)
    check(len(error) < 4000, "the error is too long", error[:4000])
    check(error.endswith("\n"), "the error does not end its line", error)


def files_below(folder):
    return sorted(str(p.relative_to(folder)) for p in Path(folder).rglob("*"))


def replaced(old, new):
    assert good.count(old) >= 1, f"the scenario no longer has {old!r}"
    return good.replace(old, new, 1)


# What is wrong -> the scenario, and what the message must say.
bad_scenarios = {
    "unknown key": (replaced("initial_age = 6", "initial_agee = 6"),
                    [r"\.toml:\d+:1: error: unknown key \"initial_agee\"",
                     r"did you mean \"initial_age\""]),
    "wrong unit": (replaced('unit = "USD/chip"', 'unit = "chips/month"'),
                   [r"\.toml:\d+:\d+: error: "]),
    "negative supply": (replaced('supply = "20k"', "supply = -20"),
                        [r"\.toml:\d+:\d+: error: "]),
    "inverted interval": (replaced('"25k to 35k"', '"35k to 25k"'),
                          [r"\.toml:\d+:\d+: error: "]),
    "correlation not positive definite": (
        replaced('quantities = ["cards", "seized"]\nrank = 0.3',
                 'quantities = ["cards", "seized", "flow"]\n'
                 "rank = [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]"),
        [r"\.toml:\d+:\d+: error: ", r"positive definite"]),
    "missing profile": (good.replace("h100_sxm", "h100_smx"),
                        [r"\.toml:\d+:\d+: error: ", r"h100_smx", r"h100_sxm"]),
    "cyclic formula": (replaced('unit = "chips/month"\nvalue = "2k to 10k"',
                                'unit = "chips/month"\nformula = "smuggled * 2"'),
                       [r"\.toml:\d+:\d+: error: ", r"flow -> smuggled|smuggled -> flow"]),
    "nan": (replaced("rank = 0.3", "rank = nan"), [r"\.toml:\d+:\d+: error: "]),
    "not toml": (replaced("[output]", "[output"), [r"\.toml:\d+:\d+: error: "]),
    "empty": ("", [r"empty\.toml(:\d+:\d+)?: error: "]),
}


def bad_scenario(name, folder):
    text, patterns = bad_scenarios[name]
    path = Path(folder, name.replace(" ", "_") + ".toml")
    path.write_text(text, encoding="utf-8")
    before = files_below(folder)
    for command in (["run", path, "--out", Path(folder, "out")], ["check", path]):
        refused(run(*command), re.escape(path.name), *patterns)
    check(files_below(folder) == before, "files were left behind", str(files_below(folder)))


def file_of_two_gigabytes(folder):
    path = Path(folder, "huge.toml")
    with open(path, "wb") as file:
        file.truncate(2 << 30)
    start = time.monotonic()
    refused(run("run", path), r"huge\.toml")
    check(time.monotonic() - start < 10, "it took more than 10 s")


def directory_as_scenario(folder):
    refused(run("run", folder), re.escape(folder))


def missing_scenario(folder):
    refused(run("run", Path(folder, "none.toml")), r"none\.toml")


def invalid_utf8(folder):
    path = Path(folder, "latin1.toml")
    path.write_bytes(good.encode() + "# caf\u00e9\n".encode("latin-1"))
    refused(run("run", path), r"latin1\.toml(:\d+:\d+)?: error: ")


def bad_override(folder):
    path = Path(folder, "good.toml")
    path.write_text(good, encoding="utf-8")
    refused(run("run", path, "--set", "scenario.no_such_key=1"), r"no_such_key")
    refused(run("run", path, "--set", "scenario"), r"KEY=VALUE")


def bad_profiles_folder(folder):
    refused(run("run", "--profiles", Path(folder, "none")), r"none")


def bad_arguments(folder):
    for arguments, pattern in (
            (["run", "--samples", "0"], r"--samples 0 is out of range"),
            (["run", "--samples", "-1"], r"--samples -1 is out of range"),
            (["run", "--samples", "4294967296"], r"out of range"),
            (["run", "--samples", "many"], r"is not a number"),
            (["run", "--sampels", "5"], r"did you mean \"--samples\""),
            (["rnu"], r"did you mean \"run\""),
            (["check"], r"SCENARIO is missing"),
            (["run", "--threads", "100000"], r"from 1 to 512"),
            (["run", "--out", ""], r"folder is empty|needs a value")):
        refused(run(*arguments, cwd=folder), pattern)
    check(files_below(folder) == [], "files were left behind")
    check(run().returncode == 2, "no arguments at all are fine")


def scenario_in(folder):
    path = Path(folder, "good.toml")
    path.write_text(good, encoding="utf-8")
    return path


def places_that_cannot_be_written(folder):
    path = scenario_in(folder)
    Path(folder, "file").write_text("mine")
    for place in ("file", "file/below", "/proc/leadtime", "/dev/full"):
        refused(run("run", path, "--samples", 100, "--out", place, cwd=folder),
                re.escape(f'cannot write to "{place}"'))
    check(files_below(folder) == ["file", "good.toml"], "files were left behind")


def full_disk(folder):
    """A limit on the size of files stands for a disk that fills up."""
    path = scenario_in(folder)
    old = Path(folder, "old")
    old.mkdir()
    (old / "summary.csv").write_text("old")
    for place in ("old", "new/deep"):
        result = run("run", path, "--samples", 100, "--out", place, cwd=folder,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                                           (4096, 4096)))
        refused(result, re.escape(f'cannot write "{place}/summary.csv"'))
    check(files_below(folder) == ["good.toml", "old", "old/summary.csv"],
          "files were left behind", str(files_below(folder)))
    check((old / "summary.csv").read_text() == "old", "the old result has changed")


def full_standard_output(folder):
    if not os.path.exists("/dev/full"):
        return
    with open("/dev/full", "wb") as full:
        for arguments in (["--version"], ["profiles"],
                          ["run", scenario_in(folder), "--samples", 100, "--quiet"]):
            result = run(*arguments, stdout=full)
            refused(result, r"cannot write to standard output: No space left")


def closed_pipe(folder):
    read_end, write_end = os.pipe()
    os.close(read_end)
    result = run("run", scenario_in(folder), "--samples", 100, "--json", "--quiet",
                 stdout=write_end)
    os.close(write_end)
    check(result.returncode == 0, f"status {result.returncode}", str(result.stderr))
    check(result.stderr == b"", "a message about the pipe", str(result.stderr))


def interrupt(folder):
    path = scenario_in(folder)
    old = Path(folder, "old")
    old.mkdir()
    (old / "summary.csv").write_text("old")
    for place, number in (("new", signal.SIGINT), ("old", signal.SIGTERM)):
        process = subprocess.Popen(
            [program, "run", path, "--samples", "4e9", "--out", place], cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(os.environ, OMP_NUM_THREADS="2"))
        time.sleep(1.5)
        process.send_signal(number)
        out, error = process.communicate(timeout=60)
        check(process.returncode == 130, f"status {process.returncode}", str(error))
        check(out == b"", "something on stdout", str(out)[:300])
        check(error == b"leadtime: interrupted, nothing was written\n",
              "another message", str(error))
    check(files_below(folder) == ["good.toml", "old", "old/summary.csv"],
          "files were left behind", str(files_below(folder)))
    check((old / "summary.csv").read_text() == "old", "the old result has changed")


def good_run(folder):
    """The result is whole, the same in all files, and the same again."""
    path = scenario_in(folder)
    results = []
    for place, threads in (("a/b", 1), ("c", 2)):
        result = run("run", path, "--samples", "5k", "--seed", 7, "--out", place, "--json",
                     "--threads", threads, cwd=folder)
        check(result.returncode == 0, f"status {result.returncode}", str(result.stderr))
        check(files_below(Path(folder, place))
              == ["manifest.json", "result.nc", "summary.csv"], "other files")
        results.append(json.loads(result.stdout))
    first, second = (Path(folder, place) for place in ("a/b", "c"))
    for name in ("summary.csv", "result.nc"):
        check((first / name).read_bytes() == (second / name).read_bytes(),
              f"{name} depends on the number of threads")
    for result in results:
        for key in ("backend", "wall_time_s"):
            del result[key]
    check(results[0] == results[1], "the JSON depends on the number of threads")
    document = results[0]
    manifest = json.loads((first / "manifest.json").read_text())
    check(manifest["seed"] == document["seed"] == 7, "another seed")
    check(manifest["samples"] == document["samples"] == 5000, "other samples")
    check(manifest["scenario"]["hash"] == document["scenario"]["hash"], "another hash")
    with open(first / "summary.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    check(not [row for row in rows if row["value"] == ""], "an empty value")
    reference = document["reference"]
    runs = document["metrics"][reference]["run_flop"]
    medians = {row["month"]: float(row["value"]) for row in rows
               if row["path"] == reference and row["metric"] == "run_flop"
               and row["statistic"] == "p50"}
    check(medians == dict(zip(runs["months"], runs["p50"])), "CSV and JSON differ")


def table(folder):
    result = run("run", scenario_in(folder), "--samples", "1k")
    text = result.stdout.decode()
    check(result.returncode == 0, f"status {result.returncode}", str(result.stderr))
    check("(reference)" in text and "p50" in text, "no table", text)
    check("\x1b" not in text, "escape codes in a pipe")
    check(b"\r" not in result.stderr, "progress in a pipe", str(result.stderr))
    quiet = run("run", scenario_in(folder), "--samples", "1k", "--quiet")
    check(quiet.stderr == b"", "messages in spite of --quiet", str(quiet.stderr))
    check(quiet.stdout == result.stdout, "another table with --quiet")


def help_and_version(folder):
    for arguments in (["--help"], ["--version"], *([command, "--help"] for command in (
            "run", "check", "show", "profiles"))):
        result = run(*arguments)
        check(result.returncode == 0 and result.stderr == b"", f"{arguments} fails",
              str(result.stderr))
    check(run("--version").stdout.startswith(b"leadtime "), "no version")


cases = {name: (lambda folder, name=name: bad_scenario(name, folder))
         for name in bad_scenarios}
for function in (file_of_two_gigabytes, directory_as_scenario, missing_scenario,
                 invalid_utf8, bad_override, bad_profiles_folder, bad_arguments,
                 places_that_cannot_be_written, full_disk, full_standard_output,
                 closed_pipe, interrupt, good_run, table, help_and_version):
    cases[function.__name__.replace("_", " ")] = function

for case, function in cases.items():
    if not wanted or case in wanted:
        with tempfile.TemporaryDirectory(prefix="leadtime-cli-") as temporary:
            function(temporary)
print(f"{len(wanted or cases)} cases, {len(failures)} failures")
sys.exit(1 if failures else 0)
