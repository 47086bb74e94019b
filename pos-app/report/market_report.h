/* SPDX-License-Identifier: MIT
 *
 * market_report.h - a manufacturer's report from the store to the files: HTML for people, CSV for
 * programs. The commands `report market` and `demo` call market_report_write; the pieces stand here
 * for the tests.
 */
#ifndef MARKET_REPORT_H
#define MARKET_REPORT_H

#include "page.h"

#include <loyalty/loyalty.h>

#define MARKET_REPORT_TABLES_MAX 32u
#define MARKET_REPORT_SENTENCES_MAX 10u

struct market_report_options {
    const char *manufacturer, *brand; /* brand NULL: all */
    int64_t from_us, to_us;           /* [from, to) */
    const char *from_text, *to_text;  /* as printed: "2026-01-01", the last day "2026-03-31" */
    int period_year;                  /* of the last day: ages are counted to it */
    const char *out_dir;
    bool generated, sample_of_lines, chinese;
    int64_t now_us;
    loy_progress_fn progress; /* or NULL */
    void *user;
};

struct market_report_files {
    char html[1024], csv[1024], schema[1024];
    bool repeated; /* the very same was released before */
    size_t sentences, shown, withheld;
    char text[400]; /* what went wrong, English */
};

/* What a report says, ready to be written down. */
struct market_view {
    const struct market_report_options *options;
    struct loy_market_coverage coverage;
    struct loy_table *tables[MARKET_REPORT_TABLES_MAX];
    size_t table_count;
    unsigned minor_digits;
    bool derived_grade;
    size_t shown, withheld;
};

/* Reads members, sales and price history of the period into a sealed market. */
enum loy_status market_source_read(struct loy_store *store,
    const struct market_report_options *options, struct loy_market **market, bool *derived_grade);
/* "women 25-34", "firm: hotel": sex "f", "m", other; birth_year 0 unknown; age_band: a trait, or
 * "". */
void market_source_group(const char *sex, int birth_year, const char *age_band, int period_year,
    char *group, size_t size);
/* "1985", or of a band such as "1980-1989" its first year where all of it is one age group in that
 * year; else 0. */
int market_source_birth_year(const char *text, int period_year);

/* All tables of a sealed market, judged together. */
enum loy_status market_view_open(const struct loy_market *market,
    const struct market_report_options *options, struct market_view *view);
void market_view_close(struct market_view *view);
const struct loy_table *market_view_table(
    const struct market_view *view, enum loy_dimension rows, enum loy_dimension columns);

struct market_sentence {
    char text[640];
    double weight;
    const struct loy_table *table;
};
size_t market_sentences(const struct market_view *view, bool chinese,
    struct market_sentence sentences[MARKET_REPORT_SENTENCES_MAX]);

void market_html(const struct market_view *view, struct page *page);
/* note false: the numbers alone, over which the release's digest is taken. */
void market_csv(const struct market_view *view, bool note, struct page *page);
void market_schema(const struct market_view *view, struct page *page);

/* The names of the three files; false: too long. */
bool market_report_name(
    const struct market_report_options *options, struct market_report_files *files);
/* Writes DIR/market-MAKER[-BRAND]-FROM-TO[-zh].html and the same .csv and .schema.json. The release
 * is entered in the ledger before any file becomes visible. LOY_E_CONFLICT: the period was released
 * with other numbers. files->text says what failed, unless loy_store_text(store) does. */
enum loy_status market_report_write(struct loy_store *store,
    const struct market_report_options *options, struct market_report_files *files);

#endif
