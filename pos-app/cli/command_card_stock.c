/* SPDX-License-Identifier: MIT
 *
 * command_card_stock.c - cards before they have a member: stock, claim codes, and what a shop may
 * set of both.
 */
#include "card_cli.h"
#include "code_words.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* ---- stock ------------------------------------------------------------------------------------
 */

static int stock_tell(const struct cli *cli, long long count)
{
    if (cli->json)
        cli_print_json(json_pack("{s:I}", "stocked", (json_int_t)count));
    else
        printf(_("cards taken into stock: %lld\n"), count);
    return CLI_DONE;
}

struct list {
    struct loy_credential *cards;
    size_t count, size;
};

static bool list_grow(struct list *list)
{
    if (list->count < list->size) return true;
    size_t size = list->size ? list->size * 2 : 256;
    struct loy_credential *grown = realloc(list->cards, size * sizeof *grown);
    if (!grown) return false;
    list->cards = grown;
    list->size = size;
    return true;
}

/* The first word of a line, without the line's end; false: the line is blank or a remark. */
static bool line_number(char *line)
{
    char *begin = line + strspn(line, " \t\xEF\xBB\xBF");
    memmove(line, begin, strlen(begin) + 1);
    line[strcspn(line, "\r\n,;")] = '\0';
    return line[0] != '\0' && line[0] != '#';
}

static int list_fill(const struct cli *cli, struct loy_store *store, FILE *file, struct list *list)
{
    char *line = NULL;
    size_t size = 0, row = 0;
    int code = CLI_DONE;
    while (code == CLI_DONE && getline(&line, &size, file) >= 0) {
        row++;
        if (!line_number(line)) continue;
        if (!list_grow(list)) {
            code = cli_fail(cli, CLI_FAILED, _("out of memory"));
            break;
        }
        enum loy_status status = cli_card_read(store, line, &list->cards[list->count]);
        const char *complaint = cli_card_complaint(status);
        if (complaint)
            code = cli_fail(cli, CLI_FINDING, _("line %zu: the card number %s; nothing was taken"),
                row, complaint);
        else if (status != LOY_OK)
            code = cli_fail_store(cli, status, store);
        else
            list->count++;
    }
    if (code == CLI_DONE && ferror(file))
        code = cli_fail(cli, CLI_FAILED, _("the file could not be read: %s"), strerror(errno));
    if (line) sodium_memzero(line, size);
    free(line);
    return code;
}

static int stock_file(const struct cli *cli, struct loy_store *store, const char *path)
{
    struct list list = {NULL, 0, 0};
    FILE *file = fopen(path, "r");
    if (!file) return cli_fail(cli, CLI_USAGE, _("%s cannot be opened: %s"), path, strerror(errno));
    int code = list_fill(cli, store, file, &list);
    fclose(file);
    if (code == CLI_DONE) {
        enum loy_status status = loy_card_stock(store, list.cards, list.count, cli_now_us(), NULL);
        code = status == LOY_OK ? stock_tell(cli, (long long)list.count)
                                : cli_fail_store(cli, status, store);
    }
    free(list.cards);
    return code;
}

static int stock_range(const struct cli *cli, struct loy_store *store)
{
    struct loy_credential first;
    int64_t count = 0;
    const char *last = cli->operands[cli->operand_count - 1];
    int code = card_number_read(cli, store, cli->operands[0], &first);
    if (code != CLI_DONE) return code;
    enum loy_status status =
        loy_card_stock_range(store, cli->operands[0], last, cli_now_us(), &count);
    return status == LOY_OK ? stock_tell(cli, (long long)count)
                            : cli_fail_store(cli, status, store);
}

static int run_stock(struct cli *cli)
{
    struct loy_store *store = NULL;
    const char *path = cli_value(cli, "file");
    if ((path != NULL) == (cli->operand_count > 0))
        return cli_fail(
            cli, CLI_USAGE, _("the first and last number are expected, or --file FILE"));
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = path ? stock_file(cli, store, path) : stock_range(cli, store);
    loy_store_close(store);
    return code;
}

static const struct cli_option stock_options[] = {
    {"file", "FILE", N_("the numbers, a line each"), false, false},
    {0},
};

const struct cli_command command_card_stock = {
    .name = "card stock",
    .operands = "[FIRST [LAST]]",
    .operands_min = 0,
    .operands_max = 2,
    .summary = N_("take printed cards into stock, all or none"),
    .detail =
        N_("From the first number to the last, check digits included, or those of a file. Only "
           "numbers of the shop's own ranges\nare taken, and none that is known already."),
    .options = stock_options,
    .run = run_stock,
};

/* ---- claim codes ------------------------------------------------------------------------------
 */

static int run_claim(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id member;
    char code_text[LOY_CLAIM_CODE_SIZE], text[LOY_ID_TEXT_SIZE];
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = card_member_read(cli, store, cli->operands[0], &member);
    enum loy_status status =
        code == CLI_DONE ? loy_claim_make(store, &member, cli_now_us(), code_text) : LOY_NONE;
    if (code == CLI_DONE && status != LOY_OK) code = cli_fail_store(cli, status, store);
    if (code == CLI_DONE) {
        loy_id_text(&member, text);
        if (cli->json)
            cli_print_json(json_pack("{s:s,s:s}", "member", text, "code", code_text));
        else
            puts(code_text);
    }
    sodium_memzero(code_text, sizeof code_text);
    loy_store_close(store);
    return code;
}

const struct cli_command command_card_claim = {
    .name = "card claim",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("a code by which a member without a card gets one at the lane"),
    .detail = N_("It is printed once and kept nowhere; it can be used once and for 90 days unless "
                 "`card rule` says otherwise."),
    .run = run_claim,
};

static int run_bind(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_credential card;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = card_new_read(cli, store, cli->operands[1], &card);
    if (code == CLI_DONE) {
        enum loy_status status = loy_claim_use(store, cli->operands[0], &card, cli_now_us());
        if (status == LOY_OK) card_warn(&card);
        code = status == LOY_OK ? card_tell(cli, store, &card, true)
                                : cli_fail_store(cli, status, store);
    }
    loy_store_close(store);
    return code;
}

const struct cli_command command_card_bind = {
    .name = "card bind",
    .operands = "CODE NUMBER",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("give a card to the member of a claim code"),
    .detail = N_("I and L count as 1, O as 0; small letters, blanks and hyphens are fine. Wrong "
                 "codes are counted: after ten in an\nhour none is taken for an hour."),
    .run = run_bind,
};
