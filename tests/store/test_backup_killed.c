/* SPDX-License-Identifier: MIT
 *
 * test_backup_killed.c - a backup and a restore that are killed before each call of the system, or
 * of which each call fails: the next one to the same place succeeds, and takes away what was left
 * and nothing else.
 */
#include "faulty_disk.h"
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Under AddressSanitizer a part of those behind the first where another test has all of them, or
 * only memory is short; all of them in ./check --long. */
static long next(long nth)
{
#ifdef __SANITIZE_ADDRESS__
    return nth < 12 ? nth + 1 : nth + 3;
#else
    return nth + 1;
#endif
}

#ifdef __SANITIZE_ADDRESS__
/* What was freed is copied with each fork. */
const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
    return "quarantine_size_mb=8";
}
#endif

static const char *const left_overs[] = {"b.db.part", "b.db.part.keys", "b.db.part.lock",
    "b.db.part-journal", "b.db.part-wal", "b.db.part.keys-journal", "b.db.part.keys-wal"};

static bool is_there(const struct fixture *fixture, const char *name)
{
    return access(fixture_file(fixture, name), F_OK) == 0;
}

static int left_over_count(const struct fixture *fixture)
{
    int count = 0;
    for (size_t i = 0; i < sizeof left_overs / sizeof *left_overs; i++)
        count += is_there(fixture, left_overs[i]);
    return count;
}

static void target_remove(const struct fixture *fixture)
{
    static const char *const names[] = {"b.db", "b.db-wal", "b.db-shm", "b.db.keys",
        "b.db.keys-wal", "b.db.keys-shm", "b.db.erased"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(fixture_file(fixture, names[i]));
}

/* ---- What is done ------------------------------------------------------------------------------
 */

static enum loy_status back_up(struct fixture *fixture)
{
    if (!fixture->store) fixture_reopen(fixture);
    return loy_store_backup(
        fixture->store, fixture_file(fixture, "b.db"), NULL, NULL, FIXTURE_AT_US);
}

static enum loy_status restore(struct fixture *fixture)
{
    char key[FIXTURE_PATH_MAX + 8];
    struct loy_store_options options = fixture->options;
    snprintf(key, sizeof key, "%s.key", fixture->path);
    options.path = fixture_file(fixture, "b.db");
    options.key_path = key;
    fixture_close(fixture);
    return loy_store_restore(fixture_file(fixture, "from.db"), &options, &fixture->store);
}

static void from_make(struct fixture *fixture)
{
    assert_int_equal(loy_store_backup(fixture->store, fixture_file(fixture, "from.db"), NULL, NULL,
                         FIXTURE_AT_US),
        LOY_OK);
}

typedef enum loy_status (*act_fn)(struct fixture *fixture);

/* ---- Killed ------------------------------------------------------------------------------------
 */

/* false: it came to its end. */
static bool killed_at(struct fixture *fixture, act_fn act, long nth)
{
    fixture_close(fixture);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (act == back_up && fixture_open(fixture) != LOY_OK) _exit(2);
        faulty_disk_arm(FAULTY_CALLS, nth, FAULTY_DISK_KILL);
        _exit(act(fixture) == LOY_OK ? 0 : 1);
    }
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    bool killed = WIFSIGNALED(result) && WTERMSIG(result) == SIGKILL;
    assert_true(killed || (WIFEXITED(result) && WEXITSTATUS(result) == 0));
    return killed;
}

static void killed_at_each_call(struct fixture *fixture, act_fn act)
{
    long nth = 1, swept = 0, whole = 0;
    for (;; nth++) {
        bool killed = killed_at(fixture, act, nth);
        bool named = is_there(fixture, "b.db");
        swept += left_over_count(fixture) > 0;
        whole += named;
        enum loy_status status = act(fixture);
        if (status != (named ? LOY_E_CONFLICT : LOY_OK))
            print_error("call %ld: %s\n", nth, loy_store_text(fixture->store));
        assert_int_equal(status, named ? LOY_E_CONFLICT : LOY_OK);
        assert_int_equal(left_over_count(fixture), 0);
        assert_true(is_there(fixture, "b.db") && is_there(fixture, "b.db.keys"));
        fixture_close(fixture);
        target_remove(fixture);
        if (!killed) break;
    }
    print_message("killed at %ld calls, of which %ld left something\n", nth - 1, swept);
    assert_true(swept > 10 && whole > 1 && whole < nth);
}

static void a_killed_backup_is_swept(void **state)
{
    killed_at_each_call(*state, back_up);
}

static void a_killed_restore_is_swept(void **state)
{
    from_make(*state);
    killed_at_each_call(*state, restore);
}

/* ---- Swept by another --------------------------------------------------------------------------
 */

static enum loy_status back_up_elsewhere(struct fixture *fixture)
{
    fixture_reopen(fixture);
    return loy_store_backup(
        fixture->store, fixture_file(fixture, "c.db"), NULL, NULL, FIXTURE_AT_US);
}

static void elsewhere_remove(const struct fixture *fixture)
{
    unlink(fixture_file(fixture, "c.db"));
    unlink(fixture_file(fixture, "c.db.keys"));
}

/* Killed before it had said that it is ours: an empty file, of which nobody can tell whose it is.
 */
static void empty_lock_remove(const struct fixture *fixture)
{
    struct stat lock;
    const char *path = fixture_file(fixture, "b.db.part.lock");
    if (stat(path, &lock) == 0 && lock.st_size == 0) unlink(path);
}

/* Under a dated name, as a shop's nightly backup has it: nobody makes one to that place again. */
static void another_copy_sweeps(struct fixture *fixture, act_fn act)
{
    long swept = 0;
    bool killed = true;
    for (long nth = 1; killed; nth = next(nth)) {
        killed = killed_at(fixture, act, nth);
        bool named = is_there(fixture, "b.db");
        swept += left_over_count(fixture) > 0;
        assert_int_equal(back_up_elsewhere(fixture), LOY_OK);
        empty_lock_remove(fixture);
        if (left_over_count(fixture) > 0) print_error("call %ld left something\n", nth);
        assert_int_equal(left_over_count(fixture), 0);
        assert_int_equal(is_there(fixture, "b.db"), named);
        assert_int_equal(is_there(fixture, "b.db.keys"), named);
        fixture_close(fixture);
        target_remove(fixture);
        elsewhere_remove(fixture);
    }
    assert_true(swept > 10);
}

static void a_killed_backup_is_swept_by_another(void **state)
{
    another_copy_sweeps(*state, back_up);
}

static void a_killed_restore_is_swept_by_another(void **state)
{
    from_make(*state);
    another_copy_sweeps(*state, restore);
}

static int back_up_beside(void *user, long long done, long long total)
{
    struct fixture *fixture = user;
    struct loy_store *store = NULL;
    (void)done;
    (void)total;
    assert_int_equal(loy_store_open(&fixture->options, &store), LOY_OK);
    assert_int_equal(
        loy_store_backup(store, fixture_file(fixture, "c.db"), NULL, NULL, FIXTURE_AT_US), LOY_OK);
    loy_store_close(store);
    assert_true(is_there(fixture, "b.db.part"));
    assert_true(is_there(fixture, "b.db.part.lock"));
    elsewhere_remove(fixture);
    return 0;
}

static void a_running_one_is_not_swept(void **state)
{
    struct fixture *fixture = *state;
    char path[FIXTURE_PATH_MAX];
    snprintf(path, sizeof path, "%s", fixture_file(fixture, "b.db"));
    assert_int_equal(
        loy_store_backup(fixture->store, path, back_up_beside, fixture, FIXTURE_AT_US), LOY_OK);
    assert_int_equal(left_over_count(fixture), 0);
}

/* ---- Failing -----------------------------------------------------------------------------------
 */

static long failing_at_each(struct fixture *fixture, act_fn act, enum faulty_kind kind, int error)
{
    for (long nth = 1;; nth = kind == FAULTY_MEMORY ? next(nth) : nth + 1) {
        if (act == back_up) fixture_reopen(fixture);
        faulty_disk_arm(kind, nth, error);
        enum loy_status status = act(fixture);
        bool met = faulty_disk_disarm();
        assert_true(status == LOY_OK || loy_store_text(fixture->store)[0] != '\0');
        if (status != LOY_OK && !met) print_error("%ld: %s\n", nth, loy_store_text(fixture->store));
        assert_true(status == LOY_OK || met);
        // A file that could not be removed is another matter, and left over for the next one.
        fixture_close(fixture);
        if (status != LOY_OK && !is_there(fixture, "b.db")) {
            status = act(fixture);
            if (status != LOY_OK)
                print_error("after %ld: %s\n", nth, loy_store_text(fixture->store));
            assert_int_equal(status, LOY_OK);
        }
        assert_true(is_there(fixture, "b.db") && is_there(fixture, "b.db.keys"));
        fixture_close(fixture);
        target_remove(fixture);
        if (!met) return nth - 1;
    }
}

static void each_call_may_fail(void **state)
{
    static const struct {
        enum faulty_kind kind;
        int error;
    } faults[] = {{FAULTY_CALLS, EIO}, {FAULTY_MEMORY, ENOMEM}};
    from_make(*state);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        long backups = failing_at_each(*state, back_up, faults[i].kind, faults[i].error);
        long restores = failing_at_each(*state, restore, faults[i].kind, faults[i].error);
        print_message("%s: %ld and %ld\n", strerror(faults[i].error), backups, restores);
        assert_true(backups > 5 && restores > 5);
    }
}

/* ---- Not ours to remove ------------------------------------------------------------------------
 */

struct second {
    struct fixture *fixture;
    struct loy_store *store;
    enum loy_status status;
};

static int try_beside(void *user, long long done, long long total)
{
    struct second *second = user;
    (void)done;
    (void)total;
    second->status = loy_store_backup(
        second->store, fixture_file(second->fixture, "b.db"), NULL, NULL, FIXTURE_AT_US);
    assert_non_null(strstr(loy_store_text(second->store), "b.db.part.lock"));
    assert_true(is_there(second->fixture, "b.db.part"));
    assert_true(is_there(second->fixture, "b.db.part.lock"));
    return 0;
}

static void a_running_one_is_left_alone(void **state)
{
    struct second second = {.fixture = *state};
    assert_int_equal(loy_store_open(&second.fixture->options, &second.store), LOY_OK);
    assert_int_equal(loy_store_backup(second.fixture->store, fixture_file(*state, "b.db"),
                         try_beside, &second, FIXTURE_AT_US),
        LOY_OK);
    assert_int_equal(second.status, LOY_E_BUSY);
    assert_int_equal(left_over_count(*state), 0);
    loy_store_close(second.store);
}

static void file_make(const struct fixture *fixture, const char *name, const char *text)
{
    FILE *stream = fopen(fixture_file(fixture, name), "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

static void what_is_anothers_stays(void **state)
{
    static const struct {
        const char *lock; /* what the lock file says; NULL: there is none */
        const char *other;
        bool lock_stays;
    } cases[] = {
        {NULL, "b.db.part", false},
        {NULL, "b.db.part.keys", false},
        {"", "b.db.part", false}, // killed before it had made anything
        {"my own notes\n", "b.db.part", true},
        {"loyalty copy\n", "b.db.keys", false},
        {"loyalty copy\n0000000000000001", "b.db.keys", false},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].lock) file_make(fixture, "b.db.part.lock", cases[i].lock);
        file_make(fixture, cases[i].other, "another's");
        assert_int_equal(back_up(fixture), LOY_E_CONFLICT);
        assert_true(is_there(fixture, cases[i].other));
        assert_int_equal(is_there(fixture, "b.db.part.lock"), cases[i].lock_stays);
        unlink(fixture_file(fixture, cases[i].other));
        unlink(fixture_file(fixture, "b.db.part.lock"));
    }
    // The control: beside our own mark, part files go.
    file_make(fixture, "b.db.part.lock", "loyalty copy\n");
    file_make(fixture, "b.db.part", "half");
    assert_int_equal(back_up(fixture), LOY_OK);
    assert_int_equal(left_over_count(fixture), 0);
}

static void anothers_part_is_not_swept(void **state)
{
    struct fixture *fixture = *state;
    file_make(fixture, "d.db.part", "another's");
    file_make(fixture, "e.db.part", "another's");
    file_make(fixture, "e.db.part.lock", "my own notes\n");
    file_make(fixture, "f.db.part", "another's");
    file_make(fixture, "f.db.part.lock", "");
    assert_int_equal(back_up(fixture), LOY_OK);
    assert_true(is_there(fixture, "d.db.part"));
    assert_true(is_there(fixture, "f.db.part") && is_there(fixture, "f.db.part.lock"));
    assert_true(is_there(fixture, "e.db.part") && is_there(fixture, "e.db.part.lock"));
}

/* A finished copy whose lock a kill left, and of which FILE is elsewhere by now. */
static void a_moved_backup_keeps_its_keys(void **state)
{
    struct fixture *fixture = *state;
    char mark[60], other[60], moved[FIXTURE_PATH_MAX];
    struct stat keys;
    assert_int_equal(back_up(fixture), LOY_OK);
    assert_int_equal(stat(fixture_file(fixture, "b.db.keys"), &keys), 0);
    const long long at_ns = keys.st_mtim.tv_sec * 1000000000LL + keys.st_mtim.tv_nsec;
    const char *form = "loyalty copy\n%016llx%016llx";
    snprintf(mark, sizeof mark, form, (long long)keys.st_ino, at_ns);
    // Its inode went to another file.
    snprintf(other, sizeof other, form, (long long)keys.st_ino, at_ns - 1);
    snprintf(moved, sizeof moved, "%s", fixture_file(fixture, "moved.db"));
    assert_int_equal(rename(fixture_file(fixture, "b.db"), moved), 0);
    file_make(fixture, "b.db.part.lock", mark);
    assert_int_equal(back_up(fixture), LOY_E_CONFLICT);
    assert_true(is_there(fixture, "b.db.keys"));
    file_make(fixture, "b.db.part.lock", other);
    file_make(fixture, "b.db.part", "whole");
    assert_int_equal(back_up(fixture), LOY_E_CONFLICT);
    assert_true(is_there(fixture, "b.db.keys"));
    // The control: killed between the two names, the keys go with the rest.
    file_make(fixture, "b.db.part.lock", mark);
    file_make(fixture, "b.db.part", "whole");
    assert_int_equal(back_up(fixture), LOY_OK);
    assert_int_equal(left_over_count(fixture), 0);
    unlink(moved);
}

#define killed_test(name) cmocka_unit_test_setup_teardown(name, fixture_start, fixture_end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        killed_test(a_killed_backup_is_swept),
        killed_test(a_killed_restore_is_swept),
        killed_test(a_killed_backup_is_swept_by_another),
        killed_test(a_killed_restore_is_swept_by_another),
        killed_test(a_running_one_is_not_swept),
        killed_test(anothers_part_is_not_swept),
        killed_test(each_call_may_fail),
        killed_test(a_running_one_is_left_alone),
        killed_test(what_is_anothers_stays),
        killed_test(a_moved_backup_keeps_its_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
