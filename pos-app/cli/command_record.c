/* SPDX-License-Identifier: MIT
 *
 * command_record.c - record: what one reader sends, to a file that replays it. What the guard
 * refuses is not in the file; a device that no driver decodes is recorded with public test cards
 * only, and the person is asked.
 */
#include "reader_loop.h"
#include "reader_open.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* ---- Which reader ------------------------------------------------------------------------- */

/* By its number, its port, its model, or the path by which it was opened. */
static bool is_chosen(const struct loy_device *device, const char *choice)
{
    char number[16], model[16];
    size_t n = strcspn(choice, "?");
    snprintf(number, sizeof number, "%u", device->reader);
    snprintf(model, sizeof model, "usb:%04x:%04x", device->vid, device->pid);
    if (strcmp(choice, number) == 0) return true;
    if (strlen(model) == n && strncasecmp(choice, model, n) == 0) return true;
    /* The list shortens the paths of files that lie deep. */
    if (strncmp(choice, "file:", 5) == 0) return strncmp(device->path, "file:", 5) == 0;
    return strlen(device->path) == n && strncmp(choice, device->path, n) == 0;
}

static const char *choice_of(const struct cli *cli)
{
    const char *choice = cli_value(cli, "reader");
    return choice ? choice : cli_value(cli, "path");
}

static int choose_reader(struct cli *cli, const struct loy_reader *reader, uint32_t *number)
{
    const char *choice = choice_of(cli);
    struct loy_device device;
    size_t count = 0;
    for (size_t i = 0; loy_reader_list(reader, i, &device) == LOY_OK; i++) {
        if (device.state != LOY_DEVICE_READY || (choice && !is_chosen(&device, choice))) continue;
        *number = device.reader;
        count++;
    }
    if (count == 1) return CLI_DONE;
    if (count == 0)
        return cli_fail(
            cli, CLI_FAILED, _("no such reader is attached and ready; `loyalty readers` says why"));
    return cli_fail(cli, CLI_USAGE,
        _("%zu readers are attached; choose one with --reader and its path, see `loyalty readers`"),
        count);
}

/* ---- Test cards --------------------------------------------------------------------------- */

static const char *const test_card_words =
    N_("No guard can judge what a device without a driver sends, so everything that is\n"
       "swiped or scanned from now on is written to the file, and others will read it.\n"
       "Use nothing but:\n"
       "  stripes   cards that you encoded yourself with the public test numbers\n"
       "            4111111111111111 or 5555555555554444, or the sample card that came\n"
       "            with the reader\n"
       "  barcodes  of products\n"
       "Never a bank card, a customer's card, a licence, or a payment code on a telephone.\n");

/* A typed "yes"; without a terminal the flag must say it. */
static int ask_for_test_cards(struct cli *cli)
{
    char answer[16] = "";
    if (!cli_value(cli, "test-cards") || cli_value(cli, "yes")) return CLI_DONE;
    if (!isatty(STDIN_FILENO))
        return cli_fail(cli, CLI_USAGE,
            _("--test-cards asks on a terminal; elsewhere --yes says that only test cards follow"));
    fputs(gettext(test_card_words), stderr);
    fputs(_("Type yes to begin: "), stderr);
    if (!fgets(answer, sizeof answer, stdin) || strcmp(answer, "yes\n") != 0)
        return cli_fail(cli, CLI_FINDING, _("nothing was recorded"));
    return CLI_DONE;
}

/* ---- Recording ---------------------------------------------------------------------------- */

static int begin(struct cli *cli, struct reader_loop *loop)
{
    struct loy_record_options options = {.size = sizeof options,
        .path = cli->operands[0],
        .test_cards = cli_value(cli, "test-cards") != NULL};
    int code = choose_reader(cli, loop->reader, &loop->only);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_reader_record(loop->reader, loop->only, &options);
    if (status == LOY_OK && isatty(STDERR_FILENO))
        fprintf(stderr, _("%s is being written; swipe or scan, Ctrl-C ends it\n"), options.path);
    if (status == LOY_OK) return CLI_DONE;
    const char *text = loy_reader_text(loop->reader);
    if (status == LOY_REFUSED)
        return cli_fail(
            cli, CLI_FINDING, _("%s; say so with --test-cards"), *text ? text : "refused");
    return cli_fail(cli, status == LOY_E_CONFLICT ? CLI_FINDING : CLI_FAILED, "%s",
        *text ? text : _(loy_status_text(status)));
}

/* Whether no driver decodes what is recorded. */
static bool is_raw(const struct reader_loop *loop)
{
    struct loy_device device;
    for (size_t i = 0; loy_reader_list(loop->reader, i, &device) == LOY_OK; i++)
        if (device.reader == loop->only) return strcmp(device.driver, "raw") == 0;
    return false;
}

static int end(struct cli *cli, struct reader_loop *loop)
{
    uint64_t reads = 0;
    const char *file = cli->operands[0];
    enum loy_status status = loy_reader_record_end(loop->reader, loop->only, &reads);
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:I}", "recorded", file, "reads", (json_int_t)reads));
    else if (is_raw(loop))
        printf(_("%s: %llu reports recorded; to try a driver on them: `loyalty replay "
                 "'%s?driver=NAME'`\n"),
            file, (unsigned long long)reads, file);
    else
        printf(_("%s: %llu reads recorded; `loyalty replay %s` plays them\n"), file,
            (unsigned long long)reads, file);
    if (status == LOY_OK) return CLI_DONE;
    return cli_fail(cli, CLI_FAILED, "%s", loy_reader_text(loop->reader));
}

static int run_record(struct cli *cli)
{
    const struct reader_wanted wanted = {.own_ranges = cli_value(cli, "own-ranges") != NULL};
    struct reader_loop loop = {.cli = cli};
    int64_t reads = 0;
    int code = reader_loop_number(cli, "seconds", &loop.seconds);
    if (code == CLI_DONE) code = reader_loop_number(cli, "reads", &reads);
    if (code == CLI_DONE) code = ask_for_test_cards(cli);
    if (code == CLI_DONE) code = reader_open(cli, &wanted, &loop.reader);
    if (code != CLI_DONE) return code;
    loop.reads_limit = (uint64_t)reads;
    code = begin(cli, &loop);
    if (code == CLI_DONE) {
        code = reader_loop_run(&loop);
        int ended = end(cli, &loop);
        if (code == CLI_DONE) code = ended;
    }
    loy_reader_close(loop.reader);
    return code;
}

static const struct cli_option record_options[] = {
    {"path", "PATH",
        N_("serial:/dev/ttyUSB0[?preset=NAME], evdev:/dev/input/..., usb:PORT or file:RECORDING, "
           "besides all of USB"),
        false, true},
    {"reader", "WHICH", N_("its path, or its number, as `loyalty readers` shows them"), false,
        false},
    {"own-ranges", NULL, N_("judge stripes by the ranges of the store"), false, false},
    {"seconds", "N", N_("stop after so long"), false, false},
    {"reads", "N", N_("stop after so many reads"), false, false},
    {"test-cards", NULL, N_("nothing but public test cards will be used; the file says so"), false,
        false},
    {"yes", NULL, N_("do not ask about the test cards"), false, false},
    {0},
};

const struct cli_command command_record = {
    .name = "record",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("what a reader sends, to a file that can be replayed"),
    .detail =
        N_("The bytes of reads are kept; of refused, foreign, misread and masked cards only the "
           "reason is. A "
           "device without a driver\nis recorded as it is, with --path usb:VID:PID?driver=raw (or "
           "serial:/dev/...?driver=raw&baud=9600) and --test-cards."),
    .options = record_options,
    .run = run_record,
};
