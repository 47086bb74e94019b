/* SPDX-License-Identifier: MIT
 *
 * test_quality.c - three scores, trust, what to ask, the worst, and which way of collecting is
 * better: against figures worked out by hand or by a second way of computing. */
#include "desk.h"

#include <loyalty/form.h>
#include <loyalty/quality.h>

#include <math.h>
#include <stdlib.h>

#define DAY INT64_C(86400000000)
#define MONTH (DAY * 1461 / 48)

static struct desk desk = {.country = "CN"};

static void assert_near(double value, double expected)
{
    if (fabs(value - expected) > 1e-9) print_error("%.12f is not %.12f\n", value, expected);
    assert_true(fabs(value - expected) <= 1e-9);
}

static enum loy_status give(const struct loy_id *id, enum loy_field field, const char *text,
    const char *channel, enum loy_initiative initiated_by, int64_t at_us)
{
    const struct loy_field_text value = {field, text};
    return loy_member_set(desk.store, id, &value, channel, initiated_by, at_us);
}

static void confirm(
    const struct loy_id *id, enum loy_field field, enum loy_evidence how, int64_t at_us)
{
    assert_status(
        loy_member_confirm(desk.store, id, field, how, "desk", LOY_INITIATIVE_STAFF, at_us),
        LOY_OK);
}

static struct loy_quality measure(const struct loy_id *id, int64_t at_us)
{
    struct loy_quality quality = {.size = sizeof quality};
    assert_status(loy_member_quality(desk.store, id, at_us, &quality), LOY_OK);
    return quality;
}

static double trust_of(const struct loy_id *id, enum loy_field field, int64_t at_us)
{
    struct loy_field_trust trust = {.size = sizeof trust};
    assert_status(loy_member_field_trust(desk.store, id, field, at_us, &trust), LOY_OK);
    return trust.trust;
}

static void contact_of(int64_t member, int64_t at_us, const char *kind)
{
    char sql[256];
    snprintf(sql, sizeof sql,
        "INSERT INTO contact (member, at_us, kind, channel, initiated_by, operator) VALUES (%lld, "
        "%lld, '%s', 'call', 1, 1)",
        (long long)member, (long long)at_us, kind);
    desk_run(&desk, sql);
}

static void contact(int64_t member, int64_t at_us)
{
    contact_of(member, at_us, "inbound-call");
}

#define BIT(field) (UINT32_C(1) << (field))

/* ---- Scores -----------------------------------------------------------------------------------
 */

/* A person gives name (3) and telephone (3); staff enters e-mail (2), birth year (1), district (not
 * on a person's form: 1). The name was seen, the telephone came back.
 *   accurate: the birth year's text was made wrong in the file: 9 / 10
 *   right:    name 1, telephone 0, e-mail 0, birth year 0, district 0 -> 3 / 10; district then
 *             delivered -> 4 / 10
 *   complete: 3 + 3 + 2 + 1 of 15 */
static void worked_example(void **state)
{
    (void)state;
    const struct loy_field_text fields[] = {
        {LOY_FIELD_NAME, "Ada"}, {LOY_FIELD_TELEPHONE, "13900000001"}, {LOY_FIELD_NAME, NULL}};
    struct loy_id id;
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &id), LOY_OK);
    struct loy_quality quality = measure(&id, AT);
    assert_near(quality.accurate, 1);
    assert_near(quality.right, 0.5);
    assert_near(quality.complete, 6.0 / 15);
    assert_status(
        give(&id, LOY_FIELD_EMAIL, "ada@example.com", "fair", LOY_INITIATIVE_STAFF, AT + 1),
        LOY_OK);
    assert_status(
        give(&id, LOY_FIELD_BIRTH_YEAR, "1980", "fair", LOY_INITIATIVE_STAFF, AT + 1), LOY_OK);
    assert_status(
        give(&id, LOY_FIELD_DISTRICT, "Hanyang", "fair", LOY_INITIATIVE_STAFF, AT + 1), LOY_OK);
    confirm(&id, LOY_FIELD_NAME, LOY_EVIDENCE_DOCUMENT, AT + 2);
    confirm(&id, LOY_FIELD_TELEPHONE, LOY_EVIDENCE_DELIVERED, AT + 2);
    confirm(&id, LOY_FIELD_TELEPHONE, LOY_EVIDENCE_RETURNED, AT + 3);
    quality = measure(&id, AT + 4);
    assert_near(quality.accurate, 1);
    assert_near(quality.right, 3.0 / 10);
    assert_near(quality.complete, 9.0 / 15);
    assert_int_equal(quality.returned, BIT(LOY_FIELD_TELEPHONE));
    assert_int_equal(quality.unconfirmed,
        BIT(LOY_FIELD_EMAIL) | BIT(LOY_FIELD_BIRTH_YEAR) | BIT(LOY_FIELD_DISTRICT));
    assert_int_equal(quality.missing, BIT(LOY_FIELD_ADDRESS) | BIT(LOY_FIELD_POSTCODE) |
                                          BIT(LOY_FIELD_SEX) | BIT(LOY_FIELD_HOUSEHOLD_SIZE));
    confirm(&id, LOY_FIELD_DISTRICT, LOY_EVIDENCE_DELIVERED, AT + 4);
    assert_near(measure(&id, AT + 4).right, 4.0 / 10);
    /* What happened later than the question does not count. */
    assert_near(measure(&id, AT + 2).right, 6.0 / 10);
    assert_int_equal(measure(&id, AT + 4).stale, 0);
    assert_int_equal(measure(&id, AT + 24 * MONTH).stale, 0);
    assert_int_equal(
        measure(&id, AT + 1 + 24 * MONTH).stale, BIT(LOY_FIELD_EMAIL) | BIT(LOY_FIELD_BIRTH_YEAR));
}

/* The check is today's: a birth year of 2026 is none yet in 2025. */
static void failing_today(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    assert_status(
        give(&id, LOY_FIELD_BIRTH_YEAR, "2026", "desk", LOY_INITIATIVE_CUSTOMER, AT), LOY_OK);
    assert_near(measure(&id, AT).accurate, 1);
    struct loy_quality quality = measure(&id, AT - 300 * DAY);
    assert_near(quality.accurate, 3.0 / 4);
    assert_int_equal(quality.failed, BIT(LOY_FIELD_BIRTH_YEAR));
}

static void organisations_have_their_own_form(void **state)
{
    (void)state;
    struct loy_id id;
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "Example Ltd"},
        {LOY_FIELD_INDUSTRY, "restaurant"}, {LOY_FIELD_NAME, NULL}};
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &id), LOY_OK);
    assert_near(measure(&id, AT).complete, 5.0 / 20);
    desk_run(&desk, "INSERT INTO purchaser (member, name, authority) VALUES (1, x'00', 1)");
    assert_near(measure(&id, AT).complete, 6.0 / 20);
}

/* ---- Recomputing ------------------------------------------------------------------------------
 */

/* What a second reader of the header would keep: per field, what speaks for it. */
struct model {
    bool given, evidence, verified, back;
    enum loy_initiative by;
};
static const struct {
    enum loy_field field;
    int weight;
    const char *format;
} modelled[] = {{LOY_FIELD_TELEPHONE, 3, "139000000%02d"}, {LOY_FIELD_ADDRESS, 2, "Road %d"},
    {LOY_FIELD_EMAIL, 2, "a%d@example.com"}, {LOY_FIELD_DISTRICT, 0, "District %d"}};

static void model_assert(const struct model *models, const struct loy_quality *quality)
{
    double given = 3, right = 1.5, form = 3;
    for (size_t i = 0; i < ROWS(modelled); i++) {
        const struct model *model = &models[i];
        int weight = modelled[i].weight ? modelled[i].weight : 1;
        if (!model->given) continue;
        given += weight;
        form += modelled[i].weight;
        if (model->back) continue;
        if (model->evidence || model->verified)
            right += weight;
        else if (model->by == LOY_INITIATIVE_CUSTOMER)
            right += weight / 2.0;
    }
    assert_near(quality->accurate, 1);
    assert_near(quality->right, right / given);
    assert_near(quality->complete, form / 15);
}

static void operate(const struct loy_id *id, struct model *models, int i, int64_t at_us)
{
    size_t row = (size_t)rand() % ROWS(modelled);
    struct model *model = &models[row];
    enum loy_field field = modelled[row].field;
    char text[64];
    if (model->given && rand() % 3) {
        enum loy_evidence how = (enum loy_evidence)(1 + rand() % 4);
        confirm(id, field, how, at_us);
        model->back = how == LOY_EVIDENCE_RETURNED;
        model->evidence = model->evidence || how != LOY_EVIDENCE_RETURNED;
        model->verified = model->verified || how == LOY_EVIDENCE_DOCUMENT;
        return;
    }
    snprintf(text, sizeof text, modelled[row].format, i);
    if (rand() % 6 == 0) *text = '\0';
    const struct loy_field_text value = {field, text};
    const struct loy_provenance provenance = {.size = sizeof provenance,
        .channel = "desk",
        .initiated_by = (uint8_t)(1 + rand() % 3),
        .verified_by = rand() % 4 ? NULL : "bill"};
    if (loy_member_change(desk.store, id, &value, &provenance, at_us) != LOY_OK) return;
    *model = (struct model){.given = *text != '\0',
        .verified = provenance.verified_by != NULL,
        .by = (enum loy_initiative)provenance.initiated_by};
}

/* A firm of another country has no district, unless the shop's own form asks for one. */
static void district_where_the_form_asks(void **state)
{
    (void)state;
    static const struct {
        const char *country;
        uint8_t need; /* that the shop set; 0: none */
        double complete;
        bool missing;
    } cases[] = {
        {"CN", 0, 3.0 / 20, true},
        {"DE", 0, 3.0 / 19, false},
        {"DE", LOY_NEED_REQUIRED, 3.0 / 20, true},
        {"DE", LOY_NEED_OPTIONAL, 3.0 / 20, true},
        {"CN", LOY_NEED_OPTIONAL, 3.0 / 20, true},
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct desk place;
        struct loy_id id;
        struct loy_quality quality = {.size = sizeof quality};
        const struct loy_form_change change = {.size = sizeof change, .need = cases[i].need};
        const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "Muster"}, {LOY_FIELD_NAME, NULL}};
        desk_open(&place, cases[i].country);
        if (change.need)
            assert_status(loy_form_field_set(place.store, LOY_REGISTRATION_ORGANISATION,
                              LOY_FIELD_DISTRICT, &change, AT),
                LOY_OK);
        assert_status(desk_add(&place, LOY_MEMBER_ORGANISATION, fields, &id), LOY_OK);
        assert_status(loy_member_quality(place.store, &id, AT, &quality), LOY_OK);
        assert_near(quality.complete, cases[i].complete);
        assert_int_equal((quality.missing & BIT(LOY_FIELD_DISTRICT)) != 0, cases[i].missing);
        desk_close(&place);
    }
}

static void recomputed_after_anything(void **state)
{
    (void)state;
    srand(42);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (int round = 0; round < 20; round++) {
        struct loy_id id = desk_person(&desk, "Ada");
        struct model models[ROWS(modelled)] = {{0}};
        for (int i = 0; i < 30; i++) {
            int64_t at_us = AT + (i + 1) * DAY;
            operate(&id, models, i, at_us);
            struct loy_quality quality = measure(&id, at_us);
            model_assert(models, &quality);
        }
    }
    loy_store_rollback(desk.store);
}

/* ---- Trust ------------------------------------------------------------------------------------
 */

static void trust_worked_example(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    assert_near(trust_of(&id, LOY_FIELD_NAME, AT), 0.6);
    assert_near(trust_of(&id, LOY_FIELD_NAME, AT + 36 * MONTH), 0.3);
    /* Seen after 12 months: doubt .4 * .5, and no age; back twice: a quarter. */
    confirm(&id, LOY_FIELD_NAME, LOY_EVIDENCE_DOCUMENT, AT + 12 * MONTH);
    assert_near(trust_of(&id, LOY_FIELD_NAME, AT + 12 * MONTH), 0.8);
    confirm(&id, LOY_FIELD_NAME, LOY_EVIDENCE_RETURNED, AT + 12 * MONTH);
    confirm(&id, LOY_FIELD_NAME, LOY_EVIDENCE_RETURNED, AT + 12 * MONTH);
    assert_near(trust_of(&id, LOY_FIELD_NAME, AT + 12 * MONTH), 0.2);
    /* Two contacts in the last 12 months, one at their edge, one before, one to come. */
    contact(1, AT + 12 * MONTH);
    contact(1, AT + 12 * MONTH);
    contact(1, AT);
    contact(1, AT - 1);
    contact(1, AT + 12 * MONTH + 1);
    contact_of(1, AT + 12 * MONTH, "message");
    contact_of(1, AT + 12 * MONTH, "observation");
    assert_near(trust_of(&id, LOY_FIELD_NAME, AT + 12 * MONTH), (1 - 0.2 * 0.97 * 0.97) / 4);
    confirm(&id, LOY_FIELD_NAME, LOY_EVIDENCE_SAID, AT + 12 * MONTH);
    assert_near(trust_of(&id, LOY_FIELD_NAME, AT + 12 * MONTH), 1 - 0.2 * 0.7 * 0.97 * 0.97);
    struct loy_field_trust trust = {.size = sizeof trust};
    assert_status(loy_member_field_trust(desk.store, &id, LOY_FIELD_EMAIL, AT, &trust), LOY_NONE);
}

/* Over random histories and at random moments: one confirmation or contact more, at any time, never
 * lowers trust at that moment. */
static void trust_never_falls_by_confirming(void **state)
{
    (void)state;
    srand(7);
    int compared = 0, rose = 0;
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (int round = 0; round < 60; round++) {
        struct loy_id id = desk_person(&desk, "Ada");
        int64_t number = desk_number(&desk, "SELECT max(id) FROM member");
        for (int i = 0; i < 12; i++) {
            int64_t now = AT + rand() % 1500 * DAY, at_us = AT + rand() % 1500 * DAY;
            double before = trust_of(&id, LOY_FIELD_NAME, now), after;
            if (rand() % 3) {
                confirm(&id, LOY_FIELD_NAME, (enum loy_evidence)(1 + rand() % 3), at_us);
                if (rand() % 2) contact(number, at_us);
            } else {
                contact(number, at_us);
            }
            after = trust_of(&id, LOY_FIELD_NAME, now);
            if (after < before) print_error("%.12f after %.12f\n", after, before);
            assert_true(after >= before && after <= 1 && before > 0);
            compared++;
            rose += after > before;
            if (rand() % 3 == 0)
                confirm(&id, LOY_FIELD_NAME, LOY_EVIDENCE_RETURNED, AT + rand() % 1500 * DAY);
        }
        /* Time alone lowers it. */
        assert_true(trust_of(&id, LOY_FIELD_NAME, AT + 3000 * DAY) <
                    trust_of(&id, LOY_FIELD_NAME, AT + 2500 * DAY));
    }
    assert_int_equal(compared, 720);
    assert_true(rose > 200);
    loy_store_rollback(desk.store);
}

static void asking_once_a_day(void **state)
{
    (void)state;
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "Ada"},
        {LOY_FIELD_TELEPHONE, "13900000001"}, {LOY_FIELD_ADDRESS, "Road 1"},
        {LOY_FIELD_NAME, NULL}};
    struct loy_id id;
    enum loy_field field = LOY_FIELD_NAME;
    int64_t later = AT + 24 * MONTH;
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &id), LOY_OK);
    desk.store->role = LOY_ROLE_CASHIER;
    assert_status(loy_member_due(desk.store, &id, later - 1, &field), LOY_NONE);
    confirm(&id, LOY_FIELD_ADDRESS, LOY_EVIDENCE_DELIVERED, AT + 1);
    assert_status(loy_member_due(desk.store, &id, later, &field), LOY_OK);
    assert_int_equal(field, LOY_FIELD_TELEPHONE);
    confirm(&id, LOY_FIELD_TELEPHONE, LOY_EVIDENCE_SAID, later);
    /* The address is stale by now, and has to wait until tomorrow. */
    assert_status(loy_member_due(desk.store, &id, later + 2, &field), LOY_NONE);
    assert_status(loy_member_due(desk.store, &id, later + DAY, &field), LOY_OK);
    assert_int_equal(field, LOY_FIELD_ADDRESS);
    confirm(&id, LOY_FIELD_ADDRESS, LOY_EVIDENCE_ASKED, later + DAY);
    assert_status(loy_member_due(desk.store, &id, later + DAY + 1, &field), LOY_NONE);
    assert_status(loy_member_due(desk.store, &id, later + 2 * DAY, &field), LOY_OK);
    confirm(&id, LOY_FIELD_ADDRESS, LOY_EVIDENCE_UNWANTED, later + 2 * DAY);
    assert_status(loy_member_due(desk.store, &id, later + 300 * DAY, &field), LOY_NONE);
    confirm(&id, LOY_FIELD_ADDRESS, LOY_EVIDENCE_WANTED, later + 301 * DAY);
    assert_status(loy_member_due(desk.store, &id, later + 301 * DAY, &field), LOY_OK);
    /* What came back is asked about at once, however young. */
    assert_status(give(&id, LOY_FIELD_ADDRESS, "Road 2", "desk", LOY_INITIATIVE_CUSTOMER, later),
        LOY_E_ACCESS);
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(
        give(&id, LOY_FIELD_ADDRESS, "Road 2", "desk", LOY_INITIATIVE_CUSTOMER, later + 302 * DAY),
        LOY_OK);
    assert_status(loy_member_due(desk.store, &id, later + 302 * DAY, &field), LOY_NONE);
    assert_status(loy_member_due(desk.store, &id, later + 303 * DAY, &field), LOY_NONE);
    confirm(&id, LOY_FIELD_ADDRESS, LOY_EVIDENCE_RETURNED, later + 304 * DAY);
    assert_status(loy_member_due(desk.store, &id, later + 304 * DAY, &field), LOY_OK);
    desk.store->role = LOY_ROLE_ANALYST;
    assert_status(loy_member_due(desk.store, &id, later, &field), LOY_E_ACCESS);
}

/* ---- The worst --------------------------------------------------------------------------------
 */

#define MEMBERS 80

static int by_score(const void *a, const void *b)
{
    const struct loy_quality_member *x = a, *y = b;
    if (x->score != y->score) return x->score < y->score ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static void members_of_all_kinds(struct loy_quality_member all[MEMBERS])
{
    srand(3);
    for (int i = 0; i < MEMBERS; i++) {
        all[i].member = desk_person(&desk, "Ada");
        for (size_t j = 0; j < ROWS(modelled); j++) {
            char text[64];
            snprintf(text, sizeof text, modelled[j].format, i);
            if (rand() % 2) continue;
            assert_status(give(&all[i].member, modelled[j].field, text, "desk",
                              (enum loy_initiative)(1 + rand() % 3), AT),
                LOY_OK);
            if (rand() % 2) confirm(&all[i].member, modelled[j].field, LOY_EVIDENCE_SAID, AT);
        }
    }
}

static void the_worst(void **state)
{
    (void)state;
    static struct loy_quality_member all[MEMBERS], worst[MEMBERS + 5];
    assert_status(loy_store_begin(desk.store), LOY_OK);
    members_of_all_kinds(all);
    desk_run(&desk, "UPDATE member SET status = 2 WHERE id = 7");
    desk_run(&desk, "UPDATE member SET status = 3 WHERE id = 9");
    size_t left = 0;
    for (int i = 0; i < MEMBERS; i++) {
        struct loy_quality quality = {.size = sizeof quality};
        enum loy_status status = loy_member_quality(desk.store, &all[i].member, AT, &quality);
        if (i == 6 || i == 8) {
            assert_int_equal(status, LOY_NONE);
            continue;
        }
        assert_int_equal(status, LOY_OK);
        all[left].member = all[i].member;
        all[left].order = i;
        all[left++].score = (quality.accurate + quality.right + quality.complete) / 3;
    }
    qsort(all, left, sizeof all[0], by_score);
    const size_t sizes[] = {1, 2, 7, 50, 78, MEMBERS + 5};
    for (size_t i = 0; i < ROWS(sizes); i++) {
        size_t count = 0;
        assert_status(
            loy_quality_worst(desk.store, AT, worst, sizes[i], &count, NULL, NULL), LOY_OK);
        assert_int_equal(count, sizes[i] < left ? sizes[i] : left);
        for (size_t j = 0; j < count; j++)
            assert_memory_equal(&worst[j].member, &all[j].member, sizeof(struct loy_id));
    }
    loy_store_rollback(desk.store);
}

static int stop(void *user, long long done, long long total)
{
    (void)done;
    (void)total;
    return ++*(int *)user;
}

static void cancelled(void **state)
{
    (void)state;
    struct loy_quality_member worst[2];
    static struct loy_channel_report report;
    size_t count = 77;
    int calls = 0;
    report.size = sizeof report;
    desk_person(&desk, "Ada");
    assert_status(
        loy_quality_worst(desk.store, AT, worst, 2, &count, stop, &calls), LOY_E_CANCELLED);
    assert_int_equal(count, 77);
    assert_status(loy_quality_channels(desk.store, AT, &report, stop, &calls), LOY_E_CANCELLED);
}

/* ---- By channel -------------------------------------------------------------------------------
 */

static void intervals(void **state)
{
    (void)state;
    struct loy_share share;
    /* Newcombe 1998, table I: 81 of 263; 0 of 20; and by symmetry 20 of 20. */
    loy_share_wilson(81, 263, &share);
    assert_true(fabs(share.low - 0.2553) < 5e-5 && fabs(share.high - 0.3662) < 5e-5);
    loy_share_wilson(0, 20, &share);
    assert_true(share.low == 0 && fabs(share.high - 0.1611) < 5e-5);
    loy_share_wilson(20, 20, &share);
    assert_true(share.high == 1 && fabs(share.low - 0.8389) < 5e-5);
    loy_share_wilson(0, 0, &share);
    assert_true(share.share == 0 && share.low == 0 && share.high == 1);
}

/* n members with a telephone of that origin, of which `back` came back and the rest arrived. */
static void plant(
    const char *channel, enum loy_initiative initiated_by, int n, int back, int contacts)
{
    static int made = 0;
    for (int i = 0; i < n; i++) {
        struct loy_id id = desk_person(&desk, "Ada");
        int64_t number = desk_number(&desk, "SELECT max(id) FROM member");
        char text[32];
        snprintf(text, sizeof text, "1390%07d", made++);
        assert_status(give(&id, LOY_FIELD_TELEPHONE, text, channel, initiated_by, AT), LOY_OK);
        confirm(&id, LOY_FIELD_TELEPHONE, i < back ? LOY_EVIDENCE_RETURNED : LOY_EVIDENCE_DELIVERED,
            AT + DAY);
        for (int j = 0; j < contacts; j++)
            contact(number, AT + 2 * DAY);
    }
}

static const struct loy_channel_report *report_make(void)
{
    static struct loy_channel_report report;
    report.size = sizeof report;
    assert_status(loy_quality_channels(desk.store, AT + 10 * DAY, &report, NULL, NULL), LOY_OK);
    return &report;
}

static void both_directions(void **state)
{
    (void)state;
    const struct {
        int own_back, staff_back;
        enum loy_verdict verdict;
    } truths[] = {
        {14, 32, LOY_VERDICT_HOLDS}, {32, 14, LOY_VERDICT_REFUTED}, {20, 21, LOY_VERDICT_OPEN}};
    for (size_t i = 0; i < ROWS(truths); i++) {
        assert_status(loy_store_begin(desk.store), LOY_OK);
        plant("call", LOY_INITIATIVE_CUSTOMER, 70, truths[i].own_back, 0);
        plant("fair", LOY_INITIATIVE_STAFF, 80, truths[i].staff_back, 4);
        const struct loy_channel_report *report = report_make();
        const struct loy_claim *claim = &report->customer_better;
        assert_int_equal(claim->verdict, truths[i].verdict);
        assert_int_equal(claim->tested[0], 70);
        assert_int_equal(claim->tested[1], 80);
        assert_int_equal(claim->wrong[0], truths[i].own_back);
        assert_int_equal(claim->wrong[1], truths[i].staff_back);
        assert_true(claim->low <= claim->difference && claim->difference <= claim->high);
        /* Here the frequent are those of the fair. */
        assert_int_equal(report->frequent_better.tested[0], 80);
        if (truths[i].verdict != LOY_VERDICT_OPEN)
            assert_int_equal(report->frequent_better.verdict,
                truths[i].verdict == LOY_VERDICT_HOLDS ? LOY_VERDICT_REFUTED : LOY_VERDICT_HOLDS);
        loy_store_rollback(desk.store);
    }
    /* Newcombe 1998, table II a: 56 of 70 and 48 of 80, by method 10: .2, .0524 to .3339. */
    assert_status(loy_store_begin(desk.store), LOY_OK);
    plant("call", LOY_INITIATIVE_CUSTOMER, 80, 48, 0);
    plant("fair", LOY_INITIATIVE_STAFF, 70, 56, 0);
    const struct loy_claim *claim = &report_make()->customer_better;
    assert_near(claim->difference, 0.2);
    assert_true(fabs(claim->low - 0.0524) < 5e-5 && fabs(claim->high - 0.3339) < 5e-5);
    loy_store_rollback(desk.store);
}

static void too_few(void **state)
{
    (void)state;
    assert_status(loy_store_begin(desk.store), LOY_OK);
    plant("call", LOY_INITIATIVE_CUSTOMER, 29, 0, 0);
    plant("fair", LOY_INITIATIVE_STAFF, 60, 60, 0);
    assert_int_equal(report_make()->customer_better.verdict, LOY_VERDICT_TOO_FEW);
    plant("call", LOY_INITIATIVE_CUSTOMER, 1, 0, 0);
    assert_int_equal(report_make()->customer_better.verdict, LOY_VERDICT_HOLDS);
    loy_store_rollback(desk.store);
}

/* What is counted, one member at a time. */
static void counts_by_channel(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada"), gone = desk_person(&desk, "Bea");
    assert_status(
        give(&id, LOY_FIELD_TELEPHONE, "13900000001", "fair", LOY_INITIATIVE_STAFF, AT), LOY_OK);
    /* Replaced by staff: no evidence that it was wrong. By the customer: it was. */
    assert_status(
        give(&id, LOY_FIELD_TELEPHONE, "13900000002", "fair", LOY_INITIATIVE_STAFF, AT + 1),
        LOY_OK);
    assert_status(
        give(&id, LOY_FIELD_TELEPHONE, "13900000003", "web", LOY_INITIATIVE_CUSTOMER, AT + 2),
        LOY_OK);
    /* Lost by the rule: counted apart. Taken back: neither. */
    assert_status(
        give(&id, LOY_FIELD_TELEPHONE, "13900000004", "fair", LOY_INITIATIVE_STAFF, AT + 3),
        LOY_REFUSED);
    assert_status(
        give(&id, LOY_FIELD_TELEPHONE, "", "web", LOY_INITIATIVE_CUSTOMER, AT + 4), LOY_OK);
    confirm(&id, LOY_FIELD_NAME, LOY_EVIDENCE_SAID, AT + 5);
    /* Merged members are left out. */
    assert_status(
        give(&gone, LOY_FIELD_TELEPHONE, "13900000005", "fair", LOY_INITIATIVE_STAFF, AT), LOY_OK);
    desk_run(&desk, "UPDATE member SET status = 2 WHERE id = 2");
    const struct loy_channel_report *report = report_make();
    const struct {
        const char *channel;
        int64_t initiated_by, values, lost, confirmed, corrected, tested, wrong;
    } expected[] = {
        {"desk", 1, 1, 0, 1, 0, 1, 0},
        {"fair", 2, 2, 1, 0, 1, 1, 1},
        {"web", 1, 1, 0, 0, 0, 0, 0},
    };
    assert_int_equal(report->members, 1);
    assert_int_equal(report->row_count, ROWS(expected));
    for (size_t i = 0; i < ROWS(expected); i++) {
        const struct loy_channel_quality *row = &report->rows[i];
        assert_string_equal(row->channel, expected[i].channel);
        assert_int_equal(row->initiated_by, expected[i].initiated_by);
        assert_int_equal(row->values, expected[i].values);
        assert_int_equal(row->lost, expected[i].lost);
        assert_int_equal(row->confirmed, expected[i].confirmed);
        assert_int_equal(row->corrected, expected[i].corrected);
        assert_int_equal(row->tested, expected[i].tested);
        assert_int_equal(row->wrong, expected[i].wrong);
        assert_int_equal(row->returned + row->failed, 0);
    }
}

static void too_many_channels(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    static struct loy_channel_report report;
    report.size = sizeof report;
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (unsigned i = 0; i < LOY_CHANNEL_ROWS_MAX; i++) {
        char text[32];
        snprintf(text, sizeof text, "Road %u", i);
        assert_status(
            give(&id, LOY_FIELD_ADDRESS, text, "desk", LOY_INITIATIVE_CUSTOMER, AT), LOY_OK);
        desk_run(&desk, "UPDATE member_field SET channel = 'c' || version WHERE field = 5");
        assert_status(loy_quality_channels(desk.store, AT + DAY, &report, NULL, NULL),
            i < LOY_CHANNEL_ROWS_MAX - 1 ? LOY_OK : LOY_E_LIMIT);
        if (i == 2) assert_int_equal(report.row_count, 4);
    }
    loy_store_rollback(desk.store);
}

static void roles(void **state)
{
    (void)state;
    static struct loy_channel_report report;
    struct loy_id id = desk_person(&desk, "Ada");
    struct loy_quality quality = {.size = sizeof quality};
    struct loy_field_trust trust = {.size = sizeof trust};
    struct loy_quality_member worst[1];
    size_t count;
    report.size = sizeof report;
    for (unsigned role = 0; role <= LOY_ROLE_AUDITOR + 1; role++) {
        bool measures =
            role == LOY_ROLE_SUPERVISOR || role == LOY_ROLE_MANAGER || role == LOY_ROLE_ANALYST;
        enum loy_status expected = measures ? LOY_OK : LOY_E_ACCESS;
        desk.store->role = (enum loy_role)role;
        assert_status(loy_member_quality(desk.store, &id, AT, &quality), expected);
        assert_status(
            loy_member_field_trust(desk.store, &id, LOY_FIELD_NAME, AT, &trust), expected);
        assert_status(loy_quality_worst(desk.store, AT, worst, 1, &count, NULL, NULL), expected);
        assert_status(loy_quality_channels(desk.store, AT, &report, NULL, NULL), expected);
    }
}

static void a_doubtful_number_is_accurate_when_verified(void **state)
{
    (void)state;
    const struct loy_field_text fields[] = {
        {LOY_FIELD_NAME, "Firm"}, {LOY_FIELD_TAX_NO, "91350100M000100Y44"}, {LOY_FIELD_NAME, NULL}};
    struct loy_id id;
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &id), LOY_OK);
    assert_near(measure(&id, AT).accurate, 0.5);
    assert_int_equal(measure(&id, AT).failed, 1u << LOY_FIELD_TAX_NO);
    confirm(&id, LOY_FIELD_TAX_NO, LOY_EVIDENCE_DOCUMENT, AT);
    assert_near(measure(&id, AT).accurate, 1);
}

static void what_the_shop_requires_belongs_to_its_form(void **state)
{
    (void)state;
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "Firm"}, {LOY_FIELD_NAME, NULL}};
    const struct loy_form_change change = {
        .size = sizeof change, .need = LOY_NEED_REQUIRED, .purpose = "for invoices"};
    struct loy_id id;
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &id), LOY_OK);
    assert_near(measure(&id, AT).complete, 3.0 / 20);
    assert_status(loy_form_field_set(desk.store, LOY_REGISTRATION_ORGANISATION,
                      LOY_FIELD_TRADING_NAME, &change, AT),
        LOY_OK);
    assert_near(measure(&id, AT).complete, 3.0 / 21);
    assert_true(measure(&id, AT).missing & 1u << LOY_FIELD_TRADING_NAME);
    assert_status(
        give(&id, LOY_FIELD_TRADING_NAME, "Ruby", "desk", LOY_INITIATIVE_CUSTOMER, AT), LOY_OK);
    assert_near(measure(&id, AT).complete, 4.0 / 21);
    /* One that the table has keeps its weight. */
    assert_status(
        loy_form_field_set(desk.store, LOY_REGISTRATION_ORGANISATION, LOY_FIELD_FAX, &change, AT),
        LOY_OK);
    assert_near(measure(&id, AT).complete, 4.0 / 21);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)
    const struct CMUnitTest tests[] = {
        TEST(a_doubtful_number_is_accurate_when_verified),
        TEST(what_the_shop_requires_belongs_to_its_form),
        TEST(worked_example),
        TEST(failing_today),
        TEST(organisations_have_their_own_form),
        TEST(district_where_the_form_asks),
        TEST(recomputed_after_anything),
        TEST(trust_worked_example),
        TEST(trust_never_falls_by_confirming),
        TEST(asking_once_a_day),
        TEST(the_worst),
        TEST(cancelled),
        TEST(intervals),
        TEST(both_directions),
        TEST(too_few),
        TEST(counts_by_channel),
        TEST(too_many_channels),
        TEST(roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
