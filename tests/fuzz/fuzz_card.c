/* SPDX-License-Identifier: MIT
 *
 * fuzz_card.c - any text as any part through the card room: element strings, links, article
 * numbers, tracks. Byte 0 chooses kind and ranges, byte 1 the symbology; the rest is the text.
 */
#include "fuzz.h"

#include <loyalty/card.h>

static const uint8_t key[LOY_CARD_KEY_SIZE] = {1};
static const struct loy_range ranges[] = {
    {"29", 13, LOY_CHECK_GS1, LOY_USE_MEMBER, false},
    {"28", 13, LOY_CHECK_GS1, LOY_USE_WEIGHED, false},
    {"4", 12, LOY_CHECK_GS1, LOY_USE_COUPON, false},
    {"600585", 17, LOY_CHECK_NONE, LOY_USE_MEMBER, false},
};
#define RANGES (sizeof ranges / sizeof ranges[0])

static void demand(bool holds)
{
    if (!holds) abort();
}

static bool ends_within(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static void check_scan(const struct loy_scan *scan, enum loy_status status)
{
    bool person = scan->kind == LOY_SCAN_MEMBER || scan->kind == LOY_SCAN_STAFF;
    demand(scan->kind < loy_scan_kind_count && scan->reason < loy_scan_reason_count);
    demand((status == LOY_OK) == (scan->kind != LOY_SCAN_NONE));
    demand(scan->range >= -1 && scan->range < (int)RANGES);
    demand(ends_within(scan->code, sizeof scan->code));
    demand(ends_within(scan->serial, sizeof scan->serial));
    demand(ends_within(scan->service, sizeof scan->service));
    demand(ends_within(scan->gtin, sizeof scan->gtin));
    demand(person == (scan->credential.kind != 0));
    demand(!person || (scan->gtin[0] == '\0' && scan->code[0] == '\0'));
    if (scan->gtin[0]) demand(strlen(scan->gtin) == 14 && loy_digits_gs1(scan->gtin, 14));
    if (scan->kind == LOY_SCAN_ARTICLE) demand(scan->gtin[0] != '\0');
}

static void check_track(unsigned track, const uint8_t *bytes, size_t size)
{
    struct loy_track fields;
    if (loy_track_parse(track, (const char *)bytes, size, &fields) != LOY_OK) return;
    demand(ends_within(fields.number, sizeof fields.number));
    demand(strlen(fields.number) + strlen(fields.name) + strlen(fields.rest) <= size);
}

/* What a card's text gives when scanned it gives when typed. */
static void check_typed(const struct loy_scan *scan, const uint8_t *bytes, size_t size)
{
    char text[LOY_NUMBER_MAX + 1] = "";
    struct loy_credential typed;
    bool unlabelled = scan->symbology == LOY_SYMBOLOGY_NONE;
    if (size == 0 || size > LOY_NUMBER_MAX || memchr(bytes, 0, size)) return;
    memcpy(text, bytes, size);
    enum loy_status status = loy_credential_from_text(text, ranges, RANGES, key, &typed);
    if (status != LOY_OK || !unlabelled || scan->kind != LOY_SCAN_MEMBER) return;
    demand(memcmp(typed.digest, scan->credential.digest, LOY_DIGEST_SIZE) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct loy_event event;
    struct loy_scan scan;
    char gtin[15];
    if (size < 2 || size - 2 > LOY_EVENT_DATA_MAX) return 0;
    const uint8_t *text = bytes + 2;
    size_t count = bytes[0] & 1u ? RANGES : 0, length = size - 2;
    unsigned track = bytes[0] >> 2 & 3u;
    enum loy_symbology symbology = (enum loy_symbology)(bytes[1] % loy_symbology_count);
    event_begin(&event, "fuzz");
    if (bytes[0] & 2)
        event_add_track(&event, track, LOY_PART_GOOD, text, length);
    else
        event_add_symbol(&event, symbology, bytes[0] & 16 ? "]A1" : "", text, length);
    enum loy_status status = loy_scan_from_event(&event, ranges, count, key, &scan);
    check_scan(&scan, status);
    if (count > 0 && !(bytes[0] & 2)) check_typed(&scan, text, length);
    check_track(track, text, length);
    if (loy_gtin_normalise(symbology, (const char *)text, length, gtin) == LOY_OK)
        demand(strlen(gtin) == 14 && loy_digits_gs1(gtin, 14));
    return 0;
}
