/* SPDX-License-Identifier: MIT
 *
 * test_lane.c - baskets line by line: a card at any moment, power cuts, void ones, two programs at
 * once.
 */
#include "shop.h"

#include <store/store_private.h>

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct loy_basket *open_one(struct loy_store *store, int64_t at_us)
{
    struct loy_basket *basket = NULL;
    struct loy_basket_head head = shop_head(at_us);
    ASSERT_STATUS(loy_basket_open(store, &head, &basket), LOY_OK);
    return basket;
}

static void add_one(struct loy_basket *basket, int64_t version, uint32_t wanted)
{
    struct loy_line line = shop_line(version, 1000, 250, 0);
    uint32_t number = 0;
    ASSERT_STATUS(loy_basket_add(basket, &line, &number), LOY_OK);
    assert_int_equal(number, wanted);
}

static void line_by_line(void **state)
{
    struct shop *shop = *state;
    struct loy_basket *basket = open_one(shop->store, NOON_US);
    struct loy_basket_summary summary;
    struct loy_id id;
    int64_t total = 0;
    struct loy_line line = shop_line(shop->shoe, 3000, 199, 97);
    add_one(basket, shop->shirt, 1);
    ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_OK);
    line.paid_minor += 2;
    ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(shop->store), "line 3"));
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM outbox"), 0);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 5, &id, &total), LOY_OK);
    assert_int_equal(total, 750);
    ASSERT_STATUS(loy_basket_get(shop->store, &id, &summary), LOY_OK);
    assert_int_equal(summary.state, 2);
    assert_int_equal(summary.sequence, 1);
    assert_int_equal(summary.line_count, 2);
    assert_int_equal(summary.total_minor, 750);
    assert_int_equal(summary.discount_minor, 97);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM outbox"), 1);
    shop_is_sound(shop->store);
    shop_run(shop->store, "UPDATE line SET promotion = NULL, list_minor = list_minor + 1");
    shop_is_unsound(shop->store, "not what it was");
}

/* The same lines whole or one by one are the same basket: a till may send again what a lane took
 * down. */
static void whole_or_line_by_line_is_the_same(void **state)
{
    struct shop *shop = *state;
    struct loy_credential card = shop_credential(shop->store, "29000017");
    shop_member(shop->store, &card, LOY_CARD_ACTIVE);
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line lines[] = {
        shop_line(shop->shirt, 1000, 100, 10), shop_line(shop->shoe, 2000, 300, 0)};
    struct loy_basket *basket;
    struct loy_id id;
    head.id.bytes[0] = 7;
    ASSERT_STATUS(loy_basket_open(shop->store, &head, &basket), LOY_OK);
    ASSERT_STATUS(loy_basket_add(basket, &lines[0], NULL), LOY_OK);
    ASSERT_STATUS(loy_basket_attach(basket, &card, NULL), LOY_OK);
    ASSERT_STATUS(loy_basket_add(basket, &lines[1], NULL), LOY_OK);
    struct loy_basket *second;
    ASSERT_STATUS(loy_basket_open(shop->store, &head, &second), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 77, &id, NULL), LOY_OK);
    head.source = LOY_BASKET_FEED;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, 2, &id), LOY_REPEATED);
    head.credential = &card;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, 2, &id), LOY_REPEATED);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, 1, &id), LOY_E_CONFLICT);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM basket"), 1);
    shop_is_sound(shop->store);
}

/* ---- The card at any moment
 * ------------------------------------------------------------------------ */

static uint64_t seed;

static unsigned draw(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

#define LINES_MAX 12

static struct loy_id lane_fill(struct loy_store *store, const struct loy_line *lines,
    unsigned count, unsigned attach_before, const struct loy_credential *card)
{
    struct loy_basket *basket = NULL;
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_id id;
    if (attach_before == 0) head.credential = card;
    ASSERT_STATUS(loy_basket_open(store, &head, &basket), LOY_OK);
    for (unsigned i = 0; i <= count; i++) {
        if (i > 0 && i == attach_before)
            ASSERT_STATUS(loy_basket_attach(basket, card, NULL), LOY_OK);
        if (i < count) ASSERT_STATUS(loy_basket_add(basket, &lines[i], NULL), LOY_OK);
    }
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 1, &id, NULL), LOY_OK);
    return id;
}

static void a_card_counts_alike_whenever_it_comes(void **state)
{
    struct shop *shop = *state;
    struct loy_credential card = shop_credential(shop->store, "29000017");
    struct loy_id member = shop_member(shop->store, &card, LOY_CARD_ACTIVE);
    const int64_t versions[] = {shop->shirt, shop->shoe, shop->deposit};
    for (uint64_t round = 1; round <= 12; round++) {
        struct loy_line lines[LINES_MAX];
        struct loy_basket_summary first = {.line_count = -1}, summary;
        seed = round;
        unsigned count = 1 + draw(LINES_MAX);
        for (unsigned i = 0; i < count; i++) {
            int64_t quantity = draw(8) == 0 ? -(int64_t)draw(3000) - 1 : (int64_t)draw(5000) + 1;
            lines[i] = shop_line(versions[draw(3)], quantity, draw(10000), 0);
            if (quantity > 0 && lines[i].paid_minor > 0 && draw(2) == 0) {
                lines[i].discount_minor = draw((unsigned)lines[i].paid_minor);
                lines[i].paid_minor -= lines[i].discount_minor;
                lines[i].promotion = draw(2) == 0 ? "P1" : "P2";
            }
        }
        for (unsigned at = 0; at <= count; at += 1 + draw(3)) {
            struct loy_id id = lane_fill(shop->store, lines, count, at, &card);
            ASSERT_STATUS(loy_basket_get(shop->store, &id, &summary), LOY_OK);
            assert_memory_equal(&summary.member, &member, sizeof member);
            if (first.line_count < 0) first = summary;
            assert_int_equal(summary.line_count, count);
            assert_int_equal(summary.total_minor, first.total_minor);
            assert_int_equal(summary.discount_minor, first.discount_minor);
        }
    }
    shop_is_sound(shop->store);
}

static void cards_in_a_lane(void **state)
{
    struct shop *shop = *state;
    struct loy_credential one = shop_credential(shop->store, "29000010");
    struct loy_credential two = shop_credential(shop->store, "29000011");
    struct loy_credential lost = shop_credential(shop->store, "29000012");
    struct loy_credential unknown = shop_credential(shop->store, "29000013");
    struct loy_id first = shop_member(shop->store, &one, LOY_CARD_ACTIVE), got;
    struct loy_id second = shop_member(shop->store, &two, LOY_CARD_ACTIVE);
    shop_member(shop->store, &lost, LOY_CARD_LOST);
    struct loy_basket *basket = open_one(shop->store, NOON_US);
    ASSERT_STATUS(loy_basket_attach(basket, &unknown, &got), LOY_NONE);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM pending_card"), 1);
    ASSERT_STATUS(loy_basket_attach(basket, &lost, &got), LOY_REFUSED);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM basket WHERE member > 0"), 0);
    ASSERT_STATUS(loy_basket_attach(basket, &one, &got), LOY_OK);
    assert_memory_equal(&got, &first, sizeof got);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM pending_card"), 0);
    ASSERT_STATUS(loy_basket_attach(basket, &two, &got), LOY_OK);
    assert_memory_equal(&got, &second, sizeof got);
    // What is not known does not drive out who is.
    ASSERT_STATUS(loy_basket_attach(basket, &unknown, &got), LOY_NONE);
    ASSERT_STATUS(loy_basket_attach(basket, &lost, &got), LOY_REFUSED);
    assert_string_equal(
        shop_rows(shop->store, "SELECT member, (SELECT count(*) FROM pending_card) FROM basket"),
        "2|0");
    loy_basket_release(basket);
    struct loy_basket_head head = shop_head(NOON_US);
    head.credential = &lost;
    ASSERT_STATUS(loy_basket_open(shop->store, &head, &basket), LOY_REFUSED);
    head.credential = &unknown;
    ASSERT_STATUS(loy_basket_open(shop->store, &head, &basket), LOY_OK);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM pending_card"), 1);
    loy_basket_release(basket);
    shop_is_sound(shop->store);
}

/* ---- Power cuts
 * -------------------------------------------------------------------------------------- */

/* A child that dies without a word after this many calls. */
static void die_after(struct shop *shop, unsigned calls, const struct loy_credential *card)
{
    pid_t child = fork();
    if (child == 0) {
        struct loy_store *store = shop_open(shop);
        struct loy_basket *basket = NULL;
        struct loy_basket_head head = shop_head(NOON_US);
        bool fine = true;
        for (unsigned i = 0; i < calls; i++) {
            struct loy_line line = shop_line(shop->shirt, 1000, 100 * (int64_t)(i + 1), 0);
            enum loy_status status = i == 0   ? loy_basket_open(store, &head, &basket)
                                     : i == 2 ? loy_basket_attach(basket, card, NULL)
                                     : i == 5 ? loy_basket_close(basket, NOON_US + 1, NULL, NULL)
                                              : loy_basket_add(basket, &line, NULL);
            fine = fine && status == LOY_OK;
        }
        _exit(fine ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_power_cut_between_any_two_calls(void **state)
{
    struct shop *shop = *state;
    struct loy_credential card = shop_credential(shop->store, "29000017");
    shop_member(shop->store, &card, LOY_CARD_ACTIVE);
    loy_store_close(shop->store);
    shop->store = NULL;
    for (unsigned calls = 1; calls <= 6; calls++) {
        struct loy_basket *basket = NULL;
        struct loy_basket_summary summary;
        struct loy_id id;
        die_after(shop, calls, &card);
        shop->store = shop_open(shop);
        enum loy_status resumed = loy_basket_resume(shop->store, &basket);
        assert_int_equal(resumed, calls == 6 ? LOY_NONE : LOY_OK);
        if (resumed == LOY_OK) {
            uint32_t lines = calls < 2 ? 0 : calls < 4 ? 1 : calls - 2;
            int64_t paid[] = {0, 200, 600, 1100}, total = 0;
            add_one(basket, shop->shoe, lines + 1);
            ASSERT_STATUS(loy_basket_close(basket, NOON_US + 2, &id, &total), LOY_OK);
            assert_int_equal(total, paid[lines] + 250);
            ASSERT_STATUS(loy_basket_get(shop->store, &id, &summary), LOY_OK);
            assert_int_equal(loy_id_is_none(&summary.member), calls < 3);
            assert_int_equal(summary.sequence, calls);
        }
        ASSERT_STATUS(loy_basket_resume(shop->store, &basket), LOY_NONE);
        shop_is_sound(shop->store);
        loy_store_close(shop->store);
        shop->store = NULL;
    }
}

static void the_oldest_is_resumed_first(void **state)
{
    struct shop *shop = *state;
    struct loy_basket *first = open_one(shop->store, NOON_US), *basket = NULL;
    struct loy_basket *second = open_one(shop->store, NOON_US + 1);
    struct loy_id id;
    add_one(first, shop->shirt, 1);
    add_one(second, shop->shirt, 1);
    add_one(second, shop->shoe, 2);
    loy_basket_release(second);
    loy_basket_release(first);
    loy_basket_release(NULL);
    int64_t totals[] = {250, 500};
    for (int i = 0; i < 2; i++) {
        int64_t total = 0;
        ASSERT_STATUS(loy_basket_resume(shop->store, &basket), LOY_OK);
        ASSERT_STATUS(loy_basket_close(basket, NOON_US + 9, &id, &total), LOY_OK);
        assert_int_equal(total, totals[i]);
    }
    shop_is_sound(shop->store);
}

/* ---- Void and empty
 * ------------------------------------------------------------------------------------ */

static void a_void_basket_takes_its_number_and_is_no_sale(void **state)
{
    struct shop *shop = *state;
    struct loy_basket_totals totals;
    struct loy_id id;
    char audit[64];
    for (int i = 0; i < 9; i++) {
        struct loy_basket *basket = open_one(shop->store, NOON_US + i);
        if (i == 0) ASSERT_STATUS(loy_basket_close(basket, NOON_US, &id, NULL), LOY_E_FORMAT);
        if (i % 3 != 0) add_one(basket, shop->shirt, 1);
        if (i % 3 == 2)
            ASSERT_STATUS(loy_basket_close(basket, NOON_US + i, &id, NULL), LOY_OK);
        else
            ASSERT_STATUS(loy_basket_void(basket, "customer left", NOON_US + i), LOY_OK);
    }
    assert_string_equal(shop_rows(shop->store, "SELECT sequence, state, line_count FROM basket"),
        "1|3|0 2|3|1 3|2|1 4|3|0 5|3|1 6|2|1 7|3|0 8|3|1 9|2|1");
    ASSERT_STATUS(loy_basket_totals_get(shop->store, 0, INT64_MAX, &totals), LOY_OK);
    assert_int_equal(totals.baskets, 3);
    assert_int_equal(totals.paid_minor, 750);
    snprintf(audit, sizeof audit, "%s",
        shop_rows(shop->store, "SELECT count(*) FROM audit WHERE action = 'basket-void'"));
    assert_string_equal(audit, "6");
    // A void sale cannot be returned from, and a void return gives back nothing.
    struct loy_basket *basket = open_one(shop->store, NOON_US);
    struct loy_line back = shop_return(shop->shirt, -1000, 250, -250, &id, 1);
    ASSERT_STATUS(loy_basket_add(basket, &back, NULL), LOY_OK);
    ASSERT_STATUS(loy_basket_add(basket, &back, NULL), LOY_E_FORMAT);
    ASSERT_STATUS(loy_basket_void(basket, NULL, NOON_US), LOY_OK);
    basket = open_one(shop->store, NOON_US);
    ASSERT_STATUS(loy_basket_add(basket, &back, NULL), LOY_OK);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 1, &id, NULL), LOY_OK);
    shop_is_sound(shop->store);
    shop_run(shop->store, "UPDATE basket SET reason = 'other' WHERE sequence = 2");
    shop_is_unsound(shop->store, "basket 2");
    shop_run(
        shop->store, "DELETE FROM line WHERE basket = (SELECT id FROM basket WHERE sequence = 4)");
    shop_run(shop->store, "DELETE FROM basket WHERE sequence = 4");
    shop_is_unsound(shop->store, "missing");
}

/* A line of the basket at hand, scanned by mistake. */
static void a_line_is_taken_back(void **state)
{
    struct shop *shop = *state;
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_basket *basket = NULL;
    int64_t total = 1;
    head.id.bytes[3] = 3;
    ASSERT_STATUS(loy_basket_open(shop->store, &head, &basket), LOY_OK);
    add_one(basket, shop->shirt, 1);
    struct loy_line back = shop_return(shop->shirt, -1000, 250, -250, &head.id, 1);
    ASSERT_STATUS(loy_basket_add(basket, &back, NULL), LOY_OK);
    ASSERT_STATUS(loy_basket_add(basket, &back, NULL), LOY_E_FORMAT);
    loy_basket_release(basket);
    ASSERT_STATUS(loy_basket_resume(shop->store, &basket), LOY_OK);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 1, NULL, &total), LOY_OK);
    assert_int_equal(total, 0);
    shop_is_sound(shop->store);
}

/* ---- Two at once
 * ------------------------------------------------------------------------------------------ */

static void two_handles_on_one_basket(void **state)
{
    struct shop *shop = *state;
    struct loy_store *other = shop_open(shop);
    struct loy_basket *mine = open_one(shop->store, NOON_US), *theirs = NULL;
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_credential card = shop_credential(shop->store, "29000017");
    struct loy_id id;
    shop_member(shop->store, &card, LOY_CARD_ACTIVE);
    add_one(mine, shop->shirt, 1);
    ASSERT_STATUS(loy_basket_resume(other, &theirs), LOY_OK);
    add_one(theirs, shop->shoe, 2);
    ASSERT_STATUS(loy_basket_add(mine, &line, NULL), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_basket_close(mine, NOON_US + 1, &id, NULL), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_basket_close(theirs, NOON_US + 1, &id, NULL), LOY_OK);
    ASSERT_STATUS(loy_basket_add(mine, &line, NULL), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_basket_attach(mine, &card, NULL), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_basket_close(mine, NOON_US + 1, &id, NULL), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_basket_void(mine, NULL, NOON_US + 1), LOY_E_CONFLICT);
    loy_basket_release(mine);
    assert_string_equal(
        shop_rows(shop->store, "SELECT sequence, line_count, total_minor FROM basket"), "1|2|500");
    loy_store_close(other);
    shop_is_sound(shop->store);
}

/* Nothing is added to what another program has closed, although the number would be free. */
static void a_closed_basket_stays_closed(void **state)
{
    struct shop *shop = *state;
    struct loy_store *other = shop_open(shop);
    struct loy_basket *mine = open_one(shop->store, NOON_US), *theirs = NULL;
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    add_one(mine, shop->shirt, 1);
    ASSERT_STATUS(loy_basket_resume(other, &theirs), LOY_OK);
    ASSERT_STATUS(loy_basket_close(theirs, NOON_US + 1, NULL, NULL), LOY_OK);
    ASSERT_STATUS(loy_basket_add(mine, &line, NULL), LOY_E_CONFLICT);
    loy_basket_release(mine);
    loy_store_close(other);
    shop_is_sound(shop->store);
}

static int fill_from_child(struct shop *shop, int which)
{
    struct loy_store *store = shop_open(shop);
    for (int i = 0; i < 25; i++) {
        struct loy_basket *basket = NULL;
        struct loy_basket_head head = shop_head(NOON_US + i);
        struct loy_line line = shop_line(shop->shirt, 1000, 100 + which, 0);
        if (loy_basket_open(store, &head, &basket) != LOY_OK) return 1;
        if (loy_basket_add(basket, &line, NULL) != LOY_OK) return 2;
        if (i % 5 == 0 ? loy_basket_void(basket, "x", NOON_US) != LOY_OK
                       : loy_basket_close(basket, NOON_US, NULL, NULL) != LOY_OK)
            return 3;
        if (loy_basket_record(store, &head, &line, 1, NULL) != LOY_OK) return 4;
    }
    loy_store_close(store);
    return 0;
}

static void two_programs_on_one_file(void **state)
{
    struct shop *shop = *state;
    pid_t children[2];
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        if (children[i] == 0) _exit(fill_from_child(shop, i));
    }
    for (int i = 0; i < 2; i++) {
        int status = -1;
        waitpid(children[i], &status, 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    assert_string_equal(
        shop_rows(shop->store, "SELECT count(*), min(sequence), max(sequence), "
                               "count(DISTINCT sequence), sum(state = 3) FROM basket"),
        "100|1|100|100|10");
    shop_is_sound(shop->store);
}

/* A hostile journal begins where counting on would overflow. */
static void numbers_run_out(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_basket_head head = shop_head(NOON_US);
    head.source = LOY_BASKET_FEED;
    head.lane = "L7";
    head.sequence = INT64_MAX - 1;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, NULL), LOY_OK);
    head.sequence = 0;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, NULL), LOY_OK);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, NULL), LOY_E_LIMIT);
    ASSERT_STATUS(
        loy_assortment_snapshot(shop->store, NULL, INT64_MAX, NULL, 0, NULL), LOY_E_ARGUMENT);
    shop_is_sound(shop->store);
}

/* A caller's transaction that came to nothing took lines, or the basket itself, with it: another
 * basket may have its row by now. */
static void undone_lines_do_not_count(void **state)
{
    struct shop *shop = *state;
    struct loy_basket *basket = open_one(shop->store, NOON_US), *other = NULL;
    struct loy_line line = shop_line(shop->shoe, 1000, 250, 0);
    add_one(basket, shop->shirt, 1);
    ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
    add_one(basket, shop->shirt, 2);
    ASSERT_STATUS(loy_store_commit(shop->store), LOY_OK);
    add_one(basket, shop->shirt, 3);
    ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
    loy_store_rollback(shop->store);
    add_one(basket, shop->shirt, 4);
    ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
    add_one(basket, shop->shirt, 5);
    loy_store_rollback(shop->store);
    ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 5, NULL, NULL), LOY_E_CONFLICT);
    loy_basket_release(basket);
    ASSERT_STATUS(loy_basket_resume(shop->store, &basket), LOY_OK);
    add_one(basket, shop->shirt, 5);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 5, NULL, NULL), LOY_OK);

    ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
    basket = open_one(shop->store, NOON_US + 9);
    loy_store_rollback(shop->store);
    other = open_one(shop->store, NOON_US + 10);
    ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_E_CONFLICT);
    loy_basket_release(basket);
    add_one(other, shop->shirt, 1);
    ASSERT_STATUS(loy_basket_close(other, NOON_US + 11, NULL, NULL), LOY_OK);
    shop_is_sound(shop->store);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        TEST(line_by_line),
        TEST(whole_or_line_by_line_is_the_same),
        TEST(a_card_counts_alike_whenever_it_comes),
        TEST(cards_in_a_lane),
        TEST(a_power_cut_between_any_two_calls),
        TEST(the_oldest_is_resumed_first),
        TEST(a_void_basket_takes_its_number_and_is_no_sale),
        TEST(a_line_is_taken_back),
        TEST(two_handles_on_one_basket),
        TEST(a_closed_basket_stays_closed),
        TEST(numbers_run_out),
        TEST(undone_lines_do_not_count),
        TEST(two_programs_on_one_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
