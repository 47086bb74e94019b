/* SPDX-License-Identifier: MIT
 *
 * test_guard.c - every row of the guard's table, every issuer range, and properties over random
 * numbers. No number of a card stands here: they are made at run time, except the public test
 * numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "guard.h"
#include "guard_numbers.h"

static struct guard guard;
static struct loy_event event;

/* ---- Numbers -------------------------------------------------------------------------------- */

/* Copies text, with \x0A and {4:16}, {!4:16} and {g4:13} replaced. The same braces give the same
 * number again, so that two tracks can hold one. */
static void expand(char *out, size_t size, const char *text)
{
    static char last_key[64], last[64];
    size_t used = 0;
    while (*text != '\0') {
        assert_true(used + 64 < size);
        unsigned byte = 0;
        if (sscanf(text, "\\x%2x", &byte) == 1) {
            out[used++] = (char)byte;
            text += 4;
            continue;
        }
        if (*text != '{') {
            out[used++] = *text++;
            continue;
        }
        char key[64] = "", prefix[40] = "";
        size_t n = strcspn(text, "}") + 1, length = 0;
        memcpy(key, text, n);
        char how = key[1] == '!' || key[1] == 'g' ? key[1] : 'l';
        assert_int_equal(sscanf(key + (how == 'l' ? 1 : 2), "%39[0-9]:%zu", prefix, &length), 2);
        if (strcmp(key, last_key) != 0) make_number(last, prefix, length, how);
        memcpy(last_key, key, sizeof key);
        memcpy(out + used, last, length);
        used += length;
        text += n;
    }
    out[used] = '\0';
    last_key[0] = '\0';
}

/* ---- The table ------------------------------------------------------------------------------ */

static void set_range(const char *text)
{
    struct loy_range range = {.use = LOY_USE_MEMBER};
    char check[32] = "";
    unsigned length = 0;
    guard.range_count = 0;
    if (text[0] == '-') return;
    assert_int_equal(sscanf(text, "%18[0-9]:%u:%31s", range.prefix, &length, check), 3);
    range.length = (uint8_t)length;
    range.financial_layout = strstr(check, "+layout") != NULL;
    if (strncmp(check, "luhn", 4) == 0) range.check = LOY_CHECK_LUHN;
    if (strncmp(check, "gs1", 3) == 0) range.check = LOY_CHECK_GS1;
    struct loy_guard_rules rules = {&range, 1};
    assert_int_equal(guard_init(&guard, &rules), LOY_OK);
}

/* "track2 text", "track2* text" (masked by the reader), "symbol ]C0 text" or "symbol - text". */
static void add_part(const char *text)
{
    if (strncmp(text, "track", 5) == 0) {
        bool masked = text[6] == '*';
        const char *value = strchr(text, ' ') ? strchr(text, ' ') + 1 : "";
        event_add_track(&event, (unsigned)(text[5] - '0'),
            masked     ? LOY_PART_MASKED
            : value[0] ? LOY_PART_GOOD
                       : LOY_PART_EMPTY,
            value, strlen(value));
        return;
    }
    assert_true(strncmp(text, "symbol ", 7) == 0);
    char aim[4] = "";
    const char *value = strchr(text + 7, ' ') + 1;
    if (text[7] == ']') memcpy(aim, text + 7, 3);
    enum loy_symbology symbology = loy_aim_symbology(aim, (const uint8_t *)value, strlen(value));
    event_add_symbol(&event, symbology, aim, value, strlen(value));
}

static void set_parts(char *text)
{
    event_begin(&event, "test");
    for (char *end; text != NULL; text = end) {
        end = strstr(text, " & ");
        if (end != NULL) *end = '\0';
        if (end != NULL) end += 3;
        add_part(text);
    }
}

static void print_result(char *out, size_t size)
{
    const char *kind = event.kind == LOY_EVENT_READ      ? "read"
                       : event.kind == LOY_EVENT_REFUSED ? "refused"
                                                         : "foreign";
    snprintf(out, size, "%s", kind);
    if (event.kind == LOY_EVENT_REFUSED)
        snprintf(out, size, "refused %s%s%s", loy_refusal_name(event.reason),
            event.network ? " " : "", loy_network_name(event.network));
    if (event.kind == LOY_EVENT_READ && event.parts[0].status == LOY_PART_MASKED)
        snprintf(out, size, "read masked");
}

/* Nothing of a wiped event may be left: neither text nor where it was. */
static void check_wiped(const char *what)
{
    if (event.kind == LOY_EVENT_READ) return;
    for (size_t i = 0; i < sizeof event.data; i++)
        if (event.data[i] != 0) fail_msg("%s: a byte is left", what);
    for (size_t i = 0; i < sizeof event.parts; i++)
        assert_int_equal(((const uint8_t *)event.parts)[i], 0);
    assert_int_equal(event.part_count, 0);
    assert_int_equal(event.data_length, 0);
}

static char *trim(char *text)
{
    text += strspn(text, " ");
    size_t n = strlen(text);
    while (n > 0 && strchr(" \n", text[n - 1]))
        text[--n] = '\0';
    return text;
}

static size_t wrong_lines;

static unsigned play_line(const char *line)
{
    char copy[512], expanded[512], result[128];
    snprintf(copy, sizeof copy, "%s", line);
    char *row = strtok(copy, "|"), *ranges = strtok(NULL, "|"), *parts = strtok(NULL, "|");
    char *expected = strtok(NULL, "|");
    if (expected == NULL) fail_msg("not four fields: %s", line);
    set_range(trim(ranges));
    expand(expanded, sizeof expanded, trim(parts));
    set_parts(expanded);
    guard_judge(&guard, &event);
    print_result(result, sizeof result);
    if (strcmp(result, trim(expected)) != 0) {
        print_error("%sgot: %s\n", line, result);
        wrong_lines++;
    }
    check_wiped(line);
    return (unsigned)atoi(row);
}

static FILE *open_vectors(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/vectors/guard/%s", TEST_SOURCE_DIR, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("cannot open %s", path);
    return file;
}

static void test_every_row_of_the_table(void **state)
{
    (void)state;
    char line[512];
    unsigned seen[10] = {0};
    FILE *file = open_vectors("rows.txt");
    while (fgets(line, sizeof line, file) != NULL)
        if (line[0] != '#') seen[play_line(line) % 10]++;
    fclose(file);
    for (size_t row = 1; row <= 9; row++)
        assert_true(seen[row] > 0);
    assert_int_equal(wrong_lines, 0);
}

/* ---- Issuers -------------------------------------------------------------------------------- */

static void judge_stripe(const char *format, const char *number)
{
    char text[128];
    snprintf(text, sizeof text, format, number);
    set_track(&event, format[0] == '%' ? 1 : 2, text, strlen(text));
    guard_judge(&guard, &event);
}

static void judge_keyed(const char *number)
{
    set_symbol(&event, "", number, strlen(number));
    guard_judge(&guard, &event);
}

static void check_network(const char *network)
{
    if (event.kind != LOY_EVENT_REFUSED) fail_msg("a number of %s is let in", network);
    assert_int_equal(event.reason, LOY_REFUSAL_PAYMENT_CARD);
    assert_string_equal(loy_network_name(event.network), network);
}

/* A number of a network, on every way in. Nobody is refused for twelve digits that stand alone, nor
 * for an article's number. */
static void check_card(const char *prefix, size_t length, const char *network)
{
    char number[40], track_3[64];
    make_number(number, prefix, length, 'l');
    bool article = (length == 13 || length == 14) && loy_digits_gs1(number, length);
    judge_stripe("%%B%s^TEST/CARD^29121010000?", number);
    check_network(network);
    judge_stripe(";%s=29121010000?", number);
    check_network(network);
    snprintf(track_3, sizeof track_3, ";01%s=724978000?", number);
    set_track(&event, 3, track_3, strlen(track_3));
    guard_judge(&guard, &event);
    check_network(network);
    judge_stripe(";%s=9904?", number);
    if (length > 12) check_network(network);
    judge_keyed(number);
    if (length > 12 && !article) check_network(network);
    if (length == 12 || article) assert_int_equal(event.kind, LOY_EVENT_READ);
}

/* Without Luhn's check a number is refused by its layout alone, if the network has such numbers. */
static void check_unchecked(const char *prefix, size_t length, const char *network, bool any)
{
    char number[40];
    make_number(number, prefix, length, '!');
    judge_stripe(";%s=29121010000?", number);
    if (any) check_network(network);
    if (!any && event.kind != LOY_EVENT_READ)
        fail_msg("%s %zu without its check is refused", prefix, length);
    judge_stripe(";%s?", number);
    assert_int_equal(event.kind, LOY_EVENT_READ);
}

/* A wallet's payment code may have the number of a card that does not exist. */
static void check_keyed_as_nobodys(const char *number, size_t length)
{
    bool code = loy_issuer_find(number, length, true) != NULL;
    assert_int_equal(event.kind, code ? LOY_EVENT_REFUSED : LOY_EVENT_READ);
    if (code) assert_int_equal(event.reason, LOY_REFUSAL_PAYMENT_CODE);
}

/* No network's number; cut: but the beginning of one, which a date behind it betrays. */
static void check_none(const char *prefix, size_t length, bool cut)
{
    char number[40];
    make_number(number, prefix, length, 'l');
    judge_stripe(";%s=29121010000?", number);
    if (event.kind != (cut ? LOY_EVENT_REFUSED : LOY_EVENT_READ))
        fail_msg("%s %zu with a date", prefix, length);
    judge_stripe(";%s=9904?", number);
    assert_int_equal(event.kind, LOY_EVENT_READ);
    judge_keyed(number);
    check_keyed_as_nobodys(number, length);
}

static bool rows_hit[64];

static void check_issuer_line(const char *prefix, size_t length, const char *network)
{
    char number[40];
    if (network[0] == '-' || strcmp(network, "cut") == 0) {
        check_none(prefix, length, network[0] == 'c');
        return;
    }
    check_card(prefix, length, network);
    check_unchecked(prefix, length, network, strcmp(prefix, "62") == 0);
    make_number(number, prefix, length, 'l');
    const struct loy_issuer *row = loy_issuer_find(number, length, false);
    assert_non_null(row);
    rows_hit[row - loy_issuer_at(0)] = true;
}

static bool is_network(const struct loy_issuer *row)
{
    return row->network != LOY_NETWORK_NONE;
}

/* The file is a second copy of the table, made by hand: every row of the table must be in it. */
static void test_every_issuer_line(void **state)
{
    (void)state;
    char line[256];
    FILE *file = open_vectors("issuers.txt");
    guard.range_count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        char prefix[16], network[32];
        size_t first = 0, last = 0;
        if (line[0] == '#') continue;
        assert_int_equal(sscanf(line, "%15s %zu %zu %31s", prefix, &first, &last, network), 4);
        for (size_t n = first; n <= last; n++)
            for (size_t round = 0; round < 20; round++)
                check_issuer_line(prefix, n, network);
    }
    fclose(file);
    for (size_t i = 0; is_network(loy_issuer_at(i)); i++)
        if (!rows_hit[i]) fail_msg("issuer row %zu has no vector", i);
}

static void check_prefix(unsigned value, size_t digits, size_t length)
{
    char prefix[8], number[40];
    if (snprintf(prefix, sizeof prefix, "%u", value) != (int)digits) return;
    make_number(number, prefix, length, 'l');
    const struct loy_issuer *row = loy_issuer_find(number, length, false);
    if (row != NULL) check_card(prefix, length, loy_network_name(row->network));
    judge_keyed(number);
    if (row == NULL) check_keyed_as_nobodys(number, length);
}

/* First and last prefix of every row in each length, and the prefixes beside them. A prefix that
 * leads into several rows is left to the file. */
static void test_every_issuer_row(void **state)
{
    (void)state;
    const struct loy_issuer *row;
    guard.range_count = 0;
    for (size_t i = 0; (row = loy_issuer_at(i)) != NULL; i++)
        for (size_t n = 12; is_network(row) && n <= 19; n++) {
            if ((row->lengths >> n & 1u) == 0) continue;
            if (row->prefix_digits < 3) continue;
            check_prefix(row->first, row->prefix_digits, n);
            check_prefix(row->last, row->prefix_digits, n);
            check_prefix(row->first - 1u, row->prefix_digits, n);
            check_prefix(row->last + 1u, row->prefix_digits, n);
        }
}

/* ---- Ranges --------------------------------------------------------------------------------- */

static void test_wrong_ranges(void **state)
{
    (void)state;
    static const struct loy_range wrong[] = {
        {.prefix = {'1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1',
             '1', '1', '1'},
            .length = 20},
        {.prefix = "12345", .length = 4},
        {.prefix = "12A", .length = 16},
        {.prefix = "", .length = 0},
        {.prefix = "12", .length = LOY_NUMBER_MAX + 1},
        {.prefix = "12", .length = 16, .check = LOY_CHECK_GS1 + 1},
    };
    struct loy_guard_rules rules = {wrong, LOY_RANGES_MAX + 1};
    assert_int_equal(guard_init(&guard, &rules), LOY_E_LIMIT);
    rules = (struct loy_guard_rules){NULL, 1};
    assert_int_equal(guard_init(&guard, &rules), LOY_E_ARGUMENT);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        rules = (struct loy_guard_rules){&wrong[i], 1};
        assert_int_equal(guard_init(&guard, &rules), LOY_E_ARGUMENT);
    }
    struct loy_range every = {.prefix = "", .length = 16};
    rules = (struct loy_guard_rules){&every, 1};
    assert_int_equal(guard_init(&guard, &rules), LOY_OK);
    judge_stripe(";%s?", "4111111111111111");
    assert_int_equal(event.kind, LOY_EVENT_READ);
    rules = (struct loy_guard_rules){NULL, 0};
    assert_int_equal(guard_init(&guard, &rules), LOY_OK);
}

/* Which masked reads tell that the reader hides the shop's own cards. */
static void test_masks_own(void **state)
{
    (void)state;
    static const struct {
        const char *range, *parts;
        bool own;
    } rows[] = {
        {"600585:16:none", "track2 ;6005********8180=9904?", true},
        {"600585:16:none", "track2* ;6005850000008180=9904?", true},
        {"600585:16:none", "track2* ;6005000000008180=9904?", true},
        {"600585:16:none", "track2* ;6005851200008180=9904?", true},
        {"600585:16:none", "track1 %CLUB? & track2* ;6005850000008180?", true},
        {"600585:16:none", "track2* ;6005860000008180=9904?", false},
        {"600585:16:none", "track2* ;6006850000008180=9904?", false},
        {"600585:16:none", "track2* ;600585000000818=9904?", false},
        {"600585:16:none", "track2* ;6005?", false},
        {"600585:16:none", "track2* ;****************?", false},
        {"600585:16:none", "track2 ;6005850000308180=9904?", false},
        {"600585:16:none", "symbol - MEMBER 17", false},
        {"-", "track2* ;6005850000008180=9904?", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char parts[128];
        snprintf(parts, sizeof parts, "%s", rows[i].parts);
        set_range(rows[i].range);
        set_parts(parts);
        guard_judge(&guard, &event);
        if (guard_masks_own(&guard, &event) != rows[i].own) fail_msg("%s", rows[i].parts);
    }
    guard.range_count = 0;
}

/* ---- Properties ----------------------------------------------------------------------------- */

static void test_random_articles_are_never_refused(void **state)
{
    (void)state;
    char number[40];
    guard.range_count = 0;
    for (size_t i = 0; i < 100000; i++) {
        bool labelled = i % 2 == 0;
        make_number(number, "", 13, 'g');
        event_begin(&event, "test");
        event_add_symbol(&event, labelled ? LOY_SYMBOLOGY_EAN_13 : LOY_SYMBOLOGY_NONE,
            labelled ? "]E0" : "", number, 13);
        guard_judge(&guard, &event);
        assert_int_equal(event.kind, LOY_EVENT_READ);
        assert_memory_equal(event.data, number, 13);
    }
}

static void test_own_numbers_are_never_refused(void **state)
{
    (void)state;
    static const char *const formats[] = {
        "", ";%s?", ";%s=9904?", ";%s=29121010000?", "%%M%s^CLUB/ONE?"};
    char number[40], prefix[16];
    for (size_t i = 0; i < 100000; i++) {
        unsigned form = random_below(5);
        snprintf(prefix, sizeof prefix, "%06u", random_below(1000000));
        struct loy_range range = {.length = (uint8_t)(13 + random_below(7)),
            .check = i % 2 ? LOY_CHECK_LUHN : LOY_CHECK_NONE,
            .financial_layout = form == 3};
        memcpy(range.prefix, prefix, 7);
        struct loy_guard_rules rules = {&range, 1};
        assert_int_equal(guard_init(&guard, &rules), LOY_OK);
        make_number(number, prefix, range.length, i % 2 ? 'l' : '!');
        if (form == 0) {
            event_begin(&event, "test");
            event_add_symbol(&event, LOY_SYMBOLOGY_NONE, "", number, strlen(number));
            guard_judge(&guard, &event);
        } else {
            judge_stripe(formats[form], number);
        }
        assert_int_equal(event.kind, LOY_EVENT_READ);
    }
    guard.range_count = 0;
}

/* Whether seven digits in a row of text stand in memory. */
static bool holds_digits_of(const void *memory, size_t size, const char *text)
{
    for (size_t at = 0; at + 7 <= strlen(text); at++)
        if (loy_digits_only(text + at, 7) && memmem(memory, size, text + at, 7) != NULL)
            return true;
    return false;
}

static void test_nothing_of_a_payment_card_is_left(void **state)
{
    (void)state;
    static const char *const formats[] = {
        ";%s=29121010000?", "%%B%s^TEST/CARD^29121010000?", ";%s?", "B%s^TEST/CARD^"};
    char number[40];
    guard.range_count = 0;
    for (size_t i = 0; i < 100000; i++) {
        const struct loy_issuer *issuer = loy_issuer_at(random_below(33));
        size_t length = 13 + random_below(7);
        if ((issuer->lengths >> length & 1u) == 0) continue;
        make_card(number, issuer, length, 'l');
        judge_stripe(formats[random_below(4)], number);
        assert_int_equal(event.kind, LOY_EVENT_REFUSED);
        assert_false(holds_digits_of(&event, sizeof event, number));
    }
    /* The search finds what is there: a planted copy, at the very end too. */
    memcpy(event.data + sizeof event.data - strlen(number), number, strlen(number));
    assert_true(holds_digits_of(&event, sizeof event, number));
}

/* The same through a decoder: neither its own memory nor the event keeps a digit of a test card. */
static void test_nothing_is_left_in_a_decoder(void **state)
{
    (void)state;
    static const char pan[] = "4111111111111111", line[] = ";4111111111111111=29121010000?\r";
    struct loy_decoder_options options = {.size = sizeof options, .driver = "serial-line"};
    struct loy_decoder *decoder = NULL;
    size_t used = 0, size = sizeof(struct guard) + sizeof(struct loy_step) + sizeof(void *) +
                            driver_serial_line.state_size;
    assert_int_equal(loy_decoder_open(&options, &decoder, NULL, 0), LOY_OK);
    assert_int_equal(loy_decoder_feed(decoder, (const uint8_t *)line, 10, &used, &event), LOY_MORE);
    assert_true(holds_digits_of(decoder, size, pan)); /* half a card is there, and is found */
    assert_int_equal(
        loy_decoder_feed(decoder, (const uint8_t *)line + 10, sizeof line - 11, &used, &event),
        LOY_OK);
    assert_int_equal(event.kind, LOY_EVENT_REFUSED);
    assert_false(holds_digits_of(decoder, size, pan));
    assert_false(holds_digits_of(&event, sizeof event, pan));
    /* A read is handed over, not kept. */
    assert_int_equal(
        loy_decoder_feed(decoder, (const uint8_t *)"0004048712\r", 11, &used, &event), LOY_OK);
    assert_true(holds_digits_of(&event, sizeof event, "0004048712"));
    assert_false(holds_digits_of(decoder, size, "0004048712"));
    loy_decoder_close(decoder);
}

static void test_other_kinds_pass(void **state)
{
    (void)state;
    struct loy_event before;
    event_misread(&event, "test", LOY_MISREAD_LRC);
    before = event;
    guard_judge(&guard, &event);
    assert_memory_equal(&before, &event, offsetof(struct loy_event, data));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_of_the_table),
        cmocka_unit_test(test_every_issuer_line),
        cmocka_unit_test(test_every_issuer_row),
        cmocka_unit_test(test_wrong_ranges),
        cmocka_unit_test(test_masks_own),
        cmocka_unit_test(test_random_articles_are_never_refused),
        cmocka_unit_test(test_own_numbers_are_never_refused),
        cmocka_unit_test(test_nothing_of_a_payment_card_is_left),
        cmocka_unit_test(test_nothing_is_left_in_a_decoder),
        cmocka_unit_test(test_other_kinds_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
