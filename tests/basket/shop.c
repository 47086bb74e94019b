/* SPDX-License-Identifier: MIT
 *
 * shop.c - a store in a folder of its own for the tests of the basket room.
 * Nothing comes in but a folder for temporary files; a store with three articles goes out.
 */
#include "shop.h"

#include <store/store_private.h>

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

static struct loy_store_options options_of(const struct shop *shop)
{
    return (struct loy_store_options){.size = sizeof(struct loy_store_options),
        .path = shop->path,
        .user = "tester",
        .at_us = NOON_US - DAY_US};
}

void shop_status(
    enum loy_status got, enum loy_status wanted, const char *call, const char *file, int line)
{
    if (got == wanted) return;
    print_error(
        "%s\n    answers %s, not %s\n", call, loy_status_text(got), loy_status_text(wanted));
    _fail(file, line);
}

static int64_t article_make(struct loy_store *store, const char *code, enum loy_kind kind)
{
    int64_t version = 0;
    struct loy_article article = {.size = sizeof article,
        .code = code,
        .kind = (uint8_t)kind,
        .tax_permille = 190,
        .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_find(store, code, &version), LOY_OK);
    return version;
}

int shop_setup(void **state)
{
    struct shop *shop = calloc(1, sizeof *shop);
    snprintf(shop->folder, sizeof shop->folder, "/tmp/loyalty-basket-XXXXXX");
    if (mkdtemp(shop->folder) == NULL) return -1;
    snprintf(shop->path, sizeof shop->path, "%s/shop", shop->folder);
    struct loy_store_options options = options_of(shop);
    struct loy_store_settings settings = {
        .currency = "EUR", .minor_digits = 2, .site = "S1", .lane = "L1", .country = "DE"};
    enum loy_status status = loy_store_create(&options, &settings, &shop->store);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(shop->store));
    ASSERT_STATUS(status, LOY_OK);
    shop->shirt = article_make(shop->store, "shirt", LOY_KIND_GOODS);
    shop->shoe = article_make(shop->store, "shoe", LOY_KIND_GOODS);
    shop->deposit = article_make(shop->store, "bottle", LOY_KIND_DEPOSIT);
    *state = shop;
    return 0;
}

int shop_teardown(void **state)
{
    struct shop *shop = *state;
    loy_store_close(shop->store);
    DIR *folder = opendir(shop->folder);
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", shop->folder, entry->d_name);
        unlink(path);
    }
    if (folder != NULL) closedir(folder);
    rmdir(shop->folder);
    free(shop);
    return 0;
}

struct loy_store *shop_open(const struct shop *shop)
{
    struct loy_store *store = NULL;
    struct loy_store_options options = options_of(shop);
    enum loy_status status = loy_store_open(&options, &store);
    if (status != LOY_OK && store != NULL) print_error("%s\n", loy_store_text(store));
    ASSERT_STATUS(status, LOY_OK);
    return store;
}

struct loy_credential shop_credential(struct loy_store *store, const char *number)
{
    struct loy_credential credential;
    uint8_t key[LOY_CARD_KEY_SIZE];
    loy_store_card_key(store, key);
    ASSERT_STATUS(loy_credential_from_text(number, NULL, 0, key, &credential), LOY_OK);
    return credential;
}

struct loy_id shop_member(
    struct loy_store *store, const struct loy_credential *credential, enum loy_card_status status)
{
    struct loy_id id;
    uint8_t key[MEMBER_KEY_SIZE];
    sqlite3_stmt *insert;
    store_id_make(NOON_US, &id);
    ASSERT_STATUS(store_begin(store), LOY_OK);
    ASSERT_STATUS(store_member_key_make(store, &id, key), LOY_OK);
    assert_int_equal(sqlite3_prepare_v2(store->db,
                         "INSERT INTO member (uid, kind, pseudonymous, created_at_us) "
                         "VALUES (?1, 1, 1, 1)",
                         -1, &insert, NULL),
        SQLITE_OK);
    sqlite3_bind_blob(insert, 1, id.bytes, sizeof id.bytes, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
    sqlite3_finalize(insert);
    int64_t member = sqlite3_last_insert_rowid(store->db);
    assert_int_equal(sqlite3_prepare_v2(store->db,
                         "INSERT INTO card (digest, kind, tail, member, status) "
                         "VALUES (?1, ?2, '', ?3, ?4)",
                         -1, &insert, NULL),
        SQLITE_OK);
    sqlite3_bind_blob(insert, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int(insert, 2, credential->kind);
    sqlite3_bind_int64(insert, 3, member);
    sqlite3_bind_int(insert, 4, (int)status);
    assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
    sqlite3_finalize(insert);
    ASSERT_STATUS(store_commit(store), LOY_OK);
    return id;
}

struct loy_basket_head shop_head(int64_t at_us)
{
    return (struct loy_basket_head){.size = sizeof(struct loy_basket_head),
        .at_us = at_us,
        .offset_min = 60,
        .source = LOY_BASKET_LANE};
}

static int64_t amount_of(int64_t quantity_milli, int64_t list_minor)
{
    int64_t product = quantity_milli * list_minor, size = product < 0 ? -product : product;
    int64_t rounded = (size + 500) / 1000;
    return product < 0 ? -rounded : rounded;
}

struct loy_line shop_line(
    int64_t version, int64_t quantity_milli, int64_t list_minor, int64_t discount_minor)
{
    return (struct loy_line){.article_version = version,
        .quantity_milli = quantity_milli,
        .list_minor = list_minor,
        .discount_minor = discount_minor,
        .paid_minor = amount_of(quantity_milli, list_minor) - discount_minor};
}

struct loy_line shop_return(int64_t version, int64_t quantity_milli, int64_t list_minor,
    int64_t paid_minor, const struct loy_id *of, uint32_t of_line)
{
    struct loy_line line = {.article_version = version,
        .quantity_milli = quantity_milli,
        .list_minor = list_minor,
        .discount_minor = amount_of(quantity_milli, list_minor) - paid_minor,
        .paid_minor = paid_minor,
        .reason = "colour",
        .return_of_line = of_line};
    if (of != NULL) line.return_of = *of;
    return line;
}

int64_t shop_number(struct loy_store *store, const char *sql)
{
    return strtoll(shop_rows(store, sql), NULL, 10);
}

void shop_run(struct loy_store *store, const char *sql)
{
    char *why = NULL;
    int status = sqlite3_exec(store->db, sql, NULL, NULL, &why);
    if (status != SQLITE_OK) print_error("%s: %s\n", sql, why);
    assert_int_equal(status, SQLITE_OK);
}

const char *shop_rows(struct loy_store *store, const char *sql)
{
    static char text[8192];
    size_t end = 0;
    sqlite3_stmt *select;
    text[0] = '\0';
    assert_int_equal(sqlite3_prepare_v2(store->db, sql, -1, &select, NULL), SQLITE_OK);
    while (sqlite3_step(select) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(select); i++) {
            const char *value = (const char *)sqlite3_column_text(select, i);
            int used = snprintf(text + end, sizeof text - end, "%s%s",
                i > 0     ? "|"
                : end > 0 ? " "
                          : "",
                value == NULL ? "-" : value);
            end += (size_t)used;
            assert_true(end < sizeof text);
        }
    }
    assert_int_equal(sqlite3_finalize(select), SQLITE_OK);
    return text;
}

static void problem_print(void *user, const char *sentence)
{
    (void)user;
    print_error("check: %s\n", sentence);
}

void shop_is_sound(struct loy_store *store)
{
    ASSERT_STATUS(loy_store_check(store, problem_print, NULL), LOY_OK);
}

struct search {
    const char *word;
    int found;
};

static void problem_search(void *user, const char *sentence)
{
    struct search *search = user;
    if (strstr(sentence, search->word) != NULL) search->found++;
}

void shop_is_unsound(struct loy_store *store, const char *word)
{
    struct search search = {word, 0};
    ASSERT_STATUS(loy_store_check(store, problem_search, &search), LOY_E_CHECK);
    if (search.found == 0) print_error("no finding says \"%s\"\n", word);
    assert_true(search.found > 0);
}
