/* SPDX-License-Identifier: MIT
 *
 * hid_keyboard_models.h - scanners and stripe readers that are known to type, for hid_keyboard.c.
 * In: nothing; out: rows of ids. Must not know: reports.
 */
#ifndef DRIVERS_HID_KEYBOARD_MODELS_H
#define DRIVERS_HID_KEYBOARD_MODELS_H

#include "driver.h"

#define BETTER                                                                                     \
    "types like a keyboard; better: scan \"USB HID POS\" in its manual, or \"USB COM\" (then it "  \
    "is a "                                                                                        \
    "serial port)"
#define BETTER_MAGTEK                                                                              \
    "types like a keyboard; better: set its interface type to HID (property 10 hex, value 0) "     \
    "with "                                                                                        \
    "MagTek's configuration program"
#define BETTER_SWIPE                                                                               \
    "types like a keyboard; better, if the maker's configuration program offers it: USB HID mode"

// clang-format off
/* Ids from udev's hardware database (usb.ids), except: 05e0:1200 and c216:0180 also from programs
 * on GitHub that read LS2208 and MSR90; 0801:0001 from MagTek D99875475. */
static const struct loy_match models[] = {
    {0x03f0, 0x0139, "HP barcode scanner 4430", BETTER, NULL},
    {0x03f0, 0x1539, "HP mini magnetic stripe reader", BETTER_SWIPE, NULL},
    {0x03f0, 0x1d24, "HP barcode scanner", BETTER, NULL},
    {0x03f0, 0x2724, "HP magnetic stripe reader IDRA-334133", BETTER_SWIPE, NULL},
    {0x0404, 0x032a, "NCR K016 magnetic stripe reader, keyboard mode", BETTER_SWIPE, NULL},
    {0x0536, 0x01ca, "Hand Held Products IT4800", BETTER, NULL},
    {0x0581, 0x0107, "Tera barcode scanner, 2.4 GHz receiver", BETTER, NULL},
    {0x0581, 0x0115, "Tera 5100", BETTER, NULL},
    {0x0581, 0x011c, "Tera 5100, receiver", BETTER, NULL},
    {0x0581, 0x020c, "Tera EVHK0012", BETTER, NULL},
    {0x05e0, 0x1200, "Zebra / Symbol scanner, keyboard mode", BETTER, NULL},
    {0x05e0, 0x1a00, "Zebra / Symbol CS4070", BETTER, NULL},
    {0x05f9, 0x1104, "Datalogic / PSC Magellan 2200VS", BETTER, NULL},
    {0x05f9, 0x2202, "Datalogic / PSC point of sale scanner, keyboard mode", BETTER, NULL},
    {0x05f9, 0x2206, "Datalogic Gryphon series, keyboard mode", BETTER, NULL},
    {0x05f9, 0x220c, "Datalogic Gryphon GD4430", BETTER, NULL},
    {0x05f9, 0x2601, "Datalogic Magellan 1000i", BETTER, NULL},
    {0x05f9, 0x2602, "Datalogic Magellan 1100i", BETTER, NULL},
    {0x065a, 0x0001, "Opticon OPR-2001 / NLV-1001, keyboard mode", BETTER, NULL},
    {0x067e, 0x0801, "Intermec scanner, keyboard mode", BETTER, NULL},
    {0x0801, 0x0001, "MagTek swipe reader, keyboard mode", BETTER_MAGTEK, NULL},
    {0x080c, 0x0300, "Datalogic Gryphon D120", BETTER, NULL},
    {0x080c, 0x0400, "Datalogic Gryphon D120", BETTER, NULL},
    {0x080c, 0x0500, "Datalogic Gryphon D120", BETTER, NULL},
    {0x080c, 0x0600, "Datalogic Gryphon M100", BETTER, NULL},
    {0x0acd, 0x2030, "ID TECH ValueMag / SecureMag, keyboard mode", BETTER_SWIPE, NULL},
    {0x0c2e, 0x0200, "Metrologic MS7120", BETTER, NULL},
    {0x0c2e, 0x0204, "Metrologic MS7120, keyboard mode", BETTER, NULL},
    {0x0c2e, 0x0206, "Metrologic MS4980", BETTER, NULL},
    {0x0c2e, 0x0a64, "Honeywell Stratos 2700", BETTER, NULL},
    {0x0c2e, 0x0b61, "Honeywell Vuquest 3310g", BETTER, NULL},
    {0x0c2e, 0x0b6a, "Honeywell Vuquest 3310", BETTER, NULL},
    {0x0d3a, 0x0500, "Posiflex magnetic stripe reader", BETTER_SWIPE, NULL},
    {0x0db5, 0x013a, "Access-IS barcode module, keyboard mode", BETTER, NULL},
    {0x1eab, 0x0103, "Newland HR200, keyboard mode", BETTER, NULL},
    {0x1eab, 0x0c03, "Newland HR100 / HR32 / BS80, keyboard mode", BETTER, NULL},
    {0x1eab, 0x0d03, "Newland EM2028, keyboard mode", BETTER, NULL},
    {0xc216, 0x0180, "MSR90 and other small swipe readers", NULL, NULL},
    {0, 0, NULL, NULL, NULL},
};
// clang-format on

#endif
