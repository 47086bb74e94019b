/* SPDX-License-Identifier: MIT
 *
 * track_flux.c - the flux changes of one stripe with their positions, as stripe analysers record
 * them. In: a recording, cut anywhere; out: a track or a misread. Must not know: where the
 * recording comes from, what the text means.
 *
 *   count: uint32 LE | count times: polarity: uint32 LE, 0 or 0x20 | position: float32 LE
 *
 * The unit of the position does not matter: only the ratio of the intervals counts.
 */
#include "driver.h"

#include "bits.h"

#include <math.h>
#include <string.h>

/* Two changes in every cell of a stripe with the most bits that are decoded. */
#define FLUX_RECORDS_MAX (2u * BITS_MAX)
#define FLUX_RECORD_BYTES 8u
#define FLUX_WAIT_MS 2000u

struct track_flux {
    uint8_t piece[FLUX_RECORD_BYTES]; /* of the record that is not complete */
    size_t piece_length;
    bool has_count, lost;
    uint32_t left; /* records to come */
    bool has_position;
    float position;
    uint8_t reason; /* enum loy_misread: why this recording cannot be decoded */
    struct bits_flux flux;
};

static int track_flux_claim(const struct loy_identity *who, const char **why)
{
    (void)who;
    (void)why;
    return 0; /* a file, never a device: by name only */
}

static enum loy_status track_flux_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    (void)self;
    (void)line;
    if (who->option_count == 0) return LOY_OK;
    *complaint = "track-flux has no options";
    return LOY_E_ARGUMENT;
}

static uint32_t word_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static void forget(struct track_flux *state)
{
    explicit_bzero(state, sizeof *state);
}

static void take_record(struct track_flux *state)
{
    uint32_t polarity = word_at(state->piece), word = word_at(state->piece + 4);
    float position;
    memcpy(&position, &word, sizeof position);
    state->left--;
    if (state->reason != LOY_MISREAD_NONE) return;
    if ((polarity & ~0x20u) != 0 || !isfinite(position))
        state->reason = LOY_MISREAD_UNKNOWN_LAYOUT;
    else if (state->has_position && position <= state->position)
        state->reason = LOY_MISREAD_UNKNOWN_LAYOUT;
    else if (state->has_position && !bits_flux_add(&state->flux, position - state->position))
        state->reason = LOY_MISREAD_TOO_LONG;
    state->position = position;
    state->has_position = true;
}

static void report_track(struct track_flux *state, struct loy_event *event)
{
    struct bits_track track = {.reason = state->reason};
    bits_flux_end(&state->flux);
    struct bits_view view = {.packed = state->flux.packed, .count = state->flux.count};
    bool blank = bits_are_blank(&view, BITS_PLAIN);
    if (track.reason == LOY_MISREAD_NONE && !blank) bits_find_track(&view, BITS_PLAIN, 0, &track);
    if (track.reason != LOY_MISREAD_NONE) {
        event_misread(event, driver_track_flux.name, (enum loy_misread)track.reason);
    } else {
        event_begin(event, driver_track_flux.name);
        event_add_track(
            event, track.track, blank ? LOY_PART_EMPTY : LOY_PART_GOOD, track.text, track.length);
    }
    explicit_bzero(&track, sizeof track);
}

/* A whole piece is there: the count, or a record. True: the step has an event. */
static bool take_piece(struct track_flux *state, struct loy_step *step)
{
    state->piece_length = 0;
    if (state->has_count) {
        take_record(state);
    } else {
        state->left = word_at(state->piece);
        state->has_count = true;
    }
    if (state->left > FLUX_RECORDS_MAX) {
        event_misread(&step->event, driver_track_flux.name, LOY_MISREAD_TOO_LONG);
        forget(state);
        state->lost = true; /* where the next recording begins nobody can tell */
        return true;
    }
    if (state->left > 0) return false;
    report_track(state, &step->event);
    forget(state);
    return true;
}

static void track_flux_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct track_flux *state = self;
    while (step->used < length && !step->has_event && !state->lost) {
        state->piece[state->piece_length++] = bytes[step->used++];
        size_t wanted = state->has_count ? FLUX_RECORD_BYTES : 4;
        if (state->piece_length == wanted) step->has_event = take_piece(state, step);
    }
    if (state->lost) step->used = length;
    if (state->lost || state->has_count || state->piece_length > 0) step->wait_ms = FLUX_WAIT_MS;
}

static void track_flux_silence(void *self, struct loy_step *step)
{
    struct track_flux *state = self;
    step->has_event = !state->lost && (state->has_count || state->piece_length > 0);
    if (step->has_event) event_misread(&step->event, driver_track_flux.name, LOY_MISREAD_TRUNCATED);
    forget(state);
}

const struct loy_driver driver_track_flux = {
    .name = "track-flux",
    .title = "Flux changes of a magnetic stripe with their positions (analyser recordings)",
    .unit = LOY_UNIT_STREAM,
    .bus = LOY_BUS_BYTES,
    .state_size = sizeof(struct track_flux),
    .claim = track_flux_claim,
    .start = track_flux_start,
    .feed = track_flux_feed,
    .silence = track_flux_silence,
};
