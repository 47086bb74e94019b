/* SPDX-License-Identifier: MIT
 *
 * clock_now.c - what this machine's clocks say, for loy_clock_judge and `doctor`. In: nothing. Out:
 * readings. Must not know: what follows from them.
 */
#include "cli.h"

#include <stdlib.h>
#include <time.h>

#define MINUTE_US INT64_C(60000000)
#define QUARTER_US (15 * MINUTE_US)

bool cli_battery_read(int64_t *at_us)
{
    FILE *file = fopen("/sys/class/rtc/rtc0/since_epoch", "re");
    long long seconds = 0;
    bool read = file && fscanf(file, "%lld", &seconds) == 1;
    if (file) fclose(file);
    *at_us = seconds * INT64_C(1000000);
    return read;
}

bool cli_battery_is_zone(int64_t off_us)
{
    const int64_t distance_us = off_us < 0 ? -off_us : off_us, rest_us = distance_us % QUARTER_US;
    return distance_us <= 14 * 60 * MINUTE_US &&
           (rest_us < MINUTE_US || rest_us > QUARTER_US - MINUTE_US);
}

void cli_clock_now(struct loy_clock_now *now)
{
    const char *fixed = getenv("LOYALTY_NOW");
    struct timespec steady = {0};
    int64_t battery_us = 0;
    *now = (struct loy_clock_now){.size = sizeof *now, .at_us = cli_now_us()};
    /* A time that a test has fixed is compared with none that goes on. */
    if (fixed && *fixed) return;
    if (clock_gettime(CLOCK_BOOTTIME, &steady) == 0)
        now->monotonic_us = (int64_t)steady.tv_sec * 1000000 + steady.tv_nsec / 1000 + 1;
    if (cli_battery_read(&battery_us) && !cli_battery_is_zone(now->at_us - battery_us))
        now->outside_us = battery_us;
}

int64_t cli_lane_now(struct loy_lane *lane)
{
    struct loy_clock_now now;
    struct loy_clock_verdict verdict = {.size = sizeof verdict};
    cli_clock_now(&now);
    // Where the store cannot be asked the step behind this says so.
    loy_lane_clock(lane, &now, &verdict);
    return now.at_us;
}
