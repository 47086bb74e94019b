/* SPDX-License-Identifier: MIT
 *
 * magtek_hid.c - MagTek SureSwipe and Swipe Reader in HID mode, and ID TECH's readers that imitate
 * them. In: one report for each swipe; out: its tracks, each with its own status, or a misread.
 * Must not know: USB, what the tracks mean.
 *
 *   0    1    2    3    4    5    6     7 ... 116   117 ... 226   227 ... 336
 *  st1  st2  st3  ln1  ln2  ln3  card   track 1      track 2       track 3
 *
 * st: bit 0 set: the track could not be decoded; ln: bytes in use; card: encode type. ASCII with
 * sentinels, without LRC; what lies behind ln is undefined. No report ID. Source: MagTek D99875191,
 * section 4. The maker wants the positions taken from the descriptor's usages (page FF00: 20-22,
 * 28-2A, 38, 30-32).
 */
#include "driver.h"

#include <string.h>

#define MAGTEK_PAGE 0xFF00u
#define MAGTEK_REPORT_BYTES 337u
#define MAGTEK_TRACKS 3u

struct magtek_track {
    size_t status, length, data; /* offsets in the report */
    size_t size;                 /* bytes of the data field */
};

struct magtek_hid {
    size_t report_bytes;
    struct magtek_track tracks[MAGTEK_TRACKS];
};

static const struct magtek_hid fixed_layout = {
    MAGTEK_REPORT_BYTES, {{0, 3, 7, 110}, {1, 4, 117, 110}, {2, 5, 227, 110}}};

static const struct loy_match models[] = {
    {0x0801, 0x0002, "MagTek SureSwipe / Swipe Reader, HID mode", NULL, NULL},
    {0x0acd, 0x0510, "ID TECH MiniMag / EasyMag, MagTek structure", NULL, NULL},
    {0, 0, NULL, NULL, NULL},
};

static bool is_model(const struct loy_identity *who)
{
    return match_find(models, who->vid, who->pid) != NULL;
}

static const struct hid_field *input_field(const struct hid_layout *layout, unsigned usage)
{
    return hid_field_find(layout, HID_INPUT, MAGTEK_PAGE, (uint16_t)usage, 0);
}

static bool byte_of(const struct hid_layout *layout, const struct hid_field *field, size_t *offset)
{
    return field != NULL && hid_field_byte(layout, field, offset);
}

/* False: a usage is missing or not made of bytes. */
static bool read_layout(const struct hid_layout *layout, struct magtek_hid *state)
{
    for (unsigned i = 0; i < MAGTEK_TRACKS; i++) {
        struct magtek_track *track = &state->tracks[i];
        const struct hid_field *data = input_field(layout, 0x30 + i);
        if (!byte_of(layout, input_field(layout, 0x20 + i), &track->status) ||
            !byte_of(layout, input_field(layout, 0x28 + i), &track->length) ||
            !byte_of(layout, data, &track->data))
            return false;
        track->size = data->count;
    }
    state->report_bytes = hid_input_bytes(layout, 0);
    return state->report_bytes > 0;
}

static int magtek_hid_claim(const struct loy_identity *who, const char **why)
{
    struct magtek_hid layout;
    if (who->bus != LOY_BUS_USB_HID) return 0;
    if (!who->has_descriptor) {
        *why = "its ids are those of a MagTek swipe reader; no report descriptor was read";
        return is_model(who) ? 40 : 0;
    }
    if (!hid_has_application(&who->layout, MAGTEK_PAGE, 1) || !read_layout(&who->layout, &layout) ||
        layout.report_bytes != MAGTEK_REPORT_BYTES)
        return 0;
    *why = "its report descriptor is that of a MagTek swipe report (337 bytes)";
    return is_model(who) ? 100 : 90;
}

static enum loy_status magtek_hid_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"descriptor", "vid", "pid", NULL};
    struct magtek_hid *state = self;
    (void)line;
    *state = fixed_layout;
    *complaint = "the options of magtek-hid are descriptor, vid and pid";
    if (!identity_options_known(who, keys)) return LOY_E_ARGUMENT;
    *complaint =
        "this report descriptor is not that of a MagTek swipe report of 337 bytes: another "
        "reader, or a reader in another mode";
    if (who->has_descriptor &&
        (!read_layout(&who->layout, state) || state->report_bytes != MAGTEK_REPORT_BYTES))
        return LOY_E_ARGUMENT;
    *complaint = "";
    return LOY_OK;
}

/* Both ends must be sentinels, or the length byte cut the text. JIS II cards have DEL for both. */
static bool has_sentinels(const uint8_t *text, size_t n)
{
    if (n < 2 || text[0] == '\0') return false;
    if (text[0] == 0x7F) return text[n - 1] == 0x7F;
    return strchr("%;+#&@!", text[0]) != NULL && text[n - 1] == '?';
}

static enum loy_part_status track_status(const struct magtek_track *track, const uint8_t *report)
{
    size_t n = report[track->length];
    if (report[track->status] & 1u) return LOY_PART_BAD;
    if (n == 0) return LOY_PART_EMPTY;
    /* What the same readers type for a track that failed (MagTek D99875206). */
    if (n == 3 && report[track->data + 1] == 'E') return LOY_PART_BAD;
    return has_sentinels(report + track->data, n) ? LOY_PART_GOOD : LOY_PART_BAD;
}

static enum loy_misread find_fault(
    const struct magtek_hid *state, size_t length, const uint8_t *report)
{
    if (length < state->report_bytes) return LOY_MISREAD_TRUNCATED;
    if (length > state->report_bytes) return LOY_MISREAD_UNKNOWN_LAYOUT;
    for (size_t i = 0; i < MAGTEK_TRACKS; i++)
        if (report[state->tracks[i].length] > state->tracks[i].size) return LOY_MISREAD_DEVICE;
    return LOY_MISREAD_NONE;
}

/* A track that is there or should be there becomes a part; an empty one only if nothing else is. */
static void report_swipe(
    const struct magtek_hid *state, const uint8_t *report, struct loy_event *event)
{
    enum loy_part_status status[MAGTEK_TRACKS];
    unsigned good = 0, bad = 0;
    for (size_t i = 0; i < MAGTEK_TRACKS; i++) {
        status[i] = track_status(&state->tracks[i], report);
        good += status[i] == LOY_PART_GOOD;
        bad += status[i] == LOY_PART_BAD;
    }
    if (good == 0 && bad > 0) {
        event_misread(event, driver_magtek_hid.name, LOY_MISREAD_PARITY);
        return;
    }
    event_begin(event, driver_magtek_hid.name);
    for (unsigned i = 0; i < MAGTEK_TRACKS; i++) {
        const struct magtek_track *track = &state->tracks[i];
        if (status[i] == LOY_PART_EMPTY && good > 0) continue;
        size_t n = status[i] == LOY_PART_GOOD ? report[track->length] : 0;
        event_add_track(event, i + 1, status[i], report + track->data, n);
    }
}

static void magtek_hid_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    const struct magtek_hid *state = self;
    step->used = length;
    step->has_event = length > 0;
    if (length == 0) return;
    enum loy_misread fault = find_fault(state, length, bytes);
    if (fault != LOY_MISREAD_NONE)
        event_misread(&step->event, driver_magtek_hid.name, fault);
    else
        report_swipe(state, bytes, &step->event);
}

static void magtek_hid_silence(void *self, struct loy_step *step)
{
    (void)self;
    (void)step; /* a swipe is one report */
}

const struct loy_driver driver_magtek_hid = {
    .name = "magtek-hid",
    .title = "MagTek SureSwipe and Swipe Reader, HID mode (reports of 337 bytes)",
    .match = models,
    .unit = LOY_UNIT_REPORT,
    .bus = LOY_BUS_USB_HID,
    .state_size = sizeof(struct magtek_hid),
    .session_size = sizeof(struct magtek_hid),
    .claim = magtek_hid_claim,
    .start = magtek_hid_start,
    .feed = magtek_hid_feed,
    .silence = magtek_hid_silence,
};
