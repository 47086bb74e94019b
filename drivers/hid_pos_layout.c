/* SPDX-License-Identifier: MIT
 *
 * hid_pos_layout.c - where a bar code scanner's reports hold what (usage page 8C).
 * In: a report descriptor, ids; out: byte positions of what comes and of what can be sent.
 * Must not know: what the bytes mean, when something is sent.
 *
 *   input 02    0    1    2 3 4     5 ... 60    61       62    63
 *               id   n    ] E 0     data        vendor   -     bit 0: more reports follow
 *   Newland     id   n    data (2 ... 57)       58 ... 62      bit 0: the same
 *   output 04   id   bit 6: good read beep, bit 5: error beep
 *   output FD   id   n    n bytes, as on a serial line (at most 62)
 *   feature FE  id   number of the interface that gets the scans
 *
 * Sources: HID Point of Sale Usage Tables 1.02, sections 3 and 4; Hand Held Products, "USB
 * Interfaces User's Guide", 1-11 and 1-12 (Honeywell took it over); Newland NLS-FM420, "Integration
 * Guide", HID-POS. A descriptor decides where there is one.
 */
#include "hid_pos_layout.h"

#include "hid_span.h"

#include <string.h>

#define POS_PAGE 0x8Cu
#define MAKER_PAGE 0xFF66u /* Hand Held Products, Honeywell and who copies them */

enum pos_usage {
    SCANNED_DATA_REPORT = 0x12,
    ERROR_BEEP = 0x85,
    GOOD_READ_BEEP = 0x86,
    NOT_ON_FILE_BEEP = 0x87,
    AIM_1 = 0xFB,
    AIM_2,
    AIM_3,
    DECODED_DATA,
    DATA_CONTINUED
};

static const struct pos_layout fixed_layout = {.report_bytes = 64,
    .has_id = true,
    .guessed = true,
    .has_count = true,
    .has_aim = true,
    .report_id = 0x02,
    .count = 1,
    .aim = 2,
    .data = 5,
    .data_size = 56,
    .vendor = 61,
    .more = 63,
    .more_mask = 1};

static const struct pos_layout newland_layout = {.report_bytes = 64,
    .has_id = true,
    .guessed = true,
    .has_count = true,
    .report_id = 0x02,
    .count = 1,
    .data = 2,
    .data_size = 56,
    .more = 63,
    .more_mask = 1};

void pos_layout_guess(uint16_t vid, struct pos_layout *at)
{
    *at = vid == 0x1eab ? newland_layout : fixed_layout;
}

/* ---- What comes ---------------------------------------------------------------------------- */

/* The decoded data: in the scanned data report rather than elsewhere, and never below another
 * page's collection. Honeywell has a second one on page FF8C with the same ids, which is none. */
static const struct hid_field *find_data(const struct hid_layout *layout)
{
    const struct hid_field *found = NULL;
    for (unsigned n = 0;; n++) {
        const struct hid_field *field =
            hid_field_find(layout, HID_INPUT, POS_PAGE, DECODED_DATA, n);
        if (field == NULL) return found;
        if (field->application_page != POS_PAGE) continue;
        if (field->collection == SCANNED_DATA_REPORT) return field;
        if (found == NULL) found = field;
    }
}

/* Where each byte of the data has a field of its own, they follow each other. */
static void extend_data(const struct hid_layout *layout, struct pos_layout *at)
{
    for (unsigned n = 0;; n++) {
        const struct hid_field *field =
            hid_field_find(layout, HID_INPUT, POS_PAGE, DECODED_DATA, n);
        if (field == NULL) return;
        struct hid_span span = hid_span_of(layout, field, DECODED_DATA);
        if (field->report_id == at->report_id && span.at == at->data + at->data_size)
            at->data_size += span.size;
    }
}

static void find_aim(const struct hid_layout *layout, struct pos_layout *at)
{
    struct hid_span one = hid_span_find(layout, at->report_id, POS_PAGE, AIM_1);
    struct hid_span two = hid_span_find(layout, at->report_id, POS_PAGE, AIM_2);
    struct hid_span three = hid_span_find(layout, at->report_id, POS_PAGE, AIM_3);
    bool in_turn = two.size > 0 && two.at == one.at + 1 && three.size > 0 && three.at == two.at + 1;
    at->aim = one.at;
    at->has_aim = one.size >= 3 || (one.size > 0 && in_turn);
}

/* The first byte of a maker's page in the same report. */
static void find_vendor(const struct hid_layout *layout, struct pos_layout *at)
{
    for (size_t i = 0; i < layout->field_count && at->vendor == 0; i++) {
        const struct hid_field *field = &layout->fields[i];
        if (field->type == HID_INPUT && field->report_id == at->report_id &&
            field->usage_page >= 0xFF00)
            at->vendor = hid_span_of(layout, field, field->usage).at;
    }
}

/* One bit, or a byte that is not zero. */
static void find_more(const struct hid_layout *layout, struct pos_layout *at)
{
    for (unsigned n = 0;; n++) {
        const struct hid_field *field =
            hid_field_find(layout, HID_INPUT, POS_PAGE, DATA_CONTINUED, n);
        if (field == NULL) return;
        if (field->report_id != at->report_id) continue;
        at->more = field->bit_offset / 8 + (at->has_id ? 1u : 0u);
        at->more_mask = (uint8_t)(field->bit_size == 8 ? 0xFFu : 1u << (field->bit_offset % 8));
        return;
    }
}

bool pos_layout_read(const struct hid_layout *layout, struct pos_layout *at)
{
    const struct hid_field *field = find_data(layout);
    memset(at, 0, sizeof *at);
    if (field == NULL) return false;
    struct hid_span data = hid_span_of(layout, field, DECODED_DATA);
    at->has_id = layout->has_report_ids;
    at->report_id = field->report_id;
    at->report_bytes = hid_input_bytes(layout, at->report_id);
    at->data = data.at;
    at->data_size = data.size;
    if (data.size > 0) extend_data(layout, at);
    struct hid_span count = hid_span_find(layout, at->report_id, 0x01, 0x3B);
    at->count = count.at;
    at->has_count = count.size == 1;
    find_aim(layout, at);
    /* A maker's letter means something only where its neighbour is an AIM identifier. */
    if (at->has_aim) find_vendor(layout, at);
    find_more(layout, at);
    return data.size > 0;
}

/* ---- What can be sent ----------------------------------------------------------------------- */

static size_t sendable_bytes(
    const struct hid_layout *layout, enum hid_report_type type, uint8_t report_id)
{
    size_t bytes = hid_report_bytes(layout, type, report_id);
    return bytes <= LOY_SEND_MAX ? bytes : 0;
}

static struct pos_sound find_sound(const struct hid_layout *layout, uint16_t usage)
{
    struct pos_sound sound = {.has_id = layout->has_report_ids};
    const struct hid_field *field = hid_field_find(layout, HID_OUTPUT, POS_PAGE, usage, 0);
    if (field == NULL || !field->variable) return sound;
    uint32_t bit = field->bit_offset + (uint32_t)(usage - field->usage) * field->bit_size;
    sound.report_id = field->report_id;
    sound.at = bit / 8 + (sound.has_id ? 1u : 0u);
    sound.mask = (uint8_t)(1u << (bit % 8));
    sound.report_bytes = sendable_bytes(layout, HID_OUTPUT, field->report_id);
    return sound;
}

static bool is_on_makers_page(
    const struct hid_layout *layout, enum hid_report_type type, uint8_t report_id)
{
    for (unsigned n = 0;; n++) {
        const struct hid_field *field = hid_field_find(layout, type, MAKER_PAGE, 0xFFFF, n);
        if (field == NULL) return false;
        if (field->report_id == report_id) return true;
    }
}

/* Report FE of a stranger may mean anything: it is Honeywell's on its page, or under its ids. */
static void read_makers_reports(const struct hid_layout *layout, struct pos_outputs *outputs)
{
    bool known = outputs->has_commands;
    if (known || is_on_makers_page(layout, HID_OUTPUT, POS_SERIAL_REPORT))
        outputs->serial_bytes = sendable_bytes(layout, HID_OUTPUT, POS_SERIAL_REPORT);
    if (outputs->serial_bytes < POS_SERIAL_MIN) outputs->serial_bytes = 0;
    if (known || is_on_makers_page(layout, HID_FEATURE, POS_REDIRECT_REPORT))
        outputs->redirect_bytes = sendable_bytes(layout, HID_FEATURE, POS_REDIRECT_REPORT);
}

void pos_outputs_read(const struct loy_identity *who, struct pos_outputs *outputs)
{
    memset(outputs, 0, sizeof *outputs);
    /* 0c2e Honeywell, 23d0 Youjie (WebHidBarcodeScanner, src/main.js). */
    outputs->has_commands = who->vid == 0x0c2e || who->vid == 0x23d0;
    if (who->has_descriptor) {
        read_makers_reports(&who->layout, outputs);
        outputs->good = find_sound(&who->layout, GOOD_READ_BEEP);
        outputs->bad = find_sound(&who->layout, ERROR_BEEP);
        if (outputs->bad.report_bytes == 0)
            outputs->bad = find_sound(&who->layout, NOT_ON_FILE_BEEP);
    } else if (outputs->has_commands) {
        outputs->serial_bytes = 64;
        outputs->redirect_bytes = 2;
        outputs->bad = (struct pos_sound){2, 0x04, true, 1, 0x20};
    }
}
