/* SPDX-License-Identifier: MIT
 *
 * fixture.h - a store in a folder of its own, for the tests of the rooms that use SQL; the folder
 * goes with the fixture. Knows no assertion of a test.
 */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <store/store_parts.h>

#define FIXTURE_AT_US 1767225600000000          /* 2026-01-01 */
#define FIXTURE_EPOCH (FIXTURE_AT_US / 1000000) /* the first one that is opened then */
#define FIXTURE_PATH_MAX 160

/* The guards of the audit log taken away, as one who tampers does, and put back. */
#define FIXTURE_UNGUARD                                                                            \
    "DROP TRIGGER IF EXISTS audit_update; DROP TRIGGER IF EXISTS audit_delete;"                    \
    " DROP TRIGGER IF EXISTS anchor_update;"                                                       \
    " DROP TRIGGER IF EXISTS anchor_delete; "
#define FIXTURE_GUARD_OF(name, action, table)                                                      \
    "CREATE TRIGGER IF NOT EXISTS " name " BEFORE " action " ON " table                            \
    " BEGIN SELECT raise(ABORT, 'the audit log only grows'); END;"
#define FIXTURE_GUARD                                                                              \
    FIXTURE_GUARD_OF("audit_update", "UPDATE", "audit")                                            \
    FIXTURE_GUARD_OF("audit_delete", "DELETE", "audit")                                            \
    FIXTURE_GUARD_OF("anchor_update", "UPDATE", "audit_anchor")                                    \
    FIXTURE_GUARD_OF("anchor_delete", "DELETE", "audit_anchor")

struct fixture {
    char folder[80];
    char path[FIXTURE_PATH_MAX];
    struct loy_store_options options;
    struct loy_store *store;
};

/* Makes folder and store; for cmocka_unit_test_setup_teardown. */
int fixture_start(void **state);
/* The folder alone. */
int fixture_start_empty(void **state);
int fixture_end(void **state);

/* folder/name in one of a few static buffers. */
const char *fixture_file(const struct fixture *fixture, const char *name);
enum loy_status fixture_create(struct fixture *fixture);
enum loy_status fixture_open(struct fixture *fixture);
void fixture_close(struct fixture *fixture);
void fixture_reopen(struct fixture *fixture);

/* Copies bytes over what is at `to`, without another inode where it exists. */
void fixture_copy(const char *from, const char *to);
/* Copies path, path.keys and path.key. */
void fixture_copy_store(const char *from, const char *to);
/* SQL on a file with a plain connection, as a stranger would run it. */
void fixture_tamper(const char *path, const char *sql);
int64_t fixture_number(sqlite3 *db, const char *sql);
/* A member row with its key, in a transaction of its own or the open one. */
enum loy_status fixture_member_add(struct loy_store *store, struct loy_id *id);

/* Collects what loy_store_check tells. */
struct fixture_findings {
    int count;
    char text[4000];
};
void fixture_finding(void *user, const char *sentence);
enum loy_status fixture_check(struct fixture *fixture, struct fixture_findings *findings);

#endif
