/* SPDX-License-Identifier: MIT
 *
 * counter_html.c - what the customers of one counter bought there, as one self-contained page for
 * the counter. In: counts, of which those of few members are not shown. Out: HTML. Must not know
 * the store, nor a member.
 */
#include "counter.h"

#include "chart.h"
#include "words.h"

#include <loyalty/quality.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// clang-format off
#define COUNTER_WORDS(X)                                                                                               \
    X(C_LANG, "en", "zh-CN")                                                                                           \
    X(C_TITLE, "Customers of this counter", "本柜台的顾客")                                                            \
    X(C_PERIOD, "%1 to %2", "%1 至 %2")                                                                                \
    X(C_CUSTOMERS, "customers with a card", "持卡顾客")                                                                \
    X(C_FRESH, "bought here for the first time", "首次在本柜台购买")                                                   \
    X(C_RETURNING, "had bought here before", "曾在本柜台购买")                                                         \
    X(C_SHARE, "of the baskets show a card", "的购物篮出示了会员卡")                                                   \
    X(C_AVERAGE, "paid here for a basket", "平均每个购物篮在本柜台的金额")                                             \
    X(C_NOT_SHOWN, "not shown", "不显示")                                                                              \
    X(C_NOTHING, "nothing", "无")                                                                                      \
    X(C_BARS, "Bar: share of the customers who bought it here at least once; one customer may be in several bars. "    \
              "Line: 95 % interval.",                                                                                  \
        "条形：至少在本柜台购买过一次的顾客占比，同一顾客可计入多个条形；横线：95 % 区间。")                           \
    X(C_RULE, "Counts of members only, no names. What fewer than %1 members did is not shown, nor a second cell from " \
              "which it would follow. Purchases of those who work here are left out.",                                 \
        "只统计人数，不含姓名。少于 %1 名会员的项不显示，可由此推算的另一项也不显示。本店员工自己的购买不计入。")      \
    X(C_BRAND, "Brand", "品牌")                                                                                        \
    X(C_GRADE, "Grade", "档次")                                                                                        \
    X(C_COLOUR, "Colour", "颜色")                                                                                      \
    X(C_PRICE, "Price of a piece", "单件价格")                                                                         \
    X(C_HOUR, "Hour of the day", "时段")                                                                               \
    X(C_WEEKDAY, "Day of the week", "星期")                                                                            \
    X(C_UNKNOWN, "not known", "未知")                                                                                  \
    X(C_RANGE, "%1 to %2", "%1 至 %2")                                                                                 \
    X(C_HOURS, "%1–%2 h", "%1–%2 时")                                                                                  \
    X(C_NUMBERS, "Numbers", "数字")                                                                                    \
    X(C_MEMBERS, "customers", "顾客")                                                                                  \
    X(C_BASKETS, "baskets", "购物篮")                                                                                  \
    X(C_PIECES, "pieces", "件数")                                                                                      \
    X(C_PAID, "paid", "金额")
// clang-format on

enum word {
#define WORD_SYMBOL(symbol, en, zh) symbol,
    COUNTER_WORDS(WORD_SYMBOL)
#undef WORD_SYMBOL
};
static const struct {
    const char *en, *zh;
} words[] = {
#define WORD_ROW(symbol, english, chinese) {english, chinese},
    COUNTER_WORDS(WORD_ROW)
#undef WORD_ROW
};

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1c2128;--soft:#59636e;--faint:#6e7781;--paper:#fff;"
    "--line:#d5dae0;--accent:#4477aa;--outline:#5b6570;--tick:#b34700}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8ebef;--soft:#aab3bd;--faint:#939ca6;"
    "--paper:#14181d;--line:#39424c;--accent:#6fa8dc;--outline:#a8b1bb;--tick:#ffb066}}\n"
    "*{box-sizing:border-box}body{margin:0 auto;padding:28px 24px 60px;max-width:1060px;"
    "background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI',"
    "'Noto Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif}\n"
    "h1{margin:0;font-size:28px}p{margin:6px 0;max-width:78ch;color:var(--soft)}\n"
    ".cards{display:flex;flex-wrap:wrap;gap:12px;margin:16px 0}.card{flex:1 1 150px;padding:10px "
    "14px;border:1px solid var(--line);border-radius:8px}.card b{display:block;font-size:22px}"
    ".card span{font-size:13px;color:var(--soft)}\n"
    ".panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(316px,1fr));gap:14px 26px}"
    "figure{margin:0}figcaption{font-weight:600;padding:2px 0 3px}figcaption "
    "small{font-weight:400;color:var(--soft)}.panel svg{display:block}.defs{position:absolute}\n"
    "svg text{font-size:12.5px;fill:var(--ink)}svg .label{text-anchor:end}svg .strong{"
    "font-weight:700}svg .faint{fill:var(--faint)}"
    ".bar{stroke:var(--outline);stroke-width:.8}.bar:not([fill]){fill:var(--accent);"
    "fill-opacity:.55;stroke:var(--accent)}.base{stroke:var(--line);fill:none}"
    ".whisker{stroke:var(--ink);stroke-width:1.3;fill:none}.halo{stroke:var(--paper);"
    "stroke-width:3.6;stroke-opacity:.85;fill:none}.hatch{stroke:var(--line);stroke-width:3}"
    ".hidden{stroke:var(--line)}\n"
    "table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}th,td{"
    "padding:2px 12px 2px 0;text-align:right;border-bottom:1px solid var(--line);font-weight:400}"
    "th:first-child,th[scope=row]{text-align:left}thead th{color:var(--soft)}summary{cursor:"
    "pointer;color:var(--soft)}@media print{details{display:none}*{print-color-adjust:exact}}\n";

static const char *word(const struct counter_page *counter, enum word which)
{
    return counter->chinese ? words[which].zh : words[which].en;
}

/* ---- Words of groups and cells ------------------------------------------------------------------
 */

const char *counter_group_words(uint8_t group, bool chinese)
{
    const struct counter_page page = {.chinese = chinese};
    if (group < LOY_COUNTER_BRAND || group > LOY_COUNTER_WEEKDAY) return "";
    return word(&page, (enum word)(C_BRAND + group - LOY_COUNTER_BRAND));
}
_Static_assert(C_WEEKDAY - C_BRAND == LOY_COUNTER_WEEKDAY - LOY_COUNTER_BRAND, "a word for each");

const char *counter_money(const struct counter_page *counter, int64_t minor, char *text)
{
    char whole[REPORT_NUMBER_SIZE];
    int64_t unit = 1;
    for (unsigned i = 0; i < counter->minor_digits; i++)
        unit *= 10;
    const int64_t rest = minor % unit < 0 ? -(minor % unit) : minor % unit;
    report_number(minor / unit, whole);
    if (counter->minor_digits)
        snprintf(text, 48, "%s%s.%0*lld", minor < 0 && minor > -unit ? "-" : "", whole,
            (int)counter->minor_digits, (long long)rest);
    else
        snprintf(text, 48, "%s", whole);
    return text;
}

static const char *hour_words(const struct counter_page *counter, const char *name, char *text)
{
    char next[24];
    snprintf(next, sizeof next, "%ld", strtol(name, NULL, 10) + 1);
    return report_fill(text, LOY_TEXT_MAX, word(counter, C_HOURS), name, next, NULL);
}

static const char *price_words(
    const struct counter_page *counter, const struct loy_counter_cell *cell, char *text)
{
    char low[48], high[48];
    return report_fill(text, LOY_TEXT_MAX, word(counter, C_RANGE),
        counter_money(counter, cell->from_minor, low), counter_money(counter, cell->to_minor, high),
        NULL);
}

const char *counter_cell_words(
    const struct counter_page *counter, const struct loy_counter_cell *cell, char *text)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const size_t day =
        cell->name[0] >= '1' && cell->name[0] <= '7' ? (size_t)(cell->name[0] - '1') : 0;
    if (cell->group == LOY_COUNTER_PRICE) return price_words(counter, cell, text);
    if (cell->group == LOY_COUNTER_HOUR) return hour_words(counter, cell->name, text);
    if (cell->group == LOY_COUNTER_WEEKDAY)
        return report_level(LOY_DIMENSION_WEEKDAY, days[day], counter->chinese, text, LOY_TEXT_MAX);
    if (cell->group == LOY_COUNTER_COLOUR && cell->name[0])
        return report_level(LOY_DIMENSION_COLOUR, cell->name, counter->chinese, text, LOY_TEXT_MAX);
    snprintf(text, LOY_TEXT_MAX, "%s", cell->name[0] ? cell->name : word(counter, C_UNKNOWN));
    return text;
}

/* ---- Head ---------------------------------------------------------------------------------------
 */

static void put(struct page *page, const char *open, const char *text, const char *close)
{
    page_put(page, open);
    page_text(page, text);
    page_put(page, close);
}

static void put_card(struct page *page, const char *number, const char *label)
{
    put(page, "<div class=\"card\"><b>", number, "</b>");
    put(page, "<span>", label, "</span></div>\n");
}

static void put_cards(const struct counter_page *counter, struct page *page)
{
    const struct loy_counter_summary *summary = &counter->summary;
    char number[REPORT_NUMBER_SIZE], money[48], text[64];
    const int64_t baskets = summary->baskets ? summary->baskets : 1;
    const int64_t identified = summary->identified ? summary->identified : 1;
    page_put(page, "<div class=\"cards\">\n");
    put_card(page, report_number(summary->members, number), word(counter, C_CUSTOMERS));
    if (summary->fresh >= 0) {
        put_card(page, report_number(summary->fresh, number), word(counter, C_FRESH));
        put_card(page, report_number(summary->returning, number), word(counter, C_RETURNING));
    }
    snprintf(text, sizeof text, "%.0f %%", 100.0 * (double)summary->identified / (double)baskets);
    put_card(page, text, word(counter, C_SHARE));
    snprintf(text, sizeof text, "%s %s",
        counter_money(counter, summary->paid_minor / identified, money), counter->currency);
    put_card(page, text, word(counter, C_AVERAGE));
    page_put(page, "</div>\n");
}

static void put_head(const struct counter_page *counter, struct page *page)
{
    char text[128];
    page_print(page, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
        word(counter, C_LANG));
    page_put(page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
    put(page, "<title>", word(counter, C_TITLE), "</title>\n<style>\n");
    page_put(page, style);
    page_put(page, "</style>\n</head>\n<body>\n");
    put(page, "<header><small>", word(counter, C_TITLE), "</small>");
    put(page, "<h1>", counter->summary.counter, "</h1>");
    report_fill(text, sizeof text, word(counter, C_PERIOD), counter->from, counter->to, NULL);
    put(page, "<p>", text, "</p></header>\n");
}

/* ---- Groups -------------------------------------------------------------------------------------
 */

#define BARS_MAX 24u

static struct chart_bar bar_of(
    const struct counter_page *counter, const struct loy_counter_cell *cell)
{
    struct chart_bar bar = {
        .state = cell->shown ? LOY_CELL_PUBLISHED : LOY_CELL_TOO_FEW, .expected = -1};
    char text[LOY_TEXT_MAX];
    struct loy_share share;
    snprintf(bar.label, sizeof bar.label, "%.90s", counter_cell_words(counter, cell, text));
    if (cell->group == LOY_COUNTER_COLOUR) bar.fill = chart_colour(cell->name);
    loy_share_wilson(cell->members, cell->of, &share);
    bar.share = share.share;
    bar.low = share.low;
    bar.high = share.high;
    return bar;
}

static void put_panel(
    const struct counter_page *counter, struct page *page, size_t first, size_t end)
{
    struct chart_bar bars[BARS_MAX];
    const struct chart_panel panel = {
        .title = counter_group_words(counter->cells[first].group, counter->chinese),
        .bars = bars,
        .count = end - first < BARS_MAX ? end - first : BARS_MAX,
        .most = 1,
        .not_shown = word(counter, C_NOT_SHOWN),
        .none_sold = word(counter, C_NOTHING)};
    for (size_t i = 0; i < panel.count; i++)
        bars[i] = bar_of(counter, &counter->cells[first + i]);
    chart_bars(page, &panel);
}

static void put_panels(const struct counter_page *counter, struct page *page)
{
    chart_begin(page);
    put(page, "<p>", word(counter, C_BARS), "</p>\n<div class=\"panels\">\n");
    for (size_t first = 0, end; first < counter->count; first = end) {
        end = first + 1;
        while (end < counter->count && counter->cells[end].group == counter->cells[first].group)
            end++;
        put_panel(counter, page, first, end);
    }
    page_put(page, "</div>\n");
}

static void put_row(
    const struct counter_page *counter, struct page *page, const struct loy_counter_cell *cell)
{
    char text[LOY_TEXT_MAX], number[REPORT_NUMBER_SIZE], money[48];
    put(page, "<tr><th scope=\"row\">", counter_group_words(cell->group, counter->chinese), ": ");
    put(page, "", counter_cell_words(counter, cell, text), "</th>");
    if (!cell->shown) {
        put(page, "<td colspan=\"4\">", word(counter, C_NOT_SHOWN), "</td></tr>\n");
        return;
    }
    put(page, "<td>", report_number(cell->members, number), "</td>");
    put(page, "<td>", report_number(cell->baskets, number), "</td>");
    put(page, "<td>", report_number((cell->pieces_milli + 500) / 1000, number), "</td>");
    put(page, "<td>", counter_money(counter, cell->paid_minor, money), "</td></tr>\n");
}

static void put_table(const struct counter_page *counter, struct page *page)
{
    put(page, "<details><summary>", word(counter, C_NUMBERS), "</summary>\n<table><thead><tr>");
    put(page, "<th></th><th>", word(counter, C_MEMBERS), "</th>");
    put(page, "<th>", word(counter, C_BASKETS), "</th>");
    put(page, "<th>", word(counter, C_PIECES), "</th>");
    put(page, "<th>", word(counter, C_PAID), "</th></tr></thead>\n");
    for (size_t i = 0; i < counter->count; i++)
        put_row(counter, page, &counter->cells[i]);
    page_put(page, "</table></details>\n");
}

void counter_html(const struct counter_page *counter, struct page *page)
{
    char few[24], text[512];
    put_head(counter, page);
    put_cards(counter, page);
    put_panels(counter, page);
    put_table(counter, page);
    snprintf(few, sizeof few, "%d", LOY_COUNTER_MEMBERS_MIN);
    report_fill(text, sizeof text, word(counter, C_RULE), few, NULL, NULL);
    put(page, "<footer><p>", text, "</p></footer>\n</body>\n</html>\n");
}
