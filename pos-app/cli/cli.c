/* SPDX-License-Identifier: MIT
 *
 * cli.c - what every command needs: its values, the store, one-line failures, progress.
 */
#include "cli.h"
#include "passphrase.h"

#include <receipt/receipt.h>

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#define CLI_PUT_MAX 4096u
#define REAL_PARTS 1e6 /* what a number that is not whole is rounded to */

const char *cli_value(const struct cli *cli, const char *name)
{
    const struct cli_option *option = cli->command->options;
    for (size_t i = 0; option && option->name; option++, i++)
        if (strcmp(option->name, name) == 0)
            return cli->options[i].count ? cli->options[i].values[0] : NULL;
    return NULL;
}

int cli_fail(const struct cli *cli, enum cli_exit code, const char *format, ...)
{
    va_list arguments;
    if (cli->progress) fputs("\r\033[K", stderr);
    fprintf(
        stderr, "loyalty%s%s: ", cli->command ? " " : "", cli->command ? cli->command->name : "");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return code;
}

enum cli_exit cli_exit_of(enum loy_status status)
{
    switch (status) {
    case LOY_OK:
        return CLI_DONE;
    case LOY_NONE:
    case LOY_REFUSED:
    case LOY_REPEATED:
    case LOY_E_CONFLICT:
    case LOY_E_CHECK:
    case LOY_E_FORMAT:
    case LOY_E_LIMIT:
    case LOY_E_ACCESS:
        return CLI_FINDING;
    case LOY_E_ARGUMENT:
        return CLI_USAGE;
    default:
        return CLI_FAILED;
    }
}

int cli_fail_store(const struct cli *cli, enum loy_status status, const struct loy_store *store)
{
    const char *text = store ? loy_store_text(store) : "";
    return cli_fail(cli, cli_exit_of(status), "%s", *text ? text : _(loy_status_text(status)));
}

static const char *user_name(void)
{
    const struct passwd *entry = getpwuid(geteuid());
    return entry ? entry->pw_name : "unknown";
}

int64_t cli_now_us(void)
{
    const char *fixed = getenv("LOYALTY_NOW");
    int64_t at_us = 0;
    int16_t offset = 0;
    if (fixed && cli_time_parse(fixed, &at_us, &offset) == LOY_OK) return at_us;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool cli_key_is_credential(void)
{
    const char *named = getenv("LOYALTY_KEY");
    return cli_key_path() && (!named || !*named);
}

const char *cli_key_path(void)
{
    static char credential[PATH_MAX];
    const char *named = getenv("LOYALTY_KEY"), *folder = getenv("CREDENTIALS_DIRECTORY");
    if (named && *named) return named;
    if (!folder || !*folder) return NULL;
    int size = snprintf(credential, sizeof credential, "%s/loyalty.key", folder);
    bool there = size > 0 && (size_t)size < sizeof credential && access(credential, F_OK) == 0;
    return there ? credential : NULL;
}

static const char *passphrase_find(const char *store_path, const char *key_path)
{
    char beside[PATH_MAX];
    if (key_path) return passphrase_of_key(key_path);
    int size = snprintf(beside, sizeof beside, "%s.key", store_path);
    return size > 0 && (size_t)size < sizeof beside ? passphrase_of_key(beside) : NULL;
}

struct loy_store_options cli_store_options(const struct cli *cli)
{
    const char *key = cli_key_path();
    return (struct loy_store_options){.size = sizeof(struct loy_store_options),
        .path = cli->store_path,
        .key_path = key,
        .user = user_name(),
        .at_us = cli_now_us(),
        .passphrase = passphrase_find(cli->store_path, key)};
}

int cli_store_open(const struct cli *cli, struct loy_store **store)
{
    struct loy_store_options options = cli_store_options(cli);
    enum loy_status status = loy_store_open(&options, store);
    if (status == LOY_OK) return CLI_DONE;
    int code = cli_exit_of(status);
    if (status == LOY_NONE)
        cli_fail(cli, CLI_FAILED, _("there is no store %s; `loyalty init --store %s` makes one"),
            cli->store_path, cli->store_path);
    else
        cli_fail_store(cli, status, *store);
    loy_store_close(*store);
    *store = NULL;
    /* A store that cannot be opened has failed, whatever the reason. */
    return code == CLI_USAGE ? CLI_USAGE : CLI_FAILED;
}

int cli_lane_store_open(const struct cli *cli, struct loy_store **store)
{
    const char *lane = cli_value(cli, "lane");
    if (!lane) lane = getenv("LOYALTY_LANE");
    /* A variable that is empty is none; a code that is typed so is wrong. */
    if (lane && !*lane && !cli_value(cli, "lane")) lane = NULL;
    int code = cli_store_open(cli, store);
    if (code != CLI_DONE || !lane) return code;
    enum loy_status status = loy_store_lane_choose(*store, lane);
    if (status == LOY_OK) return CLI_DONE;
    code = cli_fail_store(cli, status, *store);
    loy_store_close(*store);
    *store = NULL;
    return code;
}

static void reals_round(json_t *value)
{
    const char *key;
    json_t *part;
    size_t i;
    if (json_is_real(value))
        json_real_set(value, round(json_real_value(value) * REAL_PARTS) / REAL_PARTS);
    else if (json_is_object(value))
        json_object_foreach(value, key, part) reals_round(part);
    else if (json_is_array(value))
        json_array_foreach(value, i, part) reals_round(part);
}

/* What a terminal obeys or that turns the order of a line round, but for the ASCII that jansson
 * escapes itself. The point, of *size bytes; 0: another character, of which one byte is passed. */
static unsigned escape_due(const char *text, size_t *size)
{
    static const struct {
        unsigned first, last;
    } dues[] = {{0x7F, 0x9F}, {0x61C, 0x61C}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
        {0xFEFF, 0xFEFF}};
    const unsigned char *at = (const unsigned char *)text;
    unsigned point = 0;
    *size = 1;
    if (at[0] == 0x7F)
        point = at[0];
    else if ((at[0] & 0xE0) == 0xC0 && at[1])
        point = (at[0] & 0x1FU) << 6 | (at[1] & 0x3FU);
    else if ((at[0] & 0xF0) == 0xE0 && at[1] && at[2])
        point = (at[0] & 0x0FU) << 12 | (at[1] & 0x3FU) << 6 | (at[2] & 0x3FU);
    for (size_t i = 0; i < sizeof dues / sizeof dues[0]; i++)
        if (point >= dues[i].first && point <= dues[i].last) {
            *size = point < 0x80 ? 1 : point < 0x800 ? 2 : 3;
            return point;
        }
    return 0;
}

/* Such characters stand in texts only, so \uXXXX keeps what was meant to the letter. NULL: no
 * memory. */
static char *json_escape(const char *text)
{
    size_t size = 1, used = 0, step;
    for (const char *at = text; *at; at += step)
        size += escape_due(at, &step) ? 6 : step;
    char *escaped = malloc(size);
    for (const char *at = text; escaped && *at; at += step) {
        const unsigned point = escape_due(at, &step);
        if (point)
            used += (size_t)snprintf(escaped + used, size - used, "\\u%04X", point);
        else
            escaped[used++] = *at;
    }
    if (escaped) escaped[used] = '\0';
    return escaped;
}

char *cli_json_text(json_t *object, size_t flags)
{
    reals_round(object);
    /* 15 digits are those that every double keeps. */
    char *text = json_dumps(object, flags | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15));
    char *escaped = text ? json_escape(text) : NULL;
    if (text) explicit_bzero(text, strlen(text));
    free(text);
    return escaped;
}

json_t *cli_json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

void cli_print_json(json_t *object)
{
    char *text = cli_json_text(object, JSON_COMPACT);
    if (text) puts(text);
    free(text);
    json_decref(object);
}

void cli_finding(void *user, const char *sentence)
{
    struct cli_findings *findings = user;
    findings->count++;
    if (findings->cli->json)
        cli_print_json(json_pack("{s:s}", "problem", sentence));
    else
        printf("%s\n", sentence);
}

void cli_progress(const struct cli *cli, const char *what, long long done, long long total)
{
    static int shown = -1;
    if (!cli->progress || total <= 0) return;
    int percent = (int)(done * 100 / total);
    if (percent == shown && done != total) return;
    shown = percent;
    char bar[41];
    for (int i = 0; i < 40; i++)
        bar[i] = i * 100 < percent * 40 ? '#' : '.';
    bar[40] = '\0';
    fprintf(stderr, "\r\033[K%s [%s] %3d %%", what, bar, percent);
    if (done == total) fputs("\r\033[K", stderr);
    fflush(stderr);
}

/* Columns on a terminal: Chinese characters take two. */
static int columns(const char *text)
{
    wchar_t wide[512];
    size_t n = mbstowcs(wide, text, sizeof wide / sizeof wide[0]);
    if (n == (size_t)-1) return (int)strlen(text);
    int width = wcswidth(wide, n);
    return width < 0 ? (int)n : width;
}

void cli_put(FILE *out, const char *text, int width)
{
    char clean[CLI_PUT_MAX];
    receipt_clean(text, false, clean, sizeof clean);
    int pad = abs(width) - columns(clean);
    if (pad < 0) pad = 0;
    fprintf(out, "%*s%s%*s", width < 0 ? pad : 0, "", clean, width < 0 ? 0 : pad, "");
    explicit_bzero(clean, sizeof clean);
}
