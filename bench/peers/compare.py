#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs catchup30 in leadtime and in its peers, one after another, and prints ratios.

    bench/peers/compare.py [--leadtime build/release/leadtime] [--threads 2] [--repeat 3]
                           [--quick]

NumPy and Numba are taken from a Python that has them (/usr/bin/python3 on Debian with
python3-numpy and python3-numba, or PEERS_PYTHON), Squiggle is installed by npm from
package.json into build/peers; what is missing is left out and said. Each program times
itself, from the first draw to the last quantile, without its start; the best of
--repeat runs counts. Every p50 must be within its sampling error of the reference.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "peers"
# Medians and 99 % quantiles of a double-precision program over 4e7 samples
# (tests/scenarios/catchup30.test.cpp), and their relative scatter for one sample.
REFERENCE = {"run_U_39": (3.060e28, 5.515e29), "T_U": (13.069, 34.43),
             "lag": (12.39, 33.98)}
SCATTER_P50 = {"run_U_39": 1.6, "T_U": 0.6, "lag": 1.1}


def output(command, **keys):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **keys).stdout


def python_with(module):
    for python in (os.environ.get("PEERS_PYTHON"), "/usr/bin/python3", sys.executable):
        if python and subprocess.run([python, "-c", f"import {module}"],
                                     stderr=subprocess.DEVNULL).returncode == 0:
            return python
    return None


def squiggle_folder():
    if not shutil.which("npm"):
        return None
    if not (WORK / "node_modules").exists():
        WORK.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", WORK)
        if subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"],
                          cwd=WORK).returncode:
            return None
    return WORK


def compiled(name, *flags):
    compiler = shutil.which("g++")
    if not compiler:
        return None
    WORK.mkdir(parents=True, exist_ok=True)
    subprocess.run([compiler, "-O3", "-march=x86-64-v3", "-std=c++20", *flags,
                    HERE / f"{name}.cpp", "-o", WORK / name], check=True)
    return WORK / name


def run_leadtime(program, samples, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    text = output([program, "run", ROOT / "scenarios/reproduce/catchup30.toml",
                   "--samples", str(samples), "--json", "--quiet"], env=environment)
    document = json.loads(text)
    def quantiles(quantity, step=None):
        row = document["outputs"][quantity]
        names = ("p05", "p50", "p95", "p99")
        return [row[name] if step is None else row[name][step] for name in names]
    return {"samples": samples, "seconds": document["wall_time_s"],
            "run_U_39": quantiles("run_U", 39), "T_U": quantiles("T_U"),
            "lag": quantiles("lag")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leadtime", default=ROOT / "build/release/leadtime")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a tenth of the samples")
    arguments = parser.parse_args()
    less = 10 if arguments.quick else 1

    runs = [("leadtime", f"{arguments.threads} threads", 4_000_000 // less,
             lambda n: run_leadtime(arguments.leadtime, n, arguments.threads))]
    def add(name, how, samples, command, missing):
        if command is None:
            print(f"{name}: left out ({missing})", file=sys.stderr)
        else:
            runs.append((name, how, samples // less, lambda n: json.loads(
                output([*command, str(n), *tail.get(name, [])], cwd=HERE))))
    tail = {}
    numpy, numba, node = python_with("numpy"), python_with("numba"), squiggle_folder()
    plain = compiled("catchup30")
    # what leadtime is compiled with, but for contraction
    by_hand = compiled("catchup30_openmp", "-fopenmp", "-fno-math-errno",
                       "-fno-trapping-math", "-Wno-psabi")
    add("NumPy", "float64, 1 thread", 200_000,
        numpy and [numpy, "catchup30_numpy.py"], "no Python with numpy")
    add("Numba", f"float64, {arguments.threads} threads", 200_000,
        numba and ["env", f"NUMBA_NUM_THREADS={arguments.threads}", numba,
                   "catchup30_numba.py"], "no Python with numba")
    add("plain C++", "double, 1 thread, -O3", 200_000, plain and [plain], "no g++")
    add("C++ OpenMP", f"float, {arguments.threads} threads", 4_000_000,
        by_hand and ["env", f"OMP_NUM_THREADS={arguments.threads}", by_hand], "no g++")
    tail["Squiggle"] = [str(node)]
    add("Squiggle", "0.10, 1 thread", 5_000,
        node and ["node", "catchup30_squiggle.mjs"], "no npm")

    rates, problems = {}, []
    print(f"{'':10} {'':22} {'samples':>9} {'samples/s':>11} {'leadtime is':>12}  "
          "p50 run U, t=39   T_U     lag")
    for name, how, samples, run in runs:
        results = [run(samples) for _ in range(arguments.repeat)]
        best = min(results, key=lambda r: r["seconds"])
        rates[name] = samples / best["seconds"]
        print(f"{name:10} {how:22} {samples:9,} {rates[name]:11,.0f} "
              f"{rates['leadtime'] / rates[name]:10.1f} x  {best['run_U_39'][1]:15.4g} "
              f"{best['T_U'][1]:7.3f} {best['lag'][1]:7.3f}")
        for key, (p50, _) in REFERENCE.items():
            allowed = max(0.001, 5 * SCATTER_P50[key] / samples**0.5)
            if abs(best[key][1] / p50 - 1) > allowed:
                problems.append(f"{name}: p50 of {key} is {best[key][1]:.5g}, the "
                                f"reference says {p50:.5g}")
    for problem in problems:
        print("compare: error:", problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
