/* SPDX-License-Identifier: MIT
 *
 * promotion_text.h - a rule of a promotion between the words of a command line or a file and the
 * library's struct.
 */
#ifndef PROMOTION_TEXT_H
#define PROMOTION_TEXT_H

#include "cli.h"

#define PROMOTION_WORDS_MAX 120u

/* In the order of the columns of a promotions file. */
enum promotion_field {
    PROMOTION_CODE,
    PROMOTION_FORM,
    PROMOTION_PERCENT,
    PROMOTION_AMOUNT,
    PROMOTION_TAKE,
    PROMOTION_PAY,
    PROMOTION_SCOPE,
    PROMOTION_TARGET,
    PROMOTION_STORE,
    PROMOTION_FROM,
    PROMOTION_TO,
    PROMOTION_MEMBERS,
    PROMOTION_COUPON,
    PROMOTION_CAMPAIGN,
    PROMOTION_SINGLE_USE,
    PROMOTION_FIELDS
};

/* texts: by enum promotion_field, NULL or "" not given; valid as long as *rule. NULL: read; else
 * what is right there, in the language of the process, and which one in *field. */
const char *promotion_read(const char *const texts[PROMOTION_FIELDS], unsigned minor_digits,
    struct loy_promotion_rule *rule, enum promotion_field *field);

/* A moment of --to: a date is its whole day. False: no date. */
bool promotion_until(const char *text, int64_t *to_us);

/* A permille as a percentage: "12.5". */
void promotion_percent_text(int32_t permille, char text[32]);

/* "12.5 %", "3 for 2", "1.00 off" ...: what a rule takes off. */
void promotion_words(
    const struct loy_promotion_rule *rule, unsigned minor_digits, char text[PROMOTION_WORDS_MAX]);

#endif
