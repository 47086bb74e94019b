/* SPDX-License-Identifier: MIT
 *
 * usb_bed.h - what the tests of USB readers share: the testbed, a hub that has all of USB, and the
 * event that came last. In: models; out: an open hub. Must not know: what is tested.
 */
#ifndef TESTS_USB_BED_H
#define TESTS_USB_BED_H

#include "await.h"
#include "emulated_usb.h"

extern UMockdevTestbed *bed;
extern struct loy_reader *reader;
extern struct loy_event event;

void open_readers(void);
/* One reader, plugged in and listened to. */
struct emulated_usb *open_with(const struct usb_model *model);

/* For cmocka: before and after each test. */
int set_up(void **state);
int tear_down(void **state);

#endif
