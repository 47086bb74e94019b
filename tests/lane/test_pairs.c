/* SPDX-License-Identifier: MIT
 *
 * test_pairs.c - every pair of stage and input, and of stage with an open question and input: the
 * code, the stage and question behind it, and what is in the store then. What is expected is
 * written out here, from the cases in words, not taken from the lane's own table.
 */
#include "counter.h"

enum place { IDLE, BASKET, TOTAL, TENDER, CLOSED, FOUND, PLACES };
enum asked { NOTHING, OTHER, UNKNOWN, ASKED };

/* "CODE STAGE QUESTION: what changed in the store", for each place. NN: not now, nothing. */
#define NN "not-now"
struct expected {
    enum loy_lane_input_kind kind;
    const char *places[PLACES];
};

// clang-format off
static const struct expected plain[] = {
    {LOY_LANE_CARD, {"member basket 0: open+1 row+1 owned+1 link+1", "other-account basket 1:",
        "other-account total 1:", "other-account tender 1:", "member basket 0: open+1 owned+1 link+1", NN}},
    {LOY_LANE_MEMBER, {"member basket 0: open+1 row+1 owned+1 link+1", "same-card basket 0: count+1",
        "same-card total 0: count+1", "same-card tender 0: count+1", "member basket 0: open+1 owned+1 link+1", NN}},
    {LOY_LANE_OBJECT, {NN, "objected basket 0: owned-1 link+1 consent+1", "objected total 0: owned-1 link+1 consent+1",
        "objected tender 0: owned-1 link+1 consent+1", "objected closed 0: owned-1 link+1 consent+1", NN}},
    {LOY_LANE_UNREAD, {"payment-card idle 0: count+1", "payment-card basket 0: count+1", "payment-card total 0: count+1",
        "payment-card tender 0: count+1", "payment-card closed 0: count+1", "payment-card found 0: count+1"}},
    {LOY_LANE_ARTICLE, {"line basket 0: open+1 row+1 line+1", "line basket 0: line+1", "line basket 0: line+1", NN,
        "line basket 0: open+1 line+1", NN}},
    {LOY_LANE_COUPON, {"coupon basket 0: open+1 row+1 coupon+1", "coupon basket 0: coupon+1", "coupon total 0: coupon+1",
        NN, "coupon basket 0: open+1 coupon+1", NN}},
    {LOY_LANE_VOID_LINE, {NN, "voided-line basket 0: line+1 back+1 count+1", "voided-line basket 0: line+1 back+1 count+1",
        NN, NN, NN}},
    {LOY_LANE_RETURN, {"returned basket 0: open+1 row+1 line+1 back+1", "returned basket 0: line+1 back+1",
        "returned basket 0: line+1 back+1", NN, "returned basket 0: open+1 line+1 back+1", NN}},
    {LOY_LANE_SUSPEND, {NN, "suspended idle 0: wait+1 count+1", "suspended idle 0: wait+1 count+1", NN, NN, NN}},
    {LOY_LANE_RESUME, {"resumed basket 0: wait-1", NN, NN, NN, "resumed basket 0: row-1 wait-1", "resumed basket 0:"}},
    {LOY_LANE_TOTAL, {NN, "total total 0:", NN, NN, NN, NN}},
    {LOY_LANE_TENDER, {NN, NN, "sold closed 0: open-1 sold+1 tender+1", "sold closed 0: open-1 sold+1 tender+1", NN, NN}},
    {LOY_LANE_DECLINE, {NN, NN, "declined basket 0: count+1", "declined tender 0: count+1", NN, NN}},
    {LOY_LANE_BACK, {NN, NN, "back basket 0:", "back basket 0: tender+1", NN, NN}},
    {LOY_LANE_VOID, {NN, "voided idle 0: open-1 void+1 row-1 count+1", "voided idle 0: open-1 void+1 row-1 count+1",
        "voided idle 0: open-1 void+1 row-1 tender+1 count+1", NN, "voided idle 0: open-1 void+1 row-1 count+1"}},
    {LOY_LANE_CHOOSE, {NN, NN, NN, NN, NN, NN}},
    {LOY_LANE_REMARK, {NN, "remark basket 0: contact+1", "remark total 0: contact+1", "remark tender 0: contact+1",
        "remark closed 0: contact+1", NN}},
    {LOY_LANE_PRINTED, {NN, NN, "printed total 0: printed+1", "printed tender 0: printed+1", "printed closed 0: row-1", NN}},
    {LOY_LANE_TIME, {" idle 0:", " basket 0:", " total 0:", " tender 0:", " closed 0:", " found 0:"}},
};

/* Another account's card was shown: what the input then does, and that the member was kept. */
static const struct expected other[] = {
    {LOY_LANE_CARD, {NULL, "other-account basket 1: count+1", "other-account total 1: count+1",
        "other-account tender 1: count+1", NULL, NULL}},
    {LOY_LANE_MEMBER, {NULL, "same-card basket 0: count+2", "same-card total 0: count+2", "same-card tender 0: count+2",
        NULL, NULL}},
    {LOY_LANE_OBJECT, {NULL, "objected basket 0: owned-1 link+1 count+1 consent+1",
        "objected total 0: owned-1 link+1 count+1 consent+1", "objected tender 0: owned-1 link+1 count+1 consent+1", NULL,
        NULL}},
    {LOY_LANE_UNREAD, {NULL, "payment-card basket 0: count+2", "payment-card total 0: count+2",
        "payment-card tender 0: count+2", NULL, NULL}},
    {LOY_LANE_ARTICLE, {NULL, "line basket 0: line+1 count+1", "line basket 0: line+1 count+1", "not-now tender 1:", NULL,
        NULL}},
    {LOY_LANE_COUPON, {NULL, "coupon basket 0: coupon+1 count+1", "coupon total 0: coupon+1 count+1",
        "not-now tender 1:", NULL, NULL}},
    {LOY_LANE_VOID_LINE, {NULL, "voided-line basket 0: line+1 back+1 count+2",
        "voided-line basket 0: line+1 back+1 count+2", "not-now tender 1:", NULL, NULL}},
    {LOY_LANE_RETURN, {NULL, "returned basket 0: line+1 back+1 count+1", "returned basket 0: line+1 back+1 count+1",
        "not-now tender 1:", NULL, NULL}},
    {LOY_LANE_SUSPEND, {NULL, "suspended idle 0: wait+1 count+2", "suspended idle 0: wait+1 count+2",
        "not-now tender 1:", NULL, NULL}},
    {LOY_LANE_RESUME, {NULL, "not-now basket 1:", "not-now total 1:", "not-now tender 1:", NULL, NULL}},
    {LOY_LANE_TOTAL, {NULL, "total total 0: count+1", "not-now total 1:", "not-now tender 1:", NULL, NULL}},
    {LOY_LANE_TENDER, {NULL, "not-now basket 1:", "sold closed 0: open-1 sold+1 tender+1 count+1",
        "sold closed 0: open-1 sold+1 tender+1 count+1", NULL, NULL}},
    {LOY_LANE_DECLINE, {NULL, "not-now basket 1:", "declined basket 0: count+2", "declined tender 0: count+2",
        NULL, NULL}},
    {LOY_LANE_BACK, {NULL, "not-now basket 0: count+1", "back basket 0: count+1", "back basket 0: tender+1 count+1",
        NULL, NULL}},
    {LOY_LANE_VOID, {NULL, "voided idle 0: open-1 void+1 row-1 count+2", "voided idle 0: open-1 void+1 row-1 count+2",
        "voided idle 0: open-1 void+1 row-1 tender+1 count+2", NULL, NULL}},
    {LOY_LANE_CHOOSE, {NULL, "same-card basket 0: count+1", "same-card total 0: count+1", "same-card tender 0: count+1",
        NULL, NULL}},
    {LOY_LANE_REMARK, {NULL, "remark basket 0: count+1 contact+1", "remark total 0: count+1 contact+1",
        "remark tender 0: count+1 contact+1", NULL, NULL}},
    {LOY_LANE_PRINTED, {NULL, "not-now basket 1:", "printed total 0: printed+1 count+1",
        "printed tender 0: printed+1 count+1", NULL, NULL}},
    {LOY_LANE_TIME, {NULL, "same-card basket 0: count+1", "same-card total 0: count+1", "same-card tender 0: count+1",
        NULL, NULL}},
};

/* A card that is not registered was shown, and nobody's before: it is kept as pending meanwhile. */
static const struct expected unknown[] = {
    {LOY_LANE_CARD, {NULL, "member basket 0: owned+1 link+1 pending-1", "member total 0: owned+1 link+1 pending-1",
        "late tender 0: owned+1 link+1 pending-1", NULL, NULL}},
    {LOY_LANE_MEMBER, {NULL, "member basket 0: owned+1 link+1 pending-1", "member total 0: owned+1 link+1 pending-1",
        "late tender 0: owned+1 link+1 pending-1", NULL, NULL}},
    {LOY_LANE_OBJECT, {NULL, "objected basket 0: link+1 pending-1", "objected total 0: link+1 pending-1",
        "objected tender 0: link+1 pending-1", NULL, NULL}},
    {LOY_LANE_UNREAD, {NULL, "payment-card basket 0: count+1", "payment-card total 0: count+1",
        "payment-card tender 0: count+1", NULL, NULL}},
    {LOY_LANE_ARTICLE, {NULL, "line basket 0: line+1", "line basket 0: line+1", "not-now tender 2:", NULL, NULL}},
    {LOY_LANE_COUPON, {NULL, "coupon basket 0: coupon+1", "coupon total 0: coupon+1", "not-now tender 2:", NULL, NULL}},
    {LOY_LANE_VOID_LINE, {NULL, "voided-line basket 0: line+1 back+1 count+1",
        "voided-line basket 0: line+1 back+1 count+1", "not-now tender 2:", NULL, NULL}},
    {LOY_LANE_RETURN, {NULL, "returned basket 0: line+1 back+1", "returned basket 0: line+1 back+1",
        "not-now tender 2:", NULL, NULL}},
    {LOY_LANE_SUSPEND, {NULL, "suspended idle 0: wait+1 count+1", "suspended idle 0: wait+1 count+1",
        "not-now tender 2:", NULL, NULL}},
    {LOY_LANE_RESUME, {NULL, "not-now basket 2:", "not-now total 2:", "not-now tender 2:", NULL, NULL}},
    {LOY_LANE_TOTAL, {NULL, "total total 0:", "not-now total 2:", "not-now tender 2:", NULL, NULL}},
    {LOY_LANE_TENDER, {NULL, "not-now basket 2:", "sold closed 0: open-1 sold+1 tender+1",
        "sold closed 0: open-1 sold+1 tender+1", NULL, NULL}},
    {LOY_LANE_DECLINE, {NULL, "not-now basket 2:", "declined basket 0: count+1", "declined tender 0: count+1",
        NULL, NULL}},
    {LOY_LANE_BACK, {NULL, "not-now basket 0:", "back basket 0:", "back basket 0: tender+1", NULL, NULL}},
    {LOY_LANE_VOID, {NULL, "voided idle 0: open-1 void+1 row-1 count+1", "voided idle 0: open-1 void+1 row-1 count+1",
        "voided idle 0: open-1 void+1 row-1 tender+1 count+1", NULL, NULL}},
    {LOY_LANE_CHOOSE, {NULL, "pending basket 0:", "pending total 0:", "pending tender 0:", NULL, NULL}},
    {LOY_LANE_REMARK, {NULL, "remark basket 0: contact+1", "remark total 0: contact+1", "remark tender 0: contact+1",
        NULL, NULL}},
    {LOY_LANE_PRINTED, {NULL, "not-now basket 2:", "printed total 0: printed+1", "printed tender 0: printed+1",
        NULL, NULL}},
    {LOY_LANE_TIME, {NULL, "pending basket 0:", "pending total 0:", "pending tender 0:", NULL, NULL}},
};
static const char *const stages[PLACES] = {"idle", "basket", "total", "tender", "closed", "found"};
// clang-format on

/* ---- What is in the store ----------------------------------------------------------------------
 */

static const struct {
    const char *name, *sql;
} facts[] = {
    {"open", "SELECT count(*) FROM basket WHERE state = 1"},
    {"sold", "SELECT count(*) FROM basket WHERE state = 2"},
    {"void", "SELECT count(*) FROM basket WHERE state = 3"},
    {"row", "SELECT count(*) FROM lane_basket"},
    {"wait", "SELECT count(*) FROM lane_basket WHERE ticket IS NOT NULL"},
    {"printed", "SELECT count(*) FROM lane_basket WHERE printed_at_us IS NOT NULL"},
    {"line", "SELECT count(*) FROM line"},
    {"back", "SELECT count(*) FROM line_return"},
    {"coupon", "SELECT count(*) FROM basket_coupon"},
    {"tender", "SELECT count(*) FROM tender"},
    {"owned", "SELECT count(*) FROM basket WHERE member IS NOT NULL"},
    {"link", "SELECT count(*) FROM basket_link"},
    {"pending", "SELECT count(*) FROM pending_card"},
    {"count", "SELECT ifnull(sum(count), 0) FROM lane_count"},
    {"contact", "SELECT count(*) FROM contact"},
    {"consent", "SELECT count(*) FROM consent"},
};

static void facts_read(struct loy_store *store, int64_t values[ROWS(facts)])
{
    for (size_t i = 0; i < ROWS(facts); i++)
        values[i] = shop_number(store, facts[i].sql);
}

static void changes_write(
    const int64_t before[ROWS(facts)], const int64_t after[ROWS(facts)], char *text, size_t size)
{
    size_t end = 0;
    text[0] = '\0';
    for (size_t i = 0; i < ROWS(facts); i++)
        if (before[i] != after[i])
            end += (size_t)snprintf(
                text + end, size - end, " %s%+d", facts[i].name, (int)(after[i] - before[i]));
}

/* ---- The places --------------------------------------------------------------------------------
 */

struct scene {
    struct counter *counter;
    struct loy_credential first, second, stranger;
    struct loy_id one, receipt;
    int64_t ticket;
};

static void waiting_make(struct scene *scene)
{
    struct counter *counter = scene->counter;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CARD, 0, LOY_SAID_SOLD);
    scene->receipt = counter->answer.basket;
    counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    scene->ticket = counter->answer.ticket;
}

static void place_reach(struct scene *scene, enum place place, enum asked asked)
{
    struct counter *counter = scene->counter;
    if (place == IDLE) return;
    if (asked != UNKNOWN) counter_shows(counter, &scene->first, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    if (place == FOUND) counter_cut(counter);
    if (place >= TOTAL && place != FOUND) counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    if (place == TENDER) counter_pays(counter, LOY_TENDER_CASH, 100, LOY_SAID_TENDERED);
    if (place == CLOSED) counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    if (asked == OTHER) counter_shows(counter, &scene->second, LOY_SAID_OTHER_ACCOUNT);
    if (asked == UNKNOWN) counter_shows(counter, &scene->stranger, LOY_SAID_UNKNOWN_CARD);
}

static struct loy_lane_input sample(struct scene *scene, enum loy_lane_input_kind kind)
{
    static const struct loy_event refused = {
        .kind = LOY_EVENT_REFUSED, .reason = LOY_REFUSAL_PAYMENT_CARD};
    struct loy_lane_input input = counter_input(scene->counter, kind);
    if (kind == LOY_LANE_CARD) input.credential = &scene->second;
    if (kind == LOY_LANE_MEMBER) input.member = &scene->one;
    if (kind == LOY_LANE_UNREAD) input.event = &refused;
    if (kind == LOY_LANE_ARTICLE) input.text = "shoe";
    if (kind == LOY_LANE_COUPON) input.text = "9901";
    if (kind == LOY_LANE_RETURN) input.receipt = &scene->receipt;
    if (kind == LOY_LANE_RESUME) input.ticket = scene->ticket;
    if (kind == LOY_LANE_TENDER) input.tender = LOY_TENDER_CASH;
    if (kind == LOY_LANE_CHOOSE) input.choice = 2;
    if (kind == LOY_LANE_REMARK) input.remark = LOY_CONTACT_SERVICE_REMARK;
    if (kind == LOY_LANE_TIME) input.at_us += MINUTE_US;
    return input;
}

/* The same status for the same code: what is not taken is refused. */
static enum loy_status status_of(uint8_t code)
{
    return code == LOY_SAID_NOT_NOW || code == LOY_SAID_WRONG ? LOY_REFUSED : LOY_OK;
}

static void expected_write(const struct expected *row, enum place place, char *text, size_t size)
{
    bool not_now = strcmp(row->places[place], NN) == 0;
    if (not_now)
        snprintf(text, size, "%s %s 0:", NN, stages[place]);
    else
        snprintf(text, size, "%s", row->places[place]);
}

/* Members of their own: what one pair did to a member is no other pair's matter. */
static void scene_make(struct scene *scene, struct counter *counter)
{
    static int people;
    char number[16];
    struct loy_credential *const cards[] = {&scene->first, &scene->second, &scene->stranger};
    scene->counter = counter;
    for (size_t i = 0; i < ROWS(cards); i++) {
        snprintf(number, sizeof number, "29%06d", ++people);
        *cards[i] = shop_credential(counter->store, number);
    }
    scene->one = shop_member(counter->store, &scene->first, LOY_CARD_ACTIVE);
    shop_member(counter->store, &scene->second, LOY_CARD_ACTIVE);
    waiting_make(scene);
}

/* Back to a lane without a basket. */
static void scene_end(struct scene *scene)
{
    struct counter *counter = scene->counter;
    uint8_t stage = counter_view(counter).stage;
    if (stage == LOY_STAGE_CLOSED)
        counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
    else if (stage != LOY_STAGE_IDLE)
        counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    loy_lane_close(counter->lane);
    counter_open(counter);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
}

static void pair_try(
    struct counter *counter, const struct expected *row, enum place place, enum asked asked)
{
    char got[256], changes[200], wanted[256];
    int64_t before[ROWS(facts)], after[ROWS(facts)];
    struct scene scene;
    scene_make(&scene, counter);
    place_reach(&scene, place, asked);
    struct loy_store *store = counter->store;
    struct loy_lane_input input = sample(&scene, row->kind);
    bool may = loy_lane_may(scene.counter->lane, row->kind);
    facts_read(store, before);
    counter_take(scene.counter, &input);
    facts_read(store, after);
    const struct loy_lane_answer *answer = &scene.counter->answer;
    changes_write(before, after, changes, sizeof changes);
    snprintf(got, sizeof got, "%s %s %d:%s", loy_lane_code_name(answer->code),
        loy_stage_name(answer->stage), answer->question, changes);
    expected_write(row, place, wanted, sizeof wanted);
    if (strcmp(got, wanted) != 0)
        print_error("%s at %s with question %d:\n  got    %s\n  wanted %s\n  %s\n",
            loy_lane_input_kind_name((int)row->kind), stages[place], asked, got, wanted,
            answer->words);
    assert_string_equal(got, wanted);
    assert_int_equal(scene.counter->status, status_of(answer->code));
    // A footer shows a key that does something, and no other; an empty basket only can go back.
    if (row->kind != LOY_LANE_BACK || place != BASKET)
        assert_int_equal(may, answer->code != LOY_SAID_NOT_NOW);
    if (answer->code == LOY_SAID_NOT_NOW) assert_true(answer->words[0] != '\0');
    struct loy_lane_view view = counter_view(scene.counter);
    assert_int_equal(view.stage, answer->stage);
    assert_int_equal(view.question, answer->question);
    scene_end(&scene);
}

static void rows_try(
    struct counter *counter, const struct expected *rows, size_t count, enum asked asked)
{
    assert_int_equal(count, loy_lane_input_kind_count - 1);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(rows[i].kind, i + 1);
        for (int place = 0; place < PLACES; place++)
            if (rows[i].places[place] != NULL)
                pair_try(counter, &rows[i], (enum place)place, asked);
    }
    shop_is_sound(counter->store);
}

static void every_pair_of_stage_and_input(void **state)
{
    for (size_t i = 0; i < ROWS(plain); i++)
        for (int place = 0; place < PLACES; place++)
            assert_non_null(plain[i].places[place]);
    rows_try(*state, plain, ROWS(plain), NOTHING);
}

static void every_pair_while_another_account_is_asked_about(void **state)
{
    rows_try(*state, other, ROWS(other), OTHER);
}

static void every_pair_while_an_unknown_card_is_asked_about(void **state)
{
    rows_try(*state, unknown, ROWS(unknown), UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            every_pair_of_stage_and_input, counter_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(
            every_pair_while_another_account_is_asked_about, counter_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(
            every_pair_while_an_unknown_card_is_asked_about, counter_setup, counter_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
