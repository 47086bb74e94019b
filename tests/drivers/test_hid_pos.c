/* SPDX-License-Identifier: MIT
 *
 * test_hid_pos.c - what vectors cannot say of hid-pos, hid-pos-msr and symbol-hid-com: claims, what
 * is sent to a device and what becomes of its answer, waiting times, maxima, what a recording
 * keeps.
 */
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "driver.h"
#include "options.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

/* What Hand Held Products engines send, and Honeywell's after them (published firmware). */
#define SCANNED                                                                                    \
    "0912a1028502150026ff00750895010501093b81029503058c09fb09fc09fd8102953809fe820201"             \
    "0666ff9502090409008102058c25017501950809ff8102c0"
#define TRIGGER "0914a102850415002501750195080900095f096009000900098509869186c0"
#define MAKERS                                                                                     \
    "0666ff750826ff000903a10285fe95010903b28201c00901a10285fd950109219102953e0922928201c0"
#define HONEYWELL "058c0902a101" SCANNED TRIGGER MAKERS "c0"
#define PLAIN "058c0902a101" SCANNED "c0"
#define WITH_TRIGGER "058c0902a101" SCANNED TRIGGER "c0"
/* Report 4 knows "not on file" (87) alone, in a report without IDs. */
#define NOT_ON_FILE "058c0902a101150026ff007508953809fe82020125017501950809879102c0"
/* Reports FD and FE on another maker's page. */
#define STRANGER "058c0902a101" SCANNED "0600ff750826ff0085fe95010903b2820185fd953f0922928201c0"
#define SHORT_SERIAL "058c0902a101" SCANNED "0666ff750826ff0085fd95080922928201c0"
#define LONG_SERIAL "058c0902a101" SCANNED "0666ff750826ff0085fd95500922928201c0"
#define DECOY_ALONE "068cff0902a1018502150026ff007508953809fe820201c0"
#define DECOY_WITH_USAGE "068cff0902a101058c8502150026ff007508953809fe820201c0"
#define HALF_BYTE "058c0902a1018502150025017501953c09fe820201c0"
#define ODD_BITS "058c0902a10185021500250175019504810326ff007508953809fe820201c0"
#define ARRAY_BEEP                                                                                 \
    "058c0902a101" SCANNED "850475089501250719852986"                                              \
    "9100c0"
/* The maker's page in other reports, and a report FE without content. */
#define OTHER_MAKERS                                                                               \
    "058c0902a101" SCANNED "0666ff750826ff0085f095180922928201"                                    \
    "85fe95000922b2820185f19501b28201c0"
#define MSR "058e0901a101150026ff007508950309110912091381029560092182020195280922820201c0"
#define MSR_NO_LENGTH "058e0901a101150026ff00750895600921820201c0"
#define MSR_NO_DATA "058e0901a101150026ff00750895030911091209138102c0"
#define MSR_ELSEWHERE "058c0903a101058e150026ff00750895010911810295600921820201c0"
#define VENDOR_64 "0600ff0901a101150026ff007508954009018102c0"
#define VENDOR_64_ID "0600ff0901a1018501150026ff007508954009018102c0"
#define VENDOR_63_ID "0600ff0901a1018501150026ff007508953f09018102c0"
#define KEYBOARD "05010906a101050719e029e71500250175019508810295ff75088103c0"

static struct loy_identity who;
static uint8_t descriptor[512];
static unsigned char state[LOY_DRIVER_STATE_MAX] __attribute__((aligned(16)));
static struct loy_step step;
static struct vector vector;

static void become(uint16_t vid, uint16_t pid, const char *hex)
{
    size_t n = 0;
    who = (struct loy_identity){.bus = LOY_BUS_USB_HID, .vid = vid, .pid = pid};
    if (hex == NULL) return;
    assert_true(options_hex(hex, descriptor, sizeof descriptor, &n));
    assert_int_equal(hid_descriptor_parse(descriptor, n, &who.layout), LOY_OK);
    who.has_descriptor = true;
}

static void start(const struct loy_driver *driver, uint16_t vid, const char *hex)
{
    const char *complaint = "";
    become(vid, 0, hex);
    memset(state, 0, sizeof state);
    assert_true(driver->state_size <= sizeof state);
    if (driver->start(state, &who, NULL, &complaint) != LOY_OK) fail_msg("%s", complaint);
}

static void clear_step(void)
{
    step_clear(&step);
}

static void feed(const struct loy_driver *driver, const void *bytes, size_t n)
{
    clear_step();
    driver->feed(state, bytes, n, &step);
}

static void silence(const struct loy_driver *driver)
{
    clear_step();
    driver->silence(state, &step);
}

/* ---- Claims --------------------------------------------------------------------------------- */

struct claim_row {
    const char *what;
    uint16_t vid, pid;
    const char *descriptor; /* or NULL */
    const char *driver;
};

// clang-format off
static const struct claim_row claims[] = {
    {"Honeywell",                        0x0c2e, 0x0b6a, HONEYWELL, "hid-pos"},
    {"whoever has that descriptor",      0x1234, 0x5678, PLAIN, "hid-pos"},
    {"nothing but the decoy",            0x0c2e, 0x0b6a, DECOY_ALONE, NULL},
    {"a decoy with the right usage",     0x0c2e, 0x0b6a, DECOY_WITH_USAGE, NULL},
    {"data that are no bytes",           0x0c2e, 0x0b6a, HALF_BYTE, NULL},
    {"data between bytes",               0x0c2e, 0x0b6a, ODD_BITS, NULL},
    {"a model without descriptor",       0x0c2e, 0x0b8f, NULL, "hid-pos"},
    {"a Newland without descriptor",     0x1eab, 0x0d10, NULL, "hid-pos"},
    {"its keyboard mode",                0x1eab, 0x0d00, NULL, NULL},
    {"a stripe reader",                  0x1234, 0x5678, MSR, "hid-pos-msr"},
    {"one that tells no length",         0x1234, 0x5678, MSR_NO_LENGTH, NULL},
    {"one that has no data",             0x1234, 0x5678, MSR_NO_DATA, NULL},
    {"its usages in a scanner",          0x1234, 0x5678, MSR_ELSEWHERE, NULL},
    {"a Symbol without descriptor",      0x05e0, 0x0600, NULL, "symbol-hid-com"},
    {"a Symbol",                         0x05e0, 0x0600, VENDOR_64, "symbol-hid-com"},
    {"a Symbol with report IDs",         0x05e0, 0x0600, VENDOR_64_ID, "symbol-hid-com"},
    {"too short for it",                 0x05e0, 0x0600, VENDOR_63_ID, NULL},
    {"a Symbol that is a keyboard",      0x05e0, 0x0600, KEYBOARD, NULL},
    {"a Symbol in HID POS mode",         0x05e0, 0x0600, PLAIN, "hid-pos"},
    {"another Symbol",                   0x05e0, 0x0700, VENDOR_64, NULL},
};
// clang-format on

static void test_claims(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(claims); i++) {
        const char *why = "";
        become(claims[i].vid, claims[i].pid, claims[i].descriptor);
        const struct loy_driver *driver = driver_claim(&who, &why);
        const char *name = driver ? driver->name : "none";
        if (strcmp(name, claims[i].driver ? claims[i].driver : "none") != 0)
            fail_msg("%s: %s", claims[i].what, name);
        assert_true(driver == NULL || strlen(why) > 10);
        who.bus = LOY_BUS_SERIAL;
        assert_int_equal(driver_hid_pos.claim(&who, &why), 0);
        assert_int_equal(driver_hid_pos_msr.claim(&who, &why), 0);
        assert_int_equal(driver_symbol_hid_com.claim(&who, &why), 0);
    }
}

static void refuses(
    const struct loy_driver *driver, const char *hex, const char *key, const char *value)
{
    struct loy_option option = {key, value};
    const char *complaint = "";
    become(0, 0, hex);
    if (key != NULL) {
        who.options = &option;
        who.option_count = 1;
    }
    memset(state, 0, sizeof state);
    if (driver->start(state, &who, NULL, &complaint) != LOY_E_ARGUMENT)
        fail_msg("%s takes %s=%s", driver->name, key ? key : "", value ? value : "");
    assert_true(strlen(complaint) > 10);
}

static void test_options(void **unused)
{
    (void)unused;
    refuses(&driver_hid_pos, NULL, "aim", "1");
    refuses(&driver_hid_pos, NULL, "suffix", "lf");
    refuses(&driver_hid_pos, VENDOR_64, NULL, NULL);
    refuses(&driver_hid_pos_msr, NULL, NULL, NULL);
    refuses(&driver_hid_pos_msr, PLAIN, NULL, NULL);
    refuses(&driver_hid_pos_msr, MSR, "suffix", "cr");
    refuses(&driver_symbol_hid_com, NULL, "lrc", "1");
    refuses(&driver_symbol_hid_com, NULL, "suffix", "lf");
    refuses(&driver_symbol_hid_com, NULL, "aim", "2");
}

/* ---- What is sent to a scanner --------------------------------------------------------------- */

static const char once[] = "\xFD\x03\x16\x07\r", twice[] = "\xFD\x06\x16\x07\r\x16\x07\r";

struct answer_row {
    const char *what;
    uint16_t vid;
    const char *descriptor;
    uint16_t feature_bytes; /* what open() sends; 0: nothing */
    uint16_t good_bytes;
    const char *good; /* its beginning */
    uint16_t bad_bytes;
    const char *bad;
    bool silences;
};

// clang-format off
static const struct answer_row answers[] = {
    {"Honeywell",              0x0c2e, HONEYWELL,    2, 64, once, 2, "\x04\x20", true},
    {"Youjie",                 0x23d0, HONEYWELL,    2, 64, once, 2, "\x04\x20", true},
    {"a copy",                 0x1234, HONEYWELL,    2, 64, once, 2, "\x04\x20", false},
    {"the standard's beeps",   0x05e0, WITH_TRIGGER, 0, 2, "\x04\x40", 2, "\x04\x20", false},
    {"Honeywell without FD",   0x0c2e, WITH_TRIGGER, 0, 2, "\x04\x40", 2, "\x04\x20", false},
    {"not on file",            0x05e0, NOT_ON_FILE,  0, 0, "", 1, "\x01", false},
    {"nothing",                0x0c2e, PLAIN,        0, 0, "", 0, "", false},
    {"a stranger's FD and FE", 0x1234, STRANGER,     0, 0, "", 0, "", false},
    {"Honeywell's elsewhere",  0x0c2e, STRANGER,     2, 64, once, 64, twice, true},
    {"FD too short",           0x0c2e, SHORT_SERIAL, 0, 0, "", 0, "", false},
    {"FD too long",            0x0c2e, LONG_SERIAL,  0, 0, "", 0, "", false},
    {"beeps as an array",      0x05e0, ARRAY_BEEP,   0, 0, "", 0, "", false},
    {"other reports of it",    0x0c2e, OTHER_MAKERS, 0, 0, "", 0, "", false},
    {"and a stranger's",       0x1234, OTHER_MAKERS, 0, 0, "", 0, "", false},
    {"by ids",                 0x0c2e, NULL,         2, 64, once, 2, "\x04\x20", true},
    {"unknown ids",            0x1eab, NULL,         0, 0, "", 0, "", false},
};
// clang-format on

static void check_sent(const char *what, uint8_t kind, uint16_t bytes, const char *begin)
{
    if (step.send_length != bytes) fail_msg("%s: %u bytes", what, step.send_length);
    if (bytes == 0) return;
    assert_int_equal(step.send_kind, kind);
    assert_memory_equal(step.send, begin, strlen(begin));
    for (size_t i = strlen(begin); i < bytes; i++)
        assert_int_equal(step.send[i], 0);
}

static void test_open_and_answer(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT(answers); i++) {
        const struct answer_row *row = &answers[i];
        start(&driver_hid_pos, row->vid, row->descriptor);
        clear_step();
        driver_hid_pos.open(state, &step);
        check_sent(row->what, LOY_SEND_FEATURE, row->feature_bytes, "\xFE\x01");
        assert_int_equal(step.answers_nothing, row->good_bytes + row->bad_bytes == 0);
        clear_step();
        driver_hid_pos.answer(state, LOY_ANSWER_REJECTED, &step);
        check_sent(row->what, LOY_SEND_OUTPUT, row->bad_bytes, row->bad);
        assert_int_equal(step.wait_ms > 0, row->silences);
        clear_step();
        driver_hid_pos.answer(state, LOY_ANSWER_ACCEPTED, &step);
        check_sent(row->what, LOY_SEND_OUTPUT, row->good_bytes, row->good);
        assert_int_equal(step.wait_ms, 0); /* asked once */
        silence(&driver_hid_pos);
        check_sent(row->what, LOY_SEND_OUTPUT, row->silences ? 64 : 0, "\xFD\x0B\x16M\rBEPBEP0!");
        assert_int_equal(step.wait_ms > 0, row->silences);
        silence(&driver_hid_pos);
        assert_true(step.send_length == 0 && step.wait_ms == 0 && !step.has_event);
    }
}

static void fill(uint8_t report[64], const char *aim, const char *text, size_t n)
{
    memset(report, 0, 64);
    report[0] = 2;
    report[1] = (uint8_t)n;
    memcpy(report + 2, aim, strlen(aim));
    memcpy(report + 5, text, n);
}

/* A Honeywell that has been told to be silent. */
static void ask_for_silence(void)
{
    start(&driver_hid_pos, 0x0c2e, HONEYWELL);
    clear_step();
    driver_hid_pos.answer(state, LOY_ANSWER_ACCEPTED, &step);
    silence(&driver_hid_pos);
    assert_int_equal(step.send[0], 0xFD);
}

struct reply_row {
    const char *aim, *text;
    size_t n;
    bool scan, hint;
};

// clang-format off
static const struct reply_row replies[] = {
    {"]Z6", "BEPBEP0\x06!", 9, false, false},
    {"]Z6", "BEPBEP0\x15!", 9, false, true},
    {"]X0", "BEPBEP0\x06.", 9, false, false},
    {"",    "BEPBEP0\x05!", 9, false, true},
    {"]Z6", "REVINF\x06.",  8, false, false}, /* somebody else's */
    {"]X0", "BEPBEP1\x06!", 9, true, false},
    {"]X0", "BEPBEP0\x07!", 9, true, false},
    {"]X0", "BEPBEP0\0!",   9, true, false},
    {"]X0", "BEPBEP0\x06?", 9, true, false},
    {"]X0", "BEPBEP0\x06!!", 10, true, false},
    {"]X0", "123456789X",   10, true, false},
};
// clang-format on

static void test_answers_to_our_command_are_no_scans(void **unused)
{
    uint8_t report[64];
    (void)unused;
    for (size_t i = 0; i < COUNT(replies); i++) {
        const struct reply_row *row = &replies[i];
        fill(report, row->aim, row->text, row->n);
        ask_for_silence();
        feed(&driver_hid_pos, report, sizeof report);
        if (step.has_event != row->scan) fail_msg("reply %zu", i);
        assert_int_equal(step.hint != NULL, row->hint);
        /* Without a command the same bytes are a scan, unless they are ]Z6. */
        start(&driver_hid_pos, 0x0c2e, HONEYWELL);
        feed(&driver_hid_pos, report, sizeof report);
        assert_int_equal(step.has_event, strcmp(row->aim, "]Z6") != 0);
        assert_null(step.hint);
        /* Nor is it ours once the time is over. */
        ask_for_silence();
        silence(&driver_hid_pos);
        feed(&driver_hid_pos, report, sizeof report);
        assert_int_equal(step.has_event, strcmp(row->aim, "]Z6") != 0);
    }
}

static void test_a_symbol_goes_before_the_command(void **unused)
{
    uint8_t report[64];
    (void)unused;
    start(&driver_hid_pos, 0x0c2e, HONEYWELL);
    fill(report, "]Q1", "MEMBER", 6);
    report[63] = 1;
    feed(&driver_hid_pos, report, sizeof report);
    assert_int_equal(step.wait_ms, 500);
    clear_step();
    driver_hid_pos.answer(state, LOY_ANSWER_ACCEPTED, &step);
    assert_int_equal(step.wait_ms, 0); /* the symbol's own time runs on */
    silence(&driver_hid_pos);
    assert_true(step.has_event && step.event.reason == LOY_MISREAD_TRUNCATED);
    assert_int_equal(step.send_length, 0);
    /* A scan that comes between does not make it forget the command. */
    clear_step();
    driver_hid_pos.answer(state, LOY_ANSWER_ACCEPTED, &step);
    assert_int_equal(step.wait_ms, 50);
    report[63] = 0;
    feed(&driver_hid_pos, report, sizeof report);
    assert_true(step.has_event && step.wait_ms > 0);
    silence(&driver_hid_pos);
    assert_int_equal(step.send_length, 64);
    feed(&driver_hid_pos, report, sizeof report);
    assert_true(step.has_event && step.wait_ms > 0);
}

/* ---- Recordings ------------------------------------------------------------------------------ */

/* Every report of a vector, as it is and redacted first: the same events. */
static void replay_redacted(const char *folder, const char *name)
{
    static char plain[VECTOR_TEXT_MAX], redacted[VECTOR_TEXT_MAX];
    const struct loy_driver *driver = driver_find(folder);
    vector_load(&vector, folder, name);
    if (vector.option_count > 0 && strcmp(vector.options[0].key, "descriptor") != 0) return;
    start(driver, 0, vector.option_count > 0 ? vector.options[0].value : NULL);
    struct loy_decoder *one = vector_decoder(&vector, folder);
    struct loy_decoder *other = vector_decoder(&vector, folder);
    plain[0] = redacted[0] = '\0';
    for (size_t i = 0; i < vector.chunks; i++) {
        uint8_t *bytes = vector.bytes + vector.starts[i];
        size_t n = vector.starts[i + 1] - vector.starts[i];
        vector_feed(one, bytes, n, plain, sizeof plain);
        driver->redact(state, bytes, n);
        vector_feed(other, bytes, n, redacted, sizeof redacted);
    }
    vector_end(one, plain, sizeof plain);
    vector_end(other, redacted, sizeof redacted);
    loy_decoder_close(one);
    loy_decoder_close(other);
    if (strcmp(plain, redacted) != 0) fail_msg("%s: %s\nredacted: %s", name, plain, redacted);
}

static void test_redacted_reports_give_the_same(void **unused)
{
    (void)unused;
    assert_true(vector_each("hid-pos", replay_redacted) > 30);
    assert_true(vector_each("hid-pos-msr", replay_redacted) > 10);
    assert_true(vector_each("symbol-hid-com", replay_redacted) > 15);
}

static size_t bytes_equal(const uint8_t *bytes, size_t n, uint8_t value)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += bytes[i] == value;
    return count;
}

static void test_redacting_leaves_nothing_of_an_earlier_code(void **unused)
{
    uint8_t report[66];
    (void)unused;
    start(&driver_hid_pos, 0, NULL);
    memset(report, '7', sizeof report);
    memcpy(report, "\x02\x02]Q1", 5);
    driver_hid_pos.redact(state, report, 64);
    assert_int_equal(bytes_equal(report, 64, '7'), 4); /* two of text, vendor, more */
    memset(report, '7', sizeof report);
    memcpy(report, "\x02]Q1", 4);
    driver_hid_pos.redact(state, report, 63); /* without its ID */
    assert_int_equal(bytes_equal(report, 63, '7'), 4);
    memset(report, '7', sizeof report);
    memcpy(report, "\x02\x39]Q1", 5);
    driver_hid_pos.redact(state, report, 64); /* a count that cannot be */
    assert_int_equal(bytes_equal(report, 64, '7'), 2);
    memset(report, '7', sizeof report);
    memcpy(report, "\x02\x05]Q1", 5);
    driver_hid_pos.redact(state, report, 60); /* cut: nothing is read from it */
    assert_int_equal(bytes_equal(report, 60, '7'), 0);
    memset(report, '7', sizeof report);
    driver_hid_pos.redact(state, report, 64); /* another report */
    driver_hid_pos.redact(state, report, 0);
    feed(&driver_hid_pos, report, 0);
    assert_false(step.has_event);
    assert_int_equal(bytes_equal(report, 64, '7'), 1);
    start(&driver_hid_pos_msr, 0, MSR);
    memset(report, '7', sizeof report);
    driver_hid_pos_msr.redact(state, report, 60);
    assert_int_equal(bytes_equal(report, 60, '7'), 1);
    start(&driver_symbol_hid_com, 0, VENDOR_64);
    memset(report, '7', sizeof report);
    report[0] = 5;
    driver_symbol_hid_com.redact(state, report, 64);
    assert_int_equal(bytes_equal(report, 64, '7'), 5);
    report[0] = 64;
    driver_symbol_hid_com.redact(state, report, 64);
    assert_int_equal(bytes_equal(report, 64, '7'), 0);
    memset(report, '7', sizeof report);
    start(&driver_symbol_hid_com, 0, VENDOR_64_ID);
    driver_symbol_hid_com.redact(state, report, 1);
    assert_int_equal(bytes_equal(report, 1, '7'), 1);
}

/* ---- Maxima -----------------------------------------------------------------------------------
 */

static void test_stripe_maximum(void **unused)
{
    /* Lengths of 16 bits, 1,000 bytes for track 2. */
    static const char large[] = "058e0901a101150026ffff7510950109128102750896e8030922820201c0";
    static uint8_t report[1002];
    (void)unused;
    start(&driver_hid_pos_msr, 0, large);
    memset(report, 0xA7, sizeof report);
    report[0] = 0x01, report[1] = 0x10; /* 4,097 bits */
    feed(&driver_hid_pos_msr, report, sizeof report);
    assert_true(step.has_event && step.event.kind == LOY_EVENT_MISREAD);
    assert_int_equal(step.event.reason, LOY_MISREAD_TOO_LONG);
    report[0] = 0x00; /* 4,096 */
    feed(&driver_hid_pos_msr, report, sizeof report);
    assert_true(step.has_event && step.event.kind == LOY_EVENT_READ);
    assert_int_equal(step.event.parts[1].length, 512);
    silence(&driver_hid_pos_msr);
    assert_false(step.has_event);
    feed(&driver_hid_pos_msr, report, 0);
    assert_false(step.has_event);
}

static void test_symbol_com_maximum(void **unused)
{
    uint8_t report[64] = {63};
    size_t reports = (LOY_EVENT_DATA_MAX + 4) / 63;
    (void)unused;
    start(&driver_symbol_hid_com, 0x05e0, NULL);
    memset(report + 1, 'x', 63);
    for (size_t i = 0; i < reports; i++) {
        feed(&driver_symbol_hid_com, report, sizeof report);
        assert_true(!step.has_event && step.wait_ms == 100);
    }
    feed(&driver_symbol_hid_com, report, sizeof report);
    assert_true(step.has_event && step.event.reason == LOY_MISREAD_TOO_LONG);
    assert_int_equal(step.used, sizeof report);
    feed(&driver_symbol_hid_com, report, sizeof report); /* the rest of the same symbol */
    assert_true(!step.has_event && step.wait_ms == 100);
    silence(&driver_symbol_hid_com);
    assert_false(step.has_event);
    memcpy(report,
        "\x03"
        "ABC\r",
        5);
    report[0] = 4;
    feed(&driver_symbol_hid_com, report, sizeof report);
    assert_true(step.has_event && step.event.kind == LOY_EVENT_READ && step.wait_ms == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_open_and_answer),
        cmocka_unit_test(test_answers_to_our_command_are_no_scans),
        cmocka_unit_test(test_a_symbol_goes_before_the_command),
        cmocka_unit_test(test_redacted_reports_give_the_same),
        cmocka_unit_test(test_redacting_leaves_nothing_of_an_earlier_code),
        cmocka_unit_test(test_stripe_maximum),
        cmocka_unit_test(test_symbol_com_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
