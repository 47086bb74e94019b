/* SPDX-License-Identifier: MIT
 *
 * idtech_hid.c - ID TECH's stripe readers in HID mode (MiniMag, SecureMag, SecureHead).
 * In: one report for each swipe, or a frame in one or more; out: tracks, a misread or a refusal.
 * Must not know: USB, what the tracks mean.
 *
 *   0    1    2    3    4    5    6     7  8     9 ... 508
 *  st1  st2  st3  ln1  ln2  ln3  card  total    all tracks, with what the shop put around them
 *
 * st: bit 0 set: the track could not be decoded. total: bytes in use; the order of its two bytes is
 * not documented, so the one that fits is taken. card 4 on SecureMag: raw bits, 96 bytes a track,
 * padded with zeros, each perhaps with a byte 01-03 before it and CR behind it. Usages: page FF00,
 * 20-22, 28-2A, 38, 30 total, 31 tracks (ID TECH 80066510). A reader that encrypts sends the frame
 * of idtech_frame.c instead: it begins with STX, which no status is.
 */
#include "idtech_frame.h"
#include "stripe.h"

#include <string.h>

#define IDTECH_PAGE 0xFF00u
#define USAGE_TOTAL 0x30
#define USAGE_OUTPUT 0x31
#define IDTECH_WAIT_MS 500u
#define HEAD_BYTES 9u
#define OUTPUT_BYTES 500u
#define PACKETS_BYTES 512u /* of output, on some models */
#define RAW_BYTES 0x60u
#define CARD_RAW 4

struct idtech_hid {
    uint8_t has_id;      /* bytes of the report ID before a report: 0 or 1 */
    size_t report_bytes; /* of the structure above, without ID; 0: not known */
    struct idtech_frame frame;
};

/* SecureMag User Manual, 7.8.1. */
#define BEEP "set the option Beep Volume (function 11) to 0 with ID TECH's demo program"

static const struct loy_match models[] = {
    {0x0acd, 0x0500, "ID TECH MiniMag / EasyMag, ID TECH structure", NULL, BEEP},
    {0x0acd, 0x2010, "ID TECH SecureMag / SecureHead, HID mode", NULL, BEEP},
    {0, 0, NULL, NULL, NULL},
};

/* ---- The layout ----------------------------------------------------------------------------- */

/* Bytes of the structure's report without its ID, 0: the descriptor has no such report. */
static size_t structure_bytes(const struct hid_layout *layout)
{
    const struct hid_field *total = hid_field_find(layout, HID_INPUT, IDTECH_PAGE, USAGE_TOTAL, 0);
    const struct hid_field *output =
        hid_field_find(layout, HID_INPUT, IDTECH_PAGE, USAGE_OUTPUT, 0);
    if (total == NULL || output == NULL || total->bit_offset != 7 * 8 || total->count != 2 ||
        output->bit_offset != HEAD_BYTES * 8)
        return 0;
    return hid_input_bytes(layout, output->report_id) - (layout->has_report_ids ? 1 : 0);
}

static int idtech_hid_claim(const struct loy_identity *who, const char **why)
{
    bool model = match_find(models, who->vid, who->pid) != NULL;
    if (who->bus != LOY_BUS_USB_HID) return 0;
    *why = "its ids are those of an ID TECH stripe reader";
    if (!who->has_descriptor) return model ? 40 : 0;
    if (!hid_has_application(&who->layout, IDTECH_PAGE, 1)) return 0;
    if (structure_bytes(&who->layout) == 0) return model ? 60 : 0;
    *why = "its report descriptor is that of an ID TECH stripe reader";
    return model ? 100 : 90;
}

static enum loy_status idtech_hid_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"descriptor", "vid", "pid", NULL};
    struct idtech_hid *state = self;
    (void)line;
    *complaint = "the options of idtech-hid are descriptor, vid and pid";
    if (!identity_options_known(who, keys)) return LOY_E_ARGUMENT;
    *complaint = "this report descriptor is not that of an ID TECH stripe reader: another reader, "
                 "or a reader in another mode";
    if (who->has_descriptor && !hid_has_application(&who->layout, IDTECH_PAGE, 1))
        return LOY_E_ARGUMENT;
    state->has_id = who->has_descriptor && who->layout.has_report_ids ? 1 : 0;
    state->report_bytes = who->has_descriptor ? structure_bytes(&who->layout) : 0;
    *complaint = "";
    return LOY_OK;
}

/* ---- The structure -------------------------------------------------------------------------- */

struct output {
    const uint8_t *lengths; /* of the three tracks */
    const uint8_t *text;
    size_t length;
};

/* What the two bytes say, low byte first or last: at most size, and no less than the tracks take.
 * size + 1 if neither fits. */
static size_t total_bytes(const uint8_t *report, size_t size)
{
    size_t tracks = (size_t)report[3] + report[4] + report[5];
    size_t low = (size_t)report[7] | (size_t)report[8] << 8;
    size_t high = (size_t)report[8] | (size_t)report[7] << 8;
    if (low <= size && low >= tracks) return low;
    return high <= size && high >= tracks ? high : size + 1;
}

/* One text between sentinels. */
struct found {
    const uint8_t *text;
    size_t length;
    size_t
        ways; /* start sentinels before its end; 1: as long as the reader says, or the only one */
};

static bool is_start(unsigned track, uint8_t c)
{
    static const char *const starts[STRIPE_TRACKS] = {"%", ";@", ";+%#&!"};
    return c != '\0' && strchr(starts[track], c) != NULL;
}

/* What the reader says of the track's length counts the LRC, or does not. False: no text that ends
 * before end and begins not before from is that long. */
static bool fit_text(
    const struct output *output, unsigned track, size_t from, size_t end, struct found *found)
{
    for (size_t lrc = 0; lrc < 2; lrc++) {
        size_t n = output->lengths[track] - lrc;
        if (n < 2 || n > end - from || !is_start(track, output->text[end - n])) continue;
        *found = (struct found){output->text + end - n, n, 1};
        return true;
    }
    return false;
}

/* The next text between sentinels of this track, from *at on; found->length is 0 if there is none.
 * A start sentinel may stand in what the shop put before the track, and in a track as well: the
 * length tells, and if it does not the last one counts. True: the length told. */
static bool next_text(const struct output *output, unsigned track, size_t *at, struct found *found)
{
    size_t from = *at;
    *found = (struct found){NULL, 0, 0};
    while (*at < output->length) {
        const uint8_t *here = output->text + (*at)++;
        if (is_start(track, *here)) {
            found->text = here;
            found->ways++;
        }
        if (*here != '?' || found->ways == 0) continue;
        found->length = (size_t)(here - found->text) + 1;
        return fit_text(output, track, from, *at, found);
    }
    found->length = 0;
    return false;
}

/* The text that is as long as the reader says, with or without its LRC; or the only one. */
static size_t find_text(
    const struct output *output, unsigned track, size_t *from, const uint8_t **text)
{
    struct found found;
    size_t ways = 0, only = 0, after = *from, at = *from;
    bool fits;
    while ((fits = next_text(output, track, &at, &found)) || found.length > 0) {
        *text = found.text;
        only = found.length;
        after = at;
        ways += found.ways;
        if (fits) break;
    }
    *from = after;
    return fits || ways == 1 ? only : 0;
}

static void take_text(struct stripe *stripe, const struct output *output)
{
    size_t at = 0;
    for (unsigned i = 0; i < STRIPE_TRACKS; i++) {
        const uint8_t *text = NULL;
        if (stripe->tracks[i].status == LOY_PART_BAD || output->lengths[i] == 0) continue;
        size_t n = find_text(output, i, &at, &text);
        if (n > 0)
            stripe_set_text(stripe, i, text, n);
        else
            stripe_set_status(stripe, i, LOY_PART_BAD);
    }
}

static void take_raw(struct stripe *stripe, const struct output *output)
{
    size_t at = 0;
    for (unsigned i = 0; i < STRIPE_TRACKS; i++) {
        if (at < output->length && output->text[at] >= 1 && output->text[at] <= STRIPE_TRACKS) at++;
        if (output->length - at < RAW_BYTES) return;
        stripe_set_bits(stripe, i, output->text + at, RAW_BYTES);
        at += RAW_BYTES;
        if (at < output->length && output->text[at] == '\r') at++;
    }
}

static enum loy_misread find_fault(
    const struct idtech_hid *state, const uint8_t *report, size_t length)
{
    size_t least = state->report_bytes != 0 ? state->report_bytes : HEAD_BYTES + OUTPUT_BYTES;
    if (length < least) return LOY_MISREAD_TRUNCATED;
    /* One byte more, without a descriptor, may as well stand in front. */
    bool larger = state->report_bytes == 0 && length == HEAD_BYTES + PACKETS_BYTES;
    if (length > least && !larger) return LOY_MISREAD_UNKNOWN_LAYOUT;
    size_t size = length - HEAD_BYTES;
    return total_bytes(report, size) > size ? LOY_MISREAD_DEVICE : LOY_MISREAD_NONE;
}

static bool is_raw(const uint8_t *report, const struct output *output)
{
    return report[6] == CARD_RAW && output->length >= RAW_BYTES && output->text[0] != '%' &&
           output->text[0] != ';';
}

static void report_structure(
    const struct idtech_hid *state, const uint8_t *report, size_t length, struct loy_event *event)
{
    struct stripe stripe;
    enum loy_misread fault = find_fault(state, report, length);
    if (fault != LOY_MISREAD_NONE) {
        event_misread(event, driver_idtech_hid.name, fault);
        return;
    }
    struct output output = {
        report + 3, report + HEAD_BYTES, total_bytes(report, length - HEAD_BYTES)};
    stripe_begin(&stripe);
    for (unsigned i = 0; i < STRIPE_TRACKS; i++)
        if (report[i] & 1u) stripe_set_status(&stripe, i, LOY_PART_BAD);
    if (is_raw(report, &output))
        take_raw(&stripe, &output);
    else
        take_text(&stripe, &output);
    stripe_report(&stripe, driver_idtech_hid.name, event);
    stripe_wipe(&stripe);
}

/* ---- Reports -------------------------------------------------------------------------------- */

static bool is_frame(const struct idtech_hid *state, const uint8_t *report, size_t length)
{
    return state->frame.length > 0 || idtech_frame_begins(report, length);
}

static void take_frame(
    struct idtech_hid *state, const uint8_t *report, size_t length, struct loy_step *step)
{
    if (!idtech_frame_add(&state->frame, report, length)) {
        step->wait_ms = IDTECH_WAIT_MS;
        return;
    }
    step->has_event = true;
    idtech_frame_report(&state->frame, driver_idtech_hid.name, &step->event);
    if (step->event.kind == LOY_EVENT_REFUSED)
        step->hint = "sends cards encrypted only: the shop needs a reader without encryption";
    idtech_frame_forget(&state->frame);
}

static void idtech_hid_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct idtech_hid *state = self;
    step->used = length;
    if (length <= state->has_id) return;
    const uint8_t *report = bytes + state->has_id;
    length -= state->has_id;
    if (is_frame(state, report, length)) {
        take_frame(state, report, length, step);
        return;
    }
    step->has_event = true;
    report_structure(state, report, length, &step->event);
}

static void idtech_hid_silence(void *self, struct loy_step *step)
{
    struct idtech_hid *state = self;
    if (state->frame.length == 0) return;
    step->has_event = true;
    event_misread(&step->event, driver_idtech_hid.name, LOY_MISREAD_TRUNCATED);
    idtech_frame_forget(&state->frame);
}

static void idtech_hid_redact(const void *self, uint8_t *bytes, size_t length)
{
    const struct idtech_hid *state = self;
    if (length <= state->has_id) return;
    uint8_t *report = bytes + state->has_id;
    length -= state->has_id;
    if (is_frame(state, report, length)) {
        idtech_frame_redact(&state->frame, report, length);
        return;
    }
    size_t used = HEAD_BYTES;
    enum loy_misread fault = find_fault(state, report, length);
    if (fault == LOY_MISREAD_NONE) used += total_bytes(report, length - HEAD_BYTES);
    if (fault == LOY_MISREAD_TRUNCATED || fault == LOY_MISREAD_UNKNOWN_LAYOUT) used = 1;
    explicit_bzero(report + used, length - used);
}

const struct loy_driver driver_idtech_hid = {
    .name = "idtech-hid",
    .title = "ID TECH MiniMag, SecureMag and SecureHead, HID mode",
    .beep = "with the maker's configuration program, if the reader has a beeper at all",
    .match = models,
    .unit = LOY_UNIT_REPORT,
    .report_sizes = {509, 521},
    .bus = LOY_BUS_USB_HID,
    .state_size = sizeof(struct idtech_hid),
    .session_size = offsetof(struct idtech_hid, frame),
    .claim = idtech_hid_claim,
    .start = idtech_hid_start,
    .feed = idtech_hid_feed,
    .silence = idtech_hid_silence,
    .redact = idtech_hid_redact,
};
