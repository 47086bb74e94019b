/* SPDX-License-Identifier: MIT
 *
 * test_report.c - the manufacturer's report as a file: the same bytes every time, nothing from
 * outside, nothing of a brand's name taken for markup or formula, stamps where they belong, both
 * languages whole.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../pos-app/report/market_report.h"
#include "../../pos-app/report/words.h"
#include "fixture.h"

static const struct fixture_plan plan = {.seed = 11,
    .members = 300,
    .lines_each = 6,
    .groups = 8,
    .colours = 10,
    .sites = 3,
    .own_taste = .2,
    .red_for_group0 = .3,
    .skew = .8,
    .returns = .2,
    .offers = 1};

struct made {
    struct page html, csv, schema;
    size_t withheld, sentences;
    char first[640];
};

static void make(const struct market_report_options *options, struct made *made)
{
    struct fixture fixture;
    struct market_view view;
    struct market_sentence sentences[MARKET_REPORT_SENTENCES_MAX];
    *made = (struct made){{0}, {0}, {0}, 0, 0, ""};
    fixture_make(&plan, &fixture);
    struct loy_market *market = fixture_market(&fixture, NULL);
    assert_int_equal(loy_market_seal(market), LOY_OK);
    assert_int_equal(market_view_open(market, options, &view), LOY_OK);
    market_html(&view, &made->html);
    market_csv(&view, true, &made->csv);
    market_schema(&view, &made->schema);
    made->withheld = view.withheld;
    made->sentences = market_sentences(&view, options->chinese, sentences);
    if (made->sentences) snprintf(made->first, sizeof made->first, "%s", sentences[0].text);
    market_view_close(&view);
    loy_market_close(market);
    fixture_clear(&fixture);
}

static void made_clear(struct made *made)
{
    page_clear(&made->html);
    page_clear(&made->csv);
    page_clear(&made->schema);
}

static struct market_report_options plain(void)
{
    return (struct market_report_options){
        .manufacturer = FIXTURE_MAKER, .from_text = "2026-01-01", .to_text = "2026-06-30"};
}

static void the_same_input_gives_the_same_bytes(void **state)
{
    (void)state;
    const struct market_report_options options = plain();
    struct made first, second;
    make(&options, &first);
    make(&options, &second);
    assert_true(first.html.size > 20000);
    assert_string_equal(first.html.bytes, second.html.bytes);
    assert_string_equal(first.csv.bytes, second.csv.bytes);
    assert_string_equal(first.schema.bytes, second.schema.bytes);
    made_clear(&first);
    made_clear(&second);
}

static void findings_are_in_words(void **state)
{
    (void)state;
    struct market_report_options options = plain();
    struct made made;
    make(&options, &made);
    assert_true(made.sentences > 0);
    assert_non_null(strstr(made.first,
        "Women 18-24 choose red more often than all buyers did from what was on the rack: "));
    assert_non_null(strstr(made.first, "(95\u00a0%: "));
    made_clear(&made);
    options.chinese = true;
    make(&options, &made);
    assert_non_null(strstr(made.first, "女性 18-24 岁更常选择红色："));
    made_clear(&made);
}

/* Every start tag is closed in order, except those that HTML leaves open; attributes are quoted. */
static void check_nesting(const char *html)
{
    static const char *const single[] = {"!DOCTYPE", "meta"};
    char stack[64][24];
    size_t depth = 0;
    for (const char *at = strchr(html, '<'); at; at = strchr(at + 1, '<')) {
        char name[24] = "";
        bool end = at[1] == '/';
        const char *start = at + 1 + end, *close = strchr(at, '>');
        assert_non_null(close);
        size_t length = strcspn(start, " >/\n");
        assert_true(length > 0 && length < sizeof name);
        memcpy(name, start, length);
        if (close[-1] == '/' || strcmp(name, single[0]) == 0 || strcmp(name, single[1]) == 0)
            continue;
        if (!end) {
            assert_true(depth < 64);
            strcpy(stack[depth++], name);
            continue;
        }
        assert_true(depth > 0);
        assert_string_equal(stack[--depth], name);
    }
    assert_int_equal(depth, 0);
}

static void pages_are_whole_and_closed_to_the_outside(void **state)
{
    (void)state;
    for (int chinese = 0; chinese < 2; chinese++) {
        struct market_report_options options = plain();
        struct made made;
        options.chinese = chinese;
        make(&options, &made);
        const char *html = made.html.bytes;
        check_nesting(html);
        assert_non_null(strstr(html, chinese ? "<html lang=\"zh-CN\">" : "<html lang=\"en\">"));
        assert_non_null(strstr(html, "default-src 'none'; style-src 'unsafe-inline'"));
        assert_non_null(strstr(html, "prefers-color-scheme:dark"));
        assert_non_null(strstr(html, "@media print"));
        assert_non_null(strstr(html, "role=\"img\" aria-label="));
        static const char *const forbidden[] = {"http:", "https:", "<script",
            "javascript:", " src=", " href=", "@import", "<link", "<img"};
        for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
            assert_null(strstr(html, forbidden[i]));
        made_clear(&made);
    }
}

static void names_from_outside_are_only_text(void **state)
{
    (void)state;
    struct market_report_options options = plain();
    struct made made;
    options.manufacturer = "<b>&\"'</style><script>";
    options.brand = "=1+1";
    make(&options, &made);
    check_nesting(made.html.bytes);
    assert_null(strstr(made.html.bytes, "<b>&"));
    assert_null(strstr(made.html.bytes, "<script"));
    assert_non_null(
        strstr(made.html.bytes, "&lt;b&gt;&amp;&quot;&#39;&lt;/style&gt;&lt;script&gt;"));
    assert_non_null(strstr(made.schema.bytes, "\"<b>&\\\"'</style><script>\""));
    made_clear(&made);
    static const char *const fields[][2] = {{"=cmd", "\"'=cmd\""}, {"+1", "\"'+1\""},
        {"-1", "\"'-1\""}, {"@a", "\"'@a\""}, {"\tx", "\"'\tx\""}, {"a\"b", "\"a\"\"b\""},
        {"a,b", "\"a,b\""}, {"a=b", "\"a=b\""}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct page page = {0};
        page_field(&page, fields[i][0]);
        assert_string_equal(page.bytes, fields[i][1]);
        page_clear(&page);
    }
}

static size_t count_of(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        count++;
    return count;
}

static void stamps_are_on_everything(void **state)
{
    (void)state;
    for (int stamped = 0; stamped < 2; stamped++) {
        struct market_report_options options = plain();
        struct made made;
        options.generated = options.sample_of_lines = stamped;
        make(&options, &made);
        /* top, end, and every printed page */
        assert_int_equal(count_of(made.html.bytes, "GENERATED"), stamped ? 3 : 0);
        assert_int_equal(count_of(made.html.bytes, "Sample of lines"), stamped ? 3 : 0);
        size_t rows = count_of(made.csv.bytes, "\r\n") - 1;
        assert_int_equal(
            count_of(made.csv.bytes, "\"GENERATED; sample of lines\"\r\n"), stamped ? rows : 0);
        assert_int_equal(
            count_of(made.schema.bytes, "GENERATED; sample of lines"), stamped ? 1 : 0);
        made_clear(&made);
    }
}

/* Withheld rows hold no number; published ones are rounded; why a cell is withheld is not told. */
static void csv_holds_what_may_leave(void **state)
{
    (void)state;
    const struct market_report_options options = plain();
    struct made made;
    make(&options, &made);
    char *save = NULL, *line = strtok_r(made.csv.bytes, "\r\n", &save);
    assert_string_equal(
        line, "table,row,column,state,members,units,spend,share,low,high,expected,lift,note");
    size_t published = 0, withheld = 0;
    for (line = strtok_r(NULL, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save)) {
        char *at = strstr(line, "\",withheld,");
        if (at) {
            withheld++;
            /* expected is of all buyers, and may stand */
            assert_non_null(strstr(at, ",withheld,,,,,,,"));
            continue;
        }
        at = strstr(line, "\",published,");
        if (!at) continue;
        long members, units;
        double spend;
        assert_int_equal(sscanf(at, "\",published,%ld,%ld,%lf", &members, &units, &spend), 3);
        assert_int_equal(members % 5, 0);
        assert_int_equal(units % 5, 0);
        assert_int_equal((long)spend % 5, 0);
        assert_true(members >= 10);
        published++;
    }
    assert_true(published > 100);
    assert_int_equal(withheld, made.withheld);
    assert_true(withheld > 0);
    made_clear(&made);
}

static void files_appear_whole_or_not_at_all(void **state)
{
    (void)state;
    char dir[] = "report-XXXXXX", path[64], part[80];
    struct page page = {0};
    struct stat about;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a.html", dir);
    snprintf(part, sizeof part, "%s.part", path);
    page_put(&page, "text");
    assert_int_equal(page_write(&page, path), LOY_OK);
    assert_int_not_equal(stat(path, &about), 0);
    assert_int_equal(page_show(path), LOY_OK);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_size, 4);
    assert_int_not_equal(stat(part, &about), 0);
    unlink(path);
    rmdir(dir);
    assert_int_equal(page_write(&page, path), LOY_E_IO);
    page_clear(&page);
}

static void groups_are_bands(void **state)
{
    (void)state;
    static const struct {
        const char *sex;
        int birth_year;
        const char *age, *group;
    } cases[] = {{"f", 2008, "", "women 18-24"}, {"f", 2001, "", "women 25-34"},
        {"f", 2002, "", "women 18-24"}, {"m", 1991, "", "men 35-44"}, {"m", 1981, "", "men 45-54"},
        {"m", 1962, "", "men 55-64"}, {"m", 1961, "", "men 65+"}, {"", 0, "45-54", "people 45-54"},
        {"f", 0, "", "women unknown"}, {"f", 2010, "", "women unknown"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char group[64];
        market_source_group(
            cases[i].sex, cases[i].birth_year, cases[i].age, 2026, group, sizeof group);
        assert_string_equal(group, cases[i].group);
    }
    /* A band of years is an age group only if all of it lies in one. */
    static const struct {
        const char *text;
        int birth_year;
    } bands[] = {{"1985", 1985}, {"1982-1991", 1982}, {"1981-1991", 0}, {"1982-1992", 0},
        {"1982–1991", 1982}, {"1980-1989", 0}, {"1930-1960", 1930}, {"2006-2010", 0}, {"", 0}};
    for (size_t i = 0; i < sizeof bands / sizeof bands[0]; i++)
        assert_int_equal(market_source_birth_year(bands[i].text, 2026), bands[i].birth_year);
}

static void every_word_is_there_in_both_languages(void **state)
{
    (void)state;
    for (int i = 0; i < WORD_COUNT; i++) {
        const char *en = report_word((enum report_word)i, false),
                   *zh = report_word((enum report_word)i, true);
        assert_true(*en && *zh);
        for (const char *slot = "123"; *slot; slot++) {
            const char text[] = {'%', *slot, '\0'};
            bool later =
                i == WORD_MORE || i == WORD_LESS; /* Chinese says what it is compared with later */
            if (!later || *slot != '3') assert_int_equal(!strstr(en, text), !strstr(zh, text));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_input_gives_the_same_bytes),
        cmocka_unit_test(findings_are_in_words),
        cmocka_unit_test(pages_are_whole_and_closed_to_the_outside),
        cmocka_unit_test(names_from_outside_are_only_text),
        cmocka_unit_test(stamps_are_on_everything),
        cmocka_unit_test(csv_holds_what_may_leave),
        cmocka_unit_test(files_appear_whole_or_not_at_all),
        cmocka_unit_test(groups_are_bands),
        cmocka_unit_test(every_word_is_there_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
