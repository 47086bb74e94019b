/* SPDX-License-Identifier: MIT
 *
 * test_moved.c - ten thousand envelopes moved to where they do not belong, by SQL in a real store,
 * and read through the public calls: none opens. The same by the bit.
 */
#include "desk.h"

#include <stdlib.h>

#define MEMBERS 60
#define FIELDS 4
#define TRAITS 3
#define VERSIONS 3

static const enum loy_field fields[FIELDS] = {
    LOY_FIELD_NAME, LOY_FIELD_ADDRESS, LOY_FIELD_TELEPHONE, LOY_FIELD_POSTCODE};
static const char *const traits[TRAITS] = {"fabric", "visits", "language_spoken"};

struct moves {
    struct desk desk;
    struct loy_id ids[MEMBERS];
    unsigned seed;
};

static unsigned roll(struct moves *moves, unsigned sides)
{
    moves->seed = moves->seed * 1103515245u + 12345u;
    return (moves->seed >> 8) % sides;
}

static const char *text_of(int member, int field, int version)
{
    static char text[64];
    switch (fields[field]) {
    case LOY_FIELD_TELEPHONE:
        snprintf(text, sizeof text, "+4930%07d", 1000000 + member * 10 + version);
        break;
    case LOY_FIELD_POSTCODE:
        snprintf(text, sizeof text, "%05d", 10000 + member * 10 + version);
        break;
    default:
        snprintf(text, sizeof text, "Text %d of %d, %d", field, member, version);
    }
    return text;
}

static int moves_start(void **state)
{
    struct moves *moves = calloc(1, sizeof *moves);
    if (!moves) return -1;
    moves->seed = 5;
    desk_open(&moves->desk, "DE");
    struct loy_store *store = moves->desk.store;
    assert_int_equal(loy_store_begin(store), LOY_OK);
    for (int i = 0; i < MEMBERS; i++) {
        struct loy_field_text given[FIELDS];
        char texts[FIELDS][64];
        struct loy_trait_text own[TRAITS];
        for (int f = 0; f < FIELDS; f++) {
            snprintf(texts[f], sizeof texts[f], "%s", text_of(i, f, 1));
            given[f] = (struct loy_field_text){fields[f], texts[f]};
        }
        for (int t = 0; t < TRAITS; t++)
            own[t] = (struct loy_trait_text){traits[t], traits[(t + i) % TRAITS]};
        const struct loy_member_form form = {.size = sizeof form,
            .kind = LOY_MEMBER_PERSON,
            .fields = given,
            .field_count = FIELDS,
            .traits = own,
            .trait_count = TRAITS,
            .channel = "desk",
            .initiated_by = LOY_INITIATIVE_CUSTOMER,
            .collected_at_us = AT};
        assert_int_equal(loy_member_add(store, &form, AT, &moves->ids[i]), LOY_OK);
        for (int version = 2; version <= VERSIONS; version++)
            for (int f = 0; f < FIELDS; f++) {
                const struct loy_field_text changed = {fields[f], text_of(i, f, version)};
                assert_int_equal(loy_member_set(store, &moves->ids[i], &changed, "desk",
                                     LOY_INITIATIVE_CUSTOMER, AT + version),
                    LOY_OK);
            }
    }
    assert_int_equal(loy_store_commit(store), LOY_OK);
    *state = moves;
    return 0;
}

static int moves_end(void **state)
{
    struct moves *moves = *state;
    desk_close(&moves->desk);
    free(moves);
    return 0;
}

enum way { MEMBER, FIELD, COLUMN, VERSION, TRAIT, TO_TRAIT, TO_FIELD, WAYS };

static const char *const way_names[WAYS] = {"another member's row", "another field's row",
    "another column", "an earlier version", "another trait", "a field into a trait",
    "a trait into a field"};

/* Into the row of member ?1, field ?2, trait ?3: from member ?4, field ?5, trait ?6. Versions are
 * the last, but for VERSION. */
static const char *const moves_sql[WAYS] = {
    [MEMBER] = "UPDATE member_field SET value=(SELECT value FROM member_field WHERE member=?4 AND "
               "field=?2 AND version=3) WHERE member=?1 AND field=?2 AND version=3",
    [FIELD] = "UPDATE member_field SET value=(SELECT value FROM member_field WHERE member=?1 AND "
              "field=?5 AND version=3) WHERE member=?1 AND field=?2 AND version=3",
    [COLUMN] = "UPDATE member_field SET value=normal WHERE member=?1 AND field=?2 AND version=3",
    [VERSION] = "UPDATE member_field SET value=(SELECT value FROM member_field WHERE member=?1 AND "
                "field=?2 AND version=2) WHERE member=?1 AND field=?2 AND version=3",
    [TRAIT] = "UPDATE member_trait SET value=(SELECT value FROM member_trait WHERE member=?1 AND "
              "name=?6) WHERE member=?1 AND name=?3",
    [TO_TRAIT] = "UPDATE member_trait SET value=(SELECT value FROM member_field WHERE member=?1 "
                 "AND field=?2 AND version=3) WHERE member=?1 AND name=?3",
    [TO_FIELD] = "UPDATE member_field SET value=(SELECT value FROM member_trait WHERE member=?1 "
                 "AND name=?3) WHERE member=?1 AND field=?2 AND version=3",
};

struct move {
    int member, from_member, field, from_field, trait, from_trait;
};

static struct move move_roll(struct moves *moves)
{
    struct move move = {.member = (int)roll(moves, MEMBERS),
        .field = (int)roll(moves, FIELDS),
        .trait = (int)roll(moves, TRAITS)};
    move.from_member = (move.member + 1 + (int)roll(moves, MEMBERS - 1)) % MEMBERS;
    move.from_field = (move.field + 1 + (int)roll(moves, FIELDS - 1)) % FIELDS;
    move.from_trait = (move.trait + 1 + (int)roll(moves, TRAITS - 1)) % TRAITS;
    return move;
}

static void move_run(struct moves *moves, sqlite3_stmt *statement, const struct move *move)
{
    sqlite3_bind_int(statement, 1, move->member + 1);
    sqlite3_bind_int(statement, 2, (int)fields[move->field]);
    sqlite3_bind_text(statement, 3, traits[move->trait], -1, SQLITE_STATIC);
    sqlite3_bind_int(statement, 4, move->from_member + 1);
    sqlite3_bind_int(statement, 5, (int)fields[move->from_field]);
    sqlite3_bind_text(statement, 6, traits[move->from_trait], -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    assert_int_equal(sqlite3_changes(moves->desk.store->db), 1);
    sqlite3_reset(statement);
}

static enum loy_status move_read(
    struct moves *moves, enum way way, const struct move *move, char *text)
{
    const struct loy_id *id = &moves->ids[move->member];
    if (way == TRAIT || way == TO_TRAIT)
        return loy_member_trait(moves->desk.store, id, traits[move->trait], text);
    return loy_member_field(moves->desk.store, id, fields[move->field], text);
}

static long rejected(struct moves *moves, enum way way, long count)
{
    sqlite3 *db = moves->desk.store->db;
    sqlite3_stmt *statement = NULL;
    long refused = 0;
    assert_int_equal(sqlite3_prepare_v2(db, moves_sql[way], -1, &statement, NULL), SQLITE_OK);
    for (long i = 0; i < count; i++) {
        struct move move = move_roll(moves);
        char text[LOY_FIELD_TEXT_MAX] = "untouched", before[LOY_FIELD_TEXT_MAX];
        assert_int_equal(move_read(moves, way, &move, before), LOY_OK);
        desk_run(&moves->desk, "SAVEPOINT move");
        move_run(moves, statement, &move);
        enum loy_status status = move_read(moves, way, &move, text);
        refused += status < LOY_OK && strcmp(text, "untouched") == 0;
        desk_run(&moves->desk, "ROLLBACK TO move; RELEASE move");
        // It was the move: back in its place the same row reads.
        assert_int_equal(move_read(moves, way, &move, text), LOY_OK);
        assert_string_equal(text, before);
    }
    sqlite3_finalize(statement);
    return refused;
}

static void ten_thousand_moves_are_rejected(void **state)
{
    struct moves *moves = *state;
    long all = 0, refused = 0;
    for (int way = 0; way < WAYS; way++) {
        long count = way == MEMBER ? 4000 : 1000, found = rejected(moves, (enum way)way, count);
        print_message("%-24s %5ld of %5ld rejected\n", way_names[way], found, count);
        assert_int_equal(found, count);
        all += count;
        refused += found;
    }
    assert_true(all >= 10000);
    assert_int_equal(refused, all);
}

/* One flipped bit of every byte of an envelope, over many rows. */
static void flipped_bits_are_rejected(void **state)
{
    struct moves *moves = *state;
    sqlite3 *db = moves->desk.store->db;
    char text[LOY_FIELD_TEXT_MAX];
    sqlite3_stmt *change = NULL;
    int flipped = 0;
    assert_int_equal(sqlite3_prepare_v2(db,
                         "UPDATE member_field SET value=?3 WHERE member=?1 AND field=?2 "
                         "AND version=3",
                         -1, &change, NULL),
        SQLITE_OK);
    for (int i = 0; i < MEMBERS; i++) {
        struct move move = {.member = i, .field = i % FIELDS};
        uint8_t bytes[ENVELOPE_MAX];
        sqlite3_stmt *read = NULL;
        assert_int_equal(sqlite3_prepare_v2(db,
                             "SELECT value FROM member_field WHERE member=?1 AND field=?2 AND "
                             "version=3",
                             -1, &read, NULL),
            SQLITE_OK);
        sqlite3_bind_int(read, 1, i + 1);
        sqlite3_bind_int(read, 2, (int)fields[move.field]);
        assert_int_equal(sqlite3_step(read), SQLITE_ROW);
        size_t size = (size_t)sqlite3_column_bytes(read, 0);
        memcpy(bytes, sqlite3_column_blob(read, 0), size);
        sqlite3_finalize(read);
        desk_run(&moves->desk, "SAVEPOINT flip");
        for (size_t at = 0; at < size; at++, flipped++) {
            uint8_t changed[ENVELOPE_MAX];
            memcpy(changed, bytes, size);
            changed[at] ^= (uint8_t)(1u << roll(moves, 8));
            sqlite3_bind_int(change, 1, i + 1);
            sqlite3_bind_int(change, 2, (int)fields[move.field]);
            sqlite3_bind_blob(change, 3, changed, (int)size, SQLITE_STATIC);
            assert_int_equal(sqlite3_step(change), SQLITE_DONE);
            sqlite3_reset(change);
            assert_true(move_read(moves, FIELD, &move, text) < LOY_OK);
        }
        desk_run(&moves->desk, "ROLLBACK TO flip; RELEASE flip");
        assert_int_equal(move_read(moves, FIELD, &move, text), LOY_OK);
    }
    sqlite3_finalize(change);
    assert_true(flipped > MEMBERS * 45);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ten_thousand_moves_are_rejected, moves_start, moves_end),
        cmocka_unit_test_setup_teardown(flipped_bits_are_rejected, moves_start, moves_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
