/* SPDX-License-Identifier: MIT
 *
 * guidance_private.h - what the files of the guidance share: articles, what was sold of them by
 * day, what the price history says, and both by week. Must not know of members.
 */
#ifndef GUIDANCE_PRIVATE_H
#define GUIDANCE_PRIVATE_H

#include "market_private.h"

#include <loyalty/guidance.h>

#define GUIDANCE_FORMS ((size_t)loy_form_count)
#define GUIDANCE_CELLS_MAX 20000000u

/* Numbers are those of names, until guidance_weeks puts articles in the order of their codes. */
struct guidance_article {
    int32_t code, category, style, grade, size_text, brand, colour;
    bool listed;     /* the price history has it */
    double ln_price; /* mean over days and stores */
};

struct guidance_offer {
    int32_t article, site;
    int64_t from_us, to_us, selling_minor, list_minor;
    uint8_t form;
    bool promoted, display;
};

struct guidance_sale {
    int32_t article, site;
    int64_t day, units_milli;
};

/* A week of an article in a store, where it stood on the shelf on one day at least. */
struct guidance_cell {
    int32_t article, site, week;
    uint8_t days, display_days, form_days[loy_form_count]; /* of them; form 0: no promotion */
    float cut_sum;                                         /* over days: ln(list / selling) */
    double ln_price_sum; /* over days: ln(selling) less the article's mean */
    int64_t units_milli;
};

struct loy_guidance {
    struct loy_guidance_settings settings;
    char *category;
    struct market_names names;
    int32_t *article_of; /* by name: its article + 1 */
    size_t article_room_of;
    struct guidance_article *articles;
    size_t article_count, article_room;
    struct guidance_offer *offers;
    size_t offer_count, offer_room;
    struct guidance_sale *sales;
    size_t sale_count, sale_room;
    bool seen_category, seen_sale;
    /* Made by guidance_weeks. */
    int64_t first_day, end_day, weeks;
    struct guidance_cell *cells;
    size_t cell_count, cell_room;
    int32_t *sites;
    size_t site_count;
    int64_t unlisted_milli, listed_milli;
};

/* Sums sales by article, store and day. */
void guidance_sales_join(struct loy_guidance *guidance);
/* Fills cells, by article (in the order of codes), store and week. LOY_NONE: *problem says why. */
enum loy_status guidance_weeks(struct loy_guidance *guidance, uint8_t *problem);

static inline const char *guidance_name(const struct loy_guidance *guidance, int32_t name)
{
    return name >= 0 ? guidance->names.texts[name] : "";
}

#endif
