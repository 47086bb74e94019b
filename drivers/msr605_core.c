/* SPDX-License-Identifier: MIT
 *
 * msr605_core.c - the dialogue with readers of the MSR206 family (MSR206, MSR605, MSRE206,
 * MSR605X). In: bytes from the reader, silence, the till's answers; out: the next command, an
 * event. Must not know: how bytes are wrapped on the way, what a block holds.
 *
 *   till     ESC a (reset)            ESC e (test)            ESC r (read)             ESC a ...
 *   reader                  (nothing)             [ESC] y               ESC s <block>
 *
 * A read waits for a card without limit, and for one card only. Now and then it is begun anew, for
 * a reader that was without power has forgotten it. The ESC before an answer may get lost. Source:
 * MSR605 Programmer's Manual, sections 6 to 8.
 */
#include "msr605_core.h"

#include <string.h>

#define ESC 0x1B
#define FS 0x1C
#define BEGIN_BLOCK 's'
#define TEST_PASSED 'y'
#define BLOCK_WAIT_MS 500u
#define HEAR_MS 60000u /* how long a read is trusted: a swipe while it is begun anew is lost */
#define ANSWER_MS 500u
#define RESET_MS 100u

/* Where in the stream: outside, behind an ESC outside, behind the s that begins a block, in it. */
enum place { OUTSIDE = 0, ESCAPED, BEGUN, INSIDE };

static const uint8_t codes[MSR_COMMANDS] = {[MSR_RESET] = 0x61,
    [MSR_TEST] = 0x65,
    [MSR_READ_ISO] = 0x72,
    [MSR_READ_RAW] = 0x6D,
    [MSR_LEDS_OFF] = 0x81,
    [MSR_GREEN] = 0x83,
    [MSR_RED] = 0x85};

/* What silence in a phase leads to: the command, the next phase, how long that may take. */
static const struct {
    uint8_t command, next;
    uint16_t wait_ms;
} silences[MSR_PHASES] = {[MSR_RESETTING] = {MSR_TEST, MSR_TESTING, 1000},
    [MSR_TESTING] = {MSR_RESET, MSR_RESETTING, 1000},
    [MSR_READING] = {MSR_RESET, MSR_RESETTING, RESET_MS},
    [MSR_ASKING] = {MSR_RESET, MSR_RESETTING, RESET_MS},
    [MSR_SHOWING] = {MSR_LEDS_OFF, MSR_DARKENING, RESET_MS},
    [MSR_DARKENING] = {MSR_RESET, MSR_RESETTING, RESET_MS}};

/* How long each phase waits when bytes came in it that mean nothing. */
static const uint16_t waits_ms[MSR_PHASES] = {[MSR_RESETTING] = RESET_MS,
    [MSR_TESTING] = 1000,
    [MSR_READING] = HEAR_MS,
    [MSR_ASKING] = ANSWER_MS,
    [MSR_SHOWING] = ANSWER_MS,
    [MSR_DARKENING] = RESET_MS};

void msr_command_bytes(enum msr_command command, uint8_t bytes[MSR_COMMAND_BYTES])
{
    bytes[0] = ESC;
    bytes[1] = codes[command];
}

const char *msr_start(struct msr_core *core, const struct loy_identity *who, const char *driver)
{
    const char *mode = identity_option(who, "read");
    core->driver = driver;
    core->raw = mode != NULL && strcmp(mode, "raw") == 0;
    return mode == NULL || core->raw || strcmp(mode, "iso") == 0 ? NULL : "read= wants iso or raw";
}

void msr_forget(struct msr_core *core)
{
    explicit_bzero(core->block, core->length);
    core->length = 0;
    core->place = OUTSIDE;
    core->to_device = false;
}

static enum msr_command enter(struct msr_core *core, enum msr_command command, unsigned phase,
    uint32_t wait_ms, struct loy_step *step)
{
    core->phase = (uint8_t)phase;
    step->wait_ms = wait_ms;
    return command;
}

/* ---- The stream ----------------------------------------------------------------------------- */

static void report_misread(struct msr_core *core, struct loy_step *step, enum loy_misread reason)
{
    step->has_event = true;
    event_misread(&step->event, core->driver, reason);
}

static bool ends_with(const struct msr_core *core, size_t before, uint8_t a, uint8_t b)
{
    size_t n = core->length;
    return n >= before + 2 && core->block[n - before - 2] == a && core->block[n - before - 1] == b;
}

/* What a till sends to have a card written looks like a block without status. */
static void end_block(struct msr_core *core, struct loy_step *step)
{
    if (core->to_device) {
        if (ends_with(core, 0, '?', FS)) msr_forget(core);
        return;
    }
    if (!ends_with(core, 2, '?', FS) || core->block[core->length - 2] != ESC) return;
    if (!msr_block_report(core->block, core->length, core->driver, &step->event)) return;
    step->has_event = true;
    msr_forget(core);
}

static void take_inside(struct msr_core *core, uint8_t byte, struct loy_step *step)
{
    if (core->length == sizeof core->block) {
        msr_forget(core);
        report_misread(core, step, LOY_MISREAD_TOO_LONG);
        return;
    }
    core->block[core->length++] = byte;
    end_block(core, step);
}

/* Commands that begin a write, ESC w and ESC n, come before a block only in what a till sends. */
static void take_outside(struct msr_core *core, uint8_t byte)
{
    bool escaped = core->place == ESCAPED;
    core->place = byte == ESC ? ESCAPED : byte == BEGIN_BLOCK ? BEGUN : OUTSIDE;
    if (escaped && byte != ESC && byte != BEGIN_BLOCK) core->to_device = byte == 'w' || byte == 'n';
}

static void take_byte(struct msr_core *core, uint8_t byte, struct loy_step *step)
{
    /* The track's number itself: its ESC got lost, too, and with it the tracks. */
    bool begins = byte == ESC || byte == '?' || byte == 1;
    if (core->place == BEGUN) core->place = begins ? INSIDE : OUTSIDE;
    if (core->place == INSIDE)
        take_inside(core, byte, step);
    else
        take_outside(core, byte);
}

static bool is_pending(const struct msr_core *core)
{
    return core->place >= BEGUN;
}

/* ---- The dialogue --------------------------------------------------------------------------- */

enum msr_command msr_open(struct msr_core *core, struct loy_step *step)
{
    msr_forget(core); /* of before the machine slept */
    return enter(core, MSR_RESET, MSR_RESETTING, RESET_MS, step);
}

static enum msr_command begin_reading(struct msr_core *core, struct loy_step *step)
{
    step->hint = "";
    return enter(core, core->raw ? MSR_READ_RAW : MSR_READ_ISO, MSR_READING, HEAR_MS, step);
}

enum msr_command msr_feed(
    struct msr_core *core, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    bool answered = false;
    while (step->used < length && !step->has_event) {
        uint8_t byte = bytes[step->used++];
        answered = answered || (!is_pending(core) && byte == TEST_PASSED);
        take_byte(core, byte, step);
    }
    if (core->phase == MSR_TESTING && answered) return begin_reading(core, step);
    if (step->has_event && core->phase != MSR_CLOSED) core->phase = MSR_ASKING;
    step->wait_ms = is_pending(core) ? BLOCK_WAIT_MS : waits_ms[core->phase];
    return MSR_NOTHING;
}

enum msr_command msr_silence(struct msr_core *core, struct loy_step *step)
{
    unsigned phase = core->phase;
    if (core->place == INSIDE && !core->to_device)
        report_misread(core, step, LOY_MISREAD_TRUNCATED);
    msr_forget(core);
    if (phase == MSR_TESTING) step->hint = "does not answer: wrong port, wrong speed or no power";
    return enter(core, (enum msr_command)silences[phase].command, silences[phase].next,
        silences[phase].wait_ms, step);
}

enum msr_command msr_answer(struct msr_core *core, enum loy_answer answer, struct loy_step *step)
{
    /* The next card is on its way already. */
    if (core->phase == MSR_CLOSED || is_pending(core)) return MSR_NOTHING;
    return enter(
        core, answer == LOY_ANSWER_ACCEPTED ? MSR_GREEN : MSR_RED, MSR_SHOWING, ANSWER_MS, step);
}
