/* SPDX-License-Identifier: MIT
 *
 * maximise.h - the maximum of a smooth function of a few variables inside a box: damped Newton.
 * A function with its gradient in, the place and value of the maximum out. Must not know whose
 * likelihood it is.
 */
#ifndef NUMERIC_MAXIMISE_H
#define NUMERIC_MAXIMISE_H

#include "numeric/cholesky.h"

/* The value at x[order]; fills gradient[order]. NaN where it is not defined. */
typedef double (*numeric_value_fn)(const void *context, const double *x, double *gradient);

struct numeric_maximum {
    size_t order;                /* at most NUMERIC_ORDER_MAX */
    double x[NUMERIC_ORDER_MAX]; /* in: start; out: the place */
    double low[NUMERIC_ORDER_MAX], high[NUMERIC_ORDER_MAX];
    double value;
    bool at_bound[NUMERIC_ORDER_MAX]; /* the function still rises beyond */
};

/* False: the function is not defined at the start, or no maximum was reached in 200 steps; x and
 * value are then the best that was seen. A ridge, on which ten steps together gain less than 1e-7
 * of the value, is left where it is: with slopes below 1e-6 of the value that is the maximum, as
 * far as the function tells; whoever needs its place asks the second derivatives. */
bool numeric_maximise(
    numeric_value_fn function, const void *context, struct numeric_maximum *maximum);

#endif
