/* SPDX-License-Identifier: MIT
 *
 * test_credential.c - which card an event or a typed number is.
 * In: events with parts, ranges. Out: kind, digest, tail, or that it is none. */
#include "card_test.h"

static const uint8_t key[LOY_CARD_KEY_SIZE] = {7, 1, 3};
static const uint8_t other_key[LOY_CARD_KEY_SIZE] = {7, 1, 4};

static const struct loy_range ranges[] = {
    {"29", 13, LOY_CHECK_GS1, LOY_USE_MEMBER, false},
    {"28", 13, LOY_CHECK_GS1, LOY_USE_WEIGHED, false},
    {"98", 13, LOY_CHECK_GS1, LOY_USE_COUPON, false},
    {"4", 12, LOY_CHECK_GS1, LOY_USE_MEMBER, false},
    {"600585", 17, LOY_CHECK_NONE, LOY_USE_MEMBER, false},
};
#define SAFEWAY "60058541029558180" /* published capture f2f-safeway-club-track2 */
#define OWN_EAN "2912345678906"
#define OWN_UPC "412345678903"
#define GSRN "735005385000000011"

struct part {
    uint8_t type, status, track, symbology;
    const char *aim, *text;
};
#define T(track, text)                                                                             \
    {                                                                                              \
        LOY_PART_TRACK, LOY_PART_GOOD, track, 0, "", text                                          \
    }
#define T_AS(status, track, text)                                                                  \
    {                                                                                              \
        LOY_PART_TRACK, status, track, 0, "", text                                                 \
    }
#define S(symbology, text)                                                                         \
    {                                                                                              \
        LOY_PART_SYMBOL, LOY_PART_GOOD, 0, symbology, "", text                                     \
    }
#define S_AIM(aim, text)                                                                           \
    {                                                                                              \
        LOY_PART_SYMBOL, LOY_PART_GOOD, 0, 0, aim, text                                            \
    }

struct row {
    const char *title;
    struct part parts[3];
    uint8_t kind; /* 0: none */
    bool own;
    const char *number; /* gives the same credential when typed; NULL: do not compare */
    const char *tail;
};

// clang-format off
static const struct row rows[] = {
    {"stripe of the published card", {T(2, ";" SAFEWAY "=9904?")}, LOY_CREDENTIAL_NUMBER, true, SAFEWAY, "8180"},
    {"the same without sentinels", {T(2, SAFEWAY "=9904")}, LOY_CREDENTIAL_NUMBER, true, SAFEWAY, "8180"},
    {"the same from a Code 128", {S(LOY_SYMBOLOGY_CODE_128, SAFEWAY)}, LOY_CREDENTIAL_NUMBER, true, SAFEWAY, "8180"},
    {"the same from an unlabelled symbol", {S(LOY_SYMBOLOGY_NONE, SAFEWAY)}, LOY_CREDENTIAL_NUMBER, true, SAFEWAY, "8180"},
    {"track 1 with blanks in the number", {T(1, "%B6005 8541 0295 58180^CLUB^?")}, LOY_CREDENTIAL_NUMBER, true, SAFEWAY, "8180"},
    {"track number not told", {T(0, ";" SAFEWAY "?")}, LOY_CREDENTIAL_NUMBER, true, SAFEWAY, "8180"},
    {"track number not told, track 1", {T(0, "%A111222333^N?")}, LOY_CREDENTIAL_NUMBER, false, "111222333", "2333"},
    {"track number not told, track 3", {T(0, "+111222333=1?")}, LOY_CREDENTIAL_NUMBER, false, "111222333", "2333"},
    {"letters on a stripe", {T(1, "%AB12345678^N?")}, LOY_CREDENTIAL_TEXT, false, "B12345678", "5678"},
    {"own number behind a foreign one", {T(2, ";1234567890?"), S(LOY_SYMBOLOGY_EAN_13, OWN_EAN)}, LOY_CREDENTIAL_NUMBER, true, OWN_EAN, "8906"},
    {"own number on track 3", {T(1, "%X777?"), T(2, ";1234567890?"), T(3, "+" SAFEWAY "=1?")}, LOY_CREDENTIAL_NUMBER, true, SAFEWAY, "8180"},
    {"track 2 before track 1", {T(1, "%A111222333^N?"), T(2, ";1234567890=1?")}, LOY_CREDENTIAL_NUMBER, false, "1234567890", "7890"},
    {"track 1 before track 3", {T(3, ";555566667777?"), T(1, "%A111222333^N?")}, LOY_CREDENTIAL_NUMBER, false, "111222333", "2333"},
    {"stripe before symbol", {S(LOY_SYMBOLOGY_QR, "member:77"), T(3, ";555566667777?")}, LOY_CREDENTIAL_NUMBER, false, "555566667777", "7777"},
    {"a bad track 2 is passed over", {T_AS(LOY_PART_BAD, 2, ";1234567890?"), T(1, "%A111222333?")}, LOY_CREDENTIAL_NUMBER, false, "111222333", "2333"},
    {"an empty number is passed over", {T(2, ";=99?"), T(1, "%A111222333?")}, LOY_CREDENTIAL_NUMBER, false, "111222333", "2333"},
    {"eight digits have a tail", {T(2, ";12345678?")}, LOY_CREDENTIAL_NUMBER, false, "12345678", "5678"},
    {"short number has no tail", {T(2, ";1234567?")}, LOY_CREDENTIAL_NUMBER, false, "1234567", ""},
    {"own EAN by symbology", {S(LOY_SYMBOLOGY_EAN_13, OWN_EAN)}, LOY_CREDENTIAL_NUMBER, true, OWN_EAN, "8906"},
    {"own EAN by AIM identifier", {S_AIM("]E0", OWN_EAN)}, LOY_CREDENTIAL_NUMBER, true, OWN_EAN, "8906"},
    {"own EAN unlabelled", {S(LOY_SYMBOLOGY_NONE, OWN_EAN)}, LOY_CREDENTIAL_NUMBER, true, OWN_EAN, "8906"},
    {"own EAN as text of a QR", {S(LOY_SYMBOLOGY_QR, OWN_EAN)}, LOY_CREDENTIAL_NUMBER, true, OWN_EAN, "8906"},
    {"own UPC-A, 12 digits", {S(LOY_SYMBOLOGY_UPC_A, OWN_UPC)}, LOY_CREDENTIAL_NUMBER, true, OWN_UPC, "8903"},
    {"own UPC-A, 13 digits", {S(LOY_SYMBOLOGY_EAN_13, "0" OWN_UPC)}, LOY_CREDENTIAL_NUMBER, true, OWN_UPC, "8903"},
    {"own UPC-A, 13 digits by AIM", {S_AIM("]E0", "0" OWN_UPC)}, LOY_CREDENTIAL_NUMBER, true, OWN_UPC, "8903"},
    {"GSRN in GS1-128", {S_AIM("]C1", "8018" GSRN)}, LOY_CREDENTIAL_GSRN, false, "(8018)" GSRN, "0011"},
    {"GSRN in GS1 Data Matrix", {S_AIM("]d2", "8018" GSRN)}, LOY_CREDENTIAL_GSRN, false, "(8018)" GSRN, "0011"},
    {"GSRN in GS1 QR", {S_AIM("]Q3", "8018" GSRN)}, LOY_CREDENTIAL_GSRN, false, "(8018)" GSRN, "0011"},
    {"GSRN by symbology", {S(LOY_SYMBOLOGY_GS1_128, "8018" GSRN)}, LOY_CREDENTIAL_GSRN, false, "(8018)" GSRN, "0011"},
    {"GSRN with FNC1 in front", {S_AIM("]C1", "\x1d" "8018" GSRN)}, LOY_CREDENTIAL_GSRN, false, "(8018)" GSRN, "0011"},
    {"GSRN and service instance", {S_AIM("]C1", "8018" GSRN "\x1d" "80191")}, LOY_CREDENTIAL_GSRN, false, "(8018)" GSRN, "0011"},
    {"GSRN in a GS1 Digital Link", {S_AIM("]Q1", "https://club.example/8018/" GSRN "/8019/1?x=y")}, LOY_CREDENTIAL_GSRN, false, "(8018)" GSRN, "0011"},
    {"a link with a wrong check digit is text", {S_AIM("]Q1", "https://a.example/8018/735005385000000012")}, LOY_CREDENTIAL_TEXT, false, NULL, "0012"},
    {"a link with a longer number is text", {S_AIM("]Q1", "https://a.example/8018/" GSRN "1")}, LOY_CREDENTIAL_TEXT, false, NULL, "0111"},
    {"text of a QR", {S(LOY_SYMBOLOGY_QR, "member:0815")}, LOY_CREDENTIAL_TEXT, false, "member:0815", "0815"},
    {"Code 39 with a hyphen", {S_AIM("]A0", "AB-12 34")}, LOY_CREDENTIAL_TEXT, false, "AB-12 34", ""},
    {"long text of a QR", {S_AIM("]Q1", "https://club.example/m?id=0123456789abcdef")}, LOY_CREDENTIAL_TEXT, false, NULL, "cdef"},
    {"13 digits in a Code 128 are no article", {S(LOY_SYMBOLOGY_CODE_128, "3046920029759")}, LOY_CREDENTIAL_NUMBER, false, "3046920029759", "9759"},
    {"unlabelled, wrong GS1 check digit", {S(LOY_SYMBOLOGY_NONE, "3046920029750")}, LOY_CREDENTIAL_NUMBER, false, "3046920029750", "9750"},
    /* None of these is a credential. */
    {"EAN-13", {S(LOY_SYMBOLOGY_EAN_13, "3046920029759")}, 0, false, NULL, ""},
    {"EAN-13 by AIM", {S_AIM("]E0", "3046920029759")}, 0, false, NULL, ""},
    {"UPC-A (capture aim-upca)", {S_AIM("]E0", "0012345678905")}, 0, false, NULL, ""},
    {"Bookland (capture aim-bookland)", {S_AIM("]X0", "123456789X")}, 0, false, NULL, ""},
    {"UPC-E", {S(LOY_SYMBOLOGY_UPC_E, "01234565")}, 0, false, NULL, ""},
    {"EAN-8", {S_AIM("]E4", "96385074")}, 0, false, NULL, ""},
    {"EAN with add-on", {S_AIM("]E3", "304692002975912")}, 0, false, NULL, ""},
    {"unlabelled article", {S(LOY_SYMBOLOGY_NONE, "3046920029759")}, 0, false, NULL, ""},
    {"outer case", {S(LOY_SYMBOLOGY_ITF, "10012345678902")}, 0, false, NULL, ""},
    {"GTIN in GS1-128", {S_AIM("]C1", "0100012345678905")}, 0, false, NULL, ""},
    {"DataBar", {S_AIM("]e0", "0100012345678905")}, 0, false, NULL, ""},
    {"GCN of a coupon", {S_AIM("]C1", "2553046920029759")}, 0, false, NULL, ""},
    {"GSRN with a wrong check digit", {S_AIM("]C1", "8018735005385000000012")}, 0, false, NULL, ""},
    {"GSRN run into another element", {S_AIM("]C1", "8018" GSRN "80191")}, 0, false, NULL, ""},
    {"GSRN cut short", {S_AIM("]C1", "801873500538500000001")}, 0, false, NULL, ""},
    {"weighed article", {S(LOY_SYMBOLOGY_EAN_13, "2812345678909")}, 0, false, NULL, ""},
    {"weighed article in a Code 128", {S(LOY_SYMBOLOGY_CODE_128, "2812345678909")}, 0, false, NULL, ""},
    {"coupon on a stripe", {T(2, ";9812345678902?")}, 0, false, NULL, ""},
    {"masked", {T_AS(LOY_PART_MASKED, 2, ";6005850000008180=9904?")}, 0, false, NULL, ""},
    {"masked by asterisks, told good", {T(1, "%B600585******8180^CLUB^?")}, 0, false, NULL, ""},
    {"not ISO", {T_AS(LOY_PART_NOT_ISO, 1, "1234567890")}, 0, false, NULL, ""},
    {"bad", {T_AS(LOY_PART_BAD, 2, ";" SAFEWAY "=9904?")}, 0, false, NULL, ""},
    {"unsupported", {T_AS(LOY_PART_UNSUPPORTED, 3, "+" SAFEWAY "?")}, 0, false, NULL, ""},
    {"track not told by anything", {T(0, "1234567890")}, 0, false, NULL, ""},
    {"nothing on a track that is not told", {T(0, "")}, 0, false, NULL, ""},
    {"empty track", {T_AS(LOY_PART_EMPTY, 2, "")}, 0, false, NULL, ""},
    {"empty symbol", {S(LOY_SYMBOLOGY_QR, "")}, 0, false, NULL, ""},
    {"error mark", {T(2, ";E?")}, 0, false, NULL, ""},
    {"nothing at all", {{0}}, 0, false, NULL, ""},
};
// clang-format on

static void event_fill(struct loy_event *event, const struct part *parts, size_t count)
{
    memset(event, 0, sizeof *event);
    event->kind = LOY_EVENT_READ;
    for (size_t i = 0; i < count && parts[i].type != 0; i++) {
        struct loy_part *part = &event->parts[event->part_count++];
        part->type = parts[i].type;
        part->status = parts[i].status;
        part->track = parts[i].track;
        part->symbology = parts[i].symbology;
        memcpy(part->aim, parts[i].aim, strlen(parts[i].aim));
        part->offset = event->data_length;
        part->length = (uint16_t)strlen(parts[i].text);
        memcpy(event->data + event->data_length, parts[i].text, part->length);
        event->data_length = (uint16_t)(event->data_length + part->length);
    }
}

static bool same(const struct loy_credential *a, const struct loy_credential *b)
{
    return memcmp(a->digest, b->digest, LOY_DIGEST_SIZE) == 0;
}

static void takes_the_card(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct row *row = &rows[i];
        static struct loy_event event;
        struct loy_credential credential, typed;
        print_message("%s\n", row->title);
        event_fill(&event, row->parts, ROWS(row->parts));
        enum loy_status status =
            loy_credential_from_event(&event, ranges, ROWS(ranges), key, &credential);
        assert_int_equal(status, row->kind ? LOY_OK : LOY_NONE);
        if (!row->kind) continue;
        assert_int_equal(credential.kind, row->kind);
        assert_int_equal(credential.own_range, row->own);
        assert_string_equal(credential.tail, row->tail);
        if (!row->number) continue;
        assert_int_equal(
            loy_credential_from_text(row->number, ranges, ROWS(ranges), key, &typed), LOY_OK);
        assert_memory_equal(&credential, &typed, sizeof typed);
    }
}

struct typed_row {
    const char *text;
    enum loy_status status;
    const char *same_as;
};
// clang-format off
static const struct typed_row typed_rows[] = {
    {"6005 8541 0295 58180", LOY_OK, SAFEWAY},
    {"6005-8541-0295-58180", LOY_OK, SAFEWAY},
    {"(8018) " GSRN, LOY_OK, GSRN}, /* kind differs, the digest does not */
    {"(8018)7350-0538-5000-0000-11", LOY_OK, GSRN},
    {"(8018) 7350 0538 5000 0000 11 (8019) 1234567890", LOY_OK, GSRN},
    {"8018" GSRN, LOY_OK, GSRN},
    {"https://club.example/8018/" GSRN, LOY_OK, GSRN},
    {"0" OWN_UPC, LOY_OK, OWN_UPC}, /* a UPC-A typed as 13 digits */
    {"00" OWN_UPC, LOY_OK, OWN_UPC},
    {"https://club.example/members/0123456789", LOY_E_FORMAT, NULL},
    {"3046920029759", LOY_OK, NULL},
    {"2812345678909", LOY_NONE, NULL},
    {"9812345678902", LOY_NONE, NULL},
    {"", LOY_E_FORMAT, NULL},
    {" - ", LOY_E_FORMAT, NULL},
    {"123\t456", LOY_E_FORMAT, NULL},
    {"１２３４", LOY_E_FORMAT, NULL},
    {"12345678901234567890123456789012", LOY_OK, NULL},
    {"123456789012345678901234567890123", LOY_E_FORMAT, NULL},
};
// clang-format on

static void takes_typed_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(typed_rows); i++) {
        const struct typed_row *row = &typed_rows[i];
        struct loy_credential credential, other;
        print_message("%s\n", row->text);
        assert_int_equal(
            loy_credential_from_text(row->text, ranges, ROWS(ranges), key, &credential),
            row->status);
        if (!row->same_as) continue;
        assert_int_equal(
            loy_credential_from_text(row->same_as, ranges, ROWS(ranges), key, &other), LOY_OK);
        assert_true(same(&credential, &other));
    }
}

/* Other number, other key, other kind of thing: other digest. Leading zeros count. */
static void digests_differ(void **state)
{
    (void)state;
    struct loy_credential a, b;
    assert_int_equal(loy_credential_from_text(SAFEWAY, NULL, 0, key, &a), LOY_OK);
    assert_int_equal(loy_credential_from_text(SAFEWAY, NULL, 0, other_key, &b), LOY_OK);
    assert_false(same(&a, &b));
    assert_int_equal(loy_credential_from_text("0" SAFEWAY, NULL, 0, key, &b), LOY_OK);
    assert_false(same(&a, &b));
    assert_int_equal(loy_credential_from_text(SAFEWAY, ranges, ROWS(ranges), key, &b), LOY_OK);
    assert_true(same(&a, &b)); /* declaring a range makes no stranger of an issued card */
    assert_true(b.own_range && !a.own_range);
}

/* No number may stay in the credential but its tail. */
static void keeps_no_number(void **state)
{
    (void)state;
    struct loy_credential credential;
    assert_int_equal(loy_credential_from_text(SAFEWAY, NULL, 0, key, &credential), LOY_OK);
    const char *bytes = (const char *)&credential;
    for (size_t i = 0; i + 5 <= sizeof credential; i++)
        assert_memory_not_equal(bytes + i, &SAFEWAY[sizeof SAFEWAY - 6], 5);
}

static void hostile_events(void **state)
{
    (void)state;
    static struct loy_event event;
    struct loy_credential credential;
    const struct part part = T(2, ";" SAFEWAY "=9904?");
    event_fill(&event, &part, 1);
    event.parts[0].offset = LOY_EVENT_DATA_MAX - 3;
    assert_int_equal(loy_credential_from_event(&event, NULL, 0, key, &credential), LOY_NONE);
    event_fill(&event, &part, 1);
    event.parts[0].length = UINT16_MAX;
    assert_int_equal(loy_credential_from_event(&event, NULL, 0, key, &credential), LOY_NONE);
    event_fill(&event, &part, 1);
    event.data_length = UINT16_MAX;
    assert_int_equal(loy_credential_from_event(&event, NULL, 0, key, &credential), LOY_NONE);
    event_fill(&event, &part, 1);
    event.part_count = UINT8_MAX;
    assert_int_equal(loy_credential_from_event(&event, NULL, 0, key, &credential), LOY_OK);
    event_fill(&event, &part, 1);
    event.parts[0].track = 200;
    assert_int_equal(loy_credential_from_event(&event, NULL, 0, key, &credential), LOY_OK);
    event_fill(&event, &part, 1);
    event.kind = LOY_EVENT_MISREAD;
    assert_int_equal(loy_credential_from_event(&event, NULL, 0, key, &credential), LOY_NONE);
    assert_int_equal(loy_credential_from_event(NULL, NULL, 0, key, &credential), LOY_E_ARGUMENT);
    assert_int_equal(loy_credential_from_event(&event, NULL, 1, key, &credential), LOY_E_ARGUMENT);
    assert_int_equal(loy_credential_from_event(&event, NULL, 0, key, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_credential_from_text(NULL, NULL, 0, key, &credential), LOY_E_ARGUMENT);
    assert_int_equal(loy_credential_from_text("1", NULL, 0, NULL, &credential), LOY_E_ARGUMENT);
    assert_int_equal(loy_credential_from_text("1", NULL, 0, key, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_credential_from_text("1", NULL, 1, key, &credential), LOY_E_ARGUMENT);
}

/* The largest symbol, all digits and all bytes: text as it is. */
static void takes_the_largest_symbol(void **state)
{
    (void)state;
    static struct loy_event event;
    struct loy_credential digits, bytes;
    memset(&event, 0, sizeof event);
    event.kind = LOY_EVENT_READ;
    event.part_count = 1;
    event.data_length = LOY_EVENT_DATA_MAX;
    event.parts[0] = (struct loy_part){.type = LOY_PART_SYMBOL,
        .status = LOY_PART_GOOD,
        .symbology = LOY_SYMBOLOGY_QR,
        .length = LOY_EVENT_DATA_MAX};
    memset(event.data, '8', sizeof event.data);
    assert_int_equal(loy_credential_from_event(&event, NULL, 0, key, &digits), LOY_OK);
    assert_int_equal(digits.kind, LOY_CREDENTIAL_TEXT);
    assert_string_equal(digits.tail, "8888");
    event.data[LOY_EVENT_DATA_MAX - 1] = 0xFF;
    assert_int_equal(loy_credential_from_event(&event, NULL, 0, key, &bytes), LOY_OK);
    assert_string_equal(bytes.tail, "");
    assert_false(same(&digits, &bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_card),
        cmocka_unit_test(takes_typed_numbers),
        cmocka_unit_test(digests_differ),
        cmocka_unit_test(keeps_no_number),
        cmocka_unit_test(hostile_events),
        cmocka_unit_test(takes_the_largest_symbol),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
