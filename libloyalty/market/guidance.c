/* SPDX-License-Identifier: MIT
 *
 * guidance.c - sales and the price history are taken in: articles get numbers, sales are summed by
 * day. In: rows in any order. Out: what guidance_weeks.c cuts into weeks. Must not know who bought.
 */
#include "guidance_private.h"

#include <stdlib.h>
#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)
#define MINUTE_US (INT64_C(60) * 1000000)
#define QUANTITY_MAX INT64_C(1000000000000)

enum loy_status loy_guidance_open(
    const struct loy_guidance_settings *settings, struct loy_guidance **guidance)
{
    if (!settings || !guidance) return LOY_E_ARGUMENT;
    struct loy_guidance *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    made->settings = *settings;
    if (settings->category) {
        made->category = strdup(settings->category);
        if (!made->category) {
            free(made);
            return LOY_E_MEMORY;
        }
    }
    *guidance = made;
    return LOY_OK;
}

void loy_guidance_close(struct loy_guidance *guidance)
{
    if (!guidance) return;
    market_names_clear(&guidance->names);
    free(guidance->category);
    free(guidance->article_of);
    free(guidance->articles);
    free(guidance->offers);
    free(guidance->sales);
    free(guidance->cells);
    free(guidance->sites);
    free(guidance);
}

/* ---- Articles -------------------------------------------------------------------------------- */

static bool is_counted(const struct loy_guidance *guidance, const struct loy_version *version)
{
    if (version->kind != LOY_KIND_GOODS && version->kind != LOY_KIND_NONE) return false;
    return !guidance->category || strcmp(version->category, guidance->category) == 0;
}

static bool attributes_put(struct loy_guidance *guidance, struct guidance_article *article,
    const struct loy_version *version)
{
    struct market_names *names = &guidance->names;
    article->category = market_name_add(names, version->category);
    article->style = market_name_add(names, version->style);
    article->grade = market_name_add(names, version->grade);
    article->size_text = market_name_add(names, version->size_text);
    article->brand = market_name_add(names, version->brand);
    article->colour = market_name_add(names, loy_colour_name(version->colour_family));
    return article->category >= 0 && article->style >= 0 && article->grade >= 0 &&
           article->size_text >= 0 && article->brand >= 0 && article->colour >= 0;
}

static bool article_of_widen(struct loy_guidance *guidance)
{
    const size_t wanted = guidance->names.capacity;
    if (wanted <= guidance->article_room_of) return true;
    int32_t *wider = realloc(guidance->article_of, wanted * sizeof *wider);
    if (!wider) return false;
    memset(
        wider + guidance->article_room_of, 0, (wanted - guidance->article_room_of) * sizeof *wider);
    guidance->article_of = wider;
    guidance->article_room_of = wanted;
    return true;
}

/* The article's number; -1: out of memory. What an offer says of it is current, and stays. */
static int32_t article_put(
    struct loy_guidance *guidance, const struct loy_version *version, bool offered)
{
    const int32_t code = market_name_add(&guidance->names, version->article);
    if (code < 0 || !article_of_widen(guidance)) return -1;
    int32_t number = guidance->article_of[code] - 1;
    if (number < 0) {
        void *articles = guidance->articles;
        if (!market_grow(&articles, guidance->article_count, &guidance->article_room,
                sizeof *guidance->articles))
            return -1;
        guidance->articles = articles;
        number = (int32_t)guidance->article_count++;
        guidance->articles[number] = (struct guidance_article){.code = code};
        guidance->article_of[code] = number + 1;
        if (!attributes_put(guidance, &guidance->articles[number], version)) return -1;
    }
    if (offered && !guidance->articles[number].listed) {
        if (!attributes_put(guidance, &guidance->articles[number], version)) return -1;
        guidance->articles[number].listed = true;
    }
    return number;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

enum loy_status loy_guidance_add_offer(
    struct loy_guidance *guidance, const struct loy_offer *offer, const struct loy_version *version)
{
    if (!guidance || !offer || !version) return LOY_E_ARGUMENT;
    if (!is_counted(guidance, version)) return LOY_OK;
    guidance->seen_category = true;
    /* What has no price says nothing of prices. */
    if (offer->selling_minor <= 0 && offer->list_minor <= 0) return LOY_OK;
    const int32_t article = article_put(guidance, version, true);
    void *offers = guidance->offers;
    if (article < 0 || !market_grow(&offers, guidance->offer_count, &guidance->offer_room,
                           sizeof *guidance->offers))
        return LOY_E_MEMORY;
    guidance->offers = offers;
    const int64_t selling = offer->selling_minor > 0 ? offer->selling_minor : offer->list_minor;
    guidance->offers[guidance->offer_count++] = (struct guidance_offer){.article = article,
        .site = offer->site,
        .from_us = offer->from_us,
        .to_us = offer->to_us > 0 ? offer->to_us : INT64_MAX,
        .selling_minor = selling,
        .list_minor = offer->list_minor > 0 ? offer->list_minor : selling,
        .form = offer->form       ? offer->form
                : offer->promoted ? LOY_FORM_OTHER
                                  : LOY_FORM_NONE,
        .promoted = offer->promoted || offer->form,
        .display = offer->display};
    return LOY_OK;
}

static int by_place(const void *left, const void *right)
{
    const struct guidance_sale *a = left, *b = right;
    if (a->article != b->article) return a->article < b->article ? -1 : 1;
    if (a->site != b->site) return a->site < b->site ? -1 : 1;
    return (a->day > b->day) - (a->day < b->day);
}

void guidance_sales_join(struct loy_guidance *guidance)
{
    struct guidance_sale *sales = guidance->sales;
    size_t count = 0;
    if (guidance->sale_count) qsort(sales, guidance->sale_count, sizeof *sales, by_place);
    for (size_t i = 0; i < guidance->sale_count; i++)
        if (count && by_place(&sales[count - 1], &sales[i]) == 0)
            sales[count - 1].units_milli += sales[i].units_milli;
        else
            sales[count++] = sales[i];
    guidance->sale_count = count;
}

static enum loy_status sale_room_make(struct loy_guidance *guidance)
{
    if (guidance->sale_count < guidance->sale_room) return LOY_OK;
    /* Many lines are of one article, store and day; more room only where joining frees little. */
    guidance_sales_join(guidance);
    if (guidance->sale_count * 2 < guidance->sale_room) return LOY_OK;
    void *sales = guidance->sales;
    size_t room = guidance->sale_room;
    if (!market_grow(&sales, room, &guidance->sale_room, sizeof *guidance->sales))
        return LOY_E_MEMORY;
    guidance->sales = sales;
    return LOY_OK;
}

static int64_t floor_of(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

enum loy_status loy_guidance_add_sale(
    struct loy_guidance *guidance, const struct loy_sale *sale, const struct loy_version *version)
{
    if (!guidance || !sale || !version) return LOY_E_ARGUMENT;
    if (!is_counted(guidance, version)) return LOY_OK;
    guidance->seen_category = true;
    if (sale->is_return || sale->quantity_milli < 0) return LOY_OK;
    if (sale->quantity_milli > QUANTITY_MAX || sale->returned_milli > QUANTITY_MAX)
        return LOY_E_LIMIT;
    guidance->seen_sale = true;
    const int64_t units = sale->quantity_milli - sale->returned_milli;
    if (units <= 0) return LOY_OK;
    const int32_t article = article_put(guidance, version, false);
    if (article < 0) return LOY_E_MEMORY;
    enum loy_status status = sale_room_make(guidance);
    if (status != LOY_OK) return status;
    guidance->sales[guidance->sale_count++] = (struct guidance_sale){.article = article,
        .site = sale->site,
        .day = floor_of(sale->at_us + sale->offset_min * MINUTE_US, DAY_US),
        .units_milli = units};
    return LOY_OK;
}
