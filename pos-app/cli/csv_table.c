/* SPDX-License-Identifier: MIT
 *
 * csv_table.c - libcsv's pieces gathered into a table, and one way to complain about a cell.
 */
#include "csv_table.h"

#include <csv.h>
#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What libcsv's callbacks fill. */
struct gathering {
    struct csv_table *table;
    size_t used, size;            /* of bytes */
    size_t cell_count, cell_size; /* of cells */
    size_t row, column;           /* now; row 0 is the header */
    bool memory, limit, encoding;
    size_t bad_row; /* row of the first ragged or ill-encoded row */
    bool ragged;
};

static bool grow(void **block, size_t *size, size_t needed, size_t unit)
{
    if (needed <= *size) return true;
    size_t wanted = needed * 2 + 1024;
    void *larger = realloc(*block, wanted * unit);
    if (!larger) return false;
    *block = larger;
    *size = wanted;
    return true;
}

static bool is_utf8(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n;) {
        unsigned char c = bytes[i++];
        unsigned more = c < 0x80                ? 0
                        : c >= 0xC2 && c < 0xE0 ? 1
                        : c >= 0xE0 && c < 0xF0 ? 2
                        : c >= 0xF0 && c < 0xF5 ? 3
                                                : 9;
        if (more == 9 || c == 0 || more > n - i) return false;
        for (; more; more--)
            if ((bytes[i++] & 0xC0) != 0x80) return false;
    }
    return true;
}

static void cell_end(void *text, size_t n, void *user)
{
    struct gathering *g = user;
    if (g->memory || g->limit) return;
    if (!is_utf8(text, n) && !g->encoding) {
        g->encoding = true;
        g->bad_row = g->row;
    }
    if (g->row > 0 && g->column >= g->table->file_columns) {
        /* A trailing empty cell is a spreadsheet's habit, anything else is a ragged row. */
        if (n > 0 && !g->ragged && !g->encoding) {
            g->ragged = true;
            g->bad_row = g->row;
        }
        return;
    }
    if (g->column >= CSV_COLUMNS_MAX || g->row > CSV_ROWS_MAX) {
        g->limit = true;
        return;
    }
    if (!grow((void **)&g->table->bytes, &g->size, g->used + n + 1, 1) ||
        !grow((void **)&g->table->cells, &g->cell_size, g->cell_count + 1, sizeof(size_t))) {
        g->memory = true;
        return;
    }
    g->table->cells[g->cell_count++] = g->used;
    if (n) memcpy(g->table->bytes + g->used, text, n);
    g->table->bytes[g->used + n] = '\0';
    g->used += n + 1;
    g->column++;
}

static void row_end(int character, void *user)
{
    struct gathering *g = user;
    (void)character;
    if (g->row == 0) g->table->file_columns = g->column;
    while (g->row > 0 && g->column < g->table->file_columns && !g->memory && !g->limit) {
        if (g->column == 0) break;
        cell_end((void *)"", 0, g);
    }
    if (g->row > 0 && g->column > 0) g->table->row_count++;
    g->row++;
    g->column = 0;
}

static int read_failed(const struct cli *cli, const char *path, const char *why)
{
    return cli_fail(cli, CLI_FAILED, _("%s: %s; nothing was imported"), path, why);
}

static bool parse_file(
    FILE *file, struct csv_parser *parser, struct gathering *g, uint8_t digest[32])
{
    unsigned char buffer[65536];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, 32);
    size_t n = 0;
    bool first = true, parsed = true;
    while (parsed && (n = fread(buffer, 1, sizeof buffer, file)) > 0) {
        size_t skip = first && n >= 3 && memcmp(buffer, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        first = false;
        crypto_generichash_update(&state, buffer, n);
        parsed = csv_parse(parser, buffer + skip, n - skip, cell_end, row_end, g) == n - skip;
    }
    crypto_generichash_final(&state, digest, 32);
    return parsed && csv_fini(parser, cell_end, row_end, g) == 0;
}

static int gather(const struct cli *cli, const char *path, struct csv_table *table)
{
    struct gathering g = {.table = table};
    struct csv_parser parser;
    struct stat status;
    FILE *file = fopen(path, "rb");
    if (!file) return read_failed(cli, path, strerror(errno));
    if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
        fclose(file);
        return read_failed(cli, path, _("is a folder, not a CSV file"));
    }
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    bool parsed = parse_file(file, &parser, &g, table->digest);
    bool broken = ferror(file) != 0;
    fclose(file);
    int error = csv_error(&parser);
    csv_free(&parser);
    if (broken) return read_failed(cli, path, _("could not be read to its end"));
    if (g.memory || error == CSV_ENOMEM)
        return read_failed(cli, path, _("is too large for the memory"));
    if (!parsed)
        return cli_fail(cli, CLI_FINDING,
            _("%s, row %zu: a quotation mark stands inside a cell or is never closed; double it "
              "(\"\") or "
              "close it. Nothing was imported"),
            path, g.row + 1);
    if (g.limit)
        return read_failed(cli, path, _("has more than 64 columns or 4,000,000 rows; split it"));
    if (g.encoding)
        return cli_fail(cli, CLI_FINDING,
            _("%s, row %zu: not UTF-8; save the file as \"CSV UTF-8\". Nothing was imported"), path,
            g.bad_row + 1);
    if (g.ragged)
        return cli_fail(cli, CLI_FINDING,
            _("%s, row %zu: more cells than the header has; quote cells that hold a comma. Nothing "
              "was "
              "imported"),
            path, g.bad_row + 1);
    return CLI_DONE;
}

static int header_check(struct csv_table *table, bool further)
{
    for (size_t i = 0; i < table->column_count; i++)
        table->at[i] = -1;
    for (size_t f = 0; f < table->file_columns; f++) {
        const char *header = table->bytes + table->cells[f];
        table->headers[f] = header;
        size_t i = 0;
        while (i < table->column_count && strcmp(table->columns[i].name, header) != 0)
            i++;
        if (i < table->column_count && table->at[i] >= 0)
            return cli_fail(table->cli, CLI_FINDING, _("%s, row 1: the column %s stands twice"),
                table->path, header);
        if (i < table->column_count)
            table->at[i] = (int)f;
        else if (!further || !*header)
            return cli_fail(table->cli, CLI_FINDING,
                _("%s, row 1: '%s' is no column of this file; `loyalty %s --help` lists them. "
                  "Nothing was "
                  "imported"),
                table->path, header, table->cli->command->name);
    }
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].required && table->at[i] < 0)
            return cli_fail(table->cli, CLI_FINDING,
                _("%s, row 1: the column %s is needed and not there. Nothing was imported"),
                table->path, table->columns[i].name);
    return CLI_DONE;
}

int csv_open(const struct cli *cli, const char *path, const struct csv_column *columns,
    bool further, struct csv_table *table)
{
    *table = (struct csv_table){.cli = cli, .path = path, .columns = columns};
    while (columns[table->column_count].name)
        table->column_count++;
    int code = gather(cli, path, table);
    if (code == CLI_DONE && table->file_columns == 0)
        code = cli_fail(
            cli, CLI_FINDING, _("%s: is empty; the first row must name the columns"), path);
    if (code == CLI_DONE) code = header_check(table, further);
    if (code != CLI_DONE) csv_close(table);
    return code;
}

void csv_close(struct csv_table *table)
{
    /* Members' files are personal: their bytes do not outlive the import. */
    if (table->bytes && table->row_count)
        sodium_memzero(
            table->bytes, table->cells[(table->row_count + 1) * table->file_columns - 1]);
    free(table->bytes);
    free(table->cells);
    table->bytes = NULL;
    table->cells = NULL;
    table->row_count = 0;
}

const char *csv_cell(const struct csv_table *table, size_t row, size_t column)
{
    if (table->at[column] < 0) return "";
    return table->bytes + table->cells[(row + 1) * table->file_columns + (size_t)table->at[column]];
}

bool csv_complete(const struct csv_table *table, size_t row)
{
    for (size_t c = 0; c < table->column_count; c++)
        if (table->columns[c].required && !*csv_cell(table, row, c)) return false;
    return true;
}

void csv_complain(struct csv_table *table, size_t row, size_t column, const char *format, ...)
{
    va_list arguments;
    if (++table->complaints > CSV_COMPLAINTS_MAX) return;
    const char *where = column == (size_t)-1 ? "" : table->columns[column].name;
    fprintf(stderr, "%s, ", table->path);
    fprintf(stderr, _("row %zu"), row + 2);
    if (*where) fprintf(stderr, _(", column %s"), where);
    fputs(": ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

/* The cell for a message: short, without control characters, and never a personal one. */
static const char *shown(const struct csv_table *table, size_t row, size_t column, char text[48])
{
    if (table->columns[column].personal) return "***";
    snprintf(text, 40, "%s", csv_cell(table, row, column));
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F) *c = '?';
    /* A multi-byte character cut in two would spoil the terminal. */
    for (size_t n = strlen(text); n >= 39 && n > 0 && ((unsigned char)text[n - 1] & 0x80); n--)
        text[n - 1] = '\0';
    return text;
}

bool csv_amount(struct csv_table *table, size_t row, size_t column, unsigned digits, int64_t *value)
{
    static const char *const unit[] = {"1", "0.1", "0.01", "0.001", "0.0001"};
    char text[48];
    const char *cell = csv_cell(table, row, column);
    if (!*cell) return true;
    enum loy_status status = cli_amount_parse(cell, digits, value);
    if (status == LOY_E_LIMIT)
        csv_complain(table, row, column,
            _("'%s' is finer than %s or too large, and is not rounded; give a multiple of %s (a "
              "store may "
              "have more digits: init --minor-digits)"),
            shown(table, row, column, text), unit[digits], unit[digits]);
    else if (status != LOY_OK)
        csv_complain(table, row, column,
            _("'%s' is no amount; write 12.50, without currency or commas"),
            shown(table, row, column, text));
    return status == LOY_OK;
}

bool csv_time(
    struct csv_table *table, size_t row, size_t column, int64_t *at_us, int16_t *offset_min)
{
    char text[48];
    const char *cell = csv_cell(table, row, column);
    if (!*cell) return true;
    if (cli_time_parse(cell, at_us, offset_min) == LOY_OK) return true;
    csv_complain(table, row, column,
        _("'%s' is no date; write 2026-03-01, 2026-03-01 14:05 or 2026-03-01T14:05:00+08:00"),
        shown(table, row, column, text));
    return false;
}

bool csv_flag(struct csv_table *table, size_t row, size_t column, bool *value)
{
    static const char *const words[] = {
        "no", "yes", "0", "1", "false", "true", "n", "y", "否", "是"};
    char text[48];
    const char *cell = csv_cell(table, row, column);
    if (!*cell) return true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(cell, words[i]) != 0) continue;
        *value = i % 2 == 1;
        return true;
    }
    csv_complain(
        table, row, column, _("'%s' is neither yes nor no"), shown(table, row, column, text));
    return false;
}

bool csv_whole(
    struct csv_table *table, size_t row, size_t column, int64_t low, int64_t high, int64_t *value)
{
    char text[48];
    int64_t number = 0;
    const char *cell = csv_cell(table, row, column);
    if (!*cell) return true;
    if (cli_amount_parse(cell, 0, &number) == LOY_OK && number >= low && number <= high) {
        *value = number;
        return true;
    }
    csv_complain(table, row, column, _("'%s' is no whole number from %lld to %lld"),
        shown(table, row, column, text), (long long)low, (long long)high);
    return false;
}

bool csv_word(struct csv_table *table, size_t row, size_t column, const char *(*name_of)(int),
    int count, uint8_t *value)
{
    char text[48], words[320] = "";
    const char *cell = csv_cell(table, row, column);
    if (!*cell) return true;
    for (int i = 1; i < count; i++) {
        if (strcmp(cell, name_of(i)) == 0) {
            *value = (uint8_t)i;
            return true;
        }
        size_t used = strlen(words);
        snprintf(words + used, sizeof words - used, "%s%s", i > 1 ? ", " : "", name_of(i));
    }
    csv_complain(
        table, row, column, _("'%s' is none of: %s"), shown(table, row, column, text), words);
    return false;
}
