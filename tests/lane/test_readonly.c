/* SPDX-License-Identifier: MIT
 *
 * test_readonly.c - a disk that turns read-only, or fails, while a lane runs: a shim over the
 * system's files refuses every write from then on. Nothing is acknowledged, the lane says so loudly
 * in a sentence that helps, no line is taken; and when the disk is good again all that was
 * acknowledged is there.
 */
#include "counter.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

/* ---- The disk ----------------------------------------------------------------------------------
 */

/* The system has one table of methods for the store and others for its log. */
struct methods {
    sqlite3_io_methods shim; /* first: a file points here */
    const sqlite3_io_methods *under;
};
static struct {
    sqlite3_vfs vfs, *real;
    struct methods methods[4];
    size_t method_count;
    int code; /* of every write; SQLITE_OK: the disk is good */
    unsigned refused;
} disk;

static int refuse(void)
{
    disk.refused++;
    errno = EROFS;
    return disk.code;
}

static const sqlite3_io_methods *under(const sqlite3_file *file)
{
    return ((const struct methods *)(const void *)file->pMethods)->under;
}

static int disk_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
    return disk.code != SQLITE_OK ? refuse() : under(file)->xWrite(file, bytes, size, at);
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return disk.code != SQLITE_OK ? refuse() : under(file)->xTruncate(file, size);
}

static int disk_sync(sqlite3_file *file, int flags)
{
    return disk.code != SQLITE_OK ? refuse() : under(file)->xSync(file, flags);
}

static const sqlite3_io_methods *shim_of(const sqlite3_io_methods *real)
{
    for (size_t i = 0; i < disk.method_count; i++)
        if (disk.methods[i].under == real) return &disk.methods[i].shim;
    assert_true(disk.method_count < sizeof disk.methods / sizeof disk.methods[0]);
    struct methods *made = &disk.methods[disk.method_count++];
    *made = (struct methods){.shim = *real, .under = real};
    made->shim.xWrite = disk_write;
    made->shim.xTruncate = disk_truncate;
    made->shim.xSync = disk_sync;
    return &made->shim;
}

static int disk_open(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    (void)vfs;
    int code = disk.real->xOpen(disk.real, name, file, flags, out_flags);
    if (code == SQLITE_OK && file->pMethods != NULL) file->pMethods = shim_of(file->pMethods);
    return code;
}

static int disk_begin(void **state)
{
    (void)state;
    disk.real = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.real;
    disk.vfs.pNext = NULL;
    disk.vfs.zName = "turns-read-only";
    disk.vfs.xOpen = disk_open;
    return sqlite3_vfs_register(&disk.vfs, 1) == SQLITE_OK ? 0 : -1;
}

static int disk_end(void **state)
{
    (void)state;
    return sqlite3_vfs_unregister(&disk.vfs) == SQLITE_OK ? 0 : -1;
}

/* ---- At the lane -------------------------------------------------------------------------------
 */

static const char *stored(struct counter *counter)
{
    return shop_rows(counter->store,
        "SELECT (SELECT count(*) FROM basket), (SELECT count(*) FROM basket WHERE state = 2), "
        "(SELECT count(*) FROM line), (SELECT count(*) FROM tender), (SELECT count(*) FROM "
        "basket_link), (SELECT count(*) FROM basket WHERE member IS NOT NULL), (SELECT "
        "ifnull(sum(count), 0) FROM lane_count), (SELECT count(*) FROM lane_basket WHERE ticket IS "
        "NOT NULL), (SELECT count(*) FROM contact)");
}

static void fails_loudly(struct counter *counter, const struct loy_lane_input *input)
{
    char before[512];
    struct loy_lane_view was = counter_view(counter), is;
    snprintf(before, sizeof before, "%s", stored(counter));
    enum loy_status status = counter_take(counter, input);
    if (counter->answer.code != LOY_SAID_FAILED)
        print_error("%s: %s\n", loy_lane_input_kind_name(input->kind),
            loy_lane_code_name(counter->answer.code));
    assert_true(disk.refused > 0);
    assert_true(status < LOY_OK);
    assert_int_equal(counter->answer.code, LOY_SAID_FAILED);
    assert_int_equal(counter->answer.tone, LOY_TONE_LOUD);
    assert_true(strstr(counter->answer.words, "written") || strstr(counter->answer.words, "disk") ||
                strstr(counter->answer.words, "space"));
    assert_int_equal(counter->answer.line, 0);
    assert_int_equal(counter->answer.ticket, 0);
    is = counter_view(counter);
    assert_int_equal(is.stage, was.stage);
    assert_int_equal(is.lines, was.lines);
    assert_int_equal(is.due_minor, was.due_minor);
    assert_memory_equal(&is.member, &was.member, sizeof is.member);
    assert_string_equal(before, stored(counter));
}

/* Whatever is given to the lane while the disk is so. */
static void each_fails(struct counter *counter, const struct loy_credential *card)
{
    static const enum loy_lane_input_kind kinds[] = {LOY_LANE_CARD, LOY_LANE_ARTICLE,
        LOY_LANE_COUPON, LOY_LANE_VOID_LINE, LOY_LANE_TOTAL, LOY_LANE_SUSPEND, LOY_LANE_VOID,
        LOY_LANE_ARTICLE};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct loy_lane_input input = counter_input(counter, kinds[i]);
        input.credential = card;
        input.text = kinds[i] == LOY_LANE_COUPON ? "9901" : "shoe";
        fails_loudly(counter, &input);
    }
}

static void the_disk_turns(struct counter *counter, int code)
{
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    disk.code = code;
    disk.refused = 0;
    each_fails(counter, &card);
    assert_true(disk.refused > 0);
    disk.code = SQLITE_OK;
    counter_cut(counter);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_FOUND);
    assert_int_equal(counter_view(counter).lines, 1);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    // At the payment: not sold, and not paid.
    disk.code = code;
    struct loy_lane_input pays = counter_input(counter, LOY_LANE_TENDER);
    pays.tender = LOY_TENDER_CASH;
    fails_loudly(counter, &pays);
    disk.code = SQLITE_OK;
    counter_cut(counter);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    counter_pays(counter, LOY_TENDER_CASH, 800, LOY_SAID_SOLD);
    assert_string_equal(stored(counter), "1|1|1|1|1|1|0|0|0");
    shop_is_sound(counter->store);
}

static void read_only(void **state)
{
    the_disk_turns(*state, SQLITE_READONLY);
}

static void read_only_file_system(void **state)
{
    the_disk_turns(*state, SQLITE_IOERR_WRITE);
}

static void full(void **state)
{
    the_disk_turns(*state, SQLITE_FULL);
}

/* The shim alone changes nothing. */
static void a_good_disk(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_sold(counter);
    assert_true(disk.method_count > 0);
    assert_string_equal(stored(counter), "1|1|1|1|0|0|0|0|0");
}

static int good_setup(void **state)
{
    disk.code = SQLITE_OK;
    return counter_setup(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, good_setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_good_disk),
        TEST(read_only),
        TEST(read_only_file_system),
        TEST(full),
    };
    return cmocka_run_group_tests(tests, disk_begin, disk_end);
}
