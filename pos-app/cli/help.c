/* SPDX-License-Identifier: MIT
 *
 * help.c - the help pages, from the table that parses the command line.
 */
#include "parse.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define PAGE_WIDTH 98

/* A character that may not begin a line in Chinese. */
static bool is_closing(wchar_t c)
{
    return c && wcschr(L"\uFF0C\u3002\uFF1B\uFF1A\u3001\uFF09\u201D\u300D", c) != NULL;
}

static bool is_wide(wchar_t c)
{
    return wcwidth(c) == 2 || is_closing(c);
}

/* The characters from at on that stay together: a word, or one wide character and what closes it.
 */
static size_t piece(const wchar_t *at)
{
    size_t n = 1;
    if (is_wide(at[0]))
        while (is_closing(at[n]))
            n++;
    else
        while (at[n] && at[n] != L' ' && at[n] != L'\n' && (!is_wide(at[n]) || is_closing(at[n])))
            n++;
    return n;
}

struct page {
    FILE *out;
    int column, indent;
    bool begun, blank; /* the line has text; a blank is due before more of it */
};

static void line_begin(struct page *page)
{
    fprintf(page->out, "\n%*s", page->indent, "");
    page->column = page->indent;
    page->begun = page->blank = false;
}

static void piece_put(struct page *page, const wchar_t *at, size_t n)
{
    char bytes[MB_LEN_MAX];
    int width = wcswidth(at, n);
    if (page->begun && page->column + page->blank + width > PAGE_WIDTH) line_begin(page);
    if (page->blank) fputc(' ', page->out);
    page->column += page->blank + width;
    for (size_t i = 0; i < n; i++) {
        int length = wctomb(bytes, at[i]);
        if (length > 0) fwrite(bytes, 1, (size_t)length, page->out);
    }
    page->begun = true;
    page->blank = false;
}

/* The text from column `from` on, further lines from column `indent` on. A single line feed is a
 * blank, two end a paragraph. */
static void wrapped(FILE *out, const char *text, int from, int indent)
{
    struct page page = {.out = out, .column = from, .indent = indent};
    wchar_t wide[2048];
    size_t count = mbstowcs(wide, text, sizeof wide / sizeof wide[0] - 1);
    wide[count == (size_t)-1 ? 0 : count] = L'\0';
    for (size_t i = 0; wide[i];) {
        if (wide[i] == L'\n' && wide[i + 1] == L'\n') {
            line_begin(&page);
            i += 2;
        } else if (wide[i] == L' ' || wide[i] == L'\n') {
            /* Chinese has no blank where a line of the source ends. */
            bool none = wide[i] == L'\n' && i > 0 && (is_wide(wide[i - 1]) || is_wide(wide[i + 1]));
            page.blank = page.begun && !none;
            i++;
        } else {
            size_t n = piece(wide + i);
            piece_put(&page, wide + i, n);
            i += n;
        }
    }
    fputc('\n', out);
}

static void row(FILE *out, const char *left, const char *right, int width)
{
    fputs("  ", out);
    cli_put(out, left, width);
    fputs("  ", out);
    wrapped(out, right, width + 4, width + 4);
}

void help_program(FILE *out)
{
    fprintf(out, "%s\n\n",
        _("loyalty - loyalty cards at the checkout: readers, members, baskets, profiles, "
          "reports"));
    fprintf(out, "%s\n  loyalty [--store FILE] [--json] [--lang zh_CN|en] %s\n\n", _("Usage:"),
        _("COMMAND ..."));
    fprintf(out, "%s\n", _("Commands:"));
    for (size_t i = 0; command_at(i); i++)
        row(out, command_at(i)->name, gettext(command_at(i)->summary), 21);
    fprintf(out, "\n%s\n", _("Everywhere:"));
    row(out, "--store FILE", _("the store; else $LOYALTY_STORE, else shop.loyalty"), 16);
    row(out, "--json", _("JSON Lines with stable keys instead of text"), 16);
    row(out, "--lang zh_CN|en", _("the language of what is printed"), 16);
    row(out, "--help", _("this page; behind a command, its page"), 16);
    row(out, "--version", _("the version"), 16);
    fputc('\n', out);
    wrapped(out,
        _("Exit codes: 0 done, 1 a refusal or a finding, 2 wrong use, 3 the store or a "
          "device failed."),
        0, 0);
    wrapped(out,
        _("Times are typed and printed in the shop's zone, which is the machine's or TZ, summer "
          "time "
          "included; a basket keeps its own. JSON has UTC."),
        0, 0);
}

void help_group(FILE *out, const char *word)
{
    fprintf(out, "%s loyalty %s %s\n\n%s\n", _("Usage:"), word, _("COMMAND ..."), _("Commands:"));
    for (size_t i = 0; command_at(i); i++)
        if (command_in_group(command_at(i), word))
            row(out, command_at(i)->name, gettext(command_at(i)->summary), 21);
}

static void option_row(FILE *out, const struct cli_option *option)
{
    char left[80], right[512];
    snprintf(left, sizeof left, "--%s%s%s", option->name, option->value ? " " : "",
        option->value ? option->value : "");
    snprintf(right, sizeof right, "%s%s%s", gettext(option->help),
        option->required ? _(" (needed)") : "", option->repeats ? _(" (may repeat)") : "");
    row(out, left, right, 26);
}

void help_command(FILE *out, const struct cli_command *command)
{
    fprintf(out, "%s loyalty %s%s%s%s\n\n", _("Usage:"), command->name,
        command->operands ? " " : "", command->operands ? command->operands : "",
        command->options ? _(" [OPTIONS]") : "");
    wrapped(out, gettext(command->summary), 0, 0);
    if (command->detail) {
        fputc('\n', out);
        wrapped(out, gettext(command->detail), 0, 0);
    }
    if (command->example) fprintf(out, "\n%s\n  loyalty %s\n", _("Example:"), command->example);
    if (!command->options) return;
    fprintf(out, "\n%s\n", _("Options:"));
    for (const struct cli_option *option = command->options; option->name; option++)
        option_row(out, option);
}
