/* SPDX-License-Identifier: MIT
 *
 * customer_html.c - the file of one customer on one page of A4: who it is, who buys, what was
 * bought, what may be expected and how surely. In: what was gathered. Out: HTML without scripts or
 * outside requests. Must not know the store.
 */
#include "customer.h"
#include "customer_words.h"
#include "words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char style[] =
    "@page{size:A4;margin:9mm 12mm}*{box-sizing:border-box}"
    "body{margin:0 auto;padding:14px;max-width:186mm;color:#1c2128;background:#fff;"
    "font:9pt/1.32 system-ui,'Segoe UI','Noto Sans','Noto Sans CJK SC','PingFang SC',"
    "'Microsoft YaHei',sans-serif}"
    "header{display:flex;justify-content:space-between;align-items:flex-end;gap:8mm;"
    "border-bottom:2px solid #1c2128;padding-bottom:2mm;margin-bottom:3mm}"
    "h1{margin:0;font-size:17pt;line-height:1.15;overflow-wrap:anywhere}"
    "h1 small{display:block;font-size:9.4pt;font-weight:400;color:#59636e}"
    "header aside{text-align:right;color:#59636e;font-size:8.2pt;white-space:nowrap}"
    "header b{color:#1c2128}"
    ".three{display:grid;grid-template-columns:4fr 8fr 8fr;gap:0 6mm;margin-top:1mm}"
    ".name{width:100%;max-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}"
    "main{display:grid;grid-template-columns:1fr 1fr;gap:2.6mm 8mm}"
    ".wide{grid-column:1/-1}"
    "h2{margin:0 0 1mm;font-size:10pt;border-bottom:.6pt solid #b8c0c9;padding-bottom:.4mm}"
    "table{border-collapse:collapse;width:100%}th,td{padding:.25mm 0;text-align:left;"
    "vertical-align:baseline;font-weight:400;overflow-wrap:anywhere}"
    "th{color:#59636e;padding-right:3mm;white-space:nowrap;width:1%}"
    "thead th{font-size:8.2pt}thead th.n{padding-right:0}thead "
    "th:first-child{width:auto}.n{width:1%;text-align:right;white-space:nowrap;padding-left:3mm;"
    "font-variant-numeric:tabular-nums}"
    ".soft,p{color:#59636e;margin:0;font-size:8.4pt}.pairs{display:flex;gap:.5mm "
    "7mm;flex-wrap:wrap}"
    ".pairs b{font-weight:600}table+table{margin-top:1.6mm}"
    ".mark{width:1%;white-space:nowrap;color:#59636e;font-size:8.2pt;padding-left:3mm;text-align:"
    "right}"
    "dl{margin:0}dt{color:#59636e;font-size:8.4pt}dd{margin:0 0 .8mm;overflow-wrap:anywhere}"
    ".notes{display:grid;grid-template-columns:1fr 1fr;gap:0 8mm;font-size:8.4pt}"
    /* What is longer than its place ends in dots: the page stays one page. */
    ".notes dd,.field{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4;"
    "overflow:hidden}.field{-webkit-line-clamp:2}.whole{-webkit-line-clamp:3}"
    ".side section+section{margin-top:2.6mm}"
    "footer{margin-top:3mm;border-top:.6pt solid #b8c0c9;padding-top:1mm;color:#59636e;"
    "font-size:7.8pt;display:flex;justify-content:space-between}"
    "@media print{body{padding:0;max-width:none}main>section{break-inside:avoid}}";

struct sheet {
    const struct customer *customer;
    struct page *page;
    bool chinese;
};

static const char *word(const struct sheet *sheet, enum customer_word which)
{
    return customer_word(which, sheet->chinese);
}

static void put(const struct sheet *sheet, const char *open, const char *text, const char *close)
{
    page_put(sheet->page, open);
    page_text(sheet->page, text);
    page_put(sheet->page, close);
}

static void put_word(
    const struct sheet *sheet, const char *open, enum customer_word which, const char *close)
{
    put(sheet, open, word(sheet, which), close);
}

static const char *fill(const struct sheet *sheet, char text[256], enum customer_word which,
    const char *one, const char *two, const char *three)
{
    return report_fill(text, 256, word(sheet, which), one, two, three);
}

/* "2026-03-01" at that offset from UTC. */
static const char *day_at(int64_t at_us, int64_t offset_min, char text[40])
{
    const int64_t us = at_us + offset_min * 60000000;
    const time_t seconds = (time_t)(us / 1000000 - (us % 1000000 < 0));
    struct tm parts;
    if (!gmtime_r(&seconds, &parts) || !strftime(text, 40, "%Y-%m-%d", &parts)) strcpy(text, "?");
    return text;
}

/* The same in the shop's zone, which is the process's, as it is at that moment. */
static const char *day(int64_t at_us, char text[40])
{
    const time_t seconds = (time_t)(at_us / 1000000 - (at_us % 1000000 < 0));
    struct tm parts;
    return day_at(at_us, localtime_r(&seconds, &parts) ? parts.tm_gmtoff / 60 : 0, text);
}

static const char *money(const struct sheet *sheet, int64_t minor, char text[48])
{
    char whole[REPORT_NUMBER_SIZE];
    int64_t unit = 1;
    for (unsigned i = 0; i < sheet->customer->minor_digits; i++)
        unit *= 10;
    /* Whole units: a page to read, not to add up. */
    snprintf(text, 48, "%s", report_number((minor + (minor < 0 ? -unit : unit) / 2) / unit, whole));
    return text;
}

static void put_more(const struct sheet *sheet, size_t all, size_t shown)
{
    char number[24], text[256];
    if (all <= shown) return;
    snprintf(number, sizeof number, "%zu", all - shown);
    put(sheet, "<p>", fill(sheet, text, C_MORE, number, NULL, NULL), "</p>\n");
}

/* ---- Who ------------------------------------------------------------------------------------ */

static void put_head(const struct sheet *sheet)
{
    const struct customer *c = sheet->customer;
    char text[256], date[40], id[LOY_ID_TEXT_SIZE];
    loy_id_text(&c->id, id);
    page_print(sheet->page,
        "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
        word(sheet, C_LANG));
    page_put(sheet->page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
    put_word(sheet, "<title>", C_TITLE, "</title>\n<style>");
    page_put(sheet->page, style);
    page_put(sheet->page, "</style>\n</head>\n<body>\n<header>\n<h1>");
    page_text(sheet->page, c->name[0] ? c->name : word(sheet, C_PSEUDONYMOUS));
    put(sheet, "<small>", c->reading, "</small></h1>\n");
    put_word(sheet, "<aside><b>", C_TITLE, "</b> · ");
    page_text(
        sheet->page, word(sheet, c->member.kind == LOY_MEMBER_PERSON ? C_PERSON : C_ORGANISATION));
    day(c->member.created_at_us, date);
    put(sheet, "<br>", fill(sheet, text, C_SINCE, date, NULL, NULL), "<br>");
    page_text(sheet->page, id);
    page_put(sheet->page, "</aside>\n</header>\n<main>\n");
}

/* In the order of the page; the name is its title. */
static const enum loy_field field_rows[] = {LOY_FIELD_TRADING_NAME, LOY_FIELD_INDUSTRY,
    LOY_FIELD_ADDRESS, LOY_FIELD_DISTRICT, LOY_FIELD_SECTION, LOY_FIELD_POSTCODE,
    LOY_FIELD_TELEPHONE, LOY_FIELD_FAX, LOY_FIELD_EMAIL, LOY_FIELD_TAX_NO, LOY_FIELD_LICENCE_UNTIL,
    LOY_FIELD_BANK_NAME, LOY_FIELD_ACCOUNT_NO, LOY_FIELD_PURCHASERS, LOY_FIELD_SEX,
    LOY_FIELD_BIRTH_YEAR, LOY_FIELD_HOUSEHOLD_SIZE, LOY_FIELD_LANGUAGE};

static const char *value_words(const struct sheet *sheet, enum loy_field field)
{
    static const struct {
        const char *code;
        enum customer_word word;
    } sexes[] = {{"f", C_FEMALE}, {"m", C_MALE}, {"other", C_OTHER}, {"not-said", C_NOT_SAID}};
    const char *text = sheet->customer->fields[field];
    for (size_t i = 0; field == LOY_FIELD_SEX && i < sizeof sexes / sizeof sexes[0]; i++)
        if (strcmp(sexes[i].code, text) == 0) return word(sheet, sexes[i].word);
    return text;
}

static void put_identity(const struct sheet *sheet)
{
    put_word(sheet, "<section>\n<h2>", C_IDENTITY, "</h2>\n<table>\n");
    for (size_t i = 0; i < sizeof field_rows / sizeof field_rows[0]; i++) {
        const enum loy_field field = field_rows[i];
        const char *text = value_words(sheet, field);
        /* Those who may buy stand beside it, one by one. */
        bool listed = field == LOY_FIELD_PURCHASERS && sheet->customer->people_count > 0;
        if (!text[0] || listed) continue;
        put(sheet, "<tr><th>", sheet->customer->labels[field], "</th>");
        bool address = field == LOY_FIELD_ADDRESS;
        put(sheet, address ? "<td><span class='field whole'>" : "<td><span class=field>", text,
            "</span></td></tr>\n");
    }
    page_put(sheet->page, "</table>\n</section>\n");
}

static void put_person(const struct sheet *sheet, const struct customer_person *person)
{
    char text[256], date[40];
    const char *authority = word(sheet, person->authority == 3 ? C_ONCE : C_PERMANENT);
    if (person->authority == 2)
        authority = fill(sheet, text, C_UNTIL, day(person->until_us, date), NULL, NULL);
    put(sheet, "<tr><td class=name>", person->name, "");
    if (person->function[0]) put(sheet, " <span class=soft>", person->function, "</span>");
    put(sheet, "</td><td class=mark>", authority, "");
    if (person->card[0]) put(sheet, " · …", person->card, "");
    page_put(sheet->page, "</td></tr>\n");
}

static void put_people(const struct sheet *sheet)
{
    const struct customer *c = sheet->customer;
    size_t people = c->people_count < CUSTOMER_PURCHASERS ? c->people_count : CUSTOMER_PURCHASERS;
    size_t cards = c->card_count < CUSTOMER_CARDS ? c->card_count : CUSTOMER_CARDS;
    put_word(sheet, "<section>\n<h2>", C_PEOPLE, "</h2>\n<table>\n");
    for (size_t i = 0; i < people; i++)
        put_person(sheet, &c->people[i]);
    page_put(sheet->page, "</table>\n");
    bool organisation = c->member.kind == LOY_MEMBER_ORGANISATION;
    if (people == 0 && organisation) put_word(sheet, "<p>", C_NO_PEOPLE, "</p>\n");
    put_more(sheet, c->people_count, people);
    page_put(sheet->page, "<table>\n");
    for (size_t i = 0; i < cards; i++) {
        char date[40] = "";
        if (c->cards[i].issued_at_us) day(c->cards[i].issued_at_us, date);
        put(sheet, "<tr><td>…", c->cards[i].tail, "</td>");
        unsigned status = c->cards[i].status;
        if (status < LOY_CARD_STOCK || status > LOY_CARD_WITHDRAWN) status = LOY_CARD_STOCK;
        put_word(sheet, "<td>", (enum customer_word)(C_STOCK + status - LOY_CARD_STOCK), "");
        put(sheet, "</td><td class=mark>", date, "");
        date[0] = '\0';
        if (status > LOY_CARD_ISSUED && c->card_since_us[i]) day(c->card_since_us[i], date);
        put(sheet, date[0] ? " → " : "", date, "</td></tr>\n");
    }
    page_put(sheet->page, "</table>\n");
    if (cards == 0) put_word(sheet, "<p>", C_NO_CARD, "</p>\n");
    put_more(sheet, c->card_count, cards);
    page_put(sheet->page, "</section>\n");
}

/* ---- Purchases ------------------------------------------------------------------------------ */

static void put_groups(const struct sheet *sheet, const struct customer_groups *groups,
    enum customer_word head, size_t shown)
{
    int64_t total = 0;
    char text[256], amount[48];
    for (size_t i = 0; i < groups->count; i++)
        total += groups->groups[i].paid_minor;
    put_word(sheet, "<div><table><thead><tr><th>", head, "</th>");
    put(sheet, "<th class=n>", fill(sheet, text, C_PAID, sheet->customer->currency, NULL, NULL),
        "</th>");
    put_word(sheet, "<th class=n>", C_SHARE, "</th></tr></thead>\n");
    for (size_t i = 0; i < groups->count && i < shown; i++) {
        const struct customer_group *group = &groups->groups[i];
        put(sheet, "<tr><td class=name>", group->name, "</td>");
        put(sheet, "<td class=n>", money(sheet, group->paid_minor, amount), "</td>");
        if (total > 0)
            page_print(sheet->page, "<td class=n>%.0f %%</td></tr>\n",
                100.0 * (double)group->paid_minor / (double)total);
        else
            page_put(sheet->page, "<td></td></tr>\n");
    }
    page_put(sheet->page, "</table>\n");
    put_more(sheet, groups->count, shown);
    page_put(sheet->page, "</div>\n");
}

static void put_fact(const struct sheet *sheet, enum customer_word label, const char *text)
{
    put_word(sheet, "<span>", label, " <b>");
    put(sheet, "", text, "</b></span>\n");
}

static void put_purchases(const struct sheet *sheet)
{
    const struct customer *c = sheet->customer;
    char text[48], date[40];
    put_word(sheet, "<section class=wide>\n<h2>", C_PURCHASES, "</h2>\n");
    if (c->baskets == 0) {
        put_word(sheet, "<p>", C_NO_PURCHASE, "</p>\n</section>\n");
        return;
    }
    page_put(sheet->page, "<div class=pairs>");
    put_fact(sheet, C_LAST, day_at(c->last_us, c->last_offset_min, date));
    put_fact(sheet, C_FIRST, day_at(c->first_us, c->first_offset_min, date));
    snprintf(text, sizeof text, "%" PRId64, c->baskets);
    put_fact(sheet, C_BASKETS, text);
    snprintf(text, sizeof text, "%.6g", (double)c->returned_milli / 1000);
    put_fact(sheet, C_RETURNED, text);
    page_put(sheet->page, "</div>\n<div class=three>\n");
    put_groups(sheet, &c->years, C_YEAR, CUSTOMER_YEARS);
    if (c->profiled) {
        put_groups(sheet, &c->categories, C_CATEGORIES, CUSTOMER_TOP);
        put_groups(sheet, &c->brands, C_BRANDS, CUSTOMER_TOP);
    }
    page_put(sheet->page, "</div>\n</section>\n");
}

/* ---- Potential ------------------------------------------------------------------------------ */

static const char *value_text(
    const struct sheet *sheet, uint8_t quantity, bool interval, double value, char text[256])
{
    char number[48];
    if (!isfinite(value)) return word(sheet, C_NONE);
    if (quantity == LOY_QUANTITY_MONETARY || quantity == LOY_QUANTITY_LEVEL) {
        const double unit = pow(10, sheet->customer->minor_digits);
        if (fabs(value) < 100 * unit)
            snprintf(text, 256, "%.*f", (int)sheet->customer->minor_digits, value / unit);
        else
            snprintf(text, 256, "%s", money(sheet, llround(fmin(value, 9e15)), number));
        return text;
    }
    bool share = quantity == LOY_QUANTITY_DEAL_SHARE || quantity == LOY_QUANTITY_OWN_BRAND_SHARE;
    snprintf(number, sizeof number, share ? "%.0f %%" : "%.0f", share ? 100 * value : value);
    bool tier = quantity == LOY_QUANTITY_PRICE_TIER || quantity == LOY_QUANTITY_PRICE_TIER_PAID;
    if (quantity == LOY_QUANTITY_RECENCY && !interval)
        return fill(sheet, text, C_DAYS, number, NULL, NULL);
    if (tier && !interval) return fill(sheet, text, C_OF_100, number, NULL, NULL);
    snprintf(text, 256, "%s", number);
    return text;
}

/* Nothing that the standing of an estimate does not allow stands here as the member's own. */
static void estimate_words(const struct sheet *sheet, const struct loy_estimate *estimate,
    char text[256], enum customer_word *sure)
{
    static const enum customer_word words[] = {[LOY_STANDING_OWN] = C_SURE,
        [LOY_STANDING_WEAK] = C_WEAK,
        [LOY_STANDING_FEW] = C_FEW_SHORT,
        [LOY_STANDING_DESCRIPTIVE] = C_COUNT,
        [LOY_STANDING_NOT_CLAIMED] = C_NOT_CLAIMED};
    char value[256], low[256], high[256], seen[24], needed[24];
    uint8_t q = estimate->quantity;
    *sure = words[estimate->standing];
    bool few = estimate->n < estimate->needed, alone = !isfinite(estimate->segment_value);
    snprintf(seen, sizeof seen, "%" PRId64, estimate->n);
    snprintf(needed, sizeof needed, "%" PRId64, estimate->needed);
    if (estimate->standing == LOY_STANDING_FEW && !few) *sure = C_SAME;
    if (estimate->standing == LOY_STANDING_NOT_CLAIMED)
        snprintf(text, 256, "%s", "–");
    else if (estimate->standing == LOY_STANDING_FEW)
        fill(sheet, text,
            !few    ? C_ALIKE
            : alone ? C_FEW_ALONE
                    : C_FEW,
            seen, needed, value_text(sheet, q, false, estimate->segment_value, value));
    else if (estimate->standing == LOY_STANDING_DESCRIPTIVE)
        fill(sheet, text, C_COUNTED, value_text(sheet, q, false, estimate->value, value), NULL,
            NULL);
    else
        fill(sheet, text, C_OWN, value_text(sheet, q, false, estimate->value, value),
            value_text(sheet, q, true, estimate->low, low),
            value_text(sheet, q, true, estimate->high, high));
}

static void put_potential(const struct sheet *sheet)
{
    const struct customer *c = sheet->customer;
    put_word(sheet, "<section class=wide>\n<h2>", C_POTENTIAL, "</h2>\n");
    if (!c->profiled) {
        put_word(sheet, "<p>", C_NOT_AGREED, "</p>\n</section>\n");
        return;
    }
    page_put(sheet->page, "<table>\n");
    for (size_t i = 0; i < c->estimate_count; i++) {
        char text[256];
        enum customer_word sure = C_NONE;
        const struct loy_estimate *estimate = &c->estimates[i];
        estimate_words(sheet, estimate, text, &sure);
        put_word(sheet, "<tr><th>",
            (enum customer_word)(C_Q_RECENCY + estimate->quantity - LOY_QUANTITY_RECENCY), "</th>");
        put(sheet, "<td>", text, "</td>");
        put_word(sheet, "<td class=mark>", sure, "</td></tr>\n");
    }
    for (size_t i = 0; i < c->ahead_count; i++) {
        put(sheet, "<tr><th>", c->ahead[i].label, "</th>");
        put(sheet, "<td colspan=2>", c->ahead[i].text, "</td></tr>\n");
    }
    page_put(sheet->page, "</table>\n");
    put_word(sheet, "<p>", C_POTENTIAL_HOW, "</p>\n</section>\n");
}

/* ---- Notes, consents, quality --------------------------------------------------------------- */

static void put_notes(const struct sheet *sheet)
{
    if (!sheet->customer->notes_allowed) return;
    put_word(sheet, "<section class=wide>\n<h2>", C_NOTES, "</h2>\n<dl class=notes>\n");
    for (unsigned i = 0; i < CUSTOMER_NOTES; i++) {
        char text[300];
        customer_text_fit(text, sizeof text, sheet->customer->notes[i + 1]);
        put_word(sheet, "<div><dt>", (enum customer_word)(C_NOTE_POTENTIAL + i), "</dt>");
        put(sheet, "<dd>", text[0] ? text : word(sheet, C_NO_NOTE), "</dd></div>\n");
    }
    page_put(sheet->page, "</dl>\n</section>\n");
}

static void put_consents(const struct sheet *sheet)
{
    put_word(sheet, "<section>\n<h2>", C_CONSENTS, "</h2>\n<div class=pairs>");
    for (int i = LOY_PURPOSE_PROFILING; i < LOY_PURPOSE_END; i++)
        put_fact(sheet, (enum customer_word)(C_PROFILING + i - LOY_PURPOSE_PROFILING),
            word(sheet, sheet->customer->member.consent[i] ? C_GIVEN : C_NOT_GIVEN));
    page_put(sheet->page, "</div>\n</section>\n");
}

static void put_quality(const struct sheet *sheet)
{
    const struct customer *c = sheet->customer;
    const double scores[] = {c->accurate, c->right, c->complete};
    if (!c->judged) return;
    put_word(sheet, "<section>\n<h2>", C_QUALITY, "</h2>\n<div class=pairs>");
    for (unsigned i = 0; i < 3; i++) {
        char text[48];
        snprintf(text, sizeof text, "%.0f %%", 100 * scores[i]);
        put_fact(sheet, (enum customer_word)(C_ACCURATE + i), text);
    }
    page_put(sheet->page, "</div>\n</section>\n");
}

void customer_html(const struct customer *customer, bool chinese, struct page *page)
{
    const struct sheet sheet = {customer, page, chinese};
    char text[256], date[40];
    put_head(&sheet);
    put_identity(&sheet);
    page_put(page, "<div class=side>\n");
    put_people(&sheet);
    put_consents(&sheet);
    put_quality(&sheet);
    page_put(page, "</div>\n");
    put_purchases(&sheet);
    put_potential(&sheet);
    put_notes(&sheet);
    put_word(&sheet, "</main>\n<footer><span>", C_CONFIDENTIAL, "</span>");
    day(customer->at_us, date);
    put(&sheet, "<span>", fill(&sheet, text, C_AS_OF, date, customer->site, NULL),
        "</span></footer>\n</body>\n</html>\n");
}
