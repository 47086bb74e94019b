/* SPDX-License-Identifier: MIT
 *
 * canary.h - members whose every text carries a mark, and a search for marks, keys and digests in
 * the raw bytes of files. In: a desk. Out: counts. Names and numbers here are made up. */
#ifndef CANARY_H
#define CANARY_H

#include "desk.h"

#define CANARY_TEXT "Zq7Canary"    /* in every text */
#define CANARY_TELEPHONE "1390077" /* in every telephone */
#define CANARY_CARD "2990077"      /* at the front of every card number */

/* Registers member `index` with a mark in every field that takes one, a trait, a purchaser, a
 * contact, a note, a card, a claim, consents, a closed basket; all in the caller's transaction. */
struct loy_id canary_member(struct desk *desk, unsigned index);
void canary_card(struct desk *desk, unsigned index, struct loy_credential *credential);

/* A file's bytes; the caller frees. */
struct canary_bytes {
    uint8_t *bytes;
    size_t size;
};
struct canary_bytes canary_read(const char *path);
/* How often a mark stands in them in UTF-8, folded, in capitals, full width, UTF-16 of either
 * order.
 */
#define CANARY_FORMS 6
size_t canary_marks(const struct canary_bytes *file);
/* A mark in one of the forms, for planting. */
size_t canary_form(unsigned form, uint8_t bytes[64]);

/* Secrets, looked for at every offset. */
struct canary_secrets {
    uint8_t (*rows)[16]; /* the first 16 bytes of each */
    size_t count, max;
};
void canary_secret_add(struct canary_secrets *secrets, const void *bytes);
/* How many of the secrets stand in the file. Sorts them. */
size_t canary_secrets_in(struct canary_secrets *secrets, const struct canary_bytes *file);
void canary_secrets_free(struct canary_secrets *secrets);

/* How many things that look like an envelope open to a mark under one of the keys; the tag is not
 * asked for. At most `limit` envelopes are tried. */
size_t canary_opened(const struct canary_bytes *file, const uint8_t (*keys)[MEMBER_KEY_SIZE],
    size_t key_count, size_t limit);

#endif
