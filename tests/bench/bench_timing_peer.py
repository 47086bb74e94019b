#!/usr/bin/env python3
# The peer of bench_timing: BG/NBD and Pareto/NBD by scipy, as analysts fit them (L-BFGS-B over the logarithms, then
# Nelder-Mead until nothing moves), on one thread. bench_timing_peer.py FILE: lines "repeats recency age". Prints a line
# a model: name, milliseconds (best of five), log likelihood, parameters.
import sys
import time

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1


def bgnbd(logs, x, recency, age):
    r, alpha, a, b = np.exp(logs)
    first = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    second = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    stays = -(r + x) * np.log(alpha + age)
    with np.errstate(divide="ignore"):
        left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + recency)
    return first + second + np.logaddexp(stays, np.where(x > 0, left, -np.inf))


def paretonbd(logs, x, recency, age):
    r, alpha, s, beta = np.exp(logs)
    larger, apart = max(alpha, beta), abs(alpha - beta)
    second = s + 1 if alpha >= beta else r + x
    power = r + s + x
    here = np.log(hyp2f1(power, second, power + 1, apart / (larger + recency))) - power * np.log(larger + recency)
    end = np.log(hyp2f1(power, second, power + 1, apart / (larger + age))) - power * np.log(larger + age)
    left = here + np.log1p(-np.exp(np.minimum(end - here, -1e-300)))
    stays = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    return (gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
            + np.logaddexp(stays, np.log(s) - np.log(power) + left))


def fit(model, data):
    def minus(logs):
        return -model(logs, *data).sum()
    found = minimize(minus, np.zeros(4), method="L-BFGS-B", options={"maxiter": 5000})
    found = minimize(minus, found.x, method="Nelder-Mead",
                     options={"xatol": 1e-8, "fatol": 1e-8, "maxiter": 20000, "maxfev": 20000})
    return np.exp(found.x), -found.fun


data = np.loadtxt(sys.argv[1]).T
for name, model in (("bgnbd", bgnbd), ("paretonbd", paretonbd)):
    best = np.inf
    for _ in range(5):
        begin = time.perf_counter()
        parameters, value = fit(model, data)
        best = min(best, time.perf_counter() - begin)
    print(name, "%.3f" % (best * 1e3), "%.4f" % value, *("%.6f" % p for p in parameters))
