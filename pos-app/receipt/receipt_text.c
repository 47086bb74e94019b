/* SPDX-License-Identifier: MIT
 *
 * receipt_text.c - rows as lines of UTF-8. Knows no basket.
 */
#include "receipt.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void receipt_bytes_add(struct receipt_bytes *out, const void *bytes, size_t size)
{
    if (out->failed) return;
    if (out->max - out->size < size) {
        size_t max = 2 * out->max + size + 1024;
        char *grown = malloc(max);
        if (grown == NULL) {
            out->failed = true;
            return;
        }
        if (out->bytes != NULL) {
            memcpy(grown, out->bytes, out->size);
            sodium_memzero(out->bytes, out->size);
        }
        free(out->bytes);
        out->bytes = grown;
        out->max = max;
    }
    memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

void receipt_bytes_free(struct receipt_bytes *out)
{
    if (out->bytes != NULL) sodium_memzero(out->bytes, out->size);
    free(out->bytes);
    *out = (struct receipt_bytes){0};
}

/* Blanks at the end of a row help nobody. */
void receipt_text_write(const struct receipt_sheet *sheet, struct receipt_bytes *out)
{
    const char *at = sheet->bytes, *end = sheet->bytes + sheet->size;
    out->failed = out->failed || sheet->failed;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at)), *last = stop;
        char style = *at++;
        while (last > at && last[-1] == ' ')
            last--;
        if (style != RECEIPT_BARCODE) {
            receipt_bytes_add(out, at, (size_t)(last - at));
            receipt_bytes_add(out, "\n", 1);
        }
        at = stop + 1;
    }
}
