/* SPDX-License-Identifier: MIT
 *
 * identity.c - is this still the file that the lane's sequence numbers continue in? Every open
 * writes a fresh generation (a number and a random token) into both files under the store's write
 * lock:
 *
 * 1. FILE locked for writing; FILE.generation must equal FILE.keys' generation or next generation
 * 2. FILE.keys: next generation = new (synced)
 * 3. FILE: generation = new, commit (synced)
 * 4. FILE.keys: generation = new, if next is still ours
 *
 * A crash between any two of these, and any number of processes that open together, leave a pair
 * that fits; also where step 3 of one that was killed is seen by nobody and comes back later
 * (member_keys.c): 2 keeps the next generation of before until 4. A file put back from an older
 * copy does not fit. Further signs: another inode or birth time (copied), the mark of a backup, the
 * inode's own note of the highest generation it has held (an extended attribute, which copying over
 * a file leaves in place), and the sum of the lanes' last sequences as noted at the last close. Any
 * of them opens a new epoch, so that no two baskets anywhere share (site, lane, epoch, sequence).
 */
#include <store/store_parts.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define TOP_NAME "user.loyalty.generation"

struct generation {
    int64_t number, token;
};
struct place_on_disk {
    int64_t inode, born_us; /* born_us 0: the file system does not tell */
};

static enum loy_status generation_get(struct loy_store *store, enum store_book book,
    const char *const names[2], struct generation *generation)
{
    enum loy_status status = store_number_get(store, book, names[0], &generation->number);
    if (status >= LOY_OK) status = store_number_get(store, book, names[1], &generation->token);
    return status < LOY_OK ? status : LOY_OK;
}

static enum loy_status generation_set(struct loy_store *store, enum store_book book,
    const char *const names[2], const struct generation *generation)
{
    enum loy_status status = store_number_set(store, book, names[0], generation->number);
    if (status == LOY_OK) status = store_number_set(store, book, names[1], generation->token);
    return status;
}

static const char *const current_names[2] = {"generation", "generation_token"};
static const char *const next_names[2] = {"next_generation", "next_generation_token"};
static const char *const unseen_names[2] = {"unseen_generation", "unseen_generation_token"};

static bool same_generation(const struct generation *a, const struct generation *b)
{
    return a->number == b->number && a->token == b->token;
}

static struct place_on_disk place_of(const char *path)
{
    struct statx file;
    struct place_on_disk place = {0};
    if (statx(AT_FDCWD, path, 0, STATX_INO | STATX_BTIME, &file) != 0) return place;
    place.inode = (int64_t)file.stx_ino;
    if (file.stx_mask & STATX_BTIME)
        place.born_us = file.stx_btime.tv_sec * 1000000 + file.stx_btime.tv_nsec / 1000;
    return place;
}

/* Device numbers change from one start of the machine to the next, and a file system without birth
 * times has nothing else to tell: an epoch out of nothing at every start would be worse. */
static bool same_place(const struct place_on_disk *a, const struct place_on_disk *b)
{
    if (a->inode != b->inode) return false;
    return a->born_us == 0 || b->born_us == 0 || a->born_us == b->born_us;
}

static enum loy_status place_get(struct loy_store *store, struct place_on_disk *place)
{
    enum loy_status status = store_number_get(store, STORE_SETTINGS, "file_inode", &place->inode);
    if (status >= LOY_OK)
        status = store_number_get(store, STORE_SETTINGS, "file_born_us", &place->born_us);
    return status < LOY_OK ? status : LOY_OK;
}

static enum loy_status place_set(struct loy_store *store, const struct place_on_disk *place)
{
    enum loy_status status = store_number_set(store, STORE_SETTINGS, "file_inode", place->inode);
    if (status == LOY_OK)
        status = store_number_set(store, STORE_SETTINGS, "file_born_us", place->born_us);
    return status;
}

/* The highest generation that this inode has held; 0 where the file system keeps no attributes. */
static int64_t top_get(const char *path)
{
    char text[24] = "";
    ssize_t size = getxattr(path, TOP_NAME, text, sizeof text - 1);
    return size > 0 ? strtoll(text, NULL, 10) : 0;
}

static void top_set(const char *path, int64_t number)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%lld", (long long)number);
    // Where it is not kept, the other signs have to do.
    (void)!setxattr(path, TOP_NAME, text, (size_t)size, 0);
}

/* Of all lanes, so that it is the same whichever of them a program worked at. It only grows within
 * an epoch; what is capped cannot leave 64 bits. */
static enum loy_status lane_now(struct loy_store *store, struct generation *lane)
{
    sqlite3_stmt *find =
        store_sql(store, "SELECT epoch, (SELECT sum(min(last_sequence, 1000000000000)) FROM lane) "
                         "FROM lane WHERE id=?1");
    sqlite3_bind_int64(find, 1, store->home_lane);
    enum loy_status status = store_step(store, find);
    if (status == LOY_OK) {
        lane->number = sqlite3_column_int64(find, 0);
        lane->token = sqlite3_column_int64(find, 1);
    }
    sqlite3_reset(find);
    return status;
}

static const char *const closed_names[2] = {"closed_epoch", "closed_sequence"};

struct signs {
    struct generation store, keys, next, unseen, lane, closed;
    struct place_on_disk noted, found;
    int64_t top, backup_at_us;
    bool marked;
};

static enum loy_status signs_read(struct loy_store *store, struct signs *signs)
{
    *signs = (struct signs){.found = place_of(store->path), .top = top_get(store->path)};
    enum loy_status status =
        store_number_get(store, STORE_SETTINGS, "backup_at_us", &signs->backup_at_us);
    signs->marked = status == LOY_OK;
    if (status >= LOY_OK)
        status = generation_get(store, STORE_SETTINGS, current_names, &signs->store);
    if (status == LOY_OK) status = generation_get(store, STORE_NOTES, current_names, &signs->keys);
    if (status == LOY_OK) status = generation_get(store, STORE_NOTES, next_names, &signs->next);
    if (status == LOY_OK) status = generation_get(store, STORE_NOTES, unseen_names, &signs->unseen);
    if (status == LOY_OK) status = generation_get(store, STORE_NOTES, closed_names, &signs->closed);
    if (status == LOY_OK) status = place_get(store, &signs->noted);
    if (status == LOY_OK) status = lane_now(store, &signs->lane);
    return status;
}

static bool fits(const struct signs *signs)
{
    return same_generation(&signs->store, &signs->keys) ||
           same_generation(&signs->store, &signs->next) ||
           same_generation(&signs->store, &signs->unseen);
}

/* FILE holds less than the key file or the inode have seen of it. */
static bool is_older(const struct signs *signs)
{
    return signs->top > signs->store.number ||
           (signs->closed.number == signs->lane.number && signs->closed.token > signs->lane.token);
}

/* NULL: the file is the one it was. */
static const char *cause_of(const struct signs *signs)
{
    if (signs->marked) return "restored from a backup";
    if (!same_place(&signs->noted, &signs->found)) return "the file was copied";
    if (!fits(signs)) return "store and key file differ in age";
    if (is_older(signs)) return "an older copy was put over the file";
    return NULL;
}

/* All lanes: the epoch is the file's. The basket room looks for a replayed journal in older epochs
 * too. */
static enum loy_status lanes_renumber(struct loy_store *store, int64_t epoch)
{
    sqlite3_stmt *update = store_sql(store, "UPDATE lane SET epoch=?1, last_sequence=0");
    sqlite3_bind_int64(update, 1, epoch);
    return store_run(store, update);
}

/* Numbered by the second in which it begins: of two copies of one file, and of one backup restored
 * twice, each would count on from the same number. */
static enum loy_status epoch_open(struct loy_store *store, const char *cause, int64_t at_us)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO epoch (number, opened_at_us, cause)"
        " SELECT max(coalesce(max(number), 0) + 1, ?1 / 1000000), ?1, ?2 FROM epoch");
    sqlite3_bind_int64(insert, 1, at_us);
    sqlite3_bind_text(insert, 2, cause, -1, SQLITE_STATIC);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK) return status;
    int64_t epoch = sqlite3_last_insert_rowid(store->db);
    status = lanes_renumber(store, epoch);
    if (status == LOY_OK) status = store_forget(store, STORE_SETTINGS, "backup_at_us");
    if (status != LOY_OK) return status;
    char object[80];
    snprintf(object, sizeof object, "epoch %lld: %s", (long long)epoch, cause);
    store->epoch = epoch;
    return store_audit(store, "epoch", object, at_us);
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static struct generation generation_after(const struct signs *signs)
{
    struct generation new = {.number = larger(larger(signs->store.number, signs->keys.number),
                                           larger(signs->next.number, signs->top)) +
                                       1};
    randombytes_buf(&new.token, sizeof new.token);
    return new;
}

static enum loy_status keys_transaction(struct loy_store *store, enum loy_status status)
{
    if (status == LOY_OK) status = store_database_run(store, store->key_db, "COMMIT");
    if (status != LOY_OK) sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* Step 2. A pair that does not fit keeps its misfit until step 3 has opened the epoch for good. */
static enum loy_status next_announce(
    struct loy_store *store, const struct signs *signs, const struct generation *new)
{
    enum loy_status status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status != LOY_OK) return status;
    if (fits(signs)) status = generation_set(store, STORE_NOTES, current_names, &signs->store);
    if (status == LOY_OK && !same_generation(&signs->store, &signs->next))
        status = generation_set(store, STORE_NOTES, unseen_names, &signs->next);
    if (status == LOY_OK) status = generation_set(store, STORE_NOTES, next_names, new);
    return keys_transaction(store, status);
}

/* Step 4. */
static enum loy_status next_confirm(struct loy_store *store, const struct generation *new)
{
    struct generation next = {0};
    enum loy_status status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status != LOY_OK) return status;
    status = generation_get(store, STORE_NOTES, next_names, &next);
    if (status == LOY_OK && same_generation(&next, new)) {
        status = generation_set(store, STORE_NOTES, current_names, new);
        for (size_t i = 0; status == LOY_OK && i < 2; i++)
            status = store_forget(store, STORE_NOTES, unseen_names[i]);
    }
    return keys_transaction(store, status);
}

/* Keys are only destroyed where the two files surely belong together: behind a FILE that somebody
 * put back by mistake, the right one may still come. */
static enum loy_status orphans_settle(struct loy_store *store, const struct signs *signs)
{
    if (!signs->marked && (!fits(signs) || is_older(signs)))
        return store_member_keys_from(store, STORE_KEYS_NONE);
    enum loy_status status = store_member_keys_gather(store, signs->marked);
    // The mark goes before these do.
    if (status == LOY_OK && signs->marked && store->orphan_count > 0)
        status = store_member_keys_from(store, STORE_KEYS_ALL);
    return status;
}

static enum loy_status settle_locked(struct loy_store *store, int64_t at_us, struct generation *new)
{
    struct signs signs;
    enum loy_status status = signs_read(store, &signs);
    if (status != LOY_OK) return status;
    const char *cause = cause_of(&signs);
    *new = generation_after(&signs);
    if (cause) status = epoch_open(store, cause, at_us);
    if (status == LOY_OK) status = orphans_settle(store, &signs);
    if (status == LOY_OK) status = next_announce(store, &signs, new);
    if (status == LOY_OK) status = generation_set(store, STORE_SETTINGS, current_names, new);
    if (status == LOY_OK && cause) status = place_set(store, &signs.found);
    return status;
}

enum loy_status store_identity_settle(struct loy_store *store, int64_t at_us)
{
    struct generation new = {0};
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    status = settle_locked(store, at_us, &new);
    if (status != LOY_OK) {
        store_rollback(store);
        return status;
    }
    status = store_commit(store);
    if (status == LOY_OK) status = next_confirm(store, &new);
    if (status == LOY_OK) top_set(store->path, new.number);
    return status;
}

enum loy_status store_identity_first(struct loy_store *store, int64_t at_us)
{
    struct generation first = {.number = 1};
    randombytes_buf(&first.token, sizeof first.token);
    struct place_on_disk place = place_of(store->path);
    sqlite3_stmt *insert = store_sql(
        store, "INSERT INTO epoch (number, opened_at_us, cause) VALUES (1, ?1, 'created')");
    sqlite3_bind_int64(insert, 1, at_us);
    enum loy_status status = store_run(store, insert);
    if (status == LOY_OK) status = place_set(store, &place);
    if (status == LOY_OK) status = generation_set(store, STORE_NOTES, current_names, &first);
    if (status == LOY_OK) status = generation_set(store, STORE_SETTINGS, current_names, &first);
    return status;
}

void store_identity_note_close(struct loy_store *store)
{
    struct generation lane = {0}, closed = {0};
    if (lane_now(store, &lane) != LOY_OK) return;
    if (generation_get(store, STORE_NOTES, closed_names, &closed) != LOY_OK) return;
    if (same_generation(&lane, &closed)) return;
    if (store_database_run(store, store->key_db, "BEGIN IMMEDIATE") != LOY_OK) return;
    keys_transaction(store, generation_set(store, STORE_NOTES, closed_names, &lane));
}

enum loy_status store_identity_mark_backup(struct loy_store *store, int64_t at_us)
{
    enum loy_status status = store_number_set(store, STORE_SETTINGS, "backup_at_us", at_us);
    if (status == LOY_OK) status = store_number_set(store, STORE_NOTES, "backup_at_us", at_us);
    return status;
}

enum loy_status store_identity_backup_time(struct loy_store *store, int64_t *at_us)
{
    int64_t keys_at_us = 0;
    enum loy_status status = store_number_get(store, STORE_SETTINGS, "backup_at_us", at_us);
    if (status == LOY_OK)
        status = store_number_get(store, STORE_NOTES, "backup_at_us", &keys_at_us);
    if (status == LOY_OK && keys_at_us != *at_us) status = LOY_NONE;
    return status;
}
