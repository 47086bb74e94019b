/* SPDX-License-Identifier: MIT
 *
 * test_contact.c - the contact log: every kind once and in order, refusals, roles, merged members,
 * texts in no file, counts against plain SQL.
 * In: contacts and baskets. Out: the timeline, counts. */
#include "desk.h"

#include <loyalty/basket.h>
#include <loyalty/contact.h>
#include <loyalty/duplicate.h>
#include <loyalty/rights.h>

static struct desk desk = {.country = "CN"};

#define HOUR INT64_C(3600000000)
#define DAY_US (24 * HOUR)

static struct loy_contact_form form_of(const struct loy_id *member, enum loy_contact_kind kind)
{
    return (struct loy_contact_form){.size = sizeof(struct loy_contact_form),
        .member = member,
        .kind = (uint8_t)kind,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .at_us = AT + HOUR};
}

static int64_t article(const char *code, const char *brand, const char *colour, uint8_t family)
{
    const struct loy_article article = {.size = sizeof article,
        .code = code,
        .brand = brand,
        .style = "shirt",
        .colour = colour,
        .colour_family = family,
        .tax_permille = -1,
        .cost_minor = -1};
    int64_t version = 0;
    assert_true(loy_article_put(desk.store, &article, AT) >= LOY_OK);
    assert_status(loy_article_find(desk.store, code, &version), LOY_OK);
    return version;
}

static struct loy_id sell(
    const struct loy_id *member, const struct loy_line *lines, size_t count, int64_t at_us)
{
    const struct loy_basket_head head = {
        .size = sizeof head, .at_us = at_us, .member = member, .source = LOY_BASKET_LANE};
    struct loy_id basket;
    assert_status(loy_basket_record(desk.store, &head, lines, count, &basket), LOY_OK);
    return basket;
}

static struct loy_line line_of(int64_t version, int64_t pieces)
{
    return (struct loy_line){.article_version = version,
        .quantity_milli = pieces * 1000,
        .list_minor = 100,
        .paid_minor = pieces * 100};
}

/* The kinds of a timeline, a letter each; every entry not before the last one. */
static void timeline(const struct loy_id *member, char kinds[64])
{
    static const char letters[] = "?RPBCSUKTWIFMOX";
    struct loy_contact contact;
    int64_t position = 0, last_us = 0;
    size_t n = 0;
    enum loy_status status;
    while ((status = loy_contact_next(desk.store, member, &position, &contact)) == LOY_OK) {
        int kind = 1;
        assert_true(n < 63);
        assert_true(contact.at_us >= last_us);
        last_us = contact.at_us;
        while (strcmp(loy_contact_kind_name(kind), contact.kind) != 0)
            assert_true(++kind < loy_contact_kind_count);
        kinds[n++] = letters[kind];
    }
    kinds[n] = '\0';
    assert_int_equal(status, LOY_NONE);
}

static void every_kind_once_in_order(void **state)
{
    (void)state;
    struct loy_id wei = desk_person(&desk, "张伟");
    int64_t version = article("S1", "Lark", "Ruby", LOY_COLOUR_RED);
    struct loy_line sold[] = {line_of(version, 2), line_of(version, 1)};
    struct loy_id basket = sell(&wei, sold, 2, AT + 2 * HOUR);
    struct loy_line back = line_of(version, -1);
    back.return_of = basket, back.return_of_line = 1, back.reason = "too small";
    struct loy_id other = sell(&wei, &back, 1, AT + 4 * HOUR);
    /* Written last to first, so that only the time can order them. */
    for (int kind = loy_contact_kind_count - 1; kind > LOY_CONTACT_NONE; kind--) {
        struct loy_contact_form form = form_of(&wei, (enum loy_contact_kind)kind);
        form.at_us = AT + (10 + kind) * HOUR;
        form.campaign = "spring";
        if (kind == LOY_CONTACT_COMPLAINT)
            form.reason = "seam", form.basket = &basket, form.line = 2;
        if (kind == LOY_CONTACT_REGISTRATION) form.at_us = 0;
        bool told = kind == LOY_CONTACT_PURCHASE || kind == LOY_CONTACT_RETURN;
        if (told) form.basket = kind == LOY_CONTACT_RETURN ? &other : &basket;
        assert_status(
            loy_contact_add(desk.store, &form, AT + HOUR, NULL), told ? LOY_REPEATED : LOY_OK);
    }
    char kinds[64];
    timeline(&wei, kinds);
    assert_string_equal(kinds, "RPBCSUKTWIFMOX");
    /* A line that was taken back before paying is no return; one basket, two returned lines are. */
    struct loy_line self[] = {line_of(version, 3), line_of(version, -1), line_of(version, -1)};
    struct loy_id own;
    memset(own.bytes, 7, sizeof own.bytes);
    const struct loy_basket_head head = {
        .size = sizeof head, .id = own, .at_us = AT + 50 * HOUR, .member = &wei, .source = 1};
    self[1].return_of = own, self[1].return_of_line = 1;
    self[2].return_of = basket, self[2].return_of_line = 2;
    assert_status(loy_basket_record(desk.store, &head, self, 3, &own), LOY_OK);
    timeline(&wei, kinds);
    assert_string_equal(kinds, "RPBCSUKTWIFMOXPB");
    /* What was paid: of a purchase all of it, of a return its line; of all else nothing. */
    static const struct {
        const char *kind;
        int64_t paid_minor;
        int32_t lines;
    } paid[] = {
        {"purchase", 300, 2}, {"return", -100, 1}, {"purchase", 100, 3}, {"return", -100, 1}};
    struct loy_contact contact;
    int64_t position = 0;
    size_t at = 0;
    while (loy_contact_next(desk.store, &wei, &position, &contact) == LOY_OK) {
        if (strcmp(contact.kind, "purchase") != 0 && strcmp(contact.kind, "return") != 0) {
            assert_true(contact.paid_minor == 0 && contact.lines == 0);
            assert_true(!contact.site[0] && !contact.lane[0]);
            continue;
        }
        assert_true(at < ROWS(paid));
        assert_string_equal(contact.kind, paid[at].kind);
        assert_int_equal(contact.paid_minor, paid[at].paid_minor);
        assert_int_equal(contact.lines, paid[at++].lines);
        assert_true(contact.site[0] && contact.lane[0]);
    }
    assert_int_equal(at, ROWS(paid));
}

static void many_at_one_moment(void **state)
{
    (void)state;
    struct loy_id wei = desk_person(&desk, "张伟");
    int64_t version = article("S1", "Lark", "Ruby", LOY_COLOUR_RED);
    struct loy_line sold = line_of(version, 1);
    for (int i = 0; i < 5; i++) {
        struct loy_contact_form form = form_of(&wei, LOY_CONTACT_OTHER);
        form.at_us = AT;
        assert_status(loy_contact_add(desk.store, &form, AT, NULL), LOY_OK);
        sell(&wei, &sold, 1, AT);
    }
    char kinds[64];
    timeline(&wei, kinds);
    assert_string_equal(kinds, "RPPPPPXXXXX");
}

/* More at one moment than any cursor has bits to count: all told once, source by source in order.
 */
static void thousands_at_one_moment(void **state)
{
    (void)state;
    enum { LOG = 1500, SALES = 300, RETURNS = 300 };
    struct loy_id wei = desk_person(&desk, "张伟");
    int64_t version = article("S1", "Lark", "Ruby", LOY_COLOUR_RED);
    struct loy_line sold[] = {line_of(version, 1), line_of(version, 1)};
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (int i = 0; i < LOG; i++) {
        struct loy_contact_form form = form_of(&wei, LOY_CONTACT_OTHER);
        form.at_us = AT;
        assert_status(loy_contact_add(desk.store, &form, AT, NULL), LOY_OK);
    }
    for (int i = 0; i < SALES; i++) {
        struct loy_id basket = sell(&wei, sold, 2, AT);
        struct loy_line back[] = {line_of(version, -1), line_of(version, -1)};
        for (size_t k = 0; i < RETURNS / 2 && k < 2; k++) {
            back[k].return_of = basket;
            back[k].return_of_line = (uint32_t)k + 1;
        }
        if (i < RETURNS / 2) sell(&wei, back, 2, AT);
    }
    assert_status(loy_store_commit(desk.store), LOY_OK);
    struct loy_contact contact;
    int64_t position = 0, number = 0, counts[4] = {0};
    static const char *const kinds[] = {"registration", "purchase", "return", "other"};
    size_t at = 0;
    enum loy_status status;
    while ((status = loy_contact_next(desk.store, &wei, &position, &contact)) == LOY_OK) {
        while (at < 4 && strcmp(contact.kind, kinds[at]) != 0)
            at++;
        assert_true(at < 4);
        counts[at]++;
        assert_true(at < 3 || contact.number > number);
        number = contact.number;
    }
    assert_status(status, LOY_NONE);
    assert_int_equal(counts[0], 1);
    assert_int_equal(counts[1], SALES);
    assert_int_equal(counts[2], RETURNS);
    assert_int_equal(counts[3], LOG);
    /* A place that is none, and one whose row is gone. */
    int64_t none = 5, before = position;
    assert_status(loy_contact_next(desk.store, &wei, &none, &contact), LOY_E_ARGUMENT);
    none = INT64_C(6) << 60 | 1;
    assert_status(loy_contact_next(desk.store, &wei, &none, &contact), LOY_E_ARGUMENT);
    desk_run(&desk, "DELETE FROM contact WHERE id = (SELECT max(id) FROM contact)");
    assert_status(loy_contact_next(desk.store, &wei, &position, &contact), LOY_E_CONFLICT);
    assert_int_equal(position, before);
}

static void what_is_refused(void **state)
{
    (void)state;
    struct loy_id wei = desk_person(&desk, "张伟"), na = desk_person(&desk, "李娜"), nobody;
    int64_t version = article("S1", "Lark", "Ruby", LOY_COLOUR_RED);
    struct loy_line sold = line_of(version, 1);
    struct loy_id basket = sell(&wei, &sold, 1, AT), void_id;
    char long_text[LOY_FIELD_TEXT_MAX + 8];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    memset(nobody.bytes, 9, sizeof nobody.bytes);
    struct loy_basket *open = NULL;
    const struct loy_basket_head head = {
        .size = sizeof head, .at_us = AT, .member = &wei, .source = LOY_BASKET_LANE};
    assert_status(loy_basket_open(desk.store, &head, &open), LOY_OK);
    assert_status(loy_basket_add(open, &sold, NULL), LOY_OK);
    void_id = (struct loy_id){{0}};
    assert_status(loy_basket_void(open, "left", AT + 1), LOY_OK);
    sqlite3_stmt *select = NULL;
    sqlite3_prepare_v2(desk.store->db, "SELECT uid FROM basket WHERE state = 3", -1, &select, NULL);
    assert_int_equal(sqlite3_step(select), SQLITE_ROW);
    memcpy(void_id.bytes, sqlite3_column_blob(select, 0), 16);
    sqlite3_finalize(select);

    const struct loy_contact_form good = form_of(&wei, LOY_CONTACT_OTHER);
    struct loy_contact_form complaint = form_of(&wei, LOY_CONTACT_COMPLAINT);
    complaint.basket = &basket, complaint.line = 1, complaint.reason = "seam";
    struct loy_contact_form forms[24];
    for (size_t i = 0; i < ROWS(forms); i++)
        forms[i] = i < 12 ? good : complaint;
    forms[0].kind = LOY_CONTACT_NONE;
    forms[1].kind = loy_contact_kind_count;
    forms[2].channel = NULL;
    forms[3].channel = "";
    forms[4].channel = "pigeon";
    forms[5].channel = "bought";
    forms[6].initiated_by = 0;
    forms[7].initiated_by = 4;
    forms[8].text = long_text;
    forms[9].text = "two\nlines";
    forms[10].at_us = -5;
    forms[11].line = 1;
    forms[12].reason = NULL;
    forms[13].reason = "";
    forms[14].line = 2;
    forms[15].line = 0;
    forms[16].line = -1;
    forms[17].basket = &nobody;
    forms[18].basket = NULL;
    forms[19].member = &na;
    forms[20].article = "S9";
    forms[21].basket = &void_id;
    forms[22] = good, forms[22].kind = LOY_CONTACT_COUPON;
    forms[23] = good, forms[23].member = NULL, forms[23].text = "Canary of a stranger";
    int64_t number = 77;
    for (size_t i = 0; i < ROWS(forms); i++) {
        print_message("form %zu\n", i);
        assert_status(loy_contact_add(desk.store, &forms[i], AT, &number), LOY_E_FORMAT);
        print_message("  %s\n", loy_store_text(desk.store));
    }
    struct loy_contact_form unknown = good;
    unknown.member = &nobody;
    assert_status(loy_contact_add(desk.store, &unknown, AT, &number), LOY_NONE);
    unknown.size--;
    assert_status(loy_contact_add(desk.store, &unknown, AT, &number), LOY_E_ARGUMENT);
    assert_int_equal(number, 77);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM contact"), 0);
    assert_status(loy_contact_add(desk.store, &complaint, AT, &number), LOY_OK);
    assert_status(loy_contact_add(desk.store, &good, AT, NULL), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM contact"), 2);
    /* A value with a channel that cannot say its basis is refused too. */
    const struct loy_field_text value = {LOY_FIELD_TELEPHONE, "13800138000"};
    assert_status(
        loy_member_set(desk.store, &wei, &value, "bought", LOY_INITIATIVE_STAFF, AT), LOY_E_FORMAT);
    assert_status(loy_member_consent(desk.store, &wei, LOY_PURPOSE_MARKETING, true, "pigeon", AT),
        LOY_E_FORMAT);
}

static void wrongs(const struct loy_contact_form *form, char names[200])
{
    const char *what = NULL;
    int64_t position = 0;
    enum loy_status status;
    names[0] = '\0';
    while ((status = loy_contact_wrong_next(desk.store, form, AT, &position, &what)) == LOY_OK)
        snprintf(names + strlen(names), 200 - strlen(names), "%s|", what);
    assert_status(status, LOY_NONE);
}

static void all_that_is_wrong(void **state)
{
    (void)state;
    char names[200];
    struct loy_id wei = desk_person(&desk, "Wei"), nobody = {{1}}, none = {{2}};
    int64_t red = article("RED", "Lark", "ruby", LOY_COLOUR_RED);
    article("BLU", "Lark", "sea", LOY_COLOUR_BLUE);
    struct loy_line lines[] = {line_of(red, 1)};
    struct loy_id basket = sell(&wei, lines, 1, AT);
    struct loy_contact_form form = form_of(&wei, LOY_CONTACT_COMPLAINT);
    wrongs(&form, names);
    assert_string_equal(names, "reason|line|");
    form.campaign = form.incentive = "a\tb";
    form.text = "a\tb";
    form.at_us = -1;
    form.basket = &none;
    form.line = 1;
    form.article = "no-such";
    wrongs(&form, names);
    assert_string_equal(names, "campaign|incentive|reason|text|at|basket|article|");
    /* A day ahead is a zone's, more is a slip. */
    form.at_us = AT + DAY_US + 1;
    wrongs(&form, names);
    assert_string_equal(names, "campaign|incentive|reason|text|at|basket|article|");
    form.at_us = AT + DAY_US;
    wrongs(&form, names);
    assert_string_equal(names, "campaign|incentive|reason|text|basket|article|");
    form = form_of(&wei, LOY_CONTACT_COMPLAINT);
    form.reason = "seam";
    form.basket = &basket;
    form.line = 7;
    wrongs(&form, names);
    assert_string_equal(names, "line|");
    form.line = 1;
    form.article = "BLU";
    wrongs(&form, names);
    assert_string_equal(names, "article|");
    form.article = "RED";
    wrongs(&form, names);
    assert_string_equal(names, "");
    form.kind = 99;
    form.channel = "exchanged";
    wrongs(&form, names);
    assert_string_equal(names, "kind|legal_basis|");
    form.legal_basis = "a\tb";
    form.channel = "desk";
    form.kind = LOY_CONTACT_COUPON;
    wrongs(&form, names);
    assert_string_equal(names, "legal_basis|campaign|");
    form.member = &nobody;
    const char *what = NULL;
    int64_t position = 0, behind = -1;
    assert_status(loy_contact_wrong_next(desk.store, &form, AT, &position, &what), LOY_NONE);
    assert_string_equal(loy_store_text(desk.store), "there is no such member");
    assert_int_equal(position, 0);
    assert_int_equal(loy_contact_wrong_next(NULL, &form, AT, &position, &what), LOY_E_ARGUMENT);
    assert_status(loy_contact_wrong_next(desk.store, NULL, AT, &position, &what), LOY_E_ARGUMENT);
    assert_status(loy_contact_wrong_next(desk.store, &form, AT, NULL, &what), LOY_E_ARGUMENT);
    assert_status(loy_contact_wrong_next(desk.store, &form, AT, &behind, &what), LOY_E_ARGUMENT);
    assert_status(loy_contact_wrong_next(desk.store, &form, AT, &position, NULL), LOY_E_ARGUMENT);
    form.size--;
    assert_status(loy_contact_wrong_next(desk.store, &form, AT, &position, &what), LOY_E_ARGUMENT);
}

static void new_channels(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        enum loy_status status;
    } rows[] = {{"call-centre", LOY_OK}, {"Fair_2026.1", LOY_OK}, {"fair-2026-03-01", LOY_OK},
        {"客服热线", LOY_OK}, {"call centre", LOY_OK}, {"hotline2", LOY_OK}, {"Größe", LOY_OK},
        {"desk12345678", LOY_OK}, {"", LOY_E_FORMAT}, {" web2", LOY_E_FORMAT},
        {"web2 ", LOY_E_FORMAT}, {"we\tb", LOY_E_FORMAT}, {"web\n", LOY_E_FORMAT},
        {"\xff", LOY_E_FORMAT}, {"a@b.example", LOY_E_FORMAT}, {"web,shop", LOY_E_FORMAT},
        {"a\"b", LOY_E_FORMAT}, {"2026", LOY_E_FORMAT}, {"---", LOY_E_FORMAT},
        {"a2345678901234567890123456789012", LOY_E_FORMAT},
        {"abcdefghijklmnopqrstuvwxyzabcde", LOY_OK},
        {"abcdefghijklmnopqrstuvwxyzabcdef", LOY_E_FORMAT}, {"13800138000", LOY_E_FORMAT},
        {"tel 138-0013-8000", LOY_E_FORMAT}, {"8535 1234", LOY_E_FORMAT},
        {"4111111111111111", LOY_E_FORMAT}, {"card 4111.1111.1111.1111", LOY_E_FORMAT},
        {"卡9156000000000011", LOY_E_FORMAT}, {"１３８００１３８０００", LOY_E_FORMAT},
        {"\xF0\x9F\x93\xA3", LOY_E_FORMAT}};
    int64_t taken = 0;
    for (size_t i = 0; i < ROWS(rows); i++) {
        enum loy_status status = loy_channel_add(desk.store, rows[i].code, NULL, false, AT);
        if (status != rows[i].status)
            print_error("'%s': %s\n", rows[i].code, loy_store_text(desk.store));
        assert_int_equal(status, rows[i].status);
        if (status == LOY_OK) taken++;
        if (status != LOY_OK && rows[i].code[0])
            assert_null(strstr(loy_store_text(desk.store), rows[i].code));
        /* A file has no more rights. */
        assert_status(loy_channel_take(desk.store, rows[i].code, AT),
            status == LOY_OK ? LOY_REPEATED : LOY_E_FORMAT);
    }
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM channel"), taken);
    assert_status(loy_channel_add(desk.store, "13800138000", NULL, false, AT), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(desk.store), "telephone or card number"));
}

static void one_response_and_one_origin(void **state)
{
    (void)state;
    struct loy_id wei = desk_person(&desk, "张伟"), na = desk_person(&desk, "李娜");
    struct loy_contact_form coupon = form_of(&wei, LOY_CONTACT_COUPON);
    coupon.campaign = "spring";
    assert_status(loy_contact_add(desk.store, &coupon, AT, NULL), LOY_OK);
    coupon.at_us += HOUR, coupon.channel = "mail";
    assert_status(loy_contact_add(desk.store, &coupon, AT, NULL), LOY_REPEATED);
    coupon.campaign = "autumn";
    assert_status(loy_contact_add(desk.store, &coupon, AT, NULL), LOY_OK);
    coupon.campaign = "spring", coupon.member = &na;
    assert_status(loy_contact_add(desk.store, &coupon, AT, NULL), LOY_OK);
    struct loy_contact_form imported = form_of(&wei, LOY_CONTACT_SURVEY);
    imported.origin = "row one";
    assert_status(loy_contact_add(desk.store, &imported, AT, NULL), LOY_OK);
    assert_status(loy_contact_add(desk.store, &imported, AT, NULL), LOY_REPEATED);
    imported.origin = "row two";
    assert_status(loy_contact_add(desk.store, &imported, AT, NULL), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM contact"), 5);
    /* What was nobody's becomes a member's once: the same row, with its text and its audit. */
    struct loy_contact_form stranger = form_of(NULL, LOY_CONTACT_SURVEY);
    int64_t number = 0, again = 0;
    stranger.origin = "row three";
    assert_status(loy_contact_add(desk.store, &stranger, AT, &number), LOY_OK);
    assert_status(loy_contact_add(desk.store, &stranger, AT, NULL), LOY_REPEATED);
    stranger.member = &wei;
    stranger.text = "by now a member";
    assert_status(loy_contact_add(desk.store, &stranger, AT, &again), LOY_OK);
    assert_int_equal(again, number);
    assert_status(loy_contact_add(desk.store, &stranger, AT, NULL), LOY_REPEATED);
    stranger.member = NULL;
    stranger.text = NULL;
    assert_status(loy_contact_add(desk.store, &stranger, AT, NULL), LOY_REPEATED);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM contact"), 6);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM contact WHERE member IS NULL"), 0);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'contact.match'"), 1);
    struct loy_contact contact;
    int64_t position = 0;
    bool told = false;
    while (loy_contact_next(desk.store, &wei, &position, &contact) == LOY_OK)
        told = told || strcmp(contact.text, "by now a member") == 0;
    assert_true(told);
    /* A campaign that the member has answered stays answered once. */
    stranger = form_of(NULL, LOY_CONTACT_COUPON);
    stranger.campaign = coupon.campaign;
    stranger.origin = "row four";
    assert_status(loy_contact_add(desk.store, &stranger, AT, NULL), LOY_OK);
    stranger.member = coupon.member;
    assert_status(loy_contact_add(desk.store, &stranger, AT, NULL), LOY_REPEATED);
}

/* What a merge does to rows: contacts, cards and baskets move, sealed_for stays. */
static void merge(const struct loy_id *survivor, const struct loy_id *loser)
{
    char sql[900], a[LOY_ID_TEXT_SIZE], b[LOY_ID_TEXT_SIZE];
    int64_t winner = 0, other = 0;
    loy_id_text(survivor, a);
    loy_id_text(loser, b);
    assert_status(loy_member_number(desk.store, survivor, &winner), LOY_OK);
    assert_status(loy_member_number(desk.store, loser, &other), LOY_OK);
    snprintf(sql, sizeof sql,
        "UPDATE member SET status = 2, merged_into = %lld WHERE id = %lld;"
        "INSERT INTO merge (survivor, loser, at_us, operator) VALUES (%lld, %lld, 1, 1);"
        "UPDATE contact SET member = %lld WHERE member = %lld;"
        "UPDATE note SET member = %lld WHERE member = %lld;"
        "UPDATE basket SET member = %lld WHERE member = %lld",
        (long long)winner, (long long)other, (long long)winner, (long long)other, (long long)winner,
        (long long)other, (long long)winner, (long long)other, (long long)winner, (long long)other);
    desk_run(&desk, sql);
}

static void merged_members_keep_their_contacts(void **state)
{
    (void)state;
    struct loy_id ids[3] = {
        desk_person(&desk, "张伟"), desk_person(&desk, "张 伟"), desk_person(&desk, "Zhang Wei")};
    static const char *const texts[] = {"first remark", "second remark", "third remark"};
    int64_t version = article("S1", "Lark", "Ruby", LOY_COLOUR_RED);
    struct loy_line sold = line_of(version, 1);
    for (int i = 0; i < 3; i++) {
        struct loy_contact_form form = form_of(&ids[i], LOY_CONTACT_SERVICE_REMARK);
        form.text = texts[i];
        form.at_us = AT + (3 + i) * HOUR;
        assert_status(loy_contact_add(desk.store, &form, AT, NULL), LOY_OK);
        assert_status(
            loy_note_set(desk.store, &ids[i], (enum loy_note)(i + 1), texts[i], AT + i), LOY_OK);
        sell(&ids[i], &sold, 1, AT + 2 * HOUR);
    }
    merge(&ids[1], &ids[2]);
    merge(&ids[0], &ids[1]);
    char kinds[64];
    timeline(&ids[0], kinds);
    assert_string_equal(kinds, "RRRPPPSSS");
    struct loy_contact contact;
    int64_t position = 0;
    for (int i = 0; i < 9; i++) {
        assert_status(loy_contact_next(desk.store, &ids[0], &position, &contact), LOY_OK);
        if (i >= 6) assert_string_equal(contact.text, texts[i - 6]);
    }
    char text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_note_get(desk.store, &ids[0], LOY_NOTE_CREDIT, text), LOY_OK);
    assert_string_equal(text, "third remark");
    struct loy_contact_form late = form_of(&ids[2], LOY_CONTACT_OTHER);
    assert_status(loy_contact_add(desk.store, &late, AT, NULL), LOY_E_CONFLICT);
    /* An envelope that was moved to another row does not open. */
    desk_run(&desk, "UPDATE contact SET serial = serial + 1 WHERE id = 1");
    position = 0;
    enum loy_status status = LOY_OK;
    for (int i = 0; i < 20; i++)
        if ((status = loy_contact_next(desk.store, &ids[0], &position, &contact)) != LOY_OK) break;
    assert_true(status < LOY_OK);
}

static void texts_are_in_no_file(void **state)
{
    (void)state;
    struct loy_id wei = desk_person(&desk, "张伟");
    struct loy_contact_form form = form_of(&wei, LOY_CONTACT_SERVICE_REMARK);
    form.text = "canary-remark-4711";
    form.origin = "canary-origin-4712";
    form.reason = "visible-reason";
    assert_status(loy_contact_add(desk.store, &form, AT, NULL), LOY_OK);
    assert_status(loy_note_set(desk.store, &wei, LOY_NOTE_CREDIT, "canary-note-4713", AT), LOY_OK);
    static const char *const secrets[] = {
        "canary-remark-4711", "canary-origin-4712", "canary-note-4713"};
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < ROWS(secrets); i++)
            assert_false(desk_files_hold(&desk, secrets[i], strlen(secrets[i])));
        assert_true(desk_files_hold(&desk, "visible-reason", strlen("visible-reason")));
        if (round == 0) desk_run(&desk, "PRAGMA wal_checkpoint(TRUNCATE)");
        if (round == 1) desk_reopen(&desk);
    }
}

/* ---- Roles -------------------------------------------------------------------------------------
 */

static void roles(void **state)
{
    (void)state;
    struct loy_id wei = desk_person(&desk, "张伟"), na = desk_person(&desk, "李娜"), by;
    const struct loy_contact_form form = form_of(&wei, LOY_CONTACT_OTHER);
    assert_status(loy_note_set(desk.store, &wei, LOY_NOTE_CREDIT, "pays late", AT), LOY_OK);
    static const char letters[] = "?CSMAU";
    static const struct {
        const char *what, *allowed;
    } calls[] = {{"add", "CSM"}, {"next", "SM"}, {"complaints", "SMA"}, {"campaigns", "SMA"},
        {"channel add", "M"}, {"channel take", "SM"}, {"note get", "M"}, {"note set", "M"},
        {"note next", "M"}, {"refer", "SM"}, {"referrer", "SM"}, {"channel next", "CSMAU"}};
    for (int role = 0; role <= LOY_ROLE_AUDITOR; role++) {
        struct loy_contact contact;
        struct loy_complaint_counts *complaints = NULL;
        struct loy_campaign_counts *campaigns = NULL;
        struct loy_channel channel;
        struct loy_note_entry entry;
        char text[LOY_FIELD_TEXT_MAX] = "untouched", code[32];
        int64_t positions[3] = {0};
        desk.store->role = (enum loy_role)role;
        snprintf(code, sizeof code, "own-%d", role);
        enum loy_status answers[] = {loy_contact_add(desk.store, &form, AT, NULL),
            loy_contact_next(desk.store, &wei, &positions[0], &contact),
            loy_complaint_counts_open(desk.store, LOY_COMPLAINTS_BY_BRAND, 0, AT, &complaints),
            loy_campaign_counts_open(desk.store, 0, AT, &campaigns),
            loy_channel_add(desk.store, code, NULL, false, AT),
            loy_channel_take(desk.store, code, AT),
            loy_note_get(desk.store, &wei, LOY_NOTE_CREDIT, text),
            loy_note_set(desk.store, &wei, LOY_NOTE_CREDIT, "pays late", AT),
            loy_note_next(desk.store, &wei, &positions[1], &entry),
            loy_member_refer(desk.store, &wei, &na, AT), loy_member_referrer(desk.store, &na, &by),
            loy_channel_next(desk.store, &positions[2], &channel)};
        for (size_t i = 0; i < ROWS(calls); i++) {
            bool may = role && strchr(calls[i].allowed, letters[role]);
            if ((answers[i] != LOY_E_ACCESS) != may)
                fail_msg("%s as %c: %d", calls[i].what, letters[role], answers[i]);
        }
        if (role != LOY_ROLE_MANAGER) assert_string_equal(text, "untouched");
        loy_complaint_counts_close(complaints);
        loy_campaign_counts_close(campaigns);
    }
    desk.store->role = LOY_ROLE_MANAGER;
    loy_complaint_counts_close(NULL);
    loy_campaign_counts_close(NULL);
}

/* ---- Counts against SQL of another shape -------------------------------------------------------
 */

static int64_t number_of(const char *format, const char *value)
{
    char sql[900];
    snprintf(sql, sizeof sql, format, value);
    return desk_number(&desk, sql);
}

static void counts_reconcile(void **state)
{
    (void)state;
    static const char *const reasons[] = {"seam", "fades", "too small", NULL};
    struct loy_id wei = desk_person(&desk, "张伟");
    int64_t versions[4] = {article("S1", "Lark", "Ruby", LOY_COLOUR_RED),
        article("S2", "Lark", "Deep Sea", LOY_COLOUR_BLUE),
        article("S3", "Wren", "Ruby", LOY_COLOUR_RED), article("S4", "", "", LOY_COLOUR_NONE)};
    uint32_t chance = 1;
    for (int i = 0; i < 120; i++) {
        chance = chance * 1664525u + 1013904223u;
        unsigned pick = chance >> 24;
        int64_t at_us = AT + i * HOUR;
        struct loy_line sold[2] = {
            line_of(versions[pick % 4], 1 + pick % 3), line_of(versions[(pick / 4) % 4], 1)};
        struct loy_id basket = sell(pick % 5 ? &wei : NULL, sold, 2, at_us);
        struct loy_line back = line_of(versions[pick % 4], -1);
        back.return_of = basket, back.return_of_line = 1, back.reason = reasons[pick % 4];
        if (pick % 3 == 0) sell(&wei, &back, 1, at_us + 1);
        struct loy_contact_form complaint = form_of(&wei, LOY_CONTACT_COMPLAINT);
        complaint.basket = &basket, complaint.line = 1 + (int)(pick % 2);
        complaint.reason = reasons[(pick / 3) % 3], complaint.at_us = at_us;
        if (pick % 4 == 1)
            assert_status(loy_contact_add(desk.store, &complaint, at_us, NULL), LOY_OK);
    }
    /* An edited article leaves what was said of its old version where it was. */
    article("S1", "Lark", "Crimson", LOY_COLOUR_RED);
    for (int by = LOY_COMPLAINTS_BY_BRAND; by <= LOY_COMPLAINTS_BY_COLOUR; by++) {
        struct loy_complaint_counts *counts = NULL;
        struct loy_complaint_count count;
        int64_t complaints = 0, returns = 0, returned = 0, rows = 0;
        assert_status(loy_complaint_counts_open(
                          desk.store, (enum loy_complaint_group)by, 0, INT64_MAX, &counts),
            LOY_OK);
        enum loy_status status;
        while ((status = loy_complaint_count_next(counts, &count)) == LOY_OK) {
            rows++;
            complaints += count.complaints;
            returns += count.returns;
            returned += count.returned_milli;
            assert_string_not_equal(count.colour, "Crimson");
            if (by == LOY_COMPLAINTS_BY_ARTICLE)
                assert_int_equal(count.sold_milli,
                    number_of("SELECT sum(quantity_milli) FROM line WHERE quantity_milli > 0 AND "
                              "version IN (SELECT v.id FROM article_version v, article a WHERE "
                              "v.article = a.id AND a.code = '%s')",
                        count.article));
            if (by == LOY_COMPLAINTS_BY_COLOUR)
                assert_int_equal(count.sold_milli,
                    number_of("SELECT sum(quantity_milli) FROM line WHERE quantity_milli > 0 AND "
                              "version IN (SELECT id FROM article_version WHERE ifnull(colour, "
                              "'') = '%s')",
                        count.colour));
        }
        assert_int_equal(status, LOY_NONE);
        loy_complaint_counts_close(counts);
        assert_true(rows > 3 && complaints > 5 && returns > 5);
        assert_int_equal(complaints,
            desk_number(&desk, "SELECT count(*) FROM contact WHERE kind = 'complaint'"));
        assert_int_equal(returns, desk_number(&desk, "SELECT count(*) FROM line_return"));
        assert_int_equal(returned,
            desk_number(&desk, "SELECT -sum(quantity_milli) FROM line WHERE quantity_milli < 0"));
    }
    /* The timeline holds as many as there are. */
    struct loy_contact contact;
    int64_t position = 0, seen = 0;
    while (loy_contact_next(desk.store, &wei, &position, &contact) == LOY_OK)
        assert_true(++seen < 1000);
    assert_int_equal(
        seen, desk_number(&desk,
                  "SELECT 1 + (SELECT count(*) FROM contact) + (SELECT count(*) FROM basket "
                  "WHERE member = 1)"));
}

static void campaigns_count_their_forms(void **state)
{
    (void)state;
    const struct loy_field_text full[] = {{LOY_FIELD_FAMILY_NAME, "李"},
        {LOY_FIELD_GIVEN_NAME, "娜"}, {LOY_FIELD_TELEPHONE, "13800138000"},
        {LOY_FIELD_POSTCODE, "430000"}, {LOY_FIELD_SEX, "f"}, {LOY_FIELD_NAME, NULL}};
    struct loy_id wei = desk_person(&desk, "张伟"), na;
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, full, &na), LOY_OK);
    struct loy_contact_form form = form_of(&wei, LOY_CONTACT_REGISTRATION);
    form.campaign = "spring", form.incentive = "mug";
    assert_status(loy_contact_add(desk.store, &form, AT, NULL), LOY_OK);
    form.member = &na;
    assert_status(loy_contact_add(desk.store, &form, AT, NULL), LOY_OK);
    form.kind = LOY_CONTACT_CONTEST;
    assert_status(loy_contact_add(desk.store, &form, AT, NULL), LOY_OK);
    struct loy_campaign_counts *counts = NULL;
    struct loy_campaign_count count;
    assert_status(loy_campaign_counts_open(desk.store, 0, INT64_MAX, &counts), LOY_OK);
    assert_status(loy_campaign_count_next(counts, &count), LOY_OK);
    assert_string_equal(count.campaign, "spring");
    assert_string_equal(count.incentive, "mug");
    assert_int_equal(count.contacts, 3);
    assert_int_equal(count.members, 2);
    assert_int_equal(count.responses, 1);
    assert_int_equal(count.registrations, 2);
    assert_int_equal(count.given, 1 + 4);
    assert_int_equal(count.asked, 14);
    assert_status(loy_campaign_count_next(counts, &count), LOY_NONE);
    loy_campaign_counts_close(counts);
}

static void notes_keep_their_history(void **state)
{
    (void)state;
    struct loy_id wei = desk_person(&desk, "张伟");
    char text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_note_get(desk.store, &wei, LOY_NOTE_POTENTIAL, text), LOY_NONE);
    assert_status(loy_note_set(desk.store, &wei, LOY_NOTE_POTENTIAL, "40 seats", AT), LOY_OK);
    assert_status(loy_note_set(desk.store, &wei, LOY_NOTE_POTENTIAL, "40 seats", AT), LOY_REPEATED);
    assert_status(loy_note_set(desk.store, &wei, LOY_NOTE_POTENTIAL, "80 seats", AT), LOY_OK);
    assert_status(loy_note_set(desk.store, &wei, LOY_NOTE_POTENTIAL, " ", AT + 5), LOY_OK);
    assert_status(loy_note_get(desk.store, &wei, LOY_NOTE_POTENTIAL, text), LOY_NONE);
    assert_status(loy_note_set(desk.store, &wei, LOY_NOTE_POTENTIAL, "a\nb", AT), LOY_E_FORMAT);
    assert_status(loy_note_set(desk.store, &wei, (enum loy_note)5, "x", AT), LOY_E_ARGUMENT);
    static const char *const written[] = {"40 seats", "80 seats", ""};
    struct loy_note_entry entry;
    int64_t position = 0;
    for (size_t i = 0; i < ROWS(written); i++) {
        assert_status(loy_note_next(desk.store, &wei, &position, &entry), LOY_OK);
        assert_string_equal(entry.text, written[i]);
        assert_string_equal(entry.operator_name, "tester");
    }
    assert_status(loy_note_next(desk.store, &wei, &position, &entry), LOY_NONE);
}

static void report(char text[1000])
{
    struct loy_complaint_counts *counts = NULL;
    struct loy_complaint_count count;
    size_t used = 0;
    text[0] = '\0';
    assert_status(loy_complaint_counts_open(desk.store, LOY_COMPLAINTS_BY_ARTICLE, AT - 24 * HOUR,
                      AT + 48 * HOUR, &counts),
        LOY_OK);
    while (loy_complaint_count_next(counts, &count) == LOY_OK)
        used += (size_t)snprintf(text + used, 1000 - used, "%s %s %lld %lld %lld\n", count.article,
            count.reason, (long long)count.complaints, (long long)count.returns,
            (long long)count.sold_milli);
    loy_complaint_counts_close(counts);
}

/* Of a member, his like in another and nobody's: the counts are the same, what is left leads to no
 * member, basket, time or text, and the log goes on. */
static void complaints_outlive_their_members(void **state)
{
    (void)state;
    char before[1000], after[1000];
    struct loy_id wei = desk_person(&desk, "Wei"), na = desk_person(&desk, "Na");
    struct loy_line lines[] = {line_of(article("RED", "Lark", "ruby", LOY_COLOUR_RED), 1)};
    struct loy_id basket = sell(&wei, lines, 1, AT);
    struct loy_contact_form form = form_of(&wei, LOY_CONTACT_COMPLAINT);
    form.basket = &basket, form.line = 1, form.reason = "seam", form.text = "It tore";
    form.campaign = "spring", form.incentive = "mug";
    assert_status(loy_contact_add(desk.store, &form, AT + HOUR, NULL), LOY_OK);
    form = form_of(&na, LOY_CONTACT_COMPLAINT);
    form.article = "RED", form.reason = "fades", form.channel = "hotline";
    assert_status(loy_contact_add(desk.store, &form, AT + HOUR, NULL), LOY_OK);
    form = form_of(&wei, LOY_CONTACT_SERVICE_REMARK);
    form.text = "Where are the scales";
    assert_status(loy_contact_add(desk.store, &form, AT + HOUR, NULL), LOY_OK);
    report(before);
    assert_string_equal(before, "RED fades 1 0 1000\nRED seam 1 0 1000\n");
    assert_status(loy_member_merge(desk.store, &na, &wei, AT + 2 * HOUR), LOY_OK);
    assert_status(loy_member_erase(desk.store, &na, "request", AT + 3 * HOUR), LOY_OK);
    report(after);
    assert_string_equal(after, before);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM contact"), 2);
    assert_int_equal(desk_number(&desk,
                         "SELECT count(*) FROM contact WHERE id < 0 AND member = 0 AND serial = 0 "
                         "AND operator = 0 AND coalesce(sealed_for, basket, line, campaign, "
                         "incentive, legal_basis, body, origin) IS NULL"),
        2);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM contact WHERE (at_us + 60000000 * (SELECT "
                           "offset_min FROM basket LIMIT 1)) % 86400000000 <> 0"),
        0);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    struct loy_contact contact;
    int64_t position = 0, number = 0;
    assert_status(loy_contact_next(desk.store, NULL, &position, &contact), LOY_NONE);
    struct loy_id li = desk_person(&desk, "Li");
    form = form_of(&li, LOY_CONTACT_SERVICE_REMARK);
    form.text = "Here they are";
    assert_status(loy_contact_add(desk.store, &form, AT + 4 * HOUR, &number), LOY_OK);
    assert_true(number > 0);
    position = 0;
    while (loy_contact_next(desk.store, &li, &position, &contact) == LOY_OK)
        continue;
    assert_string_equal(contact.text, "Here they are");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(
            every_kind_once_in_order, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(many_at_one_moment, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            thousands_at_one_moment, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(what_is_refused, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(all_that_is_wrong, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(new_channels, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            one_response_and_one_origin, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            merged_members_keep_their_contacts, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(texts_are_in_no_file, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(roles, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(counts_reconcile, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            campaigns_count_their_forms, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            complaints_outlive_their_members, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            notes_keep_their_history, desk_start, desk_end, &desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
