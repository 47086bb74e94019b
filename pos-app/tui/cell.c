/* SPDX-License-Identifier: MIT
 *
 * cell.c - how wide text is on a terminal, and text made to fit a cell.
 * In: UTF-8 from anywhere; out: UTF-8 that is safe to draw. Must not know: curses, screens.
 */
#include "cell.h"

#include <string.h>
#include <wchar.h>

#define MARKS_MAX 3 /* on one character; more of them would run over its neighbours */

struct span {
    wchar_t from, to;
};

static bool within(const struct span *spans, size_t count, wchar_t c)
{
    for (size_t i = 0; i < count; i++)
        if (c >= spans[i].from && c <= spans[i].to) return true;
    return false;
}
#define WITHIN(table, c) within(table, sizeof table / sizeof table[0], c)

/* What has no place on a screen: controls beyond C0, soft hyphen, joiners, marks of direction,
 * separators, selectors of variants and tags (Unicode 15, general categories Cc, Cf, Zl, Zp). */
static const struct span dropped[] = {
    {0x00ad, 0x00ad},
    {0x061c, 0x061c},
    {0x180e, 0x180e},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},
    {0xfff9, 0xfffb},
    {0xe0000, 0xe01ff},
};

/* East Asian Width "A" (Unicode, EastAsianWidth.txt), in spans that also take in some neutral
 * neighbours: those are replaced too, which does no harm. */
static const struct span ambiguous[] = {
    {0x00a1, 0x00a1},
    {0x00a4, 0x00a4},
    {0x00a7, 0x00a8},
    {0x00aa, 0x00aa},
    {0x00ae, 0x00ae},
    {0x00b0, 0x00b4},
    {0x00b6, 0x00ba},
    {0x00bc, 0x00bf},
    {0x00c6, 0x00c6},
    {0x00d0, 0x00d0},
    {0x00d7, 0x00d8},
    {0x00de, 0x00e1},
    {0x00e6, 0x00e6},
    {0x00e8, 0x00ea},
    {0x00ec, 0x00ed},
    {0x00f0, 0x00f0},
    {0x00f2, 0x00f3},
    {0x00f7, 0x00fa},
    {0x00fc, 0x00fc},
    {0x00fe, 0x00fe},
    {0x0391, 0x03c9},
    {0x0401, 0x0451},
    {0x2010, 0x203e},
    {0x2074, 0x20ac},
    {0x2103, 0x2199},
    {0x21d2, 0x22bf},
    {0x2460, 0x27ff},
};

struct pair {
    wchar_t from, to;
};
/* Of certain width, and read the same. */
static const struct pair instead[] = {
    {0x00b0, 0x309c},
    {0x00b7, 0x30fb},
    {0x00d7, 'x'},
    {0x00e0, 'a'},
    {0x00e1, 'a'},
    {0x00e8, 'e'},
    {0x00e9, 'e'},
    {0x00ea, 'e'},
    {0x00fc, 'u'},
    {0x2014, 0xff0d},
    {0x2018, 0xff07},
    {0x2019, 0xff07},
    {0x201c, 0xff02},
    {0x201d, 0xff02},
    {0x2026, '~'},
};

static wchar_t replaced(const struct cell_rules *rules, wchar_t c)
{
    if (!rules->wide_ambiguous || !WITHIN(ambiguous, c)) return c;
    for (size_t i = 0; i < sizeof instead / sizeof instead[0]; i++)
        if (instead[i].from == c) return instead[i].to;
    return '?';
}

struct glyph {
    wchar_t c;
    int width;    /* 0: a mark on the one before; -1: not drawn */
    size_t bytes; /* of the text */
};

bool cell_may(wchar_t c)
{
    return c >= 0x20 && (c < 0x7f || c >= 0xa0) && !WITHIN(dropped, c) && wcwidth(c) >= 0;
}

static struct glyph next_glyph(const struct cell_rules *rules, const char *text)
{
    wchar_t c = 0;
    mbstate_t state = {0};
    size_t n = mbrtowc(&c, text, strlen(text), &state);
    if (n == 0 || n == (size_t)-1 || n == (size_t)-2) return (struct glyph){'?', 1, 1};
    if (c == '\t' || c == '\n' || c == '\r') return (struct glyph){' ', 1, n};
    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || WITHIN(dropped, c)) return (struct glyph){c, -1, n};
    c = replaced(rules, c);
    int width = wcwidth(c);
    return width < 0 ? (struct glyph){'?', 1, n} : (struct glyph){c, width, n};
}

struct writer {
    char *out;
    size_t size, used;
    int columns, marks;
};

/* False: no room, and nothing was written. */
static bool put_glyph(struct writer *writer, const struct glyph *glyph)
{
    char bytes[16];
    mbstate_t state = {0};
    if (glyph->width < 0) return true;
    writer->marks = glyph->width ? 0 : writer->marks + 1;
    /* A mark without a character would sit on the neighbour's. */
    if (writer->marks > MARKS_MAX || (!glyph->width && !writer->columns)) return true;
    size_t n = wcrtomb(bytes, glyph->c, &state);
    if (n == (size_t)-1 || writer->used + n >= writer->size) return false;
    memcpy(writer->out + writer->used, bytes, n);
    writer->used += n;
    writer->out[writer->used] = '\0';
    writer->columns += glyph->width;
    return true;
}

static void put_blanks(struct writer *writer, int count)
{
    const struct glyph blank = {' ', 1, 1};
    for (int i = 0; i < count; i++)
        if (!put_glyph(writer, &blank)) return;
}

int cell_clean(const struct cell_rules *rules, const char *text, char *out, size_t size)
{
    struct writer writer = {.out = out, .size = size};
    out[0] = '\0';
    while (*text) {
        struct glyph glyph = next_glyph(rules, text);
        if (!put_glyph(&writer, &glyph)) break;
        text += glyph.bytes;
    }
    return writer.columns;
}

int cell_width(const struct cell_rules *rules, const char *text)
{
    char clean[CELL_BYTES];
    return cell_clean(rules, text, clean, sizeof clean);
}

static int padding_before(enum cell_align align, int spare)
{
    return align == CELL_RIGHT ? spare : align == CELL_CENTRE ? spare / 2 : 0;
}

void cell_fit(const struct cell_rules *rules, const char *text, int width, enum cell_align align,
    char *out, size_t size)
{
    char clean[CELL_BYTES];
    const struct cell_rules plain = {.ascii = rules->ascii};
    int columns = cell_clean(rules, text, clean, sizeof clean);
    struct writer writer = {.out = out, .size = size};
    out[0] = '\0';
    if (width <= 0) return;
    bool whole = columns <= width;
    if (whole) put_blanks(&writer, padding_before(align, width - columns));
    for (const char *at = clean; *at;) {
        struct glyph glyph = next_glyph(&plain, at);
        if (!whole && writer.columns + glyph.width > width - 1) break;
        if (!put_glyph(&writer, &glyph)) break;
        at += glyph.bytes;
    }
    const bool dots = !rules->ascii && !rules->wide_ambiguous;
    const struct glyph ellipsis = {dots ? 0x2026 : '~', 1, 1};
    if (!whole) put_glyph(&writer, &ellipsis);
    put_blanks(&writer, width - writer.columns);
}

/* Chinese signs that no line begins with. */
static bool closes(wchar_t c)
{
    static const wchar_t signs[] = L"\u3001\u3002\u300b\u300d\uff01\uff09\uff0c\uff1a\uff1b\uff1f";
    return wcschr(signs, c) != NULL;
}

bool cell_wrap(const struct cell_rules *rules, const char **text, int width, char *out, size_t size)
{
    struct writer writer = {.out = out, .size = size};
    const char *at = *text, *cut = NULL;
    size_t cut_used = 0;
    out[0] = '\0';
    while (*at == ' ')
        at++;
    *text = at;
    if (!*at) return false;
    while (*at) {
        struct glyph glyph = next_glyph(rules, at);
        if (glyph.c == ' ' || (glyph.width == 2 && !closes(glyph.c))) {
            cut = at;
            cut_used = writer.used;
        }
        if (writer.columns + (glyph.width > 0 ? glyph.width : 0) > width) break;
        if (!put_glyph(&writer, &glyph)) break;
        at += glyph.bytes;
    }
    if (*at && cut && cut > *text) {
        out[cut_used] = '\0';
        at = cut;
    } else if (at == *text) {
        at += next_glyph(rules, at).bytes; /* a character that is wider than the line */
    }
    *text = at;
    return true;
}
