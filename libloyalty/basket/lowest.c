/* SPDX-License-Identifier: MIT
 *
 * lowest.c - what an article cost today at least, for what comes back without its receipt.
 * A version, a quantity and a moment come in, an amount goes out. Writes nothing; must not know who
 * brings it back.
 */
#include "lane_rows.h"
#include "pricing.h"
#include "rules.h"

#define TAKE_MAX 100

/* How many pieces the sets of the shop's rules have: takes[n] for n. One alone is a set of one. */
static enum loy_status takes_find(struct loy_store *store, bool takes[TAKE_MAX + 1])
{
    const struct basket_rules *rules = basket_rules(store);
    if (rules == NULL) return store->failed;
    for (size_t i = 0; i < rules->count; i++) {
        const struct loy_promotion_rule *rule = &rules->rows[i]->rule;
        if (rule->form == LOY_FORM_N_FOR_M && rule->take > 0 && rule->take <= TAKE_MAX)
            takes[rule->take] = true;
    }
    return LOY_OK;
}

/* Everybody may have had a card; nobody is taken to have had a coupon. */
static enum loy_status set_quote(
    struct loy_store *store, int64_t at_us, int64_t quantity_milli, struct loy_quote_line *line)
{
    const struct loy_quote quote = {.size = sizeof quote, .at_us = at_us, .member = true};
    line->quantity_milli = quantity_milli;
    return loy_basket_quote(store, &quote, line, 1);
}

enum loy_status lane_price_lowest(struct loy_store *store, int64_t at_us,
    const struct loy_quote_line *sold, int64_t *lowest_minor)
{
    bool takes[TAKE_MAX + 1] = {false};
    struct loy_quote_line line = *sold;
    const int64_t quantity = sold->quantity_milli;
    enum loy_status status = set_quote(store, at_us, quantity, &line);
    *lowest_minor = line.paid_minor;
    // A quantity that is no whole number is weighed, and in no set.
    if (status != LOY_OK || quantity % 1000 != 0) return status;
    status = takes_find(store, takes);
    for (int64_t take = 1; take <= TAKE_MAX && status == LOY_OK; take++) {
        int64_t rest, set = take * 1000;
        if (!takes[take]) continue;
        line = *sold;
        status = set_quote(store, at_us, set, &line);
        // What is beyond whole sets is at the price of a set too: it may have come from one.
        if (status != LOY_OK || quantity / set > INT64_MAX / (line.paid_minor + 1)) continue;
        int64_t paid = quantity / set * line.paid_minor +
                       pricing_share(quantity % set, line.paid_minor, set, &rest);
        if (paid < *lowest_minor) *lowest_minor = paid;
    }
    return status;
}
