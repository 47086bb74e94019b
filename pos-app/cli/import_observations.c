/* SPDX-License-Identifier: MIT
 *
 * import_observations.c - samples of an observing instrument in households: what was on long enough
 * is an episode and a contact of the household, if that is a member. Of other households nothing is
 * kept.
 */
#include "contact_cli.h"
#include "import.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { HOUSEHOLD, CHANNEL, AT };

const struct csv_column import_observation_columns[] = {
    [HOUSEHOLD] = {"household", true, true},
    [CHANNEL] = {"channel", true, false},
    [AT] = {"at", true, false},
    {0},
};

#define SECOND_US INT64_C(1000000)

static bool seconds_read(const struct cli *cli, const char *option, int64_t *us)
{
    const char *text = cli_value(cli, option);
    int64_t seconds = 0;
    if (!text) return true;
    if (cli_amount_parse(text, 0, &seconds) != LOY_OK || seconds < 1 || seconds > 86400)
        return false;
    *us = seconds * SECOND_US;
    return true;
}

static bool rule_read(const struct cli *cli, struct loy_episode_rule *rule)
{
    *rule = (struct loy_episode_rule)LOY_EPISODE_RULE;
    rule->strict = cli_value(cli, "strict") != NULL;
    return seconds_read(cli, "interval", &rule->interval_us) &&
           seconds_read(cli, "minimum", &rule->minimum_us);
}

static size_t samples_read(struct import *import, struct loy_sample *samples)
{
    struct csv_table *table = &import->table;
    size_t count = 0;
    for (size_t row = 0; row < table->row_count; row++) {
        int16_t offset = 0;
        struct loy_sample *sample = &samples[count];
        *sample =
            (struct loy_sample){csv_cell(table, row, HOUSEHOLD), csv_cell(table, row, CHANNEL), 0};
        if (csv_complete(table, row) && csv_time(table, row, AT, &sample->at_us, &offset)) count++;
    }
    return count;
}

/* The household is an outside reference, or whatever else finds a member. */
static enum loy_status household_find(
    struct import *import, const char *household, struct loy_id *member)
{
    enum loy_status status = loy_member_find_reference(import->store, household, member);
    if (status == LOY_NONE) status = cli_member_find(import->store, household, member);
    return status == LOY_E_FORMAT || status == LOY_REFUSED ? LOY_NONE : status;
}

/* What was found, for telling it after the commit: nothing is printed of an import that failed. */
static struct {
    struct loy_episode *episodes;
    bool *known; /* the household is a member */
    size_t count;
} found;

static void episodes_tell(const struct import *import)
{
    for (size_t i = 0; i < found.count; i++) {
        const struct loy_episode *episode = &found.episodes[i];
        long long seconds = (long long)((episode->until_us - episode->from_us) / SECOND_US);
        char from[32];
        cli_time_told(import->cli, episode->from_us, from);
        if (import->cli->json)
            cli_print_json(json_pack("{s:s,s:s,s:s,s:I,s:I,s:b}", "household", episode->household,
                "channel", episode->channel, "from", from, "seconds", (json_int_t)seconds,
                "samples", (json_int_t)episode->samples, "member", found.known[i]));
        else
            printf(_("%s  %s  %s: %lld s\n"), from, episode->household, episode->channel, seconds);
    }
}

/* What a household watches is sealed under its own key. */
static enum loy_status episode_put(struct import *import, const struct loy_episode *episode)
{
    char text[LOY_FIELD_TEXT_MAX], origin[LOY_FIELD_TEXT_MAX];
    struct loy_id member;
    enum loy_status status = household_find(import, episode->household, &member);
    if (status == LOY_NONE) {
        import->unmatched++;
        return LOY_OK;
    }
    if (status != LOY_OK) return status;
    import->matched++;
    snprintf(text, sizeof text, "%.900s %lld s", episode->channel,
        (long long)((episode->until_us - episode->from_us) / SECOND_US));
    snprintf(origin, sizeof origin, "observation\x1f%.400s\x1f%.400s\x1f%lld", episode->household,
        episode->channel, (long long)episode->from_us);
    const struct loy_contact_form form = {.size = sizeof form,
        .member = &member,
        .kind = LOY_CONTACT_OBSERVATION,
        .channel = "survey",
        .initiated_by = LOY_INITIATIVE_STAFF,
        .at_us = episode->from_us,
        .text = text,
        .origin = origin};
    status = loy_contact_add(import->store, &form, import->at_us, NULL);
    sodium_memzero(text, sizeof text);
    sodium_memzero(origin, sizeof origin);
    return import_judge(import, 0, status);
}

static enum loy_status episodes_put(struct import *import)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < found.count && status == LOY_OK; i++) {
        int64_t before = import->matched;
        status = episode_put(import, &found.episodes[i]);
        found.known[i] = import->matched != before;
        cli_progress(import->cli, import->kind, (long long)i + 1, (long long)found.count);
    }
    return status;
}

enum loy_status import_observations(struct import *import)
{
    struct loy_episode_rule rule;
    size_t rows = import->table.row_count;
    if (!rule_read(import->cli, &rule)) return LOY_E_ARGUMENT;
    struct loy_sample *samples = calloc(rows + 1, sizeof *samples);
    found.episodes = calloc(rows + 1, sizeof *found.episodes);
    found.known = calloc(rows + 1, sizeof *found.known);
    enum loy_status status = samples && found.episodes && found.known ? LOY_OK : LOY_E_MEMORY;
    if (status == LOY_OK)
        status = loy_episodes_from_samples(
            &rule, samples, samples_read(import, samples), found.episodes, rows + 1, &found.count);
    import->matches = true;
    import->tell = episodes_tell;
    if (status == LOY_OK && !import->table.complaints) status = episodes_put(import);
    free(samples);
    return status;
}

static int run_observations(struct cli *cli)
{
    struct loy_episode_rule rule;
    if (!rule_read(cli, &rule))
        return cli_fail(cli, CLI_USAGE, _("--interval and --minimum take seconds from 1 to 86400"));
    int code = import_run(cli, IMPORT_OBSERVATIONS);
    free(found.episodes);
    free(found.known);
    return code;
}

static const struct cli_option options[] = {
    IMPORT_ENCODING_OPTION,
    {"rows", "N", N_("control total: the file must have so many rows"), false, false},
    {"interval", "SECONDS", N_("from one sample to the next; default 90"), false, false},
    {"minimum", "SECONDS", N_("from the first sample of an episode to its last; default 180"),
        false, false},
    {"strict", NULL, N_("longer than the minimum: one more sample is needed"), false, false},
    {0},
};

const struct cli_command command_import_observations = {
    .name = "import observations",
    .operands = "FILE.csv",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("samples of an observing instrument to episodes, all or nothing"),
    .detail = N_("Columns (any order, * needed): household* channel* at*. Equal samples in a row "
                 "that span the minimum are an\nepisode; another channel or a gap ends it. The "
                 "order of rows does not matter, a sample given twice counts once.\nEpisodes of "
                 "households that are members (by reference) become contacts."),
    .options = options,
    .run = run_observations,
};
