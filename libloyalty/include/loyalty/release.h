/* SPDX-License-Identifier: MIT
 *
 * loyalty/release.h - what leaves the shop. A report for a manufacturer is released once: the
 * ledger keeps what was given to whom, and refuses a second version of a released period, since the
 * difference of two versions can show a person.
 */
#ifndef LOYALTY_RELEASE_H
#define LOYALTY_RELEASE_H

#include <loyalty/store.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_RELEASE_DIGEST_SIZE 32u

struct loy_release {
    size_t size;
    const char *manufacturer;
    const char *brand; /* NULL: all of its brands */
    int64_t from_us, to_us;
    const char *policy;                      /* the thresholds in words, as printed on the report */
    uint8_t digest[LOY_RELEASE_DIGEST_SIZE]; /* BLAKE2b-256 of the released tables */
};

/* BLAKE2b-256 over the pieces of a package, in order: NULL-terminated array of strings. */
LOY_API void loy_release_digest(const char *const *pieces, uint8_t digest[LOY_RELEASE_DIGEST_SIZE]);

/* Enters a release in the ledger and the audit log; needs the manager's role. LOY_REPEATED: the
 * very same was released before; LOY_E_CONFLICT: this period was released with other numbers, or a
 * period that overlaps it was released: the new one must not leave. Asks for
 * LOY_MAY_RELEASE_REPORT. */
LOY_API enum loy_status loy_release_enter(
    struct loy_store *store, const struct loy_release *release, int64_t at_us);

struct loy_release_entry {
    int64_t number, from_us, to_us, at_us;
    char manufacturer[128], brand[128], policy[160];
    uint8_t digest[LOY_RELEASE_DIGEST_SIZE];
};
/* The ledger in order: the entry behind number `after` (0: the first); LOY_NONE at its end. Asks
 * for LOY_MAY_LIST_RELEASES. */
LOY_API enum loy_status loy_release_next(
    struct loy_store *store, int64_t after, struct loy_release_entry *entry);

#ifdef __cplusplus
}
#endif
#endif
