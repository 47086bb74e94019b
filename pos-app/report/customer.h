/* SPDX-License-Identifier: MIT
 *
 * customer.h - the file of one customer: what the store says of it, gathered, and one printable
 * page of that. Gathering knows roles and the store; the page knows neither.
 */
#ifndef REPORT_CUSTOMER_H
#define REPORT_CUSTOMER_H

#include "page.h"

#include <loyalty/loyalty.h>

/* So much fits on the page; the rest is counted. */
#define CUSTOMER_FIELDS 21u
#define CUSTOMER_CARDS 6u
#define CUSTOMER_PURCHASERS 5u
#define CUSTOMER_YEARS 5u
#define CUSTOMER_TOP 5u
#define CUSTOMER_GROUPS 512u
#define CUSTOMER_NOTES 4u
#define CUSTOMER_AHEAD 16u
#define CUSTOMER_TEXT 160u /* bytes of a value on the page */

struct customer_group {
    char name[64];
    int64_t paid_minor, units_milli;
};
struct customer_groups {
    struct customer_group groups[CUSTOMER_GROUPS];
    size_t count;
};
struct customer_person {
    char name[CUSTOMER_TEXT], function[CUSTOMER_TEXT], card[5];
    uint8_t authority; /* 1 permanent, 2 until, 3 once */
    int64_t until_us;
};

struct customer_line {
    char label[64], text[256];
};

struct customer {
    struct loy_id id;
    struct loy_member member;
    char name[2 * CUSTOMER_TEXT], reading[2 * CUSTOMER_TEXT];
    char fields[CUSTOMER_FIELDS + 1][CUSTOMER_TEXT];      /* by enum loy_field, "" not given */
    char labels[CUSTOMER_FIELDS + 1][LOY_FORM_LABEL_MAX]; /* as on the form */
    struct loy_card cards[CUSTOMER_CARDS];                /* those in use first */
    int64_t card_since_us[CUSTOMER_CARDS];                /* when each got its state, 0 not known */
    size_t card_count;                                    /* all of them */
    struct customer_person people[CUSTOMER_PURCHASERS];
    size_t people_count;
    char notes[CUSTOMER_NOTES + 1][LOY_FIELD_TEXT_MAX]; /* by enum loy_note */
    bool notes_allowed;
    bool judged; /* quality is there */
    double accurate, right, complete;

    int64_t last_us, first_us, baskets, returned_milli;
    int16_t last_offset_min, first_offset_min;
    struct customer_groups years, categories, brands;

    bool profiled; /* agreed to it; else estimates are empty */
    struct loy_estimate estimates[16];
    size_t estimate_count;
    /* What is to come, likes and group, as text. */
    struct customer_line ahead[CUSTOMER_AHEAD];
    size_t ahead_count;

    int64_t at_us; /* of the page */
    unsigned minor_digits;
    char currency[4], site[LOY_CODE_MAX];
};

/* Everything but the estimates. LOY_E_ACCESS: the role may not read it; LOY_NONE: no such member.
 */
enum loy_status customer_gather(
    struct loy_store *store, const struct loy_id *id, int64_t at_us, struct customer *customer);
/* What came with later parts of the library: purchasers, notes, quality. */
enum loy_status customer_gather_more(struct loy_store *store, struct customer *customer);
/* The text, cut with an ellipsis where it does not fit, never inside a character. */
void customer_text_fit(char *out, size_t size, const char *text);
void customer_html(const struct customer *customer, bool chinese, struct page *page);

#endif
