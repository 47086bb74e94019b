/* SPDX-License-Identifier: MIT
 *
 * bench_columns.c - the columns beside a store: filled from a CSV file by the product's own writer,
 * then recency, frequency and money of each member, the cube of brand x grade x colour x month with
 * distinct buyers and range of prices, and brand x hour of the week. Prints seconds (by the clock
 * and of the processor) and sums by which other programs can be compared (bench_columns.sh).
 *
 *   bench_columns                      1,000,000 lines, filled and answered
 *   bench_columns lines N              the lines as CSV: member, ts, brand, grade, colour, qty,
 * paid, list, promo; the same numbers every time bench_columns fill FILE.csv DIR    into
 * DIR/store.columns, and answers bench_columns answer DIR           answers from there;
 * LOYALTY_THREADS: 1 is without an executor
 */
#include "bench_clock.h"

#include <cli/threads.h>
#include <store/columns_private.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define BRANDS 64
#define GRADES 8
#define COLOURS 32
#define MONTH_S INT64_C(2629800)
#define MONTHS_MAX 4096

/* ---- Time ------------------------------------------------------------------------------------ */

struct spent {
    double wall_s, processor_s;
};

static struct spent spent_now(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (struct spent){
        seconds_now(), (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)};
}

static struct spent spent_print(const char *what, struct spent since)
{
    const struct spent now = spent_now();
    printf("ours %-7s %7.3f s, %7.3f s of the processor\n", what, now.wall_s - since.wall_s,
        now.processor_s - since.processor_s);
    return now;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static uint64_t seed = UINT64_C(88172645463325252);

static double uniform(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (double)(seed * UINT64_C(2685821657736338717) >> 11) * (1.0 / 9007199254740992.0);
}

static void lines_print(long count, FILE *file)
{
    const long members = count / 50 < 1000 ? 1000 : count / 50;
    fprintf(file, "member,ts,brand,grade,colour,qty,paid,list,promo\n");
    for (long i = 0; i < count; i++) {
        const double share = uniform(), second = uniform();
        const long member = (long)((double)members * share * second);
        const long at = 1672531200L + (long)(uniform() * 63072000);
        const double first_brand = uniform();
        const int brand = (int)(40 * first_brand * uniform());
        const int grade = (int)(5 * uniform()), colour = (int)(16 * uniform());
        const int more = uniform() < .2, most = uniform() < .05, pieces = 1 + more + most;
        const int list = (5 + brand % 7) * 100 * (1 + grade) + (int)(uniform() * 500);
        const int deal = uniform() < .25;
        const int paid = deal ? (int)(list * (.5 + .4 * uniform())) : list;
        fprintf(file, "%ld,%ld,%d,%d,%d,%d,%d,%d,%d\n", member, at, brand, grade, colour, pieces,
            paid * pieces, list * pieces, deal);
    }
}

/* ---- Filling --------------------------------------------------------------------------------- */

struct filling {
    struct columns_words words;
    struct columns_rows rows;
    uint32_t version_of[BRANDS][GRADES][COLOURS]; /* + 1; 0: none yet */
};

static uint32_t version_of(struct filling *filling, long brand, long grade, long colour)
{
    must(brand >= 0 && brand < BRANDS && grade >= 0 && grade < GRADES && colour >= 0 &&
             colour < COLOURS,
        "a line", "has attributes out of range");
    uint32_t *known = &filling->version_of[brand][grade][colour];
    if (*known == 0) {
        char article[32], name[8], level[8];
        snprintf(article, sizeof article, "%ld-%ld-%ld", brand, grade, colour);
        snprintf(name, sizeof name, "B%02ld", brand);
        snprintf(level, sizeof level, "G%ld", grade);
        const struct loy_version version = {.article = article,
            .brand = name,
            .grade = level,
            .colour_family = (uint8_t)colour,
            .kind = LOY_KIND_GOODS};
        const int64_t id = (int64_t)filling->words.version_count + 1;
        must(columns_words_add(&filling->words, id, &version) == LOY_OK, "a version", "not added");
        *known = (uint32_t)id;
    }
    return *known - 1;
}

static const char *number_read(const char *at, long *number)
{
    long value = 0;
    for (; *at >= '0' && *at <= '9'; at++)
        value = value * 10 + (*at - '0');
    *number = value;
    return at + 1;
}

static void line_add(struct filling *filling, const long *values)
{
    struct columns_row *row = columns_rows_add(&filling->rows);
    must(row != NULL && values[5] > 0, "a line", "no memory, or no pieces");
    *row = (struct columns_row){.member = values[0] + 1,
        .at_us = values[1] * 1000000,
        .basket = (int64_t)filling->rows.count + 1,
        .line = 1,
        .site = 1,
        .version = version_of(filling, values[2], values[3], values[4]),
        .quantity_milli = values[5] * 1000,
        .list_minor = values[7] / values[5],
        .discount_minor = values[7] - values[6],
        .paid_minor = values[6],
        .on_deal = values[8] != 0};
    columns_rows_added(&filling->rows, row);
}

static void csv_read(struct filling *filling, const char *path)
{
    struct stat file;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    must(descriptor >= 0 && fstat(descriptor, &file) == 0 && file.st_size > 0, path, "not read");
    const size_t size = (size_t)file.st_size;
    const char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    must(bytes != MAP_FAILED && bytes[size - 1] == '\n', path, "not read to its end");
    close(descriptor);
    const char *at = (const char *)memchr(bytes, '\n', size) + 1;
    while (at < bytes + size) {
        long values[9];
        for (int i = 0; i < 9; i++)
            at = number_read(at, &values[i]);
        line_add(filling, values);
    }
    munmap((void *)bytes, size);
}

static void fill(struct loy_store *store, const char *csv)
{
    struct filling *filling = calloc(1, sizeof *filling);
    struct columns_writer *writer = NULL;
    const struct columns_mark mark = {.epoch = 1};
    must(filling != NULL, "filling", "no memory");
    struct spent since = spent_now();
    csv_read(filling, csv);
    since = spent_print("read", since);
    must(columns_rows_sort(&filling->rows), "sorting", "no memory");
    must(columns_writer_open(store, &writer) == LOY_OK, "writing", loy_store_text(store));
    const struct columns_row *row;
    while ((row = columns_rows_next(&filling->rows)) != NULL)
        must(columns_writer_add(writer, row) == LOY_OK, "writing", loy_store_text(store));
    since = spent_print("order", since);
    const struct columns_rest rest = {.mark = &mark, .words = &filling->words};
    must(columns_writer_finish(writer, &rest) == LOY_OK, "writing", loy_store_text(store));
    spent_print("sync", since);
    columns_writer_close(writer);
    columns_words_free(&filling->words);
    columns_rows_free(&filling->rows);
    free(filling);
}

/* ---- Answers --------------------------------------------------------------------------------- */

static const struct loy_columns_filter whole = {
    .size = sizeof whole, .from_us = INT64_MIN, .to_us = INT64_MAX};

static void recency_print(const struct loy_columns_recency *rows, size_t count)
{
    struct loy_columns_recency sum = {0};
    for (size_t i = 0; i < count; i++) {
        sum.last_us += rows[i].last_us / 1000000;
        sum.lines += rows[i].lines;
        sum.days += rows[i].days;
        sum.paid_minor += rows[i].paid_minor;
        sum.list_minor += rows[i].list_minor;
        sum.deal_lines += rows[i].deal_lines;
        sum.deal_paid_minor += rows[i].deal_paid_minor;
    }
    printf("rfm %zu %lld %lld %lld %lld %lld %lld %lld\n", count, (long long)sum.last_us,
        (long long)sum.lines, (long long)sum.days, (long long)sum.paid_minor,
        (long long)sum.list_minor, (long long)sum.deal_lines, (long long)sum.deal_paid_minor);
}

static void cube_print(const struct loy_columns_cell *cells, size_t count, int64_t first_month)
{
    int64_t lines = 0, pieces = 0, paid = 0, buyers = 0, least = 0, most = 0, mixed = 0;
    for (size_t i = 0; i < count; i++) {
        const struct loy_columns_cell *cell = &cells[i];
        lines += cell->lines;
        pieces += cell->quantity_milli / 1000;
        paid += cell->paid_minor;
        buyers += cell->buyers;
        least += cell->least_price_minor;
        most += cell->most_price_minor;
        mixed += cell->buyers * (atol(cell->brand + 1) + 1) * (cell->colour_family + 1) *
                 (atol(cell->grade + 1) + 1) * (first_month + cell->period);
    }
    printf("cube %zu %lld %lld %lld %lld %lld %lld %lld\n", count, (long long)lines,
        (long long)pieces, (long long)paid, (long long)buyers, (long long)least, (long long)most,
        (long long)mixed);
}

static void week_print(const struct loy_columns_week *weeks, size_t count)
{
    long long cells = 0, lines = 0, mixed = 0;
    for (size_t i = 0; i < count; i++)
        for (unsigned hour = 0; hour < LOY_HOURS_OF_WEEK; hour++) {
            cells += weeks[i].lines[hour] != 0;
            lines += weeks[i].lines[hour];
            mixed += weeks[i].lines[hour] * hour * (atol(weeks[i].brand + 1) + 1);
        }
    printf("week %lld %lld %lld\n", cells, lines, mixed);
}

/* As many months of 2,629,800 seconds since 1970 as there are lines in. */
static size_t months_of(const struct loy_columns *columns, int64_t *starts)
{
    int64_t at_us[COLUMNS_BLOCK], least = INT64_MAX, most = INT64_MIN;
    const uint64_t rows = loy_columns_rows(columns);
    for (uint64_t row = 0; row < rows; row += COLUMNS_BLOCK) {
        const size_t count = rows - row < COLUMNS_BLOCK ? (size_t)(rows - row) : COLUMNS_BLOCK;
        loy_columns_read(columns, LOY_COLUMN_AT_US, row, count, at_us);
        for (size_t i = 0; i < count; i++) {
            if (at_us[i] < least) least = at_us[i];
            if (at_us[i] > most) most = at_us[i];
        }
    }
    const int64_t first = least / (MONTH_S * 1000000), last = most / (MONTH_S * 1000000) + 1;
    must(last > first && last - first < MONTHS_MAX, "the lines", "span too many months");
    for (int64_t i = first; i <= last; i++)
        starts[i - first] = i * MONTH_S * 1000000;
    return (size_t)(last - first);
}

static void answer(struct loy_store *store, const char *folder)
{
    char path[4096];
    int64_t starts[MONTHS_MAX + 1];
    struct loy_columns *columns = NULL;
    struct loy_columns_recency *rows = NULL;
    struct loy_columns_cell *cells = NULL;
    struct loy_columns_week *weeks = NULL;
    size_t row_count = 0, cell_count = 0, week_count = 0;
    const char *threads = getenv("LOYALTY_THREADS");
    const struct loy_executor *executor =
        threads != NULL && strcmp(threads, "1") == 0 ? NULL : cli_threads();
    snprintf(path, sizeof path, "%s/store" COLUMNS_SUFFIX, folder);
    const struct spent begin = spent_now();
    must(columns_file_open(store, path, executor, &columns) == LOY_OK, path, "cannot be used");
    struct spent since = spent_print("open", begin);
    must(loy_columns_recency_get(columns, &whole, executor, &rows, &row_count) == LOY_OK, "rfm",
        loy_store_text(store));
    since = spent_print("rfm", since);
    const size_t months = months_of(columns, starts);
    must(loy_columns_cube_get(columns, &whole, starts, months, executor, &cells, &cell_count) ==
             LOY_OK,
        "cube", loy_store_text(store));
    since = spent_print("cube", since);
    must(loy_columns_week_get(columns, &whole, executor, &weeks, &week_count) == LOY_OK, "week",
        loy_store_text(store));
    spent_print("week", since);
    spent_print("all", begin);
    recency_print(rows, row_count);
    cube_print(cells, cell_count, starts[0] / (MONTH_S * 1000000));
    week_print(weeks, week_count);
    free(rows);
    free(cells);
    free(weeks);
    loy_columns_close(columns);
}

/* The columns are what is timed: the store beside them is made anew, for its role. */
static struct loy_store *store_of(const char *folder)
{
    static const char *const names[] = {"store", "store.keys", "store.key"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return bench_store(folder);
}

static void usual(void)
{
    char folder[64], csv[96];
    folder_make(folder);
    snprintf(csv, sizeof csv, "%s/lines.csv", folder);
    FILE *file = fopen(csv, "w");
    must(file != NULL, csv, "cannot be written");
    lines_print(1000000, file);
    must(fclose(file) == 0, csv, "cannot be written");
    struct loy_store *store = bench_store(folder);
    fill(store, csv);
    answer(store, folder);
    loy_store_close(store);
    folder_remove(folder);
}

int main(int count, char **words)
{
    const char *what = count > 1 ? words[1] : "";
    if (count == 1) {
        usual();
    } else if (count == 3 && strcmp(what, "lines") == 0) {
        lines_print(atol(words[2]), stdout);
    } else if ((count == 4 && strcmp(what, "fill") == 0) ||
               (count == 3 && strcmp(what, "answer") == 0)) {
        struct loy_store *store = store_of(words[count - 1]);
        const struct spent begin = spent_now();
        if (count == 4) fill(store, words[2]);
        answer(store, words[count - 1]);
        if (count == 4) spent_print("total", begin);
        loy_store_close(store);
    } else {
        fprintf(stderr, "bench_columns [lines N | fill FILE.csv DIR | answer DIR]\n");
        return 2;
    }
    return 0;
}
