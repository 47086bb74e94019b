/* SPDX-License-Identifier: MIT
 *
 * clash.c - one number, two meanings: the shop's own ranges, labels of its scales, numbers of its
 * coupons, of staff, and cards outside of its ranges. In: what is to be declared or given. Out:
 * yes, or no with a sentence that names what is in the way. Must not know: articles, whose a card
 * is.
 */
#include <store/store_parts.h>

#include <loyalty/basket.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define LABEL_DIGITS 13u

/* Labels of a scale are numbers of weighed articles, as a range of that use would have them. */
static struct loy_range labels_of(const char *prefix)
{
    struct loy_range labels = {
        .length = LABEL_DIGITS, .check = LOY_CHECK_GS1, .use = LOY_USE_WEIGHED};
    snprintf(labels.prefix, sizeof labels.prefix, "%s", prefix);
    return labels;
}

/* Two ranges of weighed articles say the same. */
static bool meets(const struct loy_range *labels, const struct loy_range *range)
{
    if (range->use == LOY_USE_WEIGHED) return false;
    return loy_range_check(labels, range, 1, NULL) == LOY_E_CONFLICT;
}

/* In any form of the number: of a UPC-A somebody writes 12 digits or 13. */
static bool takes(const struct loy_range *range, const char *number)
{
    static const uint8_t key[LOY_CARD_KEY_SIZE];
    struct loy_credential card = {0};
    enum loy_status status = loy_credential_from_text(number, range, 1, key, &card);
    bool own = status == LOY_NONE || (status == LOY_OK && card.own_range);
    sodium_memzero(&card, sizeof card);
    return own;
}

/* The card that a scan of the text would be; false: none. The caller wipes it. */
static bool card_of(struct loy_store *store, const char *number, struct loy_credential *card)
{
    memset(card, 0, sizeof *card);
    return loy_credential_from_text(number, NULL, 0, store->keys->card, card) == LOY_OK;
}

/* What a symbol with this text would be: of staff, whatever the spelling; or a coupon that is
 * looked for by another text, as that behind a GS1 identifier. */
enum meaning { MEANS_ITSELF, MEANS_STAFF, MEANS_OTHER_COUPON };
static enum meaning meaning_of(struct loy_store *store, const char *number)
{
    const size_t length = strnlen(number, LOY_TEXT_MAX);
    struct loy_event event = {.kind = LOY_EVENT_READ,
        .part_count = 1,
        .parts = {{.type = LOY_PART_SYMBOL, .status = LOY_PART_GOOD, .length = (uint16_t)length}},
        .data_length = (uint16_t)length};
    struct loy_scan scan;
    memcpy(event.data, number, length);
    enum loy_status status = loy_scan_from_event(&event, NULL, 0, store->keys->card, &scan);
    enum meaning meaning = MEANS_ITSELF;
    if (status == LOY_OK && scan.kind == LOY_SCAN_STAFF) meaning = MEANS_STAFF;
    if (status == LOY_OK && scan.kind == LOY_SCAN_COUPON && strcmp(scan.code, number) != 0)
        meaning = MEANS_OTHER_COUPON;
    sodium_memzero(&event, sizeof event);
    sodium_memzero(&scan, sizeof scan);
    return meaning;
}

/* Numbers of 22 digits are printed numbers of people where they begin so. */
#define PERSON_DIGITS 22u
static bool meets_person(const struct loy_range *range)
{
    static const char *const identifiers[] = {"8017", "8018"};
    const size_t length = strnlen(range->prefix, sizeof range->prefix);
    for (size_t i = 0; i < sizeof identifiers / sizeof identifiers[0]; i++)
        if (range->length == PERSON_DIGITS &&
            strncmp(range->prefix, identifiers[i], length < 4 ? length : 4) == 0)
            return true;
    return false;
}

/* ---- Rows --------------------------------------------------------------------------------------
 */

/* The prefix of the first scale whose labels meet the range, or take the number. LOY_NONE. */
static enum loy_status scale_in_way(
    struct loy_store *store, const struct loy_range *range, const char *number, char prefix[8])
{
    sqlite3_stmt *rows = store_sql(store, "SELECT prefix FROM scale_code ORDER BY prefix");
    enum loy_status status;
    while ((status = store_step(store, rows)) == LOY_OK) {
        const char *text = (const char *)sqlite3_column_text(rows, 0);
        const struct loy_range labels = labels_of(text ? text : "");
        if (!(range ? meets(&labels, range) : takes(&labels, number))) continue;
        snprintf(prefix, 8, "%.7s", labels.prefix);
        break;
    }
    sqlite3_reset(rows);
    return status;
}

/* The code of the first promotion that still holds and whose coupon the range takes. LOY_NONE. */
static enum loy_status coupon_in_way(
    struct loy_store *store, const struct loy_range *range, int64_t at_us, char code[LOY_TEXT_MAX])
{
    sqlite3_stmt *rows = store_sql(store,
        "SELECT coupon, code FROM promotion_rule WHERE coupon IS NOT NULL AND (to_us IS NULL OR "
        "to_us > ?1) ORDER BY code");
    sqlite3_bind_int64(rows, 1, at_us);
    enum loy_status status;
    while ((status = store_step(store, rows)) == LOY_OK) {
        const char *coupon = (const char *)sqlite3_column_text(rows, 0);
        const char *text = (const char *)sqlite3_column_text(rows, 1);
        if (!coupon || !takes(range, coupon)) continue;
        snprintf(code, LOY_TEXT_MAX, "%s", text ? text : "");
        break;
    }
    sqlite3_reset(rows);
    return status;
}

/* LOY_OK: the card was issued, or is a member of staff's own. */
static enum loy_status card_in_way(struct loy_store *store, const struct loy_credential *card)
{
    int64_t found = 0;
    sqlite3_stmt *select = store_sql(store, "SELECT 1 FROM card WHERE digest = ?1 UNION SELECT 1 "
                                            "FROM operator_card WHERE digest = ?1");
    sqlite3_bind_blob(select, 1, card->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    return store_step_number(store, select, &found);
}

/* ---- Judgements --------------------------------------------------------------------------------
 */

enum loy_status store_range_clash(
    struct loy_store *store, const struct loy_range *range, int64_t at_us)
{
    char prefix[8], code[LOY_TEXT_MAX];
    if (meets_person(range))
        return store_fail(store, LOY_E_CONFLICT,
            "the range %.6s... (%u digits) was not added: GS1 numbers of people begin like this "
            "(8018 members, 8017 staff); declare the 18 digits behind it for members' cards, or "
            "take another prefix",
            range->prefix, range->length);
    if (range->use == LOY_USE_WEIGHED) return LOY_OK;
    enum loy_status status = scale_in_way(store, range, NULL, prefix);
    if (status == LOY_OK)
        return store_fail(store, LOY_E_CONFLICT,
            "the range %.6s... (%u digits) was not added: labels of the shop's scales begin with "
            "%s; take another prefix, or remove that of the scale first",
            range->prefix, range->length, prefix);
    if (status != LOY_NONE || range->use == LOY_USE_COUPON)
        return status == LOY_NONE ? LOY_OK : status;
    status = coupon_in_way(store, range, at_us, code);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    return store_fail(store, LOY_E_CONFLICT,
        "the range %.6s... (%u digits) was not added: the coupon of promotion %s has such a "
        "number; take another prefix, or end that promotion first",
        range->prefix, range->length, code);
}

enum loy_status store_scale_clash(struct loy_store *store, const char *prefix, int64_t at_us)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    const struct loy_range labels = labels_of(prefix);
    char code[LOY_TEXT_MAX];
    size_t count = 0;
    enum loy_status status = store_ranges(store, ranges, &count);
    if (status != LOY_OK) return status;
    for (size_t i = 0; i < count; i++)
        if (meets(&labels, &ranges[i]))
            return store_fail(store, LOY_E_CONFLICT,
                "the shop's own range %s (%u digits, cards or coupons) has numbers that begin like "
                "these labels; take another prefix for the scale",
                ranges[i].prefix, ranges[i].length);
    status = coupon_in_way(store, &labels, at_us, code);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    return store_fail(store, LOY_E_CONFLICT,
        "the coupon of promotion %s has a number that begins like these labels; take another "
        "prefix, or end that promotion first",
        code);
}

static enum loy_status coupon_is_no_card(struct loy_store *store, const char *number)
{
    struct loy_credential card;
    const enum meaning meaning = meaning_of(store, number);
    if (meaning == MEANS_OTHER_COUPON)
        return store_fail(store, LOY_E_CONFLICT,
            "this coupon's number has a GS1 identifier in front (255, 8110 ...), which no scan "
            "gives: write what stands behind the brackets, of 255 the 13 digits");
    enum loy_status status = card_of(store, number, &card) ? card_in_way(store, &card) : LOY_NONE;
    const uint8_t kind = card.kind;
    sodium_memzero(&card, sizeof card);
    if (status < LOY_OK) return status;
    if (kind == LOY_CREDENTIAL_GSRN)
        return store_fail(store, LOY_E_CONFLICT,
            "this coupon's number is a GS1 number of a person (8018): a scan is always a card; "
            "take another one");
    if (meaning == MEANS_STAFF)
        return store_fail(store, LOY_E_CONFLICT,
            "this coupon's number is a GS1 number of staff (8017): a scan is always who serves; "
            "take another one");
    if (status == LOY_NONE) return LOY_OK;
    return store_fail(store, LOY_E_CONFLICT,
        "this coupon's number is that of a card that was given out: a scan is always the card; "
        "take another one");
}

enum loy_status store_coupon_clash(struct loy_store *store, const char *number)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    char prefix[8];
    size_t count = 0;
    enum loy_status status = store_ranges(store, ranges, &count);
    if (status != LOY_OK) return status;
    for (size_t i = 0; i < count; i++)
        if (ranges[i].use != LOY_USE_COUPON && takes(&ranges[i], number))
            return store_fail(store, LOY_E_CONFLICT,
                "this coupon's number lies in the shop's own range %s (%u digits) of another use, "
                "so that no scan could be the coupon; take a number outside it",
                ranges[i].prefix, ranges[i].length);
    status = coupon_is_no_card(store, number);
    if (status != LOY_OK) return status;
    status = scale_in_way(store, NULL, number, prefix);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    return store_fail(store, LOY_E_CONFLICT,
        "this coupon's number begins like labels of the shop's scales (%s): a scan is always an "
        "article; take another one",
        prefix);
}

/* Cards in the shop's ranges are told apart by these. */
enum loy_status store_card_clash(
    struct loy_store *store, const struct loy_credential *card, int64_t at_us)
{
    sqlite3_stmt *rows = store_sql(store,
        "SELECT coupon, code FROM promotion_rule WHERE coupon IS NOT NULL AND (to_us IS NULL OR "
        "to_us > ?1) ORDER BY code");
    char code[LOY_TEXT_MAX] = "";
    enum loy_status status = card->own_range ? LOY_NONE : LOY_OK;
    sqlite3_bind_int64(rows, 1, at_us);
    while (status == LOY_OK && (status = store_step(store, rows)) == LOY_OK) {
        const char *coupon = (const char *)sqlite3_column_text(rows, 0);
        const char *text = (const char *)sqlite3_column_text(rows, 1);
        struct loy_credential other;
        const bool same = coupon && card_of(store, coupon, &other) &&
                          memcmp(other.digest, card->digest, LOY_DIGEST_SIZE) == 0;
        sodium_memzero(&other, sizeof other);
        if (!same) continue;
        snprintf(code, sizeof code, "%s", text ? text : "");
        break;
    }
    sqlite3_reset(rows);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    return store_fail(store, LOY_E_CONFLICT,
        "this number is that of the coupon of promotion %s: take another card, or end that "
        "promotion first",
        code);
}
