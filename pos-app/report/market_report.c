/* SPDX-License-Identifier: MIT
 *
 * market_report.c - the whole way of a manufacturer's report: read, judge, enter in the ledger,
 * write. In: a store and options; out: files that appear whole, after the ledger has them. Must not
 * know HTML.
 */
#include "market_report.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define POLICY                                                                                     \
    "at least 10 members; 3 stores or one with 20; no member above 40 %; complementary; counts "   \
    "rounded to 5"

/* ---- Files --------------------------------------------------------------------------------------
 */

/* Letters, digits and other scripts stay; what a file system or shell would mind becomes a hyphen.
 */
static void add_slug(char *name, size_t size, const char *text)
{
    size_t used = strlen(name);
    if (used + 1 < size) name[used++] = '-';
    for (; *text && used + 1 < size; text++) {
        bool good = isalnum((unsigned char)*text) || (unsigned char)*text >= 0x80;
        if (good)
            name[used++] = *text;
        else if (name[used - 1] != '-')
            name[used++] = '-';
    }
    name[used] = '\0';
}

bool market_report_name(
    const struct market_report_options *options, struct market_report_files *files)
{
    char name[400] = "market";
    add_slug(name, sizeof name - 60, options->manufacturer);
    if (options->brand) add_slug(name, sizeof name - 50, options->brand);
    add_slug(name, sizeof name - 30, options->from_text);
    add_slug(name, sizeof name - 15, options->to_text);
    if (options->chinese) add_slug(name, sizeof name, "zh");
    const char *dir = options->out_dir;
    int most = (int)sizeof files->html;
    return snprintf(files->html, sizeof files->html, "%s/%s.html", dir, name) < most &&
           snprintf(files->csv, sizeof files->csv, "%s/%s.csv", dir, name) < most &&
           snprintf(files->schema, sizeof files->schema, "%s/%s.schema.json", dir, name) < most;
}

static enum loy_status make_directory(
    const struct market_report_options *options, struct market_report_files *files)
{
    struct stat about;
    if (mkdir(options->out_dir, 0755) != 0 && errno != EEXIST) {
        snprintf(files->text, sizeof files->text, "cannot make the folder %.200s: %s",
            options->out_dir, strerror(errno));
        return errno == ENOSPC || errno == EROFS ? LOY_E_FULL : LOY_E_IO;
    }
    if (stat(options->out_dir, &about) == 0 && S_ISDIR(about.st_mode)) return LOY_OK;
    snprintf(files->text, sizeof files->text, "%.200s is not a folder; name another with --out",
        options->out_dir);
    return LOY_E_IO;
}

static enum loy_status write_page(
    struct page *page, const char *path, struct market_report_files *files)
{
    enum loy_status status = page_write(page, path);
    if (status != LOY_OK)
        snprintf(files->text, sizeof files->text, "cannot write %.250s: %s", path,
            status == LOY_E_MEMORY ? "out of memory" : strerror(errno));
    page_clear(page);
    return status;
}

static enum loy_status write_pages(
    const struct market_view *view, struct market_report_files *files)
{
    struct page page = {0};
    market_html(view, &page);
    enum loy_status status = write_page(&page, files->html, files);
    if (status != LOY_OK) return status;
    market_csv(view, true, &page);
    status = write_page(&page, files->csv, files);
    if (status != LOY_OK) return status;
    market_schema(view, &page);
    return write_page(&page, files->schema, files);
}

static enum loy_status enter(
    struct loy_store *store, const struct market_view *view, struct market_report_files *files)
{
    const struct market_report_options *options = view->options;
    struct loy_release release = {.size = sizeof release,
        .manufacturer = options->manufacturer,
        .brand = options->brand,
        .from_us = options->from_us,
        .to_us = options->to_us,
        .policy = POLICY};
    struct page numbers = {0};
    market_csv(view, false, &numbers);
    if (numbers.failed) return LOY_E_MEMORY;
    const char *const pieces[] = {numbers.bytes, NULL};
    loy_release_digest(pieces, release.digest);
    page_clear(&numbers);
    enum loy_status status = loy_release_enter(store, &release, options->now_us);
    files->repeated = status == LOY_REPEATED;
    if (status == LOY_E_CONFLICT)
        snprintf(files->text, sizeof files->text,
            "this period, or one that overlaps it, was released to %.100s with other numbers; a "
            "second "
            "version would show what the first withholds, so nothing was written",
            options->manufacturer);
    return status == LOY_REPEATED ? LOY_OK : status;
}

static enum loy_status show(struct market_report_files *files)
{
    const char *const paths[] = {files->csv, files->schema, files->html};
    for (size_t i = 0; i < 3; i++) {
        enum loy_status status = page_show(paths[i]);
        if (status == LOY_OK) continue;
        snprintf(
            files->text, sizeof files->text, "cannot write %.250s: %s", paths[i], strerror(errno));
        return status;
    }
    return LOY_OK;
}

static enum loy_status write_view(
    struct loy_store *store, const struct market_view *view, struct market_report_files *files)
{
    struct market_sentence sentences[MARKET_REPORT_SENTENCES_MAX];
    files->sentences = market_sentences(view, view->options->chinese, sentences);
    files->shown = view->shown;
    files->withheld = view->withheld;
    enum loy_status status = write_pages(view, files);
    if (status == LOY_OK) status = enter(store, view, files);
    if (status == LOY_OK) status = show(files);
    if (status != LOY_OK) {
        page_drop(files->html);
        page_drop(files->csv);
        page_drop(files->schema);
    }
    return status;
}

enum loy_status market_report_write(struct loy_store *store,
    const struct market_report_options *options, struct market_report_files *files)
{
    struct loy_store_settings shop;
    struct loy_market *market = NULL;
    struct market_view view;
    bool derived_grade = false;
    memset(files, 0, sizeof *files);
    enum loy_status status = make_directory(options, files);
    if (status == LOY_OK && !market_report_name(options, files)) status = LOY_E_LIMIT;
    if (status == LOY_OK) status = market_source_read(store, options, &market, &derived_grade);
    if (status != LOY_OK) return status;
    status = market_view_open(market, options, &view);
    loy_market_close(market);
    if (status != LOY_OK) return status;
    loy_store_settings_get(store, &shop);
    view.minor_digits = shop.minor_digits;
    view.derived_grade = derived_grade;
    if (view.coverage.sales_minor == 0 && view.coverage.category_minor == 0) {
        /* A misspelt name must not become an empty page in the ledger. */
        snprintf(files->text, sizeof files->text,
            "nothing of this manufacturer and brand was sold in the period; check the spelling of "
            "the names "
            "and the dates");
        status = LOY_NONE;
    } else {
        status = write_view(store, &view, files);
    }
    market_view_close(&view);
    return status;
}
