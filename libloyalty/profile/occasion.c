/* SPDX-License-Identifier: MIT
 *
 * occasion.c - the occasions of a category: rows are taken in, built into occasions, and given to
 * the choice model. In: sales, price history, assortment. Out: per occasion what was on offer and
 * what was bought. Must not know how a choice is modelled.
 */
#include "occasion_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum loy_status loy_occasions_open(
    const struct loy_occasion_settings *settings, struct loy_occasions **occasions)
{
    if (!settings || settings->size < sizeof *settings || !settings->category ||
        !*settings->category || settings->unit_minor < 1 || !occasions ||
        settings->by >= loy_alternative_kind_count)
        return LOY_E_ARGUMENT;
    if (strlen(settings->category) >= LOY_TEXT_MAX ||
        (settings->base && strlen(settings->base) >= 2 * LOY_TEXT_MAX))
        return LOY_E_ARGUMENT;
    struct loy_occasions *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    made->settings = *settings;
    if (made->settings.form_min <= 0) made->settings.form_min = 100;
    strcpy(made->category, settings->category);
    if (settings->base) strcpy(made->base_name, settings->base);
    made->settings.category = made->category;
    made->settings.base = settings->base ? made->base_name : NULL;
    *occasions = made;
    return LOY_OK;
}

void loy_occasions_close(struct loy_occasions *occasions)
{
    if (!occasions) return;
    occasion_names_clear(&occasions->codes);
    occasion_names_clear(&occasions->texts);
    occasion_names_clear(&occasions->labels);
    free(occasions->articles);
    free(occasions->offers);
    free(occasions->presences);
    free(occasions->purchases);
    free(occasions->visits);
    free(occasions->order);
    free(occasions->shelves);
    free(occasions->members);
    free(occasions->member_occasions);
    free(occasions);
}

const char *loy_occasions_category(const struct loy_occasions *occasions)
{
    return occasions->category;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static bool of_category(const struct loy_occasions *occasions, const struct loy_version *version)
{
    return version->category && strcmp(version->category, occasions->category) == 0 &&
           (version->kind == LOY_KIND_GOODS || version->kind == LOY_KIND_NONE);
}

/* The number of the article, with brand, grade and style of its newest version; OCCASION_NONE: no
 * memory.
 */
static int32_t article_of(
    struct loy_occasions *occasions, int64_t number, const struct loy_version *version)
{
    size_t before = occasions->codes.count;
    void *articles = occasions->articles;
    if (!occasion_grow(
            &articles, before, &occasions->article_capacity, sizeof *occasions->articles))
        return OCCASION_NONE;
    occasions->articles = articles;
    int32_t brand = occasion_name_add(&occasions->texts, version->brand);
    int32_t grade = occasion_name_add(&occasions->texts, version->grade);
    int32_t style = occasion_name_add(&occasions->texts, version->style);
    if (brand < 0 || grade < 0 || style < 0) return OCCASION_NONE;
    int32_t article = occasion_name_add(&occasions->codes, version->article);
    if (article < 0) return OCCASION_NONE;
    struct occasion_article *row = &occasions->articles[article];
    if ((size_t)article == before)
        *row = (struct occasion_article){.version = INT64_MIN, .alternative = OCCASION_NONE};
    if (number > row->version) {
        row->version = number;
        row->brand = brand;
        row->grade = grade;
        row->style = style;
    }
    occasions->category_seen = true;
    return article;
}

enum loy_status loy_occasions_add_offer(struct loy_occasions *occasions,
    const struct loy_offer *offer, const struct loy_version *version)
{
    if (!of_category(occasions, version)) return LOY_OK;
    int32_t article = article_of(occasions, offer->article_version, version);
    void *offers = occasions->offers;
    if (article < 0 || !occasion_grow(&offers, occasions->offer_count, &occasions->offer_capacity,
                           sizeof *occasions->offers))
        return LOY_E_MEMORY;
    occasions->offers = offers;
    /* What is given away is no price of anything. */
    if (offer->selling_minor <= 0) return LOY_OK;
    bool promoted = offer->promoted || offer->form || offer->selling_minor < offer->list_minor;
    uint8_t form = promoted ? LOY_FORM_OTHER : LOY_FORM_NONE;
    if (offer->form && offer->form < loy_form_count) form = offer->form;
    occasions->offers[occasions->offer_count++] = (struct occasion_offer){.from_us = offer->from_us,
        .to_us = offer->to_us ? offer->to_us : INT64_MAX,
        .price_minor = offer->selling_minor,
        .article = article,
        .site = offer->site,
        .form = form,
        .display = offer->display};
    return LOY_OK;
}

enum loy_status loy_occasions_add_presence(struct loy_occasions *occasions,
    const struct loy_presence *presence, const struct loy_version *version)
{
    if (!of_category(occasions, version)) return LOY_OK;
    int32_t article = article_of(occasions, presence->article_version, version);
    void *presences = occasions->presences;
    if (article < 0 || !occasion_grow(&presences, occasions->presence_count,
                           &occasions->presence_capacity, sizeof *occasions->presences))
        return LOY_E_MEMORY;
    occasions->presences = presences;
    occasions->presences[occasions->presence_count++] =
        (struct occasion_presence){.from_us = presence->from_us,
            .to_us = presence->to_us ? presence->to_us : INT64_MAX,
            .article = article,
            .site = presence->site};
    return LOY_OK;
}

enum loy_status loy_occasions_add_sale(
    struct loy_occasions *occasions, const struct loy_sale *sale, const struct loy_version *version)
{
    bool kept = sale->quantity_milli > 0 && sale->returned_milli < sale->quantity_milli;
    if (occasions->settings.visits && sale->member != 0 && !sale->is_return && kept) {
        enum loy_status status = occasion_visit_add(occasions, sale);
        if (status != LOY_OK) return status;
    }
    if (!of_category(occasions, version)) return LOY_OK;
    int32_t article = article_of(occasions, sale->article_version, version);
    void *purchases = occasions->purchases;
    if (article < 0 || !occasion_grow(&purchases, occasions->purchase_count,
                           &occasions->purchase_capacity, sizeof *occasions->purchases))
        return LOY_E_MEMORY;
    occasions->purchases = purchases;
    if (sale->member == 0 || sale->is_return) return LOY_OK;
    occasions->sales_seen = true;
    if (!kept) return LOY_OK;
    if (occasions->purchase_count >= INT32_MAX) return LOY_E_LIMIT;
    occasions->articles[article].lines++;
    occasions->purchases[occasions->purchase_count++] =
        (struct occasion_purchase){.member = sale->member,
            .at_us = sale->at_us,
            .basket = sale->basket,
            .site = sale->site,
            .article = article,
            .shelf = OCCASION_NONE};
    return LOY_OK;
}

/* ---- Building -------------------------------------------------------------------------------- */

/* Whoever bought several times did so at one moment: the rows have no times. */
static bool has_times(const struct loy_occasions *occasions)
{
    bool several = false;
    for (size_t i = 1; i < occasions->purchase_count; i++) {
        const struct occasion_purchase *a = &occasions->purchases[i - 1],
                                       *b = &occasions->purchases[i];
        if (a->member != b->member || a->basket == b->basket) continue;
        if (a->at_us != b->at_us) return true;
        several = true;
    }
    return !several;
}

static size_t on_offer(const struct loy_occasions *occasions, int32_t shelf)
{
    size_t count = 0;
    for (size_t i = 0; shelf >= 0 && i < occasions->alternative_count; i++)
        count += !isnan(occasion_columns(occasions, shelf, i)[SHELF_PRICE]);
    return count;
}

bool occasion_is_listed(
    const struct loy_occasions *occasions, const struct occasion_purchase *purchase)
{
    if (purchase->alternative < 0 || purchase->shelf < 0) return false;
    size_t alternative = (size_t)purchase->alternative;
    return !isnan(occasion_columns(occasions, purchase->shelf, alternative)[SHELF_PRICE]);
}

static enum loy_status members_count(struct loy_occasions *occasions)
{
    size_t room = occasions->purchase_count + 1;
    free(occasions->members);
    free(occasions->member_occasions);
    occasions->members = calloc(room, sizeof *occasions->members);
    occasions->member_occasions = calloc(room, sizeof *occasions->member_occasions);
    occasions->member_count = 0;
    if (!occasions->members || !occasions->member_occasions) return LOY_E_MEMORY;
    for (size_t i = 0; i < occasions->purchase_count; i++) {
        struct occasion_purchase *purchase = &occasions->purchases[i];
        purchase->told =
            occasion_is_listed(occasions, purchase) && on_offer(occasions, purchase->shelf) > 1;
        if (!purchase->told) continue;
        size_t last = occasions->member_count;
        if (last == 0 || occasions->members[last - 1] != purchase->member)
            occasions->members[occasions->member_count++] = purchase->member;
        occasions->member_occasions[occasions->member_count - 1]++;
    }
    return LOY_OK;
}

/* Before the shelves: what no shelf could mend. */
static uint8_t rows_problem(const struct loy_occasions *occasions)
{
    if (!occasions->category_seen) return LOY_OCCASION_NO_CATEGORY;
    if (!occasions->sales_seen) return LOY_OCCASION_NO_SALES;
    if (occasions->purchase_count == 0) return LOY_OCCASION_ONLY_RETURNS;
    return LOY_OCCASION_GOOD;
}

/* Behind them. A shelf that is known for one purchase in ten only was most likely made of sales. */
static uint8_t shelves_problem(const struct loy_occasions *occasions)
{
    struct loy_occasion_summary summary;
    loy_occasions_summary(occasions, 0, &summary);
    if (summary.told == 0 || summary.told * 10 < summary.bought - summary.rare)
        return LOY_OCCASION_NO_OTHERS;
    return LOY_OCCASION_GOOD;
}

#define SORTED_PURCHASES 5
#define SORTED_MEMBERS 20
#define SORTED_SHARE .9

/* Whether each alternative that a member took stands in one block of his purchases: 1, or 0 where
 * he went back to one; -1: he took one only, or bought too seldom. */
static int is_in_blocks(const struct occasion_purchase *own, size_t count)
{
    uint32_t taken = 0, runs = 0;
    int kinds = 0;
    for (size_t i = 0; i < count; i++) {
        if (own[i].alternative < 0) return -1;
        if (i == 0 || own[i].alternative != own[i - 1].alternative) runs++;
        taken |= UINT32_C(1) << own[i].alternative;
    }
    for (uint32_t rest = taken; rest; rest &= rest - 1)
        kinds++;
    if (count < SORTED_PURCHASES || kinds < 2) return -1;
    return runs == (uint32_t)kinds;
}

/* Of real members hardly anybody who takes several brands never goes back to one. */
static bool is_sorted(const struct loy_occasions *occasions)
{
    size_t members = 0, blocks = 0;
    const struct occasion_purchase *list = occasions->purchases;
    for (size_t i = 0, end; i < occasions->purchase_count; i = end) {
        for (end = i; end < occasions->purchase_count && list[end].member == list[i].member;)
            end++;
        int in_blocks = is_in_blocks(list + i, end - i);
        members += in_blocks >= 0;
        blocks += in_blocks > 0;
    }
    return members >= SORTED_MEMBERS && (double)blocks >= SORTED_SHARE * (double)members;
}

static bool has_habit(const struct loy_occasions *occasions)
{
    size_t count = occasions->attribute_count;
    return count && occasions->attributes[count - 1].kind == OCCASION_HABIT;
}

static enum loy_status refuse(uint8_t reason, uint8_t *problem)
{
    *problem = reason;
    return LOY_NONE;
}

enum loy_status loy_occasions_build(struct loy_occasions *occasions, uint8_t *problem)
{
    *problem = rows_problem(occasions);
    if (occasions->loaded && *problem) *problem = LOY_OCCASION_NO_SALES;
    if (*problem) return LOY_NONE;
    enum loy_status status = occasion_alternatives_make(occasions, problem);
    if (status != LOY_OK) return status;
    if (!occasions->loaded && !has_times(occasions)) return refuse(LOY_OCCASION_NO_TIMES, problem);
    if (!occasions->loaded && !occasions->offer_count)
        return refuse(LOY_OCCASION_NO_PRICES, problem);
    occasion_visits_make(occasions);
    status = occasion_shelves_make(occasions);
    if (status == LOY_OK) status = members_count(occasions);
    if (status != LOY_OK || occasions->loaded) return status;
    uint8_t reason = shelves_problem(occasions);
    if (reason) return refuse(reason, problem);
    status = occasion_attributes_make(occasions, problem);
    if (status == LOY_OK && has_habit(occasions) && is_sorted(occasions))
        return refuse(LOY_OCCASION_SORTED, problem);
    struct loy_occasion_summary summary;
    loy_occasions_summary(occasions, 0, &summary);
    if (status == LOY_OK && summary.most < 2) *problem = LOY_OCCASION_ONE_PURCHASE;
    return status;
}

/* ---- What was built -------------------------------------------------------------------------- */

void loy_occasions_summary(
    const struct loy_occasions *occasions, int64_t min, struct loy_occasion_summary *summary)
{
    *summary = (struct loy_occasion_summary){.by = occasions->settings.by,
        .bought = (int64_t)occasions->purchase_count,
        .members = (int64_t)occasions->member_count,
        .alternatives = occasions->alternative_count,
        .attributes = occasions->attribute_count,
        .base = occasions->base};
    for (size_t i = 0; i < occasions->purchase_count; i++) {
        const struct occasion_purchase *purchase = &occasions->purchases[i];
        if (purchase->alternative < 0)
            summary->rare++;
        else if (purchase->told)
            summary->told++;
        else if (occasion_is_listed(occasions, purchase))
            summary->alone++;
        else
            summary->unlisted++;
    }
    for (size_t i = 0; i < occasions->member_count; i++) {
        int64_t own = occasions->member_occasions[i];
        if (own > summary->most) summary->most = own;
        summary->members_enough += own >= min;
    }
}

const char *loy_occasions_alternative(const struct loy_occasions *occasions, size_t alternative)
{
    if (alternative >= occasions->alternative_count) return "";
    return occasions->labels.texts[occasions->alternatives[alternative].label];
}

const char *loy_occasions_attribute(const struct loy_occasions *occasions, size_t attribute)
{
    return attribute < occasions->attribute_count ? occasions->attributes[attribute].name : "";
}

int64_t loy_occasions_member(const struct loy_occasions *occasions, size_t index)
{
    return index < occasions->member_count ? occasions->members[index] : 0;
}

void loy_occasions_settings(
    const struct loy_occasions *occasions, struct loy_choice_settings *settings)
{
    *settings = (struct loy_choice_settings){.size = sizeof *settings,
        .alternatives = occasions->alternative_count,
        .base = occasions->base,
        .attributes = occasions->attribute_count};
    settings->scaled[0] = occasions->settings.level;
}

/* ---- Into the choice model ------------------------------------------------------------------- */

struct filling {
    const struct loy_occasions *occasions;
    struct loy_choice *choice;
    uint32_t before, now; /* bit per alternative: taken on the last occasion, on this one */
    const struct occasion_purchase *last;
};

size_t occasion_offers(const struct loy_occasions *occasions, int32_t shelf, uint32_t before,
    double values[][LOY_CHOICE_ATTRIBUTES_MAX], struct loy_choice_offer *offers)
{
    size_t count = 0;
    for (size_t i = 0; shelf >= 0 && i < occasions->alternative_count; i++) {
        const double *columns = occasion_columns(occasions, shelf, i);
        if (isnan(columns[SHELF_PRICE])) continue;
        for (size_t k = 0; k < occasions->attribute_count; k++) {
            const struct occasion_attribute *attribute = &occasions->attributes[k];
            values[count][k] = attribute->kind == OCCASION_HABIT
                                   ? before >> i & 1
                                   : occasion_attribute_value(occasions, attribute, columns);
        }
        offers[count] = (struct loy_choice_offer){.alternative = i, .attributes = values[count]};
        count++;
    }
    return count;
}

static enum loy_status occasion_add(
    struct filling *filling, const struct occasion_purchase *purchase)
{
    double values[LOY_ALTERNATIVES_KEPT][LOY_CHOICE_ATTRIBUTES_MAX];
    struct loy_choice_offer offers[LOY_ALTERNATIVES_KEPT];
    size_t bought = 0, count = occasion_offers(
                           filling->occasions, purchase->shelf, filling->before, values, offers);
    while (bought < count && offers[bought].alternative != (size_t)purchase->alternative)
        bought++;
    return loy_choice_add(filling->choice, purchase->member, offers, count, bought);
}

/* Purchases of one moment see the habit from before it: which of two baskets was the first is not
 * known. */
static void moment_turn(struct filling *filling, const struct occasion_purchase *purchase)
{
    const struct occasion_purchase *last = filling->last;
    filling->last = purchase;
    if (last && last->member == purchase->member && last->at_us == purchase->at_us) return;
    filling->before = last && last->member == purchase->member ? filling->now : 0;
    filling->now = 0;
}

/* The next purchase that is an occasion, with what was taken before it; NULL: no more. */
static const struct occasion_purchase *occasion_next(struct filling *filling, size_t *position)
{
    const struct loy_occasions *occasions = filling->occasions;
    while (*position < occasions->purchase_count) {
        const struct occasion_purchase *purchase = &occasions->purchases[(*position)++];
        moment_turn(filling, purchase);
        if (purchase->alternative >= 0) filling->now |= UINT32_C(1) << purchase->alternative;
        if (purchase->told) return purchase;
    }
    return NULL;
}

enum loy_status loy_occasions_fill(const struct loy_occasions *occasions, struct loy_choice *choice)
{
    struct filling filling = {.occasions = occasions, .choice = choice};
    const struct occasion_purchase *purchase;
    size_t position = 0;
    enum loy_status status = LOY_OK;
    while (status == LOY_OK && (purchase = occasion_next(&filling, &position)) != NULL)
        status = occasion_add(&filling, purchase);
    return status;
}

size_t occasion_habits(const struct loy_occasions *occasions, uint32_t *before, size_t count)
{
    struct filling filling = {.occasions = occasions};
    size_t position = 0, found = 0;
    while (found < count && occasion_next(&filling, &position))
        before[found++] = filling.before;
    return found;
}
