/* SPDX-License-Identifier: MIT
 *
 * test_mall_truth.c - the generated mall holds what its truth.json says: totals, exact money,
 * linked returns, planted effects and traps. Takes mall-generate as argument; reads its files
 * alone, no library.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

struct table {
    char *bytes, **cells;
    size_t rows, columns; /* row 0: the headers */
};
static const char *generator;
static struct table members, articles, prices, baskets;
static char *truth;

static char *file_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long length = ftell(file);
    assert_true(length > 0);
    rewind(file);
    char *bytes = malloc((size_t)length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)length, file), length);
    bytes[length] = '\0';
    fclose(file);
    if (size) *size = (size_t)length;
    return bytes;
}

/* The mall's files quote nothing. */
static void table_read(struct table *table, const char *path)
{
    size_t size, cell = 0, row = 0;
    table->bytes = file_read(path, &size);
    table->columns = 1;
    for (char *at = table->bytes; *at != '\n'; at++)
        table->columns += *at == ',';
    for (size_t i = 0; i < size; i++)
        table->rows += table->bytes[i] == '\n';
    table->cells = calloc(table->rows * table->columns, sizeof *table->cells);
    assert_non_null(table->cells);
    table->cells[cell++] = table->bytes;
    for (char *at = table->bytes; *at; at++) {
        assert_int_not_equal(*at, '"');
        if (*at != ',' && *at != '\n') continue;
        row += *at == '\n';
        assert_true(*at == ',' || cell == row * table->columns);
        *at = '\0';
        if (cell < table->rows * table->columns) table->cells[cell++] = at + 1;
    }
    assert_int_equal(row, table->rows);
}

static void table_free(struct table *table)
{
    free(table->bytes);
    free(table->cells);
}

static const char *cell(const struct table *table, size_t row, const char *column)
{
    for (size_t i = 0; i < table->columns; i++)
        if (strcmp(table->cells[i], column) == 0) return table->cells[row * table->columns + i];
    fail_msg("no column %s", column);
    return "";
}

static int64_t fen(const char *text)
{
    const char *point = strchr(text, '.');
    assert_true(point && strlen(point) == 3);
    int64_t whole = strtoll(text, NULL, 10), part = strtoll(point + 1, NULL, 10);
    return whole * 100 + (*text == '-' ? -part : part);
}

static int64_t planted_total(const char *name)
{
    char key[64];
    (void)snprintf(key, sizeof key, "\"%s\": ", name);
    const char *at = strstr(truth, key);
    assert_non_null(at);
    return strtoll(at + strlen(key), NULL, 10);
}

/* Cards 9156 1 nnnnnnnnnn c and article codes are in file order or sorted: rows are found by
 * number. */
static size_t member_row(const char *card)
{
    size_t persons = (size_t)planted_total("persons");
    char serial[11] = "";
    memcpy(serial, card + 5, 10);
    size_t row = strtoull(serial, NULL, 10) + (card[4] == '2' ? persons : 0);
    assert_true(row < members.rows);
    assert_string_equal(cell(&members, row, "card"), card);
    return row;
}

static size_t article_row(const char *code)
{
    size_t low = 1, high = articles.rows;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (strcmp(articles.cells[middle * articles.columns], code) <= 0)
            low = middle;
        else
            high = middle;
    }
    assert_string_equal(articles.cells[low * articles.columns], code);
    return low;
}

static void generate(const char *folder, const char *seed)
{
    char *arguments[] = {(char *)(uintptr_t)generator, (char[]){"--seed"}, (char *)(uintptr_t)seed,
        (char *)(uintptr_t)folder, NULL};
    pid_t child;
    int status = -1;
    assert_int_equal(posix_spawn(&child, generator, NULL, NULL, arguments, environ), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int mall_open(void **state)
{
    (void)state;
    generate("mall-truth", "20250101");
    table_read(&members, "mall-truth/members.csv");
    table_read(&articles, "mall-truth/articles.csv");
    table_read(&prices, "mall-truth/prices.csv");
    table_read(&baskets, "mall-truth/baskets.csv");
    truth = file_read("mall-truth/truth.json", NULL);
    return 0;
}

static int mall_close(void **state)
{
    (void)state;
    table_free(&members);
    table_free(&articles);
    table_free(&prices);
    table_free(&baskets);
    free(truth);
    return 0;
}

/* ---- Tests -------------------------------------------------------------------------------------
 */

static void test_same_seed_same_bytes(void **state)
{
    (void)state;
    static const char *const names[] = {
        "members.csv", "articles.csv", "prices.csv", "baskets.csv", "truth.json"};
    generate("mall-truth-again", "20250101");
    generate("mall-truth-other", "7");
    for (size_t i = 0; i < 5; i++) {
        char path[3][64];
        size_t size[3];
        (void)snprintf(path[0], 64, "mall-truth/%s", names[i]);
        (void)snprintf(path[1], 64, "mall-truth-again/%s", names[i]);
        (void)snprintf(path[2], 64, "mall-truth-other/%s", names[i]);
        char *a = file_read(path[0], &size[0]), *b = file_read(path[1], &size[1]);
        char *c = file_read(path[2], &size[2]);
        assert_int_equal(size[0], size[1]);
        assert_memory_equal(a, b, size[0]);
        if (i != 1) assert_true(size[0] != size[2] || memcmp(a, c, size[0]) != 0);
        free(a);
        free(b);
        free(c);
    }
}

static void test_totals_are_the_files(void **state)
{
    (void)state;
    int64_t paid = 0, discount = 0, heads = 0, anonymous = 0, returns = 0;
    for (size_t i = 1; i < baskets.rows; i++) {
        int64_t quantity = strtoll(cell(&baskets, i, "quantity"), NULL, 10);
        int64_t line = fen(cell(&baskets, i, "paid"));
        bool first = strcmp(cell(&baskets, i, "basket"), cell(&baskets, i - 1, "basket")) != 0;
        paid += line;
        discount += fen(cell(&baskets, i, "list_price")) * quantity - line;
        heads += first;
        anonymous += first && !*cell(&baskets, i, "card");
        returns += *cell(&baskets, i, "return_of") != '\0';
    }
    assert_int_equal(paid, planted_total("paid_minor"));
    assert_int_equal(discount, planted_total("discount_minor"));
    assert_int_equal(heads, planted_total("baskets"));
    assert_int_equal(anonymous, planted_total("anonymous_baskets"));
    assert_int_equal(returns, planted_total("return_lines"));
    assert_int_equal(baskets.rows - 1, planted_total("lines"));
    assert_int_equal(prices.rows - 1, planted_total("price_rows"));
    assert_int_equal(articles.rows - 1, planted_total("articles"));
    assert_int_equal(members.rows - 1, planted_total("persons") + planted_total("organisations"));
}

static void test_money_is_exact_and_times_are_open(void **state)
{
    (void)state;
    for (size_t i = 1; i < baskets.rows; i++) {
        int64_t quantity = strtoll(cell(&baskets, i, "quantity"), NULL, 10);
        int64_t paid = fen(cell(&baskets, i, "paid"));
        int64_t discount = fen(cell(&baskets, i, "list_price")) * quantity - paid;
        bool back = *cell(&baskets, i, "return_of") != '\0';
        assert_true(back ? quantity < 0 && paid < 0 && discount <= 0
                         : quantity > 0 && paid > 0 && discount >= 0);
        assert_int_equal(discount != 0, *cell(&baskets, i, "promotion") != '\0');
        assert_int_equal(back, *cell(&baskets, i, "reason") != '\0');
        long hour = strtol(cell(&baskets, i, "at") + 11, NULL, 10);
        assert_in_range(hour, 9, 21);
        if (i > 1) assert_true(strcmp(cell(&baskets, i - 1, "at"), cell(&baskets, i, "at")) <= 0);
    }
}

static void test_returns_mirror_their_sale(void **state)
{
    (void)state;
    size_t *first = calloc(1 << 19, sizeof *first), seen = 0; /* by store and basket number */
    assert_non_null(first);
    for (size_t i = 1; i < baskets.rows; i++) {
        const char *name = cell(&baskets, i, "basket"), *of = cell(&baskets, i, "return_of");
        size_t key = strtoull(name + 1, NULL, 10) * 3 + (*name == 'R' ? 1 : *name == 'S' ? 2 : 0);
        assert_true(key < 1 << 19);
        if (!first[key]) first[key] = i;
        if (!*of) continue;
        key = strtoull(of + 1, NULL, 10) * 3 + (*of == 'R' ? 1 : *of == 'S' ? 2 : 0);
        assert_true(key < 1 << 19 && first[key]);
        size_t sale = first[key] + strtoull(cell(&baskets, i, "return_of_line"), NULL, 10) - 1;
        assert_string_equal(cell(&baskets, sale, "basket"), of);
        assert_string_equal(cell(&baskets, sale, "article"), cell(&baskets, i, "article"));
        assert_string_equal(cell(&baskets, sale, "card"), cell(&baskets, i, "card"));
        assert_int_equal(fen(cell(&baskets, sale, "paid")), -fen(cell(&baskets, i, "paid")));
        seen++;
    }
    assert_true(seen > 1000);
    free(first);
}

static void test_cards_have_their_check_digit(void **state)
{
    (void)state;
    for (size_t i = 1; i < members.rows; i++) {
        const char *card = cell(&members, i, "card");
        unsigned sum = 0;
        assert_int_equal(strlen(card), 16);
        assert_memory_equal(card, "9156", 4);
        for (size_t k = 0; k < 16; k++) {
            unsigned digit = (unsigned)(card[k] - '0') * (k % 2 ? 1u : 2u);
            sum += digit > 9 ? digit - 9 : digit;
        }
        assert_int_equal(sum % 10, 0);
    }
}

/* Counts of one share in two groups. */
struct share {
    double part[2], whole[2];
};
static double of(const struct share *share, size_t group)
{
    assert_true(share->whole[group] > 500);
    return share->part[group] / share->whole[group];
}

static void count(struct share *share, bool group, bool part)
{
    share->whole[group]++;
    share->part[group] += part;
}

static void test_plants_can_be_seen(void **state)
{
    (void)state;
    struct share red = {0}, yellow = {0}, fine = {0}, bundle = {0}, purple = {0}, out = {0};
    for (size_t i = 1; i < baskets.rows; i++) {
        const char *card = cell(&baskets, i, "card"), *at = cell(&baskets, i, "at");
        size_t article = article_row(cell(&baskets, i, "article"));
        const char *family = cell(&articles, article, "colour_family");
        if (!*card || card[4] == '2' || !strcmp(cell(&articles, article, "category"), "workwear"))
            continue;
        size_t member = member_row(card);
        /* Lines sold and lines returned, side by side: their ratio is the rate of returns. */
        bool back = *cell(&baskets, i, "return_of") != '\0';
        if (back) purple.part[!strcmp(family, "purple")]++;
        if (back) continue;
        purple.whole[!strcmp(family, "purple")]++;
        bool off = strncmp(at, "2025-03-05", 10) >= 0 && strncmp(at, "2025-05-13", 10) <= 0;
        long born = strtol(cell(&members, member, "birth_year"), NULL, 10);
        bool woman = *cell(&members, member, "sex") == 'f', is_red = !strcmp(family, "red");
        count(&out, off, is_red);
        if (!off && woman) count(&red, born >= 1991 && born <= 2000, is_red);
        int month = atoi(at + 5);
        count(&yellow, month >= 6 && month <= 8, !strcmp(family, "yellow"));
        const char *income = cell(&members, member, "income");
        bool rich = !strcmp(income, "35k+");
        if (rich || !strcmp(income, "00-05k"))
            count(&fine, rich, *cell(&articles, article, "grade") == '3');
        count(&bundle, !strcmp(cell(&members, member, "children"), "yes"),
            !strcmp(cell(&baskets, i, "promotion_form"), "n-for-m"));
    }
    assert_true(of(&red, 1) > 2.5 * of(&red, 0));
    assert_true(of(&yellow, 1) > 1.8 * of(&yellow, 0));
    assert_true(of(&fine, 1) > 4 * of(&fine, 0));
    assert_true(of(&bundle, 1) > 3 * of(&bundle, 0));
    assert_true(of(&purple, 1) > .2 && of(&purple, 0) < .06);
    assert_true(of(&out, 1) == 0 && of(&out, 0) > .1);
}

static void test_evening_shoppers_come_in_the_evening(void **state)
{
    (void)state;
    struct share late = {0};
    const char *cards = strstr(truth, "\"cards\": [");
    assert_non_null(cards);
    bool *evening = calloc(members.rows, sizeof *evening);
    assert_non_null(evening);
    for (const char *at = strchr(cards, '['); *at != ']'; at++)
        if (*at == '"' && at[1] == '9') {
            char card[17] = "";
            memcpy(card, at + 1, 16);
            evening[member_row(card)] = true;
        }
    for (size_t i = 1; i < baskets.rows; i++) {
        const char *card = cell(&baskets, i, "card");
        if (!*card || card[4] == '2') continue;
        count(&late, evening[member_row(card)], atoi(cell(&baskets, i, "at") + 11) >= 18);
    }
    assert_true(of(&late, 1) > .8 && of(&late, 0) < .25);
    free(evening);
}

/* Cramer's V of colour family against district, far below the .05 from which a sentence may speak.
 */
static void test_colour_tells_nothing_of_district(void **state)
{
    (void)state;
    double cells[13][5] = {{0}}, rows[13] = {0}, columns[5] = {0}, all = 0, chi = 0;
    const char *families[13] = {0}, *districts[5] = {0};
    for (size_t i = 1; i < baskets.rows; i++) {
        const char *card = cell(&baskets, i, "card");
        if (!*card || *cell(&baskets, i, "return_of")) continue;
        const char *family =
            cell(&articles, article_row(cell(&baskets, i, "article")), "colour_family");
        const char *district = cell(&members, member_row(card), "district");
        size_t f = 0, d = 0;
        while (f < 12 && families[f] && strcmp(families[f], family) != 0)
            f++;
        while (d < 4 && districts[d] && strcmp(districts[d], district) != 0)
            d++;
        families[f] = family;
        districts[d] = district;
        cells[f][d]++, rows[f]++, columns[d]++, all++;
    }
    for (size_t f = 0; f < 13; f++)
        for (size_t d = 0; d < 5; d++) {
            double expected = rows[f] * columns[d] / all;
            chi += (cells[f][d] - expected) * (cells[f][d] - expected) / expected;
        }
    assert_true(all > 50000);
    assert_true(chi / all / 4 < .02 * .02);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_seed_same_bytes),
        cmocka_unit_test(test_totals_are_the_files),
        cmocka_unit_test(test_money_is_exact_and_times_are_open),
        cmocka_unit_test(test_returns_mirror_their_sale),
        cmocka_unit_test(test_cards_have_their_check_digit),
        cmocka_unit_test(test_plants_can_be_seen),
        cmocka_unit_test(test_evening_shoppers_come_in_the_evening),
        cmocka_unit_test(test_colour_tells_nothing_of_district),
    };
    if (argc != 2) return 2;
    generator = argv[1];
    return cmocka_run_group_tests(tests, mall_open, mall_close);
}
