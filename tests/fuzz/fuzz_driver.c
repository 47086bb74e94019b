/* SPDX-License-Identifier: MIT
 *
 * fuzz_driver.c - the driver fuzz_subject through decoder and guard. Input: chunks, each with its
 * length before it (16 bits, low byte first), so that the fuzzer decides where streams are cut and
 * reports end.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct loy_event event;
    struct loy_decoder_options options = {.size = sizeof options, .driver = fuzz_subject};
    struct loy_decoder *decoder = NULL;
    if (loy_decoder_open(&options, &decoder, NULL, 0) != LOY_OK) abort();
    for (size_t at = 0; at + 2 <= size;) {
        size_t length = (size_t)bytes[at] | (size_t)bytes[at + 1] << 8, used = 0;
        at += 2;
        if (length > size - at) length = size - at;
        for (size_t end = at + length; at < end; at += used)
            if (loy_decoder_feed(decoder, bytes + at, end - at, &used, &event) == LOY_OK)
                fuzz_check_event(&event);
    }
    if (loy_decoder_end(decoder, &event) == LOY_OK) fuzz_check_event(&event);
    loy_decoder_close(decoder);
    return 0;
}
