/* SPDX-License-Identifier: MIT
 *
 * test_hid_keyboard.c - what vectors of hid-keyboard cannot say: waiting times, what is left of a
 * card in the state, a stream that broke, maxima, every key of the table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "driver.h"
#include "hid_keys.h"
#include "options.h"

#define ENTER 0x28u
#define SHIFT 0x02u
#define CTRL 0x01u
#define ALT 0x04u

static unsigned char state[LOY_DRIVER_STATE_MAX] __attribute__((aligned(16)));
static struct loy_step step;

static const struct loy_driver *const driver = &driver_hid_keyboard;

static void start(const char *key, const char *value)
{
    struct loy_option option = {key, value};
    static struct loy_identity who;
    const char *complaint = "";
    who = (struct loy_identity){
        .bus = LOY_BUS_USB_HID, .options = &option, .option_count = key ? 1 : 0};
    memset(state, 0, sizeof state);
    assert_true(driver->state_size <= sizeof state);
    assert_int_equal(driver->start(state, &who, NULL, &complaint), LOY_OK);
}

static void feed(const uint8_t *bytes, size_t length)
{
    step_clear(&step);
    driver->feed(state, bytes, length, &step);
}

static void press(uint8_t modifiers, uint8_t usage)
{
    uint8_t report[8] = {modifiers, 0, usage};
    feed(report, sizeof report);
}

/* The step of the key that is down; its release made nothing. */
static void strike(uint8_t modifiers, uint8_t usage)
{
    static const uint8_t up[8];
    static struct loy_step pressed;
    press(modifiers, usage);
    pressed = step;
    feed(up, sizeof up);
    assert_false(step.has_event);
    step = pressed;
}

static void strike_digits(const char *digits)
{
    for (; *digits != '\0'; digits++)
        strike(0, *digits == '0' ? 0x27 : (uint8_t)(*digits - '1' + 0x1E));
}

static void strike_alt(const char *digits)
{
    for (; *digits != '\0'; digits++) {
        press(ALT, *digits == '0' ? 0x62 : (uint8_t)(*digits - '1' + 0x59));
        press(ALT, 0);
    }
    press(0, 0);
}

static void be_silent(void)
{
    step_clear(&step);
    driver->silence(state, &step);
}

/* As the hub does when a report broke on the way. */
static void break_stream(void)
{
    memset(state + driver->session_size, 0, driver->state_size - driver->session_size);
}

static void assert_read(const char *text)
{
    assert_true(step.has_event);
    assert_int_equal(step.event.kind, LOY_EVENT_READ);
    assert_int_equal(step.event.parts[0].length, strlen(text));
    assert_memory_equal(step.event.data, text, strlen(text));
}

static void assert_misread(enum loy_misread reason)
{
    assert_true(step.has_event);
    assert_int_equal(step.event.kind, LOY_EVENT_MISREAD);
    assert_int_equal(step.event.reason, reason);
}

/* ---- Waiting -------------------------------------------------------------------------------- */

static void test_waits_only_for_what_is_missing(void **unused)
{
    (void)unused;
    start(NULL, NULL);
    feed(state, 0);
    assert_true(!step.has_event && step.wait_ms == 0);
    strike_digits("42");
    assert_int_equal(step.wait_ms, 300);
    strike(0, ENTER);
    assert_read("42");
    assert_int_equal(step.wait_ms, 0);
    strike(0, 0x2B); /* a late second suffix */
    assert_true(!step.has_event && step.wait_ms == 0);
    be_silent();
    assert_false(step.has_event);
    press(ALT, 0x62);
    assert_int_equal(step.wait_ms, 300);
    be_silent();
    assert_misread(LOY_MISREAD_TRUNCATED);
    start("suffix", "none");
    strike_digits("42");
    assert_int_equal(step.wait_ms, 200);
    be_silent();
    assert_read("42");
}

/* ;42? and Enter: another track may follow, for a moment. */
static void test_waits_a_moment_for_another_track(void **unused)
{
    (void)unused;
    start(NULL, NULL);
    strike(0, 0x33);
    strike_digits("42");
    strike(SHIFT, 0x38);
    strike(0, ENTER);
    assert_false(step.has_event);
    assert_int_equal(step.wait_ms, 100);
    be_silent();
    assert_read(";42?");
    assert_int_equal(step.event.parts[0].track, 2);
}

static void test_a_tab_ends_what_nothing_follows(void **unused)
{
    (void)unused;
    start(NULL, NULL);
    strike_digits("42");
    strike(0, 0x2B);
    assert_int_equal(step.wait_ms, 300);
    be_silent();
    assert_read("42");
    start("suffix", "enter");
    strike_digits("42");
    strike(0, 0x2B);
    be_silent();
    assert_misread(LOY_MISREAD_TRUNCATED);
}

/* ---- What is left ---------------------------------------------------------------------------- */

static bool state_holds(const void *bytes, size_t n)
{
    return memmem(state, driver->state_size, bytes, n) != NULL;
}

static void test_nothing_of_a_card_is_left(void **unused)
{
    (void)unused;
    static const uint8_t three[] = {0x26, 0x25, 0x24}; /* keys that were down at once: 9 8 7 */
    uint8_t report[8] = {0, 0, 0x26, 0x25, 0x24};
    start(NULL, NULL);
    feed(report, sizeof report);
    assert_true(state_holds("987", 3) && state_holds(three, 3));
    press(0, ENTER);
    assert_read("987");
    assert_false(state_holds("987", 3));
    assert_false(state_holds(three, 3));
    assert_false(state_holds(three + 1, 2));
}

/* ---- Broken streams -------------------------------------------------------------------------- */

static void test_the_rest_of_a_broken_read_is_no_read(void **unused)
{
    (void)unused;
    start(NULL, NULL);
    strike_digits("30469200");
    break_stream(); /* the hub has told it as a misread */
    strike_digits("29759");
    assert_true(step.wait_ms > 0);
    strike(0, ENTER);
    assert_false(step.has_event);
    strike_digits("42");
    strike(0, ENTER);
    assert_read("42");
    break_stream(); /* after an event the hub wipes too, and nothing is missing */
    strike_digits("43");
    strike(0, ENTER);
    assert_read("43");
    strike_digits("44");
    break_stream();
    strike_digits("45");
    be_silent();
    assert_false(step.has_event);
    strike_digits("46");
    strike(0, ENTER);
    assert_read("46");
}

/* ---- Maxima ---------------------------------------------------------------------------------- */

static void test_too_long(void **unused)
{
    (void)unused;
    start(NULL, NULL);
    for (size_t i = 0; i < LOY_EVENT_DATA_MAX + 5u; i++) {
        strike(0, 0x1E);
        assert_false(step.has_event);
    }
    strike(0, 0x1E);
    assert_misread(LOY_MISREAD_TOO_LONG);
    strike(0, 0x1E);
    assert_false(step.has_event);
    strike(0, ENTER);
    assert_false(step.has_event);
    for (size_t i = 0; i < LOY_EVENT_DATA_MAX; i++)
        strike(0, 0x1E);
    strike(0, ENTER);
    assert_true(step.has_event && step.event.kind == LOY_EVENT_READ);
    assert_int_equal(step.event.data_length, LOY_EVENT_DATA_MAX);
}

/* Many arrays and bits under one report: more keys than anything types at once. */
static void test_more_keys_than_are_kept(void **unused)
{
    (void)unused;
    static const uint8_t descriptor[] = {0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0x04,
        0x29, 0x63, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x60, 0x81, 0x02, 0x75, 0x10, 0x95,
        0x01, 0x27, 0xFF, 0xFF, 0x00, 0x00, 0x19, 0x00, 0x2A, 0xFF, 0x00, 0x81, 0x00, 0xC0};
    static struct loy_identity who;
    const char *why = "";
    uint8_t report[14];
    who = (struct loy_identity){.bus = LOY_BUS_USB_HID, .bound = true, .has_descriptor = true};
    assert_int_equal(hid_descriptor_parse(descriptor, sizeof descriptor, &who.layout), LOY_OK);
    assert_true(driver->claim(&who, &why) > 0 && strstr(why, "named") != NULL);
    memset(state, 0, sizeof state);
    assert_int_equal(driver->start(state, &who, NULL, &why), LOY_OK);
    memset(report, 0, sizeof report);
    report[0] = 0x03;
    report[13] = 0x01; /* usage 0x0100: none */
    feed(report, sizeof report);
    memset(report, 0, sizeof report);
    report[12] = ENTER;
    feed(report, sizeof report);
    assert_read("ab");
    memset(report, 0xFF, 12);
    feed(report, sizeof report);
    assert_misread(LOY_MISREAD_DEVICE);
}

/* ---- Claims ---------------------------------------------------------------------------------- */

static void test_claims_what_was_named(void **unused)
{
    (void)unused;
    static struct loy_identity who;
    const char *why = "";
    who = (struct loy_identity){.bus = LOY_BUS_USB_HID, .bound = true};
    assert_true(driver->claim(&who, &why) > 0);
    who.has_descriptor = true; /* and it is no keyboard */
    assert_int_equal(driver->claim(&who, &why), 0);
    who = (struct loy_identity){.bus = LOY_BUS_SERIAL, .bound = true};
    assert_int_equal(driver->claim(&who, &why), 0);
    for (const struct loy_match *row = driver->match; row->title != NULL; row++) {
        who = (struct loy_identity){.bus = LOY_BUS_USB_HID, .vid = row->vid, .pid = row->pid};
        assert_true(driver->claim(&who, &why) > 0);
        assert_true(row->better == NULL || strlen(row->better) <= 180);
        assert_ptr_equal(match_find(driver->match, row->vid, row->pid), row);
    }
}

/* Among the keys of a collection that is no keyboard: a remote control, say. */
static void test_keys_of_another_collection_are_none(void **unused)
{
    (void)unused;
    static const uint8_t descriptor[] = {0x05, 0x0C, 0x09, 0x01, 0xA1, 0x01, 0x05, 0x07, 0x19, 0x00,
        0x29, 0x65, 0x15, 0x00, 0x25, 0x65, 0x75, 0x08, 0x95, 0x06, 0x81, 0x00, 0xC0, 0x05, 0x01,
        0x09, 0x80, 0xA1, 0x01, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x95, 0x06, 0x81, 0x00, 0xC0};
    static struct loy_identity who;
    const char *why = "";
    who = (struct loy_identity){.bus = LOY_BUS_USB_HID, .bound = true, .has_descriptor = true};
    assert_int_equal(hid_descriptor_parse(descriptor, sizeof descriptor, &who.layout), LOY_OK);
    assert_int_equal(driver->claim(&who, &why), 0);
    assert_int_equal(driver->start(state, &who, NULL, &why), LOY_E_ARGUMENT);
}

/* ---- Lamps ----------------------------------------------------------------------------------- */

static void test_lamps_are_set_where_there_are_some(void **unused)
{
    (void)unused;
    static const struct {
        const char *descriptor;
        size_t length;
        uint8_t bytes[2];
    } rows[] = {
        /* Datalogic Gryphon GD4400: without a report ID */
        {"05010906a101050719e029e715002501750195088102950175088101950575010508190129059102950175039"
         "10"
         "195067508150026ff00050719002aff008100c0",
            1, {0x01}},
        /* the same lamps under report ID 4, and behind something else */
        {"05010906a10185040507190029ff150026ff00750895068100050819012905150025017501950591029503910"
         "1c0",
            2, {0x04, 0x01}},
        {"05010906a1010507190029ff150026ff007508950681007508950191010508190129051500250175019505910"
         "2"
         "c0",
            0, {0}},
        {"05010906a1010507190029ff150026ff00750895068100c0", 0, {0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static struct loy_identity who;
        uint8_t bytes[128];
        size_t n = 0;
        const char *why = "";
        who = (struct loy_identity){.bus = LOY_BUS_USB_HID, .has_descriptor = true};
        assert_true(options_hex(rows[i].descriptor, bytes, sizeof bytes, &n));
        assert_int_equal(hid_descriptor_parse(bytes, n, &who.layout), LOY_OK);
        memset(state, 0, sizeof state);
        assert_int_equal(driver->start(state, &who, NULL, &why), LOY_OK);
        step_clear(&step);
        driver->open(state, &step);
        assert_int_equal(step.send_kind, LOY_SEND_OUTPUT);
        assert_int_equal(step.send_length, rows[i].length);
        assert_memory_equal(step.send, rows[i].bytes, rows[i].length);
    }
}

/* ---- Keys ------------------------------------------------------------------------------------ */

struct key_row {
    uint8_t modifiers, usage;
    bool caps;
    const char *text; /* NULL: nothing; "": a command */
};

// clang-format off
static const struct key_row keys[] = {
    {0, 0x04, false, "a"},     {SHIFT, 0x04, false, "A"},    {0, 0x04, true, "A"},
    {SHIFT, 0x1D, true, "z"},  {0x20, 0x1D, false, "Z"},     {0, 0x1E, true, "1"},
    {SHIFT, 0x27, false, ")"}, {0, 0x28, false, "\r"},       {SHIFT, 0x28, false, "\r"},
    {0, 0x29, false, ""},      {0, 0x2A, false, ""},         {0, 0x2B, false, "\t"},
    {0, 0x2C, false, " "},     {SHIFT, 0x2D, false, "_"},    {0, 0x32, false, "\\"},
    {SHIFT, 0x35, false, "~"}, {SHIFT, 0x38, false, "?"},    {0, 0x39, false, NULL},
    {0, 0x3A, false, ""},      {0, 0x47, false, NULL},       {0, 0x53, false, NULL},
    {0, 0x58, false, "\r"},    {0, 0x62, false, "0"},        {0, 0x64, false, "\\"},
    {0, 0x65, false, ""},      {0, 0x67, false, "="},        {0, 0x85, false, ","},
    {0, 0x86, false, "="},        {SHIFT, 0x2F, true, "{"},     {0, 0xA5, false, NULL},       {0, 0xE1, false, NULL},
    {0, 0xFF, false, NULL},    {0, 0x00, false, NULL},       {0, 0xA4, false, ""},
    {CTRL, 0x04, false, "\x01"}, {0x10, 0x0D, false, "\n"},  {CTRL | SHIFT, 0x0D, false, "\n"},
    {CTRL, 0x1D, true, "\x1A"}, {CTRL, 0x2F, false, "\x1B"}, {CTRL, 0x31, false, "\x1C"},
    {CTRL, 0x32, false, "\x1C"}, {CTRL, 0x30, false, "\x1D"}, {CTRL, 0x23, false, "\x1E"},
    {CTRL | SHIFT, 0x23, false, "\x1E"}, {CTRL, 0x2D, false, "\x1F"}, {CTRL, 0x1F, false, ""},  {CTRL, 0x36, false, ""},
    {CTRL, 0x28, false, "\r"}, {CTRL, 0x59, false, ""},      {CTRL, 0x3A, false, ""},
    {ALT, 0x04, false, ""},    {0x40, 0x04, false, ""},      {CTRL | ALT, 0x04, false, ""},
    {0x08, 0x04, false, ""},   {0x80, 0x04, false, ""},      {ALT, 0x53, false, NULL},
};
// clang-format on

static void check_key(const struct hid_keymap *map, const struct key_row *row)
{
    struct hid_key key = hid_key_press(map, row->usage, row->modifiers, row->caps);
    int kind = row->text == NULL      ? HID_KEY_NOTHING
               : row->text[0] == '\0' ? HID_KEY_COMMAND
                                      : HID_KEY_TEXT;
    size_t n = row->text ? strlen(row->text) : 0;
    if (key.kind != kind || key.length != n || (n > 0 && memcmp(key.text, row->text, n) != 0))
        fail_msg("usage %02x with %02x: kind %d, %u bytes", row->usage, row->modifiers, key.kind,
            key.length);
}

// clang-format off
static const struct {
    const char *layout;
    struct key_row row;
} layout_keys[] = {
    {"de", {0, 0x1C, false, "z"}}, {"de", {SHIFT, 0x2D, false, "?"}}, {"de", {SHIFT, 0x36, false, ";"}},
    {"de", {0x40, 0x14, false, "@"}}, {"de", {CTRL | ALT, 0x24, false, "{"}}, {"de", {0x40, 0x04, false, ""}},
    {"de", {0, 0x34, false, "\xC3\xA4"}}, {"de", {CTRL, 0x1C, false, "\x1A"}}, {"de", {0x40, 0x1C, false, ""}},
    {"de", {0, 0x1E, false, "1"}}, {"de", {0, 0x58, false, "\r"}}, {"de", {0x40, 0x08, false, "\xE2\x82\xAC"}},
    {"fr", {0, 0x04, false, "q"}}, {"fr", {SHIFT, 0x1E, false, "1"}}, {"fr", {SHIFT, 0x34, false, "%"}},
    {"cz", {SHIFT, 0x25, false, "8"}}, {"cz", {0, 0x25, false, "\xC3\xA1"}},
    {"uk", {SHIFT, 0x1F, false, "\""}}, {"uk", {SHIFT, 0x34, false, "@"}},
    {"tr", {SHIFT, 0x21, false, "+"}}, {"us", {0, 0x1C, false, "y"}},
};
// clang-format on

static void test_layouts(void **unused)
{
    static const uint8_t usages[][2] = {/* DE: %A ^^B?, the dead key with its space and without */
        {SHIFT, 0x22}, {0x20, 0x04}, {0, 0x2C}, {0, 0x35}, {0, 0x2C}, {0, 0x35}, {SHIFT, 0x05},
        {SHIFT, 0x2D}, {0, ENTER}};
    (void)unused;
    for (size_t i = 0; i < sizeof layout_keys / sizeof layout_keys[0]; i++)
        check_key(hid_keymap_find(layout_keys[i].layout), &layout_keys[i].row);
    start("layout", "de");
    for (size_t i = 0; i < sizeof usages / sizeof usages[0]; i++)
        strike(usages[i][0], usages[i][1]);
    assert_int_equal(step.wait_ms, 100);
    be_silent();
    assert_read("%A ^^B?");
}

static void test_keys(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        check_key(hid_keymap_find("us"), &keys[i]);
    assert_null(hid_keymap_find("klingon"));
    for (int i = 0; i < 10; i++)
        assert_int_equal(hid_key_pad_digit(i == 0 ? 0x62 : (uint8_t)(0x58 + i)), i);
    assert_int_equal(hid_key_pad_digit(0x58), -1);
    assert_int_equal(hid_key_pad_digit(0x63), -1);
}

static void test_alt_codes(void **unused)
{
    (void)unused;
    static const struct {
        unsigned number;
        bool zero;
        const char *text;
    } rows[] = {
        {29, true, "\x1D"},
        {29, false, "\x1D"},
        {65, false, "A"},
        {127, true, "\x7F"},
        {128, false, "\xC3\x87"},
        {128, true, "\xE2\x82\xAC"},
        {159, true, "\xC5\xB8"},
        {160, true, "\xC2\xA0"},
        {255, true, "\xC3\xBF"},
        {255, false, "\xC2\xA0"},
        {254, false, "\xE2\x96\xA0"},
        {0, true, ""},
        {256, false, ""},
    };
    uint8_t text[HID_KEYS_TEXT_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t n = hid_key_alt_code(rows[i].number, rows[i].zero, text);
        assert_int_equal(n, strlen(rows[i].text));
        assert_memory_equal(text, rows[i].text, n);
    }
    start(NULL, NULL);
    strike_alt("0065");
    strike_alt("029");
    strike_alt("066");
    strike(0, ENTER);
    assert_read("A\x1D"
                "B");
    press(ALT, 0);
    press(0, 0);
    assert_true(!step.has_event && step.wait_ms == 0); /* Alt alone */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits_only_for_what_is_missing),
        cmocka_unit_test(test_waits_a_moment_for_another_track),
        cmocka_unit_test(test_a_tab_ends_what_nothing_follows),
        cmocka_unit_test(test_nothing_of_a_card_is_left),
        cmocka_unit_test(test_the_rest_of_a_broken_read_is_no_read),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_more_keys_than_are_kept),
        cmocka_unit_test(test_claims_what_was_named),
        cmocka_unit_test(test_keys_of_another_collection_are_none),
        cmocka_unit_test(test_lamps_are_set_where_there_are_some),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_alt_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
