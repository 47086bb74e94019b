/* SPDX-License-Identifier: MIT
 *
 * cholesky.h - small symmetric positive definite matrices, row by row, order at most
 * NUMERIC_ORDER_MAX. A matrix in, its lower factor or a solution out. Must not know where the
 * matrix comes from.
 */
#ifndef NUMERIC_CHOLESKY_H
#define NUMERIC_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

#define NUMERIC_ORDER_MAX 40u

/* Replaces the lower triangle of matrix[order * order] by L with L L' = matrix. False: not positive
 * definite; the matrix is then spoilt. */
bool numeric_cholesky(double *matrix, size_t order);
/* Solves L L' x = vector in place. */
void numeric_cholesky_solve(const double *factor, size_t order, double *vector);

#endif
