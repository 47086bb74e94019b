/* SPDX-License-Identifier: MIT
 *
 * random.c - Philox 4x32-10 and draws from it.
 * A seed and a stream in, numbers out; the state is the caller's. Must not know of clock or system.
 */
#include "numeric/random.h"

#include <math.h>
#include <stdbool.h>

#define POISSON_MEAN_MAX 1e9

#define ROUNDS 10

void numeric_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4])
{
    uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]};
    uint32_t k0 = key[0], k1 = key[1];
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t product0 = (uint64_t)0xD2511F53u * c[0];
        uint64_t product1 = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t next0 = (uint32_t)(product1 >> 32) ^ c[1] ^ k0;
        uint32_t next2 = (uint32_t)(product0 >> 32) ^ c[3] ^ k1;
        c[0] = next0;
        c[1] = (uint32_t)product1;
        c[2] = next2;
        c[3] = (uint32_t)product0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (int i = 0; i < 4; i++)
        words[i] = c[i];
}

struct numeric_random numeric_random_at(uint64_t seed, uint64_t stream)
{
    struct numeric_random random = {.seed = seed, .stream = stream, .used = 4};
    return random;
}

static uint32_t next_word(struct numeric_random *random)
{
    if (random->used == 4) {
        const uint32_t counter[4] = {(uint32_t)random->block, (uint32_t)(random->block >> 32),
            (uint32_t)random->stream, (uint32_t)(random->stream >> 32)};
        const uint32_t key[2] = {(uint32_t)random->seed, (uint32_t)(random->seed >> 32)};
        numeric_philox(counter, key, random->words);
        random->block++;
        random->used = 0;
    }
    return random->words[random->used++];
}

uint64_t numeric_random_bits(struct numeric_random *random)
{
    uint64_t high = next_word(random);
    return high << 32 | next_word(random);
}

double numeric_random_uniform(struct numeric_random *random)
{
    return ((double)(numeric_random_bits(random) >> 12) + 0.5) * 0x1p-52;
}

/* Marsaglia's polar method (Marsaglia and Bray, SIAM Review 6 (1964), 260-264): two at a time, in a
 * quarter of the time of the quantile function. */
double numeric_random_normal(struct numeric_random *random)
{
    if (random->has_spare) {
        random->has_spare = false;
        return random->spare;
    }
    double x, y, square;
    do {
        x = 2 * numeric_random_uniform(random) - 1;
        y = 2 * numeric_random_uniform(random) - 1;
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    double factor = sqrt(-2 * log(square) / square);
    random->spare = y * factor;
    random->has_spare = true;
    return x * factor;
}

/* Marsaglia and Tsang, "A simple method for generating gamma variables" (2000); below 1 their
 * section 6. */
double numeric_random_gamma(struct numeric_random *random, double shape)
{
    if (!(shape > 0 && isfinite(shape))) return NAN;
    if (shape < 1) {
        double boost = pow(numeric_random_uniform(random), 1 / shape);
        return boost * numeric_random_gamma(random, shape + 1);
    }
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double z = numeric_random_normal(random), v = 1 + c * z;
        if (v <= 0) continue;
        v = v * v * v;
        double u = numeric_random_uniform(random);
        if (log(u) < z * z / 2 + d * (1 - v + log(v))) return d * v;
    }
}

/* The logarithm of a gamma number of shape < 1, which itself may be too small for a double. */
static double log_gamma_draw(struct numeric_random *random, double shape)
{
    double boost = log(numeric_random_uniform(random)) / shape;
    return boost + log(numeric_random_gamma(random, shape + 1));
}

double numeric_random_beta(struct numeric_random *random, double a, double b)
{
    if (a > 0 && b > 0 && a < 1 && b < 1) {
        double ratio = log_gamma_draw(random, a);
        ratio -= log_gamma_draw(random, b);
        return 1 / (1 + exp(-ratio));
    }
    double x = numeric_random_gamma(random, a);
    return x / (x + numeric_random_gamma(random, b));
}

double numeric_random_student(struct numeric_random *random, double degrees)
{
    double normal = numeric_random_normal(random);
    double chi_square = 2 * numeric_random_gamma(random, degrees / 2);
    return normal / sqrt(chi_square / degrees);
}

/* How many of `trials` uniform numbers lie below `share`: the middle one of them is beta, and
 * leaves half as many to look at. */
static double binomial(struct numeric_random *random, double trials, double share)
{
    double count = 0;
    while (trials >= 8) {
        double middle = floor(trials / 2) + 1;
        double at = numeric_random_beta(random, middle, trials - middle + 1);
        bool below = at <= share;
        count += below ? middle : 0;
        share = below ? (share - at) / (1 - at) : share / at;
        trials = below ? trials - middle : middle - 1;
    }
    for (; trials > 0; trials--)
        count += numeric_random_uniform(random) < share;
    return count;
}

/* The time of the m-th event is gamma(m); where it lies beyond the end, the events before it are
 * uniform up to it (Ahrens and Dieter 1974). */
double numeric_random_poisson(struct numeric_random *random, double mean)
{
    double count = 0;
    if (!(mean < POISSON_MEAN_MAX)) return mean > 0 ? POISSON_MEAN_MAX : NAN;
    while (mean > 16) {
        double events = floor(mean * 0.875), time = numeric_random_gamma(random, events);
        if (time > mean) return count + binomial(random, events - 1, mean / time);
        count += events;
        mean -= time;
    }
    double product = numeric_random_uniform(random), limit = exp(-mean);
    for (; product > limit; count++)
        product *= numeric_random_uniform(random);
    return count;
}
