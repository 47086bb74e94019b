/* SPDX-License-Identifier: MIT
 *
 * margin.c - the share of a member's money that is left behind tax and cost; formulas:
 * loyalty/margin.h. In: sales with their costs. Out: shares, and how many lines had a cost. Must
 * not know of store, clock or thread.
 */
#include "profile/components.h"
#include "profile/profile_private.h"

#include "numeric/normal.h"

#include <loyalty/margin.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sums {
    int64_t member, occasions;
    double paid, margin;  /* of lines with a cost */
    double paid_squares;  /* of occasions */
    double share_squares; /* sum over occasions of margin^2 / paid */
};

struct occasion {
    double paid, margin; /* whole numbers */
    int32_t day;
};

struct loy_margins {
    struct loy_profile_settings settings;
    struct loy_margin_summary summary;
    double mean; /* mu */
    struct sums *members;
    size_t count, capacity;
    int64_t member;        /* whose days are open */
    struct occasion *days; /* of lines with a cost, by day */
    size_t day_count, day_capacity;
    bool fitted;
};

enum loy_status loy_margins_open(
    const struct loy_profile_settings *settings, struct loy_margins **margins)
{
    if (!settings || !margins || settings->size < sizeof *settings) return LOY_E_ARGUMENT;
    struct loy_margins *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    made->settings = *settings;
    made->summary = (struct loy_margin_summary){.size = sizeof made->summary, .share = NAN};
    *margins = made;
    return LOY_OK;
}

void loy_margins_close(struct loy_margins *margins)
{
    if (margins) free(margins->members);
    if (margins) free(margins->days);
    free(margins);
}

/* ---- Rows -------------------------------------------------------------------------------------
 */

static void occasion_add(struct sums *member, const struct occasion *occasion)
{
    double paid = occasion->paid, margin = occasion->margin;
    member->paid += paid;
    member->margin += margin;
    /* What was given away for nothing costs, but has no share of its own. */
    if (paid <= 0) return;
    member->occasions++;
    member->paid_squares += paid * paid;
    member->share_squares += margin * margin / paid;
}

static enum loy_status member_close(struct loy_margins *margins)
{
    if (margins->day_count == 0) return LOY_OK;
    void *members = margins->members;
    enum loy_status status =
        profile_grow(&members, margins->count, &margins->capacity, sizeof *margins->members);
    if (status != LOY_OK) return status;
    margins->members = members;
    struct sums *last = &margins->members[margins->count++];
    *last = (struct sums){.member = margins->member};
    for (size_t i = 0; i < margins->day_count; i++)
        occasion_add(last, &margins->days[i]);
    margins->day_count = 0;
    return LOY_OK;
}

/* Days ascend but for a change of zone, so the place is near the end. */
static enum loy_status day_find(struct loy_margins *margins, int32_t day, struct occasion **found)
{
    size_t at = margins->day_count;
    while (at > 0 && margins->days[at - 1].day > day)
        at--;
    if (at == 0 || margins->days[at - 1].day != day) {
        void *days = margins->days;
        enum loy_status status =
            profile_grow(&days, margins->day_count, &margins->day_capacity, sizeof *margins->days);
        if (status != LOY_OK) return status;
        margins->days = days;
        memmove(&margins->days[at + 1], &margins->days[at],
            (margins->day_count - at) * sizeof *margins->days);
        margins->days[at++] = (struct occasion){.day = day};
        margins->day_count++;
    }
    *found = &margins->days[at - 1];
    return LOY_OK;
}

static double margin_of(
    const struct loy_sale *sale, const struct loy_cost *cost, int64_t paid_minor)
{
    bool taxed = !cost->price_is_net && cost->tax_permille > 0;
    double net = (double)paid_minor;
    if (taxed) net *= 1000.0 / (1000.0 + cost->tax_permille);
    int64_t kept = sale->quantity_milli - (sale->returned_milli > 0 ? sale->returned_milli : 0);
    return round(net - (double)cost->cost_minor * (double)kept / 1000);
}

static enum loy_status row_add(struct loy_margins *margins, const struct loy_sale *sale,
    const struct loy_cost *cost, const struct profile_row *row)
{
    struct loy_margin_summary *summary = &margins->summary;
    struct occasion *day;
    enum loy_status status = LOY_OK;
    if (row->member < margins->member) return LOY_E_ARGUMENT;
    if (row->member != margins->member) status = member_close(margins);
    if (status != LOY_OK) return status;
    margins->member = row->member;
    summary->lines++;
    summary->paid += (double)row->paid_minor;
    if (cost->cost_minor < 0) return LOY_OK;
    status = day_find(margins, row->day, &day);
    if (status != LOY_OK) return status;
    day->paid += (double)row->paid_minor;
    day->margin += margin_of(sale, cost, row->paid_minor);
    summary->costed++;
    summary->untaxed += cost->tax_permille < 0;
    summary->paid_costed += (double)row->paid_minor;
    return LOY_OK;
}

enum loy_status loy_margins_add(struct loy_margins *margins, const struct loy_sale *sale,
    const struct loy_version *version, const struct loy_cost *cost)
{
    struct profile_row row;
    if (!margins || !sale || !version || !cost || margins->fitted) return LOY_E_ARGUMENT;
    if (sale->member <= 0) return LOY_OK;
    if (cost->cost_minor > LOY_AMOUNT_MAX || cost->tax_permille > LOY_TAX_PERMILLE_MAX)
        return LOY_E_LIMIT;
    enum loy_status status = profile_row_make(&margins->settings, sale, version, &row);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    return row_add(margins, sale, cost, &row);
}

/* ---- The fit ----------------------------------------------------------------------------------
 */

static double effective(const struct sums *member)
{
    return member->paid * member->paid / member->paid_squares;
}

/* Weighted by money, so that squares around the mean have the expectation s^2 (n - 1). */
static struct components_member component(const struct sums *member)
{
    double n = effective(member), r = member->margin / member->paid;
    double around = fmax(0, member->share_squares - member->margin * r) * n / member->paid;
    return (struct components_member){n, n * r, n * r * r + around};
}

enum loy_status loy_margins_fit(struct loy_margins *margins)
{
    if (!margins || margins->fitted) return LOY_E_ARGUMENT;
    enum loy_status status = member_close(margins);
    if (status != LOY_OK) return status;
    struct components_member *parts = calloc(margins->count + 1, sizeof *parts);
    if (!parts) return LOY_E_MEMORY;
    struct loy_margin_summary *summary = &margins->summary;
    double margin = 0, paid = 0;
    size_t used = 0;
    for (size_t i = 0; i < margins->count; i++) {
        const struct sums *member = &margins->members[i];
        margin += member->margin;
        paid += member->paid;
        if (member->occasions > 0) parts[used++] = component(member);
    }
    margins->fitted = true;
    summary->members = (int64_t)used;
    if (used > 0) {
        struct components found;
        components_find(parts, used, &found);
        margins->mean = found.mean;
        summary->share = margin / paid;
        summary->between = found.between;
        summary->within = found.within;
    }
    free(parts);
    return used > 0 ? LOY_OK : LOY_NONE;
}

enum loy_status loy_margins_summary(
    const struct loy_margins *margins, struct loy_margin_summary *summary)
{
    if (!margins || !summary || !margins->fitted || summary->size < sizeof *summary)
        return LOY_E_ARGUMENT;
    *summary = margins->summary;
    return LOY_OK;
}

/* ---- One member -------------------------------------------------------------------------------
 */

static int by_member(const void *key, const void *at)
{
    int64_t wanted = *(const int64_t *)key, here = ((const struct sums *)at)->member;
    return (wanted > here) - (wanted < here);
}

enum loy_status loy_margins_member(
    const struct loy_margins *margins, int64_t member, struct loy_estimate *share)
{
    if (!margins || !share || !margins->fitted) return LOY_E_ARGUMENT;
    const struct sums *sums = margins->count > 0 ? bsearch(&member, margins->members,
                                                       margins->count, sizeof *sums, by_member)
                                                 : NULL;
    if (!sums || sums->occasions == 0) return LOY_NONE;
    const struct loy_margin_summary *all = &margins->summary;
    double noise = all->within / effective(sums), r = sums->margin / sums->paid;
    double weight = all->between > 0 ? all->between / (all->between + noise) : 0;
    double spread = NUMERIC_Z80 * sqrt(weight * noise);
    *share = (struct loy_estimate){.value = margins->mean + weight * (r - margins->mean),
        .reliability = weight,
        .segment_value = margins->mean,
        .n = sums->occasions,
        .needed = 1,
        .standing = profile_standing(weight, sums->occasions, 1)};
    share->low = share->value - spread;
    share->high = share->value + spread;
    return LOY_OK;
}

struct loy_timing_interval loy_margin_expect(
    const struct loy_estimate *spend, const struct loy_estimate *share)
{
    double product = spend->value * share->value;
    double down = share->value >= 0 ? spend->low : spend->high;
    double up = share->value >= 0 ? spend->high : spend->low;
    double by_share_down = spend->value * (share->value - share->low);
    double by_share_up = spend->value * (share->high - share->value);
    return (struct loy_timing_interval){.value = product,
        .low = product - hypot(share->value * (spend->value - down), by_share_down),
        .high = product + hypot(share->value * (up - spend->value), by_share_up)};
}
