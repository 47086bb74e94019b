/* SPDX-License-Identifier: MIT
 *
 * key_disk.c - master key files on the disk, and the successor that stands beside one while it is
 * changed:
 *
 *     FILE.keys says which FILE.key.next may come, FILE.key.next is written, FILE.keys is changed,
 *     FILE.key.next becomes FILE.key.
 *
 * A crash leaves FILE.key.next. If it is what fits FILE.keys, it takes its place at the next open;
 * if FILE.key fits and the successor is the announced one, or was not even written to its end, it
 * is removed, behind a commit that is written over a change which nobody sees and which may come
 * back (member_keys.c). Any other file of that name is left alone: it may be the only key of
 * something else.
 */
#include <store/store_parts.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char announced_name[] = "next_key_file", settled_name[] = "next_key_settled";

static enum loy_status file_judge(struct loy_store *store, int descriptor, const char *path)
{
    struct stat file;
    if (fstat(descriptor, &file) != 0)
        return store_fail_errno(store, N_("reading the master key file"), path);
    if (!S_ISREG(file.st_mode))
        return store_fail(store, LOY_E_KEY, "%s is no file and so no master key", path);
    if (file.st_mode & 077)
        return store_fail(store, LOY_E_KEY,
            "the master key file %s is open to other users (mode %04o): chmod 600 %s", path,
            (unsigned)(file.st_mode & 07777), path);
    return LOY_OK;
}

static void digest_make(struct key_bytes *bytes)
{
    crypto_generichash(bytes->digest, sizeof bytes->digest, (const unsigned char *)bytes->text,
        bytes->size, NULL, 0);
}

/* Not even opened: closing it would drop the locks of this process if it is a database. */
static bool is_too_large(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 && S_ISREG(file.st_mode) && file.st_size > KEY_FILE_MAX;
}

enum loy_status store_key_bytes_read(
    struct loy_store *store, const char *path, struct key_bytes *bytes)
{
    bytes->size = 0;
    if (is_too_large(path))
        return store_fail(store, LOY_E_KEY,
            "%s holds no master key: put it back from where its copy is kept", path);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return store_fail(store, LOY_E_KEY,
            "the master key file %s cannot be read (%s): put it back from where its copy is kept",
            path, strerror(errno));
    enum loy_status status = file_judge(store, descriptor, path);
    if (status == LOY_OK) {
        ssize_t got = read(descriptor, bytes->text, sizeof bytes->text);
        if (got < 0)
            status = store_fail_errno(store, N_("reading the master key file"), path);
        else
            bytes->size = (size_t)got;
    }
    close(descriptor);
    if (status == LOY_OK) digest_make(bytes);
    return status;
}

enum loy_status store_key_bytes_make(struct loy_store *store, struct key_bytes *bytes,
    const uint8_t master[MASTER_KEY_SIZE], const char *passphrase)
{
    struct key_file file = {.passes = KEY_PASSES, .kib = KEY_KIB};
    if (!passphrase)
        memcpy(file.master, master, sizeof file.master);
    else if (key_file_seal(&file, master, passphrase) != LOY_OK)
        return store_fail(store, LOY_E_MEMORY,
            "a passphrase needs %u MB of memory for a moment: close other programs and repeat",
            KEY_KIB >> 10);
    bytes->size = key_file_print(&file, bytes->text);
    sodium_memzero(&file, sizeof file);
    digest_make(bytes);
    return LOY_OK;
}

bool loy_key_file_is_sealed(const char *key_path)
{
    char text[KEY_FILE_MAX];
    struct key_file file = {0};
    if (is_too_large(key_path)) return false;
    int descriptor = open(key_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return false;
    ssize_t got = read(descriptor, text, sizeof text);
    close(descriptor);
    bool sealed = got > 0 && key_file_parse(text, (size_t)got, &file) && file.sealed;
    sodium_memzero(text, sizeof text);
    sodium_memzero(&file, sizeof file);
    return sealed;
}

static enum loy_status bytes_write(
    struct loy_store *store, int descriptor, const char *path, const struct key_bytes *bytes)
{
    errno = 0;
    if (write(descriptor, bytes->text, bytes->size) == (ssize_t)bytes->size &&
        fsync(descriptor) == 0)
        return LOY_OK;
    // A short write sets no errno; it means the disk is full.
    if (errno == 0) errno = ENOSPC;
    return store_fail_errno(store, N_("writing the master key file"), path);
}

enum loy_status store_key_bytes_write(
    struct loy_store *store, const char *path, const struct key_bytes *bytes)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return store_fail_errno(store, N_("creating the master key file"), path);
    enum loy_status status = bytes_write(store, descriptor, path, bytes);
    close(descriptor);
    if (status == LOY_OK) status = store_disk_sync_folder(store, path);
    if (status != LOY_OK) unlink(path);
    return status;
}

char *store_key_next_path(const struct loy_store *store)
{
    return store_path_join(store->key_path, ".next");
}

static enum loy_status next_judge(struct loy_store *store, const char *next)
{
    if (!next) return store_fail(store, LOY_E_MEMORY, "out of memory");
    if (!store_disk_exists(next)) return LOY_OK;
    return store_fail(store, LOY_E_CONFLICT,
        "%s is there and does not fit this store: it may be the key of another copy of it; move it "
        "away and repeat; nothing was changed",
        next);
}

enum loy_status store_key_next_write(struct loy_store *store, const struct key_bytes *bytes)
{
    uint8_t announced[32] = {0};
    char *next = store_key_next_path(store);
    enum loy_status status = next_judge(store, next);
    if (status == LOY_OK)
        status = store_bytes_get(store, STORE_NOTES, announced_name, announced, sizeof announced);
    if (status >= LOY_OK && sodium_memcmp(announced, bytes->digest, sizeof announced) != 0)
        status = store_fail(store, LOY_E_BUSY,
            "another program is changing the master key: wait for it and repeat the command; a "
            "program that keeps the store open closes it and opens it again");
    if (status == LOY_OK) {
        status = store_key_bytes_write(store, next, bytes);
        if (status == LOY_E_FULL && (errno == EROFS || errno == EACCES || errno == EPERM))
            store_fail(store, status,
                "no file can be written beside the master key %s: where it is a credential of "
                "systemd, decrypt it to a file, name that by $LOYALTY_KEY, change it there, and "
                "encrypt it again; nothing was changed",
                store->key_path);
    }
    free(next);
    return status;
}

static bool holds(struct loy_store *store, const char *path, const uint8_t digest[32])
{
    struct key_bytes bytes;
    bool same = store_key_bytes_read(store, path, &bytes) == LOY_OK &&
                sodium_memcmp(bytes.digest, digest, sizeof bytes.digest) == 0;
    sodium_memzero(&bytes, sizeof bytes);
    return same;
}

enum loy_status store_key_next_take(struct loy_store *store, const uint8_t digest[32])
{
    char *next = store_key_next_path(store);
    if (!next) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = LOY_OK;
    // Another handle may have opened the store meanwhile, and finished what it found; what stands
    // there then is the next change's.
    bool there = holds(store, next, digest);
    if (there ? rename(next, store->key_path) != 0 : !holds(store, store->key_path, digest))
        status = store_fail(store, LOY_E_IO,
            "the master key was changed and lies in %s, which could not be renamed to %s: rename "
            "it yourself",
            next, store->key_path);
    if (status == LOY_OK) status = store_disk_sync_folder(store, store->key_path);
    free(next);
    return status;
}

enum loy_status store_key_next_announce(struct loy_store *store, const struct key_bytes *bytes)
{
    char *next = store_key_next_path(store);
    enum loy_status status = next_judge(store, next);
    free(next);
    if (status != LOY_OK) return status;
    // One statement is a transaction of its own.
    return store_bytes_set(store, STORE_NOTES, announced_name, bytes->digest, sizeof bytes->digest);
}

enum loy_status store_key_next_forget(struct loy_store *store)
{
    return store_forget(store, STORE_NOTES, announced_name);
}

/* What a change that came to nothing has left, and holds no key that anything may need. */
static bool is_left_over(struct loy_store *store, const struct key_bytes *next)
{
    struct key_file file;
    uint8_t announced[32];
    bool whole = key_file_parse(next->text, next->size, &file);
    sodium_memzero(&file, sizeof file);
    if (!whole) return true;
    return store_bytes_get(store, STORE_NOTES, announced_name, announced, sizeof announced) ==
               LOY_OK &&
           sodium_memcmp(announced, next->digest, sizeof announced) == 0;
}

/* Only what was there before: a later one may be that of a later change. */
static void settle_locked(struct loy_store *store, const char *path, const uint8_t seen[32])
{
    struct key_bytes next;
    if (store_key_id_compare(store) != LOY_OK) return;
    if (store_key_bytes_read(store, path, &next) == LOY_OK &&
        sodium_memcmp(next.digest, seen, sizeof next.digest) == 0) {
        bool in_place = holds(store, store->key_path, store->key_digest);
        bool fits = sodium_memcmp(next.digest, store->key_digest, sizeof next.digest) == 0;
        if (!in_place && fits)
            store_key_next_take(store, store->key_digest);
        else if (in_place && is_left_over(store, &next))
            unlink(path);
    }
    sodium_memzero(&next, sizeof next);
}

static void next_settle(struct loy_store *store, const char *path)
{
    struct key_bytes seen;
    int64_t token;
    randombytes_buf(&token, sizeof token);
    // Both wait for whoever changes the key: until then the successor is still being made. The
    // first is written over a change that nobody sees.
    if (store_key_bytes_read(store, path, &seen) == LOY_OK &&
        store_number_set(store, STORE_NOTES, settled_name, token) == LOY_OK &&
        store_database_run(store, store->key_db, "BEGIN IMMEDIATE") == LOY_OK) {
        settle_locked(store, path, seen.digest);
        sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    }
    sodium_memzero(&seen, sizeof seen);
}

void store_key_next_settle(struct loy_store *store)
{
    struct store_failure before;
    char *path = store_key_next_path(store);
    store_failure_save(store, &before);
    if (path && store_disk_exists(path)) next_settle(store, path);
    free(path);
    store_failure_restore(store, &before);
}
