/* SPDX-License-Identifier: MIT
 *
 * hid_descriptor.h - a HID report descriptor, parsed into the fields that drivers look for.
 * Source: Device Class Definition for Human Interface Devices 1.11, 6.2.2.
 * The bytes come from a device and are hostile: every length is bounded, see the maxima below.
 */
#ifndef DRIVERS_HID_DESCRIPTOR_H
#define DRIVERS_HID_DESCRIPTOR_H

#include <loyalty/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HID_DESCRIPTOR_MAX 4096u /* bytes of a descriptor */
#define HID_FIELDS_MAX 160u      /* a scanner lists each of its symbologies and settings */
#define HID_NESTING_MAX 8u
#define HID_REPORT_BYTES_MAX 4096u
#define HID_REPORTS_MAX 48u /* different pairs of type and report ID */
#define HID_USAGES_MAX 240u /* usages or usage ranges of one Main item */

enum hid_report_type { HID_INPUT = 1, HID_OUTPUT, HID_FEATURE };

/* One Main item that is not padding, or one usage of it where it lists several. */
struct hid_field {
    uint8_t type;      /* enum hid_report_type */
    uint8_t report_id; /* 0 if the device has none */
    uint16_t usage_page;
    uint16_t usage;                         /* usage, or usage minimum */
    uint16_t usage_last;                    /* usage maximum; equals usage without a range */
    uint16_t application_page, application; /* of the top-level collection that it lies in */
    uint16_t collection;                    /* usage of the innermost collection */
    bool variable;                          /* false: an array, whose values are usages */
    uint32_t bit_offset;                    /* inside the report, the report ID byte not counted */
    uint16_t bit_size;                      /* of one element */
    uint16_t count;                         /* elements */
    int32_t logical_min;
    int64_t logical_max; /* signed only if logical_min is negative, as hosts read it */
};

/* The length of one report; fields do not tell, since padding is not a field. */
struct hid_report {
    uint8_t type, report_id;
    uint32_t bits; /* the report ID byte not counted */
};

struct hid_layout {
    uint16_t application_page, application; /* of the first top-level application collection */
    bool has_report_ids;
    uint16_t input_bytes_max; /* longest input report, report ID byte counted where there is one */
    uint8_t field_count;
    uint8_t report_count;
    struct hid_report reports[HID_REPORTS_MAX];
    struct hid_field fields[HID_FIELDS_MAX];
};

/* LOY_E_FORMAT: truncated, unbalanced or contradictory; LOY_E_LIMIT: beyond a maximum above;
 * layout is all zero then. */
enum loy_status hid_descriptor_parse(
    const uint8_t *bytes, size_t length, struct hid_layout *layout);

/* The n-th field of that type, page and usage (n from 0), or NULL. usage 0xFFFF matches any. */
const struct hid_field *hid_field_find(const struct hid_layout *layout, enum hid_report_type type,
    uint16_t page, uint16_t usage, unsigned n);

/* Reads an element of a field from a report, the report ID byte in front where the device has them;
 * 0 if it lies outside. Elements of more than 32 bits give their low 32. */
uint32_t hid_field_value(const struct hid_layout *layout, const struct hid_field *field,
    unsigned element, const uint8_t *report, size_t length);

/* Bytes of the input report with this id, the report ID byte counted where there is one; 0: none.
 */
size_t hid_input_bytes(const struct hid_layout *layout, uint8_t report_id);

/* Whether a top-level collection of that page and usage exists. */
bool hid_has_application(const struct hid_layout *layout, uint16_t page, uint16_t usage);

#endif
