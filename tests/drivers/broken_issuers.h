/* SPDX-License-Identifier: MIT
 *
 * broken_issuers.h - the negative control of guard_figures.c: put before every file of the guard,
 * it takes one row out of the issuer table.
 */
#ifndef TESTS_BROKEN_ISSUERS_H
#define TESTS_BROKEN_ISSUERS_H

#include <loyalty/event.h>

static inline const struct loy_issuer *broken_find(const char *digits, size_t n, bool code)
{
    const struct loy_issuer *row = loy_issuer_find(digits, n, code);
    return row != NULL && row->first == 37 ? NULL : row;
}

#define loy_issuer_find broken_find

#endif
