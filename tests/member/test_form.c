/* SPDX-License-Identifier: MIT
 *
 * test_form.c - registering and changing members: what is kept, how it lies in the files, what is
 * refused. In: forms. Out: fields read back, rows, sentences. */
#include "desk.h"

#include <loyalty/contact.h>

static struct desk desk = {.country = "CN"};

static const struct loy_field_text restaurant[] = {
    {LOY_FIELD_NAME, "四川风味饭店有限公司"},
    {LOY_FIELD_INDUSTRY, "餐饮"},
    {LOY_FIELD_ADDRESS, "武汉市江汉区解放大道６８８号"},
    {LOY_FIELD_TELEPHONE, "027-85351234"},
    {LOY_FIELD_FAX, "027 85351235"},
    {LOY_FIELD_SECTION, "JH-07"},
    {LOY_FIELD_DISTRICT, "江汉区"},
    {LOY_FIELD_POSTCODE, "430022"},
    {LOY_FIELD_TAX_NO, "91350100M000100Y43"},
    {LOY_FIELD_ACCOUNT_NO, "DE89 3704 0044 0532 0130 00"},
    {LOY_FIELD_PURCHASERS, "王小明; 李娜"},
    {LOY_FIELD_LANGUAGE, "zh_CN"},
    {LOY_FIELD_EMAIL, "Einkauf@Sichuan-House.example"},
    {LOY_FIELD_NAME, NULL},
};
static const struct loy_field_text household[] = {
    {LOY_FIELD_FAMILY_NAME, "Featherstonehaugh"},
    {LOY_FIELD_GIVEN_NAME, "Anna Maria"},
    {LOY_FIELD_TELEPHONE, "+49 (0)30 1234567"},
    {LOY_FIELD_SEX, "女"},
    {LOY_FIELD_BIRTH_YEAR, "１９８５"},
    {LOY_FIELD_HOUSEHOLD_SIZE, "3"},
    {LOY_FIELD_NAME, NULL},
};

static void comes_back_as_typed(void **state)
{
    (void)state;
    static const struct {
        enum loy_member_kind kind;
        const struct loy_field_text *fields;
    } forms[] = {{LOY_MEMBER_ORGANISATION, restaurant}, {LOY_MEMBER_PERSON, household}};
    for (size_t i = 0; i < ROWS(forms); i++) {
        struct loy_id id;
        struct loy_member member;
        assert_status(desk_add(&desk, forms[i].kind, forms[i].fields, &id), LOY_OK);
        desk_reopen(&desk);
        assert_status(loy_member_get(desk.store, &id, &member), LOY_OK);
        assert_int_equal(member.kind, forms[i].kind);
        assert_int_equal(member.created_at_us, AT);
        assert_false(member.pseudonymous);
        for (const struct loy_field_text *field = forms[i].fields; field->text; field++) {
            char text[LOY_FIELD_TEXT_MAX];
            assert_status(loy_member_field(desk.store, &id, field->field, text), LOY_OK);
            assert_string_equal(text, field->text);
        }
        char text[LOY_FIELD_TEXT_MAX];
        enum loy_field absent = i == 0 ? LOY_FIELD_SEX : LOY_FIELD_TAX_NO;
        assert_status(loy_member_field(desk.store, &id, absent, text), LOY_NONE);
    }
    struct loy_id unknown = {{1}};
    struct loy_member member;
    char text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_member_get(desk.store, &unknown, &member), LOY_NONE);
    assert_status(loy_member_field(desk.store, &unknown, LOY_FIELD_NAME, text), LOY_NONE);
}

/* No text of a person in any file, whether the lane runs, is closed, or has checkpointed. */
static void files_hold_no_plain_text(void **state)
{
    (void)state;
    static const char *const secrets[] = {"四川风味", "解放大道", "餐饮", "85351234",
        "91350100M000100Y43", "3704", "王小明", "Sichuan-House", "sichuan-house",
        "Featherstonehaugh", "featherstonehaugh", "Anna Maria", "1234567", "income 35-49K",
        "outside-ref-77"};
    const struct loy_trait_text trait = {"income", "income 35-49K"};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .fields = household,
        .field_count = ROWS(household) - 1,
        .traits = &trait,
        .trait_count = 1,
        .channel = "canary-channel",
        .initiated_by = LOY_INITIATIVE_STAFF,
        .reference = "outside-ref-77"};
    struct loy_id id;
    assert_status(loy_channel_add(desk.store, "canary-channel", NULL, false, AT), LOY_OK);
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, restaurant, &id), LOY_OK);
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    int64_t position = 0;
    assert_status(loy_member_next(desk.store, &position, "Anna", &id), LOY_OK);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < ROWS(secrets); i++) {
            print_message("round %d: %s\n", round, secrets[i]);
            assert_false(desk_files_hold(&desk, secrets[i], strlen(secrets[i])));
        }
        /* The scan sees what is there: the channel is in clear. */
        assert_true(desk_files_hold(&desk, "canary-channel", strlen("canary-channel")));
        if (round == 0) desk_run(&desk, "PRAGMA wal_checkpoint(TRUNCATE)");
        if (round == 1) desk_reopen(&desk);
    }
}

static void traits_and_reference(void **state)
{
    (void)state;
    const struct loy_trait_text traits[] = {{"income", "35-49K"}, {"household_id", "２７"}};
    struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .traits = traits,
        .trait_count = ROWS(traits),
        .channel = "import",
        .initiated_by = LOY_INITIATIVE_IMPORT,
        .pseudonymous = true,
        .reference = " household 27 "};
    struct loy_id id, found;
    struct loy_member member;
    char text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    assert_status(loy_member_get(desk.store, &id, &member), LOY_OK);
    assert_true(member.pseudonymous);
    assert_status(loy_member_trait(desk.store, &id, "income", text), LOY_OK);
    assert_string_equal(text, "35-49K");
    assert_status(loy_member_trait(desk.store, &id, "household_id", text), LOY_OK);
    assert_string_equal(text, "２７");
    assert_status(loy_member_trait(desk.store, &id, "shoe", text), LOY_NONE);
    assert_status(loy_member_find_reference(desk.store, "household  27", &found), LOY_OK);
    assert_memory_equal(&found, &id, sizeof id);
    assert_status(loy_member_find_reference(desk.store, "household 28", &found), LOY_NONE);
    assert_status(loy_member_add(desk.store, &form, AT, &found), LOY_E_CONFLICT);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 1);
    /* A name ends the pseudonym. */
    const struct loy_field_text name = {LOY_FIELD_NAME, "王芳"};
    assert_status(
        loy_member_set(desk.store, &id, &name, "desk", LOY_INITIATIVE_CUSTOMER, AT + 1), LOY_OK);
    assert_status(loy_member_get(desk.store, &id, &member), LOY_OK);
    assert_false(member.pseudonymous);
}

static void changing_keeps_what_was(void **state)
{
    (void)state;
    struct loy_id id, found;
    char text[LOY_FIELD_TEXT_MAX];
    const struct loy_field_text moved = {LOY_FIELD_TELEPHONE, "139 0000 1111"};
    const struct loy_field_text wrong = {LOY_FIELD_TELEPHONE, "ask me"};
    const struct loy_field_text gone = {LOY_FIELD_TELEPHONE, "  "};
    const struct loy_field_text nameless = {LOY_FIELD_NAME, " "};
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, restaurant, &id), LOY_OK);
    assert_status(
        loy_member_set(desk.store, &id, &moved, "call", LOY_INITIATIVE_CUSTOMER, AT + 5), LOY_OK);
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_TELEPHONE, text), LOY_OK);
    assert_string_equal(text, moved.text);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE field = 6"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE field = 6 AND "
                                        "version = 1 AND channel = 'desk' AND initiated_by = 1"),
        1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE field = 6 AND "
                                        "version = 2 AND channel = 'call' AND initiated_by = 1 "
                                        "AND collected_at_us = 1770000000000005 AND operator > 0"),
        1);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "+8613900001111", &found), LOY_OK);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "027-85351234", &found), LOY_NONE);
    assert_status(loy_member_set(desk.store, &id, &wrong, "desk", LOY_INITIATIVE_STAFF, AT + 6),
        LOY_E_FORMAT);
    assert_status(loy_member_set(desk.store, &id, &nameless, "desk", LOY_INITIATIVE_STAFF, AT + 6),
        LOY_E_FORMAT);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "13900001111", &found), LOY_OK);
    assert_status(
        loy_member_set(desk.store, &id, &gone, "desk", LOY_INITIATIVE_CUSTOMER, AT + 7), LOY_OK);
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_TELEPHONE, text), LOY_NONE);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "13900001111", &found), LOY_NONE);
}

static void consents(void **state)
{
    (void)state;
    struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .fields = household,
        .field_count = ROWS(household) - 1,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .consent = {false, true, false, true}};
    struct loy_id id;
    struct loy_member member;
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    assert_status(loy_member_get(desk.store, &id, &member), LOY_OK);
    assert_true(member.consent[LOY_PURPOSE_PROFILING] && member.consent[LOY_PURPOSE_SUPPLIERS]);
    assert_false(member.consent[LOY_PURPOSE_MARKETING]);
    assert_status(
        loy_member_consent(desk.store, &id, LOY_PURPOSE_PROFILING, false, "lane", AT + 1), LOY_OK);
    assert_status(
        loy_member_consent(desk.store, &id, LOY_PURPOSE_MARKETING, true, "lane", AT + 2), LOY_OK);
    assert_status(loy_member_get(desk.store, &id, &member), LOY_OK);
    assert_false(member.consent[LOY_PURPOSE_PROFILING]);
    assert_true(member.consent[LOY_PURPOSE_MARKETING]);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM consent WHERE purpose = 1"), 2);
}

/* ---- What is refused ---------------------------------------------------------------------------
 */

struct bad_row {
    enum loy_field field;
    const char *text;
    const char *sentence; /* NULL: it is accepted */
};
#define PHONE_FORM                                                                                 \
    "Telephone: something stands in it that belongs to no telephone number; expected is digits "   \
    "with blanks, hyphens or brackets, perhaps + in front and an extension behind"
#define PHONE_AREA                                                                                 \
    "Telephone: the area code is missing; expected is a whole number with its area code in "       \
    "front, such as 010 or 0755, or with + and the country code"
#define PHONE_CODE                                                                                 \
    "Telephone: there is no country code behind the + or 00; expected is + and the country code "  \
    "without a zero, such as +86 or +49"
#define PHONE_LENGTH                                                                               \
    "Telephone: it has too few or too many digits; expected is a whole number with its area "      \
    "code, or with + and the country code"
#define LINE "one line of text in UTF-8 is expected, without tabs or other control characters"
#define CARD                                                                                       \
    "Account number (account_no): it is the number of a payment card, which is not kept; "         \
    "expected is the number of the account: the IBAN, or that of the bank statement"
#define ACCOUNT                                                                                    \
    "Account number (account_no): an account number does not look like this; expected is an "      \
    "IBAN, 6 to 30 digits of an account with a bank, or the 3 to 34 letters and digits of a "      \
    "credit account with the shop"
#define POSTCODE                                                                                   \
    "Postcode: the postcode does not have this country's form; expected is 6 digits; for another " \
    "country its code in front, as in DE-10115"
#define YEAR                                                                                       \
    "Year of birth (birth_year): expected is a year of four digits from 1900 to this one or a "    \
    "band such as 1980-1989, never an age"
#define HOUSEHOLD                                                                                  \
    "Persons in the household (household_size): expected is a number of persons from 1 to 20"
#define SEX "Sex: expected is f, m, other or not-said"
#define EMAIL "E-mail (email): expected is an address such as name@example.com"
#define DATE "Licence valid until (licence_until): expected is a date such as 2027-12-31"

// clang-format off
static const struct bad_row bad_rows[] = {
    {LOY_FIELD_GIVEN_NAME, "A\tB", "Given name (given_name): " LINE},
    {LOY_FIELD_GIVEN_NAME, "A\nB", "Given name (given_name): " LINE},
    {LOY_FIELD_GIVEN_NAME, "A\xff" "B", "Given name (given_name): " LINE},
    {LOY_FIELD_GIVEN_NAME, "A\xe5\xbc", "Given name (given_name): " LINE},
    {LOY_FIELD_GIVEN_NAME, "\xed\xa0\x80", "Given name (given_name): " LINE},
    {LOY_FIELD_GIVEN_NAME, "A\xe2\x80\xae" "B", "Given name (given_name): " LINE},
    {LOY_FIELD_GIVEN_NAME, "Müller-Lüdenscheidt", NULL},
    {LOY_FIELD_ADDRESS, "Hauptstraße 1, 10115 Berlin", NULL},
    {LOY_FIELD_TELEPHONE, "24", PHONE_AREA},
    {LOY_FIELD_TELEPHONE, "62345678", PHONE_AREA}, /* no area code */
    {LOY_FIELD_TELEPHONE, "ask me please", PHONE_FORM},
    {LOY_FIELD_TELEPHONE, "+0123456789", PHONE_CODE},
    {LOY_FIELD_TELEPHONE, "+1234567890123456", PHONE_LENGTH},
    {LOY_FIELD_TELEPHONE, "1234567890123456789012345678901234567890", PHONE_LENGTH},
    {LOY_FIELD_TELEPHONE, "138 1234 5678", NULL},
    {LOY_FIELD_TELEPHONE, "400-800-1234", NULL},
    {LOY_FIELD_POSTCODE, "!", POSTCODE}, {LOY_FIELD_POSTCODE, "1012 AB", POSTCODE},
    {LOY_FIELD_POSTCODE, "NL-1012 AB", NULL}, {LOY_FIELD_POSTCODE, "４３００２２", NULL},
    {LOY_FIELD_SECTION, "地段一二三四五六七八九十一二三四五六七八", NULL},
    {LOY_FIELD_SECTION, "地段一二三四五六七八九十一二三四五六七八九", "Section: expected is at most 20 characters"},
    {LOY_FIELD_LICENCE_UNTIL, "2027-12-31", NULL}, {LOY_FIELD_LICENCE_UNTIL, "2028-02-29", NULL},
    {LOY_FIELD_LICENCE_UNTIL, "2000-02-29", NULL}, {LOY_FIELD_LICENCE_UNTIL, "2100-02-29", DATE},
    {LOY_FIELD_LICENCE_UNTIL, "2027-02-29", DATE}, {LOY_FIELD_LICENCE_UNTIL, "2027-04-31", DATE},
    {LOY_FIELD_LICENCE_UNTIL, "2027-13-01", DATE}, {LOY_FIELD_LICENCE_UNTIL, "2027-00-01", DATE},
    {LOY_FIELD_LICENCE_UNTIL, "2027-01-00", DATE}, {LOY_FIELD_LICENCE_UNTIL, "31.12.2027", DATE},
    {LOY_FIELD_LICENCE_UNTIL, "2027-1-1", DATE}, {LOY_FIELD_LICENCE_UNTIL, "2027-1a-01", DATE},
    {LOY_FIELD_TAX_NO, "none yet!", "Tax number (tax_no): a Unified Social Credit Code has 18 characters, and it has more or fewer; expected is all 18 characters as on the licence, or an older tax number of 15 or 20 digits"},
    {LOY_FIELD_TAX_NO, "91350100M000I00Y43", "Tax number (tax_no): a character stands in it that no Unified Social Credit Code has; expected is digits and capital letters without I, O, S, V and Z (mostly 1, 0, 5, U and 2 were meant)"},
    {LOY_FIELD_TAX_NO, "91350211M0000XUF46", NULL}, {LOY_FIELD_TAX_NO, "440301123456789", NULL},
    {LOY_FIELD_TAX_NO, "DE 136.695.975", "Tax number (tax_no): a check digit of the VAT number is wrong; expected is each digit as on an invoice of the member; often two are swapped"},
    {LOY_FIELD_TAX_NO, "DE 136.695.976", NULL},
    {LOY_FIELD_ACCOUNT_NO, "4111 1111 1111 1111", CARD},
    {LOY_FIELD_ACCOUNT_NO, "5555-5555-5555-4444", CARD},
    {LOY_FIELD_ACCOUNT_NO, "４１１１１１１１１１１１１１１１", CARD},
    {LOY_FIELD_ACCOUNT_NO, "4111111111111112", NULL},
    {LOY_FIELD_ACCOUNT_NO, "DE89370400440532013000", NULL},
    {LOY_FIELD_ACCOUNT_NO, "x", ACCOUNT},
    {LOY_FIELD_SEX, "yes", SEX},
    {LOY_FIELD_SEX, "fm", SEX},
    {LOY_FIELD_SEX, "|", SEX},
    {LOY_FIELD_SEX, "F", NULL}, {LOY_FIELD_SEX, "female", NULL}, {LOY_FIELD_SEX, "女", NULL},
    {LOY_FIELD_SEX, "M", NULL}, {LOY_FIELD_SEX, "Male", NULL}, {LOY_FIELD_SEX, "男", NULL},
    {LOY_FIELD_SEX, "other", NULL}, {LOY_FIELD_SEX, "not said", NULL}, {LOY_FIELD_SEX, "MÄNNLICH", NULL},
    {LOY_FIELD_BIRTH_YEAR, "1899", YEAR},
    {LOY_FIELD_BIRTH_YEAR, "2027", YEAR},
    {LOY_FIELD_BIRTH_YEAR, "85", YEAR},
    {LOY_FIELD_BIRTH_YEAR, "1985-02-01", YEAR},
    {LOY_FIELD_BIRTH_YEAR, "19850", YEAR}, {LOY_FIELD_BIRTH_YEAR, "25-34", YEAR},
    {LOY_FIELD_BIRTH_YEAR, "35", YEAR}, {LOY_FIELD_BIRTH_YEAR, "1989-1980", YEAR},
    {LOY_FIELD_BIRTH_YEAR, "1980-1980", YEAR}, {LOY_FIELD_BIRTH_YEAR, "1899-1910", YEAR},
    {LOY_FIELD_BIRTH_YEAR, "2020-2029", YEAR}, {LOY_FIELD_BIRTH_YEAR, "1980/1989", YEAR},
    {LOY_FIELD_BIRTH_YEAR, "1980-198x", YEAR}, {LOY_FIELD_BIRTH_YEAR, "19x0-1989", YEAR},
    {LOY_FIELD_BIRTH_YEAR, "1980-19890", YEAR}, {LOY_FIELD_BIRTH_YEAR, "1980–1989", NULL},
    {LOY_FIELD_BIRTH_YEAR, "1980-1989", NULL}, {LOY_FIELD_BIRTH_YEAR, "１９８０－１９８９", NULL},
    {LOY_FIELD_BIRTH_YEAR, "1900", NULL},
    {LOY_FIELD_BIRTH_YEAR, "2026", NULL},
    {LOY_FIELD_HOUSEHOLD_SIZE, "0", HOUSEHOLD},
    {LOY_FIELD_HOUSEHOLD_SIZE, "21", HOUSEHOLD},
    {LOY_FIELD_HOUSEHOLD_SIZE, "2.5", HOUSEHOLD},
    {LOY_FIELD_HOUSEHOLD_SIZE, "-1", HOUSEHOLD},
    {LOY_FIELD_HOUSEHOLD_SIZE, "20", NULL},
    {LOY_FIELD_LANGUAGE, "?", "Language: expected is a language's code such as zh_CN, en or de"},
    {LOY_FIELD_EMAIL, "anna", EMAIL},
    {LOY_FIELD_EMAIL, "@shop.example", EMAIL},
    {LOY_FIELD_EMAIL, "a@b@example.com", EMAIL},
    {LOY_FIELD_EMAIL, "a b@example.com", EMAIL},
    {LOY_FIELD_EMAIL, "a@example", EMAIL},
    {LOY_FIELD_EMAIL, "a@example.com", NULL},
};
// clang-format on

static void wrong_values_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(bad_rows); i++) {
        const struct bad_row *row = &bad_rows[i];
        const struct loy_field_text fields[] = {
            {LOY_FIELD_FAMILY_NAME, "张"}, {row->field, row->text}, {LOY_FIELD_NAME, NULL}};
        struct loy_id id;
        print_message("%s %s\n", loy_field_name(row->field), row->text);
        int64_t before = desk_number(&desk, "SELECT count(*) FROM member");
        enum loy_status status = desk_add(&desk, LOY_MEMBER_PERSON, fields, &id);
        assert_int_equal(status, row->sentence ? LOY_E_FORMAT : LOY_OK);
        int64_t after = desk_number(&desk, "SELECT count(*) FROM member");
        assert_int_equal(after - before, row->sentence ? 0 : 1);
        if (!row->sentence) continue;
        assert_string_equal(loy_store_text(desk.store), row->sentence);
        if (strlen(row->text) > 5) assert_null(strstr(loy_store_text(desk.store), row->text));
    }
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field f LEFT JOIN member m "
                                        "ON m.id = f.member WHERE m.id IS NULL"),
        0);
}

static void long_values(void **state)
{
    (void)state;
    char text[LOY_FIELD_TEXT_MAX + 8];
    struct loy_id id;
    const struct loy_field_text fields[] = {
        {LOY_FIELD_NAME, "A"}, {LOY_FIELD_PURCHASERS, text}, {LOY_FIELD_NAME, NULL}};
    memset(text, 'x', sizeof text);
    text[LOY_FIELD_TEXT_MAX] = '\0';
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &id), LOY_E_FORMAT);
    text[LOY_FIELD_TEXT_MAX - 1] = '\0';
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &id), LOY_OK);
    /* One character of three bytes that becomes eighteen under NFKC (U+FDFA). */
    text[0] = '\0';
    for (int i = 0; i < 100; i++)
        strcat(text, "\xef\xb7\xba");
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &id), LOY_E_FORMAT);
}

static void forms_need_their_basics(void **state)
{
    (void)state;
    const struct loy_field_text given[] = {{LOY_FIELD_GIVEN_NAME, "Anna"}, {LOY_FIELD_NAME, " "}};
    const struct loy_field_text family[] = {{LOY_FIELD_FAMILY_NAME, "张"}};
    const struct loy_field_text twice[] = {{LOY_FIELD_NAME, "A"}, {LOY_FIELD_NAME, "B"}};
    const struct loy_field_text odd[] = {{(enum loy_field)99, "A"}};
    const struct loy_trait_text same[] = {{"shoe", "42"}, {"shoe", "43"}};
    const struct loy_member_form good = {.size = sizeof good,
        .kind = LOY_MEMBER_PERSON,
        .fields = family,
        .field_count = 1,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER};
    struct loy_member_form forms[10];
    for (size_t i = 0; i < ROWS(forms); i++)
        forms[i] = good;
    forms[0].kind = 3;
    forms[1].kind = LOY_MEMBER_ORGANISATION;
    forms[2].fields = given, forms[2].field_count = 2;
    forms[3].fields = twice, forms[3].field_count = 2;
    forms[4].channel = "";
    forms[5].channel = NULL;
    forms[6].initiated_by = 0;
    forms[7].channel = "bought";
    forms[8].traits = same, forms[8].trait_count = 2;
    forms[9].reference = " ";
    struct loy_id id;
    for (size_t i = 0; i < ROWS(forms); i++) {
        print_message("form %zu\n", i);
        assert_status(loy_member_add(desk.store, &forms[i], AT, &id), LOY_E_FORMAT);
        print_message("%s\n", loy_store_text(desk.store));
    }
    struct loy_member_form form = good;
    form.fields = odd;
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_E_ARGUMENT);
    form = good;
    form.size = sizeof form - 1;
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_E_ARGUMENT);
    form = good;
    form.channel = "bought", form.legal_basis = "contract of 2025-11-02";
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 1);
}

/* ---- Envelopes, roles, transactions
 * -------------------------------------------------------------- */

static void envelopes_stay_where_they_are(void **state)
{
    (void)state;
    char text[LOY_FIELD_TEXT_MAX];
    struct loy_id first = desk_person(&desk, "张伟"), second = desk_person(&desk, "李娜");
    desk_run(&desk,
        "UPDATE member_field SET value = (SELECT value FROM member_field WHERE member = 1 "
        "AND field = 1) WHERE member = 2 AND field = 1");
    assert_status(loy_member_field(desk.store, &first, LOY_FIELD_NAME, text), LOY_OK);
    enum loy_status status = loy_member_field(desk.store, &second, LOY_FIELD_NAME, text);
    assert_true(status < LOY_OK);
    assert_non_null(strstr(loy_store_text(desk.store), "does not open"));
    /* Nor in another column or version of the same member. */
    desk_run(&desk, "UPDATE member_field SET value = normal WHERE member = 1");
    assert_true(loy_member_field(desk.store, &first, LOY_FIELD_NAME, text) < LOY_OK);
}

static void roles(void **state)
{
    (void)state;
    struct loy_id id;
    char text[LOY_FIELD_TEXT_MAX];
    const struct loy_field_text value = {LOY_FIELD_NAME, "X"};
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, restaurant, &id), LOY_OK);
    desk.store->role = LOY_ROLE_CASHIER;
    desk_person(&desk, "Lane Customer");
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_NAME, text), LOY_OK);
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_ACCOUNT_NO, text), LOY_E_ACCESS);
    assert_status(
        loy_member_set(desk.store, &id, &value, "lane", LOY_INITIATIVE_STAFF, AT), LOY_E_ACCESS);
    desk.store->role = LOY_ROLE_ANALYST;
    const struct loy_field_text fields[] = {value, {LOY_FIELD_NAME, NULL}};
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &id), LOY_E_ACCESS);
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_NAME, text), LOY_E_ACCESS);
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_DISTRICT, text), LOY_OK);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "02785351234", &id), LOY_E_ACCESS);
    int64_t position = 0;
    assert_status(loy_member_next(desk.store, &position, "四川", &id), LOY_E_ACCESS);
    assert_status(loy_member_next(desk.store, &position, NULL, &id), LOY_OK);
}

static void imports_go_on_after_a_bad_row(void **state)
{
    (void)state;
    struct loy_id id;
    const struct loy_field_text bad[] = {{LOY_FIELD_GIVEN_NAME, "only"}, {LOY_FIELD_NAME, NULL}};
    assert_status(loy_store_begin(desk.store), LOY_OK);
    desk_person(&desk, "张伟");
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, bad, &id), LOY_E_FORMAT);
    desk_person(&desk, "李娜");
    assert_status(loy_store_commit(desk.store), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 2);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    desk_person(&desk, "赵敏");
    loy_store_rollback(desk.store);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field"), 2);
}

static void audit_names_nobody(void **state)
{
    (void)state;
    struct loy_id id;
    struct loy_audit_entry entry;
    bool added = false;
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, restaurant, &id), LOY_OK);
    const struct loy_field_text value = {LOY_FIELD_NAME, "Geheim GmbH"};
    assert_status(
        loy_member_set(desk.store, &id, &value, "desk", LOY_INITIATIVE_CUSTOMER, AT + 1), LOY_OK);
    bool set = false;
    for (int64_t after = 0; loy_audit_next(desk.store, after, &entry) == LOY_OK;) {
        after = entry.sequence;
        assert_null(strstr(entry.object, "Geheim"));
        added = added || strcmp(entry.action, "member.add") == 0;
        if (strcmp(entry.action, "member.set") != 0) continue;
        set = true;
        assert_non_null(strstr(entry.object, " name"));
    }
    assert_true(added && set);
}

static void field_names(void **state)
{
    (void)state;
    enum loy_field field;
#define ROW(symbol, number, name, indexed)                                                         \
    assert_string_equal(loy_field_name(symbol), name);                                             \
    assert_int_equal(loy_field_find(name, &field), LOY_OK);                                        \
    assert_int_equal(field, number);
    LOY_FIELDS(ROW)
#undef ROW
    assert_null(loy_field_name((enum loy_field)0));
    assert_int_equal(loy_field_find("shoe", &field), LOY_NONE);
}

#define desk_test(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(comes_back_as_typed),
        desk_test(files_hold_no_plain_text),
        desk_test(traits_and_reference),
        desk_test(changing_keeps_what_was),
        desk_test(consents),
        desk_test(wrong_values_are_told),
        desk_test(long_values),
        desk_test(forms_need_their_basics),
        desk_test(envelopes_stay_where_they_are),
        desk_test(roles),
        desk_test(imports_go_on_after_a_bad_row),
        desk_test(audit_names_nobody),
        cmocka_unit_test(field_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
