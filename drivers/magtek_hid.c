/* SPDX-License-Identifier: MIT
 *
 * magtek_hid.c - MagTek's stripe readers in HID mode, and ID TECH's that imitate them. In: one
 * report for each swipe; out: its tracks, each with its own status, a misread or a refusal.
 * Must not know: USB, what the tracks mean.
 *
 * SureSwipe, Swipe Reader (MagTek D99875191, section 4), 337 bytes:
 *
 *   0    1    2    3    4    5    6     7 ... 116   117 ... 226   227 ... 336
 *  st1  st2  st3  ln1  ln2  ln3  card   track 1      track 2       track 3
 *
 * MagneSafe V5 (D99875475), 887 bytes: 3-5 are the lengths of encrypted tracks, which lie at 7-342,
 * and the same tracks follow with masked numbers:
 *
 *   505  506  507   508 ... 619   620 ... 731   732 ... 843
 *   ln1  ln2  ln3   track 1        track 2       track 3
 *
 * st: bit 0 set: the track could not be decoded; ln: bytes in use, those behind are undefined;
 * card: encode type. ASCII with sentinels, without LRC. The maker wants positions taken from the
 * descriptor's usages: page FF00, 20-22 status, 28-2A and 30-32 length and track, 47-49 and 4A-4C
 * the same masked, 46 the serial number of the key that encrypts. Encrypted fields are never read,
 * not even by a reader that has no key yet and leaves them clear.
 */
#include "hid_span.h"
#include "stripe.h"

#include <string.h>

#define MAGTEK_PAGE 0xFF00u
#define MAGTEK_VID 0x0801u
#define MAGNESAFE_PID 0x0011u
#define NOWHERE 0xFFFFu
#define TRACK_BYTES_MIN 40u /* of a field: a whole track 2 */

enum usage {
    USAGE_STATUS = 0x20,
    USAGE_LENGTH = 0x28,
    USAGE_DATA = 0x30,
    USAGE_KEY = 0x46,
    USAGE_MASKED_LENGTH = 0x47,
    USAGE_MASKED_DATA = 0x4A
};

struct magtek_track {
    uint16_t status, cipher; /* offsets in the report; cipher: the encrypted length, or NOWHERE */
    uint16_t length, data;   /* of what may be read, or NOWHERE */
    uint16_t size;           /* bytes of the data field */
};

struct magtek_layout {
    size_t report_bytes;
    bool has_id;
    uint8_t report_id;
    struct magtek_track tracks[STRIPE_TRACKS];
};

struct magtek_hid {
    struct magtek_layout layout; /* report_bytes 0: either of the two below, by length */
};

// clang-format off
static const struct magtek_layout clear_layout = {337, false, 0, {
    {0, NOWHERE, 3,   7, 110},
    {1, NOWHERE, 4, 117, 110},
    {2, NOWHERE, 5, 227, 110}}};
static const struct magtek_layout masked_layout = {887, false, 0, {
    {0, 3, 505, 508, 112},
    {1, 4, 506, 620, 112},
    {2, 5, 507, 732, 112}}};
// clang-format on

static const struct loy_match models[] = {
    {MAGTEK_VID, 0x0002, "MagTek SureSwipe / Swipe Reader, HID mode", NULL, NULL},
    {MAGTEK_VID, MAGNESAFE_PID, "MagTek MagneSafe V5 (Dynamag), HID mode",
        "masks cards of the bank layout, also the shop's own where '=' or '^' follows the number: "
        "its supplier can change the ISO Track Mask property (07)",
        NULL},
    {0x0acd, 0x0510, "ID TECH MiniMag / EasyMag, MagTek structure", NULL, NULL},
    {0x0acd, 0x2020, "ID TECH SecureMag / SecureHead, MagTek structure", NULL, NULL},
    {0, 0, NULL, NULL, NULL},
};

static bool is_model(const struct loy_identity *who)
{
    return match_find(models, who->vid, who->pid) != NULL;
}

/* ---- The layout ----------------------------------------------------------------------------- */

/* The offset of a usage's bytes in the report with the id: one byte, or for a track at least least;
 * else NOWHERE. A stranger's descriptor may name one range of usages for all its bytes. */
static uint16_t offset_of(const struct hid_layout *layout, uint8_t report_id, unsigned usage,
    size_t least, uint16_t *size)
{
    struct hid_span span = hid_span_find(layout, report_id, MAGTEK_PAGE, (uint16_t)usage);
    if (least > 1 ? span.size < least : span.size != 1) return NOWHERE;
    *size = (uint16_t)span.size;
    return (uint16_t)span.at;
}

static bool has_usage(const struct hid_layout *layout, uint8_t report_id, unsigned usage)
{
    return hid_span_find(layout, report_id, MAGTEK_PAGE, (uint16_t)usage).size > 0;
}

/* Where a reader that encrypts masks nothing, nothing of a track may be read. */
static bool read_track(const struct hid_layout *layout, const struct magtek_layout *all, unsigned i,
    struct magtek_track *track)
{
    uint16_t one = 0, size = 0;
    uint8_t id = all->report_id;
    track->status = offset_of(layout, id, USAGE_STATUS + i, 1, &one);
    track->cipher = NOWHERE;
    track->length = offset_of(layout, id, USAGE_LENGTH + i, 1, &one);
    track->data = offset_of(layout, id, USAGE_DATA + i, TRACK_BYTES_MIN, &size);
    track->size = size;
    if (track->status == NOWHERE || track->length == NOWHERE || track->data == NOWHERE)
        return false;
    if (!has_usage(layout, id, USAGE_MASKED_LENGTH + i) && !has_usage(layout, id, USAGE_KEY))
        return true;
    uint16_t masked_length = offset_of(layout, id, USAGE_MASKED_LENGTH + i, 1, &one);
    uint16_t masked_data = offset_of(layout, id, USAGE_MASKED_DATA + i, TRACK_BYTES_MIN, &size);
    bool masks = masked_length != NOWHERE && masked_data != NOWHERE;
    track->cipher = track->length;
    track->length = masks ? masked_length : NOWHERE;
    track->data = masked_data;
    track->size = size;
    return true;
}

/* False: a usage is missing or not made of bytes. */
static bool read_layout(const struct hid_layout *layout, struct magtek_layout *state)
{
    const struct hid_field *first = hid_field_find(layout, HID_INPUT, MAGTEK_PAGE, USAGE_STATUS, 0);
    if (first == NULL) return false;
    state->has_id = layout->has_report_ids;
    state->report_id = first->report_id;
    state->report_bytes = hid_input_bytes(layout, first->report_id);
    for (unsigned i = 0; i < STRIPE_TRACKS; i++)
        if (!read_track(layout, state, i, &state->tracks[i])) return false;
    return true;
}

static int magtek_hid_claim(const struct loy_identity *who, const char **why)
{
    struct magtek_layout layout;
    if (who->bus != LOY_BUS_USB_HID) return 0;
    if (!who->has_descriptor) {
        *why = "its ids are those of a MagTek swipe reader; no report descriptor was read";
        return is_model(who) ? 40 : 0;
    }
    if (!hid_has_application(&who->layout, MAGTEK_PAGE, 1) || !read_layout(&who->layout, &layout))
        return 0;
    *why = "its report descriptor is that of a MagTek swipe report";
    return is_model(who) ? 100 : 90;
}

static enum loy_status magtek_hid_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"descriptor", "vid", "pid", NULL};
    struct magtek_hid *state = self;
    (void)line;
    *complaint = "the options of magtek-hid are descriptor, vid and pid";
    if (!identity_options_known(who, keys)) return LOY_E_ARGUMENT;
    *complaint = "this report descriptor is not that of a MagTek swipe report: another reader, or "
                 "a reader in another mode";
    if (who->has_descriptor && !read_layout(&who->layout, &state->layout)) return LOY_E_ARGUMENT;
    if (!who->has_descriptor && is_model(who))
        state->layout =
            who->vid == MAGTEK_VID && who->pid == MAGNESAFE_PID ? masked_layout : clear_layout;
    *complaint = "";
    return LOY_OK;
}

/* ---- One report ----------------------------------------------------------------------------- */

static const struct magtek_layout *layout_for(const struct magtek_hid *state, size_t length)
{
    if (state->layout.report_bytes != 0) return &state->layout;
    return length == masked_layout.report_bytes ? &masked_layout : &clear_layout;
}

static enum loy_misread find_fault(
    const struct magtek_layout *at, const uint8_t *report, size_t length)
{
    if (length < at->report_bytes) return LOY_MISREAD_TRUNCATED;
    if (length > at->report_bytes) return LOY_MISREAD_UNKNOWN_LAYOUT;
    for (size_t i = 0; i < STRIPE_TRACKS; i++) {
        const struct magtek_track *track = &at->tracks[i];
        if (track->length != NOWHERE && report[track->length] > track->size)
            return LOY_MISREAD_DEVICE;
    }
    return LOY_MISREAD_NONE;
}

static bool has_failed(const struct magtek_track *track, const uint8_t *report)
{
    return (report[track->status] & 1u) != 0;
}

static size_t readable_bytes(const struct magtek_track *track, const uint8_t *report)
{
    return track->length == NOWHERE || has_failed(track, report) ? 0 : report[track->length];
}

static void take_track(
    struct stripe *stripe, unsigned i, const struct magtek_track *track, const uint8_t *report)
{
    size_t n = readable_bytes(track, report);
    bool encrypted = track->cipher != NOWHERE && report[track->cipher] > 0;
    if (has_failed(track, report)) {
        stripe_set_status(stripe, i, LOY_PART_BAD);
    } else if (n == 0) {
        stripe_set_status(stripe, i, encrypted ? LOY_PART_MASKED : LOY_PART_EMPTY);
    } else {
        stripe_set_text(stripe, i, report + track->data, n);
        if (encrypted) stripe_check_mask(stripe, i);
    }
}

static bool is_other_report(const struct magtek_layout *at, const uint8_t *report)
{
    return at->has_id && report[0] != at->report_id;
}

static void magtek_hid_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    const struct magtek_layout *at = layout_for(self, length);
    struct stripe stripe;
    step->used = length;
    if (length == 0 || is_other_report(at, bytes)) return;
    step->has_event = true;
    enum loy_misread fault = find_fault(at, bytes, length);
    if (fault != LOY_MISREAD_NONE) {
        event_misread(&step->event, driver_magtek_hid.name, fault);
        return;
    }
    stripe_begin(&stripe);
    for (unsigned i = 0; i < STRIPE_TRACKS; i++)
        take_track(&stripe, i, &at->tracks[i], bytes);
    stripe_report(&stripe, driver_magtek_hid.name, &step->event);
    if (step->event.kind == LOY_EVENT_REFUSED)
        step->hint = "sends cards encrypted only: the shop needs a reader without encryption";
}

static void magtek_hid_silence(void *self, struct loy_step *step)
{
    (void)self;
    (void)step; /* a swipe is one report */
}

static void keep(uint8_t *kept, const uint8_t *bytes, size_t at, size_t n)
{
    if (n > 0 && at != NOWHERE) memcpy(kept + at, bytes + at, n);
}

/* Of a report that feed() turns down because of a length, the lengths stay: so does the misread. */
static void magtek_hid_redact(const void *self, uint8_t *bytes, size_t length)
{
    const struct magtek_layout *at = layout_for(self, length);
    uint8_t kept[HID_REPORT_BYTES_MAX + 1] = {0};
    enum loy_misread fault = find_fault(at, bytes, length);
    if (fault == LOY_MISREAD_TRUNCATED || fault == LOY_MISREAD_UNKNOWN_LAYOUT) {
        size_t first = at->has_id ? 1 : 0;
        if (length > first) explicit_bzero(bytes + first, length - first);
        return;
    }
    if (at->has_id) kept[0] = bytes[0];
    for (unsigned i = 0; i < STRIPE_TRACKS; i++) {
        const struct magtek_track *track = &at->tracks[i];
        keep(kept, bytes, track->status, 1);
        keep(kept, bytes, track->cipher, 1);
        keep(kept, bytes, track->length, 1);
        if (fault == LOY_MISREAD_NONE) keep(kept, bytes, track->data, readable_bytes(track, bytes));
    }
    memcpy(bytes, kept, length);
    explicit_bzero(kept, sizeof kept);
}

const struct loy_driver driver_magtek_hid = {
    .name = "magtek-hid",
    .title = "MagTek SureSwipe, Swipe Reader and MagneSafe, HID mode",
    .beep = "with the maker's configuration program, if the reader has a beeper at all",
    .match = models,
    .unit = LOY_UNIT_REPORT,
    .report_sizes = {337, 887},
    .bus = LOY_BUS_USB_HID,
    .state_size = sizeof(struct magtek_hid),
    .session_size = sizeof(struct magtek_hid),
    .claim = magtek_hid_claim,
    .start = magtek_hid_start,
    .feed = magtek_hid_feed,
    .silence = magtek_hid_silence,
    .redact = magtek_hid_redact,
};
