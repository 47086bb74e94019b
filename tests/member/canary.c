/* SPDX-License-Identifier: MIT
 *
 * canary.c - see canary.h. */
#include "canary.h"

#include <loyalty/basket.h>
#include <loyalty/rights.h>

#include <stdlib.h>

/* ---- Members ---------------------------------------------------------------------------------
 */

static const struct {
    enum loy_field field;
    const char *format; /* of the index */
} fields[] = {
    {LOY_FIELD_NAME, CANARY_TEXT " %04u Ltd"},
    {LOY_FIELD_FAMILY_NAME, CANARY_TEXT "Family%04u"},
    {LOY_FIELD_GIVEN_NAME, CANARY_TEXT "Given%04u"},
    {LOY_FIELD_INDUSTRY, CANARY_TEXT " trade %04u"},
    {LOY_FIELD_ADDRESS, CANARY_TEXT " street %04u"},
    {LOY_FIELD_TELEPHONE, "+86" CANARY_TELEPHONE "%04u"},
    {LOY_FIELD_FAX, "+86" CANARY_TELEPHONE "%04u"},
    {LOY_FIELD_SECTION, CANARY_TEXT "%04u"},
    {LOY_FIELD_DISTRICT, CANARY_TEXT " district %04u"},
    {LOY_FIELD_TAX_NO, CANARY_TEXT "%04u"},
    {LOY_FIELD_ACCOUNT_NO, CANARY_TEXT "%04u"},
    {LOY_FIELD_PURCHASERS, CANARY_TEXT " buyers %04u"},
    {LOY_FIELD_EMAIL, CANARY_TEXT "%04u@example.com"},
    {LOY_FIELD_TRADING_NAME, CANARY_TEXT " trading %04u"},
    {LOY_FIELD_BANK_NAME, CANARY_TEXT " bank %04u"},
};

static void run(struct desk *desk, const char *sql, int64_t member, const void *blob, size_t size)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(desk->store->db, sql, -1, &statement, NULL), SQLITE_OK);
    sqlite3_bind_int64(statement, 1, member);
    sqlite3_bind_blob(statement, 2, blob, (int)size, SQLITE_STATIC);
    int code = sqlite3_step(statement);
    if (code != SQLITE_DONE) print_error("%s\n", sqlite3_errmsg(desk->store->db));
    assert_int_equal(code, SQLITE_DONE);
    sqlite3_finalize(statement);
}

static const struct {
    struct envelope_place place; /* without the member */
    const char *sql;             /* ?1 the member's number, ?2 the envelope */
} sealed_rows[] = {
    {{"contact", "body", NULL, 0, 1},
        "INSERT INTO contact (member, at_us, kind, channel, initiated_by, operator, serial, "
        "sealed_for, body) VALUES (?1, 1770000000000000, 'remark', 'desk', 1, 1, 1, ?1, ?2)"},
    {{"note", "body", NULL, 1, 1},
        "INSERT INTO note (member, kind, version, body, sealed_for, at_us, operator) "
        "VALUES (?1, 1, 1, ?2, ?1, 1, 1)"},
};

static void sealed_add(struct desk *desk, const struct loy_id *id, int64_t number, unsigned index)
{
    uint8_t key[MEMBER_KEY_SIZE], sealed[ENVELOPE_MAX];
    char text[64];
    snprintf(text, sizeof text, CANARY_TEXT " sealed %04u", index);
    assert_int_equal(store_member_key(desk->store, id, key), LOY_OK);
    for (size_t i = 0; i < ROWS(sealed_rows); i++) {
        size_t size = 0;
        struct envelope_place place = sealed_rows[i].place;
        place.member = id;
        assert_int_equal(envelope_seal(key, &place, text, sealed, &size), LOY_OK);
        run(desk, sealed_rows[i].sql, number, sealed, size);
    }
    uint8_t digest[16];
    randombytes_buf(digest, sizeof digest);
    run(desk,
        "INSERT INTO claim (digest, member, made_at_us, expires_at_us, operator) "
        "VALUES (?2, ?1, 1, 2, 1)",
        number, digest, sizeof digest);
    run(desk,
        "INSERT INTO confirmation (member, field, version, number, how, channel, initiated_by, "
        "at_us, operator) VALUES (?1, 1, 1, 1, 1, 'lane', 1, 1770000000000000, 1)",
        number, NULL, 0);
}

static void basket_add(struct desk *desk, const struct loy_id *id, unsigned index)
{
    int64_t version = 0;
    if (loy_article_find(desk->store, "shirt", &version) != LOY_OK) {
        const struct loy_article article = {
            .size = sizeof article, .code = "shirt", .tax_permille = -1, .cost_minor = -1};
        assert_int_equal(loy_article_put(desk->store, &article, AT), LOY_OK);
        assert_int_equal(loy_article_find(desk->store, "shirt", &version), LOY_OK);
    }
    const struct loy_line line = {
        .article_version = version, .quantity_milli = 1000, .list_minor = 900, .paid_minor = 900};
    const struct loy_basket_head head = {.size = sizeof head,
        .at_us = AT + (int64_t)index * 1000000,
        .member = id,
        .source = LOY_BASKET_LANE};
    enum loy_status status = loy_basket_record(desk->store, &head, &line, 1, NULL);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(desk->store));
    assert_int_equal(status, LOY_OK);
}

/* What a lane keeps beside the lines of the newest basket, with the member's newest card: ?1 the
 * member's number, ?2 the card's digest. */
static void lane_add(struct desk *desk, int64_t number, const struct loy_credential *card)
{
    static const char *const rows[] = {
        "INSERT INTO basket_link SELECT max(id), 1, 1770000000000000, 2, 1, 900, 800, (SELECT "
        "max(id) FROM card WHERE member = ?1), 1 FROM basket WHERE member = ?1",
        "INSERT INTO basket_link SELECT max(id), 2, 1770000000000001, 2, 1, 800, 800, NULL, 1 "
        "FROM basket WHERE member = ?1",
        "INSERT INTO tender SELECT id, 1, 2, CASE state WHEN 3 THEN 0 ELSE total_minor END FROM "
        "basket WHERE id = (SELECT max(id) FROM basket WHERE member = ?1)",
        "INSERT INTO basket_coupon SELECT max(id), 'SPRING', 'posted-' || ?1, 1770000000000000 "
        "FROM basket WHERE member = ?1",
        "INSERT INTO basket_coupon SELECT max(id), 'SPRING', '', 1770000000000000 "
        "FROM basket WHERE member = ?1",
        "INSERT INTO taken_back SELECT max(id), 1 FROM basket WHERE member = ?1",
        "INSERT INTO basket_time SELECT max(id), 1770000000000000 FROM basket WHERE member = ?1",
        "INSERT INTO question VALUES (?1, 8, 1770000000000000, 1, 1, 20486)",
        "INSERT INTO alarm_seen (kind, basket, count, reason, at_us, operator) SELECT 1, max(id), "
        "6, "
        "'buys for a canteen', 1770000000000000, 1 FROM basket WHERE member = ?1",
        "INSERT OR IGNORE INTO operator_card VALUES (?2, 1, 1770000000000000)",
        /* Their card, shown before somebody else's. */
        "INSERT INTO basket (uid, lane, epoch, state, source, opened_at_us, offset_min, operator, "
        "line_count, total_minor, discount_minor) SELECT randomblob(16), lane, epoch, 1, 1, "
        "1770000000000000, 0, 1, 0, 0, 0 FROM basket WHERE id = (SELECT max(id) FROM basket WHERE "
        "member = ?1)",
        "INSERT INTO basket_link SELECT max(id), 1, 1770000000000002, 2, 1, 0, 0, (SELECT max(id) "
        "FROM card WHERE member = ?1), 1 FROM basket",
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        run(desk, rows[i], number, card->digest, sizeof card->digest);
}

void canary_card(struct desk *desk, unsigned index, struct loy_credential *credential)
{
    char number[32];
    snprintf(number, sizeof number, CANARY_CARD "%06u%04u", index, (index * 37 + 11) % 10000);
    desk_credential(desk, number, credential);
}

struct loy_id canary_member(struct desk *desk, unsigned index)
{
    char texts[ROWS(fields)][64], trait[64];
    struct loy_field_text given[ROWS(fields)];
    for (size_t i = 0; i < ROWS(fields); i++) {
        snprintf(texts[i], sizeof texts[i], fields[i].format, index);
        given[i] = (struct loy_field_text){fields[i].field, texts[i]};
    }
    snprintf(trait, sizeof trait, CANARY_TEXT " trait %04u", index);
    const struct loy_trait_text traits[] = {{"hobby", trait}};
    struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_ORGANISATION,
        .fields = given,
        .field_count = ROWS(given),
        .traits = traits,
        .trait_count = 1,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = AT,
        .reference = texts[0]};
    for (int purpose = LOY_PURPOSE_PROFILING; purpose < LOY_PURPOSE_END; purpose++)
        form.consent[purpose] = true;
    struct loy_id id;
    struct loy_credential card;
    enum loy_status status = loy_member_add(desk->store, &form, AT, &id);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(desk->store));
    assert_int_equal(status, LOY_OK);
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT max(id) FROM member");
    int64_t number = desk_number(desk, sql);
    sealed_add(desk, &id, number, index);
    canary_card(desk, index, &card);
    assert_int_equal(loy_card_issue(desk->store, &id, &card, AT), LOY_OK);
    basket_add(desk, &id, index);
    lane_add(desk, number, &card);
    return id;
}

/* ---- Bytes -----------------------------------------------------------------------------------
 */

struct canary_bytes canary_read(const char *path)
{
    struct canary_bytes file = {NULL, 0};
    FILE *stream = fopen(path, "rb");
    if (!stream) return file;
    assert_int_equal(fseek(stream, 0, SEEK_END), 0);
    file.size = (size_t)ftell(stream);
    rewind(stream);
    file.bytes = malloc(file.size + 1);
    assert_non_null(file.bytes);
    assert_int_equal(fread(file.bytes, 1, file.size, stream), file.size);
    fclose(stream);
    return file;
}

static const char *const marks[] = {CANARY_TEXT, CANARY_TELEPHONE, CANARY_CARD};

static char cased(char c, unsigned form)
{
    if (form == 1 && c >= 'A' && c <= 'Z') return (char)(c + 32);
    if (form == 2 && c >= 'a' && c <= 'z') return (char)(c - 32);
    return c;
}

/* 0 as it is, 1 folded, 2 capitals, 3 full width, 4 and 5 UTF-16, low or high byte first. */
static size_t form_make(const char *mark, unsigned form, uint8_t bytes[64])
{
    size_t n = 0;
    for (; *mark; mark++) {
        uint8_t c = (uint8_t)cased(*mark, form);
        if (form == 3) {
            unsigned wide = 0xFEE0u + c;
            bytes[n++] = (uint8_t)(0xE0 | wide >> 12);
            bytes[n++] = (uint8_t)(0x80 | (wide >> 6 & 63));
            bytes[n++] = (uint8_t)(0x80 | (wide & 63));
            continue;
        }
        if (form == 5) bytes[n++] = 0;
        bytes[n++] = c;
        if (form == 4) bytes[n++] = 0;
    }
    return n;
}

size_t canary_form(unsigned form, uint8_t bytes[64])
{
    return form_make(CANARY_TEXT, form, bytes);
}

size_t canary_marks(const struct canary_bytes *file)
{
    size_t found = 0;
    for (size_t i = 0; i < ROWS(marks); i++)
        for (unsigned form = 0; form < CANARY_FORMS; form++) {
            uint8_t bytes[64];
            size_t size = form_make(marks[i], form, bytes);
            const uint8_t *at = file->bytes, *end = at + file->size;
            while (at && (at = memmem(at, (size_t)(end - at), bytes, size)) != NULL) {
                found++;
                at++;
            }
        }
    return found;
}

/* ---- Secrets ---------------------------------------------------------------------------------
 */

void canary_secret_add(struct canary_secrets *secrets, const void *bytes)
{
    if (secrets->count == secrets->max) {
        secrets->max = secrets->max ? 2 * secrets->max : 64;
        secrets->rows = realloc(secrets->rows, secrets->max * sizeof *secrets->rows);
        assert_non_null(secrets->rows);
    }
    memcpy(secrets->rows[secrets->count++], bytes, 16);
}

static int by_bytes(const void *left, const void *right)
{
    return memcmp(left, right, 16);
}

size_t canary_secrets_in(struct canary_secrets *secrets, const struct canary_bytes *file)
{
    // Two bytes tell most offsets apart before the list is asked.
    static uint8_t starts[65536];
    memset(starts, 0, sizeof starts);
    qsort(secrets->rows, secrets->count, sizeof *secrets->rows, by_bytes);
    for (size_t i = 0; i < secrets->count; i++)
        starts[secrets->rows[i][0] << 8 | secrets->rows[i][1]] = 1;
    size_t found = 0;
    for (size_t at = 0; at + 16 <= file->size; at++) {
        if (!starts[file->bytes[at] << 8 | file->bytes[at + 1]]) continue;
        if (bsearch(file->bytes + at, secrets->rows, secrets->count, 16, by_bytes)) found++;
    }
    return found;
}

void canary_secrets_free(struct canary_secrets *secrets)
{
    free(secrets->rows);
    *secrets = (struct canary_secrets){0};
}

static bool opens(const uint8_t *sealed, size_t size, const uint8_t key[MEMBER_KEY_SIZE])
{
    uint8_t text[96];
    size_t length = size - 29 < sizeof text ? size - 29 : sizeof text;
    crypto_stream_xchacha20_xor_ic(text, sealed + 29, length, sealed + 5, 1, key);
    for (size_t i = 0; i < ROWS(marks); i++)
        for (unsigned form = 0; form < 3; form++) {
            uint8_t bytes[64];
            size_t n = form_make(marks[i], form, bytes);
            if (memmem(text, length, bytes, n)) return true;
        }
    return false;
}

size_t canary_opened(const struct canary_bytes *file, const uint8_t (*keys)[MEMBER_KEY_SIZE],
    size_t key_count, size_t limit)
{
    static const uint8_t head[] = {1, 1, 0, 0, 0};
    size_t opened = 0, tried = 0;
    for (size_t at = 0; at + 77 <= file->size && tried < limit; at++) {
        if (memcmp(file->bytes + at, head, sizeof head) != 0) continue;
        tried++;
        for (size_t i = 0; i < key_count; i++)
            if (opens(file->bytes + at, file->size - at, keys[i])) opened++;
    }
    return opened;
}
