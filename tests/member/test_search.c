/* SPDX-License-Identifier: MIT
 *
 * test_search.c - members found by what they say: telephone, tax number, e-mail, name.
 * In: the ways people write the same thing. Out: the same member, or nobody. */
#include "desk.h"

#include <member/member_private.h>

static struct desk desk;

static int open_cn(void **state)
{
    (void)state;
    desk_open(&desk, "CN");
    return 0;
}

static int close_it(void **state)
{
    (void)state;
    desk_close(&desk);
    return 0;
}

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
    assert_int_equal(count("张 伟", &found), 1);
    assert_memory_equal(&found, &wei, sizeof wei);
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

#define desk_test(name) cmocka_unit_test_setup_teardown(name, open_cn, close_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(telephones),
        cmocka_unit_test(normal_texts),
        desk_test(found_however_it_is_written),
        desk_test(names),
        desk_test(names_follow_changes),
        desk_test(many_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
