/* SPDX-License-Identifier: MIT
 *
 * card_stock.c - cards that were printed and belong to nobody yet: loaded all or none.
 * In: credentials, or the first and last number of a box. Out: rows in stock.
 * Must not know: readers, files. Keeps no number.
 */
#include "member_card_private.h"

#include <string.h>

/* LOY_E_CONFLICT: it is known already. */
static enum loy_status stock_insert(
    struct loy_store *store, const struct loy_credential *credential, int64_t at_us)
{
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO card (digest, kind, tail, status) VALUES (?1, ?2, ?3, 1) "
                         "ON CONFLICT DO NOTHING");
    sqlite3_bind_blob(insert, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, credential->kind);
    sqlite3_bind_text(insert, 3, credential->tail, -1, SQLITE_STATIC);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK) return status;
    if (sqlite3_changes64(store->db) == 0) return LOY_E_CONFLICT;
    int64_t card = sqlite3_last_insert_rowid(store->db);
    return card_history_insert(store, card, LOY_CARD_STOCK, NULL, at_us);
}

static enum loy_status one_take(
    struct loy_store *store, const struct loy_credential *credential, int64_t place, int64_t at_us)
{
    if (!card_credential_is_good(credential) || !credential->own_range)
        return store_fail(store, LOY_E_FORMAT,
            "card %lld of the list is in none of the shop's own ranges, or its check digit is "
            "wrong: nothing was taken",
            (long long)place);
    enum loy_status status = stock_insert(store, credential, at_us);
    if (status != LOY_E_CONFLICT) return status;
    return store_fail(store, LOY_E_CONFLICT,
        "card %lld of the list is known already: nothing was taken", (long long)place);
}

static enum loy_status stock_audit(struct loy_store *store, int64_t count, int64_t at_us)
{
    char object[40];
    sqlite3_snprintf(sizeof object, object, "%lld cards", (long long)count);
    return store_audit(store, "card.stock", object, at_us);
}

enum loy_status loy_card_stock(struct loy_store *store, const struct loy_credential *credentials,
    size_t count, int64_t at_us, size_t *place)
{
    if (!store || (!credentials && count)) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_STOCK_CARDS);
    if (status == LOY_OK && count == 0)
        status = store_fail(store, LOY_E_FORMAT, "the list holds no card");
    if (status == LOY_OK && count > LOY_STOCK_MAX)
        status =
            store_fail(store, LOY_E_LIMIT, "at most %u cards are taken at a time", LOY_STOCK_MAX);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    size_t i = 0;
    for (; i < count && status == LOY_OK; i++)
        status = one_take(store, &credentials[i], (int64_t)i + 1, at_us);
    if (status != LOY_OK && place) *place = i - 1;
    if (status == LOY_OK) status = stock_audit(store, (int64_t)count, at_us);
    return member_end(store, status);
}

/* ---- From number to number ---------------------------------------------------------------------
 */

struct box {
    struct loy_range ranges[LOY_RANGES_MAX];
    size_t range_count;
    const struct loy_range *range; /* that of the numbers */
    char number[LOY_NUMBER_MAX + 1], last[LOY_NUMBER_MAX + 1];
    uint8_t key[LOY_CARD_KEY_SIZE];
};

static bool number_copy(const char *text, char number[LOY_NUMBER_MAX + 1])
{
    size_t n = 0;
    for (; *text; text++) {
        if (*text == ' ' || *text == '-') continue;
        if (n == LOY_NUMBER_MAX) return false;
        number[n++] = *text;
    }
    number[n] = '\0';
    return loy_digits_only(number, n);
}

static enum loy_status box_fill(
    struct loy_store *store, const char *first, const char *last, struct box *box)
{
    enum loy_status status = loy_range_list(store, box->ranges, &box->range_count);
    if (status != LOY_OK) return status;
    bool digits = number_copy(first, box->number) && number_copy(last, box->last);
    for (size_t i = 0; digits && i < box->range_count && !box->range; i++) {
        const struct loy_range *range = &box->ranges[i];
        if (range->use == LOY_USE_MEMBER &&
            loy_range_holds(range, box->number, strlen(box->number)) &&
            loy_range_holds(range, box->last, strlen(box->last)))
            box->range = range;
    }
    if (!box->range)
        return store_fail(store, LOY_E_FORMAT,
            "the first and the last number have to be in the same of the shop's own ranges of "
            "cards, with the right check digits");
    if (strcmp(box->number, box->last) > 0)
        return store_fail(store, LOY_E_FORMAT, "the last number is before the first: turn them");
    loy_store_card_key(store, box->key);
    return LOY_OK;
}

/* Counted before anything is written: a slip in the last number must not take minutes. */
static enum loy_status box_count(struct loy_store *store, const struct box *box)
{
    char number[LOY_NUMBER_MAX + 1];
    int64_t count = 1;
    memcpy(number, box->number, sizeof number);
    while (count <= LOY_STOCK_MAX && strcmp(number, box->last) != 0 &&
           loy_range_next(box->range, number) == LOY_OK)
        count++;
    sodium_memzero(number, sizeof number);
    if (count <= LOY_STOCK_MAX) return LOY_OK;
    return store_fail(store, LOY_E_LIMIT, "at most %u cards are taken at a time", LOY_STOCK_MAX);
}

static enum loy_status box_take(
    struct loy_store *store, struct box *box, int64_t at_us, int64_t *count)
{
    struct loy_credential credential;
    enum loy_status status = LOY_OK;
    for (*count = 0; status == LOY_OK; (*count)++) {
        status = loy_credential_from_text(
            box->number, box->ranges, box->range_count, box->key, &credential);
        if (status == LOY_OK) status = one_take(store, &credential, *count + 1, at_us);
        if (status != LOY_OK) return status;
        status = strcmp(box->number, box->last) == 0 ? LOY_NONE
                                                     : loy_range_next(box->range, box->number);
    }
    return status == LOY_NONE ? stock_audit(store, *count, at_us) : status;
}

enum loy_status loy_card_stock_range(
    struct loy_store *store, const char *first, const char *last, int64_t at_us, int64_t *count)
{
    if (!store || !first || !last || !count) return LOY_E_ARGUMENT;
    struct box box = {.range = NULL};
    int64_t taken = 0;
    enum loy_status status = store_require(store, LOY_MAY_STOCK_CARDS);
    if (status == LOY_OK) status = box_fill(store, first, last, &box);
    if (status == LOY_OK) status = box_count(store, &box);
    if (status == LOY_OK) status = store_begin(store);
    if (status == LOY_OK) status = member_end(store, box_take(store, &box, at_us, &taken));
    sodium_memzero(&box, sizeof box);
    if (status == LOY_OK) *count = taken;
    return status;
}
