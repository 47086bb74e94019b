/* SPDX-License-Identifier: MIT
 *
 * test_traces.c - after an erasure no page of FILE and FILE.keys says anything in its free space,
 * for good, and nothing else has changed. In: pages, split pages, caches, other programs, failures.
 * Out: the bytes between cell pointers and cells. */
#include "desk.h"

#include "../faults/crash_vfs.h"
#include "../store/faulty_sql.h"

#include <loyalty/member_card.h>
#include <loyalty/rights.h>

#include <fcntl.h>
#include <stdlib.h>
#include <store/store_parts.h>
#include <sys/wait.h>
#include <unistd.h>

static struct desk desk;

/* ---- A page ------------------------------------------------------------------------------------
 */

static void gaps_of_pages(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t page_size;
        bool first;
        uint8_t header[12];
        size_t from, to; /* 0, 0: none */
    } rows[] = {
        {"leaf of a table, two cells", 4096, false, {13, 0, 0, 0, 2, 0x0f, 0}, 12, 0x0f00},
        {"leaf of an index", 4096, false, {10, 0, 0, 0, 2, 0x0f, 0}, 12, 0x0f00},
        {"inner page of a table", 4096, false, {5, 0, 0, 0, 2, 0x0f, 0}, 16, 0x0f00},
        {"inner page of an index", 4096, false, {2, 0, 0, 0, 2, 0x0f, 0}, 16, 0x0f00},
        {"behind the head of the file", 4096, true, {13, 0, 0, 0, 2, 0x0f, 0}, 112, 0x0f00},
        {"no cells", 4096, false, {13, 0, 0, 0, 0, 0x10, 0}, 8, 4096},
        {"no cells, largest page", 65536, false, {13, 0, 0, 0, 0, 0, 0}, 8, 65536},
        {"one byte", 4096, false, {13, 0, 0, 0, 1, 0, 11}, 10, 11},
        {"full", 4096, false, {13, 0, 0, 0, 1, 0, 10}, 0, 0},
        {"cells that overlap", 4096, false, {13, 0, 0, 1, 0, 0, 10}, 0, 0},
        {"cells behind the end", 4096, false, {13, 0, 0, 0, 1, 0x10, 1}, 0, 0},
        {"small page that says largest", 4096, false, {13, 0, 0, 0, 1, 0, 0}, 0, 0},
        {"overflow or free list", 4096, false, {0, 0, 0, 9, 1, 0, 40}, 0, 0},
        {"of a number as large as may be", 4096, false, {1, 0xff, 0xff, 0xff, 1, 0, 40}, 0, 0},
        {"empty", 4096, false, {0}, 0, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint8_t page[65536] = {0};
        struct store_gap gap = {0, 0};
        memcpy(page + (rows[i].first ? 100 : 0), rows[i].header, sizeof rows[i].header);
        bool found = store_page_gap(page, rows[i].page_size, rows[i].first, &gap);
        if (found != (rows[i].to != 0)) print_error("%s\n", rows[i].name);
        assert_int_equal(found, rows[i].to != 0);
        if (!found) continue;
        assert_int_equal(gap.from, rows[i].from);
        assert_int_equal(gap.to, rows[i].to);
    }
}

/* ---- Files -------------------------------------------------------------------------------------
 */

enum { MANY = 3000, PAGE = 4096 };

/* Digests in no order, so that pages are split; half of them go again. */
static int open_with_split_pages(void **state)
{
    (void)state;
    char sql[300];
    desk_open(&desk, "CN");
    snprintf(sql, sizeof sql,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
        "INSERT INTO blind_index SELECT 6, randomblob(16), -i FROM n",
        MANY);
    desk_run(&desk, sql);
    desk_run(&desk, "DELETE FROM blind_index WHERE member % 2 = 0");
    desk_run(&desk, "CREATE TABLE beside (n)");
    desk_run(&desk, "CREATE TABLE copy AS SELECT * FROM blind_index WHERE member < 0");
    desk.store->wait_ms = 10;
    return 0;
}

static int close_it(void **state)
{
    (void)state;
    desk_close(&desk);
    return 0;
}

static void watch(void)
{
    char *folder = realpath(desk.folder, NULL);
    assert_non_null(folder);
    crash_vfs_watch(folder, true);
    free(folder);
    desk_reopen(&desk);
    desk.store->wait_ms = 10;
}

static void logs_empty(void)
{
    assert_status(store_log_empty(desk.store, desk.store->db), LOY_OK);
    assert_status(store_log_empty(desk.store, desk.store->key_db), LOY_OK);
}

/* Each page of a b-tree, read by SQLite's own file as the product does. */
typedef void (*page_fn)(const struct sqlite3_file *file, const uint8_t *page, sqlite3_int64 at,
    const struct store_gap *gap);

static long counted;

static long pages_each(sqlite3 *db, page_fn look)
{
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    struct store_gap gap;
    logs_empty();
    counted = 0;
    assert_int_equal(store_database_file(db, SQLITE_FCNTL_FILE_POINTER, &file, &size), SQLITE_OK);
    for (sqlite3_int64 at = 0; at < size; at += PAGE) {
        uint8_t page[PAGE];
        assert_int_equal(file->pMethods->xRead(file, page, PAGE, at), SQLITE_OK);
        if (store_page_gap(page, PAGE, at == 0, &gap)) look(file, page, at, &gap);
    }
    return counted;
}

/* Bytes that are not 0. */
static void said_count(const struct sqlite3_file *file, const uint8_t *page, sqlite3_int64 at,
    const struct store_gap *gap)
{
    (void)file;
    (void)at;
    for (size_t i = gap->from; i < gap->to; i++)
        counted += page[i] != 0;
}

static long said(sqlite3 *db)
{
    return pages_each(db, said_count);
}

static bool is_due(void)
{
    return desk_number(&desk, "SELECT count(*) FROM setting WHERE name = 'traces'") != 0;
}

/* As an erasure does, once. */
static void due_make(void)
{
    desk.store->traces_noted = false;
    assert_status(store_traces_due(desk.store), LOY_OK);
    assert_status(store_traces_due(desk.store), LOY_OK);
}

/* But for the place in its page of the note that is dropped last. */
static void says_nothing(void)
{
    assert_false(is_due());
    assert_in_range(said(desk.store->db), 0, 8);
    assert_in_range(said(desk.store->key_db), 0, 8);
}

#define TRACE "a digest"

static void trace_plant(const struct sqlite3_file *file, const uint8_t *page, sqlite3_int64 at,
    const struct store_gap *gap)
{
    (void)page;
    if (gap->to - gap->from < sizeof TRACE) return;
    counted++;
    assert_int_equal(file->pMethods->xWrite((sqlite3_file *)(uintptr_t)file, TRACE, sizeof TRACE,
                         at + (sqlite3_int64)gap->from),
        SQLITE_OK);
}

static void trace_count(const struct sqlite3_file *file, const uint8_t *page, sqlite3_int64 at,
    const struct store_gap *gap)
{
    (void)file;
    (void)at;
    (void)gap;
    counted += memmem(page, PAGE, TRACE, sizeof TRACE) != NULL;
}

static void is_sound(void)
{
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM (SELECT * FROM copy EXCEPT SELECT * "
                                        "FROM blind_index)"),
        0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM copy"), MANY / 2);
    assert_int_equal(
        desk_number(&desk, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
    desk_run(&desk, "DELETE FROM blind_index WHERE member < 0");
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static struct loy_id member_with_telephone(void)
{
    const struct loy_field_text fields[] = {
        {LOY_FIELD_NAME, "张伟"}, {LOY_FIELD_TELEPHONE, "13812345678"}, {LOY_FIELD_NAME, NULL}};
    struct loy_id member;
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &member), LOY_OK);
    return member;
}

static void erase(const struct loy_id *member)
{
    assert_status(loy_member_erase(desk.store, member, "request", AT + 1), LOY_OK);
}

static void nothing_is_said_after_an_erasure(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    assert_true(said(desk.store->db) > 1000);
    erase(&member);
    says_nothing();
    is_sound();
    desk_reopen(&desk);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* In the first page too, whose header stands behind the file's. */
static void in_every_page_of_both_files(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    assert_true(pages_each(desk.store->db, trace_plant) > 20);
    assert_true(pages_each(desk.store->key_db, trace_plant) > 0);
    assert_true(pages_each(desk.store->db, trace_count) > 20);
    erase(&member);
    assert_int_equal(pages_each(desk.store->db, trace_count), 0);
    assert_int_equal(pages_each(desk.store->key_db, trace_count), 0);
    says_nothing();
    is_sound();
}

static void pages_write(sqlite3 *db)
{
    assert_int_equal(sqlite3_exec(db,
                         "UPDATE blind_index SET member = member - 1 WHERE member < 0; UPDATE "
                         "blind_index SET member = member + 1 WHERE member < 0; UPDATE copy SET "
                         "member = member - 1; UPDATE copy SET member = member + 1; CREATE TABLE "
                         "first_page (x); DROP TABLE first_page",
                         NULL, NULL, NULL),
        SQLITE_OK);
}

static void pages_read(sqlite3 *db)
{
    assert_int_equal(sqlite3_exec(db,
                         "SELECT sum(length(digest)) FROM blind_index; SELECT sum(length(digest)) "
                         "FROM copy",
                         NULL, NULL, NULL),
        SQLITE_OK);
}

/* What a connection had read before does not come back with what it writes. */
static void nor_from_a_cache(void **state)
{
    (void)state;
    struct loy_id first = member_with_telephone(), second = member_with_telephone();
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(desk.path, &other), SQLITE_OK);
    for (int i = 0; i < 2; i++) {
        assert_true(pages_each(desk.store->db, trace_plant) > 20);
        pages_read(other);
        pages_read(desk.store->db);
        // That it would come back: the same without an erasure between.
        if (i == 0) pages_write(other);
        if (i == 0) assert_true(pages_each(desk.store->db, trace_count) > 20);
        erase(i ? &second : &first);
        pages_write(i ? other : desk.store->db);
        assert_int_equal(pages_each(desk.store->db, trace_count), 0);
    }
    sqlite3_close(other);
    is_sound();
}

static void pages_with_pointers_to_pages(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    desk_run(&desk, "PRAGMA auto_vacuum=1");
    desk_run(&desk, "VACUUM");
    assert_int_equal(desk_number(&desk, "PRAGMA auto_vacuum"), 1);
    erase(&member);
    assert_int_equal(desk_number(&desk, "PRAGMA auto_vacuum"), 0);
    says_nothing();
    is_sound();
}

static void file_write(const char *path, const void *bytes, size_t size, off_t at, off_t length)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(pwrite(file, bytes, size, at), size);
    assert_int_equal(ftruncate(file, length), 0);
    close(file);
}

/* In a file of more pages than that a number of a page may look like a type: a sparse one, whose
 * header says how many they are. */
static void a_file_too_large_is_told(void **state)
{
    (void)state;
    const off_t length = INT64_C(0x02000000) * PAGE;
    struct loy_id member = member_with_telephone();
    const int64_t count = desk_number(&desk, "PRAGMA page_count");
    const uint8_t many[4] = {2, 0, 0, 0}, before[4] = {0, 0, (uint8_t)(count >> 8), (uint8_t)count};
    loy_store_close(desk.store);
    desk.store = NULL;
    file_write(desk.path, many, sizeof many, 28, length);
    desk_reopen(&desk);
    assert_status(loy_member_erase(desk.store, &member, "request", AT + 1), LOY_E_LIMIT);
    assert_non_null(strstr(loy_store_text(desk.store), "too large"));
    assert_true(is_due());
    loy_store_close(desk.store);
    desk.store = NULL;
    file_write(desk.path, before, sizeof before, 28, (off_t)count * PAGE);
    desk_reopen(&desk);
    says_nothing();
}

/* A byte of the file's header that says that another program has changed the layout. */
static void another_layout_is_told(void **state)
{
    (void)state;
    static const struct {
        off_t at;
        uint8_t byte;
    } rows[] = {{20, 8}, {55, 2}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_id member = member_with_telephone();
        sqlite3_file *file = NULL;
        sqlite3_int64 size = 0;
        uint8_t before;
        logs_empty();
        int code = store_database_file(desk.store->db, SQLITE_FCNTL_FILE_POINTER, &file, &size);
        assert_int_equal(code, SQLITE_OK);
        assert_int_equal(file->pMethods->xRead(file, &before, 1, rows[i].at), SQLITE_OK);
        due_make();
        logs_empty();
        assert_int_equal(file->pMethods->xWrite(file, &rows[i].byte, 1, rows[i].at), SQLITE_OK);
        assert_status(store_traces_clear(desk.store), LOY_E_LIMIT);
        assert_int_equal(file->pMethods->xWrite(file, &before, 1, rows[i].at), SQLITE_OK);
        erase(&member);
        says_nothing();
    }
    is_sound();
}

static void a_moved_file_is_left_alone(void **state)
{
    (void)state;
    char elsewhere[200];
    assert_true(pages_each(desk.store->db, trace_plant) > 20);
    due_make();
    snprintf(elsewhere, sizeof elsewhere, "%s.moved", desk.path);
    assert_int_equal(rename(desk.path, elsewhere), 0);
    assert_status(store_traces_clear(desk.store), LOY_E_GONE);
    assert_int_equal(rename(elsewhere, desk.path), 0);
    assert_true(pages_each(desk.store->db, trace_count) > 20);
    assert_status(store_traces_clear(desk.store), LOY_OK);
    assert_int_equal(pages_each(desk.store->db, trace_count), 0);
}

/* ---- Other programs ----------------------------------------------------------------------------
 */

static void a_reader_only_delays_it(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(desk.path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN; SELECT * FROM member", NULL, NULL, NULL), 0);
    assert_status(loy_member_erase(desk.store, &member, "request", AT + 1), LOY_E_BUSY);
    assert_non_null(strstr(loy_store_text(desk.store), "next opening"));
    assert_true(is_due());
    desk_reopen(&desk);
    assert_true(is_due());
    sqlite3_close(other);
    desk_reopen(&desk);
    assert_false(is_due());
    says_nothing();
    is_sound();
}

/* What another program does before a statement of the sweep. */
static struct {
    sqlite3 *db;
    const char *sql;
    const char *before;
    long first, times;  /* from that one on */
    bool reads;         /* before each lock */
    sqlite3_file *file; /* into whose first page something is put before each lock */
} beside;

static int beside_runs(unsigned type, void *user, void *statement, void *text)
{
    (void)type;
    (void)user;
    (void)statement;
    const bool locks = strcmp(text, "BEGIN IMMEDIATE") == 0;
    if (beside.reads && locks) pages_read(beside.db);
    if (beside.file && locks)
        assert_int_equal(beside.file->pMethods->xWrite(beside.file, TRACE, sizeof TRACE, 1500), 0);
    if (beside.times == 0 || strcmp(text, beside.before) != 0 || --beside.first > 0) return 0;
    beside.times--;
    assert_int_equal(sqlite3_exec(beside.db, beside.sql, NULL, NULL, NULL), SQLITE_OK);
    return 0;
}

static void others_write_meanwhile(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        long times;
        enum loy_status expected;
        bool due;
    } rows[] = {
        {"INSERT INTO beside VALUES (1)", 3, LOY_OK, false},
        {"INSERT INTO beside VALUES (1)", 100000, LOY_E_BUSY, true},
        {"UPDATE setting SET value = 1 WHERE name = 'traces'", 1, LOY_OK, true},
        {"DELETE FROM setting WHERE name = 'traces'", 1, LOY_OK, false},
    };
    assert_int_equal(sqlite3_open(desk.path, &beside.db), SQLITE_OK);
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_true(pages_each(desk.store->db, trace_plant) > 20);
        due_make();
        logs_empty();
        beside.sql = rows[i].sql;
        beside.before = "BEGIN IMMEDIATE";
        beside.times = rows[i].times;
        sqlite3_trace_v2(desk.store->db, SQLITE_TRACE_STMT, beside_runs, NULL);
        enum loy_status status = store_traces_clear(desk.store);
        sqlite3_trace_v2(desk.store->db, 0, NULL, NULL);
        assert_status(status, rows[i].expected);
        assert_true(beside.times < rows[i].times);
        beside.times = 0;
        assert_int_equal(is_due(), rows[i].due);
        if (status == LOY_OK) assert_int_equal(pages_each(desk.store->db, trace_count), 0);
    }
    sqlite3_close(beside.db);
    is_sound();
}

/* Between two parts of a file that is swept in parts: what another had read of the first part
 * before that was swept does not come back with what it writes. */
static void nor_from_a_cache_meanwhile(void **state)
{
    (void)state;
    desk_run(&desk, "CREATE TABLE waste AS SELECT zeroblob(20000000) AS b");
    assert_true(pages_each(desk.store->db, trace_plant) > 20);
    due_make();
    logs_empty();
    assert_int_equal(sqlite3_open(desk.path, &beside.db), SQLITE_OK);
    beside.reads = true;
    beside.sql = "UPDATE copy SET member = member - 1; UPDATE copy SET member = member + 1";
    beside.before = "PRAGMA wal_checkpoint(TRUNCATE)";
    beside.first = 2;
    beside.times = 1;
    sqlite3_trace_v2(desk.store->db, SQLITE_TRACE_STMT, beside_runs, NULL);
    assert_status(store_traces_clear(desk.store), LOY_OK);
    sqlite3_trace_v2(desk.store->db, 0, NULL, NULL);
    assert_int_equal(beside.times, 0);
    beside.reads = false;
    sqlite3_close(beside.db);
    assert_int_equal(pages_each(desk.store->db, trace_count), 0);
    is_sound();
}

/* Each pass finds something again: not for ever. */
static void passes_come_to_an_end(void **state)
{
    (void)state;
    sqlite3_int64 size = 0;
    desk_run(&desk, "CREATE TABLE waste AS SELECT zeroblob(20000000) AS b");
    due_make();
    logs_empty();
    int code = store_database_file(desk.store->db, SQLITE_FCNTL_FILE_POINTER, &beside.file, &size);
    assert_int_equal(code, SQLITE_OK);
    sqlite3_trace_v2(desk.store->db, SQLITE_TRACE_STMT, beside_runs, NULL);
    assert_status(store_traces_clear(desk.store), LOY_OK);
    sqlite3_trace_v2(desk.store->db, 0, NULL, NULL);
    beside.file = NULL;
    assert_false(is_due());
    is_sound();
}

static void pages_of_the_largest_size(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    sqlite3 *db = NULL;
    loy_store_close(desk.store);
    desk.store = NULL;
    assert_int_equal(sqlite3_open(desk.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                         "PRAGMA journal_mode=DELETE; PRAGMA page_size=65536; VACUUM; PRAGMA "
                         "journal_mode=WAL",
                         NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    desk_reopen(&desk);
    assert_int_equal(desk_number(&desk, "PRAGMA page_size"), 65536);
    erase(&member);
    assert_false(is_due());
    is_sound();
}

/* Whether another process sees a lock of this one on FILE. */
static bool locked(void)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int file = open(desk.path, O_RDWR | O_CLOEXEC);
        _exit(file < 0 || fcntl(file, F_GETLK, &lock) != 0 ? 2 : lock.l_type != F_UNLCK);
    }
    int state = 0;
    assert_int_equal(waitpid(child, &state, 0), child);
    assert_true(WIFEXITED(state) && WEXITSTATUS(state) < 2);
    return WEXITSTATUS(state) == 1;
}

/* Another process that closes FILE would else take itself for the last, and its log away. */
static void searching_drops_no_lock(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    assert_true(locked());
    erase(&member);
    assert_true(locked());
    // That it would be seen here.
    close(open(desk.path, O_RDONLY | O_CLOEXEC));
    assert_false(locked());
}

/* ---- Failures ----------------------------------------------------------------------------------
 */

static void each_call_may_fail(void **state)
{
    (void)state;
    long failures = 0;
    watch();
    for (long nth = 1;; nth++) {
        assert_true(pages_each(desk.store->db, trace_plant) > 20);
        due_make();
        crash_vfs_fail(nth, false, CRASH_EIO);
        enum loy_status status = store_traces_clear(desk.store);
        bool met = crash_vfs_failed();
        crash_vfs_fail(0, false, CRASH_EIO);
        assert_true(met || status == LOY_OK);
        if (status == LOY_OK) assert_int_equal(pages_each(desk.store->db, trace_count), 0);
        if (status != LOY_OK) assert_true(is_due() && loy_store_text(desk.store)[0]);
        if (!met) break;
        failures += status != LOY_OK;
    }
    assert_true(failures > 20);
    is_sound();
}

static void each_statement_may_fail(void **state)
{
    (void)state;
    sqlite3 *files[] = {desk.store->db, desk.store->key_db};
    for (size_t i = 0; i < ROWS(files); i++)
        for (long nth = 1;; nth++) {
            due_make();
            faulty_sql_arm(files[i], nth);
            enum loy_status status = store_traces_clear(desk.store);
            bool met = faulty_sql_disarm(files[i]);
            assert_true(met || status == LOY_OK);
            if (status != LOY_OK) assert_true(loy_store_text(desk.store)[0]);
            if (status == LOY_OK && !met) break;
            assert_true(nth < 100);
        }
    faulty_sql_arm(files[0], 1);
    desk.store->traces_noted = false;
    assert_int_not_equal(store_traces_due(desk.store), LOY_OK);
    assert_true(faulty_sql_disarm(files[0]));
    is_sound();
}

int main(void)
{
    crash_vfs_install();
#define traces_case(test) cmocka_unit_test_setup_teardown(test, open_with_split_pages, close_it)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_of_pages),
        traces_case(nothing_is_said_after_an_erasure),
        traces_case(in_every_page_of_both_files),
        traces_case(nor_from_a_cache),
        traces_case(pages_with_pointers_to_pages),
        traces_case(a_file_too_large_is_told),
        traces_case(another_layout_is_told),
        traces_case(a_moved_file_is_left_alone),
        traces_case(a_reader_only_delays_it),
        traces_case(others_write_meanwhile),
        traces_case(nor_from_a_cache_meanwhile),
        traces_case(passes_come_to_an_end),
        traces_case(pages_of_the_largest_size),
        traces_case(searching_drops_no_lock),
        traces_case(each_call_may_fail),
        traces_case(each_statement_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
