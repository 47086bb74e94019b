/* SPDX-License-Identifier: MIT
 *
 * csv_values.c - cells as values, and one way to complain about a cell. In: a table. Out: values,
 * or sentences that name the place. Must not know: files, bytes, what the rows become.
 */
#include "csv_table.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

/* The column's heading as it stands in the file, or its name where it has none. */
static const char *heading(const struct csv_table *table, size_t column)
{
    if (column == (size_t)-1) return "";
    return table->at[column] < 0 ? table->columns[column].name : table->headers[table->at[column]];
}

static void place_tell(const struct csv_table *table, size_t row, const char *where)
{
    fprintf(stderr, "%s, ", table->path);
    fprintf(stderr, _("row %zu"), (size_t)table->numbers[row]);
    if (*where) fprintf(stderr, _(", column %s"), where);
    if (table->lines[row] != table->numbers[row])
        fprintf(stderr, _(" (line %zu of the file)"), (size_t)table->lines[row]);
    fputs(": ", stderr);
}

void csv_complain(struct csv_table *table, size_t row, size_t column, const char *format, ...)
{
    va_list arguments;
    if (++table->complaints > CSV_COMPLAINTS_MAX) return;
    place_tell(table, row, heading(table, column));
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

/* Without "telephone: " at its beginning, which the place has said. */
static const char *without(const char *text, const char *where)
{
    size_t n = strlen(where);
    return n > 0 && strncasecmp(text, where, n) == 0 && strncmp(text + n, ": ", 2) == 0
               ? text + n + 2
               : text;
}

void csv_complain_of(struct csv_table *table, size_t row, const char *name, const char *text)
{
    const char *where = "";
    for (size_t f = 0; f < table->file_columns; f++)
        if (strcmp(table->headers[f], name) == 0) where = table->headers[f];
    for (size_t i = 0; i < table->column_count; i++)
        if (table->at[i] >= 0 && strcmp(table->columns[i].name, name) == 0)
            where = table->headers[table->at[i]];
    if (++table->complaints > CSV_COMPLAINTS_MAX) return;
    place_tell(table, row, where);
    fprintf(stderr, "%s\n", without(text, where));
}

void csv_required(struct csv_table *table, size_t row)
{
    for (size_t c = 0; c < table->column_count; c++)
        if (table->columns[c].required && !*csv_cell(table, row, c))
            csv_complain(table, row, c, _("is empty and is needed"));
}

#define SHOWN_MAX 48u

/* The cell in quotation marks and a blank behind it, for a message: short, without control
 * characters; nothing of a file that tells of persons. */
static const char *shown(
    const struct csv_table *table, size_t row, size_t column, char text[SHOWN_MAX])
{
    char cell[40];
    text[0] = '\0';
    if (table->personal) return text;
    snprintf(cell, sizeof cell, "%s", csv_cell(table, row, column));
    for (char *c = cell; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F) *c = '?';
    /* A multi-byte character cut in two would spoil the terminal. */
    for (size_t n = strlen(cell); n >= 39 && n > 0 && ((unsigned char)cell[n - 1] & 0x80); n--)
        cell[n - 1] = '\0';
    snprintf(text, SHOWN_MAX, "'%s' ", cell);
    return text;
}

bool csv_amount(struct csv_table *table, size_t row, size_t column, unsigned digits, int64_t *value)
{
    static const char *const unit[] = {"1", "0.1", "0.01", "0.001", "0.0001"};
    char text[SHOWN_MAX];
    const char *cell = csv_cell(table, row, column);
    if (!*cell) return true;
    enum loy_status status = cli_amount_parse(cell, digits, value);
    if (status == LOY_E_LIMIT)
        csv_complain(table, row, column,
            _("%sis finer than %s or too large, and is not rounded; give a multiple of %s "
              "(amounts "
              "of money may have more digits: init --minor-digits)"),
            shown(table, row, column, text), unit[digits], unit[digits]);
    else if (status != LOY_OK)
        csv_complain(table, row, column,
            _("%sis no amount; write 12.50, without currency or commas"),
            shown(table, row, column, text));
    return status == LOY_OK;
}

bool csv_price(struct csv_table *table, size_t row, size_t column, unsigned digits, int64_t *value)
{
    int64_t read = 0;
    if (!*csv_cell(table, row, column)) return true;
    if (!csv_amount(table, row, column, digits, &read)) return false;
    if (read < 0) {
        csv_complain(table, row, column, _("cannot be negative"));
        return false;
    }
    *value = read;
    return true;
}

bool csv_time(
    struct csv_table *table, size_t row, size_t column, int64_t *at_us, int16_t *offset_min)
{
    char text[SHOWN_MAX];
    const char *cell = csv_cell(table, row, column);
    if (!*cell) return true;
    if (cli_time_parse(cell, at_us, offset_min) == LOY_OK) return true;
    csv_complain(table, row, column,
        _("%sis no date; write 2026-03-01, 2026-03-01 14:05 or 2026-03-01T14:05:00+08:00"),
        shown(table, row, column, text));
    return false;
}

bool csv_flag(struct csv_table *table, size_t row, size_t column, bool *value)
{
    static const char *const words[] = {
        "no", "yes", "0", "1", "false", "true", "n", "y", "否", "是"};
    char text[SHOWN_MAX];
    const char *cell = csv_cell(table, row, column);
    if (!*cell) return true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(cell, words[i]) != 0) continue;
        *value = i % 2 == 1;
        return true;
    }
    csv_complain(table, row, column, _("%sis none of: %s"), shown(table, row, column, text),
        "yes, no, y, n, true, false, 1, 0, 是, 否");
    return false;
}

bool csv_whole(
    struct csv_table *table, size_t row, size_t column, int64_t low, int64_t high, int64_t *value)
{
    char text[SHOWN_MAX];
    int64_t number = 0;
    const char *cell = csv_cell(table, row, column);
    if (!*cell) return true;
    if (cli_amount_parse(cell, 0, &number) == LOY_OK && number >= low && number <= high) {
        *value = number;
        return true;
    }
    csv_complain(table, row, column, _("%sis no whole number from %lld to %lld"),
        shown(table, row, column, text), (long long)low, (long long)high);
    return false;
}

bool csv_word(struct csv_table *table, size_t row, size_t column, const char *(*name_of)(int),
    int count, uint8_t *value)
{
    char text[SHOWN_MAX], words[320] = "";
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
    csv_complain(table, row, column, _("%sis none of: %s"), shown(table, row, column, text), words);
    return false;
}
