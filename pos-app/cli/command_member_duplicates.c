/* SPDX-License-Identifier: MIT
 *
 * command_member_duplicates.c - members who may be registered twice: listed, judged, merged,
 * parted. In: a store and ids. Out: a line a pair, or what was done. Must not know: how pairs are
 * scored.
 */
#include "code_words.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_MAX (2 * LOY_FIELD_TEXT_MAX)

static void label(struct loy_store *store, const struct loy_id *id, char text[LABEL_MAX])
{
    static char given[LOY_FIELD_TEXT_MAX];
    *text = *given = '\0';
    if (loy_member_field(store, id, LOY_FIELD_NAME, text) == LOY_OK) return;
    loy_member_field(store, id, LOY_FIELD_FAMILY_NAME, text);
    if (loy_member_field(store, id, LOY_FIELD_GIVEN_NAME, given) != LOY_OK) return;
    size_t used = strlen(text);
    snprintf(text + used, LABEL_MAX - used, "%s%s", used ? code_gap(text) : "", given);
    sodium_memzero(given, sizeof given);
}

static json_t *reasons_json(uint32_t reasons)
{
    json_t *array = json_array();
    for (uint32_t bit = 1; bit && bit <= reasons; bit <<= 1)
        if (reasons & bit)
            json_array_append_new(array, json_string(loy_duplicate_reason_name(bit)));
    return array;
}

static void reasons_print(uint32_t reasons)
{
    bool begun = false;
    fputs("     ", stdout);
    for (uint32_t bit = 1; bit && bit <= reasons; bit <<= 1) {
        if (reasons & bit)
            code_join(stdout, &begun, code_words(CODE_REASON, loy_duplicate_reason_name(bit)));
    }
    putchar('\n');
}

static void pair_tell(
    const struct cli *cli, struct loy_store *store, const struct loy_duplicate *pair)
{
    static char names[2][LABEL_MAX];
    char ids[2][LOY_ID_TEXT_SIZE];
    loy_id_text(&pair->first, ids[0]);
    loy_id_text(&pair->second, ids[1]);
    label(store, &pair->first, names[0]);
    label(store, &pair->second, names[1]);
    if (cli->json) {
        cli_print_json(json_pack("{s:s,s:s,s:s,s:s,s:i,s:o}", "first", ids[0], "first_name",
            names[0], "second", ids[1], "second_name", names[1], "score", (int)pair->score,
            "reasons", reasons_json(pair->reasons)));
    } else {
        printf("%3u  %s  %s\n     %s  %s\n", pair->score, ids[0], names[0], ids[1], names[1]);
        reasons_print(pair->reasons);
    }
    sodium_memzero(names, sizeof names);
}

static bool score_read(const char *text, unsigned *score)
{
    char *end = NULL;
    unsigned long value = text ? strtoul(text, &end, 10) : LOY_DUPLICATE_LIST;
    if (text && (end == text || *end || value < 1 || value > 100)) return false;
    *score = (unsigned)value;
    return true;
}

static int run_duplicates(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_duplicate_position position = {0, 0};
    struct loy_duplicate pair = {.size = sizeof pair};
    unsigned score = 0;
    enum loy_status status;
    if (!score_read(cli_value(cli, "min"), &score))
        return cli_fail(cli, CLI_USAGE, _("--min is a score from 1 to 100"));
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    while ((status = loy_duplicate_next(store, &position, score, &pair)) == LOY_OK)
        pair_tell(cli, store, &pair);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

/* Commands that do something with the members of their operands. */
struct work {
    enum loy_status (*run)(
        struct loy_store *store, const struct loy_id *ids, size_t count, int64_t at_us);
    const char *done; /* N_("...") */
    const char *json; /* key of the first member */
    bool own;         /* the id of a member that was merged is that member, not its survivor */
};

static int work_run(const struct cli *cli, const struct work *work)
{
    struct loy_store *store = NULL;
    struct loy_id ids[2];
    enum loy_status status = LOY_OK;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    for (size_t i = 0; i < cli->operand_count && status == LOY_OK; i++) {
        status = work->own ? cli_member_find_own(store, cli->operands[i], &ids[i])
                           : cli_member_find(store, cli->operands[i], &ids[i]);
        if (status == LOY_NONE)
            code = cli_fail(cli, CLI_FINDING,
                _("there is no member %zu of the command line; `loyalty "
                  "member find` looks for one"),
                i + 1);
    }
    if (status == LOY_OK) status = work->run(store, ids, cli->operand_count, cli_now_us());
    char text[LOY_ID_TEXT_SIZE];
    loy_id_text(&ids[0], text);
    if (status == LOY_OK && cli->json)
        cli_print_json(json_pack("{s:s}", work->json, text));
    else if (status == LOY_OK)
        printf("%s  %s\n", text, _(work->done));
    else if (code == CLI_DONE)
        code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static enum loy_status distinct(
    struct loy_store *store, const struct loy_id *ids, size_t count, int64_t at_us)
{
    (void)count;
    return loy_duplicate_distinct(store, &ids[0], &ids[1], at_us);
}

static enum loy_status merge(
    struct loy_store *store, const struct loy_id *ids, size_t count, int64_t at_us)
{
    (void)count;
    return loy_member_merge(store, &ids[0], &ids[1], at_us);
}

static enum loy_status unmerge(
    struct loy_store *store, const struct loy_id *ids, size_t count, int64_t at_us)
{
    (void)count;
    return loy_member_unmerge(store, &ids[0], at_us);
}

static enum loy_status branch(
    struct loy_store *store, const struct loy_id *ids, size_t count, int64_t at_us)
{
    return loy_member_branch_of(store, &ids[0], count > 1 ? &ids[1] : NULL, at_us);
}

static int run_distinct(struct cli *cli)
{
    static const struct work work = {
        distinct, N_("and the other are two: nobody is asked again"), "distinct", false};
    return work_run(cli, &work);
}

static int run_merge(struct cli *cli)
{
    static const struct work work = {merge,
        N_("stands for both; `loyalty member unmerge` undoes it for 90 days"), "survivor", false};
    return work_run(cli, &work);
}

static int run_unmerge(struct cli *cli)
{
    static const struct work work = {unmerge, N_("is a member of his own again"), "member", true};
    return work_run(cli, &work);
}

static int run_branch(struct cli *cli)
{
    static const struct work linked = {branch, N_("is linked as said"), "member", false};
    static const struct work parted = {branch, N_("is no longer a branch"), "member", false};
    return work_run(cli, cli->operand_count > 1 ? &linked : &parted);
}

static const struct cli_option duplicates_options[] = {
    {"min", "SCORE", N_("points from which a pair is listed (default 40; a lane asks from 70)"),
        false, false},
    {0},
};

const struct cli_command command_member_duplicates = {
    .name = "member duplicates",
    .summary = N_("pairs of members who may be one, with their score"),
    .detail = N_(
        "Tax number 60, telephone 40, account number 40, e-mail 30, name 30 (nearly the same 15), "
        "postcode and house number 20, birth year 5; at most 100."),
    .example = "member duplicates --min 70",
    .options = duplicates_options,
    .run = run_duplicates,
};

const struct cli_command command_member_distinct = {
    .name = "member distinct",
    .operands = "MEMBER MEMBER",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("say of two members that they are not one"),
    .example = "member distinct 13812345678 13912345678",
    .run = run_distinct,
};

const struct cli_command command_member_merge = {
    .name = "member merge",
    .operands = "SURVIVOR LOSER",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("make two members one"),
    .detail =
        N_("Cards, baskets, contacts and purchasers go to the survivor. Of each field the value "
           "stands that the customer gave, then the newer, then the verified one; a consent "
           "stands where both gave it, the card scheme's terms unless one of them withdrew. For "
           "managers."),
    .example = "member merge 13812345678 13912345678",
    .run = run_merge,
};

const struct cli_command command_member_unmerge = {
    .name = "member unmerge",
    .operands = "LOSER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("undo a merge, within 90 days"),
    .detail = N_("LOSER is the id of the member that was merged into another. Both are as before; "
                 "what was changed meanwhile stays with the survivor."),
    .example = "member unmerge 019a1f6e-0000-7000-8000-000000000001",
    .run = run_unmerge,
};

const struct cli_command command_member_branch = {
    .name = "member branch",
    .operands = "MEMBER [HEAD]",
    .operands_min = 1,
    .operands_max = 2,
    .summary = N_("link a branch to its head office, or without HEAD part them"),
    .example = "member branch 13812345678 01065001234",
    .run = run_branch,
};
