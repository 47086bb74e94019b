/* SPDX-License-Identifier: MIT
 *
 * test_backup.c - backup while another process writes, and restore. What comes back must be one
 * moment of the store, and whatever goes wrong must leave nothing half done.
 */
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct watch {
    int calls, cancel_at;
    long long last;
    int restarts; /* one is due: the second file */
    int start;    /* written to once, so that the writer begins while the copy runs */
};

static int watch_progress(void *user, long long done, long long total)
{
    struct watch *watch = user;
    assert_true(done <= total);
    watch->calls++;
    if (done < watch->last) watch->restarts++;
    watch->last = done;
    if (watch->start >= 0) usleep(20000);
    return watch->calls == watch->cancel_at;
}

static void fill(struct fixture *fixture, int members)
{
    struct loy_id id;
    assert_int_equal(store_begin(fixture->store), LOY_OK);
    for (int i = 0; i < members; i++)
        assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
    // Pages enough for many steps.
    assert_int_equal(
        store_run_text(fixture->store,
            "INSERT INTO import_log (kind, file_digest, rows, total_minor, at_us, operator)"
            " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<800)"
            " SELECT 'x', zeroblob(3000), i, 0, 0, 1 FROM n"),
        LOY_OK);
    assert_int_equal(store_commit(fixture->store), LOY_OK);
}

static enum loy_status restore(struct fixture *fixture, const char *backup, const char *name)
{
    static char path[FIXTURE_PATH_MAX], key[FIXTURE_PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", fixture->folder, name);
    snprintf(key, sizeof key, "%s/shop.db.key", fixture->folder);
    fixture_close(fixture);
    fixture->options.path = path;
    fixture->options.key_path = key;
    return loy_store_restore(backup, &fixture->options, &fixture->store);
}

/* One member a transaction, with its key, until told to end. */
static int write_members(const struct fixture *fixture)
{
    struct loy_store *store = NULL;
    struct loy_id id;
    if (loy_store_open(&fixture->options, &store) != LOY_OK) return 1;
    for (int i = 0; i < 60; i++)
        if (fixture_member_add(store, &id) != LOY_OK) return 2;
    loy_store_close(store);
    return 0;
}

static void backup_during_writes_is_one_moment(void **state)
{
    struct fixture *fixture = *state;
    fill(fixture, 20);
    pid_t writer = fork();
    if (writer == 0) _exit(write_members(fixture));
    struct watch watch = {.start = 0};
    const char *backup = fixture_file(fixture, "backup.db");
    enum loy_status status =
        loy_store_backup(fixture->store, backup, watch_progress, &watch, FIXTURE_AT_US + 5);
    int result = -1;
    waitpid(writer, &result, 0);
    assert_int_equal(result, 0);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(fixture->store));
    assert_int_equal(status, LOY_OK);
    assert_true(watch.calls > 3);
    assert_int_equal(watch.restarts, 1);
    assert_int_equal(access(fixture_file(fixture, "backup.db.part"), F_OK), -1);
    assert_int_equal(access(fixture_file(fixture, "backup.db-wal"), F_OK), -1);
    assert_int_equal(restore(fixture, fixture_file(fixture, "backup.db"), "back.db"), LOY_OK);
    struct fixture_findings findings;
    assert_int_equal(fixture_check(fixture, &findings), LOY_OK);
    int64_t members = fixture_number(fixture->store->db, "SELECT count(*) FROM member");
    assert_in_range(members, 20, 80);
    assert_int_equal(
        fixture_number(fixture->store->key_db, "SELECT count(*) FROM member_key"), members);
    assert_int_equal(fixture->store->epoch, FIXTURE_EPOCH);
    fixture_reopen(fixture);
    assert_int_equal(fixture->store->epoch, FIXTURE_EPOCH);
    assert_int_equal(fixture_number(fixture->store->db,
                         "SELECT count(*) FROM epoch WHERE cause='restored from a backup'"),
        1);
}

static void backup_never_overwrites(void **state)
{
    static const char *const there[] = {"b.db", "b.db.keys", "b.db.part", "b.db.part.keys",
        "b.db-wal", "b.db.keys-wal", "b.db.part-journal"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
        const char *file = fixture_file(fixture, there[i]);
        close(open(file, O_CREAT | O_WRONLY, 0600));
        assert_int_equal(loy_store_backup(fixture->store, fixture_file(fixture, "b.db"), NULL, NULL,
                             FIXTURE_AT_US),
            LOY_E_CONFLICT);
        assert_non_null(strstr(loy_store_text(fixture->store), there[i]));
        assert_int_equal(access(file, F_OK), 0);
        unlink(file);
    }
    assert_int_equal(loy_store_backup(fixture->store, fixture_file(fixture, "no/b.db"), NULL, NULL,
                         FIXTURE_AT_US),
        LOY_E_IO);
}

static void cancelled_backup_leaves_nothing(void **state)
{
    struct fixture *fixture = *state;
    fill(fixture, 5);
    for (int at = 1; at < 5; at++) {
        struct watch watch = {.cancel_at = at, .start = -1};
        assert_int_equal(loy_store_backup(fixture->store, fixture_file(fixture, "b.db"),
                             watch_progress, &watch, FIXTURE_AT_US),
            LOY_E_CANCELLED);
        assert_int_equal(access(fixture_file(fixture, "b.db"), F_OK), -1);
        assert_int_equal(access(fixture_file(fixture, "b.db.part"), F_OK), -1);
        assert_int_equal(access(fixture_file(fixture, "b.db.part.keys"), F_OK), -1);
    }
    assert_int_equal(fixture_number(fixture->store->db, "SELECT count(*) FROM audit"), 1);
}

static void backup_opens_where_it_is(void **state)
{
    struct fixture *fixture = *state;
    char key[FIXTURE_PATH_MAX];
    assert_int_equal(
        loy_store_backup(fixture->store, fixture_file(fixture, "b.db"), NULL, NULL, FIXTURE_AT_US),
        LOY_OK);
    snprintf(key, sizeof key, "%s/shop.db.key", fixture->folder);
    fixture->options.key_path = key;
    fixture->options.path = fixture_file(fixture, "b.db");
    fixture_reopen(fixture);
    assert_int_equal(fixture->store->epoch, FIXTURE_EPOCH);
    fixture->options.path = fixture->path;
    fixture_reopen(fixture);
    assert_int_equal(fixture->store->epoch, 1);
}

static void no_backup(struct fixture *fixture)
{
    unlink(fixture_file(fixture, "b.db"));
}
static void no_backup_keys(struct fixture *fixture)
{
    unlink(fixture_file(fixture, "b.db.keys"));
}
static void plain_copy(struct fixture *fixture)
{
    fixture_copy(fixture->path, fixture_file(fixture, "b.db"));
    fixture_copy(fixture_file(fixture, "shop.db.keys"), fixture_file(fixture, "b.db.keys"));
}
static void cut_off(struct fixture *fixture)
{
    assert_int_equal(truncate(fixture_file(fixture, "b.db"), 40000), 0);
}
static void something_there(struct fixture *fixture)
{
    close(open(fixture_file(fixture, "back.db"), O_CREAT | O_WRONLY, 0600));
}
/* The shop moved a damaged file away and overlooked its log. */
static void log_left_behind(struct fixture *fixture)
{
    fixture_reopen(fixture);
    fixture_member_add(fixture->store, &(struct loy_id){{0}});
    fixture_copy(fixture_file(fixture, "shop.db-wal"), fixture_file(fixture, "back.db-wal"));
    fixture_close(fixture);
}
static void other_key(struct fixture *fixture)
{
    FILE *stream = fopen(fixture_file(fixture, "shop.db.key"), "w");
    assert_non_null(stream);
    fputs("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", stream);
    fclose(stream);
}
static void not_enrolled(struct fixture *fixture)
{
    fixture->options.user = "stranger";
}

static const struct {
    const char *name;
    void (*spoil)(struct fixture *fixture);
    enum loy_status status;
    bool there; /* something stands at the target before and after */
} refusals[] = {
    {"no backup", no_backup, LOY_NONE, false},
    {"no key file", no_backup_keys, LOY_E_KEY, false},
    {"plain copy", plain_copy, LOY_E_FORMAT, false},
    {"cut off", cut_off, LOY_E_STORE, false},
    {"something there", something_there, LOY_E_CONFLICT, true},
    {"log left behind", log_left_behind, LOY_E_CONFLICT, false},
    {"other master key", other_key, LOY_E_KEY, false},
    {"not enrolled", not_enrolled, LOY_E_ACCESS, false},
};

static void bad_restore_leaves_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        void *made = NULL;
        assert_int_equal(fixture_start(&made), 0);
        struct fixture *fixture = made;
        assert_int_equal(loy_store_backup(fixture->store, fixture_file(fixture, "b.db"), NULL, NULL,
                             FIXTURE_AT_US),
            LOY_OK);
        fixture_close(fixture);
        refusals[i].spoil(fixture);
        enum loy_status status = restore(fixture, fixture_file(fixture, "b.db"), "back.db");
        if (status != refusals[i].status)
            print_error("%s: %d %s\n", refusals[i].name, status, loy_store_text(fixture->store));
        assert_int_equal(status, refusals[i].status);
        assert_true(loy_store_text(fixture->store)[0] != '\0');
        assert_int_equal(
            access(fixture_file(fixture, "back.db"), F_OK), refusals[i].there ? 0 : -1);
        assert_int_equal(access(fixture_file(fixture, "back.db.keys"), F_OK), -1);
        assert_int_equal(access(fixture_file(fixture, "back.db.part"), F_OK), -1);
        fixture_end(&made);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            backup_during_writes_is_one_moment, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(backup_never_overwrites, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            cancelled_backup_leaves_nothing, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(backup_opens_where_it_is, fixture_start, fixture_end),
        cmocka_unit_test(bad_restore_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
