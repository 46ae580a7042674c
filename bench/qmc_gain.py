#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many times fewer samples `--sampler qmc` needs: the spread of a statistic over seeds,
with Philox and with scrambled Sobol points, at the same number of samples.

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
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "run", scenario, "--samples", samples, "--sampler", sampler,
                        "--seed", str(seed), "--out", f"{folder}/out", "--quiet"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with Path(folder, "out/summary.csv").open(newline="") as file:
            rows = csv.DictReader(file)
            found = {(r["path"], r["metric"], r["month"], r["statistic"]): float(r["value"])
                     for r in rows}
    return [found[key] for key in wanted]


print("samples output sd_philox sd_qmc factor")
for samples in sizes.split(","):
    spread = {}
    for sampler in ("philox", "qmc"):
        values = zip(*(run(samples, sampler, seed + 1) for seed in range(int(seeds))))
        spread[sampler] = [statistics.stdev(v) for v in values]
    for output, philox, qmc in zip(outputs, spread["philox"], spread["qmc"]):
        factor = (philox / qmc) ** 2 if qmc > 0 else float("inf")
        print(samples, output, f"{philox:.4g} {qmc:.4g} {factor:.3g}", flush=True)
