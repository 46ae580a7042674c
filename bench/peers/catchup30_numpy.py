#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""catchup30 in NumPy, as a careful user would write it: float64, a vector of samples at
a time, order statistics by partition. Prints JSON: samples/s and the checked quantiles.
"""
import json
import sys
import time

import numpy as np

QUARTERS = 40
GOAL = 1e27
Z95 = 1.6448536269514722


def lognormal(rng, low, high, n):
    mu = (np.log(low) + np.log(high)) / 2
    sigma = (np.log(high) - np.log(low)) / (2 * Z95)
    return rng.lognormal(mu, sigma, n)


def actor(rng, n, shared, restricted):
    if restricted:
        b0, p0 = lognormal(rng, 0.2e9, 1.2e9, n), lognormal(rng, 15e3, 30e3, n)
        gb, f0 = rng.normal(0.40, 0.15, n), lognormal(rng, 0.3e15, 0.8e15, n)
        gf, s0 = rng.normal(0.25, 0.10, n), lognormal(rng, 5e3, 4e4, n)
        gs, phi = rng.normal(0.30, 0.18, n), rng.beta(4, 26, n)
        life = rng.choice([16, 20, 24], n, p=[0.4, 0.4, 0.2])
        mfu, share = rng.beta(12, 28, n), rng.beta(6, 6, n)
    else:
        b0, p0 = lognormal(rng, 0.8e9, 4e9, n), lognormal(rng, 30e3, 45e3, n)
        gb, f0 = rng.normal(0.35, 0.12, n), lognormal(rng, 0.8e15, 2e15, n)
        gf, s0 = rng.normal(0.30, 0.08, n), lognormal(rng, 1.2e4, 6e4, n)
        gs, phi = rng.normal(0.25, 0.10, n), rng.beta(4, 46, n)
        life = rng.choice([16, 20, 24], n, p=[0.25, 0.5, 0.25])
        mfu, share = rng.beta(20, 30, n), rng.beta(3, 7, n)
    survive = (1 - phi) ** 0.25
    lasting = survive**life
    energy = shared["kw"] * shared["pue"] * shared["el"] * 2190
    m = mfu * shared["good"]
    bought = np.empty((QUARTERS, n))
    added = np.empty((QUARTERS, n))
    runs = np.empty((QUARTERS, n))
    costs = np.empty((QUARTERS, n))
    fleet = np.zeros(n)
    flops = np.zeros(n)
    cost = np.zeros(n)
    for t in range(QUARTERS):
        y = t / 4
        price = p0 * np.exp(shared["gp"] * y)
        cap = s0 * np.exp(gs * y)
        if restricted:
            cap = np.where(t >= shared["tpol"], cap * shared["fpol"], cap)
        buy = np.minimum(b0 * np.exp(gb * y) / price, cap)
        cost = cost + buy * price
        if t == 0:
            buy = buy + 2 * s0
        add = buy * f0 * np.exp(gf * y)
        bought[t], added[t] = buy, add
        fleet = survive * fleet + buy
        flops = survive * flops + add
        for age in (16, 20, 24):
            if t >= age:
                old = np.where(life == age, lasting, 0.0)
                fleet = fleet - old * bought[t - age]
                flops = flops - old * added[t - age]
        cost = cost + fleet * energy
        decades = np.maximum(0, np.log10(share * fleet / 1e4))
        runs[t] = 8.64e6 * share * flops * m * np.maximum(
            0.2, 1 - shared["kap"] * decades)
        costs[t] = cost
    return runs, costs


def first_reached(runs):
    n = runs.shape[1]
    reached = runs >= GOAL
    t = np.where(reached.any(axis=0), reached.argmax(axis=0), QUARTERS)
    inside = np.clip(t, 1, QUARTERS - 1)
    columns = np.arange(n)
    before = np.log(runs[inside - 1, columns])
    here = np.log(runs[inside, columns])
    when = inside - 1 + (np.log(GOAL) - before) / (here - before)
    return np.where(t == 0, 0.0, np.where(t == QUARTERS, float(QUARTERS), when))


def simulate(n, seed):
    rng = np.random.default_rng(seed)
    shared = {
        "gp": rng.normal(0.03, 0.05, n), "good": rng.uniform(0.85, 0.97, n),
        "kap": rng.uniform(0.01, 0.05, n), "pue": rng.uniform(1.08, 1.35, n),
        "el": lognormal(rng, 0.04, 0.10, n), "kw": rng.uniform(0.9, 1.6, n),
        "tpol": rng.choice([8, 16, 24, 99], n, p=[0.25, 0.25, 0.20, 0.30]),
        "fpol": rng.uniform(0.4, 1.0, n)}
    run_u, cost_u = actor(rng, n, shared, False)
    run_r, cost_r = actor(rng, n, shared, True)
    t_u, t_r = first_reached(run_u), first_reached(run_r)
    return np.concatenate([run_u, run_r, cost_u, cost_r, [t_u], [t_r], [t_r - t_u]])


def main():
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 200_000
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
