/* SPDX-License-Identifier: MIT
 *
 * test_walk.c - the machine on random walks from a seed: any input at any stage, cuts in between.
 * After each step: no stage that the table does not allow, nothing written by a refused step, sums
 * that add up, prices that pricing anew would not change. At the end the store's own check finds
 * nothing and no coupon was good twice. test_walk [STEPS [SEED]]. A lane that does not price anew
 * is found out.
 */
#include "counter.h"

#include <lane/machine.h>
#include <loyalty/duplicate.h>
#include <loyalty/operator.h>
#include <loyalty/rights.h>

#include <store/store_private.h>

#include <stdlib.h>

#define STEPS 1500u
#define CONTROL_STEPS 200u
#define CARDS 8u
#define RECEIPTS 16u

struct walk {
    struct counter *counter;
    uint64_t seed;
    struct loy_credential cards[CARDS + 1]; /* the last one is nobody's */
    struct loy_id members[CARDS];
    struct loy_id receipts[RECEIPTS], voided, last;
    unsigned receipt_count;
    uint32_t lines; /* of the basket `last` */
    uint8_t stage;
    unsigned sold, refused, away, problems;
    bool quiet;
    bool stale;   /* another program took the member away: prices wait for the next settling */
    bool cashier; /* approves nothing */
};

static unsigned walk_steps = STEPS;
static uint64_t walk_seed = 1;

static unsigned draw(struct walk *walk, unsigned below)
{
    walk->seed = walk->seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(walk->seed >> 33) % below;
}

static void problem(struct walk *walk, const struct loy_lane_input *input, const char *what)
{
    walk->problems++;
    if (walk->quiet) return;
    print_error("%s at %s answers %s, stage %s: %s (%s)\n", loy_lane_input_kind_name(input->kind),
        loy_stage_name(walk->stage), loy_lane_code_name(walk->counter->answer.code),
        loy_stage_name(walk->counter->answer.stage), what, walk->counter->answer.words);
}

/* ---- Inputs ------------------------------------------------------------------------------------
 */

static int64_t quantity_draw(struct walk *walk)
{
    static const int64_t wrong[] = {-1000, INT64_MAX, INT64_MIN, 9000000000000000000};
    unsigned what = draw(walk, 20);
    if (what == 0) return wrong[draw(walk, ROWS(wrong))];
    if (what <= 3) return 1 + draw(walk, 4000);
    return what <= 8 ? 1000 * (1 + draw(walk, 7)) : 0;
}

/* 345 g of cheese; a number before it is one of packages, each a line. */
#define LABEL "2800123003456"

static uint32_t lines_of(const struct loy_lane_input *input)
{
    bool packages = input->kind == LOY_LANE_ARTICLE && input->text != NULL &&
                    strcmp(input->text, LABEL) == 0 && input->quantity_milli > 0;
    return packages ? (uint32_t)(input->quantity_milli / 1000) : 1;
}

static void article_draw(struct walk *walk, struct loy_lane_input *input)
{
    static const char *const articles[] = {"shirt", "shirt", "shoe", "bottle", "sock", "sock",
        "sock", "plain", "nothing", "cheese", LABEL};
    input->text = articles[draw(walk, ROWS(articles))];
    input->quantity_milli = quantity_draw(walk);
    if (draw(walk, 8) == 0) input->price_minor = 1 + draw(walk, 1500);
    if (draw(walk, 90) == 0) input->price_minor = INT64_MAX / 1000;
}

static void return_draw(struct walk *walk, struct loy_lane_input *input)
{
    input->reason = "size";
    input->quantity_milli = quantity_draw(walk);
    if (draw(walk, 4) == 0) {
        article_draw(walk, input);
        return;
    }
    unsigned which = draw(walk, RECEIPTS + 2);
    input->receipt = which < walk->receipt_count ? &walk->receipts[which]
                     : which == RECEIPTS         ? &walk->voided
                                                 : &walk->last;
    input->line = draw(walk, 6);
}

static void tender_draw(struct walk *walk, struct loy_lane_input *input)
{
    static const int64_t amounts[] = {0, 0, 0, 0, 1, 500, 700, 100000, -300, INT64_MAX, INT64_MIN};
    input->tender = (uint8_t)draw(walk, loy_tender_count + 1);
    if (draw(walk, 2) == 0) input->tender = LOY_TENDER_CASH;
    input->amount_minor = amounts[draw(walk, ROWS(amounts))];
}

static void coupon_draw(struct walk *walk, struct loy_lane_input *input)
{
    static const char *const coupons[] = {"9901", "9902", "9902", "9999"};
    static const char *const serials[] = {"1", "2", "3", "4", "5", "6", "7", "8"};
    input->text = coupons[draw(walk, ROWS(coupons))];
    if (draw(walk, 5) != 0) input->serial = serials[draw(walk, ROWS(serials))];
}

static struct loy_lane_input input_draw(struct walk *walk)
{
    static const uint8_t often[] = {LOY_LANE_ARTICLE, LOY_LANE_ARTICLE, LOY_LANE_ARTICLE,
        LOY_LANE_CARD, LOY_LANE_TOTAL, LOY_LANE_TENDER, LOY_LANE_TENDER, LOY_LANE_RETURN};
    uint8_t kind = draw(walk, 2) == 0 ? often[draw(walk, ROWS(often))]
                                      : (uint8_t)(1 + draw(walk, loy_lane_input_kind_count - 1));
    if (kind == LOY_LANE_UNREAD) kind = LOY_LANE_TIME;
    // Few walks lead through a power cut, or leave a basket by a sale, by chance alone.
    if (walk->stage == LOY_STAGE_FOUND && draw(walk, 2) == 0) kind = LOY_LANE_RESUME;
    if (kind == LOY_LANE_VOID && draw(walk, 2) == 0) kind = LOY_LANE_TOTAL;
    if (walk->stage == LOY_STAGE_TOTAL && draw(walk, 3) == 0) kind = LOY_LANE_TENDER;
    struct loy_lane_input input = counter_input(walk->counter, kind);
    input.line = draw(walk, 8);
    input.choice = (uint8_t)draw(walk, 5);
    if (kind == LOY_LANE_CARD) input.credential = &walk->cards[draw(walk, ROWS(walk->cards))];
    if (kind == LOY_LANE_CARD) input.reader = draw(walk, 2);
    if (kind == LOY_LANE_MEMBER) input.member = &walk->members[draw(walk, CARDS)];
    if (kind == LOY_LANE_ARTICLE) article_draw(walk, &input);
    if (kind == LOY_LANE_RETURN) return_draw(walk, &input);
    if (kind == LOY_LANE_TENDER) tender_draw(walk, &input);
    if (kind == LOY_LANE_COUPON) coupon_draw(walk, &input);
    if (kind == LOY_LANE_REMARK) input.remark = LOY_CONTACT_COMPLAINT;
    if (draw(walk, 30) == 0) walk->counter->at_us += 20 * MINUTE_US;
    return input;
}

/* ---- What must hold ----------------------------------------------------------------------------
 */

#define S(stage) (1u << LOY_STAGE_##stage)
static const unsigned follows[loy_stage_count] = {
    [LOY_STAGE_IDLE] = S(IDLE) | S(BASKET),
    [LOY_STAGE_BASKET] = S(BASKET) | S(TOTAL) | S(IDLE),
    [LOY_STAGE_TOTAL] = S(TOTAL) | S(BASKET) | S(TENDER) | S(CLOSED) | S(IDLE),
    [LOY_STAGE_TENDER] = S(TENDER) | S(BASKET) | S(CLOSED) | S(IDLE),
    [LOY_STAGE_CLOSED] = S(CLOSED) | S(BASKET),
    [LOY_STAGE_FOUND] = S(FOUND) | S(BASKET) | S(TOTAL) | S(TENDER) | S(IDLE),
};

/* All that a refused step must leave as it is. */
static const char *picture(struct walk *walk)
{
    return shop_rows(walk->counter->store,
        "SELECT (SELECT total(id * state + ifnull(member, 0) * 7 + ifnull(card, 0) * 3) FROM "
        "basket), (SELECT count(*) || '/' || total(paid_minor) || '/' || total(promotion) FROM "
        "line), (SELECT count(*) || '/' || total(amount_minor) FROM tender), (SELECT count(*) FROM "
        "basket_coupon), (SELECT total(basket * stage + ifnull(ticket, 0) * 3) FROM lane_basket), "
        "(SELECT count(*) FROM basket_link), (SELECT count(*) FROM pending_card)");
}

static bool settles(const struct loy_lane_answer *answer)
{
    static const uint8_t codes[] = {LOY_SAID_LINE, LOY_SAID_RETURNED, LOY_SAID_VOIDED_LINE,
        LOY_SAID_TOTAL, LOY_SAID_BACK, LOY_SAID_RESUMED, LOY_SAID_MEMBER, LOY_SAID_SOLD,
        LOY_SAID_VOIDED, LOY_SAID_SUSPENDED};
    return memchr(codes, answer->code, sizeof codes) != NULL;
}

/* Pricing the open basket once more changes nothing, as long as nothing is paid. */
static bool is_priced(struct walk *walk, const struct loy_lane_view *view)
{
    struct loy_store *store = walk->counter->store;
    struct lane_head head;
    bool changed = false;
    if (view->stage != LOY_STAGE_BASKET && view->stage != LOY_STAGE_TOTAL) return true;
    if (view->paid_minor != 0) return false;
    ASSERT_STATUS(store_begin(store), LOY_OK);
    ASSERT_STATUS(lane_head_find(store, &view->basket, &head), LOY_OK);
    ASSERT_STATUS(lane_reprice(store, &head, UINT32_MAX, 0, &changed), LOY_OK);
    store_rollback(store);
    return !changed;
}

static void basket_judge(
    struct walk *walk, const struct loy_lane_input *input, const struct loy_lane_view *view)
{
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    size_t count = 0;
    int64_t due = 0;
    bool same = memcmp(&view->basket, &walk->last, sizeof view->basket) == 0;
    if (same && view->lines < walk->lines) problem(walk, input, "lines are lost");
    if (same && view->lines > walk->lines + lines_of(input))
        problem(walk, input, "lines are doubled");
    walk->last = view->basket;
    walk->lines = view->lines;
    if (loy_id_is_none(&view->basket)) return;
    ASSERT_STATUS(loy_basket_tax(walk->counter->store, &view->basket, taxes, &count, &due), LOY_OK);
    if (due != view->due_minor + view->paid_minor) problem(walk, input, "due is not due");
    if (view->stage == LOY_STAGE_CLOSED && view->due_minor != 0)
        problem(walk, input, "sold, and not paid");
    if (view->stage == LOY_STAGE_TENDER && (view->due_minor == 0 || view->paid_minor == 0))
        problem(walk, input, "a part is paid that is nothing or all");
    if (settles(&walk->counter->answer)) walk->stale = false;
    if (!walk->stale && !is_priced(walk, view))
        problem(walk, input, "pricing anew changes the prices");
}

static void answer_judge(struct walk *walk, const struct loy_lane_input *input, const char *before)
{
    struct counter *counter = walk->counter;
    const struct loy_lane_answer *answer = &counter->answer;
    struct loy_lane_view view = counter_view(counter);
    if (counter->status != LOY_OK && counter->status != LOY_REFUSED)
        problem(walk, input, loy_status_text(counter->status));
    if (counter->status != LOY_OK && strcmp(before, picture(walk)) != 0)
        problem(walk, input, "refused, and something was written");
    if (counter->status != LOY_OK && answer->stage != walk->stage)
        problem(walk, input, "refused, and the stage is another one");
    if ((follows[walk->stage] & 1u << answer->stage) == 0) problem(walk, input, "a wrong stage");
    if (view.stage != answer->stage || view.question != answer->question)
        problem(walk, input, "the view shows something else");
    basket_judge(walk, input, &view);
    if (answer->code == LOY_SAID_SOLD) walk->receipts[walk->sold++ % RECEIPTS] = answer->basket;
    walk->receipt_count = walk->sold < RECEIPTS ? walk->sold : RECEIPTS;
    if (answer->code == LOY_SAID_VOIDED) walk->voided = answer->basket;
    walk->refused += counter->status != LOY_OK;
    walk->stage = answer->stage;
}

static void cut(struct walk *walk)
{
    struct loy_lane_input input = counter_input(walk->counter, LOY_LANE_TIME);
    bool was_open = walk->stage != LOY_STAGE_IDLE && walk->stage != LOY_STAGE_CLOSED;
    bool reprices = walk->counter->lane->reprices;
    counter_cut(walk->counter);
    if (walk->cashier)
        ASSERT_STATUS(
            loy_store_login(walk->counter->store, "till", SUPERVISOR_PIN, input.at_us), LOY_OK);
    walk->counter->lane->reprices = reprices;
    struct loy_lane_view view = counter_view(walk->counter);
    if (was_open != (view.stage == LOY_STAGE_FOUND)) problem(walk, &input, "cut: not found again");
    if (was_open && view.lines != walk->lines) problem(walk, &input, "cut: other lines");
    walk->stage = view.stage;
}

/* Another program erases a member, or merges two, whatever the lane holds of them. */
static void desk_do(struct walk *walk)
{
    struct loy_store *store = shop_open(walk->counter->shop);
    const struct loy_id *one = &walk->members[draw(walk, CARDS)];
    const struct loy_id *other = &walk->members[draw(walk, CARDS)];
    enum loy_status status = draw(walk, 2) == 0
                                 ? loy_member_erase(store, one, "request", walk->counter->at_us)
                                 : loy_member_merge(store, one, other, walk->counter->at_us);
    // Who is gone, or is the same, is neither erased nor merged once more.
    bool refused = status == LOY_NONE || status == LOY_REPEATED || status == LOY_E_CONFLICT ||
                   status == LOY_E_ARGUMENT || status == LOY_REFUSED;
    if (status != LOY_OK && !refused)
        print_error("desk: %s (%s)\n", loy_status_text(status), loy_store_text(store));
    if (status != LOY_OK && !refused) walk->problems++;
    walk->away += status == LOY_OK;
    walk->stale = true;
    loy_store_close(store);
}

/* ---- A walk ------------------------------------------------------------------------------------
 */

static void people_make(struct walk *walk)
{
    static const char *const numbers[CARDS + 1] = {"29000017", "29000025", "29000033", "29000041",
        "29000058", "29000066", "29000074", "29000082", "29000090"};
    struct loy_store *store = walk->counter->store;
    for (size_t i = 0; i <= CARDS; i++) {
        walk->cards[i] = shop_credential(store, numbers[i]);
        if (i < CARDS) walk->members[i] = shop_member(store, &walk->cards[i], LOY_CARD_ACTIVE);
    }
}

static void walk_run(struct walk *walk, unsigned steps)
{
    char before[1024];
    walk->stage = LOY_STAGE_IDLE;
    for (unsigned i = 0; i < steps; i++) {
        if (draw(walk, 60) == 0) cut(walk);
        if (!walk->cashier && draw(walk, 200) == 0) desk_do(walk);
        struct loy_lane_input input = input_draw(walk);
        snprintf(before, sizeof before, "%s", picture(walk));
        counter_take(walk->counter, &input);
        answer_judge(walk, &input, before);
    }
}

static void nothing_goes_wrong_on_the_way(void **state)
{
    struct walk walk = {.counter = *state, .seed = walk_seed++};
    people_make(&walk);
    ASSERT_STATUS(
        loy_lane_rule_set(walk.counter->store, LOY_LANE_RULE_RETURN_BARE, 1, NOON_US), LOY_OK);
    walk.cashier = walk.seed % 3 == 0;
    if (walk.cashier) counter_cashier(walk.counter);
    walk_run(&walk, walk_steps);
    print_message("seed %llu: %u sold, %u refused, %u members away\n",
        (unsigned long long)walk_seed - 1, walk.sold, walk.refused, walk.away);
    // The cashier may not look at all of it.
    counter_cut(walk.counter);
    shop_is_sound(walk.counter->store);
    assert_int_equal(walk.problems, 0);
    assert_true(walk.sold > walk_steps / 100 && walk.refused > walk_steps / 20);
    assert_string_equal(shop_rows(walk.counter->store,
                            "SELECT rule, serial, count(*) FROM basket_coupon c JOIN basket b ON "
                            "b.id = c.basket AND b.state <> 3 AND rule = 'once' GROUP BY 1, 2 "
                            "HAVING count(*) > 1"),
        "");
}

static void a_lane_that_does_not_price_anew_is_found_out(void **state)
{
    struct walk walk = {.counter = *state, .seed = 1, .quiet = true};
    people_make(&walk);
    walk.counter->lane->reprices = false;
    walk_run(&walk, CONTROL_STEPS);
    assert_true(walk.problems > 0);
}

int main(int count, char **arguments)
{
    if (count > 1) walk_steps = (unsigned)strtoul(arguments[1], NULL, 10);
    if (count > 2) walk_seed = strtoull(arguments[2], NULL, 10);
#define WALK(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)
    const struct CMUnitTest tests[] = {
        WALK(nothing_goes_wrong_on_the_way),
        WALK(nothing_goes_wrong_on_the_way),
        WALK(nothing_goes_wrong_on_the_way),
        WALK(a_lane_that_does_not_price_anew_is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
