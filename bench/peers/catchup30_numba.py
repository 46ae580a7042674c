#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""catchup30 in Numba: draws by NumPy, the model compiled and parallel over samples, order
statistics by NumPy. Compilation is not timed. Prints JSON as catchup30_numpy.py does.
"""
import json
import math
import sys
import time

import numba
import numpy as np

from catchup30_numpy import GOAL, QUARTERS, lognormal


@numba.njit(parallel=True, error_model="numpy")
def run_model(x, life, tpol, restricted, runs, costs, reached):
    for i in numba.prange(x.shape[1]):
        (b0, gb, p0, f0, gf, s0, gs, phi, mfu, share,
         gp, good, kap, pue, el, kw, fpol) = x[:, i]
        survive = (1 - phi) ** 0.25
        lasting = survive ** life[i]
        energy = kw * pue * el * 2190
        bought = np.empty(QUARTERS)
        added = np.empty(QUARTERS)
        fleet = flops = cost = 0.0
        reached[i] = QUARTERS
        for t in range(QUARTERS):
            y = t / 4
            price = p0 * math.exp(gp * y)
            cap = s0 * math.exp(gs * y)
            if restricted and t >= tpol[i]:
                cap *= fpol
            buy = min(b0 * math.exp(gb * y) / price, cap)
            cost += buy * price
            if t == 0:
                buy += 2 * s0
            bought[t] = buy
            added[t] = buy * f0 * math.exp(gf * y)
            fleet = survive * fleet + buy
            flops = survive * flops + added[t]
            if t >= life[i]:
                fleet -= lasting * bought[t - life[i]]
                flops -= lasting * added[t - life[i]]
            cost += fleet * energy
            decades = max(0.0, math.log10(share * fleet / 1e4))
            runs[t, i] = 8.64e6 * share * flops * mfu * good * max(
                0.2, 1 - kap * decades)
            costs[t, i] = cost
            if reached[i] == QUARTERS and runs[t, i] >= GOAL:
                if t == 0:
                    reached[i] = 0.0
                else:
                    before = math.log(runs[t - 1, i])
                    reached[i] = t - 1 + (math.log(GOAL) - before) / (
                        math.log(runs[t, i]) - before)


def actor(rng, n, restricted):
    if restricted:
        x = [lognormal(rng, 0.2e9, 1.2e9, n), rng.normal(0.40, 0.15, n),
             lognormal(rng, 15e3, 30e3, n), lognormal(rng, 0.3e15, 0.8e15, n),
             rng.normal(0.25, 0.10, n), lognormal(rng, 5e3, 4e4, n),
             rng.normal(0.30, 0.18, n), rng.beta(4, 26, n), rng.beta(12, 28, n),
             rng.beta(6, 6, n)]
        return x, rng.choice([16, 20, 24], n, p=[0.4, 0.4, 0.2])
    x = [lognormal(rng, 0.8e9, 4e9, n), rng.normal(0.35, 0.12, n),
         lognormal(rng, 30e3, 45e3, n), lognormal(rng, 0.8e15, 2e15, n),
         rng.normal(0.30, 0.08, n), lognormal(rng, 1.2e4, 6e4, n),
         rng.normal(0.25, 0.10, n), rng.beta(4, 46, n), rng.beta(20, 30, n),
         rng.beta(3, 7, n)]
    return x, rng.choice([16, 20, 24], n, p=[0.25, 0.5, 0.25])


def simulate(n, seed):
    rng = np.random.default_rng(seed)
    shared = [rng.normal(0.03, 0.05, n), rng.uniform(0.85, 0.97, n),
              rng.uniform(0.01, 0.05, n), rng.uniform(1.08, 1.35, n),
              lognormal(rng, 0.04, 0.10, n), rng.uniform(0.9, 1.6, n),
              rng.uniform(0.4, 1.0, n)]
    tpol = rng.choice([8, 16, 24, 99], n, p=[0.25, 0.25, 0.20, 0.30])
    series = np.empty((4 * QUARTERS + 3, n))
    for r in (0, 1):
        x, life = actor(rng, n, r == 1)
        run_model(np.array(x + shared), life, tpol, r == 1,
                  series[r * QUARTERS:(r + 1) * QUARTERS],
                  series[(2 + r) * QUARTERS:(3 + r) * QUARTERS], series[160 + r])
    series[162] = series[161] - series[160]
    return series


def main():
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 200_000
    simulate(1000, 2)  # compiles
    begin = time.perf_counter()
    series = simulate(n, 1)
    ranks = [int(p * (n - 1)) for p in (0.05, 0.50, 0.95, 0.99)]
    quantiles = np.partition(series, ranks, axis=1)[:, ranks]
    seconds = time.perf_counter() - begin
    print(json.dumps({"samples": n, "seconds": seconds,
                      "run_U_39": list(quantiles[39]), "T_U": list(quantiles[160]),
                      "lag": list(quantiles[162])}))


if __name__ == "__main__":
    main()
