/* SPDX-License-Identifier: MIT
 *
 * member_open.h - the first step of every command about one member: open the store, find MEMBER.
 */
#ifndef MEMBER_OPEN_H
#define MEMBER_OPEN_H

#include "cli.h"

/* The member that the first operand names. CLI_DONE, or a code that was told; then *store is NULL.
 */
int member_open(const struct cli *cli, struct loy_store **store, struct loy_id *member);

/* "customer", "staff" or "import"; 0: another word. */
uint8_t initiative_of(const char *word);
const char *initiative_name(uint8_t initiated_by);

#endif
