/* SPDX-License-Identifier: MIT
 *
 * test_roles.c - what another handle makes of an operator, in handles that are open: lowered,
 * raised, switched off; for reading soon, for writing at once.
 */
#include "fixture.h"

#include <string.h>
#include <time.h>

#define AT FIXTURE_AT_US

static struct fixture *fixture;
static struct loy_store *berts; /* the other handle */

static int start(void **state)
{
    if (fixture_start(state) != 0) return -1;
    fixture = *state;
    if (loy_operator_add(fixture->store, "Bert", LOY_ROLE_MANAGER, "bert", AT) != LOY_OK) return -1;
    struct loy_store_options options = fixture->options;
    options.user = "bert";
    if (loy_store_open(&options, &berts) != LOY_OK) return -1;
    fixture->store->wait_ms = 10;
    return 0;
}

static int end(void **state)
{
    loy_store_close(berts);
    return fixture_end(state);
}

static void berts_role(enum loy_role role)
{
    assert_int_equal(loy_operator_role_set(fixture->store, "Bert", role, AT), LOY_OK);
}

static void wait_for_readers(void)
{
    const struct timespec while_stale = {.tv_nsec = (STORE_ROLE_MS + 10) * 1000000};
    nanosleep(&while_stale, NULL);
}

static enum loy_status berts_look(void)
{
    struct loy_operator who = {0};
    return loy_operator_next(berts, 0, &who);
}

static void readers_lose_it_soon(void **state)
{
    (void)state;
    assert_int_equal(berts_look(), LOY_OK);
    berts_role(LOY_ROLE_CASHIER);
    wait_for_readers();
    assert_int_equal(berts_look(), LOY_E_ACCESS);
    assert_non_null(strstr(loy_store_text(berts), "listing the operators"));
    assert_non_null(strstr(loy_store_text(berts), "you are cashier"));
    assert_int_equal(loy_store_role(berts), LOY_ROLE_CASHIER);
    uint8_t key[LOY_CARD_KEY_SIZE];
    assert_int_equal(loy_store_card_key(berts, key), LOY_OK); // a cashier's
    berts_role(LOY_ROLE_AUDITOR);
    wait_for_readers();
    assert_int_equal(berts_look(), LOY_OK);
    assert_int_equal(loy_store_card_key(berts, key), LOY_E_ACCESS);
}

/* However short ago the role was looked up. */
static void writers_lose_it_at_once(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        berts_role(LOY_ROLE_MANAGER);
        assert_int_equal(store_operator_act(berts, "bert"), LOY_OK);
        berts_role(LOY_ROLE_SUPERVISOR);
        assert_int_equal(
            loy_operator_add(berts, "Carla", LOY_ROLE_MANAGER, "carla", AT), LOY_E_ACCESS);
        assert_int_equal(berts->depth, 0);
        assert_int_equal(sqlite3_get_autocommit(berts->db), 1);
        assert_int_equal(loy_store_role(berts), LOY_ROLE_SUPERVISOR);
        assert_int_equal(
            loy_operator_add(berts, "Carla", LOY_ROLE_MANAGER, "carla", AT), LOY_E_ACCESS);
        assert_non_null(strstr(loy_store_text(berts), "you are supervisor"));
    }
    assert_int_equal(fixture_number(fixture->store->db, "SELECT count(*) FROM operator"), 2);
    // What the new role may goes on.
    assert_int_equal(loy_store_begin(berts), LOY_OK);
    assert_int_equal(loy_store_commit(berts), LOY_OK);
}

static void the_moment_of_writing_is_told(void **state)
{
    (void)state;
    assert_int_equal(berts_look(), LOY_OK);
    berts_role(LOY_ROLE_SUPERVISOR);
    berts->role_at_ms = INT64_MAX; // as if it had been looked up just now
    assert_int_equal(loy_operator_add(berts, "Carla", LOY_ROLE_MANAGER, "c", AT), LOY_E_ACCESS);
    assert_non_null(strstr(loy_store_text(berts), "at this moment"));
}

/* A transaction that has begun is not overtaken, and does not ask again. */
static void a_transaction_ends_as_it_began(void **state)
{
    (void)state;
    assert_int_equal(loy_store_begin(berts), LOY_OK);
    assert_int_equal(
        loy_operator_role_set(fixture->store, "Bert", LOY_ROLE_CASHIER, AT), LOY_E_BUSY);
    wait_for_readers();
    assert_int_equal(loy_operator_add(berts, "Carla", LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    assert_int_equal(loy_store_commit(berts), LOY_OK);
}

static void who_is_switched_off_is_nobody(void **state)
{
    (void)state;
    assert_int_equal(loy_operator_add(fixture->store, "Anna", LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    assert_int_equal(loy_operator_pin_set(fixture->store, "Anna", NULL, "4821", AT), LOY_OK);
    assert_int_equal(berts_look(), LOY_OK);
    assert_int_equal(loy_operator_active_set(fixture->store, "Bert", false, AT), LOY_OK);
    wait_for_readers();
    assert_int_equal(berts_look(), LOY_E_ACCESS);
    assert_non_null(strstr(loy_store_text(berts), "switched off"));
    assert_int_equal(loy_store_role(berts), 0);
    assert_int_equal(loy_store_backup(berts, "nowhere", NULL, NULL, AT), LOY_E_ACCESS);
    // Being switched on again is no login.
    assert_int_equal(loy_operator_active_set(fixture->store, "Bert", true, AT), LOY_OK);
    wait_for_readers();
    assert_int_equal(berts_look(), LOY_E_ACCESS);
    assert_int_equal(loy_store_login(berts, "Anna", "4821", AT), LOY_OK);
    assert_int_equal(loy_store_role(berts), LOY_ROLE_CASHIER);
}

/* Whoever was switched off is no reason to refuse the next login, nor a logout. */
static void the_next_one_logs_in_at_the_first_try(void **state)
{
    (void)state;
    assert_int_equal(loy_operator_add(fixture->store, "Anna", LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    assert_int_equal(loy_operator_pin_set(fixture->store, "Anna", NULL, "4821", AT), LOY_OK);
    assert_int_equal(loy_operator_active_set(fixture->store, "Bert", false, AT), LOY_OK);
    assert_int_equal(loy_store_login(berts, "Anna", "4821", AT), LOY_OK);
    assert_int_equal(loy_operator_active_set(fixture->store, "Anna", false, AT), LOY_OK);
    assert_int_equal(loy_store_logout(berts, AT), LOY_OK);
    // Nobody was there to log out.
    assert_int_equal(
        fixture_number(fixture->store->db, "SELECT count(*) FROM audit WHERE action='logout'"), 0);
}

/* Managers' PINs are longer, so a session that began with a short one does not become a manager's.
 */
static void a_manager_is_made_at_the_next_opening(void **state)
{
    (void)state;
    berts_role(LOY_ROLE_CASHIER);
    wait_for_readers();
    assert_int_equal(berts_look(), LOY_E_ACCESS);
    berts_role(LOY_ROLE_MANAGER);
    wait_for_readers();
    assert_int_equal(berts_look(), LOY_E_ACCESS);
    assert_int_equal(loy_store_role(berts), LOY_ROLE_CASHIER);
    berts_role(LOY_ROLE_AUDITOR); // any other role comes at once
    wait_for_readers();
    assert_int_equal(berts_look(), LOY_OK);
    berts_role(LOY_ROLE_MANAGER);
    assert_int_equal(store_operator_act(berts, "bert"), LOY_OK);
    assert_int_equal(loy_store_role(berts), LOY_ROLE_MANAGER);
}

static int interrupted(void *user)
{
    (void)user;
    return 1;
}

/* A role that cannot be looked up is no role. */
static void what_cannot_be_looked_up_is_refused(void **state)
{
    (void)state;
    wait_for_readers();
    sqlite3_progress_handler(berts->db, 1, interrupted, NULL);
    assert_true(berts_look() < LOY_OK);
    uint8_t key[LOY_CARD_KEY_SIZE] = {0};
    assert_true(loy_store_card_key(berts, key) < LOY_OK);
    for (size_t i = 0; i < sizeof key; i++)
        assert_int_equal(key[i], 0);
    assert_true(loy_store_begin(berts) < LOY_OK);
    assert_int_equal(berts->depth, 0);
    assert_int_equal(sqlite3_get_autocommit(berts->db), 1);
    assert_true(loy_store_login(berts, "Anna", "4821", AT) < LOY_OK);
    sqlite3_progress_handler(berts->db, 0, NULL, NULL);
    assert_int_equal(loy_store_card_key(berts, key), LOY_OK);
}

/* While somebody writes, a changed master key waits for the next opening to be entered in the log,
 * whoever opens: not for ever, and not in that one's name. */
static void who_changed_the_key_is_entered(void **state)
{
    (void)state;
    static const char entries[] = "SELECT count(*) FROM audit WHERE action='key-rotate'";
    assert_int_equal(loy_store_begin(berts), LOY_OK);
    assert_int_equal(loy_store_key_rotate(fixture->store, NULL, NULL, NULL, AT, NULL), LOY_OK);
    assert_int_equal(fixture_number(fixture->store->db, entries), 0);
    fixture_close(fixture);
    loy_store_close(berts);
    struct loy_store_options options = fixture->options;
    options.user = "bert";
    assert_int_equal(loy_store_open(&options, &berts), LOY_OK);
    assert_int_equal(fixture_number(berts->db, entries), 1);
    assert_int_equal(
        fixture_number(berts->db, "SELECT operator FROM audit WHERE action='key-rotate'"), 1);
    assert_int_equal(berts->operator_id, 2);
    assert_int_equal(loy_store_check(berts, NULL, NULL), LOY_OK);
}

#define roles_test(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        roles_test(readers_lose_it_soon),
        roles_test(writers_lose_it_at_once),
        roles_test(the_moment_of_writing_is_told),
        roles_test(a_transaction_ends_as_it_began),
        roles_test(who_is_switched_off_is_nobody),
        roles_test(the_next_one_logs_in_at_the_first_try),
        roles_test(a_manager_is_made_at_the_next_opening),
        roles_test(what_cannot_be_looked_up_is_refused),
        roles_test(who_changed_the_key_is_entered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
