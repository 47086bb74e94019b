/* SPDX-License-Identifier: MIT
 *
 * usb_models.c - the devices that the tests plug in: ids, names, report descriptors, and what they
 * send; and what the testbed itself needs. Must not know: how they are emulated.
 */
#include "emulated_usb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* MagTek D99875191, section 4: 337 bytes, no report ID. */
static const uint8_t magtek_descriptor[] = {0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00,
    0x26, 0xFF, 0x00, 0x75, 0x08, 0x09, 0x20, 0x09, 0x21, 0x09, 0x22, 0x09, 0x28, 0x09, 0x29, 0x09,
    0x2A, 0x09, 0x38, 0x95, 0x07, 0x81, 0x02, 0x09, 0x30, 0x95, 0x6E, 0x82, 0x02, 0x01, 0x09, 0x31,
    0x95, 0x6E, 0x82, 0x02, 0x01, 0x09, 0x32, 0x95, 0x6E, 0x82, 0x02, 0x01, 0x09, 0x20, 0x95, 0x18,
    0xB2, 0x02, 0x01, 0xC0};

// clang-format off
/* HID POS usage tables: report 2 with byte count, AIM identifier, 56 bytes, vendor byte, "more". */
static const uint8_t hid_pos_descriptor[] = {
    0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x85, 0x02, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08,
    0x05, 0x01, 0x09, 0x3B, 0x95, 0x01, 0x81, 0x02,
    0x05, 0x8C, 0x09, 0xFB, 0x81, 0x02, 0x09, 0xFC, 0x81, 0x02, 0x09, 0xFD, 0x81, 0x02,
    0x09, 0xFE, 0x95, 0x38, 0x82, 0x02, 0x01,
    0x06, 0x66, 0xFF, 0x09, 0x01, 0x95, 0x01, 0x81, 0x02, 0x81, 0x03,
    0x05, 0x8C, 0x09, 0xFF, 0x25, 0x01, 0x75, 0x01, 0x81, 0x02, 0x75, 0x07, 0x81, 0x03,
    0xC0};
static const uint8_t keyboard_descriptor[] = {
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01,
    0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x30, 0x81, 0x03, 0xC0};
/* A vendor's page with reports of one byte: nobody's. */
static const uint8_t other_descriptor[] = {
    0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x25, 0x7F, 0x75, 0x08, 0x95, 0x01,
    0x09, 0x01, 0x81, 0x02, 0xC0};
/* Ends inside an item. */
static const uint8_t damaged_descriptor[] = {0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x26, 0xFF};

const struct usb_model
    model_magtek = {0x0801, 0x0002, "USB Swipe Reader", 0, 0, 8,
        magtek_descriptor, sizeof magtek_descriptor, false},
    model_hid_pos = {0x0C2E, 0x0B6A, "Scanner\xC3", 0, 0, 64,
        hid_pos_descriptor, sizeof hid_pos_descriptor, false},
    model_keyboard = {0x046D, 0xC31C, "Keyboard", 1, 1, 8,
        keyboard_descriptor, sizeof keyboard_descriptor, false},
    model_damaged = {0x1209, 0x0001, "Damaged", 0, 0, 8,
        damaged_descriptor, sizeof damaged_descriptor, false},
    model_other = {0x1209, 0x0002, "Other", 0, 0, 8,
        other_descriptor, sizeof other_descriptor, false},
    model_forbidden = {0x0801, 0x0002, "USB Swipe Reader", 0, 0, 8,
        magtek_descriptor, sizeof magtek_descriptor, true},
    model_other_forbidden = {0x1209, 0x0002, "Other", 0, 0, 8,
        other_descriptor, sizeof other_descriptor, true},
    model_snapi = {0x05E0, 0x1900, "Scanner", 0, 0, 8,
        other_descriptor, sizeof other_descriptor, false},
    model_terminal = {0x11CA, 0x0220, "PIN Pad", 0xFF, 0, 8,
        other_descriptor, sizeof other_descriptor, false};
// clang-format on

/* MagTek's report with that text on track 2. */
void usb_fill_swipe(uint8_t *report, const char *track_2)
{
    memset(report, 0, REPORT_BYTES);
    report[4] = (uint8_t)strlen(track_2);
    memcpy(report + 117, track_2, strlen(track_2));
}

void usb_swipe(struct emulated_usb *usb, const char *track_2)
{
    uint8_t report[REPORT_BYTES];
    usb_fill_swipe(report, track_2);
    usb_send(usb, report, sizeof report);
}

void usb_scan_ean_13(struct emulated_usb *usb)
{
    uint8_t report[64] = {0x02, 13};
    memcpy(report + 2, "]E03046920029759", 16);
    report[61] = 'd';
    usb_send(usb, report, sizeof report);
}

void usb_fill_member(uint8_t *bytes, int i)
{
    memcpy(bytes, "MEMBER", 6);
    bytes[6] = (uint8_t)('0' + i / 10);
    bytes[7] = (uint8_t)('0' + i % 10);
}

/* ---- The testbed -------------------------------------------------------------------------- */

void usb_open_testbed(const char *root)
{
    static const char *const places[] = {"", "/ioctl", "/ioctl/_default"};
    char path[256];
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(path, sizeof path, "%s%s", root, places[i]);
        if (chmod(path, 0777) != 0) abort();
    }
}

void usb_allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= 1024) return;
    limit.rlim_cur = limit.rlim_max < 1024 ? limit.rlim_max : 1024;
    setrlimit(RLIMIT_NOFILE, &limit);
}
