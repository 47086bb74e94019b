/* SPDX-License-Identifier: MIT
 *
 * audit_anchor.c - signed entries of the audit log, and the note in FILE.keys of how far it had
 * come. In: an entry's number, time and hash. Out: signatures by a key that is derived from the
 * log's own, so whoever has the master key can sign. Reads no entry's content.
 */
#include <store/store_parts.h>

#include <string.h>

#define NOTE_NAME "audit_note"
#define NOTE_SIZE (8u + 2 * STORE_AUDIT_HASH_SIZE) /* sequence, hash, keyed hash over both */
#define MESSAGE_MAX (32u + 2 * STORE_AUDIT_HASH_SIZE)

static const char entry_domain[] = "loyalty audit entry 1";
static const char file_domain[] = "loyalty audit file 1";

/* ---- Signatures ---------------------------------------------------------------------------------
 */

static void key_pair(const struct loy_store *store, uint8_t public_key[crypto_sign_PUBLICKEYBYTES],
    uint8_t secret[crypto_sign_SECRETKEYBYTES])
{
    _Static_assert(sizeof store->keys->sign == crypto_sign_SEEDBYTES, "a seed of the ring");
    crypto_sign_seed_keypair(public_key, secret, store->keys->sign);
}

void store_anchor_public_key(
    const struct loy_store *store, uint8_t public_key[LOY_AUDIT_PUBLIC_KEY_SIZE])
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    key_pair(store, public_key, secret);
    sodium_memzero(secret, sizeof secret);
}

static void message_sign(const struct loy_store *store, const uint8_t *message, size_t size,
    uint8_t public_key[LOY_AUDIT_PUBLIC_KEY_SIZE], uint8_t signature[LOY_AUDIT_SIGNATURE_SIZE])
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    key_pair(store, public_key, secret);
    crypto_sign_detached(signature, NULL, message, size, secret);
    sodium_memzero(secret, sizeof secret);
}

static size_t put_bytes(uint8_t *message, size_t at, const void *bytes, size_t size)
{
    memcpy(message + at, bytes, size);
    return at + size;
}

static size_t put_number(uint8_t *message, size_t at, int64_t number)
{
    for (size_t i = 0; i < 8; i++)
        message[at++] = (uint8_t)((uint64_t)number >> 8 * i);
    return at;
}

static size_t entry_message(const struct loy_audit_head *head, uint8_t message[MESSAGE_MAX])
{
    size_t at = put_bytes(message, 0, entry_domain, sizeof entry_domain);
    at = put_number(message, at, head->sequence);
    at = put_number(message, at, head->at_us);
    return put_bytes(message, at, head->hash, sizeof head->hash);
}

static size_t file_message(const struct loy_audit_head *head,
    const uint8_t digest[LOY_AUDIT_HASH_SIZE], uint8_t message[MESSAGE_MAX])
{
    size_t at = put_bytes(message, 0, file_domain, sizeof file_domain);
    at = put_bytes(message, at, head->hash, sizeof head->hash);
    return put_bytes(message, at, digest, LOY_AUDIT_HASH_SIZE);
}

static enum loy_status signature_check(const uint8_t *signature, const uint8_t *message,
    size_t size, const uint8_t public_key[LOY_AUDIT_PUBLIC_KEY_SIZE])
{
    bool fits = crypto_sign_verify_detached(signature, message, size, public_key) == 0;
    return fits ? LOY_OK : LOY_E_CHECK;
}

enum loy_status loy_audit_head_check(const struct loy_audit_head *head)
{
    uint8_t message[MESSAGE_MAX];
    size_t size = entry_message(head, message);
    return signature_check(head->signature, message, size, head->public_key);
}

enum loy_status loy_audit_file_check(const struct loy_audit_head *head,
    const uint8_t digest[LOY_AUDIT_HASH_SIZE], const uint8_t signature[LOY_AUDIT_SIGNATURE_SIZE])
{
    uint8_t message[MESSAGE_MAX];
    size_t size = file_message(head, digest, message);
    return signature_check(signature, message, size, head->public_key);
}

enum loy_status loy_audit_file_sign(struct loy_store *store, const struct loy_audit_head *head,
    const uint8_t digest[LOY_AUDIT_HASH_SIZE], uint8_t signature[LOY_AUDIT_SIGNATURE_SIZE])
{
    uint8_t message[MESSAGE_MAX], public_key[LOY_AUDIT_PUBLIC_KEY_SIZE];
    enum loy_status status = store_require(store, LOY_MAY_READ_AUDIT);
    if (status != LOY_OK) return status;
    size_t size = file_message(head, digest, message);
    message_sign(store, message, size, public_key, signature);
    return LOY_OK;
}

static void head_sign(const struct loy_store *store, struct loy_audit_head *head)
{
    uint8_t message[MESSAGE_MAX];
    size_t size = entry_message(head, message);
    message_sign(store, message, size, head->public_key, head->signature);
}

enum loy_status store_anchor_insert(struct loy_store *store, int64_t sequence, int64_t at_us,
    const uint8_t hash[STORE_AUDIT_HASH_SIZE])
{
    struct loy_audit_head head = {.sequence = sequence, .at_us = at_us};
    memcpy(head.hash, hash, sizeof head.hash);
    head_sign(store, &head);
    // One that is there already belongs to an entry that was cut off: it stays, and tells of it.
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO audit_anchor (sequence, at_us, hash, signature) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT DO NOTHING");
    sqlite3_bind_int64(insert, 1, sequence);
    sqlite3_bind_int64(insert, 2, at_us);
    sqlite3_bind_blob(insert, 3, hash, STORE_AUDIT_HASH_SIZE, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 4, head.signature, sizeof head.signature, SQLITE_STATIC);
    store->anchored = true;
    return store_run(store, insert);
}

/* ---- The note in FILE.keys ----------------------------------------------------------------------
 */

static void note_hash(const struct loy_store *store, const uint8_t bytes[NOTE_SIZE],
    uint8_t hash[STORE_AUDIT_HASH_SIZE])
{
    static const unsigned char domain[] = "loyalty audit note 1";
    crypto_generichash_state state;
    crypto_generichash_init(
        &state, store->keys->audit, sizeof store->keys->audit, STORE_AUDIT_HASH_SIZE);
    crypto_generichash_update(&state, domain, sizeof domain);
    crypto_generichash_update(&state, bytes, NOTE_SIZE - STORE_AUDIT_HASH_SIZE);
    crypto_generichash_final(&state, hash, STORE_AUDIT_HASH_SIZE);
}

static void note_make(const struct loy_store *store, int64_t sequence,
    const uint8_t hash[STORE_AUDIT_HASH_SIZE], uint8_t bytes[NOTE_SIZE])
{
    size_t at = put_number(bytes, 0, sequence);
    at = put_bytes(bytes, at, hash, STORE_AUDIT_HASH_SIZE);
    note_hash(store, bytes, bytes + at);
}

enum loy_status store_audit_note_get(struct loy_store *store, struct store_audit_note *note)
{
    uint8_t bytes[NOTE_SIZE] = {0}, hash[STORE_AUDIT_HASH_SIZE];
    *note = (struct store_audit_note){0};
    enum loy_status status = store_bytes_get(store, STORE_NOTES, NOTE_NAME, bytes, sizeof bytes);
    if (status < LOY_OK) return status;
    note->found = status == LOY_OK;
    note_hash(store, bytes, hash);
    note->whole = memcmp(hash, bytes + NOTE_SIZE - sizeof hash, sizeof hash) == 0;
    for (size_t i = 8; i-- > 0;)
        note->sequence = (int64_t)((uint64_t)note->sequence << 8 | bytes[i]);
    memcpy(note->hash, bytes + 8, sizeof note->hash);
    return LOY_OK;
}

/* FILE still holds what was noted. */
static enum loy_status note_judge(struct loy_store *store)
{
    struct store_audit_note note;
    uint8_t hash[STORE_AUDIT_HASH_SIZE];
    enum loy_status status = store_audit_note_get(store, &note);
    if (status != LOY_OK || !note.found) return status;
    status = store_audit_hash_at(store, note.sequence, hash);
    if (status < LOY_OK) return status;
    if (note.whole && status == LOY_OK && memcmp(hash, note.hash, sizeof hash) == 0) return LOY_OK;
    return store_fail(store, LOY_E_CONFLICT,
        "%s has noted an entry %lld of the audit log that %s does not hold: an older file was put "
        "back; find the right one, or go on from here with `loyalty audit sign --accept`",
        store->keys_path, (long long)note.sequence, store->path);
}

static enum loy_status note_write(struct loy_store *store, bool regardless)
{
    int64_t sequence;
    uint8_t hash[STORE_AUDIT_HASH_SIZE], bytes[NOTE_SIZE];
    enum loy_status status = regardless ? LOY_OK : note_judge(store);
    if (status == LOY_OK) status = store_audit_last(store, &sequence, hash);
    if (status != LOY_OK) return status;
    note_make(store, sequence, hash, bytes);
    return store_bytes_set(store, STORE_NOTES, NOTE_NAME, bytes, sizeof bytes);
}

/* Nothing to write: most handles that are closed have entered nothing. */
static bool note_is_current(struct loy_store *store)
{
    struct store_audit_note note;
    int64_t sequence;
    uint8_t hash[STORE_AUDIT_HASH_SIZE];
    return store_audit_note_get(store, &note) == LOY_OK && note.whole &&
           store_audit_last(store, &sequence, hash) == LOY_OK && sequence == note.sequence &&
           memcmp(hash, note.hash, sizeof hash) == 0;
}

enum loy_status store_audit_note_set(struct loy_store *store, bool regardless)
{
    if (note_is_current(store)) return LOY_OK;
    // The last entry is read under the lock: a note is never overtaken by an older one.
    enum loy_status status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status != LOY_OK) return status;
    status = note_write(store, regardless);
    if (status == LOY_OK) status = store_database_run(store, store->key_db, "COMMIT");
    if (status != LOY_OK) sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

enum loy_status store_audit_note_backup(const struct loy_store *store, struct loy_store *copy)
{
    int64_t sequence;
    uint8_t hash[STORE_AUDIT_HASH_SIZE], bytes[NOTE_SIZE];
    enum loy_status status = store_audit_last(copy, &sequence, hash);
    if (status != LOY_OK) return status;
    note_make(store, sequence, hash, bytes);
    return store_bytes_set(copy, STORE_NOTES, NOTE_NAME, bytes, sizeof bytes);
}

/* ---- At open, and on demand ---------------------------------------------------------------------
 */

/* A file of before there were signatures, which had no note either. Where there is a note, missing
 * signatures were taken away: making a new one would hide it. */
static enum loy_status first_sign(struct loy_store *store, int64_t at_us)
{
    int64_t anchors = 0, sequence;
    uint8_t hash[STORE_AUDIT_HASH_SIZE];
    enum loy_status status = store_database_number(
        store, store->db, "SELECT EXISTS (SELECT 1 FROM audit_anchor)", &anchors);
    if (status != LOY_OK || anchors) return status;
    status = store_audit(store, STORE_AUDIT_SIGN, STORE_AUDIT_SIGN_FIRST, at_us);
    if (status == LOY_OK) status = store_audit_last(store, &sequence, hash);
    return status == LOY_OK ? store_anchor_insert(store, sequence, at_us, hash) : status;
}

enum loy_status store_audit_settle(struct loy_store *store, int64_t at_us)
{
    struct store_audit_note note;
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    status = store_audit_note_get(store, &note);
    if (status == LOY_OK && !note.found) status = first_sign(store, at_us);
    if (status == LOY_OK && !note.found)
        status = store_audit(store, "audit-note", "the key file held none", at_us);
    if (status != LOY_OK) {
        store_rollback(store);
        return status;
    }
    status = store_commit(store);
    return status == LOY_OK && !note.found ? store_audit_note_set(store, true) : status;
}

static enum loy_status sign(struct loy_store *store, const char *action, bool accept, int64_t at_us,
    struct loy_audit_head *head)
{
    head->size = sizeof *head;
    head->at_us = at_us;
    enum loy_status status = note_judge(store);
    bool gone = status == LOY_E_CONFLICT && accept;
    if (gone) status = LOY_OK;
    if (status == LOY_OK) status = store_audit(store, action, gone ? "an older file" : "", at_us);
    if (status == LOY_OK) status = store_audit_last(store, &head->sequence, head->hash);
    if (status == LOY_OK) status = store_anchor_insert(store, head->sequence, at_us, head->hash);
    if (status == LOY_OK) head_sign(store, head);
    return status;
}

enum loy_status loy_audit_sign(struct loy_store *store, const char *action, bool accept,
    int64_t at_us, struct loy_audit_head *head)
{
    struct loy_audit_head made = {0};
    enum loy_status status = store_require(store, LOY_MAY_READ_AUDIT);
    if (status == LOY_OK && store->depth > 0)
        status = store_fail(store, LOY_E_ARGUMENT, "the log is not signed inside a transaction");
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = sign(store, action, accept, at_us, &made);
    if (status != LOY_OK) {
        store_rollback(store);
        return status;
    }
    status = store_commit(store);
    if (status == LOY_OK) status = store_audit_note_set(store, true);
    if (status == LOY_OK) *head = made;
    return status;
}
