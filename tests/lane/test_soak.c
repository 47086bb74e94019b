/* SPDX-License-Identifier: MIT
 *
 * test_soak.c - many baskets, one behind the other: neither memory nor descriptors grow. test_soak
 * [BASKETS]; ./check --long runs 10,000.
 */
#include "counter.h"

#include <store/store_private.h>

#include <dirent.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#define BASKETS 500u
#define GROWTH_MAX (64u << 10)
#define RESIDENT_MAX (24u << 20) /* SQLite's cache of pages is bounded below that */

/* Of the sanitizer, where it is built in: its quarantine makes the resident size say nothing. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static unsigned baskets = BASKETS;

/* What is held but for SQLite's cache of pages, which grows with the file up to its own bound. */
static size_t memory_used(struct loy_store *store)
{
    sqlite3_db_release_memory(store->db);
    sqlite3_db_release_memory(store->key_db);
    if (__sanitizer_get_current_allocated_bytes != NULL)
        return __sanitizer_get_current_allocated_bytes();
    return mallinfo2().uordblks;
}

static size_t memory_resident(void)
{
    unsigned long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu %lu", &pages, &resident), 2);
    fclose(file);
    return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}

static unsigned descriptors_open(void)
{
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static void basket_run(struct counter *counter, const struct loy_credential *card, unsigned round)
{
    static const char *const articles[] = {"shirt", "sock", "shoe", "bottle"};
    if (round % 3 == 0) counter_shows(counter, card, LOY_SAID_MEMBER);
    for (unsigned i = 0; i < 1 + round % 5; i++)
        counter_sells(counter, articles[(round + i) % ROWS(articles)], LOY_SAID_LINE);
    if (round % 7 == 0) counter_does(counter, LOY_LANE_VOID_LINE, LOY_SAID_VOIDED_LINE);
    if (round % 11 == 0) {
        counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
        counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    }
    if (round % 13 == 0) {
        counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
        return;
    }
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    if (round % 3 == 1) counter_shows(counter, card, LOY_SAID_MEMBER);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    counter_view(counter);
    if (round % 2 == 0) counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
}

static void memory_and_descriptors_are_flat(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    size_t memory = 0, resident = 0;
    unsigned descriptors = 0;
    for (unsigned round = 1; round <= baskets; round++) {
        basket_run(counter, &card, round);
        if (round != baskets / 5) continue;
        memory = memory_used(counter->store);
        resident = memory_resident();
        descriptors = descriptors_open();
    }
    size_t after = memory_used(counter->store);
    long grown = (long)after - (long)memory, more = (long)memory_resident() - (long)resident;
    print_message("%u baskets: heap %zu KiB (%+ld bytes since the first fifth), resident %zu KiB "
                  "(%+ld KiB), %u descriptors\n",
        baskets, after >> 10, grown, memory_resident() >> 10, more / 1024, descriptors_open());
    assert_int_equal(descriptors_open(), descriptors);
    assert_true(grown < (long)GROWTH_MAX);
    // A sanitizer's quarantine says nothing of what is held.
    if (__sanitizer_get_current_allocated_bytes == NULL) assert_true(more < (long)RESIDENT_MAX);
    shop_is_sound(counter->store);
}

int main(int count, char **arguments)
{
    if (count > 1) baskets = (unsigned)strtoul(arguments[1], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            memory_and_descriptors_are_flat, counter_setup, counter_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
