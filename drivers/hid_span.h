/* SPDX-License-Identifier: MIT
 *
 * hid_span.h - where in a report the bytes of a usage lie, however its descriptor spells them.
 * In: a parsed descriptor, a usage; out: offset and length in bytes. Must not know: any device.
 *
 * Makers write the same bytes in different ways: one field of n bytes, n fields of one byte, one
 * field of n * 8 bits, several usages or a usage range over one field, an array.
 */
#ifndef DRIVERS_HID_SPAN_H
#define DRIVERS_HID_SPAN_H

#include "hid_descriptor.h"

struct hid_span {
    size_t at;   /* first byte in the report, the report ID byte counted where there is one */
    size_t size; /* bytes; 0: there is none */
};

/* The bytes of a usage in the input report with this ID; of an array, whose elements may hold any
 * of its usages, all of them. */
struct hid_span hid_span_find(
    const struct hid_layout *layout, uint8_t report_id, uint16_t page, uint16_t usage);

/* The bytes of one field from this usage on; size 0 if they are no whole bytes. */
struct hid_span hid_span_of(
    const struct hid_layout *layout, const struct hid_field *field, uint16_t usage);

/* Bytes of a report, the report ID byte counted where there is one; 0: there is no such report. */
size_t hid_report_bytes(
    const struct hid_layout *layout, enum hid_report_type type, uint8_t report_id);

#endif
