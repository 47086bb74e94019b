/* SPDX-License-Identifier: MIT
 *
 * command_member_find.c - `member find`: whatever a customer says, the best answers first.
 * In: a text. Out: a line a member: who it is and the tails of the cards. Must not know: how a
 * search is answered.
 */
#include "code_words.h"

#include <loyalty/member_card.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define FOUND_MAX 1000u
#define FOUND_DEFAULT 20u
#define CARD_DIGITS_MIN 8u

static void name_take(struct loy_store *store, const struct loy_id *id, char *name, char *given)
{
    *name = *given = '\0';
    if (loy_member_field(store, id, LOY_FIELD_NAME, name) == LOY_OK) return;
    *name = '\0';
    if (loy_member_field(store, id, LOY_FIELD_FAMILY_NAME, name) != LOY_OK) *name = '\0';
    if (loy_member_field(store, id, LOY_FIELD_GIVEN_NAME, given) != LOY_OK) *given = '\0';
}

static json_t *cards_json(struct loy_store *store, const struct loy_id *id)
{
    json_t *cards = json_array();
    struct loy_card card;
    int64_t position = 0;
    while (loy_card_next(store, id, &position, &card) == LOY_OK)
        json_array_append_new(cards, json_pack("{s:s,s:s}", "tail", card.tail, "status",
                                         loy_card_status_name((enum loy_card_status)card.status)));
    return cards;
}

static void cards_print(struct loy_store *store, const struct loy_id *id)
{
    struct loy_card card;
    int64_t position = 0;
    while (loy_card_next(store, id, &position, &card) == LOY_OK)
        printf("  ...%s", card.tail);
}

static int member_print(const struct cli *cli, struct loy_store *store, const struct loy_id *id)
{
    static char name[LOY_FIELD_TEXT_MAX], given[LOY_FIELD_TEXT_MAX];
    char text[LOY_ID_TEXT_SIZE];
    struct loy_member member;
    enum loy_status status = loy_member_get(store, id, &member);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    const char *kind = member.kind == LOY_MEMBER_PERSON ? "person" : "organisation";
    name_take(store, id, name, given);
    loy_id_text(id, text);
    if (cli->json) {
        cli_print_json(json_pack("{s:s,s:s,s:s,s:s,s:o}", "member", text, "name", name,
            "given_name", given, "kind", kind, "cards", cards_json(store, id)));
    } else {
        printf("%s  %s%s%s  %s", text, name, *given ? code_gap(name) : "", given,
            code_words(CODE_KIND, kind));
        cards_print(store, id);
        putchar('\n');
    }
    sodium_memzero(name, sizeof name);
    sodium_memzero(given, sizeof given);
    return CLI_DONE;
}

/* An id, card:NUMBER and ref:REFERENCE say whom they mean; everything else is searched for. */
static bool is_exact(const char *text)
{
    struct loy_id id;
    return strncmp(text, "card:", 5) == 0 || strncmp(text, "ref:", 4) == 0 ||
           loy_id_parse(text, &id) == LOY_OK;
}

/* What nobody's telephone and tax number is may be the number of a card. */
static enum loy_status card_try(struct loy_store *store, const char *text, struct loy_id *id)
{
    char number[64];
    size_t size = strlen(text);
    if (size < CARD_DIGITS_MIN || strspn(text, "0123456789") != size) return LOY_NONE;
    if (snprintf(number, sizeof number, "card:%s", text) >= (int)sizeof number) return LOY_NONE;
    enum loy_status status = cli_member_find(store, number, id);
    sodium_memzero(number, sizeof number);
    return status;
}

static enum loy_status find(
    struct loy_store *store, const char *text, struct loy_id *ids, size_t max, size_t *count)
{
    *count = 0;
    enum loy_status status = LOY_OK;
    if (is_exact(text)) {
        status = cli_member_find(store, text, ids);
    } else {
        status = loy_member_search(store, text, ids, max, count);
        if (status != LOY_OK || *count > 0) return status;
        status = card_try(store, text, ids);
    }
    if (status == LOY_OK) *count = 1;
    return status;
}

static int not_found(const struct cli *cli, enum loy_status status, const struct loy_store *store)
{
    if (status == LOY_REFUSED)
        return cli_fail(cli, CLI_FINDING, _("the card may not be used; see the service desk"));
    if (status == LOY_NONE || status == LOY_E_FORMAT)
        return cli_fail(cli, CLI_FINDING,
            _("nobody is found; give part of a name, its pinyin or initials, a telephone or its "
              "last four digits, a tax number, card:NUMBER, ref:REFERENCE or the id"));
    return cli_fail_store(cli, status, store);
}

static int run_find(struct cli *cli)
{
    static struct loy_id ids[FOUND_MAX];
    struct loy_store *store = NULL;
    const char *limit = cli_value(cli, "limit");
    long max = limit ? strtol(limit, NULL, 10) : FOUND_DEFAULT;
    size_t count = 0;
    if (max < 1 || max > (long)FOUND_MAX)
        return cli_fail(cli, CLI_USAGE, _("--limit takes a number from 1 to %u"), FOUND_MAX);
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = find(store, cli->operands[0], ids, (size_t)max, &count);
    if (count == 0) code = not_found(cli, status, store);
    for (size_t i = 0; i < count && code == CLI_DONE; i++)
        code = member_print(cli, store, &ids[i]);
    loy_store_close(store);
    return code;
}

static const struct cli_option find_options[] = {
    {"limit", "N", N_("at most so many; default 20"), false, false},
    {0},
};

const struct cli_command command_member_find = {
    .name = "member find",
    .operands = "TEXT",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("find by name, pinyin, initials, telephone or its tail, tax number, card:NUMBER, "
                  "ref:REFERENCE or id"),
    .detail = N_("Whole names come first, then those that begin with TEXT, then those that hold "
                 "it; among equals the newest."),
    .example = "member find zhangw",
    .options = find_options,
    .run = run_find,
};
