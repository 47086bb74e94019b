/* SPDX-License-Identifier: MIT
 *
 * span.c - whole days from a command line, and shares as JSON and as text. In: --from and --to.
 * Out: moments with the zone there. Must not know: what is counted.
 */
#include "span.h"

#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)
#define MINUTE_US (INT64_C(60) * 1000000)

static bool day_read(const char *text, int64_t *at_us, int16_t *offset_min)
{
    return strlen(text) == 10 && cli_time_parse(text, at_us, offset_min) == LOY_OK;
}

int span_read(const struct cli *cli, struct loy_span *span)
{
    int16_t offset_min = 0;
    char next[32];
    *span = (struct loy_span){0, 0, 0};
    if (!day_read(cli_value(cli, "from"), &span->from_us, &span->offset_min) || span->from_us < 0)
        return cli_fail(cli, CLI_USAGE, _("--from is not a date like 2026-03-01"));
    if (!day_read(cli_value(cli, "to"), &span->to_us, &offset_min))
        return cli_fail(cli, CLI_USAGE, _("--to is not a date like 2026-03-31"));
    /* The next day's own midnight: a day on which the clocks change is not 24 hours long. */
    cli_time_text(span->to_us + offset_min * MINUTE_US + DAY_US + DAY_US / 2, 0, next);
    next[10] = '\0';
    if (!day_read(next, &span->to_us, &offset_min)) span->to_us += DAY_US;
    if (span->from_us >= span->to_us) return cli_fail(cli, CLI_USAGE, _("--to lies before --from"));
    return CLI_DONE;
}

json_t *span_json(const struct cli *cli, const char *report)
{
    return json_pack("{s:s,s:s,s:s}", "report", report, "from", cli_value(cli, "from"), "to",
        cli_value(cli, "to"));
}

json_t *span_share(int64_t part, int64_t whole)
{
    return whole > 0 ? json_real((double)part / (double)whole) : json_null();
}

const char *span_percent(int64_t part, int64_t whole, char text[SPAN_SHARE_SIZE])
{
    text[0] = '\0';
    if (whole > 0) snprintf(text, SPAN_SHARE_SIZE, "%.1f", 100.0 * (double)part / (double)whole);
    return text;
}
