/* SPDX-License-Identifier: MIT
 *
 * test_card_life.c - the life of a card: every step from every state, by every role, with and
 * without a reason; expiry, stock, replacing, two desks at once.
 * In: credentials of made-up numbers. Out: states, history, sentences. */
#include "desk.h"

#include <loyalty/member_card.h>

#include <sys/wait.h>
#include <unistd.h>

static struct desk desk = {.country = "CN"};

#define OLD "2912345678906"
#define NEW "2912345678913"

static void range_declare(void)
{
    const struct loy_range range = {"29", 13, LOY_CHECK_GS1, LOY_USE_MEMBER, false};
    assert_status(loy_range_add(desk.store, &range, AT), LOY_OK);
}

/* With the shop's ranges, as a lane makes it. */
static void own_credential(const char *number, struct loy_credential *credential)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    uint8_t key[LOY_CARD_KEY_SIZE];
    size_t count = 0;
    assert_status(loy_range_list(desk.store, ranges, &count), LOY_OK);
    loy_store_card_key(desk.store, key);
    assert_status(loy_credential_from_text(number, ranges, count, key, credential), LOY_OK);
}

/* ---- Every step --------------------------------------------------------------------------------
 */

enum work { LOSE, BLOCK, WITHDRAW, RELEASE, ACTIVATE, REPLACE, ISSUE, EXPIRE, WORKS };

struct scene {
    struct loy_id member;
    struct loy_credential card, fresh;
};

static enum loy_status work_do(enum work work, const struct scene *scene, const char *reason)
{
    int64_t count = 0;
    switch (work) {
    case LOSE:
        return loy_card_block(desk.store, &scene->card, LOY_CARD_LOST, reason, AT);
    case BLOCK:
        return loy_card_block(desk.store, &scene->card, LOY_CARD_BLOCKED, reason, AT);
    case WITHDRAW:
        return loy_card_block(desk.store, &scene->card, LOY_CARD_WITHDRAWN, reason, AT);
    case RELEASE:
        return loy_card_release(desk.store, &scene->card, reason, AT);
    case ACTIVATE:
        return loy_card_activate(desk.store, &scene->card, AT);
    case REPLACE:
        return loy_card_replace(desk.store, &scene->card, &scene->fresh, reason, AT);
    case ISSUE:
        return loy_card_issue(desk.store, &scene->member, &scene->card, AT);
    default:
        desk_run(&desk, "UPDATE card SET expires_at_us = 5 WHERE id = 1");
        enum loy_status status = loy_card_expire(desk.store, AT, &count);
        return status == LOY_OK && count == 0 ? LOY_REFUSED : status;
    }
}

/* The first card in that state, as nothing but the table should make it. */
static void scene_set(struct scene *scene, int status)
{
    char sql[160];
    desk_run(&desk, "DELETE FROM card_history");
    desk_run(&desk, "DELETE FROM card");
    assert_status(loy_card_issue(desk.store, &scene->member, &scene->card, AT), LOY_OK);
    snprintf(sql, sizeof sql, "UPDATE card SET id = 1, status = %d, member = %s", status,
        status == LOY_CARD_STOCK ? "NULL" : "member");
    desk_run(&desk, "DELETE FROM card_history");
    desk_run(&desk, sql);
}

/* o done, r was so already, x refused; the state behind it where done. */
static const struct {
    int from;
    const char *answers; /* in the order of enum work */
} matrix[] = {
    {LOY_CARD_STOCK, "xxoxxxox"},
    {LOY_CARD_ISSUED, "ooorooro"},
    {LOY_CARD_ACTIVE, "ooorroro"},
    {LOY_CARD_LOST, "roooxoxx"},
    {LOY_CARD_BLOCKED, "xrooxoxx"},
    {LOY_CARD_REPLACED, "xxxxxxxx"},
    {LOY_CARD_EXPIRED, "xxxxxoxx"},
    {LOY_CARD_WITHDRAWN, "xxrxxxxx"},
};
static const int becomes[WORKS] = {LOY_CARD_LOST, LOY_CARD_BLOCKED, LOY_CARD_WITHDRAWN,
    LOY_CARD_ACTIVE, LOY_CARD_ACTIVE, LOY_CARD_REPLACED, LOY_CARD_ISSUED, LOY_CARD_EXPIRED};

static void every_step_from_every_state(void **state)
{
    (void)state;
    struct scene scene = {.member = desk_person(&desk, "张伟")};
    desk_credential(&desk, OLD, &scene.card);
    desk_credential(&desk, NEW, &scene.fresh);
    for (size_t i = 0; i < ROWS(matrix); i++) {
        for (int work = 0; work < WORKS; work++) {
            char answer = matrix[i].answers[work];
            enum loy_status wanted = answer == 'o'   ? LOY_OK
                                     : answer == 'r' ? LOY_REPEATED
                                                     : LOY_REFUSED;
            scene_set(&scene, matrix[i].from);
            enum loy_status got = work_do((enum work)work, &scene, "broken");
            if (got != wanted)
                print_error("from %d, work %d: %d, %s\n", matrix[i].from, work, got,
                    loy_store_text(desk.store));
            assert_int_equal(got, wanted);
            int64_t now = desk_number(&desk, "SELECT status FROM card WHERE id = 1");
            assert_int_equal(now, answer == 'o' ? becomes[work] : matrix[i].from);
            int64_t steps = desk_number(&desk, "SELECT count(*) FROM card_history WHERE card = 1");
            assert_int_equal(steps, answer == 'o');
            if (answer == 'x') assert_true(loy_store_text(desk.store)[0] != '\0');
        }
    }
}

static void a_reason_where_it_is_needed(void **state)
{
    (void)state;
    static const struct {
        int from;
        enum work work;
        bool needed;
    } rows[] = {{LOY_CARD_ACTIVE, LOSE, false}, {LOY_CARD_ACTIVE, BLOCK, true},
        {LOY_CARD_ACTIVE, WITHDRAW, true}, {LOY_CARD_ISSUED, BLOCK, true},
        {LOY_CARD_STOCK, WITHDRAW, true}, {LOY_CARD_LOST, RELEASE, true},
        {LOY_CARD_BLOCKED, RELEASE, true}, {LOY_CARD_ACTIVE, REPLACE, false}};
    static const char *const wrong[] = {"a\nb", "card 2912345678906",
        "卡２９１２３４５６７８９０６",
        "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        "0"
        "123456789012345678901234567890",
        "\xff"};
    struct scene scene = {.member = desk_person(&desk, "张伟")};
    desk_credential(&desk, OLD, &scene.card);
    desk_credential(&desk, NEW, &scene.fresh);
    for (size_t i = 0; i < ROWS(rows); i++) {
        enum loy_status wanted = rows[i].needed ? LOY_E_FORMAT : LOY_OK;
        scene_set(&scene, rows[i].from);
        assert_status(work_do(rows[i].work, &scene, NULL), wanted);
        scene_set(&scene, rows[i].from);
        assert_status(work_do(rows[i].work, &scene, ""), wanted);
        scene_set(&scene, rows[i].from);
        for (size_t j = 0; j < ROWS(wrong); j++) {
            assert_true(work_do(rows[i].work, &scene, wrong[j]) < LOY_OK);
            assert_null(strstr(loy_store_text(desk.store), "2912345678906"));
        }
        assert_status(work_do(rows[i].work, &scene, "since 2026-03-01"), LOY_OK);
    }
}

static void whose_step_it_is(void **state)
{
    (void)state;
    static const struct {
        int from;
        enum work work;
        const char *roles;
    } rows[] = {{LOY_CARD_ACTIVE, LOSE, "CSM"}, {LOY_CARD_ACTIVE, BLOCK, "CSM"},
        {LOY_CARD_ACTIVE, WITHDRAW, "CSM"}, {LOY_CARD_STOCK, WITHDRAW, "SM"},
        {LOY_CARD_LOST, RELEASE, "SM"}, {LOY_CARD_BLOCKED, RELEASE, "SM"},
        {LOY_CARD_ISSUED, ACTIVATE, "CSM"}, {LOY_CARD_LOST, REPLACE, "CSM"},
        {LOY_CARD_BLOCKED, REPLACE, "SM"}, {LOY_CARD_STOCK, ISSUE, "CSM"},
        {LOY_CARD_ACTIVE, EXPIRE, "CSM"}};
    static const char letters[] = " CSMAU";
    struct scene scene = {.member = desk_person(&desk, "张伟")};
    desk_credential(&desk, OLD, &scene.card);
    desk_credential(&desk, NEW, &scene.fresh);
    for (size_t i = 0; i < ROWS(rows); i++) {
        for (int role = 0; role <= LOY_ROLE_AUDITOR; role++) {
            bool may = role > 0 && strchr(rows[i].roles, letters[role]) != NULL;
            desk.store->role = LOY_ROLE_MANAGER;
            scene_set(&scene, rows[i].from);
            desk.store->role = (enum loy_role)role;
            enum loy_status got = work_do(rows[i].work, &scene, "broken");
            if ((got == LOY_OK) != may)
                print_error("row %zu, role %d: %d %s\n", i, role, got, loy_store_text(desk.store));
            assert_int_equal(got, may ? LOY_OK : LOY_E_ACCESS);
            if (!may)
                assert_int_equal(
                    desk_number(&desk, "SELECT status FROM card WHERE id = 1"), rows[i].from);
        }
    }
    desk.store->role = LOY_ROLE_ANALYST;
    struct loy_card card;
    struct loy_card_step step = {.size = sizeof step};
    int64_t position = 0, count = 0;
    assert_status(loy_card_get(desk.store, &scene.card, AT, &card, NULL), LOY_E_ACCESS);
    assert_status(loy_card_step_next(desk.store, &scene.card, &position, &step), LOY_E_ACCESS);
    assert_status(loy_card_expiry_set(desk.store, &scene.card, AT, AT), LOY_E_ACCESS);
    assert_status(loy_card_find(desk.store, &scene.member, "8906", AT, &scene.fresh), LOY_E_ACCESS);
    desk.store->role = LOY_ROLE_CASHIER;
    assert_status(loy_card_stock(desk.store, &scene.card, 1, AT, NULL), LOY_E_ACCESS);
    assert_status(loy_card_stock_range(desk.store, OLD, NEW, AT, &count), LOY_E_ACCESS);
    assert_status(loy_card_rule_set(desk.store, LOY_RULE_PURCHASERS, 6, AT), LOY_E_ACCESS);
}

static void the_whole_life_is_kept(void **state)
{
    (void)state;
    static const struct {
        int status;
        int64_t at_us;
        const char *reason;
    } wanted[] = {{LOY_CARD_ISSUED, AT, ""}, {LOY_CARD_ACTIVE, AT + 1, ""},
        {LOY_CARD_LOST, AT + 2, "in the tram"}, {LOY_CARD_ACTIVE, AT + 3, "found again"},
        {LOY_CARD_REPLACED, AT + 4, "worn"}};
    struct scene scene = {.member = desk_person(&desk, "张伟")};
    desk_credential(&desk, OLD, &scene.card);
    desk_credential(&desk, NEW, &scene.fresh);
    assert_status(loy_card_issue(desk.store, &scene.member, &scene.card, AT), LOY_OK);
    assert_status(loy_card_activate(desk.store, &scene.card, AT + 1), LOY_OK);
    assert_status(
        loy_card_block(desk.store, &scene.card, LOY_CARD_LOST, "in the tram", AT + 2), LOY_OK);
    assert_status(loy_card_release(desk.store, &scene.card, "found again", AT + 3), LOY_OK);
    assert_status(loy_card_replace(desk.store, &scene.card, &scene.fresh, "worn", AT + 4), LOY_OK);
    struct loy_card_step step = {.size = sizeof step};
    int64_t position = 0;
    for (size_t i = 0; i < ROWS(wanted); i++) {
        assert_status(loy_card_step_next(desk.store, &scene.card, &position, &step), LOY_OK);
        assert_int_equal(step.status, wanted[i].status);
        assert_int_equal(step.at_us, wanted[i].at_us);
        assert_string_equal(step.reason, wanted[i].reason);
        assert_string_equal(step.operator_name, "tester");
    }
    assert_status(loy_card_step_next(desk.store, &scene.card, &position, &step), LOY_NONE);
    struct loy_card card;
    struct loy_id whose;
    assert_status(loy_card_get(desk.store, &scene.card, AT + 5, &card, &whose), LOY_OK);
    assert_int_equal(card.status, LOY_CARD_REPLACED);
    assert_string_equal(card.replaced_by, "8913");
    assert_memory_equal(&whose, &scene.member, sizeof whose);
    assert_status(loy_member_find_card(desk.store, &scene.fresh, &whose), LOY_OK);
    assert_status(loy_member_find_card(desk.store, &scene.card, &whose), LOY_REFUSED);
    desk_credential(&desk, "2900000000018", &scene.fresh);
    assert_status(loy_card_get(desk.store, &scene.fresh, AT, &card, NULL), LOY_NONE);
    assert_status(loy_card_block(desk.store, &scene.fresh, LOY_CARD_LOST, "x", AT), LOY_NONE);
    assert_status(loy_card_block(desk.store, &scene.card, LOY_CARD_STOCK, "x", AT), LOY_E_ARGUMENT);
}

/* ---- Expiry ------------------------------------------------------------------------------------
 */

static void expired_cards_are_refused(void **state)
{
    (void)state;
    struct loy_id member = desk_person(&desk, "张伟"), found;
    struct loy_credential card;
    struct loy_card row;
    int64_t count = -1;
    desk_credential(&desk, OLD, &card);
    struct loy_card_grant grant = {
        .size = sizeof grant, .member = &member, .expires_at_us = AT + 100};
    assert_status(loy_card_give(desk.store, &grant, &card, AT + 101), LOY_E_FORMAT);
    assert_status(loy_card_give(desk.store, &grant, &card, AT), LOY_OK);
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_OK);
    assert_status(loy_card_get(desk.store, &card, AT + 100, &row, NULL), LOY_OK);
    assert_int_equal(row.status, LOY_CARD_ISSUED);
    assert_int_equal(row.expires_at_us, AT + 100);
    assert_status(loy_card_get(desk.store, &card, AT + 101, &row, NULL), LOY_OK);
    assert_int_equal(row.status, LOY_CARD_EXPIRED);
    assert_status(loy_card_expire(desk.store, AT + 100, &count), LOY_OK);
    assert_int_equal(count, 0);
    desk.store->clock_us = AT + 101; /* a desk that opened the store then */
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_REFUSED);
    assert_status(loy_card_activate(desk.store, &card, AT + 101), LOY_REFUSED);
    assert_status(loy_card_expiry_set(desk.store, &card, AT + 200, AT + 101), LOY_REFUSED);
    assert_status(loy_card_expiry_set(desk.store, &card, AT + 200, AT + 50), LOY_OK);
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_OK);
    assert_status(loy_card_expire(desk.store, AT + 201, &count), LOY_OK);
    assert_int_equal(count, 1);
    assert_status(loy_card_expire(desk.store, AT + 202, &count), LOY_OK);
    assert_int_equal(count, 0);
    assert_int_equal(desk_number(&desk, "SELECT status FROM card"), LOY_CARD_EXPIRED);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card_history WHERE status = 7"), 1);
}

/* ---- Stock -------------------------------------------------------------------------------------
 */

static void stock_is_all_or_nothing(void **state)
{
    (void)state;
    struct loy_credential cards[4], foreign;
    struct loy_id found, member = desk_person(&desk, "张伟");
    size_t place = 99;
    int64_t count = 0;
    range_declare();
    own_credential("2900000000018", &cards[0]);
    own_credential("2900000000025", &cards[1]);
    own_credential("2900000000032", &cards[2]);
    own_credential("2900000000031", &cards[3]); /* its check digit is wrong */
    own_credential("60058541029558180", &foreign);
    assert_status(loy_card_stock(desk.store, cards, 4, AT, &place), LOY_E_FORMAT);
    assert_int_equal(place, 3);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card"), 0);
    assert_status(loy_card_stock(desk.store, &foreign, 1, AT, &place), LOY_E_FORMAT);
    assert_status(loy_card_stock(desk.store, cards, 0, AT, &place), LOY_E_FORMAT);
    assert_status(loy_card_stock(desk.store, cards, 2, AT, &place), LOY_OK);
    cards[3] = cards[2];
    assert_status(loy_card_stock(desk.store, cards + 2, 2, AT, &place), LOY_E_CONFLICT);
    assert_int_equal(place, 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card"), 2);
    assert_status(loy_member_find_card(desk.store, &cards[0], &found), LOY_NONE);
    assert_status(loy_card_issue(desk.store, &member, &cards[0], AT), LOY_OK);
    assert_status(loy_member_find_card(desk.store, &cards[0], &found), LOY_OK);
    /* From number to number, with check digits. */
    assert_status(loy_card_stock_range(desk.store, "2900000000018", "2900000000100", AT, &count),
        LOY_E_CONFLICT);
    assert_status(
        loy_card_stock_range(desk.store, "2900000000032", "2900000000100", AT, &count), LOY_OK);
    assert_int_equal(count, 8);
    own_credential("2900000000094", &cards[1]);
    struct loy_card card;
    assert_status(loy_card_get(desk.store, &cards[1], AT, &card, &found), LOY_OK);
    assert_int_equal(card.status, LOY_CARD_STOCK);
    assert_true(loy_id_is_none(&found));
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card"), 10);
    static const char *const wrong[][2] = {{"2900000000100", "2900000000032"},
        {"2900000000033", "2900000000100"}, {"2900000000032", "2900000000101"},
        {"60058541029558180", "60058541029558181"}, {"", ""}, {"29000000003x2", "2900000000100"}};
    for (size_t i = 0; i < ROWS(wrong); i++)
        assert_status(
            loy_card_stock_range(desk.store, wrong[i][0], wrong[i][1], AT, &count), LOY_E_FORMAT);
    assert_status(loy_card_stock_range(desk.store, "2900000000094", "2900000000117", AT, &count),
        LOY_E_CONFLICT);
    assert_status(loy_card_stock_range(desk.store, "2910000000017", "2999999999991", AT, &count),
        LOY_E_LIMIT);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card"), 10);
}

/* ---- Replacing ---------------------------------------------------------------------------------
 */

static void replacing(void **state)
{
    (void)state;
    struct loy_id wei = desk_person(&desk, "张伟"), na = desk_person(&desk, "李娜");
    struct loy_credential cards[4], found;
    range_declare();
    static const char *const numbers[] = {OLD, NEW, "2900000000018", "2900000000025"};
    for (size_t i = 0; i < ROWS(numbers); i++)
        own_credential(numbers[i], &cards[i]);
    assert_status(
        loy_card_replace(desk.store, &cards[0], &cards[1], NULL, AT), LOY_NONE); /* unknown */
    assert_status(loy_card_stock(desk.store, &cards[2], 1, AT, NULL), LOY_OK);
    assert_status(loy_card_replace(desk.store, &cards[2], &cards[1], NULL, AT), LOY_REFUSED);
    assert_non_null(strstr(loy_store_text(desk.store), "issue"));
    assert_status(loy_card_issue(desk.store, &wei, &cards[0], AT), LOY_OK);
    assert_status(loy_card_issue(desk.store, &na, &cards[1], AT), LOY_OK);
    assert_status(loy_card_replace(desk.store, &cards[0], &cards[1], NULL, AT), LOY_E_CONFLICT);
    assert_status(loy_card_replace(desk.store, &cards[0], &cards[0], NULL, AT), LOY_E_CONFLICT);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card WHERE status = 6"), 0);
    /* By its end, as somebody does who has lost it; the new one comes from the stock. */
    assert_status(loy_card_find(desk.store, &wei, "8906", AT, &found), LOY_OK);
    assert_memory_equal(found.digest, cards[0].digest, LOY_DIGEST_SIZE);
    assert_status(loy_card_find(desk.store, &wei, "0000", AT, &found), LOY_NONE);
    assert_status(loy_card_find(desk.store, &na, "8906", AT, &found), LOY_NONE);
    assert_status(loy_card_replace(desk.store, &cards[0], &cards[2], "lost", AT), LOY_OK);
    assert_status(loy_card_replace(desk.store, &cards[0], &cards[3], NULL, AT), LOY_REFUSED);
    assert_status(loy_card_replace(desk.store, &cards[2], &cards[0], NULL, AT), LOY_REFUSED);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card WHERE member = 1"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card WHERE status = 2"), 2);
    desk_run(&desk, "UPDATE member SET status = 3 WHERE id = 1");
    assert_status(loy_card_issue(desk.store, &wei, &cards[3], AT), LOY_REFUSED);
    assert_status(loy_card_replace(desk.store, &cards[2], &cards[3], NULL, AT), LOY_REFUSED);
}

/* Two cards of one member that end alike: the one in use, or a question. */
static void ends_alike(void **state)
{
    (void)state;
    struct loy_id wei = desk_person(&desk, "张伟");
    struct loy_credential one, two, found;
    desk_credential(&desk, "111100004821", &one);
    desk_credential(&desk, "222200004821", &two);
    assert_status(loy_card_issue(desk.store, &wei, &one, AT), LOY_OK);
    assert_status(loy_card_issue(desk.store, &wei, &two, AT), LOY_OK);
    assert_status(loy_card_find(desk.store, &wei, "4821", AT, &found), LOY_E_CONFLICT);
    assert_status(loy_card_block(desk.store, &two, LOY_CARD_LOST, NULL, AT), LOY_OK);
    assert_status(loy_card_find(desk.store, &wei, "4821", AT, &found), LOY_OK);
    assert_memory_equal(found.digest, one.digest, LOY_DIGEST_SIZE);
}

/* ---- Two desks at once -------------------------------------------------------------------------
 */

#define RACES 20

static int child_issue(const struct loy_id *member, const struct loy_credential *cards)
{
    struct loy_store *store = NULL;
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk.path, .user = "tester", .at_us = AT};
    if (loy_store_open(&options, &store) != LOY_OK) return 100;
    int won = 0;
    for (int i = 0; i < RACES; i++) {
        enum loy_status status = loy_card_issue(store, member, &cards[i], AT);
        if (status != LOY_OK && status != LOY_E_CONFLICT) return 101;
        won += status == LOY_OK;
    }
    loy_store_close(store);
    return won;
}

static void two_desks_issue_the_same_cards(void **state)
{
    (void)state;
    struct loy_id members[2] = {desk_person(&desk, "张伟"), desk_person(&desk, "李娜")};
    struct loy_credential cards[RACES];
    for (int i = 0; i < RACES; i++) {
        char number[24];
        snprintf(number, sizeof number, "77000000%04d", i);
        desk_credential(&desk, number, &cards[i]);
    }
    loy_store_close(desk.store);
    desk.store = NULL;
    pid_t children[2];
    for (int i = 0; i < 2; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) _exit(child_issue(&members[i], cards));
    }
    int won = 0;
    for (int i = 0; i < 2; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) <= RACES);
        won += WEXITSTATUS(status);
    }
    desk_reopen(&desk);
    assert_int_equal(won, RACES);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card"), RACES);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card_history"), RACES);
}

/* No number of a card, whole or half, in any file; the audit log has only codes. */
static void no_number_in_any_file(void **state)
{
    (void)state;
    struct loy_id wei = desk_person(&desk, "张伟");
    struct loy_credential card, fresh;
    int64_t count = 0;
    range_declare();
    assert_status(loy_card_stock_range(desk.store, OLD, NEW, AT, &count), LOY_OK);
    own_credential(OLD, &card);
    own_credential(NEW, &fresh);
    assert_status(loy_card_issue(desk.store, &wei, &card, AT), LOY_OK);
    assert_status(loy_card_block(desk.store, &card, LOY_CARD_LOST, "in the tram", AT), LOY_OK);
    assert_status(loy_card_replace(desk.store, &card, &fresh, "lost", AT), LOY_OK);
    assert_true(desk_files_hold(&desk, "in the tram", 11)); /* the search does find things */
    assert_false(desk_files_hold(&desk, OLD, strlen(OLD)));
    assert_false(desk_files_hold(&desk, NEW, strlen(NEW)));
    assert_false(desk_files_hold(&desk, OLD, 8));
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE object GLOB '*8906*'"), 0);
}

#define desk_test(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(every_step_from_every_state),
        desk_test(a_reason_where_it_is_needed),
        desk_test(whose_step_it_is),
        desk_test(the_whole_life_is_kept),
        desk_test(expired_cards_are_refused),
        desk_test(stock_is_all_or_nothing),
        desk_test(replacing),
        desk_test(ends_alike),
        desk_test(two_desks_issue_the_same_cards),
        desk_test(no_number_in_any_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
