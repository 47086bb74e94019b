/* SPDX-License-Identifier: MIT
 *
 * quadrature.c - the places and weights of Gauss and Legendre's rule of order 16 (DLMF 3.5(v)).
 * See quadrature.h for what goes in and out.
 */
#include "numeric/quadrature.h"

/* Of the upper half, to 21 digits by mpmath. */
static const struct numeric_place half[NUMERIC_QUADRATURE_PLACES / 2] = {
    {0.0950125098376374401853, 0.189450610455068496285},
    {0.28160355077925891323, 0.182603415044923588867},
    {0.458016777657227386342, 0.169156519395002538189},
    {0.617876244402643748447, 0.149595988816576732082},
    {0.755404408355003033895, 0.124628971255533872052},
    {0.86563120238783174388, 0.0951585116824927848099},
    {0.944575023073232576078, 0.0622535239386478928628},
    {0.989400934991649932596, 0.0271524594117540948518},
};

struct numeric_place numeric_quadrature(double low, double high, size_t i)
{
    const size_t middle = NUMERIC_QUADRATURE_PLACES / 2;
    struct numeric_place place = i < middle ? half[middle - 1 - i] : half[i - middle];
    double radius = (high - low) / 2;
    place.at = (low + high) / 2 + (i < middle ? -place.at : place.at) * radius;
    place.weight *= radius;
    return place;
}
