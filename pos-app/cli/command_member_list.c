/* SPDX-License-Identifier: MIT
 *
 * command_member_list.c - `member list`: members that pass a filter, in columns of one's choice, to
 * the terminal, as JSON Lines, as CSV or as XLSX. In: options. Out: rows. Must not know: how a
 * sheet is written, how a filter is answered.
 */
#include "list_sheet.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH 256u

struct list_run {
    struct cli *cli;
    struct loy_store *store;
    struct loy_member_filter filter;
    char *columns_text, *trait_text;
    struct list_column columns[LIST_COLUMNS_MAX];
    size_t column_count;
    bool local; /* times: JSON alone has UTC */
    int64_t rows;
    char texts[LIST_COLUMNS_MAX][LOY_FIELD_TEXT_MAX];
};

/* ---- Options -------------------------------------------------------------------------------- */

static const char *const kinds[] = {"person", "organisation", NULL};
static const char *const statuses[] = {"active", "merged", "erased", NULL};
static const char *const purposes[] = {"profiling", "marketing", "suppliers", "scheme", NULL};
static const char *const card_statuses[] = {
    "stock", "issued", "active", "lost", "blocked", "replaced", "expired", "withdrawn", NULL};

/* From 1 in the order of the words; 0: none of them. */
static uint8_t word_number(const char *word, const char *const *words)
{
    for (uint8_t i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0) return (uint8_t)(i + 1);
    return 0;
}

static int word_read(
    const struct cli *cli, const char *option, const char *const *words, uint8_t *number)
{
    const char *word = cli_value(cli, option);
    char all[128] = "";
    if (!word) return CLI_DONE;
    *number = word_number(word, words);
    if (*number) return CLI_DONE;
    for (size_t i = 0; words[i]; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "", words[i]);
    return cli_fail(cli, CLI_USAGE, _("--%s takes one of: %s"), option, all);
}

static int time_read(const struct cli *cli, const char *option, int64_t *at_us)
{
    const char *text = cli_value(cli, option);
    int16_t offset;
    if (!text || cli_time_parse(text, at_us, &offset) == LOY_OK) return CLI_DONE;
    return cli_fail(cli, CLI_USAGE, _("--%s takes a date such as 2026-03-01"), option);
}

/* The values of an option that repeats. */
static size_t values_of(const struct cli *cli, const char *option, const char *const **values)
{
    for (size_t i = 0; cli->command->options[i].name; i++)
        if (strcmp(cli->command->options[i].name, option) == 0) {
            *values = cli->options[i].values;
            return cli->options[i].count;
        }
    return 0;
}

static int fields_read(
    const struct cli *cli, const char *option, uint8_t fields[LOY_FILTER_FIELDS_MAX])
{
    const char *const *values = NULL;
    size_t count = values_of(cli, option, &values);
    if (count > LOY_FILTER_FIELDS_MAX)
        return cli_fail(
            cli, CLI_USAGE, _("--%s is taken %u times at most"), option, LOY_FILTER_FIELDS_MAX);
    for (size_t i = 0; i < count; i++) {
        enum loy_field field;
        if (loy_field_find(values[i], &field) != LOY_OK)
            return cli_fail(cli, CLI_USAGE,
                _("--%s takes the name of a field, such as telephone or postcode"), option);
        fields[i] = (uint8_t)field;
    }
    return CLI_DONE;
}

static int consents_read(const struct cli *cli, struct loy_member_filter *filter)
{
    static const char *const options[] = {"no-consent", "consent"};
    for (int given = 0; given < 2; given++) {
        const char *const *values = NULL;
        size_t count = values_of(cli, options[given], &values);
        for (size_t i = 0; i < count; i++) {
            uint8_t purpose = word_number(values[i], purposes);
            if (!purpose)
                return cli_fail(cli, CLI_USAGE,
                    _("--%s takes profiling, marketing, suppliers or scheme"), options[given]);
            filter->consent[purpose] = given ? 1 : -1;
        }
    }
    return CLI_DONE;
}

static int status_read(const struct cli *cli, uint8_t *status)
{
    const char *word = cli_value(cli, "status");
    if (word && strcmp(word, "all") == 0) {
        *status = 255;
        return CLI_DONE;
    }
    return word_read(cli, "status", statuses, status);
}

static int trait_read(struct list_run *run)
{
    const char *text = cli_value(run->cli, "trait");
    if (!text) return CLI_DONE;
    run->trait_text = strdup(text);
    if (!run->trait_text) return cli_fail(run->cli, CLI_FAILED, _("out of memory"));
    char *equals = strchr(run->trait_text, '=');
    if (equals) *equals = '\0';
    run->filter.trait = (struct loy_trait_text){run->trait_text, equals ? equals + 1 : NULL};
    return CLI_DONE;
}

static int filter_read(struct list_run *run)
{
    const struct cli *cli = run->cli;
    struct loy_member_filter *filter = &run->filter;
    filter->size = sizeof *filter;
    filter->industry = cli_value(cli, "industry");
    filter->district = cli_value(cli, "district");
    filter->postcode = cli_value(cli, "postcode");
    int code = word_read(cli, "kind", kinds, &filter->kind);
    if (code == CLI_DONE) code = status_read(cli, &filter->status);
    if (code == CLI_DONE) code = word_read(cli, "card", card_statuses, &filter->card_status);
    if (code == CLI_DONE) code = consents_read(cli, filter);
    if (code == CLI_DONE) code = time_read(cli, "created-from", &filter->created_from_us);
    if (code == CLI_DONE) code = time_read(cli, "created-to", &filter->created_to_us);
    if (code == CLI_DONE) code = time_read(cli, "bought-from", &filter->bought_from_us);
    if (code == CLI_DONE) code = time_read(cli, "bought-to", &filter->bought_to_us);
    if (code == CLI_DONE) code = fields_read(cli, "has", filter->has);
    if (code == CLI_DONE) code = fields_read(cli, "missing", filter->missing);
    return code == CLI_DONE ? trait_read(run) : code;
}

static int columns_read(struct list_run *run)
{
    const char *wrong = NULL, *text = cli_value(run->cli, "columns");
    run->columns_text = text ? strdup(text) : NULL;
    if (text && !run->columns_text) return cli_fail(run->cli, CLI_FAILED, _("out of memory"));
    if (list_columns_read(run->columns_text, loy_store_role(run->store), run->columns,
            &run->column_count, &wrong))
        return CLI_DONE;
    if (!wrong)
        return cli_fail(run->cli, CLI_USAGE, _("at most %u columns are listed"), LIST_COLUMNS_MAX);
    return cli_fail(run->cli, CLI_USAGE,
        _("--columns: there is no column \"%s\"; see loyalty help member list"), wrong);
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static enum loy_status row_put(
    struct list_run *run, struct list_sheet *sheet, const struct loy_member_listed *member)
{
    const char *cells[LIST_COLUMNS_MAX];
    size_t blank = 0, told = 0;
    for (size_t i = 0; i < run->column_count; i++) {
        enum loy_status status =
            list_cell_text(run->store, member, &run->columns[i], run->local, run->texts[i]);
        if (status < LOY_OK) return status;
        blank += status == LOY_NONE;
        told += status == LOY_OK && run->columns[i].sealed;
        cells[i] = run->texts[i];
    }
    /* Erased since the batch was listed: no row. */
    if (blank && !told && member->status != LOY_MEMBER_ERASED) {
        enum loy_status status = loy_member_list_holds(run->store, &member->id);
        if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    }
    run->rows++;
    return list_sheet_row(sheet, cells) ? LOY_OK : LOY_E_IO;
}

/* For whoever looks at it; what a program reads has rows alone. */
static void labels_put(struct list_run *run, struct list_sheet *sheet)
{
    const char *cells[LIST_COLUMNS_MAX];
    for (size_t i = 0; i < run->column_count; i++) {
        snprintf(run->texts[i], sizeof run->texts[i], "%s",
            list_column_label(run->store, &run->columns[i]));
        cells[i] = run->texts[i];
    }
    list_sheet_row(sheet, cells);
}

static enum loy_status rows_put(struct list_run *run, struct list_sheet *sheet)
{
    struct loy_member_listed members[BATCH];
    int64_t position = 0;
    size_t count;
    enum loy_status status;
    while ((status = loy_member_list(
                run->store, &run->filter, &position, members, BATCH, &count)) == LOY_OK)
        for (size_t i = 0; i < count; i++) {
            status = row_put(run, sheet, &members[i]);
            if (status != LOY_OK) return status;
        }
    return status == LOY_NONE ? LOY_OK : status;
}

/* Refused before anything is printed, not at the first member. */
static enum loy_status columns_allowed(struct list_run *run)
{
    const struct loy_member_listed nobody = {.kind = LOY_MEMBER_PERSON};
    for (size_t i = 0; i < run->column_count; i++)
        if (list_cell_text(run->store, &nobody, &run->columns[i], false, run->texts[0]) ==
            LOY_E_ACCESS)
            return LOY_E_ACCESS;
    return LOY_OK;
}

static int file_told(const struct list_run *run, const char *path)
{
    if (run->cli->json)
        cli_print_json(json_pack("{s:s,s:I}", "file", path, "members", (json_int_t)run->rows));
    else
        printf(_("members written to %s: %lld\n"), path, (long long)run->rows);
    return CLI_DONE;
}

static int list_write(struct list_run *run, enum list_form form, const char *path)
{
    bool mark = form == LIST_CSV && cli_value(run->cli, "bom");
    run->local = form != LIST_JSON;
    if (columns_allowed(run) != LOY_OK) return cli_fail_store(run->cli, LOY_E_ACCESS, run->store);
    struct list_sheet *sheet = list_sheet_open(form, path, mark, run->columns, run->column_count);
    if (!sheet) return cli_fail(run->cli, CLI_FAILED, _("%s cannot be written"), path ? path : "-");
    if (form == LIST_TABLE && isatty(STDOUT_FILENO)) labels_put(run, sheet);
    enum loy_status status = rows_put(run, sheet);
    /* Told before the sheet goes: who took the list is known even where the file then fails. */
    if (status == LOY_OK && path)
        status = loy_member_list_note(run->store, run->rows, cli_now_us());
    int code = status == LOY_OK || status == LOY_E_IO
                   ? CLI_DONE
                   : cli_fail_store(run->cli, status, run->store);
    enum loy_status closed = list_sheet_close(sheet, status == LOY_OK);
    if (code != CLI_DONE) return code;
    if (status != LOY_OK || closed != LOY_OK)
        return cli_fail(run->cli, CLI_FAILED, _("%s cannot be written"), path ? path : "-");
    return path ? file_told(run, path) : CLI_DONE;
}

static int list_go(struct list_run *run)
{
    const char *csv = cli_value(run->cli, "csv"), *xlsx = cli_value(run->cli, "xlsx");
    if (csv && xlsx) return cli_fail(run->cli, CLI_USAGE, _("--csv or --xlsx, not both"));
    if (xlsx && !list_sheet_has_xlsx())
        return cli_fail(run->cli, CLI_USAGE,
            _("this program was built without libxlsxwriter; --csv FILE --bom opens in every "
              "spreadsheet"));
    int code = filter_read(run);
    if (code == CLI_DONE) code = cli_store_open(run->cli, &run->store);
    if (code != CLI_DONE) return code;
    code = columns_read(run);
    enum list_form form = csv              ? LIST_CSV
                          : xlsx           ? LIST_XLSX
                          : run->cli->json ? LIST_JSON
                                           : LIST_TABLE;
    /* Names and addresses are for the one who asked. */
    mode_t mask = umask(077);
    if (code == CLI_DONE) code = list_write(run, form, csv ? csv : xlsx);
    umask(mask);
    loy_store_close(run->store);
    return code;
}

static int run_list(struct cli *cli)
{
    struct list_run *run = calloc(1, sizeof *run);
    if (!run) return cli_fail(cli, CLI_FAILED, _("out of memory"));
    run->cli = cli;
    int code = list_go(run);
    sodium_memzero(run->texts, sizeof run->texts);
    free(run->columns_text);
    free(run->trait_text);
    free(run);
    return code;
}

static const struct cli_option list_options[] = {
    {"kind", "KIND", N_("person or organisation"), false, false},
    {"status", "STATUS", N_("active (default), merged, erased or all"), false, false},
    {"industry", "TEXT", N_("this trade"), false, false},
    {"district", "TEXT", N_("this district"), false, false},
    {"postcode", "TEXT", N_("postcodes that begin so"), false, false},
    {"trait", "NAME[=TEXT]", N_("who has this trait, with this value"), false, false},
    {"consent", "PURPOSE", N_("consent given for it; may be repeated"), false, true},
    {"no-consent", "PURPOSE", N_("no consent for it; may be repeated"), false, true},
    {"created-from", "DATE", N_("registered on this day or later"), false, false},
    {"created-to", "DATE", N_("registered before this day"), false, false},
    {"bought-from", "DATE", N_("last purchase on this day or later"), false, false},
    {"bought-to", "DATE", N_("last purchase before this day"), false, false},
    {"card", "STATUS", N_("with a card that is issued, active, lost, blocked ..."), false, false},
    {"has", "FIELD", N_("this field is filled; may be repeated"), false, true},
    {"missing", "FIELD", N_("this field is empty; may be repeated"), false, true},
    {"columns", "LIST", N_("such as member,name,pinyin,telephone,trait:income"), false, false},
    {"csv", "FILE", N_("to a CSV file, UTF-8"), false, false},
    {"bom", NULL, N_("with a byte-order mark, so that spreadsheets keep Chinese text"), false,
        false},
    {"xlsx", "FILE", N_("to an XLSX file"), false, false},
    {0},
};

const struct cli_command command_member_list = {
    .name = "member list",
    .summary = N_("members that pass a filter, a line each, or to CSV or XLSX"),
    .detail = N_(
        "Columns: member, name, given_name, pinyin, kind, status, pseudonymous, created, "
        "last_purchase, cards,\nconsent_profiling, consent_marketing, consent_suppliers, "
        "consent_scheme, every field of a form, trait:NAME.\nIndustry, district, postcode and "
        "traits are decrypted member by member, after all other filters. An analyst's\nlist holds "
        "nothing that tells who a member is. A list written to a file is noted in the audit "
        "log.\nTimes are of the shop's zone, in files too; --json has UTC."),
    .example = "member list --consent marketing --columns name,telephone --csv members.csv --bom",
    .options = list_options,
    .run = run_list,
};
