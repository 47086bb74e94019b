/* SPDX-License-Identifier: MIT
 *
 * coupon_sql.h - coupons' serials taken off baskets that must lead to nobody, in SQL, for the
 * member and the basket room: an erasure, an objection. A query of baskets comes in, statements go
 * out.
 */
#ifndef COUPON_SQL_H
#define COUPON_SQL_H

/* Of the baskets that a query names: serials of coupons stay used, for no basket (void baskets gave
 * theirs back); then no serial leads to these baskets any more. */
#define COUPONS_KEEP(baskets)                                                                      \
    "INSERT OR IGNORE INTO basket_coupon (basket, rule, serial, at_us) SELECT 0, c.rule, "         \
    "c.serial, 0 FROM basket_coupon c JOIN basket b ON b.id = c.basket AND b.state <> 3 WHERE "    \
    "c.serial <> '' AND c.basket IN (" baskets ")"
#define COUPONS_PART(baskets)                                                                      \
    "DELETE FROM basket_coupon WHERE serial <> '' AND basket IN (" baskets ")"

#endif
