/* SPDX-License-Identifier: MIT
 *
 * scale.h - labels of scales: what scale.c gives to look.c.
 */
#ifndef SCALE_H
#define SCALE_H

#include "basket_private.h"

#include <loyalty/promotion.h>

struct scale_label {
    char item[14]; /* digits */
    int64_t value; /* as printed, without its point */
};

/* How labels that begin like these 13 digits are laid out; LOY_NONE: these are of no scale. */
enum loy_status scale_find(
    struct loy_store *store, const char ean[14], struct loy_scale_code *scale);
/* LOY_E_CHECK: the value's own check digit is wrong. */
enum loy_status scale_label_read(
    const struct loy_scale_code *scale, const char ean[14], struct scale_label *label);
/* The check digit of a value of 4 or 5 digits. */
char scale_value_check(const char *digits, size_t count);

#endif
