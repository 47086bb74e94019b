/* SPDX-License-Identifier: MIT
 *
 * test_audit_tampers.c - random tampering with an audit log, of each kind so many times: all of it
 * must be found, and at the entry where it was done. test_audit_tampers [COUNT]
 *
 * A tamper is done inside a transaction of a real store, verified by the product's own code, and
 * rolled back. "Located" means: a sentence names the first entry concerned, and none names an entry
 * before it (the last good one may be named as such).
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES 64
#define SIGNED_AT 40 /* beside 1 and the last */

static struct loy_store *store;
static struct loy_audit_head head;
static struct {
    uint8_t head[STORE_AUDIT_HASH_SIZE];
    struct store_audit_note note;
} at[ENTRIES + 1]; /* what FILE and FILE.keys said when the log had so many entries */
static struct store_audit_note note;
static const struct loy_audit_head *against;
static uint64_t seed = 20260101;

static unsigned chance(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    char *why = NULL;
    if (sqlite3_exec(store->db, sql, NULL, NULL, &why) != SQLITE_OK) fail_msg("%s: %s", sql, why);
    sqlite3_free(sql);
}

/* ---- The kinds: each tampers and gives the first entry that is concerned ------------------------
 */

/* One bit of a text or blob, in place, whatever text that makes. */
static void bit_flip(const char *column, unsigned entry)
{
    unsigned char bytes[200];
    char sql[120];
    sqlite3_stmt *statement = NULL;
    snprintf(sql, sizeof sql, "SELECT %s FROM audit WHERE sequence=%u", column, entry);
    assert_int_equal(sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    bool text = sqlite3_column_type(statement, 0) == SQLITE_TEXT;
    int size = sqlite3_column_bytes(statement, 0);
    assert_in_range(size, 1, sizeof bytes);
    memcpy(bytes, sqlite3_column_blob(statement, 0), (size_t)size);
    sqlite3_finalize(statement);
    bytes[chance((unsigned)size)] ^= (unsigned char)(1u << chance(8));
    snprintf(sql, sizeof sql, "UPDATE audit SET %s=?1 WHERE sequence=%u", column, entry);
    assert_int_equal(sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL), SQLITE_OK);
    if (text)
        sqlite3_bind_text(statement, 1, (char *)bytes, size, SQLITE_STATIC);
    else
        sqlite3_bind_blob(statement, 1, bytes, size, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
}

static unsigned number_flip(const char *column)
{
    unsigned entry = 1 + chance(ENTRIES);
    int64_t bit = (int64_t)((uint64_t)1 << chance(64));
    run("UPDATE audit SET %s = (%s | %lld) - (%s & %lld) WHERE sequence=%u", column, column,
        (long long)bit, column, (long long)bit, entry);
    return entry;
}

static unsigned flip_time(void)
{
    return number_flip("at_us");
}

static unsigned flip_operator(void)
{
    return number_flip("operator");
}

static unsigned flip_action(void)
{
    unsigned entry = 1 + chance(ENTRIES);
    bit_flip("action", entry);
    return entry;
}

static unsigned flip_object(void)
{
    unsigned entry = 2 + chance(SIGNED_AT - 2); // the signed ones have none
    bit_flip("object", entry);
    return entry;
}

static unsigned flip_hash(void)
{
    unsigned entry = 1 + chance(ENTRIES);
    bit_flip("hash", entry);
    return entry;
}

static unsigned delete_some(void)
{
    unsigned entry = 1 + chance(ENTRIES - 5), count = 1 + chance(5);
    run("DELETE FROM audit WHERE sequence BETWEEN %u AND %u", entry, entry + count - 1);
    return entry;
}

/* And the rest moved up, so that no number is missing. */
static unsigned delete_and_close(void)
{
    unsigned entry = 1 + chance(ENTRIES - 5), count = 1 + chance(5);
    run("DELETE FROM audit WHERE sequence BETWEEN %u AND %u", entry, entry + count - 1);
    run("UPDATE audit SET sequence=sequence-%u WHERE sequence>%u", count, entry);
    return entry;
}

/* Not a whole copy of the entry that it is put before: of two twins the second one is wrong. */
static unsigned insert_one(void)
{
    unsigned entry = 1 + chance(ENTRIES + 1), like = 1 + chance(ENTRIES);
    run("UPDATE audit SET sequence=-sequence WHERE sequence>=%u", entry);
    run("UPDATE audit SET sequence=1-sequence WHERE sequence<0");
    run("INSERT INTO audit SELECT %u, at_us, operator, action, object, %s FROM audit"
        " WHERE sequence=%u",
        entry, like != entry && chance(2) ? "hash" : "randomblob(32)",
        like >= entry ? like + 1 : like);
    return entry;
}

static unsigned swap_two(void)
{
    unsigned one = 1 + chance(ENTRIES - 1), other = one + 1 + chance(ENTRIES - one);
    run("UPDATE audit SET sequence=0 WHERE sequence=%u", one);
    run("UPDATE audit SET sequence=%u WHERE sequence=%u", one, other);
    run("UPDATE audit SET sequence=%u WHERE sequence=0", other);
    return one;
}

/* Behind a signed entry. */
static unsigned truncate_tail(void)
{
    unsigned last = SIGNED_AT + chance(ENTRIES - SIGNED_AT);
    run("DELETE FROM audit WHERE sequence>%u", last);
    if (chance(2)) run("DELETE FROM audit_anchor WHERE sequence>%u", last);
    return last + 1;
}

static unsigned replay_file(void)
{
    unsigned last = 1 + chance(ENTRIES - 1);
    run("DELETE FROM audit WHERE sequence>%u", last);
    run("DELETE FROM audit_anchor WHERE sequence>%u", last);
    sqlite3_stmt *set = NULL;
    assert_int_equal(sqlite3_prepare_v2(store->db,
                         "UPDATE setting SET value=?1 WHERE name='audit_head'", -1, &set, NULL),
        SQLITE_OK);
    sqlite3_bind_blob(set, 1, at[last].head, STORE_AUDIT_HASH_SIZE, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(set), SQLITE_DONE);
    sqlite3_finalize(set);
    return last + 1;
}

/* FILE.keys of the same day with it: the exported head alone can tell. */
static unsigned replay_pair(void)
{
    unsigned first = replay_file();
    note = at[first - 1].note;
    against = &head;
    return first;
}

static unsigned renumber(void)
{
    unsigned entry = 1 + chance(ENTRIES), by = 1 + chance(200);
    run("UPDATE audit SET sequence=-sequence WHERE sequence>=%u", entry);
    run("UPDATE audit SET sequence=%u-sequence WHERE sequence<0", by);
    return entry;
}

/* One entry alone, to a number that is free or none at all. */
static unsigned renumber_one(void)
{
    unsigned entry = 1 + chance(ENTRIES);
    long long to = (long long)ENTRIES + 1 + chance(1000);
    run("UPDATE audit SET sequence=%lld WHERE sequence=%u", chance(2) ? to : -to, entry);
    return entry;
}

static const struct {
    const char *name;
    unsigned (*tamper)(void);
    bool alone; /* no other entry may be named */
} kinds[] = {
    {"bit flip in the time", flip_time, true},
    {"bit flip in the operator", flip_operator, true},
    {"bit flip in the action", flip_action, true},
    {"bit flip in the object", flip_object, true},
    {"bit flip in the hash", flip_hash, true},
    {"deletion", delete_some, false},
    {"deletion, gap closed", delete_and_close, false},
    {"insertion", insert_one, false},
    {"swap", swap_two, false},
    {"tail cut off after a signature", truncate_tail, false},
    {"old file put back", replay_file, false},
    {"old pair put back, against a head", replay_pair, false},
    {"renumbering", renumber, false},
    {"renumbering of one", renumber_one, false},
};

/* ---- What the findings name ---------------------------------------------------------------------
 */

struct named {
    unsigned expected;
    bool located, before, others;
    int findings;
    char text[1000];
};

static void numbers_read(struct named *named, const char *sentence)
{
    const char *after = strstr(sentence, "after entry ");
    for (const char *found = sentence; (found = strstr(found, "entr")) != NULL; found++) {
        char *end;
        const char *digits = strpbrk(found, "-0123456789 ");
        long long first = strtoll(digits, &end, 10), last = first;
        if (end == digits) continue;
        if (strncmp(end, " to ", 4) == 0) last = strtoll(end + 4, NULL, 10);
        if (after && found == after + 6) first = ++last;
        named->located = named->located || first == named->expected;
        // Numbers that no entry gets say nothing of where they came from.
        named->before = named->before || (first > 0 && first < named->expected);
        named->others = named->others || last != named->expected;
    }
}

static void finding(void *user, const char *sentence)
{
    struct named *named = user;
    size_t used = strlen(named->text);
    named->findings++;
    snprintf(named->text + used, sizeof named->text - used, "  %s\n", sentence);
    // "No entry of N" and "the end": without a place of their own.
    if (!strstr(sentence, "no entry of")) numbers_read(named, sentence);
}

/* Without a change of the schema, of which each would have all of it read anew. */
static void guard(int on)
{
    assert_int_equal(
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, on, NULL), SQLITE_OK);
}

static bool tamper_is_located(size_t kind)
{
    struct named named = {0};
    note = at[ENTRIES].note;
    against = NULL;
    assert_int_equal(store_run_text(store, "BEGIN"), LOY_OK);
    guard(0);
    named.expected = kinds[kind].tamper();
    guard(1);
    enum loy_status status = store_audit_check(store, &note, against, finding, &named);
    run("ROLLBACK");
    if (status == LOY_E_CHECK && named.located && !named.before &&
        !(kinds[kind].alone && named.others))
        return true;
    print_error(
        "%s at entry %u: status %d\n%s", kinds[kind].name, named.expected, status, named.text);
    return false;
}

static bool log_is_sound(void)
{
    struct named named = {0};
    bool sound = store_audit_check(store, &at[ENTRIES].note, &head, finding, &named) == LOY_OK;
    if (!sound) print_error("untouched:\n%s", named.text);
    return sound && named.findings == 0;
}

static void state_note(unsigned entries)
{
    assert_int_equal(store_audit_note_set(store, false), LOY_OK);
    assert_int_equal(store_audit_note_get(store, &at[entries].note), LOY_OK);
    assert_int_equal(at[entries].note.sequence, entries);
    assert_int_equal(store_bytes_get(store, STORE_SETTINGS, STORE_AUDIT_HEAD, at[entries].head,
                         STORE_AUDIT_HASH_SIZE),
        LOY_OK);
}

static void log_fill(void)
{
    char object[40];
    state_note(1);
    for (unsigned i = 2; i < ENTRIES; i++) {
        snprintf(object, sizeof object, "thing %u", i);
        if (i == SIGNED_AT)
            assert_int_equal(
                loy_audit_sign(store, "audit-sign", false, FIXTURE_AT_US, &head), LOY_OK);
        else
            assert_int_equal(store_audit(store, "did", object, FIXTURE_AT_US + i), LOY_OK);
        state_note(i);
    }
    assert_int_equal(loy_audit_sign(store, "audit-sign", false, FIXTURE_AT_US, &head), LOY_OK);
    assert_int_equal(head.sequence, ENTRIES);
    state_note(ENTRIES);
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 200, missed = 0, kind_count = 0;
    void *state = NULL;
    if (count < 1 || fixture_start(&state) != 0) return 2;
    struct fixture *fixture = state;
    store = fixture->store;
    log_fill();
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++, kind_count++) {
        long located = 0;
        for (long i = 0; i < count && missed < 20; i++)
            located += tamper_is_located(kind);
        missed += count - located;
        printf("%-36s %6ld of %6ld located\n", kinds[kind].name, located, count);
        if (!log_is_sound()) missed++;
    }
    printf("%ld kinds, %ld missed\n", kind_count, missed);
    fixture_end(&state);
    return missed == 0 ? 0 : 1;
}
