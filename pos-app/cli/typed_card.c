/* SPDX-License-Identifier: MIT
 *
 * typed_card.c - a card number that was typed or stands in a file, through the same guard as a
 * swipe: what a lane would refuse must not be issued or stored here either.
 * In: the text, the store's ranges and key. Out: a credential. Keeps no number.
 */
#include "cli.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum loy_status cli_card_event(
    const char *number, const struct loy_range *ranges, size_t range_count, struct loy_event *event)
{
    struct loy_decoder_options options = {.size = sizeof options,
        .driver = "serial-line",
        .rules = {.ranges = ranges, .range_count = range_count}};
    struct loy_decoder *decoder = NULL;
    size_t used = 0, length = strlen(number);
    enum loy_status status = loy_decoder_open(&options, &decoder, NULL, 0);
    if (status == LOY_OK)
        status = loy_decoder_feed(decoder, (const uint8_t *)number, length, &used, event);
    if (status == LOY_MORE)
        status = loy_decoder_feed(decoder, (const uint8_t *)"\r", 1, &used, event);
    /* A two-dimensional code may hold line ends: only the end of the input ends it. */
    if (status == LOY_MORE && loy_decoder_end(decoder, event) == LOY_OK) status = LOY_OK;
    loy_decoder_close(decoder);
    return status;
}

/* A cut stripe is a misread, and may be a payment card's: only what reads is a number. */
static enum loy_status guard_ask(
    const char *number, const struct loy_range *ranges, size_t range_count)
{
    struct loy_event *event = calloc(1, sizeof *event);
    if (!event) return LOY_E_MEMORY;
    enum loy_status status = cli_card_event(number, ranges, range_count, event);
    bool read = status == LOY_OK && event->kind == LOY_EVENT_READ;
    sodium_memzero(event, sizeof *event);
    free(event);
    if (status < LOY_OK) return status;
    return read ? LOY_OK : LOY_REFUSED;
}

static bool has_wrong_digit(const char *number, const struct loy_range *ranges, size_t count)
{
    char digits[LOY_NUMBER_MAX + 1];
    size_t n = 0;
    bool wrong = false;
    for (const char *at = number; *at && n < LOY_NUMBER_MAX; at++)
        if (*at != ' ' && *at != '-') digits[n++] = *at;
    digits[n] = '\0';
    for (size_t i = 0; i < count && loy_digits_only(digits, n); i++) {
        const struct loy_range *range = &ranges[i];
        if (n != range->length || strncmp(digits, range->prefix, strlen(range->prefix)) != 0)
            continue;
        wrong = !loy_range_holds(range, digits, n);
        if (!wrong) break;
    }
    sodium_memzero(digits, sizeof digits);
    return wrong;
}

static enum loy_status card_read(
    struct loy_store *store, const char *number, bool is_new, struct loy_credential *credential)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    uint8_t key[LOY_CARD_KEY_SIZE];
    size_t count = 0;
    enum loy_status status = loy_range_list(store, ranges, &count);
    if (status != LOY_OK) return status;
    loy_store_card_key(store, key);
    status = loy_credential_from_text(number, ranges, count, key, credential);
    sodium_memzero(key, sizeof key);
    if (status == LOY_OK) status = guard_ask(number, ranges, count);
    bool wrong = status == LOY_OK && is_new && has_wrong_digit(number, ranges, count);
    return wrong ? LOY_E_CHECK : status;
}

enum loy_status cli_card_read(
    struct loy_store *store, const char *number, struct loy_credential *credential)
{
    return card_read(store, number, false, credential);
}

enum loy_status cli_card_read_new(
    struct loy_store *store, const char *number, struct loy_credential *credential)
{
    return card_read(store, number, true, credential);
}

const char *cli_card_complaint(enum loy_status status)
{
    switch (status) {
    case LOY_E_CHECK:
        return _("has a wrong check digit for its range; read it off the card again");
    case LOY_E_FORMAT:
        return _("has to be 1 to 32 printable characters");
    case LOY_NONE:
        return _("is in a range of coupons or weighed articles, not of members' cards");
    case LOY_REFUSED:
        return _("looks like a payment card or code and was not kept; if it is the shop's own, "
                 "declare its numbers with `loyalty range add`");
    default:
        return NULL;
    }
}

const char *cli_card_warning(const struct loy_credential *credential)
{
    if (credential->kind != LOY_CREDENTIAL_NUMBER || credential->own_range) return NULL;
    return _("no declared range holds this number: declare it with `loyalty range add`, so that "
             "lanes know the shop's own cards");
}
