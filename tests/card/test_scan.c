/* SPDX-License-Identifier: MIT
 *
 * test_scan.c - what a read is, symbol by symbol.
 * In: events with one part, ranges. Out: kind, reason, row, article number, coupon, whose card. */
#include "card_test.h"

static const uint8_t key[LOY_CARD_KEY_SIZE] = {7, 1, 3};

enum { EAN_MEMBER, EAN_WEIGHED, EAN_COUPON, UPC_MEMBER, STRIPE, EAN_8, ITF, CLUB_39 };
static const struct loy_range ranges[] = {
    [EAN_MEMBER] = {"29", 13, LOY_CHECK_GS1, LOY_USE_MEMBER, false},
    [EAN_WEIGHED] = {"28", 13, LOY_CHECK_GS1, LOY_USE_WEIGHED, false},
    [EAN_COUPON] = {"98", 13, LOY_CHECK_GS1, LOY_USE_COUPON, false},
    [UPC_MEMBER] = {"4", 12, LOY_CHECK_GS1, LOY_USE_MEMBER, false},
    [STRIPE] = {"600585", 17, LOY_CHECK_NONE, LOY_USE_MEMBER, false},
    [EAN_8] = {"2", 8, LOY_CHECK_GS1, LOY_USE_MEMBER, false},
    [ITF] = {"077", 10, LOY_CHECK_NONE, LOY_USE_MEMBER, false},
    [CLUB_39] = {"88", 9, LOY_CHECK_NONE, LOY_USE_MEMBER, false},
};
#define SAFEWAY "60058541029558180" /* published capture f2f-safeway-club-track2 */
#define OWN_EAN "2912345678906"
#define OWN_UPC "412345678903"
#define GSRN "735005385000000011"
#define STAFF "735005385000000028"
#define LINK_GSRN "/8018/" GSRN
#define GTIN "03046920029759"
#define FNC1 "\x1d"
#define FIFTY "12345678901234567890123456789012345678901234567890"

struct row {
    const char *title, *aim, *text;
    uint8_t kind;
    uint8_t reason;
    int8_t range;
    const char *same; /* member, staff: the number that gives the same digest; article: the GTIN;
                         coupon and weighed: the code */
    const char *more; /* service instance or coupon's serial number */
};
#define MEMBER LOY_SCAN_MEMBER
#define ARTICLE LOY_SCAN_ARTICLE
#define COUPON LOY_SCAN_COUPON
#define UNBOUND LOY_SCAN_UNBOUND
#define STAFFED LOY_SCAN_STAFF
#define NOTHING LOY_SCAN_NONE
#define OTHER LOY_SCAN_OTHER

// clang-format off
static const struct row rows[] = {
    /* Articles. */
    {"EAN-13", "]E0", "3046920029759", ARTICLE, 0, -1, GTIN, ""},
    {"EAN-13 unlabelled", "", "3046920029759", ARTICLE, 0, -1, GTIN, ""},
    {"UPC-A unlabelled", "", "012345678905", ARTICLE, 0, -1, "00012345678905", ""},
    {"EAN-8 unlabelled", "", "96385074", ARTICLE, 0, -1, "00000096385074", ""},
    {"GTIN-14 unlabelled", "", "10012345678902", ARTICLE, 0, -1, "10012345678902", ""},
    {"15 digits unlabelled", "", "110012345678901", MEMBER, 0, -1, "110012345678901", ""},
    {"EAN-13 with a wrong check digit", "]E0", "3046920029750", NOTHING, LOY_SCAN_CHECK, -1, NULL, ""},
    {"UPC-A as 13", "]E0", "0012345678905", ARTICLE, 0, -1, "00012345678905", ""},
    {"UPC-A as 12", "]E0", "012345678905", ARTICLE, 0, -1, "00012345678905", ""},
    {"UPC-E as 8", "]E0", "04252614", ARTICLE, 0, -1, "00042100005264", ""},
    {"UPC-E as 7", "]E0", "0425261", ARTICLE, 0, -1, "00042100005264", ""},
    {"UPC-E as 6", "]E0", "425261", ARTICLE, 0, -1, "00042100005264", ""},
    {"UPC-E of number system 1", "]E0", "16543205", ARTICLE, 0, -1, "00165000004325", ""},
    {"UPC-E with a wrong check digit", "]E0", "04252615", NOTHING, LOY_SCAN_CHECK, -1, NULL, ""},
    {"EAN-8", "]E4", "96385074", ARTICLE, 0, -1, "00000096385074", ""},
    {"EAN-8 that a reader made 13 digits of", "]E0", "0000096385074", ARTICLE, 0, -1, "00000096385074", ""},
    {"EAN-13 and two digits", "]E3", "304692002975912", ARTICLE, 0, -1, GTIN, ""},
    {"EAN-13 and five digits", "]E3", "304692002975952495", ARTICLE, 0, -1, GTIN, ""},
    {"the same labelled as EAN-13", "]E0", "304692002975952495", ARTICLE, 0, -1, GTIN, ""},
    {"UPC-A and two digits", "]E3", "01234567890512", ARTICLE, 0, -1, "00012345678905", ""},
    {"UPC-E and two digits", "]E3", "0425261412", ARTICLE, 0, -1, "00042100005264", ""},
    {"an add-on alone", "]E1", "12", NOTHING, LOY_SCAN_NOT_READ, -1, NULL, ""},
    {"a long add-on alone", "]E2", "52495", NOTHING, LOY_SCAN_NOT_READ, -1, NULL, ""},
    {"magazine", "]E0", "9771234567003", ARTICLE, 0, -1, "09771234567003", ""},
    {"book", "]E0", "9781234567897", ARTICLE, 0, -1, "09781234567897", ""},
    {"Bookland, ten digits", "]X0", "123456789X", ARTICLE, 0, -1, "09781234567897", ""},
    {"Bookland, thirteen digits", "]X0", "9781234567897", ARTICLE, 0, -1, "09781234567897", ""},
    {"outer case", "]I0", "10012345678902", ARTICLE, 0, -1, "10012345678902", ""},
    {"letters in an EAN", "]E0", "30469200297X9", NOTHING, LOY_SCAN_NOT_READ, -1, NULL, ""},
    {"control characters in an EAN", "]E0", "30469\x01", NOTHING, LOY_SCAN_NOT_READ, -1, NULL, ""},
    /* Restricted numbers. */
    {"own EAN", "]E0", OWN_EAN, MEMBER, 0, EAN_MEMBER, OWN_EAN, ""},
    {"own EAN under ]E3", "]E3", OWN_EAN "12", MEMBER, 0, EAN_MEMBER, OWN_EAN, ""},
    {"own EAN in a GTIN-14", "]C1", "0102912345678906", MEMBER, 0, EAN_MEMBER, OWN_EAN, ""},
    {"own UPC-A as 12", "]E0", OWN_UPC, MEMBER, 0, UPC_MEMBER, OWN_UPC, ""},
    {"own UPC-A as 13", "]E0", "0" OWN_UPC, MEMBER, 0, UPC_MEMBER, OWN_UPC, ""},
    {"own UPC-A unlabelled as 13", "", "0" OWN_UPC, MEMBER, 0, UPC_MEMBER, OWN_UPC, ""},
    {"own EAN-8", "]E4", "21234569", MEMBER, 0, EAN_8, "21234569", ""},
    {"own EAN-8 that a reader made 13 digits of", "]E0", "0000021234569", MEMBER, 0, EAN_8, "21234569", ""},
    {"weighed article", "]E0", "2812345678909", LOY_SCAN_WEIGHED, 0, EAN_WEIGHED, "2812345678909", ""},
    {"weighed article unlabelled", "", "2812345678909", LOY_SCAN_WEIGHED, 0, EAN_WEIGHED, "2812345678909", ""},
    {"weighed article in a Code 128", "]C0", "2812345678909", LOY_SCAN_WEIGHED, 0, EAN_WEIGHED, "2812345678909", ""},
    {"coupon of the shop", "]E0", "9812345678902", COUPON, 0, EAN_COUPON, "9812345678902", ""},
    {"27 is bound to nothing", "]E0", "2712345678902", UNBOUND, 0, -1, "02712345678902", ""},
    {"02 is bound to nothing", "]E0", "0212345678909", UNBOUND, 0, -1, "00212345678909", ""},
    {"UPC-A 2 is the same", "]E0", "212345678909", UNBOUND, 0, -1, "00212345678909", ""},
    {"99 is bound to nothing", "]E0", "9900000000004", UNBOUND, 0, -1, "09900000000004", ""},
    {"EAN-8 from 0", "]E4", "01234565", UNBOUND, 0, -1, "00000001234565", ""},
    {"an EAN of 17 digits is none, but the shop's", "]E0", SAFEWAY, MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"own prefix, wrong check digit", "]E0", "2912345678907", NOTHING, LOY_SCAN_CHECK, -1, NULL, ""},
    /* GS1 element strings. */
    {"GSRN", "]C1", "8018" GSRN, MEMBER, 0, -1, GSRN, ""},
    {"GSRN in GS1 DotCode", "]J1", "8018" GSRN, MEMBER, 0, -1, GSRN, ""},
    {"FNC1 in front", "]d2", FNC1 "8018" GSRN, MEMBER, 0, -1, GSRN, ""},
    {"FNC1 behind", "]d2", "8018" GSRN FNC1, MEMBER, 0, -1, GSRN, ""},
    {"service instance", "]C1", "8018" GSRN FNC1 "80191234567890", MEMBER, 0, -1, GSRN, "1234567890"},
    {"service instance in front", "]C1", "801912" FNC1 "8018" GSRN, MEMBER, 0, -1, GSRN, "12"},
    {"service instance alone", "]C1", "801912", OTHER, 0, -1, NULL, ""},
    {"GSRN behind predefined lengths", "]Q3", "17991231" "3103001234" "8018" GSRN, MEMBER, 0, -1, GSRN, ""},
    {"GSRN behind variable lengths", "]Q3", "10LOT-7" FNC1 "7241" "11" FNC1 "240x" FNC1 "8018" GSRN, MEMBER, 0, -1, GSRN, ""},
    {"GSRN behind a text without FNC1", "]Q3", "10LOT8018" GSRN, NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"GSRN behind an unknown identifier", "]Q3", "8999X" FNC1 "8018" GSRN, NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"GSRN before an unknown identifier", "]Q3", "8018" GSRN FNC1 "8999X", MEMBER, LOY_SCAN_ELEMENT, -1, GSRN, ""},
    {"the same GSRN twice", "]Q3", "8018" GSRN FNC1 "8018" GSRN, MEMBER, 0, -1, GSRN, ""},
    {"two GSRN", "]Q3", "8018" GSRN FNC1 "8018" STAFF, NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"GSRN with a wrong check digit", "]C1", "8018735005385000000012", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"GSRN too long", "]C1", "8018" GSRN "1", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"GSRN with letters", "]C1", "801873500538500000001A", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"staff", "]C1", "8017" STAFF, STAFFED, 0, -1, STAFF, ""},
    {"staff with a service instance", "]C1", "8017" STAFF FNC1 "80197", STAFFED, 0, -1, STAFF, "7"},
    {"staff with a wrong check digit", "]C1", "8017735005385000000029", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"staff run into another element", "]C1", "8017" STAFF "80197", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"staff and member", "]C1", "8017" STAFF FNC1 "8018" GSRN, NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"GTIN", "]C1", "01" GTIN, ARTICLE, 0, -1, GTIN, ""},
    {"GTIN, lot, serial number", "]d2", "01" GTIN "10A7" FNC1 "21X9", ARTICLE, 0, -1, GTIN, ""},
    {"GTIN and weight", "]e0", "01" GTIN "3103001234", ARTICLE, 0, -1, GTIN, ""},
    {"GTIN and something broken", "]e0", "01" GTIN "999", ARTICLE, 0, -1, GTIN, ""},
    {"GTIN and something unknown", "]e0", "01" GTIN "8999", ARTICLE, LOY_SCAN_ELEMENT, -1, GTIN, ""},
    {"DataBar without identifier", "]e0", GTIN, ARTICLE, 0, -1, GTIN, ""},
    {"DataBar without identifier and zero", "]e0", "3046920029759", ARTICLE, 0, -1, GTIN, ""},
    {"GTIN with a wrong check digit", "]C1", "0103046920029750", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"GTIN cut short", "]C1", "01030469200297", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"control character in a value", "]C1", "10A\x01" FNC1 "8018" GSRN, NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"no ASCII in a value", "]C1", "10A\x7f" FNC1 "8018" GSRN, NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"two service instances", "]C1", "8018" GSRN FNC1 "80191" FNC1 "801912", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"pallet", "]C1", "00" GSRN, OTHER, 0, -1, NULL, ""},
    {"internal", "]C1", "91ANYTHING", OTHER, 0, -1, NULL, ""},
    {"coupon", "]C1", "2553046920029759", COUPON, 0, -1, "3046920029759", ""},
    {"coupon and serial number", "]C1", "2553046920029759123456789012", COUPON, 0, -1, "3046920029759", "123456789012"},
    {"coupon and too long a serial number", "]C1", "25530469200297591234567890123", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"coupon with a wrong check digit", "]C1", "2553046920029750", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"coupon, value and points", "]C1", "25530469200297597" FNC1 "3902150" FNC1 "81110025", COUPON, 0, -1, "3046920029759", "7"},
    {"coupon of North America", "]e0", "8110106141416543213150110120", COUPON, 0, -1, "106141416543213150110120", ""},
    {"the same without paper", "]e0", "81120106141410123456", COUPON, 0, -1, "0106141410123456", ""},
    {"empty element string", "]C1", FNC1, OTHER, 0, -1, NULL, ""},
    {"no element string", "]C1", "HELLO", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"unlabelled with FNC1 in front", "", FNC1 "8018" GSRN, MEMBER, 0, -1, GSRN, ""},
    {"unlabelled with FNC1 between", "", "01" GTIN "10A" FNC1 "21B", ARTICLE, 0, -1, GTIN, ""},
    {"unlabelled with FNC1 and no sense", "", "AB" FNC1 "CD", MEMBER, 0, -1, NULL, ""},
    {"unlabelled GSRN", "", "8018" GSRN, MEMBER, 0, -1, GSRN, ""},
    {"unlabelled staff", "", "8017" STAFF, STAFFED, 0, -1, STAFF, ""},
    {"23 digits", "", "8018" GSRN "1", MEMBER, 0, -1, "8018" GSRN "1", ""},
    {"22 characters", "", "801873500538500000001X", MEMBER, 0, -1, "801873500538500000001X", ""},
    {"22 digits of another kind", "", "9018735005385000000011", MEMBER, 0, -1, "9018735005385000000011", ""},
    {"DataBar of 14 digits with a wrong check digit", "]e0", "03046920029750", NOTHING, LOY_SCAN_ELEMENT, -1, NULL, ""},
    {"DataBar of 14 characters", "]e0", "9130469200297X", OTHER, 0, -1, NULL, ""},
    {"unlabelled 22 digits", "", "8018735005385000000012", MEMBER, 0, -1, "8018735005385000000012", ""},
    /* As printed. */
    {"GSRN as printed", "]Q1", "(8018)" GSRN, MEMBER, 0, -1, GSRN, ""},
    {"GSRN as printed, with blanks", "]Q1", " (8018) 7350 0538 5000 0000 11 (8019) 42", MEMBER, 0, -1, GSRN, "42"},
    {"GSRN as printed, with hyphens", "]Q1", "(8018)7350-0538-5000-0000-11", MEMBER, 0, -1, GSRN, ""},
    {"GTIN as printed", "", "(01)" GTIN "(10)A(B", ARTICLE, 0, -1, GTIN, ""},
    {"coupon as printed", "]Q1", "(255)3046920029759 12", COUPON, 0, -1, "3046920029759", "12"},
    {"brackets that are no element string", "]Q1", "(8018)12", MEMBER, 0, -1, "(8018)12", ""},
    {"brackets that name nothing", "]Q1", "(10)ABC", MEMBER, 0, -1, "(10)ABC", ""},
    {"brackets that do not close", "]Q1", "(8018", MEMBER, 0, -1, "(8018", ""},
    {"brackets around one digit", "]Q1", "(8)" GSRN, MEMBER, 0, -1, "(8)" GSRN, ""},
    {"brackets around letters", "]Q1", "(80X)1", MEMBER, 0, -1, "(80X)1", ""},
    {"brackets with five digits", "]Q1", "(80181)", MEMBER, 0, -1, "(80181)", ""},
    {"brackets with FNC1 behind", "]Q1", "(8018)" GSRN FNC1, MEMBER, 0, -1, NULL, ""},
    {"brackets with too much behind", "]Q1", "(8018)" GSRN "(91)" FIFTY FIFTY FIFTY, MEMBER, 0, -1, NULL, ""},
    {"brackets with many identifiers", "]Q1", "(8018)" GSRN "(91)" FIFTY FIFTY "aaaaaaaaaaaaaaaaaaaaaaaaaaaa(8019)1", MEMBER, 0, -1, NULL, ""},
    {"brackets that are empty", "]Q1", "()8018", MEMBER, 0, -1, "()8018", ""},
    /* Links. */
    {"link", "]Q1", "https://id.gs1.org" LINK_GSRN, MEMBER, 0, -1, GSRN, ""},
    {"link in capitals", "]Q1", "HTTPS://ID.GS1.ORG" LINK_GSRN, MEMBER, 0, -1, GSRN, ""},
    {"link without TLS", "]d1", "http://id.gs1.org:8080" LINK_GSRN "/", MEMBER, 0, -1, GSRN, ""},
    {"link unlabelled", "", "https://id.gs1.org" LINK_GSRN "?a=b#c", MEMBER, 0, -1, GSRN, ""},
    {"link with fragment", "]Q1", "https://id.gs1.org" LINK_GSRN "#/01/" GTIN, MEMBER, 0, -1, GSRN, ""},
    {"link with service instance", "]Q1", "https://id.gs1.org" LINK_GSRN "/8019/42?x", MEMBER, 0, -1, GSRN, "42"},
    {"link with too long a service instance", "]Q1", "https://id.gs1.org" LINK_GSRN "/8019/12345678901", MEMBER, 0, -1, GSRN, ""},
    {"link by names", "]Q1", "https://club.example/gsrn/" GSRN "/srin/9", MEMBER, 0, -1, GSRN, "9"},
    {"link below a path", "]Q1", "https://club.example/de/01/8018" LINK_GSRN, MEMBER, 0, -1, GSRN, ""},
    {"link, percent-encoded", "]Q1", "https://club.example/8018/%3735005385000000011", MEMBER, 0, -1, GSRN, ""},
    {"link to staff", "]Q1", "https://club.example/8017/" STAFF, STAFFED, 0, -1, STAFF, ""},
    {"link to an article", "]Q1", "https://brand.example/01/" GTIN "/10/A%2F7?17=991231", ARTICLE, 0, -1, GTIN, ""},
    {"link to an article, 13 digits", "]Q1", "https://brand.example/gtin/3046920029759", ARTICLE, 0, -1, GTIN, ""},
    {"link to an article, 8 digits", "]Q1", "https://brand.example/01/96385074", ARTICLE, 0, -1, "00000096385074", ""},
    {"link to an article, 20 digits", "]Q1", "https://brand.example/01/" GTIN "101234", MEMBER, 0, -1, NULL, ""},
    {"link to a coupon", "]Q1", "https://brand.example/255/3046920029759123", COUPON, 0, -1, "3046920029759", "123"},
    {"a key without a valid number before another", "]Q1", "https://club.example/255/12" LINK_GSRN, MEMBER, 0, -1, GSRN, ""},
    {"FNC1 in a link", "]Q1", "https://club.example" LINK_GSRN FNC1 "80191", MEMBER, 0, -1, NULL, ""},
    {"a key in the query only", "]Q1", "https://club.example/m?x=" LINK_GSRN, MEMBER, 0, -1, NULL, ""},
    {"two keys", "]Q1", "https://club.example/01/" GTIN LINK_GSRN, MEMBER, 0, -1, NULL, ""},
    {"link with a wrong check digit", "]Q1", "https://club.example/8018/735005385000000012", MEMBER, 0, -1, NULL, ""},
    {"link with a broken escape", "]Q1", "https://club.example/8018/7350053850000000%3", MEMBER, 0, -1, NULL, ""},
    {"link with a strange escape", "]Q1", "https://club.example/8018/%4135005385000000011", MEMBER, 0, -1, NULL, ""},
    {"link with an escape that is none", "]Q1", "https://club.example/8018/%3G35005385000000011", MEMBER, 0, -1, NULL, ""},
    {"link with an escape for no digit", "]Q1", "https://club.example/8018/%3A35005385000000011", MEMBER, 0, -1, NULL, ""},
    {"link with an escape below the digits", "]Q1", "https://club.example/8018/%3!35005385000000011", MEMBER, 0, -1, NULL, ""},
    {"link with punctuation in the number", "]Q1", "https://club.example/8018/735-05385000000011", MEMBER, 0, -1, NULL, ""},
    {"link with half a qualifier", "]Q1", "https://club.example" LINK_GSRN "/8019", MEMBER, 0, -1, GSRN, ""},
    {"link with another qualifier", "]Q1", "https://club.example" LINK_GSRN "/8020/1", MEMBER, 0, -1, GSRN, ""},
    {"link with letters for a qualifier", "]Q1", "https://club.example" LINK_GSRN "/8019/x", MEMBER, 0, -1, GSRN, ""},
    {"link with empty segments", "]Q1", "https://club.example//255/3046920029759//5", COUPON, 0, -1, "3046920029759", ""},
    {"link that ends behind the key", "]Q1", "https://club.example/8018/", MEMBER, 0, -1, NULL, ""},
    {"link that ends behind the host", "]Q1", "https://club.example", MEMBER, 0, -1, NULL, ""},
    {"another scheme", "]Q1", "ftp://club.example" LINK_GSRN, MEMBER, 0, -1, NULL, ""},
    {"half a scheme", "]Q1", "https:/", MEMBER, 0, -1, "https:/", ""},
    {"forty digits behind the key", "]Q1", "https://c.example/255/3046920029759000000000000000000000000000", MEMBER, 0, -1, NULL, ""},
    /* Opaque codes. */
    {"own number in a Code 128", "]C0", SAFEWAY, MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"own number in a Code 39", "]A0", SAFEWAY, MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"own number in a QR", "]Q1", SAFEWAY, MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"own number, start and stop of Code 39", "]A0", "*" SAFEWAY "*", MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"own number, check character announced", "]A1", SAFEWAY "O", MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"own number, full ASCII and check character", "]A5", SAFEWAY "O", MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"own number, a wrong check character", "]A1", SAFEWAY "P", MEMBER, 0, -1, SAFEWAY "P", ""},
    {"own number, check character not announced", "]A0", SAFEWAY "O", MEMBER, 0, -1, SAFEWAY "O", ""},
    {"a text with its check character", "]A1", "AB12O", MEMBER, 0, -1, "AB12", ""},
    {"small letters have no check character", "]A1", "ab12O", MEMBER, 0, -1, "ab12O", ""},
    {"a check character alone", "]A1", "O", MEMBER, 0, -1, "O", ""},
    {"stars alone", "]A0", "**", MEMBER, 0, -1, "**", ""},
    {"own number in a Codabar", "]F0", "A" SAFEWAY "B", MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"own number in a Codabar, small letters", "]F0", "c" SAFEWAY "d", MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"own number in a Codabar, the other letters", "]F0", "d" SAFEWAY "C", MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"own number in a Codabar, without", "]F0", SAFEWAY, MEMBER, 0, STRIPE, SAFEWAY, ""},
    {"another number in a Codabar", "]F0", "A12345B", MEMBER, 0, -1, "A12345B", ""},
    {"own number behind another's first character", "]F0", "5" SAFEWAY "B", MEMBER, 0, -1, "5" SAFEWAY "B", ""},
    {"own number before another's last character", "]F0", "A" SAFEWAY "5", MEMBER, 0, -1, "A" SAFEWAY "5", ""},
    {"start and stop alone", "]F0", "AB", MEMBER, 0, -1, "AB", ""},
    {"half a Codabar", "]F0", "A" SAFEWAY, MEMBER, 0, -1, "A" SAFEWAY, ""},
    {"start and stop of no Codabar", "]C0", "A" SAFEWAY "B", MEMBER, 0, -1, "A" SAFEWAY "B", ""},
    {"own number in an ITF with its zero", "]I0", "0771234567", MEMBER, 0, ITF, "0771234567", ""},
    {"without the zero it is another", "]C0", "771234567", MEMBER, 0, -1, "771234567", ""},
    {"nine digits, and ITF makes ten", "]I0", "0881234567", MEMBER, 0, -1, "0881234567", ""},
    {"the same nine in a Code 128", "]C0", "881234567", MEMBER, 0, CLUB_39, "881234567", ""},
    {"twelve digits of ITF", "]I0", "012345678905", MEMBER, 0, -1, NULL, ""},
    {"GTIN-14 in a plain Code 128 is no article", "]C0", "10012345678902", MEMBER, 0, -1, "10012345678902", ""},
    {"fourteen digits of ITF that are no GTIN", "]I0", "10012345678901", MEMBER, 0, -1, "10012345678901", ""},
    {"text", "]Q1", "member:0815", MEMBER, 0, -1, "member:0815", ""},
    {"JSON", "]Q1", "{\"m\":\"" SAFEWAY "\"}", MEMBER, 0, -1, "{\"m\":\"" SAFEWAY "\"}", ""},
    {"no ASCII", "]Q1", "member:08\x7f" "5", MEMBER, 0, -1, NULL, ""},
    {"two lines", "]Q1", "a\r\nb", MEMBER, 0, -1, NULL, ""},
    {"nothing", "]Q1", "", NOTHING, LOY_SCAN_NOT_READ, -1, NULL, ""},
    {"EAN-13 in a plain Code 128 is no article", "]C0", "3046920029759", MEMBER, 0, -1, "3046920029759", ""},
};
// clang-format on

static void event_fill(struct loy_event *event, const char *aim, const char *text)
{
    memset(event, 0, sizeof *event);
    event->kind = LOY_EVENT_READ;
    event->part_count = 1;
    event->parts[0] = (struct loy_part){.type = LOY_PART_SYMBOL, .status = LOY_PART_GOOD};
    memcpy(event->parts[0].aim, aim, strlen(aim));
    event->parts[0].length = event->data_length = (uint16_t)strlen(text);
    memcpy(event->data, text, strlen(text));
}

/* The digest is that of the number typed; staff's is nobody's. */
static void check_credential(const struct row *row, const struct loy_scan *scan)
{
    struct loy_credential typed;
    enum loy_status status =
        row->same ? loy_credential_from_text(row->same, ranges, ROWS(ranges), key, &typed)
                  : LOY_NONE;
    if (!row->same) return;
    assert_int_equal(status, LOY_OK);
    bool same = memcmp(typed.digest, scan->credential.digest, LOY_DIGEST_SIZE) == 0;
    assert_int_equal(same, scan->kind == LOY_SCAN_MEMBER);
    assert_int_equal(scan->credential.own_range, scan->range >= 0);
}

/* No five characters of a person's number are in the value, only its last four. */
static void check_secret(const struct row *row, const struct loy_scan *scan)
{
    size_t n = strlen(row->text);
    if (row->more[0]) return; /* the service instance is there by right */
    for (size_t i = 0; i + 5 <= n; i++)
        for (size_t at = 0; at + 5 <= sizeof *scan; at++)
            assert_memory_not_equal((const char *)scan + at, row->text + i, 5);
}

static void check_row(const struct row *row)
{
    static struct loy_event event;
    struct loy_scan scan;
    event_fill(&event, row->aim, row->text);
    enum loy_status status = loy_scan_from_event(&event, ranges, ROWS(ranges), key, &scan);
    assert_int_equal(status, row->kind == LOY_SCAN_NONE ? LOY_NONE : LOY_OK);
    assert_int_equal(scan.kind, row->kind);
    assert_int_equal(scan.reason, row->reason);
    assert_int_equal(scan.range, row->range);
    bool person = scan.kind == LOY_SCAN_MEMBER || scan.kind == LOY_SCAN_STAFF;
    if (person) check_credential(row, &scan);
    if (person) check_secret(row, &scan);
    if (scan.kind == LOY_SCAN_ARTICLE || scan.kind == LOY_SCAN_UNBOUND)
        assert_string_equal(scan.gtin, row->same);
    if (scan.kind == LOY_SCAN_COUPON || scan.kind == LOY_SCAN_WEIGHED)
        assert_string_equal(scan.code, row->same);
    assert_string_equal(person ? scan.service : scan.serial, row->more);
    if (person) assert_string_equal(scan.gtin, "");
    if (person) assert_string_equal(scan.code, "");
}

static void tells_kinds(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        print_message("%s\n", rows[i].title);
        check_row(&rows[i]);
    }
}

/* A cut symbol never becomes another card or coupon: of every row, every beginning. */
static void cut_anywhere(void **state)
{
    (void)state;
    struct loy_credential whole;
    assert_int_equal(loy_credential_from_text("(8018)" GSRN, NULL, 0, key, &whole), LOY_OK);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_scan scan;
        for (size_t n = 0; n < strlen(rows[i].text); n++) {
            static struct loy_event event;
            char cut[200];
            memcpy(cut, rows[i].text, n);
            cut[n] = '\0';
            event_fill(&event, rows[i].aim, cut);
            loy_scan_from_event(&event, ranges, ROWS(ranges), key, &scan);
            assert_true(scan.kind < loy_scan_kind_count && scan.reason < loy_scan_reason_count);
            bool gsrn = scan.kind == LOY_SCAN_MEMBER && scan.credential.kind == LOY_CREDENTIAL_GSRN;
            if (gsrn) assert_memory_equal(scan.credential.digest, whole.digest, LOY_DIGEST_SIZE);
        }
    }
}

/* Numbers that nearly are the shop's say which range they miss. */
static void names_the_near_range(void **state)
{
    (void)state;
    static const struct {
        const char *aim, *text;
        int8_t near_range;
        uint16_t length;
    } near_rows[] = {
        {"]C0", "6005854102955818", STRIPE, 16},
        {"]C0", "1234567890123456", -1, 16},
        {"]E0", "2912345678907", EAN_MEMBER, 13},
        {"]E0", "2712345678902", EAN_8, 13},
        {"]C0", "60058", -1, 5},
        {"]I0", "0881234567", CLUB_39, 10}, /* the zero is the symbol's, perhaps */
        {"]C0", "0881234567", -1, 10},
    };
    for (size_t i = 0; i < ROWS(near_rows); i++) {
        static struct loy_event event;
        struct loy_scan scan;
        event_fill(&event, near_rows[i].aim, near_rows[i].text);
        loy_scan_from_event(&event, ranges, ROWS(ranges), key, &scan);
        assert_int_equal(scan.range, -1);
        assert_int_equal(scan.near_range, near_rows[i].near_range);
        assert_int_equal(scan.length, near_rows[i].length);
    }
}

/* A reader that masks the shop's own cards shows in the digits that it leaves. */
static void masked_own_cards(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint8_t status, type, reason;
        int8_t near_range;
    } masked_rows[] = {
        {";6005850000008180=9904?", LOY_PART_MASKED, LOY_PART_TRACK, LOY_SCAN_MASKED, STRIPE},
        {"%B600585*******8180^CLUB^?", LOY_PART_GOOD, LOY_PART_TRACK, LOY_SCAN_MASKED, STRIPE},
        {"%B077****567^CLUB^?", LOY_PART_GOOD, LOY_PART_TRACK, LOY_SCAN_MASKED, ITF},
        {"%B12*****^CLUB^?", LOY_PART_GOOD, LOY_PART_TRACK, LOY_SCAN_MASKED, -1},
        {"600585XXXXXXX8180", LOY_PART_MASKED, LOY_PART_SYMBOL, LOY_SCAN_MASKED, STRIPE},
        {"XXXX", LOY_PART_MASKED, LOY_PART_SYMBOL, LOY_SCAN_MASKED, -1},
        {"", LOY_PART_MASKED, LOY_PART_SYMBOL, LOY_SCAN_MASKED, -1},
        {";60058541029558180?", LOY_PART_BAD, LOY_PART_TRACK, LOY_SCAN_NOT_READ, -1},
    };
    for (size_t i = 0; i < ROWS(masked_rows); i++) {
        static struct loy_event event;
        struct loy_scan scan;
        event_fill(&event, "", masked_rows[i].text);
        event.parts[0].status = masked_rows[i].status;
        event.parts[0].type = masked_rows[i].type;
        print_message("%s\n", masked_rows[i].text);
        assert_int_equal(loy_scan_from_event(&event, ranges, ROWS(ranges), key, &scan), LOY_NONE);
        assert_int_equal(scan.reason, masked_rows[i].reason);
        assert_int_equal(scan.near_range, masked_rows[i].near_range);
    }
}

/* The best part wins: an own card, any card, staff, articles and coupons, the rest. */
static void takes_the_best_part(void **state)
{
    (void)state;
    static struct loy_event event;
    struct loy_scan scan;
    event_fill(&event, "]E0",
        "3046920029759"
        ";1234567890?");
    event.part_count = 2;
    event.parts[0].length = 13;
    event.parts[1] = (struct loy_part){
        .type = LOY_PART_TRACK, .track = 2, .status = LOY_PART_GOOD, .offset = 13, .length = 12};
    assert_int_equal(loy_scan_from_event(&event, ranges, ROWS(ranges), key, &scan), LOY_OK);
    assert_int_equal(scan.kind, LOY_SCAN_MEMBER);
    assert_int_equal(scan.part, 1);
    event.parts[1].status = LOY_PART_MASKED;
    assert_int_equal(loy_scan_from_event(&event, ranges, ROWS(ranges), key, &scan), LOY_OK);
    assert_int_equal(scan.kind, LOY_SCAN_ARTICLE);
    assert_int_equal(scan.symbology, LOY_SYMBOLOGY_EAN_13);
    event.parts[0].status = LOY_PART_BAD;
    assert_int_equal(loy_scan_from_event(&event, ranges, ROWS(ranges), key, &scan), LOY_NONE);
    assert_int_equal(scan.reason, LOY_SCAN_MASKED);
    assert_int_equal(scan.part, 1);
    assert_int_equal(scan.near_range, -1);
}

static void points_of_a_coupon(void **state)
{
    (void)state;
    static struct loy_event event;
    struct loy_scan scan;
    event_fill(&event, "]C1", "2553046920029759" FNC1 "81110025");
    assert_int_equal(loy_scan_from_event(&event, NULL, 0, key, &scan), LOY_OK);
    assert_int_equal(scan.points, 25);
}

static void wrong_use(void **state)
{
    (void)state;
    static struct loy_event event;
    struct loy_scan scan;
    event_fill(&event, "]Q1", "x");
    assert_int_equal(loy_scan_from_event(NULL, NULL, 0, key, &scan), LOY_E_ARGUMENT);
    assert_int_equal(loy_scan_from_event(&event, NULL, 1, key, &scan), LOY_E_ARGUMENT);
    assert_int_equal(loy_scan_from_event(&event, NULL, 0, NULL, &scan), LOY_E_ARGUMENT);
    assert_int_equal(loy_scan_from_event(&event, NULL, 0, key, NULL), LOY_E_ARGUMENT);
    assert_int_equal(
        loy_scan_from_event(&event, ranges, LOY_RANGES_MAX + 1, key, &scan), LOY_E_LIMIT);
    event.kind = LOY_EVENT_FOREIGN;
    assert_int_equal(loy_scan_from_event(&event, NULL, 0, key, &scan), LOY_NONE);
    assert_int_equal(scan.reason, LOY_SCAN_NOT_READ);
    assert_int_equal(scan.range, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_kinds),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(names_the_near_range),
        cmocka_unit_test(masked_own_cards),
        cmocka_unit_test(takes_the_best_part),
        cmocka_unit_test(points_of_a_coupon),
        cmocka_unit_test(wrong_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
