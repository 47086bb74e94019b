/* SPDX-License-Identifier: MIT
 *
 * choice_traits.c - members' traits as numbers: what is a number in all members stays one, yes and
 * no are 1 and 0, of other words each is a column of its own but the most frequent. In: names of
 * traits or fields, and the members who have occasions. Out: columns. What was decrypted is wiped.
 */
#include "choice_run.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64u
#define WORD_SIZE 64u

struct gathering {
    const struct choice_run *run;
    const char *name; /* without "ln:" */
    bool logarithm, field;
    enum loy_field number; /* of the field */
    size_t members, known, positive;
    double *values;
    int *words; /* by member; -1: not known */
    char seen[WORDS_MAX][WORD_SIZE];
    size_t counts[WORDS_MAX], seen_count;
    bool numeric, flags, many;
};

static bool number_read(const char *text, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*value);
}

static bool flag_read(const char *text, double *value)
{
    static const char *const words[][2] = {
        {"no", "yes"}, {"No", "Yes"}, {"false", "true"}, {"n", "y"}, {"否", "是"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (int flag = 0; flag < 2; flag++)
            if (strcmp(text, words[i][flag]) == 0) {
                *value = flag;
                return true;
            }
    return false;
}

static int word_find(struct gathering *gathering, const char *text)
{
    for (size_t i = 0; i < gathering->seen_count; i++)
        if (strcmp(gathering->seen[i], text) == 0) return (int)i;
    size_t length = strlen(text);
    gathering->many = gathering->many || gathering->seen_count == WORDS_MAX || length >= WORD_SIZE;
    if (gathering->many) return -1;
    memcpy(gathering->seen[gathering->seen_count], text, length + 1);
    return (int)gathering->seen_count++;
}

static void text_take(struct gathering *gathering, size_t member, const char *text)
{
    double value = NAN, flag = NAN;
    bool is_number = number_read(text, &value), is_flag = flag_read(text, &flag);
    gathering->numeric = gathering->numeric && is_number;
    gathering->flags = gathering->flags && is_flag;
    gathering->values[member] = is_number ? value : flag;
    gathering->known++;
    gathering->positive += is_number && value > 0;
    if (!gathering->numeric) gathering->words[member] = word_find(gathering, text);
    if (gathering->words[member] >= 0) gathering->counts[gathering->words[member]]++;
}

/* Words are only looked for once something was no number: then all over again. */
static enum loy_status members_read(struct gathering *gathering)
{
    char text[LOY_FIELD_TEXT_MAX];
    enum loy_status status = LOY_OK;
    const struct choice_run *run = gathering->run;
    gathering->known = gathering->positive = 0;
    for (size_t i = 0; i < gathering->members && status >= LOY_OK; i++) {
        struct loy_id id;
        gathering->values[i] = NAN;
        gathering->words[i] = -1;
        status = loy_member_by_number(run->store, loy_occasions_member(run->occasions, i), &id);
        if (status != LOY_OK) continue;
        status = loy_member_trait(run->store, &id, gathering->name, text);
        if (status == LOY_NONE && gathering->field)
            status = loy_member_field(run->store, &id, gathering->number, text);
        if (status == LOY_OK && *text) text_take(gathering, i, text);
    }
    sodium_memzero(text, sizeof text);
    return status < LOY_OK ? status : LOY_OK;
}

static enum loy_status gather(struct gathering *gathering)
{
    gathering->numeric = gathering->flags = true;
    enum loy_status status = members_read(gathering);
    if (status != LOY_OK || gathering->numeric || gathering->flags) return status;
    memset(gathering->counts, 0, sizeof gathering->counts);
    gathering->seen_count = 0;
    gathering->many = false;
    return members_read(gathering);
}

/* ---- Columns --------------------------------------------------------------------------------- */

static int column_put(struct choice_run *run, const char *name, double *values)
{
    if (!values) return cli_fail(run->cli, CLI_FAILED, "%s", loy_status_text(LOY_E_MEMORY));
    if (run->trait_count == LOY_CHOICE_TRAITS_MAX) {
        free(values);
        return cli_fail(run->cli, CLI_USAGE,
            _("--traits gives more than %u columns: each word of a trait is one"),
            LOY_CHOICE_TRAITS_MAX);
    }
    struct choice_trait *trait = &run->traits[run->trait_count++];
    snprintf(trait->name, sizeof trait->name, "%s", name);
    trait->values = values;
    return CLI_DONE;
}

static int number_column(struct choice_run *run, struct gathering *gathering, const char *name)
{
    double *values = gathering->values;
    for (size_t i = 0; gathering->logarithm && i < gathering->members; i++)
        values[i] = values[i] > 0 ? log(values[i]) : NAN;
    gathering->values = NULL;
    return column_put(run, name, values);
}

static int by_word(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static double *word_values(const struct gathering *gathering, size_t word)
{
    double *values = calloc(gathering->members + 1, sizeof *values);
    for (size_t i = 0; values && i < gathering->members; i++)
        values[i] = gathering->words[i] < 0 ? NAN : gathering->words[i] == (int)word;
    return values;
}

/* In the order of the words; the most frequent one is what the others are compared with. */
static int word_columns(struct choice_run *run, const struct gathering *gathering, const char *name)
{
    const char *sorted[WORDS_MAX];
    size_t most = 0;
    for (size_t i = 0; i < gathering->seen_count; i++) {
        size_t more = gathering->counts[i], best = gathering->counts[most];
        sorted[i] = gathering->seen[i];
        if (more > best || (more == best && strcmp(gathering->seen[i], gathering->seen[most]) < 0))
            most = i;
    }
    qsort(sorted, gathering->seen_count, sizeof *sorted, by_word);
    for (size_t i = 0; i < gathering->seen_count; i++) {
        char column[CHOICE_NAME_MAX];
        size_t word = (size_t)(sorted[i] - gathering->seen[0]) / WORD_SIZE;
        if (word == most) continue;
        snprintf(column, sizeof column, "%s=%s", name, sorted[i]);
        int code = column_put(run, column, word_values(gathering, word));
        if (code != CLI_DONE) return code;
    }
    return CLI_DONE;
}

static bool is_constant(const struct gathering *gathering)
{
    double first = NAN;
    for (size_t i = 0; i < gathering->members; i++) {
        if (isnan(gathering->values[i])) continue;
        if (isnan(first)) first = gathering->values[i];
        if (gathering->values[i] > first || gathering->values[i] < first) return false;
    }
    return true;
}

static int columns_make(struct choice_run *run, struct gathering *gathering, const char *typed)
{
    if (gathering->known == 0)
        return cli_fail(run->cli, CLI_FINDING,
            _("no member who bought this has a trait or field %s"), gathering->name);
    if (gathering->logarithm && (!gathering->numeric || gathering->positive == 0))
        return cli_fail(run->cli, CLI_FINDING,
            _("%s has no logarithm: it is not a number above zero"), gathering->name);
    if ((gathering->numeric || gathering->flags) ? is_constant(gathering)
                                                 : gathering->seen_count < 2)
        return cli_fail(run->cli, CLI_FINDING, _("all members have the same %s: it says nothing"),
            gathering->name);
    if (gathering->numeric || gathering->flags) return number_column(run, gathering, typed);
    if (gathering->many)
        return cli_fail(run->cli, CLI_FINDING, _("%s has too many different words to be compared"),
            gathering->name);
    return word_columns(run, gathering, typed);
}

static int trait_read(struct choice_run *run, const char *typed)
{
    struct gathering *gathering = calloc(1, sizeof *gathering);
    if (!gathering) return cli_fail(run->cli, CLI_FAILED, "%s", loy_status_text(LOY_E_MEMORY));
    struct loy_occasion_summary summary;
    loy_occasions_summary(run->occasions, 0, &summary);
    gathering->run = run;
    gathering->logarithm = strncmp(typed, "ln:", 3) == 0;
    gathering->name = gathering->logarithm ? typed + 3 : typed;
    gathering->field = loy_field_find(gathering->name, &gathering->number) == LOY_OK;
    gathering->members = (size_t)summary.members;
    gathering->values = calloc(gathering->members + 1, sizeof *gathering->values);
    gathering->words = calloc(gathering->members + 1, sizeof *gathering->words);
    enum loy_status status =
        gathering->values && gathering->words ? gather(gathering) : LOY_E_MEMORY;
    int code = status == LOY_E_MEMORY
                   ? cli_fail(run->cli, CLI_FAILED, "%s", loy_status_text(status))
               : status != LOY_OK ? cli_fail_store(run->cli, status, run->store)
                                  : columns_make(run, gathering, typed);
    free(gathering->values);
    free(gathering->words);
    sodium_memzero(gathering, sizeof *gathering);
    free(gathering);
    return code;
}

int choice_traits_read(struct choice_run *run, const char *list)
{
    char names[1024];
    int code = CLI_DONE;
    if (!list) return CLI_DONE;
    if (strlen(list) >= sizeof names)
        return cli_fail(run->cli, CLI_USAGE, _("--traits is too long"));
    snprintf(names, sizeof names, "%s", list);
    char *rest = NULL;
    for (char *name = strtok_r(names, ",", &rest); name && code == CLI_DONE;
         name = strtok_r(NULL, ",", &rest))
        code = trait_read(run, name);
    return code;
}
