#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many times fewer samples `--sampler qmc` needs, at the same number of samples:

- factor_sd: by the spread of a statistic over seeds, relative error sqrt(2 / (SEEDS - 1));
- factor_se: by the standard errors that runs state, relative error sqrt(2 / (15 SEEDS)).

The error of independent samples is the one that Philox runs state (four seeds): it follows from
the binomial distribution, and tests hold it.

    bench/qmc_gain.py build/release/leadtime SCENARIO SAMPLES,... SEEDS PATH:METRIC:MONTH:STATISTIC ...
"""
import csv
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

program, scenario, sizes, seeds, *outputs = sys.argv[1:]
wanted = [tuple(output.split(":")) for output in outputs]


def run(samples, sampler, seed):
    """Value and standard error of each output."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "run", scenario, "--samples", samples, "--sampler", sampler,
                        "--seed", str(seed), "--out", f"{folder}/out", "--quiet"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with Path(folder, "out/summary.csv").open(newline="") as file:
            rows = csv.DictReader(file)
            found = {(r["path"], r["metric"], r["month"], r["statistic"]): float(r["value"])
                     for r in rows}
    return [(found[key], found[(*key[:3], key[3] + "_se")]) for key in wanted]


def mean_square(values):
    return statistics.fmean(x * x for x in values)


print("samples output se_philox sd_qmc se_qmc factor_sd factor_se")
for samples in sizes.split(","):
    philox = zip(*(run(samples, "philox", seed + 1) for seed in range(min(int(seeds), 4))))
    qmc = zip(*(run(samples, "qmc", seed + 1) for seed in range(int(seeds))))
    for output, plain, quasi in zip(outputs, philox, qmc):
        independent = mean_square(se for _, se in plain)
        spread = statistics.variance(value for value, _ in quasi)
        stated = mean_square(se for _, se in quasi)
        print(samples, output, f"{independent ** 0.5:.4g} {spread ** 0.5:.4g} {stated ** 0.5:.4g}",
              *(f"{independent / x:.3g}" if x > 0 else "inf" for x in (spread, stated)), flush=True)
