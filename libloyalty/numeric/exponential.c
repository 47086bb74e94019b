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

/* Wider vectors where the machine has them: no operation is joined or reordered, so the bits stay.
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("avx2", "default"), optimize("O3")))
#endif
void numeric_exp_add(double *restrict to, const double *restrict x, size_t count)
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
