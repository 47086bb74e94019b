/* SPDX-License-Identifier: MIT
 *
 * market_html.c - a manufacturer's report as one self-contained page: findings first, then
 * pictures, then how it was made and what was withheld. In: a view; out: HTML without scripts or
 * outside requests. Must not know a number that is not published.
 */
#include "chart.h"
#include "market_figures.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light "
    "dark;--ink:#1c2128;--soft:#59636e;--faint:#6e7781;--paper:#fff;--card:#f6f7f9;"
    "--line:#d5dae0;--accent:#4477aa;--tick:#b34700;--outline:#5b6570;--stamp:#8a1c1c;--stampback:#"
    "fdeaea}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8ebef;--soft:#aab3bd;--faint:#939ca6;--paper:#"
    "14181d;"
    "--card:#1d232a;--line:#39424c;--accent:#6fa8dc;--tick:#ffb066;--outline:#a8b1bb;--stamp:#"
    "ffb3b3;"
    "--stampback:#3a1d1f}}\n"
    "*{box-sizing:border-box}body{margin:0 auto;padding:28px 24px "
    "60px;max-width:1060px;background:var(--paper);"
    "color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI','Noto Sans','Noto Sans CJK "
    "SC',"
    "'PingFang SC','Microsoft YaHei',sans-serif}\n"
    "header small,.kicker{letter-spacing:.06em;color:var(--soft)}h1{margin:.1em "
    "0;font-size:30px;line-height:1.2}"
    "h2{margin:44px 0 4px;font-size:20px}p{margin:6px "
    "0;max-width:78ch}.period{color:var(--soft);margin:0}\n"
    ".stamp{margin:0 0 16px;padding:8px 14px;border:2px solid "
    "var(--stamp);border-radius:6px;color:var(--stamp);"
    "background:var(--stampback);font-weight:600;max-width:none}\n"
    ".findings{margin:22px 0;padding:18px 24px 18px "
    "44px;background:var(--card);border-radius:10px;font-size:17px}"
    ".findings li{margin:7px 0;padding-left:4px}.findings "
    "li::marker{color:var(--accent);font-weight:700}\n"
    ".cards{display:flex;flex-wrap:wrap;gap:12px;margin:10px 0}.card{flex:1 1 150px;padding:10px "
    "14px;border:1px "
    "solid var(--line);border-radius:8px}.card "
    "b{display:block;font-size:22px;line-height:1.25}.card span{"
    "font-size:13px;color:var(--soft)}\n"
    ".how{color:var(--soft);font-size:13.5px}.pill{display:inline-block;padding:0 "
    "9px;margin-right:4px;border:1px "
    "solid "
    "var(--line);border-radius:20px;font-size:12.5px}.speaks{border-color:var(--accent);background:"
    "var(--accent);color:var(--paper);font-weight:600}\n"
    ".panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(316px,1fr));gap:14px "
    "26px;margin:10px 0}"
    "figure{margin:0}figcaption{font-weight:600;padding:2px 0 "
    "3px}figcaption::first-letter{text-transform:uppercase}figcaption small{font-weight:400;"
    "color:var(--soft);white-space:nowrap}.panel "
    "svg{display:block}.wide{overflow-x:auto;margin:10px 0}"
    ".wide svg{max-width:100%;height:auto}.defs{position:absolute}\n"
    "svg text{font-size:12.5px;fill:var(--ink)}svg .label{text-anchor:end}svg "
    ".value{font-variant-numeric:"
    "tabular-nums}svg .strong{font-weight:700}svg "
    ".faint{fill:var(--faint)}.faint{color:var(--faint)}\n"
    ".bar{stroke:var(--outline);stroke-width:.8}.bar:not([fill]){fill:var(--accent);fill-opacity:."
    "55;"
    "stroke:var(--accent)}.swatch{stroke:var(--outline);stroke-width:.8}.base{stroke:var(--line);"
    "fill:none}"
    ".whisker{stroke:var(--ink);stroke-width:1.3;fill:none}.halo{stroke:var(--paper);stroke-width:"
    "3.6;"
    "stroke-opacity:.85;fill:none}.tick{stroke:var(--tick);stroke-width:2.6;fill:none}.tickhalo{"
    "stroke:var(--paper);stroke-width:5;fill:none}.hatch{stroke:var(--line);stroke-width:3}.hidden{"
    "stroke:"
    "var(--line)}.heat{fill:var(--accent);stroke:var(--line);stroke-width:.5}svg "
    ".heattext{text-anchor:middle;"
    "font-variant-numeric:tabular-nums}\n"
    "details{margin:8px "
    "0}summary{cursor:pointer;color:var(--soft);font-size:13.5px}.scroll{overflow-x:auto}"
    "table{border-collapse:collapse;font-size:13px;margin:8px "
    "0;font-variant-numeric:tabular-nums}th,td{padding:"
    "2px 12px 2px 0;text-align:right;border-bottom:1px solid "
    "var(--line)}th[scope=row],th:first-child,.name{"
    "text-align:left}td.faint{text-align:left}\n"
    "footer{margin-top:44px;border-top:1px solid "
    "var(--line);padding-top:12px;color:var(--soft);font-size:13.5px}"
    "footer h2{margin-top:20px;color:var(--ink);font-size:17px}.running{display:none}\n"
    "@media "
    "print{body{max-width:none;padding:0}section{break-inside:auto}figure,.findings,.cards{break-"
    "inside:"
    "avoid}details{display:none}.running{display:block;position:fixed;bottom:0;left:0;right:0;text-"
    "align:center;"
    "font-size:11px;color:var(--stamp);background:var(--paper)}*{-webkit-print-color-adjust:exact;"
    "print-color-adjust:exact}}\n";

struct sheet {
    const struct market_view *view;
    struct page *page;
    bool chinese;
};

static const char *word(const struct sheet *sheet, enum report_word which)
{
    return report_word(which, sheet->chinese);
}

static void put_element(
    const struct sheet *sheet, const char *open, const char *text, const char *close)
{
    page_put(sheet->page, open);
    page_text(sheet->page, text);
    page_put(sheet->page, close);
}

static void put_head(const struct sheet *sheet)
{
    struct page *page = sheet->page;
    page_print(page, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
        word(sheet, WORD_LANG));
    page_put(page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n<title>");
    page_text(page, sheet->view->options->manufacturer);
    page_put(page, " – ");
    page_text(page, word(sheet, WORD_REPORT));
    page_put(page, "</title>\n<style>\n");
    page_put(page, style);
    page_put(page, "</style>\n</head>\n<body>\n");
    chart_begin(page);
}

/* At the top, at the end, and on every printed page. */
static void put_stamps(const struct sheet *sheet, const char *open)
{
    if (sheet->view->options->generated)
        put_element(sheet, open, word(sheet, WORD_GENERATED), "</p>\n");
    if (sheet->view->options->sample_of_lines)
        put_element(sheet, open, word(sheet, WORD_SAMPLE), "</p>\n");
}

static void put_running(const struct sheet *sheet)
{
    bool generated = sheet->view->options->generated,
         sample = sheet->view->options->sample_of_lines;
    if (!generated && !sample) return;
    page_put(sheet->page, "<div class=\"running\" aria-hidden=\"true\">");
    if (generated) page_text(sheet->page, word(sheet, WORD_GENERATED));
    if (generated && sample) page_put(sheet->page, " · ");
    if (sample) page_text(sheet->page, word(sheet, WORD_SAMPLE));
    page_put(sheet->page, "</div>\n");
}

static void put_title(const struct sheet *sheet)
{
    const struct market_report_options *options = sheet->view->options;
    struct page *page = sheet->page;
    page_put(page, "<header>");
    put_element(sheet, "<div class=\"kicker\">", word(sheet, WORD_REPORT), "</div>");
    put_element(sheet, "<h1>", options->manufacturer, "");
    page_put(page, " · ");
    page_text(page, options->brand ? options->brand : word(sheet, WORD_ALL_BRANDS));
    page_put(page, "</h1>");
    put_element(sheet, "<p class=\"period\">", word(sheet, WORD_TITLE), " · ");
    page_text(page, options->from_text);
    page_put(page, " – ");
    page_text(page, options->to_text);
    page_put(page, "</p></header>\n");
}

static void put_findings(const struct sheet *sheet)
{
    struct market_sentence sentences[MARKET_REPORT_SENTENCES_MAX];
    const struct loy_cell *total =
        sheet->view->table_count ? loy_table_column_total(sheet->view->tables[0], 0) : NULL;
    size_t count = market_sentences(sheet->view, sheet->chinese, sentences);
    put_element(sheet, "<section><h2>", word(sheet, WORD_FINDINGS), "</h2>\n");
    if (!total || total->state != LOY_CELL_PUBLISHED)
        put_element(sheet, "<p>", word(sheet, WORD_NOTHING), "</p>\n");
    else if (count == 0)
        put_element(sheet, "<p>", word(sheet, WORD_NO_FINDING), "</p>\n");
    if (count) page_put(sheet->page, "<ol class=\"findings\">\n");
    for (size_t i = 0; i < count; i++)
        put_element(sheet, "<li>", sentences[i].text, "</li>\n");
    if (count) page_put(sheet->page, "</ol>\n");
    page_put(sheet->page, "</section>\n");
}

/* Steps of 5 %: what the others bought must not follow from a share either. */
static void put_share_card(
    const struct sheet *sheet, int64_t part, int64_t whole, enum report_word of)
{
    char text[64], number[24];
    if (whole <= 0) return;
    long share = (long)((double)part / (double)whole * 20 + .5) * 5;
    snprintf(number, sizeof number, "%ld", share ? share : 5);
    report_fill(
        text, sizeof text, word(sheet, share ? WORD_ROUGHLY : WORD_BELOW), number, NULL, NULL);
    put_element(sheet, "<div class=\"card\"><b>", text, "</b>");
    put_element(sheet, "<span>", word(sheet, of), "</span></div>\n");
}

static void put_count_card(const struct sheet *sheet, int64_t count, enum report_word of)
{
    char text[REPORT_NUMBER_SIZE];
    report_number(count, text);
    put_element(sheet, "<div class=\"card\"><b>", text, "</b>");
    put_element(sheet, "<span>", word(sheet, of), "</span></div>\n");
}

static void put_coverage(const struct sheet *sheet)
{
    const struct loy_market_coverage *seen = &sheet->view->coverage;
    const struct loy_cell *total =
        sheet->view->table_count ? loy_table_column_total(sheet->view->tables[0], 0) : NULL;
    put_element(sheet, "<section><h2>", word(sheet, WORD_COVERAGE), "</h2><div class=\"cards\">\n");
    if (total && total->state == LOY_CELL_PUBLISHED) {
        put_share_card(sheet, seen->identified_minor, seen->sales_minor, WORD_IDENTIFIED);
        put_share_card(sheet, seen->consented_minor, seen->sales_minor, WORD_CONSENTED);
        if (!sheet->view->options->brand)
            put_share_card(sheet, seen->sales_minor, seen->category_minor, WORD_OF_CATEGORY);
        put_count_card(sheet, total->members, WORD_MEMBERS);
        put_count_card(sheet, total->units, WORD_UNITS);
        put_count_card(sheet, seen->stores, WORD_STORES);
    }
    put_element(sheet, "</div><p class=\"how\">", word(sheet, WORD_ONLY_OURS), "</p></section>\n");
}

static void put_tests(const struct sheet *sheet)
{
    struct page *page = sheet->page;
    put_element(
        sheet, "<details><summary>", word(sheet, WORD_TESTS), "</summary><table><thead><tr>");
    put_element(
        sheet, "<th scope=\"col\">", word(sheet, WORD_TABLE), "</th><th scope=\"col\">G</th>");
    put_element(sheet, "<th scope=\"col\">", word(sheet, WORD_DEGREES), "</th>");
    put_element(sheet, "<th scope=\"col\">", word(sheet, WORD_DESIGN), "</th>");
    put_element(sheet, "<th scope=\"col\">p</th><th scope=\"col\">V</th><th scope=\"col\">",
        word(sheet, WORD_VERDICT), "</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < sheet->view->table_count; i++) {
        const struct loy_table *table = sheet->view->tables[i];
        struct loy_table_test test;
        loy_table_test_get(table, &test);
        if (test.p_value < 0) continue;
        enum loy_dimension columns = loy_table_column_dimension(table);
        put_element(sheet, "<tr><th scope=\"row\">",
            report_dimension(loy_table_row_dimension(table), sheet->chinese), "");
        if (columns != LOY_DIMENSION_NONE)
            put_element(sheet, " × ", report_dimension(columns, sheet->chinese), "");
        page_print(page, "</th><td>%.1f</td><td>%.0f</td><td>%.1f</td><td>%s%.4f</td><td>%.3f</td>",
            test.g, test.degrees, test.design_effect, test.p_value < .0001 ? "&lt;" : "",
            test.p_value < .0001 ? .0001 : test.p_value, test.cramers_v);
        put_element(
            sheet, "<td>", word(sheet, test.speaks ? WORD_SPEAKS : WORD_SILENT), "</td></tr>\n");
    }
    page_put(page, "</tbody></table></details>\n");
}

static bool knows_offer(const struct market_view *view)
{
    for (size_t i = 0; i < view->table_count; i++)
        if (loy_table_basis(view->tables[i]) == LOY_BASIS_OFFER) return true;
    return false;
}

static void put_paragraph(const struct sheet *sheet, enum report_word which)
{
    put_element(sheet, "<p>", word(sheet, which), "</p>\n");
}

static void put_foot(const struct sheet *sheet)
{
    char text[256], shown[24], withheld[24];
    snprintf(shown, sizeof shown, "%zu", sheet->view->shown);
    snprintf(withheld, sizeof withheld, "%zu", sheet->view->withheld);
    put_element(sheet, "<footer><h2>", word(sheet, WORD_METHOD), "</h2>\n");
    put_paragraph(sheet, WORD_METHOD_NET);
    put_paragraph(sheet, WORD_METHOD_TEST);
    put_paragraph(sheet, knows_offer(sheet->view) ? WORD_METHOD_OFFER : WORD_METHOD_BUYERS);
    if (sheet->view->derived_grade) put_paragraph(sheet, WORD_DERIVED);
    put_tests(sheet);
    put_element(sheet, "<h2>", word(sheet, WORD_PRIVACY), "</h2>\n");
    put_paragraph(sheet, WORD_PRIVACY_WHO);
    put_paragraph(sheet, WORD_PRIVACY_RULE);
    put_paragraph(sheet, WORD_PRIVACY_MORE);
    put_paragraph(sheet, WORD_PRIVACY_ROUND);
    put_element(sheet, "<p>",
        report_fill(text, sizeof text, word(sheet, WORD_PRIVACY_COUNT), shown, withheld, NULL),
        "</p>\n");
    put_paragraph(sheet, WORD_PRIVACY_ONCE);
    put_stamps(sheet, "<p class=\"stamp\">");
    page_put(sheet->page, "</footer>\n");
}

void market_html(const struct market_view *view, struct page *page)
{
    const struct sheet sheet = {view, page, view->options->chinese};
    put_head(&sheet);
    put_stamps(&sheet, "<p class=\"stamp\" role=\"note\">");
    put_title(&sheet);
    put_findings(&sheet);
    put_coverage(&sheet);
    market_figures(view, page);
    put_foot(&sheet);
    put_running(&sheet);
    page_put(page, "</body>\n</html>\n");
}
