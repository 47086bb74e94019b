/* SPDX-License-Identifier: MIT
 *
 * test_consent.c - consents with their texts, receipts and history; the scheme left; an objection
 * at the lane; and members of whom nothing was heard for years. */
#include "canary.h"

#include <loyalty/basket.h>
#include <loyalty/duplicate.h>
#include <loyalty/rights.h>

static struct desk desk = {.country = "ZZ"};

static struct loy_consent_change change_of(enum loy_purpose purpose, bool given)
{
    return (struct loy_consent_change){.size = sizeof(struct loy_consent_change),
        .purpose = (uint8_t)purpose,
        .given = given,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER};
}

/* A withdrawal under the id of before a merge is not taken for one of the member that stands. */
static void nobody_consents_for_the_merged(void **state)
{
    (void)state;
    assert_status(loy_store_begin(desk.store), LOY_OK);
    struct loy_id keeps = canary_member(&desk, 1), goes = canary_member(&desk, 2);
    assert_status(loy_store_commit(desk.store), LOY_OK);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 1), LOY_OK);
    int64_t before = desk_number(&desk, "SELECT count(*) FROM consent");
    const struct loy_consent_change change = change_of(LOY_PURPOSE_PROFILING, false);
    assert_status(loy_consent_set(desk.store, &goes, &change, AT + 2), LOY_NONE);
    assert_status(loy_member_object(desk.store, &goes, NULL, "lane", AT + 2), LOY_NONE);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM consent"), before);
    assert_status(loy_consent_set(desk.store, &keeps, &change, AT + 3), LOY_OK);
}

/* ---- Texts -----------------------------------------------------------------------------------
 */

static void texts_are_there_from_the_start(void **state)
{
    (void)state;
    struct loy_consent_text text = {.size = sizeof text};
    for (int purpose = LOY_PURPOSE_PROFILING; purpose < LOY_PURPOSE_END; purpose++)
        for (int chinese = 0; chinese < 2; chinese++) {
            const char *language = chinese ? "zh_CN" : "en";
            assert_status(
                loy_consent_text_get(desk.store, (enum loy_purpose)purpose, NULL, language, &text),
                LOY_OK);
            assert_string_equal(text.version, "1");
            assert_string_equal(text.language, language);
            assert_true(strlen(text.body) > 40 && text.current && !text.used);
        }
    assert_status(loy_consent_text_get(desk.store, LOY_PURPOSE_SCHEME, "1", NULL, &text), LOY_OK);
    assert_string_equal(text.language, "en");
    int64_t position = 0;
    unsigned count = 0;
    while (loy_consent_text_next(desk.store, &position, &text) == LOY_OK)
        count++;
    assert_int_equal(count, 8);
    /* A store of an older version, which has none, gets them when it is opened. */
    desk_run(&desk, "DELETE FROM consent_text");
    assert_status(
        loy_consent_text_get(desk.store, LOY_PURPOSE_SCHEME, NULL, "en", &text), LOY_NONE);
    struct loy_id id = desk_person(&desk, "张伟");
    assert_status(
        loy_member_consent(desk.store, &id, LOY_PURPOSE_SCHEME, true, "desk", AT), LOY_OK);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM consent WHERE text_version IS NULL"), 1);
    desk_reopen(&desk);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM consent_text"), 8);
}

static void used_words_stay(void **state)
{
    (void)state;
    const enum loy_purpose P = LOY_PURPOSE_MARKETING;
    struct loy_consent_text text = {.size = sizeof text};
    struct loy_id id = desk_person(&desk, "张伟");
    assert_status(
        loy_consent_text_set(desk.store, P, "2", "en", "You may send me letters.", AT), LOY_OK);
    assert_status(loy_consent_text_set(desk.store, P, "2", "en", "You may send me letters.", AT),
        LOY_REPEATED);
    assert_status(loy_consent_text_set(
                      desk.store, P, "2", "en", "You may send me letters, and never call.", AT),
        LOY_OK);
    assert_status(loy_consent_text_get(desk.store, P, NULL, "de", &text), LOY_OK);
    assert_string_equal(text.version, "2");
    assert_string_equal(text.body, "You may send me letters, and never call.");
    assert_status(loy_member_consent(desk.store, &id, P, true, "desk", AT + 1), LOY_OK);
    assert_status(
        loy_consent_text_set(desk.store, P, "2", "en", "You may send me letters and call.", AT),
        LOY_E_CONFLICT);
    assert_non_null(strstr(loy_store_text(desk.store), "new version"));
    assert_status(loy_consent_text_get(desk.store, P, "2", "en", &text), LOY_OK);
    assert_string_equal(text.body, "You may send me letters, and never call.");
    assert_true(text.used);
    /* A further language of it may come later and does not make it newer than version 3. */
    assert_status(
        loy_consent_text_set(desk.store, P, "3", "en", "You may send me nothing at all.", AT + 5),
        LOY_OK);
    assert_status(
        loy_consent_text_set(desk.store, P, "2", "de", "Sie dürfen mir Briefe schicken.", AT + 9),
        LOY_OK);
    assert_status(loy_consent_text_get(desk.store, P, NULL, "de", &text), LOY_OK);
    assert_string_equal(text.version, "3");
    assert_status(loy_consent_text_get(desk.store, P, "9", "en", &text), LOY_NONE);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'consent.text'"), 4);
}

static void texts_refused(void **state)
{
    (void)state;
    static char lang[LOY_CONSENT_TEXT_MAX + 2];
    memset(lang, 'x', sizeof lang - 1);
    const struct {
        enum loy_purpose purpose;
        const char *version, *language, *body;
        enum loy_status status;
    } rows[] = {
        {LOY_PURPOSE_END, "2", "en", "words", LOY_E_ARGUMENT},
        {(enum loy_purpose)0, "2", "en", "words", LOY_E_ARGUMENT},
        {LOY_PURPOSE_SCHEME, NULL, "en", "words", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "", "en", "words", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "a language that is none", "words", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", NULL, LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", "", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", "a\tb", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", "\xff", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", lang, LOY_E_FORMAT},
        /* Readable, and long enough to be a statement. */
        {LOY_PURPOSE_SCHEME, "2", "en", "x", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", "nineteen characters", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", "  nineteen    characters\n\n", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", "                         ", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "zh", "同意本店发送优惠信", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "zh", "同意本店发送优惠信息", LOY_OK},
        {LOY_PURPOSE_SCHEME, "2", "en", "you may send me \xEF\xBF\xBD letters", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", "you may send me \xEE\x80\x80 letters", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", "you may send me \xCD\xB8 letters", LOY_E_FORMAT},
        /* A language's code. */
        {LOY_PURPOSE_SCHEME, "2", NULL, "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "", "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "x", "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "english", "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "e1", "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en GB", "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en_", "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en_G", "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en_GB1", "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en_GB_x", "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en_12", "one line\nand another", LOY_E_FORMAT},
        {LOY_PURPOSE_SCHEME, "2", "en", "one line\nand another", LOY_OK},
        {LOY_PURPOSE_SCHEME, "2", "en_GB", "one line\nand another", LOY_OK},
        {LOY_PURPOSE_SCHEME, "2", "es-419", "one line\nand another", LOY_OK},
        {LOY_PURPOSE_SCHEME, "2", "zh-Hans-CN", "one line\nand another", LOY_OK},
        {LOY_PURPOSE_SCHEME, "2", "zh-Hant", "one line\nand another", LOY_OK},
        {LOY_PURPOSE_SCHEME, "2", "fil", "one line\nand another", LOY_OK},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        enum loy_status status = loy_consent_text_set(
            desk.store, rows[i].purpose, rows[i].version, rows[i].language, rows[i].body, AT);
        if (status != rows[i].status) print_error("row %zu: %s\n", i, loy_store_text(desk.store));
        assert_int_equal(status, rows[i].status);
    }
    struct loy_consent_text other = {.size = sizeof other};
    /* The same language of another region stands before English. */
    assert_status(
        loy_consent_text_get(desk.store, LOY_PURPOSE_SCHEME, "2", "zh_SG", &other), LOY_OK);
    assert_string_equal(other.language, "zh");
    assert_status(
        loy_consent_text_get(desk.store, LOY_PURPOSE_SCHEME, "2", "pt_BR", &other), LOY_OK);
    assert_string_equal(other.language, "en");
    desk.store->role = LOY_ROLE_SUPERVISOR;
    assert_status(
        loy_consent_text_set(desk.store, LOY_PURPOSE_SCHEME, "3", "en", "words", AT), LOY_E_ACCESS);
    struct loy_consent_text text = {.size = sizeof text}, old = {.size = 4};
    int64_t position = 0;
    assert_int_equal(
        loy_consent_text_set(NULL, LOY_PURPOSE_SCHEME, "3", "en", "words", AT), LOY_E_ARGUMENT);
    assert_int_equal(
        loy_consent_text_get(NULL, LOY_PURPOSE_SCHEME, NULL, NULL, &text), LOY_E_ARGUMENT);
    assert_int_equal(
        loy_consent_text_get(desk.store, LOY_PURPOSE_SCHEME, NULL, NULL, NULL), LOY_E_ARGUMENT);
    assert_int_equal(
        loy_consent_text_get(desk.store, LOY_PURPOSE_SCHEME, NULL, NULL, &old), LOY_E_ARGUMENT);
    assert_int_equal(
        loy_consent_text_get(desk.store, LOY_PURPOSE_END, NULL, NULL, &text), LOY_E_ARGUMENT);
    assert_int_equal(loy_consent_text_next(NULL, &position, &text), LOY_E_ARGUMENT);
    assert_int_equal(loy_consent_text_next(desk.store, NULL, &text), LOY_E_ARGUMENT);
    assert_int_equal(loy_consent_text_next(desk.store, &position, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_consent_text_next(desk.store, &position, &old), LOY_E_ARGUMENT);
    enum loy_purpose purpose;
    assert_int_equal(loy_purpose_find("suppliers", &purpose), LOY_OK);
    assert_int_equal(purpose, LOY_PURPOSE_SUPPLIERS);
    assert_int_equal(loy_purpose_find("pricing", &purpose), LOY_NONE);
    assert_int_equal(loy_purpose_find(NULL, &purpose), LOY_E_ARGUMENT);
    assert_int_equal(loy_purpose_find("scheme", NULL), LOY_E_ARGUMENT);
}

/* ---- Consents --------------------------------------------------------------------------------
 */

static void every_word_is_kept(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "张伟");
    struct loy_credential card;
    struct loy_consent_change change = change_of(LOY_PURPOSE_PROFILING, true);
    struct loy_consent said = {.size = sizeof said};
    struct loy_member member;
    char line[LOY_RECEIPT_MAX];
    desk_credential(&desk, "2912345678906", &card);
    assert_status(
        loy_consent_receipt(desk.store, &id, LOY_PURPOSE_PROFILING, "en", 0, line), LOY_NONE);
    assert_status(loy_consent_set(desk.store, &id, &change, AT), LOY_OK);
    assert_status(
        loy_consent_receipt(desk.store, &id, LOY_PURPOSE_PROFILING, NULL, 0, line), LOY_OK);
    assert_string_equal(line, "Profile: agreed, text 1, 2026-02-02 02:40");
    assert_status(loy_card_issue(desk.store, &id, &card, AT), LOY_OK);
    change.given = false;
    change.version = "1";
    change.language = "zh_CN";
    change.offset_min = 480;
    change.initiated_by = LOY_INITIATIVE_STAFF;
    assert_status(loy_consent_set(desk.store, &id, &change, AT + 60000000), LOY_OK);
    assert_status(
        loy_consent_receipt(desk.store, &id, LOY_PURPOSE_PROFILING, "en_GB", 60, line), LOY_OK);
    assert_string_equal(line, "Profile: withdrawn, text 1, 2026-02-02 03:41, card ...8906");
    assert_null(strstr(line, "张"));
    assert_status(
        loy_member_consent(desk.store, &id, LOY_PURPOSE_SUPPLIERS, true, "web", AT), LOY_OK);
    int64_t position = 0;
    assert_status(loy_consent_next(desk.store, &id, &position, &said), LOY_OK);
    assert_true(said.purpose == LOY_PURPOSE_PROFILING && said.number == 1 && said.given);
    assert_string_equal(said.text_version, "1");
    assert_string_equal(said.receipt, "");
    assert_status(loy_consent_next(desk.store, &id, &position, &said), LOY_OK);
    assert_true(said.number == 2 && !said.given && said.initiated_by == LOY_INITIATIVE_STAFF);
    assert_string_equal(said.receipt, "购买画像：撤回，文本版本 1，2026-02-02 10:41，卡尾号 8906");
    assert_int_equal(said.at_us, AT + 60000000);
    assert_status(loy_consent_next(desk.store, &id, &position, &said), LOY_OK);
    assert_int_equal(said.purpose, LOY_PURPOSE_SUPPLIERS);
    assert_string_equal(said.channel, "web");
    assert_status(loy_consent_next(desk.store, &id, &position, &said), LOY_NONE);
    assert_status(loy_member_get(desk.store, &id, &member), LOY_OK);
    assert_false(member.consent[LOY_PURPOSE_PROFILING]);
    assert_true(member.consent[LOY_PURPOSE_SUPPLIERS]);
}

/* What a registration form ticks is entered with its text and who took the initiative. */
static void forms_name_their_text(void **state)
{
    (void)state;
    canary_member(&desk, 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM consent WHERE text_version = '1' "
                                        "AND initiated_by = 1 AND given = 1"),
        4);
}

static void consents_refused(void **state)
{
    (void)state;
    struct loy_id id = desk_person(&desk, "张伟"), nobody = {{9}};
    struct loy_consent_change change = change_of(LOY_PURPOSE_PROFILING, true);
    struct loy_consent said = {.size = sizeof said};
    char line[LOY_RECEIPT_MAX];
    int64_t position = 0;
    change.version = "no such";
    assert_status(loy_consent_set(desk.store, &id, &change, AT), LOY_E_FORMAT);
    change.version = NULL;
    assert_status(loy_consent_set(desk.store, &nobody, &change, AT), LOY_NONE);
    change.initiated_by = 0;
    assert_status(loy_consent_set(desk.store, &id, &change, AT), LOY_E_FORMAT);
    change.initiated_by = LOY_INITIATIVE_IMPORT + 1;
    assert_status(loy_consent_set(desk.store, &id, &change, AT), LOY_E_FORMAT);
    change = change_of(LOY_PURPOSE_PROFILING, true);
    change.channel = NULL;
    assert_status(loy_consent_set(desk.store, &id, &change, AT), LOY_E_FORMAT);
    change = change_of(LOY_PURPOSE_END, true);
    assert_status(loy_consent_set(desk.store, &id, &change, AT), LOY_E_ARGUMENT);
    change = change_of(LOY_PURPOSE_SCHEME, true);
    change.size = 4;
    assert_status(loy_consent_set(desk.store, &id, &change, AT), LOY_E_ARGUMENT);
    assert_status(loy_consent_set(desk.store, &id, NULL, AT), LOY_E_ARGUMENT);
    assert_status(loy_consent_set(desk.store, NULL, &change, AT), LOY_E_ARGUMENT);
    assert_int_equal(loy_consent_set(NULL, &id, &change, AT), LOY_E_ARGUMENT);
    assert_status(
        loy_member_consent(desk.store, &id, LOY_PURPOSE_END, true, "desk", AT), LOY_E_ARGUMENT);
    assert_status(loy_consent_next(desk.store, &nobody, &position, &said), LOY_NONE);
    assert_int_equal(loy_consent_next(NULL, &id, &position, &said), LOY_E_ARGUMENT);
    assert_status(loy_consent_next(desk.store, NULL, &position, &said), LOY_E_ARGUMENT);
    assert_status(loy_consent_next(desk.store, &id, NULL, &said), LOY_E_ARGUMENT);
    assert_status(loy_consent_next(desk.store, &id, &position, NULL), LOY_E_ARGUMENT);
    said.size = 1;
    assert_status(loy_consent_next(desk.store, &id, &position, &said), LOY_E_ARGUMENT);
    assert_int_equal(
        loy_consent_receipt(NULL, &id, LOY_PURPOSE_SCHEME, "en", 0, line), LOY_E_ARGUMENT);
    assert_status(
        loy_consent_receipt(desk.store, NULL, LOY_PURPOSE_SCHEME, "en", 0, line), LOY_E_ARGUMENT);
    assert_status(
        loy_consent_receipt(desk.store, &id, LOY_PURPOSE_END, "en", 0, line), LOY_E_ARGUMENT);
    assert_status(
        loy_consent_receipt(desk.store, &id, LOY_PURPOSE_SCHEME, "en", 0, NULL), LOY_E_ARGUMENT);
    desk.store->role = LOY_ROLE_ANALYST;
    change = change_of(LOY_PURPOSE_SCHEME, true);
    said.size = sizeof said;
    assert_status(loy_consent_set(desk.store, &id, &change, AT), LOY_E_ACCESS);
    assert_status(loy_consent_next(desk.store, &id, &position, &said), LOY_E_ACCESS);
    assert_status(
        loy_consent_receipt(desk.store, &id, LOY_PURPOSE_SCHEME, "en", 0, line), LOY_E_ACCESS);
    assert_status(loy_member_object(desk.store, &id, NULL, "lane", AT), LOY_E_ACCESS);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM consent"), 0);
}

/* ---- The lane --------------------------------------------------------------------------------
 */

static enum loy_status sell(
    const struct loy_credential *card, const struct loy_id *member, struct loy_id *basket)
{
    int64_t version = 0;
    assert_status(loy_article_find(desk.store, "shirt", &version), LOY_OK);
    const struct loy_line line = {
        .article_version = version, .quantity_milli = 1000, .list_minor = 900, .paid_minor = 900};
    const struct loy_basket_head head = {.size = sizeof head,
        .at_us = AT + 7,
        .credential = card,
        .member = member,
        .source = LOY_BASKET_LANE};
    return loy_basket_record(desk.store, &head, &line, 1, basket);
}

static void who_left_the_scheme_gets_no_baskets(void **state)
{
    (void)state;
    struct loy_id id = canary_member(&desk, 1), basket;
    struct loy_credential card;
    struct loy_basket *open = NULL;
    canary_card(&desk, 1, &card);
    assert_status(sell(&card, NULL, &basket), LOY_OK);
    assert_status(
        loy_member_consent(desk.store, &id, LOY_PURPOSE_SCHEME, false, "desk", AT), LOY_OK);
    assert_status(sell(&card, NULL, &basket), LOY_REFUSED);
    assert_string_equal(
        loy_store_text(desk.store), "this card is not linked to purchases: serve without it");
    assert_status(sell(NULL, &id, &basket), LOY_REFUSED);
    /* The sale goes on, as nobody's. */
    const struct loy_basket_head head = {
        .size = sizeof head, .at_us = AT + 9, .source = LOY_BASKET_LANE};
    assert_status(loy_basket_open(desk.store, &head, &open), LOY_OK);
    assert_status(loy_basket_attach(open, &card, NULL), LOY_REFUSED);
    assert_status(loy_basket_void(open, NULL, AT + 10), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM pending_card"), 0);
    assert_status(
        loy_member_consent(desk.store, &id, LOY_PURPOSE_SCHEME, true, "desk", AT), LOY_OK);
    assert_status(sell(&card, NULL, &basket), LOY_OK);
}

static void an_objection_cuts_a_basket_off(void **state)
{
    (void)state;
    struct loy_id id = canary_member(&desk, 1), other = canary_member(&desk, 2), basket,
                  nobody = {{9}};
    struct loy_member member;
    struct loy_basket_summary summary;
    struct loy_credential card;
    canary_card(&desk, 1, &card);
    assert_status(sell(&card, NULL, &basket), LOY_OK);
    desk_run(&desk, "UPDATE contact SET basket = (SELECT max(id) FROM basket), line = 1;"
                    "INSERT INTO basket_link SELECT max(id), 1, 5, 2, 1, 9, 8, 1, 1 FROM basket;"
                    "INSERT INTO alarm_seen (kind, basket, count, reason, at_us, operator) SELECT "
                    "1, max(id), 6, 'canteen', 5, 1 FROM basket;"
                    "INSERT INTO basket_coupon SELECT max(id), 'SPRING', 'mine', 5 FROM basket");
    /* Another's basket, or none that there is: nothing is changed. */
    assert_status(loy_member_object(desk.store, &other, &basket, "lane", AT), LOY_NONE);
    assert_status(loy_member_object(desk.store, &id, &nobody, "lane", AT), LOY_NONE);
    assert_status(loy_member_object(desk.store, &nobody, NULL, "lane", AT), LOY_NONE);
    assert_status(loy_member_object(desk.store, &id, &basket, "", AT), LOY_E_FORMAT);
    assert_status(loy_member_object(desk.store, NULL, &basket, "lane", AT), LOY_E_ARGUMENT);
    assert_int_equal(loy_member_object(NULL, &id, &basket, "lane", AT), LOY_E_ARGUMENT);
    assert_status(loy_member_get(desk.store, &id, &member), LOY_OK);
    assert_true(member.consent[LOY_PURPOSE_PROFILING]);
    assert_status(loy_member_object(desk.store, &id, &basket, "lane", AT + 8), LOY_OK);
    assert_status(loy_member_get(desk.store, &id, &member), LOY_OK);
    assert_false(member.consent[LOY_PURPOSE_PROFILING]);
    assert_status(loy_basket_get(desk.store, &basket, &summary), LOY_OK);
    assert_true(loy_id_is_none(&summary.member));
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 1);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM contact WHERE member = 1 AND basket IS NULL"), 1);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    /* Neither by the card that was shown nor by a coupon from the post; the coupon stays used. */
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket_link WHERE card IS NOT NULL "
                                        "AND basket = (SELECT max(id) FROM basket)"),
        0);
    assert_int_equal(
        desk_number(&desk, "SELECT max(basket) FROM basket_coupon WHERE serial = 'mine'"), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM alarm_seen WHERE reason = ''"), 1);
    struct loy_id none = {{0}};
    assert_status(loy_member_object(desk.store, &other, &none, "lane", AT), LOY_OK);
    assert_status(loy_member_object(desk.store, &other, NULL, "lane", AT), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 2"), 1);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'consent.withdraw'"), 3);
}

/* ---- Retention -------------------------------------------------------------------------------
 */

#define DAY INT64_C(86400000000)

static const char *const signs[] = {
    "UPDATE basket SET opened_at_us = %lld WHERE member = 1",
    "UPDATE contact SET at_us = %lld WHERE member = 1",
    "UPDATE member_field SET entered_at_us = %lld WHERE member = 1 AND field = 1",
    "UPDATE member_trait SET entered_at_us = %lld WHERE member = 1",
    "UPDATE confirmation SET at_us = %lld WHERE member = 1",
    "UPDATE consent SET at_us = %lld WHERE member = 1 AND purpose = 2",
    "UPDATE card SET issued_at_us = %lld WHERE member = 1",
    "UPDATE member SET created_at_us = %lld WHERE id = 1",
    "INSERT OR REPLACE INTO basket_time SELECT id, %lld FROM basket WHERE member = 1",
};

static unsigned inactive_count(int64_t at_us)
{
    struct loy_inactive inactive = {.size = sizeof inactive};
    int64_t position = 0;
    unsigned count = 0;
    enum loy_status status;
    while ((status = loy_retention_next(desk.store, at_us, &position, &inactive)) == LOY_OK)
        count++;
    assert_int_equal(status, LOY_NONE);
    return count;
}

/* Each sign of life alone keeps a member. */
static void signs_of_life(void **state)
{
    (void)state;
    const int64_t later = AT + 3000 * DAY;
    canary_member(&desk, 1);
    desk_run(&desk, "DELETE FROM basket_time"); /* it would count instead of the basket's own */
    assert_int_equal(inactive_count(AT + LOY_RETENTION_DAYS * DAY), 0);
    assert_int_equal(inactive_count(later), 1);
    for (size_t i = 0; i < ROWS(signs); i++) {
        char sql[200];
        snprintf(sql, sizeof sql, signs[i], (long long)(later - 1000 * DAY));
        desk_run(&desk, sql);
        assert_int_equal(inactive_count(later), 0);
        snprintf(sql, sizeof sql, signs[i], (long long)AT);
        desk_run(&desk, sql);
        assert_int_equal(inactive_count(later), 1);
    }
}

static int cancel_at_once(void *user, long long done, long long total)
{
    (void)done;
    (void)total;
    return ++*(int *)user == 1;
}

static void the_inactive_are_erased(void **state)
{
    (void)state;
    const int64_t later = AT + 3000 * DAY;
    struct loy_inactive inactive = {.size = sizeof inactive};
    struct loy_member member;
    int64_t position = 0, erased = -1, days = 0;
    assert_status(loy_store_begin(desk.store), LOY_OK);
    struct loy_id first = canary_member(&desk, 1), second = canary_member(&desk, 2);
    for (unsigned i = 3; i < 250; i++)
        canary_member(&desk, i);
    assert_status(loy_store_commit(desk.store), LOY_OK);
    char sql[100];
    snprintf(sql, sizeof sql, "UPDATE contact SET at_us = %lld WHERE member = 2",
        (long long)(later - DAY));
    desk_run(&desk, sql);
    assert_status(loy_retention_next(desk.store, later, &position, &inactive), LOY_OK);
    assert_memory_equal(&inactive.member, &first, sizeof first);
    assert_true(inactive.last_us >= AT && inactive.last_us < AT + DAY);
    /* Listing changes nothing. */
    assert_int_equal(inactive_count(later), 248);
    int calls = 0;
    assert_status(loy_retention_vouch(desk.store, later), LOY_OK);
    assert_status(
        loy_retention_run(desk.store, later, cancel_at_once, &calls, &erased), LOY_E_CANCELLED);
    assert_int_equal(erased, 200);
    assert_int_equal(inactive_count(later), 48);
    assert_status(loy_retention_run(desk.store, later, NULL, NULL, &erased), LOY_OK);
    assert_int_equal(erased, 48);
    assert_status(loy_retention_run(desk.store, later, NULL, NULL, &erased), LOY_OK);
    assert_int_equal(erased, 0);
    assert_status(loy_member_get(desk.store, &first, &member), LOY_NONE);
    assert_status(loy_member_get(desk.store, &second, &member), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.erase' "
                                        "AND object LIKE '% retention'"),
        248);
    assert_status(loy_retention_days_get(desk.store, &days), LOY_OK);
    assert_int_equal(days, LOY_RETENTION_DAYS);
    assert_status(loy_retention_days_set(desk.store, 29, AT), LOY_E_FORMAT);
    assert_status(loy_retention_days_set(desk.store, 4000, AT), LOY_OK);
    assert_status(loy_retention_days_get(desk.store, &days), LOY_OK);
    assert_int_equal(days, 4000);
    assert_int_equal(inactive_count(later + 2000 * DAY), 0);
    assert_int_equal(inactive_count(later + 4000 * DAY), 1);
    desk.store->role = LOY_ROLE_SUPERVISOR;
    assert_status(loy_retention_days_get(desk.store, &days), LOY_E_ACCESS);
    assert_status(loy_retention_days_set(desk.store, 400, AT), LOY_E_ACCESS);
    assert_status(loy_retention_next(desk.store, later, &position, &inactive), LOY_E_ACCESS);
    assert_status(loy_retention_run(desk.store, later, NULL, NULL, &erased), LOY_E_ACCESS);
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

#define consent_test(name)                                                                         \
    cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        consent_test(texts_are_there_from_the_start),
        consent_test(nobody_consents_for_the_merged),
        consent_test(used_words_stay),
        consent_test(texts_refused),
        consent_test(every_word_is_kept),
        consent_test(forms_name_their_text),
        consent_test(consents_refused),
        consent_test(who_left_the_scheme_gets_no_baskets),
        consent_test(an_objection_cuts_a_basket_off),
        consent_test(signs_of_life),
        consent_test(the_inactive_are_erased),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
