/* SPDX-License-Identifier: MIT
 *
 * desk.c - see desk.h. Everything it makes lies in one folder below the working directory.
 * In: short calls of tests. Out: a real store. */
#define _XOPEN_SOURCE 700
#include "desk.h"

#include <loyalty/basket.h>
#include <loyalty/member_card.h>

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

void desk_open(struct desk *desk, const char *country)
{
    struct loy_store_settings settings = {
        .currency = "CNY", .minor_digits = 2, .site = "shop-1", .lane = "desk"};
    snprintf(settings.country, sizeof settings.country, "%s", country);
    snprintf(desk->folder, sizeof desk->folder, "desk-XXXXXX");
    assert_non_null(mkdtemp(desk->folder));
    snprintf(desk->path, sizeof desk->path, "%s/shop.loyalty", desk->folder);
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk->path, .user = "tester", .at_us = AT};
    enum loy_status status = loy_store_create(&options, &settings, &desk->store);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(desk->store));
    assert_int_equal(status, LOY_OK);
}

void desk_reopen(struct desk *desk)
{
    loy_store_close(desk->store);
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk->path, .user = "tester", .at_us = AT};
    assert_int_equal(loy_store_open(&options, &desk->store), LOY_OK);
}

int desk_start(void **state)
{
    struct desk *desk = *state;
    desk_open(desk, desk->country);
    return 0;
}

int desk_end(void **state)
{
    desk_close(*state);
    return 0;
}

/* Calls visit for every file of the folder until it answers true. */
static bool files_each(struct desk *desk,
    bool (*visit)(const char *path, const void *bytes, size_t size), const void *bytes, size_t size)
{
    DIR *folder = opendir(desk->folder);
    assert_non_null(folder);
    bool found = false;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[sizeof desk->folder + sizeof entry->d_name + 2];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", desk->folder, entry->d_name);
        found = visit(path, bytes, size) || found;
    }
    closedir(folder);
    return found;
}

static bool remove_file(const char *path, const void *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    unlink(path);
    return false;
}

void desk_close(struct desk *desk)
{
    loy_store_close(desk->store);
    files_each(desk, remove_file, NULL, 0);
    rmdir(desk->folder);
}

static bool file_holds(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *all = malloc(length + 1);
    assert_non_null(all);
    assert_int_equal(fread(all, 1, length, file), length);
    fclose(file);
    bool found = memmem(all, length, bytes, size) != NULL;
    free(all);
    return found;
}

bool desk_files_hold(struct desk *desk, const void *bytes, size_t size)
{
    return files_each(desk, file_holds, bytes, size);
}

enum loy_status desk_add(struct desk *desk, enum loy_member_kind kind,
    const struct loy_field_text *fields, struct loy_id *member)
{
    struct loy_member_form form = {.size = sizeof form,
        .kind = (uint8_t)kind,
        .fields = fields,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = AT};
    while (fields[form.field_count].text)
        form.field_count++;
    return loy_member_add(desk->store, &form, AT, member);
}

struct loy_member_form desk_form(const struct loy_field_text *fields, size_t count)
{
    return (struct loy_member_form){.size = sizeof(struct loy_member_form),
        .kind = LOY_MEMBER_PERSON,
        .fields = fields,
        .field_count = count,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = AT};
}

struct loy_id desk_person(struct desk *desk, const char *name)
{
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, name}, {LOY_FIELD_NAME, NULL}};
    struct loy_id member;
    assert_int_equal(desk_add(desk, LOY_MEMBER_PERSON, fields, &member), LOY_OK);
    return member;
}

int64_t desk_number(struct desk *desk, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(desk->store->db, sql, -1, &statement, NULL), SQLITE_OK);
    int64_t number =
        sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    return number;
}

void desk_run(struct desk *desk, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(desk->store->db, sql, NULL, NULL, &why) == SQLITE_OK) return;
    print_error("%s\n", why);
    fail();
}

void desk_credential(struct desk *desk, const char *number, struct loy_credential *credential)
{
    uint8_t key[LOY_CARD_KEY_SIZE];
    loy_store_card_key(desk->store, key);
    assert_int_equal(loy_credential_from_text(number, NULL, 0, key, credential), LOY_OK);
}

void desk_give_card(struct desk *desk, const struct loy_id *member, const char *number)
{
    struct loy_credential card;
    desk_credential(desk, number, &card);
    assert_int_equal(loy_card_issue(desk->store, member, &card, AT), LOY_OK);
}

void desk_sell(struct desk *desk, const char *number, int64_t at_us)
{
    struct loy_credential card;
    desk_credential(desk, number, &card);
    const struct loy_article article = {.size = sizeof article, .code = "A1"};
    int64_t version = 0;
    enum loy_status status = loy_article_put(desk->store, &article, at_us);
    assert_true(status == LOY_OK || status == LOY_REPEATED);
    assert_int_equal(loy_article_find(desk->store, "A1", &version), LOY_OK);
    const struct loy_line line = {
        .article_version = version, .quantity_milli = 1000, .list_minor = 100, .paid_minor = 100};
    const struct loy_basket_head head = {
        .size = sizeof head, .at_us = at_us, .credential = &card, .source = LOY_BASKET_LANE};
    struct loy_id id;
    assert_int_equal(loy_basket_record(desk->store, &head, &line, 1, &id), LOY_OK);
}

bool desk_same_id(const struct loy_id *a, const struct loy_id *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}
