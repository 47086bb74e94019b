/* SPDX-License-Identifier: MIT
 *
 * guard_rows.h - what the files of the guard share: text, numbers in it, the rows of the table.
 * In: text of one part; out: which row of ARCHITECTURE.md's table holds for it.
 * Must not know: readers, what becomes of a read.
 */
#ifndef DRIVERS_GUARD_ROWS_H
#define DRIVERS_GUARD_ROWS_H

#include "guard.h"

/* Rows of the table, in its order. */
enum guard_row {
    ROW_NONE = 0,
    ROW_LABELLED = 1,
    ROW_OWN = 2,
    ROW_FINANCIAL = 3,
    ROW_NUMBER = 4,
    ROW_WALLET = 5,
    ROW_IDENTITY = 6,
    ROW_MASKED = 7,
    ROW_STRIPE = 8,
    ROW_OTHER = 9
};

struct guard_verdict {
    enum guard_row row;
    uint8_t network; /* enum loy_network, for rows 3 and 4 */
};

struct guard_text {
    const uint8_t *bytes;
    size_t length;
};

#define GUARD_DIGITS_MAX 64u

/* A run of digits and where it stands. Whoever has one wipes it. */
struct guard_number {
    char digits[GUARD_DIGITS_MAX];
    size_t length;     /* digits; those beyond the array are counted only */
    size_t begin, end; /* where it stands in the text */
};

/* ---- guard_number.c ------------------------------------------------------------------------- */

bool guard_digit_at(const struct guard_text *text, size_t at);
bool guard_letter_at(const struct guard_text *text, size_t at);
/* The byte there, or 0 past the end. */
uint8_t guard_byte_at(const struct guard_text *text, size_t at);

/* The next run of digits from at on. joined: blanks, hyphens and the like between two digits belong
 * to it. */
bool guard_next_number(
    const struct guard_text *text, size_t at, bool joined, struct guard_number *number);

/* YYMM and a service code from at on. */
bool guard_has_date_and_service(const struct guard_text *text, size_t at);
/* "B", the number, "^" of track 1; the number, "=", date and service code of track 2. */
bool guard_is_format_b(const struct guard_text *text, const struct guard_number *number);
bool guard_is_layout_2(const struct guard_text *text, const struct guard_number *number);

/* An own number without a financial layout around it, or with one that the shop declared. */
bool guard_is_own_number(
    const struct guard *guard, const struct guard_text *text, const struct guard_number *number);

/* From a stripe, whole: it begins with a start sentinel and ends with the end sentinel. */
bool guard_is_framed(const struct guard_text *text);
/* May it have been keyed or come from a stripe, whatever its label says? */
bool guard_may_be_card(const struct loy_part *part);

/* ---- One file a row ------------------------------------------------------------------------- */

/* Rows 3 and 4 (guard_payment.c); row NONE if neither holds. */
struct guard_verdict guard_payment(
    const struct guard *guard, const struct guard_text *text, const struct loy_part *part);

/* Row 3 for what stands beside an own number: another track, with its layout. */
struct guard_verdict guard_payment_beside(const struct guard *guard, const struct guard_text *text);

/* Row 5 (guard_wallet.c). */
bool guard_is_payment_code(
    const struct guard *guard, const struct guard_text *text, const struct loy_part *part);

/* Row 6 (guard_identity.c). */
bool guard_is_identity(const struct guard_text *text, const struct loy_part *part);

/* Row 7 (guard_masked.c): does the text show masked digits? Is it, masked, a number of the shop? */
bool guard_is_masked(const struct guard_text *text, const struct loy_part *part);
bool guard_is_own_masked(const struct guard *guard, const struct guard_text *text);

#endif
