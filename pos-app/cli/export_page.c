/* SPDX-License-Identifier: MIT
 *
 * export_page.c - a member's own copy as a page to read and print: no scripts, nothing from
 * outside. In: the object of export_rows.c. Out: HTML. Knows no store.
 */
#include "export.h"

#include <report/page.h>

#include <string.h>

static const char style[] =
    "body{margin:0 auto;padding:24px;max-width:1100px;color:#1c2128;background:#fff;"
    "font:14px/1.5 system-ui,'Noto Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',"
    "sans-serif}\n"
    "h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:32px 0 6px}"
    "p{margin:4px 0;max-width:80ch;color:#59636e}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:4px 10px 4px 0;border-bottom:1px solid "
    "#d5dae0;font-variant-numeric:tabular-nums}th{font-weight:600;color:#59636e;white-space:nowrap}"
    "td{overflow-wrap:break-word;min-width:4em}\n"
    "@media print{body{padding:0}h2{break-after:avoid}tr{break-inside:avoid}}\n";

struct column {
    const char *key, *label;
};
#define COLUMNS_MAX 14

static const struct section {
    const char *key, *title, *about;
    struct column columns[COLUMNS_MAX];
} sections[] = {
    {"values", N_("Your details"),
        N_("Every value you gave or that was entered for you, earlier ones too, and how it came."),
        {{"field", N_("field")}, {"text", N_("value")}, {"current", N_("current")},
            {"collected", N_("given")}, {"entered", N_("entered")}, {"channel", N_("channel")},
            {"initiated_by", N_("by")}, {"verified_by", N_("checked")},
            {"legal_basis", N_("legal basis")}}},
    {"cards", N_("Cards"), N_("Of a card's number only its end is kept in readable form."),
        {{"tail", N_("ends in")}, {"status", N_("state")}, {"issued", N_("issued")},
            {"expires", N_("expires")}, {"replaced_by", N_("replaced by")}}},
    {"purchasers", N_("Authorised purchasers"), NULL,
        {{"name", N_("name")}, {"function", N_("function")}, {"telephone", N_("telephone")},
            {"document", N_("document seen")}, {"authority", N_("authority")},
            {"until", N_("until")}, {"limit", N_("limit")}, {"active", N_("active")},
            {"used", N_("used")}}},
    {"consents", N_("Consents"),
        N_("What you agreed to or withdrew, and the words you were shown."),
        {{"at", N_("time")}, {"purpose", N_("purpose")}, {"given", N_("agreed")},
            {"channel", N_("channel")}, {"initiated_by", N_("by")}, {"text_version", N_("version")},
            {"text", N_("words")}, {"receipt", N_("receipt")}}},
    {"contacts", N_("Contacts"), NULL,
        {{"at", N_("time")}, {"kind", N_("kind")}, {"channel", N_("channel")},
            {"initiated_by", N_("by")}, {"campaign", N_("campaign")},
            {"incentive", N_("incentive")}, {"reason", N_("reason")}, {"article", N_("article")},
            {"text", N_("text")}, {"legal_basis", N_("legal basis")}}},
    {"notes", N_("Notes of the management"), NULL,
        {{"at", N_("time")}, {"kind", N_("kind")}, {"text", N_("text")}}},
    {"purchases", N_("Purchases"),
        N_("A row for each article: list price is per piece, discount and paid are for the row."),
        {{"at", N_("time")}, {"site", N_("shop")}, {"gtin", "GTIN"}, {"article", N_("article")},
            {"brand", N_("brand")}, {"colour", N_("colour")}, {"size", N_("size")},
            {"quantity", N_("quantity")}, {"list_price", N_("list price")},
            {"discount", N_("discount")}, {"promotion", N_("promotion")}, {"paid", N_("paid")},
            {"state", N_("state")}}},
    {"other", N_("Other entries"), N_("Ties to other registrations, confirmations, card states."),
        {{"kind", N_("kind")}, {"at", N_("time")}, {"member", N_("member")}, {"field", N_("field")},
            {"how", N_("how")}, {"text", N_("text")}}},
};

/* Codes for which the page has words; others are shown as they are. */
static const struct column words[] = {{"name", N_("name")}, {"family_name", N_("family name")},
    {"given_name", N_("given name")}, {"industry", N_("industry")}, {"address", N_("address")},
    {"telephone", N_("telephone")}, {"fax", N_("fax")}, {"section", N_("section")},
    {"district", N_("district")}, {"postcode", N_("postcode")}, {"tax_no", N_("tax number")},
    {"account_no", N_("account number")}, {"sex", N_("sex")}, {"birth_year", N_("year of birth")},
    {"household_size", N_("persons in the household")}, {"language", N_("language")},
    {"email", N_("e-mail address")}, {"trading_name", N_("trading name")},
    {"bank_name", N_("bank")}, {"licence_until", N_("licence valid until")},
    {"purchasers", N_("authorised purchasers")}, {"profiling", N_("profile")},
    {"marketing", N_("advertising")}, {"suppliers", N_("manufacturers' summaries")},
    {"scheme", N_("card scheme")}, {"customer", N_("you")}, {"staff", N_("staff")},
    {"import", N_("import")}, {"open", N_("open")}, {"closed", N_("paid for")},
    {"void", N_("cancelled")}, {"merge", N_("merging of two registrations")}};

static const char *word_of(const char *key, const char *code)
{
    static const char *const coded[] = {"field", "purpose", "initiated_by", "state", "channel"};
    bool is_code = false;
    for (size_t i = 0; i < sizeof coded / sizeof coded[0]; i++)
        is_code = is_code || strcmp(coded[i], key) == 0;
    for (size_t i = 0; is_code && i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].key, code) == 0) return _(words[i].label);
    return code;
}

static void put_value(struct page *page, const char *key, const json_t *value)
{
    if (json_is_boolean(value))
        page_text(page, json_is_true(value) ? _("yes") : _("no"));
    else if (json_is_integer(value))
        page_print(page, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        page_print(page, "%.6g", json_real_value(value));
    else
        page_text(page, json_is_string(value) ? word_of(key, json_string_value(value)) : "");
}

static void put_table(
    struct page *page, const json_t *rows, const struct column *columns, size_t columns_max)
{
    page_put(page, "<div class=\"wide\"><table><tr>");
    for (size_t i = 0; i < columns_max && columns[i].key; i++) {
        page_put(page, "<th>");
        page_text(page, _(columns[i].label));
    }
    for (size_t row = 0; row < json_array_size(rows); row++) {
        page_put(page, "\n<tr>");
        for (size_t i = 0; i < columns_max && columns[i].key; i++) {
            page_put(page, "<td>");
            put_value(
                page, columns[i].key, json_object_get(json_array_get(rows, row), columns[i].key));
        }
    }
    page_put(page, "</table></div>\n");
}

static void put_title(struct page *page, const char *title, const char *about)
{
    page_put(page, "<h2>");
    page_text(page, _(title));
    page_put(page, "</h2>\n");
    if (!about) return;
    page_put(page, "<p>");
    page_text(page, _(about));
    page_put(page, "</p>\n");
}

static void put_section(struct page *page, const struct section *section, const json_t *rows)
{
    put_title(page, section->title, section->about);
    if (json_array_size(rows) == 0) {
        page_put(page, "<p>");
        page_text(page, _("Nothing is kept here."));
        page_put(page, "</p>\n");
        return;
    }
    put_table(page, rows, section->columns, COLUMNS_MAX);
}

/* What is kept under the id of a registration that was merged into this one. */
static void put_merged(struct page *page, const json_t *one)
{
    page_put(page, "<h2>");
    page_text(page, _("Earlier registration"));
    page_put(page, " ");
    put_value(page, "member", json_object_get(one, "member"));
    page_put(page, "</h2>\n<p>");
    page_text(page, json_is_true(json_object_get(one, "final"))
                        ? _("It was merged with yours for good: nothing but its number is kept.")
                        : _("It was merged with yours, which can be undone for 90 days. Until then "
                            "this is kept."));
    page_put(page, "</p>\n");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        const json_t *rows = json_object_get(one, sections[i].key);
        if (json_array_size(rows) > 0) put_section(page, &sections[i], rows);
    }
}

static void put_profile(struct page *page, const json_t *profile)
{
    static const struct column columns[] = {{"name", N_("what")}, {"value", N_("value")},
        {"low", N_("from")}, {"high", N_("to")}, {"n", N_("observations")},
        {"standing", N_("standing")}};
    const json_t *rows = json_object_get(profile, "quantities");
    put_title(page, N_("Profile"),
        rows ? N_("What the shop worked out from your purchases, with 80 % intervals. It never "
                  "sets a price.")
             : N_("You have not agreed to a profile: none is made."));
    if (rows) put_table(page, rows, columns, sizeof columns / sizeof columns[0]);
}

static void put_head(struct page *page, const json_t *held)
{
    const json_t *member = json_object_get(held, "member"), *shop = json_object_get(held, "shop");
    page_put(page, "<h1>");
    page_text(page, _("All that this shop keeps of you"));
    page_put(page, "</h1>\n<p>");
    page_text(page, _("Shop"));
    page_put(page, " ");
    put_value(page, "site", json_object_get(shop, "site"));
    page_put(page, " · ");
    put_value(page, "exported", json_object_get(held, "exported"));
    page_put(page, " UTC · ");
    page_text(page, _("amounts in"));
    page_put(page, " ");
    put_value(page, "currency", json_object_get(shop, "currency"));
    page_put(page, "</p>\n<p>");
    page_text(page, _("Member"));
    page_put(page, " ");
    put_value(page, "id", json_object_get(member, "id"));
    page_put(page, " · ");
    page_text(page, _("registered"));
    page_put(page, " ");
    put_value(page, "created", json_object_get(member, "created"));
    page_put(page, "</p>\n");
}

void export_page(struct page *page, const json_t *held, bool chinese)
{
    page_put(page, "<!doctype html>\n<html lang=\"");
    page_put(page, chinese ? "zh-CN" : "en");
    page_put(page, "\"><meta charset=\"utf-8\">"
                   "<meta name=\"viewport\" content=\"width=device-width\"><title>");
    page_text(page, _("All that this shop keeps of you"));
    page_put(page, "</title>\n<style>");
    page_put(page, style);
    page_put(page, "</style>\n");
    put_head(page, held);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        put_section(page, &sections[i], json_object_get(held, sections[i].key));
    for (size_t i = 0; i < json_array_size(json_object_get(held, "merged")); i++)
        put_merged(page, json_array_get(json_object_get(held, "merged"), i));
    put_profile(page, json_object_get(held, "profile"));
    page_put(page, "</html>\n");
}
