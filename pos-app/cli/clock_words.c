/* SPDX-License-Identifier: MIT
 *
 * clock_words.c - a doubt about a lane's clock, for those who look at the time. In: a view of the
 * lane. Out: words, an object. Must not know: how a clock is judged, where it is shown.
 */
#include "cli.h"

#include "code_words.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_S 60
#define HOUR_S 3600
#define DAY_S 86400

static void distance_words(int64_t off_us, char *text, size_t size)
{
    const long long s = (long long)((off_us < 0 ? -off_us : off_us) / SECOND_US);
    if (s >= 2 * DAY_S)
        snprintf(text, size, _("%lld days"), s / DAY_S);
    else if (s >= 2 * HOUR_S)
        snprintf(text, size, _("%lld h"), s / HOUR_S);
    else if (s >= 2 * MINUTE_S)
        snprintf(text, size, _("%lld min"), s / MINUTE_S);
    else
        snprintf(text, size, _("%lld s"), s);
}

void cli_clock_words(const struct loy_lane_view *view, char *text, size_t size)
{
    char distance[48];
    text[0] = '\0';
    if (view->clock_level == LOY_CLOCK_GOOD) return;
    distance_words(view->clock_off_us, distance, sizeof distance);
    if (view->clock_off_us < 0)
        snprintf(text, size, _("clock %s behind"), distance);
    else if (view->clock_off_us > 0)
        snprintf(text, size, _("clock %s ahead"), distance);
    else
        snprintf(text, size, "%s", _("clock in doubt"));
}

void cli_clock_sentence(const struct loy_lane_view *view, char *text, size_t size)
{
    char brief[96];
    cli_clock_words(view, brief, sizeof brief);
    text[0] = '\0';
    if (!*brief) return;
    snprintf(text, size, _("%s: %s%s"), brief,
        code_words(CODE_CLOCK, loy_clock_doubt_name(view->clock)),
        view->clock_level == LOY_CLOCK_STOP ? _("; set it, or let a supervisor go on with it")
                                            : "");
}

json_t *cli_clock_json(const struct loy_lane_view *view)
{
    static const char *const levels[] = {"good", "doubted", "stop"};
    char words[CLI_CLOCK_WORDS_MAX];
    if (view->clock_level == LOY_CLOCK_GOOD || view->clock_level > LOY_CLOCK_STOP)
        return json_null();
    cli_clock_sentence(view, words, sizeof words);
    return json_pack("{s:s,s:s,s:I,s:s}", "doubt", loy_clock_doubt_name(view->clock), "level",
        levels[view->clock_level], "off_seconds", (json_int_t)(view->clock_off_us / SECOND_US),
        "words", words);
}
