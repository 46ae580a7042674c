# SPDX-License-Identifier: Apache-2.0
"""Runs the program under two C libraries: its results must have the same bits.

program_bits.test.py PROGRAM SOURCE_DIR: one library is the system's, the other lies in
.deps. summary.csv and result.nc of each scenario are compared byte by byte. Where there is
no second one, or the program starts through it anyway, nothing can be compared; the test
says so and is skipped (77).
"""

import glob
import os
import subprocess
import sys
import tempfile

SAMPLES = {"baseline": "2000"}  # others fewer: it is the plans that could differ
LIBRARY_SCENARIOS = 10


def skip(why):
    print("nothing compared: " + why)
    sys.exit(77)


def run(command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500,
                          stdin=subprocess.DEVNULL,
                          env=dict(os.environ, OMP_NUM_THREADS="2", **environment))
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def c_library(start):
    """The file that the program gets its C library from."""
    # a loader takes this variable for its own, too
    listing = run([*start, "--version"], LD_TRACE_LOADED_OBJECTS="1")
    return next(word for word in listing.split() if word.startswith("/") and "libc.so" in word)


def results(start, scenario, folder):
    run([*start, "run", scenario, "--samples", SAMPLES.get(scenario, "500"), "--quiet",
         "--out", folder])
    return {name: open(os.path.join(folder, name), "rb").read()
            for name in ("summary.csv", "result.nc")}


def main():
    program, source = sys.argv[1:]
    found = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    files = [word for word in found.split() if word.startswith("/")]
    system = next(word for word in files if os.path.basename(word).startswith("ld-"))
    folders = sorted({os.path.dirname(word) for word in files})
    private = glob.glob(os.path.join(source, ".deps/usr/lib/*", os.path.basename(system)))
    if not private:
        skip(".deps holds no C library of its own")
    if any(os.path.dirname(os.path.realpath(private[0])) == os.path.dirname(word)
           for word in files):
        skip("the program starts through the C library in .deps")
    path = ":".join([os.path.dirname(private[0]), *folders])
    under_system = [program]
    under_private = [private[0], "--library-path", path, program]
    libraries = c_library(under_system), c_library(under_private)
    if libraries[0] == libraries[1]:
        sys.exit(f"both are {libraries[0]}")

    others = sorted(glob.glob(os.path.join(source, "scenarios/library/*.toml")))
    step = max(1, len(others) // LIBRARY_SCENARIOS)
    scenarios = ["baseline", os.path.join(source, "scenarios/reproduce/catchup30.toml"),
                 *others[::step][:LIBRARY_SCENARIOS]]
    if len(scenarios) < 2 + LIBRARY_SCENARIOS:
        sys.exit(f"only {len(scenarios)} scenarios")
    different = []
    for scenario in scenarios:
        with tempfile.TemporaryDirectory(prefix="leadtime-bits-") as folder:
            first = results(under_system, scenario, os.path.join(folder, "system"))
            second = results(under_private, scenario, os.path.join(folder, "private"))
        for name, text in first.items():
            if text != second[name]:
                bytes_of = sum(a != b for a, b in zip(text, second[name]))
                different.append(f"{name} of {scenario}: {bytes_of} bytes or more")
    if different:
        sys.exit("\n".join([f"{libraries[0]} and {libraries[1]} differ:", *different]))
    print(f"summary.csv and result.nc of {len(scenarios)} scenarios are the same under "
          f"{libraries[0]} and {libraries[1]}")


main()
