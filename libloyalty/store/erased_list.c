/* SPDX-License-Identifier: MIT
 *
 * erased_list.c - FILE.erased as a file: read, written anew or on, and put together before a
 * restore. A line of 36 characters per id, as loy_id_text writes it; nothing else.
 *
 * In: paths, ids. Out: bytes on the disk. Must not know: tables.
 */
#include <store/store_parts.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NO_LIST N_("%s is no list of erased members: one id of 36 characters per line is expected")

char *store_erased_path(struct loy_store *store)
{
    char *path = store_path_join(store->path, ".erased");
    if (!path) store_fail(store, LOY_E_MEMORY, "out of memory");
    return path;
}

/* ---- Reading ------------------------------------------------------------------------------------
 */

enum loy_status store_erased_read(
    struct loy_store *store, const char *path, struct store_erased_list *list)
{
    struct stat state;
    ssize_t got = -1;
    *list = (struct store_erased_list){NULL, 0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 && errno == ENOENT) return LOY_OK;
    if (descriptor >= 0 && fstat(descriptor, &state) == 0)
        list->bytes = malloc((size_t)state.st_size + 1);
    while (list->bytes && (got = read(descriptor, list->bytes + list->size,
                               (size_t)state.st_size - list->size)) > 0)
        list->size += (size_t)got;
    enum loy_status status = got < 0 ? store_fail_errno(store, N_("reading"), path) : LOY_OK;
    if (descriptor >= 0) close(descriptor);
    return status;
}

bool store_erased_line(const struct store_erased_list *list, size_t index, struct loy_id *id)
{
    char text[STORE_ERASED_LINE];
    size_t at = index * STORE_ERASED_LINE;
    if (at + STORE_ERASED_LINE > list->size) return false;
    memcpy(text, list->bytes + at, STORE_ERASED_LINE);
    if (text[STORE_ERASED_LINE - 1] != '\n') return false;
    text[STORE_ERASED_LINE - 1] = '\0';
    return loy_id_parse(text, id) == LOY_OK;
}

/* ---- Writing ------------------------------------------------------------------------------------
 */

void store_erased_print(FILE *stream, const struct loy_id *id)
{
    char text[LOY_ID_TEXT_SIZE];
    loy_id_text(id, text);
    fprintf(stream, "%s\n", text);
}

enum loy_status store_erased_start(
    struct loy_store *store, const char *path, bool on, FILE **stream, int64_t *kept)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int64_t size = descriptor < 0 ? -1 : 0;
    if (on && size == 0) size = lseek(descriptor, 0, SEEK_END);
    // What was never measured is not cut back either.
    *kept = size < 0 ? -1 : size - size % (int64_t)STORE_ERASED_LINE;
    *stream = size >= 0 && ftruncate(descriptor, *kept) == 0 ? fdopen(descriptor, "a") : NULL;
    if (*stream) return LOY_OK;
    enum loy_status status = store_fail_errno(store, N_("writing"), path);
    if (descriptor >= 0) close(descriptor);
    return status;
}

enum loy_status store_erased_end(
    struct loy_store *store, const char *path, FILE *stream, enum loy_status status)
{
    bool written = fflush(stream) == 0 && fsync(fileno(stream)) == 0;
    if (status == LOY_OK && !written) status = store_fail_errno(store, N_("writing"), path);
    fclose(stream);
    return status == LOY_OK ? store_disk_sync_folder(store, path) : status;
}

enum loy_status store_erased_replace(
    struct loy_store *store, const char *path, store_erased_fn print, const void *user)
{
    FILE *stream = NULL;
    int64_t kept;
    char *part = store_path_join(path, ".part");
    if (!part) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = store_erased_start(store, part, false, &stream, &kept);
    if (status == LOY_OK)
        status = store_erased_end(store, part, stream, print(store, stream, user));
    if (status == LOY_OK && rename(part, path) != 0)
        status = store_fail_errno(store, N_("creating"), path);
    if (status == LOY_OK)
        status = store_disk_sync_folder(store, path);
    else
        unlink(part);
    free(part);
    return status;
}

/* ---- Before a restore -------------------------------------------------------------------------
 */

/* The store's own may end in a line that a crash cut off: of an erasure that did not come about. */
static enum loy_status list_read(
    struct loy_store *store, const char *path, bool own, struct store_erased_list *list)
{
    struct loy_id id;
    size_t at = 0;
    enum loy_status status = store_erased_read(store, path, list);
    if (status != LOY_OK) return status;
    if (own) list->size -= list->size % STORE_ERASED_LINE;
    while (at * STORE_ERASED_LINE < list->size && store_erased_line(list, at, &id))
        at++;
    if (at * STORE_ERASED_LINE == list->size) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT, NO_LIST, path);
}

static enum loy_status lists_print(struct loy_store *store, FILE *stream, const void *user)
{
    const struct store_erased_list *lists = user;
    (void)store;
    for (size_t i = 0; i < 2; i++)
        if (lists[i].size > 0) fwrite(lists[i].bytes, 1, lists[i].size, stream);
    return LOY_OK;
}

/* A database, which closing a descriptor of it would rob of the locks of this process. */
static enum loy_status database_refuse(struct loy_store *store, const char *path)
{
    struct stat state;
    struct store_marks marks;
    if (stat(path, &state) != 0 || !S_ISREG(state.st_mode) ||
        store_marks_peek(store, path, &marks) != LOY_OK || marks.application == 0)
        return LOY_OK;
    return store_fail(store, LOY_E_FORMAT, NO_LIST, path);
}

enum loy_status store_erased_merge(struct loy_store *store, const char *further)
{
    struct store_erased_list lists[2] = {{NULL, 0}, {NULL, 0}};
    char *path = store_erased_path(store);
    if (!path) return LOY_E_MEMORY;
    enum loy_status status = list_read(store, path, true, &lists[0]);
    if (status == LOY_OK && further && !store_disk_exists(further))
        status = store_fail(store, LOY_NONE, "there is no list of erased members at %s", further);
    if (status == LOY_OK && further) status = database_refuse(store, further);
    if (status == LOY_OK && further) status = list_read(store, further, false, &lists[1]);
    if (status == LOY_OK && lists[1].size > 0)
        status = store_erased_replace(store, path, lists_print, lists);
    free(lists[0].bytes);
    free(lists[1].bytes);
    free(path);
    return status;
}
