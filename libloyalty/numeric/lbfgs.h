/* SPDX-License-Identifier: MIT
 *
 * lbfgs.h - the maximum of a smooth function of many variables, by its gradient alone: limited
 * memory BFGS (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5).
 * A function with its gradient in, the place and value of the maximum out. Must not know whose
 * likelihood it is. For a few variables in a box, maximise.h is more exact.
 */
#ifndef NUMERIC_LBFGS_H
#define NUMERIC_LBFGS_H

#include "numeric/maximise.h"

#define NUMERIC_LBFGS_ORDER_MAX ((size_t)1 << 24)

enum numeric_lbfgs_end {
    NUMERIC_LBFGS_REACHED,
    NUMERIC_LBFGS_STUCK,     /* steps_max made, or no step is better */
    NUMERIC_LBFGS_UNDEFINED, /* not defined at the start */
    NUMERIC_LBFGS_MEMORY     /* or order beyond its maximum */
};

struct numeric_lbfgs {
    size_t order;
    double *x;        /* [order], the caller's; in: start, out: the best place seen */
    double tolerance; /* reached: no slope above tolerance * max(1, |value|) */
    int steps_max;
    double value; /* out */
    int steps;    /* out */
};

enum numeric_lbfgs_end numeric_lbfgs(
    numeric_value_fn function, const void *context, struct numeric_lbfgs *search);

#endif
