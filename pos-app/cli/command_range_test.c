/* SPDX-License-Identifier: MIT
 *
 * command_range_test.c - range test: what a swiped, scanned or typed card would be at the lane.
 * In: readers, recordings or a typed number. Out: a line or an object for each, with the last four
 * characters of a number at most. Keeps nothing.
 */
#include "decode_json.h"
#include "reader_loop.h"
#include "reader_open.h"
#include "reader_words.h"
#include "scan_words.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct tester {
    struct loy_range ranges[LOY_RANGES_MAX];
    size_t range_count;
    uint8_t key[LOY_CARD_KEY_SIZE]; /* of no store: digests are not shown */
    bool finding;                   /* something was refused, or is no card and nothing else */
};

static const char *check_name(uint8_t check)
{
    return check == LOY_CHECK_LUHN ? "luhn" : check == LOY_CHECK_GS1 ? "gs1" : "none";
}

static const char *gtin_of(const struct loy_scan *scan)
{
    bool public = scan->kind == LOY_SCAN_ARTICLE || scan->kind == LOY_SCAN_WEIGHED;
    return public ? scan->gtin : "";
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static void add_text(json_t *object, const char *name, const char *text)
{
    if (text[0]) json_object_set_new(object, name, json_string(text));
}

static void add_range(json_t *object, const struct tester *tester, const struct loy_scan *scan)
{
    const struct loy_range *own = scan->range >= 0 ? &tester->ranges[scan->range] : NULL;
    const struct loy_range *near = scan->near_range >= 0 ? &tester->ranges[scan->near_range] : NULL;
    if (own) json_object_set_new(object, "range", json_string(own->prefix));
    if (own || !near) return;
    json_object_set_new(object, "near_range", json_string(near->prefix));
    if (scan->reason == LOY_SCAN_MASKED) return;
    json_object_set_new(
        object, "misses", json_string(near->length != scan->length ? "length" : "check-digit"));
}

static json_t *scan_json(
    const struct tester *tester, const struct loy_event *event, const struct loy_scan *scan)
{
    const struct loy_part *part = &event->parts[scan->part];
    const char *kind = scan->kind ? loy_scan_kind_name(scan->kind) : "none";
    json_t *object =
        json_pack("{s:s,s:s,s:s}", "event", "read", "driver", event->driver, "kind", kind);
    if (event->reader) json_object_set_new(object, "reader", json_integer(event->reader));
    add_text(object, "reason", loy_scan_reason_name(scan->reason));
    if (scan->kind == LOY_SCAN_MEMBER)
        json_object_set_new(object, "own", json_boolean(scan->range >= 0));
    add_range(object, tester, scan);
    if (part->type == LOY_PART_TRACK && part->track)
        json_object_set_new(object, "track", json_integer(part->track));
    add_text(object, "symbology", loy_symbology_name(scan->symbology));
    if (scan->length) json_object_set_new(object, "length", json_integer(scan->length));
    add_text(object, "tail", scan_tail(scan));
    add_text(object, "gtin", gtin_of(scan));
    return object;
}

/* ---- Words ---------------------------------------------------------------------------------- */

static void line_print(
    const struct tester *tester, const struct loy_event *event, const struct loy_scan *scan)
{
    const struct loy_part *part = &event->parts[scan->part];
    printf("%s", scan_words(scan));
    if (scan->range >= 0) printf(_(", range %s"), tester->ranges[scan->range].prefix);
    if (part->type == LOY_PART_TRACK && part->track) printf(_(", track %u"), part->track);
    if (scan->symbology) printf("%s%s", _(", "), loy_symbology_name(scan->symbology));
    if (scan->length) printf(_(", %u characters"), scan->length);
    if (gtin_of(scan)[0])
        printf("%sGTIN %s", _(", "), gtin_of(scan));
    else if (scan_tail(scan)[0])
        printf(_(", the last are %s"), scan_tail(scan));
    putchar('\n');
}

/* Why the number is in no range, where one is near. */
static void near_print(const struct tester *tester, const struct loy_scan *scan)
{
    if (scan->range >= 0 || scan->near_range < 0) return;
    const struct loy_range *near = &tester->ranges[scan->near_range];
    if (scan->reason == LOY_SCAN_MASKED)
        printf(_("    it begins like range %s: the reader masks the shop's own cards\n"),
            near->prefix);
    else if (scan->symbology == LOY_SYMBOLOGY_ITF && scan->length == near->length + 1)
        printf(_("    ITF puts a zero before an odd number of digits: declare range %s with that "
                 "zero and %u digits\n"),
            near->prefix, scan->length);
    else if (near->length != scan->length)
        printf(_("    it begins like range %s, which has %u digits\n"), near->prefix, near->length);
    else
        printf(_("    it begins like range %s, but its check digit (%s) is wrong\n"), near->prefix,
            check_name(near->check));
}

static void remedy_print(unsigned length)
{
    if (length > 0)
        printf(_("    if it is the shop's own: loyalty range add PREFIX --length %u\n"), length);
    else
        printf("%s", _("    if it is the shop's own: loyalty range add PREFIX --length N\n"));
}

static void advice_print(const struct loy_scan *scan)
{
    bool unknown = scan->kind == LOY_SCAN_MEMBER && scan->range < 0 &&
                   scan->credential.kind == LOY_CREDENTIAL_NUMBER;
    if (unknown) remedy_print(scan->length);
    if (scan->kind == LOY_SCAN_UNBOUND)
        printf(_("    to bind it: loyalty range add PREFIX --length %u --check-digit gs1 --use "
                 "member (or coupon, or weighed)\n"),
            scan->length);
    if (scan->kind != LOY_SCAN_NONE && scan->reason == LOY_SCAN_ELEMENT)
        printf("    %s\n", scan_nothing_words(LOY_SCAN_ELEMENT));
}

/* ---- Events --------------------------------------------------------------------------------- */

static void read_tell(struct cli *cli, const struct loy_event *event, struct tester *tester)
{
    struct loy_scan scan;
    loy_scan_from_event(event, tester->ranges, tester->range_count, tester->key, &scan);
    bool plain_number = scan.kind == LOY_SCAN_MEMBER && scan.range < 0 &&
                        scan.credential.kind == LOY_CREDENTIAL_NUMBER;
    if (scan.kind == LOY_SCAN_NONE || scan.kind == LOY_SCAN_UNBOUND || plain_number)
        tester->finding = true;
    if (cli->json) {
        cli_print_json(scan_json(tester, event, &scan));
    } else {
        line_print(tester, event, &scan);
        near_print(tester, &scan);
        advice_print(&scan);
    }
    sodium_memzero(&scan, sizeof scan);
}

static void event_test(struct cli *cli, const struct loy_event *event, void *user)
{
    struct tester *tester = user;
    if (event->kind == LOY_EVENT_READ) {
        read_tell(cli, event, tester);
        return;
    }
    event_tell(cli, event);
    if (event->kind == LOY_EVENT_FOREIGN && !cli->json) remedy_print(0);
    if (event->kind >= LOY_EVENT_MISREAD) tester->finding = true;
}

static int typed_test(struct cli *cli, struct tester *tester)
{
    struct loy_event *event = calloc(1, sizeof *event);
    if (!event) return cli_fail(cli, CLI_FAILED, "%s", _(loy_status_text(LOY_E_MEMORY)));
    int code = CLI_DONE;
    enum loy_status status =
        cli_card_event(cli->operands[0], tester->ranges, tester->range_count, event);
    if (status == LOY_OK)
        event_test(cli, event, tester);
    else if (status == LOY_MORE)
        code = cli_fail(cli, CLI_USAGE, _("there is no number to test"));
    else
        code = cli_fail(cli, cli_exit_of(status), "%s", _(loy_status_text(status)));
    sodium_memzero(event, sizeof *event);
    free(event);
    return code;
}

/* A reader that cannot be listened to would be waited for in silence. */
static void readers_warn(struct cli *cli, struct loy_reader *reader)
{
    struct loy_device device;
    size_t count = 0, usable = 0;
    loy_reader_dispatch(reader);
    for (; loy_reader_list(reader, count, &device) == LOY_OK; count++) {
        if (device.state == LOY_DEVICE_FAILED)
            cli_fail(cli, CLI_FAILED, "%s: %s", device.path, reader_words(device.text));
        else
            usable++;
    }
    if (usable == 0)
        cli_fail(cli, CLI_FAILED, "%s", _("no reader is ready; waiting for one to be attached"));
}

static int readers_test(struct cli *cli, struct tester *tester)
{
    const struct reader_wanted wanted = {.own_ranges = true};
    struct reader_loop loop = {.cli = cli, .take = event_test, .user = tester};
    int code = reader_loop_number(cli, "seconds", &loop.seconds);
    if (code == CLI_DONE) code = reader_open(cli, &wanted, &loop.reader);
    if (code != CLI_DONE) return code;
    readers_warn(cli, loop.reader);
    if (cli->progress) fprintf(stderr, "%s\n", _("swipe or scan cards; Ctrl-C ends"));
    code = reader_loop_run(&loop);
    loy_reader_close(loop.reader);
    return code;
}

static int run_range_test(struct cli *cli)
{
    struct tester tester = {.range_count = 0};
    if (cli->operand_count > 0 && (cli_value(cli, "path") || cli_value(cli, "seconds")))
        return cli_fail(cli, CLI_USAGE, _("a typed number needs no reader"));
    int code = reader_ranges(cli, tester.ranges, &tester.range_count);
    if (code != CLI_DONE) return code;
    code = cli->operand_count > 0 ? typed_test(cli, &tester) : readers_test(cli, &tester);
    return code == CLI_DONE && tester.finding ? CLI_FINDING : code;
}

static const struct cli_option range_test_options[] = {
    {"path", "PATH", N_("serial:/dev/ttyUSB0[?preset=NAME] or file:RECORDING, besides all of USB"),
        false, true},
    {"seconds", "N", N_("stop after so long"), false, false},
    {0},
};

const struct cli_command command_range_test = {
    .name = "range test",
    .operands = "[NUMBER]",
    .operands_max = 1,
    .summary = N_("what a swiped, scanned or typed card would be at the lane"),
    .detail = N_(
        "Without a number, the readers are opened; Ctrl-C, --seconds, or the end of every named "
        "recording ends it. Of\na number at most the last four characters are shown, and nothing "
        "is kept. A card that the shop prints in\nseveral ways must be the same number in each: "
        "ITF puts a zero before an odd number of digits.\n\n"
        "Exits with 1 if something was refused, misread, foreign, or a number in no range."),
    .options = range_test_options,
    .run = run_range_test,
};
