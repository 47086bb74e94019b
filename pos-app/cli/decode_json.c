/* SPDX-License-Identifier: MIT
 *
 * decode_json.c - an event in, its JSON object or its line out. What the guard refused holds no
 * digit any more when it comes here.
 */
#include "decode_json.h"

#include <string.h>

static const char *const kind_names[] = {
    [LOY_EVENT_ATTACHED] = "attached",
    [LOY_EVENT_DETACHED] = "detached",
    [LOY_EVENT_READ] = "read",
    [LOY_EVENT_MISREAD] = "misread",
    [LOY_EVENT_REFUSED] = "refused",
    [LOY_EVENT_FOREIGN] = "foreign",
};

/* Bytes as "text" where they are UTF-8, as "hex" where they are not, or no text at all (not-iso).
 */
static void add_bytes(json_t *object, const struct loy_event *event, const struct loy_part *part)
{
    const uint8_t *bytes = loy_part_data(event, part);
    json_t *text =
        part->status == LOY_PART_NOT_ISO ? NULL : json_stringn((const char *)bytes, part->length);
    if (text) {
        json_object_set_new(object, "text", text);
        return;
    }
    char hex[2 * LOY_EVENT_DATA_MAX + 1];
    for (size_t i = 0; i < part->length; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    json_object_set_new(object, "hex", json_stringn(hex, 2u * part->length));
}

static json_t *part_json(const struct loy_event *event, const struct loy_part *part)
{
    json_t *object = json_object();
    bool symbol = part->type == LOY_PART_SYMBOL;
    json_object_set_new(object, "type", json_string(symbol ? "symbol" : "track"));
    if (!symbol && part->track) json_object_set_new(object, "track", json_integer(part->track));
    if (symbol && part->symbology)
        json_object_set_new(object, "symbology", json_string(loy_symbology_name(part->symbology)));
    if (symbol && part->aim[0]) json_object_set_new(object, "aim", json_string(part->aim));
    json_object_set_new(object, "status", json_string(loy_part_status_name(part->status)));
    if (part->length) add_bytes(object, event, part);
    return object;
}

/* Empty tracks are told only where nothing else is. */
static json_t *parts_json(const struct loy_event *event)
{
    json_t *parts = json_array();
    bool all_empty = true;
    for (size_t i = 0; i < event->part_count; i++)
        all_empty = all_empty && event->parts[i].status == LOY_PART_EMPTY;
    for (size_t i = 0; i < event->part_count; i++)
        if (all_empty || event->parts[i].status != LOY_PART_EMPTY)
            json_array_append_new(parts, part_json(event, &event->parts[i]));
    return parts;
}

json_t *event_json(const struct loy_event *event)
{
    json_t *object = json_object();
    json_object_set_new(object, "event", json_string(kind_names[event->kind]));
    if (event->driver[0]) json_object_set_new(object, "driver", json_string(event->driver));
    if (event->reader) json_object_set_new(object, "reader", json_integer(event->reader));
    if (event->kind == LOY_EVENT_READ) json_object_set_new(object, "parts", parts_json(event));
    if (event->kind == LOY_EVENT_MISREAD)
        json_object_set_new(object, "reason", json_string(loy_misread_name(event->reason)));
    if (event->kind == LOY_EVENT_REFUSED)
        json_object_set_new(object, "reason", json_string(loy_refusal_name(event->reason)));
    if (event->kind == LOY_EVENT_REFUSED && event->network)
        json_object_set_new(object, "network", json_string(loy_network_name(event->network)));
    return object;
}

const char *misread_words(int reason)
{
    static const char *const words[] = {
        [LOY_MISREAD_PARITY] = N_("damaged or uneven"),
        [LOY_MISREAD_LRC] = N_("checksum wrong"),
        [LOY_MISREAD_TOO_FAST] = N_("too fast"),
        [LOY_MISREAD_TRUNCATED] = N_("cut short"),
        [LOY_MISREAD_TOO_LONG] = N_("too long"),
        [LOY_MISREAD_UNKNOWN_LAYOUT] = N_("of a kind it cannot read"),
        [LOY_MISREAD_DEVICE] = N_("not what its model sends"),
    };
    return gettext(words[reason]);
}

/* What a cashier does about a misread. */
static const char *const misread_advice[] = {
    [LOY_MISREAD_NONE] = N_("try again"),
    [LOY_MISREAD_PARITY] = N_("swipe evenly, or scan again"),
    [LOY_MISREAD_LRC] = N_("swipe evenly, or scan again"),
    [LOY_MISREAD_TOO_FAST] = N_("swipe again, slower"),
    [LOY_MISREAD_TRUNCATED] = N_("swipe or scan again, to the end"),
    [LOY_MISREAD_TOO_LONG] = N_("the code is longer than any card of this shop"),
    [LOY_MISREAD_UNKNOWN_LAYOUT] = N_("no card of a kind that this reader can read"),
    [LOY_MISREAD_DEVICE] =
        N_("the reader sent what its model does not send: check cable and settings"),
};

static const char *const refusal_advice[] = {
    [LOY_REFUSAL_NONE] = "",
    [LOY_REFUSAL_PAYMENT_CARD] =
        N_("payment card: use the payment terminal; nothing of it was kept. Numbers "
           "of the shop's own cards are declared with `loyalty range add`"),
    [LOY_REFUSAL_PAYMENT_CODE] = N_("payment code: show the member code; nothing of it was kept"),
    [LOY_REFUSAL_IDENTITY_DOCUMENT] = N_("identity document; nothing of it was kept"),
    [LOY_REFUSAL_ENCRYPTED_READER] = N_("the reader encrypts; set it to plain mode"),
};

static void part_print(const struct loy_event *event, const struct loy_part *part)
{
    const uint8_t *bytes = loy_part_data(event, part);
    if (part->type == LOY_PART_TRACK)
        printf(part->track ? _(" track %u") : _(" track"), part->track);
    else
        printf(" %s", part->symbology ? loy_symbology_name(part->symbology) : _("code"));
    printf(" %s ", loy_part_status_name(part->status));
    for (size_t i = 0; i < part->length; i++) {
        /* Control characters of a card must not move the cursor. */
        if (bytes[i] < 0x20 || bytes[i] >= 0x7F)
            printf("\\x%02x", bytes[i]);
        else
            putchar(bytes[i]);
    }
}

void event_print(const struct loy_event *event)
{
    printf("%s", kind_names[event->kind]);
    if (event->reader) printf(" [%u]", event->reader);
    if (event->driver[0]) printf(" %s", event->driver);
    for (size_t i = 0; event->kind == LOY_EVENT_READ && i < event->part_count; i++)
        part_print(event, &event->parts[i]);
    if (event->kind == LOY_EVENT_MISREAD)
        printf(" %s: %s", loy_misread_name(event->reason), gettext(misread_advice[event->reason]));
    if (event->kind == LOY_EVENT_REFUSED) {
        printf(" %s", loy_refusal_name(event->reason));
        if (event->network) printf(" %s", loy_network_name(event->network));
        printf(": %s", gettext(refusal_advice[event->reason]));
    }
    if (event->kind == LOY_EVENT_FOREIGN)
        printf(": %s", _("not a card of this shop; nothing of it was kept"));
    putchar('\n');
}

void event_tell(const struct cli *cli, const struct loy_event *event)
{
    if (cli->json)
        cli_print_json(event_json(event));
    else
        event_print(event);
}
