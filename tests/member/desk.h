/* SPDX-License-Identifier: MIT
 *
 * desk.h - a registration desk for tests: a real store in a fresh folder, short forms, a scan of
 * its files. Names and numbers here are made up. */
#ifndef DESK_H
#define DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <loyalty/member.h>
#include <store/store_private.h>

#include <stdio.h>
#include <string.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define AT INT64_C(1770000000000000) /* February 2026 */

struct desk {
    const char *country; /* for desk_start */
    char folder[64], path[96];
    struct loy_store *store;
};

void desk_open(struct desk *desk, const char *country);
void desk_reopen(struct desk *desk);
void desk_close(struct desk *desk); /* removes the folder */
/* Both as set-up and tear-down of a test, whose initial state is the desk
 * (cmocka_unit_test_prestate_setup_teardown). */
int desk_start(void **state);
int desk_end(void **state);

/* Registers; the answer is the store's. fields end with a NULL text. */
enum loy_status desk_add(struct desk *desk, enum loy_member_kind kind,
    const struct loy_field_text *fields, struct loy_id *member);
/* A person's, said at the lane. */
struct loy_member_form desk_form(const struct loy_field_text *fields, size_t count);
/* A person by name, which must succeed. */
struct loy_id desk_person(struct desk *desk, const char *name);
/* The first column of a query's first row; -1 if there is no row. */
int64_t desk_number(struct desk *desk, const char *sql);
void desk_run(struct desk *desk, const char *sql);
/* Whether the bytes stand in one of the store's files (FILE, FILE-wal, FILE.keys, FILE.keys-wal,
 * ...). */
bool desk_files_hold(struct desk *desk, const void *bytes, size_t size);
void desk_credential(struct desk *desk, const char *number, struct loy_credential *credential);
/* A card of that number issued, and a basket of one line paid for with it. */
void desk_give_card(struct desk *desk, const struct loy_id *member, const char *number);
void desk_sell(struct desk *desk, const char *number, int64_t at_us);
bool desk_same_id(const struct loy_id *a, const struct loy_id *b);

#define assert_status(call, expected)                                                              \
    do {                                                                                           \
        enum loy_status status_of_call = (call);                                                   \
        if (status_of_call != (expected))                                                          \
            print_error("%s: %d, %s\n", #call, status_of_call, loy_store_text(desk.store));        \
        assert_int_equal(status_of_call, expected);                                                \
    } while (0)

#endif
