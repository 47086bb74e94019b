/* SPDX-License-Identifier: MIT
 *
 * chain_test.c - the whole chain as stories: recorded device bytes, hub, guard, card, member,
 * basket. Each story has a store of its own in a scratch folder. Only public headers, as a till
 * would use them.
 */
#include <loyalty/loyalty.h>
#include <loyalty/reader.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <poll.h>
#include <pwd.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_US 1780000000000000
#define CARD "9156000000000011"
#define OTHER_CARD "9156000000000029"

static const struct loy_range own = {
    .prefix = "9156", .length = 16, .check = LOY_CHECK_LUHN, .use = LOY_USE_MEMBER};

struct shop {
    char folder[64], path[128], recording[128];
    struct loy_store *store;
    struct loy_reader *reader;
};

static const char *user(void)
{
    const struct passwd *entry = getpwuid(geteuid());
    return entry ? entry->pw_name : "unknown";
}

static struct loy_store_options options_of(const struct shop *shop)
{
    return (struct loy_store_options){.size = sizeof(struct loy_store_options),
        .path = shop->path,
        .user = user(),
        .at_us = AT_US};
}

static int shop_open(void **state)
{
    struct shop *shop = calloc(1, sizeof *shop);
    struct loy_store_settings settings = {
        .currency = "EUR", .minor_digits = 2, .site = "1", .lane = "1", .country = "DE"};
    struct loy_article pen = {.size = sizeof pen,
        .code = "pen",
        .brand = "Lark",
        .kind = LOY_KIND_GOODS,
        .tax_permille = -1,
        .cost_minor = -1};
    assert_non_null(shop);
    strcpy(shop->folder, "/tmp/loyalty-chain-XXXXXX");
    assert_non_null(mkdtemp(shop->folder));
    snprintf(shop->path, sizeof shop->path, "%s/shop", shop->folder);
    snprintf(shop->recording, sizeof shop->recording, "%s/swipes.txt", shop->folder);
    struct loy_store_options options = options_of(shop);
    assert_int_equal(loy_store_create(&options, &settings, &shop->store), LOY_OK);
    assert_int_equal(loy_range_add(shop->store, &own, AT_US), LOY_OK);
    assert_int_equal(loy_article_put(shop->store, &pen, AT_US), LOY_OK);
    *state = shop;
    return 0;
}

static int shop_close(void **state)
{
    static const char *const names[] = {"shop", "shop-wal", "shop-shm", "shop.key", "shop.keys",
        "shop.keys-wal", "shop.keys-shm", "swipes.txt"};
    struct shop *shop = *state;
    char path[200];
    loy_reader_close(shop->reader);
    loy_store_close(shop->store);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", shop->folder, names[i]);
        unlink(path);
    }
    rmdir(shop->folder);
    free(shop);
    return 0;
}

/* A MagTek report with this text on track 2 and this status byte for it, as a line of a recording.
 */
static void swipe_write(FILE *file, const char *track2, unsigned error)
{
    unsigned char report[337] = {0};
    report[1] = (unsigned char)error;
    report[4] = (unsigned char)strlen(track2);
    memcpy(report + 117, track2, strlen(track2));
    for (size_t i = 0; i < sizeof report; i++)
        fprintf(file, "%02x", report[i]);
    fputc('\n', file);
}

struct swipe {
    const char *track2;
    unsigned error;
};

static void reader_open(struct shop *shop, const struct swipe *swipes, size_t count)
{
    char path[160];
    const char *const paths[] = {path, NULL};
    FILE *file = fopen(shop->recording, "w");
    assert_non_null(file);
    fputs("# loyalty recording 1\ndriver: magtek-hid\n", file);
    for (size_t i = 0; i < count; i++)
        swipe_write(file, swipes[i].track2, swipes[i].error);
    assert_int_equal(fclose(file), 0);
    snprintf(path, sizeof path, "file:%s", shop->recording);
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_FILE, .paths = paths, .rules = {&own, 1}};
    assert_int_equal(loy_reader_open(&options, &shop->reader), LOY_OK);
}

/* The next event that is a swipe, as a lane would wait for it. */
static void event_take(struct shop *shop, struct loy_event *event)
{
    struct pollfd wait = {.fd = loy_reader_fd(shop->reader), .events = POLLIN};
    for (;;) {
        enum loy_status status = loy_reader_next(shop->reader, event);
        if (status == LOY_OK && event->kind >= LOY_EVENT_READ) return;
        if (status == LOY_OK) continue;
        assert_int_equal(poll(&wait, 1, 5000), 1);
        assert_true(loy_reader_dispatch(shop->reader) >= LOY_OK);
    }
}

static struct loy_credential credential_of(struct shop *shop, const struct loy_event *event)
{
    struct loy_credential credential;
    uint8_t key[LOY_CARD_KEY_SIZE];
    loy_store_card_key(shop->store, key);
    assert_int_equal(loy_credential_from_event(event, &own, 1, key, &credential), LOY_OK);
    sodium_memzero(key, sizeof key);
    return credential;
}

static struct loy_id member_add(struct shop *shop)
{
    struct loy_field_text name = {LOY_FIELD_FAMILY_NAME, "Li"};
    struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .fields = &name,
        .field_count = 1,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = AT_US};
    struct loy_id id;
    assert_int_equal(loy_member_add(shop->store, &form, AT_US, &id), LOY_OK);
    return id;
}

static struct loy_basket *basket_open(struct shop *shop)
{
    struct loy_basket_head head = {
        .size = sizeof head, .at_us = AT_US, .offset_min = 60, .source = LOY_BASKET_LANE};
    struct loy_basket *basket = NULL;
    assert_int_equal(loy_basket_open(shop->store, &head, &basket), LOY_OK);
    return basket;
}

static void pens_add(struct shop *shop, struct loy_basket *basket, int count)
{
    struct loy_line line = {.quantity_milli = 1000, .list_minor = 250, .paid_minor = 250};
    assert_int_equal(loy_article_find(shop->store, "pen", &line.article_version), LOY_OK);
    for (int i = 0; i < count; i++) {
        uint32_t number = 0;
        assert_int_equal(loy_basket_add(basket, &line, &number), LOY_OK);
    }
}

static struct loy_basket_summary basket_close(struct shop *shop, struct loy_basket *basket)
{
    struct loy_basket_summary summary;
    struct loy_id id;
    int64_t total = 0;
    assert_int_equal(loy_basket_close(basket, AT_US + 1000000, &id, &total), LOY_OK);
    assert_int_equal(loy_basket_get(shop->store, &id, &summary), LOY_OK);
    assert_int_equal(summary.total_minor, total);
    return summary;
}

static void new_member(void **state)
{
    struct shop *shop = *state;
    static struct loy_event event;
    const struct swipe swipes[] = {{";" CARD "?", 0}};
    struct loy_id attached, id = member_add(shop);
    reader_open(shop, swipes, 1);
    event_take(shop, &event);
    assert_int_equal(event.kind, LOY_EVENT_READ);
    struct loy_credential card = credential_of(shop, &event);
    assert_true(card.own_range);
    assert_string_equal(card.tail, "0011");
    assert_int_equal(loy_card_issue(shop->store, &id, &card, AT_US), LOY_OK);
    struct loy_basket *basket = basket_open(shop);
    pens_add(shop, basket, 3);
    assert_int_equal(loy_basket_attach(basket, &card, &attached), LOY_OK);
    struct loy_basket_summary summary = basket_close(shop, basket);
    assert_memory_equal(&summary.member, &id, sizeof id);
    assert_int_equal(summary.total_minor, 750);
    assert_int_equal(summary.line_count, 3);
}

/* The card is shown, the sale goes on anonymous, and the history appears when the card is issued.
 */
static void unknown_card(void **state)
{
    struct shop *shop = *state;
    static struct loy_event event;
    const struct swipe swipes[] = {{";" OTHER_CARD "?", 0}};
    struct loy_basket_summary summary;
    struct loy_id attached;
    reader_open(shop, swipes, 1);
    event_take(shop, &event);
    struct loy_credential card = credential_of(shop, &event);
    struct loy_basket *basket = basket_open(shop);
    assert_int_equal(loy_basket_attach(basket, &card, &attached), LOY_NONE);
    pens_add(shop, basket, 1);
    summary = basket_close(shop, basket);
    assert_true(loy_id_is_none(&summary.member));
    struct loy_id id = member_add(shop);
    assert_int_equal(loy_card_issue(shop->store, &id, &card, AT_US + 2000000), LOY_OK);
    struct loy_id basket_id = summary.id;
    assert_int_equal(loy_basket_get(shop->store, &basket_id, &summary), LOY_OK);
    assert_memory_equal(&summary.member, &id, sizeof id);
}

static void misread_then_read(void **state)
{
    struct shop *shop = *state;
    static struct loy_event event;
    const struct swipe swipes[] = {{"", 1}, {";" CARD "?", 0}};
    reader_open(shop, swipes, 2);
    event_take(shop, &event);
    assert_int_equal(event.kind, LOY_EVENT_MISREAD);
    assert_int_not_equal(event.reason, LOY_MISREAD_NONE);
    assert_int_equal(event.part_count, 0);
    event_take(shop, &event);
    assert_int_equal(event.kind, LOY_EVENT_READ);
    assert_string_equal(credential_of(shop, &event).tail, "0011");
}

/* Refused, nothing of it in the event, and the sale goes on. A foreign card likewise. */
static void payment_card(void **state)
{
    struct shop *shop = *state;
    static struct loy_event event;
    const struct swipe swipes[] = {{";4111111111111111=29122010000012345?", 0}, {";7001234?", 0}};
    struct loy_credential credential;
    uint8_t key[LOY_CARD_KEY_SIZE] = {0};
    struct loy_basket *basket = basket_open(shop);
    reader_open(shop, swipes, 2);
    memset(&event, 0, sizeof event);
    event_take(shop, &event);
    assert_int_equal(event.kind, LOY_EVENT_REFUSED);
    assert_int_equal(event.reason, LOY_REFUSAL_PAYMENT_CARD);
    assert_int_equal(event.network, LOY_NETWORK_VISA);
    assert_null(memmem(&event, sizeof event, "1111111", 7));
    assert_int_not_equal(loy_credential_from_event(&event, &own, 1, key, &credential), LOY_OK);
    event_take(shop, &event);
    assert_int_equal(event.kind, LOY_EVENT_FOREIGN);
    assert_null(memmem(&event, sizeof event, "7001234", 7));
    pens_add(shop, basket, 1);
    struct loy_basket_summary summary = basket_close(shop, basket);
    assert_true(loy_id_is_none(&summary.member));
}

/* Another process rings up three lines and the card, and dies. What it was told to be stored is
 * offered back, closes with the same total, and keeps the lane's sequence without a gap. */
static void power_loss_before_close(void **state)
{
    struct shop *shop = *state;
    static struct loy_event event;
    const struct swipe swipes[] = {{";" CARD "?", 0}};
    struct loy_id id = member_add(shop);
    reader_open(shop, swipes, 1);
    event_take(shop, &event);
    struct loy_credential card = credential_of(shop, &event);
    assert_int_equal(loy_card_issue(shop->store, &id, &card, AT_US), LOY_OK);
    loy_store_close(shop->store);
    shop->store = NULL;
    struct loy_store_options options = options_of(shop);
    pid_t lane = fork();
    if (lane == 0) {
        struct loy_id attached;
        if (loy_store_open(&options, &shop->store) != LOY_OK) _exit(1);
        struct loy_basket *basket = basket_open(shop);
        pens_add(shop, basket, 3);
        if (loy_basket_attach(basket, &card, &attached) != LOY_OK) _exit(2);
        _exit(0); /* no close, no release: the power is gone */
    }
    int status = -1;
    assert_int_equal(waitpid(lane, &status, 0), lane);
    assert_int_equal(status, 0);
    assert_int_equal(loy_store_open(&options, &shop->store), LOY_OK);
    struct loy_basket *basket = NULL;
    assert_int_equal(loy_basket_resume(shop->store, &basket), LOY_OK);
    struct loy_basket_summary summary = basket_close(shop, basket);
    assert_int_equal(summary.line_count, 3);
    assert_int_equal(summary.total_minor, 750);
    assert_int_equal(summary.sequence, 1);
    assert_memory_equal(&summary.member, &id, sizeof id);
    assert_int_equal(loy_basket_resume(shop->store, &basket), LOY_NONE);
    assert_int_equal(loy_store_check(shop->store, NULL, NULL), LOY_OK);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, shop_open, shop_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(new_member),
        STORY(unknown_card),
        STORY(misread_then_read),
        STORY(payment_card),
        STORY(power_loss_before_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
