/* SPDX-License-Identifier: MIT
 *
 * command_report_watch.c - `report watch`: members who are late against their own rhythm, by what
 * is at stake. In: a store and a viewpoint. Out: a table, or a JSON line per member. Only members
 * of whom the data say something are listed.
 */
#include "member_rank.h"

#include <math.h>

#define LAPSED 0.3      /* P(active) up to which a member counts as gone, not as late */
#define LAPSED_DAYS 365 /* the same without P(active): days without a purchase */

/* By what the late are ranked: as much as the model can say. */
enum by { BY_STAKE, BY_SPEND, BY_PAID };

static const struct {
    const char *code, *head, *words;
} bys[] = {
    [BY_STAKE] = {"at_stake", N_("at stake"),
        N_("at stake: what 52 weeks would bring more if the member still bought for certain")},
    [BY_SPEND] = {"expected_spend", N_("at stake"),
        N_("at stake: all that 52 weeks are expected to bring of one who has not left")},
    [BY_PAID] = {"paid_365_days", N_("365 days"),
        N_("late by the regular interval alone; ranked by what was paid in the last 365 days")},
};

struct watch {
    struct rank rank;
    int64_t gone;    /* late but lapsed */
    int64_t rhythms; /* members with a rhythm of their own */
};

static enum by by_of(const struct rank *rank)
{
    if (rank->timing.model == LOY_TIMING_NONE) return BY_PAID;
    return rank->timing.model == LOY_TIMING_NBD ? BY_SPEND : BY_STAKE;
}

static bool keep(struct rank *rank, const struct loy_prospect *prospect,
    const struct profile_case *one, struct rank_row *row)
{
    struct watch *watch = rank->user;
    enum by by = by_of(rank);
    (void)one;
    bool own = isfinite(row->wait);
    watch->rhythms += own;
    if (by != BY_PAID) own = own && profile_is_own(&row->spend);
    if (by == BY_STAKE) own = own && profile_is_own(&row->active);
    if (by == BY_SPEND) row->at_stake = row->spend.value;
    row->key = by == BY_PAID ? row->year.value : row->at_stake;
    own = own && isfinite(row->key);
    rank->unknown += !own;
    if (!own || !prospect->late) return false;
    bool gone = by == BY_STAKE ? row->active.value <= LAPSED : row->days_since > LAPSED_DAYS;
    watch->gone += gone;
    return !gone;
}

static void row_json(const struct rank *rank, size_t i)
{
    const struct rank_row *row = &rank->rows[i];
    enum by by = by_of(rank);
    json_t *object = rank_row_json(rank, i);
    json_object_set_new(
        object, "at_stake_minor", rank_minor_json(by == BY_PAID ? NAN : row->at_stake));
    json_object_set_new(object, "wait_probability", cli_json_number(row->wait));
    json_object_set_new(object, "paid_365_days_minor", rank_minor_json(row->year.value));
    json_object_set_new(object, "ranked_by", json_string(bys[by].code));
    json_object_set_new(object, "models_tried", rank_models_json(&rank->timing));
    cli_print_json(object);
}

static void row_print(
    const struct rank_row *row, enum by by, const struct loy_store_settings *settings)
{
    char id[LOY_ID_TEXT_SIZE], number[64];
    loy_id_text(&row->id, id);
    cli_put(stdout, id, 37);
    snprintf(number, sizeof number, "%.0f", row->days_since);
    rank_put_right(number, 5);
    rank_put_money(settings, row->key, 11);
    if (by == BY_PAID) {
        snprintf(number, sizeof number, "%.0f", row->interval.value);
        rank_put_right(profile_is_own(&row->interval) ? number : "-", 11);
    } else {
        rank_put_money(settings, row->spend.value, 11);
        rank_put_interval(settings, row->spend.low, row->spend.high, 14);
    }
    putchar('\n');
}

static void head_print(enum by by)
{
    cli_put(stdout, _("Member"), 37);
    rank_put_right(_("days"), 5);
    rank_put_right(_(bys[by].head), 11);
    rank_put_right(by == BY_PAID ? _("rhythm") : _("52 weeks"), 11);
    if (by != BY_PAID) rank_put_right(_("interval"), 14);
    putchar('\n');
}

static void text_print(const struct watch *watch)
{
    const struct rank *rank = &watch->rank;
    struct loy_store_settings settings;
    size_t shown = rank_shown(rank);
    enum by by = by_of(rank);
    loy_store_settings_get(rank->run.store, &settings);
    head_print(by);
    for (size_t i = 0; i < shown; i++)
        row_print(&rank->rows[i], by, &settings);
    printf(
        _("%zu of %zu members listed, amounts in %s; of %lld members %lld have no own value yet\n"),
        shown, rank->count, settings.currency, (long long)rank->seen, (long long)rank->unknown);
    if (by == BY_STAKE)
        printf(_("%lld more are late, but have most probably lapsed\n"), (long long)watch->gone);
    else
        printf(_("%lld more are late, but did not come for %d days: they count as lapsed\n"),
            (long long)watch->gone, LAPSED_DAYS);
    rank_model_print(&rank->timing);
    printf("%s\n", _(bys[by].words));
}

static int watch_tell(const struct watch *watch)
{
    const struct rank *rank = &watch->rank;
    if (watch->rhythms == 0)
        return cli_fail(rank->cli, CLI_FINDING,
            _("none of %lld members bought on the 4 days that a rhythm takes, or their rhythms do "
              "not scatter; nobody can be late"),
            (long long)rank->seen);
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
        "certain: expected spend (1 - P) / P, with P the probability that he does, by BG/NBD, or "
        "by\n"
        "Pareto/NBD where the purchases do not fix that. Who has a P of .3 or less counts as "
        "lapsed and\n"
        "is not listed. Where neither can be fitted nobody has a P: NBD then says what 52 weeks "
        "bring of\n"
        "one who stays, and without NBD what was paid in the last 365 days ranks; lapsed is then "
        "who did\n"
        "not come for 365 days. The output says which it was, and why. Only members who agreed to\n"
        "profiling and of whom an own value may be shown."),
    .example = "report watch --top 50",
    .options = options,
    .run = run_watch,
};
