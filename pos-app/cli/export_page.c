/* SPDX-License-Identifier: MIT
 *
 * export_page.c - a member's own copy as a page to read and print: no scripts, nothing from
 * outside. In: the object of export_rows.c; of the store labels and names of channels. Out: HTML.
 */
#include "code_words.h"
#include "export.h"

#include <loyalty/member_card.h>
#include <loyalty/quality.h>
#include <report/page.h>

#include <math.h>
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
    "td{overflow-wrap:break-word;min-width:4em}.t{white-space:nowrap}\n"
    "@media print{body{padding:0}h2{break-after:avoid}tr{break-inside:avoid}}\n";

struct column {
    const char *key, *label;
    uint8_t list; /* enum code_list */
};
#define COLUMNS_MAX 14

static const struct section {
    const char *key, *title, *about;
    struct column columns[COLUMNS_MAX];
} sections[] = {
    {"values", N_("Your details"),
        N_("Every value you gave or that was entered for you, earlier ones too, and how it came."),
        {{"field", N_("field"), CODE_FIELD}, {"text", N_("value"), CODE_PLAIN},
            {"current", N_("current"), CODE_PLAIN}, {"collected", N_("given"), CODE_TIME},
            {"entered", N_("entered"), CODE_TIME}, {"channel", N_("channel"), CODE_CHANNEL},
            {"initiated_by", N_("by"), CODE_WHO}, {"verified_by", N_("checked"), CODE_DOCUMENT},
            {"legal_basis", N_("legal basis"), CODE_PLAIN}}},
    {"cards", N_("Cards"), N_("Of a card's number only its end is kept in readable form."),
        {{"tail", N_("ends in"), CODE_PLAIN}, {"status", N_("state"), CODE_CARD},
            {"issued", N_("issued on"), CODE_TIME}, {"expires", N_("expires"), CODE_TIME},
            {"replaced_by", N_("replaced by"), CODE_PLAIN}}},
    {"card_events", N_("What became of the cards"), NULL,
        {{"at", N_("time"), CODE_TIME}, {"tail", N_("ends in"), CODE_PLAIN},
            {"status", N_("state"), CODE_CARD}, {"reason", N_("reason"), CODE_PLAIN}}},
    {"purchasers", N_("Authorised purchasers"), NULL,
        {{"name", N_("name"), CODE_PLAIN}, {"function", N_("function"), CODE_PLAIN},
            {"telephone", N_("telephone"), CODE_PLAIN},
            {"document", N_("document seen"), CODE_DOCUMENT},
            {"authority", N_("authority"), CODE_AUTHORITY}, {"until", N_("until"), CODE_TIME},
            {"limit", N_("limit"), CODE_PLAIN}, {"active", N_("active"), CODE_PLAIN},
            {"used", N_("used"), CODE_PLAIN}, {"forgotten", N_("name destroyed"), CODE_PLAIN}}},
    {"consents", N_("Consents"),
        N_("What you agreed to or withdrew, and the words you were shown."),
        {{"at", N_("time"), CODE_TIME}, {"purpose", N_("purpose"), CODE_PURPOSE},
            {"given", N_("agreed"), CODE_PLAIN}, {"channel", N_("channel"), CODE_CHANNEL},
            {"initiated_by", N_("by"), CODE_WHO}, {"text_version", N_("version"), CODE_PLAIN},
            {"text", N_("words"), CODE_PLAIN}, {"receipt", N_("receipt"), CODE_PLAIN}}},
    {"contacts", N_("Contacts"), NULL,
        {{"at", N_("time"), CODE_TIME}, {"kind", N_("kind"), CODE_CONTACT},
            {"channel", N_("channel"), CODE_CHANNEL}, {"initiated_by", N_("by"), CODE_WHO},
            {"campaign", N_("campaign"), CODE_PLAIN}, {"incentive", N_("incentive"), CODE_PLAIN},
            {"reason", N_("reason"), CODE_PLAIN}, {"article", N_("article"), CODE_PLAIN},
            {"text", N_("text"), CODE_PLAIN}, {"legal_basis", N_("legal basis"), CODE_PLAIN}}},
    {"notes", N_("Notes of the management"), NULL,
        {{"at", N_("time"), CODE_TIME}, {"kind", N_("kind"), CODE_NOTE},
            {"text", N_("text"), CODE_PLAIN}}},
    {"purchases", N_("Purchases"),
        N_("A row for each article: list price is per piece, discount and paid are for the row."),
        {{"at", N_("time"), CODE_PLAIN}, {"site", N_("shop"), CODE_PLAIN},
            {"gtin", "GTIN", CODE_PLAIN}, {"article", N_("article"), CODE_PLAIN},
            {"brand", N_("brand"), CODE_PLAIN}, {"colour", N_("colour"), CODE_PLAIN},
            {"size", N_("size"), CODE_PLAIN}, {"quantity", N_("quantity"), CODE_PLAIN},
            {"list_price", N_("list price"), CODE_PLAIN}, {"discount", N_("discount"), CODE_PLAIN},
            {"promotion", N_("promotion"), CODE_PLAIN}, {"paid", N_("paid"), CODE_PLAIN},
            {"state", N_("state"), CODE_BASKET}}},
    {"basket_steps", N_("What else is kept of a purchase"),
        N_("When it was tied to you, how it was paid (the kind only), coupons."),
        {{"kind", N_("kind"), CODE_HELD}, {"at", N_("time"), CODE_TIME},
            {"before", N_("due before"), CODE_PLAIN}, {"after", N_("due after"), CODE_PLAIN},
            {"tender", N_("paid with"), CODE_PLAIN}, {"amount", N_("amount"), CODE_PLAIN},
            {"rule", N_("promotion"), CODE_PLAIN}, {"serial", N_("serial number"), CODE_PLAIN}}},
    {"other", N_("Other entries"), N_("Ties to other registrations, confirmations, card states."),
        {{"kind", N_("kind"), CODE_HELD}, {"at", N_("time"), CODE_TIME},
            {"member", N_("member"), CODE_PLAIN}, {"field", N_("field"), CODE_FIELD},
            {"how", N_("how"), CODE_PLAIN}, {"text", N_("text"), CODE_CHANNEL},
            {"reason", N_("reason"), CODE_PLAIN}}},
};

/* Who reads it: labels and channels are the shop's. */
struct reader {
    struct page *page;
    struct loy_store *store;
    uint8_t kind;
    double unit; /* minor units in one of the currency */
};

static const char *text_of(const struct reader *reader, const struct column *column,
    const json_t *row, const json_t *value)
{
    const char *text = json_string_value(value);
    const char *field = json_string_value(json_object_get(row, "field"));
    if (!text) return "";
    if (!*text && field && strcmp(column->key, "text") == 0 && json_object_get(row, "current"))
        return _("(taken back)");
    if (strcmp(column->key, "text") == 0 && field && strcmp(field, "sex") == 0)
        return code_words(CODE_SEX, text);
    if (strcmp(column->key, "text") == 0 && column->list == CODE_CHANNEL &&
        strcmp(json_string_value(json_object_get(row, "kind")), "confirmation") != 0)
        return text;
    return code_of(reader->store, reader->kind, (enum code_list)column->list, text);
}

/* Of a profile: amounts are in minor units and shares parts of one, and a page is for people. */
static void put_number(const struct reader *reader, const json_t *row, double value)
{
    const char *name = json_string_value(json_object_get(row, "name"));
    if (name && strstr(name, "_minor"))
        page_print(reader->page, "%.2f", value / reader->unit);
    else if (name && strstr(name, "_share"))
        page_print(reader->page, "%.0f %%", 100 * value);
    else
        page_print(reader->page, "%.0f", value);
}

/* What the number of an entry means depends on its kind: rights.h, struct loy_held. */
static const char *how_of(const json_t *row, int how)
{
    const char *kind = json_string_value(json_object_get(row, "kind"));
    if (!kind) return "";
    if (strcmp(kind, "card") == 0)
        return code_words(CODE_CARD, loy_card_status_name((enum loy_card_status)how));
    if (strcmp(kind, "confirmation") == 0)
        return code_words(CODE_EVIDENCE, loy_evidence_name((enum loy_evidence)how));
    if (strcmp(kind, "claim") == 0) return how ? _("used") : _("open");
    if (strcmp(kind, "merged") == 0) return how == 1 ? _("undone") : how == 2 ? _("final") : "";
    return "";
}

static void put_cell(const struct reader *reader, const struct column *column, const json_t *row)
{
    struct page *page = reader->page;
    const json_t *value = json_object_get(row, column->key);
    if (json_is_boolean(value))
        page_text(page, json_is_true(value) ? _("yes") : _("no"));
    else if (strcmp(column->key, "how") == 0)
        page_text(page, how_of(row, (int)json_integer_value(value)));
    else if (json_is_integer(value))
        page_print(page, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        put_number(reader, row, json_real_value(value));
    else
        page_text(page, text_of(reader, column, row, value));
}

static void put_key(const struct reader *reader, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    page_text(reader->page, text ? text : "");
}

static void put_time(const struct reader *reader, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    page_text(reader->page, text ? code_of(reader->store, reader->kind, CODE_TIME, text) : "");
}

/* A date is not cut at its hyphens. */
static bool is_time(const char *key)
{
    static const char *const times[] = {"at", "collected", "entered", "issued", "expires", "until"};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (strcmp(times[i], key) == 0) return true;
    return false;
}

static void put_table(const struct reader *reader, const json_t *rows, const struct column *columns,
    size_t columns_max)
{
    struct page *page = reader->page;
    page_put(page, "<div class=\"wide\"><table><tr>");
    for (size_t i = 0; i < columns_max && columns[i].key; i++) {
        page_put(page, "<th>");
        page_text(page, _(columns[i].label));
    }
    for (size_t row = 0; row < json_array_size(rows); row++) {
        page_put(page, "\n<tr>");
        for (size_t i = 0; i < columns_max && columns[i].key; i++) {
            page_put(page, is_time(columns[i].key) ? "<td class=t>" : "<td>");
            put_cell(reader, &columns[i], json_array_get(rows, row));
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

static void put_section(
    const struct reader *reader, const struct section *section, const json_t *rows)
{
    put_title(reader->page, section->title, section->about);
    if (json_array_size(rows) == 0) {
        page_put(reader->page, "<p>");
        page_text(reader->page, _("Nothing is kept here."));
        page_put(reader->page, "</p>\n");
        return;
    }
    put_table(reader, rows, section->columns, COLUMNS_MAX);
}

/* What is kept under the id of a registration that was merged into this one. */
static void put_merged(const struct reader *reader, const json_t *one)
{
    struct page *page = reader->page;
    page_put(page, "<h2>");
    page_text(page, _("Earlier registration"));
    page_put(page, " ");
    put_key(reader, one, "member");
    page_put(page, "</h2>\n<p>");
    page_text(page, json_is_true(json_object_get(one, "final"))
                        ? _("It was merged with yours for good: nothing but its number is kept.")
                        : _("It was merged with yours, which can be undone for 90 days. Until then "
                            "this is kept."));
    page_put(page, "</p>\n");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        const json_t *rows = json_object_get(one, sections[i].key);
        if (json_array_size(rows) > 0) put_section(reader, &sections[i], rows);
    }
}

static void put_profile(const struct reader *reader, const json_t *profile)
{
    static const struct column columns[] = {{"name", N_("what"), CODE_QUANTITY},
        {"value", N_("value"), CODE_PLAIN}, {"low", N_("from"), CODE_PLAIN},
        {"high", N_("to"), CODE_PLAIN}, {"n", N_("observations"), CODE_PLAIN},
        {"standing", N_("standing"), CODE_SURENESS}};
    const json_t *rows = json_object_get(profile, "quantities");
    put_title(reader->page, N_("Profile"),
        rows ? N_("What the shop worked out from your purchases, with 80 % intervals. It never "
                  "sets a price.")
             : N_("You have not agreed to a profile: none is made."));
    if (rows) put_table(reader, rows, columns, sizeof columns / sizeof columns[0]);
}

static void put_head(const struct reader *reader, const json_t *held)
{
    struct page *page = reader->page;
    const json_t *member = json_object_get(held, "member"), *shop = json_object_get(held, "shop");
    page_put(page, "<h1>");
    page_text(page, _("All that this shop keeps of you"));
    page_put(page, "</h1>\n<p>");
    page_text(page, _("Shop"));
    page_put(page, " ");
    put_key(reader, shop, "site");
    page_put(page, " · ");
    put_time(reader, held, "exported");
    page_put(page, " · ");
    page_text(page, _("amounts in"));
    page_put(page, " ");
    put_key(reader, shop, "currency");
    page_put(page, "</p>\n<p>");
    page_text(page, _("Member"));
    page_put(page, " ");
    put_key(reader, member, "id");
    page_put(page, " · ");
    page_text(page, _("registered"));
    page_put(page, " ");
    put_time(reader, member, "created");
    page_put(page, "</p>\n");
}

void export_page(struct page *page, struct loy_store *store, const json_t *held, bool chinese)
{
    const char *kind = json_string_value(json_object_get(json_object_get(held, "member"), "kind"));
    struct loy_store_settings settings;
    loy_store_settings_get(store, &settings);
    const struct reader reader = {page, store,
        kind && strcmp(kind, "person") == 0 ? LOY_MEMBER_PERSON : LOY_MEMBER_ORGANISATION,
        pow(10, settings.minor_digits)};
    page_put(page, "<!doctype html>\n<html lang=\"");
    page_put(page, chinese ? "zh-CN" : "en");
    page_put(page, "\"><meta charset=\"utf-8\">"
                   "<meta name=\"viewport\" content=\"width=device-width\"><title>");
    page_text(page, _("All that this shop keeps of you"));
    page_put(page, "</title>\n<style>");
    page_put(page, style);
    page_put(page, "</style>\n");
    put_head(&reader, held);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        put_section(&reader, &sections[i], json_object_get(held, sections[i].key));
    for (size_t i = 0; i < json_array_size(json_object_get(held, "merged")); i++)
        put_merged(&reader, json_array_get(json_object_get(held, "merged"), i));
    put_profile(&reader, json_object_get(held, "profile"));
    page_put(page, "</html>\n");
}
