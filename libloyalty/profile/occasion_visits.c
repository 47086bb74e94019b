/* SPDX-License-Identifier: MIT
 *
 * occasion_visits.c - all baskets of those who bought of the category, also those without it. In:
 * sales of any article. Out: visits for loyalty/assortment.h. Must not know why nothing was bought.
 */
#include "occasion_private.h"

#include <math.h>
#include <stdlib.h>

enum loy_status occasion_visit_add(struct loy_occasions *occasions, const struct loy_sale *sale)
{
    size_t count = occasions->visit_count;
    void *visits = occasions->visits;
    /* Lines of a basket mostly come behind each other. */
    if (count && occasions->visits[count - 1].basket == sale->basket &&
        occasions->visits[count - 1].member == sale->member)
        return LOY_OK;
    if (count >= INT32_MAX / 2) return LOY_E_LIMIT;
    if (!occasion_grow(&visits, count, &occasions->visit_capacity, sizeof *occasions->visits))
        return LOY_E_MEMORY;
    occasions->visits = visits;
    occasions->visits[occasions->visit_count++] =
        (struct occasion_visit){sale->member, sale->at_us, sale->basket, sale->site, OCCASION_NONE};
    return LOY_OK;
}

static int by_member(const void *left, const void *right)
{
    const struct occasion_visit *a = left, *b = right;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    if (a->at_us != b->at_us) return a->at_us < b->at_us ? -1 : 1;
    return (a->basket > b->basket) - (a->basket < b->basket);
}

/* Each basket once, of those who have a purchase. Both lists are in the order of the members. */
void occasion_visits_make(struct loy_occasions *occasions)
{
    struct occasion_visit *list = occasions->visits;
    size_t kept = 0, at = 0;
    if (occasions->visit_count) qsort(list, occasions->visit_count, sizeof *list, by_member);
    for (size_t i = 0; i < occasions->visit_count; i++) {
        while (at < occasions->purchase_count && occasions->purchases[at].member < list[i].member)
            at++;
        if (at == occasions->purchase_count) break;
        if (occasions->purchases[at].member != list[i].member) continue;
        if (kept && list[kept - 1].member == list[i].member &&
            list[kept - 1].basket == list[i].basket)
            continue;
        list[kept++] = list[i];
    }
    occasions->visit_count = kept;
}

/* ---- Into the choice model ------------------------------------------------------------------- */

struct walk { /* through a member's purchases, beside his visits */
    const struct loy_occasions *occasions;
    size_t at;
    int64_t member;
    uint32_t before; /* bit per alternative: taken in the last basket with any */
};

enum outcome { BOUGHT_NOTHING, BOUGHT, BOUGHT_UNKNOWN };

/* Purchases of the basket that stands at walk->at: what was taken of the alternatives, as bits;
 * *known: one of them stood on the shelf. */
static uint32_t basket_take(struct walk *walk, bool *known)
{
    const struct loy_occasions *occasions = walk->occasions;
    const struct occasion_purchase *list = occasions->purchases, first = list[walk->at];
    uint32_t taken = 0;
    for (; walk->at < occasions->purchase_count; walk->at++) {
        const struct occasion_purchase *purchase = &list[walk->at];
        if (purchase->member != first.member || purchase->basket != first.basket) break;
        if (purchase->alternative >= 0) taken |= UINT32_C(1) << purchase->alternative;
        *known = *known || occasion_is_listed(occasions, purchase);
    }
    return taken;
}

static bool is_before(const struct occasion_purchase *purchase, const struct occasion_visit *visit)
{
    if (purchase->member != visit->member) return purchase->member < visit->member;
    if (purchase->at_us != visit->at_us) return purchase->at_us < visit->at_us;
    return purchase->basket < visit->basket;
}

/* What was taken at the visit: bits, which are the habit of the next one. */
static enum outcome visit_reach(
    struct walk *walk, const struct occasion_visit *visit, uint32_t *taken)
{
    const struct loy_occasions *occasions = walk->occasions;
    bool known = false;
    if (walk->member != visit->member) walk->before = 0;
    walk->member = visit->member;
    *taken = 0;
    while (
        walk->at < occasions->purchase_count && is_before(&occasions->purchases[walk->at], visit))
        walk->at++;
    if (walk->at == occasions->purchase_count) return BOUGHT_NOTHING;
    const struct occasion_purchase *purchase = &occasions->purchases[walk->at];
    if (purchase->member != visit->member || purchase->basket != visit->basket)
        return BOUGHT_NOTHING;
    *taken = basket_take(walk, &known);
    return known ? BOUGHT : BOUGHT_UNKNOWN;
}

enum loy_status loy_occasions_fill_visits(
    const struct loy_occasions *occasions, struct loy_visits *visits)
{
    struct walk walk = {.occasions = occasions};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < occasions->visit_count; i++) {
        const struct occasion_visit *visit = &occasions->visits[i];
        double values[LOY_ALTERNATIVES_KEPT][LOY_CHOICE_ATTRIBUTES_MAX];
        struct loy_choice_offer offers[LOY_ALTERNATIVES_KEPT];
        uint32_t taken;
        enum outcome outcome = visit_reach(&walk, visit, &taken);
        size_t count = occasion_offers(occasions, visit->shelf, walk.before, values, offers);
        if (outcome != BOUGHT_UNKNOWN)
            status = loy_visits_add(visits, visit->member, offers, count, outcome == BOUGHT);
        if (outcome != BOUGHT_NOTHING) walk.before = taken;
    }
    return status;
}
