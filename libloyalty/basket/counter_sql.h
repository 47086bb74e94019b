/* SPDX-License-Identifier: MIT
 *
 * counter_sql.h - what scorecards, the counters' report and the alarms share: whose own a purchase
 * is, and the local day of a basket. Pieces of SQL, constants only.
 */
#ifndef COUNTER_SQL_H
#define COUNTER_SQL_H

#define COUNTER_DAY_US INT64_C(86400000000)
#define COUNTER_MINUTE_US INT64_C(60000000)

/* Local day of a row `b` of the table basket, since 1970-01-01; its moments are after that. */
#define BASKET_DAY_SQL "(b.opened_at_us + b.offset_min * 60000000) / 86400000000"

/* own_card: an operator's own cards; member is NULL where only the card itself counts. */
#define OWN_CARD_SQL                                                                               \
    "own_card AS MATERIALIZED (SELECT o.operator AS operator, o.digest AS digest, c.id AS card, "  \
    "iif(c.purchaser IS NULL AND m.kind = 1, c.member, NULL) AS member, c.tail AS tail "           \
    "FROM operator_card o LEFT JOIN card c ON c.digest = o.digest LEFT JOIN member m "             \
    "ON m.id = c.member)"
/* Of a row `b` of the table basket: 1 an own one. */
#define OWN_BASKET_SQL                                                                             \
    "(ifnull(b.card IN (SELECT card FROM own_card WHERE card IS NOT NULL), 0) OR ifnull(b.member " \
    "IN (SELECT member FROM own_card WHERE member IS NOT NULL), 0) OR b.id IN (SELECT d.basket "   \
    "FROM pending_card d JOIN own_card w ON w.digest = d.digest))"
/* Closed baskets of [?1, ?2). */
#define BASKET_SPAN_SQL "b.state = 2 AND b.opened_at_us >= ?1 AND b.opened_at_us < ?2"
/* Who imported a file of another till rang up none of its baskets (LOY_BASKET_IMPORT). */
#define BASKET_RUNG_SQL "b.source <> 3"
/* Of lines `l` with their return rows `r`, joined by this: what came back from elsewhere. */
#define LINE_RETURN_JOIN_SQL                                                                       \
    "LEFT JOIN line_return r ON l.quantity_milli < 0 AND r.basket = l.basket "                     \
    "AND r.number = l.number "
/* And what was sold: not what was taken back before paying. */
#define LINE_SOLD_SQL                                                                              \
    "(l.quantity_milli > (SELECT ifnull(-sum(t.quantity_milli), 0) FROM line_return u JOIN line "  \
    "t ON t.basket = u.basket AND t.number = u.number WHERE u.of_basket = l.basket AND "           \
    "u.of_number = l.number AND u.basket = l.basket) AND l.quantity_milli > 0)"
#define LINE_BACK_SQL "(l.quantity_milli < 0 AND r.of_basket IS NOT l.basket)"

#endif
