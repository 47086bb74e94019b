/* SPDX-License-Identifier: MIT
 *
 * test_clock_table.c - what follows what in the guard of a lane's clock: doubts, acceptance, a
 * further jump, the right time again. In: readings of clocks. Out: verdicts and corrected times.
 */
#include "clock_reading.h"

#include <store/store_private.h>

#include <string.h>

/* ---- What follows what --------------------------------------------------------------------------
 *
 * Behind a basket at START: what the clock says then, and what is said of it. at and steady in
 * minutes; steady 0: no such clock. does, in this order: r the program is run anew before, a
 * accepted, R said to be right, s a basket is sold. */

#define H 60
#define D (24 * H)
#define Y (365 * D)
#define M1970 (-(START / MINUTE)) /* the minute 0 */

struct reading {
    int64_t at_min, steady_min;
    const char *does;
    uint8_t what, level;
    char tells; /* b begun, e ended, - neither */
};
#define GOOD LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD
#define DOUBTED(what) LOY_CLOCK_##what, LOY_CLOCK_DOUBTED
#define STOP(what) LOY_CLOCK_##what, LOY_CLOCK_STOP

static void reading_take(struct shop *shop, const struct reading *reading, const char *name)
{
    const int64_t at_us = START + reading->at_min * MINUTE;
    if (strchr(reading->does, 'r')) restart(shop);
    const struct loy_clock_verdict verdict = judge(shop, at_us, reading->steady_min * MINUTE, 0);
    const char tells = (char)(verdict.begun ? 'b' : verdict.ended ? 'e' : '-');
    if (verdict.what != reading->what || verdict.level != reading->level || tells != reading->tells)
        print_error("%s, at %lld min: %s %d %c\n", name, (long long)reading->at_min,
            loy_clock_doubt_name(verdict.what), verdict.level, tells);
    level_is(verdict, reading->what, reading->level);
    assert_int_equal(tells, reading->tells);
    if (strpbrk(reading->does, "aR"))
        ASSERT_STATUS(loy_clock_accept(
                          shop->store, verdict.number, strchr(reading->does, 'R') != NULL, at_us),
            LOY_OK);
    if (strchr(reading->does, 's')) sell(shop, at_us, 0);
}

static void what_follows_what(void **state)
{
    static const struct {
        const char *name;
        struct reading readings[8];
    } rows[] = {
        {"a year back, accepted, and another",
            {{-Y, 0, "as", STOP(BACK), 'b'}, {-Y + H, 0, "s", DOUBTED(BACK), '-'},
                {-2 * Y, 0, "", STOP(BACK), 'b'}, {-2 * Y + 1, 0, "as", STOP(BACK), '-'},
                {-2 * Y + H, 0, "r", DOUBTED(BACK), '-'}, {D, 0, "r", GOOD, 'e'},
                {D + 1, 0, "", GOOD, '-'}, {D + 2, 0, "rs", GOOD, '-'}}},
        {"three years ahead, accepted, and one of them back",
            {{3 * Y, 0, "as", STOP(AHEAD), 'b'}, {3 * Y + H, 0, "", DOUBTED(AHEAD), '-'},
                {2 * Y, 0, "", STOP(BACK), 'b'}, {2 * Y + 1, 0, "as", STOP(BACK), '-'},
                {2 * Y + H, 0, "", DOUBTED(BACK), '-'}, {D, 0, "", GOOD, 'e'},
                {D + 1, 0, "", GOOD, '-'}}},
        {"three years ahead, accepted, and another",
            {{3 * Y, 0, "as", STOP(AHEAD), 'b'}, {4 * Y, 0, "", STOP(AHEAD), 'b'},
                {D, 0, "r", GOOD, 'e'}, {D + 1, 0, "", GOOD, '-'}}},
        {"accepted, and nothing sold before the next step back",
            {{-30 * H, 0, "a", STOP(BACK), 'b'}, {-30 * H - 1, 0, "", DOUBTED(BACK), '-'},
                {-60 * H, 0, "", STOP(BACK), 'b'}, {-60 * H + 1, 0, "", STOP(BACK), '-'},
                {1, 0, "", GOOD, 'e'}}},
        {"it goes on: accepted once is enough",
            {{-30 * H, 0, "as", STOP(BACK), 'b'}, {-28 * H, 0, "s", DOUBTED(BACK), '-'},
                {-28 * H - 2, 0, "s", DOUBTED(BACK), '-'}, {-20 * H, 0, "rs", DOUBTED(BACK), '-'},
                {20 * H, 0, "rs", DOUBTED(BACK), '-'}, {20 * H - 3, 0, "r", DOUBTED(BACK), 'b'}}},
        {"yellow, and then far back",
            {{-10, 0, "s", DOUBTED(BACK), 'b'}, {-10 - 25 * H, 0, "", STOP(BACK), 'b'}}},
        {"yellow, and a little more back",
            {{-10, 0, "s", DOUBTED(BACK), 'b'}, {-20, 0, "s", DOUBTED(BACK), 'b'},
                {-19, 0, "", DOUBTED(BACK), '-'}}},
        {"a battery that is empty at each start",
            {{M1970 + 5, 0, "as", STOP(UNSET), 'b'}, {M1970 + 9 * H, 0, "s", DOUBTED(UNSET), '-'},
                {M1970 + 1, 0, "r", STOP(UNSET), 'b'}, {M1970 + 2, 0, "as", STOP(UNSET), '-'},
                {M1970 + 3, 0, "", DOUBTED(UNSET), '-'}, {2 * D, 0, "r", GOOD, 'e'},
                {2 * D + 1, 0, "", GOOD, '-'}}},
        {"set, accepted, and set further",
            {{0, H, "", GOOD, '-'}, {30 * H, H, "as", STOP(JUMP), 'b'},
                {30 * H + 1, H + 1, "s", DOUBTED(JUMP), '-'},
                {30 * H + Y, H + 2, "", STOP(JUMP), 'b'},
                {30 * H + Y + 1, H + 3, "as", STOP(JUMP), '-'}, {4, H + 4, "", GOOD, 'e'},
                {5, H + 5, "", GOOD, '-'}}},
        {"set, accepted, and a little nearer",
            {{0, H, "", GOOD, '-'}, {-30 * H, H, "as", STOP(JUMP), 'b'},
                {-20 * H, H + 1, "s", DOUBTED(JUMP), 'b'}, {2, H + 2, "", GOOD, 'e'}}},
        {"set, accepted, and as far to the other side",
            {{0, H, "", GOOD, '-'}, {-30 * H, H, "as", STOP(JUMP), 'b'},
                {30 * H, H + 1, "", STOP(JUMP), 'b'}}},
        {"said to be right, and then back",
            {{Y, 0, "Rs", DOUBTED(AHEAD), 'b'}, {Y + H, 0, "s", GOOD, '-'},
                {D, 0, "", STOP(BACK), 'b'}}},
        /* Nothing was sold: nobody is called for a clock that came right. */
        {"harmless: back", {{-30 * H, 0, "", STOP(BACK), 'b'}, {1, 0, "", GOOD, 'e'}}},
        {"harmless: back, accepted", {{-30 * H, 0, "a", STOP(BACK), 'b'}, {1, 0, "", GOOD, 'e'}}},
        {"harmless: not yet", {{-30 * H, 0, "", STOP(BACK), 'b'}, {-3, 0, "", STOP(BACK), '-'}}},
        {"not harmless: back, sold",
            {{-30 * H, 0, "as", STOP(BACK), 'b'}, {1, 0, "r", DOUBTED(BACK), '-'}}},
        {"harmless: unset", {{M1970, 0, "", STOP(UNSET), 'b'}, {1, 0, "", GOOD, 'e'}}},
        {"harmless: ahead", {{100 * D, 0, "", DOUBTED(AHEAD), 'b'}, {1, 0, "", GOOD, 'e'}}},
        {"harmless: set ahead, and set right while the program was off",
            {{0, H, "", GOOD, '-'}, {30 * H, H, "", STOP(JUMP), 'b'}, {1, H, "r", GOOD, 'e'}}},
        {"not harmless: set ahead, and as it was",
            {{0, H, "", GOOD, '-'}, {30 * H, H, "", STOP(JUMP), 'b'},
                {30 * H + 1, H, "r", STOP(JUMP), '-'}}},
        {"not harmless: set ahead, sold",
            {{0, H, "", GOOD, '-'}, {30 * H, H, "as", STOP(JUMP), 'b'},
                {1, H, "r", DOUBTED(JUMP), '-'}}},
        {"harmless: set back, and set right while the program was off",
            {{0, H, "", GOOD, '-'}, {-30 * H, H, "", STOP(JUMP), 'b'},
                {-29 * H, H, "r", STOP(JUMP), '-'}, {1, 0, "r", GOOD, 'e'}}},
        {"not harmless: set back, and the steady clock saw no other setting",
            {{0, H, "", GOOD, '-'}, {-30 * H, H, "", STOP(JUMP), 'b'},
                {H, 32 * H, "", STOP(JUMP), '-'}}},
    };
    struct shop *shop = *state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        shop_run(shop->store, "DELETE FROM clock_doubt; DELETE FROM basket_time; DELETE FROM "
                              "line; DELETE FROM basket");
        restart(shop);
        sell(shop, START, 0);
        for (size_t j = 0; j < ROWS(rows[i].readings) && rows[i].readings[j].does; j++)
            reading_take(shop, &rows[i].readings[j], rows[i].name);
    }
}

/* What was sold between two settings was off by the first alone. */
static void each_part_gets_its_own_corrected_time(void **state)
{
    struct shop *shop = *state;
    char wanted[80];
    judge(shop, START, HOUR, 0);
    judge(shop, START + HOUR, HOUR, 0);
    sell(shop, START + HOUR, 0);
    judge(shop, START + 30 * HOUR + MINUTE, HOUR + MINUTE, 0);
    sell(shop, START + 30 * HOUR + MINUTE, 0);
    assert_int_equal(judge(shop, START + 2 * MINUTE, HOUR + 2 * MINUTE, 0).corrected, 1);
    snprintf(wanted, sizeof wanted, "%lld %lld", (long long)START, (long long)(START + MINUTE));
    assert_string_equal(
        shop_rows(shop->store, "SELECT corrected_us FROM basket_time ORDER BY basket"), wanted);
    assert_int_equal(
        shop_number(shop->store, "SELECT count(*) FROM clock_doubt WHERE ended = 1"), 2);
    shop_is_sound(shop->store);
}

#define clock_test(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        clock_test(what_follows_what),
        clock_test(each_part_gets_its_own_corrected_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
