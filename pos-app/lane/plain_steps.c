/* SPDX-License-Identifier: MIT
 *
 * plain_steps.c - the commands that turn into one input of the lane. In: words. Out: answers. Must
 * not know: how a line came, how an answer is printed.
 */
#include "plain_steps.h"

#include <receipt/receipt.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Words behind the first n, as they were typed; "" none. */
static const char *behind(const struct plain_words *words, size_t n)
{
    const char *at = words->rest;
    for (size_t i = 0; i < n && *at; i++) {
        at += strcspn(at, " \t");
        at += strspn(at, " \t");
    }
    return at;
}

static bool number_read(const char *text, uint32_t *number)
{
    int64_t value = 0;
    if (cli_amount_parse(text, 0, &value) != LOY_OK || value < 1 || value > LOY_LINES_MAX)
        return false;
    *number = (uint32_t)value;
    return true;
}

/* ---- Articles ---------------------------------------------------------------------------------
 */

/* What waits for its price: the next article, or one that comes back, for which a supervisor may be
 * asked then. */
static void unpriced_note(
    struct plain *plain, const struct loy_lane_input *input, const struct loy_lane_answer *answer)
{
    const bool comes_back = input->kind == LOY_LANE_RETURN;
    const bool waits = answer->code == LOY_SAID_NO_PRICE ||
                       (comes_back && input->price_minor && answer->code == LOY_SAID_APPROVAL);
    plain->unpriced[0] = '\0';
    if (!waits) return;
    snprintf(plain->unpriced, sizeof plain->unpriced, "%s", input->text);
    plain->unpriced_milli = input->quantity_milli;
    plain->unpriced_return = comes_back;
    if (comes_back)
        snprintf(plain->unpriced_reason, sizeof plain->unpriced_reason, "%s", input->reason);
}

static void article_take(struct plain *plain, struct loy_lane_input *input)
{
    struct loy_lane_answer answer;
    if (*plain->approver) {
        input->approver = plain->approver;
        input->approver_pin = plain->pin;
    }
    enum loy_status status = session_take(&plain->session, input, &answer);
    unpriced_note(plain, input, &answer);
    plain_say_answer(plain, status, &answer);
    if (answer.code == LOY_SAID_APPROVAL && *plain->kept) plain_approval_tell(plain);
    if (answer.code == LOY_SAID_NO_PRICE && !plain->session.cli->json)
        plain_say(plain, "price", "%s", _("what does it cost: price AMOUNT"));
}

void plain_article(struct plain *plain, const char *text, int64_t quantity_milli)
{
    struct loy_lane_answer answer;
    enum loy_status status = session_guard(&plain->session, text, &answer);
    if (status == LOY_REFUSED) {
        sodium_memzero(plain->kept, sizeof plain->kept);
        plain_say_answer(plain, status, &answer);
        return;
    }
    if (quantity_milli == 0) quantity_milli = plain->quantity_milli;
    plain->quantity_milli = 0;
    struct loy_lane_input input = {
        .kind = LOY_LANE_ARTICLE, .text = text, .quantity_milli = quantity_milli};
    article_take(plain, &input);
}

void plain_price(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_input input = {
        .kind = LOY_LANE_ARTICLE, .quantity_milli = plain->unpriced_milli};
    char text[LOY_TEXT_MAX], reason[LOY_TEXT_MAX];
    const bool named = words->count > 1;
    snprintf(text, sizeof text, "%s", named ? words->at[1] : plain->unpriced);
    snprintf(reason, sizeof reason, "%s", plain->unpriced_reason);
    input.text = text;
    if (named) input.quantity_milli = 0;
    if (!named && plain->unpriced_return) {
        input.kind = LOY_LANE_RETURN;
        input.reason = reason;
    }
    if (cli_amount_parse(words->at[0], plain->session.settings.minor_digits, &input.price_minor) !=
            LOY_OK ||
        input.price_minor <= 0)
        plain_say(plain, "wrong", "%s", _("the price is an amount such as 12.50"));
    else if (!*text)
        plain_say(plain, "wrong", "%s", _("no article waits for a price: price AMOUNT ARTICLE"));
    else
        article_take(plain, &input);
}

void plain_requantify(struct plain *plain, int64_t quantity_milli)
{
    struct loy_lane_view view = {.size = sizeof view};
    struct loy_basket_line line;
    struct loy_article_found found;
    if (loy_lane_view_get(plain->session.lane, &view) != LOY_OK ||
        show_line_find(&plain->session, &view.basket, view.last, &line) != LOY_OK ||
        !show_may_requantify(plain->session.store, &line, &found)) {
        plain_say(plain, "wrong", "%s",
            _("the quantity of this line stays; void it and enter the article again"));
        return;
    }
    struct loy_lane_input undo = {
        .kind = LOY_LANE_VOID_LINE, .line = line.number, .reason = "quantity"};
    struct loy_lane_input input = {.kind = LOY_LANE_ARTICLE,
        .text = line.code,
        .quantity_milli = quantity_milli,
        .price_minor = found.list_minor < 0 ? line.list_minor : 0};
    if (plain_take(plain, &undo) == LOY_OK) article_take(plain, &input);
}

void plain_coupon(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_input input = {.kind = LOY_LANE_COUPON,
        .text = words->at[0],
        .serial = words->count > 1 ? words->at[1] : NULL};
    plain_take(plain, &input);
}

/* A word that is no number is no line: nobody's last line is taken back for a slip of a finger. */
void plain_void(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_input input = {.kind = LOY_LANE_VOID_LINE};
    if (words->count > 0 && !number_read(words->at[0], &input.line)) {
        plain_say(plain, "wrong", "%s",
            _("the number of a line: void 3, or void 3 REASON; void alone takes back the last "
              "one"));
        return;
    }
    const char *reason = behind(words, 1);
    input.reason = *reason ? reason : "void";
    plain_take(plain, &input);
}

void plain_cancel(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_input input = {
        .kind = LOY_LANE_VOID, .reason = *words->rest ? words->rest : "cancel"};
    plain_take(plain, &input);
}

/* What begins as a number is one: "2x" is no reason for one piece. */
static bool is_numeric(const char *text)
{
    return strchr("0123456789.,+-*", text[0]) != NULL;
}

/* False: it was said what is wrong. */
static bool receipt_read(struct plain *plain, struct plain_words *words, struct loy_id *receipt,
    struct loy_lane_input *input)
{
    enum loy_status status = loy_receipt_find(plain->session.store, words->at[0], receipt);
    if (status == LOY_NONE) {
        plain_say(plain, "none", "%s", _("there is no receipt of this number"));
        return false;
    }
    input->text = words->at[0];
    if (status != LOY_OK) return true;
    input->text = NULL;
    input->receipt = receipt;
    if (words->count >= 2 && number_read(words->at[1], &input->line)) return true;
    plain_say(plain, "wrong", "%s", _("which line of the receipt: return RECEIPT LINE"));
    return false;
}

/* RECEIPT LINE [QUANTITY [REASON]], or ARTICLE [QUANTITY [REASON]]. */
void plain_return(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_input input = {.kind = LOY_LANE_RETURN};
    struct loy_id receipt;
    if (!receipt_read(plain, words, &receipt, &input)) return;
    size_t at = input.receipt ? 2 : 1;
    if (words->count > at && is_numeric(words->at[at])) {
        if (plain_quantity(words->at[at], &input.quantity_milli) != LOY_OK) {
            plain_say(plain, "wrong", "%s",
                _("how much comes back is a number such as 3 or 0.25, at most 1,000,000"));
            return;
        }
        at++;
    }
    const char *reason = behind(words, at);
    input.reason = *reason ? reason : "return";
    if (input.receipt)
        plain_take(plain, &input);
    else
        article_take(plain, &input);
}

/* ---- The basket -------------------------------------------------------------------------------
 */

void plain_suspend(struct plain *plain, struct plain_words *words)
{
    (void)words;
    struct loy_lane_input input = {.kind = LOY_LANE_SUSPEND};
    plain_take(plain, &input);
}

void plain_resume(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_input input = {.kind = LOY_LANE_RESUME};
    if (words->count > 0 &&
        (cli_amount_parse(words->at[0], 0, &input.ticket) != LOY_OK || input.ticket < 1))
        plain_say(plain, "wrong", "%s", _("the number of a ticket: resume 17"));
    else
        plain_take(plain, &input);
}

void plain_tickets(struct plain *plain, struct plain_words *words)
{
    (void)words;
    struct loy_ticket ticket;
    int64_t position = 0;
    size_t count = 0;
    char due[32], opened[32];
    enum loy_status status;
    while ((status = loy_ticket_next(plain->session.store, &position, &ticket)) == LOY_OK) {
        count++;
        show_amount(&plain->session, ticket.due_minor, due);
        cli_time_local(ticket.opened_at_us, opened);
        if (plain->session.cli->json)
            cli_print_json(json_pack("{s:s,s:I,s:I,s:I,s:s}", "code", "ticket", "ticket",
                (json_int_t)ticket.number, "lines", (json_int_t)ticket.lines, "due_minor",
                (json_int_t)ticket.due_minor, "tail", ticket.tail));
        else
            plain_say(plain, "ticket", _("ticket %lld of %s: %u lines, due %s"),
                (long long)ticket.number, opened, ticket.lines, due);
    }
    if (status < LOY_OK)
        plain_say_store(plain, status);
    else if (count == 0)
        plain_say(plain, "none", "%s", _("no basket is suspended"));
}

void plain_total(struct plain *plain, struct plain_words *words)
{
    (void)words;
    struct loy_lane_input input = {.kind = LOY_LANE_TOTAL};
    plain_take(plain, &input);
}

static const struct {
    const char *word;
    uint8_t tender;
} tender_words[] = {
    {"现金", LOY_TENDER_CASH},
    {"银行卡", LOY_TENDER_CARD},
    {"手机", LOY_TENDER_MOBILE},
    {"代金券", LOY_TENDER_VOUCHER},
    {"礼品卡", LOY_TENDER_GIFT_CARD},
    {"挂账", LOY_TENDER_ACCOUNT},
    {"其他", LOY_TENDER_OTHER},
};

static uint8_t tender_find(const char *word)
{
    for (int kind = LOY_TENDER_NONE + 1; kind < loy_tender_count; kind++)
        if (strcmp(word, loy_tender_name(kind)) == 0) return (uint8_t)kind;
    for (size_t i = 0; i < sizeof tender_words / sizeof tender_words[0]; i++)
        if (strcmp(word, tender_words[i].word) == 0) return tender_words[i].tender;
    return LOY_TENDER_NONE;
}

void plain_pay(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_input input = {.kind = LOY_LANE_TENDER, .tender = tender_find(words->at[0])};
    const char *amount = words->count > 1 ? words->at[1] : NULL;
    const unsigned digits = plain->session.settings.minor_digits;
    if (input.tender == LOY_TENDER_NONE)
        plain_say(plain, "wrong", "%s",
            _("paid with: cash, card, mobile, voucher, gift-card, account, other"));
    else if (amount && cli_amount_parse(amount, digits, &input.amount_minor) != LOY_OK)
        plain_say(plain, "wrong", "%s", _("the amount is a number such as 50 or 12.50"));
    else if (amount && input.amount_minor == 0)
        plain_say(
            plain, "wrong", "%s", _("an amount above zero; without one all that is due is paid"));
    else
        plain_take(plain, &input);
}

void plain_declined(struct plain *plain, struct plain_words *words)
{
    (void)words;
    struct loy_lane_input input = {.kind = LOY_LANE_DECLINE};
    plain_take(plain, &input);
}

void plain_back(struct plain *plain, struct plain_words *words)
{
    (void)words;
    struct loy_lane_input input = {.kind = LOY_LANE_BACK};
    plain->found_count = 0;
    plain->quantity_milli = 0;
    plain_take(plain, &input);
}

/* On the shop's printer; where it has none, as text between the answers. */
void plain_receipt(struct plain *plain, struct plain_words *words)
{
    (void)words;
    char why[RECEIPT_WHY_MAX] = "";
    bool copy = false;
    struct loy_lane_view view = {.size = sizeof view};
    struct receipt_job job = {.format = -1, .language = -1, .at_us = cli_now_us()};
    struct loy_lane_input input = {.kind = LOY_LANE_PRINTED};
    /* Nothing goes to a printer that the lane then refuses. */
    if (!loy_lane_may(plain->session.lane, LOY_LANE_PRINTED)) {
        plain_take(plain, &input);
        return;
    }
    enum loy_status status = loy_lane_view_get(plain->session.lane, &view);
    job.basket = view.basket;
    sodium_memzero(&view, sizeof view);
    if (status == LOY_OK) status = receipt_print(plain->session.store, &job, &copy, why);
    if (status == LOY_REFUSED && !plain->session.cli->json) {
        job.target = "-";
        job.format = RECEIPT_TEXT;
        fflush(stdout);
        status = receipt_print(plain->session.store, &job, &copy, why);
    }
    if (status == LOY_OK)
        plain_take(plain, &input);
    else if (*why)
        plain_say(plain, "wrong", "%s", why);
    else if (status == LOY_NONE)
        plain_say(plain, "none", "%s", _("there is no sale to print"));
    else
        plain_say_store(plain, status);
}

/* complaint LINE REASON [TEXT]; service TEXT */
void plain_remark(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_input input = {.kind = LOY_LANE_REMARK};
    const char *what = words->at[0];
    bool complaint = strcmp(what, "complaint") == 0 || strcmp(what, "投诉") == 0;
    bool service = strcmp(what, "service") == 0 || strcmp(what, "服务") == 0;
    struct loy_lane_answer answer;
    if (session_guard(&plain->session, behind(words, 1), &answer) == LOY_REFUSED) {
        sodium_memzero(plain->kept, sizeof plain->kept);
        plain_say_answer(plain, LOY_REFUSED, &answer);
        return;
    }
    input.remark = complaint ? LOY_CONTACT_COMPLAINT : LOY_CONTACT_SERVICE_REMARK;
    if (complaint && words->count >= 3 && number_read(words->at[1], &input.line)) {
        input.reason = words->at[2];
        input.text = behind(words, 3);
    } else if (service && words->count >= 2) {
        input.text = behind(words, 1);
    } else {
        plain_say(
            plain, "wrong", "%s", _("remark complaint LINE REASON [TEXT], or remark service TEXT"));
        return;
    }
    if (!*input.text) input.text = NULL;
    plain_take(plain, &input);
}

void plain_show(struct plain *plain, struct plain_words *words)
{
    (void)words;
    struct loy_lane_view view = {.size = sizeof view};
    struct loy_basket_line line = {.size = sizeof line};
    struct loy_lane_answer answer = {.size = sizeof answer, .code = LOY_SAID_TOTAL};
    char text[SHOW_TEXT_MAX];
    uint32_t position = 0;
    enum loy_status status = loy_lane_view_get(plain->session.lane, &view);
    while (status == LOY_OK && !loy_id_is_none(&view.basket) &&
           loy_basket_line_next(plain->session.store, &view.basket, &position, &line) == LOY_OK) {
        show_line_text(&plain->session, &line, text);
        if (plain->session.cli->json)
            cli_print_json(show_line_json(&line));
        else
            plain_put(text);
    }
    show_member_text(&view, text);
    if (*text && !plain->session.cli->json) plain_put(text);
    plain_clock_say(plain, &view);
    answer.stage = view.stage;
    answer.basket = view.basket;
    answer.due_minor = view.due_minor;
    answer.question = view.question;
    plain_say_answer(plain, status, &answer);
    sodium_memzero(text, sizeof text);
    sodium_memzero(&view, sizeof view);
}
