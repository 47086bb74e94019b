/* SPDX-License-Identifier: MIT
 *
 * command_scorecard.c - `report scorecard` and `report bonus`: how well counters, lanes and, where
 * the shop opted in, operators ask for the card. In: days. Out: a table, JSON Lines or CSV. Must
 * not know: how it is counted.
 */
#include "list_sheet.h"
#include "span.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    enum loy_score_by by;
} groups[] = {{"counter", LOY_SCORE_BY_COUNTER}, {"lane", LOY_SCORE_BY_LANE},
    {"operator", LOY_SCORE_BY_OPERATOR}};
#define GROUPS (sizeof groups / sizeof groups[0])

static const char *word_of(uint8_t by)
{
    return by ? groups[by - 1].word : "shop";
}

static int by_read(const struct cli *cli, enum loy_score_by *by)
{
    const char *word = cli_value(cli, "by");
    *by = LOY_SCORE_BY_COUNTER;
    if (!word) return CLI_DONE;
    for (size_t i = 0; i < GROUPS; i++)
        if (strcmp(word, groups[i].word) == 0) {
            *by = groups[i].by;
            return CLI_DONE;
        }
    return cli_fail(cli, CLI_USAGE, _("--by takes counter, lane or operator"));
}

/* ---- What a row says ----------------------------------------------------------------------------
 */

struct row {
    struct loy_score score;
    struct loy_bonus bonus;
};

enum shape { NAME, COUNT, SHARE };
struct column {
    const char *name;  /* as in JSON and files */
    const char *label; /* over it in a table; NULL: not there */
    enum shape shape;
    size_t at, of; /* of the row: a count, of a share also what it is of */
    int width;
};
#define AT(member) offsetof(struct row, member)

static const struct column score_columns[] = {
    {"baskets", N_("baskets"), COUNT, AT(score.baskets), 0, 9},
    {"identified", NULL, COUNT, AT(score.identified), 0, 0},
    {"identified_share", N_("identified"), SHARE, AT(score.identified), AT(score.baskets), 11},
    {"own", N_("own"), COUNT, AT(score.own), 0, 6},
    {"registrations", N_("new members"), COUNT, AT(score.registrations), 0, 12},
    {"given", NULL, COUNT, AT(score.given), 0, 0},
    {"asked", NULL, COUNT, AT(score.asked), 0, 0},
    {"completeness", N_("complete"), SHARE, AT(score.given), AT(score.asked), 10},
    {"values", NULL, COUNT, AT(score.values), 0, 0},
    {"valid", NULL, COUNT, AT(score.valid), 0, 0},
    {"valid_share", N_("valid"), SHARE, AT(score.valid), AT(score.values), 8},
    {"lines", NULL, COUNT, AT(score.lines), 0, 0},
    {"returned", NULL, COUNT, AT(score.returned), 0, 0},
    {"returned_share", N_("returned"), SHARE, AT(score.returned), AT(score.lines), 10},
    {"paid_minor", NULL, COUNT, AT(score.paid_minor), 0, 0},
    {"unread", N_("unread"), COUNT, AT(score.unread), 0, 8},
    {"refused", N_("refused"), COUNT, AT(score.refused), 0, 8},
};
static const struct column bonus_columns[] = {
    {"baskets", N_("baskets"), COUNT, AT(score.baskets), 0, 9},
    {"identified", N_("identified"), COUNT, AT(score.identified), 0, 11},
    {"identified_base", N_("expected"), COUNT, AT(bonus.identified_base), 0, 10},
    {"identified_beyond", N_("beyond"), COUNT, AT(bonus.identified_beyond), 0, 10},
    {"registrations", N_("new members"), COUNT, AT(score.registrations), 0, 12},
    {"registration_base", N_("expected"), COUNT, AT(bonus.registration_base), 0, 10},
    {"registration_beyond", N_("beyond"), COUNT, AT(bonus.registration_beyond), 0, 10},
    {"points", N_("points"), COUNT, AT(bonus.points), 0, 8},
};

struct report {
    struct cli *cli;
    const char *name;
    const struct column *columns;
    size_t count;
    struct loy_span span;
    enum loy_score_by by;
    bool has_bonus;
    int64_t per_identified, per_registration;
    struct loy_scorecard *card;
    struct loy_score shop;
    struct list_sheet *sheet;
    struct list_column heads[LIST_COLUMNS_MAX];
};

static int64_t number_at(const struct row *row, size_t at)
{
    int64_t value;
    memcpy(&value, (const char *)row + at, sizeof value);
    return value;
}

static const char *label_of(const struct row *row)
{
    if (!row->score.by) return _("the whole shop");
    return row->score.name[0] ? row->score.name : _("(no counter)");
}

/* ---- JSON, CSV, table ---------------------------------------------------------------------------
 */

static json_t *number_json(int64_t value)
{
    return value < 0 ? json_null() : json_integer(value);
}

static void row_json(const struct report *report, const struct row *row)
{
    json_t *object = span_json(report->cli, report->name);
    json_object_set_new(object, "by", json_string(word_of(row->score.by)));
    json_object_set_new(object, "name", json_string(row->score.name));
    json_object_set_new(
        object, "site", row->score.site[0] ? json_string(row->score.site) : json_null());
    json_object_set_new(
        object, "operator", row->score.number ? json_integer(row->score.number) : json_null());
    for (size_t i = 0; i < report->count; i++) {
        const struct column *column = &report->columns[i];
        const int64_t value = number_at(row, column->at);
        const bool signed_amount = column->at == AT(score.paid_minor);
        json_object_set_new(object, column->name,
            column->shape == SHARE ? span_share(value, number_at(row, column->of))
            : signed_amount        ? json_integer(value)
                                   : number_json(value));
    }
    cli_print_json(object);
}

static void cell_text(
    const struct row *row, const struct column *column, char text[SPAN_SHARE_SIZE])
{
    const int64_t value = number_at(row, column->at);
    text[0] = '\0';
    if (column->shape == SHARE)
        span_percent(value, number_at(row, column->of), text);
    else if (value >= 0 || column->at == AT(score.paid_minor))
        snprintf(text, SPAN_SHARE_SIZE, "%" PRId64, value);
}

static bool row_csv(const struct report *report, const struct row *row)
{
    char texts[LIST_COLUMNS_MAX][SPAN_SHARE_SIZE], number[SPAN_SHARE_SIZE] = "";
    const char *cells[LIST_COLUMNS_MAX] = {
        word_of(row->score.by), row->score.name, row->score.site, number};
    if (row->score.number) snprintf(number, sizeof number, "%" PRId64, row->score.number);
    for (size_t i = 0; i < report->count; i++) {
        cell_text(row, &report->columns[i], texts[i]);
        cells[4 + i] = texts[i];
    }
    return list_sheet_row(report->sheet, cells);
}

/* To the right of its column. */
static void put_right(const char *text, int width)
{
    char blank[64];
    int columns = 0;
    for (const char *at = text; *at; at++) {
        const unsigned char byte = (unsigned char)*at;
        columns += byte < 0x80 ? 1 : byte >= 0xe0 ? 2 : byte >= 0xc0;
    }
    snprintf(blank, sizeof blank, "%*s", width > columns ? width - columns : 1, "");
    printf("%s%s", blank, text);
}

static void row_print(const struct report *report, const struct row *row)
{
    char text[SPAN_SHARE_SIZE + 4], name[LOY_TEXT_MAX + LOY_CODE_MAX + 2];
    snprintf(
        name, sizeof name, "%s%s%s", row->score.site, row->score.site[0] ? "/" : "", label_of(row));
    cli_put(stdout, name, 22);
    for (size_t i = 0; i < report->count; i++) {
        const struct column *column = &report->columns[i];
        if (!column->label) continue;
        cell_text(row, column, text);
        if (!text[0])
            strcpy(text, "-");
        else if (column->shape == SHARE)
            strcat(text, " %");
        put_right(text, column->width);
    }
    putchar('\n');
}

static void head_print(const struct report *report)
{
    cli_put(stdout, "", 22);
    for (size_t i = 0; i < report->count; i++)
        if (report->columns[i].label)
            put_right(_(report->columns[i].label), report->columns[i].width);
    putchar('\n');
}

/* ---- Rows ---------------------------------------------------------------------------------------
 */

static bool row_tell(const struct report *report, const struct row *row)
{
    if (report->sheet) return row_csv(report, row);
    if (report->cli->json)
        row_json(report, row);
    else
        row_print(report, row);
    return true;
}

static enum loy_status rows_tell(const struct report *report)
{
    struct row row = {.score = {.size = sizeof row.score}};
    enum loy_status status;
    if (!report->sheet && !report->cli->json) head_print(report);
    while ((status = loy_score_next(report->card, &row.score)) == LOY_OK) {
        if (report->has_bonus)
            status = loy_score_bonus(&row.score, &report->shop, report->per_identified,
                report->per_registration, &row.bonus);
        if (status != LOY_OK) return status;
        if (!row_tell(report, &row)) return LOY_E_IO;
    }
    if (status != LOY_NONE) return status;
    row = (struct row){.score = report->shop};
    return report->has_bonus || row_tell(report, &row) ? LOY_OK : LOY_E_IO;
}

static bool sheet_open(struct report *report)
{
    static const char *const first[] = {"by", "name", "site", "operator"};
    const char *path = cli_value(report->cli, "csv");
    if (!path) return true;
    for (size_t i = 0; i < 4 + report->count; i++)
        report->heads[i].name = i < 4 ? first[i] : report->columns[i - 4].name;
    report->sheet = list_sheet_open(
        LIST_CSV, path, cli_value(report->cli, "bom") != NULL, report->heads, 4 + report->count);
    return report->sheet != NULL;
}

static int report_write(struct report *report, struct loy_store *store)
{
    const char *path = cli_value(report->cli, "csv");
    if (!sheet_open(report)) return cli_fail(report->cli, CLI_FAILED, _("out of memory"));
    report->shop.size = sizeof report->shop;
    loy_score_shop(report->card, &report->shop);
    enum loy_status status = rows_tell(report);
    enum loy_status closed = list_sheet_close(report->sheet, status == LOY_OK);
    if (status != LOY_OK && status != LOY_E_IO) return cli_fail_store(report->cli, status, store);
    if (status != LOY_OK || closed != LOY_OK)
        return cli_fail(report->cli, CLI_FAILED, _("%s cannot be written"), path ? path : "-");
    if (!path) return CLI_DONE;
    if (report->cli->json) {
        json_t *object = span_json(report->cli, report->name);
        json_object_set_new(object, "csv", json_string(path));
        cli_print_json(object);
    } else {
        printf("%s\n", path);
    }
    return CLI_DONE;
}

static int report_run(struct report *report)
{
    struct loy_store *store = NULL;
    int code = by_read(report->cli, &report->by);
    if (code == CLI_DONE) code = span_read(report->cli, &report->span);
    if (code == CLI_DONE) code = cli_store_open(report->cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status =
        loy_scorecard_open(store, report->by, &report->span, cli_now_us(), &report->card);
    code =
        status == LOY_OK ? report_write(report, store) : cli_fail_store(report->cli, status, store);
    loy_scorecard_close(report->card);
    loy_store_close(store);
    return code;
}

static int run_scorecard(struct cli *cli)
{
    struct report report = {.cli = cli,
        .name = "scorecard",
        .columns = score_columns,
        .count = sizeof score_columns / sizeof score_columns[0]};
    return report_run(&report);
}

static bool weight_read(const struct cli *cli, const char *option, int64_t *weight)
{
    const char *text = cli_value(cli, option);
    char *end = NULL;
    if (!text) return true;
    *weight = strtoll(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && *weight <= LOY_BONUS_WEIGHT_MAX;
}

static int run_bonus(struct cli *cli)
{
    struct report report = {.cli = cli,
        .name = "bonus",
        .columns = bonus_columns,
        .count = sizeof bonus_columns / sizeof bonus_columns[0],
        .has_bonus = true,
        .per_identified = 1,
        .per_registration = 5};
    if (!weight_read(cli, "per-identified", &report.per_identified) ||
        !weight_read(cli, "per-registration", &report.per_registration))
        return cli_fail(cli, CLI_USAGE,
            _("--per-identified and --per-registration take whole points from 0 to %d"),
            LOY_BONUS_WEIGHT_MAX);
    return report_run(&report);
}

static const struct cli_option scorecard_options[] = {
    SPAN_OPTIONS,
    {"by", "WHAT", N_("counter (the article's), lane or operator; default counter"), false, false},
    {"csv", "FILE", N_("to a CSV file, UTF-8"), false, false},
    {"bom", NULL, N_("begin the file with a mark by which spreadsheets see that it is UTF-8"),
        false, false},
    {0},
};

static const struct cli_option bonus_options[] = {
    SPAN_OPTIONS,
    {"by", "WHAT", N_("counter (the article's), lane or operator; default counter"), false, false},
    {"per-identified", "POINTS", N_("for each identified basket beyond the base; default 1"), false,
        false},
    {"per-registration", "POINTS", N_("for each new member beyond the base; default 5"), false,
        false},
    {"csv", "FILE", N_("to a CSV file, UTF-8"), false, false},
    {"bom", NULL, N_("begin the file with a mark by which spreadsheets see that it is UTF-8"),
        false, false},
    {0},
};

const struct cli_command command_report_scorecard = {
    .name = "report scorecard",
    .summary = N_("how well counters and lanes ask for the card, and how good their data are"),
    .detail = N_(
        "Baskets and which of them are identified; new members that the lane registered, how full "
        "their forms are and\nhow many of the values are valid; returned lines, misreads and cards "
        "of no use. Purchases of operators\nthemselves (`loyalty operator card`) are counted apart "
        "and in no share. A basket counts for each counter of\nwhich it has an article. By "
        "operator only where the shop opted in: `loyalty lane rule scorecard_operators 1`."),
    .example = "report scorecard --from 2026-03-01 --to 2026-03-31 --by lane",
    .options = scorecard_options,
    .run = run_scorecard,
};

const struct cli_command command_report_bonus = {
    .name = "report bonus",
    .summary = N_("points for what counters or lanes reached beyond the shop's own base"),
    .detail = N_(
        "The base is what the shop as a whole would have reached with as many baskets, rounded up: "
        "a counter earns by\nasking, not by being large. Points are whole, with the weights that "
        "are given."),
    .example = "report bonus --from 2026-03-01 --to 2026-03-31 --csv bonus.csv --bom",
    .options = bonus_options,
    .run = run_bonus,
};
