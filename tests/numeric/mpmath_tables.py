#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# mpmath_tables.py - writes mpmath_tables.h: what numeric/ must equal where GSL itself loses digits.
# Run by hand (python3-mpmath): python3 tests/numeric/mpmath_tables.py >tests/numeric/mpmath_tables.h
# Each value is computed from its own formula with 60 digits, not by the steps of numeric/.
import mpmath as m
from mpmath import mp, mpf

mp.dps = 60


def row(name, arguments, value):
    numbers = ", ".join(repr(float(a)) for a in arguments)
    print("    {%s, {%s}, %s}," % (name, numbers, m.nstr(value, 20, strip_zeros=False)))


def gamma_below(a, x):
    return m.exp(a * m.log(x) - x - m.loggamma(a + 1)) * m.hyp1f1(1, a + 1, x)


def gamma_tails(a, x):
    with mp.workdps(330):
        below = gamma_below(mpf(a), mpf(x))
        return below, 1 - below


def beta_tails(a, b, x):
    with mp.workdps(330):
        a, b, x = mpf(a), mpf(b), mpf(x)
        below = m.betainc(a, b, 0, x, regularized=True)
        return below, 1 - below


def polish(tails, density, x, p):
    """The inverse, by Newton's steps with many digits from a start that bisection found."""
    low, high = x
    with mp.workdps(20):
        for _ in range(60):
            middle = m.sqrt(low * high)
            if tails(middle) < p:
                low = middle
            else:
                high = middle
            if high / low - 1 < mpf(10) ** -2:
                break
    with mp.workdps(45):
        x = m.sqrt(low * high)
        for _ in range(9):
            tail = tails(x)
            x *= m.exp(-m.log(tail / p) * tail / (x * density(x)))
        return x if abs(tails(x) / p - 1) < mpf("1e-30") else mpf(0)


def gamma_inverse(a, p):
    a, p = mpf(a), mpf(p)
    density = lambda x: m.exp((a - 1) * m.log(x) - x - m.loggamma(a))
    return polish(lambda x: gamma_below(a, x), density, (mpf("1e-300"), a + 1000 + 40 * m.sqrt(a)), p)


def beta_inverse(a, b, p):
    a, b, p = mpf(a), mpf(b), mpf(p)
    log_beta = m.loggamma(a) + m.loggamma(b) - m.loggamma(a + b)

    def below(x):
        front = m.exp(a * m.log(x) + b * m.log(1 - x) - log_beta)
        if x < a / (a + b):
            return front / a * m.hyp2f1(a + b, 1, a + 1, x)
        return 1 - front / b * m.hyp2f1(a + b, 1, b + 1, 1 - x)

    density = lambda x: m.exp((a - 1) * m.log(x) + (b - 1) * m.log(1 - x) - log_beta)
    return polish(below, density, (mpf("1e-300"), 1 - mpf("1e-30")), p)


def main():
    print("/* SPDX-License-Identifier: MIT\n *\n * mpmath_tables.h - written by mpmath_tables.py with mpmath %s.\n */" % m.__version__)
    print("// clang-format off")
    for a in (0.0001, 0.004, 0.3, 1, 2.5, 17.0, 300.0, 25000.0):
        for x in (1e-6, 0.02, 0.93, 1.4, 7.5):
            points = (x, a + (x - 1.2) * a**0.5) if a >= 17 else (x,)
            for at in points:
                below, above = gamma_tails(a, at)
                if below > mpf("1e-290"):
                    row("GAMMA_P", (a, at), below)
                if above > mpf("1e-290"):
                    row("GAMMA_Q", (a, at), above)
    row("GAMMA_Q", (0.05, 4.998265890100912), gamma_tails(0.05, 4.998265890100912)[1])
    for a in (0.0002, 0.03, 0.7, 4.0, 60.0, 1950.0):
        for b in (0.0002, 0.03, 0.7, 4.0, 60.0, 1950.0):
            mean = a / (a + b)
            for x in (mean, 1 - (1 - mean) * 0.3, mean * 0.4, 1 - 3e-7, 2e-6):
                below, above = beta_tails(a, b, x)
                if below > mpf("1e-290"):
                    row("BETA_P", (a, b, x), below)
                if above > mpf("1e-290"):
                    row("BETA_Q", (a, b, x), above)
    for p in (1e-250, 1e-40, 1e-9, 0.02, 0.4999, 0.8, 0.999999, 1 - 2.0**-40):
        for a in (0.01, 0.4, 1.0, 3.3, 10.5, 120.0, 9000.0):
            x = gamma_inverse(a, p)
            if x > mpf("1e-280"):
                row("GAMMA_INVERSE", (a, p), x)
            for b in (1.0, 12.0):
                # Nearer to 1 the double itself has no digits left to compare.
                if a < 1000:
                    x = beta_inverse(a, b, p)
                    if x > mpf("1e-280") and 1 - x > 1e-3:
                        row("BETA_INVERSE", (a, b, p), x)
    for repeats in (0, 1, 7, 60, 170):
        for r, a, b in ((0.243, 0.793, 2.426), (0.607, 1.276, 8.861), (3.5, 0.06, 0.4), (0.1, 25.0, 1.5)):
            for z in (1e-7, 0.3, 0.5013, 0.89, 0.95, 0.999, 1 - 1e-7, 1 - 2.0**-44):
                A, B, C = r + repeats, b + repeats, a + b + repeats - 1
                if C > 0:
                    row("HYPER_LOG", (A, B, C, z), m.log(m.hyp2f1(mpf(A), mpf(B), mpf(C), mpf(z))))
    for x in (1e-9, 1e-3, 0.2, 0.5, 1.31, 1.462, 2.02, 3.3, 9.99, 11.7, 400.0, 1e10):
        X = mpf(x)
        row("LGAMMA", (x,), m.loggamma(X))
        row("LGAMMA_ONE_PLUS", (x,), m.loggamma(X + 1))
        row("DIGAMMA", (x,), m.digamma(X))
        row("TRIGAMMA", (x,), m.polygamma(1, X))
        row("STIRLING_REST", (x,), m.loggamma(X + 1) - (X + mpf(1) / 2) * m.log(X) + X - m.log(2 * m.pi) / 2)
        for ratio in (1e-6, 0.5, 0.99999, 1.0001, 1.24, 1.9, 2.6, 50.0):
            row("DEVIANCE", (x, x * ratio), X * m.log(X / mpf(x * ratio)) + mpf(x * ratio) - X)
    print("// clang-format on")


main()
