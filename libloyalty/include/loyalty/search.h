/* SPDX-License-Identifier: MIT
 *
 * loyalty/search.h - members found by whatever a customer says, and lists of members.
 *
 * Names are in no file in clear. The first search of a handle decrypts them into memory (or
 * loy_search_prepare does, after the login, so that no customer waits); each further search takes
 * in what this or another process has added or changed since. The memory is wiped when the handle
 * closes.
 */
#ifndef LOYALTY_SEARCH_H
#define LOYALTY_SEARCH_H

#include <loyalty/member.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One box for everything: a name or part of one, a trading name, its pinyin ("zhangwei"), its
 * initials ("zw"), both mixed and the last syllable cut short ("zhangw"), characters among them
 * that stand for themselves, a telephone or at least its last four digits, a tax number, an e-mail
 * address. Case, blanks, punctuation and width do not matter; u-umlaut is typed v or u. (A card's
 * number is read as a credential: loy_member_find_card.) At a million members a search mostly takes
 * 2 to 8 ms, the worst query of tests/bench/bench_search.c 34.
 *
 * ids gets at most max members: first whose whole name or number it is, then whose name begins with
 * it, then who hold it; among equals the newest first. A member that was merged into another stands
 * for that one; erased ones are not found. *count 0: nobody. LOY_E_FORMAT: no line of text in
 * UTF-8. Cashiers, supervisors and managers (LOY_MAY_FIND_MEMBER). */
LOY_API enum loy_status loy_member_search(
    struct loy_store *store, const char *query, struct loy_id *ids, size_t max, size_t *count);

struct loy_search_index {
    size_t size;
    size_t members; /* that can be found by name or telephone */
    size_t bytes;   /* of memory */
};
/* Decrypts the names now. index may be NULL. Cashiers, supervisors and managers
 * (LOY_MAY_FIND_MEMBER). */
LOY_API enum loy_status loy_search_prepare(struct loy_store *store, struct loy_search_index *index);

/* ---- Lists -------------------------------------------------------------------------------------
 */

enum loy_member_status { LOY_MEMBER_ACTIVE = 1, LOY_MEMBER_MERGED, LOY_MEMBER_ERASED };
#define LOY_FILTER_FIELDS_MAX 8u

/* What a member must be to be listed; all zero: every active one. Times are [from, to), 0 is open.
 * The first block is answered from clear columns; each text of the second costs the decryption of
 * one value for every member that the first block leaves. */
struct loy_member_filter {
    size_t size;
    uint8_t kind;                    /* enum loy_member_kind; 0: any */
    uint8_t status;                  /* enum loy_member_status; 0: active; 255: any */
    uint8_t card_status;             /* enum loy_card_status that one of the cards has; 0: any */
    int8_t consent[LOY_PURPOSE_END]; /* by enum loy_purpose: 1 given, -1 not given, 0 whatever */
    int64_t created_from_us, created_to_us;
    int64_t bought_from_us, bought_to_us; /* the last purchase */
    uint8_t has[LOY_FILTER_FIELDS_MAX];   /* enum loy_field; 0 ends */
    uint8_t missing[LOY_FILTER_FIELDS_MAX];

    const char *industry, *district; /* the whole text, whatever the case; NULL: any */
    const char *postcode;            /* its beginning */
    struct loy_trait_text trait;     /* name NULL: any; text NULL: any value */
};

struct loy_member_listed {
    struct loy_id id;
    uint8_t kind, status;
    bool pseudonymous;
    bool consent[LOY_PURPOSE_END];
    int64_t created_at_us;
    int64_t bought_at_us; /* of the last purchase; 0: none */
    int32_t cards;
    int16_t bought_offset_min; /* zone offset at the shop then */
};

/* Up to max members behind *position, in the order of their registration; start with 0. LOY_NONE:
 * no more. Texts are read by loy_member_field and loy_member_trait, with their own roles: an
 * analyst's list holds nothing that tells who a member is. Supervisors, managers, analysts,
 * auditors; texts of the filter need the right to read them. Asks for LOY_MAY_LIST_MEMBERS and
 * LOY_MAY_READ_TRAIT. */
LOY_API enum loy_status loy_member_list(struct loy_store *store,
    const struct loy_member_filter *filter, int64_t *position, struct loy_member_listed *members,
    size_t max, size_t *count);
/* LOY_OK: a member that was listed is still there; LOY_NONE: another process has erased it since or
 * is about to, so its texts are gone, and a list leaves it out. Asks for LOY_MAY_LIST_MEMBERS. */
LOY_API enum loy_status loy_member_list_holds(struct loy_store *store, const struct loy_id *member);
/* Notes in the audit log that a list of that many members was written to a file. Asks for
 * LOY_MAY_LIST_MEMBERS. */
LOY_API enum loy_status loy_member_list_note(
    struct loy_store *store, int64_t members, int64_t at_us);
/* Notes in the audit log that members are ranked by forecasts, and for which report (a short code
 * such as "watch"). To be called before they are reckoned. Asks for LOY_MAY_RANK_MEMBERS. */
LOY_API enum loy_status loy_member_rank_note(
    struct loy_store *store, const char *report, int64_t at_us);
/* Notes in the audit log that all about one member was written to a file. LOY_NONE: no such member.
 * Supervisors, managers (LOY_MAY_READ_ADDRESS). */
LOY_API enum loy_status loy_member_file_note(
    struct loy_store *store, const struct loy_id *member, int64_t at_us);
/* Notes in the audit log that a member's name and numbers were shown whole on a screen that masks
 * them, and why: reason is a code of at most 24 small letters and hyphens ("asked", "delivery").
 * LOY_E_FORMAT: it is none; LOY_NONE: no such member. Asks for LOY_MAY_READ_NAME. */
LOY_API enum loy_status loy_member_shown_note(
    struct loy_store *store, const struct loy_id *member, const char *reason, int64_t at_us);

/* How a name is read: "单雄信" is "shan xiong xin" with surname_first, else "dan xiong xin". What
 * is no Chinese character stays as it is. LOY_E_FORMAT: no UTF-8; LOY_E_LIMIT: text of that size is
 * too small. Readings: Unihan, with surnames of our own. Pure. */
LOY_API enum loy_status loy_pinyin(const char *name, bool surname_first, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
