/* SPDX-License-Identifier: MIT
 *
 * test_elements.c - every GS1 application identifier at its bounds, before a GSRN that must be
 * found behind it. In: the formats of the GS1 Barcode Syntax Dictionary. Out: the GSRN, or nothing.
 */
#include "card_test.h"

#define GSRN "735005385000000011"
#define FNC1 "\x1d"

struct format {
    const char *identifiers; /* one, or first and last */
    char type;               /* 'N' digits throughout, 'M' digits and then text, 'X' text */
    size_t min, max;
    bool predefined, checked;
};

// clang-format off
static const struct format formats[] = {
    {"00", 'N', 18, 18, true, true}, {"01", 'N', 14, 14, true, true}, {"02-03", 'N', 14, 14, true, true},
    {"10", 'X', 1, 20, false, false}, {"11-13", 'N', 6, 6, true, false}, {"15-17", 'N', 6, 6, true, false},
    {"20", 'N', 2, 2, true, false}, {"21-22", 'X', 1, 20, false, false}, {"235", 'X', 1, 28, false, false},
    {"240-241", 'X', 1, 30, false, false}, {"242", 'N', 1, 6, false, false}, {"243", 'X', 1, 20, false, false},
    {"250-251", 'X', 1, 30, false, false}, {"253", 'M', 13, 30, false, true}, {"254", 'X', 1, 20, false, false},
    {"30", 'N', 1, 8, false, false}, {"3100-3105", 'N', 6, 6, true, false}, {"3200-3205", 'N', 6, 6, true, false},
    {"3300-3305", 'N', 6, 6, true, false}, {"3400-3405", 'N', 6, 6, true, false}, {"3500-3505", 'N', 6, 6, true, false},
    {"3600-3695", 'N', 6, 6, true, false}, {"37", 'N', 1, 8, false, false}, {"3900-3909", 'N', 1, 15, false, false},
    {"3910-3919", 'N', 4, 18, false, false}, {"3920-3929", 'N', 1, 15, false, false},
    {"3930-3939", 'N', 4, 18, false, false}, {"3940-3943", 'N', 4, 4, false, false},
    {"3950-3955", 'N', 6, 6, false, false}, {"400-401", 'X', 1, 30, false, false}, {"402", 'N', 17, 17, false, true},
    {"403", 'X', 1, 30, false, false}, {"410-417", 'N', 13, 13, true, true}, {"420", 'X', 1, 20, false, false},
    {"421", 'M', 4, 12, false, false}, {"422", 'N', 3, 3, false, false}, {"423", 'N', 3, 15, false, false},
    {"424", 'N', 3, 3, false, false}, {"425", 'N', 3, 15, false, false}, {"426", 'N', 3, 3, false, false},
    {"427", 'X', 1, 3, false, false}, {"4300-4301", 'X', 1, 35, false, false}, {"4302-4306", 'X', 1, 70, false, false},
    {"4307", 'X', 2, 2, false, false}, {"4308", 'X', 1, 30, false, false}, {"4309", 'N', 20, 20, false, false},
    {"4310-4311", 'X', 1, 35, false, false}, {"4312-4316", 'X', 1, 70, false, false}, {"4317", 'X', 2, 2, false, false},
    {"4318", 'X', 1, 20, false, false}, {"4319", 'X', 1, 30, false, false}, {"4320", 'X', 1, 35, false, false},
    {"4321-4323", 'N', 1, 1, false, false}, {"4324-4325", 'N', 10, 10, false, false}, {"4326", 'N', 6, 6, false, false},
    {"4330-4333", 'M', 6, 7, false, false}, {"7001", 'N', 13, 13, false, false}, {"7002", 'X', 1, 30, false, false},
    {"7003", 'N', 10, 10, false, false}, {"7004", 'N', 1, 4, false, false}, {"7005", 'X', 1, 12, false, false},
    {"7006", 'N', 6, 6, false, false}, {"7007", 'N', 6, 12, false, false}, {"7008", 'X', 1, 3, false, false},
    {"7009", 'X', 1, 10, false, false}, {"7010", 'X', 1, 2, false, false}, {"7011", 'N', 6, 10, false, false},
    {"7020-7022", 'X', 1, 20, false, false}, {"7023", 'X', 1, 30, false, false}, {"7030-7039", 'M', 4, 30, false, false},
    {"7040", 'M', 4, 4, false, false}, {"7041", 'X', 1, 4, false, false},
    {"710-715", 'X', 1, 20, false, false}, {"7230-7239", 'X', 3, 30, false, false},
    {"7240", 'X', 1, 20, false, false}, {"7241", 'N', 2, 2, false, false}, {"7242", 'X', 1, 25, false, false},
    {"8001", 'N', 14, 14, false, false}, {"8002", 'X', 1, 20, false, false}, {"8003", 'M', 14, 30, false, true},
    {"8004", 'X', 1, 30, false, false}, {"8005", 'N', 6, 6, false, false}, {"8006", 'N', 18, 18, false, true},
    {"8007", 'X', 1, 34, false, false}, {"8008", 'N', 8, 12, false, false}, {"8009", 'X', 1, 50, false, false},
    {"8010", 'X', 1, 30, false, false}, {"8011", 'N', 1, 12, false, false}, {"8012", 'X', 1, 20, false, false},
    {"8013", 'X', 1, 25, false, false}, {"8019", 'N', 1, 10, false, false}, {"8020", 'X', 1, 25, false, false},
    {"8026", 'N', 18, 18, false, true}, {"8030", 'X', 1, 90, false, false}, {"8110", 'X', 1, 70, false, false},
    {"8111", 'N', 4, 4, false, false}, {"8112", 'X', 1, 70, false, false}, {"8200", 'X', 1, 70, false, false},
    {"255", 'N', 13, 25, false, true}, {"90", 'X', 1, 30, false, false}, {"91-99", 'X', 1, 90, false, false},
};
// clang-format on

/* What a GS1-128 with these elements and a GSRN behind them is. A number of zeros has a valid check
 * digit. */
static uint8_t kind_behind(const char *identifier, const char *value, size_t length, bool separated)
{
    static const uint8_t key[LOY_CARD_KEY_SIZE];
    static struct loy_event event;
    struct loy_scan scan;
    int n = snprintf((char *)event.data, sizeof event.data, "%s%.*s%s8018" GSRN, identifier,
        (int)length, value, separated ? FNC1 : "");
    event.kind = LOY_EVENT_READ;
    event.part_count = 1;
    event.data_length = (uint16_t)n;
    event.parts[0] = (struct loy_part){.type = LOY_PART_SYMBOL,
        .status = LOY_PART_GOOD,
        .symbology = LOY_SYMBOLOGY_GS1_128,
        .length = (uint16_t)n};
    loy_scan_from_event(&event, NULL, 0, key, &scan);
    if (scan.kind == LOY_SCAN_NONE) assert_int_equal(scan.reason, LOY_SCAN_ELEMENT);
    return scan.kind;
}

static void check_identifier(const struct format *format, const char *identifier)
{
    char value[120];
    memset(value, '0', sizeof value);
    assert_int_equal(
        kind_behind(identifier, value, format->max, !format->predefined), LOY_SCAN_MEMBER);
    assert_int_equal(kind_behind(identifier, value, format->min, true), LOY_SCAN_MEMBER);
    if (!format->predefined)
        assert_int_equal(kind_behind(identifier, value, format->max, false), LOY_SCAN_NONE);
    /* A digit too many, or one too few; GSRN and check digit are the net below. */
    assert_int_not_equal(kind_behind(identifier, value, format->max + 1, true), LOY_SCAN_MEMBER);
    assert_int_not_equal(kind_behind(identifier, value, format->min - 1, true), LOY_SCAN_MEMBER);
    if (format->checked) {
        value[0] = '1';
        assert_int_equal(kind_behind(identifier, value, format->min, true), LOY_SCAN_NONE);
        value[0] = '0';
    }
    value[0] = 'A';
    bool text = format->type == 'X';
    assert_int_equal(
        kind_behind(identifier, value, format->min, true), text ? LOY_SCAN_MEMBER : LOY_SCAN_NONE);
    value[0] = '0';
    value[format->max - 1] = 'z';
    text = format->type != 'N';
    assert_int_equal(
        kind_behind(identifier, value, format->max, true), text ? LOY_SCAN_MEMBER : LOY_SCAN_NONE);
}

static void every_identifier_at_its_bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(formats); i++) {
        char first[5] = "", last[5] = "";
        int found = sscanf(formats[i].identifiers, "%4[0-9]-%4[0-9]", first, last);
        print_message("%s\n", formats[i].identifiers);
        check_identifier(&formats[i], first);
        if (found == 2) check_identifier(&formats[i], last);
    }
}

/* Identifiers that GS1 has not given out. */
static void unknown_identifiers(void **state)
{
    (void)state;
    static const char *const unknown[] = {"04", "05", "14", "18", "23", "29", "38", "404", "428",
        "4327", "4340", "5", "6", "700", "7012", "7050", "7243", "8000", "8015", "8016", "8021",
        "8109", "8113", "82", "84", "A1", "(0"};
    for (size_t i = 0; i < ROWS(unknown); i++) {
        print_message("%s\n", unknown[i]);
        assert_int_equal(kind_behind(unknown[i], "", 0, true), LOY_SCAN_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_identifier_at_its_bounds),
        cmocka_unit_test(unknown_identifiers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
