/* SPDX-License-Identifier: MIT
 *
 * receipt_rows.c - rows of so many columns: wrapped, centred, with an amount at the right end.
 * In: texts. Out: rows. Knows no basket and no printer's bytes.
 */
#include "receipt.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* ---- Text from outside -------------------------------------------------------------------------
 */

/* What would steer a printer, turn the direction of writing or stand there unseen. */
static bool is_printable(utf8proc_int32_t point)
{
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

/* One character from text: what is to be written for it, and how far to go. */
static size_t clean_one(
    const utf8proc_uint8_t *text, bool lines, const char **written, size_t *written_size)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t used = utf8proc_iterate(text, -1, &point);
    *written = (const char *)text;
    *written_size = used > 0 ? (size_t)used : 1;
    if (used <= 0) {
        *written = "?";
        return 1;
    }
    if (point == '\n' && lines) return 1;
    if (point == '\n' || point == '\t' || utf8proc_category(point) == UTF8PROC_CATEGORY_ZS) {
        /* The wide blank of Chinese texts stays as wide. */
        if (point != 0x3000) {
            *written = " ";
            *written_size = 1;
        }
    } else if (!is_printable(point)) {
        *written_size = 0;
    }
    return (size_t)used;
}

void receipt_clean(const char *text, bool lines, char *clean, size_t size)
{
    size_t used = 0;
    for (const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text; *at != '\0';) {
        const char *written;
        size_t written_size;
        at += clean_one(at, lines, &written, &written_size);
        if (used + written_size >= size) break;
        memcpy(clean + used, written, written_size);
        used += written_size;
    }
    clean[used] = '\0';
}

/* ---- Width -------------------------------------------------------------------------------------
 */

/* Of the character at text: its bytes and columns. Texts are clean. */
static size_t character(
    const struct receipt_sheet *sheet, const char *text, size_t size, unsigned *width)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &point);
    size_t step = used > 0 ? (size_t)used : 1;
    char code[RECEIPT_CODE_MAX];
    if (sheet->printer) {
        *width = receipt_point_code(sheet->gb18030, text, step, code) > 1 ? 2 : 1;
    } else {
        int columns = used > 0 ? utf8proc_charwidth(point) : 1;
        *width = columns > 0 ? (unsigned)columns : 0;
    }
    return step;
}

unsigned receipt_width(const struct receipt_sheet *sheet, const char *text, size_t size)
{
    unsigned sum = 0, width;
    for (size_t at = 0; at < size; sum += width)
        at += character(sheet, text + at, size - at, &width);
    return sum;
}

/* ---- Rows --------------------------------------------------------------------------------------
 */

static void sheet_add(struct receipt_sheet *sheet, const char *bytes, size_t size)
{
    if (sheet->failed) return;
    if (sheet->max - sheet->size < size) {
        size_t max = 2 * sheet->max + size + 1024;
        char *grown = malloc(max);
        if (grown == NULL) {
            sheet->failed = true;
            return;
        }
        if (sheet->bytes != NULL) memcpy(grown, sheet->bytes, sheet->size);
        if (sheet->bytes != NULL) sodium_memzero(sheet->bytes, sheet->size);
        free(sheet->bytes);
        sheet->bytes = grown;
        sheet->max = max;
    }
    memcpy(sheet->bytes + sheet->size, bytes, size);
    sheet->size += size;
}

enum loy_status receipt_sheet_open(struct receipt_sheet *sheet, enum receipt_format format)
{
    *sheet = (struct receipt_sheet){.printer = format == RECEIPT_ESCPOS};
    if (!sheet->printer) return LOY_OK;
    sheet->gb18030 = iconv_open("GB18030", "UTF-8");
    sheet->printer = sheet->gb18030 != (iconv_t)-1;
    return sheet->printer ? LOY_OK : LOY_E_MEMORY;
}

void receipt_sheet_free(struct receipt_sheet *sheet)
{
    if (sheet->printer) iconv_close(sheet->gb18030);
    if (sheet->bytes != NULL) sodium_memzero(sheet->bytes, sheet->size);
    free(sheet->bytes);
    *sheet = (struct receipt_sheet){0};
}

static void blanks_add(struct receipt_sheet *sheet, unsigned count)
{
    for (; count > 0; count--)
        sheet_add(sheet, " ", 1);
}

static void row_add(struct receipt_sheet *sheet, enum receipt_style style, unsigned indent,
    const char *text, size_t size)
{
    const char letter = (char)style;
    sheet_add(sheet, &letter, 1);
    if (size > 0) blanks_add(sheet, indent);
    sheet_add(sheet, text, size);
    sheet_add(sheet, "\n", 1);
}

void receipt_row(struct receipt_sheet *sheet, enum receipt_style style, const char *text)
{
    row_add(sheet, style, 0, text, strlen(text));
}

void receipt_rule(struct receipt_sheet *sheet)
{
    static const char dashes[] = "------------------------------------------------";
    row_add(sheet, RECEIPT_PLAIN, 0, dashes,
        sheet->columns < sizeof dashes ? sheet->columns : sizeof dashes - 1);
}

static unsigned room_of(const struct receipt_sheet *sheet, enum receipt_style style)
{
    return style == RECEIPT_BIG ? sheet->columns / 2 : sheet->columns;
}

/* Chinese closing marks do not begin a row. */
static bool closes(const char *text, size_t size)
{
    static const char marks[] = "，。、；：？！）》”’";
    char mark[4] = "";
    if (size < 3 || (unsigned char)text[0] < 0xE0) return false;
    memcpy(mark, text, 3);
    return strstr(marks, mark) != NULL;
}

/* How much of text goes into one row of so many columns: up to a line end, a blank, or before the
 * last character that fits. *next: where the following row begins. */
static size_t row_cut(
    const struct receipt_sheet *sheet, const char *text, size_t size, unsigned room, size_t *next)
{
    unsigned used = 0, width;
    size_t at = 0, blank = 0, last = 0;
    while (at < size && text[at] != '\n') {
        size_t step = character(sheet, text + at, size - at, &width);
        if (used + width > room) break;
        if (text[at] == ' ') blank = at;
        last = at;
        used += width;
        at += step;
    }
    if (at == size || text[at] == '\n' || text[at] == ' ') {
        *next = at == size ? size : at + 1;
        return at;
    }
    /* Words in letters stay whole; Chinese text is cut anywhere, but best at a blank near the end.
     */
    bool letters = (unsigned char)text[at] < 0x80 && last < at && (unsigned char)text[last] < 0x80;
    if (blank > 0 && (letters || 3 * blank >= 2 * at))
        at = blank;
    else if (last > 0 && closes(text + at, size - at))
        at = last;
    if (at == 0) at = character(sheet, text, size, &width); /* a row holds one character at least */
    *next = at + (text[at] == ' ');
    return at;
}

void receipt_wrap(struct receipt_sheet *sheet, enum receipt_style style, unsigned indent,
    const char *text, size_t size)
{
    unsigned room = room_of(sheet, style) - indent;
    for (size_t at = 0, next = 0; at < size; at += next) {
        size_t cut = row_cut(sheet, text + at, size - at, room, &next);
        row_add(sheet, style, indent, text + at, cut);
    }
}

void receipt_centre(struct receipt_sheet *sheet, enum receipt_style style, const char *text)
{
    unsigned room = room_of(sheet, style);
    size_t size = strlen(text);
    for (size_t at = 0, next = 0; at < size; at += next) {
        size_t cut = row_cut(sheet, text + at, size - at, room, &next);
        unsigned width = receipt_width(sheet, text + at, cut);
        row_add(sheet, style, width < room ? (room - width) / 2 : 0, text + at, cut);
    }
}

/* Fewer columns than this are no place for words beside an amount. */
#define LEFT_LEAST 8u

/* The last row of left, of width columns, and right at its end. */
static void pair_end(struct receipt_sheet *sheet, enum receipt_style style, unsigned indent,
    const char *left, size_t size, const char *right)
{
    const char letter = (char)style;
    unsigned room = room_of(sheet, style) - indent;
    unsigned used = receipt_width(sheet, left, size) + receipt_width(sheet, right, strlen(right));
    sheet_add(sheet, &letter, 1);
    blanks_add(sheet, indent);
    sheet_add(sheet, left, size);
    blanks_add(sheet, used < room ? room - used : size > 0);
    sheet_add(sheet, right, strlen(right));
    sheet_add(sheet, "\n", 1);
}

/* All but the last row of left are whole rows; the last one leaves room for right. */
void receipt_pair(struct receipt_sheet *sheet, enum receipt_style style, unsigned indent,
    const char *left, const char *right)
{
    unsigned room = room_of(sheet, style) - indent;
    unsigned right_width = receipt_width(sheet, right, strlen(right));
    size_t size = strlen(left), at = 0, next = 0, cut = 0;
    if (right_width + 1 + LEFT_LEAST > room && right_width > 0 &&
        receipt_width(sheet, left, size) + 1 + right_width > room) {
        receipt_wrap(sheet, style, indent, left, size);
        if (right_width <= room)
            pair_end(sheet, style, indent, "", 0, right);
        else
            receipt_wrap(sheet, style, indent, right, strlen(right));
        return;
    }
    unsigned least = right_width > 0 ? room - right_width - 1 : room;
    for (; at < size; at += next) {
        cut = row_cut(sheet, left + at, size - at, least, &next);
        if (next >= size - at) break;
        /* Whole rows may go up to the right end, as long as something stays for the last one. */
        size_t wider_next, wider = row_cut(sheet, left + at, size - at, room, &wider_next);
        if (wider_next < size - at) {
            cut = wider;
            next = wider_next;
        }
        row_add(sheet, style, indent, left + at, cut);
    }
    pair_end(sheet, style, indent, left + at, at < size ? cut : 0, right);
}
