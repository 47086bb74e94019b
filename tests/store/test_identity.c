/* SPDX-License-Identifier: MIT
 *
 * test_identity.c - a copied, moved or put-back file: a new epoch where the lane's numbers could be
 * given twice, and none where not.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static int64_t epoch_of(struct fixture *fixture)
{
    fixture_reopen(fixture);
    int64_t epoch = fixture->store->epoch;
    assert_int_equal(fixture_number(fixture->store->db, "SELECT max(number) FROM epoch"), epoch);
    assert_int_equal(fixture_number(fixture->store->db, "SELECT max(epoch) FROM lane"), epoch);
    fixture_close(fixture);
    return epoch;
}

static void sell(struct fixture *fixture, int baskets)
{
    fixture_reopen(fixture);
    for (int i = 0; i < baskets; i++)
        assert_int_equal(
            store_run_text(fixture->store, "UPDATE lane SET last_sequence=last_sequence+1"),
            LOY_OK);
    fixture_close(fixture);
}

static void reopening_opens_no_epoch(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 5; i++) {
        sell(fixture, i);
        assert_int_equal(epoch_of(fixture), 1);
    }
}

static int open_often(const struct fixture *fixture, int times)
{
    for (int i = 0; i < times; i++) {
        struct loy_store *store = NULL;
        enum loy_status status = loy_store_open(&fixture->options, &store);
        if (status == LOY_OK)
            status = store_run_text(store, "UPDATE lane SET last_sequence=last_sequence+1");
        bool good = status == LOY_OK && store->epoch == 1;
        if (!good) fprintf(stderr, "%d %s\n", status, loy_store_text(store));
        loy_store_close(store);
        if (!good) return 1;
    }
    return 0;
}

static void processes_together_open_no_epoch(void **state)
{
    struct fixture *fixture = *state;
    pid_t children[3];
    fixture_close(fixture);
    for (size_t i = 0; i < 3; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) _exit(open_often(fixture, 15));
    }
    for (size_t i = 0; i < 3; i++) {
        int result = -1;
        waitpid(children[i], &result, 0);
        assert_int_equal(result, 0);
    }
    assert_int_equal(epoch_of(fixture), 1);
    fixture_reopen(fixture);
    assert_int_equal(fixture_number(fixture->store->db, "SELECT last_sequence FROM lane"), 45);
}

static void second_handle_opens_no_epoch(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *second = NULL;
    assert_int_equal(loy_store_open(&fixture->options, &second), LOY_OK);
    assert_int_equal(second->epoch, 1);
    loy_store_close(second);
    assert_int_equal(epoch_of(fixture), 1);
}

static void moved_file_opens_no_epoch(void **state)
{
    static const char *const suffixes[] = {"", ".keys", ".key"};
    struct fixture *fixture = *state;
    char from[FIXTURE_PATH_MAX + 8], to[FIXTURE_PATH_MAX + 8];
    sell(fixture, 2);
    for (size_t i = 0; i < 3; i++) {
        snprintf(from, sizeof from, "%s%s", fixture->path, suffixes[i]);
        snprintf(to, sizeof to, "%s/moved.db%s", fixture->folder, suffixes[i]);
        assert_int_equal(rename(from, to), 0);
    }
    snprintf(fixture->path, sizeof fixture->path, "%s/moved.db", fixture->folder);
    assert_int_equal(epoch_of(fixture), 1);
}

/* Without birth times, on a disk that has another number after every start; but another inode is
 * another file there too. */
static void restarted_machine_opens_no_epoch(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    fixture_tamper(fixture->path, "UPDATE setting SET value=0 WHERE name='file_born_us'");
    fixture_tamper(fixture->path, "INSERT OR REPLACE INTO setting VALUES ('file_device', 12345)");
    assert_int_equal(epoch_of(fixture), 1);
    fixture_tamper(fixture->path, "UPDATE setting SET value=value+1 WHERE name='file_inode'");
    assert_int_equal(epoch_of(fixture), FIXTURE_EPOCH);
}

/* Each copy of a file gives its own numbers, and so does each restore of one backup. */
static void copies_share_no_epoch(void **state)
{
    struct fixture *fixture = *state;
    int64_t epochs[3];
    fixture_close(fixture);
    for (int i = 0; i < 3; i++) {
        char copy[FIXTURE_PATH_MAX];
        snprintf(copy, sizeof copy, "%s/copy%d.db", fixture->folder, i);
        fixture_copy_store(fixture->path, copy);
        fixture->options.path = copy;
        fixture->options.at_us = FIXTURE_AT_US + i * INT64_C(60000000);
        epochs[i] = epoch_of(fixture);
        assert_true(epochs[i] > 1 && (i == 0 || epochs[i] != epochs[i - 1]));
    }
    assert_int_not_equal(epochs[0], epochs[2]);
}

static void audited(struct fixture *fixture, const char *cause)
{
    struct loy_audit_entry entry = {0};
    fixture_reopen(fixture);
    while (loy_audit_next(fixture->store, entry.sequence, &entry) == LOY_OK)
        continue;
    assert_string_equal(entry.action, "epoch");
    assert_non_null(strstr(entry.object, cause));
    struct fixture_findings findings;
    assert_int_equal(fixture_check(fixture, &findings), LOY_OK);
    fixture_close(fixture);
}

static void copied_file_opens_one_epoch(void **state)
{
    struct fixture *fixture = *state;
    char copy[FIXTURE_PATH_MAX];
    sell(fixture, 3);
    snprintf(copy, sizeof copy, "%s/copy.db", fixture->folder);
    fixture_copy_store(fixture->path, copy);
    assert_int_equal(epoch_of(fixture), 1);
    fixture->options.path = copy;
    assert_int_equal(epoch_of(fixture), FIXTURE_EPOCH);
    assert_int_equal(epoch_of(fixture), FIXTURE_EPOCH);
    audited(fixture, ": the file was copied");
    fixture_reopen(fixture);
    assert_int_equal(fixture_number(fixture->store->db, "SELECT last_sequence FROM lane"), 0);
    fixture->options.path = fixture->path;
    assert_int_equal(epoch_of(fixture), 1);
}

/* Which files are put back, over the same inodes, from a copy that is older by some opens and
 * baskets. */
static const struct {
    const char *name;
    bool file, keys;
    int opens, baskets;
    bool attribute; /* only the inode's own note can tell */
} put_backs[] = {
    {"file", true, false, 1, 0, false},
    {"key file", false, true, 1, 0, false},
    {"both", true, true, 1, 3, true},
    {"both, nothing sold", true, true, 2, 0, true},
};

static void older_copy_put_over_opens_an_epoch(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof put_backs / sizeof *put_backs; i++) {
        void *made = NULL;
        assert_int_equal(fixture_start(&made), 0);
        struct fixture *fixture = made;
        char old[FIXTURE_PATH_MAX], old_keys[FIXTURE_PATH_MAX + 8], keys[FIXTURE_PATH_MAX + 8];
        snprintf(old, sizeof old, "%s/old.db", fixture->folder);
        snprintf(old_keys, sizeof old_keys, "%s.keys", old);
        snprintf(keys, sizeof keys, "%s.keys", fixture->path);
        sell(fixture, 2);
        if (put_backs[i].attribute &&
            getxattr(fixture->path, "user.loyalty.generation", NULL, 0) <= 0) {
            print_message("%s: this file system keeps no attributes\n", put_backs[i].name);
            fixture_end(&made);
            continue;
        }
        fixture_copy_store(fixture->path, old);
        for (int j = 0; j < put_backs[i].opens; j++)
            sell(fixture, put_backs[i].baskets);
        if (put_backs[i].file) fixture_copy(old, fixture->path);
        if (put_backs[i].keys) fixture_copy(old_keys, keys);
        int64_t epoch = epoch_of(fixture);
        if (epoch != FIXTURE_EPOCH) print_error("%s\n", put_backs[i].name);
        assert_int_equal(epoch, FIXTURE_EPOCH);
        assert_int_equal(epoch_of(fixture), FIXTURE_EPOCH);
        fixture_end(&made);
    }
}

/* Sold while the copy was taken, within one open: only the note at close can tell. */
static void copy_of_an_open_file_put_back(void **state)
{
    struct fixture *fixture = *state;
    char old[FIXTURE_PATH_MAX];
    snprintf(old, sizeof old, "%s/old.db", fixture->folder);
    fixture_reopen(fixture);
    store_run_text(fixture->store, "PRAGMA wal_checkpoint(TRUNCATE)");
    fixture_copy_store(fixture->path, old);
    assert_int_equal(
        store_run_text(fixture->store, "UPDATE lane SET last_sequence=last_sequence+1"), LOY_OK);
    fixture_close(fixture);
    fixture_copy(old, fixture->path);
    assert_int_equal(epoch_of(fixture), FIXTURE_EPOCH);
}

/* Behind a file that was put back by mistake the right one may still come: its members' keys stay.
 */
static void put_back_file_costs_no_key(void **state)
{
    struct fixture *fixture = *state;
    struct loy_id id;
    char old[FIXTURE_PATH_MAX], right[FIXTURE_PATH_MAX];
    snprintf(old, sizeof old, "%s/old.db", fixture->folder);
    snprintf(right, sizeof right, "%s/right.db", fixture->folder);
    fixture_close(fixture);
    fixture_copy(fixture->path, old);
    fixture_reopen(fixture);
    assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
    fixture_close(fixture);
    fixture_copy(fixture->path, right);
    fixture_copy(old, fixture->path);
    assert_int_equal(epoch_of(fixture), FIXTURE_EPOCH);
    assert_int_equal(epoch_of(fixture), FIXTURE_EPOCH);
    fixture_copy(right, fixture->path);
    fixture_reopen(fixture);
    uint8_t key[MEMBER_KEY_SIZE];
    assert_int_equal(store_member_key(fixture->store, &id, key), LOY_OK);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reopening_opens_no_epoch, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            processes_together_open_no_epoch, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(second_handle_opens_no_epoch, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(moved_file_opens_no_epoch, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            restarted_machine_opens_no_epoch, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(copies_share_no_epoch, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(copied_file_opens_one_epoch, fixture_start, fixture_end),
        cmocka_unit_test(older_copy_put_over_opens_an_epoch),
        cmocka_unit_test_setup_teardown(copy_of_an_open_file_put_back, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(put_back_file_costs_no_key, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
