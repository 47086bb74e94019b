/* SPDX-License-Identifier: MIT
 *
 * test_access.c - the whole matrix: every public function that takes a handle, called under every
 * role and under none, must be denied exactly where the table of loyalty/access.h denies it, and a
 * denied call changes nothing. The calls are rows of access_calls.def.
 */
#include "fixture.h"

#include <loyalty/loyalty.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT (20454 * 86400000000) /* midnight, as snapshots want it */
#define ROLES (LOY_ROLE_AUDITOR + 2u)

/* What the calls need: places for answers, and arguments that lead nowhere. */
struct room {
    struct loy_store *store;
    struct loy_basket *basket;
    struct loy_lane *lane;
    struct loy_store_lane shop_lane;
    struct loy_lane_input lane_input;
    struct loy_lane_answer lane_answer;
    struct loy_lane_view lane_view;
    struct loy_event event;
    struct loy_ticket ticket;
    struct loy_sales *sales;
    struct loy_columns *columns;
    struct loy_columns_sales *columns_sales;
    struct loy_intents *intents;
    struct loy_intent intent;
    struct loy_complaint_counts *complaints;
    struct loy_campaign_counts *campaigns;
    struct loy_scorecard *scorecard;
    struct loy_alarms *alarms;
    struct loy_score score;
    struct loy_alarm alarm, alarm_seen;
    struct loy_merge merge;
    struct loy_operator_card operator_card;
    char taken_path[FIXTURE_PATH_MAX];
    char text_too_long[2000];
    const char *codes[1], *what;
    struct loy_id nobody, id;
    struct loy_member_form form;
    struct loy_field_text value;
    struct loy_provenance provenance;
    struct loy_trait_text trait;
    struct loy_member_value member_value;
    struct loy_field_trust trust;
    struct loy_quality quality;
    struct loy_quality_member worst;
    struct loy_channel_report channels;
    enum loy_field field;
    struct loy_credential credential;
    struct loy_basket_head head;
    struct loy_line line;
    struct loy_article article;
    struct loy_price price;
    struct loy_range range, ranges[LOY_RANGES_MAX];
    struct loy_article_found found_article;
    struct loy_promotion_rule rule, rule_found;
    struct loy_scale_code scale, scale_found;
    struct loy_quote quote;
    struct loy_quote_line quote_line;
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    char code_position[LOY_TEXT_MAX], prefix_position[8];
    struct loy_release release;
    uint8_t digest[LOY_FILE_DIGEST_SIZE], key[LOY_CARD_KEY_SIZE];
    uint8_t signature[LOY_AUDIT_SIGNATURE_SIZE];
    struct loy_member member;
    struct loy_card card;
    struct loy_basket_summary summary;
    struct loy_basket_totals totals;
    struct loy_sale sale;
    struct loy_basket_line sold_line;
    struct loy_basket_tender tender;
    struct loy_receipt_head receipt_head;
    char setting[LOY_RECEIPT_SETTING_MAX];
    struct loy_version version;
    struct loy_release_entry released;
    struct loy_operator who;
    struct loy_audit_entry entry;
    struct loy_audit_head signed_head;
    struct loy_member_listed listed;
    struct loy_duplicate_question question;
    struct loy_duplicate_position pair_position;
    struct loy_duplicate pair;
    struct loy_form_field form_field;
    struct loy_form_change form_change;
    struct loy_contact_form contact_form;
    struct loy_contact contact;
    struct loy_complaint_count complaint;
    struct loy_campaign_count campaign;
    struct loy_channel channel;
    struct loy_note_entry note;
    struct loy_consent_change consent_change;
    struct loy_consent consent;
    struct loy_consent_text consent_text;
    struct loy_held held;
    struct loy_held_position held_position;
    struct loy_held_line held_line;
    struct loy_held_step held_step;
    struct loy_asked asked;
    struct loy_period period;
    struct loy_period_sums period_sums;
    struct loy_lane_now lane_now;
    struct loy_clock_now clock_now;
    struct loy_cost cost;
    struct loy_clock_verdict clock_verdict;
    struct loy_clock_entry clock_entry;
    struct loy_inactive inactive;
    struct loy_card_step step;
    struct loy_card_event card_event;
    struct loy_purchaser purchaser;
    struct loy_purchaser_form purchaser_form;
    struct loy_credential found_card;
    struct loy_key master_key;
    char recovery_text[LOY_RECOVERY_TEXT_SIZE];
    char receipt[LOY_RECEIPT_MAX], code[LOY_CLAIM_CODE_SIZE];
    int64_t position, number;
    size_t size;
    uint32_t count;
    unsigned days;
    char text[LOY_FIELD_TEXT_MAX];
};

static enum loy_status basket_open(struct room *r)
{
    struct loy_basket *basket = NULL;
    enum loy_status status = loy_basket_open(r->store, &r->head, &basket);
    loy_basket_release(basket);
    return status;
}

static enum loy_status basket_resume(struct room *r)
{
    struct loy_basket *basket = NULL;
    enum loy_status status = loy_basket_resume(r->store, &basket);
    loy_basket_release(basket);
    return status;
}

static enum loy_status lane_open(struct room *r)
{
    struct loy_lane *lane = NULL;
    enum loy_status status = loy_lane_open(r->store, LOY_BASKET_LANE, AT, &lane);
    loy_lane_close(lane);
    return status;
}

static enum loy_status sales_open(struct room *r)
{
    struct loy_sales *sales = NULL;
    enum loy_status status = loy_sales_open(r->store, 0, 1, NULL, &sales);
    loy_sales_close(sales);
    return status;
}

static enum loy_status columns_open(struct room *r)
{
    struct loy_columns *columns = NULL;
    enum loy_status status = loy_columns_open(r->store, NULL, &columns);
    loy_columns_close(columns);
    return status;
}

static enum loy_status columns_sales_open(struct room *r)
{
    struct loy_columns_sales *sales = NULL;
    enum loy_status status = loy_columns_sales_open(r->columns, 0, 1, NULL, &sales);
    loy_columns_sales_close(sales);
    return status;
}

static const struct loy_columns_filter whole = {.size = sizeof whole, .to_us = INT64_MAX};

static enum loy_status columns_recency(struct room *r)
{
    struct loy_columns_recency *rows = NULL;
    size_t count = 0;
    enum loy_status status = loy_columns_recency_get(r->columns, &whole, NULL, &rows, &count);
    free(rows);
    return status;
}

static enum loy_status columns_cube(struct room *r)
{
    static const int64_t starts[] = {0, INT64_MAX};
    struct loy_columns_cell *cells = NULL;
    size_t count = 0;
    enum loy_status status =
        loy_columns_cube_get(r->columns, &whole, starts, 1, NULL, &cells, &count);
    free(cells);
    return status;
}

static enum loy_status columns_week(struct room *r)
{
    struct loy_columns_week *weeks = NULL;
    size_t count = 0;
    enum loy_status status = loy_columns_week_get(r->columns, &whole, NULL, &weeks, &count);
    free(weeks);
    return status;
}

static enum loy_status intents_open(struct room *r)
{
    struct loy_intents *intents = NULL;
    enum loy_status status = loy_intents_open(r->store, 0, 1, &intents);
    loy_intents_close(intents);
    return status;
}

static enum loy_status complaints_open(struct room *r)
{
    struct loy_complaint_counts *counts = NULL;
    enum loy_status status =
        loy_complaint_counts_open(r->store, LOY_COMPLAINTS_BY_BRAND, 0, 1, &counts);
    loy_complaint_counts_close(counts);
    return status;
}

static const struct loy_span first_day = {0, INT64_C(86400000000), 0};

static enum loy_status scorecard_open(struct room *r)
{
    struct loy_scorecard *scorecard = NULL;
    enum loy_status status =
        loy_scorecard_open(r->store, LOY_SCORE_BY_LANE, &first_day, AT, &scorecard);
    loy_scorecard_close(scorecard);
    return status;
}

static enum loy_status counter_report_open(struct room *r)
{
    struct loy_counter_report *report = NULL;
    enum loy_status status = loy_counter_report_open(r->store, "none", &first_day, &report);
    loy_counter_report_close(report);
    return status;
}

static enum loy_status alarms_open(struct room *r)
{
    struct loy_alarms *alarms = NULL;
    enum loy_status status = loy_alarms_open(r->store, &first_day, &alarms);
    loy_alarms_close(alarms);
    return status;
}

static enum loy_status campaigns_open(struct room *r)
{
    struct loy_campaign_counts *counts = NULL;
    enum loy_status status = loy_campaign_counts_open(r->store, 0, 1, &counts);
    loy_campaign_counts_close(counts);
    return status;
}

/* A list by a text asks for the right to list and for the right to read the text. */
static enum loy_status list_by_industry(struct room *r)
{
    const struct loy_member_filter filter = {.size = sizeof filter, .industry = "none"};
    return loy_member_list(r->store, &filter, &r->position, &r->listed, 1, &r->size);
}

static enum loy_status card_give(struct room *r)
{
    const struct loy_card_grant grant = {.size = sizeof grant, .member = &r->nobody};
    return loy_card_give(r->store, &grant, &r->credential, AT);
}

/* Inside a transaction no key is changed. */
static enum loy_status key_rotate(struct room *r)
{
    assert_int_equal(loy_store_begin(r->store), LOY_OK);
    enum loy_status status = loy_store_key_rotate(r->store, NULL, NULL, NULL, AT, NULL);
    loy_store_rollback(r->store);
    return status;
}

static int presence_drop(void *user, const struct loy_presence *presence)
{
    (void)user;
    (void)presence;
    return 0;
}

static int offer_drop(void *user, const struct loy_offer *offer)
{
    (void)user;
    (void)offer;
    return 0;
}

/* ---- The rows -----------------------------------------------------------------------------------
 */

/* A transaction that stays open would hide what the next call writes. */
static enum loy_status import_begin_and_end(struct loy_store *store)
{
    enum loy_status status = loy_import_begin(store);
    if (status == LOY_OK) loy_store_rollback(store);
    return status;
}

#define JOIN(a, b) a##b
#define NAME(line) JOIN(call_, line)
#define EXEMPT(function, reason)
#define CALL(function, operation, call)                                                            \
    static enum loy_status NAME(__LINE__)(struct room * r)                                         \
    {                                                                                              \
        return call;                                                                               \
    }
#include "access_calls.def"
#undef CALL

struct call {
    const char *function;
    enum loy_operation operation;
    enum loy_status (*call)(struct room *r);
};
#define CALL(function, operation, call) {#function, operation, NAME(__LINE__)},
static const struct call calls[] = {
#include "access_calls.def"
};
#undef CALL
#define CALLS (sizeof calls / sizeof *calls)

/* ---- The matrix ---------------------------------------------------------------------------------
 */

static void room_fill(struct room *r, struct fixture *fixture)
{
    *r = (struct room){.store = fixture->store,
        .codes = {"none"},
        .shop_lane = {.size = sizeof r->shop_lane},
        .nobody = {{1, 2, 3}},
        .form = {.size = sizeof r->form, .kind = 99},
        .value = {LOY_FIELD_NAME, "Test"},
        .provenance = {.size = sizeof r->provenance,
            .channel = "desk",
            .initiated_by = LOY_INITIATIVE_STAFF,
            .collected_at_us = AT},
        .trait = {"income", "low"},
        .member_value = {.size = sizeof r->member_value},
        .trust = {.size = sizeof r->trust},
        .quality = {.size = sizeof r->quality},
        .channels = {.size = sizeof r->channels},
        .credential = {.kind = LOY_CREDENTIAL_NUMBER, .digest = {7}},
        .head = {.size = sizeof r->head, .at_us = AT, .source = LOY_BASKET_LANE},
        .line = {.article_version = 999, .quantity_milli = 1000},
        .article = {.size = sizeof r->article, .code = ""},
        .price = {.size = sizeof r->price, .article = "none"},
        .found_article = {.size = sizeof r->found_article},
        .rule = {.size = sizeof r->rule, .code = ""},
        .rule_found = {.size = sizeof r->rule_found},
        .scale = {.size = sizeof r->scale},
        .scale_found = {.size = sizeof r->scale_found},
        .quote = {.size = sizeof r->quote},
        .quote_line = {.article_version = 999, .quantity_milli = 1000},
        .release = {.size = sizeof r->release, .manufacturer = "", .policy = ""},
        .question = {.size = sizeof r->question},
        .pair = {.size = sizeof r->pair},
        .form_field = {.size = sizeof r->form_field},
        .form_change = {.size = sizeof r->form_change},
        .contact_form = {.size = sizeof r->contact_form},
        .consent_change = {.size = sizeof r->consent_change, .purpose = LOY_PURPOSE_MARKETING},
        .consent = {.size = sizeof r->consent},
        .consent_text = {.size = sizeof r->consent_text},
        .held = {.size = sizeof r->held},
        .held_line = {.size = sizeof r->held_line},
        .sold_line = {.size = sizeof r->sold_line},
        .receipt_head = {.size = sizeof r->receipt_head},
        .clock_now = {.size = sizeof r->clock_now, .at_us = AT},
        .clock_verdict = {.size = sizeof r->clock_verdict},
        .clock_entry = {.size = sizeof r->clock_entry},
        .asked = {.size = sizeof r->asked},
        .held_step = {.size = sizeof r->held_step},
        .lane_input = {.size = sizeof r->lane_input, .kind = LOY_LANE_TIME, .at_us = AT},
        .lane_answer = {.size = sizeof r->lane_answer},
        .lane_view = {.size = sizeof r->lane_view},
        .event = {.kind = LOY_EVENT_ATTACHED},
        .inactive = {.size = sizeof r->inactive},
        .step = {.size = sizeof r->step},
        .card_event = {.size = sizeof r->card_event},
        .purchaser = {.size = sizeof r->purchaser},
        .score = {.size = sizeof r->score},
        .alarm = {.size = sizeof r->alarm},
        .period = {.size = sizeof r->period},
        .period_sums = {.size = sizeof r->period_sums},
        .lane_now = {.size = sizeof r->lane_now},
        .merge = {.size = sizeof r->merge},
        .alarm_seen = {.size = sizeof r->alarm, .kind = LOY_ALARM_CARD, .day = 20000},
        .operator_card = {.size = sizeof r->operator_card},
        .purchaser_form = {.size = sizeof r->purchaser_form}};
    memset(r->text_too_long, 'x', sizeof r->text_too_long - 1);
    snprintf(r->taken_path, sizeof r->taken_path, "%s", fixture->path);
    assert_int_equal(loy_basket_open(r->store, &r->head, &r->basket), LOY_OK);
    assert_int_equal(loy_lane_open(r->store, LOY_BASKET_LANE, AT, &r->lane), LOY_OK);
    assert_int_equal(loy_sales_open(r->store, 0, 1, NULL, &r->sales), LOY_OK);
    assert_int_equal(loy_columns_open(r->store, NULL, &r->columns), LOY_OK);
    assert_int_equal(loy_columns_sales_open(r->columns, 0, 1, NULL, &r->columns_sales), LOY_OK);
    assert_int_equal(loy_funnel_rule_set(r->store, LOY_FUNNEL_RULE_ON, 1, FIXTURE_AT_US), LOY_OK);
    assert_int_equal(loy_intents_open(r->store, 0, 1, &r->intents), LOY_OK);
    assert_int_equal(
        loy_complaint_counts_open(r->store, LOY_COMPLAINTS_BY_BRAND, 0, 1, &r->complaints), LOY_OK);
    assert_int_equal(loy_campaign_counts_open(r->store, 0, 1, &r->campaigns), LOY_OK);
    assert_int_equal(
        loy_scorecard_open(r->store, LOY_SCORE_BY_LANE, &first_day, AT, &r->scorecard), LOY_OK);
    assert_int_equal(loy_alarms_open(r->store, &first_day, &r->alarms), LOY_OK);
    assert_int_equal(
        loy_operator_add(r->store, "other", LOY_ROLE_CASHIER, NULL, FIXTURE_AT_US), LOY_OK);
}

static int64_t changes(struct loy_store *store)
{
    return sqlite3_total_changes64(store->db) + sqlite3_total_changes64(store->key_db);
}

static const char *const words[] = {"",
#define OPERATION(symbol, roles, words) words,
    LOY_OPERATIONS(OPERATION)
#undef OPERATION
};

/* A row that names another operation with the same letters would go unnoticed in the matrix. */
static bool names(const struct loy_store *store, enum loy_operation operation)
{
    const char *text = loy_store_text(store);
    size_t length = strlen(words[operation]);
    return strncmp(text, words[operation], length) == 0 &&
           strncmp(text + length, " is for a ", 10) == 0;
}

/* Whether a role (0: nobody, the last: no role at all) was let in. */
static bool let_in(struct room *r, const struct call *call, unsigned role, bool *named)
{
    r->store->role = role < ROLES - 1 ? (enum loy_role)role : (enum loy_role)77;
    r->position = 0;
    int64_t before = changes(r->store);
    enum loy_status status = call->call(r);
    if (r->store->depth > 0) fail_msg("%s left a transaction open", call->function);
    if (status != LOY_E_ACCESS) return true;
    if (changes(r->store) != before) fail_msg("%s was denied and wrote", call->function);
    assert_non_null(strstr(loy_store_text(r->store), "; you are "));
    *named = *named || names(r->store, call->operation);
    return false;
}

typedef bool allowed_fn(enum loy_role role, enum loy_operation operation);

/* How many cells differ from a table. */
static unsigned differences(
    bool seen[][ROLES], const struct call *rows, size_t count, allowed_fn *allowed, bool loud)
{
    unsigned found = 0;
    for (size_t i = 0; i < count; i++)
        for (unsigned role = 0; role < ROLES; role++) {
            bool may = role < ROLES - 1 && allowed((enum loy_role)role, rows[i].operation);
            if (seen[i][role] == may) continue;
            found++;
            if (loud)
                print_error("%s: %s is %s\n", rows[i].function,
                    role && role < ROLES - 1 ? loy_role_name((enum loy_role)role) : "nobody",
                    may ? "denied what the table allows" : "let in against the table");
        }
    return found;
}

static void matrix_take(struct room *r, bool seen[CALLS][ROLES])
{
    bool named[CALLS] = {false};
    for (unsigned role = 0; role < ROLES; role++)
        for (size_t i = 0; i < CALLS; i++)
            seen[i][role] = let_in(r, &calls[i], role, &named[i]);
    for (size_t i = 0; i < CALLS; i++)
        if (!named[i])
            fail_msg("%s never asks for %s", calls[i].function, words[calls[i].operation]);
    r->store->role = LOY_ROLE_MANAGER;
}

/* A table in which one cell is the other way round. */
static struct {
    enum loy_role role;
    enum loy_operation operation;
} flipped;

static bool allowed_but_one(enum loy_role role, enum loy_operation operation)
{
    bool may = loy_access_allowed(role, operation);
    return role == flipped.role && operation == flipped.operation ? !may : may;
}

static void broken_tables_are_noticed(bool seen[CALLS][ROLES])
{
    bool called[LOY_OPERATION_END] = {false};
    for (size_t i = 0; i < CALLS; i++)
        called[calls[i].operation] = true;
    for (unsigned operation = 1; operation < LOY_OPERATION_END; operation++)
        for (unsigned role = LOY_ROLE_CASHIER; called[operation] && role < ROLES - 1; role++) {
            flipped.role = (enum loy_role)role;
            flipped.operation = (enum loy_operation)operation;
            assert_int_not_equal(differences(seen, calls, CALLS, allowed_but_one, false), 0);
        }
}

static enum loy_status asks_nothing(struct room *r)
{
    (void)r;
    return LOY_NONE;
}

static enum loy_status asks_to_sell(struct room *r)
{
    return store_require(r->store, LOY_MAY_SELL);
}

static void a_call_that_asks_for_something_else_is_noticed(struct room *r)
{
    static const struct call bad[] = {{"asks_to_sell", LOY_MAY_ISSUE_CARD, asks_to_sell}};
    bool seen[1][ROLES], named = false;
    for (unsigned role = 0; role < ROLES; role++)
        seen[0][role] = let_in(r, bad, role, &named);
    r->store->role = LOY_ROLE_MANAGER;
    assert_int_equal(differences(seen, bad, 1, loy_access_allowed, false), 0);
    assert_false(named);
}

static void a_call_that_asks_nothing_is_noticed(struct room *r)
{
    static const struct call bad[] = {{"asks_nothing", LOY_MAY_EDIT_MEMBER, asks_nothing}};
    bool seen[1][ROLES], named = false;
    for (unsigned role = 0; role < ROLES; role++)
        seen[0][role] = let_in(r, bad, role, &named);
    r->store->role = LOY_ROLE_MANAGER;
    assert_false(named);
    // All but supervisor and manager.
    assert_int_equal(differences(seen, bad, 1, loy_access_allowed, false), ROLES - 2);
}

static void every_call_asks_for_its_role(void **state)
{
    struct fixture *fixture = *state;
    struct room *r = calloc(1, sizeof *r);
    bool seen[CALLS][ROLES];
    assert_non_null(r);
    room_fill(r, fixture);
    matrix_take(r, seen);
    assert_int_equal(differences(seen, calls, CALLS, loy_access_allowed, true), 0);
    broken_tables_are_noticed(seen);
    a_call_that_asks_nothing_is_noticed(r);
    a_call_that_asks_for_something_else_is_noticed(r);
    loy_campaign_counts_close(r->campaigns);
    loy_scorecard_close(r->scorecard);
    loy_alarms_close(r->alarms);
    loy_complaint_counts_close(r->complaints);
    loy_sales_close(r->sales);
    loy_columns_sales_close(r->columns_sales);
    loy_columns_close(r->columns);
    loy_intents_close(r->intents);
    loy_lane_close(r->lane);
    loy_basket_release(r->basket);
    free(r);
}

/* ---- Single rules -------------------------------------------------------------------------------
 */

static void cashier_sees_name_card_and_status_only(void **state)
{
    static const enum loy_field seen[] = {
        LOY_FIELD_NAME, LOY_FIELD_FAMILY_NAME, LOY_FIELD_GIVEN_NAME, LOY_FIELD_TRADING_NAME};
    struct fixture *fixture = *state;
    struct loy_id id;
    assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
    fixture->store->role = LOY_ROLE_CASHIER;
    unsigned fields = 0;
#define FIELD(symbol, number, name, found)                                                         \
    {                                                                                              \
        char text[LOY_FIELD_TEXT_MAX];                                                             \
        bool may = false;                                                                          \
        for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)                                    \
            may = may || seen[i] == symbol;                                                        \
        assert_int_equal(                                                                          \
            loy_member_field(fixture->store, &id, symbol, text), may ? LOY_NONE : LOY_E_ACCESS);   \
        fields++;                                                                                  \
    }
    LOY_FIELDS(FIELD)
#undef FIELD
    assert_true(fields >= 18);
    static const enum loy_operation denied[] = {LOY_MAY_READ_TRAIT, LOY_MAY_READ_HISTORY,
        LOY_MAY_READ_CONTACT, LOY_MAY_READ_NOTE, LOY_MAY_LIST_MEMBERS, LOY_MAY_EXPORT_MEMBER,
        LOY_MAY_READ_CONSENT, LOY_MAY_READ_SALES};
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++)
        assert_false(loy_access_allowed(LOY_ROLE_CASHIER, denied[i]));
    fixture->store->role = LOY_ROLE_MANAGER;
}

static void what_is_not_in_the_table_is_denied(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    static const int roles[] = {-1, 0, LOY_ROLE_AUDITOR + 1, 1000};
    static const int operations[] = {-1, LOY_MAY_NOTHING, LOY_OPERATION_END, 1000};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        for (int operation = -1; operation <= LOY_OPERATION_END; operation++)
            assert_false(
                loy_access_allowed((enum loy_role)roles[i], (enum loy_operation)operation));
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        for (unsigned role = LOY_ROLE_CASHIER; role <= LOY_ROLE_AUDITOR; role++)
            assert_false(
                loy_access_allowed((enum loy_role)role, (enum loy_operation)operations[i]));
        assert_int_equal(store_require(store, (enum loy_operation)operations[i]), LOY_E_ACCESS);
        assert_string_equal(loy_store_text(store), "this is for a nobody; you are manager");
    }
    // No operation is forgotten: each has somebody who may, and somebody who may not or is nobody.
    for (unsigned operation = 1; operation < LOY_OPERATION_END; operation++) {
        unsigned may = 0;
        for (unsigned role = LOY_ROLE_CASHIER; role <= LOY_ROLE_AUDITOR; role++)
            may += loy_access_allowed((enum loy_role)role, (enum loy_operation)operation);
        assert_true(may > 0);
    }
}

static void refusals_say_whose_it_is(void **state)
{
    struct fixture *fixture = *state;
    fixture->store->role = LOY_ROLE_CASHIER;
    assert_int_equal(store_require(fixture->store, LOY_MAY_EDIT_MEMBER), LOY_E_ACCESS);
    assert_string_equal(loy_store_text(fixture->store),
        "changing a member is for a supervisor or manager; you are cashier");
    fixture->store->role = 0;
    assert_int_equal(store_require(fixture->store, LOY_MAY_EDIT_FORM), LOY_E_ACCESS);
    assert_string_equal(
        loy_store_text(fixture->store), "changing a form is for a manager; you are nobody");
    fixture->store->role = LOY_ROLE_MANAGER;
}

static void roles_have_names(void **state)
{
    (void)state;
    enum loy_role role = 0;
    for (unsigned i = LOY_ROLE_CASHIER; i <= LOY_ROLE_AUDITOR; i++) {
        assert_int_equal(loy_role_find(loy_role_name((enum loy_role)i), &role), LOY_OK);
        assert_int_equal(role, i);
    }
    assert_null(loy_role_name((enum loy_role)0));
    assert_null(loy_role_name((enum loy_role)6));
    assert_int_equal(loy_role_find("boss", &role), LOY_NONE);
    assert_int_equal(loy_role_find(NULL, &role), LOY_E_ARGUMENT);
    assert_int_equal(loy_role_find("manager", NULL), LOY_E_ARGUMENT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_call_asks_for_its_role, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            cashier_sees_name_card_and_status_only, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            what_is_not_in_the_table_is_denied, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(refusals_say_whose_it_is, fixture_start, fixture_end),
        cmocka_unit_test(roles_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
