/* SPDX-License-Identifier: MIT
 *
 * journey.c - reads cj_products.csv and cj_transactions_sample.csv.
 * In: the two files. Out: an array of lines. A product that the first does not name has no
 * category.
 */
#include "journey.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRODUCT_MAX 20000000
#define TEXT_MAX 40u
#define DEPARTMENTS_MAX 64u

struct product {
    unsigned char department; /* 0 none */
    bool own;
};
static struct product *products;
static char departments[DEPARTMENTS_MAX][TEXT_MAX];
static unsigned char department_count = 1;

static FILE *data_open(const char *name)
{
    char path[1024];
    const char *shared = getenv("LOYALTY_SHARED");
    snprintf(
        path, sizeof(path), "%s/data/%s", shared ? shared : TEST_SOURCE_DIR "/../shared", name);
    return fopen(path, "r");
}

/* The n-th field of a line whose fields before hold no comma within quotes. */
static const char *field(const char *line, int n)
{
    for (; n > 0 && line; n--) {
        line = strchr(line, ',');
        if (line) line++;
    }
    return line && *line == '"' ? line + 1 : line;
}

static unsigned char department(const char *text)
{
    char name[TEXT_MAX] = "";
    size_t length = strcspn(text, "\",\n");
    snprintf(name, sizeof(name), "%.*s", (int)length, text);
    for (unsigned char i = 1; i < department_count; i++)
        if (strcmp(departments[i], name) == 0) return i;
    if (department_count == DEPARTMENTS_MAX) return 0;
    memcpy(departments[department_count], name, sizeof(name));
    return department_count++;
}

static void read_products(FILE *file)
{
    char line[512];
    while (fgets(line, sizeof(line), file)) {
        long id = strtol(field(line, 0), NULL, 10);
        if (id <= 0 || id >= PRODUCT_MAX) continue;
        products[id].department = department(field(line, 2));
        products[id].own = strncmp(field(line, 3), "Private", 7) == 0;
    }
}

/* "2017-01-28 14:06:53": days since 1970 by counting leap years; enough for one file of 2017. */
static int64_t moment(const char *text)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int year, month, day, hour, minute, second;
    if (sscanf(text, "%d-%d-%d %d:%d:%d", &year, &month, &day, &hour, &minute, &second) != 6)
        return 0;
    int64_t days = (int64_t)(year - 1970) * 365 + (year - 1969) / 4 + before[month - 1] + day - 1;
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000000;
}

static void line_make(const char *text, struct journey *journey)
{
    struct journey_line *line = &journey->lines[journey->count++];
    double paid = strtod(field(text, 5), NULL), discount = strtod(field(text, 6), NULL);
    long id = strtol(field(text, 3), NULL, 10);
    *line = (struct journey_line){.sale = {.member = strtoll(field(text, 0), NULL, 10),
                                      .site = (int32_t)strtol(field(text, 1), NULL, 10),
                                      .basket = (int64_t)strtod(field(text, 2), NULL),
                                      .at_us = moment(field(text, 10)),
                                      .quantity_milli = strtoll(field(text, 4), NULL, 10) * 1000,
                                      .paid_minor = llround(paid * 100),
                                      .discount_minor = llround(discount * 100),
                                      .on_deal = discount > 0},
        .version = {.kind = LOY_KIND_GOODS}};
    snprintf(line->article, sizeof(line->article), "%09ld", id % 1000000000);
    if (id > 0 && id < PRODUCT_MAX) {
        line->version.category = departments[products[id].department];
        line->version.own_brand = products[id].own;
    }
    journey->paid += paid;
    journey->retail_discount += discount;
}

bool journey_read(struct journey *journey)
{
    FILE *items = data_open("cj_products.csv"), *sales = data_open("cj_transactions_sample.csv");
    char line[512];
    *journey = (struct journey){0};
    products = calloc(PRODUCT_MAX, sizeof(*products));
    journey->lines = calloc(80000, sizeof(*journey->lines));
    bool good = items && sales && products && journey->lines;
    if (!items || !sales)
        printf("skipped: cj_products.csv and cj_transactions_sample.csv are not in "
               "$LOYALTY_SHARED/data\n");
    if (good) read_products(items);
    for (bool head = true; good && fgets(line, sizeof(line), sales); head = false)
        if (!head && journey->count < 80000) line_make(line, journey);
    if (items) fclose(items);
    if (sales) fclose(sales);
    free(products);
    products = NULL;
    if (!good) journey_free(journey);
    return good;
}

struct loy_version journey_version(const struct journey_line *line)
{
    struct loy_version version = line->version;
    version.article = line->article;
    return version;
}

void journey_free(struct journey *journey)
{
    free(journey->lines);
    *journey = (struct journey){0};
}
