/* SPDX-License-Identifier: MIT
 *
 * lbfgs.c - two loops over the last PAIRS steps give the direction; a step is halved until the
 * function rises enough, and doubled while its slope along the direction still climbs, so that each
 * pair keeps the curvature positive. See lbfgs.h for what goes in and out.
 */
#include "numeric/lbfgs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PAIRS 8u
#define TRIES_MAX 60
#define RISE 1e-4   /* Armijo */
#define FLATTER 0.9 /* Wolfe */
/* What rounding may take from a value: Hager and Zhang (2005) judge by the slope there. */
#define ROUNDING 1e-14

struct work {
    size_t order;
    double *gradient, *direction, *to, *slopes, *moves, *turns;
    double curvatures[PAIRS];
    size_t count; /* pairs made; the last PAIRS are kept */
};

static double dot(const double *a, const double *b, size_t order)
{
    double sum = 0;
    for (size_t i = 0; i < order; i++)
        sum += a[i] * b[i];
    return sum;
}

static void add_times(double *to, double times, const double *what, size_t order)
{
    for (size_t i = 0; i < order; i++)
        to[i] += times * what[i];
}

static void direction_find(struct work *work)
{
    size_t n = work->order, kept = work->count < PAIRS ? work->count : PAIRS;
    double weights[PAIRS];
    memcpy(work->direction, work->gradient, n * sizeof *work->direction);
    for (size_t k = 0; k < kept; k++) {
        size_t slot = (work->count - 1 - k) % PAIRS;
        weights[slot] = dot(work->moves + slot * n, work->direction, n) / work->curvatures[slot];
        add_times(work->direction, -weights[slot], work->turns + slot * n, n);
    }
    if (kept > 0) {
        const double *turn = work->turns + (work->count - 1) % PAIRS * n;
        double scale = work->curvatures[(work->count - 1) % PAIRS] / dot(turn, turn, n);
        for (size_t i = 0; i < n; i++)
            work->direction[i] *= scale;
    }
    for (size_t k = kept; k-- > 0;) {
        size_t slot = (work->count - 1 - k) % PAIRS;
        double back = dot(work->turns + slot * n, work->direction, n) / work->curvatures[slot];
        add_times(work->direction, weights[slot] - back, work->moves + slot * n, n);
    }
}

/* The length of a step that rises enough and is flatter at its end; 0: none. */
static double line_search(numeric_value_fn function, const void *context,
    const struct numeric_lbfgs *search, struct work *work, double start, double *value)
{
    double climb = dot(work->gradient, work->direction, work->order);
    double low = 0, high = INFINITY, length = start;
    for (int i = 0; i < TRIES_MAX; i++) {
        memcpy(work->to, search->x, work->order * sizeof *work->to);
        add_times(work->to, length, work->direction, work->order);
        *value = function(context, work->to, work->slopes);
        double rest = dot(work->slopes, work->direction, work->order);
        bool level = fabs(*value - search->value) <= ROUNDING * fabs(search->value) &&
                     rest >= (2 * RISE - 1) * climb;
        // Not "<": a value that is not defined is no rise, nor is one without end.
        if (isinf(*value))
            high = length;
        else if (!level && !(*value >= search->value + RISE * length * climb))
            high = length;
        else if (rest > FLATTER * climb)
            low = length;
        else
            return length;
        length = isinf(high) ? 2 * length : (low + high) / 2;
    }
    return 0;
}

static void pair_keep(const struct numeric_lbfgs *search, struct work *work)
{
    size_t slot = work->count % PAIRS, n = work->order;
    double *move = work->moves + slot * n, *turn = work->turns + slot * n;
    for (size_t i = 0; i < n; i++) {
        move[i] = work->to[i] - search->x[i];
        turn[i] = work->gradient[i] - work->slopes[i];
    }
    work->curvatures[slot] = dot(move, turn, n);
    work->count += work->curvatures[slot] > 0;
}

static bool reached(const struct numeric_lbfgs *search, const struct work *work)
{
    double limit = search->tolerance * fmax(1, fabs(search->value));
    for (size_t i = 0; i < work->order; i++)
        if (!(fabs(work->gradient[i]) <= limit)) return false; // a slope that is no number, too
    return true;
}

static bool defined(double value, const double *gradient, size_t order)
{
    bool is_defined = isfinite(value);
    for (size_t i = 0; i < order; i++)
        is_defined = is_defined && isfinite(gradient[i]);
    return is_defined;
}

static enum numeric_lbfgs_end climb(
    numeric_value_fn function, const void *context, struct numeric_lbfgs *search, struct work *work)
{
    search->value = function(context, search->x, work->gradient);
    if (!defined(search->value, work->gradient, work->order)) return NUMERIC_LBFGS_UNDEFINED;
    for (search->steps = 0; search->steps < search->steps_max; search->steps++) {
        if (reached(search, work)) return NUMERIC_LBFGS_REACHED;
        direction_find(work);
        // Without curvature the gradient's own length says nothing of a step's.
        double length = dot(work->direction, work->direction, work->order), value;
        double start = work->count > 0 ? 1 : fmin(1, 1 / sqrt(length));
        if (line_search(function, context, search, work, start, &value) == 0) {
            if (work->count == 0) return NUMERIC_LBFGS_STUCK;
            work->count = 0;
            continue;
        }
        pair_keep(search, work);
        memcpy(search->x, work->to, work->order * sizeof *work->to);
        memcpy(work->gradient, work->slopes, work->order * sizeof *work->to);
        search->value = value;
    }
    return reached(search, work) ? NUMERIC_LBFGS_REACHED : NUMERIC_LBFGS_STUCK;
}

enum numeric_lbfgs_end numeric_lbfgs(
    numeric_value_fn function, const void *context, struct numeric_lbfgs *search)
{
    size_t n = search->order;
    if (n > NUMERIC_LBFGS_ORDER_MAX) return NUMERIC_LBFGS_MEMORY;
    double *room = calloc(n + 1, (4 + 2 * PAIRS) * sizeof *room);
    if (!room) return NUMERIC_LBFGS_MEMORY;
    struct work work = {.order = n,
        .gradient = room,
        .direction = room + n,
        .to = room + 2 * n,
        .slopes = room + 3 * n,
        .moves = room + 4 * n,
        .turns = room + (4 + PAIRS) * n};
    enum numeric_lbfgs_end end = climb(function, context, search, &work);
    free(room);
    return end;
}
