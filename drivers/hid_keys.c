/* SPDX-License-Identifier: MIT
 *
 * hid_keys.c - what a press of a key means, as tables.
 * In: HID usages of page 07, modifiers, codes typed with Alt; out: text in UTF-8.
 * Must not know: reports, reads, devices.
 *
 * Sources: HID Usage Tables 1.12, chapter 10 (usages, with the US characters); MagTek D99875206
 * (control characters as Ctrl and a key); Unicode's CP437.TXT and CP1252.TXT.
 */
#include "hid_keys.h"

#include "hid_keymaps.h"

#include <string.h>

// clang-format off
const uint8_t hid_boot_keyboard[] = {
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01,             /* Generic Desktop, Keyboard: application */
    0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7,             /* 0    modifiers, a bit each */
    0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02,
    0x75, 0x08, 0x95, 0x01, 0x81, 0x01,             /* 1    reserved */
    0x26, 0xFF, 0x00, 0x19, 0x00, 0x2A, 0xFF, 0x00, /* 2-7  usages of the keys that are down */
    0x95, 0x06, 0x81, 0x00,
    0xC0,
};

/* Keys of usages that follow each other: plain, and with Shift. */
static const struct {
    uint8_t first;
    const char *plain, *shifted;
} runs[] = {
    {0x04, "abcdefghijklmnopqrstuvwxyz1234567890", "ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()"},
    {0x28, "\r", "\r"},                                 /* Enter */
    {0x2B, "\t -=[]\\\\;'`,./", "\t _+{}||:\"~<>?"},    /* Tab to slash; 32 is 31 on ISO keyboards */
    {0x54, "/*-+\r1234567890.\\", "/*-+\r1234567890.|"}, /* keypad, as with Num Lock; 64 */
    {0x67, "=", "="},
    {0x85, ",=", ",="},
};

/* With Ctrl, besides Ctrl+A to Ctrl+Z: by position, since readers mean the US keyboard. */
static const struct {
    uint8_t usage, control;
} controls[] = {
    {0x28, '\r'}, {0x2B, '\t'}, {0x58, '\r'}, {0x2F, 0x1B}, {0x31, 0x1C}, {0x32, 0x1C},
    {0x30, 0x1D}, {0x23, 0x1E}, {0x2D, 0x1F},
};

/* 128 to 255 of code page 437, and 128 to 159 of 1252. */
static const uint16_t oem_437[] = {
    0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7,
    0x00EA, 0x00EB, 0x00E8, 0x00EF, 0x00EE, 0x00EC, 0x00C4, 0x00C5,
    0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2, 0x00FB, 0x00F9,
    0x00FF, 0x00D6, 0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192,
    0x00E1, 0x00ED, 0x00F3, 0x00FA, 0x00F1, 0x00D1, 0x00AA, 0x00BA,
    0x00BF, 0x2310, 0x00AC, 0x00BD, 0x00BC, 0x00A1, 0x00AB, 0x00BB,
    0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556,
    0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B, 0x2510,
    0x2514, 0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F,
    0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256C, 0x2567,
    0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B,
    0x256A, 0x2518, 0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580,
    0x03B1, 0x00DF, 0x0393, 0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4,
    0x03A6, 0x0398, 0x03A9, 0x03B4, 0x221E, 0x03C6, 0x03B5, 0x2229,
    0x2261, 0x00B1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00F7, 0x2248,
    0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x00A0,
};
static const uint16_t ansi_1252[] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
    0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};
// clang-format on

const size_t hid_boot_keyboard_bytes = sizeof hid_boot_keyboard;

#define COUNT(array) (sizeof array / sizeof array[0])

const struct hid_keymap *hid_keymap_find(const char *name)
{
    for (size_t i = 0; i < COUNT(keymaps); i++)
        if (strcmp(keymaps[i].name, name) == 0) return &keymaps[i];
    return NULL;
}

int hid_key_pad_digit(uint8_t usage)
{
    if (usage == 0x62) return 0;
    return usage >= 0x59 && usage <= 0x61 ? usage - 0x58 : -1;
}

static size_t put_utf8(uint32_t c, uint8_t text[HID_KEYS_TEXT_MAX])
{
    if (c < 0x80) {
        text[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        text[0] = (uint8_t)(0xC0 | c >> 6);
        text[1] = (uint8_t)(0x80 | (c & 0x3F));
        return 2;
    }
    text[0] = (uint8_t)(0xE0 | c >> 12);
    text[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
    text[2] = (uint8_t)(0x80 | (c & 0x3F));
    return 3;
}

size_t hid_key_alt_code(unsigned number, bool leading_zero, uint8_t text[HID_KEYS_TEXT_MAX])
{
    if (number == 0 || number > 0xFF) return 0;
    if (number < 0x80) return put_utf8(number, text);
    if (!leading_zero) return put_utf8(oem_437[number - 0x80], text);
    return put_utf8(number < 0xA0 ? ansi_1252[number - 0x80] : number, text);
}

static uint16_t us_character(uint8_t usage, bool shift)
{
    for (size_t i = 0; i < COUNT(runs); i++)
        if (usage >= runs[i].first && usage < runs[i].first + strlen(runs[i].plain)) {
            const char *text = shift ? runs[i].shifted : runs[i].plain;
            return (uint8_t)text[usage - runs[i].first];
        }
    return 0;
}

/* What the key stands for with Shift or AltGr. */
static uint16_t character(
    const struct hid_keymap *map, uint8_t usage, bool shift, bool alt_gr, bool *dead)
{
    for (const struct keymap_row *row = map->rows; row->usage != 0; row++) {
        if (row->usage != usage) continue;
        const uint16_t levels[] = {row->plain, row->shifted, row->alt_gr};
        unsigned level = alt_gr ? 2 : shift ? 1 : 0;
        *dead = row->dead >> level & 1;
        return levels[level];
    }
    *dead = false;
    return alt_gr ? 0 : us_character(usage, shift);
}

static bool is_letter(uint16_t c)
{
    uint16_t small = c | 0x20;
    return small >= 'a' && small <= 'z';
}

static uint16_t control_character(const struct hid_keymap *map, uint8_t usage)
{
    for (size_t i = 0; i < COUNT(controls); i++)
        if (controls[i].usage == usage) return controls[i].control;
    bool dead;
    uint16_t c = character(map, usage, false, false, &dead);
    return is_letter(c) ? c & 0x1F : 0;
}

/* Keys that change what others mean, or nothing at all. */
static bool has_no_effect(uint8_t usage)
{
    return usage == 0 || usage == HID_KEY_CAPS_LOCK || usage == 0x47 || usage == 0x53 ||
           usage >= 0xA5; /* Scroll Lock, Num Lock; reserved and modifiers */
}

struct hid_key hid_key_press(
    const struct hid_keymap *map, uint8_t usage, uint8_t modifiers, bool caps)
{
    struct hid_key key = {.kind = HID_KEY_COMMAND};
    bool ctrl = modifiers & HID_KEYS_CTRL, alt = modifiers & HID_KEYS_ALT;
    bool shift = modifiers & HID_KEYS_SHIFT;
    bool alt_gr = (modifiers & HID_KEYS_ALT_GR) || (ctrl && alt); /* Windows: the same */
    uint16_t c = 0;
    if (has_no_effect(usage)) {
        key.kind = HID_KEY_NOTHING;
        return key;
    }
    if (modifiers & HID_KEYS_GUI) return key;
    if (alt)
        c = alt_gr ? character(map, usage, shift, true, &key.dead) : 0;
    else if (ctrl)
        c = control_character(map, usage);
    else
        c = character(map, usage, shift, false, &key.dead);
    if (c == 0) return key;
    if (caps && is_letter(c)) c ^= 0x20;
    key.kind = HID_KEY_TEXT;
    key.length = (uint8_t)put_utf8(c, key.text);
    return key;
}
