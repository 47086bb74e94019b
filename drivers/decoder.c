/* SPDX-License-Identifier: MIT
 *
 * decoder.c - one driver and the guard for a caller that owns the bytes already.
 * In: bytes, options; out: events, already judged. One allocation at open, none later.
 * Must not know: the hub, transports, any device family.
 */
#include "driver.h"

#include "guard.h"
#include "options.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

struct loy_decoder {
    const struct loy_driver *driver;
    uint16_t report_size; /* from a descriptor without report IDs; 0: the driver's sizes count */
    bool has_report_ids;
    struct guard guard;
    struct loy_step step;
    alignas(max_align_t) unsigned char state[]; /* driver->state_size bytes */
};

/* What open needs for a moment: too large for a small stack. */
struct opening {
    struct loy_identity who;
    uint8_t descriptor[HID_DESCRIPTOR_MAX];
};

static const char *read_descriptor(struct opening *opening, const char *text)
{
    struct loy_identity *who = &opening->who;
    size_t n = 0;
    if (!options_hex(text, opening->descriptor, sizeof opening->descriptor, &n))
        return "descriptor= wants a report descriptor in hexadecimal, at most 4096 bytes";
    if (hid_descriptor_parse(opening->descriptor, n, &who->layout) != LOY_OK)
        return "descriptor= is no valid HID report descriptor";
    who->has_descriptor = true;
    return NULL;
}

/* The options that every HID driver has, since they stand for the device. NULL, or what is wrong.
 */
static const char *read_identity(struct opening *opening, const struct loy_driver *driver,
    const struct loy_decoder_options *options)
{
    struct loy_identity *who = &opening->who;
    who->bus = driver->bus;
    who->options = options->options;
    who->option_count = options->option_count;
    for (size_t i = 0; i < who->option_count; i++)
        if (who->options[i].key == NULL || who->options[i].value == NULL)
            return "an option has no key or no value";
    if (driver->bus != LOY_BUS_USB_HID) return NULL;
    const char *vid = identity_option(who, "vid"), *pid = identity_option(who, "pid");
    const char *descriptor = identity_option(who, "descriptor");
    if (vid && !options_id(vid, &who->vid)) return "vid= wants four hexadecimal digits";
    if (pid && !options_id(pid, &who->pid)) return "pid= wants four hexadecimal digits";
    return descriptor ? read_descriptor(opening, descriptor) : NULL;
}

static enum loy_status start_driver(
    struct loy_decoder *decoder, const struct loy_decoder_options *options, const char **complaint)
{
    struct loy_line_settings line = {0};
    struct opening *opening = calloc(1, sizeof *opening);
    if (opening == NULL) return LOY_E_MEMORY;
    enum loy_status status = LOY_E_ARGUMENT;
    const char *wrong = read_identity(opening, decoder->driver, options);
    decoder->has_report_ids = opening->who.layout.has_report_ids;
    if (opening->who.has_descriptor) decoder->report_size = opening->who.layout.input_bytes_max;
    if (wrong != NULL)
        *complaint = wrong;
    else
        status = decoder->driver->start(decoder->state, &opening->who, &line, complaint);
    free(opening);
    return status;
}

static enum loy_status open_decoder(
    const struct loy_decoder_options *options, struct loy_decoder **decoder, const char **complaint)
{
    if (options == NULL || options->size < sizeof *options || options->driver == NULL ||
        (options->options == NULL && options->option_count > 0)) {
        *complaint = "the options are not filled in";
        return LOY_E_ARGUMENT;
    }
    const struct loy_driver *driver = driver_find(options->driver);
    *complaint = "there is no driver of that name";
    if (driver == NULL) return LOY_NONE;
    *complaint = loy_status_text(LOY_E_MEMORY);
    struct loy_decoder *made = calloc(1, sizeof *made + driver->state_size);
    if (made == NULL) return LOY_E_MEMORY;
    made->driver = driver;
    enum loy_status status = start_driver(made, options, complaint);
    if (status == LOY_OK) {
        *complaint = "an own range is not possible: prefix of digits, length up to 32";
        status = guard_init(&made->guard, &options->rules);
    }
    if (status == LOY_OK)
        *decoder = made;
    else
        loy_decoder_close(made);
    return status;
}

enum loy_status loy_decoder_open(const struct loy_decoder_options *options,
    struct loy_decoder **decoder, char *text, size_t text_size)
{
    const char *complaint = "";
    *decoder = NULL;
    enum loy_status status = open_decoder(options, decoder, &complaint);
    if (text != NULL && text_size > 0)
        snprintf(text, text_size, "%s", status == LOY_OK ? "" : complaint);
    return status;
}

void loy_decoder_close(struct loy_decoder *decoder)
{
    if (decoder == NULL) return;
    explicit_bzero(decoder, sizeof *decoder + decoder->driver->state_size);
    free(decoder);
}

/* Hands the step's event over; what the step held is wiped, as it may have been refused. */
static void hand_over(struct loy_decoder *decoder, struct loy_event *event)
{
    struct loy_event *made = &decoder->step.event;
    guard_judge(&decoder->guard, made);
    memcpy(event, made, offsetof(struct loy_event, data) + made->data_length);
    explicit_bzero(made, offsetof(struct loy_event, data) + made->data_length);
}

/* A report without report ID, with the zero in front that some systems put there instead. */
static bool has_zero_in_front(
    const struct loy_decoder *decoder, const uint8_t *bytes, size_t length)
{
    const uint16_t *size = decoder->driver->report_sizes;
    if (length == 0 || bytes[0] != 0 || decoder->has_report_ids) return false;
    if (decoder->report_size != 0) return length == (size_t)decoder->report_size + 1;
    while (*size != 0 && length != (size_t)*size + 1)
        size++;
    return *size != 0;
}

enum loy_status loy_decoder_feed(struct loy_decoder *decoder, const uint8_t *bytes, size_t length,
    size_t *used, struct loy_event *event)
{
    struct loy_step *step = &decoder->step;
    *used = has_zero_in_front(decoder, bytes, length) ? 1 : 0;
    while (*used < length) {
        step_clear(step);
        decoder->driver->feed(decoder->state, bytes + *used, length - *used, step);
        *used += step->used;
        if (step->has_event) {
            hand_over(decoder, event);
            return LOY_OK;
        }
        if (step->used == 0) *used = length; /* a driver without progress would hold us for ever */
    }
    return LOY_MORE;
}

enum loy_status loy_decoder_end(struct loy_decoder *decoder, struct loy_event *event)
{
    step_clear(&decoder->step);
    decoder->driver->silence(decoder->state, &decoder->step);
    if (!decoder->step.has_event) return LOY_NONE;
    hand_over(decoder, event);
    return LOY_OK;
}

enum loy_status loy_driver_list(size_t index, const char **name, const char **title)
{
    const struct loy_driver *driver = driver_at(index);
    if (driver == NULL) return LOY_NONE;
    *name = driver->name;
    *title = driver->title;
    return LOY_OK;
}
