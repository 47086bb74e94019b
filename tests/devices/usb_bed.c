/* SPDX-License-Identifier: MIT
 *
 * usb_bed.c - see usb_bed.h.
 */
#include "usb_bed.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

UMockdevTestbed *bed;
struct loy_reader *reader;
struct loy_event event;

void open_readers(void)
{
    struct loy_reader_options options = {.size = sizeof options, .sources = LOY_SOURCE_USB};
    assert_int_equal(loy_reader_open(&options, &reader), LOY_OK);
}

struct emulated_usb *open_with(const struct usb_model *model)
{
    struct emulated_usb *usb = usb_plug(bed, model, 1);
    open_readers();
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    return usb;
}

int set_up(void **state)
{
    (void)state;
    bed = umockdev_testbed_new();
    /* Without the wrapper the test would see the host's own devices. */
    return umockdev_in_mock_environment() ? 0 : -1;
}

int tear_down(void **state)
{
    (void)state;
    loy_reader_close(reader);
    reader = NULL;
    usb_free_all();
    g_object_unref(bed);
    return 0;
}
