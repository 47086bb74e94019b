/* SPDX-License-Identifier: MIT
 *
 * maximise.c - Newton's method with Levenberg's damping and a box; the second derivatives are
 * central differences of the gradient, so that a caller writes one derivative and the maximum is
 * where it is zero. See maximise.h for what goes in and out (Nocedal and Wright, Numerical
 * Optimization, 3.4 and 16.7).
 */
#include "numeric/maximise.h"

#include <math.h>
#include <string.h>

#define STEPS_MAX 200
#define LOOK_BACK 10  /* steps */
#define RISE_MIN 1e-7 /* relative, in so many */
#define DIFFERENCE 1e-5
#define ORDER NUMERIC_ORDER_MAX

/* A variable at its bound with the function rising beyond stays there in this step. */
static void find_bounds(struct numeric_maximum *m, const double *gradient)
{
    for (size_t i = 0; i < m->order; i++)
        m->at_bound[i] = (m->x[i] <= m->low[i] && gradient[i] <= 0) ||
                         (m->x[i] >= m->high[i] && gradient[i] >= 0);
}

/* Minus the second derivatives. */
static void curvature(
    numeric_value_fn function, const void *context, const struct numeric_maximum *m, double *matrix)
{
    double x[ORDER], above[ORDER], below[ORDER];
    for (size_t i = 0; i < m->order; i++) {
        memcpy(x, m->x, m->order * sizeof(*x));
        double h = DIFFERENCE * fmax(1, fabs(x[i]));
        x[i] = m->x[i] + h;
        function(context, x, above);
        x[i] = m->x[i] - h;
        function(context, x, below);
        for (size_t j = 0; j < m->order; j++)
            matrix[i * m->order + j] = (below[j] - above[j]) / (2 * h);
    }
    for (size_t i = 0; i < m->order; i++)
        for (size_t j = 0; j < i; j++)
            matrix[i * m->order + j] = matrix[j * m->order + i] =
                (matrix[i * m->order + j] + matrix[j * m->order + i]) / 2;
}

/* Solves (H + damping (|diagonal| + 1)) step = gradient with the bound variables left out. */
static bool newton_step(const struct numeric_maximum *m, const double *matrix,
    const double *gradient, double damping, double *step)
{
    double damped[ORDER * ORDER];
    size_t n = m->order;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            damped[i * n + j] = m->at_bound[i] || m->at_bound[j] ? 0 : matrix[i * n + j];
        double diagonal = damped[i * n + i];
        damped[i * n + i] = m->at_bound[i] ? 1 : diagonal + damping * (fabs(diagonal) + 1);
        step[i] = m->at_bound[i] ? 0 : gradient[i];
    }
    if (!numeric_cholesky(damped, n)) return false;
    numeric_cholesky_solve(damped, n, step);
    return true;
}

/* Moves at most 2 in each variable (these are logarithms, mostly) and stays in the box; gives the
 * length. */
static double move(const struct numeric_maximum *m, const double *step, double *to)
{
    double length = 0;
    for (size_t i = 0; i < m->order; i++) {
        double target = m->x[i] + fmax(-2, fmin(2, step[i]));
        to[i] = fmax(m->low[i], fmin(m->high[i], target));
        length = fmax(length, fabs(to[i] - m->x[i]) / fmax(1, fabs(m->x[i])));
    }
    return length;
}

static bool is_level(const struct numeric_maximum *m, const double *gradient)
{
    double steepest = 0;
    for (size_t i = 0; i < m->order; i++)
        if (!m->at_bound[i]) steepest = fmax(steepest, fabs(gradient[i]));
    return steepest <= 1e-6 * fmax(1, fabs(m->value));
}

/* One accepted step: 1 moved, 0 the maximum is here, -1 nothing better was found. */
static int advance(numeric_value_fn function, const void *context, struct numeric_maximum *m,
    double *gradient, double *damping)
{
    double matrix[ORDER * ORDER], step[ORDER], to[ORDER], slopes[ORDER];
    find_bounds(m, gradient);
    curvature(function, context, m, matrix);
    for (; *damping < 1e12; *damping = fmax(*damping * 10, 1e-6)) {
        if (!newton_step(m, matrix, gradient, *damping, step)) continue;
        double length = move(m, step, to);
        /* A step is short at the maximum; or because of its damping, which says nothing. */
        if (length < 1e-11) return *damping <= 1 || is_level(m, gradient) ? 0 : -1;
        double value = function(context, to, slopes);
        if (isnan(value) || value < m->value) {
            /* Rounding of the value hides the last digits of a good step. */
            if (length < 1e-7 && *damping < 1e-6) return 0;
            continue;
        }
        memcpy(m->x, to, m->order * sizeof(*to));
        memcpy(gradient, slopes, m->order * sizeof(*slopes));
        m->value = value;
        *damping = *damping > 1e-9 ? *damping / 10 : 0;
        return 1;
    }
    return -1;
}

bool numeric_maximise(
    numeric_value_fn function, const void *context, struct numeric_maximum *maximum)
{
    double gradient[ORDER] = {0};
    double damping = 0, before = -INFINITY;
    int answer = 1;
    maximum->value = function(context, maximum->x, gradient);
    if (isnan(maximum->value)) return false;
    for (int step = 0; answer == 1 && step < STEPS_MAX; step++) {
        answer = advance(function, context, maximum, gradient, &damping);
        if ((step + 1) % LOOK_BACK != 0) continue;
        // Newton's steps double their digits: where many gain next to nothing there is a ridge.
        bool ridge = maximum->value - before < RISE_MIN * fmax(1, fabs(maximum->value));
        if (answer == 1 && ridge) answer = is_level(maximum, gradient) ? 0 : -1;
        before = maximum->value;
    }
    find_bounds(maximum, gradient);
    return answer == 0;
}
