/* SPDX-License-Identifier: MIT
 *
 * test_gtin.c - article numbers into 14 digits, and AIM identifiers into symbologies.
 * In: digits as symbols carry them. Out: GTIN-14, or what is wrong. */
#include "card_test.h"

struct gtin_row {
    enum loy_symbology symbology;
    const char *digits;
    enum loy_status status;
    const char *gtin;
};

// clang-format off
static const struct gtin_row gtin_rows[] = {
    {LOY_SYMBOLOGY_NONE,   "96385074",       LOY_OK, "00000096385074"},
    {LOY_SYMBOLOGY_EAN_8,  "96385074",       LOY_OK, "00000096385074"},
    {LOY_SYMBOLOGY_NONE,   "036000291452",   LOY_OK, "00036000291452"},
    {LOY_SYMBOLOGY_UPC_A,  "036000291452",   LOY_OK, "00036000291452"},
    {LOY_SYMBOLOGY_UPC_A,  "0036000291452",  LOY_OK, "00036000291452"},
    {LOY_SYMBOLOGY_EAN_13, "3046920029759",  LOY_OK, "03046920029759"},
    {LOY_SYMBOLOGY_EAN_13, "0012345678905",  LOY_OK, "00012345678905"}, /* capture aim-upca */
    {LOY_SYMBOLOGY_NONE,   "00012345678905", LOY_OK, "00012345678905"},
    {LOY_SYMBOLOGY_ITF,    "10012345678902", LOY_OK, "10012345678902"},
    /* UPC-E: every way of folding, with and without number system and check digit. */
    {LOY_SYMBOLOGY_UPC_E,  "01234565",       LOY_OK, "00012345000065"},
    {LOY_SYMBOLOGY_UPC_E,  "0123456",        LOY_OK, "00012345000065"},
    {LOY_SYMBOLOGY_UPC_E,  "123456",         LOY_OK, "00012345000065"},
    {LOY_SYMBOLOGY_UPC_E,  "04252614",       LOY_OK, "00042100005264"},
    {LOY_SYMBOLOGY_UPC_E,  "425261",         LOY_OK, "00042100005264"},
    {LOY_SYMBOLOGY_UPC_E,  "654321",         LOY_OK, "00065100004327"},
    {LOY_SYMBOLOGY_UPC_E,  "654320",         LOY_OK, "00065000004328"},
    {LOY_SYMBOLOGY_UPC_E,  "654322",         LOY_OK, "00065200004326"},
    {LOY_SYMBOLOGY_UPC_E,  "654323",         LOY_OK, "00065400000326"},
    {LOY_SYMBOLOGY_UPC_E,  "654324",         LOY_OK, "00065430000020"},
    {LOY_SYMBOLOGY_UPC_E,  "654329",         LOY_OK, "00065432000097"},
    {LOY_SYMBOLOGY_UPC_E,  "1654320",        LOY_OK, "00165000004325"},
    {LOY_SYMBOLOGY_UPC_E,  "042100005264",   LOY_OK, "00042100005264"},
    {LOY_SYMBOLOGY_UPC_E,  "0042100005264",  LOY_OK, "00042100005264"},
    {LOY_SYMBOLOGY_UPC_E,  "01234566",       LOY_E_CHECK, ""},
    {LOY_SYMBOLOGY_UPC_E,  "21234565",       LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_UPC_E,  "12345",          LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_UPC_E,  "12x456",         LOY_E_FORMAT, ""},
    /* Add-ons, Bookland (capture aim-bookland), element strings. */
    {LOY_SYMBOLOGY_EAN_ADD_ON, "304692002975912",    LOY_OK, "03046920029759"},
    {LOY_SYMBOLOGY_EAN_ADD_ON, "304692002975952495", LOY_OK, "03046920029759"},
    {LOY_SYMBOLOGY_EAN_ADD_ON, "03600029145212",     LOY_OK, "00036000291452"},
    {LOY_SYMBOLOGY_EAN_ADD_ON, "3046920029759",      LOY_OK, "03046920029759"},
    {LOY_SYMBOLOGY_EAN_ADD_ON, "0425261412",         LOY_OK, "00042100005264"}, /* UPC-E and 2 */
    {LOY_SYMBOLOGY_EAN_ADD_ON, "0425261512",         LOY_E_CHECK, ""},
    {LOY_SYMBOLOGY_EAN_13, "304692002975952495",     LOY_OK, "03046920029759"},
    {LOY_SYMBOLOGY_UPC_A, "03600029145212345",       LOY_OK, "00036000291452"},
    {LOY_SYMBOLOGY_BOOKLAND, "978123456789752495",   LOY_OK, "09781234567897"},
    {LOY_SYMBOLOGY_EAN_13, "3046920029759524",       LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_EAN_ADD_ON, "12",                 LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_BOOKLAND,   "123456789X",         LOY_OK, "09781234567897"},
    {LOY_SYMBOLOGY_BOOKLAND,   "9781234567897",      LOY_OK, "09781234567897"},
    {LOY_SYMBOLOGY_BOOKLAND,   "1234567890",         LOY_E_CHECK, ""},
    {LOY_SYMBOLOGY_BOOKLAND,   "12345678XX",         LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_BOOKLAND,   "123456789Y",         LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_GS1_DATABAR, "0100012345678905",  LOY_OK, "00012345678905"},
    {LOY_SYMBOLOGY_GS1_128, "\x1d" "010001234567890510A7", LOY_OK, "00012345678905"},
    {LOY_SYMBOLOGY_GS1_128,    "0200012345678905",   LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_GS1_QR, "17991231" "0100012345678905", LOY_OK, "00012345678905"},
    /* Wrong. */
    {LOY_SYMBOLOGY_NONE,   "3046920029750",  LOY_E_CHECK, ""},
    {LOY_SYMBOLOGY_NONE,   "036000291453",   LOY_E_CHECK, ""},
    {LOY_SYMBOLOGY_NONE,   "04252614",       LOY_E_CHECK, ""}, /* as EAN-8 it does not hold */
    {LOY_SYMBOLOGY_NONE,   "123456",         LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_NONE,   "30469200297 9",  LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_NONE,   "",               LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_NONE,   "0000000000000",  LOY_E_FORMAT, ""},
    {LOY_SYMBOLOGY_NONE,   "304692002975912", LOY_E_FORMAT, ""},
};

struct aim_row {
    const char *aim;
    enum loy_symbology symbology;
};
static const struct aim_row aim_rows[] = {
    {"]A0", LOY_SYMBOLOGY_CODE_39}, {"]C0", LOY_SYMBOLOGY_CODE_128}, {"]C1", LOY_SYMBOLOGY_GS1_128},
    {"]C4", LOY_SYMBOLOGY_CODE_128}, {"]E0", LOY_SYMBOLOGY_EAN_13}, {"]E1", LOY_SYMBOLOGY_EAN_ADD_ON},
    {"]E3", LOY_SYMBOLOGY_EAN_ADD_ON}, {"]E4", LOY_SYMBOLOGY_EAN_8}, {"]F0", LOY_SYMBOLOGY_CODABAR},
    {"]G0", LOY_SYMBOLOGY_CODE_93}, {"]H0", LOY_SYMBOLOGY_CODE_11}, {"]I1", LOY_SYMBOLOGY_ITF},
    {"]L2", LOY_SYMBOLOGY_PDF417}, {"]M0", LOY_SYMBOLOGY_MSI}, {"]Q1", LOY_SYMBOLOGY_QR},
    {"]Q3", LOY_SYMBOLOGY_GS1_QR}, {"]R0", LOY_SYMBOLOGY_CODE_2_OF_5}, {"]S0", LOY_SYMBOLOGY_CODE_2_OF_5},
    {"]U0", LOY_SYMBOLOGY_MAXICODE}, {"]d1", LOY_SYMBOLOGY_DATA_MATRIX}, {"]d2", LOY_SYMBOLOGY_GS1_DATA_MATRIX},
    {"]e0", LOY_SYMBOLOGY_GS1_DATABAR}, {"]z3", LOY_SYMBOLOGY_AZTEC}, {"]J1", LOY_SYMBOLOGY_GS1_DOTCODE}, {"]J0", LOY_SYMBOLOGY_DOTCODE},
    {"]Z6", LOY_SYMBOLOGY_OTHER}, {"]X5", LOY_SYMBOLOGY_OTHER},
    {"", LOY_SYMBOLOGY_NONE}, {"]", LOY_SYMBOLOGY_NONE}, {"]E", LOY_SYMBOLOGY_NONE}, {"]E00", LOY_SYMBOLOGY_NONE},
    {"E0", LOY_SYMBOLOGY_NONE}, {"]00", LOY_SYMBOLOGY_NONE}, {"]E ", LOY_SYMBOLOGY_NONE}, {"[E0", LOY_SYMBOLOGY_NONE}, {"]{0", LOY_SYMBOLOGY_NONE},
};
// clang-format on

/* What the text adds to the identifier. */
struct text_row {
    const char *aim, *text;
    enum loy_symbology symbology;
};
// clang-format off
static const struct text_row text_rows[] = {
    {"]E0", "3046920029759", LOY_SYMBOLOGY_EAN_13},
    {"]E0", "0012345678905", LOY_SYMBOLOGY_UPC_A},
    {"]E0", "012345678905", LOY_SYMBOLOGY_UPC_A},
    {"]E0", "04252614", LOY_SYMBOLOGY_UPC_E},
    {"]E0", "0425261", LOY_SYMBOLOGY_UPC_E},
    {"]E0", "425261", LOY_SYMBOLOGY_UPC_E},
    {"]E0", "42526", LOY_SYMBOLOGY_EAN_13},
    {"]E0", "304692002", LOY_SYMBOLOGY_EAN_13},
    {"]E4", "96385074", LOY_SYMBOLOGY_EAN_8},
    {"]X0", "123456789X", LOY_SYMBOLOGY_BOOKLAND},
    {"]X0", "1234567890", LOY_SYMBOLOGY_OTHER},
    {"]X0", "9781234567897", LOY_SYMBOLOGY_BOOKLAND},
    {"]X0", "9791234567896", LOY_SYMBOLOGY_BOOKLAND},
    {"]X0", "9781234567890", LOY_SYMBOLOGY_OTHER},
    {"]X0", "978123456789X", LOY_SYMBOLOGY_OTHER},
    {"]X0", "3046920029759", LOY_SYMBOLOGY_OTHER},
    {"]X1", "123456789X", LOY_SYMBOLOGY_OTHER},
    {"", "3046920029759", LOY_SYMBOLOGY_NONE},
};
// clang-format on

static void text_tells_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(text_rows); i++) {
        const char *text = text_rows[i].text;
        print_message("%s %s\n", text_rows[i].aim, text);
        assert_int_equal(loy_aim_symbology(text_rows[i].aim, (const uint8_t *)text, strlen(text)),
            text_rows[i].symbology);
    }
}

static void normalises(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(gtin_rows); i++) {
        const struct gtin_row *row = &gtin_rows[i];
        char gtin[15] = "untouched";
        print_message("%s %s\n", loy_symbology_name((int)row->symbology), row->digits);
        enum loy_status status =
            loy_gtin_normalise(row->symbology, row->digits, strlen(row->digits), gtin);
        assert_int_equal(status, row->status);
        assert_string_equal(gtin, status == LOY_OK ? row->gtin : "untouched");
    }
    char gtin[15];
    assert_int_equal(loy_gtin_normalise(LOY_SYMBOLOGY_NONE, NULL, 0, gtin), LOY_E_ARGUMENT);
    assert_int_equal(loy_gtin_normalise(LOY_SYMBOLOGY_NONE, "96385074", 8, NULL), LOY_E_ARGUMENT);
}

static void names_symbologies(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(aim_rows); i++) {
        print_message("%s\n", aim_rows[i].aim);
        assert_int_equal(loy_symbology_from_aim(aim_rows[i].aim), aim_rows[i].symbology);
    }
    assert_int_equal(loy_symbology_from_aim(NULL), LOY_SYMBOLOGY_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normalises),
        cmocka_unit_test(names_symbologies),
        cmocka_unit_test(text_tells_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
