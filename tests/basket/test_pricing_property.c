/* SPDX-License-Identifier: MIT
 *
 * test_pricing_property.c - what holds for every basket and every set of rules, on many made up
 * from a seed: LOYALTY_SEED and LOYALTY_BASKETS choose others and more. A brute force over all ways
 * to give lines to deals is the oracle of what is taken off in all.
 */
#include "shop.h"

#include <basket/pricing.h>

#include <stdlib.h>

#define LINES_MAX 6
#define RULES_MAX 7

struct world {
    struct loy_promotion_rule rules[RULES_MAX];
    const struct loy_promotion_rule *sorted[RULES_MAX];
    char codes[RULES_MAX][4];
    size_t rule_count;
    struct pricing_line lines[LINES_MAX];
    size_t count;
};

static uint64_t random_state;

static unsigned below(unsigned n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random_state >> 33) % n;
}

/* ---- Made up ----------------------------------------------------------------------------------
 */

static const char *const brands[] = {"x", "y", "z"};
static const char *const articles[] = {"1", "2", "3", "4", "5"};

static struct loy_promotion_rule rule_make(char code[4], size_t i)
{
    snprintf(code, 4, "R%u", (unsigned)i % 100u);
    struct loy_promotion_rule rule = {
        .size = sizeof rule, .code = code, .form = (uint8_t)(1 + below(5)), .scope = LOY_SCOPE_ALL};
    if (below(3) > 0) {
        bool brand = below(2) == 0;
        rule.scope = brand ? LOY_SCOPE_BRAND : LOY_SCOPE_ARTICLE;
        rule.target = brand ? brands[below(3)] : articles[below(5)];
    }
    if (rule.form == LOY_FORM_N_FOR_M) {
        rule.take = (int32_t)(2 + below(4));
        rule.pay = (int32_t)(1 + below((unsigned)rule.take - 1));
    } else if (rule.form == LOY_FORM_PERCENT) {
        rule.permille = (int32_t)(1 + below(below(3) > 0 ? 300 : 1000));
    } else {
        rule.amount_minor = 1 + below(below(3) > 0 ? 40 : 900);
    }
    return rule;
}

static struct pricing_line line_make(void)
{
    unsigned article = below(5);
    struct pricing_line line = {.version = article + 1,
        .quantity_milli = below(4) == 0 ? 1 + below(4000) : 1000 * (1 + below(5)),
        .list_minor = (article / 2 + 1) * 30 + (below(3) == 0 ? 7 : 0),
        .shelf_minor = -1,
        .offer_minor = -1,
        .article = {.article = articles[article],
            .brand = brands[article % 3],
            .kind = below(12) == 0 ? LOY_KIND_DEPOSIT : LOY_KIND_GOODS}};
    if (below(10) == 0) line.quantity_milli = -line.quantity_milli;
    if (below(10) == 0) {
        line.fixed = true;
        line.discount_minor = 3;
        line.paid_minor = 4;
        line.promotion = "kept";
        line.form = LOY_FORM_OTHER;
    }
    return line;
}

static void world_make(struct world *world)
{
    world->rule_count = below(RULES_MAX);
    world->count = 1 + below(LINES_MAX);
    for (size_t i = 0; i < RULES_MAX; i++) {
        world->rules[i] = rule_make(world->codes[i], i);
        world->sorted[i] = &world->rules[i];
    }
    for (size_t i = 0; i < world->count; i++)
        world->lines[i] = line_make();
}

static void priced(struct world *world, size_t rule_count)
{
    ASSERT_STATUS(pricing_basket(world->sorted, rule_count, world->lines, world->count), LOY_OK);
}

static int64_t taken_off(const struct world *world)
{
    int64_t sum = 0;
    for (size_t i = 0; i < world->count; i++)
        if (!world->lines[i].fixed) sum += world->lines[i].discount_minor;
    return sum;
}

/* ---- The oracle -------------------------------------------------------------------------------
 *
 * Written from promotion.h, not from pricing.c: each line is given to one rule or to none in every
 * possible way; a way in which an n for m does not have all that it holds for is none.
 */

static bool oracle_holds(const struct loy_promotion_rule *rule, const struct pricing_line *line)
{
    bool goods = !line->fixed && line->quantity_milli > 0 && line->article.kind == LOY_KIND_GOODS;
    if (!goods) return false;
    if (rule->form == LOY_FORM_N_FOR_M && line->quantity_milli % 1000 != 0) return false;
    if (rule->scope == LOY_SCOPE_BRAND) return strcmp(rule->target, line->article.brand) == 0;
    if (rule->scope == LOY_SCOPE_ARTICLE) return strcmp(rule->target, line->article.article) == 0;
    return true;
}

static int64_t oracle_amount(int64_t price, const struct pricing_line *line)
{
    return (price * line->quantity_milli + 500) / 1000;
}

static int64_t oracle_alone(const struct loy_promotion_rule *rule, const struct pricing_line *line)
{
    int64_t amount = oracle_amount(line->list_minor, line), off = 0;
    if (rule->form == LOY_FORM_PERCENT) off = (amount * rule->permille + 500) / 1000;
    if (rule->form == LOY_FORM_AMOUNT) off = rule->amount_minor * (line->quantity_milli / 1000);
    if (rule->form == LOY_FORM_MEMBER_PRICE) off = amount - oracle_amount(rule->amount_minor, line);
    return off < 0 ? 0 : off > amount ? amount : off;
}

static int dearer(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one < other) - (one > other);
}

/* Piece by piece; -1: it does not have all its lines. */
static int64_t oracle_bundle(const struct world *world, size_t rule, const unsigned *owner)
{
    int64_t pieces[LINES_MAX * 5], off = 0;
    size_t count = 0, take = (size_t)world->rules[rule].take, pay = (size_t)world->rules[rule].pay;
    for (size_t i = 0; i < world->count; i++) {
        if (!oracle_holds(&world->rules[rule], &world->lines[i])) continue;
        if (owner[i] != rule + 1) return -1;
        for (int64_t n = 0; n < world->lines[i].quantity_milli; n += 1000)
            pieces[count++] = world->lines[i].list_minor;
    }
    qsort(pieces, count, sizeof pieces[0], dearer);
    for (size_t i = 0; i < count - count % take; i++)
        if (i % take >= pay) off += pieces[i];
    return off;
}

static int64_t oracle_value(const struct world *world, const unsigned *owner)
{
    int64_t sum = 0;
    for (size_t rule = 0; rule < world->rule_count; rule++) {
        const struct loy_promotion_rule *r = &world->rules[rule];
        int64_t alone = 0, cost = 0;
        bool used = false;
        for (size_t i = 0; i < world->count; i++) {
            if (owner[i] != rule + 1) continue;
            if (!oracle_holds(r, &world->lines[i])) return -1;
            used = true;
            alone += oracle_alone(r, &world->lines[i]);
            cost += oracle_amount(world->lines[i].list_minor, &world->lines[i]);
        }
        if (r->form == LOY_FORM_COUPON) alone = cost < r->amount_minor ? cost : r->amount_minor;
        if (r->form == LOY_FORM_N_FOR_M && used) alone = oracle_bundle(world, rule, owner);
        if (alone < 0) return -1;
        sum += alone;
    }
    return sum;
}

static int64_t oracle_best(const struct world *world)
{
    unsigned owner[LINES_MAX] = {0};
    int64_t best = 0;
    for (;;) {
        int64_t value = oracle_value(world, owner);
        if (value > best) best = value;
        size_t i = 0;
        while (i < world->count && ++owner[i] > world->rule_count)
            owner[i++] = 0;
        if (i == world->count) return best;
    }
}

/* ---- Properties -------------------------------------------------------------------------------
 */

static void line_is_sound(const struct pricing_line *line)
{
    int64_t amount = 0;
    if (line->fixed) {
        assert_int_equal(line->discount_minor, 3);
        assert_int_equal(line->paid_minor, 4);
        assert_string_equal(line->promotion, "kept");
        return;
    }
    assert_true(loy_line_amount(line->list_minor, line->quantity_milli, &amount));
    assert_int_equal(line->paid_minor + line->discount_minor, amount);
    assert_true(line->discount_minor >= 0);
    assert_true(line->quantity_milli < 0 || line->paid_minor >= 0);
    assert_int_equal(line->promotion != NULL, line->discount_minor > 0);
    bool never = line->quantity_milli < 0 || line->article.kind != LOY_KIND_GOODS;
    assert_false(never && line->discount_minor > 0);
}

/* What k pieces of a line cost by what it cost: never more than that. */
static void returns_are_covered(const struct pricing_line *line)
{
    if (line->fixed || line->quantity_milli <= 0 || line->quantity_milli % 1000 != 0) return;
    int64_t pieces = line->quantity_milli / 1000;
    for (int64_t k = 1; k <= pieces; k++) {
        int64_t back = (line->paid_minor * k * 2 + pieces) / (2 * pieces);
        assert_true(back >= 0 && back <= line->paid_minor);
    }
}

/* A group's discount is the sum of its lines', to the unit. */
static void groups_add_up(const struct world *world)
{
    for (size_t rule = 0; rule < world->rule_count; rule++) {
        unsigned owner[LINES_MAX] = {0};
        int64_t sum = 0, cost = 0;
        const struct loy_promotion_rule *r = &world->rules[rule];
        for (size_t i = 0; i < world->count; i++) {
            const struct pricing_line *line = &world->lines[i];
            if (line->fixed || line->promotion != r->code) continue;
            assert_true(oracle_holds(r, line));
            assert_int_equal(line->form, r->form);
            sum += line->discount_minor;
            cost += line->discount_minor + line->paid_minor;
        }
        if (sum == 0) continue;
        for (size_t i = 0; i < world->count; i++)
            if (oracle_holds(r, &world->lines[i])) owner[i] = (unsigned)rule + 1;
        if (r->form == LOY_FORM_N_FOR_M) assert_int_equal(sum, oracle_bundle(world, rule, owner));
        if (r->form == LOY_FORM_COUPON)
            assert_int_equal(sum, cost < r->amount_minor ? cost : r->amount_minor);
    }
}

static void by_article(const struct world *world, int64_t sums[ROWS(articles)])
{
    memset(sums, 0, ROWS(articles) * sizeof sums[0]);
    for (size_t i = 0; i < world->count; i++)
        if (!world->lines[i].fixed)
            sums[world->lines[i].version - 1] += world->lines[i].discount_minor;
}

static void order_does_not_matter(struct world *world)
{
    int64_t before[ROWS(articles)], after[ROWS(articles)];
    by_article(world, before);
    for (size_t i = world->count; i > 1; i--) {
        size_t j = below((unsigned)i);
        struct pricing_line swap = world->lines[i - 1];
        world->lines[i - 1] = world->lines[j];
        world->lines[j] = swap;
    }
    priced(world, world->rule_count);
    by_article(world, after);
    assert_memory_equal(before, after, sizeof before);
}

static unsigned long setting(const char *name, unsigned long usual)
{
    const char *text = getenv(name);
    return text == NULL ? usual : strtoul(text, NULL, 10);
}

static void every_basket(void **state)
{
    (void)state;
    unsigned long seed = setting("LOYALTY_SEED", 5), baskets = setting("LOYALTY_BASKETS", 3000);
    unsigned long with_deals = 0;
    random_state = seed;
    for (unsigned long n = 0; n < baskets; n++) {
        struct world world = {.count = 0};
        world_make(&world);
        int64_t last = 0;
        // One rule more never makes it dearer; being a member is some rules more.
        for (size_t rules = 0; rules <= world.rule_count; rules++) {
            priced(&world, rules);
            if (taken_off(&world) < last) print_error("seed %lu, basket %lu\n", seed, n);
            assert_true(taken_off(&world) >= last);
            last = taken_off(&world);
        }
        for (size_t i = 0; i < world.count; i++) {
            line_is_sound(&world.lines[i]);
            returns_are_covered(&world.lines[i]);
            with_deals += world.lines[i].form == LOY_FORM_N_FOR_M;
        }
        groups_add_up(&world);
        order_does_not_matter(&world);
        if (n % 8 != 0) continue;
        if (oracle_best(&world) != last) print_error("seed %lu, basket %lu\n", seed, n);
        assert_int_equal(oracle_best(&world), last);
    }
    assert_true(with_deals > baskets / 10);
}

/* Any numbers at all: an answer or LOY_E_LIMIT, never an overflow (UBSan looks on). */
static void any_numbers(void **state)
{
    (void)state;
    static const int64_t edges[] = {0, 1, 499, 500, 999, 1000, 1001, INT64_MAX / 1000,
        INT64_MAX / 1000 + 1, INT64_MAX / 2, INT64_MAX - 1, INT64_MAX, -1, -1000, INT64_MIN + 1,
        INT64_MIN};
    unsigned priced_ok = 0, limited = 0;
    random_state = 9;
    for (unsigned n = 0; n < 20000; n++) {
        struct world world = {.count = 0};
        world_make(&world);
        for (size_t i = 0; i < world.count; i++) {
            if (below(2)) world.lines[i].quantity_milli = edges[below(ROWS(edges))];
            if (below(2)) world.lines[i].list_minor = edges[below(12)];
        }
        for (size_t i = 0; i < world.rule_count; i++)
            if (world.rules[i].amount_minor > 0) world.rules[i].amount_minor = edges[1 + below(11)];
        enum loy_status status =
            pricing_basket(world.sorted, world.rule_count, world.lines, world.count);
        assert_true(status == LOY_OK || status == LOY_E_LIMIT);
        limited += status == LOY_E_LIMIT;
        if (status != LOY_OK) continue;
        priced_ok++;
        for (size_t i = 0; i < world.count; i++)
            line_is_sound(&world.lines[i]);
    }
    assert_true(priced_ok > 1000 && limited > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_basket),
        cmocka_unit_test(any_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
