/* SPDX-License-Identifier: MIT
 *
 * test_release.c - the ledger of releases: what may leave, what may not leave twice, and that it is
 * written down.
 */
#include "../store/fixture.h"

#include <loyalty/release.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_US 86400000000

static struct loy_release release_of(
    const char *manufacturer, const char *brand, int from_day, int to_day, uint8_t tables)
{
    struct loy_release release = {.size = sizeof release,
        .manufacturer = manufacturer,
        .brand = brand,
        .from_us = from_day * DAY_US,
        .to_us = to_day * DAY_US,
        .policy = "at least 10 members, 3 stores or one with 20, none above 40 %"};
    memset(release.digest, tables, sizeof release.digest);
    return release;
}

/* After Acme's "Alpine" was released for days 30 to 60, and Borealis with all brands for days 0
 * to 90. */
static const struct {
    const char *name, *manufacturer, *brand;
    int from_day, to_day;
    uint8_t tables;
    enum loy_status status;
} cases[] = {
    {"the very same", "Acme", "Alpine", 30, 60, 1, LOY_REPEATED},
    {"written otherwise", "ACME", "alpine", 30, 60, 1, LOY_REPEATED},
    {"other numbers", "Acme", "Alpine", 30, 60, 2, LOY_E_CONFLICT},
    {"a day longer", "Acme", "Alpine", 30, 61, 1, LOY_E_CONFLICT},
    {"a day earlier", "Acme", "Alpine", 29, 60, 1, LOY_E_CONFLICT},
    {"inside", "Acme", "Alpine", 40, 41, 1, LOY_E_CONFLICT},
    {"around", "Acme", "Alpine", 0, 90, 1, LOY_E_CONFLICT},
    {"all brands over one", "Acme", NULL, 30, 60, 1, LOY_E_CONFLICT},
    {"one brand under all", "Borealis", "Polar", 10, 20, 1, LOY_E_CONFLICT},
    {"the day behind", "Acme", "Alpine", 60, 90, 1, LOY_OK},
    {"the day before", "Acme", "Alpine", 0, 30, 1, LOY_OK},
    {"another brand", "Acme", "Beach", 30, 60, 1, LOY_OK},
    {"another manufacturer", "Cirrus", "Alpine", 30, 60, 1, LOY_OK},
    {"empty period", "Cirrus", "Alpine", 90, 90, 1, LOY_E_ARGUMENT},
    {"period turned round", "Cirrus", "Alpine", 99, 90, 1, LOY_E_ARGUMENT},
    {"nobody", "", NULL, 90, 99, 1, LOY_E_ARGUMENT},
};

static void second_versions_do_not_leave(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        void *made = NULL;
        assert_int_equal(fixture_start(&made), 0);
        struct fixture *fixture = made;
        const struct loy_release first = release_of("Acme", "Alpine", 30, 60, 1),
                                 second = release_of("Borealis", NULL, 0, 90, 1),
                                 third = release_of(cases[i].manufacturer, cases[i].brand,
                                     cases[i].from_day, cases[i].to_day, cases[i].tables);
        assert_int_equal(loy_release_enter(fixture->store, &first, FIXTURE_AT_US), LOY_OK);
        assert_int_equal(loy_release_enter(fixture->store, &second, FIXTURE_AT_US), LOY_OK);
        enum loy_status status = loy_release_enter(fixture->store, &third, FIXTURE_AT_US);
        if (status != cases[i].status) print_error("%s: %d\n", cases[i].name, status);
        assert_int_equal(status, cases[i].status);
        if (status < LOY_OK) assert_true(loy_store_text(fixture->store)[0] != '\0');
        int64_t rows = status == LOY_OK ? 3 : 2;
        assert_int_equal(fixture_number(fixture->store->db, "SELECT count(*) FROM release"), rows);
        assert_int_equal(
            fixture_number(fixture->store->db, "SELECT count(*) FROM audit WHERE action='release'"),
            rows);
        fixture_end(&made);
    }
}

static void ledger_comes_in_order(void **state)
{
    struct fixture *fixture = *state;
    struct loy_release_entry entry = {0};
    const struct loy_release first = release_of("Acme", "Alpine", 30, 60, 1),
                             second = release_of("Acme", NULL, 60, 90, 2);
    assert_int_equal(loy_release_next(fixture->store, 0, &entry), LOY_NONE);
    assert_int_equal(loy_release_enter(fixture->store, &first, FIXTURE_AT_US), LOY_OK);
    assert_int_equal(loy_release_enter(fixture->store, &second, FIXTURE_AT_US + 1), LOY_OK);
    fixture_reopen(fixture);
    assert_int_equal(loy_release_next(fixture->store, 0, &entry), LOY_OK);
    assert_string_equal(entry.manufacturer, "Acme");
    assert_string_equal(entry.brand, "Alpine");
    assert_string_equal(entry.policy, first.policy);
    assert_int_equal(entry.from_us, first.from_us);
    assert_int_equal(entry.to_us, first.to_us);
    assert_int_equal(entry.at_us, FIXTURE_AT_US);
    assert_memory_equal(entry.digest, first.digest, sizeof entry.digest);
    assert_int_equal(loy_release_next(fixture->store, entry.number, &entry), LOY_OK);
    assert_string_equal(entry.brand, "");
    assert_int_equal(loy_release_next(fixture->store, entry.number, &entry), LOY_NONE);
}

static void managers_alone_release(void **state)
{
    struct fixture *fixture = *state;
    const struct loy_release release = release_of("Acme", "Alpine", 30, 60, 1);
    for (unsigned role = LOY_ROLE_CASHIER; role <= LOY_ROLE_AUDITOR; role++) {
        if (role == LOY_ROLE_MANAGER) continue;
        fixture->store->role = (enum loy_role)role;
        assert_int_equal(loy_release_enter(fixture->store, &release, FIXTURE_AT_US), LOY_E_ACCESS);
    }
    assert_int_equal(fixture_number(fixture->store->db, "SELECT count(*) FROM release"), 0);
}

static void digest_covers_every_piece(void **state)
{
    (void)state;
    static const char *const sets[][4] = {{NULL}, {"", NULL}, {"ab", NULL}, {"a", "b", NULL},
        {"", "ab", NULL}, {"ab", "", NULL}, {"ba", NULL}, {"b", "a", NULL}};
    uint8_t digests[sizeof sets / sizeof *sets][LOY_RELEASE_DIGEST_SIZE];
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        loy_release_digest(sets[i], digests[i]);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(digests[i], digests[j], LOY_RELEASE_DIGEST_SIZE);
    }
    uint8_t again[LOY_RELEASE_DIGEST_SIZE];
    loy_release_digest(sets[3], again);
    assert_memory_equal(again, digests[3], sizeof again);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(second_versions_do_not_leave),
        cmocka_unit_test_setup_teardown(ledger_comes_in_order, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(managers_alone_release, fixture_start, fixture_end),
        cmocka_unit_test(digest_covers_every_piece),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
