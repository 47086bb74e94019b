/* SPDX-License-Identifier: MIT
 *
 * import_known.h - a row of a members file about somebody who is registered already.
 */
#ifndef IMPORT_KNOWN_H
#define IMPORT_KNOWN_H

#include "import.h"

/* What the row says, as import_members.c has read it. */
struct import_row {
    size_t row;
    const struct loy_member_form *form;
    const struct loy_credential *card; /* or NULL */
    size_t known_by;                   /* the column that named the member */
    bool known;                        /* who needs no name in the row */
    size_t kind_column, card_column, channel_column;
    bool channel_told;                /* something is wrong with the channel */
    bool taken_back[LOY_PURPOSE_END]; /* the consent's cell says no */
};

/* Nothing new: counted as repeated. Else a complaint that names --update, or with it the changes by
 * the conflict rule (loyalty/quality.h): what the customer gave stays, and is counted. A consent is
 * taken back where its cell says no, and never given. A status other than LOY_OK ends the import.
 */
enum loy_status import_known(
    struct import *import, const struct import_row *row, const struct loy_id *member);

/* What became of the row: counted, or all that is wrong with it is told (import_members.c). */
enum loy_status import_answer(
    struct import *import, const struct import_row *row, enum loy_status status);

/* Whether a cell holds nothing but blanks, those of Chinese input too. */
bool import_blank(const char *text);

#endif
