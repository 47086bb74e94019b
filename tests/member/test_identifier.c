/* SPDX-License-Identifier: MIT
 *
 * test_identifier.c - tax numbers, IBANs, telephones, postcodes, accounts: published examples, one
 * change at a time, and words for every code. In: texts. Out: codes and normal forms. All numbers
 * are public examples or made up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <loyalty/identifier.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define GOOD LOY_IDENTIFIER_GOOD

enum which { USCC, VAT, TAX, IBAN, TELEPHONE, POSTCODE, ACCOUNT };

static enum loy_identifier_code check(
    enum which which, const char *country, const char *text, char *normal)
{
    switch (which) {
    case USCC:
        return loy_uscc_check(text, normal);
    case VAT:
        return loy_vat_check(country, text, normal);
    case TAX:
        return loy_tax_check(country, text, normal);
    case IBAN:
        return loy_iban_check(text, normal);
    case TELEPHONE:
        return loy_telephone_check(country, text, normal, NULL);
    case POSTCODE:
        return loy_postcode_check(country, text, normal);
    case ACCOUNT:
        return loy_account_check(text, normal);
    }
    return LOY_IDENTIFIER_CODE_END;
}

struct example {
    enum which which;
    const char *country, *text;
    enum loy_identifier_code code;
    const char *normal; /* NULL: not asked */
};
// clang-format off
static const struct example examples[] = {
    /* ---- Unified Social Credit Code ---- */
    {USCC, "", "91350100M000100Y43", GOOD, "91350100M000100Y43"},
    {USCC, "", " 91350100-m000100y-43 ", GOOD, "91350100M000100Y43"},
    {USCC, "", "９１３５０１００Ｍ０００１００Ｙ４３", GOOD, "91350100M000100Y43"},
    {USCC, "", "91350100M000100Y4Z", LOY_IDENTIFIER_USCC_ALPHABET, ""},
    {USCC, "", "91350100M000100Y44", LOY_IDENTIFIER_USCC_CHECK, "91350100M000100Y44"},
    {USCC, "", "110101199003074514", LOY_IDENTIFIER_USCC_PERSON, NULL}, {USCC, "", "110101199003074515", LOY_IDENTIFIER_USCC_CHECK, NULL},
    {USCC, "", "110101200503074516", LOY_IDENTIFIER_USCC_PERSON, NULL}, {USCC, "", "110101199000074517", LOY_IDENTIFIER_USCC_CHECK, NULL},
    {USCC, "", "110101199003004511", LOY_IDENTIFIER_USCC_CHECK, NULL}, {USCC, "", "110101199003324513", LOY_IDENTIFIER_USCC_CHECK, NULL},
    {POSTCODE, "DE", "DE 10115", GOOD, "10115"}, {POSTCODE, "DE", "D 10115", GOOD, "10115"}, {POSTCODE, "CN", "NL-", LOY_IDENTIFIER_POSTCODE_NL, ""},
    {USCC, "", "110101199013074518", LOY_IDENTIFIER_USCC_CHECK, NULL}, {USCC, "", "110101180003074519", LOY_IDENTIFIER_USCC_CHECK, NULL},
    {USCC, "", "91350211M0000XUF46", LOY_IDENTIFIER_USCC_CHECK, "91350211M0000XUF46"},
    {USCC, "", "91350100M0001TGQXM", LOY_IDENTIFIER_USCC_CHECK, "91350100M0001TGQXM"},
    {USCC, "", "91350100M0001TGQX1", GOOD, NULL}, {USCC, "", "91350211M0000XUF4R", GOOD, NULL},
    {USCC, "", "91350100M000100Y53", LOY_IDENTIFIER_USCC_CHECK, NULL},
    {USCC, "", "91350100M000100Y4", LOY_IDENTIFIER_USCC_LENGTH, ""},
    {USCC, "", "91350100M000100Y433", LOY_IDENTIFIER_USCC_LENGTH, ""},
    {USCC, "", "91350100M000I00Y43", LOY_IDENTIFIER_USCC_ALPHABET, ""},
    {USCC, "", "91350100M000100Y4?", LOY_IDENTIFIER_USCC_ALPHABET, ""},
    {USCC, "", "9135O100M000100Y43", LOY_IDENTIFIER_USCC_ALPHABET, ""},
    {USCC, "", "9135A100M000100Y43", LOY_IDENTIFIER_USCC_STRUCTURE, ""},
    {USCC, "", "350100M00010043", LOY_IDENTIFIER_LEGACY, "350100M00010043"},
    {USCC, "", "440301123456789", LOY_IDENTIFIER_LEGACY, "440301123456789"},
    {USCC, "", "44030112345678901234", LOY_IDENTIFIER_LEGACY, "44030112345678901234"},
    {USCC, "", "ABCDEF123456789", LOY_IDENTIFIER_USCC_LENGTH, ""},
    {USCC, "", "4403011234567890123?", LOY_IDENTIFIER_USCC_LENGTH, ""},
    {USCC, "", "", LOY_IDENTIFIER_EMPTY, ""},
    {USCC, "", NULL, LOY_IDENTIFIER_EMPTY, ""},
    {USCC, "", " - . ", LOY_IDENTIFIER_EMPTY, ""},
    {USCC, "", "9135\n0100", LOY_IDENTIFIER_TEXT, ""},
    {USCC, "", "\xff", LOY_IDENTIFIER_TEXT, ""},
    {USCC, "", "123456789012345678901234567890123456789012345678901234567890123456789", LOY_IDENTIFIER_USCC_LENGTH, ""},

    /* ---- VAT: vectors, ways of writing, forms ---- */
    {VAT, "", "ATU13585627", GOOD, "ATU13585627"}, {VAT, "", "BE0428759497", GOOD, "BE0428759497"},
    {VAT, "", "DE136695976", GOOD, "DE136695976"}, {VAT, "", "DK13585628", GOOD, "DK13585628"},
    {VAT, "", "EL094259216", GOOD, "EL094259216"}, {VAT, "", "FI20774740", GOOD, "FI20774740"},
    {VAT, "", "FR40303265045", GOOD, "FR40303265045"}, {VAT, "", "IT00743110157", GOOD, "IT00743110157"},
    {VAT, "", "LU15027442", GOOD, "LU15027442"}, {VAT, "", "NL004495445B01", GOOD, "NL004495445B01"},
    {VAT, "", "NL123456789B13", GOOD, "NL123456789B13"}, {VAT, "", "PL8567346215", GOOD, "PL8567346215"},
    {VAT, "", "PT501964843", GOOD, "PT501964843"}, {VAT, "", "SE556188840401", GOOD, "SE556188840401"},
    {VAT, "", "PT501964860", GOOD, NULL}, /* a check of 10 is written 0 */
    {VAT, "", "de 136.695-976", GOOD, "DE136695976"}, {VAT, "DE", "136 695 976", GOOD, "DE136695976"},
    {VAT, "GR", "094259216", GOOD, "EL094259216"}, {VAT, "", "GR094259216", LOY_IDENTIFIER_VAT_GREECE, ""},
    {VAT, "GR", "GR094259216", LOY_IDENTIFIER_VAT_GREECE, ""},
    {VAT, "", "136695976", LOY_IDENTIFIER_VAT_COUNTRY, ""}, {VAT, NULL, "136695976", LOY_IDENTIFIER_VAT_COUNTRY, ""},
    {VAT, "US", "136695976", LOY_IDENTIFIER_VAT_COUNTRY, ""}, {VAT, "", "GB999999973", LOY_IDENTIFIER_VAT_COUNTRY, ""},
    {VAT, "", "DE13669597", LOY_IDENTIFIER_VAT_FORM, ""}, {VAT, "", "DE1366959766", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "DE", LOY_IDENTIFIER_VAT_FORM, ""}, {VAT, "", "DE13669597A", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "", LOY_IDENTIFIER_EMPTY, ""},
    {VAT, "", "DE123456789012345678901234567890123456789012345678901234567890123456789", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "BE2428759497", LOY_IDENTIFIER_VAT_FORM, ""}, {VAT, "", "BE1000000044", LOY_IDENTIFIER_VAT_CHECK, ""},
    {VAT, "", "SE556188840400", LOY_IDENTIFIER_VAT_CHECK, ""}, {VAT, "", "SE556188840495", LOY_IDENTIFIER_VAT_CHECK, ""},
    {VAT, "", "BG123456789", GOOD, NULL}, {VAT, "", "BG1234567890", GOOD, NULL}, {VAT, "", "BG12345678", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "CY12345678X", GOOD, NULL}, {VAT, "", "CY123456789", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "CZ12345678", GOOD, NULL}, {VAT, "", "CZ1234567890", GOOD, NULL}, {VAT, "", "CZ1234567", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "EE123456789", GOOD, NULL}, {VAT, "", "EE12345678", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "ESX1234567X", GOOD, NULL}, {VAT, "", "ESB12345678", GOOD, NULL}, {VAT, "", "ES12345678Z", GOOD, NULL},
    {VAT, "", "ES123456789", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "HR12345678901", GOOD, NULL}, {VAT, "", "HR1234567890", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "HU12345678", GOOD, NULL}, {VAT, "", "HU1234567", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "IE1234567T", GOOD, NULL}, {VAT, "", "IE1234567TW", GOOD, NULL}, {VAT, "", "IE1+23456A", GOOD, NULL},
    {VAT, "", "IE1*23456A", GOOD, NULL}, {VAT, "", "IE1A23456A", GOOD, NULL}, {VAT, "", "IE12345678", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "LT123456789", GOOD, NULL}, {VAT, "", "LT123456789012", GOOD, NULL}, {VAT, "", "LT1234567890", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "LV12345678901", GOOD, NULL}, {VAT, "", "LV1234567890", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "MT12345678", GOOD, NULL}, {VAT, "", "MT1234567", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "RO12", GOOD, NULL}, {VAT, "", "RO1234567890", GOOD, NULL}, {VAT, "", "RO1", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "SI12345678", GOOD, NULL}, {VAT, "", "SI1234567", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "SK1234567890", GOOD, NULL}, {VAT, "", "SK123456789", LOY_IDENTIFIER_VAT_FORM, ""},
    {VAT, "", "XI123456789", GOOD, NULL}, {VAT, "", "XI123456789012", GOOD, NULL}, {VAT, "", "XIGD123", GOOD, NULL},
    {VAT, "", "XIHA567", GOOD, NULL}, {VAT, "", "XIGB123", LOY_IDENTIFIER_VAT_FORM, ""},
    /* French keys with letters have rules of their own; some look like a prefix. */
    {VAT, "", "FRK7303265045", GOOD, NULL}, {VAT, "FR", "DE303265046", LOY_IDENTIFIER_VAT_CHECK, ""},
    {VAT, "FR", "ES303265045", GOOD, "FRES303265045"}, {VAT, "DE", "ES303265045", LOY_IDENTIFIER_VAT_FORM, ""},

    /* ---- Which tax number ---- */
    {TAX, "CN", "91350100M000100Y43", GOOD, "91350100M000100Y43"}, {TAX, "CN", "DE136695976", GOOD, "DE136695976"}, {TAX, "CN", "GR094259216", LOY_IDENTIFIER_VAT_GREECE, ""},
    {TAX, "CN", "DE136695975", LOY_IDENTIFIER_VAT_CHECK, ""}, {TAX, "CN", "136695976", LOY_IDENTIFIER_USCC_LENGTH, ""},
    {TAX, "CN", "440301123456789", LOY_IDENTIFIER_LEGACY, NULL}, {TAX, "CN", "91350100M000100Y44", LOY_IDENTIFIER_USCC_CHECK, NULL},
    {TAX, "CN", "DE350100M000100Y43", LOY_IDENTIFIER_USCC_CHECK, NULL}, /* too long for a VAT number */
    {TAX, "DE", "136695976", GOOD, "DE136695976"}, {TAX, "DE", "ATU13585627", GOOD, "ATU13585627"},
    {TAX, "DE", "91350100M000100Y43", GOOD, "91350100M000100Y43"}, {TAX, "DE", "440301123456789", LOY_IDENTIFIER_VAT_OWN, ""},
    {TAX, "DE", "9135O100M000100Y43", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "GR", "094259216", GOOD, "EL094259216"},
    {TAX, "US", "12-3456789", GOOD, "123456789"}, {TAX, "US", "DE136695976", GOOD, "DE136695976"},
    {TAX, "US", "1234", LOY_IDENTIFIER_TAX_FORM, ""}, {TAX, "US", "123456789012345678901", LOY_IDENTIFIER_TAX_FORM, ""},
    {TAX, "US", "12345!", LOY_IDENTIFIER_TAX_FORM, ""}, {TAX, "", "12345", GOOD, NULL}, {TAX, NULL, "12345", GOOD, NULL},
    {TAX, "US", "A/1+2*3", GOOD, NULL}, {TAX, "US", "", LOY_IDENTIFIER_EMPTY, ""}, {TAX, "US", "a\tb", LOY_IDENTIFIER_TEXT, ""},

    /* Without its letters: a character too short, too long, none; the right length is judged further. */
    {TAX, "DE", "13669597", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "DE", "1366959766", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "DE", "136695977", LOY_IDENTIFIER_VAT_CHECK, ""},
    {TAX, "DE", "DE13669597", LOY_IDENTIFIER_VAT_FORM, ""}, {TAX, "DE", "1", LOY_IDENTIFIER_VAT_OWN, ""}, {VAT, "DE", "13669597", LOY_IDENTIFIER_VAT_OWN, ""},
    {TAX, "AT", "U1358562", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "AT", "13585627", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "FR", "4030326504", LOY_IDENTIFIER_VAT_OWN, ""},
    {TAX, "NL", "004495445B0", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "NL", "004495445", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "PL", "856734621", LOY_IDENTIFIER_VAT_OWN, ""},
    {TAX, "PT", "50196484", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "ES", "B1234567", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "ES", "B12345678", GOOD, "ESB12345678"},
    {TAX, "IT", "0074311015", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "GR", "09425921", LOY_IDENTIFIER_VAT_OWN, ""}, {TAX, "LT", "1234567890", LOY_IDENTIFIER_VAT_OWN, ""},
    {TAX, "CN", "13669597", LOY_IDENTIFIER_USCC_LENGTH, ""}, {TAX, "US", "13669597", GOOD, NULL},

    /* ---- IBAN ---- */
    {IBAN, "", "DE89 3704 0044 0532 0130 00", GOOD, "DE89370400440532013000"},
    {IBAN, "", "gb29 nwbk 6016 1331 9268 19", GOOD, "GB29NWBK60161331926819"},
    {IBAN, "", "DE8937040044053201300", LOY_IDENTIFIER_IBAN_LENGTH, ""},
    {IBAN, "", "DE893704004405320130000", LOY_IDENTIFIER_IBAN_LENGTH, ""},
    {IBAN, "", "US88370400440532013000", LOY_IDENTIFIER_IBAN_COUNTRY, ""},
    {IBAN, "", "DE88370400440532013000", LOY_IDENTIFIER_IBAN_CHECK, ""},
    {IBAN, "", "DE00370400440532010043", LOY_IDENTIFIER_IBAN_CHECK, ""},
    {IBAN, "", "DE01370400440532010025", LOY_IDENTIFIER_IBAN_CHECK, ""},
    {IBAN, "", "DE99370400440532010007", LOY_IDENTIFIER_IBAN_CHECK, ""},
    {IBAN, "", "DE02370400440532010007", GOOD, NULL}, {IBAN, "", "DE98370400440532010025", GOOD, NULL},
    {IBAN, "", "DEX9370400440532013000", LOY_IDENTIFIER_IBAN_FORM, ""},
    {IBAN, "", "DE89", LOY_IDENTIFIER_IBAN_FORM, ""}, {IBAN, "", "DE8937040044053201300?", LOY_IDENTIFIER_IBAN_FORM, ""},
    {IBAN, "", "DE893704004405320130001234567890123", LOY_IDENTIFIER_IBAN_FORM, ""},
    {IBAN, "", "12893704004405320130", LOY_IDENTIFIER_IBAN_FORM, ""}, {IBAN, "", "", LOY_IDENTIFIER_EMPTY, ""},

    /* ---- Telephone ---- */
    {TELEPHONE, "CN", "138 0013 8000", GOOD, "+8613800138000"}, {TELEPHONE, "CN", "１３８００１３８０００", GOOD, "+8613800138000"},
    {TELEPHONE, "CN", "013800138000", GOOD, "+8613800138000"}, {TELEPHONE, "DE", "+86 138-0013-8000", GOOD, "+8613800138000"},
    {TELEPHONE, "CN", "12345678901", LOY_IDENTIFIER_TELEPHONE_CHINA, ""}, {TELEPHONE, "DE", "+86 128 0013 8000", LOY_IDENTIFIER_TELEPHONE_CHINA, ""},
    {TELEPHONE, "CN", "010-62345678", GOOD, "+861062345678"}, {TELEPHONE, "CN", "1062345678", GOOD, "+861062345678"},
    {TELEPHONE, "CN", "(027) 85351234", GOOD, "+862785351234"}, {TELEPHONE, "CN", "0371-6234567", GOOD, "+863716234567"},
    {TELEPHONE, "CN", "0755-86230000", GOOD, "+8675586230000"}, {TELEPHONE, "CN", "0086 10 62345678", GOOD, "+861062345678"},
    {TELEPHONE, "CN", "010-6234567", GOOD, "+86106234567"}, {TELEPHONE, "CN", "0755-862300001", LOY_IDENTIFIER_TELEPHONE_CHINA, ""},
    {TELEPHONE, "CN", "021-62345678", GOOD, "+862162345678"}, {TELEPHONE, "CN", "029-6234567", GOOD, "+86296234567"},
    {TELEPHONE, "JP", "003 1234 5678", GOOD, "+81312345678"},
    {TELEPHONE, "CN", "62345678", LOY_IDENTIFIER_TELEPHONE_AREA, ""}, {TELEPHONE, "CN", "010-623456", LOY_IDENTIFIER_TELEPHONE_CHINA, ""},
    {TELEPHONE, "CN", "0755-123456", LOY_IDENTIFIER_TELEPHONE_CHINA, ""}, {TELEPHONE, "CN", "0115-86230000", LOY_IDENTIFIER_TELEPHONE_CHINA, ""},
    {TELEPHONE, "CN", "400-800-1234", GOOD, "4008001234"}, {TELEPHONE, "CN", "0-4008001234-022", GOOD, "4008001234"}, {TELEPHONE, "CN", "8008100001", GOOD, "8008100001"},
    {TELEPHONE, "CN", "+86 400 800 1234", GOOD, "4008001234"}, {TELEPHONE, "DE", "+86 400 800 1234", GOOD, "+864008001234"},
    {TELEPHONE, "CN", "010-62345678-801", GOOD, "+861062345678"}, {TELEPHONE, "CN", "010-62345678转801", GOOD, "+861062345678"},
    {TELEPHONE, "DE", "030 123456", GOOD, "+4930123456"}, {TELEPHONE, "DE", "+49 (0)30 123456", GOOD, "+4930123456"},
    {TELEPHONE, "DE", "+49 030 123456", GOOD, "+4930123456"}, {TELEPHONE, "DE", "0049 30 123456", GOOD, "+4930123456"},
    {TELEPHONE, "IT", "06 1234 5678", GOOD, "+390612345678"}, {TELEPHONE, "DE", "+39 06 1234 5678", GOOD, "+390612345678"},
    {TELEPHONE, "HU", "06 1 234 5678", GOOD, "+3612345678"}, {TELEPHONE, "HU", "+36 06 1 234 5678", GOOD, "+3612345678"},
    {TELEPHONE, "US", "(212) 555-0100", GOOD, "+12125550100"}, {TELEPHONE, "US", "1 212 555 0100", GOOD, "+12125550100"},
    {TELEPHONE, "US", "011 49 30 123456", GOOD, "+4930123456"}, {TELEPHONE, "DE", "+1 212 555 010", LOY_IDENTIFIER_TELEPHONE_LENGTH, ""},
    {TELEPHONE, "DE", "030", LOY_IDENTIFIER_TELEPHONE_LENGTH, ""}, {TELEPHONE, "DE", "0301234567890123", LOY_IDENTIFIER_TELEPHONE_LENGTH, ""},
    {TELEPHONE, "DE", "+0123456789", LOY_IDENTIFIER_TELEPHONE_COUNTRY, ""}, {TELEPHONE, "DE", "00", LOY_IDENTIFIER_TELEPHONE_COUNTRY, ""},
    {TELEPHONE, "DE", "ask me", LOY_IDENTIFIER_TELEPHONE_FORM, ""}, {TELEPHONE, "DE", "+", LOY_IDENTIFIER_TELEPHONE_FORM, ""},
    {TELEPHONE, "DE", "x801", LOY_IDENTIFIER_TELEPHONE_FORM, ""}, {TELEPHONE, "DE", "030 12a456", LOY_IDENTIFIER_TELEPHONE_FORM, ""},
    {TELEPHONE, "DE", "1234567890123456789012345", LOY_IDENTIFIER_TELEPHONE_LENGTH, ""},
    {TELEPHONE, "DE", "+999 1234567", GOOD, "+9991234567"}, {TELEPHONE, "DE", "+999 12", LOY_IDENTIFIER_TELEPHONE_LENGTH, ""},
    {TELEPHONE, "DE", "+999 1234567890123", LOY_IDENTIFIER_TELEPHONE_LENGTH, ""}, {TELEPHONE, "DE", "", LOY_IDENTIFIER_EMPTY, ""},
    {TELEPHONE, "DE", NULL, LOY_IDENTIFIER_EMPTY, ""}, {TELEPHONE, "DE", "03\n0", LOY_IDENTIFIER_TEXT, ""},
    {TELEPHONE, "", "1234567", GOOD, "1234567"}, {TELEPHONE, NULL, "123456", LOY_IDENTIFIER_TELEPHONE_LENGTH, ""},
    {TELEPHONE, "XX", "1234567890123456", LOY_IDENTIFIER_TELEPHONE_LENGTH, ""}, {TELEPHONE, "XX", "0049 30 123456", GOOD, "+4930123456"},

    /* ---- Postcodes: a country a row, as typed and as written there ---- */
    {POSTCODE, "CN", "430022", GOOD, "430022"}, {POSTCODE, "CN", "４３００２２", GOOD, "430022"}, {POSTCODE, "CN", "43002", LOY_IDENTIFIER_POSTCODE_6, ""},
    {POSTCODE, "RO", "010011", GOOD, "010011"}, {POSTCODE, "RO", "01001", LOY_IDENTIFIER_POSTCODE_6, ""},
    {POSTCODE, "AT", "1010", GOOD, "1010"}, {POSTCODE, "AT", "A-1010", GOOD, "1010"}, {POSTCODE, "AT", "10100", LOY_IDENTIFIER_POSTCODE_4, ""},
    {POSTCODE, "BE", "1000", GOOD, NULL}, {POSTCODE, "BG", "1000", GOOD, NULL}, {POSTCODE, "CY", "1010", GOOD, NULL},
    {POSTCODE, "DK", "1050", GOOD, NULL}, {POSTCODE, "HU", "1011", GOOD, NULL}, {POSTCODE, "LU", "L-1111", GOOD, "1111"},
    {POSTCODE, "SI", "1000", GOOD, NULL}, {POSTCODE, "SI", "X-1000", LOY_IDENTIFIER_POSTCODE_4, ""},
    {POSTCODE, "DE", "10115", GOOD, "10115"}, {POSTCODE, "DE", "D-10115", GOOD, "10115"}, {POSTCODE, "DE", "DE-10115", GOOD, "10115"},
    {POSTCODE, "DE", "DK10115", LOY_IDENTIFIER_POSTCODE_5, ""}, {POSTCODE, "DE", "NL-\xff", LOY_IDENTIFIER_TEXT, ""},
    {POSTCODE, "DE", "1011", LOY_IDENTIFIER_POSTCODE_5, ""}, {POSTCODE, "EE", "10111", GOOD, NULL}, {POSTCODE, "ES", "28001", GOOD, NULL},
    {POSTCODE, "FI", "00100", GOOD, NULL}, {POSTCODE, "FR", "75001", GOOD, NULL}, {POSTCODE, "HR", "10000", GOOD, NULL}, {POSTCODE, "IT", "00118", GOOD, NULL},
    {POSTCODE, "LT", "LT-01100", GOOD, "LT-01100"}, {POSTCODE, "LT", "01100", GOOD, "LT-01100"}, {POSTCODE, "LT", "0110", LOY_IDENTIFIER_POSTCODE_LT, ""},
    {POSTCODE, "LT", "011000", LOY_IDENTIFIER_POSTCODE_LT, ""},
    {POSTCODE, "LV", "LV1010", GOOD, "LV-1010"}, {POSTCODE, "LV", "LV-10100", LOY_IDENTIFIER_POSTCODE_LV, ""},
    {POSTCODE, "CZ", "11000", GOOD, "110 00"}, {POSTCODE, "GR", "104 31", GOOD, "104 31"}, {POSTCODE, "SE", "111-20", GOOD, "111 20"},
    {POSTCODE, "SK", "81101", GOOD, "811 01"}, {POSTCODE, "SK", "8110", LOY_IDENTIFIER_POSTCODE_3_2, ""},
    {POSTCODE, "PL", "00950", GOOD, "00-950"}, {POSTCODE, "PL", "0095", LOY_IDENTIFIER_POSTCODE_PL, ""},
    {POSTCODE, "NL", "1012ab", GOOD, "1012 AB"}, {POSTCODE, "NL", "NL-1012 AB", GOOD, "1012 AB"}, {POSTCODE, "NL", "1012", LOY_IDENTIFIER_POSTCODE_NL, ""},
    {POSTCODE, "PT", "1000205", GOOD, "1000-205"}, {POSTCODE, "PT", "1000", LOY_IDENTIFIER_POSTCODE_PT, ""},
    {POSTCODE, "IE", "d02af30", GOOD, "D02 AF30"}, {POSTCODE, "IE", "IE-D02 AF30", GOOD, "D02 AF30"}, {POSTCODE, "IE", "D02", LOY_IDENTIFIER_POSTCODE_IE, ""},
    {POSTCODE, "MT", "VLT1117", GOOD, "VLT 1117"}, {POSTCODE, "MT", "1117", LOY_IDENTIFIER_POSTCODE_MT, ""},
    {POSTCODE, "DE", "NL-1012 ab", GOOD, "NL-1012 AB"}, {POSTCODE, "DE", "AT-10100", LOY_IDENTIFIER_POSTCODE_4, ""}, {POSTCODE, "DE", "NL-", LOY_IDENTIFIER_POSTCODE_NL, ""},
    {POSTCODE, "DE", "LT-01100", GOOD, "LT-01100"}, {POSTCODE, "DE", "GB-SW1A 1AA", GOOD, "GB-SW1A 1AA"}, {POSTCODE, "DE", "GB-SW1A 1AAAAA", LOY_IDENTIFIER_POSTCODE_FREE, ""},
    {POSTCODE, "US", "94107-1234", GOOD, "94107-1234"}, {POSTCODE, "", "sw1a 1aa", GOOD, "SW1A 1AA"}, {POSTCODE, NULL, "NL-1012AB", GOOD, "NL-1012 AB"},
    {POSTCODE, "US", "1", LOY_IDENTIFIER_POSTCODE_FREE, ""}, {POSTCODE, "US", "1234567890123", LOY_IDENTIFIER_POSTCODE_FREE, ""},
    {POSTCODE, "US", "12_34", LOY_IDENTIFIER_POSTCODE_FREE, ""}, {POSTCODE, "CN", "", LOY_IDENTIFIER_EMPTY, ""},
    {POSTCODE, "CN", "a - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -", LOY_IDENTIFIER_POSTCODE_6, ""},

    /* ---- Accounts ---- */
    {ACCOUNT, "", "DE89 3704 0044 0532 0130 00", GOOD, "DE89370400440532013000"},
    /* In one piece its digits are those of a payment card, which an IBAN may be. */
    {ACCOUNT, "", "FO62 6460 0001 6316 34", GOOD, "FO62" "64600001631634"},
    {ACCOUNT, "", "DE88 3704 0044 0532 0130 00", LOY_IDENTIFIER_IBAN_CHECK, ""},
    {ACCOUNT, "", "4111 1111 1111 1111", LOY_IDENTIFIER_ACCOUNT_CARD, ""}, {ACCOUNT, "", "5555-5555-5555-4444", LOY_IDENTIFIER_ACCOUNT_CARD, ""},
    {ACCOUNT, "", "４１１１１１１１１１１１１１１１", LOY_IDENTIFIER_ACCOUNT_CARD, ""}, {ACCOUNT, "", "VISA4111111111111111", LOY_IDENTIFIER_ACCOUNT_CARD, ""},
    {ACCOUNT, "", "4111111111111111/12", LOY_IDENTIFIER_ACCOUNT_CARD, ""}, {ACCOUNT, "", "4111111111111112", GOOD, NULL},
    /* Luhn-valid where no network has numbers: a bank's own. */
    {ACCOUNT, "", "7992739871300000000", GOOD, NULL}, {ACCOUNT, "", "79927398713000", GOOD, NULL},
    {ACCOUNT, "", "1234567890123456789012345678901", LOY_IDENTIFIER_ACCOUNT_FORM, ""}, {ACCOUNT, "", "123456789012345678901234567890", GOOD, NULL},
    {ACCOUNT, "", "KD-2041", GOOD, "KD2041"}, {ACCOUNT, "", "KD12345", GOOD, "KD12345"}, {ACCOUNT, "", "x", LOY_IDENTIFIER_ACCOUNT_FORM, ""},
    /* As long as an IBAN, of letters that are no country's, with the right check digits and with wrong ones. */
    {ACCOUNT, "", "XX46370400440532013000", LOY_IDENTIFIER_IBAN_COUNTRY, ""}, {ACCOUNT, "", "XX00 3704 0044 0532 0130 00", LOY_IDENTIFIER_IBAN_COUNTRY, ""},
    {ACCOUNT, "", "US12 3456 7890 123", LOY_IDENTIFIER_IBAN_COUNTRY, ""}, {ACCOUNT, "", "US12 3456 7890 12", GOOD, "US123456789012"},
    {IBAN, "", "XX46370400440532013000", LOY_IDENTIFIER_IBAN_COUNTRY, ""},
    {ACCOUNT, "", "12!", LOY_IDENTIFIER_ACCOUNT_FORM, ""}, {ACCOUNT, "", "", LOY_IDENTIFIER_EMPTY, ""}, {ACCOUNT, "", "\t", LOY_IDENTIFIER_TEXT, ""},
    {ACCOUNT, "", "A2345678901234567890123456789012345", LOY_IDENTIFIER_ACCOUNT_FORM, ""},
};
// clang-format on

static void all_examples(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < ROWS(examples); i++) {
        const struct example *row = &examples[i];
        char normal[LOY_IDENTIFIER_MAX] = "?", again[LOY_IDENTIFIER_MAX];
        enum loy_identifier_code code = check(row->which, row->country, row->text, normal);
        bool good = code == row->code && (!row->normal || strcmp(normal, row->normal) == 0);
        if (good && normal[0])
            good = check(row->which, row->country, normal, again) == code &&
                   strcmp(again, normal) == 0;
        if (good) continue;
        print_error("%d %s %s: %s, not %s; %s\n", row->which, row->country ? row->country : "-",
            row->text ? row->text : "-", loy_identifier_name(code), loy_identifier_name(row->code),
            normal);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* ---- One change at a time ----------------------------------------------------------------------
 */

/* How many of all changes of one digit into another the check lets pass. */
static size_t changes_passed(enum which which, const char *text)
{
    char changed[LOY_IDENTIFIER_MAX], normal[LOY_IDENTIFIER_MAX];
    size_t passed = 0;
    for (size_t i = 0; text[i]; i++)
        for (char c = '0'; c <= '9' && text[i] >= '0' && text[i] <= '9'; c++) {
            snprintf(changed, sizeof changed, "%s", text);
            if (c == text[i]) continue;
            changed[i] = c;
            enum loy_identifier_code code = check(which, "", changed, normal);
            passed += code == GOOD || code == LOY_IDENTIFIER_LEGACY;
            if (code == GOOD) print_message("%s passes for %s\n", changed, text);
        }
    return passed;
}

static void one_digit_changed(void **state)
{
    (void)state;
    static const struct {
        enum which which;
        const char *text;
        size_t passed; /* what the country's rule cannot see */
    } rows[] = {
        {USCC, "91350100M000100Y43", 0},
        {VAT, "ATU13585627", 0},
        {VAT, "BE0428759497", 0},
        {VAT, "DE136695976", 0},
        {VAT, "DK13585628", 0},
        {VAT, "EL094259216", 0},
        {VAT, "FI20774740", 0},
        {VAT, "FR40303265045", 0},
        {VAT, "IT00743110157", 0},
        {VAT, "LU15027442", 0},
        /* The two digits behind B are counted, not checked; and one passes as a sole trader. */
        {VAT, "NL004495445B01", 19},
        {VAT, "NL123456789B13", 9}, /* and nine times the other way round */
        {VAT, "PL8567346215", 0},
        {VAT, "PT501964843", 0},
        /* 11 to 91 and 02 to 09 are as good at the end as 01. */
        {VAT, "SE556188840401", 17},
        {IBAN, "DE89370400440532013000", 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        print_message("%s\n", rows[i].text);
        assert_int_equal(changes_passed(rows[i].which, rows[i].text), rows[i].passed);
    }
}

/* Two different neighbours swapped: what the checks of firms' and banks' numbers are made for. */
static void neighbours_swapped(void **state)
{
    (void)state;
    static const struct {
        enum which which;
        const char *text;
    } rows[] = {{USCC, "91350100M000100Y43"}, {IBAN, "DE89370400440532013000"},
        {IBAN, "GB29NWBK60161331926819"}, {VAT, "DE136695976"}, {VAT, "FR40303265045"}};
    for (size_t r = 0; r < ROWS(rows); r++)
        for (size_t i = 2; rows[r].text[i + 1]; i++) {
            char swapped[LOY_IDENTIFIER_MAX], normal[LOY_IDENTIFIER_MAX];
            snprintf(swapped, sizeof swapped, "%s", rows[r].text);
            if (swapped[i] == swapped[i + 1]) continue;
            char c = swapped[i];
            swapped[i] = swapped[i + 1], swapped[i + 1] = c;
            assert_int_not_equal(check(rows[r].which, "", swapped, normal), GOOD);
        }
}

/* The standard's 31 symbols, each with its weight, tried as the kind; all other bytes are refused.
 */
static void uscc_alphabet(void **state)
{
    (void)state;
    static const char symbols[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    assert_int_equal(strlen(symbols), 31);
    for (int c = 1; c < 256; c++) {
        char text[] = "9?350100M000100Y43", normal[LOY_IDENTIFIER_MAX];
        if (strchr(" .-", c) || (c >= 'a' && c <= 'z')) continue;
        text[1] = (char)c;
        enum loy_identifier_code code = loy_uscc_check(text, normal);
        if (c == '1')
            assert_int_equal(code, GOOD);
        else if (strchr(symbols, c))
            assert_int_equal(code, LOY_IDENTIFIER_USCC_CHECK);
        else if (c < 0x20 || c >= 0x7f)
            assert_int_equal(code, LOY_IDENTIFIER_TEXT);
        else
            assert_int_equal(code, LOY_IDENTIFIER_USCC_ALPHABET);
    }
    /* Of 31 check characters one fits. */
    size_t fits = 0;
    for (size_t i = 0; i < 31; i++) {
        char text[] = "91350100M000100Y4?", normal[LOY_IDENTIFIER_MAX];
        text[17] = symbols[i];
        fits += loy_uscc_check(text, normal) == GOOD;
    }
    assert_int_equal(fits, 1);
}

/* A code whose outer check fits and whose organisation code does not, made by trying. */
static void uscc_inner(void **state)
{
    (void)state;
    static const char symbols[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    size_t inner = 0, good = 0;
    for (size_t o = 0; o < 31; o++)
        for (size_t i = 0; i < 31; i++) {
            char text[] = "91350100M000100Y??", normal[LOY_IDENTIFIER_MAX];
            text[16] = symbols[o], text[17] = symbols[i];
            enum loy_identifier_code code = loy_uscc_check(text, normal);
            inner += code == LOY_IDENTIFIER_USCC_INNER;
            good += code == GOOD;
        }
    assert_int_equal(good, 1);
    assert_int_equal(inner, 30);
}

/* ---- The registry's examples -------------------------------------------------------------------
 */

// clang-format off
static const char *const ibans[] = {
    "AD1200012030200359100100", "AE070331234567890123456", "AL47212110090000000235698741", "AT611904300234573201",
    "AZ21NABZ00000000137010001944", "BA391290079401028494", "BE68539007547034", "BG80BNBG96611020345678",
    "BH67BMAG00001299123456", "BI4210000100010000332045181", "BR1800360305000010009795493C1",
    "BY13NBRB3600900000002Z00AB00", "CH9300762011623852957", "CR05015202001026284066", "CY17002001280000001200527600",
    "CZ6508000000192000145399", "DE89370400440532013000", "DJ2100010000000154000100186", "DK5000400440116243",
    "DO28BAGR00000001212453611324", "EE382200221020145685", "EG380019000500000000263180002",
    "ES9121000418450200051332", "FI2112345600000785", "FK88SC123456789012", ("FO62" "64600001631634"),
    "FR1420041010050500013M02606", "GB29NWBK60161331926819", "GE29NB0000000101904917", "GI75NWBK000000007099453",
    "GL8964710001000206", "GR1601101250000000012300695", "GT82TRAJ01020000001210029690",
    "HN88CABF00000000000250005469", "HR1210010051863000160", "HU42117730161111101800000000", "IE29AIBK93115212345678",
    "IL620108000000099999999", "IQ98NBIQ850123456789012", "IS140159260076545510730339", "IT60X0542811101000000123456",
    "JO94CBJO0010000000000131000302", "KW81CBKU0000000000001234560101", "KZ86125KZT5004100100",
    "LB62099900000001001901229114", "LC55HEMM000100010012001200023015", "LI21088100002324013AA",
    "LT121000011101001000", "LU280019400644750000", "LV80BANK0000435195001", "LY83002048000020100120361",
    "MC5811222000010123456789030", "MD24AG000225100013104168", "ME25505000012345678951", "MK07250120000058984",
    "MN121234123456789123", "MR1300020001010000123456753", "MT84MALT011000012345MTLCAST001S",
    "MU17BOMM0101101030300200000MUR", "NI45BAPR00000013000003558124", "NL91ABNA0417164300", "NO9386011117947",
    "OM810180000001299123456", "PK36SCBL0000001123456702", "PL61109010140000071219812874",
    "PS92PALS000000000400123456702", "PT50000201231234567890154", "QA58DOHB00001234567890ABCDEFG",
    "RO49AAAA1B31007593840000", "RS35260005601001611379", "RU0304452522540817810538091310419",
    "SA0380000000608010167519", "SC18SSCB11010000000000001497USD", "SD2129010501234001", "SE4550000000058398257466",
    "SI56263300012039086", "SK3112000000198742637541", "SM86U0322509800000000270100", "SO211000001001000100141",
    "ST23000100010051845310146", "SV62CENR00000000000000700025", "TL380080012345678910157",
    "TN5910006035183598478831", "TR330006100519786457841326", "UA213223130000026007233566001",
    "VA59001123000012345678", "VG96VPVG0000012345678901", "XK051212012345678906", "YE15CBYE0001018861234567891234",
};
// clang-format on

static void iban_registry(void **state)
{
    (void)state;
    assert_int_equal(ROWS(ibans), 89);
    for (size_t i = 0; i < ROWS(ibans); i++) {
        char spaced[LOY_IDENTIFIER_MAX] = "", normal[LOY_IDENTIFIER_MAX];
        for (size_t c = 0; ibans[i][c]; c++)
            snprintf(spaced + strlen(spaced), 3, "%s%c", c && c % 4 == 0 ? " " : "", ibans[i][c]);
        print_message("%s\n", ibans[i]);
        assert_int_equal(loy_iban_check(spaced, normal), GOOD);
        assert_string_equal(normal, ibans[i]);
        assert_int_equal(changes_passed(IBAN, ibans[i]), 0);
        /* A character more or less is told as such. */
        snprintf(spaced, sizeof spaced, "%s0", ibans[i]);
        assert_int_equal(loy_iban_check(spaced, normal), LOY_IDENTIFIER_IBAN_LENGTH);
        spaced[strlen(ibans[i]) - 1] = '\0';
        assert_int_equal(loy_iban_check(spaced, normal), LOY_IDENTIFIER_IBAN_LENGTH);
    }
}

static void extension_apart(void **state)
{
    (void)state;
    static const char *const rows[][3] = {{"010-62345678-801", "+861062345678", "801"},
        {"010-62345678 转 801", "+861062345678", "801"},
        {"010 62345678 分机８０１", "+861062345678", "801"},
        {"010-62345678 ext. 12", "+861062345678", "12"}, {"13800138000", "+8613800138000", ""},
        {"01062345678x1234567890123456789012345", "+861062345678", "123456789012345678901234"}};
    char normal[LOY_IDENTIFIER_MAX], extension[LOY_IDENTIFIER_MAX];
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(loy_telephone_check("CN", rows[i][0], normal, extension), GOOD);
        assert_string_equal(normal, rows[i][1]);
        assert_string_equal(extension, rows[i][2]);
    }
    /* Longer than any field. */
    static char text[4096];
    memset(text, '1', sizeof text - 1);
    assert_int_equal(
        loy_telephone_check("CN", text, normal, NULL), LOY_IDENTIFIER_TELEPHONE_LENGTH);
    assert_int_equal(loy_iban_check(text, normal), LOY_IDENTIFIER_IBAN_FORM);
    assert_string_equal(normal, "");
    assert_int_not_equal(loy_telephone_check("CN", "62345678x1", normal, extension), GOOD);
    assert_string_equal(extension, "");
}

/* ---- Words -------------------------------------------------------------------------------------
 */

static char *file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *text = calloc(1, size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, size, file), size);
    fclose(file);
    return text;
}

/* msgid "english" and a line of Chinese below. */
static void demand_chinese(const char *po, const char *english)
{
    char entry[512];
    snprintf(entry, sizeof entry, "\nmsgid \"%s\"\nmsgstr \"", english);
    const char *at = strstr(po, entry);
    if (!at) print_error("no Chinese: %s\n", english);
    assert_non_null(at);
    at += strlen(entry);
    bool chinese = false;
    for (; *at && *at != '\n'; at++)
        chinese = chinese || (unsigned char)*at >= 0xE3;
    assert_true(chinese);
}

static void every_code_has_words(void **state)
{
    (void)state;
    char *po = file_read(TEST_SOURCE_DIR "/pos-app/po/zh_CN.po");
    for (int code = 0; code < LOY_IDENTIFIER_CODE_END; code++) {
        enum loy_identifier_code c = (enum loy_identifier_code)code;
        const char *wrong = loy_identifier_wrong(c), *right = loy_identifier_right(c);
        assert_true(strlen(wrong) > 5 && strlen(right) > 5);
        assert_null(strchr(wrong, '%'));
        assert_null(strchr(right, '%'));
        demand_chinese(po, wrong);
        demand_chinese(po, right);
        for (int other = 0; other < code; other++)
            assert_string_not_equal(
                loy_identifier_name(c), loy_identifier_name((enum loy_identifier_code)other));
    }
    free(po);
    enum loy_identifier_code none = LOY_IDENTIFIER_CODE_END;
    assert_int_equal(loy_identifier_grade(none), LOY_IDENTIFIER_WRONG);
    assert_null(loy_identifier_name(none));
    assert_null(loy_identifier_wrong(none));
    assert_null(loy_identifier_right(none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_examples),
        cmocka_unit_test(one_digit_changed),
        cmocka_unit_test(neighbours_swapped),
        cmocka_unit_test(uscc_alphabet),
        cmocka_unit_test(uscc_inner),
        cmocka_unit_test(iban_registry),
        cmocka_unit_test(extension_apart),
        cmocka_unit_test(every_code_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
