#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An installed leadtime works without its checkout, for users and for other programs.

Usage: consumer.test.py BUILD_DIR SOURCE_DIR CXX_COMPILER

1. `cmake --install` into an empty prefix: program, libraries, headers, manual and
   completions are where they belong, and nothing of it names the build folder.
2. The program runs with checkout and build hidden (where this user may hide them).
3. examples/ is configured against the prefix, compiles, and median_lag prints the medians
   that the program itself reports. All of it without LD_LIBRARY_PATH.
4. The Python package, where it was built, gives these medians too, hidden likewise.

A build whose Kokkos cannot be taken along refuses to be installed, with a reason.
"""
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

build, source = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
compiler = sys.argv[3]
environment = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
environment.update(OMP_NUM_THREADS="2", NO_COLOR="1")
failures = []


def run(*command, cwd=None):
    return subprocess.run([str(word) for word in command], cwd=cwd, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)


def must(*command, cwd=None):
    done = run(*command, cwd=cwd)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def check(condition, claim, detail=""):
    if not condition:
        failures.append(claim)
        print(f"FAILED: {claim}\n{detail}", file=sys.stderr)


def cannot_leave():
    """Whether set-up had to say that this Kokkos stays in .deps/."""
    cache = (build / "CMakeCache.txt").read_text()
    kokkos = re.search(r"^Kokkos_DIR:PATH=(.*)$", cache, re.M).group(1)
    usr = Path(kokkos).parents[2]
    return (usr / "include/kokkos").is_dir() and ".deps" in usr.parts and not (
        usr / "lib/leadtime/libleadtime-kokkos.so").exists()


def files_are_in_place(prefix):
    for name in ("bin/leadtime", "include/leadtime/estimator/study/estimate.hpp",
                 "share/man/man1/leadtime.1", "share/zsh/site-functions/_leadtime",
                 "share/bash-completion/completions/leadtime",
                 "share/fish/vendor_completions.d/leadtime.fish"):
        check((prefix / name).is_file(), f"{name} is not installed")
    check(not list(prefix.rglob("cli")), "headers of the command line are installed")
    texts = [p for p in prefix.rglob("*") if p.suffix in (".cmake", ".hpp", ".1", ".fish")]
    check(len(texts) > 50, f"only {len(texts)} texts")
    for path in texts:
        check(str(build) not in path.read_text("utf-8", "replace"),
              f"{path.relative_to(prefix)} names the build folder")
    if shutil.which("readelf") and (prefix / "lib/leadtime").is_dir():
        dynamic = must("readelf", "-d", prefix / "bin/leadtime")
        paths = re.findall(r"\(R(?:UN)?PATH\).*\[(.*)\]", dynamic)
        check(paths == ["$ORIGIN/lib/leadtime:$ORIGIN/../lib/leadtime"],
              "the search path is another", str(paths))
    if shutil.which("readelf"):  # an empty entry would be the current folder
        dynamic = must("readelf", "-d", build / "leadtime")
        for path in re.findall(r"\(R(?:UN)?PATH\).*\[(.*)\]", dynamic):
            check("" not in path.split(":"), "the program searches the current folder", path)


def hidden(*command):
    """Runs where checkout and build are empty folders, if this user may do that."""
    script = 'for folder in "$0" "$1"; do mount -t tmpfs none "$folder"; done; shift; exec "$@"'
    wrapped = ["unshare", "--mount", "sh", "-ec", script, build, source, *command]
    if run("unshare", "--mount", "sh", "-ec", script, build, source, "true").returncode != 0:
        print("checkout and build could not be hidden: the program runs beside them")
        wrapped = command
    return must(*wrapped, cwd="/")


def medians_of(folder):
    """Path, year: p50 of the lag at year ends, as the program writes them."""
    with open(folder / "summary.csv", newline="", encoding="utf-8") as file:
        return {(row["path"], row["month"][:4]): float(row["value"])
                for row in csv.DictReader(file)
                if row["metric"] == "lag_months" and row["statistic"] == "p50"
                and row["month"].endswith("-12")}


def main():
    with tempfile.TemporaryDirectory(prefix="leadtime-install-") as temporary:
        prefix, result = Path(temporary, "prefix"), Path(temporary, "result")
        if cannot_leave():
            done = run("cmake", "--install", build, "--prefix", prefix)
            check(done.returncode != 0 and "cannot be installed or packaged" in done.stderr,
                  "no reason why it cannot be installed", done.stderr)
            return
        must("cmake", "--install", build, "--prefix", prefix)
        files_are_in_place(prefix)
        hidden(prefix / "bin/leadtime", "run", "--samples", "2000", "--quiet", "--out", result)
        wanted = medians_of(result)
        check(len(wanted) >= 8, "few medians", str(wanted))

        python_package(prefix, wanted)

        consumer = Path(temporary, "consumer")
        shutil.copytree(source / "examples", Path(temporary, "examples"))
        must("cmake", "-S", Path(temporary, "examples"), "-B", consumer, "-G", "Ninja",
             f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler}",
             "-DCMAKE_CXX_FLAGS=-O0 -Wall -Wextra -Wpedantic -Werror")
        must("cmake", "--build", consumer, "-j", "2")
        printed = hidden(consumer / "median_lag")
        found = {(path, year): float(value) for path, year, value in map(str.split,
                                                                    printed.splitlines())}
        check(found.keys() == wanted.keys(), "other rows", f"{found}\n{wanted}")
        for key, value in wanted.items():
            check(found.get(key) == value or abs(found.get(key, -1) - value) <= 1e-8 * abs(value),
                  f"median of {key}", f"library: {found.get(key)}, program: {value}")
        examples(consumer, wanted)


def python_package(prefix, medians):
    """The same medians from Python; it needs numpy alone."""
    cache = (build / "CMakeCache.txt").read_text()
    python = re.search(r"^_?Python_EXECUTABLE:\w+=(.+)$", cache, re.M)
    engine = list(prefix.glob("lib/python3*/*/leadtime/_engine*.so"))
    built = list((build / "python/leadtime").glob("_engine*.so"))
    check(len(engine) == len(built), "the Python package is not installed", str(engine))
    if not engine or run(python.group(1), "-c", "import numpy").returncode != 0:
        print("no Python package, or no numpy: not tried")
        return
    code = ("import sys; sys.path.insert(0, sys.argv[1]); import leadtime\n"
            "r = leadtime.scenario('baseline').run(2000, outputs='lag')\n"
            "p50 = r.statistics.index('p50')\n"
            "for (path, _, _, month), values in zip(r.rows, r.values):\n"
            "    if month.endswith('-12'): print(path, month[:4], repr(float(values[p50])))")
    printed = hidden(python.group(1), "-c", code, engine[0].parents[1])
    found = {(path, year): float(value) for path, year, value in map(str.split,
                                                                printed.splitlines())}
    check(found == medians, "Python has other medians", f"{found}\n{medians}")


def examples(folder, medians):
    """What the other two print agrees with the program, too."""
    compared = must(folder / "compare_lags", "baseline", "ascend_stalls", "2000")
    check(len(compared.splitlines()) >= 9 and "ascend_stalls" in compared,
          "compare_lags prints something else", compared)
    swept = must(folder / "sweep_lag").splitlines()
    check(swept[:1] == ["quantity.remote_access_law.value,path,p5,p50,p95"]
          and {line.split(",")[0] for line in swept[1:]} == {"0", "0.5", "1"},
          "sweep_lag prints something else", "\n".join(swept))
    refused = run(folder / "sweep_lag", "baseline", "quantity.no_such.value", "1")
    check(refused.returncode == 2 and "no_such" in refused.stderr,
          "sweep_lag does not say what is wrong", refused.stderr)


main()
sys.exit(1 if failures else 0)
