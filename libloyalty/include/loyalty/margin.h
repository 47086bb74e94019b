/* SPDX-License-Identifier: MIT
 *
 * loyalty/margin.h - what is left of a member's money behind tax and cost, where costs are known;
 * as a share of what was paid, shrunk to that of all members. Pure: the same rows give the same
 * bytes, whatever the order of rows of a member.
 *
 * The margin of a line is what was paid, less the tax in it, less the cost of what was kept. Lines
 * of one day are one occasion, whose share y = margin / paid scatters with s^2 about the member's,
 * weighted by money; members' shares scatter with tau^2 about mu: one-way analysis of variance with
 * the effective number of occasions n = (sum of paid)^2 / (sum of paid^2). A member's share is
 * mu + w (r - mu), r = sum of margin / sum of paid, w = tau^2 / (tau^2 + s^2 / n), which is also
 * the reliability; its variance is w s^2 / n. Goods only, returns as in loyalty/profile.h.
 *
 * The expected margin is expected spend times that share. Its interval puts the two together as
 * independent (Zou and Donner 2008, Statistics in Medicine 27(10), 1693-1702): below the product by
 * the root of the squares of what each alone would take away, above it alike.
 */
#ifndef LOYALTY_MARGIN_H
#define LOYALTY_MARGIN_H

#include <loyalty/profile.h>
#include <loyalty/timing.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loy_margins;

/* Open, add all lines by ascending member (those of nobody are passed over), fit, look. Days are
 * local: they need not ascend. LOY_E_ARGUMENT: out of this order. LOY_E_LIMIT: an amount, cost or
 * quantity no shop has. */
LOY_API enum loy_status loy_margins_open(
    const struct loy_profile_settings *settings, struct loy_margins **margins);
LOY_API void loy_margins_close(struct loy_margins *margins);
LOY_API enum loy_status loy_margins_add(struct loy_margins *margins, const struct loy_sale *sale,
    const struct loy_version *version, const struct loy_cost *cost);
/* LOY_NONE: no line has a cost and something paid; only the summary's counts may be looked at. */
LOY_API enum loy_status loy_margins_fit(struct loy_margins *margins);

struct loy_margin_summary {
    size_t size;
    int64_t lines, costed;    /* lines of members; those with a cost */
    int64_t untaxed;          /* of these, those without a tax rate: taken as if there were none */
    double paid, paid_costed; /* in minor units */
    double share;             /* margin of all that was paid for lines with a cost */
    double between, within;   /* tau^2 and s^2 */
    int64_t members;          /* with a line that has a cost and something paid */
};
LOY_API enum loy_status loy_margins_summary(
    const struct loy_margins *margins, struct loy_margin_summary *summary);

/* .value, .low, .high: the share (80 %), below 1 and perhaps below 0; .n: occasions with a cost.
 * .standing is always set as for an own value of one occasion, but value is the shrunk share
 * in any standing. LOY_NONE: no line of this member has a cost. */
LOY_API enum loy_status loy_margins_member(
    const struct loy_margins *margins, int64_t member, struct loy_estimate *share);

/* Spend times share, in the unit of the spend. NaN in, NaN out. */
LOY_API struct loy_timing_interval loy_margin_expect(
    const struct loy_estimate *spend, const struct loy_estimate *share);

#ifdef __cplusplus
}
#endif
#endif
