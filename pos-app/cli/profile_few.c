/* SPDX-License-Identifier: MIT
 *
 * profile_few.c - "not enough purchases yet", and the segment's value. In: counts and a value as
 * text. Out: the rest of a line, or of two where one is too narrow. Must not know: whose value is
 * taken, and why.
 */
#include "profile_few.h"

#include "cli.h"
#include "profile_taste.h"

#include "../tui/cell.h"

#include <string.h>

#define COLUMNS 80
#define TEXT_SIZE 192u

void profile_few_print(int64_t n, int64_t needed, const char *segment_value, unsigned group)
{
    static const struct cell_rules rules;
    char few[TEXT_SIZE], segment[TEXT_SIZE], whose[64];
    if (n < needed)
        snprintf(few, sizeof few, _("not enough purchases yet (%lld of %lld); "), (long long)n,
            (long long)needed);
    else
        snprintf(few, sizeof few, _("no sign of a difference yet (%lld seen); "), (long long)n);
    if (group)
        snprintf(whose, sizeof whose, _("group %zu"), (size_t)group);
    else
        snprintf(whose, sizeof whose, "%s", _("all members"));
    snprintf(segment, sizeof segment, _("segment value: %s (%s)"), segment_value, whose);
    int room = COLUMNS - 2 - PROFILE_LABEL_WIDTH - cell_width(&rules, few);
    if (cell_width(&rules, segment) <= room) {
        printf("%s%s\n", few, segment);
        return;
    }
    few[strlen(few) - (few[strlen(few) - 1] == ' ')] = '\0';
    printf("%s\n%*s%s\n", few, 2 + PROFILE_LABEL_WIDTH, "", segment);
}
