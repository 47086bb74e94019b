/* SPDX-License-Identifier: MIT
 *
 * test_referral.c - who brought whom: random graphs with merges never hold a loop.
 * In: pairs of members. Out: answers against a model that knows nothing of SQL. */
#include "desk.h"

#include <loyalty/contact.h>
#include <loyalty/duplicate.h>

static struct desk desk = {.country = "CN"};

#define MEMBERS 14

/* group: those merged into one share it; by: who brought a member, -1 nobody. */
struct model {
    int group[MEMBERS], by[MEMBERS];
};

static int group_by(const struct model *model, int group)
{
    for (int i = 0; i < MEMBERS; i++)
        if (model->group[i] == group && model->by[i] >= 0) return model->by[i];
    return -1;
}

/* Everybody above a group, through every member of it. */
static bool above(const struct model *model, int group, int wanted, bool seen[MEMBERS])
{
    if (group == wanted) return true;
    if (seen[group]) return false;
    seen[group] = true;
    for (int i = 0; i < MEMBERS; i++)
        if (model->group[i] == group && model->by[i] >= 0 &&
            above(model, model->group[model->by[i]], wanted, seen))
            return true;
    return false;
}

static enum loy_status expected(const struct model *model, int member, int by)
{
    bool seen[MEMBERS] = {false};
    if (model->group[member] != member || model->group[by] != by) return LOY_NONE; /* merged */
    int earlier = group_by(model, model->group[member]);
    if (earlier >= 0)
        return model->group[earlier] == model->group[by] ? LOY_REPEATED : LOY_E_CONFLICT;
    return above(model, model->group[by], model->group[member], seen) ? LOY_REFUSED : LOY_OK;
}

static void merge(struct model *model, int survivor, int loser)
{
    char sql[300];
    if (model->group[survivor] == model->group[loser]) return;
    /* Both must still stand for themselves, and two bringers would be one too many. */
    if (group_by(model, model->group[survivor]) >= 0 && group_by(model, model->group[loser]) >= 0)
        return;
    int winner = model->group[survivor], other = model->group[loser];
    snprintf(sql, sizeof sql,
        "UPDATE member SET status = 2, merged_into = %d WHERE id = %d;"
        "INSERT INTO merge (survivor, loser, at_us, operator) VALUES (%d, %d, 1, 1)",
        winner + 1, other + 1, winner + 1, other + 1);
    desk_run(&desk, sql);
    for (int i = 0; i < MEMBERS; i++)
        if (model->group[i] == other) model->group[i] = winner;
}

static uint32_t chance = 20260301;
static int pick(int n)
{
    chance = chance * 1664525u + 1013904223u;
    return (int)((chance >> 16) % (uint32_t)n);
}

static void random_graphs_hold_no_loop(void **state)
{
    (void)state;
    unsigned answers[5] = {0};
    for (int round = 0; round < 12; round++) {
        struct model model;
        struct loy_id ids[MEMBERS];
        desk_run(&desk, "DELETE FROM member_field; DELETE FROM merge; DELETE FROM member");
        for (int i = 0; i < MEMBERS; i++) {
            ids[i] = desk_person(&desk, "Wei");
            model.group[i] = i, model.by[i] = -1;
        }
        assert_int_equal(desk_number(&desk, "SELECT max(id) FROM member"), MEMBERS);
        for (int step = 0; step < 60; step++) {
            int member = pick(MEMBERS), by = pick(MEMBERS);
            if (pick(8) == 0 && round % 2) merge(&model, member, by);
            enum loy_status wanted = expected(&model, member, by);
            assert_status(loy_member_refer(desk.store, &ids[member], &ids[by], AT), wanted);
            if (wanted == LOY_OK) model.by[member] = by;
            answers[wanted == LOY_OK         ? 0
                    : wanted == LOY_REFUSED  ? 1
                    : wanted == LOY_REPEATED ? 2
                    : wanted == LOY_NONE     ? 3
                                             : 4]++;
        }
    }
    for (size_t i = 0; i < ROWS(answers); i++) {
        print_message("answer %zu: %u\n", i, answers[i]);
        assert_true(answers[i] > 5);
    }
}

static void a_long_chain_is_not_closed(void **state)
{
    (void)state;
    struct loy_id ids[40], by;
    for (size_t i = 0; i < ROWS(ids); i++) {
        ids[i] = desk_person(&desk, "Wei");
        if (i) assert_status(loy_member_refer(desk.store, &ids[i], &ids[i - 1], AT), LOY_OK);
    }
    for (size_t i = 0; i < ROWS(ids); i++)
        assert_status(loy_member_refer(desk.store, &ids[0], &ids[i], AT), LOY_REFUSED);
    assert_status(loy_member_referrer(desk.store, &ids[1], &by), LOY_OK);
    assert_memory_equal(&by, &ids[0], sizeof by);
    assert_status(loy_member_referrer(desk.store, &ids[0], &by), LOY_NONE);
}

/* What is noted of a member that was merged would be found by nobody. */
static void the_merged_are_asked_for_no_more(void **state)
{
    (void)state;
    struct loy_id keeps = desk_person(&desk, "Wei"), goes = desk_person(&desk, "Wei"),
                  other = desk_person(&desk, "Li");
    static const char left[] = "SELECT count(*) FROM member WHERE referred_by IS NOT NULL OR "
                               "parent IS NOT NULL";
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT), LOY_OK);
    assert_status(loy_member_refer(desk.store, &goes, &other, AT), LOY_NONE);
    assert_status(loy_member_refer(desk.store, &other, &goes, AT), LOY_NONE);
    assert_status(loy_member_branch_of(desk.store, &goes, &other, AT), LOY_NONE);
    assert_status(loy_member_branch_of(desk.store, &goes, NULL, AT), LOY_NONE);
    assert_status(loy_member_branch_of(desk.store, &other, &goes, AT), LOY_NONE);
    assert_status(loy_note_set(desk.store, &goes, LOY_NOTE_CREDIT, "good", AT), LOY_NONE);
    assert_int_equal(desk_number(&desk, left), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM note"), 0);
    assert_status(loy_member_refer(desk.store, &keeps, &other, AT), LOY_OK);
    assert_status(loy_member_branch_of(desk.store, &keeps, &other, AT), LOY_OK);
    assert_status(loy_note_set(desk.store, &keeps, LOY_NOTE_CREDIT, "good", AT), LOY_OK);
    assert_int_equal(desk_number(&desk, left), 1);
    assert_status(loy_member_refer(NULL, &keeps, &other, AT), LOY_E_ARGUMENT);
    assert_status(loy_member_refer(desk.store, NULL, &other, AT), LOY_E_ARGUMENT);
    assert_status(loy_member_refer(desk.store, &keeps, NULL, AT), LOY_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(
            random_graphs_hold_no_loop, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            a_long_chain_is_not_closed, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            the_merged_are_asked_for_no_more, desk_start, desk_end, &desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
