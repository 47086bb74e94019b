/* SPDX-License-Identifier: MIT
 *
 * quadrature.h - Gauss's rule with 16 places: exact for polynomials up to degree 31, and to the
 * last digits for an integrand that changes by less than a factor of about exp(10) over the
 * interval and is smooth around it. Places and weights for -1 to 1; must not know of the integrand.
 */
#ifndef NUMERIC_QUADRATURE_H
#define NUMERIC_QUADRATURE_H

#include <stddef.h>

#define NUMERIC_QUADRATURE_PLACES 16u

struct numeric_place {
    double at, weight;
};
/* The i-th place of the rule on low to high, ascending. */
struct numeric_place numeric_quadrature(double low, double high, size_t i);

#endif
