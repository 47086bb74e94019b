/* SPDX-License-Identifier: MIT
 *
 * import_tokens.h - by what a row of a members file is known again, in this file or another: a
 * keyed digest of what its cells say and of how many rows of this file said the same before it. Two
 * identical rows are two members; the same row in two files is one.
 */
#ifndef IMPORT_TOKENS_H
#define IMPORT_TOKENS_H

#include "import.h"

/* NULL: out of memory. */
struct import_tokens *import_tokens_open(const struct import *import);
void import_tokens_close(struct import_tokens *tokens);
/* Each row once, in the order of the file. Empty cells and the order of the columns do not count.
 */
void import_tokens_make(
    struct import_tokens *tokens, size_t row, uint8_t token[LOY_FORM_TOKEN_SIZE]);

#endif
