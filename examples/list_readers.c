/* SPDX-License-Identifier: MIT
 * list_readers.c - which readers are attached, which driver has each, and why. */
#include <loyalty/reader.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    /* Serial ports and recordings are named: "serial:/dev/ttyUSB0", "file:swipes.txt". */
    struct loy_reader_options options = {.size = sizeof options,
        .sources = LOY_SOURCE_USB | LOY_SOURCE_SERIAL | LOY_SOURCE_FILE,
        .paths = argc > 1 ? (const char *const *)argv + 1 : NULL};
    struct loy_reader *reader = NULL;
    struct loy_device device;
    int failed = 0;
    if (loy_reader_open(&options, &reader) != LOY_OK) {
        fprintf(stderr, "%s\n", loy_reader_text(reader));
        loy_reader_close(reader);
        return 1;
    }
    loy_reader_dispatch(reader);
    for (size_t i = 0; loy_reader_list(reader, i, &device) == LOY_OK; i++) {
        printf("%u %s %s: %s\n", device.reader, device.path, device.driver, device.why);
        if (device.state == LOY_DEVICE_FAILED) failed = puts(device.text) >= 0;
    }
    loy_reader_close(reader);
    return failed;
}
