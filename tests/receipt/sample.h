/* SPDX-License-Identifier: MIT
 *
 * sample.h - receipts made by hand, as receipt_gather would have found them: a sale with
 * everything, a return, a void one, and hostile texts. Names and numbers are invented.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <receipt/receipt.h>

#define SAMPLE_NOON_US INT64_C(1772454600000000) /* 2026-03-02 12:30 UTC */

/* Lines and numbers point into static storage of the sample: no receipt_free. */
void sample_sale(struct receipt *receipt, enum receipt_language language, unsigned columns);
void sample_return(struct receipt *receipt, enum receipt_language language, unsigned columns);
void sample_void(struct receipt *receipt, enum receipt_language language, unsigned columns);
/* So many lines with this label. */
void sample_lines(struct receipt *receipt, size_t count, const char *label);

/* The text of it; to be freed by receipt_bytes_free. */
struct receipt_bytes sample_text(const struct receipt *receipt);
struct receipt_bytes sample_escpos(const struct receipt *receipt, bool drawer);

#endif
