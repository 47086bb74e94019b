/* SPDX-License-Identifier: MIT
 *
 * test_canary.c - what can be read of members in the files of a store, its logs, its backup and
 * what the wrong role gets: nothing before erasure, nothing under any key after it.
 *
 *     test_canary [MEMBERS]      default 100; the figure is with 1000
 */
#include "canary.h"

#include <loyalty/rights.h>

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static struct desk desk;
static unsigned members = 100;
static struct loy_id *ids;
static uint8_t (*keys)[MEMBER_KEY_SIZE];
static struct canary_secrets wrapped, plain_keys, digests;

static char backup_path[128];

static const char *beside(const char *suffix)
{
    static char path[160];
    snprintf(path, sizeof path, "%s%s", desk.path, suffix);
    return path;
}

static void secrets_collect(
    struct canary_secrets *secrets, sqlite3 *db, const char *sql, size_t wanted)
{
    sqlite3_stmt *rows = NULL;
    size_t before = secrets->count;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        assert_true(sqlite3_column_bytes(rows, 0) >= 16);
        canary_secret_add(secrets, sqlite3_column_blob(rows, 0));
    }
    sqlite3_finalize(rows);
    assert_true(secrets->count - before >= wanted);
}

static void fill(void)
{
    ids = calloc(members, sizeof *ids);
    keys = calloc(members, sizeof *keys);
    assert_true(ids && keys);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (unsigned i = 0; i < members; i++)
        ids[i] = canary_member(&desk, i);
    assert_status(loy_store_commit(desk.store), LOY_OK);
    for (unsigned i = 0; i < members; i++) {
        assert_status(store_member_key(desk.store, &ids[i], keys[i]), LOY_OK);
        canary_secret_add(&plain_keys, keys[i]);
    }
    secrets_collect(&wrapped, desk.store->key_db, "SELECT wrapped FROM member_key", members);
    secrets_collect(&digests, desk.store->db, "SELECT digest FROM card", members);
    secrets_collect(&digests, desk.store->db, "SELECT digest FROM blind_index", 5 * members);
}

/* ---- Before ----------------------------------------------------------------------------------
 */

static const char *const kinds[] = {"", "-wal", "-shm", ".keys", ".keys-wal", ".keys-shm", ".key"};

/* The search sees a mark in each kind of file in each form. */
static void search_finds_what_is_planted(const char *path)
{
    struct canary_bytes file = canary_read(path);
    assert_non_null(file.bytes);
    assert_int_equal(canary_marks(&file), 0);
    for (unsigned form = 0; form < CANARY_FORMS; form++) {
        uint8_t mark[64];
        size_t size = canary_form(form, mark);
        struct canary_bytes planted = {malloc(file.size + size), file.size + size};
        assert_non_null(planted.bytes);
        size_t middle = file.size / 2;
        memcpy(planted.bytes, file.bytes, middle);
        memcpy(planted.bytes + middle, mark, size);
        memcpy(planted.bytes + middle + size, file.bytes + middle, file.size - middle);
        assert_true(canary_marks(&planted) >= 1);
        free(planted.bytes);
    }
    free(file.bytes);
}

/* What roles get that may not, and what the audit log says, as a file of its own. */
static void leavings_write(const char *path)
{
    static char text[LOY_FIELD_TEXT_MAX];
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    struct loy_audit_entry entry;
    for (int64_t after = 0; loy_audit_next(desk.store, after, &entry) == LOY_OK;
         after = entry.sequence)
        fprintf(stream, "%s %s\n", entry.action, entry.object);
    desk.store->role = LOY_ROLE_ANALYST;
    for (unsigned i = 0; i < members; i++) {
        memset(text, 0, sizeof text);
        assert_status(loy_member_field(desk.store, &ids[i], LOY_FIELD_NAME, text), LOY_E_ACCESS);
        fprintf(stream, "%s %s\n", text, loy_store_text(desk.store));
        struct loy_consent consent = {.size = sizeof consent};
        int64_t position = 0;
        assert_status(loy_consent_next(desk.store, &ids[i], &position, &consent), LOY_E_ACCESS);
        fprintf(stream, "%s %s\n", consent.receipt, loy_store_text(desk.store));
        assert_status(loy_member_erase(desk.store, &ids[i], "request", AT), LOY_E_ACCESS);
    }
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_member_erase(desk.store, &ids[0], "", AT), LOY_E_FORMAT);
    fprintf(stream, "%s\n", loy_store_text(desk.store));
    fclose(stream);
}

static void nothing_plain_before(void **state)
{
    (void)state;
    size_t files = 0;
    fill();
    snprintf(backup_path, sizeof backup_path, "%s/backup.loyalty", desk.folder);
    assert_status(loy_store_backup(desk.store, backup_path, NULL, NULL, AT + 1), LOY_OK);
    for (size_t i = 0; i < ROWS(kinds); i++) {
        search_finds_what_is_planted(beside(kinds[i]));
        files++;
    }
    search_finds_what_is_planted(backup_path);
    char path[160];
    snprintf(path, sizeof path, "%s.keys", backup_path);
    search_finds_what_is_planted(path);
    snprintf(path, sizeof path, "%s/leavings", desk.folder);
    leavings_write(path);
    search_finds_what_is_planted(path);
    print_message("before: %u members, %zu kinds of files, 0 plain marks\n", members, files + 3);
}

/* ---- After -----------------------------------------------------------------------------------
 */

/* Keys that the files give away: those whose wrapped or plain bytes stand in one of them. */
static size_t keys_in(const char *path)
{
    struct canary_bytes file = canary_read(path);
    size_t found = file.bytes ? canary_secrets_in(&wrapped, &file) : 0;
    if (file.bytes) found += canary_secrets_in(&plain_keys, &file);
    free(file.bytes);
    return found;
}

static size_t digests_in(const char *path)
{
    struct canary_bytes file = canary_read(path);
    size_t found = file.bytes ? canary_secrets_in(&digests, &file) : 0;
    free(file.bytes);
    return found;
}

static size_t opened_in(const char *path, size_t key_count)
{
    struct canary_bytes file = canary_read(path);
    size_t found =
        file.bytes ? canary_opened(&file, (const uint8_t(*)[MEMBER_KEY_SIZE])keys, key_count, 200)
                   : 0;
    free(file.bytes);
    return found;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Half of them go, every second one: what is left shares its pages with what went. */
static void half_gone(void **state)
{
    (void)state;
    char path[160];
    snprintf(path, sizeof path, "%s.keys", backup_path);
    /* The search works: the keys are there now, in the store and in the backup, and open things. */
    assert_true(keys_in(beside(".keys")) + keys_in(beside(".keys-wal")) >= members);
    assert_true(keys_in(path) >= members);
    assert_true(digests_in(beside("")) + digests_in(beside("-wal")) >= members);
    assert_true(opened_in(backup_path, members) > 0);
    double start = seconds();
    struct canary_secrets kept = wrapped, kept_plain = plain_keys, kept_digests = digests;
    wrapped = plain_keys = digests = (struct canary_secrets){0};
    for (unsigned i = 0; i < members; i += 2) {
        sqlite3_stmt *row = NULL;
        assert_int_equal(sqlite3_prepare_v2(desk.store->key_db,
                             "SELECT wrapped FROM member_key WHERE member = ?1", -1, &row, NULL),
            SQLITE_OK);
        sqlite3_bind_blob(row, 1, ids[i].bytes, 16, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(row), SQLITE_ROW);
        canary_secret_add(&wrapped, sqlite3_column_blob(row, 0));
        sqlite3_finalize(row);
        canary_secret_add(&plain_keys, keys[i]);
        struct loy_credential card;
        canary_card(&desk, i, &card);
        canary_secret_add(&digests, card.digest);
        assert_status(loy_member_erase(desk.store, &ids[i], "request", AT + 2), LOY_OK);
    }
    print_message("half erased: %.2f ms each\n", 1e3 * (seconds() - start) / (members / 2));
    for (size_t i = 0; i < ROWS(kinds); i++) {
        assert_int_equal(keys_in(beside(kinds[i])), 0);
        assert_int_equal(digests_in(beside(kinds[i])), 0);
    }
    canary_secrets_free(&wrapped);
    canary_secrets_free(&plain_keys);
    canary_secrets_free(&digests);
    wrapped = kept;
    plain_keys = kept_plain;
    digests = kept_digests;
    assert_true(keys_in(beside(".keys")) >= members / 2);
}

static void count_all(size_t *plain, size_t *found, size_t *left)
{
    static const char *const suffixes[] = {
        "", "-wal", "-shm", ".keys", ".keys-wal", ".keys-shm", ".erased"};
    for (size_t i = 0; i < ROWS(suffixes); i++) {
        struct canary_bytes file = canary_read(beside(suffixes[i]));
        if (!file.bytes) continue;
        *plain += canary_marks(&file);
        free(file.bytes);
        *found += keys_in(beside(suffixes[i]));
        *left += digests_in(beside(suffixes[i]));
    }
    struct canary_bytes file = canary_read(backup_path);
    assert_non_null(file.bytes);
    *plain += canary_marks(&file);
    free(file.bytes);
    *found += keys_in(backup_path);
}

static void nothing_left_after(void **state)
{
    (void)state;
    for (unsigned i = 1; i < members; i += 2)
        assert_status(loy_member_erase(desk.store, &ids[i], "request", AT + 3), LOY_OK);
    /* The rule: the backup's part with the keys has a short life. */
    char path[160];
    snprintf(path, sizeof path, "%s.keys", backup_path);
    assert_int_equal(unlink(path), 0);
    size_t plain = 0, found = 0, left = 0;
    count_all(&plain, &found, &left);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status <> 3"), 0);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM basket b JOIN member m ON m.id = b.member "
                           "AND m.status = 3"),
        members);
    /* What the lane kept: nothing leads from or to them, and what they used stays used. */
    assert_int_equal(
        desk_number(&desk, "SELECT (SELECT count(*) FROM question) + (SELECT count(*) "
                           "FROM operator_card) + (SELECT count(*) FROM basket_link "
                           "WHERE card IS NOT NULL) + (SELECT count(*) FROM alarm_seen "
                           "WHERE reason <> '')"),
        0);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM alarm_seen JOIN basket b ON b.id = basket"),
        members);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket_coupon WHERE serial <> '' "
                                        "AND (basket <> 0 OR at_us <> 0)"),
        0);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM basket_coupon WHERE serial <> ''"), members);
    print_message("after: %zu plain marks, %zu keys of %u in any file, %zu digests\n", plain, found,
        members, left);
    assert_int_equal(plain, 0);
    assert_int_equal(found, 0);
    assert_int_equal(left, 0);
    /* With no key there is nothing to open: the same search found some before. */
    assert_int_equal(opened_in(backup_path, found), 0);
    desk_reopen(&desk);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static int start(void **state)
{
    (void)state;
    desk_open(&desk, "ZZ");
    return 0;
}

static int end(void **state)
{
    (void)state;
    desk_close(&desk);
    free(ids);
    free(keys);
    canary_secrets_free(&wrapped);
    canary_secrets_free(&plain_keys);
    canary_secrets_free(&digests);
    return 0;
}

int main(int count, char **arguments)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_plain_before),
        cmocka_unit_test(half_gone),
        cmocka_unit_test(nothing_left_after),
    };
    if (count > 1) members = (unsigned)atol(arguments[1]);
    return cmocka_run_group_tests(tests, start, end);
}
