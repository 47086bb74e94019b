/* SPDX-License-Identifier: MIT
 *
 * recovery_key.c - the master key onto paper and back. Going out is audited before it is shown;
 * coming back, the key is tried on the store before a byte is written. Knows no terminal.
 */
#include <store/store_parts.h>

#include <stdio.h>
#include <stdlib.h>

_Static_assert(RECOVERY_TEXT_SIZE == LOY_RECOVERY_TEXT_SIZE, "recovery text");

enum loy_status loy_store_key_recovery(struct loy_store *store, const char *passphrase,
    char text[LOY_RECOVERY_TEXT_SIZE], int64_t at_us)
{
    uint8_t master[MASTER_KEY_SIZE];
    char object[40];
    enum loy_status status = store_require(store, LOY_MAY_CHANGE_KEY);
    // A rollback would take the audit entry back, but not what was shown.
    if (status == LOY_OK && store->depth > 0)
        status =
            store_fail(store, LOY_E_ARGUMENT, "the recovery key is not shown inside a transaction");
    if (status == LOY_OK) status = store_key_id_compare(store);
    if (status == LOY_OK) status = store_master_key_again(store, passphrase, master);
    if (status != LOY_OK) return status;
    snprintf(object, sizeof object, "key %lld", (long long)store->key_id);
    status = store_audit(store, "key-recovery", object, at_us);
    if (status == LOY_OK) recovery_text_make(master, text);
    sodium_memzero(master, sizeof master);
    return status;
}

static enum loy_status text_read(
    struct loy_store *store, const char *text, uint8_t master[MASTER_KEY_SIZE])
{
    unsigned group = 0;
    size_t letters = 0;
    enum loy_status status = recovery_text_parse(text, master, &group, &letters);
    if (status == LOY_E_FORMAT && group)
        store_fail(store, status,
            "a recovery key has %u letters and digits, not %zu: look at group %u, where it first "
            "goes wrong; nothing was changed",
            RECOVERY_GROUPS * RECOVERY_GROUP_SIZE, letters, group);
    else if (status == LOY_E_FORMAT)
        store_fail(store, status,
            "there are letters behind the end of the recovery key: it has %u groups of %u; nothing "
            "was changed",
            RECOVERY_GROUPS, RECOVERY_GROUP_SIZE);
    else if (status == LOY_E_CHECK && group)
        store_fail(store, status,
            "group %u of the recovery key is mistyped (line %u, group %u there): compare it with "
            "the paper; nothing was changed",
            group, (group - 1) / RECOVERY_LINE_GROUPS + 1, (group - 1) % RECOVERY_LINE_GROUPS + 1);
    else if (status == LOY_E_CHECK)
        store_fail(store, status,
            "two letters of one group of the recovery key are mistyped: compare all of it with the "
            "paper; nothing was changed");
    return status;
}

static enum loy_status place_judge(struct loy_store *store)
{
    if (!store_disk_exists(store->key_path)) return LOY_OK;
    return store_fail(store, LOY_E_CONFLICT,
        "%s is there already: move it away first; nothing is overwritten", store->key_path);
}

static enum loy_status key_restore(struct loy_store *store, const uint8_t master[MASTER_KEY_SIZE],
    const struct loy_store_options *options)
{
    struct key_bytes bytes;
    enum loy_status status = store_files_open_by(store, master);
    if (status == LOY_OK) status = store_operator_act(store, options->user);
    if (status == LOY_OK) status = store_require(store, LOY_MAY_CHANGE_KEY);
    if (status != LOY_OK) return status;
    status = store_key_bytes_make(store, &bytes, master, store_passphrase(options));
    if (status == LOY_OK) status = store_key_bytes_write(store, store->key_path, &bytes);
    sodium_memzero(&bytes, sizeof bytes);
    return status;
}

enum loy_status loy_store_key_recover(
    const struct loy_store_options *options, const char *text, struct loy_store **store)
{
    uint8_t master[MASTER_KEY_SIZE] = {0};
    enum loy_status status = store_handle_start(options, store);
    if (status != LOY_OK) return status;
    status = text_read(*store, text, master);
    if (status == LOY_OK) status = place_judge(*store);
    if (status == LOY_OK) status = key_restore(*store, master, options);
    sodium_memzero(master, sizeof master);
    if (status != LOY_OK) return status;
    store_files_close(*store);
    status = store_files_open_and_act(*store, options);
    if (status != LOY_OK) return status;
    return store_audit(*store, "key-recover", "", options->at_us);
}
