/* SPDX-License-Identifier: MIT
 *
 * choice_data.c - reads the published panels. Lines of numbers between commas, the last column of
 * Ecdat's a brand's name.
 */
#include "choice_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS_MAX = 24 };

static FILE *shared_open(const char *name)
{
    char path[1024];
    const char *shared = getenv("LOYALTY_SHARED");
    snprintf(path, sizeof path, "%s/data/%s", shared ? shared : TEST_SOURCE_DIR "/../shared", name);
    return fopen(path, "r");
}

struct row {
    double numbers[NUMBERS_MAX];
    char last[32];
};

static bool row_read(FILE *file, size_t numbers, struct row *row)
{
    char line[512], *at = line;
    if (!fgets(line, sizeof line, file)) return false;
    for (size_t i = 0; i < numbers; i++) {
        char *end;
        row->numbers[i] = strtod(at, &end);
        if (end == at || (*end != ',' && i + 1 < numbers)) {
            fprintf(stderr, "not a number: %s", line);
            abort();
        }
        at = end + (*end == ',');
    }
    snprintf(row->last, sizeof row->last, "%.*s", (int)strcspn(at, "\r\n"), at);
    return true;
}

static FILE *opened(FILE *file)
{
    struct row header;
    if (file) row_read(file, 0, &header);
    return file;
}

/* ---- Ecdat
 * --------------------------------------------------------------------------------------- */

/* Blocks of four columns; block[k] is the one of attribute k. */
static bool ecdat_read(const char *name, const char *const *brands, const size_t *blocks,
    size_t base, size_t attributes, struct households *households)
{
    const struct loy_choice_settings settings = {
        .size = sizeof settings, .alternatives = 4, .base = base, .attributes = attributes};
    FILE *file = opened(shared_open(name));
    struct row row;
    if (!file) return false;
    households_open(households, &settings);
    while (row_read(file, 2 + 4 * attributes, &row)) {
        struct household_occasion occasion = {
            .member = (int64_t)row.numbers[1], .count = 4, .bought = 4};
        for (size_t j = 0; j < 4; j++) {
            occasion.offers[j].alternative = j;
            if (strstr(row.last, brands[j])) occasion.bought = j;
            for (size_t k = 0; k < attributes; k++)
                occasion.offers[j].attributes[k] = row.numbers[2 + 4 * blocks[k] + j];
        }
        households_add(households, &occasion);
    }
    fclose(file);
    return true;
}

bool data_yogurt(struct households *households)
{
    static const char *const brands[] = {"yoplait", "dannon", "hiland", "weight"};
    static const size_t blocks[] = {1, 0};
    return ecdat_read("Ecdat_Yogurt.csv", brands, blocks, 1, 2, households);
}

bool data_catsup(struct households *households)
{
    static const char *const brands[] = {"heinz41", "heinz32", "heinz28", "hunts32"};
    static const size_t blocks[] = {2, 0, 1};
    return ecdat_read("Ecdat_Catsup.csv", brands, blocks, 3, 3, households);
}

/* ---- Margarine
 * ------------------------------------------------------------------------------------ */

/* Of ten products the six that are sold most, as columns and as codes of the choice. */
static const size_t products[6] = {1, 2, 3, 4, 5, 7};

static void margarine_add(const struct row *row, struct households *households)
{
    struct household_occasion occasion = {
        .member = (int64_t)row->numbers[0], .count = 6, .bought = 6};
    for (size_t j = 0; j < 6; j++) {
        occasion.offers[j].alternative = j;
        occasion.offers[j].attributes[0] = log(row->numbers[1 + products[j]]);
        if ((size_t)row->numbers[1] == products[j]) occasion.bought = j;
    }
    if (occasion.bought < 6) households_add(households, &occasion);
}

bool data_margarine(const char *choices, const char *traits, struct households *households)
{
    const struct loy_choice_settings settings = {
        .size = sizeof settings, .alternatives = 6, .attributes = 1, .traits = 2};
    FILE *file = opened(choices ? fopen(choices, "r") : shared_open("margarine_choice.csv"));
    FILE *people = opened(traits ? fopen(traits, "r") : shared_open("margarine_demos.csv"));
    struct row row;
    if (file && people) {
        households_open(households, &settings);
        while (row_read(file, 12, &row))
            margarine_add(&row, households);
        while (row_read(people, 5, &row)) {
            const double values[2] = {log(row.numbers[1]), log(row.numbers[4])};
            households_add_trait(households, (int64_t)row.numbers[0], values);
        }
    }
    bool read = file && people;
    if (file) fclose(file);
    if (people) fclose(people);
    return read;
}
