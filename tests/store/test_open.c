/* SPDX-License-Identifier: MIT
 *
 * test_open.c - a store made, opened and refused. Files in every wrong state go in; a status, one
 * clear line and untouched files must come out.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void created_store_opens(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store_settings settings;
    fixture_reopen(fixture);
    loy_store_settings_get(fixture->store, &settings);
    assert_string_equal(settings.currency, "EUR");
    assert_int_equal(settings.minor_digits, 2);
    assert_string_equal(settings.site, "S1");
    assert_string_equal(settings.lane, "L1");
    assert_string_equal(settings.country, "DE");
    assert_int_equal(loy_store_role(fixture->store), LOY_ROLE_MANAGER);
    assert_int_equal(fixture->store->epoch, 1);
    struct loy_audit_entry entry;
    assert_int_equal(loy_audit_next(fixture->store, 0, &entry), LOY_OK);
    assert_string_equal(entry.action, "create");
    assert_string_equal(entry.operator_name, "tester");
}

static void pragmas_hold_on_both_files(void **state)
{
    static const struct {
        const char *pragma;
        int64_t value;
    } wanted[] = {{"PRAGMA synchronous", 3}, {"PRAGMA foreign_keys", 1},
        {"PRAGMA secure_delete", 1}, {"PRAGMA temp_store", 2}, {"PRAGMA trusted_schema", 0}};
    struct fixture *fixture = *state;
    for (int opened = 0; opened < 2; opened++) {
        assert_int_equal(fixture->store->wait_ms, 5000);
        sqlite3 *files[] = {fixture->store->db, fixture->store->key_db};
        for (size_t i = 0; i < 2; i++) {
            for (size_t j = 0; j < sizeof wanted / sizeof *wanted; j++)
                assert_int_equal(fixture_number(files[i], wanted[j].pragma), wanted[j].value);
            assert_int_equal(
                fixture_number(files[i], "SELECT journal_mode='wal' FROM pragma_journal_mode"), 1);
        }
        fixture_reopen(fixture);
    }
}

static void journal_mode_is_put_right(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    fixture_tamper(fixture->path, "PRAGMA journal_mode=DELETE");
    fixture_reopen(fixture);
    assert_int_equal(
        fixture_number(fixture->store->db, "SELECT journal_mode='wal' FROM pragma_journal_mode"),
        1);
}

static void key_file_is_private(void **state)
{
    struct fixture *fixture = *state;
    struct stat file;
    assert_int_equal(stat(fixture_file(fixture, "shop.db.key"), &file), 0);
    assert_int_equal(file.st_mode & 07777, 0600);
    assert_int_equal(stat(fixture->path, &file), 0);
    assert_int_equal(file.st_mode & 07777, 0600);
    assert_int_equal(stat(fixture_file(fixture, "shop.db.keys"), &file), 0);
    assert_int_equal(file.st_mode & 07777, 0600);
}

static void create_never_overwrites(void **state)
{
    static const char *const there[] = {"shop.db", "shop.db.keys", "shop.db.key"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
        const char *file = fixture_file(fixture, there[i]);
        FILE *stream = fopen(file, "w");
        assert_non_null(stream);
        fputs("mine", stream);
        fclose(stream);
        assert_int_equal(fixture_create(fixture), LOY_E_CONFLICT);
        assert_non_null(strstr(loy_store_text(fixture->store), there[i]));
        for (size_t j = 0; j < sizeof there / sizeof *there; j++)
            assert_int_equal(access(fixture_file(fixture, there[j]), F_OK), i == j ? 0 : -1);
        unlink(file);
    }
    assert_int_equal(fixture_create(fixture), LOY_OK);
}

static void failed_create_leaves_nothing(void **state)
{
    struct fixture *fixture = *state;
    static const struct loy_store_settings bad[] = {
        {.currency = "", .site = "S", .lane = "L"},
        {.currency = "EUR", .minor_digits = 5, .site = "S", .lane = "L"},
        {.currency = "EUR", .site = "", .lane = "L"},
        {.currency = "EUR", .site = "S", .lane = ""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct loy_store *store = NULL;
        assert_int_equal(loy_store_create(&fixture->options, &bad[i], &store), LOY_E_ARGUMENT);
        assert_true(loy_store_text(store)[0] != '\0');
        loy_store_close(store);
        assert_int_equal(access(fixture_file(fixture, "shop.db.key"), F_OK), -1);
    }
    fixture->options.user = NULL;
    assert_int_equal(fixture_create(fixture), LOY_E_ARGUMENT);
    fixture->options.user = "tester";
    fixture->options.path = fixture_file(fixture, "no-such-folder/shop.db");
    assert_int_equal(fixture_create(fixture), LOY_E_IO);
    assert_non_null(strstr(loy_store_text(fixture->store), "folder does not exist"));
}

/* ---- Refusals at open: the file is spoiled, then must be refused and stay as it is
 * --------------- */

static void spoil(const char *path, const char *bytes, size_t size)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, size, stream), size);
    fclose(stream);
}

static void make_missing(struct fixture *fixture)
{
    unlink(fixture->path);
}
static void make_empty(struct fixture *fixture)
{
    spoil(fixture->path, "", 0);
}
static void make_text(struct fixture *fixture)
{
    spoil(fixture->path, "SQLite format 3 is not all", 26);
}
static void make_unfinished(struct fixture *fixture)
{
    unlink(fixture->path);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}
static void make_foreign(struct fixture *fixture)
{
    unlink(fixture->path);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE other (a)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}
static void make_other_application(struct fixture *fixture)
{
    fixture_tamper(fixture->path, "PRAGMA application_id=77");
}
static void make_newer(struct fixture *fixture)
{
    fixture_tamper(fixture->path, "PRAGMA user_version=1000");
}
static void make_keys_newer(struct fixture *fixture)
{
    fixture_tamper(fixture_file(fixture, "shop.db.keys"), "PRAGMA user_version=1000");
}
static void make_keys_missing(struct fixture *fixture)
{
    unlink(fixture_file(fixture, "shop.db.keys"));
}
static void make_keys_anothers(struct fixture *fixture)
{
    fixture_tamper(fixture_file(fixture, "shop.db.keys"),
        "UPDATE note SET value=x'00112233445566778899aabbccddeeff'"
        " WHERE name='store_id'");
}
static void make_key_missing(struct fixture *fixture)
{
    unlink(fixture_file(fixture, "shop.db.key"));
}
static void make_key_open(struct fixture *fixture)
{
    chmod(fixture_file(fixture, "shop.db.key"), 0640);
}
static void make_key_other(struct fixture *fixture)
{
    static const char other[] =
        "# k\n000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    spoil(fixture_file(fixture, "shop.db.key"), other, sizeof other - 1);
}
static void make_key_short(struct fixture *fixture)
{
    spoil(fixture_file(fixture, "shop.db.key"), "# k\n0001\n", 9);
}
static void make_stranger(struct fixture *fixture)
{
    fixture->options.user = "stranger";
}
static void make_folder(struct fixture *fixture)
{
    unlink(fixture->path);
    mkdir(fixture->path, 0700);
}

static const struct {
    const char *name;
    void (*spoil)(struct fixture *fixture);
    enum loy_status status;
    const char *says;
} refusals[] = {
    {"missing", make_missing, LOY_NONE, "loyalty init"},
    {"empty", make_empty, LOY_E_FORMAT, "never finished"},
    {"unfinished", make_unfinished, LOY_E_FORMAT, "never finished"},
    {"text", make_text, LOY_E_FORMAT, "no loyalty store"},
    {"foreign", make_foreign, LOY_E_FORMAT, "no loyalty store"},
    {"other application", make_other_application, LOY_E_FORMAT, "no loyalty store"},
    {"newer", make_newer, LOY_E_VERSION, "newer version"},
    {"newer key file", make_keys_newer, LOY_E_VERSION, "newer version"},
    {"no key file", make_keys_missing, LOY_E_KEY, "restore it from the backup"},
    {"another's key file", make_keys_anothers, LOY_E_KEY, "another store's"},
    {"no master key", make_key_missing, LOY_E_KEY, "shop.db.key"},
    {"open master key", make_key_open, LOY_E_KEY, "chmod 600"},
    {"another master key", make_key_other, LOY_E_KEY, "another one's"},
    {"short master key", make_key_short, LOY_E_KEY, "holds no master key"},
    {"stranger", make_stranger, LOY_E_ACCESS, "not enrolled"},
    {"folder", make_folder, LOY_E_IO, "shop.db"},
};

static uint64_t file_sum(const char *path)
{
    uint8_t digest[16] = {0};
    uint64_t sum = 0;
    crypto_generichash_state state;
    char buffer[4096];
    FILE *stream = fopen(path, "r");
    if (!stream) return 0;
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, stream)) > 0;)
        crypto_generichash_update(&state, (const unsigned char *)buffer, got);
    fclose(stream);
    crypto_generichash_final(&state, digest, sizeof digest);
    memcpy(&sum, digest, sizeof sum);
    return sum;
}

static void wrong_files_are_refused_untouched(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        void *made = NULL;
        assert_int_equal(fixture_start(&made), 0);
        struct fixture *fixture = made;
        fixture_close(fixture);
        refusals[i].spoil(fixture);
        uint64_t file = file_sum(fixture->path),
                 keys = file_sum(fixture_file(fixture, "shop.db.keys"));
        enum loy_status status = fixture_open(fixture);
        const char *text = loy_store_text(fixture->store);
        if (status != refusals[i].status || !strstr(text, refusals[i].says))
            print_error("%s: %d %s\n", refusals[i].name, status, text);
        assert_int_equal(status, refusals[i].status);
        assert_non_null(strstr(text, refusals[i].says));
        assert_null(strchr(text, '\n'));
        fixture_close(fixture);
        assert_int_equal(file_sum(fixture->path), file);
        assert_int_equal(file_sum(fixture_file(fixture, "shop.db.keys")), keys);
        rmdir(fixture->path);
        fixture_end(&made);
    }
}

static void null_arguments(void **state)
{
    (void)state;
    struct loy_store *store = NULL;
    struct loy_store_options options = {.size = sizeof options, .user = "tester"};
    assert_int_equal(loy_store_open(&options, &store), LOY_E_ARGUMENT);
    assert_null(store);
    assert_non_null(loy_store_text(NULL));
    loy_store_close(NULL);
}

static void key_path_is_followed(void **state)
{
    struct fixture *fixture = *state;
    char other[FIXTURE_PATH_MAX];
    snprintf(other, sizeof other, "%s/elsewhere", fixture->folder);
    fixture->options.key_path = other;
    assert_int_equal(fixture_create(fixture), LOY_OK);
    assert_int_equal(access(other, F_OK), 0);
    assert_int_equal(access(fixture_file(fixture, "shop.db.key"), F_OK), -1);
    fixture_reopen(fixture);
    fixture->options.key_path = NULL;
    assert_int_equal(fixture_open(fixture), LOY_E_KEY);
}

static void schema_is_whole(void **state)
{
    struct fixture *fixture = *state;
    sqlite3 *db = fixture->store->db;
    assert_int_equal(fixture_number(db, "PRAGMA user_version"), store_schema_newest());
    assert_int_equal(fixture_number(db, "PRAGMA application_id"), STORE_APPLICATION_ID);
    // Names of the first, a middle and the last table: the whole of the embedded text was run.
    assert_int_equal(fixture_number(db, "SELECT count(*) FROM sqlite_schema WHERE name IN"
                                        " ('setting','member','basket','outbox','release')"),
        5);
    struct fixture_findings findings;
    assert_int_equal(fixture_check(fixture, &findings), LOY_OK);
    assert_int_equal(findings.count, 0);
}

/* A stand-in for an older store: the first step undone, the marks kept, then migrated from nothing.
 */
static void migration_runs_in_one_transaction(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    store_run_text(store, "PRAGMA user_version=0");
    // The first step meets its own tables: it must fail as a whole and leave the version alone.
    assert_int_not_equal(store_schema_migrate(store), LOY_OK);
    assert_int_equal(fixture_number(store->db, "PRAGMA user_version"), 0);
    assert_int_equal(sqlite3_get_autocommit(store->db), 1);
    assert_int_equal(fixture_number(store->db, "SELECT count(*) FROM operator"), 1);
}

/* What a store of schema 4 has is kept, and it gets what came behind. */
static void a_store_of_schema_4_gets_the_newest(void **state)
{
    struct fixture *fixture = *state;
    const int64_t tables = fixture_number(fixture->store->db, "SELECT count(*) FROM sqlite_schema");
    store_run_text(fixture->store, "INSERT INTO lane_count VALUES (1, 20000, 1, 5, 7)");
    store_run_text(fixture->store,
        "DROP TABLE alarm_seen; DROP TABLE taken_back; DROP TABLE model; "
        "DROP TABLE promotion_rule_past");
    store_run_text(fixture->store, "PRAGMA user_version=4");
    fixture_reopen(fixture);
    sqlite3 *db = fixture->store->db;
    assert_int_equal(fixture_number(db, "PRAGMA user_version"), store_schema_newest());
    assert_int_equal(fixture_number(db, "SELECT count(*) FROM sqlite_schema"), tables);
    assert_int_equal(fixture_number(db, "SELECT count(*) FROM alarm_seen"), 0);
    assert_int_equal(fixture_number(db, "SELECT sum(count) FROM lane_count"), 7);
    struct fixture_findings findings;
    assert_int_equal(fixture_check(fixture, &findings), LOY_OK);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(created_store_opens, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(pragmas_hold_on_both_files, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(journal_mode_is_put_right, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(key_file_is_private, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(create_never_overwrites, fixture_start_empty, fixture_end),
        cmocka_unit_test_setup_teardown(
            failed_create_leaves_nothing, fixture_start_empty, fixture_end),
        cmocka_unit_test(wrong_files_are_refused_untouched),
        cmocka_unit_test(null_arguments),
        cmocka_unit_test_setup_teardown(key_path_is_followed, fixture_start_empty, fixture_end),
        cmocka_unit_test_setup_teardown(schema_is_whole, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            a_store_of_schema_4_gets_the_newest, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            migration_runs_in_one_transaction, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
