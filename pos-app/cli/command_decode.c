/* SPDX-License-Identifier: MIT
 *
 * command_decode.c - recorded bytes through a driver and the guard. In: hex lines, one per report
 * or chunk, with or without a recording's head, or a binary flux file. Out: one event a line. No
 * store is opened and no range is declared.
 */
#include "cli.h"
#include "decode_json.h"

#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (16u << 20)
#define LINE_BYTES_MAX 8192u
#define COPIES_MAX 16384u /* a report descriptor in hexadecimal, twice */

struct decoding {
    struct cli *cli;
    struct loy_decoder *decoder;
    struct loy_event event;
    int code;
    /* driver and options of the command line, then of the recording's head */
    const char *driver;
    struct loy_option options[CLI_VALUES_MAX];
    size_t option_count, copied;
    char copies[COPIES_MAX];
};

static void tell(struct decoding *d)
{
    event_tell(d->cli, &d->event);
    if (d->event.kind == LOY_EVENT_REFUSED) d->code = CLI_FINDING;
    sodium_memzero(&d->event, sizeof d->event);
}

static int feed(struct decoding *d, const uint8_t *bytes, size_t length)
{
    enum loy_status status = LOY_OK;
    size_t at = 0, used = 0;
    while ((status = loy_decoder_feed(d->decoder, bytes + at, length - at, &used, &d->event)) ==
           LOY_OK) {
        at += used;
        tell(d);
    }
    if (status == LOY_MORE || status == LOY_NONE) return CLI_DONE;
    return cli_fail(d->cli, CLI_FAILED, "%s", _(loy_status_text(status)));
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* One line of hex, blanks between bytes allowed; -1: not hex. */
static int line_bytes(const char *line, size_t n, uint8_t bytes[LINE_BYTES_MAX])
{
    size_t count = 0;
    int high = -1;
    for (size_t i = 0; i < n; i++) {
        if (isspace((unsigned char)line[i])) continue;
        int value = hex_value(line[i]);
        if (value < 0 || count == LINE_BYTES_MAX) return -1;
        if (high < 0)
            high = value;
        else {
            bytes[count++] = (uint8_t)(high << 4 | value);
            high = -1;
        }
    }
    return high < 0 ? (int)count : -1;
}

/* The head of a recording: "name: value". No name is hex, so bytes with colons between are not
 * taken for one. */
static const char *const head_names[] = {
    "driver", "vid", "pid", "descriptor", "option", "test-cards"};
#define HEAD_NAMES (sizeof head_names / sizeof head_names[0])

/* Which of the names it is; HEAD_NAMES: none. */
static size_t head_name(const char *line, size_t n)
{
    for (size_t i = 0; i < HEAD_NAMES; i++) {
        size_t length = strlen(head_names[i]);
        if (n > length && line[length] == ':' && memcmp(line, head_names[i], length) == 0) return i;
    }
    return HEAD_NAMES;
}

static bool is_passed_over(const char *line, size_t n)
{
    bool blank = true;
    for (size_t i = 0; i < n && blank; i++)
        blank = isspace((unsigned char)line[i]) != 0;
    return blank || line[0] == '#' || head_name(line, n) != HEAD_NAMES;
}

/* "wait: 300": nothing came, and the driver's time was up. */
static bool is_wait(const char *line, size_t n)
{
    size_t digits = 0, at = strlen("wait:");
    if (n < at || memcmp(line, "wait:", at) != 0) return false;
    while (at < n && (isspace((unsigned char)line[at]) || isdigit((unsigned char)line[at])))
        digits += isdigit((unsigned char)line[at++]) != 0;
    return at == n && digits > 0;
}

static int feed_line(struct decoding *d, const char *line, size_t n, size_t number)
{
    static uint8_t bytes[LINE_BYTES_MAX];
    int count = line_bytes(line, n, bytes);
    int code = count >= 0 ? feed(d, bytes, (size_t)count)
                          : cli_fail(d->cli, CLI_FINDING,
                                _("line %zu is not hex, or longer than %u bytes; write two hex "
                                  "digits a byte, one line a report"),
                                number, LINE_BYTES_MAX);
    sodium_memzero(bytes, sizeof bytes);
    return code;
}

static int feed_lines(struct decoding *d, const char *text, size_t length)
{
    size_t number = 1, fed = 0;
    int code = CLI_DONE;
    for (const char *at = text, *end = text + length; code == CLI_DONE && at < end; number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t n = stop ? (size_t)(stop - at) : (size_t)(end - at);
        if (is_wait(at, n)) {
            if (loy_decoder_end(d->decoder, &d->event) == LOY_OK) tell(d);
        } else if (!is_passed_over(at, n)) {
            code = feed_line(d, at, n, number);
            fed++;
        }
        at += n + (stop != NULL);
    }
    if (code == CLI_DONE && !fed)
        code = cli_fail(d->cli, CLI_FINDING,
            _("the input holds no report; write two hex digits a byte, one line a report"));
    return code;
}

/* A flux file is binary; hex text has no byte outside this alphabet. */
static bool is_text(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] == 0 || bytes[i] >= 0x7F || (bytes[i] < 0x20 && !isspace(bytes[i])))
            return false;
    return true;
}

static int input_read(struct cli *cli, uint8_t **bytes, size_t *length)
{
    const char *path = cli->operand_count ? cli->operands[0] : "-";
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file) return cli_fail(cli, CLI_FAILED, "%s: %s", path, strerror(errno));
    *bytes = malloc(INPUT_MAX + 1);
    *length = *bytes ? fread(*bytes, 1, INPUT_MAX + 1, file) : 0;
    bool broken = ferror(file) != 0;
    if (file != stdin) fclose(file);
    if (!*bytes) return cli_fail(cli, CLI_FAILED, "%s", _(loy_status_text(LOY_E_MEMORY)));
    if (broken) return cli_fail(cli, CLI_FAILED, _("%s: could not be read"), path);
    if (*length > INPUT_MAX)
        return cli_fail(cli, CLI_FINDING, _("%s: is larger than 16 MiB"), path);
    return CLI_DONE;
}

/* ---- Driver and options ------------------------------------------------------------------- */

/* Keeps n bytes as a string; NULL: no room. */
static const char *keep(struct decoding *d, const char *text, size_t n)
{
    char *copy = d->copies + d->copied;
    if (n >= COPIES_MAX - d->copied) return NULL;
    memcpy(copy, text, n);
    copy[n] = '\0';
    d->copied += n + 1;
    return copy;
}

static bool add_option(
    struct decoding *d, const char *key, size_t key_n, const char *value, size_t value_n)
{
    struct loy_option option = {keep(d, key, key_n), keep(d, value, value_n)};
    if (d->option_count == CLI_VALUES_MAX || !option.key || !option.value) return false;
    d->options[d->option_count++] = option;
    return true;
}

/* "K=V" in n bytes. */
static bool add_pair(struct decoding *d, const char *text, size_t n)
{
    const char *equals = memchr(text, '=', n);
    size_t key = equals ? (size_t)(equals - text) : 0;
    return key > 0 && add_option(d, text, key, equals + 1, n - key - 1);
}

static int options_read(struct decoding *d)
{
    const struct cli *cli = d->cli;
    d->driver = cli_value(cli, "driver");
    for (size_t i = 0; i < cli->options[1].count; i++) {
        const char *text = cli->options[1].values[i];
        if (!add_pair(d, text, strlen(text)))
            return cli_fail(cli, CLI_USAGE, _("--option takes KEY=VALUE, not '%s'"), text);
    }
    return CLI_DONE;
}

static bool head_take(struct decoding *d, size_t name, const char *value, size_t n)
{
    while (n > 0 && isspace((unsigned char)value[0]))
        value++, n--;
    while (n > 0 && isspace((unsigned char)value[n - 1]))
        n--;
    switch (name) {
    case 0:
        return (d->driver = keep(d, value, n)) != NULL;
    case 4:
        return add_pair(d, value, n);
    case 5:
        return true;
    default: /* vid, pid and descriptor are options of the HID drivers */
        return add_option(d, head_names[name], strlen(head_names[name]), value, n);
    }
}

/* Without --driver the head of the recording says what it is; with it, the head is passed over. */
static int head_read(struct decoding *d, const char *text, size_t length)
{
    if (d->driver) return CLI_DONE;
    for (const char *at = text, *end = text + length; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t n = stop ? (size_t)(stop - at) : (size_t)(end - at), name = head_name(at, n);
        size_t skip = name < HEAD_NAMES ? strlen(head_names[name]) + 1 : 0;
        if (skip && !head_take(d, name, at + skip, n - skip))
            return cli_fail(d->cli, CLI_FINDING, _("the head of the recording is damaged"));
        if (!skip && !is_passed_over(at, n)) break;
        at += n + (stop != NULL);
    }
    if (d->driver) return CLI_DONE;
    return cli_fail(d->cli, CLI_USAGE,
        _("--driver is missing, and the input has no head that names one; a recording of a device "
          "without a driver needs one to be tried"));
}

static int driver_unknown(const struct decoding *d)
{
    char names[512] = "";
    const char *name, *title;
    for (size_t i = 0, n = 0; loy_driver_list(i, &name, &title) == LOY_OK && n < sizeof names; i++)
        n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i ? ", " : "", name);
    return cli_fail(d->cli, CLI_USAGE, _("there is no driver %s; there are: %s"), d->driver, names);
}

/* ---- The command -------------------------------------------------------------------------- */

static int decode(struct decoding *d, const uint8_t *bytes, size_t length)
{
    char complaint[200] = "";
    bool text = is_text(bytes, length);
    int code = head_read(d, (const char *)bytes, text ? length : 0);
    if (code != CLI_DONE) return code;
    struct loy_decoder_options wanted = {.size = sizeof wanted,
        .driver = d->driver,
        .options = d->options,
        .option_count = d->option_count};
    enum loy_status status = loy_decoder_open(&wanted, &d->decoder, complaint, sizeof complaint);
    if (status == LOY_NONE) return driver_unknown(d);
    if (status != LOY_OK) return cli_fail(d->cli, CLI_USAGE, "%s", complaint);
    code = text ? feed_lines(d, (const char *)bytes, length) : feed(d, bytes, length);
    if (code == CLI_DONE && loy_decoder_end(d->decoder, &d->event) == LOY_OK) tell(d);
    loy_decoder_close(d->decoder);
    return code == CLI_DONE ? d->code : code;
}

static int run_decode(struct cli *cli)
{
    static struct decoding decoding;
    uint8_t *bytes = NULL;
    size_t length = 0;
    memset(&decoding, 0, sizeof decoding);
    decoding.cli = cli;
    int code = options_read(&decoding);
    if (code == CLI_DONE) code = input_read(cli, &bytes, &length);
    if (code == CLI_DONE) code = decode(&decoding, bytes, length);
    if (bytes) sodium_memzero(bytes, length);
    free(bytes);
    return code;
}

static const struct cli_option decode_options[] = {
    {"driver", "NAME",
        N_("the reader's driver, see docs/readers.md; else the head of FILE says it"), false,
        false},
    {"option", "K=V", N_("an option of the driver, see above"), false, true},
    {0},
};

const struct cli_command command_decode = {
    .name = "decode",
    .operands = "[FILE]",
    .operands_max = 1,
    .summary = N_("recorded bytes of a reader -> events"),
    .detail = N_("FILE (or standard input) holds hex, one line per report or chunk; lines with '#' "
                 "are skipped. The head of a recording says driver and options, unless --driver "
                 "does. track-flux also takes the binary file "
                 "of flux transitions.\n\n"
                 "Options that stand for the device: descriptor=HEX, vid=HEX and pid=HEX of every "
                 "HID driver. The others are in docs/readers.md, and a wrong one is answered with "
                 "those that the driver has.\n\n"
                 "A refused card exits with 1."),
    .options = decode_options,
    .run = run_decode,
};
