/* SPDX-License-Identifier: MIT
 *
 * msr605.c - stripe readers of the MSR206 family on a serial port (MSR206, MSR605, MSRE206).
 * In: the port's bytes, cut anywhere; out: tracks or a misread, and commands that read.
 * Must not know: the port. The protocol: msr605_core.c and msr605_block.c.
 */
#include "msr605_core.h"

#include <string.h>

static int msr605_claim(const struct loy_identity *who, const char **why)
{
    (void)who;
    (void)why;
    return 0; /* a serial port does not say what is behind it: by name only */
}

static enum loy_status msr605_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"read", NULL};
    const char *wrong = identity_options_known(who, keys) ? msr_start(self, who, driver_msr605.name)
                                                          : "the only option of msr605 is read";
    *line = (struct loy_line_settings){9600, 8, 'N', 1, false};
    if (wrong == NULL) return LOY_OK;
    *complaint = wrong;
    return LOY_E_ARGUMENT;
}

static void send(struct loy_step *step, enum msr_command command)
{
    if (command == MSR_NOTHING) return;
    msr_command_bytes(command, step->send);
    step->send_length = MSR_COMMAND_BYTES;
}

static void msr605_open(void *self, struct loy_step *step)
{
    send(step, msr_open(self, step));
}

static void msr605_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    send(step, msr_feed(self, bytes, length, step));
}

static void msr605_silence(void *self, struct loy_step *step)
{
    send(step, msr_silence(self, step));
}

static void msr605_answer(void *self, enum loy_answer answer, struct loy_step *step)
{
    send(step, msr_answer(self, answer, step));
}

const struct loy_driver driver_msr605 = {
    .name = "msr605",
    .title = "MSR206, MSR605 and MSRE206 on a serial port (reading only)",
    .unit = LOY_UNIT_STREAM,
    .bus = LOY_BUS_SERIAL,
    .state_size = sizeof(struct msr_core),
    .session_size = offsetof(struct msr_core, place),
    .claim = msr605_claim,
    .start = msr605_start,
    .feed = msr605_feed,
    .silence = msr605_silence,
    .open = msr605_open,
    .answer = msr605_answer,
};
