/* SPDX-License-Identifier: MIT
 *
 * fuzz_hid_keyboard.c - hid-keyboard through decoder and guard, with options and descriptors.
 * Input: a byte that chooses options, a descriptor with its length before it (one byte, 0: none),
 * then chunks, each with its length before it (one byte), 0: the input is silent for a while.
 */
#include "fuzz.h"

#include <stdio.h>

static struct loy_option options[4];

/* The descriptor in hexadecimal. */
static const char *hex_of(const uint8_t *bytes, size_t length)
{
    static char text[2 * 255 + 1];
    text[0] = '\0';
    for (size_t i = 0; i < length; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return text;
}

static struct loy_decoder *open_decoder(const uint8_t *bytes, size_t size, size_t *at)
{
    static const char *const suffixes[] = {"enter", "tab", "none"}, *const aims[] = {"0", "1"};
    struct loy_decoder_options wanted = {
        .size = sizeof wanted, .driver = "hid-keyboard", .options = options};
    struct loy_decoder *decoder = NULL;
    uint8_t choice = size > 0 ? bytes[0] : 0, length = size > 1 ? bytes[1] : 0;
    *at = size < 2 ? size : 2;
    if (length > size - *at) length = (uint8_t)(size - *at);
    if (choice % 4 != 0)
        options[wanted.option_count++] = (struct loy_option){"suffix", suffixes[choice % 4 - 1]};
    if (choice / 4 % 3 != 0)
        options[wanted.option_count++] = (struct loy_option){"aim", aims[choice / 4 % 3 - 1]};
    if (choice / 12 % 2 != 0) options[wanted.option_count++] = (struct loy_option){"layout", "de"};
    if (length > 0)
        options[wanted.option_count++] =
            (struct loy_option){"descriptor", hex_of(bytes + *at, length)};
    *at += length;
    loy_decoder_open(&wanted, &decoder, NULL, 0);
    return decoder;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct loy_event event;
    size_t at = 0;
    struct loy_decoder *decoder = open_decoder(bytes, size, &at);
    while (decoder != NULL && at < size) {
        size_t length = bytes[at++], used = 0;
        if (length > size - at) length = size - at;
        if (length == 0 && loy_decoder_end(decoder, &event) == LOY_OK) fuzz_check_event(&event);
        for (size_t end = at + length; at < end; at += used)
            if (loy_decoder_feed(decoder, bytes + at, end - at, &used, &event) == LOY_OK)
                fuzz_check_event(&event);
    }
    loy_decoder_close(decoder);
    return 0;
}
