/* SPDX-License-Identifier: MIT
 *
 * receipt_print.c - one receipt from the store to where it is wanted.
 * In: a basket. Out: paper, or a sentence. What a lane makes of it is the lane's.
 */
#include "receipt.h"

#include <cli/cli.h>

#include <string.h>

/* The drawer is opened for cash that goes in or out, and never by a copy. */
static bool drawer_wanted(const struct receipt *receipt)
{
    bool cash = false;
    for (size_t i = 0; i < receipt->tender_count; i++)
        cash = cash || receipt->tenders[i].kind == LOY_TENDER_CASH;
    return cash && !receipt->copy && receipt->settings[LOY_RECEIPT_DRAWER][0] == '1';
}

static enum loy_status bytes_make(
    const struct receipt *receipt, enum receipt_format format, struct receipt_bytes *bytes)
{
    struct receipt_sheet sheet;
    enum loy_status status = receipt_sheet_open(&sheet, format);
    if (status != LOY_OK) return status;
    receipt_layout(receipt, &sheet);
    if (format == RECEIPT_ESCPOS)
        receipt_escpos_write(&sheet, drawer_wanted(receipt), bytes);
    else
        receipt_text_write(&sheet, bytes);
    receipt_sheet_free(&sheet);
    return bytes->failed ? LOY_E_MEMORY : LOY_OK;
}

static enum receipt_format format_choose(const struct receipt *receipt, int format)
{
    if (format >= 0) return (enum receipt_format)format;
    return strcmp(receipt->settings[LOY_RECEIPT_FORMAT], "escpos") == 0 ? RECEIPT_ESCPOS
                                                                        : RECEIPT_TEXT;
}

static enum loy_status bytes_send(struct loy_store *store, const struct receipt_job *job,
    const struct receipt *receipt, const char *target, char why[RECEIPT_WHY_MAX])
{
    struct receipt_bytes bytes = {0};
    enum loy_status status = bytes_make(receipt, format_choose(receipt, job->format), &bytes);
    if (status != LOY_OK)
        snprintf(why, RECEIPT_WHY_MAX, "%s",
            _("out of memory, or this system's iconv has no GB18030; print the receipt again"));
    if (status == LOY_OK && receipt->copy)
        status = loy_receipt_copy(store, &job->basket, job->at_us);
    if (status == LOY_OK)
        status = receipt_send(target, bytes.bytes, bytes.size, job->limit_ms, why);
    receipt_bytes_free(&bytes);
    return status;
}

/* Another program may have taken the first one since it was looked at. Of an open basket nothing is
 * taken: it is no receipt yet. */
static enum loy_status first_take(
    struct loy_store *store, const struct receipt_job *job, struct receipt *receipt, bool *taken)
{
    if (receipt->copy) return LOY_OK;
    enum loy_status status = loy_receipt_take(store, &job->basket, job->at_us);
    *taken = status == LOY_OK;
    receipt->copy = status == LOY_REPEATED;
    return receipt->copy || status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status gathered_print(struct loy_store *store, const struct receipt_job *job,
    struct receipt *receipt, char why[RECEIPT_WHY_MAX])
{
    bool taken = false;
    const char *target = job->target != NULL ? job->target : receipt->settings[LOY_RECEIPT_PRINTER];
    if (target[0] == '\0') {
        snprintf(why, RECEIPT_WHY_MAX, "%s",
            _("no printer is set: a manager sets one with `receipt set printer`"));
        return LOY_REFUSED;
    }
    enum loy_status status = first_take(store, job, receipt, &taken);
    if (status == LOY_OK) status = bytes_send(store, job, receipt, target, why);
    // Should this fail too, the next one is marked as a copy, which is no harm.
    if (status != LOY_OK && taken) loy_receipt_put_back(store, &job->basket, job->at_us);
    return status;
}

enum loy_status receipt_print(
    struct loy_store *store, const struct receipt_job *job, bool *copy, char why[RECEIPT_WHY_MAX])
{
    struct receipt receipt;
    why[0] = '\0';
    enum loy_status status =
        receipt_gather(store, &job->basket, job->language, job->columns, &receipt);
    if (status == LOY_OK) status = gathered_print(store, job, &receipt, why);
    if (copy != NULL) *copy = receipt.copy;
    receipt_free(&receipt);
    return status;
}
