/* SPDX-License-Identifier: MIT
 *
 * master_key.c - the master key's file, the subkeys, and how a key of another store is told. The
 * key itself stays on the stack of these functions and is wiped; the subkeys live in guarded
 * memory.
 */
#include <store/store_parts.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONTEXT "loyalty1"
#define FILE_MAX 1024u
#define FIRST_LINE "# loyalty master key: keep a copy, apart from the backups\n"

static const char check_name[] = "key_check";

enum subkey { SUBKEY_WRAP = 1, SUBKEY_INDEX, SUBKEY_CARD, SUBKEY_AUDIT, SUBKEY_BASKET };

static enum loy_status subkeys_derive(
    struct loy_store *store, const uint8_t master[crypto_kdf_KEYBYTES])
{
    if (!store->keys) store->keys = sodium_malloc(sizeof *store->keys);
    if (!store->keys) return store_fail(store, LOY_E_MEMORY, "out of memory");
    struct store_keys *keys = store->keys;
    crypto_kdf_derive_from_key(keys->wrap, sizeof keys->wrap, SUBKEY_WRAP, CONTEXT, master);
    crypto_kdf_derive_from_key(keys->index, sizeof keys->index, SUBKEY_INDEX, CONTEXT, master);
    crypto_kdf_derive_from_key(keys->card, sizeof keys->card, SUBKEY_CARD, CONTEXT, master);
    crypto_kdf_derive_from_key(keys->audit, sizeof keys->audit, SUBKEY_AUDIT, CONTEXT, master);
    crypto_kdf_derive_from_key(keys->basket, sizeof keys->basket, SUBKEY_BASKET, CONTEXT, master);
    return LOY_OK;
}

static enum loy_status key_write(
    struct loy_store *store, int descriptor, const char *path, const char *hex)
{
    char text[FILE_MAX];
    int size = snprintf(text, sizeof text, FIRST_LINE "%s\n", hex);
    errno = 0;
    bool written = write(descriptor, text, (size_t)size) == size && fsync(descriptor) == 0;
    sodium_memzero(text, sizeof text);
    if (written) return LOY_OK;
    // A short write sets no errno; it means the disk is full.
    if (errno == 0) errno = ENOSPC;
    return store_fail_errno(store, N_("writing the master key file"), path);
}

enum loy_status store_master_key_make(struct loy_store *store, const char *path)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno == EEXIST)
        return store_fail(store, LOY_E_CONFLICT,
            "%s is there already: a new store needs a key of its own; move that file away, or name "
            "another one",
            path);
    if (descriptor < 0) return store_fail_errno(store, N_("creating the master key file"), path);
    uint8_t master[crypto_kdf_KEYBYTES];
    char hex[crypto_kdf_KEYBYTES * 2 + 1];
    crypto_kdf_keygen(master);
    sodium_bin2hex(hex, sizeof hex, master, sizeof master);
    enum loy_status status = key_write(store, descriptor, path, hex);
    close(descriptor);
    if (status == LOY_OK) status = store_disk_sync_folder(store, path);
    if (status == LOY_OK) status = subkeys_derive(store, master);
    if (status != LOY_OK) unlink(path);
    sodium_memzero(master, sizeof master);
    sodium_memzero(hex, sizeof hex);
    return status;
}

/* Comment lines, then 64 hexadecimal digits. */
static bool key_parse(const char *text, size_t size, uint8_t master[crypto_kdf_KEYBYTES])
{
    const char *at = text, *end = text + size;
    while (at < end && *at == '#') {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end) return false;
        at = line_end + 1;
    }
    while (end > at && strchr(" \t\r\n", end[-1]) && end[-1] != '\0')
        end--;
    size_t length = 0;
    return sodium_hex2bin(
               master, crypto_kdf_KEYBYTES, at, (size_t)(end - at), NULL, &length, NULL) == 0 &&
           length == crypto_kdf_KEYBYTES;
}

static enum loy_status key_judge(struct loy_store *store, int descriptor, const char *path)
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

enum loy_status store_master_key_read(struct loy_store *store, const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return store_fail(store, LOY_E_KEY,
            "the master key file %s cannot be read (%s): put it back from where its copy is kept",
            path, strerror(errno));
    char text[FILE_MAX];
    uint8_t master[crypto_kdf_KEYBYTES];
    enum loy_status status = key_judge(store, descriptor, path);
    if (status == LOY_OK) {
        ssize_t got = read(descriptor, text, sizeof text);
        if (got < 0 || !key_parse(text, (size_t)got, master))
            status = store_fail(store, LOY_E_KEY,
                "%s holds no master key: put it back from where its copy is kept", path);
        else
            status = subkeys_derive(store, master);
    }
    close(descriptor);
    sodium_memzero(text, sizeof text);
    sodium_memzero(master, sizeof master);
    return status;
}

static void check_value(const struct loy_store *store, uint8_t check[STORE_CHECK_SIZE])
{
    static const unsigned char what[] = "loyalty master key check 1";
    crypto_generichash(
        check, STORE_CHECK_SIZE, what, sizeof what, store->keys->wrap, sizeof store->keys->wrap);
}

enum loy_status store_master_key_note(struct loy_store *store)
{
    uint8_t check[STORE_CHECK_SIZE];
    check_value(store, check);
    enum loy_status status = store_bytes_set(store, STORE_NOTES, check_name, check, sizeof check);
    if (status != LOY_OK) return status;
    return store_bytes_set(store, STORE_SETTINGS, check_name, check, sizeof check);
}

enum loy_status store_master_key_compare(struct loy_store *store, const char *path)
{
    uint8_t mine[STORE_CHECK_SIZE], found[STORE_CHECK_SIZE];
    check_value(store, mine);
    for (int book = STORE_SETTINGS; book <= STORE_NOTES; book++) {
        enum loy_status status =
            store_bytes_get(store, (enum store_book)book, check_name, found, sizeof found);
        if (status < LOY_OK) return status;
        if (status == LOY_NONE || sodium_memcmp(mine, found, sizeof mine) != 0)
            return store_fail(store, LOY_E_KEY,
                "the master key in %s is another one's than that of %s: put the right one back; "
                "nothing was changed",
                path, book == STORE_NOTES ? store->keys_path : store->path);
    }
    return LOY_OK;
}
