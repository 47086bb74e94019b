/* SPDX-License-Identifier: MIT
 *
 * bench_screen.c - from a swipe to the member on the screen, on a pseudo-terminal.
 * bench_screen NAME PIN CARD TAIL [CARD TAIL ...]: cards of different members, and what the screen
 * shows of each ("****0239"). In: $LOYALTY, $LOYALTY_STORE, $SCANNER_MODULE, $SCANNER, $SWIPES
 * (1000); out: p50 and p99. Prints, never fails for a figure.
 */
#include "../screens/program.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWIPES_MAX 100000

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool sign_in(const char *name, const char *pin)
{
    if (!program_wait(" > ", 60000)) return false;
    program_type(name);
    program_type("\r");
    program_type(pin);
    program_type("\r");
    bool in = program_wait("Cashier", 60000);
    program_quiet(300);
    return in;
}

/* The basket of before is made void (F6, the whole sale), so that each swipe is the first. */
static bool swipe(const char *card, const char *tail, int64_t *took_us)
{
    char line[128];
    snprintf(line, sizeof line, "scan %s", card);
    int64_t begun = program_now_us();
    program_scan(line);
    if (!program_wait(tail, 10000)) return false;
    *took_us = program_now_us() - begun;
    program_quiet(50);
    program_scan("scan 6901234500028");
    program_wait("F9", 5000);
    program_quiet(50);
    program_type("\033[17~4\r"); /* F6, the whole sale, yes */
    program_quiet(150);
    return true;
}

int main(int argc, char **argv)
{
    static int64_t took_us[SWIPES_MAX];
    const char *wanted = getenv("SWIPES");
    size_t count = wanted ? strtoul(wanted, NULL, 10) : 1000, done = 0;
    size_t cards = argc > 3 ? (size_t)(argc - 3) / 2 : 0;
    char *const command[] = {getenv("LOYALTY"), "--lang", "en", "pos", NULL};
    if (!cards || count > SWIPES_MAX) return 2;
    if (!program_start(command, 24, 80) || !sign_in(argv[1], argv[2])) return 1;
    for (; done < count; done++) {
        size_t i = 3 + done % cards * 2;
        if (!swipe(argv[i], argv[i + 1], &took_us[done])) break;
    }
    program_end(SIGTERM);
    if (!done) return 1;
    qsort(took_us, done, sizeof took_us[0], by_value);
    printf("swipe to member on screen, %zu swipes: p50 %.2f ms, p99 %.2f ms, worst %.2f ms\n", done,
        (double)took_us[done / 2] / 1000, (double)took_us[done * 99 / 100] / 1000,
        (double)took_us[done - 1] / 1000);
    return done == count ? 0 : 1;
}
