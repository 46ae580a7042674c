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
import stat
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

program = os.path.abspath(sys.argv[1])
good = Path(sys.argv[2]).read_text(encoding="utf-8")
wanted = sys.argv[3:]
failures = []


def run(*arguments, cwd=None, **options):
    environment = dict(os.environ, OMP_NUM_THREADS="2", NO_COLOR="1")
    return subprocess.run(
        [program, *map(str, arguments)], cwd=cwd, timeout=300,
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "env": environment,
           "stderr": subprocess.PIPE, **options})


def check(condition, claim, detail=""):
    if not condition:
        failures.append(f"{case}: {claim}\n{detail}")
        print(f"FAILED {case}: {claim}\n{detail}", file=sys.stderr)


def refused(result, *patterns):
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


def files_of_a_result():
    """A program that was built without Node.js writes no report.html, and says so."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "good.toml")
        path.write_text(good, encoding="utf-8")
        result = run("run", path, "--samples", 10, "--out", "out", cwd=folder)
        said = result.stderr.decode()
        lines = said.splitlines()
        if b"without the HTML report" in result.stderr:
            assert re.search(r"install Node\.js 18 or newer with npm", said), said
            return ["manifest.json", "result.nc", "summary.csv"]
        assert lines[-1] == "report: out/report.html", said
        both = subprocess.run(  # also after the table, where both go to one place
            [program, "run", path, "--samples", "10", "--out", "out"], cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True).stdout
        assert both.endswith(b"\nreport: out/report.html\n"), both
        return ["manifest.json", "report.html", "result.nc", "summary.csv"]


def replaced(old, new):
    assert good.count(old) >= 1, f"the scenario no longer has {old!r}"
    return good.replace(old, new, 1)


result_files = files_of_a_result()

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
    "nan rank": (replaced("rank = 0.3", "rank = nan"), [r"\.toml:\d+:\d+: error: "]),
    "nan value": (replaced("supply = \"20k\"", "supply = nan"),
                  [r"\.toml:\d+:10: error: ", r"found nan"]),
    "infinite value": (replaced("supply = \"20k\"", "supply = inf"),
                       [r"\.toml:\d+:10: error: ", r"found inf"]),
    "value beyond single precision": (
        replaced("supply = \"20k\"", "supply = 1e300"),
        [r"\.toml:\d+:10: error: \"supply\" is too large to compute with "
         r"\(it is above 1e37\)"]),
    "value below single precision": (
        replaced('"2k to 10k"', '"1e-60 to 1e-50"'),
        [r"\.toml:\d+:9: error: \"flow\" is too small to compute with "
         r"\(most draws are below 1e-37\)"]),
    "bad month": (replaced('start = "2024-01"', 'start = "2024-13"'),
                  [r"\.toml:\d+:9: error: ", r"2024-13"]),
    "end before start": (replaced('end = "2029-12"', 'end = "2023-12"'),
                         [r"\.toml:\d+:\d+: error: ", r"before the start"]),
    "too many steps": (replaced('end = "2029-12"', 'end = "2199-12"'),
                       [r"\.toml:\d+:\d+: error: ", r"at most 1200"]),
    "hostile name": (good.replace("path.controlled", 'path."../../x,\\"\\n"'),
                     [r"\.toml:\d+:\d+: error: ", r"cannot name a path"]),
    "unknown reference": (replaced('reference = "free"', 'reference = "fre"'),
                          [r"\.toml:\d+:\d+: error: ", r"did you mean \"free\""]),
    "not toml": (replaced("[output]", "[output"), [r"\.toml:\d+:\d+: error: "]),
    "empty": ("", [r"empty\.toml(:\d+:\d+)?: error: "]),
    "nothing but a comment": ("# nothing\n", [r"comment\.toml(:\d+:\d+)?: error: "]),
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
    path = scenario_in(folder)
    for override, pattern in (
            ("scenario.no_such_key=1", r"no_such_key"),
            ("scenario", r"KEY=VALUE"),
            ("=3", r"KEY=VALUE"),
            ("path.controled.pue=1.1", r"did you mean \"controlled\""),
            ("path.controlled.channel.smugled.supply=5", r"did you mean \"smuggled\""),
            ("path.controlled.channel.smuggled.supply=20k to 5k", r"inverted"),
            ("quantity.seized.value.mean=nan", r"found nan|finite"),
            ("milestones.run_flop=[0]", r"greater than 0"),
            ("scenario.end=2020-01", r"before the start")):
        refused(run("run", path, "--out", "out", "--set", override, cwd=folder), pattern)
    check(files_below(folder) == ["good.toml"], "files were left behind")


def not_a_number_in_the_run(folder):
    """What only a sample can show: named, status 2, and no file."""
    path = Path(folder, "nan.toml")
    path.write_text(replaced('formula = "flow * (1 - seized)',
                             'formula = "flow * sqrt(seized - 2)'), encoding="utf-8")
    refused(run("run", path, "--samples", 100, "--out", "out", cwd=folder),
            r"smuggled|controlled", r"not a number")
    check(files_below(folder) == ["nan.toml"], "files were left behind")


def overrides(folder):
    """--set changes what it names: each kind of key, seen in the result."""
    path = scenario_in(folder)

    def document(*settings):
        arguments = [part for setting in settings for part in ("--set", setting)]
        result = run("run", path, "--samples", 200, "--json", "--quiet", *arguments)
        check(result.returncode == 0, f"{settings} fails", str(result.stderr))
        return json.loads(result.stdout) if result.returncode == 0 else None

    def first(document, metric, statistic="max"):
        return document["metrics"]["controlled"][metric][statistic][0]

    plain = document()
    # a quantity's value, a fixed number in place of a distribution
    fixed = document("quantity.flow.value=3k", "quantity.seized.value.mean=0.01",
                     "quantity.seized.value.sd=0.001")
    smuggled = fixed["outputs"]["smuggled"]
    check(abs(smuggled["p50"][0] / 2970 - 1) < 0.001, "the quantity has not changed",
          str(smuggled["p50"][0]))
    # a channel's supply, an interval in place of a name
    supplied = document("path.controlled.channel.smuggled.supply=5k to 20k")
    check(first(supplied, "channel.smuggled", "p50")
          > 1.5 * first(plain, "channel.smuggled", "p50"), "the supply has not changed")
    # a scalar of a path: power is proportional to it
    hot = document("path.controlled.pue=2.6")
    check(abs(first(hot, "power_w") / first(plain, "power_w") - 2) < 1e-4,
          "the PUE has not changed")
    # a list, also with names of metrics that hang on it
    marks = document("milestones.run_flop=[2e25, 3e26]")
    check({name for name in marks["scalars"]["free"] if name.startswith("milestone_month")}
          == {"milestone_month@2e+25", "milestone_month@3e+26"},
          "the milestones have not changed", str(marks["scalars"]["free"].keys()))
    # the grid
    short = document("scenario.end=2026-12", "scenario.step=quarter")
    check((short["end"], short["steps"], short["months_per_step"]) == ("2026-12", 12, 3),
          "the grid has not changed")
    # a leaf of an inline table, and a whole inline table
    table = document("path.free.history.2023-03=9e25")
    check(table["scalars"]["free"]["milestone_month@1e+25"]["p50"]
          < plain["scalars"]["free"]["milestone_month@1e+25"]["p50"],
          "the history has not changed")
    capped = document('path.controlled.power_cap={ value = 1, unit = "MW" }')
    check(first(capped, "power_w") <= 1.0001e6, "there is no power cap")
    # a knot, an accelerator, a new name, a text with an equals sign
    knot = document("quantity.cards.at.2024-01=1M", 'output.quantities=["cards"]')
    check(abs(knot["outputs"]["cards"]["p50"][0] / 1e6 - 1) < 1e-5,
          "the knot has not changed", str(knot["outputs"]["cards"]["p50"][0]))
    worse = document("accelerator.h100_sxm.goodput=0.45")
    check(abs(first(worse, "run_goodput", "max") - 0.45) < 1e-5
          or first(worse, "run_goodput", "max") > 0.7, "the goodput has not changed")
    check(document("scenario.name=a=b")["scenario"]["name"] == "a=b", "the name is cut")
    check(plain["scenario"]["hash"] != hot["scenario"]["hash"], "the hash is the same")


def bad_profiles_folder(folder):
    refused(run("run", "--profiles", Path(folder, "none")), r"none")


def bad_arguments(folder):
    for arguments, pattern in (
            (["run", "--samples", "0"], r"--samples 0 is out of range"),
            (["run", "--samples", "-1"], r"--samples -1 is out of range"),
            (["run", "--samples", "281474976710657"], r"out of range"),
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
    # a script's background job starts with SIGINT ignored, and stops all the same
    process = subprocess.Popen(
        [program, "run", path, "--samples", "4e9", "--out", "new"], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        env=dict(os.environ, OMP_NUM_THREADS="2"))
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    check(process.returncode == 130, f"status {process.returncode} in the background")
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
    # a script's background job starts with SIGINT ignored, and stops all the same
    process = subprocess.Popen(
        [program, "run", path, "--samples", "4e9", "--out", "new"], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        env=dict(os.environ, OMP_NUM_THREADS="2"))
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    check(process.returncode == 130, f"status {process.returncode} in the background")
    check(files_below(folder) == ["good.toml", "old", "old/summary.csv"],
          "files were left behind", str(files_below(folder)))
    check((old / "summary.csv").read_text() == "old", "the old result has changed")


def good_run(folder):
    """The result is whole, the same in all files, and the same again."""
    path = scenario_in(folder)
    results = []
    places = (("a/b", 1), ("c", 2), ("d", 5))
    for place, threads in places:
        result = run("run", path, "--samples", "5k", "--seed", 7, "--out", place, "--json",
                     "--threads", threads, cwd=folder)
        check(result.returncode == 0, f"status {result.returncode}", str(result.stderr))
        check(files_below(Path(folder, place)) == result_files, "other files")
        results.append(json.loads(result.stdout))
    first = Path(folder, "a/b")
    for place, threads in places[1:]:
        for name in set(result_files) - {"manifest.json"}:
            check((first / name).read_bytes() == Path(folder, place, name).read_bytes(),
                  f"{name} of {threads} threads differs from that of one")
    for result in results:
        for key in ("backend", "wall_time_s"):
            del result[key]
    check(results[0] == results[1] == results[2],
          "the JSON depends on the number of threads")
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


def memory(folder):
    """It stays below 300 MB, and does not grow with the number of samples."""
    path = scenario_in(folder)
    peaks = []
    for samples in ("20k", "100k"):
        process = subprocess.Popen([program, "run", path, "--samples", samples, "--json"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        check(process.returncode == 0, f"status {process.returncode}")
        peaks.append(usage.ru_maxrss / 1024)
    check(peaks[1] < 300, f"{peaks[1]:.0f} MB")
    check(peaks[1] < peaks[0] + 30, f"{peaks[0]:.0f} MB grow to {peaks[1]:.0f} MB")


def few_samples(folder):
    path = scenario_in(folder)
    for samples in (1, 2, 3):
        result = run("run", path, "--samples", samples, "--out", f"o{samples}", cwd=folder)
        check(result.returncode == 0, f"{samples} samples fail", str(result.stderr))
        check(b"nan" not in result.stdout, "nan in the table", result.stdout.decode())
        if samples == 1:
            table = result.stdout.decode()
            check(not re.search("±[0-9>]", table), "an error of one sample", table)
            check("H100e BF16" in table, "a fleet without its basis", table)
        with open(Path(folder, f"o{samples}", "summary.csv"), encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        errors = {}
        for row in rows:
            if row["statistic"].endswith("_se"):
                key = row["path"], row["metric"], row["month"], row["statistic"][:-3]
                errors[key] = row["value"]
        known = [row for row in rows
                 if errors.get((row["path"], row["metric"], row["month"],
                                row["statistic"]), "nan") not in ("nan", "inf")]
        check(bool(known) == (samples > 1), f"errors of {samples} samples")
        check(not [row for row in known if "inf" in row["value"]],
              "an infinite quantile with an error")


def outputs_that_are_asked_for(folder):
    Path(folder, "good.toml").write_text(good, encoding="utf-8")
    base = ("run", "good.toml", "--samples", "600", "--json", "--quiet")

    def at(value, place):
        if isinstance(value, dict):
            return {key: at(one, place) for key, one in value.items()}
        return value[place] if isinstance(value, list) else value

    def rows(*more):
        document = json.loads(run(*base, *more, cwd=folder).stdout)
        found = {}
        for path, metrics in document["metrics"].items():
            for metric, one in metrics.items():
                months = one.get("months")
                for place, month in enumerate(months or [None]):
                    found[path, metric, month] = at(one, place) if months else one
        return found

    whole = rows()
    some = rows("--output", "lag@2026-12", "--output", "milestone_month@1e25",
                "--until", "run_flop@2025-12:p50:50%")
    months = {month for path, metric, month in some if metric == "run_flop"}
    check(months == {"2025-12"}, "the output of --until is missing or more is there",
          str(months))
    check(len(some) < len(whole) / 10, "more than was asked for", str(len(some)))
    for key, row in some.items():
        check(whole.get(key) == row, "another value than among all", f"{key}: {row}")
    shown = run("run", "good.toml", "--samples", "600", "--output", "lag@2026-12",
                cwd=folder).stdout.decode()
    check("lag_months" in shown and "milestone" not in shown, "the table has more", shown)
    refused(run("run", "good.toml", "--output", "lagg", cwd=folder),
            r'error: there is no output "lagg"')


def odd_files_and_places(folder):
    """CRLF, a byte order mark, spaces and letters in paths, another working folder."""
    expected = run("run", scenario_in(folder), "--samples", 200, "--quiet").stdout
    for name, contents in (("crlf.toml", good.replace("\n", "\r\n").encode()),
                           ("bom.toml", b"\xef\xbb\xbf" + good.encode()),
                           ("sp ace/\u00fc '\u4e2d\u56fd'.toml", good.encode())):
        path = Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(contents)
        for argument, place in ((path, None), (path.name, path.parent)):
            result = run("run", argument, "--samples", 200, "--quiet", cwd=place)
            check(result.returncode == 0, f"{name} fails", str(result.stderr))
            check(result.stdout == expected, f"{name} gives another table")
    wrong = Path(folder, "wrong.toml")
    wrong.write_bytes(replaced("pue = 1.2", "puee = 1.2").replace("\n", "\r\n").encode())
    result = run("check", wrong)
    refused(result, r":\d+:1: error: unknown key \"puee\"")
    check(b"\r" not in result.stderr and b"\\x0d" not in result.stderr,
          "the carriage return is shown", str(result.stderr))


def report_of_a_result(folder):
    """`report` makes from result.nc the page that the run wrote, or says why not."""
    path = scenario_in(folder)
    result = run("run", path, "--samples", 500, "--quiet", "--out", "out", cwd=folder)
    check(result.returncode == 0, "the run fails", str(result.stderr))
    result = run("report", "out", "-o", "again.html", cwd=folder)
    if "report.html" in result_files:
        check(result.stdout == b"again.html\n", "another name", str(result.stdout))
        check(Path(folder, "again.html").read_bytes()
              == Path(folder, "out", "report.html").read_bytes(),
              "the page of result.nc is not that of the run")
    else:
        refused(result, r"built without the HTML report: install Node\.js 18 or newer")
    before = files_below(folder)
    for arguments, problem in (
            (["nothing.nc"], r"cannot read the result \"nothing.nc\": there is no such"),
            ([path], r"cannot read the result \".*\": it is not netCDF"),
            (["out", "--sensitivity", path], r"good.toml\": the document is not JSON"),
            (["out", "--figures", path], r"cannot write to .*: it is a file, not a"),
            (["out", "-o", "out/"],
             r"cannot write \"out/\": it names no file|built without the HTML report"),
            ([], r"RESULT is missing \(see leadtime report --help\)")):
        refused(run("report", *arguments, cwd=folder), problem)
        check(files_below(folder) == before, "files were left behind")


def page_of_a_sweep(folder):
    """`sweep` ends with a page, `report` makes it again; an unfinished sweep has none."""
    path = scenario_in(folder)
    sweep = ("sweep", path, "--vary", "scenario.name=a,b", "--samples", 10, "--out", "out")
    result = run(*sweep, cwd=folder)
    check(result.returncode == 0, "the sweep fails", str(result.stderr))
    written = sorted(os.listdir(Path(folder, "out")))
    others = ["sweep.csv", "sweep.json", "sweep.nc"]
    if "report.html" in result_files:
        check(written == ["report.html", *others], "other files", str(written))
        check(b"sweep.csv, sweep.nc, sweep.json and report.html in out\n" in result.stdout
              and result.stderr.endswith(b"report: out/report.html\n"),
              "another message", str(result))
        result = run("report", "out/sweep.csv", "-o", "again.html", cwd=folder)
        check(result.stdout == b"again.html\n"
              and Path(folder, "again.html").read_bytes()
              == Path(folder, "out", "report.html").read_bytes(), "another page", str(result))
    else:
        check(written == others, "other files", str(written))
        check(b"sweep.csv, sweep.nc and sweep.json in out\n" in result.stdout
              and b"no report.html: this leadtime was built without the HTML report"
              in result.stderr, "another message", str(result))
        refused(run("report", "out", cwd=folder), r"built without the HTML report")
    csv = Path(folder, "out", "sweep.csv")
    csv.write_bytes(csv.read_bytes()[:-1])
    before = files_below(folder)
    refused(run("report", "out", cwd=folder),
            r"cannot read the sweep in \"out\": 1 of its 2 cells are done; the command that "
            r"began it goes on from there")
    refused(run("report", "out", "--figures", "figures", cwd=folder),
            r"--figures is for a run, and \"out\" is a sweep")
    refused(run("report", ".", cwd=folder),
            r"\"\.\" holds no result: there is neither a result\.nc nor a sweep\.json")
    check(files_below(folder) == before, "files were left behind")


def figures_of_a_result(folder):
    """SVG and PNG by gnuplot; one sentence and no file where it is not installed."""
    path = scenario_in(folder)
    run("run", path, "--samples", 500, "--quiet", "--out", "out", cwd=folder)
    Path(folder, "bin").mkdir()
    before = files_below(folder)
    environment = dict(os.environ, PATH=str(Path(folder, "bin")))
    refused(run("report", "out", "--figures", "figures", cwd=folder, env=environment),
            r"figures are drawn by gnuplot, which is not installed \(Debian: apt-get "
            r"install gnuplot-nox\)")
    check(files_below(folder) == before, "files were left behind")
    if not any(Path(place, "gnuplot").exists()
               for place in os.environ.get("PATH", "").split(":")):
        return
    result = run("report", "out", "--figures", "figures", cwd=folder)
    check(result.returncode == 0, f"status {result.returncode}", str(result.stderr))
    names = [Path(line).name for line in result.stdout.decode().splitlines()]
    check(sorted(names) == sorted(os.listdir(Path(folder, "figures"))), "other files")
    check({"largest_run.svg", "largest_run.png", "lag.svg", "channels.png"} <= set(names),
          "a main chart is missing", str(names))
    for name in names:
        content = Path(folder, "figures", name).read_bytes()
        good_start = b"\x89PNG" if name.endswith(".png") else b"<?xml"
        check(content.startswith(good_start) and len(content) > 4000, f"{name} is odd")


def odd_texts(folder):
    """Texts that CSV and JSON must quote."""
    name = '\u65e5\u672c, "quoted"\n\tand; more'
    path = Path(folder, "odd.toml")
    path.write_text(replaced('name = "minimal"', "name = " + json.dumps(name)),
                    encoding="utf-8")
    result = run("run", path, "--samples", 100, "--json", "--out", "out", cwd=folder)
    check(result.returncode == 0, f"status {result.returncode}", str(result.stderr))
    check(json.loads(result.stdout)["scenario"]["name"] == name, "another name in JSON")
    manifest = json.loads(Path(folder, "out", "manifest.json").read_text("utf-8"))
    check(manifest["scenario"]["name"] == name, "another name in the manifest")
    with open(Path(folder, "out", "summary.csv"), newline="", encoding="utf-8") as file:
        check({len(row) for row in csv.reader(file)} == {6}, "a broken line in the CSV")
    table = run("run", path, "--samples", 100, "--quiet").stdout.decode()
    check(table.startswith("\u65e5\u672c, \"quoted\""), "another heading", table[:80])


def shapes_of_scenarios(folder):
    """No path, one path, fixed numbers only, many quantities, other steps."""
    head = '[scenario]\nstart = "2031-02"\nend = "2033-01"\n'
    many = "".join(f'[quantity.q{i}]\nvalue = "{i + 1} to {i + 9}"\n' for i in range(200))
    total = "+".join(f"q{i}" for i in range(200))
    path = Path(folder, "odd.toml")
    for text, wanted in (
            (head + many + f'[quantity.s]\nformula = "{total}"\n'
             + '[output]\nquantities = ["s"]\n', "\ns "),
            (head + '[quantity.a]\nvalue = 3\n[output]\nquantities = ["a"]\n', "\na "),
            (good.replace("[scenario]", '[scenario]\nstep = "year"', 1), "2029-12"),
            (good.replace("[scenario]", '[scenario]\nstep = "quarter"', 1), "2029-12"),
            (replaced('end = "2029-12"', 'end = "2024-01"'), "2024-01")):
        path.write_text(text, encoding="utf-8")
        result = run("run", path, "--samples", 50, "--quiet")
        check(result.returncode == 0, f"status {result.returncode}", str(result.stderr))
        check(wanted in result.stdout.decode(), f"no {wanted!r}", result.stdout.decode())


def infinite_numbers(folder):
    """A division by zero is refused: by the reader, or by the run with its sample."""
    path = Path(folder, "zero.toml")
    for divisor, text in (
            ("0", r'^zero\.toml:7:12: error: "1 / 0" divides by 0 '
                  r'\(the divisor is 0 in every sample\)\n'),
            ("b", r'^leadtime: error: quantity "a" is infinite in sample 0 '
                  r'\(1 / 0 in "1 / b", zero\.toml:7:12\); its inputs: b = 0\n$')):
        path.write_text('[scenario]\nstart = "2024-01"\nend = "2024-12"\n'
                        f'[quantity.b]\nvalue = 0\n[quantity.a]\nformula = "1 / {divisor}"\n'
                        '[output]\nquantities = ["a"]\n', encoding="utf-8")
        refused(run("run", "zero.toml", "--samples", 50, "--quiet", cwd=folder), text)


def out_in_odd_places(folder):
    """--out: a link to a folder, nested and new, a folder with other files, "."."""
    path = scenario_in(folder)
    Path(folder, "real").mkdir()
    Path(folder, "real", "other").write_text("mine")
    Path(folder, "link").symlink_to("real")
    Path(folder, "dangling").symlink_to("nowhere")
    Path(folder, "blocked", "result.nc").mkdir(parents=True)
    files = result_files
    for place in ("link", "new/er/", "./a/../b//c", "sp ace/\u4e2d", "."):
        result = run("run", path, "--samples", 50, "--quiet", "--out", place, cwd=folder)
        check(result.returncode == 0, f"{place} fails", str(result.stderr))
        check(set(files) <= set(os.listdir(Path(folder, place.replace("a/../", "")))),
              f"no files in {place}")
    check(Path(folder, "link").is_symlink(), "the link was replaced")
    check(files_below(Path(folder, "real")) == sorted(files + ["other"]), "other files")
    check(Path(folder, "real", "other").read_text() == "mine", "a file has changed")
    check(not Path(folder, "a").exists(), "a folder that nobody asked for")
    for place, samples, problem in (  # links are looked at before the run
            ("dangling", "4e9", r"cannot write to \"dangling\": .* is a link to something"),
            ("dangling/x", "4e9", r"cannot write to \"dangling/x\": .* is a link to"),
            ("blocked", 50, r"cannot write \"blocked/result.nc\": Is a directory")):
        before = files_below(folder)
        refused(run("run", path, "--samples", samples, "--out", place, cwd=folder), problem)
        check(files_below(folder) == before, "files were left behind")


def devices_pipes_and_links(folder):
    """What is no file is written into: it stays what it is."""
    path = scenario_in(folder)
    Path(folder, "real.csv").write_text("old")
    Path(folder, "link").symlink_to("real.csv")
    os.mkfifo(Path(folder, "pipe"))
    commands = [["compare", path, "baseline", "--samples", 20, "--quiet", "--out"]]
    if "report.html" in result_files:
        result = run("run", path, "--samples", 50, "--quiet", "--out", "out", cwd=folder)
        check(result.returncode == 0, "the run fails", str(result.stderr))
        commands.append(["report", "out", "-o"])
    for command in commands:
        for place in ("/dev/null", "link"):
            result = run(*command, place, cwd=folder)
            check(result.returncode == 0, f"{command[0]} into {place}", str(result.stderr))
        check(stat.S_ISCHR(os.lstat("/dev/null").st_mode), "/dev/null was replaced")
        check(Path(folder, "link").is_symlink(), "the link was replaced")
        text = Path(folder, "real.csv").read_bytes()
        check(len(text) > 40 and text != b"old", "nothing behind the link")
        result = run(*command, "/dev/stdout", cwd=folder)
        check(result.stdout.startswith(text), "another text on standard output",
              str(result.stdout[:200]))
        reader = subprocess.Popen(["sh", "-c", "cat pipe > got"], cwd=folder)
        result = run(*command, "pipe", cwd=folder)
        check(reader.wait(timeout=60) == 0 and Path(folder, "got").read_bytes() == text,
              "another text in the pipe")
        check(stat.S_ISFIFO(os.lstat(Path(folder, "pipe")).st_mode), "the pipe was replaced")
        refused(run(*command, "/dev/full", cwd=folder),
                r"cannot write \"/dev/full\": No space left on device")
        check(stat.S_ISCHR(os.lstat("/dev/full").st_mode), "/dev/full was replaced")
        Path(folder, "lost").unlink(missing_ok=True)
        Path(folder, "lost").symlink_to("nowhere")
        refused(run(*command, "lost", cwd=folder),
                r"cannot write \"lost\": it is a link to something that is not there")
        Path(folder, "real.csv").write_text("old")


def two_at_once(folder):
    """A second run or sweep into the same folder is refused, the first goes on."""
    path = scenario_in(folder)
    Path(folder, "there").mkdir()
    for place in ("there", "new"):
        first = subprocess.Popen(
            [program, "run", path, "--samples", "4e9", "--out", place], cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(os.environ, OMP_NUM_THREADS="1"))
        for _ in range(200):
            if any(".leadtime-" in name for name in os.listdir(folder)):
                break
            time.sleep(0.05)
        for command in (["run", path, "--samples", 20, "--out", place],
                        ["sweep", path, "--vary", "scenario.name=a", "--samples", 20,
                         "--out", place]):
            refused(run(*command, cwd=folder),
                    rf'cannot write to "{place}": another leadtime is writing to it')
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=60)
        check(first.returncode == 130, f"status {first.returncode}")
        result = run("run", path, "--samples", 20, "--quiet", "--out", place, cwd=folder)
        check(result.returncode == 0, "the next one is refused too", str(result.stderr))
    names = sorted(os.listdir(folder))
    check(names == ["good.toml", "new", "there"], "something was left behind", str(names))


def working_folder_that_was_replaced(folder):
    """A shell in the folder finds the new set, also without another cd."""
    path = scenario_in(folder)
    line = '"$0" run "$1" --samples 20 --quiet --out . > /dev/null && '
    place = Path(folder, "out")
    place.mkdir()
    result = subprocess.run(["sh", "-c", line * 3 + 'cd "$PWD" && ls', program, path],
                            cwd=place, env=dict(os.environ, PWD=str(place)),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    check(result.stdout.decode().split() == result_files, "another set", str(result))


def hostile_texts(folder):
    """Nothing that a file names acts on the terminal."""
    evil = "\\u001b]0;owned\\u0007\\u009b31m\\u202e"  # TOML's escapes
    path = Path(folder, "evil.toml")
    path.write_text(replaced('name = "minimal"', f'name = "{evil}"').replace(
        'source = "assumption"', f'source = "{evil}"'), encoding="utf-8")
    commands = [["run", path, "--samples", 20], ["run", path, "--samples", 20, "--json"],
                ["check", path], ["show", path], ["show", path, "--json"],
                ["compare", path, "baseline", "--samples", 20],
                ["run", path, "--samples", 20, "--out", "\x1b[31m\u202e"],
                ["run", "\x1b[31m\u202e.toml"], ["report", "\x1b[31m\u202e"],
                ["run", path, "--set", "\x1b[31m\u202e=1"], ["profiles", "\x1b[31m\u202e"]]
    for command in commands:
        result = run(*command, cwd=folder)
        text = (result.stdout + result.stderr).decode("utf-8")
        bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"}
        check(not bad, f"{command}: control characters", ascii(bad))
        if "--json" in command:
            json.loads(result.stdout)


def files_that_are_no_scenarios(folder):
    """What a scenario names is not quoted where it is something else."""
    secret = Path(folder, "secret")
    secret.write_text("root:$6$salt$hash:19000:0:99999:7:::\n")
    path = Path(folder, "mine.toml")
    for text, problem in (
            ('[scenario]\nextends = "secret"\n',
             r"mine.toml:2:11: error: cannot extend \"secret\": it is not TOML "
             r"\(from line 1 on\)"),
            (good + '\n[quantity.leak]\nunit = "1"\n'
             'value = { dist = "empirical", file = "secret", column = "x" }\n',
             r"has no column \"x\" \(it has 1 column\)")):
        path.write_text(text, encoding="utf-8")
        result = run("check", path, cwd=folder)
        refused(result, problem)
        check(b"salt" not in result.stderr and b"hash" not in result.stderr, "it is quoted",
              str(result.stderr))
    secret.write_text('token = "salt"\n')
    path.write_text('[scenario]\nextends = "secret"\n', encoding="utf-8")
    result = run("check", path, cwd=folder)
    refused(result, r"error: cannot extend \"secret\": it is no scenario \(it has no table")
    check(b"salt" not in result.stderr, "it is quoted", str(result.stderr))


def own_copy_of_the_baseline(folder):
    """What `show --toml` prints is the built-in scenario, byte for byte."""
    shown = run("show", "--toml", "baseline")
    check(shown.returncode == 0 and shown.stderr == b"", "show fails", str(shown.stderr))
    path = Path(folder, "my own.toml")
    path.write_bytes(shown.stdout)
    options = ["--samples", 64, "--seed", 3, "--quiet"]
    check(run("run", path, *options).stdout == run("run", *options).stdout,
          "another result")
    refused(run("show", "--toml", "--json"), r"--toml and --json do not go together")
    refused(run("show", "--toml", "--set", "scenario.end=2030-01"),
            r"--toml and --set do not go together")


def examples_of_the_documentation(folder):
    """The scenario reference's TOML blocks, the notations of its table of values and its
    --set, put together into one scenario, run without an error."""
    text = Path(__file__).parents[2].joinpath("docs/scenario-reference.md").read_text(
        "utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, re.S)
    check(len(blocks) >= 4, "too few blocks", str(len(blocks)))
    table = text[text.index("| written | means |"):]
    notations = [notation for row in re.findall(r"^\| (`.*?) \| ",
                                                table[:table.index("\n\n")], re.M)
                 for notation in re.findall(r"`([^`]*)`", row)]
    check(len(notations) >= 10, "too few notations", str(notations))
    quantities = {"seized": '"0.1 to 0.3"', "h100_price": '"20k to 27k"',
                  "tightening": '{ unit = "date", value = "2025-06 to 2027-06" }',
                  "flow": '{ unit = "chips/month", value = "2k to 10k" }',
                  "demand": '{ unit = "chips/month", value = "2k to 10k" }',
                  "china_approves": "0.5", "law": "0.5", "q_ascend": "0.8",
                  "war_base": '{ unit = "1/year", value = 0.1 }',
                  "war_slope": '{ unit = "1/(year month)", value = 0.01 }'}
    for i, notation in enumerate(notations):
        quantities[f"v{i}"] = (f'{{ value = {notation}, unit = "date" }}'
                               if notation.startswith('"2026-03') else notation)
    for name, value in quantities.items():
        if not value.startswith("{"):
            quantities[name] = f"{{ value = {value} }}"
    chip = "mfu = 0.4\ngoodput = 0.9\nprice = 3e4\nrental_price = 2\n"
    # the examples have one path; its lag needs another one
    reference = ('[path.us]\nbudget = 1e9\nrun_months = 3\nprecision = "fp8"\npue = 1.2\n'
                 'electricity_price = 0.1\nlife = 5\n[path.us.channel.buy]\n'
                 'kind = "purchase"\naccelerator = "h100_sxm"\nsupply = 1000\n')
    parts = ['[scenario]\nstart = "2024-01"\nend = "2026-12"\nreference = "us"', reference,
             "[output]\nquantities = " + json.dumps([*quantities, "cards"]),
             "[quantity]", *(f"{name} = {value}" for name, value in quantities.items()),
             *(f"[accelerator.{name}]\n{chip}"
               for name in ("h100_sxm", "h200_sxm", "ascend_910c")),
             *blocks]
    path = Path(folder, "examples.toml")
    path.write_text("\n".join(parts), encoding="utf-8")
    result = run("check", path)
    check(result.returncode == 0, "the examples have errors", result.stderr.decode())
    settings = re.findall(r'`--set "?([^`"]*)"?`', text)
    check(len(settings) >= 4, "too few --set", str(settings))
    arguments = [part for setting in settings if "KEY" not in setting and "NAME" not in setting
                 for part in ("--set", setting)]
    result = run("run", path, "--samples", 50, "--quiet", *arguments)
    check(result.returncode == 0, "the examples do not run", result.stderr.decode())


def every_json_document(folder):
    path = scenario_in(folder)
    for arguments in (["run", path, "--samples", 50, "--json"], ["show", path, "--json"],
                      ["profiles", "--json"], ["profiles", "h100", "--json"]):
        result = run(*arguments)
        check(result.returncode == 0, f"{arguments} fails", str(result.stderr))

        def no_constant(name):
            check(False, f"{name} in the JSON of {arguments}")

        json.loads(result.stdout, parse_constant=no_constant)


def own_profiles(folder):
    """A folder of profiles adds a chip that scenarios may use."""
    Path(folder, "chips").mkdir()
    source = '{ value = %s, source = "s", confidence = "low" }'
    Path(folder, "chips", "new_chip.toml").write_text(
        'vendor = "V"\nname = "New Chip"\nrelease = "2018-06"\n'
        f"tdp_w = {source % 500}\n[peak_flop_per_s]\nfp8 = {source % 4e15}\n"
        '[sources]\ns = "invented"\n')
    path = Path(folder, "own.toml")
    path.write_text(good.replace("ascend_910c", "new_chip"), encoding="utf-8")
    refused(run("run", path, "--samples", 50), r"new_chip")
    result = run("run", path, "--samples", 50, "--profiles", "chips", "--json", cwd=folder)
    check(result.returncode == 0, f"status {result.returncode}", str(result.stderr))
    check("chips.new_chip" in json.loads(result.stdout)["metrics"]["controlled"],
          "no such chips")
    check(b"New Chip" in run("profiles", "new_chip", "--profiles", "chips",
                             cwd=folder).stdout, "no such profile")


def comparing(folder):
    """compare: a scenario of one's own that builds on the baseline, beside it."""
    Path(folder, "mine.toml").write_text(
        '[scenario]\nname = "mine"\nextends = "baseline"\n'
        '[quantity.remote_access_law]\nvalue = 1\nsource = "assumption"\n')
    result = run("compare", "baseline", "mine.toml", "--samples", 200, "--out",
                 "difference.csv", cwd=folder)
    check(result.returncode == 0, f"status {result.returncode}", str(result.stderr))
    check(b"us_frontier (reference): the same in every sample" in result.stdout,
          "the US path changes", str(result.stdout[:2000]))
    lines = Path(folder, "difference.csv").read_text().splitlines()
    check(lines[0] == "scenario,path,metric,unit,month,side,statistic,value", lines[0])
    check(any(line.startswith("mine.toml,cn_restricted,lag_months,month,2028-12,"
                              "difference,mean,") for line in lines), "no lag")
    result = run("compare", "baseline", "mine.toml", "--samples", 200, "--json",
                 "--quiet", cwd=folder)
    check(json.loads(result.stdout)["scenarios"][0]["left_out"] == [], "left out")
    check(result.stderr == b"", str(result.stderr))
    refused(run("compare", "baseline"), r"two or more scenarios are needed")
    refused(run("compare", "baseline", "mine.tom", cwd=folder), r"^mine.tom: error: ")
    refused(run("compare", "baseline", "mine.toml", "--out", "no/such/dir/", cwd=folder),
            r"names no file")
    check(not Path(folder, "no").exists(), "a folder was left behind")


def losing_models(folder):
    """resilience: what is left where an event happens."""
    result = run("resilience", "--event", "api_cut=2027-06", "--samples", 200,
                 "--json", "--quiet")
    check(result.returncode == 0, f"status {result.returncode}", str(result.stderr))
    rows = json.loads(result.stdout)["events"][0]["rows"]
    cut = {row["path"]: row for row in rows if row["month"] == "2027-06"}
    check(cut["us_frontier"]["resilience"] == 1, "the leader loses its own models")
    check(0.5 < cut["cn_restricted"]["resilience"] < 1, str(cut["cn_restricted"]))
    refused(run("resilience", "--event", "api_cutt"), r'did you mean "api_cut"')


def errors_without_a_file(folder):
    """An error that has no file of its own starts with the program's name."""
    refused(run("profiles", "h100_smx"), r"^leadtime: error: .*h100_sxm")
    refused(run("run", "", cwd=folder),
            r"^leadtime: error: the name of the scenario file is empty")
    refused(run("run", "baselin", cwd=folder), r"^baselin: error: ")


def environment_of_libraries(folder):
    """What OpenMP and Kokkos would abort at, crash at or end with 1 for is ours to refuse."""
    path = Path(folder, "good.toml")
    path.write_text(good, encoding="utf-8")

    def with_variables(*more, **variables):
        environment = {**os.environ, "OMP_NUM_THREADS": "2", "NO_COLOR": "1", **variables}
        return run("run", path, "--samples", 10, "--quiet", *more, cwd=folder, env=environment)

    for name, value, expected in (
            ("KOKKOS_NUM_THREADS", "abc", "a whole number from 1 to 512"),
            ("KOKKOS_NUM_THREADS", "", "a whole number from 1 to 512"),
            ("KOKKOS_NUM_THREADS", "0", "a whole number from 1 to 512"),
            ("KOKKOS_NUM_THREADS", "-3", "a whole number from 1 to 512"),
            ("KOKKOS_NUM_THREADS", "1000000", "a whole number from 1 to 512"),
            ("KOKKOS_NUM_THREADS", "99999999999999999999", "a whole number from 1 to 512"),
            ("KOKKOS_DEVICE_ID", "abc", "the number of a device, from 0"),
            ("KOKKOS_DEVICE_ID", "-1", "the number of a device, from 0"),
            ("KOKKOS_VISIBLE_DEVICES", "0,x", "the number of a device, from 0"),
            ("KOKKOS_MAP_DEVICE_ID_BY", "chance", "random or mpi_rank"),
            ("KOKKOS_DISABLE_WARNINGS", "perhaps", "true or false"),
            ("KOKKOS_PRINT_CONFIGURATION", "abc", "true or false"),
            ("KOKKOS_TUNE_INTERNALS", "abc", "true or false")):
        result = with_variables(**{name: value})
        said = f'leadtime: error: the environment variable {name} is "{value}"; it is {expected}\n'
        check(result.stderr.decode() == said, f"{name}={value}", str(result.stderr))
        refused(result)
    for name, value, expected in (("OMP_NUM_THREADS", "abc", "a whole number from 1"),
                                  ("OMP_STACKSIZE", "much", "a size such as 16M")):
        result = with_variables(**{name: value})  # libgomp has said so before we start
        said = f'leadtime: error: the environment variable {name} is "{value}"; it is {expected}\n'
        check(result.stderr.decode().endswith(said), f"{name}={value}", str(result.stderr))
        refused(result)
    for variables in ({"KOKKOS_NUM_THREADS": "2"}, {"OMP_NUM_THREADS": "2,1"},
                      {"OMP_STACKSIZE": "16 M"}, {"KOKKOS_DISABLE_WARNINGS": "YES"},
                      {"OMP_THREAD_LIMIT": "1"}, {"OMP_DYNAMIC": "true"}):
        result = with_variables(**variables)
        check(result.returncode == 0 and b"libgomp" not in result.stderr
              and b"error" not in result.stderr.replace(b"standard error", b""),
              f"{variables} fails", str(result.stderr))
    result = with_variables(KOKKOS_PROFILE_LIBRARY="/a", KOKKOS_TOOLS_LIBS="/b")
    refused(result, r"^leadtime: error: the environment variable KOKKOS_PROFILE_LIBRARY is "
                    r"\"/a\"; it is the same as KOKKOS_TOOLS_LIBS, or not given\n$")
    refused(with_variables(OMP_STACKSIZE="100000G"),
            r"^leadtime: error: only 1 of 2 threads can be started: Resource temporarily "
            r"unavailable; give a smaller --threads or OMP_STACKSIZE\n$")
    # Threads that cannot be started: libgomp would end the program with 1.
    gigabytes = 3
    result = run("run", path, "--samples", 10, "--threads", 512, cwd=folder,
                 preexec_fn=lambda: resource.setrlimit(
                     resource.RLIMIT_AS, (gigabytes << 30, gigabytes << 30)))
    refused(result, r"^leadtime: error: only \d+ of 512 threads can be started: "
                    r"Resource temporarily unavailable; give a smaller --threads\n$")


def what_is_no_file(folder):
    """A pipe that a file names is not waited for; one that the shell opened is read."""
    os.mkfifo(Path(folder, "pipe"))
    refused(run("check", "pipe", cwd=folder),
            r"^pipe: error: this is a pipe \(expected a TOML file\)\n$")
    Path(folder, "over.toml").write_text("[scenario]\nextends = \"pipe\"\n")
    refused(run("check", "over.toml", cwd=folder),
            r"^over\.toml:2:11: error: cannot extend \"pipe\": this is a pipe")
    Path(folder, "self.toml").write_text("[scenario]\nextends = \"./self.toml\"\n")
    refused(run("check", "self.toml", cwd=folder),
            r"scenarios extend each other: self\.toml -> \./self\.toml\n")
    chips = Path(folder, "chips")
    chips.mkdir()
    os.mkfifo(chips / "a.toml")
    path = Path(folder, "good.toml")
    path.write_text(good, encoding="utf-8")
    refused(run("check", path, "--profiles", "chips", cwd=folder),
            r"^chips/a\.toml: error: this is a pipe \(expected a TOML file\)\n$")
    refused(run("check", path, "--profiles", "pipe", cwd=folder),
            r"^pipe: error: this is not a folder; ")
    with open(path, "rb") as file:
        result = run("check", "/dev/stdin", cwd=folder, stdin=file)
    check(result.returncode == 0, "standard input is not read", str(result.stderr))
    read_end, write_end = os.pipe()
    os.write(write_end, good.encode())
    os.close(write_end)
    result = run("check", "/dev/stdin", cwd=folder, stdin=read_end)
    os.close(read_end)
    check(result.returncode == 0, "a pipe is not read", str(result.stderr))


def scenarios_of_great_size(folder):
    """Deep or long texts end in a sentence, with a stack of usual size and little memory."""
    def checked(text):
        path = Path(folder, "large.toml")
        path.write_text(text, encoding="utf-8")
        limit = 4 << 30
        return run("check", path, cwd=folder, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_AS, (limit, limit)))

    head = ('[scenario]\nstart = "2024-01"\nend = "2025-12"\n'
            '[output]\nquantities = ["q0"]\n')
    refused(checked("x = { " + "b." * 250_000 + "b = 1 }\n"), r"this is nested too deeply")
    refused(checked("x = " + "[" * 500_000 + "\n"), r"this is nested too deeply")
    chain = "".join(f'[quantity.q{i}]\nformula = "previous(q{i + 1})"\n' for i in range(4000))
    result = checked(head + chain + "[quantity.q4000]\nvalue = 1\n")
    check(result.returncode == 0, "a chain of previous fails", str(result.stderr)[:300])
    path = Path(folder, "good.toml")
    path.write_text(good, encoding="utf-8")
    refused(run("sweep", path, "--lhs", 4_000_000_000, "--vary", "scenario.x=1:2", "--out",
                "out", cwd=folder),
            r"--lhs 4000000000: a sweep of more than 10000000 cells, or values of keys in "
            r"them, cannot be run\n$")
    refused(checked("gr\u00f6\u00dfe = 1\n" + head),
            r":1:1: error: the key gr\u00f6\u00dfe needs quotes ")


def help_and_version(folder):
    for arguments in (["--help"], ["--version"], *([command, "--help"] for command in (
            "run", "check", "show", "profiles", "compare", "resilience"))):
        result = run(*arguments)
        check(result.returncode == 0 and result.stderr == b"", f"{arguments} fails",
              str(result.stderr))
    check(run("--version").stdout.startswith(b"leadtime "), "no version")
    check(b"\ndevices      host (" in run("--version").stdout, "no devices")


def devices(folder):
    """Where samples run: by option, by the old variable, and what is not here."""
    path = Path(folder, "good.toml")
    path.write_text(good, encoding="utf-8")
    listed = json.loads(run("devices", "--json").stdout)
    names = [device["device"] for device in listed["devices"]]
    check(names[:2] == ["host", "kokkos"], "other devices", str(names))
    check((len(names) == 2) == bool(listed["without_gpu"]), "no reason", str(listed))
    table = run("devices").stdout
    check(b"--device name " in table and b"\nhost     OpenMP" in table, "another table",
          str(table))
    result = run("run", path, "--device", "gpu")
    check(result.stderr.decode() == 'leadtime: error: --device "gpu" is not known (it may be '
          "host, kokkos, cuda, cuda:N or all)\n", "another text", str(result.stderr))
    refused(result)

    summaries = set()
    for arguments, variables in ((("--device", "host"), {}), (("--device", "kokkos"), {}),
                                 ((), {"LEADTIME_BACKEND": "device"}),
                                 (("--device", "host"), {"LEADTIME_BACKEND": "device"})):
        environment = {**os.environ, "OMP_NUM_THREADS": "2", "NO_COLOR": "1", **variables}
        out = Path(folder, f"out{len(summaries)}")
        result = run("run", path, "--samples", 200, *arguments, "--out", out, env=environment)
        said = result.stderr.decode()
        check(("note: LEADTIME_BACKEND is read for one more version: give --device kokkos\n"
               in said) == (not arguments), "the wrong note", said)
        summaries.add((out / "summary.csv").read_bytes())
    check(len(summaries) == 1, "devices differ")
    if listed["without_gpu"]:
        for name in ("cuda", "cuda:0", "all"):
            result = run("run", path, "--device", name)
            check(result.stderr.decode() == f"leadtime: error: no GPU can be used (--device "
                  f"{name}): {listed['without_gpu']}\n", "another text", str(result.stderr))
            refused(result)


cases = {name: (lambda folder, name=name: bad_scenario(name, folder))
         for name in bad_scenarios}
for function in (file_of_two_gigabytes, directory_as_scenario, missing_scenario,
                 invalid_utf8, bad_override, bad_profiles_folder, bad_arguments,
                 places_that_cannot_be_written, full_disk, full_standard_output,
                 closed_pipe, interrupt, not_a_number_in_the_run, overrides, good_run,
                 table, memory, few_samples, outputs_that_are_asked_for,
                 odd_files_and_places, odd_texts,
                 shapes_of_scenarios, infinite_numbers, out_in_odd_places,
                 report_of_a_result, page_of_a_sweep, figures_of_a_result,
                 devices_pipes_and_links, two_at_once, working_folder_that_was_replaced,
                 hostile_texts, files_that_are_no_scenarios,
                 own_copy_of_the_baseline, examples_of_the_documentation,
                 every_json_document, own_profiles, comparing, losing_models,
                 errors_without_a_file, environment_of_libraries, what_is_no_file,
                 scenarios_of_great_size, help_and_version, devices):
    cases[function.__name__.replace("_", " ")] = function

for case, function in cases.items():
    if not wanted or case in wanted:
        with tempfile.TemporaryDirectory(prefix="leadtime-cli-") as temporary:
            function(temporary)
print(f"{len(wanted or cases)} cases, {len(failures)} failures")
sys.exit(1 if failures else 0)
