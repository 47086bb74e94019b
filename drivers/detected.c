/* SPDX-License-Identifier: MIT
 *
 * detected.c - models that can be recognised and not driven, each with its sentence.
 * In: ids; out: a row. Must not know: drivers, transports.
 */
#include "driver.h"

/* Each sentence says why and what to do, and fits loy_device.text. */
#define SNAPI                                                                                      \
    "SNAPI is Zebra's own protocol: scan the bar code \"USB HID POS\" of the scanner's manual, "   \
    "or "                                                                                          \
    "\"USB CDC Host\", and then name its port"
#define USB_OEM                                                                                    \
    "IBM / USB OEM mode is for IBM's tills and not public: scan the bar code \"USB HID POS\" of "  \
    "the scanner's manual, or \"USB COM\", and then name its port"
#define SERVICE                                                                                    \
    "in configuration mode it reads nothing: unplug it and plug it in again; if it stays so, "     \
    "scan "                                                                                        \
    "the bar code \"USB HID POS\" of its manual"
#define TERMINAL "a payment terminal: it is for the bank's card, never for loyalty cards"
#define ENCRYPTS                                                                                   \
    "it encrypts every card for a bank, so no card number can be read here: use a reader without " \
    "encryption for the shop's cards"

/* Bar code scanners in a mode that only their maker's software speaks.
 * Sources: usb.ids as in Debian's hwdb (05e0:1900 "SNAPI Imaging Device", 05f9:1206 "OEM mode",
 * 05f9:5204 "config mode", 0c2e:0007 "IBM SurePOS mode"); MS4404 Integration Guide as quoted in
 * babylonlib's UsbVid05E0.h (05e0:1300, 1400, 1900). */
static const struct loy_match modes[] = {
    {0x05e0, 0x1300, "Zebra / Symbol scanner, IBM hand-held mode", USB_OEM, NULL},
    {0x05e0, 0x1400, "Zebra / Symbol scanner, IBM table-top mode", USB_OEM, NULL},
    {0x05e0, 0x1900, "Zebra / Symbol scanner, SNAPI mode", SNAPI, NULL},
    {0x05f9, 0x1206, "Datalogic Gryphon, USB OEM mode", USB_OEM, NULL},
    {0x05f9, 0x5204, "Datalogic Gryphon, configuration mode", SERVICE, NULL},
    {0x0c2e, 0x0007, "Metrologic MS7120, IBM SurePOS mode", USB_OEM, NULL},
    {0, 0, NULL, NULL, NULL},
};

/* What stands beside a till for the bank. Sources: usb.ids (0acd:0810, 0acd:3710, 11ca:0201, 0207,
 * 0220); MagTek's DynaFlex programmer's manual (0801:2020); udev rules and device lists of public
 * tills' software (0801:001a, 2024, 3004; 079b:0028; 0b00:0060, 0061, 0072, 0080, 0081, 3070;
 * 11ca:0203, 0219, 0300). */
static const struct loy_match terminals[] = {
    {0x079b, 0x0028, "Ingenico iPP320", TERMINAL, NULL},
    {0x0801, 0x001a, "MagTek mDynamo / DynaWave", ENCRYPTS, NULL},
    {0x0801, 0x2020, "MagTek DynaFlex", ENCRYPTS, NULL},
    {0x0801, 0x2024, "MagTek DynaFlex II Go", ENCRYPTS, NULL},
    {0x0801, 0x3004, "MagTek PIN pad", TERMINAL, NULL},
    {0x0acd, 0x0810, "ID TECH SecurePIN", TERMINAL, NULL},
    {0x0acd, 0x3710, "ID TECH ViVOpay Kiosk III", ENCRYPTS, NULL},
    {0x0b00, 0x0060, "Ingenico terminal", TERMINAL, NULL},
    {0x0b00, 0x0061, "Ingenico terminal", TERMINAL, NULL},
    {0x0b00, 0x0072, "Ingenico terminal", TERMINAL, NULL},
    {0x0b00, 0x0080, "Ingenico terminal", TERMINAL, NULL},
    {0x0b00, 0x0081, "Ingenico terminal", TERMINAL, NULL},
    {0x0b00, 0x3070, "Ingenico iPP370", TERMINAL, NULL},
    {0x11ca, 0x0201, "Verifone MX870 / MX880", TERMINAL, NULL},
    {0x11ca, 0x0203, "Verifone VX 510", TERMINAL, NULL},
    {0x11ca, 0x0207, "Verifone VX 810", TERMINAL, NULL},
    {0x11ca, 0x0219, "Verifone PIN pad", TERMINAL, NULL},
    {0x11ca, 0x0220, "Verifone VX 805", TERMINAL, NULL},
    {0x11ca, 0x0300, "Verifone P200", TERMINAL, NULL},
    {0, 0, NULL, NULL, NULL},
};

const struct loy_match *driver_detected(uint16_t vid, uint16_t pid)
{
    const struct loy_match *row = match_find(modes, vid, pid);
    return row != NULL ? row : match_find(terminals, vid, pid);
}

bool driver_is_terminal(uint16_t vid, uint16_t pid)
{
    return match_find(terminals, vid, pid) != NULL;
}

const struct loy_match *driver_detected_at(size_t index)
{
    const size_t mode_count = sizeof modes / sizeof modes[0] - 1;
    const size_t terminal_count = sizeof terminals / sizeof terminals[0] - 1;
    if (index < mode_count) return &modes[index];
    index -= mode_count;
    return index < terminal_count ? &terminals[index] : NULL;
}
