/* SPDX-License-Identifier: MIT
 *
 * test_replay.c - a basket that is sent once more with another word for its customer: the same
 * person is the same basket, another one is kept aside, and what was left out contradicts nobody.
 */
#include "shop.h"

#include <loyalty/rights.h>

enum who { NOBODY, CARD, OTHER_CARD, BLOCKED_CARD, MEMBER, OTHER_MEMBER, NO_MEMBER };

static struct loy_store *store;
static struct shop *shop;
static struct loy_credential
    cards[3]; /* a member's, the same one's, and a blocked one of another */
static struct loy_id member, other, none = {{1}};

static int setup(void **state)
{
    if (shop_setup(state) != 0) return -1;
    shop = *state;
    store = shop->store;
    for (size_t i = 0; i < ROWS(cards); i++) {
        char number[16];
        snprintf(number, sizeof number, "2900001%zu", i);
        cards[i] = shop_credential(store, number);
    }
    member = shop_member(store, &cards[0], LOY_CARD_ACTIVE);
    shop_member(store, &cards[1], LOY_CARD_ACTIVE);
    shop_run(store, "UPDATE card SET member = 1 WHERE id = 2");
    other = shop_member(store, &cards[2], LOY_CARD_BLOCKED);
    return 0;
}

static enum loy_status send(uint8_t id, enum who who)
{
    struct loy_basket_head head = shop_head(NOON_US);
    const struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    head.source = LOY_BASKET_FEED;
    head.id = (struct loy_id){{9, id}};
    if (who >= CARD && who <= BLOCKED_CARD) head.credential = &cards[who - CARD];
    if (who == MEMBER) head.member = &member;
    if (who == OTHER_MEMBER) head.member = &other;
    if (who == NO_MEMBER) head.member = &none;
    return loy_basket_record(store, &head, &line, 1, NULL);
}

/* As it was sent first, and then: whether it is the same. */
static const struct {
    const char *what;
    enum who first, then;
    enum loy_status wanted;
} sent[] = {
    {"the card", CARD, CARD, LOY_REPEATED},
    {"nobody any more", CARD, NOBODY, LOY_REPEATED},
    {"another card of the account", CARD, OTHER_CARD, LOY_REPEATED},
    {"its member", CARD, MEMBER, LOY_REPEATED},
    {"its card", MEMBER, CARD, LOY_REPEATED},
    {"another member", CARD, OTHER_MEMBER, LOY_E_CONFLICT},
    {"a member of another shop", CARD, NO_MEMBER, LOY_E_CONFLICT},
    {"a blocked card of another", CARD, BLOCKED_CARD, LOY_E_CONFLICT},
    {"somebody at last", NOBODY, CARD, LOY_E_CONFLICT},
    {"a blocked card that was left out", NOBODY, BLOCKED_CARD, LOY_REPEATED},
};

static int64_t kept_aside(void)
{
    return shop_number(store, "SELECT count(*) FROM quarantine");
}

static void a_replay_is_of_the_same_person(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(sent); i++) {
        const int64_t before = kept_aside();
        ASSERT_STATUS(send((uint8_t)i, sent[i].first), LOY_OK);
        enum loy_status status = send((uint8_t)i, sent[i].then);
        if (status != sent[i].wanted) print_error("%s\n", sent[i].what);
        ASSERT_STATUS(status, sent[i].wanted);
        assert_int_equal(kept_aside() - before, status == LOY_E_CONFLICT ? 1 : 0);
        assert_int_equal(shop_number(store, "SELECT count(*) FROM basket"), i + 1);
    }
    shop_is_sound(store);
}

/* The journal of a till does not know what the desk has done since. */
static void whatever_became_of_the_member(void **state)
{
    (void)state;
    ASSERT_STATUS(send(1, CARD), LOY_OK);
    ASSERT_STATUS(
        loy_member_consent(store, &member, LOY_PURPOSE_SCHEME, false, "desk", NOON_US), LOY_OK);
    ASSERT_STATUS(send(1, CARD), LOY_REPEATED);
    ASSERT_STATUS(send(1, MEMBER), LOY_REPEATED);
    ASSERT_STATUS(send(2, MEMBER), LOY_REFUSED);
    ASSERT_STATUS(loy_member_erase(store, &member, "request", NOON_US), LOY_OK);
    ASSERT_STATUS(send(1, CARD), LOY_REPEATED);
    ASSERT_STATUS(send(1, MEMBER), LOY_REPEATED);
    assert_int_equal(kept_aside(), 0);
    assert_int_equal(shop_number(store, "SELECT count(*) FROM basket"), 1);
    shop_is_sound(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_replay_is_of_the_same_person),
        TEST(whatever_became_of_the_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
