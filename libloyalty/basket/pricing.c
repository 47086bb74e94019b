/* SPDX-License-Identifier: MIT
 *
 * pricing.c - a basket priced, as pricing.h says. Lines and the rules that hold come in, discounts
 * go out. Must not know: the store, the member, the clock.
 */
#include "pricing.h"

#include <stdlib.h>
#include <string.h>

/* ---- Sharing ----------------------------------------------------------------------------------
 */

/* Long multiplication, bit by bit from the left, divided as it goes: no product is ever formed. */
int64_t pricing_share(int64_t part, int64_t amount, int64_t whole, int64_t *rest)
{
    uint64_t quotient = 0, left = 0, w = (uint64_t)whole;
    for (unsigned bit = 63; bit-- > 0;) {
        quotient <<= 1;
        left <<= 1;
        if (left >= w) {
            left -= w;
            quotient++;
        }
        if (((uint64_t)amount >> bit & 1u) == 0) continue;
        left += (uint64_t)part;
        if (left >= w) {
            left -= w;
            quotient++;
        }
    }
    *rest = (int64_t)left;
    return (int64_t)quotient;
}

static int by_rest(const void *a, const void *b)
{
    const struct pricing_portion *one = a, *other = b;
    if (one->rest != other->rest) return one->rest > other->rest ? -1 : 1;
    return (one->place > other->place) - (one->place < other->place);
}

static int by_place(const void *a, const void *b)
{
    const struct pricing_portion *one = a, *other = b;
    return (one->place > other->place) - (one->place < other->place);
}

void pricing_spread(int64_t amount_minor, struct pricing_portion *portions, size_t count)
{
    int64_t whole = 0, left = amount_minor;
    for (size_t i = 0; i < count; i++)
        whole += portions[i].weight;
    if (whole == 0) return;
    for (size_t i = 0; i < count; i++) {
        struct pricing_portion *portion = &portions[i];
        portion->share = pricing_share(portion->weight, amount_minor, whole, &portion->rest);
        portion->place = i;
        left -= portion->share;
    }
    qsort(portions, count, sizeof *portions, by_rest);
    for (size_t i = 0; i < count && left > 0; i++, left--)
        portions[i].share++;
    qsort(portions, count, sizeof *portions, by_place);
}

/* ---- One line by itself -----------------------------------------------------------------------
 */

/* Halves away from zero, like every amount. */
static int64_t permille_of(int64_t amount, int32_t permille)
{
    return amount / 1000 * permille + (amount % 1000 * permille + 500) / 1000;
}

/* The line at another price of a piece. */
static int64_t saved_at(const struct pricing_line *line, int64_t price_minor, int64_t amount)
{
    int64_t asked;
    if (!loy_line_amount(price_minor, line->quantity_milli, &asked) || asked >= amount) return 0;
    return amount - asked;
}

/* A price of a piece says nothing of a label's price or one that was typed over the shelf's. */
static bool at_shelf_price(const struct pricing_line *line)
{
    return line->shelf_minor < 0 || line->shelf_minor == line->list_minor;
}

static int64_t saved_by(
    const struct loy_promotion_rule *rule, const struct pricing_line *line, int64_t amount)
{
    int64_t off;
    switch (rule->form) {
    case LOY_FORM_PERCENT:
    case LOY_FORM_COUPON: /* without permille it is a deal */
        return permille_of(amount, rule->permille);
    case LOY_FORM_AMOUNT:
        if (__builtin_mul_overflow(rule->amount_minor, line->quantity_milli / 1000, &off))
            return amount;
        return off < amount ? off : amount;
    case LOY_FORM_MEMBER_PRICE:
        return at_shelf_price(line) ? saved_at(line, rule->amount_minor, amount) : 0;
    default:
        return 0;
    }
}

static bool same(const char *target, const char *text)
{
    return text != NULL && strcmp(target, text) == 0;
}

bool pricing_rule_holds(const struct loy_promotion_rule *rule, const struct loy_version *article)
{
    switch (rule->scope) {
    case LOY_SCOPE_ALL:
        return true;
    case LOY_SCOPE_ARTICLE:
        return same(rule->target, article->article);
    case LOY_SCOPE_STYLE:
        return same(rule->target, article->style);
    case LOY_SCOPE_BRAND:
        return same(rule->target, article->brand);
    case LOY_SCOPE_CATEGORY:
        return same(rule->target, article->category);
    case LOY_SCOPE_SEASON:
        return same(rule->target, article->season);
    default:
        return false;
    }
}

static void own_take(struct pricing_item *item, int64_t saved, const char *code, uint8_t form)
{
    if (saved == 0 || saved < item->own) return;
    if (saved == item->own && strcmp(code ? code : "", item->code ? item->code : "") >= 0) return;
    item->own = saved;
    item->code = code;
    item->form = form;
}

static void own_find(
    const struct loy_promotion_rule *const *rules, size_t rule_count, struct pricing_item *item)
{
    const struct pricing_line *line = item->line;
    if (line->offer_minor >= 0 && line->shelf_minor == line->list_minor)
        own_take(
            item, saved_at(line, line->offer_minor, item->amount), line->offer, line->offer_form);
    for (size_t i = 0; i < rule_count; i++) {
        if (!pricing_rule_holds(rules[i], &line->article)) continue;
        own_take(item, saved_by(rules[i], line, item->amount), rules[i]->code, rules[i]->form);
    }
}

/* ---- Items ------------------------------------------------------------------------------------
 */

static int by_price(const void *a, const void *b)
{
    const struct pricing_line *one = ((const struct pricing_item *)a)->line;
    const struct pricing_line *other = ((const struct pricing_item *)b)->line;
    if (one->list_minor != other->list_minor) return one->list_minor > other->list_minor ? -1 : 1;
    if (one->version != other->version) return one->version < other->version ? -1 : 1;
    if (one->quantity_milli != other->quantity_milli)
        return one->quantity_milli < other->quantity_milli ? -1 : 1;
    return (one > other) - (one < other);
}

static bool can_be_cheaper(const struct pricing_line *line, int64_t amount)
{
    return line->article.kind == LOY_KIND_GOODS && line->quantity_milli > 0 && amount > 0;
}

/* deals: how many there may be; the search adds up what all of them could take off. */
static enum loy_status items_find(
    struct pricing_line *lines, size_t count, size_t deals, struct pricing_choice *choice)
{
    int64_t sum = 0, most = INT64_MAX / ((int64_t)deals + 2);
    for (size_t i = 0; i < count; i++) {
        int64_t amount;
        if (lines[i].fixed) continue;
        if (lines[i].list_minor < 0) return LOY_E_FORMAT;
        if (!loy_line_amount(lines[i].list_minor, lines[i].quantity_milli, &amount))
            return LOY_E_LIMIT;
        if (!can_be_cheaper(&lines[i], amount)) continue;
        if (__builtin_add_overflow(sum, amount, &sum) || sum > most) return LOY_E_LIMIT;
        choice->items[choice->item_count++] =
            (struct pricing_item){.line = &lines[i], .amount = amount};
    }
    if (choice->item_count > 1)
        qsort(choice->items, choice->item_count, sizeof choice->items[0], by_price);
    return LOY_OK;
}

/* ---- Deals ------------------------------------------------------------------------------------
 */

static bool is_amount_off(const struct loy_promotion_rule *rule)
{
    return rule->form == LOY_FORM_COUPON && rule->permille == 0;
}

static bool has_whole_pieces(const struct pricing_item *item)
{
    return item->line->quantity_milli % 1000 == 0;
}

static void deal_fill(struct pricing_deal *deal, const struct pricing_choice *choice)
{
    bool bundle = deal->rule->form == LOY_FORM_N_FOR_M;
    deal->worth = bundle ? 0 : deal->rule->amount_minor;
    memset(deal->holds, 0, choice->words * sizeof deal->holds[0]);
    deal->first = choice->item_count;
    for (size_t i = choice->item_count; i-- > 0;) {
        if (bundle && !has_whole_pieces(&choice->items[i])) continue;
        if (!pricing_rule_holds(deal->rule, &choice->items[i].line->article)) continue;
        deal->holds[i / 64] |= UINT64_C(1) << i % 64;
        deal->first = i;
    }
}

/* How many of the first n pieces, dearest first, are free: of each whole set the last ones. */
static int64_t free_among(const struct loy_promotion_rule *rule, int64_t n)
{
    int64_t beyond = n % rule->take - rule->pay;
    return n / rule->take * (rule->take - rule->pay) + (beyond > 0 ? beyond : 0);
}

static enum loy_status bundle_weigh(struct pricing_deal *deal, const struct pricing_choice *choice)
{
    int64_t pieces = 0, at = 0, own = 0;
    for (size_t i = 0; i < choice->item_count; i++)
        if (pricing_has(deal->holds, i) &&
            __builtin_add_overflow(pieces, choice->items[i].line->quantity_milli / 1000, &pieces))
            return LOY_E_LIMIT;
    int64_t in_sets = pieces - pieces % deal->rule->take;
    for (size_t i = 0; i < choice->item_count; i++) {
        if (!pricing_has(deal->holds, i)) continue;
        const struct pricing_line *line = choice->items[i].line;
        int64_t end = at + line->quantity_milli / 1000;
        if (end > in_sets) end = in_sets;
        if (end > at)
            deal->worth +=
                line->list_minor * (free_among(deal->rule, end) - free_among(deal->rule, at));
        at = end;
        own += choice->items[i].own;
    }
    deal->gain = deal->worth - own;
    return LOY_OK;
}

/* Those that share their first item can only be one of: side by side, the best first. */
static int by_first_and_gain(const void *a, const void *b)
{
    const struct pricing_deal *one = a, *other = b;
    if (one->first != other->first) return one->first < other->first ? -1 : 1;
    if (one->gain != other->gain) return one->gain > other->gain ? -1 : 1;
    return strcmp(one->rule->code, other->rule->code);
}

/* Gains as much with some of the other's items or the same ones. */
static bool is_as_good(
    const struct pricing_deal *one, const struct pricing_deal *other, size_t words)
{
    if (one->gain < other->gain) return false;
    for (size_t i = 0; i < words; i++)
        if ((one->holds[i] & ~other->holds[i]) != 0) return false;
    return one->gain > other->gain || memcmp(one->holds, other->holds, words * 8) != 0 ||
           strcmp(one->rule->code, other->rule->code) < 0;
}

static void worse_bundles_drop(struct pricing_choice *choice)
{
    size_t kept = 0;
    for (size_t i = 0; i < choice->deal_count; i++) {
        bool worse = false;
        for (size_t j = 0; j < choice->deal_count && !worse; j++)
            worse = j != i && choice->deals[j].gain > 0 &&
                    is_as_good(&choice->deals[j], &choice->deals[i], choice->words);
        if (worse) choice->deals[i].first = choice->item_count;
    }
    for (size_t i = 0; i < choice->deal_count; i++)
        if (choice->deals[i].first < choice->item_count) choice->deals[kept++] = choice->deals[i];
    choice->deal_count = kept;
}

/* Bundles that gain nothing are not worth a look: their lines are cheaper by themselves. */
static enum loy_status bundles_find(const struct loy_promotion_rule *const *rules,
    size_t rule_count, uint64_t **holds, struct pricing_choice *choice)
{
    for (size_t i = 0; i < rule_count; i++) {
        if (rules[i]->form != LOY_FORM_N_FOR_M) continue;
        struct pricing_deal *deal = &choice->deals[choice->deal_count];
        *deal = (struct pricing_deal){.rule = rules[i], .holds = *holds};
        deal_fill(deal, choice);
        enum loy_status status = bundle_weigh(deal, choice);
        if (status != LOY_OK) return status;
        if (deal->gain <= 0) continue;
        *holds += choice->words;
        choice->deal_count++;
    }
    worse_bundles_drop(choice);
    choice->bundle_count = choice->deal_count;
    if (choice->bundle_count > 1)
        qsort(choice->deals, choice->bundle_count, sizeof choice->deals[0], by_first_and_gain);
    return LOY_OK;
}

/* Never more than its lines cost. */
static void amounts_off_find(const struct loy_promotion_rule *const *rules, size_t rule_count,
    uint64_t *holds, struct pricing_choice *choice)
{
    for (size_t i = 0; i < rule_count; i++) {
        if (!is_amount_off(rules[i])) continue;
        struct pricing_deal *deal = &choice->deals[choice->deal_count];
        int64_t cost = 0;
        *deal = (struct pricing_deal){.rule = rules[i], .holds = holds};
        holds += choice->words;
        deal_fill(deal, choice);
        for (size_t at = 0; at < choice->item_count; at++)
            if (pricing_has(deal->holds, at)) cost += choice->items[at].amount;
        if (deal->worth > cost) deal->worth = cost;
        choice->deal_count++;
    }
}

/* ---- What comes of it -------------------------------------------------------------------------
 */

static void deal_spread(
    const struct pricing_choice *choice, size_t deal, struct pricing_portion *portions)
{
    size_t count = 0;
    int64_t whole = 0, worth = choice->deals[deal].worth;
    for (size_t i = 0; i < choice->item_count; i++) {
        if (choice->items[i].owner != deal + 1) continue;
        portions[count++] = (struct pricing_portion){.weight = choice->items[i].amount};
        whole += choice->items[i].amount;
    }
    pricing_spread(worth < whole ? worth : whole, portions, count);
    for (size_t i = 0, at = 0; i < choice->item_count; i++) {
        struct pricing_item *item = &choice->items[i];
        if (item->owner != deal + 1) continue;
        item->own = portions[at++].share;
        item->code = choice->deals[deal].rule->code;
        item->form = choice->deals[deal].rule->form;
    }
}

static void lines_settle(
    const struct pricing_choice *choice, struct pricing_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (lines[i].fixed) continue;
        lines[i].discount_minor = 0;
        lines[i].promotion = NULL;
        lines[i].form = LOY_FORM_NONE;
        loy_line_amount(lines[i].list_minor, lines[i].quantity_milli, &lines[i].paid_minor);
    }
    for (size_t i = 0; i < choice->item_count; i++) {
        const struct pricing_item *item = &choice->items[i];
        if (item->own == 0) continue;
        item->line->discount_minor = item->own;
        item->line->paid_minor = item->amount - item->own;
        item->line->promotion = item->code;
        item->line->form = item->form;
    }
}

static enum loy_status price(const struct loy_promotion_rule *const *rules, size_t rule_count,
    struct pricing_choice *choice, uint64_t *holds, struct pricing_portion *portions)
{
    for (size_t i = 0; i < choice->item_count; i++)
        own_find(rules, rule_count, &choice->items[i]);
    enum loy_status status = bundles_find(rules, rule_count, &holds, choice);
    if (status != LOY_OK) return status;
    amounts_off_find(rules, rule_count, holds, choice);
    status = pricing_choose(choice);
    for (size_t deal = 0; deal < choice->deal_count && status == LOY_OK; deal++)
        deal_spread(choice, deal, portions);
    return status;
}

static size_t deals_possible(const struct loy_promotion_rule *const *rules, size_t rule_count)
{
    size_t count = 0;
    for (size_t i = 0; i < rule_count; i++)
        count += rules[i]->form == LOY_FORM_N_FOR_M || is_amount_off(rules[i]);
    return count;
}

enum loy_status pricing_basket(const struct loy_promotion_rule *const *rules, size_t rule_count,
    struct pricing_line *lines, size_t count)
{
    size_t deals = deals_possible(rules, rule_count);
    struct pricing_choice choice = {.items = calloc(count + 1, sizeof *choice.items),
        .deals = calloc(deals + 1, sizeof *choice.deals)};
    uint64_t *holds = NULL;
    struct pricing_portion *portions = calloc(count + 1, sizeof *portions);
    enum loy_status status = LOY_E_MEMORY;
    if (choice.items != NULL && choice.deals != NULL && portions != NULL)
        status = items_find(lines, count, deals, &choice);
    if (status == LOY_OK) {
        choice.words = PRICING_WORDS(choice.item_count);
        holds = calloc(deals * choice.words + 1, sizeof *holds);
        status = holds == NULL ? LOY_E_MEMORY : price(rules, rule_count, &choice, holds, portions);
    }
    if (status == LOY_OK) lines_settle(&choice, lines, count);
    free(choice.items);
    free(choice.deals);
    free(holds);
    free(portions);
    return status;
}
