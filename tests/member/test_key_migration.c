/* SPDX-License-Identifier: MIT
 *
 * test_key_migration.c - a store of the first schema, where every subkey came from the master key
 * and FILE.keys held no ring: it opens, keeps its subkeys, and its members, traits and cards are
 * read and found. The first schema is run from its own file.
 */
#include "desk.h"

#include <store/store_parts.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER "2900000000017"

struct old_store {
    struct desk desk;
    uint8_t master[MASTER_KEY_SIZE];
    struct loy_id member;
};

static void master_read(struct old_store *old)
{
    char path[128];
    struct key_bytes bytes;
    struct key_file file;
    snprintf(path, sizeof path, "%s.key", old->desk.path);
    assert_int_equal(store_key_bytes_read(old->desk.store, path, &bytes), LOY_OK);
    assert_true(key_file_parse(bytes.text, bytes.size, &file));
    assert_false(file.sealed);
    memcpy(old->master, file.master, sizeof old->master);
}

/* The subkeys as the first version derived them, in numbers of its own. */
static void keys_derive_as_first(const struct old_store *old, uint8_t keys[5][32])
{
    for (unsigned i = 0; i < 5; i++)
        crypto_kdf_derive_from_key(keys[i], 32, i + 1, "loyalty1", old->master);
}

static void keys_put(struct store_keys *keys, uint8_t old[5][32])
{
    memcpy(keys->wrap, old[0], 32);
    memcpy(keys->index, old[1], 32);
    memcpy(keys->card, old[2], 32);
    memcpy(keys->audit, old[3], 32);
    memcpy(keys->basket, old[4], 32);
}

static void keys_demand(const struct store_keys *keys, uint8_t old[5][32])
{
    assert_memory_equal(keys->index, old[1], 32);
    assert_memory_equal(keys->card, old[2], 32);
    assert_memory_equal(keys->audit, old[3], 32);
    assert_memory_equal(keys->basket, old[4], 32);
}

static void fill(struct old_store *old)
{
    const struct loy_field_text fields[] = {
        {LOY_FIELD_NAME, "Testhaus GmbH"}, {LOY_FIELD_TELEPHONE, "030 1234567"}};
    const struct loy_trait_text traits[] = {{"till_note", "prefers blue"}};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_ORGANISATION,
        .fields = fields,
        .field_count = 2,
        .traits = traits,
        .trait_count = 1,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = AT,
        .consent = {false, true, false, false, false},
        .reference = "A-17"};
    struct loy_credential card;
    assert_int_equal(loy_member_add(old->desk.store, &form, AT, &old->member), LOY_OK);
    desk_credential(&old->desk, NUMBER, &card);
    assert_int_equal(loy_card_issue(old->desk.store, &old->member, &card, AT), LOY_OK);
}

static void must(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) == SQLITE_OK) return;
    print_error("%s: %s\n", sql, why);
    fail();
}

/* What both have of each table. */
static void rows_copy(sqlite3 *db)
{
    sqlite3_stmt *tables = NULL;
    const char *sql =
        "SELECT format('INSERT INTO main.%s (%s) SELECT %s FROM new.%s', t.name, c.list, c.list, "
        "t.name) FROM sqlite_schema t, (SELECT s.name, group_concat(p.name) AS list FROM "
        "sqlite_schema s, pragma_table_info(s.name) p WHERE s.type='table' GROUP BY s.name) c "
        "WHERE t.type='table' AND c.name=t.name";
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &tables, NULL), SQLITE_OK);
    int copied = 0;
    while (sqlite3_step(tables) == SQLITE_ROW) {
        char *copy = sqlite3_mprintf("%s", sqlite3_column_text(tables, 0));
        must(db, copy);
        sqlite3_free(copy);
        copied++;
    }
    assert_true(copied >= 2);
    sqlite3_finalize(tables);
}

static char *file_text(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

/* path becomes a file of the first version with the rows that fit it. */
static void file_downgrade(const char *path, const char *schema, const char *marks)
{
    char new_path[160], sql[300];
    sqlite3 *db = NULL;
    snprintf(new_path, sizeof new_path, "%s.newer", path);
    assert_int_equal(rename(path, new_path), 0);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    must(db, "PRAGMA journal_mode=WAL");
    must(db, schema);
    snprintf(sql, sizeof sql, "ATTACH '%s' AS new", new_path);
    must(db, sql);
    rows_copy(db);
    must(db, "DETACH new");
    must(db, marks);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    unlink(new_path);
}

static void check_value(const uint8_t wrap[32], char hex[33])
{
    static const char what[] = "loyalty master key check 1";
    uint8_t check[16];
    crypto_generichash(check, sizeof check, (const unsigned char *)what, sizeof what, wrap, 32);
    sodium_bin2hex(hex, 33, check, sizeof check);
}

static void downgrade(struct old_store *old, uint8_t keys[5][32])
{
    char keys_path[128], marks[300], check[33];
    check_value(keys[0], check);
    snprintf(keys_path, sizeof keys_path, "%s.keys", old->desk.path);
    char *schema = file_text(TEST_SOURCE_DIR "/libloyalty/store/migrations/001_first.sql");
    snprintf(marks, sizeof marks,
        "DELETE FROM setting WHERE name IN ('ring_check', 'key_id');"
        "INSERT INTO setting VALUES ('key_check', x'%s');"
        "PRAGMA application_id=%d; PRAGMA user_version=1",
        check, STORE_APPLICATION_ID);
    file_downgrade(old->desk.path, schema, marks);
    free(schema);
    // The first version noted nothing of the log's end.
    snprintf(marks, sizeof marks,
        "DELETE FROM note WHERE name='audit_note'; PRAGMA application_id=%d; PRAGMA user_version=1",
        STORE_KEYS_APPLICATION_ID);
    file_downgrade(keys_path,
        "CREATE TABLE member_key (member BLOB PRIMARY KEY, wrapped BLOB NOT NULL,"
        " made_at_us INTEGER NOT NULL) STRICT;"
        "CREATE TABLE note (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;",
        marks);
}

static int old_start(void **state)
{
    struct old_store *old = calloc(1, sizeof *old);
    uint8_t keys[5][32];
    if (!old) return -1;
    desk_open(&old->desk, "DE");
    master_read(old);
    keys_derive_as_first(old, keys);
    keys_put(old->desk.store->keys, keys);
    // The chain that starts with the ring's own key is not the old store's.
    desk_run(&old->desk,
        "DROP TRIGGER audit_delete; DROP TRIGGER anchor_delete; DELETE FROM audit; "
        "DELETE FROM audit_anchor; DELETE FROM setting WHERE name='audit_head'");
    fill(old);
    loy_store_close(old->desk.store);
    old->desk.store = NULL;
    downgrade(old, keys);
    *state = old;
    return 0;
}

static int old_end(void **state)
{
    struct old_store *old = *state;
    desk_close(&old->desk);
    free(old);
    return 0;
}

static enum loy_status old_open(struct old_store *old, const char *key_path)
{
    loy_store_close(old->desk.store);
    old->desk.store = NULL;
    const struct loy_store_options options = {.size = sizeof options,
        .path = old->desk.path,
        .key_path = key_path,
        .user = "tester",
        .at_us = AT};
    return loy_store_open(&options, &old->desk.store);
}

static void finding(void *user, const char *sentence)
{
    (void)user;
    print_error("%s\n", sentence);
}

static void all_demand(struct old_store *old)
{
    struct loy_store *store = old->desk.store;
    char text[LOY_FIELD_TEXT_MAX];
    struct loy_id found;
    struct loy_credential card;
    assert_int_equal(loy_member_field(store, &old->member, LOY_FIELD_NAME, text), LOY_OK);
    assert_string_equal(text, "Testhaus GmbH");
    assert_int_equal(loy_member_trait(store, &old->member, "till_note", text), LOY_OK);
    assert_string_equal(text, "prefers blue");
    desk_credential(&old->desk, NUMBER, &card);
    assert_int_equal(loy_member_find_card(store, &card, &found), LOY_OK);
    assert_memory_equal(&found, &old->member, sizeof found);
    assert_int_equal(
        loy_member_find_indexed(store, LOY_FIELD_TELEPHONE, "+49 30 1234567", &found), LOY_OK);
    assert_memory_equal(&found, &old->member, sizeof found);
    assert_int_equal(loy_member_find_reference(store, "A-17", &found), LOY_OK);
    enum loy_status status = loy_store_check(store, finding, NULL);
    assert_int_equal(status, LOY_OK);
}

static void first_store_opens_and_keeps_its_keys(void **state)
{
    struct old_store *old = *state;
    uint8_t keys[5][32];
    keys_derive_as_first(old, keys);
    assert_int_equal(old_open(old, NULL), LOY_OK);
    keys_demand(old->desk.store->keys, keys);
    assert_memory_equal(old->desk.store->keys->wrap, keys[0], 32);
    // Slots that the first version did not have continue its numbers.
    uint8_t pin[32];
    crypto_kdf_derive_from_key(pin, sizeof pin, 6, "loyalty1", old->master);
    assert_memory_equal(old->desk.store->keys->pin, pin, sizeof pin);
    all_demand(old);
    assert_int_equal(desk_number(&old->desk, "PRAGMA user_version"), store_schema_newest());
    assert_int_equal(
        desk_number(&old->desk, "SELECT count(*) FROM setting WHERE name='key_check'"), 0);
    assert_int_equal(old_open(old, NULL), LOY_OK);
    all_demand(old);
}

static void first_store_takes_a_new_master_key(void **state)
{
    struct old_store *old = *state;
    uint8_t keys[5][32];
    struct loy_key_rotation done = {0};
    keys_derive_as_first(old, keys);
    assert_int_equal(old_open(old, NULL), LOY_OK);
    assert_int_equal(loy_store_key_rotate(old->desk.store, NULL, NULL, NULL, AT, &done), LOY_OK);
    assert_int_equal(done.members, 1);
    for (int i = 0; i < 2; i++) {
        keys_demand(old->desk.store->keys, keys);
        assert_memory_not_equal(old->desk.store->keys->wrap, keys[0], 32);
        all_demand(old);
        assert_int_equal(old_open(old, NULL), LOY_OK);
    }
}

static void first_store_refuses_another_key(void **state)
{
    struct old_store *old = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/other", old->desk.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("0123456789012345678901234567890123456789012345678901234567890123\n", file);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(old_open(old, path), LOY_E_KEY);
    assert_int_equal(old_open(old, NULL), LOY_OK);
    all_demand(old);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_store_opens_and_keeps_its_keys, old_start, old_end),
        cmocka_unit_test_setup_teardown(first_store_takes_a_new_master_key, old_start, old_end),
        cmocka_unit_test_setup_teardown(first_store_refuses_another_key, old_start, old_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
