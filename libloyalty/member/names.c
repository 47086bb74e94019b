/* SPDX-License-Identifier: MIT
 *
 * names.c - the members' names in memory, for searching: decrypted on the first search of a handle,
 * extended by newcomers on each further one, wiped when the handle closes. They are in no file. In:
 * a folded text. Out: the next member whose name holds it. Must not know: forms, roles, cards.
 */
#include "member_private.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 65536u
#define NAME_FIELDS 3 /* name, family_name, given_name are fields 1 to 3 */
/* "name \n familygiven \n family given \n given family": Chinese is searched without a blank, and
 * others in either order. A query holds no line break. */
#define NAMES_MAX (7u * LOY_FIELD_TEXT_MAX)

struct chunk {
    struct chunk *next;
    size_t used;
    char bytes[CHUNK_SIZE];
};

struct entry {
    int64_t member;
    const char *names; /* in a chunk */
};

struct member_cache {
    struct entry *entries;
    size_t count, max;
    struct chunk *chunks; /* texts never move, so none is left behind unwiped */
    int64_t last;         /* the last member looked at */
    bool transient;       /* holds what an open transaction wrote and may take back */
};

void member_cache_free(struct loy_store *store)
{
    struct member_cache *cache = store->member_cache;
    if (!cache) return;
    for (struct chunk *chunk = cache->chunks; chunk;) {
        struct chunk *next = chunk->next;
        sodium_memzero(chunk->bytes, chunk->used);
        free(chunk);
        chunk = next;
    }
    free(cache->entries);
    free(cache);
    store->member_cache = NULL;
}

void member_names_changed(struct loy_store *store)
{
    member_cache_free(store);
}

static bool chunk_room(struct member_cache *cache, size_t size)
{
    if (cache->chunks && CHUNK_SIZE - cache->chunks->used >= size) return true;
    struct chunk *chunk = malloc(sizeof *chunk);
    if (!chunk) return false;
    chunk->used = 0;
    chunk->next = cache->chunks;
    cache->chunks = chunk;
    return true;
}

static bool entry_add(struct member_cache *cache, int64_t member, const char *names)
{
    size_t size = strlen(names) + 1;
    if (cache->count == cache->max) {
        size_t max = cache->max ? 2 * cache->max : 256;
        struct entry *entries = realloc(cache->entries, max * sizeof *entries);
        if (!entries) return false;
        cache->entries = entries;
        cache->max = max;
    }
    if (!chunk_room(cache, size)) return false;
    char *copy = cache->chunks->bytes + cache->chunks->used;
    memcpy(copy, names, size);
    cache->chunks->used += size;
    cache->entries[cache->count++] = (struct entry){member, copy};
    return true;
}

static char *append(char *at, const char *text, char end)
{
    size_t n = strlen(text);
    memcpy(at, text, n);
    if (end) at[n++] = end;
    return at + n;
}

static void join(char parts[NAME_FIELDS][LOY_FIELD_TEXT_MAX], char names[NAMES_MAX])
{
    const char *family = parts[1], *given = parts[2];
    char *at = append(names, parts[0], '\n');
    at = append(at, family, 0);
    at = append(at, given, '\n');
    at = append(at, family, ' ');
    at = append(at, given, '\n');
    at = append(at, given, ' ');
    at = append(at, family, 0);
    *at = '\0';
}

static const char parts_sql[] =
    "SELECT f.field, f.version, f.normal FROM member_field f WHERE f.member = ?1 "
    "AND f.field BETWEEN 1 AND 3 AND f.version = (SELECT max(g.version) FROM member_field g "
    "WHERE g.member = f.member AND g.field = f.field)";

static enum loy_status read_part(sqlite3_stmt *select, const struct member_row *member,
    char parts[NAME_FIELDS][LOY_FIELD_TEXT_MAX])
{
    char text[LOY_FIELD_TEXT_MAX];
    int64_t field = sqlite3_column_int64(select, 0);
    const struct envelope_place place = {
        "member_field", "normal", &member->id, field, sqlite3_column_int64(select, 1)};
    enum loy_status status = envelope_open(member->key, &place, sqlite3_column_blob(select, 2),
        (size_t)sqlite3_column_bytes(select, 2), text);
    if (status == LOY_OK) status = member_text_fold(text, parts[field - 1]);
    sodium_memzero(text, sizeof text);
    return status;
}

/* The searchable names of a member; "" if it has none or its key is gone. */
static enum loy_status read_names(
    struct loy_store *store, struct member_row *member, char names[NAMES_MAX])
{
    char parts[NAME_FIELDS][LOY_FIELD_TEXT_MAX] = {"", "", ""};
    names[0] = '\0';
    enum loy_status status = LOY_OK;
    bool any = false, keyed = false;
    sqlite3_stmt *select = store_sql(store, parts_sql);
    sqlite3_bind_int64(select, 1, member->number);
    while (status == LOY_OK && (status = store_step(store, select)) == LOY_OK) {
        if (!keyed) status = store_member_key(store, &member->id, member->key);
        keyed = status == LOY_OK;
        if (keyed) status = read_part(select, member, parts);
        any = any || status == LOY_OK;
    }
    sqlite3_reset(select);
    if (any && status == LOY_NONE) join(parts, names);
    sodium_memzero(parts, sizeof parts);
    member_drop(member);
    /* An erased member's key is gone, and with it the name: nothing to find, nothing wrong. */
    return status == LOY_NONE || status == LOY_E_KEY ? LOY_OK : status;
}

static enum loy_status member_behind(
    struct loy_store *store, int64_t after, struct member_row *member)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT id, uid, status FROM member WHERE id > ?1 ORDER BY id LIMIT 1");
    sqlite3_bind_int64(select, 1, after);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 1, &member->id);
    if (status == LOY_OK) {
        member->number = sqlite3_column_int64(select, 0);
        if (sqlite3_column_int(select, 2) != MEMBER_STATUS_ACTIVE) status = LOY_REFUSED;
    }
    sqlite3_reset(select);
    return status;
}

/* Takes in the members that came since. */
static enum loy_status extend(struct loy_store *store, struct member_cache *cache)
{
    static const size_t names_size = NAMES_MAX;
    struct member_row member;
    enum loy_status status;
    char *names = malloc(names_size);
    if (!names) return store_fail(store, LOY_E_MEMORY, "out of memory");
    while (
        (status = member_behind(store, cache->last, &member)) == LOY_OK || status == LOY_REFUSED) {
        cache->last = member.number;
        if (status == LOY_REFUSED) continue;
        status = read_names(store, &member, names);
        if (status != LOY_OK) break;
        if (names[0] && !entry_add(cache, member.number, names)) {
            status = store_fail(store, LOY_E_MEMORY, "out of memory");
            break;
        }
    }
    sodium_memzero(names, names_size);
    free(names);
    if (store->depth > 0) cache->transient = true;
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status cache_take(struct loy_store *store, struct member_cache **cache)
{
    *cache = store->member_cache;
    /* Row numbers that were taken back come again for other members. */
    if (*cache && (*cache)->transient) member_cache_free(store);
    if (!store->member_cache) store->member_cache = calloc(1, sizeof **cache);
    *cache = store->member_cache;
    if (!*cache) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = extend(store, *cache);
    if (status != LOY_OK) member_cache_free(store);
    return status;
}

/* The first entry behind the position. */
static size_t entry_behind(const struct member_cache *cache, int64_t position)
{
    size_t low = 0, high = cache->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cache->entries[middle].member > position)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Another process may have changed the name or the member since it was taken in. */
static enum loy_status still_holds(
    struct loy_store *store, int64_t number, const char *folded, struct loy_id *id)
{
    struct member_row member;
    enum loy_status status = member_behind(store, number - 1, &member);
    if (status == LOY_NONE || status == LOY_REFUSED) return LOY_NONE;
    if (status != LOY_OK) return status;
    if (member.number != number) return LOY_NONE;
    char *names = malloc(NAMES_MAX);
    if (!names) return store_fail(store, LOY_E_MEMORY, "out of memory");
    status = read_names(store, &member, names);
    if (status == LOY_OK && !strstr(names, folded)) status = LOY_NONE;
    if (status == LOY_OK) *id = member.id;
    sodium_memzero(names, NAMES_MAX);
    free(names);
    return status;
}

enum loy_status member_names_next(
    struct loy_store *store, int64_t *position, const char *folded, struct loy_id *member)
{
    struct member_cache *cache = NULL;
    enum loy_status status = cache_take(store, &cache);
    if (status != LOY_OK) return status;
    for (size_t i = entry_behind(cache, *position); i < cache->count; i++) {
        if (!strstr(cache->entries[i].names, folded)) continue;
        status = still_holds(store, cache->entries[i].member, folded, member);
        if (status == LOY_NONE) continue;
        if (status == LOY_OK) *position = cache->entries[i].member;
        return status;
    }
    return LOY_NONE;
}
