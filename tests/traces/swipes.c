/* SPDX-License-Identifier: MIT
 *
 * swipes.c - see swipes.h. Layouts: the head of each driver.
 */
#include "swipes.h"

#include "codings.h"

#include <stdio.h>
#include <string.h>

#define BYTES_MAX 1024u

static size_t track_2(const char *pan, char *text)
{
    return (size_t)sprintf(text, ";%s=29122010000012345?", pan);
}

static size_t magtek(const char *pan, unsigned part, uint8_t *bytes)
{
    if (part > 0) return 0;
    memset(bytes, 0, 337);
    bytes[3] = (uint8_t)sprintf((char *)bytes + 7, "%%B%s^TEST/CARD^29122010000?", pan);
    bytes[4] = (uint8_t)track_2(pan, (char *)bytes + 117);
    return 337;
}

static size_t hid_pos(const char *pan, unsigned part, uint8_t *bytes)
{
    if (part > 0) return 0;
    memset(bytes, 0, 64);
    bytes[0] = 2;
    bytes[1] = (uint8_t)strlen(pan);
    memcpy(bytes + 5, pan, strlen(pan));
    return 64;
}

static size_t serial_line(const char *pan, unsigned part, uint8_t *bytes)
{
    if (part > 0) return 0;
    size_t n = track_2(pan, (char *)bytes);
    bytes[n] = '\r';
    return n + 1;
}

static size_t keyboard(const char *pan, unsigned part, uint8_t *bytes)
{
    char text[64];
    bool shift;
    size_t n = track_2(pan, text);
    text[n++] = '\n';
    if (part >= 2 * n) return 0;
    memset(bytes, 0, 8);
    if (part % 2 == 1) return 8; /* the release */
    bytes[2] = coding_usage(text[part / 2], &shift);
    bytes[0] = shift ? 2 : 0;
    return 8;
}

/* Behind the end sentinel the LRC: the XOR of all characters' data bits. */
static size_t track_bits(const char *pan, unsigned part, uint8_t *bytes)
{
    char text[64];
    if (part > 0) return 0;
    size_t n = track_2(pan, text);
    char lrc = 0;
    for (size_t i = 0; i < n; i++)
        lrc ^= (char)(text[i] & 0x0F);
    text[n] = (char)(0x30 | lrc);
    text[n + 1] = '\0';
    return coding_stripe(text, 4, false, 20, bytes) + 2;
}

static size_t msr605(const char *pan, unsigned part, uint8_t *bytes)
{
    char text[64];
    if (part > 0) return 0;
    track_2(pan, text);
    return (size_t)sprintf((char *)bytes,
        "\x1bs\x1b\x01\x1b\x02%s\x1b\x03?\x1c\x1b"
        "0",
        text);
}

static size_t zebra_ssi(const char *pan, unsigned part, uint8_t *bytes)
{
    if (part > 0) return 0;
    size_t n = 5 + strlen(pan);
    unsigned sum = 0;
    memcpy(bytes, (const uint8_t[]){(uint8_t)n, 0xF3, 0, 0, 0}, 5);
    memcpy(bytes + 5, pan, strlen(pan));
    for (size_t i = 0; i < n; i++)
        sum += bytes[i];
    sum = 0x10000u - sum;
    bytes[n] = (uint8_t)(sum >> 8);
    bytes[n + 1] = (uint8_t)sum;
    return n + 2;
}

static size_t symbol_hid_com(const char *pan, unsigned part, uint8_t *bytes)
{
    if (part > 0) return 0;
    memset(bytes, 0, 64);
    bytes[0] = (uint8_t)sprintf((char *)bytes + 1, "%s\r", pan);
    return 64;
}

const struct swipe swipes[] = {
    {"magtek-hid", "", magtek},
    {"hid-pos", "", hid_pos},
    {"serial-line", "", serial_line},
    {"track-bits", "", track_bits},
    {"hid-keyboard", "", keyboard},
    {"msr605", "", msr605},
    {"zebra-ssi", "", zebra_ssi},
    {"symbol-hid-com", "", symbol_hid_com},
    {NULL, NULL, NULL},
};

bool swipe_write(const char *path, const struct swipe *swipe, const char *pan)
{
    uint8_t bytes[BYTES_MAX];
    FILE *file = fopen(path, "we");
    if (file == NULL) return false;
    fprintf(file, "# loyalty recording 1\ndriver: %s\n%s", swipe->driver, swipe->options);
    size_t n;
    for (unsigned part = 0; (n = swipe->next(pan, part, bytes)) > 0; part++) {
        for (size_t i = 0; i < n; i++)
            fprintf(file, "%02x", bytes[i]);
        fputc('\n', file);
    }
    fputs("wait: 60000\n", file);
    return fclose(file) == 0;
}
