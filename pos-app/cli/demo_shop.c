/* SPDX-License-Identifier: MIT
 *
 * demo_shop.c - the chain on real input: imports, recorded swipes, baskets, and the totals of both
 * sides.
 */
#include "demo_shop.h"
#include "import_baskets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The shop's own range in both data sets: 9156 and a number, 16 digits, Luhn. */
static const struct loy_range demo_range = {
    .prefix = "9156", .length = 16, .check = LOY_CHECK_LUHN, .use = LOY_USE_MEMBER};

/* What the input says of one member: by the reference or card that names it in the files. */
struct expected {
    const char *key;  /* in the baskets file */
    const char *card; /* of the members file */
    int64_t paid_minor;
};

struct filling {
    struct cli *cli;
    const struct demo_shop *shop;
    struct loy_store *store;
    struct demo_result *result;
    struct import members, baskets;
    struct baskets gathered;
    struct expected *expected;
    size_t expected_count;
    struct demo_swipes swipes;
    char folder[400];
};

static void data_path(const struct filling *f, const char *file, char path[1024])
{
    snprintf(path, 1024, "%s/%s", f->shop->data, file);
}

/* ---- A new store --------------------------------------------------------------------------------
 */

static int folder_make(struct filling *f, const char *out)
{
    snprintf(f->folder, sizeof f->folder, "%s/%s", out, f->shop->name);
    if ((mkdir(out, 0777) != 0 && errno != EEXIST) ||
        (mkdir(f->folder, 0777) != 0 && errno != EEXIST))
        return cli_fail(f->cli, CLI_FAILED, "%s: %s", f->folder, strerror(errno));
    return CLI_DONE;
}

static int store_make(struct filling *f)
{
    static const char *const endings[] = {
        "", "-wal", "-shm", ".keys", ".keys-wal", ".keys-shm", ".key", ".erased"};
    char path[512], old[540];
    snprintf(path, sizeof path, "%s/shop.loyalty", f->folder);
    /* A demo begins anew: only the files of an earlier demo have these names here. */
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(old, sizeof old, "%s%s", path, endings[i]);
        unlink(old);
    }
    struct loy_store_options options = cli_store_options(f->cli);
    struct loy_store_settings settings = {.minor_digits = 2};
    snprintf(settings.currency, sizeof settings.currency, "%s", f->shop->currency);
    snprintf(settings.country, sizeof settings.country, "%s", f->shop->country);
    snprintf(settings.site, sizeof settings.site, "%s", f->shop->site);
    snprintf(settings.lane, sizeof settings.lane, "1");
    options.path = path;
    options.key_path = NULL; /* the demo's key is its own */
    enum loy_status status = loy_store_create(&options, &settings, &f->store);
    if (status == LOY_OK) status = loy_range_add(f->store, &demo_range, options.at_us);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(f->cli, status, f->store);
}

static int files_import(struct filling *f)
{
    static const struct {
        enum import_kind kind;
        const char *file;
    } files[] = {{IMPORT_ARTICLES, "articles.csv"}, {IMPORT_PRICES, "prices.csv"},
        {IMPORT_MEMBERS, "members.csv"}};
    char path[1024];
    int code = CLI_DONE;
    for (size_t i = 0; code == CLI_DONE && i < sizeof files / sizeof files[0]; i++) {
        data_path(f, files[i].file, path);
        code = import_file(f->cli, f->store, files[i].kind, path);
    }
    return code;
}

/* ---- What the input says ------------------------------------------------------------------------
 */

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct expected *)a)->key, ((const struct expected *)b)->key);
}

static size_t column_of(const struct csv_table *table, const char *name)
{
    size_t i = 0;
    while (table->columns[i].name && strcmp(table->columns[i].name, name) != 0)
        i++;
    return i;
}

static struct expected *expected_find(const struct filling *f, const char *key)
{
    struct expected wanted = {.key = key};
    return bsearch(&wanted, f->expected, f->expected_count, sizeof wanted, by_key);
}

/* The baskets file names members by reference (households) or by card. */
static int expected_read(struct filling *f)
{
    struct csv_table *table = &f->members.table;
    size_t card = column_of(table, "card"), reference = column_of(table, "reference");
    bool by_reference = f->baskets.table.at[column_of(&f->baskets.table, "member")] >= 0;
    f->expected = calloc(table->row_count + 1, sizeof *f->expected);
    if (!f->expected) return cli_fail(f->cli, CLI_FAILED, "%s", _(loy_status_text(LOY_E_MEMORY)));
    for (size_t row = 0; row < table->row_count; row++) {
        const char *number = csv_cell(table, row, card);
        f->expected[row].card = number;
        f->expected[row].key = by_reference ? csv_cell(table, row, reference) : number;
    }
    f->expected_count = table->row_count;
    qsort(f->expected, f->expected_count, sizeof *f->expected, by_key);
    f->result->input.members = (int64_t)table->row_count;
    return CLI_DONE;
}

static int inputs_open(struct filling *f)
{
    char members[1024], baskets[1024];
    data_path(f, "members.csv", members);
    data_path(f, "baskets.csv", baskets);
    int code = import_begin(&f->members, f->cli, NULL, IMPORT_MEMBERS, members);
    if (code == CLI_DONE)
        code = import_begin(&f->baskets, f->cli, f->store, IMPORT_BASKETS, baskets);
    if (code != CLI_DONE) return code;
    f->gathered.import = &f->baskets;
    if (baskets_gather(&f->gathered) != LOY_OK)
        return cli_fail(f->cli, CLI_FAILED, "%s", _(loy_status_text(LOY_E_MEMORY)));
    return expected_read(f);
}

static const char *basket_key(const struct filling *f, size_t index)
{
    const char *member = baskets_cell(&f->gathered, index, BASKET_CELL_MEMBER);
    return *member ? member : baskets_cell(&f->gathered, index, BASKET_CELL_CARD);
}

static int swipes_record(struct filling *f)
{
    int code = demo_swipes_record_begin(&f->swipes, f->cli, f->folder);
    for (size_t i = 0; code == CLI_DONE && i < f->gathered.group_count; i++) {
        const char *key = basket_key(f, i);
        if (!*key) continue;
        const struct expected *member = expected_find(f, key);
        if (!member)
            return cli_fail(
                f->cli, CLI_FINDING, _("the baskets name a member that the members file lacks"));
        code = demo_swipes_record(&f->swipes, member->card);
    }
    if (code == CLI_DONE) code = demo_swipes_record_end(&f->swipes);
    return code;
}

/* ---- The chain ----------------------------------------------------------------------------------
 */

static int basket_take(struct filling *f, size_t index)
{
    struct loy_credential credential;
    const char *key = basket_key(f, index);
    struct demo_totals *input = &f->result->input;
    int64_t before = f->baskets.total_minor;
    if (*key) {
        int code = demo_swipes_take(&f->swipes, &credential);
        if (code != CLI_DONE) return code;
        input->identified++;
    }
    enum loy_status status = baskets_put(&f->gathered, index, *key ? &credential : NULL);
    if (status != LOY_OK) return cli_fail_store(f->cli, status, f->store);
    if (f->baskets.table.complaints)
        return cli_fail(f->cli, CLI_FAILED, _("the demo's input does not fit; see above"));
    if (*key) expected_find(f, key)->paid_minor += f->baskets.total_minor - before;
    input->baskets++;
    input->lines += (int64_t)f->gathered.groups[index].count;
    return CLI_DONE;
}

/* A lane commits each basket before it beeps. The demo's year of baskets is committed in batches,
 * or it would measure nothing but the disk. */
#define DEMO_BATCH 500u

static int batch_take(struct filling *f, size_t first, size_t count)
{
    int code = CLI_DONE;
    enum loy_status status = loy_store_begin(f->store);
    if (status != LOY_OK) return cli_fail_store(f->cli, status, f->store);
    for (size_t i = first; code == CLI_DONE && i < first + count; i++)
        code = basket_take(f, i);
    if (code != CLI_DONE) {
        loy_store_rollback(f->store);
        return code;
    }
    status = loy_store_commit(f->store);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(f->cli, status, f->store);
}

static int baskets_take(struct filling *f)
{
    int code = demo_swipes_open(&f->swipes, &demo_range, f->store);
    size_t count = f->gathered.group_count;
    for (size_t i = 0; code == CLI_DONE && i < count; i += DEMO_BATCH) {
        size_t batch = count - i < DEMO_BATCH ? count - i : DEMO_BATCH;
        code = batch_take(f, i, batch);
        cli_progress(f->cli, gettext(f->shop->title), (long long)(i + batch), (long long)count);
    }
    f->result->input.paid_minor = f->baskets.total_minor;
    f->result->input.discount_minor = f->baskets.discount_minor;
    memcpy(f->result->swipes, f->swipes.taken, sizeof f->result->swipes);
    return code;
}

/* ---- What the store says ------------------------------------------------------------------------
 */

struct member_sum {
    int64_t member, paid_minor;
};

static int by_member(const void *a, const void *b)
{
    const struct member_sum *x = a, *y = b;
    return x->member < y->member ? -1 : x->member > y->member;
}

/* Sales come with members in ascending number: one running sum each. */
static enum loy_status sums_read(
    struct loy_store *store, struct member_sum *sums, size_t max, size_t *count)
{
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    enum loy_status status = loy_sales_open(store, 0, INT64_MAX, NULL, &sales);
    while (status == LOY_OK && (status = loy_sales_next(sales, &sale)) == LOY_OK) {
        if (!sale.member) continue;
        if (!*count || sums[*count - 1].member != sale.member) {
            if (*count == max) break;
            sums[(*count)++] = (struct member_sum){sale.member, 0};
        }
        sums[*count - 1].paid_minor += sale.paid_minor;
    }
    loy_sales_close(sales);
    return status == LOY_NONE ? LOY_OK : status;
}

static bool member_agrees(
    struct filling *f, const struct expected *expected, const struct member_sum *sums, size_t count)
{
    char name[128];
    struct loy_id id;
    struct member_sum wanted = {0};
    bool by_reference = strcmp(expected->key, expected->card) != 0;
    snprintf(name, sizeof name, "%s:%s", by_reference ? "ref" : "card", expected->key);
    if (cli_member_find(f->store, name, &id) != LOY_OK) return false;
    if (loy_member_number(f->store, &id, &wanted.member) != LOY_OK) return false;
    const struct member_sum *sum = bsearch(&wanted, sums, count, sizeof wanted, by_member);
    return (sum ? sum->paid_minor : 0) == expected->paid_minor;
}

static int totals_compare(struct filling *f)
{
    struct loy_basket_totals stored;
    size_t count = 0;
    struct member_sum *sums = calloc(f->expected_count + 1, sizeof *sums);
    if (!sums) return cli_fail(f->cli, CLI_FAILED, "%s", _(loy_status_text(LOY_E_MEMORY)));
    enum loy_status status = loy_basket_totals_get(f->store, 0, INT64_MAX, &stored);
    if (status == LOY_OK) status = sums_read(f->store, sums, f->expected_count + 1, &count);
    if (status != LOY_OK) {
        free(sums);
        return cli_fail_store(f->cli, status, f->store);
    }
    for (size_t i = 0; i < f->expected_count; i++)
        f->result->members_agreeing += member_agrees(f, &f->expected[i], sums, count);
    free(sums);
    struct loy_id id;
    int64_t position = 0, members = 0;
    while (loy_member_next(f->store, &position, NULL, &id) == LOY_OK)
        members++;
    f->result->stored = (struct demo_totals){.members = members,
        .baskets = stored.baskets,
        .identified = stored.identified,
        .lines = stored.lines,
        .paid_minor = stored.paid_minor,
        .discount_minor = stored.discount_minor};
    return CLI_DONE;
}

int demo_shop_fill(struct cli *cli, const struct demo_shop *shop, const char *out,
    struct loy_store **store, struct demo_result *result)
{
    static struct filling filling;
    struct filling *f = &filling;
    *f = (struct filling){.cli = cli, .shop = shop, .result = result};
    *result = (struct demo_result){0};
    int code = folder_make(f, out);
    if (code == CLI_DONE) code = store_make(f);
    if (code == CLI_DONE) code = files_import(f);
    if (code == CLI_DONE) code = inputs_open(f);
    if (code == CLI_DONE) code = swipes_record(f);
    if (code == CLI_DONE) code = baskets_take(f);
    if (code == CLI_DONE) code = totals_compare(f);
    demo_swipes_close(&f->swipes);
    baskets_free(&f->gathered);
    free(f->expected);
    csv_close(&f->baskets.table);
    csv_close(&f->members.table);
    *store = f->store;
    if (code != CLI_DONE) {
        loy_store_close(*store);
        *store = NULL;
    }
    return code;
}
