/* SPDX-License-Identifier: MIT
 *
 * test_gone.c - members that another process erases while all are read: between two steps of a
 * reader, before and after their rows go. In: invented members. Out: the others, as they were, and
 * no failure; a key that is lost stays one. */
#include "desk.h"

#include <loyalty/duplicate.h>
#include <loyalty/quality.h>
#include <loyalty/rights.h>
#include <loyalty/search.h>

static struct desk desk = {.country = "CN"};

/* What an erasure of another process has done before its rows go: the key and the note. */
static void key_destroy(const struct loy_id *id, bool noted)
{
    char path[128], sql[200], hex[33];
    sqlite3 *keys = NULL;
    snprintf(path, sizeof path, "%s.keys", desk.path);
    sodium_bin2hex(hex, sizeof hex, id->bytes, sizeof id->bytes);
    assert_int_equal(sqlite3_open(path, &keys), SQLITE_OK);
    snprintf(sql, sizeof sql, "DELETE FROM member_key WHERE hex(member) = upper('%s')", hex);
    assert_int_equal(sqlite3_exec(keys, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(keys), 1);
    snprintf(sql, sizeof sql,
        "INSERT INTO note (name, value) VALUES ('erasing:0123456789abcdef:' || upper('%s'), "
        "'request')",
        hex);
    if (noted) assert_int_equal(sqlite3_exec(keys, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(keys);
}

static void other_erases(const struct loy_id *id)
{
    struct loy_store *other = NULL;
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk.path, .user = "tester", .at_us = AT + 9};
    assert_int_equal(loy_store_open(&options, &other), LOY_OK);
    assert_int_equal(loy_member_erase(other, id, "request", AT + 9), LOY_OK);
    loy_store_close(other);
}

/* The same from each reader of all members: whoever is erased after he was listed is none, and the
 * others come as they were. */
static void others_come(const struct loy_id ids[3], size_t gone)
{
    struct loy_quality_member worst[3];
    static struct loy_channel_report report;
    size_t count = 0;
    assert_status(loy_quality_worst(desk.store, AT, worst, 3, &count, NULL, NULL), LOY_OK);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++)
        assert_false(desk_same_id(&worst[i].member, &ids[gone]));
    report.size = sizeof report;
    assert_status(loy_quality_channels(desk.store, AT, &report, NULL, NULL), LOY_OK);
    assert_int_equal(report.members, 2);
    for (size_t i = 0; i < 3; i++) {
        char text[LOY_FIELD_TEXT_MAX];
        struct loy_quality quality = {.size = sizeof quality};
        const enum loy_status wanted = i == gone ? LOY_NONE : LOY_OK;
        assert_status(loy_member_field(desk.store, &ids[i], LOY_FIELD_NAME, text), wanted);
        assert_status(loy_member_trait(desk.store, &ids[i], "income", text), wanted);
        assert_status(loy_member_quality(desk.store, &ids[i], AT, &quality), wanted);
        assert_status(loy_member_list_holds(desk.store, &ids[i]), wanted);
    }
}

static void pairs_come(const struct loy_id ids[3], struct loy_duplicate_position *position)
{
    struct loy_duplicate pair = {.size = sizeof pair};
    size_t count = 0;
    enum loy_status status;
    for (; (status = loy_duplicate_next(desk.store, position, 1, &pair)) == LOY_OK; count++) {
        assert_false(desk_same_id(&pair.first, &ids[1]));
        assert_false(desk_same_id(&pair.second, &ids[1]));
    }
    assert_status(status, LOY_NONE);
    assert_int_equal(count, 1);
}

static void erased_between_two_steps_is_left_out(void **state)
{
    (void)state;
    for (int whole = 0; whole <= 1; whole++) {
        struct loy_id ids[3];
        struct loy_member_listed members[3];
        struct loy_duplicate_position position = {0};
        struct loy_duplicate pair = {.size = sizeof pair};
        size_t count = 0;
        int64_t at = 0;
        desk_close(&desk);
        desk_open(&desk, "CN");
        for (int i = 0; i < 3; i++) {
            const struct loy_trait_text trait = {"income", "35-49K"};
            const struct loy_provenance provenance = {.size = sizeof provenance,
                .channel = "desk",
                .initiated_by = LOY_INITIATIVE_STAFF,
                .collected_at_us = AT};
            ids[i] = desk_person(&desk, "王记小明");
            assert_status(
                loy_member_trait_change(desk.store, &ids[i], &trait, &provenance, AT), LOY_OK);
        }
        assert_status(loy_member_list(desk.store, NULL, &at, members, 3, &count), LOY_OK);
        assert_int_equal(count, 3);
        /* Pairs are gathered at the first step, before. */
        assert_status(loy_duplicate_next(desk.store, &position, 1, &pair), LOY_OK);
        if (whole)
            other_erases(&ids[1]);
        else
            key_destroy(&ids[1], true);
        others_come(ids, 1);
        pairs_come(ids, &position);
    }
}

/* A key that is merely lost is no erasure: it is told, by every one of them. */
static void lost_key_stays_a_failure(void **state)
{
    (void)state;
    char text[LOY_FIELD_TEXT_MAX];
    struct loy_quality_member worst[1];
    struct loy_quality quality = {.size = sizeof quality};
    size_t count = 0;
    const struct loy_id id = desk_person(&desk, "王记小明");
    key_destroy(&id, false);
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_NAME, text), LOY_E_KEY);
    assert_non_null(strstr(loy_store_text(desk.store), "holds no key"));
    assert_status(loy_member_quality(desk.store, &id, AT, &quality), LOY_E_KEY);
    assert_status(loy_quality_worst(desk.store, AT, worst, 1, &count, NULL, NULL), LOY_E_KEY);
    assert_status(loy_member_list_holds(desk.store, &id), LOY_OK);
    assert_status(loy_member_list_holds(desk.store, NULL), LOY_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(
            erased_between_two_steps_is_left_out, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            lost_key_stays_a_failure, desk_start, desk_end, &desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
