#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures what the project promises of its speed, and says which goals hold.

    bench/goals.py [--build build/release] [--threads 2] [--repeat 3]

Times are of whole runs as the program reports them (the best of --repeat); memory and
start-up are of the process. Run it on an idle machine: it is no test of CTest's.
Ratios to other tools are printed by bench/peers/compare.py, shares of the machine's peak
by leadtime_roofline.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CATCHUP30 = ROOT / "scenarios/reproduce/catchup30.toml"


class Program:
    def __init__(self, build, repeat):
        self.path = pathlib.Path(build) / "leadtime"
        self.repeat = repeat

    def command(self, scenario, samples, threads):
        return [self.path, "run", scenario, "--samples", str(samples), "--json", "--quiet",
                "--threads", str(threads)]

    def run(self, scenario, samples, threads):
        """The JSON document and the wall time."""
        begin = time.perf_counter()
        done = subprocess.run(self.command(scenario, samples, threads), check=True,
                              stdout=subprocess.PIPE)
        return json.loads(done.stdout), time.perf_counter() - begin

    def memory(self, scenario, samples, threads):
        """The peak of resident memory, in MB."""
        peak = 0
        # not wait4's: that counts what this process had when it forked
        with subprocess.Popen(self.command(scenario, samples, threads),
                              stdout=subprocess.DEVNULL) as process:
            status = pathlib.Path(f"/proc/{process.pid}/status")
            while process.poll() is None:
                for line in status.read_text().splitlines():
                    if line.startswith("VmHWM:"):
                        peak = max(peak, int(line.split()[1]))
                time.sleep(0.01)
        return peak / 1024

    def rate(self, scenario, samples, threads):
        return max(samples / self.run(scenario, samples, threads)[0]["wall_time_s"]
                   for _ in range(self.repeat))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=ROOT / "build/release")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--hundred-million", action="store_true",
                        help="also run 1e8 samples (a minute on two cores)")
    arguments = parser.parse_args()
    program = Program(arguments.build, arguments.repeat)
    missed = 0

    def goal(name, value, bound, at_least, unit=""):
        nonlocal missed
        holds = value >= bound if at_least else value <= bound
        missed += not holds
        print(f"{'holds ' if holds else 'MISSED'}  {name}: {value:,.4g}{unit} "
              f"({'at least' if at_least else 'at most'} {bound:,g}{unit})")

    n = 4_000_000
    rate = program.rate(CATCHUP30, n, arguments.threads)
    goal("catchup30, samples/s", rate, 2.5e6, True)
    goal("catchup30, 1 -> 2 threads", rate / program.rate(CATCHUP30, n, 1), 1.85, True)
    memory = program.memory(CATCHUP30, 1_000_000, arguments.threads)
    goal("catchup30, 1e6 samples, memory", memory, 64, False, " MB")
    # of 1e6 samples the median's own standard error is 0.16 %
    document, _ = program.run(CATCHUP30, n, arguments.threads)
    run_u = document["outputs"]["run_U"]
    goal("catchup30, p50 of run U, t = 39, off by",
         abs(run_u["p50"][39] / 3.060e28 - 1) * 100, 0.1, False, " %")
    goal("catchup30, p99 of run U, t = 39, off by",
         abs(run_u["p99"][39] / 5.515e29 - 1) * 100, 1.0, False, " %")
    few = min(program.run("baseline", 1, arguments.threads)[1]
              for _ in range(arguments.repeat))
    small = min(program.run(CATCHUP30, 1, arguments.threads)[1]
                for _ in range(arguments.repeat))
    goal("catchup30, whole run of one sample (with its pilot)", small * 1000, 150, False,
         " ms")
    print(f"        baseline, whole run of one sample: {few * 1000:.0f} ms")
    samples = 20_000
    two = program.rate("baseline", samples, arguments.threads)
    print(f"        baseline, samples/s: {two:,.0f}")
    goal("baseline, 1 -> 2 threads", two / program.rate("baseline", samples, 1), 1.85,
         True)
    if arguments.hundred_million:
        large = program.memory(CATCHUP30, 100_000_000, arguments.threads)
        goal("catchup30, memory of 1e8 samples over that of 1e6", large / memory, 1.05,
             False)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
