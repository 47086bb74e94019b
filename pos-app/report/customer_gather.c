/* SPDX-License-Identifier: MIT
 *
 * customer_gather.c - what the store says of one customer, in one struct.
 * In: a store and a member. Out: texts, counts and sums. Must not know how they are shown.
 */
#include "customer.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void customer_text_fit(char *out, size_t size, const char *text)
{
    size_t length = strlen(text);
    if (length < size) {
        memcpy(out, text, length + 1);
        return;
    }
    length = size - sizeof "…";
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    memcpy(out, text, length);
    memcpy(out + length, "…", sizeof "…");
}

/* ---- Who it is ------------------------------------------------------------------------------ */

static enum loy_status fields_gather(struct loy_store *store, struct customer *customer)
{
    char text[LOY_FIELD_TEXT_MAX];
    enum loy_status status = LOY_OK;
    for (int field = 1; field <= (int)CUSTOMER_FIELDS && status >= LOY_OK; field++) {
        if (!loy_field_name((enum loy_field)field)) continue;
        status = loy_member_field(store, &customer->id, (enum loy_field)field, text);
        if (status == LOY_OK) customer_text_fit(customer->fields[field], CUSTOMER_TEXT, text);
        if (status == LOY_OK)
            status = loy_form_label(store,
                customer->member.kind == LOY_MEMBER_PERSON ? LOY_REGISTRATION_PERSON
                                                           : LOY_REGISTRATION_ORGANISATION,
                (uint8_t)field, customer->labels[field]);
        /* A supervisor's page does without the account. */
        bool account = field == LOY_FIELD_ACCOUNT_NO || field == LOY_FIELD_BANK_NAME;
        if (status == LOY_E_ACCESS && account) status = LOY_NONE;
    }
    sodium_memzero(text, sizeof text);
    return status < LOY_OK ? status : LOY_OK;
}

static void name_gather(struct customer *customer)
{
    const char *name = customer->fields[LOY_FIELD_NAME];
    const char *family = customer->fields[LOY_FIELD_FAMILY_NAME];
    const char *given = customer->fields[LOY_FIELD_GIVEN_NAME];
    bool latin = (unsigned char)family[0] < 0x80;
    if (name[0])
        snprintf(customer->name, sizeof customer->name, "%s", name);
    else
        snprintf(customer->name, sizeof customer->name, "%s%s%s", latin ? given : family,
            latin && given[0] && family[0] ? " " : "", latin ? family : given);
    bool person = customer->member.kind == LOY_MEMBER_PERSON;
    if (loy_pinyin(customer->name, person, customer->reading, sizeof customer->reading) != LOY_OK ||
        strcmp(customer->name, customer->reading) == 0)
        customer->reading[0] = '\0';
}

static bool in_use(const struct loy_card *card)
{
    return card->status == LOY_CARD_ISSUED || card->status == LOY_CARD_ACTIVE;
}

/* Cards in use push the others off the page. */
static void card_keep(struct customer *customer, const struct loy_card *card)
{
    size_t kept = customer->card_count < CUSTOMER_CARDS ? customer->card_count : CUSTOMER_CARDS;
    size_t at = kept;
    while (at > 0 && in_use(card) && !in_use(&customer->cards[at - 1]))
        at--;
    customer->card_count++;
    if (at == CUSTOMER_CARDS) return;
    if (kept == CUSTOMER_CARDS) kept--;
    memmove(&customer->cards[at + 1], &customer->cards[at], (kept - at) * sizeof *card);
    customer->cards[at] = *card;
}

/* The latest event that made a card what it is. */
static enum loy_status since_gather(struct loy_store *store, struct customer *customer)
{
    size_t kept = customer->card_count < CUSTOMER_CARDS ? customer->card_count : CUSTOMER_CARDS;
    struct loy_card_event event = {.size = sizeof event};
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_card_event_next(store, &customer->id, &position, &event)) == LOY_OK)
        for (size_t i = 0; i < kept; i++)
            if (event.status == customer->cards[i].status &&
                strcmp(event.tail, customer->cards[i].tail) == 0)
                customer->card_since_us[i] = event.at_us;
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status cards_gather(struct loy_store *store, struct customer *customer)
{
    struct loy_card card = {0};
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_card_next(store, &customer->id, &position, &card)) == LOY_OK)
        card_keep(customer, &card);
    return status == LOY_NONE ? since_gather(store, customer) : status;
}

/* ---- Purchases ------------------------------------------------------------------------------ */

static void group_add(struct customer_groups *groups, const char *name, int64_t paid, int64_t units)
{
    size_t i = 0;
    if (!name[0]) name = "?";
    while (i < groups->count && strncmp(groups->groups[i].name, name, 63) != 0)
        i++;
    /* More kinds than anybody sells: the last one takes them. */
    if (i == CUSTOMER_GROUPS) i--;
    struct customer_group *group = &groups->groups[i];
    if (i == groups->count) {
        groups->count++;
        customer_text_fit(group->name, sizeof group->name, name);
    }
    group->paid_minor += paid;
    group->units_milli += units;
}

/* What was returned is taken off; rows that are returns are passed over. */
static void sale_add(
    struct customer *customer, const struct loy_sale *sale, const struct loy_version *version)
{
    char year[8];
    int64_t units = sale->quantity_milli - sale->returned_milli;
    if (sale->is_return || sale->quantity_milli <= 0 ||
        (version->kind != LOY_KIND_NONE && version->kind != LOY_KIND_GOODS))
        return;
    customer->returned_milli += sale->returned_milli;
    if (units <= 0) return;
    double part = (double)units / (double)sale->quantity_milli;
    int64_t paid = units == sale->quantity_milli ? sale->paid_minor
                                                 : (int64_t)((double)sale->paid_minor * part);
    int64_t days = (sale->at_us + (int64_t)sale->offset_min * 60000000) / 86400000000 + 719468;
    int64_t era = days / 146097, day = days % 146097;
    int64_t of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t of_year = day - (365 * of_era + of_era / 4 - of_era / 100);
    snprintf(
        year, sizeof year, "%lld", (long long)((era * 400 + of_era + (of_year >= 306)) % 10000));
    group_add(&customer->years, year, paid, units);
    if (!customer->profiled) return;
    group_add(&customer->categories, version->category, paid, units);
    group_add(&customer->brands, version->brand, paid, units);
}

static int by_paid_falling(const void *a, const void *b)
{
    const struct customer_group *left = a, *right = b;
    if (left->paid_minor != right->paid_minor) return left->paid_minor < right->paid_minor ? 1 : -1;
    return strcmp(left->name, right->name);
}

static int by_name_falling(const void *a, const void *b)
{
    const struct customer_group *left = a, *right = b;
    return strcmp(right->name, left->name);
}

static void groups_sort(struct customer_groups *groups, int (*order)(const void *a, const void *b))
{
    qsort(groups->groups, groups->count, sizeof groups->groups[0], order);
}

static enum loy_status sales_gather(struct loy_store *store, struct customer *customer)
{
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    struct loy_version version;
    int64_t basket = 0;
    enum loy_status status =
        loy_sales_open(store, INT64_MIN, customer->at_us + 1, &customer->id, &sales);
    while (status == LOY_OK && (status = loy_sales_next(sales, &sale)) == LOY_OK) {
        if (sale.basket != basket) customer->baskets++;
        basket = sale.basket;
        if (customer->first_us == 0) {
            customer->first_us = sale.at_us;
            customer->first_offset_min = sale.offset_min;
        }
        customer->last_us = sale.at_us;
        customer->last_offset_min = sale.offset_min;
        status = loy_version_get(store, sale.article_version, &version);
        if (status == LOY_OK) sale_add(customer, &sale, &version);
        if (status == LOY_NONE) status = LOY_E_CHECK;
    }
    loy_sales_close(sales);
    groups_sort(&customer->years, by_name_falling);
    groups_sort(&customer->categories, by_paid_falling);
    groups_sort(&customer->brands, by_paid_falling);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status customer_gather(
    struct loy_store *store, const struct loy_id *id, int64_t at_us, struct customer *customer)
{
    struct loy_store_settings settings;
    loy_store_settings_get(store, &settings);
    customer->id = *id;
    customer->at_us = at_us;
    customer->minor_digits = settings.minor_digits;
    snprintf(customer->currency, sizeof customer->currency, "%s", settings.currency);
    snprintf(customer->site, sizeof customer->site, "%s", settings.site);
    enum loy_status status = loy_member_get(store, id, &customer->member);
    if (status == LOY_OK) status = fields_gather(store, customer);
    if (status != LOY_OK) return status;
    customer->profiled = customer->member.consent[LOY_PURPOSE_PROFILING];
    name_gather(customer);
    status = cards_gather(store, customer);
    if (status == LOY_OK) status = sales_gather(store, customer);
    return status == LOY_OK ? customer_gather_more(store, customer) : status;
}
