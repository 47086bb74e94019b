/* SPDX-License-Identifier: MIT
 *
 * test_crash.c - power cuts and kills, a hundred thousand of them, each opened and judged through
 * the library itself: whatever was acknowledged is there, down to the line of an open basket;
 * nothing is half done, and no member is without a key. The same harness with weaker settings must
 * fail, or it would prove nothing.
 *
 *     test_crash [IMAGES [SEED]]
 */
#include "crash_cut.h"
#include "quick_memory.h"
#include "workload.h"

#include <store/store_parts.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define IMAGES_DEFAULT 400
#else
#define IMAGES_DEFAULT 100000
#endif
#define VISITS 5
#define MAKE_EVERY 20 /* histories */
/* One cut in so many operations; few images are spread over more histories. */
#define CUT_ONE_IN(images) ((images) < 2000 ? 20 : 1)
/* One image in so many is judged by loy_store_check, too; each by all that the ledger demands. */
#define CHECK_ONE_IN 10
#define WORKERS_MAX 16
#define ON_DISK 80 /* one image in so many is opened with the real layer, and -shm beside it */

/* ---- Settings --------------------------------------------------------------------------------
 */

#define BUSY_TUNING "PRAGMA cache_size=12; PRAGMA wal_autocheckpoint=9"

static struct config {
    const char *name;
    bool must_hold;
    struct store_pragmas pragmas;
} configs[] = {
    {.name = "the product", .must_hold = true}, // its own pragmas
    // The same with a small log and cache, so that checkpoints and spills come all the time.
    {.name = "the product, busy", .must_hold = true},
    {"control: WAL, NORMAL", false,
        {"PRAGMA synchronous=NORMAL", "PRAGMA journal_mode=WAL", "wal", 1, BUSY_TUNING}},
    {"control: DELETE, FULL", false,
        {"PRAGMA synchronous=FULL", "PRAGMA journal_mode=DELETE", "delete", 2, BUSY_TUNING}},
    {"control: WAL, OFF", false,
        {"PRAGMA synchronous=OFF", "PRAGMA journal_mode=WAL", "wal", 0, BUSY_TUNING}},
    {"control: DELETE, OFF", false,
        {"PRAGMA synchronous=OFF", "PRAGMA journal_mode=DELETE", "delete", 0, BUSY_TUNING}},
};
#define CONFIGS (sizeof configs / sizeof *configs)
static const struct store_pragmas *in_use = &store_pragmas_product;

/* Takes the place of the library's own. */
const struct store_pragmas *store_pragmas_wanted(void)
{
    return in_use;
}

/* How a history goes, by its number. */
enum way { WAY_ALONE, WAY_TWO_TILLS, WAY_READER, WAY_COUNT };
static const char *const way_names[] = {"one handle", "two tills", "a till and a reader"};

/* ---- A run, and what came of it --------------------------------------------------------------
 */

struct tally {
    long images, bad[WORKLOAD_BROKEN + 1];
};
struct result {
    bool failed; /* the run itself */
    long operations, checked;
    struct tally kinds[2][CRASH_KIND_COUNT], ways[WAY_COUNT]; /* [entries in order] */
    char why[WORKLOAD_BROKEN + 1][400];
};

static struct {
    char kept[64]; /* a fresh store's files */
    struct ledger ledger;
    struct result *result;
    unsigned seed;
    bool ordered, cutting;
    enum way way;
    long images, wanted;
    unsigned histories;
} run;

static unsigned roll(unsigned sides)
{
    run.seed = run.seed * 1103515245u + 12345u;
    return (run.seed >> 8) % sides;
}

/* ---- A cut ------------------------------------------------------------------------------------
 */

static void tally_add(struct tally *tally, enum workload_verdict verdict)
{
    tally->images++;
    tally->bad[verdict]++;
}

static void cut(void)
{
    char path[100], why[400];
    enum crash_kind kind = (enum crash_kind)roll(CRASH_KIND_COUNT);
    snprintf(path, sizeof path, "%s/" CRASH_STORE, crash_cut(kind, &run.seed, roll(ON_DISK) == 0));
    const struct loy_store_options options = workload_options(path);
    unsigned how = WORKLOAD_GOES_ON | (roll(CHECK_ONE_IN) == 0 ? WORKLOAD_CHECKS : 0);
    enum workload_verdict verdict = workload_verify(&options, &run.ledger, how, why, sizeof why);
    run.images++;
    run.result->checked += (how & WORKLOAD_CHECKS) != 0;
    tally_add(&run.result->kinds[run.ordered][kind], verdict);
    tally_add(&run.result->ways[run.way], verdict);
    char *first = run.result->why[verdict];
    if (verdict != WORKLOAD_GOOD && first[0] == '\0')
        snprintf(first, sizeof run.result->why[0], "%s, entries %s order, %s: %.300s",
            crash_kind_name(kind), run.ordered ? "in" : "in no", way_names[run.way], why);
}

static void operation(void)
{
    run.result->operations++;
    if (run.cutting || run.images >= run.wanted || roll(CUT_ONE_IN(run.wanted)) != 0) return;
    run.cutting = true; // what the image itself does is no operation
    cut();
    run.cutting = false;
}

/* ---- A history --------------------------------------------------------------------------------
 */

struct history {
    struct loy_store_options options;
    struct loy_store *tills[2]; /* the second: another program's, as far as SQLite can tell */
    struct loy_sales *cursor;
    enum loy_status status;
};

static void till_open(struct history *history, int which)
{
    if (history->status != LOY_OK) return;
    loy_store_close(history->tills[which]);
    history->tills[which] = NULL;
    history->status = loy_store_open(&history->options, &history->tills[which]);
}

/* A standing cursor keeps an old picture of the file, which no checkpoint may overwrite. */
static void cursor_renew(struct history *history)
{
    struct loy_sale sale;
    loy_sales_close(history->cursor);
    history->cursor = NULL;
    if (history->status != LOY_OK || run.way != WAY_READER) return;
    history->status = loy_sales_open(history->tills[1], 0, INT64_MAX, NULL, &history->cursor);
    if (history->status == LOY_OK) loy_sales_next(history->cursor, &sale);
}

/* Every few visits the key changes, or a till is switched off and on, or both are. */
static void between_visits(struct history *history, int visit)
{
    if (visit % 3 == 1) cursor_renew(history);
    if (visit % 4 != 3) return;
    loy_sales_close(history->cursor);
    history->cursor = NULL;
    bool both = roll(2);
    if (both)
        history->status =
            loy_store_key_rotate(history->tills[0], NULL, NULL, NULL, WORKLOAD_AT_US, NULL);
    operation();
    if (run.way != WAY_ALONE && both) {
        // Both go, so that the last one takes the log away.
        loy_store_close(history->tills[1]);
        history->tills[1] = NULL;
    }
    till_open(history, 0);
    if (run.way != WAY_ALONE) till_open(history, 1);
}

/* Making a store takes as long as judging a dozen images: most histories begin with the files of
 * one that was made just now. Its files keep their numbers. */
static void made_keep(bool keeps, const char *kept)
{
    static const char *const names[] = {CRASH_STORE, CRASH_STORE ".keys", CRASH_STORE ".key"};
    char path[100];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (keeps)
            crash_file_copy(crash_folders.live, kept, names[i]);
        else
            crash_file_copy(kept, crash_folders.live, names[i]);
    snprintf(path, sizeof path, "%s/" CRASH_STORE, crash_folders.live);
    // What the file's attribute says is of the history before.
    if (!keeps) removexattr(path, "user.loyalty.generation");
    for (size_t i = 0; i < 2 && !keeps; i++)
        crash_vfs_adopt(names[i]);
}

static void store_make(struct history *history)
{
    workload_folder_empty(crash_folders.live);
    crash_vfs_hook(operation);
    history->status = workload_create(&history->options, &run.ledger, &history->tills[0]);
    operation();
    loy_store_close(history->tills[0]);
    history->tills[0] = NULL;
    made_keep(true, run.kept);
}

static bool history_run(struct history *history)
{
    if (run.histories++ % MAKE_EVERY == 0)
        store_make(history);
    else
        made_keep(false, run.kept);
    run.ledger.created = true;
    crash_vfs_hook(operation);
    for (int i = 0; i < (run.way == WAY_ALONE ? 1 : 2); i++)
        till_open(history, i);
    for (int i = 0; history->status == LOY_OK && i < VISITS && run.images < run.wanted; i++) {
        int till = run.way == WAY_TWO_TILLS ? i % 2 : 0;
        history->status = workload_visit(history->tills[till], &run.ledger);
        operation(); // between the acknowledgement and whatever the disk does next
        if (history->status == LOY_OK) between_visits(history, i);
    }
    if (history->status != LOY_OK)
        for (int i = 0; i < 2; i++)
            if (history->tills[i])
                printf("the workload itself failed: %s\n", loy_store_text(history->tills[i]));
    loy_sales_close(history->cursor);
    loy_store_close(history->tills[1]);
    loy_store_close(history->tills[0]);
    return history->status == LOY_OK;
}

/* Short, since judging a long one takes longer than cutting it again. */
static bool history_make(void)
{
    char path[100];
    snprintf(path, sizeof path, "%s/" CRASH_STORE, crash_folders.live);
    struct history history = {.options = workload_options(path)};
    memset(&run.ledger, 0, sizeof run.ledger);
    run.ordered = roll(2);
    // A reader that stands keeps a rollback journal from committing: with a log only.
    run.way = (enum way)roll(strcmp(in_use->journal_mode, "wal") == 0 ? WAY_COUNT : WAY_READER);
    crash_vfs_watch(crash_folders.live, run.ordered);
    bool good = history_run(&history);
    crash_vfs_hook(NULL);
    return good;
}

/* ---- Workers ----------------------------------------------------------------------------------
 */

static void work(const struct config *config, struct result *result, long images, unsigned seed)
{
    in_use = &config->pragmas;
    run.result = result;
    run.seed = seed;
    run.wanted = images;
    crash_folders_make();
    workload_folder_make(run.kept);
    while (run.images < images && !result->failed)
        result->failed = !history_make();
    crash_folders_remove();
    workload_folder_remove(run.kept);
}

static void result_add(struct result *sum, const struct result *part)
{
    const long *from = &part->kinds[0][0].images;
    long *to = &sum->kinds[0][0].images;
    const size_t count = (sizeof part->kinds + sizeof part->ways) / sizeof *from;
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
    sum->operations += part->operations;
    sum->checked += part->checked;
    sum->failed = sum->failed || part->failed;
    for (int i = 0; i <= WORKLOAD_BROKEN; i++)
        if (sum->why[i][0] == '\0') memcpy(sum->why[i], part->why[i], sizeof sum->why[i]);
}

static int workers(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > WORKERS_MAX ? WORKERS_MAX : (int)online;
}

static struct result work_shared(const struct config *config, long images, unsigned seed)
{
    struct result sum = {0}, *parts = mmap(NULL, sizeof sum * WORKERS_MAX, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (parts == MAP_FAILED) abort();
    int count = workers();
    pid_t children[WORKERS_MAX];
    fflush(stdout);
    for (int i = 0; i < count; i++) {
        children[i] = fork();
        if (children[i] != 0) continue;
        long share = images / count + (i < images % count);
        work(config, &parts[i], share, seed * 1000003u + (unsigned)i);
        fflush(stdout);
        _exit(0);
    }
    for (int i = 0; i < count; i++) {
        int end = -1;
        if (children[i] < 0 || waitpid(children[i], &end, 0) < 0 || end != 0) sum.failed = true;
        result_add(&sum, &parts[i]);
    }
    munmap(parts, sizeof sum * WORKERS_MAX);
    return sum;
}

/* ---- Figures ----------------------------------------------------------------------------------
 */

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void tally_print(const char *name, const char *more, const struct tally *tally)
{
    printf("  %-10s %-20s %8ld images: %ld refused, %ld lost, %ld broken\n", name, more,
        tally->images, tally->bad[WORKLOAD_REFUSED], tally->bad[WORKLOAD_LOST],
        tally->bad[WORKLOAD_BROKEN]);
}

static struct tally tally_sum(const struct result *result)
{
    struct tally sum = {0};
    for (int way = 0; way < WAY_COUNT; way++) {
        sum.images += result->ways[way].images;
        for (int i = 0; i <= WORKLOAD_BROKEN; i++)
            sum.bad[i] += result->ways[way].bad[i];
    }
    return sum;
}

static double cpu_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void result_print(
    const struct config *config, const struct result *result, double took_s, double worked_s)
{
    struct tally sum = tally_sum(result);
    printf("%s: %ld images (%ld checked whole) over %ld operations, %.0f images/s (%.0f a second "
           "of a processor): %ld refused, %ld lost, %ld broken\n",
        config->name, sum.images, result->checked, result->operations, (double)sum.images / took_s,
        (double)sum.images / worked_s, sum.bad[WORKLOAD_REFUSED], sum.bad[WORKLOAD_LOST],
        sum.bad[WORKLOAD_BROKEN]);
    for (int i = 0; i < 2 * CRASH_KIND_COUNT; i++)
        tally_print(crash_kind_name((enum crash_kind)(i % CRASH_KIND_COUNT)),
            i < CRASH_KIND_COUNT ? "entries in no order" : "entries in order",
            &result->kinds[i / CRASH_KIND_COUNT][i % CRASH_KIND_COUNT]);
    for (int way = 0; way < WAY_COUNT; way++)
        tally_print("", way_names[way], &result->ways[way]);
    for (int i = WORKLOAD_REFUSED; i <= WORKLOAD_BROKEN; i++)
        if (result->why[i][0]) printf("  first: %s\n", result->why[i]);
}

static bool config_try(const struct config *config, long images, unsigned seed)
{
    double start_s = now_s(), worked_s = cpu_s();
    struct result result = work_shared(config, images, seed);
    struct tally sum = tally_sum(&result);
    long bad = sum.images - sum.bad[WORKLOAD_GOOD];
    result_print(config, &result, now_s() - start_s, cpu_s() - worked_s);
    if (result.failed || sum.images != images) printf("FAILED: the run itself\n");
    if (config->must_hold && bad > 0) printf("FAILED: the product's settings are not safe\n");
    if (!config->must_hold && bad == 0) printf("FAILED: a control passed: the test is broken\n");
    return !result.failed && sum.images == images && config->must_hold == (bad == 0);
}

int main(int count, char **arguments)
{
    long images = count > 1 ? atol(arguments[1]) : IMAGES_DEFAULT;
    unsigned seed = count > 2 ? (unsigned)atol(arguments[2]) : 7;
    bool good = true;
    configs[0].pragmas = configs[1].pragmas = store_pragmas_product;
    configs[1].pragmas.tuning = BUSY_TUNING;
#ifndef __SANITIZE_ADDRESS__
    quick_memory_install();
#endif
    crash_vfs_install();
    for (size_t i = 0; i < CONFIGS; i++) {
        long share = configs[i].must_hold ? images / 2 : images / 100 + 200;
        good = config_try(&configs[i], share, seed) && good;
    }
    return good ? 0 : 1;
}
