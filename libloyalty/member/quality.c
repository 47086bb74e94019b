/* SPDX-License-Identifier: MIT
 *
 * quality.c - three scores of a member, and the worst of all members (formulas and weights:
 * loyalty/quality.h). In: current values with their evidence. Out: numbers from 0 to 1 and which
 * fields pull them down. Must not know: who collects better.
 */
#include "member_private.h"

#include <string.h>

struct weight {
    enum loy_field field;
    int person, organisation;
};
static const struct weight weights[] = {
#define ROW(field, person, organisation) {field, person, organisation},
    LOY_QUALITY_WEIGHTS(ROW)
#undef ROW
};
#define WEIGHT_COUNT (sizeof weights / sizeof weights[0])

static uint32_t bit(enum loy_field field)
{
    return UINT32_C(1) << (unsigned)field;
}

/* 0: the field is not on the form. */
static int on_form(uint8_t kind, enum loy_field field)
{
    for (size_t i = 0; i < WEIGHT_COUNT; i++)
        if (weights[i].field == field)
            return kind == LOY_MEMBER_ORGANISATION ? weights[i].organisation : weights[i].person;
    return 0;
}

struct sum {
    struct loy_store *store;
    int64_t at_us;
    uint8_t kind;
    double given, accurate, right; /* sums of weights */
    struct loy_quality *quality;
};

static double rightness(const struct member_held *held)
{
    const struct member_evidence *evidence = &held->evidence;
    if (evidence->returned_since) return 0;
    if (evidence->last_for_at_us || held->provenance.verified) return 1;
    return held->provenance.initiated_by == LOY_INITIATIVE_CUSTOMER ? 0.5 : 0;
}

bool member_held_passes(
    struct loy_store *store, enum loy_field field, const char *text, bool verified, int64_t at_us)
{
    char normal[LOY_FIELD_TEXT_MAX];
    bool passes = member_field_normal(store, field, text, at_us, normal) == LOY_OK;
    sodium_memzero(normal, sizeof normal);
    if (passes && !verified) passes = member_doubt_check(store, field, text) == LOY_OK;
    return passes;
}

static void sum_take(void *user, const struct member_held *held)
{
    struct sum *sum = user;
    struct loy_quality *quality = sum->quality;
    struct loy_field_trust trust;
    if (!held->text[0]) return;
    int weight = on_form(sum->kind, held->field);
    if (!weight) weight = 1;
    bool passes = member_held_passes(
        sum->store, held->field, held->text, held->provenance.verified, sum->at_us);
    double right = rightness(held);
    sum->given += weight;
    sum->accurate += passes ? weight : 0;
    sum->right += weight * right;
    quality->given |= bit(held->field);
    if (!passes) quality->failed |= bit(held->field);
    if (held->evidence.returned_since) quality->returned |= bit(held->field);
    if (right <= 0 && !held->evidence.returned_since) quality->unconfirmed |= bit(held->field);
    member_trust(held, 0, sum->at_us, &trust);
    if (trust.stale) quality->stale |= bit(held->field);
}

/* Purchasers with a row of their own are better than a text with their names. */
static enum loy_status has_purchasers(struct loy_store *store, int64_t member, bool *has)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT EXISTS (SELECT 1 FROM purchaser WHERE member = ?1 AND active = 1)");
    sqlite3_bind_int64(select, 1, member);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) *has = sqlite3_column_int(select, 0) != 0;
    sqlite3_reset(select);
    return status;
}

/* What is expected of a member besides the table of weights, and not expected in spite of it. */
struct expected {
    uint32_t required; /* by the shop's own form */
    uint32_t left_out; /* the built-in form asks for it elsewhere, and the shop's does not */
};

static enum loy_status expected_read(
    struct loy_store *store, uint8_t kind, struct expected *expected)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT field, need FROM form_field WHERE form = ?1 AND need > 0 AND field < 32");
    sqlite3_bind_int64(select, 1,
        kind == LOY_MEMBER_ORGANISATION ? LOY_REGISTRATION_ORGANISATION : LOY_REGISTRATION_PERSON);
    enum loy_status status;
    *expected = (struct expected){0, 0};
    for (size_t i = 0; i < WEIGHT_COUNT; i++)
        if (!member_field_asked_here(store, weights[i].field))
            expected->left_out |= bit(weights[i].field);
    while ((status = store_step(store, select)) == LOY_OK) {
        const enum loy_field field = (enum loy_field)sqlite3_column_int(select, 0);
        bool required = sqlite3_column_int(select, 1) == LOY_NEED_REQUIRED;
        if (required && !on_form(kind, field)) expected->required |= bit(field);
        expected->left_out &= ~bit(field);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static void complete(
    uint8_t kind, bool purchasers, const struct expected *expected, struct loy_quality *quality)
{
    const uint32_t required = expected->required;
    uint32_t given = quality->given;
    if (given & bit(LOY_FIELD_FAMILY_NAME)) given |= bit(LOY_FIELD_NAME);
    if (purchasers) given |= bit(LOY_FIELD_PURCHASERS);
    int whole = 0, filled = 0;
    for (size_t i = 0; i < WEIGHT_COUNT; i++) {
        int weight = on_form(kind, weights[i].field);
        if (expected->left_out & bit(weights[i].field)) weight = 0;
        whole += weight;
        if (given & bit(weights[i].field))
            filled += weight;
        else if (weight)
            quality->missing |= bit(weights[i].field);
    }
    for (uint32_t left = required; left; left &= left - 1) {
        whole++;
        filled += (given & left & -left) != 0;
    }
    quality->missing |= required & ~given;
    quality->complete = (double)filled / whole;
}

static enum loy_status measure(struct loy_store *store, const struct member_row *member,
    uint8_t kind, int64_t at_us, struct loy_quality *quality)
{
    bool purchasers = false;
    struct expected expected;
    struct sum sum = {.store = store, .at_us = at_us, .kind = kind, .quality = quality};
    enum loy_status status = member_held_each(store, member, at_us, sum_take, &sum);
    if (status == LOY_OK) status = has_purchasers(store, member->number, &purchasers);
    if (status == LOY_OK) status = expected_read(store, kind, &expected);
    if (status != LOY_OK) return status;
    quality->accurate = sum.given > 0 ? sum.accurate / sum.given : 1;
    quality->right = sum.given > 0 ? sum.right / sum.given : 0;
    complete(kind, purchasers, &expected, quality);
    return LOY_OK;
}

enum loy_status loy_member_quality(
    struct loy_store *store, const struct loy_id *id, int64_t at_us, struct loy_quality *quality)
{
    if (!store || !id || !quality || quality->size < sizeof *quality) return LOY_E_ARGUMENT;
    struct member_row member;
    struct loy_quality measured = {.size = quality->size};
    uint8_t kind = 0;
    enum loy_status status = store_require(store, LOY_MAY_MEASURE_QUALITY);
    if (status == LOY_OK) status = member_take_active(store, id, &member);
    if (status != LOY_OK) return status;
    const int64_t number = member.number;
    int64_t behind = number - 1;
    status = member_next_active(store, &behind, &member, &kind);
    if (status == LOY_OK && member.number != number)
        status = store_fail(store, LOY_NONE, "there is no such member");
    if (status == LOY_OK) status = measure(store, &member, kind, at_us, &measured);
    member_drop(&member);
    if (status == LOY_OK) *quality = measured;
    return status;
}

/* ---- The worst ----------------------------------------------------------------------------------
 *
 * worst[0 .. count) is a heap with the best of them on top, until the end sorts it. */

struct heap {
    struct loy_quality_member *worst;
    size_t n, count;
};

static bool better(const struct loy_quality_member *a, const struct loy_quality_member *b)
{
    if (a->score > b->score) return true;
    if (a->score < b->score) return false;
    return a->order > b->order;
}

static void swap(struct loy_quality_member *a, struct loy_quality_member *b)
{
    struct loy_quality_member c = *a;
    *a = *b;
    *b = c;
}

static void sift_down(struct loy_quality_member *worst, size_t count)
{
    for (size_t at = 0, child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && better(&worst[child + 1], &worst[child])) child++;
        if (!better(&worst[child], &worst[at])) return;
        swap(&worst[child], &worst[at]);
    }
}

static void sift_up(struct loy_quality_member *worst, size_t at)
{
    for (; at > 0 && better(&worst[at], &worst[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&worst[at], &worst[(at - 1) / 2]);
}

static void heap_take(struct heap *heap, const struct loy_quality_member *member)
{
    if (heap->count < heap->n) {
        heap->worst[heap->count] = *member;
        sift_up(heap->worst, heap->count++);
    } else if (better(&heap->worst[0], member)) {
        heap->worst[0] = *member;
        sift_down(heap->worst, heap->count);
    }
}

static void heap_sort(struct heap *heap)
{
    for (size_t left = heap->count; left > 1; left--) {
        swap(&heap->worst[0], &heap->worst[left - 1]);
        sift_down(heap->worst, left - 1);
    }
}

static enum loy_status worst_next(
    struct loy_store *store, int64_t at_us, int64_t *position, struct heap *heap)
{
    struct member_row member;
    struct loy_quality_member one = {.quality = {.size = sizeof one.quality}};
    uint8_t kind = 0;
    enum loy_status status = member_next_active(store, position, &member, &kind);
    if (status != LOY_OK) return status;
    status = measure(store, &member, kind, at_us, &one.quality);
    member_drop(&member);
    one.member = member.id;
    one.order = member.number;
    one.score = (one.quality.accurate + one.quality.right + one.quality.complete) / 3;
    if (status == LOY_OK) heap_take(heap, &one);
    return status;
}

enum loy_status loy_quality_worst(struct loy_store *store, int64_t at_us,
    struct loy_quality_member *worst, size_t n, size_t *count, loy_progress_fn progress, void *user)
{
    if (!store || !worst || !n || !count) return LOY_E_ARGUMENT;
    struct heap heap = {worst, n, 0};
    int64_t position = 0;
    long long done = 0, total = 0;
    enum loy_status status = store_require(store, LOY_MAY_MEASURE_QUALITY);
    if (status == LOY_OK) status = member_count_active(store, &total);
    while (status == LOY_OK) {
        if (progress && done % 100 == 0 && progress(user, done, total) != 0) return LOY_E_CANCELLED;
        status = worst_next(store, at_us, &position, &heap);
        done++;
    }
    if (status != LOY_NONE) return status;
    if (progress) progress(user, total, total);
    heap_sort(&heap);
    *count = heap.count;
    return LOY_OK;
}
