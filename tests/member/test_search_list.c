/* SPDX-License-Identifier: MIT
 *
 * test_search_list.c - lists of members: who passes which filter, who may ask for one, what the
 * audit log keeps; and a search that stops when nothing better can come.
 * In: invented members. Out: exactly those that a plain look would list. */
#include "desk.h"

#include <loyalty/search.h>
#include <member/index.h>

static struct desk desk = {.country = "CN"};

/* ---- Filters ----------------------------------------------------------------------------------
 */

#define CROWD 90u
struct one {
    struct loy_id id;
    bool consent[LOY_PURPOSE_END];
    bool person;
};

static void crowd_add(struct one crowd[CROWD])
{
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (unsigned i = 0; i < CROWD; i++) {
        crowd[i] = (struct one){.person = i % 3 != 0};
        const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "王记"}, {LOY_FIELD_NAME, NULL}};
        enum loy_member_kind kind = crowd[i].person ? LOY_MEMBER_PERSON : LOY_MEMBER_ORGANISATION;
        assert_status(desk_add(&desk, kind, fields, &crowd[i].id), LOY_OK);
        /* Given, taken back, given again: the last word counts. */
        for (int purpose = LOY_PURPOSE_PROFILING; purpose < LOY_PURPOSE_END; purpose++)
            for (unsigned turn = 0; turn < (i * 7 + (unsigned)purpose * 5) % 4; turn++) {
                crowd[i].consent[purpose] = turn % 2 == 0;
                assert_status(loy_member_consent(desk.store, &crowd[i].id,
                                  (enum loy_purpose)purpose, turn % 2 == 0, "desk", AT + turn),
                    LOY_OK);
            }
    }
    assert_status(loy_store_commit(desk.store), LOY_OK);
}

static bool passes(const struct loy_member_filter *filter, const struct one *one)
{
    if (filter->kind && (filter->kind == LOY_MEMBER_PERSON) != one->person) return false;
    for (int purpose = 0; purpose < LOY_PURPOSE_END; purpose++)
        if (filter->consent[purpose] && (filter->consent[purpose] > 0) != one->consent[purpose])
            return false;
    return true;
}

/* In batches of `max`, which must not change the answer. */
static void lists_the_same(
    const struct loy_member_filter *filter, const struct one crowd[CROWD], size_t max)
{
    struct loy_member_listed members[CROWD];
    int64_t position = 0;
    size_t count = 0, at = 0;
    enum loy_status status;
    while (
        (status = loy_member_list(desk.store, filter, &position, members, max, &count)) == LOY_OK) {
        assert_in_range(count, 1, max);
        for (size_t i = 0; i < count; i++, at++) {
            while (at < CROWD && !passes(filter, &crowd[at]))
                at++;
            assert_true(at < CROWD);
            assert_memory_equal(&members[i].id, &crowd[at].id, sizeof crowd[at].id);
            for (int purpose = LOY_PURPOSE_PROFILING; purpose < LOY_PURPOSE_END; purpose++)
                assert_int_equal(members[i].consent[purpose], crowd[at].consent[purpose]);
        }
    }
    assert_status(status, LOY_NONE);
    for (; at < CROWD; at++)
        assert_false(passes(filter, &crowd[at]));
}

static void consents_are_the_last_word(void **state)
{
    (void)state;
    static struct one crowd[CROWD];
    crowd_add(crowd);
    for (int a = -1; a <= 1; a++)
        for (int b = -1; b <= 1; b++)
            for (uint8_t kind = 0; kind <= LOY_MEMBER_ORGANISATION; kind++)
                for (size_t max = 1; max <= CROWD; max += 43) {
                    const struct loy_member_filter filter = {.size = sizeof filter,
                        .kind = kind,
                        .consent = {
                            [LOY_PURPOSE_PROFILING] = (int8_t)a, [LOY_PURPOSE_SCHEME] = (int8_t)b}};
                    lists_the_same(&filter, crowd, max);
                }
}

/* ---- Who may --------------------------------------------------------------------------------- */

static void roles_list_what_they_may(void **state)
{
    (void)state;
    static const struct {
        enum loy_role role;
        enum loy_status list, texts, name, note;
    } rows[] = {{LOY_ROLE_CASHIER, LOY_E_ACCESS, LOY_E_ACCESS, LOY_OK, LOY_E_ACCESS},
        {LOY_ROLE_SUPERVISOR, LOY_OK, LOY_OK, LOY_OK, LOY_OK},
        {LOY_ROLE_MANAGER, LOY_OK, LOY_OK, LOY_OK, LOY_OK},
        {LOY_ROLE_ANALYST, LOY_OK, LOY_OK, LOY_E_ACCESS, LOY_E_ACCESS},
        {LOY_ROLE_AUDITOR, LOY_OK, LOY_E_ACCESS, LOY_E_ACCESS, LOY_E_ACCESS}};
    const struct loy_field_text fields[] = {
        {LOY_FIELD_NAME, "王记"}, {LOY_FIELD_POSTCODE, "200001"}, {LOY_FIELD_NAME, NULL}};
    struct loy_id id;
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &id), LOY_OK);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct loy_member_filter texts = {.size = sizeof texts, .postcode = "2000"};
        struct loy_member_listed member;
        char text[LOY_FIELD_TEXT_MAX];
        int64_t position = 0;
        size_t count = 7;
        desk.store->role = rows[i].role;
        print_message("%s\n", loy_role_name(rows[i].role));
        assert_status(
            loy_member_list(desk.store, NULL, &position, &member, 1, &count), rows[i].list);
        assert_int_equal(count, rows[i].list == LOY_OK ? 1 : 0);
        position = 0;
        assert_status(
            loy_member_list(desk.store, &texts, &position, &member, 1, &count), rows[i].texts);
        assert_status(loy_member_list_note(desk.store, 1, AT), rows[i].list);
        assert_status(loy_member_field(desk.store, &id, LOY_FIELD_NAME, text), rows[i].name);
        assert_status(loy_member_file_note(desk.store, &id, AT), rows[i].note);
    }
    desk.store->role = LOY_ROLE_MANAGER;
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.list'"), 4);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.file'"), 2);
    /* A count and an id: nothing of what stood in them. */
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE object = '1 members'"), 4);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.file' AND "
                           "length(object) <> 36"),
        0);
    const struct loy_id nobody = {{1}};
    assert_status(loy_member_file_note(desk.store, &nobody, AT), LOY_NONE);
}

/* ---- Searches that stop ---------------------------------------------------------------------- */

/* How many names were compared for the one answer asked for. */
static size_t compared(const char *query, const struct loy_id *expected)
{
    struct loy_id found;
    size_t n = 0;
    assert_status(loy_member_search(desk.store, query, &found, 1, &n), LOY_OK);
    assert_int_equal(n, 1);
    assert_memory_equal(&found, expected, sizeof found);
    const struct member_cache *cache = desk.store->member_cache;
    return cache->compared;
}

static void stops_when_nothing_better_can_come(void **state)
{
    (void)state;
    struct loy_id newest = {{0}};
    struct loy_id oldest = desk_person(&desk, "伟"), second = desk_person(&desk, "张民");
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (int i = 0; i < 300; i++)
        newest = desk_person(&desk, "张伟");
    assert_status(loy_store_commit(desk.store), LOY_OK);
    /* Whole names: the spare hits for merged members, then no more. */
    assert_in_range(compared("张伟", &newest), 1, 50);
    assert_in_range(compared("zhangwei", &newest), 1, 50);
    /* Parts of names: a better one may stand behind and is found; but only those are compared that
     * begin with it, and once there are enough of these, those that may be nothing more. */
    assert_in_range(compared("wei", &oldest), 1, 100);
    assert_in_range(compared("伟", &oldest), 1, 100);
    assert_in_range(compared("zhangmin", &second), 1, 2);
    assert_in_range(compared("zhan", &newest), 1, 302);
}

/* Hits by a number come first and fill the answer: a newer one that is as good still takes its
 * place, an older one does not. */
static void the_newest_of_equals_is_first(void **state)
{
    (void)state;
    const struct loy_field_text shared[] = {
        {LOY_FIELD_NAME, "李娜"}, {LOY_FIELD_TELEPHONE, "13812345678"}, {LOY_FIELD_NAME, NULL}};
    struct loy_id older = desk_person(&desk, "13812345678"), newest = older;
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (int i = 0; i < 40; i++)
        assert_status(desk_add(&desk, LOY_MEMBER_PERSON, shared, &newest), LOY_OK);
    assert_status(loy_store_commit(desk.store), LOY_OK);
    compared("13812345678", &newest);
    newest = desk_person(&desk, "13812345678");
    compared("13812345678", &newest);
    assert_memory_not_equal(&older, &newest, sizeof older);
}

#define desk_test(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(consents_are_the_last_word),
        desk_test(roles_list_what_they_may),
        desk_test(stops_when_nothing_better_can_come),
        desk_test(the_newest_of_equals_is_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
