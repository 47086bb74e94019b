/* SPDX-License-Identifier: MIT
 *
 * visit.c - one visit: what a shopper takes, by a logit over what stands on that store's shelf in
 * that week at that week's price, and what each line costs. Taste never sees what is not on the
 * shelf.
 */
#include "mall.h"

#define CHOICES_MAX (STYLES_MAX * 8u)

// clang-format off
const double price_slope[SENSITIVITIES] = {[CAREFUL] = 2.6, [EASY] = .7};
const double promotion_pull[SENSITIVITIES][LOY_FORM_OTHER + 1] = {
    [CAREFUL] = {[LOY_FORM_PERCENT] = .1, [LOY_FORM_N_FOR_M] = 1.4, [LOY_FORM_AMOUNT] = .3,
                 [LOY_FORM_MEMBER_PRICE] = .3},
    [EASY]    = {[LOY_FORM_PERCENT] = 1.0, [LOY_FORM_N_FOR_M] = .1, [LOY_FORM_AMOUNT] = .3,
                 [LOY_FORM_MEMBER_PRICE] = .3},
};
const double bundle_completed[SENSITIVITIES] = {[CAREFUL] = .7, [EASY] = .2};
static const double grade_liking[GRADES] = {0.0, .6, .9};
static const double family_liking[FAMILIES] = {[LOY_COLOUR_BLACK] = .5, [LOY_COLOUR_WHITE] = .3,
    [LOY_COLOUR_GREY] = .1, [LOY_COLOUR_NAVY] = .3, [LOY_COLOUR_RED] = -.2, [LOY_COLOUR_YELLOW] = -.5,
    [LOY_COLOUR_PURPLE] = -.1, [LOY_COLOUR_ORANGE] = -.3};
/* Dress, shirt, trousers, coat, shoes, bag, work wear; men, then women. */
static const double category_weights[2][CATEGORIES] = {
    {0.0, .36, .28, .10, .18, .06, .02},
    {.26, .22, .15, .10, .15, .11, .01},
};
// clang-format on

struct choice {
    uint8_t style, family;
};
struct visit {
    const struct catalogue *catalogue;
    const struct person *person;
    struct chance chance;
    unsigned day, week, store;
    bool card;
    double brand_taste[BRANDS], family_taste[FAMILIES];
};

static void tastes_make(struct visit *visit, uint64_t seed)
{
    struct chance chance =
        chance_start(seed, CHANCE_TASTE, visit->person->number, visit->person->firm);
    for (unsigned i = 0; i < BRANDS; i++)
        visit->brand_taste[i] = brands[i].liking + .6 * chance_normal(&chance);
    if (visit->person->evening) visit->brand_taste[1] += EVENING_LIFT;
    for (unsigned i = 0; i < FAMILIES; i++)
        visit->family_taste[i] = family_liking[i] + .25 * chance_normal(&chance);
    if (person_likes_red(visit->person)) visit->family_taste[LOY_COLOUR_RED] += RED_LIFT;
    if (visit->day >= SEASON_FIRST_DAY && visit->day <= SEASON_LAST_DAY)
        visit->family_taste[LOY_COLOUR_YELLOW] += SEASON_LIFT;
}

static double tired_pull(const struct promotion *promotion, enum sensitivity who, unsigned week)
{
    double pull = promotion_pull[who][promotion->form];
    for (unsigned i = promotion->from; i < week; i++)
        pull *= FATIGUE;
    return pull;
}

static double style_utility(const struct visit *visit, unsigned number)
{
    const struct style *style = &visit->catalogue->styles[number];
    enum sensitivity who = person_sensitivity(visit->person);
    int64_t price =
        style_selling_minor(visit->catalogue, number, visit->store, visit->week, visit->card);
    unsigned index = style_promotion(visit->catalogue, number, visit->store, visit->week);
    double utility = visit->brand_taste[style->brand] + grade_liking[style->grade];
    utility += INCOME_GRADE * ((int)visit->person->income - 2) * ((int)style->grade - 1);
    utility -= price_slope[who] * exact_ln((double)price / 10000.0);
    if (index == NO_PROMOTION) return utility;
    const struct promotion *promotion = &visit->catalogue->promotions[index];
    if (promotion->form == LOY_FORM_MEMBER_PRICE && !visit->card) return utility;
    return utility + tired_pull(promotion, who, visit->week);
}

/* ---- What a promotion brings, exactly ---------------------------------------------------------
 */

/* What an article on promotion would weigh at its list price, as a share of what it weighs. */
static double cut_undone(const struct visit *visit, unsigned style)
{
    int64_t list = style_list_minor(&visit->catalogue->styles[style], visit->week);
    int64_t selling =
        style_selling_minor(visit->catalogue, style, visit->store, visit->week, visit->card);
    double slope = price_slope[person_sensitivity(visit->person)];
    return exact_exp(-slope * exact_ln((double)list / (double)selling));
}

/* A line's chance to fall on a promotion, beside the chance without its pull and without its price
 * too; all others run on. */
static void lift_add(
    struct sales *sales, const struct visit *visit, unsigned index, const double shares[2])
{
    const struct promotion *promotion = &visit->catalogue->promotions[index];
    enum sensitivity who = person_sensitivity(visit->person);
    bool pulls = promotion->form != LOY_FORM_MEMBER_PRICE || visit->card;
    double pull = pulls ? exact_exp(tired_pull(promotion, who, visit->week)) : 1.0;
    double pieces = visit->person->firm ? 17.5 : 1.0, filled = 1.0;
    unsigned week = visit->week - promotion->from;
    if (promotion->form == LOY_FORM_N_FOR_M && !visit->person->firm) {
        filled = 2.0 * bundle_completed[who];
        for (unsigned i = 0; i < week; i++)
            filled *= FATIGUE;
        filled += 1.0;
    }
    struct lift *lift = &sales->lifts[promotion->form][week % LIFT_WEEKS];
    double share = shares[0], unpulled = share / pull, plain = shares[1] / pull;
    lift->sold += pieces * filled * share;
    lift->same_price += pieces * unpulled / (1.0 - share + unpulled);
    lift->plain += pieces * plain / (1.0 - share + plain);
}

static void lifts_count(struct sales *sales, const struct visit *visit,
    const struct choice *choices, const double *weights, unsigned count)
{
    static double shares[PROMOTIONS_MAX][2];
    unsigned seen[RANGES], found = 0;
    double all = 0.0, undone = 1.0;
    for (unsigned i = 0; i < count; i++)
        all += weights[i];
    for (unsigned i = 0; i < count; i++) {
        unsigned style = choices[i].style;
        unsigned index = style_promotion(visit->catalogue, style, visit->store, visit->week);
        if (index == NO_PROMOTION) continue;
        if (i == 0 || choices[i - 1].style != style) undone = cut_undone(visit, style);
        if (shares[index][0] == 0.0) seen[found++] = index;
        shares[index][0] += weights[i] / all;
        shares[index][1] += weights[i] * undone / all;
    }
    for (unsigned i = 0; i < found; i++) {
        lift_add(sales, visit, seen[i], shares[seen[i]]);
        shares[seen[i]][0] = shares[seen[i]][1] = 0.0;
    }
}

/* ---- A line -----------------------------------------------------------------------------------
 */

/* Takes one article of a category, of one range only where `promotion` is given. */
static bool article_choose(struct sales *sales, struct visit *visit, unsigned category,
    unsigned promotion, struct choice *chosen)
{
    static struct choice choices[CHOICES_MAX];
    static double weights[CHOICES_MAX];
    const struct catalogue *catalogue = visit->catalogue;
    unsigned count = 0;
    for (unsigned i = 0; i < catalogue->style_count; i++) {
        if (catalogue->styles[i].category != category) continue;
        if (promotion != NO_PROMOTION &&
            style_promotion(catalogue, i, visit->store, visit->week) != promotion)
            continue;
        double utility = style_utility(visit, i);
        for (unsigned family = 1; family < FAMILIES; family++) {
            if (!shelf_holds(catalogue, i, family, visit->store, visit->week)) continue;
            choices[count] = (struct choice){(uint8_t)i, (uint8_t)family};
            weights[count++] = exact_exp(utility + visit->family_taste[family]);
        }
    }
    if (count && promotion == NO_PROMOTION) lifts_count(sales, visit, choices, weights, count);
    if (count) *chosen = choices[chance_weighted(&visit->chance, weights, count)];
    return count > 0;
}

static void line_take(struct sales *sales, struct visit *visit, struct choice chosen)
{
    const struct style *style = &visit->catalogue->styles[chosen.style];
    unsigned promotion = style_promotion(visit->catalogue, chosen.style, visit->store, visit->week);
    sales->lines = grown(sales->lines, &sales->line_room, sales->line_count, sizeof *sales->lines);
    struct line *line = &sales->lines[sales->line_count++];
    *line = (struct line){.style = chosen.style, .family = chosen.family, .quantity = 1};
    unsigned size = visit->person->firm ? chance_below(&visit->chance, SIZES) : visit->person->size;
    line->size = (uint8_t)(category_sizes(style->category) > 1 ? size : 0);
    if (visit->person->firm) line->quantity = (int16_t)(5 + chance_below(&visit->chance, 26));
    line->list_minor = style_list_minor(style, visit->week);
    int64_t unit =
        style_selling_minor(visit->catalogue, chosen.style, visit->store, visit->week, visit->card);
    line->paid_minor = unit * line->quantity;
    line->promotion = (uint16_t)promotion;
    /* A 3-for-2 is marked once three are there; a member's price only where it was given. */
    if (unit == line->list_minor && promotion != NO_PROMOTION &&
        visit->catalogue->promotions[promotion].form != LOY_FORM_N_FOR_M)
        line->promotion = NO_PROMOTION;
}

static bool is_bundle(const struct catalogue *catalogue, unsigned promotion)
{
    return promotion != NO_PROMOTION && catalogue->promotions[promotion].form == LOY_FORM_N_FOR_M;
}

/* Of `units` pieces under a 3-for-2 every third is free, the cheapest ones. */
static int64_t bundle_discount(const struct line *lines, size_t count, unsigned promotion)
{
    int64_t units = 0, discount = 0, after = 0;
    for (size_t i = 0; i < count; i++)
        if (lines[i].promotion == promotion) units += lines[i].quantity;
    for (int64_t left = units / 3; left > 0;) {
        int64_t cheapest = INT64_MAX, pieces = 0;
        for (size_t i = 0; i < count; i++) {
            if (lines[i].promotion != promotion || lines[i].list_minor <= after) continue;
            if (lines[i].list_minor > cheapest) continue;
            pieces =
                lines[i].list_minor == cheapest ? pieces + lines[i].quantity : lines[i].quantity;
            cheapest = lines[i].list_minor;
        }
        int64_t taken = pieces < left ? pieces : left;
        discount += taken * cheapest;
        left -= taken;
        after = cheapest;
    }
    return discount;
}

/* Spreads the discount over the bundle's lines by their list amounts; the fen left over go one by
 * one. */
static void bundle_spread(struct line *lines, size_t count, unsigned promotion, int64_t discount)
{
    int64_t whole = 0, left = discount;
    for (size_t i = 0; i < count; i++)
        if (lines[i].promotion == promotion) whole += lines[i].list_minor * lines[i].quantity;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].promotion != promotion) continue;
        int64_t part = discount * lines[i].list_minor * lines[i].quantity / whole;
        lines[i].paid_minor -= part;
        left -= part;
    }
    for (size_t i = 0; i < count && left > 0; i++)
        if (lines[i].promotion == promotion) {
            lines[i].paid_minor--;
            left--;
        }
}

static void bundles_settle(const struct catalogue *catalogue, struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned promotion = lines[i].promotion;
        bool first = is_bundle(catalogue, promotion);
        for (size_t k = 0; k < i && first; k++)
            first = lines[k].promotion != promotion;
        if (!first) continue;
        int64_t discount = bundle_discount(lines, count, promotion);
        if (discount) bundle_spread(lines, count, promotion, discount);
        for (size_t k = i; k < count && !discount; k++)
            if (lines[k].promotion == promotion) lines[k].promotion = NO_PROMOTION;
    }
}

static void bundle_fill(
    struct sales *sales, struct visit *visit, unsigned category, unsigned promotion)
{
    if (visit->person->firm || !is_bundle(visit->catalogue, promotion)) return;
    double chance = bundle_completed[person_sensitivity(visit->person)];
    for (unsigned i = visit->catalogue->promotions[promotion].from; i < visit->week; i++)
        chance *= FATIGUE;
    if (!chance_holds(&visit->chance, chance)) return;
    struct choice chosen;
    for (int i = 0; i < 2; i++)
        if (article_choose(sales, visit, category, promotion, &chosen))
            line_take(sales, visit, chosen);
}

static unsigned category_drawn(struct visit *visit)
{
    if (visit->person->firm) return WORKWEAR;
    double weights[CATEGORIES];
    for (unsigned i = 0; i < CATEGORIES; i++)
        weights[i] = category_weights[visit->person->woman][i];
    if (visit->day < 60 || visit->day > 290) weights[COAT] *= 2.0;
    if (visit->day > 100 && visit->day < 250) weights[DRESS] *= 1.6;
    return chance_weighted(&visit->chance, weights, CATEGORIES);
}

void visit_fill(struct sales *sales, const struct catalogue *catalogue, const struct person *person,
    uint64_t seed, struct basket *basket)
{
    static const double line_counts[] = {0.0, .25, .40, .25, .10};
    struct visit visit = {.catalogue = catalogue,
        .person = person,
        .chance = chance_start(seed, CHANCE_BASKET, person->number, basket->birth),
        .day = (unsigned)(basket->second / 86400),
        .store = basket->store,
        .card = basket->member != ANONYMOUS};
    visit.week = visit.day / 7;
    tastes_make(&visit, seed);
    basket->first = (uint32_t)sales->line_count;
    unsigned wanted = chance_weighted(&visit.chance, line_counts, 5);
    for (unsigned i = 0; i < wanted; i++) {
        unsigned category = category_drawn(&visit);
        struct choice chosen;
        if (!article_choose(sales, &visit, category, NO_PROMOTION, &chosen)) continue;
        line_take(sales, &visit, chosen);
        bundle_fill(sales, &visit, category, sales->lines[sales->line_count - 1].promotion);
    }
    basket->count = (uint32_t)sales->line_count - basket->first;
    bundles_settle(catalogue, sales->lines + basket->first, basket->count);
}
