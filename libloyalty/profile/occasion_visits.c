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

/* A basket's number is that of the row it came from: it comes last. */
static int by_member(const void *left, const void *right)
{
    const struct occasion_visit *a = left, *b = right;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    if (a->at_us != b->at_us) return a->at_us < b->at_us ? -1 : 1;
    if (a->site != b->site) return a->site < b->site ? -1 : 1;
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
    uint32_t before; /* bit per alternative: taken at the last moment with any */
};

enum outcome { BOUGHT_NOTHING, BOUGHT, BOUGHT_UNKNOWN };

static bool is_moment(const struct occasion_purchase *a, int64_t member, int64_t at_us)
{
    return a->member == member && a->at_us == at_us;
}

static bool is_before(const struct occasion_purchase *purchase, const struct occasion_visit *visit)
{
    if (purchase->member != visit->member) return purchase->member < visit->member;
    return purchase->at_us < visit->at_us;
}

static uint32_t bit_of(const struct occasion_purchase *purchase)
{
    return purchase->alternative >= 0 ? UINT32_C(1) << purchase->alternative : 0;
}

/* Past the purchases of earlier moments, the last of which is the member's habit. */
static void visit_reach(struct walk *walk, const struct occasion_visit *visit)
{
    const struct loy_occasions *occasions = walk->occasions;
    const struct occasion_purchase *list = occasions->purchases;
    while (walk->at < occasions->purchase_count && is_before(&list[walk->at], visit)) {
        const struct occasion_purchase first = list[walk->at];
        for (walk->before = 0; walk->at < occasions->purchase_count; walk->at++) {
            if (!is_moment(&list[walk->at], first.member, first.at_us)) break;
            walk->before |= bit_of(&list[walk->at]);
        }
        if (first.member != visit->member) walk->before = 0;
    }
}

/* What was taken into the visit's basket: something that stood on the shelf, or nothing. */
static enum outcome outcome_of(const struct walk *walk, const struct occasion_visit *visit)
{
    const struct loy_occasions *occasions = walk->occasions;
    enum outcome outcome = BOUGHT_NOTHING;
    for (size_t i = walk->at; i < occasions->purchase_count; i++) {
        const struct occasion_purchase *purchase = &occasions->purchases[i];
        if (!is_moment(purchase, visit->member, visit->at_us)) break;
        if (purchase->basket != visit->basket || outcome == BOUGHT) continue;
        outcome = occasion_is_listed(occasions, purchase) ? BOUGHT : BOUGHT_UNKNOWN;
    }
    return outcome;
}

/* The visit, if that is what came of it. */
static enum loy_status visit_tell(const struct walk *walk, const struct occasion_visit *visit,
    enum outcome wanted, struct loy_visits *visits)
{
    double values[LOY_ALTERNATIVES_KEPT][LOY_CHOICE_ATTRIBUTES_MAX];
    struct loy_choice_offer offers[LOY_ALTERNATIVES_KEPT];
    if (outcome_of(walk, visit) != wanted) return LOY_OK;
    size_t count = occasion_offers(walk->occasions, visit->shelf, walk->before, values, offers);
    return loy_visits_add(visits, visit->member, offers, count, wanted == BOUGHT);
}

/* Visits of one moment have no order but that of what came of them. */
enum loy_status loy_occasions_fill_visits(
    const struct loy_occasions *occasions, struct loy_visits *visits)
{
    struct walk walk = {.occasions = occasions};
    const struct occasion_visit *list = occasions->visits;
    enum loy_status status = LOY_OK;
    for (size_t begin = 0, end; status == LOY_OK && begin < occasions->visit_count; begin = end) {
        const struct occasion_visit *first = &list[begin];
        for (end = begin; end < occasions->visit_count; end++)
            if (list[end].member != first->member || list[end].at_us != first->at_us) break;
        if (begin == 0 || first[-1].member != first->member) walk.before = 0;
        visit_reach(&walk, first);
        for (size_t i = begin; status == LOY_OK && i < end; i++)
            status = visit_tell(&walk, &list[i], BOUGHT, visits);
        for (size_t i = begin; status == LOY_OK && i < end; i++)
            status = visit_tell(&walk, &list[i], BOUGHT_NOTHING, visits);
    }
    return status;
}
