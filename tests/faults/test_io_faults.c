/* SPDX-License-Identifier: MIT
 *
 * test_io_faults.c - every call to the disk fails once, and from then on always: EIO, and ENOSPC
 * with half of the write done. No crash, no half basket, no false LOY_OK, no epoch out of nothing;
 * and the next open, on a disk that works again, goes on.
 *
 *     test_io_faults [STEP]      every STEPth call only
 */
#include "crash_vfs.h"
#include "workload.h"

#include <store/store_private.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define STEP_DEFAULT 17
#else
#define STEP_DEFAULT 3
#endif
#define STORE_EVERY 50 /* faults, then a fresh store: a full ledger takes long to verify */

static char folder[64], path[100];
static struct ledger ledger;
static long findings;

static struct loy_store_options options_make(void)
{
    return (struct loy_store_options){.size = sizeof(struct loy_store_options),
        .path = path,
        .user = "tester",
        .at_us = 1767225600000000};
}

static void finding(const char *what, long nth, const char *why)
{
    if (findings++ < 10) printf("FAILED: %s at call %ld: %s\n", what, nth, why);
}

static bool store_renew(void)
{
    const struct loy_store_options options = options_make();
    struct loy_store *store = NULL;
    memset(&ledger, 0, sizeof ledger);
    workload_folder_empty(folder);
    crash_vfs_watch(folder);
    enum loy_status status = workload_create(&options, &ledger, &store);
    if (status != LOY_OK) printf("FAILED: %s\n", loy_store_text(store));
    loy_store_close(store);
    return status == LOY_OK;
}

/* What a failure may answer: anything but the caller's fault, and with words. */
static void answer_judge(const struct loy_store *store, enum loy_status status, long nth)
{
    bool fits = status == LOY_OK || status == LOY_E_FULL || status == LOY_E_IO ||
                status == LOY_E_STORE || status == LOY_E_BUSY || status == LOY_E_MEMORY ||
                status == LOY_E_FORMAT;
    if (!fits) finding("an answer that misleads", nth, loy_status_text(status));
    if (status < LOY_OK && loy_store_text(store)[0] == '\0') finding("no words", nth, "");
}

static void good_after(long nth)
{
    const struct loy_store_options options = options_make();
    struct loy_store *store = NULL;
    char why[500];
    crash_vfs_fail(0, false, SQLITE_OK);
    enum workload_verdict verdict = workload_verify(&options, &ledger, why, sizeof why);
    if (verdict != WORKLOAD_GOOD) finding("not good afterwards", nth, why);
    if (loy_store_open(&options, &store) == LOY_OK && store->epoch != 1)
        finding("an epoch out of nothing", nth, "");
    loy_store_close(store);
}

/* Whether a fault was met at all. */
static bool day_with_fault(long nth, bool stays, int code)
{
    const struct loy_store_options options = options_make();
    struct loy_store *store = NULL;
    crash_vfs_fail(nth, stays, code);
    enum loy_status status = loy_store_open(&options, &store);
    answer_judge(store, status, nth);
    if (status == LOY_OK) {
        status = workload_customer(store, &ledger);
        answer_judge(store, status, nth);
    }
    // Fate is tried again on the same handle: what is acknowledged then counts too.
    if (status < LOY_OK && store && ledger.version) workload_customer(store, &ledger);
    loy_store_close(store);
    bool met = crash_vfs_failed();
    good_after(nth);
    return met;
}

static bool create_with_fault(long nth, bool stays, int code)
{
    const struct loy_store_options options = options_make();
    struct loy_store *store = NULL;
    memset(&ledger, 0, sizeof ledger);
    workload_folder_empty(folder);
    crash_vfs_watch(folder);
    crash_vfs_fail(nth, stays, code);
    enum loy_status status = workload_create(&options, &ledger, &store);
    answer_judge(store, status, nth);
    loy_store_close(store);
    bool met = crash_vfs_failed();
    crash_vfs_fail(0, false, SQLITE_OK);
    if (status != LOY_OK) {
        if (access(path, F_OK) == 0) finding("a failed create left its file", nth, path);
        store = NULL;
        status = workload_create(&options, &ledger, &store);
        if (status != LOY_OK) finding("creating again failed", nth, loy_store_text(store));
        loy_store_close(store);
    }
    good_after(nth);
    return met;
}

static long loop(const char *name, bool (*fault)(long, bool, int), bool stays, int code, long step)
{
    long points = 0;
    for (long nth = 1;; nth += step, points++) {
        if (points % STORE_EVERY == 0 && !store_renew()) return -1;
        if (!fault(nth, stays, code)) break;
        if (nth > 100000) return -1;
    }
    printf("%s, %s, %s: %ld faults\n", name, code == SQLITE_FULL ? "full" : "EIO",
        stays ? "for good" : "once", points);
    return points;
}

int main(int count, char **arguments)
{
    long step = count > 1 ? atol(arguments[1]) : STEP_DEFAULT, points = 0;
    static const int codes[] = {SQLITE_IOERR, SQLITE_FULL};
    crash_vfs_install();
    workload_folder_make(folder);
    snprintf(path, sizeof path, "%s/shop.db", folder);
    for (size_t i = 0; i < 2; i++)
        for (int stays = 0; stays < 2; stays++) {
            long day = loop("a day", day_with_fault, stays, codes[i], step);
            long create = loop("create", create_with_fault, stays, codes[i], step);
            if (day < 5 || create < 5) finding("too few faults were met", day, "");
            points += day + create;
        }
    workload_folder_remove(folder);
    printf("%ld faults, %ld findings\n", points, findings);
    return findings == 0 ? 0 : 1;
}
