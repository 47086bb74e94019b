/* SPDX-License-Identifier: MIT
 *
 * test_full.c - a full disk and a read-only one, met by the real file system: a limit on file size,
 * and, for root, a small tmpfs in a mount namespace of a child. Refused politely, nothing half
 * done, and on it goes when there is space again.
 */
#include "fixture.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANNOT 77

/* Runs in a child, so that limits and mounts end with it; its failures come back as a line number.
 */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "test_full.c:%d: %s: %s\n", __LINE__, #condition,                      \
                fixture->store ? loy_store_text(fixture->store) : "");                             \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

static int in_child(void (*run)(struct fixture *fixture), struct fixture *fixture)
{
    fixture_close(fixture);
    pid_t child = fork();
    if (child == 0) {
        run(fixture);
        _exit(0);
    }
    int result = -1;
    waitpid(child, &result, 0);
    return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}

static void size_limit(const struct fixture *fixture, rlim_t bytes)
{
    struct rlimit limit = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

/* Adds members until it is refused; gives the number of those acknowledged. */
static int64_t fill_up(struct loy_store *store, enum loy_status *status)
{
    struct loy_id id;
    int64_t added = 0;
    while (added < 100000 && (*status = fixture_member_add(store, &id)) == LOY_OK)
        added++;
    return added;
}

static void members_agree(const struct fixture *fixture, int64_t added)
{
    struct loy_store *store = fixture->store;
    int64_t members = 0, keys = 0;
    MUST(
        store_database_number(store, store->db, "SELECT count(*) FROM member", &members) == LOY_OK);
    MUST(store_database_number(store, store->key_db, "SELECT count(*) FROM member_key", &keys) ==
         LOY_OK);
    MUST(members == added);
    MUST(keys >= members);
}

static void grow_into_limit(struct fixture *fixture)
{
    enum loy_status status;
    struct loy_id id;
    MUST(fixture_open(fixture) == LOY_OK);
    size_limit(fixture, 400000);
    int64_t added = fill_up(fixture->store, &status);
    MUST(status == LOY_E_FULL);
    MUST(strstr(loy_store_text(fixture->store), "free some space") != NULL);
    MUST(added > 3);
    MUST(fixture_member_add(fixture->store, &id) == LOY_E_FULL);
    members_agree(fixture, added);
    size_limit(fixture, RLIM_INFINITY);
    // A failed write may have closed this handle for writing; a fresh one goes on.
    MUST(fixture_open(fixture) == LOY_OK);
    MUST(fixture_member_add(fixture->store, &id) == LOY_OK);
    members_agree(fixture, added + 1);
    MUST(loy_store_check(fixture->store, NULL, NULL) == LOY_OK);
    MUST(fixture->store->epoch == 1);
    fixture_close(fixture);
}

static void size_limit_is_met_politely(void **state)
{
    assert_int_equal(in_child(grow_into_limit, *state), 0);
}

static void create_within_limit(struct fixture *fixture)
{
    static const rlim_t limits[] = {0, 10, 5000, 30000, 100000};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        size_limit(fixture, limits[i]);
        MUST(fixture_create(fixture) == LOY_E_FULL);
        MUST(loy_store_text(fixture->store)[0] != '\0');
        fixture_close(fixture);
        MUST(access(fixture->path, F_OK) != 0);
        MUST(access(fixture_file(fixture, "shop.db.keys"), F_OK) != 0);
        MUST(access(fixture_file(fixture, "shop.db.key"), F_OK) != 0);
        MUST(access(fixture_file(fixture, "shop.db-wal"), F_OK) != 0);
    }
    size_limit(fixture, RLIM_INFINITY);
    MUST(fixture_create(fixture) == LOY_OK);
    fixture_close(fixture);
}

static void failed_create_on_full_disk_leaves_nothing(void **state)
{
    assert_int_equal(in_child(create_within_limit, *state), 0);
}

static void backup_within_limit(struct fixture *fixture)
{
    MUST(fixture_open(fixture) == LOY_OK);
    size_limit(fixture, 100000);
    MUST(loy_store_backup(fixture->store, fixture_file(fixture, "b.db"), NULL, NULL,
             FIXTURE_AT_US) == LOY_E_FULL);
    MUST(access(fixture_file(fixture, "b.db"), F_OK) != 0);
    MUST(access(fixture_file(fixture, "b.db.part"), F_OK) != 0);
    size_limit(fixture, RLIM_INFINITY);
    MUST(loy_store_backup(
             fixture->store, fixture_file(fixture, "b.db"), NULL, NULL, FIXTURE_AT_US) == LOY_OK);
    fixture_close(fixture);
}

static void backup_on_full_disk_leaves_nothing(void **state)
{
    assert_int_equal(in_child(backup_within_limit, *state), 0);
}

/* ---- A file system of one's own
 * ------------------------------------------------------------------- */

static void mount_small(struct fixture *fixture, char path[FIXTURE_PATH_MAX], const char *size)
{
    static char folder[FIXTURE_PATH_MAX - 16];
    snprintf(folder, sizeof folder, "%s/mount", fixture->folder);
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        _exit(CANNOT);
    mkdir(folder, 0700);
    if (mount("none", folder, "tmpfs", 0, size) != 0) _exit(CANNOT);
    snprintf(path, FIXTURE_PATH_MAX, "%s/shop.db", folder);
    fixture->options.path = path;
}

static void grow_into_disk(struct fixture *fixture)
{
    static char path[FIXTURE_PATH_MAX];
    enum loy_status status;
    struct loy_id id;
    mount_small(fixture, path, "size=1200k");
    MUST(fixture_create(fixture) == LOY_OK);
    int64_t added = fill_up(fixture->store, &status);
    MUST(status == LOY_E_FULL);
    MUST(strstr(loy_store_text(fixture->store), "free some space") != NULL);
    MUST(added > 20);
    members_agree(fixture, added);
    MUST(mount(NULL, fixture_file(fixture, "mount"), "tmpfs", MS_REMOUNT, "size=8m") == 0);
    // The same handle goes on when there is space.
    MUST(fixture_member_add(fixture->store, &id) == LOY_OK);
    MUST(loy_store_check(fixture->store, NULL, NULL) == LOY_OK);
    MUST(fixture_open(fixture) == LOY_OK);
    members_agree(fixture, added + 1);
    MUST(fixture->store->epoch == 1);
    fixture_close(fixture);
}

static void read_only_disk(struct fixture *fixture)
{
    static char path[FIXTURE_PATH_MAX];
    mount_small(fixture, path, "size=4m");
    MUST(fixture_create(fixture) == LOY_OK);
    fixture_close(fixture);
    MUST(mount(NULL, fixture_file(fixture, "mount"), "tmpfs", MS_REMOUNT | MS_RDONLY, NULL) == 0);
    MUST(fixture_open(fixture) == LOY_E_FULL);
    MUST(strstr(loy_store_text(fixture->store), "writable") != NULL);
    fixture->options.path = fixture_file(fixture, "mount/new.db");
    MUST(fixture_create(fixture) == LOY_E_FULL);
    MUST(strstr(loy_store_text(fixture->store), "not permitted") != NULL);
    fixture_close(fixture);
}

static void run_mounted(void (*run)(struct fixture *fixture), void **state)
{
    int result = in_child(run, *state);
    rmdir(fixture_file(*state, "mount"));
    if (result == CANNOT) {
        print_message("no mounts may be made here\n");
        skip();
    }
    assert_int_equal(result, 0);
}

static void full_disk_is_met_politely(void **state)
{
    run_mounted(grow_into_disk, state);
}

static void read_only_disk_is_told(void **state)
{
    run_mounted(read_only_disk, state);
}

static void read_only_file_is_told(void **state)
{
    struct fixture *fixture = *state;
    if (geteuid() == 0) skip(); // root may write it all the same
    fixture_close(fixture);
    chmod(fixture->path, 0400);
    assert_int_equal(fixture_open(fixture), LOY_E_FULL);
    assert_non_null(strstr(loy_store_text(fixture->store), "read-only"));
    chmod(fixture->path, 0600);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(size_limit_is_met_politely, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            failed_create_on_full_disk_leaves_nothing, fixture_start_empty, fixture_end),
        cmocka_unit_test_setup_teardown(
            backup_on_full_disk_leaves_nothing, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            full_disk_is_met_politely, fixture_start_empty, fixture_end),
        cmocka_unit_test_setup_teardown(read_only_disk_is_told, fixture_start_empty, fixture_end),
        cmocka_unit_test_setup_teardown(read_only_file_is_told, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
