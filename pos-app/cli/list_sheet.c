/* SPDX-License-Identifier: MIT
 *
 * list_sheet.c - rows of a list to the terminal, as JSON Lines, to a CSV file or to an XLSX file.
 * In: cells. Out: text, or a file that appears whole or not at all. Must not know: members.
 */
#include "list_sheet.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef LOYALTY_XLSX
#include <xlsxwriter.h>
#endif

#define CELL_WIDTH 18
#define PATH_SIZE 4096u

struct list_sheet {
    enum list_form form;
    const struct list_column *columns;
    size_t count;
    const char *path;
    char part[PATH_SIZE]; /* the file until it is whole */
    struct page page;
    bool failed;
#ifdef LOYALTY_XLSX
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_row_t row;
    int unnamed; /* the file while it has no name; -1: it is part */
    char made[40];
#endif
};

bool list_sheet_has_xlsx(void)
{
#ifdef LOYALTY_XLSX
    return true;
#else
    return false;
#endif
}

/* ---- XLSX ----------------------------------------------------------------------------------- */

#ifdef LOYALTY_XLSX
static bool xlsx_row(struct list_sheet *sheet, const char *const *cells)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (cells[i][0] && worksheet_write_string(sheet->sheet, sheet->row, (lxw_col_t)i, cells[i],
                               NULL) != LXW_NO_ERROR)
            return false;
    sheet->row++;
    return true;
}

static void folder_of(const char *path, char folder[PATH_SIZE])
{
    const char *slash = strrchr(path, '/');
    if (slash)
        snprintf(folder, PATH_SIZE, "%.*s", (int)(slash - path) + 1, path);
    else
        snprintf(folder, PATH_SIZE, ".");
}

/* A file without a name until it is whole: a program that is killed midway leaves nobody's data
 * behind. Not every file system has such files; nor is /proc everywhere. */
static const char *file_make(struct list_sheet *sheet, const char *folder)
{
    unlink(sheet->part);
    sheet->unnamed = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    snprintf(sheet->made, sizeof sheet->made, "/proc/self/fd/%d", sheet->unnamed);
    if (sheet->unnamed < 0 || access(sheet->made, W_OK) == 0)
        return sheet->unnamed < 0 ? sheet->part : sheet->made;
    close(sheet->unnamed);
    sheet->unnamed = -1;
    return sheet->part;
}

/* Rows go to a temporary file beside the result, never all into memory and never to another disk.
 */
static bool xlsx_open(struct list_sheet *sheet)
{
    char folder[PATH_SIZE];
    folder_of(sheet->part, folder);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = folder};
    sheet->book = workbook_new_opt(file_make(sheet, folder), &options);
    sheet->sheet = sheet->book ? workbook_add_worksheet(sheet->book, "members") : NULL;
    if (!sheet->sheet) return false;
    worksheet_freeze_panes(sheet->sheet, 1, 0);
    worksheet_set_column(sheet->sheet, 0, (lxw_col_t)(sheet->count - 1), CELL_WIDTH, NULL);
    return true;
}

/* Only a whole file gets a name. */
static bool xlsx_close(struct list_sheet *sheet, bool keep)
{
    bool good = sheet->book && workbook_close(sheet->book) == LXW_NO_ERROR;
    if (sheet->unnamed < 0) return good;
    if (good && keep)
        good = fsync(sheet->unnamed) == 0 &&
               linkat(AT_FDCWD, sheet->made, AT_FDCWD, sheet->part, AT_SYMLINK_FOLLOW) == 0;
    close(sheet->unnamed);
    return good;
}
#else
static bool xlsx_row(struct list_sheet *sheet, const char *const *cells)
{
    (void)sheet;
    (void)cells;
    return false;
}
static bool xlsx_open(struct list_sheet *sheet)
{
    (void)sheet;
    return false;
}
static bool xlsx_close(struct list_sheet *sheet, bool keep)
{
    (void)sheet;
    (void)keep;
    return false;
}
#endif

/* ---- The others ----------------------------------------------------------------------------- */

static void csv_row(struct list_sheet *sheet, const char *const *cells)
{
    for (size_t i = 0; i < sheet->count; i++) {
        if (i) page_put(&sheet->page, ",");
        page_field(&sheet->page, cells[i]);
    }
    page_put(&sheet->page, "\r\n");
}

static json_t *cell_json(const struct list_column *column, const char *cell)
{
    if (column->shape == LIST_FLAG) return json_boolean(strcmp(cell, "yes") == 0);
    if (column->shape == LIST_NUMBER) return json_integer(strtoll(cell, NULL, 10));
    return json_string(cell);
}

static void json_row(const struct list_sheet *sheet, const char *const *cells)
{
    json_t *object = json_object();
    for (size_t i = 0; i < sheet->count; i++)
        json_object_set_new(
            object, sheet->columns[i].name, cell_json(&sheet->columns[i], cells[i]));
    cli_print_json(object);
}

static void table_row(const struct list_sheet *sheet, const char *const *cells)
{
    for (size_t i = 0; i < sheet->count; i++) {
        if (i) fputs("  ", stdout);
        const char *words = list_cell_words(&sheet->columns[i], cells[i]);
        cli_put(stdout, words, i + 1 < sheet->count ? sheet->columns[i].width : 0);
    }
    putchar('\n');
}

bool list_sheet_row(struct list_sheet *sheet, const char *const *cells)
{
    if (sheet->failed) return false;
    switch (sheet->form) {
    case LIST_TABLE:
        table_row(sheet, cells);
        break;
    case LIST_JSON:
        json_row(sheet, cells);
        break;
    case LIST_CSV:
        csv_row(sheet, cells);
        sheet->failed = sheet->page.failed;
        break;
    case LIST_XLSX:
        sheet->failed = !xlsx_row(sheet, cells);
        break;
    }
    return !sheet->failed;
}

static bool head_put(struct list_sheet *sheet)
{
    const char *names[LIST_COLUMNS_MAX];
    for (size_t i = 0; i < sheet->count; i++)
        names[i] = sheet->columns[i].name;
    return sheet->form < LIST_CSV || list_sheet_row(sheet, names);
}

struct list_sheet *list_sheet_open(enum list_form form, const char *path, bool mark,
    const struct list_column *columns, size_t count)
{
    struct list_sheet *sheet = calloc(1, sizeof *sheet);
    if (!sheet) return NULL;
    sheet->form = form;
    sheet->columns = columns;
    sheet->count = count;
    sheet->path = path;
    if (path) snprintf(sheet->part, sizeof sheet->part, "%s.part", path);
    if (mark) page_put(&sheet->page, "\xef\xbb\xbf");
    bool good = form != LIST_XLSX || xlsx_open(sheet);
    if (good && head_put(sheet)) return sheet;
    list_sheet_close(sheet, false);
    return NULL;
}

static enum loy_status file_finish(struct list_sheet *sheet, bool keep)
{
    bool good = keep && !sheet->failed;
    enum loy_status status = LOY_OK;
    if (sheet->form == LIST_XLSX && !xlsx_close(sheet, good)) status = LOY_E_IO;
    if (sheet->form == LIST_CSV && good) status = page_write(&sheet->page, sheet->path);
    if (status == LOY_OK && good) return page_show(sheet->path);
    unlink(sheet->part);
    return sheet->failed && status == LOY_OK ? LOY_E_IO : status;
}

enum loy_status list_sheet_close(struct list_sheet *sheet, bool keep)
{
    if (!sheet) return LOY_OK;
    enum loy_status status = sheet->path ? file_finish(sheet, keep) : LOY_OK;
    if (sheet->page.bytes) sodium_memzero(sheet->page.bytes, sheet->page.capacity);
    page_clear(&sheet->page);
    free(sheet);
    return status;
}
