/* SPDX-License-Identifier: MIT
 *
 * open.c - a store made, opened and closed. Opening looks first and writes later: until both files
 * are known to be ours, of this key and of each other, not a byte is changed.
 */
#include <store/store_parts.h>

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORE_ID_SIZE 16u

static const char store_id_name[] = "store_id";

/* Rooms that keep a cache on the handle define these. */
__attribute__((weak, visibility("hidden"))) void member_cache_free(struct loy_store *store)
{
    (void)store;
}

__attribute__((weak, visibility("hidden"))) void basket_cache_free(struct loy_store *store)
{
    (void)store;
}

__attribute__((weak, visibility("hidden"))) enum loy_status member_texts_settle(
    struct loy_store *store)
{
    (void)store;
    return LOY_OK;
}

__attribute__((weak, visibility("hidden"))) enum loy_status member_erasures_settle(
    struct loy_store *store)
{
    (void)store;
    return LOY_OK;
}

struct loy_store *store_handle_make(const char *path)
{
    struct loy_store *store = calloc(1, sizeof *store);
    if (!store) return NULL;
    store->path = store_path_join(path, "");
    store->keys_path = store_path_join(path, ".keys");
    store->wait_ms = STORE_BUSY_WAIT_MS;
    if (store->path && store->keys_path) return store;
    loy_store_close(store);
    return NULL;
}

void store_files_close(struct loy_store *store)
{
    for (size_t i = 0; i < STORE_STATEMENTS_MAX; i++)
        if (store->statements[i].sql) sqlite3_finalize(store->statements[i].statement);
    memset(store->statements, 0, sizeof store->statements);
    store->statement_count = 0;
    sqlite3_finalize(store->key_select);
    store->key_select = NULL;
    store_settings_forget(store);
    // _v2: a cursor that the caller has not closed yet keeps the connection until it is.
    sqlite3_close_v2(store->db);
    sqlite3_close_v2(store->key_db);
    store->db = store->key_db = NULL;
}

void loy_store_close(struct loy_store *store)
{
    if (!store) return;
    while (store->depth > 0)
        store_rollback(store);
    // What closing writes is no operator's doing.
    store->role = 0;
    if (store->ready && !store->broken) {
        store_identity_note_close(store);
        store_audit_note_set(store, false);
    }
    member_cache_free(store);
    basket_cache_free(store);
    store_files_close(store);
    if (store->keys) sodium_free(store->keys);
    store_member_keys_forget(store);
    free(store->new_keys);
    free(store->orphans);
    free(store->path);
    free(store->keys_path);
    free(store->key_path);
    free(store);
}

const char *loy_store_text(const struct loy_store *store)
{
    if (!store) return "out of memory";
    return store->text;
}

void loy_store_settings_get(const struct loy_store *store, struct loy_store_settings *settings)
{
    *settings = store->settings;
}

enum loy_status loy_store_card_key(struct loy_store *store, uint8_t key[LOY_CARD_KEY_SIZE])
{
    enum loy_status status = store_require(store, LOY_MAY_READ_CARD);
    if (status == LOY_OK) memcpy(key, store->keys->card, LOY_CARD_KEY_SIZE);
    return status;
}

static enum loy_status key_path_take(
    struct loy_store *store, const struct loy_store_options *options)
{
    free(store->key_path);
    store->key_path = options->key_path ? store_path_join(options->key_path, "")
                                        : store_path_join(options->path, ".key");
    return store->key_path ? LOY_OK : store_fail(store, LOY_E_MEMORY, "out of memory");
}

enum loy_status store_handle_start(
    const struct loy_store_options *options, struct loy_store **store)
{
    *store = NULL;
    if (!options || !options->path || !options->path[0]) return LOY_E_ARGUMENT;
    if (sodium_init() < 0) return LOY_E_MEMORY;
    *store = store_handle_make(options->path);
    if (!*store) return LOY_E_MEMORY;
    (*store)->clock_us = options->at_us;
    if (!options->user || !options->user[0])
        return store_fail(*store, LOY_E_ARGUMENT, "no user was named who opens %s", options->path);
    return key_path_take(*store, options);
}

/* Options of before there were passphrases are shorter. */
const char *store_passphrase(const struct loy_store_options *options)
{
    size_t known = offsetof(struct loy_store_options, passphrase) + sizeof options->passphrase;
    return options->size >= known ? options->passphrase : NULL;
}

/* ---- Open ---------------------------------------------------------------------------------------
 */

/* An SQLite file of nobody: the remains of an interrupted init, or somebody else's data. */
static enum loy_status unmarked_judge(struct loy_store *store, sqlite3 *db, const char *path)
{
    int64_t tables = 0;
    enum loy_status status =
        store_database_number(store, db, "SELECT count(*) FROM sqlite_schema", &tables);
    if (status == LOY_OK && tables > 0)
        return store_fail(store, LOY_E_FORMAT, "%s is no loyalty store", path);
    return status;
}

static enum loy_status file_open(
    struct loy_store *store, const char *path, int64_t application, int64_t newest, sqlite3 **db)
{
    struct store_marks marks;
    enum loy_status status = store_marks_peek(store, path, &marks);
    // Without marks the header may still be in the log, which SQLite alone can read.
    if (status == LOY_OK && marks.application != 0)
        status = store_marks_judge(store, path, &marks, application, newest);
    if (status == LOY_OK) status = store_database_open(store, path, db);
    if (status == LOY_OK) status = store_marks_read(store, *db, &marks);
    if (status == LOY_OK && marks.application == 0) status = unmarked_judge(store, *db, path);
    if (status == LOY_OK) status = store_marks_judge(store, path, &marks, application, newest);
    return status;
}

static enum loy_status pair_compare(struct loy_store *store)
{
    uint8_t ids[2][STORE_ID_SIZE] = {{0}};
    for (int book = STORE_SETTINGS; book <= STORE_NOTES; book++) {
        enum loy_status status =
            store_bytes_get(store, (enum store_book)book, store_id_name, ids[book], STORE_ID_SIZE);
        if (status < LOY_OK) return status;
    }
    if (memcmp(ids[STORE_SETTINGS], ids[STORE_NOTES], STORE_ID_SIZE) == 0) return LOY_OK;
    return store_fail(store, LOY_E_KEY,
        "the key file %s is another store's: restore the one that belongs to %s", store->keys_path,
        store->path);
}

static enum loy_status both_open(struct loy_store *store)
{
    if (!store_disk_exists(store->path))
        return store_fail(store, LOY_NONE,
            "there is no store at %s: make one with `loyalty init`, or name another with --store",
            store->path);
    enum loy_status status =
        file_open(store, store->path, STORE_APPLICATION_ID, store_schema_newest(), &store->db);
    if (status != LOY_OK) return status;
    if (!store_disk_exists(store->keys_path))
        return store_fail(store, LOY_E_KEY,
            "the key file %s is missing, and without it no member can be read: restore it from the "
            "backup",
            store->keys_path);
    return file_open(store, store->keys_path, STORE_KEYS_APPLICATION_ID, store_keys_schema_newest(),
        &store->key_db);
}

enum loy_status store_files_open(struct loy_store *store, const struct loy_store_options *options)
{
    enum loy_status status = key_path_take(store, options);
    if (status == LOY_OK) status = both_open(store);
    if (status == LOY_OK) status = store_master_key_open(store, store_passphrase(options));
    if (status == LOY_OK) status = pair_compare(store);
    if (status == LOY_OK) status = store_ring_compare(store);
    return status;
}

enum loy_status store_files_open_by(struct loy_store *store, const uint8_t master[MASTER_KEY_SIZE])
{
    enum loy_status status = both_open(store);
    if (status == LOY_OK) status = store_master_key_try(store, master);
    if (status == LOY_NONE)
        return store_fail(store, LOY_E_KEY,
            "this recovery key is typed right, but it is not the key of %s: one that was printed "
            "before the key was changed opens nothing any more; nothing was changed",
            store->path);
    if (status == LOY_OK) status = pair_compare(store);
    if (status == LOY_OK) status = store_ring_compare(store);
    return status;
}

enum loy_status store_files_open_and_act(
    struct loy_store *store, const struct loy_store_options *options)
{
    enum loy_status status = store_files_open(store, options);
    if (status == LOY_OK) status = store_operator_act(store, options->user);
    if (status == LOY_OK) status = store_database_trust(store, store->key_db);
    if (status == LOY_OK) status = store_database_trust(store, store->db);
    if (status == LOY_OK) status = store_keys_schema_migrate(store);
    if (status == LOY_OK) status = store_schema_migrate(store);
    if (status == LOY_OK) status = store_settings_load(store);
    if (status == LOY_OK) status = store_own_lane_load(store);
    if (status == LOY_OK) status = store_identity_settle(store, options->at_us);
    if (status == LOY_OK) status = store_ring_settle(store, options->at_us);
    if (status == LOY_OK) store_key_next_settle(store);
    if (status == LOY_OK) status = member_texts_settle(store);
    if (status == LOY_OK) status = member_erasures_settle(store);
    if (status == LOY_OK) status = store_audit_settle(store, options->at_us);
    store->ready = status == LOY_OK;
    // Whoever overlooks the failure begins no transaction on this handle.
    if (status != LOY_OK) store->doomed = status;
    return status;
}

enum loy_status loy_store_open(const struct loy_store_options *options, struct loy_store **store)
{
    enum loy_status status = store_handle_start(options, store);
    return status == LOY_OK ? store_files_open_and_act(*store, options) : status;
}

/* ---- Create -------------------------------------------------------------------------------------
 */

static bool is_code(const char *text, size_t max)
{
    size_t length = strnlen(text, max);
    return length > 0 && length < max;
}

static enum loy_status settings_judge(
    struct loy_store *store, const struct loy_store_settings *settings)
{
    if (!settings || !is_code(settings->currency, sizeof settings->currency) ||
        strlen(settings->currency) != 3)
        return store_fail(store, LOY_E_ARGUMENT,
            "the currency is no code of three letters (ISO 4217): say for example EUR");
    if (settings->minor_digits > 4)
        return store_fail(store, LOY_E_ARGUMENT, "a currency has at most 4 minor digits");
    if (!is_code(settings->site, sizeof settings->site) ||
        !is_code(settings->lane, sizeof settings->lane))
        return store_fail(
            store, LOY_E_ARGUMENT, "a site and a lane code have 1 to %u bytes", LOY_CODE_MAX - 1);
    if (memchr(settings->country, '\0', sizeof settings->country) == NULL)
        return store_fail(store, LOY_E_ARGUMENT, "the country is no code of two letters");
    return LOY_OK;
}

static enum loy_status free_place_judge(struct loy_store *store)
{
    const char *there = store_disk_exists(store->path)        ? store->path
                        : store_disk_exists(store->keys_path) ? store->keys_path
                                                              : NULL;
    if (!there) return LOY_OK;
    return store_fail(store, LOY_E_CONFLICT,
        "%s is there already: choose another place; nothing was changed", there);
}

static enum loy_status pair_make(struct loy_store *store)
{
    uint8_t id[STORE_ID_SIZE];
    randombytes_buf(id, sizeof id);
    enum loy_status status = store_bytes_set(store, STORE_NOTES, store_id_name, id, sizeof id);
    if (status == LOY_OK)
        status = store_bytes_set(store, STORE_SETTINGS, store_id_name, id, sizeof id);
    if (status == LOY_OK) status = store_master_key_note(store);
    if (status == LOY_OK) status = store_ring_note(store);
    return status;
}

/* All of a new store in one transaction: before its commit the file carries no mark of ours. */
static enum loy_status fill(struct loy_store *store, const struct loy_store_options *options,
    const struct loy_store_settings *settings)
{
    enum loy_status status = store_schema_first(store);
    if (status == LOY_OK) status = store_settings_save(store, settings);
    if (status == LOY_OK) status = pair_make(store);
    if (status == LOY_OK) status = store_identity_first(store, options->at_us);
    if (status == LOY_OK) status = store_settings_load(store);
    if (status == LOY_OK) status = store_own_lane_load(store);
    if (status == LOY_OK)
        status = store_operator_enrol(store, options->user, LOY_ROLE_MANAGER, &store->operator_id);
    if (status == LOY_OK) status = member_texts_settle(store);
    if (status == LOY_OK) status = store_audit(store, "create", "", options->at_us);
    return status;
}

static enum loy_status create_databases(struct loy_store *store,
    const struct loy_store_options *options, const struct loy_store_settings *settings)
{
    enum loy_status status = store_database_open(store, store->keys_path, &store->key_db);
    if (status == LOY_OK) status = store_database_trust(store, store->key_db);
    if (status == LOY_OK) status = store_keys_schema_migrate(store);
    if (status == LOY_OK) status = store_database_open(store, store->path, &store->db);
    if (status == LOY_OK) status = store_database_trust(store, store->db);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = fill(store, options, settings);
    if (status != LOY_OK) {
        store_rollback(store);
        return status;
    }
    status = store_commit(store);
    // So that the marks stand in the file's own header.
    if (status == LOY_OK)
        status = store_database_run(store, store->db, "PRAGMA wal_checkpoint(TRUNCATE)");
    if (status == LOY_OK) status = store_disk_sync_folder(store, store->path);
    return status;
}

static enum loy_status create_files(struct loy_store *store,
    const struct loy_store_options *options, const struct loy_store_settings *settings)
{
    enum loy_status status = store_master_key_make(store, store_passphrase(options));
    if (status != LOY_OK) return status;
    bool keys_made = false, file_made = false;
    status = store_disk_make(store, store->keys_path);
    keys_made = status == LOY_OK;
    if (status == LOY_OK) status = store_disk_make(store, store->path);
    file_made = keys_made && status == LOY_OK;
    if (status == LOY_OK) status = create_databases(store, options, settings);
    if (status == LOY_OK) return LOY_OK;
    // Only what this call has made itself.
    store_files_close(store);
    if (file_made) store_disk_remove(store, store->path);
    if (keys_made) store_disk_remove(store, store->keys_path);
    store_disk_remove(store, store->key_path);
    return status;
}

enum loy_status loy_store_create(const struct loy_store_options *options,
    const struct loy_store_settings *settings, struct loy_store **store)
{
    enum loy_status status = store_handle_start(options, store);
    if (status != LOY_OK) return status;
    status = settings_judge(*store, settings);
    if (status == LOY_OK) status = free_place_judge(*store);
    if (status == LOY_OK) status = create_files(*store, options, settings);
    if (status != LOY_OK) return status;
    store_operator_set(*store, (*store)->operator_id, LOY_ROLE_MANAGER);
    (*store)->ready = true;
    return LOY_OK;
}
