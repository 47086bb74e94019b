/* SPDX-License-Identifier: MIT
 *
 * visits.c - collects visits as they come: what was on offer, and whether any of it was bought.
 * Must not know of any model.
 */
#include "profile/assortment_private.h"

#include <stdlib.h>

enum loy_status loy_visits_open(
    const struct loy_choice_settings *settings, struct loy_visits **visits)
{
    if (!settings || !visits || settings->habit) return LOY_E_ARGUMENT;
    struct loy_visits *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    enum loy_status status = loy_choice_open(settings, &made->shelves);
    if (status == LOY_OK)
        *visits = made;
    else
        free(made);
    return status;
}

void loy_visits_close(struct loy_visits *visits)
{
    if (!visits) return;
    loy_choice_close(visits->shelves);
    free(visits->bought);
    free(visits);
}

enum loy_status loy_visits_add(struct loy_visits *visits, int64_t member,
    const struct loy_choice_offer *offers, size_t count, bool bought)
{
    if (!visits) return LOY_E_ARGUMENT;
    if (count == 0) return LOY_OK;
    size_t number = visits->shelves->occasion_count;
    enum loy_status status =
        choice_grow((void **)&visits->bought, number, 1, &visits->capacity, sizeof *visits->bought);
    if (status == LOY_OK) status = loy_choice_add(visits->shelves, member, offers, count, 0);
    if (status == LOY_OK) visits->bought[number] = bought;
    return status;
}
