/* SPDX-License-Identifier: MIT
 *
 * claim.c - codes that bind a web registration to a card at the lane: made once, kept as a keyed
 * digest, used once, slow to guess.
 * In: members and typed codes. Out: a card of the member. Must not know: where a code was printed.
 *
 * A code is 45 random bits as 9 characters of Crockford's base 32, and one more that makes the sum
 * of all over GF(32), each times the next power of x, zero: no single wrong character and no two
 * that changed places go unseen.
 */
#include "member_card_private.h"

#include <string.h>

#define CODE_CHARACTERS 10u
#define CLAIM_FIELD INT64_C(-1) /* of the blind index' digest: no form has such a field */
#define DAY_US INT64_C(86400000000)
#define MINUTE_US INT64_C(60000000)

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Times x in GF(32), modulo x^5 + x^2 + 1. */
static unsigned times_x(unsigned value)
{
    value <<= 1;
    return value & 32u ? value ^ 0x25u : value;
}

static unsigned sum_of(const uint8_t *values, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++)
        sum = times_x(sum) ^ values[i];
    return sum;
}

static void code_make(char code[LOY_CLAIM_CODE_SIZE], char plain[CODE_CHARACTERS + 1])
{
    uint8_t values[CODE_CHARACTERS];
    randombytes_buf(values, sizeof values);
    for (size_t i = 0; i < CODE_CHARACTERS; i++)
        values[i] &= 31u;
    values[CODE_CHARACTERS - 1] = (uint8_t)times_x(sum_of(values, CODE_CHARACTERS - 1));
    size_t n = 0;
    for (size_t i = 0; i < CODE_CHARACTERS; i++) {
        if (i == CODE_CHARACTERS / 2) code[n++] = '-';
        code[n++] = plain[i] = alphabet[values[i]];
    }
    code[n] = plain[CODE_CHARACTERS] = '\0';
    sodium_memzero(values, sizeof values);
}

/* LOY_OK: plain is the code as it was made; LOY_E_CHECK: it is none, but looks like one;
 * LOY_E_FORMAT. */
static enum loy_status code_read(const char *text, char plain[CODE_CHARACTERS + 1])
{
    uint8_t values[CODE_CHARACTERS];
    size_t n = 0;
    for (; *text; text++) {
        char c = *text;
        if (c == ' ' || c == '-' || c == '\t') continue;
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        if (c == 'I' || c == 'L') c = '1';
        if (c == 'O') c = '0';
        const char *at = strchr(alphabet, c);
        if (!at || n == CODE_CHARACTERS) return LOY_E_FORMAT;
        values[n] = (uint8_t)(at - alphabet);
        plain[n++] = c;
    }
    plain[n] = '\0';
    if (n != CODE_CHARACTERS) return LOY_E_FORMAT;
    return sum_of(values, n) == 0 ? LOY_OK : LOY_E_CHECK;
}

/* ---- Making ------------------------------------------------------------------------------------
 */

static enum loy_status has_no_card(struct loy_store *store, int64_t member, int64_t at_us)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT 1 FROM card WHERE member = ?1 AND status IN (2, 3) "
                         "AND (expires_at_us IS NULL OR expires_at_us >= ?2) LIMIT 1");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, at_us);
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    if (status == LOY_NONE) return LOY_OK;
    if (status != LOY_OK) return status;
    return store_fail(
        store, LOY_REFUSED, "the member has a card already: a code is for members without one");
}

static enum loy_status claim_write(
    struct loy_store *store, int64_t member, const char *plain, int64_t at_us)
{
    uint8_t digest[LOY_DIGEST_SIZE];
    int64_t days = 0;
    enum loy_status status = loy_card_rule_get(store, LOY_RULE_CLAIM_DAYS, &days);
    if (status != LOY_OK) return status;
    sqlite3_stmt *delete =
        store_sql(store, "DELETE FROM claim WHERE member = ?1 AND used_at_us IS NULL");
    sqlite3_bind_int64(delete, 1, member);
    status = store_run(store, delete);
    if (status != LOY_OK) return status;
    store_blind(store, CLAIM_FIELD, plain, digest);
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO claim (digest, member, made_at_us, expires_at_us, operator) "
                         "VALUES (?1, ?2, ?3, ?4, ?5)");
    sqlite3_bind_blob(insert, 1, digest, sizeof digest, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, member);
    sqlite3_bind_int64(insert, 3, at_us);
    sqlite3_bind_int64(insert, 4, at_us + days * DAY_US);
    sqlite3_bind_int64(insert, 5, store->operator_id);
    return store_run(store, insert);
}

enum loy_status loy_claim_make(struct loy_store *store, const struct loy_id *member, int64_t at_us,
    char code[LOY_CLAIM_CODE_SIZE])
{
    char made[LOY_CLAIM_CODE_SIZE], plain[CODE_CHARACTERS + 1];
    int64_t number = 0;
    if (!store || !member || !code) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_MAKE_CLAIM);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = card_member_take(store, member, &number);
    if (status == LOY_OK) status = has_no_card(store, number, at_us);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    code_make(made, plain);
    status = claim_write(store, number, plain, at_us);
    if (status == LOY_OK) status = member_audit(store, "claim.make", member, NULL, at_us);
    status = member_end(store, status);
    if (status == LOY_OK) memcpy(code, made, sizeof made);
    sodium_memzero(made, sizeof made);
    sodium_memzero(plain, sizeof plain);
    return status;
}

/* ---- Wrong codes -------------------------------------------------------------------------------
 */

struct guesses {
    int64_t count, since_us; /* wrong codes, and when the first of them came */
};

static enum loy_status guesses_read(struct loy_store *store, struct guesses *guesses)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT coalesce((SELECT value FROM setting WHERE name = 'claim_wrong'), 0), "
        "coalesce((SELECT value FROM setting WHERE name = 'claim_wrong_since_us'), 0)");
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        guesses->count = sqlite3_column_int64(select, 0);
        guesses->since_us = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status guesses_write(struct loy_store *store, const struct guesses *guesses)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO setting (name, value) VALUES ('claim_wrong', ?1), "
        "('claim_wrong_since_us', ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    sqlite3_bind_int64(insert, 1, guesses->count);
    sqlite3_bind_int64(insert, 2, guesses->since_us);
    return store_run(store, insert);
}

/* Whether further codes are looked at. A clock that was wrong by more than the time itself locks
 * nobody out: what lies in the future is not counted. */
static enum loy_status guesses_allow(
    struct loy_store *store, int64_t at_us, struct guesses *guesses)
{
    int64_t most = 0, minutes = 0;
    enum loy_status status = loy_card_rule_get(store, LOY_RULE_CLAIM_FAILURES, &most);
    if (status == LOY_OK) status = loy_card_rule_get(store, LOY_RULE_CLAIM_MINUTES, &minutes);
    if (status == LOY_OK) status = guesses_read(store, guesses);
    if (status != LOY_OK) return status;
    int64_t age_us = at_us - guesses->since_us;
    if (guesses->count == 0 || age_us >= minutes * MINUTE_US || age_us < -minutes * MINUTE_US)
        *guesses = (struct guesses){0, at_us};
    if (guesses->count < most) return LOY_OK;
    return store_fail(store, LOY_REFUSED,
        "too many wrong codes: codes are taken again %lld minutes after the last wrong one",
        (long long)minutes);
}

/* The wait begins with the last one that is allowed. */
static enum loy_status guess_count(struct loy_store *store, struct guesses *guesses, int64_t at_us)
{
    int64_t most = 0;
    enum loy_status status = loy_card_rule_get(store, LOY_RULE_CLAIM_FAILURES, &most);
    if (status != LOY_OK) return status;
    if (++guesses->count >= most) guesses->since_us = at_us;
    status = guesses_write(store, guesses);
    if (status == LOY_OK) status = store_audit(store, "claim.wrong", "a wrong code", at_us);
    if (status != LOY_OK) return status;
    return store_fail(store, LOY_NONE, "there is no such code: type it again as it is printed");
}

/* ---- Using -------------------------------------------------------------------------------------
 */

/* Of a member that was merged since, who stands for it now. */
static enum loy_status claim_find(struct loy_store *store, const uint8_t digest[LOY_DIGEST_SIZE],
    int64_t at_us, struct loy_id *member)
{
    int64_t expires_at_us = 0;
    bool used = false;
    sqlite3_stmt *select =
        store_sql(store, "WITH RECURSIVE heir (id) AS (SELECT member FROM claim WHERE digest = ?1 "
                         "UNION SELECT h.merged_into FROM heir JOIN member h ON h.id = heir.id "
                         "WHERE h.merged_into IS NOT NULL) "
                         "SELECT m.uid, c.expires_at_us, c.used_at_us IS NOT NULL FROM claim c "
                         "JOIN heir JOIN member m ON m.id = heir.id AND m.merged_into IS NULL "
                         "WHERE c.digest = ?1");
    sqlite3_bind_blob(select, 1, digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 0, member);
    if (status == LOY_OK) {
        expires_at_us = sqlite3_column_int64(select, 1);
        used = sqlite3_column_int(select, 2) != 0;
    }
    sqlite3_reset(select);
    if (status != LOY_OK) return status;
    if (used)
        return store_fail(
            store, LOY_REFUSED, "this code was used already: find the member by name or telephone");
    if (at_us > expires_at_us)
        return store_fail(
            store, LOY_REFUSED, "this code has expired: make a new one for the member");
    return LOY_OK;
}

static enum loy_status claim_spend(struct loy_store *store, const uint8_t digest[LOY_DIGEST_SIZE],
    struct card_gift *gift, int64_t at_us)
{
    sqlite3_stmt *update = store_sql(store, "UPDATE claim SET used_at_us = ?2 WHERE digest = ?1");
    sqlite3_bind_blob(update, 1, digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(update, 2, at_us);
    enum loy_status status = store_run(store, update);
    if (status != LOY_OK) return status;
    return card_gift_write(store, gift, "claim.use", "claim code", at_us);
}

static enum loy_status claim_try(struct loy_store *store, const char *plain, bool is_code,
    const struct loy_credential *credential, int64_t at_us)
{
    uint8_t digest[LOY_DIGEST_SIZE];
    struct guesses guesses = {0, 0};
    struct loy_id member;
    struct card_gift gift = {.credential = credential};
    enum loy_status status = guesses_allow(store, at_us, &guesses);
    if (status != LOY_OK) return status;
    store_blind(store, CLAIM_FIELD, plain, digest);
    status = is_code ? claim_find(store, digest, at_us, &member) : LOY_NONE;
    if (status == LOY_NONE) return guess_count(store, &guesses, at_us);
    if (status == LOY_OK) status = card_gift_check(store, &member, at_us, &gift);
    if (status == LOY_REPEATED)
        return store_fail(store, LOY_E_CONFLICT, "the member has this card already");
    if (status != LOY_OK) return status;
    return claim_spend(store, digest, &gift, at_us);
}

enum loy_status loy_claim_use(struct loy_store *store, const char *code,
    const struct loy_credential *credential, int64_t at_us)
{
    char plain[CODE_CHARACTERS + 1] = "";
    if (!store || !code || !credential || !card_credential_is_good(credential))
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_USE_CLAIM);
    /* The count of wrong codes would go with the caller's rollback. */
    if (status == LOY_OK && store->depth > 0)
        status = store_fail(store, LOY_E_ARGUMENT, "a code is not tried inside a transaction");
    if (status != LOY_OK) return status;
    enum loy_status read = code_read(code, plain);
    if (read == LOY_E_FORMAT)
        return store_fail(store, LOY_E_FORMAT,
            "a code has 10 letters and digits, in two groups of five: type it as it is printed");
    status = store_begin(store);
    if (status == LOY_OK)
        status = member_end(store, claim_try(store, plain, read == LOY_OK, credential, at_us));
    sodium_memzero(plain, sizeof plain);
    return status;
}
