/* SPDX-License-Identifier: MIT
 *
 * traces.c - what the free space of FILE's pages still says of whom was erased. SQLite's
 * secure_delete clears what is deleted, but not the copies that stay behind where an earlier insert
 * split a page: of some 500 digests one. What leads to a member, a digest or an envelope, is
 * random, so the file can be searched for it; only where something is found it is written anew.
 *
 * In: the bytes that go. Out: a file without them. Must not know: what they stood for.
 */
#include <store/store_parts.h>

#include <string.h>

#define TRACES_DUE "traces" /* setting: something was erased and FILE not yet searched for it */
#define CHUNK 65536
#define BITS 65536u

enum loy_status store_trace(struct loy_store *store, const void *bytes, size_t size)
{
    int64_t due = 0;
    enum loy_status status = LOY_OK;
    uint64_t trace;
    if (size < sizeof trace) return LOY_OK;
    if (store->trace_count == 0) {
        status = store_number_get(store, STORE_SETTINGS, TRACES_DUE, &due);
        if (status == LOY_NONE) status = store_number_set(store, STORE_SETTINGS, TRACES_DUE, 1);
        // Of an earlier erasure, which did not come to its end: nobody knows its traces any more.
        if (due) store->trace_count = STORE_TRACES_MAX;
    }
    // The end: an envelope begins with its version and the number of its key.
    memcpy(&trace, (const char *)bytes + size - sizeof trace, sizeof trace);
    if (store->trace_count < STORE_TRACES_MAX) store->traces[store->trace_count] = trace;
    if (store->trace_count <= STORE_TRACES_MAX) store->trace_count++;
    return status;
}

/* ---- Searching ----------------------------------------------------------------------------------
 */

struct search {
    const struct loy_store *store;
    uint8_t maybe[BITS / 8]; /* by the low bits of the traces */
};

static void search_fill(const struct loy_store *store, struct search *search)
{
    memset(search, 0, sizeof *search);
    search->store = store;
    for (size_t i = 0; i < store->trace_count; i++) {
        unsigned bit = (unsigned)(store->traces[i] % BITS);
        search->maybe[bit / 8] |= (uint8_t)(1u << bit % 8);
    }
}

static bool is_trace(const struct search *search, uint64_t value)
{
    unsigned bit = (unsigned)(value % BITS);
    if (!(search->maybe[bit / 8] >> bit % 8 & 1)) return false;
    for (size_t i = 0; i < search->store->trace_count; i++)
        if (search->store->traces[i] == value) return true;
    return false;
}

static bool chunk_holds(const struct search *search, const uint8_t *bytes, size_t size)
{
    uint64_t value;
    for (size_t at = 0; at + sizeof value <= size; at++) {
        memcpy(&value, bytes + at, sizeof value);
        if (is_trace(search, value)) return true;
    }
    return false;
}

/* The logs are empty: all there is stands in FILE. */
static enum loy_status file_search(struct loy_store *store, bool *found)
{
    static const int overlap = sizeof(uint64_t) - 1;
    uint8_t bytes[CHUNK];
    struct search search;
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    int code = store_database_file(store->db, &file, &size);
    search_fill(store, &search);
    for (sqlite3_int64 at = 0; code == SQLITE_OK && !*found && at < size; at += CHUNK - overlap) {
        int count = size - at < CHUNK ? (int)(size - at) : CHUNK;
        code = file->pMethods->xRead(file, bytes, count, at);
        *found = code == SQLITE_OK && chunk_holds(&search, bytes, (size_t)count);
    }
    if (code == SQLITE_OK) return LOY_OK;
    return store_fail(store, LOY_E_IO, "reading %s: %s", store->path, sqlite3_errstr(code));
}

/* ---- Clearing -----------------------------------------------------------------------------------
 */

enum loy_status store_traces_clear(struct loy_store *store)
{
    int64_t due = 0;
    enum loy_status status = store_number_get(store, STORE_SETTINGS, TRACES_DUE, &due);
    if (status < LOY_OK) return status;
    // Another program's clearing may have taken this erasure's note away with its own.
    if (status == LOY_NONE && store->trace_count == 0) return LOY_OK;
    // What was noted by no erasure of this handle, or by one too large to remember, is not known.
    bool found = store->trace_count == 0 || store->trace_count > STORE_TRACES_MAX;
    status = found ? LOY_OK : file_search(store, &found);
    if (status == LOY_OK && found) status = store_database_run(store, store->db, "VACUUM");
    if (status == LOY_OK && found) status = store_log_empty(store, store->db);
    if (status == LOY_OK) status = store_forget(store, STORE_SETTINGS, TRACES_DUE);
    if (status != LOY_OK) return status;
    store->trace_count = 0;
    // That one page may stay in the log: it says nothing of anybody.
    (void)store_log_empty(store, store->db);
    return LOY_OK;
}
