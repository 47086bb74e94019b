/* SPDX-License-Identifier: MIT
 *
 * statistics_text.c - counts of readers as lines of text, and back.
 * In: rows, or a whole file's text; out: the other. Must not know: files, readers that are there.
 *
 *     # loyalty statistics 1
 *     usb:1-1.4:1.0 0801:0002 magtek-hid reads=812 misread-parity=9 refused-payment-card=31
 *
 * Bytes of a path that are no printable ASCII, a blank or '%' stand as %XX. Counts of 0 are left
 * out.
 */
#include "statistics.h"

#include <stdio.h>
#include <string.h>

#define HEADER "# loyalty statistics 1\n"

void counts_note(struct loy_counts *counts, const struct loy_event *event)
{
    counts->reads += event->kind == LOY_EVENT_READ;
    counts->foreign += event->kind == LOY_EVENT_FOREIGN;
    if (event->kind == LOY_EVENT_MISREAD) counts->misreads[event->reason]++;
    if (event->kind == LOY_EVENT_REFUSED) counts->refused[event->reason]++;
}

/* The index-th count and its name, which lives in name; NULL past the last. */
static uint64_t *count_at(struct loy_counts *counts, size_t index, char name[48])
{
    if (index < 2) {
        snprintf(name, 48, "%s", index == 0 ? "reads" : "foreign");
        return index == 0 ? &counts->reads : &counts->foreign;
    }
    index -= 1; /* NONE is 0 and has no name */
    if (index < loy_misread_count) {
        snprintf(name, 48, "misread-%s", loy_misread_name((int)index));
        return &counts->misreads[index];
    }
    index -= loy_misread_count - 1;
    if (index >= loy_refusal_count) return NULL;
    snprintf(name, 48, "refused-%s", loy_refusal_name((int)index));
    return &counts->refused[index];
}

void counts_add(struct loy_counts *to, const struct loy_counts *more)
{
    struct loy_counts copy = *more;
    char name[48];
    uint64_t *count;
    for (size_t i = 0; (count = count_at(to, i, name)) != NULL; i++) {
        uint64_t sum = *count + *count_at(&copy, i, name);
        *count = sum < *count ? UINT64_MAX : sum;
    }
}

/* ---- Out ---------------------------------------------------------------------------------- */

static size_t print_path(const char *path, char *text)
{
    size_t n = 0;
    for (; *path != '\0'; path++) {
        unsigned char c = (unsigned char)*path;
        if (c > 0x20 && c < 0x7F && c != '%')
            text[n++] = (char)c;
        else
            n += (size_t)snprintf(text + n, 4, "%%%02X", c);
    }
    return n;
}

static size_t print_row(const struct statistics_row *row, char line[STATISTICS_LINE_MAX])
{
    struct loy_counts kept = row->kept;
    char name[48];
    uint64_t *count;
    size_t n = print_path(row->path, line);
    n += (size_t)snprintf(
        line + n, STATISTICS_LINE_MAX - n, " %04x:%04x %s", row->vid, row->pid, row->driver);
    for (size_t i = 0; (count = count_at(&kept, i, name)) != NULL; i++)
        if (*count > 0)
            n += (size_t)snprintf(
                line + n, STATISTICS_LINE_MAX - n, " %s=%llu", name, (unsigned long long)*count);
    line[n++] = '\n';
    return n;
}

size_t statistics_print(
    const struct statistics_row *rows, size_t count, char *text, size_t text_size)
{
    char line[STATISTICS_LINE_MAX];
    size_t used = strlen(HEADER);
    if (used > text_size) return 0;
    memcpy(text, HEADER, used);
    for (size_t i = 0; i < count; i++) {
        size_t n = print_row(&rows[i], line);
        if (n > text_size - used) return 0;
        memcpy(text + used, line, n);
        used += n;
    }
    return used;
}

/* ---- In ----------------------------------------------------------------------------------- */

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = memchr(digits, c, sizeof digits - 1);
    if (at == NULL) return -1;
    return (int)(at - digits) - (at - digits < 16 ? 0 : 6);
}

static bool parse_hex(const char *text, size_t n, uint16_t *value)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        int digit = hex_value(text[i]);
        if (digit < 0) return false;
        sum = sum << 4 | (unsigned)digit;
    }
    *value = (uint16_t)sum;
    return true;
}

static bool parse_path(const char *word, size_t n, char path[128])
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++, used++) {
        uint16_t c = (unsigned char)word[i];
        if (used == 127) return false;
        if (word[i] == '%') {
            if (n - i < 3 || !parse_hex(word + i + 1, 2, &c) || c == 0) return false;
            i += 2;
        }
        path[used] = (char)c;
    }
    path[used] = '\0';
    return n > 0;
}

static bool parse_ids(const char *word, size_t n, struct statistics_row *row)
{
    return n == 9 && word[4] == ':' && parse_hex(word, 4, &row->vid) &&
           parse_hex(word + 5, 4, &row->pid);
}

static bool parse_number(const char *text, size_t n, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9' || *value > (UINT64_MAX - 9) / 10) return false;
        *value = *value * 10 + (uint64_t)(text[i] - '0');
    }
    return n > 0;
}

/* "misread-parity=9" */
static bool parse_count(const char *word, size_t n, struct loy_counts *counts)
{
    const char *equals = memchr(word, '=', n);
    size_t head = equals != NULL ? (size_t)(equals - word) : 0;
    char name[48];
    uint64_t *count;
    for (size_t i = 0; head > 0 && (count = count_at(counts, i, name)) != NULL; i++)
        if (strlen(name) == head && memcmp(name, word, head) == 0)
            return parse_number(equals + 1, n - head - 1, count);
    return false;
}

static bool parse_word(struct statistics_row *row, unsigned number, const char *word, size_t n)
{
    if (number == 0) return parse_path(word, n, row->path);
    if (number == 1) return parse_ids(word, n, row);
    if (number > 2) return parse_count(word, n, &row->kept);
    if (n == 0 || n >= sizeof row->driver) return false;
    memcpy(row->driver, word, n);
    return true;
}

static bool parse_line(const char *line, size_t length, struct statistics_row *row)
{
    unsigned number = 0;
    memset(row, 0, sizeof *row);
    for (size_t at = 0; at <= length; number++) {
        const char *blank = memchr(line + at, ' ', length - at);
        size_t n = blank != NULL ? (size_t)(blank - line) - at : length - at;
        if (memchr(line + at, '\0', n) != NULL || !parse_word(row, number, line + at, n))
            return false;
        at += n + 1;
    }
    return number >= 3;
}

int statistics_parse(const char *text, size_t length, struct statistics_row *rows, size_t room)
{
    size_t at = strlen(HEADER), count = 0;
    if (length == 0) return 0; /* a power cut may leave a new file empty */
    if (length < at || memcmp(text, HEADER, at) != 0) return -1;
    while (at < length && count < room) {
        const char *end = memchr(text + at, '\n', length - at);
        if (end == NULL) return -1;
        size_t n = (size_t)(end - text) - at;
        if (!parse_line(text + at, n, &rows[count++])) return -1;
        at += n + 1;
    }
    return (int)count;
}
