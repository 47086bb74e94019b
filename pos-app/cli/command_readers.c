/* SPDX-License-Identifier: MIT
 *
 * command_readers.c - readers: what is attached, which driver has it, why, and how it fared; and
 * which devices the shop bound for good.
 */
#include "decode_json.h"
#include "reader_files.h"
#include "reader_open.h"
#include "reader_words.h"

#include <string.h>
#include <strings.h>

static const char *const states[] = {
    "", N_("ready"), N_("disabled"), N_("failed"), N_("ended"), N_("left-alone")};

/* ---- Counts ------------------------------------------------------------------------------- */

static json_t *counts_json(const struct loy_counts *counts)
{
    json_t *misreads = json_object(), *refused = json_object();
    for (int i = 1; i < loy_misread_count; i++)
        if (counts->misreads[i])
            json_object_set_new(
                misreads, loy_misread_name(i), json_integer((json_int_t)counts->misreads[i]));
    for (int i = 1; i < loy_refusal_count; i++)
        if (counts->refused[i])
            json_object_set_new(
                refused, loy_refusal_name(i), json_integer((json_int_t)counts->refused[i]));
    return json_pack("{s:I,s:I,s:o,s:o}", "reads", (json_int_t)counts->reads, "foreign",
        (json_int_t)counts->foreign, "misreads", misreads, "refused", refused);
}

static const char *const refusal_words[] = {
    [LOY_REFUSAL_NONE] = "",
    [LOY_REFUSAL_PAYMENT_CARD] = N_("payment cards refused"),
    [LOY_REFUSAL_PAYMENT_CODE] = N_("payment codes refused"),
    [LOY_REFUSAL_IDENTITY_DOCUMENT] = N_("identity documents refused"),
    [LOY_REFUSAL_ENCRYPTED_READER] = N_("times refused because it encrypts"),
};

/* Some languages put the words first. */
static void count_print(const char *before, uint64_t count, const char *words)
{
    if (count == 0) return;
    fputs(before, stdout);
    printf(_("%llu %s"), (unsigned long long)count, words);
}

static void counts_print(const char *when, const struct loy_counts *counts)
{
    uint64_t misreads = 0;
    for (int i = 1; i < loy_misread_count; i++)
        misreads += counts->misreads[i];
    printf("      %s", when);
    printf(_("%llu %s"), (unsigned long long)counts->reads, _("read"));
    count_print(_(", "), misreads, _("misread"));
    const char *before = _(" (");
    for (int i = 1; i < loy_misread_count; i++) {
        count_print(before, counts->misreads[i], misread_words(i));
        if (counts->misreads[i]) before = _(", ");
    }
    if (misreads) fputs(_(")"), stdout);
    for (int i = 1; i < loy_refusal_count; i++)
        count_print(_(", "), counts->refused[i], gettext(refusal_words[i]));
    count_print(_(", "), counts->foreign, _("not of this shop"));
    putchar('\n');
}

static bool counts_any(const struct loy_counts *counts)
{
    static const struct loy_counts none;
    return memcmp(counts, &none, sizeof none) != 0;
}

/* ---- Devices ------------------------------------------------------------------------------ */

/* Whether the path names this device: by its port, or by its model. */
static bool names_device(const char *path, const struct loy_device *device)
{
    char model[16];
    size_t n = strcspn(path, "?");
    snprintf(model, sizeof model, "usb:%04x:%04x", device->vid, device->pid);
    bool port = strlen(device->path) == n && strncmp(path, device->path, n) == 0;
    return port || (strlen(model) == n && strncasecmp(path, model, n) == 0);
}

static bool is_bound(const struct bound_paths *bound, const struct loy_device *device)
{
    for (size_t i = 0; i < bound->count; i++)
        if (names_device(bound->paths[i], device)) return true;
    return false;
}

static void device_print_json(const struct loy_device *device, bool bound)
{
    json_t *object = json_pack("{s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:b,s:o,s:o}", "reader",
        (int)device->reader, "path", device->path, "driver", device->driver, "state",
        states[device->state], "product", device->product, "why", device->why, "text", device->text,
        "answers", device->answers, "bound", bound, "counts", counts_json(&device->kept),
        "counts_run", counts_json(&device->counts));
    if (device->vid) json_object_set_new(object, "vid", json_sprintf("%04x", device->vid));
    if (device->vid) json_object_set_new(object, "pid", json_sprintf("%04x", device->pid));
    cli_print_json(object);
}

static void device_print(const struct loy_device *device, bool bound)
{
    printf("%2u  %-12s ", device->reader, device->driver[0] ? device->driver : "-");
    cli_put(stdout, gettext(states[device->state]), 10);
    printf(" %s  %s\n", device->path, device->product);
    if (device->why[0]) printf("      %s\n", reader_words(device->why));
    if (bound) printf("      %s\n", _("bound by the shop"));
    if (device->text[0]) printf("      %s\n", reader_words(device->text));
    bool recording = strncmp(device->path, "file:", 5) == 0;
    if (device->state == LOY_DEVICE_READY && !recording)
        printf("      %s\n", device->answers ? _("its beep and lamp follow the till")
                                             : _("it beeps by itself, whatever the till says"));
    if (counts_any(&device->counts)) counts_print(_("this run: "), &device->counts);
    if (counts_any(&device->kept)) counts_print(_("all runs: "), &device->kept);
}

/* A device that the shop bound and that is not there: the others are listed by the hub. */
static void absent_print(struct cli *cli, const char *path)
{
    if (cli->json) {
        cli_print_json(json_pack(
            "{s:i,s:s,s:s,s:b}", "reader", 0, "path", path, "state", "absent", "bound", 1));
        return;
    }
    printf(" -  %-12s ", "-");
    cli_put(stdout, _("absent"), 10);
    printf(" %s\n      %s\n", path, _("bound by the shop, and not attached"));
}

static size_t absent_tell(
    struct cli *cli, const struct bound_paths *bound, const struct loy_reader *reader)
{
    struct loy_device device;
    size_t count = 0;
    for (size_t i = 0; i < bound->count; i++) {
        bool there = false;
        for (size_t k = 0; loy_reader_list(reader, k, &device) == LOY_OK; k++)
            there = there || names_device(bound->paths[i], &device);
        if (there) continue;
        absent_print(cli, bound->paths[i]);
        count++;
    }
    return count;
}

static int devices_tell(struct cli *cli, const struct bound_paths *bound, struct loy_reader *reader)
{
    struct loy_device device;
    size_t count = 0, failed = 0;
    for (; loy_reader_list(reader, count, &device) == LOY_OK; count++) {
        if (cli->json)
            device_print_json(&device, is_bound(bound, &device));
        else
            device_print(&device, is_bound(bound, &device));
        failed += device.state == LOY_DEVICE_FAILED;
    }
    size_t absent = absent_tell(cli, bound, reader);
    if (count + absent == 0 && !cli->json)
        puts(_("no reader that a driver knows is attached; a serial reader is named with --path "
               "serial:/dev/ttyUSB0"));
    return failed ? CLI_FINDING : CLI_DONE;
}

/* ---- Binding ------------------------------------------------------------------------------ */

/* Whether the hub takes the path; a device that is not there, or busy, is no matter here. */
static int path_try(struct cli *cli, const char *path)
{
    const char *const paths[] = {path, NULL};
    struct loy_reader_options options = {.size = sizeof options,
        .paths = paths,
        .sources = LOY_SOURCE_USB | LOY_SOURCE_SERIAL | LOY_SOURCE_EVDEV};
    struct loy_reader *reader = NULL;
    enum loy_status status = loy_reader_open(&options, &reader);
    int code = CLI_DONE;
    if (status < 0 && status != LOY_E_MEMORY)
        code = cli_fail(cli, CLI_USAGE, "%s", loy_reader_text(reader));
    loy_reader_close(reader);
    return code;
}

static int bind_add(struct cli *cli, struct bound_paths *bound, const char *path)
{
    if (!bound_path_possible(path))
        return cli_fail(cli, CLI_USAGE,
            _("'%s' is no path of a reader: usb:PORT or usb:VID:PID as `loyalty readers` shows "
              "them, serial:/dev/... or evdev:/dev/input/..."),
            path);
    int code = path_try(cli, path);
    size_t at = bound_paths_find(bound, path);
    if (code == CLI_DONE && at == BOUND_PATHS_MAX)
        code = cli_fail(cli, CLI_FINDING, _("more than %u readers are bound"), BOUND_PATHS_MAX);
    if (code != CLI_DONE) return code;
    snprintf(bound->paths[at], sizeof bound->paths[at], "%s", path);
    if (at == bound->count) bound->count++;
    return bound_paths_write(cli, bound);
}

static int bind_remove(struct cli *cli, struct bound_paths *bound, const char *path)
{
    size_t at = bound_paths_find(bound, path);
    if (at == bound->count) return cli_fail(cli, CLI_FINDING, _("'%s' is not bound"), path);
    bound->count--;
    memmove(bound->paths[at], bound->paths[at + 1], (bound->count - at) * sizeof bound->paths[0]);
    return bound_paths_write(cli, bound);
}

static int run_readers(struct cli *cli)
{
    static struct bound_paths bound;
    const char *add = cli_value(cli, "bind"), *drop = cli_value(cli, "unbind");
    const struct reader_wanted wanted = {.own_ranges = cli_value(cli, "own-ranges") != NULL};
    struct loy_reader *reader = NULL;
    int code = bound_paths_read(cli, &bound);
    if (code == CLI_DONE && drop) code = bind_remove(cli, &bound, drop);
    if (code == CLI_DONE && add) code = bind_add(cli, &bound, add);
    if (code == CLI_DONE) code = reader_open(cli, &wanted, &reader);
    if (code != CLI_DONE) return code;
    code = devices_tell(cli, &bound, reader);
    loy_reader_close(reader);
    return code;
}

static const struct cli_option readers_options[] = {
    {"path", "PATH",
        N_("serial:/dev/ttyUSB0[?preset=NAME], evdev:/dev/input/..., usb:PORT or file:RECORDING, "
           "besides all of USB"),
        false, true},
    {"own-ranges", NULL, N_("judge stripes by the ranges of the store"), false, false},
    {"bind", "PATH", N_("from now on this device is a reader, in every command"), false, false},
    {"unbind", "PATH", N_("undoes --bind"), false, false},
    {0},
};

const struct cli_command command_readers = {
    .name = "readers",
    .summary = N_("what is attached, which driver has it, and why"),
    .detail = N_(
        "A path names a port, so two readers of one model stay apart and a reader that is plugged "
        "in again is the same.\nKeyboards are left alone until one is bound: a scanner in keyboard "
        "mode is one of them. Bound readers are kept in\n$XDG_CONFIG_HOME/loyalty/readers, counts "
        "of all runs in $XDG_STATE_HOME/loyalty/readers; no number of a card is in\neither."),
    .options = readers_options,
    .run = run_readers,
};
