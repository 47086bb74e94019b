/* SPDX-License-Identifier: MIT
 *
 * test_io_faults.c - every call to the disk fails, once, and from then on always: EIO, ENOSPC with
 * half of the write done, short writes, short reads, failed syncs. No crash, no half basket, no
 * false LOY_OK, no epoch out of nothing; and the next open, on a disk that works again, goes on.
 * Behind a failed sync also what a power cut then leaves holds all that was acknowledged.
 *
 *     test_io_faults [STEP]      every STEPth call only
 */
#include "crash_cut.h"
#include "quick_memory.h"
#include "workload.h"

#include <store/store_private.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define STEP_DEFAULT 23
#else
#define STEP_DEFAULT 4 /* every call: with 1, as ./check --long does it */
#endif
#define STORE_EVERY 40 /* faults, then a fresh store: a full ledger takes long to judge */
#define REOPEN_EVERY 8 /* faults, then the file itself is judged too: what is lost stays lost */

static char path[100];
static struct ledger ledger;
static long findings, points[CRASH_FAULT_COUNT];

struct
try {
    enum crash_fault kind;
    bool stays;
    long nth;
};

static void finding(const char *what, const struct try *try, const char *why)
{
    if (findings++ < 10)
        printf("FAILED: %s at call %ld (%s, %s): %s\n", what, try->nth, crash_fault_name(try->kind),
            try->stays ? "for good" : "once", why);
}

static void folder_renew(void)
{
    memset(&ledger, 0, sizeof ledger);
    workload_folder_empty(crash_folders.live);
    crash_vfs_watch(crash_folders.live, false);
}

static bool store_renew(void)
{
    const struct loy_store_options options = workload_options(path);
    struct loy_store *store = NULL;
    folder_renew();
    enum loy_status status = workload_create(&options, &ledger, &store);
    // So that the calls do not depend on whether it is the first day.
    if (status == LOY_OK) status = workload_visit(store, &ledger);
    if (status != LOY_OK) printf("FAILED: %s\n", loy_store_text(store));
    loy_store_close(store);
    return status == LOY_OK;
}

/* What a failure may answer: anything but the caller's fault, and with words. */
static void answer_judge(
    const struct loy_store *store, enum loy_status status, const struct try *try)
{
    bool fits = status == LOY_OK || status == LOY_E_FULL || status == LOY_E_IO ||
                status == LOY_E_STORE || status == LOY_E_BUSY || status == LOY_E_MEMORY ||
                status == LOY_E_FORMAT;
    if (try->kind == CRASH_FULL) fits = status == LOY_OK || status == LOY_E_FULL;
    if (!fits) finding("an answer that misleads", try, loy_status_text(status));
    if (status < LOY_OK && loy_store_text(store)[0] == '\0') finding("no words", try, "");
}

static void verdict(const struct try *try, const char *what, const char *opened)
{
    const struct loy_store_options options = workload_options(opened);
    char why[400];
    unsigned how = WORKLOAD_CHECKS;
    if (opened != path) how |= WORKLOAD_GOES_ON; // into an image only
    if (workload_verify(&options, &ledger, how, why, sizeof why) != WORKLOAD_GOOD)
        finding(what, try, why);
}

/* The page cache shows what a failed sync lost; a power cut does not. */
static void good_after(const struct try *try)
{
    char cut[100];
    unsigned seed = (unsigned)try->nth;
    enum crash_kind kind = try->nth % 2 ? CRASH_KILL : CRASH_LOST;
    crash_vfs_fail(0, false, CRASH_EIO);
    if (try->kind == CRASH_SYNC) kind = CRASH_LOST;
    // A sync of FILE's log that failed for good leaves frames in the page cache which the disk
    // never gets. The next opening reads them and tells FILE.keys of their generation; whichever
    // way it goes then, they are missing in the image, and FILE is older than FILE.keys knows it:
    // an epoch begins, as behind any older copy. Where the disk works again at once, closing writes
    // the log anew, and nothing is apart.
    ledger.epochs = try->stays && (try->kind == CRASH_EIO || try->kind == CRASH_SYNC);
    snprintf(cut, sizeof cut, "%s/" CRASH_STORE, crash_cut(kind, &seed, false));
    verdict(try, kind == CRASH_LOST ? "not good after a power cut" : "not good afterwards", cut);
    ledger.epochs = false;
    if (try->nth % REOPEN_EVERY == 0) verdict(try, "not good when opened again", path);
}

/* Whether a fault was met at all. */
static bool day_with_fault(const struct try *try)
{
    const struct loy_store_options options = workload_options(path);
    struct loy_store *store = NULL;
    crash_vfs_fail(try->nth, try->stays, try->kind);
    enum loy_status status = loy_store_open(&options, &store);
    answer_judge(store, status, try);
    if (status == LOY_OK) {
        status = workload_visit(store, &ledger);
        answer_judge(store, status, try);
    }
    // Fate is tried again on the same handle: what is acknowledged then counts too.
    if (status < LOY_OK && store && loy_store_role(store)) workload_visit(store, &ledger);
    loy_store_close(store);
    bool met = crash_vfs_failed();
    good_after(try);
    return met;
}

static void nothing_left(const struct try *try)
{
    static const char *const suffixes[] = {
        "", "-wal", "-shm", "-journal", ".keys", ".keys-wal", ".keys-shm", ".keys-journal", ".key"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char left[130];
        snprintf(left, sizeof left, "%s%s", path, suffixes[i]);
        if (access(left, F_OK) == 0) finding("a failed create left its file", try, left);
    }
}

static bool create_with_fault(const struct try *try)
{
    const struct loy_store_options options = workload_options(path);
    struct loy_store *store = NULL;
    folder_renew();
    crash_vfs_fail(try->nth, try->stays, try->kind);
    enum loy_status status = workload_create(&options, &ledger, &store);
    answer_judge(store, status, try);
    loy_store_close(store);
    bool met = crash_vfs_failed();
    if (status != LOY_OK) nothing_left(try);
    // Each making takes long.
    if (status != LOY_OK && try->nth % 8 == 1) {
        crash_vfs_watch(crash_folders.live, false);
        status = workload_create(&options, &ledger, &store);
        if (status != LOY_OK) finding("creating again failed", try, loy_store_text(store));
        loy_store_close(store);
    }
    if (status == LOY_OK) good_after(try);
    return met;
}

static bool loop(
    const char *name, bool (*fault)(const struct try *), struct try try, long step, long least)
{
    long count = 0;
    for (try.nth = 1;; try.nth += step, count++) {
        bool renews = fault == day_with_fault && count % STORE_EVERY == 0;
        if (renews && !store_renew()) return false;
        if (!fault(&try)) break;
        if (try.nth > 100000) return false;
    }
    printf("%-6s %-11s %-8s: %5ld calls failed\n", name, crash_fault_name(try.kind),
        try.stays ? "for good" : "once", count);
    points[try.kind] += count;
    return count * step >= least;
}

int main(int count, char **arguments)
{
    long step = count > 1 ? atol(arguments[1]) : STEP_DEFAULT, sum = 0;
    bool enough = true;
    // Fewer than these would mean that the harness does not see the calls any more.
    static const long least[CRASH_FAULT_COUNT] = {350, 90, 90, 50, 15};
#ifndef __SANITIZE_ADDRESS__
    quick_memory_install();
#endif
    crash_vfs_install();
    crash_folders_make();
    snprintf(path, sizeof path, "%s/" CRASH_STORE, crash_folders.live);
    for (int kind = 0; kind < CRASH_FAULT_COUNT; kind++) {
        for (int stays = 0; stays < 2; stays++) {
            const struct try try = {.kind = (enum crash_fault)kind, .stays = stays};
            enough = loop("a day", day_with_fault, try, step, least[kind]) && enough;
            enough = loop("create", create_with_fault, try, step, least[kind]) && enough;
        }
        sum += points[kind];
    }
    crash_folders_remove();
    if (!enough) printf("FAILED: too few calls were met\n");
    printf("%ld failed calls, %ld findings\n", sum, findings);
    return enough && findings == 0 ? 0 : 1;
}
