/* SPDX-License-Identifier: MIT
 *
 * search.c - one box for everything a customer says: name, pinyin, initials, telephone, tax number.
 * In: a text. Out: members, the best first. Must not know: cards, how the index is filled.
 */
#include "index.h"
#include "pinyin.h"

#include <loyalty/search.h>

#include <stdlib.h>
#include <string.h>

#define TAIL_DIGITS_MIN 4u
#define TAIL_DIGITS_MAX 19u
#define TAIL_NONE UINT32_MAX
#define SAME_MAX 64    /* members that share a telephone or a tax number */
#define MERGES_MAX 16  /* one after the other */
#define SPARE_HITS 32u /* some hits are of members merged into the same one */

enum rank { RANK_INSIDE, RANK_BEGIN, RANK_WHOLE };

struct query {
    char text[LOY_FIELD_TEXT_MAX]; /* folded, without blanks */
    size_t size;
    bool spelled; /* pinyin is ready */
    struct pinyin_query pinyin;
    struct pinyin_need needs[2]; /* of texts without and with readings */
    uint64_t tail, tail_modulus; /* 0: no digits of a telephone */
    uint32_t tail_end;           /* as in the index's tails; TAIL_NONE is in none */
};

/* The best hits as a heap whose root is the worst: a key is rank << 32 | member. */
struct hits {
    uint64_t *keys;
    size_t count, max;
    uint32_t same[SAME_MAX]; /* taken already, by their number */
    size_t same_count;
};

/* ---- The query ---------------------------------------------------------------------------------
 */

static void tail_read(struct query *query)
{
    size_t n = query->text[0] == '+' ? 1 : 0, digits = query->size - n;
    if (digits < TAIL_DIGITS_MIN || digits > TAIL_DIGITS_MAX) return;
    if (!loy_digits_only(query->text + n, digits)) return;
    query->tail_modulus = 1;
    for (; query->text[n]; n++) {
        query->tail = query->tail * 10 + (uint64_t)(query->text[n] - '0');
        query->tail_modulus *= 10;
    }
    query->tail_end = (uint32_t)(query->tail % INDEX_TAIL);
}

static enum loy_status query_make(struct loy_store *store, const char *text, struct query *query)
{
    memset(query, 0, sizeof *query);
    query->tail_end = TAIL_NONE;
    enum loy_status status = index_fold(text, query->text);
    if (status != LOY_OK)
        return store_fail(store, status, "search: one line of text in UTF-8 is expected");
    query->size = strlen(query->text);
    query->needs[0] = query->needs[1] = pinyin_need_of(query->text);
    query->spelled = pinyin_query_make(query->text, &query->pinyin);
    if (query->spelled) query->needs[1] = query->pinyin.need;
    tail_read(query);
    return LOY_OK;
}

/* ---- One entry ---------------------------------------------------------------------------------
 */

static int rank_of_literal(const struct query *query, const char *text)
{
    int rank = -1;
    for (const char *at = strstr(text, query->text); at; at = strstr(at + 1, query->text)) {
        bool begins = at == text || at[-1] == '\n';
        char behind = at[query->size];
        if (begins && (behind == '\0' || behind == '\n')) return RANK_WHOLE;
        int here = begins ? RANK_BEGIN : RANK_INSIDE;
        if (here > rank) rank = here;
    }
    return rank;
}

static int rank_of_pinyin(const struct query *query, const char *text, int least)
{
    static const enum pinyin_place worst[] = {
        [RANK_INSIDE] = PINYIN_INSIDE, [RANK_BEGIN] = PINYIN_BEGIN, [RANK_WHOLE] = PINYIN_WHOLE};
    static const int ranks[] = {[PINYIN_WHOLE] = RANK_WHOLE,
        [PINYIN_BEGIN] = RANK_BEGIN,
        [PINYIN_INSIDE] = RANK_INSIDE,
        [PINYIN_NOWHERE] = -1};
    int best = -1;
    while (best < RANK_WHOLE) {
        size_t size = strcspn(text, "\n");
        int rank = ranks[pinyin_match(&query->pinyin, text, size, worst[least])];
        if (rank > best) best = rank;
        if (!text[size]) break;
        text += size + 1;
    }
    return best;
}

/* Where there are readings, those of pinyin are more, so the text itself is not looked at. */
static bool is_spelled(const struct query *query, uint64_t letters)
{
    return query->spelled && letters & PINYIN_HAN;
}

static bool may_hold(const struct member_cache *cache, size_t i, const struct pinyin_need *need)
{
    return (cache->letters[i] & need->letters) == need->letters &&
           (cache->pairs[i] & need->pairs) == need->pairs;
}

/* -1: no hit, or one below `least`. */
static int rank_of(const struct member_cache *cache, size_t i, const struct query *query, int least)
{
    int rank = -1;
    const struct index_entry *entry = &cache->entries[i];
    rank = is_spelled(query, cache->letters[i])
               ? rank_of_pinyin(query, index_text(cache, entry), least)
               : rank_of_literal(query, index_text(cache, entry));
    if (rank < RANK_INSIDE && query->tail_modulus && cache->tails[i] == query->tail_end &&
        entry->telephone % query->tail_modulus == query->tail)
        rank = RANK_INSIDE;
    return rank;
}

/* ---- The best hits -----------------------------------------------------------------------------
 */

static void sink(struct hits *hits, size_t at)
{
    for (;;) {
        size_t least = at, left = 2 * at + 1;
        if (left < hits->count && hits->keys[left] < hits->keys[least]) least = left;
        if (left + 1 < hits->count && hits->keys[left + 1] < hits->keys[least]) least = left + 1;
        if (least == at) return;
        uint64_t key = hits->keys[at];
        hits->keys[at] = hits->keys[least];
        hits->keys[least] = key;
        at = least;
    }
}

static void hit_add(struct hits *hits, int rank, uint32_t member)
{
    uint64_t key = (uint64_t)rank << 32 | member;
    if (hits->count == hits->max) {
        if (key <= hits->keys[0]) return;
        hits->keys[0] = key;
        sink(hits, 0);
        return;
    }
    size_t at = hits->count++;
    for (; at > 0 && hits->keys[(at - 1) / 2] > key; at = (at - 1) / 2)
        hits->keys[at] = hits->keys[(at - 1) / 2];
    hits->keys[at] = key;
}

static bool is_same(const struct hits *hits, uint32_t member)
{
    for (size_t i = 0; i < hits->same_count; i++)
        if (hits->same[i] == member) return true;
    return false;
}

static int by_key_falling(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? 1 : left > right ? -1 : 0;
}

/* What an entry must reach to be taken. */
static int least_rank(const struct hits *hits, uint32_t member)
{
    if (hits->count < hits->max) return RANK_INSIDE;
    int worst = (int)(hits->keys[0] >> 32);
    return member > (uint32_t)hits->keys[0] ? worst : worst + 1;
}

/* What an entry must have to be looked at, as its place may still be. */
struct sieve {
    struct pinyin_need needs[2]; /* all of begin, one of whole, whatever the place */
    uint32_t tail_end;
};

static void sieve_make(struct sieve *sieve, const struct query *query, int least)
{
    for (size_t i = 0; i < 2; i++) {
        sieve->needs[i] = query->needs[i];
        if (least < RANK_BEGIN) sieve->needs[i].begin = 0;
        if (least < RANK_WHOLE) sieve->needs[i].whole = ~UINT64_C(0);
    }
    sieve->tail_end = least == RANK_INSIDE ? query->tail_end : TAIL_NONE;
}

/* Bit i: the entry from + i is to be looked at. Without a branch, since which entry has what is no
 * pattern that a processor could foresee. */
static uint64_t sieve_pass(
    const struct member_cache *cache, size_t from, size_t count, const struct sieve *sieve)
{
    uint64_t left = 0;
    for (size_t i = count; i-- > 0;) {
        const uint64_t letters = cache->letters[from + i], starts = cache->starts[from + i];
        const struct pinyin_need *need = &sieve->needs[letters >> 63];
        const uint64_t lacks = (~letters & need->letters) |
                               (~cache->pairs[from + i] & need->pairs) | (~starts & need->begin);
        const bool passes = (lacks == 0) & ((starts & need->whole) != 0);
        left |= (uint64_t)(passes | (cache->tails[from + i] == sieve->tail_end)) << i;
    }
    return left;
}

/* false: nothing better can come. */
static bool block_scan(struct member_cache *cache, size_t from, size_t count,
    const struct query *query, struct hits *hits)
{
    struct sieve sieve;
    int least = least_rank(hits, cache->entries[from + count - 1].member);
    if (least > RANK_WHOLE) return false;
    sieve_make(&sieve, query, least);
    uint64_t left = sieve_pass(cache, from, count, &sieve);
    while (left) {
        const unsigned i = 63 - (unsigned)__builtin_clzll(left);
        left &= ~(UINT64_C(1) << i);
        uint32_t member = cache->entries[from + i].member;
        least = least_rank(hits, member);
        if (least > RANK_WHOLE) return false;
        cache->compared++;
        int rank = rank_of(cache, from + i, query, least);
        if (rank >= least && !is_same(hits, member)) hit_add(hits, rank, member);
    }
    return true;
}

#define BLOCK 64u
_Static_assert(PINYIN_HAN >> 63 == 1, "the highest bit chooses the need");
/* From the newest to the oldest: once there are enough, only better ones are looked for. */
static void scan(struct member_cache *cache, const struct query *query, struct hits *hits)
{
    cache->compared = 0;
    for (size_t end = cache->count; end > 0;) {
        size_t count = end < BLOCK ? end : BLOCK;
        end -= count;
        if (!block_scan(cache, end, count, query, hits)) return;
    }
}

/* ---- Whole numbers, by the blind index ---------------------------------------------------------
 */

static enum loy_status field_take(
    struct loy_store *store, enum loy_field field, const char *normal, struct hits *hits)
{
    uint8_t digest[LOY_DIGEST_SIZE];
    store_blind(store, field, normal, digest);
    sqlite3_stmt *select = store_sql(store, "SELECT member FROM blind_index WHERE field = ?1 AND "
                                            "digest = ?2 ORDER BY member DESC LIMIT ?3");
    sqlite3_bind_int64(select, 1, field);
    sqlite3_bind_blob(select, 2, digest, sizeof digest, SQLITE_STATIC);
    sqlite3_bind_int64(select, 3, SAME_MAX - (int64_t)hits->same_count);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        uint32_t member = (uint32_t)sqlite3_column_int64(select, 0);
        if (is_same(hits, member)) continue;
        hits->same[hits->same_count++] = member;
        hit_add(hits, RANK_WHOLE, member);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* What is no telephone is no failure here. */
static enum loy_status numbers_take(struct loy_store *store, const char *text, struct hits *hits)
{
    static const enum loy_field fields[] = {LOY_FIELD_TELEPHONE, LOY_FIELD_TAX_NO, LOY_FIELD_EMAIL};
    char normal[LOY_FIELD_TEXT_MAX];
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && status == LOY_OK; i++)
        if (member_field_normal(store, fields[i], text, store->clock_us, normal) == LOY_OK)
            status = field_take(store, fields[i], normal, hits);
    sodium_memzero(normal, sizeof normal);
    return status;
}

/* ---- The answer --------------------------------------------------------------------------------
 */

/* The member that stands for this one. LOY_NONE: erased. */
static enum loy_status survivor(struct loy_store *store, int64_t number, struct loy_id *id)
{
    for (int i = 0; i < MERGES_MAX; i++) {
        sqlite3_stmt *select =
            store_sql(store, "SELECT uid, status, merged_into FROM member WHERE id = ?1");
        sqlite3_bind_int64(select, 1, number);
        enum loy_status status = store_step(store, select);
        if (status == LOY_OK) status = member_id_read(store, select, 0, id);
        int64_t standing = status == LOY_OK ? sqlite3_column_int64(select, 1) : 0;
        number = standing == MEMBER_STATUS_MERGED ? sqlite3_column_int64(select, 2) : 0;
        sqlite3_reset(select);
        if (status != LOY_OK || standing == MEMBER_STATUS_ACTIVE) return status;
        if (standing != MEMBER_STATUS_MERGED) return LOY_NONE;
    }
    return LOY_NONE;
}

static enum loy_status answer(
    struct loy_store *store, struct hits *hits, struct loy_id *ids, size_t max, size_t *count)
{
    qsort(hits->keys, hits->count, sizeof *hits->keys, by_key_falling);
    for (size_t i = 0; i < hits->count && *count < max; i++) {
        struct loy_id id;
        enum loy_status status = survivor(store, (int64_t)(hits->keys[i] & UINT32_MAX), &id);
        if (status == LOY_NONE) continue;
        if (status != LOY_OK) return status;
        bool known = false;
        for (size_t j = 0; j < *count && !known; j++)
            known = memcmp(&ids[j], &id, sizeof id) == 0;
        if (!known) ids[(*count)++] = id;
    }
    return LOY_OK;
}

static enum loy_status search(struct loy_store *store, const char *text, struct query *query,
    struct loy_id *ids, size_t max, size_t *count)
{
    struct member_cache *cache = NULL;
    struct hits hits = {.max = 2 * max + SPARE_HITS};
    enum loy_status status = query_make(store, text, query);
    if (status != LOY_OK || !query->text[0]) return status;
    status = index_take(store, &cache);
    if (status != LOY_OK) return status;
    hits.keys = malloc(hits.max * sizeof *hits.keys);
    if (!hits.keys) return store_fail(store, LOY_E_MEMORY, "out of memory");
    status = numbers_take(store, text, &hits);
    if (status == LOY_OK) scan(cache, query, &hits);
    if (status == LOY_OK) status = answer(store, &hits, ids, max, count);
    free(hits.keys);
    return status;
}

enum loy_status loy_member_search(
    struct loy_store *store, const char *text, struct loy_id *ids, size_t max, size_t *count)
{
    if (!store || !text || !ids || !count || max == 0 || max > UINT32_MAX) return LOY_E_ARGUMENT;
    *count = 0;
    enum loy_status status = store_require(store, LOY_MAY_FIND_MEMBER);
    if (status != LOY_OK) return status;
    struct query *query = malloc(sizeof *query);
    if (!query) return store_fail(store, LOY_E_MEMORY, "out of memory");
    status = search(store, text, query, ids, max, count);
    sodium_memzero(query, sizeof *query);
    free(query);
    return status;
}

enum loy_status loy_search_prepare(struct loy_store *store, struct loy_search_index *index)
{
    struct member_cache *cache = NULL;
    if (!store || (index && index->size < sizeof *index)) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_FIND_MEMBER);
    if (status == LOY_OK) status = index_take(store, &cache);
    if (status == LOY_OK && index) {
        index->members = cache->count;
        index->bytes = index_bytes(cache);
    }
    return status;
}

/* ---- Names one after the other -----------------------------------------------------------------
 */

static enum loy_status active_id(struct loy_store *store, int64_t number, struct loy_id *id)
{
    sqlite3_stmt *select = store_sql(store, "SELECT uid FROM member WHERE id = ?1 AND status = 1");
    sqlite3_bind_int64(select, 1, number);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 0, id);
    sqlite3_reset(select);
    return status;
}

enum loy_status member_names_next(
    struct loy_store *store, int64_t *position, const char *name, struct loy_id *member)
{
    struct member_cache *cache = NULL;
    struct query *query = malloc(sizeof *query);
    if (!query) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = query_make(store, name, query);
    if (status == LOY_OK) status = query->text[0] ? index_take(store, &cache) : LOY_NONE;
    for (size_t i = 0; status == LOY_OK; i++) {
        if (i == cache->count) {
            status = LOY_NONE;
            break;
        }
        const struct index_entry *entry = &cache->entries[i];
        if (entry->member <= *position || !may_hold(cache, i, &query->needs[0])) continue;
        if (rank_of_literal(query, index_text(cache, entry)) < 0) continue;
        status = active_id(store, entry->member, member);
        if (status == LOY_OK) {
            *position = entry->member;
            break;
        }
        if (status == LOY_NONE) status = LOY_OK;
    }
    sodium_memzero(query, sizeof *query);
    free(query);
    return status;
}
