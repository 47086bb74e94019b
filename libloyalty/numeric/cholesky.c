/* SPDX-License-Identifier: MIT
 *
 * cholesky.c - factor and solve (Golub and Van Loan, Matrix Computations, 4.2).
 * See cholesky.h for what goes in and out. Must not know where the matrix comes from.
 */
#include "numeric/cholesky.h"

#include <math.h>

bool numeric_cholesky(double *matrix, size_t order)
{
    for (size_t i = 0; i < order; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = matrix[i * order + j];
            for (size_t k = 0; k < j; k++)
                sum -= matrix[i * order + k] * matrix[j * order + k];
            if (i != j)
                matrix[i * order + j] = sum / matrix[j * order + j];
            else if (sum > 0 && isfinite(sum))
                matrix[i * order + i] = sqrt(sum);
            else
                return false;
        }
    }
    return true;
}

void numeric_cholesky_solve(const double *factor, size_t order, double *vector)
{
    for (size_t i = 0; i < order; i++) {
        for (size_t k = 0; k < i; k++)
            vector[i] -= factor[i * order + k] * vector[k];
        vector[i] /= factor[i * order + i];
    }
    for (size_t i = order; i-- > 0;) {
        for (size_t k = i + 1; k < order; k++)
            vector[i] -= factor[k * order + i] * vector[k];
        vector[i] /= factor[i * order + i];
    }
}
