/* SPDX-License-Identifier: MIT
 *
 * reader_open.c - opens the readers: all of USB, what the command line and the shop named.
 * In: a command's options, the file of bound readers, the store; out: the hub, or one sentence why
 * not. Must not know: what the command does with events.
 */
#include "reader_open.h"

#include "reader_files.h"

#include <string.h>

#define READ_PATHS_MAX (CLI_VALUES_MAX + BOUND_PATHS_MAX)

struct opening {
    struct loy_reader_options options;
    struct loy_range ranges[LOY_RANGES_MAX];
    const char *paths[READ_PATHS_MAX + 1];
    size_t path_count;
    struct bound_paths bound;
    char recording[READER_FILE_SIZE], counts[READER_FILE_SIZE];
};

/* Whether both name the same device, whatever their options. */
static bool same_device(const char *a, const char *b)
{
    size_t n = strcspn(a, "?");
    return strcspn(b, "?") == n && strncmp(a, b, n) == 0;
}

/* What the command line says of a device stands above what the shop bound. */
static void add_bound(struct opening *opening)
{
    size_t named = opening->path_count;
    for (size_t i = 0; i < opening->bound.count; i++) {
        bool again = false;
        for (size_t k = 0; k < named; k++)
            again = again || same_device(opening->bound.paths[i], opening->paths[k]);
        if (!again) opening->paths[opening->path_count++] = opening->bound.paths[i];
    }
}

static void add_named(struct cli *cli, struct opening *opening)
{
    const struct cli_option *option = cli->command->options;
    for (size_t i = 0; option && option->name; option++, i++) {
        if (strcmp(option->name, "path") != 0) continue;
        for (size_t k = 0; k < cli->options[i].count; k++)
            opening->paths[opening->path_count++] = cli->options[i].values[k];
    }
}

static int choose_sources(
    struct cli *cli, struct opening *opening, const struct reader_wanted *wanted)
{
    if (wanted->file) {
        bool named = strncmp(wanted->file, "file:", 5) == 0;
        int n = snprintf(opening->recording, sizeof opening->recording, "%s%s",
            named ? "" : "file:", wanted->file);
        if (n < 0 || (size_t)n >= sizeof opening->recording)
            return cli_fail(cli, CLI_USAGE, _("the name of the file is too long"));
        opening->options.sources = LOY_SOURCE_FILE;
        opening->paths[opening->path_count++] = opening->recording;
        return CLI_DONE;
    }
    opening->options.sources =
        LOY_SOURCE_USB | LOY_SOURCE_SERIAL | LOY_SOURCE_FILE | LOY_SOURCE_EVDEV;
    if (reader_counts_file(opening->counts, sizeof opening->counts))
        opening->options.statistics = opening->counts;
    add_named(cli, opening);
    int code = bound_paths_read(cli, &opening->bound);
    if (code == CLI_DONE) add_bound(opening);
    return code;
}

int reader_ranges(struct cli *cli, struct loy_range ranges[LOY_RANGES_MAX], size_t *count)
{
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_range_list(store, ranges, count);
    if (status != LOY_OK) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static int open_hub(struct cli *cli, struct opening *opening, struct loy_reader **reader)
{
    enum loy_status status = loy_reader_open(&opening->options, reader);
    if (status == LOY_OK) {
        /* It works all the same, so it is said and no failure. */
        const char *text = loy_reader_text(*reader);
        if (strncmp(text, "counts: ", 8) == 0) cli_fail(cli, CLI_DONE, "%s", text);
        return CLI_DONE;
    }
    int code = cli_fail(cli, status == LOY_E_ARGUMENT ? CLI_USAGE : CLI_FAILED, "%s",
        *reader && *loy_reader_text(*reader) ? loy_reader_text(*reader) : loy_status_text(status));
    loy_reader_close(*reader);
    *reader = NULL;
    return code;
}

int reader_open(struct cli *cli, const struct reader_wanted *wanted, struct loy_reader **reader)
{
    static struct opening opening;
    memset(&opening, 0, sizeof opening);
    opening.options.size = sizeof opening.options;
    opening.options.paths = opening.paths;
    opening.options.rules.ranges = opening.ranges;
    int code = choose_sources(cli, &opening, wanted);
    if (code == CLI_DONE && wanted->own_ranges)
        code = reader_ranges(cli, opening.ranges, &opening.options.rules.range_count);
    if (code == CLI_DONE) code = open_hub(cli, &opening, reader);
    return code;
}

/* Whether something may still come from it: a named port may appear later, a keyboard that is left
 * alone will not speak. */
static bool may_speak(const struct loy_device *device)
{
    bool named = strncmp(device->path, "usb:", 4) != 0;
    return device->state == LOY_DEVICE_READY || device->state == LOY_DEVICE_DISABLED ||
           (device->state == LOY_DEVICE_FAILED && named);
}

bool reader_all_ended(const struct loy_reader *reader)
{
    struct loy_device device;
    bool ended = false;
    for (size_t i = 0; loy_reader_list(reader, i, &device) == LOY_OK; i++) {
        if (may_speak(&device)) return false;
        ended = ended || device.state == LOY_DEVICE_ENDED;
    }
    return ended;
}
