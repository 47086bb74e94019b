/* SPDX-License-Identifier: MIT
 *
 * test_backup_open.c - files that somebody has open while they are restored from, restored over or
 * moved away. In: a second handle, here or in another process. Out: its locks still there, its
 * writes not lost, or a refusal that says so.
 */
#include "fixture.h"

#include <loyalty/rights.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- The hook: a file that is written to while it is read --------------------------------------
 */

static struct {
    const char *path; /* NULL: none */
    int looked;
} touched;

int __real_stat(const char *path, struct stat *state);
int __wrap_stat(const char *path, struct stat *state);

int __wrap_stat(const char *path, struct stat *state)
{
    static const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    if (touched.path && strcmp(path, touched.path) == 0 && ++touched.looked == 2)
        utimensat(AT_FDCWD, path, times, 0);
    return __real_stat(path, state);
}

/* ---- What is there -----------------------------------------------------------------------------
 */

static void backup_make(struct fixture *fixture)
{
    enum loy_status status =
        loy_store_backup(fixture->store, fixture_file(fixture, "b.db"), NULL, NULL, FIXTURE_AT_US);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(fixture->store));
    assert_int_equal(status, LOY_OK);
}

/* Beside the fixture's own handle; the text is the refusal's. */
static enum loy_status restore(
    struct fixture *fixture, const char *backup, const char *name, char text[STORE_TEXT_MAX])
{
    char path[FIXTURE_PATH_MAX], key[FIXTURE_PATH_MAX + 8];
    struct loy_store_options options = fixture->options;
    struct loy_store *store = NULL;
    snprintf(path, sizeof path, "%s/%s", fixture->folder, name);
    snprintf(key, sizeof key, "%s.key", fixture->path);
    options.path = path;
    options.key_path = key;
    enum loy_status status = loy_store_restore(fixture_file(fixture, backup), &options, &store);
    snprintf(text, STORE_TEXT_MAX, "%s", loy_store_text(store));
    loy_store_close(store);
    return status;
}

static bool is_there(const struct fixture *fixture, const char *name)
{
    return access(fixture_file(fixture, name), F_OK) == 0;
}

static void file_rename(const struct fixture *fixture, const char *from, const char *to)
{
    assert_int_equal(rename(fixture_file(fixture, from), fixture_file(fixture, to)), 0);
}

/* ---- Locks -------------------------------------------------------------------------------------
 */

/* Whether another process sees a lock of this one. */
static bool locked(const char *path)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int file = open(path, O_RDWR | O_CLOEXEC);
        _exit(file < 0 || fcntl(file, F_GETLK, &lock) != 0 ? 2 : lock.l_type != F_UNLCK);
    }
    int state = 0;
    assert_int_equal(waitpid(child, &state, 0), child);
    assert_true(WIFEXITED(state) && WEXITSTATUS(state) < 2);
    return WEXITSTATUS(state) == 1;
}

static sqlite3 *reader_open(const char *path)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void restoring_drops_no_lock(void **state)
{
    static const char *const files[] = {"b.db", "b.db.keys"};
    static const struct {
        const char *target;
        enum loy_status status;
    } ways[] = {{"back.db", LOY_OK}, {"shop.db", LOY_E_CONFLICT}};
    struct fixture *fixture = *state;
    char text[STORE_TEXT_MAX];
    backup_make(fixture);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        sqlite3 *reader = reader_open(fixture_file(fixture, files[i]));
        for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
            assert_true(locked(fixture_file(fixture, files[i])));
            assert_int_equal(restore(fixture, "b.db", ways[way].target, text), ways[way].status);
            assert_true(locked(fixture_file(fixture, files[i])));
        }
        // That it would be seen here.
        close(open(fixture_file(fixture, files[i]), O_RDONLY | O_CLOEXEC));
        assert_false(locked(fixture_file(fixture, files[i])));
        sqlite3_close(reader);
        unlink(fixture_file(fixture, "back.db"));
        unlink(fixture_file(fixture, "back.db.keys"));
    }
}

/* The part is refused after it was read: by another key. */
static void a_refused_restore_drops_no_lock(void **state)
{
    struct fixture *fixture = *state;
    char text[STORE_TEXT_MAX];
    backup_make(fixture);
    FILE *key = fopen(fixture_file(fixture, "shop.db.key"), "w");
    assert_non_null(key);
    fputs("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", key);
    assert_int_equal(fclose(key), 0);
    sqlite3 *reader = reader_open(fixture_file(fixture, "b.db"));
    assert_int_equal(restore(fixture, "b.db", "back.db", text), LOY_E_KEY);
    assert_true(locked(fixture_file(fixture, "b.db")));
    sqlite3_close(reader);
}

/* Named by mistake where a key or a list belongs. */
static void a_wrong_name_drops_no_lock(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = NULL;
    char back[FIXTURE_PATH_MAX], key[FIXTURE_PATH_MAX], list[FIXTURE_PATH_MAX];
    struct loy_store_options options = fixture->options;
    backup_make(fixture);
    snprintf(list, sizeof list, "%s", fixture_file(fixture, "b.db"));
    snprintf(key, sizeof key, "%s", fixture_file(fixture, "shop.db.key"));
    snprintf(back, sizeof back, "%s", fixture_file(fixture, "back.db"));
    assert_int_equal(chmod(list, 0600), 0);
    sqlite3 *reader = reader_open(list);
    options.key_path = list;
    assert_int_equal(loy_store_open(&options, &store), LOY_E_KEY);
    loy_store_close(store);
    assert_false(loy_key_file_is_sealed(list));
    options.path = back;
    options.key_path = key;
    assert_int_equal(loy_store_restore_erased(list, list, &options, &store), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(store), "no list"));
    loy_store_close(store);
    assert_true(locked(list));
    sqlite3_close(reader);
}

/* A database of this process that is called as the mark of a killed copy would be. */
static void sweeping_drops_no_lock(void **state)
{
    struct fixture *fixture = *state;
    char path[FIXTURE_PATH_MAX];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s", fixture_file(fixture, "other.part.lock"));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA journal_mode=WAL; CREATE TABLE t (a)", NULL, NULL, NULL), 0);
    assert_int_equal(sqlite3_exec(db, "PRAGMA wal_checkpoint", NULL, NULL, NULL), SQLITE_OK);
    assert_true(locked(path));
    backup_make(fixture);
    assert_int_equal(
        loy_store_backup(fixture->store, fixture_file(fixture, "other"), NULL, NULL, FIXTURE_AT_US),
        LOY_E_CONFLICT);
    assert_true(locked(path));
    assert_true(is_there(fixture, "other.part.lock"));
    sqlite3_close(db);
}

/* ---- A backup that is open as a store ----------------------------------------------------------
 */

static void backup_open(struct fixture *fixture, struct loy_store **store)
{
    char path[FIXTURE_PATH_MAX], key[FIXTURE_PATH_MAX + 8];
    struct loy_store_options options = fixture->options;
    snprintf(path, sizeof path, "%s", fixture_file(fixture, "b.db"));
    snprintf(key, sizeof key, "%s.key", fixture->path);
    options.path = path;
    options.key_path = key;
    assert_int_equal(loy_store_open(&options, store), LOY_OK);
}

static void what_was_written_to_a_backup_is_not_lost(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *open = NULL;
    struct loy_id id;
    char text[STORE_TEXT_MAX];
    backup_make(fixture);
    backup_open(fixture, &open);
    assert_int_equal(fixture_member_add(open, &id), LOY_OK);
    assert_int_equal(restore(fixture, "b.db", "back.db", text), LOY_E_BUSY);
    assert_non_null(strstr(text, "b.db-wal"));
    assert_false(is_there(fixture, "back.db") || is_there(fixture, "back.db.part"));
    // In the key file alone.
    assert_int_equal(store_run_text(open, "PRAGMA wal_checkpoint(TRUNCATE)"), LOY_OK);
    assert_int_equal(restore(fixture, "b.db", "back.db", text), LOY_E_BUSY);
    assert_non_null(strstr(text, "b.db.keys-wal"));
    // What the sentence advises.
    assert_int_equal(
        loy_store_backup(open, fixture_file(fixture, "c.db"), NULL, NULL, FIXTURE_AT_US), LOY_OK);
    loy_store_close(open);
    assert_int_equal(restore(fixture, "c.db", "back.db", text), LOY_OK);
    sqlite3 *back = reader_open(fixture_file(fixture, "back.db"));
    assert_int_equal(fixture_number(back, "SELECT count(*) FROM member"), 1);
    sqlite3_close(back);
}

static void written_to_while_it_is_read(void **state)
{
    static const char *const files[] = {"b.db", "b.db.keys"};
    struct fixture *fixture = *state;
    char text[STORE_TEXT_MAX], path[FIXTURE_PATH_MAX];
    backup_make(fixture);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s", fixture_file(fixture, files[i]));
        touched.path = path;
        touched.looked = 0;
        assert_int_equal(restore(fixture, "b.db", "back.db", text), LOY_E_BUSY);
        assert_true(touched.looked >= 2);
        assert_non_null(strstr(text, "while it was read"));
        assert_false(is_there(fixture, "back.db"));
    }
    touched.path = NULL;
    assert_int_equal(restore(fixture, "b.db", "back.db", text), LOY_OK);
}

/* ---- A store that is moved away ----------------------------------------------------------------
 */

static const char *const names[] = {"shop.db", "shop.db-wal", "shop.db.keys", "shop.db.keys-wal",
    "shop.db-shm", "shop.db.keys-shm"};

static void store_move(const struct fixture *fixture, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char to[40];
        snprintf(to, sizeof to, "old%s", names[i] + 4);
        if (is_there(fixture, names[i])) file_rename(fixture, names[i], to);
    }
}

static void a_moved_file_is_noticed(void **state)
{
    static const char *const files[] = {"shop.db", "shop.db.keys"};
    struct fixture *fixture = *state;
    struct loy_id id;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
        file_rename(fixture, files[i], "moved");
        assert_int_equal(fixture_member_add(fixture->store, &id), LOY_E_GONE);
        assert_non_null(strstr(loy_store_text(fixture->store), files[i]));
        assert_int_equal(sqlite3_get_autocommit(fixture->store->db), 1);
        file_rename(fixture, "moved", files[i]);
        assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
    }
    assert_int_equal(fixture_number(fixture->store->db, "SELECT count(*) FROM member"), 4);
}

/* As where the store of each day is what a link leads to. */
static void a_link_that_leads_elsewhere_is_noticed(void **state)
{
    static const char *const links[][2] = {
        {"shop.db", "now.db"}, {"shop.db.keys", "now.db.keys"}, {"shop.db.key", "now.db.key"}};
    struct fixture *fixture = *state;
    struct loy_store_options options = fixture->options;
    struct loy_store *lane = NULL;
    struct loy_id id;
    char path[FIXTURE_PATH_MAX];
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(symlink(links[i][0], fixture_file(fixture, links[i][1])), 0);
    snprintf(path, sizeof path, "%s", fixture_file(fixture, "now.db"));
    options.path = path;
    assert_int_equal(loy_store_open(&options, &lane), LOY_OK);
    assert_int_equal(fixture_member_add(lane, &id), LOY_OK);
    backup_make(fixture);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("b.db", path), 0);
    assert_int_equal(fixture_member_add(lane, &id), LOY_E_GONE);
    loy_store_close(lane);
    for (size_t i = 0; i < 3; i++)
        unlink(fixture_file(fixture, links[i][1]));
}

static void nothing_is_acknowledged_beside_a_restored_store(void **state)
{
    struct fixture *fixture = *state;
    struct loy_id id;
    char text[STORE_TEXT_MAX];
    backup_make(fixture);
    store_move(fixture, sizeof names / sizeof *names);
    enum loy_status status = restore(fixture, "b.db", "shop.db", text);
    if (status != LOY_OK) print_error("%s\n", text);
    assert_int_equal(status, LOY_OK);
    assert_int_equal(fixture_member_add(fixture->store, &id), LOY_E_GONE);
    assert_non_null(strstr(loy_store_text(fixture->store), "close"));
    fixture_reopen(fixture);
    assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
}

/* The restored one needs the key that is there. */
static void a_moved_stores_key_is_not_changed(void **state)
{
    struct fixture *fixture = *state;
    char text[STORE_TEXT_MAX];
    backup_make(fixture);
    store_move(fixture, sizeof names / sizeof *names);
    assert_int_equal(
        loy_store_key_rotate(fixture->store, NULL, NULL, NULL, FIXTURE_AT_US, NULL), LOY_E_GONE);
    assert_int_equal(
        loy_store_key_passphrase(fixture->store, NULL, "four grey ponies", FIXTURE_AT_US),
        LOY_E_GONE);
    assert_int_equal(restore(fixture, "b.db", "shop.db", text), LOY_OK);
}

static void what_an_open_store_left_is_not_restored_over(void **state)
{
    static const struct {
        size_t moved;
        const char *named;
    } cases[] = {{4, "shop.db-shm"}, {5, "shop.db.keys-shm"}, {3, "shop.db-shm"}};
    struct fixture *fixture = *state;
    char text[STORE_TEXT_MAX];
    backup_make(fixture);
    struct loy_id id;
    assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        store_move(fixture, cases[i].moved);
        assert_int_equal(restore(fixture, "b.db", "shop.db", text), LOY_E_CONFLICT);
        assert_non_null(strstr(text, cases[i].named));
        assert_non_null(strstr(text, "another program"));
        assert_false(is_there(fixture, "shop.db"));
        for (size_t k = 0; k < cases[i].moved; k++) {
            char from[40];
            snprintf(from, sizeof from, "old%s", names[k] + 4);
            if (is_there(fixture, from)) file_rename(fixture, from, names[k]);
        }
    }
    store_move(fixture, sizeof names / sizeof *names);
    assert_int_equal(restore(fixture, "b.db", "shop.db", text), LOY_OK);
}

/* ---- Words -------------------------------------------------------------------------------------
 */

static void a_refusal_names_what_the_user_named(void **state)
{
    struct fixture *fixture = *state;
    char text[STORE_TEXT_MAX];
    backup_make(fixture);
    fixture_tamper(fixture_file(fixture, "b.db.keys"), "PRAGMA user_version = 99");
    assert_int_equal(restore(fixture, "b.db", "back.db", text), LOY_E_VERSION);
    assert_non_null(strstr(text, "/b.db.keys"));
    assert_null(strstr(text, ".part"));
    fixture_tamper(fixture_file(fixture, "b.db.keys"), "PRAGMA user_version = 2");
    fixture_tamper(fixture_file(fixture, "b.db.keys"), "UPDATE ring SET wrapped = zeroblob(8)");
    assert_int_equal(restore(fixture, "b.db", "back.db", text), LOY_E_KEY);
    assert_non_null(strstr(text, "/b.db.keys"));
    assert_null(strstr(text, ".part"));
}

#define open_test(name) cmocka_unit_test_setup_teardown(name, fixture_start, fixture_end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        open_test(restoring_drops_no_lock),
        open_test(a_refused_restore_drops_no_lock),
        open_test(a_wrong_name_drops_no_lock),
        open_test(sweeping_drops_no_lock),
        open_test(what_was_written_to_a_backup_is_not_lost),
        open_test(written_to_while_it_is_read),
        open_test(a_moved_file_is_noticed),
        open_test(a_link_that_leads_elsewhere_is_noticed),
        open_test(nothing_is_acknowledged_beside_a_restored_store),
        open_test(a_moved_stores_key_is_not_changed),
        open_test(what_an_open_store_left_is_not_restored_over),
        open_test(a_refusal_names_what_the_user_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
