/* SPDX-License-Identifier: MIT
 *
 * desk_form.h - a registration while it is filled in: the shop's own fields, what is wrong with
 * each value, who may be here already. In: what is typed; out: notes, a form for the library. Must
 * not know: curses, drawing.
 */
#ifndef DESK_FORM_H
#define DESK_FORM_H

#include "desk.h"
#include "form.h"

#include <loyalty/duplicate.h>
#include <loyalty/form.h>

#define DESK_ALIKE_MAX 3u

struct desk_alike {
    struct desk_hit hit;
    uint8_t score;     /* 0: only what was typed is the same */
    const char *words; /* N_("same telephone") */
};

struct desk_filling {
    struct form form;
    struct form_field fields[FORM_FIELDS_MAX];
    uint8_t items[FORM_FIELDS_MAX]; /* enum loy_field or loy_form_item */
    char labels[FORM_FIELDS_MAX][LOY_FORM_LABEL_MAX + 4];
    bool chinese; /* the labels are */
    enum loy_registration registration;
    uint8_t token[LOY_FORM_TOKEN_SIZE];
    struct loy_credential card; /* kind 0: none */
    bool not_same, seen_on_licence;
    char typed[ENTRY_BYTES]; /* of the active field */
    struct loy_field_text texts[FORM_FIELDS_MAX];
    struct desk_alike alike[DESK_ALIKE_MAX];
    size_t alike_count;
};

/* The fields as the shop has them. False: it was said why there are none. */
bool desk_filling_open(struct tui *tui, struct desk_filling *filling);
/* Labels in the language of now. */
void desk_filling_label(struct tui *tui, struct desk_filling *filling);
/* What is filled in, the line that is being typed too; strings are filling's. */
struct loy_member_form desk_filling_form(struct tui *tui, struct view *view);
/* Notes beside the fields that have a value; gives the first that is wrong, else count. what: the
 * library's sentence of the active field, "" it is fine. */
size_t desk_filling_check(struct tui *tui, struct view *view, char *what, size_t size);
void desk_filling_alike(struct tui *tui, struct view *view);
bool desk_filling_any(const struct view *view);
/* The purpose of a consent's tick; 0: it is none. */
enum loy_purpose desk_item_purpose(uint8_t item);

#endif
