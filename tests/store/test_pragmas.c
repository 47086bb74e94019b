/* SPDX-License-Identifier: MIT
 *
 * test_pragmas.c - what was set is read back: a SQLite or a file system that does not hold it is
 * refused.
 */
#include "fixture.h"

#include <string.h>

static const struct store_pragmas good_pragmas = {.synchronous = "PRAGMA synchronous=EXTRA",
    .synchronous_level = 3,
    .journal = "PRAGMA journal_mode=WAL",
    .journal_mode = "wal",
    .tuning = "PRAGMA cache_size=-2000"};
static struct store_pragmas pragmas;

/* Takes the place of the library's own here; test_open.c looks at what that one says. */
const struct store_pragmas *store_pragmas_wanted(void)
{
    return pragmas.journal ? &pragmas : &good_pragmas;
}

/* A SQLite or a file system that does not do as it is told. */
static void pragma_that_does_not_hold_is_refused(void **state)
{
    struct fixture *fixture = *state;
    pragmas = good_pragmas;
    pragmas.synchronous = "PRAGMA synchronous=NORMAL";
    assert_int_equal(fixture_open(fixture), LOY_E_STORE);
    assert_non_null(strstr(loy_store_text(fixture->store), "synchronous"));
    pragmas = good_pragmas;
    pragmas.journal = "PRAGMA journal_mode=TRUNCATE";
    assert_int_equal(fixture_open(fixture), LOY_E_STORE);
    assert_non_null(strstr(loy_store_text(fixture->store), "local disk"));
    pragmas = good_pragmas;
    pragmas.tuning = "PRAGMA foreign_keys=OFF";
    assert_int_equal(fixture_open(fixture), LOY_E_STORE);
    pragmas.tuning = "PRAGMA secure_delete=OFF";
    assert_int_equal(fixture_open(fixture), LOY_E_STORE);
    pragmas.journal = NULL;
    fixture_reopen(fixture);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            pragma_that_does_not_hold_is_refused, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
