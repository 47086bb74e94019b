/* SPDX-License-Identifier: MIT
 *
 * test_range.c - which ranges of own numbers a shop may declare.
 * In: a range and those declared before. Out: yes, or no with a sentence. */
#include "card_test.h"

#define M LOY_USE_MEMBER
#define C LOY_USE_COUPON
#define W LOY_USE_WEIGHED

static const struct loy_range declared[] = {
    {"29", 13, LOY_CHECK_GS1, M, false},
    {"600585", 17, LOY_CHECK_NONE, M, false},
    {"4", 12, LOY_CHECK_GS1, M, false},
    {"7700", 10, LOY_CHECK_LUHN, M, false},
};

struct row {
    struct loy_range range;
    enum loy_status status;
    const char *why; /* a part of the sentence */
};

// clang-format off
static const struct row rows[] = {
    {{"28", 13, LOY_CHECK_GS1, W, false}, LOY_OK, ""},
    {{"20", 13, LOY_CHECK_GS1, M, false}, LOY_OK, ""},
    {{"02", 13, LOY_CHECK_GS1, W, false}, LOY_OK, ""},
    {{"98", 13, LOY_CHECK_GS1, C, false}, LOY_OK, ""},
    {{"2", 8, LOY_CHECK_GS1, M, false}, LOY_OK, ""},
    {{"29", 12, LOY_CHECK_NONE, M, false}, LOY_OK, ""},
    {{"600586", 17, LOY_CHECK_NONE, M, false}, LOY_OK, ""},
    {{"600585", 16, LOY_CHECK_LUHN, M, false}, LOY_OK, ""},
    {{"6", 10, LOY_CHECK_NONE, M, false}, LOY_OK, ""},
    {{"770", 16, LOY_CHECK_LUHN, M, false}, LOY_OK, ""},
    {{"915600", 16, LOY_CHECK_LUHN, M, false}, LOY_OK, ""},
    {{"9156", 16, LOY_CHECK_LUHN, M, false}, LOY_OK, ""}, /* national use: 9 and a country */
    {{"9556000", 18, LOY_CHECK_GS1, M, false}, LOY_OK, ""},
    {{"6901234", 13, LOY_CHECK_GS1, M, false}, LOY_OK, ""}, /* a company's own prefix */
    {{"411111", 16, LOY_CHECK_LUHN, M, true}, LOY_OK, ""},
    {{"123456789012345678", 32, LOY_CHECK_NONE, M, false}, LOY_OK, ""},
    /* Not to be told from another range. */
    {{"29", 13, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "another range"},
    {{"2", 13, LOY_CHECK_GS1, W, false}, LOY_E_CONFLICT, "another range"},
    {{"2912", 13, LOY_CHECK_NONE, C, false}, LOY_E_CONFLICT, "another range"},
    {{"60058541", 17, LOY_CHECK_NONE, M, false}, LOY_E_CONFLICT, "another range"},
    {{"04", 13, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "another range"}, /* the UPC-A above */
    {{"77", 10, LOY_CHECK_NONE, W, false}, LOY_E_CONFLICT, "another range"},
    /* Not to be told from a payment card or code. */
    {{"6", 16, LOY_CHECK_LUHN, M, false}, LOY_E_CONFLICT, "payment"},
    {{"60058", 16, LOY_CHECK_LUHN, M, false}, LOY_E_CONFLICT, "payment"},
    {{"9", 16, LOY_CHECK_NONE, M, false}, LOY_E_CONFLICT, "payment"},
    {{"915", 16, LOY_CHECK_LUHN, M, false}, LOY_E_CONFLICT, "payment"},
    {{"9792", 16, LOY_CHECK_LUHN, M, false}, LOY_E_CONFLICT, "payment network"},
    {{"2", 16, LOY_CHECK_NONE, M, false}, LOY_E_CONFLICT, "payment"},
    {{"411111", 16, LOY_CHECK_LUHN, M, false}, LOY_E_CONFLICT, "payment network"},
    {{"4111", 16, LOY_CHECK_LUHN, M, true}, LOY_E_CONFLICT, "payment"},
    {{"222100", 16, LOY_CHECK_LUHN, M, false}, LOY_E_CONFLICT, "payment network"},
    {{"620000", 19, LOY_CHECK_NONE, M, false}, LOY_E_CONFLICT, "payment network"},
    {{"28", 18, LOY_CHECK_NONE, M, false}, LOY_E_CONFLICT, "payment"},
    {{"13", 18, LOY_CHECK_NONE, M, false}, LOY_E_CONFLICT, "payment"},
    /* Not to be told from articles. */
    {{"690", 13, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "articles"},
    {{"0", 12, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "articles"},
    {{"1", 14, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "articles"},
    {{"690", 13, LOY_CHECK_NONE, M, false}, LOY_E_CONFLICT, "articles"}, /* an EAN all the same */
    {{"70", 13, LOY_CHECK_LUHN, M, false}, LOY_E_CONFLICT, "first 7 digits"},
    {{"1", 8, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "0 or 2"},
    {{"3", 12, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "articles"},
    {{"9", 13, LOY_CHECK_GS1, C, false}, LOY_E_CONFLICT, "articles"},
    {{"977", 13, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "magazines"},
    {{"9780306", 13, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "magazines"},
    {{"97912", 13, LOY_CHECK_NONE, W, false}, LOY_E_CONFLICT, "magazines"},
    {{"098", 14, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "coupons of any shop"},
    {{"98", 13, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "coupons of any shop"},
    {{"99", 13, LOY_CHECK_GS1, W, false}, LOY_E_CONFLICT, "coupons of any shop"},
    {{"05", 13, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "coupons of any shop"},
    {{"5", 12, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "coupons of any shop"},
    {{"5", 12, LOY_CHECK_GS1, C, false}, LOY_OK, ""},
    {{"0", 8, LOY_CHECK_GS1, M, false}, LOY_OK, ""},
    {{"5", 12, LOY_CHECK_NONE, C, false}, LOY_E_CONFLICT, "payment"},
    {{"8", 12, LOY_CHECK_LUHN, M, false}, LOY_E_CONFLICT, "articles"},
    {{"690123", 15, LOY_CHECK_NONE, M, false}, LOY_OK, ""},
    /* One symbol, several lengths. */
    {{"04", 13, LOY_CHECK_NONE, M, false}, LOY_E_CONFLICT, "same symbols"},
    {{"0041", 14, LOY_CHECK_GS1, W, false}, LOY_E_CONFLICT, "another use"},
    {{"029", 14, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "same symbols"},
    {{"29", 14, LOY_CHECK_GS1, M, false}, LOY_E_CONFLICT, "articles"},
    {{"2", 13, LOY_CHECK_GS1, C, false}, LOY_E_CONFLICT, "another use"},
    {{"2", 12, LOY_CHECK_GS1, W, false}, LOY_OK, ""}, /* 02, which is not 29 */
    /* Impossible. */
    {{"", 13, LOY_CHECK_GS1, M, false}, LOY_E_ARGUMENT, "prefix"},
    {{"2A", 13, LOY_CHECK_GS1, M, false}, LOY_E_ARGUMENT, "prefix"},
    {{"12345678", 8, LOY_CHECK_LUHN, M, false}, LOY_E_ARGUMENT, "prefix"},
    {{"123456789", 8, LOY_CHECK_NONE, M, false}, LOY_E_ARGUMENT, "prefix"},
    {{"29123456", 10, LOY_CHECK_NONE, M, false}, LOY_E_ARGUMENT, "whole card number"},
    {{"2912345", 10, LOY_CHECK_NONE, M, false}, LOY_OK, ""},
    {{"29", 5, LOY_CHECK_NONE, M, false}, LOY_E_ARGUMENT, "length"},
    {{"29", 33, LOY_CHECK_NONE, M, false}, LOY_E_ARGUMENT, "length"},
    {{"29", 10, LOY_CHECK_GS1, M, false}, LOY_E_ARGUMENT, "8, 12, 13, 14 or 18"},
    {{"29", 13, 3, M, false}, LOY_E_ARGUMENT, "check digit"},
    {{"29", 13, LOY_CHECK_GS1, 0, false}, LOY_E_ARGUMENT, "use"},
    {{"29", 13, LOY_CHECK_GS1, 4, false}, LOY_E_ARGUMENT, "use"},
};
// clang-format on

static void judges(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct row *row = &rows[i];
        const char *why = NULL;
        print_message("%s/%d\n", row->range.prefix, row->range.length);
        assert_int_equal(loy_range_check(&row->range, declared, ROWS(declared), &why), row->status);
        assert_non_null(strstr(why, row->why));
        assert_int_equal(why[0] == '\0', row->status == LOY_OK);
    }
}

static void hostile(void **state)
{
    (void)state;
    struct loy_range unterminated = {"", 20, LOY_CHECK_NONE, M, false};
    memset(unterminated.prefix, '7', sizeof unterminated.prefix);
    assert_int_equal(loy_range_check(&unterminated, NULL, 0, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_range_check(NULL, NULL, 0, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_range_check(&declared[0], NULL, 1, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_range_check(&declared[0], NULL, 0, NULL), LOY_OK);
}

static void numbers_follow_each_other(void **state)
{
    (void)state;
    static const struct {
        struct loy_range range;
        const char *from, *to; /* to NULL: there is none */
    } steps[] = {
        {{"29", 13, LOY_CHECK_GS1, M, false}, "2900000000018", "2900000000025"},
        {{"29", 13, LOY_CHECK_GS1, M, false}, "2900000000094", "2900000000100"},
        {{"29", 13, LOY_CHECK_GS1, M, false}, "2999999999991", NULL},
        {{"7700", 10, LOY_CHECK_LUHN, M, false}, "7700000016", "7700000024"},
        {{"600585", 17, LOY_CHECK_NONE, M, false}, "60058500000000199", "60058500000000200"},
        {{"600585", 9, LOY_CHECK_NONE, M, false}, "600585999", NULL},
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        char number[LOY_NUMBER_MAX + 1];
        strcpy(number, steps[i].from);
        assert_int_equal(loy_range_next(&steps[i].range, number), steps[i].to ? LOY_OK : LOY_NONE);
        assert_string_equal(number, steps[i].to ? steps[i].to : steps[i].from);
    }
    char wrong[LOY_NUMBER_MAX + 1] = "2900000000019";
    assert_int_equal(loy_range_next(&steps[0].range, wrong), LOY_E_ARGUMENT);
    assert_int_equal(loy_range_next(NULL, wrong), LOY_E_ARGUMENT);
    memset(wrong, '2', sizeof wrong); /* without an end */
    assert_int_equal(loy_range_next(&steps[0].range, wrong), LOY_E_ARGUMENT);
}

static void encrypting_readers_are_warned_of(void **state)
{
    (void)state;
    static const struct {
        struct loy_range range;
        const char *word; /* NULL: no warning */
    } ranges[] = {
        {{"29", 13, LOY_CHECK_GS1, M, false}, NULL},
        {{"29", 13, LOY_CHECK_NONE, M, false}, "ID TECH"},
        {{"9156", 16, LOY_CHECK_LUHN, M, false}, NULL},
        {{"9156", 16, LOY_CHECK_LUHN, M, true}, "MagTek"},
        {{"600585", 17, LOY_CHECK_NONE, M, false}, "ID TECH"},
        {{"600585", 17, LOY_CHECK_NONE, M, true}, "expiry"},
        {{"7700", 10, LOY_CHECK_LUHN, M, false}, "ID TECH"},
        {{"28", 13, LOY_CHECK_GS1, W, false}, NULL},
        {{"98", 13, LOY_CHECK_NONE, C, false}, NULL},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const char *warning = loy_range_warning(&ranges[i].range);
        assert_int_equal(*warning != '\0', ranges[i].word != NULL);
        if (ranges[i].word) assert_non_null(strstr(warning, ranges[i].word));
    }
    assert_string_equal(loy_range_warning(NULL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges),
        cmocka_unit_test(hostile),
        cmocka_unit_test(numbers_follow_each_other),
        cmocka_unit_test(encrypting_readers_are_warned_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
