/* SPDX-License-Identifier: MIT
 *
 * traces.c - what the free space of pages still says of whom was erased. SQLite's secure_delete
 * clears what is deleted, but not the copies that stay behind where an earlier insert split a page:
 * of some 500 digests one. They lie between a page's cell pointers and its cells, which no reader
 * ever looks at (SQLite's file format, section 1.6), so that gap is overwritten in place: a VACUUM
 * would hold every lane up for the time and the memory that the whole file takes.
 *
 * In: FILE and FILE.keys after an erasure. Out: the same without gaps that say anything.
 * Must not know: what stood there.
 */
#include <store/store_parts.h>

#include <string.h>

/* Setting and note: a random number of the last erasure. */
#define TRACES_DUE "traces"
#define BLOCK 65536       /* read at once: whole pages, whatever their size */
#define BLOCKS_LOCKED 256 /* swept under one lock: 16 MiB, for which a lane waits */
#define LANE_MS 20        /* between two locks: who waits for one looks again by then */
#define PASSES 3          /* at most, over a file that takes more than one lock */
#define TRIES 50          /* for a moment in which nobody else has written */
/* From here on the number of a page may begin with a byte that is a b-tree page's type. */
#define PAGES_MAX 0x02000000

static enum loy_status note(struct loy_store *store, enum store_book book)
{
    int64_t token;
    randombytes_buf(&token, sizeof token);
    return store_number_set(store, book, TRACES_DUE, token);
}

enum loy_status store_traces_due(struct loy_store *store)
{
    if (store->traces_noted) return LOY_OK;
    enum loy_status status = note(store, STORE_SETTINGS);
    if (status == LOY_OK) status = note(store, STORE_NOTES);
    store->traces_noted = status == LOY_OK;
    return status;
}

/* ---- A page ------------------------------------------------------------------------------------
 */

static size_t big_endian_16(const uint8_t *bytes)
{
    return (size_t)bytes[0] << 8 | bytes[1];
}

/* SQLite's file format, section 1.6: type at 0 of the header, number of cells at 3, start of the
 * cells at 5; 2 bytes for each cell behind the header. Of no b-tree page the first byte is one of
 * these types: it belongs to the number of a page below PAGES_MAX. */
bool store_page_gap(const uint8_t *page, size_t page_size, bool first, struct store_gap *gap)
{
    const size_t file_header = first ? 100 : 0;
    const uint8_t *header = page + file_header;
    const bool leaf = header[0] == 10 || header[0] == 13, inner = header[0] == 2 || header[0] == 5;
    gap->from = file_header + (leaf ? 8 : 12) + 2 * big_endian_16(header + 3);
    gap->to = big_endian_16(header + 5);
    if (gap->to == 0) gap->to = 65536;
    return (leaf || inner) && gap->from < gap->to && gap->to <= page_size;
}

static bool is_clear(const uint8_t *bytes, size_t size)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* ---- A file ------------------------------------------------------------------------------------
 */

struct sweep {
    struct loy_store *store;
    sqlite3 *db;
    enum store_book book;
    sqlite3_file *file;
    sqlite3_int64 size, at;
    size_t page_size;
    bool written;     /* under this lock */
    bool pass_whole;  /* under one lock */
    bool pass_writes; /* something was overwritten, so more may have come behind it */
    int passes;
};

static enum loy_status judge(const struct sweep *sweep, int code)
{
    if (code == SQLITE_OK) return LOY_OK;
    return store_fail(sweep->store, LOY_E_IO, "clearing the free space of %s: %s",
        sqlite3_db_filename(sweep->db, "main"), sqlite3_errstr(code));
}

static int block_sweep(struct sweep *sweep)
{
    static const uint8_t zeros[BLOCK];
    uint8_t block[BLOCK];
    struct store_gap gap;
    sqlite3_int64 left = sweep->size - sweep->at;
    size_t count = left < BLOCK ? (size_t)left : BLOCK;
    int code = sweep->file->pMethods->xRead(sweep->file, block, (int)count, sweep->at);
    for (size_t i = 0; i + sweep->page_size <= count && code == SQLITE_OK; i += sweep->page_size) {
        const uint8_t *page = block + i;
        if (!store_page_gap(page, sweep->page_size, sweep->at + (sqlite3_int64)i == 0, &gap))
            continue;
        if (is_clear(page + gap.from, gap.to - gap.from)) continue;
        code = sweep->file->pMethods->xWrite(sweep->file, zeros, (int)(gap.to - gap.from),
            sweep->at + (sqlite3_int64)(i + gap.from));
        sweep->written = true;
    }
    sweep->at += BLOCK;
    return code;
}

/* SQLite's file format, section 1.3: page size at 16, bytes reserved on each page at 20, 4 at 52
 * that are 0 where no page is one of pointers, which begins with any byte. */
static enum loy_status layout_read(struct sweep *sweep)
{
    static const uint8_t none[4];
    uint8_t header[100];
    int code =
        store_database_file(sweep->db, SQLITE_FCNTL_FILE_POINTER, &sweep->file, &sweep->size);
    if (code == SQLITE_OK)
        code = sweep->file->pMethods->xRead(sweep->file, header, sizeof header, 0);
    if (code != SQLITE_OK) return judge(sweep, code);
    sweep->page_size = big_endian_16(header + 16);
    if (sweep->page_size == 1) sweep->page_size = 65536;
    if (header[20] == 0 && memcmp(header + 52, none, sizeof none) == 0 &&
        sweep->size / (sqlite3_int64)sweep->page_size < PAGES_MAX)
        return LOY_OK;
    return store_fail(sweep->store, LOY_E_LIMIT,
        "%s is too large, or another program has changed the layout of its pages: their free space "
        "cannot be cleared",
        sqlite3_db_filename(sweep->db, "main"));
}

/* Under the lock for writing, with an empty log: there is nothing that a checkpoint could write
 * meanwhile, and no page that is newer elsewhere. What was overwritten may still stand in the
 * caches. Those of others go with any commit, and this handle's is given up. */
static enum loy_status blocks_sweep(struct sweep *sweep)
{
    enum loy_status status = layout_read(sweep);
    if (status != LOY_OK) return status;
    int code = SQLITE_OK;
    sweep->written = false;
    sweep->pass_whole = sweep->at == 0;
    for (int i = 0; i < BLOCKS_LOCKED && code == SQLITE_OK && sweep->at < sweep->size; i++)
        code = block_sweep(sweep);
    if (code == SQLITE_OK && sweep->written)
        code = sweep->file->pMethods->xSync(sweep->file, SQLITE_SYNC_NORMAL);
    sqlite3_db_release_memory(sweep->db);
    sweep->pass_writes = sweep->pass_writes || sweep->written;
    return judge(sweep, code);
}

/* Between two locks a page that was yet to come may have moved to where the sweep had been: SQLite
 * sorts the pages that it splits. So only a pass that had nothing to write is the last, unless one
 * lock was enough. */
static bool pass_ends(struct sweep *sweep)
{
    if (sweep->at < sweep->size) return false;
    if (sweep->pass_whole || !sweep->pass_writes || ++sweep->passes == PASSES) return true;
    sweep->at = 0;
    sweep->pass_writes = false;
    return false;
}

/* Another erasure may have noted its own since, or another program cleared this one's: any change
 * of the note does for the caches, so the last bit of a note tells nothing else. */
static enum loy_status note_touch(struct sweep *sweep, int64_t token, bool last)
{
    int64_t now = token;
    enum loy_status status = store_number_get(sweep->store, sweep->book, TRACES_DUE, &now);
    if (status >= LOY_OK && sweep->written)
        status = store_number_set(sweep->store, sweep->book, TRACES_DUE, now ^ 1);
    if (status < LOY_OK || !last || (now | 1) != (token | 1)) return status;
    return store_forget(sweep->store, sweep->book, TRACES_DUE);
}

/* LOY_MORE: the log is not empty; or some of the file is left. */
static enum loy_status locked_sweep(struct sweep *sweep, int64_t token)
{
    bool last = false;
    sqlite3_int64 logged = 0;
    sqlite3_file *log = NULL;
    enum loy_status status = store_database_run(sweep->store, sweep->db, "BEGIN IMMEDIATE");
    if (status != LOY_OK) return status;
    // Of a file that was moved away somebody else may hold another lock, by its new name.
    status = store_moved_judge(sweep->store);
    if (status == LOY_OK)
        status = judge(
            sweep, store_database_file(sweep->db, SQLITE_FCNTL_JOURNAL_POINTER, &log, &logged));
    if (status == LOY_OK && !logged) {
        status = blocks_sweep(sweep);
        last = status == LOY_OK && pass_ends(sweep);
        if (status == LOY_OK) status = note_touch(sweep, token, last);
    }
    if (status >= LOY_OK) status = store_database_run(sweep->store, sweep->db, "COMMIT");
    // Does nothing where it is committed.
    sqlite3_exec(sweep->db, "ROLLBACK", NULL, NULL, NULL);
    // As long as a transaction lasts, the first page stays in the cache.
    sqlite3_db_release_memory(sweep->db);
    return status == LOY_OK && !last ? LOY_MORE : status;
}

/* Written anew, the file has no pages of pointers any more. */
static enum loy_status pointers_drop(struct loy_store *store, sqlite3 *db)
{
    int64_t vacuum = 0;
    enum loy_status status = store_database_number(store, db, "PRAGMA auto_vacuum", &vacuum);
    if (status != LOY_OK || !vacuum) return status;
    return store_database_run(store, db, "PRAGMA auto_vacuum=0; VACUUM");
}

static enum loy_status file_sweep(struct loy_store *store, sqlite3 *db, enum store_book book)
{
    struct sweep sweep = {.store = store, .db = db, .book = book};
    int64_t token = 0;
    enum loy_status status = store_number_get(store, book, TRACES_DUE, &token);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    status = pointers_drop(store, db);
    for (int tries = 0; status == LOY_OK || (status == LOY_MORE && tries < TRIES); tries++) {
        const sqlite3_int64 before = sweep.at;
        status = store_log_empty(store, db);
        if (status == LOY_OK) status = locked_sweep(&sweep, token);
        if (status == LOY_OK) return LOY_OK;
        if (status != LOY_MORE || sweep.at == before) continue;
        tries = 0;
        sqlite3_sleep(LANE_MS);
    }
    if (status != LOY_MORE) return status;
    return store_log_busy(store, db);
}

enum loy_status store_traces_clear(struct loy_store *store)
{
    enum loy_status status = file_sweep(store, store->key_db, STORE_NOTES);
    if (status == LOY_OK) status = file_sweep(store, store->db, STORE_SETTINGS);
    if (status != LOY_OK) return status;
    // That one page may stay in a log: it says nothing of anybody.
    (void)store_log_empty(store, store->key_db);
    (void)store_log_empty(store, store->db);
    return LOY_OK;
}

void store_traces_try(struct loy_store *store)
{
    const int wait_ms = store->wait_ms;
    store->wait_ms = 0;
    (void)store_traces_clear(store);
    store->wait_ms = wait_ms;
}
