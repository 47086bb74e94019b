/* SPDX-License-Identifier: MIT
 *
 * fuzz_csv.c - any bytes as a CSV file of either encoding. Bit 0 of the first byte: GB18030; the
 * rest of it, from 1: in pieces of how many bytes the converter gets them. What comes out does not
 * depend on the pieces, is UTF-8, and makes a table whose cells all lie in it.
 */
#include "fuzz.h"

#include <csv_encoding.h>
#include <csv_table.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *encoding_word;

/* What the table asks of the program: nothing is printed here. */
int cli_fail(const struct cli *cli, enum cli_exit code, const char *format, ...)
{
    (void)cli;
    (void)format;
    return code;
}

const char *cli_value(const struct cli *cli, const char *name)
{
    (void)cli;
    return strcmp(name, "encoding") == 0 ? encoding_word : NULL;
}

static void demand(bool holds)
{
    if (!holds) abort();
}

/* By the system's own judgement, not that of the code under test. */
static bool is_utf8(const char *text, size_t size)
{
    char out[4096];
    iconv_t judge = iconv_open("UTF-32LE", "UTF-8");
    char *from = (char *)text;
    bool good = judge != (iconv_t)-1;
    while (good && size > 0) {
        char *to = out;
        size_t left = sizeof out;
        good = iconv(judge, &from, &size, &to, &left) != (size_t)-1 || left < sizeof out;
    }
    iconv_close(judge);
    return good;
}

struct converted {
    unsigned char *bytes;
    size_t size;
    bool good, done;
};

static struct converted convert(const uint8_t *bytes, size_t size, size_t piece)
{
    struct csv_converter converter;
    struct converted result = {.bytes = malloc(CSV_CONVERTED_MAX(size)), .good = true};
    demand(result.bytes && csv_converter_open(&converter));
    for (size_t at = 0; at < size && result.good; at += piece) {
        size_t n = size - at < piece ? size - at : piece, out_size = 0;
        unsigned char *out = malloc(CSV_CONVERTED_MAX(n)); /* so that a byte too far is seen */
        demand(out != NULL);
        result.good = csv_convert(&converter, bytes + at, n, out, &out_size);
        demand(out_size <= CSV_CONVERTED_MAX(n));
        demand(result.size + out_size <= CSV_CONVERTED_MAX(size));
        memcpy(result.bytes + result.size, out, out_size);
        result.size += out_size;
        free(out);
    }
    result.done = csv_converter_done(&converter);
    csv_converter_close(&converter);
    return result;
}

static void check_pieces(const uint8_t *bytes, size_t size, size_t piece)
{
    struct converted whole = convert(bytes, size, size + 1), cut = convert(bytes, size, piece);
    demand(whole.good == cut.good && whole.size == cut.size);
    demand(memcmp(whole.bytes, cut.bytes, whole.size) == 0);
    demand(!whole.good || whole.done == cut.done);
    demand(is_utf8((const char *)whole.bytes, whole.size));
    free(whole.bytes);
    free(cut.bytes);
}

static void check_table(const struct csv_table *table)
{
    demand(table->file_columns > 0 && table->file_columns <= CSV_COLUMNS_MAX);
    for (size_t row = 0; row < table->row_count; row++) {
        demand(table->numbers[row] > (row > 0 ? table->numbers[row - 1] : 1));
        for (size_t f = 0; f < table->file_columns; f++) {
            const char *cell = csv_file_cell(table, row, f);
            size_t left = (size_t)(table->bytes + table->used - cell);
            demand(cell >= table->bytes && cell < table->bytes + table->used);
            demand(memchr(cell, '\0', left) != NULL && is_utf8(cell, strlen(cell)));
        }
    }
}

static void check_file(const uint8_t *bytes, size_t size)
{
    static const struct csv_column columns[] = {
        {"article", false, false}, {"brand", false, true}, {0}};
    static const struct cli_command command = {.name = "import"};
    const struct cli cli = {.command = &command};
    char path[64];
    int file = memfd_create("fuzz", 0);
    demand(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    FILE *looked = fopen(path, "rb");
    demand(looked != NULL);
    bool gb = csv_encoding_find(looked) == CSV_GB18030;
    demand(ftell(looked) == 0 && !(gb && is_utf8((const char *)bytes, size)));
    fclose(looked);
    struct csv_table table;
    if (csv_open(&cli, path, columns, true, &table) == CLI_DONE) {
        check_table(&table);
        csv_close(&table);
    }
    close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1 || size > 100000) return 0;
    encoding_word = bytes[0] & 1 ? "gb18030" : "utf-8";
    size_t piece = (size_t)(bytes[0] >> 1) + 1;
    if (encoding_word[0] == 'g') check_pieces(bytes + 1, size - 1, piece);
    check_file(bytes + 1, size - 1);
    return 0;
}
