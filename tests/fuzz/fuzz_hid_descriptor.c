/* SPDX-License-Identifier: MIT
 *
 * fuzz_hid_descriptor.c - any bytes as a report descriptor; then every driver's claim and start on
 * it.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct loy_identity who;
    static unsigned char state[LOY_DRIVER_STATE_MAX] __attribute__((aligned(16)));
    static struct loy_step step;
    uint8_t report[HID_REPORT_BYTES_MAX] = {0};
    const char *why = "", *complaint = "";
    who = (struct loy_identity){.bus = LOY_BUS_USB_HID, .has_descriptor = true};
    if (hid_descriptor_parse(bytes, size, &who.layout) != LOY_OK) return 0;
    const struct loy_driver *driver = driver_claim(&who, &why);
    if (driver == NULL) return 0;
    for (size_t i = 0; i < sizeof state; i++)
        state[i] = 0;
    if (driver->start(state, &who, NULL, &complaint) != LOY_OK) abort();
    size_t n = who.layout.input_bytes_max;
    for (size_t i = 0; i < n; i++)
        report[i] = bytes[i % size];
    driver->feed(state, report, n, &step);
    driver->silence(state, &step);
    return 0;
}
