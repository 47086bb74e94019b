/* SPDX-License-Identifier: MIT
 *
 * command_demo.c - two demo shops from recorded device bytes to profiles and reports, and what the
 * readers made of one real swipe and of one test payment card. Everything printed is counted,
 * nothing is known before.
 */
#include "decode_json.h"
#include "demo_shop.h"
#include "profile_run.h"
#include "report/market_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHOP_COUNT 2u
#define PROFILES_MAX 2u

struct shown_member {
    int64_t number, lines;
};

struct shop_run {
    struct demo_shop shop;
    struct demo_result result;
    struct shown_member busiest[PROFILES_MAX]; /* a person, a firm; lines 0: none */
    struct market_report_files files;
    struct loy_store *store;
    char data[1024];
};

static const struct demo_shop shops[SHOP_COUNT] = {
    {.name = "journey",
        .title = N_("real households"),
        .currency = "USD",
        .country = "US",
        .site = "1",
        .from = "2017-01-01T00:00:00Z",
        .to = "2018-01-01T00:00:00Z",
        .manufacturer = "764",
        .sample_of_lines = true},
    {.name = "mall",
        .title = N_("a generated mall"),
        .currency = "CNY",
        .country = "CN",
        .site = "north",
        .from = "2025-01-01T00:00:00+08:00",
        .to = "2025-12-31T00:00:00+08:00",
        .manufacturer = "Aldermoor Textiles",
        .generated = true},
};

/* ---- Input files --------------------------------------------------------------------------------
 */

/* Beside the sources, in the build folder, or installed. */
static int data_find(struct cli *cli, struct shop_run *run)
{
    static const char *const patterns[] = {
        LOYALTY_DATA_SOURCE "/%s", LOYALTY_DATA_BUILD "/%s/data", LOYALTY_DATA_INSTALLED "/%s"};
    const char *given = cli_value(cli, "data");
    char file[1100];
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        if (given)
            snprintf(run->data, sizeof run->data, "%s/%s", given, run->shop.name);
        else
            snprintf(run->data, sizeof run->data, patterns[i], run->shop.name);
        snprintf(file, sizeof file, "%s/baskets.csv", run->data);
        if (access(file, R_OK) == 0) {
            run->shop.data = run->data;
            return CLI_DONE;
        }
    }
    return cli_fail(cli, CLI_FAILED,
        _("the input of the demo shop %s is not there (looked for %s); build the program from a "
          "clone, or "
          "name a folder with --data"),
        run->shop.name, file);
}

/* ---- Profiles -----------------------------------------------------------------------------------
 */

/* The busiest person and the busiest firm: those of whom the baskets say most. */
static enum loy_status busiest_find(struct shop_run *run)
{
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    struct shown_member now = {0};
    enum loy_status status = loy_sales_open(run->store, 0, INT64_MAX, NULL, &sales);
    while (status == LOY_OK) {
        status = loy_sales_next(sales, &sale);
        if (status == LOY_OK && sale.member == now.number) {
            now.lines++;
            continue;
        }
        struct loy_id id;
        struct loy_member member;
        if (now.number && loy_member_by_number(run->store, now.number, &id) == LOY_OK &&
            loy_member_get(run->store, &id, &member) == LOY_OK &&
            member.consent[LOY_PURPOSE_PROFILING]) {
            struct shown_member *best = &run->busiest[member.kind == LOY_MEMBER_ORGANISATION];
            if (now.lines > best->lines) *best = now;
        }
        if (status == LOY_OK) now = (struct shown_member){sale.member, 1};
    }
    loy_sales_close(sales);
    return status == LOY_NONE ? LOY_OK : status;
}

static int profile_show(void *user, const struct profile_case *one)
{
    const struct profile_run *run = user;
    enum loy_status status =
        run->cli->json ? profile_print_json(run, one) : profile_print_text(run, one);
    return status == LOY_OK ? 0 : 1;
}

static int profiles_show(struct cli *cli, struct shop_run *run)
{
    struct profile_run pass = {.cli = cli,
        .store = run->store,
        .each = profile_show,
        .settings = {.size = sizeof pass.settings, .sample_of_lines = run->shop.sample_of_lines}};
    int16_t offset = 0;
    pass.user = &pass;
    cli_time_parse(run->shop.to, &pass.settings.as_of_us, &offset);
    pass.settings.offset_min = offset;
    enum loy_status status = busiest_find(run);
    if (status == LOY_OK) status = profile_run_fit(&pass);
    for (size_t i = 0; status == LOY_OK && i < PROFILES_MAX; i++) {
        struct loy_id id;
        if (!run->busiest[i].lines) continue;
        status = loy_member_by_number(run->store, run->busiest[i].number, &id);
        pass.member = &id;
        if (status == LOY_OK && !cli->json) putchar('\n');
        if (status == LOY_OK) status = profile_run_each(&pass);
    }
    profile_run_close(&pass);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(cli, status, run->store);
}

/* ---- Report -------------------------------------------------------------------------------------
 */

static int report_write(struct cli *cli, struct shop_run *run, const char *out)
{
    char folder[512], from_text[11], to_text[32];
    int64_t from_us = 0, to_us = 0;
    int16_t offset = 0;
    snprintf(folder, sizeof folder, "%s/%s", out, run->shop.name);
    cli_time_parse(run->shop.from, &from_us, &offset);
    cli_time_parse(run->shop.to, &to_us, &offset);
    snprintf(from_text, sizeof from_text, "%.10s", run->shop.from);
    /* to is exclusive; the report names the last day. */
    cli_time_text(to_us - 1, offset, to_text);
    to_text[10] = '\0';
    struct market_report_options options = {.manufacturer = run->shop.manufacturer,
        .from_us = from_us,
        .to_us = to_us,
        .from_text = from_text,
        .to_text = to_text,
        .period_year = atoi(to_text),
        .out_dir = folder,
        .generated = run->shop.generated,
        .sample_of_lines = run->shop.sample_of_lines,
        .chinese = cli->chinese,
        .now_us = cli_now_us()};
    enum loy_status status = market_report_write(run->store, &options, &run->files);
    if (status == LOY_OK) return CLI_DONE;
    if (run->files.text[0]) return cli_fail(cli, cli_exit_of(status), "%s", run->files.text);
    return cli_fail_store(cli, status, run->store);
}

/* ---- What is printed ----------------------------------------------------------------------------
 */

static void count_row(const char *what, int64_t input, int64_t stored)
{
    fputs("  ", stdout);
    cli_put(stdout, what, 14);
    printf(" %14" PRId64 " %14" PRId64 "  %s\n", input, stored,
        input == stored ? _("same") : _("DIFFERENT"));
}

static void amount_row(const char *what, int64_t input, int64_t stored)
{
    char a[32], b[32];
    cli_amount_text(input, 2, a);
    cli_amount_text(stored, 2, b);
    fputs("  ", stdout);
    cli_put(stdout, what, 14);
    printf(" %14s %14s  %s\n", a, b, input == stored ? _("same") : _("DIFFERENT"));
}

static bool totals_tie(const struct demo_result *result)
{
    return memcmp(&result->input, &result->stored, sizeof result->input) == 0 &&
           result->members_agreeing == result->input.members;
}

static json_t *totals_json(const struct demo_totals *totals)
{
    char paid[32], discount[32];
    cli_amount_text(totals->paid_minor, 2, paid);
    cli_amount_text(totals->discount_minor, 2, discount);
    return json_pack("{s:I,s:I,s:I,s:I,s:s,s:s}", "members", (json_int_t)totals->members, "baskets",
        (json_int_t)totals->baskets, "identified", (json_int_t)totals->identified, "lines",
        (json_int_t)totals->lines, "sales", paid, "discounts", discount);
}

static void shop_print(const struct cli *cli, const struct shop_run *run)
{
    const struct demo_result *r = &run->result;
    if (cli->json) {
        cli_print_json(json_pack("{s:s,s:b,s:b,s:o,s:o,s:I,s:b,s:s,s:s}", "shop", run->shop.name,
            "generated", run->shop.generated, "sample_of_lines", run->shop.sample_of_lines, "input",
            totals_json(&r->input), "stored", totals_json(&r->stored), "members_agreeing",
            (json_int_t)r->members_agreeing, "ties", totals_tie(r), "report", run->files.html,
            "csv", run->files.csv));
        return;
    }
    printf("\n%s: %s%s%s (%s)\n", run->shop.name, gettext(run->shop.title),
        run->shop.generated ? _(" - GENERATED") : "",
        run->shop.sample_of_lines
            ? _(" - a sample of lines: no frequency or basket size is claimed")
            : "",
        run->shop.currency);
    printf("  %-18s", "");
    cli_put(stdout, _("input files"), 15);
    printf("%s\n", _("store"));
    count_row(_("members"), r->input.members, r->stored.members);
    count_row(_("baskets"), r->input.baskets, r->stored.baskets);
    count_row(_("with a card"), r->input.identified, r->stored.identified);
    count_row(_("lines"), r->input.lines, r->stored.lines);
    amount_row(_("sales"), r->input.paid_minor, r->stored.paid_minor);
    amount_row(_("discounts"), r->input.discount_minor, r->stored.discount_minor);
    printf(_("  each member's own sum agrees for %" PRId64 " of %" PRId64 " members\n"),
        r->members_agreeing, r->input.members);
    printf(_("  swipes: MagTek %" PRIu64 ", HID POS %" PRIu64 ", serial line %" PRIu64 "\n"),
        r->swipes[0], r->swipes[1], r->swipes[2]);
}

/* ---- One real swipe, one refusal
 * ------------------------------------------------------------------ */

/* All events of some bytes through a driver; their number. */
static size_t decode_show(struct cli *cli, const char *driver, const uint8_t *bytes, size_t length)
{
    static struct loy_event event;
    struct loy_decoder_options options = {.size = sizeof options, .driver = driver};
    struct loy_decoder *decoder = NULL;
    char text[200];
    size_t at = 0, used = 0, count = 0;
    if (loy_decoder_open(&options, &decoder, text, sizeof text) != LOY_OK) return 0;
    while (loy_decoder_feed(decoder, bytes + at, length - at, &used, &event) == LOY_OK) {
        at += used;
        count++;
        event_tell(cli, &event);
    }
    if (loy_decoder_end(decoder, &event) == LOY_OK && ++count) {
        event_tell(cli, &event);
    }
    loy_decoder_close(decoder);
    return count;
}

static size_t flux_read(uint8_t *bytes, size_t size)
{
    static const char *const paths[] = {LOYALTY_DATA_SOURCE "/captures/safeway-club-track2.txt",
        LOYALTY_DATA_INSTALLED "/captures/safeway-club-track2.txt"};
    char line[512];
    size_t used = 0;
    FILE *file = NULL;
    for (size_t i = 0; !file && i < 2; i++)
        file = fopen(paths[i], "r");
    while (file && fgets(line, sizeof line, file)) {
        unsigned byte = 0;
        for (size_t i = 0; line[0] != '#' && used < size && sscanf(line + i, "%2x", &byte) == 1;
             i += 2)
            bytes[used++] = (uint8_t)byte;
    }
    if (file) fclose(file);
    return used;
}

static int swipes_show(struct cli *cli)
{
    uint8_t flux[4096], report[337] = {0};
    size_t length = flux_read(flux, sizeof flux);
    if (!cli->json)
        printf("\n%s\n  ", _("A real supermarket card, from its recorded flux timings:"));
    if (!length || decode_show(cli, "track-flux", flux, length) != 1)
        return cli_fail(cli, CLI_FAILED, _("the recorded swipe could not be read"));
    if (!cli->json)
        printf("%s\n  ", _("A public test number of a payment card, as a MagTek report:"));
    report[4] = (uint8_t)sprintf((char *)report + 117, ";4111111111111111=29122010000012345?");
    if (decode_show(cli, "magtek-hid", report, sizeof report) != 1)
        return cli_fail(cli, CLI_FAILED, _("the payment card was not refused"));
    return CLI_DONE;
}

/* ---- The command
 * ---------------------------------------------------------------------------------- */

static int shop_go(
    struct cli *cli, struct shop_run *run, const struct demo_shop *shop, const char *out)
{
    *run = (struct shop_run){.shop = *shop};
    int code = data_find(cli, run);
    if (code == CLI_DONE) code = demo_shop_fill(cli, &run->shop, out, &run->store, &run->result);
    if (code == CLI_DONE) code = report_write(cli, run, out);
    return code;
}

static int run_demo(struct cli *cli)
{
    static struct shop_run runs[SHOP_COUNT];
    const char *out = cli_value(cli, "out");
    int code = CLI_DONE;
    bool ties = true;
    if (!out) out = "demo";
    for (size_t i = 0; code == CLI_DONE && i < SHOP_COUNT; i++)
        code = shop_go(cli, &runs[i], &shops[i], out);
    for (size_t i = 0; code == CLI_DONE && i < SHOP_COUNT; i++) {
        shop_print(cli, &runs[i]);
        ties = ties && totals_tie(&runs[i].result);
    }
    for (size_t i = 0; code == CLI_DONE && i < SHOP_COUNT; i++)
        code = profiles_show(cli, &runs[i]);
    if (code == CLI_DONE) code = swipes_show(cli);
    if (code == CLI_DONE && !cli->json) {
        printf("\n%s\n", _("Reports:"));
        for (size_t i = 0; i < SHOP_COUNT; i++)
            printf("  %s\n  %s\n", runs[i].files.html, runs[i].files.csv);
    }
    for (size_t i = 0; i < SHOP_COUNT; i++)
        loy_store_close(runs[i].store);
    if (code == CLI_DONE && !ties)
        return cli_fail(cli, CLI_FINDING, _("the store does not agree with the input files"));
    return code;
}

static const struct cli_option demo_options[] = {
    {"out", "DIR", N_("where stores, recordings and reports go; default demo"), false, false},
    {"data", "DIR", N_("a folder with journey/ and mall/, instead of the program's own"), false,
        false},
    {0},
};

const struct cli_command command_demo = {
    .name = "demo",
    .summary = N_("two demo shops: recorded swipes to baskets, profiles and reports"),
    .detail =
        N_("Real households (a sample of lines, public data) and a generated apparel mall. Each "
           "basket's "
           "swipe is a device\nreport that goes through transport, driver, guard, card and member. "
           "A lane commits each\nbasket before it beeps; the demo commits in batches. Stores of an "
           "earlier demo in DIR are replaced. Exit 1 if the store does not agree with the "
           "input files to the cent."),
    .options = demo_options,
    .run = run_demo,
};
