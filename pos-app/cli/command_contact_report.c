/* SPDX-License-Identifier: MIT
 *
 * command_contact_report.c - contact report: complaints and returns by article, colour, style or
 * brand, or what each campaign brought. Counts only.
 */
#include "contact_cli.h"

#include <inttypes.h>
#include <string.h>

#define DAY_US (INT64_C(24) * 3600 * 1000000)

static const struct {
    const char *word;
    enum loy_complaint_group by; /* 0: by campaign */
} groups[] = {
    {"article", LOY_COMPLAINTS_BY_ARTICLE},
    {"colour", LOY_COMPLAINTS_BY_COLOUR},
    {"style", LOY_COMPLAINTS_BY_STYLE},
    {"brand", LOY_COMPLAINTS_BY_BRAND},
    {"campaign", 0},
};

struct period {
    int64_t from_us, to_us;
};

/* --to names the last day, whole. */
static int period_read(const struct cli *cli, struct period *period)
{
    const char *from = cli_value(cli, "from"), *to = cli_value(cli, "to");
    int16_t offset = 0;
    *period = (struct period){INT64_MIN, INT64_MAX};
    if (from && (strlen(from) != 10 || cli_time_parse(from, &period->from_us, &offset) != LOY_OK))
        return cli_fail(cli, CLI_USAGE, _("--from is not a date like 2026-03-01"));
    if (to && (strlen(to) != 10 || cli_time_parse(to, &period->to_us, &offset) != LOY_OK))
        return cli_fail(cli, CLI_USAGE, _("--to is not a date like 2026-03-31"));
    if (to) {
        /* The next day's own midnight: a day on which the clocks change is not 24 hours long. */
        char next[32];
        cli_time_text(period->to_us + DAY_US + DAY_US / 2, offset, next);
        next[10] = '\0';
        if (cli_time_parse(next, &period->to_us, &offset) != LOY_OK) period->to_us += DAY_US;
    }
    if (period->from_us >= period->to_us)
        return cli_fail(cli, CLI_USAGE, _("--to lies before --from"));
    return CLI_DONE;
}

static json_t *share(double part, double whole)
{
    return whole > 0 ? json_real(part / whole) : json_null();
}

/* ---- Complaints and returns --------------------------------------------------------------------
 */

static void complaint_json(const char *by, const struct loy_complaint_count *count)
{
    double sold = (double)count->sold_milli / 1000, returned = (double)count->returned_milli / 1000;
    json_t *object = json_pack("{s:s}", "by", by);
    json_object_set_new(object, "brand", contact_json_text(count->brand));
    json_object_set_new(object, "style", contact_json_text(count->style));
    json_object_set_new(object, "article", contact_json_text(count->article));
    json_object_set_new(object, "colour", contact_json_text(count->colour));
    json_object_set_new(
        object, "colour_family", contact_json_text(loy_colour_name(count->colour_family)));
    json_object_set_new(object, "reason", contact_json_text(count->reason));
    json_object_set_new(object, "complaints", json_integer(count->complaints));
    json_object_set_new(object, "returns", json_integer(count->returns));
    json_object_set_new(object, "returned", json_real(returned));
    json_object_set_new(object, "sold", json_real(sold));
    json_object_set_new(object, "complaint_rate", share((double)count->complaints, sold));
    json_object_set_new(object, "return_rate", share(returned, sold));
    cli_print_json(object);
}

static void complaint_print(const struct loy_complaint_count *count)
{
    char colour[160] = "";
    if (*count->colour || count->colour_family)
        snprintf(
            colour, sizeof colour, "%s (%s)", count->colour, loy_colour_name(count->colour_family));
    const char *const keys[] = {count->brand, count->style, count->article, colour};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (*keys[i]) printf("%s  ", keys[i]);
    printf(_("%s: %" PRId64 " complaints, %" PRId64 " returns of %.10g sold"),
        *count->reason ? count->reason : _("no reason given"), count->complaints, count->returns,
        (double)count->sold_milli / 1000);
    putchar('\n');
}

static enum loy_status complaints(const struct cli *cli, struct loy_store *store, const char *word,
    enum loy_complaint_group by, const struct period *period)
{
    struct loy_complaint_counts *counts = NULL;
    struct loy_complaint_count count;
    enum loy_status status =
        loy_complaint_counts_open(store, by, period->from_us, period->to_us, &counts);
    if (status != LOY_OK) return status;
    while ((status = loy_complaint_count_next(counts, &count)) == LOY_OK) {
        if (cli->json)
            complaint_json(word, &count);
        else
            complaint_print(&count);
    }
    loy_complaint_counts_close(counts);
    return status;
}

/* ---- Campaigns ---------------------------------------------------------------------------------
 */

static void campaign_print(const struct cli *cli, const struct loy_campaign_count *count)
{
    if (cli->json) {
        cli_print_json(json_pack("{s:s,s:o,s:o,s:I,s:I,s:I,s:I,s:o}", "by", "campaign", "campaign",
            contact_json_text(count->campaign), "incentive", contact_json_text(count->incentive),
            "contacts", (json_int_t)count->contacts, "members", (json_int_t)count->members,
            "responses", (json_int_t)count->responses, "registrations",
            (json_int_t)count->registrations, "completeness",
            share((double)count->given, (double)count->asked)));
        return;
    }
    printf("%s  %s  ", *count->campaign ? count->campaign : "-",
        *count->incentive ? count->incentive : "-");
    printf(_("contacts %" PRId64 ", responses %" PRId64 ", registrations %" PRId64),
        count->contacts, count->responses, count->registrations);
    if (count->asked)
        printf(_(", %.0f %% of their fields filled in"),
            100.0 * (double)count->given / (double)count->asked);
    putchar('\n');
}

static enum loy_status campaigns(
    const struct cli *cli, struct loy_store *store, const struct period *period)
{
    struct loy_campaign_counts *counts = NULL;
    struct loy_campaign_count count;
    enum loy_status status =
        loy_campaign_counts_open(store, period->from_us, period->to_us, &counts);
    if (status != LOY_OK) return status;
    while ((status = loy_campaign_count_next(counts, &count)) == LOY_OK)
        campaign_print(cli, &count);
    loy_campaign_counts_close(counts);
    return status;
}

static int run_report(struct cli *cli)
{
    const char *word = cli_value(cli, "by");
    struct loy_store *store = NULL;
    struct period period;
    size_t i = 0;
    if (!word) word = "article";
    while (i < sizeof groups / sizeof groups[0] && strcmp(word, groups[i].word) != 0)
        i++;
    if (i == sizeof groups / sizeof groups[0])
        return cli_fail(cli, CLI_USAGE, _("--by takes article, colour, style, brand or campaign"));
    int code = period_read(cli, &period);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = groups[i].by ? complaints(cli, store, word, groups[i].by, &period)
                                          : campaigns(cli, store, &period);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static const struct cli_option options[] = {
    {"by", "WHAT", N_("article, colour, style, brand or campaign; default article"), false, false},
    {"from", "DATE", N_("first day"), false, false},
    {"to", "DATE", N_("last day"), false, false},
    {0},
};

const struct cli_command command_contact_report = {
    .name = "contact report",
    .summary = N_("complaints and returns with their reasons, or what each campaign brought"),
    .detail = N_("By article, colour, style or brand: complaints, returned lines and quantity sold "
                 "for each reason. By campaign:\ncontacts, responses (coupons and contests), "
                 "registrations, and how full their forms are. Counts only."),
    .options = options,
    .run = run_report,
};
