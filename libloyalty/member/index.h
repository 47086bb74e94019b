/* SPDX-License-Identifier: MIT
 *
 * index.h - the members' names and telephones in memory, for searching.
 */
#ifndef MEMBER_INDEX_H
#define MEMBER_INDEX_H

#include "member_private.h"

/* Lines of folded names without blanks: the name; a person's names joined, if they are not Chinese
 * in both orders; the trading name. In ascending order of the members. */
struct index_entry {
    uint64_t telephone; /* digits of the number in E.164; 0: none */
    uint32_t member;
    uint32_t text; /* place in the chunks */
};

#define INDEX_CHUNK 65536u
#define INDEX_TAIL 10000u
#define INDEX_NO_TAIL UINT16_MAX
struct member_cache {
    /* A search passes most entries over by these alone, so they lie close together. */
    uint64_t *letters, *pairs, *starts; /* pinyin_filter_of the text */
    uint16_t *tails;                    /* the telephone's last four digits, INDEX_NO_TAIL: none */
    struct index_entry *entries;
    size_t count, max;
    char **chunks; /* texts never move, so none is left behind unwiped */
    size_t chunk_count, chunk_max, used;
    size_t compared; /* texts in the last search: it must stop when nothing better can come */
    int64_t member;  /* the last one looked at */
    int64_t audit;   /* the last entry of the audit log looked at: it tells who was changed */
    int64_t undone;  /* of the store, when what follows was last true */
    bool transient;  /* holds what an open transaction wrote and may take back */
};

static inline const char *index_text(const struct member_cache *cache, const struct index_entry *e)
{
    return cache->chunks[e->text / INDEX_CHUNK] + e->text % INDEX_CHUNK;
}

/* The index as the store is now. */
enum loy_status index_take(struct loy_store *store, struct member_cache **cache);
/* Folded, without blanks and punctuation. */
enum loy_status index_fold(const char *text, char folded[LOY_FIELD_TEXT_MAX]);

/* Room for so many at once, if there is none yet and memory allows: growing step by step leaves
 * holes in it. */
void index_reserve(struct member_cache *cache, size_t members);
/* One member's lines and telephone; false: no memory. Replaces what was there; empty ones go. */
#define INDEX_TEXT_MAX (6u * LOY_FIELD_TEXT_MAX)
bool index_put(struct member_cache *cache, uint32_t member, const char *text, uint64_t telephone);
size_t index_bytes(const struct member_cache *cache);
void index_free(struct loy_store *store);

#endif
