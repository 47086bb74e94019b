/* SPDX-License-Identifier: MIT
 *
 * market_source.c - from the store into the market room: members as bands, sales, price history.
 * In: a store and a period; out: a sealed market. Personal fields are read, banded and wiped here
 * and go no further. Must not know how a report looks.
 */
#include "market_report.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bands {
    char group[160], income[128], district[128];
};

struct member_texts {
    char a[LOY_FIELD_TEXT_MAX], b[LOY_FIELD_TEXT_MAX];
};

/* Traits are the shop's own columns, so the one for age has either name. */
static bool read_age_band(
    struct loy_store *store, const struct loy_id *id, char text[LOY_FIELD_TEXT_MAX])
{
    return loy_member_trait(store, id, "age_band", text) == LOY_OK ||
           loy_member_trait(store, id, "age", text) == LOY_OK;
}

static void read_person(struct loy_store *store, const struct loy_id *id, int period_year,
    struct member_texts *texts, struct bands *bands)
{
    int birth_year = 0;
    if (loy_member_field(store, id, LOY_FIELD_BIRTH_YEAR, texts->a) == LOY_OK)
        birth_year = market_source_birth_year(texts->a, period_year);
    if (birth_year || !read_age_band(store, id, texts->b)) texts->b[0] = '\0';
    if (loy_member_field(store, id, LOY_FIELD_SEX, texts->a) != LOY_OK) texts->a[0] = '\0';
    texts->b[100] = '\0';
    market_source_group(
        texts->a, birth_year, texts->b, period_year, bands->group, sizeof bands->group);
}

static void read_firm(struct loy_store *store, const struct loy_id *id, struct member_texts *texts,
    struct bands *bands)
{
    bool known = loy_member_field(store, id, LOY_FIELD_INDUSTRY, texts->a) == LOY_OK;
    snprintf(bands->group, sizeof bands->group, "firm: %.100s", known ? texts->a : "unknown");
}

static void read_bands(
    struct loy_store *store, const struct loy_member *member, int period_year, struct bands *bands)
{
    struct member_texts texts;
    if (member->kind == LOY_MEMBER_ORGANISATION)
        read_firm(store, &member->id, &texts, bands);
    else
        read_person(store, &member->id, period_year, &texts, bands);
    bool known = loy_member_trait(store, &member->id, "income", texts.a) == LOY_OK;
    snprintf(bands->income, sizeof bands->income, "%.100s", known ? texts.a : "");
    known = loy_member_field(store, &member->id, LOY_FIELD_DISTRICT, texts.a) == LOY_OK;
    snprintf(bands->district, sizeof bands->district, "%.100s", known ? texts.a : "");
    sodium_memzero(&texts, sizeof texts);
}

/* Nothing is decrypted of a member who did not consent. */
static enum loy_status add_member(
    struct loy_store *store, const struct loy_id *id, int period_year, struct loy_market *market)
{
    struct loy_member member;
    struct bands bands = {{0}, {0}, {0}};
    struct loy_member_bands row = {
        .group = bands.group, .income = bands.income, .district = bands.district};
    enum loy_status status = loy_member_get(store, id, &member);
    if (status == LOY_OK) status = loy_member_number(store, id, &row.member);
    if (status != LOY_OK) return status;
    row.consent = member.consent[LOY_PURPOSE_SUPPLIERS];
    if (row.consent) read_bands(store, &member, period_year, &bands);
    status = loy_market_add_member(market, &row);
    sodium_memzero(&bands, sizeof bands);
    return status;
}

static enum loy_status add_members(
    struct loy_store *store, const struct market_report_options *options, struct loy_market *market)
{
    struct loy_id id;
    int64_t position = 0;
    long long done = 0;
    enum loy_status status = loy_member_next(store, &position, NULL, &id);
    while (status == LOY_OK) {
        status = add_member(store, &id, options->period_year, market);
        if (status != LOY_OK) return status;
        if (options->progress && ++done % 256 == 0 && options->progress(options->user, done, 0))
            return LOY_E_CANCELLED;
        status = loy_member_next(store, &position, NULL, &id);
    }
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status add_sales(struct loy_store *store,
    const struct market_report_options *options, struct loy_market *market, bool *derived_grade)
{
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    enum loy_status status = loy_sales_open(store, options->from_us, options->to_us, NULL, &sales);
    if (status != LOY_OK) return status;
    while ((status = loy_sales_next(sales, &sale)) == LOY_OK) {
        struct loy_version version;
        status = loy_version_get(store, sale.article_version, &version);
        if (status == LOY_OK) status = loy_market_add_sale(market, &sale, &version);
        if (status != LOY_OK) break;
        *derived_grade = *derived_grade || version.derived_grade;
    }
    loy_sales_close(sales);
    return status == LOY_NONE ? LOY_OK : status;
}

struct offers {
    struct loy_store *store;
    struct loy_market *market;
    enum loy_status status;
};

static int add_offer(void *user, const struct loy_offer *offer)
{
    struct offers *offers = user;
    struct loy_version version;
    offers->status = loy_version_get(offers->store, offer->article_version, &version);
    if (offers->status == LOY_OK)
        offers->status = loy_market_add_offer(offers->market, offer, &version);
    return offers->status != LOY_OK;
}

enum loy_status market_source_read(struct loy_store *store,
    const struct market_report_options *options, struct loy_market **market, bool *derived_grade)
{
    struct loy_store_settings shop;
    loy_store_settings_get(store, &shop);
    struct loy_market_settings settings = {.size = sizeof settings,
        .manufacturer = options->manufacturer,
        .brand = options->brand,
        .from_us = options->from_us,
        .to_us = options->to_us,
        .unit_minor = 1};
    for (unsigned i = 0; i < shop.minor_digits; i++)
        settings.unit_minor *= 10;
    struct loy_market *made = NULL;
    *derived_grade = false;
    enum loy_status status = loy_market_open(&settings, &made);
    if (status == LOY_OK) status = add_members(store, options, made);
    if (status == LOY_OK) status = add_sales(store, options, made, derived_grade);
    if (status == LOY_OK) {
        struct offers offers = {store, made, LOY_OK};
        status = loy_offer_each(store, options->from_us, options->to_us, add_offer, &offers);
        if (offers.status != LOY_OK) status = offers.status;
    }
    if (status == LOY_OK) status = loy_market_seal(made);
    if (status == LOY_OK)
        *market = made;
    else
        loy_market_close(made);
    return status;
}
