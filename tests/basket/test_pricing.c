/* SPDX-License-Identifier: MIT
 *
 * test_pricing.c - worked examples of every form of promotion, on the evaluator alone: no store.
 * A basket is a row: rules and lines as text go in, "discount code" of each line comes out.
 *
 *     rule   CODE FORM SCOPE VALUES    P percent 100 (permille), A amount 50, N n-for-m 3:2,
 *                                      M member-price 800, C coupon 100 permille, V voucher 500
 *     scope  * or b:BRAND, c:CATEGORY, a:ARTICLE, s:STYLE, e:SEASON
 *     line   ARTICLE BRAND QUANTITY_MILLI LIST   ARTICLE's number is its version
 */
#include "shop.h"

#include <basket/pricing.h>

#include <stdlib.h>

#define LINES_MAX 8
#define RULES_MAX 6

struct example {
    const char *what;
    const char *rules[RULES_MAX];
    const char *lines[LINES_MAX];
    const char *result;
};

// clang-format off
static const struct example examples[] = {
    {"nothing", {NULL}, {"1 x 1000 999"}, "0 -"},
    {"percent, once for the line, halves up", {"P P * 150"}, {"1 x 3000 999"}, "450 P"},
    {"percent of weighed goods", {"P P * 100"}, {"1 x 1255 799"}, "100 P"},
    {"percent, everything", {"P P * 1000"}, {"1 x 1000 999"}, "999 P"},
    {"percent that rounds to nothing is none", {"P P * 1"}, {"1 x 1000 99"}, "0 -"},
    {"amount off each piece", {"A A * 50"}, {"1 x 3000 999"}, "150 A"},
    {"amount is never more than the line", {"A A * 5000"}, {"1 x 2000 999"}, "1998 A"},
    {"amount off each whole kilogram", {"A A * 50"}, {"1 x 2700 999", "1 x 700 999"}, "100 A|0 -"},
    {"amount beyond 64 bits is the line", {"A A * 4611686018427387904"}, {"1 x 9000 999"}, "8991 A"},
    {"member price of a piece", {"M M * 800"}, {"1 x 2000 999"}, "398 M"},
    {"member price of a kilogram", {"M M * 800"}, {"1 x 1255 999"}, "250 M"},
    {"member price above the list price is none", {"M M * 1200"}, {"1 x 1000 999"}, "0 -"},
    {"coupon with a percentage", {"C C b:x 200"}, {"1 x 1000 1000", "2 y 1000 1000"}, "200 C|0 -"},
    {"the larger of two", {"A A * 50", "P P * 100"}, {"1 x 1000 400", "2 x 1000 600"}, "50 A|60 P"},
    {"of equals the first by code", {"B P * 100", "A A * 50"}, {"1 x 1000 500"}, "50 A"},
    {"scopes", {"1 P a:1 100", "2 P b:y 100", "3 P c:cat-z 100", "4 P s:style-w 100", "5 P e:season-v 100"},
        {"1 x 1000 1000", "2 y 1000 1000", "3 z 1000 1000", "4 w 1000 1000", "5 v 1000 1000", "6 u 1000 1000"},
        "100 1|100 2|100 3|100 4|100 5|0 -"},
    /* n for m */
    {"3 for 2 of one line: a third off each", {"N N * 3:2"}, {"1 x 3000 999"}, "999 N"},
    {"leftovers share the saving too", {"N N * 3:2"}, {"1 x 4000 900"}, "900 N"},
    {"two of three are not three", {"N N * 3:2"}, {"1 x 2000 900"}, "0 -"},
    {"the cheapest of a set is free, spread by price", {"N N * 3:2"},
        {"1 x 1000 1000", "2 x 1000 800", "3 x 1000 600"}, "250 N|200 N|150 N"},
    {"largest remainders, of equals the dearer", {"N N * 3:2"},
        {"1 x 1000 100", "2 x 1000 100", "3 x 1000 100"}, "34 N|33 N|33 N"},
    {"and of equals the lower version, in any order", {"N N * 3:2"},
        {"3 x 1000 100", "1 x 1000 100", "2 x 1000 100"}, "33 N|34 N|33 N"},
    {"sets are made from the dearest down", {"N N * 3:2"},
        {"1 x 1000 100", "2 x 3000 1000"}, "32 N|968 N"},
    {"5 for 3 takes two", {"N N * 5:3"}, {"1 x 5000 100"}, "200 N"},
    {"1 of 100", {"N N * 100:1"}, {"1 x 100000 10"}, "990 N"},
    {"weighed goods are no pieces", {"N N * 2:1"}, {"1 x 1000 500", "2 x 1500 500"}, "0 -|0 -"},
    {"only its scope", {"N N b:x 2:1"}, {"1 x 1000 500", "2 y 1000 500", "3 x 1000 300"}, "188 N|0 -|112 N"},
    {"together only where that is more", {"N N b:x 3:2", "P P a:1 500"},
        {"1 x 1000 1000", "2 x 1000 300", "3 x 1000 300"}, "500 P|0 -|0 -"},
    {"else the lines' own go", {"N N b:x 3:2", "P P a:1 100"},
        {"1 x 1000 500", "2 x 1000 300", "3 x 1000 300"}, "136 N|82 N|82 N"},
    {"of two groups over the same lines the better", {"N N b:x 3:2", "O N * 4:2"},
        {"1 x 3000 600", "2 y 1000 600"}, "900 O|300 O"},
    {"two groups side by side", {"N N b:x 2:1", "O N b:y 3:2"},
        {"1 x 2000 600", "2 y 3000 100"}, "600 N|100 O"},
    {"two small groups beat the large one", {"A N * 6:5", "B N b:x 3:2", "C N b:y 3:2"},
        {"1 x 3000 600", "2 y 3000 500"}, "600 B|500 C"},
    /* an amount off the basket */
    {"amount off, by what the lines cost", {"V V * 500"}, {"1 x 1000 3000", "2 x 1000 1000"}, "375 V|125 V"},
    {"never more than the basket", {"V V * 5000"}, {"1 x 1000 300", "2 x 1000 100"}, "300 V|100 V"},
    {"off what nothing else has made cheaper", {"M M a:1 800", "V V * 500"},
        {"1 x 1000 1000", "2 x 1000 2000"}, "200 M|500 V"},
    {"a small promotion gives way to a large coupon", {"P P a:1 10", "V V * 1000"}, {"1 x 1000 1000"}, "1000 V"},
    {"but only where it is needed", {"P P a:2 900", "Q P a:1 10", "V V * 1000"},
        {"1 x 1000 1000", "2 x 1000 1000"}, "1000 V|900 P"},
    {"two coupons find lines each", {"V V * 500", "W V * 300"},
        {"1 x 1000 1000", "2 x 1000 400"}, "500 V|300 W"},
    {"two coupons and one line: the larger", {"V V * 300", "W V * 500"}, {"1 x 1000 1000"}, "500 W"},
    {"a coupon of a brand", {"V V b:y 500"}, {"1 x 1000 1000", "2 y 1000 400"}, "0 -|400 V"},
    {"n for m beside a coupon", {"N N b:x 3:2", "V V * 100"}, {"1 x 3000 900", "2 y 1000 500"}, "900 N|100 V"},
    /* what is not touched */
    {"returns", {"P P * 100", "V V * 50"}, {"1 x -1000 1000", "2 x 1000 0"}, "0 -|0 -"},
    {"deposits", {"P P * 100"}, {"1 deposit 1000 25"}, "0 -"},
    {"an unknown scope holds for nothing", {"P P ?:x 100"}, {"1 x 1000 1000"}, "0 -"},
};
// clang-format on

/* ---- From text --------------------------------------------------------------------------------
 */

struct texts {
    char rule[RULES_MAX][4][32];
    char line[LINES_MAX][6][32];
};

static uint8_t scope_of(const char *text)
{
    static const char letters[] = "*absce",
                      scopes[] = {LOY_SCOPE_ALL, LOY_SCOPE_ARTICLE, LOY_SCOPE_BRAND,
                          LOY_SCOPE_STYLE, LOY_SCOPE_CATEGORY, LOY_SCOPE_SEASON};
    const char *at = strchr(letters, text[0]);
    return at == NULL ? 99 : (uint8_t)scopes[at - letters];
}

static struct loy_promotion_rule rule_of(const char *text, char words[4][32])
{
    assert_int_equal(
        sscanf(text, "%31s %31s %31s %31s", words[0], words[1], words[2], words[3]), 4);
    struct loy_promotion_rule rule = {.size = sizeof rule, .code = words[0]};
    rule.scope = scope_of(words[2]);
    rule.target = strlen(words[2]) > 2 ? words[2] + 2 : NULL;
    int64_t number = strtoll(words[3], NULL, 10);
    switch (words[1][0]) {
    case 'N':
        rule.form = LOY_FORM_N_FOR_M;
        assert_int_equal(sscanf(words[3], "%d:%d", &rule.take, &rule.pay), 2);
        return rule;
    case 'P':
    case 'C':
        rule.form = words[1][0] == 'P' ? LOY_FORM_PERCENT : LOY_FORM_COUPON;
        rule.permille = (int32_t)number;
        return rule;
    default:
        rule.form = words[1][0] == 'A'   ? LOY_FORM_AMOUNT
                    : words[1][0] == 'M' ? LOY_FORM_MEMBER_PRICE
                                         : LOY_FORM_COUPON;
        rule.amount_minor = number;
        return rule;
    }
}

static struct pricing_line line_of(const char *text, char words[6][32])
{
    long long quantity, list;
    assert_int_equal(sscanf(text, "%31s %27s %lld %lld", words[0], words[1], &quantity, &list), 4);
    snprintf(words[2], 32, "style-%.25s", words[1]);
    snprintf(words[3], 32, "cat-%.27s", words[1]);
    snprintf(words[4], 32, "season-%.24s", words[1]);
    return (struct pricing_line){.version = atoi(words[0]),
        .quantity_milli = quantity,
        .list_minor = list,
        .shelf_minor = -1,
        .offer_minor = -1,
        .article = {.article = words[0],
            .brand = words[1],
            .style = words[2],
            .category = words[3],
            .season = words[4],
            .kind = strcmp(words[1], "deposit") == 0 ? LOY_KIND_DEPOSIT : LOY_KIND_GOODS}};
}

static void result_write(const struct pricing_line *lines, size_t count, char text[400])
{
    size_t end = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t amount = 0;
        assert_true(loy_line_amount(lines[i].list_minor, lines[i].quantity_milli, &amount));
        assert_int_equal(lines[i].paid_minor + lines[i].discount_minor, amount);
        assert_int_equal(lines[i].promotion == NULL, lines[i].form == LOY_FORM_NONE);
        end += (size_t)snprintf(text + end, 400 - end, "%s%lld %s", i > 0 ? "|" : "",
            (long long)lines[i].discount_minor, lines[i].promotion ? lines[i].promotion : "-");
    }
}

static void worked_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(examples); i++) {
        struct texts texts;
        struct loy_promotion_rule rules[RULES_MAX];
        const struct loy_promotion_rule *sorted[RULES_MAX];
        struct pricing_line lines[LINES_MAX];
        size_t rule_count = 0, count = 0;
        char result[400];
        for (; rule_count < RULES_MAX && examples[i].rules[rule_count]; rule_count++) {
            rules[rule_count] = rule_of(examples[i].rules[rule_count], texts.rule[rule_count]);
            sorted[rule_count] = &rules[rule_count];
        }
        for (; count < LINES_MAX && examples[i].lines[count]; count++)
            lines[count] = line_of(examples[i].lines[count], texts.line[count]);
        ASSERT_STATUS(pricing_basket(sorted, rule_count, lines, count), LOY_OK);
        result_write(lines, count, result);
        if (strcmp(result, examples[i].result) != 0) print_error("%s\n", examples[i].what);
        assert_string_equal(result, examples[i].result);
    }
}

/* ---- Prices of the shelf ----------------------------------------------------------------------
 */

struct offered {
    const char *what;
    int64_t list, shelf, offer;
    const char *code;
    int32_t permille; /* of a rule "RULE" beside it; 0: none */
    const char *result;
};
// clang-format off
static const struct offered offers[] = {
    {"the shelf asks less", 1000, 1000, 800, "S", 0, "400 S"},
    {"and names nothing", 1000, 1000, 800, NULL, 0, "400 -"},
    {"a label's price is not the shelf's", 1200, 1000, 800, "S", 0, "0 -"},
    {"the better of shelf and rule", 1000, 1000, 800, "S", 300, "600 RULE"},
    {"the other way round", 1000, 1000, 600, "S", 300, "800 S"},
    {"of equals the first by code", 1000, 1000, 700, "S", 300, "600 RULE"},
    {"of equals the first by code", 1000, 1000, 700, "A", 300, "600 A"},
    {"no offer", 1000, 1000, -1, NULL, 0, "0 -"},
};
// clang-format on

static void what_the_shelf_asks(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(offers); i++) {
        char words[6][32], result[64];
        struct loy_promotion_rule rule = {.code = "RULE",
            .form = LOY_FORM_PERCENT,
            .scope = LOY_SCOPE_ALL,
            .permille = offers[i].permille};
        const struct loy_promotion_rule *rules[] = {&rule};
        struct pricing_line line = line_of("1 x 2000 1", words);
        line.list_minor = offers[i].list;
        line.shelf_minor = offers[i].shelf;
        line.offer_minor = offers[i].offer;
        line.offer = offers[i].code;
        line.offer_form = LOY_FORM_OTHER;
        ASSERT_STATUS(pricing_basket(rules, offers[i].permille != 0, &line, 1), LOY_OK);
        snprintf(result, sizeof result, "%lld %s", (long long)line.discount_minor,
            line.promotion ? line.promotion : "-");
        if (strcmp(result, offers[i].result) != 0) print_error("%s\n", offers[i].what);
        assert_string_equal(result, offers[i].result);
        assert_int_equal(line.form, line.discount_minor == 0          ? LOY_FORM_NONE
                                    : strcmp(result + 4, "RULE") == 0 ? LOY_FORM_PERCENT
                                                                      : LOY_FORM_OTHER);
    }
}

/* A member price is that of a piece from the shelf, not of a label with a price. */
static void member_prices_leave_labels_alone(void **state)
{
    (void)state;
    char words[6][32];
    struct loy_promotion_rule rule = {
        .code = "M", .form = LOY_FORM_MEMBER_PRICE, .scope = LOY_SCOPE_ALL, .amount_minor = 700};
    const struct loy_promotion_rule *rules[] = {&rule};
    struct pricing_line line = line_of("1 x 1000 1250", words);
    line.shelf_minor = 1000;
    ASSERT_STATUS(pricing_basket(rules, 1, &line, 1), LOY_OK);
    assert_int_equal(line.discount_minor, 0);
    line.list_minor = 1000;
    ASSERT_STATUS(pricing_basket(rules, 1, &line, 1), LOY_OK);
    assert_int_equal(line.discount_minor, 300);
}

/* ---- Sharing ----------------------------------------------------------------------------------
 */

static void shares_are_exact(void **state)
{
    (void)state;
    static const struct {
        int64_t part, amount, whole, share, rest;
    } rows[] = {
        {1, 100, 3, 33, 1},
        {2, 100, 3, 66, 2},
        {3, 3, 3, 3, 0},
        {0, 9, 7, 0, 0},
        {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, 0},
        {INT64_MAX - 1, INT64_MAX, INT64_MAX, INT64_MAX - 1, 0},
        /* (2^62)^2 / (2^63 - 1) = 2^61 and 2^61 left */
        {INT64_C(1) << 62, INT64_C(1) << 62, INT64_MAX, INT64_C(1) << 61, INT64_C(1) << 61},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        int64_t rest = -1;
        assert_int_equal(
            pricing_share(rows[i].part, rows[i].amount, rows[i].whole, &rest), rows[i].share);
        assert_int_equal(rest, rows[i].rest);
    }
}

/* ---- What does not fit ------------------------------------------------------------------------
 */

static void extremes_are_told(void **state)
{
    (void)state;
    static const struct {
        int64_t quantity, list, other_list;
        enum loy_status status;
    } rows[] = {
        {1000, INT64_MAX / 1000, 0, LOY_OK},
        {1000, INT64_MAX, 0, LOY_E_LIMIT},
        {INT64_MAX, 1, 0, LOY_OK},
        {INT64_MAX, 2, 0, LOY_E_LIMIT},
        {INT64_MIN, 1, 0, LOY_OK},
        {INT64_MIN, 2, 0, LOY_E_LIMIT},
        {1000, -1, 0, LOY_E_FORMAT},
        {INT64_MAX - 807, 1, INT64_MAX / 1000, LOY_OK},
    };
    struct loy_promotion_rule set[] = {
        {.code = "A", .form = LOY_FORM_AMOUNT, .scope = LOY_SCOPE_ALL, .amount_minor = INT64_MAX},
        {.code = "M",
            .form = LOY_FORM_MEMBER_PRICE,
            .scope = LOY_SCOPE_ALL,
            .amount_minor = INT64_MAX},
        {.code = "N", .form = LOY_FORM_N_FOR_M, .scope = LOY_SCOPE_ALL, .take = 2, .pay = 1},
        {.code = "P", .form = LOY_FORM_PERCENT, .scope = LOY_SCOPE_ALL, .permille = 999},
        {.code = "V", .form = LOY_FORM_COUPON, .scope = LOY_SCOPE_ALL, .amount_minor = INT64_MAX},
    };
    const struct loy_promotion_rule *rules[ROWS(set)];
    for (size_t i = 0; i < ROWS(set); i++)
        rules[i] = &set[i];
    for (size_t i = 0; i < ROWS(rows); i++) {
        char words[2][6][32];
        struct pricing_line lines[] = {
            line_of("1 x 1000 1", words[0]), line_of("2 y 1000 1", words[1])};
        lines[0].quantity_milli = rows[i].quantity;
        lines[0].list_minor = rows[i].list;
        lines[1].list_minor = rows[i].other_list;
        lines[0].discount_minor = 77;
        ASSERT_STATUS(pricing_basket(rules, ROWS(set), lines, 2), rows[i].status);
        if (rows[i].status != LOY_OK) assert_int_equal(lines[0].discount_minor, 77);
    }
    /* Two amounts off that do not fit together. */
    struct loy_promotion_rule other = set[4];
    other.code = "W";
    const struct loy_promotion_rule *two[] = {&set[4], &other};
    char words[6][32];
    struct pricing_line line = line_of("1 x 1000 1", words);
    ASSERT_STATUS(pricing_basket(two, 2, &line, 1), LOY_OK);
    assert_int_equal(line.discount_minor, 1);
}

/* Many lines, each of which fits: what all deals could take off must fit as well. */
static void sums_that_do_not_fit_are_told(void **state)
{
    (void)state;
    enum { LINES = 300 };
    static struct pricing_line lines[LINES];
    static char words[LINES][6][32];
    struct loy_promotion_rule set[] = {
        {.code = "N", .form = LOY_FORM_N_FOR_M, .scope = LOY_SCOPE_ALL, .take = 2, .pay = 1},
        {.code = "V", .form = LOY_FORM_COUPON, .scope = LOY_SCOPE_ALL, .amount_minor = 9},
    };
    const struct loy_promotion_rule *rules[] = {&set[0], &set[1]};
    for (size_t i = 0; i < LINES; i++) {
        lines[i] = line_of("1 x 1000 1", words[i]);
        lines[i].list_minor = INT64_MAX / 1000;
    }
    ASSERT_STATUS(pricing_basket(rules, 0, lines, LINES), LOY_OK);
    ASSERT_STATUS(pricing_basket(rules, 2, lines, LINES), LOY_E_LIMIT);
    ASSERT_STATUS(pricing_basket(rules, 2, lines, LINES / 2), LOY_OK);
    assert_int_equal(lines[0].discount_minor, INT64_MAX / 2000 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_examples),
        cmocka_unit_test(what_the_shelf_asks),
        cmocka_unit_test(member_prices_leave_labels_alone),
        cmocka_unit_test(shares_are_exact),
        cmocka_unit_test(extremes_are_told),
        cmocka_unit_test(sums_that_do_not_fit_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
