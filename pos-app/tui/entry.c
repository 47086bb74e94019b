/* SPDX-License-Identifier: MIT
 *
 * entry.c - one line that a person types into.
 * In: characters and movements; out: its text. Must not know: curses, what the line is for.
 */
#include "entry.h"

#include <sodium.h>
#include <string.h>

bool entry_insert(struct entry *entry, wchar_t c)
{
    size_t limit = entry->limit && entry->limit < ENTRY_MAX ? entry->limit : ENTRY_MAX;
    if (entry->length >= limit || !cell_may(c)) return false;
    wmemmove(entry->text + entry->at + 1, entry->text + entry->at, entry->length - entry->at + 1);
    entry->text[entry->at++] = c;
    entry->text[++entry->length] = L'\0';
    return true;
}

static bool take_out(struct entry *entry, size_t at)
{
    if (at >= entry->length) return false;
    wmemmove(entry->text + at, entry->text + at + 1, entry->length - at);
    entry->length--;
    return true;
}

bool entry_move(struct entry *entry, enum entry_move move)
{
    size_t before = entry->at;
    switch (move) {
    case ENTRY_HOME:
        entry->at = 0;
        break;
    case ENTRY_END:
        entry->at = entry->length;
        break;
    case ENTRY_LEFT:
        if (entry->at) entry->at--;
        break;
    case ENTRY_RIGHT:
        if (entry->at < entry->length) entry->at++;
        break;
    case ENTRY_BACKSPACE:
        if (!entry->at) return false;
        entry->at--;
        return take_out(entry, entry->at);
    case ENTRY_DELETE:
        return take_out(entry, entry->at);
    case ENTRY_CLEAR:
        if (!entry->length) return false;
        entry_wipe(entry);
        return true;
    }
    return entry->at != before;
}

void entry_set(struct entry *entry, const char *text)
{
    mbstate_t state = {0};
    entry_wipe(entry);
    while (*text) {
        wchar_t c = 0;
        size_t n = mbrtowc(&c, text, strlen(text), &state);
        if (n == 0 || n == (size_t)-1 || n == (size_t)-2) return;
        entry_insert(entry, c);
        text += n;
    }
}

void entry_text(const struct entry *entry, char text[ENTRY_BYTES])
{
    sodium_memzero(text, ENTRY_BYTES);
    size_t n = wcstombs(text, entry->text, ENTRY_BYTES - 1);
    text[n == (size_t)-1 ? 0 : n] = '\0';
}

void entry_wipe(struct entry *entry)
{
    sodium_memzero(entry->text, sizeof entry->text);
    entry->length = entry->at = 0;
    entry->masked = false;
}

static int shown_width(const struct entry *entry, const struct cell_rules *rules, size_t i)
{
    char bytes[16];
    mbstate_t state = {0};
    if (entry->secret) return 1;
    size_t n = wcrtomb(bytes, entry->text[i], &state);
    if (n == (size_t)-1) return 1;
    bytes[n] = '\0';
    return cell_width(rules, bytes);
}

/* The first character to be drawn, so that the cursor is inside. */
static size_t first_shown(const struct entry *entry, const struct cell_rules *rules, int width)
{
    int columns = 1; /* the cursor's own */
    size_t first = entry->at;
    while (first > 0) {
        columns += shown_width(entry, rules, first - 1);
        if (columns > width) break;
        first--;
    }
    return first;
}

static bool is_digit(wchar_t c)
{
    return c >= L'0' && c <= L'9';
}

/* Of a masked number the end stands, for comparing and correcting; and a quantity before it. */
static bool hides(const struct entry *entry, size_t i)
{
    size_t behind = 0;
    if (entry->secret) return true;
    if (!entry->masked || !is_digit(entry->text[i])) return false;
    for (size_t at = i + 1; at < entry->length; at++) {
        if (entry->text[at] == L'*') return false;
        behind += is_digit(entry->text[at]);
    }
    return behind >= 4;
}

int entry_show(
    const struct entry *entry, const struct cell_rules *rules, int width, char *out, size_t size)
{
    size_t used = 0, first = first_shown(entry, rules, width);
    int columns = 0, cursor = 0;
    mbstate_t state = {0};
    for (size_t i = first; i < entry->length && used + 16 < size; i++) {
        int more = shown_width(entry, rules, i);
        if (columns + more > width) break;
        if (i < entry->at) cursor += more;
        columns += more;
        if (hides(entry, i)) {
            out[used++] = '*';
            continue;
        }
        size_t n = wcrtomb(out + used, entry->text[i], &state);
        if (n != (size_t)-1) used += n;
    }
    out[used] = '\0';
    return cursor;
}
