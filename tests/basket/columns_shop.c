/* SPDX-License-Identifier: MIT
 *
 * columns_shop.c - see columns_shop.h. In: a seed. Out: rows in a store.
 */
#include "columns_shop.h"

#include <loyalty/duplicate.h>
#include <loyalty/rights.h>
#include <store/columns_private.h>

#include <stdlib.h>
#include <unistd.h>

static uint64_t draw(struct columns_shop *random, uint64_t below)
{
    random->seed = random->seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (random->seed >> 33) % below;
}

static void article_put(struct columns_shop *random, size_t i, bool again)
{
    static const char *const brands[] = {"Aster", "Birke", NULL, "aster", "Ço"};
    static const char *const grades[] = {"basic", "fine", NULL};
    char code[16], style[16];
    snprintf(code, sizeof code, "a%zu", i);
    snprintf(style, sizeof style, again ? "t%zu" : "s%zu", i);
    struct loy_article article = {.size = sizeof article,
        .code = code,
        .brand = brands[i % ROWS(brands)],
        .category = "shirts",
        .style = style,
        .grade = grades[i % ROWS(grades)],
        .colour_family = (uint8_t)(i % 4),
        .kind = i % 7 == 6 ? LOY_KIND_DEPOSIT : LOY_KIND_GOODS,
        .cost_minor = -1};
    enum loy_status status = loy_article_put(random->shop->store, &article, random->now_us);
    assert_true(status == LOY_OK || status == LOY_REPEATED);
    ASSERT_STATUS(loy_article_find(random->shop->store, code, &random->versions[i]), LOY_OK);
}

void columns_shop_start(struct columns_shop *random, struct shop *shop, uint64_t seed)
{
    *random = (struct columns_shop){.shop = shop, .seed = seed, .now_us = NOON_US, .merged = -1};
    for (size_t i = 0; i < 2 * SHOP_MEMBERS; i++) {
        char number[16];
        snprintf(number, sizeof number, "290000%02zu", i);
        random->cards[i] = shop_credential(shop->store, number);
        if (i < SHOP_MEMBERS)
            random->members[i] = shop_member(shop->store, &random->cards[i], LOY_CARD_ACTIVE);
    }
    for (size_t i = 0; i < SHOP_ARTICLES; i++)
        article_put(random, i, false);
}

static struct loy_line line_of(struct columns_shop *random)
{
    static const uint8_t forms[] = {LOY_FORM_NONE, LOY_FORM_NONE, LOY_FORM_COUPON};
    const int64_t pieces = 1 + (int64_t)draw(random, 3), list = 100 + (int64_t)draw(random, 900);
    struct loy_line line = shop_line(random->versions[draw(random, SHOP_ARTICLES)], pieces * 1000,
        list, draw(random, 3) == 0 ? (int64_t)draw(random, 50) : 0);
    line.form = forms[draw(random, ROWS(forms))];
    return line;
}

static struct loy_basket_head head_of(struct columns_shop *random)
{
    // Back and forth within some days: the order of rows is not that of time.
    random->now_us += (int64_t)draw(random, 7200) * 1000003;
    struct loy_basket_head head = shop_head(random->now_us - (int64_t)draw(random, 3) * DAY_US);
    static const int16_t offsets[] = {60, 60, 120, -480, 840, -720};
    head.offset_min = offsets[draw(random, ROWS(offsets))];
    const uint64_t whose = draw(random, 3 * SHOP_MEMBERS);
    const bool known = whose < SHOP_MEMBERS && !random->gone[whose];
    if (known || (whose >= SHOP_MEMBERS && whose < 2 * SHOP_MEMBERS))
        head.credential = &random->cards[whose];
    if (draw(random, 4) == 0) head.site = "S2", head.lane = "L7", head.source = LOY_BASKET_IMPORT;
    return head;
}

static void record(
    struct columns_shop *random, const struct loy_line *lines, size_t count, struct loy_id *id)
{
    struct loy_basket_head head = head_of(random);
    enum loy_status status = loy_basket_record(random->shop->store, &head, lines, count, id);
    // Whose card was taken away meanwhile buys as nobody.
    if (status == LOY_REFUSED) {
        head.credential = NULL;
        status = loy_basket_record(random->shop->store, &head, lines, count, id);
    }
    ASSERT_STATUS(status, LOY_OK);
}

static void sell(struct columns_shop *random)
{
    struct loy_line lines[4];
    const size_t count = 1 + (size_t)draw(random, ROWS(lines));
    for (size_t i = 0; i < count; i++)
        lines[i] = line_of(random);
    assert_true(random->sold_count < SHOP_BASKETS);
    record(random, lines, count, &random->sold[random->sold_count].id);
    random->sold[random->sold_count].first = lines[0];
    random->sold_count++;
}

static void give_back(struct columns_shop *random)
{
    if (random->sold_count == 0) return;
    const size_t which = (size_t)draw(random, random->sold_count);
    if (random->sold[which].returned) return;
    const struct loy_line *first = &random->sold[which].first;
    struct loy_line back = shop_return(first->article_version, -first->quantity_milli,
        first->list_minor, -first->paid_minor, &random->sold[which].id, 1);
    struct loy_id id;
    record(random, &back, 1, &id);
    random->sold[which].returned = true;
}

/* Opened in one step, closed or void in a later one; others get higher numbers meanwhile. */
static void step_open(struct columns_shop *random)
{
    struct loy_store *store = random->shop->store;
    if (!random->open) {
        struct loy_basket_head head = head_of(random);
        head.site = head.lane = NULL;
        head.source = LOY_BASKET_LANE;
        head.credential = NULL;
        ASSERT_STATUS(loy_basket_open(store, &head, &random->open), LOY_OK);
        struct loy_line line = line_of(random);
        ASSERT_STATUS(loy_basket_add(random->open, &line, NULL), LOY_OK);
    } else if (draw(random, 3) == 0) {
        ASSERT_STATUS(loy_basket_void(random->open, "no money", random->now_us), LOY_OK);
        random->open = NULL;
    } else {
        ASSERT_STATUS(loy_basket_close(random->open, random->now_us, NULL, NULL), LOY_OK);
        random->open = NULL;
    }
}

void columns_shop_sell(struct columns_shop *random)
{
    switch (draw(random, 10)) {
    case 0:
        step_open(random);
        break;
    case 1:
        article_put(random, (size_t)draw(random, SHOP_ARTICLES), draw(random, 2) == 0);
        break;
    case 2:
    case 3:
        give_back(random);
        break;
    default:
        sell(random);
    }
}

void columns_shop_end(struct columns_shop *random)
{
    loy_basket_release(random->open);
    random->open = NULL;
}

/* ---- Changes of what was sold ---------------------------------------------------------------- */

static const char *link_late(struct columns_shop *random)
{
    for (size_t i = SHOP_MEMBERS; i < 2 * SHOP_MEMBERS; i++) {
        struct loy_id holder;
        if (loy_member_find_card(random->shop->store, &random->cards[i], &holder) != LOY_NONE)
            continue;
        ASSERT_STATUS(loy_card_issue(random->shop->store, &random->members[0], &random->cards[i],
                          random->now_us),
            LOY_OK);
        return "a card linked later";
    }
    return NULL;
}

static const char *merge(struct columns_shop *random)
{
    const size_t loser = 1 + (size_t)draw(random, SHOP_MEMBERS - 1);
    if (random->merged >= 0) {
        ASSERT_STATUS(loy_member_unmerge(
                          random->shop->store, &random->members[random->merged], random->now_us),
            LOY_OK);
        random->merged = -1;
        return "a merge undone";
    }
    if (random->gone[loser]) return NULL;
    ASSERT_STATUS(loy_member_merge(random->shop->store, &random->members[0],
                      &random->members[loser], random->now_us),
        LOY_OK);
    random->merged = (int)loser;
    return "a merge";
}

static const char *erase(struct columns_shop *random)
{
    const size_t whose = 1 + (size_t)draw(random, SHOP_MEMBERS - 1);
    if (random->gone[whose] || random->merged == (int)whose) return NULL;
    ASSERT_STATUS(
        loy_member_erase(random->shop->store, &random->members[whose], "request", random->now_us),
        LOY_OK);
    random->gone[whose] = true;
    assert_int_equal(access(columns_path(random->shop, COLUMNS_SUFFIX), F_OK), -1);
    return "an erasure";
}

/* As the clock's room writes it. */
static const char *correct(struct columns_shop *random)
{
    char sql[200];
    snprintf(sql, sizeof sql,
        "INSERT OR REPLACE INTO basket_time (basket, corrected_us) SELECT id, opened_at_us - "
        "%d000000 FROM basket WHERE id %% 7 = %d AND state = 2",
        (int)draw(random, 90000), (int)draw(random, 7));
    shop_run(random->shop->store, sql);
    return "corrected clocks";
}

static const char *part(struct columns_shop *random)
{
    if (random->merged >= 0) return NULL;
    shop_run(random->shop->store,
        "UPDATE basket SET member = NULL, card = NULL, purchaser = NULL WHERE id = (SELECT "
        "max(id) FROM basket WHERE state = 2 AND member IS NOT NULL)");
    return "an objection";
}

const char *columns_shop_change(struct columns_shop *random)
{
    static const char *(*const changes[])(struct columns_shop *) = {
        link_late, merge, erase, correct, part};
    const int64_t before = shop_number(random->shop->store, "SELECT changes FROM column_state");
    const char *name = changes[draw(random, ROWS(changes))](random);
    const int64_t after = shop_number(random->shop->store, "SELECT changes FROM column_state");
    // Nothing to change is no change; the counter never goes back.
    assert_true(after >= before);
    return after > before ? name : NULL;
}

/* ---- Files ----------------------------------------------------------------------------------- */

const char *columns_path(const struct shop *shop, const char *suffix)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s%s", shop->path, suffix);
    return path;
}

uint8_t *columns_bytes(const struct shop *shop, size_t *size)
{
    FILE *file = fopen(columns_path(shop, COLUMNS_SUFFIX), "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size + 1);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

void columns_bytes_set(const struct shop *shop, const void *bytes, size_t size)
{
    FILE *file = fopen(columns_path(shop, COLUMNS_SUFFIX), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}
