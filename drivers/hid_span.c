/* SPDX-License-Identifier: MIT
 *
 * hid_span.c - where in a report the bytes of a usage lie, however its descriptor spells them.
 * In: a parsed descriptor, a usage; out: offset and length in bytes. Must not know: any device.
 */
#include "hid_span.h"

struct hid_span hid_span_of(
    const struct hid_layout *layout, const struct hid_field *field, uint16_t usage)
{
    struct hid_span none = {0, 0}, span;
    unsigned skip = field->variable ? usage - field->usage : 0;
    bool to_the_end = !field->variable || usage == field->usage_last;
    uint64_t elements = to_the_end ? field->count - skip : 1;
    uint64_t first = field->bit_offset + (uint64_t)skip * field->bit_size;
    uint64_t bits = elements * field->bit_size;
    if (first % 8 != 0 || bits % 8 != 0) return none;
    span.at = (size_t)(first / 8) + (layout->has_report_ids ? 1u : 0u);
    span.size = (size_t)(bits / 8);
    return span;
}

struct hid_span hid_span_find(
    const struct hid_layout *layout, uint8_t report_id, uint16_t page, uint16_t usage)
{
    struct hid_span none = {0, 0};
    for (unsigned n = 0;; n++) {
        const struct hid_field *field = hid_field_find(layout, HID_INPUT, page, usage, n);
        if (field == NULL) return none;
        if (field->report_id == report_id) return hid_span_of(layout, field, usage);
    }
}

size_t hid_report_bytes(
    const struct hid_layout *layout, enum hid_report_type type, uint8_t report_id)
{
    for (size_t i = 0; i < layout->report_count; i++) {
        const struct hid_report *report = &layout->reports[i];
        if (report->type == type && report->report_id == report_id && report->bits > 0)
            return (report->bits + 7) / 8 + (layout->has_report_ids ? 1u : 0u);
    }
    return 0;
}
