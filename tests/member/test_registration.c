/* SPDX-License-Identifier: MIT
 *
 * test_registration.c - forms as tables: what each requires, what a shop may change in them, what
 * is never asked, the second press of the key. In: filled forms. Out: members, sentences, rows. */
#include "desk.h"

#include <loyalty/form.h>
#include <loyalty/identifier.h>
#include <member/identifier_private.h>
#include <member/member_private.h>

#define DAY_US INT64_C(86400000000)

static struct desk desk;

static int open_cn(void **state)
{
    (void)state;
    desk_open(&desk, "CN");
    return 0;
}

static int open_de(void **state)
{
    (void)state;
    desk_open(&desk, "DE");
    return 0;
}

static int close_it(void **state)
{
    (void)state;
    desk_close(&desk);
    return 0;
}

static const struct loy_field_text firm[] = {{LOY_FIELD_NAME, "四川风味饭店有限公司"},
    {LOY_FIELD_INDUSTRY, "餐饮"}, {LOY_FIELD_ADDRESS, "武汉市江汉区解放大道６８８号"},
    {LOY_FIELD_DISTRICT, "江汉区"}, {LOY_FIELD_POSTCODE, "430022"},
    {LOY_FIELD_TELEPHONE, "027-85351234"}, {LOY_FIELD_TAX_NO, "91350100M000100Y43"},
    {LOY_FIELD_PURCHASERS, "王小明"}};
static const struct loy_field_text person[] = {{LOY_FIELD_FAMILY_NAME, "张"},
    {LOY_FIELD_GIVEN_NAME, "伟"}, {LOY_FIELD_TELEPHONE, "13800138000"}};

static struct loy_member_form filled(
    enum loy_registration form, const struct loy_field_text *fields, size_t count)
{
    return (struct loy_member_form){.size = sizeof(struct loy_member_form),
        .kind = form == LOY_REGISTRATION_ORGANISATION ? LOY_MEMBER_ORGANISATION : LOY_MEMBER_PERSON,
        .fields = fields,
        .field_count = count,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = AT,
        .form = (uint8_t)form};
}

static enum loy_status add(const struct loy_member_form *form)
{
    struct loy_id id;
    return loy_member_add(desk.store, form, AT, &id);
}

/* ---- The tables --------------------------------------------------------------------------------
 */

static void names_and_order(void **state)
{
    (void)state;
    static const char *const names[][20] = {
        {"organisation", "name", "trading_name", "industry", "address", "section", "district",
            "postcode", "telephone", "fax", "tax_no", "account_no", "bank_name", "licence_until",
            "purchasers", "consent_scheme", "consent_profiling", "consent_marketing",
            "consent_suppliers"},
        {"person", "family_name", "given_name", "telephone", "card", "address", "postcode", "sex",
            "birth_year", "household_size", "language", "consent_scheme", "consent_profiling",
            "consent_marketing", "consent_suppliers"},
        {"purchaser", "name", "function", "telephone", "authority", "until", "limit", "card",
            "document"},
        {"lane", "card", "telephone", "consent_scheme", "consent_profiling", "consent_marketing",
            "consent_suppliers"}};
    enum loy_registration form;
    for (size_t i = 0; i < ROWS(names); i++) {
        struct loy_form_field field = {.size = sizeof field};
        int64_t position = 0;
        assert_int_equal(loy_registration_find(names[i][0], &form), LOY_OK);
        assert_string_equal(loy_registration_name(form), names[i][0]);
        for (size_t f = 1; names[i][f]; f++) {
            assert_status(loy_form_field_next(desk.store, form, &position, &field), LOY_OK);
            assert_string_equal(field.name, names[i][f]);
            assert_true(field.label[0] && field.purpose[0] && !field.changed);
            assert_in_range(field.need, LOY_NEED_OPTIONAL, LOY_NEED_CONDITIONAL);
        }
        assert_status(loy_form_field_next(desk.store, form, &position, &field), LOY_NONE);
    }
    assert_int_equal(loy_registration_find("shoe", &form), LOY_NONE);
    assert_int_equal(loy_registration_find(NULL, &form), LOY_E_ARGUMENT);
    assert_null(loy_registration_name(LOY_REGISTRATION_NONE));
    assert_null(loy_registration_name((enum loy_registration)9));
}

static void organisation_needs(void **state)
{
    (void)state;
    struct loy_member_form form = filled(LOY_REGISTRATION_ORGANISATION, firm, ROWS(firm));
    assert_status(add(&form), LOY_OK);
    /* Without each in turn: its label is named and nothing is written. */
    static const char *const labels[] = {"organisation needs its name", "Industry", "Address",
        "District", "Postcode", "Telephone", "Tax number", "Authorised purchasers"};
    for (size_t i = 0; i < ROWS(firm); i++) {
        struct loy_field_text fields[ROWS(firm)];
        memcpy(fields, firm, sizeof firm);
        fields[i].text = " ";
        form.fields = fields;
        print_message("%s\n", labels[i]);
        assert_status(add(&form), LOY_E_FORMAT);
        assert_non_null(strstr(loy_store_text(desk.store), labels[i]));
    }
    form.field_count = 1;
    form.fields = firm;
    assert_status(add(&form), LOY_E_FORMAT);
    assert_string_equal(loy_store_text(desk.store),
        "the form is not complete; still expected: Industry, Address, District, Postcode, "
        "Telephone, Tax number, Authorised purchasers");
    /* An account calls for its bank. */
    struct loy_field_text more[ROWS(firm) + 2];
    memcpy(more, firm, sizeof firm);
    more[ROWS(firm)] = (struct loy_field_text){LOY_FIELD_ACCOUNT_NO, "6222 0000 1234"};
    more[ROWS(firm) + 1] = (struct loy_field_text){LOY_FIELD_BANK_NAME, "江城银行"};
    form = filled(LOY_REGISTRATION_ORGANISATION, more, ROWS(firm) + 1);
    assert_status(add(&form), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(desk.store), "expected: Bank"));
    form.field_count++;
    assert_status(add(&form), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 2);
}

static void not_of_the_future(void **state)
{
    (void)state;
    struct loy_member_form form = filled(LOY_REGISTRATION_ORGANISATION, firm, ROWS(firm));
    form.collected_at_us = AT + DAY_US + 1;
    assert_status(add(&form), LOY_E_FORMAT);
    assert_string_equal(
        loy_store_text(desk.store), "collected_at: a time that is not in the future is expected");
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 0);
    /* A day ahead is a zone's. */
    form.collected_at_us = AT + DAY_US;
    assert_status(add(&form), LOY_OK);
}

static void shortest_and_kind(void **state)
{
    (void)state;
    struct loy_field_text fields[ROWS(firm)] = {0};
    struct loy_member_form form = filled(LOY_REGISTRATION_ORGANISATION, fields, ROWS(firm));
    memcpy(fields, firm, sizeof firm);
    fields[0].text = "饭";
    assert_status(add(&form), LOY_E_FORMAT);
    assert_string_equal(loy_store_text(desk.store), "Name: at least 2 characters are expected");
    fields[0].text = "饭店";
    fields[2].text = "解放路";
    assert_status(add(&form), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(desk.store), "Address: at least 5"));
    fields[2].text = "解放路一号";
    assert_status(add(&form), LOY_OK);
    form.kind = LOY_MEMBER_PERSON;
    assert_status(add(&form), LOY_E_FORMAT);
    form = filled(LOY_REGISTRATION_PERSON, person, ROWS(person));
    form.kind = LOY_MEMBER_ORGANISATION;
    assert_status(add(&form), LOY_E_FORMAT);
    form = filled(LOY_REGISTRATION_PERSON, person, ROWS(person));
    form.pseudonymous = true;
    assert_status(add(&form), LOY_E_ARGUMENT);
    form = filled(LOY_REGISTRATION_PURCHASER, person, ROWS(person));
    assert_status(add(&form), LOY_E_ARGUMENT);
    form = filled((enum loy_registration)9, person, ROWS(person));
    assert_status(add(&form), LOY_E_ARGUMENT);
}

/* The district is asked in China only. */
static void conditions_by_country(void **state)
{
    (void)state;
    struct loy_field_text fields[ROWS(firm)];
    memcpy(fields, firm, sizeof firm);
    fields[3].text = "";
    fields[4].text = "10115";
    fields[5].text = "030 1234567";
    fields[6].text = "DE136695976";
    struct loy_member_form form = filled(LOY_REGISTRATION_ORGANISATION, fields, ROWS(firm));
    assert_status(add(&form), LOY_OK);
}

static void person_and_lane(void **state)
{
    (void)state;
    const struct loy_field_text whole[] = {{LOY_FIELD_NAME, "张伟"}};
    struct loy_member_form form = filled(LOY_REGISTRATION_PERSON, person, ROWS(person));
    assert_status(add(&form), LOY_OK);
    form.field_count = 2;
    assert_status(add(&form), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(desk.store), "expected: Telephone or card"));
    form.has_card = true;
    assert_status(add(&form), LOY_OK);
    form.field_count = 1;
    assert_status(add(&form), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(desk.store), "expected: Given name"));
    form.fields = whole;
    assert_status(add(&form), LOY_OK);
    /* The lane: no name, but the terms. */
    form = filled(LOY_REGISTRATION_LANE, person + 2, 1);
    assert_status(add(&form), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(desk.store), "expected: Terms of the scheme accepted"));
    form.consent[LOY_PURPOSE_SCHEME] = true;
    struct loy_id id;
    struct loy_member member;
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    assert_status(loy_member_get(desk.store, &id, &member), LOY_OK);
    assert_false(member.pseudonymous);
    assert_true(member.consent[LOY_PURPOSE_SCHEME]);
    for (int purpose = LOY_PURPOSE_PROFILING; purpose <= LOY_PURPOSE_SUPPLIERS; purpose++)
        assert_false(member.consent[purpose]);
    form.field_count = 0;
    assert_status(add(&form), LOY_E_FORMAT);
    form.has_card = true;
    assert_status(add(&form), LOY_OK);
}

/* ---- Tax numbers that nobody can check ---------------------------------------------------------
 */

static void doubtful_is_seen(void **state)
{
    (void)state;
    struct loy_field_text fields[ROWS(firm)];
    memcpy(fields, firm, sizeof firm);
    fields[6].text = "91350211M0000XUF46";
    struct loy_member_form form = filled(LOY_REGISTRATION_ORGANISATION, fields, ROWS(firm));
    assert_status(add(&form), LOY_E_CHECK);
    assert_string_equal(loy_store_text(desk.store),
        "Tax number (tax_no): the last character does not fit the 17 before it; expected is each "
        "character as on the licence; if the licence shows exactly these, say that you have seen "
        "it");
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 0);
    form.seen_on_licence = true;
    assert_status(add(&form), LOY_OK);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM member_field WHERE verified_by = 'licence'"), 1);
    assert_int_equal(desk_number(&desk, "SELECT field FROM member_field WHERE verified_by = "
                                        "'licence'"),
        LOY_FIELD_TAX_NO);
    /* Without a form, as in an import, it is taken and nobody has seen it. */
    form = filled(LOY_REGISTRATION_NONE, fields, ROWS(firm));
    form.kind = LOY_MEMBER_ORGANISATION;
    assert_status(add(&form), LOY_OK);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM member_field WHERE verified_by = 'licence'"), 1);
    /* The tick does not help what has no such form at all. */
    fields[6].text = "91350211M0000XUF4";
    form.seen_on_licence = true;
    assert_status(add(&form), LOY_E_FORMAT);
}

/* Neither length nor country is guessed to be what is wrong: both are said. */
static void a_tax_number_without_letters(void **state)
{
    (void)state;
    static const struct {
        const char *country, *text;
        int size;
        const char *words;
    } rows[] = {
        {"DE", "13 669.59-7", 8, "9 digits"},
        {"DE", "１３６６９５９７", 8, "9 digits"},
        {"DE", "税136695976", 10, "9 digits"},
        {"AT", "U1358562", 8, "U and 8 digits"},
        {"FR", "4030326504", 10, "2 letters or digits and 9 digits"},
        {"NL", "004495445B0", 11, "9 digits, B and 2 digits"},
        {"PL", "856734621", 9, "10 digits"},
        {"PT", "50196484", 8, "9 digits"},
        {"ES", "B1234567", 8, "9 characters: digits with a letter in front, at the end, or both"},
        {"IT", "0074311015", 10, "11 digits"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char normal[LOY_FIELD_TEXT_MAX], wanted[512];
        memcpy(desk.store->settings.country, rows[i].country, 3);
        assert_status(member_field_normal(desk.store, LOY_FIELD_TAX_NO, rows[i].text, AT, normal),
            LOY_E_FORMAT);
        snprintf(wanted, sizeof wanted,
            "Tax number (tax_no): it has %d characters, and no country's letters stand in front; "
            "expected is a VAT number of %s (%s), or one of another country with its letters in "
            "front",
            rows[i].size, rows[i].country, rows[i].words);
        assert_string_equal(loy_store_text(desk.store), wanted);
        assert_string_equal(normal, "");
    }
}

/* Every country that has VAT numbers says what its own look like. */
static void every_country_has_words(void **state)
{
    (void)state;
    size_t countries = 0;
    for (char a = 'A'; a <= 'Z'; a++)
        for (char b = 'A'; b <= 'Z'; b++) {
            const char country[] = {a, b, '\0'};
            assert_int_equal(vat_country(country), vat_words(country) != NULL);
            countries += vat_country(country);
        }
    assert_int_equal(countries, 28);
}

static void none_yet_is_for_managers(void **state)
{
    (void)state;
    struct loy_field_text fields[ROWS(firm)];
    static const char *const words[] = {"none yet", " None  yet ", "暂无", "尚无"};
    memcpy(fields, firm, sizeof firm);
    struct loy_member_form form = filled(LOY_REGISTRATION_ORGANISATION, fields, ROWS(firm));
    for (size_t i = 0; i < ROWS(words); i++) {
        fields[6].text = words[i];
        desk.store->role = LOY_ROLE_MANAGER;
        assert_status(add(&form), LOY_OK);
        desk.store->role = LOY_ROLE_SUPERVISOR;
        assert_status(add(&form), LOY_E_ACCESS);
        desk.store->role = LOY_ROLE_CASHIER;
        assert_status(add(&form), LOY_E_ACCESS);
    }
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE field = 11"), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), ROWS(words));
}

/* ---- What a shop changes -----------------------------------------------------------------------
 */

static enum loy_status change(
    enum loy_registration form, uint8_t field, uint8_t need, const char *label, const char *purpose)
{
    const struct loy_form_change wanted = {sizeof wanted, need, label, purpose};
    return loy_form_field_set(desk.store, form, field, &wanted, AT);
}

static struct loy_form_field look(enum loy_registration form, uint8_t wanted)
{
    struct loy_form_field field = {.size = sizeof field};
    int64_t position = 0;
    while (loy_form_field_next(desk.store, form, &position, &field) == LOY_OK)
        if (field.field == wanted) return field;
    fail();
    return field;
}

static void shop_changes(void **state)
{
    (void)state;
    const enum loy_registration firms = LOY_REGISTRATION_ORGANISATION;
    struct loy_member_form form = filled(firms, firm, ROWS(firm));
    assert_status(change(firms, LOY_FIELD_SECTION, 0, "送货路线", NULL), LOY_OK);
    struct loy_form_field field = look(firms, LOY_FIELD_SECTION);
    assert_string_equal(field.label, "送货路线");
    assert_string_equal(field.purpose, "To plan rounds of delivery and sales");
    assert_true(field.changed && field.need == LOY_NEED_OPTIONAL);
    /* Required now, and told by the shop's own word. */
    assert_status(change(firms, LOY_FIELD_SECTION, LOY_NEED_REQUIRED, NULL, NULL), LOY_OK);
    assert_status(add(&form), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(desk.store), "expected: 送货路线"));
    /* A purpose first. */
    assert_status(change(firms, LOY_FIELD_SECTION, 0, NULL, ""), LOY_E_CONFLICT);
    assert_non_null(strstr(loy_store_text(desk.store), "without a purpose cannot be required"));
    assert_status(change(firms, LOY_FIELD_SECTION, LOY_NEED_OPTIONAL, "", ""), LOY_OK);
    field = look(firms, LOY_FIELD_SECTION);
    assert_string_equal(field.label, "Section");
    assert_string_equal(field.purpose, "");
    assert_status(change(firms, LOY_FIELD_SECTION, LOY_NEED_REQUIRED, NULL, NULL), LOY_E_CONFLICT);
    assert_status(
        change(firms, LOY_FIELD_SECTION, LOY_NEED_REQUIRED, NULL, "For the rounds"), LOY_OK);
    assert_int_equal(look(firms, LOY_FIELD_SECTION).need, LOY_NEED_REQUIRED);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM form_field"), 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'form.set'"), 4);
    /* The sentence about a value says the shop's word too. */
    struct loy_field_text fields[ROWS(firm) + 1];
    memcpy(fields, firm, sizeof firm);
    fields[ROWS(firm)] = (struct loy_field_text){LOY_FIELD_SECTION, "123456789012345678901"};
    form = filled(firms, fields, ROWS(firm) + 1);
    assert_status(change(firms, LOY_FIELD_SECTION, 0, "Round", NULL), LOY_OK);
    assert_status(add(&form), LOY_E_FORMAT);
    assert_string_equal(
        loy_store_text(desk.store), "Round (section): expected is at most 20 characters");
}

static void what_is_fixed(void **state)
{
    (void)state;
    const enum loy_registration firms = LOY_REGISTRATION_ORGANISATION;
    const uint8_t must = LOY_NEED_REQUIRED, may = LOY_NEED_OPTIONAL;
    char long_text[LOY_FORM_PURPOSE_MAX + 1];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    /* Free choices stay free, in every form; the terms at the lane stay terms. */
    for (int form = firms; form <= LOY_REGISTRATION_LANE; form++)
        for (uint8_t tick = LOY_ITEM_PROFILING; tick <= LOY_ITEM_SUPPLIERS; tick++) {
            enum loy_status expected =
                form == LOY_REGISTRATION_PURCHASER ? LOY_NONE : LOY_E_CONFLICT;
            assert_status(change((enum loy_registration)form, tick, must, NULL, NULL), expected);
        }
    assert_status(change(LOY_REGISTRATION_LANE, LOY_ITEM_SCHEME, may, NULL, NULL), LOY_E_CONFLICT);
    assert_status(change(firms, LOY_ITEM_SCHEME, must, NULL, NULL), LOY_OK);
    assert_status(change(firms, LOY_ITEM_SCHEME, 0, "Gifts", NULL), LOY_E_CONFLICT);
    assert_status(change(firms, LOY_FIELD_NAME, may, NULL, NULL), LOY_E_CONFLICT);
    assert_status(change(firms, LOY_FIELD_NAME, must, NULL, NULL), LOY_OK);
    assert_status(change(firms, LOY_FIELD_FAX, 7, NULL, NULL), LOY_E_ARGUMENT);
    assert_status(change(firms, LOY_FIELD_FAX, 0, NULL, long_text), LOY_E_FORMAT);
    assert_status(change(firms, LOY_FIELD_FAX, 0, long_text, NULL), LOY_E_FORMAT);
    assert_status(change(firms, LOY_FIELD_SEX, 0, NULL, "x"), LOY_NONE);
    assert_status(change((enum loy_registration)9, LOY_FIELD_SEX, 0, NULL, "x"), LOY_NONE);
    desk.store->role = LOY_ROLE_SUPERVISOR;
    assert_status(change(firms, LOY_FIELD_FAX, must, NULL, NULL), LOY_E_ACCESS);
    struct loy_form_field field = {.size = sizeof field};
    struct loy_member_form form = filled(firms, firm, 0);
    int64_t position = 0;
    desk.store->role = LOY_ROLE_AUDITOR;
    assert_status(loy_form_field_next(desk.store, firms, &position, &field), LOY_E_ACCESS);
    assert_status(loy_form_missing_next(desk.store, firms, &form, &position, &field), LOY_E_ACCESS);
}

static void identity_is_never_asked(void **state)
{
    (void)state;
    static const char *const asked[] = {"id_card", "ID card no.", "idCard", "IDCARD_NO", "id no",
        "passport", "Passport number", "身份证", "身份证号码", "身份證", "护照号", "ＩＤ＿ＣＡＲＤ",
        "证件号码", "national_id", "SSN", "social security number", "driver's licence",
        "driving_license", "Personalausweis-Nr", "reisepass", "identity card", "shenfenzheng"};
    static const char *const fine[] = {"income", "household_id", "prepaid_card", "avoid_noise",
        "brand identity", "idea", "age_band", "shoe size", "kid", "id", "证券", "Ausgaben"};
    struct loy_member_form form = filled(LOY_REGISTRATION_NONE, person, ROWS(person));
    for (size_t i = 0; i < ROWS(asked) + ROWS(fine); i++) {
        bool wrong = i < ROWS(asked);
        const char *name = wrong ? asked[i] : fine[i - ROWS(asked)];
        const struct loy_trait_text trait = {name, "110101199001011234"};
        print_message("%s\n", name);
        form.traits = &trait;
        form.trait_count = 1;
        assert_status(add(&form), wrong ? LOY_E_FORMAT : LOY_OK);
        if (wrong) assert_non_null(strstr(loy_store_text(desk.store), "is never kept"));
        assert_status(change(LOY_REGISTRATION_ORGANISATION, LOY_FIELD_SECTION, 0, name, NULL),
            wrong ? LOY_E_CONFLICT : LOY_OK);
    }
}

/* ---- The second press --------------------------------------------------------------------------
 */

static void token_saves_once(void **state)
{
    (void)state;
    struct loy_member_form form = filled(LOY_REGISTRATION_PERSON, person, ROWS(person));
    struct loy_id first, second, third;
    memset(form.form_token, 7, sizeof form.form_token);
    assert_status(loy_member_add(desk.store, &form, AT, &first), LOY_OK);
    int64_t entries = desk_number(&desk, "SELECT count(*) FROM audit");
    assert_status(loy_member_add(desk.store, &form, AT + 9, &second), LOY_REPEATED);
    assert_memory_equal(&first, &second, sizeof first);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM audit"), entries);
    /* In the middle of an import too, which goes on. */
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(loy_member_add(desk.store, &form, AT + 9, &second), LOY_REPEATED);
    form.form_token[15] = 8;
    assert_status(loy_member_add(desk.store, &form, AT + 9, &third), LOY_OK);
    assert_status(loy_store_commit(desk.store), LOY_OK);
    assert_int_equal(memcmp(&first, &third, sizeof first) != 0, true);
    desk_reopen(&desk);
    assert_status(loy_member_add(desk.store, &form, AT + 9, &second), LOY_REPEATED);
    assert_memory_equal(&third, &second, sizeof first);
    /* Without a token every press makes one. */
    memset(form.form_token, 0, sizeof form.form_token);
    assert_status(add(&form), LOY_OK);
    assert_status(add(&form), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 4);
}

static void missing_is_a_cursor(void **state)
{
    (void)state;
    struct loy_member_form form = filled(LOY_REGISTRATION_NONE, person, 1);
    struct loy_form_field field = {.size = sizeof field};
    int64_t position = 0;
    static const char *const names[] = {"given_name", "telephone"};
    for (size_t i = 0; i < ROWS(names); i++) {
        assert_status(
            loy_form_missing_next(desk.store, LOY_REGISTRATION_PERSON, &form, &position, &field),
            LOY_OK);
        assert_string_equal(field.name, names[i]);
    }
    assert_status(
        loy_form_missing_next(desk.store, LOY_REGISTRATION_PERSON, &form, &position, &field),
        LOY_NONE);
}

static void wrong_calls(void **state)
{
    (void)state;
    const enum loy_registration lane = LOY_REGISTRATION_LANE;
    struct loy_form_field field = {.size = sizeof field}, small = {.size = sizeof field - 1};
    struct loy_member_form form = filled(LOY_REGISTRATION_NONE, person, 1), odd = form;
    struct loy_form_change wanted = {.size = sizeof wanted}, short_change = {.size = 1};
    int64_t at = 0, before = -1;
    struct loy_store *store = desk.store;
    assert_int_equal(loy_form_field_next(NULL, lane, &at, &field), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_field_next(store, lane, NULL, &field), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_field_next(store, lane, &before, &field), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_field_next(store, lane, &at, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_field_next(store, lane, &at, &small), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_missing_next(NULL, lane, &form, &at, &field), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_missing_next(store, lane, NULL, &at, &field), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_missing_next(store, lane, &form, NULL, &field), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_missing_next(store, lane, &form, &before, &field), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_missing_next(store, lane, &form, &at, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_missing_next(store, lane, &form, &at, &small), LOY_E_ARGUMENT);
    odd.fields = NULL;
    assert_int_equal(loy_form_missing_next(store, lane, &odd, &at, &field), LOY_E_ARGUMENT);
    odd.size--;
    assert_int_equal(loy_form_missing_next(store, lane, &odd, &at, &field), LOY_E_ARGUMENT);
    odd = filled(LOY_REGISTRATION_NONE, NULL, 0);
    assert_int_equal(loy_form_missing_next(store, lane, &odd, &at, &field), LOY_OK);
    assert_int_equal(loy_form_field_set(NULL, lane, LOY_ITEM_CARD, &wanted, AT), LOY_E_ARGUMENT);
    assert_int_equal(loy_form_field_set(store, lane, LOY_ITEM_CARD, NULL, AT), LOY_E_ARGUMENT);
    assert_int_equal(
        loy_form_field_set(store, lane, LOY_ITEM_CARD, &short_change, AT), LOY_E_ARGUMENT);
    enum loy_registration found;
    assert_int_equal(loy_registration_find("lane", NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_registration_find("lane", &found), LOY_OK);
}

/* A damaged store is a failure, not an empty form. */
static void damaged_forms(void **state)
{
    (void)state;
    struct loy_form_field field = {.size = sizeof field};
    struct loy_member_form form = filled(LOY_REGISTRATION_PERSON, person, ROWS(person));
    int64_t at = 0;
    desk_run(&desk, "DROP TABLE form_field");
    assert_int_equal(
        loy_form_field_next(desk.store, LOY_REGISTRATION_LANE, &at, &field), LOY_E_STORE);
    assert_int_equal(add(&form), LOY_E_STORE);
    assert_int_equal(change(LOY_REGISTRATION_LANE, LOY_ITEM_CARD, 0, NULL, "x"), LOY_E_STORE);
}

/* What is found by a number is found however it is written; what was typed comes back as typed. */
static void typed_and_normal(void **state)
{
    (void)state;
    struct loy_field_text fields[ROWS(firm)];
    char text[LOY_FIELD_TEXT_MAX];
    struct loy_id id, found;
    memcpy(fields, firm, sizeof firm);
    fields[5].text = "（０２７）８５３５ １２３４";
    fields[6].text = "９１３５０１００Ｍ０００１００Ｙ４３";
    struct loy_member_form form = filled(LOY_REGISTRATION_ORGANISATION, fields, ROWS(firm));
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_TELEPHONE, text), LOY_OK);
    assert_string_equal(text, fields[5].text);
    static const struct loy_field_text ways[] = {{LOY_FIELD_TELEPHONE, "02785351234"},
        {LOY_FIELD_TELEPHONE, "+86 27 8535 1234"}, {LOY_FIELD_TELEPHONE, "027-85351234转8"},
        {LOY_FIELD_TAX_NO, "91350100m000100y43"}, {LOY_FIELD_TAX_NO, "9135 0100 M000 100Y 43"}};
    for (size_t i = 0; i < ROWS(ways); i++) {
        print_message("%s\n", ways[i].text);
        assert_status(
            loy_member_find_indexed(desk.store, ways[i].field, ways[i].text, &found), LOY_OK);
        assert_memory_equal(&found, &id, sizeof id);
    }
}

/* ---- All that is wrong ------------------------------------------------------------------------
 */

/* "what: sentence" of each complaint, an upright bar behind each name. */
static void wrongs(const struct loy_member_form *form, char names[200])
{
    const char *what = NULL;
    int64_t position = 0;
    enum loy_status status;
    names[0] = '\0';
    while ((status = loy_member_wrong_next(desk.store, form, AT, &position, &what)) == LOY_OK) {
        assert_non_null(what);
        assert_true(loy_store_text(desk.store)[0]);
        snprintf(names + strlen(names), 200 - strlen(names), "%s|", what);
    }
    assert_status(status, LOY_NONE);
}

static void all_that_is_wrong(void **state)
{
    (void)state;
    const struct loy_field_text bad[] = {{LOY_FIELD_TELEPHONE, "12"}, {LOY_FIELD_FAX, " "},
        {LOY_FIELD_POSTCODE, "430022"}, {LOY_FIELD_EMAIL, "nobody"}, {LOY_FIELD_POSTCODE, "430022"},
        {(enum loy_field)99, "x"}};
    const struct loy_trait_text traits[] = {
        {"Passport no", "x"}, {"income", "a\tb"}, {"size", "L"}, {"size", "M"}, {"", "x"}};
    struct loy_member_form form = filled(LOY_REGISTRATION_NONE, bad, ROWS(bad));
    char names[200];
    form.traits = traits;
    form.trait_count = ROWS(traits);
    wrongs(&form, names);
    assert_string_equal(names, "telephone|email|postcode||name|Passport no|income|size||");
    form.kind = 7;
    form.field_count = 4;
    form.trait_count = LOY_TRAITS_MAX + 1;
    wrongs(&form, names);
    assert_string_equal(names, "kind|telephone|email|name|traits|");
    /* The first of them is what refuses the form. */
    assert_status(add(&form), LOY_E_FORMAT);
    form = filled(LOY_REGISTRATION_NONE, person, ROWS(person));
    form.channel = "pigeon";
    wrongs(&form, names);
    assert_string_equal(names, "channel|");
    form.channel = "bought";
    wrongs(&form, names);
    assert_string_equal(names, "legal_basis|");
    form.channel = "desk";
    form.initiated_by = 9;
    wrongs(&form, names);
    assert_string_equal(names, "initiated_by|");
    /* A wrong name is a name: it is not missing as well. */
    const struct loy_field_text torn[] = {{LOY_FIELD_NAME, "a\tb"}};
    form = filled(LOY_REGISTRATION_NONE, torn, 1);
    wrongs(&form, names);
    assert_string_equal(names, "name|");
    /* What a form requires is one complaint. */
    form = filled(LOY_REGISTRATION_ORGANISATION, firm, 1);
    wrongs(&form, names);
    assert_string_equal(names, "form|");
    form = filled(LOY_REGISTRATION_ORGANISATION, firm, ROWS(firm));
    wrongs(&form, names);
    assert_string_equal(names, "");
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 0);
}

static void all_that_is_wrong_refuses(void **state)
{
    (void)state;
    struct loy_member_form form = filled(LOY_REGISTRATION_NONE, NULL, 0);
    const char *what = NULL;
    int64_t position = 0, behind = -1;
    assert_int_equal(loy_member_wrong_next(NULL, &form, AT, &position, &what), LOY_E_ARGUMENT);
    assert_status(loy_member_wrong_next(desk.store, NULL, AT, &position, &what), LOY_E_ARGUMENT);
    assert_status(loy_member_wrong_next(desk.store, &form, AT, NULL, &what), LOY_E_ARGUMENT);
    assert_status(loy_member_wrong_next(desk.store, &form, AT, &behind, &what), LOY_E_ARGUMENT);
    assert_status(loy_member_wrong_next(desk.store, &form, AT, &position, NULL), LOY_E_ARGUMENT);
    form.field_count = 1;
    assert_status(loy_member_wrong_next(desk.store, &form, AT, &position, &what), LOY_E_ARGUMENT);
    form.field_count = 0;
    form.trait_count = 1;
    assert_status(loy_member_wrong_next(desk.store, &form, AT, &position, &what), LOY_E_ARGUMENT);
    form.trait_count = 0;
    form.size--;
    assert_status(loy_member_wrong_next(desk.store, &form, AT, &position, &what), LOY_E_ARGUMENT);
    assert_null(what);
    assert_int_equal(position, 0);
}

/* ---- What a shop makes of a form ---------------------------------------------------------------
 */

static void shortest_of_what_is_there(void **state)
{
    (void)state;
    struct loy_field_text fields[ROWS(firm)];
    struct loy_id id;
    char names[200];
    memcpy(fields, firm, sizeof firm);
    struct loy_member_form form = filled(LOY_REGISTRATION_ORGANISATION, fields, ROWS(firm));
    assert_status(
        change(LOY_REGISTRATION_ORGANISATION, LOY_FIELD_ADDRESS, LOY_NEED_OPTIONAL, NULL, NULL),
        LOY_OK);
    fields[2].text = "四川路";
    assert_status(add(&form), LOY_E_FORMAT);
    /* A name that is no text is told as that, not as too short. */
    fields[0].text = "a\tb";
    fields[2].text = " ";
    wrongs(&form, names);
    assert_string_equal(names, "name|");
    /* Without an address there is none to be too short. */
    fields[0].text = firm[0].text;
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    fields[2] = fields[ROWS(firm) - 1];
    form.field_count--;
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    struct loy_member_form person_form = filled(LOY_REGISTRATION_PERSON, person, ROWS(person));
    person_form.kind = LOY_MEMBER_ORGANISATION;
    wrongs(&person_form, names);
    assert_string_equal(names, "name|form|");
    assert_non_null(strstr(loy_store_text(desk.store), "for a person"));
}

static void card_may_be_required(void **state)
{
    (void)state;
    struct loy_member_form form = filled(LOY_REGISTRATION_PERSON, person, ROWS(person));
    assert_status(
        change(LOY_REGISTRATION_PERSON, LOY_ITEM_CARD, LOY_NEED_REQUIRED, NULL, NULL), LOY_OK);
    assert_status(add(&form), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(desk.store), "Card"));
    form.has_card = true;
    assert_status(add(&form), LOY_OK);
    /* Something is there that is no text: it is not missing. */
    const struct loy_field_text torn[] = {
        {LOY_FIELD_FAMILY_NAME, "a\tb"}, {LOY_FIELD_GIVEN_NAME, "x"}};
    struct loy_form_field field = {.size = sizeof field};
    int64_t at = 0;
    form = filled(LOY_REGISTRATION_PERSON, torn, ROWS(torn));
    form.has_card = true;
    assert_status(
        loy_form_missing_next(desk.store, LOY_REGISTRATION_PERSON, &form, &at, &field), LOY_NONE);
}

/* Labels as long as they may be: the sentence ends at a whole label. */
static void many_are_missing(void **state)
{
    (void)state;
    static const uint8_t fields[] = {LOY_FIELD_INDUSTRY, LOY_FIELD_ADDRESS, LOY_FIELD_POSTCODE,
        LOY_FIELD_TELEPHONE, LOY_FIELD_TAX_NO, LOY_FIELD_PURCHASERS};
    char label[LOY_FORM_LABEL_MAX];
    memset(label, 'x', sizeof label - 1);
    label[sizeof label - 1] = '\0';
    for (size_t i = 0; i < ROWS(fields); i++)
        assert_status(change(LOY_REGISTRATION_ORGANISATION, fields[i], 0, label, NULL), LOY_OK);
    struct loy_member_form form = filled(LOY_REGISTRATION_ORGANISATION, firm, 1);
    assert_status(add(&form), LOY_E_FORMAT);
    const char *text = loy_store_text(desk.store);
    assert_string_equal(text + strlen(text) - strlen(label), label);
    assert_true(strlen(text) < STORE_TEXT_MAX - 1);
}

static void labels_of_items_and_their_words(void **state)
{
    (void)state;
    assert_status(change(LOY_REGISTRATION_PURCHASER, LOY_ITEM_FUNCTION, 0, "Post", NULL), LOY_OK);
    assert_false(member_names_identity("a\tb"));
    assert_false(member_names_identity("id{--}9 card"));
    assert_false(member_names_identity("prepaid card"));
    assert_true(member_names_identity("{ID} -- card"));
    /* A store that fails says so, and nothing was changed. */
    desk_run(&desk,
        "CREATE TRIGGER no BEFORE INSERT ON form_field BEGIN SELECT RAISE(ABORT, 'no'); "
        "END");
    assert_true(change(LOY_REGISTRATION_PERSON, LOY_FIELD_SEX, 0, "Sex?", NULL) < LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM form_field"), 1);
}

static void telephones_without_a_plan(void **state)
{
    (void)state;
    char normal[LOY_FIELD_TEXT_MAX];
    assert_int_equal(member_telephone_normal("CN", "13800138000", normal), LOY_OK);
    assert_string_equal(normal, "+8613800138000");
    assert_int_equal(member_telephone_normal("CN", "12", normal), LOY_E_FORMAT);
}

#define desk_test(name) cmocka_unit_test_setup_teardown(name, open_cn, close_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(names_and_order),
        desk_test(organisation_needs),
        desk_test(not_of_the_future),
        desk_test(shortest_and_kind),
        cmocka_unit_test_setup_teardown(conditions_by_country, open_de, close_it),
        desk_test(person_and_lane),
        desk_test(doubtful_is_seen),
        desk_test(a_tax_number_without_letters),
        desk_test(every_country_has_words),
        desk_test(none_yet_is_for_managers),
        desk_test(shop_changes),
        desk_test(what_is_fixed),
        desk_test(identity_is_never_asked),
        desk_test(token_saves_once),
        desk_test(missing_is_a_cursor),
        desk_test(wrong_calls),
        desk_test(damaged_forms),
        desk_test(typed_and_normal),
        desk_test(all_that_is_wrong),
        desk_test(shortest_of_what_is_there),
        desk_test(card_may_be_required),
        desk_test(many_are_missing),
        desk_test(labels_of_items_and_their_words),
        desk_test(telephones_without_a_plan),
        desk_test(all_that_is_wrong_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
