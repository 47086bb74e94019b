/* SPDX-License-Identifier: MIT
 *
 * member_keys.c - FILE.keys: a random key per member, wrapped under the master key. Keys made in a
 * transaction are written and synced before it commits, so a crash between leaves a key without a
 * member, never a member without a key. Knows no field.
 *
 * A key without a member is destroyed late. A program that is killed in its commit may leave a
 * member in FILE's log that nobody sees who has the store open, and that the log's next recovery
 * brings to light, unless a later commit was written over it (SQLite's file format, section 4.4).
 * So such keys are gathered under FILE's write lock, where no other program is between the two
 * commits, and destroyed only behind a commit of this handle's own that writes something.
 *
 * Notes in FILE.keys: "batch_first" is the first row in which such a key may stand; "batch" names
 * the keys that were written last, by chance, since row numbers come again.
 */
#include <store/store_parts.h>

#include <stdlib.h>
#include <string.h>

#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define WRAP_PLACE "member_key"

static const char first_name[] = "batch_first", batch_name[] = "batch";

struct wrap_data {
    char place[sizeof WRAP_PLACE];
    uint8_t member[16];
};

static struct wrap_data wrap_data_of(const uint8_t member[16])
{
    struct wrap_data data = {.place = WRAP_PLACE};
    memcpy(data.member, member, sizeof data.member);
    return data;
}

void store_member_key_wrap(const uint8_t wrap[32], const uint8_t member[16],
    const uint8_t key[MEMBER_KEY_SIZE], uint8_t wrapped[STORE_WRAPPED_SIZE])
{
    struct wrap_data data = wrap_data_of(member);
    randombytes_buf(wrapped, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(wrapped + NONCE_SIZE, NULL, key, MEMBER_KEY_SIZE,
        (const unsigned char *)&data, sizeof data, NULL, wrapped, wrap);
}

bool store_member_key_unwrap(const uint8_t wrap[32], const uint8_t member[16],
    const uint8_t *wrapped, size_t size, uint8_t key[MEMBER_KEY_SIZE])
{
    struct wrap_data data = wrap_data_of(member);
    return wrapped && size == STORE_WRAPPED_SIZE &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, wrapped + NONCE_SIZE,
               size - NONCE_SIZE, (const unsigned char *)&data, sizeof data, wrapped, wrap) == 0;
}

/* Room for one more of that size: the rows as they are now, or NULL. */
static void *rows_grow(void *rows, size_t count, size_t *max, size_t size)
{
    if (count < *max) return rows;
    size_t more = *max ? *max * 2 : 16;
    void *grown = realloc(rows, more * size);
    if (grown) *max = more;
    return grown;
}

enum loy_status store_member_key_make(
    struct loy_store *store, const struct loy_id *member, uint8_t key[MEMBER_KEY_SIZE])
{
    if (store->depth == 0)
        return store_fail(
            store, LOY_E_ARGUMENT, "a member's key is made inside a transaction only");
    struct store_new_key *grown = rows_grow(
        store->new_keys, store->new_key_count, &store->new_key_max, sizeof *store->new_keys);
    if (!grown) return store_fail(store, LOY_E_MEMORY, "out of memory");
    store->new_keys = grown;
    struct store_new_key *made = &store->new_keys[store->new_key_count++];
    memcpy(made->member, member->bytes, sizeof made->member);
    randombytes_buf(key, MEMBER_KEY_SIZE);
    store_member_key_wrap(store->keys->wrap, made->member, key, made->wrapped);
    return LOY_OK;
}

void store_member_keys_forget(struct loy_store *store)
{
    if (store->new_key_count > 0)
        sodium_memzero(store->new_keys, store->new_key_count * sizeof *store->new_keys);
    store->new_key_count = 0;
    store->orphan_count = 0;
}

/* Newest first: an import asks for the member that it has just added. */
static const uint8_t *new_key_find(const struct loy_store *store, const struct loy_id *member)
{
    for (size_t i = store->new_key_count; i-- > 0;)
        if (memcmp(store->new_keys[i].member, member->bytes, sizeof member->bytes) == 0)
            return store->new_keys[i].wrapped;
    return NULL;
}

static enum loy_status key_missing(struct loy_store *store)
{
    return store_fail(store, LOY_E_KEY,
        "%s holds no key for this member: its data was erased, or the file is not the store's own",
        store->keys_path);
}

static enum loy_status key_useless(struct loy_store *store)
{
    enum loy_status status = store_key_id_compare(store);
    if (status != LOY_OK) return status;
    return store_fail(store, LOY_E_KEY, "a member's key in %s is damaged", store->keys_path);
}

enum loy_status store_member_key(
    struct loy_store *store, const struct loy_id *member, uint8_t key[MEMBER_KEY_SIZE])
{
    static const char sql[] = "SELECT wrapped, key_id FROM member_key WHERE member=?1";
    sqlite3_stmt **statement = &store->key_select;
    if (!*statement && sqlite3_prepare_v3(store->key_db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           statement, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    sqlite3_bind_blob(*statement, 1, member->bytes, sizeof member->bytes, SQLITE_STATIC);
    enum loy_status status = store_step(store, *statement);
    const uint8_t *wrapped = NULL;
    size_t size = 0;
    int64_t key_id = store->key_id;
    if (status == LOY_OK) {
        key_id = sqlite3_column_int64(*statement, 1);
        wrapped = sqlite3_column_blob(*statement, 0);
        size = (size_t)sqlite3_column_bytes(*statement, 0);
    } else if (status == LOY_NONE) {
        wrapped = new_key_find(store, member);
        size = STORE_WRAPPED_SIZE;
    }
    if (status >= LOY_OK && !wrapped)
        status = key_missing(store);
    else if (status >= LOY_OK)
        status = key_id == store->key_id && store_member_key_unwrap(store->keys->wrap,
                                                member->bytes, wrapped, size, key)
                     ? LOY_OK
                     : key_useless(store);
    sqlite3_reset(*statement);
    sqlite3_clear_bindings(*statement);
    return status;
}

static enum loy_status new_keys_insert(struct loy_store *store)
{
    static const char sql[] =
        "INSERT INTO member_key (member, wrapped, made_at_us, key_id) VALUES (?1, ?2, ?3, ?4)";
    sqlite3_stmt *insert = NULL;
    if (sqlite3_prepare_v2(store->key_db, sql, -1, &insert, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < store->new_key_count; i++) {
        const struct store_new_key *made = &store->new_keys[i];
        sqlite3_bind_blob(insert, 1, made->member, sizeof made->member, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 2, made->wrapped, sizeof made->wrapped, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 3, store->clock_us);
        sqlite3_bind_int64(insert, 4, store->key_id);
        status = store_run(store, insert);
    }
    sqlite3_finalize(insert);
    return status;
}

/* What is gathered is still there after a crash, so the next opening must find it. */
static enum loy_status first_advance(struct loy_store *store)
{
    int64_t first = 0;
    if (store->orphan_count > 0) return LOY_OK;
    enum loy_status status = store_database_number(
        store, store->key_db, "SELECT coalesce(max(rowid), 0) + 1 FROM member_key", &first);
    return status == LOY_OK ? store_number_set(store, STORE_NOTES, first_name, first) : status;
}

static enum loy_status batch_write(struct loy_store *store)
{
    int64_t batch = 0;
    // A key under the old master key would be lost with it.
    enum loy_status status = store_key_id_compare(store);
    if (status == LOY_OK) status = store_number_get(store, STORE_NOTES, batch_name, &batch);
    if (status < LOY_OK) return status;
    if (batch == 0 || batch != store->settled_batch)
        status = store_member_keys_gather(store, false);
    if (status >= LOY_OK) status = first_advance(store);
    randombytes_buf(&store->new_batch, sizeof store->new_batch);
    if (status == LOY_OK)
        status = store_number_set(store, STORE_NOTES, batch_name, store->new_batch);
    if (status == LOY_OK) status = new_keys_insert(store);
    return status;
}

enum loy_status store_member_keys_flush(struct loy_store *store)
{
    if (store->new_key_count == 0) return LOY_OK;
    enum loy_status status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status != LOY_OK) return status;
    status = batch_write(store);
    if (status == LOY_OK) status = store_database_run(store, store->key_db, "COMMIT");
    if (status != LOY_OK) sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    if (status == LOY_E_IO) store->broken = true;
    return status;
}

/* LOY_OK: the member is stored; LOY_NONE: it is not. */
static enum loy_status member_known(struct loy_store *store, const void *uid)
{
    sqlite3_stmt *find = store_sql(store, "SELECT 1 FROM member WHERE uid=?1");
    sqlite3_bind_blob(find, 1, uid, 16, SQLITE_STATIC);
    enum loy_status status = store_step(store, find);
    sqlite3_reset(find);
    return status;
}

static enum loy_status orphan_note(struct loy_store *store, const void *member)
{
    struct loy_id *grown =
        rows_grow(store->orphans, store->orphan_count, &store->orphan_max, sizeof *store->orphans);
    if (!grown) return store_fail(store, LOY_E_MEMORY, "out of memory");
    store->orphans = grown;
    memcpy(grown[store->orphan_count++].bytes, member, sizeof grown->bytes);
    return LOY_OK;
}

static enum loy_status orphans_select(struct loy_store *store, int64_t first)
{
    sqlite3_stmt *rows = NULL;
    if (sqlite3_prepare_v2(store->key_db, "SELECT member FROM member_key WHERE rowid >= ?1", -1,
            &rows, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    sqlite3_bind_int64(rows, 1, first);
    enum loy_status status = LOY_OK;
    while (status == LOY_OK && (status = store_step(store, rows)) == LOY_OK) {
        const void *member = sqlite3_column_blob(rows, 0);
        if (sqlite3_column_bytes(rows, 0) != (int)sizeof(struct loy_id)) continue;
        status = member_known(store, member);
        if (status == LOY_NONE) status = orphan_note(store, member);
    }
    sqlite3_finalize(rows);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status store_member_keys_gather(struct loy_store *store, bool all)
{
    int64_t first = 0;
    enum loy_status status = store_number_get(store, STORE_NOTES, first_name, &first);
    if (all)
        first = 0;
    else if (status == LOY_NONE)
        first = INT64_MAX;
    return status >= LOY_OK ? orphans_select(store, first) : status;
}

static enum loy_status orphans_delete(struct loy_store *store)
{
    sqlite3_stmt *remove = NULL;
    if (sqlite3_prepare_v2(store->key_db, "DELETE FROM member_key WHERE member = ?1", -1, &remove,
            NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < store->orphan_count; i++) {
        sqlite3_bind_blob(
            remove, 1, store->orphans[i].bytes, sizeof store->orphans[i].bytes, SQLITE_STATIC);
        status = store_run(store, remove);
    }
    sqlite3_finalize(remove);
    return status;
}

bool store_member_keys_sweep(struct loy_store *store)
{
    if (store->orphan_count == 0) return true;
    struct store_failure before;
    store_failure_save(store, &before);
    enum loy_status status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status == LOY_OK) {
        status = orphans_delete(store);
        if (status == LOY_OK) status = store_database_run(store, store->key_db, "COMMIT");
        if (status != LOY_OK) sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    }
    if (status == LOY_E_IO) store->broken = true;
    store_failure_restore(store, &before);
    return status == LOY_OK;
}

enum loy_status store_member_keys_from(struct loy_store *store, int64_t first)
{
    return store_number_set(store, STORE_NOTES, first_name, first);
}

/* Every key opens, and belongs to a member. */
static enum loy_status keys_check(struct loy_store *store, sqlite3_stmt *rows,
    void (*problem)(void *user, const char *sentence), void *user)
{
    int64_t damaged = 0, orphans = 0;
    char sentence[STORE_TEXT_MAX];
    enum loy_status status;
    while ((status = store_step(store, rows)) == LOY_OK) {
        uint8_t key[MEMBER_KEY_SIZE];
        const void *uid = sqlite3_column_blob(rows, 0);
        bool whole = sqlite3_column_bytes(rows, 0) == 16 &&
                     sqlite3_column_int64(rows, 2) == store->key_id &&
                     store_member_key_unwrap(store->keys->wrap, uid, sqlite3_column_blob(rows, 1),
                         (size_t)sqlite3_column_bytes(rows, 1), key);
        sodium_memzero(key, sizeof key);
        if (!whole)
            damaged++;
        else if (member_known(store, uid) == LOY_NONE)
            orphans++;
    }
    if (status != LOY_NONE) return status;
    if (damaged) {
        sqlite3_snprintf(sizeof sentence, sentence, "%s: %lld members' keys are damaged",
            store->keys_path, (long long)damaged);
        problem(user, sentence);
    }
    if (orphans) {
        sqlite3_snprintf(sizeof sentence, sentence,
            "%s: %lld keys belong to no member: open the store again, they are swept then",
            store->keys_path, (long long)orphans);
        problem(user, sentence);
    }
    return damaged || orphans ? LOY_E_CHECK : LOY_OK;
}

/* An erased member has no key on purpose, nor has one whose merge cannot be undone any more. */
static enum loy_status members_check(
    struct loy_store *store, void (*problem)(void *user, const char *sentence), void *user)
{
    sqlite3_stmt *members = store_sql(store,
        "SELECT uid FROM member m WHERE status=1 OR (status=2 AND NOT EXISTS (SELECT 1 FROM merge g"
        " WHERE g.loser=m.id AND g.undone_at_us IS NULL AND g.final_at_us IS NOT NULL))");
    int64_t without = 0;
    enum loy_status status;
    while ((status = store_step(store, members)) == LOY_OK) {
        struct loy_id id;
        uint8_t key[MEMBER_KEY_SIZE];
        if (sqlite3_column_bytes(members, 0) != sizeof id.bytes) continue;
        memcpy(id.bytes, sqlite3_column_blob(members, 0), sizeof id.bytes);
        if (store_member_key(store, &id, key) != LOY_OK) without++;
        sodium_memzero(key, sizeof key);
    }
    sqlite3_reset(members);
    if (status != LOY_NONE || without == 0) return status == LOY_NONE ? LOY_OK : status;
    char sentence[STORE_TEXT_MAX];
    sqlite3_snprintf(sizeof sentence, sentence,
        "%s: %lld members have no key: restore the key file from the backup", store->keys_path,
        (long long)without);
    problem(user, sentence);
    return LOY_E_CHECK;
}

enum loy_status store_member_keys_check(
    struct loy_store *store, void (*problem)(void *user, const char *sentence), void *user)
{
    static const char sql[] = "SELECT member, wrapped, key_id FROM member_key";
    sqlite3_stmt *rows = NULL;
    enum loy_status status = store_key_id_compare(store);
    if (status != LOY_OK) return status;
    if (sqlite3_prepare_v2(store->key_db, sql, -1, &rows, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    enum loy_status keys = keys_check(store, rows, problem, user);
    sqlite3_finalize(rows);
    if (keys != LOY_OK && keys != LOY_E_CHECK) return keys;
    enum loy_status members = members_check(store, problem, user);
    return members != LOY_OK ? members : keys;
}
