#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes distribution_quantiles.csv: what the quantile functions, moments and
distribution functions of estimator/quantities/ are tested against.

Values are from scipy.stats (made with SciPy 1.10.1); each quantile x at the score z
is ppf(Phi(z)) for z < 0 and isf(1 - Phi(z)) otherwise. Split families, truncated ones,
mixtures and zero-inflated ones are put together from scipy's normal and lognormal.

Run:  python3 make_distribution_quantiles.py > distribution_quantiles.csv
"""
import csv
import math
import sys

from scipy import integrate, optimize, stats

SCORES = [-6.5, -5, -4, -3, -2.5, -2, -1.6448536269514722, -1, -0.5, -0.1, 0,
          0.1, 0.5, 1, 1.6448536269514722, 2, 2.5, 3, 4, 5, 6.5]

FAMILIES = {
    "uniform": lambda a, b: stats.uniform(a, b - a),
    "loguniform": stats.loguniform,
    "normal": stats.norm,
    "triangular": lambda a, m, b: stats.triang((m - a) / (b - a), a, b - a),
    "pert": lambda a, m, b, k: stats.beta(1 + k * (m - a) / (b - a),
                                          1 + k * (b - m) / (b - a), a, b - a),
    "beta": lambda a, b, low, high: stats.beta(a, b, low, high - low),
    "gamma": lambda shape, scale: stats.gamma(shape, scale=scale),
    "truncated_normal": lambda m, s, a, b: stats.truncnorm(
        (a - m) / s, (b - m) / s, m, s),
}

CASES = [
    ("uniform", -3, 5), ("uniform", 0.85, 0.97),
    ("loguniform", 1e-3, 1e5), ("loguniform", 2, 3),
    ("normal", 0.35, 0.12), ("normal", -1000, 3),
    ("lognormal", 0, 1), ("lognormal", 12.43, 0.3659), ("lognormal", -2, 2.5),
    ("triangular", 0, 1, 4), ("triangular", -2, -2, 7), ("triangular", 1, 3, 3),
    ("pert", 0, 1, 4, 4), ("pert", -5, 2, 3, 2),
    ("beta", 30.11, 41.7, 0, 1), ("beta", 0.7, 1.6, 0, 1), ("beta", 0.3, 0.2, 0, 1),
    ("beta", 1, 1, 0, 1), ("beta", 50.59, 4.566, 0, 1), ("beta", 2, 5, -3, 10),
    ("beta", 900, 3000, 0, 1),
    ("gamma", 0.3, 2), ("gamma", 1, 5), ("gamma", 7.5, 0.1), ("gamma", 2000, 3),
    ("student_t", 1, 0, 1), ("student_t", 3, 10, 2), ("student_t", 30, -4, 0.5),
    ("truncated_normal", 0, 1, -1, 2), ("truncated_normal", 0, 1, 3, 5),
    ("truncated_normal", 10, 2, -20, 4),
]


class Lognormal:
    """exp of scipy's normal; scipy's own lognormal has no accurate upper tail."""

    def __init__(self, mu, sigma):
        self.log = stats.norm(mu, sigma)
        whole = stats.lognorm(sigma, scale=math.exp(mu))
        self.mean, self.var, self.pdf = whole.mean, whole.var, whole.pdf

    def ppf(self, p):
        return math.exp(self.log.ppf(p))

    def isf(self, q):
        return math.exp(self.log.isf(q))

    def cdf(self, x):
        return self.log.cdf(math.log(x))

    def sf(self, x):
        return self.log.sf(math.log(x))


class StudentT:
    """Through scipy's beta (t^2/(df + t^2)); scipy's own t.ppf has eight digits only."""

    def __init__(self, df, location, scale):
        self.df, self.location, self.scale = df, location, scale
        self.mean, self.var = stats.t(df, location, scale).stats()
        self.mean, self.var = (lambda m=self.mean: m), (lambda v=self.var: v)

    def tail(self, p):
        above = stats.beta(0.5, self.df / 2).isf(2 * p)
        below = stats.beta(self.df / 2, 0.5).ppf(2 * p)
        return self.scale * math.sqrt(self.df * above / below)

    def ppf(self, p):
        return self.location - self.tail(p)

    def isf(self, q):
        return self.location + self.tail(q)


FAMILIES["lognormal"] = Lognormal
FAMILIES["student_t"] = StudentT


def quantile(dist, z):
    return dist.ppf(stats.norm.cdf(z)) if z < 0 else dist.isf(stats.norm.sf(z))


def split(is_log, median, below, above):
    def at(z):
        x = z * (below if z < 0 else above)
        return median * math.exp(x) if is_log else median + x

    def moment(power):
        return integrate.quad(lambda z: at(z) ** power * stats.norm.pdf(z), -40, 0,
                              points=[-8, -2], epsabs=0, epsrel=1e-13, limit=500)[0] \
            + integrate.quad(lambda z: at(z) ** power * stats.norm.pdf(z), 0, 40,
                             points=[2, 8], epsabs=0, epsrel=1e-13, limit=500)[0]

    return at, moment(1), moment(2) - moment(1) ** 2


def truncated_lognormal(mu, sigma, low, high):
    base = FAMILIES["lognormal"](mu, sigma)
    log_base = FAMILIES["truncated_normal"](mu, sigma, math.log(low), math.log(high))
    mass = base.cdf(high) - base.cdf(low)
    moments = [integrate.quad(lambda x: x ** k * base.pdf(x), low, high, epsabs=0,
                              epsrel=1e-12, limit=500)[0] / mass for k in (1, 2)]
    return (lambda z: math.exp(quantile(log_base, z))), moments[0], \
        moments[1] - moments[0] ** 2


def mixture_of_two_lognormals(weight, mu_a, sigma_a, mu_b, sigma_b):
    a = FAMILIES["lognormal"](mu_a, sigma_a)
    b = FAMILIES["lognormal"](mu_b, sigma_b)

    def at(z):
        ends = sorted([quantile(a, z), quantile(b, z)])
        if z < 0:
            def miss(x):
                return weight * a.cdf(x) + (1 - weight) * b.cdf(x) - stats.norm.cdf(z)
        else:
            def miss(x):
                return stats.norm.sf(z) - weight * a.sf(x) - (1 - weight) * b.sf(x)
        return math.exp(optimize.brentq(lambda y: miss(math.exp(y)), math.log(ends[0]) - 1e-9,
                                        math.log(ends[1]) + 1e-9, xtol=1e-15, rtol=1e-14))

    mean = weight * a.mean() + (1 - weight) * b.mean()
    variance = weight * (a.var() + (a.mean() - mean) ** 2) \
        + (1 - weight) * (b.var() + (b.mean() - mean) ** 2)
    return at, mean, variance


def zero_inflated_lognormal(p_zero, mu, sigma):
    base = FAMILIES["lognormal"](mu, sigma)

    def at(z):
        if stats.norm.cdf(z) < p_zero:
            return 0.0
        return base.isf(stats.norm.sf(z) / (1 - p_zero))

    mean = (1 - p_zero) * base.mean()
    return at, mean, (1 - p_zero) * (base.var() + base.mean() ** 2) - mean ** 2


BUILT = [
    ("split_lognormal", (140000, 1.358, 0.7738),
     split(True, 140000, 1.358, 0.7738)),
    ("split_normal", (10, 4, 0.5), split(False, 10, 4, 0.5)),
    ("truncated_lognormal", (12, 0.5, 1e5, 3e5), truncated_lognormal(12, 0.5, 1e5, 3e5)),
    ("mixture_of_two_lognormals", (0.3, 0, 0.5, 3, 1),
     mixture_of_two_lognormals(0.3, 0, 0.5, 3, 1)),
    ("zero_inflated_lognormal", (0.4, 11.7, 1.034),
     zero_inflated_lognormal(0.4, 11.7, 1.034)),
]


def write(out, family, parameters, at, mean, variance):
    padded = list(parameters) + [""] * (5 - len(parameters))
    for z in SCORES:
        out.writerow([family, *padded, "quantile", z, repr(float(at(z)))])
    out.writerow([family, *padded, "mean", "", repr(float(mean))])
    out.writerow([family, *padded, "variance", "", repr(float(variance))])


def main():
    print("# SPDX-License-Identifier: Apache-2.0")
    print("# Written by make_distribution_quantiles.py with SciPy; argument: normal score z.")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["family", "a", "b", "c", "d", "e", "what", "argument", "value"])
    for family, *parameters in CASES:
        dist = FAMILIES[family](*parameters)
        write(out, family, parameters, lambda z: quantile(dist, z), dist.mean(), dist.var())
    for family, parameters, (at, mean, variance) in BUILT:
        write(out, family, parameters, at, mean, variance)


if __name__ == "__main__":
    main()
