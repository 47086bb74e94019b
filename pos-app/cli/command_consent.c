/* SPDX-License-Identifier: MIT
 *
 * command_consent.c - member consent: give, withdraw, object, history; consent text: the words that
 * members consent to. Knows no sales and no profile.
 */
#include "code_words.h"

#include <stdlib.h>
#include <string.h>

static const char *const initiatives[] = {"", "customer", "staff", "import"};

static bool initiative_read(const char *word, uint8_t *initiative)
{
    for (uint8_t i = LOY_INITIATIVE_CUSTOMER; word && i <= LOY_INITIATIVE_IMPORT; i++)
        if (strcmp(word, initiatives[i]) == 0) *initiative = i;
    return !word || strcmp(word, initiatives[*initiative]) == 0;
}

/* ---- member consent --------------------------------------------------------------------------
 */

static void consent_print(struct loy_store *store, const struct loy_consent *consent)
{
    char at[32];
    cli_time_local(consent->at_us, at);
    printf("%s  ", at);
    cli_put(
        stdout, code_words(CODE_PURPOSE, loy_purpose_name((enum loy_purpose)consent->purpose)), 24);
    printf("  %s  ", consent->given ? _("consent given") : _("no consent"));
    if (consent->text_version[0]) {
        printf(_("version %s"), consent->text_version);
        fputs(_(", "), stdout);
    }
    fputs(code_channel(store, consent->channel), stdout);
    printf("%s%s\n", _(", "),
        code_words(CODE_INITIATIVE, consent->initiated_by <= LOY_INITIATIVE_IMPORT
                                        ? initiatives[consent->initiated_by]
                                        : ""));
}

static void consent_json(const struct loy_id *id, const struct loy_consent *consent)
{
    char text[LOY_ID_TEXT_SIZE], at[32];
    const char *purpose = loy_purpose_name((enum loy_purpose)consent->purpose);
    const char *by =
        consent->initiated_by <= LOY_INITIATIVE_IMPORT ? initiatives[consent->initiated_by] : "";
    loy_id_text(id, text);
    cli_time_text(consent->at_us, 0, at);
    cli_print_json(json_pack("{s:s,s:s,s:b,s:s,s:s,s:s,s:s,s:s}", "member", text, "purpose",
        purpose, "given", consent->given, "at", at, "channel", consent->channel, "initiated_by", by,
        "text_version", consent->text_version, "receipt", consent->receipt));
}

static int history_show(const struct cli *cli, struct loy_store *store, const struct loy_id *id)
{
    struct loy_consent consent = {.size = sizeof consent};
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_consent_next(store, id, &position, &consent)) == LOY_OK)
        if (cli->json)
            consent_json(id, &consent);
        else
            consent_print(store, &consent);
    return status == LOY_NONE ? CLI_DONE : cli_fail_store(cli, status, store);
}

struct change {
    struct loy_consent_change consent;
    enum loy_purpose purposes[2 * LOY_PURPOSE_END]; /* given, then withdrawn */
    size_t given, count;
    struct loy_id basket;
    bool object;
};

/* Where the options stand in the table below. */
enum { GIVE, WITHDRAW };

static bool purposes_read(const struct cli *cli, size_t option, struct change *change)
{
    for (size_t i = 0; i < cli->options[option].count; i++) {
        if (change->count == sizeof change->purposes / sizeof change->purposes[0]) return false;
        if (loy_purpose_find(cli->options[option].values[i], &change->purposes[change->count]) !=
            LOY_OK)
            return false;
        change->count++;
    }
    return true;
}

static int change_read(const struct cli *cli, struct change *change)
{
    const char *basket = cli_value(cli, "object"), *channel = cli_value(cli, "channel");
    change->consent = (struct loy_consent_change){.size = sizeof change->consent,
        .channel = channel ? channel : "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .version = cli_value(cli, "text-version"),
        .language = cli->chinese ? "zh_CN" : "en",
        .offset_min = cli_offset_at(cli_now_us())};
    if (!initiative_read(cli_value(cli, "initiated-by"), &change->consent.initiated_by))
        return cli_fail(cli, CLI_USAGE, _("--initiated-by takes customer, staff or import"));
    bool known = purposes_read(cli, GIVE, change);
    change->given = change->count;
    known = known && purposes_read(cli, WITHDRAW, change);
    if (!known)
        return cli_fail(
            cli, CLI_USAGE, _("a purpose is one of profiling, marketing, suppliers, scheme"));
    change->object = basket != NULL;
    if (basket && loy_id_parse(basket, &change->basket) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--object takes the id of a basket"));
    return CLI_DONE;
}

static enum loy_status change_apply(
    struct loy_store *store, const struct loy_id *id, struct change *change)
{
    enum loy_status status = LOY_OK;
    if (change->object)
        status =
            loy_member_object(store, id, &change->basket, change->consent.channel, cli_now_us());
    for (size_t i = 0; i < change->count && status == LOY_OK; i++) {
        change->consent.purpose = (uint8_t)change->purposes[i];
        change->consent.given = i < change->given;
        status = loy_consent_set(store, id, &change->consent, cli_now_us());
    }
    return status;
}

static void receipts_show(const struct cli *cli, struct loy_store *store, const struct loy_id *id,
    const struct change *change)
{
    char line[LOY_RECEIPT_MAX], text[LOY_ID_TEXT_SIZE];
    loy_id_text(id, text);
    for (size_t i = 0; i < change->count + change->object; i++) {
        bool given = i < change->given;
        enum loy_purpose purpose = i < change->count ? change->purposes[i] : LOY_PURPOSE_PROFILING;
        if (loy_consent_receipt(store, id, purpose, change->consent.language,
                change->consent.offset_min, line) != LOY_OK)
            line[0] = '\0';
        if (cli->json)
            cli_print_json(json_pack("{s:s,s:s,s:b,s:s}", "member", text, "purpose",
                loy_purpose_name(purpose), "given", given, "receipt", line));
        else
            puts(line);
    }
}

static int run_consent(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id id;
    struct change change = {.count = 0};
    int code = change_read(cli, &change);
    if (code == CLI_DONE) code = cli_member_open(cli, &store, &id);
    if (code != CLI_DONE) return code;
    if (change.count == 0 && !change.object) {
        code = history_show(cli, store, &id);
        loy_store_close(store);
        return code;
    }
    // All of it or nothing.
    enum loy_status status = loy_store_begin(store);
    if (status == LOY_OK) status = change_apply(store, &id, &change);
    if (status == LOY_OK) status = loy_store_commit(store);
    if (status == LOY_OK)
        receipts_show(cli, store, &id, &change);
    else
        code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

// The first two stand where GIVE and WITHDRAW say.
static const struct cli_option consent_options[] = {
    {"give", "PURPOSE", N_("the member consents: profiling, marketing, suppliers or scheme"), false,
        true},
    {"withdraw", "PURPOSE", N_("the member withdraws"), false, true},
    {"object", "BASKET", N_("take this basket off the member and withdraw profiling"), false,
        false},
    {"text-version", "VERSION", N_("of the words that were shown; default the current ones"), false,
        false},
    {"channel", "CODE", N_("how it came: lane, desk, web ...; default desk"), false, false},
    {"initiated-by", "WHO", N_("customer, staff or import; default customer"), false, false},
    {0},
};

const struct cli_command command_member_consent = {
    .name = "member consent",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("what a member consents to: change it, or its history"),
    .detail = N_("Without --give, --withdraw or --object prints every word that was said. A change "
                 "prints the line for the receipt\nand holds from the next profile, segment or "
                 "report on. Who withdraws from the scheme gets no further baskets."),
    .options = consent_options,
    .run = run_consent,
};

/* ---- consent text ----------------------------------------------------------------------------
 */

static void text_show(const struct cli *cli, const struct loy_consent_text *text)
{
    const char *purpose = loy_purpose_name((enum loy_purpose)text->purpose);
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:s,s:s,s:b,s:b,s:s}", "purpose", purpose, "version",
            text->version, "language", text->language, "current", text->current, "used", text->used,
            "text", text->body));
    else
        printf("%s %s %s%s%s\n    %s\n", purpose, text->version, text->language,
            text->current ? _(" (current)") : "", text->used ? _(" (in use)") : "", text->body);
}

static int texts_list(const struct cli *cli, struct loy_store *store)
{
    static struct loy_consent_text text;
    int64_t position = 0;
    enum loy_status status;
    text.size = sizeof text;
    while ((status = loy_consent_text_next(store, &position, &text)) == LOY_OK)
        text_show(cli, &text);
    return status == LOY_NONE ? CLI_DONE : cli_fail_store(cli, status, store);
}

/* The words of --text, or of the file that --file names. *all must be freed. */
static int body_read(const struct cli *cli, char **all)
{
    const char *text = cli_value(cli, "text"), *path = cli_value(cli, "file");
    if ((text == NULL) == (path == NULL))
        return cli_fail(cli, CLI_USAGE, _("the words come from --text or from --file"));
    *all = calloc(1, LOY_CONSENT_TEXT_MAX + 1);
    if (!*all) return cli_fail(cli, CLI_FAILED, _("out of memory"));
    if (text) {
        snprintf(*all, LOY_CONSENT_TEXT_MAX + 1, "%s", text);
        return CLI_DONE;
    }
    FILE *file = fopen(path, "r");
    if (!file) return cli_fail(cli, CLI_FINDING, _("%s cannot be read"), path);
    size_t size = fread(*all, 1, LOY_CONSENT_TEXT_MAX, file);
    fclose(file);
    while (size > 0 && ((*all)[size - 1] == '\n' || (*all)[size - 1] == '\r'))
        (*all)[--size] = '\0';
    return CLI_DONE;
}

static int text_set(const struct cli *cli, struct loy_store *store, const char *body)
{
    enum loy_purpose purpose;
    struct loy_consent_text text = {.size = sizeof text};
    const char *version = cli_value(cli, "version"), *language = cli_value(cli, "language");
    if (loy_purpose_find(cli->operands[0], &purpose) != LOY_OK)
        return cli_fail(
            cli, CLI_USAGE, _("a purpose is one of profiling, marketing, suppliers, scheme"));
    if (!version || !language)
        return cli_fail(cli, CLI_USAGE, _("new words need --version and --language"));
    enum loy_status status =
        loy_consent_text_set(store, purpose, version, language, body, cli_now_us());
    if (status == LOY_OK || status == LOY_REPEATED)
        status = loy_consent_text_get(store, purpose, version, language, &text);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    text_show(cli, &text);
    return CLI_DONE;
}

static int run_text(struct cli *cli)
{
    struct loy_store *store = NULL;
    char *body = NULL;
    int code = cli->operand_count ? body_read(cli, &body) : CLI_DONE;
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code == CLI_DONE)
        code = cli->operand_count ? text_set(cli, store, body) : texts_list(cli, store);
    loy_store_close(store);
    free(body);
    return code;
}

static const struct cli_option text_options[] = {
    {"version", "VERSION", N_("of the words"), false, false},
    {"language", "CODE", N_("en, zh_CN ..."), false, false},
    {"text", "TEXT", N_("the words"), false, false},
    {"file", "FILE", N_("a file with the words"), false, false},
    {0},
};

const struct cli_command command_consent_text = {
    .name = "consent text",
    .operands = "[PURPOSE]",
    .operands_max = 1,
    .summary = N_("the words that members consent to: list or set them"),
    .detail = N_("Without PURPOSE lists all versions. The version that came last is the current "
                 "one. Words to which somebody has\nconsented are never changed: give new ones a "
                 "new version."),
    .options = text_options,
    .run = run_text,
};
