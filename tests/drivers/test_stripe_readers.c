/* SPDX-License-Identifier: MIT
 *
 * test_stripe_readers.c - what vectors cannot say of the stripe readers' drivers: which devices
 * they claim, their options, what they leave in a recording.
 */
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "driver.h"

#define CARD ";60058541029558180=9904?"

static struct vector vector;
static struct loy_step step;
static unsigned char state_of[LOY_DRIVER_STATE_MAX] __attribute__((aligned(16)));
static const struct loy_driver *driver;

/* ---- Claims --------------------------------------------------------------------------------- */

struct claim_row {
    const char *what;
    uint16_t vid, pid;
    const char *driver, *descriptor; /* of a vector with that option */
    const char *expected;
};

// clang-format off
static const struct claim_row claims[] = {
    {"a Dynamag",                     0x0801, 0x0011, "magtek-hid", "masked-descriptor", "magtek-hid"},
    {"its descriptor alone",          0x1234, 0x0001, "magtek-hid", "masked-descriptor", "magtek-hid"},
    {"a Dynamag without descriptor",  0x0801, 0x0011, NULL, NULL, "magtek-hid"},
    {"a reader with other fields",    0x0801, 0x0002, "magtek-hid", "other-size", "magtek-hid"},
    {"a reader with keys, no masks",  0x0801, 0x0011, "magtek-hid", "keys-without-masks", "magtek-hid"},
    {"a SureSwipe that says MSR605X", 0x0801, 0x0003, "magtek-hid", "loyalty-descriptor", "magtek-hid"},
    {"an MSR605X",                    0x0801, 0x0003, "msr605x", "descriptor", "msr605x"},
    {"an MSR605X, one range of usages",0x0801, 0x0003, "msr605x", "descriptor-range", "msr605x"},
    {"an MSR605X with other ids",     0x0801, 0x0002, "msr605x", "descriptor", "none"},
    {"an MSR605X without descriptor", 0x0801, 0x0003, NULL, NULL, "none"},
    {"a MiniMag",                     0x0acd, 0x0500, "idtech-hid", "descriptor", "idtech-hid"},
    {"its descriptor alone",          0x1234, 0x0001, "idtech-hid", "descriptor", "idtech-hid"},
    {"a MiniMag like MagTek",         0x0acd, 0x0510, "magtek-hid", "loyalty-descriptor", "magtek-hid"},
    {"a MiniMag that changed",        0x0acd, 0x0500, "magtek-hid", "loyalty-descriptor", "magtek-hid"},
    {"a SecureMag without descriptor",0x0acd, 0x2010, NULL, NULL, "idtech-hid"},
    {"a SecureMag with frames",       0x0acd, 0x2010, "idtech-hid", "frame-report-id", "idtech-hid"},
    {"frames of somebody else",       0x1234, 0x0001, "idtech-hid", "frame-report-id", "none"},
    {"a MiniMag as keyboard",         0x0acd, 0x0500, "hid-descriptor", "magtek-kbd", "none"},
};
// clang-format on

static size_t hex_bytes(const char *hex, uint8_t *bytes)
{
    size_t n = 0;
    for (; hex[2 * n] != '\0'; n++) {
        char pair[3] = {hex[2 * n], hex[2 * n + 1], '\0'};
        bytes[n] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return n;
}

static void add_descriptor(struct loy_identity *who, const char *hex)
{
    static uint8_t bytes[HID_DESCRIPTOR_MAX];
    who->has_descriptor = true;
    assert_int_equal(hid_descriptor_parse(bytes, hex_bytes(hex, bytes), &who->layout), LOY_OK);
}

static const char *descriptor_of_vector(void)
{
    for (size_t i = 0; i < vector.option_count; i++)
        if (strcmp(vector.options[i].key, "descriptor") == 0) return vector.options[i].value;
    return NULL;
}

static void load_descriptor(const struct claim_row *row, struct loy_identity *who)
{
    vector_load(&vector, row->driver, row->descriptor);
    const char *hex = descriptor_of_vector();
    if (hex != NULL) {
        add_descriptor(who, hex);
        return;
    }
    who->has_descriptor = true;
    assert_int_equal(hid_descriptor_parse(vector.bytes, vector.length, &who->layout), LOY_OK);
}

static void test_claims(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        const struct claim_row *row = &claims[i];
        static struct loy_identity who;
        const char *why = "";
        who = (struct loy_identity){.bus = LOY_BUS_USB_HID, .vid = row->vid, .pid = row->pid};
        if (row->driver != NULL) load_descriptor(row, &who);
        const struct loy_driver *chosen = driver_claim(&who, &why);
        const char *name = chosen ? chosen->name : "none";
        if (strcmp(name, row->expected) != 0) fail_msg("%s: %s", row->what, name);
        assert_true(chosen == NULL || strlen(why) > 20);
        who.bus = LOY_BUS_SERIAL;
        chosen = driver_claim(&who, &why);
        assert_string_equal(chosen->name, "serial-line");
    }
}

/* Nearly it: the two drivers that go by usages, and the MSR605X with its ids. */
static void test_descriptors_that_are_not_it(void **unused)
{
    (void)unused;
    static const struct {
        const char *what, *descriptor;
        uint16_t vid, pid;
    } rows[] = {
        {"no usage that is known", "0600ff0901a101150026ff0075080940953f8102c0", 0, 0},
        {"total without tracks", "0600ff0901a101150026ff00750809309502 8102c0", 0, 0},
        {"total at another place", "0600ff0901a101150026ff0075080930950281020931953f8102c0", 0, 0},
        {"total of one byte",
            "0600ff0901a101150026ff0075080920950781020930950181020940950181020931953f8102c0", 0, 0},
        {"tracks at another place",
            "0600ff0901a101150026ff0075080920950781020930950281029501810 30931953f8102c0", 0, 0},
        {"two statuses only",
            "0600ff0901a101150026ff00750809200921092809290 92a95058102093009310932953c8102c0", 0,
            0},
        {"lengths in another report",
            "0600ff0901a1018501150026ff007508092009210922950381028502092809 29092a95038102c0", 0,
            0},
        {"lengths of two bytes",
            "0600ff0901a101150026ff0075080920092109229503810275100928092 9092a95038102c0", 0, 0},
        {"one range of usages for all", "0600ff0901a1011901294015 0026ff00750895408102c0", 0, 0},
        {"short track fields",
            "0600ff0901a101150026ff00750819202922 1928292a0938950781020930952781020931952781020932"
            "95278102c0",
            0, 0},
        {"packets of 32 bytes", "0600ff0901a101150026ff00750895200901810209029102c0", 0x0801, 3},
        {"nothing to send to", "0600ff0901a101150026ff007508954009018102c0", 0x0801, 3},
        {"report IDs", "0600ff0901a1018501150026ff00750895400901810209029102c0", 0x0801, 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static struct loy_identity who;
        const char *why = "";
        char hex[256];
        size_t n = 0;
        for (const char *c = rows[i].descriptor; *c != '\0'; c++)
            if (*c != ' ') hex[n++] = *c;
        hex[n] = '\0';
        who = (struct loy_identity){.bus = LOY_BUS_USB_HID, .vid = rows[i].vid, .pid = rows[i].pid};
        add_descriptor(&who, hex);
        const struct loy_driver *chosen = driver_claim(&who, &why);
        if (chosen != NULL) fail_msg("%s: %s", rows[i].what, chosen->name);
    }
}

/* ---- Options -------------------------------------------------------------------------------- */

static void test_options(void **unused)
{
    (void)unused;
    static const struct {
        const char *driver, *key, *value;
        enum loy_status status;
    } rows[] = {
        {"msr605", "read", "raw", LOY_OK},
        {"msr605", "read", "iso", LOY_OK},
        {"msr605", "read", "write", LOY_E_ARGUMENT},
        {"msr605", "erase", "1", LOY_E_ARGUMENT},
        {"msr605x", "read", "raw", LOY_OK},
        {"msr605x", "read", "", LOY_E_ARGUMENT},
        {"msr605x", "aim", "1", LOY_E_ARGUMENT},
        {"msr605x", "vid", "0801", LOY_OK},
        {"msr605x", "descriptor", "0600ff0901a101c0", LOY_E_ARGUMENT},
        {"msr605x", "descriptor", "0600ff0901a101150026ff007508954009018102b102c0", LOY_OK},
        {"magtek-hid", "aim", "1", LOY_E_ARGUMENT},
        {"magtek-hid", "descriptor", "0600ff0901a101c0", LOY_E_ARGUMENT},
        {"idtech-hid", "pid", "0500", LOY_OK},
        {"idtech-hid", "aim", "1", LOY_E_ARGUMENT},
        {"idtech-hid", "descriptor", "05010906a101c0", LOY_E_ARGUMENT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct loy_option option = {rows[i].key, rows[i].value};
        struct loy_decoder_options options = {.size = sizeof options,
            .driver = rows[i].driver,
            .options = &option,
            .option_count = 1};
        struct loy_decoder *decoder = NULL;
        char text[128];
        enum loy_status status = loy_decoder_open(&options, &decoder, text, sizeof text);
        if (status != rows[i].status)
            fail_msg("%s %s=%s: %d", rows[i].driver, rows[i].key, rows[i].value, status);
        assert_true((strlen(text) > 10) == (status != LOY_OK));
        loy_decoder_close(decoder);
    }
}

/* ---- Masks, without the guard, which looks for them too ---------------------------------------
 */

static void start(const char *name, const char *descriptor)
{
    static struct loy_identity who;
    const char *complaint = "";
    driver = driver_find(name);
    who = (struct loy_identity){.bus = LOY_BUS_USB_HID};
    if (descriptor != NULL) add_descriptor(&who, descriptor);
    memset(state_of, 0, sizeof state_of);
    assert_int_equal(driver->start(state_of, &who, NULL, &complaint), LOY_OK);
}

static void test_masks(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        enum loy_part_status encrypted, clear; /* the track came encrypted too, or not */
    } rows[] = {
        {CARD, LOY_PART_GOOD, LOY_PART_GOOD},
        {";60050000000008180=9904?", LOY_PART_MASKED, LOY_PART_GOOD},
        {";6005000300008180=9904?", LOY_PART_MASKED, LOY_PART_GOOD},
        {";60050000000008180?", LOY_PART_GOOD, LOY_PART_GOOD},
        {";600500418=9904?", LOY_PART_MASKED, LOY_PART_GOOD},
        {";6135123418=9904?", LOY_PART_GOOD, LOY_PART_GOOD},
        {";6135103418=9904?", LOY_PART_MASKED, LOY_PART_GOOD},
        {";60000008=9904?", LOY_PART_GOOD, LOY_PART_GOOD},
        {";6005*8180=9904?", LOY_PART_MASKED, LOY_PART_GOOD},
        {";6005XXXX8180=9904?", LOY_PART_MASKED, LOY_PART_GOOD},
        {";6005xxxx8180?", LOY_PART_MASKED, LOY_PART_GOOD},
        {"%B60050000000008180^CLUB^9904?", LOY_PART_MASKED, LOY_PART_GOOD},
        {"%M60050000000008180^CLUB^9904?", LOY_PART_GOOD, LOY_PART_GOOD},
        {"%MAX MEMBER/GOLD?", LOY_PART_GOOD, LOY_PART_GOOD},
        {"%00000000?", LOY_PART_MASKED, LOY_PART_GOOD},
        {";****?", LOY_PART_MASKED, LOY_PART_GOOD},
        {";000?", LOY_PART_GOOD, LOY_PART_GOOD},
    };
    start("magtek-hid", NULL);
    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
        uint8_t report[887] = {0};
        const char *text = rows[i / 2].text;
        enum loy_part_status expected = i % 2 ? rows[i / 2].encrypted : rows[i / 2].clear;
        report[4] = i % 2 ? 40 : 0;
        report[506] = (uint8_t)strlen(text);
        memcpy(report + 620, text, strlen(text));
        step_clear(&step);
        driver->feed(state_of, report, sizeof report, &step);
        assert_true(step.has_event && step.event.part_count == 1);
        if (step.event.parts[0].status != expected)
            fail_msg("%s %s: %s", text, i % 2 ? "encrypted" : "clear",
                loy_part_status_name(step.event.parts[0].status));
    }
}

/* ---- Redaction ------------------------------------------------------------------------------ */

/* Feeds the vector's chunks through the decoder, after redaction by a driver that sees the same
 * bytes unredacted, as a recording device does, or redacted. */
static void play_redacted(const char *folder, bool sees_redacted, size_t *zeroed)
{
    static char text[VECTOR_TEXT_MAX];
    static uint8_t bytes[VECTOR_BYTES_MAX];
    struct loy_decoder *decoder = vector_decoder(&vector, folder);
    start(folder, descriptor_of_vector());
    text[0] = '\0';
    for (size_t i = 0; i < vector.chunks; i++) {
        size_t n = vector.starts[i + 1] - vector.starts[i];
        const uint8_t *chunk = vector.bytes + vector.starts[i];
        memcpy(bytes, chunk, n);
        driver->redact(state_of, bytes, n);
        for (size_t k = 0; k < n; k++)
            if (bytes[k] != chunk[k]) ++*zeroed;
        step_clear(&step);
        driver->feed(state_of, sees_redacted ? bytes : chunk, n, &step);
        vector_feed(decoder, bytes, n, text, sizeof text);
    }
    vector_end(decoder, text, sizeof text);
    loy_decoder_close(decoder);
    if (strcmp(text, vector.expected) != 0)
        fail_msg("%s redacted\nexpected:\n%sgot:\n%s", vector.name, vector.expected, text);
}

static size_t zeroed;

static void play_one(const char *folder, const char *name)
{
    vector_load(&vector, folder, name);
    /* Drivers never see the zero: the decoder takes it off. */
    if (strcmp(name, "zero-before") == 0) return;
    bool cut_frame = strcmp(folder, "idtech-hid") == 0 && vector.chunks > 1;
    play_redacted(folder, false, &zeroed);
    if (!cut_frame) play_redacted(folder, true, &zeroed);
}

static void test_a_redacted_swipe_gives_the_same_event(void **unused)
{
    (void)unused;
    static const char *const names[] = {"magtek-hid", "idtech-hid", "msr605x"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        zeroed = 0;
        assert_true(vector_each(names[i], play_one) > 0);
        assert_true(zeroed > 100);
    }
}

static size_t count_bytes(const uint8_t *bytes, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != 0) count++;
    return count;
}

/* Of a swipe that encrypts, only statuses, lengths and what is masked may be left. */
static void test_encrypted_bytes_are_not_kept(void **unused)
{
    (void)unused;
    vector_load(&vector, "magtek-hid", "masked-ids"); /* random bytes in all other fields */
    start("magtek-hid", NULL);
    driver->redact(state_of, vector.bytes, vector.length);
    assert_int_equal(count_bytes(vector.bytes, vector.length), 1 + 1 + 24);
    vector_load(&vector, "idtech-hid", "frame-masked");
    start("idtech-hid", NULL);
    size_t tracks = 8u + vector.bytes[5] + vector.bytes[6];
    driver->redact(state_of, vector.bytes, vector.length);
    assert_int_equal(count_bytes(vector.bytes + tracks, vector.length - tracks), 3); /* checks */
    vector_load(&vector, "msr605x", "read-t2");
    start("msr605x", NULL);
    driver->redact(state_of, vector.bytes, vector.length);
    assert_int_equal(count_bytes(vector.bytes + 37, vector.length - 37), 0);
}

/* A track that failed, or is longer than its field, leaves nothing of itself. */
static void test_what_fails_is_not_kept(void **unused)
{
    (void)unused;
    start("magtek-hid", NULL);
    uint8_t report[337] = {1, 0, 0, 24};
    memcpy(report + 7, CARD, 24);
    driver->redact(state_of, report, sizeof report);
    assert_int_equal(count_bytes(report, sizeof report), 2);
    report[0] = 0;
    report[3] = 111;
    memset(report + 7, 'x', 330);
    driver->redact(state_of, report, sizeof report);
    assert_int_equal(count_bytes(report, sizeof report), 1);
    memset(report, 'x', sizeof report);
    driver->redact(state_of, report, sizeof report - 1);
    assert_int_equal(count_bytes(report, sizeof report), 1);
    driver->redact(state_of, report, 0);
    start("idtech-hid", NULL);
    memset(report, 'x', sizeof report);
    driver->redact(state_of, report, sizeof report); /* too short */
    assert_int_equal(count_bytes(report, sizeof report), 1);
    driver->redact(state_of, report, 0);
    start("msr605x", NULL);
    driver->redact(state_of, report, 0);
}

static void test_nothing_gives_nothing(void **unused)
{
    (void)unused;
    static const char *const names[] = {"magtek-hid", "idtech-hid", "msr605x"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint8_t nothing[1] = {0};
        start(names[i], NULL);
        step_clear(&step);
        driver->feed(state_of, nothing, 0, &step);
        assert_false(step.has_event);
    }
}

/* A frame that is damaged is not mended by redaction, wherever it is cut. */
static void test_redaction_mends_no_frame(void **unused)
{
    (void)unused;
    static struct loy_event event;
    for (size_t cut = 1; cut < 200; cut++) {
        vector_load(&vector, "idtech-hid", "frame-masked");
        vector.bytes[vector.length - 3] ^= 1;
        struct loy_decoder *decoder = vector_decoder(&vector, "idtech-hid");
        start("idtech-hid", NULL);
        size_t used = 0, at[] = {0, cut, vector.length};
        enum loy_status status = LOY_MORE;
        for (size_t i = 0; i < 2 && status == LOY_MORE; i++) {
            uint8_t *piece = vector.bytes + at[i], original[600];
            size_t n = at[i + 1] - at[i];
            memcpy(original, piece, n);
            driver->redact(state_of, piece, n);
            step_clear(&step);
            driver->feed(state_of, original, n, &step);
            status = loy_decoder_feed(decoder, piece, n, &used, &event);
        }
        assert_int_equal(status, LOY_OK);
        assert_int_equal(event.kind, LOY_EVENT_MISREAD);
        loy_decoder_close(decoder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_descriptors_that_are_not_it),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_a_redacted_swipe_gives_the_same_event),
        cmocka_unit_test(test_encrypted_bytes_are_not_kept),
        cmocka_unit_test(test_what_fails_is_not_kept),
        cmocka_unit_test(test_nothing_gives_nothing),
        cmocka_unit_test(test_redaction_mends_no_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
