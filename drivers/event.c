/* SPDX-License-Identifier: MIT
 *
 * event.c - building an event: the one place that knows how parts lie in data[].
 * In: what a driver decoded; out: a struct loy_event that is always consistent.
 * Must not know: any device, any clock.
 */
#include "driver.h"

#include <string.h>

static void forget_parts(struct loy_event *event)
{
    explicit_bzero(event->data, event->data_length);
    event->data_length = 0;
    event->part_count = 0;
}

static void set_driver(struct loy_event *event, const char *driver)
{
    size_t length = strnlen(driver, LOY_DRIVER_NAME_MAX - 1);
    memcpy(event->driver, driver, length);
    memset(event->driver + length, 0, LOY_DRIVER_NAME_MAX - length);
}

void event_begin(struct loy_event *event, const char *driver)
{
    memset(event, 0, offsetof(struct loy_event, data));
    event->kind = LOY_EVENT_READ;
    set_driver(event, driver);
}

void event_misread(struct loy_event *event, const char *driver, enum loy_misread reason)
{
    event_begin(event, driver);
    explicit_bzero(event->data, sizeof event->data); /* tracks of a half-decoded card */
    event->kind = LOY_EVENT_MISREAD;
    event->reason = (uint8_t)reason;
}

/* The new part with its bytes in place, or NULL and a misread: a value is never cut. */
static struct loy_part *add_part(struct loy_event *event, const void *bytes, size_t n)
{
    if (event->kind != LOY_EVENT_READ) return NULL;
    if (event->part_count == LOY_PARTS_MAX || n > LOY_EVENT_DATA_MAX - event->data_length) {
        forget_parts(event);
        event->kind = LOY_EVENT_MISREAD;
        event->reason = LOY_MISREAD_TOO_LONG;
        return NULL;
    }
    struct loy_part *part = &event->parts[event->part_count++];
    memset(part, 0, sizeof *part);
    part->offset = event->data_length;
    part->length = (uint16_t)n;
    if (n > 0) memcpy(event->data + event->data_length, bytes, n);
    event->data_length = (uint16_t)(event->data_length + n);
    return part;
}

bool event_add_track(struct loy_event *event, unsigned track, enum loy_part_status status,
    const void *bytes, size_t n)
{
    struct loy_part *part = add_part(event, bytes, n);
    if (part == NULL) return false;
    part->type = LOY_PART_TRACK;
    part->track = (uint8_t)track;
    part->status = (uint8_t)status;
    return true;
}

bool event_add_symbol(struct loy_event *event, enum loy_symbology symbology, const char *aim,
    const void *bytes, size_t n)
{
    struct loy_part *part = add_part(event, bytes, n);
    if (part == NULL) return false;
    part->type = LOY_PART_SYMBOL;
    part->status = LOY_PART_GOOD;
    part->symbology = (uint8_t)symbology;
    if (aim != NULL) memcpy(part->aim, aim, strnlen(aim, sizeof part->aim - 1));
    return true;
}
