/* SPDX-License-Identifier: MIT
 *
 * command_report_funnel.c - `report funnel`: how many members need, would like or buy a category,
 * brand or article, inferred from behaviour at the till. In: a period. Out: a table, or one JSON
 * object; counts of members only. Must not know: who they are.
 */
#include "funnel_source.h"

#include "../tui/cell.h"

#include <stdlib.h>
#include <string.h>

#define NAME_COLUMNS 30
#define CELL_SIZE 24u

static const struct {
    const char *head, *words;
    int columns;
} classes[loy_funnel_class_count] = {
    [LOY_FUNNEL_PROSPECT] = {N_("Prospect"),
        N_("buy what goes with it, and show no sign of a wish"), 9},
    [LOY_FUNNEL_KEY_PROSPECT] = {N_("key"),
        N_("prospects who buy that as often as the middle buyer buys this"), 7},
    [LOY_FUNNEL_POTENTIAL] = {N_("Potential"),
        N_("showed a coupon for it, or took it back before the total"), 10},
    [LOY_FUNNEL_LACKING] = {N_("Lacking"),
        N_("left it at the total or in a suspended basket: means lacking now"), 8},
    [LOY_FUNNEL_WEAK] = {N_("Weak"), N_("buy it only on deal or at the low grade"), 7},
    [LOY_FUNNEL_STRONG] = {N_("Strong"), N_("buy it at middle or high grade at list price"), 7},
};

static const char *const levels[] = {"category", "brand", "article"};

/* ---- JSON ---------------------------------------------------------------------------------------
 */

static json_t *complements_json(const struct loy_funnel *funnel, size_t index)
{
    struct loy_funnel_complement one = {.size = sizeof one};
    json_t *list = json_array();
    for (size_t i = 0; loy_funnel_complement_get(funnel, index, i, &one) == LOY_OK; i++)
        json_array_append_new(list,
            json_pack("{s:s,s:I,s:o,s:o}", "category", one.name, "members", (json_int_t)one.members,
                "lift", cli_json_number(one.lift), "z", cli_json_number(one.z)));
    return list;
}

/* Where nothing is known to go with it, nobody can be called a prospect. */
static bool is_known(
    const struct funnel_source *source, const struct loy_funnel_row *row, int class)
{
    bool need = class == LOY_FUNNEL_PROSPECT || class == LOY_FUNNEL_KEY_PROSPECT;
    return !need || row->complements > 0 || source->level != LOY_FUNNEL_OF_CATEGORY;
}

/* What is withheld or not known is null. */
static json_t *row_json(
    const struct funnel_source *source, size_t index, const struct loy_funnel_row *row)
{
    json_t *object = json_pack("{s:s}", "name", row->name);
    for (int i = 1; i < loy_funnel_class_count; i++)
        json_object_set_new(object, loy_funnel_class_name(i),
            row->counts[i].told && is_known(source, row, i) ? json_integer(row->counts[i].members)
                                                            : json_null());
    json_object_set_new(object, "complements", complements_json(source->funnel, index));
    return object;
}

static void report_json(const struct funnel_source *source)
{
    struct loy_funnel_row row = {.size = sizeof row};
    json_t *object = span_json(source->cli, "funnel"), *rows = json_array();
    json_t *signs = json_object();
    json_object_set_new(object, "inferred", json_true());
    json_object_set_new(object, "by", json_string(loy_funnel_level_name(source->level)));
    json_object_set_new(object, "members", json_integer(loy_funnel_members(source->funnel)));
    for (int i = LOY_FUNNEL_RULE_ON + 1; i < LOY_FUNNEL_RULE_END; i++)
        json_object_set_new(
            signs, loy_funnel_rule_name((enum loy_funnel_rule)i), json_boolean(source->on[i]));
    json_object_set_new(object, "signs", signs);
    for (size_t i = 0; loy_funnel_row_get(source->funnel, i, &row) == LOY_OK; i++)
        json_array_append_new(rows, row_json(source, i, &row));
    json_object_set_new(object, "rows", rows);
    cli_print_json(object);
}

/* ---- Text ---------------------------------------------------------------------------------------
 */

static void cell_print(const char *text, int width, enum cell_align align)
{
    static const struct cell_rules rules;
    char cell[CELL_BYTES];
    cell_fit(&rules, text, width, align, cell, sizeof cell);
    fputs(cell, stdout);
}

static void head_print(const struct funnel_source *source)
{
    printf(_("Customer funnel, inferred from behaviour at the till, %s to %s\n"),
        cli_value(source->cli, "from"), cli_value(source->cli, "to"));
    printf(_("%lld members who agreed to profiling and were here; < 10: withheld\n\n"),
        (long long)loy_funnel_members(source->funnel));
    cell_print("", NAME_COLUMNS, CELL_LEFT);
    for (int i = 1; i < loy_funnel_class_count; i++)
        cell_print(_(classes[i].head), classes[i].columns, CELL_RIGHT);
    putchar('\n');
}

static void row_print(const struct funnel_source *source, const struct loy_funnel_row *row)
{
    cell_print(row->name, NAME_COLUMNS, CELL_LEFT);
    for (int i = 1; i < loy_funnel_class_count; i++) {
        char cell[CELL_SIZE] = "< 10";
        if (!is_known(source, row, i))
            strcpy(cell, "-");
        else if (row->counts[i].told)
            snprintf(cell, sizeof cell, "%lld", (long long)row->counts[i].members);
        cell_print(cell, classes[i].columns, CELL_RIGHT);
    }
    putchar('\n');
}

static void complements_print(const struct loy_funnel *funnel, size_t index)
{
    struct loy_funnel_complement one = {.size = sizeof one};
    for (size_t i = 0; loy_funnel_complement_get(funnel, index, i, &one) == LOY_OK; i++) {
        if (i == 0) printf("\n%s\n", _("Goes with it:"));
        fputs("  ", stdout);
        cli_put(stdout, one.name, NAME_COLUMNS);
        printf(_("  %lld members buy both, %.1f times as many as expected\n"),
            (long long)one.members, one.lift);
    }
}

static void legend_print(const struct funnel_source *source)
{
    putchar('\n');
    for (int i = 1; i < loy_funnel_class_count; i++) {
        cli_put(stdout, _(classes[i].head), 12);
        printf("%s\n", _(classes[i].words));
    }
    cli_put(stdout, "-", 12);
    printf("%s\n", _("nothing is known that goes with it: nobody can be called a prospect"));
    for (int i = LOY_FUNNEL_RULE_ON + 1; i < LOY_FUNNEL_RULE_END; i++)
        if (!source->on[i]) {
            printf("%s\n", _("Some signs are switched off: `funnel` lists them."));
            return;
        }
}

static void report_text(const struct funnel_source *source)
{
    struct loy_funnel_row row = {.size = sizeof row};
    head_print(source);
    for (size_t i = 0; loy_funnel_row_get(source->funnel, i, &row) == LOY_OK; i++)
        row_print(source, &row);
    if (source->only) complements_print(source->funnel, 0);
    legend_print(source);
}

/* ---- The command --------------------------------------------------------------------------------
 */

/* At most one of the three is asked for. */
static int level_read(struct funnel_source *source)
{
    source->level = LOY_FUNNEL_OF_CATEGORY;
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        const char *value = cli_value(source->cli, levels[i]);
        if (!value) continue;
        if (source->only || !*value)
            return cli_fail(source->cli, CLI_USAGE,
                _("give one category, one brand or one article, or none of them"));
        source->only = value;
        source->level = (uint8_t)(LOY_FUNNEL_OF_CATEGORY + i);
    }
    return CLI_DONE;
}

static int report_fail(const struct funnel_source *source, enum loy_status status)
{
    if (status == LOY_REFUSED)
        return cli_fail(source->cli, CLI_FINDING,
            _("the customer funnel is off; a manager switches it on with `loyalty funnel on`"));
    if (status == LOY_E_MEMORY || status == LOY_E_LIMIT)
        return cli_fail(source->cli, CLI_FAILED, _("the funnel cannot be counted: %s"),
            _(loy_status_text(status)));
    return cli_fail_store(source->cli, status, source->store);
}

static int report_print(const struct funnel_source *source)
{
    struct loy_funnel_row row = {.size = sizeof row};
    if (loy_funnel_members(source->funnel) == 0)
        return cli_fail(source->cli, CLI_FINDING,
            _("fewer than 10 members who agreed to profiling were here in this period: nothing is "
              "counted"));
    if (loy_funnel_row_get(source->funnel, 0, &row) != LOY_OK)
        return cli_fail(source->cli, CLI_FINDING,
            _("in this period no member bought it or showed a sign of wanting it"));
    if (source->cli->json)
        report_json(source);
    else
        report_text(source);
    return CLI_DONE;
}

static int run_report_funnel(struct cli *cli)
{
    struct funnel_source source = {.cli = cli};
    int code = span_read(cli, &source.span);
    if (code == CLI_DONE) code = level_read(&source);
    if (code == CLI_DONE) code = cli_store_open(cli, &source.store);
    if (code != CLI_DONE) return code;
    enum loy_status status = funnel_source_read(&source);
    code = status == LOY_OK ? report_print(&source) : report_fail(&source, status);
    loy_funnel_close(source.funnel);
    loy_store_close(source.store);
    return code;
}

static const struct cli_option options[] = {
    SPAN_OPTIONS,
    {"category", "NAME", N_("only this category"), false, false},
    {"brand", "NAME", N_("of this brand instead of each category"), false, false},
    {"article", "CODE", N_("of this article instead of each category"), false, false},
    {0},
};

const struct cli_command command_report_funnel = {
    .name = "report funnel",
    .summary = N_("how many members need, would like or buy something, inferred"),
    .detail = N_("Each member who agreed to profiling is in the first class whose rule holds: "
                 "strong, weak,\n"
                 "lacking, potential, prospect. The rules are in loyalty/funnel.h and in "
                 "docs. Counts of members\n"
                 "only; what counts 1 to 9 is withheld. Off until a manager switches it on: see "
                 "`funnel`."),
    .options = options,
    .run = run_report_funnel,
};
