/* SPDX-License-Identifier: MIT
 *
 * command_quality.c - how good the data of members are: one, the worst, what is to do, by channel.
 */
#include "code_words.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define WORST_DEFAULT 50
#define WORST_MAX 100000

/* Bits of struct loy_quality, their key and their words. */
struct finding {
    size_t offset;
    const char *key, *words;
};
static const struct finding findings[] = {
    {offsetof(struct loy_quality, failed), "failed", N_("fails its check")},
    {offsetof(struct loy_quality, returned), "returned", N_("came back")},
    {offsetof(struct loy_quality, stale), "stale", N_("not confirmed for 24 months")},
    {offsetof(struct loy_quality, unconfirmed), "unconfirmed", N_("without evidence")},
    {offsetof(struct loy_quality, missing), "missing", N_("missing")},
};
#define FINDING_COUNT (sizeof findings / sizeof findings[0])

static uint32_t bits_of(const struct loy_quality *quality, const struct finding *finding)
{
    uint32_t bits;
    memcpy(&bits, (const char *)quality + finding->offset, sizeof bits);
    return bits;
}

static json_t *fields_json(uint32_t bits)
{
    json_t *array = json_array();
    for (int i = 1; i < 32; i++)
        if (bits >> i & 1)
            json_array_append_new(array, json_string(loy_field_name((enum loy_field)i)));
    return array;
}

static json_t *quality_json(const struct loy_id *id, const struct loy_quality *quality)
{
    char text[LOY_ID_TEXT_SIZE];
    loy_id_text(id, text);
    json_t *object = json_pack("{s:s,s:f,s:f,s:f,s:f}", "member", text, "accurate",
        quality->accurate, "true", quality->right, "complete", quality->complete, "score",
        (quality->accurate + quality->right + quality->complete) / 3);
    for (size_t i = 0; i < FINDING_COUNT; i++)
        json_object_set_new(object, findings[i].key, fields_json(bits_of(quality, &findings[i])));
    return object;
}

static uint8_t kind_of(struct loy_store *store, const struct loy_id *id)
{
    struct loy_member member;
    return loy_member_get(store, id, &member) == LOY_OK ? member.kind : 0;
}

static void findings_print(
    struct loy_store *store, const struct loy_id *id, const struct loy_quality *quality)
{
    const uint8_t kind = kind_of(store, id);
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        uint32_t bits = bits_of(quality, &findings[i]);
        bool begun = false;
        if (!bits) continue;
        printf(_("    %s: "), _(findings[i].words));
        for (uint8_t j = 1; j < 32; j++) {
            if (!(bits >> j & 1)) continue;
            code_join(stdout, &begun, code_label(store, kind, j));
        }
        putchar('\n');
    }
}

/* "" for those who may not read names. */
static void name_read(struct loy_store *store, const struct loy_id *id, char *name)
{
    *name = '\0';
    if (loy_member_field(store, id, LOY_FIELD_NAME, name) == LOY_OK) return;
    *name = '\0';
    if (loy_member_field(store, id, LOY_FIELD_FAMILY_NAME, name) != LOY_OK) *name = '\0';
}

static void member_tell(const struct cli *cli, struct loy_store *store, const struct loy_id *id,
    const struct loy_quality *quality)
{
    static char name[LOY_FIELD_TEXT_MAX];
    char text[LOY_ID_TEXT_SIZE];
    name_read(store, id, name);
    if (cli->json) {
        json_t *object = quality_json(id, quality);
        if (*name) json_object_set_new(object, "name", json_string(name));
        cli_print_json(object);
    } else {
        loy_id_text(id, text);
        printf(_("%s  accurate %.2f  true %.2f  complete %.2f  %s\n"), text, quality->accurate,
            quality->right, quality->complete, name);
        findings_print(store, id, quality);
    }
    sodium_memzero(name, sizeof name);
}

/* ---- One member ----------------------------------------------------------------------------- */

static json_t *trust_json(const struct loy_field_trust *trust, enum loy_field field)
{
    char at[32];
    cli_time_text(trust->last_at_us, 0, at);
    return json_pack("{s:s,s:f,s:s,s:i,s:i,s:i,s:b}", "field", loy_field_name(field), "trust",
        trust->trust, "last_at", at, "evidence", trust->evidence_for, "returned", trust->returned,
        "contacts", trust->contacts, "stale", trust->stale);
}

static void trust_print(const char *label, const struct loy_field_trust *trust)
{
    char at[32];
    cli_time_local(trust->last_at_us, at);
    fputs("    ", stdout);
    cli_put(stdout, label, 24);
    printf(_("  trust %.2f  last confirmed %s  evidence %d  came back %d\n"), trust->trust, at,
        trust->evidence_for, trust->returned);
}

static enum loy_status trusts_tell(const struct cli *cli, struct loy_store *store,
    const struct loy_id *id, int64_t at_us, json_t *array)
{
    const uint8_t kind = kind_of(store, id);
    for (uint8_t i = 1; i < 32; i++) {
        struct loy_field_trust trust = {.size = sizeof trust};
        if (!loy_field_name((enum loy_field)i)) continue;
        enum loy_status status =
            loy_member_field_trust(store, id, (enum loy_field)i, at_us, &trust);
        if (status == LOY_OK && cli->json)
            json_array_append_new(array, trust_json(&trust, (enum loy_field)i));
        else if (status == LOY_OK)
            trust_print(code_label(store, kind, i), &trust);
        if (status < LOY_OK) return status;
    }
    return LOY_OK;
}

static int one_tell(const struct cli *cli, struct loy_store *store, const struct loy_id *id)
{
    struct loy_quality quality = {.size = sizeof quality};
    enum loy_field due;
    int64_t at_us = cli_now_us();
    enum loy_status status = loy_member_quality(store, id, at_us, &quality);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    bool asks = loy_member_due(store, id, at_us, &due) == LOY_OK;
    if (!cli->json) {
        member_tell(cli, store, id, &quality);
        status = trusts_tell(cli, store, id, at_us, NULL);
        if (asks)
            printf(_("    to ask at the next visit: %s\n"),
                code_label(store, kind_of(store, id), (uint8_t)due));
        return status == LOY_OK ? CLI_DONE : cli_fail_store(cli, status, store);
    }
    json_t *object = quality_json(id, &quality), *trusts = json_array();
    status = trusts_tell(cli, store, id, at_us, trusts);
    json_object_set_new(object, "trust", trusts);
    json_object_set_new(object, "ask", asks ? json_string(loy_field_name(due)) : json_null());
    if (status == LOY_OK)
        cli_print_json(object);
    else
        json_decref(object);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(cli, status, store);
}

/* ---- The worst, and what is to do ----------------------------------------------------------- */

static int progress(void *user, long long done, long long total)
{
    cli_progress(user, _("members"), done, total);
    return 0;
}

static int worst_tell(struct cli *cli, struct loy_store *store, size_t n)
{
    struct loy_quality_member *worst = calloc(n, sizeof *worst);
    size_t count = 0;
    if (!worst) return cli_fail(cli, CLI_FAILED, _("out of memory"));
    enum loy_status status =
        loy_quality_worst(store, cli_now_us(), worst, n, &count, progress, cli);
    for (size_t i = 0; i < count && status == LOY_OK; i++)
        member_tell(cli, store, &worst[i].member, &worst[i].quality);
    free(worst);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(cli, status, store);
}

/* The housekeeping list: nothing is left of it once all is worked off. */
static int todo_tell(struct cli *cli, struct loy_store *store)
{
    struct loy_id id;
    int64_t position = 0, found = 0, at_us = cli_now_us();
    enum loy_status status;
    while ((status = loy_member_next(store, &position, NULL, &id)) == LOY_OK) {
        struct loy_quality quality = {.size = sizeof quality};
        status = loy_member_quality(store, &id, at_us, &quality);
        if (status == LOY_NONE) continue; /* erased meanwhile */
        if (status != LOY_OK) break;
        if (!quality.failed && !quality.returned && !quality.stale) continue;
        quality.missing = quality.unconfirmed = 0;
        member_tell(cli, store, &id, &quality);
        found++;
    }
    if (status != LOY_NONE) return cli_fail_store(cli, status, store);
    if (!found && !cli->json) puts(_("nothing to do"));
    return CLI_DONE;
}

/* ---- By channel ----------------------------------------------------------------------------- */

static const char *const verdicts[] = {"", "too-few", "holds", "refuted", "open"};
static const char *const verdict_words[] = {"", N_("too few values were put to the test"),
    N_("the claim holds here"), N_("the claim is refuted here"),
    N_("no difference can be told yet")};

static void row_print(struct loy_store *store, const struct loy_channel_quality *row)
{
    cli_put(stdout, code_channel(store, row->channel), 18);
    cli_put(stdout, code_words(CODE_INITIATIVE, initiative_name(row->initiated_by)), 10);
    printf(_("values %lld, confirmed %.0f %% (%.0f-%.0f); tested %lld, wrong %.0f %% (%.0f-%.0f): "
             "came back %lld, corrected %lld, failed %lld\n"),
        (long long)row->values, 100 * row->confirmed_share.share, 100 * row->confirmed_share.low,
        100 * row->confirmed_share.high, (long long)row->tested, 100 * row->wrong_share.share,
        100 * row->wrong_share.low, 100 * row->wrong_share.high, (long long)row->returned,
        (long long)row->corrected, (long long)row->failed);
}

static void row_tell(
    const struct cli *cli, struct loy_store *store, const struct loy_channel_quality *row)
{
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:s,s:s,s:I,s:I,s:f,s:f,s:f,s:I,s:I,s:f,s:f,s:f,s:I,s:I,s:I,"
                                 "s:I}",
            "kind", "channel", "channel", row->channel, "initiated_by",
            initiative_name(row->initiated_by), "values", (json_int_t)row->values, "confirmed",
            (json_int_t)row->confirmed, "confirmed_share", row->confirmed_share.share,
            "confirmed_low", row->confirmed_share.low, "confirmed_high", row->confirmed_share.high,
            "tested", (json_int_t)row->tested, "wrong", (json_int_t)row->wrong, "wrong_share",
            row->wrong_share.share, "wrong_low", row->wrong_share.low, "wrong_high",
            row->wrong_share.high, "returned", (json_int_t)row->returned, "corrected",
            (json_int_t)row->corrected, "failed", (json_int_t)row->failed, "lost",
            (json_int_t)row->lost));
    else
        row_print(store, row);
}

static json_t *measured(const struct loy_claim *claim, double value)
{
    return claim->verdict == LOY_VERDICT_TOO_FEW ? json_null() : json_real(value);
}

static void claim_tell(
    const struct cli *cli, const struct loy_claim *claim, const char *key, const char *words)
{
    if (cli->json) {
        cli_print_json(json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:o,s:o,s:o,s:s}", "kind", "claim",
            "claim", key, "verdict", verdicts[claim->verdict], "tested",
            (json_int_t)claim->tested[0], "wrong", (json_int_t)claim->wrong[0], "others_tested",
            (json_int_t)claim->tested[1], "others_wrong", (json_int_t)claim->wrong[1], "difference",
            measured(claim, claim->difference), "low", measured(claim, claim->low), "high",
            measured(claim, claim->high), "measured_on", "this store"));
        return;
    }
    printf(_("%s: %s (tested %lld and %lld)\n"), words, _(verdict_words[claim->verdict]),
        (long long)claim->tested[0], (long long)claim->tested[1]);
    if (claim->verdict != LOY_VERDICT_TOO_FEW)
        printf(_("    %.1f points fewer wrong, 95 %% interval %.1f to %.1f\n"),
            100 * claim->difference, 100 * claim->low, 100 * claim->high);
}

static int channels_tell(struct cli *cli, struct loy_store *store)
{
    struct loy_channel_report *report = calloc(1, sizeof *report);
    if (!report) return cli_fail(cli, CLI_FAILED, _("out of memory"));
    report->size = sizeof *report;
    enum loy_status status = loy_quality_channels(store, cli_now_us(), report, progress, cli);
    if (status == LOY_OK) {
        for (size_t i = 0; i < report->row_count; i++)
            row_tell(cli, store, &report->rows[i]);
        claim_tell(cli, &report->customer_better, "customer-initiated",
            _("what the customer gives on his own initiative is better"));
        claim_tell(cli, &report->frequent_better, "frequent-contact",
            _("members with frequent contacts have better data"));
        if (!cli->json) puts(_("Measured on the values of this store, and on nothing else."));
    }
    free(report);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(cli, status, store);
}

/* ---- The command ---------------------------------------------------------------------------- */

/* 0: not a number from 1 to WORST_MAX. */
static size_t worst_of(const char *text)
{
    size_t n = 0;
    for (; *text >= '0' && *text <= '9' && n <= WORST_MAX; text++)
        n = 10 * n + (size_t)(*text - '0');
    return *text || n > WORST_MAX ? 0 : n;
}

static int run_quality(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id id;
    const char *worst = cli_value(cli, "worst");
    bool channels = cli_value(cli, "channels"), todo = cli_value(cli, "todo");
    size_t n = worst ? worst_of(worst) : WORST_DEFAULT;
    int code;
    if (!n) return cli_fail(cli, CLI_USAGE, _("--worst takes a number from 1 to %d"), WORST_MAX);
    if ((cli->operand_count > 0) + (worst != NULL) + channels + todo > 1)
        return cli_fail(cli, CLI_USAGE, _("give one of MEMBER, --worst, --todo and --channels"));
    if (cli->operand_count) {
        code = cli_member_open(cli, &store, &id);
        if (code == CLI_DONE) code = one_tell(cli, store, &id);
    } else {
        code = cli_store_open(cli, &store);
        if (code != CLI_DONE) return code;
        code = channels ? channels_tell(cli, store)
               : todo   ? todo_tell(cli, store)
                        : worst_tell(cli, store, n);
    }
    loy_store_close(store);
    return code;
}

static const struct cli_option quality_options[] = {
    {"worst", "N", N_("the N members with the lowest scores; default 50"), false, false},
    {"todo", NULL, N_("all members with values that fail, came back or are old"), false, false},
    {"channels", NULL, N_("which way of collecting gives better data, measured here"), false,
        false},
    {0},
};

const struct cli_command command_member_quality = {
    .name = "member quality",
    .operands = "[MEMBER]",
    .operands_min = 0,
    .operands_max = 1,
    .summary = N_("how accurate, true and complete the data of members are"),
    .detail =
        N_("accurate: weighted share of values that pass their check. true: weighted share "
           "confirmed (half for what the customer only\ngave). complete: weighted share of the "
           "form. All from 0 to 1; weights and formulas stand in loyalty/quality.h."),
    .example = "member quality --worst 20",
    .options = quality_options,
    .run = run_quality,
};
