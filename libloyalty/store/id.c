/* SPDX-License-Identifier: MIT
 *
 * id.c - UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, version, 74 random bits. Pure but for
 * them.
 */
#include <store/store_private.h>

#include <stdio.h>
#include <string.h>

void store_id_make(int64_t at_us, struct loy_id *id)
{
    uint64_t at_ms = at_us > 0 ? (uint64_t)at_us / 1000 : 0;
    randombytes_buf(id->bytes, sizeof id->bytes);
    for (int i = 0; i < 6; i++)
        id->bytes[i] = (uint8_t)(at_ms >> (40 - 8 * i));
    id->bytes[6] = (uint8_t)(0x70 | (id->bytes[6] & 0x0f));
    id->bytes[8] = (uint8_t)(0x80 | (id->bytes[8] & 0x3f));
}

static bool hyphen_behind(size_t byte)
{
    return byte == 3 || byte == 5 || byte == 7 || byte == 9;
}

void loy_id_text(const struct loy_id *id, char text[LOY_ID_TEXT_SIZE])
{
    char *at = text;
    for (size_t i = 0; i < sizeof id->bytes; i++) {
        static const char digits[] = "0123456789abcdef";
        *at++ = digits[id->bytes[i] >> 4];
        *at++ = digits[id->bytes[i] & 15];
        if (hyphen_behind(i)) *at++ = '-';
    }
    *at = '\0';
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

enum loy_status loy_id_parse(const char *text, struct loy_id *id)
{
    struct loy_id parsed;
    const char *at = text;
    for (size_t i = 0; i < sizeof parsed.bytes; i++) {
        int high = digit_value(at[0]);
        int low = high < 0 ? -1 : digit_value(at[1]);
        if (low < 0) return LOY_E_FORMAT;
        parsed.bytes[i] = (uint8_t)(high << 4 | low);
        at += 2;
        if (hyphen_behind(i) && *at++ != '-') return LOY_E_FORMAT;
    }
    if (*at != '\0') return LOY_E_FORMAT;
    *id = parsed;
    return LOY_OK;
}

bool loy_id_is_none(const struct loy_id *id)
{
    static const struct loy_id none;
    return memcmp(id->bytes, none.bytes, sizeof none.bytes) == 0;
}
