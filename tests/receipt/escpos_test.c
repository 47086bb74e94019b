/* SPDX-License-Identifier: MIT
 *
 * escpos_test.c - the printer's bytes, read by a small parser of the test's own: every byte is part
 * of a command or of a text, and the words on the paper are those of the text receipt.
 */
#include "sample.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* What a printer would make of the bytes. */
struct paper {
    char *text; /* UTF-8 */
    size_t size, max;
    unsigned inits, cuts, pulses, barcodes, big_rows, tall_rows, bold_rows;
    char barcode[256];
    bool chinese, bold, ended;
    unsigned char glyphs; /* GS ! */
};

/* Layouts of the commands: first bytes, how many parameters follow. */
static const struct {
    unsigned char bytes[2];
    size_t parameters;
} commands[] = {{{0x1B, '@'}, 0}, {{0x1B, 'E'}, 1}, {{0x1B, 'a'}, 1}, {{0x1B, 'd'}, 1},
    {{0x1B, 'p'}, 3}, {{0x1C, '&'}, 0}, {{0x1C, '.'}, 0}, {{0x1D, '!'}, 1}, {{0x1D, 'h'}, 1},
    {{0x1D, 'w'}, 1}, {{0x1D, 'H'}, 1}, {{0x1D, 'V'}, 2}, {{0x1D, 'k'}, 2}};

static void glyph_add(struct paper *paper, const unsigned char *code, size_t size)
{
    char utf8[8], *from = (char *)(uintptr_t)code, *to = utf8;
    size_t left = size, room = sizeof utf8;
    static iconv_t decoder;
    if (decoder == NULL) decoder = iconv_open("UTF-8", "GB18030");
    assert_true(iconv(decoder, &from, &left, &to, &room) != (size_t)-1);
    assert_int_equal(left, 0);
    size_t made = sizeof utf8 - room;
    assert_true(paper->size + made < paper->max);
    memcpy(paper->text + paper->size, utf8, made);
    paper->size += made;
    paper->text[paper->size] = '\0';
}

static void command_take(struct paper *paper, const unsigned char *bytes)
{
    unsigned char value = bytes[2];
    assert_false(paper->ended);
    if (bytes[0] == 0x1B && bytes[1] == '@') paper->inits++;
    if (bytes[0] == 0x1C) {
        assert_int_equal(paper->chinese, bytes[1] == '.' && paper->size > 0);
        paper->chinese = bytes[1] == '&';
    }
    if (bytes[0] == 0x1B && bytes[1] == 'E') {
        assert_true(value <= 1);
        paper->bold = value == 1;
        paper->bold_rows += value;
    }
    if (bytes[0] == 0x1D && bytes[1] == '!') {
        assert_true(value == 0 || value == 0x01 || value == 0x11);
        paper->big_rows += value == 0x11;
        paper->tall_rows += value == 0x01;
        paper->glyphs = value;
    }
    if (bytes[0] == 0x1B && bytes[1] == 'p') paper->pulses++;
    if (bytes[0] == 0x1D && bytes[1] == 'V') {
        assert_memory_equal(bytes + 2, "B", 2);
        paper->cuts++;
        paper->ended = true;
    }
}

/* Gives the length of the command at bytes, 0: none that the test knows. */
static size_t command_size(const unsigned char *bytes, size_t left)
{
    for (size_t i = 0; i < ROWS(commands); i++)
        if (left >= 2 && memcmp(commands[i].bytes, bytes, 2) == 0) {
            assert_true(left >= 2 + commands[i].parameters);
            return 2 + commands[i].parameters;
        }
    return 0;
}

static size_t barcode_take(struct paper *paper, const unsigned char *bytes, size_t left)
{
    size_t size = bytes[3];
    assert_int_equal(bytes[2], 73);
    assert_true(left >= 4 + size && size > 2 && size < sizeof paper->barcode);
    assert_memory_equal(bytes + 4, "{B", 2);
    memcpy(paper->barcode, bytes + 6, size - 2);
    paper->barcode[size - 2] = '\0';
    paper->barcodes++;
    return 4 + size;
}

/* FS . before the first character is part of the initialisation. */
static size_t text_take(struct paper *paper, const unsigned char *bytes, size_t left)
{
    if (paper->chinese) {
        size_t size = left >= 2 && bytes[1] >= 0x30 && bytes[1] <= 0x39 ? 4 : 2;
        assert_true(bytes[0] >= 0x81 && bytes[0] <= 0xFE && left >= size);
        glyph_add(paper, bytes, size);
        return size;
    }
    assert_true(bytes[0] == '\n' || (bytes[0] >= 0x20 && bytes[0] < 0x7F));
    glyph_add(paper, bytes, 1);
    return 1;
}

static struct paper paper_of(const struct receipt_bytes *bytes)
{
    struct paper paper = {.max = 4 * bytes->size + 16};
    const unsigned char *at = (const unsigned char *)bytes->bytes, *end = at + bytes->size;
    paper.text = calloc(1, paper.max);
    while (at < end) {
        size_t left = (size_t)(end - at), size = command_size(at, left);
        if (size > 0) command_take(&paper, at);
        if (size > 0 && at[0] == 0x1D && at[1] == 'k') size = barcode_take(&paper, at, left);
        at += size > 0 ? size : text_take(&paper, at, left);
    }
    assert_true(paper.ended && !paper.chinese && !paper.bold && paper.glyphs == 0);
    assert_int_equal(paper.inits, 1);
    assert_int_equal(paper.cuts, 1);
    return paper;
}

static void words_are_the_same(const char *one, const char *other)
{
    while (*one != '\0' || *other != '\0') {
        one += strspn(one, " \n");
        other += strspn(other, " \n");
        size_t size = strcspn(one, " \n");
        if (size != strcspn(other, " \n") || memcmp(one, other, size) != 0)
            print_error("here: %.60s\nthere: %.60s\n", one, other);
        assert_int_equal(size, strcspn(other, " \n"));
        assert_memory_equal(one, other, size);
        one += size;
        other += size;
    }
}

static void the_paper_says_what_the_text_says(void **state)
{
    (void)state;
    void (*const makes[])(struct receipt *, enum receipt_language, unsigned) = {
        sample_sale, sample_return, sample_void};
    static const unsigned widths[] = {32, 42, 48};
    for (size_t i = 0; i < 18; i++) {
        struct receipt receipt;
        makes[i % 3](&receipt, (enum receipt_language)(i / 3 % 2), widths[i / 6]);
        struct receipt_bytes text = sample_text(&receipt), bytes = sample_escpos(&receipt, i == 4);
        struct paper paper = paper_of(&bytes);
        words_are_the_same(text.bytes, paper.text);
        assert_int_equal(paper.pulses, i == 4);
        assert_int_equal(paper.barcodes, 1);
        assert_string_equal(paper.barcode, "S1-03-2-000417");
        assert_int_equal(paper.big_rows + paper.tall_rows, 1);
        assert_true(paper.bold_rows >= 3);
        free(paper.text);
        receipt_bytes_free(&bytes);
        receipt_bytes_free(&text);
    }
}

/* A name on a shelf label must not open the drawer, cut the paper or draw a barcode. */
static void names_steer_no_printer(void **state)
{
    (void)state;
    static const struct {
        const char *label, *words;
    } cases[] = {{"\x1bp0\x19\xfaMug", "p0?Mug"}, {"\x1dV\x01Mug", "VMug"},
        {"\x1c.\xd6\xd0 Mug", ".?? Mug"}, {"\x10\x14\x01Mug\x7f", "Mug"},
        {"Gr\xc3\xb6\xc3\x9f"
         "e \xf0\x9f\x91\x9f",
            "Gro?e ?"},
        {"caf\xc3\xa9 \xe2\x82\xac\xe3\x90\x80", "caf\xc3\xa9 \xe2\x82\xac\xe3\x90\x80"},
        {"\xe2\x80\xae"
         "evil\xe2\x81\xa6",
            "evil"},
        {"\xc2\x9b"
         "0mMug",
            "0mMug"}};
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct receipt receipt;
        sample_lines(&receipt, 1, cases[i].label);
        struct receipt_bytes bytes = sample_escpos(&receipt, false);
        struct paper paper = paper_of(&bytes);
        char wanted[64];
        snprintf(wanted, sizeof wanted, "\n%s\n", cases[i].words);
        if (strstr(paper.text, wanted) == NULL)
            print_error("%s is not in %s\n", wanted, paper.text);
        assert_non_null(strstr(paper.text, wanted));
        assert_int_equal(paper.pulses, 0);
        assert_int_equal(paper.barcodes, 1);
        free(paper.text);
        receipt_bytes_free(&bytes);
    }
}

/* Every byte from outside in every place of a receipt. */
static void any_bytes_give_a_sound_stream(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < 1000; round++) {
        struct receipt receipt;
        char label[LOY_TEXT_MAX];
        for (size_t i = 0; i < sizeof label; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            label[i] = (char)(seed >> 56 | (round % 2 ? 0x80 : 0));
        }
        label[sizeof label - 1] = '\0';
        sample_lines(&receipt, 2, label);
        snprintf(receipt.head.operator_name, sizeof receipt.head.operator_name, "%.60s", label);
        snprintf(receipt.head.lane, sizeof receipt.head.lane, "%.30s", label);
        snprintf(receipt.head.tail, sizeof receipt.head.tail, "%.4s", label);
        snprintf(receipt.member_name, sizeof receipt.member_name, "%s", label);
        snprintf(receipt.settings[LOY_RECEIPT_FOOTER], LOY_RECEIPT_SETTING_MAX, "%s", label);
        loy_receipt_number(&receipt.head, receipt.number);
        struct receipt_bytes bytes = sample_escpos(&receipt, false);
        struct paper paper = paper_of(&bytes);
        free(paper.text);
        receipt_bytes_free(&bytes);
    }
}

/* What does not fit the paper, or is no ASCII, stands in digits only. */
static void barcodes_fit_the_paper(void **state)
{
    (void)state;
    static const struct {
        const char *site;
        unsigned columns, barcodes;
    } cases[] = {{"S1", 32, 1}, {"S123", 32, 0}, {"S123", 48, 1}, {"S1234567890", 48, 1},
        {"S12345678901234", 48, 0}, {"\xe5\xba\x97", 48, 0}, {"{A", 48, 0}};
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct receipt receipt;
        sample_sale(&receipt, RECEIPT_ENGLISH, cases[i].columns);
        snprintf(receipt.head.site, sizeof receipt.head.site, "%s", cases[i].site);
        loy_receipt_number(&receipt.head, receipt.number);
        struct receipt_bytes bytes = sample_escpos(&receipt, false);
        struct paper paper = paper_of(&bytes);
        assert_int_equal(paper.barcodes, cases[i].barcodes);
        free(paper.text);
        receipt_bytes_free(&bytes);
    }
}

static void totals_are_as_large_as_they_can_be(void **state)
{
    (void)state;
    static const struct {
        int64_t due_minor;
        unsigned big;
    } cases[] = {{100, 1}, {99999, 1}, {100000, 0}, {9999999999, 0}};
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct receipt receipt;
        sample_sale(&receipt, RECEIPT_ENGLISH, 32);
        receipt.head.due_minor = cases[i].due_minor;
        struct receipt_bytes bytes = sample_escpos(&receipt, false);
        struct paper paper = paper_of(&bytes);
        assert_int_equal(paper.big_rows, cases[i].big);
        assert_int_equal(paper.tall_rows, !cases[i].big);
        free(paper.text);
        receipt_bytes_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_paper_says_what_the_text_says),
        cmocka_unit_test(names_steer_no_printer),
        cmocka_unit_test(any_bytes_give_a_sound_stream),
        cmocka_unit_test(barcodes_fit_the_paper),
        cmocka_unit_test(totals_are_as_large_as_they_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
