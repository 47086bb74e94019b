/* SPDX-License-Identifier: MIT
 *
 * msr605x.c - the MSR605X: the protocol of msr605_core.c in HID reports.
 * In: reports of 64 bytes; out: tracks or a misread, and commands that read.
 * Must not know: USB.
 *
 *   0                                             1 ... n        n+1 ... 63
 *   bit 7 first, bit 6 last report of a message,  bytes of the   what was in the device's memory
 *   bits 0-5 n                                    message
 *
 * Both ways alike. It claims to be a boot keyboard and takes MagTek's ids, so the report descriptor
 * decides: no report ID, 64 bytes in and out; commands go out as the feature report where there is
 * one. Sources: readers' own drivers in public repositories; the descriptor as Windows lists it.
 */
#include "msr605_core.h"

#include <string.h>

#define REPORT_BYTES 64u
#define FIRST 0x80u
#define LAST 0x40u
#define LENGTH 0x3Fu

struct msr605x {
    bool by_output; /* commands go as an output report */
    struct msr_core core;
    bool in_message; /* the last report was not the last one */
    bool lost;       /* one was missing: skip to the next message */
};

static const struct loy_match models[] = {
    {0x0801, 0x0003, "MSR605X (reading only)", NULL, NULL},
    {0, 0, NULL, NULL, NULL},
};

static bool has_report(const struct hid_layout *layout, enum hid_report_type type)
{
    for (size_t i = 0; i < layout->report_count; i++)
        if (layout->reports[i].type == type && layout->reports[i].bits == REPORT_BYTES * 8)
            return true;
    return false;
}

static bool fits(const struct hid_layout *layout)
{
    return !layout->has_report_ids && has_report(layout, HID_INPUT) &&
           (has_report(layout, HID_OUTPUT) || has_report(layout, HID_FEATURE));
}

static int msr605x_claim(const struct loy_identity *who, const char **why)
{
    if (who->bus != LOY_BUS_USB_HID || match_find(models, who->vid, who->pid) == NULL) return 0;
    if (!who->has_descriptor || !fits(&who->layout)) return 0;
    *why = "its ids and its reports of 64 bytes are those of an MSR605X";
    return 80;
}

static enum loy_status msr605x_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"descriptor", "vid", "pid", "read", NULL};
    struct msr605x *state = self;
    const char *wrong = identity_options_known(who, keys)
                            ? msr_start(&state->core, who, driver_msr605x.name)
                            : "the options of msr605x are descriptor, vid, pid and read";
    (void)line;
    if (wrong == NULL && who->has_descriptor && !fits(&who->layout))
        wrong = "this report descriptor is not that of an MSR605X: another reader";
    state->by_output = who->has_descriptor && !has_report(&who->layout, HID_FEATURE);
    if (wrong == NULL) return LOY_OK;
    *complaint = wrong;
    return LOY_E_ARGUMENT;
}

static void send(const struct msr605x *state, struct loy_step *step, enum msr_command command)
{
    if (command == MSR_NOTHING) return;
    memset(step->send, 0, REPORT_BYTES);
    step->send[0] = FIRST | LAST | MSR_COMMAND_BYTES;
    msr_command_bytes(command, step->send + 1);
    step->send_kind = state->by_output ? LOY_SEND_OUTPUT : LOY_SEND_FEATURE;
    step->send_length = REPORT_BYTES;
}

static void msr605x_open(void *self, struct loy_step *step)
{
    struct msr605x *state = self;
    send(state, step, msr_open(&state->core, step));
}

/* What came of a message is not all of it. */
static void report_gap(struct msr605x *state, struct loy_step *step)
{
    msr_forget(&state->core);
    step->has_event = true;
    event_misread(&step->event, driver_msr605x.name, LOY_MISREAD_TRUNCATED);
}

/* Whether this report belongs where it came; if not, and that is news, step has a misread. */
static bool is_in_order(
    struct msr605x *state, const uint8_t *report, size_t length, struct loy_step *step)
{
    bool first = report[0] & FIRST, follows = state->in_message;
    bool fits_in = (report[0] & LENGTH) < length;
    state->in_message = false;
    if (first && follows && state->core.length > 0) {
        report_gap(state, step);
        step->used = 0; /* this report is looked at again, as the beginning that it is */
        return false;
    }
    if (first) state->lost = false;
    if (fits_in && (first || follows)) {
        state->in_message = (report[0] & LAST) == 0;
        return true;
    }
    if (!state->lost) report_gap(state, step);
    state->lost = (report[0] & LAST) == 0;
    return false;
}

static void msr605x_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct msr605x *state = self;
    step->used = length;
    if (length == 0) return;
    size_t n = is_in_order(state, bytes, length, step) ? bytes[0] & LENGTH : 0;
    size_t used = step->used;
    step->used = 0;
    send(state, step, msr_feed(&state->core, bytes + 1, n, step));
    step->used = used;
}

static void msr605x_silence(void *self, struct loy_step *step)
{
    struct msr605x *state = self;
    state->lost = state->lost || state->in_message;
    state->in_message = false;
    send(state, step, msr_silence(&state->core, step));
}

static void msr605x_answer(void *self, enum loy_answer answer, struct loy_step *step)
{
    struct msr605x *state = self;
    send(state, step, msr_answer(&state->core, answer, step));
}

static void msr605x_redact(const void *self, uint8_t *bytes, size_t length)
{
    (void)self;
    size_t used = length > 0 ? 1u + (bytes[0] & LENGTH) : 0;
    if (used < length) explicit_bzero(bytes + used, length - used);
}

const struct loy_driver driver_msr605x = {
    .name = "msr605x",
    .title = "MSR605X (reading only)",
    .match = models,
    .unit = LOY_UNIT_REPORT,
    .report_sizes = {64},
    .bus = LOY_BUS_USB_HID,
    .state_size = sizeof(struct msr605x),
    .session_size = offsetof(struct msr605x, core) + offsetof(struct msr_core, place),
    .claim = msr605x_claim,
    .start = msr605x_start,
    .feed = msr605x_feed,
    .silence = msr605x_silence,
    .open = msr605x_open,
    .answer = msr605x_answer,
    .redact = msr605x_redact,
};
