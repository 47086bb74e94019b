/* SPDX-License-Identifier: MIT
 *
 * numeric_draws_test.c - do the random numbers come from the distributions whose names they bear:
 * Kolmogorov and Smirnov's distance to numeric/'s own (verified) distribution functions, moments,
 * and streams that do not depend on each other. In: numeric/. Out: a failure with the distance.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/beta.h"
#include "numeric/gamma.h"
#include "numeric/normal.h"
#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS = 40000 };
/* exp(-2 limit^2) twice: one in three million of true generators would be refused; the seeds are
 * fixed, so the answer is the same each time. */
#define LIMIT 2.8

struct law {
    const char *name;
    double (*draw)(struct numeric_random *random, double a, double b);
    double (*below)(double x, double a, double b);
    double a, b;
};

static double draw_uniform(struct numeric_random *random, double a, double b)
{
    (void)a, (void)b;
    return numeric_random_uniform(random);
}

static double below_uniform(double x, double a, double b)
{
    (void)a, (void)b;
    return x;
}

static double draw_normal(struct numeric_random *random, double a, double b)
{
    (void)a, (void)b;
    return numeric_random_normal(random);
}

static double below_normal(double x, double a, double b)
{
    (void)a, (void)b;
    return numeric_normal_p(x);
}

static double draw_gamma(struct numeric_random *random, double a, double b)
{
    (void)b;
    return numeric_random_gamma(random, a);
}

static double below_gamma(double x, double a, double b)
{
    (void)b;
    return numeric_gamma_p(a, x);
}

static double draw_student(struct numeric_random *random, double a, double b)
{
    (void)b;
    return numeric_random_student(random, a);
}

/* DLMF 8.17.5's neighbour: P(|t| > x) = I_(n/(n+x^2))(n/2, 1/2). */
static double below_student(double x, double a, double b)
{
    (void)b;
    double tail = numeric_beta_p(a / 2, 0.5, a / (a + x * x)) / 2;
    return x < 0 ? tail : 1 - tail;
}

static double draw_beta(struct numeric_random *random, double a, double b)
{
    return numeric_random_beta(random, a, b);
}

static double below_beta(double x, double a, double b)
{
    return numeric_beta_p(a, b, x);
}

static const struct law laws[] = {
    {"uniform", draw_uniform, below_uniform, 0, 0},
    {"normal", draw_normal, below_normal, 0, 0},
    {"gamma", draw_gamma, below_gamma, 0.02, 0},
    {"gamma", draw_gamma, below_gamma, 0.3, 0},
    {"gamma", draw_gamma, below_gamma, 0.999, 0},
    {"gamma", draw_gamma, below_gamma, 1, 0},
    {"gamma", draw_gamma, below_gamma, 2.5, 0},
    {"gamma", draw_gamma, below_gamma, 40, 0},
    {"gamma", draw_gamma, below_gamma, 1e4, 0},
    {"t", draw_student, below_student, 0.7, 0},
    {"t", draw_student, below_student, 1, 0},
    {"t", draw_student, below_student, 3, 0},
    {"t", draw_student, below_student, 6, 0},
    {"t", draw_student, below_student, 200, 0},
    {"beta", draw_beta, below_beta, 0.01, 0.02},
    {"beta", draw_beta, below_beta, 0.4, 0.7},
    {"beta", draw_beta, below_beta, 0.5, 9},
    {"beta", draw_beta, below_beta, 30, 5},
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of values that are uniform if the law is the right one, times the root of their number. */
static double distance(double *p, size_t count)
{
    double largest = 0;
    qsort(p, count, sizeof(*p), by_size);
    for (size_t i = 0; i < count; i++) {
        double low = p[i] - (double)i / (double)count;
        largest = fmax(largest, fmax(low, 1.0 / (double)count - low));
    }
    return largest * sqrt((double)count);
}

static void draws_follow_their_law(void **state)
{
    (void)state;
    static double p[DRAWS];
    for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++) {
        const struct law *law = &laws[i];
        struct numeric_random random = numeric_random_at(20, i);
        for (int k = 0; k < DRAWS; k++)
            p[k] = law->below(law->draw(&random, law->a, law->b), law->a, law->b);
        double found = distance(p, DRAWS);
        print_message("%-8s %8g %6g  distance %.2f\n", law->name, law->a, law->b, found);
        // Draws beside an end of [0, 1] share a double there, so that a law of 0.01 has no more.
        if (law->a != 0.01) assert_true(found < LIMIT);
        assert_true(found > 0.2); // a sequence would be too even
    }
}

/* Beta of small shapes is 0 or 1, nearly; never no number, and in the right shares. */
static void small_shapes_give_numbers(void **state)
{
    (void)state;
    struct numeric_random random = numeric_random_at(3, 0);
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
        double x = numeric_random_beta(&random, 1e-4, 3e-4);
        assert_true(x >= 0 && x <= 1);
        sum += x;
    }
    assert_true(fabs(sum / DRAWS - 0.25) < 0.012);
    assert_true(isnan(numeric_random_gamma(&random, NAN)));
    assert_true(isnan(numeric_random_gamma(&random, INFINITY)));
    assert_true(isnan(numeric_random_gamma(&random, 0)));
    assert_true(isnan(numeric_random_student(&random, -1)));
    assert_true(isnan(numeric_random_beta(&random, 1, NAN)));
}

/* Mean, variance, skewness and kurtosis within five standard errors of what the law says. */
static void moments_of_gamma(void **state)
{
    (void)state;
    const double shapes[] = {0.5, 1.7, 12};
    for (size_t i = 0; i < 3; i++) {
        struct numeric_random random = numeric_random_at(8, i);
        double shape = shapes[i], sums[4] = {0}, n = 10 * DRAWS;
        for (int k = 0; k < 10 * DRAWS; k++) {
            double z = (numeric_random_gamma(&random, shape) - shape) / sqrt(shape), power = z;
            for (int j = 0; j < 4; j++, power *= z)
                sums[j] += power / n;
        }
        assert_true(fabs(sums[0]) < 5 / sqrt(n));
        assert_true(fabs(sums[1] - 1) < 5 * sqrt((2 + 6 / shape) / n));
        assert_true(fabs(sums[2] - 2 / sqrt(shape)) < 5 * sqrt((15 + 300 / shape) / n));
        assert_true(fabs(sums[3] - 3 - 6 / shape) < 5 * sqrt((96 + 9000 / (shape * shape)) / n));
    }
}

/* The same numbers again, the middle of a stream without its beginning, and no word twice. */
static void numbers_are_a_function_of_seed_and_stream(void **state)
{
    (void)state;
    for (uint64_t stream = 0; stream < 50; stream++) {
        struct numeric_random first = numeric_random_at(1234, stream), second = first;
        double a[40], b[40];
        for (int i = 0; i < 40; i++)
            a[i] = numeric_random_gamma(&first, 0.4);
        for (int i = 0; i < 40; i++)
            b[i] = numeric_random_gamma(&second, 0.4);
        assert_memory_equal(a, b, sizeof(a));
        assert_memory_equal(&first, &second, sizeof(first));
    }
    struct numeric_random seed = numeric_random_at(1ull << 32, 0), other = numeric_random_at(1, 0);
    struct numeric_random stream = numeric_random_at(0, 1ull << 32), none = numeric_random_at(0, 1);
    assert_true(numeric_random_bits(&seed) != numeric_random_bits(&other));
    assert_true(numeric_random_bits(&stream) != numeric_random_bits(&none));
}

static double correlation(const double *a, const double *b, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += a[i] * b[i] / count;
    return sum * sqrt(count);
}

/* Neighbours by stream, by seed and by place: products of independent normal numbers have mean 0,
 * and the first numbers of many streams are themselves uniform. */
static void streams_do_not_depend_on_each_other(void **state)
{
    (void)state;
    static double mine[DRAWS], next[DRAWS], first[DRAWS];
    double worst = 0;
    for (uint64_t k = 0; k < 12; k++) {
        uint64_t far = 1ull << (5 * k);
        struct numeric_random a = numeric_random_at(5, 100), b = numeric_random_at(5, 100 + far);
        struct numeric_random c = numeric_random_at(5 + far, 100);
        for (int i = 0; i < DRAWS; i++)
            mine[i] = numeric_random_normal(&a), next[i] = numeric_random_normal(&b),
            first[i] = numeric_random_normal(&c);
        worst = fmax(worst, fabs(correlation(mine, next, DRAWS)));
        worst = fmax(worst, fabs(correlation(mine, first, DRAWS)));
        worst = fmax(worst, fabs(correlation(mine, mine + 1, DRAWS - 1)));
    }
    assert_true(worst < 4.5);
    for (int i = 0; i < DRAWS; i++) {
        struct numeric_random random = numeric_random_at(5, (uint64_t)i);
        first[i] = numeric_random_uniform(&random);
    }
    double neighbours = 0;
    for (int i = 1; i < DRAWS; i++)
        neighbours += 12 * (first[i] - 0.5) * (first[i - 1] - 0.5) / sqrt(DRAWS);
    assert_true(fabs(neighbours) < 4.5);
    assert_true(distance(first, DRAWS) < LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_follow_their_law),
        cmocka_unit_test(small_shapes_give_numbers),
        cmocka_unit_test(moments_of_gamma),
        cmocka_unit_test(numbers_are_a_function_of_seed_and_stream),
        cmocka_unit_test(streams_do_not_depend_on_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
