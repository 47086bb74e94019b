/* SPDX-License-Identifier: MIT
 *
 * event.c - what a reader saw, as an input of the lane: a card, an article, a coupon or unread. An
 * event comes in, an answer goes out; the card's number stays in the event, which the caller wipes.
 */
#include "machine.h"

#include <loyalty/member_card.h>

#include <string.h>

static enum loy_status scan_make(
    struct loy_store *store, const struct loy_event *event, struct loy_scan *scan)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    uint8_t key[LOY_CARD_KEY_SIZE];
    size_t count = 0;
    enum loy_status status = loy_range_list(store, ranges, &count);
    if (status == LOY_OK) status = loy_store_card_key(store, key);
    if (status == LOY_OK) status = loy_scan_from_event(event, ranges, count, key, scan);
    sodium_memzero(key, sizeof key);
    return status == LOY_NONE ? LOY_OK : status;
}

/* Digits in a symbol that no range holds may be the shop's own number of an article. A card that is
 * known is a card. */
static bool is_article(struct loy_store *store, const struct loy_event *event,
    const struct loy_scan *scan, int64_t at_us, char text[LOY_TEXT_MAX])
{
    struct loy_article_found found = {.size = sizeof found};
    struct loy_card card;
    const struct loy_part *part = &event->parts[scan->part];
    if (scan->credential.own_range || part->type != LOY_PART_SYMBOL) return false;
    if (part->length >= LOY_TEXT_MAX) return false;
    if (loy_card_get(store, &scan->credential, at_us, &card, NULL) == LOY_OK) return false;
    memcpy(text, loy_part_data(event, part), part->length);
    text[part->length] = '\0';
    return loy_article_look(store, NULL, text, at_us, &found) == LOY_OK;
}

static void input_fill(struct loy_lane_input *input, const struct loy_scan *scan)
{
    switch (scan->kind) {
    case LOY_SCAN_MEMBER:
    case LOY_SCAN_STAFF:
        input->kind = LOY_LANE_CARD;
        input->credential = &scan->credential;
        break;
    case LOY_SCAN_ARTICLE:
    case LOY_SCAN_UNBOUND:
        input->kind = LOY_LANE_ARTICLE;
        input->text = scan->gtin;
        break;
    case LOY_SCAN_WEIGHED:
        input->kind = LOY_LANE_ARTICLE;
        input->text = scan->code[0] != '\0' ? scan->code : scan->gtin;
        break;
    case LOY_SCAN_COUPON:
        input->kind = LOY_LANE_COUPON;
        input->text = scan->code;
        input->serial = scan->serial[0] != '\0' ? scan->serial : NULL;
        break;
    default:
        input->kind = LOY_LANE_UNREAD;
        break;
    }
}

/* The guard's ranges and the store's are the same, but a store's may be newer: a number of none of
 * them is a card only where the shop has declared none. */
enum loy_status loy_lane_event(struct loy_lane *lane, const struct loy_event *event, int64_t at_us,
    int16_t offset_min, struct loy_lane_answer *answer)
{
    if (lane == NULL || event == NULL || answer == NULL) return LOY_E_ARGUMENT;
    struct loy_scan scan;
    char text[LOY_TEXT_MAX] = "";
    memset(&scan, 0, sizeof scan);
    struct loy_lane_input input = {.size = sizeof input,
        .kind = LOY_LANE_UNREAD,
        .at_us = at_us,
        .offset_min = offset_min,
        .reader = event->reader,
        .event = event};
    if (event->kind == LOY_EVENT_READ) {
        enum loy_status status = scan_make(lane->store, event, &scan);
        if (status == LOY_OK) input_fill(&input, &scan);
        if (input.kind == LOY_LANE_CARD && is_article(lane->store, event, &scan, at_us, text)) {
            input.kind = LOY_LANE_ARTICLE;
            input.text = text;
        }
        // What is missing here, the lane says in its own words.
    }
    enum loy_status status = loy_lane_take(lane, &input, answer);
    sodium_memzero(&scan, sizeof scan);
    sodium_memzero(text, sizeof text);
    return status;
}
