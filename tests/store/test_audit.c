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

#define AUDIT_OF(number) "UPDATE audit SET " number " WHERE sequence=7"

/* The log has 20 entries, of which 1 and 20 are signed and 20 is noted. */
static const struct {
    const char *sql;
    int findings;
    const char *says;
} tampers[] = {
    {AUDIT_OF("action='dud'"), 1, "entry 7 was changed\n"},
    {AUDIT_OF("object='thing 8'"), 1, "entry 7 was changed\n"},
    {AUDIT_OF("at_us=at_us+1"), 1, "entry 7 was changed\n"},
    {AUDIT_OF("operator=2"), 1, "entry 7 was changed\n"},
    {AUDIT_OF("hash=zeroblob(32)"), 1, "entry 7 was changed\n"},
    {AUDIT_OF("hash=x'00'"), 1, "entry 7 was changed\n"},
    {AUDIT_OF("action='d', object='idthing 7'"), 1, "entry 7 was changed\n"},
    {AUDIT_OF("object=object || char(0) || 'x'"), 1, "entry 7 was changed\n"},
    {"DELETE FROM audit WHERE sequence=7", 1, "entry 7 is missing\n"},
    {"DELETE FROM audit WHERE sequence IN (7, 8, 9)", 1, "entries 7 to 9 are missing\n"},
    {"DELETE FROM audit WHERE sequence=1", 2, "entry 1 is missing\n"},
    {"DELETE FROM audit WHERE sequence=20", 3, "entry 20, which was signed, is not there\n"},
    {"DELETE FROM audit WHERE sequence>15", 3, "entries 16 to 20 are missing, which the key file"},
    {"DELETE FROM audit", 4, "after entry 0\n"},
    {"DELETE FROM audit WHERE sequence=7; UPDATE audit SET sequence=sequence-1 WHERE sequence>7", 4,
        "entries 7 to 19 were changed"},
    {"UPDATE audit SET sequence=99 WHERE sequence=7; UPDATE audit SET sequence=7 WHERE sequence=8;"
     " UPDATE audit SET sequence=8 WHERE sequence=99",
        1, "entries 7 to 9 were changed"},
    {"INSERT INTO audit SELECT 21, at_us, operator, action, object, hash FROM audit WHERE"
     " sequence=20",
        2, "entry 21 was changed\n"},
    {"INSERT INTO audit SELECT -5, at_us, operator, action, object, hash FROM audit WHERE"
     " sequence=20",
        1, "entry -5 has a number that no entry gets\n"},
    {"INSERT INTO audit SELECT 9223372036854775807, at_us, operator, action, object, hash FROM"
     " audit WHERE sequence=20",
        2, "entries 21 to 9223372036854775806 are missing\n"},
    {"DELETE FROM setting WHERE name='audit_head'", 1, "cut off"},
    {"DELETE FROM audit_anchor", 2, "the signature of entry 1 is missing\n"},
    {"DELETE FROM audit_anchor WHERE sequence=1", 1, "the signature of entry 1 is missing\n"},
    {"DELETE FROM audit_anchor WHERE sequence=20", 1, "the signature of entry 20 is missing\n"},
    {"UPDATE audit_anchor SET signature=zeroblob(64) WHERE sequence=20", 1,
        "the signature of entry 20 was changed\n"},
    {"UPDATE audit_anchor SET signature=x'01', hash=x'02' WHERE sequence=20", 1,
        "the signature of entry 20 was changed\n"},
    {"UPDATE audit_anchor SET at_us=at_us+1 WHERE sequence=1", 1,
        "the signature of entry 1 was changed\n"},
    {"UPDATE audit SET hash=zeroblob(32) WHERE sequence=20", 3, "entry 20 was changed\n"},
    {"UPDATE audit_anchor SET sequence=19 WHERE sequence=20", 2,
        "the signature of entry 19 was changed\n"},
};

/* As another program would leave it: signed, noted, closed. */
static void log_and_sign(struct fixture *fixture)
{
    struct loy_audit_head head;
    char object[40];
    for (int i = 2; i < 20; i++) {
        snprintf(object, sizeof object, "thing %d", i);
        assert_int_equal(store_audit(fixture->store, "did", object, FIXTURE_AT_US + i), LOY_OK);
    }
    assert_int_equal(
        loy_audit_sign(fixture->store, "audit-sign", false, FIXTURE_AT_US, &head), LOY_OK);
    assert_int_equal(head.sequence, 20);
    assert_int_equal(loy_audit_head_check(&head), LOY_OK);
}

static void every_tamper_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tampers / sizeof *tampers; i++) {
        void *made = NULL;
        struct fixture_findings findings;
        assert_int_equal(fixture_start(&made), 0);
        struct fixture *fixture = made;
        log_and_sign(fixture);
        assert_int_equal(fixture_check(fixture, &findings), LOY_OK);
        fixture_tamper(fixture->path, FIXTURE_UNGUARD);
        fixture_tamper(fixture->path, tampers[i].sql);
        fixture_tamper(fixture->path, FIXTURE_GUARD);
        enum loy_status status = fixture_check(fixture, &findings);
        if (status != LOY_E_CHECK || findings.count != tampers[i].findings)
            print_error("%s: %d findings\n%s", tampers[i].sql, findings.count, findings.text);
        assert_int_equal(status, LOY_E_CHECK);
        assert_int_equal(findings.count, tampers[i].findings);
        if (!strstr(findings.text, tampers[i].says)) print_error("%s\n", findings.text);
        assert_non_null(strstr(findings.text, tampers[i].says));
        fixture_end(&made);
    }
}

/* A program that opens the store, enters and signs goes on from what was left; it hides nothing. */
static void signatures_taken_away_stay_away(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_findings findings;
    struct loy_audit_head exported, head;
    log_and_sign(fixture);
    assert_int_equal(
        loy_audit_sign(fixture->store, "audit-export", false, FIXTURE_AT_US, &exported), LOY_OK);
    fixture_close(fixture);
    fixture_tamper(fixture->path, FIXTURE_UNGUARD "DELETE FROM audit_anchor;" FIXTURE_GUARD);
    assert_int_equal(fixture_open(fixture), LOY_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fixture_check(fixture, &findings), LOY_E_CHECK);
        assert_int_equal(findings.count, 3);
        assert_non_null(strstr(findings.text, "the signature of entry 1 is missing\n"));
        assert_non_null(strstr(findings.text, "the signature of entry 20 is missing\n"));
        assert_non_null(strstr(findings.text, "the signature of entry 21 is missing\n"));
        assert_int_equal(loy_audit_verify(fixture->store, &exported, NULL, NULL), LOY_E_CHECK);
        assert_int_equal(
            loy_audit_sign(fixture->store, "audit-sign", false, FIXTURE_AT_US, &head), LOY_OK);
        fixture_reopen(fixture);
    }
}

/* Both files without a sign that there ever were signatures: what was exported tells. */
static void an_exported_head_tells_of_its_signature(void **state)
{
    struct fixture *fixture = *state;
    struct loy_audit_head head;
    log_and_sign(fixture);
    assert_int_equal(
        loy_audit_sign(fixture->store, "audit-export", false, FIXTURE_AT_US, &head), LOY_OK);
    fixture_close(fixture);
    fixture_tamper(fixture->path, FIXTURE_UNGUARD "DELETE FROM audit_anchor;" FIXTURE_GUARD);
    char keys[FIXTURE_PATH_MAX + 8];
    snprintf(keys, sizeof keys, "%s.keys", fixture->path);
    fixture_tamper(keys, "DELETE FROM note WHERE name='audit_note'");
    assert_int_equal(fixture_open(fixture), LOY_OK);
    assert_int_equal(loy_audit_verify(fixture->store, NULL, NULL, NULL), LOY_OK);
    assert_int_equal(loy_audit_verify(fixture->store, &head, NULL, NULL), LOY_E_CHECK);
}

static void missing_guards_are_found(void **state)
{
    struct fixture *fixture = *state;
    struct fixture_findings findings;
    static const char *const guards[] = {
        "audit_update", "audit_delete", "anchor_update", "anchor_delete"};
    char sql[200];
    assert_int_equal(fixture_check(fixture, &findings), LOY_OK);
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        snprintf(sql, sizeof sql, "DROP TRIGGER %s", guards[i]);
        fixture_tamper(fixture->path, sql);
        assert_int_equal(fixture_check(fixture, &findings), LOY_E_CHECK);
        assert_int_equal(findings.count, i + 1);
        assert_non_null(strstr(findings.text, "a guard of the audit log is missing"));
        assert_non_null(strstr(findings.text, guards[i]));
        // Another one of its name is not it.
        snprintf(sql, sizeof sql,
            "CREATE TRIGGER %s BEFORE UPDATE ON audit WHEN 0 BEGIN SELECT 1; END", guards[i]);
        fixture_tamper(fixture->path, sql);
        assert_int_equal(fixture_check(fixture, &findings), LOY_E_CHECK);
        assert_int_equal(findings.count, i + 1);
    }
    fixture_tamper(fixture->path, FIXTURE_UNGUARD FIXTURE_GUARD);
    assert_int_equal(fixture_check(fixture, &findings), LOY_OK);
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
        cmocka_unit_test_setup_teardown(
            signatures_taken_away_stay_away, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            an_exported_head_tells_of_its_signature, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(missing_guards_are_found, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(roles_may_what_they_may, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(inactive_user_is_refused, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
