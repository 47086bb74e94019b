/* SPDX-License-Identifier: MIT
 *
 * csv_encoding.c - what a text file is written in, and its bytes as UTF-8. In: a file. Out: a
 * verdict, and pieces of UTF-8. Must not know: cells, columns, what the text says.
 */
#include "csv_encoding.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

const char *csv_encoding_name(enum csv_encoding encoding)
{
    return encoding == CSV_GB18030 ? "gb18030" : "utf-8";
}

bool csv_encoding_parse(const char *word, enum csv_encoding *encoding)
{
    static const struct {
        const char *word;
        enum csv_encoding encoding;
    } words[] = {{"utf-8", CSV_UTF8}, {"utf8", CSV_UTF8}, {"gb18030", CSV_GB18030},
        {"gbk", CSV_GB18030}, {"gb2312", CSV_GB18030}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(words[i].word, word) != 0) continue;
        *encoding = words[i].encoding;
        return true;
    }
    return false;
}

/* ---- Looking ------------------------------------------------------------------------------------
 *
 *   GB18030   | 00-7F | or | 81-FE | 40-7E, 80-FE |  or | 81-FE | 30-39 | 81-FE | 30-39 |
 *   GB 2312   its double bytes with both above A0: signs A1-A9, characters B0-F7
 */

struct look {
    bool utf8, gb;           /* may still be */
    unsigned need;           /* bytes that a character of UTF-8 still needs */
    unsigned char low, high; /* what the next of them may be */
    unsigned place;          /* bytes of a character of GB18030 so far */
    unsigned char lead;
    size_t common, rare; /* double bytes of GB 2312, all others */
};

static void utf8_look(struct look *look, unsigned char byte)
{
    if (look->need) {
        look->utf8 = look->utf8 && byte >= look->low && byte <= look->high;
        look->low = 0x80;
        look->high = 0xBF;
        look->need--;
        return;
    }
    look->low = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
    look->high = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    look->need = byte < 0x80 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    if (byte >= 0x80 && (byte < 0xC2 || byte > 0xF4)) look->utf8 = false;
}

static bool within(unsigned char byte, unsigned char low, unsigned char high)
{
    return byte >= low && byte <= high;
}

static void gb_second(struct look *look, unsigned char byte)
{
    look->place = within(byte, 0x30, 0x39) ? 2 : 0;
    if (look->place) return;
    if (byte < 0x40 || byte == 0x7F || byte == 0xFF) look->gb = false;
    bool everyday =
        byte >= 0xA1 && (within(look->lead, 0xA1, 0xA9) || within(look->lead, 0xB0, 0xF7));
    look->common += everyday;
    look->rare += !everyday;
}

static void gb_look(struct look *look, unsigned char byte)
{
    switch (look->place) {
    case 0:
        if (byte < 0x80) return;
        if (byte == 0x80 || byte == 0xFF) look->gb = false;
        look->lead = byte;
        look->place = 1;
        return;
    case 1:
        gb_second(look, byte);
        return;
    case 2:
        look->gb = look->gb && within(byte, 0x81, 0xFE);
        look->place = 3;
        return;
    default:
        /* Four such bytes in a row are nothing else's: neither common nor rare. */
        look->gb = look->gb && within(byte, 0x30, 0x39);
        look->place = 0;
    }
}

static enum csv_encoding verdict(const struct look *look)
{
    bool utf8 = look->utf8 && look->need == 0, gb = look->gb && look->place == 0;
    return !utf8 && gb && look->common > 0 && look->common >= 9 * look->rare ? CSV_GB18030
                                                                             : CSV_UTF8;
}

enum csv_encoding csv_encoding_find(FILE *file)
{
    static unsigned char buffer[65536];
    struct stat status;
    struct look look = {.utf8 = true, .gb = true};
    size_t n;
    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode)) return CSV_UTF8;
    while ((look.utf8 || look.gb) && (n = fread(buffer, 1, sizeof buffer, file)) > 0) {
        for (size_t i = 0; i < n; i++) {
            utf8_look(&look, buffer[i]);
            gb_look(&look, buffer[i]);
        }
    }
    sodium_memzero(buffer, sizeof buffer);
    rewind(file);
    return verdict(&look);
}

/* ---- Converting ---------------------------------------------------------------------------------
 */

bool csv_converter_open(struct csv_converter *converter)
{
    *converter = (struct csv_converter){.descriptor = iconv_open("UTF-8", "GB18030")};
    return converter->descriptor != (iconv_t)-1;
}

void csv_converter_close(struct csv_converter *converter)
{
    iconv_close(converter->descriptor);
    sodium_memzero(converter->rest, sizeof converter->rest);
}

bool csv_converter_done(const struct csv_converter *converter)
{
    return converter->rest_size == 0;
}

/* The character that the last piece cut, with bytes of this one. */
static bool rest_convert(struct csv_converter *converter, const unsigned char **in, size_t *in_left,
    char **out, size_t *out_left)
{
    while (converter->rest_size > 0 && *in_left > 0) {
        if (converter->rest_size == sizeof converter->rest) return false;
        converter->rest[converter->rest_size++] = *(*in)++;
        --*in_left;
        char *from = (char *)converter->rest;
        size_t left = converter->rest_size;
        if (iconv(converter->descriptor, &from, &left, out, out_left) != (size_t)-1)
            converter->rest_size = 0;
        else if (errno != EINVAL)
            return false;
    }
    return true;
}

bool csv_convert(struct csv_converter *converter, const unsigned char *in, size_t in_size,
    unsigned char *out, size_t *out_size)
{
    char *to = (char *)out;
    size_t out_left = CSV_CONVERTED_MAX(in_size);
    bool good = rest_convert(converter, &in, &in_size, &to, &out_left);
    if (good && in_size > 0) {
        char *from = (char *)in;
        good = iconv(converter->descriptor, &from, &in_size, &to, &out_left) != (size_t)-1;
        if (!good && errno == EINVAL && in_size < sizeof converter->rest) {
            memcpy(converter->rest, from, in_size);
            converter->rest_size = in_size;
            good = true;
        }
    }
    *out_size = (size_t)(to - (char *)out);
    return good;
}
