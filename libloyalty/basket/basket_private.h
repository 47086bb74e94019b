/* SPDX-License-Identifier: MIT
 *
 * basket_private.h - what the files of the basket room share: resolved lines, the digest, the
 * cache. Rows come in as values and go out as rows; nothing here knows a reader, a profile or a
 * screen.
 */
#ifndef BASKET_PRIVATE_H
#define BASKET_PRIVATE_H

#include <loyalty/basket.h>

#include <store/store_private.h>

#define BASKET_STATE_OPEN 1
#define BASKET_STATE_CLOSED 2
#define BASKET_STATE_VOID 3

#define BASKET_SELF (-1) /* in basket_row.of_basket: the row's own basket */

/* ---- Lines -------------------------------------------------------------------------------------
 */

/* A line as it is stored. */
struct basket_row {
    int64_t number, version;
    int64_t quantity_milli, list_minor, discount_minor, paid_minor;
    int64_t promotion; /* row, 0 none */
    int64_t of_basket; /* row, 0 none, BASKET_SELF */
    int64_t of_number;
    const char *reason; /* or NULL */
};

struct basket_sums {
    int64_t count, total_minor, discount_minor;
};

/* Is the line in itself possible? Needs no row of the store. */
enum loy_status basket_line_check(
    struct loy_store *store, const struct loy_line *line, uint32_t number);
/* Adds the line to the sums; LOY_E_LIMIT when they would overflow. */
enum loy_status basket_sums_add(
    struct loy_store *store, struct basket_sums *sums, const struct basket_row *row);
/* From the caller's line to the row: article, promotion and the basket that it returns from. */
enum loy_status basket_line_resolve(struct loy_store *store, const struct loy_id *own,
    const struct loy_line *line, uint32_t number, struct basket_row *row);
/* May this return be, beside `earlier` rows that are not stored yet? */
enum loy_status basket_return_check(struct loy_store *store, int64_t basket,
    const struct basket_row *row, const struct basket_row *earlier, size_t earlier_count);
/* The line_return row of a return; the line's own row is the caller's. */
enum loy_status basket_return_insert(
    struct loy_store *store, int64_t basket, const struct basket_row *row);
enum loy_status basket_lines_insert(
    struct loy_store *store, int64_t basket, const struct basket_row *rows, size_t count);
void basket_line_bind(sqlite3_stmt *statement, int64_t basket, const struct basket_row *row);
/* The n-th column on is quantity ... promotion of `line`, of_basket, of_number, reason of
 * `line_return`. */
void basket_row_read(sqlite3_stmt *statement, int64_t basket, struct basket_row *row);
#define BASKET_ROW_COLUMNS                                                                         \
    "l.number, l.version, l.quantity_milli, l.list_minor, l.discount_minor, l.paid_minor, "        \
    "l.promotion, r.of_basket, r.of_number, r.reason"
#define BASKET_ROW_TABLES                                                                          \
    "line l LEFT JOIN line_return r ON l.quantity_milli < 0 AND r.basket = l.basket "              \
    "AND r.number = l.number "

/* ---- Digest ------------------------------------------------------------------------------------
 */

/* Whose basket it is is not in the digest: pending cards, merges and erasure change that later. */
struct basket_head {
    struct loy_id uid;
    int64_t lane, epoch, sequence, state, source, opened_at_us, closed_at_us, offset_min;
    struct basket_sums sums;
    const char *reason; /* of a void basket, or NULL */
};

#define BASKET_ROW_BYTES_MAX (11u * 8u + LOY_TEXT_MAX)
#define BASKET_HEAD_BYTES_MAX (16u + 12u * 8u + LOY_TEXT_MAX)
size_t basket_row_pack(const struct basket_row *row, uint8_t bytes[BASKET_ROW_BYTES_MAX]);
size_t basket_head_pack(const struct basket_head *head, uint8_t bytes[BASKET_HEAD_BYTES_MAX]);

struct basket_digest {
    crypto_generichash_state state;
};
void basket_digest_open(struct basket_digest *digest, const struct loy_store *store);
void basket_digest_row(struct basket_digest *digest, const struct basket_row *row);
/* The head comes last, so that lines can be taken in as they are sold; digest may go on being used.
 */
void basket_digest_head(const struct basket_digest *digest, const struct basket_head *head,
    uint8_t value[LOY_DIGEST_SIZE]);

/* ---- Persons -----------------------------------------------------------------------------------
 */

struct basket_person {
    int64_t card, member, purchaser;      /* rows, 0 none */
    int card_status;                      /* enum loy_card_status when it was shown */
    struct loy_id uid;                    /* of the member */
    const struct loy_credential *pending; /* unknown card, or NULL */
};

/* LOY_OK known, LOY_NONE unknown (pending is set), LOY_REFUSED. A card and its purchaser's
 * authority are judged at the time at which the basket was opened, so that it does not matter when
 * the card is shown. */
enum loy_status basket_person_by_card(struct loy_store *store,
    const struct loy_credential *credential, int64_t at_us, struct basket_person *person);
/* A card in whose place another one came. LOY_NONE: it is none. */
enum loy_status basket_person_replaced(struct loy_store *store,
    const struct loy_credential *credential, int64_t at_us, struct basket_person *person);
/* LOY_OK: the member has withdrawn from the scheme; LOY_NONE: not, or was never asked. */
enum loy_status basket_scheme_left(struct loy_store *store, int64_t member);
/* The first use of a card makes it active. */
enum loy_status basket_card_used(
    struct loy_store *store, const struct basket_person *person, int64_t at_us);
/* A closed basket uses up the single authorisation of its purchaser, if it has such a one. */
enum loy_status basket_authority_used(struct loy_store *store, int64_t basket, int64_t at_us);
/* Of a head: by card or by member; neither is fine. */
enum loy_status basket_person_find(
    struct loy_store *store, const struct loy_basket_head *head, struct basket_person *person);
enum loy_status basket_pending_insert(
    struct loy_store *store, int64_t basket, const struct loy_credential *credential);

/* ---- Record and replay -------------------------------------------------------------------------
 */

/* A whole basket on its way into the store. */
struct basket_record {
    const struct loy_basket_head *given;
    const struct loy_line *lines;
    struct basket_row *rows;
    struct basket_head head;
    struct basket_person person;
    int64_t last; /* sequence of the lane before it */
};

/* Is this identity stored? LOY_NONE: no. LOY_REPEATED: with this content, *id is set.
 * LOY_E_CONFLICT: with another one; the newcomer was put into quarantine. */
enum loy_status basket_replay(
    struct loy_store *store, const struct basket_record *record, struct loy_id *id);

/* Number of the head's lane, made when new. */
enum loy_status basket_lane(
    struct loy_store *store, const char *site, const char *lane, int64_t *number);
/* The epoch of the lane, and the sequence it gave last there; 0: none yet. LOY_E_LIMIT: there is no
 * further one. The lane's row counts and not the handle's epoch: another process may have opened
 * the next one. */
enum loy_status basket_sequence_last(
    struct loy_store *store, int64_t lane, int64_t *epoch, int64_t *last);
/* Moves the lane on and puts the basket into the outbox. */
enum loy_status basket_sequence_take(
    struct loy_store *store, int64_t lane, int64_t sequence, int64_t basket);
enum loy_status basket_head_check(struct loy_store *store, const struct loy_basket_head *head);

/* Ends a store_begin: commits on success and on answers that wrote what they wrote, else undoes. */
enum loy_status basket_leave(struct loy_store *store, enum loy_status status);

/* ---- Cache -------------------------------------------------------------------------------------
 */

/* The article of a version; LOY_E_FORMAT: no such version. */
enum loy_status basket_version_article(struct loy_store *store, int64_t version, int64_t *article);
/* The tax of a version. LOY_NONE: no such version. */
struct basket_tax {
    int32_t permille; /* -1 not known */
    bool net;         /* prices are without it */
};
enum loy_status basket_version_tax(
    struct loy_store *store, int64_t version, struct basket_tax *tax);
/* The row of a promotion, made when new; 0 for neither code nor form. */
enum loy_status basket_promotion(
    struct loy_store *store, const char *code, uint8_t form, int64_t *promotion);
/* Rows for one basket, valid until the next call. */
struct basket_row *basket_scratch(struct loy_store *store, size_t count);
/* The one-entry memory of basket_lane. */
struct basket_lane_memory {
    char site[LOY_CODE_MAX], lane[LOY_CODE_MAX];
    int64_t number;
};
struct basket_lane_memory *basket_lane_memory(struct loy_store *store);

/* ---- Grades ------------------------------------------------------------------------------------
 */

/* Takes a grade into the ordered list of its category. */
enum loy_status basket_grade_put(struct loy_store *store, const char *category, const char *grade);

/* ---- Articles ----------------------------------------------------------------------------------
 */

/* Of a version's attributes, for an article's row and a normalised GTIN ("" none). */
void basket_version_digest(const struct loy_store *store, int64_t id,
    const struct loy_article *article, const char *gtin, uint8_t digest[LOY_DIGEST_SIZE]);

/* What an article is called: brand, style, colour and size as far as they are known, but its code
 * where neither brand nor style is. Cut at a whole character. NULL is "not known". */
void basket_article_label(char label[LOY_TEXT_MAX], const char *code, const char *brand,
    const char *style, const char *colour, const char *size_text);

/* ---- Text --------------------------------------------------------------------------------------
 */

/* UTF-8 without control characters, shorter than LOY_TEXT_MAX; NULL is fine. `what` names it in
 * words. */
enum loy_status basket_text_check(struct loy_store *store, const char *what, const char *text);
/* The same of why a basket is void or a line came back: words, no number of a card or a person. */
enum loy_status basket_reason_check(struct loy_store *store, const char *reason);
/* NULL for NULL and "". */
const char *basket_text(const char *text);
void basket_bind_text(sqlite3_stmt *statement, int column, const char *text);
void basket_bind_row(sqlite3_stmt *statement, int column, int64_t row); /* 0 is NULL */

/* ---- Taxes -------------------------------------------------------------------------------------
 */

/* What is due for the basket of a row, taxes and all. */
enum loy_status basket_due(struct loy_store *store, int64_t basket, int64_t *due_minor);

/* ---- Prices ------------------------------------------------------------------------------------
 */

enum loy_status basket_article_row(
    struct loy_store *store, const char *code, int64_t *article, int64_t *version);
/* An interval as stored: to_us INT64_MAX is open. */
struct basket_price {
    int64_t article, site, from_us, to_us, list_minor, selling_minor, promotion;
    const char *display;
};
enum loy_status basket_price_check(struct loy_store *store, const struct loy_price *price);
/* Lays an interval into the history; where two overlap, the one that begins later holds. */
enum loy_status basket_price_lay(struct loy_store *store, const struct basket_price *price);
void basket_bind_until(sqlite3_stmt *statement, int column, int64_t to_us);
/* What the history says of an article at a site (0 everywhere) and moment: what holds for the site
 * itself, else what holds everywhere. LOY_NONE: nothing. */
struct basket_offer {
    int64_t list_minor, selling_minor;
    uint8_t form;
    char code[LOY_TEXT_MAX]; /* of the promotion, or "" */
};
/* The same of a line whose basket has its place and moment. */
struct basket_shelf {
    bool asked, there;
    struct basket_offer offer;
};
enum loy_status basket_price_at(struct loy_store *store, int64_t article, int64_t site,
    int64_t at_us, struct basket_offer *offer);
/* The row of a site's code, NULL: the store's own; 0 for one that has none yet. */
enum loy_status basket_site(struct loy_store *store, const char *code, int64_t *site);

/* The row of a basket; LOY_NONE: there is none. */
enum loy_status basket_row_find(struct loy_store *store, const struct loy_id *basket, int64_t *row);

/* The code of a promotion that still holds and whose coupon has the number of an article: its code
 * or its GTIN-14 (either may be NULL). LOY_NONE. *promotion stands until the next call. */
enum loy_status basket_coupon_of(struct loy_store *store, const char *code, const char *gtin,
    int64_t at_us, const char **promotion);

#endif
