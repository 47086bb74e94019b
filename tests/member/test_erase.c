/* SPDX-License-Identifier: MIT
 *
 * test_erase.c - erasing: what goes, what stays, that nothing leads from the one to the other, and
 * that crashes, repeats, other handles and restored backups change nothing about it. */
#include "canary.h"

#include <loyalty/basket.h>
#include <loyalty/duplicate.h>
#include <loyalty/rights.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct desk desk = {.country = "ZZ"};

static struct loy_id member_add(unsigned index)
{
    assert_status(loy_store_begin(desk.store), LOY_OK);
    struct loy_id id = canary_member(&desk, index);
    assert_status(loy_store_commit(desk.store), LOY_OK);
    return id;
}

static const char *path_of(const char *suffix)
{
    static char path[200];
    snprintf(path, sizeof path, "%s%s", desk.path, suffix);
    return path;
}

/* ---- What goes, table by table ---------------------------------------------------------------
 */

/* Columns that name a member by its number, in any table that there is or will be. */
static int64_t rows_of(int64_t number)
{
    static const char columns[] =
        "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c "
        "WHERE t.type = 'table' AND c.name IN ('member', 'survivor', 'loser', 'lower', 'higher', "
        "'referred_by', 'parent', 'merged_into', 'sealed_for')";
    sqlite3_stmt *select = NULL;
    int64_t found = 0;
    size_t seen = 0;
    assert_int_equal(sqlite3_prepare_v2(desk.store->db, columns, -1, &select, NULL), SQLITE_OK);
    while (sqlite3_step(select) == SQLITE_ROW) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\" WHERE \"%s\" = %lld",
            sqlite3_column_text(select, 0), sqlite3_column_text(select, 1), (long long)number);
        found += desk_number(&desk, sql);
        seen++;
    }
    sqlite3_finalize(select);
    assert_true(seen >= 20);
    return found;
}

static void everything_goes_and_purchases_stay(void **state)
{
    (void)state;
    struct loy_id first = member_add(1), second = member_add(2), found;
    struct loy_member member;
    struct loy_credential card;
    desk_run(&desk, "UPDATE member SET referred_by = 1, parent = 1 WHERE id = 2");
    desk_run(&desk, "INSERT INTO distinct_pair VALUES (1, 2, 1, 1)");
    assert_true(rows_of(1) > 25);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 1);
    int64_t others = rows_of(2);
    assert_status(loy_member_erase(desk.store, &first, "request", AT + 9), LOY_OK);
    assert_int_equal(rows_of(1), 0);
    /* The other one lost what tied it to the first and nothing else: a pair. */
    assert_int_equal(rows_of(2), others - 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE referred_by IS NOT NULL "
                                        "OR parent IS NOT NULL"),
        0);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM basket b JOIN member m ON m.id = b.member "
                           "WHERE m.status = 3 AND b.card IS NULL AND b.purchaser IS NULL"),
        1);
    canary_card(&desk, 1, &card);
    assert_status(loy_member_get(desk.store, &first, &member), LOY_NONE);
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_NONE);
    assert_status(loy_member_find_indexed(
                      desk.store, LOY_FIELD_TELEPHONE, "+86" CANARY_TELEPHONE "0001", &found),
        LOY_NONE);
    int64_t position = 0;
    assert_status(loy_member_next(desk.store, &position, CANARY_TEXT " 0001", &found), LOY_NONE);
    assert_status(loy_member_find_reference(desk.store, CANARY_TEXT " 0001 Ltd", &found), LOY_NONE);
    position = 0;
    assert_status(loy_member_next(desk.store, &position, NULL, &found), LOY_OK);
    assert_memory_equal(&found, &second, sizeof second);
    assert_status(loy_member_next(desk.store, &position, NULL, &found), LOY_NONE);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    /* The random id is nobody: nothing can be done with it. */
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status = 3"), 1);
    sqlite3_stmt *row = NULL;
    sqlite3_prepare_v2(desk.store->db, "SELECT uid FROM member WHERE status = 3", -1, &row, NULL);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    memcpy(&found, sqlite3_column_blob(row, 0), sizeof found);
    sqlite3_finalize(row);
    assert_status(loy_member_get(desk.store, &found, &member), LOY_NONE);
    assert_status(loy_card_issue(desk.store, &found, &card, AT), LOY_REFUSED);
    assert_status(loy_member_erase(desk.store, &found, "request", AT), LOY_NONE);
    assert_status(
        loy_member_consent(desk.store, &found, LOY_PURPOSE_PROFILING, true, "desk", AT), LOY_NONE);
}

/* Neither order, number, time nor the audit log leads from the old to the new. */
static void nothing_leads_back(void **state)
{
    (void)state;
    enum { COUNT = 24 };
    struct loy_id ids[COUNT];
    for (unsigned i = 0; i < COUNT; i++)
        ids[i] = member_add(i);
    int64_t top = desk_number(&desk, "SELECT max(id) FROM member");
    for (unsigned i = 0; i < COUNT; i++)
        assert_status(loy_member_erase(desk.store, &ids[i], "request", AT + i), LOY_OK);
    /* Numbers are negative, ids random without a time; rows in the order of their numbers are not
     * in the order of the erasures, which is that of the baskets here. */
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE id < 0 AND status = 3 "
                                        "AND created_at_us = 0 AND kind = 1"),
        COUNT);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM member WHERE substr(hex(uid), 13, 1) = '4'"),
        COUNT);
    assert_true(desk_number(&desk, "SELECT count(*) FROM (SELECT b.id, lag(b.id) OVER "
                                   "(ORDER BY m.id) AS before FROM member m JOIN basket b ON "
                                   "b.member = m.id) WHERE id < before") > 2);
    assert_true(desk_number(&desk, "SELECT count(*) FROM (SELECT b.id, lag(b.id) OVER "
                                   "(ORDER BY m.uid) AS before FROM member m JOIN basket b ON "
                                   "b.member = m.id) WHERE id < before") > 2);
    /* No text of the audit log names a new id. */
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM audit a JOIN member m ON "
                                        "instr(replace(a.object, '-', ''), lower(hex(m.uid))) > 0"),
        0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.erase' "
                                        "AND object LIKE '% request'"),
        COUNT);
    /* Newcomers get numbers that nobody had. */
    member_add(99);
    assert_int_equal(desk_number(&desk, "SELECT max(id) FROM member"), top + 1);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static void open_baskets_end_as_nobodys(void **state)
{
    (void)state;
    struct loy_id id = member_add(1), basket;
    struct loy_basket *open = NULL;
    struct loy_credential card;
    int64_t version = 0;
    canary_card(&desk, 1, &card);
    const struct loy_basket_head head = {
        .size = sizeof head, .at_us = AT + 5, .credential = &card, .source = LOY_BASKET_LANE};
    assert_status(loy_basket_open(desk.store, &head, &open), LOY_OK);
    assert_status(loy_article_find(desk.store, "shirt", &version), LOY_OK);
    const struct loy_line line = {
        .article_version = version, .quantity_milli = 1000, .list_minor = 900, .paid_minor = 900};
    assert_status(loy_basket_add(open, &line, NULL), LOY_OK);
    assert_status(loy_member_erase(desk.store, &id, "request", AT + 6), LOY_OK);
    assert_status(loy_basket_add(open, &line, NULL), LOY_OK);
    assert_status(loy_basket_close(open, AT + 7, &basket, NULL), LOY_OK);
    struct loy_basket_summary summary;
    assert_status(loy_basket_get(desk.store, &basket, &summary), LOY_OK);
    assert_true(loy_id_is_none(&summary.member));
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* A till sends its journal again: the basket is known, though its person is not any more. */
static void replays_of_the_erased_are_repeats(void **state)
{
    (void)state;
    struct loy_id id = member_add(1), basket = {{7}}, found;
    struct loy_credential card;
    int64_t version = 0;
    canary_card(&desk, 1, &card);
    assert_status(loy_article_find(desk.store, "shirt", &version), LOY_OK);
    const struct loy_line line = {
        .article_version = version, .quantity_milli = 1000, .list_minor = 900, .paid_minor = 900};
    struct loy_basket_head head = {.size = sizeof head,
        .id = basket,
        .at_us = AT + 5,
        .credential = &card,
        .source = LOY_BASKET_FEED};
    assert_status(loy_basket_record(desk.store, &head, &line, 1, &found), LOY_OK);
    assert_status(loy_member_erase(desk.store, &id, "request", AT + 6), LOY_OK);
    assert_status(loy_basket_record(desk.store, &head, &line, 1, &found), LOY_REPEATED);
    head.credential = NULL;
    head.member = &id;
    assert_status(loy_basket_record(desk.store, &head, &line, 1, &found), LOY_REPEATED);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM pending_card"), 0);
}

/* ---- Merged members --------------------------------------------------------------------------
 */

static void those_merged_into_it_go_too(void **state)
{
    (void)state;
    struct loy_id first = member_add(1), second = member_add(2), third = member_add(3);
    member_add(4);
    desk_run(&desk, "INSERT INTO merge (id, survivor, loser, at_us, operator) VALUES "
                    "(1, 2, 3, 1, 1), (2, 1, 2, 1, 1), (3, 1, 4, 1, 1)");
    desk_run(&desk, "UPDATE merge SET undone_at_us = 2 WHERE id = 3");
    desk_run(
        &desk, "INSERT INTO merge_moved (merge, kind, row, part, before) VALUES (1, 1, 1, 1, 3)");
    desk_run(&desk, "UPDATE member SET status = 2, merged_into = 2 WHERE id = 3");
    desk_run(&desk, "UPDATE member SET status = 2, merged_into = 1 WHERE id = 2");
    assert_status(loy_member_erase(desk.store, &third, "request", AT), LOY_E_CONFLICT);
    assert_status(loy_member_erase(desk.store, &first, "request", AT), LOY_OK);
    for (int number = 1; number <= 3; number++)
        assert_int_equal(rows_of(number), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM merge"), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM merge_moved"), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), 3);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status = 3"), 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status = 1"), 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member < 0"), 3);
    assert_status(loy_member_erase(desk.store, &second, "request", AT), LOY_REPEATED);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* ---- Repeats and refusals --------------------------------------------------------------------
 */

static void refusals(void **state)
{
    (void)state;
    struct loy_id id = member_add(1), nobody = {{9}};
    static const enum loy_role roles[] = {
        LOY_ROLE_CASHIER, LOY_ROLE_SUPERVISOR, LOY_ROLE_ANALYST, LOY_ROLE_AUDITOR};
    for (size_t i = 0; i < ROWS(roles); i++) {
        desk.store->role = roles[i];
        assert_status(loy_member_erase(desk.store, &id, "request", AT), LOY_E_ACCESS);
    }
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_member_erase(NULL, &id, "request", AT), LOY_E_ARGUMENT);
    assert_status(loy_member_erase(desk.store, NULL, "request", AT), LOY_E_ARGUMENT);
    assert_status(loy_member_erase(desk.store, &id, NULL, AT), LOY_E_FORMAT);
    assert_status(loy_member_erase(desk.store, &id, "a\nb", AT), LOY_E_FORMAT);
    assert_status(loy_member_erase(desk.store, &nobody, "request", AT), LOY_NONE);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(loy_member_erase(desk.store, &id, "request", AT), LOY_E_ARGUMENT);
    loy_store_rollback(desk.store);
    assert_true(rows_of(1) > 25);
    assert_int_equal(access(path_of(".erased"), F_OK), -1);
    assert_status(loy_member_erase(desk.store, &id, "request", AT), LOY_OK);
    assert_status(loy_member_erase(desk.store, &id, "request", AT), LOY_REPEATED);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.erase'"), 1);
    struct stat file;
    assert_int_equal(stat(path_of(".erased"), &file), 0);
    assert_int_equal(file.st_size, LOY_ID_TEXT_SIZE);
    assert_int_equal(file.st_mode & 0777, 0600);
}

static struct loy_store *other_open(void)
{
    struct loy_store *other = NULL;
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk.path, .user = "tester", .at_us = AT};
    enum loy_status status = loy_store_open(&options, &other);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(other));
    assert_int_equal(status, LOY_OK);
    return other;
}

/* A handle that was open all the time, with the names in memory, finds nobody. */
static void other_handles_find_nobody(void **state)
{
    (void)state;
    struct loy_id id = member_add(1), found;
    struct loy_credential card;
    static char text[LOY_FIELD_TEXT_MAX];
    int64_t position = 0;
    struct loy_store *other = other_open();
    canary_card(&desk, 1, &card);
    assert_int_equal(loy_member_next(other, &position, CANARY_TEXT, &found), LOY_OK);
    assert_int_equal(loy_member_find_card(other, &card, &found), LOY_OK);
    assert_int_equal(loy_member_field(other, &id, LOY_FIELD_NAME, text), LOY_OK);
    assert_status(loy_member_erase(desk.store, &id, "request", AT), LOY_OK);
    position = 0;
    assert_int_equal(loy_member_next(other, &position, CANARY_TEXT, &found), LOY_NONE);
    assert_int_equal(loy_member_find_card(other, &card, &found), LOY_NONE);
    assert_int_equal(loy_member_field(other, &id, LOY_FIELD_NAME, text), LOY_NONE);
    /* A newcomer is found there, though somebody with the highest number went. */
    struct loy_id next = member_add(2);
    position = 0;
    assert_int_equal(loy_member_next(other, &position, CANARY_TEXT, &found), LOY_OK);
    assert_memory_equal(&found, &next, sizeof next);
    loy_store_close(other);
}

/* While somebody reads, the logs cannot be emptied: told, and finished by the next call. */
static void a_reader_delays_the_logs_only(void **state)
{
    (void)state;
    struct loy_id id = member_add(1);
    struct loy_store *other = other_open();
    desk.store->wait_ms = 10;
    assert_int_equal(
        sqlite3_exec(other->db, "BEGIN; SELECT * FROM member", NULL, NULL, NULL), SQLITE_OK);
    assert_status(loy_member_erase(desk.store, &id, "request", AT), LOY_E_BUSY);
    assert_int_equal(rows_of(1), 0);
    struct stat log;
    assert_int_equal(stat(path_of("-wal"), &log), 0);
    assert_true(log.st_size > 0);
    assert_int_equal(sqlite3_exec(other->db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_status(loy_member_erase(desk.store, &id, "request", AT), LOY_REPEATED);
    assert_int_equal(stat(path_of("-wal"), &log), 0);
    assert_int_equal(log.st_size, 0);
    loy_store_close(other);
    /* The first call's note is still there: the next opening takes it away. */
    desk_reopen(&desk);
    bool due = true;
    assert_status(store_erasure_due(desk.store, &due), LOY_OK);
    assert_false(due);
}

/* ---- Crashes ---------------------------------------------------------------------------------
 */

/* The process dies between the two files: the member cannot be read, and the next opening finishes.
 */
static void killed_between_the_files(void **state)
{
    (void)state;
    struct loy_id id = member_add(1);
    static char text[LOY_FIELD_TEXT_MAX];
    loy_store_close(desk.store);
    pid_t child = fork();
    if (child == 0) {
        struct store_erasure erasure;
        struct loy_store *store = NULL;
        const struct loy_store_options options = {
            .size = sizeof options, .path = desk.path, .user = "tester", .at_us = AT};
        bool good = loy_store_open(&options, &store) == LOY_OK &&
                    store_erasure_begin(store, &erasure) == LOY_OK &&
                    store_erasure_key(store, &erasure, &id, "request") == LOY_OK &&
                    sqlite3_exec(store->key_db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
        _exit(good ? 0 : 1);
    }
    int result = -1;
    waitpid(child, &result, 0);
    assert_int_equal(result, 0);
    /* As the files stand, no key is there; opening erases the rest. */
    desk.store = other_open();
    assert_int_equal(rows_of(1), 0);
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_NAME, text), LOY_NONE);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.erase' "
                                        "AND object LIKE '% request'"),
        1);
    assert_status(loy_member_erase(desk.store, &id, "request", AT), LOY_REPEATED);
    assert_int_equal(access(path_of(".erased"), F_OK), 0);
    bool due = true;
    assert_status(store_erasure_due(desk.store, &due), LOY_OK);
    assert_false(due);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* ---- Backups ---------------------------------------------------------------------------------
 */

static const char *in_folder(const char *name)
{
    static char paths[4][200];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", desk.folder, name);
    return path;
}

static enum loy_status restore(const char *name, const char *erased)
{
    char key[200];
    snprintf(key, sizeof key, "%s.key", desk.path);
    const struct loy_store_options options = {.size = sizeof options,
        .path = in_folder(name),
        .key_path = key,
        .user = "tester",
        .at_us = AT + 100};
    loy_store_close(desk.store);
    desk.store = NULL;
    return loy_store_restore_erased(in_folder("backup"), erased, &options, &desk.store);
}

static void file_copy(const char *from, const char *to)
{
    struct canary_bytes file = canary_read(from);
    FILE *stream = fopen(to, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(file.bytes, 1, file.size, stream), file.size);
    fclose(stream);
    free(file.bytes);
}

static void a_restored_backup_forgets_again(void **state)
{
    (void)state;
    struct loy_id gone = member_add(1), stays = member_add(2), found;
    struct loy_credential card;
    assert_status(loy_store_backup(desk.store, in_folder("backup"), NULL, NULL, AT), LOY_OK);
    struct loy_id later = member_add(3);
    assert_status(loy_member_erase(desk.store, &gone, "request", AT), LOY_OK);
    assert_status(loy_member_erase(desk.store, &later, "request", AT), LOY_OK);
    char list[200];
    snprintf(list, sizeof list, "%s.erased", desk.path);
    /* Without the list it remembers: the control. */
    assert_status(restore("bare", NULL), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status = 1"), 2);
    /* Given by name, or lying at the target. */
    for (int way = 0; way < 2; way++) {
        const char *name = way ? "beside" : "given";
        if (way) file_copy(list, in_folder("beside.erased"));
        assert_status(restore(name, way ? NULL : list), LOY_OK);
        assert_int_equal(rows_of(1), 0);
        assert_true(rows_of(2) > 25);
        canary_card(&desk, 1, &card);
        assert_status(loy_member_find_card(desk.store, &card, &found), LOY_NONE);
        canary_card(&desk, 2, &card);
        assert_status(loy_member_find_card(desk.store, &card, &found), LOY_OK);
        assert_memory_equal(&found, &stays, sizeof stays);
        assert_int_equal(
            desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.erase' "
                               "AND object LIKE '% restore'"),
            1);
        assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), 2);
        char path[210];
        snprintf(path, sizeof path, "%s.erased", in_folder(name));
        struct canary_bytes file = canary_read(path);
        assert_int_equal(file.size, 2 * LOY_ID_TEXT_SIZE);
        free(file.bytes);
        assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    }
}

/* The list is read at the first opening also where it is as long as what the file has forgotten. */
static void a_list_of_the_same_length_counts(void **state)
{
    (void)state;
    struct loy_id first = member_add(1), second = member_add(2);
    assert_status(loy_store_backup(desk.store, in_folder("backup"), NULL, NULL, AT), LOY_OK);
    assert_status(loy_member_erase(desk.store, &first, "request", AT), LOY_OK);
    char list[200];
    snprintf(list, sizeof list, "%s.erased", desk.path);
    assert_status(restore("bare", NULL), LOY_OK);
    assert_status(loy_member_erase(desk.store, &second, "request", AT + 101), LOY_OK);
    assert_int_equal(unlink(in_folder("backup")), 0);
    assert_int_equal(unlink(in_folder("backup.keys")), 0);
    assert_status(loy_store_backup(desk.store, in_folder("backup"), NULL, NULL, AT + 102), LOY_OK);
    assert_status(restore("both", list), LOY_OK);
    assert_int_equal(rows_of(1), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), 2);
    bool due = true;
    assert_status(store_erasure_due(desk.store, &due), LOY_OK);
    assert_false(due);
}

/* Merged by mistake, saved, parted again, erased: in the restored file the two are one. What the
 * one got of the other goes, and what is its own stays. */
static void a_restored_merge_gives_nothing_away(void **state)
{
    (void)state;
    struct loy_id keeps = member_add(1), gone = member_add(2), found;
    struct loy_credential card;
    static char text[LOY_FIELD_TEXT_MAX];
    int64_t own = desk_number(&desk, "SELECT count(*) FROM member_field WHERE member = 1");
    int64_t index = desk_number(&desk, "SELECT count(*) FROM blind_index WHERE member = 1");
    assert_status(loy_member_merge(desk.store, &keeps, &gone, AT + 1), LOY_OK);
    assert_status(loy_store_backup(desk.store, in_folder("backup"), NULL, NULL, AT + 2), LOY_OK);
    assert_status(loy_member_unmerge(desk.store, &gone, AT + 3), LOY_OK);
    assert_status(loy_member_erase(desk.store, &gone, "request", AT + 4), LOY_OK);
    char list[200];
    snprintf(list, sizeof list, "%s.erased", desk.path);
    assert_status(restore("again", list), LOY_OK);
    assert_int_equal(rows_of(2), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE member = 1"), own);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM blind_index WHERE member = 1"), index);
    assert_status(loy_member_find_indexed(
                      desk.store, LOY_FIELD_TELEPHONE, "+86" CANARY_TELEPHONE "0002", &found),
        LOY_NONE);
    canary_card(&desk, 2, &card);
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_NONE);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member < 0"), 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM merge"), 0);
    assert_status(loy_member_field(desk.store, &keeps, LOY_FIELD_NAME, text), LOY_OK);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static void bad_lists_restore_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum loy_status status;
    } rows[] = {
        {"no list\n", LOY_E_FORMAT},
        {"0190a5b0-0000-7000-8000-00000000000g\n", LOY_E_FORMAT},
        {"0190a5b0-0000-7000-8000-000000000001", LOY_E_FORMAT},
        {"0190a5b0-0000-7000-8000-000000000001\n\n", LOY_E_FORMAT},
        {NULL, LOY_NONE},
        {"", LOY_OK},
    };
    member_add(1);
    assert_status(loy_store_backup(desk.store, in_folder("backup"), NULL, NULL, AT), LOY_OK);
    for (size_t i = 0; i < ROWS(rows); i++) {
        unlink(in_folder("list"));
        if (rows[i].text) {
            FILE *stream = fopen(in_folder("list"), "w");
            assert_non_null(stream);
            fputs(rows[i].text, stream);
            fclose(stream);
        }
        assert_status(restore("again", in_folder("list")), rows[i].status);
        assert_int_equal(access(in_folder("again"), F_OK), rows[i].status == LOY_OK ? 0 : -1);
    }
}

/* Somebody copies older files over the store: what lies beside it is remembered. */
static void older_files_put_back_forget_too(void **state)
{
    (void)state;
    struct loy_id id = member_add(1);
    loy_store_close(desk.store);
    file_copy(desk.path, in_folder("old"));
    file_copy(path_of(".keys"), in_folder("old.keys"));
    desk.store = other_open();
    assert_status(loy_member_erase(desk.store, &id, "request", AT), LOY_OK);
    loy_store_close(desk.store);
    file_copy(in_folder("old"), desk.path);
    file_copy(in_folder("old.keys"), path_of(".keys"));
    desk.store = other_open();
    assert_int_equal(rows_of(1), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), 1);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    /* And a list that got lost is written again, a torn one mended. */
    assert_int_equal(unlink(path_of(".erased")), 0);
    desk_reopen(&desk);
    struct stat file;
    assert_int_equal(stat(path_of(".erased"), &file), 0);
    assert_int_equal(file.st_size, LOY_ID_TEXT_SIZE);
    assert_int_equal(truncate(path_of(".erased"), 12), 0);
    desk_reopen(&desk);
    assert_int_equal(stat(path_of(".erased"), &file), 0);
    assert_int_equal(file.st_size, LOY_ID_TEXT_SIZE);
}

#define erase_test(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        erase_test(everything_goes_and_purchases_stay),
        erase_test(nothing_leads_back),
        erase_test(open_baskets_end_as_nobodys),
        erase_test(replays_of_the_erased_are_repeats),
        erase_test(those_merged_into_it_go_too),
        erase_test(refusals),
        erase_test(other_handles_find_nobody),
        erase_test(a_reader_delays_the_logs_only),
        erase_test(killed_between_the_files),
        erase_test(a_restored_backup_forgets_again),
        erase_test(a_list_of_the_same_length_counts),
        erase_test(a_restored_merge_gives_nothing_away),
        erase_test(bad_lists_restore_nothing),
        erase_test(older_files_put_back_forget_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
