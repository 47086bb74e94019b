/* SPDX-License-Identifier: MIT
 *
 * command_doctor.c - doctor: what is wrong on this machine, and how to mend it.
 * In: the table of checks; out: findings with remedies, and an exit code: 0 nothing found, 1
 * findings, 3 a check could not be made.
 */
#include "doctor.h"

#include "reader_words.h"

#include <stdarg.h>
#include <string.h>

static const struct check {
    const char *what;
    void (*run)(struct doctor *doctor);
} checks[] = {
    /* First: a wrong --path is told before anything else is said. */
    {N_("readers"), doctor_readers},
    {N_("language"), doctor_locale},
    {N_("time zone"), doctor_zone},
    {N_("clock"), doctor_clock},
    {N_("files of the store"), doctor_files},
    {N_("disk"), doctor_disk},
    {N_("content of the store"), doctor_store},
    {N_("history of the store"), doctor_history},
};

#define CHECK_COUNT (sizeof checks / sizeof checks[0])

/* ---- Telling ------------------------------------------------------------------------------ */

static void tell(const struct doctor *doctor, const char *level, const char *kind,
    const char *about, const char *text, const char *remedy)
{
    if (doctor->cli->json) {
        json_t *object = json_pack("{s:s,s:s,s:s}", level, kind, "about", about, "text", text);
        if (remedy && *remedy) json_object_set_new(object, "remedy", json_string(remedy));
        cli_print_json(object);
        return;
    }
    printf(_("%s %s: %s\n"), strcmp(level, "note") == 0 ? "-" : "!", about, text);
    if (remedy && *remedy) printf(_("    remedy: %s\n"), remedy);
}

void doctor_find(struct doctor *doctor, const char *kind, const char *about, const char *remedy,
    const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    doctor->findings++;
    tell(doctor, "finding", kind, about, text, remedy);
}

void doctor_note(struct doctor *doctor, const char *kind, const char *about, const char *remedy,
    const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    tell(doctor, "note", kind, about, text, remedy);
}

void doctor_fail(struct doctor *doctor, const char *kind, const char *about, const char *text)
{
    doctor->failures++;
    tell(doctor, "failure", kind, about, text, NULL);
}

const char *doctor_words(const struct doctor *doctor, const char *sentence)
{
    return doctor->cli->json ? sentence : reader_words(sentence);
}

void doctor_find_sentence(struct doctor *doctor, const char *kind, const char *about,
    const char *sentence, const char *remedy)
{
    static const char *const separators[] = {": ", "; ", "\uff1a", "\uff1b"};
    const char *words = doctor_words(doctor, sentence);
    size_t length = strlen(words);
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        const char *found = strstr(words, separators[i]);
        if (!found || (size_t)(found - words) >= length) continue;
        length = (size_t)(found - words);
        remedy = found + strlen(separators[i]);
    }
    doctor_find(doctor, kind, about, remedy, "%.*s", (int)length, words);
}

/* ---- The command -------------------------------------------------------------------------- */

static void summary(const struct doctor *doctor)
{
    if (doctor->cli->json) {
        cli_print_json(json_pack("{s:i,s:i,s:i}", "checks", (int)CHECK_COUNT, "findings",
            (int)doctor->findings, "failures", (int)doctor->failures));
        return;
    }
    if (doctor->findings || doctor->failures) {
        printf(_("to mend: %u\n"), doctor->findings + doctor->failures);
        return;
    }
    fputs(_("nothing is wrong with: "), stdout);
    for (size_t i = 0; i < CHECK_COUNT; i++) {
        bool unseen = (checks[i].run == doctor_store && doctor->content_unseen) ||
                      (checks[i].run == doctor_history && doctor->history_unseen);
        if (!unseen) printf("%s%s", i ? _(", ") : "", gettext(checks[i].what));
    }
    putchar('\n');
}

static int run_doctor(struct cli *cli)
{
    struct doctor doctor = {.cli = cli};
    const char *seconds = cli_value(cli, "seconds");
    int64_t span = 0;
    if (seconds && (cli_amount_parse(seconds, 0, &span) != LOY_OK || span < 0 || span > 86400))
        return cli_fail(cli, CLI_USAGE, _("--seconds takes a whole number"));
    doctor.listen_ms = (long long)span * 1000;
    for (size_t i = 0; i < CHECK_COUNT && !doctor.wrong_use; i++)
        checks[i].run(&doctor);
    if (doctor.wrong_use) return CLI_USAGE;
    loy_store_close(doctor.store);
    summary(&doctor);
    if (doctor.failures) return CLI_FAILED;
    return doctor.findings ? CLI_FINDING : CLI_DONE;
}

static const struct cli_option doctor_options[] = {
    {"path", "PATH",
        N_("a reader to look at besides all of USB: serial:/dev/ttyUSB0[?preset=NAME]"), false,
        true},
    {"seconds", "N", N_("scan or swipe meanwhile: says why nothing arrives"), false, false},
    {0},
};

const struct cli_command command_doctor = {
    .name = "doctor",
    .summary = N_("what is wrong on this machine, and how to mend it"),
    .detail = N_("Looks at language, time zone, clock, store, disk and readers. Each finding "
                 "comes with its remedy. Exit code 0: nothing\nwas found; 1: something was; 3: a "
                 "check could not be made. A line with - is worth knowing and is no finding."),
    .options = doctor_options,
    .run = run_doctor,
};
