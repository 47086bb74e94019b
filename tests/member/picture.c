/* SPDX-License-Identifier: MIT
 *
 * picture.c - see picture.h. In: a store. Out: every row about members, in hexadecimal. */
#include "picture.h"

char *desk_picture(struct desk *desk)
{
    static const char *const tables[] = {"member ORDER BY id", "member_field ORDER BY 1,2,3",
        "member_trait ORDER BY 1,2,3", "blind_index ORDER BY 1,2,3", "consent ORDER BY 1,2,3",
        "purchaser ORDER BY id", "card ORDER BY id", "card_history ORDER BY 1,2",
        "contact ORDER BY id", "note ORDER BY 1,2,3", "confirmation ORDER BY 1,2,3,4",
        "basket ORDER BY id", "claim ORDER BY 1", "question ORDER BY 1,2,3"};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < ROWS(tables); i++) {
        char sql[80];
        sqlite3_stmt *rows = NULL;
        snprintf(sql, sizeof sql, "SELECT * FROM %s", tables[i]);
        assert_int_equal(sqlite3_prepare_v2(desk->store->db, sql, -1, &rows, NULL), SQLITE_OK);
        while (sqlite3_step(rows) == SQLITE_ROW) {
            fprintf(out, "\n%.12s", tables[i]);
            for (int c = 0; c < sqlite3_column_count(rows); c++) {
                const unsigned char *bytes = sqlite3_column_blob(rows, c);
                int n = sqlite3_column_bytes(rows, c);
                fprintf(out, " %s=", sqlite3_column_name(rows, c));
                for (int b = 0; b < n; b++)
                    fprintf(out, "%02x", bytes[b]);
            }
        }
        sqlite3_finalize(rows);
    }
    fclose(out);
    return text;
}
