/* SPDX-License-Identifier: MIT
 *
 * merge.h - the journal of a merge, which merge.c writes and unmerge.c reads back.
 */
#ifndef MEMBER_MERGE_H
#define MEMBER_MERGE_H

#include "member_private.h"

/* merge_moved.kind. A number is its identity in the store. row and part are what stands here. */
enum merge_kind {
    MERGE_CARD = 1,  /* card.id */
    MERGE_BASKET,    /* basket.id */
    MERGE_CONTACT,   /* contact.id */
    MERGE_PURCHASER, /* purchaser.id */
    MERGE_REFERRED,  /* member.id whose referred_by was the loser */
    MERGE_BRANCH,    /* member.id whose parent was the loser */
    MERGE_REFERENCE, /* a counter; before is a digest of blind_index that the loser had */
    MERGE_FIELD,     /* field, and the version that the survivor got */
    MERGE_TRAIT,     /* a counter, and the version; before is the trait's name */
    MERGE_CONSENT,   /* purpose, and the version that the survivor got */
    MERGE_NOTE,      /* note.version, note.kind */
    MERGE_SELF,      /* 0; part 1: pseudonymous, 2: referred_by, 3: parent, 4: kind of the
                        survivor before, 5: referred_by of the loser */
    MERGE_QUESTION   /* question.at_us, question.field */
};

/* Rows that change hands: journal(merge, loser), move(survivor, loser), back(merge, survivor,
 * loser), as prepared statements whose parameters have these numbers. */
struct merge_table {
    enum merge_kind kind;
    const char *journal, *move, *back;
};
extern const struct merge_table merge_tables[];
extern const size_t merge_table_count;

struct merge_at {
    int64_t id; /* of the row in merge */
    struct member_row survivor, loser;
    int64_t at_us;
};

/* A row of the journal; of the former parameters 4 (part) and 5 (before) are still to be bound. */
sqlite3_stmt *merge_journal_insert(
    struct loy_store *store, const struct merge_at *merge, enum merge_kind kind, int64_t row);
enum loy_status merge_journal_number(struct loy_store *store, const struct merge_at *merge,
    enum merge_kind kind, int64_t row, int64_t part, int64_t before);
/* All that a merge does but its own row and the audit. */
enum loy_status merge_rows_move(struct loy_store *store, const struct merge_at *merge);
/* The loser's values that the survivor gets. */
enum loy_status merge_values_move(struct loy_store *store, const struct merge_at *merge);

/* Every row of blind_index that a member's current values ask for, and no other but references. */
enum loy_status merge_blind_rebuild(struct loy_store *store, const struct member_row *member);

#endif
