/* SPDX-License-Identifier: MIT
 *
 * occasion_private.h - what the files that rebuild choice occasions share: rows of the category cut
 * down to numbers, the alternatives made of its articles, shelves as tables of doubles, purchases.
 */
#ifndef OCCASION_PRIVATE_H
#define OCCASION_PRIVATE_H

#include <loyalty/occasion.h>

#define OCCASION_NONE (-1)
#define OCCASION_EVERYWHERE 0

/* ---- Texts as small numbers: occasion_names.c ---------------------------------------------- */

struct occasion_names {
    char **texts;
    size_t count, capacity;
    uint32_t *slots; /* open addressing: number + 1 */
    size_t slot_count;
};
/* The number of a text, added where it is new; OCCASION_NONE: no memory. */
int32_t occasion_name_add(struct occasion_names *names, const char *text);
void occasion_names_clear(struct occasion_names *names);
/* Room for one more element; false: no memory. */
bool occasion_grow(void **items, size_t count, size_t *capacity, size_t item_size);

/* ---- Rows ---------------------------------------------------------------------------------- */

struct occasion_article { /* its number is that of its code */
    int64_t version;      /* whose brand, grade and style these are: the newest seen */
    int32_t brand, grade, style, label;
    int32_t alternative; /* OCCASION_NONE: not kept */
    int64_t lines;
    double weight, mean; /* w_a and m_a, in minor units */
    bool kept;           /* weight and mean came with what was kept */
};
struct occasion_offer {
    int64_t from_us, to_us, price_minor;
    int32_t article, site;
    uint8_t form; /* 0: not on promotion */
    bool display;
};
struct occasion_presence {
    int64_t from_us, to_us;
    int32_t article, site;
};
struct occasion_purchase { /* a line at first, then a member's basket and alternative */
    int64_t member, at_us, basket;
    int32_t site, article, label, alternative;
    int32_t shelf; /* OCCASION_NONE: nothing was on offer */
    bool told;     /* is an occasion */
};

struct occasion_visit {
    int64_t member, at_us, basket;
    int32_t site, shelf;
};

/* ---- Shelves ------------------------------------------------------------------------------- */

/* What is known of an alternative on a shelf, as doubles: its price in major units (NaN: not on
 * offer), the share displayed, and the shares promoted by form. */
enum { SHELF_PRICE, SHELF_DISPLAY, SHELF_FORMS, SHELF_COLUMNS = SHELF_FORMS + loy_form_count };

enum occasion_kind { OCCASION_PRICE, OCCASION_PROMO, OCCASION_DISPLAY, OCCASION_HABIT };
struct occasion_attribute {
    uint8_t kind;
    uint32_t forms; /* of a promotion: bit per form that it stands for */
    char name[32];
};

struct occasion_alternative {
    int32_t label;
    int64_t bought;
    double price;           /* P, in minor units */
    size_t first, articles; /* in loy_occasions.order */
};

struct loy_occasions {
    struct loy_occasion_settings settings;
    char category[LOY_TEXT_MAX], base_name[2 * LOY_TEXT_MAX];
    bool loaded; /* alternatives and attributes are given */
    bool category_seen, sales_seen;
    struct occasion_names codes, texts, labels;
    struct occasion_article *articles;
    size_t article_capacity; /* their count is codes.count */
    struct occasion_offer *offers;
    size_t offer_count, offer_capacity;
    struct occasion_presence *presences;
    size_t presence_count, presence_capacity;
    struct occasion_purchase *purchases;
    size_t purchase_count, purchase_capacity;
    struct occasion_visit *visits; /* where the settings ask for them */
    size_t visit_count, visit_capacity;
    struct occasion_alternative alternatives[LOY_ALTERNATIVES_KEPT];
    size_t alternative_count, base;
    struct occasion_attribute attributes[LOY_CHOICE_ATTRIBUTES_MAX];
    size_t attribute_count;
    int32_t *order;  /* articles by alternative, then code */
    double *shelves; /* [shelf][alternative][SHELF_COLUMNS] */
    size_t shelf_count, shelf_capacity;
    int64_t *members; /* with an occasion, ascending */
    int64_t *member_occasions;
    size_t member_count;
};

/* occasion_alternatives.c: labels, what is kept, weights and mean prices. */
enum loy_status occasion_alternatives_make(struct loy_occasions *occasions, uint8_t *problem);

/* occasion_visits.c: a basket of a member, whatever was in it; then, behind the alternatives, those
 * that are kept. */
enum loy_status occasion_visit_add(struct loy_occasions *occasions, const struct loy_sale *sale);
void occasion_visits_make(struct loy_occasions *occasions);

/* occasion_shelf.c: what stood on the shelf at each purchase, and each visit. */
enum loy_status occasion_shelves_make(struct loy_occasions *occasions);

/* occasion_attributes.c: which attributes there are, and whether they vary. */
enum loy_status occasion_attributes_make(struct loy_occasions *occasions, uint8_t *problem);
/* Of an alternative's columns on a shelf; not for habit. */
double occasion_attribute_value(const struct loy_occasions *occasions,
    const struct occasion_attribute *attribute, const double *columns);

/* occasion.c: of each occasion what the member took before, a bit per alternative; as many as there
 * are, at most count. */
size_t occasion_habits(const struct loy_occasions *occasions, uint32_t *before, size_t count);

/* occasion.c: what a shelf offers, with the habit told by `before`, a bit per alternative. */
size_t occasion_offers(const struct loy_occasions *occasions, int32_t shelf, uint32_t before,
    double values[][LOY_CHOICE_ATTRIBUTES_MAX], struct loy_choice_offer *offers);
/* Whether what was bought stood on the shelf, as far as the history tells. */
bool occasion_is_listed(
    const struct loy_occasions *occasions, const struct occasion_purchase *purchase);

static inline const double *occasion_columns(
    const struct loy_occasions *occasions, int32_t shelf, size_t alternative)
{
    size_t row = (size_t)shelf * occasions->alternative_count + alternative;
    return occasions->shelves + row * SHELF_COLUMNS;
}

#endif
