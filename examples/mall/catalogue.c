/* SPDX-License-Identifier: MIT
 *
 * catalogue.c - the shelf: makers, brands, styles, promotions and stock-outs from the seed, and as
 * the import's articles.csv and prices.csv. Knows nothing of shoppers.
 */
#include "mall.h"

#include <string.h>

const char *const store_names[STORES] = {"north", "river", "station"};
const char *const category_names[CATEGORIES] = {
    "dress", "shirt", "trousers", "coat", "shoes", "bag", "workwear"};
static const char category_letters[] = "dstcxbw";
static const char *const grade_names[GRADES] = {"1 basic", "2 good", "3 fine"};
const char *const maker_names[MAKERS] = {"Aldermoor Textiles", "Brightwater Apparel",
    "Corvane Studio", "Dunmere Works", "Eastholm Fashion", "Fernhill Leather"};

// clang-format off
const struct brand brands[BRANDS] = {
    /* name        carries  maker grades price own   liking */
    {"Alder",      "dstc",   0,   3,  100, false, .05},
    {"Moorlight",  "dstcb",  0,   7,  105, false, -.05},
    {"Brightwater","dst",    1,   3,   95, false, .10},
    {"Calla",      "dcb",    1,   6,  115, false, .10},
    {"Corvane",    "dstc",   2,   6,  120, false, .15},
    {"Dunmere",    "w",      3,   3,  100, false, .30},
    {"Fielder",    "tcw",    3,   3,   90, false, .00},
    {"Northgate",  "stx",    3,   1,   80, true,  .10},
    {"Eastholm",   "dstc",   4,   3,  100, false, .05},
    {"Lumen",      "dsb",    4,   6,  110, false, .05},
    {"Petrel",     "xb",     4,   3,   95, false, .10},
    {"Fernhill",   "xb",     5,   7,  110, false, .20},
};
/* Yuan by category and grade. */
static const int list_yuan[CATEGORIES][GRADES] = {
    {299, 469, 769}, {129, 199, 329}, {199, 309, 499}, {599, 949, 1549}, {299, 479, 799}, {199, 319, 549},
    {159, 229, 329},
};
static const char *const sizes_cloth[SIZES] = {"S", "M", "L", "XL"};
static const char *const sizes_shoes[SIZES] = {"37", "39", "41", "43"};
static const char *const sizes_bag[SIZES] = {"one size"};
/* Three names that suppliers use, by family. */
static const char *const colour_names[FAMILIES][3] = {
    {"", "", ""},
    {"black", "onyx", "coal"}, {"white", "chalk", "snow"}, {"grey", "ash", "pewter"},
    {"beige", "sand", "oat"}, {"brown", "walnut", "cocoa"}, {"crimson", "poppy", "cherry"},
    {"rose", "blush", "peony"}, {"orange", "amber", "signal"}, {"lemon", "sunflower", "straw"},
    {"fern", "moss", "jade"}, {"sky", "cornflower", "lake"}, {"navy", "midnight", "ink"},
    {"plum", "violet", "grape"}, {"multi", "mixed", "print"},
};
static const char *const family_names[FAMILIES] = {"",
#define FAMILY_NAME(symbol, text) text,
    LOY_COLOUR_FAMILIES(FAMILY_NAME)
#undef FAMILY_NAME
};
const char *const form_names[LOY_FORM_OTHER + 1] = {"",
#define FORM_NAME(symbol, text) text,
    LOY_FORMS(FORM_NAME)
#undef FORM_NAME
};
/* Every style comes in red, yellow and black, and in three of these in turn. */
static const uint8_t further_families[9] = {LOY_COLOUR_WHITE, LOY_COLOUR_PURPLE, LOY_COLOUR_BLUE,
    LOY_COLOUR_GREY, LOY_COLOUR_BEIGE, LOY_COLOUR_PINK, LOY_COLOUR_NAVY, LOY_COLOUR_GREEN, LOY_COLOUR_BROWN};
// clang-format on

static uint16_t style_colours(unsigned category, unsigned number)
{
    if (category == WORKWEAR)
        return 1u << LOY_COLOUR_NAVY | 1u << LOY_COLOUR_GREY | 1u << LOY_COLOUR_ORANGE |
               1u << LOY_COLOUR_BLACK;
    unsigned colours = 1u << LOY_COLOUR_RED | 1u << LOY_COLOUR_YELLOW | 1u << LOY_COLOUR_BLACK;
    for (unsigned i = 0; i < 3; i++)
        colours |= 1u << further_families[(number + i * 3) % 9];
    return (uint16_t)colours;
}

static void stock_outs_make(struct style *style, struct chance *chance)
{
    for (unsigned store = 0; store < STORES; store++)
        for (unsigned family = 1; family < FAMILIES; family++) {
            if (!chance_holds(chance, .12)) continue;
            style->out_from[store][family] = (uint8_t)chance_below(chance, WEEKS - 3);
            style->out_to[store][family] =
                (uint8_t)(style->out_from[store][family] + 2 + chance_below(chance, 2));
        }
}

static void style_add(struct catalogue *catalogue, unsigned brand, unsigned category,
    unsigned grade, struct chance *chance)
{
    unsigned number = catalogue->style_count++;
    struct style *style = &catalogue->styles[number];
    style->brand = (uint8_t)brand;
    style->category = (uint8_t)category;
    style->grade = (uint8_t)grade;
    style->colours = style_colours(category, number);
    int64_t yuan = list_yuan[category][grade] * brands[brand].price_percent / 100;
    style->list_minor[0] = (yuan / 10 * 10 + 9) * 100 + 90;
    bool dearer = chance_holds(chance, .5);
    style->list_minor[1] = style->list_minor[0] + (dearer ? yuan / 200 * 1000 + 1000 : 0);
    stock_outs_make(style, chance);
}

static void styles_make(struct catalogue *catalogue, struct chance *chance)
{
    for (unsigned brand = 0; brand < BRANDS; brand++)
        for (const char *letter = brands[brand].carries; *letter; letter++) {
            unsigned category = (unsigned)(strchr(category_letters, *letter) - category_letters);
            for (unsigned grade = 0; grade < GRADES; grade++)
                if (brands[brand].grades & (1u << grade))
                    style_add(catalogue, brand, category, grade, chance);
        }
}

static struct promotion promotion_drawn(struct chance *chance, unsigned range, unsigned from)
{
    static const uint8_t forms[8] = {LOY_FORM_PERCENT, LOY_FORM_PERCENT, LOY_FORM_PERCENT,
        LOY_FORM_N_FOR_M, LOY_FORM_N_FOR_M, LOY_FORM_N_FOR_M, LOY_FORM_AMOUNT,
        LOY_FORM_MEMBER_PRICE};
    static const uint8_t store_sets[6] = {7, 7, 7, 1, 2, 4};
    struct promotion promotion = {.range = (uint16_t)range, .from = (uint8_t)from};
    promotion.weeks = (uint8_t)(2 + chance_below(chance, 3));
    promotion.form = forms[chance_below(chance, 8)];
    promotion.stores = store_sets[chance_below(chance, 6)];
    if (promotion.form == LOY_FORM_PERCENT) promotion.value = chance_holds(chance, .5) ? 20 : 30;
    if (promotion.form == LOY_FORM_MEMBER_PRICE) promotion.value = 15;
    if (promotion.form == LOY_FORM_AMOUNT) promotion.value = 4000;
    return promotion;
}

static void promotion_run(struct catalogue *catalogue, const struct promotion *promotion)
{
    uint16_t index = (uint16_t)catalogue->promotion_count++;
    catalogue->promotions[index] = *promotion;
    for (unsigned store = 0; store < STORES; store++)
        for (unsigned week = promotion->from; week < promotion->from + promotion->weeks; week++)
            if (promotion->stores & (1u << store))
                catalogue->running[promotion->range][store][week] = index;
}

static void promotions_make(struct catalogue *catalogue, struct chance *chance)
{
    memset(catalogue->running, 0xff, sizeof catalogue->running);
    for (unsigned range = 0; range < RANGES; range++) {
        char letter = category_letters[range % CATEGORIES];
        if (!strchr(brands[range / CATEGORIES].carries, letter)) continue;
        unsigned from = chance_below(chance, 10);
        while (from + 4 <= WEEKS && catalogue->promotion_count < PROMOTIONS_MAX) {
            struct promotion promotion = promotion_drawn(chance, range, from);
            promotion_run(catalogue, &promotion);
            from += promotion.weeks + 3 + chance_below(chance, 10);
        }
    }
}

void catalogue_make(struct catalogue *catalogue, uint64_t seed)
{
    struct chance chance = chance_start(seed, CHANCE_CATALOGUE, 0, 0);
    *catalogue = (struct catalogue){0};
    styles_make(catalogue, &chance);
    promotions_make(catalogue, &chance);
}

bool shelf_holds(const struct catalogue *catalogue, unsigned style, unsigned family, unsigned store,
    unsigned week)
{
    const struct style *s = &catalogue->styles[style];
    if (!(s->colours & (1u << family))) return false;
    if (family == LOY_COLOUR_RED && week >= RED_OUT_FROM && week < RED_OUT_TO) return false;
    return week < s->out_from[store][family] || week >= s->out_to[store][family];
}

unsigned style_promotion(
    const struct catalogue *catalogue, unsigned style, unsigned store, unsigned week)
{
    const struct style *s = &catalogue->styles[style];
    return catalogue->running[s->brand * CATEGORIES + s->category][store][week];
}

int64_t style_list_minor(const struct style *style, unsigned week)
{
    return style->list_minor[week >= WEEKS / 2];
}

int64_t rounded_share(int64_t whole, int64_t part, int64_t of)
{
    return (2 * whole * part + of) / (2 * of);
}

int64_t style_selling_minor(
    const struct catalogue *catalogue, unsigned style, unsigned store, unsigned week, bool card)
{
    int64_t list = style_list_minor(&catalogue->styles[style], week);
    unsigned index = style_promotion(catalogue, style, store, week);
    if (index == NO_PROMOTION) return list;
    const struct promotion *promotion = &catalogue->promotions[index];
    if (promotion->form == LOY_FORM_AMOUNT) return list - promotion->value;
    bool cuts =
        promotion->form == LOY_FORM_PERCENT || (promotion->form == LOY_FORM_MEMBER_PRICE && card);
    return cuts ? rounded_share(list, 100 - promotion->value, 100) : list;
}

/* ---- As files ----------------------------------------------------------------------------------
 */

unsigned category_sizes(unsigned category)
{
    return category == BAG ? 1 : SIZES;
}

void article_code(char code[8], unsigned style, unsigned family, unsigned size)
{
    (void)snprintf(code, 8, "%03u%02u%u", (100 + style) % 1000, family % 100, size % 10);
}

/* Restricted circulation (29...): no product of any maker carries it. */
static void gtin_make(char gtin[14], const char *code)
{
    (void)snprintf(gtin, 14, "290000%.6s", code);
    unsigned sum = 0;
    for (unsigned i = 0; i < 12; i++)
        sum += (unsigned)(gtin[i] - '0') * (i % 2 ? 3u : 1u);
    gtin[12] = (char)('0' + (10 - sum % 10) % 10);
    gtin[13] = '\0';
}

static void article_write(
    FILE *file, unsigned number, const struct style *style, unsigned family, unsigned size)
{
    const struct brand *brand = &brands[style->brand];
    const char *const *sizes = style->category == SHOES ? sizes_shoes
                               : style->category == BAG ? sizes_bag
                                                        : sizes_cloth;
    char code[8], gtin[14];
    article_code(code, number, family, size);
    gtin_make(gtin, code);
    fprintf(file, "%s,%s,%s,%s,%s,S%u,all year,%s,%s,%s,%s,13,no,goods,%s\n", code, gtin,
        brand->name, maker_names[brand->maker], category_names[style->category], 100 + number,
        grade_names[style->grade], colour_names[family][style->brand % 3], family_names[family],
        sizes[size], brand->own ? "yes" : "no");
}

unsigned articles_write(const struct catalogue *catalogue, FILE *file)
{
    unsigned count = 0;
    fprintf(file,
        "article,gtin,brand,manufacturer,category,style,season,grade,colour,colour_family,size,"
        "tax_rate,price_is_net,kind,own_brand\n");
    for (unsigned i = 0; i < catalogue->style_count; i++)
        for (unsigned family = 1; family < FAMILIES; family++)
            for (unsigned size = 0; size < category_sizes(catalogue->styles[i].category); size++)
                if (catalogue->styles[i].colours & (1u << family)) {
                    article_write(file, i, &catalogue->styles[i], family, size);
                    count++;
                }
    return count;
}

void day_text(char text[16], unsigned day)
{
    static const uint8_t month_days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned month = 0;
    while (month < 11 && day >= month_days[month])
        day -= month_days[month++];
    (void)snprintf(text, 16, "%d-%02u-%02u", YEAR, month + 1, (day + 1) % 100);
}

struct interval {
    unsigned style, family, store, from, to;
};

static unsigned interval_write(
    const struct catalogue *catalogue, FILE *file, const struct interval *at)
{
    const struct style *style = &catalogue->styles[at->style];
    int64_t list = style_list_minor(style, at->from);
    int64_t selling = style_selling_minor(catalogue, at->style, at->store, at->from, true);
    unsigned promotion = style_promotion(catalogue, at->style, at->store, at->from);
    char from[16], to[16], code[8], name[8] = "";
    day_text(from, at->from * 7);
    day_text(to, at->to * 7);
    if (promotion != NO_PROMOTION) (void)snprintf(name, sizeof name, "P%04u", promotion % 10000);
    unsigned form = promotion == NO_PROMOTION ? 0 : catalogue->promotions[promotion].form;
    for (unsigned size = 0; size < category_sizes(style->category); size++) {
        article_code(code, at->style, at->family, size);
        fprintf(file, "%s,%s,%sT00:00+08:00,%sT00:00+08:00,%d.%02d,%d.%02d,%s,%s\n", code,
            store_names[at->store], from, to, (int)(list / 100), (int)(list % 100),
            (int)(selling / 100), (int)(selling % 100), name, form_names[form]);
    }
    return category_sizes(style->category);
}

static bool same_price(const struct catalogue *catalogue, const struct interval *at, unsigned week)
{
    const struct style *style = &catalogue->styles[at->style];
    return shelf_holds(catalogue, at->style, at->family, at->store, week) &&
           style_list_minor(style, week) == style_list_minor(style, at->from) &&
           style_promotion(catalogue, at->style, at->store, week) ==
               style_promotion(catalogue, at->style, at->store, at->from);
}

static unsigned shelf_write(const struct catalogue *catalogue, FILE *file, struct interval at)
{
    unsigned count = 0;
    for (at.from = 0; at.from < WEEKS; at.from = at.to) {
        at.to = at.from + 1;
        if (!shelf_holds(catalogue, at.style, at.family, at.store, at.from)) continue;
        while (at.to < WEEKS && same_price(catalogue, &at, at.to))
            at.to++;
        count += interval_write(catalogue, file, &at);
    }
    return count;
}

unsigned prices_write(const struct catalogue *catalogue, FILE *file)
{
    unsigned count = 0;
    fprintf(file, "article,store,from,to,list_price,selling_price,promotion,promotion_form\n");
    for (unsigned style = 0; style < catalogue->style_count; style++)
        for (unsigned family = 1; family < FAMILIES; family++)
            for (unsigned store = 0; store < STORES; store++)
                if (catalogue->styles[style].colours & (1u << family))
                    count += shelf_write(catalogue, file,
                        (struct interval){.style = style, .family = family, .store = store});
    return count;
}
