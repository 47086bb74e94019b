/* SPDX-License-Identifier: MIT
 *
 * faulty_sql.h - SQLite refuses one statement of a connection, by its authorizer: also BEGIN and
 * COMMIT, and also those that were prepared before.
 */
#ifndef FAULTY_SQL_H
#define FAULTY_SQL_H

#include <sqlite3.h>
#include <stdbool.h>

/* The nth statement that runs from now on is refused (1 is the next). One connection at a time. */
void faulty_sql_arm(sqlite3 *db, long nth);
/* The nth step of its machine where it may be interrupted: also in the middle of a statement. */
void faulty_sql_arm_steps(sqlite3 *db, long nth);
/* Takes the fault away; whether it was met. */
bool faulty_sql_disarm(sqlite3 *db);

#endif
