/* SPDX-License-Identifier: MIT
 *
 * faulty_sql.c - one refused statement. In: which. Out: SQLITE_AUTH. Knows no store.
 */
#include "faulty_sql.h"

#include <stddef.h>

static long left;

static int judge(void *user, int action, const char *first, const char *second,
    const char *database, const char *inner)
{
    (void)user;
    (void)first;
    (void)second;
    (void)database;
    (void)inner;
    // One or a few of a statement; columns that are read and functions do not count.
    if (action == SQLITE_READ || action == SQLITE_FUNCTION) return SQLITE_OK;
    return left > 0 && --left == 0 ? SQLITE_DENY : SQLITE_OK;
}

/* A statement is judged when it is prepared; this has them all prepared anew before they run. */
static int prepare_anew(unsigned type, void *db, void *statement, void *text)
{
    (void)type;
    (void)statement;
    (void)text;
    return sqlite3_set_authorizer(db, judge, NULL);
}

void faulty_sql_arm(sqlite3 *db, long nth)
{
    left = nth;
    sqlite3_set_authorizer(db, judge, NULL);
    sqlite3_trace_v2(db, SQLITE_TRACE_STMT, prepare_anew, db);
}

static int step_judge(void *user)
{
    (void)user;
    return left > 0 && --left == 0;
}

void faulty_sql_arm_steps(sqlite3 *db, long nth)
{
    left = nth;
    sqlite3_progress_handler(db, 1, step_judge, NULL);
}

bool faulty_sql_disarm(sqlite3 *db)
{
    sqlite3_progress_handler(db, 0, NULL, NULL);
    sqlite3_trace_v2(db, 0, NULL, NULL);
    sqlite3_set_authorizer(db, NULL, NULL);
    return left == 0;
}
