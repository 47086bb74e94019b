/* SPDX-License-Identifier: MIT
 *
 * ledger.c - what left the shop, once and for all: a released period is never released with other
 * numbers, since the difference of two versions can show a person. Knows no table of a report, only
 * its digest.
 */
#include <loyalty/release.h>
#include <store/store_private.h>

#include <stdio.h>
#include <string.h>

/* Each piece with its length, so that no two ways of cutting a text give the same digest. */
void loy_release_digest(const char *const *pieces, uint8_t digest[LOY_RELEASE_DIGEST_SIZE])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, LOY_RELEASE_DIGEST_SIZE);
    for (; *pieces; pieces++) {
        uint64_t length = strlen(*pieces);
        uint8_t bytes[8];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)(length >> 8 * i);
        crypto_generichash_update(&state, bytes, sizeof bytes);
        crypto_generichash_update(&state, (const unsigned char *)*pieces, length);
    }
    crypto_generichash_final(&state, digest, LOY_RELEASE_DIGEST_SIZE);
}

static const char *brand_of(const struct loy_release *release)
{
    return release->brand ? release->brand : "";
}

static bool fits(const char *text, size_t size)
{
    return text && strlen(text) < size;
}

static enum loy_status release_judge(struct loy_store *store, const struct loy_release *release)
{
    struct loy_release_entry entry;
    if (!fits(release->manufacturer, sizeof entry.manufacturer) || !release->manufacturer[0])
        return store_fail(store, LOY_E_ARGUMENT, "a manufacturer's name has 1 to %zu bytes",
            sizeof entry.manufacturer - 1);
    if (!fits(brand_of(release), sizeof entry.brand))
        return store_fail(
            store, LOY_E_ARGUMENT, "a brand has at most %zu bytes", sizeof entry.brand - 1);
    if (!fits(release->policy, sizeof entry.policy) || !release->policy[0])
        return store_fail(store, LOY_E_ARGUMENT, "the policy of a release has 1 to %zu bytes",
            sizeof entry.policy - 1);
    if (release->from_us >= release->to_us)
        return store_fail(store, LOY_E_ARGUMENT, "the released period ends before it begins");
    return LOY_OK;
}

/* An earlier release whose period overlaps: all brands together overlap each of them. Text as it
 * stands in the ledger, but for case, so that "acme" is no second ACME. */
static sqlite3_stmt *overlap_find(struct loy_store *store, const struct loy_release *release)
{
    sqlite3_stmt *find =
        store_sql(store, "SELECT id, from_us, to_us, brand, digest FROM release"
                         " WHERE manufacturer = ?1 COLLATE NOCASE"
                         " AND (brand = ?2 COLLATE NOCASE OR brand = '' OR ?2 = '')"
                         " AND from_us < ?4 AND to_us > ?3 ORDER BY id");
    sqlite3_bind_text(find, 1, release->manufacturer, -1, SQLITE_STATIC);
    sqlite3_bind_text(find, 2, brand_of(release), -1, SQLITE_STATIC);
    sqlite3_bind_int64(find, 3, release->from_us);
    sqlite3_bind_int64(find, 4, release->to_us);
    return find;
}

static bool is_same(sqlite3_stmt *earlier, const struct loy_release *release)
{
    const char *brand = (const char *)sqlite3_column_text(earlier, 3);
    return sqlite3_column_int64(earlier, 1) == release->from_us &&
           sqlite3_column_int64(earlier, 2) == release->to_us && brand &&
           sqlite3_stricmp(brand, brand_of(release)) == 0 &&
           sqlite3_column_bytes(earlier, 4) == (int)LOY_RELEASE_DIGEST_SIZE &&
           memcmp(sqlite3_column_blob(earlier, 4), release->digest, LOY_RELEASE_DIGEST_SIZE) == 0;
}

static enum loy_status overlap_judge(struct loy_store *store, const struct loy_release *release)
{
    sqlite3_stmt *earlier = overlap_find(store, release);
    enum loy_status status = store_step(store, earlier);
    if (status == LOY_OK) {
        long long number = sqlite3_column_int64(earlier, 0);
        status = is_same(earlier, release)
                     ? LOY_REPEATED
                     : store_fail(store, LOY_E_CONFLICT,
                           "release %lld gave this manufacturer other numbers for this period or a "
                           "part of it: a second version must not leave; choose a period behind it",
                           number);
    }
    sqlite3_reset(earlier);
    return status;
}

static enum loy_status release_insert(
    struct loy_store *store, const struct loy_release *release, int64_t at_us)
{
    char object[80];
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO release (manufacturer, brand, from_us, to_us, policy, digest, at_us, operator)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    sqlite3_bind_text(insert, 1, release->manufacturer, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, brand_of(release), -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, release->from_us);
    sqlite3_bind_int64(insert, 4, release->to_us);
    sqlite3_bind_text(insert, 5, release->policy, -1, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 6, release->digest, LOY_RELEASE_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 7, at_us);
    sqlite3_bind_int64(insert, 8, store->operator_id);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK) return status;
    snprintf(
        object, sizeof object, "release %lld", (long long)sqlite3_last_insert_rowid(store->db));
    return store_audit(store, "release", object, at_us);
}

enum loy_status loy_release_enter(
    struct loy_store *store, const struct loy_release *release, int64_t at_us)
{
    enum loy_status status = store_require(store, LOY_MAY_RELEASE_REPORT);
    if (status == LOY_OK) status = release_judge(store, release);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = overlap_judge(store, release);
    if (status == LOY_NONE) status = release_insert(store, release, at_us);
    if (status == LOY_OK) return store_commit(store);
    if (status != LOY_REPEATED) {
        store_rollback(store);
        return status;
    }
    // Nothing was written: an outer transaction goes on.
    status = store_commit(store);
    return status == LOY_OK ? LOY_REPEATED : status;
}

static void copy_column(sqlite3_stmt *row, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(row, column);
    snprintf(text, size, "%s", found ? found : "");
}

enum loy_status loy_release_next(
    struct loy_store *store, int64_t after, struct loy_release_entry *entry)
{
    enum loy_status status = store_require(store, LOY_MAY_LIST_RELEASES);
    if (status != LOY_OK) return status;
    sqlite3_stmt *next = store_sql(store,
        "SELECT id, from_us, to_us, at_us, manufacturer, brand, policy, digest FROM release"
        " WHERE id > ?1 ORDER BY id LIMIT 1");
    sqlite3_bind_int64(next, 1, after);
    status = store_step(store, next);
    if (status == LOY_OK) {
        *entry = (struct loy_release_entry){.number = sqlite3_column_int64(next, 0),
            .from_us = sqlite3_column_int64(next, 1),
            .to_us = sqlite3_column_int64(next, 2),
            .at_us = sqlite3_column_int64(next, 3)};
        copy_column(next, 4, entry->manufacturer, sizeof entry->manufacturer);
        copy_column(next, 5, entry->brand, sizeof entry->brand);
        copy_column(next, 6, entry->policy, sizeof entry->policy);
        if (sqlite3_column_bytes(next, 7) == (int)LOY_RELEASE_DIGEST_SIZE)
            memcpy(entry->digest, sqlite3_column_blob(next, 7), LOY_RELEASE_DIGEST_SIZE);
    }
    sqlite3_reset(next);
    return status;
}
