/* SPDX-License-Identifier: MIT
 *
 * hid_pos.c - bar code scanners that speak HID POS (usage page 8C, scanned data report).
 * In: reports, several for a long symbol; out: one symbol with its AIM identifier, or a misread.
 * Must not know: USB, what the text means.
 *
 *   0    1    2 3 4     5 ... 60    61       62    63
 *   id   n    ] E 0     data        vendor   -     bit 0: more reports follow for this symbol
 *
 * n counts the data bytes of this report alone; the identifier stands in every report, on some
 * readers in the first one only. Some put one byte more before the identifier, and the data moves
 * with it. Other positions, and what can be sent: hid_pos_layout.c.
 *
 * An answer to a menu command comes like a symbol, as ]Z6 and the command, 06 (done), 15 or 05, and
 * "." or "!"; the lines of text before it as ]X0. Sources: HID Point of Sale Usage Tables 1.02,
 * section 4; captures of Honeywell readers; python_hon_usbhid, README; WebHidBarcodeScanner,
 * src/main.js (the byte more, feature report FE).
 */
#include "driver.h"

#include "hid_pos_layout.h"
#include "line_text.h"

#include <string.h>

#define POS_WAIT_MS 500u
#define POS_COMMAND_MS 50u /* between the till's answer and the command to be silent */

/* Whether the reader's own beep, which comes before anything is stored, is off. */
enum own_beep { BEEP_AS_IT_LIKES = 0, BEEP_TO_SILENCE, BEEP_ASKED, BEEP_ANSWERED };

struct hid_pos {
    struct pos_layout at;
    struct pos_outputs outputs;
    uint8_t suffix;   /* index into suffixes[] */
    uint8_t own_beep; /* enum own_beep */
    bool pending;     /* text[] holds the first reports of a symbol */
    bool lost;        /* a report was broken: skip what belongs to the same symbol */
    char aim[4];
    uint8_t vendor;
    size_t length;
    uint8_t text[LOY_EVENT_DATA_MAX];
};

/* What the shop may say that its readers put behind the text. */
static const struct {
    const char *name, *text;
} suffixes[] = {{"none", ""}, {"cr", "\r"}, {"crlf", "\r\n"}};

/* What Honeywell and others put into byte 61; it counts where there is no AIM identifier (letters:
 * WebHidBarcodeScanner, src/main.js). */
static const struct {
    char letter;
    uint8_t symbology;
} vendor_letters[] = {
    {'d', LOY_SYMBOLOGY_EAN_13},
    {'D', LOY_SYMBOLOGY_EAN_8},
    {'c', LOY_SYMBOLOGY_UPC_A},
    {'E', LOY_SYMBOLOGY_UPC_E},
    {'s', LOY_SYMBOLOGY_QR},
    {'j', LOY_SYMBOLOGY_CODE_128},
    {'I', LOY_SYMBOLOGY_GS1_128},
    {'b', LOY_SYMBOLOGY_CODE_39},
    {'i', LOY_SYMBOLOGY_CODE_93},
    {'a', LOY_SYMBOLOGY_CODABAR},
    {'e', LOY_SYMBOLOGY_ITF},
    {'w', LOY_SYMBOLOGY_DATA_MATRIX},
    {'z', LOY_SYMBOLOGY_AZTEC},
    {'r', LOY_SYMBOLOGY_PDF417},
    {'x', LOY_SYMBOLOGY_MAXICODE},
    {'h', LOY_SYMBOLOGY_CODE_11},
    {'g', LOY_SYMBOLOGY_MSI},
    {'f', LOY_SYMBOLOGY_CODE_2_OF_5},
    {'m', LOY_SYMBOLOGY_CODE_2_OF_5},
    {'{', LOY_SYMBOLOGY_GS1_DATABAR},
    {'}', LOY_SYMBOLOGY_GS1_DATABAR},
};

#define HONEYWELL_BEEP                                                                             \
    "nothing to do: it is silenced until it loses power when the till answers for the first "      \
    "time; "                                                                                       \
    "for good by the menu command BEPBEP0. (beeper, good read off)"
#define NEWLAND_BEEP "scan the command @GRBENA0 (good read beep off) of its manual as a bar code"

/* Sources: Intermec: learning-rust-usb-hid-barcode-scanner-server, src/constants.rs. Honeywell:
 * WebHidBarcodeScanner, src/main.js (0b8f); qzind/tray issues 288 (0b87) and 1312 (1007);
 * purejavahidapi pull request 70 (0907). Newland: manuals of NLS-FM420, NLS-HR200 and ID TECH
 * 2DScan, "VID and PID table". Of Zebra, Datalogic and Youjie no product number is public: their
 * report descriptor tells. */
static const struct loy_match models[] = {
    {0x067e, 0x0809, "Intermec SG20, HID POS mode", NULL, NULL},
    {0x0c2e, 0x0907, "Honeywell Xenon 1900, HID POS mode", NULL, HONEYWELL_BEEP},
    {0x0c2e, 0x0b87, "Honeywell scanner, HID POS mode", NULL, HONEYWELL_BEEP},
    {0x0c2e, 0x0b8f, "Honeywell Voyager 1400g, HID POS mode", NULL, HONEYWELL_BEEP},
    {0x0c2e, 0x1007, "Honeywell scanner, HID POS mode", NULL, HONEYWELL_BEEP},
    {0x1eab, 0x0110, "Newland NLS-HR200, HID POS mode", NULL, NEWLAND_BEEP},
    {0x1eab, 0x0210, "Newland NLS-EM2027, HID POS mode", NULL, NEWLAND_BEEP},
    {0x1eab, 0x0d10, "Newland NLS-FM420, HID POS mode", NULL, NEWLAND_BEEP},
    {0, 0, NULL, NULL, NULL},
};

static int hid_pos_claim(const struct loy_identity *who, const char **why)
{
    struct pos_layout layout;
    if (who->bus != LOY_BUS_USB_HID) return 0;
    if (!who->has_descriptor) {
        *why = "its ids are those of a HID POS scanner; no report descriptor was read";
        return match_find(models, who->vid, who->pid) != NULL ? 40 : 0;
    }
    if (!pos_layout_read(&who->layout, &layout)) return 0;
    *why = "its report descriptor is that of a HID POS bar code scanner";
    return 100;
}

static bool read_suffix(const struct loy_identity *who, uint8_t *suffix)
{
    const char *value = identity_option(who, "suffix");
    for (uint8_t i = 0; value != NULL && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (strcmp(value, suffixes[i].name) != 0) continue;
        *suffix = i;
        return true;
    }
    return value == NULL;
}

static enum loy_status hid_pos_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"descriptor", "vid", "pid", "suffix", NULL};
    struct hid_pos *state = self;
    const char *wrong = NULL;
    (void)line;
    pos_layout_guess(who->vid, &state->at);
    pos_outputs_read(who, &state->outputs);
    if (!identity_options_known(who, keys))
        wrong = "the options of hid-pos are descriptor, vid, pid and suffix";
    else if (!read_suffix(who, &state->suffix))
        wrong = "suffix= wants cr, crlf or none";
    else if (who->has_descriptor && !pos_layout_read(&who->layout, &state->at))
        wrong =
            "this report descriptor has no scanned data report (usage page 8C): another reader, "
            "or a scanner in another mode";
    if (wrong == NULL) return LOY_OK;
    *complaint = wrong;
    return LOY_E_ARGUMENT;
}

/* ---- What is sent --------------------------------------------------------------------------- */

/* SYN BEL CR: beep; SYN M CR: a menu command, with "!" until power is lost, with "." for good. */
static const char beep_once[] = "\x16\x07\r", beep_twice[] = "\x16\x07\r\x16\x07\r";
static const char be_silent[] = "\x16M\rBEPBEP0!", command_name[] = "BEPBEP0";

static void send_serial(const struct hid_pos *state, const char *text, struct loy_step *step)
{
    size_t n = strlen(text);
    step->send_kind = LOY_SEND_OUTPUT;
    step->send_length = (uint16_t)state->outputs.serial_bytes;
    memset(step->send, 0, sizeof step->send);
    step->send[0] = POS_SERIAL_REPORT;
    step->send[1] = (uint8_t)n;
    memcpy(step->send + 2, text, n);
}

static void send_sound(const struct pos_sound *sound, struct loy_step *step)
{
    step->send_kind = LOY_SEND_OUTPUT;
    step->send_length = (uint16_t)sound->report_bytes;
    memset(step->send, 0, sizeof step->send);
    if (sound->has_id) step->send[0] = sound->report_id;
    step->send[sound->at] |= sound->mask;
}

/* Scans go to one interface only; a reader that is also a keyboard must be told which, each time
 * that it is opened. */
static void hid_pos_open(void *self, struct loy_step *step)
{
    const struct hid_pos *state = self;
    const struct pos_outputs *out = &state->outputs;
    step->answers_nothing =
        out->serial_bytes == 0 && out->good.report_bytes == 0 && out->bad.report_bytes == 0;
    if (out->redirect_bytes == 0) return;
    step->send_kind = LOY_SEND_FEATURE;
    step->send_length = (uint16_t)out->redirect_bytes;
    memset(step->send, 0, sizeof step->send);
    step->send[0] = POS_REDIRECT_REPORT;
    step->send[1] = 1;
}

/* The own beep goes off with the till's first answer and not before: a program that only looks, or
 * never answers, would leave the reader mute. */
static void hid_pos_answer(void *self, enum loy_answer answer, struct loy_step *step)
{
    struct hid_pos *state = self;
    const struct pos_outputs *out = &state->outputs;
    bool accepted = answer == LOY_ANSWER_ACCEPTED;
    if (!accepted && out->bad.report_bytes > 0)
        send_sound(&out->bad, step);
    else if (out->serial_bytes > 0)
        send_serial(state, accepted ? beep_once : beep_twice, step);
    else if (accepted && out->good.report_bytes > 0)
        send_sound(&out->good, step);
    if (!out->has_commands || out->serial_bytes == 0) return;
    if (state->own_beep != BEEP_AS_IT_LIKES || state->pending) return;
    state->own_beep = BEEP_TO_SILENCE;
    step->wait_ms = POS_COMMAND_MS;
}

/* ---- Symbols -------------------------------------------------------------------------------- */

static void forget_symbol(struct hid_pos *state)
{
    explicit_bzero(state->text, state->length);
    state->length = 0;
    state->pending = false;
}

static void report_fault(
    struct hid_pos *state, struct loy_step *step, enum loy_misread reason, bool more)
{
    forget_symbol(state);
    state->lost = more;
    event_misread(&step->event, driver_hid_pos.name, reason);
    step->has_event = true;
}

static size_t length_without_suffix(const struct hid_pos *state)
{
    const char *suffix = suffixes[state->suffix].text;
    size_t n = strlen(suffix);
    bool there = state->length >= n && memcmp(state->text + state->length - n, suffix, n) == 0;
    return there ? state->length - n : state->length;
}

static enum loy_symbology symbology_of(const struct hid_pos *state, size_t n)
{
    if (state->aim[0] != '\0') return loy_aim_symbology(state->aim, state->text, n);
    for (size_t i = 0; i < sizeof vendor_letters / sizeof vendor_letters[0]; i++)
        if (vendor_letters[i].letter == (char)state->vendor)
            return (enum loy_symbology)vendor_letters[i].symbology;
    return LOY_SYMBOLOGY_NONE;
}

/* The answer to our own command: its name, a status, and the character that ended it. */
static bool is_own_answer(const struct hid_pos *state)
{
    size_t n = sizeof command_name - 1;
    return state->own_beep == BEEP_ASKED && state->length == n + 2 &&
           memcmp(state->text, command_name, n) == 0 &&
           memchr("\x06\x15\x05", state->text[n], 3) != NULL &&
           (state->text[n + 1] == '!' || state->text[n + 1] == '.');
}

/* Nothing was scanned. ]X0 is Bookland too, so it is an answer only if it is the one awaited. */
static bool take_answer(struct hid_pos *state, struct loy_step *step)
{
    bool own = is_own_answer(state);
    if (own) {
        state->own_beep = BEEP_ANSWERED;
        if (state->text[sizeof command_name - 1] != 0x06)
            step->hint = "it keeps its own beep beside the till's: scan \"beeper, good read off\" "
                         "of its manual";
    }
    return own || memcmp(state->aim, "]Z6", 4) == 0;
}

static void report_symbol(struct hid_pos *state, struct loy_step *step)
{
    size_t n = length_without_suffix(state);
    if (!take_answer(state, step) && n > 0) {
        event_begin(&step->event, driver_hid_pos.name);
        event_add_symbol(&step->event, symbology_of(state, n), state->aim, state->text, n);
        step->has_event = true;
    }
    forget_symbol(state);
}

/* ---- Reports ------------------------------------------------------------------------------- */

/* One part of a symbol, cut out of its report. */
struct pos_part {
    char aim[4];
    size_t data, length;
    bool more;
};

/* Without a count the zeros behind the data are padding. */
static size_t length_without_padding(const uint8_t *data, size_t n)
{
    while (n > 0 && data[n - 1] == 0)
        n--;
    return n;
}

/* False: it says that it holds more than it can. */
static bool read_part(const struct pos_layout *at, const uint8_t *report, struct pos_part *part)
{
    const uint8_t *aim = report + at->aim;
    bool moved = at->has_aim && !line_is_aim(aim, 3) && at->aim + 4 <= at->report_bytes &&
                 line_is_aim(aim + 1, 3);
    size_t end = at->more > at->data ? at->more : at->report_bytes;
    memset(part, 0, sizeof *part);
    if (moved || (at->has_aim && line_is_aim(aim, 3))) memcpy(part->aim, aim + moved, 3);
    part->data = at->data + moved;
    size_t room = end - part->data < at->data_size ? end - part->data : at->data_size;
    part->length =
        at->has_count ? report[at->count] : length_without_padding(report + part->data, room);
    part->more = (report[at->more] & at->more_mask) != 0;
    return part->length <= room;
}

static void take_part(struct hid_pos *state, const uint8_t *report, struct loy_step *step)
{
    struct pos_part part;
    bool fits = read_part(&state->at, report, &part);
    if (state->lost) {
        state->lost = part.more;
        return;
    }
    /* The end of the last symbol is missing: say so first, then take this report as a new
     * beginning. A later part may come without an identifier, never with another one. */
    bool other = part.aim[0] != '\0' && memcmp(part.aim, state->aim, sizeof part.aim) != 0;
    if (state->pending && other) {
        report_fault(state, step, LOY_MISREAD_TRUNCATED, false);
        step->used = 0;
        return;
    }
    if (!fits || part.length > sizeof state->text - state->length) {
        report_fault(state, step, fits ? LOY_MISREAD_TOO_LONG : LOY_MISREAD_DEVICE, part.more);
        return;
    }
    if (!state->pending) memcpy(state->aim, part.aim, sizeof part.aim);
    memcpy(state->text + state->length, report + part.data, part.length);
    state->length += part.length;
    state->vendor = state->at.vendor != 0 ? report[state->at.vendor] : 0;
    state->pending = part.more;
    if (!part.more) report_symbol(state, step);
}

/* Whether more of the symbol may follow a report whose end is missing: only a full one is
 * continued. What follows must be skipped, or it would pass for a symbol of its own. */
static bool may_continue(const struct pos_layout *at, const uint8_t *report, size_t length)
{
    if (at->more_mask == 0) return false;
    return !at->has_count || at->count >= length || report[at->count] >= at->data_size;
}

/* Triggers, status and attributes have reports of their own. */
static bool is_ours(const struct pos_layout *at, const uint8_t *bytes, size_t length)
{
    return length > 0 && (!at->has_id || bytes[0] == at->report_id);
}

static void feed_report(
    struct hid_pos *state, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    const struct pos_layout *at = &state->at;
    if (!is_ours(at, bytes, length)) return;
    if (length < at->report_bytes)
        report_fault(state, step, LOY_MISREAD_TRUNCATED, may_continue(at, bytes, length));
    else if (length > at->report_bytes)
        report_fault(state, step, LOY_MISREAD_UNKNOWN_LAYOUT, false);
    else
        take_part(state, bytes, step);
}

/* Whether a report without its ID has one byte more before the identifier: then its first byte is a
 * count, and text stands where the count says that it ends. In another report it is an ID. */
static bool is_bare_and_moved(const struct pos_layout *at, const uint8_t *bytes)
{
    size_t n = bytes[0];
    return line_is_aim(bytes + at->aim, 3) && n != at->report_id && n > 0 && n <= at->data_size &&
           bytes[at->data + n - 1] != 0;
}

/* Browsers and some tools hand a report over without its ID. Only an AIM identifier in its place
 * tells such a report from another one that was cut: ']' is no count. */
static bool is_bare(const struct pos_layout *at, const uint8_t *bytes, size_t length)
{
    if (!at->guessed || !at->has_aim || length + 1 != at->report_bytes) return false;
    return bytes[at->aim - 1] == ']' || is_bare_and_moved(at, bytes);
}

static void hid_pos_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct hid_pos *state = self;
    step->used = length;
    if (is_bare(&state->at, bytes, length)) {
        uint8_t whole[64] = {state->at.report_id};
        memcpy(whole + 1, bytes, length);
        feed_report(state, whole, sizeof whole, step);
        explicit_bzero(whole, sizeof whole);
    } else {
        feed_report(state, bytes, length, step);
    }
    bool in_dialogue = state->own_beep == BEEP_TO_SILENCE || state->own_beep == BEEP_ASKED;
    if (state->pending || state->lost || in_dialogue) step->wait_ms = POS_WAIT_MS;
}

static void hid_pos_silence(void *self, struct loy_step *step)
{
    struct hid_pos *state = self;
    state->lost = false;
    if (state->pending) report_fault(state, step, LOY_MISREAD_TRUNCATED, false);
    if (state->own_beep == BEEP_ASKED) state->own_beep = BEEP_ANSWERED;
    if (state->own_beep != BEEP_TO_SILENCE) return;
    state->own_beep = BEEP_ASKED;
    send_serial(state, be_silent, step);
    step->wait_ms = POS_WAIT_MS;
}

/* ---- Recordings ----------------------------------------------------------------------------- */

static bool is_used(const struct pos_layout *at, const struct pos_part *part, size_t i)
{
    bool aim = at->has_aim && i >= at->aim && i < at->aim + 3 + (part->data - at->data);
    bool data = i >= part->data && i < part->data + part->length;
    return (at->has_id && i == 0) || (at->has_count && i == at->count) || aim || data ||
           (at->vendor != 0 && i == at->vendor) || (at->more_mask != 0 && i == at->more);
}

static void redact_report(const struct pos_layout *at, uint8_t *bytes, size_t length)
{
    struct pos_part part = {.data = at->data};
    bool ours = is_ours(at, bytes, length);
    if (ours && length == at->report_bytes && !read_part(at, bytes, &part)) part.length = 0;
    for (size_t i = 0; i < length; i++)
        if (ours ? !is_used(at, &part, i) : i > 0) bytes[i] = 0;
}

/* Readers pad with what they like: with the rest of a longer symbol, for one. */
static void hid_pos_redact(const void *self, uint8_t *bytes, size_t length)
{
    const struct hid_pos *state = self;
    const struct pos_layout *at = &state->at;
    if (!is_bare(at, bytes, length)) {
        redact_report(at, bytes, length);
        return;
    }
    uint8_t whole[64] = {at->report_id};
    memcpy(whole + 1, bytes, length);
    redact_report(at, whole, sizeof whole);
    memcpy(bytes, whole + 1, length);
    explicit_bzero(whole, sizeof whole);
}

const struct loy_driver driver_hid_pos = {
    .name = "hid-pos",
    .title = "Bar code scanners in HID POS mode (usage page 8C)",
    .beep = "the manual has a bar code for it: \"good read beep off\", \"do not beep after good "
            "decode\" or "
            "\"beeper volume: off\"",
    .match = models,
    .unit = LOY_UNIT_REPORT,
    .bus = LOY_BUS_USB_HID,
    .state_size = sizeof(struct hid_pos),
    .session_size = offsetof(struct hid_pos, pending),
    .claim = hid_pos_claim,
    .start = hid_pos_start,
    .feed = hid_pos_feed,
    .silence = hid_pos_silence,
    .open = hid_pos_open,
    .answer = hid_pos_answer,
    .redact = hid_pos_redact,
};
