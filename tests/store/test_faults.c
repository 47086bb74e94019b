/* SPDX-License-Identifier: MIT
 *
 * test_faults.c - operators, logins and the audit log where each statement of either file is
 * refused, one after the other: a failure is told, nobody gets a role by it, nothing half done
 * stays, and the same call afterwards succeeds.
 */
#include "faulty_disk.h"
#include "faulty_sql.h"
#include "fixture.h"
#include "quick_secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define AT FIXTURE_AT_US
#define PIN "48215937"

static struct fixture *fixture;

static enum loy_status add(void)
{
    return loy_operator_add(fixture->store, "New", LOY_ROLE_CASHIER, NULL, AT);
}
static enum loy_status demote(void)
{
    return loy_operator_role_set(fixture->store, "Anna", LOY_ROLE_SUPERVISOR, AT);
}
static enum loy_status switch_off(void)
{
    return loy_operator_active_set(fixture->store, "Bert", false, AT);
}
static enum loy_status switch_on(void)
{
    return loy_operator_active_set(fixture->store, "Off", true, AT);
}
static enum loy_status demote_nobody(void)
{
    return loy_operator_role_set(fixture->store, "nobody", LOY_ROLE_SUPERVISOR, AT);
}
static enum loy_status unlock(void)
{
    return loy_operator_unlock(fixture->store, "Locked", AT);
}
static enum loy_status pin_set(void)
{
    return loy_operator_pin_set(fixture->store, "Bert", NULL, "4821", AT);
}
static enum loy_status own_pin_set(void)
{
    return loy_operator_pin_set(fixture->store, "tester", PIN, PIN, AT);
}
static enum loy_status login(void)
{
    return loy_store_login(fixture->store, "Anna", PIN, AT);
}
static enum loy_status login_of_nobody(void)
{
    return loy_store_login(fixture->store, "nobody", PIN, AT);
}
static enum loy_status logout(void)
{
    return loy_store_logout(fixture->store, AT);
}
static enum loy_status self(void)
{
    struct loy_operator who = {0};
    return loy_operator_self(fixture->store, &who);
}
static enum loy_status next(void)
{
    struct loy_operator who = {0};
    return loy_operator_next(fixture->store, 0, &who);
}
static enum loy_status act(void)
{
    return store_operator_act(fixture->store, "tester");
}
static enum loy_status entry(void)
{
    struct loy_audit_entry found;
    return loy_audit_next(fixture->store, 0, &found);
}
static void finding_print(void *user, const char *sentence)
{
    (void)user;
    print_error("%s\n", sentence);
}
static enum loy_status verify(void)
{
    return loy_audit_verify(fixture->store, NULL, finding_print, NULL);
}
static enum loy_status sign(void)
{
    struct loy_audit_head head;
    return loy_audit_sign(fixture->store, "audit-sign", false, AT, &head);
}
static enum loy_status verify_against(void)
{
    struct loy_audit_head head;
    enum loy_status status = loy_audit_sign(fixture->store, "audit-sign", false, AT, &head);
    if (status != LOY_OK) return status;
    return loy_audit_verify(fixture->store, &head, finding_print, NULL);
}
/* As at opening: nothing signed yet, nothing noted yet. */
static enum loy_status settle(void)
{
    struct loy_store *store = fixture->store;
    enum loy_status status =
        store_run_text(store, FIXTURE_UNGUARD "DELETE FROM audit_anchor;" FIXTURE_GUARD);
    if (status == LOY_OK) status = store_forget(store, STORE_NOTES, "audit_note");
    if (status != LOY_OK) return status;
    return store_audit_settle(fixture->store, AT);
}
static enum loy_status enrol(void)
{
    int64_t id;
    return store_operator_enrol(fixture->store, "fresh", LOY_ROLE_CASHIER, &id);
}
static enum loy_status back_up(void)
{
    char path[FIXTURE_PATH_MAX];
    static int count;
    snprintf(path, sizeof path, "%s", fixture_file(fixture, ""));
    snprintf(path + strlen(path), 20, "b%d", count++);
    return loy_store_backup(fixture->store, path, NULL, NULL, AT);
}

static const struct {
    const char *name;
    enum loy_status (*call)(void);
    enum loy_status wanted;
    long least; /* statements that must have been met */
    bool keys;  /* of FILE.keys, too */
} rows[] = {
    {"add", add, LOY_OK, 6, false}, {"demote", demote, LOY_OK, 6, false},
    {"demote nobody", demote_nobody, LOY_NONE, 3, false},
    {"switch off", switch_off, LOY_OK, 6, false}, {"switch on", switch_on, LOY_OK, 5, false},
    {"unlock", unlock, LOY_OK, 5, false}, {"a PIN", pin_set, LOY_OK, 5, false},
    {"one's own PIN", own_pin_set, LOY_OK, 8, false}, {"log in", login, LOY_OK, 8, false},
    {"log nobody in", login_of_nobody, LOY_E_ACCESS, 6, false},
    {"log out", logout, LOY_OK, 3, false}, {"self", self, LOY_OK, 1, false},
    {"next", next, LOY_OK, 1, false}, {"act", act, LOY_OK, 1, false},
    {"entry", entry, LOY_OK, 1, false}, {"verify", verify, LOY_OK, 4, true},
    {"sign", sign, LOY_OK, 8, true}, {"verify against a head", verify_against, LOY_OK, 12, true},
    {"enrol", enrol, LOY_OK, 1, false}, {"back up", back_up, LOY_OK, 2, true},
    {"settle", settle, LOY_OK, 8, true}, // last: it leaves a log whose signatures were taken away
};

static int start(void **state)
{
    if (fixture_start(state) != 0) return -1;
    fixture = *state;
    struct loy_store *store = fixture->store;
    static const struct {
        const char *name;
        enum loy_role role;
    } people[] = {{"Anna", LOY_ROLE_MANAGER}, {"Bert", LOY_ROLE_SUPERVISOR},
        {"Off", LOY_ROLE_CASHIER}, {"Locked", LOY_ROLE_CASHIER}};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        if (loy_operator_add(store, people[i].name, people[i].role, NULL, AT) != LOY_OK) return -1;
    if (loy_operator_pin_set(store, "Anna", NULL, PIN, AT) != LOY_OK) return -1;
    if (loy_operator_pin_set(store, "tester", NULL, PIN, AT) != LOY_OK) return -1;
    if (loy_operator_active_set(store, "Off", false, AT) != LOY_OK) return -1;
    return store_run_text(store, "UPDATE operator SET failures=9 WHERE name='Locked'") == LOY_OK
               ? 0
               : -1;
}

/* Statements until the call comes through; each time on a fresh handle, as it is at its first call.
 */
static long refused_one_by_one(size_t row, bool keys)
{
    for (long nth = 1;; nth++) {
        fixture_reopen(fixture);
        struct loy_store *store = fixture->store;
        // A try that did not come to its end is counted.
        assert_int_equal(store_run_text(store, "UPDATE operator SET failures=0, locked_until_us=0"
                                               " WHERE name<>'Locked'"),
            LOY_OK);
        int64_t self_before = store->operator_id;
        enum loy_role role = store->role;
        sqlite3 *db = keys ? store->key_db : store->db;
        faulty_sql_arm(db, nth);
        enum loy_status status = rows[row].call();
        bool met = faulty_sql_disarm(db);
        if (!met && status != rows[row].wanted)
            print_error("%s, %ld: %d %s\n", rows[row].name, nth, status, loy_store_text(store));
        if (!met) {
            assert_int_equal(status, rows[row].wanted);
            return nth - 1;
        }
        assert_true(status < LOY_OK || status == rows[row].wanted);
        if (status >= LOY_OK) continue; // a note that is made up for later
        assert_string_not_equal(loy_store_text(store), "");
        assert_int_equal(store->depth, 0);
        // Nobody becomes somebody by a failure.
        if (store->role) assert_int_equal(store->role, role);
        if (store->role) assert_int_equal(store->operator_id, self_before);
        assert_true(nth < 200);
    }
}

static void log_is_sound(void)
{
    struct fixture_findings findings;
    fixture_reopen(fixture);
    enum loy_status status = fixture_check(fixture, &findings);
    if (status != LOY_OK) print_error("%s\n", findings.text);
    assert_int_equal(status, LOY_OK);
}

static void each_statement_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].call == settle) log_is_sound();
        long met = refused_one_by_one(i, false);
        if (rows[i].keys) met += refused_one_by_one(i, true);
        print_message("%s: %ld statements\n", rows[i].name, met);
        assert_true(met >= rows[i].least);
    }
}

/* ---- A log that somebody changed ---------------------------------------------------------------
 */

static void finding_count(void *user, const char *sentence)
{
    int *count = user;
    (void)sentence;
    ++*count;
}

static void tamper(struct loy_store *store, const char *sql)
{
    assert_int_equal(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* What is written behind a damaged end says so, and works; what is read shows what there is. */
static void writing_goes_on_behind_a_damaged_log(void **state)
{
    (void)state;
    static const struct {
        const char *file, *keys; /* what was done to each */
        bool entered;            /* the log notices while it is written */
        enum loy_status verify, sign, accept;
    } damages[] = {
        {"UPDATE setting SET value=x'00' WHERE name='audit_head'", NULL, true, LOY_E_STORE, LOY_OK,
            LOY_OK},
        {"UPDATE setting SET value=zeroblob(32) WHERE name='audit_head'", NULL, true, LOY_E_CHECK,
            LOY_OK, LOY_OK},
        {"DELETE FROM setting WHERE name='audit_head'", NULL, true, LOY_E_CHECK, LOY_OK, LOY_OK},
        {"UPDATE audit SET hash=x'01' WHERE sequence=(SELECT max(sequence) FROM audit)", NULL, true,
            LOY_E_CHECK, LOY_E_CONFLICT, LOY_OK},
        {"DELETE FROM audit WHERE sequence=(SELECT max(sequence) FROM audit)", NULL, true,
            LOY_E_CHECK, LOY_E_CONFLICT, LOY_OK},
        {NULL, "UPDATE note SET value=zeroblob(72) WHERE name='audit_note'", false, LOY_E_CHECK,
            LOY_E_CONFLICT, LOY_OK},
        {"UPDATE audit SET sequence=9223372036854775807 WHERE sequence=(SELECT max(sequence) FROM "
         "audit)",
            NULL, false, LOY_E_CHECK, LOY_E_CONFLICT, LOY_E_STORE},
    };
    struct loy_audit_head head;
    struct loy_audit_entry found;
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct loy_store *store = fixture->store;
        assert_int_equal(loy_audit_sign(store, "audit-sign", true, AT, &head), LOY_OK);
        assert_int_equal(
            loy_audit_verify(store, NULL, finding_count, &(int){0}), i == 0 ? LOY_OK : LOY_E_CHECK);
        static const char count[] = "SELECT count(*) FROM audit WHERE action='audit-broken'";
        int64_t before = fixture_number(store->db, count);
        if (damages[i].file) {
            tamper(store, FIXTURE_UNGUARD);
            tamper(store, damages[i].file);
            tamper(store, FIXTURE_GUARD);
        }
        if (damages[i].keys)
            assert_int_equal(
                sqlite3_exec(store->key_db, damages[i].keys, NULL, NULL, NULL), SQLITE_OK);
        int findings = 0;
        enum loy_status verified = loy_audit_verify(store, NULL, finding_count, &findings);
        if (verified != damages[i].verify) print_error("%zu: %s\n", i, loy_store_text(store));
        assert_int_equal(verified, damages[i].verify);
        assert_true(findings > 0 || verified != LOY_E_CHECK);
        assert_int_equal(loy_audit_verify(store, NULL, NULL, NULL), damages[i].verify);
        for (int64_t at = 0; loy_audit_next(store, at, &found) == LOY_OK;)
            at = found.sequence;
        assert_int_equal(loy_audit_sign(store, "audit-sign", false, AT, &head), damages[i].sign);
        assert_int_equal(loy_audit_sign(store, "audit-sign", true, AT, &head), damages[i].accept);
        assert_int_equal(fixture_number(store->db, count) > before, damages[i].entered);
    }
}

static void no_log_is_signed_or_verified_inside_a_transaction(void **state)
{
    (void)state;
    struct loy_audit_head head;
    assert_int_equal(loy_store_begin(fixture->store), LOY_OK);
    assert_int_equal(
        loy_audit_sign(fixture->store, "audit-sign", false, AT, &head), LOY_E_ARGUMENT);
    assert_int_equal(loy_audit_verify(fixture->store, NULL, NULL, NULL), LOY_E_ARGUMENT);
    assert_int_equal(store_audit(fixture->store, "nothing", NULL, AT), LOY_OK);
    assert_int_equal(loy_store_commit(fixture->store), LOY_OK);
    struct loy_audit_entry found = {.object = "?"};
    for (int64_t at = 0; loy_audit_next(fixture->store, at, &found) == LOY_OK;)
        at = found.sequence;
    assert_string_equal(found.action, "nothing");
    assert_string_equal(found.object, "");
}

/* Argon2id needs 64 MiB for a moment. Without them nobody is told that a PIN was wrong. */
static void a_hash_may_lack_memory(void **state)
{
    (void)state;
    quick_secret(false);
    static const struct {
        enum loy_status (*call)(void);
        long calls; /* of which each lacks memory once */
    } hashes[] = {{pin_set, 1}, {own_pin_set, 2}, {login, 1}, {login_of_nobody, 1}};
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
        for (long nth = 1; nth <= hashes[i].calls; nth++) {
            faulty_disk_arm(FAULTY_MEMORY, nth, ENOMEM);
            assert_int_equal(hashes[i].call(), LOY_E_MEMORY);
            assert_true(faulty_disk_disarm());
            assert_non_null(strstr(loy_store_text(fixture->store), "out of memory"));
            assert_int_equal(loy_store_role(fixture->store), LOY_ROLE_MANAGER);
        }
    assert_int_equal(own_pin_set(), LOY_OK);
}

int main(void)
{
    quick_secret(true);
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_statement_may_fail, start, fixture_end),
        cmocka_unit_test_setup_teardown(writing_goes_on_behind_a_damaged_log, start, fixture_end),
        cmocka_unit_test_setup_teardown(
            no_log_is_signed_or_verified_inside_a_transaction, start, fixture_end),
        cmocka_unit_test_setup_teardown(a_hash_may_lack_memory, start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
