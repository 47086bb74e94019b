/* SPDX-License-Identifier: MIT
 *
 * loyalty/model.h - fitted populations that are kept: as bytes under a kind and a name, which the
 * pure room that made them reads again. Nothing of a single member may be in them: they stay when a
 * member is erased, and whoever may read sales may read them.
 */
#ifndef LOYALTY_MODEL_H
#define LOYALTY_MODEL_H

#include <loyalty/basket.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_MODEL_KIND_MAX 32u         /* bytes, terminator included */
#define LOY_MODEL_SIZE_MAX (16u << 20) /* bytes of a model */

/* kind: what the bytes are, "choice"; name: what it was fitted to, a category. The same kind and
 * name again replaces. Audited. LOY_E_LIMIT: larger than LOY_MODEL_SIZE_MAX. Asks for
 * LOY_MAY_KEEP_MODEL. */
LOY_API enum loy_status loy_model_put(struct loy_store *store, const char *kind, const char *name,
    const void *bytes, size_t size, int64_t at_us);
/* *needed is the length in any case; LOY_MORE: size was too small, bytes is untouched; LOY_NONE:
 * there is none. Asks for LOY_MAY_READ_MODEL. */
LOY_API enum loy_status loy_model_get(struct loy_store *store, const char *kind, const char *name,
    void *bytes, size_t size, size_t *needed);
/* Names of a kind in order; start with name "" in a buffer of LOY_TEXT_MAX. *at_us: when it was
 * kept. LOY_NONE: no more. Asks for LOY_MAY_READ_MODEL. */
LOY_API enum loy_status loy_model_next(
    struct loy_store *store, const char *kind, char name[LOY_TEXT_MAX], int64_t *at_us);

#ifdef __cplusplus
}
#endif
#endif
