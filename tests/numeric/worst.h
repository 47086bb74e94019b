/* SPDX-License-Identifier: MIT
 *
 * worst.h - keeps the worst relative error seen of each function, so that a test prints what was
 * measured. A name, arguments, ours and the reference in; a failure above the limit, a table at the
 * end out. Must not know whose functions these are.
 */
#ifndef TESTS_NUMERIC_WORST_H
#define TESTS_NUMERIC_WORST_H

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WORST_NAMES = 64, WORST_ARGUMENTS = 4 };

struct worst {
    const char *name;
    double error, at[WORST_ARGUMENTS];
    unsigned long points, missed;
};

static struct worst worst_of[WORST_NAMES];
static unsigned worst_names;

static struct worst *worst_find(const char *name)
{
    for (unsigned i = 0; i < worst_names; i++)
        if (strcmp(worst_of[i].name, name) == 0) return &worst_of[i];
    assert_true(worst_names < WORST_NAMES);
    worst_of[worst_names].name = name;
    return &worst_of[worst_names++];
}

/* The error is divided by the larger of the reference and floor: beside a zero of a function only
 * an absolute error can be asked for. */
static void worst_compare(const char *name, const double *at, unsigned count, double ours,
    double reference, double floor, double limit)
{
    struct worst *worst = worst_find(name);
    double error = ours == reference
                       ? 0
                       : fabs(ours - reference) / fmax(fabs(reference), fmax(floor, DBL_MIN));
    worst->points++;
    if (!(error <= limit) && worst->missed++ < 5) {
        print_error("%s(", name);
        for (unsigned i = 0; i < count; i++)
            print_error("%s%.17g", i ? ", " : "", at[i]);
        print_error(") = %.17g, reference %.17g, relative %.2g\n", ours, reference, error);
    }
    if (!(error > worst->error) && !isnan(error)) return;
    worst->error = error;
    memcpy(worst->at, at, count * sizeof(*at));
}

/* Fails where a function of this test missed its limit; to be called at the end of each test. */
static void worst_judge(void)
{
    unsigned long missed = 0;
    for (unsigned i = 0; i < worst_names; i++) {
        missed += worst_of[i].missed;
        worst_of[i].missed = 0;
    }
    if (missed > 0) fail_msg("%lu values outside of their limit", missed);
}

static void worst_print(void)
{
    printf("%-28s %8s  %-8s at\n", "function", "points", "worst");
    for (unsigned i = 0; i < worst_names; i++) {
        const struct worst *w = &worst_of[i];
        printf("%-28s %8lu  %-8.1e %.6g %.6g %.6g %.6g\n", w->name, w->points, w->error, w->at[0],
            w->at[1], w->at[2], w->at[3]);
    }
}

#endif
