/* SPDX-License-Identifier: MIT
 *
 * command_decode.c - recorded bytes through a driver and the guard. In: hex lines, one per report
 * or chunk, or a binary flux file. Out: one event a line. No store is opened and no range is
 * declared.
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

struct decoding {
    struct cli *cli;
    struct loy_decoder *decoder;
    struct loy_event event;
    int code;
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
    return cli_fail(d->cli, CLI_FAILED, "%s", loy_status_text(status));
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

/* Recordings carry a head of "name: value" lines; decode takes driver and options from its own
 * flags. No name of the head is hex, so bytes with colons between are not taken for one. */
static bool is_head(const char *line, size_t n)
{
    static const char *const names[] = {"driver:", "vid:", "pid:", "descriptor:", "option:"};
    bool blank = true;
    for (size_t i = 0; i < n && blank; i++)
        blank = isspace((unsigned char)line[i]) != 0;
    if (blank || line[0] == '#') return true;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (n >= strlen(names[i]) && memcmp(line, names[i], strlen(names[i])) == 0) return true;
    return false;
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
        if (!is_head(at, n)) {
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
    if (!*bytes) return cli_fail(cli, CLI_FAILED, "%s", loy_status_text(LOY_E_MEMORY));
    if (broken) return cli_fail(cli, CLI_FAILED, _("%s: could not be read"), path);
    if (*length > INPUT_MAX)
        return cli_fail(cli, CLI_FINDING, _("%s: is larger than 16 MiB"), path);
    return CLI_DONE;
}

/* "K=V" values of --option. */
static int options_read(
    struct cli *cli, struct loy_option *options, size_t *count, char *copies, size_t size)
{
    size_t used = 0;
    *count = cli->options[1].count;
    for (size_t i = 0; i < *count; i++) {
        const char *text = cli->options[1].values[i], *equals = strchr(text, '=');
        size_t n = strlen(text) + 1;
        if (!equals || equals == text || used + n > size)
            return cli_fail(cli, CLI_USAGE, _("--option takes KEY=VALUE, not '%s'"), text);
        memcpy(copies + used, text, n);
        copies[used + (size_t)(equals - text)] = '\0';
        options[i] = (struct loy_option){copies + used, copies + used + (equals - text) + 1};
        used += n;
    }
    return CLI_DONE;
}

static int run_decode(struct cli *cli)
{
    static struct decoding decoding;
    char copies[16384], complaint[200] = "";
    struct loy_option options[CLI_VALUES_MAX];
    struct loy_decoder_options wanted = {
        .size = sizeof wanted, .driver = cli_value(cli, "driver"), .options = options};
    uint8_t *bytes = NULL;
    size_t length = 0;
    decoding = (struct decoding){.cli = cli, .code = CLI_DONE};
    int code = options_read(cli, options, &wanted.option_count, copies, sizeof copies);
    if (code != CLI_DONE) return code;
    enum loy_status status =
        loy_decoder_open(&wanted, &decoding.decoder, complaint, sizeof complaint);
    if (status != LOY_OK) return cli_fail(cli, CLI_USAGE, "%s", complaint);
    code = input_read(cli, &bytes, &length);
    if (code == CLI_DONE)
        code = is_text(bytes, length) ? feed_lines(&decoding, (char *)bytes, length)
                                      : feed(&decoding, bytes, length);
    if (code == CLI_DONE && loy_decoder_end(decoding.decoder, &decoding.event) == LOY_OK)
        tell(&decoding);
    if (bytes) sodium_memzero(bytes, length);
    free(bytes);
    loy_decoder_close(decoding.decoder);
    return code == CLI_DONE ? decoding.code : code;
}

static const struct cli_option decode_options[] = {
    {"driver", "NAME", N_("magtek-hid, hid-pos, serial-line, track-bits or track-flux"), true,
        false},
    {"option", "K=V", N_("an option of the driver, see below"), false, true},
    {0},
};

const struct cli_command command_decode = {
    .name = "decode",
    .operands = "[FILE]",
    .operands_max = 1,
    .summary = N_("recorded bytes of a reader -> events"),
    .detail = N_("FILE (or standard input) holds hex, one line per report or chunk; the head of a "
                 "recording and lines with '#' are skipped. track-flux also takes the binary file "
                 "of flux transitions.\n\n"
                 "Driver options: track-bits bits=N order=msb|lsb inverted=0|1 track=1|2|3; "
                 "serial-line preset=NAME aim=0|1 suffix=cr|crlf|none lrc=0|1; hid-pos "
                 "descriptor=HEX vid=HEX pid=HEX suffix=cr|crlf|none; magtek-hid descriptor=HEX "
                 "vid=HEX pid=HEX; track-flux has none.\n\n"
                 "A refused card exits with 1."),
    .options = decode_options,
    .run = run_decode,
};
