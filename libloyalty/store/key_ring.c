/* SPDX-License-Identifier: MIT
 *
 * key_ring.c - the subkeys that last as long as the store: index, card, audit, basket and what
 * comes. They lie in FILE.keys, wrapped by the master key, so that changing the master key changes
 * none of them. Stores of keys schema 1 derived them from the master key; these values stay.
 */
#include <store/store_parts.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define CONTEXT "loyalty1"
#define SUBKEY_WRAP 1u
#define SUBKEY_SIZE 32u
#define RING_START offsetof(struct store_keys, index)
#define RING_SIZE (sizeof(struct store_keys) - RING_START)
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define WRAPPED_SIZE (NONCE_SIZE + RING_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES)

// The slots are numbered by their place, and the ring's size is in every file.
_Static_assert(RING_START == SUBKEY_SIZE && RING_SIZE == 8 * SUBKEY_SIZE, "layout of the ring");

static const char check_name[] = "ring_check";
static const char id_name[] = "key_id";
static const char changer_name[] = "key_changer";

enum loy_status store_keys_make_room(struct loy_store *store)
{
    if (!store->keys) store->keys = sodium_malloc(sizeof *store->keys);
    return store->keys ? LOY_OK : store_fail(store, LOY_E_MEMORY, "out of memory");
}

void store_wrap_derive(const uint8_t master[MASTER_KEY_SIZE], uint8_t wrap[32])
{
    crypto_kdf_derive_from_key(wrap, SUBKEY_SIZE, SUBKEY_WRAP, CONTEXT, master);
}

void store_ring_derive(struct store_keys *keys, const uint8_t master[MASTER_KEY_SIZE])
{
    uint8_t *slot = keys->index;
    for (uint64_t number = 2; number < 2 + RING_SIZE / SUBKEY_SIZE; number++, slot += SUBKEY_SIZE)
        crypto_kdf_derive_from_key(slot, SUBKEY_SIZE, number, CONTEXT, master);
}

void store_ring_make(struct store_keys *keys)
{
    randombytes_buf(keys->index, RING_SIZE);
}

struct ring_data {
    char place[8];
    int64_t key_id;
};

static struct ring_data ring_data_of(int64_t key_id)
{
    return (struct ring_data){.place = "ring", .key_id = key_id};
}

enum loy_status store_ring_write(struct loy_store *store)
{
    static const char sql[] = "INSERT INTO ring (one, key_id, wrapped) VALUES (1, ?1, ?2)"
                              " ON CONFLICT (one) DO UPDATE SET key_id=excluded.key_id,"
                              " wrapped=excluded.wrapped";
    const struct ring_data data = ring_data_of(store->key_id);
    uint8_t wrapped[WRAPPED_SIZE];
    sqlite3_stmt *set = NULL;
    if (sqlite3_prepare_v2(store->key_db, sql, -1, &set, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    randombytes_buf(wrapped, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(wrapped + NONCE_SIZE, NULL, store->keys->index,
        RING_SIZE, (const unsigned char *)&data, sizeof data, NULL, wrapped, store->keys->wrap);
    sqlite3_bind_int64(set, 1, store->key_id);
    sqlite3_bind_blob(set, 2, wrapped, sizeof wrapped, SQLITE_STATIC);
    enum loy_status status = store_run(store, set);
    sqlite3_finalize(set);
    return status;
}

static bool ring_open(struct loy_store *store, const uint8_t *wrapped, size_t size)
{
    const struct ring_data data = ring_data_of(store->key_id);
    return wrapped && size == WRAPPED_SIZE &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(store->keys->index, NULL, NULL,
               wrapped + NONCE_SIZE, size - NONCE_SIZE, (const unsigned char *)&data, sizeof data,
               wrapped, store->keys->wrap) == 0;
}

enum loy_status store_ring_read(struct loy_store *store)
{
    static const char sql[] = "SELECT key_id, wrapped FROM ring";
    sqlite3_stmt *find = NULL;
    if (sqlite3_prepare_v2(store->key_db, sql, -1, &find, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    enum loy_status status = store_step(store, find);
    if (status == LOY_OK) {
        store->key_id = sqlite3_column_int64(find, 0);
        const uint8_t *wrapped = sqlite3_column_blob(find, 1);
        if (!ring_open(store, wrapped, (size_t)sqlite3_column_bytes(find, 1))) status = LOY_NONE;
    }
    sqlite3_finalize(find);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_E_KEY,
        "the keys in %s are damaged: restore it from the backup; nothing was changed",
        store->keys_path);
}

enum loy_status store_key_id_compare(struct loy_store *store)
{
    int64_t key_id = 0;
    enum loy_status status =
        store_database_number(store, store->key_db, "SELECT key_id FROM ring", &key_id);
    if (status != LOY_OK || key_id == store->key_id) return status;
    return store_fail(store, LOY_E_KEY,
        "the master key was changed meanwhile: repeat the command; a program that keeps the store "
        "open closes it and opens it again");
}

/* ---- FILE's side --------------------------------------------------------------------------------
 */

static void check_value(const struct loy_store *store, uint8_t check[STORE_CHECK_SIZE])
{
    static const unsigned char what[] = "loyalty ring check 1";
    crypto_generichash(
        check, STORE_CHECK_SIZE, what, sizeof what, store->keys->index, sizeof store->keys->index);
}

/* A FILE without a check was last written by a program of keys schema 1: its pair is known by the
 * store's id. */
enum loy_status store_ring_compare(struct loy_store *store)
{
    uint8_t mine[STORE_CHECK_SIZE], found[STORE_CHECK_SIZE];
    check_value(store, mine);
    enum loy_status status =
        store_bytes_get(store, STORE_SETTINGS, check_name, found, sizeof found);
    if (status < LOY_OK) return status;
    if (status == LOY_NONE || sodium_memcmp(mine, found, sizeof mine) == 0) return LOY_OK;
    return store_fail(store, LOY_E_KEY,
        "the key file %s is another store's: restore the one that belongs to %s", store->keys_path,
        store->path);
}

enum loy_status store_ring_note(struct loy_store *store)
{
    uint8_t check[STORE_CHECK_SIZE];
    check_value(store, check);
    enum loy_status status =
        store_bytes_set(store, STORE_SETTINGS, check_name, check, sizeof check);
    if (status == LOY_OK) status = store_number_set(store, STORE_SETTINGS, id_name, store->key_id);
    return status;
}

enum loy_status store_ring_changer_note(struct loy_store *store)
{
    return store_number_set(store, STORE_NOTES, changer_name, store->operator_id);
}

/* In the name of who changed the key, whoever opens the store next. */
static enum loy_status change_audit(struct loy_store *store, int64_t at_us)
{
    char object[40];
    int64_t self = store->operator_id;
    enum loy_status status =
        store_number_get(store, STORE_NOTES, changer_name, &store->operator_id);
    snprintf(object, sizeof object, "key %lld", (long long)store->key_id);
    if (status >= LOY_OK) status = store_audit(store, "key-rotate", object, at_us);
    store->operator_id = self;
    return status;
}

/* key_check of FILE was schema 1's: it could not follow the master key in one transaction. */
static enum loy_status settle(struct loy_store *store, bool changed, int64_t at_us)
{
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    status = store_ring_note(store);
    if (status == LOY_OK) status = store_forget(store, STORE_SETTINGS, "key_check");
    if (status == LOY_OK && changed) status = change_audit(store, at_us);
    if (status == LOY_OK) return store_commit(store);
    store_rollback(store);
    return status;
}

enum loy_status store_ring_settle(struct loy_store *store, int64_t at_us)
{
    int64_t noted = 1;
    enum loy_status status = store_number_get(store, STORE_SETTINGS, id_name, &noted);
    if (status < LOY_OK) return status;
    bool changed = noted != store->key_id;
    return status == LOY_NONE || changed ? settle(store, changed, at_us) : LOY_OK;
}
