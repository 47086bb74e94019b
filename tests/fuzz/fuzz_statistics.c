/* SPDX-License-Identifier: MIT
 *
 * fuzz_statistics.c - any bytes as a file of counts: what is taken is written and read again
 * unchanged.
 */
#include "fuzz.h"

#include "statistics.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct statistics_row rows[STATISTICS_ROWS_MAX], again[STATISTICS_ROWS_MAX];
    static char text[STATISTICS_TEXT_MAX];
    int count = statistics_parse((const char *)bytes, size, rows, STATISTICS_ROWS_MAX);
    if (count < 0) return 0;
    size_t length = statistics_print(rows, (size_t)count, text, sizeof text);
    if (length == 0) abort();
    if (statistics_parse(text, length, again, STATISTICS_ROWS_MAX) != count) abort();
    if (memcmp(rows, again, (size_t)count * sizeof rows[0]) != 0) abort();
    return 0;
}
