/* SPDX-License-Identifier: MIT
 *
 * registered.h - how full and how good the form of a registered member is: what campaigns and
 * scorecards count, for the member and the basket room. Counts only, no value.
 */
#ifndef REGISTERED_H
#define REGISTERED_H

#include <loyalty/status.h>

#include <stdint.h>

struct loy_store;

/* The values that an active member's fields hold, and those of them that pass the check of the
 * field at at_us and did not come back since they were given or confirmed. LOY_NONE: no such
 * member. */
struct registered_values {
    int64_t values, valid;
};
enum loy_status member_registered_values(
    struct loy_store *store, int64_t number, int64_t at_us, struct registered_values *counted);

/* In SQL over a row `m` of the table member: fields asked for, and those ever filled in. */

/* 11 items of an organisation's form; of a person name, address, telephone, postcode, sex, birth
 * year and household size. Purchasers may stand in a table of their own. */
#define FORM_ASKED_SQL "CASE m.kind WHEN 2 THEN 11 ELSE 7 END"
#define FORM_GIVEN_SQL                                                                             \
    "((SELECT count(DISTINCT CASE f.field WHEN 2 THEN 1 ELSE f.field END) FROM member_field f "    \
    "WHERE f.member = m.id AND CASE m.kind WHEN 2 THEN f.field IN (1, 4, 5, 6, 7, 8, 9, 10, 11, "  \
    "12, 13) ELSE f.field IN (1, 2, 5, 6, 10, 14, 15, 16) END) + (m.kind = 2 AND "                 \
    "EXISTS (SELECT 1 FROM purchaser p WHERE p.member = m.id) AND NOT EXISTS (SELECT 1 FROM "      \
    "member_field f WHERE f.member = m.id AND f.field = 13)))"

#endif
