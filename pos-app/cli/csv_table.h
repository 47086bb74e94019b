/* SPDX-License-Identifier: MIT
 *
 * csv_table.h - a CSV file (UTF-8 or GB18030, RFC 4180, a byte-order mark is fine) read whole, its
 * columns found by the names in its first row (any case, blanks around them), and the list of what
 * is wrong with it. Row 1 is the header, as in a spreadsheet; rows that hold nothing are passed
 * over.
 */
#ifndef CSV_TABLE_H
#define CSV_TABLE_H

#include "cli.h"
#include "csv_encoding.h"

#define CSV_COLUMNS_MAX 64u
#define CSV_ROWS_MAX 4000000u
#define CSV_BYTES_MAX (1024u << 20)
#define CSV_CELL_MAX (1u << 20)
#define CSV_SAID_MAX 512u      /* bytes of a sentence of the store's */
#define CSV_COMPLAINTS_MAX 20u /* printed; the rest is counted */

struct csv_column {
    const char *name;
    bool required; /* the column must be there and no cell of it empty */
    bool personal; /* of a person, so no cell of the file is repeated in a message: rows slip by a
                      column */
};

struct csv_table {
    const struct cli *cli;
    const char *path;
    const struct csv_column *columns; /* ends with name NULL */
    size_t column_count, row_count;   /* rows without the header */
    int at[CSV_COLUMNS_MAX];          /* column in the file of each known one, -1: absent */
    size_t file_columns;
    const char *headers[CSV_COLUMNS_MAX];
    char *bytes; /* all cells, each terminated; used so far */
    size_t used;
    uint32_t *numbers; /* of each row in the file, the first is 1; blank rows count there */
    uint32_t *lines;   /* of the file on which each row begins: quoted cells hold line ends */
    uint32_t *cells;   /* offsets into bytes, file_columns a row */
    enum csv_encoding encoding; /* of the file; the cells are UTF-8 */
    uint8_t digest[32];         /* BLAKE2b-256 of the file */
    bool personal;              /* a column is */
    size_t complaints;
};

/* Reads and checks the header. further: columns that are not known are allowed (members' traits). A
 * code other than CLI_DONE was told; the table is then empty. */
int csv_open(const struct cli *cli, const char *path, const struct csv_column *columns,
    bool further, struct csv_table *table);
void csv_close(struct csv_table *table);

/* The cell of a known column, "" where absent; row from 0. Valid while the table is open. */
const char *csv_cell(const struct csv_table *table, size_t row, size_t column);

/* The same by the column in the file. */
const char *csv_file_cell(const struct csv_table *table, size_t row, size_t file_column);

/* Whether no required cell of the row is empty. */
bool csv_complete(const struct csv_table *table, size_t row);

/* Says what is wrong with a cell and what would be right, and where: the file, its row, the column
 * as the file heads it. column (size_t)-1: the row as a whole. */
void csv_complain(struct csv_table *table, size_t row, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same of the column with this name, known or not; of the row where the file has none such. */
void csv_complain_of(struct csv_table *table, size_t row, const char *name, const char *text);
/* Complains of the row's required cells that are empty. */
void csv_required(struct csv_table *table, size_t row);

/* Cells as values; a complaint and false where they do not fit. Empty cells leave *value untouched.
 */
bool csv_amount(
    struct csv_table *table, size_t row, size_t column, unsigned digits, int64_t *value);
/* The same, and not below zero. */
bool csv_price(struct csv_table *table, size_t row, size_t column, unsigned digits, int64_t *value);
bool csv_time(
    struct csv_table *table, size_t row, size_t column, int64_t *at_us, int16_t *offset_min);
bool csv_flag(struct csv_table *table, size_t row, size_t column, bool *value);
bool csv_whole(
    struct csv_table *table, size_t row, size_t column, int64_t low, int64_t high, int64_t *value);
/* A word of a named enum; name_of as in loyalty/event.h, values 1 .. count - 1. */
bool csv_word(struct csv_table *table, size_t row, size_t column, const char *(*name_of)(int),
    int count, uint8_t *value);

#endif
