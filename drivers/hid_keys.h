/* SPDX-License-Identifier: MIT
 *
 * hid_keys.h - what a press of a key means, for keyboard-mode readers.
 * In: HID usages of page 07, modifiers, codes typed with Alt; out: text in UTF-8.
 * Must not know: reports, reads, devices.
 */
#ifndef DRIVERS_HID_KEYS_H
#define DRIVERS_HID_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Byte 0 of a boot report; the left and the right one of each. */
#define HID_KEYS_CTRL 0x11u
#define HID_KEYS_SHIFT 0x22u
#define HID_KEYS_ALT 0x44u
#define HID_KEYS_GUI 0x88u
#define HID_KEYS_ALT_GR 0x40u

#define HID_KEYS_TEXT_MAX 3u /* bytes of UTF-8 that one key makes */

enum hid_key_usage {
    HID_KEY_ERROR_FIRST = 0x01, /* rolled over, self-test failed, undefined: the keys are unknown */
    HID_KEY_ERROR_LAST = 0x03,
    HID_KEY_SPACE = 0x2C,
    HID_KEY_CAPS_LOCK = 0x39,
    HID_KEY_MODIFIER_FIRST = 0xE0, /* in the order of the bits of byte 0 */
    HID_KEY_MODIFIER_LAST = 0xE7
};

enum hid_key_kind {
    HID_KEY_NOTHING = 0, /* locks and keys that do not exist: as if it had not been pressed */
    HID_KEY_TEXT,
    HID_KEY_COMMAND /* F1, arrows, Escape, Alt+F...: on a host it would do something, but no text */
};

struct hid_key {
    uint8_t kind;   /* enum hid_key_kind */
    uint8_t length; /* bytes of text; Enter is CR, Ctrl+J LF, Tab HT */
    uint8_t text[HID_KEYS_TEXT_MAX];
    bool dead; /* a space behind it belongs to it */
};

/* The layout of the host that a reader believes to type on: differences from the US one. */
struct hid_keymap;

/* "us", "de"...; or NULL. */
const struct hid_keymap *hid_keymap_find(const char *name);

struct hid_key hid_key_press(
    const struct hid_keymap *map, uint8_t usage, uint8_t modifiers, bool caps);

/* 0 to 9 for a digit of the keypad, or -1. */
int hid_key_pad_digit(uint8_t usage);

/* The character that Alt and these keypad digits make, in UTF-8: its bytes, 0 if there is none.
 * With a leading zero it is one of code page 1252, without one of 437; below 128 both are ASCII. */
size_t hid_key_alt_code(unsigned number, bool leading_zero, uint8_t text[HID_KEYS_TEXT_MAX]);

/* The report descriptor of a boot keyboard (HID 1.11, appendix B.1), its input report alone. */
extern const uint8_t hid_boot_keyboard[];
extern const size_t hid_boot_keyboard_bytes;
#define HID_BOOT_REPORT_BYTES 8u

#endif
