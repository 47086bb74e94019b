/* SPDX-License-Identifier: MIT
 *
 * detected.c - models that can be recognised and not driven, each with its sentence.
 * In: ids; out: a row. Must not know: drivers, transports.
 */
#include "driver.h"

static const struct loy_match detected[] = {
    {0x05e0, 0x1900, "Zebra / Symbol scanner, SNAPI mode",
        "SNAPI is the maker's own protocol: scan the bar code \"USB HID POS\" or \"USB CDC\" of "
        "the "
        "scanner's manual",
        NULL},
    {0, 0, NULL, NULL, NULL},
};

const struct loy_match *driver_detected(uint16_t vid, uint16_t pid)
{
    return match_find(detected, vid, pid);
}
