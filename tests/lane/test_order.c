/* SPDX-License-Identifier: MIT
 *
 * test_order.c - it does not matter when the card is shown: baskets from a seed, with voids,
 * coupons, other accounts' cards in between, suspended and resumed, have the same lines and totals
 * whether it comes first, last or anywhere. A lane that does not price anew fails the same
 * comparison.
 */
#include "counter.h"

#include <lane/machine.h>
#include <stdlib.h>

#define THINGS_MAX 14u
#define ROUNDS 90u
#define CONTROL_ROUNDS 30u

enum thing_kind { SELL, TAKE_BACK, COUPON };
struct thing {
    enum thing_kind kind;
    const char *text, *serial;
    int64_t quantity_milli;
    uint32_t line;
};
struct script {
    struct thing things[THINGS_MAX];
    unsigned count;
};

static uint64_t seed;

static unsigned draw(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

/* ---- Scripts -----------------------------------------------------------------------------------
 */

static void script_make(struct script *script)
{
    static const char *const articles[] = {"shirt", "shoe", "bottle", "sock", "sock", "shirt"};
    bool back[2 * THINGS_MAX + 1] = {false};
    uint32_t lines = 0;
    script->count = 3 + draw(THINGS_MAX - 3);
    for (unsigned i = 0; i < script->count; i++) {
        struct thing *thing = &script->things[i];
        *thing = (struct thing){.kind = SELL, .text = articles[draw(ROWS(articles))]};
        uint32_t line = lines == 0 ? 0 : 1 + draw(lines);
        unsigned what = draw(10);
        if (what == 0 && i > 0) {
            thing->kind = COUPON;
            thing->text = draw(2) == 0 ? "9901" : "9902";
            thing->serial = "7";
        } else if (what <= 2 && line != 0 && !back[line]) {
            thing->kind = TAKE_BACK;
            thing->line = line;
            back[line] = back[++lines] = true;
        } else {
            lines++;
            if (draw(4) == 0) thing->quantity_milli = 1000 * (1 + draw(5));
            if (draw(7) == 0) {
                thing->text = "cheese";
                thing->quantity_milli = 1 + draw(4000);
            }
        }
    }
}

static void thing_do(struct counter *counter, const struct thing *thing)
{
    static const enum loy_lane_input_kind kinds[] = {
        LOY_LANE_ARTICLE, LOY_LANE_VOID_LINE, LOY_LANE_COUPON};
    struct loy_lane_input input = counter_input(counter, kinds[thing->kind]);
    input.text = thing->text;
    input.serial = thing->serial;
    input.quantity_milli = thing->quantity_milli;
    input.line = thing->line;
    counter_take(counter, &input);
    // The same coupon twice is refused, in every order alike.
    if (counter->status != LOY_OK && thing->kind != COUPON)
        print_error("%s\n", counter->answer.words);
    assert_true(counter->status == LOY_OK || thing->kind == COUPON);
}

/* ---- Cards in between --------------------------------------------------------------------------
 */

static void replace_with(struct counter *counter, const struct loy_credential *card)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    input.credential = card;
    counter_take(counter, &input);
    assert_int_equal(counter->status, LOY_OK);
    if (counter->answer.code != LOY_SAID_OTHER_ACCOUNT) return;
    input = counter_input(counter, LOY_LANE_CHOOSE);
    input.choice = 1;
    counter_take(counter, &input);
    assert_int_equal(counter->answer.code, LOY_SAID_MEMBER);
}

static void wait_and_resume(struct counter *counter)
{
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RESUME);
    input.ticket = counter->answer.ticket;
    MUST(counter, input, LOY_SAID_RESUMED);
}

/* How the member comes into it: at which thing, and whether others stand there before. */
struct way {
    unsigned at;   /* before this thing; its count: at the total */
    bool detours;  /* other cards and waiting in between */
    bool reprices; /* false: the negative control */
};

static void detour_take(struct counter *counter, const struct loy_credential *other, bool shown)
{
    unsigned what = draw(5);
    struct loy_lane_view view = counter_view(counter);
    if (what == 0 && view.lines > 0) wait_and_resume(counter);
    if (what == 1 && !shown) replace_with(counter, other);
    if (what == 2 && view.lines > 0) {
        counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
        counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    }
}

static void script_run(struct counter *counter, const struct script *script,
    const struct loy_credential cards[2], const struct way *way, char *picture, size_t size)
{
    counter->lane->reprices = way->reprices;
    for (unsigned i = 0; i < script->count; i++) {
        if (i == way->at) replace_with(counter, &cards[0]);
        if (way->detours && i > 0) detour_take(counter, &cards[1], i >= way->at);
        if (way->detours && i > way->at && draw(6) == 0) {
            replace_with(counter, &cards[1]);
            replace_with(counter, &cards[0]);
        }
        thing_do(counter, &script->things[i]);
    }
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    if (way->at == script->count) replace_with(counter, &cards[0]);
    int64_t due = counter_view(counter).due_minor;
    snprintf(picture, size, "%lld: %s", (long long)due,
        shop_rows(counter->store,
            "SELECT l.number, l.quantity_milli, l.list_minor, l.discount_minor, l.paid_minor, "
            "p.code FROM line l JOIN basket b ON b.id = l.basket AND b.state = 1 "
            "LEFT JOIN promotion p ON p.id = l.promotion ORDER BY l.number"));
    counter->lane->reprices = true;
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
}

/* How many of the ways differ from the card that comes first. */
static unsigned differences(struct counter *counter, unsigned rounds, bool reprices)
{
    static char first[8192], later[8192];
    struct loy_credential cards[2] = {
        shop_credential(counter->store, "29000017"), shop_credential(counter->store, "29000025")};
    shop_member(counter->store, &cards[0], LOY_CARD_ACTIVE);
    shop_member(counter->store, &cards[1], LOY_CARD_ACTIVE);
    unsigned differ = 0;
    for (unsigned round = 1; round <= rounds; round++) {
        struct script script;
        seed = round;
        script_make(&script);
        const struct way ways[] = {{script.count, false, reprices},
            {1 + draw(script.count - 1), false, reprices},
            {draw(script.count + 1), true, reprices}};
        const struct way reference = {0, false, true};
        script_run(counter, &script, cards, &reference, first, sizeof first);
        for (size_t i = 0; i < ROWS(ways); i++) {
            script_run(counter, &script, cards, &ways[i], later, sizeof later);
            differ += strcmp(first, later) != 0;
            if (reprices && strcmp(first, later) != 0)
                print_error("round %u, card at %u:\n%s\n%s\n", round, ways[i].at, first, later);
        }
    }
    return differ;
}

static void the_card_counts_alike_whenever_it_comes(void **state)
{
    struct counter *counter = *state;
    assert_int_equal(differences(counter, ROUNDS, true), 0);
    shop_is_sound(counter->store);
}

static void a_lane_that_does_not_price_anew_is_found_out(void **state)
{
    assert_true(differences(*state, CONTROL_ROUNDS, false) > CONTROL_ROUNDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_card_counts_alike_whenever_it_comes, counter_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(
            a_lane_that_does_not_price_anew_is_found_out, counter_setup, counter_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
