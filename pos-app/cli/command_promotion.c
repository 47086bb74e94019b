/* SPDX-License-Identifier: MIT
 *
 * command_promotion.c - promotion add|list|end: the rules of what is cheaper, for whom and when.
 */
#include "promotion_text.h"

#include <string.h>

static json_t *or_null(const char *text)
{
    return text && *text ? json_string(text) : json_null();
}

static json_t *whole_or_null(int64_t number)
{
    return number ? json_integer(number) : json_null();
}

static json_t *time_or_null(int64_t at_us)
{
    char text[32];
    if (!at_us) return json_null();
    cli_time_text(at_us, 0, text);
    return json_string(text);
}

static void rule_json(const struct loy_promotion_rule *rule, unsigned minor_digits)
{
    char amount[32];
    cli_amount_text(rule->amount_minor, minor_digits, amount);
    json_t *object = json_pack("{s:s,s:s,s:s}", "code", rule->code, "form",
        loy_form_name((enum loy_form)rule->form), "scope",
        loy_scope_name((enum loy_scope)rule->scope));
    json_object_set_new(object, "target", or_null(rule->target));
    json_object_set_new(
        object, "percent", rule->permille ? json_real((double)rule->permille / 10) : json_null());
    json_object_set_new(object, "amount", rule->amount_minor ? json_string(amount) : json_null());
    json_object_set_new(object, "take", whole_or_null(rule->take));
    json_object_set_new(object, "pay", whole_or_null(rule->pay));
    json_object_set_new(object, "site", or_null(rule->site));
    json_object_set_new(object, "from", time_or_null(rule->from_us));
    json_object_set_new(object, "to", time_or_null(rule->to_us));
    json_object_set_new(object, "members", json_boolean(rule->members_only));
    json_object_set_new(object, "coupon", or_null(rule->coupon));
    json_object_set_new(object, "campaign", or_null(rule->campaign));
    json_object_set_new(object, "single_use", json_boolean(rule->single_use));
    cli_print_json(object);
}

static void rule_text(const struct loy_promotion_rule *rule, unsigned minor_digits)
{
    char words[PROMOTION_WORDS_MAX], from[32] = "", to[32] = "";
    promotion_words(rule, minor_digits, words);
    if (rule->from_us) cli_time_local(rule->from_us, from);
    if (rule->to_us) cli_time_local(rule->to_us, to);
    cli_put(stdout, rule->code, 16);
    printf("  ");
    cli_put(stdout, loy_form_name((enum loy_form)rule->form), 12);
    printf("  ");
    cli_put(stdout, words, 20);
    printf("  %s%s", loy_scope_name((enum loy_scope)rule->scope), rule->target ? " " : "");
    cli_put(stdout, rule->target ? rule->target : "", 0);
    if (rule->site) printf(_("  in shop %s"), rule->site);
    if (rule->members_only) printf(_("  members only"));
    if (rule->coupon) printf(_("  coupon %s of %s"), rule->coupon, rule->campaign);
    if (rule->single_use) printf(_("  once each"));
    if (*from) printf(_("  from %s"), from);
    if (*to) printf(_("  until %s"), to);
    putchar('\n');
}

static unsigned digits_of(struct loy_store *store)
{
    struct loy_store_settings settings;
    loy_store_settings_get(store, &settings);
    return settings.minor_digits;
}

static void rule_print(
    const struct cli *cli, struct loy_store *store, const struct loy_promotion_rule *rule)
{
    if (cli->json)
        rule_json(rule, digits_of(store));
    else
        rule_text(rule, digits_of(store));
}

/* ---- add --------------------------------------------------------------------------------------
 */

static const char *const options_of[PROMOTION_FIELDS] = {
    [PROMOTION_FORM] = "form",
    [PROMOTION_PERCENT] = "percent",
    [PROMOTION_AMOUNT] = "amount",
    [PROMOTION_TAKE] = "take",
    [PROMOTION_PAY] = "pay",
    [PROMOTION_SCOPE] = "scope",
    [PROMOTION_TARGET] = "target",
    [PROMOTION_STORE] = "site",
    [PROMOTION_FROM] = "from",
    [PROMOTION_TO] = "to",
    [PROMOTION_MEMBERS] = "members",
    [PROMOTION_COUPON] = "coupon",
    [PROMOTION_CAMPAIGN] = "campaign",
    [PROMOTION_SINGLE_USE] = "single-use",
};

static bool is_flag(int field)
{
    return field == PROMOTION_MEMBERS || field == PROMOTION_SINGLE_USE;
}

static void options_read(const struct cli *cli, const char *texts[PROMOTION_FIELDS])
{
    texts[PROMOTION_CODE] = cli->operands[0];
    for (int i = PROMOTION_FORM; i < PROMOTION_FIELDS; i++) {
        texts[i] = cli_value(cli, options_of[i]);
        if (is_flag(i) && texts[i]) texts[i] = "yes";
    }
}

/* The rule as it stands, which may differ from what was given: a member price is for members. */
static int stored_print(const struct cli *cli, struct loy_store *store, const char *code)
{
    char position[LOY_TEXT_MAX] = "";
    struct loy_promotion_rule rule = {.size = sizeof rule};
    enum loy_status status;
    while ((status = loy_promotion_next(store, position, &rule)) == LOY_OK)
        if (strcmp(rule.code, code) == 0) {
            rule_print(cli, store, &rule);
            return CLI_DONE;
        }
    return cli_fail_store(cli, status, store);
}

/* The article may come with the next import: said, and no failure. */
static void target_warn(
    const struct cli *cli, struct loy_store *store, const struct loy_promotion_rule *rule)
{
    int64_t version = 0;
    if (rule->scope != LOY_SCOPE_ARTICLE || !rule->target) return;
    if (loy_article_find(store, rule->target, &version) == LOY_NONE)
        cli_fail(cli, CLI_DONE, _("no article has the code %s so far: look for a mistyped one"),
            rule->target);
}

static int rule_put(const struct cli *cli, struct loy_store *store)
{
    const char *texts[PROMOTION_FIELDS] = {NULL};
    struct loy_promotion_rule rule;
    enum promotion_field field = PROMOTION_CODE;
    options_read(cli, texts);
    const char *wrong = promotion_read(texts, digits_of(store), &rule, &field);
    if (wrong) return cli_fail(cli, CLI_USAGE, "--%s %s", options_of[field], wrong);
    enum loy_status status = loy_promotion_put(store, &rule, cli_now_us());
    if (status != LOY_OK && status != LOY_REPEATED) return cli_fail_store(cli, status, store);
    target_warn(cli, store, &rule);
    return stored_print(cli, store, rule.code);
}

static int run_add(struct cli *cli)
{
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = rule_put(cli, store);
    loy_store_close(store);
    return code;
}

/* ---- list and end -----------------------------------------------------------------------------
 */

static int run_list(struct cli *cli)
{
    struct loy_store *store = NULL;
    char position[LOY_TEXT_MAX] = "";
    struct loy_promotion_rule rule = {.size = sizeof rule};
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status;
    while ((status = loy_promotion_next(store, position, &rule)) == LOY_OK)
        rule_print(cli, store, &rule);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static int end_told(
    const struct cli *cli, struct loy_store *store, const char *code, enum loy_status status)
{
    if (status == LOY_NONE)
        return cli_fail(cli, CLI_FINDING,
            _("there is no promotion with this code; `loyalty promotion list` shows them"));
    if (status != LOY_OK && status != LOY_REPEATED) return cli_fail_store(cli, status, store);
    if (status == LOY_REPEATED && !cli->json) puts(_("it had ended before; nothing changed"));
    return stored_print(cli, store, code);
}

static int run_end(struct cli *cli)
{
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = end_told(
        cli, store, cli->operands[0], loy_promotion_end(store, cli->operands[0], cli_now_us()));
    loy_store_close(store);
    return code;
}

/* ---- Words ------------------------------------------------------------------------------------
 */

static const struct cli_option add_options[] = {
    {"form", "FORM", N_("percent, amount, n-for-m, member-price or coupon"), true, false},
    {"percent", "P", N_("so many percent off, such as 12.5"), false, false},
    {"amount", "A",
        N_("off each piece or whole kilogram; the members' price of one; a coupon's, off the "
           "basket"),
        false, false},
    {"take", "N", N_("n for m: of so many pieces ..."), false, false},
    {"pay", "M", N_("... so many are paid, the cheapest are free"), false, false},
    {"scope", "SCOPE", N_("all, article, style, brand, category or season; default all"), false,
        false},
    {"target", "T", N_("the article's code, the brand ... of the scope"), false, false},
    {"site", "SHOP", N_("in this shop only; default everywhere"), false, false},
    {"from", "DATE", N_("first day, or a moment; default always"), false, false},
    {"to", "DATE", N_("last day, or a moment; default open"), false, false},
    {"members", NULL, N_("for members only"), false, false},
    {"coupon", "NUMBER", N_("the coupon's number as it is scanned"), false, false},
    {"campaign", "CAMPAIGN", N_("the campaign that a coupon answers"), false, false},
    {"single-use", NULL, N_("each serial number of the coupon is good once"), false, false},
    {0},
};

const struct cli_command command_promotion_add = {
    .name = "promotion add",
    .operands = "CODE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("a rule of what is cheaper; one of the same code is replaced"),
    .detail = N_("A line has one promotion: of all that it could have, the one that takes off "
                 "most. n for m and an amount off the\nbasket are spread over their lines. What "
                 "was sold keeps its price."),
    .example = "promotion add SPRING --form percent --percent 20 --scope brand --target Lark",
    .options = add_options,
    .run = run_add,
};

const struct cli_command command_promotion_list = {
    .name = "promotion list",
    .summary = N_("the rules of promotions, ended ones too"),
    .run = run_list,
};

const struct cli_command command_promotion_end = {
    .name = "promotion end",
    .operands = "CODE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("ends a promotion now"),
    .run = run_end,
};
