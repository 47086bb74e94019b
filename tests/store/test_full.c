/* SPDX-License-Identifier: MIT
 *
 * test_full.c - a full disk and a read-only one, met by the real file system: a limit on file size,
 * and, for root, a small tmpfs in a mount namespace of a child. Refused politely, nothing half
 * done, and on it goes when there is space again.
 */
#include "fixture.h"

#include <loyalty/basket.h>

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
#define NOBODY 65534

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

/* ---- A lane ------------------------------------------------------------------------------------
 */

struct lane {
    struct loy_basket *basket;
    struct loy_line line;
    struct loy_id id;
};

static enum loy_status lane_start(struct loy_store *store, struct lane *lane)
{
    const struct loy_article article = {
        .size = sizeof article, .code = "A-1", .tax_permille = 190, .cost_minor = -1};
    const struct loy_basket_head head = {.size = sizeof head,
        .id = {{1, 2, 3, 4, 5, 6, 0x70, 0, 0x80, 1}},
        .at_us = FIXTURE_AT_US,
        .source = LOY_BASKET_LANE};
    *lane = (struct lane){
        .id = head.id, .line = {.quantity_milli = 1000, .list_minor = 100, .paid_minor = 100}};
    enum loy_status status = loy_article_put(store, &article, FIXTURE_AT_US);
    if (status == LOY_OK) status = loy_article_find(store, "A-1", &lane->line.article_version);
    return status == LOY_OK ? loy_basket_open(store, &head, &lane->basket) : status;
}

/* Scans until it is refused; gives the number of lines acknowledged. */
static uint32_t lane_fill(struct lane *lane, enum loy_status *status)
{
    uint32_t number = 0;
    for (uint32_t i = 0; i < LOY_LINES_MAX; i++)
        if ((*status = loy_basket_add(lane->basket, &lane->line, &number)) != LOY_OK) break;
    return number;
}

static int64_t lane_lines(struct loy_store *store, const struct lane *lane, int64_t *total_minor)
{
    struct loy_basket_summary found = {.line_count = -1};
    if (loy_basket_get(store, &lane->id, &found) != LOY_OK) return -1;
    *total_minor = found.total_minor;
    return found.line_count;
}

/* The line that does not fit is refused before it counts; the basket stays as it was, and goes on
 * when there is space, with the next number. */
static void sell_into_disk(struct fixture *fixture)
{
    static char path[FIXTURE_PATH_MAX];
    enum loy_status status = LOY_OK;
    struct lane lane;
    struct loy_id id;
    uint32_t next = 0;
    int64_t total_minor = 0;
    mount_small(fixture, path, "size=1100k");
    MUST(fixture_create(fixture) == LOY_OK);
    MUST(lane_start(fixture->store, &lane) == LOY_OK);
    uint32_t lines = lane_fill(&lane, &status);
    MUST(status == LOY_E_FULL);
    MUST(strstr(loy_store_text(fixture->store), "free some space") != NULL);
    MUST(lines > 5);
    MUST(loy_basket_add(lane.basket, &lane.line, &next) == LOY_E_FULL);
    MUST(loy_basket_close(lane.basket, FIXTURE_AT_US, NULL, NULL) == LOY_E_FULL);
    MUST(lane_lines(fixture->store, &lane, &total_minor) == lines);
    MUST(total_minor == 100 * (int64_t)lines);
    MUST(mount(NULL, fixture_file(fixture, "mount"), "tmpfs", MS_REMOUNT, "size=8m") == 0);
    MUST(loy_basket_add(lane.basket, &lane.line, &next) == LOY_OK);
    MUST(next == lines + 1);
    MUST(loy_basket_close(lane.basket, FIXTURE_AT_US, &id, &total_minor) == LOY_OK);
    MUST(total_minor == 100 * (int64_t)next);
    MUST(loy_store_check(fixture->store, NULL, NULL) == LOY_OK);
    MUST(fixture_open(fixture) == LOY_OK);
    MUST(lane_lines(fixture->store, &lane, &total_minor) == next);
    fixture_close(fixture);
}

/* The same where the till is switched off while the disk is full: it opens again only when there is
 * space, and then offers the basket back. */
static void sell_and_reopen(struct fixture *fixture)
{
    enum loy_status status = LOY_OK;
    struct lane lane;
    int64_t total_minor = 0;
    MUST(fixture_open(fixture) == LOY_OK);
    MUST(lane_start(fixture->store, &lane) == LOY_OK);
    size_limit(fixture, 300000);
    uint32_t lines = lane_fill(&lane, &status), next = 0;
    MUST(status == LOY_E_FULL);
    MUST(lines > 5);
    loy_basket_release(lane.basket);
    fixture_close(fixture);
    size_limit(fixture, RLIM_INFINITY);
    MUST(fixture_open(fixture) == LOY_OK);
    MUST(loy_basket_resume(fixture->store, &lane.basket) == LOY_OK);
    MUST(lane_lines(fixture->store, &lane, &total_minor) == lines);
    MUST(loy_basket_add(lane.basket, &lane.line, &next) == LOY_OK);
    MUST(next == lines + 1);
    MUST(loy_basket_close(lane.basket, FIXTURE_AT_US, NULL, &total_minor) == LOY_OK);
    MUST(total_minor == 100 * (int64_t)next);
    MUST(loy_store_check(fixture->store, NULL, NULL) == LOY_OK);
    fixture_close(fixture);
}

/* As where the folder of a running till is made read-only: no line may count. */
static void sell_read_only(struct fixture *fixture)
{
    struct lane lane;
    uint32_t number = 0;
    int64_t total_minor = 0;
    MUST(fixture_open(fixture) == LOY_OK);
    MUST(lane_start(fixture->store, &lane) == LOY_OK);
    MUST(loy_basket_add(lane.basket, &lane.line, &number) == LOY_OK);
    MUST(sqlite3_exec(fixture->store->db, "PRAGMA query_only=ON", NULL, NULL, NULL) == SQLITE_OK);
    MUST(loy_basket_add(lane.basket, &lane.line, &number) == LOY_E_FULL);
    MUST(strstr(loy_store_text(fixture->store), "writable") != NULL);
    MUST(lane_lines(fixture->store, &lane, &total_minor) == 1);
    MUST(sqlite3_exec(fixture->store->db, "PRAGMA query_only=OFF", NULL, NULL, NULL) == SQLITE_OK);
    MUST(loy_basket_add(lane.basket, &lane.line, &number) == LOY_OK);
    MUST(number == 2);
    loy_basket_release(lane.basket);
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

static void a_lane_stops_at_a_full_disk_and_goes_on(void **state)
{
    run_mounted(sell_into_disk, state);
}

static void a_basket_cut_off_by_a_full_disk_comes_back(void **state)
{
    assert_int_equal(in_child(sell_and_reopen, *state), 0);
}

static void a_lane_stops_where_nothing_may_be_written(void **state)
{
    assert_int_equal(in_child(sell_read_only, *state), 0);
}

static void read_only_disk_is_told(void **state)
{
    run_mounted(read_only_disk, state);
}

/* As somebody whom modes bind: root may write it all the same. */
static void become_nobody(const struct fixture *fixture)
{
    static const char *const names[] = {"", "shop.db", "shop.db.keys", "shop.db.key"};
    if (geteuid() != 0) return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        MUST(chown(fixture_file(fixture, names[i]), NOBODY, NOBODY) == 0);
    MUST(setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0);
}

static void read_only_modes(struct fixture *fixture)
{
    static const struct {
        const char *name;
        mode_t tight, usual;
    } rows[] = {{"shop.db", 0400, 0600}, {"shop.db.keys", 0400, 0600}, {"", 0500, 0700}};
    become_nobody(fixture);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        MUST(chmod(fixture_file(fixture, rows[i].name), rows[i].tight) == 0);
        enum loy_status status = fixture_open(fixture);
        if (status != LOY_E_FULL || !strstr(loy_store_text(fixture->store), "writable"))
            fprintf(stderr, "%s: %s\n", rows[i].name, loy_store_text(fixture->store));
        MUST(status == LOY_E_FULL);
        MUST(strstr(loy_store_text(fixture->store), "writable") != NULL);
        MUST(chmod(fixture_file(fixture, rows[i].name), rows[i].usual) == 0);
        MUST(fixture_open(fixture) == LOY_OK);
        MUST(loy_store_check(fixture->store, NULL, NULL) == LOY_OK);
        fixture_close(fixture);
    }
}

static void read_only_files_and_folder_are_told(void **state)
{
    assert_int_equal(in_child(read_only_modes, *state), 0);
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
        cmocka_unit_test_setup_teardown(
            a_lane_stops_at_a_full_disk_and_goes_on, fixture_start_empty, fixture_end),
        cmocka_unit_test_setup_teardown(
            a_basket_cut_off_by_a_full_disk_comes_back, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            a_lane_stops_where_nothing_may_be_written, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(read_only_disk_is_told, fixture_start_empty, fixture_end),
        cmocka_unit_test_setup_teardown(
            read_only_files_and_folder_are_told, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
