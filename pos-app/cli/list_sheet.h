/* SPDX-License-Identifier: MIT
 *
 * list_sheet.h - a list of members as a table: which columns, what stands in them, and where they
 * go: the terminal, JSON Lines, a CSV file, an XLSX file.
 */
#ifndef LIST_SHEET_H
#define LIST_SHEET_H

#include "cli.h"

#include <report/page.h>

#define LIST_COLUMNS_MAX 32u
#define LIST_TRAIT_PREFIX "trait:"

enum list_shape { LIST_TEXT, LIST_FLAG, LIST_NUMBER }; /* in JSON; a flag's text is yes or no */
struct list_column {
    const char *name;     /* as in JSON and in the first row of a file; trait:NAME */
    enum loy_field field; /* 0: none */
    const char *trait;    /* NULL: none */
    uint8_t own;          /* enum list_own; 0: none */
    uint8_t shape;        /* enum list_shape */
    uint8_t width;        /* in a table */
    bool sealed;          /* what stands in it goes with the member's key */
};

/* Fills columns from "member,name,kind" (which is cut into pieces); NULL: those that the role may
 * see. false: *wrong is no column, or NULL for too many. */
bool list_columns_read(
    char *text, enum loy_role role, struct list_column *columns, size_t *count, const char **wrong);

/* What stands in a cell; LOY_NONE: nothing, and text is "". Times of the shop's zone (local), else
 * UTC. text holds LOY_FIELD_TEXT_MAX bytes. */
enum loy_status list_cell_text(struct loy_store *store, const struct loy_member_listed *member,
    const struct list_column *column, bool local, char *text);

/* The same for a person: codes as words. It lives until the next call. */
const char *list_cell_words(const struct list_column *column, const char *cell);
/* What stands over a column, for a person. */
const char *list_column_label(struct loy_store *store, const struct list_column *column);

struct list_sheet;
enum list_form { LIST_TABLE, LIST_JSON, LIST_CSV, LIST_XLSX };
/* NULL: no memory, or the form is not in this build. path: of a file, else NULL. */
struct list_sheet *list_sheet_open(enum list_form form, const char *path, bool mark,
    const struct list_column *columns, size_t count);
bool list_sheet_has_xlsx(void);
/* One row of cells; false: it failed, which list_sheet_close tells again. */
bool list_sheet_row(struct list_sheet *sheet, const char *const *cells);
/* Writes what there is to write and lets go of it; keep false: nothing is left. */
enum loy_status list_sheet_close(struct list_sheet *sheet, bool keep);

#endif
