/* SPDX-License-Identifier: MIT
 *
 * command_member_file.c - `member file`: all about one customer on one printable page.
 * In: a member. Out: an HTML file. Must not know how the page looks.
 */
#include "profile_brief.h"

#include <report/customer.h>

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct taking {
    const struct profile_run *run;
    struct customer *customer;
    enum loy_status status;
};

static void ahead_take(struct taking *taking, const struct profile_case *one)
{
    struct customer *customer = taking->customer;
    struct profile_brief brief;
    taking->status = profile_brief_make(taking->run, one, &brief);
    for (size_t i = 0; taking->status == LOY_OK && i < brief.count && i < CUSTOMER_AHEAD; i++) {
        struct customer_line *line = &customer->ahead[customer->ahead_count++];
        snprintf(line->label, sizeof line->label, "%s", brief.lines[i].label);
        customer_text_fit(line->text, CUSTOMER_TEXT, brief.lines[i].text);
    }
}

static int estimates_take(void *user, const struct profile_case *one)
{
    struct taking *taking = user;
    struct customer *customer = taking->customer;
    if (!one->profile) return 1;
    for (int i = LOY_QUANTITY_NONE + 1; i < loy_quantity_count; i++) {
        if (customer->estimate_count == sizeof customer->estimates / sizeof customer->estimates[0])
            break;
        struct loy_estimate *estimate = &customer->estimates[customer->estimate_count];
        if (loy_profile_estimate(one->profile, (enum loy_quantity)i, estimate) == LOY_OK)
            customer->estimate_count++;
    }
    ahead_take(taking, one);
    return 1;
}

static enum loy_status estimates_gather(
    struct cli *cli, struct loy_store *store, struct customer *customer)
{
    struct profile_run run = {.cli = cli,
        .store = store,
        .settings = {.size = sizeof run.settings},
        .member = &customer->id,
        .each = estimates_take};
    struct taking taking = {&run, customer, LOY_OK};
    run.user = &taking;
    enum loy_status status = profile_as_of(NULL, &run.settings);
    if (status != LOY_OK || !customer->profiled) return status;
    status = profile_brief_taste(store, &run.with_taste);
    if (status != LOY_OK) return status;
    status = profile_run_fit(&run);
    if (status == LOY_OK) status = profile_run_each(&run);
    if (status == LOY_OK) status = taking.status;
    profile_run_close(&run);
    return status;
}

/* For the one who asked, and no one else. */
static enum loy_status page_keep(struct page *page, const char *path)
{
    mode_t mask = umask(077);
    enum loy_status status = page_write(page, path);
    umask(mask);
    return status == LOY_OK ? page_show(path) : status;
}

static int file_write(struct cli *cli, const struct customer *customer, const char *path)
{
    struct page page = {0};
    customer_html(customer, cli->chinese, &page);
    errno = 0;
    enum loy_status status = page_keep(&page, path);
    if (page.bytes) sodium_memzero(page.bytes, page.capacity);
    page_clear(&page);
    if (status != LOY_OK)
        return cli_fail(cli, CLI_FAILED, _("%s cannot be written: %s"), path,
            errno ? strerror(errno) : loy_status_text(status));
    if (cli->json)
        cli_print_json(json_pack("{s:s}", "file", path));
    else
        puts(path);
    return CLI_DONE;
}

static int member_file(struct cli *cli, struct loy_store *store, struct customer *customer)
{
    struct loy_id id;
    enum loy_status status = cli_member_find(store, cli->operands[0], &id);
    if (status != LOY_OK) return cli_member_not_found(cli, status, store);
    status = customer_gather(store, &id, cli_now_us(), customer);
    if (status == LOY_OK) status = estimates_gather(cli, store, customer);
    /* Told before the page goes: who took it is known even where the file then fails. */
    if (status == LOY_OK) status = loy_member_file_note(store, &id, cli_now_us());
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    return file_write(cli, customer, cli_value(cli, "out"));
}

static int run_file(struct cli *cli)
{
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    struct customer *customer = calloc(1, sizeof *customer);
    code = customer ? member_file(cli, store, customer)
                    : cli_fail(cli, CLI_FAILED, _("out of memory"));
    if (customer) sodium_memzero(customer, sizeof *customer);
    free(customer);
    loy_store_close(store);
    return code;
}

static const struct cli_option file_options[] = {
    {"out", "FILE.html", N_("the page"), true, false},
    {0},
};

const struct cli_command command_member_file = {
    .name = "member file",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("all about one customer on one printable page (A4)"),
    .detail = N_("Identity, purchasers and cards, purchases, potential with how sure it is, a "
                 "manager's notes, consents, quality of the\ndata; in the language of the program "
                 "(--lang). Supervisors see no notes and no account number.\nThe audit log keeps "
                 "that it was made."),
    .example = "member file 13812345678 --out file.html",
    .options = file_options,
    .run = run_file,
};
