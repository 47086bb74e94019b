/* SPDX-License-Identifier: MIT
 *
 * receipt_escpos.c - rows as bytes for a printer that speaks ESC/POS and has GB18030 in it.
 * In: rows. Out: bytes. Knows no basket and no device.
 *
 *     1B 40            initialise              1D 21 n        size of characters: 00, 01 high, 11
 * both 1C 26 ... 1C 2E  GB18030 between         1D 68 n, 1D 77 n, 1D 48 00   barcode: height,
 * width, no digits 1B 45 n          bold                    1D 6B 49 n "{B" ...   Code 128 of n
 * bytes 1B 61 n          left 00, centre 01      1B 64 n        feed n lines 1D 56 42 00      feed
 * and cut            1B 70 00 on off       pulse to the drawer
 *
 * Facts: Epson's command reference for TM printers; printers for GB18030 take text so between FS &
 * and FS . only (tray issue 285).
 */
#include "receipt.h"

#include <iconv.h>
#include <string.h>
#include <utf8proc.h>

static void add(struct receipt_bytes *out, const char *bytes, size_t size)
{
    receipt_bytes_add(out, bytes, size);
}
#define ADD(out, literal) add(out, literal, sizeof(literal) - 1)

/* ---- Characters --------------------------------------------------------------------------------
 */

/* Two bytes are in every such printer. Four bytes are where GB18030 asks for the glyph: the Chinese
 * characters outside of GBK. */
static size_t gb18030_code(
    iconv_t gb18030, const char *utf8, size_t size, utf8proc_int32_t point, char *code)
{
    char *from = (char *)(uintptr_t)utf8, *to = code;
    size_t left = size, room = RECEIPT_CODE_MAX;
    iconv(gb18030, NULL, NULL, NULL, NULL);
    if (iconv(gb18030, &from, &left, &to, &room) == (size_t)-1) return 0;
    size_t length = RECEIPT_CODE_MAX - room;
    return length == 2 || (length == 4 && point >= 0x3400 && point <= 0x9FFF) ? length : 0;
}

/* The letter under an accent, or "?". */
static char ascii_code(utf8proc_int32_t point)
{
    utf8proc_int32_t parts[8];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char(point, parts, 8, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);
    bool ascii = count > 0 && count <= 8 && parts[0] >= 0x20 && parts[0] < 0x7F;
    return ascii ? (char)parts[0] : '?';
}

/* Nothing below a blank gets through, whatever a row holds. */
size_t receipt_point_code(
    iconv_t gb18030, const char *utf8, size_t size, char code[RECEIPT_CODE_MAX])
{
    utf8proc_int32_t point;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)utf8, (utf8proc_ssize_t)size, &point);
    code[0] = '?';
    if (used <= 0 || point < 0x20 || (point >= 0x7F && point < 0xA0)) return 1;
    if (point < 0x7F) {
        code[0] = (char)point;
        return 1;
    }
    size_t length = gb18030_code(gb18030, utf8, (size_t)used, point, code);
    if (length > 0) return length;
    code[0] = ascii_code(point);
    return 1;
}

struct writer {
    struct receipt_bytes *out;
    iconv_t gb18030;
    bool chinese; /* between FS & and FS . */
};

static void chinese_set(struct writer *w, bool chinese)
{
    if (w->chinese == chinese) return;
    w->chinese = chinese;
    if (chinese)
        ADD(w->out, "\x1c&");
    else
        ADD(w->out, "\x1c.");
}

static void text_write(struct writer *w, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        utf8proc_int32_t point;
        char code[RECEIPT_CODE_MAX];
        utf8proc_ssize_t used = utf8proc_iterate(
            (const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(size - at), &point);
        size_t step = used > 0 ? (size_t)used : 1;
        size_t length = receipt_point_code(w->gb18030, text + at, step, code);
        chinese_set(w, length > 1);
        add(w->out, code, length);
        at += step;
    }
    chinese_set(w, false);
}

/* ---- Barcode -----------------------------------------------------------------------------------
 */

#define MODULES_PER_DOT_WIDTH 2u
#define DOTS_PER_COLUMN 12u

/* Code 128, set B: 11 modules a character, start and check, 13 for the stop, 20 of quiet zone. One
 * that is wider than the paper, or not ASCII, is left out: the number stands above in digits. */
static void barcode_write(struct writer *w, const char *text, size_t size, unsigned columns)
{
    unsigned paper = columns * DOTS_PER_COLUMN;
    size_t dots = (11 * (size + 2) + 13) * MODULES_PER_DOT_WIDTH;
    if (size == 0 || dots > paper) return;
    for (size_t i = 0; i < size; i++)
        if (text[i] < 0x20 || text[i] > 0x7E || text[i] == '{') return;
    char head[] = {0x1D, 'k', 73, (char)(size + 2), '{', 'B'};
    ADD(w->out, "\x1b\x61\x01\x1dh\x50\x1dw\x02\x1dH");
    add(w->out, "\0", 1);
    add(w->out, head, sizeof head);
    add(w->out, text, size);
    ADD(w->out, "\n\x1b\x61");
    add(w->out, "\0", 1);
}

/* ---- Rows --------------------------------------------------------------------------------------
 */

static void style_set(struct writer *w, char style, bool on)
{
    char size[] = {0x1D, '!', (char)(style == RECEIPT_BIG ? 0x11 : 0x01)};
    char bold[] = {0x1B, 'E', (char)on};
    if (!on) size[2] = 0;
    if (style == RECEIPT_PLAIN) return;
    if (style != RECEIPT_BOLD) add(w->out, size, sizeof size);
    add(w->out, bold, sizeof bold);
}

static void row_write(struct writer *w, char style, const char *text, size_t size, unsigned columns)
{
    if (style == RECEIPT_BARCODE) {
        barcode_write(w, text, size, columns);
        return;
    }
    style_set(w, style, true);
    text_write(w, text, size);
    style_set(w, style, false);
    ADD(w->out, "\n");
}

void receipt_escpos_write(
    const struct receipt_sheet *sheet, bool open_drawer, struct receipt_bytes *out)
{
    struct writer w = {.out = out, .gb18030 = sheet->gb18030};
    out->failed = out->failed || sheet->failed;
    ADD(out, "\x1b@\x1c.");
    if (open_drawer) add(out, "\x1bp\0\x19\xfa", 5);
    const char *at = sheet->bytes, *end = sheet->bytes + sheet->size;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        row_write(&w, *at, at + 1, (size_t)(stop - at - 1), sheet->columns);
        at = stop + 1;
    }
    ADD(out, "\x1b\x64\x03");
    add(out, "\x1dVB\0", 4);
}
