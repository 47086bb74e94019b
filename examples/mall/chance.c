/* SPDX-License-Identifier: MIT
 *
 * chance.c - SplitMix64 streams (Steele, Lea, Flood 2014), and exp and ln from additions and
 * products, which IEEE 754 fixes to the last bit. Knows nothing of malls.
 */
#include "chance.h"

#include <math.h>

static uint64_t mixed(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct chance chance_start(uint64_t seed, enum chance_topic what, uint64_t who, uint64_t which)
{
    uint64_t state = mixed(seed + UINT64_C(0x9e3779b97f4a7c15));
    state = mixed(state ^ ((uint64_t)what * UINT64_C(0xd1342543de82ef95)));
    state = mixed(state + who * UINT64_C(0x9e3779b97f4a7c15));
    return (struct chance){mixed(state ^ (which + 1) * UINT64_C(0xda942042e4dd58b5))};
}

static uint64_t next(struct chance *chance)
{
    chance->state += UINT64_C(0x9e3779b97f4a7c15);
    return mixed(chance->state);
}

double chance_unit(struct chance *chance)
{
    return (double)(next(chance) >> 11) * (1.0 / 9007199254740992.0);
}

unsigned chance_below(struct chance *chance, unsigned limit)
{
    return (unsigned)((next(chance) >> 32) * limit >> 32);
}

int chance_holds(struct chance *chance, double probability)
{
    return chance_unit(chance) < probability;
}

double chance_normal(struct chance *chance)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++)
        sum += chance_unit(chance);
    return sum;
}

unsigned chance_weighted(struct chance *chance, const double *weights, size_t count)
{
    double total = 0.0;
    size_t last = 0;
    for (size_t i = 0; i < count; i++) {
        total += weights[i];
        if (weights[i] > 0.0) last = i;
    }
    double left = chance_unit(chance) * total;
    for (size_t i = 0; i < last; i++) {
        left -= weights[i];
        if (left < 0.0) return (unsigned)i;
    }
    return (unsigned)last;
}

double exact_exp(double x)
{
    const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
    double k = floor(x * 1.4426950408889634 + 0.5);
    double r = (x - k * ln2_high) - k * ln2_low;
    double sum = 1.0;
    for (int n = 16; n > 0; n--)
        sum = 1.0 + sum * r / n;
    return ldexp(sum, (int)k);
}

double exact_ln(double x)
{
    int exponent = 0;
    double m = frexp(x, &exponent);
    if (m < 0.70710678118654752) {
        m *= 2.0;
        exponent--;
    }
    double t = (m - 1.0) / (m + 1.0), square = t * t, sum = 0.0;
    for (int n = 23; n > 0; n -= 2)
        sum = sum * square + 1.0 / n;
    return 2.0 * t * sum + exponent * 0.69314718055994531;
}
