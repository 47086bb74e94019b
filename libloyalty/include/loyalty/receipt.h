/* SPDX-License-Identifier: MIT
 *
 * loyalty/receipt.h - a basket of any state as it was sold, line by line, and the number on its
 * receipt. What a receipt looks like is the program's.
 */
#ifndef LOYALTY_RECEIPT_H
#define LOYALTY_RECEIPT_H

#include <loyalty/promotion.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What it was paid with: the kind, never a number. */
#define LOY_TENDERS(X)                                                                             \
    X(LOY_TENDER_CASH, "cash")                                                                     \
    X(LOY_TENDER_CARD, "card") /* a payment card, at its own terminal */                           \
    X(LOY_TENDER_MOBILE, "mobile")                                                                 \
    X(LOY_TENDER_VOUCHER, "voucher")                                                               \
    X(LOY_TENDER_GIFT_CARD, "gift-card")                                                           \
    X(LOY_TENDER_ACCOUNT, "account") /* invoiced to the member */                                  \
    X(LOY_TENDER_OTHER, "other")
LOY_NAMED_ENUM(loy_tender, LOY_TENDER_NONE, LOY_TENDERS)

struct loy_basket_line {
    size_t size;
    uint32_t number;
    int64_t article_version;
    char code[LOY_TEXT_MAX], label[LOY_TEXT_MAX];
    uint8_t kind, form; /* enum loy_kind, loy_form */
    int64_t quantity_milli, list_minor, discount_minor, paid_minor;
    int32_t tax_permille;
    bool price_is_net;
    char promotion[LOY_TEXT_MAX];
    char reason[LOY_TEXT_MAX];
    struct loy_id of; /* a return: what it returns from; none: without a receipt */
    uint32_t of_line;
    bool voids, voided; /* takes back a line of its own basket; was taken back whole by such */
    char campaign[LOY_TEXT_MAX]; /* of a coupon */
    /* Of the promotion's rule, where it has not been changed since the basket was opened; else 0.
     */
    int32_t take, pay;
    bool members_only;
};
/* Lines in the order of their numbers; start with *position = 0. LOY_NONE: no more. Asks for
 * LOY_MAY_SEE_BASKET. */
LOY_API enum loy_status loy_basket_line_next(struct loy_store *store, const struct loy_id *basket,
    uint32_t *position, struct loy_basket_line *line);
struct loy_basket_tender {
    uint8_t kind;         /* enum loy_tender */
    int64_t amount_minor; /* given back: negative */
};
/* The same for what it was paid with. Asks for LOY_MAY_SEE_BASKET. */
LOY_API enum loy_status loy_basket_tender_next(struct loy_store *store, const struct loy_id *basket,
    uint32_t *position, struct loy_basket_tender *tender);

struct loy_receipt_head {
    size_t size;
    struct loy_id basket;
    char site[LOY_CODE_MAX], lane[LOY_CODE_MAX];
    int64_t epoch, sequence, opened_at_us, closed_at_us;
    int16_t offset_min;
    uint8_t state; /* 1 open, 2 closed, 3 void */
    char operator_name[64];
    struct loy_id member; /* none: nobody's */
    char tail[5];         /* of the card, or "" */
    int64_t total_minor, saved_minor, due_minor;
    bool printed; /* a receipt was printed before, or is being printed: this one is a copy. So is
                     that of a sale which a till of others has sent: the till gave its own */
    int64_t purchaser; /* number of the authorised purchaser who showed a card, or 0 */
    int64_t operator_number;
    uint8_t source; /* enum loy_basket_source */
};
/* due_minor is what loy_basket_tax says. LOY_NONE: no such basket. Asks for LOY_MAY_SEE_BASKET. */
LOY_API enum loy_status loy_receipt_head_get(
    struct loy_store *store, const struct loy_id *basket, struct loy_receipt_head *head);
/* The number on a receipt, "S1-03-2-000417": site, lane, epoch, sequence; "" of an open basket. */
#define LOY_RECEIPT_NUMBER_SIZE (2u * LOY_CODE_MAX + 48u)
LOY_API void loy_receipt_number(
    const struct loy_receipt_head *head, char text[LOY_RECEIPT_NUMBER_SIZE]);
/* The basket of such a number, as typed (in either case, leading zeros or none) or scanned, or of
 * the basket's own id. LOY_NONE; LOY_E_FORMAT: no such number can be; LOY_E_CONFLICT: the codes of
 * two lanes make the same number. Asks for LOY_MAY_SEE_BASKET. */
LOY_API enum loy_status loy_receipt_find(
    struct loy_store *store, const char *number, struct loy_id *basket);
/* To be called before a receipt is given out again: into the audit log with it (receipt.copy).
 * LOY_NONE: no such basket. Asks for LOY_MAY_SEE_BASKET. */
LOY_API enum loy_status loy_receipt_copy(
    struct loy_store *store, const struct loy_id *basket, int64_t at_us);
/* To be called before the first byte of a first receipt goes out, so that of several programs one
 * prints it and the others print a copy. LOY_OK: it is the caller's to print, and from now on
 * another's is a copy, also after a power cut in between: some of it may be on paper. LOY_REPEATED:
 * it was taken or printed before; LOY_NONE: no such basket, or it is open. put_back, with the same
 * at_us: it did not go out, and is due as before. LOY_REPEATED: nothing was taken then. Both ask
 * for LOY_MAY_SELL. */
LOY_API enum loy_status loy_receipt_take(
    struct loy_store *store, const struct loy_id *basket, int64_t at_us);
LOY_API enum loy_status loy_receipt_put_back(
    struct loy_store *store, const struct loy_id *basket, int64_t at_us);
/* To be called when the last byte of a first receipt is out: the sale has its receipt, and what is
 * given out from now on is a copy. LOY_REPEATED: it was so; LOY_NONE: no such basket, or it is open
 * (LOY_LANE_PRINTED tells the lane). Asks for LOY_MAY_SELL. */
LOY_API enum loy_status loy_receipt_done(
    struct loy_store *store, const struct loy_id *basket, int64_t at_us);

/* ---- What a shop may set -----------------------------------------------------------------------
 *
 * Symbol, name, default, choices parted by blanks ("" any text of UTF-8, lines parted by \n). */
// clang-format off
#define LOY_RECEIPT_SETTINGS(X)                                                                    \
    X(LOY_RECEIPT_NAME,     "name",     "",       "") /* of the shop */                            \
    X(LOY_RECEIPT_ADDRESS,  "address",  "",       "")                                              \
    X(LOY_RECEIPT_TAX_NO,   "tax_no",   "",       "") /* of the shop */                            \
    X(LOY_RECEIPT_HEADER,   "header",   "",       "")                                              \
    X(LOY_RECEIPT_FOOTER,   "footer",   "",       "")                                              \
    X(LOY_RECEIPT_PRIVACY,  "privacy",  "",       "") /* "": the program's own line */             \
    X(LOY_RECEIPT_LANGUAGE, "language", "",       "en zh_CN") /* "": that of the process */        \
    X(LOY_RECEIPT_COLUMNS,  "columns",  "42",     "32 42 48")                                      \
    X(LOY_RECEIPT_FORMAT,   "format",   "text",   "text escpos")                                   \
    X(LOY_RECEIPT_PRINTER,  "printer",  "",       "") /* device, file or |command; "": none */     \
    X(LOY_RECEIPT_CASHIER,  "cashier",  "name",   "name number none")                              \
    X(LOY_RECEIPT_DRAWER,   "drawer",   "0",      "0 1") /* opened at a payment in cash */         \
    X(LOY_RECEIPT_TRAINING, "training", "0",      "0 1") /* all receipts say so */
// clang-format on
enum loy_receipt_setting {
    LOY_RECEIPT_NO_SETTING,
#define LOY_RECEIPT_SETTING_ROW(symbol, name, usual, choices) symbol,
    LOY_RECEIPT_SETTINGS(LOY_RECEIPT_SETTING_ROW)
#undef LOY_RECEIPT_SETTING_ROW
        LOY_RECEIPT_SETTING_END
};
#define LOY_RECEIPT_SETTING_MAX 400u
/* "name" ...; NULL: no setting. choices: those that there are, parted by blanks, "" any text. find:
 * LOY_NONE. */
LOY_API const char *loy_receipt_setting_name(enum loy_receipt_setting setting);
LOY_API const char *loy_receipt_setting_choices(enum loy_receipt_setting setting);
LOY_API enum loy_status loy_receipt_setting_find(
    const char *name, enum loy_receipt_setting *setting);
/* As the shop set it, else the default. Asks for LOY_MAY_READ_RULE. */
LOY_API enum loy_status loy_receipt_setting_get(
    struct loy_store *store, enum loy_receipt_setting setting, char text[LOY_RECEIPT_SETTING_MAX]);
/* "" goes back to the default. LOY_E_FORMAT: none of the choices, or no text; LOY_E_LIMIT: too
 * long; LOY_REPEATED: it is so. Asks for LOY_MAY_EDIT_RULE. */
LOY_API enum loy_status loy_receipt_setting_set(
    struct loy_store *store, enum loy_receipt_setting setting, const char *text, int64_t at_us);

#ifdef __cplusplus
}
#endif
#endif
