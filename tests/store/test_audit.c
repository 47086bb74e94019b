/* SPDX-License-Identifier: MIT
 *
 * test_audit.c - the audit log under tampering: each kind is found, and found where it was done.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void log_some(struct fixture *fixture)
{
    char object[40];
    for (int i = 2; i <= 20; i++) {
        snprintf(object, sizeof object, "thing %d", i);
        assert_int_equal(store_audit(fixture->store, "did", object, FIXTURE_AT_US + i), LOY_OK);
    }
}

static void entries_come_in_order(void **state)
{
    struct fixture *fixture = *state;
    struct loy_audit_entry entry = {0};
    int64_t count = 0;
    log_some(fixture);
    fixture_reopen(fixture);
    while (loy_audit_next(fixture->store, entry.sequence, &entry) == LOY_OK)
        assert_int_equal(entry.sequence, ++count);
    assert_int_equal(count, 20);
    assert_string_equal(entry.object, "thing 20");
    assert_string_equal(entry.operator_name, "tester");
    assert_int_equal(entry.at_us, FIXTURE_AT_US + 20);
    struct fixture_findings findings;
    assert_int_equal(fixture_check(fixture, &findings), LOY_OK);
}

static const struct {
    const char *sql;
    int findings;
    const char *says;
} tampers[] = {
    {"UPDATE audit SET action='dud' WHERE sequence=7", 1, "changed is entry 7\n"},
    {"UPDATE audit SET object='thing 8' WHERE sequence=7", 1, "changed is entry 7\n"},
    {"UPDATE audit SET at_us=at_us+1 WHERE sequence=7", 1, "changed is entry 7\n"},
    {"UPDATE audit SET operator=2 WHERE sequence=7", 1, "changed is entry 7\n"},
    // Its own hash and that of the one behind it, which covers it.
    {"UPDATE audit SET hash=zeroblob(32) WHERE sequence=7", 2, "changed is entry 7\n"},
    {"UPDATE audit SET hash=x'00' WHERE sequence=7", 2, "changed is entry 7\n"},
    {"UPDATE audit SET action='d', object='idthing 7' WHERE sequence=7", 1, "changed is entry 7\n"},
    {"DELETE FROM audit WHERE sequence=7", 1, "missing before 8\n"},
    {"DELETE FROM audit WHERE sequence=1", 1, "missing before 2\n"},
    {"DELETE FROM audit WHERE sequence=20", 1, "after entry 19\n"},
    {"DELETE FROM audit WHERE sequence>15", 1, "after entry 15\n"},
    {"DELETE FROM audit", 1, "after entry 0\n"},
    {"DELETE FROM audit WHERE sequence=7; UPDATE audit SET sequence=sequence-1 WHERE sequence>7",
        14, "changed is entry 7\n"},
    {"UPDATE audit SET sequence=99 WHERE sequence=7; UPDATE audit SET sequence=7 WHERE sequence=8;"
     " UPDATE audit SET sequence=8 WHERE sequence=99",
        3, "changed is entry 8\n"},
    {"INSERT INTO audit SELECT 21, at_us, operator, action, object, hash FROM audit WHERE"
     " sequence=20",
        2, "changed is entry 21\n"},
    {"DELETE FROM setting WHERE name='audit_head'", 1, "cut off"},
};

static void every_tamper_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tampers / sizeof *tampers; i++) {
        void *made = NULL;
        struct fixture_findings findings;
        assert_int_equal(fixture_start(&made), 0);
        struct fixture *fixture = made;
        log_some(fixture);
        fixture_close(fixture);
        fixture_tamper(fixture->path, tampers[i].sql);
        fixture_reopen(fixture);
        enum loy_status status = fixture_check(fixture, &findings);
        if (status != LOY_E_CHECK || findings.count != tampers[i].findings)
            print_error("%s: %d findings\n%s", tampers[i].sql, findings.count, findings.text);
        assert_int_equal(status, LOY_E_CHECK);
        assert_int_equal(findings.count, tampers[i].findings);
        assert_non_null(strstr(findings.text, tampers[i].says));
        fixture_end(&made);
    }
}

static void random_flips_are_found(void **state)
{
    static const char *const columns[] = {"action", "object"};
    struct fixture *fixture = *state;
    log_some(fixture);
    for (unsigned i = 0; i < 60; i++) {
        char sql[300], text[40];
        struct fixture_findings findings;
        unsigned row = 2 + i % 19;
        snprintf(sql, sizeof sql,
            "UPDATE audit SET %s = char(unicode(%s) + 1) || substr(%s, 2) WHERE sequence=%u",
            columns[i % 2], columns[i % 2], columns[i % 2], row);
        assert_int_equal(store_run_text(fixture->store, sql), LOY_OK);
        assert_int_equal(fixture_check(fixture, &findings), LOY_E_CHECK);
        snprintf(text, sizeof text, "changed is entry %u\n", row);
        assert_non_null(strstr(findings.text, text));
        char *sign = strstr(sql, "+ 1");
        assert_non_null(sign);
        *sign = '-';
        assert_int_equal(store_run_text(fixture->store, sql), LOY_OK);
        assert_int_equal(fixture_check(fixture, &findings), LOY_OK);
    }
}

static void roles_may_what_they_may(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    for (unsigned role = LOY_ROLE_CASHIER; role <= LOY_ROLE_AUDITOR; role++) {
        store->role = (enum loy_role)role;
        for (unsigned operation = 0; operation <= LOY_OPERATION_END; operation++) {
            bool may = loy_access_allowed(store->role, (enum loy_operation)operation);
            assert_int_equal(
                store_require(store, (enum loy_operation)operation), may ? LOY_OK : LOY_E_ACCESS);
        }
        struct loy_audit_entry entry;
        bool reads = role == LOY_ROLE_MANAGER || role == LOY_ROLE_AUDITOR;
        assert_int_equal(loy_audit_next(store, 0, &entry), reads ? LOY_OK : LOY_E_ACCESS);
        const struct loy_range range = {
            .prefix = "29", .length = 13, .check = LOY_CHECK_GS1, .use = LOY_USE_MEMBER};
        if (role != LOY_ROLE_MANAGER)
            assert_int_equal(loy_range_add(store, &range, FIXTURE_AT_US), LOY_E_ACCESS);
    }
    store->role = 0;
    for (unsigned operation = 0; operation <= LOY_OPERATION_END; operation++)
        assert_int_equal(store_require(store, (enum loy_operation)operation), LOY_E_ACCESS);
    store->role = LOY_ROLE_MANAGER;
}

static void inactive_user_is_refused(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    fixture_tamper(fixture->path, "UPDATE operator SET active=0");
    assert_int_equal(fixture_open(fixture), LOY_E_ACCESS);
    fixture_tamper(fixture->path, "UPDATE operator SET active=1, role=9");
    assert_int_equal(fixture_open(fixture), LOY_E_ACCESS);
    fixture_tamper(fixture->path, "UPDATE operator SET role=1");
    assert_int_equal(fixture_open(fixture), LOY_OK);
    assert_int_equal(loy_store_role(fixture->store), LOY_ROLE_CASHIER);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(entries_come_in_order, fixture_start, fixture_end),
        cmocka_unit_test(every_tamper_is_found),
        cmocka_unit_test_setup_teardown(random_flips_are_found, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(roles_may_what_they_may, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(inactive_user_is_refused, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
