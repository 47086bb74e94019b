/* SPDX-License-Identifier: MIT
 *
 * promotion_private.h - between promotion.c and promotion_check.c.
 */
#ifndef PROMOTION_PRIVATE_H
#define PROMOTION_PRIVATE_H

#include "rules.h"

/* LOY_E_FORMAT or LOY_E_LIMIT with a sentence that names the field and what would be right. */
enum loy_status promotion_check(struct loy_store *store, const struct loy_promotion_rule *rule);

#endif
