/* SPDX-License-Identifier: MIT
 *
 * loyalty/basket.h - articles, prices, baskets and their lines.
 *
 * A line is frozen at sale: it points at an immutable version of its article, so that editing the
 * article later never changes an old line. LOY_OK of a writing call means durable: beep after it,
 * never before.
 */
#ifndef LOYALTY_BASKET_H
#define LOYALTY_BASKET_H

#include <loyalty/store.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_TEXT_MAX 128u /* bytes of an article's code, brand, ... ; terminator included */
#define LOY_LINES_MAX 2000u
/* Thousandths of a lane's line: a million pieces. More is a number typed into the wrong field. */
#define LOY_LANE_QUANTITY_MAX INT64_C(1000000000)
/* The largest price and the largest amount of a line, in minor units: nine million such lines can
 * still be added up. */
#define LOY_AMOUNT_MAX INT64_C(1000000000000)
#define LOY_TAX_PERMILLE_MAX 10000 /* ten times the price */
/* Time of day, local, of a basket whose time is not known: noon and a microsecond. What is said of
 * hours leaves such baskets out. */
#define LOY_DAY_ONLY_US INT64_C(43200000001)

/* Only goods are profiled. */
#define LOY_KINDS(X)                                                                               \
    X(LOY_KIND_GOODS, "goods")                                                                     \
    X(LOY_KIND_DEPOSIT, "deposit")                                                                 \
    X(LOY_KIND_GIFT_CARD, "gift-card")                                                             \
    X(LOY_KIND_BAG, "bag")                                                                         \
    X(LOY_KIND_STAFF, "staff")
LOY_NAMED_ENUM(loy_kind, LOY_KIND_NONE, LOY_KINDS)

/* How a promotion works; the name is that of files and JSON. */
#define LOY_FORMS(X)                                                                               \
    X(LOY_FORM_PERCENT, "percent")                                                                 \
    X(LOY_FORM_AMOUNT, "amount")                                                                   \
    X(LOY_FORM_N_FOR_M, "n-for-m")                                                                 \
    X(LOY_FORM_MEMBER_PRICE, "member-price")                                                       \
    X(LOY_FORM_COUPON, "coupon")                                                                   \
    X(LOY_FORM_OTHER, "other")
LOY_NAMED_ENUM(loy_form, LOY_FORM_NONE, LOY_FORMS)

/* About fourteen colour families stand above the suppliers' own colour names. */
#define LOY_COLOUR_FAMILIES(X)                                                                     \
    X(LOY_COLOUR_BLACK, "black")                                                                   \
    X(LOY_COLOUR_WHITE, "white")                                                                   \
    X(LOY_COLOUR_GREY, "grey")                                                                     \
    X(LOY_COLOUR_BEIGE, "beige")                                                                   \
    X(LOY_COLOUR_BROWN, "brown")                                                                   \
    X(LOY_COLOUR_RED, "red")                                                                       \
    X(LOY_COLOUR_PINK, "pink")                                                                     \
    X(LOY_COLOUR_ORANGE, "orange")                                                                 \
    X(LOY_COLOUR_YELLOW, "yellow")                                                                 \
    X(LOY_COLOUR_GREEN, "green")                                                                   \
    X(LOY_COLOUR_BLUE, "blue")                                                                     \
    X(LOY_COLOUR_NAVY, "navy")                                                                     \
    X(LOY_COLOUR_PURPLE, "purple")                                                                 \
    X(LOY_COLOUR_MULTI, "multi")
LOY_NAMED_ENUM(loy_colour, LOY_COLOUR_NONE, LOY_COLOUR_FAMILIES)

/* ---- Articles ------------------------------------------------------------------------------ */

/* Strings are borrowed for the call; NULL or "" is "not known". */
struct loy_article {
    size_t size;
    const char *code; /* the shop's own, required */
    const char *gtin; /* 8, 12, 13 or 14 digits */
    const char *brand, *manufacturer, *category, *style, *season;
    const char *grade;     /* from the category's ordered list; "1 basic" before "2 good" ... */
    const char *colour;    /* the supplier's name for it */
    uint8_t colour_family; /* enum loy_colour */
    const char *size_text; /* "M", "42", "500 g" */
    uint8_t kind;          /* enum loy_kind; NONE counts as goods */
    bool own_brand;        /* the shop's own label */
    bool derived_grade;    /* the grade was computed (a price tercile), not given */
    int32_t tax_permille;  /* 190 = 19 %; -1 not known */
    bool price_is_net;
    const char *counter;
    int64_t cost_minor; /* -1 not known */
};

/* Adds or edits: LOY_OK a new version is current; LOY_REPEATED it is as it was. A GTIN that the
 * article had before still finds it. LOY_E_FORMAT, LOY_E_CHECK (GTIN), LOY_E_LIMIT: loy_store_text
 * says which field; LOY_E_CONFLICT: the GTIN is another article's, or a coupon has the number.
 * Asks for LOY_MAY_EDIT_ARTICLE.
 */
LOY_API enum loy_status loy_article_put(
    struct loy_store *store, const struct loy_article *article, int64_t at_us);
/* The number by which lines name the article's current version; LOY_NONE: no such code. Asks for
 * LOY_MAY_FIND_ARTICLE. */
LOY_API enum loy_status loy_article_find(
    struct loy_store *store, const char *code, int64_t *version);
LOY_API enum loy_status loy_article_find_gtin(
    struct loy_store *store, const char *gtin14, int64_t *version);

/* One interval of the price history. The same (article, site, from) replaces. Intervals of one
 * article at one site never overlap: where two would, the one that begins later holds, and the
 * other goes on behind it. Asks for LOY_MAY_EDIT_ARTICLE. */
struct loy_price {
    size_t size;
    const char *article, *site; /* site NULL: everywhere */
    int64_t from_us, to_us;     /* [from, to); to 0: open */
    int64_t list_minor, selling_minor;
    const char *promotion; /* its code, or NULL */
    uint8_t form;          /* enum loy_form */
    const char *display;   /* "front", "endcap" ..., or NULL */
};
LOY_API enum loy_status loy_price_put(struct loy_store *store, const struct loy_price *price);

/* The whole shelf of a site at a day, from `prices[count]`: intervals are derived from one snapshot
 * to the next. An article of the last snapshot that is missing now left the shelf; *gap_days is the
 * number of days without a snapshot since the last one, for a warning. The same day again replaces
 * what was taken that day; LOY_E_CONFLICT: a later day is there. from_us, to_us and site of the
 * prices are not looked at. Asks for LOY_MAY_EDIT_ARTICLE. */
LOY_API enum loy_status loy_price_snapshot(struct loy_store *store, const char *site,
    int64_t day_us, const struct loy_price *prices, size_t count, unsigned *gap_days);

/* The same for the shelf alone: the codes of all articles on it that day, without prices. Prices of
 * what left are closed too; what comes back has the price with which it left. Asks for
 * LOY_MAY_EDIT_ARTICLE. */
LOY_API enum loy_status loy_assortment_snapshot(struct loy_store *store, const char *site,
    int64_t day_us, const char *const *codes, size_t count, unsigned *gap_days);

/* ---- Baskets ------------------------------------------------------------------------------- */

/* paid + discount = list x quantity, rounded to the minor unit with halves away from zero; n whole
 * pieces may miss it by n / 2 units, since the unit price is itself rounded (three for 1.00 are
 * 0.33 each). What does not add up is LOY_E_FORMAT, what does not fit 64 bits LOY_E_LIMIT, and the
 * text names the line. A sale has a positive quantity, and discount and paid are not negative. A
 * return has a negative quantity and paid is not positive; where it names what it returns, it is
 * the same article, and all returns of that line together give back neither more pieces nor more
 * money than it had. return_of may be the basket's own id: a line that is taken back. */
struct loy_line {
    int64_t article_version; /* from loy_article_find */
    int64_t quantity_milli;  /* thousandths; negative in a return */
    int64_t list_minor;      /* unit list price */
    int64_t discount_minor;  /* of the whole line, not negative for a sale */
    int64_t paid_minor;      /* of the whole line */
    const char *promotion;   /* code, or NULL */
    uint8_t form;            /* enum loy_form */
    const char *reason;      /* of a return, in words: more than 8 digits are refused, which may be
                                the number of a card or a person */
    struct loy_id
        return_of; /* the basket that it returns from; none for a sale or an unlinked return */
    uint32_t return_of_line; /* 1, 2, ... in that basket */
};

/* The one rule of rounding: list price times quantity in minor units, halves away from zero. False:
 * it does not fit 64 bits. */
LOY_API bool loy_line_amount(int64_t list_minor, int64_t quantity_milli, int64_t *amount_minor);
/* By how much paid + discount may miss that amount, in either direction: half a unit for each of
 * several whole pieces, since the unit price is itself rounded (three for 1.00 are 0.33 each);
 * nothing for one piece and for weighed goods. */
LOY_API int64_t loy_line_slack(int64_t quantity_milli);

struct loy_basket_head {
    size_t size;
    struct loy_id id;        /* of the till, for exact replay; none: one is made */
    const char *site, *lane; /* NULL: the store's own */
    int64_t sequence;        /* of the lane, for replay of a till's journal; 0: the next one */
    int64_t at_us;           /* when it was opened */
    int16_t offset_min;      /* zone offset at the shop then */
    const struct loy_credential *credential; /* or NULL */
    const struct loy_id *member;             /* instead of a credential (imports), or NULL */
    uint8_t source;                          /* enum loy_basket_source */
};
enum loy_basket_source { LOY_BASKET_LANE = 1, LOY_BASKET_FEED, LOY_BASKET_IMPORT };

/* A whole basket of a till in one transaction. LOY_REPEATED: this id or (lane, epoch, sequence) is
 * there with the same content; LOY_E_CONFLICT: with another content - the newcomer is kept aside
 * (quarantine) and reported. An unknown credential is kept as pending and resolved when the card is
 * issued. LOY_REFUSED: the card may not be used; nothing is stored, record it without. A replay may
 * name a newer version of an article, and need not name the person. A given sequence follows the
 * lane's last one without a gap (else LOY_E_FORMAT); the lane of another till (source feed or
 * import) may begin at any number. Asks for LOY_MAY_SELL. */
LOY_API enum loy_status loy_basket_record(struct loy_store *store,
    const struct loy_basket_head *head, const struct loy_line *lines, size_t line_count,
    struct loy_id *id);

/* Line by line, as a lane does it: each call is durable when it answers LOY_OK. LOY_E_CONFLICT:
 * another program has changed or ended this basket; let go of the handle and resume. */
struct loy_basket;
/* head->sequence is 0. LOY_REFUSED: the head's card may not be used, nothing is opened;
 * LOY_E_CONFLICT: a basket with this id is there. An unknown credential is kept as pending. Asks
 * for LOY_MAY_SELL. */
LOY_API enum loy_status loy_basket_open(
    struct loy_store *store, const struct loy_basket_head *head, struct loy_basket **basket);
LOY_API enum loy_status loy_basket_add(
    struct loy_basket *basket, const struct loy_line *line, uint32_t *number);
/* At any moment before closing. LOY_OK: the member is attached; LOY_NONE: unknown card, kept as
 * pending; LOY_REFUSED: the card may not be used (blocked, lost, expired, ..., or the authority of
 * its purchaser has ended: then the words name the firm). All is judged at the time at which the
 * basket was opened. A known card takes the place of one attached before; an unknown one does not.
 * A single authorisation is used up when the basket is closed, not here, and not by a void one. */
LOY_API enum loy_status loy_basket_attach(
    struct loy_basket *basket, const struct loy_credential *credential, struct loy_id *member);
/* Gives the basket its place in the lane's sequence. The handle is gone after LOY_OK. LOY_E_FORMAT:
 * it has no lines. */
LOY_API enum loy_status loy_basket_close(
    struct loy_basket *basket, int64_t at_us, struct loy_id *id, int64_t *total_minor);
/* The basket keeps its lines, takes its place in the sequence and is no sale. The handle is gone
 * after LOY_OK, as with close. */
LOY_API enum loy_status loy_basket_void(
    struct loy_basket *basket, const char *reason, int64_t at_us);
/* After a power cut: the oldest basket still open in this lane, but for what was suspended
 * (loyalty/lane.h); LOY_NONE: there is none. Asks for LOY_MAY_SELL. */
LOY_API enum loy_status loy_basket_resume(struct loy_store *store, struct loy_basket **basket);
/* Lets go of the handle; an open basket stays open in the store. NULL is fine. */
LOY_API void loy_basket_release(struct loy_basket *basket);

struct loy_basket_summary {
    struct loy_id id, member; /* member none: anonymous */
    int64_t sequence, opened_at_us, total_minor, discount_minor;
    int32_t line_count;
    uint8_t state;     /* 1 open, 2 closed, 3 void */
    int64_t purchaser; /* number of the authorised purchaser who showed a card, or 0 */
};
/* Asks for LOY_MAY_SEE_BASKET. */
LOY_API enum loy_status loy_basket_get(
    struct loy_store *store, const struct loy_id *id, struct loy_basket_summary *summary);

/* Sums over closed baskets by their corrected times, for control totals. Asks for
 * LOY_MAY_READ_SALES. */
struct loy_basket_totals {
    int64_t baskets, identified, lines, members, paid_minor,
        discount_minor; /* identified: with a member */
};
LOY_API enum loy_status loy_basket_totals_get(
    struct loy_store *store, int64_t from_us, int64_t to_us, struct loy_basket_totals *totals);

/* ---- Sales rows: lines of closed baskets as the profile and market rooms read them ------------
 */

struct loy_sale {
    int64_t basket; /* number inside the store */
    int64_t member; /* number inside the store; 0 anonymous */
    int64_t at_us;  /* corrected where the lane's clock was wrong (loyalty/clock.h) */
    int16_t offset_min;
    int32_t site; /* number inside the store */
    int64_t article_version;
    int64_t quantity_milli, list_minor, discount_minor, paid_minor;
    int64_t returned_milli; /* of this line, by later returns */
    uint8_t form;           /* enum loy_form */
    bool on_deal, is_return;
    const char *reason; /* of a return; valid until the next call */
};
/* A version's frozen attributes; strings are valid while the store is open, "" where not known. */
struct loy_version {
    const char *article, *brand, *manufacturer, *category, *style, *season, *grade, *colour,
        *size_text;
    uint8_t colour_family, kind;
    bool own_brand, derived_grade;
};

struct loy_sales; /* a cursor: members in ascending number, then time */
/* Asks for LOY_MAY_READ_SALES. */
LOY_API enum loy_status loy_sales_open(struct loy_store *store, int64_t from_us, int64_t to_us,
    const struct loy_id *member, struct loy_sales **sales); /* member NULL: all */
LOY_API enum loy_status loy_sales_next(struct loy_sales *sales, struct loy_sale *sale);
LOY_API void loy_sales_close(struct loy_sales *sales);
/* Asks for LOY_MAY_FIND_ARTICLE. */
LOY_API enum loy_status loy_version_get(
    struct loy_store *store, int64_t version, struct loy_version *attributes);
/* What a version's article costs the shop, and how much of its price is tax. Both are the version's
 * own, frozen at sale; where it knows none, that of the article as it is now. Asks for
 * LOY_MAY_READ_SALES. */
struct loy_cost {
    int64_t cost_minor;   /* of one unit (1000 thousandths), without tax; -1 not known */
    int32_t tax_permille; /* -1 not known */
    bool price_is_net;
};
LOY_API enum loy_status loy_version_cost(
    struct loy_store *store, int64_t version, struct loy_cost *cost); /* LOY_NONE */
/* The member's number in loy_sale.member, and back. Asks for LOY_MAY_SEE_MEMBER. */
LOY_API enum loy_status loy_member_number(
    struct loy_store *store, const struct loy_id *id, int64_t *number);
LOY_API enum loy_status loy_member_by_number(
    struct loy_store *store, int64_t number, struct loy_id *id);

/* What was on offer in [from, to): rows of the price history that overlap it, by article, then
 * from, then site; to_us 0: open. A site's own row goes before that of everywhere. A row is cut
 * where a rule of a promotion (loyalty/promotion.h) begins or ends that holds for its article, and
 * asks what a member pays for one piece or unit then; a site's own rule makes a row of the site. n
 * for m moves no price of one piece and is told by its form, where nothing else is. Coupons and
 * rules of them are not on a shelf. A rule that was replaced counts as it stood until then; one of
 * days that were over when it was entered is corrected by the next of its code for any of them. A
 * value other than 0 from offer() ends it with LOY_E_CANCELLED. Asks for LOY_MAY_READ_SALES. */
struct loy_offer {
    int64_t article_version; /* current version of the article */
    int32_t site;            /* 0: everywhere */
    int64_t from_us, to_us, list_minor, selling_minor;
    uint8_t form;
    bool promoted, display; /* a promotion is named, whatever its form; a display is */
};
LOY_API enum loy_status loy_offer_each(struct loy_store *store, int64_t from_us, int64_t to_us,
    int (*offer)(void *user, const struct loy_offer *offer), void *user);

#ifdef __cplusplus
}
#endif
#endif
