/* SPDX-License-Identifier: MIT
 *
 * raw.c - stands in for the driver of a device that none knows, so that its bytes can be recorded.
 * In: any bytes; out: nothing, ever: what no driver decodes no guard can judge.
 * Claims nothing: it is asked for by name, ?driver=raw, and its recording wants public test cards.
 *
 *     any bytes, any length -> taken, no event
 */
#include "driver.h"

static int raw_claim(const struct loy_identity *who, const char **why)
{
    (void)who;
    (void)why;
    return 0;
}

static bool read_baud(const char *text, uint32_t *baud)
{
    *baud = 0;
    for (; *text >= '0' && *text <= '9' && *baud < 1000000; text++)
        *baud = *baud * 10 + (uint32_t)(*text - '0');
    return *text == '\0' && *baud >= 50;
}

static enum loy_status raw_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"baud", NULL};
    struct loy_line_settings wanted = {.baud = 9600, .bits = 8, .parity = 'N', .stop = 1};
    const char *baud = identity_option(who, "baud");
    (void)self;
    *complaint = "the option of raw is baud, a number";
    if (!identity_options_known(who, keys)) return LOY_E_ARGUMENT;
    if (baud != NULL && !read_baud(baud, &wanted.baud)) return LOY_E_ARGUMENT;
    if (line != NULL) *line = wanted;
    return LOY_OK;
}

static void raw_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    (void)self;
    (void)bytes;
    step->used = length;
}

static void raw_silence(void *self, struct loy_step *step)
{
    (void)self;
    (void)step;
}

const struct loy_driver driver_raw = {
    .name = "raw",
    .title = "Bytes of a device without a driver: for recordings of public test cards",
    .unit = LOY_UNIT_STREAM,
    .bus = LOY_BUS_BYTES,
    .state_size = 1,
    .session_size = 1,
    .claim = raw_claim,
    .start = raw_start,
    .feed = raw_feed,
    .silence = raw_silence,
};
