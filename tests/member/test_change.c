/* SPDX-License-Identifier: MIT
 *
 * test_change.c - which value stands: the conflict rule in every order of arrival, decisions,
 * history, evidence, and who may. Telephones and names are made up. */
#include "desk.h"

#include <loyalty/quality.h>
#include <member/member_private.h>

#include <stdlib.h>

#define DAY INT64_C(86400000000)

static struct desk desk = {.country = "CN"};

static enum loy_status give(const struct loy_id *id, enum loy_field field, const char *text,
    enum loy_initiative initiated_by, int64_t collected_us, const char *verified_by, int64_t at_us)
{
    const struct loy_field_text value = {field, text};
    const struct loy_provenance provenance = {.size = sizeof provenance,
        .channel = "desk",
        .initiated_by = (uint8_t)initiated_by,
        .collected_at_us = collected_us,
        .verified_by = verified_by};
    return loy_member_change(desk.store, id, &value, &provenance, at_us);
}

static enum loy_status telephone(const struct loy_id *id, const char *text,
    enum loy_initiative initiated_by, int64_t collected_us)
{
    return give(id, LOY_FIELD_TELEPHONE, text, initiated_by, collected_us, NULL, AT + 100 * DAY);
}

static void assert_current(const struct loy_id *id, enum loy_field field, const char *expected)
{
    char text[LOY_FIELD_TEXT_MAX];
    if (!expected) {
        assert_status(loy_member_field(desk.store, id, field, text), LOY_NONE);
        return;
    }
    assert_status(loy_member_field(desk.store, id, field, text), LOY_OK);
    assert_string_equal(text, expected);
}

/* ---- The rule -------------------------------------------------------------------------------- */

/* In the order of the rule, written down by hand: who gave it, collected on day, seen. A later row
 * is better. */
static const struct {
    enum loy_initiative initiated_by;
    int day;
    bool verified;
} ladder[] = {
    {LOY_INITIATIVE_IMPORT, 1, false},
    {LOY_INITIATIVE_STAFF, 1, false},
    {LOY_INITIATIVE_IMPORT, 1, true},
    {LOY_INITIATIVE_STAFF, 1, true},
    {LOY_INITIATIVE_IMPORT, 2, false},
    {LOY_INITIATIVE_STAFF, 2, false},
    {LOY_INITIATIVE_IMPORT, 2, true},
    {LOY_INITIATIVE_STAFF, 2, true},
    {LOY_INITIATIVE_CUSTOMER, 1, false},
    {LOY_INITIATIVE_CUSTOMER, 1, true},
    {LOY_INITIATIVE_CUSTOMER, 2, false},
    {LOY_INITIATIVE_CUSTOMER, 2, true},
};

static enum loy_status step_give(const struct loy_id *id, size_t step, int64_t at_us)
{
    char text[32];
    snprintf(text, sizeof text, "139000000%02zu", step);
    return give(id, LOY_FIELD_TELEPHONE, text, ladder[step].initiated_by,
        AT + ladder[step].day * DAY, ladder[step].verified ? "licence" : NULL, at_us);
}

static void both_orders_give_the_same(void **state)
{
    (void)state;
    int pairs = 0;
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (size_t a = 0; a < ROWS(ladder); a++) {
        for (size_t b = 0; b < ROWS(ladder); b++) {
            if (a == b) continue;
            struct loy_id id = desk_person(&desk, "Ada");
            char best[32];
            assert_status(step_give(&id, a, AT + 10 * DAY), LOY_OK);
            assert_status(step_give(&id, b, AT + 11 * DAY), a < b ? LOY_OK : LOY_REFUSED);
            snprintf(best, sizeof best, "139000000%02zu", a < b ? b : a);
            assert_current(&id, LOY_FIELD_TELEPHONE, best);
            pairs++;
        }
    }
    assert_int_equal(pairs, 132);
    loy_store_rollback(desk.store);
}

struct giving {
    int number;
    enum loy_initiative initiated_by;
    int day;
};

static void give_all(const struct loy_id *id, const struct giving *givings, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char text[32];
        snprintf(text, sizeof text, "1390000000%d", givings[i].number);
        assert_true(telephone(id, text, givings[i].initiated_by, AT + givings[i].day * DAY) >= 0);
    }
}

/* Five givings of three numbers at different days, by whoever: any order leads to the best of all.
 */
static void any_order_gives_the_best(void **state)
{
    (void)state;
    unsigned seed = 20261;
    srand(seed);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (int round = 0; round < 150; round++) {
        struct giving givings[5];
        int best = 0;
        for (int i = 0; i < 5; i++) {
            givings[i] = (struct giving){rand() % 3, (enum loy_initiative)(1 + rand() % 3), i + 1};
            bool own = givings[i].initiated_by == LOY_INITIATIVE_CUSTOMER;
            if (own || givings[best].initiated_by != LOY_INITIATIVE_CUSTOMER) best = i;
        }
        char expected[32];
        snprintf(expected, sizeof expected, "1390000000%d", givings[best].number);
        for (size_t i = 4; i > 0; i--) {
            size_t j = (size_t)rand() % (i + 1);
            struct giving other = givings[i];
            givings[i] = givings[j];
            givings[j] = other;
        }
        struct loy_id id = desk_person(&desk, "Ada");
        give_all(&id, givings, 5);
        assert_current(&id, LOY_FIELD_TELEPHONE, expected);
        /* Once more in the same order changes nothing. */
        give_all(&id, givings, 5);
        assert_current(&id, LOY_FIELD_TELEPHONE, expected);
    }
    loy_store_rollback(desk.store);
}

static void a_tie_goes_to_the_later_entry(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    assert_status(telephone(&id, "13900000001", LOY_INITIATIVE_CUSTOMER, AT), LOY_OK);
    assert_status(telephone(&id, "13900000002", LOY_INITIATIVE_CUSTOMER, AT), LOY_OK);
    assert_current(&id, LOY_FIELD_TELEPHONE, "13900000002");
}

static void a_registry_needs_a_review(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    const struct loy_field_text found = {LOY_FIELD_ADDRESS, "Registry Road 1"};
    struct loy_provenance registry = {
        .size = sizeof registry, .channel = "registry", .initiated_by = LOY_INITIATIVE_CUSTOMER};
    assert_status(
        give(&id, LOY_FIELD_ADDRESS, "Own Road 2", LOY_INITIATIVE_CUSTOMER, AT, NULL, AT), LOY_OK);
    assert_status(loy_member_change(desk.store, &id, &found, &registry, AT + 9 * DAY), LOY_REFUSED);
    assert_current(&id, LOY_FIELD_ADDRESS, "Own Road 2");
    registry.override = true;
    assert_status(loy_member_change(desk.store, &id, &found, &registry, AT + 9 * DAY), LOY_OK);
    assert_current(&id, LOY_FIELD_ADDRESS, "Registry Road 1");
}

/* ---- Decisions ------------------------------------------------------------------------------- */

static void taking_back_is_a_decision(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada"), found;
    assert_status(telephone(&id, "13900000001", LOY_INITIATIVE_CUSTOMER, AT), LOY_OK);
    assert_status(telephone(&id, "", LOY_INITIATIVE_CUSTOMER, AT + 2 * DAY), LOY_OK);
    assert_current(&id, LOY_FIELD_TELEPHONE, NULL);
    /* Again changes nothing; nobody but the customer puts something there; nothing older comes. */
    assert_status(telephone(&id, " ", LOY_INITIATIVE_CUSTOMER, AT + 3 * DAY), LOY_REPEATED);
    assert_status(telephone(&id, "13900000001", LOY_INITIATIVE_IMPORT, AT + 90 * DAY), LOY_REFUSED);
    assert_non_null(strstr(loy_store_text(desk.store), "taken back"));
    assert_status(telephone(&id, "13900000001", LOY_INITIATIVE_STAFF, AT + 100 * DAY), LOY_REFUSED);
    assert_status(telephone(&id, "13900000002", LOY_INITIATIVE_CUSTOMER, AT + DAY), LOY_REFUSED);
    assert_current(&id, LOY_FIELD_TELEPHONE, NULL);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "13900000001", &found), LOY_NONE);
    assert_status(telephone(&id, "13900000003", LOY_INITIATIVE_CUSTOMER, AT + 100 * DAY), LOY_OK);
    assert_current(&id, LOY_FIELD_TELEPHONE, "13900000003");
    const struct loy_field_text nameless = {LOY_FIELD_NAME, " "};
    assert_status(
        loy_member_set(desk.store, &id, &nameless, "desk", LOY_INITIATIVE_CUSTOMER, AT + 100 * DAY),
        LOY_E_FORMAT);
}

static void override_is_a_decision(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    const struct loy_field_text value = {LOY_FIELD_TELEPHONE, "13900000009"};
    const struct loy_provenance provenance = {.size = sizeof provenance,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_STAFF,
        .verified_by = "licence",
        .override = true};
    assert_status(telephone(&id, "13900000001", LOY_INITIATIVE_CUSTOMER, AT), LOY_OK);
    assert_status(loy_member_change(desk.store, &id, &value, &provenance, AT + 100 * DAY), LOY_OK);
    assert_current(&id, LOY_FIELD_TELEPHONE, "13900000009");
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE version = 2 AND "
                                        "verified_by = 'override: licence'"),
        1);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.override'"), 1);
    /* What the customer said before does not come back by a late file; what he says later does. */
    assert_status(
        telephone(&id, "13900000001", LOY_INITIATIVE_CUSTOMER, AT + 99 * DAY), LOY_REFUSED);
    assert_current(&id, LOY_FIELD_TELEPHONE, "13900000009");
    assert_status(give(&id, LOY_FIELD_TELEPHONE, "13900000001", LOY_INITIATIVE_CUSTOMER, 0, NULL,
                      AT + 101 * DAY),
        LOY_OK);
}

/* ---- The same again ---------------------------------------------------------------------------
 */

static void the_same_again_is_evidence(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    assert_status(telephone(&id, "139 0000 0001", LOY_INITIATIVE_STAFF, AT), LOY_OK);
    assert_status(
        telephone(&id, "+86 139-0000-0001", LOY_INITIATIVE_CUSTOMER, AT + 2 * DAY), LOY_REPEATED);
    assert_current(&id, LOY_FIELD_TELEPHONE, "139 0000 0001");
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE field = 6"), 1);
    assert_int_equal(desk_number(&desk, "SELECT at_us FROM confirmation WHERE how = 1 AND "
                                        "initiated_by = 1 AND version = 1"),
        AT + 2 * DAY);
    /* It stands as the customer's from now on. */
    assert_status(telephone(&id, "13900000002", LOY_INITIATIVE_STAFF, AT + 50 * DAY), LOY_REFUSED);
    assert_status(telephone(&id, "13900000003", LOY_INITIATIVE_CUSTOMER, AT + DAY), LOY_REFUSED);
    assert_status(telephone(&id, "13900000004", LOY_INITIATIVE_CUSTOMER, AT + 3 * DAY), LOY_OK);
    /* With a document it is verified. */
    assert_status(give(&id, LOY_FIELD_TELEPHONE, "13900000004", LOY_INITIATIVE_STAFF, AT + 4 * DAY,
                      "bill", AT + 100 * DAY),
        LOY_REPEATED);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM confirmation c JOIN member_field f "
                                        "USING (member, field, version) WHERE c.how = 2 AND "
                                        "f.version = 2 AND f.verified_by = 'bill'"),
        1);
}

static void confirming(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    enum loy_evidence how;
    desk.store->role = LOY_ROLE_CASHIER;
    assert_status(loy_member_confirm(desk.store, &id, LOY_FIELD_NAME, LOY_EVIDENCE_DOCUMENT, "lane",
                      LOY_INITIATIVE_STAFF, AT + DAY),
        LOY_OK);
    assert_status(loy_member_confirm(desk.store, &id, LOY_FIELD_NAME, LOY_EVIDENCE_SAID, "lane",
                      LOY_INITIATIVE_CUSTOMER, AT + DAY),
        LOY_OK);
    assert_status(loy_member_confirm(desk.store, &id, LOY_FIELD_EMAIL, LOY_EVIDENCE_SAID, "lane",
                      LOY_INITIATIVE_CUSTOMER, AT + DAY),
        LOY_NONE);
    assert_status(loy_member_confirm(desk.store, &id, LOY_FIELD_NAME, LOY_EVIDENCE_END, "lane",
                      LOY_INITIATIVE_CUSTOMER, AT + DAY),
        LOY_E_ARGUMENT);
    assert_status(loy_member_confirm(desk.store, &id, LOY_FIELD_NAME, LOY_EVIDENCE_SAID, " ",
                      LOY_INITIATIVE_CUSTOMER, AT + DAY),
        LOY_E_FORMAT);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM confirmation"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE field = 1 AND "
                                        "verified_by = 'document'"),
        1);
    for (int i = 1; i < LOY_EVIDENCE_END; i++) {
        assert_int_equal(loy_evidence_find(loy_evidence_name((enum loy_evidence)i), &how), LOY_OK);
        assert_int_equal(how, i);
    }
    assert_null(loy_evidence_name(LOY_EVIDENCE_END));
    assert_int_equal(loy_evidence_find("heard", &how), LOY_NONE);
}

/* ---- History ----------------------------------------------------------------------------------
 */

static void history_is_exact(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *verified_by;
        int64_t version, collected_us, entered_us;
        uint8_t initiated_by;
        bool current;
    } expected[] = {
        {"name", "Ada", "", 1, AT, AT, 1, true},
        {"telephone", "13900000001", "", 1, AT + 1, AT + 10, 2, false},
        {"telephone", "13900000002", "bill", 2, AT + 2, AT + 11, 1, false},
        {"telephone", "13900000003", "", 0, AT + 3, AT + 12, 2, false},
        {"telephone", "13900000004", "", -1, AT + 1, AT + 13, 1, false},
        {"telephone", "", "", 3, AT + 14, AT + 14, 1, true},
        {"income", "35-49K", "", 1, AT + 15, AT + 15, 1, false},
        {"income", "50-74K", "", 2, AT + 16, AT + 16, 1, true},
    };
    struct loy_id id = desk_person(&desk, "Ada");
    const struct loy_provenance customer = {
        .size = sizeof customer, .channel = "desk", .initiated_by = LOY_INITIATIVE_CUSTOMER};
    for (size_t i = 1; i < ROWS(expected); i++) {
        if (strcmp(expected[i].name, "income") == 0) {
            const struct loy_trait_text trait = {"income", expected[i].text};
            assert_status(
                loy_member_trait_change(desk.store, &id, &trait, &customer, expected[i].entered_us),
                LOY_OK);
            continue;
        }
        const char *verified_by = expected[i].verified_by;
        assert_status(give(&id, LOY_FIELD_TELEPHONE, expected[i].text,
                          (enum loy_initiative)expected[i].initiated_by, expected[i].collected_us,
                          *verified_by ? verified_by : NULL, expected[i].entered_us),
            expected[i].version < 1 ? LOY_REFUSED : LOY_OK);
    }
    int64_t position = 0;
    struct loy_member_value value = {.size = sizeof value};
    for (size_t i = 0; i < ROWS(expected); i++) {
        assert_status(loy_member_value_next(desk.store, &id, &position, &value), LOY_OK);
        assert_string_equal(value.name, expected[i].name);
        assert_string_equal(value.text, expected[i].text);
        assert_string_equal(value.verified_by, expected[i].verified_by);
        assert_string_equal(value.channel, "desk");
        assert_int_equal(value.version, expected[i].version);
        assert_int_equal(value.collected_at_us, expected[i].collected_us);
        assert_int_equal(value.entered_at_us, expected[i].entered_us);
        assert_int_equal(value.initiated_by, expected[i].initiated_by);
        assert_int_equal(value.current, expected[i].current);
        assert_int_equal(value.field != 0, strcmp(value.name, "income") != 0);
    }
    assert_status(loy_member_value_next(desk.store, &id, &position, &value), LOY_NONE);
}

static void account_numbers_are_for_managers(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    assert_status(give(&id, LOY_FIELD_ACCOUNT_NO, "DE89370400440532013000", LOY_INITIATIVE_CUSTOMER,
                      AT, NULL, AT + 1),
        LOY_OK);
    assert_status(telephone(&id, "13900000001", LOY_INITIATIVE_CUSTOMER, AT), LOY_OK);
    const struct {
        enum loy_role role;
        int values;
        enum loy_status end;
    } rows[] = {{LOY_ROLE_MANAGER, 3, LOY_NONE}, {LOY_ROLE_SUPERVISOR, 2, LOY_NONE},
        {LOY_ROLE_CASHIER, 0, LOY_E_ACCESS}, {LOY_ROLE_ANALYST, 0, LOY_E_ACCESS},
        {LOY_ROLE_AUDITOR, 0, LOY_E_ACCESS}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_member_value value = {.size = sizeof value};
        int64_t position = 0;
        int values = 0;
        enum loy_status status;
        desk.store->role = rows[i].role;
        while ((status = loy_member_value_next(desk.store, &id, &position, &value)) == LOY_OK) {
            assert_true(value.field != LOY_FIELD_ACCOUNT_NO || rows[i].role == LOY_ROLE_MANAGER);
            values++;
        }
        assert_int_equal(status, rows[i].end);
        assert_int_equal(values, rows[i].values);
    }
}

static void the_index_follows(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada"), found;
    assert_status(telephone(&id, "13900000001", LOY_INITIATIVE_CUSTOMER, AT), LOY_OK);
    assert_status(telephone(&id, "13900000002", LOY_INITIATIVE_STAFF, AT + DAY), LOY_REFUSED);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "13900000002", &found), LOY_NONE);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "13900000001", &found), LOY_OK);
    assert_status(telephone(&id, "13900000003", LOY_INITIATIVE_CUSTOMER, AT + DAY), LOY_OK);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "13900000001", &found), LOY_NONE);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "13900000003", &found), LOY_OK);
}

/* A name that lost neither is found nor ends a pseudonym. */
static void a_lost_name_is_not_the_name(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada Alt"), found;
    int64_t position = 0;
    assert_status(
        give(&id, LOY_FIELD_NAME, "Bea Neu", LOY_INITIATIVE_STAFF, 0, NULL, AT + DAY), LOY_REFUSED);
    assert_status(loy_member_next(desk.store, &position, "bea", &found), LOY_NONE);
    position = 0;
    assert_status(loy_member_next(desk.store, &position, "ada", &found), LOY_OK);
}

/* ---- What is refused --------------------------------------------------------------------------
 */

static void wrong_calls(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada"), nobody = {{7}};
    const struct loy_field_text value = {LOY_FIELD_TELEPHONE, "13900000001"};
    const struct loy_provenance good = {
        .size = sizeof good, .channel = "desk", .initiated_by = LOY_INITIATIVE_CUSTOMER};
    struct loy_provenance wrong[6];
    for (size_t i = 0; i < ROWS(wrong); i++)
        wrong[i] = good;
    wrong[0].channel = "";
    wrong[1].initiated_by = 4;
    wrong[2].collected_at_us = AT + 2;
    wrong[3].channel = "bought";
    wrong[4].verified_by = "override";
    wrong[5].verified_by =
        "a document whose name is much longer than any document that was ever seen";
    for (size_t i = 0; i < ROWS(wrong); i++)
        assert_status(loy_member_change(desk.store, &id, &value, &wrong[i], AT + 1), LOY_E_FORMAT);
    struct loy_provenance bought = wrong[3];
    bought.legal_basis = "contract 7";
    assert_status(loy_member_change(desk.store, &nobody, &value, &good, AT + 1), LOY_NONE);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field"), 1);
    assert_status(loy_member_change(desk.store, &id, &value, &bought, AT + 1), LOY_OK);
    struct loy_provenance small = good;
    small.size = 8;
    assert_status(loy_member_change(desk.store, &id, &value, &small, AT + 1), LOY_E_ARGUMENT);
    desk_run(&desk, "UPDATE member SET status = 2");
    assert_status(loy_member_change(desk.store, &id, &value, &good, AT + 1), LOY_NONE);
    assert_status(loy_member_confirm(desk.store, &id, LOY_FIELD_NAME, LOY_EVIDENCE_SAID, "lane",
                      LOY_INITIATIVE_CUSTOMER, AT),
        LOY_NONE);
}

static void traits_follow_the_rule(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    char text[LOY_FIELD_TEXT_MAX];
    const struct loy_trait_text rich = {"income", "50-74K"}, poor = {"income", "0-14K"},
                                gone = {"income", " "};
    struct loy_provenance provenance = {
        .size = sizeof provenance, .channel = "desk", .initiated_by = LOY_INITIATIVE_CUSTOMER};
    assert_status(loy_member_trait_change(desk.store, &id, &rich, &provenance, AT + 1), LOY_OK);
    assert_status(
        loy_member_trait_change(desk.store, &id, &rich, &provenance, AT + 2), LOY_REPEATED);
    provenance.initiated_by = LOY_INITIATIVE_STAFF;
    assert_status(
        loy_member_trait_change(desk.store, &id, &poor, &provenance, AT + 3), LOY_REFUSED);
    assert_status(loy_member_trait(desk.store, &id, "income", text), LOY_OK);
    assert_string_equal(text, "50-74K");
    assert_status(loy_member_trait_change(desk.store, &id, &gone, &provenance, AT + 4), LOY_OK);
    assert_status(loy_member_trait(desk.store, &id, "income", text), LOY_NONE);
    provenance.override = true;
    assert_status(
        loy_member_trait_change(desk.store, &id, &rich, &provenance, AT + 5), LOY_E_ARGUMENT);
}

static void traits_are_no_back_door(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    struct loy_provenance provenance = {
        .size = sizeof provenance, .channel = "desk", .initiated_by = LOY_INITIATIVE_CUSTOMER};
    const struct loy_trait_text card = {"Passport number", "X"};
    assert_status(loy_member_trait_change(desk.store, &id, &card, &provenance, AT), LOY_E_FORMAT);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (unsigned i = 0; i <= LOY_TRAITS_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "trait%u", i);
        const struct loy_trait_text trait = {name, "1"};
        assert_status(loy_member_trait_change(desk.store, &id, &trait, &provenance, AT),
            i < LOY_TRAITS_MAX ? LOY_OK : LOY_E_LIMIT);
    }
    /* One that it has is changed nevertheless, and nothing that went before is lost. */
    const struct loy_trait_text again = {"trait0", "2"};
    assert_status(loy_member_trait_change(desk.store, &id, &again, &provenance, AT + 1), LOY_OK);
    assert_status(loy_store_commit(desk.store), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_trait"), LOY_TRAITS_MAX + 1);
}

static void a_doubtful_tax_number_needs_a_look_at_the_licence(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    struct loy_provenance provenance = {
        .size = sizeof provenance, .channel = "desk", .initiated_by = LOY_INITIATIVE_CUSTOMER};
    const struct loy_field_text good = {LOY_FIELD_TAX_NO, "91350100M000100Y43"},
                                doubtful = {LOY_FIELD_TAX_NO, "91350100M000100Y44"};
    assert_status(loy_member_change(desk.store, &id, &good, &provenance, AT), LOY_OK);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(loy_member_change(desk.store, &id, &doubtful, &provenance, AT + 1), LOY_E_CHECK);
    provenance.override = true;
    assert_status(loy_member_change(desk.store, &id, &doubtful, &provenance, AT + 1), LOY_E_CHECK);
    assert_status(loy_store_commit(desk.store), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE field = 11"), 1);
    provenance.override = false;
    provenance.verified_by = "licence";
    assert_status(loy_member_change(desk.store, &id, &doubtful, &provenance, AT + 2), LOY_OK);
    /* What was seen once is not asked for again. */
    provenance.verified_by = NULL;
    assert_status(loy_member_change(desk.store, &id, &doubtful, &provenance, AT + 3), LOY_REPEATED);
    /* A file is taken as it is. */
    struct loy_id other = desk_person(&desk, "Bob");
    provenance.initiated_by = LOY_INITIATIVE_IMPORT;
    assert_status(loy_member_change(desk.store, &other, &doubtful, &provenance, AT), LOY_OK);
}

static void roles(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "Ada");
    const struct loy_trait_text trait = {"income", "1"};
    const struct loy_provenance provenance = {
        .size = sizeof provenance, .channel = "desk", .initiated_by = LOY_INITIATIVE_CUSTOMER};
    for (unsigned role = 0; role <= LOY_ROLE_AUDITOR + 1; role++) {
        bool edits = role == LOY_ROLE_SUPERVISOR || role == LOY_ROLE_MANAGER;
        desk.store->role = (enum loy_role)role;
        assert_int_equal(
            telephone(&id, "13900000001", LOY_INITIATIVE_CUSTOMER, AT) == LOY_E_ACCESS, !edits);
        assert_int_equal(
            loy_member_trait_change(desk.store, &id, &trait, &provenance, AT) == LOY_E_ACCESS,
            !edits);
        assert_int_equal(loy_member_confirm(desk.store, &id, LOY_FIELD_NAME, LOY_EVIDENCE_SAID,
                             "lane", LOY_INITIATIVE_CUSTOMER, AT) == LOY_E_ACCESS,
            !edits && role != LOY_ROLE_CASHIER);
    }
}

static void merging_asks_for_the_better(void **state)
{
    (void)state;
    struct loy_id ada = desk_person(&desk, "Ada"), bea = desk_person(&desk, "Bea");
    struct member_provenance_row a, b;
    assert_status(telephone(&ada, "13900000001", LOY_INITIATIVE_STAFF, AT + DAY), LOY_OK);
    assert_status(telephone(&bea, "13900000002", LOY_INITIATIVE_CUSTOMER, AT), LOY_OK);
    assert_status(member_provenance_read(desk.store, 1, LOY_FIELD_TELEPHONE, &a), LOY_OK);
    assert_status(member_provenance_read(desk.store, 2, LOY_FIELD_TELEPHONE, &b), LOY_OK);
    assert_true(member_value_better(&b, &a));
    assert_false(member_value_better(&a, &b));
    assert_false(member_value_better(&a, &a));
    /* Said again by the customer it is his. */
    assert_status(loy_member_confirm(desk.store, &ada, LOY_FIELD_TELEPHONE, LOY_EVIDENCE_SAID,
                      "lane", LOY_INITIATIVE_CUSTOMER, AT + 2 * DAY),
        LOY_OK);
    assert_status(member_provenance_read(desk.store, 1, LOY_FIELD_TELEPHONE, &a), LOY_OK);
    assert_true(member_value_better(&a, &b));
    assert_status(member_provenance_read(desk.store, 2, LOY_FIELD_EMAIL, &b), LOY_NONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)
    const struct CMUnitTest tests[] = {
        TEST(both_orders_give_the_same),
        TEST(any_order_gives_the_best),
        TEST(a_tie_goes_to_the_later_entry),
        TEST(a_registry_needs_a_review),
        TEST(taking_back_is_a_decision),
        TEST(override_is_a_decision),
        TEST(the_same_again_is_evidence),
        TEST(confirming),
        TEST(history_is_exact),
        TEST(account_numbers_are_for_managers),
        TEST(the_index_follows),
        TEST(a_lost_name_is_not_the_name),
        TEST(wrong_calls),
        TEST(traits_follow_the_rule),
        TEST(traits_are_no_back_door),
        TEST(a_doubtful_tax_number_needs_a_look_at_the_licence),
        TEST(roles),
        TEST(merging_asks_for_the_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
