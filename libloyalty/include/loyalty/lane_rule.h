/* SPDX-License-Identifier: MIT
 *
 * loyalty/lane_rule.h - the numbers by which a shop changes what its lanes do.
 */
#ifndef LOYALTY_LANE_RULE_H
#define LOYALTY_LANE_RULE_H

#include <loyalty/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Symbol, name, default, lowest, highest. */
#define LOY_LANE_RULES(X)                                                                          \
    X(LOY_LANE_RULE_LATE_MINUTES, "late_minutes", 5, 0, 60)   /* card after the close */           \
    X(LOY_LANE_RULE_KEEP_SECONDS, "keep_seconds", 10, 1, 120) /* until a question lapses */        \
    X(LOY_LANE_RULE_AGAIN_MS, "again_ms", 2000, 0, 10000)     /* the same card, the same reader */ \
    X(LOY_LANE_RULE_REPLACED, "accept_replaced", 0, 0, 1)     /* the old card, once */             \
    X(LOY_LANE_RULE_RETURN_BARE, "return_without_receipt", 1, 0, 2) /* 0 never, 1 a supervisor,    \
                                                                       2 anybody */                \
    X(LOY_LANE_RULE_CLOCK_BACK_S, "clock_back_seconds", 120, 1, 3600)                              \
    X(LOY_LANE_RULE_CLOCK_OFF_S, "clock_off_seconds", 300, 10, 86400)                              \
    X(LOY_LANE_RULE_CLOCK_STOP_H, "clock_supervisor_hours", 24, 1, 8760)                           \
    X(LOY_LANE_RULE_QUESTIONS, "questions", 1, 0, 1) /* one missing field a visit is asked for */  \
    X(LOY_LANE_RULE_OPERATORS, "scorecard_operators", 0, 0, 1) /* the shop opts in */              \
    X(LOY_LANE_RULE_ALARM_CARD, "alarm_card_day", 5, 2, 1000)  /* baskets of one card a day */     \
    X(LOY_LANE_RULE_ALARM_TOTAL, "alarm_after_total_percent", 20, 1, 100)                          \
    X(LOY_LANE_RULE_ALARM_LEAST, "alarm_least_baskets", 20, 1, 10000)
enum loy_lane_rule {
    LOY_LANE_RULE_NONE,
#define LOY_LANE_RULE_ROW(symbol, name, usual, low, high) symbol,
    LOY_LANE_RULES(LOY_LANE_RULE_ROW)
#undef LOY_LANE_RULE_ROW
        LOY_LANE_RULE_END
};
/* "late_minutes" ...; NULL: no rule. get: as the shop set it, else the default (LOY_MAY_READ_RULE).
 * set: LOY_E_LIMIT: outside of what makes sense (LOY_MAY_EDIT_RULE). */
LOY_API const char *loy_lane_rule_name(enum loy_lane_rule rule);
LOY_API enum loy_status loy_lane_rule_get(
    struct loy_store *store, enum loy_lane_rule rule, int64_t *value);
LOY_API enum loy_status loy_lane_rule_set(
    struct loy_store *store, enum loy_lane_rule rule, int64_t value, int64_t at_us);

#ifdef __cplusplus
}
#endif
#endif
