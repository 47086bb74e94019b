/* SPDX-License-Identifier: MIT
 *
 * test_crash.c - power cuts, thousands of them, each opened and verified by the library itself:
 * whatever was acknowledged is there, nothing is half done, and no member is without a key. The
 * same harness with weaker settings must fail, or it would prove nothing.
 *
 *     test_crash [IMAGES [SEED]]
 */
#include "crash_vfs.h"
#include "workload.h"

#include <store/store_parts.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define IMAGES_DEFAULT 300
#else
#define IMAGES_DEFAULT 3000
#endif
#define CUSTOMERS 12
#define REOPEN_EVERY 4

static const struct store_pragmas wal_normal = {
    .synchronous = "PRAGMA synchronous=NORMAL",
    .synchronous_level = 1,
    .journal = "PRAGMA journal_mode=WAL",
    .journal_mode = "wal",
    .tuning = "PRAGMA cache_size=20; PRAGMA wal_autocheckpoint=60",
};
static const struct store_pragmas delete_full = {
    .synchronous = "PRAGMA synchronous=FULL",
    .synchronous_level = 2,
    .journal = "PRAGMA journal_mode=DELETE",
    .journal_mode = "delete",
    .tuning = "PRAGMA cache_size=20",
};
static const struct store_pragmas *in_use = &store_pragmas_product;

/* Takes the place of the library's own. */
const struct store_pragmas *store_pragmas_wanted(void)
{
    return in_use;
}

static struct {
    char live[64], image[64];
    struct ledger ledger;
    unsigned seed;
    long operations, images, wanted;
    unsigned one_in; /* an image at one in so many operations */
    long verdicts[WORKLOAD_BROKEN + 1];
    char why[WORKLOAD_BROKEN + 1][500];
} run;

static unsigned roll(unsigned sides)
{
    run.seed = run.seed * 1103515245u + 12345u;
    return (run.seed >> 8) % sides;
}

/* Master key files are synced before FILE.keys relies on them: they are as they stand. The image
 * has its own, since opening it may finish or take back a change of the key. */
static void key_copy(const char *suffix)
{
    char from[130], to[130], text[2000];
    snprintf(from, sizeof from, "%s/shop.db.key%s", run.live, suffix);
    snprintf(to, sizeof to, "%s/shop.db.key%s", run.image, suffix);
    FILE *source = fopen(from, "r");
    if (!source) return;
    size_t size = fread(text, 1, sizeof text, source);
    fclose(source);
    FILE *target = fopen(to, "w");
    if (!target || fwrite(text, 1, size, target) != size) abort();
    fclose(target);
    chmod(to, 0600);
}

static void cut(void)
{
    char path[100], why[500];
    snprintf(path, sizeof path, "%s/shop.db", run.image);
    const struct loy_store_options options = {
        .size = sizeof options, .path = path, .user = "tester", .at_us = 1767225600000000};
    workload_folder_empty(run.image);
    crash_vfs_pause(true);
    crash_vfs_image(run.image, (enum crash_kind)roll(CRASH_KINDS), &run.seed);
    key_copy("");
    key_copy(".next");
    enum workload_verdict verdict = workload_verify(&options, &run.ledger, why, sizeof why);
    crash_vfs_pause(false);
    run.images++;
    if (run.verdicts[verdict]++ == 0) memcpy(run.why[verdict], why, sizeof why);
}

static void operation(void)
{
    run.operations++;
    if (run.images < run.wanted && roll(run.one_in) == 0) cut();
}

/* One short history. Short, since verifying a long one takes longer than cutting it again. */
static bool history(void)
{
    char path[100];
    struct loy_store *store = NULL;
    snprintf(path, sizeof path, "%s/shop.db", run.live);
    const struct loy_store_options options = {
        .size = sizeof options, .path = path, .user = "tester", .at_us = 1767225600000000};
    workload_folder_empty(run.live);
    memset(&run.ledger, 0, sizeof run.ledger);
    crash_vfs_watch(run.live);
    crash_vfs_hook(operation);
    enum loy_status status = workload_create(&options, &run.ledger, &store);
    for (int i = 1; status == LOY_OK && i <= CUSTOMERS; i++) {
        status = workload_customer(store, &run.ledger);
        operation(); // between the acknowledgement and whatever the disk does next
        if (status != LOY_OK || i % REOPEN_EVERY) continue;
        status = loy_store_key_rotate(store, NULL, NULL, NULL, options.at_us, NULL);
        if (status != LOY_OK) break;
        operation();
        loy_store_close(store);
        status = loy_store_open(&options, &store);
    }
    if (status != LOY_OK) printf("the workload itself failed: %s\n", loy_store_text(store));
    crash_vfs_hook(NULL);
    loy_store_close(store);
    return status == LOY_OK;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The number of images that were not good, -1 if the run itself failed. */
static long cut_often(
    const char *name, const struct store_pragmas *pragmas, long images, unsigned seed)
{
    double start_s = now_s();
    in_use = pragmas;
    run.seed = seed;
    run.images = run.operations = 0;
    run.wanted = images;
    run.one_in = 3;
    memset(run.verdicts, 0, sizeof run.verdicts);
    while (run.images < images)
        if (!history()) return -1;
    printf("%-12s %6ld images over %6ld operations: refused %ld, lost %ld, broken %ld; %.1f s\n",
        name, run.images, run.operations, run.verdicts[WORKLOAD_REFUSED],
        run.verdicts[WORKLOAD_LOST], run.verdicts[WORKLOAD_BROKEN], now_s() - start_s);
    for (int i = WORKLOAD_REFUSED; i <= WORKLOAD_BROKEN; i++)
        if (run.verdicts[i]) printf("  first: %s\n", run.why[i]);
    return run.images - run.verdicts[WORKLOAD_GOOD];
}

int main(int count, char **arguments)
{
    long images = count > 1 ? atol(arguments[1]) : IMAGES_DEFAULT;
    unsigned seed = count > 2 ? (unsigned)atol(arguments[2]) : 7;
    crash_vfs_install();
    workload_folder_make(run.live);
    workload_folder_make(run.image);
    long bad = cut_often("the product", &store_pragmas_product, images, seed);
    long normal_bad = cut_often("NORMAL, WAL", &wal_normal, images / 8 + 100, seed);
    long delete_bad = cut_often("FULL, DELETE", &delete_full, images / 8 + 100, seed);
    workload_folder_remove(run.live);
    workload_folder_remove(run.image);
    if (bad != 0) printf("FAILED: the product's settings are not safe\n");
    if (normal_bad < 1 || delete_bad < 1) printf("FAILED: a control passed: the test is broken\n");
    return bad == 0 && normal_bad >= 1 && delete_bad >= 1 ? 0 : 1;
}
