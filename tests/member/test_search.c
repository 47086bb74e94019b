/* SPDX-License-Identifier: MIT
 *
 * test_search.c - members found by what they say: telephone, tax number, e-mail, name.
 * In: the ways people write the same thing. Out: the same member, or nobody. */
#include "desk.h"

#include <loyalty/search.h>
#include <member/member_private.h>

#include <stdlib.h>

static struct desk desk = {.country = "CN"};

struct dial_row {
    const char *country, *text, *normal; /* NULL: refused */
};
// clang-format off
static const struct dial_row dial_rows[] = {
    {"CN", "13812345678", "+8613812345678"}, {"CN", "138-1234-5678", "+8613812345678"},
    {"CN", "+86 138 1234 5678", "+8613812345678"}, {"CN", "008613812345678", "+8613812345678"},
    {"CN", "010-62345678", "+861062345678"}, {"CN", "(010) 6234 5678", "+861062345678"},
    {"CN", "010-62345678-801", "+861062345678"}, {"CN", "010-62345678转801", "+861062345678"},
    {"CN", "0755 26741234", "+8675526741234"}, {"CN", "027-85351234", "+862785351234"},
    {"CN", "400-800-1234", "4008001234"}, {"CN", "8008201234", "8008201234"},
    {"CN", "62345678", NULL}, {"CN", "12812345678", NULL}, {"CN", "1381234567", NULL}, {"CN", "138123456789", NULL},
    {"CN", "95588", NULL}, {"CN", "", NULL}, {"CN", "+", NULL}, {"CN", "--", NULL}, {"CN", "+86", NULL},
    {"DE", "030 1234567", "+49301234567"}, {"DE", "+49 (0)30 1234567", "+49301234567"},
    {"DE", "0049 30/123 45 67", "+49301234567"}, {"DE", "030 1234567 ext. 5", "+49301234567"},
    {"DE", "0171.1234567", "+491711234567"}, {"DE", "+8613812345678", "+8613812345678"},
    {"DE", "030-1234567-12", "+4930123456712"}, /* direct dialling belongs to the number */
    {"FR", "01 23 45 67 89", "+33123456789"}, {"IT", "06 1234 5678", "+390612345678"},
    {"HU", "06 1 234 5678", "+3612345678"}, {"ES", "912 345 678", "+34912345678"},
    {"US", "(212) 555-0123", "+12125550123"}, {"US", "1-212-555-0123", "+12125550123"},
    {"US", "011 49 30 1234567", "+49301234567"},
    {"ZZ", "0123456789", "0123456789"}, {"ZZ", "12", NULL},
};
// clang-format on

static void telephones(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(dial_rows); i++) {
        const struct dial_row *row = &dial_rows[i];
        char normal[LOY_FIELD_TEXT_MAX] = "";
        print_message("%s %s\n", row->country, row->text);
        enum loy_status status = member_telephone_normal(row->country, row->text, normal);
        assert_int_equal(status, row->normal ? LOY_OK : LOY_E_FORMAT);
        if (row->normal) assert_string_equal(normal, row->normal);
    }
}

static void normal_texts(void **state)
{
    (void)state;
    static const char *const rows[][3] = {/* typed, normal, folded */
        {"  a   b ", "a b", "a b"}, {"ＡＢＣ　１２３", "ABC 123", "abc 123"},
        {"Stra\xc3\x9f"
         "e",
            "Stra\xc3\x9f"
            "e",
            "strasse"},
        {"e\xcc\x81", "\xc3\xa9", "\xc3\xa9"}, {"\xc2\xa0x\xc2\xa0", "x", "x"},
        {"张伟", "张伟", "张伟"}, {"", "", ""}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[LOY_FIELD_TEXT_MAX];
        assert_int_equal(member_text_normal(rows[i][0], text), LOY_OK);
        assert_string_equal(text, rows[i][1]);
        assert_int_equal(member_text_fold(rows[i][0], text), LOY_OK);
        assert_string_equal(text, rows[i][2]);
    }
}

static void found_however_it_is_written(void **state)
{
    (void)state;
    static const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "王记餐厅"},
        {LOY_FIELD_TELEPHONE, "138 1234 5678"}, {LOY_FIELD_TAX_NO, "de 136.695.976"},
        {LOY_FIELD_EMAIL, "Anna@Example.COM"}, {LOY_FIELD_NAME, NULL}};
    static const struct loy_field_text rows[] = {{LOY_FIELD_TELEPHONE, "13812345678"},
        {LOY_FIELD_TELEPHONE, "+86 13812345678"}, {LOY_FIELD_TELEPHONE, "0086-138-1234-5678"},
        {LOY_FIELD_TELEPHONE, "１３８１２３４５６７８"}, {LOY_FIELD_TAX_NO, "DE136695976"},
        {LOY_FIELD_TAX_NO, "DE 136-695-976"}, {LOY_FIELD_EMAIL, "anna@example.com"}};
    struct loy_id first, second, found;
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &first), LOY_OK);
    /* A household shares its telephone: the first is found. */
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &second), LOY_OK);
    desk_reopen(&desk);
    for (size_t i = 0; i < ROWS(rows); i++) {
        memset(&found, 0, sizeof found);
        print_message("%s\n", rows[i].text);
        assert_status(
            loy_member_find_indexed(desk.store, rows[i].field, rows[i].text, &found), LOY_OK);
        assert_memory_equal(&found, &first, sizeof first);
    }
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "13812345679", &found), LOY_NONE);
    /* The same digits in another field are another thing. */
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_ACCOUNT_NO, "13812345678", &found), LOY_NONE);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TAX_NO, "13812345678", &found), LOY_E_FORMAT);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "call me", &found), LOY_E_FORMAT);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_NAME, "王记餐厅", &found), LOY_E_ARGUMENT);
}

/* How many members a search finds; *last is the last of them. */
static int count(const char *name, struct loy_id *last)
{
    int64_t position = 0;
    int n = 0;
    while (loy_member_next(desk.store, &position, name, last) == LOY_OK)
        n++;
    return n;
}

static struct loy_id person(const char *family, const char *given)
{
    const struct loy_field_text fields[] = {
        {LOY_FIELD_FAMILY_NAME, family}, {LOY_FIELD_GIVEN_NAME, given}, {LOY_FIELD_NAME, NULL}};
    struct loy_id id;
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &id), LOY_OK);
    return id;
}

static void names(void **state)
{
    (void)state;
    struct loy_id found, wei = person("张", "伟"), anna = person("Großmann", "Anna");
    desk_person(&desk, "张伟民");
    desk_person(&desk, "李娜");
    assert_int_equal(count("张伟", &found), 2);
    assert_int_equal(count("张 伟", &found), 2); /* a blank more or less is nothing */
    struct loy_id first;
    int64_t position = 0;
    assert_status(loy_member_next(desk.store, &position, "张 伟", &first), LOY_OK);
    assert_memory_equal(&first, &wei, sizeof wei);
    assert_int_equal(count("anna GROSS", &found), 1);
    assert_memory_equal(&found, &anna, sizeof anna);
    assert_int_equal(count("grossmann", &found), 1);
    assert_int_equal(count("ＡＮＮＡ", &found), 1);
    assert_int_equal(count("娜", &found), 1);
    assert_int_equal(count("伟张", &found), 0);
    assert_int_equal(count("nobody", &found), 0);
    assert_int_equal(count(NULL, &found), 4);
    assert_int_equal(count("", &found), 4);
    /* Newcomers are found on the same handle, all of them again on a new one. */
    struct loy_id lei = desk_person(&desk, "张雷");
    assert_int_equal(count("张", &found), 3);
    assert_memory_equal(&found, &lei, sizeof lei);
    desk_reopen(&desk);
    assert_int_equal(count("张", &found), 3);
}

static void names_follow_changes(void **state)
{
    (void)state;
    struct loy_id found, id = desk_person(&desk, "Old Name");
    assert_int_equal(count("old", &found), 1);
    const struct loy_field_text name = {LOY_FIELD_NAME, "New Name"};
    assert_status(
        loy_member_set(desk.store, &id, &name, "desk", LOY_INITIATIVE_CUSTOMER, AT + 1), LOY_OK);
    assert_int_equal(count("old", &found), 0);
    assert_int_equal(count("new", &found), 1);
    /* What a transaction took back is forgotten, even where its row number comes again. */
    assert_status(loy_store_begin(desk.store), LOY_OK);
    desk_person(&desk, "Phantom");
    assert_int_equal(count("phantom", &found), 1);
    loy_store_rollback(desk.store);
    assert_int_equal(count("phantom", &found), 0);
    struct loy_id real = desk_person(&desk, "Real");
    assert_int_equal(count("real", &found), 1);
    assert_memory_equal(&found, &real, sizeof real);
    /* A member whose key is destroyed has no name any more. */
    desk_reopen(&desk);
    assert_int_equal(
        sqlite3_exec(desk.store->key_db, "DELETE FROM member_key", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(count("real", &found), 0);
}

static void many_names(void **state)
{
    (void)state;
    struct loy_id found;
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (int i = 0; i < 3000; i++) {
        char name[64];
        snprintf(name, sizeof name, "Customer with a rather long name %04d", i);
        desk_person(&desk, name);
    }
    assert_status(loy_store_commit(desk.store), LOY_OK);
    assert_int_equal(count("name 00", &found), 100);
    assert_int_equal(count("NAME 2999", &found), 1);
}

/* ---- loy_member_search ------------------------------------------------------------------------
 */

#define FOUND_MAX 20u
static struct loy_id found_ids[FOUND_MAX];

static size_t search(const char *query)
{
    size_t n = 0;
    assert_status(loy_member_search(desk.store, query, found_ids, FOUND_MAX, &n), LOY_OK);
    return n;
}

/* The members of the letters in `who`, in this order, and nobody else. */
static void finds(const char *query, const struct loy_id *members, const char *who)
{
    size_t n = search(query);
    if (n != strlen(who)) print_error("%s: %zu found, not %s\n", query, n, who);
    assert_int_equal(n, strlen(who));
    for (size_t i = 0; i < n; i++)
        if (memcmp(&found_ids[i], &members[who[i] - 'a'], sizeof *members) != 0) {
            print_error("%s: place %zu is not %c\n", query, i, who[i]);
            fail();
        }
}

static void one_box_for_everything(void **state)
{
    (void)state;
    struct loy_id members[8];
    const struct loy_field_text firm[] = {{LOY_FIELD_NAME, "北京长乐餐饮有限公司"},
        {LOY_FIELD_TRADING_NAME, "老王 (Old Wang) 火锅"}, {LOY_FIELD_TELEPHONE, "010-62345678"},
        {LOY_FIELD_TAX_NO, "DE136695976"}, {LOY_FIELD_EMAIL, "firm@example.com"},
        {LOY_FIELD_NAME, NULL}};
    const struct loy_field_text home[] = {
        {LOY_FIELD_NAME, "王乐"}, {LOY_FIELD_TELEPHONE, "138 1234 5678"}, {LOY_FIELD_NAME, NULL}};
    const struct loy_field_text wife[] = {
        {LOY_FIELD_NAME, "李娜"}, {LOY_FIELD_TELEPHONE, "138 1234 5678"}, {LOY_FIELD_NAME, NULL}};
    members[0] = desk_person(&desk, "张伟");
    members[1] = desk_person(&desk, "张伟民");
    members[2] = person("Großmann", "Anna");
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, firm, &members[3]), LOY_OK);
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, home, &members[4]), LOY_OK);
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, wife, &members[5]), LOY_OK);
    members[6] = desk_person(&desk, "单雄信");
    members[7] = desk_person(&desk, "王伟");
    static const struct {
        const char *query, *who;
    } rows[] = {{"张伟", "ab"}, {"伟", "hba"}, {"zhangwei", "ab"}, {"ZHANG WEI", "ab"},
        {"zw", "ab"}, {"zhangw", "ab"}, {"zwm", "b"}, {"张wei", "ab"}, {"张 WEI", "ab"},
        {"zhang伟", "ab"}, {"张w", "ab"}, {"章wei", ""}, {"zhang伟m", "b"}, {"单xiong信", "g"},
        {"shan xiong xin", "g"}, {"danxiongxin", "g"}, {"sxx", "g"}, {"anna gross", "c"},
        {"grossmann, anna", "c"}, {"ANNAGROSSMANN", "c"}, {"bjcl", "d"}, {"changle", "d"},
        {"zhangyue", "d"}, {"laowang", "d"}, {"oldwang", "d"}, {"wangl", "e"}, {"5678", "fed"},
        {"12345678", "fe"}, {"13812345678", "fe"}, {"+86 138 1234 5678", "fe"},
        {"010 6234 5678", "d"}, {"678", ""}, {"DE 136.695.976", "d"}, {"Firm@Example.COM", "d"},
        {"王", "hed"}, {"乐", "ed"}, {"有限公司", "d"}, {"nobody", ""}, {"伟张", ""}, {"-", ""},
        {"  ", ""}, {"", ""}, {"%", ""}, {"_", ""}, {"\"", ""}};
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < ROWS(rows); i++) {
            print_message("%s\n", rows[i].query);
            finds(rows[i].query, members, rows[i].who);
        }
        desk_reopen(&desk);
    }
    size_t n = 0;
    assert_status(loy_member_search(desk.store, "王", found_ids, 1, &n), LOY_OK);
    assert_int_equal(n, 1);
    assert_memory_equal(&found_ids[0], &members[7], sizeof members[7]);
}

static void wrong_calls(void **state)
{
    (void)state;
    size_t n = 0;
    struct loy_search_index index = {.size = sizeof index - 1};
    assert_int_equal(loy_member_search(NULL, "x", found_ids, FOUND_MAX, &n), LOY_E_ARGUMENT);
    assert_int_equal(loy_member_search(desk.store, NULL, found_ids, FOUND_MAX, &n), LOY_E_ARGUMENT);
    assert_int_equal(loy_member_search(desk.store, "x", NULL, FOUND_MAX, &n), LOY_E_ARGUMENT);
    assert_int_equal(loy_member_search(desk.store, "x", found_ids, 0, &n), LOY_E_ARGUMENT);
    assert_int_equal(loy_search_prepare(desk.store, &index), LOY_E_ARGUMENT);
    assert_int_equal(loy_member_search(desk.store, "\xff", found_ids, FOUND_MAX, &n), LOY_E_FORMAT);
    assert_int_equal(loy_member_search(desk.store, "a\nb", found_ids, FOUND_MAX, &n), LOY_E_FORMAT);
    static const enum loy_role roles[] = {LOY_ROLE_CASHIER, LOY_ROLE_SUPERVISOR, LOY_ROLE_MANAGER,
        LOY_ROLE_ANALYST, LOY_ROLE_AUDITOR};
    desk_person(&desk, "张伟");
    for (size_t i = 0; i < ROWS(roles); i++) {
        enum loy_status expected = roles[i] <= LOY_ROLE_MANAGER ? LOY_OK : LOY_E_ACCESS;
        desk.store->role = roles[i];
        n = 7;
        assert_status(loy_member_search(desk.store, "张", found_ids, FOUND_MAX, &n), expected);
        assert_int_equal(n, expected == LOY_OK ? 1 : 0);
        assert_status(loy_search_prepare(desk.store, NULL), expected);
    }
    desk.store->role = LOY_ROLE_MANAGER;
}

static struct loy_store *second_open(void)
{
    struct loy_store *second = NULL;
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk.path, .user = "tester", .at_us = AT};
    assert_int_equal(loy_store_open(&options, &second), LOY_OK);
    return second;
}

/* What another process does is seen at the next search: newcomers, names, merges, erasures. */
static void others_work_too(void **state)
{
    (void)state;
    struct loy_id first = desk_person(&desk, "张伟"), third = desk_person(&desk, "李娜");
    assert_int_equal(search("zhangwei"), 1);
    struct loy_store *mine = desk.store, *theirs = second_open();
    desk.store = theirs;
    struct loy_id second = desk_person(&desk, "张薇");
    const struct loy_field_text name = {LOY_FIELD_NAME, "欧阳修"};
    assert_status(
        loy_member_set(theirs, &first, &name, "desk", LOY_INITIATIVE_CUSTOMER, AT + 1), LOY_OK);
    desk.store = mine;
    assert_int_equal(search("zhangwei"), 1);
    assert_memory_equal(&found_ids[0], &second, sizeof second);
    assert_int_equal(search("oyx"), 1);
    assert_memory_equal(&found_ids[0], &first, sizeof first);
    /* Merged: whoever knows the old name finds the survivor, once. */
    desk_run(&desk, "UPDATE member SET status = 2, merged_into = 2 WHERE id = 1");
    assert_int_equal(search("oyx"), 1);
    assert_memory_equal(&found_ids[0], &third, sizeof third);
    /* Erased: nothing is found, whatever the memory still held. */
    desk_run(&desk, "UPDATE member SET status = 3 WHERE id = 3");
    assert_int_equal(search("zhangwei"), 0);
    /* A ring of merges is damage, not an endless walk. */
    desk_run(&desk, "UPDATE member SET status = 2, merged_into = 1 WHERE id = 2");
    assert_int_equal(search("oyx"), 0);
    loy_store_close(theirs);
}

/* A value without a normal form of its own is read from the value. */
static void equal_forms_may_be_stored_once(void **state)
{
    (void)state;
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "Anna Muster"},
        {LOY_FIELD_TELEPHONE, "+8613812345678"}, {LOY_FIELD_NAME, NULL}};
    struct loy_id id;
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &id), LOY_OK);
    desk_run(&desk, "UPDATE member_field SET normal = x''");
    assert_int_equal(search("anna"), 1);
    assert_int_equal(search("5678"), 1);
    /* One that does not open is left out; the other still finds. */
    desk_run(&desk, "UPDATE member_field SET value = x'00' WHERE field = 1");
    desk_reopen(&desk);
    assert_int_equal(search("anna"), 0);
    assert_int_equal(search("5678"), 1);
}

static void names_are_in_no_file(void **state)
{
    (void)state;
    static const char *const canaries[] = {"Kanarienvogel", "kanarienvogel", "金丝雀", "jinsique"};
    desk_person(&desk, "Kanarienvogel");
    desk_person(&desk, "金丝雀");
    assert_int_equal(search("kanarienvogel"), 1);
    assert_int_equal(search("jinsique"), 1);
    for (size_t i = 0; i < ROWS(canaries); i++)
        assert_false(desk_files_hold(&desk, canaries[i], strlen(canaries[i])));
    /* The scan sees what is in a file. */
    assert_true(desk_files_hold(&desk, "member_field", 12));
}

#define desk_test(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(telephones),
        cmocka_unit_test(normal_texts),
        desk_test(found_however_it_is_written),
        desk_test(names),
        desk_test(names_follow_changes),
        desk_test(many_names),
        desk_test(one_box_for_everything),
        desk_test(wrong_calls),
        desk_test(others_work_too),
        desk_test(equal_forms_may_be_stored_once),
        desk_test(names_are_in_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
