# SPDX-License-Identifier: MIT
# Peer of bench_segments.c: a mixture of multinomials by EM with dense numpy arrays.
# bench_segments.py TABLE CLASSES STARTS -> seconds (best of three) and ln L. TABLE: member feature count.
import sys
import time

import numpy as np

table, classes, starts = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rows = np.loadtxt(table)
counts = np.zeros((int(rows[:, 0].max()) + 1, int(rows[:, 1].max()) + 1))
counts[rows[:, 0].astype(int), rows[:, 1].astype(int)] = rows[:, 2]


def fit(random):
    weights = random.dirichlet(np.ones(classes), size=len(counts))
    before = -np.inf
    for _ in range(1000):
        shares = weights.mean(axis=0)
        theta = weights.T @ counts + 0.01
        theta /= theta.sum(axis=1, keepdims=True)
        logs = counts @ np.log(theta).T + np.log(shares)
        top = logs.max(axis=1, keepdims=True)
        powers = np.exp(logs - top)
        sums = powers.sum(axis=1, keepdims=True)
        value = float((top + np.log(sums)).sum())
        weights = powers / sums
        if value - before < 1e-7 * abs(value):
            break
        before = value
    return value


times = []
for _ in range(3):
    random = np.random.default_rng(1)
    begun = time.perf_counter()
    best = max(fit(random) for _ in range(starts))
    times.append(time.perf_counter() - begun)
print(min(times), best)
