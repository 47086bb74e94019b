/* SPDX-License-Identifier: MIT
 *
 * test_claim.c - claim codes: made, typed badly, used once, expired, guessed.
 * In: codes as people type them. Out: cards of members, and refusals. */
#include "desk.h"

#include <loyalty/duplicate.h>
#include <loyalty/member_card.h>

static struct desk desk = {.country = "CN"};

#define DAY INT64_C(86400000000)
#define MINUTE INT64_C(60000000)

static struct loy_id member_with_code(char code[LOY_CLAIM_CODE_SIZE])
{
    struct loy_id member = desk_person(&desk, "李娜");
    assert_status(loy_claim_make(desk.store, &member, AT, code), LOY_OK);
    return member;
}

static void a_code_binds_a_card_once(void **state)
{
    (void)state;
    char code[LOY_CLAIM_CODE_SIZE], plain[LOY_CLAIM_CODE_SIZE], other[LOY_CLAIM_CODE_SIZE];
    struct loy_credential card, second;
    struct loy_id found, member = member_with_code(code);
    desk_credential(&desk, "2912345678906", &card);
    desk_credential(&desk, "2912345678913", &second);
    assert_int_equal(strlen(code), 11);
    assert_int_equal(strspn(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), 11);
    snprintf(plain, sizeof plain, "%.5s%.5s", code, code + 6);
    assert_false(desk_files_hold(&desk, code, 11));
    assert_false(desk_files_hold(&desk, plain, 10));
    assert_status(loy_claim_use(desk.store, code, &card, AT + 1), LOY_OK);
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_OK);
    assert_memory_equal(&found, &member, sizeof member);
    assert_status(loy_claim_use(desk.store, code, &second, AT + 2), LOY_REFUSED);
    assert_non_null(strstr(loy_store_text(desk.store), "used"));
    assert_status(loy_claim_make(desk.store, &member, AT, other), LOY_REFUSED);
    assert_status(loy_member_find_card(desk.store, &second, &found), LOY_NONE);
}

/* As it is printed, small, in one piece, with blanks, and with the letters that look like digits.
 */
static void slips_are_forgiven(void **state)
{
    (void)state;
    for (int way = 0; way < 6; way++) {
        char code[LOY_CLAIM_CODE_SIZE], typed[40];
        struct loy_credential card;
        char number[24];
        size_t n = 0;
        member_with_code(code);
        snprintf(number, sizeof number, "77000000%04d", way);
        desk_credential(&desk, number, &card);
        for (const char *at = code; *at; at++) {
            char c = *at;
            if (way == 0 && c >= 'A') c = (char)(c - 'A' + 'a');
            if (way == 1 && c == '-') continue;
            if (way == 2) typed[n++] = ' ';
            if (way == 3 && c == '1') c = 'I';
            if (way == 4 && c == '1') c = 'l';
            if (way == 5 && c == '0') c = 'o';
            typed[n++] = c;
        }
        typed[n] = '\0';
        assert_status(loy_claim_use(desk.store, typed, &card, AT + 1), LOY_OK);
    }
}

/* Every single wrong character and every two that changed places are seen before the table is. */
static void the_check_character_sees_slips(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char code[LOY_CLAIM_CODE_SIZE];
    struct loy_credential card;
    int tried = 0;
    member_with_code(code);
    desk_credential(&desk, "2912345678906", &card);
    assert_status(loy_card_rule_set(desk.store, LOY_RULE_CLAIM_FAILURES, 1000, AT), LOY_OK);
    for (int i = 0; i < 11; i++) {
        if (code[i] == '-') continue;
        for (const char *c = alphabet; *c; c++) {
            char typed[LOY_CLAIM_CODE_SIZE];
            memcpy(typed, code, sizeof typed);
            if (*c == code[i]) continue;
            typed[i] = *c;
            assert_status(loy_claim_use(desk.store, typed, &card, AT), LOY_NONE);
            tried++;
        }
        int next = i + 1 + (code[i + 1] == '-');
        if (next >= 11 || code[next] == code[i]) continue;
        char typed[LOY_CLAIM_CODE_SIZE];
        memcpy(typed, code, sizeof typed);
        typed[i] = code[next];
        typed[next] = code[i];
        assert_status(loy_claim_use(desk.store, typed, &card, AT), LOY_NONE);
    }
    assert_int_equal(tried, 310);
    static const char *const no_codes[] = {
        "", "ABCDE", "ABCDE-FGHJK-M", "ABCDE-FGHJU", "ABCDE-FGH!K"};
    for (size_t i = 0; i < ROWS(no_codes); i++)
        assert_status(loy_claim_use(desk.store, no_codes[i], &card, AT), LOY_E_FORMAT);
    assert_status(loy_claim_use(desk.store, code, &card, AT), LOY_OK);
}

static void codes_expire(void **state)
{
    (void)state;
    char code[LOY_CLAIM_CODE_SIZE], newer[LOY_CLAIM_CODE_SIZE];
    struct loy_credential card;
    desk_credential(&desk, "2912345678906", &card);
    struct loy_id member = member_with_code(code);
    assert_status(loy_claim_use(desk.store, code, &card, AT + 90 * DAY + 1), LOY_REFUSED);
    assert_non_null(strstr(loy_store_text(desk.store), "expired"));
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card"), 0);
    /* A new one takes the place of the old. */
    assert_status(loy_card_rule_set(desk.store, LOY_RULE_CLAIM_DAYS, 2, AT), LOY_OK);
    assert_status(loy_claim_make(desk.store, &member, AT, newer), LOY_OK);
    assert_status(loy_claim_use(desk.store, code, &card, AT + 1), LOY_NONE);
    assert_status(loy_claim_use(desk.store, newer, &card, AT + 2 * DAY + 1), LOY_REFUSED);
    assert_status(loy_claim_use(desk.store, newer, &card, AT + 2 * DAY), LOY_OK);
}

static void guessing_is_slow(void **state)
{
    (void)state;
    char code[LOY_CLAIM_CODE_SIZE];
    struct loy_credential card;
    desk_credential(&desk, "2912345678906", &card);
    member_with_code(code);
    for (int i = 0; i < 9; i++)
        assert_status(loy_claim_use(desk.store, "00000-00000", &card, AT + i * MINUTE), LOY_NONE);
    desk_reopen(&desk); /* the count is the store's, not the handle's */
    assert_status(loy_claim_use(desk.store, "ZZZZZ-ZZZZZ", &card, AT + 9 * MINUTE), LOY_NONE);
    assert_status(loy_claim_use(desk.store, code, &card, AT + 10 * MINUTE), LOY_REFUSED);
    assert_status(loy_claim_use(desk.store, code, &card, AT + 68 * MINUTE), LOY_REFUSED);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card"), 0);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'claim.wrong'"), 10);
    assert_status(loy_claim_use(desk.store, code, &card, AT + 69 * MINUTE), LOY_OK);
}

/* A caller's rollback would take the count back, and guessing would be free. */
static void no_guess_inside_a_transaction(void **state)
{
    (void)state;
    char code[LOY_CLAIM_CODE_SIZE];
    struct loy_credential card;
    desk_credential(&desk, "2912345678906", &card);
    member_with_code(code);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(loy_claim_use(desk.store, "00000-00000", &card, AT), LOY_E_ARGUMENT);
    assert_non_null(strstr(loy_store_text(desk.store), "transaction"));
    assert_status(loy_claim_use(desk.store, code, &card, AT), LOY_E_ARGUMENT);
    loy_store_rollback(desk.store);
    assert_status(loy_claim_use(desk.store, code, &card, AT), LOY_OK);
}

/* Ten wrong ones over a whole day lock nobody out, and neither does a clock that was far ahead. */
static void slips_over_a_day_are_no_guessing(void **state)
{
    (void)state;
    char code[LOY_CLAIM_CODE_SIZE];
    struct loy_credential card;
    desk_credential(&desk, "2912345678906", &card);
    member_with_code(code);
    for (int i = 0; i < 30; i++)
        assert_status(
            loy_claim_use(desk.store, "00000-00000", &card, AT + i * 40 * MINUTE), LOY_NONE);
    for (int i = 0; i < 10; i++)
        assert_status(loy_claim_use(desk.store, "00000-00000", &card, AT + 9000 * DAY), LOY_NONE);
    assert_status(loy_claim_use(desk.store, code, &card, AT + 9000 * DAY), LOY_REFUSED);
    assert_status(loy_claim_use(desk.store, code, &card, AT + DAY), LOY_OK);
}

/* A card that is somebody's leaves the code as it is. */
static void a_failure_uses_no_code_up(void **state)
{
    (void)state;
    char code[LOY_CLAIM_CODE_SIZE];
    struct loy_credential card, free_card;
    struct loy_id other = desk_person(&desk, "张伟"), unknown = {{9}};
    desk_credential(&desk, "2912345678906", &card);
    desk_credential(&desk, "2912345678913", &free_card);
    member_with_code(code);
    assert_status(loy_card_issue(desk.store, &other, &card, AT), LOY_OK);
    assert_status(loy_claim_use(desk.store, code, &card, AT), LOY_E_CONFLICT);
    assert_status(loy_claim_make(desk.store, &unknown, AT, code), LOY_NONE);
    desk.store->role = LOY_ROLE_CASHIER;
    char none[LOY_CLAIM_CODE_SIZE];
    assert_status(loy_claim_make(desk.store, &other, AT, none), LOY_E_ACCESS);
    assert_status(loy_claim_use(desk.store, code, &free_card, AT), LOY_OK);
    desk.store->role = LOY_ROLE_AUDITOR;
    assert_status(loy_claim_use(desk.store, code, &free_card, AT), LOY_E_ACCESS);
}

static void what_the_calls_need(void **state)
{
    (void)state;
    char code[LOY_CLAIM_CODE_SIZE], slip[16];
    struct loy_credential card, none = {.kind = 0};
    struct loy_id member = desk_person(&desk, "李娜");
    desk_credential(&desk, "2912345678906", &card);
    assert_status(loy_claim_make(NULL, &member, AT, code), LOY_E_ARGUMENT);
    assert_status(loy_claim_make(desk.store, NULL, AT, code), LOY_E_ARGUMENT);
    assert_status(loy_claim_make(desk.store, &member, AT, NULL), LOY_E_ARGUMENT);
    assert_status(loy_claim_make(desk.store, &member, AT, code), LOY_OK);
    assert_status(loy_claim_use(NULL, code, &card, AT), LOY_E_ARGUMENT);
    assert_status(loy_claim_use(desk.store, NULL, &card, AT), LOY_E_ARGUMENT);
    assert_status(loy_claim_use(desk.store, code, NULL, AT), LOY_E_ARGUMENT);
    assert_status(loy_claim_use(desk.store, code, &none, AT), LOY_E_ARGUMENT);
    assert_status(loy_claim_use(desk.store, "{0000-00000", &card, AT), LOY_E_FORMAT);
    snprintf(slip, sizeof slip, "\t%.6s\t%s", code, code + 6);
    assert_status(loy_claim_use(desk.store, slip, &card, AT), LOY_OK);
}

/* I and L are 1, O is 0, in both cases: each reads as that digit does. */
static void letters_that_look_like_digits(void **state)
{
    (void)state;
    static const char pairs[][2] = {
        {'I', '1'}, {'i', '1'}, {'L', '1'}, {'l', '1'}, {'O', '0'}, {'o', '0'}};
    struct loy_credential card;
    desk_credential(&desk, "2912345678906", &card);
    for (size_t i = 0; i < ROWS(pairs);) {
        char code[LOY_CLAIM_CODE_SIZE], number[24];
        member_with_code(code);
        char *at = strchr(code, pairs[i][1]);
        if (!at) continue; /* random: another one has it */
        *at = pairs[i][0];
        snprintf(number, sizeof number, "29000000000%02zu", i);
        desk_credential(&desk, number, &card);
        assert_status(loy_claim_use(desk.store, code, &card, AT), LOY_OK);
        i++;
    }
}

/* The member got the card at the desk meanwhile: the code stays what it is. */
static void the_card_is_there_already(void **state)
{
    (void)state;
    char code[LOY_CLAIM_CODE_SIZE];
    struct loy_credential card;
    desk_credential(&desk, "2912345678906", &card);
    struct loy_id member = member_with_code(code);
    assert_status(loy_card_issue(desk.store, &member, &card, AT), LOY_OK);
    assert_status(loy_claim_use(desk.store, code, &card, AT), LOY_E_CONFLICT);
    assert_non_null(strstr(loy_store_text(desk.store), "already"));
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM claim WHERE used_at_us > 0"), 0);
}

static void a_locked_store_is_told(void **state)
{
    (void)state;
    char code[LOY_CLAIM_CODE_SIZE];
    struct loy_credential card;
    sqlite3 *beside = NULL;
    desk_credential(&desk, "2912345678906", &card);
    member_with_code(code);
    desk.store->wait_ms = 10;
    assert_int_equal(sqlite3_open(desk.path, &beside), SQLITE_OK);
    assert_int_equal(sqlite3_exec(beside, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_status(loy_claim_use(desk.store, code, &card, AT), LOY_E_BUSY);
    sqlite3_close(beside);
    assert_status(loy_claim_use(desk.store, code, &card, AT), LOY_OK);
}

#define desk_test(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)

/* The code was made for one who was merged since, and his survivor was as well. */
static void a_code_leads_to_the_survivor(void **state)
{
    (void)state;
    char code[LOY_CLAIM_CODE_SIZE];
    struct loy_credential card;
    struct loy_id found, member = member_with_code(code), second = desk_person(&desk, "李娜"),
                         third = desk_person(&desk, "李娜");
    desk_credential(&desk, "2912345678906", &card);
    assert_status(loy_member_merge(desk.store, &second, &member, AT + 1), LOY_OK);
    assert_status(loy_member_merge(desk.store, &third, &second, AT + 2), LOY_OK);
    assert_status(loy_claim_use(desk.store, code, &card, AT + 3), LOY_OK);
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_OK);
    assert_memory_equal(&found, &third, sizeof found);
    assert_int_equal(desk_number(&desk, "SELECT member FROM card"), 3);
    assert_status(loy_claim_use(desk.store, code, &card, AT + 4), LOY_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(a_code_leads_to_the_survivor),
        desk_test(a_code_binds_a_card_once),
        desk_test(slips_are_forgiven),
        desk_test(the_check_character_sees_slips),
        desk_test(codes_expire),
        desk_test(guessing_is_slow),
        desk_test(what_the_calls_need),
        desk_test(letters_that_look_like_digits),
        desk_test(the_card_is_there_already),
        desk_test(a_locked_store_is_told),
        desk_test(no_guess_inside_a_transaction),
        desk_test(slips_over_a_day_are_no_guessing),
        desk_test(a_failure_uses_no_code_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
