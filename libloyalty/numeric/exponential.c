/* SPDX-License-Identifier: MIT
 *
 * exponential.c - x = k ln 2 + r, e^r by Taylor's series up to r^12, 2^k by the bits of a double
 * (Cody and Waite, Software Manual for the Elementary Functions, chapter 6). See exponential.h.
 */
#include "numeric/exponential.h"

#include <stdint.h>
#include <string.h>

#define LOG2_E 0x1.71547652b82fep0
#define LN2_HIGH 0x1.62e42fefa3800p-1
#define LN2_LOW 0x1.ef35793c76730p-45
/* Adding it leaves the nearest whole number in the low bits. */
#define ROUND 0x1.8p52

static inline __attribute__((always_inline)) void add_all(
    double *restrict to, const double *restrict x, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double shifted = x[i] * LOG2_E + ROUND, k = shifted - ROUND;
        double r = (x[i] - k * LN2_HIGH) - k * LN2_LOW;
        double sum = 1. / 479001600;
        sum = sum * r + 1. / 39916800;
        sum = sum * r + 1. / 3628800;
        sum = sum * r + 1. / 362880;
        sum = sum * r + 1. / 40320;
        sum = sum * r + 1. / 5040;
        sum = sum * r + 1. / 720;
        sum = sum * r + 1. / 120;
        sum = sum * r + 1. / 24;
        sum = sum * r + 1. / 6;
        sum = sum * r + 1. / 2;
        sum = sum * r * r + r;
        uint64_t bits;
        memcpy(&bits, &shifted, sizeof bits);
        bits = (bits + 1023) << 52;
        double power;
        memcpy(&power, &bits, sizeof power);
        to[i] += power + power * sum;
    }
}

/* Wider vectors where the machine has them: no operation is joined or reordered, so the bits stay.
 * Not by target_clones, whose resolver would be a symbol of the library. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target("avx2"), optimize("O3"))) static void add_wide(
    double *restrict to, const double *restrict x, size_t count)
{
    add_all(to, x, count);
}

void numeric_exp_add(double *restrict to, const double *restrict x, size_t count)
{
    if (__builtin_cpu_supports("avx2"))
        add_wide(to, x, count);
    else
        add_all(to, x, count);
}
#else
void numeric_exp_add(double *restrict to, const double *restrict x, size_t count)
{
    add_all(to, x, count);
}
#endif
