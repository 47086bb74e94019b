/* SPDX-License-Identifier: MIT
 *
 * plain_words.c - what a typed line is: a command of the table, a quantity, an article. In: a line.
 * Out: a call. Must not know: what commands do.
 */
#include "plain.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#define CARD_MIN 12 /* digits of the shortest payment card's number */

/* The words of a row are divided by blanks and bars. */
static bool row_has(const struct plain_word *row, const char *word)
{
    const size_t n = strlen(word);
    for (const char *at = row->words; *at;) {
        size_t size = strcspn(at, "| ");
        if (size == n && strncasecmp(at, word, n) == 0) return true;
        at += size + (at[size] != '\0');
    }
    return false;
}

const struct plain_word *plain_word_find(const char *word)
{
    for (const struct plain_word *row = plain_table; row->words; row++)
        if (row_has(row, word)) return row;
    return NULL;
}

static void words_split(struct plain_words *words, char *line)
{
    memset(words, 0, sizeof *words);
    words->rest = line;
    snprintf(words->copy, sizeof words->copy, "%s", line);
    char *state = NULL;
    for (char *at = strtok_r(words->copy, " \t", &state); at && words->count < PLAIN_OPERANDS_MAX;
         at = strtok_r(NULL, " \t", &state))
        words->at[words->count++] = at;
}

enum loy_status plain_quantity(const char *text, int64_t *quantity_milli)
{
    if (cli_amount_parse(text, 3, quantity_milli) != LOY_OK) return LOY_E_FORMAT;
    return *quantity_milli > 0 && *quantity_milli <= LOY_LANE_QUANTITY_MAX ? LOY_OK : LOY_E_FORMAT;
}

/* "*3" alone changes the line at hand; "3*" is for the next article, "3*CODE" and "*3 CODE" for
 * this one. False: no quantity is in it. */
static bool quantity_take(struct plain *plain, char *line)
{
    char number[32];
    int64_t quantity = 0;
    const bool first = line[0] == '*';
    const char *from = first ? line + 1 : line;
    const size_t n = strcspn(from, first ? " \t" : "*");
    if (!first && (from[n] != '*' || strspn(from, "0123456789.,+-eE") < n)) return false;
    snprintf(number, sizeof number, "%.*s", n < sizeof number ? (int)n : 0, from);
    if (plain_quantity(number, &quantity) != LOY_OK) {
        plain_say(plain, "wrong", "%s",
            _("a quantity is a number such as 3 or 0.25, at most 1,000,000: 3*, *3 or 3*CODE"));
        return true;
    }
    const char *code = from + n + (from[n] != '\0');
    code += strspn(code, " \t");
    struct loy_lane_view view = {.size = sizeof view};
    bool has_line = loy_lane_view_get(plain->session.lane, &view) == LOY_OK && view.last > 0 &&
                    view.stage != LOY_STAGE_CLOSED;
    sodium_memzero(&view, sizeof view);
    if (*code)
        plain_article(plain, code, quantity);
    else if (first && has_line)
        plain_requantify(plain, quantity);
    else {
        plain->quantity_milli = quantity;
        plain_say(plain, "quantity", _("%s of the next article"), number);
    }
    return true;
}

/* An answer to the lane's question, or a member from a list, is one digit. */
static bool choice_take(struct plain *plain, const char *line)
{
    const bool digit = line[0] >= '1' && line[0] <= '9' && line[1] == '\0';
    if (!digit || (plain->session.question == LOY_ASK_NOTHING && plain->found_count == 0))
        return false;
    struct plain_words words = {.count = 1};
    snprintf(words.copy, sizeof words.copy, "%s", line);
    words.at[0] = words.copy;
    words.rest = words.copy;
    plain_word_find("choose")->run(plain, &words);
    return true;
}

static void usage_say(struct plain *plain, const struct plain_word *row)
{
    char usage[160];
    const char *operands = *row->operands ? _(row->operands) : "";
    snprintf(usage, sizeof usage, "%s%s%s", row->words, *operands ? " " : "", operands);
    plain_say(plain, "wrong", _("it is said so: %s"), usage);
}

static void row_run(struct plain *plain, const struct plain_word *row, char *rest)
{
    struct plain_words words;
    words_split(&words, rest);
    if (words.count < row->least || words.count > row->most)
        usage_say(plain, row);
    else
        row->run(plain, &words);
    sodium_memzero(&words, sizeof words);
}

static const char *words_skip(const char *line, size_t count)
{
    for (; count > 0; count--) {
        line += strcspn(line, " \t");
        line += strspn(line, " \t");
    }
    return line;
}

/* A payment card's number in any word, or divided by blanks; the amounts and articles of a price or
 * a return, side by side, make no number. */
static bool card_is_in(struct plain *plain, const struct plain_word *row, const char *line)
{
    struct loy_lane_answer answer;
    struct plain_words words;
    char copy[PLAIN_LINE_MAX];
    snprintf(copy, sizeof copy, "%s", line);
    words_split(&words, copy);
    const bool numbers = row && (row->kind == LOY_LANE_ARTICLE || row->kind == LOY_LANE_RETURN);
    const char *text = words_skip(line, numbers ? 3 : 0);
    bool is = session_guard(&plain->session, text, &answer) == LOY_REFUSED;
    for (size_t i = 0; !is && i < words.count; i++)
        is = strlen(words.at[i]) >= CARD_MIN &&
             session_guard(&plain->session, words.at[i], &answer) == LOY_REFUSED;
    sodium_memzero(&words, sizeof words);
    sodium_memzero(copy, sizeof copy);
    if (is) plain_say_answer(plain, LOY_REFUSED, &answer);
    return is;
}

void plain_command(struct plain *plain, char *line)
{
    char word[64];
    line += strspn(line, " \t");
    size_t end = strlen(line);
    while (end > 0 && strchr(" \t", line[end - 1]))
        line[--end] = '\0';
    if (!*line) return;
    if (choice_take(plain, line)) return;
    const size_t n = strcspn(line, " \t");
    snprintf(word, sizeof word, "%.*s", n < sizeof word ? (int)n : 0, line);
    const struct plain_word *row = plain_word_find(word);
    const bool approves = row && strncmp(row->words, "approve", 7) == 0;
    /* Kept so that a supervisor can approve it; an approval is no command to be approved. */
    if (!approves) sodium_memzero(plain->kept, sizeof plain->kept);
    if (!approves) plain->approval_waits = false;
    if (card_is_in(plain, row, line)) return;
    if (!approves) snprintf(plain->kept, sizeof plain->kept, "%s", line);
    if (row)
        row_run(plain, row, line + n + strspn(line + n, " \t"));
    else if (!quantity_take(plain, line))
        plain_article(plain, line, 0);
}
