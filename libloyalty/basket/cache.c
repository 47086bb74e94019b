/* SPDX-License-Identifier: MIT
 *
 * cache.c - what never changes once it is stored, kept in memory: versions, promotions, lanes.
 * Row numbers and codes come in, row numbers and strings go out; an article's current version is
 * not here, because another process may edit it at any time.
 */
#include "picture.h"
#include "rules.h"

#include <stdlib.h>
#include <string.h>

#define FACTS 4096u /* direct-mapped, powers of two */
#define PROMOTIONS 256u
#define TABLE_FIRST 256u

struct fact {
    int64_t version, article;
};

struct promotion {
    int64_t id;
    uint8_t form;
    char code[LOY_TEXT_MAX];
};

/* One version with its strings behind it in the same block. */
struct entry {
    int64_t version;
    struct entry *next_retired;
    struct loy_version attributes;
    struct basket_tax tax;
    char strings[];
};

struct cache {
    struct fact facts[FACTS];
    struct promotion promotions[PROMOTIONS];
    struct basket_lane_memory lane;
    struct basket_rules rules;
    struct picture picture;
    struct entry **table; /* open addressing, a power of two in size */
    size_t table_size, entry_count;
    struct entry *retired; /* callers may hold their strings while the store is open */
    struct basket_row *scratch;
    size_t scratch_size;
};

static size_t table_place(const struct cache *cache, int64_t version)
{
    size_t place =
        (size_t)((uint64_t)version * 0x9E3779B97F4A7C15u >> 20) & (cache->table_size - 1);
    while (cache->table[place] != NULL && cache->table[place]->version != version)
        place = (place + 1) & (cache->table_size - 1);
    return place;
}

static void entries_retire(struct cache *cache)
{
    for (size_t i = 0; i < cache->table_size; i++) {
        if (cache->table[i] == NULL) continue;
        cache->table[i]->next_retired = cache->retired;
        cache->retired = cache->table[i];
        cache->table[i] = NULL;
    }
    cache->entry_count = 0;
}

/* Rows made in a transaction that was undone may come again with the same number and another
 * content. */
static void cache_forget(void *user)
{
    struct cache *cache = user;
    memset(cache->facts, 0, sizeof cache->facts);
    memset(cache->promotions, 0, sizeof cache->promotions);
    memset(&cache->lane, 0, sizeof cache->lane);
    cache->rules.fresh = false;
    picture_drop(&cache->picture);
    entries_retire(cache);
}

static struct cache *cache_of(struct loy_store *store)
{
    if (store->basket_cache == NULL) {
        store->basket_cache = calloc(1, sizeof(struct cache));
        if (store->basket_cache == NULL)
            store_fail(store, LOY_E_MEMORY, "out of memory for the cache of articles");
        else
            sqlite3_rollback_hook(store->db, cache_forget, store->basket_cache);
    }
    return store->basket_cache;
}

void basket_cache_free(struct loy_store *store)
{
    struct cache *cache = store->basket_cache;
    if (cache == NULL) return;
    if (store->db != NULL) sqlite3_rollback_hook(store->db, NULL, NULL);
    entries_retire(cache);
    while (cache->retired != NULL) {
        struct entry *next = cache->retired->next_retired;
        free(cache->retired);
        cache->retired = next;
    }
    basket_rules_free(&cache->rules);
    picture_free(&cache->picture);
    free(cache->table);
    free(cache->scratch);
    free(cache);
    store->basket_cache = NULL;
}

struct basket_lane_memory *basket_lane_memory(struct loy_store *store)
{
    struct cache *cache = cache_of(store);
    return cache == NULL ? NULL : &cache->lane;
}

struct basket_rules *basket_rules_memory(struct loy_store *store)
{
    struct cache *cache = cache_of(store);
    return cache == NULL ? NULL : &cache->rules;
}

struct picture *basket_picture_memory(struct loy_store *store)
{
    struct cache *cache = cache_of(store);
    return cache == NULL ? NULL : &cache->picture;
}

struct basket_row *basket_scratch(struct loy_store *store, size_t count)
{
    struct cache *cache = cache_of(store);
    if (cache == NULL) return NULL;
    if (cache->scratch_size < count) {
        size_t size = count < 64 ? 64 : count;
        struct basket_row *rows = realloc(cache->scratch, size * sizeof *rows);
        if (rows == NULL) {
            store_fail(store, LOY_E_MEMORY, "out of memory for %zu lines", count);
            return NULL;
        }
        cache->scratch = rows;
        cache->scratch_size = size;
    }
    return cache->scratch;
}

enum loy_status basket_version_article(struct loy_store *store, int64_t version, int64_t *article)
{
    struct cache *cache = cache_of(store);
    if (cache == NULL) return LOY_E_MEMORY;
    struct fact *fact = &cache->facts[(uint64_t)version % FACTS];
    if (version > 0 && fact->version == version) {
        *article = fact->article;
        return LOY_OK;
    }
    sqlite3_stmt *select = store_sql(store, "SELECT article FROM article_version WHERE id = ?1");
    if (select == NULL) return LOY_E_STORE;
    sqlite3_bind_int64(select, 1, version);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *article = sqlite3_column_int64(select, 0);
        *fact = (struct fact){version, *article};
    }
    sqlite3_reset(select);
    if (status == LOY_NONE)
        status = store_fail(store, LOY_E_FORMAT,
            "there is no article version %lld; ask loy_article_find for it", (long long)version);
    return status;
}

/* ---- Promotions --------------------------------------------------------------------------------
 */

static struct promotion *promotion_slot(struct cache *cache, const char *code, uint8_t form)
{
    uint32_t hash = 2166136261u ^ form;
    for (const char *p = code; *p != '\0'; p++)
        hash = (hash ^ (uint8_t)*p) * 16777619u;
    return &cache->promotions[(hash ^ hash >> 16) % PROMOTIONS];
}

static enum loy_status promotion_row(
    struct loy_store *store, const char *code, uint8_t form, int64_t *id)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT id FROM promotion WHERE code = ?1 AND form = ?2");
    if (select == NULL) return LOY_E_STORE;
    sqlite3_bind_text(select, 1, code, -1, SQLITE_STATIC);
    sqlite3_bind_int(select, 2, form);
    enum loy_status status = store_step_number(store, select, id);
    if (status != LOY_NONE) return status;

    sqlite3_stmt *insert = store_sql(store, "INSERT INTO promotion (code, form) VALUES (?1, ?2)");
    if (insert == NULL) return LOY_E_STORE;
    sqlite3_bind_text(insert, 1, code, -1, SQLITE_STATIC);
    sqlite3_bind_int(insert, 2, form);
    status = store_run(store, insert);
    if (status == LOY_OK) *id = sqlite3_last_insert_rowid(store->db);
    return status;
}

enum loy_status basket_promotion(
    struct loy_store *store, const char *code, uint8_t form, int64_t *promotion)
{
    *promotion = 0;
    if (code == NULL) code = "";
    if (code[0] == '\0' && form == LOY_FORM_NONE) return LOY_OK;
    struct cache *cache = cache_of(store);
    if (cache == NULL) return LOY_E_MEMORY;
    struct promotion *slot = promotion_slot(cache, code, form);
    if (slot->id != 0 && slot->form == form && strcmp(slot->code, code) == 0) {
        *promotion = slot->id;
        return LOY_OK;
    }
    enum loy_status status = basket_text_check(store, N_("the promotion's code"), code);
    if (status == LOY_OK) status = promotion_row(store, code, form, promotion);
    if (status != LOY_OK) return status;
    slot->id = *promotion;
    slot->form = form;
    memcpy(slot->code, code, strlen(code) + 1);
    return LOY_OK;
}

/* ---- Versions with their strings ------------------------------------------------------------- */

#define STRINGS 9

static struct entry *entry_make(sqlite3_stmt *row, int64_t version)
{
    size_t size = 0;
    for (int i = 0; i < STRINGS; i++)
        size += (size_t)sqlite3_column_bytes(row, i) + 1;
    struct entry *entry = calloc(1, sizeof *entry + size);
    if (entry == NULL) return NULL;
    const char **texts[STRINGS] = {&entry->attributes.article, &entry->attributes.brand,
        &entry->attributes.manufacturer, &entry->attributes.category, &entry->attributes.style,
        &entry->attributes.season, &entry->attributes.grade, &entry->attributes.colour,
        &entry->attributes.size_text};
    char *end = entry->strings;
    for (int i = 0; i < STRINGS; i++) {
        const unsigned char *text = sqlite3_column_text(row, i);
        size_t length = text == NULL ? 0 : (size_t)sqlite3_column_bytes(row, i);
        *texts[i] = end;
        if (length > 0) memcpy(end, text, length);
        end += length + 1;
    }
    entry->version = version;
    entry->attributes.colour_family = (uint8_t)sqlite3_column_int(row, 9);
    entry->attributes.kind = (uint8_t)sqlite3_column_int(row, 10);
    entry->attributes.own_brand = sqlite3_column_int(row, 11) != 0;
    entry->attributes.derived_grade = sqlite3_column_int(row, 12) != 0;
    entry->tax.permille = sqlite3_column_int(row, 13);
    entry->tax.net = sqlite3_column_int(row, 14) != 0;
    return entry;
}

static bool table_grow(struct cache *cache)
{
    if (cache->entry_count * 2 < cache->table_size) return true;
    struct entry **old = cache->table;
    size_t old_size = cache->table_size;
    size_t size = old_size == 0 ? TABLE_FIRST : old_size * 2;
    struct entry **table = calloc(size, sizeof(struct entry *));
    if (table == NULL) return false;
    cache->table = table;
    cache->table_size = size;
    for (size_t i = 0; i < old_size; i++)
        if (old[i] != NULL) cache->table[table_place(cache, old[i]->version)] = old[i];
    free(old);
    return true;
}

static enum loy_status entry_load(
    struct loy_store *store, struct cache *cache, int64_t version, struct entry **entry)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT a.code, v.brand, v.manufacturer, v.category, v.style, v.season, v.grade, v.colour, "
        "v.size, v.colour_family, v.kind, v.own_brand, v.derived_grade, "
        "ifnull(v.tax_permille, -1), v.price_is_net FROM article_version v JOIN article a ON a.id "
        "= v.article WHERE v.id = ?1");
    if (select == NULL) return LOY_E_STORE;
    sqlite3_bind_int64(select, 1, version);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *entry = table_grow(cache) ? entry_make(select, version) : NULL;
        if (*entry == NULL)
            status = store_fail(store, LOY_E_MEMORY, "out of memory for the cache of articles");
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status entry_find(struct loy_store *store, int64_t version, struct entry **entry)
{
    struct cache *cache = cache_of(store);
    if (cache == NULL) return LOY_E_MEMORY;
    *entry = NULL;
    if (cache->table_size > 0) *entry = cache->table[table_place(cache, version)];
    if (*entry != NULL) return LOY_OK;
    enum loy_status status = entry_load(store, cache, version, entry);
    if (status != LOY_OK) return status;
    cache->table[table_place(cache, version)] = *entry;
    cache->entry_count++;
    return LOY_OK;
}

enum loy_status loy_version_get(
    struct loy_store *store, int64_t version, struct loy_version *attributes)
{
    if (store == NULL || attributes == NULL) return LOY_E_ARGUMENT;
    struct entry *entry = NULL;
    enum loy_status status = store_require(store, LOY_MAY_FIND_ARTICLE);
    if (status == LOY_OK) status = entry_find(store, version, &entry);
    if (status == LOY_OK) *attributes = entry->attributes;
    return status;
}

enum loy_status basket_version_tax(struct loy_store *store, int64_t version, struct basket_tax *tax)
{
    struct entry *entry = NULL;
    enum loy_status status = entry_find(store, version, &entry);
    if (status == LOY_OK) *tax = entry->tax;
    return status;
}
