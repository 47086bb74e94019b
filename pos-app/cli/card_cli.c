/* SPDX-License-Identifier: MIT
 *
 * card_cli.c - see card_cli.h. In: operands as typed. Out: ids, credentials, lines. Keeps no
 * number.
 */
#include "card_cli.h"

#include <string.h>
#include <time.h>

#define TAIL 4u /* characters by which a card is shown */

int card_member_read(
    const struct cli *cli, struct loy_store *store, const char *text, struct loy_id *member)
{
    enum loy_status status = cli_member_find(store, text, member);
    if (status == LOY_OK) return CLI_DONE;
    if (status == LOY_NONE)
        return cli_fail(cli, CLI_FINDING,
            _("there is no such member; give the id, card:NUMBER, ref:REFERENCE, a telephone or a "
              "tax "
              "number"));
    return cli_fail_store(cli, status, store);
}

static int card_told(const struct cli *cli, const struct loy_store *store, enum loy_status status)
{
    const char *complaint = cli_card_complaint(status);
    if (status == LOY_OK) return CLI_DONE;
    if (complaint) return cli_fail(cli, CLI_FINDING, _("the card number %s"), complaint);
    return cli_fail_store(cli, status, store);
}

int card_number_read(const struct cli *cli, struct loy_store *store, const char *text,
    struct loy_credential *credential)
{
    return card_told(cli, store, cli_card_read(store, text, credential));
}

void card_warn(const struct loy_credential *credential)
{
    const char *warning = cli_card_warning(credential);
    if (warning) fprintf(stderr, _("warning: card: %s\n"), warning);
}

int card_new_read(const struct cli *cli, struct loy_store *store, const char *text,
    struct loy_credential *credential)
{
    return card_told(cli, store, cli_card_read_new(store, text, credential));
}

int card_operand_read(const struct cli *cli, struct loy_store *store, const char *text,
    struct loy_credential *credential)
{
    const char *whose = cli_value(cli, "member");
    struct loy_id member;
    if (!whose || strlen(text) > TAIL) return card_number_read(cli, store, text, credential);
    int code = card_member_read(cli, store, whose, &member);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_card_find(store, &member, text, cli_now_us(), credential);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(cli, status, store);
}

int card_day_read(
    const struct cli *cli, const char *option, const char *text, int64_t *until_us, int16_t *zone)
{
    char whole[40];
    snprintf(whole, sizeof whole, "%.12s 23:59:59", text);
    if (strlen(text) != strlen("2027-12-31") || cli_time_parse(whole, until_us, zone) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--%s takes a day such as 2027-12-31"), option);
    *until_us += 999999;
    return CLI_DONE;
}

void card_day_text(int64_t until_us, char text[32])
{
    cli_time_local(until_us, text);
    text[strlen("2027-12-31")] = '\0';
}

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, *text ? json_string(text) : json_null());
}

struct shown {
    struct loy_card card;
    char member[LOY_ID_TEXT_SIZE], issued[32], expires[32];
};

static enum loy_status card_look(
    struct loy_store *store, const struct loy_credential *credential, struct shown *shown)
{
    struct loy_id id;
    memset(shown, 0, sizeof *shown);
    enum loy_status status = loy_card_get(store, credential, cli_now_us(), &shown->card, &id);
    if (status != LOY_OK) return status;
    if (!loy_id_is_none(&id)) loy_id_text(&id, shown->member);
    if (shown->card.issued_at_us) cli_time_text(shown->card.issued_at_us, 0, shown->issued);
    if (shown->card.expires_at_us) card_day_text(shown->card.expires_at_us, shown->expires);
    return LOY_OK;
}

int card_object(const struct cli *cli, struct loy_store *store,
    const struct loy_credential *credential, json_t **object)
{
    struct shown shown;
    enum loy_status status = card_look(store, credential, &shown);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    const struct loy_card *card = &shown.card;
    *object = json_pack("{s:s,s:s}", "tail", card->tail, "status",
        loy_card_status_name((enum loy_card_status)card->status));
    set_text(*object, "member", shown.member);
    json_object_set_new(
        *object, "purchaser", card->purchaser ? json_integer(card->purchaser) : json_null());
    set_text(*object, "issued", shown.issued);
    set_text(*object, "expires", shown.expires);
    set_text(*object, "replaced_by", card->replaced_by);
    return CLI_DONE;
}

int card_tell(const struct cli *cli, struct loy_store *store,
    const struct loy_credential *credential, bool changed)
{
    struct shown shown;
    json_t *object = NULL;
    if (cli->json) {
        int code = card_object(cli, store, credential, &object);
        if (code != CLI_DONE) return code;
        json_object_set_new(object, "changed", json_boolean(changed));
        cli_print_json(object);
        return CLI_DONE;
    }
    enum loy_status status = card_look(store, credential, &shown);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    const struct loy_card *card = &shown.card;
    printf("...%s  %s", card->tail, _(loy_card_status_name((enum loy_card_status)card->status)));
    if (*shown.member) printf("  %s", shown.member);
    if (card->purchaser) printf(_("  purchaser %lld"), (long long)card->purchaser);
    if (*shown.expires) printf(_("  until %s"), shown.expires);
    if (*card->replaced_by) printf(_("  replaced by ...%s"), card->replaced_by);
    puts(changed ? "" : _("  (as it was)"));
    return CLI_DONE;
}
