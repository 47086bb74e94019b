/* SPDX-License-Identifier: MIT
 *
 * layout_test.c - receipts as text: exactly what is expected, in both languages and all widths; no
 * row is wider than the paper; texts from outside steer nothing. layout_test --write FOLDER writes
 * what is expected anew: read it before it is believed.
 */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
    const char *name;
    void (*make)(struct receipt *receipt, enum receipt_language language, unsigned columns);
} samples[] = {{"sale", sample_sale}, {"return", sample_return}, {"void", sample_void}};
static const unsigned widths[] = {32, 42, 48};
static const char *const languages[] = {"en", "zh"};

static void path_make(
    char path[300], const char *folder, size_t sample, size_t language, unsigned columns)
{
    snprintf(
        path, 300, "%s/%s-%s-%u.txt", folder, samples[sample].name, languages[language], columns);
}

static char *file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) print_error("%s is missing\n", path);
    assert_non_null(file);
    char *text = calloc(1, 20000);
    assert_non_null(text);
    assert_true(fread(text, 1, 19999, file) > 0);
    fclose(file);
    return text;
}

/* Columns of a text of UTF-8, counted apart from the program. */
static unsigned columns_of(const char *text, size_t size)
{
    unsigned sum = 0;
    for (size_t at = 0; at < size;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t used = utf8proc_iterate(
            (const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(size - at), &point);
        assert_true(used > 0);
        sum += (unsigned)utf8proc_charwidth(point);
        at += (size_t)used;
    }
    return sum;
}

static void rows_fit(const char *text, unsigned columns)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        assert_true(columns_of(text, size) <= columns);
        assert_true(size == 0 || text[size - 1] != ' ');
        assert_int_equal(text[size], '\n');
        text += size + 1;
    }
}

static void receipts_are_what_is_expected(void **state)
{
    (void)state;
    char path[300];
    for (size_t i = 0; i < ROWS(samples); i++)
        for (size_t k = 0; k < ROWS(languages); k++)
            for (size_t w = 0; w < ROWS(widths); w++) {
                struct receipt receipt;
                samples[i].make(&receipt, (enum receipt_language)k, widths[w]);
                struct receipt_bytes bytes = sample_text(&receipt);
                path_make(path, TEST_SOURCE_DIR "/tests/receipt/expected", i, k, widths[w]);
                char *expected = file_read(path);
                rows_fit(bytes.bytes, widths[w]);
                if (strcmp(bytes.bytes, expected) != 0)
                    print_error("%s, but the program gives:\n%s", path, bytes.bytes);
                assert_string_equal(bytes.bytes, expected);
                free(expected);
                receipt_bytes_free(&bytes);
            }
}

static int samples_write(const char *folder)
{
    char path[300];
    for (size_t i = 0; i < ROWS(samples); i++)
        for (size_t k = 0; k < ROWS(languages); k++)
            for (size_t w = 0; w < ROWS(widths); w++) {
                struct receipt receipt;
                samples[i].make(&receipt, (enum receipt_language)k, widths[w]);
                struct receipt_bytes bytes = sample_text(&receipt);
                path_make(path, folder, i, k, widths[w]);
                FILE *file = fopen(path, "wb");
                if (file == NULL) return 1;
                fwrite(bytes.bytes, 1, bytes.size, file);
                fclose(file);
                receipt_bytes_free(&bytes);
            }
    return 0;
}

/* The right column adds up to what is due, as a customer would check it. */
static void the_right_column_adds_up(void **state)
{
    (void)state;
    struct receipt receipt;
    sample_sale(&receipt, RECEIPT_ENGLISH, 48);
    struct receipt_bytes bytes = sample_text(&receipt);
    char *rule = strstr(strstr(bytes.bytes, "Lane"), "\n---") + 1, *end = strstr(rule, "\nTOTAL");
    long sum = 0;
    *end = '\0';
    for (char *row = strtok(rule, "\n"); row != NULL; row = strtok(NULL, "\n")) {
        const char *point = strlen(row) == 48 ? strrchr(row, '.') : NULL;
        if (point == NULL || row[0] == '-') continue;
        const char *amount = strrchr(row, ' ') + 1;
        sum += (amount[0] == '-' ? -1 : 1) *
               (labs(strtol(amount, NULL, 10)) * 100 + strtol(point + 1, NULL, 10));
    }
    assert_int_equal(sum, receipt.head.due_minor);
    receipt_bytes_free(&bytes);
}

static void names_are_masked(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"张伟", "张**"}, {"Jane Roe", "J** R**"}, {"", ""},
        {"  Jane \t Roe ", "J** R**"}, {"欧阳 娜娜", "欧** 娜**"}, {"J", "J**"},
        {"\xc3\x89ric", "\xc3\x89**"}};
    char masked[LOY_FIELD_TEXT_MAX], small[8];
    for (size_t i = 0; i < ROWS(cases); i++) {
        receipt_mask(cases[i][0], masked, sizeof masked);
        assert_string_equal(masked, cases[i][1]);
    }
    receipt_mask("Anna Bella Carla", small, sizeof small);
    assert_string_equal(small, "A** B**");
}

static void texts_from_outside_are_cleaned(void **state)
{
    (void)state;
    static const struct {
        const char *text, *clean;
        bool lines;
    } cases[] = {{"a\x1b@b\x1dV", "a@bV", false}, {"a\nb\tc", "a b c", false},
        {"a\nb\tc", "a\nb c", true}, {"\xe2\x80\xaegnp\xe2\x80\xac", "gnp", false},
        {"a\xff"
         "b",
            "a?b", false},
        {"\xe2\x80\x8bz\xef\xbb\xbf", "z", false},
        {"\xc2\x9b"
         "31m",
            "31m", false},
        {"x\xc2\xa0y", "x y", false},
        {"\xe3\x80\x80\xe5\xba\x97", "\xe3\x80\x80\xe5\xba\x97", false}, {"\xe5\xba", "??", false},
        {"\xee\x80\x80", "", false}};
    char clean[64], small[5];
    for (size_t i = 0; i < ROWS(cases); i++) {
        receipt_clean(cases[i].text, cases[i].lines, clean, sizeof clean);
        assert_string_equal(clean, cases[i].clean);
    }
    receipt_clean("\xe5\xba\x97\xe5\xba\x97", false, small, sizeof small);
    assert_string_equal(small, "\xe5\xba\x97");
}

static void any_label_fits_the_paper(void **state)
{
    (void)state;
    char wide[LOY_TEXT_MAX] = "", letters[LOY_TEXT_MAX];
    for (int i = 0; i < 42; i++)
        memcpy(wide + 3 * i, "\xe9\xbe\x99", 4);
    memset(letters, 'W', sizeof letters);
    letters[LOY_TEXT_MAX - 1] = '\0';
    const char *labels[] = {wide, letters, "", " ", "\x1b@\x1b\x1d", "a  b", "\xff\xff\xff",
        "\xe2\x80\xae"
        "evil",
        "a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4 5 6",
        "12345678901234567890123456789012", "1234567890123456789012345678901 2"};
    for (size_t i = 0; i < ROWS(labels); i++) {
        struct receipt receipt;
        sample_lines(&receipt, 3, labels[i]);
        receipt.lines[1].quantity_milli = 1000;
        receipt.lines[2].list_minor = INT64_MAX / 4;
        struct receipt_bytes bytes = sample_text(&receipt);
        rows_fit(bytes.bytes, 48); /* an amount as long as a row pushes it over 32 */
        assert_null(strpbrk(bytes.bytes, "\x1b\x1d\x1c\t\r"));
        receipt_bytes_free(&bytes);
    }
}

/* Codes and amounts as long as they can be: in rows of their own, and none is lost. */
static void long_codes_and_amounts_fit_the_paper(void **state)
{
    (void)state;
    struct receipt receipt;
    sample_sale(&receipt, RECEIPT_ENGLISH, 32);
    memset(receipt.head.site, 'S', LOY_CODE_MAX - 1);
    memset(receipt.head.lane, 'L', LOY_CODE_MAX - 1);
    receipt.head.epoch = receipt.head.sequence = INT64_MAX;
    receipt.head.due_minor = INT64_MIN + 1;
    receipt.lines[0].paid_minor = INT64_MAX / 2;
    receipt.taxes[0].gross_minor = INT64_MIN;
    receipt.tenders[1].amount_minor = INT64_MAX;
    loy_receipt_number(&receipt.head, receipt.number);
    struct receipt_bytes bytes = sample_text(&receipt);
    rows_fit(bytes.bytes, 32);
    assert_non_null(strstr(bytes.bytes, "TO PAY BACK\nEUR         92233720368547758.07\n"));
    assert_non_null(strstr(bytes.bytes, "Cash        92233720368547758.07\n"));
    assert_non_null(strstr(bytes.bytes, "\nSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS-\n"));
    receipt_bytes_free(&bytes);
}

static void two_thousand_lines_are_a_receipt(void **state)
{
    (void)state;
    struct receipt receipt;
    size_t rows = 0;
    sample_lines(&receipt, 2000, "Mug");
    struct receipt_bytes bytes = sample_text(&receipt);
    for (const char *at = bytes.bytes; (at = strchr(at, '\n')) != NULL; at++)
        rows++;
    assert_true(rows > 4000 && rows < 4100);
    assert_non_null(strstr(bytes.bytes, "TOTAL EUR                 200.00\n"));
    receipt_bytes_free(&bytes);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--write") == 0) return samples_write(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(receipts_are_what_is_expected),
        cmocka_unit_test(the_right_column_adds_up),
        cmocka_unit_test(names_are_masked),
        cmocka_unit_test(texts_from_outside_are_cleaned),
        cmocka_unit_test(any_label_fits_the_paper),
        cmocka_unit_test(long_codes_and_amounts_fit_the_paper),
        cmocka_unit_test(two_thousand_lines_are_a_receipt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
