/* SPDX-License-Identifier: MIT
 *
 * test_customers.c - a counter's report of its own customers: cells against counts of the test's
 * own, what is not shown, and that it asks for the role again.
 */
#include "shop.h"

#include <loyalty/counter.h>
#include <store/store_private.h>

#define CUSTOMERS 25

static const struct loy_span span = {NOON_US - DAY_US / 2, NOON_US + DAY_US * 3, 60};

/* brand, grade, colour and price of the counter's articles */
static const struct {
    const char *code, *brand, *grade;
    uint8_t colour;
    int64_t list_minor;
} shelf[] = {
    {"a", "Lark", "1 basic", LOY_COLOUR_BLUE, 100},
    {"b", "Wren", "1 basic", LOY_COLOUR_RED, 200},
    {"c", "Finch", "2 good", LOY_COLOUR_RED, 300},
    {"d", "Crane", NULL, LOY_COLOUR_NONE, 400},
};
/* Which article the customer buys: 12 a, 8 b, 5 d, nobody c. */
static size_t article_of(int customer)
{
    return customer < 12 ? 0 : customer < 20 ? 1 : 3;
}

static void sell(struct loy_store *store, const struct loy_id *member, int64_t at_us,
    const struct loy_line *lines, size_t count)
{
    struct loy_basket_head head = shop_head(at_us);
    head.member = member;
    ASSERT_STATUS(loy_basket_record(store, &head, lines, count, NULL), LOY_OK);
}

static void fill(struct loy_store *store)
{
    int64_t versions[ROWS(shelf)];
    for (size_t i = 0; i < ROWS(shelf); i++) {
        const struct loy_article article = {.size = sizeof article,
            .code = shelf[i].code,
            .brand = shelf[i].brand,
            .category = "hat",
            .grade = shelf[i].grade,
            .colour_family = shelf[i].colour,
            .tax_permille = -1,
            .counter = "Hats",
            .cost_minor = -1};
        ASSERT_STATUS(loy_article_put(store, &article, NOON_US - DAY_US), LOY_OK);
        ASSERT_STATUS(loy_article_find(store, shelf[i].code, &versions[i]), LOY_OK);
    }
    ASSERT_STATUS(store_begin(store), LOY_OK);
    for (int i = 0; i < CUSTOMERS; i++) {
        char number[24];
        snprintf(number, sizeof number, "98260000%04d", i);
        const struct loy_credential card = shop_credential(store, number);
        const struct loy_id member = shop_member(store, &card, LOY_CARD_ACTIVE);
        const size_t what = article_of(i);
        // The first is an operator's.
        const struct loy_line lines[2] = {
            shop_line(versions[what], 2000, shelf[what].list_minor, 0)};
        if (i == 0) ASSERT_STATUS(loy_operator_card_add(store, "tester", &card, NOON_US), LOY_OK);
        if (i % 2) sell(store, &member, NOON_US - 5 * DAY_US, lines, 1);
        sell(store, &member, NOON_US + (i % 3) * DAY_US + (i % 2) * DAY_US / 24, lines, 1);
    }
    const struct loy_line nobody = shop_line(versions[2], 1000, 300, 0);
    sell(store, NULL, NOON_US, &nobody, 1);
    ASSERT_STATUS(store_commit(store), LOY_OK);
}

static int customers_setup(void **state)
{
    int code = shop_setup(state);
    if (code == 0) fill(((struct shop *)*state)->store);
    return code;
}

static struct loy_counter_report *report_of(struct loy_store *store)
{
    struct loy_counter_report *report = NULL;
    enum loy_status status = loy_counter_report_open(store, "Hats", &span, &report);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(store));
    ASSERT_STATUS(status, LOY_OK);
    return report;
}

/* Worked out by hand: customers 1 to 11 bought a, 12 to 19 b, 20 to 24 d; odd ones were there
 * before.
 */
static void cells(void **state)
{
    static const char wanted[] = "brand Lark 11 22000 2200;brand Wren -;brand Crane -;"
                                 "grade  -;grade 1 basic -;"
                                 "colour  -;colour red -;colour blue 11 22000 2200;"
                                 "price 1 11 22000 2200;price 2 -;price 4 -;";
    struct shop *shop = *state;
    struct loy_counter_report *report = report_of(shop->store);
    struct loy_counter_summary summary = {.size = sizeof summary}, small = {.size = 8};
    struct loy_counter_cell cell = {.size = sizeof cell};
    char told[2000] = "";
    size_t used = 0;
    loy_counter_summary_get(report, &small);
    assert_int_equal(small.members, 0); // a caller that knows less is not written over
    loy_counter_summary_get(report, &summary);
    assert_int_equal(summary.members, 24);
    assert_int_equal(summary.fresh, 12);
    assert_int_equal(summary.returning, 12);
    assert_int_equal(summary.baskets, 25);
    assert_int_equal(summary.identified, 24);
    assert_int_equal(summary.paid_minor, 2 * (11 * 100 + 8 * 200 + 5 * 400));
    while (loy_counter_cell_next(report, &cell) == LOY_OK) {
        assert_true(!cell.shown || cell.members >= LOY_COUNTER_MEMBERS_MIN);
        assert_true(cell.shown ||
                    (!cell.members && !cell.baskets && !cell.paid_minor && !cell.pieces_milli));
        if (cell.group > LOY_COUNTER_PRICE) continue;
        used += (size_t)snprintf(told + used, sizeof told - used, "%s %s ",
            loy_counter_group_name(cell.group), cell.name);
        used += cell.shown ? (size_t)snprintf(told + used, sizeof told - used, "%lld %lld %lld;",
                                 (long long)cell.members, (long long)cell.pieces_milli,
                                 (long long)cell.paid_minor)
                           : (size_t)snprintf(told + used, sizeof told - used, "-;");
    }
    loy_counter_report_close(report);
    assert_string_equal(told, wanted);
}

/* Days and hours, by SQL of the test's own. */
static void hours_and_days(void **state)
{
    struct shop *shop = *state;
    struct loy_counter_report *report = report_of(shop->store);
    struct loy_counter_cell cell = {.size = sizeof cell};
    int seen = 0;
    while (loy_counter_cell_next(report, &cell) == LOY_OK) {
        char sql[500];
        if (cell.group <= LOY_COUNTER_PRICE || !cell.shown) continue;
        snprintf(sql, sizeof sql,
            "SELECT count(DISTINCT member) FROM basket WHERE member IS NOT NULL AND member <> "
            "(SELECT "
            "min(id) FROM member) AND opened_at_us >= %lld AND strftime('%s', opened_at_us / "
            "1000000 "
            "+ 3600, 'unixepoch') + 0 = %s",
            (long long)span.from_us, cell.group == LOY_COUNTER_HOUR ? "%H" : "%u", cell.name);
        if (cell.group == LOY_COUNTER_WEEKDAY) { // %u is newer than some SQLite: 0 is Sunday in %w
            char *at = strstr(sql, "%u");
            at[1] = 'w';
            if (cell.name[0] == '7') sql[strlen(sql) - 1] = '0';
        }
        assert_int_equal(cell.members, shop_number(shop->store, sql));
        seen++;
    }
    assert_true(seen >= 2);
    loy_counter_report_close(report);
}

static void refuses(void **state)
{
    struct shop *shop = *state;
    struct loy_store *store = shop->store;
    struct loy_counter_report *report = NULL;
    const struct loy_span one_day = {NOON_US + DAY_US, NOON_US + DAY_US + 1, 60};
    const struct loy_span back = {2, 1, 0};
    struct loy_counter_cell cell = {.size = sizeof cell};
    ASSERT_STATUS(loy_counter_report_open(store, "Hats", &one_day, &report), LOY_REFUSED);
    ASSERT_STATUS(loy_counter_report_open(store, "Shoes", &span, &report), LOY_NONE);
    ASSERT_STATUS(loy_counter_report_open(store, "Hats", &back, &report), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_counter_report_open(store, NULL, &span, &report), LOY_E_ARGUMENT);
    assert_null(report);
    report = report_of(store);
    struct loy_counter_cell small = {.size = sizeof small - 1};
    ASSERT_STATUS(loy_counter_cell_next(report, NULL), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_counter_cell_next(report, &small), LOY_E_ARGUMENT);
    loy_counter_summary_get(report, NULL);
    // Whoever is logged in by now is asked again.
    ASSERT_STATUS(loy_store_logout(store, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_counter_cell_next(report, &cell), LOY_E_ACCESS);
    loy_counter_report_close(report);
    loy_counter_report_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells),
        cmocka_unit_test(hours_and_days),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, customers_setup, shop_teardown);
}
