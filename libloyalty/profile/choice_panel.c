/* SPDX-License-Identifier: MIT
 *
 * choice_panel.c - occasions as rows of differences to what was bought, members in ascending
 * number. In: occasions, their use, a code. Out: a panel. Must not know of likelihoods.
 */
#include "profile/choice_private.h"

#include <stdlib.h>

struct sizes {
    size_t members, occasions, rows;
};

static bool is_there(const struct loy_choice *choice, const struct choice_code *code, size_t offer)
{
    return code->constant_of[choice->alternatives[offer]] != CHOICE_NOT_THERE;
}

static struct sizes sizes_count(const struct loy_choice *choice, const struct choice_steps *steps,
    const struct choice_code *code)
{
    struct sizes sizes = {0};
    bool begun = false;
    int64_t member = 0;
    for (size_t i = 0; i < steps->count; i++) {
        const struct choice_occasion *occasion = &choice->occasions[steps->steps[i].occasion];
        if (steps->steps[i].use != CHOICE_FITTED) continue;
        sizes.members += !begun || steps->steps[i].member != member;
        member = steps->steps[i].member;
        begun = true;
        sizes.occasions++;
        for (size_t o = 0; o < occasion->offers; o++)
            sizes.rows += o != occasion->bought && is_there(choice, code, occasion->first + o);
    }
    return sizes;
}

static enum loy_status panel_allocate(struct choice_panel *panel, struct sizes sizes)
{
    size_t width = panel->order - panel->constants;
    panel->numbers = calloc(sizes.members + 1, sizeof *panel->numbers);
    panel->first = calloc(sizes.members + 1, sizeof *panel->first);
    panel->from = calloc(sizes.occasions + 1, sizeof *panel->from);
    panel->bought = calloc(sizes.occasions + 1, sizeof *panel->bought);
    panel->other = calloc(sizes.rows + 1, sizeof *panel->other);
    panel->attributes = calloc(sizes.rows * width + 1, sizeof *panel->attributes);
    return panel->numbers && panel->first && panel->from && panel->bought && panel->other &&
                   panel->attributes
               ? LOY_OK
               : LOY_E_MEMORY;
}

static void row_add(const struct loy_choice *choice, const struct choice_code *code,
    const struct choice_step *step, size_t offer, struct choice_panel *panel)
{
    const struct choice_occasion *occasion = &choice->occasions[step->occasion];
    size_t width = panel->order - panel->constants, bought = occasion->first + occasion->bought;
    double *row = panel->attributes + panel->rows * width;
    panel->other[panel->rows++] = code->constant_of[choice->alternatives[offer]];
    for (size_t k = 0; k < code->width; k++)
        if (code->coefficient_of[k] >= 0)
            row[(size_t)code->coefficient_of[k] - panel->constants] =
                choice_code_attribute(choice, code, step, offer, k) -
                choice_code_attribute(choice, code, step, bought, k);
}

static void occasion_add(const struct loy_choice *choice, const struct choice_code *code,
    const struct choice_step *step, struct choice_panel *panel)
{
    const struct choice_occasion *occasion = &choice->occasions[step->occasion];
    size_t bought = occasion->first + occasion->bought;
    if (panel->members == 0 || panel->numbers[panel->members - 1] != step->member) {
        panel->numbers[panel->members] = step->member;
        panel->first[panel->members++] = panel->occasions;
    }
    panel->from[panel->occasions] = panel->rows;
    panel->bought[panel->occasions++] = code->constant_of[choice->alternatives[bought]];
    // What nobody bought in the fit cannot be judged: nor can the other things beside it.
    if (!is_there(choice, code, bought)) return;
    for (size_t o = 0; o < occasion->offers; o++)
        if (o != occasion->bought && is_there(choice, code, occasion->first + o))
            row_add(choice, code, step, occasion->first + o, panel);
}

enum loy_status choice_panel_make(const struct loy_choice *choice, const struct choice_steps *steps,
    const struct choice_code *code, struct choice_panel *panel)
{
    *panel = (struct choice_panel){.order = code->order, .constants = code->constants};
    enum loy_status status = panel_allocate(panel, sizes_count(choice, steps, code));
    for (size_t i = 0; status == LOY_OK && i < steps->count; i++)
        if (steps->steps[i].use == CHOICE_FITTED)
            occasion_add(choice, code, &steps->steps[i], panel);
    if (status != LOY_OK) {
        choice_panel_clear(panel);
        return status;
    }
    panel->first[panel->members] = panel->occasions;
    panel->from[panel->occasions] = panel->rows;
    return LOY_OK;
}

void choice_panel_clear(struct choice_panel *panel)
{
    free(panel->numbers);
    free(panel->first);
    free(panel->from);
    free(panel->bought);
    free(panel->other);
    free(panel->attributes);
    *panel = (struct choice_panel){0};
}
