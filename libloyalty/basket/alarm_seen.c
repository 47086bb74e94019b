/* SPDX-License-Identifier: MIT
 *
 * alarm_seen.c - somebody has looked at an alarm (loyalty/counter.h). In: an alarm, a few words.
 * Out: a row and an entry of the audit log. Must not know: how alarms are found, names of members.
 */
#include "basket_private.h"
#include "counter_sql.h"

#include <loyalty/counter.h>

#include <stdio.h>
#include <string.h>

/* A day of its own zone lies in three of UTC; of a rate, the span itself. */
static struct loy_span span_of(const struct loy_alarm *alarm)
{
    const int64_t from_us = (alarm->day - INT64_C(1)) * COUNTER_DAY_US;
    if (alarm->day < 0) return (struct loy_span){alarm->from_us, alarm->to_us, 0};
    return (struct loy_span){from_us > 0 ? from_us : 0, from_us + 3 * COUNTER_DAY_US, 0};
}

static bool is_same(const struct loy_alarm *alarm, const struct loy_alarm *other)
{
    return alarm->kind == other->kind && alarm->day == other->day &&
           (alarm->day >= 0 ? memcmp(&alarm->basket, &other->basket, sizeof alarm->basket) == 0
                            : alarm->operator_number == other->operator_number);
}

/* The alarm as it stands now. */
static enum loy_status alarm_find(
    struct loy_store *store, const struct loy_alarm *wanted, struct loy_alarm *found)
{
    const struct loy_span span = span_of(wanted);
    struct loy_alarms *alarms = NULL;
    enum loy_status status = loy_alarms_open(store, &span, &alarms);
    while (status == LOY_OK && (status = loy_alarm_next(alarms, found)) == LOY_OK)
        if (is_same(wanted, found)) break;
    loy_alarms_close(alarms);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_NONE,
        "there is no such alarm any more: look at the alarms again, its rule or its baskets have "
        "changed");
}

static enum loy_status seen_insert(
    struct loy_store *store, const struct loy_alarm *alarm, const char *reason, int64_t at_us)
{
    const bool card = alarm->day >= 0;
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO alarm_seen (kind, basket, count, subject, from_us, to_us, reason, at_us, "
        "operator) VALUES (?1, (SELECT id FROM basket WHERE uid = ?2), ?3, ?4, ?5, ?6, ?7, ?8, "
        "?9)");
    sqlite3_bind_int64(insert, 1, alarm->kind);
    if (card)
        sqlite3_bind_blob(
            insert, 2, alarm->basket.bytes, sizeof alarm->basket.bytes, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, alarm->count);
    if (!card) {
        sqlite3_bind_int64(insert, 4, alarm->operator_number);
        sqlite3_bind_int64(insert, 5, alarm->from_us);
        sqlite3_bind_int64(insert, 6, alarm->to_us);
    }
    sqlite3_bind_text(insert, 7, reason, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 8, at_us);
    sqlite3_bind_int64(insert, 9, store->operator_id);
    return store_run(store, insert);
}

static enum loy_status seen_write(
    struct loy_store *store, const struct loy_alarm *alarm, const char *reason, int64_t at_us)
{
    char object[80], basket[LOY_ID_TEXT_SIZE];
    const char *kind = loy_alarm_name((enum loy_alarm_kind)alarm->kind);
    loy_id_text(&alarm->basket, basket);
    if (alarm->day >= 0)
        snprintf(object, sizeof object, "%s %s", kind, basket);
    else
        snprintf(
            object, sizeof object, "%s operator %lld", kind, (long long)alarm->operator_number);
    enum loy_status status = seen_insert(store, alarm, reason, at_us);
    return status == LOY_OK ? store_audit(store, "alarm.acknowledge", object, at_us) : status;
}

enum loy_status loy_alarm_acknowledge(
    struct loy_store *store, const struct loy_alarm *alarm, const char *reason, int64_t at_us)
{
    struct loy_alarm found = {.size = sizeof found};
    if (store == NULL || alarm == NULL || alarm->size < sizeof *alarm || reason == NULL ||
        loy_alarm_name((enum loy_alarm_kind)alarm->kind) == NULL || at_us < 0)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_ACKNOWLEDGE_ALARM);
    if (status != LOY_OK) return status;
    if (strnlen(reason, LOY_TEXT_MAX) == LOY_TEXT_MAX || reason[strspn(reason, " ")] == '\0')
        return store_fail(store, LOY_E_FORMAT,
            "the reason: a few words are expected, of at most %u bytes, that say what the alarm "
            "was",
            LOY_TEXT_MAX - 1);
    status = basket_reason_check(store, reason);
    if (status == LOY_OK) status = alarm_find(store, alarm, &found);
    if (status != LOY_OK) return status;
    if (found.acknowledged) return LOY_REPEATED;
    // Only what was looked at: more may have come since.
    if (alarm->day >= 0 && alarm->count > 0 && alarm->count < found.count)
        found.count = alarm->count;
    status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, seen_write(store, &found, reason, at_us));
}
