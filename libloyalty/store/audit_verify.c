/* SPDX-License-Identifier: MIT
 *
 * audit_verify.c - the audit log walked from its first entry: chain, signatures, mark of the end,
 * note in FILE.keys, a head from elsewhere. Out: a sentence per finding, with the numbers of the
 * entries. Mends nothing.
 */
#include <store/store_parts.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct run {
    int64_t first, last;
};

struct walk {
    struct loy_store *store;
    void (*problem)(void *user, const char *sentence);
    void *user;
    int64_t last, findings;
    uint8_t hash[STORE_AUDIT_HASH_SIZE];   /* as stored with the last entry ... */
    uint8_t proper[STORE_AUDIT_HASH_SIZE]; /* ... and as its content asks for */
    bool doubtful;                         /* these two differ */
    struct run changed;                    /* not told yet; first 0: none */
    /* Signed entries, in their order beside the entries. */
    sqlite3_stmt *anchors;
    struct loy_audit_head anchor; /* sequence 0: no more */
    int64_t anchors_from;         /* the first entry that has to be signed by the rule */
    bool asked;                   /* the last entry was made to be signed */
};

/* format takes the number of an entry. */
static void tell_one(struct walk *walk, const char *format, int64_t sequence)
    __attribute__((format(printf, 2, 0)));
/* one as above; several takes the first and the last number. */
static void tell(struct walk *walk, const char *one, const char *several, int64_t first,
    int64_t last) __attribute__((format(printf, 2, 0), format(printf, 3, 0)));

static void pass(struct walk *walk, const char *what)
{
    char sentence[STORE_TEXT_MAX];
    snprintf(sentence, sizeof sentence, "the audit log: %s", what);
    walk->problem(walk->user, sentence);
    walk->findings++;
}

static void tell_one(struct walk *walk, const char *format, int64_t sequence)
{
    char what[STORE_TEXT_MAX - 20];
    snprintf(what, sizeof what, format, sequence);
    pass(walk, what);
}

static void tell(
    struct walk *walk, const char *one, const char *several, int64_t first, int64_t last)
{
    char what[STORE_TEXT_MAX - 20];
    if (first == last) {
        tell_one(walk, one, first);
        return;
    }
    snprintf(what, sizeof what, several, first, last);
    pass(walk, what);
}

static void changed_tell(struct walk *walk)
{
    if (walk->changed.first)
        tell(walk, "entry %" PRId64 " was changed",
            "entries %" PRId64 " to %" PRId64 " were changed, moved, inserted or renumbered",
            walk->changed.first, walk->changed.last);
    walk->changed.first = 0;
}

static void changed_add(struct walk *walk, int64_t sequence)
{
    if (!walk->changed.first) walk->changed.first = sequence;
    walk->changed.last = sequence;
}

/* ---- The chain ----------------------------------------------------------------------------------
 */

static void row_read(sqlite3_stmt *rows, struct store_audit_row *row)
{
    const char *action = (const char *)sqlite3_column_text(rows, 3);
    const char *object = (const char *)sqlite3_column_text(rows, 4);
    *row = (struct store_audit_row){.sequence = sqlite3_column_int64(rows, 0),
        .at_us = sqlite3_column_int64(rows, 1),
        .operator_id = sqlite3_column_int64(rows, 2),
        .action = action ? action : "",
        .object = object ? object : "",
        .action_size = (size_t)sqlite3_column_bytes(rows, 3),
        .object_size = (size_t)sqlite3_column_bytes(rows, 4)};
}

/* Whether the entry follows the one before it, as that is stored or as it ought to be: where only
 * the stored hash of one was changed, the next one tells so. */
static bool follows(const struct walk *walk, const struct store_audit_row *row,
    const uint8_t stored[STORE_AUDIT_HASH_SIZE], uint8_t proper[STORE_AUDIT_HASH_SIZE])
{
    uint8_t other[STORE_AUDIT_HASH_SIZE];
    store_audit_row_hash(walk->store, row, walk->hash, proper);
    if (memcmp(proper, stored, STORE_AUDIT_HASH_SIZE) == 0) return true;
    if (!walk->doubtful) return false;
    store_audit_row_hash(walk->store, row, walk->proper, other);
    if (memcmp(other, stored, STORE_AUDIT_HASH_SIZE) != 0) return false;
    memcpy(proper, other, STORE_AUDIT_HASH_SIZE);
    return true;
}

/* false: an entry that stands nowhere. */
static bool row_check(struct walk *walk, sqlite3_stmt *rows)
{
    struct store_audit_row row;
    uint8_t stored[STORE_AUDIT_HASH_SIZE] = {0}, proper[STORE_AUDIT_HASH_SIZE];
    row_read(rows, &row);
    if (row.sequence <= walk->last) {
        tell_one(walk, "entry %" PRId64 " has a number that no entry gets", row.sequence);
        return false;
    }
    if (sqlite3_column_bytes(rows, 5) == sizeof stored)
        memcpy(stored, sqlite3_column_blob(rows, 5), sizeof stored);
    bool gap = row.sequence - 1 > walk->last, fits = follows(walk, &row, stored, proper);
    // Behind a gap nothing is left that the entry could be held against.
    if (gap) {
        changed_tell(walk);
        tell(walk, "entry %" PRId64 " is missing", "entries %" PRId64 " to %" PRId64 " are missing",
            walk->last + 1, row.sequence - 1);
        memcpy(proper, stored, sizeof proper);
    } else if (fits) {
        changed_tell(walk);
        if (strcmp(row.action, STORE_AUDIT_BROKEN) == 0)
            tell_one(
                walk, "before entry %" PRId64 " its end had been cut off or changed", row.sequence);
    } else {
        changed_add(walk, row.sequence);
    }
    walk->last = row.sequence;
    // One that was changed is told of already.
    walk->asked = fits && (strcmp(row.action, STORE_AUDIT_SIGN) == 0 ||
                              strcmp(row.action, STORE_AUDIT_EXPORT) == 0);
    memcpy(walk->hash, stored, sizeof walk->hash);
    memcpy(walk->proper, proper, sizeof walk->proper);
    walk->doubtful = memcmp(stored, proper, sizeof proper) != 0;
    return true;
}

/* ---- Signed entries -----------------------------------------------------------------------------
 */

static enum loy_status anchor_next(struct walk *walk)
{
    walk->anchor = (struct loy_audit_head){0};
    enum loy_status status = store_step(walk->store, walk->anchors);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    sqlite3_stmt *row = walk->anchors;
    walk->anchor.sequence = sqlite3_column_int64(row, 0);
    walk->anchor.at_us = sqlite3_column_int64(row, 1);
    if (sqlite3_column_bytes(row, 2) == sizeof walk->anchor.hash)
        memcpy(walk->anchor.hash, sqlite3_column_blob(row, 2), sizeof walk->anchor.hash);
    if (sqlite3_column_bytes(row, 3) == sizeof walk->anchor.signature)
        memcpy(walk->anchor.signature, sqlite3_column_blob(row, 3), sizeof walk->anchor.signature);
    return LOY_OK;
}

/* The walk stands at entry walk->last. */
static void anchor_check(struct walk *walk, const uint8_t public_key[LOY_AUDIT_PUBLIC_KEY_SIZE])
{
    struct loy_audit_head *anchor = &walk->anchor;
    memcpy(anchor->public_key, public_key, sizeof anchor->public_key);
    if (anchor->sequence != walk->last)
        tell_one(walk, "entry %" PRId64 ", which was signed, is not there", anchor->sequence);
    else if (loy_audit_head_check(anchor) != LOY_OK)
        tell_one(walk, "the signature of entry %" PRId64 " was changed", anchor->sequence);
    else if (memcmp(anchor->hash, walk->hash, sizeof anchor->hash) != 0)
        tell_one(walk, "entry %" PRId64 " is not the one that was signed", anchor->sequence);
}

static bool anchor_is_due(const struct walk *walk)
{
    if (walk->last < walk->anchors_from) return false;
    return walk->asked || walk->last == 1 || walk->last % STORE_ANCHOR_EVERY == 0;
}

static void signature_missing_tell(struct walk *walk, int64_t sequence)
{
    tell_one(walk, "the signature of entry %" PRId64 " is missing", sequence);
}

static enum loy_status anchors_check(
    struct walk *walk, const uint8_t public_key[LOY_AUDIT_PUBLIC_KEY_SIZE])
{
    bool signed_here = false;
    while (walk->anchor.sequence && walk->anchor.sequence <= walk->last) {
        signed_here = walk->anchor.sequence == walk->last;
        anchor_check(walk, public_key);
        enum loy_status status = anchor_next(walk);
        if (status != LOY_OK) return status;
    }
    if (!signed_here && anchor_is_due(walk)) signature_missing_tell(walk, walk->last);
    return LOY_OK;
}

/* Entry 1, or in a file of before there were signatures the entry that says so. */
static enum loy_status anchors_begin(struct walk *walk)
{
    enum loy_status status = anchor_next(walk);
    walk->anchors_from = 1;
    if (status != LOY_OK || walk->anchor.sequence == 1) return status;
    sqlite3_stmt *find =
        store_sql(walk->store, "SELECT sequence FROM audit WHERE action = ?1 AND object = ?2 "
                               "ORDER BY sequence LIMIT 1");
    sqlite3_bind_text(find, 1, STORE_AUDIT_SIGN, -1, SQLITE_STATIC);
    sqlite3_bind_text(find, 2, STORE_AUDIT_SIGN_FIRST, -1, SQLITE_STATIC);
    status = store_step(walk->store, find);
    if (status == LOY_OK) walk->anchors_from = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status rows_walk(struct walk *walk, sqlite3_stmt *rows)
{
    uint8_t public_key[LOY_AUDIT_PUBLIC_KEY_SIZE];
    store_anchor_public_key(walk->store, public_key);
    enum loy_status status = anchors_begin(walk);
    while (status == LOY_OK && (status = store_step(walk->store, rows)) == LOY_OK)
        if (row_check(walk, rows)) status = anchors_check(walk, public_key);
    changed_tell(walk);
    while (status == LOY_NONE && walk->anchor.sequence) {
        anchor_check(walk, public_key);
        if (anchor_next(walk) != LOY_OK) return walk->store->failed;
    }
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Guards: triggers of the schema, as it makes them -------------------------------------------
 */

static enum loy_status guards_check(struct walk *walk)
{
    sqlite3_stmt *select = store_sql(walk->store,
        "SELECT g.column1 FROM (VALUES ('audit_update', 'UPDATE', 'audit'), "
        "('audit_delete', 'DELETE', 'audit'), ('anchor_update', 'UPDATE', 'audit_anchor'), "
        "('anchor_delete', 'DELETE', 'audit_anchor')) g WHERE NOT EXISTS (SELECT 1 FROM "
        "sqlite_master s WHERE s.type = 'trigger' AND s.name = g.column1 AND s.sql = "
        "'CREATE TRIGGER ' || g.column1 || ' BEFORE ' || g.column2 || ' ON ' || g.column3 || "
        "' BEGIN SELECT raise(ABORT, ''the audit log only grows''); END')");
    enum loy_status status;
    while ((status = store_step(walk->store, select)) == LOY_OK) {
        char what[STORE_TEXT_MAX - 20];
        snprintf(what, sizeof what, "a guard of the audit log is missing: the trigger %s",
            (const char *)sqlite3_column_text(select, 0));
        pass(walk, what);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- The end ------------------------------------------------------------------------------------
 */

static enum loy_status head_check(struct walk *walk)
{
    uint8_t stored[STORE_AUDIT_HASH_SIZE] = {0}, head[2][STORE_AUDIT_HASH_SIZE];
    enum loy_status status =
        store_bytes_get(walk->store, STORE_SETTINGS, STORE_AUDIT_HEAD, stored, sizeof stored);
    if (status < LOY_OK) return status;
    store_audit_head_hash(walk->store, walk->last, walk->hash, head[0]);
    store_audit_head_hash(walk->store, walk->last, walk->proper, head[1]);
    for (size_t i = 0; i < 2; i++)
        if (memcmp(head[i], stored, sizeof stored) == 0) return LOY_OK;
    tell_one(walk, "its end was cut off or changed after entry %" PRId64, walk->last);
    return LOY_OK;
}

/* What another place holds of an entry against what FILE does. */
static enum loy_status entry_compare(struct walk *walk, int64_t sequence,
    const uint8_t hash[STORE_AUDIT_HASH_SIZE], const char *missing, const char *missing_several,
    const char *other)
{
    uint8_t stored[STORE_AUDIT_HASH_SIZE];
    enum loy_status status = store_audit_hash_at(walk->store, sequence, stored);
    if (status == LOY_NONE)
        tell(walk, missing, missing_several, walk->last < sequence ? walk->last + 1 : sequence,
            sequence);
    else if (status == LOY_OK && memcmp(stored, hash, sizeof stored) != 0)
        tell_one(walk, other, sequence);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status note_check(struct walk *walk, const struct store_audit_note *note)
{
    if (!note->found || !note->whole) {
        tell_one(
            walk, "the key file's note of entry %" PRId64 " is missing or was changed", walk->last);
        return LOY_OK;
    }
    return entry_compare(walk, note->sequence, note->hash,
        "entry %" PRId64 " is missing, which the key file has noted: the end was cut off, or an "
        "older file was put back",
        "entries %" PRId64 " to %" PRId64 " are missing, which the key file has noted: the end was "
        "cut off, or an older file was put back",
        "entry %" PRId64 " is not the one that the key file has noted: an older file was put back "
        "and went on");
}

/* What was exported was signed in FILE too; what the walk has told of already is not told again. */
static enum loy_status head_anchor_check(struct walk *walk, int64_t sequence)
{
    uint8_t hash[STORE_AUDIT_HASH_SIZE];
    if (sequence >= walk->anchors_from || sequence > walk->last) return LOY_OK;
    sqlite3_stmt *find = store_sql(walk->store, "SELECT 1 FROM audit_anchor WHERE sequence = ?1");
    sqlite3_bind_int64(find, 1, sequence);
    enum loy_status status = store_step(walk->store, find);
    sqlite3_reset(find);
    if (status != LOY_NONE) return status;
    status = store_audit_hash_at(walk->store, sequence, hash);
    if (status == LOY_OK) signature_missing_tell(walk, sequence);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status against_check(struct walk *walk, const struct loy_audit_head *against)
{
    uint8_t public_key[LOY_AUDIT_PUBLIC_KEY_SIZE];
    store_anchor_public_key(walk->store, public_key);
    if (loy_audit_head_check(against) != LOY_OK ||
        memcmp(public_key, against->public_key, sizeof public_key) != 0) {
        tell_one(
            walk, "the head at entry %" PRId64 " was not signed by this store", against->sequence);
        return LOY_OK;
    }
    enum loy_status status = head_anchor_check(walk, against->sequence);
    if (status != LOY_OK) return status;
    return entry_compare(walk, against->sequence, against->hash,
        "entry %" PRId64 " is missing, which the exported head has: the end was cut off, or older "
        "files were put back",
        "entries %" PRId64 " to %" PRId64 " are missing, which the exported head has: the end was "
        "cut off, or older files were put back",
        "entry %" PRId64 " is not the one of the exported head: the log was written anew, or older "
        "files were put back and went on");
}

static enum loy_status walk_all(struct walk *walk)
{
    struct loy_store *store = walk->store;
    walk->anchors = store_sql(
        store, "SELECT sequence, at_us, hash, signature FROM audit_anchor ORDER BY sequence");
    sqlite3_stmt *rows = store_sql(store,
        "SELECT sequence, at_us, operator, action, object, hash FROM audit ORDER BY sequence");
    enum loy_status status = rows_walk(walk, rows);
    sqlite3_reset(walk->anchors);
    sqlite3_reset(rows);
    if (status == LOY_OK) status = head_check(walk);
    return status;
}

enum loy_status store_audit_check(struct loy_store *store, const struct store_audit_note *note,
    const struct loy_audit_head *against, void (*problem)(void *user, const char *sentence),
    void *user)
{
    struct walk walk = {.store = store, .problem = problem, .user = user};
    enum loy_status status = walk_all(&walk);
    if (status == LOY_OK) status = guards_check(&walk);
    if (status == LOY_OK) status = note_check(&walk, note);
    if (status == LOY_OK && against) status = against_check(&walk, against);
    if (status != LOY_OK) return status;
    return walk.findings ? LOY_E_CHECK : LOY_OK;
}

/* ---- On its own ---------------------------------------------------------------------------------
 */

struct told {
    void (*problem)(void *user, const char *sentence);
    void *user;
    long long findings;
};

static void pass_on(void *user, const char *sentence)
{
    struct told *told = user;
    told->findings++;
    if (told->problem) told->problem(told->user, sentence);
}

enum loy_status loy_audit_verify(struct loy_store *store, const struct loy_audit_head *against,
    void (*problem)(void *user, const char *sentence), void *user)
{
    struct told told = {.problem = problem, .user = user};
    struct store_audit_note note;
    enum loy_status status = store_require(store, LOY_MAY_READ_AUDIT);
    if (status == LOY_OK && store->depth > 0)
        status =
            store_fail(store, LOY_E_ARGUMENT, "the audit log is not verified inside a transaction");
    // The note first: what other programs note meanwhile is not in the picture.
    if (status == LOY_OK) status = store_audit_note_get(store, &note);
    if (status == LOY_OK) status = store_run_text(store, "BEGIN");
    if (status != LOY_OK) return status;
    status = store_audit_check(store, &note, against, pass_on, &told);
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    if (status != LOY_E_CHECK) return status;
    return store_fail(store, LOY_E_CHECK, "the audit log of %s has %lld things that do not fit",
        store->path, told.findings);
}
