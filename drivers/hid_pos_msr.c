/* SPDX-License-Identifier: MIT
 *
 * hid_pos_msr.c - magnetic stripe readers that speak HID POS (usage page 8E).
 * In: one report for each swipe, with the raw bits of the stripe; out: its tracks, or a misread.
 * Must not know: USB, what the text means.
 *
 *   usage    11 12 13 14                20                    or   21       22       23       24
 *            length of track 1 2 3 JIS  all bits in a row          track 1  track 2  track 3  JIS
 *
 * Bits with parity and LRC, the first one lowest in its byte. The tables do not say whether lengths
 * are bits or bytes, nor whether in a row of tracks each begins with a byte: every reading that
 * fits is tried, and the one in which most tracks pass all their checks is right. No such reader is
 * known by name, so there is no layout without a descriptor. Source: HID Point of Sale Usage Tables
 * 1.02, section 5.2.
 */
#include "driver.h"

#include "bits.h"
#include "hid_span.h"

#include <string.h>

#define MSR_PAGE 0x8Eu
#define MSR_PARTS 4u /* tracks 1 to 3, JIS */
#define MSR_TRACKS 3u

enum msr_usage { MSR_DEVICE = 0x01, LENGTHS = 0x11, ALL_DATA = 0x20, DATA = 0x21 };

/* How the lengths may be meant; from the smallest reading on. */
enum unit { UNIT_BITS_IN_A_ROW = 0, UNIT_BITS, UNIT_BYTES, UNITS };

struct hid_pos_msr {
    size_t report_bytes;
    bool has_id;
    uint8_t report_id;
    struct hid_span lengths[MSR_PARTS], data[MSR_PARTS];
    struct hid_span all; /* size 0: each track has its own field */
};

/* Where in the report the bits of a part are. */
struct extent {
    size_t first, count; /* bits, from the report's first byte on */
};

struct swipe {
    struct extent extents[MSR_PARTS];
    unsigned good;
};

/* ---- The layout ---------------------------------------------------------------------------- */

static const struct hid_field *find_data(const struct hid_layout *layout)
{
    for (uint16_t usage = ALL_DATA; usage <= DATA + MSR_PARTS - 1; usage++) {
        const struct hid_field *field = hid_field_find(layout, HID_INPUT, MSR_PAGE, usage, 0);
        if (field != NULL) return field;
    }
    return NULL;
}

/* False: the descriptor has no stripe data with its lengths. */
static bool read_layout(const struct hid_layout *layout, struct hid_pos_msr *state)
{
    const struct hid_field *data = find_data(layout);
    bool any = false;
    if (data == NULL) return false;
    state->has_id = layout->has_report_ids;
    state->report_id = data->report_id;
    state->report_bytes = hid_input_bytes(layout, data->report_id);
    state->all = hid_span_find(layout, data->report_id, MSR_PAGE, ALL_DATA);
    for (uint16_t i = 0; i < MSR_PARTS; i++) {
        uint16_t usage = (uint16_t)(LENGTHS + i);
        state->lengths[i] = hid_span_find(layout, data->report_id, MSR_PAGE, usage);
        usage = (uint16_t)(DATA + i);
        state->data[i] = hid_span_find(layout, data->report_id, MSR_PAGE, usage);
        any = any || (state->lengths[i].size > 0 && state->all.size + state->data[i].size > 0);
    }
    return any;
}

static int hid_pos_msr_claim(const struct loy_identity *who, const char **why)
{
    struct hid_pos_msr layout;
    if (who->bus != LOY_BUS_USB_HID || !who->has_descriptor) return 0;
    if (!hid_has_application(&who->layout, MSR_PAGE, MSR_DEVICE)) return 0;
    if (!read_layout(&who->layout, &layout)) return 0;
    *why = "its report descriptor is that of a HID POS magnetic stripe reader";
    return 100;
}

static enum loy_status hid_pos_msr_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"descriptor", "vid", "pid", NULL};
    const char *wrong = NULL;
    (void)line;
    if (!identity_options_known(who, keys))
        wrong = "the options of hid-pos-msr are descriptor, vid and pid";
    else if (!who->has_descriptor)
        wrong = "hid-pos-msr wants descriptor=: only the report descriptor tells where tracks lie";
    else if (!read_layout(&who->layout, self))
        wrong = "this report descriptor has no stripe data (usage page 8E): another reader";
    if (wrong == NULL) return LOY_OK;
    *complaint = wrong;
    return LOY_E_ARGUMENT;
}

/* ---- Readings of the lengths ---------------------------------------------------------------- */

/* Little-endian, as all of HID; what is above 32 bits cannot fit a report. */
static size_t length_of(const struct hid_span *span, const uint8_t *report)
{
    size_t length = 0;
    for (size_t i = 0; i < span->size && i < 4; i++)
        length |= (size_t)report[span->at + i] << (8 * i);
    return length;
}

static size_t round_up(size_t bits)
{
    return (bits + 7) / 8 * 8;
}

/* The extents in this unit; false if they do not fit. */
static bool place_parts(
    const struct hid_pos_msr *state, const uint8_t *report, enum unit unit, struct swipe *swipe)
{
    size_t used = 0;
    for (size_t i = 0; i < MSR_PARTS; i++) {
        bool row = state->all.size > 0;
        const struct hid_span *span = row ? &state->all : &state->data[i];
        size_t bits = length_of(&state->lengths[i], report) * (unit == UNIT_BYTES ? 8 : 1);
        size_t before = row ? used : 0;
        if (bits > span->size * 8 - before) return false;
        swipe->extents[i] = (struct extent){span->at * 8 + before, bits};
        used += unit == UNIT_BITS_IN_A_ROW ? bits : round_up(bits);
    }
    return true;
}

/* ---- Tracks --------------------------------------------------------------------------------- */

/* A part's bits from the first bit of scratch on. */
static struct bits_view take_bits(
    const uint8_t *report, const struct extent *extent, uint8_t scratch[BITS_MAX / 8])
{
    struct bits_view view = {.packed = scratch, .count = extent->count, .lsb_first = true};
    memset(scratch, 0, BITS_MAX / 8);
    for (size_t i = 0; i < extent->count; i++) {
        size_t at = extent->first + i;
        unsigned bit = (unsigned)report[at / 8] >> (at % 8) & 1u;
        scratch[i / 8] |= (uint8_t)(bit << (i % 8));
    }
    return view;
}

static void count_good(const uint8_t *report, struct swipe *swipe)
{
    uint8_t scratch[BITS_MAX / 8];
    struct bits_track track;
    swipe->good = 0;
    for (unsigned i = 0; i < MSR_TRACKS; i++) {
        if (swipe->extents[i].count > BITS_MAX) continue;
        struct bits_view view = take_bits(report, &swipe->extents[i], scratch);
        bits_find_track(&view, BITS_EITHER, i + 1, &track);
        swipe->good += track.reason == LOY_MISREAD_NONE;
    }
    explicit_bzero(scratch, sizeof scratch);
    explicit_bzero(&track, sizeof track);
}

/* False: in no unit do the lengths fit. Where none gives a track, the largest reading stands. */
static bool read_swipe(const struct hid_pos_msr *state, const uint8_t *report, struct swipe *best)
{
    bool any = false;
    for (int unit = 0; unit < UNITS; unit++) {
        struct swipe swipe;
        if (!place_parts(state, report, (enum unit)unit, &swipe)) continue;
        count_good(report, &swipe);
        if (!any || swipe.good > best->good || best->good == 0) *best = swipe;
        any = true;
    }
    return any;
}

/* What one track adds to the event: good, empty, bad (with its reason), or bits that are no ISO
 * track. Clocking zeros, or digits in the coding of a stripe, say that it is one nevertheless: then
 * its bits stay here. */
static enum loy_part_status judge_track(const struct bits_view *view, struct bits_track *track)
{
    if (bits_are_blank(view, BITS_EITHER)) return LOY_PART_EMPTY;
    if (track->reason == LOY_MISREAD_NONE) return LOY_PART_GOOD;
    if (bits_have_lead(view, BITS_EITHER) || bits_hold_digits(view)) return LOY_PART_BAD;
    return LOY_PART_NOT_ISO;
}

struct outcome {
    unsigned bad;
    uint8_t reason; /* of the first bad track */
};

static void add_track(const uint8_t *report, const struct swipe *swipe, unsigned number,
    struct outcome *outcome, struct loy_event *event)
{
    const struct extent *extent = &swipe->extents[number - 1];
    uint8_t scratch[BITS_MAX / 8];
    struct bits_track track = {.reason = LOY_MISREAD_TOO_LONG};
    enum loy_part_status status = LOY_PART_BAD;
    if (extent->count <= BITS_MAX) {
        struct bits_view view = take_bits(report, extent, scratch);
        bits_find_track(&view, BITS_EITHER, number, &track);
        status = judge_track(&view, &track);
    }
    if (status == LOY_PART_BAD && outcome->bad++ == 0) outcome->reason = track.reason;
    if (status == LOY_PART_NOT_ISO)
        event_add_track(event, number, status, scratch, round_up(extent->count) / 8);
    else if (status != LOY_PART_EMPTY || swipe->good == 0)
        event_add_track(event, number, status, track.text, track.length);
    explicit_bzero(scratch, sizeof scratch);
    explicit_bzero(&track, sizeof track);
}

static void report_swipe(const uint8_t *report, const struct swipe *swipe, struct loy_event *event)
{
    struct outcome outcome = {0, 0};
    event_begin(event, driver_hid_pos_msr.name);
    for (unsigned number = 1; number <= MSR_TRACKS; number++)
        add_track(report, swipe, number, &outcome, event);
    /* JIS II has a coding of its own (seven bits, no sentinels of ISO). */
    if (swipe->extents[MSR_TRACKS].count > 0)
        event_add_track(event, 0, LOY_PART_UNSUPPORTED, "", 0);
    if (swipe->good == 0 && outcome.bad > 0)
        event_misread(event, driver_hid_pos_msr.name, (enum loy_misread)outcome.reason);
}

static bool is_ours(const struct hid_pos_msr *state, const uint8_t *bytes, size_t length)
{
    return length > 0 && (!state->has_id || bytes[0] == state->report_id);
}

static void hid_pos_msr_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    const struct hid_pos_msr *state = self;
    struct swipe swipe;
    step->used = length;
    if (!is_ours(state, bytes, length)) return;
    step->has_event = true;
    if (length != state->report_bytes)
        event_misread(&step->event, driver_hid_pos_msr.name,
            length < state->report_bytes ? LOY_MISREAD_TRUNCATED : LOY_MISREAD_UNKNOWN_LAYOUT);
    else if (!read_swipe(state, bytes, &swipe))
        event_misread(&step->event, driver_hid_pos_msr.name, LOY_MISREAD_DEVICE);
    else
        report_swipe(bytes, &swipe, &step->event);
}

static void hid_pos_msr_silence(void *self, struct loy_step *step)
{
    (void)self;
    (void)step; /* a report is whole or it is none */
}

/* ---- Recordings ----------------------------------------------------------------------------- */

static bool lies_in(const struct hid_span *span, size_t i)
{
    return i >= span->at && i < span->at + span->size;
}

/* Whether byte i holds a length, or a bit of a track in any reading of the lengths. */
static bool is_used(const struct hid_pos_msr *state, const uint8_t *report, size_t i)
{
    bool used = state->has_id && i == 0;
    for (size_t part = 0; part < MSR_PARTS; part++)
        used = used || lies_in(&state->lengths[part], i);
    for (int unit = 0; unit < UNITS; unit++) {
        struct swipe swipe;
        if (!place_parts(state, report, (enum unit)unit, &swipe)) continue;
        for (size_t part = 0; part < MSR_TRACKS; part++) {
            const struct extent *extent = &swipe.extents[part];
            used = used || (extent->count > 0 && i >= extent->first / 8 &&
                               i <= (extent->first + extent->count - 1) / 8);
        }
    }
    return used;
}

static void hid_pos_msr_redact(const void *self, uint8_t *bytes, size_t length)
{
    const struct hid_pos_msr *state = self;
    bool whole = is_ours(state, bytes, length) && length == state->report_bytes;
    for (size_t i = 0; i < length; i++)
        if (whole ? !is_used(state, bytes, i) : i > 0) bytes[i] = 0;
}

const struct loy_driver driver_hid_pos_msr = {
    .name = "hid-pos-msr",
    .title = "Magnetic stripe readers in HID POS mode (usage page 8E, raw bits)",
    .beep = "with the maker's configuration program, if the reader has a beeper at all",
    .unit = LOY_UNIT_REPORT,
    .bus = LOY_BUS_USB_HID,
    .state_size = sizeof(struct hid_pos_msr),
    .session_size = sizeof(struct hid_pos_msr),
    .claim = hid_pos_msr_claim,
    .start = hid_pos_msr_start,
    .feed = hid_pos_msr_feed,
    .silence = hid_pos_msr_silence,
    .redact = hid_pos_msr_redact,
};
