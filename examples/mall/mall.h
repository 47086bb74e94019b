/* SPDX-License-Identifier: MIT
 *
 * mall.h - what the generator's files share: the shelf, the people, their baskets, and the planted
 * sizes. Money is in fen, a week has seven days from 2025-01-01 on, a day is 0..363.
 */
#ifndef MALL_H
#define MALL_H

#include "chance.h"

#include <loyalty/basket.h>

#include <stdbool.h>
#include <stdio.h>

#define STORES 3u
#define WEEKS 52u
#define DAYS (WEEKS * 7u)
#define YEAR 2025
#define FIRMS 30u
#define MAKERS 6u
#define BRANDS 12u
#define GRADES 3u
#define FAMILIES ((unsigned)LOY_COLOUR_MULTI + 1u)
#define SIZES 4u
#define RANGES (BRANDS * CATEGORIES)
#define STYLES_MAX 160u
#define PROMOTIONS_MAX 600u
#define DISTRICTS 5u
#define INCOMES 5u
#define AGE_CLASSES 6u /* from 18, 25, 35, 45, 55, 65 */
#define NO_PROMOTION UINT16_MAX
#define ANONYMOUS UINT32_MAX

enum category { DRESS, SHIRT, TROUSERS, COAT, SHOES, BAG, WORKWEAR, CATEGORIES };
enum sensitivity { CAREFUL, EASY, SENSITIVITIES };

/* ---- What is planted; truth.json tells the same numbers -----------------------------------------
 */

#define RED_LIFT 1.6    /* utility of red for women of 25 to 34 */
#define RED_OUT_FROM 9u /* red is off every shelf in these weeks: [from, to) */
#define RED_OUT_TO 19u
#define SEASON_FIRST_DAY 151u /* 1 June */
#define SEASON_LAST_DAY 242u  /* 31 August */
#define SEASON_LIFT 1.1       /* utility of yellow in the season */
#define INCOME_GRADE .45      /* utility of a grade more for an income band more */
#define FATIGUE .55           /* a promotion's pull, each further week that it runs */
#define EVENING_SHARE .25     /* of persons */
#define EVENING_LIFT .8       /* utility of brand Moorlight for them */
#define EVENING_VISITS .85    /* of their visits, 18 to 22 h */
#define RETURN_PURPLE .25     /* of lines */
#define RETURN_OTHER .04
#define ANONYMOUS_SHARE .2                      /* of baskets */
#define SUPPLIER_CONSENT .85                    /* of members */
extern const double price_slope[SENSITIVITIES]; /* of ln price, minus */
extern const double promotion_pull[SENSITIVITIES]
                                  [LOY_FORM_OTHER + 1]; /* utility in the first week */
extern const double bundle_completed[SENSITIVITIES];    /* chance to fill a 3-for-2 up to three */

/* ---- The shelf --------------------------------------------------------------------------------
 */

struct brand {
    const char *name, *carries; /* a letter per category: d s t c x b w */
    uint8_t maker, grades;      /* bit g: grade g + 1 */
    uint8_t price_percent;
    bool own;
    double liking;
};
struct style {
    uint8_t brand, category, grade;
    uint16_t colours;      /* bit per family */
    int64_t list_minor[2]; /* first and second half of the year */
    uint8_t out_from[STORES][FAMILIES], out_to[STORES][FAMILIES]; /* weeks without stock */
};
struct promotion {
    uint16_t range; /* brand * CATEGORIES + category */
    uint8_t stores, from, weeks, form;
    uint32_t value; /* percent, or fen for an amount */
};
struct catalogue {
    struct style styles[STYLES_MAX];
    unsigned style_count;
    struct promotion promotions[PROMOTIONS_MAX];
    unsigned promotion_count;
    uint16_t running[RANGES][STORES][WEEKS];
};

extern const char *const maker_names[MAKERS];
extern const struct brand brands[BRANDS];
extern const char *const category_names[CATEGORIES];
extern const char *const store_names[STORES];
extern const char *const form_names[LOY_FORM_OTHER + 1];

void catalogue_make(struct catalogue *catalogue, uint64_t seed);
bool shelf_holds(const struct catalogue *catalogue, unsigned style, unsigned family, unsigned store,
    unsigned week);
unsigned style_promotion(
    const struct catalogue *catalogue, unsigned style, unsigned store, unsigned week);
int64_t style_list_minor(const struct style *style, unsigned week);
int64_t style_selling_minor(
    const struct catalogue *catalogue, unsigned style, unsigned store, unsigned week, bool card);
void day_text(char text[16], unsigned day); /* "2025-03-05" */
unsigned category_sizes(unsigned category);
void article_code(char code[8], unsigned style, unsigned family, unsigned size);
unsigned articles_write(const struct catalogue *catalogue, FILE *file);
unsigned prices_write(const struct catalogue *catalogue, FILE *file);

/* ---- People -----------------------------------------------------------------------------------
 */

struct person {
    uint32_t number; /* persons from 0, then firms, then walk-ins */
    bool firm, woman, children, evening;
    uint8_t age, income, district, home, size;
};
struct people {
    struct person *list;
    uint32_t persons;
    uint64_t seed;
};

extern const double children_by_age[AGE_CLASSES];
extern const char *const income_names[INCOMES];
extern const char *const district_names[DISTRICTS];

void people_make(struct people *people, uint32_t persons, uint64_t seed);
struct person person_make(uint64_t seed, uint32_t number);
bool person_likes_red(const struct person *person);
enum sensitivity person_sensitivity(const struct person *person);
void card_number(char card[17], const struct people *people, uint32_t number);
void members_write(const struct people *people, FILE *file);

/* ---- Baskets ----------------------------------------------------------------------------------
 */

struct line {
    int64_t list_minor, paid_minor;
    uint32_t
        return_of_line; /* 1, 2, ... in the basket that its own basket returns from; 0: a sale */
    int16_t quantity;
    uint16_t promotion;
    uint8_t style, family, size, reason;
};
struct basket {
    int64_t second;                         /* of the year, local */
    uint64_t birth;                         /* order of generation: settles ties */
    uint32_t member;                        /* ANONYMOUS or a number of people */
    uint32_t first, count, number, returns; /* returns: index + 1 of the basket that comes back */
    uint8_t store, lane;
};
/* Units expected of what was on promotion, over all visits: with it; with its price and nothing
 * else; had it not run. */
struct lift {
    double sold, same_price, plain;
};
#define LIFT_WEEKS 4u
struct sales {
    struct basket *baskets;
    struct line *lines;
    size_t basket_count, basket_room, line_count, line_room;
    struct lift lifts[LOY_FORM_OTHER + 1][LIFT_WEEKS]; /* by the week of the promotion */
};
struct totals {
    uint64_t baskets, anonymous, lines, returned, return_lines;
    int64_t paid_minor, discount_minor, maker_paid_minor[MAKERS];
    unsigned articles, prices;
    struct lift lifts[LOY_FORM_OTHER + 1][LIFT_WEEKS];
};

void *grown(void *list, size_t *room, size_t count, size_t item);
void shop_year(struct sales *sales, const struct catalogue *catalogue, const struct people *people);
/* What a shopper sees and takes on one visit; appends lines. */
void visit_fill(struct sales *sales, const struct catalogue *catalogue, const struct person *person,
    uint64_t seed, struct basket *basket);
int64_t rounded_share(int64_t whole, int64_t part, int64_t of);
void baskets_write(const struct sales *sales, const struct catalogue *catalogue,
    const struct people *people, FILE *file, struct totals *totals);
void truth_write(const struct catalogue *catalogue, const struct people *people,
    const struct totals *totals, FILE *file);

#endif
