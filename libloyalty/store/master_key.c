/* SPDX-License-Identifier: MIT
 *
 * master_key.c - which master key fits FILE.keys, and how a key of another store is told. The key
 * itself stays on the stack of these functions and is wiped; what is derived from it lives in
 * guarded memory.
 */
#include <store/store_parts.h>

#include <stdlib.h>
#include <string.h>

#define TRIES_MAX 4

static const char check_name[] = "key_check";

void store_master_key_adopt(struct loy_store *store, const struct key_bytes *bytes, bool sealed)
{
    memcpy(store->key_digest, bytes->digest, sizeof store->key_digest);
    store->key_sealed = sealed;
}

enum loy_status store_master_key_make(struct loy_store *store, const char *passphrase)
{
    if (store_disk_exists(store->key_path))
        return store_fail(store, LOY_E_CONFLICT,
            "%s is there already: a new store needs a key of its own; move that file away, or name "
            "another one",
            store->key_path);
    uint8_t master[MASTER_KEY_SIZE];
    struct key_bytes bytes;
    enum loy_status status = store_keys_make_room(store);
    if (status != LOY_OK) return status;
    crypto_kdf_keygen(master);
    status = store_key_bytes_make(store, &bytes, master, passphrase);
    if (status == LOY_OK) status = store_key_bytes_write(store, store->key_path, &bytes);
    if (status == LOY_OK) {
        store_master_key_adopt(store, &bytes, passphrase != NULL);
        store_wrap_derive(master, store->keys->wrap);
        store_ring_make(store->keys);
        store->key_id = 1;
    }
    sodium_memzero(master, sizeof master);
    sodium_memzero(&bytes, sizeof bytes);
    return status;
}

static void check_value(const uint8_t wrap[32], uint8_t check[STORE_CHECK_SIZE])
{
    static const unsigned char what[] = "loyalty master key check 1";
    crypto_generichash(check, STORE_CHECK_SIZE, what, sizeof what, wrap, 32);
}

enum loy_status store_master_key_note(struct loy_store *store)
{
    uint8_t check[STORE_CHECK_SIZE];
    check_value(store->keys->wrap, check);
    return store_bytes_set(store, STORE_NOTES, check_name, check, sizeof check);
}

enum loy_status store_master_key_try(struct loy_store *store, const uint8_t master[MASTER_KEY_SIZE])
{
    uint8_t mine[STORE_CHECK_SIZE], found[STORE_CHECK_SIZE];
    struct store_marks marks = {0};
    enum loy_status status = store_keys_make_room(store);
    if (status == LOY_OK) status = store_marks_read(store, store->key_db, &marks);
    if (status == LOY_OK)
        status = store_bytes_get(store, STORE_NOTES, check_name, found, sizeof found);
    if (status != LOY_OK) return status;
    store_wrap_derive(master, store->keys->wrap);
    check_value(store->keys->wrap, mine);
    if (sodium_memcmp(mine, found, sizeof mine) != 0) {
        sodium_memzero(store->keys, sizeof *store->keys);
        return LOY_NONE;
    }
    if (marks.version >= 2) return store_ring_read(store);
    store_ring_derive(store->keys, master);
    store->key_id = 1;
    return LOY_OK;
}

/* LOY_NONE with a sentence: a key, but another one's. */
static enum loy_status bytes_try(struct loy_store *store, const char *path,
    const struct key_bytes *bytes, const char *passphrase)
{
    struct key_file file;
    uint8_t master[MASTER_KEY_SIZE];
    if (!key_file_parse(bytes->text, bytes->size, &file))
        return store_fail(store, LOY_E_KEY,
            "%s holds no master key: put it back from where its copy is kept", path);
    enum loy_status status = key_file_unseal(&file, passphrase, master);
    if (status == LOY_E_MEMORY)
        store_fail(store, status,
            "opening %s needs %llu MB of memory for a moment: close other programs and repeat",
            path, (unsigned long long)file.kib >> 10);
    else if (status == LOY_E_KEY && !passphrase)
        store_fail(store, status,
            "the master key in %s is under a passphrase: type it at a terminal, or write it into a "
            "file of your own and name that by $LOYALTY_PASSPHRASE_FILE; nothing was changed",
            path);
    else if (status == LOY_E_KEY)
        store_fail(store, status,
            "the passphrase does not open %s: type it again; nothing was changed", path);
    else
        status = store_master_key_try(store, master);
    if (status == LOY_NONE)
        store_fail(store, LOY_E_KEY,
            "the master key in %s is another one's than that of %s: put the right one back (a "
            "backup needs the key of its time); nothing was changed",
            path, store->keys_path);
    if (status == LOY_OK) store_master_key_adopt(store, bytes, file.sealed);
    sodium_memzero(&file, sizeof file);
    sodium_memzero(master, sizeof master);
    return status;
}

/* The successor is tried where the file itself does not fit, and then only its success counts. */
static enum loy_status either_try(struct loy_store *store, const char *next_path,
    const struct key_bytes *next, struct key_bytes *key, const char *passphrase)
{
    enum loy_status status = store_key_bytes_read(store, store->key_path, key);
    if (status == LOY_OK) status = bytes_try(store, store->key_path, key, passphrase);
    if ((status != LOY_E_KEY && status != LOY_NONE) || next->size == 0) return status;
    struct store_failure before;
    store_failure_save(store, &before);
    if (bytes_try(store, next_path, next, passphrase) == LOY_OK) return LOY_OK;
    store_failure_restore(store, &before);
    store->failed = status;
    return status;
}

/* Read in this order: FILE.keys, FILE.key.next, FILE.key. Whoever changes the key goes the other
 * way round, so what fits is among what is read, or FILE.keys has changed since. */
static enum loy_status attempt(
    struct loy_store *store, const char *passphrase, uint8_t check[STORE_CHECK_SIZE])
{
    struct key_bytes next = {.size = 0}, key;
    enum loy_status status = store_database_run(store, store->key_db, "BEGIN");
    if (status != LOY_OK) return status;
    status = store_bytes_get(store, STORE_NOTES, check_name, check, STORE_CHECK_SIZE);
    char *next_path = store_key_next_path(store);
    if (!next_path) status = store_fail(store, LOY_E_MEMORY, "out of memory");
    if (status >= LOY_OK) {
        if (store_disk_exists(next_path)) store_key_bytes_read(store, next_path, &next);
        status = either_try(store, next_path, &next, &key, passphrase);
    }
    free(next_path);
    sodium_memzero(&next, sizeof next);
    sodium_memzero(&key, sizeof key);
    sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    return status == LOY_NONE ? LOY_E_KEY : status;
}

enum loy_status store_master_key_open(struct loy_store *store, const char *passphrase)
{
    enum loy_status status;
    bool changed = true;
    for (int tries = 0; changed && tries < TRIES_MAX; tries++) {
        uint8_t before[STORE_CHECK_SIZE] = {0}, after[STORE_CHECK_SIZE] = {0};
        status = attempt(store, passphrase, before);
        if (status != LOY_E_KEY) return status;
        changed = store_bytes_get(store, STORE_NOTES, check_name, after, sizeof after) == LOY_OK &&
                  memcmp(before, after, sizeof before) != 0;
    }
    return status;
}

enum loy_status store_master_key_again(
    struct loy_store *store, const char *passphrase, uint8_t master[MASTER_KEY_SIZE])
{
    struct key_bytes bytes;
    struct key_file file = {0};
    uint8_t wrap[32];
    enum loy_status status = store_key_bytes_read(store, store->key_path, &bytes);
    if (status != LOY_OK) return status;
    bool fits = key_file_parse(bytes.text, bytes.size, &file);
    if (fits) status = key_file_unseal(&file, passphrase, master);
    if (fits && status == LOY_OK) {
        store_wrap_derive(master, wrap);
        fits = sodium_memcmp(wrap, store->keys->wrap, sizeof wrap) == 0;
    }
    // Another handle may have set or removed a passphrase: what is written next follows the file.
    if (fits && status == LOY_OK) store_master_key_adopt(store, &bytes, file.sealed);
    if (status == LOY_E_MEMORY)
        store_fail(store, status, "out of memory");
    else if (status == LOY_E_KEY)
        store_fail(store, status,
            "the passphrase does not open %s: type it again; nothing was changed", store->key_path);
    else if (!fits)
        status = store_fail(store, LOY_E_KEY,
            "%s is no longer the key that this store was opened with: repeat the command; a "
            "program that keeps the store open closes it and opens it again",
            store->key_path);
    sodium_memzero(&bytes, sizeof bytes);
    sodium_memzero(&file, sizeof file);
    sodium_memzero(wrap, sizeof wrap);
    if (status != LOY_OK) sodium_memzero(master, MASTER_KEY_SIZE);
    return status;
}
