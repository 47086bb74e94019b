/* SPDX-License-Identifier: MIT
 *
 * test_memory_faults.c - every allocation, the library's and SQLite's, fails once, and from then on
 * always. No crash, no leak, no half basket, no false LOY_OK.
 *
 *     test_memory_faults [STEP]  every STEPth allocation only
 */
#include "workload.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>

#define STORE_EVERY 48 /* faults, then a fresh store */
#define JUDGE_EVERY 6  /* faults, then the store is judged: what is lost stays lost */

#ifdef __SANITIZE_ADDRESS__
#define STEP_DEFAULT 97
#else
#define STEP_DEFAULT 5 /* every allocation: with 1, as ./check --long does it */
#endif

static struct {
    long left;
    bool stays, failed, armed;
} fault;

static bool fails(void)
{
    if (!fault.armed || fault.left == 0) return false;
    if (fault.left > 1) {
        fault.left--;
        return false;
    }
    if (!fault.stays) fault.left = 0;
    fault.failed = true;
    return true;
}

/* The linker leads the library's own calls here (--wrap). */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

static sqlite3_mem_methods real_methods;

static void *sqlite_malloc(int size)
{
    return fails() ? NULL : real_methods.xMalloc(size);
}
static void *sqlite_realloc(void *memory, int size)
{
    return fails() ? NULL : real_methods.xRealloc(memory, size);
}

static bool sqlite_prepare(void)
{
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_methods) != SQLITE_OK) return false;
    static sqlite3_mem_methods methods;
    methods = real_methods;
    methods.xMalloc = sqlite_malloc;
    methods.xRealloc = sqlite_realloc;
    // Without the small pool each of SQLite's allocations is one of ours.
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK &&
           sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK;
}

static char folder[64], path[100];
static struct ledger ledger;
static long findings;

static void finding(const char *what, long nth, const char *why)
{
    if (findings++ < 10) printf("FAILED: %s at allocation %ld: %s\n", what, nth, why);
}

static bool store_renew(void)
{
    const struct loy_store_options options = workload_options(path);
    struct loy_store *store = NULL;
    memset(&ledger, 0, sizeof ledger);
    workload_folder_empty(folder);
    enum loy_status status = workload_create(&options, &ledger, &store);
    // So that the points do not depend on whether it is the first customer's day.
    if (status == LOY_OK) status = workload_visit(store, &ledger);
    if (status != LOY_OK) printf("FAILED: %s\n", loy_store_text(store));
    loy_store_close(store);
    return status == LOY_OK;
}

static void judge(long nth)
{
    const struct loy_store_options options = workload_options(path);
    char why[400];
    if (workload_verify(&options, &ledger, WORKLOAD_CHECKS, why, sizeof why) != WORKLOAD_GOOD)
        finding("not good afterwards", nth, why);
}

static bool day_with_fault(long nth, bool stays, bool judged)
{
    const struct loy_store_options options = workload_options(path);
    struct loy_store *store = NULL;
    fault.left = nth;
    fault.stays = stays;
    fault.failed = false;
    fault.armed = true;
    enum loy_status status = loy_store_open(&options, &store);
    if (status == LOY_OK) status = workload_visit(store, &ledger);
    if (status < LOY_OK && loy_store_text(store)[0] == '\0') finding("no words", nth, "");
    // Once more on the same handle, as a lane does.
    if (status < LOY_OK && store && !fault.stays && loy_store_role(store))
        workload_visit(store, &ledger);
    loy_store_close(store);
    fault.armed = false;
    if (judged || !fault.failed) judge(nth);
    return fault.failed;
}

static long loop(bool stays, long step)
{
    long points = 0;
    for (long nth = 1;; nth += step, points++) {
        if (points % STORE_EVERY == 0 && !store_renew()) return -1;
        if (!day_with_fault(nth, stays, points % JUDGE_EVERY == JUDGE_EVERY - 1)) break;
        if (nth > 1000000) return -1;
    }
    printf(
        "%s: %ld of about %ld allocations\n", stays ? "for good" : "once", points, points * step);
    return points;
}

int main(int count, char **arguments)
{
    long step = count > 1 ? atol(arguments[1]) : STEP_DEFAULT;
    if (!sqlite_prepare()) return 1;
    workload_folder_make(folder);
    snprintf(path, sizeof path, "%s/shop.db", folder);
    long once = loop(false, step), always = loop(true, step);
    // Fewer would mean that the harness does not see them any more.
    if (once * step < 5000 || always * step < 5000)
        finding("too few allocations were met", once, "");
    workload_folder_remove(folder);
    printf("%ld failed allocations, %ld findings\n", once + always, findings);
    return findings == 0 ? 0 : 1;
}
