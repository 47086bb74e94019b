/* SPDX-License-Identifier: MIT
 *
 * test_typed.c - numbers that are typed: what is drawn of them, what no screen gets, and that
 * nothing is left of it; cards that are swiped where there is no lane; waking a view that others
 * stand above.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <tui/lane_face.h>
#include <tui/typed.h>

/* ---- The store, as far as it is asked ------------------------------------------------------- */

static int replaced;

enum loy_status __wrap_loy_range_list(
    struct loy_store *store, struct loy_range ranges[LOY_RANGES_MAX], size_t *count);
enum loy_status __wrap_loy_range_list(
    struct loy_store *store, struct loy_range ranges[LOY_RANGES_MAX], size_t *count)
{
    (void)store;
    ranges[0] = (struct loy_range){
        .prefix = "29", .length = 13, .check = LOY_CHECK_GS1, .use = LOY_USE_MEMBER};
    ranges[1] = (struct loy_range){.prefix = "708", .length = 16, .use = LOY_USE_MEMBER};
    *count = 2;
    return LOY_OK;
}

enum loy_status __wrap_loy_store_card_key(struct loy_store *store, uint8_t key[LOY_CARD_KEY_SIZE]);
enum loy_status __wrap_loy_store_card_key(struct loy_store *store, uint8_t key[LOY_CARD_KEY_SIZE])
{
    (void)store;
    memset(key, 7, LOY_CARD_KEY_SIZE);
    return LOY_OK;
}

enum loy_status __wrap_loy_card_find(struct loy_store *store, const struct loy_id *member,
    const char *card, int64_t at_us, struct loy_credential *credential);
enum loy_status __wrap_loy_card_find(struct loy_store *store, const struct loy_id *member,
    const char *card, int64_t at_us, struct loy_credential *credential)
{
    (void)store;
    (void)member;
    (void)card;
    (void)at_us;
    *credential = (struct loy_credential){.kind = LOY_CREDENTIAL_NUMBER};
    return LOY_OK;
}

enum loy_status __wrap_loy_card_replace(struct loy_store *store,
    const struct loy_credential *old_card, const struct loy_credential *new_card,
    const char *reason, int64_t at_us);
enum loy_status __wrap_loy_card_replace(struct loy_store *store,
    const struct loy_credential *old_card, const struct loy_credential *new_card,
    const char *reason, int64_t at_us)
{
    (void)store;
    (void)old_card;
    (void)reason;
    (void)at_us;
    replaced++;
    assert_string_equal(new_card->tail, "0239");
    return LOY_OK;
}

enum loy_status __wrap_loy_card_next(
    struct loy_store *store, const struct loy_id *member, int64_t *position, struct loy_card *card);
enum loy_status __wrap_loy_card_next(
    struct loy_store *store, const struct loy_id *member, int64_t *position, struct loy_card *card)
{
    (void)store;
    (void)member;
    if ((*position)++) return LOY_NONE;
    *card = (struct loy_card){.status = LOY_CARD_ACTIVE, .tail = "4821"};
    return LOY_OK;
}

/* ---- A view that keeps what it is given ------------------------------------------------------ */

static int events, entered, acted, woken[2];
static char copy[ENTRY_BYTES];

static void enter(struct tui *tui, struct view *view, const char *text)
{
    (void)tui;
    (void)view;
    (void)text;
    entered++;
}

static void typed(struct tui *tui, struct view *view)
{
    (void)tui;
    entry_text(&view->entry, copy);
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    (void)tui;
    (void)view;
    events += seen->kind == LOY_EVENT_REFUSED && seen->reason == LOY_REFUSAL_PAYMENT_CARD;
    return true;
}

static void act(struct tui *tui, struct view *view)
{
    (void)tui;
    (void)view;
    acted++;
}

static void wake_lower(struct tui *tui, struct view *view)
{
    (void)tui;
    (void)view;
    woken[0]++;
}

static void wake_upper(struct tui *tui, struct view *view)
{
    (void)tui;
    (void)view;
    woken[1]++;
}

static const struct key_row keys[] = {
    {TUI_F(2), N_("Member"), N_("finds a member"), NULL, act, 1},
    {TUI_TAB, NULL, N_("field behind"), NULL, act, 1},
};
static const struct view_class lower = {.name = "lower",
    .keys = keys,
    .key_count = 2,
    .enter = enter,
    .typed = typed,
    .event = event,
    .time = wake_lower};
static const struct view_class upper = {.name = "upper", .time = wake_upper};

static void press(struct tui *tui, const char *text)
{
    for (; *text; text++)
        tui_press(tui, *text);
}

static void start(struct tui *tui, struct cli *cli)
{
    *tui = (struct tui){.cli = cli};
    *cli = (struct cli){0};
    events = entered = acted = 0;
    assert_non_null(tui_push(tui, &lower, NULL));
}

/* ---- Tests ---------------------------------------------------------------------------------- */

static void test_mask(void **state)
{
    static const struct {
        const char *typed, *shown;
        bool words;
    } rows[] = {
        {"4111111111111111", "************1111", false},
        {"5555 5555 5555 4444", "**** **** **** 4444", false},
        {"3*4111111111111111", "3*************1111", false},
        {"4111111111111111", "************1111", true},
        {"411111111111", "411111111111", false},   /* not more than the beginning of an article's */
        {"4111111111111", "*********1111", false}, /* nor an article's any more */
        {"411111111111111", "***********1111", false},
        {"411111111111111", "411111111111111", true},
        {"6901234500011", "6901234500011", false},
        {"3*6901234500011", "3*6901234500011", false},
        {"16901234500018", "16901234500018", false},
        {"2900000010239", "2900000010239", false}, /* the shop's own */
        {"708123456789012", "708123456789012", false},
        {"13800138001", "13800138001", false},
        {"8613800138001", "8613800138001", true}, /* a telephone in a form */
        {"S1-03-1-000001", "S1-03-1-000001", false},
    };
    static const struct cell_rules rules = {0};
    char shown[CELL_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tui tui;
        struct cli cli;
        start(&tui, &cli);
        tui_top(&tui)->entry.words = rows[i].words;
        press(&tui, rows[i].typed);
        entry_show(&tui_top(&tui)->entry, &rules, 60, shown, sizeof shown);
        assert_string_equal(shown, rows[i].shown);
        tui_pop_all(&tui);
    }
}

/* Enter, a function key, Tab: no screen gets the number, and neither line nor copy holds any of it.
 */
static void test_refused(void **state)
{
    static const int32_t ends[] = {TUI_ENTER, TUI_F(2), TUI_TAB, TUI_F(1)};
    static const struct entry none = {0};
    static const char nothing[ENTRY_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct tui tui;
        struct cli cli;
        start(&tui, &cli);
        press(&tui, "4111111111111111");
        assert_memory_equal(copy, "4111", 4); /* a view may look while it is typed */
        tui_press(&tui, ends[i]);
        assert_int_equal(events, 1);
        assert_int_equal(entered + acted, 0);
        assert_memory_equal(&tui_top(&tui)->entry, &none, sizeof none);
        assert_memory_equal(copy, nothing, sizeof nothing);
        press(&tui, "6901234500011");
        tui_press(&tui, ends[0]);
        assert_int_equal(entered, 1);
        assert_int_equal(events, 1);
        tui_pop_all(&tui);
    }
}

static void test_cards_without_lane(void **state)
{
    static struct loy_event seen;
    struct tui tui;
    struct cli cli;
    struct loy_range ranges[LOY_RANGES_MAX];
    struct loy_id member = {{1}};
    size_t count = 0;
    bool replaces = true;
    (void)state;
    start(&tui, &cli);
    __wrap_loy_range_list(NULL, ranges, &count);
    assert_int_equal(cli_card_event("2900000010239", ranges, count, &seen), LOY_OK);
    assert_int_equal(seen.kind, LOY_EVENT_READ);
    struct view *cards = tui_push(&tui, &view_cards, &replaces);
    assert_non_null(cards);
    tui_event(&tui, &seen); /* nobody's cards are shown yet */
    assert_int_equal(replaced, 0);
    /* An answer of another view than the search is none. */
    view_cards.answer(&tui, cards, &upper, NULL);
    view_cards.answer(&tui, cards, &view_find, &member);
    tui_event(&tui, &seen);
    assert_int_equal(replaced, 1);
    tui_pop_all(&tui);
}

static void test_waking(void **state)
{
    struct tui tui;
    struct cli cli;
    (void)state;
    start(&tui, &cli);
    woken[0] = woken[1] = 0;
    tui_top(&tui)->wake_us = 100;
    tui_push(&tui, &upper, NULL);
    assert_false(tui_time(&tui, 99));
    tui_top(&tui)->wake_us = 120;
    assert_true(tui_time(&tui, 110)); /* the one below, which is covered */
    assert_int_equal(woken[0], 1);
    assert_false(tui_time(&tui, 110));
    tui.views[0]->wake_us = 115;
    assert_true(tui_time(&tui, 130));
    assert_true(tui_time(&tui, 130));
    assert_false(tui_time(&tui, 130));
    assert_int_equal(woken[0], 2);
    assert_int_equal(woken[1], 1);
    tui_pop_all(&tui);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mask),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_cards_without_lane),
        cmocka_unit_test(test_waking),
    };
    if (!setlocale(LC_ALL, "C.UTF-8")) return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
