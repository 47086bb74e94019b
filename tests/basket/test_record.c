/* SPDX-License-Identifier: MIT
 *
 * test_record.c - whole baskets: what is possible, what is repeated, what is kept aside, what comes
 * back.
 */
#include "shop.h"

#include <store/store_private.h>

static struct loy_id id_of(uint8_t n)
{
    struct loy_id id = {{1, 2, 3}};
    id.bytes[15] = n;
    return id;
}

static void a_basket_is_stored_as_it_was(void **state)
{
    struct shop *shop = *state;
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line lines[] = {
        shop_line(shop->shirt, 2000, 1999, 400), shop_line(shop->shoe, 1000, 5000, 0)};
    struct loy_basket_summary summary;
    struct loy_basket_totals totals;
    struct loy_id id;
    lines[0].promotion = "SPRING";
    lines[0].form = LOY_FORM_PERCENT;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, 2, &id), LOY_OK);
    ASSERT_STATUS(loy_basket_get(shop->store, &id, &summary), LOY_OK);
    assert_int_equal(summary.sequence, 1);
    assert_int_equal(summary.state, 2);
    assert_int_equal(summary.line_count, 2);
    assert_int_equal(summary.total_minor, 8598);
    assert_int_equal(summary.discount_minor, 400);
    assert_true(loy_id_is_none(&summary.member));
    ASSERT_STATUS(loy_basket_totals_get(shop->store, NOON_US, NOON_US + 1, &totals), LOY_OK);
    assert_int_equal(totals.baskets, 1);
    assert_int_equal(totals.lines, 2);
    assert_int_equal(totals.identified, 0);
    assert_int_equal(totals.paid_minor, 8598);
    ASSERT_STATUS(loy_basket_totals_get(shop->store, 0, NOON_US, &totals), LOY_OK);
    assert_int_equal(totals.baskets, 0);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM outbox"), 1);
    shop_is_sound(shop->store);
}

// clang-format off
static const struct {
    const char *what;
    int64_t quantity_milli, list_minor, discount_minor, paid_minor;
    enum loy_status wanted;
} amounts[] = {
    {"plain", 1000, 100, 0, 100, LOY_OK},
    {"discount", 1000, 100, 30, 70, LOY_OK},
    {"free", 1000, 100, 100, 0, LOY_OK},
    {"half up", 1500, 333, 0, 500, LOY_OK},              /* 499.5 */
    {"below half", 1333, 100, 0, 133, LOY_OK},
    {"not rounded down", 1500, 333, 0, 499, LOY_E_FORMAT},
    {"three for one, at a unit price rounded down", 3000, 33, 0, 100, LOY_OK},
    {"three pieces off by two", 3000, 33, 0, 101, LOY_E_FORMAT},
    {"one piece off by one", 1000, 33, 0, 34, LOY_E_FORMAT},
    {"one off", 1000, 100, 0, 99, LOY_E_FORMAT},
    {"no quantity", 0, 100, 0, 0, LOY_E_FORMAT},
    {"negative list", 1000, -100, 0, -100, LOY_E_FORMAT},
    {"negative discount", 1000, 100, -1, 101, LOY_E_FORMAT},
    {"negative sale", 1000, 100, 101, -1, LOY_E_FORMAT},
    {"return", -1000, 100, 0, -100, LOY_OK},
    {"return half away from zero", -1500, 333, 0, -500, LOY_OK},
    {"return half towards zero", -1500, 333, 0, -499, LOY_E_FORMAT},
    {"return of a deal", -1000, 100, -30, -70, LOY_OK},
    {"return that is paid for", -1000, 100, -101, 1, LOY_E_FORMAT},
    {"price times quantity", INT64_MAX, 2, 0, 0, LOY_E_LIMIT},
    {"least quantity", INT64_MIN, 1000, 0, INT64_MIN, LOY_E_LIMIT},
    {"paid plus discount", 1000, 1, INT64_MAX, INT64_MAX, LOY_E_LIMIT},
    {"the largest", 1000, LOY_AMOUNT_MAX, 0, LOY_AMOUNT_MAX, LOY_OK},
    {"larger", 1000, LOY_AMOUNT_MAX + 1, 0, LOY_AMOUNT_MAX + 1, LOY_E_LIMIT},
    {"larger by pieces", 2000, LOY_AMOUNT_MAX, 0, LOY_AMOUNT_MAX * 2, LOY_E_LIMIT},
};
// clang-format on

static void amounts_must_add_up(void **state)
{
    struct shop *shop = *state;
    for (size_t i = 0; i < ROWS(amounts); i++) {
        struct loy_basket_head head = shop_head(NOON_US);
        struct loy_line line = {.article_version = shop->shirt,
            .quantity_milli = amounts[i].quantity_milli,
            .list_minor = amounts[i].list_minor,
            .discount_minor = amounts[i].discount_minor,
            .paid_minor = amounts[i].paid_minor};
        struct loy_id id;
        enum loy_status status = loy_basket_record(shop->store, &head, &line, 1, &id);
        if (status != amounts[i].wanted) print_error("%s\n", amounts[i].what);
        ASSERT_STATUS(status, amounts[i].wanted);
        if (status < LOY_OK) assert_non_null(strstr(loy_store_text(shop->store), "line 1"));
    }
    shop_is_sound(shop->store);
}

static void totals_do_not_overflow(void **state)
{
    struct shop *shop = *state;
    static struct loy_line lines[LOY_LINES_MAX + 1];
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_id id;
    for (size_t i = 0; i < ROWS(lines); i++)
        lines[i] = shop_line(shop->shirt, 1000, 1, 0);
    ASSERT_STATUS(
        loy_basket_record(shop->store, &head, lines, LOY_LINES_MAX + 1, &id), LOY_E_LIMIT);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, LOY_LINES_MAX, &id), LOY_OK);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, 0, &id), LOY_E_FORMAT);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM basket"), 1);
}

static void heads_that_cannot_be(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_credential card = shop_credential(shop->store, "29000017");
    struct loy_id id, nobody = id_of(9);
    char long_text[200];
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    for (int i = 0; i < 11; i++) {
        struct loy_basket_head head = shop_head(NOON_US);
        struct loy_line bad = line;
        enum loy_status wanted = LOY_E_FORMAT;
        if (i == 0) head.size = 0, wanted = LOY_E_ARGUMENT;
        if (i == 1) head.credential = &card, head.member = &nobody, wanted = LOY_E_ARGUMENT;
        if (i == 2) head.at_us = 0;
        if (i == 3) head.sequence = -1;
        if (i == 4) head.source = 9, wanted = LOY_E_ARGUMENT;
        if (i == 5) head.lane = long_text, wanted = LOY_E_LIMIT;
        if (i == 6) head.member = &nobody;
        if (i == 7) bad.article_version = 999;
        if (i == 8) bad.promotion = long_text, wanted = LOY_E_LIMIT;
        if (i == 9) bad.form = 99;
        if (i == 10) bad.reason = "why";
        ASSERT_STATUS(loy_basket_record(shop->store, &head, &bad, 1, &id), wanted);
    }
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM basket"), 0);
    assert_int_equal(shop_number(shop->store, "SELECT last_sequence FROM lane"), 0);
}

/* ---- Replay ------------------------------------------------------------------------------------
 */

static void the_same_again_changes_nothing(void **state)
{
    struct shop *shop = *state;
    struct loy_credential card = shop_credential(shop->store, "29000017");
    shop_member(shop->store, &card, LOY_CARD_ACTIVE);
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line lines[] = {
        shop_line(shop->shirt, 1000, 100, 10), shop_line(shop->shoe, 2000, 300, 0)};
    struct loy_id id, again;
    head.id = id_of(1);
    head.credential = &card;
    lines[0].promotion = "P";
    ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, 2, &id), LOY_OK);
    assert_memory_equal(&id, &head.id, sizeof id);
    char before[4096];
    snprintf(before, sizeof before, "%s",
        shop_rows(shop->store, "SELECT * FROM basket, line, outbox, lane"));
    for (int i = 0; i < 3; i++) {
        // A blocked card, an edited article: the sale was what it was.
        if (i == 1) shop_run(shop->store, "UPDATE card SET status = 5");
        if (i == 2) {
            struct loy_article edit = {
                .size = sizeof edit, .code = "shirt", .brand = "new", .cost_minor = -1};
            ASSERT_STATUS(loy_article_put(shop->store, &edit, NOON_US), LOY_OK);
            ASSERT_STATUS(
                loy_article_find(shop->store, "shirt", &lines[0].article_version), LOY_OK);
        }
        ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, 2, &again), LOY_REPEATED);
        assert_memory_equal(&again, &id, sizeof id);
    }
    assert_string_equal(shop_rows(shop->store, "SELECT * FROM basket, line, outbox, lane"), before);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM quarantine"), 0);
}

/* Each of these differences alone must be noticed. */
static void another_content_is_kept_aside(void **state)
{
    struct shop *shop = *state;
    struct loy_credential card = shop_credential(shop->store, "29000017");
    struct loy_credential other = shop_credential(shop->store, "29000024");
    shop_member(shop->store, &card, LOY_CARD_ACTIVE);
    shop_member(shop->store, &other, LOY_CARD_ACTIVE);
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line lines[] = {
        shop_line(shop->shirt, 1000, 100, 10), shop_line(shop->shoe, 2000, 300, 0)};
    struct loy_id id;
    head.id = id_of(1);
    head.credential = &card;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, 2, &id), LOY_OK);
    for (int i = 0; i < 9; i++) {
        struct loy_basket_head changed = head;
        struct loy_line copy[2] = {lines[0], lines[1]};
        size_t count = 2;
        if (i == 0) changed.at_us++;
        if (i == 1) changed.offset_min = 120;
        if (i == 2) changed.lane = "L2";
        if (i == 3) copy[0] = shop_line(shop->shirt, 1000, 100, 11);
        if (i == 4) copy[0].article_version = shop->shoe;
        if (i == 5) copy[1].promotion = "P";
        if (i == 6) count = 1;
        if (i == 7) changed.credential = &other;
        if (i == 8) changed.sequence = 2;
        ASSERT_STATUS(loy_basket_record(shop->store, &changed, copy, count, &id), LOY_E_CONFLICT);
        assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM quarantine"), i + 1);
        // Twice the same newcomer is kept once.
        ASSERT_STATUS(loy_basket_record(shop->store, &changed, copy, count, &id), LOY_E_CONFLICT);
        assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM quarantine"), i + 1);
    }
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM basket"), 1);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, 2, &id), LOY_REPEATED);
    shop_is_sound(shop->store);
}

/* A till's journal without ids: (lane, epoch, sequence) is the identity. */
static void a_journal_by_sequence(void **state)
{
    struct shop *shop = *state;
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_id id, again;
    head.source = LOY_BASKET_FEED;
    head.lane = "TILL";
    const struct {
        int64_t sequence, at_us;
        enum loy_status wanted;
    } steps[] = {{5000, 1, LOY_OK}, {5001, 2, LOY_OK}, {5003, 3, LOY_E_FORMAT},
        {5000, 1, LOY_REPEATED}, {5001, 2, LOY_REPEATED}, {5001, 9, LOY_E_CONFLICT},
        {4999, 1, LOY_E_FORMAT}, {5002, 3, LOY_OK}, {5003, 4, LOY_OK}};
    for (size_t i = 0; i < ROWS(steps); i++) {
        head.sequence = steps[i].sequence;
        head.at_us = NOON_US + steps[i].at_us;
        ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), steps[i].wanted);
        if (i == 3)
            ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &again), LOY_REPEATED);
        if (i == 3) assert_memory_equal(&id, &again, sizeof id);
    }
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM basket"), 4);
    shop_is_sound(shop->store);
    // In a new epoch the journal that was sent before is known, and goes on.
    shop_run(shop->store, "INSERT INTO epoch VALUES (2, 1, 'test')");
    shop_run(shop->store, "UPDATE lane SET epoch = 2, last_sequence = 0");
    head.sequence = 5003;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_REPEATED);
    head.sequence = 5004;
    head.at_us++;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_OK);
    assert_int_equal(shop_number(shop->store, "SELECT max(epoch) FROM basket"), 2);
    shop_is_sound(shop->store);
}

static void our_own_lane_begins_at_one(void **state)
{
    struct shop *shop = *state;
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_id id;
    head.sequence = 2;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_E_FORMAT);
    head.sequence = 1;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_OK);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_REPEATED);
}

/* ---- Cards
 * --------------------------------------------------------------------------------------- */

static void cards_known_unknown_and_blocked(void **state)
{
    struct shop *shop = *state;
    const struct {
        const char *number;
        enum loy_card_status status;
        enum loy_status wanted;
    } cards[] = {{"29000010", LOY_CARD_ACTIVE, LOY_OK}, {"29000011", LOY_CARD_ISSUED, LOY_OK},
        {"29000012", LOY_CARD_LOST, LOY_REFUSED}, {"29000013", LOY_CARD_BLOCKED, LOY_REFUSED},
        {"29000014", LOY_CARD_REPLACED, LOY_REFUSED}, {"29000015", LOY_CARD_EXPIRED, LOY_REFUSED},
        {"29000016", LOY_CARD_WITHDRAWN, LOY_REFUSED}};
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    for (size_t i = 0; i < ROWS(cards); i++) {
        struct loy_credential card = shop_credential(shop->store, cards[i].number);
        struct loy_id member = shop_member(shop->store, &card, cards[i].status), id;
        struct loy_basket_head head = shop_head(NOON_US);
        struct loy_basket_summary summary;
        head.credential = &card;
        ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), cards[i].wanted);
        if (cards[i].wanted != LOY_OK) continue;
        ASSERT_STATUS(loy_basket_get(shop->store, &id, &summary), LOY_OK);
        assert_memory_equal(&summary.member, &member, sizeof member);
    }
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM basket"), 2);
    struct loy_credential unknown = shop_credential(shop->store, "29000099");
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_id id;
    head.credential = &unknown;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_OK);
    assert_string_equal(shop_rows(shop->store, "SELECT kind, tail FROM pending_card"), "1|0099");
    shop_is_sound(shop->store);
}

/* A member who was merged: the basket is that of the one who remains. */
static void merged_members_are_followed(void **state)
{
    struct shop *shop = *state;
    struct loy_credential old = shop_credential(shop->store, "29000010");
    struct loy_credential new = shop_credential(shop->store, "29000011");
    struct loy_id gone = shop_member(shop->store, &old, LOY_CARD_ACTIVE), id;
    struct loy_id stays = shop_member(shop->store, &new, LOY_CARD_ACTIVE);
    shop_run(shop->store, "UPDATE member SET merged_into = 2, status = 2 WHERE id = 1");
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    for (int i = 0; i < 2; i++) {
        struct loy_basket_head head = shop_head(NOON_US + i);
        struct loy_basket_summary summary;
        if (i == 0)
            head.credential = &old;
        else
            head.member = &gone;
        ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_OK);
        ASSERT_STATUS(loy_basket_get(shop->store, &id, &summary), LOY_OK);
        assert_memory_equal(&summary.member, &stays, sizeof stays);
    }
    shop_run(shop->store, "UPDATE member SET status = 3 WHERE id = 2");
    struct loy_basket_head head = shop_head(NOON_US + 9);
    head.credential = &old;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_REFUSED);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM basket"), 2);
}

/* The member room issues the card that was pending: the basket finds its member, and its replay
 * knows it. */
static void a_pending_card_is_resolved_when_issued(void **state)
{
    struct shop *shop = *state;
    struct loy_credential card = shop_credential(shop->store, "29000010");
    struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = NOON_US,
        .pseudonymous = true};
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_basket_summary summary;
    struct loy_id member, id;
    head.id = id_of(1);
    head.credential = &card;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_OK);
    ASSERT_STATUS(loy_member_add(shop->store, &form, NOON_US, &member), LOY_OK);
    ASSERT_STATUS(loy_card_issue(shop->store, &member, &card, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_basket_get(shop->store, &id, &summary), LOY_OK);
    assert_memory_equal(&summary.member, &member, sizeof member);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_REPEATED);
    shop_is_sound(shop->store);
}

/* ---- Returns
 * ------------------------------------------------------------------------------------- */

static void no_more_comes_back_than_was_sold(void **state)
{
    struct shop *shop = *state;
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line sold[] = {
        shop_line(shop->shirt, 3000, 1000, 1), shop_line(shop->shoe, 1000, 500, 0)};
    struct loy_id sale, id, nowhere = id_of(77);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, sold, 2, &sale), LOY_OK);
    const struct {
        const char *what;
        struct loy_line line;
        enum loy_status wanted;
    } returns[] = {
        {"one of three", shop_return(shop->shirt, -1000, 1000, -1000, &sale, 1), LOY_OK},
        {"three of two", shop_return(shop->shirt, -3000, 1000, -1999, &sale, 1), LOY_E_FORMAT},
        {"too much money", shop_return(shop->shirt, -2000, 1000, -2000, &sale, 1), LOY_E_FORMAT},
        {"another article", shop_return(shop->shoe, -1000, 1000, -1000, &sale, 1), LOY_E_FORMAT},
        {"no such line", shop_return(shop->shirt, -1000, 1000, -1000, &sale, 3), LOY_E_FORMAT},
        {"no such basket", shop_return(shop->shirt, -1000, 1000, -1000, &nowhere, 1), LOY_E_FORMAT},
        {"basket without line", shop_return(shop->shirt, -1000, 1000, -1000, &sale, 0),
            LOY_E_FORMAT},
        {"line without basket", shop_return(shop->shirt, -1000, 1000, -1000, NULL, 1),
            LOY_E_FORMAT},
        {"the other two", shop_return(shop->shirt, -2000, 1000, -1999, &sale, 1), LOY_OK},
        {"a fourth", shop_return(shop->shirt, -1, 0, 0, &sale, 1), LOY_E_FORMAT},
        {"without receipt", shop_return(shop->shirt, -5000, 1000, -5000, NULL, 0), LOY_OK},
    };
    for (size_t i = 0; i < ROWS(returns); i++) {
        struct loy_basket_head back = shop_head(NOON_US + (int64_t)i + 1);
        back.id = id_of((uint8_t)(i + 10));
        enum loy_status status = loy_basket_record(shop->store, &back, &returns[i].line, 1, &id);
        if (status != returns[i].wanted)
            print_error("%s: %s\n", returns[i].what, loy_store_text(shop->store));
        ASSERT_STATUS(status, returns[i].wanted);
        // The same return again is the same one, not one too many.
        if (status == LOY_OK)
            ASSERT_STATUS(
                loy_basket_record(shop->store, &back, &returns[i].line, 1, &id), LOY_REPEATED);
    }
    // Twice in one basket, and a line of the basket itself taken back.
    head.at_us = NOON_US + 100;
    struct loy_line twice[] = {shop_return(shop->shoe, -600, 500, -300, &sale, 2),
        shop_return(shop->shoe, -600, 500, -300, &sale, 2)};
    ASSERT_STATUS(loy_basket_record(shop->store, &head, twice, 2, &id), LOY_E_FORMAT);
    head.id = id_of(50);
    struct loy_line undone[] = {shop_line(shop->shoe, 2000, 500, 0),
        shop_return(shop->shoe, -2000, 500, -1000, &head.id, 1),
        shop_return(shop->shoe, -1, 0, 0, &head.id, 1)};
    ASSERT_STATUS(loy_basket_record(shop->store, &head, undone, 3, &id), LOY_E_FORMAT);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, undone, 2, &id), LOY_OK);
    undone[1].return_of_line = 2;
    head.id = id_of(51);
    undone[1].return_of = head.id;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, undone, 2, &id), LOY_E_FORMAT);
    shop_is_sound(shop->store);
    shop_run(shop->store, "UPDATE line SET quantity_milli = 1000 WHERE basket = 1 AND number = 1");
    shop_is_unsound(shop->store, "more came back");
    shop_is_unsound(shop->store, "not what it was");
}

/* ---- Imports
 * ------------------------------------------------------------------------------------- */

static void an_import_may_go_on_after_a_bad_basket(void **state)
{
    struct shop *shop = *state;
    struct loy_line good = shop_line(shop->shirt, 1000, 100, 0), bad = good;
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_id id;
    bad.paid_minor++;
    head.source = LOY_BASKET_IMPORT;
    head.site = "S7";
    head.lane = "L7";
    ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &good, 1, &id), LOY_OK);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &bad, 1, &id), LOY_E_FORMAT);
    bad = good;
    bad.article_version = 999;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &bad, 1, &id), LOY_E_FORMAT);
    bad = shop_return(shop->shirt, -1000, 100, -100, &id, 1);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &bad, 1, &id), LOY_OK);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &bad, 1, &id), LOY_E_FORMAT);
    ASSERT_STATUS(loy_store_commit(shop->store), LOY_OK);
    assert_string_equal(shop_rows(shop->store,
                            "SELECT s.code, n.code, b.sequence FROM basket b JOIN lane n ON n.id = "
                            "b.lane JOIN site s ON s.id = n.site"),
        "S7|L7|1 S7|L7|2");
    shop_is_sound(shop->store);
}

static void an_import_undone_leaves_nothing(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_id id;
    head.site = "S8";
    head.lane = "L8";
    ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_OK);
    loy_store_rollback(shop->store);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM basket"), 0);
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_OK);
    assert_string_equal(
        shop_rows(shop->store, "SELECT sequence FROM basket b JOIN lane n ON n.id = b.lane "
                               "WHERE n.code = 'L8'"),
        "1");
    shop_is_sound(shop->store);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_basket_is_stored_as_it_was),
        TEST(amounts_must_add_up),
        TEST(totals_do_not_overflow),
        TEST(heads_that_cannot_be),
        TEST(the_same_again_changes_nothing),
        TEST(another_content_is_kept_aside),
        TEST(a_journal_by_sequence),
        TEST(our_own_lane_begins_at_one),
        TEST(cards_known_unknown_and_blocked),
        TEST(merged_members_are_followed),
        TEST(a_pending_card_is_resolved_when_issued),
        TEST(no_more_comes_back_than_was_sold),
        TEST(an_import_may_go_on_after_a_bad_basket),
        TEST(an_import_undone_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
