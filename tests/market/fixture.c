/* SPDX-License-Identifier: MIT
 *
 * fixture.c - made-up shops from a seed.
 * In: a plan; out: rows, and a market fed with them. Must not know how tables are made.
 */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#define WEEK_US (INT64_C(7) * 86400 * 1000000)

static const char *const groups[] = {"women 18-24", "women 25-34", "women 35-44", "men 18-24",
    "men 25-34", "men 35-44", "firm: hotel", "firm: restaurant"};
static const char *const incomes[] = {"Under 15K", "15-24K", "25-34K", "35-49K"};
static const char *const districts[] = {"North", "South", "West"};
static const char *const grades[] = {"1 basic", "2 good", "3 best"};

/* SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014). */
uint64_t fixture_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

double fixture_uniform(uint64_t *state)
{
    return (double)(fixture_random(state) >> 11) / 9007199254740992.0;
}

const char *fixture_group(int group)
{
    return groups[group];
}

static int below(uint64_t *state, int n)
{
    return (int)(fixture_uniform(state) * n);
}

/* Level k of n; with skew the later ones are rare. */
static int skewed(uint64_t *state, int n, double skew)
{
    double u = fixture_uniform(state);
    if (fixture_uniform(state) < skew) u = u * u * u;
    return (int)(u * n);
}

static int pick_colour(
    const struct fixture_plan *plan, uint64_t *state, int group, int favourite, bool red_here)
{
    for (;;) {
        int colour = skewed(state, plan->colours, plan->skew);
        if (fixture_uniform(state) < plan->own_taste) colour = favourite;
        if (group == 0 && fixture_uniform(state) < plan->red_for_group0) colour = 2;
        if (colour != 2 || red_here) return colour;
        favourite = colour == favourite ? 0 : favourite;
    }
}

static void add_row(struct fixture *fixture, uint64_t *state, int64_t member, int favourite)
{
    const struct fixture_plan *plan = &fixture->plan;
    struct fixture_row *row = &fixture->rows[fixture->row_count++];
    int64_t span = FIXTURE_TO_US - FIXTURE_FROM_US;
    row->member = member;
    row->basket = (int64_t)fixture->row_count;
    row->at_us = FIXTURE_FROM_US + (int64_t)(fixture_uniform(state) * (double)span);
    row->site = 1 + (int)(member % plan->sites);
    row->group = fixture->group_of[member];
    bool red_here = row->at_us - FIXTURE_FROM_US >= plan->red_gone_weeks * WEEK_US;
    row->colour = pick_colour(plan, state, row->group, favourite, red_here);
    row->grade = skewed(state, 3, plan->skew);
    row->form = below(state, 10) < 7 ? LOY_FORM_NONE : LOY_FORM_PERCENT + below(state, 3);
    row->units = 1 + (below(state, 10) == 0);
    row->list_minor = 1000 + 500 * row->grade + 10 * below(state, 40);
    row->paid_minor = row->list_minor * row->units - (row->form ? row->list_minor / 5 : 0);
    double back = row->colour == 2 ? plan->returns : plan->returns > 0 ? .05 : 0;
    row->returned = fixture_uniform(state) < back ? row->units : 0;
}

void fixture_make(const struct fixture_plan *plan, struct fixture *fixture)
{
    uint64_t state = plan->seed;
    *fixture = (struct fixture){.plan = *plan};
    size_t most = (size_t)plan->members * (size_t)plan->lines_each * 12 + 1;
    fixture->rows = calloc(most, sizeof *fixture->rows);
    fixture->group_of = calloc((size_t)plan->members + 1, sizeof *fixture->group_of);
    for (int64_t member = 1; member <= plan->members; member++) {
        int lines = 1 + below(&state, plan->lines_each * 2 - 1);
        if (below(&state, 25) == 0) lines *= 6;
        int favourite = skewed(&state, plan->colours, plan->skew);
        fixture->group_of[member] = skewed(&state, plan->groups, plan->skew);
        for (int i = 0; i < lines; i++)
            add_row(fixture, &state, member, favourite);
    }
}

void fixture_clear(struct fixture *fixture)
{
    free(fixture->rows);
    free(fixture->group_of);
    memset(fixture, 0, sizeof *fixture);
}

void fixture_shuffle(struct fixture *fixture, uint64_t seed)
{
    for (int member = fixture->plan.members; member > 1; member--) {
        int other = 1 + below(&seed, member);
        int group = fixture->group_of[member];
        fixture->group_of[member] = fixture->group_of[other];
        fixture->group_of[other] = group;
    }
    for (size_t i = 0; i < fixture->row_count; i++)
        fixture->rows[i].group = fixture->group_of[fixture->rows[i].member];
}

struct loy_version fixture_version(int colour, int grade)
{
    static char codes[16][3][16];
    char *code = codes[colour][grade];
    code[0] = 'A';
    code[1] = (char)('a' + colour);
    code[2] = (char)('a' + grade);
    code[3] = '\0';
    /* Colour 2 is red, whatever its neighbours. */
    static const uint8_t families[] = {LOY_COLOUR_BLACK, LOY_COLOUR_WHITE, LOY_COLOUR_RED,
        LOY_COLOUR_BLUE, LOY_COLOUR_GREEN, LOY_COLOUR_GREY, LOY_COLOUR_BEIGE, LOY_COLOUR_PINK,
        LOY_COLOUR_YELLOW, LOY_COLOUR_NAVY};
    return (struct loy_version){.article = code,
        .brand = "Brand B",
        .manufacturer = FIXTURE_MAKER,
        .category = grade == 0 ? "shirts" : "trousers",
        .grade = grades[grade],
        .size_text = "M",
        .colour_family = families[colour],
        .kind = LOY_KIND_GOODS};
}

static void add_offers(const struct fixture *fixture, struct loy_market *market)
{
    for (int colour = 0; colour < fixture->plan.colours; colour++) {
        for (int grade = 0; grade < 3; grade++) {
            struct loy_version version = fixture_version(colour, grade);
            struct loy_offer offer = {.article_version = colour * 3 + grade + 1,
                .from_us = FIXTURE_FROM_US,
                .to_us = FIXTURE_TO_US,
                .list_minor = 1000 + 500 * grade};
            if (colour == 2) offer.from_us += fixture->plan.red_gone_weeks * WEEK_US;
            loy_market_add_offer(market, &offer, &version);
        }
    }
}

struct loy_market *fixture_market(
    const struct fixture *fixture, const struct loy_market_settings *settings)
{
    struct loy_market_settings plain = {.size = sizeof plain,
        .manufacturer = FIXTURE_MAKER,
        .from_us = FIXTURE_FROM_US,
        .to_us = FIXTURE_TO_US};
    struct loy_market *market = NULL;
    if (loy_market_open(settings ? settings : &plain, &market) != LOY_OK) return NULL;
    for (int64_t member = 1; member <= fixture->plan.members; member++) {
        struct loy_member_bands bands = {.member = member,
            .consent = true,
            .group = groups[fixture->group_of[member]],
            .income = incomes[member % 4],
            .district = districts[member % 3]};
        loy_market_add_member(market, &bands);
    }
    for (size_t i = 0; i < fixture->row_count; i++) {
        const struct fixture_row *row = &fixture->rows[i];
        struct loy_version version = fixture_version(row->colour, row->grade);
        struct loy_sale sale = {.basket = row->basket,
            .member = row->member,
            .at_us = row->at_us,
            .site = row->site,
            .article_version = row->colour * 3 + row->grade + 1,
            .quantity_milli = row->units * 1000,
            .list_minor = row->list_minor,
            .paid_minor = row->paid_minor,
            .returned_milli = row->returned * 1000,
            .form = (uint8_t)row->form};
        loy_market_add_sale(market, &sale, &version);
    }
    if (fixture->plan.offers) add_offers(fixture, market);
    return market;
}
