/* SPDX-License-Identifier: MIT
 *
 * fixture.c - a store in a folder of its own. Folders in, rows and files out. Knows no test.
 */
#include "fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct loy_store_settings settings = {
    .currency = "EUR", .minor_digits = 2, .site = "S1", .lane = "L1", .country = "DE"};

int fixture_start_empty(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    const char *base = getenv("TMPDIR");
    if (!fixture) return -1;
    snprintf(fixture->folder, sizeof fixture->folder, "%.60s/loyalty-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(fixture->folder)) return -1;
    snprintf(fixture->path, sizeof fixture->path, "%s/shop.db", fixture->folder);
    fixture->options = (struct loy_store_options){.size = sizeof fixture->options,
        .path = fixture->path,
        .user = "tester",
        .at_us = FIXTURE_AT_US};
    *state = fixture;
    return 0;
}

int fixture_start(void **state)
{
    if (fixture_start_empty(state) != 0) return -1;
    return fixture_create(*state) == LOY_OK ? 0 : -1;
}

static void folder_remove(const char *folder)
{
    DIR *entries = opendir(folder);
    if (!entries) return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (entry->d_name[0] != '.') unlinkat(dirfd(entries), entry->d_name, 0);
    closedir(entries);
    rmdir(folder);
}

int fixture_end(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    folder_remove(fixture->folder);
    free(fixture);
    return 0;
}

const char *fixture_file(const struct fixture *fixture, const char *name)
{
    static char names[4][FIXTURE_PATH_MAX];
    static unsigned next;
    char *path = names[next++ % 4];
    snprintf(path, FIXTURE_PATH_MAX, "%s/%s", fixture->folder, name);
    return path;
}

enum loy_status fixture_create(struct fixture *fixture)
{
    fixture_close(fixture);
    return loy_store_create(&fixture->options, &settings, &fixture->store);
}

enum loy_status fixture_open(struct fixture *fixture)
{
    fixture_close(fixture);
    return loy_store_open(&fixture->options, &fixture->store);
}

void fixture_close(struct fixture *fixture)
{
    loy_store_close(fixture->store);
    fixture->store = NULL;
}

void fixture_reopen(struct fixture *fixture)
{
    enum loy_status status = fixture_open(fixture);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(fixture->store));
    assert_int_equal(status, LOY_OK);
}

void fixture_copy(const char *from, const char *to)
{
    char buffer[65536];
    ssize_t got;
    int source = open(from, O_RDONLY), target = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(source >= 0 && target >= 0);
    while ((got = read(source, buffer, sizeof buffer)) > 0)
        assert_int_equal(write(target, buffer, (size_t)got), got);
    close(source);
    close(target);
}

void fixture_copy_store(const char *from, const char *to)
{
    static const char *const suffixes[] = {"", ".keys", ".key"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char source[FIXTURE_PATH_MAX + 8], target[FIXTURE_PATH_MAX + 8];
        snprintf(source, sizeof source, "%s%s", from, suffixes[i]);
        snprintf(target, sizeof target, "%s%s", to, suffixes[i]);
        fixture_copy(source, target);
    }
}

void fixture_tamper(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int64_t fixture_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

enum loy_status fixture_member_add(struct loy_store *store, struct loy_id *id)
{
    uint8_t key[MEMBER_KEY_SIZE];
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    store_id_make(FIXTURE_AT_US, id);
    status = store_member_key_make(store, id, key);
    sodium_memzero(key, sizeof key);
    if (status == LOY_OK) {
        sqlite3_stmt *insert = store_sql(store,
            "INSERT INTO member (uid, kind, pseudonymous, created_at_us) VALUES (?1, 1, 1, ?2)");
        sqlite3_bind_blob(insert, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 2, FIXTURE_AT_US);
        status = store_run(store, insert);
    }
    if (status == LOY_OK) return store_commit(store);
    store_rollback(store);
    return status;
}

void fixture_finding(void *user, const char *sentence)
{
    struct fixture_findings *findings = user;
    size_t used = strlen(findings->text);
    findings->count++;
    snprintf(findings->text + used, sizeof findings->text - used, "%s\n", sentence);
}

enum loy_status fixture_check(struct fixture *fixture, struct fixture_findings *findings)
{
    *findings = (struct fixture_findings){0};
    return loy_store_check(fixture->store, fixture_finding, findings);
}
