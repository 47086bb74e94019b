/* SPDX-License-Identifier: MIT
 *
 * generate.c - mall-generate: an invented apparel mall's year into a folder, as the import files
 * and truth.json. Same seed and number of persons, same bytes, on every machine. GENERATED: nobody
 * in it exists.
 */
#include "mall.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PERSONS 3000u
#define PERSONS_MAX 200000u
#define SEED 20250101u

struct request {
    const char *folder;
    uint32_t persons;
    uint64_t seed;
};

static int usage(void)
{
    fprintf(stderr, "usage: mall-generate [--persons 1..%u] [--seed N] FOLDER\n", PERSONS_MAX);
    return 2;
}

static bool number_read(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
    char *end = NULL;
    if (!text || *text < '0' || *text > '9') return false;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno || *end || number < least || number > most) return false;
    *value = number;
    return true;
}

static bool request_read(struct request *request, char **arguments)
{
    for (; *arguments; arguments++) {
        uint64_t value = 0;
        if (!strcmp(*arguments, "--persons")) {
            if (!number_read(*++arguments, 1, PERSONS_MAX, &value)) return false;
            request->persons = (uint32_t)value;
        } else if (!strcmp(*arguments, "--seed")) {
            if (!number_read(*++arguments, 0, UINT64_MAX, &request->seed)) return false;
        } else if (**arguments == '-' || request->folder) {
            return false;
        } else {
            request->folder = *arguments;
        }
    }
    return request->folder != NULL;
}

static FILE *file_open(const char *folder, const char *name)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = length > 0 && (size_t)length < sizeof path ? fopen(path, "wb") : NULL;
    if (file) return file;
    fprintf(stderr, "mall-generate: cannot write %s: %s\n", path, strerror(errno));
    exit(3);
}

static void file_close(FILE *file, const char *name)
{
    bool failed = ferror(file) != 0;
    if (fclose(file) == 0 && !failed) return;
    fprintf(stderr, "mall-generate: %s is incomplete: %s\n", name, strerror(errno));
    exit(3);
}

static void files_write(const struct request *request, const struct catalogue *catalogue,
    const struct people *people, const struct sales *sales)
{
    struct totals totals = {0};
    FILE *file = file_open(request->folder, "members.csv");
    members_write(people, file);
    file_close(file, "members.csv");
    file = file_open(request->folder, "articles.csv");
    totals.articles = articles_write(catalogue, file);
    file_close(file, "articles.csv");
    file = file_open(request->folder, "prices.csv");
    totals.prices = prices_write(catalogue, file);
    file_close(file, "prices.csv");
    file = file_open(request->folder, "baskets.csv");
    baskets_write(sales, catalogue, people, file, &totals);
    file_close(file, "baskets.csv");
    file = file_open(request->folder, "truth.json");
    truth_write(catalogue, people, &totals, file);
    file_close(file, "truth.json");
}

int main(int count, char **arguments)
{
    static struct catalogue catalogue;
    struct request request = {.persons = PERSONS, .seed = SEED};
    struct people people = {0};
    struct sales sales = {0};
    if (count < 2 || !request_read(&request, arguments + 1)) return usage();
    if (mkdir(request.folder, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "mall-generate: cannot make %s: %s\n", request.folder, strerror(errno));
        return 3;
    }
    catalogue_make(&catalogue, request.seed);
    people_make(&people, request.persons, request.seed);
    shop_year(&sales, &catalogue, &people);
    files_write(&request, &catalogue, &people, &sales);
    free(people.list);
    free(sales.baskets);
    free(sales.lines);
    return 0;
}
