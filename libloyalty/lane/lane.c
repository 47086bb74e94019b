/* SPDX-License-Identifier: MIT
 *
 * lane.c - a lane opened and closed, and one input taken: begin, the step of the table, commit, and
 * only then the lane in memory and the answer. Inputs come in, answers go out. Knows no article, no
 * card and no price.
 */
#include "machine.h"

#include <store/store_private.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Answers -----------------------------------------------------------------------------------
 */

/* Cut where a character ends. */
static void words_set(struct loy_lane_answer *answer, const char *words)
{
    size_t n = strlen(words);
    if (n >= sizeof answer->words) {
        n = sizeof answer->words - 1;
        while (n > 0 && ((unsigned char)words[n] & 0xC0) == 0x80)
            n--;
    }
    memcpy(answer->words, words, n);
    answer->words[n] = '\0';
}

static void answer_set(
    struct loy_lane_answer *answer, enum loy_lane_code code, enum loy_tone tone, const char *words)
{
    answer->code = (uint8_t)code;
    answer->tone = (uint8_t)tone;
    words_set(answer, words);
}

enum loy_status lane_say(
    struct lane_step *step, enum loy_lane_code code, enum loy_tone tone, const char *words)
{
    answer_set(step->answer, code, tone, words[0] == '\0' ? "" : store_words(words));
    return LOY_OK;
}

enum loy_status lane_refuse(
    struct lane_step *step, enum loy_lane_code code, enum loy_tone tone, const char *words)
{
    lane_say(step, code, tone, words);
    return LOY_REFUSED;
}

enum loy_status lane_refuse_told(
    struct lane_step *step, enum loy_lane_code code, enum loy_tone tone)
{
    answer_set(step->answer, code, tone, loy_store_text(step->store));
    return LOY_REFUSED;
}

enum loy_status lane_approval(struct lane_step *step, enum lane_want want, const char *words)
{
    bool approved = step->supervised || step->approved == want;
    if (step->approved == want) step->approved = LANE_WANT_NOTHING;
    if (approved) return LOY_OK;
    step->wants = (uint8_t)want;
    return lane_refuse(step, LOY_SAID_APPROVAL, LOY_TONE_LOW, words);
}

/* ---- Open and close ----------------------------------------------------------------------------
 */

/* What the store says of this lane: a basket left open, a receipt that is due, or nothing. */
static enum loy_status lane_read(struct loy_lane *lane)
{
    struct lane_head head;
    enum loy_status status = lane_head_left(lane->store, &head);
    if (status < LOY_OK) return status;
    sodium_memzero(&lane->now, sizeof lane->now);
    lane->now.stage = LOY_STAGE_IDLE;
    if (status == LOY_NONE) return LOY_OK;
    lane->now.basket = head.id;
    // Which of them are not the till's is known no more.
    if (head.source == LOY_BASKET_FEED) lane->now.tills = UINT32_MAX;
    lane->now.stage = head.state == BASKET_STATE_OPEN ? LOY_STAGE_FOUND : LOY_STAGE_CLOSED;
    return LOY_OK;
}

enum loy_status loy_lane_open(
    struct loy_store *store, enum loy_basket_source source, int64_t at_us, struct loy_lane **lane)
{
    if (store == NULL || lane == NULL || at_us <= 0) return LOY_E_ARGUMENT;
    if (source != LOY_BASKET_LANE && source != LOY_BASKET_FEED) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status != LOY_OK) return status;
    struct loy_lane *made = calloc(1, sizeof *made);
    if (made == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for a lane");
    *made = (struct loy_lane){.store = store,
        .lock = -1,
        .source = (uint8_t)source,
        .at_us = at_us,
        .reprices = source != LOY_BASKET_FEED};
    status = lane_lock_take(store, &made->lock);
    if (status == LOY_OK) store->lanes_open++;
    if (status == LOY_OK) status = lane_read(made);
    if (status == LOY_OK)
        *lane = made;
    else
        loy_lane_close(made);
    return status;
}

void loy_lane_close(struct loy_lane *lane)
{
    if (lane == NULL) return;
    if (lane->lock >= 0) lane->store->lanes_open--;
    lane_lock_drop(lane->lock);
    sodium_memzero(lane, sizeof *lane);
    free(lane);
}

/* ---- One input ---------------------------------------------------------------------------------
 */

static enum loy_status counts_write(const struct lane_step *step)
{
    int64_t day = store_local_day(step->input->at_us, step->input->offset_min);
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < sizeof step->count && status == LOY_OK; i++)
        if (step->count[i] != LOY_COUNT_NONE)
            status = lane_count_add(step->store, day, step->count[i]);
    return status;
}

/* A number is no input's fault: what the rules of lines and baskets do not take is the input's. */
static bool is_wrong_input(enum loy_status status)
{
    return status == LOY_E_FORMAT || status == LOY_E_LIMIT || status == LOY_E_CHECK;
}

/* Another program has changed what was told. */
static void moved_note(struct lane_step *step)
{
    struct lane_now *now = step->now;
    if (now->due_known && now->due_minor != step->before.due_minor) {
        step->answer->before_minor = now->due_minor;
        step->answer->repriced = step->moved = true;
    }
    now->due_minor = step->before.due_minor;
    now->due_known = true;
}

enum loy_status lane_step_begin(struct lane_step *step)
{
    struct lane_now *now = step->now;
    if (now->basket == 0) return LOY_OK;
    enum loy_status status = lane_head_read(step->store, now->basket, &step->head);
    bool is_open = now->stage != LOY_STAGE_CLOSED;
    if (status == LOY_NONE ||
        (status == LOY_OK && is_open != (step->head.state == BASKET_STATE_OPEN)))
        return store_fail(step->store, LOY_E_CONFLICT,
            "another program has changed or ended this basket; look at the lane again");
    if (status == LOY_OK) status = lane_sums_read(step->store, &step->head, &step->before);
    step->answer->before_minor = step->answer->due_minor = step->before.due_minor;
    if (status == LOY_OK && is_open) moved_note(step);
    return status;
}

/* A barcode that was typed in the place of a quantity. */
static enum loy_status quantity_judge(struct lane_step *step)
{
    const struct loy_lane_input *input = step->input;
    const int64_t quantity = input->given ? input->given->quantity_milli : input->quantity_milli;
    if (quantity <= LOY_LANE_QUANTITY_MAX && quantity >= -LOY_LANE_QUANTITY_MAX) return LOY_OK;
    return lane_refuse(
        step, LOY_SAID_WRONG, LOY_TONE_LOW, N_("A line has 1,000,000 pieces at most."));
}

/* Inside the transaction. */
static enum loy_status step_take(struct lane_step *step, const struct lane_pair *pair)
{
    enum loy_status status = lane_step_begin(step);
    if (status != LOY_OK) return status;
    status = lane_others_take(step);
    if (status != LOY_OK) return status;
    if (step->input->kind != LOY_LANE_CHOOSE && step->input->kind != LOY_LANE_TIME)
        lane_question_end(step);
    status = quantity_judge(step);
    if (status == LOY_OK) status = pair->take(step);
    // What is not there was named by the input; a commit of half a step is none.
    if (is_wrong_input(status) || status == LOY_NONE)
        status = lane_refuse_told(step, LOY_SAID_WRONG, LOY_TONE_LOW);
    return status;
}

static bool has_approver(const struct loy_lane_input *input)
{
    return input->approver != NULL && input->approver_pin != NULL;
}

static enum loy_status others_again(struct lane_step *step)
{
    uint8_t question = step->now->question;
    *step->now = step->lane->now;
    step->now->question = question;
    step->registered = step->left = step->moved = false;
    enum loy_status status = lane_step_begin(step);
    return status == LOY_OK ? lane_others_take(step) : status;
}

/* Refused: all is undone but what is only counted, and what others did meanwhile, which is no
 * matter of this step. */
static enum loy_status refused_count(struct lane_step *step)
{
    store_rollback(step->store);
    // With a supervisor's name it is taken again, and counted then.
    if (step->wants != LANE_WANT_NOTHING && has_approver(step->input)) return LOY_OK;
    bool others = (step->registered || step->left) && step->wants == LANE_WANT_NOTHING;
    if (step->count[0] == LOY_COUNT_NONE && step->count[1] == LOY_COUNT_NONE && !others)
        return LOY_OK;
    enum loy_status status = store_begin(step->store);
    if (status != LOY_OK) return status;
    if (others) status = others_again(step);
    if (status == LOY_OK) status = counts_write(step);
    return basket_leave(step->store, status);
}

static const char *want_name(uint8_t want)
{
    static const char *const names[] = {"",
#define WANT_NAME(symbol, name) name,
        LANE_WANTS(WANT_NAME)
#undef WANT_NAME
    };
    return want < sizeof names / sizeof names[0] ? names[want] : "";
}

static enum loy_status approval_note(const struct lane_step *step, uint8_t want, int64_t approver)
{
    char object[64];
    if (approver == 0) return LOY_OK;
    snprintf(object, sizeof object, "%s, %s by operator %lld",
        loy_lane_input_kind_name(step->input->kind), want_name(want), (long long)approver);
    return store_audit(step->store, "lane-approve", object, step->input->at_us);
}

/* approved, approver: what somebody's PIN stands for; nothing and 0: nobody's. */
static enum loy_status step_run(
    struct lane_step *step, const struct lane_pair *pair, enum lane_want approved, int64_t approver)
{
    enum loy_status status = store_begin(step->store);
    if (status != LOY_OK) return status;
    step->approved = (uint8_t)approved;
    // The operator's own word, who is a supervisor: whoever else is asked for it was asked before.
    status = lane_clock_accept(step, 0);
    if (status == LOY_OK) status = step_take(step, pair);
    if (status == LOY_REFUSED) {
        enum loy_status counted = refused_count(step);
        return counted == LOY_OK ? LOY_REFUSED : counted;
    }
    if (status == LOY_OK) status = approval_note(step, (uint8_t)approved, approver);
    if (status == LOY_OK) status = counts_write(step);
    return basket_leave(step->store, status);
}

static void step_make(struct lane_step *step, struct loy_lane *lane,
    const struct loy_lane_input *input, struct loy_lane_answer *answer, struct lane_now *now)
{
    *now = lane->now;
    *step = (struct lane_step){.lane = lane,
        .store = lane->store,
        .input = input,
        .answer = answer,
        .now = now,
        .supervised = loy_access_allowed(lane->store->role, LOY_MAY_APPROVE_STEP)};
    size_t size = answer->size;
    *answer = (struct loy_lane_answer){.size = size};
}

/* Whoever was named is asked for the PIN, outside of any transaction. */
static enum loy_status approver_find(struct lane_step *step, int64_t *approver)
{
    const struct loy_lane_input *input = step->input;
    enum loy_status status =
        store_approve(step->store, input->approver, input->approver_pin, input->at_us, approver);
    if (status == LOY_E_ACCESS)
        answer_set(step->answer, LOY_SAID_APPROVAL, LOY_TONE_LOW, loy_store_text(step->store));
    return status;
}

/* The step stopped for want of a supervisor: it is taken again, with a PIN for just that. */
static enum loy_status approved_run(
    struct lane_step *step, struct lane_now *now, const struct lane_pair *pair)
{
    int64_t approver = 0;
    const enum lane_want want = (enum lane_want)step->wants;
    if (!has_approver(step->input)) return LOY_REFUSED;
    enum loy_status status = approver_find(step, &approver);
    if (status != LOY_OK) return status;
    step_make(step, step->lane, step->input, step->answer, now);
    step->count[1] = LOY_COUNT_APPROVED;
    return step_run(step, pair, want, approver);
}

/* The clock is a matter of its own, whatever becomes of the step: the PIN is used up by it. */
static enum loy_status clock_approve(struct lane_step *step, struct lane_now *now)
{
    int64_t approver = 0;
    if (!has_approver(step->input)) return LOY_REFUSED;
    enum loy_status status = approver_find(step, &approver);
    if (status == LOY_OK) status = store_begin(step->store);
    if (status != LOY_OK) return status;
    step->count[1] = LOY_COUNT_APPROVED;
    status = lane_clock_accept(step, approver);
    if (status == LOY_OK) status = approval_note(step, LANE_WANT_CLOCK, approver);
    if (status == LOY_OK) status = counts_write(step);
    status = basket_leave(step->store, status);
    if (status != LOY_OK) return status;
    lane_clock_accepted(step);
    step_make(step, step->lane, step->input, step->answer, now);
    return LOY_OK;
}

static void refused_finish(struct loy_lane *lane, const struct lane_step *step)
{
    if (step->now->question == LOY_ASK_NOTHING) lane->now.question = LOY_ASK_NOTHING;
    // What is due now was told.
    if (step->answer->repriced) lane->now.due_known = false;
    if (step->registered) lane->now.limit_due = true;
}

/* A step that has no words of its own tells why nobody is the basket's member any more. */
static void left_tell(struct lane_step *step)
{
    if (!step->left || step->answer->words[0] != '\0') return;
    lane_say(step, (enum loy_lane_code)step->answer->code, (enum loy_tone)step->answer->tone,
        N_("The customer is no member any more: this basket is nobody's, and is priced so."));
}

static void answer_finish(struct loy_lane *lane, struct lane_step *step, enum loy_status status)
{
    struct loy_lane_answer *answer = step->answer;
    bool told = status >= LOY_OK || answer->code == LOY_SAID_APPROVAL;
    // The next customer's swipe is none of the last one's.
    if (status == LOY_OK && lane->now.basket != 0 && step->now->basket != lane->now.basket)
        sodium_memzero(&lane->seen, sizeof lane->seen);
    if (status == LOY_OK)
        lane->now = *step->now;
    else if (status == LOY_REFUSED)
        refused_finish(lane, step);
    if (!told) {
        size_t size = answer->size;
        *answer = (struct loy_lane_answer){.size = size};
        answer_set(answer, LOY_SAID_FAILED, LOY_TONE_LOUD, loy_store_text(lane->store));
        // Another program's doing: what is there now is what the store says.
        if (status == LOY_E_CONFLICT) lane_read(lane);
    }
    answer->stage = lane->now.stage;
    answer->question = lane->now.question;
    if (loy_id_is_none(&answer->basket)) answer->basket = step->head.uid;
    if (answer->question == LOY_ASK_NOTHING) {
        sodium_memzero(&lane->now.asked, sizeof lane->now.asked);
        sodium_memzero(&lane->now.asked_member, sizeof lane->now.asked_member);
    }
}

/* The same card from the same reader at once is one swipe. */
static enum loy_status seen_find(struct loy_lane *lane, const struct loy_lane_input *input)
{
    int64_t again_ms = 0;
    const struct lane_seen *seen = &lane->seen;
    if (input->kind != LOY_LANE_CARD || input->reader == 0) return LOY_NONE;
    // Shown once, and repeated for the supervisor: no bounce of a reader.
    if (input->approver != NULL) return LOY_NONE;
    if (seen->reader != input->reader || input->at_us < seen->at_us ||
        sodium_memcmp(seen->digest, input->credential->digest, LOY_DIGEST_SIZE) != 0)
        return LOY_NONE;
    enum loy_status status = loy_lane_rule_get(lane->store, LOY_LANE_RULE_AGAIN_MS, &again_ms);
    if (status != LOY_OK) return status;
    return input->at_us - seen->at_us < again_ms * 1000 ? LOY_OK : LOY_NONE;
}

static void seen_note(struct loy_lane *lane, const struct loy_lane_input *input)
{
    if (input->kind != LOY_LANE_CARD || input->reader == 0) return;
    lane->seen.reader = input->reader;
    lane->seen.at_us = input->at_us;
    memcpy(lane->seen.digest, input->credential->digest, LOY_DIGEST_SIZE);
}

/* What each input cannot do without. */
static bool input_is_whole(const struct loy_lane_input *input)
{
    switch (input->kind) {
    case LOY_LANE_CARD:
        return input->credential != NULL;
    case LOY_LANE_MEMBER:
        return input->member != NULL;
    case LOY_LANE_UNREAD:
        return input->event != NULL;
    case LOY_LANE_ARTICLE:
        return input->text != NULL || input->given != NULL;
    case LOY_LANE_COUPON:
        return input->text != NULL;
    default:
        return true;
    }
}

/* Looks only: the step itself finds it again, inside its transaction. LOY_NONE: nothing waits.
 * Whose basket was ended by another program is the next step's matter. */
static enum loy_status others_wait(struct lane_step *step, struct lane_now *now)
{
    struct lane_step look = *step;
    struct loy_lane_answer answer = *step->answer;
    struct lane_now then = *now;
    look.answer = &answer;
    look.now = &then;
    if (then.basket == 0) return LOY_NONE;
    enum loy_status status = lane_step_begin(&look);
    if (status == LOY_OK) status = lane_others_find(&look);
    sodium_memzero(&then, sizeof then);
    return status == LOY_E_CONFLICT ? LOY_NONE : status;
}

static enum loy_status pair_run(
    struct lane_step *step, struct lane_now *now, const struct lane_pair *pair)
{
    struct loy_lane *lane = step->lane;
    enum loy_status status = store_require(lane->store, LOY_MAY_SELL);
    if (status != LOY_OK) return status;
    if (pair->take == NULL) {
        status = lane_step_begin(step);
        return status == LOY_OK ? lane_refuse(step, LOY_SAID_NOT_NOW, LOY_TONE_LOW, pair->words)
                                : status;
    }
    // A clock that ticks takes no lock.
    if (step->input->kind == LOY_LANE_TIME && now->question == LOY_ASK_NOTHING) {
        status = others_wait(step, now);
        if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    }
    status = seen_find(lane, step->input);
    if (status == LOY_OK) {
        *now = lane->now;
        status = lane_step_begin(step);
        if (status != LOY_OK) return status;
        return lane_say(step, LOY_SAID_SAME_CARD, LOY_TONE_SHORT, "");
    }
    if (status != LOY_NONE) return status;
    bool used = false;
    status = lane_clock_ask(step);
    if (status == LOY_REFUSED && step->wants == LANE_WANT_CLOCK) {
        used = true;
        status = clock_approve(step, now);
    }
    if (status == LOY_OK) status = step_run(step, pair, LANE_WANT_NOTHING, 0);
    if (status == LOY_REFUSED && step->wants != LANE_WANT_NOTHING && !used)
        status = approved_run(step, now, pair);
    if (status >= LOY_OK) seen_note(lane, step->input);
    if (status == LOY_OK) left_tell(step);
    if (status == LOY_OK) lane_clock_tell(step);
    return status;
}

enum loy_status loy_lane_take(
    struct loy_lane *lane, const struct loy_lane_input *input, struct loy_lane_answer *answer)
{
    if (lane == NULL || input == NULL || answer == NULL) return LOY_E_ARGUMENT;
    if (input->size < sizeof *input || answer->size < sizeof *answer) return LOY_E_ARGUMENT;
    const struct lane_pair *pair = lane_pair_find(lane->now.stage, input->kind);
    if (pair == NULL || !input_is_whole(input)) return LOY_E_ARGUMENT;
    if (input->at_us <= 0 || input->at_us > LANE_TIME_MAX_US) return LOY_E_ARGUMENT;
    // In somebody else's transaction nothing would be durable when it is said.
    if (lane->store->depth > 0) return LOY_E_ARGUMENT;
    struct lane_now now;
    struct lane_step step;
    lane->at_us = input->at_us;
    step_make(&step, lane, input, answer, &now);
    enum loy_status status = pair_run(&step, &now, pair);
    bool left = lane->now.stage == LOY_STAGE_FOUND;
    answer_finish(lane, &step, status);
    // There may be more than one that was left open.
    if (left && status == LOY_OK && lane->now.stage == LOY_STAGE_IDLE) {
        status = lane_read(lane);
        answer->stage = lane->now.stage;
    }
    sodium_memzero(&now, sizeof now);
    return status;
}
