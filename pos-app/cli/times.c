/* SPDX-License-Identifier: MIT
 *
 * times.c - dates and times between text and microseconds UTC beside the zone's offset.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MINUTE_US INT64_C(60000000)

/* Days from 1970-01-01 of a proleptic Gregorian date. */
static int64_t days_from_date(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static time_t seconds_of(int64_t us)
{
    return (time_t)(us / 1000000 - (us % 1000000 < 0));
}

int16_t cli_offset_at(int64_t at_us)
{
    const time_t seconds = seconds_of(at_us);
    struct tm local;
    if (!localtime_r(&seconds, &local)) return 0;
    return (int16_t)(local.tm_gmtoff / 60);
}

/* The offset that the process's zone has at this local time. */
static int16_t zone_offset(const struct tm *local, int64_t local_us)
{
    struct tm copy = *local;
    copy.tm_isdst = -1;
    if (mktime(&copy) == (time_t)-1) return 0;
    int16_t offset = (int16_t)(copy.tm_gmtoff / 60);
    /* A time that the clocks skip is one behind the gap, else a day that begins in it would begin
     * on the day before. */
    int16_t there = cli_offset_at(local_us - offset * MINUTE_US);
    return there < offset ? there : offset;
}

static bool number(const char **at, int digits, int *value)
{
    *value = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9') return false;
        *value = *value * 10 + (**at - '0');
    }
    return true;
}

static bool skip(const char **at, char expected)
{
    if (**at != expected) return false;
    (*at)++;
    return true;
}

static bool clock_parse(const char **at, struct tm *local, int *micro)
{
    if (!number(at, 2, &local->tm_hour) || !skip(at, ':') || !number(at, 2, &local->tm_min))
        return false;
    if (skip(at, ':') && !number(at, 2, &local->tm_sec)) return false;
    if (skip(at, '.')) {
        int scale = 100000;
        for (; **at >= '0' && **at <= '9'; (*at)++, scale /= 10)
            *micro += (**at - '0') * scale;
    }
    return local->tm_hour < 24 && local->tm_min < 60 && local->tm_sec < 61;
}

static bool zone_parse(const char **at, const struct tm *local, int64_t local_us, int16_t *offset)
{
    int hours = 0, minutes = 0;
    if (**at == '\0') {
        *offset = zone_offset(local, local_us);
        return true;
    }
    if (skip(at, 'Z')) {
        *offset = 0;
        return **at == '\0';
    }
    bool west = **at == '-';
    if (!skip(at, '+') && !skip(at, '-')) return false;
    if (!number(at, 2, &hours)) return false;
    (void)skip(at, ':');
    if (!number(at, 2, &minutes) || hours > 14 || minutes > 59) return false;
    *offset = (int16_t)((hours * 60 + minutes) * (west ? -1 : 1));
    return **at == '\0';
}

enum loy_status cli_time_parse(const char *text, int64_t *at_us, int16_t *offset_min)
{
    struct tm local = {.tm_isdst = -1};
    int year = 0, month = 0, day = 0, micro = 0;
    int16_t offset = 0;
    const char *at = text;
    if (!number(&at, 4, &year) || !skip(&at, '-') || !number(&at, 2, &month) || !skip(&at, '-') ||
        !number(&at, 2, &day))
        return LOY_E_FORMAT;
    if (month < 1 || month > 12 || day < 1 || day > month_days(year, month)) return LOY_E_FORMAT;
    local.tm_year = year - 1900;
    local.tm_mon = month - 1;
    local.tm_mday = day;
    if ((skip(&at, 'T') || skip(&at, ' ')) && !clock_parse(&at, &local, &micro))
        return LOY_E_FORMAT;
    int64_t minutes = days_from_date(year, month, day) * 1440 + local.tm_hour * 60 + local.tm_min;
    int64_t local_us = minutes * MINUTE_US + local.tm_sec * INT64_C(1000000) + micro;
    if (!zone_parse(&at, &local, local_us, &offset)) return LOY_E_FORMAT;
    *at_us = local_us - offset * MINUTE_US;
    *offset_min = offset;
    return LOY_OK;
}

void cli_time_text(int64_t at_us, int16_t offset_min, char text[32])
{
    const time_t seconds = seconds_of(at_us + offset_min * MINUTE_US);
    struct tm parts;
    if (!gmtime_r(&seconds, &parts) || !strftime(text, 32, "%Y-%m-%d %H:%M", &parts))
        strcpy(text, "?");
}

void cli_time_local(int64_t at_us, char text[32])
{
    cli_time_text(at_us, cli_offset_at(at_us), text);
}

void cli_time_told(const struct cli *cli, int64_t at_us, char text[32])
{
    cli_time_text(at_us, cli->json ? 0 : cli_offset_at(at_us), text);
}
