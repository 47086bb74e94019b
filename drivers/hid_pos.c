/* SPDX-License-Identifier: MIT
 *
 * hid_pos.c - bar code scanners that speak HID POS (usage page 8C, scanned data report).
 * In: reports, several for a long symbol; out: one symbol with its AIM identifier, or a misread.
 * Must not know: USB, what the text means.
 *
 *   0    1    2 3 4     5 ... 60    61       62    63
 *   id   n    ] E 0     data        vendor   -     bit 0: more reports follow for this symbol
 *
 * n counts the data bytes of this report alone; the identifier stands in every report. Positions
 * are taken from the descriptor (FB-FD identifier, FE data, FF more, Generic Desktop 3B the count);
 * the table above is the layout of readers without one. Some readers put one byte more before the
 * identifier. Source: HID Point of Sale Usage Tables 1.02, section 4; captures of Honeywell
 * readers.
 */
#include "driver.h"

#include <string.h>

#define POS_PAGE 0x8Cu
#define POS_WAIT_MS 500u

struct pos_layout {
    size_t report_bytes;
    bool has_id;
    bool guessed; /* no descriptor was there: reports may come without their ID */
    uint8_t report_id;
    size_t length, aim, data, data_size;
    size_t vendor; /* 0: none */
    size_t more;   /* byte; 0: a symbol never takes more than one report */
    uint8_t more_mask;
};

struct hid_pos {
    struct pos_layout at;
    uint8_t suffix; /* enum suffix */
    bool pending;   /* text[] holds the first reports of a symbol */
    bool lost;      /* a report was broken: skip what belongs to the same symbol */
    char aim[4];
    uint8_t vendor;
    size_t length;
    uint8_t text[LOY_EVENT_DATA_MAX];
};

enum suffix { SUFFIX_NONE = 0, SUFFIX_CR, SUFFIX_CRLF };

static const struct pos_layout fixed_layout = {.report_bytes = 64,
    .has_id = true,
    .guessed = true,
    .report_id = 0x02,
    .length = 1,
    .aim = 2,
    .data = 5,
    .data_size = 56,
    .vendor = 61,
    .more = 63,
    .more_mask = 1};

/* What Honeywell and others put into byte 61; it counts where there is no AIM identifier. */
static const struct {
    char letter;
    uint8_t symbology;
} vendor_letters[] = {
    {'d', LOY_SYMBOLOGY_EAN_13},
    {'D', LOY_SYMBOLOGY_EAN_8},
    {'c', LOY_SYMBOLOGY_UPC_A},
    {'E', LOY_SYMBOLOGY_UPC_E},
    {'s', LOY_SYMBOLOGY_QR},
    {'j', LOY_SYMBOLOGY_CODE_128},
    {'b', LOY_SYMBOLOGY_CODE_39},
    {'w', LOY_SYMBOLOGY_DATA_MATRIX},
    {'z', LOY_SYMBOLOGY_AZTEC},
    {'r', LOY_SYMBOLOGY_PDF417},
};

static const struct loy_match models[] = {
    {0x067e, 0x0809, "Intermec SG20, HID POS mode", NULL, NULL},
    {0, 0, NULL, NULL, NULL},
};

/* ---- The layout ---------------------------------------------------------------------------- */

static bool byte_of(const struct hid_layout *layout, uint8_t report_id, uint16_t page,
    uint16_t usage, size_t *offset)
{
    for (unsigned n = 0;; n++) {
        const struct hid_field *field = hid_field_find(layout, HID_INPUT, page, usage, n);
        if (field == NULL) return false;
        if (field->report_id == report_id) return hid_field_byte(layout, field, offset);
    }
}

/* The first one-byte field of a vendor's page in the same report. */
static size_t find_vendor(const struct hid_layout *layout, uint8_t report_id)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct hid_field *field = &layout->fields[i];
        size_t offset;
        if (field->type == HID_INPUT && field->report_id == report_id &&
            field->usage_page >= 0xFF00 && hid_field_byte(layout, field, &offset))
            return offset;
    }
    return 0;
}

static void find_more(const struct hid_layout *layout, struct pos_layout *at)
{
    for (unsigned n = 0;; n++) {
        const struct hid_field *field = hid_field_find(layout, HID_INPUT, POS_PAGE, 0xFF, n);
        if (field == NULL) return;
        if (field->report_id != at->report_id) continue;
        at->more = field->bit_offset / 8 + (at->has_id ? 1u : 0u);
        at->more_mask = (uint8_t)(1u << (field->bit_offset % 8));
        return;
    }
}

/* False: the descriptor has no scanned data report of the form above. */
static bool read_layout(const struct hid_layout *layout, struct pos_layout *at)
{
    const struct hid_field *data = hid_field_find(layout, HID_INPUT, POS_PAGE, 0xFE, 0);
    size_t second, third;
    memset(at, 0, sizeof *at);
    if (data == NULL || !hid_field_byte(layout, data, &at->data)) return false;
    at->has_id = layout->has_report_ids;
    at->report_id = data->report_id;
    at->data_size = data->count;
    at->report_bytes = hid_input_bytes(layout, at->report_id);
    if (!byte_of(layout, at->report_id, 0x01, 0x3B, &at->length)) return false;
    if (!byte_of(layout, at->report_id, POS_PAGE, 0xFB, &at->aim) ||
        !byte_of(layout, at->report_id, POS_PAGE, 0xFC, &second) ||
        !byte_of(layout, at->report_id, POS_PAGE, 0xFD, &third))
        return false;
    at->vendor = find_vendor(layout, at->report_id);
    find_more(layout, at);
    return second == at->aim + 1 && third == at->aim + 2;
}

static bool is_model(const struct loy_identity *who)
{
    return match_find(models, who->vid, who->pid) != NULL;
}

static int hid_pos_claim(const struct loy_identity *who, const char **why)
{
    struct pos_layout layout;
    if (who->bus != LOY_BUS_USB_HID) return 0;
    if (!who->has_descriptor) {
        *why = "its ids are those of a HID POS scanner; no report descriptor was read";
        return is_model(who) ? 40 : 0;
    }
    if (!hid_has_application(&who->layout, POS_PAGE, 2) || !read_layout(&who->layout, &layout))
        return 0;
    *why = "its report descriptor is that of a HID POS bar code scanner";
    return 100;
}

static bool read_suffix(const struct loy_identity *who, uint8_t *suffix)
{
    static const char *const names[] = {"none", "cr", "crlf"}; /* in the order of enum suffix */
    const char *value = identity_option(who, "suffix");
    *suffix = SUFFIX_NONE;
    for (uint8_t i = 0; value != NULL && i < 3; i++) {
        if (strcmp(value, names[i]) != 0) continue;
        *suffix = i;
        return true;
    }
    return value == NULL;
}

static enum loy_status hid_pos_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"descriptor", "vid", "pid", "suffix", NULL};
    struct hid_pos *state = self;
    const char *wrong = NULL;
    (void)line;
    state->at = fixed_layout;
    if (!identity_options_known(who, keys))
        wrong = "the options of hid-pos are descriptor, vid, pid and suffix";
    else if (!read_suffix(who, &state->suffix))
        wrong = "suffix= wants cr, crlf or none";
    else if (who->has_descriptor && !read_layout(&who->layout, &state->at))
        wrong =
            "this report descriptor has no scanned data report (usage page 8C): another reader, "
            "or a scanner in another mode";
    if (wrong == NULL) return LOY_OK;
    *complaint = wrong;
    return LOY_E_ARGUMENT;
}

/* ---- Reports ------------------------------------------------------------------------------- */

static bool is_aim(const uint8_t *bytes)
{
    bool letter = (bytes[1] | 0x20) >= 'a' && (bytes[1] | 0x20) <= 'z';
    bool modifier = (bytes[2] >= '0' && bytes[2] <= '9') || (bytes[2] >= 'A' && bytes[2] <= 'Z') ||
                    (bytes[2] >= 'a' && bytes[2] <= 'z');
    return bytes[0] == ']' && letter && modifier;
}

static void forget_symbol(struct hid_pos *state)
{
    explicit_bzero(state->text, state->length);
    state->length = 0;
    state->pending = false;
}

static void report_fault(
    struct hid_pos *state, struct loy_step *step, enum loy_misread reason, bool more)
{
    forget_symbol(state);
    state->lost = more;
    event_misread(&step->event, driver_hid_pos.name, reason);
    step->has_event = true;
}

static size_t length_without_suffix(const struct hid_pos *state)
{
    size_t n = state->length;
    if (state->suffix == SUFFIX_CR && n > 0 && state->text[n - 1] == '\r') return n - 1;
    if (state->suffix == SUFFIX_CRLF && n > 1 && memcmp(state->text + n - 2, "\r\n", 2) == 0)
        return n - 2;
    return n;
}

static enum loy_symbology symbology_of(const struct hid_pos *state, size_t n)
{
    if (state->aim[0] != '\0') return loy_aim_symbology(state->aim, state->text, n);
    for (size_t i = 0; i < sizeof vendor_letters / sizeof vendor_letters[0]; i++)
        if (vendor_letters[i].letter == (char)state->vendor)
            return (enum loy_symbology)vendor_letters[i].symbology;
    return LOY_SYMBOLOGY_NONE;
}

static void report_symbol(struct hid_pos *state, struct loy_step *step)
{
    size_t n = length_without_suffix(state);
    /* ]Z6 answers a menu command: nothing was scanned. */
    if (n > 0 && memcmp(state->aim, "]Z6", 4) != 0) {
        event_begin(&step->event, driver_hid_pos.name);
        event_add_symbol(&step->event, symbology_of(state, n), state->aim, state->text, n);
        step->has_event = true;
    }
    forget_symbol(state);
}

/* One part of a symbol, cut out of its report. */
struct pos_part {
    char aim[4];
    const uint8_t *data;
    size_t length;
    bool more;
};

static enum loy_misread read_part(
    const struct hid_pos *state, const uint8_t *report, struct pos_part *part)
{
    const struct pos_layout *at = &state->at;
    const uint8_t *aim = report + at->aim;
    size_t shift = !is_aim(aim) && at->aim + 4 <= at->report_bytes && is_aim(aim + 1) ? 1 : 0;
    memset(part, 0, sizeof *part);
    if (is_aim(aim + shift)) memcpy(part->aim, aim + shift, 3);
    part->data = report + at->data + shift;
    part->length = report[at->length];
    part->more = at->more != 0 && (report[at->more] & at->more_mask) != 0;
    if (part->length + shift > at->data_size) return LOY_MISREAD_DEVICE;
    if (part->length > sizeof state->text - state->length) return LOY_MISREAD_TOO_LONG;
    return LOY_MISREAD_NONE;
}

static void take_part(struct hid_pos *state, const uint8_t *report, struct loy_step *step)
{
    struct pos_part part;
    enum loy_misread fault = read_part(state, report, &part);
    if (state->lost) {
        state->lost = part.more;
        return;
    }
    /* The end of the last symbol is missing: say so first, then take this report as a new
     * beginning. */
    if (state->pending && memcmp(part.aim, state->aim, sizeof part.aim) != 0) {
        report_fault(state, step, LOY_MISREAD_TRUNCATED, false);
        step->used = 0;
        return;
    }
    if (fault != LOY_MISREAD_NONE) {
        report_fault(state, step, fault, part.more);
        return;
    }
    memcpy(state->aim, part.aim, sizeof part.aim);
    memcpy(state->text + state->length, part.data, part.length);
    state->length += part.length;
    state->vendor = state->at.vendor != 0 ? report[state->at.vendor] : 0;
    state->pending = part.more;
    if (!part.more) report_symbol(state, step);
}

/* Whether more of the symbol may follow a report whose end is missing: only a full one is
 * continued. What follows must be skipped, or it would pass for a symbol of its own. */
static bool may_continue(const struct pos_layout *at, const uint8_t *report, size_t length)
{
    return at->length >= length || report[at->length] >= at->data_size;
}

static void feed_report(
    struct hid_pos *state, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    /* Triggers, status and attributes have reports of their own. */
    bool ours = length > 0 && (!state->at.has_id || bytes[0] == state->at.report_id);
    if (ours && length < state->at.report_bytes)
        report_fault(state, step, LOY_MISREAD_TRUNCATED, may_continue(&state->at, bytes, length));
    else if (ours && length > state->at.report_bytes)
        report_fault(state, step, LOY_MISREAD_UNKNOWN_LAYOUT, false);
    else if (ours)
        take_part(state, bytes, step);
    if (state->pending || state->lost) step->wait_ms = POS_WAIT_MS;
}

static void hid_pos_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct hid_pos *state = self;
    const struct pos_layout *at = &state->at;
    step->used = length;
    /* Only an AIM identifier in its place tells such a report from another one that was cut. */
    bool bare = at->guessed && length + 1 == at->report_bytes && bytes[at->aim - 1] == ']';
    if (!bare || bytes[0] == at->report_id) {
        feed_report(state, bytes, length, step);
        return;
    }
    /* Browsers and some tools hand a report over without its ID. */
    uint8_t whole[64] = {at->report_id};
    memcpy(whole + 1, bytes, length);
    feed_report(state, whole, sizeof whole, step);
    explicit_bzero(whole, sizeof whole);
}

static void hid_pos_silence(void *self, struct loy_step *step)
{
    struct hid_pos *state = self;
    state->lost = false;
    if (state->pending) report_fault(state, step, LOY_MISREAD_TRUNCATED, false);
}

const struct loy_driver driver_hid_pos = {
    .name = "hid-pos",
    .title = "Bar code scanners in HID POS mode (usage page 8C)",
    .match = models,
    .unit = LOY_UNIT_REPORT,
    .bus = LOY_BUS_USB_HID,
    .state_size = sizeof(struct hid_pos),
    .session_size = offsetof(struct hid_pos, pending),
    .claim = hid_pos_claim,
    .start = hid_pos_start,
    .feed = hid_pos_feed,
    .silence = hid_pos_silence,
};
