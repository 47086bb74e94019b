/* SPDX-License-Identifier: MIT
 *
 * line.c - one line of a basket: is it possible, what does it point at, and into the store with it.
 * A caller's line comes in, a row goes out. Knows no head, no sequence and no person.
 */
#include "basket_private.h"

#include <member/free_text.h>

#include <stdlib.h>
#include <string.h>

bool loy_line_amount(int64_t list_minor, int64_t quantity_milli, int64_t *amount_minor)
{
    int64_t product;
    if (__builtin_mul_overflow(list_minor, quantity_milli, &product)) return false;
    int64_t rest = product % 1000;
    *amount_minor = product / 1000 + (rest >= 500) - (rest <= -500);
    return true;
}

int64_t loy_line_slack(int64_t quantity_milli)
{
    int64_t half_pieces = quantity_milli % 1000 == 0 ? quantity_milli / 2000 : 0;
    return half_pieces < 0 ? -half_pieces : half_pieces;
}

static bool adds_up(const struct loy_line *line, int64_t sum, int64_t amount)
{
    int64_t off = 0, slack = loy_line_slack(line->quantity_milli);
    return !__builtin_sub_overflow(sum, amount, &off) && off <= slack && off >= -slack;
}

struct rule {
    bool broken;
    const char *sentence;
};

static enum loy_status rules_hold(struct loy_store *store, uint32_t number,
    const struct rule *rules, size_t count, enum loy_status status)
{
    for (size_t i = 0; i < count; i++)
        if (rules[i].broken)
            return store_fail(store, status, "line %u %s", number, store_words(rules[i].sentence));
    return LOY_OK;
}

enum loy_status basket_line_check(
    struct loy_store *store, const struct loy_line *line, uint32_t number)
{
    int64_t amount = 0, sum = 0;
    bool sale = line->quantity_milli > 0, linked = !loy_id_is_none(&line->return_of);
    bool reason = basket_text(line->reason) != NULL;
    const struct rule limits[] = {
        {!loy_line_amount(line->list_minor, line->quantity_milli, &amount) ||
                amount > LOY_AMOUNT_MAX || amount < -LOY_AMOUNT_MAX,
            N_("is too large: price times quantity")},
        {__builtin_add_overflow(line->paid_minor, line->discount_minor, &sum),
            N_("is too large: paid plus discount")},
        {line->promotion != NULL && strnlen(line->promotion, LOY_TEXT_MAX) == LOY_TEXT_MAX,
            N_("has a promotion whose code is too long")},
        {reason && strnlen(line->reason, LOY_TEXT_MAX) == LOY_TEXT_MAX,
            N_("has a reason that is too long")},
    };
    const struct rule rules[] = {
        {line->quantity_milli == 0, N_("has no quantity")},
        {line->list_minor < 0, N_("has a negative list price")},
        {line->form >= loy_form_count, N_("has a promotion of a form that is not known")},
        {sale && line->discount_minor < 0, N_("has a negative discount")},
        {sale && line->paid_minor < 0,
            N_("is a sale with a negative amount; a return has a negative quantity")},
        {!sale && line->paid_minor > 0, N_("is a return, whose amount cannot be above zero")},
        {sale && (linked || line->return_of_line != 0 || reason),
            N_("names what it returns or why, but its quantity is not negative")},
        {linked != (line->return_of_line != 0),
            N_("names only one of the basket and the line that it returns from")},
        {!adds_up(line, sum, amount), N_("does not add up: paid plus discount must be list price "
                                         "times quantity, rounded to the minor "
                                         "unit with halves away from zero")},
    };
    enum loy_status status =
        rules_hold(store, number, limits, sizeof limits / sizeof limits[0], LOY_E_LIMIT);
    if (status == LOY_OK)
        status = rules_hold(store, number, rules, sizeof rules / sizeof rules[0], LOY_E_FORMAT);
    if (status == LOY_OK && reason) status = basket_reason_check(store, line->reason);
    return status;
}

enum loy_status basket_reason_check(struct loy_store *store, const char *reason)
{
    enum loy_status status = basket_text_check(store, N_("the reason"), reason);
    return status == LOY_OK ? member_reason_check(store, reason) : status;
}

enum loy_status basket_sums_add(
    struct loy_store *store, struct basket_sums *sums, const struct basket_row *row)
{
    struct basket_sums sum = {.count = sums->count + 1};
    if (sum.count > (int64_t)LOY_LINES_MAX)
        return store_fail(store, LOY_E_LIMIT, "a basket holds at most %u lines", LOY_LINES_MAX);
    if (__builtin_add_overflow(sums->total_minor, row->paid_minor, &sum.total_minor) ||
        __builtin_add_overflow(sums->discount_minor, row->discount_minor, &sum.discount_minor))
        return store_fail(store, LOY_E_LIMIT, "the basket's total is too large");
    *sums = sum;
    return LOY_OK;
}

/* Sales that are done can be returned from, and lines of the basket at hand. */
static enum loy_status source_find(struct loy_store *store, const struct loy_id *own,
    const struct loy_line *line, uint32_t number, int64_t *basket)
{
    *basket = 0;
    if (loy_id_is_none(&line->return_of)) return LOY_OK;
    if (memcmp(&line->return_of, own, sizeof *own) == 0) {
        *basket = BASKET_SELF;
        if (line->return_of_line < number) return LOY_OK;
        return store_fail(
            store, LOY_E_FORMAT, "line %u takes back a line that is not before it", number);
    }
    sqlite3_stmt *select = store_sql(store, "SELECT id FROM basket WHERE uid = ?1 AND state = 2");
    sqlite3_bind_blob(select, 1, line->return_of.bytes, sizeof *own, SQLITE_STATIC);
    enum loy_status status = store_step_number(store, select, basket);
    if (status == LOY_NONE)
        status = store_fail(store, LOY_E_FORMAT,
            "line %u returns from a basket that is not among the closed ones here; leave the "
            "basket out for a return without receipt",
            number);
    return status;
}

enum loy_status basket_line_resolve(struct loy_store *store, const struct loy_id *own,
    const struct loy_line *line, uint32_t number, struct basket_row *row)
{
    *row = (struct basket_row){.number = number,
        .version = line->article_version,
        .quantity_milli = line->quantity_milli,
        .list_minor = line->list_minor,
        .discount_minor = line->discount_minor,
        .paid_minor = line->paid_minor,
        .of_number = line->return_of_line,
        .reason = basket_text(line->reason)};
    int64_t article;
    enum loy_status status = basket_version_article(store, line->article_version, &article);
    if (status == LOY_OK)
        status = basket_promotion(store, line->promotion, line->form, &row->promotion);
    if (status == LOY_OK) status = source_find(store, own, line, number, &row->of_basket);
    return status;
}

void basket_line_bind(sqlite3_stmt *statement, int64_t basket, const struct basket_row *row)
{
    sqlite3_bind_int64(statement, 1, basket);
    sqlite3_bind_int64(statement, 2, row->number);
    sqlite3_bind_int64(statement, 3, row->version);
    sqlite3_bind_int64(statement, 4, row->quantity_milli);
    sqlite3_bind_int64(statement, 5, row->list_minor);
    sqlite3_bind_int64(statement, 6, row->discount_minor);
    sqlite3_bind_int64(statement, 7, row->paid_minor);
    basket_bind_row(statement, 8, row->promotion);
}

enum loy_status basket_lines_insert(
    struct loy_store *store, int64_t basket, const struct basket_row *rows, size_t count)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO line (basket, number, version, quantity_milli, list_minor, discount_minor, "
        "paid_minor, promotion) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    enum loy_status status = insert == NULL ? store->failed : LOY_OK;
    for (size_t i = 0; i < count && status == LOY_OK; i++) {
        basket_line_bind(insert, basket, &rows[i]);
        status = store_run(store, insert);
        if (status == LOY_OK && rows[i].quantity_milli < 0)
            status = basket_return_insert(store, basket, &rows[i]);
    }
    return status;
}

void basket_row_read(sqlite3_stmt *statement, int64_t basket, struct basket_row *row)
{
    *row = (struct basket_row){.number = sqlite3_column_int64(statement, 0),
        .version = sqlite3_column_int64(statement, 1),
        .quantity_milli = sqlite3_column_int64(statement, 2),
        .list_minor = sqlite3_column_int64(statement, 3),
        .discount_minor = sqlite3_column_int64(statement, 4),
        .paid_minor = sqlite3_column_int64(statement, 5),
        .promotion = sqlite3_column_int64(statement, 6),
        .of_basket = sqlite3_column_int64(statement, 7),
        .of_number = sqlite3_column_int64(statement, 8),
        .reason = (const char *)sqlite3_column_text(statement, 9)};
    if (row->of_basket == basket) row->of_basket = BASKET_SELF;
}
