/* SPDX-License-Identifier: MIT
 *
 * command_report_watch.c - `report watch`: members who are late against their own rhythm, by what
 * is at stake. In: a store and a viewpoint. Out: a table, or a JSON line per member. Only members
 * of whom the data say something are listed.
 */
#include "member_rank.h"

#include <math.h>

#define LAPSED 0.3 /* P(active) up to which a member counts as gone, not as late */

struct watch {
    struct rank rank;
    int64_t gone; /* late but lapsed */
};

static bool keep(struct rank *rank, const struct loy_prospect *prospect,
    const struct profile_case *one, struct rank_row *row)
{
    struct watch *watch = rank->user;
    (void)one;
    row->key = row->at_stake;
    bool own = profile_is_own(&row->spend) && isfinite(row->key) && profile_is_own(&row->active) &&
               isfinite(row->wait);
    rank->unknown += !own;
    if (!own || !prospect->late) return false;
    watch->gone += row->active.value <= LAPSED;
    return row->active.value > LAPSED;
}

static void row_json(const struct rank *rank, size_t i)
{
    const struct rank_row *row = &rank->rows[i];
    json_t *object = rank_row_json(rank, i);
    json_object_set_new(object, "at_stake_minor", rank_minor_json(row->at_stake));
    json_object_set_new(object, "wait_probability", cli_json_number(row->wait));
    cli_print_json(object);
}

static void row_print(const struct rank_row *row, const struct loy_store_settings *settings)
{
    char id[LOY_ID_TEXT_SIZE], number[64];
    loy_id_text(&row->id, id);
    cli_put(stdout, id, 37);
    snprintf(number, sizeof number, "%.0f", row->days_since);
    rank_put_right(number, 5);
    rank_put_money(settings, row->at_stake, 11);
    rank_put_money(settings, row->spend.value, 11);
    rank_put_interval(settings, row->spend.low, row->spend.high, 14);
    putchar('\n');
}

static void text_print(const struct watch *watch)
{
    const struct rank *rank = &watch->rank;
    struct loy_store_settings settings;
    size_t shown = rank_shown(rank);
    loy_store_settings_get(rank->run.store, &settings);
    cli_put(stdout, _("Member"), 37);
    rank_put_right(_("days"), 5);
    rank_put_right(_("at stake"), 11);
    rank_put_right(_("52 weeks"), 11);
    rank_put_right(_("interval"), 14);
    putchar('\n');
    for (size_t i = 0; i < shown; i++)
        row_print(&rank->rows[i], &settings);
    printf(
        _("%zu of %zu members listed, amounts in %s; of %lld members %lld have no own value yet\n"),
        shown, rank->count, settings.currency, (long long)rank->seen, (long long)rank->unknown);
    printf(_("%lld more are late, but have most probably lapsed\n"), (long long)watch->gone);
}

static int watch_tell(const struct watch *watch)
{
    const struct rank *rank = &watch->rank;
    if (rank->model == LOY_TIMING_NONE)
        return cli_fail(rank->cli, CLI_FINDING,
            _("the purchases of %lld members do not fix when they buy again; nobody is ranked"),
            (long long)rank->seen);
    if (rank->model != LOY_TIMING_BGNBD)
        return cli_fail(rank->cli, CLI_FINDING,
            _("no member is seen to leave, so nobody can be watched for it"));
    for (size_t i = 0; rank->cli->json && i < rank_shown(rank); i++)
        row_json(rank, i);
    if (!rank->cli->json) text_print(watch);
    return CLI_DONE;
}

static int run_watch(struct cli *cli)
{
    struct watch watch = {.rank = {.cli = cli, .report = "watch", .keep = keep, .user = &watch}};
    int code = rank_open(&watch.rank);
    if (code == CLI_DONE) code = rank_run(&watch.rank);
    if (code == CLI_DONE) code = watch_tell(&watch);
    rank_close(&watch.rank);
    return code;
}

static const struct cli_option options[] = {MEMBER_RANK_OPTIONS, {0}};

const struct cli_command command_report_watch = {
    .name = "report watch",
    .summary = N_("members who are late against their own rhythm, by the spend that is at stake"),
    .detail = N_(
        "Late is who has waited longer than nine in ten intervals of the own rhythm (4 purchases "
        "at\n"
        "least). At stake is what the next 52 weeks would bring more if the member still bought "
        "for\n"
        "certain: expected spend (1 - P) / P, with P the probability that he does. Who has a P of\n"
        ".3 or less counts as lapsed and is not listed. Only members who agreed to profiling and\n"
        "of whom an own value may be shown; `loyalty profile` says how each number comes about."),
    .example = "report watch --top 50",
    .options = options,
    .run = run_watch,
};
