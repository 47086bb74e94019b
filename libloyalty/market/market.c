/* SPDX-License-Identifier: MIT
 *
 * market.c - the accumulator of one manufacturer's report.
 * In: members' bands, sales of the period, price history; out: rows for the cubes and how much was
 * seen. Must not know where the rows come from, nor what is published of them.
 */
#include "market_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)

static int64_t divide_down(int64_t value, int64_t by)
{
    int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

int64_t market_week(int64_t local_us)
{
    return divide_down(divide_down(local_us, DAY_US) + 3, 7);
}

/* Year and month of a day number since 1970-01-01, Gregorian calendar: Howard Hinnant,
 * "chrono-compatible low-level date algorithms", civil_from_days. */
int64_t market_local_month(int64_t local_us)
{
    int64_t days = divide_down(local_us, DAY_US) + 719468;
    int64_t era = divide_down(days, 146097);
    int64_t of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t shifted = (5 * of_year + 2) / 153;
    int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    return (year + era * 400 + (month <= 2)) * 12 + month - 1;
}

static void take_defaults(struct loy_market_settings *settings)
{
    if (!settings->members_min) settings->members_min = 10;
    if (!settings->members_single_store) settings->members_single_store = 20;
    if (!settings->stores_min) settings->stores_min = 3;
    if (!settings->dominance_permille) settings->dominance_permille = 400;
    if (!settings->round_to) settings->round_to = 5;
    if (settings->unit_minor <= 0) settings->unit_minor = 100;
}

enum loy_status loy_market_open(
    const struct loy_market_settings *settings, struct loy_market **market)
{
    if (!settings || !market || settings->size != sizeof *settings) return LOY_E_ARGUMENT;
    if (!settings->manufacturer || settings->from_us >= settings->to_us) return LOY_E_ARGUMENT;
    if (strlen(settings->manufacturer) >= LOY_TEXT_MAX) return LOY_E_LIMIT;
    if (settings->brand && strlen(settings->brand) >= LOY_TEXT_MAX) return LOY_E_LIMIT;
    struct loy_market *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    made->settings = *settings;
    take_defaults(&made->settings);
    snprintf(made->manufacturer, sizeof made->manufacturer, "%s", settings->manufacturer);
    made->settings.manufacturer = made->manufacturer;
    made->has_brand = settings->brand != NULL;
    if (made->has_brand) snprintf(made->brand, sizeof made->brand, "%s", settings->brand);
    made->settings.brand = made->has_brand ? made->brand : NULL;
    made->members_sorted = true;
    *market = made;
    return LOY_OK;
}

void loy_market_close(struct loy_market *market)
{
    if (!market) return;
    for (size_t d = 0; d < MARKET_DIMENSIONS; d++) {
        market_levels_clear(&market->levels[d]);
        free(market->forced[d]);
    }
    for (size_t i = 0; i < market->cube_count; i++)
        market_cube_clear(&market->cubes[i]);
    market_names_clear(&market->categories);
    market_names_clear(&market->own_categories);
    market_names_clear(&market->articles);
    free(market->members);
    free(market->lines);
    free(market->prices);
    free(market->visits);
    free(market->offers);
    free(market->sites);
    free(market->category_minor);
    free(market);
}

enum loy_status loy_market_add_member(
    struct loy_market *market, const struct loy_member_bands *bands)
{
    if (!market || !bands || market->sealed || market->line_count) return LOY_E_ARGUMENT;
    void *members = market->members;
    if (!market_grow(
            &members, market->member_count, &market->member_capacity, sizeof *market->members))
        return LOY_E_MEMORY;
    market->members = members;
    struct market_member *member = &market->members[market->member_count];
    struct market_levels *levels = market->levels;
    member->number = bands->member;
    member->consent = bands->consent;
    if (market->member_count && member[-1].number >= member->number) market->members_sorted = false;
    market->member_count++;
    member->group = member->income = member->district = MARKET_NO_LEVEL;
    /* Not even the name of a band is kept of a member who did not consent. */
    if (!member->consent) return LOY_OK;
    member->group = market_name_add(&levels[LOY_DIMENSION_GROUP].names, bands->group);
    member->income = market_name_add(&levels[LOY_DIMENSION_INCOME].names, bands->income);
    member->district = market_name_add(&levels[LOY_DIMENSION_DISTRICT].names, bands->district);
    if (member->group < 0 || member->income < 0 || member->district < 0) return LOY_E_MEMORY;
    return LOY_OK;
}

static int by_number(const void *left, const void *right)
{
    const struct market_member *a = left, *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

static int32_t member_index(struct loy_market *market, int64_t number)
{
    if (!market->members_sorted) {
        qsort(market->members, market->member_count, sizeof *market->members, by_number);
        market->members_sorted = true;
    }
    const struct market_member key = {.number = number};
    const struct market_member *found =
        market->member_count == 0
            ? NULL
            : bsearch(&key, market->members, market->member_count, sizeof key, by_number);
    if (!found || !found->consent) return MARKET_NO_LEVEL;
    return (int32_t)(found - market->members);
}

static int32_t site_index(struct loy_market *market, int32_t site)
{
    for (size_t i = 0; i < market->site_count; i++)
        if (market->sites[i] == site) return (int32_t)i;
    void *sites = market->sites;
    if (!market_grow(&sites, market->site_count, &market->site_capacity, sizeof *market->sites))
        return MARKET_NO_LEVEL;
    market->sites = sites;
    market->sites[market->site_count] = site;
    return (int32_t)market->site_count++;
}

static enum loy_status add_price(
    struct loy_market *market, int32_t category, int64_t list_minor, bool shelf)
{
    void *prices = market->prices;
    if (!market_grow(&prices, market->price_count, &market->price_capacity, sizeof *market->prices))
        return LOY_E_MEMORY;
    market->prices = prices;
    market->prices[market->price_count++] =
        (struct market_price){.category = category, .shelf = shelf, .list_minor = list_minor};
    return LOY_OK;
}

/* One row per basket is enough, and rows of a basket mostly follow one another; the rest is sorted
 * out when the visits are counted. */
static enum loy_status add_visit(
    struct loy_market *market, int32_t site, int64_t basket, int64_t local_us)
{
    if (market->visit_count && market->visits[market->visit_count - 1].basket == basket)
        return LOY_OK;
    void *visits = market->visits;
    if (!market_grow(&visits, market->visit_count, &market->visit_capacity, sizeof *market->visits))
        return LOY_E_MEMORY;
    market->visits = visits;
    market->visits[market->visit_count++] = (struct market_visit){
        .site = site, .week = (int32_t)market_week(local_us), .basket = basket};
    return LOY_OK;
}

static bool of_manufacturer(const struct loy_market *market, const struct loy_version *version)
{
    if (!version->manufacturer || strcmp(version->manufacturer, market->manufacturer) != 0)
        return false;
    return !market->has_brand || (version->brand && strcmp(version->brand, market->brand) == 0);
}

static enum loy_status add_category_sum(struct loy_market *market, int32_t category, int64_t minor)
{
    while ((size_t)category >= market->category_capacity) {
        size_t before = market->category_capacity;
        void *sums = market->category_minor;
        if (!market_grow(&sums, before, &market->category_capacity, sizeof *market->category_minor))
            return LOY_E_MEMORY;
        market->category_minor = sums;
        for (size_t i = before; i < market->category_capacity; i++)
            market->category_minor[i] = 0;
    }
    market->category_minor[category] += minor;
    return LOY_OK;
}

static bool name_article(
    struct loy_market *market, const struct loy_version *version, int32_t name[loy_dimension_count])
{
    const char *texts[loy_dimension_count] = {
        [LOY_DIMENSION_COLOUR] = loy_colour_name(version->colour_family),
        [LOY_DIMENSION_GRADE] = version->grade,
        [LOY_DIMENSION_SIZE] = version->size_text,
        [LOY_DIMENSION_CATEGORY] = version->category,
        [LOY_DIMENSION_BRAND] = version->brand,
    };
    if (version->colour_family == LOY_COLOUR_NONE) texts[LOY_DIMENSION_COLOUR] = "";
    for (int d = LOY_DIMENSION_COLOUR; d <= LOY_DIMENSION_BRAND; d++) {
        name[d] = market_name_add(&market->levels[d].names, texts[d]);
        if (name[d] < 0) return false;
    }
    return true;
}

static bool name_time(
    struct loy_market *market, int64_t local_us, int32_t name[loy_dimension_count])
{
    static const char *const weekdays[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    static const char *const parts[4] = {"00-06", "06-12", "12-18", "18-24"};
    int64_t day = divide_down(local_us, DAY_US);
    int64_t month = market_local_month(local_us), of_day = local_us - day * DAY_US;
    /* An import that knew the day only. */
    bool timed = of_day != 0 && of_day != LOY_DAY_ONLY_US;
    char text[32];
    snprintf(text, sizeof text, "%04d-%02d", (int)(month / 12), (int)(month % 12) + 1);
    struct market_levels *levels = market->levels;
    name[LOY_DIMENSION_MONTH] = market_name_add(&levels[LOY_DIMENSION_MONTH].names, text);
    name[LOY_DIMENSION_WEEKDAY] = market_name_add(
        &levels[LOY_DIMENSION_WEEKDAY].names, weekdays[(day + 3) - divide_down(day + 3, 7) * 7]);
    name[LOY_DIMENSION_DAY_PART] = market_name_add(
        &levels[LOY_DIMENSION_DAY_PART].names, timed ? parts[of_day / (DAY_US / 4)] : "");
    return name[LOY_DIMENSION_MONTH] >= 0 && name[LOY_DIMENSION_WEEKDAY] >= 0 &&
           name[LOY_DIMENSION_DAY_PART] >= 0;
}

static void name_member(const struct loy_market *market, struct market_line *line)
{
    bool known = line->member != MARKET_NO_LEVEL;
    const struct market_member *member = known ? &market->members[line->member] : NULL;
    line->name[LOY_DIMENSION_GROUP] = known ? member->group : MARKET_NO_LEVEL;
    line->name[LOY_DIMENSION_INCOME] = known ? member->income : MARKET_NO_LEVEL;
    line->name[LOY_DIMENSION_DISTRICT] = known ? member->district : MARKET_NO_LEVEL;
}

/* paid x part / whole without leaving 64 bits: quantities are thousandths. */
static int64_t part_of(int64_t paid_minor, int64_t part_milli, int64_t whole_milli)
{
    if (whole_milli <= 0 || part_milli <= 0) return 0;
    if (part_milli >= whole_milli) return paid_minor;
    return (int64_t)((double)paid_minor * ((double)part_milli / (double)whole_milli));
}

static void fill_amounts(struct market_line *line, const struct loy_sale *sale)
{
    int64_t returned = sale->returned_milli < 0 ? -sale->returned_milli : sale->returned_milli;
    if (returned > sale->quantity_milli) returned = sale->quantity_milli;
    int64_t paid_minor = sale->paid_minor < 0 ? 0 : sale->paid_minor;
    line->returned_milli = returned;
    line->net_milli = sale->quantity_milli - returned;
    line->spend_minor = part_of(paid_minor, line->net_milli, sale->quantity_milli);
    line->returned_minor = paid_minor - line->spend_minor;
}

static void count_coverage(
    struct loy_market *market, const struct loy_sale *sale, const struct market_line *line)
{
    struct loy_market_coverage *seen = &market->coverage;
    seen->sales_minor += line->spend_minor;
    if (sale->member) seen->identified_minor += line->spend_minor;
    if (line->member == MARKET_NO_LEVEL) return;
    seen->consented_minor += line->spend_minor;
    seen->units_milli += line->net_milli;
}

static enum loy_status add_own_line(struct loy_market *market, const struct loy_sale *sale,
    const struct loy_version *version, struct market_line *line)
{
    int64_t local_us = sale->at_us + (int64_t)sale->offset_min * 60000000;
    line->basket = sale->basket;
    line->list_minor = sale->list_minor;
    line->article = market_name_add(&market->articles, version->article);
    name_member(market, line);
    const char *form = sale->form == LOY_FORM_NONE ? "none" : loy_form_name(sale->form);
    line->name[LOY_DIMENSION_PROMOTION] =
        market_name_add(&market->levels[LOY_DIMENSION_PROMOTION].names, form);
    if (line->article < 0 || line->name[LOY_DIMENSION_PROMOTION] < 0 ||
        !name_article(market, version, line->name) || !name_time(market, local_us, line->name))
        return LOY_E_MEMORY;
    void *lines = market->lines;
    if (!market_grow(&lines, market->line_count, &market->line_capacity, sizeof *market->lines))
        return LOY_E_MEMORY;
    market->lines = lines;
    market->lines[market->line_count++] = *line;
    return LOY_OK;
}

static bool of_goods(const struct loy_version *version)
{
    return version->kind == LOY_KIND_NONE || version->kind == LOY_KIND_GOODS;
}

/* What may enter a table: of a line's price and week, too, only what is nobody's or a consenting
 * member's. */
static enum loy_status add_counted(struct loy_market *market, const struct loy_sale *sale,
    const struct loy_version *version, struct market_line *line)
{
    int64_t local_us = sale->at_us + (int64_t)sale->offset_min * 60000000;
    line->site = site_index(market, sale->site);
    if (line->site < 0) return LOY_E_MEMORY;
    enum loy_status status = add_price(market, line->category, sale->list_minor, false);
    if (status == LOY_OK) status = add_visit(market, line->site, sale->basket, local_us);
    if (status != LOY_OK || !of_manufacturer(market, version)) return status;
    return add_own_line(market, sale, version, line);
}

enum loy_status loy_market_add_sale(
    struct loy_market *market, const struct loy_sale *sale, const struct loy_version *version)
{
    if (!market || !sale || !version || market->sealed) return LOY_E_ARGUMENT;
    if (sale->at_us < market->settings.from_us || sale->at_us >= market->settings.to_us)
        return LOY_OK;
    if (sale->is_return || sale->quantity_milli <= 0 || !of_goods(version)) return LOY_OK;
    struct market_line line = {.member = MARKET_NO_LEVEL,
        .category = market_name_add(&market->categories, version->category)};
    if (line.category < 0) return LOY_E_MEMORY;
    if (sale->member) line.member = member_index(market, sale->member);
    fill_amounts(&line, sale);
    enum loy_status status = add_category_sum(market, line.category, line.spend_minor);
    if (status != LOY_OK) return status;
    if (of_manufacturer(market, version)) {
        if (market_name_add(&market->own_categories, version->category) < 0) return LOY_E_MEMORY;
        count_coverage(market, sale, &line);
    }
    /* A member who did not consent is in the coverage's sums of money and nowhere else. */
    if (sale->member && line.member == MARKET_NO_LEVEL) return LOY_OK;
    return add_counted(market, sale, version, &line);
}

enum loy_status loy_market_add_offer(
    struct loy_market *market, const struct loy_offer *offer, const struct loy_version *version)
{
    if (!market || !offer || !version || market->sealed) return LOY_E_ARGUMENT;
    int64_t to_us = offer->to_us ? offer->to_us : market->settings.to_us;
    if (to_us <= market->settings.from_us || offer->from_us >= market->settings.to_us)
        return LOY_OK;
    if (!of_goods(version)) return LOY_OK;
    struct market_offer row = {
        .site = offer->site ? site_index(market, offer->site) : MARKET_NO_LEVEL,
        .from_us = offer->from_us,
        .to_us = to_us,
        .category = market_name_add(&market->categories, version->category),
        .list_minor = offer->list_minor};
    if (row.category < 0 || (offer->site && row.site < 0)) return LOY_E_MEMORY;
    enum loy_status status = add_price(market, row.category, offer->list_minor, true);
    if (status != LOY_OK || !of_manufacturer(market, version)) return status;
    row.article = market_name_add(&market->articles, version->article);
    if (row.article < 0 || !name_article(market, version, row.name)) return LOY_E_MEMORY;
    void *offers = market->offers;
    if (!market_grow(&offers, market->offer_count, &market->offer_capacity, sizeof *market->offers))
        return LOY_E_MEMORY;
    market->offers = offers;
    market->offers[market->offer_count++] = row;
    market->has_offers = true;
    return LOY_OK;
}

static void count_category(const struct loy_market *market, struct loy_market_coverage *seen)
{
    for (uint32_t i = 0; i < market->own_categories.count; i++)
        for (uint32_t k = 0; k < market->categories.count && k < market->category_capacity; k++)
            if (strcmp(market->own_categories.texts[i], market->categories.texts[k]) == 0)
                seen->category_minor += market->category_minor[k];
}

enum loy_status loy_market_coverage_get(
    const struct loy_market *market, struct loy_market_coverage *coverage)
{
    if (!market || !coverage || !market->sealed) return LOY_E_ARGUMENT;
    *coverage = market->coverage;
    coverage->members = market->total.members;
    coverage->stores = market->total.stores;
    count_category(market, coverage);
    return LOY_OK;
}
