/* SPDX-License-Identifier: MIT
 *
 * test_duplicate.c - the same customer twice: points, the lane's question, the desk's list, a set
 * with planted pairs, a merge and its undo.
 */
#include "desk.h"
#include "picture.h"

#include <loyalty/basket.h>
#include <loyalty/duplicate.h>
#include <member/match.h>

#include <sodium.h>
#include <stdlib.h>

static struct desk desk;

static int open_desk(void **state)
{
    (void)state;
    desk_open(&desk, "CN");
    return 0;
}

static int close_desk(void **state)
{
    (void)state;
    desk_close(&desk);
    return 0;
}

/* ---- Points -------------------------------------------------------------------------------------
 */

static unsigned names_score(const char *a, const char *b)
{
    struct match left = {0}, right = {0};
    uint32_t reasons;
    assert_int_equal(match_fill(&(struct match_source){a, "", "", "", ""}, &left), LOY_OK);
    assert_int_equal(match_fill(&(struct match_source){b, "", "", "", ""}, &right), LOY_OK);
    return match_score(&left, &right, &reasons);
}

static void names_are_compared_without_legal_form(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        unsigned points;
    } rows[] = {
        {"Muster GmbH", "MUSTER G.m.b.H.", 30},
        {"Muster GmbH & Co. KG", "Muster", 30},
        {"Société du Port S.A.R.L.", "société du port", 30},
        {"上海顺丰餐饮有限公司", "上海顺丰餐饮", 30},
        {"上海顺丰餐饮股份有限公司", "上海顺丰餐饮（集团）有限公司", 30},
        {"Wang, Wei", "Wei Wang", 30},
        {"上海顺丰餐饮", "上海顺风餐饮", 15},
        {"Schneider", "Schnieder", 0}, /* two letters change places: two changes in nine */
        {"Schneider", "Scheider", 15},
        {"Grossmarkt Nord", "Großmarkt Nordd", 15},
        {"王伟", "王玮", 0},
        {"Kurz", "Kurt", 0},
        {"Co", "Ltd", 0},
        {"", "", 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (names_score(rows[i].a, rows[i].b) != rows[i].points) print_error("%s\n", rows[i].a);
        assert_int_equal(names_score(rows[i].a, rows[i].b), rows[i].points);
        assert_int_equal(names_score(rows[i].b, rows[i].a), rows[i].points);
    }
}

static void places_are_postcode_and_house(void **state)
{
    (void)state;
    static const struct {
        const char *address, *postcode, *place;
    } rows[] = {
        {"中山路12号3栋402", "200001", "200001|12"},
        {"Hauptstr. 5a", "10115", "10115|5a"},
        {"221B Baker Street", "NW1 6XE", "NW16XE|221b"},
        {"12 Rue X", "75001", "75001|12"},
        {"7th Avenue", "10001", "10001|7"},
        {"Am Markt", "10115", ""},
        {"Am Markt 1", "", ""},
        {"", "10115", ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct match match = {0};
        const struct match_source source = {"", "", "", rows[i].address, rows[i].postcode};
        assert_int_equal(match_fill(&source, &match), LOY_OK);
        assert_string_equal(match.place, rows[i].place);
    }
}

static void points_add_up_to_a_hundred(void **state)
{
    (void)state;
    const struct match all = {"wang wei", "1|2", "+861", "t", "a", "e", "1980"};
    struct match other = all;
    uint32_t reasons = 0;
    assert_int_equal(match_score(&all, &other, &reasons), 100);
    assert_int_equal(reasons, 255 - LOY_SIMILAR_NAME);
    memset(&other, 0, sizeof other);
    assert_int_equal(match_score(&other, &other, &reasons), 0);
    strcpy(other.telephone, "+861");
    assert_int_equal(match_score(&all, &other, &reasons), 40);
    strcpy(other.birth_year, "1980");
    assert_int_equal(match_score(&all, &other, &reasons), 45);
    for (uint32_t bit = 1; bit < 256; bit <<= 1)
        assert_non_null(loy_duplicate_reason_name(bit));
    assert_null(loy_duplicate_reason_name(3));
}

static void masks_show_little(void **state)
{
    (void)state;
    static const struct {
        const char *whole, *masked;
    } names[] = {{"王伟", "王*"}, {"欧阳小明", "欧***"}, {"miller anne", "m***"}, {"", ""}},
      telephones[] = {{"+8613812345678", "138****5678"}, {"+493012345678", "+49******5678"},
          {"+4912345", "+49*2345"}, {"112", ""}, {"", ""}};
    char masked[LOY_MASKED_MAX];
    for (size_t i = 0; i < ROWS(names); i++) {
        match_mask_name(names[i].whole, masked);
        assert_string_equal(masked, names[i].masked);
    }
    for (size_t i = 0; i < ROWS(telephones); i++) {
        match_mask_telephone(telephones[i].whole, masked);
        assert_string_equal(masked, telephones[i].masked);
    }
}

/* ---- Question and list --------------------------------------------------------------------------
 */

static struct loy_member_form person(const struct loy_field_text *fields, size_t count)
{
    return (struct loy_member_form){.size = sizeof(struct loy_member_form),
        .kind = LOY_MEMBER_PERSON,
        .fields = fields,
        .field_count = count,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = AT};
}

static struct loy_id add(const struct loy_field_text *fields, size_t count)
{
    struct loy_member_form form = person(fields, count);
    struct loy_id id;
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    return id;
}

static bool same_id(const struct loy_id *a, const struct loy_id *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static enum loy_status ask(
    const struct loy_field_text *fields, size_t count, struct loy_duplicate_question *question)
{
    struct loy_member_form form = person(fields, count);
    *question = (struct loy_duplicate_question){.size = sizeof *question};
    return loy_duplicate_ask(desk.store, &form, AT, question);
}

#define F(field, text)                                                                             \
    {                                                                                              \
        LOY_FIELD_##field, text                                                                    \
    }

static void the_lane_asks_once_and_masked(void **state)
{
    (void)state;
    const struct loy_field_text wang[] = {F(NAME, "王伟"), F(TELEPHONE, "138 1234 5678"),
        F(POSTCODE, "200001"), F(ADDRESS, "中山路12号")};
    const struct loy_field_text again[] = {
        F(FAMILY_NAME, "王"), F(GIVEN_NAME, "伟"), F(TELEPHONE, "１３８１２３４５６７８")};
    const struct loy_field_text wife[] = {
        F(NAME, "李娜"), F(TELEPHONE, "13812345678"), F(POSTCODE, "200001")};
    const struct loy_field_text wrong[] = {F(NAME, "王伟"), F(TELEPHONE, "12")};
    struct loy_id first = add(wang, ROWS(wang));
    struct loy_duplicate_question question;
    assert_status(ask(again, ROWS(again), &question), LOY_OK);
    assert_true(same_id(&question.member, &first));
    assert_int_equal(question.kind, LOY_QUESTION_SAME);
    assert_int_equal(question.score, 70);
    assert_int_equal(question.reasons, LOY_SAME_TELEPHONE | LOY_SAME_NAME);
    assert_string_equal(question.name, "王*");
    assert_string_equal(question.telephone, "138****5678");
    /* A shared telephone alone is for the desk's list, and a wrong one is nothing. */
    assert_status(ask(wife, ROWS(wife), &question), LOY_NONE);
    assert_status(ask(wrong, ROWS(wrong), &question), LOY_NONE);
    desk.store->role = LOY_ROLE_CASHIER;
    assert_status(ask(again, ROWS(again), &question), LOY_OK);
    desk.store->role = LOY_ROLE_ANALYST;
    assert_status(ask(again, ROWS(again), &question), LOY_E_ACCESS);
    desk.store->role = LOY_ROLE_MANAGER;
}

static void a_shared_tax_number_asks_for_a_branch(void **state)
{
    (void)state;
    const struct loy_field_text head[] = {
        F(NAME, "顺丰餐饮有限公司"), F(TAX_NO, "91350100M000100Y43"), F(ADDRESS, "A路1号")};
    const struct loy_field_text branch[] = {F(NAME, "东门小吃店"), F(TAX_NO, "91350100M000100Y43")};
    const struct loy_field_text same[] = {F(NAME, "顺丰餐饮"), F(TAX_NO, "91350100M000100Y43")};
    struct loy_id first = add(head, ROWS(head)), second, loop;
    struct loy_duplicate_question question;
    assert_status(ask(branch, ROWS(branch), &question), LOY_OK);
    assert_int_equal(question.kind, LOY_QUESTION_BRANCH);
    assert_true(same_id(&question.member, &first));
    assert_status(ask(same, ROWS(same), &question), LOY_OK);
    assert_int_equal(question.kind, LOY_QUESTION_SAME);
    second = add(branch, ROWS(branch));
    assert_status(loy_member_branch_of(desk.store, &second, &first, AT), LOY_OK);
    assert_status(loy_member_branch_of(desk.store, &first, &second, AT), LOY_E_CONFLICT);
    assert_status(loy_member_branch_of(desk.store, &first, &first, AT), LOY_E_CONFLICT);
    loop = desk_person(&desk, "Above");
    assert_status(loy_member_branch_of(desk.store, &first, &loop, AT), LOY_OK);
    assert_status(loy_member_branch_of(desk.store, &loop, &second, AT), LOY_E_CONFLICT);
    assert_status(loy_member_branch_of(desk.store, &first, NULL, AT), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE parent = 1"), 1);
}

static size_t list(unsigned score_min, struct loy_duplicate *pairs, size_t max)
{
    struct loy_duplicate_position position = {0, 0};
    struct loy_duplicate pair = {.size = sizeof pair};
    size_t count = 0;
    enum loy_status status;
    while ((status = loy_duplicate_next(desk.store, &position, score_min, &pair)) == LOY_OK) {
        if (count < max) pairs[count] = pair;
        count++;
    }
    assert_status(status, LOY_NONE);
    return count;
}

static void the_list_holds_each_pair_once(void **state)
{
    (void)state;
    const struct loy_field_text fields[] = {
        F(NAME, "Anne Miller"), F(TELEPHONE, "13812345678"), F(EMAIL, "a@example.com")};
    const struct loy_field_text other[] = {F(NAME, "Bernd Bauer"), F(TELEPHONE, "13812345678")};
    struct loy_id a = add(fields, 3), b = add(fields, 2), c = add(other, 2);
    struct loy_duplicate pairs[8];
    assert_int_equal(list(LOY_DUPLICATE_LIST, pairs, 8), 3);
    assert_true(same_id(&pairs[0].first, &a) && same_id(&pairs[0].second, &b));
    assert_true(same_id(&pairs[1].first, &a) && same_id(&pairs[1].second, &c));
    assert_true(same_id(&pairs[2].first, &b) && same_id(&pairs[2].second, &c));
    assert_int_equal(pairs[0].score, 70);
    assert_int_equal(list(70, pairs, 8), 1);
    assert_int_equal(list(71, pairs, 8), 0);
    assert_status(loy_duplicate_distinct(desk.store, &b, &a, AT), LOY_OK);
    assert_int_equal(list(LOY_DUPLICATE_LIST, pairs, 8), 2);
    assert_status(loy_duplicate_distinct(desk.store, &b, &b, AT), LOY_E_CONFLICT);
    /* A name that changes is found under the new one and no more under the old. */
    const struct loy_field_text renamed = {LOY_FIELD_NAME, "Clara Blum"};
    assert_status(
        loy_member_set(desk.store, &c, &renamed, "desk", LOY_INITIATIVE_CUSTOMER, AT + 1), LOY_OK);
    struct loy_duplicate_question question;
    const struct loy_field_text asked[] = {F(NAME, "Clara Blum"), F(TELEPHONE, "13812345678")};
    assert_status(ask(asked, 2, &question), LOY_OK);
    assert_true(same_id(&question.member, &c));
    assert_status(ask(other, 2, &question), LOY_NONE);
}

/* A firm's switchboard: pairs of all who share it would be a list that nobody reads. */
static void what_many_share_makes_no_pairs(void **state)
{
    (void)state;
    struct loy_duplicate pairs[1];
    for (int i = 0; i < 21; i++) {
        char name[16];
        snprintf(name, sizeof name, "Person%c", 'A' + i);
        const struct loy_field_text fields[] = {F(NAME, name), F(TELEPHONE, "13812345678")};
        add(fields, 2);
        assert_int_equal(list(40, pairs, 1), i == 20 ? 0 : i * (i + 1) / 2);
    }
}

/* ---- A set with planted pairs -------------------------------------------------------------------
 */

/* Numbers of the test's own, the same at every run. */
static uint32_t chance(uint32_t below)
{
    static uint64_t state = 20260201;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % below;
}

struct planted {
    char name[64], telephone[24], address[64], postcode[12], email[48], birth[8];
};

static void planted_make(struct planted *p)
{
    static const char *const family[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵"};
    static const char *const given[] = {"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋",
        "勇", "艳", "杰", "娟", "涛", "明", "超", "秀英", "小红", "建国", "志强", "美玲"};
    static const char *const western[] = {"Schneider", "Fischer", "Weber", "Wagner", "Becker",
        "Hoffmann", "Schaefer", "Bauer", "Richter", "Klein", "Wolf", "Neumann", "Zimmermann"};
    static const char *const first[] = {"Anne", "Bernd", "Clara", "Dieter", "Eva", "Frank", "Greta",
        "Hans", "Ines", "Jonas", "Karla", "Lars", "Mia", "Nils", "Olga", "Paul"};
    if (chance(2))
        snprintf(p->name, sizeof p->name, "%s%s", family[chance(8)], given[chance(22)]);
    else
        snprintf(p->name, sizeof p->name, "%s %s", first[chance(16)], western[chance(13)]);
    snprintf(p->telephone, sizeof p->telephone, "13%u%08u", chance(10), chance(100000000));
    snprintf(p->address, sizeof p->address, "中山路%u号", 1 + chance(200));
    snprintf(p->postcode, sizeof p->postcode, "2000%02u", chance(100));
    snprintf(p->email, sizeof p->email, "m%u@example.com", chance(1000000000));
    snprintf(p->birth, sizeof p->birth, "%u", 1940 + chance(65));
}

/* How the same person comes again: moved, with another telephone, misspelt, or in a hurry. */
static void planted_vary(const struct planted *p, struct planted *again)
{
    *again = *p;
    if (chance(3) == 0)
        snprintf(again->telephone, sizeof again->telephone, "139%08u", chance(100000000));
    if (chance(4) == 0)
        snprintf(again->address, sizeof again->address, "北京路%u号", 1 + chance(200));
    if (chance(3) == 0) again->email[0] = '\0';
    if (chance(3) == 0) again->birth[0] = '\0';
    if (chance(5) == 0 && (unsigned char)again->name[0] < 0x80) {
        size_t n = strlen(again->name);
        again->name[n - 2] = 'x';
    }
}

static size_t planted_fields(const struct planted *p, struct loy_field_text fields[6])
{
    const struct loy_field_text all[] = {F(NAME, p->name), F(TELEPHONE, p->telephone),
        F(ADDRESS, p->address), F(POSTCODE, p->postcode), F(EMAIL, p->email),
        F(BIRTH_YEAR, p->birth)};
    size_t count = 0;
    for (size_t i = 0; i < ROWS(all); i++)
        if (all[i].text[0]) fields[count++] = all[i];
    return count;
}

#define PEOPLE 600
#define AGAIN 200

struct planted_pair {
    struct loy_id first, second;
};

/* The desk's list, over those and the families: what share of it is right, and of the pairs there.
 */
static void list_measure(const struct planted_pair *pairs, size_t count)
{
    static struct loy_duplicate found[4 * PEOPLE];
    size_t listed = list(LOY_DUPLICATE_LIST, found, ROWS(found)), right = 0;
    assert_true(listed <= ROWS(found));
    for (size_t i = 0; i < listed; i++)
        for (size_t j = 0; j < count; j++)
            right += same_id(&found[i].first, &pairs[j].first) &&
                     same_id(&found[i].second, &pairs[j].second);
    double precision = (double)right / (double)listed, recall = (double)right / (double)count;
    print_message("planted set, listed from %u points: precision %.3f, recall %.3f (%zu listed)\n",
        LOY_DUPLICATE_LIST, precision, recall, listed);
    /* Families share telephone and place: the list is for eyes, the question is not. */
    assert_true(recall >= 0.9);
    assert_true(precision < 0.98);
}

static void precision_and_recall_of_a_planted_set(void **state)
{
    (void)state;
    static struct planted people[PEOPLE];
    static struct loy_id ids[PEOPLE];
    static struct planted_pair pairs[AGAIN];
    static bool twice[PEOPLE];
    struct loy_field_text fields[6];
    size_t pair_count = 0;
    unsigned right = 0, wrong = 0, missed = 0, quiet = 0;
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (size_t i = 0; i < PEOPLE; i++) {
        planted_make(&people[i]);
        /* Every fourth shares telephone and address with the one before: a family. */
        if (i % 4 == 3) {
            memcpy(people[i].telephone, people[i - 1].telephone, sizeof people[i].telephone);
            memcpy(people[i].address, people[i - 1].address, sizeof people[i].address);
            memcpy(people[i].postcode, people[i - 1].postcode, sizeof people[i].postcode);
        }
        ids[i] = add(fields, planted_fields(&people[i], fields));
    }
    assert_status(loy_store_commit(desk.store), LOY_OK);
    struct loy_duplicate_question question;
    for (size_t i = 0; i < AGAIN; i++) {
        struct planted again;
        size_t who = chance(PEOPLE);
        planted_vary(&people[who], &again);
        bool asked = ask(fields, planted_fields(&again, fields), &question) == LOY_OK;
        right += asked && same_id(&question.member, &ids[who]);
        wrong += asked && !same_id(&question.member, &ids[who]);
        missed += !asked;
        if (!twice[who])
            pairs[pair_count++] =
                (struct planted_pair){ids[who], add(fields, planted_fields(&again, fields))};
        twice[who] = true;
    }
    list_measure(pairs, pair_count);
    for (size_t i = 0; i < AGAIN; i++) {
        struct planted newcomer;
        planted_make(&newcomer);
        bool family = i % 4 == 0;
        if (family) {
            memcpy(newcomer.telephone, people[i].telephone, sizeof newcomer.telephone);
            memcpy(newcomer.address, people[i].address, sizeof newcomer.address);
            memcpy(newcomer.postcode, people[i].postcode, sizeof newcomer.postcode);
            if (strcmp(newcomer.name, people[i].name) == 0) continue;
        }
        bool asked = ask(fields, planted_fields(&newcomer, fields), &question) == LOY_OK;
        wrong += asked;
        quiet += !asked;
    }
    double precision = (double)right / (right + wrong), recall = (double)right / (right + missed);
    print_message("planted set, asked from %u points: precision %.3f, recall %.3f (%u found, %u "
                  "missed, %u asked wrongly, %u newcomers let be)\n",
        LOY_DUPLICATE_ASK, precision, recall, right, missed, wrong, quiet);
    assert_true(precision >= 0.98);
    assert_true(recall >= 0.75);
}

/* ---- Merging ------------------------------------------------------------------------------------
 */

static void give_card(const struct loy_id *member, const char *number)
{
    struct loy_credential card;
    desk_credential(&desk, number, &card);
    assert_status(loy_card_issue(desk.store, member, &card, AT), LOY_OK);
}

static void sell(const char *number, int64_t at_us)
{
    struct loy_credential card;
    desk_credential(&desk, number, &card);
    const struct loy_article article = {.size = sizeof article, .code = "A1"};
    int64_t version = 0;
    enum loy_status status = loy_article_put(desk.store, &article, at_us);
    assert_true(status == LOY_OK || status == LOY_REPEATED);
    assert_status(loy_article_find(desk.store, "A1", &version), LOY_OK);
    const struct loy_line line = {
        .article_version = version, .quantity_milli = 1000, .list_minor = 100, .paid_minor = 100};
    const struct loy_basket_head head = {
        .size = sizeof head, .at_us = at_us, .credential = &card, .source = LOY_BASKET_LANE};
    struct loy_id id;
    assert_status(loy_basket_record(desk.store, &head, &line, 1, &id), LOY_OK);
}

struct two {
    struct loy_id keeps, goes;
};

static struct two two_make(void)
{
    const struct loy_field_text keeps[] = {F(NAME, "Anne Miller"), F(TELEPHONE, "13812345678"),
        F(POSTCODE, "200001"), F(LANGUAGE, "en")};
    const struct loy_field_text goes[] = {
        F(NAME, "A. Miller"), F(TELEPHONE, "13987654321"), F(EMAIL, "anne@example.com")};
    const struct loy_trait_text traits[] = {{"income", "35-49K"}, {"pets", "2"}};
    struct loy_member_form form = person(goes, ROWS(goes));
    struct two two = {.keeps = add(keeps, ROWS(keeps))};
    form.collected_at_us = AT + 60;
    form.traits = traits;
    form.trait_count = 2;
    form.reference = "till-77";
    form.consent[LOY_PURPOSE_MARKETING] = true;
    assert_status(loy_member_add(desk.store, &form, AT + 60, &two.goes), LOY_OK);
    assert_status(
        loy_member_consent(desk.store, &two.keeps, LOY_PURPOSE_PROFILING, true, "desk", AT + 70),
        LOY_OK);
    for (int i = 0; i < 2; i++)
        assert_status(loy_member_consent(desk.store, i ? &two.goes : &two.keeps,
                          LOY_PURPOSE_MARKETING, true, "desk", AT + 80),
            LOY_OK);
    give_card(&two.keeps, "9156000000000011");
    give_card(&two.goes, "9156000000000029");
    sell("9156000000000011", AT + 100);
    sell("9156000000000029", AT + 200);
    return two;
}

static void finds(const char *telephone, const struct loy_id *expected)
{
    struct loy_id found;
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, telephone, &found), LOY_OK);
    assert_true(same_id(&found, expected));
}

static void a_merge_joins_all_that_two_have(void **state)
{
    (void)state;
    struct two two = two_make();
    struct loy_member member;
    struct loy_id found;
    char text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 300), LOY_OK);
    /* Both are the customer's own; the later one stands. What only one has is kept. */
    assert_status(loy_member_field(desk.store, &two.keeps, LOY_FIELD_NAME, text), LOY_OK);
    assert_string_equal(text, "A. Miller");
    assert_status(loy_member_field(desk.store, &two.keeps, LOY_FIELD_EMAIL, text), LOY_OK);
    assert_string_equal(text, "anne@example.com");
    assert_status(loy_member_field(desk.store, &two.keeps, LOY_FIELD_POSTCODE, text), LOY_OK);
    assert_status(loy_member_trait(desk.store, &two.keeps, "pets", text), LOY_OK);
    assert_string_equal(text, "2");
    finds("13812345678", &two.keeps);
    finds("13987654321", &two.keeps);
    assert_status(loy_member_find_reference(desk.store, "till-77", &found), LOY_OK);
    assert_true(same_id(&found, &two.keeps));
    assert_status(loy_member_survivor(desk.store, &two.goes, &found), LOY_OK);
    assert_true(same_id(&found, &two.keeps));
    assert_status(loy_member_get(desk.store, &two.keeps, &member), LOY_OK);
    assert_false(member.consent[LOY_PURPOSE_PROFILING]);
    assert_true(member.consent[LOY_PURPOSE_MARKETING]);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card WHERE member = 1"), 2);
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 301), LOY_E_CONFLICT);
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.keeps, AT + 301), LOY_E_CONFLICT);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static void an_undo_restores_both_exactly(void **state)
{
    (void)state;
    struct two two = two_make();
    for (int turn = 0; turn < 2; turn++) {
        const struct loy_id *keeps = turn ? &two.goes : &two.keeps;
        const struct loy_id *goes = turn ? &two.keeps : &two.goes;
        char *before = desk_picture(&desk);
        assert_status(loy_member_merge(desk.store, keeps, goes, AT + 300), LOY_OK);
        char *merged = desk_picture(&desk);
        assert_string_not_equal(before, merged);
        assert_status(loy_member_unmerge(desk.store, goes, AT + 400), LOY_OK);
        char *after = desk_picture(&desk);
        assert_string_equal(before, after);
        free(before);
        free(merged);
        free(after);
    }
    assert_status(loy_member_unmerge(desk.store, &two.goes, AT + 500), LOY_NONE);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static void what_came_meanwhile_goes_where_it_belongs(void **state)
{
    (void)state;
    struct two two = two_make();
    char text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 300), LOY_OK);
    sell("9156000000000029", AT + 310);
    sell("9156000000000011", AT + 320);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 4);
    const struct loy_field_text moved = {LOY_FIELD_TELEPHONE, "13600000001"};
    assert_status(
        loy_member_set(desk.store, &two.keeps, &moved, "desk", LOY_INITIATIVE_CUSTOMER, AT + 330),
        LOY_OK);
    assert_status(loy_member_unmerge(desk.store, &two.goes, AT + 400), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 2"), 2);
    finds("13600000001", &two.keeps);
    finds("13987654321", &two.goes);
    assert_status(loy_member_field(desk.store, &two.keeps, LOY_FIELD_NAME, text), LOY_OK);
    assert_string_equal(text, "Anne Miller");
}

static void an_undo_has_its_time_and_its_order(void **state)
{
    (void)state;
    const int64_t day_us = INT64_C(86400000000);
    struct loy_id a = desk_person(&desk, "Anne"), b = desk_person(&desk, "Bernd"),
                  c = desk_person(&desk, "Clara"), found;
    assert_status(loy_member_merge(desk.store, &a, &b, AT), LOY_OK);
    assert_status(loy_member_merge(desk.store, &c, &a, AT), LOY_OK);
    assert_status(loy_member_survivor(desk.store, &b, &found), LOY_OK);
    assert_true(same_id(&found, &c));
    assert_status(loy_member_unmerge(desk.store, &b, AT), LOY_E_CONFLICT);
    assert_status(loy_member_unmerge(desk.store, &a, AT + 90 * day_us), LOY_OK);
    assert_status(loy_member_unmerge(desk.store, &b, AT + 90 * day_us + 1), LOY_REFUSED);
    desk.store->role = LOY_ROLE_SUPERVISOR;
    assert_status(loy_member_unmerge(desk.store, &b, AT), LOY_E_ACCESS);
    assert_status(loy_member_merge(desk.store, &a, &c, AT), LOY_E_ACCESS);
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_member_unmerge(desk.store, &b, AT), LOY_OK);
    struct loy_id firm;
    const struct loy_field_text name[] = {F(NAME, "Firm"), {0, NULL}};
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, name, &firm), LOY_OK);
    assert_status(loy_member_merge(desk.store, &firm, &a, AT), LOY_E_CONFLICT);
}

/* An anonymous card that turns out to be a member's: kind and name are the member's. */
static void a_pseudonym_goes_up_in_a_member(void **state)
{
    (void)state;
    struct loy_member_form form = person(NULL, 0);
    struct loy_id pseudonym, firm;
    struct loy_member member;
    char *before, *after;
    form.pseudonymous = true;
    assert_status(loy_member_add(desk.store, &form, AT, &pseudonym), LOY_OK);
    give_card(&pseudonym, "9156000000000011");
    sell("9156000000000011", AT + 1);
    const struct loy_field_text name[] = {F(NAME, "Firm"), {0, NULL}};
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, name, &firm), LOY_OK);
    before = desk_picture(&desk);
    assert_status(loy_member_merge(desk.store, &pseudonym, &firm, AT + 2), LOY_OK);
    assert_status(loy_member_get(desk.store, &pseudonym, &member), LOY_OK);
    assert_false(member.pseudonymous);
    assert_int_equal(member.kind, LOY_MEMBER_ORGANISATION);
    assert_status(loy_member_unmerge(desk.store, &firm, AT + 3), LOY_OK);
    after = desk_picture(&desk);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

#define desk_test(function) cmocka_unit_test_setup_teardown(function, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_compared_without_legal_form),
        cmocka_unit_test(places_are_postcode_and_house),
        cmocka_unit_test(points_add_up_to_a_hundred),
        cmocka_unit_test(masks_show_little),
        desk_test(the_lane_asks_once_and_masked),
        desk_test(a_shared_tax_number_asks_for_a_branch),
        desk_test(the_list_holds_each_pair_once),
        desk_test(what_many_share_makes_no_pairs),
        desk_test(precision_and_recall_of_a_planted_set),
        desk_test(a_merge_joins_all_that_two_have),
        desk_test(an_undo_restores_both_exactly),
        desk_test(what_came_meanwhile_goes_where_it_belongs),
        desk_test(an_undo_has_its_time_and_its_order),
        desk_test(a_pseudonym_goes_up_in_a_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
