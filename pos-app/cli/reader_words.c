/* SPDX-License-Identifier: MIT
 *
 * reader_words.c - the reader library's sentences in the language of who reads them.
 * In: a loy_device's text or why; out: the same in the program's language. Must not know: when a
 * sentence is said. To add one: a line here and in the .po; house_reader_words finds those that
 * drivers/ no longer says. A translation keeps ": " or "; " as a full-width colon or semicolon: the
 * doctor splits there.
 */
#include "reader_words.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#define N_(text) text

// clang-format off
static const char *const sentences[] = {
    /* Better modes: hid_keyboard_models.h, symbol_hid_com.c, magtek_hid.c. */
    N_("types like a keyboard; better: scan \"USB HID POS\" in its manual, or \"USB COM\" (then it is a serial port)"),
    N_("types like a keyboard; better: set its interface type to HID (property 10 hex, value 0) with MagTek's configuration program"),
    N_("types like a keyboard; better, if the maker's configuration program offers it: USB HID mode"),
    N_("for codes of more than 63 characters choose USB HID POS or CDC in its manual: this mode does not mark where a code ends"),
    N_("masks cards of the bank layout, also the shop's own where '=' or '^' follows the number: its supplier can change the ISO Track Mask property (07)"),
    /* Recognised and not driven: detected.c. */
    N_("SNAPI is Zebra's own protocol: scan the bar code \"USB HID POS\" of the scanner's manual, or \"USB CDC Host\", and then name its port"),
    N_("IBM / USB OEM mode is for IBM's tills and not public: scan the bar code \"USB HID POS\" of the scanner's manual, or \"USB COM\", and then name its port"),
    N_("in configuration mode it reads nothing: unplug it and plug it in again; if it stays so, scan the bar code \"USB HID POS\" of its manual"),
    N_("a payment terminal: it is for the bank's card, never for loyalty cards"),
    N_("it encrypts every card for a bank, so no card number can be read here: use a reader without encryption for the shop's cards"),
    /* Hints of drivers, and of the hub. */
    N_("it keeps its own beep beside the till's: scan \"beeper, good read off\" of its manual"),
    N_("sends cards encrypted only: the shop needs a reader without encryption"),
    N_("does not answer: wrong port, wrong speed or no power"),
    N_("this reader masks the shop's own cards, so nobody can be found by them: switch masking off in the reader's settings, or use another reader"),
    N_("the scanner sends seven bits and even parity: say ?bits=7&parity=even, or ?preset=olivetti or cute"),
    N_("the scanner sends seven bits and odd parity: say ?bits=7&parity=odd, or ?preset=ncr or datalogic"),
    N_("the bytes come damaged, so the line settings are wrong: try ?preset=NAME, ?baud=19200, or ?bits=7&parity=even"),
    N_("no line end comes as it is set: say ?suffix=none, cr, lf, crlf, tab or eot, or scan the bar code \"Enter\" or \"CR suffix\" of the manual"),
    N_("no STX comes, and this preset takes nothing else: say ?preset=plain, or the preset of the scanner's host"),
    N_("if no more scans come, the scanner waits for ACK: say ?ack=1 or ?preset=olivetti, or turn ACK/NAK off in the scanner"),
    N_("plain text instead of SSI packets: scan \"Send Packeted Decode Data\" of the scanner's manual, or say ?driver=serial-line"),
    N_("the scanner does not answer: scan the bar code for the SSI host of its manual, check the line settings (?baud=9600), or say ?driver=serial-line"),
    /* A driver that was asked for by name, and is not the right one. */
    N_("this report descriptor is not that of a keyboard: another reader, or a reader in another mode"),
    N_("this report descriptor has no scanned data report (usage page 8C): another reader, or a scanner in another mode"),
    N_("this report descriptor has no stripe data (usage page 8E): another reader"),
    N_("this report descriptor is not that of an ID TECH stripe reader: another reader, or a reader in another mode"),
    N_("this report descriptor is not that of a MagTek swipe report: another reader, or a reader in another mode"),
    N_("this report descriptor is not that of an MSR605X: another reader"),
    /* What keeps a device from being opened: transport_*.c. */
    N_("no permission: install 70-loyalty-readers.rules, join the group plugdev, plug it in again; `loyalty doctor` says which of these is missing"),
    N_("no permission: add the user to the group that owns the device (input)"),
    N_("another program holds it: close that, it is taken up by itself"),
    N_("another program holds the port: close it, it is taken up by itself"),
    N_("another program has grabbed it: close that, it is taken up by itself"),
    N_("the port is not there: plug it in, it is taken up by itself"),
    N_("the device is not there: plug it in, it is taken up by itself"),
    N_("unplugged: plug it in again, it is taken up by itself"),
    N_("that is not a serial port"),
    N_("that is not an input device: /dev/input/by-id has them by name"),
    N_("that input device has no digits: take the one whose name ends in -event-kbd"),
    N_("another device has this number now: name the reader by its link in /dev/input/by-id"),
    N_("does not tell its report descriptor: unplug it and plug it in again"),
    N_("its report descriptor is damaged: this device cannot be used"),
    N_("does not take interrupt transfers: use another USB port"),
    N_("keeps failing: unplug it and plug it in again"),
    N_("a keyboard, left alone; if it is a scanner or stripe reader, name it by its path above, with --path or for good with --bind"),
    /* Why this driver: claim() of each. */
    N_("asked for by name"),
    N_("its ids are those of a reader in keyboard mode"),
    N_("a keyboard that was named as a reader"),
    N_("its ids are those of a HID POS scanner; no report descriptor was read"),
    N_("its report descriptor is that of a HID POS bar code scanner"),
    N_("its report descriptor is that of a HID POS magnetic stripe reader"),
    N_("its ids are those of an ID TECH stripe reader"),
    N_("its report descriptor is that of an ID TECH stripe reader"),
    N_("its ids are those of a MagTek swipe reader; no report descriptor was read"),
    N_("its report descriptor is that of a MagTek swipe report"),
    N_("its ids and its reports of 64 bytes are those of an MSR605X"),
    N_("its ids are those of a Symbol scanner in simple COM port emulation"),
    N_("a serial port that was named, of a scanner that sends lines"),
    N_("a serial port that was named: lines of text"),
};

/* %s: words in the middle that stay as they are. */
static const char *const patterns[] = {
    N_("no permission: add the user to the group %s, and log in again"),
    N_("no permission; udev rule: %s"),
    N_("cannot be opened (%s): unplug it and plug it in again"),
    N_("the port does not take %s"),
};
// clang-format on

#define SENTENCE_COUNT (sizeof sentences / sizeof sentences[0])
#define PATTERN_COUNT (sizeof patterns / sizeof patterns[0])

/* The translation with the middle of the sentence put in; NULL: it is not of this pattern. */
static const char *fill(const char *pattern, const char *sentence)
{
    static char filled[512];
    size_t before = strcspn(pattern, "%"), length = strlen(sentence);
    const char *end = pattern + before + 2;
    if (length < before + strlen(end) || strncmp(sentence, pattern, before) != 0) return NULL;
    size_t middle = length - before - strlen(end);
    if (strcmp(sentence + before + middle, end) != 0) return NULL;
    char words[256];
    snprintf(words, sizeof words, "%.*s", (int)middle, sentence + before);
    snprintf(filled, sizeof filled, gettext(pattern), words);
    return filled;
}

const char *reader_words(const char *sentence)
{
    for (size_t i = 0; i < SENTENCE_COUNT; i++)
        if (strcmp(sentence, sentences[i]) == 0) return gettext(sentences[i]);
    for (size_t i = 0; i < PATTERN_COUNT; i++) {
        const char *filled = fill(patterns[i], sentence);
        if (filled) return filled;
    }
    return sentence;
}
