/* SPDX-License-Identifier: MIT
 *
 * card_cli.h - what the commands about cards and purchasers share: operands and how a card is
 * shown. A card is shown by its last four characters only.
 */
#ifndef CARD_CLI_H
#define CARD_CLI_H

#include "cli.h"

/* MEMBER of the command line. CLI_DONE, or a code that was told already. */
int card_member_read(
    const struct cli *cli, struct loy_store *store, const char *text, struct loy_id *member);
/* A card's number through the guard; tells what is wrong with it. */
int card_number_read(const struct cli *cli, struct loy_store *store, const char *text,
    struct loy_credential *credential);
/* The same of a card that is to be given to somebody. */
int card_new_read(const struct cli *cli, struct loy_store *store, const char *text,
    struct loy_credential *credential);
/* Says on standard error that a card which was given lies in no range of the shop. */
void card_warn(const struct loy_credential *credential);
/* Any card's number, or with --member the last characters of one of the member's cards. */
int card_operand_read(const struct cli *cli, struct loy_store *store, const char *text,
    struct loy_credential *credential);
/* The last microsecond of a day such as 2027-12-31, and the zone's offset then. */
int card_day_read(
    const struct cli *cli, const char *option, const char *text, int64_t *until_us, int16_t *zone);
/* "2027-12-31" of a last day, in the zone of the process. */
void card_day_text(int64_t until_us, char text[32]);
/* The card as a JSON object. */
int card_object(const struct cli *cli, struct loy_store *store,
    const struct loy_credential *credential, json_t **object);
/* Prints the card as it is now: a line, or an object that also has "changed". */
int card_tell(const struct cli *cli, struct loy_store *store,
    const struct loy_credential *credential, bool changed);

#endif
