/* SPDX-License-Identifier: MIT
 *
 * layout_repair.c - undoes what a host's keyboard layout makes of text that a device typed as if on
 * a US keyboard, and what wide encodings make of digits.
 * In: text; out: the text that the device meant, if it was damaged in a given way.
 * Must not know: cards, the guard's rules.
 */
#include "layout_repair.h"

#include <stdbool.h>
#include <string.h>

/* A layout is pairs: the character that a US keyboard gives, then the one (UTF-8) that the same key
 * gives under it; digits first. Only what card text is made of: digits, sentinels, separators, B
 * and D. Facts of the XKB symbol files (xkb-data); dead accents as they come out before a digit. */
// clang-format off
static const char *const layouts[] = {
    /* Czech */
    "1+2ě3š4č5ř6ž7ý8á9í0é%5;ů?_=´^6/-+ˇ#3&7@2",
    /* Slovak */
    "1+2ľ3š4č5ť6ž7ý8á9í0é%5;ô?_=´^6/-+ˇ#3&7@2",
    /* Hungarian */
    "0ö;é?_=ó^//-+Ó#+&=@\"",
    /* French */
    "1&2é3\"4'5(6-7è8_9ç0à%5;m?§^6/!#3&7@2",
    /* Belgian */
    "1&2é3\"4'5(6§7è8!9ç0à%5;m?+=-^6/=+_#3&7@2",
    /* German, Austrian */
    ";ö?_=´^&/-+`#§&/@\"",
    /* Swiss German */
    ";ö?_=^^&/-+`#*&/@\"",
    /* Swiss French */
    ";é?_=^^&/-+`#*&/@\"",
    /* Italian */
    ";ò?_=ì^&/-+^#£&/@\"",
    /* Spanish */
    ";ñ?_=¡^&/-+¿#·&/@\"",
    /* Latin American */
    ";ñ?_=¿^&/-+¡&/@\"",
    /* Portuguese */
    ";ç?_=«^&/-+»&/@\"",
    /* Brazilian */
    ";ç?:^¨/;",
    /* Swedish, Finnish, Estonian */
    ";ö?_=´^&/-+`&/@\"",
    /* Norwegian */
    ";ø?_=\\^&/-+`&/@\"",
    /* Danish */
    ";æ?_=´^&/-+`&/@\"",
    /* Icelandic */
    ";æ?Þ=-^&/þ+_&/@\"",
    /* British */
    "#£@\"",
    /* Polish (214) */
    ";ł?_='^&/-+*&/@\"",
    /* Croatian, Slovene, Serbian */
    ";č?_=+^&/-+*&/@\"",
    /* Lithuanian */
    "1ą2č3ę4ė5į6š7ų8ū9„0“%Į=ž^Š+Ž#Ę&Ų@Č",
    /* Turkish Q */
    ";ş?:=-^&/.+_#^&/@'",
    /* Turkish F */
    ";y?;=-^&/,+_#^&'@\"BÇbçDEde",
    /* Greek */
    ";´BΒbβDΔdδ",
    /* Russian, Ukrainian */
    ";ж?,^:/.#№&?@\"BИbиDВdв",
    /* Bulgarian */
    ";м?Б=.^=/б+€#+&:@?BФbфDАdа",
    /* Hebrew */
    ";\u05E3/.b\u05E0d\u05D2",
    /* Japanese */
    "=^^&+~&'@\"",
    /* Canadian French */
    "?É^?/é#/@\"",
    /* Dvorak */
    ";s?Z=]/z+}BXbxDEde",
    /* Persian */
    "1\u06F12\u06F23\u06F34\u06F45\u06F56\u06F67\u06F78\u06F89\u06F90\u06F0%\u066A;\u06A9"
     "?\u061F^×#\u066B&\u060C@\u066CB\u200Cb\u0630D\u064Ad\u06CC",
    /* Arabic */
    ";\u0643?\u061F/\u0638B\uFEF5b\uFEFBD]d\u064A",
    /* Thai */
    "1\u0E452/3-4\u0E205\u0E166\u0E387\u0E368\u0E049\u0E150\u0E08%\u0E54;\u0E27?\u0E26"
     "=\u0E0A^\u0E39/\u0E1D+\u0E59#\u0E52&\u0E3F@\u0E51B\u0E3Ab\u0E34D\u0E0Fd\u0E01",
    /* Devanagari */
    "1\u09672\u09683\u09694\u096A5\u096B6\u096C7\u096D8\u096E9\u096F0\u0966;\u091A?\u095F"
     "=\u0943/\u092F+\u090B@\u0945B\u0934b\u0935D\u0905d\u094D",
    /* Czech and Slovak with Caps Lock */
    "2Ě3Š4Č5Ř6Ž7Ý8Á9Í0É%5;Ů?_=´^6/-",
    "2Ľ3Š4Č5Ť6Ž7Ý8Á9Í0É%5;Ô?_=´^6/-",
};
// clang-format on

#define LAYOUT_COUNT (sizeof layouts / sizeof layouts[0])
#define DIGITS_MIN 12u /* fewer are no card */

/* Ways of damage: encodings, then two for each layout. */
enum { WAY_WIDE = 0, WAY_UTF_16_LE, WAY_UTF_16_BE, WAY_LAYOUTS };

static bool is_digit(uint8_t c)
{
    return (uint8_t)(c - '0') < 10;
}

/* Bytes of the UTF-8 character that begins with lead; anything is a character of itself. */
static size_t character_size(uint8_t lead)
{
    if (lead < 0xC0) return 1;
    if (lead < 0xE0) return 2;
    return lead < 0xF0 ? 3 : 4;
}

/* ---- Layouts -------------------------------------------------------------------------------- */

/* The US character of the pair with this character; 0 if there is none. */
static char find_us(const char *pairs, const uint8_t *character, size_t n)
{
    while (*pairs != '\0') {
        size_t size = character_size((uint8_t)pairs[1]);
        if (size == n && memcmp(pairs + 1, character, n) == 0) return *pairs;
        pairs += 1 + size;
    }
    return 0;
}

#define NO_KEY 0x7Fu /* a digit whose key gives something else: then it can come from no key */

struct keys {
    uint8_t meant[128]; /* for an ASCII character: the US one, NO_KEY, or 0: itself */
    bool moves_digits;
};

static void read_layout(const char *pairs, struct keys *keys)
{
    memset(keys, 0, sizeof *keys);
    for (size_t size; *pairs != '\0'; pairs += 1 + size) {
        uint8_t us = (uint8_t)pairs[0], produced = (uint8_t)pairs[1];
        size = character_size(produced);
        if (size == 1) keys->meant[produced] = us;
        if (!is_digit(us)) continue;
        keys->moves_digits = true;
        keys->meant[us] = NO_KEY;
    }
}

/* The US character behind what came, NO_KEY, or 0: itself. */
static uint8_t undo_character(
    const char *pairs, const struct keys *keys, const uint8_t *character, size_t n)
{
    return *character < 128 ? keys->meant[*character] : (uint8_t)find_us(pairs, character, n);
}

/* keypad: digits were typed on the number pad, where no layout harms them; where none moves them
 * anyhow, that is no way of its own. */
static size_t undo_layout(const char *pairs, bool keypad, struct layout_text text, uint8_t *out)
{
    size_t used = 0;
    struct keys keys;
    read_layout(pairs, &keys);
    if (keypad && !keys.moves_digits) return 0;
    for (size_t at = 0, n; at < text.length; at += n) {
        n = character_size(text.bytes[at]);
        if (n > text.length - at) n = text.length - at;
        uint8_t us = undo_character(pairs, &keys, text.bytes + at, n);
        if (keypad && (is_digit(text.bytes[at]) || is_digit(us))) us = 0;
        if (us == NO_KEY) return 0;
        memcpy(out + used, us != 0 ? &us : text.bytes + at, us != 0 ? 1 : n);
        used += us != 0 ? 1 : n;
    }
    return used;
}

/* ---- Encodings ------------------------------------------------------------------------------ */

/* Digits of other scripts, full-width characters, and the blanks and hyphens of typesetters: the
 * first of them, how many, what they mean. */
static const struct {
    uint32_t first, count;
    char meant;
} wide_rows[] = {
    {0x0660, 10, '0'}, /* Arabic-Indic */
    {0x06F0, 10, '0'}, /* Persian */
    {0x0966, 10, '0'}, /* Devanagari */
    {0x0E50, 10, '0'}, /* Thai */
    {0xFF01, 94, '!'}, /* full-width */
    {0x00A0, 1, ' '},  /* no-break space */
    {0x2007, 1, ' '},  /* figure space */
    {0x2009, 1, ' '},  /* thin space */
    {0x202F, 1, ' '},  /* narrow no-break space */
    {0x2010, 1, '-'},  /* hyphen */
    {0x2011, 1, '-'},  /* non-breaking hyphen */
    {0x2013, 1, '-'},  /* en dash */
};

static char narrow(uint32_t code)
{
    for (size_t i = 0; i < sizeof wide_rows / sizeof wide_rows[0]; i++)
        if (code - wide_rows[i].first < wide_rows[i].count)
            return (char)((uint32_t)wide_rows[i].meant + code - wide_rows[i].first);
    return 0;
}

static size_t undo_wide(struct layout_text text, uint8_t *out)
{
    size_t used = 0;
    for (size_t at = 0, n; at < text.length; at += n) {
        const uint8_t *c = text.bytes + at;
        n = character_size(c[0]);
        if (n > text.length - at) n = text.length - at;
        char meant = 0;
        if (n == 2) meant = narrow((c[0] & 0x1Fu) << 6 | (c[1] & 0x3Fu));
        if (n == 3) meant = narrow((c[0] & 0xFu) << 12 | (c[1] & 0x3Fu) << 6 | (c[2] & 0x3Fu));
        if (meant != 0) {
            out[used++] = (uint8_t)meant;
            continue;
        }
        memcpy(out + used, c, n);
        used += n;
    }
    return used;
}

/* Every other byte is zero, from first (0 or 1) on; a byte order mark may stand before. */
static size_t undo_utf_16(struct layout_text text, size_t zero, uint8_t *out)
{
    size_t used = 0;
    static const uint8_t marks[2][2] = {{0xFE, 0xFF}, {0xFF, 0xFE}};
    size_t begin = memcmp(text.bytes, marks[zero], 2) == 0 ? 2 : 0;
    for (size_t at = begin; at < text.length; at++) {
        if (at % 2 != zero)
            out[used++] = text.bytes[at];
        else if (text.bytes[at] != 0)
            return 0;
    }
    return used;
}

/* ---- Ways ----------------------------------------------------------------------------------- */

static size_t undo(size_t way, struct layout_text text, uint8_t *out)
{
    if (way == WAY_WIDE) return undo_wide(text, out);
    if (way < WAY_LAYOUTS) return undo_utf_16(text, way == WAY_UTF_16_LE, out);
    size_t layout = (way - WAY_LAYOUTS) / 2;
    return undo_layout(layouts[layout], (way - WAY_LAYOUTS) % 2 == 1, text, out);
}

size_t layout_ways(void)
{
    return WAY_LAYOUTS + 2 * LAYOUT_COUNT;
}

size_t layout_undo(size_t way, struct layout_text text, uint8_t out[LAYOUT_TEXT_MAX])
{
    size_t digits = 0;
    if (text.length < DIGITS_MIN || text.length > LAYOUT_TEXT_MAX) return 0;
    size_t n = undo(way, text, out);
    if (n == text.length && memcmp(out, text.bytes, n) == 0) return 0;
    for (size_t i = 0; i < n; i++)
        digits += is_digit(out[i]);
    return digits < DIGITS_MIN ? 0 : n;
}
