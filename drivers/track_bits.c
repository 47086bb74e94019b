/* SPDX-License-Identifier: MIT
 *
 * track_bits.c - the raw bits of one stripe, as clock-and-data readers and raw dumps give them.
 * In: one block of packed bits; out: a track, a misread, or bytes that are no ISO track, unchanged.
 * Must not know: where the block comes from, what the text means.
 *
 * Source: ISO/IEC 7811-2 and -6; blocks in reference captures: 25 idle bits, then ";0004048712?" +
 * LRC.
 */
#include "driver.h"

#include "bits.h"

#include <string.h>

struct track_bits {
    size_t bits; /* of each block; 0: all of it */
    bool lsb_first;
    uint8_t inversion; /* enum bits_inversion */
    uint8_t track;     /* 0: any */
};

static int track_bits_claim(const struct loy_identity *who, const char **why)
{
    (void)who;
    (void)why;
    return 0; /* no device says that it sends this: by name only */
}

/* A number of at most four digits, or -1. */
static int small_number(const char *text)
{
    int number = 0;
    size_t n = strlen(text);
    if (n > 4 || !loy_digits_only(text, n)) return -1;
    for (size_t i = 0; i < n; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

static const char *read_options(struct track_bits *state, const struct loy_identity *who)
{
    const char *value = identity_option(who, "bits");
    int number = value ? small_number(value) : 0;
    if (number < 0 || number > (int)BITS_MAX || (value && number == 0))
        return "bits= wants a number from 1 to 4096";
    state->bits = (size_t)number;
    value = identity_option(who, "order");
    if (value && strcmp(value, "msb") != 0 && strcmp(value, "lsb") != 0)
        return "order= wants msb or lsb";
    state->lsb_first = value && value[0] == 'l';
    value = identity_option(who, "inverted");
    number = value ? small_number(value) : BITS_EITHER;
    if (number < 0 || (value && number > 1)) return "inverted= wants 0 or 1";
    state->inversion = (uint8_t)number;
    value = identity_option(who, "track");
    number = value ? small_number(value) : 0;
    if (number < 0 || number > 3 || (value && number == 0)) return "track= wants 1, 2 or 3";
    state->track = (uint8_t)number;
    return NULL;
}

static enum loy_status track_bits_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"bits", "order", "inverted", "track", NULL};
    (void)line;
    const char *wrong = identity_options_known(who, keys)
                            ? read_options(self, who)
                            : "the options of track-bits are bits, order, inverted and track";
    if (wrong == NULL) return LOY_OK;
    *complaint = wrong;
    return LOY_E_ARGUMENT;
}

/* No track on which all checks pass. Clocking zeros, or digits in the coding of a stripe, say that
 * it is one nevertheless: then its bits stay here. Other bits are handed on as they are. */
static void report_other(const struct track_bits *state, const struct bits_view *view,
    enum loy_misread reason, size_t length, struct loy_event *event)
{
    enum bits_inversion inversion = (enum bits_inversion)state->inversion;
    if (bits_are_blank(view, inversion)) {
        event_begin(event, driver_track_bits.name);
        event_add_track(event, state->track, LOY_PART_EMPTY, "", 0);
    } else if (bits_have_lead(view, inversion) || bits_hold_digits(view)) {
        event_misread(event, driver_track_bits.name, reason);
    } else {
        event_begin(event, driver_track_bits.name);
        event_add_track(event, state->track, LOY_PART_NOT_ISO, view->packed, length);
    }
}

static void report_block(
    const struct track_bits *state, const uint8_t *bytes, size_t length, struct loy_event *event)
{
    struct bits_view view = {.packed = bytes, .count = length * 8, .lsb_first = state->lsb_first};
    struct bits_track track;
    if (state->bits > view.count) {
        event_misread(event, driver_track_bits.name, LOY_MISREAD_TRUNCATED);
        return;
    }
    if (state->bits > 0) view.count = state->bits;
    if (view.count > BITS_MAX) {
        event_misread(event, driver_track_bits.name, LOY_MISREAD_TOO_LONG);
        return;
    }
    bits_find_track(&view, (enum bits_inversion)state->inversion, state->track, &track);
    if (track.reason == LOY_MISREAD_NONE) {
        event_begin(event, driver_track_bits.name);
        event_add_track(event, track.track, LOY_PART_GOOD, track.text, track.length);
    } else {
        report_other(state, &view, (enum loy_misread)track.reason, length, event);
    }
    explicit_bzero(&track, sizeof track);
}

static void track_bits_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    step->used = length;
    step->has_event = true;
    report_block(self, bytes, length, &step->event);
}

static void track_bits_silence(void *self, struct loy_step *step)
{
    (void)self;
    (void)step; /* a block is whole or it is none */
}

const struct loy_driver driver_track_bits = {
    .name = "track-bits",
    .title = "Raw bits of a magnetic stripe (clock-and-data readers, raw dumps)",
    .unit = LOY_UNIT_REPORT,
    .bus = LOY_BUS_BYTES,
    .state_size = sizeof(struct track_bits),
    .session_size = sizeof(struct track_bits),
    .claim = track_bits_claim,
    .start = track_bits_start,
    .feed = track_bits_feed,
    .silence = track_bits_silence,
};
