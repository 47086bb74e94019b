/* SPDX-License-Identifier: MIT
 *
 * test_track.c - tracks into fields, row by row.
 * In: the text of tracks. Out: every field, or the refusal. */
#include "card_test.h"

struct row {
    unsigned track;
    const char *text;
    enum loy_status status;
    char format;
    const char *number, *name, *expiry, *service, *rest;
};

// clang-format off
static const struct row rows[] = {
    /* Published capture: four digits behind the separator and no service code are no ISO layout. */
    {2, ";60058541029558180=9904?", LOY_OK, 0, "60058541029558180", "", "", "", "9904"},
    {2, "60058541029558180=9904", LOY_OK, 0, "60058541029558180", "", "", "", "9904"},
    {2, ";0004048712?", LOY_OK, 0, "0004048712", "", "", "", ""},
    {2, ";4111111111111111=29121010000000000?", LOY_OK, 0, "4111111111111111", "", "2912", "101", "0000000000"},
    {2, ";4111111111111111=29131010000000000?", LOY_OK, 0, "4111111111111111", "", "", "", "29131010000000000"},
    {2, ";4111111111111111=29123010000000000?", LOY_OK, 0, "4111111111111111", "", "", "", "29123010000000000"},
    {2, ";4111111111111111=2912151?", LOY_OK, 0, "4111111111111111", "", "", "", "2912151"},
    {2, ";4111111111111111=2912108?", LOY_OK, 0, "4111111111111111", "", "", "", "2912108"},
    {2, ";4111111111111111==1010000?", LOY_OK, 0, "4111111111111111", "", "", "101", "0000"},
    {2, ";4111111111111111=2912=77?", LOY_OK, 0, "4111111111111111", "", "2912", "", "77"},
    {2, ";4111111111111111=29000000000?", LOY_OK, 0, "4111111111111111", "", "", "", "29000000000"},
    {2, ";4111111111111111=2912:01?", LOY_OK, 0, "4111111111111111", "", "", "", "2912:01"},
    {2, ";?", LOY_OK, 0, "", "", "", "", ""},
    {1, "%?", LOY_OK, 0, "", "", "", "", ""},
    {1, "%[12?", LOY_OK, 0, "[12", "", "", "", ""},
    {3, "#AB12^X?", LOY_OK, 0, "AB12", "X", "", "", ""},
    {2, ";=1234?", LOY_OK, 0, "", "", "", "", "1234"},
    {2, ";12:3<4>5?", LOY_OK, 0, "12:3<4>5", "", "", "", ""},
    {1, "%B4111111111111111^TEST/CARD^29121010000000000000000?", LOY_OK, 'B', "4111111111111111", "TEST/CARD", "2912", "101", "0000000000000000"},
    {1, "%L6005 8541 0295^WANG/LI^GOLD?", LOY_OK, 'L', "6005 8541 0295", "WANG/LI", "", "", "GOLD"},
    {1, "%1234567890?", LOY_OK, 0, "1234567890", "", "", "", ""},
    {1, "%M?", LOY_OK, 'M', "", "", "", "", ""},
    {1, "%A123^NAME?", LOY_OK, 'A', "123", "NAME", "", "", ""},
    {3, "+011234567890=1?", LOY_OK, 0, "011234567890", "", "", "", "1"},
    {3, ";011234567890?", LOY_OK, 0, "011234567890", "", "", "", ""},
    {3, "%AB12^X?", LOY_OK, 0, "AB12", "X", "", "", ""},
    {3, "+123=29121010?", LOY_OK, 0, "123", "", "", "", "29121010"},
    /* Wrong sentinels or alphabet. */
    {1, ";123?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {2, "%123?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {2, "+123?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {2, ";123", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {2, "123?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {2, ";12?34?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {2, ";12;34?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {2, ";E?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {2, ";12 34?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {1, "%b123?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {1, "%B12%3?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {1, "%B12\t3?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {1, "?", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {2, ";", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {2, "", LOY_E_FORMAT, 0, "", "", "", "", ""},
    {0, ";1?", LOY_E_ARGUMENT, 0, "", "", "", "", ""},
    {4, ";1?", LOY_E_ARGUMENT, 0, "", "", "", "", ""},
};
// clang-format on

static void splits_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct row *row = &rows[i];
        struct loy_track fields;
        memset(&fields, 'x', sizeof fields);
        print_message("%u %s\n", row->track, row->text);
        enum loy_status status = loy_track_parse(row->track, row->text, strlen(row->text), &fields);
        assert_int_equal(status, row->status);
        if (status != LOY_OK) {
            assert_int_equal(fields.number[0], 'x'); /* untouched */
            continue;
        }
        assert_int_equal(fields.format, row->format);
        assert_string_equal(fields.number, row->number);
        assert_string_equal(fields.name, row->name);
        assert_string_equal(fields.expiry, row->expiry);
        assert_string_equal(fields.service, row->service);
        assert_string_equal(fields.rest, row->rest);
    }
}

/* The longest tracks fit, one character more is refused; a cut track never reads past its end. */
static void lengths(void **state)
{
    (void)state;
    static const size_t longest[] = {0, 79, 40, 107};
    for (unsigned track = 1; track <= 3; track++) {
        char text[200];
        struct loy_track fields;
        memset(text, '7', sizeof text);
        assert_int_equal(loy_track_parse(track, text, longest[track], &fields), LOY_OK);
        assert_int_equal(strlen(fields.number), longest[track]);
        assert_int_equal(loy_track_parse(track, text, longest[track] + 1, &fields), LOY_E_FORMAT);
    }
    struct loy_track none;
    assert_int_equal(loy_track_parse(2,
                         "\0"
                         "12?",
                         4, &none),
        LOY_E_FORMAT);
    assert_int_equal(loy_track_parse(2, NULL, 0, &none), LOY_E_ARGUMENT);
    assert_int_equal(loy_track_parse(2, ";1?", 3, NULL), LOY_E_ARGUMENT);
    static const char whole[] = "%B4111111111111111^TEST/CARD^29121010000?";
    for (size_t cut = 0; cut < sizeof whole - 1; cut++) {
        char copy[sizeof whole];
        struct loy_track fields;
        memcpy(copy, whole, cut);
        assert_int_equal(loy_track_parse(1, copy, cut, &fields), LOY_E_FORMAT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_fields),
        cmocka_unit_test(lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
