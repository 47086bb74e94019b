/* SPDX-License-Identifier: MIT
 *
 * components.c - one-way analysis of variance with random effects (Searle, Casella, McCulloch,
 * Variance Components, 3.6): F = MSB / MSW, between = (MSB - MSW) / n0 with n0 = (N - sum n_i^2 /
 * N) / (k - 1), and P(F) from the incomplete beta function. See components.h.
 */
#include "profile/components.h"

#include "numeric/beta.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *left, const void *right)
{
    const struct components_member *a = left, *b = right;
    if (a->n != b->n) return a->n < b->n ? -1 : 1;
    if (a->sum != b->sum) return a->sum < b->sum ? -1 : 1;
    return (a->squares > b->squares) - (a->squares < b->squares);
}

void components_find(struct components_member *members, size_t count, struct components *found)
{
    double all = 0, sum = 0, squares = 0, groups = 0, between = 0, within = 0;
    qsort(members, count, sizeof *members, compare);
    for (size_t i = 0; i < count; i++) {
        all += members[i].n;
        sum += members[i].sum;
        squares += members[i].n * members[i].n;
        groups += members[i].n > 0;
    }
    *found = (struct components){.mean = all > 0 ? sum / all : NAN, .f = NAN, .p_value = NAN};
    for (size_t i = 0; i < count; i++) {
        if (members[i].n == 0) continue;
        double mean = members[i].sum / members[i].n, off = mean - found->mean;
        between += members[i].n * off * off;
        within += fmax(0, members[i].squares - members[i].n * mean * mean);
    }
    double above = groups - 1, below = all - groups;
    if (above < 1 || below < 1) return;
    found->within = within / below;
    found->between = fmax(0, (between / above - found->within) / ((all - squares / all) / above));
    if (!(within > 0)) return;
    found->f = between / above / found->within;
    found->p_value = numeric_beta_p(below / 2, above / 2, below / (below + above * found->f));
}
