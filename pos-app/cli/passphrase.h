/* SPDX-License-Identifier: MIT
 *
 * passphrase.h - passphrases of the master key: from a file or a terminal, never from the command
 * line. What is read is wiped when the program ends.
 */
#ifndef CLI_PASSPHRASE_H
#define CLI_PASSPHRASE_H

#include <stdbool.h>
#include <stddef.h>

#define PASSPHRASE_MAX 512u

/* The first line of a file. false: told already. */
bool passphrase_from_file(const char *path, char text[PASSPHRASE_MAX]);
/* An answer on the terminal, unseen. false: there is none, or nothing was typed. */
bool passphrase_ask(const char *question, char text[PASSPHRASE_MAX]);
/* Of a sealed key file, by $LOYALTY_PASSPHRASE_FILE or the terminal; NULL: none. */
const char *passphrase_of_key(const char *key_path);

#endif
