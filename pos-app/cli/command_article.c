/* SPDX-License-Identifier: MIT
 *
 * command_article.c - article show and price show: what the lane would take for a text, and what it
 * would cost there.
 */
#include "cli.h"

#include <receipt/receipt.h>

#include <string.h>

#define SHOWN_MAX 1024

struct shown {
    const struct cli *cli;
    struct loy_store *store;
    struct loy_store_settings settings;
    const char *text, *site;
    int64_t at_us;
    struct loy_article_found found;
    struct loy_quote_line line;          /* for anybody */
    struct loy_quote_line member;        /* for a member */
    char promotion[LOY_TEXT_MAX];        /* of line, "" none */
    char member_promotion[LOY_TEXT_MAX]; /* of member */
};

static enum loy_status quote(
    struct shown *shown, bool member, struct loy_quote_line *line, char promotion[LOY_TEXT_MAX])
{
    const char *coupons[CLI_VALUES_MAX];
    size_t count = 0;
    char codes[CLI_VALUES_MAX][LOY_TEXT_MAX];
    const struct cli *cli = shown->cli;
    const struct cli_option *option = cli->command->options;
    for (size_t i = 0; option[i].name; i++)
        for (size_t n = 0; strcmp(option[i].name, "coupon") == 0 && n < cli->options[i].count; n++)
            if (loy_promotion_find_coupon(shown->store, cli->options[i].values[n], codes[count]) ==
                LOY_OK) {
                coupons[count] = codes[count];
                count++;
            }
    const struct loy_quote quote = {.size = sizeof quote,
        .site = shown->site,
        .at_us = shown->at_us,
        .member = member,
        .coupons = coupons,
        .coupon_count = count};
    *line = (struct loy_quote_line){.article_version = shown->found.version,
        .quantity_milli = shown->found.quantity_milli,
        .list_minor = shown->found.list_minor};
    enum loy_status status = loy_basket_quote(shown->store, &quote, line, 1);
    /* The code lives until the next call. */
    if (status == LOY_OK)
        snprintf(promotion, LOY_TEXT_MAX, "%s", line->promotion ? line->promotion : "");
    line->promotion = NULL;
    return status;
}

/* ---- JSON -------------------------------------------------------------------------------------
 */

static json_t *amount_or_null(const struct shown *shown, int64_t minor)
{
    char text[32];
    if (shown->found.list_minor < 0) return json_null();
    cli_amount_text(minor, shown->settings.minor_digits, text);
    return json_string(text);
}

static void line_json(const struct shown *shown, json_t *object, const struct loy_quote_line *line,
    const char *promotion, const char *const keys[4])
{
    const char *form = loy_form_name((enum loy_form)line->form);
    json_object_set_new(object, keys[0], amount_or_null(shown, line->paid_minor));
    json_object_set_new(object, keys[1], amount_or_null(shown, line->discount_minor));
    json_object_set_new(object, keys[2], *promotion ? json_string(promotion) : json_null());
    json_object_set_new(object, keys[3], form ? json_string(form) : json_null());
}

static void show_json(const struct shown *shown)
{
    static const char *const keys[] = {"paid", "discount", "promotion", "promotion_form"};
    static const char *const member_keys[] = {
        "member_paid", "member_discount", "member_promotion", "member_promotion_form"};
    const struct loy_article_found *found = &shown->found;
    const char *kind = loy_kind_name((enum loy_kind)found->kind);
    char quantity[32], at[32];
    cli_amount_text(found->quantity_milli, 3, quantity);
    cli_time_text(shown->at_us, 0, at);
    json_t *object = json_pack("{s:s,s:s,s:s,s:s?,s:s,s:I,s:b,s:b}", "text", shown->text, "article",
        found->code, "label", found->label, "kind", kind, "quantity", quantity, "quantity_milli",
        (json_int_t)found->quantity_milli, "labelled", found->labelled, "weighed", found->weighed);
    json_object_set_new(object, "site",
        json_string(shown->site && *shown->site ? shown->site : shown->settings.site));
    json_object_set_new(object, "at", json_string(at));
    json_object_set_new(object, "currency", json_string(shown->settings.currency));
    json_object_set_new(object, "list_price", amount_or_null(shown, found->list_minor));
    line_json(shown, object, &shown->line, shown->promotion, keys);
    line_json(shown, object, &shown->member, shown->member_promotion, member_keys);
    json_object_set_new(object, "tax_rate",
        found->tax_permille < 0 ? json_null() : json_real((double)found->tax_permille / 10));
    json_object_set_new(object, "price_is_net", json_boolean(found->price_is_net));
    cli_print_json(object);
}

/* ---- Text -------------------------------------------------------------------------------------
 */

static void line_text(const struct shown *shown, const char *who, const struct loy_quote_line *line,
    const char *promotion)
{
    char paid[32], discount[32];
    cli_amount_text(line->paid_minor, shown->settings.minor_digits, paid);
    cli_amount_text(line->discount_minor, shown->settings.minor_digits, discount);
    printf("  ");
    cli_put(stdout, who, 14);
    printf("%s %s", paid, shown->settings.currency);
    if (line->discount_minor)
        printf(_("  (%s off, promotion %s)"), discount, *promotion ? promotion : "-");
    putchar('\n');
}

static void show_text(const struct shown *shown)
{
    const struct loy_article_found *found = &shown->found;
    char list[32], quantity[32];
    cli_amount_text(found->list_minor, shown->settings.minor_digits, list);
    cli_amount_text(found->quantity_milli, 3, quantity);
    char code[LOY_TEXT_MAX], label[SHOWN_MAX];
    /* What came in before imports refused them would move a terminal's cursor. */
    receipt_clean(found->code, false, code, sizeof code);
    receipt_clean(found->label, false, label, sizeof label);
    cli_put(stdout, code, 0);
    printf("  ");
    cli_put(stdout, label, 0);
    putchar('\n');
    if (found->weighed && found->labelled) printf(_("  weighs %s kg, by its label\n"), quantity);
    if (!found->weighed && found->labelled) printf(_("  priced by its label\n"));
    if (found->weighed && !found->labelled) printf(_("  sold by weight: put it on the scale\n"));
    if (found->list_minor < 0) {
        printf(_("  no price is known for this shop and time; import prices, or type it at the "
                 "lane\n"));
    } else {
        printf("  ");
        cli_put(stdout, _("list price"), 14);
        printf("%s %s%s\n", list, shown->settings.currency, found->weighed ? _(" a kilogram") : "");
        line_text(shown, _("everybody"), &shown->line, shown->promotion);
        line_text(shown, _("members"), &shown->member, shown->member_promotion);
    }
    if (found->tax_permille >= 0)
        printf(_("  tax %d.%d %%, %s\n"), found->tax_permille / 10, found->tax_permille % 10,
            found->price_is_net ? _("to be added") : _("included"));
}

/* ---- Both commands ----------------------------------------------------------------------------
 */

static int show(struct shown *shown)
{
    shown->found.size = sizeof shown->found;
    enum loy_status status =
        loy_article_look(shown->store, shown->site, shown->text, shown->at_us, &shown->found);
    if (status == LOY_NONE)
        return cli_fail(shown->cli, CLI_FINDING,
            _("no article has this code, GTIN or label; import articles, or declare the scale's "
              "labels"));
    if (status != LOY_OK) return cli_fail_store(shown->cli, status, shown->store);
    if (shown->found.list_minor >= 0) {
        status = quote(shown, false, &shown->line, shown->promotion);
        if (status == LOY_OK) status = quote(shown, true, &shown->member, shown->member_promotion);
        if (status != LOY_OK) return cli_fail_store(shown->cli, status, shown->store);
    }
    if (shown->cli->json)
        show_json(shown);
    else
        show_text(shown);
    return CLI_DONE;
}

static int run_show(struct cli *cli)
{
    struct shown shown = {.cli = cli,
        .text = cli->operands[0],
        .site = cli_value(cli, "site"),
        .at_us = cli_now_us()};
    const char *at = cli_value(cli, "at");
    int16_t offset = 0;
    if (at && cli_time_parse(at, &shown.at_us, &offset) != LOY_OK)
        return cli_fail(cli, CLI_USAGE,
            _("--at is no date; write 2026-03-01, or 2026-03-01 14:05 with a time"));
    int code = cli_store_open(cli, &shown.store);
    if (code != CLI_DONE) return code;
    loy_store_settings_get(shown.store, &shown.settings);
    code = show(&shown);
    loy_store_close(shown.store);
    return code;
}

static const struct cli_option show_options[] = {
    {"at", "DATE", N_("at this time; default now"), false, false},
    {"site", "SHOP", N_("in this shop; default this one"), false, false},
    {"coupon", "NUMBER", N_("as if this coupon had been shown"), false, true},
    {0},
};

const struct cli_command command_article_show = {
    .name = "article show",
    .operands = "TEXT",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("what the lane would take for a code, a GTIN or a scale's label"),
    .example = "article show 4006381333931",
    .options = show_options,
    .run = run_show,
};

const struct cli_command command_price_show = {
    .name = "price show",
    .operands = "ARTICLE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("what an article costs, for everybody and for members"),
    .example = "price show A1 --at 2026-03-01",
    .options = show_options,
    .run = run_show,
};
