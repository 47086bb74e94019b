/* SPDX-License-Identifier: MIT
 *
 * contact_cli.h - what the commands about contacts, notes and their imports share.
 */
#ifndef CONTACT_CLI_H
#define CONTACT_CLI_H

#include "cli.h"

#include <loyalty/contact.h>

/* Opens the store and finds MEMBER. CLI_DONE, or a code that was told; the caller closes the store
 * in any case. text NULL: nobody is looked for. */
int contact_member_open(
    struct cli *cli, const char *text, struct loy_store **store, struct loy_id *member);

/* "customer", "staff", "import"; false: none of them. */
bool contact_initiative(const char *word, uint8_t *initiated_by);
const char *contact_initiative_name(uint8_t initiated_by);
/* The kind of that name, LOY_CONTACT_NONE: there is none. */
uint8_t contact_kind_find(const char *word);
void contact_kinds_text(char *text, size_t size); /* all of them, for a complaint */

/* NULL for "". */
const char *contact_or_null(const char *text);
json_t *contact_json_text(const char *text); /* null for "" */

#endif
