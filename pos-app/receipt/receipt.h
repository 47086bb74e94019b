/* SPDX-License-Identifier: MIT
 *
 * receipt.h - a receipt: gathered from the store as one plain value, laid out in rows, written as
 * text or as ESC/POS, and brought to a file, a device or a program. It is not a fiscal receipt and
 * says so.
 *
 *     store -> receipt_gather -> struct receipt -> receipt_layout -> struct receipt_sheet
 *           -> receipt_text_write | receipt_escpos_write -> bytes -> receipt_send
 *
 * receipt_print does all of it, for the faces of the lane.
 */
#ifndef RECEIPT_H
#define RECEIPT_H

#include <loyalty/loyalty.h>
#include <receipt/receipt_words.h>

#include <iconv.h>
#include <jansson.h>
#include <stddef.h>

/* ---- The value ---------------------------------------------------------------------------------
 */

#define RECEIPT_TENDERS_MAX 64u

struct receipt {
    struct loy_store_settings shop;
    struct loy_receipt_head head;
    char number[LOY_RECEIPT_NUMBER_SIZE];
    struct loy_basket_line *lines; /* line_count of them, to be freed by receipt_free */
    size_t line_count;
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    size_t tax_count;
    struct loy_basket_tender tenders[RECEIPT_TENDERS_MAX];
    size_t tender_count;
    int64_t member_saved_minor;
    bool has_member, has_member_row;      /* row: name and consents could be read */
    char member_name[LOY_FIELD_TEXT_MAX]; /* masked, but whole of an organisation; or "" */
    char buyer_name[LOY_FIELD_TEXT_MAX];  /* masked, or "" */
    bool consent[LOY_PURPOSE_END];
    bool copy;
    enum receipt_language language;
    unsigned columns;
    char settings[LOY_RECEIPT_SETTING_END][LOY_RECEIPT_SETTING_MAX];
    /* Of the lines: numbers of the receipts that they return from, or "". */
    char (*of_numbers)[LOY_RECEIPT_NUMBER_SIZE];
};

/* *receipt is zero before, and to be freed in any case. LOY_NONE: no such basket. language -1: as
 * the shop set it, else that of the process. columns 0: as the shop set it. */
enum loy_status receipt_gather(struct loy_store *store, const struct loy_id *basket, int language,
    unsigned columns, struct receipt *receipt);
void receipt_free(struct receipt *receipt); /* wipes */
/* First letter of each word, "J** D**"; "张**". Cut where it does not fit. */
void receipt_mask(const char *name, char *masked, size_t size);

/* ---- Rows --------------------------------------------------------------------------------------
 */

enum receipt_format { RECEIPT_TEXT, RECEIPT_ESCPOS };

/* Rows, each a style's letter, text that fits the columns, and \n. */
enum receipt_style {
    RECEIPT_PLAIN = 'p',
    RECEIPT_BOLD = 'b',
    RECEIPT_TALL = 't', /* twice as high */
    RECEIPT_BIG = 'T',  /* twice as high and wide: text has half the columns */
    RECEIPT_BARCODE = 'k'
};
struct receipt_sheet {
    char *bytes;
    size_t size, max;
    bool failed;      /* no memory */
    unsigned columns; /* of the paper */
    bool printer;     /* characters as wide as the printer's; big rows and barcodes are wanted */
    iconv_t gb18030;  /* of a printer */
};
/* LOY_E_MEMORY: this system's iconv has no GB18030. */
enum loy_status receipt_sheet_open(struct receipt_sheet *sheet, enum receipt_format format);
void receipt_layout(const struct receipt *receipt, struct receipt_sheet *sheet);
void receipt_sheet_free(struct receipt_sheet *sheet); /* wipes */

/* Text from outside as it may be printed: UTF-8 without control, format, bidi or unassigned
 * characters; what is no UTF-8 becomes '?'. Line ends stay where lines is set, else are blanks. */
void receipt_clean(const char *text, bool lines, char *clean, size_t size);
unsigned receipt_width(const struct receipt_sheet *sheet, const char *text, size_t size);
void receipt_row(struct receipt_sheet *sheet, enum receipt_style style, const char *text);
/* Wrapped at blanks, else anywhere between characters; indent columns before each row. */
void receipt_wrap(struct receipt_sheet *sheet, enum receipt_style style, unsigned indent,
    const char *text, size_t size);
void receipt_centre(struct receipt_sheet *sheet, enum receipt_style style, const char *text);
/* left wrapped, right at the right end of its last row. */
void receipt_pair(struct receipt_sheet *sheet, enum receipt_style style, unsigned indent,
    const char *left, const char *right);
void receipt_rule(struct receipt_sheet *sheet);

/* ---- Bytes -------------------------------------------------------------------------------------
 */

struct receipt_bytes {
    char *bytes;
    size_t size, max;
    bool failed; /* no memory */
};
void receipt_bytes_add(struct receipt_bytes *out, const void *bytes, size_t size);
void receipt_bytes_free(struct receipt_bytes *out); /* wipes */
/* A character as a printer takes it: one byte of ASCII, else two or four of GB18030. */
#define RECEIPT_CODE_MAX 4u
size_t receipt_point_code(
    iconv_t gb18030, const char *utf8, size_t size, char code[RECEIPT_CODE_MAX]);
void receipt_text_write(const struct receipt_sheet *sheet, struct receipt_bytes *out);
void receipt_escpos_write(
    const struct receipt_sheet *sheet, bool open_drawer, struct receipt_bytes *out);

/* The gathered receipt as an object, for programs: masked like the paper. NULL: no memory. */
json_t *receipt_json(const struct receipt *receipt);

/* ---- Out ---------------------------------------------------------------------------------------
 */

#define RECEIPT_WHY_MAX 400u
#define RECEIPT_LIMIT_MS 10000

/* target: "-" standard output, "|COMMAND" a program's standard input, else a device or a file,
 * which is replaced whole. All bytes are out within the limit (0: RECEIPT_LIMIT_MS), or LOY_E_IO,
 * LOY_E_GONE, LOY_E_FULL, LOY_REFUSED with a sentence in why: then some may be on the paper. */
enum loy_status receipt_send(
    const char *target, const void *bytes, size_t size, int limit_ms, char why[RECEIPT_WHY_MAX]);

struct receipt_job {
    struct loy_id basket;
    const char *target; /* as above; NULL: the shop's printer */
    int format;         /* enum receipt_format; -1: as the shop set it */
    int language;       /* enum receipt_language; -1: as the shop set it */
    unsigned columns;   /* 0: as the shop set it */
    int limit_ms;       /* 0: RECEIPT_LIMIT_MS */
    int64_t at_us;      /* now */
};
/* One receipt. A basket whose receipt was printed before gives a copy, which says so and is audited
 * first. The caller tells the lane (LOY_LANE_PRINTED, or loy_receipt_done where no lane is open)
 * after LOY_OK; after anything else nothing has
 * changed but the audit log, and the receipt is due as before. LOY_NONE: no such basket;
 * LOY_REFUSED: the shop has set no printer. why is "" where the store's own text says it. */
enum loy_status receipt_print(
    struct loy_store *store, const struct receipt_job *job, bool *copy, char why[RECEIPT_WHY_MAX]);

#endif
