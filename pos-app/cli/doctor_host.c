/* SPDX-License-Identifier: MIT
 *
 * doctor_host.c - the machine itself: language, terminal, time zone, clock.
 * In: the environment, the kernel's clocks; out: findings. Must not know: the store, readers.
 */
#include "doctor.h"

#include "tui/pos.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#define MINUTE_US INT64_C(60000000)
/* No machine that runs this program is older: its clock must say more. 2026-01-01. */
#define EARLIEST_US INT64_C(1767225600000000)

/* ---- Language ----------------------------------------------------------------------------- */

/* What the environment asks for, before main() put something better in its place. */
static const char *locale_wanted(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return value;
    }
    return "";
}

/* Names go into a command line that people copy. */
static bool is_plain(const char *name)
{
    return name[strspn(
               name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@-")] == '\0';
}

static void find_missing(struct doctor *doctor, const char *wanted)
{
    char remedy[512], name[64];
    if (!is_plain(wanted) || strlen(wanted) >= sizeof name - 6) wanted = "zh_CN.UTF-8";
    /* Whatever encoding was asked for: a store's names need this one. */
    snprintf(name, sizeof name, "%.*s.UTF-8", (int)strcspn(wanted, ".@"), wanted);
    snprintf(remedy, sizeof remedy,
        "sudo apt install locales && echo '%s UTF-8' | sudo tee -a /etc/locale.gen && sudo "
        "locale-gen && sudo update-locale LANG=%s",
        name, name);
    doctor_find(doctor, "locale-missing", wanted, remedy, "%s",
        _("this language is asked for and was not made on this machine"));
}

/* What only an eye can judge stands there where one looks on. */
static void terminal(struct doctor *doctor)
{
    const char *name = getenv("TERM");
    if (!name || !*name) name = "TERM";
    if (strcmp(name, "linux") == 0)
        doctor_note(doctor, "terminal-console", name,
            _("kmscon, cage with foot, a desktop's terminal, or SSH from another machine"), "%s",
            _("the kernel's console cannot show Chinese, so the screens are in English there"));
    else if (!isatty(STDOUT_FILENO))
        return;
    else if (!pos_terminal_known(name))
        doctor_note(doctor, "terminal-unknown", name,
            _("set TERM to what the terminal is, such as xterm-256color"), "%s",
            _("this terminal shows no screens; `loyalty lane --plain` works here"));
    else
        doctor_note(doctor, "terminal", name, "loyalty pos --ambiguous-width 2, or --ascii",
            _("these have to be equally long: %s"), "[─…●×] [1234] [中文]");
}

void doctor_locale(struct doctor *doctor)
{
    const char *wanted = locale_wanted();
    terminal(doctor);
    locale_t locale = newlocale(LC_ALL_MASK, "", (locale_t)0);
    if (locale == (locale_t)0) {
        find_missing(doctor, wanted);
        return;
    }
    const char *codeset = nl_langinfo_l(CODESET, locale);
    if (strcmp(codeset, "UTF-8") != 0)
        doctor_find(doctor, "locale-not-utf-8", *wanted ? wanted : "LANG",
            /* Its translation makes and sets the translation's own locale. */
            _("sudo update-locale LANG=C.UTF-8; then log out and in again"),
            _("text is written as %s here, not as UTF-8: Chinese names would be garbage"), codeset);
    freelocale(locale);
}

/* ---- Time zone ---------------------------------------------------------------------------- */

static bool zone_is_there(const char *zone)
{
    char path[512];
    if (*zone == ':') zone++;
    snprintf(path, sizeof path, "%s%s", *zone == '/' ? "" : "/usr/share/zoneinfo/", zone);
    /* A rule such as CET-1CEST needs no file. */
    return access(path, R_OK) == 0 || strpbrk(zone, "0123456789") != NULL;
}

void doctor_zone(struct doctor *doctor)
{
    const char *zone = getenv("TZ");
    if (zone && *zone) {
        if (!zone_is_there(zone) && strcmp(zone, "UTC") != 0)
            doctor_find(doctor, "zone-unknown", zone, "unset TZ", "%s",
                _("TZ names no time zone of this machine, so baskets are dated in UTC"));
        return;
    }
    if (access("/etc/localtime", R_OK) != 0)
        doctor_find(doctor, "zone-unset", "/etc/localtime", "sudo dpkg-reconfigure tzdata", "%s",
            _("the time zone is not set, so baskets are dated in UTC"));
}

/* ---- Clock -------------------------------------------------------------------------------- */

#define SET_CLOCK "sudo timedatectl set-ntp true"

/* The battery's clock may run in local time, as another system left it: whole quarters of an hour
 * are a zone and no drift. */
static void check_battery(struct doctor *doctor, int64_t now_us)
{
    int64_t at_us = 0;
    if (!cli_battery_read(&at_us)) return;
    const int64_t off = now_us < at_us ? at_us - now_us : now_us - at_us;
    if (off < 5 * MINUTE_US || cli_battery_is_zone(off)) return;
    doctor_find(doctor, "clock-battery", "/dev/rtc0", "sudo hwclock --systohc",
        _("the clock on the battery differs by %lld minutes: after the next start the till is "
          "wrong"),
        (long long)(off / MINUTE_US));
}

void doctor_clock(struct doctor *doctor)
{
    struct timex clock = {0};
    char text[32];
    int64_t now_us = cli_now_us();
    cli_time_told(doctor->cli, now_us, text);
    if (now_us < EARLIEST_US)
        doctor_find(doctor, "clock-wrong", text, SET_CLOCK, "%s",
            _("the clock is before the day on which this program was made"));
    check_battery(doctor, now_us);
    if (adjtimex(&clock) >= 0 && (clock.status & STA_UNSYNC))
        doctor_note(doctor, "clock-alone", text, SET_CLOCK, "%s",
            _("no time server sets the clock; compare it with another one now and then"));
}
