/* SPDX-License-Identifier: MIT
 *
 * mall_taste_test.c - the generated mall: women of 25 to 34 like red, and it is found of them as a
 * group; ten weeks without red are no dislike; no colour goes with a district. Takes the folder
 * that mall-generate has filled; reads members, articles, prices and baskets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <loyalty/preference.h>

#include "numeric/beta.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 32u
#define ARTICLES 400000u /* by code - 100000 */
#define MEMBERS_MAX 30000u
#define RETURNS_MAX 60000u
#define DISTRICTS 5u
#define RED_OUT_FROM INT64_C(1741104000) /* 2025-03-05 +08:00, seconds */
#define RED_OUT_TO INT64_C(1747152000)   /* 2025-05-14 +08:00 */

static const char *folder;

struct article {
    char brand[32], category[24], grade[16];
    uint8_t colour;
    char code[8];
};
struct person {
    int64_t card;
    bool likes_red;
    unsigned district;
    int lines, lines_without_red;
};
static struct article *articles;
static struct person *persons;
static size_t person_count;
static char districts[DISTRICTS][32];
static struct {
    char basket[16];
    int line;
} * returns;
static size_t return_count;

/* ---- Reading -------------------------------------------------------------------------------- */

struct table {
    FILE *file;
    char head[1024], line[1024];
    char *heads[COLUMNS], *cells[COLUMNS];
};

static void split(char *text, char **cells)
{
    size_t i = 0;
    text[strcspn(text, "\r\n")] = '\0';
    for (cells[i++] = text; *text && i < COLUMNS; text++)
        if (*text == ',') {
            *text = '\0';
            cells[i++] = text + 1;
        }
    while (i < COLUMNS)
        cells[i++] = NULL;
}

static struct table *table_open(const char *name)
{
    char path[1024];
    struct table *table = calloc(1, sizeof(*table));
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    table->file = fopen(path, "r");
    assert_non_null(table->file);
    assert_non_null(fgets(table->head, sizeof(table->head), table->file));
    split(table->head, table->heads);
    return table;
}

static bool table_next(struct table *table)
{
    if (!fgets(table->line, sizeof(table->line), table->file)) {
        fclose(table->file);
        free(table);
        return false;
    }
    split(table->line, table->cells);
    return true;
}

static const char *cell(const struct table *table, const char *column)
{
    for (size_t i = 0; i < COLUMNS && table->heads[i]; i++)
        if (strcmp(table->heads[i], column) == 0) return table->cells[i];
    fail_msg("no column %s", column);
    return "";
}

/* "2025-01-01T09:52:41+08:00" -> seconds UTC. */
static int64_t moment(const char *text)
{
    int year, month, day, hour, minute, second = 0;
    assert_true(
        sscanf(text, "%d-%d-%dT%d:%d:%d", &year, &month, &day, &hour, &minute, &second) >= 5);
    int64_t y = month <= 2 ? year - 1 : year, m = (month + 9) % 12;
    int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
    return ((days * 24 + hour) * 60 + minute) * 60 + second - 8 * 3600;
}

static int32_t site_of(const char *store)
{
    return strcmp(store, "north") == 0 ? 1 : strcmp(store, "river") == 0 ? 2 : 3;
}

static uint8_t colour_of(const char *name)
{
    for (int i = LOY_COLOUR_NONE + 1; i < loy_colour_count; i++)
        if (strcmp(loy_colour_name(i), name) == 0) return (uint8_t)i;
    return LOY_COLOUR_NONE;
}

static unsigned district_of(const char *name)
{
    for (unsigned i = 0; i < DISTRICTS; i++) {
        if (!districts[i][0]) snprintf(districts[i], sizeof(districts[i]), "%s", name);
        if (strcmp(districts[i], name) == 0) return i;
    }
    fail_msg("a sixth district: %s", name);
    return 0;
}

static void read_members(void)
{
    persons = calloc(MEMBERS_MAX, sizeof(*persons));
    for (struct table *table = table_open("members.csv"); table_next(table);) {
        if (strcmp(cell(table, "kind"), "person") != 0) continue;
        int born = atoi(cell(table, "birth_year"));
        assert_true(person_count < MEMBERS_MAX);
        persons[person_count++] = (struct person){.card = strtoll(cell(table, "card"), NULL, 10),
            .likes_red = strcmp(cell(table, "sex"), "f") == 0 && born >= 1991 && born <= 2000,
            .district = district_of(cell(table, "district"))};
    }
}

static int by_card(const void *left, const void *right)
{
    const struct person *a = left, *b = right;
    return (a->card > b->card) - (a->card < b->card);
}

static struct person *person_find(int64_t card)
{
    const struct person wanted = {.card = card};
    return bsearch(&wanted, persons, person_count, sizeof(*persons), by_card);
}

static struct article *article_at(const char *code)
{
    long number = strtol(code, NULL, 10) - 100000;
    assert_in_range(number, 0, ARTICLES - 1);
    return &articles[number];
}

static void read_articles(void)
{
    articles = calloc(ARTICLES, sizeof(*articles));
    for (struct table *table = table_open("articles.csv"); table_next(table);) {
        struct article *article = article_at(cell(table, "article"));
        snprintf(article->code, sizeof(article->code), "%s", cell(table, "article"));
        snprintf(article->brand, sizeof(article->brand), "%s", cell(table, "brand"));
        snprintf(article->category, sizeof(article->category), "%s", cell(table, "category"));
        snprintf(article->grade, sizeof(article->grade), "%s", cell(table, "grade"));
        article->colour = colour_of(cell(table, "colour_family"));
    }
}

static struct loy_version version_of(const struct article *article)
{
    return (struct loy_version){.article = article->code,
        .brand = article->brand,
        .category = article->category,
        .grade = article->grade,
        .colour_family = article->colour,
        .kind = LOY_KIND_GOODS};
}

static void read_prices(struct loy_preferences *preferences)
{
    for (struct table *table = table_open("prices.csv"); table_next(table);) {
        const struct loy_version version = version_of(article_at(cell(table, "article")));
        const struct loy_offer offer = {.site = site_of(cell(table, "store")),
            .from_us = moment(cell(table, "from")) * 1000000,
            .to_us = moment(cell(table, "to")) * 1000000,
            .list_minor = llround(atof(cell(table, "list_price")) * 100),
            .selling_minor = llround(atof(cell(table, "selling_price")) * 100),
            .form = *cell(table, "promotion") ? LOY_FORM_OTHER : LOY_FORM_NONE};
        assert_int_equal(loy_preferences_offer(preferences, &offer, &version), LOY_OK);
    }
}

/* Which lines came back whole, as the mall's always do. */
static void read_returns(void)
{
    returns = calloc(RETURNS_MAX, sizeof(*returns));
    for (struct table *table = table_open("baskets.csv"); table_next(table);) {
        if (!*cell(table, "return_of")) continue;
        assert_true(return_count < RETURNS_MAX);
        snprintf(
            returns[return_count].basket, sizeof(returns->basket), "%s", cell(table, "return_of"));
        returns[return_count++].line = atoi(cell(table, "return_of_line"));
    }
}

static int by_basket(const void *left, const void *right)
{
    const char *a = left, *b = right; /* the basket's text comes first */
    int order = strcmp(a, b);
    if (order) return order;
    const int *x = (const int *)(const void *)(a + 16), *y = (const int *)(const void *)(b + 16);
    return (*x > *y) - (*x < *y);
}

static bool came_back(const char *basket, int line)
{
    __typeof__(*returns) wanted = {.line = line};
    snprintf(wanted.basket, sizeof(wanted.basket), "%s", basket);
    return bsearch(&wanted, returns, return_count, sizeof(*returns), by_basket) != NULL;
}

static void note_line(int64_t card, int64_t at)
{
    struct person *person = person_find(card);
    if (!person) return;
    person->lines++;
    person->lines_without_red += at >= RED_OUT_FROM && at < RED_OUT_TO;
}

static void read_baskets(struct loy_preferences *preferences)
{
    char before[16] = "";
    int64_t basket = 0;
    int line = 0;
    for (struct table *table = table_open("baskets.csv"); table_next(table);) {
        bool fresh = strcmp(before, cell(table, "basket")) != 0;
        basket += fresh;
        line = fresh ? 1 : line + 1;
        snprintf(before, sizeof(before), "%s", cell(table, "basket"));
        if (*cell(table, "return_of")) continue;
        int64_t card = strtoll(cell(table, "card"), NULL, 10), at = moment(cell(table, "at"));
        int64_t quantity = atoll(cell(table, "quantity")) * 1000;
        const struct loy_version version = version_of(article_at(cell(table, "article")));
        const struct loy_sale sale = {.member = card,
            .basket = basket,
            .site = site_of(cell(table, "store")),
            .at_us = at * 1000000,
            .offset_min = 480,
            .quantity_milli = quantity,
            .returned_milli = came_back(before, line) ? quantity : 0,
            .paid_minor = llround(atof(cell(table, "paid")) * 100),
            .on_deal = *cell(table, "promotion") != '\0'};
        assert_int_equal(loy_preferences_add(preferences, &sale, &version), LOY_OK);
        if (sale.returned_milli == 0) note_line(card, at);
    }
}

static int fill(void **state)
{
    const struct loy_profile_settings settings = {.size = sizeof(settings), .as_of_us = INT64_MAX};
    struct loy_preferences *preferences = NULL;
    assert_int_equal(loy_preferences_open(&settings, &preferences), LOY_OK);
    read_members();
    qsort(persons, person_count, sizeof(*persons), by_card);
    read_articles();
    read_prices(preferences);
    read_returns();
    qsort(returns, return_count, sizeof(*returns), by_basket);
    read_baskets(preferences);
    assert_int_equal(loy_preferences_fit(preferences), LOY_OK);
    *state = preferences;
    return 0;
}

static int empty(void **state)
{
    loy_preferences_close(*state);
    free(articles);
    free(persons);
    free(returns);
    return 0;
}

/* ---- What is found -------------------------------------------------------------------------- */

struct mean {
    double n, sum, squares;
};
static void mean_add(struct mean *mean, double value)
{
    mean->n += 1;
    mean->sum += value;
    mean->squares += value * value;
}
static double mean_of(const struct mean *mean)
{
    return mean->sum / mean->n;
}
static double half_width(const struct mean *mean) /* of a 95 % interval */
{
    double middle = mean_of(mean);
    return 1.96 * sqrt((mean->squares / mean->n - middle * middle) / (mean->n - 1));
}

static size_t colour_table(const struct loy_preferences *preferences)
{
    size_t table;
    struct loy_preference_table found;
    assert_int_equal(loy_preferences_find(preferences, NULL, LOY_TASTE_COLOUR, &table), LOY_OK);
    assert_int_equal(loy_preferences_table(preferences, table, &found), LOY_OK);
    assert_true(found.offers);
    assert_int_equal(found.offered_lines, found.lines);
    return table;
}

static bool colour_of_member(const struct loy_preferences *preferences, size_t table,
    const char *colour, const struct person *person, struct loy_preference *found)
{
    struct loy_preference_value value;
    for (size_t v = 0; loy_preferences_value(preferences, table, v, &value) == LOY_OK; v++)
        if (strcmp(value.name, colour) == 0)
            return loy_preferences_member(preferences, table, v, person->card, found) == LOY_OK &&
                   found->n >= found->needed;
    return false;
}

static void women_like_red(void **state)
{
    size_t table = colour_table(*state);
    struct mean women = {0}, others = {0};
    int more[2] = {0}, less[2] = {0};
    for (size_t i = 0; i < person_count; i++) {
        struct loy_preference found;
        if (!colour_of_member(*state, table, "red", &persons[i], &found)) continue;
        mean_add(persons[i].likes_red ? &women : &others, found.lift);
        more[persons[i].likes_red] += found.liking == LOY_LIKING_MORE;
        less[persons[i].likes_red] += found.liking == LOY_LIKING_LESS;
    }
    print_message("lift of red: women of 25 to 34 %.3f +- %.3f (n %.0f, likes %d, dislikes %d), "
                  "others %.3f +- %.3f (n %.0f, likes %d, dislikes %d)\n",
        mean_of(&women), half_width(&women), women.n, more[1], less[1], mean_of(&others),
        half_width(&others), others.n, more[0], less[0]);
    assert_true(mean_of(&women) - half_width(&women) > 1.15);
    assert_true(mean_of(&others) + half_width(&others) < 1.05);
    assert_true(more[1] > 10 * less[1] && more[1] / women.n > 5 * more[0] / others.n);
}

/* Of those to whom red means what it means to all: with most of their lines in the weeks without
 * red, and with few. */
static void weeks_without_red(void **state)
{
    size_t table = colour_table(*state);
    struct mean lifts[2] = {{0}}, shares[2] = {{0}};
    int less[2] = {0};
    for (size_t i = 0; i < person_count; i++) {
        struct loy_preference found;
        const struct person *person = &persons[i];
        if (person->likes_red) continue;
        if (!colour_of_member(*state, table, "red", person, &found)) continue;
        double without = (double)person->lines_without_red / person->lines;
        if (without > .1 && without < .4) continue;
        bool much = without >= .4;
        mean_add(&lifts[much], found.lift);
        mean_add(&shares[much], (double)found.bought / (double)found.n);
        less[much] += found.liking == LOY_LIKING_LESS;
    }
    double many = less[1] / lifts[1].n, few = less[0] / lifts[0].n;
    print_message("lift of red, much in the weeks without it %.3f +- %.3f (n %.0f, dislike %.3f), "
                  "little %.3f +- %.3f (dislike %.3f); shares %.3f and %.3f\n",
        mean_of(&lifts[1]), half_width(&lifts[1]), lifts[1].n, many, mean_of(&lifts[0]),
        half_width(&lifts[0]), few, mean_of(&shares[1]), mean_of(&shares[0]));
    assert_true(
        mean_of(&lifts[1]) + half_width(&lifts[1]) >= mean_of(&lifts[0]) - half_width(&lifts[0]));
    assert_true(many <= few);
    /* The control: shares alone do read it as dislike. */
    assert_true(mean_of(&shares[1]) + half_width(&shares[1]) <
                mean_of(&shares[0]) - half_width(&shares[0]));
}

/* One-way analysis of variance of the members' lifts over districts; Bonferroni over colours. */
static void districts_say_nothing(void **state)
{
    size_t table = colour_table(*state);
    struct loy_preference_value value;
    double smallest = 1;
    for (size_t v = 0; loy_preferences_value(*state, table, v, &value) == LOY_OK; v++) {
        struct mean all = {0}, by[DISTRICTS] = {{0}};
        for (size_t i = 0; i < person_count; i++) {
            struct loy_preference found;
            if (!colour_of_member(*state, table, value.name, &persons[i], &found)) continue;
            mean_add(&all, found.lift);
            mean_add(&by[persons[i].district], found.lift);
        }
        double total = all.squares - all.sum * all.sum / all.n,
               between = -all.sum * all.sum / all.n;
        for (size_t d = 0; d < DISTRICTS; d++)
            between += by[d].sum * by[d].sum / by[d].n;
        if (!(total > 1e-9)) continue;
        double k = DISTRICTS - 1, rest = all.n - DISTRICTS;
        double f = between / k / ((total - between) / rest);
        double p = numeric_beta_q(k / 2, rest / 2, k * f / (k * f + rest));
        smallest = fmin(smallest, p);
    }
    print_message("smallest probability of 13 colours by district %.3f\n", smallest);
    assert_true(smallest > .05 / 13);
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    folder = argv[1];
    const struct CMUnitTest tests[] = {cmocka_unit_test(women_like_red),
        cmocka_unit_test(weeks_without_red), cmocka_unit_test(districts_say_nothing)};
    return cmocka_run_group_tests(tests, fill, empty);
}
