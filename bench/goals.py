#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures what the project promises of its speed, and says which goals hold.

    bench/goals.py [--build build/release] [--threads 2] [--repeat 3]
    bench/goals.py --against afb7fb6 [--scale 1]

Times are of whole runs as the program reports them (the best of --repeat); memory and
start-up are of the process. Run it on an idle machine: it is no test of CTest's.
Ratios to other tools are printed by bench/peers/compare.py, shares of the machine's peak
by leadtime_roofline.

With --against, whole commands of this program and of that of an earlier commit run by
turns, with one thread; what counts is user time, the median of --repeat, so that a busy
machine weighs on both alike. The earlier program is built once from git and kept in
build/goals (or given as --before PROGRAM). --scale 0.1 runs a tenth of the samples. A
few goals are seconds: they are read beside the time of catchup30, in the last line.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
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


def program_of(commit):
    """The program of a commit, built from git once."""
    kept = ROOT / "build/goals" / commit
    source = kept / "source"
    program = source / "build/release/leadtime"
    if not program.exists():
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir(parents=True)
        archive = subprocess.run(["git", "-C", ROOT, "archive", commit], check=True,
                                 stdout=subprocess.PIPE).stdout
        subprocess.run(["tar", "-x", "-C", source], check=True, input=archive)
        if (ROOT / ".deps").exists():  # what set-up fetched serves both
            (source / ".deps").symlink_to(ROOT / ".deps")
        subprocess.run(["cmake", "--preset", "release"], cwd=source, check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run(["cmake", "--build", "--preset", "release", "--target", "leadtime"],
                       cwd=source, check=True)
    return program


def user_seconds(command, folder):
    """User time of a command, which must succeed."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE,
                          env=dict(os.environ, OMP_NUM_THREADS="1")) as process:
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {errors.decode()}")
    return usage.ru_utime


def cpu_milliseconds(bench, name):
    """CPU time of a benchmark of leadtime_bench."""
    done = subprocess.run([bench, f"--benchmark_filter=^{name}$",
                           "--benchmark_format=json"], check=True, cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    result, = json.loads(done.stdout)["benchmarks"]
    assert result["time_unit"] == "ms"
    return result["cpu_time"]


def compare(now, before, scale, repeat):
    """Ratios of user time, each with its goal; how many are missed."""
    missed = 0

    def median_of(*commands):
        times = [[] for _ in commands]
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(repeat):
                for place, command in enumerate(commands):
                    times[place].append(user_seconds(command, folder))
        return [statistics.median(own) for own in times]

    def faster(name, arguments, bound, old_arguments=None):
        nonlocal missed
        old, new = median_of([before, *(old_arguments or arguments)], [now, *arguments])
        missed += old / new < bound
        print(f"{'holds ' if old / new >= bound else 'MISSED'}  {name}: {old:.2f} s -> "
              f"{new:.2f} s, {old / new:.2f} times as fast (at least {bound:g})", flush=True)

    def within(name, value, bound, unit):
        nonlocal missed
        missed += value > bound
        print(f"{'holds ' if value <= bound else 'MISSED'}  {name}: {value:.3g} {unit} "
              f"(at most {bound:g})", flush=True)

    def samples(count):
        return ["--samples", str(max(int(count * scale), 1)), "--quiet"]

    def outputs(names):
        return [word for name in names for word in ("--output", name)]

    some = outputs(f"cn_restricted.lag@{year}-12" for year in range(2026, 2031))
    faster("baseline, all outputs, 100,000 samples",
           ["run", "baseline", *samples(100_000), "--out", "all"], 1.2)
    faster("baseline, tables without --out, 100,000 samples",
           ["run", "baseline", *samples(100_000)], 2)
    faster("baseline, tables without --out, 2,000 samples",
           ["run", "baseline", "--samples", "2000", "--quiet"], 3)
    faster("baseline, tables without --out, one sample",
           ["run", "baseline", "--samples", "1", "--quiet"], 10)
    faster("baseline, first-order indices, 1e6 samples",
           ["sensitivity", "baseline", *samples(1_000_000), "--pick-freeze", "0",
            "--tornado", "0", *some], 1.4)
    faster("show baseline", ["show", "baseline"], 8)
    # seconds of this program alone, to be read beside the last line
    few, more = 2000, max(int(60_000 * scale), 2001)
    at_year_ends = ["run", "baseline", "--quiet", *outputs(
        f"{path}.{metric}@{year}-12"
        for path in ("us_frontier", "cn_restricted", "cn_unrestricted")
        for metric in ("run_flop", "run_mfu", "run_cost_amortised_usd", "h100e_bf16")
        for year in range(2024, 2033))]
    four = ["run", "baseline", "--quiet", *outputs(
        f"{name}@2028-12" for name in ("us_frontier.run_flop", "cn_restricted.run_flop",
                                       "cn_restricted.run_mfu", "cn_restricted.lag"))]
    all_files = ["run", "baseline", "--samples", "2000", "--quiet", "--out", "few"]
    small, large, one, some_of_four, files = median_of(
        *([now, *arguments, *rest] for arguments, rest in (
            (at_year_ends, ["--samples", str(few)]),
            (at_year_ends, ["--samples", str(more)]),
            (four, ["--samples", "1"]), (four, ["--samples", "2000"]),
            (all_files, []))))
    within("path metrics at year ends, a sample", (large - small) / (more - few) * 1e6, 30,
           "us")
    within("2,000 samples of 4 outputs of 2028-12, beyond those of one sample",
           some_of_four - one, 0.12, "s")
    within("baseline, 2,000 samples, all files, half of it (two cores)", files / 2, 0.40,
           "s")
    within("baseline, read and compiled", sum(
        cpu_milliseconds(now.parent / "leadtime_bench", name)
        for name in ("estimator/scenario/read_baseline", "estimator/compile/baseline")),
        25, "ms")
    reference, = median_of([now, "run", CATCHUP30, *samples(1_000_000)])
    print(f"        in the same minute, catchup30, {max(int(1e6 * scale), 1):,} samples: "
          f"{reference:.2f} s")
    return missed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=ROOT / "build/release")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--hundred-million", action="store_true",
                        help="also run 1e8 samples (a minute on two cores)")
    parser.add_argument("--against", metavar="COMMIT",
                        help="measure user time against the program of an earlier commit")
    parser.add_argument("--before", metavar="PROGRAM", type=pathlib.Path,
                        help="that program, where it is built already")
    parser.add_argument("--scale", type=float, default=1.0,
                        help="share of the samples that --against runs")
    arguments = parser.parse_args()
    if arguments.against or arguments.before:
        before = (arguments.before or program_of(arguments.against)).resolve()
        now = (pathlib.Path(arguments.build) / "leadtime").resolve()
        return 1 if compare(now, before, arguments.scale, arguments.repeat) else 0
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
    goal("catchup30, whole run of one sample", small * 1000, 150, False,
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
