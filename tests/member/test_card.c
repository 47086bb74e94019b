/* SPDX-License-Identifier: MIT
 *
 * test_card.c - cards: given, found, refused, and baskets that find their member late.
 * In: credentials. Out: members, card rows. */
#include "desk.h"

#include <loyalty/member_card.h>

static struct desk desk = {.country = "CN"};

#define NUMBER "60058541029558180" /* published capture f2f-safeway-club-track2 */

static void issued_and_found(void **state)
{
    (void)state;
    struct loy_credential card, other;
    struct loy_id found, wei = desk_person(&desk, "张伟"), na = desk_person(&desk, "李娜");
    desk_credential(&desk, NUMBER, &card);
    desk_credential(&desk, "2912345678906", &other);
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_NONE);
    assert_status(loy_card_issue(desk.store, &wei, &card, AT + 1), LOY_OK);
    assert_status(loy_card_issue(desk.store, &wei, &card, AT + 2), LOY_REPEATED);
    assert_status(loy_card_issue(desk.store, &na, &card, AT + 3), LOY_E_CONFLICT);
    assert_null(strstr(loy_store_text(desk.store), "8180"));
    assert_status(loy_card_issue(desk.store, &wei, &other, AT + 4), LOY_OK);
    desk_reopen(&desk);
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_OK);
    assert_memory_equal(&found, &wei, sizeof wei);
    struct loy_card row;
    int64_t position = 0;
    assert_status(loy_card_next(desk.store, &wei, &position, &row), LOY_OK);
    assert_string_equal(row.tail, "8180");
    assert_int_equal(row.kind, LOY_CREDENTIAL_NUMBER);
    assert_int_equal(row.status, LOY_CARD_ISSUED);
    assert_int_equal(row.issued_at_us, AT + 1);
    assert_status(loy_card_next(desk.store, &wei, &position, &row), LOY_OK);
    assert_string_equal(row.tail, "8906");
    assert_status(loy_card_next(desk.store, &wei, &position, &row), LOY_NONE);
    position = 0;
    assert_status(loy_card_next(desk.store, &na, &position, &row), LOY_NONE);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card_history"), 2);
    assert_false(desk_files_hold(&desk, NUMBER, strlen(NUMBER)));
    assert_false(desk_files_hold(&desk, NUMBER, 8));
}

static void not_issued(void **state)
{
    (void)state;
    struct loy_credential card, none = {0};
    struct loy_id unknown = {{9}}, id = desk_person(&desk, "张伟");
    desk_credential(&desk, NUMBER, &card);
    assert_status(loy_card_issue(desk.store, &unknown, &card, AT), LOY_E_ARGUMENT);
    assert_status(loy_card_issue(desk.store, &id, &none, AT), LOY_E_ARGUMENT);
    desk.store->role = LOY_ROLE_ANALYST;
    assert_status(loy_card_issue(desk.store, &id, &card, AT), LOY_E_ACCESS);
    assert_status(loy_member_find_card(desk.store, &card, &id), LOY_E_ACCESS);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card"), 0);
}

static void states(void **state)
{
    (void)state;
    static const struct {
        enum loy_card_status status;
        enum loy_status find, issue;
        const char *word;
    } rows[] = {
        {LOY_CARD_ISSUED, LOY_OK, LOY_REPEATED, ""},
        {LOY_CARD_ACTIVE, LOY_OK, LOY_REPEATED, ""},
        {LOY_CARD_LOST, LOY_REFUSED, LOY_REFUSED, "lost"},
        {LOY_CARD_BLOCKED, LOY_REFUSED, LOY_REFUSED, "blocked"},
        {LOY_CARD_REPLACED, LOY_REFUSED, LOY_REFUSED, "replaced"},
        {LOY_CARD_EXPIRED, LOY_REFUSED, LOY_REFUSED, "expired"},
        {LOY_CARD_WITHDRAWN, LOY_REFUSED, LOY_REFUSED, "withdrawn"},
    };
    struct loy_credential card;
    struct loy_id found, id = desk_person(&desk, "张伟");
    desk_credential(&desk, NUMBER, &card);
    assert_status(loy_card_issue(desk.store, &id, &card, AT), LOY_OK);
    for (size_t i = 0; i < ROWS(rows); i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "UPDATE card SET status = %d", rows[i].status);
        desk_run(&desk, sql);
        memset(&found, 0, sizeof found);
        assert_status(loy_member_find_card(desk.store, &card, &found), rows[i].find);
        assert_int_equal(loy_id_is_none(&found), rows[i].find != LOY_OK);
        if (rows[i].word[0]) assert_non_null(strstr(loy_store_text(desk.store), rows[i].word));
        assert_status(loy_card_issue(desk.store, &id, &card, AT), rows[i].issue);
    }
    /* From the stock anybody may have it. */
    desk_run(&desk, "UPDATE card SET status = 1, member = NULL");
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_NONE);
    assert_status(loy_card_issue(desk.store, &id, &card, AT + 9), LOY_OK);
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT max(version) FROM card_history"), 2);
}

static void basket_insert(int id, const char *member)
{
    char sql[400];
    snprintf(sql, sizeof sql,
        "INSERT INTO basket (id, uid, lane, epoch, sequence, state, source, opened_at_us, "
        "closed_at_us, "
        "offset_min, member, operator, line_count, total_minor, discount_minor) "
        "VALUES (%d, randomblob(16), 1, 1, %d, 2, 1, 1, 2, 60, %s, 1, 0, 0, 0)",
        id, id, member);
    desk_run(&desk, sql);
}

static void pending_insert(const struct loy_credential *card, int basket)
{
    sqlite3_stmt *insert = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(desk.store->db,
            "INSERT INTO pending_card (digest, basket, kind, tail) VALUES (?1, ?2, 1, '')", -1,
            &insert, NULL),
        SQLITE_OK);
    sqlite3_bind_blob(insert, 1, card->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int(insert, 2, basket);
    assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
    sqlite3_finalize(insert);
}

/* Baskets 101 and 102 showed the card, 103 another one, 104 showed it beside a known member's. */
static void late_members_get_their_baskets(void **state)
{
    (void)state;
    struct loy_credential card, other;
    struct loy_id first = desk_person(&desk, "李娜"), id = desk_person(&desk, "张伟");
    desk_credential(&desk, NUMBER, &card);
    desk_credential(&desk, "2912345678906", &other);
    for (int basket = 101; basket <= 103; basket++)
        basket_insert(basket, "NULL");
    basket_insert(104, "1");
    pending_insert(&card, 101);
    pending_insert(&card, 102);
    pending_insert(&other, 103);
    pending_insert(&card, 104);
    (void)first;
    assert_status(loy_card_issue(desk.store, &id, &card, AT), LOY_OK);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM basket b JOIN card c ON c.id = b.card "
                           "WHERE b.id IN (101, 102) AND b.member = 2 AND c.member = 2"),
        2);
    assert_int_equal(desk_number(&desk, "SELECT member FROM basket WHERE id = 104"), 1);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM basket WHERE id = 103 AND member IS NULL"), 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM pending_card"), 1);
    assert_int_equal(desk_number(&desk, "SELECT basket FROM pending_card"), 103);
}

/* Who has withdrawn from the scheme gets no basket by a card, new, in another's place or bound by a
 * code; nor later, should he come back. Who was asked and agreed, or withdrew and came back, does.
 */
static void leavers_get_no_baskets(void **state)
{
    (void)state;
    struct loy_credential first, second, third;
    char code[LOY_CLAIM_CODE_SIZE];
    struct loy_id id = desk_person(&desk, "李娜"), web = desk_person(&desk, "张伟");
    desk_credential(&desk, NUMBER, &first);
    desk_credential(&desk, "2912345678906", &second);
    desk_credential(&desk, "2912345678913", &third);
    for (int basket = 101; basket <= 103; basket++)
        basket_insert(basket, "NULL");
    pending_insert(&first, 101);
    pending_insert(&second, 102);
    pending_insert(&third, 103);
    const struct loy_id *const leavers[] = {&id, &web};
    for (size_t i = 0; i < 2; i++) {
        assert_status(
            loy_member_consent(desk.store, leavers[i], LOY_PURPOSE_SCHEME, true, "desk", AT),
            LOY_OK);
        assert_status(
            loy_member_consent(desk.store, leavers[i], LOY_PURPOSE_SCHEME, false, "desk", AT + 1),
            LOY_OK);
    }
    assert_status(loy_claim_make(desk.store, &web, AT, code), LOY_OK);
    assert_status(loy_card_issue(desk.store, &id, &first, AT + 2), LOY_OK);
    assert_status(loy_card_replace(desk.store, &first, &second, "damaged", AT + 3), LOY_OK);
    assert_status(loy_claim_use(desk.store, code, &third, AT + 4), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member IS NULL"), 3);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM pending_card"), 0);
    basket_insert(105, "NULL");
    desk_credential(&desk, "2912345678920", &first);
    pending_insert(&first, 105);
    assert_status(
        loy_member_consent(desk.store, &id, LOY_PURPOSE_SCHEME, true, "desk", AT + 5), LOY_OK);
    assert_status(loy_card_issue(desk.store, &id, &first, AT + 6), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT member FROM basket WHERE id = 105"), 1);
}

/* A transaction that is taken back leaves no card and gives the pending rows back. */
static void all_or_nothing(void **state)
{
    (void)state;
    struct loy_credential card;
    struct loy_id id = desk_person(&desk, "张伟"), other = desk_person(&desk, "李娜");
    desk_credential(&desk, NUMBER, &card);
    basket_insert(101, "NULL");
    pending_insert(&card, 101);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(loy_card_issue(desk.store, &id, &card, AT), LOY_OK);
    loy_store_rollback(desk.store);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card"), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM pending_card"), 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member IS NULL"), 1);
    /* A conflict inside an import is told and the import goes on. */
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(loy_card_issue(desk.store, &id, &card, AT), LOY_OK);
    assert_status(loy_card_issue(desk.store, &other, &card, AT), LOY_E_CONFLICT);
    assert_status(loy_store_commit(desk.store), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card"), 1);
}

/* The lives of all cards in one order of time, with what no step tells: an expiry that nobody has
 * noted, and the issue of a card from before steps were kept. */
static void one_timeline_of_all_cards(void **state)
{
    (void)state;
    static const struct {
        const char *tail;
        enum loy_card_status status;
        int64_t at_us;
        const char *reason;
    } expected[] = {
        {"0099", LOY_CARD_ISSUED, AT - 9, ""},
        {"8906", LOY_CARD_ISSUED, AT + 1, ""},
        {"8913", LOY_CARD_ISSUED, AT + 2, ""},
        {"8906", LOY_CARD_ACTIVE, AT + 3, ""},
        {"8906", LOY_CARD_BLOCKED, AT + 4, "found in the street"},
        {"8913", LOY_CARD_EXPIRED, AT + 5, ""},
    };
    struct loy_card_event event = {.size = sizeof event}, small = {.size = 1};
    struct loy_credential first, second;
    struct loy_id wei = desk_person(&desk, "张伟"), other = desk_person(&desk, "李娜");
    int64_t position = 0, count = 0;
    desk_credential(&desk, "2912345678906", &first);
    desk_credential(&desk, "2912345678913", &second);
    assert_status(loy_card_issue(desk.store, &wei, &first, AT + 1), LOY_OK);
    assert_status(loy_card_issue(desk.store, &wei, &second, AT + 2), LOY_OK);
    assert_status(loy_card_activate(desk.store, &first, AT + 3), LOY_OK);
    assert_status(
        loy_card_block(desk.store, &first, LOY_CARD_BLOCKED, "found in the street", AT + 4),
        LOY_OK);
    assert_status(loy_card_expiry_set(desk.store, &second, AT + 5, AT + 4), LOY_OK);
    desk_run(&desk, "INSERT INTO card (digest, kind, tail, member, status, issued_at_us) VALUES "
                    "(x'01', 1, '0099', 1, 8, 1769999999999991)");
    desk.store->clock_us = AT + 6;
    for (int noted = 0; noted < 2; noted++) {
        for (size_t i = 0; i < ROWS(expected); i++) {
            assert_status(loy_card_event_next(desk.store, &wei, &position, &event), LOY_OK);
            assert_string_equal(event.tail, expected[i].tail);
            assert_int_equal(event.status, expected[i].status);
            assert_string_equal(event.reason, expected[i].reason);
            /* Once noted the time is that of noting. */
            assert_int_equal(event.at_us, expected[i].at_us + (noted && i == 5));
        }
        assert_status(loy_card_event_next(desk.store, &wei, &position, &event), LOY_NONE);
        assert_status(loy_card_expire(desk.store, AT + 6, &count), LOY_OK);
        assert_int_equal(count, noted ? 0 : 1);
        position = 0;
    }
    position = 1;
    assert_status(loy_card_event_next(desk.store, &wei, &position, &event), LOY_OK);
    assert_string_equal(event.operator_name, "tester");
    desk.store->role = LOY_ROLE_CASHIER;
    position = 1;
    assert_status(loy_card_event_next(desk.store, &wei, &position, &event), LOY_OK);
    assert_string_equal(event.operator_name, "");
    desk.store->role = LOY_ROLE_ANALYST;
    assert_status(loy_card_event_next(desk.store, &wei, &position, &event), LOY_E_ACCESS);
    desk.store->role = LOY_ROLE_MANAGER;
    position = 0;
    assert_status(loy_card_event_next(desk.store, &other, &position, &event), LOY_NONE);
    assert_status(loy_card_event_next(desk.store, &other, &position, &small), LOY_E_ARGUMENT);
}

#define desk_test(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(issued_and_found),
        desk_test(not_issued),
        desk_test(states),
        desk_test(late_members_get_their_baskets),
        desk_test(leavers_get_no_baskets),
        desk_test(all_or_nothing),
        desk_test(one_timeline_of_all_cards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
