/* SPDX-License-Identifier: MIT
 *
 * csv_table.c - libcsv's pieces gathered into a table whose columns are found by their headings.
 */
#include "csv_table.h"

#include <csv.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* What libcsv's callbacks fill. */
struct gathering {
    struct csv_table *table;
    size_t size;                  /* of table->bytes */
    size_t cell_count, cell_size; /* of cells */
    size_t number_size;           /* of table->numbers */
    size_t line_size;             /* of table->lines */
    size_t inside;                /* line ends in cells of the rows before this one, and in it */
    size_t inside_now;
    size_t row, column; /* now; row 0 of the file is the first, blank ones count */
    size_t text;        /* bytes in this row's cells */
    bool header;        /* there is one */
    bool return_seen;   /* the last row ended with CR: a LF belongs to it */
    bool memory, limit, encoding;
    bool zero;      /* a byte that no text has */
    bool cut;       /* the file ends in the middle of a row */
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

/* What may stand second behind a lead byte (RFC 3629): no overlong form, no surrogate, nothing past
 * U+10FFFF. */
static bool second_fits(unsigned char lead, unsigned char second)
{
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return second >= low && second <= high;
}

static bool is_utf8(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n;) {
        unsigned char lead = bytes[i++];
        unsigned more = lead < 0x80                   ? 0
                        : lead >= 0xC2 && lead < 0xE0 ? 1
                        : lead >= 0xE0 && lead < 0xF0 ? 2
                        : lead >= 0xF0 && lead < 0xF5 ? 3
                                                      : 9;
        if (more == 9 || lead == 0 || more > n - i) return false;
        if (more && !second_fits(lead, bytes[i])) return false;
        for (; more; more--)
            if ((bytes[i++] & 0xC0) != 0x80) return false;
    }
    return true;
}

/* CR LF is one. */
static size_t line_ends(const char *text, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += text[i] == '\n' || (text[i] == '\r' && (i + 1 == n || text[i + 1] != '\n'));
    return count;
}

static void cell_end(void *text, size_t n, void *user)
{
    struct gathering *g = user;
    struct csv_table *table = g->table;
    g->return_seen = false;
    if (g->memory || g->limit) return;
    if (n) g->inside_now += line_ends(text, n);
    if (!is_utf8(text, n) && !g->encoding) {
        g->encoding = true;
        g->bad_row = g->row;
    }
    if (g->header && g->column >= table->file_columns) {
        /* A trailing empty cell is a spreadsheet's habit, anything else is a ragged row. */
        if (n > 0 && !g->ragged && !g->encoding) {
            g->ragged = true;
            g->bad_row = g->row;
        }
        return;
    }
    /* Offsets are of 32 bits. */
    if (g->column >= CSV_COLUMNS_MAX || table->row_count == CSV_ROWS_MAX ||
        table->used + n >= UINT32_MAX) {
        g->limit = true;
        return;
    }
    if (!grow((void **)&table->bytes, &g->size, table->used + n + 1, 1) ||
        !grow((void **)&table->cells, &g->cell_size, g->cell_count + 1, sizeof *table->cells) ||
        !grow((void **)&table->numbers, &g->number_size, table->row_count + 1,
            sizeof *table->numbers) ||
        !grow((void **)&table->lines, &g->line_size, table->row_count + 1, sizeof *table->lines)) {
        g->memory = true;
        return;
    }
    table->cells[g->cell_count++] = (uint32_t)table->used;
    if (n) memcpy(table->bytes + table->used, text, n);
    table->bytes[table->used + n] = '\0';
    table->used += n + 1;
    g->text += n;
    g->column++;
}

/* Forgets the cells of a row that holds nothing: spreadsheets end files with rows of commas. */
static void row_forget(struct gathering *g)
{
    g->cell_count -= g->column;
    g->table->used -= g->column;
}

static void header_end(struct gathering *g)
{
    const struct csv_table *table = g->table;
    while (g->column > 0 && !table->bytes[table->cells[g->column - 1]]) {
        g->column--;
        g->cell_count--;
        g->table->used--;
    }
    g->table->file_columns = g->column;
    g->header = true;
}

static void row_keep(const struct gathering *g)
{
    struct csv_table *table = g->table;
    table->numbers[table->row_count] = (uint32_t)g->row + 1;
    table->lines[table->row_count] = (uint32_t)(g->row + g->inside) + 1;
    table->row_count++;
}

/* Some programs leave out empty cells at a row's end, but none the end of the last line as well. */
static void cut_look(struct gathering *g, int character)
{
    if (character >= 0 || !g->header || g->text == 0 || g->column >= g->table->file_columns) return;
    g->cut = true;
    g->bad_row = g->row;
}

static void row_end(int character, void *user)
{
    struct gathering *g = user;
    bool blank = g->column == 0 && !g->ragged;
    /* With CSV_REPALL_NL both halves of CR LF come; the second ends nothing. */
    if (blank && g->return_seen && character == '\n') {
        g->return_seen = false;
        return;
    }
    if (!g->ragged && !g->encoding) cut_look(g, character);
    if (!g->memory && !g->limit && g->text == 0)
        row_forget(g);
    else if (!g->memory && !g->limit && !g->header)
        header_end(g);
    else if (!g->memory && !g->limit) {
        while (g->column < g->table->file_columns && !g->memory)
            cell_end((void *)"", 0, g);
        if (!g->memory) row_keep(g);
    }
    g->return_seen = character == '\r';
    g->row++;
    g->inside += g->inside_now;
    g->inside_now = 0;
    g->column = g->text = 0;
}

static int read_failed(const struct cli *cli, const char *path, const char *why)
{
    return cli_fail(cli, CLI_FAILED, _("%s: %s; nothing was imported"), path, why);
}

static void encoding_wrong(struct gathering *g)
{
    if (g->encoding) return;
    g->encoding = true;
    g->bad_row = g->row;
}

/* One piece of UTF-8. Text has no NUL; a device or a disk image would be one endless cell. */
static bool parse_piece(struct csv_parser *parser, struct gathering *g, const unsigned char *piece,
    size_t n, bool first)
{
    size_t skip = first && n >= 3 && memcmp(piece, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    const unsigned char *nul = memchr(piece, '\0', n);
    size_t good = nul ? (size_t)(nul - piece) : n;
    g->limit = g->limit || parser->entry_pos > CSV_CELL_MAX;
    bool parsed = good < skip ||
                  csv_parse(parser, piece + skip, good - skip, cell_end, row_end, g) == good - skip;
    if (parsed && nul) {
        g->zero = !g->encoding;
        encoding_wrong(g);
    }
    return parsed;
}

/* False: libcsv stopped, or so much is wrong that reading on helps nobody. */
static bool parse_file(FILE *file, struct csv_parser *parser, struct gathering *g,
    struct csv_converter *converter, uint8_t digest[32])
{
    unsigned char buffer[32768], converted[CSV_CONVERTED_MAX(sizeof buffer)];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, 32);
    size_t n = 0, total = 0;
    bool parsed = true;
    while (parsed && !g->limit && !g->memory && !g->encoding && !g->ragged &&
           (n = fread(buffer, 1, sizeof buffer, file)) > 0) {
        size_t size = n;
        crypto_generichash_update(&state, buffer, n);
        bool good = !converter || csv_convert(converter, buffer, n, converted, &size);
        parsed = parse_piece(parser, g, converter ? converted : buffer, size, total == 0);
        if (parsed && !good) encoding_wrong(g);
        total += n;
        g->limit = g->limit || total > CSV_BYTES_MAX;
    }
    if (converter && !csv_converter_done(converter)) encoding_wrong(g);
    sodium_memzero(buffer, sizeof buffer);
    sodium_memzero(converted, sizeof converted);
    crypto_generichash_final(&state, digest, 32);
    if (g->limit || g->memory || g->encoding || g->ragged) return parsed;
    return parsed && csv_fini(parser, cell_end, row_end, g) == 0;
}

/* What is wrong with the file as a whole. */
static int gathered_check(
    const struct cli *cli, const char *path, const struct gathering *g, bool parsed)
{
    if (!parsed)
        return cli_fail(cli, CLI_FINDING,
            _("%s, row %zu: a quotation mark stands inside a cell or is never closed; double it "
              "(\"\") or "
              "close it. Nothing was imported"),
            path, g->row + 1);
    if (g->limit)
        return cli_fail(cli, CLI_FINDING,
            _("%s: has more than 64 columns, 4,000,000 rows, 1 GiB, or 1 MiB in a cell; split it. "
              "Nothing was "
              "imported"),
            path);
    if (g->zero)
        return cli_fail(cli, CLI_FINDING,
            _("%s, row %zu: not UTF-8 text, a zero byte stands in it; save the file as \"CSV "
              "UTF-8\". Nothing was imported"),
            path, g->bad_row + 1);
    if (g->encoding && g->table->encoding == CSV_GB18030)
        return cli_fail(cli, CLI_FINDING,
            _("%s, row %zu: not GB18030; leave out --encoding, or say --encoding utf-8. Nothing "
              "was imported"),
            path, g->bad_row + 1);
    if (g->encoding)
        return cli_fail(cli, CLI_FINDING,
            _("%s, row %zu: not UTF-8; save the file as \"CSV UTF-8\", or say --encoding gb18030 "
              "if "
              "it is that. Nothing was imported"),
            path, g->bad_row + 1);
    if (g->ragged)
        return cli_fail(cli, CLI_FINDING,
            _("%s, row %zu: more cells than the header has; quote cells that hold a comma. Nothing "
              "was "
              "imported"),
            path, g->bad_row + 1);
    if (g->cut)
        return cli_fail(cli, CLI_FINDING,
            _("%s, row %zu: the file ends in the middle of this row; copy the whole file again. "
              "Nothing was imported"),
            path, g->bad_row + 1);
    return CLI_DONE;
}

/* As --encoding says, else as the file looks; a guess is told. */
static enum csv_encoding encoding_of(const struct cli *cli, const char *path, FILE *file)
{
    const char *word = cli->command ? cli_value(cli, "encoding") : NULL;
    enum csv_encoding encoding = CSV_UTF8;
    if (word && csv_encoding_parse(word, &encoding)) return encoding;
    encoding = csv_encoding_find(file);
    if (encoding == CSV_GB18030) fprintf(stderr, _("%s: read as GB18030\n"), path);
    return encoding;
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
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
    csv_set_blk_size(&parser, 65536); /* or a long cell is copied with every 128 bytes */
    struct csv_converter converter;
    bool converts = false, parsed = false;
    table->encoding = encoding_of(cli, path, file);
    if (table->encoding == CSV_GB18030) {
        converts = csv_converter_open(&converter);
        g.memory = !converts;
    }
    if (!g.memory)
        parsed = parse_file(file, &parser, &g, converts ? &converter : NULL, table->digest);
    if (converts) csv_converter_close(&converter);
    bool broken = ferror(file) != 0;
    fclose(file);
    int error = csv_error(&parser);
    csv_free(&parser);
    if (broken) return read_failed(cli, path, _("could not be read to its end"));
    if (g.memory || error == CSV_ENOMEM)
        return read_failed(cli, path, _("is too large for the memory"));
    return gathered_check(cli, path, &g, parsed);
}

/* A column's name as it was meant: spreadsheets keep blanks, and people write capitals. */
static char *header_clean(char *header)
{
    header += strspn(header, " \t\r\n");
    size_t n = strlen(header);
    while (n > 0 && strchr(" \t\r\n", header[n - 1]))
        header[--n] = '\0';
    /* A heading over two lines would tear a message apart. */
    for (char *c = header; *c; c++)
        if ((unsigned char)*c < 0x20) *c = ' ';
    return header;
}

static int required_missing(const struct csv_table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].required && table->at[i] < 0)
            return cli_fail(table->cli, CLI_FINDING,
                _("%s, row 1: the column %s is needed and not there. Nothing was imported"),
                table->path, table->columns[i].name);
    return CLI_DONE;
}

static int header_check(struct csv_table *table, bool further)
{
    const char *unknown = NULL;
    for (size_t i = 0; i < table->column_count; i++)
        table->at[i] = -1;
    bool commas = table->file_columns > 1 || !strpbrk(table->bytes + table->cells[0], ";\t|");
    for (size_t f = 0; f < table->file_columns; f++) {
        const char *header = header_clean(table->bytes + table->cells[f]);
        table->headers[f] = header;
        size_t i = 0;
        while (i < table->column_count && strcasecmp(table->columns[i].name, header) != 0)
            i++;
        if (i < table->column_count && table->at[i] >= 0)
            return cli_fail(table->cli, CLI_FINDING, _("%s, row 1: the column %s stands twice"),
                table->path, table->columns[i].name);
        if (i < table->column_count)
            table->at[i] = (int)f;
        else if (!unknown && (!further || !*header))
            unknown = header;
    }
    if (!commas)
        return cli_fail(table->cli, CLI_FINDING,
            _("%s, row 1: cells are not separated by commas; save the file as \"CSV UTF-8 "
              "(comma-separated)\". Nothing was imported"),
            table->path);
    /* First, since without it the row may be no header but somebody's data, which nobody quotes. */
    int code = required_missing(table);
    if (code != CLI_DONE || !unknown) return code;
    return cli_fail(table->cli, CLI_FINDING,
        _("%s, row 1: '%s' is no column of this file; `loyalty %s --help` lists them. "
          "Nothing was "
          "imported"),
        table->path, unknown, table->cli->command->name);
}

int csv_open(const struct cli *cli, const char *path, const struct csv_column *columns,
    bool further, struct csv_table *table)
{
    *table = (struct csv_table){.cli = cli, .path = path, .columns = columns};
    for (; columns[table->column_count].name; table->column_count++)
        table->personal = table->personal || columns[table->column_count].personal;
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
    /* Members' files are personal: their cells do not outlive the import. */
    if (table->bytes) sodium_memzero(table->bytes, table->used);
    free(table->bytes);
    free(table->cells);
    free(table->numbers);
    free(table->lines);
    table->bytes = NULL;
    table->cells = NULL;
    table->numbers = table->lines = NULL;
    table->row_count = 0;
}

const char *csv_cell(const struct csv_table *table, size_t row, size_t column)
{
    return table->at[column] < 0 ? "" : csv_file_cell(table, row, (size_t)table->at[column]);
}

const char *csv_file_cell(const struct csv_table *table, size_t row, size_t file_column)
{
    return table->bytes + table->cells[(row + 1) * table->file_columns + file_column];
}

bool csv_complete(const struct csv_table *table, size_t row)
{
    for (size_t c = 0; c < table->column_count; c++)
        if (table->columns[c].required && !*csv_cell(table, row, c)) return false;
    return true;
}
