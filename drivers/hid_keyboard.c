/* SPDX-License-Identifier: MIT
 *
 * hid_keyboard.c - scanners and stripe readers that type what they read.
 * In: keyboard reports; out: a symbol, the tracks of a stripe, or a misread.
 * Must not know: USB, evdev, what the text means.
 *
 *   0          1         2 ... 7
 *   modifiers  reserved  usages of the keys that are down, 0: none; 01-03: not known
 *
 * That is the boot report (HID 1.11, appendix B.1); a report ID may stand before it. Positions are
 * taken from the descriptor (page 07: E0-E7 modifiers, an array, or a bit for each key). A usage
 * that was not down before is a character, in whatever slot: some readers use the third, some
 * send no key-up between different keys, some set Shift one report earlier. Alt, three or four
 * digits of the keypad (also all in one report), Alt up is a character by its code; Ctrl and a key
 * a control character. Locks are nothing, except that Caps Lock inverts letters until it comes
 * again. Other keys (F1, arrows, Escape) are nothing in front of and behind the text; inside it
 * they are a misread, as they may stand for a character that has no key.
 *
 * Enter, keypad Enter, Ctrl+M, Ctrl+J end a read, and so does Tab if nothing follows it or another
 * end does; ends without text are nothing, so a second suffix does no harm, however late. A stripe
 * may have an end behind each track: it waits for the next one. Sources: captures of seven readers;
 * MagTek D99875206 and D99875475; ID TECH SecureMag user manual.
 */
#include "driver.h"

#include "hid_keyboard_models.h"
#include "hid_keys.h"
#include "line_text.h"

#include <string.h>

#define KEYBOARD_WAIT_MS 300u /* no suffix by then: it will not come */
#define IDLE_WAIT_MS 200u     /* suffix=none: the end */
#define TRACK_WAIT_MS 100u    /* another track behind an end */
#define KEYS_MAX 32u
#define PAGE_KEYS 0x07u
#define PAGE_LAMPS 0x08u
#define ALT_DIGITS_MIN 3u /* fewer: some were lost, and another character would stand there */
#define ALT_DIGITS_MAX 4u

enum control { STX = 0x02, ETX = 0x03 };
enum key_end { END_ANY = 0, END_ENTER, END_TAB, END_IDLE };

struct keys {
    uint8_t modifiers;
    bool unknown; /* rolled over: which keys are down cannot be said */
    size_t count;
    uint8_t usages[KEYS_MAX]; /* in the order of the report */
};

struct hid_keyboard {
    struct hid_layout layout;
    bool guessed;     /* no descriptor was there: 8 bytes, or 9 with a report ID */
    uint8_t end;      /* enum key_end */
    uint8_t aim_mode; /* enum line_aim */
    const struct hid_keymap *map;
    struct keys held;
    bool caps;    /* Caps Lock was pressed, and not once more */
    bool begun;   /* a read was begun: if its text is gone, the stream broke */
    bool alive;   /* false: wiped since the last report */
    bool lost;    /* something was wrong: skip to the end */
    bool dead;    /* the last key was a dead one */
    bool gap;     /* a key without text came behind the text */
    bool ended;   /* a stripe and its end, but another track may follow */
    bool licence; /* line ends are part of it */
    bool alt_zero;
    uint8_t alt_digits;
    uint16_t alt_number;
    size_t length;
    uint8_t text[LINE_BYTES_MAX];
};

/* ---- The layout ---------------------------------------------------------------------------- */

static bool is_key_field(const struct hid_field *field)
{
    return field->type == HID_INPUT && field->usage_page == PAGE_KEYS &&
           field->application_page == 0x01 && field->application == 0x06;
}

/* Whether keys can be read from this report, not only modifiers. */
static bool has_keys(const struct hid_layout *layout, uint8_t report_id)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct hid_field *field = &layout->fields[i];
        if (is_key_field(field) && field->report_id == report_id &&
            field->usage < HID_KEY_MODIFIER_FIRST)
            return true;
    }
    return false;
}

static bool is_keyboard(const struct hid_layout *layout)
{
    for (size_t i = 0; i < layout->report_count; i++)
        if (has_keys(layout, layout->reports[i].report_id)) return true;
    return false;
}

static bool is_model(const struct loy_identity *who)
{
    return match_find(models, who->vid, who->pid) != NULL;
}

static int hid_keyboard_claim(const struct loy_identity *who, const char **why)
{
    bool model = is_model(who);
    if (who->bus != LOY_BUS_USB_HID || (!who->bound && !model)) return 0;
    if (who->has_descriptor && !is_keyboard(&who->layout)) return 0;
    *why = model ? "its ids are those of a reader in keyboard mode"
                 : "a keyboard that was named as a reader";
    return who->has_descriptor ? 50 : 30;
}

/* ---- Options ------------------------------------------------------------------------------- */

static int position_of(const char *value, const char *const *names)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(value, names[i]) == 0) return i;
    return -1;
}

static const char *read_options(struct hid_keyboard *state, const struct loy_identity *who)
{
    static const char *const switches[] = {"0", "1", NULL};               /* as enum line_aim */
    static const char *const ends[] = {"", "enter", "tab", "none", NULL}; /* as enum key_end */
    const char *aim = identity_option(who, "aim"), *suffix = identity_option(who, "suffix");
    const char *layout = identity_option(who, "layout");
    int choice = aim ? position_of(aim, switches) : LINE_AIM_AUTO;
    if (choice < 0) return "aim= wants 0 or 1";
    state->aim_mode = (uint8_t)choice;
    choice = suffix ? position_of(suffix, ends) : END_ANY;
    if (choice < 0 || (suffix && choice == END_ANY)) return "suffix= wants enter, tab or none";
    state->end = (uint8_t)choice;
    state->map = hid_keymap_find(layout ? layout : "us");
    if (state->map) return NULL;
    return "layout= wants us, be, ch, cz, de, dk, es, fr, it, no, pt, se, tr or uk";
}

static enum loy_status hid_keyboard_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"descriptor", "vid", "pid", "suffix", "aim", "layout", NULL};
    struct hid_keyboard *state = self;
    const char *wrong = read_options(state, who);
    (void)line;
    state->guessed = !who->has_descriptor;
    state->layout = who->layout;
    if (state->guessed)
        hid_descriptor_parse(hid_boot_keyboard, hid_boot_keyboard_bytes, &state->layout);
    if (!identity_options_known(who, keys))
        wrong = "the options of hid-keyboard are descriptor, vid, pid, suffix, aim and layout";
    else if (!is_keyboard(&state->layout))
        wrong = "this report descriptor is not that of a keyboard: another reader, or a reader in "
                "another mode";
    if (wrong == NULL) return LOY_OK;
    *complaint = wrong;
    return LOY_E_ARGUMENT;
}

/* Readers look at the lamps: with Caps Lock lit they invert letters, with Num Lock dark they press
 * it before an Alt code. What was lit when the kernel had them would stay so for ever. */
static void hid_keyboard_open(void *self, struct loy_step *step)
{
    const struct hid_keyboard *state = self;
    const struct hid_field *num_lock =
        hid_field_find(&state->layout, HID_OUTPUT, PAGE_LAMPS, 0x01, 0);
    if (num_lock == NULL || num_lock->bit_offset != 0) return;
    if (state->layout.has_report_ids) step->send[step->send_length++] = num_lock->report_id;
    step->send[step->send_length++] = 0x01;
}

/* ---- Reports to keys ----------------------------------------------------------------------- */

static size_t count_usage(const uint8_t *usages, size_t n, uint8_t usage)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += usages[i] == usage;
    return count;
}

static void add_key(struct keys *keys, uint32_t usage)
{
    if (usage >= HID_KEY_MODIFIER_FIRST && usage <= HID_KEY_MODIFIER_LAST)
        keys->modifiers |= (uint8_t)(1u << (usage - HID_KEY_MODIFIER_FIRST));
    else if (usage >= HID_KEY_ERROR_FIRST && usage <= HID_KEY_ERROR_LAST)
        keys->unknown = true;
    else if (usage == 0 || usage > 0xFF)
        return;
    else if (keys->count == KEYS_MAX)
        keys->unknown = true;
    else
        keys->usages[keys->count++] = (uint8_t)usage;
}

static void read_field(const struct hid_layout *layout, const struct hid_field *field,
    const uint8_t *report, size_t length, struct keys *keys)
{
    for (unsigned i = 0; i < field->count; i++) {
        uint32_t value = hid_field_value(layout, field, i, report, length);
        if (field->variable && value != 0)
            add_key(keys, field->usage + i);
        else if (!field->variable && (int64_t)value >= field->logical_min)
            add_key(keys, field->usage + value - (uint32_t)field->logical_min);
    }
}

static void read_keys(
    const struct hid_layout *layout, const uint8_t *report, size_t length, struct keys *keys)
{
    uint8_t report_id = layout->has_report_ids ? report[0] : 0;
    memset(keys, 0, sizeof *keys);
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct hid_field *field = &layout->fields[i];
        if (is_key_field(field) && field->report_id == report_id)
            read_field(layout, field, report, length, keys);
    }
}

/* ---- Text to events ------------------------------------------------------------------------ */

static void forget_text(struct hid_keyboard *state)
{
    explicit_bzero(state->text, state->length);
    state->length = 0;
    state->begun = state->lost = state->dead = state->gap = state->ended = state->licence = false;
    state->alt_zero = false;
    state->alt_digits = 0;
    state->alt_number = 0;
}

static bool is_pending(const struct hid_keyboard *state)
{
    return state->length > 0 || state->alt_digits > 0 || state->lost;
}

/* What follows up to the end belongs to the same read, and is none. */
static void report_fault(struct hid_keyboard *state, struct loy_step *step, enum loy_misread reason)
{
    bool licence = state->licence;
    forget_text(state);
    state->lost = true;
    state->licence = licence;
    event_misread(&step->event, driver_hid_keyboard.name, reason);
    step->has_event = true;
}

/* An end that was kept because more could have followed. */
static bool is_kept_end(const struct hid_keyboard *state, uint8_t byte)
{
    if (state->licence) return byte == '\r' || byte == '\n';
    return state->end == END_ANY && byte == '\t';
}

static void finish_text(struct hid_keyboard *state, struct loy_step *step)
{
    size_t n = state->length;
    while (n > 0 && is_kept_end(state, state->text[n - 1]))
        n--;
    if (n > 0 && state->text[n - 1] == ETX) n--;
    enum loy_misread fault = line_find_fault(state->text, n);
    step->has_event = n > 0 && !line_is_menu_answer(state->text, n);
    if (step->has_event && fault != LOY_MISREAD_NONE)
        event_misread(&step->event, driver_hid_keyboard.name, fault);
    else if (step->has_event)
        line_report(&step->event, driver_hid_keyboard.name, state->text, n, state->aim_mode);
    forget_text(state);
}

static void keep_byte(struct hid_keyboard *state, uint8_t byte, struct loy_step *step)
{
    if (state->length == sizeof state->text)
        report_fault(state, step, LOY_MISREAD_TOO_LONG);
    else
        state->text[state->length++] = byte;
}

static bool is_end(const struct hid_keyboard *state, uint8_t byte)
{
    if (state->end == END_IDLE || state->licence) return false;
    if (byte == '\r' || byte == '\n') return true;
    if (byte != '\t' || state->end == END_ENTER) return false;
    return state->end == END_TAB || state->ended || line_last_track(state->text, state->length) > 0;
}

static void take_end(struct hid_keyboard *state, struct loy_step *step)
{
    unsigned last = line_last_track(state->text, state->length);
    if (state->lost)
        forget_text(state);
    else if (last == 1 || last == 2)
        state->ended = true;
    else
        finish_text(state, step);
}

static void take_byte(struct hid_keyboard *state, uint8_t byte, struct loy_step *step)
{
    /* Enter may stand for the line feed with which a licence begins. */
    uint8_t mark = byte == '\r' ? '\n' : byte;
    state->licence |= line_begins_licence(state->text, state->length, mark);
    if (is_end(state, byte)) {
        take_end(state, step);
        return;
    }
    bool late_suffix = byte == '\t' && state->end == END_ANY;
    if (state->lost || (state->length == 0 && (byte == STX || late_suffix))) return;
    if (state->gap && !state->licence) {
        report_fault(state, step, LOY_MISREAD_DEVICE);
        return;
    }
    /* No track that may follow: the next read has begun. */
    if (state->ended && line_sentinel_track(byte) <= line_last_track(state->text, state->length))
        finish_text(state, step);
    state->ended = false;
    keep_byte(state, byte, step);
}

/* ---- Keys to text -------------------------------------------------------------------------- */

static void take_text(
    struct hid_keyboard *state, const uint8_t *text, size_t n, struct loy_step *step)
{
    for (size_t i = 0; i < n; i++)
        take_byte(state, text[i], step);
}

static void finish_alt(struct hid_keyboard *state, struct loy_step *step)
{
    uint8_t text[HID_KEYS_TEXT_MAX];
    size_t n = hid_key_alt_code(state->alt_number, state->alt_zero, text);
    if (state->alt_digits < ALT_DIGITS_MIN || state->alt_digits > ALT_DIGITS_MAX) n = 0;
    state->alt_digits = 0;
    state->alt_number = 0;
    state->alt_zero = false;
    if (n > 0)
        take_text(state, text, n, step);
    else if (!state->lost)
        report_fault(state, step, LOY_MISREAD_DEVICE);
}

static void take_alt_digit(struct hid_keyboard *state, unsigned digit)
{
    if (state->alt_digits == 0) state->alt_zero = digit == 0;
    /* One more than the longest is kept to say that it was too long. */
    if (state->alt_digits > ALT_DIGITS_MAX) return;
    state->alt_digits++;
    state->alt_number = (uint16_t)(state->alt_number * 10 + digit);
}

static void take_key(
    struct hid_keyboard *state, uint8_t usage, uint8_t modifiers, struct loy_step *step)
{
    int digit = hid_key_pad_digit(usage);
    if (usage == HID_KEY_CAPS_LOCK) state->caps = !state->caps;
    if ((modifiers & HID_KEYS_ALT) && digit >= 0) {
        take_alt_digit(state, (unsigned)digit);
        return;
    }
    struct hid_key key = hid_key_press(state->map, usage, modifiers, state->caps);
    if (key.kind == HID_KEY_NOTHING) return;
    bool completes = state->dead && usage == HID_KEY_SPACE;
    if (key.kind == HID_KEY_TEXT && !completes) take_text(state, key.text, key.length, step);
    state->dead = key.dead;
    /* Behind a stripe that waits for another track it is a suffix too. */
    if (key.kind == HID_KEY_COMMAND) state->gap |= state->length > 0 && !state->ended;
}

/* Whether the i-th usage of these is one more than are held. A reader may put the same digit into
 * two slots of one report. */
static bool is_new(const struct keys *held, const struct keys *now, size_t i)
{
    uint8_t usage = now->usages[i];
    return count_usage(now->usages, i + 1, usage) > count_usage(held->usages, held->count, usage);
}

static void keep_held(struct keys *held, const struct keys *now)
{
    size_t kept = 0;
    for (size_t i = 0; i < held->count; i++) {
        uint8_t usage = held->usages[i];
        size_t before = count_usage(held->usages, kept, usage);
        if (before < count_usage(now->usages, now->count, usage)) held->usages[kept++] = usage;
    }
    /* Keys that are up were digits of somebody's card. */
    explicit_bzero(held->usages + kept, held->count - kept);
    held->count = kept;
    held->modifiers = now->modifiers;
}

/* Takes the keys that are newly down, up to the first that makes an event: then the report comes
 * again, and what was taken of it is held. True: it is done. */
static bool take_keys(struct hid_keyboard *state, const struct keys *now, struct loy_step *step)
{
    struct keys *held = &state->held;
    keep_held(held, now);
    if (state->alt_digits > 0 && !(now->modifiers & HID_KEYS_ALT)) finish_alt(state, step);
    for (size_t i = 0; i < now->count; i++) {
        if (!is_new(held, now, i)) continue;
        if (step->has_event) return false;
        held->usages[held->count++] = now->usages[i];
        take_key(state, now->usages[i], now->modifiers, step);
    }
    return true;
}

/* ---- Feeding ------------------------------------------------------------------------------- */

/* Bytes of the report that stands first in these; 0: it has no keys, and says nothing about them. A
 * caller may hand over several at once. */
static size_t report_bytes(const struct hid_keyboard *state, const uint8_t *bytes, size_t length)
{
    const struct hid_layout *layout = &state->layout;
    uint8_t report_id = layout->has_report_ids ? bytes[0] : 0;
    if (!has_keys(layout, report_id)) return 0;
    if (state->guessed && length == HID_BOOT_REPORT_BYTES + 1) return length;
    return hid_input_bytes(layout, report_id);
}

static void take_report(
    struct hid_keyboard *state, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct keys now;
    size_t skip = state->guessed && length == HID_BOOT_REPORT_BYTES + 1 ? 1 : 0;
    read_keys(&state->layout, bytes + skip, length - skip, &now);
    step->used = length;
    if (now.unknown) {
        if (!state->lost) report_fault(state, step, LOY_MISREAD_DEVICE);
    } else if (!take_keys(state, &now, step)) {
        step->used = 0;
    }
    explicit_bzero(&now, sizeof now);
}

static uint32_t waiting_time(const struct hid_keyboard *state)
{
    if (!is_pending(state)) return 0;
    if (state->ended) return TRACK_WAIT_MS;
    return state->end == END_IDLE && !state->lost ? IDLE_WAIT_MS : KEYBOARD_WAIT_MS;
}

static void hid_keyboard_feed(
    void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct hid_keyboard *state = self;
    if (length == 0) return;
    size_t whole = report_bytes(state, bytes, length);
    /* The rest of a read whose beginning is gone would pass for a short one. */
    if (state->begun && !state->alive) state->lost = true;
    state->alive = true;
    step->used = length;
    if (whole > length && !state->lost)
        report_fault(state, step, LOY_MISREAD_TRUNCATED);
    else if (whole > 0 && whole <= length)
        take_report(state, bytes, whole, step);
    state->begun = is_pending(state);
    step->wait_ms = waiting_time(state);
}

/* What was typed is whole although no end came. */
static bool is_whole(const struct hid_keyboard *state)
{
    if (state->alt_digits > 0 || state->length == 0) return false;
    bool tab = state->end == END_ANY && state->text[state->length - 1] == '\t';
    return tab || state->ended || state->licence || state->end == END_IDLE ||
           line_is_failed_stripe(state->text, state->length);
}

static void hid_keyboard_silence(void *self, struct loy_step *step)
{
    struct hid_keyboard *state = self;
    if (is_whole(state))
        finish_text(state, step);
    else if (is_pending(state) && !state->lost)
        report_fault(state, step, LOY_MISREAD_TRUNCATED);
    forget_text(state);
}

const struct loy_driver driver_hid_keyboard = {
    .name = "hid-keyboard",
    .title = "Scanners and stripe readers in keyboard mode, the factory default of most",
    .beep = "the manual has a bar code for it: \"good read beep off\", \"do not beep after good "
            "decode\" or "
            "\"beeper volume: off\"",
    .match = models,
    .unit = LOY_UNIT_REPORT,
    .bus = LOY_BUS_USB_HID,
    .state_size = sizeof(struct hid_keyboard),
    .session_size = offsetof(struct hid_keyboard, alive),
    .claim = hid_keyboard_claim,
    .start = hid_keyboard_start,
    .feed = hid_keyboard_feed,
    .silence = hid_keyboard_silence,
    .open = hid_keyboard_open,
};
