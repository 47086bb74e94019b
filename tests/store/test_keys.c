/* SPDX-License-Identifier: MIT
 *
 * test_keys.c - envelopes, blind index, members' keys and their orphans, and no plain text in any
 * file.
 */
#include "fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t key[MEMBER_KEY_SIZE] = {1, 2, 3};
static const struct loy_id member = {{7, 7, 7}}, other_member = {{7, 7, 8}};
static const struct envelope_place home = {"member_field", "value", &member, 1, 1};

static void sealed_text_comes_back(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 30, 31, 32, 33, 63, 64, 500, LOY_ENVELOPE_TEXT_MAX - 1};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char text[LOY_ENVELOPE_TEXT_MAX], found[LOY_ENVELOPE_TEXT_MAX];
        uint8_t sealed[ENVELOPE_MAX];
        size_t size = 0;
        memset(text, 'x', lengths[i]);
        text[lengths[i]] = '\0';
        assert_int_equal(envelope_seal(key, &home, text, sealed, &size), LOY_OK);
        assert_int_equal(size, ENVELOPE_OVERHEAD + (lengths[i] / 32 + 1) * 32);
        assert_int_equal(envelope_open(key, &home, sealed, size, found), LOY_OK);
        assert_string_equal(found, text);
    }
    char long_text[LOY_ENVELOPE_TEXT_MAX + 1];
    uint8_t sealed[ENVELOPE_MAX];
    size_t size = 0;
    memset(long_text, 'x', LOY_ENVELOPE_TEXT_MAX);
    long_text[LOY_ENVELOPE_TEXT_MAX] = '\0';
    assert_int_equal(envelope_seal(key, &home, long_text, sealed, &size), LOY_E_LIMIT);
}

static void moved_envelope_does_not_open(void **state)
{
    (void)state;
    static const struct envelope_place elsewhere[] = {
        {"member_trait", "value", &member, 1, 1},
        {"member_field", "normal", &member, 1, 1},
        {"member_fieldv", "alue", &member, 1, 1},
        {"member_field", "value", &other_member, 1, 1},
        {"member_field", "value", &member, 2, 1},
        {"member_field", "value", &member, 1, 2},
        {"member_field", "value", NULL, 1, 1},
    };
    uint8_t sealed[ENVELOPE_MAX], wrong_key[MEMBER_KEY_SIZE] = {1, 2, 4};
    char text[LOY_ENVELOPE_TEXT_MAX] = "untouched";
    size_t size = 0;
    assert_int_equal(envelope_seal(key, &home, "Wang Fang", sealed, &size), LOY_OK);
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        assert_int_equal(envelope_open(key, &elsewhere[i], sealed, size, text), LOY_E_CHECK);
    assert_int_equal(envelope_open(wrong_key, &home, sealed, size, text), LOY_E_CHECK);
    for (size_t cut = 0; cut < size; cut++)
        assert_int_not_equal(envelope_open(key, &home, sealed, cut, text), LOY_OK);
    for (size_t bit = 0; bit < size * 8; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(envelope_open(key, &home, sealed, size, text), LOY_OK);
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(envelope_open(key, &home, NULL, 0, text), LOY_E_FORMAT);
    assert_string_equal(text, "untouched");
}

/* What our own key has sealed and is no text of ours all the same. */
static void foreign_content_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t size; /* of what is sealed */
        size_t pad;  /* bytes of padding it says to have; 0: none that is right */
    } contents[] = {{32, 0}, {ENVELOPE_PAD + LOY_ENVELOPE_TEXT_MAX, 1}};
    static const char table[] = "note", column[] = "body";
    const struct envelope_place place = {table, column, &member, 0, 0};
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        uint8_t data[5 + 5 + 5 + 16 + 16] = {1, 1}, sealed[ENVELOPE_MAX] = {1, 1};
        uint8_t plain[LOY_ENVELOPE_TEXT_MAX + ENVELOPE_PAD] = {0};
        char text[LOY_ENVELOPE_TEXT_MAX] = "untouched";
        memcpy(data + 5, table, sizeof table);
        memcpy(data + 10, column, sizeof column);
        memcpy(data + 15, member.bytes, 16);
        memset(plain, 'x', contents[i].size);
        if (contents[i].pad) plain[contents[i].size - contents[i].pad] = 0x80;
        crypto_aead_xchacha20poly1305_ietf_encrypt(
            sealed + 29, NULL, plain, contents[i].size, data, sizeof data, NULL, sealed + 5, key);
        assert_int_equal(
            envelope_open(key, &place, sealed, ENVELOPE_OVERHEAD + contents[i].size, text),
            LOY_E_FORMAT);
        assert_string_equal(text, "untouched");
    }
}

static void places_have_a_length(void **state)
{
    (void)state;
    char name[200], text[LOY_ENVELOPE_TEXT_MAX];
    uint8_t sealed[ENVELOPE_MAX + 1] = {0};
    size_t size = 0;
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    const struct envelope_place place = {name, "value", &member, 0, 0};
    assert_int_equal(envelope_seal(key, &place, "text", sealed, &size), LOY_E_ARGUMENT);
    assert_int_equal(envelope_seal(key, &home, "text", sealed, &size), LOY_OK);
    assert_int_equal(envelope_open(key, &place, sealed, size, text), LOY_E_ARGUMENT);
    assert_int_equal(envelope_open(key, &home, sealed, sizeof sealed, text), LOY_E_FORMAT);
    // Nobody's: a place without a member is one of its own.
    const struct envelope_place nobody = {"member_field", "value", NULL, 0, 0};
    assert_int_equal(envelope_seal(key, &nobody, "text", sealed, &size), LOY_OK);
    assert_int_equal(envelope_open(key, &nobody, sealed, size, text), LOY_OK);
    assert_int_equal(envelope_open(key, &home, sealed, size, text), LOY_E_CHECK);
}

static void same_text_seals_differently(void **state)
{
    (void)state;
    uint8_t a[ENVELOPE_MAX], b[ENVELOPE_MAX];
    size_t size = 0;
    envelope_seal(key, &home, "same", a, &size);
    envelope_seal(key, &home, "same", b, &size);
    assert_memory_not_equal(a, b, size);
}

static void blind_index_separates(void **state)
{
    struct fixture *fixture = *state;
    uint8_t a[LOY_DIGEST_SIZE], b[LOY_DIGEST_SIZE];
    store_blind(fixture->store, 6, "+4930123456", a);
    fixture_reopen(fixture);
    store_blind(fixture->store, 6, "+4930123456", b);
    assert_memory_equal(a, b, sizeof a);
    store_blind(fixture->store, 18, "+4930123456", b);
    assert_memory_not_equal(a, b, sizeof a);
    store_blind(fixture->store, 6, "+4930123457", b);
    assert_memory_not_equal(a, b, sizeof a);
    fixture->store->keys->index[0] ^= 1;
    store_blind(fixture->store, 6, "+4930123456", b);
    assert_memory_not_equal(a, b, sizeof a);
}

static void member_key_survives(void **state)
{
    struct fixture *fixture = *state;
    struct loy_id ids[3];
    uint8_t before[MEMBER_KEY_SIZE], after[MEMBER_KEY_SIZE];
    assert_int_equal(fixture_member_add(fixture->store, &ids[0]), LOY_OK);
    assert_int_equal(store_begin(fixture->store), LOY_OK);
    assert_int_equal(fixture_member_add(fixture->store, &ids[1]), LOY_OK);
    assert_int_equal(fixture_member_add(fixture->store, &ids[2]), LOY_OK);
    // Inside the transaction too, as an import asks for it.
    assert_int_equal(store_member_key(fixture->store, &ids[1], before), LOY_OK);
    assert_int_equal(store_commit(fixture->store), LOY_OK);
    fixture_reopen(fixture);
    assert_int_equal(store_member_key(fixture->store, &ids[1], after), LOY_OK);
    assert_memory_equal(before, after, sizeof before);
    assert_int_equal(store_member_key(fixture->store, &ids[0], after), LOY_OK);
    assert_memory_not_equal(before, after, sizeof before);
    assert_int_equal(store_member_key(fixture->store, &other_member, after), LOY_E_KEY);
}

static void key_needs_a_transaction(void **state)
{
    struct fixture *fixture = *state;
    uint8_t made[MEMBER_KEY_SIZE];
    assert_int_equal(store_member_key_make(fixture->store, &member, made), LOY_E_ARGUMENT);
}

static void swapped_keys_do_not_unwrap(void **state)
{
    struct fixture *fixture = *state;
    struct loy_id ids[2];
    struct fixture_findings findings;
    uint8_t found[MEMBER_KEY_SIZE];
    for (int i = 0; i < 2; i++)
        assert_int_equal(fixture_member_add(fixture->store, &ids[i]), LOY_OK);
    fixture_close(fixture);
    fixture_tamper(fixture_file(fixture, "shop.db.keys"),
        "UPDATE member_key SET wrapped=(SELECT wrapped FROM member_key b WHERE b.rowid<>"
        "member_key.rowid) WHERE rowid=1");
    fixture_reopen(fixture);
    assert_int_equal(store_member_key(fixture->store, &ids[0], found), LOY_E_KEY);
    assert_int_equal(store_member_key(fixture->store, &ids[1], found), LOY_OK);
    assert_int_equal(fixture_check(fixture, &findings), LOY_E_CHECK);
    assert_non_null(strstr(findings.text, "1 members' keys are damaged"));
}

static void rollback_leaves_no_key(void **state)
{
    struct fixture *fixture = *state;
    struct loy_id id;
    assert_int_equal(store_begin(fixture->store), LOY_OK);
    assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
    store_rollback(fixture->store);
    assert_int_equal(fixture_number(fixture->store->key_db, "SELECT count(*) FROM member_key"), 0);
    assert_int_equal(fixture_number(fixture->store->db, "SELECT count(*) FROM member"), 0);
}

/* A crash between the two commits, played by hand: the keys are written, the store rolls back. */
static void orphan_make(struct loy_store *store)
{
    struct loy_id lost;
    assert_int_equal(store_begin(store), LOY_OK);
    assert_int_equal(fixture_member_add(store, &lost), LOY_OK);
    assert_int_equal(store_member_keys_flush(store), LOY_OK);
    store_rollback(store);
}

static void keys_demand(struct fixture *fixture, int64_t count, enum loy_status status)
{
    struct fixture_findings findings;
    assert_int_equal(
        fixture_number(fixture->store->key_db, "SELECT count(*) FROM member_key"), count);
    assert_int_equal(fixture_check(fixture, &findings), status);
    if (status != LOY_OK) assert_non_null(strstr(findings.text, "belong to no member"));
}

static void orphans_are_swept_at_open(void **state)
{
    struct fixture *fixture = *state;
    struct loy_id kept;
    assert_int_equal(fixture_member_add(fixture->store, &kept), LOY_OK);
    // Of several none hides the ones before.
    for (int i = 0; i < 3; i++)
        orphan_make(fixture->store);
    keys_demand(fixture, 4, LOY_E_CHECK);
    fixture_reopen(fixture);
    keys_demand(fixture, 1, LOY_OK);
    // And by the next writer on the same handle.
    orphan_make(fixture->store);
    assert_int_equal(fixture_member_add(fixture->store, &kept), LOY_OK);
    keys_demand(fixture, 2, LOY_OK);
}

/* An erasure took the newest row, whose number comes again for somebody else's orphan. */
static void an_orphan_in_a_used_row_is_swept(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *other = NULL;
    struct loy_id id;
    assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
    assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
    sqlite3_exec(fixture->store->key_db, "DELETE FROM member_key WHERE rowid=2", NULL, NULL, NULL);
    sqlite3_exec(fixture->store->db, "DELETE FROM member WHERE id=2", NULL, NULL, NULL);
    assert_int_equal(loy_store_open(&fixture->options, &other), LOY_OK);
    orphan_make(other);
    loy_store_close(other);
    assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
    keys_demand(fixture, 2, LOY_OK);
}

static void member_without_key_is_told(void **state)
{
    struct fixture *fixture = *state;
    struct loy_id id;
    struct fixture_findings findings;
    assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
    fixture_close(fixture);
    fixture_tamper(fixture_file(fixture, "shop.db.keys"), "DELETE FROM member_key");
    fixture_reopen(fixture);
    assert_int_equal(fixture_check(fixture, &findings), LOY_E_CHECK);
    assert_non_null(strstr(findings.text, "1 members have no key"));
}

static bool file_holds(const char *path, const void *needle, size_t size)
{
    FILE *stream = fopen(path, "r");
    if (!stream) return false;
    static char bytes[8 << 20];
    size_t got = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    return memmem(bytes, got, needle, size) != NULL;
}

static bool folder_holds(const struct fixture *fixture, const void *needle, size_t size)
{
    bool found = false;
    DIR *entries = opendir(fixture->folder);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (entry->d_name[0] != '.')
            found |= file_holds(fixture_file(fixture, entry->d_name), needle, size);
    closedir(entries);
    return found;
}

static void no_plain_text_in_any_file(void **state)
{
    static const char canary[] = "CANARY-Zhang-Wei-0301234567";
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    struct loy_id id;
    uint8_t own[MEMBER_KEY_SIZE], sealed[ENVELOPE_MAX], digest[LOY_DIGEST_SIZE];
    size_t size = 0;
    for (int i = 0; i < 50; i++) {
        assert_int_equal(store_begin(store), LOY_OK);
        assert_int_equal(fixture_member_add(store, &id), LOY_OK);
        assert_int_equal(store_member_key(store, &id, own), LOY_OK);
        const struct envelope_place place = {"member_trait", "value", &id, 0, 1};
        assert_int_equal(envelope_seal(own, &place, canary, sealed, &size), LOY_OK);
        store_blind(store, 1, canary, digest);
        sqlite3_stmt *insert = store_sql(store,
            "INSERT INTO member_trait (member, name, version, value, channel, initiated_by, "
            "collected_at_us, entered_at_us, operator) SELECT max(id), 't', 1, ?1, 'desk', 2, 0, "
            "0, 1 FROM member");
        sqlite3_bind_blob(insert, 1, sealed, (int)size, SQLITE_STATIC);
        assert_int_equal(store_run(store, insert), LOY_OK);
        insert = store_sql(store,
            "INSERT INTO blind_index (field, digest, member) SELECT 1, ?1, max(id) FROM member");
        sqlite3_bind_blob(insert, 1, digest, sizeof digest, SQLITE_STATIC);
        assert_int_equal(store_run(store, insert), LOY_OK);
        assert_int_equal(store_commit(store), LOY_OK);
    }
    // The search itself works: what is there is found, with the log still open and after closing.
    assert_true(folder_holds(fixture, digest, sizeof digest));
    assert_false(folder_holds(fixture, canary, 12));
    assert_false(folder_holds(fixture, own, sizeof own));
    fixture_reopen(fixture);
    assert_true(folder_holds(fixture, digest, sizeof digest));
    assert_false(folder_holds(fixture, canary, 12));
    assert_false(folder_holds(fixture, own, sizeof own));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealed_text_comes_back),
        cmocka_unit_test(moved_envelope_does_not_open),
        cmocka_unit_test(foreign_content_is_refused),
        cmocka_unit_test(places_have_a_length),
        cmocka_unit_test(same_text_seals_differently),
        cmocka_unit_test_setup_teardown(blind_index_separates, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(member_key_survives, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(key_needs_a_transaction, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(swapped_keys_do_not_unwrap, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(rollback_leaves_no_key, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(orphans_are_swept_at_open, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            an_orphan_in_a_used_row_is_swept, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(member_without_key_is_told, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(no_plain_text_in_any_file, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
