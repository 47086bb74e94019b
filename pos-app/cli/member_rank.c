/* SPDX-License-Identifier: MIT
 *
 * member_rank.c - members in order of a number. In: a store and a viewpoint. Out: rows in order,
 * the same for any order of the sales. Must not know by what a report ranks.
 */
#include "member_rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOP_DEFAULT 20

/* ---- Gathering --------------------------------------------------------------------------------
 */

static enum loy_status row_put(struct rank *rank, const struct rank_row *row)
{
    if (rank->count == rank->capacity) {
        size_t wanted = rank->capacity ? 2 * rank->capacity : 256;
        struct rank_row *grown = realloc(rank->rows, wanted * sizeof *grown);
        if (!grown) return LOY_E_MEMORY;
        rank->rows = grown;
        rank->capacity = wanted;
    }
    rank->rows[rank->count++] = *row;
    return LOY_OK;
}

static int take(void *user, const struct profile_case *one)
{
    struct rank *rank = user;
    struct loy_prospect prospect = {.size = sizeof prospect};
    struct loy_estimate recency, year;
    if (!one->profile) return 0;
    rank->seen++;
    rank->status = loy_profile_prospect(one->profile, &prospect);
    if (rank->status == LOY_OK)
        rank->status = loy_profile_estimate(one->profile, LOY_QUANTITY_RECENCY, &recency);
    if (rank->status == LOY_OK)
        rank->status = loy_profile_estimate(one->profile, LOY_QUANTITY_MONETARY, &year);
    if (rank->status != LOY_OK) return 1;
    struct rank_row row = {.id = one->id,
        .at_stake = prospect.at_stake_minor,
        .days_since = recency.value,
        .wait = prospect.longer,
        .spend = prospect.estimates[LOY_OUTLOOK_SPEND],
        .active = prospect.estimates[LOY_OUTLOOK_ACTIVE],
        .interval = prospect.estimates[LOY_OUTLOOK_INTERVAL],
        .year = year};
    if (rank->keep(rank, &prospect, one, &row)) rank->status = row_put(rank, &row);
    return rank->status != LOY_OK;
}

static int by_key(const void *left, const void *right)
{
    const struct rank_row *a = left, *b = right;
    if (a->key != b->key) return a->key > b->key ? -1 : 1;
    return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes);
}

/* ---- The run ----------------------------------------------------------------------------------
 */

static bool top_read(const struct cli *cli, size_t *top)
{
    const char *text = cli_value(cli, "top");
    char *end = NULL;
    *top = TOP_DEFAULT;
    if (!text) return true;
    unsigned long long value = strtoull(text, &end, 10);
    *top = (size_t)value;
    return *text >= '1' && *text <= '9' && !*end && value <= MEMBER_RANK_MAX;
}

int rank_fail(const struct rank *rank, enum loy_status status)
{
    return profile_run_fail(&rank->run, status);
}

int rank_open(struct rank *rank)
{
    struct cli *cli = rank->cli;
    rank->run = (struct profile_run){
        .cli = cli, .settings = {.size = sizeof rank->run.settings}, .each = take, .user = rank};
    if (!top_read(cli, &rank->top))
        return cli_fail(cli, CLI_USAGE, _("--top takes a number from 1 to %d"), MEMBER_RANK_MAX);
    if (profile_as_of(cli_value(cli, "as-of"), &rank->run.settings) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--as-of takes a date such as 2026-03-01"));
    int code = cli_store_open(cli, &rank->run.store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_member_rank_note(rank->run.store, rank->report, cli_now_us());
    return status == LOY_OK ? CLI_DONE : rank_fail(rank, status);
}

int rank_run(struct rank *rank)
{
    rank->timing.size = sizeof rank->timing;
    enum loy_status status = profile_run_fit(&rank->run);
    if (status == LOY_OK) status = loy_population_timing(rank->run.population, &rank->timing);
    if (status == LOY_OK) status = profile_run_each(&rank->run);
    if (status == LOY_OK) status = rank->status;
    if (status != LOY_OK) return rank_fail(rank, status);
    if (rank->count > 1) qsort(rank->rows, rank->count, sizeof *rank->rows, by_key);
    return CLI_DONE;
}

void rank_close(struct rank *rank)
{
    free(rank->rows);
    profile_run_close(&rank->run);
    loy_store_close(rank->run.store);
}

size_t rank_shown(const struct rank *rank)
{
    return rank->count < rank->top ? rank->count : rank->top;
}

/* ---- Telling ----------------------------------------------------------------------------------
 */

json_t *rank_models_json(const struct loy_population_timing *timing)
{
    json_t *tried = json_object();
    for (int m = LOY_TIMING_BGNBD; m < loy_timing_model_count; m++)
        if (timing->outcomes[m])
            json_object_set_new(tried, loy_timing_model_name(m),
                json_string(loy_fit_outcome_name(timing->outcomes[m])));
    return tried;
}

void rank_model_print(const struct loy_population_timing *timing)
{
    if (timing->model == LOY_TIMING_BGNBD)
        printf(_("model: BG/NBD, of %lld members who bought\n"), (long long)timing->members);
    else if (timing->model == LOY_TIMING_PARETONBD)
        printf("%s\n", _("model: Pareto/NBD, since the purchases do not fix BG/NBD"));
    else if (timing->model == LOY_TIMING_NBD)
        printf("%s\n", _("model: NBD (nobody leaves): the purchases fix neither BG/NBD nor "
                         "Pareto/NBD"));
    else if (timing->outcomes[LOY_TIMING_BGNBD] == LOY_FIT_TOO_FEW)
        printf(_("no model: it needs %d members and %d who came again; there are %lld and %lld\n"),
            LOY_TIMING_MEMBERS_MIN, LOY_TIMING_REPEATERS_MIN, (long long)timing->members,
            (long long)timing->repeaters);
    else
        printf("%s\n", _("no model: the purchases fix neither BG/NBD nor Pareto/NBD nor NBD"));
}

json_t *rank_minor_json(double minor)
{
    return isfinite(minor) ? json_integer(llround(fmax(-9e17, fmin(minor, 9e17)))) : json_null();
}

json_t *rank_row_json(const struct rank *rank, size_t i)
{
    const struct rank_row *row = &rank->rows[i];
    char id[LOY_ID_TEXT_SIZE];
    loy_id_text(&row->id, id);
    bool active = profile_is_own(&row->active), rhythm = profile_is_own(&row->interval);
    bool spend = profile_is_own(&row->spend);
    return json_pack("{s:s,s:I,s:s,s:s?,s:o,s:o,s:o,s:o,s:o,s:o,s:I}", "report", rank->report,
        "rank", (json_int_t)i + 1, "member", id, "model",
        rank->timing.model ? loy_timing_model_name(rank->timing.model) : NULL,
        "expected_52_weeks_minor", rank_minor_json(spend ? row->spend.value : NAN), "low_minor",
        rank_minor_json(spend ? row->spend.low : NAN), "high_minor",
        rank_minor_json(spend ? row->spend.high : NAN), "probability_active",
        cli_json_number(active ? row->active.value : NAN), "regular_interval_days",
        cli_json_number(rhythm ? row->interval.value : NAN), "days_since",
        cli_json_number(row->days_since), "repeats", (json_int_t)row->spend.n);
}

void rank_put_right(const char *text, int width)
{
    putchar(' ');
    cli_put(stdout, text, 1 - width);
}

void rank_put_money(const struct loy_store_settings *settings, double minor, int width)
{
    char text[32];
    cli_amount_text(llround(fmax(-9e17, fmin(minor, 9e17))), settings->minor_digits, text);
    rank_put_right(text, width);
}

void rank_put_interval(
    const struct loy_store_settings *settings, double low, double high, int width)
{
    char both[700];
    double unit = pow(10, settings->minor_digits);
    snprintf(both, sizeof both, low < 0 ? "%.0f..%.0f" : "%.0f-%.0f", low / unit, high / unit);
    rank_put_right(both, width);
}
