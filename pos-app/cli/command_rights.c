/* SPDX-License-Identifier: MIT
 *
 * command_rights.c - member erase and member retention. Prints ids and times only.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define DAY_US INT64_C(86400000000)

/* ---- member erase ----------------------------------------------------------------------------
 */

/* An id may name one who was erased already, whom nothing else finds. */
static int member_open(const struct cli *cli, struct loy_store **store, struct loy_id *id)
{
    if (loy_id_parse(cli->operands[0], id) == LOY_OK) return cli_store_open(cli, store);
    return cli_member_open(cli, store, id);
}

static void erased_tell(const struct cli *cli, const struct loy_id *id, bool already)
{
    char text[LOY_ID_TEXT_SIZE];
    loy_id_text(id, text);
    if (cli->json)
        cli_print_json(
            json_pack("{s:s,s:b,s:b}", "member", text, "erased", true, "already", already));
    else
        printf(already ? _("%s: was erased before\n") : _("%s: erased\n"), text);
}

static int run_erase(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id id;
    const char *reason = cli_value(cli, "reason");
    int code = member_open(cli, &store, &id);
    if (code != CLI_DONE) return code;
    enum loy_status status =
        loy_member_erase(store, &id, reason ? reason : "request", cli_now_us());
    if (status == LOY_OK || status == LOY_REPEATED)
        erased_tell(cli, &id, status == LOY_REPEATED);
    else
        code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static const struct cli_option erase_options[] = {
    {"reason", "CODE", N_("kept in the audit log; default request"), false, false},
    {0},
};

const struct cli_command command_member_erase = {
    .name = "member erase",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("forget a member for good"),
    .detail = N_("Destroys the member's key, then all that is stored of the member and of those "
                 "merged into it. Purchases stay under a\nrandom id to which nothing leads. There "
                 "is no way back; --store FILE.erased keeps the id, so that a restored backup\n"
                 "forgets again. `member export` before it gives the member what was held."),
    .example = "member erase 13812345678 --reason request",
    .options = erase_options,
    .run = run_erase,
};

/* ---- member retention ------------------------------------------------------------------------
 */

static int progress(void *user, long long done, long long total)
{
    cli_progress(user, _("retention"), done, total);
    return 0;
}

static void inactive_show(const struct cli *cli, const struct loy_inactive *inactive)
{
    char text[LOY_ID_TEXT_SIZE], at[32];
    loy_id_text(&inactive->member, text);
    cli_time_told(cli, inactive->last_us, at);
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:s}", "member", text, "last", at));
    else
        printf("%s  %s\n", text, at);
}

struct counts {
    int64_t inactive, erased, days;
    int64_t days_before;       /* the shop's rule, as it was found */
    int64_t merges, finalised; /* past their time for an undo, and made final */
    int64_t purchasers, forgotten;
    int64_t at_us;
    char doubt[512]; /* why a run would be refused; "": it would not */
};

static void count_json(const struct counts *counts)
{
    cli_print_json(
        json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:s?}", "inactive", (json_int_t)counts->inactive,
            "erased", (json_int_t)counts->erased, "days", (json_int_t)counts->days, "merges",
            (json_int_t)counts->merges, "merges_final", (json_int_t)counts->finalised, "purchasers",
            (json_int_t)counts->purchasers, "purchasers_forgotten", (json_int_t)counts->forgotten,
            "doubt", *counts->doubt ? counts->doubt : NULL));
}

static void count_show(const struct counts *counts)
{
    printf(_("members of whom nothing was heard for %lld days: %lld; erased: %lld\n"),
        (long long)counts->days, (long long)counts->inactive, (long long)counts->erased);
    if (counts->merges)
        printf(_("merges of more than %d days ago: %lld; made final: %lld\n"), LOY_MERGE_UNDO_DAYS,
            (long long)counts->merges, (long long)counts->finalised);
    if (counts->purchasers)
        printf(
            _("purchasers whose authority ended more than %lld days ago: %lld; forgotten: %lld\n"),
            (long long)counts->days, (long long)counts->purchasers, (long long)counts->forgotten);
    if (*counts->doubt) printf(_("--run would be refused: %s\n"), counts->doubt);
}

/* What a run by this number of days would be refused for. Other days than the rule's are set for
 * the question alone, inside a transaction that is never kept. */
static enum loy_status doubt_find(struct loy_store *store, struct counts *counts)
{
    const bool other = counts->days != counts->days_before;
    enum loy_status status = other ? loy_store_begin(store) : LOY_OK;
    if (status == LOY_OK && other)
        status = loy_retention_days_set(store, counts->days, counts->at_us);
    if (status == LOY_OK) status = loy_retention_check(store, counts->at_us);
    if (status == LOY_REFUSED)
        snprintf(counts->doubt, sizeof counts->doubt, "%s", loy_store_text(store));
    if (other) loy_store_rollback(store);
    return status == LOY_REFUSED ? LOY_OK : status;
}

static enum loy_status inactive_list(
    const struct cli *cli, struct loy_store *store, struct counts *counts)
{
    struct loy_inactive inactive = {.size = sizeof inactive};
    /* The store counts its own days back; from this time it comes to the boundary of these days,
     * and nothing is written for a list. */
    const int64_t list_us = counts->at_us + (counts->days_before - counts->days) * DAY_US;
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_retention_next(store, list_us, &position, &inactive)) == LOY_OK) {
        inactive_show(cli, &inactive);
        counts->inactive++;
    }
    if (status == LOY_NONE) status = loy_merge_due(store, counts->at_us, &counts->merges);
    return status == LOY_OK ? loy_purchasers_due(store, list_us, &counts->purchasers) : status;
}

/* Before anything is done: a rule by which a run is refused is not taken. */
static enum loy_status days_take(
    const struct cli *cli, struct loy_store *store, const struct counts *counts)
{
    if (counts->days == counts->days_before) return LOY_OK;
    enum loy_status status = loy_retention_days_set(store, counts->days, counts->at_us);
    if (status == LOY_OK && !cli->json)
        printf(_("the shop's rule is changed: %lld days instead of %lld\n"),
            (long long)counts->days, (long long)counts->days_before);
    return status;
}

static enum loy_status retention_run(
    struct cli *cli, struct loy_store *store, struct counts *counts)
{
    const int64_t at_us = counts->at_us;
    enum loy_status status = cli_value(cli, "checked") ? loy_retention_vouch(store, at_us)
                                                       : loy_retention_check(store, at_us);
    if (status == LOY_OK) status = loy_retention_run(store, at_us, progress, cli, &counts->erased);
    counts->inactive = counts->erased;
    /* Of those who are left: an erased member took whom it had swallowed along. */
    if (status == LOY_OK) status = loy_merge_due(store, at_us, &counts->merges);
    if (status == LOY_OK) status = loy_merge_finalise(store, at_us, &counts->finalised);
    if (status == LOY_OK) status = loy_purchasers_due(store, at_us, &counts->purchasers);
    if (status == LOY_OK) status = loy_purchasers_forget(store, at_us, &counts->forgotten);
    return status;
}

/* days: wanted; 0: as the shop's rule says. */
static int retention_do(struct cli *cli, struct loy_store *store, int64_t days)
{
    struct counts counts = {.at_us = cli_now_us()};
    const bool runs = cli_value(cli, "run") != NULL;
    enum loy_status status = loy_retention_days_get(store, &counts.days_before);
    counts.days = cli_value(cli, "days") ? days : counts.days_before;
    if (status == LOY_OK && !cli_value(cli, "checked")) status = doubt_find(store, &counts);
    if (status == LOY_OK && runs && *counts.doubt)
        return cli_fail(cli, cli_exit_of(LOY_REFUSED), "%s", counts.doubt);
    if (status == LOY_OK && runs) status = days_take(cli, store, &counts);
    if (status == LOY_OK)
        status = runs ? retention_run(cli, store, &counts) : inactive_list(cli, store, &counts);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    (cli->json ? count_json : count_show)(&counts);
    return CLI_DONE;
}

static int run_retention(struct cli *cli)
{
    struct loy_store *store = NULL;
    const char *days = cli_value(cli, "days");
    char *end = NULL;
    long wanted = days ? strtol(days, &end, 10) : 0;
    if (days && (*end || end == days))
        return cli_fail(cli, CLI_USAGE, _("--days takes a number of days"));
    if (cli_value(cli, "run") && cli_value(cli, "dry-run"))
        return cli_fail(cli, CLI_USAGE, _("--run or --dry-run, not both"));
    if (cli_value(cli, "checked") && !cli_value(cli, "run"))
        return cli_fail(cli, CLI_USAGE, _("--checked belongs to --run"));
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = retention_do(cli, store, wanted);
    loy_store_close(store);
    return code;
}

static const struct cli_option retention_options[] = {
    {"run", NULL, N_("do it; without it they are only listed and counted"), false, false},
    {"dry-run", NULL, N_("only list and count, as without --run"), false, false},
    {"checked", NULL, N_("with --run: the clock is right, and so is the list; I have looked"),
        false, false},
    {"days", "N", N_("after so many days, with --run from now on; 1096 (three years) at first"),
        false, false},
    {0},
};

const struct cli_command command_member_retention = {
    .name = "member retention",
    .summary = N_("members of whom nothing was heard for years: list or erase them"),
    .detail = N_("A purchase, contact, change, confirmation, consent or new card is a sign of a "
                 "member. Each member is looked at\nagain when it is erased, so one who comes back "
                 "meanwhile stays. Merges that are too old to be undone are made\nfinal: what only "
                 "an undo needed is deleted. Of purchasers whose authority ended so long ago the "
                 "name and telephone\nare destroyed. A run is refused where the clock seems wrong "
                 "(no entry in the 90 days before) or more than half of the\nmembers would go; "
                 "the list without --run says so, and --checked overrules it."),
    .example = "member retention --dry-run",
    .options = retention_options,
    .run = run_retention,
};
